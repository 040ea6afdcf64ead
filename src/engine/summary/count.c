/*-------------------------------------------------------------------------
 *
 * engine/summary/count.c
 *	  Counting cells without making a row for each.
 *
 * Objects without ownership and assignments of their own differ only by type
 * and container.  They are counted by these, and what a cross_product rule
 * requires of one of them is worked out once per value and multiplied by their
 * number.  What an object has of its own is corrected afterwards, cell by
 * cell: an ownership row takes its cell out of the status it would have and
 * puts it under direct or waived; an assignment adds its cell, unless a
 * cross_product rule already asks for it.
 *
 * So one pass is made over objects, ownership and assignments each, in the
 * tables' own order, and the cost grows with rows, not with cells.  Ownership
 * and assignment rows find their object's type and container in the
 * directory.
 *
 * Order: objects (directory, which of them are containers), ownership
 * (anchors and exceptions), containers, then how many objects each has,
 * exceptions and assignments; then the rows kept for later partitions; in the
 * end the cross products.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "server/compat.h"
#include "server/progress.h"
#include "engine/summary/count.h"

/* Rows that are read before they are counted, so that memory can be fetched ahead. */
#define GOV_BATCH	256

typedef struct GovPlacedOwnership
{
	int64		object_id;
	uint64		place;
	int			slot;
	bool		waiver;
	bool		inherits;
} GovPlacedOwnership;

typedef struct GovPlacedAssignment
{
	uint64		place;
	uint64		entry;			/* 0: not a live object */
	GovAssigned assigned;
} GovPlacedAssignment;

/* Is there an active rule of a mode on the axis? */
static bool
gov_count_axis_has_rule(const GovModel *model, int axis, bool cross_product)
{
	for (int i = 0; i < model->nrules; i++)
		if (model->rules[i].axis == axis && model->rules[i].cross_product == cross_product)
			return true;
	return false;
}

/* On how many axes does it matter which objects have an assignment? */
int
gov_count_seen_axes(GovModel *model)
{
	int			axes = 0;

	for (int axis = 0; axis < model->naxes; axis++)
		if (gov_count_axis_has_rule(model, axis, false))
			axes++;
	return axes;
}

/* The status of each slot where no container's owner covers it. */
static GovCellStatus *
gov_count_uncovered(GovModel *model)
{
	GovCellStatus  *uncovered = palloc(sizeof(GovCellStatus) * (model->nslots + 1));

	for (int slot = 0; slot < model->nslots; slot++)
	{
		GovCellOwner	answer;

		if (gov_ownership_by_value(model, slot, &answer))
			uncovered[slot] = GOV_CELL_VALUE;
		else
			uncovered[slot] = model->axes[model->slots[slot].axis].fallback == GOV_NONE ?
				GOV_CELL_GAP : GOV_CELL_FALLBACK;
	}
	return uncovered;
}

/* Numbers a type met first, where one process counts. */
static int
gov_count_new_type(GovCount *count, Datum code)
{
	return gov_model_type(count->model, code);
}

/* Makes an empty count; directory and hierarchy are made by the caller. */
GovCount *
gov_count_create(GovModel *model, Snapshot snapshot)
{
	GovCount   *count = palloc0(sizeof(GovCount));

	gov_model_spread(model);
	count->model = model;
	count->snapshot = snapshot;
	if (model->nslots > GOV_EXCEPTION_SLOTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many values for a summary"),
				 errdetail("Active axes have %d active values; the summary counts with at most %d.",
						   model->nslots, GOV_EXCEPTION_SLOTS)));
	count->uncovered = gov_count_uncovered(model);
	count->tallies = palloc0(sizeof(GovTally) * (model->naxes + 1));
	count->seen = palloc0(sizeof(pg_atomic_uint64 *) * (model->naxes + 1));
	count->new_type = gov_count_new_type;
	return count;
}

/*
 * Makes the bitmaps of objects seen with an assignment, one per axis that has
 * per_assignment rules, in shared memory if given.
 */
void
gov_count_allocate_seen(GovCount *count, pg_atomic_uint64 *shared)
{
	Size		words = (count->directory.width + 63) / 64;

	for (int axis = 0; axis < count->model->naxes; axis++)
	{
		if (!gov_count_axis_has_rule(count->model, axis, false))
			continue;
		if (shared != NULL)
		{
			count->seen[axis] = shared;
			shared += words;
			count->alone = false;
		}
		else
		{
			count->alone = true;
			count->seen[axis] = MemoryContextAllocExtended(CurrentMemoryContext,
														   words * sizeof(pg_atomic_uint64),
														   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		}
	}
}

/* The class of an object of a type that rules with a scope are for. */
static int
gov_count_class(GovCount *count, const GovObjectRow *object, int type)
{
	int			container = GOV_NONE;
	Datum		code;
	int			number;

	if (count->containers == NULL)
	{
		count->containers = gov_containers_open(count->model, count->snapshot);
		gov_class_open(&count->classes, count->containers);
	}
	if (object->container_id != 0)
		container = gov_containers_get(count->containers, object->container_id);
	code = gov_class_of(&count->classes, object, type, container);
	number = gov_model_find_type(count->model, code);
	return number != GOV_NONE ? number : count->new_type(count, code);
}

/* The same as long as types are all that matters, which costs nothing. */
static inline int
gov_count_type(GovCount *count, const GovObjectRow *object)
{
	int			type = gov_model_row_type(count->model, object->type);

	if (type == GOV_NONE)
		type = count->new_type(count, PointerGetDatum(object->type));
	return count->model->types[type].scoped ? gov_count_class(count, object, type) : type;
}

/* Reads the objects; see gov_count_objects. */
static bool
gov_count_read_objects(GovCount *count, GovTable *objects)
{
	GovDirectory *directory = &count->directory;
	HeapTuple	tuple;

	while ((tuple = gov_table_next_row(objects)) != NULL)
	{
		GovObjectRow object;
		uint64		reference = 0;
		uint64		place;
		int			type;

		gov_progress_tick();
		gov_object_read(tuple, &object);
		if (!object.live)
			continue;
		type = gov_count_type(count, &object);
		/* the class of which nothing is asked has the number after the last */
		if (!gov_entry_has_room(directory, type + 1))
			return false;
		if (object.container_id != 0)
			reference = gov_hierarchy_note(&count->hierarchy, object.container_id);
		place = gov_directory_place(directory, object.object_id);
		if (place < directory->width)
			gov_directory_set(directory, place, gov_entry(directory, reference, type));
		else
		{
			GovSpill	spill = {.kind = GOV_SPILL_OBJECT,.object_id = object.object_id,.row.entry = gov_entry(directory, reference, type)};

			gov_directory_spill(directory, &spill);
		}
	}
	return true;
}

/*
 * First pass: live objects into the directory, their containers into the
 * hierarchy.  False when there are more types than an entry can tell apart.
 */
bool
gov_count_objects(GovCount *count, GovTable *objects)
{
	bool		done = gov_count_read_objects(count, objects);

	if (count->containers != NULL)
	{
		gov_class_close(&count->classes);
		gov_containers_close(count->containers);
		count->containers = NULL;
	}
	return done;
}

/* Adds an exception to the current partition's; its place is of this partition. */
static void
gov_count_add_exception(GovCount *count, uint64 place, int slot, bool waiver)
{
	uint64		entry = gov_directory_get(&count->directory, place);

	if (entry == 0)
		return;					/* not a live object */
	if ((entry & GOV_ENTRY_EXCEPTION) == 0)
		gov_directory_set(&count->directory, place, entry | GOV_ENTRY_EXCEPTION);
	gov_exceptions_add(&count->excepted, GOV_EXCEPTION(place, slot, waiver));
}

/*
 * Takes up what an object owns or is excused from: an exception of the object,
 * and an anchor where it is a container.  Who owns it does not matter here.
 */
static void
gov_count_own(GovCount *count, const GovPlacedOwnership *row)
{
	uint64		place = (uint64) row->object_id - (uint64) count->hierarchy.first;
	int			container = row->waiver || !row->inherits || place >= count->hierarchy.span ? GOV_NONE :
	gov_hierarchy_find(&count->hierarchy, place);

	if (container != GOV_NONE)
		gov_hierarchy_add_anchor(&count->anchors, container, row->slot);
	if (row->place < count->directory.width)
		gov_count_add_exception(count, row->place, row->slot, row->waiver);
	else
	{
		GovSpill	spill = {.kind = GOV_SPILL_EXCEPTION,.object_id = row->object_id,.row.exception = {row->slot, row->waiver}};

		gov_directory_spill(&count->directory, &spill);
	}
}

/* Reads a batch of what objects own; how many rows: fewer than a batch at the end. */
static int
gov_count_read_ownership(GovCount *count, GovTable *ownership, GovPlacedOwnership *rows)
{
	int			nrows = 0;
	HeapTuple	tuple;

	while (nrows < GOV_BATCH && (tuple = gov_table_next_row(ownership)) != NULL)
	{
		GovPlacedOwnership *row = &rows[nrows];
		GovOwnershipInForce read;

		if (!gov_ownership_read(count->model, tuple, &read) || read.object_id == 0)
			continue;
		row->slot = gov_model_slot(count->model, PointerGetDatum(read.axis), PointerGetDatum(read.value));
		if (row->slot == GOV_NONE)
			continue;
		row->object_id = read.object_id;
		row->waiver = read.waiver;
		row->inherits = read.inherits;
		row->place = gov_directory_place(&count->directory, read.object_id);
		if (row->place < count->directory.width)
			gov_directory_prefetch(&count->directory, row->place);
		nrows++;
	}
	return nrows;
}

/* Second pass: what objects own by themselves, for exceptions and anchors. */
void
gov_count_ownership(GovCount *count, GovTable *ownership)
{
	GovPlacedOwnership rows[GOV_BATCH];
	int			nrows;

	do
	{
		gov_progress_tick();
		nrows = gov_count_read_ownership(count, ownership, rows);
		for (int i = 0; i < nrows; i++)
			gov_count_own(count, &rows[i]);
	} while (nrows == GOV_BATCH);
}

/* Puts the current partition's exceptions in order. */
void
gov_count_order_exceptions(GovCount *count)
{
	uint64		groups = gov_exceptions_groups(count->directory.width);

	if (count->exceptions.starts == NULL)
		count->exceptions.starts = MemoryContextAllocHuge(CurrentMemoryContext,
														  sizeof(int64) * (groups + 1));
	if (count->exceptions.items != NULL)
		pfree(count->exceptions.items);
	count->exceptions.items = MemoryContextAllocHuge(CurrentMemoryContext,
													 sizeof(GovGrouped) * (count->excepted.count + 1));
	gov_exceptions_order(&count->exceptions, &count->excepted, 1, 0, groups);
}

/* The container in an entry whose references are numbers. */
static inline int
gov_count_container(const GovCount *count, uint64 entry)
{
	return (int) gov_entry_reference(&count->directory, entry) - 1;
}

/* The status that an object of a container has at a slot, without exceptions. */
static inline GovCellStatus
gov_count_default(const GovCount *count, int container, int slot)
{
	return gov_hierarchy_may_cover(&count->hierarchy, container, slot) &&
		gov_hierarchy_covers(&count->hierarchy, container, slot) ?
		GOV_CELL_INHERITED : count->uncovered[slot];
}

/* Moves to inherited what a container's anchors cover, unless one above it does already. */
static void
gov_count_covered(GovCount *count, int axis, int container, int64 objects)
{
	const GovModel *model = count->model;
	const GovHierarchy *hierarchy = &count->hierarchy;
	int			above = gov_hierarchy_anchored_above(hierarchy, container);
	int64		first = hierarchy->anchor_starts[container];

	for (int64 a = first; a < hierarchy->anchor_starts[container + 1]; a++)
	{
		int			slot = hierarchy->anchors[a];

		gov_progress_tick();
		if (model->slots[slot].axis != axis || (a > first && hierarchy->anchors[a - 1] == slot) ||
			gov_hierarchy_covers(hierarchy, above, slot))
			continue;
		count->tallies[axis].cells[count->uncovered[slot]] -= objects;
		count->tallies[axis].cells[GOV_CELL_INHERITED] += objects;
	}
}

/*
 * What cross_product rules ask: every slot of each object as if no container
 * covered it; then, slot by slot, all that is below the topmost containers
 * that cover it.
 */
void
gov_count_cross_products(GovCount *count)
{
	const GovModel *model = count->model;
	const GovHierarchy *hierarchy = &count->hierarchy;
	int64	   *below = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(int64) * ((Size) hierarchy->count + 1));

	for (int axis = 0; axis < model->naxes; axis++)
	{
		int64		objects;

		if (!gov_count_axis_has_rule(model, axis, true))
			continue;
		objects = gov_members_below(&count->members, axis, below);
		for (int i = 0; i < model->axes[axis].nslots; i++)
			count->tallies[axis].cells[count->uncovered[model->axes[axis].first_slot + i]] += objects;
		for (int container = 0; container < hierarchy->count; container++)
			if (below[container] > 0 && hierarchy->containers[container].anchored == container)
				gov_count_covered(count, axis, container, below[container]);
	}
	pfree(below);
}

/* Corrects a cell that an object owns by itself, or is excused from. */
static inline void
gov_count_exception(GovCount *count, uint64 place, int slot, bool waiver)
{
	const GovModel *model = count->model;
	uint64		entry = gov_directory_get(&count->directory, place);
	int			axis = model->slots[slot].axis;

	if (!model->types[gov_entry_type(&count->directory, entry)].demands[axis].cross_product)
		return;
	count->tallies[axis].cells[gov_count_default(count, gov_count_container(count, entry), slot)]--;
	count->tallies[axis].cells[waiver ? GOV_CELL_WAIVED : GOV_CELL_DIRECT]++;
}

/* Corrects the cells of the exceptions of the groups from "from" to before "to". */
void
gov_count_exceptions(GovCount *count, uint64 from, uint64 to)
{
	const GovExceptions *exceptions = &count->exceptions;

	for (uint64 group = from; group < to; group++)
	{
		int64		first = exceptions->starts[group];

		gov_progress_tick();
		for (int64 i = first; i < exceptions->starts[group + 1]; i++)
		{
			GovGrouped	exception = exceptions->items[i];

			/* a waiver comes first, and hides owners; so does the first of two owners */
			if (i == first || (exceptions->items[i - 1] | 1) != (exception | 1))
				gov_count_exception(count, GOV_GROUPED_PLACE(group, exception),
									GOV_GROUPED_SLOT(exception), GOV_GROUPED_WAIVER(exception));
		}
	}
}

/*
 * Remembers that an object has an assignment on an axis: the first one takes
 * it off what the rules miss.
 */
static void
gov_count_seen(GovCount *count, int axis, const GovDemand *demand, uint64 place)
{
	pg_atomic_uint64 *word = &count->seen[axis][place / 64];
	uint64		bit = UINT64CONST(1) << (place % 64);
	uint64		seen = pg_atomic_read_u64(word);

	if ((seen & bit) != 0)
		return;
	if (count->alone)
		pg_atomic_write_u64(word, seen | bit);
	else if ((pg_atomic_fetch_or_u64(word, bit) & bit) != 0)
		return;
	count->tallies[axis].missing -= demand->per_assignment_rules;
}

/* Counts one current assignment of a live object of the current partition. */
static void
gov_count_assigned(GovCount *count, const GovPlacedAssignment *row)
{
	const GovAssigned *assigned = &row->assigned;
	const GovDemand *demand = &count->model->types[gov_entry_type(&count->directory, row->entry)]
		.demands[assigned->axis];
	GovTally   *tally = &count->tallies[assigned->axis];
	const GovGrouped *exception = NULL;
	GovCellStatus	status;

	if (!demand->per_assignment)
		return;
	gov_count_seen(count, assigned->axis, demand, row->place);
	if (assigned->slot == GOV_NONE)
		return;
	tally->quality[gov_assignment_quality_of(demand, assigned)]++;
	if (demand->cross_product)
		return;					/* counted with all that the rule asks */
	if (row->entry & GOV_ENTRY_EXCEPTION)
		exception = gov_exceptions_find(&count->exceptions, row->place, assigned->slot);
	if (exception != NULL && GOV_GROUPED_WAIVER(*exception))
		status = GOV_CELL_WAIVED;
	else if (assigned->zone == GOV_ZONE_QUARANTINE)
		status = GOV_CELL_GAP;
	else if (exception != NULL)
		status = GOV_CELL_DIRECT;
	else
		status = gov_count_default(count, gov_count_container(count, row->entry), assigned->slot);
	tally->cells[status]++;
}

/* Reads a batch of current assignments of the current partition, as above. */
static int
gov_count_read_assignments(GovCount *count, GovTable *assignments, GovPlacedAssignment *rows)
{
	int			nrows = 0;
	HeapTuple	tuple;

	while (nrows < GOV_BATCH && (tuple = gov_table_next_row(assignments)) != NULL)
	{
		GovPlacedAssignment *row = &rows[nrows];

		if (!gov_assignment_read(count->model, tuple, &row->assigned))
			continue;
		row->place = gov_directory_place(&count->directory, row->assigned.object_id);
		if (row->place >= count->directory.width)
		{
			GovSpill	spill = {.kind = GOV_SPILL_ASSIGNMENT,.object_id = row->assigned.object_id,.row.assigned = row->assigned};

			gov_directory_spill(&count->directory, &spill);
			continue;
		}
		gov_directory_prefetch(&count->directory, row->place);
		nrows++;
	}
	return nrows;
}

/* Reads the entry of an assignment's object, and asks for what will be looked at next. */
static inline void
gov_count_place(GovCount *count, GovPlacedAssignment *row)
{
	int			container;

	row->entry = gov_directory_get(&count->directory, row->place);
	if (row->entry == 0)
		return;
	container = gov_count_container(count, row->entry);
	if (container != GOV_NONE)
		gov_prefetch(&count->hierarchy.containers[container].owned_above);
	if (row->entry & GOV_ENTRY_EXCEPTION)
		gov_prefetch(&count->exceptions.starts[row->place / GOV_EXCEPTION_GROUP]);
	if (count->seen[row->assigned.axis] != NULL)
		gov_prefetch(&count->seen[row->assigned.axis][row->place / 64]);
}

/*
 * Third pass: current assignments.  Their objects come in any order, so each
 * step of the way to an object's owners is taken for a whole batch, with the
 * next one's memory on its way meanwhile.
 */
void
gov_count_assignments(GovCount *count, GovTable *assignments)
{
	GovPlacedAssignment rows[GOV_BATCH];
	int			nrows;

	do
	{
		gov_progress_tick();
		nrows = gov_count_read_assignments(count, assignments, rows);
		for (int i = 0; i < nrows; i++)
			gov_count_place(count, &rows[i]);
		for (int i = 0; i < nrows; i++)
			if (rows[i].entry & GOV_ENTRY_EXCEPTION)
				gov_prefetch(gov_exceptions_near(&count->exceptions, rows[i].place));
		for (int i = 0; i < nrows; i++)
			if (rows[i].entry != 0)
				gov_count_assigned(count, &rows[i]);
	} while (nrows == GOV_BATCH);
}

/* Clears what belongs to one partition. */
static void
gov_count_clear_partition(GovCount *count)
{
	count->excepted.count = 0;
	for (int axis = 0; axis < count->model->naxes; axis++)
		if (count->seen[axis] != NULL)
			memset(count->seen[axis], 0, (count->directory.width + 63) / 64 * sizeof(pg_atomic_uint64));
}

/* How far a partition is counted. */
typedef enum GovPartitionStep
{
	GOV_PARTITION_OBJECTS,
	GOV_PARTITION_EXCEPTIONS,
	GOV_PARTITION_ASSIGNMENTS
} GovPartitionStep;

/* Goes on to a later step of a later partition, doing what is due before it. */
static void
gov_count_step(GovCount *count, GovPartitionStep *at, GovPartitionStep step)
{
	if (*at == GOV_PARTITION_OBJECTS && step > *at)
	{
		gov_members_place(&count->members, &count->directory, 0, count->directory.width);
		*at = GOV_PARTITION_EXCEPTIONS;
	}
	if (*at == GOV_PARTITION_EXCEPTIONS && step > *at)
	{
		gov_count_order_exceptions(count);
		gov_count_exceptions(count, 0, gov_exceptions_groups(count->directory.width));
		*at = GOV_PARTITION_ASSIGNMENTS;
	}
}

/* Counts a row that was kept for the partition now loaded. */
static void
gov_count_kept(GovCount *count, GovPartitionStep *at, const GovSpill *spill)
{
	uint64		place = gov_directory_place(&count->directory, spill->object_id);

	switch (spill->kind)
	{
		case GOV_SPILL_OBJECT:
			gov_directory_set(&count->directory, place, spill->row.entry);
			break;
		case GOV_SPILL_EXCEPTION:
			gov_count_step(count, at, GOV_PARTITION_EXCEPTIONS);
			gov_count_add_exception(count, place, spill->row.exception.slot, spill->row.exception.waiver);
			break;
		case GOV_SPILL_ASSIGNMENT:
			{
				GovPlacedAssignment row = {.place = place,.assigned = spill->row.assigned};

				gov_count_step(count, at, GOV_PARTITION_ASSIGNMENTS);
				row.entry = gov_directory_get(&count->directory, place);
				if (row.entry != 0)
					gov_count_assigned(count, &row);
			}
			break;
	}
}

/*
 * The later partitions.  Rows come back in the order of the passes: objects,
 * then exceptions, then assignments.
 */
void
gov_count_rest(GovCount *count)
{
	while (gov_directory_next_partition(&count->directory))
	{
		GovPartitionStep at = GOV_PARTITION_OBJECTS;
		GovSpill	spill;

		gov_count_clear_partition(count);
		while (gov_directory_unspill(&count->directory, &spill))
		{
			gov_progress_tick();
			gov_count_kept(count, &at, &spill);
		}
		gov_count_step(count, &at, GOV_PARTITION_ASSIGNMENTS);
	}
}

/*
 * Missing assignments: per rule every live object it applies to; those with
 * an assignment are taken off as they are seen.
 */
void
gov_count_missing(GovCount *count)
{
	const GovModel *model = count->model;

	for (int type = 0; type < model->ntypes; type++)
		for (int axis = 0; axis < model->naxes; axis++)
			count->tallies[axis].missing += count->members.types[type].objects *
				model->types[type].demands[axis].per_assignment_rules;
}
