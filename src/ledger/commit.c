/*-------------------------------------------------------------------------
 *
 * ledger/commit.c
 *	  What the ledger does when a transaction ends: it begins, and chains.
 *
 * Before a transaction that appended commits, it chains, its own entries and
 * what others left: so late that it holds the lock for no longer than the
 * commit takes, however long the transaction was open.  Whoever prepares a
 * transaction leaves its entries to others.
 *
 * The first chaining begins the ledger, under the same lock: when no chain was
 * restored it writes the first entry, create_extension, with the time and the
 * role of the origin; then one entry restore, with the rows that arrived by
 * table (ledger/origin.c).  From then on an empty ledger is one that was
 * emptied.  What arrived in a transaction that was still open then is told by
 * the next who has all chained.
 *
 * A database whose ledger a subscription copies goes on with the entries of
 * the one that publishes: nothing is begun or chained there but by whoever
 * acts in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_subscription_rel.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/snapmgr.h"

#include "server/depth.h"
#include "server/extension.h"
#include "server/locks.h"
#include "ledger/chain.h"
#include "ledger/commit.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"
#include "ledger/pass.h"

/* Is all to be chained when it commits, whatever it appended? */
static bool chain_all = false;

/* Asks that all be chained when the transaction commits. */
void
gov_ledger_chain_all_later(void)
{
	chain_all = true;
}

/* Does a subscription copy the ledger of another database into this one? */
static bool
gov_ledger_is_subscribed(void)
{
	Relation	rel = table_open(SubscriptionRelRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, Anum_pg_subscription_rel_srrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(gov_relation_oid("gov_ledger")));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/* Is there an entry without a place, and is the first of them the first of all? */
static bool
gov_ledger_find_unchained(bool *first)
{
	GovLedgerPass scan;
	GovLedgerRow row;
	bool		found;

	gov_ledger_pass_begin(&scan, "gov_ledger", GetActiveSnapshot(), GOV_LEDGER_UNCHAINED, 0);
	found = gov_ledger_pass_next(&scan, &row);
	*first = found && row.seq == 1;
	gov_ledger_pass_end(&scan);
	return found;
}

/* Begins the ledger: writes its first entry, unless a chain or the first entry was restored. */
static void
gov_ledger_begin(bool has_first)
{
	GovLedgerHead head;
	Datum		at;
	Datum		login;

	gov_ledger_read_head(GetActiveSnapshot(), &head);
	if (head.position == 0 && !has_first && gov_origin_created(&at, &login))
		gov_ledger_append_first(at, login);
	gov_origin_note(GOV_ORIGIN_BEGUN);
}

/*
 * Begins the ledger, if it has not and there is what to chain, and tells of
 * what arrived; under the lock of the chain.  Once it has begun, only with
 * "all" it looks for what arrived; did it write?
 */
static bool
gov_ledger_prepare(bool all)
{
	bool		begun = gov_origin_has_begun();
	bool		first = false;
	bool		unchained;
	Datum		arrived;

	if (begun && !all)
		return false;
	PushActiveSnapshot(GetLatestSnapshot());
	unchained = !begun && gov_ledger_find_unchained(&first);
	arrived = gov_origin_take_arrivals();
	if (!begun && (unchained || arrived != (Datum) 0))
		gov_ledger_begin(first);
	if (arrived != (Datum) 0)
		gov_ledger_append("restore", 0, (Datum) 0, arrived);
	PopActiveSnapshot();
	CommandCounterIncrement();
	return arrived != (Datum) 0 || unchained;
}

/* Chains at the end of a transaction, unless another one is doing so; the lock goes back when nothing was done. */
static void
gov_ledger_chain_now(int64 own, bool all)
{
	bool		wrote;

	if (XactReadOnly || gov_depth_of_registered() > 0 || (own == 0 && gov_ledger_is_subscribed()) ||
		!gov_lock_try(GOV_LOCK_LEDGER))
		return;
	CommandCounterIncrement();
	wrote = gov_ledger_prepare(all);
	if (gov_ledger_chain(all ? GOV_LEDGER_ALL : GOV_LEDGER_BATCH + 2 * own) > 0)
		CommandCounterIncrement();
	else if (!wrote)
		gov_unlock(GOV_LOCK_LEDGER);
}

/*
 * Appends the last entry of a transaction: in its place in the chain at once, so
 * that it is written once, unless somebody else is chaining or others come
 * before it; else without, and it is chained as any other.
 */
bool
gov_ledger_append_last(int64 seq, const char *action, Datum payload)
{
	GovLedgerRow row;
	bool		placed = false;

	gov_ledger_make_row(&row, seq, GetUserNameFromId(GetOuterUserId(), false), action, 0, (Datum) 0, payload);
	if (!chain_all && gov_origin_has_begun() && gov_lock_try(GOV_LOCK_LEDGER))
	{
		CommandCounterIncrement();
		placed = gov_ledger_place(&row);
	}
	gov_ledger_write(&row);
	return placed;
}

/* Called at the end of every transaction. */
static void
gov_ledger_at_end(XactEvent event, void *arg pg_attribute_unused())
{
	int64		own;
	bool		all = chain_all;

	if (event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT ||
		event == XACT_EVENT_PARALLEL_ABORT || event == XACT_EVENT_PRE_PREPARE)
		return;
	own = gov_ledger_take_appended();
	chain_all = false;
	if (event != XACT_EVENT_PRE_COMMIT || (own == 0 && !all) || !gov_is_installed())
		return;
	gov_ledger_chain_now(own, all);
	(void) gov_ledger_take_appended();
}

/* Asks the server to be called. */
void
gov_ledger_init(void)
{
	RegisterXactCallback(gov_ledger_at_end, NULL);
}
