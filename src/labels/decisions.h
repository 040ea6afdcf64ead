/* labels/decisions.h: judging disagreements between assignments and labels. */
#ifndef GOV_LABELS_DECISIONS_H
#define GOV_LABELS_DECISIONS_H

/*
 * Lets decisions be about other values of their axis: rows kept aside, of
 * columns decision_id, becomes (the value) and ends (is it superseded as of
 * now, or does it stand?).  How many.
 */
extern uint64 gov_decision_move_rows(const char *rows);

/* Lets decisions be about other objects: rows of columns decision_id and object_id.  How many. */
extern uint64 gov_decision_give_rows(const char *rows);

/*
 * Decides what policy allows, for at most "limit" cells (0: all) of objects
 * from *object_id on, and moves *object_id to the last one; how many cells it
 * decided or took its decision back from.  Whoever calls holds
 * GOV_LOCK_RECONCILE.
 */
extern int64 gov_decide_by_policy(int64 limit, int64 *object_id);

#endif							/* GOV_LABELS_DECISIONS_H */
