/*-------------------------------------------------------------------------
 *
 * watch/run.c
 *	  Running detectors, for a scan or for gov_drift_finding.
 *
 * Each detector runs in a subtransaction.  One that fails is taken back with
 * all that it found so far, and becomes a finding itself, of detector_failed;
 * the others go on.  A registered routine's subtransaction is taken back in
 * any case: a detector looks and changes nothing.
 *
 * What is no failure of the detector goes to whoever called: the statement
 * was cancelled, or one of our own met a conflict of transactions.
 *
 * Settings that show in texts are the same for every session, so that what
 * is found does not depend on who looks.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registered/attempt.h"
#include "findings/sink.h"
#include "watch/detectors.h"
#include "watch/registered.h"
#include "watch/run.h"

PG_FUNCTION_INFO_V1(gov_detect);

/* Hints of errors are cut to this many bytes. */
#define GOV_FAILURE_MAX_BYTES	1000

/* Settings that show in texts. */
static const struct
{
	const char *name;
	const char *value;
}			settings[] = {
	{"TimeZone", "UTC"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
};

/* Columns of find_detectors. */
enum {DETECTOR_NAME = 1, DETECTOR_SEVERITY, DETECTOR_ROUTINE, DETECTOR_REGISTRAR = DETECTOR_ROUTINE + 4};

GOV_QUERY(find_detectors,
		  "SELECT d.detector, d.severity, " GOV_PLACE_COLUMNS("d", "d.routine || '()'") ", " GOV_REGISTRAR_COLUMNS("d")
		  " FROM @.gov_detector AS d"
		  " WHERE CASE WHEN $1 IS NULL THEN d.enabled ELSE d.detector = $1 END"
		  " ORDER BY d.routine IS NOT NULL, d.detector COLLATE \"C\"",
		  TEXTOID);

/* The detectors to run: one that was asked for, or all that are enabled. */
static List *
gov_detectors_list(const char *only)
{
	List	   *detectors = NIL;
	MemoryContext caller = CurrentMemoryContext;
	int			level = gov_spi_begin();
	uint64		rows = gov_run(&find_detectors, gov_text(only));

	MemoryContextSwitchTo(caller);
	for (uint64 i = 0; i < rows; i++)
	{
		GovDetector *detector = palloc0(sizeof(GovDetector));

		detector->detector = gov_result_text(i, DETECTOR_NAME);
		detector->severity = gov_result_text(i, DETECTOR_SEVERITY);
		detector->routine = gov_result_place(i, DETECTOR_ROUTINE);
		detector->registrar = gov_result_role(i, DETECTOR_REGISTRAR);
		detectors = lappend(detectors, detector);
	}
	gov_spi_end(level);
	if (only != NULL && detectors == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unknown detector \"%s\"", only),
				 errhint("Table gov_detector lists the detectors; gov_set_detector adds one.")));
	return detectors;
}

/* A detector, and where its findings go. */
typedef struct GovDetection
{
	GovDetector *detector;
	GovFindingSink sink;
} GovDetection;

/* Runs one detector, in the form that gov_subtransaction_attempt takes. */
static void
gov_detector_find(void *arg)
{
	GovDetection *detection = (GovDetection *) arg;
	GovDetector *detector = detection->detector;
	const GovOwnDetector *own = gov_detector_own(detector->detector);

	if (detector->routine.name != NULL)
		gov_detector_run_routine(detector, &detection->sink);
	else if (own != NULL)
		own->find(&detection->sink);
	else
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("detector \"%s\" has no routine", detector->detector),
				 errhint("Give it one with gov_set_detector, or disable it.")));
}

/*
 * Was the error not caused by the detector: was the scan cancelled, or did it
 * meet a serialization failure?  An error of a registered routine is never
 * taken for one of these (registered/door.c).
 */
static bool
gov_detector_error_is_ours(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK;
}

/* A text of an error, cut to the length that is shown; NULL for none. */
static char *
gov_detector_clip(const char *text)
{
	return text == NULL ? NULL : pnstrdup(text, pg_mbcliplen(text, strlen(text), GOV_FAILURE_MAX_BYTES));
}

/*
 * Makes a finding of a detector's failure.  Findings are there for every
 * reader: why it failed, where the error says so to whoever asks, is told in a
 * warning alone.
 */
static void
gov_detector_fail(const GovDetector *detector, const ErrorData *error, GovFindingSink *sink)
{
	if (detector->routine.name != NULL && error->detail != NULL)
		gov_attempt_warn(psprintf("detector \"%s\" failed", detector->detector), error, NULL);
	gov_finding_add_thing(sink, "detector", detector->detector,
						  gov_json_object("sqlstate", unpack_sql_state(error->sqlerrcode),
										  "message", gov_attempt_message(error),
										  "hint", gov_detector_clip(error->hint)),
						  detector->detector);
}

/* Runs a detector and gives its findings, or its failure, to "result". */
static void
gov_detector_run(GovDetector *detector, TupleDesc desc, Tuplestorestate *result)
{
	GovDetection detection = {.detector = detector};
	GovFindingSink *sink = &detection.sink;
	ErrorData  *error;

	gov_findings_open(sink, desc, detector->detector, detector->severity);
	error = gov_subtransaction_attempt(gov_detector_find, &detection, detector->routine.name == NULL);
	if (error != NULL)
	{
		if (gov_detector_error_is_ours(error))
			ReThrowError(error);
		gov_findings_close(sink);
		gov_findings_open(sink, desc, GOV_DETECTOR_FAILED, "critical");
		gov_detector_fail(detector, error, sink);
	}
	gov_findings_pass_on(sink, result);
	gov_findings_close(sink);
}

/* Are detectors running? A detector that runs the detectors would never end. */
static bool detecting = false;

/* Runs the detectors one after the other. */
static void
gov_detectors_run_each(List *detectors, TupleDesc desc, Tuplestorestate *result)
{
	ListCell   *cell;

	if (detecting)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a detector cannot run detectors"),
				 errhint("Let it look at gov_drift_state instead.")));
	detecting = true;
	PG_TRY();
	{
		foreach(cell, detectors)
		{
			GovDetector *detector = (GovDetector *) lfirst(cell);

			gov_progress_phase(psprintf("detector %d of %d, %s", foreach_current_index(cell) + 1,
										list_length(detectors), detector->detector), GOV_PROGRESS_UNKNOWN);
			gov_detector_run(detector, desc, result);
		}
	}
	PG_FINALLY();
	{
		detecting = false;
	}
	PG_END_TRY();
}

/* Runs the enabled detectors, or the one asked for; their findings go to "result". */
static void
gov_detectors_run(const char *only, TupleDesc desc, Tuplestorestate *result)
{
	int			level = gov_spi_begin();

	for (int i = 0; i < (int) lengthof(settings); i++)
		gov_spi_setting(settings[i].name, settings[i].value);
	gov_detectors_run_each(gov_detectors_list(only), desc, result);
	gov_spi_end(level);
}

/*
 * Runs the enabled detectors and keeps their findings aside as "name", for a
 * caller between gov_spi_begin and gov_spi_end.  They look under a snapshot
 * of now, which sees what this transaction has done so far.  "runs" says what
 * they run for.
 */
GovRows *
gov_detectors_collect(const char *name, const char *runs)
{
	TupleDesc	desc = gov_findings_desc();
	Tuplestorestate *found = tuplestore_begin_heap(true, false, work_mem);
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "governance detectors",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(work);

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	gov_detectors_running(runs);
	gov_detectors_run(NULL, desc, found);
	PopActiveSnapshot();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	return gov_spi_adopt(name, desc, found);
}

/* gov_detect(only_detector): the findings of today. */
Datum
gov_detect(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	gov_detectors_running("");
	gov_detectors_run(gov_arg_text_or_null(fcinfo, 0), result->setDesc, result->setResult);
	return (Datum) 0;
}
