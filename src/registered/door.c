/*-------------------------------------------------------------------------
 *
 * registered/door.c
 *	  The one door through which anything that a user registered is read or
 *	  run: relations of sources, bindings, projections and bulk acts, and
 *	  routines of detectors.
 *
 * Such a thing is code of somebody, and runs in the session of whoever asks,
 * a superuser perhaps.  So it runs
 *
 *	- as its owner, who alone can change what it does (owner.c, calls.c), in
 *	  a security-restricted operation;
 *	- in a subtransaction of its own, read-only, which is always rolled back
 *	  once the rows are copied out of it.  Read-only alone would not do: code
 *	  inside can lift it, and what it then writes must go;
 *	- with settings of ours, which end with the subtransaction, as do those
 *	  that the code makes;
 *	- counted (server/depth.c): while it runs nothing of ours acts, and what
 *	  would outlive the rollback is refused;
 *	- without the session's cursors, from which it could fetch what others
 *	  opened;
 *	- within a time of its own that a setting inside cannot lengthen, and
 *	  never longer than the statement that asks may take, nor a relation longer
 *	  than is left to all of its owner's in that statement.  Catching a cancel
 *	  does not help it: it is cancelled anew at its next statement.
 *
 * An error in it is the thing's, whatever SQLSTATE it claims.  It is told as
 * "could not be read", with the class of its SQLSTATE; why, which may quote
 * rows, is told to its owner, its registrar and the admins alone, and to the
 * server's log.  What the server itself means (the statement was cancelled, a
 * serializable transaction cannot go on) is raised as it is.  That is known
 * by where in the server it was raised, which no SQL can forge.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/resowner.h"
#include "utils/timeout.h"

#include "server/compat.h"
#include "server/depth.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/security.h"
#include "registered/attempt.h"
#include "registered/calls.h"
#include "registered/door.h"
#include "registered/owner.h"

/* How often a read whose time is over is cancelled anew: code may catch the first cancel. */
#define GOV_CANCEL_AGAIN_MS		200

/* Is this role an admin?  Known to a room above. */
static bool (*registered_is_admin) (Oid role) = NULL;

/* ---- time ---- */

/* Our timer, registered once a session needs it, and when it fires; 0 for never. */
static TimeoutId timer = MAX_TIMEOUTS;
static TimestampTz timer_end = 0;
static volatile sig_atomic_t time_is_over = false;

/* What relations of one owner took so far. */
typedef struct GovDoorSpent
{
	Oid			owner;
	int64		microseconds;
} GovDoorSpent;

/*
 * The owners whose relations the running statement of the client reads, which
 * may be a procedure of many transactions.  One owner may have registered many
 * relations that each take their time: together they take no more than theirs,
 * and nothing of that of others.
 */
static TimestampTz spent_statement = 0;
static int	spent_count = 0;
static int	spent_room = 0;
static GovDoorSpent *spent_owners = NULL;

/* The time of one read. */
typedef struct GovDoorTime
{
	TimestampTz outer_end;		/* when the read around it has to end */
	TimestampTz began;
	Oid			owner;			/* whose time it takes; InvalidOid for nobody's */
	bool		of_owner;		/* is it the owner's time that ends first, */
	bool		of_statement;	/* or the statement's? */
	bool		outer_cancelled;	/* had the read around it been cancelled? */
	bool		cancelled;		/* was this one? */
} GovDoorTime;

/* Was the statement cancelled while the innermost read runs? */
static bool cancelled = false;

/* The timer fires: cancel what runs, as a statement is cancelled. */
static void
gov_door_time_over(void)
{
	time_is_over = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

/* Sets the timer to an end; 0 stops it. */
static void
gov_door_set_timer(TimestampTz end)
{
	if (timer == MAX_TIMEOUTS)
		timer = RegisterTimeout(USER_TIMEOUT, gov_door_time_over);
	timer_end = end;
	if (end != 0)
		enable_timeout_every(timer, end, GOV_CANCEL_AGAIN_MS);
	else
		disable_timeout(timer, false);
}

/* What relations of an owner took of the running statement. */
static GovDoorSpent *
gov_door_spent(Oid owner)
{
	if (spent_statement != GetCurrentStatementStartTimestamp())
		spent_count = 0;
	spent_statement = GetCurrentStatementStartTimestamp();
	for (int i = 0; i < spent_count; i++)
	{
		if (spent_owners[i].owner == owner)
			return &spent_owners[i];
	}
	if (spent_count == spent_room)
	{
		int			room = spent_room == 0 ? 8 : spent_room * 2;

		spent_owners = spent_owners == NULL ?
			MemoryContextAlloc(TopMemoryContext, sizeof(GovDoorSpent) * room) :
			repalloc(spent_owners, sizeof(GovDoorSpent) * room);
		spent_room = room;
	}
	spent_owners[spent_count] = (GovDoorSpent) {.owner = owner};
	return &spent_owners[spent_count++];
}

/* When the time of an owner is over, in a read that begins now. */
static TimestampTz
gov_door_owner_end(const GovDoorTime *time)
{
	int64		left = (int64) gov_guc_owner_timeout * 1000 - gov_door_spent(time->owner)->microseconds;

	return time->began + Max(left, 0);
}

/*
 * Starts the clock of a read: it ends at the earliest of its own limit, that
 * of its owner in this statement, that of a read around it, and the statement's.
 */
static void
gov_door_time_begin(GovDoorTime *saved, const GovRegistered *thing)
{
	TimestampTz end;

	saved->began = GetCurrentTimestamp();
	saved->owner = !thing->detects && gov_guc_owner_timeout > 0 ?
		gov_registered_owner(thing->class, thing->object) : InvalidOid;
	end = thing->timeout > 0 ? TimestampTzPlusMilliseconds(saved->began, thing->timeout) : 0;
	saved->of_owner = OidIsValid(saved->owner) && (end == 0 || gov_door_owner_end(saved) < end);
	if (saved->of_owner)
		end = gov_door_owner_end(saved);
	saved->outer_end = timer_end;
	saved->of_statement = false;
	if (timer_end != 0 && (end == 0 || timer_end < end))
		end = timer_end;
	if (get_timeout_active(STATEMENT_TIMEOUT))
	{
		TimestampTz statement_end = get_timeout_finish_time(STATEMENT_TIMEOUT);

		saved->of_statement = end == 0 || statement_end <= end;
		end = saved->of_statement ? statement_end : end;
	}
	time_is_over = false;
	saved->outer_cancelled = cancelled;
	cancelled = false;
	gov_door_set_timer(end);
}

/* Stops the clock and goes on with that of the read around it; true when the time was over. */
static bool
gov_door_time_end(GovDoorTime *saved)
{
	bool		over;

	disable_timeout(timer, false);
	if (OidIsValid(saved->owner))
		gov_door_spent(saved->owner)->microseconds += GetCurrentTimestamp() - saved->began;
	over = time_is_over;
	saved->cancelled = cancelled && !over;
	if ((over || cancelled) && !ProcDiePending)
		QueryCancelPending = false;
	time_is_over = false;
	cancelled = false;
	gov_door_set_timer(saved->outer_end);
	return over;
}

/* ---- errors ---- */

/*
 * Was the error caused by circumstances and not by the thing itself?  The
 * server raises a cancelled statement and a conflict with recovery in
 * ProcessInterrupts, and a transaction that cannot be serialized where it
 * looks for conflicts of serialization.  RAISE, and errors that a foreign
 * server sends, come from other places.
 */
static bool
gov_door_is_circumstance(const ErrorData *error)
{
	const char *file = error->filename != NULL ? error->filename : "";
	const char *function = error->funcname != NULL ? error->funcname : "";

	if (strcmp(file, "postgres.c") == 0 && strcmp(function, "ProcessInterrupts") == 0)
		return error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE;
	return strcmp(file, "predicate.c") == 0 && IsolationUsesXactSnapshot() &&
		ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK;
}

/*
 * Notes that the server cancelled the statement, by the error that it raises
 * inside a read, whether or not the code there catches it.
 */
static void
gov_door_note_cancel(void)
{
	MemoryContext context;
	ErrorData  *error;

	if (cancelled || geterrcode() != ERRCODE_QUERY_CANCELED)
		return;
	context = MemoryContextSwitchTo(TopTransactionContext);
	error = CopyErrorData();
	cancelled = gov_door_is_circumstance(error);
	FreeErrorData(error);
	MemoryContextSwitchTo(context);
}

/*
 * Code that was cancelled, or whose time is over, and that caught the error is
 * cancelled again before its next statement, and so does not get on by
 * catching it in a loop: one level of its blocks ends each time.
 */
static void
gov_door_subtransaction_ends(SubXactEvent event, SubTransactionId ended pg_attribute_unused(),
							 SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_ABORT_SUB || gov_depth_of_registered() == 0 || !(cancelled || time_is_over))
		return;
	InterruptPending = true;
	QueryCancelPending = true;
}

/* At the end of a transaction no read is running that could be cancelled. */
static void
gov_door_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		cancelled = false;
}

/*
 * May whoever asks see why a thing could not be read?  What runs inside
 * another read could hand it on, and sees nothing.
 */
static bool
gov_door_tells_why(const GovRegistered *thing)
{
	Oid			asks = GetOuterUserId();

	if (gov_depth_of_registered() > 0)
		return false;
	return superuser_arg(asks) || has_privs_of_role(asks, thing->registrar) ||
		has_privs_of_role(asks, gov_registered_owner(thing->class, thing->object)) ||
		(registered_is_admin != NULL && registered_is_admin(asks));
}

/* A detail that quotes rows of a thing, for whoever may see it; for others a sentence that names who may. */
const char *
gov_registered_why(const GovRegistered *thing, const char *why)
{
	return gov_door_tells_why(thing) ? why : "Its owner, whoever registered it, and the admins are told why.";
}

/* Writes an error with all it says to the server's log alone. */
static void
gov_door_log(const GovRegistered *thing, const ErrorData *error)
{
	ereport(LOG_SERVER_ONLY,
			(errcode(error->sqlerrcode),
			 errmsg("%s could not be read: %s", thing->what, error->message),
			 error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
			 error->context != NULL ? errcontext("%s", error->context) : 0));
}

/*
 * The SQLSTATE under which an error of a registered thing is raised: its own,
 * unless a client would take that for an error of the server or of the
 * extension.
 */
static int
gov_door_sqlstate(const ErrorData *error)
{
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
		case MAKE_SQLSTATE('Q', 'V', '0', '0', '0'):
			return ERRCODE_EXTERNAL_ROUTINE_EXCEPTION;
		default:
			return error->sqlerrcode;
	}
}

/* All that an error says, in a line. */
static char *
gov_door_why(const ErrorData *error)
{
	StringInfoData why;

	initStringInfo(&why);
	appendStringInfo(&why, "%s (%s).", gov_attempt_message(error), unpack_sql_state(error->sqlerrcode));
	if (error->detail != NULL)
		appendStringInfo(&why, "  %s", gov_attempt_clip(error->detail));
	if (error->hint != NULL)
		appendStringInfo(&why, "  %s", gov_attempt_clip(error->hint));
	return why.data;
}

/*
 * Raises that a thing could not be read.  Message, SQLSTATE and hint are the
 * same for everybody and may be stored; detail and context are not.
 */
static void
gov_door_fail(const GovRegistered *thing, const GovDoorTime *time, const ErrorData *error)
{
	char	   *context = error->context != NULL && gov_door_tells_why(thing) ? gov_context_inner(error->context) : NULL;

	if (thing->timed_out)
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("%s took too long", thing->what),
				 time->of_owner ?
				 errdetail("All relations of role \"%s\" may take %d ms in one statement (governance.owner_timeout).",
						   GetUserNameFromId(time->owner, true), gov_guc_owner_timeout) :
				 errdetail("It may take %d ms.", thing->timeout),
				 errhint("%s", thing->way_out)));
	gov_door_log(thing, error);
	if (context != NULL)
		gov_context_keep(context);
	ereport(ERROR,
			(errcode(ERRCODE_TO_CATEGORY(gov_door_sqlstate(error))),
			 errmsg("%s could not be %s", thing->what, thing->class == ProcedureRelationId ? "run" : "read"),
			 errdetail_internal("%s", gov_registered_why(thing, gov_door_why(error))),
			 errhint("%s", thing->way_out),
			 context != NULL ? errcontext("%s", context) : 0));
}

/* Who is told why something could not be read, beside its owner and its registrar; watches cancels. Called once from _PG_init. */
void
gov_registered_init(bool (*is_admin) (Oid role))
{
	registered_is_admin = is_admin;
	RegisterSubXactCallback(gov_door_subtransaction_ends, NULL);
	RegisterXactCallback(gov_door_transaction_ends, NULL);
}

/* ---- reading ---- */

/* One read: the thing, what is asked of it, and where the rows go. */
typedef struct GovDoorRead
{
	GovRegistered *thing;
	const char *name;			/* of the rows */
	bool		lasting;		/* do they outlive a subtransaction around the read? */
	const char *sql;
	int			nargs;
	const Oid  *types;
	const GovArg *args;
	bool		as_asked;
	GovRows    *rows;
} GovDoorRead;

/* Says what was being read when an error was raised. */
static void
gov_door_error_context(void *arg)
{
	const GovRegistered *thing = (const GovRegistered *) arg;

	gov_door_note_cancel();
	errcontext("reading %s as role \"%s\"", thing->what,
			   GetUserNameFromId(gov_registered_owner(thing->class, thing->object), true));
}

/*
 * Raises when the thing is being read already: it reads something that is
 * computed from it, which would never end.
 */
static void
gov_door_ensure_not_reading(const GovRegistered *thing)
{
	for (ErrorContextCallback *context = error_context_stack; context != NULL; context = context->previous)
	{
		const GovRegistered *read = (const GovRegistered *) context->arg;

		if (context->callback == gov_door_error_context &&
			read->class == thing->class && read->object == thing->object)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("%s is made of what is read from it", thing->what),
					 errhint("Let it read the application's own tables.  %s", thing->way_out)));
	}
}

GOV_QUERY(cursors, "SELECT name FROM pg_catalog.pg_cursor()");

/*
 * Closes the session's cursors to the code inside: it could fetch from them,
 * or close them, whoever opened them and with whatever rights.  The server
 * refuses both for a cursor that is being read.
 */
List *
gov_registered_hide_cursors(void)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&cursors);
	List	   *hidden = NIL;

	for (uint64 row = 0; row < count; row++)
	{
		Portal		portal = GetPortalByName(gov_result_text(row, 1));

		if (!PortalIsValid(portal) || portal->status != PORTAL_READY)
			continue;
		portal->status = PORTAL_ACTIVE;
		hidden = lappend(hidden, portal);
	}
	gov_spi_end(level);
	return hidden;
}

/* Opens them again. */
void
gov_registered_show_cursors(List *hidden)
{
	ListCell   *cell;

	foreach(cell, hidden)
		((Portal) lfirst(cell))->status = PORTAL_READY;
	list_free(hidden);
}

/* Looks at what the text turned out to be, before it is run. */
static void
gov_door_look(List *queries, void *arg)
{
	gov_ensure_registered_calls((const GovRegistered *) arg, queries);
}

/* Fills the rows, inside the subtransaction, as the owner. */
static void
gov_door_fill(const GovDoorRead *read)
{
	int			level;

	gov_depth_push();
	gov_security_become_registered(gov_registered_owner(read->thing->class, read->thing->object), read->thing->all_rows);
	level = gov_spi_begin();
	gov_rows_look(read->rows, gov_door_look, read->thing);
	gov_rows_fill(read->rows, read->sql, read->nargs, read->types, read->args, read->as_asked);
	gov_spi_end(level);
	disable_timeout(timer, false);
	CHECK_FOR_INTERRUPTS();
}

/*
 * Does so in a subtransaction that is rolled back, whatever comes; the error
 * that it ended with, or NULL.
 */
static ErrorData *
gov_door_run(const GovDoorRead *read, GovDoorTime *time)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		gov_door_time_begin(time, read->thing);
		gov_door_fill(read);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	read->thing->timed_out = gov_door_time_end(time);
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;

	/* a read around this one is cancelled as well */
	cancelled = time->outer_cancelled || (time->cancelled && gov_depth_of_registered() > 0);
	return error;
}

/* Raises what a read ended with: a circumstance as it is, anything else as the thing's failure. */
static void
gov_door_raise(GovRegistered *thing, const GovDoorTime *time, ErrorData *error)
{
	if (thing->timed_out && time->of_statement)
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("canceling statement due to statement timeout")));
	if (!thing->timed_out && error != NULL && gov_door_is_circumstance(error))
		ReThrowError(error);
	if (time->cancelled)
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("canceling statement due to user request")));
	gov_door_fail(thing, time, error);
}

/* Runs the text that reads a thing, as its owner, and keeps the rows in those that were begun. */
static GovRows *
gov_door_read(GovDoorRead *read)
{
	GovRegistered *thing = read->thing;
	ErrorContextCallback context = {error_context_stack, gov_door_error_context, thing};
	GovDoorTime time;
	ErrorData  *error;
	List	   *hidden;

	gov_door_ensure_not_reading(thing);
	gov_ensure_registered(thing);
	hidden = gov_registered_hide_cursors();
	read->rows = gov_rows_begin(read->name, read->lasting);
	error_context_stack = &context;
	error = gov_door_run(read, &time);
	gov_registered_show_cursors(hidden);
	error_context_stack = context.previous;
	if (error != NULL || thing->timed_out || time.cancelled)
	{
		gov_rows_forget(read->rows);
		gov_door_raise(thing, &time, error);
	}
	gov_rows_compare_bytes(read->rows);
	return read->rows;
}

/*
 * Reads a thing and keeps the rows aside, under a name that they have once
 * gov_rows_name gives it to them, until gov_rows_forget, at the latest to the
 * end of the transaction: they outlive a subtransaction around this call.
 */
GovRows *
gov_registered_fill(GovRegistered *thing, const char *name, const char *sql)
{
	return gov_door_read(&(GovDoorRead) {.thing = thing, .name = name, .lasting = true, .sql = sql});
}

/*
 * Reads a thing and keeps the rows aside under a name; gov_spi_discard forgets
 * them.  "as_asked": under the snapshot of the query that asks.  Texts are
 * compared by their bytes then.
 */
GovRows *
gov_registered_read(GovRegistered *thing, const char *name, const char *sql,
					int nargs, const Oid *types, const GovArg *args, bool as_asked)
{
	GovDoorRead read = {.thing = thing, .name = name, .sql = sql, .nargs = nargs, .types = types,
	.args = args, .as_asked = as_asked};
	GovRows    *rows = gov_door_read(&read);

	gov_rows_name(rows);
	return rows;
}
