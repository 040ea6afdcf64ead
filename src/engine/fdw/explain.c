/*-------------------------------------------------------------------------
 *
 * engine/fdw/explain.c
 *	  Every step tried to find the owner of one cell: gov_explain_owner.
 *
 * The steps are those of engine/coverage.c and engine/resolve.c, which stop at
 * the first that decides.  Here all are told, the later ones too, so the rule
 * stands here once more, over the same rows and containers: a change there is
 * one here.  The tests "worlds" compare the row that decides with the views.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/progress.h"
#include "trust/contact.h"
#include "registry/meant.h"
#include "registry/objects.h"
#include "registry/values.h"
#include "engine/coverage.h"

PG_FUNCTION_INFO_V1(gov_explain_owner);

/* What is told, and where it goes. */
typedef struct GovExplain
{
	ReturnSetInfo *result;
	GovCoverage *coverage;
	GovModel *model;
	int			slot;			/* GOV_NONE unless axis and value are active */
	int			value;
	int			axis;
	int			step;
	bool		required;
	bool		quarantined;	/* required by a quarantined assignment only */
	bool		decided;		/* a step above did */
} GovExplain;

/* One line of the explanation. */
typedef struct GovExplainLine
{
	const char *looked_at;
	bool		found;
	bool		decides;
	int			authority;		/* GOV_NONE for none */
	int			depth;			/* GOV_NONE for none */
	Datum		anchor_type;	/* 0 for none */
	Datum		anchor_ref;
	const char *detail;
} GovExplainLine;

/* What a line tells beside its columns: its detail, and how to reach its authority. */
static const char *
gov_explain_detail(const GovExplain *explain, const GovExplainLine *line)
{
	char	   *contact = line->authority == GOV_NONE ? NULL :
		gov_contact_words(text_to_cstring(explain->model->authorities[line->authority].code));

	if (contact == NULL)
		return line->detail;
	return line->detail == NULL ? contact : psprintf("%s; %s", line->detail, contact);
}

/* Puts a line out; the step number counts by itself. */
static void
gov_explain_put(GovExplain *explain, const GovExplainLine *line)
{
	const char *detail = gov_explain_detail(explain, line);
	Datum		values[9];
	bool		nulls[9] = {false};

	values[0] = Int32GetDatum(++explain->step);
	values[1] = CStringGetTextDatum(line->looked_at);
	values[2] = BoolGetDatum(line->found);
	values[3] = BoolGetDatum(line->decides && !explain->decided);
	nulls[4] = line->authority == GOV_NONE;
	if (!nulls[4])
		values[4] = PointerGetDatum(explain->model->authorities[line->authority].code);
	nulls[5] = line->depth == GOV_NONE;
	values[5] = Int32GetDatum(line->depth);
	nulls[6] = nulls[7] = line->anchor_ref == (Datum) 0;
	values[6] = line->anchor_type;
	values[7] = line->anchor_ref;
	nulls[8] = detail == NULL;
	if (!nulls[8])
		values[8] = CStringGetTextDatum(detail);
	tuplestore_putvalues(explain->result->setResult, explain->result->setDesc, values, nulls);
	if (line->decides)
		explain->decided = true;
}

/* The row of an object for the explained slot: a waiver, or the owner. */
static const GovOwned *
gov_explain_owned(const GovOwned *owned, int count, int slot, bool waiver)
{
	for (int i = 0; i < count; i++)
		if (owned[i].slot == slot && owned[i].waiver == waiver)
			return &owned[i];
	return NULL;
}

/* The object's current assignment to the explained value; NULL for none. */
static const GovAssigned *
gov_explain_assigned(GovExplain *explain)
{
	GovObject  *object = &explain->coverage->object;

	for (int i = 0; i < object->nassigned; i++)
		if (object->assigned[i].value == explain->value)
			return &object->assigned[i];
	return NULL;
}

/*
 * Why no rule of the axis is about the object, though some are for its type:
 * it is part of another, or out of their scope.  NULL where none is.
 */
static char *
gov_explain_out_of_scope(GovExplain *explain)
{
	GovModel   *model = explain->model;
	const GovObject *object = &explain->coverage->object;
	const GovContainer *container = object->container == GOV_NONE ? NULL : &explain->coverage->containers->items[object->container];
	int			plain = gov_model_type(model, object->type_text);
	StringInfoData rules;

	initStringInfo(&rules);
	for (int i = 0; i < model->nrules; i++)
	{
		if (model->rules[i].axis != explain->axis || !model->types[plain].applies[i] || model->types[object->type].applies[i])
			continue;
		if (object->part && model->rules[i].parts == GOV_PARTS_PARENTS)
			return psprintf("not required: it is part of %s \"%s\", which answers for it",
							text_to_cstring(container->type), text_to_cstring(container->ref));
		appendStringInfo(&rules, "%s%s", rules.len > 0 ? ", " : "", text_to_cstring(model->rules[i].code));
	}
	return rules.len > 0 ? psprintf("not required: it is not in the scope of %s", rules.data) : NULL;
}

/* Which rules require the cell. */
static void
gov_explain_required(GovExplain *explain)
{
	GovModel *model = explain->model;
	const GovType *type = &model->types[explain->coverage->object.type];
	const GovAssigned *assigned = gov_explain_assigned(explain);
	bool		by_assignment_only = true;
	StringInfoData detail;

	initStringInfo(&detail);
	for (int i = 0; i < model->nrules; i++)
	{
		const GovRuleEntry *rule = &model->rules[i];

		if (rule->axis != explain->axis || !type->applies[i] || explain->slot == GOV_NONE ||
			!(rule->cross_product || assigned != NULL))
			continue;
		explain->required = true;
		by_assignment_only &= !rule->cross_product;
		appendStringInfo(&detail, "%s%s (%s)", detail.len > 0 ? ", " : "required by ",
						 text_to_cstring(rule->code),
						 rule->cross_product ? "cross_product" : "per_assignment");
	}
	if (!explain->required)
	{
		const char *scope = gov_explain_out_of_scope(explain);

		appendStringInfoString(&detail,
							   !model->axes[explain->axis].active ? "not required: the axis is not active" :
							   explain->slot == GOV_NONE ? "not required: the value is not active" :
							   scope != NULL ? scope :
							   "not required: no active rule asks for it");
	}
	else if (assigned != NULL && assigned->taken_over)
		appendStringInfoString(&detail, "; the value is that of what it is part of");
	explain->quarantined = explain->required && by_assignment_only &&
		assigned->zone == GOV_ZONE_QUARANTINE;
	gov_explain_put(explain, &(GovExplainLine) {"rules", explain->required, false, GOV_NONE, GOV_NONE, 0, 0, detail.data});
}

/* Steps 1 to 3: waiver, quarantine, direct owner. */
static void
gov_explain_own(GovExplain *explain)
{
	GovObject  *object = &explain->coverage->object;
	const GovOwned *waiver = gov_explain_owned(object->owned, object->nowned, explain->slot, true);
	const GovOwned *direct = gov_explain_owned(object->owned, object->nowned, explain->slot, false);

	gov_explain_put(explain, &(GovExplainLine) {
		"waiver", waiver != NULL, waiver != NULL && explain->required,
		waiver != NULL ? waiver->authority : GOV_NONE, GOV_NONE, 0, 0,
		waiver == NULL ? NULL : explain->required ? "the cell is excused" : "excuses only a required cell"
	});
	gov_explain_put(explain, &(GovExplainLine) {
		"quarantine", explain->quarantined, explain->quarantined, GOV_NONE, GOV_NONE, 0, 0,
		explain->quarantined ? "required by a quarantined assignment only: held, whoever owns it" : NULL
	});
	gov_explain_put(explain, &(GovExplainLine) {
		"direct", direct != NULL, direct != NULL,
		direct != NULL ? direct->authority : GOV_NONE, direct != NULL ? 0 : GOV_NONE,
		object->type_text, object->ref_text, NULL
	});
}

/* Step 4: each container up to the root. */
static void
gov_explain_containers(GovExplain *explain)
{
	GovContainers *containers = explain->coverage->containers;
	int			number = explain->coverage->object.container;
	int			allocated = 16;
	GovOwned   *owned = palloc(sizeof(GovOwned) * allocated);

	if (number == GOV_NONE)
		gov_explain_put(explain, &(GovExplainLine) {"container", false, false, GOV_NONE, GOV_NONE, 0, 0, "the object has no container"});
	for (int depth = 1; number != GOV_NONE; depth++)
	{
		GovContainer *item = &containers->items[number];
		int			count = gov_ownership_of_object(containers, item->object_id, &owned, &allocated);
		const GovOwned *owner = gov_explain_owned(owned, count, explain->slot, false);

		gov_progress_tick();
		gov_explain_put(explain, &(GovExplainLine) {
			"container", item->live && owner != NULL,
			item->live && owner != NULL && owner->inherits,
			owner != NULL ? owner->authority : GOV_NONE, depth,
			PointerGetDatum(item->type), PointerGetDatum(item->ref),
			!item->live ? "retired: it and everything above count for nothing" :
			owner == NULL ? "no accountable owner here" :
			!owner->inherits ? "the owner here does not inherit" : NULL
		});
		if (!item->live)
			break;
		number = item->up;
	}
	pfree(owned);
}

/* Step 5: the value and its parents. */
static void
gov_explain_values(GovExplain *explain)
{
	GovModel *model = explain->model;
	int			value = explain->value;

	for (int depth = 0; value != GOV_NONE && depth <= model->nvalues; depth++)
	{
		int			anchor = model->values[value].anchor;

		gov_explain_put(explain, &(GovExplainLine) {
			"value", anchor != GOV_NONE, anchor != GOV_NONE && explain->slot != GOV_NONE,
			anchor, depth, CStringGetTextDatum("value"), PointerGetDatum(model->values[value].code),
			anchor == GOV_NONE ? "no value anchor here" : NULL
		});
		gov_progress_tick();
		value = gov_model_parent(model, value);
	}
}

/* Steps 6 and 7: the axis's fallback, then nobody. */
static void
gov_explain_last(GovExplain *explain)
{
	GovModel *model = explain->model;
	GovAxisEntry *axis = &model->axes[explain->axis];

	gov_explain_put(explain, &(GovExplainLine) {
		"fallback", axis->fallback != GOV_NONE,
		axis->fallback != GOV_NONE && explain->slot != GOV_NONE,
		axis->fallback, axis->fallback != GOV_NONE ? 0 : GOV_NONE,
		CStringGetTextDatum("axis"), PointerGetDatum(axis->code),
		axis->fallback_code == NULL ? "the axis has no fallback" :
		axis->fallback == GOV_NONE ? "the fallback authority is retired" : NULL
	});
	gov_explain_put(explain, &(GovExplainLine) {
		"nobody", !explain->decided, !explain->decided, GOV_NONE, GOV_NONE, 0, 0,
		explain->decided ? NULL :
		explain->slot == GOV_NONE ? "axis or value is not active: nothing is resolved" :
		explain->required ? "a gap: no accountable owner" : "nobody answers for it, and nobody has to"
	});
}

/*
 * gov_explain_owner(object_type, object_ref, axis, value): the steps, in
 * order.  The row with decides = true is how the cell is answered for.
 */
Datum
gov_explain_owner(PG_FUNCTION_ARGS)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	char	   *axis = gov_arg_code(fcinfo, 2, "axis");
	char	   *value = gov_arg_code(fcinfo, 3, "value");
	GovExplain	explain = {0};
	int64		object_id;

	InitMaterializedSRF(fcinfo, 0);
	gov_ensure_value(axis, value, GOV_ROW_AS_ASKED, NULL);
	object_id = gov_ensure_object(type, &ref, GOV_OBJECT_AS_ASKED);

	explain.result = (ReturnSetInfo *) fcinfo->resultinfo;
	explain.coverage = gov_coverage_open_narrow(GetActiveSnapshot(), true, true);
	explain.coverage->filter.by_slot = true;	/* cells of other values are not asked for */
	explain.model = explain.coverage->model;
	explain.axis = gov_model_axis(explain.model, CStringGetTextDatum(axis));
	explain.value = gov_model_value(explain.model, CStringGetTextDatum(axis),
										 CStringGetTextDatum(value));
	if (explain.value != GOV_NONE && gov_coverage_object_by_id(explain.coverage, object_id))
	{
		explain.slot = explain.model->values[explain.value].slot;
		gov_explain_required(&explain);
		gov_explain_own(&explain);
		gov_explain_containers(&explain);
		gov_explain_values(&explain);
		gov_explain_last(&explain);
	}
	gov_coverage_close(explain.coverage);
	return (Datum) 0;
}
