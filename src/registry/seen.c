/*-------------------------------------------------------------------------
 *
 * registry/seen.c
 *	  What the voters on a call see of the facts.
 *
 * Arguments of acts name things, and the same name means the same in every
 * act: "axis" an axis, "axis" and "parent" a value.  So the state that a call
 * is about follows from its arguments alone, its entries included: each thing
 * that they name, with the columns that a vote may rest on.  What an act
 * writes about the change itself (reason, approval, times) is left out.
 *
 * What a call is not about is left out, too: who owns a value that is
 * ratified, or how many objects have it, changes every day.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/seen.h"

/* Objects with arguments: the call itself, each of its entries, each line of its plan. */
#define CALLS \
	"call (a, whole) AS (SELECT $2, true" \
	" UNION ALL SELECT e, false FROM jsonb_array_elements(CASE jsonb_typeof($2 -> 'entries') WHEN 'array' THEN $2 -> 'entries' ELSE '[]' END) AS e" \
	" UNION ALL SELECT p || jsonb_build_object('axis', $2 -> 'axis', 'value', $2 -> 'value'), false" \
	"  FROM jsonb_array_elements(CASE jsonb_typeof($2 -> 'plan') WHEN 'array' THEN $2 -> 'plan' ELSE '[]' END) AS p" \
	"  WHERE jsonb_typeof(p) = 'object'),"

/* What the arguments name. */
#define NAMED \
	"named_axis AS (SELECT DISTINCT n.axis FROM call, LATERAL (VALUES (a ->> 'axis'), (a ->> 'owner_axis')) AS n (axis) WHERE n.axis IS NOT NULL)," \
	"named_value AS (SELECT DISTINCT n.axis, n.value FROM call, LATERAL (VALUES (a ->> 'axis', a ->> 'value')," \
	"  (a ->> 'axis', a ->> 'from_value'), (a ->> 'axis', a ->> 'into_value'), (a ->> 'axis', NULLIF(a ->> 'parent', ''))," \
	"  (a ->> 'axis', a ->> 'replaced_by'), (a ->> 'owner_axis', a ->> 'owner_value')) AS n (axis, value)" \
	" WHERE n.axis IS NOT NULL AND n.value IS NOT NULL)," \
	"named_authority AS (SELECT DISTINCT n.authority FROM call, LATERAL (VALUES (a ->> 'authority'), (a ->> 'from_authority')," \
	"  (a ->> 'to_authority'), (NULLIF(a ->> 'owner', '')), (NULLIF(a ->> 'fallback', ''))) AS n (authority) WHERE n.authority IS NOT NULL)," \
	"named_object AS (SELECT DISTINCT a ->> 'object_type' AS object_type, a ->> 'object_ref' AS object_ref, whole FROM call" \
	" WHERE a ->> 'object_ref' IS NOT NULL" \
	" UNION SELECT a #>> '{scope,container_type}', a #>> '{scope,container_ref}', whole FROM call" \
	" WHERE a #>> '{scope,container_ref}' IS NOT NULL)," \
	"named_cell AS (SELECT DISTINCT a ->> 'object_type' AS object_type, a ->> 'object_ref' AS object_ref, a ->> 'axis' AS axis," \
	"  a ->> 'value' AS value, whole FROM call WHERE a ->> 'value' IS NOT NULL AND (whole OR a ->> 'object_ref' IS NOT NULL))," \
	"cell AS (SELECT n.*, o.object_id, CASE WHEN n.object_ref IS NOT NULL THEN format('%s %s, ', n.object_type, to_json(n.object_ref)) ELSE '' END" \
	"  || format('value %s of axis %s', to_json(n.value), to_json(n.axis)) AS words" \
	" FROM named_cell AS n LEFT JOIN @.gov_object AS o ON o.object_ref = n.object_ref AND o.object_type = n.object_type" \
	"  AND " GOV_OBJECT_LIVE("o") "),"

/* What each has: thing, columns, whether it has to be there. */
#define THINGS \
	"SELECT format('axis %s', to_json(n.axis)) AS thing, to_jsonb(x) - '{axis,reason,approval,created_at,tag}'::text[] AS columns, true AS needed" \
	"  FROM named_axis AS n LEFT JOIN @.gov_axis AS x ON x.axis = n.axis" \
	" UNION ALL" \
	" SELECT format('value %s of axis %s', to_json(n.value), to_json(n.axis))," \
	"  to_jsonb(v) - '{axis,value,reason,approval,created_at,status_changed_at,object_id,tag}'::text[], true" \
	"  FROM named_value AS n LEFT JOIN @.gov_axis_value AS v ON v.axis = n.axis AND v.value = n.value" \
	" UNION ALL" \
	" SELECT format('authority %s', to_json(n.authority)), to_jsonb(u) - '{authority,approval,contact}'::text[], $1 <> 'gov_set_authority'" \
	"  FROM named_authority AS n LEFT JOIN @.gov_authority AS u ON u.authority = n.authority" \
	" UNION ALL" \
	" SELECT format('role %s', $2 -> 'role_name'), CASE WHEN r.oid IS NOT NULL THEN jsonb_build_object('oid', r.oid::int8) END, true" \
	"  FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = $2 ->> 'role_name' WHERE $2 ->> 'role_name' <> ''" \
	" UNION ALL" \
	" SELECT format('role %s', $2 -> 'role'), CASE WHEN r.oid IS NOT NULL THEN jsonb_build_object('oid', r.oid::int8) END, $1 = 'gov_set_access'" \
	"  FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = $2 ->> 'role'" \
	"  WHERE $1 IN ('gov_set_access', 'gov_end_access') AND $2 ->> 'role' <> 'public'" \
	" UNION ALL" \
	" SELECT format('access to value %s of axis %s', to_json(n.value), to_json(n.axis)), jsonb_build_object('access'," \
	"   (SELECT jsonb_agg(jsonb_build_array(a.privilege, a.role_name) ORDER BY a.privilege, a.role_name::text COLLATE \"C\")" \
	"      FROM @.gov_access AS a WHERE a.axis = n.axis AND a.value = n.value)), false" \
	"  FROM named_value AS n WHERE $1 IN ('gov_set_access', 'gov_end_access')" \
	" UNION ALL" \
	" SELECT format('coverage rule %s', $2 -> 'rule'), to_jsonb(r) - '{rule,reason,approval,tag,contained_approval}'::text[], $1 IN ('gov_alter_rule', 'gov_set_rule_status')" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_coverage_rule AS r ON r.rule = $2 ->> 'rule' WHERE $2 ? 'rule'" \
	" UNION ALL" \
	" SELECT format('event type %s of domain %s', $2 -> 'type', $2 -> 'domain'), to_jsonb(t) - '{domain,type,approval}'::text[], true" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_event_type AS t ON t.domain = $2 ->> 'domain' AND t.type = $2 ->> 'type' WHERE $2 ? 'domain'" \
	" UNION ALL" \
	" SELECT format('action %s', $2 -> 'action'), to_jsonb(g) - 'action', false" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_action AS g ON g.action = $2 ->> 'action' WHERE $2 ? 'action'" \
	" UNION ALL" \
	" SELECT format('quorum of risk %s', $2 -> 'risk'), to_jsonb(q) - 'risk', true" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_quorum_rule AS q ON q.risk = $2 ->> 'risk' WHERE $2 ? 'risk'" \
	" UNION ALL" \
	" SELECT format('ownership %s', $2 ->> 'ownership_id')," \
	"  to_jsonb(w) - '{ownership_id,reason,approval,created_at,created_by,supersedes_id,tag}'::text[], true" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_ownership AS w ON w.ownership_id = ($2 ->> 'ownership_id')::bigint WHERE $2 ? 'ownership_id'" \
	" UNION ALL" \
	" SELECT format('ledger entry %s', $2 ->> 'seq'), CASE WHEN c.change IS NOT NULL" \
	"  THEN jsonb_build_object('act', c.act, 'axis', c.axis, 'undone_by', c.undone_by) END, true" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_change AS c ON c.seq = ($2 ->> 'seq')::bigint WHERE $2 ? 'seq'" \
	" UNION ALL" \
	" SELECT format('object %s of type %s', to_json(n.object_ref), to_json(n.object_type))," \
	"  CASE WHEN o.object_id IS NOT NULL THEN jsonb_build_object('object_id', o.object_id) END, true" \
	"  FROM named_object AS n LEFT JOIN @.gov_object AS o ON o.object_ref = n.object_ref AND o.object_type = n.object_type" \
	"   AND " GOV_OBJECT_LIVE("o") " WHERE n.whole" \
	" UNION ALL" \
	" SELECT format('sealed tier %s of rollout %s', $2 -> 'tier', $2 -> 'rollout'), CASE WHEN r.content_hash IS NOT NULL" \
	"  THEN jsonb_build_object('content', t.content_hash, 'rollout', r.content_hash) END, true" \
	"  FROM (SELECT) AS one LEFT JOIN @.gov_rollout_tier AS t ON t.rollout = $2 ->> 'rollout' AND t.tier = ($2 ->> 'tier')::integer" \
	"   LEFT JOIN @.gov_rollout AS r ON r.rollout = t.rollout WHERE $2 ? 'tier'" \
	" UNION ALL" \
	" SELECT format('rehearsal of tier %s of rollout %s', $2 -> 'tier', $2 -> 'rollout')," \
	"  (SELECT CASE WHEN h.ok AND h.content_hash = r.content_hash AND h.states ? ($2 ->> 'tier')" \
	"    THEN jsonb_build_object('baseline', encode(sha256(convert_to((h.states -> ($2 ->> 'tier'))::text" \
	"     || coalesce(h.things -> 'routines' ->> ($2 ->> 'tier'), ''), 'UTF8')), 'hex')) END" \
	"    FROM @.gov_rollout_rehearsal AS h JOIN @.gov_rollout AS r ON r.rollout = h.rollout" \
	"   WHERE h.rollout = $2 ->> 'rollout' ORDER BY h.rehearsal DESC LIMIT 1), true WHERE $2 ? 'tier'" \
	" UNION ALL" \
	" SELECT 'objects of the entries', jsonb_build_object('count', count(*), 'digest', encode(sha256(convert_to(" \
	"  string_agg(o.object_id::text, ',' ORDER BY o.object_id), 'UTF8')), 'hex')), false" \
	"  FROM named_object AS n JOIN @.gov_object AS o ON o.object_ref = n.object_ref AND o.object_type = n.object_type" \
	"   AND " GOV_OBJECT_LIVE("o") " WHERE NOT n.whole HAVING count(*) > 0" \
	" UNION ALL"

#define ASSIGNMENT_COLUMNS \
	"to_jsonb(a) - '{assignment_id,object_id,axis,value,valid_from,valid_to,superseded_by,reason,tag}'::text[]"
#define OWNERSHIP_COLUMNS \
	"jsonb_build_object('authority', w.authority, 'owner_kind', w.owner_kind, 'inherits', w.inherits," \
	" 'effective_from', w.effective_from, 'effective_to', w.effective_to)"
#define OWNERSHIP_OF_CELL(c) \
	"@.gov_ownership AS w WHERE w.axis = " c ".axis AND w.value = " c ".value" \
	" AND COALESCE(w.object_id, 0) = COALESCE(" c ".object_id, 0) AND (" c ".object_ref IS NULL OR " c ".object_id IS NOT NULL)" \
	" AND " GOV_OWNERSHIP_STANDS("w")

/* What stands in the cells: assignments, owners and decisions, for acts about these. */
#define CELLS \
	" SELECT 'assignment of ' || c.words, " ASSIGNMENT_COLUMNS ", false" \
	"  FROM cell AS c LEFT JOIN @.gov_assignment AS a ON a.object_id = c.object_id AND a.axis = c.axis AND a.value = c.value" \
	"   AND " GOV_CURRENT_BY_CLOCK("a") \
	"  WHERE c.whole AND c.object_ref IS NOT NULL AND $1 IN ('gov_assign', 'gov_set_zone', 'gov_unassign', 'gov_decide')" \
	" UNION ALL" \
	" SELECT 'assignments of the entries', jsonb_build_object('count', count(*), 'digest', encode(sha256(convert_to(" \
	"   string_agg(a.assignment_id || ' ' || (" ASSIGNMENT_COLUMNS ")::text, ',' ORDER BY a.assignment_id), 'UTF8')), 'hex')), false" \
	"  FROM cell AS c JOIN @.gov_assignment AS a ON a.object_id = c.object_id AND a.axis = c.axis AND a.value = c.value" \
	"   AND " GOV_CURRENT_BY_CLOCK("a") \
	"  WHERE NOT c.whole AND $1 IN ('gov_assign_many', 'gov_split') HAVING count(*) > 0" \
	" UNION ALL" \
	" SELECT 'owners of ' || c.words, jsonb_build_object('owners', (SELECT jsonb_agg(" OWNERSHIP_COLUMNS " ORDER BY w.ownership_id)" \
	"   FROM " OWNERSHIP_OF_CELL("c") ")), false" \
	"  FROM cell AS c WHERE c.whole AND $1 = 'gov_own'" \
	" UNION ALL" \
	" SELECT 'owners of the entries', jsonb_build_object('count', count(*), 'digest', encode(sha256(convert_to(" \
	"   string_agg(w.ownership_id || ' ' || (" OWNERSHIP_COLUMNS ")::text, ',' ORDER BY w.ownership_id), 'UTF8')), 'hex')), false" \
	"  FROM cell AS c CROSS JOIN LATERAL (SELECT * FROM " OWNERSHIP_OF_CELL("c") ") AS w" \
	"  WHERE NOT c.whole AND $1 = 'gov_own_many' HAVING count(*) > 0" \
	" UNION ALL" \
	" SELECT 'decision on ' || c.words, CASE WHEN d.decision_id IS NOT NULL" \
	"   THEN jsonb_build_object('decision', d.decision, 'rationale', d.rationale, 'decided_by', d.decided_by) END, false" \
	"  FROM cell AS c LEFT JOIN @.gov_decision AS d ON d.object_id = c.object_id AND d.axis = c.axis AND d.value = c.value" \
	"   AND " GOV_DECISION_STANDS("d") " WHERE c.whole AND $1 = 'gov_decide'"

#define SEEN \
	"WITH " CALLS NAMED "thing AS (" THINGS CELLS ")" \
	" SELECT COALESCE(jsonb_object_agg(thing, columns), '{}')," \
	"  string_agg(thing, ', ' ORDER BY thing COLLATE \"C\") FILTER (WHERE needed AND columns IS NULL) FROM thing"

/* Columns of both. */
enum {SEEN_STATE = 1, SEEN_MISSING};

GOV_QUERY(find_seen, SEEN, TEXTOID, JSONBOID);
GOV_QUESTION(find_seen_as_asked, SEEN, TEXTOID, JSONBOID);

/* The state that a call is about; what it says is at GovSeenReader. */
Datum
gov_registry_seen(const char *act, Datum target, bool as_asked, char **missing)
{
	GovArg		args[] = {gov_text(act), gov_datum(target, false)};
	int			level = gov_spi_begin();
	bool		isnull;
	Datum		state;

	/* numbers and times have one form, whatever the session's settings */
	gov_spi_setting("extra_float_digits", "1");
	gov_spi_setting("TimeZone", "UTC");
	if (as_asked)
		(void) gov_run_args(&find_seen_as_asked, lengthof(args), args);
	else
		(void) gov_run_latest_args(&find_seen, lengthof(args), args);
	state = gov_result_datum(0, SEEN_STATE, &isnull);
	*missing = gov_result_text(0, SEEN_MISSING);
	gov_spi_end(level);
	return state;
}
