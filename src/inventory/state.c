/*-------------------------------------------------------------------------
 *
 * inventory/state.c
 *	  The outcome of the last sync of each source: names that it claimed
 *	  although another source has them (gov_source_conflict), what blocked
 *	  it (gov_source_block), and the objects that the brake kept from being
 *	  retired (gov_source_held).
 *
 * Detectors read it.  Only differences are written: a sync that finds what
 * the last one found leaves every row as it is.  Whoever calls holds
 * GOV_LOCK_SYNC, under which sources are synced.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/elog.h"

#include "server/spi.h"
#include "inventory/state.h"

/* Claims of the plan that are not known, and known ones that it has no more. */
static const char *const text_claim =
	"INSERT INTO @.gov_source_conflict (source, object_type, object_ref)"
	" SELECT $1, p.object_type, p.object_ref FROM gov_kept_plan p WHERE p.action = 'conflict'"
	" ON CONFLICT DO NOTHING";

static const char *const text_disclaim =
	"DELETE FROM @.gov_source_conflict c WHERE c.source = $1 AND NOT EXISTS"
	" (SELECT FROM gov_kept_plan p WHERE p.action = 'conflict'"
	"   AND p.object_ref = c.object_ref AND p.object_type = c.object_type)";

GOV_QUERY(query_unblock,
		  "DELETE FROM @.gov_source_block WHERE source = $1",
		  TEXTOID);

GOV_QUERY(query_block,
		  "INSERT INTO @.gov_source_block AS b (source, sqlstate, reason, detail, hint)"
		  " VALUES ($1, $2, $3, $4, $5)"
		  " ON CONFLICT (source) DO UPDATE"
		  " SET sqlstate = excluded.sqlstate, reason = excluded.reason,"
		  "     detail = excluded.detail, hint = excluded.hint"
		  " WHERE (b.sqlstate, b.reason, b.detail, b.hint) IS DISTINCT FROM"
		  "       (excluded.sqlstate, excluded.reason, excluded.detail, excluded.hint)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Objects that the plan would retire and that are not held yet, and those held that it would not. */
static const char *const text_hold =
	"INSERT INTO @.gov_source_held (source, object_type, object_ref)"
	" SELECT $1, p.object_type, p.object_ref FROM gov_kept_plan p WHERE p.action = 'retired' AND p.source = $1"
	" ON CONFLICT DO NOTHING";

static const char *const text_release =
	"DELETE FROM @.gov_source_held h WHERE h.source = $1 AND NOT EXISTS"
	" (SELECT FROM gov_kept_plan p WHERE p.action = 'retired' AND p.source = $1"
	"   AND p.object_ref = h.object_ref AND p.object_type = h.object_type)";

GOV_QUERY(query_release,
		  "DELETE FROM @.gov_source_held WHERE source = $1",
		  TEXTOID);

/* Notes which names of the plan another source has. */
static void
gov_inventory_note_claims(const char *source)
{
	static const Oid types[] = {TEXTOID};
	GovArg		arg = gov_text(source);

	gov_run_text(text_disclaim, 1, types, &arg, false);
	gov_run_text(text_claim, 1, types, &arg, false);
}

/* A source was synced but for what is held: the retirements of gov_kept_plan. */
void
gov_inventory_note_held(const char *source)
{
	static const Oid types[] = {TEXTOID};
	GovArg		arg = gov_text(source);

	gov_inventory_note_claims(source);
	gov_run_text(text_release, 1, types, &arg, false);
	gov_run_text(text_hold, 1, types, &arg, false);
}

/*
 * A source was synced: it is not blocked; the names it claimed although
 * another source has them are in gov_kept_plan.
 */
void
gov_inventory_note_synced(const char *source)
{
	gov_inventory_note_claims(source);
	gov_run(&query_unblock, gov_text(source));
	gov_run(&query_release, gov_text(source));
}

GOV_QUERY(query_disclaim_all,
		  "DELETE FROM @.gov_source_conflict WHERE source = $1",
		  TEXTOID);

/* A source claims nothing and nothing blocks it: it is let go, or its sync found it as it is registered. */
void
gov_inventory_note_clear(const char *source)
{
	int			level = gov_spi_begin();

	gov_run(&query_disclaim_all, gov_text(source));
	gov_run(&query_unblock, gov_text(source));
	gov_run(&query_release, gov_text(source));
	gov_spi_end(level);
}

/* A source is blocked, and was left as it is but for what could be done (held). */
void
gov_inventory_note_blocked(const GovSyncCounts *counts)
{
	int			level = gov_spi_begin();

	gov_run(&query_block, gov_text(counts->source), gov_text(unpack_sql_state(counts->sqlstate)),
			gov_text(counts->blocked), gov_text(counts->detail), gov_text(counts->hint));
	if (counts->held == 0)
		gov_run(&query_release, gov_text(counts->source));
	gov_spi_end(level);
}
