/*-------------------------------------------------------------------------
 *
 * server/during.c
 *	  What holds until a subtransaction ends, however it ends.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"

#include "server/during.h"

/* The marks that were ever begun in this backend. */
static GovDuring *marks = NULL;

/* From now on it holds, until the current subtransaction ends. */
void
gov_during_begin(GovDuring *during)
{
	GovDuring  *known = marks;

	while (known != NULL && known != during)
		known = known->next;
	if (known == NULL)
	{
		during->next = marks;
		marks = during;
	}
	during->subtransaction = GetCurrentSubTransactionId();
	during->lasts = false;
}

/* From now on it holds, until the transaction ends or the current subtransaction is rolled back. */
void
gov_during_begin_lasting(GovDuring *during)
{
	gov_during_begin(during);
	during->lasts = true;
}

/*
 * Called at the end of every subtransaction: a mark ends with its own, or one
 * around it; one that lasts goes over to the parent of what is released.
 */
static void
gov_during_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
							   SubTransactionId parent, void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	for (GovDuring *during = marks; during != NULL; during = during->next)
	{
		if (ended <= during->subtransaction)
			during->subtransaction = during->lasts && event == SUBXACT_EVENT_COMMIT_SUB ? parent : InvalidSubTransactionId;
	}
}

/* Called at the end of every transaction. */
static void
gov_during_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		return;
	for (GovDuring *during = marks; during != NULL; during = during->next)
		during->subtransaction = InvalidSubTransactionId;
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_during_init(void)
{
	RegisterSubXactCallback(gov_during_subtransaction_ends, NULL);
	RegisterXactCallback(gov_during_transaction_ends, NULL);
}
