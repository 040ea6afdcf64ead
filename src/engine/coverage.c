/*-------------------------------------------------------------------------
 *
 * engine/coverage.c
 *	  One object's cells: which are required, and who covers each.
 *
 * A cell (object, axis, value) is required when the object is live, axis and
 * value are active, and an active rule of the axis is about the object, by its
 * type and the rule's scope (engine/class.c): a cross_product rule requires
 * every active value of the axis, a per_assignment rule those the object
 * currently has, in whatever zone.  A part that has none on an axis, and that
 * such a rule is about, has those of what it is part of.
 *
 * The first of these that holds decides it: a waiver in force (waived); it is
 * required by a quarantined assignment only (gap, quarantined: held, whoever
 * owns it); direct owner; nearest inheriting container; nearest value anchor;
 * active fallback; nobody (gap, no_accountable_owner).
 *
 * Objects come one by one: all of them in the table's own order, or those that
 * a key names.  What is an object's own (ownership, assignments) is probed for
 * by index.  In a whole scan, two bitmaps made beforehand from one pass over
 * each table spare the probes of objects that have none; object ids wrap
 * around in them, so a mark may be set for an object without rows, but is
 * never missing for one that has some.  There the index of assignments is
 * walked beside the objects, as long as they come in its order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "server/args.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "engine/coverage.h"

/* Makes an empty set of marks for about so many objects. */
static void
gov_marks_create(GovMarks *marks, double objects)
{
	Size		words = 128;
	Size		limit = (Size) work_mem * 1024L / 4 / sizeof(uint64);

	while (words * 64 < objects * 2 && words * 2 <= limit)
		words *= 2;
	marks->bits = MemoryContextAllocExtended(CurrentMemoryContext, words * sizeof(uint64),
											 MCXT_ALLOC_ZERO | MCXT_ALLOC_HUGE);
	marks->mask = words * 64 - 1;
}

/* Marks an object. */
static inline void
gov_marks_set(GovMarks *marks, int64 object_id)
{
	uint64		bit = (uint64) object_id & marks->mask;

	marks->bits[bit / 64] |= UINT64CONST(1) << (bit % 64);
}

/* May the object have rows? True for all before the marks are made. */
static inline bool
gov_marks_test(const GovMarks *marks, int64 object_id)
{
	uint64		bit = (uint64) object_id & marks->mask;

	return marks->bits == NULL || (marks->bits[bit / 64] >> (bit % 64)) & 1;
}

/* Opens the engine over the snapshot of a model. */
static GovCoverage *
gov_coverage_open_model(GovModel *model, Snapshot snapshot, bool with_owners, bool with_assignments)
{
	GovCoverage *coverage = palloc0(sizeof(GovCoverage));

	coverage->context = CurrentMemoryContext;
	coverage->model = model;
	coverage->containers = gov_containers_open(coverage->model, snapshot);
	gov_class_open(&coverage->classes, coverage->containers);
	coverage->with_owners = with_owners;
	coverage->with_assignments = with_assignments;
	gov_table_open(&coverage->objects, "gov_object", snapshot);
	gov_index_open(&coverage->object_by_ref, &coverage->objects, "gov_object_ref_key");
	if (with_assignments)
	{
		gov_table_open(&coverage->assignments, "gov_assignment", snapshot);
		gov_index_open(&coverage->assignment_by_object, &coverage->assignments,
					   "gov_assignment_cell_idx");
		gov_index_open(&coverage->assignment_of_whole, &coverage->assignments,
					   "gov_assignment_cell_idx");
	}
	coverage->object.owned_allocated = coverage->object.assigned_allocated = 16;
	coverage->object.owned = palloc(sizeof(GovOwned) * 16);
	coverage->object.assigned = palloc(sizeof(GovAssigned) * 16);
	return coverage;
}

/* Opens the engine over one snapshot, with all values. */
GovCoverage *
gov_coverage_open(Snapshot snapshot, bool with_owners, bool with_assignments)
{
	return gov_coverage_open_model(gov_model_load(snapshot), snapshot, with_owners, with_assignments);
}

/* The same for look-ups of objects: values are loaded as objects need them. */
GovCoverage *
gov_coverage_open_narrow(Snapshot snapshot, bool with_owners, bool with_assignments)
{
	return gov_coverage_open_narrow_at(snapshot, with_owners, with_assignments, gov_now());
}

/* The same at another time than the beginning of the transaction. */
GovCoverage *
gov_coverage_open_narrow_at(Snapshot snapshot, bool with_owners, bool with_assignments, TimestampTz now)
{
	return gov_coverage_open_model(gov_model_load_narrow(snapshot, NULL, now), snapshot,
								   with_owners, with_assignments);
}

/* Closes it. */
void
gov_coverage_close(GovCoverage *coverage)
{
	if (coverage->with_assignments)
	{
		gov_index_close(&coverage->assignment_of_whole);
		gov_index_close(&coverage->assignment_by_object);
		gov_table_close(&coverage->assignments);
	}
	gov_index_close(&coverage->object_by_ref);
	gov_table_close(&coverage->objects);
	gov_class_close(&coverage->classes);
	gov_containers_close(coverage->containers);
	gov_model_free(coverage->model);
}

/*
 * Loads all values of some axes into a narrow model.  Where single values of
 * one of them were fetched before, with numbers that what is loaded holds on
 * to, everything begins anew with a model that has these axes, and those that
 * it had, from the start.
 */
static void
gov_coverage_widen(GovCoverage *coverage, Bitmapset *axes)
{
	Snapshot	snapshot = coverage->objects.snapshot;
	TimestampTz now = coverage->model->now;
	MemoryContext old;
	bool		done = true;

	for (int axis = bms_next_member(axes, -1); axis >= 0 && done; axis = bms_next_member(axes, axis))
		done = gov_model_widen(coverage->model, axis);
	if (done)
		return;
	for (int axis = 0; axis < coverage->model->naxes; axis++)
		if (coverage->model->axes[axis].whole)
			axes = bms_add_member(axes, axis);
	old = MemoryContextSwitchTo(coverage->context);
	gov_class_close(&coverage->classes);
	gov_containers_close(coverage->containers);
	gov_model_free(coverage->model);
	coverage->model = gov_model_load_narrow(snapshot, axes, now);
	coverage->containers = gov_containers_open(coverage->model, snapshot);
	gov_class_open(&coverage->classes, coverage->containers);
	MemoryContextSwitchTo(old);
}

/*
 * Sees to it that a narrow model has all values of the axes that the current
 * object is asked about whole: those that a cross_product rule requires, or
 * all of them for a view of what nobody requires.  Whether a rule with a scope
 * is about the object is not looked at here.  Nothing to do where the query
 * names the values.
 */
static void
gov_coverage_ensure_values(GovCoverage *coverage, Datum type_code)
{
	const GovFilter *filter = &coverage->filter;
	int			type = gov_model_type(coverage->model, type_code);
	int			count = filter->by_axis ? filter->naxes : coverage->model->naxes;
	Bitmapset  *axes = NULL;

	if (filter->by_slot)
		return;
	for (int i = 0; i < count; i++)
	{
		int			axis = filter->by_axis ? filter->axes[i] : i;

		if (!coverage->model->axes[axis].whole && coverage->model->axes[axis].active &&
			(coverage->every_value || coverage->model->types[type].demands[axis].cross_product))
			axes = bms_add_member(axes, axis);
	}
	if (axes != NULL)
		gov_coverage_widen(coverage, axes);
}

/*
 * Is a provenance the empty object?  Looked at in place: what is compressed
 * or stored apart is larger than that.
 */
static inline bool
gov_assignment_provenance_empty(const struct varlena *stored)
{
	JsonbContainer root;

	if (VARATT_IS_EXTENDED(stored) && !VARATT_IS_SHORT(stored))
		return false;
	if (VARSIZE_ANY_EXHDR(stored) != offsetof(JsonbContainer, children))
		return false;
	memcpy(&root, VARDATA_ANY(stored), offsetof(JsonbContainer, children));
	return root.header == JB_FOBJECT;
}

/* A zone by its name: the three differ in their first letter, as the table checks. */
static inline GovZone
gov_assignment_zone_of(const text *name)
{
	char		letter = *VARDATA_ANY(name);

	if (letter == 'a')
		return GOV_ZONE_APPROVED;
	return letter == 'q' ? GOV_ZONE_QUARANTINE : GOV_ZONE_CANDIDATE;
}

/*
 * Reads a row of gov_assignment; false unless it is current.
 */
bool
gov_assignment_read(GovModel *model, HeapTuple tuple, GovAssigned *assigned)
{
	GovRow		row = gov_row(tuple);
	TimestampTz valid_from;
	TimestampTz valid_to;
	int64		superseded_by;
	text	   *axis;
	text	   *provenance;

	assigned->assignment_id = gov_row_int8_set(&row);
	assigned->object_id = gov_row_int8_set(&row);
	assigned->assigned_at = gov_row_int8_set(&row);
	valid_from = gov_row_int8_set(&row);
	if (!gov_row_int8(&row, &valid_to))
		valid_to = DT_NOEND;
	if (!gov_assignment_is_current(valid_from, valid_to, gov_row_int8(&row, &superseded_by), model->now))
		return false;
	if (!gov_row_float4(&row, &assigned->confidence))
		assigned->confidence = -1;
	gov_row_skip(&row, 4);		/* match_score */
	gov_row_skip(&row, 4);		/* revision */
	axis = gov_row_text(&row);
	assigned->value = gov_model_value(model, PointerGetDatum(axis),
										   PointerGetDatum(gov_row_text(&row)));
	if (assigned->value == GOV_NONE)
		return false;
	assigned->axis = model->values[assigned->value].axis;
	assigned->slot = model->values[assigned->value].slot;
	assigned->zone = gov_assignment_zone_of(gov_row_text(&row));
	/* the table refuses a row without provenance outside quarantine */
	provenance = gov_row_text(&row);
	assigned->taken_over = false;
	assigned->has_provenance = (provenance != NULL && !gov_assignment_provenance_empty(provenance)) |
		(assigned->zone == GOV_ZONE_QUARANTINE);
	return true;
}

/* The object's next row of gov_assignment, or its first; false when there is none. */
static inline bool
gov_coverage_assignment(GovCoverage *coverage, int64 object_id, bool first)
{
	if (coverage->whole)
		return first ? gov_walk_find(&coverage->assignment_walk, object_id)
			: gov_walk_next(&coverage->assignment_walk);
	if (first)
		gov_index_find_int8(&coverage->assignment_by_object, object_id);
	return gov_index_next(&coverage->assignment_by_object, 0);
}

/* Order of assignments by slot, then as they were written, for qsort. */
static int
gov_assigned_compare(const void *a, const void *b)
{
	const GovAssigned *one = a;
	const GovAssigned *other = b;

	if (one->slot != other->slot)
		return one->slot < other->slot ? -1 : 1;
	return one->assignment_id < other->assignment_id ? -1 : one->assignment_id > other->assignment_id;
}

/* Adds a current assignment to those of the object; is it in order? */
static bool
gov_object_add_assigned(GovObject *object, const GovAssigned *assigned)
{
	int			count = object->nassigned++;

	if (count == object->assigned_allocated)
	{
		object->assigned_allocated *= 2;
		object->assigned = repalloc_huge(object->assigned,
										 sizeof(GovAssigned) * object->assigned_allocated);
	}
	object->assigned[count] = *assigned;
	return count == 0 || object->assigned[count - 1].slot <= assigned->slot;
}

/* Loads the object's current assignments, sorted by slot: as the index mostly brings them. */
static void
gov_coverage_load_assignments(GovCoverage *coverage, GovObject *object)
{
	TupleTableSlot *slot = coverage->assignment_by_object.slot;
	bool		sorted = true;

	for (bool row = gov_coverage_assignment(coverage, object->object_id, true); row;
		 row = gov_coverage_assignment(coverage, object->object_id, false))
	{
		GovAssigned assigned;

		gov_progress_tick();
		if (gov_assignment_read(coverage->model, gov_slot_row(slot), &assigned))
			sorted &= gov_object_add_assigned(object, &assigned);
	}
	if (!sorted)
		qsort(object->assigned, object->nassigned, sizeof(GovAssigned), gov_assigned_compare);
}

/* Takes over the assignments of something on the axes of the set; gives the axes on which it has some. */
static Bitmapset *
gov_coverage_take_over_from(GovCoverage *coverage, int64 whole, const Bitmapset *axes)
{
	GovIndex   *index = &coverage->assignment_of_whole;
	Bitmapset  *found = NULL;

	gov_index_find_int8(index, whole);
	while (gov_index_next(index, 0))
	{
		GovAssigned assigned;

		gov_progress_tick();
		if (!gov_assignment_read(coverage->model, gov_slot_row(index->slot), &assigned) ||
			!bms_is_member(assigned.axis, axes))
			continue;
		assigned.taken_over = true;
		(void) gov_object_add_assigned(&coverage->object, &assigned);
		found = bms_add_member(found, assigned.axis);
	}
	return found;
}

/*
 * A part has the assignments of what it is part of, nearest first, on axes
 * where it has none and a per_assignment rule is about it.
 */
static void
gov_coverage_take_over(GovCoverage *coverage)
{
	GovObject  *object = &coverage->object;
	const GovModel *model = coverage->model;
	const GovDemand *demands = model->types[object->type].demands;
	const GovContainer *items = coverage->containers->items;
	Bitmapset  *axes = NULL;
	int			own = object->nassigned;
	bool		part = true;

	for (int axis = 0; axis < model->naxes; axis++)
		if (demands[axis].per_assignment)
			axes = bms_add_member(axes, axis);
	for (int i = 0; i < own; i++)
		axes = bms_del_member(axes, object->assigned[i].axis);
	for (int c = object->container; part && c != GOV_NONE && !bms_is_empty(axes); c = items[c].up)
	{
		Bitmapset  *found = gov_coverage_take_over_from(coverage, items[c].object_id, axes);

		axes = bms_del_members(axes, found);
		bms_free(found);
		part = items[c].up != GOV_NONE && items[items[c].up].holds_parts;
	}
	bms_free(axes);
	if (object->nassigned > own)
		qsort(object->assigned, object->nassigned, sizeof(GovAssigned), gov_assigned_compare);
}

/* The type of the current object, or its class, where rules for its type have a scope or are not about parts. */
static int
gov_coverage_class(GovCoverage *coverage, const GovObjectRow *row)
{
	const GovObject *object = &coverage->object;
	const GovType *type = &coverage->model->types[object->type];

	if (type->scoped)
		return gov_model_type(coverage->model, gov_class_of(&coverage->classes, row, object->type, object->container));
	return type->has_parts && object->part ? gov_model_nothing(coverage->model) : object->type;
}

/*
 * Makes the row in a slot the current object; false when it is retired.
 */
static bool
gov_coverage_take(GovCoverage *coverage, TupleTableSlot *slot)
{
	GovObject  *object = &coverage->object;
	GovObjectRow row;

	gov_object_read(gov_slot_row(slot), &row);
	if (!row.live)
		return false;
	if (coverage->model->fetch != NULL && !coverage->no_cells)
		gov_coverage_ensure_values(coverage, PointerGetDatum(row.type));
	object->object_id = row.object_id;
	object->type_text = PointerGetDatum(row.type);
	object->ref_text = PointerGetDatum(row.ref);
	object->type = gov_model_row_type(coverage->model, row.type);
	if (object->type == GOV_NONE)
		object->type = gov_model_type(coverage->model, object->type_text);
	object->container = row.container_id == 0 ? GOV_NONE :
		gov_containers_get(coverage->containers, row.container_id);
	object->part = gov_class_is_part(coverage->containers, object->type, object->container);
	object->type = gov_coverage_class(coverage, &row);
	object->nowned = object->nassigned = 0;
	if (coverage->with_owners && gov_marks_test(&coverage->owners, object->object_id))
		object->nowned = gov_ownership_of_object(coverage->containers, object->object_id,
												 &object->owned, &object->owned_allocated);
	if (coverage->with_assignments && gov_marks_test(&coverage->assignees, object->object_id))
		gov_coverage_load_assignments(coverage, object);
	if (coverage->with_assignments && object->part && coverage->model->asks_parts)
		gov_coverage_take_over(coverage);
	return true;
}

/* Marks every object named in a column of a table. */
static void
gov_marks_fill(GovMarks *marks, GovTable *table, int column, double objects)
{
	gov_marks_create(marks, objects);
	gov_table_start(table);
	while (gov_table_next(table, column))
	{
		gov_progress_tick();
		if (!gov_slot_isnull(table->slot, column))
			gov_marks_set(marks, DatumGetInt64(gov_slot_value(table->slot, column)));
	}
	gov_table_stop(table);
}

/* Starts going through all objects. */
void
gov_coverage_start_all(GovCoverage *coverage)
{
	double		objects = gov_table_estimate_rows("gov_object");

	if (coverage->with_owners && coverage->owners.bits == NULL)
		gov_marks_fill(&coverage->owners, &coverage->containers->ownerships,
					   GOV_COL_OWNERSHIP_OBJECT, objects);
	if (coverage->with_assignments && coverage->assignees.bits == NULL)
		gov_marks_fill(&coverage->assignees, &coverage->assignments,
					   GOV_COL_ASSIGNMENT_OBJECT, objects);
	gov_walk_start(&coverage->assignment_walk, &coverage->assignment_by_object, GOV_COL_ASSIGNMENT_OBJECT);
	coverage->whole = true;
	gov_table_start(&coverage->objects);
}

/* The next live object; false at the end. */
bool
gov_coverage_next(GovCoverage *coverage)
{
	while (gov_table_next(&coverage->objects, 0))
	{
		gov_progress_tick();
		if (gov_coverage_take(coverage, coverage->objects.slot))
			return true;
	}
	return false;
}

/* Makes one object the current one; false when there is no such live one. */
bool
gov_coverage_object_by_id(GovCoverage *coverage, int64 object_id)
{
	GovIndex   *index = &coverage->containers->object_by_id;
	TupleTableSlot *slot = coverage->objects.slot;

	coverage->whole = false;
	gov_index_find_int8(index, object_id);
	if (!gov_index_next(index, 0))
		return false;
	/* the probe's own slot is used again for containers */
	ExecCopySlot(slot, index->slot);
	return gov_coverage_take(coverage, slot);
}

/* Starts going through the live objects of one reference. */
void
gov_coverage_start_ref(GovCoverage *coverage, Datum ref)
{
	coverage->whole = false;
	gov_index_find_text(&coverage->object_by_ref, ref);
}

/* The next of them; false at the end. */
bool
gov_coverage_next_ref(GovCoverage *coverage)
{
	GovIndex   *index = &coverage->object_by_ref;

	while (gov_index_next(index, 0))
		if (gov_coverage_take(coverage, index->slot))
			return true;
	return false;
}

/* Decides a required cell; owned is the object's own first row for it. */
static void
gov_coverage_decide(GovCoverage *coverage, const GovOwned *owned, bool quarantined, GovCell *cell)
{
	static const GovCellStatus status_of[] = {
		[GOV_RESOLVED_DIRECT] = GOV_CELL_DIRECT,
		[GOV_RESOLVED_INHERITED] = GOV_CELL_INHERITED,
		[GOV_RESOLVED_VALUE] = GOV_CELL_VALUE,
		[GOV_RESOLVED_FALLBACK] = GOV_CELL_FALLBACK,
		[GOV_RESOLVED_NONE] = GOV_CELL_GAP
	};

	cell->quarantined = false;
	if (owned != NULL && owned->waiver)
	{
		cell->status = GOV_CELL_WAIVED;
		cell->answer.authority = owned->authority;
	}
	else if (quarantined)
	{
		cell->status = GOV_CELL_GAP;
		cell->quarantined = true;
	}
	else if (owned != NULL)
	{
		cell->status = GOV_CELL_DIRECT;
		cell->answer = (GovCellOwner) {GOV_RESOLVED_DIRECT, owned->authority, 0, GOV_NONE};
	}
	else
	{
		gov_ownership_above(coverage->containers, coverage->object.container,
							cell->slot, &cell->answer);
		cell->status = status_of[cell->answer.resolution];
	}
}

/* The object's own first row for a slot; *next moves on, slots ascend. */
static inline const GovOwned *
gov_object_owned(const GovObject *object, int slot, int *next)
{
	while (*next < object->nowned && object->owned[*next].slot < slot)
		(*next)++;
	if (*next < object->nowned && object->owned[*next].slot == slot)
		return &object->owned[*next];
	return NULL;
}

/*
 * Gives the required cells of the current object on one axis to the sink: of
 * the slots that the query names, or all of them.  "decide" false leaves out
 * who covers them.
 */
static void
gov_coverage_axis_cells(GovCoverage *coverage, int axis_number, bool decide,
						GovCellSink sink, void *state)
{
	const GovObject *object = &coverage->object;
	const GovAxisEntry *axis = &coverage->model->axes[axis_number];
	const GovDemand *demand = &coverage->model->types[object->type].demands[axis_number];
	const GovFilter *filter = &coverage->filter;
	int			count = !demand->cross_product ? (demand->per_assignment ? object->nassigned : 0) :
		filter->by_slot ? filter->nslots : axis->nslots;
	int			next_owned = 0;

	for (int i = 0; i < count; i++)
	{
		GovCell		cell;
		bool		quarantined = false;

		if (demand->cross_product)
			cell.slot = filter->by_slot ? filter->slots[i] : axis->first_slot + i;
		else
		{
			cell.slot = object->assigned[i].slot;
			quarantined = object->assigned[i].zone == GOV_ZONE_QUARANTINE;
			if (cell.slot == GOV_NONE || (filter->by_slot && !gov_filter_has(filter->slots, filter->nslots, cell.slot)))
				continue;
		}
		if (coverage->model->slots[cell.slot].axis != axis_number)
			continue;
		if (decide)
			gov_coverage_decide(coverage, gov_object_owned(object, cell.slot, &next_owned),
								quarantined, &cell);
		if (!filter->gaps_only || cell.status == GOV_CELL_GAP)
			sink(state, coverage, &cell);
	}
}

/* Gives the required cells of the current object to the sink. */
void
gov_coverage_cells(GovCoverage *coverage, bool decide, GovCellSink sink, void *state)
{
	const GovFilter *filter = &coverage->filter;
	int			count = filter->by_axis ? filter->naxes : coverage->model->naxes;

	for (int i = 0; i < count; i++)
		gov_coverage_axis_cells(coverage, filter->by_axis ? filter->axes[i] : i, decide, sink, state);
}

/*
 * Gives the active per_assignment rules that are about the current object, and
 * on whose axis it has no current assignment at all, to the sink.
 */
void
gov_coverage_missing(GovCoverage *coverage, GovMissingSink sink, void *state)
{
	const GovObject *object = &coverage->object;
	const GovType *type = &coverage->model->types[object->type];

	for (int i = 0; i < coverage->model->nrules; i++)
	{
		const GovRuleEntry *rule = &coverage->model->rules[i];
		bool		found = false;

		if (rule->cross_product || !type->applies[i])
			continue;
		for (int a = 0; a < object->nassigned && !found; a++)
			found = object->assigned[a].axis == rule->axis;
		if (!found)
			sink(state, coverage, i);
	}
}
