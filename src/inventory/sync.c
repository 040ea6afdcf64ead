/*-------------------------------------------------------------------------
 *
 * inventory/sync.c
 *	  Registering, retiring and syncing objects, from whatever source.
 *
 * A sync is a few set-based statements.  The source collects what should be
 * live (rows named gov_desired); these are matched with what is registered
 * (gov_match) and compared with it (gov_plan); only then is anything written, so a
 * source that is blocked leaves no trace.
 *
 * Which registered object is a desired one?  In this order:
 *	 1. the one that bears its name and has its OID, or has none that means
 *		anything here (a row of an application, a dump restored elsewhere);
 *	 2. the one that bears its name and whose own OID is gone: replaced, as
 *		after a table swap, the object_id stays with the name.  Gone is an
 *		OID that leads to nothing desired, or to a name that its last bearer
 *		keeps by this same rule (names may have moved along a chain);
 *	 3. the one with its OID, under another name: renamed or moved;
 *	 4. a retired one of this source with its OID, or else its name: revived;
 *	 5. none: born.
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
 * Locks: whatever changes the inventory holds GOV_LOCK_CONTAINERS (the forest
 * of containers, which a move needs anyway) and then GOV_LOCK_SYNC, before
 * any row, until the end of its transaction.  Under REPEATABLE READ a
 * transaction that began before another one's sync was committed gets a
 * serialization failure when the two meet.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/sequences.h"
#include "inventory/catalog.h"
#include "inventory/relation.h"
#include "inventory/state.h"
#include "inventory/sync.h"

PG_FUNCTION_INFO_V1(gov_sync);
PG_FUNCTION_INFO_V1(gov_register_object);
PG_FUNCTION_INFO_V1(gov_retire_object);

/* A sync that would retire this many objects at most is never braked by share. */
#define GOV_RETIRE_FREE 10

/*
 * From this many desired objects on, reading the whole of gov_object costs no
 * more than the sync itself, and a nested loop that the planner chose because
 * it expected one row would cost without limit.
 */
#define GOV_SYNC_BULK 10000

/* Containers that nobody knows: this many are named in a message. */
#define GOV_UNKNOWN_NAMED 10

/* Holds off other changes of the inventory until the end of the transaction. */
void
gov_inventory_lock(void)
{
	gov_lock(GOV_LOCK_CONTAINERS);
	gov_lock(GOV_LOCK_SYNC);
}

/* ---- matching what should be live with what is registered ---- */

/*
 * Arguments of the texts of a sync: $1 source, $2 system identifier, $3 OID of
 * the database, $4 sequence of object_id, $5 types wanted, NULL for all.
 */
static const Oid sync_types[] = {TEXTOID, INT8OID, OIDOID, OIDOID, TEXTARRAYOID};

/*
 * Does the OID of a registered object hold here?  Nearly every one does, and
 * coalesce keeps the planner from taking two equalities for a rare thing.
 */
#define OID_HOLDS(o) \
	"coalesce(" o ".address_system = $2 AND " o ".address_database = $3, false)"

#define SAME_OID(o, d) \
	o ".address_oid = " d ".address_oid AND " o ".address_class = " d ".address_class AND " OID_HOLDS(o)

#define SAME_NAME(o, d) \
	o ".object_ref = " d ".object_ref AND " o ".object_type = " d ".object_type"

/* What a source says about an object. */
#define DESIRED(d) \
	d ".source, " d ".object_type, " d ".object_ref, " d ".container_type, " d ".container_ref, " \
	d ".attributes, " d ".address_class, " d ".address_names, " d ".address_args, " d ".address_oid"

/*
 * held: who bears a desired name now; "open" to be it, and where its OID
 *		 leads.
 * keeps: who keeps a name although its OID is gone.
 * known: who has a desired OID.
 * here: the live object that a desired one is; "other" when the name is
 *		 another source's.
 * back: the retired object that a desired one is, by OID before name.
 */
static const char *const text_match =
	"WITH RECURSIVE held AS ("
	" SELECT d.n, o.object_id, t.n AS leads_to,"
	"        o.source = d.source OR (o.address_class IS NOT NULL AND d.address_class IS NOT NULL) AS open"
	" FROM gov_desired d"
	" JOIN @.gov_object o ON " SAME_NAME("o", "d") " AND " GOV_OBJECT_LIVE("o")
	" LEFT JOIN gov_desired t ON " SAME_OID("o", "t") "),"
	" keeps AS ("
	" SELECT h.n, h.object_id FROM held h LEFT JOIN held r ON r.n = h.leads_to"
	" WHERE h.open AND (h.leads_to IS NULL OR NOT r.open)"
	" UNION"
	" SELECT h.n, h.object_id FROM keeps k JOIN held h ON h.leads_to = k.n WHERE h.open),"
	" known AS ("
	" SELECT DISTINCT ON (d.n) d.n, o.object_id"
	" FROM gov_desired d JOIN @.gov_object o ON " SAME_OID("o", "d")
	" WHERE " GOV_OBJECT_LIVE("o") " AND NOT EXISTS (SELECT 1 FROM keeps k WHERE k.object_id = o.object_id)"
	" ORDER BY d.n, o.object_id),"
	" here AS ("
	" SELECT d.*, CASE WHEN NOT h.open THEN h.object_id END AS other,"
	"        CASE WHEN NOT h.open THEN w.object_id"
	"             WHEN h.leads_to = d.n THEN h.object_id"
	"             ELSE coalesce(k.object_id, w.object_id) END AS object_id"
	" FROM gov_desired d"
	" LEFT JOIN held h ON h.n = d.n"
	" LEFT JOIN keeps k ON k.n = d.n"
	" LEFT JOIN known w ON w.n = d.n),"
	" back AS ("
	" SELECT DISTINCT ON (b.n) b.n, b.object_id FROM ("
	"  SELECT l.n, o.object_id, o.retired_at, true AS by_oid"
	"  FROM here l JOIN @.gov_object o ON " SAME_OID("o", "l") " AND " GOV_OBJECT_RETIRED("o")
	"  WHERE l.object_id IS NULL AND l.other IS NULL"
	"  UNION ALL"
	"  SELECT l.n, o.object_id, o.retired_at, false"
	"  FROM here l JOIN @.gov_object o ON o.source = l.source AND " SAME_NAME("o", "l")
	"   AND " GOV_OBJECT_RETIRED("o")
	"  WHERE l.object_id IS NULL AND l.other IS NULL"
	"   AND NOT EXISTS (SELECT 1 FROM gov_desired t WHERE " SAME_OID("o", "t") ")) b"
	" ORDER BY b.n, b.by_oid DESC, b.retired_at DESC, b.object_id DESC)"
	" SELECT coalesce(s.object_id, s.revived,"
	"                 CASE WHEN s.other IS NULL THEN nextval($4::regclass) END) AS object_id,"
	"        coalesce(s.object_id, s.revived) IS NULL AS born, s.other, " DESIRED("s")
	" FROM (SELECT l.*, b.object_id AS revived"
	"       FROM here l LEFT JOIN back b ON b.n = l.n ORDER BY l.n) s";

/*
 * What is to be done with each object.  A container is looked for among the
 * desired objects, then among live ones of other sources.
 */
static const char *const text_plan =
	"SELECT CASE WHEN d.other IS NOT NULL THEN 'conflict'"
	"            WHEN o.object_id IS NULL THEN 'born'"
	"            WHEN " GOV_OBJECT_RETIRED("o") " THEN 'revived'"
	"            WHEN o.address_oid <> d.address_oid AND " OID_HOLDS("o") " THEN 'replaced'"
	"            WHEN o.container_id IS DISTINCT FROM c.container_id THEN 'moved'"
	"            WHEN o.object_ref <> d.object_ref OR o.object_type <> d.object_type THEN 'renamed'"
	"            WHEN o.source <> d.source OR o.attributes <> d.attributes"
	"                 OR (o.address_class, o.address_names, o.address_args, o.address_oid,"
	"                     o.address_system, o.address_database) IS DISTINCT FROM"
	"                    (d.address_class, d.address_names, d.address_args, d.address_oid,"
	"                     CASE WHEN d.address_oid IS NOT NULL THEN $2 END,"
	"                     CASE WHEN d.address_oid IS NOT NULL THEN $3 END) THEN 'changed'"
	"            ELSE 'unchanged' END AS action,"
	"       d.object_id, c.container_id, " DESIRED("d")
	" FROM gov_match d"
	" LEFT JOIN @.gov_object o ON o.object_id = d.object_id AND NOT d.born"
	" LEFT JOIN gov_match cd ON cd.object_ref = d.container_ref AND cd.object_type = d.container_type"
	" LEFT JOIN @.gov_object co ON co.object_ref = d.container_ref AND co.object_type = d.container_type"
	"  AND " GOV_OBJECT_LIVE("co") " AND co.source <> $1"
	" CROSS JOIN LATERAL (SELECT coalesce(cd.object_id, cd.other, co.object_id)) c (container_id)"
	" UNION ALL"
	" SELECT 'retired', o.object_id, NULL, o.source, o.object_type, o.object_ref,"
	"        NULL, NULL, NULL, NULL, NULL, NULL, NULL"
	" FROM @.gov_object o"
	" WHERE o.object_id IN ("
	"   SELECT l.object_id FROM @.gov_object l WHERE l.source = $1 AND " GOV_OBJECT_LIVE("l")
	"   UNION ALL"
	"   SELECT w.object_id FROM gov_match t JOIN @.gov_object w ON " SAME_OID("w", "t")
	"   WHERE " GOV_OBJECT_LIVE("w") ")"
	"  AND NOT EXISTS (SELECT 1 FROM gov_match m WHERE m.object_id = o.object_id)";

/* ---- judging the plan ---- */

/* Columns of text_counts. */
enum {COUNT_BORN = 1, COUNT_RENAMED, COUNT_REPLACED, COUNT_MOVED, COUNT_RETIRED, COUNT_REVIVED,
	COUNT_CHANGED, COUNT_UNCHANGED, COUNT_CONFLICTS, COUNT_BRAKED, COUNT_HELD};

/*
 * Retirements count against the brake when the object's type is still wanted:
 * a type that was taken off the list is let go on purpose.
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
	"  count(*) FILTER (WHERE p.action = 'retired' AND p.source = $1"
	"                   AND (p.object_type = 'schema' OR p.object_type = ANY ($5)) IS NOT FALSE),"
	"  (SELECT count(*) FROM @.gov_object o WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
	"   AND (o.object_type = 'schema' OR o.object_type = ANY ($5)) IS NOT FALSE)"
	" FROM gov_plan p";

/* Containers that are neither desired nor live. */
static const char *const text_unknown =
	"SELECT format('%s \"%s\"', p.container_type, p.container_ref) FROM gov_plan p"
	" WHERE p.container_ref IS NOT NULL AND p.container_id IS NULL AND p.action <> 'conflict'"
	" GROUP BY p.container_type, p.container_ref"
	" ORDER BY p.container_type COLLATE \"C\", p.container_ref COLLATE \"C\"";

/* Notes why a source is blocked. */
void
gov_inventory_block(GovSyncCounts *counts, int sqlstate, char *message,
					char *detail, char *hint)
{
	counts->sqlstate = sqlstate;
	counts->blocked = message;
	counts->detail = detail;
	counts->hint = hint;
}

/* Raises what blocked a source; does nothing when it was not. */
void
gov_inventory_ensure_synced(const GovSyncCounts *counts)
{
	if (counts->sqlstate != 0)
		ereport(ERROR,
				(errcode(counts->sqlstate),
				 errmsg("%s", counts->blocked),
				 counts->detail != NULL ? errdetail("%s", counts->detail) : 0,
				 counts->hint != NULL ? errhint("%s", counts->hint) : 0));
}

/* Blocks a source that would lose too much at once. */
static void
gov_inventory_brake(GovSyncCounts *counts, int64 lost, int64 live)
{
	if (lost == 0)
		return;
	if (lost < live &&
		(lost <= GOV_RETIRE_FREE || lost * 100 <= gov_guc_retire_limit * live))
		return;
	gov_inventory_block(counts, ERRCODE_GOV_SYNC_BRAKED,
						psprintf("sync of source \"%s\" would retire %lld of its %lld objects",
								 counts->source, (long long) lost, (long long) live),
						psprintf("Without force a sync retires at most %d percent (governance.retire_limit) or %d of a source's objects, and never all of them.",
								 gov_guc_retire_limit, GOV_RETIRE_FREE),
						"If they are meant to go: gov_sync(source, force => true).");
}

/* Blocks a source that names containers nobody knows. */
static void
gov_inventory_check_containers(GovSyncCounts *counts)
{
	uint64		unknown = gov_run_text(text_unknown, 0, NULL, NULL, false);
	StringInfoData names;

	if (unknown == 0)
		return;
	initStringInfo(&names);
	for (uint64 i = 0; i < Min(unknown, GOV_UNKNOWN_NAMED); i++)
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", gov_result_text(i, 1));
	if (unknown > GOV_UNKNOWN_NAMED)
		appendStringInfo(&names, " and %llu more", (unsigned long long) unknown - GOV_UNKNOWN_NAMED);
	gov_inventory_block(counts, ERRCODE_FOREIGN_KEY_VIOLATION,
						psprintf("source \"%s\" names containers that are not known", counts->source),
						psprintf("Unknown: %s.", names.data),
						"List them in the relation too, or enrol what they belong to first.");
	counts->waiting = true;
}

/* Reads the counts of the plan and sees whether it may be carried out. */
static void
gov_inventory_judge(GovSyncCounts *counts, bool force, int nargs, const GovArg *args)
{
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
	if (!force)
		gov_inventory_brake(counts, gov_result_int8(0, COUNT_BRAKED), gov_result_int8(0, COUNT_HELD));
	if (counts->sqlstate == 0)
		gov_inventory_check_containers(counts);
}

/* ---- carrying out the plan ---- */

/* The objects that are about to change, in the order in which acts hold them. */
static const char *const text_hold =
	"SELECT count(*) FROM (SELECT 1 FROM @.gov_object o"
	" WHERE o.object_id IN (SELECT p.object_id FROM gov_plan p WHERE p.action NOT IN ('born', 'unchanged', 'conflict'))"
	" ORDER BY o.object_id FOR NO KEY UPDATE OF o) held";

static const char *const text_retire =
	"UPDATE @.gov_object o SET retired_at = now() FROM gov_plan p"
	" WHERE p.action = 'retired' AND o.object_id = p.object_id AND " GOV_OBJECT_LIVE("o");

/* Who bears a name that another object of the plan needs lets it go; text_change brings it back. */
static const char *const text_park =
	"UPDATE @.gov_object o SET retired_at = now() FROM gov_plan p"
	" WHERE p.action IN ('replaced', 'moved', 'renamed') AND o.object_id = p.object_id"
	"  AND (o.object_ref <> p.object_ref OR o.object_type <> p.object_type)"
	"  AND EXISTS (SELECT 1 FROM gov_plan q WHERE " SAME_NAME("q", "o")
	"              AND q.action NOT IN ('retired', 'conflict'))";

static const char *const text_bear =
	"INSERT INTO @.gov_object (object_id, container_id, object_type, source, object_ref, attributes,"
	"  address_class, address_names, address_args, address_oid, address_system, address_database)"
	" SELECT p.object_id, p.container_id, p.object_type, p.source, p.object_ref, p.attributes,"
	"  p.address_class, p.address_names, p.address_args, p.address_oid,"
	"  CASE WHEN p.address_oid IS NOT NULL THEN $2 END, CASE WHEN p.address_oid IS NOT NULL THEN $3 END"
	" FROM gov_plan p WHERE p.action = 'born'"
	" ON CONFLICT " GOV_OBJECT_KEY " DO NOTHING";

static const char *const text_change =
	"UPDATE @.gov_object o"
	" SET container_id = p.container_id, retired_at = NULL, object_type = p.object_type,"
	"  source = p.source, object_ref = p.object_ref, attributes = p.attributes,"
	"  address_class = p.address_class, address_names = p.address_names,"
	"  address_args = p.address_args, address_oid = p.address_oid,"
	"  address_system = CASE WHEN p.address_oid IS NOT NULL THEN $2 END,"
	"  address_database = CASE WHEN p.address_oid IS NOT NULL THEN $3 END"
	" FROM gov_plan p"
	" WHERE p.action IN ('revived', 'replaced', 'moved', 'renamed', 'changed')"
	"  AND o.object_id = p.object_id";

/*
 * Raises when a statement did not touch what the plan said: somebody changed
 * gov_object behind our lock.
 */
static void
gov_inventory_ensure_touched(uint64 touched, uint64 planned)
{
	if (touched != planned)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("objects were changed by somebody else while they were synced"),
				 errhint("Try again.")));
}

/* Carries out the plan, in an order in which names are free when needed. */
static void
gov_inventory_apply(const GovSyncCounts *counts, int nargs, const GovArg *args)
{
	int64		changes = counts->revived + counts->replaced + counts->moved +
		counts->renamed + counts->changed;

	if (changes + counts->retired > 0)
		gov_run_text(text_hold, 0, NULL, NULL, false);
	if (counts->retired > 0)
		gov_inventory_ensure_touched(gov_run_text(text_retire, 0, NULL, NULL, false),
									 counts->retired);
	if (counts->replaced + counts->moved + counts->renamed > 0)
		gov_run_text(text_park, 0, NULL, NULL, false);
	if (counts->born > 0)
		gov_inventory_ensure_touched(gov_run_text(text_bear, nargs, sync_types, args, false),
									 counts->born);
	if (changes > 0)
		gov_inventory_ensure_touched(gov_run_text(text_change, nargs, sync_types, args, false),
									 changes);
}

/* Columns of query_source. */
enum {SOURCE_KIND = 1, SOURCE_RELATION, SOURCE_OBJECT_TYPES, SOURCE_REGISTERED_BY, SOURCE_ENABLED};

/* ---- sources ---- */

GOV_QUERY(query_source,
		  "SELECT kind, relation, object_types, registered_by, enabled FROM @.gov_source WHERE source = $1",
		  TEXTOID);

GOV_QUERY(query_sources,
		  "SELECT source FROM @.gov_source WHERE enabled AND kind <> 'manual'"
		  " ORDER BY kind COLLATE \"C\", source COLLATE \"C\"");

/* Reads a source; raises when there is none or it is disabled. */
static void
gov_inventory_load_source(const char *code, GovSource *source)
{
	bool		enabled;
	int			level;

	source->source = pstrdup(code);
	level = gov_spi_begin();
	if (gov_run(&query_source, gov_text(code)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unknown source \"%s\"", code),
				 errhint("Table gov_source lists the sources; gov_enroll_schema and gov_enroll_relation add one.")));
	source->kind = gov_result_text(0, SOURCE_KIND);
	source->relation = gov_result_text(0, SOURCE_RELATION);
	source->object_types = gov_result_datum(0, SOURCE_OBJECT_TYPES, &source->all_types);
	source->registered_by = gov_result_text(0, SOURCE_REGISTERED_BY);
	enabled = gov_result_bool(0, SOURCE_ENABLED);
	if (!enabled)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("source \"%s\" is disabled", code),
				 errhint("Enrol it again to enable it.")));
	gov_spi_end(level);
}

/*
 * The codes of the enabled sources that can be synced, in the order to sync
 * them: what a relation lists may live in objects of the catalog.
 */
List *
gov_inventory_sources(void)
{
	List	   *sources = NIL;
	MemoryContext caller = CurrentMemoryContext;
	uint64		n;
	int			level;

	(void) gov_inventory_catalog_follow(NULL);
	level = gov_spi_begin();
	n = gov_run(&query_sources);
	MemoryContextSwitchTo(caller);
	for (uint64 i = 0; i < n; i++)
		sources = lappend(sources, gov_result_text(i, 1));
	gov_spi_end(level);
	return sources;
}

/* Collects what a source says; NULL when it is blocked. */
static GovRows *
gov_inventory_collect(const GovSource *source, bool force, GovSyncCounts *counts)
{
	if (strcmp(source->kind, "catalog") == 0)
		return gov_inventory_catalog_collect(source);
	return gov_inventory_relation_collect(source, force, counts);
}

/* Matches, compares, judges and carries out; the caller is connected to SPI. */
static void
gov_inventory_compare(const GovSource *source, const GovRows *desired, bool force,
					  GovSyncCounts *counts)
{
	GovArg		args[] = {gov_text(source->source), gov_inventory_system(), gov_inventory_database(),
		gov_datum(ObjectIdGetDatum(gov_relation_oid("gov_object_object_id_seq")), false),
	gov_datum(source->object_types, source->all_types)};
	GovRows    *match;
	GovRows    *plan;

	if (gov_rows_count(desired) >= GOV_SYNC_BULK)
		gov_spi_setting("enable_nestloop", "off");
	gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
	match = gov_spi_collect("gov_match", text_match, lengthof(args), sync_types, args);
	plan = gov_spi_collect("gov_plan", text_plan, lengthof(args), sync_types, args);
	gov_inventory_judge(counts, force, lengthof(args), args);
	if (counts->sqlstate == 0)
	{
		gov_inventory_apply(counts, lengthof(args), args);
		gov_inventory_note_synced(source->source);
	}
	gov_spi_discard(plan);
	gov_spi_discard(match);
}

/* Copies why a source is blocked to a context that outlives SPI's. */
static void
gov_inventory_keep_block(GovSyncCounts *counts, MemoryContext context)
{
	if (counts->sqlstate == 0)
		return;
	counts->blocked = MemoryContextStrdup(context, counts->blocked);
	if (counts->detail != NULL)
		counts->detail = MemoryContextStrdup(context, counts->detail);
	if (counts->hint != NULL)
		counts->hint = MemoryContextStrdup(context, counts->hint);
}

GOV_QUERY(query_manual,
		  "SELECT count(*) FROM @.gov_object WHERE source = $1 AND " GOV_OBJECT_LIVE("gov_object"),
		  TEXTOID);

/*
 * Syncs one source; false when it was blocked, with nothing written.  The
 * caller decides whether that is an error (gov_inventory_ensure_synced).
 */
bool
gov_inventory_sync(const char *source, bool force, GovSyncCounts *counts)
{
	MemoryContext caller = CurrentMemoryContext;
	GovSource	row;
	GovRows    *desired;
	int			level;

	gov_inventory_lock();
	memset(counts, 0, sizeof(GovSyncCounts));
	counts->source = gov_inventory_catalog_follow(source);
	gov_inventory_load_source(counts->source, &row);
	level = gov_spi_begin();
	gov_spi_setting("jit", "off");
	if (strcmp(row.kind, "manual") == 0)
	{
		gov_run(&query_manual, gov_text(row.source));
		counts->unchanged = gov_result_int8(0, 1);
	}
	else
	{
		desired = gov_inventory_collect(&row, force, counts);
		if (desired != NULL)
		{
			gov_inventory_compare(&row, desired, force, counts);
			gov_spi_discard(desired);
		}
	}
	gov_inventory_keep_block(counts, caller);
	gov_spi_end(level);
	return counts->sqlstate == 0;
}

/*
 * Syncs all enabled sources; a GovSyncCounts for each.  One that names
 * containers nobody knows yet gets another turn after the others.
 */
List *
gov_inventory_sync_all(bool force)
{
	List	   *all = NIL;
	ListCell   *cell;
	bool		again = true;

	gov_inventory_lock();
	foreach(cell, gov_inventory_sources())
	{
		GovSyncCounts *counts = palloc(sizeof(GovSyncCounts));

		gov_inventory_sync((char *) lfirst(cell), force, counts);
		all = lappend(all, counts);
	}
	while (again)
	{
		again = false;
		foreach(cell, all)
		{
			GovSyncCounts *counts = (GovSyncCounts *) lfirst(cell);

			if (counts->waiting && gov_inventory_sync(counts->source, force, counts))
				again = true;
		}
	}
	return all;
}

/* ---- functions ---- */

/* Adds one source's counts to the result of gov_sync. */
static void
gov_inventory_emit(FunctionCallInfo fcinfo, const GovSyncCounts *counts)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		nulls[10] = {false};
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
	};

	StaticAssertStmt(lengthof(values) == lengthof(nulls), "one null flag per column");
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* The entry of an act that synced a source; only_changes: none when nothing changed. */
static void
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
	if (all > 0 || !only_changes)
		gov_ledger_append(action, 0, gov_json_object("source", counts->source), gov_json_end(&payload));
}

/* See the header. */
void
gov_inventory_note(const char *action, const GovSyncCounts *counts)
{
	gov_inventory_append(action, counts, (Datum) 0, true);
}

/* gov_sync(source, force): brings gov_object up to date with its sources. */
Datum
gov_sync(PG_FUNCTION_ARGS)
{
	char	   *source = gov_arg_text_or_null(fcinfo, 0);
	bool		force = gov_arg_bool(fcinfo, 1, false);
	List	   *all;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
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
	return (Datum) 0;
}

/* Columns of query_held. */
enum {HELD_TYPE = 1, HELD_LIVE};

GOV_QUERY(query_held,
		  "SELECT object_type, count(*) FROM @.gov_object"
		  " WHERE source = $1 AND " GOV_OBJECT_LIVE("gov_object")
		  " GROUP BY object_type ORDER BY object_type COLLATE \"C\"",
		  TEXTOID);

/* Did a sync find everything as it is registered? */
static bool
gov_inventory_is_unchanged(const GovSyncCounts *counts)
{
	return counts->born + counts->renamed + counts->replaced + counts->moved +
		counts->retired + counts->revived + counts->changed == 0;
}

/*
 * Syncs a source that was just enrolled and returns what it holds: one row
 * per type of object, with the number of live ones.  "written" says whether
 * anything was written about the source itself.
 */
void
gov_inventory_enrol(FunctionCallInfo fcinfo, const char *action, const char *source, bool force, bool written)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovSyncCounts counts;
	bool		unchanged;
	uint64		n;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	gov_inventory_sync(source, force, &counts);
	gov_inventory_ensure_synced(&counts);
	unchanged = !written && gov_inventory_is_unchanged(&counts);
	if (!unchanged)
		gov_inventory_append(action, &counts, gov_json_call(fcinfo), false);
	level = gov_spi_begin();
	n = gov_run(&query_held, gov_text(source));
	for (uint64 i = 0; i < n; i++)
	{
		bool		nulls[3] = {false};
		Datum		values[] = {
			CStringGetTextDatum(gov_result_text(i, HELD_TYPE)),
			Int64GetDatum(gov_result_int8(i, HELD_LIVE)),
			BoolGetDatum(unchanged),
		};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
}

/* Columns of query_mine. */
enum {MINE_ID = 1, MINE_SOURCE, MINE_CONTAINER};

/* ---- objects registered one by one ---- */

GOV_QUERY(query_mine,
		  "SELECT object_id, source, container_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2 AND " GOV_OBJECT_LIVE("gov_object") " FOR UPDATE",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_revive,
		  "UPDATE @.gov_object"
		  " SET retired_at = NULL, container_id = $3, attributes = attributes - 'retired_reason'"
		  " WHERE object_id = (SELECT o.object_id FROM @.gov_object o"
		  "  WHERE o.source = 'manual' AND o.object_ref = $1 AND o.object_type = $2"
		  "  ORDER BY o.retired_at DESC, o.object_id DESC LIMIT 1)"
		  " RETURNING object_id",
		  TEXTOID, TEXTOID, INT8OID);

GOV_QUERY(query_bear,
		  "INSERT INTO @.gov_object (object_ref, object_type, container_id, source)"
		  " VALUES ($1, $2, $3, 'manual')"
		  " ON CONFLICT " GOV_OBJECT_KEY " DO NOTHING"
		  " RETURNING object_id",
		  TEXTOID, TEXTOID, INT8OID);

GOV_QUERY(query_move,
		  "UPDATE @.gov_object SET container_id = $2 WHERE object_id = $1",
		  INT8OID, INT8OID);

/*
 * The container given to gov_register_object for an object, held live; 0 when
 * none is given.
 */
static int64
gov_inventory_arg_container(FunctionCallInfo fcinfo, const char *object_type, const char *object_ref)
{
	char	   *type;
	char	   *ref;

	if (PG_ARGISNULL(2) && PG_ARGISNULL(3))
		return 0;
	type = gov_arg_code(fcinfo, 2, "container_type");
	ref = gov_arg_ref(fcinfo, 3, "container_ref");
	if (strcmp(type, object_type) == 0 && strcmp(ref, object_ref) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("object %s \"%s\" cannot be its own container", type, ref)));
	return gov_ensure_object_locked(type, ref, GOV_OBJECT_SHARE);
}

/* Raises when an object that people ask to change follows a source. */
static void
gov_inventory_ensure_manual(const char *type, const char *ref, const char *source)
{
	if (strcmp(source, "manual") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("object %s \"%s\" is not registered by hand", type, ref),
				 errdetail("It follows source \"%s\".", source),
				 errhint("Change or drop it there, then run gov_sync.")));
}

/*
 * gov_register_object(object_type, object_ref, container_type, container_ref):
 * a live object with this name, in this container when one is given.  One that was retired by hand is live again under its old identity.
 */
Datum
gov_register_object(PG_FUNCTION_ARGS)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	int64		container;
	int64		object_id;
	GovArg		container_arg;
	const char *done;
	int			level;

	gov_inventory_lock();
	container = gov_inventory_arg_container(fcinfo, type, ref);
	container_arg = container != 0 ? gov_int8(container) : gov_null();
	level = gov_spi_begin();
	if (gov_run(&query_mine, gov_text(ref), gov_text(type)) > 0)
	{
		object_id = gov_result_int8(0, 1);
		gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
		done = container != 0 && (gov_result_isnull(0, MINE_CONTAINER) || gov_result_int8(0, MINE_CONTAINER) != container)
			? "moved" : NULL;
		if (done != NULL)
			gov_run(&query_move, gov_int8(object_id), container_arg);
	}
	else
	{
		done = "revived";
		gov_inventory_ensure_not_enrolled(type, ref);
		gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
		if (gov_run(&query_revive, gov_text(ref), gov_text(type), container_arg) == 0)
		{
			gov_inventory_ensure_touched(gov_run(&query_bear, gov_text(ref), gov_text(type), container_arg), 1);
			done = "born";
		}
		object_id = gov_result_int8(0, 1);
	}
	gov_spi_end(level);
	if (done != NULL)
		gov_ledger_append("register_object", object_id, gov_ledger_object(type, ref),
						  gov_json_object("done", done,
										  "container_type", gov_arg_text_or_null(fcinfo, 2),
										  "container_ref", gov_arg_text_or_null(fcinfo, 3)));
	return gov_answer(done == NULL ? GOV_UNCHANGED : strcmp(done, "born") == 0 ? GOV_CREATED : GOV_CHANGED,
					  "object %s \"%s\"%s%s", type, ref, done != NULL ? ": " : "", done != NULL ? done : "");
}

GOV_QUERY(query_inhabitants,
		  "SELECT count(*) FROM @.gov_object WHERE container_id = $1 AND " GOV_OBJECT_LIVE("gov_object"),
		  INT8OID);

GOV_QUERY(query_retire,
		  "UPDATE @.gov_object SET retired_at = now(),"
		  " attributes = attributes || jsonb_strip_nulls(jsonb_build_object('retired_reason', $2))"
		  " WHERE object_id = $1",
		  INT8OID, TEXTOID);

/* Raises when something lives in an object that is to be retired. */
static void
gov_inventory_ensure_empty(const char *type, const char *ref, int64 object_id)
{
	int64		inhabitants;

	gov_run(&query_inhabitants, gov_int8(object_id));
	inhabitants = gov_result_int8(0, 1);
	if (inhabitants > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("object %s \"%s\" cannot be retired while something lives in it", type, ref),
				 errdetail_plural("%lld live object is in it.", "%lld live objects are in it.",
								  (unsigned long) inhabitants, (long long) inhabitants),
				 errhint("Retire them, or move them to another container, first.")));
}

GOV_QUERY(query_was_retired,
		  "SELECT FROM @.gov_object WHERE object_ref = $1 AND object_type = $2 AND source = 'manual' LIMIT 1",
		  TEXTOID, TEXTOID);

/* Was an object of this name, of which there is no live one, registered by hand? */
static bool
gov_inventory_was_retired(const char *type, const char *ref)
{
	int			level = gov_spi_begin();
	bool		found = gov_run(&query_was_retired, gov_text(ref), gov_text(type)) > 0;

	gov_spi_end(level);
	return found;
}

/* gov_retire_object(object_type, object_ref, reason): an object is no more. */
Datum
gov_retire_object(PG_FUNCTION_ARGS)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	int64		object_id;
	int			level;

	gov_inventory_lock();
	if (gov_object_find(type, ref) == 0 && gov_inventory_was_retired(type, ref))
		return gov_answer(GOV_UNCHANGED, "object %s \"%s\": retired", type, ref);
	object_id = gov_ensure_object(type, ref);
	level = gov_spi_begin();
	gov_inventory_ensure_touched(gov_run(&query_mine, gov_text(ref), gov_text(type)), 1);
	gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
	gov_inventory_ensure_empty(type, ref, object_id);
	gov_run(&query_retire, gov_int8(object_id), gov_text(reason));
	gov_spi_end(level);
	gov_ledger_append("retire_object", object_id, gov_ledger_object(type, ref),
					  gov_json_object("reason", reason));
	return gov_answer(GOV_ENDED, "object %s \"%s\": live -> retired", type, ref);
}
