/*-------------------------------------------------------------------------
 *
 * server/spi.c
 *	  SQL run from C: the only file of the project that calls SPI.
 *
 * Every statement runs with search_path pinned to the server's own schema.
 * Plans are kept for the session, per query object; one that is no longer
 * valid (the extension was dropped and made anew, its schema renamed) is
 * freed and made again.
 *
 * Calls nest: a query may fire a trigger that runs queries itself, the same
 * query among them, which must not free the plan that is being run.
 * What is counted while a query runs is taken back on error; beyond that the
 * server unwinds SPI and the settings by itself.
 *
 * Every call of SPI's leaves SPI's own memory context current; what calls it
 * here goes back to the context it was called in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation_d.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "tcop/pquery.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/queryenvironment.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/context.h"
#include "server/depth.h"
#include "server/expand.h"
#include "server/extension.h"
#include "server/kept.h"
#include "server/named.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"

/* How many statements of ours are running, one inside the other. */
static int	running = 0;

/*
 * Connects to SPI and pins search_path.  The caller's memory stays current:
 * SPI would have a context of its own, which ends with the connection, and
 * what is built from a query's result is wanted longer than that.
 */
int
gov_spi_begin(void)
{
	MemoryContext caller = CurrentMemoryContext;

	SPI_connect();
	MemoryContextSwitchTo(caller);
	return gov_security_pin_settings();
}

/* The same for a procedure that will commit. */
int
gov_spi_begin_nonatomic(void)
{
	MemoryContext caller = CurrentMemoryContext;

	SPI_connect_ext(SPI_OPT_NONATOMIC);
	MemoryContextSwitchTo(caller);
	return gov_security_pin_settings();
}

/* Disconnects and restores search_path; nothing that was SET in between stays. */
void
gov_spi_end(int level)
{
	AtEOXact_GUC(false, level);
	SPI_finish();
}

/*
 * Is the kept plan of a query still good?  Not when it refers to objects that
 * are gone or changed; and it is made again each time the number of its runs
 * has grown fourfold, because a plan made while tables were empty may be a bad
 * one once a loop has filled them.
 */
static bool
gov_spi_plan_is_good(GovQuery *query)
{
	uint32		runs = query->runs++;

	if (query->schema != gov_schema_oid() || !SPI_plan_is_valid(query->plan))
		return false;
	return runs < 16 || (runs & (runs - 1)) != 0 || (runs & 0x55555555) == 0;
}

/* Raises for a result code of SPI that our statements cannot give. */
static void
gov_spi_check(int code, const char *text)
{
	if (code < 0)
		elog(ERROR, "could not run \"%s\": %s", text, SPI_result_code_string(code));
}

/* What a plan was made from, as the server keeps it: each of our texts is one statement. */
static const CachedPlanSource *
gov_spi_source(SPIPlanPtr plan)
{
	return (const CachedPlanSource *) linitial(SPI_plan_get_plan_sources(plan));
}

/* Has a text of ours analysed; raises when it names what is not ours. */
static SPIPlanPtr
gov_spi_analyse(const char *sql, int nargs, const Oid *types, int options)
{
	const char *outer = gov_named_begin(sql);
	SPIPlanPtr	volatile plan = NULL;

	PG_TRY();
	{
		plan = SPI_prepare_cursor(sql, nargs, (Oid *) types, options);
	}
	PG_FINALLY();
	{
		gov_named_end(outer);
	}
	PG_END_TRY();
	gov_spi_check(plan == NULL ? SPI_result : 0, sql);
	return plan;
}

/*
 * Makes the plan of a query, unless the one it has is still good.  Outdated
 * plans are not freed while the query is running, since a nested call may be
 * executing one of them.
 */
static void
gov_spi_prepare(GovQuery *query)
{
	SPIPlanPtr	plan;
	MemoryContext old;

	if (query->plan != NULL && !gov_spi_plan_is_good(query))
	{
		old = MemoryContextSwitchTo(CacheMemoryContext);
		query->outdated = lappend(query->outdated, query->plan);
		MemoryContextSwitchTo(old);
		query->plan = NULL;
	}
	while (query->uses == 0 && query->outdated != NIL)
	{
		plan = llast(query->outdated);
		query->outdated = list_delete_last(query->outdated);
		SPI_freeplan(plan);
	}
	if (query->plan != NULL)
		return;
	plan = gov_spi_analyse(gov_expand(query->text), query->nargs, query->types, query->options);
	SPI_keepplan(plan);
	query->schema = gov_schema_oid();
	query->plan = plan;
}

/* Splits arguments into the two arrays SPI takes. */
static void
gov_spi_arguments(int nargs, const GovArg *args, Datum *values, char *nulls)
{
	for (int i = 0; i < nargs; i++)
	{
		values[i] = args[i].value;
		nulls[i] = args[i].isnull ? 'n' : ' ';
	}
}

/*
 * Raises the error that a statement of ours ended with, without what SPI and
 * the server add to it about that statement.
 */
static void
gov_spi_rethrow(const char *sql, MemoryContext caller)
{
	if (gov_context_stays())
		PG_RE_THROW();
	MemoryContextSwitchTo(caller);
	gov_context_rethrow(gov_expand(sql));
}

/* Is a statement of ours running? Then a trigger that fires now was fired by an act, not by direct DML. */
bool
gov_spi_running(void)
{
	return running > 0 && gov_depth_of_registered() == 0;
}

/*
 * Raises when registered code, which only looks, calls what writes or locks.
 * Nearly every act begins with such a statement.
 */
static void
gov_spi_ensure_allowed(SPIPlanPtr plan)
{
	ListCell   *source;
	ListCell   *query;

	if (gov_depth_of_registered() == 0)
		return;
	foreach(source, SPI_plan_get_plan_sources(plan))
	{
		foreach(query, ((CachedPlanSource *) lfirst(source))->query_list)
		{
			const Query *q = lfirst_node(Query, query);

			if (q->commandType != CMD_SELECT || q->rowMarks != NIL || q->hasModifyingCTE)
				gov_ensure_not_registered("an act");
		}
	}
}

/*
 * Runs a query with its arguments, under a snapshot of the caller's if given;
 * the number of rows returned or touched.
 */
static uint64
gov_spi_run(GovQuery *query, int nargs, const GovArg *args, Snapshot snapshot)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum		values[GOV_QUERY_MAX_ARGS];
	char		nulls[GOV_QUERY_MAX_ARGS + 1];
	const char *outer;

	if (nargs != query->nargs)
		elog(ERROR, "query takes %d arguments, not %d: %s", query->nargs, nargs, query->text);
	gov_spi_prepare(query);
	gov_spi_ensure_allowed(query->plan);
	gov_spi_arguments(nargs, args, values, nulls);
	running++;
	query->uses++;
	outer = gov_named_begin(gov_spi_source(query->plan)->query_string);
	PG_TRY();
	{
		gov_spi_check(snapshot == NULL
					  ? SPI_execute_plan(query->plan, values, nulls, query->question, 0)
					  : SPI_execute_snapshot(query->plan, values, nulls, snapshot,
											 InvalidSnapshot, false, true, 0), query->text);
	}
	PG_CATCH();
	{
		gov_named_end(outer);
		query->uses--;
		running--;
		gov_spi_rethrow(query->text, caller);
	}
	PG_END_TRY();
	gov_named_end(outer);
	query->uses--;
	running--;
	MemoryContextSwitchTo(caller);
	return SPI_processed;
}

/* Runs a query under the snapshot of its time, a question under that of who asks. */
uint64
gov_run_args(GovQuery *query, int nargs, const GovArg *args)
{
	return gov_spi_run(query, nargs, args, NULL);
}

/*
 * Runs a text made at run time.  Identifiers in it are quoted and qualified
 * by the caller; "@." works as in a query.
 */
uint64
gov_run_text(const char *sql, int nargs, const Oid *types, const GovArg *args, bool read_only)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum	   *values = palloc(sizeof(Datum) * (nargs + 1));
	char	   *nulls = palloc(nargs + 1);
	char	   *expanded = gov_expand(sql);
	const char *outer;

	gov_spi_arguments(nargs, args, values, nulls);
	running++;
	outer = gov_named_begin(expanded);
	PG_TRY();
	{
		gov_spi_check(SPI_execute_with_args(expanded, nargs, (Oid *) types,
											values, nulls, read_only || gov_depth_of_registered() > 0, 0), sql);
	}
	PG_CATCH();
	{
		gov_named_end(outer);
		running--;
		gov_spi_rethrow(sql, caller);
	}
	PG_END_TRY();
	gov_named_end(outer);
	running--;
	MemoryContextSwitchTo(caller);
	return SPI_processed;
}

/* Arguments, one constructor per type; this one takes any. */
GovArg
gov_datum(Datum value, bool isnull)
{
	return (GovArg) {value, isnull};
}

/* A text argument; SQL NULL for a NULL pointer. */
GovArg
gov_text(const char *value)
{
	if (value == NULL)
		return gov_datum((Datum) 0, true);
	return gov_datum(CStringGetTextDatum(value), false);
}

/* A bigint argument. */
GovArg
gov_int8(int64 value)
{
	return gov_datum(Int64GetDatum(value), false);
}

/* An integer argument. */
GovArg
gov_int4(int32 value)
{
	return gov_datum(Int32GetDatum(value), false);
}

/* A boolean argument. */
GovArg
gov_bool(bool value)
{
	return gov_datum(BoolGetDatum(value), false);
}

/* An argument that is an OID. */
GovArg
gov_oid(Oid value)
{
	return gov_datum(ObjectIdGetDatum(value), false);
}

/* A timestamptz argument. */
GovArg
gov_timestamp(TimestampTz value)
{
	return gov_datum(TimestampTzGetDatum(value), false);
}

/*
 * One field of the last result, copied to the context of gov_spi_begin's
 * caller when it is by reference.
 */
Datum
gov_result_datum(uint64 row, int column, bool *isnull)
{
	TupleDesc	desc = SPI_tuptable->tupdesc;
	Form_pg_attribute att = TupleDescAttr(desc, column - 1);
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], desc, column, isnull);

	if (*isnull || att->attbyval)
		return value;
	return SPI_datumTransfer(value, att->attbyval, att->attlen);
}

/* Is a field NULL? */
bool
gov_result_isnull(uint64 row, int column)
{
	bool		isnull;

	(void) SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);
	return isnull;
}

/* A field of any type in its text form, NULL when it is, copied likewise. */
char *
gov_result_text(uint64 row, int column)
{
	char	   *local = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
	char	   *result;

	if (local == NULL)
		return NULL;
	result = SPI_palloc(strlen(local) + 1);
	strcpy(result, local);
	pfree(local);
	return result;
}

/* The texts in the first column, for a detail: the first ten, and how many there are. */
char *
gov_result_named(uint64 count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (uint64 row = 0; row < Min(count, 10); row++)
		appendStringInfo(&list, "%s%s", row > 0 ? "; " : "", gov_result_text(row, 1));
	appendStringInfo(&list, " (" UINT64_FORMAT " in all).", count);
	return list.data;
}

/* Raises when a number or boolean is NULL where the query cannot give one. */
static Datum
gov_result_notnull(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
									  column, &isnull);

	if (isnull)
		elog(ERROR, "unexpected null in column %d of a query's result", column);
	return value;
}

/* A bigint field that cannot be NULL. */
int64
gov_result_int8(uint64 row, int column)
{
	return DatumGetInt64(gov_result_notnull(row, column));
}

/* An integer field that cannot be NULL. */
int32
gov_result_int4(uint64 row, int column)
{
	return DatumGetInt32(gov_result_notnull(row, column));
}

/* A boolean field that cannot be NULL. */
bool
gov_result_bool(uint64 row, int column)
{
	return DatumGetBool(gov_result_notnull(row, column));
}

/*
 * Ends the transaction and goes on in a new one.  The end of a transaction
 * restores settings, so search_path is pinned again.
 */
void
gov_spi_commit(int *level)
{
	SPI_commit();
	EnsurePortalSnapshotExists();
	*level = gov_security_pin_settings();
}

/*
 * Raises when a procedure that commits was called where it cannot, or where
 * nobody acts: inside a transaction block, a function or a trigger, or in a
 * pipeline, whose earlier statements it would commit.
 */
void
gov_ensure_nonatomic(FunctionCallInfo fcinfo, const char *procedure)
{
	CallContext *context = (CallContext *) fcinfo->context;

	gov_ensure_caller(procedure);
	if (context != NULL && IsA(context, CallContext) && !context->atomic &&
		(MyXactFlags & XACT_FLAGS_PIPELINING) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
			 errmsg("%s cannot run inside a transaction block, a pipeline, a function or a trigger", procedure),
			 errdetail("It commits as it goes."),
			 errhint("Call it on its own, outside BEGIN and COMMIT: CALL %s(...).", procedure)));
}

/*
 * Raises unless a procedure was called by the client itself, on its own: not
 * in a transaction block, a batch, a pipeline, a function, a trigger, a DO
 * block or another procedure, where somebody else's text could have put the
 * call.
 */
void
gov_ensure_top_level(FunctionCallInfo fcinfo, const char *procedure)
{
	CallContext *context = (CallContext *) fcinfo->context;

	gov_ensure_caller(procedure);
	if (context != NULL && IsA(context, CallContext) && !context->atomic &&
		(MyXactFlags & XACT_FLAGS_PIPELINING) == 0 && !SPI_inside_nonatomic_context())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
			 errmsg("%s must be called on its own", procedure),
			 errdetail("Inside a transaction block, a batch, a pipeline, a DO block, a function, a trigger or a procedure, somebody else's text could make the session act."),
			 errhint("Send CALL %s(...) as a statement of its own.", procedure)));
}

/*
 * Runs a query under a snapshot taken now.  Under REPEATABLE READ an
 * ordinary query would miss what was committed since the transaction began.
 */
uint64
gov_run_latest_args(GovQuery *query, int nargs, const GovArg *args)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	uint64		processed = gov_spi_run(query, nargs, args, snapshot);

	UnregisterSnapshot(snapshot);
	return processed;
}

/*
 * Changes a setting until gov_spi_end, as search_path is.  Of rows kept aside
 * the planner knows the number and nothing else, so it overestimates joins
 * with them; JIT compilation, which goes by the estimate, would then cost more
 * than it brings.
 */
void
gov_spi_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Rows of gov_spi_collect: where they are, and the name they go by. */
struct GovRows
{
	char	   *name;
	MemoryContext context;
	Tuplestorestate *store;
	TupleDesc	desc;
	void		(*look) (List *queries, void *arg);	/* at what the text turns out to be; NULL for a text of ours */
	void	   *look_arg;
};

/* Arguments as the parameters of one execution, known to the planner. */
static ParamListInfo
gov_spi_parameters(int nargs, const Oid *types, const GovArg *args)
{
	ParamListInfo params = makeParamList(nargs);

	for (int i = 0; i < nargs; i++)
	{
		params->params[i].value = args[i].value;
		params->params[i].isnull = args[i].isnull;
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = types[i];
	}
	return params;
}

/*
 * Begins rows to be kept aside that are filled in a subtransaction: they outlive its rollback.
 * Those that are "lasting" outlive a subtransaction around this call, too: a
 * file that they need is the transaction's, and whoever keeps them frees them.
 */
GovRows *
gov_rows_begin(const char *name, bool lasting)
{
	GovRows    *rows = palloc0(sizeof(GovRows));
	ResourceOwner owner = CurrentResourceOwner;

	rows->name = pstrdup(name);
	rows->context = CurrentMemoryContext;
	if (lasting)
		CurrentResourceOwner = TopTransactionResourceOwner;
	rows->store = tuplestore_begin_heap(true, false, work_mem);
	CurrentResourceOwner = owner;
	return rows;
}

/*
 * The text that fills the rows names what is not ours: "look" is shown what it
 * turned out to be, once and before anything of it is run.  The plan is not
 * kept, and so not made anew: the server analyses a text once more only of
 * plans that are kept, whatever is renamed while "look" waits for a lock.
 */
void
gov_rows_look(GovRows *rows, void (*look) (List *queries, void *arg), void *arg)
{
	rows->look = look;
	rows->look_arg = arg;
}

/* Runs a plan and keeps what it gives.  Values are copied whole: what they point at may be rolled back. */
static void
gov_rows_execute(GovRows *rows, SPIPlanPtr plan, const char *sql, SPIExecuteOptions options)
{
	MemoryContext caller = CurrentMemoryContext;

	options.dest = gov_progress_receiver(rows->store, rows->context);
	running++;
	PG_TRY();
	{
		gov_spi_check(SPI_execute_plan_extended(plan, &options), sql);
	}
	PG_CATCH();
	{
		running--;
		gov_spi_rethrow(sql, caller);
	}
	PG_END_TRY();
	running--;
	MemoryContextSwitchTo(caller);
	options.dest->rDestroy(options.dest);
	MemoryContextSwitchTo(rows->context);
	rows->desc = CreateTupleDescCopy(gov_spi_source(plan)->resultDesc);
	MemoryContextSwitchTo(caller);
}

/* Fills rows that were begun with what a query gives. */
void
gov_rows_fill(GovRows *rows, const char *sql, int nargs, const Oid *types, const GovArg *args, bool read_only)
{
	MemoryContext caller = CurrentMemoryContext;
	SPIPlanPtr	plan = rows->look == NULL ?
		gov_spi_analyse(gov_expand(sql), nargs, types, CURSOR_OPT_PARALLEL_OK) :
		SPI_prepare_cursor(gov_expand(sql), nargs, (Oid *) types, CURSOR_OPT_PARALLEL_OK);
	SPIExecuteOptions options = {
		.params = gov_spi_parameters(nargs, types, args),
		.read_only = read_only
	};

	gov_spi_check(plan == NULL ? SPI_result : 0, sql);
	MemoryContextSwitchTo(caller);
	if (rows->look != NULL)
		rows->look(gov_spi_source(plan)->query_list, rows->look_arg);
	gov_rows_execute(rows, plan, sql, options);
	SPI_freeplan(plan);
	MemoryContextSwitchTo(caller);
}

/* Gives such rows a name in the connection, by which queries read them. */
void
gov_rows_name(GovRows *rows)
{
	EphemeralNamedRelation relation = palloc0(sizeof(EphemeralNamedRelationData));

	relation->md.name = rows->name;
	relation->md.tupdesc = rows->desc;
	relation->md.enrtype = ENR_NAMED_TUPLESTORE;
	relation->md.enrtuples = tuplestore_tuple_count(rows->store);
	relation->reldata = rows->store;
	gov_spi_check(SPI_register_relation(relation), rows->name);
	gov_kept_show(rows->name, rows->desc, rows->store);
}

/* Gives their texts the collation of the database, for which equal is the same bytes. */
void
gov_rows_compare_bytes(GovRows *rows)
{
	for (int i = 0; i < rows->desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(rows->desc, i);

		if (OidIsValid(column->attcollation))
			column->attcollation = DEFAULT_COLLATION_OID;
	}
}

/* Takes the name back, which is free again, and keeps the rows. */
void
gov_rows_unname(GovRows *rows)
{
	MemoryContext caller = CurrentMemoryContext;

	gov_kept_hide(rows->store);
	gov_spi_check(SPI_unregister_relation(rows->name), rows->name);
	MemoryContextSwitchTo(caller);
}

/* Frees rows that have no name. */
void
gov_rows_forget(GovRows *rows)
{
	gov_kept_hide(rows->store);
	tuplestore_end(rows->store);
}

/* Runs a text and keeps its rows aside under a name. */
static GovRows *
gov_spi_keep(const char *name, const char *sql,
			 int nargs, const Oid *types, const GovArg *args, bool read_only)
{
	GovRows    *rows = gov_rows_begin(name, false);

	gov_rows_fill(rows, sql, nargs, types, args, read_only);
	gov_rows_name(rows);
	return rows;
}

/*
 * Runs a text made at run time, as gov_run_text does, and keeps its rows
 * aside under a name.  To be discarded before gov_spi_end.
 */
GovRows *
gov_spi_collect(const char *name, const char *sql,
				int nargs, const Oid *types, const GovArg *args)
{
	return gov_spi_keep(name, sql, nargs, types, args, false);
}

/* The same under the active snapshot. */
GovRows *
gov_spi_collect_same(const char *name, const char *sql, int nargs, const Oid *types, const GovArg *args)
{
	return gov_spi_keep(name, sql, nargs, types, args, true);
}

/* The same with a plan that is kept, of a query that reads nothing kept aside and cannot run inside itself. */
GovRows *
gov_spi_collect_query(const char *name, GovQuery *query, const GovArg *args)
{
	GovRows    *rows = gov_rows_begin(name, false);
	SPIExecuteOptions options = {
		.params = gov_spi_parameters(query->nargs, query->types, args),
		.read_only = query->question
	};

	gov_spi_prepare(query);
	gov_rows_execute(rows, query->plan, query->text, options);
	gov_rows_name(rows);
	return rows;
}

/* Keeps rows that were made in C aside under a name, until they are discarded. */
GovRows *
gov_spi_adopt(const char *name, TupleDesc desc, Tuplestorestate *store)
{
	GovRows    *rows = palloc0(sizeof(GovRows));

	rows->name = pstrdup(name);
	rows->context = CurrentMemoryContext;
	rows->store = store;
	rows->desc = desc;
	gov_rows_name(rows);
	return rows;
}

/* How many rows were kept. */
uint64
gov_rows_count(const GovRows *rows)
{
	return tuplestore_tuple_count(rows->store);
}

/* Runs a text that writes from kept rows "c", and perhaps keeps those that were written. */
uint64
gov_spi_write(const char *sql, GovRows **done)
{
	if (done == NULL)
		return gov_run_text(sql, 0, NULL, NULL, false);
	*done = gov_spi_collect("gov_done", psprintf("%s RETURNING c.*", sql), 0, NULL, NULL);
	return gov_rows_count(*done);
}

/* Forgets rows kept aside; their name is free again. */
void
gov_spi_discard(GovRows *rows)
{
	gov_rows_unname(rows);
	tuplestore_end(rows->store);
}

/*
 * gov_spi_commit for a procedure that works as the extension's owner: a
 * transaction must begin and end as the caller, because that is who an error
 * in it goes back to.
 */
void
gov_spi_commit_as_owner(int *level, GovSecurity *security)
{
	gov_security_leave(security);
	gov_spi_commit(level);
	gov_security_enter(security, gov_extension_owner(), false);
}

/* How many rows gov_run_text_each fetches at once. */
#define GOV_ROWS_AT_ONCE	1000

/*
 * Runs a text made at run time under the snapshot of the running query, for
 * more rows than memory should hold: "take" is given the next of them, which
 * gov_result_* read from row 0, until none is left.
 */
void
gov_run_text_each_args(const char *sql, int nargs, const Oid *types, const GovArg *args,
					   void (*take) (uint64 rows, void *state), void *state)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum	   *values = palloc(sizeof(Datum) * (nargs + 1));
	char	   *nulls = palloc(nargs + 1);
	SPIPlanPtr	plan = gov_spi_analyse(gov_expand(sql), nargs, types, CURSOR_OPT_NO_SCROLL);
	Portal		portal;

	gov_spi_arguments(nargs, args, values, nulls);
	portal = SPI_cursor_open(NULL, plan, values, nulls, true);
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, GOV_ROWS_AT_ONCE);
		MemoryContextSwitchTo(caller);
		if (SPI_processed == 0)
			break;
		take(SPI_processed, state);
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
	SPI_freeplan(plan);
	MemoryContextSwitchTo(caller);
}

/* The same for a text without arguments. */
void
gov_run_text_each(const char *sql, void (*take) (uint64 rows, void *state), void *state)
{
	gov_run_text_each_args(sql, 0, NULL, NULL, take, state);
}

/* One field of the last result, not copied. */
Datum
gov_result_peek(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* Puts the rows of the last query, which has the columns of the result, into it as they are. */
void
gov_result_put_rows(uint64 rows, ReturnSetInfo *result)
{
	int			natts = result->setDesc->natts;
	Datum	   *values = palloc(sizeof(Datum) * natts);
	bool	   *nulls = palloc(sizeof(bool) * natts);

	if (!gov_kept_fit(SPI_tuptable->tupdesc, result->setDesc))
		elog(ERROR, "a query has other columns than the result it is put into");
	for (uint64 row = 0; row < rows; row++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int column = 0; column < natts; column++)
			values[column] = gov_result_peek(row, column + 1, &nulls[column]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	pfree(values);
	pfree(nulls);
}
