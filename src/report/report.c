/*-------------------------------------------------------------------------
 *
 * report/report.c
 *	  The report as a model: what is to be shown, read once.
 *
 * Required cells are read once, counted per container, value, owner and
 * outcome, and kept aside; gaps by container and by owner and the tables of
 * containers by values are made from these counts.  Everything else is a
 * table with its first rows and how many there are, described by a constant
 * below.
 *
 * What needs labels that cannot be read (labels/bindings.c) is missing, and says so.
 *
 * All is read under the snapshot of the query that asks, in an order that
 * does not depend on the locale, and bounded, whatever the size of what is
 * governed.  Times are texts in UTC.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/progress.h"
#include "server/spi.h"
#include "registered/attempt.h"
#include "trust/contact.h"
#include "trust/gates.h"
#include "labels/bindings.h"
#include "report/report.h"

/* Limits of what is shown of lists without a limit of their own. */
#define HEATS_MAX	8
#define HEAT_ROWS	30
#define HEAT_VALUES 12
#define TREES_MAX	12
#define TREE_NODES	80

#define UTC(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'"
#define DAYS(time) \
	"CASE WHEN isfinite(" time ") THEN floor(extract(epoch FROM now() - " time ") / 86400)::bigint END"

/* The required cells, counted; 0 stands for no container. */
static const char *const cells_sql =
	"SELECT g.axis, g.value, coalesce(o.container_id, 0) AS container_id, g.status, g.reason, g.authority,"
	"       count(*) AS n"
	"  FROM @.gov_coverage AS g JOIN @.gov_object AS o ON o.object_id = g.object_id"
	" GROUP BY g.axis, g.value, coalesce(o.container_id, 0), g.status, g.reason, g.authority";

/* Per container the authority that answers for most of its cells: whom to ask about the others. */
static const char *const leads_sql =
	"SELECT DISTINCT ON (container_id) container_id, authority"
	"  FROM (SELECT container_id, authority, sum(n) AS n FROM cells"
	"         WHERE authority IS NOT NULL AND status <> 'waived' GROUP BY container_id, authority) AS s"
	" ORDER BY container_id, n DESC, authority COLLATE \"C\"";

/* What a table is made from: $1 is how many rows to show; the last column is how many there are. */
typedef struct GovReportSource
{
	const char *key;
	const char *section;
	const char *title;
	const char *empty;
	const char *select;
	bool		labels;			/* reads what may be bound to relations of the application */
	const char *measures;		/* a count that is 0 when nothing was looked at; NULL: always is */
	const char *unmeasured;		/* what to say then */
	GovReportColumn columns[GOV_REPORT_MAX_COLUMNS];
} GovReportSource;

static const GovReportSource sources[] = {
	{"axes", "coverage", "Axes", "No axis yet.",
		"SELECT x.axis, x.status, c.required, c.covered, c.gap, c.waived, c.fallback,"
		"       trunc((c.required - c.gap)::numeric / nullif(c.required, 0), 3),"
		"       c.missing_assignments, c.low_confidence, c.stale, c.quarantine, count(*) OVER ()"
		"  FROM @.gov_axis AS x LEFT JOIN @.gov_coverage_summary AS c ON c.axis = x.axis"
		" ORDER BY coalesce(c.gap, 0) DESC, x.axis COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"axis", "Axis", GOV_FORM_NAME, NULL}, {"status", "Status", GOV_FORM_STATE, NULL},
	{"required", "Required", GOV_FORM_COUNT, NULL}, {"covered", "Covered", GOV_FORM_COUNT, NULL}, {"gap", "Gaps", GOV_FORM_COUNT, NULL},
	{"waived", "Waived", GOV_FORM_COUNT, NULL}, {"fallback", "Fallback", GOV_FORM_COUNT, NULL},
	{"coverage", "Coverage", GOV_FORM_PERCENT, NULL}, {"missing_assignments", "Missing values", GOV_FORM_COUNT, NULL},
	{"low_confidence", "Low confidence", GOV_FORM_COUNT, NULL}, {"stale", "Stale", GOV_FORM_COUNT, NULL},
	{"quarantine", "Quarantined", GOV_FORM_COUNT, NULL}}},

	{"unenrolled", "coverage", "Not enrolled", "Every schema with objects is enrolled.",
		"SELECT object_type, object_ref, objects, count(*) OVER ()"
		"  FROM @.gov_unenrolled ORDER BY objects DESC, object_ref COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Schema", GOV_FORM_NAME, NULL},
	{"objects", "Objects that nobody governs", GOV_FORM_COUNT, NULL}}},

	{"sources", "coverage", "Where objects come from", "No source yet.",
		"SELECT state, source, kind, live, retired, array_to_string(excluded, ', '), left(reason, 300), count(*) OVER ()"
		"  FROM @.gov_source_state WHERE kind <> 'manual' OR live + retired > 0"
		" ORDER BY array_position(ARRAY['blocked', 'disabled', 'unenrolled', 'enabled'], state), source COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"state", "State", GOV_FORM_STATE, NULL}, {"source", "Source", GOV_FORM_NAME, NULL}, {"kind", "Kind", GOV_FORM_TEXT, NULL},
	{"live", "Live objects", GOV_FORM_COUNT, NULL}, {"retired", "Retired", GOV_FORM_COUNT, NULL},
	{"excluded", "Left out", GOV_FORM_NAME, NULL}, {"reason", "What blocks it", GOV_FORM_NAME, NULL}}},

	{"containers", "gaps", "Gaps by container", "No gaps.",
		"SELECT o.object_type, o.object_ref, c.gap, c.held, c.required, trunc((c.required - c.gap)::numeric / c.required, 3),"
		"       l.authority, count(*) OVER ()"
		"  FROM (SELECT container_id, sum(n)::bigint AS required, sum(n) FILTER (WHERE status = 'gap')::bigint AS gap,"
		"               coalesce(sum(n) FILTER (WHERE reason = 'quarantined'), 0)::bigint AS held"
		"          FROM cells GROUP BY container_id) AS c"
		"  LEFT JOIN leads AS l ON l.container_id = c.container_id"
		"  LEFT JOIN @.gov_object AS o ON o.object_id = c.container_id"
		" WHERE c.gap > 0"
		" ORDER BY c.gap DESC, o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nothing can be missing.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Container", GOV_FORM_NAME, "in no container"},
	{"gap", "Gaps", GOV_FORM_COUNT, NULL}, {"quarantined", "Of these held in quarantine", GOV_FORM_COUNT, NULL},
	{"required", "Required", GOV_FORM_COUNT, NULL}, {"coverage", "Coverage", GOV_FORM_PERCENT, NULL},
	{"nearest_owner", "Owner of most of the rest", GOV_FORM_NAME, "nobody"}}},

	{"owners", "gaps", "Gaps by owner", "Nobody owns anything yet, and nothing is required.",
		"SELECT coalesce(s.authority, m.authority), a.name, NULLIF(" GOV_CONTACT_WORDS("a.contact") ", ''), a.kind, coalesce(m.gap, 0), coalesce(m.containers, 0),"
		"       coalesce(s.answered, 0), coalesce(s.fallback, 0), coalesce(s.waived, 0), count(*) OVER ()"
		"  FROM (SELECT authority, coalesce(sum(n) FILTER (WHERE status IN ('direct', 'inherited', 'value')), 0)::bigint AS answered,"
		"               coalesce(sum(n) FILTER (WHERE status = 'fallback'), 0)::bigint AS fallback,"
		"               coalesce(sum(n) FILTER (WHERE status = 'waived'), 0)::bigint AS waived"
		"          FROM cells WHERE authority IS NOT NULL GROUP BY authority) AS s"
		"  FULL JOIN (SELECT l.authority, sum(c.n)::bigint AS gap, count(DISTINCT c.container_id) AS containers"
		"               FROM cells AS c LEFT JOIN leads AS l ON l.container_id = c.container_id"
		"              WHERE c.status = 'gap' GROUP BY l.authority) AS m ON m.authority = s.authority"
		"  LEFT JOIN @.gov_authority AS a ON a.authority = coalesce(s.authority, m.authority)"
		" ORDER BY coalesce(m.gap, 0) DESC, coalesce(s.authority, m.authority) COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nobody is asked for.",
	{{"authority", "Owner", GOV_FORM_NAME, "nobody near"}, {"name", "Name", GOV_FORM_NAME, NULL},
	{"contact", "Contact", GOV_FORM_NAME, NULL}, {"kind", "Kind", GOV_FORM_TEXT, NULL},
	{"gap", "Gaps in the owner's containers", GOV_FORM_COUNT, NULL}, {"containers", "Containers with gaps", GOV_FORM_COUNT, NULL},
	{"answered", "Cells answered for", GOV_FORM_COUNT, NULL}, {"fallback", "As last resort", GOV_FORM_COUNT, NULL},
	{"waived", "Waived", GOV_FORM_COUNT, NULL}}},

	{"gaps", "gaps", "Gaps one by one", "No gaps.",
		"SELECT object_type, object_ref, axis, value, reason,"
		"       (SELECT coalesce(sum(n), 0)::bigint FROM cells WHERE status = 'gap')"
		"  FROM @.gov_coverage_gap"
		" ORDER BY axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nothing can be missing.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"reason", "Why", GOV_FORM_TEXT, NULL}}},

	{"conflicts", "gaps", "Owner conflicts", "No cell whose container and value name different owners.",
		"SELECT object_type, object_ref, axis, value, authority, value_authority, count(*) OVER ()"
		"  FROM @.gov_owner_conflict"
		" ORDER BY axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nobody is asked for.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"authority", "By container, holds", GOV_FORM_NAME, NULL},
	{"value_authority", "By value", GOV_FORM_NAME, NULL}}},

	{"islands", "gaps", "Unclassified, or by values out of use", "No hidden islands.",
		"SELECT severity, kind, object_type, object_ref, axis, value, count(*) OVER ()"
		"  FROM @.gov_hidden_island"
		" ORDER BY severity COLLATE \"C\", kind COLLATE \"C\", axis COLLATE \"C\", object_ref COLLATE \"C\","
		"          object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"objects", "No object is governed.",
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"kind", "What", GOV_FORM_TEXT, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL},
	{"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL}}},

	{"findings", "findings", "Open findings", "No open findings.",
		"SELECT severity, detector, object_type, object_ref, axis, value, " DAYS("first_seen") ","
		"       " UTC("first_seen") ", scan_count, left(nullif(detail, '{}')::text, 300), count(*) OVER ()"
		"  FROM @.gov_drift_state WHERE status = 'open'"
		" ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), first_seen, detector COLLATE \"C\","
		"          axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\", finding_id LIMIT $1", false,
		"scans", "No scan has looked yet: gov_reconcile or gov_scan does.",
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"detector", "Detector", GOV_FORM_TEXT, NULL},
	{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "About", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"age_days", "Age in days", GOV_FORM_COUNT, NULL}, {"first_seen", "Since", GOV_FORM_TIME, NULL},
	{"scan_count", "Scans", GOV_FORM_COUNT, NULL}, {"detail", "Detail", GOV_FORM_NAME, NULL}}},

	{"detectors", "findings", "Findings by detector", "No findings yet.",
		"SELECT detector, count(*) FILTER (WHERE status = 'open' AND severity = 'critical'),"
		"       count(*) FILTER (WHERE status = 'open' AND severity = 'warning'),"
		"       count(*) FILTER (WHERE status = 'open' AND severity = 'info'),"
		"       count(*) FILTER (WHERE status = 'acknowledged'), count(*) FILTER (WHERE status = 'resolved'),"
		"       max(" DAYS("first_seen") ") FILTER (WHERE status = 'open'), count(*) OVER ()"
		"  FROM @.gov_drift_state GROUP BY detector"
		" ORDER BY 2 DESC, 3 DESC, 4 DESC, detector COLLATE \"C\" LIMIT $1", false,
		"scans", "No scan has looked yet: gov_reconcile or gov_scan does.",
	{{"detector", "Detector", GOV_FORM_TEXT, NULL}, {"critical", "Critical", GOV_FORM_COUNT, NULL}, {"warning", "Warning", GOV_FORM_COUNT, NULL},
	{"info", "Info", GOV_FORM_COUNT, NULL}, {"acknowledged", "Acknowledged", GOV_FORM_COUNT, NULL}, {"resolved", "Resolved", GOV_FORM_COUNT, NULL},
	{"oldest_days", "Oldest open, days", GOV_FORM_COUNT, NULL}}},

	{"queue", "findings", "Review backlog", "The backlog is empty.",
		"SELECT severity, kind, object_type, object_ref, axis, value, " DAYS("since") ", count(*) OVER ()"
		"  FROM @.gov_review_queue WHERE kind <> 'finding'"
		" ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), kind COLLATE \"C\", axis COLLATE \"C\","
		"          object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"kind", "What", GOV_FORM_TEXT, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL},
	{"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL},
	{"age_days", "Age in days", GOV_FORM_COUNT, NULL}}},

	{"lag", "lag", "Behind their assignment", "Every projection that is watched has caught up.",
		"WITH l AS MATERIALIZED (SELECT * FROM @.gov_projection_lag WHERE flag <> 'fresh'),"
		" broken AS (SELECT projection, axis, reason FROM l WHERE flag = 'unknown' GROUP BY projection, axis, reason)"
		" SELECT flag, projection, object_type, object_ref, axis, value, lag_days::bigint, projected_rows::bigint,"
		"       " UTC("assigned_at") ", " UTC("projected_at") ", reason, count(*) OVER ()"
		"  FROM (SELECT flag, projection, object_type, object_ref, axis, value, lag_days, projected_rows, assigned_at,"
		"               projected_at, reason FROM l WHERE flag <> 'unknown'"
		"        UNION ALL SELECT 'unknown', projection, NULL, NULL, axis, NULL, NULL, NULL, NULL, NULL, reason FROM broken) AS r"
		" ORDER BY flag = 'unknown' DESC, lag_days DESC NULLS FIRST, projection COLLATE \"C\", object_ref COLLATE \"C\","
		"          object_type COLLATE \"C\", axis COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"projections_watched", "No projection is watched: gov_set_projection names one.",
	{{"flag", "State", GOV_FORM_STATE, NULL}, {"projection", "Projection", GOV_FORM_NAME, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL},
	{"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL},
	{"lag_days", "Lag in days", GOV_FORM_COUNT, NULL}, {"projected_rows", "Rows", GOV_FORM_COUNT, NULL},
	{"assigned_at", "Assigned", GOV_FORM_TIME, NULL}, {"projected_at", "Projected", GOV_FORM_TIME, NULL},
	{"reason", "Could not be read", GOV_FORM_NAME, NULL}}},

	{"disagreements", "labels", "Assignments that labels do not confirm", "Labels and assignments agree, or somebody has judged.",
		"SELECT state, object_type, object_ref, axis, value, array_to_string(value_labels, ', '),"
		"       array_to_string(rule_labels, ', '), count(*) OVER ()"
		"  FROM @.gov_label_reconcile WHERE state IN ('divergent', 'orthogonal_facet', 'no_label_rule')"
		" ORDER BY state COLLATE \"C\", axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\","
		"          value COLLATE \"C\" LIMIT $1", true,
		"mappings", "No label is mapped to a value, so nothing is compared.",
	{{"state", "State", GOV_FORM_STATE, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL},
	{"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL}, {"value_labels", "Labels of the value", GOV_FORM_NAME, NULL},
	{"rule_labels", "Labels of the object", GOV_FORM_NAME, NULL}}},

	{"approvals", "approvals", "Open requests", "No open requests.",
		"SELECT status, approval, action, risk, proposer, approvals, missing, " UTC("created_at") ", " UTC("expires_at") ","
		"       left(justification, 300), count(*) OVER ()"
		"  FROM @.gov_approval_status WHERE status IN ('pending', 'approved') AND expires_at > now()"
		" ORDER BY expires_at, approval COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"status", "Status", GOV_FORM_STATE, NULL}, {"approval", "Request", GOV_FORM_NAME, NULL}, {"action", "Action", GOV_FORM_NAME, NULL},
	{"risk", "Risk", GOV_FORM_TEXT, NULL}, {"proposer", "Asked by", GOV_FORM_NAME, NULL}, {"approvals", "Votes for it", GOV_FORM_COUNT, NULL},
	{"missing", "Still missing", GOV_FORM_TEXT, NULL}, {"created_at", "Asked", GOV_FORM_TIME, NULL},
	{"expires_at", "Ends", GOV_FORM_TIME, NULL}, {"justification", "Why", GOV_FORM_NAME, NULL}}},

	{"ledger", "ledger", "Latest entries", "The ledger is empty.",
		"SELECT position, " UTC("at") ", actor, login, action, left(nullif(target, '{}')::text, 300), encode(hash, 'hex'),"
		"       (SELECT count(*) FROM @.gov_ledger)"
		"  FROM @.gov_ledger ORDER BY position DESC NULLS FIRST, seq DESC LIMIT least($1, 10)", false, NULL, NULL,
	{{"position", "Place", GOV_FORM_COUNT, NULL}, {"at", "When", GOV_FORM_TIME, NULL}, {"actor", "Acting", GOV_FORM_NAME, NULL},
	{"login", "Logged in as", GOV_FORM_NAME, NULL}, {"action", "Act", GOV_FORM_NAME, NULL}, {"target", "About", GOV_FORM_NAME, NULL},
	{"hash", "Hash", GOV_FORM_HASH, NULL}}},
};

/* Reads one table. */
static void
gov_report_read_table(const GovReportSource *source, int max_rows, MemoryContext context,
					  const GovMetrics *metrics, GovReportTable *table)
{
	Oid			type = INT8OID;
	GovArg		limit = gov_int8(max_rows);

	table->key = source->key;
	table->section = source->section;
	table->title = source->title;
	table->unmeasured = source->measures != NULL && gov_metric_total(metrics, source->measures) == 0;
	table->empty = table->unmeasured ? source->unmeasured : source->empty;
	table->columns = source->columns;
	while (table->ncolumns < GOV_REPORT_MAX_COLUMNS && source->columns[table->ncolumns].key != NULL)
		table->ncolumns++;
	table->nrows = (int) gov_run_text(source->select, 1, &type, &limit, true);
	table->rows = MemoryContextAlloc(context, sizeof(char **) * (table->nrows + 1));
	for (int row = 0; row < table->nrows; row++)
	{
		table->rows[row] = MemoryContextAlloc(context, sizeof(char *) * table->ncolumns);
		for (int column = 0; column < table->ncolumns; column++)
			table->rows[row][column] = gov_result_text(row, column + 1);
	}
	if (table->nrows > 0)
		table->total = gov_result_int8(0, table->ncolumns + 1);
}

/* A table to be read. */
typedef struct GovReportReading
{
	const GovReportSource *source;
	int			max_rows;
	MemoryContext context;
	const GovMetrics *metrics;
	GovReportTable *table;
} GovReportReading;

/* Reads one table, in the form that gov_attempt_read takes. */
static void
gov_report_read_table_work(void *arg)
{
	const GovReportReading *reading = (const GovReportReading *) arg;

	gov_report_read_table(reading->source, reading->max_rows, reading->context, reading->metrics, reading->table);
}

/* The same for one that needs labels: when they cannot be read, the table says so. */
static void
gov_report_attempt_table(GovReportReading *reading, GovMetrics *metrics)
{
	ErrorData  *error = gov_attempt_read(gov_report_read_table_work, reading);
	GovReportTable *table = reading->table;

	if (error == NULL)
		return;
	if (!gov_binding_any())
		ReThrowError(error);
	gov_metrics_note_failure(metrics, error);
	table->nrows = 0;
	table->total = GOV_METRIC_UNKNOWN;
	table->unavailable = MemoryContextStrdup(reading->context, gov_attempt_message(error));
}

/* Columns of heats_sql. */
enum {HEATS_AXIS = 1, HEATS_IS_CONTAINMENT, HEATS_TOTAL};

/* Axes with required cells: most gaps first. */
static const char *const heats_sql =
	"SELECT c.axis, x.is_containment, count(*) OVER ()"
	"  FROM (SELECT axis, sum(n) FILTER (WHERE status = 'gap') AS gap FROM cells GROUP BY axis) AS c"
	"  JOIN @.gov_axis AS x ON x.axis = c.axis"
	" ORDER BY x.is_containment, coalesce(c.gap, 0) DESC, c.axis COLLATE \"C\" LIMIT $1";

/* Columns of heat_sql. */
enum {HEATED_ROW = 1, HEATED_VALUE_NUMBER, HEATED_OBJECT_TYPE, HEATED_OBJECT_REF, HEATED_VALUE,
	HEATED_REQUIRED, HEATED_GAP, HEATED_WAIVED, HEATED_CONTAINERS, HEATED_VALUES};

/*
 * The cells of axis $1 by container and value: at most $2 containers, those
 * with most gaps, the others as number $2 + 1; at most $3 values, chosen
 * likewise, the others as number $3 + 1.
 */
static const char *const heat_sql =
	"WITH c AS (SELECT value, container_id, sum(n) AS required, coalesce(sum(n) FILTER (WHERE status = 'gap'), 0) AS gap,"
	"                  coalesce(sum(n) FILTER (WHERE status = 'waived'), 0) AS waived"
	"             FROM cells WHERE axis = $1 GROUP BY value, container_id),"
	" held AS (SELECT s.container_id, o.object_type, o.object_ref,"
	"                 row_number() OVER (ORDER BY s.gap DESC, o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\") AS place"
	"            FROM (SELECT container_id, sum(gap) AS gap FROM c GROUP BY container_id) AS s"
	"            LEFT JOIN @.gov_object AS o ON o.object_id = s.container_id),"
	" met AS (SELECT value, row_number() OVER (ORDER BY sum(gap) DESC, sum(required) DESC, value COLLATE \"C\") AS place"
	"           FROM c GROUP BY value),"
	" shown AS (SELECT value, row_number() OVER (ORDER BY value COLLATE \"C\") AS place FROM met WHERE place <= $3)"
	" SELECT least(h.place, $2 + 1), coalesce(s.place, $3 + 1),"
	"        min(h.object_type) FILTER (WHERE h.place <= $2), min(h.object_ref) FILTER (WHERE h.place <= $2), s.value,"
	"        sum(c.required)::bigint, sum(c.gap)::bigint, sum(c.waived)::bigint,"
	"        (SELECT count(*) FROM held), (SELECT count(*) FROM met)"
	"   FROM c JOIN held AS h ON h.container_id = c.container_id"
	"   LEFT JOIN shown AS s ON s.value = c.value"
	"  GROUP BY least(h.place, $2 + 1), s.place, s.value"
	"  ORDER BY 1, 2";

/* Adds counts to a cell. */
static void
gov_report_add(GovReportHeatCell *cell, uint64 row)
{
	cell->required += gov_result_int8(row, HEATED_REQUIRED);
	cell->gap += gov_result_int8(row, HEATED_GAP);
	cell->waived += gov_result_int8(row, HEATED_WAIVED);
}

/* Reads one axis as containers by values; its name and kind are set. */
static void
gov_report_read_heat(GovReportHeat *heat, MemoryContext context)
{
	Oid			types[] = {TEXTOID, INT8OID, INT8OID};
	GovArg		args[] = {gov_text(heat->axis), gov_int8(HEAT_ROWS), gov_int8(heat->is_containment ? 0 : HEAT_VALUES)};
	uint64		count = gov_run_text(heat_sql, lengthof(types), types, args, true);
	int64		values_max = DatumGetInt64(args[2].value);

	heat->nrows = (int) Min(gov_result_int8(0, HEATED_CONTAINERS), HEAT_ROWS);
	heat->rows_left = gov_result_int8(0, HEATED_CONTAINERS) - heat->nrows;
	heat->nvalues = (int) Min(gov_result_int8(0, HEATED_VALUES), values_max);
	heat->values_left = gov_result_int8(0, HEATED_VALUES) - heat->nvalues;
	heat->values = MemoryContextAllocZero(context, sizeof(char *) * (heat->nvalues + 1));
	heat->rows = MemoryContextAllocZero(context, sizeof(GovReportHeatRow) * (heat->nrows + 1));
	for (int row = 0; row <= heat->nrows; row++)
		heat->rows[row].cells = MemoryContextAllocZero(context, sizeof(GovReportHeatCell) * (heat->nvalues + 2));
	for (uint64 i = 0; i < count; i++)
	{
		int			row = (int) Min(gov_result_int8(i, HEATED_ROW) - 1, heat->nrows);
		int			value = (int) Min(gov_result_int8(i, HEATED_VALUE_NUMBER) - 1, heat->nvalues);

		if (heat->rows[row].object_ref == NULL)
		{
			heat->rows[row].object_type = gov_result_text(i, HEATED_OBJECT_TYPE);
			heat->rows[row].object_ref = gov_result_text(i, HEATED_OBJECT_REF);
		}
		if (value < heat->nvalues && heat->values[value] == NULL)
			heat->values[value] = gov_result_text(i, HEATED_VALUE);
		gov_report_add(&heat->rows[row].cells[value], i);
		gov_report_add(&heat->rows[row].cells[heat->nvalues + 1], i);
	}
}

/* Reads the axes as containers by values. */
static void
gov_report_read_heats(GovReport *report, MemoryContext context)
{
	Oid			type = INT8OID;
	GovArg		limit = gov_int8(HEATS_MAX);

	report->nheats = (int) gov_run_text(heats_sql, 1, &type, &limit, true);
	report->heats = MemoryContextAllocZero(context, sizeof(GovReportHeat) * (report->nheats + 1));
	if (report->nheats > 0)
		report->heats_total = gov_result_int8(0, HEATS_TOTAL);
	for (int i = 0; i < report->nheats; i++)
	{
		report->heats[i].axis = gov_result_text(i, HEATS_AXIS);
		report->heats[i].is_containment = gov_result_bool(i, HEATS_IS_CONTAINMENT);
	}
	for (int i = 0; i < report->nheats; i++)
		gov_report_read_heat(&report->heats[i], context);
}

/* Columns of trees_sql. */
enum {TREES_AXIS = 1, TREES_NAME, TREES_STATUS, TREES_NODES, TREES_TOTAL};

/* Axes with values: those that people classify by before those that mirror containers. */
static const char *const trees_sql =
	"SELECT x.axis, x.name, x.status, v.total, count(*) OVER ()"
	"  FROM (SELECT axis, count(*) AS total FROM @.gov_axis_value GROUP BY axis) AS v"
	"  JOIN @.gov_axis AS x ON x.axis = v.axis"
	" ORDER BY x.is_containment, x.axis COLLATE \"C\" LIMIT $1";

/* Columns of tree_sql. */
enum {NODE_VALUE = 1, NODE_NAME, NODE_STATUS, NODE_REPLACED_BY, NODE_DEPTH, NODE_ASSIGNMENTS};

static const char *const tree_sql =
	"SELECT value, name, status, replaced_by, depth, assignments FROM @.gov_value_tree"
	" WHERE axis = $1 ORDER BY path LIMIT $2";

/* Reads the first values of one tree. */
static void
gov_report_read_tree(GovReportTree *tree, MemoryContext context)
{
	Oid			types[] = {TEXTOID, INT8OID};
	GovArg		args[] = {gov_text(tree->axis), gov_int8(TREE_NODES)};

	tree->nnodes = (int) gov_run_text(tree_sql, lengthof(types), types, args, true);
	tree->nodes = MemoryContextAllocZero(context, sizeof(GovReportNode) * (tree->nnodes + 1));
	for (int i = 0; i < tree->nnodes; i++)
	{
		tree->nodes[i].value = gov_result_text(i, NODE_VALUE);
		tree->nodes[i].name = gov_result_text(i, NODE_NAME);
		tree->nodes[i].status = gov_result_text(i, NODE_STATUS);
		tree->nodes[i].replaced_by = gov_result_text(i, NODE_REPLACED_BY);
		tree->nodes[i].depth = gov_result_int4(i, NODE_DEPTH);
		tree->nodes[i].assignments = gov_result_int8(i, NODE_ASSIGNMENTS);
	}
}

/* Reads the value trees. */
static void
gov_report_read_trees(GovReport *report, MemoryContext context)
{
	Oid			type = INT8OID;
	GovArg		limit = gov_int8(TREES_MAX);

	report->ntrees = (int) gov_run_text(trees_sql, 1, &type, &limit, true);
	report->trees = MemoryContextAllocZero(context, sizeof(GovReportTree) * (report->ntrees + 1));
	if (report->ntrees > 0)
		report->trees_total = gov_result_int8(0, TREES_TOTAL);
	for (int i = 0; i < report->ntrees; i++)
	{
		report->trees[i].axis = gov_result_text(i, TREES_AXIS);
		report->trees[i].name = gov_result_text(i, TREES_NAME);
		report->trees[i].status = gov_result_text(i, TREES_STATUS);
		report->trees[i].total = gov_result_int8(i, TREES_NODES);
	}
	for (int i = 0; i < report->ntrees; i++)
		gov_report_read_tree(&report->trees[i], context);
}

/* Columns of the query of what is said once. */
enum {HEAD_DATABASE = 1, HEAD_VERSION, HEAD_GENERATED_AT, HEAD_LAST_RUN_AT, HEAD_LAST_SCAN_AT, HEAD_LAST_SCAN_DAYS,
	HEAD_UNCHAINED, HEAD_LEDGER};

/* Reads what is said once: where, when, and the end of the ledger. */
static void
gov_report_read_head(GovReport *report)
{
	(void) gov_run_text("SELECT current_database()::text,"
						" (SELECT extversion FROM pg_extension WHERE extname = 'governance'), " UTC("now()") ","
						" (SELECT " UTC("max(finished_at)") " FROM @.gov_scan_run),"
						" (SELECT " UTC("max(scanned_at)") " FROM @.gov_scan_run),"
						" (SELECT coalesce(" DAYS("max(scanned_at)") ", 0) FROM @.gov_scan_run),"
						" (SELECT count(*) FROM @.gov_ledger WHERE position IS NULL),"
						" (SELECT encode(hash, 'hex') FROM @.gov_ledger WHERE position IS NOT NULL"
						"   ORDER BY position DESC LIMIT 1)", 0, NULL, NULL, true);
	report->database = gov_result_text(0, HEAD_DATABASE);
	report->version = gov_result_text(0, HEAD_VERSION);
	report->generated_at = gov_result_text(0, HEAD_GENERATED_AT);
	report->last_run_at = gov_result_text(0, HEAD_LAST_RUN_AT);
	report->last_scan_at = gov_result_text(0, HEAD_LAST_SCAN_AT);
	report->last_scan_days = gov_result_int8(0, HEAD_LAST_SCAN_DAYS);
	report->unchained = gov_result_int8(0, HEAD_UNCHAINED);
	report->ledger_head = gov_result_text(0, HEAD_LEDGER);
}

/* Reads it all under the snapshot of the running query; at most so many rows per table. */
GovReport *
gov_report_read(int max_rows)
{
	MemoryContext context = CurrentMemoryContext;
	GovReport  *report = palloc0(sizeof(GovReport));
	GovRows    *cells;
	GovRows    *leads;
	int			level;
	bool		told = gov_progress_begin("gov_report_html");

	report->metrics = gov_metrics_read();
	report->gates_armed = gov_gates_armed();
	report->ntables = lengthof(sources);
	report->tables = palloc0(sizeof(GovReportTable) * lengthof(sources));
	level = gov_spi_begin();
	gov_report_read_head(report);
	gov_progress_phase("collecting cells", GOV_PROGRESS_UNKNOWN);
	cells = gov_spi_collect_as_asked("cells", cells_sql);
	leads = gov_spi_collect_as_asked("leads", leads_sql);
	for (int i = 0; i < report->ntables; i++)
	{
		GovReportReading reading = {&sources[i], max_rows, context, report->metrics, &report->tables[i]};

		CHECK_FOR_INTERRUPTS();
		gov_progress_phase(psprintf("table %d of %d, %s", i + 1, report->ntables, sources[i].key), GOV_PROGRESS_UNKNOWN);
		if (sources[i].labels)
			gov_report_attempt_table(&reading, report->metrics);
		else
			gov_report_read_table_work(&reading);
	}
	gov_progress_phase("containers and values", GOV_PROGRESS_UNKNOWN);
	gov_report_read_heats(report, context);
	gov_report_read_trees(report, context);
	gov_spi_discard(leads);
	gov_spi_discard(cells);
	gov_spi_end(level);
	gov_progress_end(told);
	return report;
}

/* A table by its key; NULL when there is none. */
const GovReportTable *
gov_report_table(const GovReport *report, const char *key)
{
	for (int i = 0; i < report->ntables; i++)
	{
		if (strcmp(report->tables[i].key, key) == 0)
			return &report->tables[i];
	}
	return NULL;
}
