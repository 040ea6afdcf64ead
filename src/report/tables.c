/*-------------------------------------------------------------------------
 *
 * report/tables.c
 *	  The tables of the report, and the statements that mend.
 *
 * Each is a constant below: a statement that gives the first rows, and how
 * many there are in its last column; titles and forms of the columns; what to
 * say when there is no row, or when nothing was looked at.  Required cells were
 * counted before and are kept aside as "cells", by the outermost container
 * ("roots") and whoever answers for most of its cells ("leads"); so is who can
 * see what bears a value, and may not, by role ("exposed").
 *
 * What needs labels that cannot be read (labels/bindings.c) is missing, and says so.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/extension.h"
#include "server/progress.h"
#include "server/spi.h"
#include "registered/attempt.h"
#include "trust/contact.h"
#include "registry/in_force.h"
#include "labels/bindings.h"
#include "report/tables.h"

#define UTC(time) GOV_REPORT_UTC(time)
#define DAYS(time) GOV_REPORT_DAYS(time)
#define WORDS(detail) "governance_internal.gov_report_words(" detail ")"
#define LITERAL(text) "governance_internal.gov_report_literal(" text ")"

/*
 * What a table is made from: $1 is how many rows to show, $2 the extension's
 * schema, quoted; the last column is how many there are.
 */
typedef struct GovReportSource
{
	const char *key;
	const char *section;
	const char *title;
	const char *empty;
	const char *all;			/* what SELECT * FROM it gives all rows; NULL: nothing does */
	const char *select;
	bool		labels;			/* reads what may be bound to relations of the application */
	const char *measures;		/* a count that is 0 when nothing was looked at; NULL: always is */
	const char *unmeasured;		/* what to say then */
	GovReportColumn columns[GOV_REPORT_MAX_COLUMNS];
} GovReportSource;

static const GovReportSource sources[] = {
	{"trend", "trend", "Share of each axis, worst first", "No axis yet.", "gov_axis_figure",
		"SELECT axis, CASE WHEN lower(name) <> lower(axis) THEN name END, share, CASE WHEN required > 0 THEN gap END, required, week_ago, month_ago, quarter_ago,"
		"       round(change, 3), " UTC("since") ", points, count(*) OVER ()"
		"  FROM governance_internal.gov_report_trend"
		" ORDER BY share NULLS LAST, gap DESC NULLS LAST, axis COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"axis", "Axis", GOV_FORM_NAME, NULL}, {"name", "+Name", GOV_FORM_NAME, NULL},
	{"share", "Share now", GOV_FORM_PERCENT, "not measured: nothing is required"},
	{"gap", "Gaps", GOV_FORM_COUNT, NULL}, {"required", "Required", GOV_FORM_COUNT, NULL},
	{"week_ago", "7 days ago", GOV_FORM_SHARE, "not measured"}, {"month_ago", "30 days ago", GOV_FORM_SHARE, "not measured"},
	{"quarter_ago", "90 days ago", GOV_FORM_SHARE, "not measured"},
	{"change", "Change", GOV_FORM_POINTS, "not measured"}, {"since", "+Measured since", GOV_FORM_TIME, NULL},
	{"points", "Trend", GOV_FORM_TREND, "not measured"}}},

	{"axes", "coverage", "Axes in detail", "No axis yet.", "gov_coverage_summary",
		"WITH c AS MATERIALIZED (SELECT * FROM @.gov_coverage_summary)"
		" SELECT x.axis, x.status, c.required, c.covered, c.gap, c.waived, c.fallback,"
		"       trunc((c.required - c.gap)::numeric / nullif(c.required, 0), 3),"
		"       c.missing_assignments, c.low_confidence, c.stale, c.quarantine, count(*) OVER ()"
		"  FROM @.gov_axis AS x LEFT JOIN c ON c.axis = x.axis"
		" ORDER BY coalesce(c.gap, 0) DESC, x.axis COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"axis", "Axis", GOV_FORM_NAME, NULL}, {"status", "Status", GOV_FORM_STATE, NULL},
	{"required", "Required", GOV_FORM_COUNT, NULL}, {"covered", "Covered", GOV_FORM_COUNT, NULL}, {"gap", "Gaps", GOV_FORM_COUNT, NULL},
	{"waived", "Waived", GOV_FORM_COUNT, NULL}, {"fallback", "Fallback", GOV_FORM_COUNT, NULL},
	{"coverage", "Coverage", GOV_FORM_PERCENT, NULL}, {"missing_assignments", "Missing values", GOV_FORM_COUNT, NULL},
	{"low_confidence", "Low confidence", GOV_FORM_COUNT, NULL}, {"stale", "Stale", GOV_FORM_COUNT, NULL},
	{"quarantine", "Quarantined", GOV_FORM_COUNT, NULL}}},

	{"rules", "coverage", "Rules: what is required", "No rule yet, so nothing is required.", "gov_rule_scope",
		"SELECT s.status, s.rule, s.axis, CASE s.mode WHEN 'cross_product' THEN 'every value' ELSE 'the values assigned' END,"
		"       coalesce(array_to_string(s.applies_to, ', '), 'all types'),"
		"       coalesce(nullif(concat_ws('; ', 'in ' || s.container_type || ' ' || s.container_ref, 'names like ' || s.pattern,"
		"                CASE s.parts WHEN 'leaves' THEN 'what has no partitions, and partitions' WHEN 'all' THEN 'partitions and sequences of columns, too' END), ''), 'everywhere'),"
		"       s.objects, nullif(r.confidence_threshold, 0), nullif(r.staleness_days, 0)::bigint, count(*) OVER ()"
		"  FROM @.gov_rule_scope AS s JOIN @.gov_coverage_rule AS r ON r.rule = s.rule"
		" ORDER BY array_position(ARRAY['active', 'candidate', 'retired'], s.status), s.axis COLLATE \"C\", s.rule COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"status", "Status", GOV_FORM_STATE, NULL}, {"rule", "Rule", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"requires", "An owner is required for", GOV_FORM_TEXT, NULL}, {"applies_to", "Of objects of types", GOV_FORM_NAME, NULL}, {"scope", "Where", GOV_FORM_NAME, NULL},
	{"objects", "Objects", GOV_FORM_COUNT, NULL}, {"confidence_threshold", "Confidence of at least", GOV_FORM_SHARE, "any"},
	{"staleness_days", "Stale after days", GOV_FORM_COUNT, "never"}}},

	{"unenrolled", "coverage", "Not enrolled", "Every schema with objects is enrolled.", "gov_unenrolled",
		"SELECT object_type, object_ref, objects, format('SELECT %s.gov_enroll_schema(%s);', $2, " LITERAL("object_ref") "), count(*) OVER ()"
		"  FROM @.gov_unenrolled ORDER BY objects DESC, object_ref COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Schema", GOV_FORM_NAME, NULL},
	{"objects", "Objects that nobody governs", GOV_FORM_COUNT, NULL}, {"statement", "Statement that enrols it", GOV_FORM_SQL, NULL}}},

	{"sources", "coverage", "Where objects come from", "No source yet.", "gov_source_state",
		"SELECT state, source, kind, live, retired, nullif(array_to_string(excluded, ', '), ''), left(reason, 300), count(*) OVER ()"
		"  FROM @.gov_source_state WHERE kind <> 'manual' OR live + retired > 0"
		" ORDER BY array_position(ARRAY['blocked', 'disabled', 'unenrolled', 'enabled'], state), source COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"state", "State", GOV_FORM_STATE, NULL}, {"source", "Source", GOV_FORM_NAME, NULL}, {"kind", "Kind", GOV_FORM_TEXT, NULL},
	{"live", "Live objects", GOV_FORM_COUNT, NULL}, {"retired", "Retired", GOV_FORM_COUNT, NULL},
	{"excluded", "Left out", GOV_FORM_NAME, NULL}, {"reason", "What blocks it", GOV_FORM_NAME, NULL}}},

	{"containers", "", "Gaps by schema", "No gaps.", NULL,
		"SELECT o.object_type, o.object_ref, c.gap, c.held, c.required, trunc((c.required - c.gap)::numeric / c.required, 3),"
		"       l.authority, a.name, NULLIF(" GOV_CONTACT_WORDS("a.contact") ", ''), c.lines, count(*) OVER ()"
		"  FROM (SELECT root_id, sum(n)::bigint AS required, sum(n) FILTER (WHERE status = 'gap')::bigint AS gap,"
		"               coalesce(sum(n) FILTER (WHERE reason = 'quarantined'), 0)::bigint AS held,"
		"               count(DISTINCT (axis, value)) FILTER (WHERE status = 'gap' AND reason <> 'quarantined') AS lines"
		"          FROM cells GROUP BY root_id) AS c"
		"  LEFT JOIN leads AS l ON l.root_id = c.root_id"
		"  LEFT JOIN @.gov_authority AS a ON a.authority = l.authority"
		"  LEFT JOIN @.gov_object AS o ON o.object_id = c.root_id"
		" WHERE c.gap > 0"
		" ORDER BY c.gap DESC, o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nothing can be missing.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Schema", GOV_FORM_NAME, "in no container"},
	{"gap", "Gaps", GOV_FORM_COUNT, NULL}, {"quarantined", "Of these held in quarantine", GOV_FORM_COUNT, NULL},
	{"required", "Required", GOV_FORM_COUNT, NULL}, {"coverage", "Coverage", GOV_FORM_PERCENT, NULL},
	{"nearest_owner", "Owner of most of the rest", GOV_FORM_NAME, "nobody"}, {"name", "+Name", GOV_FORM_NAME, NULL},
	{"contact", "Contact", GOV_FORM_NAME, NULL}, {"mends", "Axes and values with gaps", GOV_FORM_COUNT, NULL}}},

	{"mends", "", "Statements that mend gaps", "No gaps.", NULL,
		"SELECT o.object_type, o.object_ref, m.axis, m.value, m.gap, w.who, a.name,"
		"       CASE WHEN m.root_id = 0 THEN governance_internal.gov_report_mend_loose($2, m.axis, m.value, w.who)"
		"            ELSE governance_internal.gov_report_mend($2, m.root_id, m.axis, m.value, w.who) END, m.total"
		"  FROM (SELECT root_id, axis, value, sum(n)::bigint AS gap, sum(sum(n)) OVER (PARTITION BY root_id) AS all_gaps, count(*) OVER () AS total,"
		"               row_number() OVER (PARTITION BY root_id ORDER BY sum(n) DESC, axis COLLATE \"C\", value COLLATE \"C\") AS place"
		"          FROM cells WHERE status = 'gap' AND reason <> 'quarantined' GROUP BY root_id, axis, value) AS m"
		"  LEFT JOIN @.gov_object AS o ON o.object_id = m.root_id"
		"  LEFT JOIN leads AS l ON l.root_id = m.root_id"
		" CROSS JOIN LATERAL (SELECT governance_internal.gov_report_candidate(m.axis, l.authority)) AS w (who)"
		"  LEFT JOIN @.gov_authority AS a ON a.authority = w.who"
		" WHERE m.place <= 12"
		" ORDER BY m.all_gaps DESC, o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\", m.place LIMIT 12 * $1", false,
		"required", "Nothing is required, so nothing can be missing.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Schema", GOV_FORM_NAME, "in no container"},
	{"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL}, {"gap", "Gaps", GOV_FORM_COUNT, NULL},
	{"authority", "Who would answer", GOV_FORM_NAME, "nobody is near"}, {"name", "+Name", GOV_FORM_NAME, NULL},
	{"statement", "Statement", GOV_FORM_SQL, NULL}}},

	{"owners", "gaps", "Gaps by owner", "Nobody owns anything yet, and nothing is required.", NULL,
		"SELECT coalesce(s.authority, m.authority), a.name, NULLIF(" GOV_CONTACT_WORDS("a.contact") ", ''), a.kind, coalesce(m.gap, 0), coalesce(m.containers, 0),"
		"       coalesce(s.answered, 0), coalesce(s.fallback, 0), coalesce(s.waived, 0), count(*) OVER ()"
		"  FROM (SELECT authority, coalesce(sum(n) FILTER (WHERE status IN ('direct', 'inherited', 'value')), 0)::bigint AS answered,"
		"               coalesce(sum(n) FILTER (WHERE status = 'fallback'), 0)::bigint AS fallback,"
		"               coalesce(sum(n) FILTER (WHERE status = 'waived'), 0)::bigint AS waived"
		"          FROM cells WHERE authority IS NOT NULL GROUP BY authority) AS s"
		"  FULL JOIN (SELECT l.authority, sum(c.n)::bigint AS gap, count(DISTINCT c.root_id) AS containers"
		"               FROM cells AS c LEFT JOIN leads AS l ON l.root_id = c.root_id"
		"              WHERE c.status = 'gap' GROUP BY l.authority) AS m ON m.authority = s.authority"
		"  LEFT JOIN @.gov_authority AS a ON a.authority = coalesce(s.authority, m.authority)"
		" ORDER BY coalesce(m.gap, 0) DESC, coalesce(s.authority, m.authority) COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nobody is asked for.",
	{{"authority", "Owner", GOV_FORM_NAME, "nobody near"}, {"name", "Name", GOV_FORM_NAME, NULL},
	{"contact", "Contact", GOV_FORM_NAME, NULL}, {"kind", "Kind", GOV_FORM_TEXT, NULL},
	{"gap", "Gaps in the owner&#39;s schemas", GOV_FORM_COUNT, NULL}, {"containers", "Schemas with gaps", GOV_FORM_COUNT, NULL},
	{"answered", "Cells answered for", GOV_FORM_COUNT, NULL}, {"fallback", "As last resort", GOV_FORM_COUNT, NULL},
	{"waived", "Waived", GOV_FORM_COUNT, NULL}}},

	{"gaps", "gaps", "Gaps one by one", "No gaps.", "gov_coverage_gap",
		"WITH g AS (SELECT object_id, object_type, object_ref, axis, value, reason FROM @.gov_coverage_gap"
		"            ORDER BY axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1)"
		" SELECT g.object_type, g.object_ref, g.axis, g.value, g.reason,"
		"       CASE WHEN g.reason <> 'quarantined' THEN governance_internal.gov_report_mend($2, g.object_id, g.axis, g.value,"
		"            governance_internal.gov_report_candidate(g.axis, l.authority)) END,"
		"       (SELECT coalesce(sum(n), 0)::bigint FROM cells WHERE status = 'gap')"
		"  FROM g JOIN @.gov_object AS o ON o.object_id = g.object_id"
		"  LEFT JOIN roots AS r ON r.container_id = coalesce(o.container_id, o.object_id)"
		"  LEFT JOIN leads AS l ON l.root_id = coalesce(r.root_id, 0)"
		" ORDER BY g.axis COLLATE \"C\", g.object_ref COLLATE \"C\", g.object_type COLLATE \"C\", g.value COLLATE \"C\"", false,
		"required", "Nothing is required, so nothing can be missing.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"reason", "Why", GOV_FORM_TEXT, NULL}, {"statement", "Statement", GOV_FORM_SQL, "none: held on purpose, or nobody is near"}}},

	{"conflicts", "gaps", "Owner conflicts", "No cell whose container and value name different owners.", "gov_owner_conflict",
		"SELECT object_type, object_ref, axis, value, authority, value_authority, count(*) OVER ()"
		"  FROM @.gov_owner_conflict"
		" ORDER BY axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"required", "Nothing is required, so nobody is asked for.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"authority", "By container, holds", GOV_FORM_NAME, NULL},
	{"value_authority", "By value", GOV_FORM_NAME, NULL}}},

	{"islands", "gaps", "Unclassified, or by values out of use", "No hidden islands.", "gov_hidden_island",
		"SELECT severity, kind, object_type, object_ref, axis, value, count(*) OVER ()"
		"  FROM @.gov_hidden_island"
		" ORDER BY severity COLLATE \"C\", kind COLLATE \"C\", axis COLLATE \"C\", object_ref COLLATE \"C\","
		"          object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false,
		"objects", "No object is governed.",
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"kind", "What", GOV_FORM_TEXT, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL},
	{"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL}}},

	{"guarded", "access", "By value, what is open to everybody first", "Nobody said of a value who may read or write what bears it.", "gov_access",
		"WITH s AS (SELECT r.axis, r.value, array_agg(DISTINCT a.role_name::text COLLATE \"C\") FILTER (WHERE a.role_name <> '') AS may"
		"             FROM governance_internal.gov_access_ruled AS r"
		"             JOIN @.gov_access AS a ON a.axis = r.axis AND a.value = r.ruler AND a.privilege = r.privilege GROUP BY r.axis, r.value),"
		" t AS (SELECT axis, value, max(value_objects) AS objects, count(*) AS roles, bool_or(role_oid = 0) AS to_all,"
		"              array_agg(role::text ORDER BY role_oid = 0 DESC, objects DESC, role::text COLLATE \"C\") AS who FROM exposed GROUP BY axis, value)"
		" SELECT CASE WHEN t.to_all THEN 'open to everybody' WHEN t.roles > 0 THEN 'open to others' ELSE 'kept' END, s.axis, s.value,"
		"       array_to_string(s.may[1:5], ', ') || CASE WHEN cardinality(s.may) > 5 THEN format(' and %s more', cardinality(s.may) - 5) ELSE '' END,"
		"       coalesce(t.roles, 0), array_to_string(t.who[1:5], ', ') || CASE WHEN t.roles > 5 THEN format(' and %s more', t.roles - 5) ELSE '' END,"
		"       coalesce(t.objects, 0), count(*) OVER ()"
		"  FROM s LEFT JOIN t ON t.axis = s.axis AND t.value = s.value"
		" ORDER BY coalesce(t.to_all, false) DESC, coalesce(t.objects, 0) DESC, s.axis COLLATE \"C\", s.value COLLATE \"C\" LIMIT $1", false,
		"values_guarded", "Nothing was said of access yet: gov_set_access says who may read or write what bears a value.",
	{{"state", "State", GOV_FORM_STATE, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL},
	{"may", "Who may", GOV_FORM_NAME, "nobody"}, {"roles", "Roles that have access and may not", GOV_FORM_COUNT, NULL},
	{"who", "Which", GOV_FORM_NAME, "none"}, {"objects", "Objects that they can read or write", GOV_FORM_COUNT, NULL}}},

	{"exposed", "access", "Who has access and may not, everybody first", "Nobody can who may not; superusers can do everything, and are not looked at.", "gov_exposure",
		"SELECT e.role::text, e.axis, e.value, e.privileges, e.via, e.objects, o.object_type, o.object_ref,"
		"       CASE e.reachable WHEN 0 THEN 'no' WHEN e.objects THEN 'yes' ELSE format('%s of them', e.reachable) END,"
		"       CASE WHEN e.can_login THEN 'yes' WHEN NOT e.can_login THEN 'no' END, count(*) OVER ()"
		"  FROM exposed AS e JOIN @.gov_object AS o ON o.object_id = e.first_id"
		" ORDER BY e.role_oid = 0 DESC, e.objects DESC, e.role::text COLLATE \"C\", e.axis COLLATE \"C\", e.value COLLATE \"C\" LIMIT $1", false,
		"values_guarded", "Nothing was said of access yet, so nobody can be exposed.",
	{{"role", "Role", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL},
	{"privileges", "Can", GOV_FORM_NAME, NULL}, {"via", "By which way", GOV_FORM_NAME, NULL}, {"objects", "Objects", GOV_FORM_COUNT, NULL},
	{"object_type", "Type", GOV_FORM_NAME, NULL}, {"first", "For instance", GOV_FORM_NAME, NULL},
	{"reachable", "Has USAGE on their schemas", GOV_FORM_TEXT, NULL}, {"can_login", "Can log in", GOV_FORM_TEXT, "everybody"}}},

	{"exposure_unknown", "access", "Functions of which nobody knows what they show", "Every function that runs with the rights of its owner is looked through.", "gov_exposure_unknown",
		"SELECT function_type, function_ref, owner::text, objects, roles, count(*) OVER ()"
		"  FROM @.gov_exposure_unknown ORDER BY roles DESC, objects DESC, function_ref COLLATE \"C\", function_type COLLATE \"C\" LIMIT $1", false,
		"values_guarded", "Nothing was said of access yet.",
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Function", GOV_FORM_NAME, NULL}, {"owner", "Runs with the rights of", GOV_FORM_NAME, NULL},
	{"objects", "Guarded objects its owner can read", GOV_FORM_COUNT, NULL}, {"roles", "Roles that can call it", GOV_FORM_COUNT, NULL}}},

	{"findings", "findings", "Open findings", "No open findings.", "gov_drift_state WHERE status = 'open'",
		"WITH shown AS (SELECT f.*, row_number() OVER (ORDER BY array_position(ARRAY['critical', 'warning', 'info'], f.severity), f.first_seen,"
		"  f.detector COLLATE \"C\", f.axis COLLATE \"C\", f.object_ref COLLATE \"C\", f.object_type COLLATE \"C\", f.value COLLATE \"C\", f.finding_id) AS place"
		"   FROM governance_internal.gov_report_finding AS f ORDER BY place LIMIT $1)"
		" SELECT s.severity, s.detector, s.object_type, s.object_ref, s.others, s.alike, s.axis, s.value, " DAYS("s.first_seen") ", " UTC("s.first_seen") ","
		"       (SELECT d.scan_count FROM @.gov_drift_state AS d WHERE d.finding_id = s.finding_id), " WORDS("s.detail") ", s.of_all"
		"  FROM shown AS s ORDER BY s.place", false,
		"scans", "No scan has looked yet: gov_reconcile or gov_scan does.",
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"detector", "Detector", GOV_FORM_TEXT, NULL},
	{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "About", GOV_FORM_NAME, NULL}, {"others", "+Others alike", GOV_FORM_MORE, NULL},
	{"alike", "Alike", GOV_FORM_COUNT, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"age_days", "Age in days", GOV_FORM_COUNT, NULL}, {"first_seen", "Since", GOV_FORM_TIME, NULL},
	{"scan_count", "Scans", GOV_FORM_COUNT, NULL}, {"detail", "Detail", GOV_FORM_NAME, NULL}}},

	{"detectors", "findings", "Findings by detector", "No findings yet.", "gov_drift_summary",
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

	{"queue", "findings", "Review backlog", "The backlog is empty.", "gov_review_queue",
		"SELECT severity, kind, object_type, object_ref, axis, value, " DAYS("since") ", count(*) OVER ()"
		"  FROM @.gov_review_queue WHERE kind <> 'finding'"
		" ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), kind COLLATE \"C\", axis COLLATE \"C\","
		"          object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"kind", "What", GOV_FORM_TEXT, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL},
	{"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL},
	{"age_days", "Age in days", GOV_FORM_COUNT, NULL}}},

	{"lag", "lag", "Behind their assignment", "Every projection that is watched has caught up.", "gov_projection_lag WHERE flag <> 'fresh'",
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

	{"disagreements", "labels", "Assignments that labels do not confirm", "Labels and assignments agree, or somebody has judged.", "gov_label_reconcile",
		"SELECT state, object_type, object_ref, axis, value, array_to_string(value_labels, ', '),"
		"       array_to_string(rule_labels, ', '), count(*) OVER ()"
		"  FROM @.gov_label_reconcile WHERE state IN ('divergent', 'orthogonal_facet', 'no_label_rule')"
		" ORDER BY state COLLATE \"C\", axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\","
		"          value COLLATE \"C\" LIMIT $1", true,
		"mappings", "No label is mapped to a value, so nothing is compared.",
	{{"state", "State", GOV_FORM_STATE, NULL}, {"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL},
	{"axis", "Axis", GOV_FORM_NAME, NULL}, {"value", "Value", GOV_FORM_NAME, NULL}, {"value_labels", "Labels of the value", GOV_FORM_NAME, NULL},
	{"rule_labels", "Labels of the object", GOV_FORM_NAME, NULL}}},

	{"approvals", "approvals", "Open requests", "No open requests.", "gov_approval_status",
		"SELECT status, approval, action, risk, proposer, approvals, missing, " UTC("created_at") ", " UTC("expires_at") ","
		"       left(justification, 300), count(*) OVER ()"
		"  FROM @.gov_approval_status WHERE status IN ('pending', 'approved') AND expires_at > now()"
		" ORDER BY expires_at, approval COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"status", "Status", GOV_FORM_STATE, NULL}, {"approval", "Request", GOV_FORM_NAME, NULL}, {"action", "Action", GOV_FORM_NAME, NULL},
	{"risk", "Risk", GOV_FORM_TEXT, NULL}, {"proposer", "Asked by", GOV_FORM_NAME, NULL}, {"approvals", "Votes for it", GOV_FORM_COUNT, NULL},
	{"missing", "Still missing", GOV_FORM_TEXT, NULL}, {"created_at", "Asked", GOV_FORM_TIME, NULL},
	{"expires_at", "Ends", GOV_FORM_TIME, NULL}, {"justification", "Why", GOV_FORM_NAME, NULL}}},

	{"rollouts", "rollouts", "Tiers of rollouts", "No rollout.", "gov_rollout_status",
		"WITH gate AS MATERIALIZED (SELECT r.rollout, g.tier, g.blocker"
		"  FROM (SELECT DISTINCT rollout FROM @.gov_rollout_status WHERE NOT applied) AS r"
		"  CROSS JOIN LATERAL @.gov_gate(r.rollout) AS g WHERE g.verdict = 'BLOCKED')"
		" SELECT s.rollout, s.tier, s.name, s.kind, s.status, s.rehearsal,"
		"       (SELECT string_agg(concat(d ->> 'metric', ' ' || (d ->> 'axis'), CASE d ->> 'kind' WHEN 'delta' THEN ': changed by ' ELSE ': ' END,"
		"                coalesce(d ->> 'found', 'unknown'), CASE WHEN d -> 'found' IS DISTINCT FROM d -> 'expected' THEN concat(', expected ', d ->> 'expected') END), '; ')"
		"          FROM jsonb_array_elements(s.deltas) AS d),"
		"       left(coalesce(s.problem ->> 'message', CASE WHEN NOT s.applied THEN (SELECT string_agg(g.blocker, '; ') FROM gate AS g"
		"            WHERE g.rollout = s.rollout AND coalesce(g.tier, s.tier) = s.tier) END), 300),"
		"       s.approval, " UTC("s.last_at") ", s.last_by, count(*) OVER ()"
		"  FROM @.gov_rollout_status AS s"
		" ORDER BY bool_and(s.applied) OVER (PARTITION BY s.rollout COLLATE \"C\"), s.rollout COLLATE \"C\", s.tier LIMIT $1", false, NULL, NULL,
	{{"rollout", "Rollout", GOV_FORM_NAME, NULL}, {"tier", "Tier", GOV_FORM_COUNT, NULL}, {"name", "+Name", GOV_FORM_NAME, NULL},
	{"kind", "Kind", GOV_FORM_TEXT, NULL}, {"status", "State", GOV_FORM_STATE, NULL}, {"rehearsal", "Rehearsal", GOV_FORM_STATE, NULL},
	{"found", "Expected of it, and found", GOV_FORM_NAME, NULL}, {"blocker", "What stands in the way", GOV_FORM_NAME, NULL},
	{"approval", "Approval", GOV_FORM_NAME, "none"}, {"last_at", "Last run", GOV_FORM_TIME, "never"}, {"last_by", "By", GOV_FORM_NAME, NULL}}},

	{"ages", "audit", "How old each figure is", "Nothing was looked at.", NULL,
		"SELECT what, " UTC("as_of") ", CASE WHEN as_of IS NOT NULL THEN " DAYS("as_of") " END, who, note, count(*) OVER ()"
		"  FROM (VALUES (1, 'counts, gaps, owners, values, access', now(), session_user::text, 'counted for this page'),"
		"        (2, 'findings', (SELECT max(scanned_at) FROM @.gov_scan_run),"
		"         (SELECT actor FROM @.gov_scan_run WHERE scanned_at IS NOT NULL ORDER BY scan_no DESC LIMIT 1), 'found by the last scan'),"
		"        (3, 'inventory, labels, expired ownership', (SELECT max(finished_at) FROM @.gov_scan_run WHERE summary IS NOT NULL),"
		"         (SELECT actor FROM @.gov_scan_run WHERE summary IS NOT NULL AND finished_at IS NOT NULL ORDER BY finished_at DESC, scan_id DESC LIMIT 1),"
		"         'as of the last gov_reconcile'),"
		"        (4, 'trend', (SELECT max(measured_at) FROM @.gov_axis_figure), NULL, 'figures of an axis last changed then'),"
		"        (5, 'ledger', (SELECT max(at) FROM @.gov_ledger WHERE position IS NOT NULL), NULL, 'its last entry that is chained'),"
		"        (6, 'check of the ledger', NULL, NULL, 'not measured: SELECT * FROM gov_ledger_verify() checks it, gov_ledger_head() is what to compare'))"
		"       AS t (place, what, as_of, who, note)"
		" ORDER BY place LIMIT $1", false, NULL, NULL,
	{{"what", "Figure", GOV_FORM_TEXT, NULL}, {"as_of", "As of", GOV_FORM_TIME, "never"}, {"age_days", "Age in days", GOV_FORM_COUNT, NULL},
	{"by", "By", GOV_FORM_NAME, NULL}, {"note", "What that is", GOV_FORM_NAME, NULL}}},

	{"gates", "audit", "Gates and quorums", "No actions.", "gov_gated_act",
		"SELECT a.action, a.risk, CASE a.gate WHEN 'approval' THEN 'approval needed' ELSE a.gate END, q.min_approvals, q.min_sovereign, q.min_council,"
		"       CASE WHEN q.needs_confirmation THEN 'yes' ELSE 'no' END, count(*) OVER ()"
		"  FROM @.gov_action AS a LEFT JOIN @.gov_quorum_rule AS q ON q.risk = a.risk"
		" ORDER BY a.gate, array_position(ARRAY['constitutional', 'high', 'medium', 'low'], a.risk), a.action COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"action", "Action", GOV_FORM_NAME, NULL}, {"risk", "Risk", GOV_FORM_TEXT, NULL}, {"gate", "Gate, once armed", GOV_FORM_STATE, NULL},
	{"min_approvals", "Votes needed", GOV_FORM_COUNT, NULL}, {"min_sovereign", "Of these by sovereigns", GOV_FORM_COUNT, NULL},
	{"min_council", "By councils", GOV_FORM_COUNT, NULL}, {"needs_confirmation", "Confirmed by a sovereign", GOV_FORM_TEXT, NULL}}},

	{"waivers", "audit", "Waivers", "Nothing is waived.", "gov_ownership WHERE owner_kind = 'waiver'",
		"SELECT o.object_type, o.object_ref, w.axis, w.value, w.reason, " UTC("w.effective_to") ", w.authority, a.name, w.created_by,"
		"       " UTC("w.effective_from") ", w.approval, count(*) OVER ()"
		"  FROM @.gov_ownership AS w JOIN @.gov_authority AS a ON a.authority = w.authority JOIN @.gov_object AS o ON o.object_id = w.object_id"
		" WHERE w.owner_kind = 'waiver' AND " GOV_IN_FORCE("w", "a") " AND " GOV_OBJECT_LIVE("o")
		" ORDER BY w.effective_to, w.axis COLLATE \"C\", o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\", w.value COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"reason", "Why", GOV_FORM_NAME, NULL}, {"ends", "Ends", GOV_FORM_TIME, "no end"},
	{"authority", "Excused", GOV_FORM_NAME, NULL}, {"name", "+Name", GOV_FORM_NAME, NULL}, {"created_by", "Made by", GOV_FORM_NAME, NULL},
	{"begins", "Since", GOV_FORM_TIME, NULL}, {"approval", "Approval", GOV_FORM_NAME, "none"}}},

	{"decisions", "audit", "Decisions", "Nothing was decided about labels.", "gov_decision",
		"SELECT o.object_type, o.object_ref, d.axis, d.value, d.decision, d.rationale, d.decided_by, d.decided_kind, " UTC("d.decided_at") ","
		"       d.approval, count(*) OVER ()"
		"  FROM @.gov_decision AS d JOIN @.gov_object AS o ON o.object_id = d.object_id"
		" WHERE " GOV_DECISION_STANDS("d")
		" ORDER BY d.decided_kind, d.decided_at DESC, d.axis COLLATE \"C\", o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\","
		"          d.value COLLATE \"C\" LIMIT $1", false, NULL, NULL,
	{{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "Object", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"decision", "Decision", GOV_FORM_TEXT, NULL}, {"rationale", "Why", GOV_FORM_NAME, NULL},
	{"decided_by", "Decided by", GOV_FORM_NAME, NULL}, {"decided_kind", "As", GOV_FORM_TEXT, NULL}, {"decided_at", "When", GOV_FORM_TIME, NULL},
	{"approval", "Approval", GOV_FORM_NAME, "none"}}},

	{"acknowledged", "audit", "Findings that somebody acknowledged", "No finding is acknowledged.", "gov_drift_state WHERE status = 'acknowledged'",
		"SELECT severity, detector, object_type, object_ref, axis, value, acknowledged_reason, acknowledged_by, " UTC("acknowledged_until") ", count(*) OVER ()"
		"  FROM @.gov_drift_state WHERE status = 'acknowledged'"
		" ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), acknowledged_until, detector COLLATE \"C\","
		"          axis COLLATE \"C\", object_ref COLLATE \"C\", object_type COLLATE \"C\", value COLLATE \"C\", finding_id LIMIT $1", false,
		"scans", "No scan has looked yet: gov_reconcile or gov_scan does.",
	{{"severity", "Severity", GOV_FORM_STATE, NULL}, {"detector", "Detector", GOV_FORM_TEXT, NULL},
	{"object_type", "Type", GOV_FORM_NAME, NULL}, {"object_ref", "About", GOV_FORM_NAME, NULL}, {"axis", "Axis", GOV_FORM_NAME, NULL},
	{"value", "Value", GOV_FORM_NAME, NULL}, {"reason", "Why", GOV_FORM_NAME, NULL}, {"by", "By", GOV_FORM_NAME, NULL},
	{"until", "Until", GOV_FORM_TIME, "no end"}}},

	{"direct", "audit", "Changes made by hand, past all functions", "No direct change is in the ledger.", "gov_ledger WHERE action = 'dml' ORDER BY seq DESC",
		"SELECT " UTC("at") ", login, " WORDS("target") ", " WORDS("payload") ", count(*) OVER ()"
		"  FROM @.gov_ledger WHERE action = 'dml' ORDER BY seq DESC LIMIT least($1, 20)", false, NULL, NULL,
	{{"at", "When", GOV_FORM_TIME, NULL}, {"login", "Logged in as", GOV_FORM_NAME, NULL}, {"target", "What", GOV_FORM_NAME, NULL},
	{"change", "How", GOV_FORM_NAME, NULL}}},

	{"ledger", "ledger", "Latest entries", "The ledger is empty.", "gov_ledger ORDER BY seq DESC",
		"SELECT position, " UTC("at") ", actor, login, action, " WORDS("target") ", encode(hash, 'hex'),"
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
	Oid			types[] = {INT8OID, TEXTOID};
	GovArg		args[] = {gov_int8(max_rows), gov_text(gov_schema_quoted())};

	table->key = source->key;
	table->section = source->section;
	table->title = source->title;
	table->unmeasured = source->measures != NULL && gov_metric_total(metrics, source->measures) == 0;
	table->all = source->all;
	table->folded = strcmp(source->key, "gaps") == 0;
	table->empty = table->unmeasured ? source->unmeasured : source->empty;
	table->columns = source->columns;
	while (table->ncolumns < GOV_REPORT_MAX_COLUMNS && source->columns[table->ncolumns].key != NULL)
		table->ncolumns++;
	table->nrows = (int) gov_run_text(source->select, lengthof(types), types, args, true);
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

/* Reads them all, from the rows kept aside as cells, roots, leads and exposed too; at most so many rows of each. */
void
gov_report_tables_read(GovReport *report, int max_rows, MemoryContext context)
{
	report->ntables = lengthof(sources);
	report->tables = MemoryContextAllocZero(context, sizeof(GovReportTable) * lengthof(sources));
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
}
