/*-------------------------------------------------------------------------
 *
 * acts/assign_many.c
 *	  Assigning many cells in one act, set-based.
 *
 * The same rules as for one (assign.c), in the same order of locks;
 * what is refused is refused for the whole input, before anything is written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "acts/bulk.h"

static const GovBulkColumn columns[] = {
	{"object_type", "text", true},
	{"object_ref", "text", true},
	{"axis", "text", true},
	{"value", "text", true},
	{"zone", "text", false},
	{"confidence", "real", false},
	{"match_score", "real", false},
	{"provenance", "jsonb", false},
	{"evidence", "jsonb", false},
	{"assigned_kind", "text", false},
	{"assigned_at", "timestamptz", false},
	{NULL, NULL, false},
};

/* Checks of the input alone. */
static const GovBulkCheck input_checks[] = {
	{"concat_ws(', ', CASE WHEN coalesce(i.object_type, '') = '' THEN 'object_type' END, CASE WHEN coalesce(i.object_ref, '') = '' THEN 'object_ref' END,"
		" CASE WHEN coalesce(i.axis, '') = '' THEN 'axis' END, CASE WHEN coalesce(i.value, '') = '' THEN 'value' END) || ' is missing'",
		"FROM gov_input AS i WHERE coalesce(i.object_type, '') = '' OR coalesce(i.object_ref, '') = ''"
		" OR coalesce(i.axis, '') = '' OR coalesce(i.value, '') = ''",
		ERRCODE_NULL_VALUE_NOT_ALLOWED, "Every entry needs object_type, object_ref, axis and value."},
	{"format('unknown zone \"%s\"', i.zone)",
		"FROM gov_input AS i WHERE i.zone NOT IN ('approved', 'candidate', 'quarantine')",
		ERRCODE_CHECK_VIOLATION, "Allowed: approved, candidate, quarantine."},
	{"format('unknown assigned_kind \"%s\"', i.assigned_kind)",
		"FROM gov_input AS i WHERE i.assigned_kind NOT IN ('rule', 'human', 'agent', 'tool')",
		ERRCODE_CHECK_VIOLATION, "Allowed: rule, human, agent, tool."},
	{"'confidence and match_score must lie between 0 and 1'",
		"FROM gov_input AS i WHERE NOT (i.confidence BETWEEN 0 AND 1) OR NOT (i.match_score BETWEEN 0 AND 1)",
		ERRCODE_CHECK_VIOLATION, NULL},
	{"'assigned_at must be a point in time that is not in the future'",
		"FROM gov_input AS i WHERE i.assigned_at > clock_timestamp() OR NOT isfinite(i.assigned_at)",
		ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "Leave it out for now()."},
	{"'provenance must be a JSON object'",
		"FROM gov_input AS i WHERE jsonb_typeof(i.provenance) <> 'object'",
		ERRCODE_INVALID_PARAMETER_VALUE, NULL},
	{"'an approved or candidate assignment needs a provenance'",
		"FROM gov_input AS i WHERE i.zone IN ('approved', 'candidate') AND i.provenance IS NULL",
		ERRCODE_CHECK_VIOLATION,
		"Say in \"provenance\" where it came from, or leave it in zone \"quarantine\"."},
	{"format('it assigns the cell of entry %s again: %s \"%s\", value \"%s\" of axis \"%s\"', i.before, i.object_type, i.object_ref, i.value, i.axis)",
		"FROM (SELECT *, min(entry) OVER (PARTITION BY object_type, object_ref, axis, value) AS before FROM gov_input) AS i"
		" WHERE i.before < i.entry AND i.object_ref <> '' AND i.value <> ''",
		ERRCODE_CARDINALITY_VIOLATION, NULL},
};

/* What an agent may not do. */
static const GovBulkCheck agent_checks[] = {
	{"'an agent cannot approve an assignment'", "FROM gov_input AS i WHERE i.zone = 'approved'",
		ERRCODE_INSUFFICIENT_PRIVILEGE, "An agent may propose and assign; someone else has to approve."},
	{"'an agent cannot assign as another kind'", "FROM gov_input AS i WHERE i.assigned_kind <> 'agent'",
		ERRCODE_INSUFFICIENT_PRIVILEGE, "Leave assigned_kind out."},
};

/* Checks against the rows that are held. */
static const GovBulkCheck cell_checks[] = {
	GOV_BULK_AXES_EXIST,
	GOV_BULK_AXES_ARE_NOT_RETIRED,
	GOV_BULK_VALUES_EXIST,
	{"format('value \"%s\" of axis \"%s\" is %s%s', i.value, i.axis, v.status, ', replaced by \"' || v.replaced_by || '\"')",
		"FROM gov_input AS i JOIN @.gov_axis_value AS v ON v.axis = i.axis AND v.value = i.value"
		" AND v.status NOT IN ('candidate', 'active')",
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "Use the values that replace them."},
	GOV_BULK_OBJECTS_ARE_LIVE,
	{"format('it approves a second value on single-valued axis \"%s\", beside that of entry %s: %s \"%s\"', i.axis, i.before, i.object_type, i.object_ref)",
		"FROM (SELECT n.*, min(n.entry) OVER (PARTITION BY n.object_type, n.object_ref, n.axis) AS before"
		"  FROM gov_input AS n JOIN @.gov_axis AS a ON a.axis = n.axis WHERE NOT a.multivalued AND n.zone = 'approved') AS i"
		" WHERE i.before < i.entry",
		ERRCODE_EXCLUSION_VIOLATION, NULL},
};

/* The input with its defaults; $1: is the session an agent's? */
static const char *const input_sql =
"SELECT entry, object_type, object_ref, axis, value, confidence, match_score, evidence, assigned_at,"
" provenance, COALESCE(zone, CASE WHEN provenance IS NULL THEN 'quarantine' ELSE 'candidate' END) AS zone,"
" COALESCE(assigned_kind, CASE WHEN $1 THEN 'agent' ELSE 'human' END) AS assigned_kind"
" FROM (SELECT entry, object_type, object_ref, axis, value, confidence, match_score, evidence,"
"  assigned_at, zone, assigned_kind,"
"  nullif(nullif(provenance, '{}'), 'null') AS provenance FROM gov_raw) AS r";

/*
 * Each entry with its object, whether its axis is single-valued, the cell's
 * last revision, and whether the cell already has, word for word, this; $1:
 * the sequence of assignments.
 */
static const char *const plan_sql =
"SELECT p.*, CASE WHEN NOT p.same THEN"
" nextval($1) END AS assignment_id"
" FROM (SELECT i.*, o.object_id, i.zone = 'approved' AND NOT x.multivalued AS supersedes,"
"  COALESCE(c.revision, 0) AS revision, COALESCE(c.same, false) AS same"
"  FROM gov_input AS i"
"  JOIN @.gov_axis AS x ON x.axis = i.axis"
"  JOIN @.gov_object AS o ON o.object_ref = i.object_ref AND o.object_type = i.object_type"
"   AND " GOV_OBJECT_LIVE("o")
"  LEFT JOIN (SELECT j.entry, max(a.revision) AS revision,"
"    bool_and(a.valid_to IS NULL AND a.valid_from <= clock_timestamp()"
"     AND a.zone = j.zone AND a.confidence IS NOT DISTINCT FROM j.confidence"
"     AND a.match_score IS NOT DISTINCT FROM j.match_score"
"     AND a.provenance IS NOT DISTINCT FROM j.provenance"
"     AND a.evidence IS NOT DISTINCT FROM j.evidence AND a.assigned_kind = j.assigned_kind"
"     AND (j.assigned_at IS NULL OR a.assigned_at = j.assigned_at))"
"     FILTER (WHERE " GOV_ASSIGNMENT_NOT_ENDED("a") ") AS same"
"   FROM gov_input AS j"
"   JOIN @.gov_object AS k ON k.object_ref = j.object_ref AND k.object_type = j.object_type"
"    AND " GOV_OBJECT_LIVE("k")
"   JOIN @.gov_assignment AS a ON a.object_id = k.object_id AND a.axis = j.axis AND a.value = j.value"
"    AND " GOV_NOT_SUPERSEDED("a")
"   GROUP BY j.entry) AS c ON c.entry = i.entry"
"  ORDER BY i.entry) AS p";

/*
 * What the new rows supersede: the cell's rows, and, by an approved one on a
 * single-valued axis, the object's approved ones of other values.
 */
static const char *const ending_sql =
"SELECT DISTINCT ON (assignment_id) assignment_id, superseded_by, NULL::text AS reason FROM ("
" SELECT a.assignment_id, p.assignment_id AS superseded_by, 1 AS way"
"  FROM gov_plan AS p JOIN @.gov_assignment AS a ON a.object_id = p.object_id AND a.axis = p.axis AND a.value = p.value"
"  WHERE NOT p.same AND " GOV_ASSIGNMENT_STANDS("a")
" UNION ALL"
" SELECT a.assignment_id, p.assignment_id, 2"
"  FROM gov_plan AS p JOIN @.gov_assignment AS a ON a.object_id = p.object_id AND a.axis = p.axis AND a.value <> p.value"
"  WHERE NOT p.same AND p.supersedes AND a.zone = 'approved' AND " GOV_ASSIGNMENT_STANDS("a")
") AS s ORDER BY assignment_id, way, superseded_by";

/* The rows to be made. */
static const char *const new_rows =
"(SELECT assignment_id, object_id, axis, value, zone, confidence, match_score, provenance, evidence,"
" assigned_kind, session_user::text AS assigned_by, COALESCE(assigned_at, now()) AS assigned_at, now() AS valid_from,"
" NULL::timestamptz AS valid_to, revision + 1 AS revision, NULL::text AS reason FROM gov_plan WHERE NOT same)";

/* Fills in defaults, holds what the entries are about, and checks it all. */
static void
gov_assign_many_prepare(GovBulk *bulk)
{
	static const Oid types[] = {BOOLOID};
	static const GovBulkChecks checks[] = {
		GOV_BULK_CHECKS(input_checks), GOV_BULK_CHECKS(cell_checks), GOV_BULK_CHECKS(agent_checks)
	};
	bool		agent = gov_session_is_agent();
	GovArg		arg = gov_bool(agent);

	gov_bulk_keep(bulk, "gov_input", input_sql, 1, types, &arg);
	gov_bulk_hold();
	gov_bulk_ensure("assigned", checks, agent ? 3 : 2);
}

/*
 * gov_assign_many(jsonb, approval), gov_assign_many(regclass, approval), and with
 * text, which is one of these: rows made, entries
 * that were there already, rows superseded.
 */
GOV_ACT(gov_assign_many)
{
	static const Oid types[] = {REGCLASSOID};
	GovBulk		bulk = {0};
	GovArg		sequence;
	int64		counts[3];
	int			level;

	if (gov_bulk_is_text(fcinfo))
		return gov_assign_many_act(gov_bulk_typed_call(fcinfo));
	level = gov_spi_begin();
	gov_bulk_read(&bulk, fcinfo, columns);
	gov_bulk_settle_names(&bulk, fcinfo, columns);
	gov_assign_many_prepare(&bulk);
	sequence = gov_assignment_sequence();
	gov_bulk_keep(&bulk, "gov_plan", plan_sql, 1, types, &sequence);
	if (gov_bulk_count("SELECT count(*) FROM gov_plan WHERE NOT same") > 0)
		gov_gate_pass_call("assign", fcinfo, gov_arg_code_or_null(fcinfo, 1, "approval"));
	gov_bulk_keep(&bulk, "gov_ending", ending_sql, 0, NULL, NULL);
	counts[2] = (int64) gov_assignment_end_rows("gov_ending", NULL);
	counts[0] = (int64) gov_assignment_put_rows(new_rows);
	counts[1] = gov_bulk_count("SELECT count(*) FROM gov_plan WHERE same");
	gov_bulk_close(&bulk);
	gov_spi_end(level);
	if (counts[0] > 0)
		gov_ledger_append("assign_many", 0, (Datum) 0, gov_bulk_payload(fcinfo, 3, counts));
	PG_RETURN_DATUM(gov_bulk_counts(fcinfo, 3, counts));
}
