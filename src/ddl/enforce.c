/*-------------------------------------------------------------------------
 *
 * ddl/enforce.c
 *	  What is asked of new objects before a transaction commits.
 *
 * The check runs when the transaction is about to commit, or to be prepared:
 * after all deferred triggers and all cursors that are held, when no user's
 * code can run any more.  So CREATE and gov_own pass in either order, and
 * nothing can be taken back behind it.  What others do at the same time is
 * seen as far as it is committed; who takes an anchor away a moment later
 * makes a gap, as at any other time, and a scan finds it.
 *
 * The mode that counts is the one at the end, of a setting that only superusers
 * change.  Under "warn" nothing here fails a commit, not even an error of our
 * own; under "enforce" such an error does, as nothing was seen to be right.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"

#include "server/errors.h"
#include "server/extension.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ddl/born.h"
#include "ddl/enforce.h"
#include "ddl/glass.h"
#include "ddl/mode.h"

/* Raises what new objects lack, or warns of it. */
static void
gov_enforce_tell(int elevel, const GovLack *found)
{
	ereport(elevel,
			(errcode(ERRCODE_GOV_UNGOVERNED),
			 errmsg_plural("%d new object lacks what coverage rules ask for",
						   "%d new objects lack what coverage rules ask for", found->count, found->count),
			 errdetail_internal("%s", gov_lack_detail(found)),
			 errhint("%s", found->hint)));
}

/* What a commit would be refused for, were it now; false where nothing is enforced, or lacks. */
bool
gov_enforce_would_refuse(int since, GovLack *found)
{
	*found = (GovLack) {.since = since};
	if (gov_ddl_count_born() <= since || gov_ddl_mode() != GOV_DDL_ENFORCE || gov_glass_is_broken())
		return false;
	gov_lack_look(found);
	return found->count > 0;
}

/* Raises where a commit would be refused. */
void
gov_enforce_ensure_governed(int since)
{
	GovLack		found;

	if (gov_enforce_would_refuse(since, &found))
		gov_enforce_tell(ERROR, &found);
}

/* Warns of what new objects lack; an error of our own is a warning, too. */
static void
gov_enforce_warn(void)
{
	GovLack		found = {.since = 0};
	ErrorData  *error = gov_subtransaction_attempt_ending(gov_lack_look, &found);

	if (error != NULL)
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("whether new objects have what coverage rules ask for is not known: %s", error->message),
				 errhint("The next gov_reconcile tells.")));
	else if (found.count > 0)
		gov_enforce_tell(WARNING, &found);
}

/* Looks at what the transaction brought, in memory of its own. */
static void
gov_enforce_check(void)
{
	MemoryContext context = AllocSetContextCreate(TopTransactionContext, "governance enforcement", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	if (gov_glass_is_broken())
		gov_glass_record();
	else if (gov_ddl_mode() == GOV_DDL_ENFORCE)
		gov_enforce_ensure_governed(0);
	else if (gov_ddl_mode() == GOV_DDL_WARN)
		gov_enforce_warn();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Called at the end of every transaction. */
static void
gov_enforce_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE)
		return;
	if ((gov_ddl_count_born() > 0 || gov_glass_is_broken()) && gov_is_installed())
		gov_enforce_check();
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_enforce_init(void)
{
	gov_born_init();
	RegisterXactCallback(gov_enforce_transaction_ends, NULL);
}
