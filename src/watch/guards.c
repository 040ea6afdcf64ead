/*-------------------------------------------------------------------------
 *
 * watch/guards.c
 *	  Do the triggers that guard the extension's tables stand as they were made?
 *
 * Whoever owns the tables, or is a superuser, can disable a trigger, drop it,
 * or put another one beside it; and a dump that is restored with
 * --disable-triggers leaves all of them enabled as ordinary ones, which do not
 * fire while session_replication_role is replica.  Nothing that was guarded is
 * then, and no act would show it.
 *
 * The install script ends with a call that keeps what the triggers are, in
 * gov_guard; view gov_guard_changed compares.  gov_rebind makes those of the
 * extension again what they were.  What somebody added is found, and left to
 * who knows what it is for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/script.h"
#include "server/spi.h"
#include "watch/guards.h"

PG_FUNCTION_INFO_V1(gov_guards_note);

GOV_QUERY(forget_guards,
		  "DELETE FROM @.gov_guard AS g WHERE ($1 IS NULL OR g.relation = $1::pg_catalog.name)"
		  " AND NOT EXISTS (SELECT FROM governance_internal.gov_guard_seen AS s"
		  " WHERE s.own AND s.relation = g.relation AND s.guard = g.guard)",
		  TEXTOID);
GOV_QUERY(note_guards,
		  "INSERT INTO @.gov_guard AS g (relation, guard, fires, definition)"
		  " SELECT s.relation, s.guard, s.fires, s.definition FROM governance_internal.gov_guard_seen AS s"
		  " WHERE s.own AND ($1 IS NULL OR s.relation = $1::pg_catalog.name)"
		  " ON CONFLICT (relation, guard) DO UPDATE SET fires = excluded.fires, definition = excluded.definition"
		  " WHERE (g.fires, g.definition) <> (excluded.fires, excluded.definition)",
		  TEXTOID);

/*
 * gov_guards_note(relation): the triggers of a table, or of all, are from now
 * on meant to be what they are, as far as they call functions of the extension.
 */
Datum
gov_guards_note(PG_FUNCTION_ARGS)
{
	GovArg		relation = gov_text(gov_arg_text_or_null(fcinfo, 0));
	int			level;

	gov_ensure_script("gov_guards_note");
	level = gov_spi_begin();
	gov_run(&forget_guards, relation);
	gov_run(&note_guards, relation);
	gov_spi_end(level);
	PG_RETURN_VOID();
}

/* What is to be said of each thing that changed, as gov_rebind does: before it is mended. */
GOV_QUERY(list_changed,
		  "SELECT c.kind, c.thing, CASE WHEN c.state = 'added' THEN 'added' ELSE 'restored' END"
		  " FROM governance_internal.gov_guard_changed AS c ORDER BY 1, c.thing COLLATE \"C\"");

/* Puts a row for each thing that changed into a result: restored, or added by somebody. */
void
gov_guards_list(ReturnSetInfo *result)
{
	gov_result_put_rows(gov_run(&list_changed), result);
}

/* Statements that make triggers again what they were, and those of constraints, in the order they are to be run. */
GOV_QUERY(find_mends,
		  "SELECT m.statement, m.thing FROM ("
		  " SELECT c.thing, s.step, CASE s.step WHEN 2 THEN c.definition ELSE pg_catalog.format(s.template, c.relation, c.guard) END"
		  " FROM governance_internal.gov_guard_changed AS c"
		  " CROSS JOIN LATERAL (VALUES"
		  "  (1, 'DROP TRIGGER %2$I ON @.%1$I', c.state = 'replaced'),"
		  "  (2, NULL, c.state IN ('replaced', 'gone')),"
		  "  (3, 'ALTER TABLE ONLY @.%I ' || CASE c.was WHEN 'always' THEN 'ENABLE ALWAYS' WHEN 'replica' THEN 'ENABLE REPLICA'"
		  "      WHEN 'enabled' THEN 'ENABLE' ELSE 'DISABLE' END || ' TRIGGER %I', true)) AS s (step, template, needed)"
		  " WHERE c.kind = 'trigger' AND c.state <> 'added' AND s.needed"
		  " UNION ALL"
		  " SELECT c.thing, 4, pg_catalog.format('ALTER TABLE ONLY @.%I ENABLE TRIGGER %I', c.relation, t.name)"
		  " FROM governance_internal.gov_guard_changed AS c"
		  " CROSS JOIN LATERAL pg_catalog.unnest(c.triggers) AS t (name) WHERE c.kind = 'constraint'"
		  ") AS m (thing, step, statement) ORDER BY m.thing COLLATE \"C\", m.step");

/*
 * What is kept of triggers that were made anew, in the words of this server:
 * those of another major version, which pg_upgrade brings, may be others.
 */
GOV_QUERY(keep_mended,
		  "UPDATE @.gov_guard AS g SET definition = s.definition FROM governance_internal.gov_guard_seen AS s"
		  " WHERE s.own AND s.relation = g.relation AND s.guard = g.guard AND s.definition <> g.definition"
		  " AND pg_catalog.concat_ws(': ', g.relation, g.guard) = ANY ($1)",
		  TEXTARRAYOID);

/* Columns of find_mends. */
enum
{
	MEND_STATEMENT = 1,
	MEND_THING
};

/*
 * Makes the triggers of the extension and of its constraints again what they
 * were; how many were not.  What was added stays.  The list is read whole
 * before the first statement changes what it is made of.  A trigger is made
 * from what was kept of it, so how the server then tells it may be kept.
 */
uint64
gov_guards_restore(void)
{
	uint64		count = gov_run(&find_mends);
	char	  **statements = palloc(sizeof(char *) * (count + 1));
	Datum	   *mended = palloc(sizeof(Datum) * (count + 1));
	const char *last = "";
	uint64		things = 0;

	for (uint64 i = 0; i < count; i++)
	{
		const char *thing = gov_result_text(i, MEND_THING);

		statements[i] = gov_result_text(i, MEND_STATEMENT);
		if (strcmp(thing, last) != 0)
			mended[things++] = CStringGetTextDatum(thing);
		last = thing;
	}
	for (uint64 i = 0; i < count; i++)
		gov_run_text(statements[i], 0, NULL, NULL, false);
	if (things > 0)
		gov_run(&keep_mended, gov_datum(PointerGetDatum(construct_array(mended, (int) things, TEXTOID, -1, false, TYPALIGN_INT)), false));
	return things;
}
