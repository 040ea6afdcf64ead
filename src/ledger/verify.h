/*
 * ledger/verify.h: walking the whole chain and telling where it is broken.
 */
#ifndef GOV_LEDGER_VERIFY_H
#define GOV_LEDGER_VERIFY_H

#include "nodes/execnodes.h"

/* A broken link: the entry (or first number missing) and what is wrong. */
typedef void (*GovLedgerReport) (void *context, int64 seq, const char *reason);

/*
 * Walks the chain from the entry from_seq on (0: all of it); reads only.
 * expected_head: a digest that must be in it, or NULL.
 */
extern void gov_ledger_walk(int64 from_seq, const uint8 *expected_head,
							GovLedgerReport report, void *context);

#endif							/* GOV_LEDGER_VERIFY_H */
