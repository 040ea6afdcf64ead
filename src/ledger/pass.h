/*
 * ledger/pass.h: reading entries in the order of the chain.
 */
#ifndef GOV_LEDGER_PASS_H
#define GOV_LEDGER_PASS_H

#include "access/genam.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "ledger/columns.h"

/* One entry, as it stands in the ledger or the archive. */
typedef struct GovLedgerRow
{
	Datum		values[GOV_COL_LEDGER_NATTS];	/* by GovLedgerColumn - 1 */
	bool		nulls[GOV_COL_LEDGER_NATTS];
	int64		seq;
	int64		position;		/* 0 while unchained */
} GovLedgerRow;

/* A pass over entries of one table in the order of the chain. */
typedef struct GovLedgerPass
{
	Relation	rel;
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	int64		visited;		/* index entries looked at, dead ones too */
	int64		limit;			/* of these; 0 for none */
} GovLedgerPass;

/* Which entries a pass gives. */
typedef enum GovLedgerPart
{
	GOV_LEDGER_CHAINED,			/* by position, from a first one */
	GOV_LEDGER_LAST,			/* by position, backwards from the end, to a first one if given */
	GOV_LEDGER_UNCHAINED		/* by seq */
} GovLedgerPart;

extern void gov_ledger_pass_begin(GovLedgerPass *scan, const char *table, Snapshot snapshot,
								  GovLedgerPart part, int64 first_position);
extern bool gov_ledger_pass_step(GovLedgerPass *scan, GovLedgerRow *row, ScanDirection direction);
extern bool gov_ledger_pass_next(GovLedgerPass *scan, GovLedgerRow *row);
extern void gov_ledger_read_row(TupleTableSlot *slot, GovLedgerRow *row);
extern void gov_ledger_pass_end(GovLedgerPass *scan);

#endif							/* GOV_LEDGER_PASS_H */
