/*-------------------------------------------------------------------------
 *
 * summary_count.c
 *	  Counting cells without making them.
 *
 * Objects that have nothing of their own differ only by container and type:
 * they are counted in buckets, and what a cross_product rule asks of a bucket
 * is worked out once per value and multiplied.  Nearest anchors decide, so
 * buckets whose containers share the nearest anchored container share the
 * work as well.  What an object has of its own is corrected afterwards, cell
 * by cell: an ownership row takes its cell out of the status the bucket has
 * and puts it under direct or waived; an assignment adds its cell, unless a
 * cross_product rule already asks for it.
 *
 * So one pass is made over objects, ownership and assignments each, in the
 * tables' own order, and the cost grows with rows, not with cells.  Ownership
 * and assignment rows find their object's bucket in the directory.
 *
 * Order: objects (buckets, directory), containers, ownership (anchors and
 * exceptions), assignments; then the rows kept for later partitions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "compat.h"
#include "gov_catalog.h"
#include "summary_count.h"

/* Buckets by container (or anchored container) and type. */
typedef struct GovBucketKey
{
	int64		container_id;
	int64		type;
} GovBucketKey;

typedef struct GovBucketEntry
{
	GovBucketKey key;
	int			number;
	char		status;
} GovBucketEntry;

/* Hash of a bucket's key. */
static inline uint32
gov_bucket_hash(GovBucketKey key)
{
	return hash_combine(murmurhash32((uint32) key.container_id ^ (uint32) ((uint64) key.container_id >> 32)),
						murmurhash32((uint32) key.type));
}

#define SH_PREFIX gov_buckets
#define SH_ELEMENT_TYPE GovBucketEntry
#define SH_KEY_TYPE GovBucketKey
#define SH_KEY key
#define SH_HASH_KEY(tb, k) gov_bucket_hash(k)
#define SH_EQUAL(tb, a, b) ((a).container_id == (b).container_id && (a).type == (b).type)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define ST_SORT gov_exceptions_sort
#define ST_ELEMENT_TYPE GovException
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/*
 * Buckets found lately, by a few bits of the hash: the objects of a container
 * mostly lie together, so most lookups end here, in memory that is near.
 */
#define GOV_RECENT_BUCKETS	256

typedef struct GovRecentBucket
{
	GovBucketKey key;
	int			number;			/* + 1; 0: none */
} GovRecentBucket;

/* Rows that are read before they are counted, so that memory can be fetched ahead. */
#define GOV_BATCH	256

typedef struct GovPlacedObject
{
	int64		object_id;
	GovBucketKey key;
	uint32		hash;
	int			bucket;
} GovPlacedObject;

typedef struct GovPlacedAssignment
{
	uint32	   *entry;
	const GovBucket *bucket;	/* NULL: not a live object */
	GovAssigned assigned;
} GovPlacedAssignment;

/* Is there an active per_assignment rule on the axis? */
bool
gov_axis_has_per_assignment(const GovVocabulary *voc, int axis)
{
	for (int i = 0; i < voc->nrules; i++)
		if (voc->rules[i].axis == axis && !voc->rules[i].cross_product)
			return true;
	return false;
}

/* On how many axes does it matter which objects have an assignment? */
int
gov_count_seen_axes(GovVocabulary *voc)
{
	int			axes = 0;

	for (int axis = 0; axis < voc->naxes; axis++)
		if (gov_axis_has_per_assignment(voc, axis))
			axes++;
	return axes;
}

static bool gov_count_known(void *state, int64 object_id, bool *live, int64 *container_id);

/* The status of each slot where no container's owner covers it. */
static GovStatus *
gov_count_uncovered(const GovVocabulary *voc)
{
	GovStatus  *uncovered = palloc(sizeof(GovStatus) * (voc->nslots + 1));

	for (int slot = 0; slot < voc->nslots; slot++)
	{
		GovAnswer	answer;

		if (gov_ownership_by_value(voc, slot, &answer))
			uncovered[slot] = GOV_STATUS_VALUE;
		else
			uncovered[slot] = voc->axes[voc->slots[slot].axis].fallback == GOV_NONE ?
				GOV_STATUS_GAP : GOV_STATUS_FALLBACK;
	}
	return uncovered;
}

/* Makes an empty count; the directory is made by the caller. */
GovCount *
gov_count_create(GovVocabulary *voc, Snapshot snapshot)
{
	GovCount   *count = palloc0(sizeof(GovCount));

	count->voc = voc;
	count->containers = gov_containers_open(voc, snapshot, true);
	count->containers->source = gov_count_known;
	count->containers->source_state = count;
	count->uncovered = gov_count_uncovered(voc);
	count->buckets_allocated = 256;
	count->buckets = palloc(sizeof(GovBucket) * count->buckets_allocated);
	count->bucket_index = gov_buckets_create(CurrentMemoryContext, 256, NULL);
	count->recent_buckets = palloc0(sizeof(GovRecentBucket) * GOV_RECENT_BUCKETS);
	count->exceptions_allocated = 1024;
	count->exceptions = palloc(sizeof(GovException) * count->exceptions_allocated);
	count->tallies = palloc0(sizeof(GovTally) * (voc->naxes + 1));
	count->seen = palloc0(sizeof(pg_atomic_uint64 *) * (voc->naxes + 1));
	return count;
}

/* Closes what a count holds open. */
void
gov_count_destroy(GovCount *count)
{
	gov_containers_close(count->containers);
}

/*
 * Makes the bitmaps of objects seen with an assignment, one per axis that has
 * per_assignment rules, in shared memory if given.
 */
void
gov_count_allocate_seen(GovCount *count, pg_atomic_uint64 *shared)
{
	Size		words = (count->directory.width + 63) / 64;

	for (int axis = 0; axis < count->voc->naxes; axis++)
	{
		if (!gov_axis_has_per_assignment(count->voc, axis))
			continue;
		if (shared != NULL)
		{
			count->seen[axis] = shared;
			shared += words;
		}
		else
			count->seen[axis] = MemoryContextAllocExtended(CurrentMemoryContext,
														   words * sizeof(pg_atomic_uint64),
														   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	}
}

/* The number of a bucket that is not among the recent ones; a new one is added. */
static int
gov_count_insert_bucket(GovCount *count, GovBucketKey key, uint32 hash)
{
	bool		found;
	GovBucketEntry *entry = gov_buckets_insert_hash(count->bucket_index, key, hash, &found);

	if (!found)
	{
		if (count->nbuckets == count->buckets_allocated)
		{
			count->buckets_allocated *= 2;
			count->buckets = repalloc_huge(count->buckets,
										   sizeof(GovBucket) * count->buckets_allocated);
		}
		count->buckets[count->nbuckets] = (GovBucket) {key.container_id, 0, key.type, GOV_NONE};
		entry->number = count->nbuckets++;
	}
	return entry->number;
}

/* The number of a bucket; a new one is added. */
static inline int
gov_count_find_bucket(GovCount *count, GovBucketKey key, uint32 hash)
{
	GovRecentBucket *recent = &count->recent_buckets[hash % GOV_RECENT_BUCKETS];

	if (recent->number == 0 || recent->key.container_id != key.container_id ||
		recent->key.type != key.type)
	{
		recent->key = key;
		recent->number = gov_count_insert_bucket(count, key, hash) + 1;
	}
	return recent->number - 1;
}

/* The same from outside. */
int
gov_count_bucket(GovCount *count, int64 container_id, int type)
{
	GovBucketKey key = {container_id, type};

	return gov_count_find_bucket(count, key, gov_bucket_hash(key));
}

/* The bucket that a directory entry stands for. */
static inline const GovBucket *
gov_count_bucket_of(const GovCount *count, uint32 entry)
{
	uint32		bucket = GOV_ENTRY_BUCKET(entry);

	if (count->remap != NULL)
		bucket = count->remap[bucket >> GOV_ENTRY_PROCESS_SHIFT]
			[bucket & ((1 << GOV_ENTRY_PROCESS_SHIFT) - 1)];
	return &count->buckets[bucket];
}

/* What the directory knows of an object: whether it is live, its container. */
static bool
gov_count_known(void *state, int64 object_id, bool *live, int64 *container_id)
{
	GovCount   *count = state;
	uint32	   *entry = gov_directory_entry(&count->directory, object_id);

	if (entry == NULL)
		return false;			/* of a later partition */
	*live = *entry != 0;
	*container_id = *live ? gov_count_bucket_of(count, *entry)->container_id : 0;
	return true;
}

/* Reads a batch of live objects; how many: fewer than a batch at the end. */
static int
gov_count_read_objects(GovCount *count, GovTable *objects, GovPlacedObject *rows)
{
	int			nrows = 0;

	while (nrows < GOV_BATCH && gov_table_next(objects, 0))
	{
		GovPlacedObject *row = &rows[nrows];
		GovObjectRow object;

		gov_object_read(objects->slot, &object);
		if (!object.live)
			continue;
		row->object_id = object.object_id;
		row->key.container_id = object.container_id;
		row->key.type = gov_vocabulary_type(count->voc, PointerGetDatum(object.type));
		row->hash = gov_bucket_hash(row->key);
		nrows++;
	}
	return nrows;
}

/* First pass: live objects into buckets and the directory. */
void
gov_count_objects(GovCount *count, GovTable *objects)
{
	GovPlacedObject rows[GOV_BATCH];
	int			nrows;

	do
	{
		CHECK_FOR_INTERRUPTS();
		nrows = gov_count_read_objects(count, objects, rows);
		for (int i = 0; i < nrows; i++)
		{
			rows[i].bucket = gov_count_find_bucket(count, rows[i].key, rows[i].hash);
			gov_prefetch(&count->buckets[rows[i].bucket]);
		}
		for (int i = 0; i < nrows; i++)
		{
			uint32	   *entry = gov_directory_entry(&count->directory, rows[i].object_id);

			count->buckets[rows[i].bucket].objects++;
			if (entry != NULL)
				*entry = count->entry_base + rows[i].bucket + 1;
			else
			{
				GovSpill	spill = {.kind = GOV_SPILL_OBJECT,.bucket = rows[i].bucket,.object_id = rows[i].object_id};

				gov_directory_spill(&count->directory, &spill);
			}
		}
	} while (nrows == GOV_BATCH);
}

/* Adds an exception to the current partition's. */
static void
gov_count_add_exception(GovCount *count, int64 object_id, int slot, bool waiver)
{
	uint32	   *entry = gov_directory_entry(&count->directory, object_id);

	if (entry == NULL)
	{
		GovSpill	spill = {.kind = GOV_SPILL_EXCEPTION,.object_id = object_id,.row.exception = {slot, waiver}};

		gov_directory_spill(&count->directory, &spill);
		return;
	}
	if (*entry == 0)
		return;					/* not a live object */
	if ((*entry & GOV_ENTRY_EXCEPTION) == 0)
		*entry |= GOV_ENTRY_EXCEPTION;
	if (count->nexceptions == count->exceptions_allocated)
	{
		count->exceptions_allocated *= 2;
		count->exceptions = repalloc_huge(count->exceptions,
										  sizeof(GovException) * count->exceptions_allocated);
	}
	count->exceptions[count->nexceptions++] =
		GOV_EXCEPTION(gov_directory_place(&count->directory, entry), slot, waiver);
}

/* The group of ids that an exception belongs to. */
static inline uint64
gov_exception_group(GovException exception)
{
	return GOV_EXCEPTION_PLACE(exception) / GOV_EXCEPTION_GROUP;
}

/*
 * Brings the exceptions of each group of ids together, where the groups begin,
 * by swapping: what stands where another belongs takes that one's place.
 */
static void
gov_count_deal_exceptions(GovCount *count, const int64 *starts, uint64 groups)
{
	GovException *exceptions = count->exceptions;
	int64	   *next = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * groups);

	memcpy(next, starts, sizeof(int64) * groups);
	for (uint64 group = 0; group < groups; group++)
	{
		CHECK_FOR_INTERRUPTS();
		while (next[group] < starts[group + 1])
		{
			GovException moving = exceptions[next[group]];
			uint64		home;

			while ((home = gov_exception_group(moving)) != group)
			{
				GovException other = exceptions[next[home]];

				exceptions[next[home]++] = moving;
				moving = other;
			}
			exceptions[next[group]++] = moving;
		}
	}
	pfree(next);
}

/*
 * Sorts the current partition's exceptions and notes where those of each group
 * of ids begin: first by group, in a pass or two, then within.
 */
static void
gov_count_sort_exceptions(GovCount *count)
{
	uint64		groups = count->directory.width / GOV_EXCEPTION_GROUP + 1;
	int64	   *starts = count->exception_starts;

	if (starts == NULL)
		starts = count->exception_starts = MemoryContextAllocHuge(CurrentMemoryContext,
																  sizeof(int64) * (groups + 1));
	memset(starts, 0, sizeof(int64) * (groups + 1));
	for (int64 i = 0; i < count->nexceptions; i++)
		starts[gov_exception_group(count->exceptions[i]) + 1]++;
	for (uint64 group = 0; group < groups; group++)
		starts[group + 1] += starts[group];
	gov_count_deal_exceptions(count, starts, groups);
	for (uint64 group = 0; group < groups; group++)
		if (starts[group + 1] - starts[group] > 1)
			gov_exceptions_sort(count->exceptions + starts[group], starts[group + 1] - starts[group]);
}

/*
 * Loads the containers of the buckets.  The buckets of one container are
 * mostly numbered one after the other.
 */
void
gov_count_containers(GovCount *count)
{
	for (int i = 0; i < count->nbuckets; i++)
	{
		GovBucket  *bucket = &count->buckets[i];

		CHECK_FOR_INTERRUPTS();
		if (bucket->container_id == 0)
			continue;
		bucket->container = i > 0 && bucket[-1].container_id == bucket->container_id ?
			bucket[-1].container :
			gov_containers_get(count->containers, bucket->container_id);
	}
}

/*
 * Takes up what an object owns or is excused from: an exception of the object,
 * and an anchor where it is a container.  Who owns it does not matter here.
 */
void
gov_count_own(GovCount *count, const GovOwnedCell *cell)
{
	int			container = cell->waiver || !cell->inherits ? GOV_NONE :
	gov_containers_find(count->containers, cell->object_id);

	if (container != GOV_NONE)
	{
		GovOwned	owned = {cell->slot, 0, false, true};

		gov_containers_add_anchor(count->containers, container, &owned);
	}
	gov_count_add_exception(count, cell->object_id, cell->slot, cell->waiver);
}

/* Keeps such a row, to be published. */
static void
gov_count_keep_owned(GovCount *count, const GovOwnedCell *cell)
{
	if (count->nowned == count->owned_allocated)
	{
		count->owned_allocated *= 2;
		count->owned = repalloc_huge(count->owned, sizeof(GovOwnedCell) * count->owned_allocated);
	}
	count->owned[count->nowned++] = *cell;
}

/*
 * Second pass: what objects own by themselves, for exceptions and anchors.
 * gov_count_seal follows when all is read.
 */
void
gov_count_ownership(GovCount *count, GovTable *ownership)
{
	GovVocabulary *voc = count->voc;

	while (gov_table_next(ownership, 0))
	{
		GovOwnershipRow row;
		GovOwnedCell cell;

		CHECK_FOR_INTERRUPTS();
		if (!gov_ownership_read(voc, ownership->slot, &row) || row.object_id == 0)
			continue;
		cell.object_id = row.object_id;
		cell.slot = gov_vocabulary_slot(voc, PointerGetDatum(row.axis), PointerGetDatum(row.value));
		cell.waiver = row.waiver;
		cell.inherits = row.inherits;
		if (cell.slot == GOV_NONE)
			continue;
		if (count->owned_allocated > 0)
			gov_count_keep_owned(count, &cell);
		else
			gov_count_own(count, &cell);
	}
}

/* Puts anchors and exceptions in order. */
void
gov_count_seal(GovCount *count)
{
	gov_containers_seal(count->containers);
	gov_count_sort_exceptions(count);
}

/* The status that a bucket's objects have at a slot, without exceptions. */
static inline GovStatus
gov_count_default(const GovCount *count, const GovBucket *bucket, int slot)
{
	GovAnswer	answer;

	return gov_ownership_may_inherit(count->containers, bucket->container, slot) &&
		gov_ownership_inherited(count->containers, bucket->container, slot, &answer) ?
		GOV_STATUS_INHERITED : count->uncovered[slot];
}

/* Buckets of one type that inherit alike, as one; how many there are. */
static int
gov_count_group_buckets(const GovCount *count, GovBucket *groups)
{
	struct gov_buckets_hash *index = gov_buckets_create(CurrentMemoryContext, 256, NULL);
	int			ngroups = 0;

	for (int i = 0; i < count->nbuckets; i++)
	{
		GovBucket  *bucket = &count->buckets[i];
		int			anchored = bucket->container == GOV_NONE ? GOV_NONE :
		count->containers->items[bucket->container].anchored;
		GovBucketKey key = {anchored, bucket->type};
		bool		found;
		GovBucketEntry *entry = gov_buckets_insert(index, key, &found);

		CHECK_FOR_INTERRUPTS();
		if (!found)
		{
			entry->number = ngroups++;
			groups[entry->number] = *bucket;
			groups[entry->number].container = anchored;
		}
		else
			groups[entry->number].objects += bucket->objects;
	}
	gov_buckets_destroy(index);
	return ngroups;
}

/*
 * What cross_product rules ask of the buckets: per nearest anchored container
 * and type, times the objects, every slot as if no container covered it; then
 * the slots that one does, each once, however many cover it.
 */
void
gov_count_cross_products(GovCount *count)
{
	GovVocabulary *voc = count->voc;
	GovBucket  *groups = MemoryContextAllocHuge(CurrentMemoryContext,
												sizeof(GovBucket) * (count->nbuckets + 1));
	int			ngroups = gov_count_group_buckets(count, groups);
	const GovContainer *items = count->containers->items;
	int64	   *objects = palloc0(sizeof(int64) * (voc->naxes + 1));
	int		   *covered = palloc(sizeof(int) * (voc->nslots + 1));

	memset(covered, 0xff, sizeof(int) * (voc->nslots + 1));
	for (int i = 0; i < ngroups; i++)
	{
		const GovDemand *demands = voc->types[groups[i].type].demands;

		for (int axis = 0; axis < voc->naxes; axis++)
			objects[axis] += demands[axis].cross_product ? groups[i].objects : 0;
		for (int c = groups[i].container; c != GOV_NONE;
			 c = items[c].up == GOV_NONE ? GOV_NONE : items[items[c].up].anchored)
		{
			CHECK_FOR_INTERRUPTS();
			for (int a = 0; a < items[c].nanchors; a++)
			{
				int			slot = items[c].anchors[a].slot;
				int			axis = voc->slots[slot].axis;

				if (!demands[axis].cross_product || covered[slot] == i)
					continue;
				covered[slot] = i;
				count->tallies[axis].cells[count->uncovered[slot]] -= groups[i].objects;
				count->tallies[axis].cells[GOV_STATUS_INHERITED] += groups[i].objects;
			}
		}
	}
	for (int slot = 0; slot < voc->nslots; slot++)
	{
		int			axis = voc->slots[slot].axis;

		count->tallies[axis].cells[count->uncovered[slot]] += objects[axis];
	}
	pfree(covered);
	pfree(objects);
	pfree(groups);
}

/* Corrects the cells that objects own by themselves, or are excused from. */
void
gov_count_exceptions(GovCount *count)
{
	GovVocabulary *voc = count->voc;

	for (int64 i = 0; i < count->nexceptions; i++)
	{
		GovException exception = count->exceptions[i];
		const GovBucket *bucket;
		int			slot = GOV_EXCEPTION_SLOT(exception);
		int			axis = voc->slots[slot].axis;

		CHECK_FOR_INTERRUPTS();
		if (i > 0 && (count->exceptions[i - 1] | 1) == (exception | 1))
			continue;			/* a waiver came first, or a second owner */
		bucket = gov_count_bucket_of(count, count->directory.entries[GOV_EXCEPTION_PLACE(exception)]);
		if (!voc->types[bucket->type].demands[axis].cross_product)
			continue;
		count->tallies[axis].cells[gov_count_default(count, bucket, slot)]--;
		count->tallies[axis].cells[GOV_EXCEPTION_WAIVER(exception) ? GOV_STATUS_WAIVED : GOV_STATUS_DIRECT]++;
	}
}

/* Where the search for an object's exceptions begins. */
static inline const GovException *
gov_count_exceptions_near(const GovCount *count, const uint32 *entry)
{
	uint64		place = gov_directory_place(&count->directory, entry);

	return &count->exceptions[count->exception_starts[place / GOV_EXCEPTION_GROUP]];
}

/* The first exception of a cell; NULL when it has none. */
static const GovException *
gov_count_exception(const GovCount *count, uint64 place, int slot)
{
	GovException wanted = GOV_EXCEPTION(place, slot, true);
	int64		low = count->exception_starts[place / GOV_EXCEPTION_GROUP];
	int64		end = count->exception_starts[place / GOV_EXCEPTION_GROUP + 1];
	int64		high = end;

	while (low < high)
	{
		int64		middle = (low + high) / 2;

		if (count->exceptions[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && (count->exceptions[low] | 1) == (wanted | 1) ?
		&count->exceptions[low] : NULL;
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

	if ((pg_atomic_read_u64(word) & bit) == 0 && (pg_atomic_fetch_or_u64(word, bit) & bit) == 0)
		count->tallies[axis].missing -= demand->per_assignment_rules;
}

/* Counts one current assignment of an object of the current partition. */
static void
gov_count_assigned(GovCount *count, const GovAssigned *assigned,
				   uint32 *entry, const GovBucket *bucket)
{
	const GovDemand *demand = &count->voc->types[bucket->type].demands[assigned->axis];
	GovTally   *tally = &count->tallies[assigned->axis];
	const GovException *exception = NULL;
	uint64		place = gov_directory_place(&count->directory, entry);
	GovStatus	status;

	if (!demand->per_assignment)
		return;
	gov_count_seen(count, assigned->axis, demand, place);
	if (assigned->slot == GOV_NONE)
		return;
	tally->quality[gov_assignment_quality_of(count->voc, demand, assigned)]++;
	if (demand->cross_product)
		return;					/* counted with its bucket */
	if (*entry & GOV_ENTRY_EXCEPTION)
		exception = gov_count_exception(count, place, assigned->slot);
	if (exception != NULL && GOV_EXCEPTION_WAIVER(*exception))
		status = GOV_STATUS_WAIVED;
	else if (assigned->zone == GOV_ZONE_QUARANTINE)
		status = GOV_STATUS_GAP;
	else if (exception != NULL)
		status = GOV_STATUS_DIRECT;
	else
		status = gov_count_default(count, bucket, assigned->slot);
	tally->cells[status]++;
}

/* Reads a batch of current assignments of the current partition, as above. */
static int
gov_count_read_assignments(GovCount *count, GovTable *assignments, GovPlacedAssignment *rows)
{
	int			nrows = 0;

	while (nrows < GOV_BATCH && gov_table_next(assignments, 0))
	{
		GovPlacedAssignment *row = &rows[nrows];

		if (!gov_assignment_read(count->voc, assignments->slot, &row->assigned))
			continue;
		row->entry = gov_directory_entry(&count->directory, row->assigned.object_id);
		if (row->entry == NULL)
		{
			GovSpill	spill = {.kind = GOV_SPILL_ASSIGNMENT,.object_id = row->assigned.object_id,.row.assigned = row->assigned};

			gov_directory_spill(&count->directory, &spill);
			continue;
		}
		gov_prefetch(row->entry);
		nrows++;
	}
	return nrows;
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
		CHECK_FOR_INTERRUPTS();
		nrows = gov_count_read_assignments(count, assignments, rows);
		for (int i = 0; i < nrows; i++)
		{
			GovPlacedAssignment *row = &rows[i];

			row->bucket = *row->entry == 0 ? NULL : gov_count_bucket_of(count, *row->entry);
			if (row->bucket == NULL)
				continue;
			gov_prefetch(row->bucket);
			if (count->seen[row->assigned.axis] != NULL)
				gov_prefetch(&count->seen[row->assigned.axis][gov_directory_place(&count->directory, row->entry) / 64]);
		}
		for (int i = 0; i < nrows; i++)
		{
			if (rows[i].bucket == NULL)
				continue;
			if (rows[i].bucket->container != GOV_NONE)
				gov_prefetch(&count->containers->items[rows[i].bucket->container].owned_above);
			if (*rows[i].entry & GOV_ENTRY_EXCEPTION)
				gov_prefetch(gov_count_exceptions_near(count, rows[i].entry));
		}
		for (int i = 0; i < nrows; i++)
			if (rows[i].bucket != NULL)
				gov_count_assigned(count, &rows[i].assigned, rows[i].entry, rows[i].bucket);
	} while (nrows == GOV_BATCH);
}

/* Clears what belongs to one partition. */
static void
gov_count_clear_partition(GovCount *count)
{
	count->nexceptions = 0;
	for (int axis = 0; axis < count->voc->naxes; axis++)
		if (count->seen[axis] != NULL)
			memset(count->seen[axis], 0, (count->directory.width + 63) / 64 * sizeof(pg_atomic_uint64));
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
		GovSpill	spill;
		bool		sorted = false;

		gov_count_clear_partition(count);
		while (gov_directory_unspill(&count->directory, &spill))
		{
			uint32	   *entry = gov_directory_entry(&count->directory, spill.object_id);

			CHECK_FOR_INTERRUPTS();
			if (spill.kind == GOV_SPILL_OBJECT)
				*entry = spill.bucket + 1;
			else if (spill.kind == GOV_SPILL_EXCEPTION)
				gov_count_add_exception(count, spill.object_id, spill.row.exception.slot,
										spill.row.exception.waiver);
			else
			{
				if (!sorted)
					gov_count_sort_exceptions(count);
				sorted = true;
				if (*entry != 0)
					gov_count_assigned(count, &spill.row.assigned, entry,
									   gov_count_bucket_of(count, *entry));
			}
		}
		if (!sorted)
			gov_count_sort_exceptions(count);
		gov_count_exceptions(count);
	}
}

/*
 * Missing assignments: per rule every live object it applies to; those with
 * an assignment are taken off as they are seen.
 */
void
gov_count_missing(GovCount *count)
{
	const GovVocabulary *voc = count->voc;
	int64	   *objects = palloc0(sizeof(int64) * (voc->ntypes + 1));

	for (int i = 0; i < count->nbuckets; i++)
		objects[count->buckets[i].type] += count->buckets[i].objects;
	for (int type = 0; type < voc->ntypes; type++)
		for (int axis = 0; axis < voc->naxes; axis++)
			count->tallies[axis].missing += objects[type] * voc->types[type].demands[axis].per_assignment_rules;
	pfree(objects);
}
