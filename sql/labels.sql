-- The vocabulary, the label rules and the labels of values: what the functions
-- write, what they refuse, and that they write nothing when nothing changes.
BEGIN;
\set ON_ERROR_ROLLBACK on

SELECT gov_create_axis('lx'), gov_set_axis_status('lx', 'active');
SELECT gov_propose_value('lx', v) FROM unnest(ARRAY['va', 'vb', 'old']) AS v;
SELECT gov_ratify('lx', 'va'), gov_retire('lx', 'old');

-- a label: made, changed in part, kept
SELECT gov_set_label('la', 'F1', 'first'), gov_set_label(label => 'lb'), gov_set_label('lc', 'F2', status => 'inactive');
SELECT gov_set_label('la', name => 'the first'), gov_set_label('lb', 'F2'), gov_set_label('lc', status => 'active');
SELECT label, facet, name, status FROM gov_label WHERE label ~ '^l' ORDER BY label COLLATE "C";
SELECT gov_set_label('', 'F1');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label(repeat('x', 201));
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label('la', '');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label('la', status => 'retired');
\echo :LAST_ERROR_SQLSTATE

-- a rule: for any object, one the extension does not know included
SELECT gov_set_label_rule('t', 'ref 1', 'la'), gov_set_label_rule('t', 'ref 1', 'lb', 'inactive'), gov_set_label_rule('t', 'ref 1', 'la', 'active');
SELECT gov_set_label_rule('t', 'ref 1', 'nowhere');
SELECT gov_set_label_rule('t', 'ref 1', 'nowhere', 'inactive');
SELECT object_type, object_ref, label, status FROM gov_label_rule WHERE object_ref = 'ref 1' ORDER BY label COLLATE "C";
SELECT gov_set_label_rule(NULL, 'r', 'la');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label_rule('t', '', 'la');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label_rule('t', 'r', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label_rule('t', 'r', 'la', 'off');
\echo :LAST_ERROR_SQLSTATE

-- the labels of a value
SELECT gov_map_label('lx', 'va', 'la'), gov_map_label('lx', 'va', 'lb', 'broader'), gov_map_label('lx', 'va', 'lb');
SELECT gov_map_label('lx', 'vb', 'la', 'inferred');
SELECT gov_map_label('lx', 'vb', 'nowhere');
SELECT gov_map_label('lx', 'vb', 'la', 'exact');
SELECT value, label, map_kind FROM gov_value_label WHERE axis = 'lx' ORDER BY value COLLATE "C", label COLLATE "C";
SELECT gov_map_label('lx', 'nothing', 'la');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_map_label('nothing', 'va', 'la');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_map_label('lx', 'old', 'la');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_map_label('lx', 'va', 'la', 'narrower');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_map_label('lx', 'va', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_unmap_label('lx', 'va', 'lb'), gov_unmap_label('lx', 'vb', 'nowhere');
SELECT gov_unmap_label('lx', 'va', 'lb');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_unmap_label('lx', 'nothing', 'lb');
\echo :LAST_ERROR_SQLSTATE

-- ratifying maps a label along
SELECT gov_ratify('lx', 'vb', label => 'lc');
SELECT value, label, map_kind FROM gov_value_label WHERE axis = 'lx' ORDER BY value COLLATE "C", label COLLATE "C";

-- what is used and unknown, and what is known and unused
SELECT gov_set_label_rule('t', 'ref 2', l) FROM unnest(ARRAY['la', 'ghost', 'lb']) AS l;
SELECT gov_set_label_rule('t', 'ref 3', 'ghost');
SELECT gov_set_label('lb', status => 'inactive');
INSERT INTO gov_label_projection (object_type, object_ref, label)
SELECT 't', 'ref ' || n, CASE n % 3 WHEN 0 THEN 'la' WHEN 1 THEN 'spook' ELSE 'lb' END FROM generate_series(1, 9) AS n;
SELECT * FROM gov_label_orphan ORDER BY label COLLATE "C";
SELECT gov_set_label('ld', 'F3'), gov_map_label('lx', 'va', 'lc'), gov_deprecate('lx', 'vb');
SELECT * FROM gov_label_without_value ORDER BY label COLLATE "C";
SELECT gov_deprecate('lx', 'va');
SELECT * FROM gov_label_without_value ORDER BY label COLLATE "C";
SELECT * FROM gov_value_without_label;
SELECT gov_reinstate('lx', 'va'), gov_reinstate('lx', 'vb'), gov_unmap_label('lx', 'vb', 'la'), gov_unmap_label('lx', 'vb', 'lc');
SELECT * FROM gov_value_without_label;
SELECT gov_map_label('lx', 'vb', 'lb');
SELECT * FROM gov_value_without_label;
SELECT gov_set_axis_status('lx', 'deprecated');
SELECT * FROM gov_value_without_label;

-- nothing is written where nothing changes, and every change has its entry
SELECT gov_set_axis_status('lx', 'active');
CREATE TEMP TABLE before AS
SELECT 'l' AS t, label AS key, xmin::text || cmin::text AS version FROM gov_label
UNION ALL SELECT 'r', object_ref || label, xmin::text || cmin::text FROM gov_label_rule
UNION ALL SELECT 'm', value || label, xmin::text || cmin::text FROM gov_value_label;
SELECT count(*) AS entries FROM gov_ledger \gset
SELECT gov_set_label('la', 'F1', 'the first', 'active'), gov_set_label_rule('t', 'ref 2', 'la'), gov_map_label('lx', 'va', 'la', 'exact');
SELECT count(*) AS changed FROM (SELECT 'l' AS t, label AS key, xmin::text || cmin::text AS version FROM gov_label
UNION ALL SELECT 'r', object_ref || label, xmin::text || cmin::text FROM gov_label_rule
UNION ALL SELECT 'm', value || label, xmin::text || cmin::text FROM gov_value_label EXCEPT TABLE before) AS c;
SELECT count(*) - :entries AS entries FROM gov_ledger;
SELECT gov_set_label('la', name => 'x'), gov_set_label_rule('t', 'ref 2', 'la', 'inactive'), gov_map_label('lx', 'va', 'la', 'broader'), gov_unmap_label('lx', 'va', 'la');
SELECT action, target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 4;

-- names of any kind
SELECT gov_create_axis('l"x '' \'), gov_propose_value('l"x '' \', 'wört %s'), gov_set_label('lbl "q'' \ %s', 'fäcet'),
       gov_map_label('l"x '' \', 'wört %s', 'lbl "q'' \ %s');
SELECT * FROM gov_value_label WHERE label ~ '^lbl';

-- keys and checks hold for any writer
CREATE FUNCTION pg_temp.try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    EXECUTE sql;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || name;
END $$;
SELECT s, pg_temp.try('INSERT INTO ' || s) FROM unnest(ARRAY[
    $$gov_label (label) VALUES ('la')$$,
    $$gov_label (label, facet) VALUES ('n', '')$$,
    $$gov_label (label, status) VALUES ('n', 'odd')$$,
    $$gov_label_rule (object_type, object_ref, label) VALUES ('t', 'ref 2', 'la')$$,
    $$gov_label_rule (object_type, object_ref, label, status) VALUES ('t', 'n', 'la', 'odd')$$,
    $$gov_label_projection (object_type, object_ref, label) VALUES ('t', 'n', NULL)$$,
    $$gov_value_label (axis, value, label) VALUES ('lx', 'va', 'lc')$$,
    $$gov_value_label (axis, value, label) VALUES ('lx', 'none', 'lc')$$,
    $$gov_value_label (axis, value, label, map_kind) VALUES ('lx', 'va', 'n', 'odd')$$,
    $$gov_binding (binding, relation) VALUES ('odd', 'a.b')$$]) AS s;
UPDATE gov_label SET name = 'y' WHERE label = 'la';
SELECT target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;
ROLLBACK;
