/*-------------------------------------------------------------------------
 *
 * trust/cover.c
 *	  Acts that run under an approval of something larger.
 *
 * The SQL of a rollout's tier calls acts, several of which may be gated.  Its
 * voters have read that SQL, so the approval of the tier, which was used before
 * the SQL runs, covers these acts: none asks for one of its own.  Changes of
 * who may approve what are not covered: what decides who decides is voted on
 * by itself.
 *
 * As with a rehearsal (server/rehearsing.c) no flag is raised and lowered: the
 * cover is the subtransaction in which the SQL runs, and ends with it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"

#include "trust/cover.h"

/* The subtransaction that is covered. */
static SubTransactionId covered = InvalidSubTransactionId;

/* From now until the current subtransaction ends, acts run under an approval that was used. */
void
gov_cover_begin(void)
{
	covered = GetCurrentSubTransactionId();
}

/* Does it let an act of this risk through? */
bool
gov_cover_allows(const char *risk)
{
	return covered != InvalidSubTransactionId && strcmp(risk, "constitutional") != 0;
}

/* Called at the end of every subtransaction: the cover ends with its own. */
static void
gov_cover_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
							  SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if ((event == SUBXACT_EVENT_COMMIT_SUB || event == SUBXACT_EVENT_ABORT_SUB) && ended <= covered)
		covered = InvalidSubTransactionId;
}

/* Called at the end of every transaction. */
static void
gov_cover_transaction_ends(XactEvent event pg_attribute_unused(), void *arg pg_attribute_unused())
{
	covered = InvalidSubTransactionId;
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_cover_init(void)
{
	RegisterSubXactCallback(gov_cover_subtransaction_ends, NULL);
	RegisterXactCallback(gov_cover_transaction_ends, NULL);
}
