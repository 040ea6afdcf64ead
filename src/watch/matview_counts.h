/*
 * watch/matview_counts.h: rows written, as the server counts them.
 */
#ifndef GOV_WATCH_MATVIEW_COUNTS_H
#define GOV_WATCH_MATVIEW_COUNTS_H

#include "nodes/pg_list.h"
#include "utils/snapshot.h"

/*
 * What was written to a table: by those who have reported it, and by this
 * session, which has not.
 */
typedef struct GovMatviewCounts
{
	int64		writes;			/* rows, those of transactions rolled back as well */
	int64		changes;		/* rows written and not rolled back, since it was analysed */
	int64		analyzes;		/* how often it was */
	int64		own_writes;
	int64		own_changes;
} GovMatviewCounts;

/* What two countings of a table tell. */
typedef enum GovMatviewDifference
{
	GOV_MATVIEW_SAME,			/* nothing was counted in between */
	GOV_MATVIEW_TAKEN_BACK,		/* what was, was rolled back */
	GOV_MATVIEW_WRITTEN,
	GOV_MATVIEW_WENT_BACK		/* the later one shows less */
} GovMatviewDifference;

extern void gov_matview_count(Oid relid, GovMatviewCounts *counts);
extern bool gov_matview_counting(void);
extern GovMatviewDifference gov_matview_counts_differ(const GovMatviewCounts *before, const GovMatviewCounts *now);
extern bool gov_matview_counts_quiet(Snapshot snapshot);
extern bool gov_matview_counts_all_seen(List *tables, Snapshot snapshot);

#endif							/* GOV_WATCH_MATVIEW_COUNTS_H */
