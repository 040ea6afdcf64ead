/*
 * server/hold.h: holding rows of our own tables that were found without SQL.
 */
#ifndef GOV_SERVER_HOLD_H
#define GOV_SERVER_HOLD_H

#include "server/table.h"

/* Holds the row that a probe gave, its first natts columns deformed anew; false when it is gone. */
extern bool gov_hold_row(GovTable *table, TupleTableSlot *slot, LockTupleMode mode, int natts);

/* Holds the row that has a text, as a foreign key to it does; false when there is none. */
extern bool gov_hold_text(GovTable *table, const char *index, Datum text);

#endif							/* GOV_SERVER_HOLD_H */
