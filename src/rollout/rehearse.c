/*-------------------------------------------------------------------------
 *
 * rollout/rehearse.c
 *	  Rehearsing SQL: gov_rehearse_sql.
 *
 * The statements of a text are really run, in a subtransaction, as the caller
 * and with the caller's rights; what they did is measured; then all of it is
 * undone, whatever happened, and only the verdict stays (gov_rehearsal, and an
 * entry in the ledger).
 *
 * Plan of transactions: one subtransaction, begun and always rolled back here.
 * Inside it the statements run one by one (statements.c) under a timer
 * (timer.c) and a lock_timeout; what cannot be taken back is refused before it
 * runs (refusals.c).  Then, still inside, definitions, inventory and metrics
 * are looked at (measures.c, facts.c).  After the rollback they are looked at
 * again: this is how they were before.  Then the verdict is written, in the
 * caller's transaction.  A transaction that has written is refused: its
 * deferred constraints would be checked, and its rows be counted, with those of
 * the rehearsal.
 *
 * Gates are suspended inside (server/rehearsing.c says how it is made sure
 * that nothing gets out of it).
 *
 * Locks that the rehearsal takes are held until it is undone, longer than the
 * statements alone would hold them by the time of measuring; the result tells
 * both.  max_duration bounds them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lwlock.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/hash.h"
#include "server/json.h"
#include "server/rehearsing.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registered/door.h"
#include "ledger/ledger.h"
#include "trust/gates.h"
#include "ddl/born.h"
#include "ddl/enforce.h"
#include "rollout/facts.h"
#include "rollout/locks.h"
#include "rollout/measures.h"
#include "rollout/refusals.h"
#include "rollout/rehearsal.h"
#include "rollout/rehearse.h"
#include "rollout/statements.h"
#include "rollout/timer.h"

PG_FUNCTION_INFO_V1(gov_rehearse_sql);

GOV_QUERY(store_verdict,
		  "INSERT INTO @.gov_rehearsal (sha256, actor, login, ok, statements, summary) VALUES ($1, $2, $3, $4, $5, $6)",
		  TEXTOID, TEXTOID, TEXTOID, BOOLOID, INT4OID, JSONBOID);

/* ---- rows of the result ---- */

/* A row for the result. */
void
gov_rehearse_put(GovRehearsal *rehearsal, const char *kind, const char *target,
				 const char *measure, const char *amount, const char *note)
{
	GovRehearsalRow *row = palloc(sizeof(GovRehearsalRow));

	row->kind = kind;
	row->target = target;
	row->measure = measure;
	row->amount = amount;
	row->note = note;
	rehearsal->result = lappend(rehearsal->result, row);
}

/* A count as an amount. */
const char *
gov_rehearse_count(int64 count)
{
	return psprintf(INT64_FORMAT, count);
}

/* Milliseconds as an amount. */
const char *
gov_rehearse_ms(double ms)
{
	return psprintf("%.3f", ms);
}

/* ---- arguments ---- */

/* A time of the options, in milliseconds. */
static int
gov_rehearse_time(const char *name, const char *value, int least)
{
	const char *hint = NULL;
	int			milliseconds;

	if (!parse_int(value, &milliseconds, GUC_UNIT_MS, &hint) || milliseconds < least)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"%s\" is not a time: \"%s\"", name, value),
				 errdetail("It is at least %d ms.", least),
				 errhint("Give it as settings are given: 500 (ms), \"2s\", \"1min\".")));
	return milliseconds;
}

/* Raises for an option whose value is neither true nor false. */
static bool
gov_rehearse_switch(const char *name, const JsonbValue *value)
{
	if (value->type != jbvBool)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"%s\" is neither true nor false", name),
				 errhint("Give true or false, without quotes.")));
	return value->val.boolean;
}

/* Takes the names of relations that change by themselves. */
static void
gov_rehearse_take_excluded(GovRehearsal *rehearsal, const char *name, JsonbValue *value)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	element = {0};
	bool		names = value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) && !JsonContainerIsScalar(value->val.binary.data);

	iterator = names ? JsonbIteratorInit(value->val.binary.data) : NULL;
	while (names && (token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM && (names = element.type == jbvString))
			rehearsal->excluded = lappend(rehearsal->excluded, pnstrdup(element.val.string.val, element.val.string.len));
	}
	if (!names)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"%s\" is no array of names", name),
				 errhint("For example [\"app.audit_log\"].")));
}

/* Takes one option. */
static void
gov_rehearse_take_option(GovRehearsal *rehearsal, const char *name, JsonbValue *value)
{
	const char *text = value->type == jbvString ? pnstrdup(value->val.string.val, value->val.string.len) :
		value->type == jbvNumeric ? DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))) : "";

	if (strcmp(name, "lock_timeout") == 0)
		rehearsal->lock_timeout = gov_rehearse_time(name, text, 1);
	else if (strcmp(name, "max_duration") == 0)
		rehearsal->max_duration = gov_rehearse_time(name, text, 1);
	else if (strcmp(name, "facts") == 0)
		rehearsal->with_facts = gov_rehearse_switch(name, value);
	else if (strcmp(name, "excluded") == 0 && rehearsal->of_tiers)
		gov_rehearse_take_excluded(rehearsal, name, value);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown option \"%s\"", name),
				 errhint("There are: lock_timeout, max_duration, facts%s.", rehearsal->of_tiers ? ", excluded" : "")));
}

/* Takes the options. */
static void
gov_rehearse_take_options(GovRehearsal *rehearsal, Jsonb *options)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	char	   *name = NULL;

	rehearsal->lock_timeout = 1000;
	rehearsal->max_duration = 30000;
	rehearsal->with_facts = true;
	if (!JB_ROOT_IS_OBJECT(options))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON object", "options"),
				 errhint("For example {\"lock_timeout\": \"500ms\", \"max_duration\": \"1min\"}.")));
	iterator = JsonbIteratorInit(&options->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = pnstrdup(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
			gov_rehearse_take_option(rehearsal, name, &value);
	}
}

/* Raises where a rehearsal cannot be told from its surroundings, or its verdict not be kept. */
static void
gov_rehearse_ensure_possible(const char *function)
{
	gov_ensure_caller(function);
	if (gov_rehearsing())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a rehearsal cannot be rehearsed"),
				 errhint("Rehearse the statements themselves.")));
	gov_ensure_writable(function, "Rehearse where the change will be made, or on a copy that can be written.");
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s is refused in a transaction that has written", function),
				 errdetail("What was written before could not be told from what is rehearsed."),
				 errhint("Commit or roll back first, and rehearse in a transaction of its own.")));
}

/* ---- the rehearsal itself ---- */

/* Called for every error that is raised inside, caught or not. */
static void
gov_rehearse_error_context(void *arg)
{
	gov_refusals_note_error((GovRehearsal *) arg);
}

/* Settings of a rehearsal; they end with its subtransaction. */
static void
gov_rehearse_set(const GovRehearsal *rehearsal)
{
	(void) set_config_option("lock_timeout", psprintf("%d", rehearsal->lock_timeout), PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SET, true, 0, false);
	(void) set_config_option("track_counts", "on", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
}

/* Runs the statements; notes the locks that were taken when one has failed. */
static void
gov_rehearse_statements(GovRehearsal *rehearsal)
{
	ErrorContextCallback *outer = error_context_stack;
	ErrorContextCallback context = {NULL, gov_rehearse_error_context, rehearsal};
	SubTransactionId own = GetCurrentSubTransactionId();

	/* functions around would take positions in the text for positions in theirs */
	error_context_stack = &context;
	PG_TRY();
	{
		rehearsal->work(rehearsal);
	}
	PG_CATCH();
	{
		/* as the abort does that follows: the error may have left one held */
		LWLockReleaseAll();
		gov_locks_sample(rehearsal);
		PG_RE_THROW();
	}
	PG_END_TRY();
	error_context_stack = outer;
	if (GetCurrentSubTransactionId() != own)
		ereport(FATAL,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a rehearsal has left its subtransaction")));
}

/* Looks at what was done, inside. */
static void
gov_rehearse_look_after(GovRehearsal *rehearsal)
{
	gov_measures_after(rehearsal);
	if (rehearsal->with_facts)
		gov_facts_after(rehearsal);
}

/* Would a commit be refused, if there were one now? */
static void
gov_rehearse_look_commit(GovRehearsal *rehearsal)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);

	(void) gov_enforce_would_refuse(rehearsal->born_before, &rehearsal->lack);
	MemoryContextSwitchTo(old);
}

/* Looks again once all is undone. */
static void
gov_rehearse_look_before(GovRehearsal *rehearsal)
{
	gov_measures_before(rehearsal);
	if (rehearsal->facts_after != NULL)
		gov_facts_before(rehearsal);
}

/* Was an error a cancel of the calling statement, and not by the rehearsal's own timer? */
static bool
gov_rehearse_is_cancel(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED && !gov_timer_is_over() &&
		error->funcname != NULL && strcmp(error->funcname, "ProcessInterrupts") == 0;
}

/* One of the two looks. */
typedef struct GovRehearseLook
{
	GovRehearsal *rehearsal;
	void		(*look) (GovRehearsal *rehearsal);
} GovRehearseLook;

/* Looks, as the owner. */
static void
gov_rehearse_look_as_owner(void *arg)
{
	GovRehearseLook *look = arg;
	GovSecurity saved;

	gov_security_enter(&saved, gov_extension_owner(), false);
	look->look(look->rehearsal);
	gov_security_leave(&saved);
}

/*
 * Looks in a subtransaction of its own, which is undone: a sync is part of it.
 * What cannot be looked at is unknown:
 * the time may be over, or the rehearsal may have dropped the extension.
 */
static void
gov_rehearse_look(GovRehearsal *rehearsal, void (*look) (GovRehearsal *rehearsal))
{
	ErrorData  *error = gov_subtransaction_attempt(gov_rehearse_look_as_owner, &(GovRehearseLook) {rehearsal, look}, false);

	if (error == NULL)
		return;
	if (gov_rehearse_is_cancel(error))
		ReThrowError(error);
	rehearsal->facts_after = NULL;
	rehearsal->facts_unknown = MemoryContextStrdup(rehearsal->context, gov_timer_is_over() ?
												   "max_duration was over" : error->message);
}

/* Looks at what was done so far, where not all is looked at when all ran. */
void
gov_rehearse_look_now(GovRehearsal *rehearsal)
{
	gov_rehearse_look(rehearsal, gov_rehearse_look_after);
	rehearsal->looked = true;
}

/* All that happens inside the subtransaction. */
static void
gov_rehearse_inside(void *arg)
{
	GovRehearsal *rehearsal = arg;

	gov_rehearsing_begin();
	rehearsal->next_xid = ReadNextTransactionId();
	rehearsal->born_before = gov_ddl_count_born();
	gov_refusals_watch(rehearsal);
	gov_rehearse_set(rehearsal);
	INSTR_TIME_SET_CURRENT(rehearsal->began);
	gov_timer_start(rehearsal->max_duration);
	gov_rehearse_statements(rehearsal);
	if (!rehearsal->complete || rehearsal->looked)
		return;
	gov_rehearse_look(rehearsal, gov_rehearse_look_commit);
	gov_rehearse_look(rehearsal, gov_rehearse_look_after);
}

/* Did it end with the error of something that cannot be rehearsed? */
static bool
gov_rehearse_is_refused(const GovRehearsal *rehearsal)
{
	int			code = rehearsal->error->sqlerrcode;

	return rehearsal->refusals != NIL &&
		(code == ERRCODE_FEATURE_NOT_SUPPORTED || code == ERRCODE_INVALID_TRANSACTION_TERMINATION ||
		 code == ERRCODE_ACTIVE_SQL_TRANSACTION);
}

/* Marks the statement that was running when an error was raised. */
static void
gov_rehearse_mark_failed(GovRehearsal *rehearsal)
{
	GovRehearsalStatement *statement;

	rehearsal->run_ms = gov_timer_ms_since(rehearsal->began);
	if (rehearsal->running == 0)
		return;
	statement = list_nth(rehearsal->statements, rehearsal->running - 1);
	statement->ms = gov_timer_ms_since(rehearsal->since);
	statement->outcome = gov_rehearse_is_refused(rehearsal) ? GOV_REHEARSAL_REFUSED : GOV_REHEARSAL_FAILED;
}

/* Runs the rehearsal and undoes it. */
static void
gov_rehearse_run(GovRehearsal *rehearsal)
{
	List	   *cursors = gov_registered_hide_cursors();
	bool		cancelled;

	gov_locks_begin(rehearsal);
	gov_measures_begin(rehearsal);
	rehearsal->error = gov_subtransaction_attempt(gov_rehearse_inside, rehearsal, false);
	rehearsal->held_ms = gov_timer_ms_since(rehearsal->began);
	cancelled = rehearsal->error != NULL && gov_rehearse_is_cancel(rehearsal->error);
	rehearsal->timed_out = gov_timer_stop();
	gov_registered_show_cursors(cursors);
	if (cancelled)
		ReThrowError(rehearsal->error);
	if (rehearsal->error != NULL)
		gov_rehearse_mark_failed(rehearsal);
	if (rehearsal->error != NULL && rehearsal->timed_out)
		rehearsal->error->message = psprintf("it took longer than max_duration, %d ms", rehearsal->max_duration);
	if (rehearsal->error == NULL && rehearsal->statements == NIL && rehearsal->plan == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no statement to rehearse"),
				 errhint("Give the statements of the change as one text.")));
}

/* ---- the verdict ---- */

/* Did all run, was nothing met that cannot be rehearsed, and would it be committed? */
bool
gov_rehearse_is_ok(const GovRehearsal *rehearsal)
{
	return rehearsal->error == NULL && rehearsal->complete && rehearsal->refusals == NIL && rehearsal->lack.count == 0;
}

/* The verdict in words. */
const char *
gov_rehearse_verdict(const GovRehearsal *rehearsal)
{
	const char *where = rehearsal->statements == NIL ? "the text" :
		rehearsal->running > 0 && rehearsal->label == NULL ?
		psprintf("statement %d of %d", rehearsal->running, list_length(rehearsal->statements)) :
		rehearsal->running > 0 ?
		psprintf("statement %s", ((GovRehearsalStatement *) list_nth(rehearsal->statements, rehearsal->running - 1))->label) :
		rehearsal->label != NULL ? psprintf("tier %s", rehearsal->label) : "the checks at the end";

	if (rehearsal->error != NULL)
		return psprintf("%s %s: %s", where, gov_rehearse_is_refused(rehearsal) ? "is refused" : "failed",
						unpack_sql_state(rehearsal->error->sqlerrcode));
	if (rehearsal->refusals != NIL)
		return "it catches the error of something that cannot be rehearsed";
	if (rehearsal->lack.count > 0)
		return psprintf("a commit would be refused: %s", unpack_sql_state(ERRCODE_GOV_UNGOVERNED));
	return list_length(rehearsal->statements) == 1 ? "1 statement ran and was undone" :
		psprintf("%d statements ran and were undone", list_length(rehearsal->statements));
}

/* What is kept of a rehearsal.  Messages of errors, which may quote rows, are not. */
static Datum
gov_rehearse_summary(const GovRehearsal *rehearsal)
{
	GovJson		json;
	int64		rows = 0;
	ListCell   *cell;

	foreach(cell, rehearsal->rows)
	{
		const GovRehearsalRows *written = lfirst(cell);

		rows += written->inserted + written->updated + written->deleted;
	}
	gov_json_begin(&json);
	gov_json_text(&json, "verdict", gov_rehearse_verdict(rehearsal));
	gov_json_int8(&json, "run_ms", (int64) rehearsal->run_ms);
	gov_json_int8(&json, "held_ms", (int64) rehearsal->held_ms);
	gov_json_int8(&json, "rows", rows);
	gov_json_int8(&json, "refused", list_length(rehearsal->refusals));
	gov_json_bool(&json, "gates_suspended", rehearsal->gates_suspended);
	return gov_json_end(&json);
}

/* The hash of the text, of its bytes in UTF-8: the same in any database. */
static char *
gov_rehearse_hash(const char *sql)
{
	char	   *bytes = pg_server_to_any(sql, strlen(sql), PG_UTF8);

	return gov_hash_hex(bytes, strlen(bytes));
}

/* Keeps the verdict, and notes it in the ledger. */
static void
gov_rehearse_keep(const GovRehearsal *rehearsal)
{
	const char *actor = GetUserNameFromId(GetOuterUserId(), false);
	char	   *hash = gov_rehearse_hash(rehearsal->sql);
	bool		ok = gov_rehearse_is_ok(rehearsal);
	GovSecurity saved;
	GovJson		payload;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	(void) gov_run(&store_verdict, gov_text(hash), gov_text(actor), gov_text(gov_session_user_name()), gov_bool(ok),
				   gov_int4(list_length(rehearsal->statements)), gov_datum(gov_rehearse_summary(rehearsal), false));
	gov_spi_end(level);
	gov_json_begin(&payload);
	gov_json_bool(&payload, "ok", ok);
	gov_json_text(&payload, "verdict", gov_rehearse_verdict(rehearsal));
	gov_ledger_append("rehearse_sql", 0, gov_json_object("sha256", hash), gov_json_end(&payload));
	gov_security_leave(&saved);
}

/* ---- the function ---- */

/* Puts a row for each of the first objects for which a commit would be refused. */
static void
gov_rehearse_report_commit(GovRehearsal *rehearsal)
{
	const GovLack *lack = &rehearsal->lack;

	for (int i = 0; i < Min(lack->count, GOV_LACK_OBJECTS); i++)
		gov_rehearse_put(rehearsal, "commit", lack->names[i], "refused", NULL, lack->lacks[i]);
	if (lack->count > GOV_LACK_OBJECTS)
		gov_rehearse_put(rehearsal, "commit", NULL, "refused", gov_rehearse_count(lack->count), "so many objects in all");
}

/* Puts the rows after the verdict in their order. */
void
gov_rehearse_report_measures(GovRehearsal *rehearsal)
{
	if (rehearsal->gates_suspended)
		gov_rehearse_put(rehearsal, "gates", NULL, "suspended", NULL,
						 "acts ran without the approvals that they will need");
	gov_statements_report(rehearsal);
	gov_locks_report(rehearsal);
	gov_rehearse_put(rehearsal, "lock", NULL, "held until undone", gov_rehearse_ms(rehearsal->held_ms),
					 "so long others may have waited for the rehearsal");
	gov_measures_report(rehearsal);
	gov_facts_report(rehearsal);
	gov_rehearse_report_commit(rehearsal);
	gov_measures_report_lasting(rehearsal);
	gov_refusals_report(rehearsal);
}

/* Puts all rows of the result. */
static void
gov_rehearse_report(GovRehearsal *rehearsal)
{
	gov_rehearse_put(rehearsal, "verdict", NULL, gov_rehearse_is_ok(rehearsal) ? "ok" : "not ok",
					 gov_rehearse_ms(rehearsal->run_ms), gov_rehearse_verdict(rehearsal));
	gov_rehearse_report_measures(rehearsal);
}

/* Gives the rows to whoever asked. */
void
gov_rehearse_emit(const GovRehearsal *rehearsal, ReturnSetInfo *result)
{
	ListCell   *cell;

	foreach(cell, rehearsal->result)
	{
		const GovRehearsalRow *row = lfirst(cell);
		const char *texts[] = {row->kind, row->target, row->measure, row->amount, row->note};
		Datum		values[lengthof(texts)];
		bool		nulls[lengthof(texts)];

		for (int i = 0; i < (int) lengthof(texts); i++)
		{
			nulls[i] = texts[i] == NULL;
			values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(texts[i]);
		}
		if (!nulls[3])
			values[3] = DirectFunctionCall3(numeric_in, CStringGetDatum(row->amount), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* Would gates bind an act of the caller's? */
static bool
gov_rehearse_gates_bind(void)
{
	GovSecurity saved;
	bool		armed;

	gov_security_enter(&saved, gov_extension_owner(), false);
	armed = gov_gates_armed();
	gov_security_leave(&saved);
	return armed;
}

/* A rehearsal as a function of this name begins it, with its options. */
GovRehearsal *
gov_rehearse_prepare(const char *function, Jsonb *options, bool of_tiers)
{
	GovRehearsal *rehearsal = palloc0(sizeof(GovRehearsal));

	gov_rehearse_ensure_possible(function);
	rehearsal->context = CurrentMemoryContext;
	rehearsal->work = gov_statements_run;
	rehearsal->of_tiers = of_tiers;
	gov_rehearse_take_options(rehearsal, options);
	rehearsal->gates_suspended = gov_rehearse_gates_bind();
	return rehearsal;
}

/* Runs it, undoes it, and looks at how things were before. */
void
gov_rehearse_perform(GovRehearsal *rehearsal)
{
	gov_rehearse_run(rehearsal);
	gov_rehearse_look(rehearsal, gov_rehearse_look_before);
}

/* gov_rehearse_sql(sql, options): runs statements, measures what they do, and undoes it. */
Datum
gov_rehearse_sql(PG_FUNCTION_ARGS)
{
	char	   *sql = gov_arg_text(fcinfo, 0, "sql");
	GovRehearsal *rehearsal;

	gov_ensure_not_null(PG_ARGISNULL(1), "options");
	rehearsal = gov_rehearse_prepare("gov_rehearse_sql", PG_GETARG_JSONB_P(1), false);
	rehearsal->sql = sql;
	InitMaterializedSRF(fcinfo, 0);
	gov_rehearse_perform(rehearsal);
	gov_rehearse_report(rehearsal);
	gov_rehearse_keep(rehearsal);
	gov_rehearse_emit(rehearsal, (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}
