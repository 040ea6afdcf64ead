/*-------------------------------------------------------------------------
 *
 * server/subtransaction.c
 *	  Work that is taken back when it fails.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "server/subtransaction.h"

/*
 * Runs work in a subtransaction.  NULL when it ended well; else the error it
 * ended with, and all that it did is taken back.  Without "keep" that is taken
 * back in any case.  What it left in memory of the caller's stays.
 */
ErrorData *
gov_subtransaction_attempt(void (*work) (void *arg), void *arg, bool keep)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		work(arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	if (error == NULL && keep)
		ReleaseCurrentSubTransaction();
	else
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/*
 * The same for work at the end of a transaction, kept if it ended well.  While
 * an explicit COMMIT or PREPARE TRANSACTION runs, the server lets subtransactions
 * begin and be released, and asserts that none is rolled back right beneath the
 * transaction.  So there is one more between them, which is released.
 */
ErrorData *
gov_subtransaction_attempt_ending(void (*work) (void *arg), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *error;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	error = gov_subtransaction_attempt(work, arg, true);
	ReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/*
 * Runs work in a subtransaction and takes back all that it did.  An error in
 * it is raised once that is done, so that a caller who catches it finds the
 * transaction as it was.
 */
void
gov_subtransaction_undone(void (*work) (void *arg), void *arg)
{
	ErrorData  *error = gov_subtransaction_attempt(work, arg, false);

	if (error != NULL)
		ReThrowError(error);
}
