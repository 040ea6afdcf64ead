/*-------------------------------------------------------------------------
 *
 * findings/state.c
 *	  Since when findings are there, and acknowledging them.
 *
 * No other file writes gov_finding.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "server/statistics.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "findings/state.h"

/* Columns of hold_finding. */
enum {FINDING_RESOLVED = 1, FINDING_OBJECT_ID, FINDING_DETECTOR, FINDING_AXIS, FINDING_OBJECT_TYPE,
	FINDING_OBJECT_REF, FINDING_VALUE, FINDING_SAME};

GOV_QUERY(hold_finding,
		  "SELECT resolved_at IS NOT NULL, coalesce(object_id, 0), detector, axis, object_type, object_ref, value,"
		  " acknowledged_at IS NOT NULL AND acknowledged_reason = $3 AND acknowledged_until IS NOT DISTINCT FROM $2"
		  "  FROM @.gov_finding WHERE finding_id = $1 FOR UPDATE",
		  INT8OID, TIMESTAMPTZOID, TEXTOID);

GOV_QUERY(acknowledge_finding,
		  "UPDATE @.gov_finding SET acknowledged_at = now(), acknowledged_until = $2,"
		  "       acknowledged_by = session_user, acknowledged_reason = $3"
		  " WHERE finding_id = $1",
		  INT8OID, TIMESTAMPTZOID, TEXTOID);

/* Notes an acknowledgement in the ledger; the finding is the last query's row. */
static void
gov_acknowledge_note(const char *reason, GovArg until)
{
	int64		object_id = gov_result_int8(0, FINDING_OBJECT_ID);
	Datum		target = gov_json_object("detector", gov_result_text(0, FINDING_DETECTOR), "axis", gov_result_text(0, FINDING_AXIS),
										 "object_type", gov_result_text(0, FINDING_OBJECT_TYPE), "object_ref", gov_result_text(0, FINDING_OBJECT_REF),
										 "value", gov_result_text(0, FINDING_VALUE));
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "reason", reason);
	gov_json_value(&payload, "until", TIMESTAMPTZOID, until.value, until.isnull);
	gov_ledger_append("acknowledge", object_id, target, gov_json_end(&payload));
}

/* gov_acknowledge(finding_id, until, reason). */
GOV_ACT(gov_acknowledge)
{
	char	   *reason;
	GovArg		until = gov_datum(PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	char	   *detector;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(0), "finding_id");
	reason = gov_arg_text(fcinfo, 2, "reason");
	gov_ensure_not_blank(reason, "reason", ERRCODE_CHECK_VIOLATION, "Say why this finding is accepted.");
	if (!until.isnull && PG_GETARG_TIMESTAMPTZ(1) <= gov_now())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" is not in the future", "until"),
				 errdetail("It is %s.", timestamptz_to_str(PG_GETARG_TIMESTAMPTZ(1)))));
	level = gov_spi_begin();
	if (gov_run(&hold_finding, gov_int8(PG_GETARG_INT64(0)), until, gov_text(reason)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unknown finding %lld", (long long) PG_GETARG_INT64(0)),
				 errhint("View gov_drift_state lists the findings.")));
	if (gov_result_bool(0, FINDING_RESOLVED))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("finding %lld is resolved", (long long) PG_GETARG_INT64(0)),
				 errdetail("There is nothing to acknowledge while it does not come back.")));
	detector = gov_result_text(0, FINDING_DETECTOR);
	/* that enforcement was lifted stays open until a person has seen it */
	if (strcmp(detector, "glass_broken") == 0)
		gov_ensure_not_agent("acknowledge that enforcement was lifted");
	if (!gov_result_isnull(0, FINDING_SAME) && gov_result_bool(0, FINDING_SAME))
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "finding of detector \"%s\": acknowledged", detector);
	}
	gov_acknowledge_note(reason, until);
	gov_run(&acknowledge_finding, gov_int8(PG_GETARG_INT64(0)), until, gov_text(reason));
	gov_spi_end(level);
	return gov_answer(GOV_CHANGED, "finding of detector \"%s\": acknowledged", detector);
}

/* Stores findings that are new; they are kept as gov_opened. */
GovRows *
gov_finding_open_rows(const char *rows, int64 scan_no)
{
	static const Oid types[] = {INT8OID};
	GovArg		number = gov_int8(scan_no);
	GovRows    *opened;

	opened = gov_spi_collect("gov_opened",
						   psprintf("INSERT INTO @.gov_finding (detector, identity, object_id, axis, object_type, object_ref, value,"
									"                           severity, detail, since_scan)"
									" SELECT d.detector, d.identity, d.object_id, d.axis, d.object_type, d.object_ref, d.value,"
									"        d.severity, d.detail, $1"
									"   FROM %s AS d WHERE d.what = 'opened'"
									"  ORDER BY d.detector COLLATE \"C\", d.axis COLLATE \"C\", d.object_type COLLATE \"C\","
									"           d.object_ref COLLATE \"C\", d.value COLLATE \"C\""
									" RETURNING finding_id", rows), 1, types, &number);
	gov_statistics_follow("gov_finding", gov_rows_count(opened));
	return opened;
}

/*
 * Updates findings that came back or changed.  An acknowledgement ends when
 * its finding comes back or gets worse, because it was given for what was seen
 * then.
 */
void
gov_finding_change_rows(const char *rows, int64 scan_no)
{
	static const Oid types[] = {INT8OID};
	GovArg		number = gov_int8(scan_no);

	gov_run_text(psprintf("UPDATE @.gov_finding AS f"
						  "   SET object_id = d.object_id, axis = d.axis, object_type = d.object_type, object_ref = d.object_ref,"
						  "       value = d.value, severity = d.severity, detail = d.detail,"
						  "       since_scan = CASE WHEN back THEN $1 ELSE f.since_scan END,"
						  "       reopen_count = f.reopen_count + back::integer, resolved_at = NULL, last_seen = NULL,"
						  "       acknowledged_at = CASE WHEN NOT anew THEN f.acknowledged_at END,"
						  "       acknowledged_until = CASE WHEN NOT anew THEN f.acknowledged_until END,"
						  "       acknowledged_by = CASE WHEN NOT anew THEN f.acknowledged_by END,"
						  "       acknowledged_reason = CASE WHEN NOT anew THEN f.acknowledged_reason END"
						  "  FROM (SELECT g.*, g.what = 'reopened' AS back,"
						  "               g.what = 'reopened' OR array_position('{info,warning,critical}', g.severity)"
						  "                                      > array_position('{info,warning,critical}', o.severity) AS anew"
						  "          FROM %s AS g JOIN @.gov_finding AS o ON o.finding_id = g.finding_id"
						  "         WHERE g.what IN ('reopened', 'changed')) AS d"
						  " WHERE f.finding_id = d.finding_id", rows), 1, types, &number, false);
}

/*
 * Marks findings resolved. When and how often each was seen, which is derived
 * while it is open, is stored with it.
 */
void
gov_finding_resolve_rows(const char *rows)
{
	gov_run_text(psprintf("UPDATE @.gov_finding AS f"
						  "   SET resolved_at = now(), last_seen = coalesce(s.last_seen, f.first_seen), seen_before = s.scan_count"
						  "  FROM %s AS d JOIN @.gov_drift_state AS s ON s.finding_id = d.finding_id"
						  " WHERE d.what = 'resolved' AND f.finding_id = d.finding_id", rows), 0, NULL, NULL, false);
}
