/*-------------------------------------------------------------------------
 *
 * ddl/born.c
 *	  Objects born in the transaction that is running.
 *
 * The list follows subtransactions: what is noted in one goes with it when it
 * is rolled back, and is its parent's when it is released.  It is in memory
 * alone and ends with the transaction.  An object may have gone since it was
 * noted; whoever reads the list looks at its row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"

#include "registry/objects.h"
#include "ddl/born.h"

/* An object, and the subtransaction that has it now. */
typedef struct GovBorn
{
	int64		object_id;
	SubTransactionId subtransaction;
} GovBorn;

/*
 * In the order in which they were noted.  Only the innermost subtransaction
 * notes, so those of one that is open stand at the end, inner ones last.
 */
static GovBorn *born = NULL;
static int	count_born = 0;
static int	allocated_born = 0;

/* Notes an object that is born, comes back or moves into another schema. */
void
gov_ddl_note_born(int64 object_id)
{
	SubTransactionId subtransaction = GetCurrentSubTransactionId();
	GovBorn    *last = count_born > 0 ? &born[count_born - 1] : NULL;

	if (last != NULL && last->object_id == object_id && last->subtransaction == subtransaction)
		return;
	if (count_born == allocated_born)
	{
		int			wanted = Max(64, allocated_born * 2);
		Size		size = sizeof(GovBorn) * (Size) wanted;

		born = born == NULL ? MemoryContextAllocHuge(TopTransactionContext, size) : repalloc_huge(born, size);
		allocated_born = wanted;
	}
	born[count_born++] = (GovBorn) {object_id, subtransaction};
}

/* How many were noted so far. */
int
gov_ddl_count_born(void)
{
	return count_born;
}

/* Those noted since a place in the list, each once, in the order of their identity. */
int64 *
gov_ddl_list_born(int since, int *count)
{
	int			noted = Max(count_born - since, 0);
	int64	   *ids = palloc_extended(sizeof(int64) * ((Size) noted + 1), MCXT_ALLOC_HUGE);
	int			kept = 0;

	for (int i = 0; i < noted; i++)
		ids[i] = born[since + i].object_id;
	qsort(ids, noted, sizeof(int64), gov_object_compare_ids);
	for (int i = 0; i < noted; i++)
	{
		if (i == 0 || ids[i] != ids[kept - 1])
			ids[kept++] = ids[i];
	}
	*count = kept;
	return ids;
}

/* Called at the end of every subtransaction. */
static void
gov_born_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
							 SubTransactionId parent, void *arg pg_attribute_unused())
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		while (count_born > 0 && born[count_born - 1].subtransaction >= ended)
			count_born--;
	}
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
	{
		for (int i = count_born - 1; i >= 0 && born[i].subtransaction >= ended; i--)
			born[i].subtransaction = parent;
	}
}

/* Called at the end of every transaction, whose memory is about to go. */
static void
gov_born_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		return;
	born = NULL;
	count_born = allocated_born = 0;
}

/* Watches the ends of transactions; called once from _PG_init. */
void
gov_born_init(void)
{
	RegisterSubXactCallback(gov_born_subtransaction_ends, NULL);
	RegisterXactCallback(gov_born_transaction_ends, NULL);
}
