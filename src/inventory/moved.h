/*
 * inventory/moved.h: objects whose database was copied file by file, OIDs and all.
 */
#ifndef GOV_INVENTORY_MOVED_H
#define GOV_INVENTORY_MOVED_H

#include "postgres.h"

/* Takes OIDs for those of this database where it is a copy of the one they were noted in; how many. */
extern uint64 gov_moved_adopt(void);

/* The same for a sync, with an entry in the ledger; the caller holds the inventory. */
extern void gov_moved_adopt_noted(void);

#endif							/* GOV_INVENTORY_MOVED_H */
