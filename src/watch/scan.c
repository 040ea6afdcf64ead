/*-------------------------------------------------------------------------
 *
 * watch/scan.c
 *	  Running the detectors and storing what they found: gov_scan.
 *
 * A scan runs the detectors once (gov_detected, gov_found), compares what they found with
 * what is stored (gov_drift), and writes the differences: new findings, those
 * that came back, those that look different now, those that are gone.  That a
 * finding was seen again is written nowhere: it follows from the scans that
 * ran while it stood (gov_drift_state).  So a scan of an unchanged database
 * writes the row of its run and nothing else.  What was opened, reopened or
 * resolved is told by events (events/shape.c), in the same transaction.
 *
 * What a detector found before stays as it is when the detector fails; the
 * run names it.  What the failed one found is not resolved, nor counted as
 * seen.
 *
 * Locks: GOV_LOCK_SCAN, one scan at a time; then rows of gov_finding.  Under
 * REPEATABLE READ a transaction that cannot see what another scan committed
 * gets a serialization failure.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "events/shape.h"
#include "watch/run.h"
#include "watch/scan.h"

GOV_QUERY(next_scan_id,
		  "SELECT nextval(pg_get_serial_sequence($1, 'scan_id'))", TEXTOID);

GOV_QUERY(last_scan,
		  "SELECT coalesce(max(scan_no), 0) FROM @.gov_scan_run");

/* ---- what changed ---- */

/* One row per finding, even where a detector told it twice. */
static const char *const text_found =
	"SELECT DISTINCT ON (d.detector COLLATE \"C\", d.identity COLLATE \"C\") d.* FROM gov_detected AS d"
	" ORDER BY d.detector COLLATE \"C\", d.identity COLLATE \"C\", d.severity COLLATE \"C\"";

/*
 * What is to be done with each finding, whether found, stored or both; what
 * stays as it is is left out.  What a failed detector found is left alone.
 */
static const char *const text_drift =
	"SELECT CASE WHEN s.finding_id IS NULL THEN 'opened'"
	"            WHEN f.identity IS NULL THEN 'resolved'"
	"            WHEN s.resolved_at IS NOT NULL THEN 'reopened'"
	"            ELSE 'changed' END AS what,"
	"       s.finding_id, coalesce(f.detector, s.detector) AS detector, f.identity, f.object_id, f.axis,"
	"       f.object_type, f.object_ref, f.value, f.severity, f.detail"
	"  FROM gov_found AS f"
	"  FULL JOIN (SELECT * FROM @.gov_finding) AS s ON s.identity = f.identity AND s.detector = f.detector"
	" WHERE CASE WHEN f.identity IS NULL THEN s.resolved_at IS NULL AND s.detector <> ALL ($1)"
	"            WHEN s.finding_id IS NULL OR s.resolved_at IS NOT NULL THEN true"
	"            ELSE (f.object_id, f.axis, f.object_type, f.object_ref, f.value, f.severity, f.detail) IS DISTINCT FROM"
	"                 (s.object_id, s.axis, s.object_type, s.object_ref, s.value, s.severity, s.detail) END";

static const Oid drift_types[] = {TEXTARRAYOID};

/* Columns of text_count_found. */
enum {COUNTED_FAILED = 1, COUNTED_FINDINGS};

/* The detectors that failed, and the number of findings. */
static const char *const text_count_found =
	"SELECT coalesce(array_agg(object_ref ORDER BY object_ref COLLATE \"C\")"
	"                FILTER (WHERE detector = 'detector_failed'), '{}'), count(*) FROM gov_found";

/* Columns of text_count_drift. */
enum {DRIFT_OPENED = 1, DRIFT_REOPENED, DRIFT_RESOLVED, DRIFT_CHANGED};

static const char *const text_count_drift =
	"SELECT count(*) FILTER (WHERE what = 'opened'), count(*) FILTER (WHERE what = 'reopened'),"
	"       count(*) FILTER (WHERE what = 'resolved'), count(*) FILTER (WHERE what = 'changed')"
	"  FROM gov_drift";

/* ---- writing it; $1 is the number of the scan ---- */

static const Oid apply_types[] = {INT8OID};

static const char *const text_open =
	"INSERT INTO @.gov_finding (detector, identity, object_id, axis, object_type, object_ref, value,"
	"                           severity, detail, since_scan)"
	" SELECT d.detector, d.identity, d.object_id, d.axis, d.object_type, d.object_ref, d.value,"
	"        d.severity, d.detail, $1"
	"   FROM gov_drift AS d WHERE d.what = 'opened'"
	"  ORDER BY d.detector COLLATE \"C\", d.axis COLLATE \"C\", d.object_type COLLATE \"C\","
	"           d.object_ref COLLATE \"C\", d.value COLLATE \"C\""
	" RETURNING finding_id";

/* An acknowledgement is of what was seen: it ends when the finding comes back or gets worse. */
static const char *const text_update =
	"UPDATE @.gov_finding AS f"
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
	"          FROM gov_drift AS g JOIN @.gov_finding AS o ON o.finding_id = g.finding_id"
	"         WHERE g.what IN ('reopened', 'changed')) AS d"
	" WHERE f.finding_id = d.finding_id";

/* When and how often it was seen is derived once more, and then kept. */
static const char *const text_resolve =
	"UPDATE @.gov_finding AS f"
	"   SET resolved_at = now(), last_seen = coalesce(s.last_seen, f.first_seen), seen_before = s.scan_count"
	"  FROM gov_drift AS d JOIN @.gov_drift_state AS s ON s.finding_id = d.finding_id"
	" WHERE d.what = 'resolved' AND f.finding_id = d.finding_id";

/* What became of which finding, once it is written; gov_opened are the new ones. */
static const char *const text_transitions =
	"SELECT d.finding_id, d.what AS transition FROM gov_drift AS d WHERE d.what IN ('reopened', 'resolved')"
	" UNION ALL"
	" SELECT o.finding_id, 'opened' FROM gov_opened AS o";

/* The number of the next scan; raises when the last one cannot be seen. */
static int64
gov_scan_next_scan_no(void)
{
	int64		visible;
	int64		last;

	gov_run(&last_scan);
	visible = gov_result_int8(0, 1);
	gov_run_latest(&last_scan);
	last = gov_result_int8(0, 1);
	if (visible < last)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("another scan ended since this transaction began"),
				 errhint("Try again in a new transaction.")));
	return last + 1;
}

/* Tells the world; gov_opened are the findings that are new. */
static void
gov_scan_tell(const GovScan *scan)
{
	GovRows    *transitions;

	if (scan->opened + scan->reopened + scan->resolved == 0)
		return;
	transitions = gov_spi_collect("gov_transitions", text_transitions, 0, NULL, NULL);
	(void) gov_events_from_scan(scan->scan_id, scan->actor, "gov_transitions");
	gov_spi_discard(transitions);
}

/*
 * Writes what changed, and tells it.  New findings are told by the numbers
 * they were given: to look them up by detector and identity would be left to
 * statistics of before they were written.
 */
static void
gov_scan_apply(const GovScan *scan, int64 changed)
{
	GovArg		scan_no = gov_int8(scan->scan_no);
	GovRows    *opened;

	if (scan->opened + scan->reopened + scan->resolved + changed == 0)
		return;
	if (scan->resolved > 0)
		gov_run_text(text_resolve, 0, NULL, NULL, false);
	if (scan->reopened + changed > 0)
		gov_run_text(text_update, 1, apply_types, &scan_no, false);
	opened = gov_spi_collect("gov_opened", text_open, 1, apply_types, &scan_no);
	gov_scan_tell(scan);
	gov_spi_discard(opened);
}

/* Counts what was found. */
static GovArg
gov_scan_count_found(GovScan *scan)
{
	bool		isnull;

	gov_run_text(text_count_found, 0, NULL, NULL, false);
	scan->failed = gov_result_datum(0, COUNTED_FAILED, &isnull);
	scan->none_failed = ARR_NDIM(DatumGetArrayTypeP(scan->failed)) == 0;
	scan->findings = gov_result_int8(0, COUNTED_FINDINGS);
	return gov_datum(scan->failed, false);
}

/* Scans for the run scan_id, which the caller records; stores what changed. */
void
gov_scan_perform(GovScan *scan)
{
	GovRows    *detected;
	GovRows    *found;
	GovRows    *drift;
	GovArg		failed;
	int64		changed;
	int			level;

	gov_lock(GOV_LOCK_SCAN);
	level = gov_spi_begin();
	scan->scan_no = gov_scan_next_scan_no();
	detected = gov_detectors_collect("gov_detected");
	found = gov_spi_collect("gov_found", text_found, 0, NULL, NULL);
	gov_spi_discard(detected);
	failed = gov_scan_count_found(scan);
	drift = gov_spi_collect("gov_drift", text_drift, lengthof(drift_types), drift_types, &failed);
	gov_run_text(text_count_drift, 0, NULL, NULL, false);
	scan->opened = gov_result_int8(0, DRIFT_OPENED);
	scan->reopened = gov_result_int8(0, DRIFT_REOPENED);
	scan->resolved = gov_result_int8(0, DRIFT_RESOLVED);
	changed = gov_result_int8(0, DRIFT_CHANGED);
	gov_scan_apply(scan, changed);
	gov_spi_discard(drift);
	gov_spi_discard(found);
	gov_spi_end(level);
}

/* An identity for a run that is about to be recorded. */
int64
gov_scan_next_scan_id(void)
{
	int			level = gov_spi_begin();
	int64		scan_id;

	gov_run(&next_scan_id, gov_text(psprintf("%s.gov_scan_run", gov_schema_quoted())));
	scan_id = gov_result_int8(0, 1);
	gov_spi_end(level);
	return scan_id;
}

/* The arguments for the columns that a scan adds to the row of its run. */
void
gov_scan_run_args(const GovScan *scan, GovArg *args)
{
	args[0] = gov_int8(scan->findings);
	args[1] = gov_int8(scan->opened);
	args[2] = gov_int8(scan->reopened);
	args[3] = gov_int8(scan->resolved);
	args[4] = gov_int8(scan->scan_no);
	args[5] = gov_datum(scan->failed, scan->none_failed);
}

GOV_QUERY(record_scan,
		  "INSERT INTO @.gov_scan_run (" GOV_SCAN_RUN_COLUMNS ", scan_id, actor, scanned_at, finished_at)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), clock_timestamp())",
		  GOV_SCAN_RUN_TYPES, INT8OID, TEXTOID);

/* Raises where a run cannot be stored, and tells how to look without one. */
void
gov_scan_ensure_writable(const char *function)
{
	gov_ensure_writable(function,
						psprintf("Run it on the primary server, in a transaction that may write."
								 " SELECT * FROM %s.gov_drift_finding tells what is wrong now, and writes nothing.",
								 gov_schema_quoted()));
}

/* gov_scan(actor): its run's scan_id. */
GOV_ACT(gov_scan)
{
	GovScan scan = {0};
	GovArg		args[GOV_SCAN_RUN_ARGS + 2];
	int			level;

	gov_scan_ensure_writable("gov_scan()");
	scan.actor = gov_arg_text_or_null(fcinfo, 0);
	if (scan.actor == NULL)
		scan.actor = gov_session_user_name();
	scan.scan_id = gov_scan_next_scan_id();
	gov_scan_perform(&scan);
	level = gov_spi_begin();
	gov_scan_run_args(&scan, args);
	args[GOV_SCAN_RUN_ARGS] = gov_int8(scan.scan_id);
	args[GOV_SCAN_RUN_ARGS + 1] = gov_text(scan.actor);
	gov_run_args(&record_scan, lengthof(args), args);
	gov_spi_end(level);
	PG_RETURN_INT64(scan.scan_id);
}
