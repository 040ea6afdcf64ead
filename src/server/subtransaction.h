/*
 * server/subtransaction.h: work that is taken back when it fails.
 */
#ifndef GOV_SERVER_SUBTRANSACTION_H
#define GOV_SERVER_SUBTRANSACTION_H

/*
 * Runs work in a subtransaction; its error, or NULL.  It is kept only if it
 * ended well and "keep" says so.
 */
extern ErrorData *gov_subtransaction_attempt(void (*work) (void *arg), void *arg, bool keep);

/* The same, kept if it ended well, for work at the end of a transaction. */
extern ErrorData *gov_subtransaction_attempt_ending(void (*work) (void *arg), void *arg);

/* Runs work in a subtransaction that is then taken back, errors included. */
extern void gov_subtransaction_undone(void (*work) (void *arg), void *arg);

#endif							/* GOV_SERVER_SUBTRANSACTION_H */
