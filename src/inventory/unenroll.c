/*-------------------------------------------------------------------------
 *
 * inventory/unenroll.c
 *	  Letting a source go, or rest: gov_unenroll and gov_set_source.
 *
 * Un-enrolling retires what the source has.  Facts stay with the retired
 * objects, count nowhere meanwhile, and come back with them when the source is
 * enrolled again.  The row of the source stays as long as objects are of it.
 * Whoever wants objects forgotten has those deleted that nothing points at.
 *
 * A source that is disabled is passed over by syncs; its objects stay as they
 * are.
 *
 * Locks: the row of a source that is a relation before the inventory, as a sync
 * does (inventory/sync.c), then objects in the order of their identity.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "registry/object_events.h"
#include "registry/objects.h"
#include "labels/follow.h"
#include "inventory/catalog.h"
#include "inventory/patterns.h"
#include "inventory/source.h"
#include "inventory/state.h"
#include "inventory/sync.h"
#include "inventory/unenroll.h"

/* Of other sources than the plan's, what lives in objects of the plan ("p"). */
#define INHABITANTS \
	" FROM gov_kept_plan AS p JOIN @.gov_object AS o ON o.container_id = p.object_id AND " GOV_OBJECT_LIVE("o") \
	" JOIN @.gov_source AS s ON s.source = o.source" \
	" WHERE NOT EXISTS (SELECT FROM gov_kept_plan AS q WHERE q.object_id = o.object_id)"

/* A sync of the catalogs finds another container; nobody does for what people or an application placed there. */
static const char *const text_inhabitants =
	"SELECT format('%s \"%s\" (source \"%s\")', o.object_type, o.object_ref, o.source)" INHABITANTS
	" AND NOT (s.kind = 'catalog' AND s.enabled)"
	" ORDER BY o.object_type COLLATE \"C\", o.object_ref COLLATE \"C\"";

static const char *const text_left =
	"SELECT DISTINCT o.source" INHABITANTS " ORDER BY 1";

/* Raises when something lives in what is to be retired that would be left without a container. */
static void
gov_inventory_ensure_no_inhabitants(const char *source)
{
	uint64		count = gov_run_text(text_inhabitants, 0, NULL, NULL, false);

	if (count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("objects of source \"%s\" cannot be retired while others live in them", source),
			 errdetail_internal("%s", gov_result_named(count)),
			 errhint("Un-enrol the source of these first, or give them another container where they come from, and sync it.")));
}

/* The sources that a sync has to find other containers for. */
static List *
gov_inventory_left_sources(void)
{
	return gov_result_texts(gov_run_text(text_left, 0, NULL, NULL, false));
}

/* Retires the objects that a query names; the caller holds the inventory. */
void
gov_inventory_retire(const char *source, const char *sql, const char *reason, GovRetired *done)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	GovArg		args[] = {gov_text(source), gov_text(reason)};
	int			level = gov_spi_begin();
	GovRows    *plan = gov_spi_collect("gov_kept_plan", sql, lengthof(args), types, args);
	int64		retired = gov_rows_count(plan);

	*done = (GovRetired) {.retired = retired};
	if (retired > 0)
	{
		gov_inventory_ensure_no_inhabitants(source);
		done->left = gov_inventory_left_sources();
		gov_object_hold_rows("gov_kept_plan");
		gov_labels_before_plan();
		done->seq = gov_ledger_draw();
		gov_object_event_put_rows(done->seq, "gov_kept_plan");
		done->digest = gov_object_event_digest(done->seq);
		gov_inventory_ensure_touched(gov_object_retire_rows("gov_kept_plan"), retired);
	}
	gov_spi_discard(plan);
	gov_spi_end(level);
}

/* Appends the entry of an act that retired objects, under the number that their events name. */
void
gov_inventory_append_retired(const char *action, const char *source, const GovRetired *done, GovJson *payload)
{
	gov_json_int8(payload, "retired", done->retired);
	gov_json_text(payload, "events", done->digest);
	gov_ledger_append_drawn(done->seq, action, 0, gov_json_object("source", source), gov_json_end(payload));
}

/* Syncs sources whose objects lost their containers; one that is blocked is left to the next sync. */
void
gov_inventory_sync_left(List *left)
{
	ListCell   *cell;

	foreach(cell, left)
	{
		GovSyncCounts counts;

		if (!gov_inventory_sync((char *) lfirst(cell), false, &counts))
			continue;
		counts.expected = true;
		gov_inventory_note("sync", &counts);
	}
}

/* ---- gov_unenroll ---- */

static const char *const text_all =
	"SELECT 'retired'::text AS action, o.object_id, o.object_type, o.object_ref, NULL::bigint AS container_id, $2::text AS reason"
	" FROM @.gov_object AS o"
	" WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o");

/* The objects that something points at, and what does. */
static const char *const text_kept =
	"SELECT * FROM governance_internal.gov_source_kept($1)";

/* Columns of text_count_kept. */
enum {KEPT_WORDS = 1, KEPT_COUNTS};

/* How many are kept, by what keeps them. */
static const char *const text_count_kept =
	"SELECT string_agg(k.what || ' ' || k.n, ', ' ORDER BY k.what COLLATE \"C\"), jsonb_object_agg(k.what, k.n)"
	" FROM (SELECT what, count(DISTINCT object_id) AS n FROM gov_pointed WHERE what IS NOT NULL GROUP BY what) AS k";

static const char *const text_forgettable =
	"SELECT o.object_id FROM @.gov_object AS o WHERE o.source = $1"
	" AND NOT EXISTS (SELECT FROM gov_pointed AS k WHERE k.object_id = o.object_id)";

/* The database, which came in with the first schema, when nothing points at it and nothing lives in it. */
static const char *const text_forgettable_database =
	"SELECT o.object_id FROM @.gov_object AS o WHERE o.object_type = 'database' AND o.object_ref = 'database' AND o.source = 'manual'"
	" AND NOT EXISTS (SELECT FROM @.gov_object AS i WHERE i.container_id = o.object_id)"
	" AND NOT EXISTS (SELECT FROM governance_internal.gov_source_kept('manual') AS k WHERE k.object_id = o.object_id)";

GOV_QUERY(count_objects,
		  "SELECT count(*) FROM @.gov_object WHERE source = $1", TEXTOID);

/* What became of the objects of a source. */
typedef struct GovUnenrolled
{
	GovRetired	objects;
	int64		forgotten;
	int64		kept;			/* of those that were to be forgotten */
	char	   *why;			/* what keeps them, in words; NULL: nothing */
	Datum		kept_by;		/* the same as jsonb; 0: nothing */
} GovUnenrolled;

/* Deletes the database when it was there for a schema that is forgotten, and for nothing else. */
static void
gov_unenroll_forget_database(void)
{
	int			level = gov_spi_begin();
	GovRows    *rows = gov_spi_collect("gov_forgettable", text_forgettable_database, 0, NULL, NULL);

	(void) gov_object_delete_rows("gov_forgettable");
	gov_spi_discard(rows);
	gov_spi_end(level);
}

/*
 * Deletes the objects of a source that nothing points at, and the source with
 * the last of them, unless a pattern would bring it back.
 */
static void
gov_unenroll_forget(const char *source, GovUnenrolled *done)
{
	static const Oid types[] = {TEXTOID};
	GovArg		arg = gov_text(source);
	int			level = gov_spi_begin();
	GovRows    *kept = gov_spi_collect("gov_pointed", text_kept, 1, types, &arg);
	GovRows    *rows;
	bool		isnull;

	gov_run_text(text_count_kept, 0, NULL, NULL, false);
	done->why = gov_result_text(0, KEPT_WORDS);
	done->kept_by = gov_result_datum(0, KEPT_COUNTS, &isnull);
	rows = gov_spi_collect("gov_forgettable", text_forgettable, 1, types, &arg);
	done->forgotten = gov_object_delete_rows("gov_forgettable");
	gov_spi_discard(rows);
	gov_spi_discard(kept);
	(void) gov_run(&count_objects, gov_text(source));
	done->kept = gov_result_int8(0, 1);
	gov_spi_end(level);
	if (done->kept > 0 || gov_pattern_takes(source))
		return;
	gov_source_delete(source);
	gov_unenroll_forget_database();
}

/* The entry of the act. */
static void
gov_unenroll_append(const char *source, const GovSourceState *was, const GovUnenrolled *done, const char *reason)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "was", JSONBOID, was->row, false);
	if (done->forgotten > 0)
		gov_json_int8(&payload, "forgotten", done->forgotten);
	gov_json_value(&payload, "kept_by", JSONBOID, done->kept_by, done->kept_by == (Datum) 0);
	gov_json_text(&payload, "reason", reason);
	gov_inventory_append_retired("unenroll", source, &done->objects, &payload);
}

/* So many objects, in words. */
char *
gov_inventory_objects(int64 count)
{
	return psprintf(INT64_FORMAT " object%s", count, count == 1 ? "" : "s");
}

/* What was done, in words: so many objects retired, or forgotten, and what of them stays. */
static Datum
gov_unenroll_answer(const char *source, bool forget, const GovUnenrolled *done)
{
	if (!forget)
		return gov_answer(GOV_ENDED, "source \"%s\": %s retired", source, gov_inventory_objects(done->objects.retired));
	if (done->kept == 0)
		return gov_answer(GOV_ENDED, "source \"%s\": %s forgotten", source, gov_inventory_objects(done->forgotten));
	return gov_answer(GOV_ENDED, "source \"%s\": %s forgotten, %s retired and kept (%s)",
					  source, gov_inventory_objects(done->forgotten), gov_inventory_objects(done->kept), done->why);
}

/*
 * Locks a source and the inventory, in the order of a sync; its code, which
 * follows a schema that was renamed.
 */
char *
gov_inventory_hold_source(char *source, GovSourceState *state)
{
	gov_ensure_act_writable();
	gov_ensure_source(source, GOV_ROW_PLAIN, state);
	if (strcmp(state->kind, "relation") == 0)
		gov_ensure_source(source, GOV_ROW_UPDATE, state);
	gov_inventory_lock();
	if (strcmp(state->kind, "relation") == 0)
		return source;
	source = gov_inventory_catalog_follow(source);
	gov_ensure_source(source, GOV_ROW_UPDATE, state);
	return source;
}

/* Raises for what people registered one by one, which is no source of its own. */
void
gov_inventory_ensure_no_people(const GovSourceState *state, const char *what)
{
	if (strcmp(state->kind, "manual") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("source \"%s\" cannot be %s", "manual", what),
				 errdetail("It stands for what people register one by one."),
				 errhint("gov_retire_object retires one object.")));
}

/* gov_unenroll(source, forget, reason): governs a schema or a relation no more. */
GOV_ACT(gov_unenroll)
{
	char	   *source = gov_arg_code(fcinfo, 0, "source");
	bool		forget = gov_arg_bool(fcinfo, 1, false);
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	GovUnenrolled done = {0};
	GovSourceState was;

	gov_ensure_act_writable();
	if (forget && !gov_source_find(source, GOV_ROW_PLAIN, &was))
		return gov_answer(GOV_UNCHANGED, "source \"%s\": not there", source);
	source = gov_inventory_hold_source(source, &was);
	gov_inventory_ensure_no_people(&was, "un-enrolled");
	gov_inventory_retire(source, text_all, reason, &done.objects);
	if (!was.unenrolled)
		gov_source_end(source);
	gov_inventory_note_clear(source);
	if (forget)
		gov_unenroll_forget(source, &done);
	if (was.unenrolled && done.forgotten == 0)
		return gov_answer(GOV_UNCHANGED, "source \"%s\": un-enrolled", source);
	gov_unenroll_append(source, &was, &done, reason);
	gov_inventory_sync_left(done.objects.left);
	return gov_unenroll_answer(source, forget, &done);
}

/* gov_set_source(source, enabled, reason): whether syncs look at a source. */
GOV_ACT(gov_set_source)
{
	char	   *source = gov_arg_code(fcinfo, 0, "source");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	GovSourceState was;
	bool		enabled;
	GovJson		payload;

	gov_ensure_not_null(PG_ARGISNULL(1), "enabled");
	enabled = PG_GETARG_BOOL(1);
	source = gov_inventory_hold_source(source, &was);
	if (was.enabled == enabled)
		return gov_answer(GOV_UNCHANGED, "source \"%s\": %s", source, enabled ? "enabled" : was.unenrolled ? "un-enrolled" : "disabled");
	gov_inventory_ensure_no_people(&was, "disabled");
	if (was.unenrolled)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("source \"%s\" was un-enrolled and cannot be enabled", source),
				 errhint("Enrol it again: gov_enroll_schema, gov_enroll_relation.")));
	gov_source_enable(source, enabled);
	gov_json_begin(&payload);
	gov_json_bool(&payload, "enabled", enabled);
	gov_json_bool(&payload, "was", was.enabled);
	gov_json_text(&payload, "reason", reason);
	gov_ledger_append("set_source", 0, gov_json_object("source", source), gov_json_end(&payload));
	return gov_answer(GOV_CHANGED, "source \"%s\": %s", source, enabled ? "disabled -> enabled" : "enabled -> disabled");
}
