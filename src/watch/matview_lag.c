/*-------------------------------------------------------------------------
 *
 * watch/matview_lag.c
 *	  Was anything seen to change since a materialized view was refreshed?
 *
 * Two event triggers watch REFRESH MATERIALIZED VIEW of enrolled schemas.  The
 * first, before it, finds what the query is computed from (matview_reads.c)
 * and takes note of it; the second, after it, writes that down.  What changes
 * in between, or is counted late, is counted again, and makes the
 * materialized view look changed, never unchanged.  Neither trigger ever makes
 * a REFRESH fail; it warns instead.
 *
 * Noted of a table is what the server counted of rows written
 * (matview_counts.c), and its file, which TRUNCATE and every rewriting
 * changes; of views, functions, types and so on a hash of their definition.
 * Asked is whether all of it is the same.  When it is, no change was seen,
 * which is all that is claimed: docs/events.md lists what cannot be seen.
 *
 * Noted as well is what the refreshing session had written and not reported
 * yet.  As long as it has not, others cannot tell its rows from rows that
 * somebody else wrote since.
 *
 * What cannot be compared is unknown: counters that were reset or lost in a
 * crash, all of them on a standby and after its promotion, another version of
 * the server, what matview_reads.c cannot watch, a snapshot that was taken
 * before others wrote, materialized views refreshed while nobody watched, and
 * whatever was noted in another database (after a restore, say).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type_d.h"
#include "commands/event_trigger.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"
#include "watch/matview_counts.h"
#include "watch/matview_reads.h"

PG_FUNCTION_INFO_V1(gov_matview_refresh_starts);
PG_FUNCTION_INFO_V1(gov_matview_refresh_ends);
PG_FUNCTION_INFO_V1(gov_matview_states);

/* What the last refresh to begin in this session found before it. */
typedef struct GovMatviewStart
{
	Oid			relid;
	List	   *tables;
	char	   *sources;		/* members of a JSON object, one per table */
	char	   *definitions;
	char	   *database;		/* hash of all definitions, if any of them may count */
	char	   *statistics;
	char	   *server;
	char	   *unwatched;
	bool		quiet;			/* is all that was counted in the snapshot of the refresh? */
	bool		wrote;			/* are there rows that this session had not reported? */
} GovMatviewStart;

static GovMatviewStart *starting = NULL;
static MemoryContext starting_context = NULL;

/* Was a refresh noted in this transaction that counts rows of its own session? */
static bool noted_own = false;

/* This database. */
#define THIS_DATABASE "(SELECT oid FROM pg_database WHERE datname = current_database())"

/*
 * Since when the server counts, "timeline" being the one it writes on: a
 * reset, a crash or a promotion gives another answer.
 */
#define STATISTICS_SINCE(timeline) \
	"concat_ws('/', " timeline "," \
	" extract(epoch FROM pg_stat_get_db_stat_reset_time(" THIS_DATABASE "))," \
	" extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()))"

/* Which server computes, and sorts texts. */
#define SERVER_IS \
	"concat_ws('/', current_setting('server_version_num'), pg_database_collation_actual_version(" THIS_DATABASE "))"

/* What decides what i (kind, oid) gives; NULL when it is gone. */
#define DEFINITION "governance_internal.gov_matview_definition(i.kind, i.oid)"

/* All that a body may use which is kept as text. */
#define DATABASE_HASH "governance_internal.gov_matview_definitions()"

/* Which form the columns of a table have: a table that is written anew by ALTER TABLE has another. */
#define COLUMNS(relid) \
	"(SELECT hashtextextended(string_agg(concat(a.attnum, ' ', a.xmin), ',' ORDER BY a.attnum), 0)" \
	"   FROM pg_attribute AS a WHERE a.attrelid = " relid " AND a.attnum > 0)"

/* Columns of note_definitions. */
enum {NOTED_DEFINITIONS = 1, NOTED_DATABASE, NOTED_STATISTICS, NOTED_SERVER};

GOV_QUERY(note_definitions,
		  "SELECT coalesce(jsonb_object_agg(i.kind || ':' || i.oid, " DEFINITION "), '{}')::text,"
		  "       CASE WHEN $3 THEN " DATABASE_HASH "::text END, " STATISTICS_SINCE("$4") ", " SERVER_IS
		  "  FROM unnest($1, $2) AS i (kind, oid)",
		  TEXTARRAYOID, OIDARRAYOID, BOOLOID, INT4OID);

/* Columns of note_files. */
enum {FILE_NODE = 1, FILE_EMPTY, FILE_COLUMNS, FILE_ROW};

GOV_QUERY(note_files,
		  "SELECT coalesce(pg_relation_filenode(c.oid), 0)::bigint, coalesce(pg_relation_size(c.oid, 'main') = 0, false),"
		  "       coalesce(" COLUMNS("c.oid") ", 0), CASE WHEN c.relkind = 'r' THEN c.xmin::text ELSE '0' END::bigint"
		  "  FROM unnest($1) WITH ORDINALITY AS t (relid, i) LEFT JOIN pg_class AS c ON c.oid = t.relid ORDER BY t.i",
		  OIDARRAYOID);

/* Is it a materialized view of an enrolled schema, and is it populated? */
GOV_QUERY(find_matview,
		  "SELECT c.relispopulated FROM pg_class AS c"
		  "  JOIN pg_namespace AS n ON n.oid = c.relnamespace"
		  "  JOIN @.gov_source AS s ON s.source = 'schema:' || n.nspname AND s.kind = 'catalog'"
		  " WHERE c.oid = $1 AND c.relkind = 'm'",
		  OIDOID);

GOV_QUERY(forget_refresh,
		  "DELETE FROM @.gov_matview_refresh"
		  " WHERE (address_database, address_system) <> ($2, $3) OR address_oid = $1"
		  "    OR NOT EXISTS (SELECT FROM pg_class WHERE oid = address_oid)",
		  OIDOID, OIDOID, INT8OID);
GOV_QUERY(write_refresh,
		  "INSERT INTO @.gov_matview_refresh (address_oid, address_database, address_system, refreshed_at,"
		  "   statistics_since, server, sources, definitions, database_definitions, unwatched, writer_pid, writer_since)"
		  " VALUES ($1, $2, $3, statement_timestamp(), $4, $5, $6::jsonb, $7::jsonb, $8::bigint, $9, $10, $11)",
		  OIDOID, OIDOID, INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TIMESTAMPTZOID);
GOV_QUERY(unwatch_prepared,
		  "UPDATE @.gov_matview_refresh SET unwatched = coalesce(unwatched, 'it was refreshed in a prepared transaction')"
		  " WHERE writer_pid = $1 AND writer_since = $2 AND refreshed_at >= transaction_timestamp()",
		  INT4OID, TIMESTAMPTZOID);

/* An argument that is a list of kinds, in their words. */
static GovArg
gov_matview_kind_names(List *kinds)
{
	const char **names = palloc(sizeof(char *) * (list_length(kinds) + 1));

	for (int i = 0; i < list_length(kinds); i++)
		names[i] = gov_matview_kinds[list_nth_int(kinds, i)];
	return gov_datum(gov_text_array(names, list_length(kinds)), false);
}

/* The timeline that the server writes on, as an argument; 0 on a standby, which writes on none. */
static GovArg
gov_matview_timeline(void)
{
	return gov_int4(RecoveryInProgress() ? 0 : (int32) GetWALInsertionTimeLine());
}

/* A text that is kept until the next refresh begins. */
static char *
gov_matview_keep(const char *text)
{
	return text == NULL ? NULL : MemoryContextStrdup(starting_context, text);
}

/*
 * Adds tables to the noted sources, with their counts; true if one of them was
 * made, emptied or altered in this very transaction, which can empty and fill
 * it anew in the same file, unseen.  A materialized view has another file then.
 */
static bool
gov_matview_note_tables(StringInfo sources, List *tables, const GovMatviewCounts *counts)
{
	uint64		rows = gov_run(&note_files, gov_datum(gov_arg_oids(tables), false));
	bool		remade = false;

	for (uint64 i = 0; i < rows; i++)
	{
		const GovMatviewCounts *count = &counts[i];

		CHECK_FOR_INTERRUPTS();
		remade |= TransactionIdIsCurrentTransactionId((TransactionId) gov_result_int8(i, FILE_ROW));
		appendStringInfo(sources, "%s\"%u\":[%lld,%lld,%lld,%lld,%lld,%lld,%s,%lld]", sources->len > 0 ? "," : "",
						 list_nth_oid(tables, (int) i), (long long) count->writes, (long long) count->changes,
						 (long long) count->analyzes, (long long) count->own_writes, (long long) count->own_changes,
						 (long long) gov_result_int8(i, FILE_NODE), gov_result_bool(i, FILE_EMPTY) ? "true" : "false",
						 (long long) gov_result_int8(i, FILE_COLUMNS));
	}
	return remade;
}

/* Why a refresh that is about to begin cannot be watched, or NULL. */
static const char *
gov_matview_unwatched_here(const GovMatviewReads *reads, bool remade)
{
	if (!gov_matview_counting())
		return "the session that refreshed it did not count what is written (track_counts)";
	if (remade)
		return "a table that it reads was made, emptied or altered in the transaction that refreshed it";
	return reads->unwatched;
}

/*
 * Before a refresh: notes what the materialized view is computed from, unless
 * it is none of an enrolled schema.  Counters come first, and then whether the snapshot sees all that they
 * count; everything else is noted early enough whenever it is noted here.
 */
static void
gov_matview_note_start(Oid relid)
{
	GovMatviewReads reads;
	GovMatviewCounts *counts;
	StringInfoData sources;
	GovMatviewStart *start;
	MemoryContext caller;

	if (gov_run(&find_matview, gov_oid(relid)) == 0)
		return;
	gov_matview_find_reads(&reads, relid);
	pgstat_clear_snapshot();
	counts = palloc(sizeof(GovMatviewCounts) * (list_length(reads.tables) + 1));
	start = MemoryContextAllocZero(starting_context, sizeof(GovMatviewStart));
	for (int i = 0; i < list_length(reads.tables); i++)
	{
		gov_matview_count(list_nth_oid(reads.tables, i), &counts[i]);
		start->wrote |= counts[i].own_writes != 0;
	}
	start->quiet = gov_matview_counts_quiet(GetActiveSnapshot());
	initStringInfo(&sources);
	start->unwatched = gov_matview_keep(
		gov_matview_unwatched_here(&reads, gov_matview_note_tables(&sources, reads.tables, counts)));
	start->sources = gov_matview_keep(sources.data);
	(void) gov_run(&note_definitions, gov_matview_kind_names(reads.kinds), gov_datum(gov_arg_oids(reads.oids), false),
				   gov_bool(reads.opaque), gov_matview_timeline());
	start->definitions = gov_matview_keep(gov_result_text(0, NOTED_DEFINITIONS));
	start->database = gov_matview_keep(gov_result_text(0, NOTED_DATABASE));
	start->statistics = gov_matview_keep(gov_result_text(0, NOTED_STATISTICS));
	start->server = gov_matview_keep(gov_result_text(0, NOTED_SERVER));
	caller = MemoryContextSwitchTo(starting_context);
	start->tables = list_copy(reads.tables);
	MemoryContextSwitchTo(caller);
	start->relid = relid;
	starting = start;
}

/*
 * A transaction that is prepared reports what it wrote when another session
 * commits it, which nobody can see happen.
 */
static void
gov_matview_at_end(XactEvent event, void *arg pg_attribute_unused())
{
	GovSecurity security;
	int			level;

	if (event == XACT_EVENT_PRE_PREPARE && noted_own)
	{
		gov_security_enter(&security, gov_extension_owner(), false);
		PushActiveSnapshot(GetTransactionSnapshot());
		level = gov_spi_begin();
		(void) gov_run(&unwatch_prepared, gov_int4(MyProcPid), gov_timestamp(MyStartTimestamp));
		gov_spi_end(level);
		PopActiveSnapshot();
		gov_security_leave(&security);
	}
	if (event != XACT_EVENT_PRE_PREPARE && event != XACT_EVENT_PRE_COMMIT)
		noted_own = false;
}

/* Remembers until the end of the transaction that this session is to report. */
static void
gov_matview_must_report(void)
{
	static bool watching = false;

	if (!watching)
		RegisterXactCallback(gov_matview_at_end, NULL);
	watching = true;
	noted_own = true;
}

/* After it: writes that down, with what was written to the materialized view itself; nothing stays of one that was emptied. */
static void
gov_matview_note_end(Oid relid)
{
	GovArg		database = gov_inventory_database();
	GovArg		system = gov_inventory_system();
	GovMatviewStart *start = starting;
	GovMatviewCounts counts;
	StringInfoData sources;
	bool		populated;

	starting = NULL;
	if (gov_run(&find_matview, gov_oid(relid)) == 0)
		return;
	populated = gov_result_bool(0, 1);
	(void) gov_run(&forget_refresh, gov_oid(relid), database, system);
	if (!populated)
		return;
	if (!start->quiet && !gov_matview_counts_all_seen(start->tables, GetActiveSnapshot()) && start->unwatched == NULL)
		start->unwatched = "others may have written since the snapshot that it shows was taken";
	initStringInfo(&sources);
	appendStringInfoString(&sources, start->sources);
	gov_matview_count(relid, &counts);
	(void) gov_matview_note_tables(&sources, list_make1_oid(relid), &counts);
	(void) gov_run(&write_refresh, gov_oid(relid), database, system,
				   gov_text(start->statistics), gov_text(start->server), gov_text(psprintf("{%s}", sources.data)),
				   gov_text(start->definitions), gov_text(start->database), gov_text(start->unwatched),
				   start->wrote ? gov_int4(MyProcPid) : gov_null(),
				   start->wrote ? gov_timestamp(MyStartTimestamp) : gov_null());
	if (start->wrote)
		gov_matview_must_report();
	pgstat_force_next_flush();
}

/* What an event trigger has to note, of which materialized view. */
typedef struct GovMatviewNote
{
	Oid			relid;
	void		(*note) (Oid relid);
} GovMatviewNote;

/* Does the work of an event trigger as the extension's owner, in the form that gov_subtransaction_attempt takes. */
static void
gov_matview_note(void *arg)
{
	const GovMatviewNote *work = (const GovMatviewNote *) arg;
	GovSecurity security;
	int			level;

	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin();
	work->note(work->relid);
	gov_spi_end(level);
	gov_security_leave(&security);
}

/*
 * The same in a subtransaction, so that an error in it is a warning: the
 * REFRESH goes on.  Being cancelled is no error of ours.
 */
static void
gov_matview_try(Oid relid, void (*note) (Oid relid))
{
	GovMatviewNote work = {relid, note};
	ErrorData  *error = gov_subtransaction_attempt(gov_matview_note, &work, true);

	if (error == NULL)
		return;
	starting = NULL;
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("refresh of a materialized view was not noted: %s", error->message),
			 errdetail("It is shown as unknown in %s.gov_matview_lag until it is refreshed again.",
					   gov_schema_quoted())));
}

/* The materialized view of the command that fired an event trigger. */
static Oid
gov_matview_of_command(FunctionCallInfo fcinfo, const char *function)
{
	EventTriggerData *trigger = (EventTriggerData *) fcinfo->context;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by an event trigger", function)));
	if (!IsA(trigger->parsetree, RefreshMatViewStmt) || !gov_is_installed())
		return InvalidOid;
	return RangeVarGetRelid(((RefreshMatViewStmt *) trigger->parsetree)->relation, NoLock, true);
}

/* Event trigger at ddl_command_start of REFRESH MATERIALIZED VIEW. */
Datum
gov_matview_refresh_starts(PG_FUNCTION_ARGS)
{
	Oid			relid = gov_matview_of_command(fcinfo, "gov_matview_refresh_starts");

	starting = NULL;
	if (starting_context == NULL)
		starting_context = AllocSetContextCreate(TopMemoryContext, "refresh of a materialized view", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(starting_context);
	if (OidIsValid(relid))
		gov_matview_try(relid, gov_matview_note_start);
	PG_RETURN_VOID();
}

/* Event trigger at ddl_command_end of REFRESH MATERIALIZED VIEW. */
Datum
gov_matview_refresh_ends(PG_FUNCTION_ARGS)
{
	Oid			relid = gov_matview_of_command(fcinfo, "gov_matview_refresh_ends");

	if (OidIsValid(relid) && starting != NULL && starting->relid == relid)
		gov_matview_try(relid, gov_matview_note_end);
	PG_RETURN_VOID();
}

/*
 * Columns of find_states: of a materialized view, and from STATE_NAME on of a
 * definition that is another one now, or of a table, beside what was noted.
 */
enum {STATE_OBJECT_ID = 1, STATE_OBJECT_TYPE, STATE_OBJECT_REF, STATE_POPULATED, STATE_REFRESHED_AT,
	STATE_MATVIEW, STATE_COUNTING, STATE_SAME_SERVER, STATE_SAME_DATABASE, STATE_UNWATCHED, STATE_WRITER,
	STATE_WRITER_SINCE, STATE_REPORTED, STATE_BUSY,
	STATE_NAME, STATE_TABLE, STATE_WRITES, STATE_CHANGES, STATE_ANALYZES, STATE_OWN_WRITES, STATE_OWN_CHANGES,
	STATE_SAME_FILE, STATE_EMPTY, STATE_SAME_COLUMNS, STATE_HAS_ROWS};

/* Has the session that refreshed it reported what it wrote?  It has, when it rests after that, or is gone. */
#define HAS_REPORTED \
	"(r.writer_pid IS NULL OR NOT EXISTS (" \
	"   SELECT FROM pg_stat_get_activity(r.writer_pid) AS a" \
	"    WHERE a.backend_start = r.writer_since" \
	"      AND NOT coalesce(a.backend_type = 'client backend' AND a.state = 'idle', false)))"

/* Is another session running a command that has committed within it since?  What it wrote is reported at its end. */
#define COMMITS_WITHIN \
	"coalesce((SELECT max(a.xact_start) FROM pg_stat_get_activity(NULL) AS a" \
	"           WHERE a.datid = $1 AND a.pid <> pg_backend_pid() AND a.state = 'active'" \
	"             AND a.backend_type <> 'autovacuum worker' AND a.xact_start > a.query_start) > r.refreshed_at, false)"

/*
 * Every live materialized view, a row for each table noted and for each
 * definition that is another one now.  $1 database, $2 system identifier,
 * $3 timeline.
 */
GOV_QUESTION(find_states,
			 "WITH place AS ("
			 "  SELECT o.object_id, o.object_type, o.object_ref, c.oid, c.relispopulated"
			 "    FROM @.gov_object AS o"
			 "    LEFT JOIN pg_namespace AS n ON n.nspname = o.address_names[1]"
			 "    LEFT JOIN pg_class AS c ON c.relkind = 'm'"
			 "     AND CASE WHEN coalesce(o.address_database = $1 AND o.address_system = $2, false)"
			 "              THEN c.oid = o.address_oid"
			 "              ELSE c.relnamespace = n.oid AND c.relname = o.address_names[2] END"
			 "   WHERE " GOV_OBJECT_LIVE("o") " AND o.address_class = 'materialized view'),"
			 " noted AS MATERIALIZED (SELECT * FROM @.gov_matview_refresh WHERE address_database = $1 AND address_system = $2),"
			 " item AS MATERIALIZED ("
			 "  SELECT DISTINCT k.key, split_part(k.key, ':', 1) AS kind, split_part(k.key, ':', 2)::oid AS oid"
			 "    FROM noted AS r CROSS JOIN jsonb_object_keys(r.definitions) AS k (key)),"
			 " now AS MATERIALIZED ("
			 "  SELECT i.key, i.oid, CASE WHEN i.kind IN ('relation', 'children') THEN i.oid::regclass::text"
			 "                     WHEN i.kind IN ('function', 'aggregate') THEN i.oid::regprocedure::text"
			 "                     WHEN i.kind = 'type' THEN i.oid::regtype::text"
			 "                     WHEN i.kind = 'collation' THEN i.oid::regcollation::text"
			 "                     ELSE i.oid::regrole::text END AS name, " DEFINITION " AS definition FROM item AS i)"
			 " SELECT p.object_id, p.object_type, p.object_ref, coalesce(p.relispopulated, false), r.refreshed_at, p.oid,"
			 "        coalesce(r.statistics_since = (SELECT " STATISTICS_SINCE("$3") "), false),"
			 "        coalesce(r.server = (SELECT " SERVER_IS "), false),"
			 "        CASE WHEN r.database_definitions IS NULL THEN true"
			 "             ELSE coalesce(r.database_definitions = (SELECT " DATABASE_HASH "), false) END,"
			 "        r.unwatched, r.writer_pid, r.writer_since, " HAS_REPORTED ", " COMMITS_WITHIN ","
			 "        s.name, s.relid, (s.was ->> 0)::bigint, (s.was ->> 1)::bigint, (s.was ->> 2)::bigint,"
			 "        (s.was ->> 3)::bigint, (s.was ->> 4)::bigint, coalesce((s.was ->> 5)::bigint = s.file, false),"
			 "        (s.was ->> 6)::boolean, coalesce((s.was ->> 7)::bigint = s.columns, false), coalesce(s.has_rows, false)"
			 "   FROM place AS p"
			 "   LEFT JOIN noted AS r ON r.address_oid = p.oid"
			 "   LEFT JOIN LATERAL ("
			 "     SELECT CASE WHEN n.definition IS NULL THEN '(dropped)' ELSE n.name END AS name, NULL::oid AS relid,"
			 "            NULL::jsonb AS was, NULL::bigint AS file, NULL::bigint AS columns, NULL::boolean AS has_rows"
			 "       FROM jsonb_each_text(r.definitions) AS d JOIN now AS n ON n.key = d.key"
			 "      WHERE n.definition::text IS DISTINCT FROM d.value"
			 "     UNION ALL"
			 "     SELECT coalesce(c.oid::regclass::text, '(dropped)'), t.key::oid, t.value,"
			 "            pg_relation_filenode(c.oid)::bigint, " COLUMNS("c.oid") ", c.reltuples > 0"
			 "       FROM jsonb_each(r.sources) AS t LEFT JOIN pg_class AS c ON c.oid = t.key::oid) AS s ON true"
			 "  ORDER BY p.object_ref COLLATE \"C\", p.object_id, s.name COLLATE \"C\"",
			 OIDOID, INT8OID, INT4OID);

/* What is known of one materialized view. */
typedef struct GovMatview
{
	Datum		values[8];
	bool		nulls[8];
	Oid			relid;
	bool		populated;
	bool		noted;			/* was a refresh seen? */
	bool		counting;		/* do the counters go on from then? */
	bool		same_server;
	bool		same_database;	/* is all as it was that functions may use? */
	bool		busy;			/* does a command run that has committed since? */
	bool		refreshed;		/* was it refreshed since, unseen? */
	bool		went_back;		/* does a counter show less than was noted? */
	bool		unreported;		/* may what is counted be the refreshing session's, or another's? */
	const char *unwatched;		/* why not all can be watched */
	ArrayBuildState *changed;
} GovMatview;

/* Why nothing can be told, whatever the sources show; or NULL. */
static const char *
gov_matview_incomparable(const GovMatview *view)
{
	if (!view->noted)
		return "no refresh was seen here";
	if (RecoveryInProgress())
		return "a standby does not count what is written";
	if (!view->same_server)
		return "the server or its collations are of another version since";
	if (!view->counting)
		return "statistics were reset or lost since";
	if (!gov_matview_counting())
		return "this session does not count what is written (track_counts)";
	if (view->refreshed)
		return "it was refreshed since, unseen";
	return NULL;
}

/* Why it is not known that nothing changed, though no change was seen; or NULL. */
static const char *
gov_matview_doubt(const GovMatview *view)
{
	if (view->went_back)
		return "counters of rows written went back";
	if (view->unreported)
		return "the session that refreshed it has not reported yet what it wrote";
	if (view->unwatched != NULL)
		return view->unwatched;
	if (!view->same_database)
		return "functions, types or operators are defined anew since, which functions that it calls may use";
	if (view->busy)
		return "a command that commits as it goes is still at work";
	return NULL;
}

/* The flag, and why it is unknown. */
static const char *
gov_matview_flag(const GovMatview *view, const char **reason)
{
	*reason = NULL;
	if (!view->populated)
		return "never_refreshed";
	*reason = gov_matview_incomparable(view);
	if (*reason == NULL && view->changed != NULL)
		return "changed";
	if (*reason == NULL)
		*reason = gov_matview_doubt(view);
	return *reason == NULL ? "no_change_seen" : "unknown";
}

/* Puts the row of a view whose sources were all looked at. */
static void
gov_matview_put(GovMatview *view, ReturnSetInfo *result)
{
	const char *reason;
	const char *flag = gov_matview_flag(view, &reason);

	view->values[4] = CStringGetTextDatum(flag);
	view->nulls[5] = strcmp(flag, "changed") != 0;
	view->values[5] = view->nulls[5] ? (Datum) 0 : makeArrayResult(view->changed, CurrentMemoryContext);
	view->nulls[6] = reason == NULL;
	view->values[6] = reason == NULL ? (Datum) 0 : CStringGetTextDatum(reason);
	tuplestore_putvalues(result->setResult, result->setDesc, view->values, view->nulls);
}

/* Begins a view with the first of its rows. */
static void
gov_matview_begin(GovMatview *view, uint64 row)
{
	bool		isnull;

	memset(view, 0, sizeof(GovMatview));
	view->values[0] = gov_result_datum(row, STATE_OBJECT_TYPE, &view->nulls[0]);
	view->values[1] = gov_result_datum(row, STATE_OBJECT_REF, &view->nulls[1]);
	view->values[2] = gov_result_datum(row, STATE_OBJECT_ID, &view->nulls[2]);
	view->values[3] = gov_result_datum(row, STATE_REFRESHED_AT, &view->nulls[3]);
	view->relid = DatumGetObjectId(gov_result_datum(row, STATE_MATVIEW, &isnull));
	view->populated = gov_result_bool(row, STATE_POPULATED);
	view->noted = !view->nulls[3];
	view->counting = gov_result_bool(row, STATE_COUNTING);
	view->same_server = gov_result_bool(row, STATE_SAME_SERVER);
	view->same_database = gov_result_bool(row, STATE_SAME_DATABASE);
	view->busy = gov_result_bool(row, STATE_BUSY);
	view->unwatched = gov_result_text(row, STATE_UNWATCHED);
}

/* Has whoever refreshed the view of a row reported what it wrote, or is it this session, which knows? */
static bool
gov_matview_reported(uint64 row)
{
	bool		isnull;

	if (gov_result_bool(row, STATE_REPORTED))
		return true;
	return gov_result_int4(row, STATE_WRITER) == MyProcPid &&
		DatumGetTimestampTz(gov_result_datum(row, STATE_WRITER_SINCE, &isnull)) == MyStartTimestamp;
}

/*
 * Is the file of a table another one, and not only for VACUUM FULL or CLUSTER?
 * They leave rows counted in the catalog and columns as they are.  TRUNCATE
 * leaves none, and ALTER TABLE changes a column when it writes all rows anew;
 * nothing was lost of a table that was empty before.
 */
static bool
gov_matview_rewritten(uint64 row, bool written)
{
	if (gov_result_bool(row, STATE_SAME_FILE))
		return false;
	if (written)
		return true;
	return !gov_result_bool(row, STATE_EMPTY) &&
		!(gov_result_bool(row, STATE_HAS_ROWS) && gov_result_bool(row, STATE_SAME_COLUMNS));
}

/* What the counters of the table of a row tell, and its file; false when that cannot be told yet. */
static bool
gov_matview_compare_table(uint64 row, Oid relid, bool reported, GovMatviewDifference *difference)
{
	GovMatviewCounts before = {
		.writes = gov_result_int8(row, STATE_WRITES),
		.changes = gov_result_int8(row, STATE_CHANGES),
		.analyzes = gov_result_int8(row, STATE_ANALYZES),
		.own_writes = gov_result_int8(row, STATE_OWN_WRITES),
		.own_changes = gov_result_int8(row, STATE_OWN_CHANGES)
	};
	GovMatviewCounts now;

	gov_matview_count(relid, &now);
	*difference = gov_matview_counts_differ(&before, &now);
	if (gov_matview_rewritten(row, *difference == GOV_MATVIEW_WRITTEN || *difference == GOV_MATVIEW_WENT_BACK))
		*difference = GOV_MATVIEW_WRITTEN;
	return reported || before.own_writes == 0 || *difference == GOV_MATVIEW_WRITTEN;
}

/*
 * Was the materialized view itself refreshed since, unseen?  What its noted
 * refresh wrote is counted when that is reported, and less of it if it was
 * refreshed before in the same transaction.
 */
static bool
gov_matview_refreshed_unseen(uint64 row, Oid relid)
{
	GovMatviewCounts now;
	int64		writes;

	gov_matview_count(relid, &now);
	writes = now.writes + now.own_writes - gov_result_int8(row, STATE_WRITES);
	return writes < 0 || writes > gov_result_int8(row, STATE_OWN_WRITES) || gov_matview_rewritten(row, false);
}

/* Looks at one table, or at one definition that is another one now. */
static void
gov_matview_compare(GovMatview *view, uint64 row)
{
	GovMatviewDifference difference = GOV_MATVIEW_WRITTEN;
	bool		isnull;
	Oid			relid = DatumGetObjectId(gov_result_datum(row, STATE_TABLE, &isnull));

	if (gov_result_isnull(row, STATE_NAME))
		return;
	if (!isnull && relid == view->relid)
	{
		view->refreshed |= gov_matview_refreshed_unseen(row, relid);
		return;
	}
	if (!isnull && !gov_matview_compare_table(row, relid, gov_matview_reported(row), &difference))
		view->unreported = true;
	else if (difference == GOV_MATVIEW_WENT_BACK)
		view->went_back = true;
	else if (difference == GOV_MATVIEW_WRITTEN)
		view->changed = accumArrayResult(view->changed, gov_result_datum(row, STATE_NAME, &isnull), false, TEXTOID,
										 CurrentMemoryContext);
}

/* gov_matview_states(): every live materialized view, and whether a change was seen since its refresh. */
Datum
gov_matview_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovMatview	view;
	uint64		rows;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	pgstat_clear_snapshot();
	level = gov_spi_begin();
	rows = gov_run_latest(&find_states, gov_inventory_database(), gov_inventory_system(), gov_matview_timeline());
	/* counters are read after who has reported, not before */
	pgstat_clear_snapshot();
	for (uint64 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == 0 || gov_result_int8(i, STATE_OBJECT_ID) != gov_result_int8(i - 1, STATE_OBJECT_ID))
			gov_matview_begin(&view, i);
		gov_matview_compare(&view, i);
		if (i + 1 == rows || gov_result_int8(i + 1, STATE_OBJECT_ID) != gov_result_int8(i, STATE_OBJECT_ID))
			gov_matview_put(&view, result);
	}
	gov_spi_end(level);
	return (Datum) 0;
}
