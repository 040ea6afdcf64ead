/*-------------------------------------------------------------------------
 *
 * engine/summary/summary.c
 *	  gov_coverage_summary: the counts per active axis.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/nodeHash.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "engine/summary/count.h"
#include "engine/summary/parallel.h"
#include "engine/summary/summary.h"

/* So much memory may bits of ids take, however little is allowed. */
#define GOV_BITS_MIN	((Size) 1024 * 1024)

/*
 * What an object takes beside its entry, on average: its exceptions, as read
 * and in order, with what tells where they begin, and bits.
 */
static double
gov_summary_bytes_per_object(GovModel *model)
{
	double		objects = gov_table_estimate_rows("gov_object");
	double		owned = gov_table_estimate_rows("gov_ownership");

	return owned / objects * GOV_EXCEPTION_BYTES +
		2.0 * sizeof(int64) / GOV_EXCEPTION_GROUP + gov_count_seen_axes(model) / 8.0;
}

/* Sink of cells: counts one. */
static void
gov_summary_add_cell(void *state, GovCoverage *coverage, const GovCell *cell)
{
	((GovTally *) state)[coverage->model->slots[cell->slot].axis].cells[cell->status]++;
}

/* Counts what the current object misses, and how good what it has is. */
static void
gov_summary_add_assignments(GovTally *tallies, GovCoverage *coverage)
{
	GovModel *model = coverage->model;
	const GovObject *object = &coverage->object;
	const GovDemand *demands = model->types[object->type].demands;

	for (int axis = 0; axis < model->naxes; axis++)
		tallies[axis].missing += demands[axis].per_assignment_rules;
	for (int i = 0; i < object->nassigned; i++)
	{
		const GovAssigned *assigned = &object->assigned[i];
		int			axis = assigned->axis;
		bool		first = true;

		for (int j = 0; j < i && first; j++)
			first = object->assigned[j].axis != axis;
		if (first)
			tallies[axis].missing -= demands[axis].per_assignment_rules;
		if (assigned->slot != GOV_NONE && demands[axis].per_assignment && !assigned->taken_over)
			tallies[axis].quality[gov_assignment_quality_of(&demands[axis], assigned)]++;
	}
}

/*
 * Counts cell by cell, for object ids too far apart for a directory.  The
 * model is loaded once more, under the same snapshot, so its axes have
 * the same numbers.
 */
static void
gov_summary_by_object(GovTally *tallies, Snapshot snapshot)
{
	GovCoverage *coverage = gov_coverage_open(snapshot, true, true);
	MemoryContext per_object = AllocSetContextCreate(CurrentMemoryContext, "governance object",
													 ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;

	gov_coverage_start_all(coverage);
	old = MemoryContextSwitchTo(per_object);
	while (gov_coverage_next(coverage))
	{
		gov_coverage_cells(coverage, true, gov_summary_add_cell, tallies);
		gov_summary_add_assignments(tallies, coverage);
		MemoryContextReset(per_object);
	}
	MemoryContextSwitchTo(old);
	gov_coverage_close(coverage);
}

/* Makes one of the passes over a whole table. */
static void
gov_summary_pass(GovCount *count, const char *name, void (*pass) (GovCount *count, GovTable *table))
{
	GovTable	table;

	gov_table_open(&table, name, count->snapshot);
	gov_table_start(&table);
	pass(count, &table);
	gov_table_close(&table);
}

/*
 * Reads the objects; the directory has narrow entries, or, where types turn
 * out to be too many for these, wide ones.
 */
static void
gov_summary_objects(GovCount *count, GovTable *objects, int64 first, int64 last, Size memory)
{
	double		bytes_per_object = gov_summary_bytes_per_object(count->model);
	Size		bits = gov_hierarchy_bytes((uint64) last - (uint64) first + 1);
	bool		wide = false;

	memory -= Min(bits, memory / 2);
	for (;;)
	{
		gov_directory_describe(&count->directory, first, last, wide);
		gov_directory_create(&count->directory, memory, bytes_per_object);
		gov_hierarchy_create(&count->hierarchy, first, count->directory.span, NULL);
		gov_table_start(objects);
		if (gov_count_objects(count, objects))
			break;
		if (wide)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many types of objects for a summary"),
					 errdetail("The summary met %d of them, among object ids that reach from %lld to %lld.",
							   count->model->ntypes, (long long) first, (long long) last)));
		pfree(count->hierarchy.contains);
		gov_directory_destroy(&count->directory);
		wide = true;
	}
}

/*
 * Is a directory the way to count?  Not where someone chose ids so far apart
 * that it would be made of holes: its entries can be had in parts, but bits
 * that say who is a container are needed for all ids at once.  Nor where parts
 * have the assignments of what they are part of.
 */
static bool
gov_summary_suits(const GovModel *model, int64 first, int64 last, Size memory)
{
	uint64		reach = (uint64) last - (uint64) first;

	if (model->asks_parts)
		return false;
	return reach / 64 < gov_table_estimate_rows("gov_object") ||
		reach / 64 < Max(memory / 2, GOV_BITS_MIN) / gov_hierarchy_bytes(64);
}

/* Counts in this process alone. */
static void
gov_summary_serial(GovCount *count)
{
	GovTable	objects;
	Size		memory = get_hash_memory_limit();
	int64		first;
	int64		last;

	gov_table_open(&objects, "gov_object", count->snapshot);
	if (!gov_directory_span(&objects, &first, &last))
		 /* no objects, nothing to count */ ;
	else if (!gov_summary_suits(count->model, first, last, memory))
		gov_summary_by_object(count->tallies, count->snapshot);
	else
	{
		gov_summary_objects(count, &objects, first, last, memory);
		gov_hierarchy_number(&count->hierarchy);
		gov_count_allocate_seen(count, NULL);
		gov_summary_pass(count, "gov_ownership", gov_count_ownership);
		gov_hierarchy_anchor(&count->hierarchy, &count->anchors, 1);
		gov_hierarchy_climb(&count->hierarchy, count->model, &count->directory, count->snapshot);
		gov_members_create(&count->members, count->model, &count->hierarchy, &count->directory);
		gov_members_place(&count->members, &count->directory, 0, count->directory.width);
		gov_count_order_exceptions(count);
		gov_count_exceptions(count, 0, gov_exceptions_groups(count->directory.width));
		gov_summary_pass(count, "gov_assignment", gov_count_assignments);
		gov_count_rest(count);
		gov_count_cross_products(count);
		gov_count_missing(count);
	}
	gov_table_close(&objects);
}

/* Counts everything; what remains is the model and the tallies. */
GovSummaryScan *
gov_summary_open(Snapshot snapshot)
{
	GovSummaryScan *scan = palloc0(sizeof(GovSummaryScan));
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "governance summary",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	GovCount   *count;
	Size		size;

	scan->model = gov_model_load(snapshot);
	size = sizeof(GovTally) * (scan->model->naxes + 1);
	scan->tallies = palloc(size);
	old = MemoryContextSwitchTo(work);
	count = gov_count_create(scan->model, snapshot);
	if (!gov_summary_parallel(count))
		gov_summary_serial(count);
	memcpy(scan->tallies, count->tallies, size);
	scan->workers = count->workers;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(work);
	return scan;
}

/* Starts the rows again. */
void
gov_summary_rewind(GovSummaryScan *scan)
{
	scan->next = 0;
}

/* (required - gap) / required, to four places; false when nothing is required. */
static bool
gov_summary_share(int64 required, int64 gap, Datum *share)
{
	Datum		quotient;

	if (required == 0)
		return false;
	quotient = DirectFunctionCall2(numeric_div,
								   NumericGetDatum(int64_to_numeric(required - gap)),
								   NumericGetDatum(int64_to_numeric(required)));
	*share = DirectFunctionCall2(numeric_round, quotient, Int32GetDatum(4));
	return true;
}

/* The next active axis's row; false after the last. */
bool
gov_summary_next(GovSummaryScan *scan, Datum *values, bool *nulls)
{
	GovModel *model = scan->model;
	const GovTally *tally;
	int64		required = 0;
	int			column = 0;

	while (scan->next < model->naxes && !model->axes[scan->next].active)
		scan->next++;
	if (scan->next >= model->naxes)
		return false;
	tally = &scan->tallies[scan->next];
	for (int status = 0; status <= GOV_CELL_GAP; status++)
		required += tally->cells[status];

	memset(nulls, 0, sizeof(bool) * 12);
	values[column++] = PointerGetDatum(model->axes[scan->next].code);
	values[column++] = Int64GetDatum(required);
	values[column++] = Int64GetDatum(tally->cells[GOV_CELL_DIRECT] +
									 tally->cells[GOV_CELL_INHERITED] +
									 tally->cells[GOV_CELL_VALUE]);
	values[column++] = Int64GetDatum(tally->cells[GOV_CELL_GAP]);
	values[column++] = Int64GetDatum(tally->cells[GOV_CELL_WAIVED]);
	values[column++] = Int64GetDatum(tally->cells[GOV_CELL_FALLBACK]);
	nulls[column] = !gov_summary_share(required, tally->cells[GOV_CELL_GAP], &values[column]);
	column++;
	values[column++] = Int64GetDatum(tally->missing);
	values[column++] = Int64GetDatum(tally->quality[GOV_QUALITY_OK]);
	values[column++] = Int64GetDatum(tally->quality[GOV_QUALITY_LOW_CONFIDENCE]);
	values[column++] = Int64GetDatum(tally->quality[GOV_QUALITY_STALE]);
	values[column++] = Int64GetDatum(tally->quality[GOV_QUALITY_QUARANTINE]);
	scan->next++;
	return true;
}
