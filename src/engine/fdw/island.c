/*-------------------------------------------------------------------------
 *
 * engine/fdw/island.c
 *	  gov_hidden_island: objects and assignments that containment or
 *	  classification misses.
 *
 * On each axis that mirrors containers and has an active rule: live objects
 * of a type that a rule covers but without a container, and containers of
 * such objects that are not an active value of the axis (both critical).  On
 * any active axis: current assignments of live objects to a retired value
 * (critical) or a deprecated one (warning).
 *
 * A container is a value of the axis when a value is linked to it, or an
 * unlinked value bears its reference, alone or as "type:reference".
 * Containers are judged after the last object, when it is known which of
 * them hold covered objects.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "registry/objects.h"
#include "engine/fdw/island.h"

typedef enum GovIslandKind
{
	GOV_ISLAND_OBJECT_WITHOUT_CONTAINER,
	GOV_ISLAND_CONTAINER_NOT_A_VALUE,
	GOV_ISLAND_RETIRED_VALUE,
	GOV_ISLAND_DEPRECATED_VALUE
} GovIslandKind;

/* Words of each kind. */
static const struct
{
	const char *kind;
	const char *severity;
}			gov_island_words[] =
{
	[GOV_ISLAND_OBJECT_WITHOUT_CONTAINER] = {"object_without_container", "critical"},
	[GOV_ISLAND_CONTAINER_NOT_A_VALUE] = {"container_not_a_value", "critical"},
	[GOV_ISLAND_RETIRED_VALUE] = {"assignment_to_retired_value", "critical"},
	[GOV_ISLAND_DEPRECATED_VALUE] = {"assignment_to_deprecated_value", "warning"},
};

/* Adds a row of one kind. */
static GovViewRow *
gov_island_add(GovViewRun *scan, GovIslandKind kind, int axis, int value)
{
	GovViewRow *row = gov_view_add(scan);

	row->kind = kind;
	row->axis = axis;
	row->value = value;
	return row;
}

/* The count of covered objects in a container, per axis; room is made. */
static int64 *
gov_island_children(GovViewRun *scan, int container, int axis)
{
	int			naxes = scan->coverage->model->naxes;

	if (container >= scan->island_containers)
	{
		int			room = Max(64, Max(scan->island_containers * 2, container + 1));
		Size		old_size = sizeof(int64) * scan->island_containers * naxes;
		Size		new_size = sizeof(int64) * room * naxes;
		int64	   *bigger = MemoryContextAllocExtended(GetMemoryChunkContext(scan->rows), new_size,
														MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

		if (scan->island_containers > 0)
			memcpy(bigger, scan->island_children, old_size);
		if (scan->island_children != NULL)
			pfree(scan->island_children);
		scan->island_children = bigger;
		scan->island_containers = room;
	}
	return &scan->island_children[(Size) container * naxes + axis];
}

/* Rows of the current object. */
void
gov_island_produce(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	GovModel *model = coverage->model;
	const GovObject *object = &coverage->object;
	const GovDemand *demands = model->types[object->type].demands;

	for (int axis = 0; axis < model->naxes; axis++)
	{
		if (!model->axes[axis].is_containment ||
			!(demands[axis].cross_product || demands[axis].per_assignment))
			continue;
		if (object->container == GOV_NONE)
			gov_island_add(scan, GOV_ISLAND_OBJECT_WITHOUT_CONTAINER, axis, GOV_NONE);
		else
			++*gov_island_children(scan, object->container, axis);
	}
	for (int i = 0; i < object->nassigned; i++)
	{
		const GovAssigned *assigned = &object->assigned[i];

		if (!model->axes[assigned->axis].active || assigned->taken_over)
			continue;
		if (model->values[assigned->value].status == GOV_VALUE_RETIRED)
			gov_island_add(scan, GOV_ISLAND_RETIRED_VALUE, assigned->axis, assigned->value);
		else if (model->values[assigned->value].status == GOV_VALUE_DEPRECATED)
			gov_island_add(scan, GOV_ISLAND_DEPRECATED_VALUE, assigned->axis, assigned->value);
	}
}

/* Is the container linked to an active value of the axis? */
static bool
gov_island_is_linked(GovViewRun *scan, int axis_number, int64 object_id)
{
	GovModel *model = scan->coverage->model;
	GovAxisEntry    *axis = &model->axes[axis_number];
	int64	   *ids;

	if (scan->island_mirrored == NULL)
		scan->island_mirrored = MemoryContextAllocZero(model->context, sizeof(int64 *) * model->naxes);
	ids = scan->island_mirrored[axis_number];
	if (ids == NULL)
	{
		ids = MemoryContextAlloc(model->context, sizeof(int64) * (axis->nslots + 1));
		for (int i = 0; i < axis->nslots; i++)
			ids[i] = model->values[model->slots[axis->first_slot + i].value].object_id;
		qsort(ids, axis->nslots, sizeof(int64), gov_object_compare_ids);
		scan->island_mirrored[axis_number] = ids;
	}
	return bsearch(&object_id, ids, axis->nslots, sizeof(int64), gov_object_compare_ids) != NULL;
}

/* Is there an active, unlinked value of the axis with this code? */
static bool
gov_island_is_named(GovViewRun *scan, int axis, Datum code)
{
	GovModel *model = scan->coverage->model;
	int			value = gov_model_value(model, PointerGetDatum(model->axes[axis].code), code);

	return value != GOV_NONE && model->values[value].slot != GOV_NONE &&
		model->values[value].object_id == 0;
}

/* Is a container an active value of the axis? */
static bool
gov_island_is_value(GovViewRun *scan, int axis, const GovContainer *container)
{
	StringInfoData code;

	if (!container->live)
		return false;
	if (gov_island_is_linked(scan, axis, container->object_id) ||
		gov_island_is_named(scan, axis, PointerGetDatum(container->ref)))
		return true;
	initStringInfo(&code);
	appendBinaryStringInfo(&code, VARDATA_ANY(container->type), VARSIZE_ANY_EXHDR(container->type));
	appendStringInfoChar(&code, ':');
	appendBinaryStringInfo(&code, VARDATA_ANY(container->ref), VARSIZE_ANY_EXHDR(container->ref));
	return gov_island_is_named(scan, axis,
							   PointerGetDatum(cstring_to_text_with_len(code.data, code.len)));
}

/* Rows after the last object: containers that are not a value. */
void
gov_island_finish(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	GovModel *model = coverage->model;
	int			containers = Min(scan->island_containers, coverage->containers->count);

	for (int c = 0; c < containers; c++)
	{
		gov_progress_tick();
		for (int axis = 0; axis < model->naxes; axis++)
			if (*gov_island_children(scan, c, axis) > 0 &&
				!gov_island_is_value(scan, axis, &coverage->containers->items[c]))
				gov_island_add(scan, GOV_ISLAND_CONTAINER_NOT_A_VALUE, axis, GOV_NONE)->container = c;
	}
}

/* Columns: kind, severity, detail. */
void
gov_island_fill(GovViewRun *scan, const GovViewRow *row, Datum *values,
				bool *nulls pg_attribute_unused())
{
	GovCoverage *coverage = scan->coverage;
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;
	char	   *detail = "{}";

	if (row->container != GOV_NONE)
	{
		const GovContainer *container = &coverage->containers->items[row->container];

		detail = psprintf("{\"objects\": " INT64_FORMAT ", \"live\": %s}",
						  *gov_island_children(scan, row->container, row->axis),
						  container->live ? "true" : "false");
	}
	own[0] = gov_view_word(gov_island_words[row->kind].kind);
	own[1] = gov_view_word(gov_island_words[row->kind].severity);
	own[2] = DirectFunctionCall1(jsonb_in, CStringGetDatum(detail));
}
