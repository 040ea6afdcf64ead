/*-------------------------------------------------------------------------
 *
 * watch/matview_lag.c
 *	  Do materialized views of enrolled schemas still show what is so?
 *
 * Two event triggers watch REFRESH MATERIALIZED VIEW.  The first, before it,
 * takes note of everything the view is computed from; the second, after it,
 * writes that down with the time.  Taken before the refresh has its snapshot,
 * so that a change which the refresh did not see can only come later: a change
 * that is counted although the refresh saw it makes a view look changed, never
 * the other way round.  Neither trigger ever makes a REFRESH fail; it warns
 * instead.
 *
 * Of a table (partitions and inheriting ones each by itself) the server's
 * counters of rows written are noted, and its file, which TRUNCATE and every
 * rewriting changes.  Of a view in between, its definition.  A change counts
 * once its transaction has ended and the server has counted it, which takes
 * a second, and up to a minute in a session that then does nothing.
 *
 * What cannot be compared is unknown, never fresh: counters that were reset
 * or lost in a crash, all of them on a standby and after its promotion, foreign tables, the server's own catalogs, functions
 * that are not immutable, views refreshed while nobody watched, and whatever
 * was noted in another database (after a restore, say).
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
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"
#include "registry/in_force.h"

PG_FUNCTION_INFO_V1(gov_matview_refresh_starts);
PG_FUNCTION_INFO_V1(gov_matview_refresh_ends);
PG_FUNCTION_INFO_V1(gov_matview_states);

/* What the last refresh to begin in this session found before it. */
static Oid	starting_relid = InvalidOid;
static char *starting_sources = NULL;	/* NULL: not all of it can be watched */
static char *starting_statistics = NULL;

/*
 * Since when the server counts, "timeline" being the one it writes on: a
 * reset, a crash or a promotion gives another answer.
 */
#define STATISTICS_SINCE(timeline) \
	"concat_ws('/', " timeline "," \
	" extract(epoch FROM pg_stat_get_db_stat_reset_time((SELECT oid FROM pg_database" \
	"                                                     WHERE datname = current_database())))," \
	" extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()))"

/* Columns of note_sources. */
enum {NOTED_SOURCES = 1, NOTED_STATISTICS};

GOV_QUERY(note_sources,
		  "SELECT CASE WHEN bool_and(watched)"
		  "        THEN jsonb_object_agg(source::text, jsonb_build_array(writes, file)) END::text, "
		  STATISTICS_SINCE("$2")
		  " FROM governance_internal.gov_matview_source(ARRAY[$1])",
		  OIDOID, INT4OID);

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
		  "   statistics_since, filenode, sources)"
		  " VALUES ($1, $2, $3, statement_timestamp(), $4, pg_relation_filenode($1), $5::jsonb)",
		  OIDOID, OIDOID, INT8OID, TEXTOID, TEXTOID);

/* An argument that is an OID. */
static GovArg
gov_matview_oid(Oid oid)
{
	return gov_datum(ObjectIdGetDatum(oid), false);
}

/* The timeline that the server writes on, as an argument; 0 on a standby, which writes on none. */
static GovArg
gov_matview_timeline(void)
{
	return gov_int4(RecoveryInProgress() ? 0 : (int32) GetWALInsertionTimeLine());
}

/* Keeps a text beyond the transaction, in place of another. */
static void
gov_matview_keep(char **kept, const char *text)
{
	char	   *before = *kept;

	*kept = NULL;
	if (before != NULL)
		pfree(before);
	if (text != NULL)
		*kept = MemoryContextStrdup(TopMemoryContext, text);
}

/* Before a refresh: notes what the view is computed from. */
static void
gov_matview_note_start(Oid relid)
{
	starting_relid = InvalidOid;
	if (gov_run(&find_matview, gov_matview_oid(relid)) == 0)
		return;
	pgstat_clear_snapshot();
	(void) gov_run(&note_sources, gov_matview_oid(relid), gov_matview_timeline());
	gov_matview_keep(&starting_sources, gov_result_text(0, NOTED_SOURCES));
	gov_matview_keep(&starting_statistics, gov_result_text(0, NOTED_STATISTICS));
	starting_relid = relid;
}

/* After it: writes that down; nothing stays of a view that was emptied. */
static void
gov_matview_note_end(Oid relid)
{
	GovArg		database = gov_matview_oid(MyDatabaseId);
	GovArg		system = gov_int8((int64) GetSystemIdentifier());
	bool		populated;

	if (relid != starting_relid || gov_run(&find_matview, gov_matview_oid(relid)) == 0)
		return;
	starting_relid = InvalidOid;
	populated = gov_result_bool(0, 1);
	(void) gov_run(&forget_refresh, gov_matview_oid(relid), database, system);
	if (populated)
		(void) gov_run(&write_refresh, gov_matview_oid(relid), database, system,
					   gov_text(starting_statistics), gov_text(starting_sources));
}

/* Does the work of an event trigger as the extension's owner. */
static void
gov_matview_note(Oid relid, void (*note) (Oid relid))
{
	GovSecurity security;
	int			level;

	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin();
	note(relid);
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
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		gov_matview_note(relid, note);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		starting_relid = InvalidOid;
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			ReThrowError(error);
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("refresh of a materialized view was not noted: %s", error->message),
				 errdetail("It is shown as unknown in %s.gov_matview_lag until it is refreshed again.",
						   gov_schema_quoted())));
	}
	PG_END_TRY();
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

	if (OidIsValid(relid))
		gov_matview_try(relid, gov_matview_note_start);
	PG_RETURN_VOID();
}

/* Event trigger at ddl_command_end of REFRESH MATERIALIZED VIEW. */
Datum
gov_matview_refresh_ends(PG_FUNCTION_ARGS)
{
	Oid			relid = gov_matview_of_command(fcinfo, "gov_matview_refresh_ends");

	if (OidIsValid(relid) && relid == starting_relid)
		gov_matview_try(relid, gov_matview_note_end);
	PG_RETURN_VOID();
}

/* Columns of find_states: of a materialized view, and from STATE_SOURCE on of a source of it. */
enum {STATE_OBJECT_ID = 1, STATE_OBJECT_TYPE, STATE_OBJECT_REF, STATE_POPULATED, STATE_REFRESHED_AT,
	STATE_COUNTING, STATE_SAME_FILE, STATE_SOURCE, STATE_WATCHED, STATE_DEFINED, STATE_WRITES,
	STATE_FILE, STATE_NOTED_WRITES, STATE_NOTED_FILE, STATE_SOURCE_KEY, STATE_UNNOTED};

/*
 * Every live materialized view, a row for each of its sources: those of now
 * beside those noted.  $1 database, $2 system identifier, $3 timeline.
 */
GOV_QUESTION(find_states,
			 "WITH place AS ("
			 "  SELECT o.object_id, o.object_type, o.object_ref, c.oid, c.relispopulated,"
			 "         pg_relation_filenode(c.oid) AS file"
			 "    FROM @.gov_object AS o"
			 "    LEFT JOIN pg_namespace AS n ON n.nspname = o.address_names[1]"
			 "    LEFT JOIN pg_class AS c ON c.relkind = 'm'"
			 "     AND CASE WHEN coalesce(o.address_database = $1 AND o.address_system = $2, false)"
			 "              THEN c.oid = o.address_oid"
			 "              ELSE c.relnamespace = n.oid AND c.relname = o.address_names[2] END"
			 "   WHERE " GOV_OBJECT_LIVE("o") " AND o.address_class = 'materialized view'),"
			 " source AS (SELECT * FROM governance_internal.gov_matview_source("
			 "            (SELECT array_agg(oid) FROM place WHERE oid IS NOT NULL)))"
			 " SELECT p.object_id, p.object_type, p.object_ref, coalesce(p.relispopulated, false),"
			 "        r.refreshed_at, coalesce(r.statistics_since = (SELECT " STATISTICS_SINCE("$3") "), false),"
			 "        coalesce(r.filenode = p.file, false), coalesce(s.name,"
			 "          (SELECT g.oid::regclass::text FROM pg_class AS g WHERE g.oid = s.key::oid), '(dropped)'),"
			 "        coalesce(s.watched, true), s.defined, s.writes, s.file,"
			 "        (s.noted ->> 0)::bigint, (s.noted ->> 1)::bigint, s.key, r.sources IS NULL"
			 "   FROM place AS p"
			 "   LEFT JOIN @.gov_matview_refresh AS r"
			 "     ON r.address_oid = p.oid AND r.address_database = $1 AND r.address_system = $2"
			 "   LEFT JOIN LATERAL ("
			 "     SELECT n.name, n.watched, n.defined, n.writes, n.file, w.key, w.value AS noted"
			 "       FROM (SELECT * FROM source WHERE matview = p.oid) AS n"
			 "       FULL JOIN jsonb_each(coalesce(r.sources, '{}')) AS w ON w.key = n.source::text) AS s ON true"
			 "  ORDER BY p.object_ref COLLATE \"C\", p.object_id, s.name COLLATE \"C\"",
			 OIDOID, INT8OID, INT4OID);

/* What is known of one materialized view. */
typedef struct GovMatview
{
	Datum		values[8];
	bool		nulls[8];
	bool		populated;
	bool		noted;			/* was a refresh seen? */
	bool		counting;		/* do the counters go on from then? */
	bool		same_file;
	bool		compared;		/* were the sources noted? */
	bool		went_back;		/* does a counter show less than was noted? */
	bool		blind;			/* is there something that cannot be watched? */
	ArrayBuildState *changed;
} GovMatview;

/* The flag, and why it is unknown. */
static const char *
gov_matview_flag(const GovMatview *view, const char **reason)
{
	*reason = NULL;
	if (!view->populated)
		return "never_refreshed";
	if (!view->noted)
		*reason = "no refresh was seen here";
	else if (RecoveryInProgress())
		*reason = "a standby does not count what is written";
	else if (!view->counting)
		*reason = "statistics were reset or lost since";
	else if (!view->same_file)
		*reason = "it was rewritten since, unseen";
	else if (view->changed != NULL)
		return "changed";
	else if (view->went_back)
		*reason = "counters of rows written went back";
	else if (view->blind)
		*reason = "it reads what cannot be watched";
	else
		return "fresh";
	return "unknown";
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
	memset(view, 0, sizeof(GovMatview));
	view->values[0] = gov_result_datum(row, STATE_OBJECT_TYPE, &view->nulls[0]);
	view->values[1] = gov_result_datum(row, STATE_OBJECT_REF, &view->nulls[1]);
	view->values[2] = gov_result_datum(row, STATE_OBJECT_ID, &view->nulls[2]);
	view->values[3] = gov_result_datum(row, STATE_REFRESHED_AT, &view->nulls[3]);
	view->populated = gov_result_bool(row, STATE_POPULATED);
	view->noted = !view->nulls[3];
	view->counting = gov_result_bool(row, STATE_COUNTING);
	view->same_file = gov_result_bool(row, STATE_SAME_FILE);
	view->blind = gov_result_bool(row, STATE_UNNOTED);
	view->compared = !view->blind;
}

/*
 * Compares one source with what was noted of it.  It has changed when its
 * definition or its file is another one, or when more rows were written; a
 * source that was not noted is new, one that is noted and not there is gone.
 * When fewer rows were written than noted, the counters were reset.
 */
static void
gov_matview_compare(GovMatview *view, uint64 row)
{
	bool		isnull;
	int64		writes;
	int64		noted;

	if (!view->compared)
		return;
	view->blind |= gov_result_isnull(row, STATE_WATCHED) || !gov_result_bool(row, STATE_WATCHED);
	if (!gov_result_isnull(row, STATE_SOURCE_KEY) && !gov_result_isnull(row, STATE_WRITES))
	{
		writes = gov_result_int8(row, STATE_WRITES);
		noted = gov_result_int8(row, STATE_NOTED_WRITES);
		if (!gov_result_bool(row, STATE_DEFINED) && writes < noted)
		{
			view->went_back = true;
			return;
		}
		if (writes == noted && gov_result_int8(row, STATE_FILE) == gov_result_int8(row, STATE_NOTED_FILE))
			return;
	}
	view->changed = accumArrayResult(view->changed, gov_result_datum(row, STATE_SOURCE, &isnull), false, TEXTOID,
									 CurrentMemoryContext);
}

/* gov_matview_states(): every live materialized view, and whether it is still so. */
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
	rows = gov_run(&find_states, gov_matview_oid(MyDatabaseId), gov_int8((int64) GetSystemIdentifier()),
				   gov_matview_timeline());
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
