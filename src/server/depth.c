/*-------------------------------------------------------------------------
 *
 * server/depth.c
 *	  How deep in code that somebody registered this backend is.
 *
 * What users register (relations, routines) is read by registered/door.c, in
 * the session of whoever asks.  While it runs, nothing may act: no act, no
 * trigger of ours and no writer of the ledger.  Each of them asks here.
 *
 * The count belongs to subtransactions: a read runs in one of its own and is
 * counted as long as that one is there.  No flag is raised and lowered by the
 * code in between, so an error, however it is caught, leaves none behind.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "server/depth.h"

/*
 * How deep such reads may nest (a view that reads a registered view that
 * reads another): more is a mistake.
 */
#define GOV_DEPTH_MAX	16

/* The subtransactions of the reads that are running, the innermost last. */
static SubTransactionId reads[GOV_DEPTH_MAX];
static int	depth = 0;

/* The hook that was set before ours, called in turn. */
static object_access_hook_type next_access_hook = NULL;

/* pg_logical_emit_message for text and bytea, whose arguments differ between majors. */
#define GOV_LOGICAL_MESSAGE_TEXT	3577
#define GOV_LOGICAL_MESSAGE_BYTEA	3578

/*
 * Functions that reach out of the subtransaction that is rolled back: locks
 * and sequences of the session, signals, and messages that the server's log
 * of changes keeps.
 */
static const Oid lasting[] = {
	F_PG_ADVISORY_LOCK_INT8, F_PG_ADVISORY_LOCK_INT4_INT4,
	F_PG_ADVISORY_LOCK_SHARED_INT8, F_PG_ADVISORY_LOCK_SHARED_INT4_INT4,
	F_PG_TRY_ADVISORY_LOCK_INT8, F_PG_TRY_ADVISORY_LOCK_INT4_INT4,
	F_PG_TRY_ADVISORY_LOCK_SHARED_INT8, F_PG_TRY_ADVISORY_LOCK_SHARED_INT4_INT4,
	F_PG_ADVISORY_UNLOCK_INT8, F_PG_ADVISORY_UNLOCK_INT4_INT4,
	F_PG_ADVISORY_UNLOCK_SHARED_INT8, F_PG_ADVISORY_UNLOCK_SHARED_INT4_INT4,
	F_PG_ADVISORY_UNLOCK_ALL,
	F_NEXTVAL, F_SETVAL_REGCLASS_INT8, F_SETVAL_REGCLASS_INT8_BOOL,
	F_PG_CANCEL_BACKEND, F_PG_TERMINATE_BACKEND, F_SETSEED,
	GOV_LOGICAL_MESSAGE_TEXT, GOV_LOGICAL_MESSAGE_BYTEA
};

/* How many reads of registered things are running, one inside the other. */
int
gov_depth_of_registered(void)
{
	return depth;
}

/* Notes that one begins, inside the subtransaction that it runs in and ends with. */
void
gov_depth_push(void)
{
	if (depth >= GOV_DEPTH_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("what is registered reads what is registered, %d deep", GOV_DEPTH_MAX),
				 errhint("Register relations and routines that read the application's own tables.")));
	reads[depth++] = GetCurrentSubTransactionId();
}

/* Raises while one runs: "what" is for people and programs that act themselves. */
void
gov_ensure_not_registered(const char *what)
{
	if (depth > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s is refused to what is registered", what),
				 errdetail("It was called by a relation or routine that somebody registered, while it was read."),
				 errhint("Registered relations and routines look and change nothing.  Let a person or a program act.")));
}

/* Forgets the reads that ran in a subtransaction which ends. */
static void
gov_depth_subtransaction_ends(SubXactEvent event, SubTransactionId ended,
							  SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (depth > 0 && reads[depth - 1] >= ended)
		depth--;
}

/* At the end of a transaction no read is running. */
static void
gov_depth_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		depth = 0;
}

/* Refuses functions to registered code whose effect would outlive the rollback. */
static void
gov_depth_object_access(ObjectAccessType access, Oid class, Oid object, int subid, void *arg)
{
	if (next_access_hook != NULL)
		next_access_hook(access, class, object, subid, arg);
	if (depth == 0 || access != OAT_FUNCTION_EXECUTE || class != ProcedureRelationId)
		return;
	for (int i = 0; i < (int) lengthof(lasting); i++)
	{
		if (lasting[i] == object)
			gov_ensure_not_registered(psprintf("function %s", get_func_name(object)));
	}
}

/* Watches transactions and functions; called once from _PG_init. */
void
gov_depth_init(void)
{
	RegisterSubXactCallback(gov_depth_subtransaction_ends, NULL);
	RegisterXactCallback(gov_depth_transaction_ends, NULL);
	next_access_hook = object_access_hook;
	object_access_hook = gov_depth_object_access;
}
