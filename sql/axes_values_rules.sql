-- Authorities, axes, values and rules are made and moved by functions, which
-- name what is wrong and the way out, and leave nothing behind.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on

-- authorities
CREATE ROLE regress_gov_role;
SELECT gov_set_authority('AU', name => 'The council', kind => 'council', role_name => 'regress_gov_role');
SELECT authority, name, kind, role_name, status, approval FROM gov_authority WHERE authority = 'AU';
SELECT gov_set_authority('AU', status => 'retired');
SELECT authority, name, kind, role_name, status, approval FROM gov_authority WHERE authority = 'AU';
SELECT gov_set_authority('AU', 'Council', 'sovereign', '', 'active');
SELECT authority, name, kind, role_name, status, approval FROM gov_authority WHERE authority = 'AU';
SELECT gov_set_authority('AG', kind => 'system', status => 'retired');
SELECT gov_set_authority('new');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority(NULL, kind => 'human');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('', kind => 'human');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority(repeat('x', 201), kind => 'human');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority(repeat('x', 200), kind => 'human');
SELECT gov_set_authority('new', kind => 'robot');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('AU', status => 'asleep');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('new', kind => 'human', role_name => 'regress_no_such_role');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM gov_authority WHERE authority = 'new';

-- axes
SELECT gov_create_axis('ax', 'An axis', 'uncertain', 'semantic', 'AU', 'AU', false);
SELECT gov_create_axis('ax2');
SELECT axis, name, kind, family, status, owner, fallback, multivalued, is_containment FROM gov_axis
WHERE axis LIKE 'ax%' ORDER BY axis COLLATE "C";
SELECT gov_create_axis('ax');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('bad', kind => NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('bad', kind => 'odd');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('bad', family => 'odd');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('bad', fallback => 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('bad', owner => 'AG');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_axis_status('ax', 'active', 'ready');
SELECT axis, status, reason, approval FROM gov_axis WHERE axis = 'ax';
SELECT gov_set_axis_status('bad', 'active');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_axis_status('ax', 'asleep');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_axis_status('ax', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_axis_status('ax', 'retired');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM gov_axis WHERE axis = 'bad';

-- values
SELECT gov_propose_value('ax', 'v1', provenance => '{"kind": "kg_provisional", "source": "graph"}', name => 'Value 1');
SELECT gov_propose_value('ax', 'v2', 'v1', '{"kind": "human"}');
SELECT gov_propose_value('ax', 'v3');
SELECT gov_propose_value('ax', 'v1');
SELECT gov_propose_value('ax', 'v1', name => 'Other', provenance => '{"kind": "human"}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('bad', 'v1');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', 'v9', 'nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', 'v9', 'v9');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', 'v9', provenance => '[1]');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value(NULL, 'v9');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', repeat('é', 100) || 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM gov_axis_value WHERE axis = 'ax';

SELECT gov_ratify('ax', 'v2');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('ax', 'v1');
SELECT gov_ratify('ax', 'v2', ratified_by => 'the council');
SELECT gov_ratify('ax', 'v3', parent => 'v2');
SELECT value, parent, status, approval, jsonb_pretty(provenance - 'ratified_by') AS provenance,
       CASE provenance->>'ratified_by' WHEN session_user THEN 'session user' ELSE provenance->>'ratified_by' END AS ratified_by
FROM gov_axis_value WHERE axis = 'ax' ORDER BY value COLLATE "C";
-- a provenance that is no object is kept whole
INSERT INTO gov_axis_value (axis, value, provenance) VALUES ('ax', 'v4', '["odd"]'), ('ax', 'v5', '{"kind": "a_provisional_b"}');
SELECT gov_ratify('ax', 'v4', ratified_by => 'x'), gov_ratify('ax', 'v5', ratified_by => 'x');
SELECT value, provenance FROM gov_axis_value WHERE axis = 'ax' AND value IN ('v4', 'v5') ORDER BY value COLLATE "C";
SELECT gov_ratify('ax', 'v9');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('bad', 'v1');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('ax', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_propose_value('ax', 'v6');
SELECT gov_ratify('ax', 'v6', parent => 'v6');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('ax', 'v6', parent => 'nothing');
\echo :LAST_ERROR_SQLSTATE

SELECT gov_deprecate('ax', 'v2', 'v1', 'merged');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_deprecate('ax', 'v3', 'v1', 'merged');
SELECT gov_deprecate('ax', 'v2', 'nothing', 'merged');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_deprecate('ax', 'v2', replaced_by => 'v2');
\echo :LAST_ERROR_SQLSTATE
SELECT value, status, replaced_by, reason, approval FROM gov_axis_value WHERE axis = 'ax' AND value = 'v3';
SELECT gov_reinstate('ax', 'v3', 'needed after all');
SELECT value, status, replaced_by, reason, approval FROM gov_axis_value WHERE axis = 'ax' AND value = 'v3';
SELECT gov_deprecate('ax', 'v3');
SELECT gov_retire('ax', 'v3', 'unused');
SELECT value, status, replaced_by, reason, approval FROM gov_axis_value WHERE axis = 'ax' AND value = 'v3';
SELECT gov_retire('ax', 'v2');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire('ax', 'v6');
SELECT gov_deprecate('ax', 'v9');
SELECT gov_reinstate('ax', 'v9');
SELECT gov_retire('ax', 'v9');
\echo :LAST_ERROR_SQLSTATE

-- rules
SELECT gov_create_rule('ru', 'ax', 'per_assignment', '{table,view}', 0.7, 30);
SELECT gov_create_rule('ru2', 'ax', 'cross_product');
SELECT rule, axis, mode, applies_to, confidence_threshold, staleness_days, status FROM gov_coverage_rule
WHERE rule LIKE 'ru%' ORDER BY rule COLLATE "C";
SELECT gov_create_rule('ru', 'ax', 'cross_product');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'bad', 'cross_product');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'odd');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', '{{a},{b}}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', '{a,NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', '{a,""}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', NULL, 1.5);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', NULL, 'NaN');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', NULL, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_rule('bad', 'ax', 'cross_product', NULL, 0, -1);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM gov_coverage_rule WHERE rule = 'bad';
SELECT gov_set_rule_status('ru', 'active', 'go');
SELECT rule, status, reason, approval FROM gov_coverage_rule WHERE rule = 'ru';
SELECT gov_set_rule_status('ru', 'candidate');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_rule_status('bad', 'active');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_rule_status('ru', 'deprecated');
\echo :LAST_ERROR_SQLSTATE

-- names with quotes, spaces, other scripts, as long as can be
SELECT gov_create_axis('q''x "y" \ ;--');
SELECT gov_propose_value('q''x "y" \ ;--', 'größe 值');
SELECT gov_propose_value('q''x "y" \ ;--', repeat('é', 100), 'größe 值');
SELECT gov_ratify('q''x "y" \ ;--', 'größe 值');
SELECT gov_ratify('q''x "y" \ ;--', repeat('é', 100));
SELECT gov_ratify('q''x "y" \ ;--', 'no "such" ''value''');
SELECT gov_create_rule('r''"', 'q''x "y" \ ;--', 'cross_product', ARRAY['my "type"', 'a''b']);
\pset format unaligned
SELECT axis, value, parent, status FROM gov_axis_value WHERE axis LIKE 'q%' ORDER BY value COLLATE "C";
CREATE ROLE "regress_gov ""of 63 bytes"" Rôle 6789012345678901234567890123456";
SELECT gov_set_authority('long', kind => 'human', role_name => 'regress_gov "of 63 bytes" Rôle 6789012345678901234567890123456');
SELECT authority, role_name, octet_length(role_name::text) FROM gov_authority WHERE authority = 'long';
\pset format aligned

-- the tag of the session is stamped
SET LOCAL governance.tag = 'tier-1';
SELECT gov_create_axis('tagged');
SELECT gov_propose_value('tagged', 'v');
SELECT gov_create_rule('tagged', 'tagged', 'cross_product');
SELECT a.tag, v.tag, r.tag
FROM gov_axis AS a JOIN gov_axis_value AS v USING (axis) JOIN gov_coverage_rule AS r USING (axis) WHERE axis = 'tagged';
RESET governance.tag;

-- operators and functions of the session's own path are never run
CREATE SCHEMA avr_trap;
CREATE FUNCTION avr_trap.no(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
CREATE OPERATOR avr_trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = avr_trap.no);
CREATE FUNCTION avr_trap.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
SET LOCAL search_path = avr_trap, pg_catalog, public;
SELECT gov_propose_value('ax', 'w1', 'v1');
SELECT gov_ratify('ax', 'w1');
SELECT gov_deprecate('ax', 'w1', replaced_by => 'v1');
SELECT gov_retire('ax', 'w1');
UPDATE gov_axis_value SET status = 'retired' WHERE axis OPERATOR(pg_catalog.=) 'tagged';
RESET search_path;

-- nobody but whom it is granted to
CREATE ROLE regress_gov_nobody;
SET LOCAL ROLE regress_gov_nobody;
SELECT gov_create_axis('mine');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_axis (axis, kind, family) VALUES ('mine', 'system', 'pivot');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_transition;
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- functions open to PUBLIC or without a description: none
SELECT proname FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
WHERE extname = 'governance'
  AND (has_function_privilege('regress_gov_nobody', p.oid, 'EXECUTE') OR obj_description(p.oid, 'pg_proc') IS NULL)
ORDER BY 1;
ROLLBACK;
