/*
 * engine/summary/count.h: counting cells without making a row for each.
 */
#ifndef GOV_ENGINE_SUMMARY_COUNT_H
#define GOV_ENGINE_SUMMARY_COUNT_H

#include "engine/summary/directory.h"
#include "engine/summary/exceptions.h"
#include "engine/summary/hierarchy.h"
#include "engine/summary/members.h"
#include "engine/summary/tally.h"

typedef struct GovCount GovCount;

/* One process's count. */
struct GovCount
{
	GovModel *model;
	Snapshot	snapshot;
	GovDirectory directory;
	GovHierarchy hierarchy;
	GovCountedAnchors anchors;	/* what this process read of them */
	GovExceptionList excepted;	/* the same of exceptions, of the current partition */
	GovExceptions exceptions;	/* of the current partition, in order */
	GovMembers	members;		/* objects that this process counted */
	pg_atomic_uint64 **seen;	/* per axis: objects with an assignment on it */
	bool		alone;			/* no other process sets bits there */
	GovCellStatus  *uncovered;		/* per slot: its status where no container's owner covers it */
	GovTally   *tallies;		/* per axis */
	int			workers;		/* how many counted beside the leader */
	int			(*new_type) (GovCount *count, Datum code);	/* numbers a type met first */
	void	   *new_type_state;
	GovContainers *containers;	/* for classes, while objects are read; NULL until they are needed */
	GovClasses	classes;
};

extern GovCount *gov_count_create(GovModel *model, Snapshot snapshot);
extern bool gov_count_objects(GovCount *count, GovTable *objects);
extern void gov_count_ownership(GovCount *count, GovTable *ownership);
extern void gov_count_order_exceptions(GovCount *count);
extern void gov_count_cross_products(GovCount *count);
extern void gov_count_exceptions(GovCount *count, uint64 from, uint64 to);
extern void gov_count_missing(GovCount *count);
extern void gov_count_assignments(GovCount *count, GovTable *assignments);
extern void gov_count_rest(GovCount *count);
extern void gov_count_allocate_seen(GovCount *count, pg_atomic_uint64 *shared);
extern int	gov_count_seen_axes(GovModel *model);

#endif							/* GOV_ENGINE_SUMMARY_COUNT_H */
