/*-------------------------------------------------------------------------
 *
 * metrics/metrics.c
 *	  Every count of the extension, in all and per axis: gov_metric.
 *
 * A source is one statement that passes once over what it counts and gives
 * one row per axis, or one row without an axis; a count is a column of a
 * source.  Both are constant tables below, and all that shows counts (the
 * view, the scraped text, the report) reads them through these tables, so a
 * new count is one line.
 *
 * The amount of a count for all axes together is the sum over the axes and
 * over what belongs to none.  Every axis that exists has a row of every count
 * that is kept per axis, 0 included, so that two readings can be subtracted.
 *
 * Labels may be read from relations of the application.  When those break, the
 * counts that need them are unavailable:  NULL, never 0.  The other counts are
 * not affected.
 *
 * Statements run under the snapshot of the query that asks.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/extension.h"
#include "server/progress.h"
#include "server/spi.h"
#include "registered/attempt.h"
#include "registry/in_force.h"
#include "labels/bindings.h"
#include "metrics/metrics.h"

PG_FUNCTION_INFO_V1(gov_metrics);

#define GOV_NOT_BOUND	(-1)
#define GOV_BOUND_VIEWS	(-2)	/* reads views that read what is bound */

/* A statement that counts. */
typedef struct GovMetricSource
{
	const char *select;
	int			binding;		/* GovBinding it reads, known as b; or one of the above */
} GovMetricSource;

#define SOURCE(name, ...) \
	static const GovMetricSource name = {__VA_ARGS__}

SOURCE(objects,
	   "SELECT NULL, coalesce(sum(live), 0)::bigint, coalesce(sum(retired), 0)::bigint, count(*) FILTER (WHERE container_id IS NOT NULL AND live > 0)"
	   "  FROM (SELECT container_id, count(*) FILTER (WHERE " GOV_OBJECT_LIVE("gov_object") ") AS live,"
	   "               count(*) FILTER (WHERE " GOV_OBJECT_RETIRED("gov_object") ") AS retired"
	   "          FROM @.gov_object GROUP BY container_id) AS o", GOV_NOT_BOUND);

SOURCE(sources,
	   "SELECT NULL, count(*) FILTER (WHERE enabled), count(*) FILTER (WHERE NOT enabled)"
	   "  FROM @.gov_source", GOV_NOT_BOUND);

SOURCE(unenrolled,
	   "SELECT NULL, count(*), coalesce(sum(objects), 0)::bigint FROM @.gov_unenrolled", GOV_NOT_BOUND);

SOURCE(idle_rules,
	   "SELECT axis, count(*) FROM governance_internal.gov_idle_rule WHERE status = 'active' GROUP BY axis", GOV_NOT_BOUND);

SOURCE(projections,
	   "SELECT axis, count(*) FROM @.gov_projection WHERE enabled GROUP BY axis", GOV_NOT_BOUND);

SOURCE(authorities,
	   "SELECT NULL, count(*) FILTER (WHERE status = 'active'), count(*) FILTER (WHERE status = 'retired')"
	   "  FROM @.gov_authority", GOV_NOT_BOUND);

/* The four states that axes and values have. */
#define BY_STATUS \
	"count(*), count(*) FILTER (WHERE status = 'candidate'), count(*) FILTER (WHERE status = 'active')," \
	" count(*) FILTER (WHERE status = 'deprecated'), count(*) FILTER (WHERE status = 'retired')"

SOURCE(axes, "SELECT NULL, " BY_STATUS " FROM @.gov_axis", GOV_NOT_BOUND);

SOURCE(axis_values, "SELECT axis, " BY_STATUS " FROM @.gov_axis_value GROUP BY axis", GOV_NOT_BOUND);

SOURCE(rules,
	   "SELECT axis, count(*) FILTER (WHERE status = 'candidate'), count(*) FILTER (WHERE status = 'active'),"
	   "       count(*) FILTER (WHERE status = 'retired')"
	   "  FROM @.gov_coverage_rule GROUP BY axis", GOV_NOT_BOUND);

/* Current ones, of objects that are there. */
SOURCE(assignments,
	   "SELECT axis, count(*), count(*) FILTER (WHERE zone = 'approved'),"
	   "       count(*) FILTER (WHERE zone = 'candidate'), count(*) FILTER (WHERE zone = 'quarantine')"
	   "  FROM @.gov_assignment AS s"
	   " WHERE " GOV_CURRENT("s") " AND " GOV_OF_NO_GONE_OBJECT("s")
	   " GROUP BY axis", GOV_NOT_BOUND);

/* Those in force. */
SOURCE(ownerships,
	   "SELECT w.axis, count(*), count(*) FILTER (WHERE w.owner_kind = 'accountable'),"
	   "       count(*) FILTER (WHERE w.owner_kind = 'supporting'),"
	   "       count(*) FILTER (WHERE w.owner_kind = 'delegated'),"
	   "       count(*) FILTER (WHERE w.owner_kind = 'waiver'),"
	   "       count(*) FILTER (WHERE w.owner_kind = 'accountable' AND w.object_id IS NULL)"
	   "  FROM @.gov_ownership AS w JOIN @.gov_authority AS a ON a.authority = w.authority"
	   " WHERE " GOV_IN_FORCE("w", "a") " AND " GOV_OF_NO_GONE_OBJECT("w")
	   " GROUP BY w.axis", GOV_NOT_BOUND);

SOURCE(coverage,
	   "SELECT axis, required, covered, gap, waived, fallback, missing_assignments,"
	   "       ok, low_confidence, stale, quarantine"
	   "  FROM @.gov_coverage_summary", GOV_NOT_BOUND);

SOURCE(conflicts,
	   "SELECT axis, count(*) FROM @.gov_owner_conflict GROUP BY axis", GOV_NOT_BOUND);

SOURCE(islands,
	   "SELECT axis, count(*) FROM @.gov_hidden_island GROUP BY axis", GOV_NOT_BOUND);

SOURCE(vocabulary,
	   "SELECT NULL, count(DISTINCT b.label) FILTER (WHERE b.status = 'active'),"
	   "       count(DISTINCT b.label) FILTER (WHERE b.status IS DISTINCT FROM 'active')",
	   GOV_VOCABULARY);

SOURCE(label_rules,
	   "SELECT NULL, count(*) FILTER (WHERE b.status = 'active'),"
	   "       count(*) FILTER (WHERE b.status IS DISTINCT FROM 'active')",
	   GOV_LABEL_RULE);

SOURCE(mappings,
	   "SELECT axis, count(*) FROM @.gov_value_label GROUP BY axis", GOV_NOT_BOUND);

/* Those that labels contradict, and the rows of gov_projection_gap, in one pass over all cells. */
SOURCE(disagreements,
	   "SELECT r.axis, count(*) FILTER (WHERE r.state <> 'no_label_rule'),"
	   "       count(*) FILTER (WHERE CASE WHEN r.state = 'no_label_rule' AND r.zone <> 'quarantine' THEN"
	   "                                   (SELECT count(*) FROM @.gov_effective_owner AS w"
	   "                                     WHERE w.object_id = r.object_id AND w.axis = r.axis"
	   "                                       AND w.value = r.value) > 0 END)"
	   "  FROM @.gov_label_reconcile AS r"
	   " WHERE r.state IN ('divergent', 'orthogonal_facet', 'no_label_rule') GROUP BY r.axis", GOV_BOUND_VIEWS);

SOURCE(bare_values,
	   "SELECT axis, count(*) FROM @.gov_value_without_label GROUP BY axis", GOV_BOUND_VIEWS);

SOURCE(loose_labels,
	   "SELECT NULL, (SELECT count(*) FROM @.gov_label_orphan),"
	   "       (SELECT count(*) FROM @.gov_label_without_value)", GOV_BOUND_VIEWS);

/* Values of which it was said themselves who may read or write what bears them. */
SOURCE(access_said,
	   "SELECT axis, count(DISTINCT value) FROM @.gov_access GROUP BY axis", GOV_NOT_BOUND);

/* Live ones. */
SOURCE(decisions,
	   "SELECT axis, count(*), count(*) FILTER (WHERE decision = 'accept_orthogonal_facet'),"
	   "       count(*) FILTER (WHERE decision = 'accept_projection_pending'),"
	   "       count(*) FILTER (WHERE decision = 'accept_quarantine_hold'),"
	   "       count(*) FILTER (WHERE decision = 'accept_divergence')"
	   "  FROM @.gov_decision WHERE " GOV_DECISION_STANDS("gov_decision") " GROUP BY axis", GOV_NOT_BOUND);

/* Of an axis with a projection that cannot be read, only how many that leaves open. */
#define LAG_KNOWN(flag) \
	"CASE WHEN bool_and(flag <> 'unknown') THEN count(*) FILTER (WHERE flag = '" flag "') END,"

SOURCE(lag,
	   "SELECT axis, " LAG_KNOWN("never_projected") LAG_KNOWN("lagging") LAG_KNOWN("fresh")
	   "       count(*) FILTER (WHERE flag = 'unknown')"
	   "  FROM @.gov_projection_lag WHERE object_id IS NOT NULL GROUP BY axis", GOV_NOT_BOUND);

/* As last scanned; acknowledged ones are not open. */
SOURCE(findings,
	   "SELECT axis, count(*) FILTER (WHERE status = 'open'),"
	   "       count(*) FILTER (WHERE status = 'open' AND severity = 'critical'),"
	   "       count(*) FILTER (WHERE status = 'open' AND severity = 'warning'),"
	   "       count(*) FILTER (WHERE status = 'open' AND severity = 'info'),"
	   "       count(*) FILTER (WHERE status = 'acknowledged'), count(*) FILTER (WHERE status = 'resolved')"
	   "  FROM @.gov_drift_state GROUP BY axis", GOV_NOT_BOUND);

SOURCE(scans,
	   "SELECT NULL, count(*), count(scanned_at) FROM @.gov_scan_run", GOV_NOT_BOUND);

SOURCE(events,
	   "SELECT NULL, (SELECT count(*) FROM @.gov_event_type WHERE active), count(*),"
	   "       count(*) FILTER (WHERE position IS NULL)"
	   "  FROM @.gov_event_outbox", GOV_NOT_BOUND);

SOURCE(emittable,
	   "SELECT NULL, events, emittable FROM governance_internal.gov_event_count", GOV_NOT_BOUND);

SOURCE(approvals,
	   "SELECT NULL, count(*) FILTER (WHERE status = 'pending' AND expires_at > now()),"
	   "       count(*) FILTER (WHERE status = 'approved' AND expires_at > now()),"
	   "       count(*) FILTER (WHERE status = 'rejected'), count(*) FILTER (WHERE status = 'withdrawn'),"
	   "       count(*) FILTER (WHERE status = 'expired' OR (status IN ('pending', 'approved') AND expires_at <= now())),"
	   "       count(*) FILTER (WHERE status = 'consumed')"
	   "  FROM @.gov_approval", GOV_NOT_BOUND);

SOURCE(votes, "SELECT NULL, count(*) FROM @.gov_vote", GOV_NOT_BOUND);

SOURCE(ledger,
	   "SELECT NULL, (SELECT count(*) FROM @.gov_ledger), (SELECT count(*) FROM @.gov_ledger_archive)",
	   GOV_NOT_BOUND);

/* Counts of one family stand together, and so do counts of one source. */
static const GovMetricKind kinds[] = {
	{"objects", &objects, 2, false, "objects", "state", "live", "Governed objects."},
	{"objects_retired", &objects, 3, false, "objects", "state", "retired", NULL},
	{"containers", &objects, 4, false, "containers", NULL, NULL, "Objects that live objects live in."},
	{"sources", &sources, 2, false, "sources", "state", "enabled", "Where objects come from."},
	{"sources_disabled", &sources, 3, false, "sources", "state", "disabled", NULL},
	{"unenrolled_schemas", &unenrolled, 2, false, "unenrolled_schemas", NULL, NULL, "Schemas with objects that nobody governs."},
	{"unenrolled_objects", &unenrolled, 3, false, "unenrolled_objects", NULL, NULL, "Relations, routines and types in them."},
	{"authorities", &authorities, 2, false, "authorities", "status", "active", "Who can own or approve."},
	{"authorities_retired", &authorities, 3, false, "authorities", "status", "retired", NULL},
	{"axes", &axes, 2, false, NULL, NULL, NULL, NULL},
	{"axes_candidate", &axes, 3, false, "axes", "status", "candidate", "Ways to classify objects."},
	{"axes_active", &axes, 4, false, "axes", "status", "active", NULL},
	{"axes_deprecated", &axes, 5, false, "axes", "status", "deprecated", NULL},
	{"axes_retired", &axes, 6, false, "axes", "status", "retired", NULL},
	{"values", &axis_values, 2, true, NULL, NULL, NULL, NULL},
	{"values_candidate", &axis_values, 3, true, "values", "status", "candidate", "Values of axes."},
	{"values_active", &axis_values, 4, true, "values", "status", "active", NULL},
	{"values_deprecated", &axis_values, 5, true, "values", "status", "deprecated", NULL},
	{"values_retired", &axis_values, 6, true, "values", "status", "retired", NULL},
	{"values_guarded", &access_said, 2, true, "guarded_values", NULL, NULL, "Values of which it was said who may read or write what bears them."},
	{"rules_candidate", &rules, 2, true, "rules", "status", "candidate", "Coverage rules."},
	{"rules_active", &rules, 3, true, "rules", "status", "active", NULL},
	{"rules_retired", &rules, 4, true, "rules", "status", "retired", NULL},
	{"rules_idle", &idle_rules, 2, true, "idle_rules", NULL, NULL, "Active rules for types, or a scope, that no live object is of."},
	{"assignments", &assignments, 2, true, NULL, NULL, NULL, NULL},
	{"assignments_approved", &assignments, 3, true, "assignments", "zone", "approved", "Current assignments of values to objects."},
	{"assignments_candidate", &assignments, 4, true, "assignments", "zone", "candidate", NULL},
	{"assignments_quarantine", &assignments, 5, true, "assignments", "zone", "quarantine", NULL},
	{"ownerships", &ownerships, 2, true, NULL, NULL, NULL, NULL},
	{"ownerships_accountable", &ownerships, 3, true, "ownerships", "kind", "accountable", "Ownership in force."},
	{"ownerships_supporting", &ownerships, 4, true, "ownerships", "kind", "supporting", NULL},
	{"ownerships_delegated", &ownerships, 5, true, "ownerships", "kind", "delegated", NULL},
	{"ownerships_waiver", &ownerships, 6, true, "ownerships", "kind", "waiver", NULL},
	{"value_anchors", &ownerships, 7, true, "value_anchors", NULL, NULL, "Accountable ownership in force of values themselves."},
	{"required", &coverage, 2, true, "required_cells", NULL, NULL, "Cells that need an accountable owner."},
	{"covered", &coverage, 3, true, "cells", "status", "covered", "Required cells by who covers them."},
	{"gap", &coverage, 4, true, "cells", "status", "gap", NULL},
	{"waived", &coverage, 5, true, "cells", "status", "waived", NULL},
	{"fallback", &coverage, 6, true, "cells", "status", "fallback", NULL},
	{"missing_assignments", &coverage, 7, true, "missing_assignments", NULL, NULL, "Objects without a value that a rule asks for."},
	{"ok", &coverage, 8, true, "assignment_quality", "flag", "ok", "Current assignments under a rule, by their quality."},
	{"low_confidence", &coverage, 9, true, "assignment_quality", "flag", "low_confidence", NULL},
	{"stale", &coverage, 10, true, "assignment_quality", "flag", "stale", NULL},
	{"quarantine", &coverage, 11, true, "assignment_quality", "flag", "quarantine", NULL},
	{"owner_conflicts", &conflicts, 2, true, "owner_conflicts", NULL, NULL, "Required cells whose container and value name different owners."},
	{"hidden_islands", &islands, 2, true, "hidden_islands", NULL, NULL, "What containment or classification cannot see."},
	{"labels", &vocabulary, 2, false, "labels", "status", "active", "Labels of the vocabulary."},
	{"labels_inactive", &vocabulary, 3, false, "labels", "status", "inactive", NULL},
	{"label_rules", &label_rules, 2, false, "label_rules", "status", "active", "Labels given to objects."},
	{"label_rules_inactive", &label_rules, 3, false, "label_rules", "status", "inactive", NULL},
	{"mappings", &mappings, 2, true, "mappings", NULL, NULL, "Labels mapped to values."},
	{"divergent", &disagreements, 2, true, "divergent_assignments", NULL, NULL, "Assignments that labels contradict and nobody has judged."},
	{"projection_gaps", &disagreements, 3, true, "projection_gaps", NULL, NULL, "Owned assignments that no label rule projects and nobody has judged."},
	{"values_without_label", &bare_values, 2, true, "values_without_label", NULL, NULL, "Active values without a label, on axes that have labels."},
	{"label_orphans", &loose_labels, 2, false, "label_orphans", NULL, NULL, "Labels in use that are not active in the vocabulary."},
	{"labels_without_value", &loose_labels, 3, false, "labels_without_value", NULL, NULL, "Active labels that no active value has."},
	{"decisions", &decisions, 2, true, NULL, NULL, NULL, NULL},
	{"decisions_accept_orthogonal_facet", &decisions, 3, true, "decisions", "decision", "accept_orthogonal_facet", "Live decisions on disagreements."},
	{"decisions_accept_projection_pending", &decisions, 4, true, "decisions", "decision", "accept_projection_pending", NULL},
	{"decisions_accept_quarantine_hold", &decisions, 5, true, "decisions", "decision", "accept_quarantine_hold", NULL},
	{"decisions_accept_divergence", &decisions, 6, true, "decisions", "decision", "accept_divergence", NULL},
	{"projections_watched", &projections, 2, true, "projections_watched", NULL, NULL, "Projections whose lag is looked at."},
	{"never_projected", &lag, 2, true, "projections", "flag", "never_projected", "Assignments by how their projection follows them."},
	{"lagging", &lag, 3, true, "projections", "flag", "lagging", NULL},
	{"fresh", &lag, 4, true, "projections", "flag", "fresh", NULL},
	{"lag_unknown", &lag, 5, true, "projections", "flag", "unknown", NULL},
	{"open_findings", &findings, 2, true, NULL, NULL, NULL, NULL},
	{"critical_findings", &findings, 3, true, "open_findings", "severity", "critical", "Findings open as last scanned."},
	{"warning_findings", &findings, 4, true, "open_findings", "severity", "warning", NULL},
	{"info_findings", &findings, 5, true, "open_findings", "severity", "info", NULL},
	{"acknowledged_findings", &findings, 6, true, "closed_findings", "status", "acknowledged", "Findings that are not open any more."},
	{"resolved_findings", &findings, 7, true, "closed_findings", "status", "resolved", NULL},
	{"runs", &scans, 2, false, "runs", NULL, NULL, "Runs of gov_reconcile and gov_scan that were recorded."},
	{"scans", &scans, 3, false, "scans", NULL, NULL, "Of these, those that looked for findings."},
	{"event_types_active", &events, 2, false, "event_types_active", NULL, NULL, "Event types that may be emitted."},
	{"outbox_events", &events, 3, false, "outbox_events", NULL, NULL, "Events in the outbox."},
	{"undelivered_events", &events, 4, false, "undelivered_events", NULL, NULL, "Of these without a position yet."},
	{"shaped_events", &emittable, 2, false, "shaped_events", NULL, NULL, "Open findings in the form of events."},
	{"emittable_events", &emittable, 3, false, "emittable_events", NULL, NULL, "Of these that may be emitted."},
	{"approvals_pending", &approvals, 2, false, "approvals", "status", "pending", "Requests for approval."},
	{"approvals_approved", &approvals, 3, false, "approvals", "status", "approved", NULL},
	{"approvals_rejected", &approvals, 4, false, "approvals", "status", "rejected", NULL},
	{"approvals_withdrawn", &approvals, 5, false, "approvals", "status", "withdrawn", NULL},
	{"approvals_expired", &approvals, 6, false, "approvals", "status", "expired", NULL},
	{"approvals_consumed", &approvals, 7, false, "approvals", "status", "consumed", NULL},
	{"votes", &votes, 2, false, "votes", NULL, NULL, "Votes on requests."},
	{"ledger_entries", &ledger, 2, false, "ledger_entries", "state", "live", "Entries of the ledger."},
	{"ledger_entries_archived", &ledger, 3, false, "ledger_entries", "state", "archived", NULL},
};

#define NKINDS	((int) lengthof(kinds))

/* How many counts there are. */
int
gov_metric_count(void)
{
	return NKINDS;
}

/* A count by its number. */
const GovMetricKind *
gov_metric_kind(int kind)
{
	return &kinds[kind];
}

/* The number of a count by its name; -1 when there is none. */
int
gov_metric_find(const char *name)
{
	for (int kind = 0; kind < NKINDS; kind++)
	{
		if (strcmp(kinds[kind].name, name) == 0)
			return kind;
	}
	return -1;
}

/* The amount of a count on an axis, or, with naxes for the axis, on none. */
int64
gov_metric_amount(const GovMetrics *metrics, int kind, int axis)
{
	return metrics->amounts[kind * (metrics->naxes + 1) + axis];
}

/* The amount of a count for all axes together, by its name. */
int64
gov_metric_total(const GovMetrics *metrics, const char *name)
{
	int			kind = gov_metric_find(name);
	int64		total = 0;

	for (int axis = 0; kind >= 0 && axis <= metrics->naxes; axis++)
		total = gov_metric_sum(total, gov_metric_amount(metrics, kind, axis));
	return total;
}

/* The sum of two amounts; unavailable when one of them is. */
int64
gov_metric_sum(int64 one, int64 other)
{
	return one == GOV_METRIC_UNKNOWN || other == GOV_METRIC_UNKNOWN ? GOV_METRIC_UNKNOWN : one + other;
}

/* Keeps the message of what could not be read, and warns. */
void
gov_metrics_note_failure(GovMetrics *metrics, const ErrorData *error)
{
	MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(metrics));
	char	   *message = gov_attempt_message(error);
	ListCell   *cell;

	foreach(cell, metrics->unavailable)
	{
		if (strcmp((char *) lfirst(cell), message) == 0)
			break;
	}
	if (cell == NULL)
		metrics->unavailable = lappend(metrics->unavailable, message);
	MemoryContextSwitchTo(caller);
	gov_attempt_warn("what needs labels is left out", error,
					psprintf("See what is bound: SELECT * FROM %s.gov_binding.", gov_schema_quoted()));
}

/* The number of an axis; naxes for NULL, and for one that is no more. */
int
gov_metrics_axis(const GovMetrics *metrics, const char *axis)
{
	int			low = 0;
	int			high = metrics->naxes;

	while (axis != NULL && low < high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(metrics->axes[middle], axis);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return metrics->naxes;
}

/* The amount of a count on an axis, or for all axes together with NULL; an axis that is not there has nothing. */
int64
gov_metric_of(const GovMetrics *metrics, int kind, const char *axis)
{
	int			at;

	if (axis == NULL)
		return gov_metric_total(metrics, kinds[kind].name);
	at = gov_metrics_axis(metrics, axis);
	return at == metrics->naxes ? 0 : gov_metric_amount(metrics, kind, at);
}

/* Runs a source; the number of rows. */
static uint64
gov_metrics_run(const GovMetricSource *source)
{
	if (source->binding >= 0)
		return gov_binding_read((GovBinding) source->binding, source->select, "", 0, NULL, NULL, true);
	return gov_run_text(source->select, 0, NULL, NULL, true);
}

/* Adds the rows of the last result to the counts of a source. */
static void
gov_metrics_take(GovMetrics *metrics, int first, uint64 rows)
{
	for (int kind = first; kind < NKINDS && kinds[kind].source == kinds[first].source; kind++)
	{
		for (uint64 i = 0; i < rows; i++)
		{
			int			axis = gov_metrics_axis(metrics, gov_result_text(i, 1));
			bool		isnull;
			Datum		amount = gov_result_peek(i, kinds[kind].column, &isnull);
			int64	   *sum = &metrics->amounts[kind * (metrics->naxes + 1) + axis];

			*sum = gov_metric_sum(*sum, isnull ? GOV_METRIC_UNKNOWN : DatumGetInt64(amount));
		}
	}
}

/* Counts that share a source, the first of which is "first". */
typedef struct GovMetricsReading
{
	GovMetrics *metrics;
	int			first;
} GovMetricsReading;

/* Reads the counts of a source, in the form that gov_attempt_read takes. */
static void
gov_metrics_read_source(void *arg)
{
	const GovMetricsReading *reading = (const GovMetricsReading *) arg;

	gov_metrics_take(reading->metrics, reading->first, gov_metrics_run(kinds[reading->first].source));
}

/* The same where relations of the application are read: when that fails, the counts are unavailable. */
static void
gov_metrics_attempt_source(GovMetricsReading *reading)
{
	GovMetrics *metrics = reading->metrics;
	ErrorData  *error = gov_attempt_read(gov_metrics_read_source, reading);

	if (error == NULL)
		return;
	if (!gov_binding_any())
		ReThrowError(error);
	gov_metrics_note_failure(metrics, error);
	for (int kind = reading->first; kind < NKINDS && kinds[kind].source == kinds[reading->first].source; kind++)
	{
		for (int axis = 0; axis <= metrics->naxes; axis++)
			metrics->amounts[kind * (metrics->naxes + 1) + axis] = GOV_METRIC_UNKNOWN;
	}
}

/* Reads every count. */
GovMetrics *
gov_metrics_read(void)
{
	MemoryContext caller = CurrentMemoryContext;
	GovMetrics *metrics = palloc0(sizeof(GovMetrics));
	bool		told = gov_progress_begin("gov_metric");
	int			level = gov_spi_begin();

	metrics->naxes = (int) gov_run_text("SELECT axis FROM @.gov_axis ORDER BY axis COLLATE \"C\"", 0, NULL, NULL, true);
	metrics->axes = MemoryContextAlloc(caller, sizeof(char *) * (metrics->naxes + 1));
	for (int i = 0; i < metrics->naxes; i++)
		metrics->axes[i] = gov_result_text(i, 1);
	metrics->amounts = MemoryContextAllocZero(caller, sizeof(int64) * NKINDS * (metrics->naxes + 1));
	for (int kind = 0; kind < NKINDS; kind++)
	{
		GovMetricsReading reading = {.metrics = metrics, .first = kind};

		if (kind > 0 && kinds[kind].source == kinds[kind - 1].source)
			continue;
		CHECK_FOR_INTERRUPTS();
		gov_progress_phase(psprintf("counting %s", kinds[kind].name), GOV_PROGRESS_UNKNOWN);
		if (kinds[kind].source->binding == GOV_NOT_BOUND)
			gov_metrics_read_source(&reading);
		else
			gov_metrics_attempt_source(&reading);
	}
	gov_spi_end(level);
	gov_progress_end(told);
	return metrics;
}

/* Reads every count as it is now, whatever the calling statement saw. */
GovMetrics *
gov_metrics_read_latest(void)
{
	GovMetrics *metrics;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	metrics = gov_metrics_read();
	PopActiveSnapshot();
	return metrics;
}

/* Puts one row of gov_metric; without an axis for a NULL one, NULL for an unavailable amount. */
static void
gov_metrics_put(ReturnSetInfo *result, const char *name, const char *axis, int64 amount)
{
	Datum		values[3];
	bool		nulls[3] = {false, axis == NULL, amount == GOV_METRIC_UNKNOWN};

	values[0] = CStringGetTextDatum(name);
	values[1] = axis == NULL ? (Datum) 0 : CStringGetTextDatum(axis);
	values[2] = Int64GetDatum(amount);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* gov_metrics(): every count, in all and per axis; behind gov_metric. */
Datum
gov_metrics(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovMetrics *metrics;

	InitMaterializedSRF(fcinfo, 0);
	metrics = gov_metrics_read();
	for (int kind = 0; kind < NKINDS; kind++)
	{
		gov_metrics_put(result, kinds[kind].name, NULL, gov_metric_total(metrics, kinds[kind].name));
		for (int axis = 0; kinds[kind].by_axis && axis < metrics->naxes; axis++)
			gov_metrics_put(result, kinds[kind].name, metrics->axes[axis],
							gov_metric_amount(metrics, kind, axis));
	}
	return (Datum) 0;
}
