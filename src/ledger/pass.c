/*-------------------------------------------------------------------------
 *
 * ledger/pass.c
 *	  Reading entries of the ledger or its archive, in the order of the chain.
 *
 * The index on position gives them: chained entries by their position, those
 * that have none yet by their number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "utils/fmgroids.h"

#include "server/compat.h"
#include "server/extension.h"
#include "server/progress.h"
#include "ledger/columns.h"
#include "ledger/pass.h"

/* Begins a pass over the entries of gov_ledger or gov_ledger_archive. */
void
gov_ledger_pass_begin(GovLedgerPass *scan, const char *table, Snapshot snapshot,
					  GovLedgerPart part, int64 first_position)
{
	ScanKeyData key;

	if (part == GOV_LEDGER_CHAINED || first_position > 0)
		ScanKeyInit(&key, 1, BTGreaterEqualStrategyNumber, F_INT8GE, Int64GetDatum(first_position));
	else
		ScanKeyEntryInitialize(&key, SK_ISNULL | (part == GOV_LEDGER_LAST ? SK_SEARCHNOTNULL : SK_SEARCHNULL),
							   1, InvalidStrategy, InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
	scan->rel = table_open(gov_relation_oid(table), AccessShareLock);
	scan->index = index_open(gov_relation_oid(psprintf("%s_chain_idx", table)), AccessShareLock);
	scan->slot = table_slot_create(scan->rel, NULL);
	scan->scan = gov_index_beginscan(scan->rel, scan->index, snapshot, 1);
	index_rescan(scan->scan, &key, 1, NULL, 0);
	scan->visited = 0;
	scan->limit = 0;
	scan->scan->xs_want_itup = false;
}

/* An entry as it stands in a slot; its fields are good as long as that is. */
void
gov_ledger_read_row(TupleTableSlot *slot, GovLedgerRow *row)
{
	slot_getallattrs(slot);
	memcpy(row->values, slot->tts_values, sizeof(row->values));
	memcpy(row->nulls, slot->tts_isnull, sizeof(row->nulls));
	row->seq = DatumGetInt64(row->values[GOV_COL_LEDGER_SEQ - 1]);
	row->position = row->nulls[GOV_COL_LEDGER_POSITION - 1] ? 0
		: DatumGetInt64(row->values[GOV_COL_LEDGER_POSITION - 1]);
}

/*
 * The next entry of a pass; its fields are good until the one after.  False
 * at the end, and when as many index entries as the limit were looked at.
 */
bool
gov_ledger_pass_step(GovLedgerPass *scan, GovLedgerRow *row, ScanDirection direction)
{
	while (index_getnext_tid(scan->scan, direction) != NULL)
	{
		gov_progress_tick();
		if (scan->limit > 0 && ++scan->visited > scan->limit)
			return false;
		if (!index_fetch_heap(scan->scan, scan->slot))
			continue;
		gov_ledger_read_row(scan->slot, row);
		return true;
	}
	return false;
}

/* The next entry of a pass in the order of the chain. */
bool
gov_ledger_pass_next(GovLedgerPass *scan, GovLedgerRow *row)
{
	return gov_ledger_pass_step(scan, row, ForwardScanDirection);
}

/* Ends a pass.  The table stays locked to the end of the transaction. */
void
gov_ledger_pass_end(GovLedgerPass *scan)
{
	index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->slot);
	index_close(scan->index, AccessShareLock);
	table_close(scan->rel, NoLock);
}
