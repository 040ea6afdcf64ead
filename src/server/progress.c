/*-------------------------------------------------------------------------
 *
 * server/progress.c
 *	  How far a long call of ours is: gov_progress.
 *
 * The server keeps a slot per backend for the progress of its own commands:
 * the number of the command and twenty numbers, in shared memory.  A call of
 * ours takes that slot with a command number that the server does not use.
 * What it does is kept there as text, so that nobody needs a list of all
 * phases there may be.
 *
 * Commands of the server that run inside (COPY, CREATE INDEX) take the slot
 * and give it up, and so does the end of a subtransaction that is rolled back,
 * which each read of something registered is.  So the call's state is kept here as
 * well, and written again as a whole whenever the slot is not ours any more.
 * It is forgotten when the transaction or subtransaction that it began in
 * fails.
 *
 * What is done is counted in rows: as each node of a plan gives them, and as
 * foreign keys look them up, in every statement that begins while a call is
 * told; and, now and then, in turns of loops of ours that read without a plan.
 * So a row counts several times, and a long statement is seen to go on whatever
 * it is busy with.
 *
 * The server writes nothing where track_activities is off; the view then has a
 * row that says so, for backends that hold a lock of ours.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/executor.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "server/compat.h"
#include "server/guc.h"
#include "server/progress.h"

PG_FUNCTION_INFO_V1(gov_progress_rows);

/* The command number of ours, and the first of its numbers, which must agree. */
#define GOV_PROGRESS_COMMAND	((ProgressCommandType) 0x676F76)
#define GOV_PROGRESS_MAGIC		INT64CONST(0x676F7631)

/* What the numbers of the slot are; the texts take several each, and end with a zero byte. */
enum
{
	SLOT_MAGIC,
	SLOT_DONE,
	SLOT_TOTAL,
	SLOT_STARTED,
	SLOT_ACT,
	SLOT_PHASE = SLOT_ACT + 5,
	SLOT_END = PGSTAT_NUM_PROGRESS_PARAM
};

#define ACT_BYTES	((SLOT_PHASE - SLOT_ACT) * sizeof(int64))
#define PHASE_BYTES	((SLOT_END - SLOT_PHASE) * sizeof(int64))

/* The call that is told, as the slot has it; nest_level is 0 when there is none. */
static struct
{
	int			nest_level;
	TimestampTz phase_since;
	int64		numbers[SLOT_END];
}			told;

/* Puts a text into numbers of the slot, cut between characters. */
static void
gov_progress_put_text(int first, const char *text, Size bytes)
{
	char	   *into = (char *) &told.numbers[first];

	memset(into, 0, bytes);
	memcpy(into, text, pg_mbcliplen(text, strlen(text), bytes - 1));
}

/* Is the slot of this backend ours? */
static bool
gov_progress_has_slot(void)
{
	return MyBEEntry != NULL && MyBEEntry->st_progress_command == GOV_PROGRESS_COMMAND;
}

/* Writes all numbers, and takes the slot first where it is not ours. */
static void
gov_progress_write(void)
{
	int			index[SLOT_END];

	for (int i = 0; i < SLOT_END; i++)
		index[i] = i;
	if (!gov_progress_has_slot())
		pgstat_progress_start_command(GOV_PROGRESS_COMMAND, InvalidOid);
	pgstat_progress_update_multi_param(SLOT_END, index, told.numbers);
}

/*
 * Begins to tell how far a call is; false inside another that is told, whose
 * phases the caller's then are.  The result goes to gov_progress_end.
 */
bool
gov_progress_begin(const char *act)
{
	if (told.nest_level > 0)
		return false;
	memset(&told, 0, sizeof(told));
	told.nest_level = GetCurrentTransactionNestLevel();
	told.phase_since = GetCurrentTimestamp();
	told.numbers[SLOT_MAGIC] = GOV_PROGRESS_MAGIC;
	told.numbers[SLOT_TOTAL] = GOV_PROGRESS_UNKNOWN;
	told.numbers[SLOT_STARTED] = told.phase_since;
	gov_progress_put_text(SLOT_ACT, act, ACT_BYTES);
	gov_progress_write();
	return true;
}

/* Tells the person who waits that a phase has ended, where it took long. */
static void
gov_progress_notice(void)
{
	TimestampTz now = GetCurrentTimestamp();
	const char *phase = (const char *) &told.numbers[SLOT_PHASE];

	if (phase[0] != '\0' && gov_guc_progress_after >= 0 &&
		TimestampDifferenceExceeds(told.phase_since, now, gov_guc_progress_after))
		ereport(NOTICE,
				(errmsg("%s: %s, %.1f s", (const char *) &told.numbers[SLOT_ACT], phase,
						(now - told.phase_since) / 1000000.0)));
	told.phase_since = now;
}

/* The next phase of the call that is told, and how much there is to do in it. */
void
gov_progress_phase(const char *phase, int64 total)
{
	if (told.nest_level == 0)
		return;
	gov_progress_notice();
	told.numbers[SLOT_DONE] = 0;
	told.numbers[SLOT_TOTAL] = total;
	gov_progress_put_text(SLOT_PHASE, phase, PHASE_BYTES);
	gov_progress_write();
}

/* So much more of the phase is done. */
void
gov_progress_add(int64 done)
{
	if (told.nest_level == 0)
		return;
	told.numbers[SLOT_DONE] += done;
	if (gov_progress_has_slot())
		pgstat_progress_update_param(SLOT_DONE, told.numbers[SLOT_DONE]);
	else
		gov_progress_write();
}

/* Turns of loops that are not told yet. */
int			gov_progress_turns = 0;

/* Tells them. */
void
gov_progress_add_turns(void)
{
	gov_progress_add(gov_progress_turns);
	gov_progress_turns = 0;
}

/* Forgets the call. */
static void
gov_progress_forget(void)
{
	told.nest_level = 0;
	if (gov_progress_has_slot())
		pgstat_progress_end_command();
}

/* Ends what gov_progress_begin began. */
void
gov_progress_end(bool begun)
{
	if (!begun || told.nest_level == 0)
		return;
	gov_progress_notice();
	gov_progress_forget();
}

/* Tells in an error what stands although the procedure did not end. */
static void
gov_progress_batches_tell(void *arg)
{
	const GovBatches *batches = (const GovBatches *) arg;

	if (batches->committed > 0)
		errcontext("%s, of which " INT64_FORMAT " steps are committed: called again, it goes on with what is left",
				   batches->procedure, batches->committed);
}

/* From here to gov_progress_batches_end, errors tell how many steps of the procedure are committed; the caller counts them. */
void
gov_progress_batches_begin(GovBatches *batches, const char *procedure)
{
	batches->procedure = procedure;
	batches->committed = 0;
	batches->callback.callback = gov_progress_batches_tell;
	batches->callback.arg = batches;
	batches->callback.previous = error_context_stack;
	error_context_stack = &batches->callback;
}

/* The procedure has ended well. */
void
gov_progress_batches_end(GovBatches *batches)
{
	error_context_stack = batches->callback.previous;
}

/* ---- counting rows ---- */

static ExecutorStart_hook_type executor_start = NULL;

/* Executor: a row of a node that is counted; the server keeps the node's own function beside the one that is called. */
static TupleTableSlot *
gov_progress_row(PlanState *node)
{
	TupleTableSlot *slot = node->ExecProcNodeReal(node);

	if (!TupIsNull(slot))
		gov_progress_add(1);
	return slot;
}

/* Counts the rows of a node, unless the server counts them already (EXPLAIN ANALYZE). */
static void
gov_progress_count_node(PlanState *node)
{
	if (node->instrument == NULL)
		node->ExecProcNode = gov_progress_row;
}

/*
 * Counts the rows of all nodes of a plan.  Those that read are not enough: what
 * was read is sorted, joined and counted over windows afterwards, and each of
 * that can take as long.
 */
static bool
gov_progress_count_plan(PlanState *node, void *context)
{
	gov_progress_count_node(node);
	return planstate_tree_walker(node, gov_progress_count_plan, context);
}

/* Executor: a statement begins, perhaps as part of the call that is told. */
static void
gov_progress_executor_start(QueryDesc *query, int eflags)
{
	if (executor_start != NULL)
		executor_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
	if (told.nest_level == 0 || query->planstate == NULL || (eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
		return;
	gov_progress_add(1);
	(void) gov_progress_count_plan(query->planstate, NULL);
}

/* A receiver that counts. */
typedef struct GovProgressReceiver
{
	DestReceiver own;
	DestReceiver *to;
} GovProgressReceiver;

/* Receiver: a row. */
static bool
gov_progress_receive(TupleTableSlot *slot, DestReceiver *self)
{
	DestReceiver *to = ((GovProgressReceiver *) self)->to;

	gov_progress_add(1);
	return to->receiveSlot(slot, to);
}

/* Receiver: begin. */
static void
gov_progress_receive_begin(DestReceiver *self, int operation, TupleDesc desc)
{
	DestReceiver *to = ((GovProgressReceiver *) self)->to;

	to->rStartup(to, operation, desc);
}

/* Receiver: end. */
static void
gov_progress_receive_end(DestReceiver *self)
{
	DestReceiver *to = ((GovProgressReceiver *) self)->to;

	to->rShutdown(to);
}

/* Receiver: free both. */
static void
gov_progress_receiver_free(DestReceiver *self)
{
	DestReceiver *to = ((GovProgressReceiver *) self)->to;

	to->rDestroy(to);
	pfree(self);
}

/* A receiver that stores the rows of a query, values whole, and counts them as done. */
DestReceiver *
gov_progress_receiver(Tuplestorestate *store, MemoryContext context)
{
	GovProgressReceiver *receiver = palloc0(sizeof(GovProgressReceiver));

	receiver->to = CreateTuplestoreDestReceiver();
	SetTuplestoreDestReceiverParams(receiver->to, store, context, true, NULL, NULL);
	receiver->own.receiveSlot = gov_progress_receive;
	receiver->own.rStartup = gov_progress_receive_begin;
	receiver->own.rShutdown = gov_progress_receive_end;
	receiver->own.rDestroy = gov_progress_receiver_free;
	receiver->own.mydest = receiver->to->mydest;
	return &receiver->own;
}

/* A call that fails is over; one that commits as it goes is not. */
static void
gov_progress_transaction_ends(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		gov_progress_forget();
}

/* The same for a subtransaction: the call began in it, or in one inside. */
static void
gov_progress_subtransaction_ends(SubXactEvent event, SubTransactionId ended pg_attribute_unused(),
								 SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event == SUBXACT_EVENT_ABORT_SUB && told.nest_level >= GetCurrentTransactionNestLevel())
		gov_progress_forget();
}

/* Watches transactions and statements; called once from _PG_init. */
void
gov_progress_init(void)
{
	executor_start = ExecutorStart_hook;
	ExecutorStart_hook = gov_progress_executor_start;
	RegisterXactCallback(gov_progress_transaction_ends, NULL);
	RegisterSubXactCallback(gov_progress_subtransaction_ends, NULL);
}

/* A text of the slot, or NULL for an empty one. */
static Datum
gov_progress_text(const int64 *numbers, Size bytes, bool *isnull)
{
	Size		length = strnlen((const char *) numbers, bytes);

	*isnull = length == 0;
	return *isnull ? (Datum) 0 : PointerGetDatum(cstring_to_text_with_len((const char *) numbers, length));
}

/* One row: what the slot of a backend says. */
static void
gov_progress_put(ReturnSetInfo *result, const PgBackendStatus *backend)
{
	const int64 *numbers = backend->st_progress_param;
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = Int32GetDatum(backend->st_procpid);
	values[1] = gov_progress_text(&numbers[SLOT_ACT], ACT_BYTES, &nulls[1]);
	values[2] = gov_progress_text(&numbers[SLOT_PHASE], PHASE_BYTES, &nulls[2]);
	values[3] = Int64GetDatum(numbers[SLOT_DONE]);
	values[4] = Int64GetDatum(numbers[SLOT_TOTAL]);
	nulls[4] = numbers[SLOT_TOTAL] == GOV_PROGRESS_UNKNOWN;
	values[5] = TimestampTzGetDatum(numbers[SLOT_STARTED]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* One row for a backend that tells nothing to anybody, which has a command or not. */
static void
gov_progress_put_silent(ReturnSetInfo *result, const PgBackendStatus *backend)
{
	Datum		values[6] = {Int32GetDatum(backend->st_procpid), (Datum) 0, CStringGetTextDatum("not known: track_activities is off there")};
	bool		nulls[6] = {false, true, false, true, true, true};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* gov_progress_rows(): what backends of this database say of the calls they are in; behind gov_progress. */
Datum
gov_progress_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			count = pgstat_fetch_stat_numbackends();

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 1; i <= count; i++)
	{
		const LocalPgBackendStatus *local = gov_backend_status(i);

		const PgBackendStatus *backend = local == NULL ? NULL : &local->backendStatus;

		if (backend == NULL || backend->st_databaseid != MyDatabaseId)
			continue;
		if (backend->st_state == STATE_DISABLED)
			gov_progress_put_silent(result, backend);
		else if (backend->st_progress_command == GOV_PROGRESS_COMMAND &&
				 backend->st_progress_param[SLOT_MAGIC] == GOV_PROGRESS_MAGIC)
			gov_progress_put(result, backend);
	}
	return (Datum) 0;
}
