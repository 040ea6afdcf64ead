/*-------------------------------------------------------------------------
 *
 * watch/matview_counts.c
 *	  Rows written, as the server counts them.
 *
 * Each session counts for itself, and reports when its command has ended.
 * What it has not reported yet is added to what others did: as a session sees
 * its own rows, it sees its own counts.
 *
 * The snapshot of a REFRESH is older than anything that can look at counters
 * for it.  A transaction that ended in between is in the counters, perhaps,
 * and not in the materialized view.  So it is asked whether any ended, and if
 * so, whether a row of its tables was written that the snapshot does not see:
 * as long as the snapshot is held, such rows stay, deleted ones as well.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_am_d.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/pgstat_internal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "server/compat.h"
#include "watch/matview_counts.h"

/* Tables of more blocks than this, together, are not read to see what a snapshot missed. */
#define GOV_MATVIEW_MAX_BLOCKS	4096

/* Does this session count what it writes? */
bool
gov_matview_counting(void)
{
	return pgstat_track_counts;
}

/*
 * What was written to a table.  Of its transaction's own rows those that are
 * there count as changed, as they will when it commits.
 */
void
gov_matview_count(Oid relid, GovMatviewCounts *counts)
{
	PgStat_StatTabEntry *entry = pgstat_fetch_stat_tabentry(relid);
	PgStat_EntryRef *own = pgstat_fetch_pending_entry(PGSTAT_KIND_RELATION, MyDatabaseId, relid);

	memset(counts, 0, sizeof(GovMatviewCounts));
	if (entry != NULL)
	{
		counts->writes = entry->tuples_inserted + entry->tuples_updated + entry->tuples_deleted;
		counts->changes = entry->GOV_CHANGES_SINCE_ANALYZE;
		counts->analyzes = entry->analyze_count + entry->GOV_AUTOANALYZE_COUNT;
	}
	if (own != NULL && own->pending != NULL)
	{
		PgStat_TableStatus *pending = own->pending;

		counts->own_changes = GOV_PENDING_COUNT(pending, changed_tuples);
		counts->own_writes = GOV_PENDING_COUNT(pending, tuples_inserted) +
			GOV_PENDING_COUNT(pending, tuples_updated) + GOV_PENDING_COUNT(pending, tuples_deleted);
		for (PgStat_TableXactStatus *level = pending->trans; level != NULL; level = level->upper)
		{
			int64		rows = level->tuples_inserted + level->tuples_updated + level->tuples_deleted;

			counts->own_changes += rows;
			counts->own_writes += rows;
		}
	}
}

/*
 * What two countings tell, if what the session of the earlier one had not
 * reported is in the later one.  Rows of transactions that were rolled back
 * are counted as written, and not as changed; but an ANALYZE forgets how many
 * were changed, and after it every row written may have been.
 */
GovMatviewDifference
gov_matview_counts_differ(const GovMatviewCounts *before, const GovMatviewCounts *now)
{
	int64		writes = now->writes + now->own_writes - before->writes - before->own_writes;
	int64		changes = now->changes + now->own_changes - before->changes - before->own_changes;

	if (writes == 0)
		return GOV_MATVIEW_SAME;
	if (writes < 0)
		return GOV_MATVIEW_WENT_BACK;
	return now->analyzes == before->analyzes && changes == 0 ? GOV_MATVIEW_TAKEN_BACK : GOV_MATVIEW_WRITTEN;
}

/* Has no transaction that writes ended since a snapshot was taken?  Then all that is counted, it sees. */
bool
gov_matview_counts_quiet(Snapshot snapshot)
{
	Snapshot	latest = GetLatestSnapshot();

	return latest->xmax == snapshot->xmax && latest->xcnt == snapshot->xcnt;
}

/* Was a transaction at work, or yet to come, when the snapshot was taken?  Not this one. */
static bool
gov_matview_misses(TransactionId xid, Snapshot snapshot)
{
	return TransactionIdIsNormal(xid) && XidInMVCCSnapshot(xid, snapshot) && !TransactionIdIsCurrentTransactionId(xid);
}

/* Did one that the snapshot does not see write or remove a row? */
static bool
gov_matview_misses_row(HeapTupleHeader row, Snapshot snapshot)
{
	TransactionId remover;

	if (!HeapTupleHeaderXminFrozen(row) && gov_matview_misses(HeapTupleHeaderGetRawXmin(row), snapshot))
		return true;
	if (row->t_infomask & HEAP_XMAX_INVALID || HEAP_XMAX_IS_LOCKED_ONLY(row->t_infomask))
		return false;
	remover = row->t_infomask & HEAP_XMAX_IS_MULTI ? HeapTupleGetUpdateXid(row) : HeapTupleHeaderGetRawXmax(row);
	return gov_matview_misses(remover, snapshot);
}

/* Does the snapshot see all that was written to a table? */
static bool
gov_matview_sees_table(Relation rel, Snapshot snapshot)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan = table_beginscan(rel, SnapshotAny, 0, NULL);
	bool		seen = true;

	while (seen && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		own;
		HeapTuple	row = ExecFetchSlotHeapTuple(slot, false, &own);

		CHECK_FOR_INTERRUPTS();
		seen = !gov_matview_misses_row(row->t_data, snapshot);
		if (own)
			heap_freetuple(row);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return seen;
}

/*
 * Does a snapshot, still held, see all that was written to tables up to now?
 * False also when they are too large to look.
 */
bool
gov_matview_counts_all_seen(List *tables, Snapshot snapshot)
{
	BlockNumber blocks = 0;
	ListCell   *cell;

	foreach(cell, tables)
	{
		Relation	rel = try_table_open(lfirst_oid(cell), AccessShareLock);
		bool		seen = true;

		if (rel == NULL)
			continue;
		blocks += RelationGetNumberOfBlocks(rel);
		if (rel->rd_rel->relam != HEAP_TABLE_AM_OID || blocks > GOV_MATVIEW_MAX_BLOCKS)
			seen = false;
		else
			seen = gov_matview_sees_table(rel, snapshot);
		table_close(rel, AccessShareLock);
		if (!seen)
			return false;
	}
	return true;
}
