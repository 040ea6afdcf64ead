/*
 * rollout/locks.h: which relations a rehearsal locked.
 */
#ifndef GOV_ROLLOUT_LOCKS_H
#define GOV_ROLLOUT_LOCKS_H

#include "rollout/rehearsal.h"

/* Notes the locks that the transaction holds before; then those it has taken since. */
extern void gov_locks_begin(GovRehearsal *rehearsal);
extern void gov_locks_sample(GovRehearsal *rehearsal);

/* Notes that a query is about to be run, by its range table; looks at locks only where some may be new. */
extern void gov_locks_note_query(GovRehearsal *rehearsal, List *range_table);
extern void gov_locks_sample_changed(GovRehearsal *rehearsal);

/* Relations locked at least so strongly, as OIDs. */
extern List *gov_locks_relations(const GovRehearsal *rehearsal, LOCKMODE mode);

/* Puts a row for each relation that others can see, once all is undone. */
extern void gov_locks_report(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_LOCKS_H */
