/*-------------------------------------------------------------------------
 *
 * engine/fdw/views.c
 *	  What each engine view shows: which rows an object has, with which columns.
 *
 * One const table describes the views; the scan (handler.c) drives
 * them all alike: for each object "produce" adds rows to the scan's array,
 * and "fill" turns one into columns when the executor asks for it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine/fdw/classification.h"
#include "engine/fdw/island.h"
#include "engine/fdw/views.h"

/* Sink of cells: one row each. */
static void
gov_view_add_cell(void *state, GovCoverage *coverage, const GovCell *cell)
{
	GovViewRow *row = gov_view_add(state);

	row->cell = *cell;
	row->axis = coverage->model->slots[cell->slot].axis;
	row->value = coverage->model->slots[cell->slot].value;
}

/* gov_required_cell: the cells, whoever covers them. */
static void
gov_required_cell_produce(GovViewRun *scan)
{
	gov_coverage_cells(scan->coverage, false, gov_view_add_cell, scan);
}

/* gov_coverage: the cells and who covers them. */
static void
gov_coverage_produce(GovViewRun *scan)
{
	gov_coverage_cells(scan->coverage, true, gov_view_add_cell, scan);
}

/* Does the object have a current assignment to a slot?  They are in order. */
static bool
gov_object_has_slot(const GovObject *object, int slot)
{
	int			low = 0;
	int			high = object->nassigned;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (object->assigned[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < object->nassigned && object->assigned[low].slot == slot;
}

/* Sink of gov_cell_rule: one row per rule that requires the cell. */
static void
gov_cell_rule_add(void *state, GovCoverage *coverage, const GovCell *cell)
{
	GovModel *model = coverage->model;
	const GovType *type = &model->types[coverage->object.type];
	bool		assigned = gov_object_has_slot(&coverage->object, cell->slot);

	for (int i = 0; i < model->nrules; i++)
	{
		const GovRuleEntry *rule = &model->rules[i];

		if (rule->axis != model->slots[cell->slot].axis || !type->applies[i] ||
			!(rule->cross_product || assigned))
			continue;
		gov_view_add_cell(state, coverage, cell);
		((GovViewRun *) state)->rows[((GovViewRun *) state)->nrows - 1].rule = i;
	}
}

/* gov_cell_rule: the cells with the rules that require them. */
static void
gov_cell_rule_produce(GovViewRun *scan)
{
	gov_coverage_cells(scan->coverage, false, gov_cell_rule_add, scan);
}

/* The column beside the cell: the rule. */
static void
gov_cell_rule_fill(GovViewRun *scan, const GovViewRow *row, Datum *values,
				   bool *nulls pg_attribute_unused())
{
	values[GOV_VIEW_OWN_COLUMNS] = PointerGetDatum(scan->coverage->model->rules[row->rule].code);
}

/* Anchor type and reference of an answer, into two columns. */
static void
gov_view_fill_anchor(GovViewRun *scan, const GovViewRow *row, const GovCellOwner *answer,
					 Datum *values)
{
	GovCoverage *coverage = scan->coverage;
	GovModel *model = coverage->model;

	switch (answer->resolution)
	{
		case GOV_RESOLVED_DIRECT:
			values[0] = coverage->object.type_text;
			values[1] = coverage->object.ref_text;
			break;
		case GOV_RESOLVED_INHERITED:
			values[0] = PointerGetDatum(coverage->containers->items[answer->anchor].type);
			values[1] = PointerGetDatum(coverage->containers->items[answer->anchor].ref);
			break;
		case GOV_RESOLVED_VALUE:
			values[0] = gov_view_word("value");
			values[1] = PointerGetDatum(model->values[answer->anchor].code);
			break;
		default:
			values[0] = gov_view_word("axis");
			values[1] = PointerGetDatum(model->axes[row->axis].code);
			break;
	}
}

/* Columns of gov_coverage: status, reason, authority, depth, anchor. */
static void
gov_coverage_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls)
{
	static const char *const status_words[] = {
		[GOV_CELL_WAIVED] = "waived",
		[GOV_CELL_DIRECT] = "direct",
		[GOV_CELL_INHERITED] = "inherited",
		[GOV_CELL_VALUE] = "value",
		[GOV_CELL_FALLBACK] = "fallback",
		[GOV_CELL_GAP] = "gap"
	};
	const GovCell *cell = &row->cell;
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;
	bool	   *own_nulls = nulls + GOV_VIEW_OWN_COLUMNS;

	own[0] = gov_view_word(status_words[cell->status]);
	own_nulls[1] = cell->status != GOV_CELL_GAP;
	own_nulls[2] = cell->status == GOV_CELL_GAP;
	own_nulls[3] = own_nulls[4] = own_nulls[5] =
		cell->status == GOV_CELL_GAP || cell->status == GOV_CELL_WAIVED;
	if (!own_nulls[1])
		own[1] = gov_view_word(cell->quarantined ? "quarantined" : "no_accountable_owner");
	if (!own_nulls[2])
		own[2] = PointerGetDatum(scan->coverage->model->authorities[cell->answer.authority].code);
	if (!own_nulls[3])
	{
		own[3] = Int32GetDatum(cell->answer.depth);
		gov_view_fill_anchor(scan, row, &cell->answer, own + 4);
	}
}

/* The object's own owner of a slot, waivers passed over, by binary search; NULL for none. */
static const GovOwned *
gov_object_owner(const GovObject *object, int slot)
{
	int			low = 0;
	int			high = object->nowned;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		const GovOwned *owned = &object->owned[middle];

		if (owned->slot < slot || (owned->slot == slot && owned->waiver))
			low = middle + 1;
		else
			high = middle;
	}
	return low < object->nowned && object->owned[low].slot == slot ? &object->owned[low] : NULL;
}

/* Adds who answers for a slot, if somebody does. */
static void
gov_effective_owner_add(GovViewRun *scan, int slot)
{
	GovCoverage *coverage = scan->coverage;
	const GovOwned *owner = gov_object_owner(&coverage->object, slot);
	GovCell		cell = {.slot = slot};

	if (owner != NULL)
		cell.answer = (GovCellOwner) {GOV_RESOLVED_DIRECT, owner->authority, 0, GOV_NONE};
	else
		gov_ownership_above(coverage->containers, coverage->object.container, slot, &cell.answer);
	if (cell.answer.resolution != GOV_RESOLVED_NONE)
		gov_view_add_cell(scan, coverage, &cell);
}

/* Finds the slots that may have an answer: what answers for every object, and what does for this one. */
static void
gov_effective_owner_find(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	const GovObject *object = &coverage->object;
	GovCellOwner answer;

	for (; scan->anywhere_of < coverage->model->nslots; scan->anywhere_of++)
	{
		gov_ownership_above(coverage->containers, GOV_NONE, scan->anywhere_of, &answer);
		if (answer.resolution != GOV_RESOLVED_NONE)
			gov_ownership_slot_add(&scan->anywhere, scan->anywhere_of);
	}
	scan->here.count = 0;
	for (int i = 0; i < object->nowned; i++)
		gov_ownership_slot_add(&scan->here, object->owned[i].slot);
	gov_ownership_slots_inherited(coverage->containers, object->container, &scan->here);
	qsort(scan->here.items, scan->here.count, sizeof(int), gov_fdw_compare_ints);
}

/* Is a slot of an axis that is asked for? */
static bool
gov_effective_owner_is_asked(const GovFilter *filter, int axis)
{
	for (int i = 0; i < filter->naxes; i++)
		if (filter->axes[i] == axis)
			return true;
	return false;
}

/*
 * gov_effective_owner: every active value of every active axis that somebody
 * answers for, required or not, waived or not.  Of many values few have an
 * owner: those are gone through, in order, and not all there are.
 */
static void
gov_effective_owner_produce(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	const GovFilter *filter = &coverage->filter;
	const GovSlots *anywhere = &scan->anywhere;
	const GovSlots *here = &scan->here;
	int			last = GOV_NONE;

	if (filter->by_slot)
	{
		for (int i = 0; i < filter->nslots; i++)
			gov_effective_owner_add(scan, filter->slots[i]);
		return;
	}
	gov_effective_owner_find(scan);
	for (int a = 0, h = 0; a < anywhere->count || h < here->count;)
	{
		bool		first = h == here->count || (a < anywhere->count && anywhere->items[a] < here->items[h]);
		int			slot = first ? anywhere->items[a++] : here->items[h++];

		if (slot == last || (filter->by_axis && !gov_effective_owner_is_asked(filter, coverage->model->slots[slot].axis)))
			continue;
		gov_effective_owner_add(scan, slot);
		last = slot;
	}
}

/* Columns of gov_effective_owner: authority, resolution, depth, anchor. */
static void
gov_effective_owner_fill(GovViewRun *scan, const GovViewRow *row, Datum *values,
						 bool *nulls pg_attribute_unused())
{
	static const char *const words[] = {
		[GOV_RESOLVED_DIRECT] = "direct",
		[GOV_RESOLVED_INHERITED] = "inherited",
		[GOV_RESOLVED_VALUE] = "value",
		[GOV_RESOLVED_FALLBACK] = "fallback"
	};
	const GovCellOwner *answer = &row->cell.answer;
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;

	own[0] = PointerGetDatum(scan->coverage->model->authorities[answer->authority].code);
	own[1] = gov_view_word(words[answer->resolution]);
	own[2] = Int32GetDatum(answer->depth);
	gov_view_fill_anchor(scan, row, answer, own + 3);
}

/* Sink of gov_owner_conflict: inherited cells whose value anchor disagrees. */
static void
gov_owner_conflict_add(void *state, GovCoverage *coverage, const GovCell *cell)
{
	GovViewRun *scan = state;
	GovCellOwner	other;

	if (cell->status != GOV_CELL_INHERITED ||
		!gov_ownership_by_value(coverage->model, cell->slot, &other) ||
		other.authority == cell->answer.authority)
		return;
	gov_view_add_cell(state, coverage, cell);
	scan->rows[scan->nrows - 1].other = other;
}

/* gov_owner_conflict: where container and value name different owners. */
static void
gov_owner_conflict_produce(GovViewRun *scan)
{
	gov_coverage_cells(scan->coverage, true, gov_owner_conflict_add, scan);
}

/* Columns of gov_owner_conflict: both authorities and both anchors. */
static void
gov_owner_conflict_fill(GovViewRun *scan, const GovViewRow *row, Datum *values,
						bool *nulls pg_attribute_unused())
{
	GovModel *model = scan->coverage->model;
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;

	own[0] = PointerGetDatum(model->authorities[row->cell.answer.authority].code);
	gov_view_fill_anchor(scan, row, &row->cell.answer, own + 1);
	own[3] = PointerGetDatum(model->authorities[row->other.authority].code);
	own[4] = PointerGetDatum(model->values[row->other.anchor].code);
}

/* Sink of gov_missing_assignment: one row per rule. */
static void
gov_missing_assignment_add(void *state, GovCoverage *coverage, int rule)
{
	GovViewRow *row = gov_view_add(state);

	row->axis = coverage->model->rules[rule].axis;
	row->rule = rule;
}

/* gov_missing_assignment: rules that ask for an assignment which the object has not. */
static void
gov_missing_assignment_produce(GovViewRun *scan)
{
	gov_coverage_missing(scan->coverage, gov_missing_assignment_add, scan);
}

/* Its one column after the axis is the rule, in the place of the value. */
static void
gov_missing_assignment_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls)
{
	values[GOV_COL_VIEW_VALUE] = PointerGetDatum(scan->coverage->model->rules[row->rule].code);
	nulls[GOV_COL_VIEW_VALUE] = false;
}

/*
 * gov_assignment_quality: current assignments to an active value that an
 * active per_assignment rule covers.
 */
static void
gov_assignment_quality_produce(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	const GovObject *object = &coverage->object;

	for (int i = 0; i < object->nassigned; i++)
	{
		const GovAssigned *assigned = &object->assigned[i];
		GovViewRow *row;

		if (assigned->slot == GOV_NONE || assigned->taken_over ||
			!coverage->model->types[object->type].demands[assigned->axis].per_assignment)
			continue;
		row = gov_view_add(scan);
		row->axis = assigned->axis;
		row->value = assigned->value;
		row->assigned = i;
	}
}

/* Columns of gov_assignment_quality: assignment, zone, confidence, flag. */
static void
gov_assignment_quality_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls)
{
	static const char *const zones[] = {
		[GOV_ZONE_APPROVED] = "approved",
		[GOV_ZONE_CANDIDATE] = "candidate",
		[GOV_ZONE_QUARANTINE] = "quarantine"
	};
	static const char *const flags[] = {
		[GOV_QUALITY_QUARANTINE] = "quarantine",
		[GOV_QUALITY_MISSING_PROVENANCE] = "missing_provenance",
		[GOV_QUALITY_LOW_CONFIDENCE] = "low_confidence",
		[GOV_QUALITY_STALE] = "stale",
		[GOV_QUALITY_OK] = "ok"
	};
	GovCoverage *coverage = scan->coverage;
	const GovAssigned *assigned = &coverage->object.assigned[row->assigned];
	const GovDemand *demand =
		&coverage->model->types[coverage->object.type].demands[assigned->axis];
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;

	own[0] = Int64GetDatum(assigned->assignment_id);
	own[1] = gov_view_word(zones[assigned->zone]);
	own[2] = Float4GetDatum(assigned->confidence);
	nulls[GOV_VIEW_OWN_COLUMNS + 2] = assigned->confidence < 0;
	own[3] = gov_view_word(flags[gov_assignment_quality_of(demand, assigned)]);
}

/* The views; the name is the option "view" of the foreign table. */
static const GovView gov_views[] = {
	{"required_cell", "ltttt", false, true, false, false, GOV_BY_VALUE + 1, gov_required_cell_produce, NULL, NULL},
	{"cell_rule", "lttttt", false, true, false, false, GOV_BY_VALUE + 1, gov_cell_rule_produce, NULL, gov_cell_rule_fill},
	{"coverage", "ltttttttitt", true, true, false, false, GOV_BY_STATUS + 1, gov_coverage_produce, NULL, gov_coverage_fill},
	{"effective_owner", "lttttttitt", true, false, true, false, GOV_BY_VALUE + 1, gov_effective_owner_produce, NULL, gov_effective_owner_fill},
	{"owner_conflict", "lttttttttt", true, true, false, false, GOV_BY_VALUE + 1, gov_owner_conflict_produce, NULL, gov_owner_conflict_fill},
	{"missing_assignment", "ltttt", false, true, false, false, GOV_BY_AXIS + 1, gov_missing_assignment_produce, NULL, gov_missing_assignment_fill},
	{"assignment_quality", "lttttltft", false, true, false, false, GOV_BY_VALUE + 1, gov_assignment_quality_produce, NULL, gov_assignment_quality_fill},
	{"hidden_island", "lttttttj", false, true, false, false, 0, gov_island_produce, gov_island_finish, gov_island_fill},
	{"classification", "lttttttitt", false, true, false, true, GOV_BY_VALUE + 1, gov_classification_produce, NULL, gov_classification_fill},
};

/* The view of a name; NULL when there is none. */
const GovView *
gov_view_find(const char *name)
{
	for (Size i = 0; i < lengthof(gov_views); i++)
		if (strcmp(gov_views[i].name, name) == 0)
			return &gov_views[i];
	return NULL;
}

/* Opens a scan of a view; a narrow one is for look-ups of objects. */
GovViewRun *
gov_view_open(const GovView *view, Snapshot snapshot, bool narrow)
{
	GovViewRun *scan = palloc0(sizeof(GovViewRun));

	scan->view = view;
	scan->coverage = narrow
		? gov_coverage_open_narrow(snapshot, view->with_owners, view->with_assignments)
		: gov_coverage_open(snapshot, view->with_owners, view->with_assignments);
	scan->coverage->every_value = view->every_value;
	scan->coverage->no_cells = view->borne;
	scan->object_context = AllocSetContextCreate(CurrentMemoryContext,
												 "governance object",
												 ALLOCSET_DEFAULT_SIZES);
	scan->rows_allocated = 64;
	scan->rows = palloc(sizeof(GovViewRow) * scan->rows_allocated);
	gov_ownership_slots_open(&scan->anywhere);
	gov_ownership_slots_open(&scan->here);
	return scan;
}

/* Closes it. */
void
gov_view_close(GovViewRun *scan)
{
	gov_classification_close(scan);
	gov_coverage_close(scan->coverage);
}

/*
 * Fills the columns of the object that a row is about: the current one, or a
 * container.  One whose row is missing has no name.
 */
static void
gov_view_fill_object(GovCoverage *coverage, const GovViewRow *row, Datum *values, bool *nulls)
{
	if (row->container == GOV_NONE)
	{
		values[GOV_COL_VIEW_OBJECT_ID] = Int64GetDatum(coverage->object.object_id);
		values[GOV_COL_VIEW_OBJECT_TYPE] = coverage->object.type_text;
		values[GOV_COL_VIEW_OBJECT_REF] = coverage->object.ref_text;
	}
	else
	{
		const GovContainer *container = &coverage->containers->items[row->container];

		values[GOV_COL_VIEW_OBJECT_ID] = Int64GetDatum(container->object_id);
		nulls[GOV_COL_VIEW_OBJECT_TYPE] = nulls[GOV_COL_VIEW_OBJECT_REF] = container->ref == NULL;
		values[GOV_COL_VIEW_OBJECT_TYPE] = PointerGetDatum(container->type);
		values[GOV_COL_VIEW_OBJECT_REF] = PointerGetDatum(container->ref);
	}
}

/*
 * Fills the columns of a row: those common to all views, then its own.  When
 * the query looks at nothing after the axis, that is left NULL.
 */
void
gov_view_fill(GovViewRun *scan, const GovViewRow *row, bool all_columns, Datum *values, bool *nulls)
{
	GovCoverage *coverage = scan->coverage;
	GovModel *model = coverage->model;

	memset(nulls, all_columns ? 0 : 1, sizeof(bool) * GOV_VIEW_MAX_COLUMNS);
	memset(nulls, 0, sizeof(bool) * GOV_COL_VIEW_VALUE);
	gov_view_fill_object(coverage, row, values, nulls);
	values[GOV_COL_VIEW_AXIS] = PointerGetDatum(model->axes[row->axis].code);
	if (!all_columns)
		return;
	nulls[GOV_COL_VIEW_VALUE] = row->value == GOV_NONE;
	if (row->value != GOV_NONE)
		values[GOV_COL_VIEW_VALUE] = PointerGetDatum(model->values[row->value].code);
	if (scan->view->fill != NULL)
		scan->view->fill(scan, row, values, nulls);
}
