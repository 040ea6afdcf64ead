/*-------------------------------------------------------------------------
 *
 * server/table.c
 *	  Reading our own tables without SQL.
 *
 * Locks are kept to the end of the transaction, as queries do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/skey.h"
#include "access/table.h"
#include "catalog/pg_type_d.h"
#include "optimizer/plancat.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "server/compat.h"
#include "server/extension.h"
#include "server/table.h"

/* Opens one of our tables for reading under a snapshot. */
void
gov_table_open(GovTable *table, const char *name, Snapshot snapshot)
{
	table->rel = table_open(gov_relation_oid(name), AccessShareLock);
	table->snapshot = snapshot;
	table->slot = table_slot_create(table->rel, NULL);
	if (!TTS_IS_BUFFERTUPLE(table->slot))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" does not have the access method \"heap\"", name),
				 errdetail("The engine reads rows as a heap stores them."),
				 errhint("Set it with ALTER TABLE ... SET ACCESS METHOD heap.")));
	table->scan = NULL;
}

/* Closes it; the lock stays. */
void
gov_table_close(GovTable *table)
{
	gov_table_stop(table);
	ExecDropSingleTupleTableSlot(table->slot);
	table_close(table->rel, NoLock);
	table->rel = NULL;
}

/* Starts a sequential scan, anew if one is under way. */
void
gov_table_start(GovTable *table)
{
	if (table->scan != NULL)
		table_rescan(table->scan, NULL);
	else
		table->scan = table_beginscan(table->rel, table->snapshot, 0, NULL);
}

/* Joins a sequential scan shared between processes. */
void
gov_table_start_parallel(GovTable *table, ParallelTableScanDesc shared)
{
	table->scan = table_beginscan_parallel(table->rel, shared);
}

/* Ends the sequential scan. */
void
gov_table_stop(GovTable *table)
{
	ExecClearTuple(table->slot);
	if (table->scan != NULL)
		table_endscan(table->scan);
	table->scan = NULL;
}

/* How many rows a table of ours has, as the planner would guess. */
double
gov_table_estimate_rows(const char *name)
{
	Relation	rel = table_open(gov_relation_oid(name), AccessShareLock);
	BlockNumber pages;
	double		tuples;
	double		allvisible;

	estimate_rel_size(rel, NULL, &pages, &tuples, &allvisible);
	table_close(rel, NoLock);
	return Max(tuples, 1.0);
}

/* Opens an index of an open table for probes by so many of its leading columns. */
void
gov_index_open_keys(GovIndex *index, GovTable *table, const char *name, int nkeys)
{
	Assert(nkeys <= INDEX_MAX_KEYS);
	index->rel = index_open(gov_relation_oid(name), AccessShareLock);
	index->scan = gov_index_beginscan(table->rel, index->rel, table->snapshot, nkeys);
	index->slot = table_slot_create(table->rel, NULL);
}

/* Undoes that. */
void
gov_index_close(GovIndex *index)
{
	ExecDropSingleTupleTableSlot(index->slot);
	index_endscan(index->scan);
	index_close(index->rel, NoLock);
	index->rel = NULL;
}

/* Starts a probe for the rows whose leading index column equals a value; equality does not depend on the collation. */
void
gov_index_find(GovIndex *index, RegProcedure equals, Datum key)
{
	ScanKeyData skey;

	ScanKeyEntryInitialize(&skey, 0, 1, BTEqualStrategyNumber, InvalidOid,
						   index->rel->rd_indcollation[0], equals, key);
	index_rescan(index->scan, &skey, 1, NULL, 0);
}

/*
 * The same for several columns, as many as the index was opened for: texts,
 * and 0 for a column that must be NULL, of whatever type it is.
 */
void
gov_index_find_keys(GovIndex *index, const Datum *keys)
{
	ScanKeyData skeys[INDEX_MAX_KEYS];
	int			nkeys = index->scan->numberOfKeys;

	for (int i = 0; i < nkeys; i++)
	{
		if (keys[i] == (Datum) 0)
			ScanKeyEntryInitialize(&skeys[i], SK_ISNULL | SK_SEARCHNULL, i + 1, InvalidStrategy,
								   InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
		else
			ScanKeyEntryInitialize(&skeys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
								   index->rel->rd_indcollation[i], F_TEXTEQ, keys[i]);
	}
	index_rescan(index->scan, skeys, nkeys, NULL, 0);
}

/*
 * The next row of a probe, its first natts columns deformed.
 *
 * What the index remembers from row to row (the dead ones it met, say) must
 * live as long as the index is open, not as long as the caller's context.
 */
bool
gov_index_next(GovIndex *index, int natts)
{
	MemoryContext caller = MemoryContextSwitchTo(index->slot->tts_mcxt);
	bool		found = index_getnext_slot(index->scan, ForwardScanDirection, index->slot);

	MemoryContextSwitchTo(caller);
	if (!found)
		return false;
	Assert(!index->scan->xs_recheck);	/* a btree's answers are exact */
	slot_getsomeattrs(index->slot, natts);
	return true;
}

/* Has a table a row whose leading column of an index is this text? */
bool
gov_index_has_text(GovTable *table, const char *index, Datum text)
{
	GovIndex	by_text;
	bool		found;

	gov_index_open(&by_text, table, index);
	gov_index_find_text(&by_text, text);
	found = gov_index_next(&by_text, 0);
	gov_index_close(&by_text);
	return found;
}
