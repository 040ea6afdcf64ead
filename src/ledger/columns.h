/*
 * ledger/columns.h: column numbers of the tables of the ledger that C reads without SQL.
 *
 * They repeat the order of the install script; the test "columns" compares the
 * two.
 */
#ifndef GOV_LEDGER_COLUMNS_H
#define GOV_LEDGER_COLUMNS_H

enum GovLedgerColumn
{
	GOV_COL_LEDGER_SEQ = 1,
	GOV_COL_LEDGER_AT,
	GOV_COL_LEDGER_ACTOR,
	GOV_COL_LEDGER_LOGIN,
	GOV_COL_LEDGER_ACTION,
	GOV_COL_LEDGER_TARGET,
	GOV_COL_LEDGER_PAYLOAD,
	GOV_COL_LEDGER_PREV_HASH,
	GOV_COL_LEDGER_HASH,
	GOV_COL_LEDGER_POSITION,
	GOV_COL_LEDGER_FORMAT,
	GOV_COL_LEDGER_OBJECT,
	GOV_COL_LEDGER_NATTS = GOV_COL_LEDGER_OBJECT
};

#endif							/* GOV_LEDGER_COLUMNS_H */
