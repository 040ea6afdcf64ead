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
 * its type is active; otherwise the log says why not.  One list of reasons
 * (gov_event_blocked), serves scans and gov_event_shaped, which shows the
 * findings that are open as they would be emitted.
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

/* Events that tell of transitions, as the log has them; $1 the limit, $2 scan_id, $3 actor. */
static const char *const events_of_scan_sql =
"(SELECT finding_id, $2 AS scan_id, blocked_reason IS NULL AS emitted, transition, detector, domain, type,"
"        stream, lane, severity, address AS canonical_address, $3 AS actor,"
"        '" GOV_SOURCE_SYSTEM "' AS source_system, payload, blocked_reason"
"   FROM governance_internal.gov_event_shape($2, $1) ORDER BY place, transition)";

/* Shapes an event for each transition of a finding, logs it, and puts it into the outbox if its type is active. */
int64
gov_events_from_scan(int64 scan_id, const char *actor)
{
	static const Oid types[] = {INT4OID, INT8OID, TEXTOID};
	GovArg		args[] = {gov_int4(gov_guc_finding_limit), gov_int8(scan_id), gov_text(actor)};

	if (gov_run_text("SELECT FROM gov_kept_transition LIMIT 1", 0, NULL, NULL, false) == 0)
		return 0;
	(void) gov_run_latest(&share_event_types);
	return gov_event_store(events_of_scan_sql, lengthof(types), types, args);
}

/* Findings that are open; $1 the limit. */
static const char *const open_events_sql =
"SELECT detector, object_type, object_ref, domain, type, stream, lane, severity, address,"
"       payload, blocked_reason IS NOT NULL, blocked_reason"
"  FROM governance_internal.gov_event_shape(NULL, $1) ORDER BY place";

/* gov_event_shapes(): the open findings as they would be emitted. */
Datum
gov_event_shapes(PG_FUNCTION_ARGS)
{
	static const Oid types[] = {INT4OID};
	GovArg		limit = gov_int4(gov_guc_finding_limit);
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_result_put_rows(gov_run_text(open_events_sql, lengthof(types), types, &limit, true),
						(ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
