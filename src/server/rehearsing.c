/*-------------------------------------------------------------------------
 *
 * server/rehearsing.c
 *	  Is a rehearsal running, all of which will be undone?
 *
 * A rehearsal (rollout/rehearse.c) runs somebody's SQL in a subtransaction
 * and rolls it back.  While it runs, gates are suspended (trust/gates.c), so
 * it must not be possible to keep anything that was done meanwhile.
 *
 * Therefore no flag is raised and lowered: a rehearsal is its subtransaction.
 * It runs as long as that one is there; it ends with its abort, and an attempt
 * to commit it, or a transaction around it, raises.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"

#include "server/rehearsing.h"

/* The subtransaction of the rehearsal that is running. */
static SubTransactionId rehearsal = InvalidSubTransactionId;

/* Is a rehearsal running in this backend? */
bool
gov_rehearsing(void)
{
	return rehearsal != InvalidSubTransactionId;
}

/* Notes that one begins, inside the subtransaction that it runs in and is undone with. */
void
gov_rehearsing_begin(void)
{
	rehearsal = GetCurrentSubTransactionId();
}

/* Raises: what was done in a rehearsal cannot be kept. */
static void
gov_rehearsing_refuse_commit(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
			 errmsg("a rehearsal cannot be committed"),
			 errdetail("All that it does is undone."),
			 errhint("Run the statements without gov_rehearse_sql to keep what they do.")));
}

/* Called at the end of every subtransaction: a rehearsal ends with its own, or one around it, which must be undone. */
static void
gov_rehearsing_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
								   SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (rehearsal == InvalidSubTransactionId || ended > rehearsal)
		return;
	if (event == SUBXACT_EVENT_PRE_COMMIT_SUB)
		gov_rehearsing_refuse_commit();
	if (event == SUBXACT_EVENT_ABORT_SUB)
		rehearsal = InvalidSubTransactionId;
}

/* Called at the end of every transaction, likewise. */
static void
gov_rehearsing_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (rehearsal == InvalidSubTransactionId)
		return;
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		gov_rehearsing_refuse_commit();
	if (event == XACT_EVENT_ABORT)
		rehearsal = InvalidSubTransactionId;
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_rehearsing_init(void)
{
	RegisterSubXactCallback(gov_rehearsing_subtransaction_ends, NULL);
	RegisterXactCallback(gov_rehearsing_transaction_ends, NULL);
}
