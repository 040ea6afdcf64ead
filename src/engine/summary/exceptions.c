/*-------------------------------------------------------------------------
 *
 * engine/summary/exceptions.c
 *	  What objects own by themselves, or are excused from, found by object.
 *
 * Exceptions are read in the order of gov_ownership and wanted by object.
 * They are dealt out to groups of neighbouring objects, in one pass to count
 * and one to place them, and sorted within these: few each.  Several
 * processes take a range of the groups each, out of the lists of all.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "engine/summary/exceptions.h"

#define ST_SORT gov_exceptions_sort
#define ST_ELEMENT_TYPE GovGrouped
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/* How many groups so many places have. */
uint64
gov_exceptions_groups(uint64 width)
{
	return (width + GOV_EXCEPTION_GROUP - 1) / GOV_EXCEPTION_GROUP;
}

/* Adds to a list. */
void
gov_exceptions_add(GovExceptionList *list, GovException exception)
{
	if (list->count == list->allocated)
	{
		list->allocated = Max(list->allocated * 2, 1024);
		list->items = list->items == NULL
			? palloc(sizeof(GovException) * list->allocated)
			: repalloc_huge(list->items, sizeof(GovException) * list->allocated);
	}
	list->items[list->count++] = exception;
}

/* The group of places that an exception belongs to. */
static inline uint64
gov_exception_group(GovException exception)
{
	return GOV_EXCEPTION_PLACE(exception) / GOV_EXCEPTION_GROUP;
}

/*
 * Puts the exceptions of the groups from "from" to before "to", out of one or
 * more lists, in order.  There is room in exceptions->items for those of all
 * lists, and in starts for all groups and one more; what belongs to other
 * groups is left alone, but for the start of group "to".
 */
void
gov_exceptions_order(GovExceptions *exceptions, const GovExceptionList *lists, int nlists,
					 uint64 from, uint64 to)
{
	int64	   *starts = exceptions->starts;
	int64	   *next;
	int64		before = 0;

	next = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(int64) * (to - from + 1),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int l = 0; l < nlists; l++)
		for (int64 i = 0; i < lists[l].count; i++)
		{
			uint64		group = gov_exception_group(lists[l].items[i]);

			if (group < from)
				before++;
			else if (group < to)
				next[group - from]++;
		}
	gov_progress_tick();
	for (uint64 group = from; group < to; group++)
	{
		starts[group] = before;
		before += next[group - from];
		next[group - from] = starts[group];
	}
	starts[to] = before;
	for (int l = 0; l < nlists; l++)
		for (int64 i = 0; i < lists[l].count; i++)
		{
			uint64		group = gov_exception_group(lists[l].items[i]);

			if (group >= from && group < to)
				exceptions->items[next[group - from]++] = GOV_GROUPED(lists[l].items[i]);
		}
	pfree(next);
	for (uint64 group = from; group < to; group++)
		if (starts[group + 1] - starts[group] > 1)
			gov_exceptions_sort(exceptions->items + starts[group], starts[group + 1] - starts[group]);
}

/* The first exception of a cell, by binary search in its group; NULL when it has none. */
const GovGrouped *
gov_exceptions_find(const GovExceptions *exceptions, uint64 place, int slot)
{
	GovGrouped	wanted = GOV_GROUPED(GOV_EXCEPTION(place, slot, true));
	const GovGrouped *first = gov_exceptions_near(exceptions, place);
	const GovGrouped *end = exceptions->items + exceptions->starts[place / GOV_EXCEPTION_GROUP + 1];

	for (int64 count = end - first; count > 0;)
	{
		int64		half = count / 2;

		if (first[half] < wanted)
		{
			first += half + 1;
			count -= half + 1;
		}
		else
			count = half;
	}
	return first < end && (*first | 1) == (wanted | 1) ? first : NULL;
}
