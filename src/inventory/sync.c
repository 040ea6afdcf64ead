/*-------------------------------------------------------------------------
 *
 * inventory/sync.c
 *	  Syncing objects with their sources: gov_sync.
 *
 * A sync is a few set-based statements.  The source collects what should be
 * live (rows named gov_kept_desired); these are matched with what is registered
 * (gov_kept_match) and compared with it (gov_kept_plan); only then is anything written, so a
 * source that is blocked leaves no trace.  The brake is the exception: it holds
 * retirements, and the rest is carried out, which gov_reconcile keeps and the
 * error of a gov_sync takes back.
 * Before, what a copy of the database kept is taken for this one's (moved.c); a
 * schema that is just as it is registered is passed over (unchanged.c).
 * The match and the plan are functions of the install script, gov_sync_match
 * and gov_sync_plan.
 *
 * Which registered object is a desired one?  In this order:
 *	 1. the one that bears its name and has its OID, or has none that means
 *		anything here (a row of an application, a dump restored elsewhere);
 *	 2. the one that bears its name and whose own OID is gone: replaced, as
 *		after a table swap, the object_id stays with the name.  Gone is an
 *		OID that leads to nothing desired, or to a name that its last bearer
 *		keeps by this same rule (names may have moved along a chain);
 *		Or to a partition of the desired one: a table that was renamed, and
 *		attached to a new parent of its name;
 *	 3. the one with its OID, under another name: renamed or moved;
 *	 4. one that is gone by these rules, and whose place it takes: of the same
 *		name among tables, views, materialized views and foreign tables; a
 *		function or procedure with another signature, if there was one alone
 *		of that name and is one alone.  Replaced, under another type perhaps;
 *	 5. a retired one of this source with its OID, or else its name: revived;
 *	 6. none: born.
 * A name that an object of another kind of source bears is not taken from
 * it: the first keeps it, and the claim is counted as a conflict.
 *
 * Names may swap and are unique among live objects, so whoever bears a name
 * that another one needs is retired until it gets its own: a retired object
 * holds no name, and there is none that somebody could have taken before.
 *
 * An identity is drawn from a sequence.  One that was left behind (rows came
 * by replication or a restore without it) would give the identity of another
 * object to one that is born; it is brought up first, and a born object is
 * never matched with a registered one: an identity taken all the same fails.
 *
 * DDL is tracked (ddl/track.c) without these locks.  So the catalogs and the
 * objects are looked at under one snapshot, in which they agree, and a sync
 * that finds, once it holds what it changes, that a row is another one by
 * then, or a name taken, is taken back and tried again.
 *
 * Locks: a source that is a relation is held by its row and read first, since it
 * may take its time; whatever changes the inventory holds GOV_LOCK_CONTAINERS (the forest
 * of containers, which a move needs anyway) and then GOV_LOCK_SYNC, before
 * any row, until the end of its transaction.  Under REPEATABLE READ a
 * transaction that began before another one's sync was committed gets a
 * serialization failure when the two meet.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/configured.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ledger/ledger.h"
#include "trust/grants.h"
#include "registry/in_force.h"
#include "registry/object_events.h"
#include "registry/objects.h"
#include "registry/sequences.h"
#include "labels/follow.h"
#include "inventory/catalog.h"
#include "inventory/moved.h"
#include "inventory/patterns.h"
#include "inventory/relation.h"
#include "inventory/state.h"
#include "inventory/sync.h"
#include "inventory/unchanged.h"

/* A sync that retires no more objects than this is not blocked for their share. */
#define GOV_RETIRE_FREE 10

/* A sync beside tracked DDL that comes between is tried so often. */
#define GOV_SYNC_TRIES 10

/* A message names this many unknown containers. */
#define GOV_UNKNOWN_NAMED 10

/* ---- matching what should be live with what is registered ---- */

/*
 * Arguments of the texts of a sync: $1 source, $2 system identifier, $3 OID of
 * the database, $4 sequence of object_id, $5 types wanted, NULL for all, $6
 * whether all columns are.
 */
static const Oid sync_types[] = {TEXTOID, INT8OID, OIDOID, OIDOID, TEXTARRAYOID, BOOLOID};

/* Does the source take objects of a type? */
#define TAKES(type) "governance_internal.gov_source_takes($5, $6, " type ")"

/* The match, with an identity for each object that is born. */
static const char *const text_match =
	"SELECT coalesce(m.object_id, CASE WHEN m.other IS NULL THEN nextval($4::regclass) END) AS object_id,"
	" m.born, m.other, " GOV_DESIRED("m")
	" FROM governance_internal.gov_sync_match($2, $3, $1 <> '') m";

static const char *const text_plan =
	"SELECT * FROM governance_internal.gov_sync_plan($1, $2, $3)";

/* ---- judging the plan ---- */

/* Columns of text_counts. */
enum {COUNT_BORN = 1, COUNT_RENAMED, COUNT_REPLACED, COUNT_MOVED, COUNT_RETIRED, COUNT_REVIVED,
	COUNT_CHANGED, COUNT_UNCHANGED, COUNT_CONFLICTS, COUNT_BRAKED, COUNT_HELD, COUNT_COLUMNS_LOST};

/*
 * A retirement can count against governance.retire_limit when the type of the
 * object is still wanted; objects of a type that was taken off the list are
 * retired on purpose.  Of a schema not all of them do: text_missed.  Columns are
 * counted apart: text_columns.
 */
static const char *const text_counts =
	"SELECT count(*) FILTER (WHERE p.action = 'born'),"
	"  count(*) FILTER (WHERE p.action = 'renamed'),"
	"  count(*) FILTER (WHERE p.action = 'replaced'),"
	"  count(*) FILTER (WHERE p.action = 'moved'),"
	"  count(*) FILTER (WHERE p.action = 'retired'),"
	"  count(*) FILTER (WHERE p.action = 'revived'),"
	"  count(*) FILTER (WHERE p.action = 'changed'),"
	"  count(*) FILTER (WHERE p.action = 'unchanged' AND p.source = $1),"
	"  count(*) FILTER (WHERE p.action = 'conflict'),"
	"  count(*) FILTER (WHERE p.action = 'retired' AND p.source = $1 AND p.address_subid = 0 AND " TAKES("p.object_type") "),"
	"  (SELECT count(*) FROM @.gov_object o WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
	"   AND o.address_subid = 0 AND " TAKES("o.object_type") "),"
	"  count(*) FILTER (WHERE p.action = 'retired' AND p.source = $1 AND p.address_subid > 0 AND " TAKES("p.object_type") ")"
	" FROM gov_kept_plan p";

enum {COLUMNS_LOST = 1, COLUMNS_LIVE};

/*
 * Columns that go while their relation stays as it is, and how many there are:
 * one that is dropped, replaced or made a partition is one decision, and counts
 * as such, however many columns it had.
 */
static const char *const text_columns =
	"SELECT (SELECT count(*) FROM gov_kept_plan AS p JOIN @.gov_object AS o ON o.object_id = p.object_id"
	"  WHERE p.action = 'retired' AND p.source = $1 AND p.address_subid > 0 AND " TAKES("p.object_type")
	"   AND NOT EXISTS (SELECT FROM gov_kept_plan AS q WHERE q.object_id = o.container_id"
	"                    AND (q.action IN ('retired', 'replaced') OR q.attributes ? 'partition'))),"
	" (SELECT count(*) FROM @.gov_object AS o WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
	"   AND o.address_subid > 0 AND " TAKES("o.object_type") ")";

/*
 * Of an enrolled schema, what would be missed, whether it stays or goes: its
 * tables, foreign tables, sequences and extensions, the schema (of the cluster,
 * its roles, databases and tablespaces), and whatever has
 * an owner, a class, a decision or a label of its own.  Other objects are made from the
 * application's source: its migrations drop views and functions by dozens and
 * make others, in another schema perhaps.  What lives in a table, partitions and
 * sequences of columns, goes with it, or by retention, and does not count; nor do
 * columns.
 */
static const char *const text_missed =
	"SELECT o.object_id, o.object_type, o.object_ref, EXISTS (SELECT FROM gov_kept_plan AS p WHERE p.object_id = o.object_id AND p.action = 'retired') AS goes"
	" FROM @.gov_object AS o"
	" WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
	"  AND o.address_subid = 0 AND " TAKES("o.object_type")
	"  AND NOT EXISTS (SELECT FROM @.gov_object AS t WHERE t.object_id = o.container_id AND t.object_type = 'table')"
	"  AND (o.object_type IN ('schema', 'table', 'foreign table', 'sequence', 'extension', 'role', 'database', 'tablespace')"
	"   OR o.object_id IN (SELECT w.object_id FROM @.gov_ownership AS w WHERE w.object_id IS NOT NULL AND " GOV_OWNERSHIP_STANDS("w") ")"
	"   OR o.object_id IN (SELECT a.object_id FROM @.gov_assignment AS a JOIN @.gov_axis AS x ON x.axis = a.axis AND NOT x.is_containment"
	"                       WHERE " GOV_ASSIGNMENT_STANDS("a") ")"
	"   OR o.object_id IN (SELECT d.object_id FROM @.gov_decision AS d WHERE " GOV_DECISION_STANDS("d") ")"
	"   OR o.object_id IN (SELECT r.object_id FROM @.gov_label_rule AS r WHERE r.object_id IS NOT NULL))";

/* The first of those that go. */
static const char *const text_gone =
	"SELECT format('%s \"%s\"', m.object_type, m.object_ref) FROM gov_missed AS m WHERE m.goes"
	" ORDER BY m.object_type COLLATE \"C\", m.object_ref COLLATE \"C\" LIMIT 10";

/* Containers that are neither desired nor live. */
static const char *const text_unknown =
	"SELECT format('%s \"%s\"', p.container_type, p.container_ref) FROM gov_kept_plan p"
	" WHERE p.container_ref IS NOT NULL AND p.container_id IS NULL AND p.action <> 'conflict'"
	" GROUP BY p.container_type, p.container_ref"
	" ORDER BY p.container_type COLLATE \"C\", p.container_ref COLLATE \"C\"";

/* Raises what blocked a source; does nothing when it was not. */
void
gov_inventory_ensure_synced(const GovSyncCounts *counts)
{
	if (counts->sqlstate != 0)
		ereport(ERROR,
				(errcode(counts->sqlstate),
				 errmsg("%s", counts->blocked),
				 counts->why != NULL ? errdetail_internal("%s", counts->why) :
				 counts->detail != NULL ? errdetail_internal("%s", counts->detail) : 0,
				 counts->hint != NULL ? errhint("%s", counts->hint) : 0));
}

/* The first ones that a relation lists no more. */
static const char *const text_unlisted =
	"SELECT format('%s \"%s\"', p.object_type, p.object_ref) FROM gov_kept_plan p"
	" WHERE p.action = 'retired' AND p.source = $1 AND " TAKES("p.object_type")
	" ORDER BY p.object_type COLLATE \"C\", p.object_ref COLLATE \"C\" LIMIT 10";

/* Of so many in all, the first of the last result by name, and how many more there are. */
static char *
gov_inventory_named(uint64 named, uint64 all)
{
	StringInfoData list;

	initStringInfo(&list);
	for (uint64 row = 0; row < named; row++)
		appendStringInfo(&list, "%s%s", row > 0 ? ", " : "", gov_result_text(row, 1));
	if (all > named)
		appendStringInfo(&list, " and " UINT64_FORMAT " more", all - named);
	return list.data;
}

/*
 * Blocks a source whose relation lacks objects that row security may hide from
 * whoever reads it: what it lacks is held, the rest is done.
 */
static void
gov_inventory_hold_policed(GovSyncCounts *counts, int64 lost)
{
	gov_inventory_block(counts, ERRCODE_GOV_SYNC_BRAKED,
						psprintf("sync of source \"%s\" would retire %lld objects that row security may hide",
								 counts->source, (long long) lost),
						psprintf("Policies of relation %s apply to the role as which it is read.  What gov_reconcile holds back is in view gov_held_back.",
								 counts->policed),
						psprintf("Let that role read all rows: with BYPASSRLS, or as the owner of a table that does not force it.  If the objects are gone: SELECT * FROM %s.gov_sync(%s, force => true);",
								 gov_schema_quoted(), quote_literal_cstr(counts->source)));
	counts->held = counts->retired;
	counts->retired = 0;
}

/* Blocks a source that would lose too much of "what" at once: what it would lose is held, the rest is done. */
static void
gov_inventory_brake(GovSyncCounts *counts, int64 lost, int64 live, const char *what, const char *gone)
{
	gov_inventory_block(counts, ERRCODE_GOV_SYNC_BRAKED,
						psprintf("sync of source \"%s\" would retire %lld of its %lld %s",
								 counts->source, (long long) lost, (long long) live, what),
						psprintf("Gone: %s.  Without force a sync retires at most %d percent (governance.retire_limit) or %d of them, and never all.  What gov_reconcile holds back is in view gov_held_back.",
								 gone, gov_guc_retire_limit, GOV_RETIRE_FREE),
						psprintf("SELECT * FROM %s.gov_sync(%s, force => true);  -- if they are meant to go",
								 gov_schema_quoted(), quote_literal_cstr(counts->source)));
	counts->held = counts->retired;
	counts->retired = 0;
}

/* Would so many be lost that the source has to be blocked? */
static bool
gov_inventory_loses_much(int64 lost, int64 live)
{
	return lost > 0 &&
		(lost >= live || (lost > GOV_RETIRE_FREE && lost * 100 > gov_guc_retire_limit * live));
}

/* The first columns that go. */
static const char *const text_columns_gone =
	"SELECT format('%s \"%s\"', p.object_type, p.object_ref) FROM gov_kept_plan AS p"
	" WHERE p.action = 'retired' AND p.source = $1 AND p.address_subid > 0"
	" ORDER BY p.object_type COLLATE \"C\", p.object_ref COLLATE \"C\" LIMIT 10";

/* Judges columns that go although their relations stay; few are never too many, though they be all of them. */
static void
gov_inventory_judge_columns(GovSyncCounts *counts, int64 lost, int nargs, const GovArg *args)
{
	int64		live;

	if (lost <= GOV_RETIRE_FREE)
		return;
	gov_run_text(text_columns, nargs, sync_types, args, false);
	lost = gov_result_int8(0, COLUMNS_LOST);
	live = gov_result_int8(0, COLUMNS_LIVE);
	if (lost > GOV_RETIRE_FREE && gov_inventory_loses_much(lost, live))
		gov_inventory_brake(counts, lost, live, "columns, of relations that stay",
							gov_inventory_named(gov_run_text(text_columns_gone, nargs, sync_types, args, false), (uint64) lost));
}

/* Judges what a relation lists no more: all of it counts, since nobody else knows what it is. */
static void
gov_inventory_judge_relation(GovSyncCounts *counts, int64 lost, int64 live, int nargs, const GovArg *args)
{
	if (lost > 0 && counts->policed != NULL)
		gov_inventory_hold_policed(counts, lost);
	else if (gov_inventory_loses_much(lost, live))
		gov_inventory_brake(counts, lost, live, "objects",
							gov_inventory_named(gov_run_text(text_unlisted, nargs, sync_types, args, false), (uint64) lost));
}

/* Judges what a schema has no more: of it counts what would be missed. */
static void
gov_inventory_judge_schema(GovSyncCounts *counts, int nargs, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_missed", text_missed, nargs, sync_types, args);
	int64		live = (int64) gov_rows_count(rows);
	int64		lost;

	gov_run_text("SELECT count(*) FROM gov_missed AS m WHERE m.goes", 0, NULL, NULL, false);
	lost = gov_result_int8(0, 1);
	if (gov_inventory_loses_much(lost, live))
		gov_inventory_brake(counts, lost, live, "objects that hold data or have facts of their own",
							gov_inventory_named(gov_run_text(text_gone, 0, NULL, NULL, false), (uint64) lost));
	gov_spi_discard(rows);
}

/*
 * Blocks a source that names containers nobody knows.  Which, is in the rows
 * of a relation, and not for everybody.
 */
static void
gov_inventory_check_containers(const GovSource *source, GovSyncCounts *counts)
{
	uint64		unknown = gov_run_text(text_unknown, 0, NULL, NULL, false);
	char	   *which;

	if (unknown == 0)
		return;
	which = psprintf("Unknown: %s.", gov_inventory_named(Min(unknown, GOV_UNKNOWN_NAMED), unknown));
	gov_inventory_block(counts, ERRCODE_FOREIGN_KEY_VIOLATION,
						psprintf("source \"%s\" names containers that are not known", counts->source),
						source->relation.name == NULL ? which : psprintf("So many containers: %llu.", (unsigned long long) unknown),
						source->relation.name == NULL ? "Enrol what they belong to first." :
						"List them in the relation too, or enrol what they belong to first.  " GOV_SYNC_TELLS);
	if (source->relation.name != NULL)
		counts->why = gov_inventory_relation_why(source, which);
	counts->waiting = true;
}

/* Reads the counts of the plan and sees whether it may be carried out. */
void
gov_inventory_judge(const GovSource *source, GovSyncCounts *counts, bool force, int nargs, const GovArg *args)
{
	int64		braked;
	int64		live;
	int64		columns;

	gov_run_text(text_counts, nargs, sync_types, args, false);
	counts->born = gov_result_int8(0, COUNT_BORN);
	counts->renamed = gov_result_int8(0, COUNT_RENAMED);
	counts->replaced = gov_result_int8(0, COUNT_REPLACED);
	counts->moved = gov_result_int8(0, COUNT_MOVED);
	counts->retired = gov_result_int8(0, COUNT_RETIRED);
	counts->revived = gov_result_int8(0, COUNT_REVIVED);
	counts->changed = gov_result_int8(0, COUNT_CHANGED);
	counts->unchanged = gov_result_int8(0, COUNT_UNCHANGED);
	counts->conflicts = gov_result_int8(0, COUNT_CONFLICTS);
	braked = gov_result_int8(0, COUNT_BRAKED);
	live = gov_result_int8(0, COUNT_HELD);
	columns = gov_result_int8(0, COUNT_COLUMNS_LOST);
	gov_inventory_check_containers(source, counts);
	if (counts->sqlstate != 0 || force || braked + columns == 0)
		return;
	if (strcmp(source->kind, "catalog") != 0)
		gov_inventory_judge_relation(counts, braked, live, nargs, args);
	else if (braked > GOV_RETIRE_FREE || (braked > 0 && braked == live))
		gov_inventory_judge_schema(counts, nargs, args);
	if (counts->sqlstate == 0)
		gov_inventory_judge_columns(counts, columns, nargs, args);
}

/* ---- carrying out the plan ---- */

/* The objects that are about to change. */
#define CHANGING \
	"(SELECT p.object_id FROM gov_kept_plan AS p WHERE p.action NOT IN ('born', 'unchanged', 'conflict'))"

/* Rows of the plan, by what is to be done. */
#define PLANNED(actions) "(SELECT p.*, NULL::text AS reason FROM gov_kept_plan AS p WHERE p.action IN (" actions "))"

/*
 * Objects whose present name another object of the plan needs are retired
 * until they get their own new name.
 */
#define IN_THE_WAY \
	"(SELECT b.object_id, NULL::text AS reason FROM @.gov_object AS b JOIN gov_kept_plan AS p ON p.object_id = b.object_id" \
	" WHERE p.action IN ('replaced', 'moved', 'renamed')" \
	"  AND (b.object_ref <> p.object_ref OR b.object_type <> p.object_type)" \
	"  AND EXISTS (SELECT 1 FROM gov_kept_plan AS q WHERE q.object_ref = b.object_ref AND q.object_type = b.object_type" \
	"              AND q.action NOT IN ('retired', 'conflict')))"

/* Where the rows that are about to change were when the plan was made. */
static const char *const text_places =
	"SELECT o.object_id, o.ctid AS place FROM @.gov_object AS o WHERE o.object_id IN " CHANGING;

/* How many are elsewhere by now: DDL, which takes no lock of the inventory, was tracked meanwhile. */
static const char *const text_displaced =
	"SELECT count(*) FROM gov_places AS p LEFT JOIN @.gov_object AS o ON o.object_id = p.object_id"
	" WHERE o.ctid IS DISTINCT FROM p.place";

/* Raises when a row that is about to change is not the one that was looked at; those are held by now. */
static void
gov_inventory_ensure_in_place(void)
{
	gov_run_text(text_displaced, 0, NULL, NULL, false);
	gov_inventory_ensure_touched(gov_result_int8(0, 1), 0);
}

/*
 * Notes what is about to become of each object, under the ledger entry that
 * the sync will have, and keeps what that entry and the caller are told of it.
 */
static void
gov_inventory_note_events(GovSyncCounts *counts)
{
	if (!gov_inventory_is_unchanged(counts))
		gov_inventory_ensure_in_place();
	if (gov_inventory_events(counts) == 0)
		return;
	counts->seq = gov_ledger_draw();
	/* what the brake holds back is not about to happen */
	gov_object_event_put_rows(counts->seq, counts->held > 0 ?
							  "(SELECT p.* FROM gov_kept_plan AS p WHERE p.action <> 'retired')" : "gov_kept_plan");
	counts->digest = gov_object_event_digest(counts->seq);
}

/* Schemas that are not what they were: of another name, or found again in this database. */
static const char *const text_schemas =
	"SELECT FROM gov_kept_plan AS p WHERE p.object_type = 'schema' AND p.action NOT IN ('unchanged', 'conflict') LIMIT 1";

/*
 * Carries out the plan, in an order in which names are free when needed;
 * "note", unless it is NULL, is called once what changes is held.
 */
void
gov_inventory_carry_out(GovSyncCounts *counts, void (*note) (GovSyncCounts *counts))
{
	int64		changes = counts->revived + counts->replaced + counts->moved +
		counts->renamed + counts->changed;

	if (changes + counts->retired > 0)
	{
		gov_object_hold_rows(CHANGING);
		gov_labels_before_plan();
	}
	if (note != NULL)
		note(counts);
	if (counts->retired > 0)
		gov_inventory_ensure_touched(gov_object_retire_rows(PLANNED("'retired'")), counts->retired);
	if (counts->replaced + counts->moved + counts->renamed > 0)
		(void) gov_object_retire_rows(IN_THE_WAY);
	if (counts->born > 0)
		gov_inventory_ensure_touched(gov_object_put_rows(PLANNED("'born'")), counts->born);
	if (changes > 0)
		gov_inventory_ensure_touched(gov_object_change_rows(PLANNED("'revived', 'replaced', 'moved', 'renamed', 'changed'")),
									 changes);
	if (changes + counts->born > 0)
		gov_labels_follow_plan();
	if (changes > 0 && gov_run_text(text_schemas, 0, NULL, NULL, false) > 0)
		gov_sources_changed();
}

/* Carries out the plan of a sync, and tells of it. */
static void
gov_inventory_apply(GovSyncCounts *counts)
{
	gov_inventory_carry_out(counts, gov_inventory_note_events);
	if (counts->seq != 0)
		counts->changes = gov_object_event_words(counts->seq);
	if (counts->born > 0)
		gov_object_events_tell_births(counts->seq);
}

/* ---- sources ---- */

GOV_QUERY(query_sources,
		  "SELECT source FROM @.gov_source WHERE enabled AND kind <> 'manual'"
		  " ORDER BY kind COLLATE \"C\", source COLLATE \"C\"");

/*
 * The codes of the enabled sources that can be synced, in the order to sync
 * them: what a relation lists may live in objects of the catalog.  Schemas that
 * a pattern means come in here.
 */
List *
gov_inventory_sources(void)
{
	List	   *sources = NIL;
	MemoryContext caller = CurrentMemoryContext;
	uint64		n;
	int			level;

	/* a lock is taken only where something has to be renamed, since relations are read next */
	gov_inventory_catalog_follow_renamed();
	(void) gov_pattern_enroll(InvalidOid, NULL);
	level = gov_spi_begin();
	n = gov_run(&query_sources);
	MemoryContextSwitchTo(caller);
	sources = gov_result_texts(n);
	gov_spi_end(level);
	return sources;
}

/* Matches, compares, judges and carries out; the caller is connected to SPI. */
static void
gov_inventory_compare(const GovSource *source, const GovRows *desired, bool force,
					  GovSyncCounts *counts)
{
	GovArg		args[] = {gov_text(source->source), gov_inventory_system(), gov_inventory_database(),
		gov_oid(gov_relation_oid("gov_object_object_id_seq")),
	gov_datum(source->object_types, source->all_types), gov_bool(source->columns)};
	GovRows    *match;
	GovRows    *plan;
	GovRows    *places;

	gov_inventory_plan_for(source->source, gov_rows_count(desired));
	gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
	gov_progress_phase(psprintf("matching what %s has", source->source), gov_rows_count(desired));
	match = gov_spi_collect_same("gov_kept_match", text_match, lengthof(args), sync_types, args);
	gov_progress_phase(psprintf("comparing what %s has", source->source), gov_rows_count(match));
	plan = gov_spi_collect_same("gov_kept_plan", text_plan, lengthof(args), sync_types, args);
	gov_inventory_judge(source, counts, force, lengthof(args), args);
	if (counts->sqlstate == 0 || counts->held > 0)
	{
		gov_progress_phase(psprintf("writing objects of %s", source->source), gov_rows_count(plan));
		places = gov_inventory_is_unchanged(counts) ? NULL : gov_spi_collect_same("gov_places", text_places, 0, NULL, NULL);
		gov_inventory_apply(counts);
		if (places != NULL)
			gov_spi_discard(places);
		if (counts->held > 0)
			gov_inventory_note_held(source->source);
		else if (source->source[0] != '\0')
			gov_inventory_note_synced(source->source);
	}
	gov_spi_discard(plan);
	gov_spi_discard(match);
}

/* Copies what is told of a sync to a context that outlives SPI's. */
static void
gov_inventory_keep_told(GovSyncCounts *counts, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	if (counts->seq != 0)
	{
		counts->digest = pstrdup(counts->digest);
		counts->changes = datumCopy(counts->changes, false, -1);
	}
	MemoryContextSwitchTo(old);
	if (counts->sqlstate == 0)
		return;
	counts->blocked = MemoryContextStrdup(context, counts->blocked);
	if (counts->detail != NULL)
		counts->detail = MemoryContextStrdup(context, counts->detail);
	if (counts->why != NULL)
		counts->why = MemoryContextStrdup(context, counts->why);
	if (counts->hint != NULL)
		counts->hint = MemoryContextStrdup(context, counts->hint);
}

GOV_QUERY(query_manual,
		  "SELECT count(*) FROM @.gov_object WHERE source = $1 AND " GOV_OBJECT_LIVE("gov_object"),
		  TEXTOID);

GOV_QUERY(query_hold,
		  "SELECT FROM @.gov_source WHERE source = $1 AND kind = 'relation' FOR NO KEY UPDATE",
		  TEXTOID);

/*
 * Holds a source that is a relation until the end of the transaction, so that
 * nobody else syncs it between the reading and the writing; false for one that
 * is none.
 */
static bool
gov_inventory_hold(const char *source)
{
	int			level;
	bool		relation;

	gov_ensure_act_writable();
	level = gov_spi_begin();
	relation = gov_run(&query_hold, gov_text(source)) > 0;
	gov_spi_end(level);
	return relation;
}

/* Holds a source and reads what it says, if it is a relation. */
GovSourceRead *
gov_inventory_read(const char *source, bool force)
{
	GovSourceRead *read = palloc0(sizeof(GovSourceRead));

	read->source = pstrdup(source);
	read->relation = gov_inventory_hold(source);
	if (read->relation)
	{
		gov_inventory_load_source(source, &read->row);
		gov_progress_phase(psprintf("reading %s", source), GOV_PROGRESS_UNKNOWN);
		read->rows = gov_inventory_relation_read(&read->row, force, &read->counts);
	}
	return read;
}

/* What a source says, as gov_kept_desired; NULL when it is blocked, says nothing, or nothing else than is registered. */
static GovRows *
gov_inventory_desired(const GovSourceRead *read, const GovSource *row, GovSyncCounts *counts)
{
	if (strcmp(row->kind, "manual") == 0)
	{
		gov_run(&query_manual, gov_text(row->source));
		counts->unchanged = gov_result_int8(0, 1);
		return NULL;
	}
	if (read->relation)
		return gov_inventory_relation_desired(row, read->rows, counts);
	if (!gov_unchanged_schema(row, &counts->unchanged))
		return gov_inventory_catalog_collect(row);
	gov_inventory_note_clear(row->source);
	return NULL;
}

/* From here on all is looked at under one snapshot, until it is popped. */
static void
gov_inventory_look_at_once(void)
{
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
}

/* One try at a sync, in a subtransaction. */
typedef struct GovSyncTry
{
	const GovSourceRead *read;
	const GovSource *row;
	bool		force;
	GovSyncCounts *counts;
	MemoryContext caller;
} GovSyncTry;

/* Compares and carries out, under one snapshot: objects and catalogs agree, whatever DDL is tracked meanwhile. */
static void
gov_inventory_sync_once(void *arg)
{
	GovSyncTry *try = arg;
	GovRows    *desired;
	int			level = gov_spi_begin();

	gov_inventory_look_at_once();
	desired = try->counts->sqlstate != 0 ? NULL : gov_inventory_desired(try->read, try->row, try->counts);
	if (desired != NULL)
	{
		gov_inventory_compare(try->row, desired, try->force, try->counts);
		gov_spi_discard(desired);
	}
	PopActiveSnapshot();
	gov_inventory_keep_told(try->counts, try->caller);
	gov_spi_end(level);
}

/*
 * Tries until no tracked DDL came between the look and the writing.  DDL takes
 * no lock of the inventory; what it wrote meanwhile is found by the rows that
 * are not where they were, or by a name that is taken.
 */
static void
gov_inventory_sync_until_done(GovSyncTry *try)
{
	GovSyncCounts before = *try->counts;

	for (int tries = 1;; tries++)
	{
		ErrorData  *error = gov_subtransaction_attempt(gov_inventory_sync_once, try, true);

		if (error == NULL)
			return;
		if (error->sqlerrcode != ERRCODE_T_R_SERIALIZATION_FAILURE || IsolationUsesXactSnapshot() || tries == GOV_SYNC_TRIES)
			ReThrowError(error);
		*try->counts = before;
	}
}

/* Locks the inventory and syncs a source with what was read, or, of the catalogs, with what they say now. */
bool
gov_inventory_sync_read(GovSourceRead *read, bool force, GovSyncCounts *counts)
{
	GovSource	row = read->row;
	GovSyncTry	try = {.read = read, .row = &row, .force = force, .counts = counts, .caller = CurrentMemoryContext};

	gov_progress_phase("waiting for other syncs", GOV_PROGRESS_UNKNOWN);
	gov_inventory_lock();
	*counts = read->counts;
	if (!read->relation)
		gov_moved_adopt_noted();
	counts->source = read->relation ? read->source : gov_inventory_catalog_follow(read->source);
	if (!read->relation)
		gov_inventory_load_source(counts->source, &row);
	gov_inventory_sync_until_done(&try);
	return counts->sqlstate == 0;
}

/* Frees what was read of a source. */
void
gov_inventory_forget(GovSourceRead *read)
{
	if (read->rows != NULL)
		gov_rows_forget(read->rows);
	read->rows = NULL;
}

/*
 * Syncs one source; false when it was blocked, with nothing written.  The
 * caller decides whether that is an error (gov_inventory_ensure_synced).  A
 * relation is read before the locks are taken that every act needs: one that
 * takes its time holds up nobody but who syncs the same source.
 */
bool
gov_inventory_sync(const char *source, bool force, GovSyncCounts *counts)
{
	GovSourceRead *read = gov_inventory_read(source, force);
	bool		synced = gov_inventory_sync_read(read, force, counts);

	gov_inventory_forget(read);
	return synced;
}

/*
 * Syncs all enabled sources; a GovSyncCounts for each.  One that names
 * containers nobody knows yet gets another turn after the others.
 */
List *
gov_inventory_sync_all(bool force)
{
	List	   *reads = NIL;
	List	   *all = NIL;
	ListCell   *cell;
	ListCell   *done;
	bool		again = true;

	foreach(cell, gov_inventory_sources())
		reads = lappend(reads, gov_inventory_read((char *) lfirst(cell), force));
	foreach(cell, reads)
	{
		GovSyncCounts *counts = palloc(sizeof(GovSyncCounts));

		gov_inventory_sync_read((GovSourceRead *) lfirst(cell), force, counts);
		all = lappend(all, counts);
	}
	while (again)
	{
		again = false;
		forboth(cell, reads, done, all)
		{
			GovSyncCounts *counts = (GovSyncCounts *) lfirst(done);

			if (counts->waiting && gov_inventory_sync_read((GovSourceRead *) lfirst(cell), force, counts))
				again = true;
		}
	}
	foreach(cell, reads)
		gov_inventory_forget((GovSourceRead *) lfirst(cell));
	return all;
}

/* ---- functions ---- */

/* Adds one source's counts to the result of gov_sync. */
static void
gov_inventory_emit(FunctionCallInfo fcinfo, const GovSyncCounts *counts)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		nulls[11] = {false};
	Datum		values[] = {
		CStringGetTextDatum(counts->source),
		Int64GetDatum(counts->born),
		Int64GetDatum(counts->renamed),
		Int64GetDatum(counts->replaced),
		Int64GetDatum(counts->moved),
		Int64GetDatum(counts->retired),
		Int64GetDatum(counts->revived),
		Int64GetDatum(counts->changed),
		Int64GetDatum(counts->unchanged),
		Int64GetDatum(counts->conflicts),
		counts->changes,
	};

	nulls[10] = counts->changes == (Datum) 0;
	StaticAssertStmt(lengthof(values) == lengthof(nulls), "one null flag per column");
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* The entry of an act that synced a source; only_changes: none when nothing changed. */
void
gov_inventory_append(const char *action, const GovSyncCounts *counts, Datum call, bool only_changes)
{
	const struct
	{
		const char *name;
		int64		count;
	}			done[] = {
		{"born", counts->born}, {"renamed", counts->renamed}, {"replaced", counts->replaced},
		{"moved", counts->moved}, {"retired", counts->retired}, {"revived", counts->revived},
		{"changed", counts->changed}
	};
	GovJson		payload;
	int64		all = 0;

	gov_json_begin(&payload);
	gov_json_value(&payload, "call", JSONBOID, call, call == (Datum) 0);
	for (int i = 0; i < (int) lengthof(done); i++)
	{
		all += done[i].count;
		if (done[i].count > 0)
			gov_json_int8(&payload, done[i].name, done[i].count);
	}
	gov_json_text(&payload, "events", counts->digest);
	/* where DDL is to be tracked, it was not told of these */
	if (only_changes && !counts->expected && gov_inventory_events(counts) > 0 && gov_source_is_schema(counts->source))
		gov_json_text(&payload, "ddl_mode", gov_configured_ddl_mode_of_database());
	if (all > 0 || !only_changes)
		gov_ledger_append_drawn(counts->seq, action, 0, gov_json_object("source", counts->source), gov_json_end(&payload));
}

/* Notes in the ledger what a sync did, as part of an act; nothing when it did nothing. */
void
gov_inventory_note(const char *action, const GovSyncCounts *counts)
{
	gov_inventory_append(action, counts, (Datum) 0, true);
}

/*
 * Syncs the objects with these OIDs alone, which are of an enrolled schema: to
 * the plan they are what a source without a name and without objects has.
 */
void
gov_inventory_sync_only(const char *source, Datum oids)
{
	GovSource	row = {.source = "", .kind = "catalog", .all_types = true, .columns = true};
	GovSyncCounts counts = {.source = ""};
	GovRows    *desired;
	int			level;

	gov_ensure_act_writable();
	gov_inventory_lock();
	gov_moved_adopt_noted();
	(void) gov_inventory_catalog_follow(NULL);
	level = gov_spi_begin();
	gov_inventory_look_at_once();
	desired = gov_inventory_catalog_collect_only(oids);
	gov_inventory_compare(&row, desired, true, &counts);
	gov_spi_discard(desired);
	PopActiveSnapshot();
	gov_spi_end(level);
	counts.source = pstrdup(source);
	gov_inventory_ensure_synced(&counts);
	gov_inventory_note("sync", &counts);
}

/* gov_sync(source, force): brings gov_object up to date with its sources. */
GOV_ACT(gov_sync)
{
	char	   *source = gov_arg_text_or_null(fcinfo, 0);
	bool		force = gov_arg_bool(fcinfo, 1, false);
	List	   *all;
	ListCell   *cell;
	bool		told;

	if (force)
		gov_ensure_admin("gov_sync with force");
	InitMaterializedSRF(fcinfo, 0);
	told = gov_progress_begin("gov_sync");
	if (source == NULL)
		all = gov_inventory_sync_all(force);
	else
	{
		GovSyncCounts *counts = palloc(sizeof(GovSyncCounts));

		gov_inventory_sync(source, force, counts);
		all = list_make1(counts);
	}
	foreach(cell, all)
	{
		gov_inventory_ensure_synced((GovSyncCounts *) lfirst(cell));
		gov_inventory_emit(fcinfo, (GovSyncCounts *) lfirst(cell));
		gov_inventory_note("sync", (GovSyncCounts *) lfirst(cell));
	}
	gov_progress_end(told);
	return (Datum) 0;
}
