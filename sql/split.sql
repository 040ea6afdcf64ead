-- gov_split: new active children under a value; a plan says which assignments
-- go to which, the rest stays.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
INSERT INTO gov_axis (axis, kind, family, status, multivalued) VALUES ('s', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov_axis_value (axis, value, parent, status) VALUES
    ('s', 'whole', NULL, 'active'), ('s', 'taken', NULL, 'active'), ('s', 'idea', NULL, 'candidate');
INSERT INTO gov_object (object_type, object_ref) SELECT 's', 'o' || n FROM generate_series(1, 5) n;
INSERT INTO gov_object (object_type, object_ref, retired_at) VALUES ('s', 'gone', now());
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_from, valid_to)
SELECT object_id, 's', 'whole', CASE object_ref WHEN 'o2' THEN 'quarantine' ELSE 'approved' END, '{"kind": "test"}', 'human', now() - interval '1 day', NULL
  FROM gov_object WHERE object_type = 's' AND object_ref IN ('o1', 'o2', 'o3', 'gone');
-- one is now and another scheduled, one is over
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_from, valid_to)
SELECT object_id, 's', 'whole', 'approved', '{"kind": "test"}', 'human', now() + s * interval '1 day', now() + u * interval '1 day'
  FROM gov_object, (VALUES ('o4', -3, 3), ('o4', 5, 9), ('o5', -3, -1)) v (ref, s, u) WHERE object_type = 's' AND object_ref = ref;

-- Refused: children that are none, taken, doubled, empty; a plan that does not fit.
CREATE FUNCTION pg_temp.try(children text, plan text DEFAULT '[]', value text DEFAULT 'whole') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text; before text := (SELECT md5(string_agg(v::text, ',' ORDER BY v.value)) FROM gov_axis_value v);
BEGIN
    BEGIN
        PERFORM gov_split('s', value, children::jsonb, plan::jsonb);
        RETURN NEXT 'no error';
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    RETURN NEXT state || ': ' || message;
    IF detail NOT LIKE 'Failing row%' AND detail <> '' THEN RETURN NEXT '  detail: ' || detail; END IF;
    IF hint <> '' THEN RETURN NEXT '  hint: ' || hint; END IF;
    IF before <> (SELECT md5(string_agg(v::text, ',' ORDER BY v.value)) FROM gov_axis_value v) THEN RETURN NEXT '  LEFT SOMETHING BEHIND'; END IF;
END $$;
SELECT pg_temp.try(NULL);
SELECT pg_temp.try('["a"]', NULL);
SELECT pg_temp.try('{}');
SELECT pg_temp.try('"a"');
SELECT pg_temp.try('[]');
SELECT pg_temp.try('["a", "taken"]');
SELECT pg_temp.try('["a", "whole"]');
SELECT pg_temp.try('["a", "a"]');
SELECT pg_temp.try('["a", {"value": "a"}]');
SELECT pg_temp.try('["a", ""]');
SELECT pg_temp.try('["a", null]');
SELECT pg_temp.try('["a", {"name": "no value"}]');
SELECT pg_temp.try('["a", 7]');
SELECT pg_temp.try('["a", ["b"]]');
SELECT pg_temp.try(format('["%s"]', repeat('x', 201)));
SELECT pg_temp.try('["a"]', '{}');
SELECT pg_temp.try('["a"]', '7');
SELECT pg_temp.try('["a"]', '["o1"]');
SELECT pg_temp.try('["a"]', '[{"object_type": "s", "object_ref": "o1"}, {"object_type": "s", "object_ref": "o1", "value": "taken"},
                             {"object_type": "s", "object_ref": "o2", "value": "b"}, {"object_ref": "o2", "value": "a"}]');
SELECT pg_temp.try('["a", "b"]', '[{"object_type": "s", "object_ref": "o1", "value": "a"}, {"object_type": "s", "object_ref": "o1", "value": "b"}]');
SELECT pg_temp.try('["a"]', '[{"object_type": "s", "object_ref": "o5", "value": "a"}, {"object_type": "s", "object_ref": "gone", "value": "a"},
                             {"object_type": "s", "object_ref": "nobody", "value": "a"}]');
SELECT pg_temp.try('["a"]', '[]', 'idea');
SELECT pg_temp.try('["a"]', '[]', 'nowhere');
SELECT pg_temp.try('["a"]', '[]', NULL);

-- It works; two children, one with a name; objects that are not planned stay.
SELECT * FROM gov_split('s', 'whole', '["a", {"value": "b", "name": "Second"}]',
    '[{"object_type": "s", "object_ref": "o1", "value": "a"}, {"object_type": "s", "object_ref": "o4", "value": "b"}]');
SELECT value, parent, name, status, provenance FROM gov_axis_value WHERE axis = 's' ORDER BY value COLLATE "C";
SELECT o.object_ref, a.value, a.zone, a.valid_from > now() AS scheduled, a.revision
  FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis = 's' ORDER BY o.object_ref COLLATE "C", a.valid_from;
SELECT action, target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;
-- no plan: everything stays
SELECT * FROM gov_split('s', 'whole', '["c"]');
-- a child is split on
SELECT * FROM gov_split('s', 'a', '["a1"]', '[{"object_type": "s", "object_ref": "o1", "value": "a1"}]');
SET CONSTRAINTS ALL IMMEDIATE;

-- An agent does not split.
CREATE ROLE regress_gov_split_bot;
SELECT gov_set_authority('s-bot', kind => 'agent', role_name => 'regress_gov_split_bot'), gov_grant('admin', 'regress_gov_split_bot');
SET SESSION AUTHORIZATION regress_gov_split_bot;
SELECT * FROM gov_split('s', 'whole', '["d"]');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
ROLLBACK;
