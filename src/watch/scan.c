/*-------------------------------------------------------------------------
 *
 * watch/scan.c
 *	  Running the detectors and storing what they found: gov_scan.
 *
 * A scan runs the detectors once (gov_detected, gov_kept_finding), compares
 * what they found with what is stored (gov_drift), and writes the differences:
 * new findings, those that came back, those that look different now, those
 * that are gone.  That a finding was seen again is written nowhere: it follows
 * from the scans that ran while it stood (gov_drift_state).  The figures of the
 * axes are stored likewise, where they changed (watch/figures.c).  So a scan of
 * an unchanged database writes the row of its run and nothing else.  For what was
 * opened, reopened or resolved events are made (events/shape.c), in the same
 * transaction.
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
#include "server/progress.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "findings/state.h"
#include "events/shape.h"
#include "watch/figures.h"
#include "watch/run.h"
#include "watch/scan.h"

GOV_QUERY(next_scan_id,
		  "SELECT nextval(pg_get_serial_sequence($1, 'scan_id'))", TEXTOID);

GOV_QUERY(last_scan,
		  "SELECT coalesce(max(scan_no), 0) FROM @.gov_scan_run");

/* ---- what changed ---- */

/* One row per finding, even where a detector returned it twice. */
static const char *const text_found =
	"SELECT DISTINCT ON (d.detector COLLATE \"C\", d.identity COLLATE \"C\") d.* FROM gov_detected AS d"
	" ORDER BY d.detector COLLATE \"C\", d.identity COLLATE \"C\", d.severity COLLATE \"C\"";

/* What is to be done with each finding; $1 detectors that failed. */
static const char *const text_drift =
	"SELECT * FROM governance_internal.gov_scan_change($1)";

static const Oid drift_types[] = {TEXTARRAYOID};

/* Columns of text_count_found. */
enum {COUNTED_FAILED = 1, COUNTED_FINDINGS};

/* The detectors that failed, and the number of findings. */
static const char *const text_count_found =
	"SELECT coalesce(array_agg(object_ref ORDER BY object_ref COLLATE \"C\")"
	"                FILTER (WHERE detector = 'detector_failed'), '{}'), count(*) FROM gov_kept_finding";

/* Columns of text_count_drift. */
enum {DRIFT_OPENED = 1, DRIFT_REOPENED, DRIFT_RESOLVED, DRIFT_CHANGED};

static const char *const text_count_drift =
	"SELECT count(*) FILTER (WHERE what = 'opened'), count(*) FILTER (WHERE what = 'reopened'),"
	"       count(*) FILTER (WHERE what = 'resolved'), count(*) FILTER (WHERE what = 'changed')"
	"  FROM gov_drift";

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

/* Makes events of what changed; gov_opened are the findings that are new. */
static void
gov_scan_tell(const GovScan *scan)
{
	GovRows    *transitions;

	if (scan->opened + scan->reopened + scan->resolved == 0)
		return;
	transitions = gov_spi_collect("gov_kept_transition", text_transitions, 0, NULL, NULL);
	(void) gov_events_from_scan(scan->scan_id, scan->actor);
	gov_spi_discard(transitions);
}

/*
 * Writes what changed, and makes events of it.  New findings are passed on by
 * the numbers they were given: looking them up by detector and identity would
 * be planned with statistics from before they were written.
 */
static void
gov_scan_apply(const GovScan *scan, int64 changed)
{
	GovRows    *opened;

	if (scan->opened + scan->reopened + scan->resolved + changed == 0)
		return;
	if (scan->resolved > 0)
		gov_finding_resolve_rows("gov_drift");
	if (scan->reopened + changed > 0)
		gov_finding_change_rows("gov_drift", scan->scan_no);
	opened = gov_finding_open_rows("gov_drift", scan->scan_no);
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

	gov_progress_phase("waiting for other scans", GOV_PROGRESS_UNKNOWN);
	gov_lock(GOV_LOCK_SCAN);
	level = gov_spi_begin();
	scan->scan_no = gov_scan_next_scan_no();
	detected = gov_detectors_collect("gov_detected", scan->of_reconcile ? "scan,reconcile" : "scan");
	gov_progress_phase("comparing findings", gov_rows_count(detected));
	found = gov_spi_collect("gov_kept_finding", text_found, 0, NULL, NULL);
	gov_spi_discard(detected);
	failed = gov_scan_count_found(scan);
	drift = gov_spi_collect("gov_drift", text_drift, lengthof(drift_types), drift_types, &failed);
	gov_run_text(text_count_drift, 0, NULL, NULL, false);
	scan->opened = gov_result_int8(0, DRIFT_OPENED);
	scan->reopened = gov_result_int8(0, DRIFT_REOPENED);
	scan->resolved = gov_result_int8(0, DRIFT_RESOLVED);
	changed = gov_result_int8(0, DRIFT_CHANGED);
	gov_progress_phase("writing findings and events", scan->opened + scan->reopened + scan->resolved + changed);
	gov_scan_apply(scan, changed);
	gov_figures_record();
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

/* ---- the rows of runs; $1 scan_id, $2 actor, $3 summary, then what the scan counted ---- */

#define RUN_COUNTS	"findings, opened, reopened, resolved, scan_no, failed, scanned_at, finished_at"
#define COUNTED		"$4, $5, $6, $7, $8, $9, now(), clock_timestamp()"
#define RUN_TYPES \
	INT8OID, TEXTOID, JSONBOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, TEXTARRAYOID

GOV_QUERY(record_run,
		  "INSERT INTO @.gov_scan_run (scan_id, actor, summary, " RUN_COUNTS ") VALUES ($1, $2, $3, " COUNTED ")",
		  RUN_TYPES);

GOV_QUERY(begin_run,
		  "INSERT INTO @.gov_scan_run (actor, summary) VALUES ($1, $2) RETURNING scan_id",
		  TEXTOID, JSONBOID);

GOV_QUERY(finish_run,
		  "UPDATE @.gov_scan_run SET summary = $3, (" RUN_COUNTS ") = (" COUNTED ") WHERE scan_id = $1",
		  RUN_TYPES);

/* Writes what a run's scan counted by a query that takes all of it. */
static void
gov_scan_run_write(GovQuery *query, const GovScan *scan, GovArg summary)
{
	int			level = gov_spi_begin();

	gov_run(query, gov_int8(scan->scan_id), gov_text(scan->actor), summary,
			gov_int8(scan->findings), gov_int8(scan->opened), gov_int8(scan->reopened), gov_int8(scan->resolved),
			gov_int8(scan->scan_no), gov_datum(scan->failed, scan->none_failed));
	gov_spi_end(level);
}

/* Records a run that has ended with its scan. */
void
gov_scan_run_record(const GovScan *scan, GovArg summary)
{
	gov_scan_run_write(&record_run, scan, summary);
}

/* Records a run that begins and takes several transactions; its identity. */
int64
gov_scan_run_begin(const char *actor, GovArg summary)
{
	int			level = gov_spi_begin();
	int64		scan_id;

	gov_run(&begin_run, gov_text(actor), summary);
	scan_id = gov_result_int8(0, 1);
	gov_spi_end(level);
	return scan_id;
}

/* Records that such a run has ended. */
void
gov_scan_run_finish(const GovScan *scan, GovArg summary)
{
	gov_scan_run_write(&finish_run, scan, summary);
}

/*
 * Runs that go: the findings that are open count scans from the one that found
 * them, less those in which their detector failed; each detector needs its last scan that
 * did not fail; gov_reconcile needs the last run.
 */
GOV_QUERY(prune_runs,
		  "DELETE FROM @.gov_scan_run AS r WHERE r.finished_at < $1"
		  " AND r.scan_id < (SELECT max(m.scan_id) FROM @.gov_scan_run AS m WHERE m.finished_at IS NOT NULL)"
		  " AND NOT EXISTS (SELECT FROM @.gov_finding AS f"
		  "                  WHERE f.resolved_at IS NULL AND f.detector = ANY (r.failed) AND f.since_scan < r.scan_no)"
		  " AND NOT EXISTS (SELECT FROM @.gov_detector AS d"
		  "                  WHERE r.scan_no = (SELECT max(n.scan_no) FROM @.gov_scan_run AS n"
		  "                                      WHERE n.failed IS NULL OR d.detector <> ALL (n.failed)))",
		  TIMESTAMPTZOID);

/* Removes runs that ended before, but for those that something is counted from; how many. */
uint64
gov_scan_run_prune(TimestampTz before)
{
	return gov_run(&prune_runs, gov_timestamp(before));
}

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
	bool		told;

	gov_scan_ensure_writable("gov_scan()");
	scan.actor = gov_arg_text_or_null(fcinfo, 0);
	if (scan.actor == NULL)
		scan.actor = gov_session_user_name();
	told = gov_progress_begin("gov_scan");
	scan.scan_id = gov_scan_next_scan_id();
	gov_scan_perform(&scan);
	gov_scan_run_record(&scan, gov_null());
	gov_progress_end(told);
	PG_RETURN_INT64(scan.scan_id);
}
