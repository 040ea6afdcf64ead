/*
 * watch/matview_reads.h: what a materialized view is computed from, found in
 * its query.
 */
#ifndef GOV_WATCH_MATVIEW_READS_H
#define GOV_WATCH_MATVIEW_READS_H

#include "nodes/parsenodes.h"
#include "utils/hsearch.h"

/* What has a definition that decides what the query shows. */
typedef enum GovMatviewKind
{
	GOV_MATVIEW_RELATION,		/* its rule if it is a view; who may see which rows */
	GOV_MATVIEW_CHILDREN,		/* partitions, and what inherits from it */
	GOV_MATVIEW_FUNCTION,
	GOV_MATVIEW_AGGREGATE,
	GOV_MATVIEW_TYPE,			/* with labels of an enum, constraints of a domain, columns of a row */
	GOV_MATVIEW_COLLATION,
	GOV_MATVIEW_ROLE			/* may it see all rows? */
} GovMatviewKind;

/* Kinds, as they are noted. */
extern const char *const gov_matview_kinds[];

/* What was found. */
typedef struct GovMatviewReads
{
	List	   *tables;			/* OIDs of what has rows */
	List	   *kinds;			/* definitions: of which kind, ... */
	List	   *oids;			/* ... and of what */
	const char *unwatched;		/* why not all of it can be watched, or NULL */
	bool		opaque;			/* does it call something whose text is only read when it runs? */

	/* while it is being looked for */
	Oid			matview;
	Oid			role;			/* whose rights count at this place */
	Query	   *query;			/* the innermost query around this place */
	int			bodies;			/* how many bodies of functions are around it */
	HTAB	   *seen;
} GovMatviewReads;

extern void gov_matview_find_reads(GovMatviewReads *reads, Oid matview);

#endif							/* GOV_WATCH_MATVIEW_READS_H */
