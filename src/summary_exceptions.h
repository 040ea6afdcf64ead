/*
 * summary_exceptions.h: what objects own by themselves, or are excused from,
 * found by object.
 */
#ifndef GOV_SUMMARY_EXCEPTIONS_H
#define GOV_SUMMARY_EXCEPTIONS_H

#include "compat.h"

/*
 * An object's own ownership of a slot, as the summary needs it, in one number
 * that sorts by object and slot, a waiver before an owner: the place of the
 * object's entry in its partition, 32 bits; the slot, 31; 0 for a waiver.
 */
typedef uint64 GovException;

#define GOV_EXCEPTION(place, slot, waiver) \
	((uint64) (place) << 32 | (uint64) (slot) << 1 | ((waiver) ? 0 : 1))
#define GOV_EXCEPTION_PLACE(exception)	((exception) >> 32)
#define GOV_EXCEPTION_SLOT(exception)	((int) ((uint32) (exception) >> 1))
#define GOV_EXCEPTION_WAIVER(exception)	(((exception) & 1) == 0)

/* So many places share a starting point in the search for exceptions. */
#define GOV_EXCEPTION_GROUP		32

/* An array of exceptions that grows, in no order. */
typedef struct GovExceptionList
{
	GovException *items;
	int64		count;
	int64		allocated;
} GovExceptionList;

/* Exceptions in order, and per group of places where its own begin. */
typedef struct GovExceptions
{
	GovException *items;
	int64	   *starts;			/* one more than there are groups */
} GovExceptions;

extern uint64 gov_exceptions_groups(uint64 width);
extern void gov_exceptions_add(GovExceptionList *list, GovException exception);
extern void gov_exceptions_order(GovExceptions *exceptions, const GovExceptionList *lists, int nlists, uint64 from, uint64 to);
extern const GovException *gov_exceptions_find(const GovExceptions *exceptions, uint64 place, int slot);

/* Where the search for an object's exceptions begins. */
static inline const GovException *
gov_exceptions_near(const GovExceptions *exceptions, uint64 place)
{
	return &exceptions->items[exceptions->starts[place / GOV_EXCEPTION_GROUP]];
}

#endif							/* GOV_SUMMARY_EXCEPTIONS_H */
