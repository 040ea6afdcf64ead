/*-------------------------------------------------------------------------
 *
 * watch/detectors.c
 *	  The detectors of the extension itself.
 *
 * Each is a function that gives the sink what it finds, one or more set-based
 * queries over the views and tables; the constant table at the end names
 * them.  What a rule of coverage says is asked of the engine's views, never
 * told anew here.
 *
 * Things that have ceased to be count for nothing: what is said of objects is
 * said of live ones.  What a finding tells of time it tells in UTC and never
 * as an age, so that a finding of an unchanged database stays the same.
 *
 * Identities.  An object is its object_id, ownership its ownership_id, all
 * else its code.  A value that mirrors a container is that container, whose
 * name the value follows; a source that is an enrolled schema is that schema.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/json.h"
#include "server/spi.h"
#include "ledger/verify.h"
#include "registry/in_force.h"
#include "watch/detectors.h"

/* An identity made of parts, each a number or a text. */
#define IDENTITY(...) "jsonb_build_array(" __VA_ARGS__ ")::text"

/* The parts of an identity that stand for a value and for a source. */
#define VALUE_PART(axis, value) \
	"(SELECT coalesce(to_jsonb(y.object_id), to_jsonb(y.value)) FROM @.gov_axis_value AS y" \
	"  WHERE y.axis = " axis " AND y.value = " value ")"
#define SOURCE_PART(source) \
	"coalesce((SELECT to_jsonb(y.object_id) FROM @.gov_object AS y" \
	"           WHERE y.source = " source " AND y.object_type = 'schema' AND " GOV_OBJECT_LIVE("y") \
	"             AND " source " LIKE 'schema:%'), to_jsonb(" source "))"

/* The identity of a cell. */
#define CELL_IDENTITY(r) IDENTITY(r ".object_id, " r ".axis, " VALUE_PART(r ".axis", r ".value"))

/* What a finding about a cell begins with, after its severity. */
#define CELL(r) r ".axis, " r ".object_type, " r ".object_ref, " r ".value"

/* A time, the same in every session. */
#define TIME(t) "to_char(timezone('UTC', " t "), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

/* Labels that are used and not active in the vocabulary. */
static void
gov_detect_label_orphan(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, NULL::text, 'label', r.label, NULL::text,"
					   "       jsonb_build_object('rules', r.rules, 'projections', r.projections),"
					   "       NULL::bigint, " IDENTITY("r.label")
					   "  FROM @.gov_label_orphan AS r");
}

/* Active values, on active axes with labels, that have none. */
static void
gov_detect_value_without_label(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, r.axis, NULL::text, NULL::text, r.value, NULL::jsonb,"
					   "       NULL::bigint, " IDENTITY("r.axis, " VALUE_PART("r.axis", "r.value"))
					   "  FROM @.gov_value_without_label AS r");
}

/* Disagreements of assignments and labels that nobody has judged. */
static void
gov_detect_projection_lag(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT CASE WHEN r.state = 'no_label_rule' THEN 'info' END, " CELL("r") ","
					   "       jsonb_build_object('state', r.state, 'zone', r.zone,"
					   "                          'value_labels', r.value_labels, 'rule_labels', r.rule_labels),"
					   "       r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_label_reconcile AS r"
					   " WHERE r.state IN ('divergent', 'orthogonal_facet', 'no_label_rule')");
}

/* Assignments less sure than the rules ask for. */
static void
gov_detect_low_confidence_assignment(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, " CELL("r") ","
					   "       jsonb_build_object('zone', r.zone, 'confidence', r.confidence::numeric),"
					   "       r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_assignment_quality AS r"
					   " WHERE r.flag = 'low_confidence'");
}

/* Assignments older than the rules allow, and values that stayed candidates. */
static void
gov_detect_stale_candidate(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, " CELL("r") ","
					   "       jsonb_build_object('kind', 'assignment', 'zone', r.zone,"
					   "                          'assigned_at', " TIME("s.assigned_at") "),"
					   "       r.object_id, "
					   IDENTITY("'assignment', r.object_id, r.axis, " VALUE_PART("r.axis", "r.value"))
					   "  FROM @.gov_assignment_quality AS r"
					   "  JOIN @.gov_assignment AS s ON s.assignment_id = r.assignment_id"
					   " WHERE r.flag = 'stale'");
	gov_findings_query(sink,
					   "SELECT NULL::text, v.axis, NULL::text, NULL::text, v.value,"
					   "       jsonb_build_object('kind', 'value', 'created_at', " TIME("v.created_at") "),"
					   "       NULL::bigint, " IDENTITY("'value', v.axis, coalesce(to_jsonb(v.object_id), to_jsonb(v.value))")
					   "  FROM @.gov_axis_value AS v"
					   " WHERE v.status = 'candidate' AND v.created_at < now() - 30 * interval '24 hours'");
}

/* Objects whose values on an uncertain axis lead to more than one root. */
static void
gov_detect_conflicting_parentage(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "WITH RECURSIVE rooted AS ("
					   " SELECT v.axis, v.value, v.value AS root, row_number() OVER () AS tree FROM @.gov_axis_value AS v"
					   "   JOIN @.gov_axis AS a ON a.axis = v.axis"
					   "  WHERE v.parent IS NULL AND a.kind = 'uncertain'"
					   " UNION ALL"
					   " SELECT v.axis, v.value, r.root, r.tree FROM rooted AS r"
					   "   JOIN @.gov_axis_value AS v ON v.axis = r.axis AND v.parent = r.value),"
					   " torn AS ("
					   " SELECT s.object_id, s.axis"
					   "   FROM @.gov_assignment AS s JOIN rooted AS r ON r.axis = s.axis AND r.value = s.value"
					   "  WHERE " GOV_CURRENT("s")
					   "  GROUP BY s.object_id, s.axis HAVING min(r.tree) < max(r.tree))"
					   "SELECT CASE WHEN c.approved THEN 'critical' END, t.axis, o.object_type, o.object_ref, NULL::text,"
					   "       jsonb_build_object('roots', c.roots, 'values', c.assigned),"
					   "       t.object_id, " IDENTITY("t.object_id, t.axis")
					   "  FROM torn AS t JOIN @.gov_object AS o ON o.object_id = t.object_id"
					   " CROSS JOIN LATERAL (SELECT bool_and(s.zone = 'approved') AS approved,"
					   "        array_agg(DISTINCT r.root COLLATE \"C\" ORDER BY r.root COLLATE \"C\") AS roots,"
					   "        array_agg(DISTINCT s.value COLLATE \"C\" ORDER BY s.value COLLATE \"C\") AS assigned"
					   "   FROM @.gov_assignment AS s JOIN rooted AS r ON r.axis = s.axis AND r.value = s.value"
					   "  WHERE s.object_id = t.object_id AND s.axis = t.axis AND " GOV_CURRENT("s") ") AS c"
					   " WHERE " GOV_OBJECT_LIVE("o"));
}

/* Axes in use that are not active. */
static void
gov_detect_unregistered_axis(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, a.axis, NULL::text, NULL::text, NULL::text,"
					   "       jsonb_build_object('status', a.status, 'assignments', s.n, 'ownerships', w.n, 'rules', r.n),"
					   "       NULL::bigint, " IDENTITY("a.axis")
					   "  FROM @.gov_axis AS a"
					   " CROSS JOIN LATERAL (SELECT count(*) AS n FROM @.gov_assignment AS s"
					   "                       JOIN @.gov_object AS o ON o.object_id = s.object_id"
					   "                      WHERE s.axis = a.axis AND " GOV_OBJECT_LIVE("o") " AND " GOV_CURRENT("s") ") AS s"
					   " CROSS JOIN LATERAL (SELECT count(*) AS n FROM @.gov_ownership AS w"
					   "                       JOIN @.gov_authority AS u ON u.authority = w.authority"
					   "                       LEFT JOIN @.gov_object AS o ON o.object_id = w.object_id"
					   "                      WHERE w.axis = a.axis AND " GOV_OBJECT_LIVE("o")
					   "                        AND " GOV_IN_FORCE("w", "u") ") AS w"
					   " CROSS JOIN LATERAL (SELECT count(*) AS n FROM @.gov_coverage_rule AS r"
					   "                      WHERE r.axis = a.axis AND r.status = 'active') AS r"
					   " WHERE a.status <> 'active' AND s.n + w.n + r.n > 0");
}

/* Objects without any value where a rule wants one. */
static void
gov_detect_axis_assignment_missing(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, r.axis, r.object_type, r.object_ref, NULL::text,"
					   "       jsonb_build_object('rule', r.rule), r.object_id, " IDENTITY("r.object_id, r.axis, r.rule")
					   "  FROM @.gov_missing_assignment AS r");
}

/* Assignments that are neither approved nor owned by anybody. */
static void
gov_detect_visible_unapproved(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, r.axis, o.object_type, o.object_ref, r.value,"
					   "       jsonb_build_object('zone', r.zone), r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_assignment AS r"
					   "  JOIN @.gov_object AS o ON o.object_id = r.object_id"
					   "  JOIN @.gov_axis AS a ON a.axis = r.axis"
					   "  JOIN @.gov_axis_value AS v ON v.axis = r.axis AND v.value = r.value"
					   " WHERE r.zone <> 'approved' AND " GOV_CURRENT("r")
					   "   AND " GOV_OBJECT_LIVE("o") " AND a.status = 'active' AND v.status = 'active'"
					   "   AND NOT EXISTS (SELECT FROM @.gov_effective_owner AS e"
					   "                    WHERE e.object_id = r.object_id AND e.axis = r.axis AND e.value = r.value)");
}

/* Active axes that nothing is required of. */
static void
gov_detect_coverage_rule_missing(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, a.axis, NULL::text, NULL::text, NULL::text, NULL::jsonb,"
					   "       NULL::bigint, " IDENTITY("a.axis")
					   "  FROM @.gov_axis AS a"
					   " WHERE a.status = 'active' AND NOT EXISTS"
					   " (SELECT FROM @.gov_coverage_rule AS r WHERE r.axis = a.axis AND r.status = 'active')");
}

/* The lag of assignments that can be told; what cannot be told of a finding that stands keeps it standing. */
#define LAG_IDENTITY IDENTITY("r.projection, r.object_id, r.axis, " VALUE_PART("r.axis", "r.value"))
#define LAG_FINDINGS \
	"SELECT r.severity, " CELL("r") "," \
	"       jsonb_strip_nulls(jsonb_build_object('projection', r.projection, 'flag', r.flag, 'mode', r.mode," \
	"         'lag_days', r.lag_days, 'projected_rows', r.projected_rows, 'version', r.version," \
	"         'assigned_at', " TIME("r.assigned_at") ", 'projected_at', " TIME("r.projected_at") "))," \
	"       r.object_id, " LAG_IDENTITY \
	"  FROM lag AS r WHERE r.flag IN ('lagging', 'never_projected')" \
	" UNION ALL" \
	" SELECT f.severity, " CELL("r") ", jsonb_build_object('projection', r.projection, 'flag', r.flag)," \
	"        r.object_id, f.identity" \
	"  FROM (SELECT r.*, " LAG_IDENTITY " AS identity FROM lag AS r WHERE r.flag = 'unknown') AS r" \
	"  JOIN @.gov_finding AS f ON f.detector = 'projection_lag_timing' AND f.resolved_at IS NULL" \
	"   AND f.identity = CASE WHEN octet_length(r.identity) <= " CppAsString2(GOV_IDENTITY_MAX_BYTES) " THEN r.identity" \
	"                         ELSE 'sha256:' || encode(sha256(convert_to(r.identity, getdatabaseencoding())), 'hex') END"

/*
 * Assignments that their projection has not caught up with, and projections
 * that cannot be read.
 */
static void
gov_detect_projection_lag_timing(GovFindingSink *sink)
{
	int			level = gov_spi_begin();
	GovRows    *lag = gov_spi_collect_as_asked("lag", "SELECT * FROM @.gov_projection_lag WHERE flag <> 'fresh'");

	gov_findings_query_here(sink, LAG_FINDINGS);
	gov_findings_query_here(sink,
							"SELECT 'critical', r.axis, 'projection', r.projection, NULL::text,"
							"       jsonb_build_object('flag', 'unknown', 'message', r.reason, 'hint', r.hint),"
							"       NULL::bigint, " IDENTITY("r.projection")
							"  FROM (SELECT DISTINCT projection, axis, reason, hint FROM lag WHERE flag = 'unknown') AS r");
	gov_spi_discard(lag);
	gov_spi_end(level);
}

/* Required cells with nobody accountable; what is in quarantine is held on purpose. */
static void
gov_detect_ownership_gap(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, " CELL("r") ", jsonb_build_object('reason', r.reason),"
					   "       r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_coverage_gap AS r WHERE r.reason <> 'quarantined'");
}

/* Required cells whose container and whose value name different owners. */
static void
gov_detect_ownership_conflict(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, " CELL("r") ","
					   "       jsonb_build_object('authority', r.authority, 'anchor_type', r.anchor_type,"
					   "                          'anchor_ref', r.anchor_ref, 'value_authority', r.value_authority,"
					   "                          'value_anchor', r.value_anchor),"
					   "       r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_owner_conflict AS r");
}

/* Ownership of one row: what its findings are about, and whose they are. */
#define OWNERSHIP_FINDING(detail) \
	"SELECT NULL::text, w.axis, o.object_type, o.object_ref, w.value, " detail "," \
	"       w.object_id, " IDENTITY("w.ownership_id") \
	"  FROM @.gov_ownership AS w" \
	"  JOIN @.gov_authority AS u ON u.authority = w.authority" \
	"  LEFT JOIN @.gov_object AS o ON o.object_id = w.object_id" \
	" WHERE " GOV_OBJECT_LIVE("o") " AND " GOV_OWNERSHIP_STANDS("w")

/* Ownership that ends within 14 days. */
static void
gov_detect_ownership_expiring(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   OWNERSHIP_FINDING("jsonb_build_object('authority', w.authority, 'owner_kind', w.owner_kind,"
										 " 'effective_to', " TIME("w.effective_to") ")")
					   "   AND w.owner_kind IN ('accountable', 'delegated', 'waiver')"
					   "   AND w.effective_to <= now() + 14 * interval '24 hours'");
}

/* Active ownership of an authority that has retired. */
static void
gov_detect_authority_retired(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   OWNERSHIP_FINDING("jsonb_build_object('authority', w.authority, 'owner_kind', w.owner_kind)")
					   "   AND u.status = 'retired'");
}

/* Authorities for whom nobody can speak any more: their role was dropped, perhaps to be made anew. */
static void
gov_detect_authority_without_role(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, NULL::text, 'authority', u.authority, NULL::text,"
					   "       jsonb_build_object('role', u.role_name, 'made_anew', r.oid IS NOT NULL),"
					   "       NULL::bigint, " IDENTITY("u.authority")
					   "  FROM @.gov_authority AS u"
					   "  LEFT JOIN pg_roles AS r ON r.rolname = u.role_name"
					   " WHERE u.status = 'active' AND u.role_name IS NOT NULL"
					   "   AND (r.oid IS NULL OR r.oid <> u.role_oid)");
}

/* What containment or classification cannot see. */
static void
gov_detect_hidden_island(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT r.severity, " CELL("r") ","
					   "       coalesce(r.detail, '{}') || jsonb_build_object('kind', r.kind), r.object_id,"
					   "       " IDENTITY("r.kind, r.object_id, r.axis, " VALUE_PART("r.axis", "r.value"))
					   "  FROM governance_internal.gov_engine_hidden_island AS r");
}

/* Decisions that do not fit, or no longer, of assignments that are still current. */
static void
gov_detect_stale_decision(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, " CELL("r") ","
					   "       jsonb_build_object('decision', r.decision, 'flag', r.flag, 'zone', r.zone),"
					   "       r.object_id, " CELL_IDENTITY("r")
					   "  FROM @.gov_label_reconcile AS r"
					   " WHERE r.decision IS NOT NULL AND r.state = r.flag");
}

/* Live objects in a container that has retired. */
static void
gov_detect_container_missing(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, NULL::text, o.object_type, o.object_ref, NULL::text,"
					   "       jsonb_build_object('container_type', c.object_type, 'container_ref', c.object_ref),"
					   "       o.object_id, " IDENTITY("o.object_id")
					   "  FROM @.gov_object AS o JOIN @.gov_object AS c ON c.object_id = o.container_id"
					   " WHERE " GOV_OBJECT_LIVE("o") " AND " GOV_OBJECT_RETIRED("c"));
}

/* Objects that a second source claims. */
static void
gov_detect_source_conflict(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, NULL::text, o.object_type, o.object_ref, NULL::text,"
					   "       jsonb_build_object('source', o.source, 'claimed_by', x.source),"
					   "       o.object_id, " IDENTITY("o.object_id, " SOURCE_PART("x.source"))
					   "  FROM @.gov_source_conflict AS x"
					   "  JOIN @.gov_source AS s ON s.source = x.source"
					   "  JOIN @.gov_object AS o ON o.object_ref = x.object_ref AND o.object_type = x.object_type"
					   " WHERE " GOV_OBJECT_LIVE("o") " AND o.source <> x.source AND s.enabled");
}

/* Sources that gov_reconcile left as they were. */
static void
gov_detect_sync_blocked(GovFindingSink *sink)
{
	gov_findings_query(sink,
					   "SELECT NULL::text, NULL::text, 'source', x.source, NULL::text,"
					   "       jsonb_strip_nulls(jsonb_build_object('sqlstate', x.sqlstate, 'reason', x.reason,"
					   "                                            'detail', x.detail, 'hint', x.hint)),"
					   "       NULL::bigint, " IDENTITY(SOURCE_PART("x.source"))
					   "  FROM @.gov_source_block AS x"
					   "  JOIN @.gov_source AS s ON s.source = x.source"
					   " WHERE s.enabled");
}

/* A broken link of the ledger. */
static void
gov_detect_broken_link(void *context, int64 seq, const char *reason)
{
	char	   *code = psprintf(INT64_FORMAT, seq);

	gov_finding_add_thing((GovFindingSink *) context, "ledger", code,
						  gov_json_object("reason", reason), psprintf("[%s, \"%s\"]", code, reason));
}

/* Broken links of the ledger; entries that are not chained yet are no concern of it. */
static void
gov_detect_ledger_broken(GovFindingSink *sink)
{
	gov_ledger_walk(0, NULL, gov_detect_broken_link, sink);
}

/* Failures of other detectors are found by whoever runs them. */
static void
gov_detect_nothing(GovFindingSink *sink pg_attribute_unused())
{
}

/* The extension's own, in the order in which they run. */
static const GovOwnDetector own_detectors[] = {
	{"label_orphan", gov_detect_label_orphan},
	{"value_without_label", gov_detect_value_without_label},
	{"projection_lag", gov_detect_projection_lag},
	{"low_confidence_assignment", gov_detect_low_confidence_assignment},
	{"stale_candidate", gov_detect_stale_candidate},
	{"conflicting_parentage", gov_detect_conflicting_parentage},
	{"unregistered_axis", gov_detect_unregistered_axis},
	{"axis_assignment_missing", gov_detect_axis_assignment_missing},
	{"visible_unapproved", gov_detect_visible_unapproved},
	{"coverage_rule_missing", gov_detect_coverage_rule_missing},
	{"projection_lag_timing", gov_detect_projection_lag_timing},
	{"ownership_gap", gov_detect_ownership_gap},
	{"ownership_conflict", gov_detect_ownership_conflict},
	{"ownership_expiring", gov_detect_ownership_expiring},
	{"authority_retired", gov_detect_authority_retired},
	{"authority_without_role", gov_detect_authority_without_role},
	{"hidden_island", gov_detect_hidden_island},
	{"stale_decision", gov_detect_stale_decision},
	{"container_missing", gov_detect_container_missing},
	{"source_conflict", gov_detect_source_conflict},
	{"sync_blocked", gov_detect_sync_blocked},
	{"ledger_broken", gov_detect_ledger_broken},
	{GOV_DETECTOR_FAILED, gov_detect_nothing},
};

/* See the header. */
const GovOwnDetector *
gov_detector_own(const char *detector)
{
	for (int i = 0; i < (int) lengthof(own_detectors); i++)
	{
		if (strcmp(own_detectors[i].detector, detector) == 0)
			return &own_detectors[i];
	}
	return NULL;
}
