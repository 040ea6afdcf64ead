/*-------------------------------------------------------------------------
 *
 * server/rehearsing.c
 *	  Is a rehearsal running, all of which will be undone?
 *
 * A rehearsal (rollout/rehearse.c) runs somebody's SQL in a subtransaction
 * and rolls it back.  While it runs, gates are suspended (trust/gates.c), so
 * it must not be possible to keep anything that was done meanwhile.
 *
 * Therefore a rehearsal is its subtransaction (server/during.h).
 * It runs as long as that one is there; it ends with its abort, and an attempt
 * to commit it, or a transaction around it, raises.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"

#include "server/during.h"
#include "server/rehearsing.h"

/* The rehearsal that is running. */
static GovDuring rehearsal;

/* Is a rehearsal running in this backend? */
bool
gov_rehearsing(void)
{
	return gov_during(&rehearsal);
}

/* Notes that one begins, inside the subtransaction that it runs in and is undone with. */
void
gov_rehearsing_begin(void)
{
	gov_during_begin(&rehearsal);
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

/* Called at the end of every subtransaction: that of the rehearsal, or one around it, must be undone. */
static void
gov_rehearsing_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
								   SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event == SUBXACT_EVENT_PRE_COMMIT_SUB && ended <= rehearsal.subtransaction)
		gov_rehearsing_refuse_commit();
}

/* Called at the end of every transaction, likewise. */
static void
gov_rehearsing_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if ((event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) && gov_rehearsing())
		gov_rehearsing_refuse_commit();
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_rehearsing_init(void)
{
	RegisterSubXactCallback(gov_rehearsing_subtransaction_ends, NULL);
	RegisterXactCallback(gov_rehearsing_transaction_ends, NULL);
}
