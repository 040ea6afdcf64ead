/*-------------------------------------------------------------------------
 *
 * engine/summary/hierarchy.c
 *	  The containers of the summary, numbered, with the anchors at or above.
 *
 * The summary meets containers in two ways: as what an object is in, while it
 * reads objects, and as what owns something, while it reads ownership.
 * Neither looks anything up: a bit per object id is set for each object that
 * contains a live one, and when all are read, the number of a container is the
 * number of bits before its own.  Several processes that set bits in shared
 * memory therefore agree on the numbers without exchanging anything else.
 *
 * Then each container learns which one it is in, and the nearest one at or
 * above it that has anchors (accountable owners that inherit), so that the
 * search for an owner skips those without.  A retired container, and all
 * above it, counts for nothing.  A way up that comes back to itself, which
 * the database refuses, ends there.  These are the rules of engine/resolve.c,
 * here for counts: who the owner is does not matter.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "engine/resolve.h"
#include "engine/summary/hierarchy.h"

#define ST_SORT gov_slots_sort
#define ST_ELEMENT_TYPE int
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

#define GOV_WORDS(span)		(((span) + 63) / 64)

/* How much memory the bits and what counts them take. */
Size
gov_hierarchy_bytes(uint64 span)
{
	return GOV_WORDS(span) * (sizeof(pg_atomic_uint64) + sizeof(int));
}

/* Makes a hierarchy without containers; the bits are in shared memory if given. */
void
gov_hierarchy_create(GovHierarchy *hierarchy, int64 first, uint64 span, pg_atomic_uint64 *shared)
{
	memset(hierarchy, 0, sizeof(GovHierarchy));
	hierarchy->first = first;
	hierarchy->span = span;
	hierarchy->contains = shared != NULL ? shared :
		MemoryContextAllocExtended(CurrentMemoryContext, GOV_WORDS(span) * sizeof(pg_atomic_uint64),
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* Gives the containers their numbers, when all objects are read. */
void
gov_hierarchy_number(GovHierarchy *hierarchy)
{
	uint64		words = GOV_WORDS(hierarchy->span);
	int64		count = 0;

	hierarchy->ranks = MemoryContextAllocHuge(CurrentMemoryContext, words * sizeof(int));
	for (uint64 word = 0; word < words; word++)
	{
		hierarchy->ranks[word] = (int) count;
		count += pg_popcount64(pg_atomic_read_u64(&hierarchy->contains[word]));
		if (count > PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many containers for a summary"),
					 errdetail("The summary counts with at most %d of them.", PG_INT32_MAX)));
	}
	hierarchy->count = (int) count;
}

/* The number of the container at a place among all ids; GOV_NONE if it is none. */
int
gov_hierarchy_find(const GovHierarchy *hierarchy, uint64 place)
{
	uint64		word = pg_atomic_read_u64(&hierarchy->contains[place / 64]);
	uint64		bit = UINT64CONST(1) << (place % 64);

	return (word & bit) == 0 ? GOV_NONE :
		hierarchy->ranks[place / 64] + pg_popcount64(word & (bit - 1));
}

/* Adds to an array of anchors. */
void
gov_hierarchy_add_anchor(GovCountedAnchors *anchors, int container, int slot)
{
	if (anchors->count == anchors->allocated)
	{
		anchors->allocated = Max(anchors->allocated * 2, 1024);
		anchors->items = anchors->items == NULL
			? palloc(sizeof(GovCountedAnchor) * anchors->allocated)
			: repalloc_huge(anchors->items, sizeof(GovCountedAnchor) * anchors->allocated);
	}
	anchors->items[anchors->count++] = (GovCountedAnchor) {container, slot};
}

/* Brings the anchors of each container together, out of one or more arrays. */
void
gov_hierarchy_anchor(GovHierarchy *hierarchy, const GovCountedAnchors *lists, int nlists)
{
	int64	   *starts = MemoryContextAllocExtended(CurrentMemoryContext,
													sizeof(int64) * ((int64) hierarchy->count + 2),
													MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64		total = 0;

	/* counted one container further on, and summed up: where each one's begin */
	for (int l = 0; l < nlists; l++)
	{
		total += lists[l].count;
		for (int64 i = 0; i < lists[l].count; i++)
			starts[lists[l].items[i].container + 2]++;
	}
	for (int64 c = 2; c < (int64) hierarchy->count + 2; c++)
		starts[c] += starts[c - 1];
	hierarchy->anchors = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * (total + 1));
	/* filling moves each start to where the next one's was, hence the further on */
	for (int l = 0; l < nlists; l++)
		for (int64 i = 0; i < lists[l].count; i++)
			hierarchy->anchors[starts[lists[l].items[i].container + 1]++] = lists[l].items[i].slot;
	hierarchy->anchor_starts = starts;
	for (int c = 0; c < hierarchy->count; c++)
	{
		gov_progress_tick();
		gov_slots_sort(&hierarchy->anchors[starts[c]], starts[c + 1] - starts[c]);
	}
}

/* Notes that what lives in a container may be part of it. */
static void
gov_hierarchy_holds_parts(GovHierarchy *hierarchy, int number)
{
	if (hierarchy->holds_parts == NULL)
		hierarchy->holds_parts = MemoryContextAllocExtended(CurrentMemoryContext, (Size) hierarchy->count + 1,
															MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	hierarchy->holds_parts[number] = true;
}

/* Finds what each container is itself in, and whether it has parts: in the directory, else in the table. */
static void
gov_hierarchy_link(GovHierarchy *hierarchy, const GovModel *model, const GovDirectory *directory, Snapshot snapshot, bool *live)
{
	GovTable	objects;
	GovIndex	by_id;
	int			number = 0;

	gov_table_open(&objects, "gov_object", snapshot);
	gov_index_open(&by_id, &objects, "gov_object_pkey");
	for (uint64 word = 0; word < GOV_WORDS(hierarchy->span); word++)
		for (uint64 bits = pg_atomic_read_u64(&hierarchy->contains[word]); bits != 0; bits &= bits - 1)
		{
			uint64		place = word * 64 + pg_rightmost_one_pos64(bits);
			uint64		above = 0;

			gov_progress_tick();
			if (place < directory->width)
			{
				uint64		entry = gov_directory_get(directory, place);

				live[number] = entry != 0;
				above = gov_entry_reference(directory, entry);
				if (entry != 0 && model->types[gov_entry_type(directory, entry)].holds_parts)
					gov_hierarchy_holds_parts(hierarchy, number);
			}
			else
			{
				GovObjectRow object;

				gov_index_find_int8(&by_id, (int64) ((uint64) hierarchy->first + place));
				live[number] = gov_index_next(&by_id, 0);
				if (live[number])
				{
					gov_object_read(gov_slot_row(by_id.slot), &object);
					live[number] = object.live;
					above = (uint64) object.container_id - (uint64) hierarchy->first + 1;
					if (!object.live || object.container_id == 0 || above > hierarchy->span)
						above = 0;
					if (object.live && gov_type_holds_parts(object.type))
						gov_hierarchy_holds_parts(hierarchy, number);
				}
			}
			hierarchy->containers[number].up = above == 0 ? GOV_NONE : gov_hierarchy_find(hierarchy, above - 1);
			number++;
		}
	gov_index_close(&by_id);
	gov_table_close(&objects);
}

/* Places a container below the one above it. */
static void
gov_hierarchy_place(GovHierarchy *hierarchy, int number)
{
	GovCountedContainer *container = &hierarchy->containers[number];
	int64		first = hierarchy->anchor_starts[number];
	int64		end = hierarchy->anchor_starts[number + 1];

	if (container->up != GOV_NONE)
	{
		container->owned_above = hierarchy->containers[container->up].owned_above;
		container->anchored = hierarchy->containers[container->up].anchored;
	}
	for (int64 i = first; i < end; i++)
		container->owned_above |= UINT64CONST(1) << (hierarchy->anchors[i] % 64);
	if (end > first)
		container->anchored = number;
}

/* How far a container is placed. */
enum
{
	GOV_UNPLACED = 0,
	GOV_ON_THE_WAY,
	GOV_PLACED
};

/*
 * Gives each container its way up; the anchors are known.  The directory has
 * the first partition loaded, with references by place.
 */
void
gov_hierarchy_climb(GovHierarchy *hierarchy, const GovModel *model, const GovDirectory *directory, Snapshot snapshot)
{
	int			count = hierarchy->count;
	int			placed = 0;
	int		   *way = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * ((Size) count + 1));
	bool	   *live = palloc_extended(count + 1, MCXT_ALLOC_HUGE);
	char	   *state = palloc_extended(count + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	hierarchy->containers = MemoryContextAllocHuge(CurrentMemoryContext,
												   sizeof(GovCountedContainer) * ((Size) count + 1));
	hierarchy->order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * ((Size) count + 1));
	gov_hierarchy_link(hierarchy, model, directory, snapshot, live);
	for (int i = 0; i < count; i++)
	{
		hierarchy->containers[i].owned_above = 0;
		hierarchy->containers[i].anchored = GOV_NONE;
	}
	for (int i = 0; i < count; i++)
	{
		int			length = 0;
		int			c = i;

		gov_progress_tick();
		for (; c != GOV_NONE && state[c] == GOV_UNPLACED; c = hierarchy->containers[c].up)
		{
			state[c] = GOV_ON_THE_WAY;
			way[length++] = c;
		}
		if (c != GOV_NONE && state[c] == GOV_ON_THE_WAY)
			hierarchy->containers[way[length - 1]].up = GOV_NONE;
		while (length > 0)
		{
			c = way[--length];
			state[c] = GOV_PLACED;
			hierarchy->order[placed++] = c;
			if (live[c])
				gov_hierarchy_place(hierarchy, c);
		}
	}
	pfree(state);
	pfree(live);
	pfree(way);
}

/* Has a container an anchor for a slot, by binary search? */
static bool
gov_hierarchy_anchors(const GovHierarchy *hierarchy, int container, int slot)
{
	int64		low = hierarchy->anchor_starts[container];
	int64		end = hierarchy->anchor_starts[container + 1];
	int64		high = end;

	while (low < high)
	{
		int64		middle = (low + high) / 2;

		if (hierarchy->anchors[middle] < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && hierarchy->anchors[low] == slot;
}

/* The nearest container with anchors above another, which counts as live. */
int
gov_hierarchy_anchored_above(const GovHierarchy *hierarchy, int container)
{
	int			up = hierarchy->containers[container].up;

	return up == GOV_NONE ? GOV_NONE : hierarchy->containers[up].anchored;
}

/* Covers an owner at or above a container the slot for what is in it? */
bool
gov_hierarchy_covers(const GovHierarchy *hierarchy, int container, int slot)
{
	if (!gov_hierarchy_may_cover(hierarchy, container, slot))
		return false;
	for (int c = hierarchy->containers[container].anchored; c != GOV_NONE;
		 c = gov_hierarchy_anchored_above(hierarchy, c))
		if (gov_hierarchy_anchors(hierarchy, c, slot))
			return true;
	return false;
}
