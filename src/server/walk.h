/*
 * server/walk.h: walking an index of our own tables beside a pass over another.
 */
#ifndef GOV_SERVER_WALK_H
#define GOV_SERVER_WALK_H

#include "server/table.h"

/*
 * Probes of an index by keys that mostly ascend.  Where they do, the rows of
 * the next key follow those of the last, and nothing is searched for.
 */
typedef struct GovWalk
{
	GovIndex   *index;
	int			column;			/* of the table: the leading one of the index */
	int64		key;			/* asked for last */
	int64		row_key;		/* of the row in the slot */
	bool		begun;			/* was one asked for? */
	bool		at_row;			/* is there a row in the slot? */
	int			misses;			/* searches in a row */
} GovWalk;

extern void gov_walk_start(GovWalk *walk, GovIndex *index, int column);
extern bool gov_walk_find(GovWalk *walk, int64 key);
extern bool gov_walk_next(GovWalk *walk);

#endif							/* GOV_SERVER_WALK_H */
