/*
 * engine/summary/exceptions.h: what objects own by themselves, or are excused from,
 * found by object.
 */
#ifndef GOV_ENGINE_SUMMARY_EXCEPTIONS_H
#define GOV_ENGINE_SUMMARY_EXCEPTIONS_H

#include "server/compat.h"

/*
 * An object's own ownership of a slot, as the summary needs it, in one number:
 * the place of the object's entry in its partition, 32 bits; the slot, 31; 0
 * for a waiver.
 */
typedef uint64 GovException;

#define GOV_EXCEPTION(place, slot, waiver) \
	((uint64) (place) << 32 | (uint64) (slot) << 1 | ((waiver) ? 0 : 1))
#define GOV_EXCEPTION_PLACE(exception)	((exception) >> 32)

/*
 * Places are put together in groups of so many, within which exceptions are in
 * order.  There, one takes half the room: the place within its group, 5 bits;
 * the slot, 26; 0 for a waiver.
 */
#define GOV_EXCEPTION_GROUP		32
#define GOV_EXCEPTION_SLOTS		(1 << 26)

typedef uint32 GovGrouped;

#define GOV_GROUPED(exception) \
	((uint32) (GOV_EXCEPTION_PLACE(exception) % GOV_EXCEPTION_GROUP) << 27 | (uint32) (exception))
#define GOV_GROUPED_PLACE(group, grouped)	((uint64) (group) * GOV_EXCEPTION_GROUP + ((grouped) >> 27))
#define GOV_GROUPED_SLOT(grouped)	((int) ((grouped) >> 1 & (GOV_EXCEPTION_SLOTS - 1)))
#define GOV_GROUPED_WAIVER(grouped)	(((grouped) & 1) == 0)

/* What one takes, as it is read and in order. */
#define GOV_EXCEPTION_BYTES		(sizeof(GovException) + sizeof(GovGrouped))

/* An array of exceptions that grows, in no order. */
typedef struct GovExceptionList
{
	GovException *items;
	int64		count;
	int64		allocated;
} GovExceptionList;

/* Exceptions in order, and per group where its own begin. */
typedef struct GovExceptions
{
	GovGrouped *items;
	int64	   *starts;			/* one more than there are groups */
} GovExceptions;

extern uint64 gov_exceptions_groups(uint64 width);
extern void gov_exceptions_add(GovExceptionList *list, GovException exception);
extern void gov_exceptions_order(GovExceptions *exceptions, const GovExceptionList *lists, int nlists, uint64 from, uint64 to);
extern const GovGrouped *gov_exceptions_find(const GovExceptions *exceptions, uint64 place, int slot);

/* Where the search for an object's exceptions begins. */
static inline const GovGrouped *
gov_exceptions_near(const GovExceptions *exceptions, uint64 place)
{
	return &exceptions->items[exceptions->starts[place / GOV_EXCEPTION_GROUP]];
}

#endif							/* GOV_ENGINE_SUMMARY_EXCEPTIONS_H */
