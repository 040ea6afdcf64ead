/*
 * summary_count.h: counting cells without making them.
 */
#ifndef GOV_SUMMARY_COUNT_H
#define GOV_SUMMARY_COUNT_H

#include "coverage_summary.h"
#include "summary_directory.h"

/* Live objects of one type in one container. */
typedef struct GovBucket
{
	int64		container_id;	/* 0 for none */
	int64		objects;
	int			type;
	int			container;		/* number among the containers */
} GovBucket;

/*
 * Several processes number their buckets each by itself; a directory entry
 * then has the process above this bit and its bucket below.
 */
#define GOV_ENTRY_PROCESS_SHIFT	27
#define GOV_MAX_PROCESSES		15

/* A row of gov_ownership in force that has an object and an active slot. */
typedef struct GovOwnedCell
{
	int64		object_id;
	int32		slot;
	bool		waiver;			/* else accountable */
	bool		inherits;
} GovOwnedCell;

/* So many object ids share a starting point in the search for exceptions. */
#define GOV_EXCEPTION_GROUP		32

/* One process's count. */
typedef struct GovCount
{
	GovVocabulary *voc;
	GovContainers *containers;
	GovDirectory directory;
	GovBucket  *buckets;
	int			nbuckets;
	int			buckets_allocated;
	struct gov_buckets_hash *bucket_index;
	struct GovRecentBucket *recent_buckets;
	GovException *exceptions;	/* of the current partition, sorted */
	int64		nexceptions;
	int64		exceptions_allocated;
	int64	   *exception_starts;	/* where those of each group of ids begin */
	pg_atomic_uint64 **seen;	/* per axis: objects with an assignment on it */
	GovOwnedCell *owned;		/* several processes: what this one read of gov_ownership */
	int64		nowned;
	int64		owned_allocated;	/* 0: rows are used as they are read */
	GovStatus  *uncovered;		/* per slot: its status where no container's owner covers it */
	GovTally   *tallies;		/* per axis */
	uint32		entry_base;		/* added to the buckets this process puts in the directory */
	int		  **remap;			/* several processes: per process and bucket of its, the bucket */
} GovCount;

extern GovCount *gov_count_create(GovVocabulary *voc, Snapshot snapshot);
extern void gov_count_destroy(GovCount *count);
extern int	gov_count_bucket(GovCount *count, int64 container_id, int type);
extern void gov_count_objects(GovCount *count, GovTable *objects);
extern void gov_count_containers(GovCount *count);
extern void gov_count_ownership(GovCount *count, GovTable *ownership);
extern void gov_count_own(GovCount *count, const GovOwnedCell *cell);
extern void gov_count_seal(GovCount *count);
extern void gov_count_assignments(GovCount *count, GovTable *assignments);
extern void gov_count_cross_products(GovCount *count);
extern void gov_count_exceptions(GovCount *count);
extern void gov_count_rest(GovCount *count);
extern void gov_count_missing(GovCount *count);
extern void gov_count_allocate_seen(GovCount *count, pg_atomic_uint64 *shared);
extern int	gov_count_seen_axes(GovVocabulary *voc);
extern bool gov_axis_has_per_assignment(const GovVocabulary *voc, int axis);

#endif							/* GOV_SUMMARY_COUNT_H */
