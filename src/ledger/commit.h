/*
 * ledger/commit.h: what the ledger does when a transaction ends.
 */
#ifndef GOV_LEDGER_COMMIT_H
#define GOV_LEDGER_COMMIT_H

/* Called once from _PG_init. */
extern void gov_ledger_init(void);

/* Asks that all be chained when the transaction commits; not now, since it may stay open. */
extern void gov_ledger_chain_all_later(void);

#endif							/* GOV_LEDGER_COMMIT_H */
