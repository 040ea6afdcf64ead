/* ledger/direct.h: what a direct change did, for its entry. */
#ifndef GOV_LEDGER_DIRECT_H
#define GOV_LEDGER_DIRECT_H

#include "commands/trigger.h"

#include "server/json.h"

/*
 * Adds to an entry which columns an UPDATE changed and, where it is one row
 * that a statement changed, which one and what it was before and is after; the
 * object that this row is about, 0 for none.
 */
extern int64 gov_direct_describe(GovJson *payload, const TriggerData *trigger, int64 rows);

#endif							/* GOV_LEDGER_DIRECT_H */
