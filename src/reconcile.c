/*-------------------------------------------------------------------------
 *
 * reconcile.c
 *	  Bringing everything up to date: gov_reconcile.
 *
 * A run is a list of steps and a list of metrics, each a constant table
 * below.  Every metric is read before the first step and after the last, and
 * gives one row of the result.  One row of gov_scan_run keeps them; a run
 * that finds nothing to do writes that row and nothing else.
 *
 * Steps: names of what was registered, and renamed since, are brought up to date.
 * Every enabled source is synced, one at a time; a source that is
 * blocked (it would retire too much, cannot be read, or names containers that
 * nobody knows) is left as it is, named in a warning and in the run's
 * summary, and the others go on.  So is an enrolled relation that raises an
 * error when it is read, a view for example.  Then axes of containment follow
 * what became of containers and their owners (containment/keep.c).  Then
 * ownership whose time has passed is set expired.  Then policy decides what it may of the disagreements between
 * assignments and labels (labels/decisions.c).  Then detectors look at the outcome
 * (watch/run.c); the run is their scan.
 *
 * What depends on relations that were bound (labels/bindings.c) is attempted.  When
 * one cannot be read, nothing is decided and no decision is taken back, the
 * metrics about labels are unknown (NULL), a warning says why, and the
 * detectors that read labels fail by themselves; everything else goes on.
 *
 * A step works in portions, so that the function and the procedure share it:
 * the function runs portions until there is none left, the procedure commits
 * after each.  A dry run does all of it in a subtransaction that is rolled
 * back; only the counts are kept.
 *
 * Each portion that changed something leaves its own entry in the ledger.  At
 * its end a run chains the ledger, its own entries too, so that the next run
 * finds nothing to chain.
 *
 * Before the first step sequences that are behind the identities of the rows
 * are set forward (registry/sequences.c), since the run itself draws from
 * them.
 *
 * Locks: GOV_LOCK_RECONCILE, one run at a time; GOV_LOCK_CONTAINMENT, before
 * the syncs lock containers, where one transaction does it all; then those of
 * the steps, the scan's last.
 *
 * Transactions of the procedure.  The first ends at once, which shows that
 * the caller's can be ended.  The second takes GOV_LOCK_RECONCILE for the
 * session.  The third reads the metrics and records the run, not finished; or
 * finds one recorded that was cut off, whose metrics then stand for those on
 * entry.  Then one per source and one per batch of contained objects, lapsed rows or decisions.
 * The last scans, reads the metrics again and marks the run finished.  Each portion writes
 * only what is not done yet, so calling it again after a failure goes on
 * where it stopped.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registered/attempt.h"
#include "ledger/commit.h"
#include "ledger/ledger.h"
#include "trust/requests.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "registry/restored.h"
#include "registry/sequences.h"
#include "labels/bindings.h"
#include "labels/decisions.h"
#include "inventory/state.h"
#include "inventory/sync.h"
#include "containment/keep.h"
#include "events/news.h"
#include "watch/follow.h"
#include "watch/scan.h"

PG_FUNCTION_INFO_V1(gov_reconcile_in_batches);

/* An array of metrics has this many places, which is more than there are. */
#define GOV_RECONCILE_METRICS_MAX	32

/* The amount of a metric that could not be read. */
#define GOV_RECONCILE_UNKNOWN	PG_INT64_MIN

/* One run. */
typedef struct GovReconcile
{
	int32		batch_size;		/* rows in a portion; 0: all of them */
	int64		before[GOV_RECONCILE_METRICS_MAX];
	int64		after[GOV_RECONCILE_METRICS_MAX];

	/* The step "sync". */
	bool		listed;			/* are the sources known? */
	List	   *sources;		/* codes of those that wait for their turn */
	List	   *reads;			/* GovReconcileSync of relations that were read before anything is locked */
	List	   *waiting;		/* GovSyncCounts of those that wait for others */
	bool		progress;		/* was one synced since the last round began? */
	List	   *blocked;		/* GovSyncCounts of those that were left alone */
	MemoryContext context;		/* of the call */
	StringInfo	changes;		/* what became of objects, one a line; NULL: nothing */

	/* The step "contain". */
	GovKeeping	keeping;

	/* The step "decide". */
	int64		decided_to;		/* object_id up to which policy has decided */
	int64		decided;		/* how many in this portion */
	bool		labels_unreadable;	/* was it said that labels cannot be read? */

	/* The step "scan". */
	GovScan scan;
} GovReconcile;

/* Does one portion of a step; true when there may be more. */
typedef bool (*GovReconcileStep) (GovReconcile *run);

/* Gives a metric that the run itself counts. */
typedef int64 (*GovReconcileCount) (const GovReconcile *run);

/*
 * A metric: a column of a query, run for all the metrics that follow each
 * other and share it.  With "count" the query gives the state on entry and
 * the run the state at the end.
 */
typedef struct GovReconcileMetric
{
	const char *name;
	GovQuery   *query;
	int			column;
	GovReconcileCount count;
} GovReconcileMetric;

/* Objects, and cells required and covered, over all active axes. */
GOV_QUERY(query_coverage,
		  "SELECT (SELECT count(*) FROM @.gov_object WHERE " GOV_OBJECT_LIVE("gov_object") "),"
		  "       coalesce(sum(required), 0)::bigint, coalesce(sum(gap), 0)::bigint,"
		  "       (SELECT count(*) FROM @.gov_owner_conflict),"
		  "       coalesce(sum(missing_assignments), 0)::bigint"
		  "  FROM @.gov_coverage_summary");

GOV_QUERY(query_assignments,
		  "SELECT count(*) FROM @.gov_assignment AS a WHERE " GOV_CURRENT("a") " AND " GOV_OF_NO_GONE_OBJECT("a"));

/* In force, and lapsed without having been marked. */
GOV_QUERY(query_ownership,
		  "SELECT count(*) FILTER (WHERE " GOV_IN_FORCE("w", "a") " AND " GOV_OBJECT_LIVE("o") "),"
		  "       count(*) FILTER (WHERE " GOV_LAPSED("w") ")"
		  "  FROM @.gov_ownership AS w"
		  "  JOIN @.gov_authority AS a ON a.authority = w.authority"
		  "  LEFT JOIN @.gov_object AS o ON o.object_id = w.object_id"
		  " WHERE w.status = 'active'");

/* How assignments and labels stand to each other. */
GOV_QUERY(query_labels,
		  "SELECT divergent, projection_gaps, decisions FROM @.gov_reconcile_summary");

/* Findings that are open, as scans have stored them. */
GOV_QUERY(query_findings,
		  "SELECT count(*), count(*) FILTER (WHERE severity = 'critical')"
		  "  FROM @.gov_drift_state WHERE status = 'open'");

/* What the last finished run left blocked. */
GOV_QUERY(query_blocked,
		  "SELECT coalesce((SELECT (summary #>> '{metrics,sync_blocked,after}')::bigint"
		  "                   FROM @.gov_scan_run"
		  "                  WHERE finished_at IS NOT NULL AND summary #> '{metrics,sync_blocked}' IS NOT NULL"
		  "                  ORDER BY scan_id DESC LIMIT 1), 0)");

/* What a run says of itself: $1 metrics, $2 before, $3 after, $4 the sources that are blocked, $5 why. */
GOV_QUERY(query_summary,
		  "SELECT jsonb_build_object('metrics',"
		  "  (SELECT jsonb_object_agg(m.metric, jsonb_strip_nulls("
		  "            jsonb_build_object('before', m.before, 'after', m.after)))"
		  "     FROM unnest($1, $2, $3) AS m (metric, before, after)),"
		  " 'blocked',"
		  "  (SELECT coalesce(jsonb_object_agg(b.source, b.reason), '{}')"
		  "     FROM unnest($4, $5) AS b (source, reason)))",
		  TEXTARRAYOID, INT8ARRAYOID, INT8ARRAYOID, TEXTARRAYOID, TEXTARRAYOID);

/* Columns of query_resume. */
enum {RESUME_SCAN_ID = 1, RESUME_BEFORE};

/* The run that was cut off last, $1 being the names of the metrics. */
GOV_QUERY(query_resume,
		  "SELECT r.scan_id,"
		  "       (SELECT array_agg((r.summary #>> ARRAY['metrics', m.metric, 'before'])::bigint ORDER BY m.n)"
		  "          FROM unnest($1) WITH ORDINALITY AS m (metric, n))"
		  "  FROM @.gov_scan_run AS r WHERE r.finished_at IS NULL ORDER BY r.scan_id DESC LIMIT 1",
		  TEXTARRAYOID);

/* The number of sources that were left alone. */
static int64
gov_reconcile_count_blocked(const GovReconcile *run)
{
	return list_length(run->blocked);
}

static const GovReconcileMetric metrics[] = {
	{"objects", &query_coverage, 1, NULL},
	{"required_cells", &query_coverage, 2, NULL},
	{"gap_cells", &query_coverage, 3, NULL},
	{"owner_conflicts", &query_coverage, 4, NULL},
	{"missing_assignments", &query_coverage, 5, NULL},
	{"assignments", &query_assignments, 1, NULL},
	{"ownerships", &query_ownership, 1, NULL},
	{"ownerships_lapsed", &query_ownership, 2, NULL},
	{"divergent", &query_labels, 1, NULL},
	{"projection_gaps", &query_labels, 2, NULL},
	{"decisions", &query_labels, 3, NULL},
	{"sync_blocked", &query_blocked, 1, gov_reconcile_count_blocked},
	{"open_findings", &query_findings, 1, NULL},
	{"critical_findings", &query_findings, 2, NULL},
};

StaticAssertDecl(lengthof(metrics) <= GOV_RECONCILE_METRICS_MAX, "too many metrics");

/*
 * Attempts work on labels; false when a bound relation cannot be read, which
 * is said once in a run.
 */
static bool
gov_reconcile_attempt_labels(GovReconcile *run, void (*work) (void *arg), void *arg)
{
	ErrorData  *error = gov_attempt_read(work, arg);

	if (error == NULL)
		return true;
	if (!gov_binding_any())
		ReThrowError(error);
	if (!run->labels_unreadable)
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("labels are not compared: %s", error->message),
				 error->detail != NULL ? errdetail("%s", error->detail) : 0,
				 error->hint != NULL ? errhint("%s", error->hint) :
				 errhint("See what is bound: SELECT * FROM %s.gov_binding.", gov_schema_quoted()),
				 error->context != NULL ? errcontext("%s", error->context) : 0));
	run->labels_unreadable = true;
	return false;
}

/* Metrics that share a query, from "first" to before "end". */
typedef struct GovReconcileReading
{
	int			first;
	int			end;
	int64	   *amounts;
} GovReconcileReading;

/* Reads metrics that share a query, in the form that gov_subtransaction_attempt takes. */
static void
gov_reconcile_read(void *arg)
{
	const GovReconcileReading *reading = (const GovReconcileReading *) arg;
	int			level = gov_spi_begin();

	gov_run_args(metrics[reading->first].query, 0, NULL);
	for (int i = reading->first; i < reading->end; i++)
		reading->amounts[i] = gov_result_int8(0, metrics[i].column);
	gov_spi_end(level);
}

/* Reads every metric; "entry": before the first step. */
static void
gov_reconcile_measure(GovReconcile *run, bool entry, int64 *amounts)
{
	GovReconcileReading reading = {.amounts = amounts};

	for (; reading.first < (int) lengthof(metrics); reading.first = reading.end)
	{
		const GovReconcileMetric *metric = &metrics[reading.first];

		reading.end = reading.first + 1;
		if (!entry && metric->count != NULL)
		{
			amounts[reading.first] = metric->count(run);
			continue;
		}
		while (reading.end < (int) lengthof(metrics) && metrics[reading.end].query == metric->query)
			reading.end++;
		if (metric->query != &query_labels)
			gov_reconcile_read(&reading);
		else if (!gov_reconcile_attempt_labels(run, gov_reconcile_read, &reading))
		{
			for (int i = reading.first; i < reading.end; i++)
				amounts[i] = GOV_RECONCILE_UNKNOWN;
		}
	}
}

/* Notes that a blocked source is left as it is, but for what the brake lets through, and warns. */
static void
gov_reconcile_block(GovReconcile *run, GovSyncCounts *counts)
{
	run->blocked = lappend(run->blocked, counts);
	gov_inventory_note_blocked(counts);
	if (counts->held > 0)
		gov_inventory_note("reconcile", counts);
	ereport(WARNING,
			(errcode(counts->sqlstate),
			 counts->held > 0 ? errmsg("source \"%s\" keeps what is gone: %s", counts->source, counts->blocked) :
			 errmsg("source \"%s\" is left as it is: %s", counts->source, counts->blocked),
			 counts->why != NULL ? errdetail_internal("%s", counts->why) :
			 counts->detail != NULL ? errdetail_internal("%s", counts->detail) : 0,
			 counts->hint != NULL ? errhint("%s", counts->hint) : 0));
}

/*
 * Another round for the sources that name unknown containers: a source that
 * was synced since may have added them.  When a round synced nothing, these
 * sources stay blocked.
 */
static void
gov_reconcile_next_round(GovReconcile *run)
{
	ListCell   *cell;

	foreach(cell, run->waiting)
	{
		GovSyncCounts *counts = (GovSyncCounts *) lfirst(cell);

		if (run->progress)
			run->sources = lappend(run->sources, counts->source);
		else
			gov_reconcile_block(run, counts);
	}
	run->waiting = NIL;
	run->progress = false;
}

/* A source, what was read of it, and what its sync did. */
typedef struct GovReconcileSync
{
	const char *source;
	GovSourceRead *read;
	ErrorData  *error;			/* that reading it ended with */
	GovSyncCounts *counts;
	bool		synced;
} GovReconcileSync;

/* Reads a source, in the form that gov_attempt_read takes. */
static void
gov_reconcile_read_work(void *arg)
{
	GovReconcileSync *sync = (GovReconcileSync *) arg;

	sync->read = gov_inventory_read(sync->source, false);
}

/* Reads a source; its error, if any, waits until it is its turn. */
static GovReconcileSync *
gov_reconcile_read_source(const char *source)
{
	GovReconcileSync *sync = palloc0(sizeof(GovReconcileSync));

	sync->source = pstrdup(source);
	sync->error = gov_attempt_read(gov_reconcile_read_work, sync);
	return sync;
}

/*
 * A run in one transaction reads all relations before the first sync locks
 * the inventory; one that commits after each source reads it when it is its
 * turn.
 */
static void
gov_reconcile_read_all(GovReconcile *run)
{
	ListCell   *cell;

	if (run->batch_size > 0)
		return;
	foreach(cell, run->sources)
	{
		if (!gov_source_is_schema((const char *) lfirst(cell)))
			run->reads = lappend(run->reads, gov_reconcile_read_source((const char *) lfirst(cell)));
	}
}

/* What was read of a source before; else it is read now. */
static GovReconcileSync *
gov_reconcile_find_read(const GovReconcile *run, const char *source)
{
	ListCell   *cell;

	foreach(cell, run->reads)
	{
		if (strcmp(((GovReconcileSync *) lfirst(cell))->source, source) == 0)
			return (GovReconcileSync *) lfirst(cell);
	}
	return gov_reconcile_read_source(source);
}

/* Frees what was read of sources: a file that it is in must be closed before the transaction ends. */
static void
gov_reconcile_forget(List *reads)
{
	ListCell   *cell;

	foreach(cell, reads)
	{
		GovReconcileSync *sync = (GovReconcileSync *) lfirst(cell);

		if (sync->read != NULL)
			gov_inventory_forget(sync->read);
	}
}

/* Syncs a source with what was read, in the form that gov_attempt_read takes. */
static void
gov_reconcile_sync_work(void *arg)
{
	GovReconcileSync *sync = (GovReconcileSync *) arg;

	sync->synced = gov_inventory_sync_read(sync->read, false, sync->counts);
}

/*
 * Syncs a source; false when it is blocked, an error while an enrolled
 * relation is read included.
 */
static bool
gov_reconcile_sync_source(const GovReconcile *run, const char *source, GovSyncCounts *counts)
{
	GovReconcileSync *sync;
	ErrorData  *error;

	if (gov_source_is_schema(source))
		return gov_inventory_sync(source, false, counts);
	sync = gov_reconcile_find_read(run, source);
	sync->counts = counts;
	error = sync->error != NULL ? sync->error : gov_attempt_read(gov_reconcile_sync_work, sync);
	if (error != NULL)
		memset(counts, 0, sizeof(GovSyncCounts));
	if (run->batch_size > 0)
		gov_reconcile_forget(list_make1(sync));
	if (error == NULL)
		return sync->synced;
	counts->source = pstrdup(source);
	gov_inventory_block(counts, error->sqlerrcode, error->message, NULL,
						error->hint != NULL ? error->hint :
						"gov_sync of this source raises the same and tells where it comes from.");
	counts->why = error->detail;
	return false;
}

/* Keeps what a sync tells of what became of objects, for the result of the call. */
static void
gov_reconcile_tell(GovReconcile *run, const GovSyncCounts *counts)
{
	MemoryContext old;

	if (run->context == NULL || counts->seq == 0)
		return;
	old = MemoryContextSwitchTo(run->context);
	if (run->changes == NULL)
		run->changes = makeStringInfo();
	else
		appendStringInfoChar(run->changes, '\n');
	appendStringInfoString(run->changes, TextDatumGetCString(counts->changes));
	MemoryContextSwitchTo(old);
}

/* Step: syncs the source whose turn it is. */
static bool
gov_reconcile_sync(GovReconcile *run)
{
	GovSyncCounts *counts;
	char	   *source;

	if (!run->listed)
	{
		run->sources = gov_inventory_sources();
		gov_reconcile_read_all(run);
	}
	run->listed = true;
	if (run->sources == NIL)
		gov_reconcile_next_round(run);
	if (run->sources == NIL)
	{
		gov_reconcile_forget(run->reads);
		return false;
	}

	source = (char *) linitial(run->sources);
	run->sources = list_delete_first(run->sources);
	counts = palloc(sizeof(GovSyncCounts));
	if (gov_reconcile_sync_source(run, source, counts))
	{
		run->progress = true;
		gov_inventory_note("reconcile", counts);
		gov_reconcile_tell(run, counts);
	}
	else if (counts->waiting)
		run->waiting = lappend(run->waiting, counts);
	else
	{
		run->progress |= counts->held > 0;
		gov_reconcile_tell(run, counts);
		gov_reconcile_block(run, counts);
	}
	return true;
}

/* Step: keeps containment up. */
static bool
gov_reconcile_contain(GovReconcile *run)
{
	run->keeping.batch_size = run->batch_size;
	return gov_keep_portion(&run->keeping);
}

/* Step: sets ownership whose time has passed expired. */
static bool
gov_reconcile_expire(GovReconcile *run)
{
	int64		expired = gov_ownership_expire_lapsed(run->batch_size);
	GovJson		payload;

	if (expired > 0)
	{
		gov_json_begin(&payload);
		gov_json_int8(&payload, "expired", expired);
		gov_ledger_append("reconcile", 0, (Datum) 0, gov_json_end(&payload));
	}
	return run->batch_size > 0 && expired >= run->batch_size;
}

/* Step: sets approvals whose time has passed expired; there are never many. */
static bool
gov_reconcile_expire_approvals(GovReconcile *run pg_attribute_unused())
{
	int64		expired = (int64) gov_requests_expire_lapsed();
	GovJson		payload;

	if (expired > 0)
	{
		gov_json_begin(&payload);
		gov_json_int8(&payload, "approvals_expired", expired);
		gov_ledger_append("reconcile", 0, (Datum) 0, gov_json_end(&payload));
	}
	return false;
}

/* Decides one portion, in the form that gov_subtransaction_attempt takes. */
static void
gov_reconcile_decide_portion(void *arg)
{
	GovReconcile *run = (GovReconcile *) arg;

	run->decided = gov_decide_by_policy(run->batch_size, &run->decided_to);
}

/* Step: decides what policy allows, object by object; nothing while labels cannot be read. */
static bool
gov_reconcile_decide(GovReconcile *run)
{
	run->decided = 0;
	return gov_reconcile_attempt_labels(run, gov_reconcile_decide_portion, run) &&
		run->batch_size > 0 && run->decided == run->batch_size;
}

/* Step: scans, as part of this run. */
static bool
gov_reconcile_scan(GovReconcile *run)
{
	run->scan.actor = gov_session_user_name();
	run->scan.of_reconcile = true;
	gov_scan_perform(&run->scan);
	return false;
}

/* Step: brings names of what was registered up to date, where it or its schema was renamed. */
static bool
gov_reconcile_follow(GovReconcile *run pg_attribute_unused())
{
	Datum		counts;

	if (gov_follow_registered(&counts) > 0)
		gov_ledger_append("follow", 0, (Datum) 0, counts);
	return false;
}

/* The sequences that were set forward. */
typedef struct GovRepaired
{
	GovJson		payload;
	int			count;
} GovRepaired;

/* Takes one of them into the entry's payload. */
static void
gov_reconcile_take_sequence(const GovSequenceBehind *behind, void *state)
{
	GovRepaired *repaired = (GovRepaired *) state;

	gov_json_int8(&repaired->payload, behind->sequence, behind->needed);
	repaired->count++;
}

/*
 * Sets forward the sequences that are behind the identities of the rows:
 * before anything else, since the run draws from them as well.
 */
static void
gov_reconcile_sequences(void)
{
	GovRepaired repaired = {.count = 0};
	Datum		payload;

	gov_json_begin(&repaired.payload);
	gov_sequences_behind(true, gov_reconcile_take_sequence, &repaired);
	payload = gov_json_end(&repaired.payload);
	if (repaired.count > 0)
		gov_ledger_append("repair_sequences", 0, (Datum) 0, payload);
}

/* Each is told as a phase before it runs; syncs and the scan then tell phases of their own. */
static const struct
{
	const char *phase;
	GovReconcileStep run;
}			steps[] = {
	{"following renamed relations", gov_reconcile_follow},
	{"syncing sources", gov_reconcile_sync},
	{"keeping containment up", gov_reconcile_contain},
	{"expiring ownership", gov_reconcile_expire},
	{"expiring approvals", gov_reconcile_expire_approvals},
	{"deciding disagreements", gov_reconcile_decide},
	{"scanning", gov_reconcile_scan},
};

/* Amounts as an argument, unknown ones as null elements; NULL for none. */
static GovArg
gov_reconcile_amounts(const int64 *amounts)
{
	Datum		elements[lengthof(metrics)];
	bool		nulls[lengthof(metrics)];
	int			count = lengthof(metrics);
	int			lower = 1;

	if (amounts == NULL)
		return gov_null();
	for (int i = 0; i < count; i++)
	{
		elements[i] = Int64GetDatum(amounts[i]);
		nulls[i] = amounts[i] == GOV_RECONCILE_UNKNOWN;
	}
	return gov_datum(PointerGetDatum(construct_md_array(elements, nulls, 1, &count, &lower, INT8OID, 8,
														FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)), false);
}

/* The names of the metrics as an argument. */
static GovArg
gov_reconcile_names(void)
{
	const char *names[lengthof(metrics)];

	for (int i = 0; i < (int) lengthof(metrics); i++)
		names[i] = metrics[i].name;
	return gov_datum(gov_text_array(names, lengthof(metrics)), false);
}

/* What a run says of itself, as an argument; "after" is NULL while it goes on. */
static GovArg
gov_reconcile_summary(const GovReconcile *run, const int64 *after)
{
	int			count = list_length(run->blocked);
	const char **sources = palloc(sizeof(char *) * (count + 1));
	const char **reasons = palloc(sizeof(char *) * (count + 1));
	Datum		summary;
	bool		isnull;
	int			level = gov_spi_begin();

	for (int i = 0; i < count; i++)
	{
		const GovSyncCounts *counts = (GovSyncCounts *) list_nth(run->blocked, i);

		sources[i] = counts->source;
		reasons[i] = counts->blocked;
	}
	gov_run(&query_summary, gov_reconcile_names(), gov_reconcile_amounts(run->before), gov_reconcile_amounts(after),
			gov_datum(gov_text_array(sources, count), false), gov_datum(gov_text_array(reasons, count), false));
	summary = gov_result_datum(0, 1, &isnull);
	gov_spi_end(level);
	return gov_datum(summary, false);
}

/* Runs every step to its end. */
static void
gov_reconcile_run_steps(GovReconcile *run)
{
	for (int i = 0; i < (int) lengthof(steps); i++)
	{
		gov_progress_phase(steps[i].phase, GOV_PROGRESS_UNKNOWN);
		while (steps[i].run(run))
			CHECK_FOR_INTERRUPTS();
	}
}

/* Records that a run has ended, by the function that writes its row, and tells the world. */
static void
gov_reconcile_record(const GovReconcile *run, void (*record) (const GovScan *scan, GovArg summary))
{
	GovArg		summary = gov_reconcile_summary(run, run->after);

	record(&run->scan, summary);
	gov_event_swept(run->scan.scan_id, summary);
}

/* All of a run but its record, in the form that gov_subtransaction_undone takes. */
static void
gov_reconcile_run(void *arg)
{
	GovReconcile *run = (GovReconcile *) arg;

	gov_progress_phase("counting before", GOV_PROGRESS_UNKNOWN);
	gov_reconcile_measure(run, true, run->before);
	run->scan.scan_id = gov_scan_next_scan_id();
	gov_reconcile_run_steps(run);
	gov_progress_phase("counting after", GOV_PROGRESS_UNKNOWN);
	gov_reconcile_measure(run, false, run->after);
}

/* gov_reconcile(dry_run): one row per metric. */
GOV_ACT(gov_reconcile)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovReconcile run = {.decided_to = PG_INT64_MIN, .context = CurrentMemoryContext};
	bool		dry_run;
	bool		told;

	gov_ensure_not_null(PG_ARGISNULL(0), "dry_run");
	dry_run = PG_GETARG_BOOL(0);
	gov_scan_ensure_writable("gov_reconcile()");
	gov_restored_ensure_whole();
	InitMaterializedSRF(fcinfo, 0);
	told = gov_progress_begin("gov_reconcile");
	gov_progress_phase("waiting for other runs", GOV_PROGRESS_UNKNOWN);
	gov_lock(GOV_LOCK_RECONCILE);
	gov_keep_lock();
	if (!dry_run)
		gov_reconcile_sequences();
	if (dry_run)
		gov_subtransaction_undone(gov_reconcile_run, &run);
	else
	{
		gov_reconcile_run(&run);
		gov_reconcile_record(&run, gov_scan_run_record);
		gov_ledger_chain_all_later();
	}
	for (int i = 0; i < (int) lengthof(metrics); i++)
	{
		Datum		values[4] = {0};
		bool		nulls[4] = {false, false, false, true};

		values[0] = CStringGetTextDatum(metrics[i].name);
		values[1] = Int64GetDatum(run.before[i]);
		values[2] = Int64GetDatum(run.after[i]);
		nulls[1] = run.before[i] == GOV_RECONCILE_UNKNOWN;
		nulls[2] = run.after[i] == GOV_RECONCILE_UNKNOWN;
		if (run.changes != NULL && strcmp(metrics[i].name, "objects") == 0)
		{
			values[3] = CStringGetTextDatum(run.changes->data);
			nulls[3] = false;
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_progress_end(told);
	return (Datum) 0;
}

/*
 * Takes up the run that was cut off last: its identity, and its metrics on
 * entry in place of today's.  0 when there is none.
 */
static int64
gov_reconcile_resume(GovReconcile *run)
{
	Datum	   *amounts;
	bool	   *nulls;
	bool		isnull;
	int			count;
	int64		scan_id;

	if (gov_run(&query_resume, gov_reconcile_names()) == 0)
		return 0;
	scan_id = gov_result_int8(0, RESUME_SCAN_ID);
	deconstruct_array(DatumGetArrayTypeP(gov_result_datum(0, RESUME_BEFORE, &isnull)),
					  INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &amounts, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			run->before[i] = DatumGetInt64(amounts[i]);
	}
	return scan_id;
}

/* Measures, and records the run as not finished; its identity. */
static int64
gov_reconcile_begin(GovReconcile *run)
{
	int64		scan_id;

	gov_reconcile_measure(run, true, run->before);
	scan_id = gov_reconcile_resume(run);
	return scan_id != 0 ? scan_id : gov_scan_run_begin(gov_session_user_name(), gov_reconcile_summary(run, NULL));
}

/* Measures again and marks the run finished. */
static void
gov_reconcile_finish(GovReconcile *run)
{
	gov_reconcile_measure(run, false, run->after);
	gov_reconcile_record(run, gov_scan_run_finish);
}

/* CALL gov_reconcile(batch_size): see the file's head. */
Datum
gov_reconcile_in_batches(PG_FUNCTION_ARGS)
{
	GovReconcile run = {.decided_to = PG_INT64_MIN};
	GovSecurity security;
	GovBatches	batches;
	int			level;
	bool		told;

	gov_ensure_nonatomic(fcinfo, "gov_reconcile");
	run.batch_size = gov_arg_positive(fcinfo, 0, "batch_size");
	gov_scan_ensure_writable("gov_reconcile()");

	level = gov_spi_begin_nonatomic();
	gov_security_enter(&security, gov_extension_owner(), false);
	gov_spi_commit_as_owner(&level, &security);
	gov_restored_ensure_whole();
	told = gov_progress_begin("gov_reconcile");
	gov_progress_batches_begin(&batches, "gov_reconcile");
	gov_progress_phase("waiting for other runs", GOV_PROGRESS_UNKNOWN);
	gov_lock_session(GOV_LOCK_RECONCILE);
	gov_spi_commit_as_owner(&level, &security);
	gov_reconcile_sequences();
	gov_progress_phase("counting before", GOV_PROGRESS_UNKNOWN);
	run.scan.scan_id = gov_reconcile_begin(&run);
	gov_spi_commit_as_owner(&level, &security);
	for (int i = 0; i < (int) lengthof(steps); i++)
	{
		gov_progress_phase(steps[i].phase, GOV_PROGRESS_UNKNOWN);
		while (steps[i].run(&run))
		{
			CHECK_FOR_INTERRUPTS();
			gov_spi_commit_as_owner(&level, &security);
			batches.committed++;
		}
	}
	gov_progress_phase("counting after", GOV_PROGRESS_UNKNOWN);
	gov_reconcile_finish(&run);
	gov_ledger_chain_all_later();
	gov_spi_commit_as_owner(&level, &security);
	gov_unlock_session(GOV_LOCK_RECONCILE);
	gov_progress_batches_end(&batches);
	gov_progress_end(told);
	gov_security_leave(&security);
	gov_spi_end(level);
	PG_RETURN_VOID();
}
