/*-------------------------------------------------------------------------
 *
 * events/shape.c
 *	  Making events of what a scan found to have changed.
 *
 * A scan shapes an event for each transition of a finding.  Which event tells
 * of a finding is said by its detector; stream, lane and severity are those
 * of the event's type.  More transitions of one kind than
 * governance.finding_limit, of one detector under one container, make one
 * event, about the container, with their number and a sample.
 *
 * Every event is logged.  It goes into the outbox in the same transaction if
 * its type is active; otherwise the log says why not.  One list of reasons,
 * below, serves scans and gov_event_shaped, which shows the findings that are
 * open as they would be emitted.
 *
 * Locks: the types' rows FOR SHARE before the first event is shaped, so that
 * what is logged as emitted is admitted by the guard (guard.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/guc.h"
#include "server/spi.h"
#include "events/outbox.h"
#include "events/shape.h"

PG_FUNCTION_INFO_V1(gov_event_address);
PG_FUNCTION_INFO_V1(gov_event_shapes);

/* What our events give as the system they come from. */
#define GOV_SOURCE_SYSTEM	"governance"

/* How many addresses an event about many findings names. */
#define GOV_EVENT_SAMPLE	"10"

/*
 * The findings of "source" (finding_id, transition, and the columns of
 * gov_finding) as events: one each, or one for many.  $1: the limit; what is
 * NULL, transition and scan_id included, is not in the payload.
 */
#define EVENT_SHAPES(source, scan_id) \
	" finding AS (" source ")," \
	" counted AS (" \
	"  SELECT f.*, o.container_id," \
	"         count(*) OVER (PARTITION BY f.transition, f.detector, o.container_id) AS together," \
	"         CASE WHEN f.object_type IS NULL AND f.object_ref IS NULL AND f.axis IS NULL" \
	"              THEN governance_internal.gov_event_address('detector', f.detector, NULL, f.value)" \
	"              ELSE governance_internal.gov_event_address(f.object_type, f.object_ref, f.axis, f.value) END AS address" \
	"    FROM finding AS f LEFT JOIN @.gov_object AS o ON o.object_id = f.object_id)," \
	" shape AS (" \
	"  SELECT c.finding_id, c.finding_id AS place, c.transition, c.detector, c.object_type, c.object_ref," \
	"         c.severity, c.address," \
	"         jsonb_strip_nulls(jsonb_build_object('detector', c.detector, 'transition', c.transition," \
	"           'finding_id', c.finding_id, 'object_type', c.object_type, 'object_ref', c.object_ref," \
	"           'axis', c.axis, 'value', c.value, 'severity', c.severity, 'scan_id', " scan_id "))" \
	"         || jsonb_build_object('detail', c.detail) AS payload" \
	"    FROM counted AS c WHERE c.together <= $1" \
	"  UNION ALL" \
	"  SELECT NULL, c.place, c.transition, c.detector, k.object_type, k.object_ref, c.severity," \
	"         CASE WHEN k.object_id IS NULL THEN governance_internal.gov_event_address('detector', c.detector, NULL, NULL)" \
	"              ELSE governance_internal.gov_event_address(k.object_type, k.object_ref, NULL, NULL) END," \
	"         jsonb_strip_nulls(jsonb_build_object('detector', c.detector, 'transition', c.transition," \
	"           'object_type', k.object_type, 'object_ref', k.object_ref, 'severity', c.severity," \
	"           'count', c.together, 'sample', c.sample, 'scan_id', " scan_id "))" \
	"    FROM (SELECT transition, detector, container_id, count(*) AS together, min(finding_id) AS place," \
	"                 CASE WHEN bool_or(severity = 'critical') THEN 'critical'" \
	"                      WHEN bool_or(severity = 'warning') THEN 'warning' ELSE 'info' END AS severity," \
	"                 (array_agg(address ORDER BY finding_id))[1:" GOV_EVENT_SAMPLE "] AS sample" \
	"            FROM counted WHERE together > $1 GROUP BY transition, detector, container_id) AS c" \
	"    LEFT JOIN @.gov_object AS k ON k.object_id = c.container_id)," \
	" event AS (" \
	"  SELECT s.*, d.event_domain AS domain, d.event_type AS type, t.stream, t.lane," \
	"         coalesce(t.severity, s.severity) AS event_severity," \
	"         " GOV_EVENT_BLOCKED("d", "t") " AS blocked_reason" \
	"    FROM shape AS s" \
	"    LEFT JOIN @.gov_detector AS d ON d.detector = s.detector" \
	"    LEFT JOIN @.gov_event_type AS t ON t.domain = d.event_domain AND t.type = d.event_type)"

/* Appends a part of an address: what separates parts, and controls, as %XX. */
static void
gov_event_append_part(StringInfo address, text *part)
{
	const char *data = VARDATA_ANY(part);

	for (int i = 0; i < (int) VARSIZE_ANY_EXHDR(part); i++)
	{
		unsigned char c = (unsigned char) data[i];

		if (c <= ' ' || c == 0x7f || c == '%' || c == '/' || c == '#')
			appendStringInfo(address, "%%%02X", c);
		else
			appendStringInfoChar(address, (char) c);
	}
}

/* gov_event_address(object_type, object_ref, axis, value): gov:type/ref#axis/value, as far as given. */
Datum
gov_event_address(PG_FUNCTION_ARGS)
{
	static const char separators[] = {'\0', '/', '#', '/'};
	StringInfoData address;

	initStringInfo(&address);
	appendStringInfoString(&address, "gov:");
	for (int i = 0; i < (int) lengthof(separators); i++)
	{
		if (PG_ARGISNULL(i))
			continue;
		if (separators[i] != '\0')
			appendStringInfoChar(&address, separators[i]);
		gov_event_append_part(&address, PG_GETARG_TEXT_PP(i));
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(address.data, address.len));
}

GOV_QUERY(share_event_types,
		  "SELECT FROM @.gov_event_type WHERE active FOR SHARE");

/* Events that tell of transitions, as the log has them; $2 scan_id, $3 actor. */
#define EVENTS_OF_SCAN \
	"(WITH" \
	EVENT_SHAPES("SELECT r.transition, f.* FROM %s AS r" \
				 " JOIN @.gov_finding AS f ON f.finding_id = r.finding_id", "$2") \
	" SELECT finding_id, $2 AS scan_id, blocked_reason IS NULL AS emitted, transition, detector, domain, type," \
	"        stream, lane, event_severity AS severity, address AS canonical_address, $3 AS actor," \
	"        '" GOV_SOURCE_SYSTEM "' AS source_system, payload, blocked_reason" \
	"   FROM event ORDER BY place, transition)"

/*
 * Shapes an event for each transition of a finding, logs it, and puts it into
 * the outbox if its type is active, all in this transaction.  "transitions"
 * names rows kept aside by gov_spi_collect, of columns finding_id bigint and
 * transition text (opened, reopened or resolved), a finding at most once; what
 * it finds in gov_finding says the rest, so that is to be up to date before.
 * More than governance.finding_limit transitions of one kind, of one detector
 * under one container, make one event.  To be called between gov_spi_begin
 * and gov_spi_end; does nothing when there are no rows.  The number of events
 * that went into the outbox.
 */
int64
gov_events_from_scan(int64 scan_id, const char *actor, const char *transitions)
{
	static const Oid types[] = {INT4OID, INT8OID, TEXTOID};
	GovArg		args[] = {gov_int4(gov_guc_finding_limit), gov_int8(scan_id), gov_text(actor)};
	const char *name = quote_identifier(transitions);

	if (gov_run_text(psprintf("SELECT FROM %s LIMIT 1", name), 0, NULL, NULL, false) == 0)
		return 0;
	(void) gov_run_latest(&share_event_types);
	return gov_event_store(psprintf(EVENTS_OF_SCAN, name), lengthof(types), types, args);
}

/* Findings that are open; $1 the limit. */
#define OPEN_EVENTS \
	"WITH" \
	EVENT_SHAPES("SELECT NULL::text AS transition, s.finding_id, s.detector, s.axis, s.object_type," \
				 " s.object_ref, s.value, s.severity, s.detail, s.object_id" \
				 " FROM @.gov_drift_state AS s WHERE s.status = 'open'", "NULL") \
	" SELECT detector, object_type, object_ref, domain, type, stream, lane, event_severity, address," \
	"        payload, blocked_reason IS NOT NULL, blocked_reason" \
	"   FROM event ORDER BY place"

/* How many columns gov_event_shaped has. */
#define GOV_SHAPED_COLUMNS	12

/* gov_event_shapes(): the open findings as they would be emitted. */
Datum
gov_event_shapes(PG_FUNCTION_ARGS)
{
	static const Oid types[] = {INT4OID};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovArg		limit = gov_int4(gov_guc_finding_limit);
	uint64		rows;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	rows = gov_run_text(OPEN_EVENTS, lengthof(types), types, &limit, true);
	for (uint64 i = 0; i < rows; i++)
	{
		Datum		values[GOV_SHAPED_COLUMNS];
		bool		nulls[GOV_SHAPED_COLUMNS];

		for (int column = 0; column < GOV_SHAPED_COLUMNS; column++)
			values[column] = gov_result_peek(i, column + 1, &nulls[column]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
	return (Datum) 0;
}
