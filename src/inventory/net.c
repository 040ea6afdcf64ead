/*-------------------------------------------------------------------------
 *
 * inventory/net.c
 *	  Objects of the catalogs, judged by the net effect of a transaction.
 *
 * A transaction may rename a table away, make another of its name, and drop
 * the first: one sync over the whole finds that the new one took the place of
 * the old, and keeps its owner.  Syncs after each statement would not.  So what
 * should be live now is matched with what was registered before the
 * transaction began to change it, by the rules of a sync (inventory/sync.c);
 * then it is compared with what is registered now, and only the difference is
 * written.
 *
 * What was registered before: the table as a snapshot sees it that passes over
 * what the transaction itself wrote from a command on.  It needs no copy, and
 * what a savepoint takes back was never there.
 *
 * An object that the transaction made is used again when the match says that
 * one is born; when it says that another one took its place, too, if it bears
 * assignments or owners by then, since whoever gave it those meant this one.
 *
 * No lock of the inventory is taken: DDL must not wait for a sync.  Objects of
 * the catalogs cannot form a cycle of containers: the server sees to that.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/snapmgr.h"

#include "server/extension.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/sequences.h"
#include "inventory/catalog.h"
#include "inventory/net.h"
#include "inventory/sync.h"

/* Is object "o" one of the catalogs of this database? $1 and $2 are the system identifier and the database. */
#define HERE(o) GOV_OBJECT_OF(o, "$1", "$2")

/* How the database was before a command, but for what others have committed since. */
Snapshot
gov_inventory_net_before(CommandId before)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());

	if (snapshot->curcid > before)
		snapshot->curcid = before;
	return snapshot;
}

/* Columns of query_grow and query_join, and of text_written. */
enum {GROWN_OIDS = 1, GROWN_REFS};
enum {WRITTEN_ALL = 1, WRITTEN_MADE, WRITTEN_NEW};

/* $3 oid[], $4 text[]: OIDs and names of objects that have one of them. */
GOV_QUESTION(query_grow,
			 "SELECT array_agg(DISTINCT o.address_oid), array_agg(DISTINCT o.object_ref)"
			 " FROM (SELECT o.address_oid, o.object_ref FROM @.gov_object AS o WHERE o.address_oid = ANY ($3) AND " HERE("o")
			 "  AND " GOV_OBJECT_LIVE("o")
			 "  UNION ALL SELECT o.address_oid, o.object_ref FROM @.gov_object AS o WHERE o.object_ref = ANY ($4) AND " HERE("o")
			 "  AND " GOV_OBJECT_LIVE("o") ") AS o",
			 INT8OID, OIDOID, OIDARRAYOID, TEXTARRAYOID);

/* Adds what one look found to arrays of OIDs and names. */
GOV_QUESTION(query_join,
			 "SELECT (SELECT array_agg(DISTINCT u) FROM unnest($1 || $3) AS u), (SELECT array_agg(DISTINCT u) FROM unnest($2 || $4) AS u)",
			 OIDARRAYOID, TEXTARRAYOID, OIDARRAYOID, TEXTARRAYOID);

/* How many elements an array has. */
static int
gov_inventory_net_length(Datum array)
{
	ArrayType  *a = DatumGetArrayTypeP(array);

	return ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a));
}

/* Looks once, under the active snapshot, and adds what was found. */
static void
gov_inventory_net_look(Datum *oids, Datum *refs)
{
	GovArg		found[2];
	bool		isnull;

	gov_run(&query_grow, gov_inventory_system(), gov_inventory_database(), gov_datum(*oids, false), gov_datum(*refs, false));
	for (int i = 0; i < (int) lengthof(found); i++)
	{
		found[i].value = gov_result_datum(0, i + 1, &isnull);
		found[i].isnull = isnull;
	}
	if (found[0].isnull && found[1].isnull)
		return;
	gov_run(&query_join, gov_datum(*oids, false), gov_datum(*refs, false), found[0], found[1]);
	*oids = gov_result_datum(0, GROWN_OIDS, &isnull);
	*refs = gov_result_datum(0, GROWN_REFS, &isnull);
}

/*
 * Which OIDs have to do with some: those of objects that bear their names, or
 * bore them before a command; the caller is connected to SPI.
 */
bool
gov_inventory_net_grow(CommandId before, Datum *oids, Datum *refs)
{
	int			known = gov_inventory_net_length(*oids) + gov_inventory_net_length(*refs);
	Snapshot	snapshot = gov_inventory_net_before(before);

	PushActiveSnapshot(snapshot);
	gov_inventory_net_look(oids, refs);
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	gov_inventory_net_look(oids, refs);
	PopActiveSnapshot();
	return gov_inventory_net_length(*oids) + gov_inventory_net_length(*refs) > known;
}

/* $3 oid[]: what live objects with one of these OIDs are called, and the name of a routine without its arguments. */
GOV_QUESTION(query_former,
			 "SELECT o.address_oid, o.object_ref,"
			 "  CASE WHEN o.object_type IN ('function', 'procedure', 'aggregate') THEN o.address_names[1] || '.' || o.address_names[2] END"
			 " FROM @.gov_object AS o WHERE o.address_oid = ANY ($3) AND o.address_subid = 0 AND " HERE("o") " AND " GOV_OBJECT_LIVE("o"),
			 INT8OID, OIDOID, OIDARRAYOID);

/* What OIDs were called before a command: rows of the columns GOV_FORMER_..., how many. */
uint64
gov_inventory_net_former(CommandId before, Datum oids)
{
	Snapshot	snapshot = gov_inventory_net_before(before);
	uint64		rows;

	PushActiveSnapshot(snapshot);
	rows = gov_run(&query_former, gov_inventory_system(), gov_inventory_database(), gov_datum(oids, false));
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	return rows;
}

/* The match, by who was who before; nothing else is read under that snapshot. */
static GovRows *
gov_inventory_net_match(const GovNet *net)
{
	Snapshot	snapshot = gov_inventory_net_before(net->before);
	GovRows    *rows;

	PushActiveSnapshot(snapshot);
	rows = gov_spi_collect_as_asked("gov_net_match",
									psprintf("SELECT m.object_id, m.born, m.other, " GOV_DESIRED("m")
											 " FROM governance_internal.gov_sync_match(" INT64_FORMAT "::bigint, %u::oid, true) AS m",
											 (int64) GetSystemIdentifier(), MyDatabaseId));
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	return rows;
}

/* Arguments of the texts below: $1 system identifier, $2 database, $3 sequence of object_id, $4 made, $5 oids, $6 source. */
static const Oid net_types[] = {INT8OID, OIDOID, OIDOID, INT8ARRAYOID, OIDARRAYOID, TEXTOID};

/* The match, with an identity for each object that is born: the one it has already, if the transaction gave it one. */
static const char *const text_match =
	"SELECT CASE WHEN p.object_id IS NOT NULL AND (m.object_id IS NULL OR p.bears) THEN p.object_id"
	"  ELSE coalesce(m.object_id, CASE WHEN m.other IS NULL THEN nextval($3::regclass) END) END AS object_id,"
	" m.born AND p.object_id IS NULL AS born, m.other, " GOV_DESIRED("m")
	" FROM gov_net_match AS m"
	" LEFT JOIN LATERAL (SELECT o.object_id,"
	"   EXISTS (SELECT FROM @.gov_ownership AS w WHERE w.object_id = o.object_id)"
	"   OR EXISTS (SELECT FROM @.gov_assignment AS a WHERE a.object_id = o.object_id) AS bears"
	"  FROM @.gov_object AS o WHERE o.address_oid = m.address_oid AND o.address_subid = m.address_subid AND o.address_class = m.address_class AND " HERE("o")
	"   AND o.object_id = ANY ($4) AND o.object_id IS DISTINCT FROM m.object_id"
	"  ORDER BY " GOV_OBJECT_RETIRED("o") ", o.object_id LIMIT 1) AS p ON true";

/* What is to be done, and what is gone of the OIDs that were asked for. */
static const char *const text_plan =
	"WITH p AS MATERIALIZED (SELECT * FROM governance_internal.gov_sync_plan($6, $1, $2))"
	" SELECT * FROM p"
	" UNION ALL"
	" SELECT 'retired', o.object_id, NULL, o.source, o.object_type, o.object_ref, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
	" FROM @.gov_object AS o"
	" JOIN @.gov_source AS s ON s.source = o.source AND s.enabled"
	" WHERE o.address_oid = ANY ($5) AND " HERE("o") " AND " GOV_OBJECT_LIVE("o")
	"  AND NOT EXISTS (SELECT FROM p WHERE p.object_id = o.object_id)";

/* What was written, what of it was made, and what is new where it is. */
static const char *const text_written =
	"SELECT array_agg(p.object_id), array_agg(p.object_id) FILTER (WHERE p.action = 'born'),"
	" array_agg(p.object_id) FILTER (WHERE p.action IN ('born', 'revived', 'moved'))"
	" FROM gov_kept_plan AS p WHERE p.action NOT IN ('unchanged', 'conflict')";

/* Compares with what is registered now, and writes the difference. */
static void
gov_inventory_net_carry_out(GovNet *net)
{
	GovArg		args[] = {gov_inventory_system(), gov_inventory_database(), gov_oid(gov_relation_oid("gov_object_object_id_seq")),
		gov_datum(net->made, false), gov_datum(net->oids, false), gov_text(net->source)};
	GovArg		counted[] = {gov_text(net->source), args[0], args[1], args[2], gov_null(), gov_bool(true)};
	GovSource	row = {.source = pstrdup(net->source), .kind = "catalog", .all_types = true};
	GovSyncCounts counts = {.source = row.source};
	GovRows    *match = gov_spi_collect("gov_kept_match", text_match, lengthof(args), net_types, args);
	GovRows    *plan = gov_spi_collect("gov_kept_plan", text_plan, lengthof(args), net_types, args);
	bool		isnull;

	gov_inventory_judge(&row, &counts, true, lengthof(counted), counted);
	gov_inventory_ensure_synced(&counts);
	gov_object_moves_unlocked();
	gov_inventory_carry_out(&counts, NULL);
	gov_run_text(text_written, 0, NULL, NULL, false);
	net->changed = gov_result_datum(0, WRITTEN_ALL, &isnull);
	net->made_now = gov_result_datum(0, WRITTEN_MADE, &isnull);
	net->born = gov_result_datum(0, WRITTEN_NEW, &isnull);
	gov_spi_discard(plan);
	gov_spi_discard(match);
}

/*
 * Brings objects in step; the caller is in a subtransaction, has the rights of
 * the extension's owner, is connected to SPI, and gave renamed schemas their
 * codes.
 */
void
gov_inventory_net(GovNet *net)
{
	GovRows    *desired;
	GovRows    *match;

	gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	desired = gov_inventory_catalog_collect_from(net->source, net->oids);
	PopActiveSnapshot();
	gov_inventory_plan_for(net->source, gov_rows_count(desired));
	match = gov_inventory_net_match(net);
	gov_inventory_net_carry_out(net);
	gov_spi_discard(match);
	gov_spi_discard(desired);
}
