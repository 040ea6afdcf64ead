/*
 * ledger/commit.h: what the ledger does when a transaction ends.
 */
#ifndef GOV_LEDGER_COMMIT_H
#define GOV_LEDGER_COMMIT_H

#include "postgres.h"

/* Called once from _PG_init. */
extern void gov_ledger_init(void);

/* Asks that all be chained when the transaction commits; not now, since it may stay open. */
extern void gov_ledger_chain_all_later(void);

/*
 * Appends the last entry of a transaction that is about to commit, under a
 * number drawn before.  True when it is chained, and nothing else is to be: the
 * caller says so with gov_ledger_take_appended, once nothing can take the entry
 * back.
 */
extern bool gov_ledger_append_last(int64 seq, const char *action, Datum payload);

#endif							/* GOV_LEDGER_COMMIT_H */
