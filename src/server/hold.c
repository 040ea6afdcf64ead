/*-------------------------------------------------------------------------
 *
 * server/hold.c
 *	  Holding rows of our own tables without SQL.
 *
 * As SELECT ... FOR SHARE and FOR KEY SHARE do, to the end of the transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_collation_d.h"
#include "utils/fmgrprotos.h"

#include "server/hold.h"

/*
 * Locks the row that a probe found, as SELECT ... FOR SHARE or FOR KEY SHARE
 * does: whoever changes it in a way that the lock is against is waited for, and
 * the slot then has its newest version, which the caller looks at again; false
 * when it was deleted.  Where the transaction has one snapshot, such a change
 * since then is an error.
 */
bool
gov_hold_row(GovTable *table, TupleTableSlot *slot, LockTupleMode mode, int natts)
{
	ItemPointerData tid = slot->tts_tid;
	bool		one_snapshot = IsolationUsesXactSnapshot();
	TM_FailureData failure;
	TM_Result	result = table_tuple_lock(table->rel, &tid, table->snapshot, slot, GetCurrentCommandId(true),
										  mode, LockWaitBlock,
										  TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS |
										  (one_snapshot ? 0 : TUPLE_LOCK_FLAG_FIND_LAST_VERSION), &failure);

	if (result != TM_Ok && one_snapshot)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
	if (result != TM_Ok)
		return false;
	slot_getsomeattrs(slot, natts);
	return true;
}

/* Is the leading column of an index this text, in the row of a slot? */
static bool
gov_hold_is_named(const GovIndex *index, TupleTableSlot *slot, Datum text)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, index->rel->rd_index->indkey.values[0], &isnull);

	return !isnull && DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, value, text));
}

/*
 * Holds the row whose leading column of an index is this text, so that it is not
 * deleted and stays called so: what a foreign key asks of what it refers to.
 */
bool
gov_hold_text(GovTable *table, const char *index, Datum text)
{
	GovIndex	by_text;
	bool		held;

	gov_index_open(&by_text, table, index);
	gov_index_find_text(&by_text, text);
	held = gov_index_next(&by_text, 0) && gov_hold_row(table, by_text.slot, LockTupleKeyShare, 0) &&
		gov_hold_is_named(&by_text, by_text.slot, text);
	gov_index_close(&by_text);
	return held;
}
