/*-------------------------------------------------------------------------
 *
 * events/news.c
 *	  Events of what happened: objects that were born, runs that ended.
 *
 * These are handoff.object_born, and backfill.sweep_completed for gov_reconcile.
 * They are shaped while their type is active, in the transaction of what they
 * tell of, and go through the log into the outbox like those of findings
 * (shape.c).  While it is not, nothing is logged: what was born is in
 * gov_object_event, what ran in gov_scan_run, and the first enrolment of a
 * schema would fill the log with what nobody asked for.
 *
 * More births than governance.finding_limit of one act in one container make
 * one event, about the container, with their number and a sample.
 *
 * Locks: the type's row FOR SHARE, as for the events of scans.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/spi.h"
#include "server/table.h"
#include "events/news.h"
#include "events/outbox.h"

GOV_QUERY(share_news_type,
		  "SELECT FROM @.gov_event_type WHERE domain = 'governance' AND type = $1 AND active FOR SHARE",
		  TEXTOID);

/* May a type of the extension be active?  A look that holds nothing, for what happens with every command. */
static bool
gov_event_type_seems_active(const char *type)
{
	Datum		keys[] = {CStringGetTextDatum("governance"), CStringGetTextDatum(type)};
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	GovTable	types;
	GovIndex	by_key;
	int			column;
	bool		active;

	gov_table_open(&types, "gov_event_type", snapshot);
	column = gov_column_number(types.rel, "active");
	gov_index_open_keys(&by_key, &types, "gov_event_type_pkey", lengthof(keys));
	gov_index_find_keys(&by_key, keys);
	active = gov_index_next(&by_key, column) && DatumGetBool(gov_slot_value(by_key.slot, column));
	gov_index_close(&by_key);
	gov_table_close(&types);
	UnregisterSnapshot(snapshot);
	return active;
}

/* Is a type of the extension active?  It stays so until the end of the transaction. */
static bool
gov_event_type_is_active(const char *type)
{
	return gov_run_latest(&share_news_type, gov_text(type)) > 0;
}

/* Events as the log has them, of the rows "n" of a function; $2 is the actor. */
#define NEWS_FROM(rows, type_code) \
	"(SELECT NULL::bigint AS finding_id, NULL::bigint AS scan_id, true AS emitted, NULL::text AS transition," \
	"        NULL::text AS detector, t.domain, t.type, t.stream, t.lane, t.severity, n.address AS canonical_address," \
	"        $2 AS actor, 'governance' AS source_system, n.payload, NULL::text AS blocked_reason" \
	"   FROM " rows " AS n JOIN @.gov_event_type AS t ON t.domain = 'governance' AND t.type = '" type_code "'" \
	"  ORDER BY n.place)"

/* $1 the entry of the ledger, $3 the limit. */
static const char *const births_sql =
NEWS_FROM("governance_internal.gov_event_birth($1, $3)", "handoff.object_born");

/* $1 the run, $3 what it says of itself. */
static const char *const sweep_sql =
NEWS_FROM("(SELECT 1 AS place, governance_internal.gov_event_address('run', $1::text, NULL, NULL) AS address,"
		  "        jsonb_build_object('scan_id', $1) || $3 AS payload)", "backfill.sweep_completed");

/* Tells of the objects that an entry of the ledger brought, once they are written. */
void
gov_event_births(int64 seq)
{
	static const Oid types[] = {INT8OID, TEXTOID, INT4OID};
	GovArg		args[] = {gov_int8(seq), gov_text(gov_session_user_name()), gov_int4(gov_guc_finding_limit)};
	int			level;

	if (!gov_event_type_seems_active("handoff.object_born"))
		return;
	level = gov_spi_begin();
	if (gov_event_type_is_active("handoff.object_born"))
		(void) gov_event_store(births_sql, lengthof(types), types, args);
	gov_spi_end(level);
}

/* Tells that a run of gov_reconcile ended. */
void
gov_event_swept(int64 scan_id, GovArg summary)
{
	static const Oid types[] = {INT8OID, TEXTOID, JSONBOID};
	GovArg		args[] = {gov_int8(scan_id), gov_text(gov_session_user_name()), summary};
	int			level = gov_spi_begin();

	if (gov_event_type_is_active("backfill.sweep_completed"))
		(void) gov_event_store(sweep_sql, lengthof(types), types, args);
	gov_spi_end(level);
}
