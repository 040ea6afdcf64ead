-- Every act says what it did, and the last arguments are the reason and the approval.
-- functions that change something and answer nothing
SELECT p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.prorettype = 'void'::regtype AND p.prokind = 'f' AND p.pronamespace = x.extnamespace ORDER BY 1;
-- arguments reason and approval that are not the last, in this order; the one
-- that names a request is what the functions of approvals are about
SELECT p.proname, p.proargnames FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.pronamespace = x.extnamespace AND p.pronargs > 0
   AND p.proname NOT IN ('gov_request_approval', 'gov_cast_vote', 'gov_confirm', 'gov_withdraw')
   AND 'approval' = ANY (p.proargnames[1:p.pronargs]) AND p.proargnames[p.pronargs] <> 'approval' ORDER BY 1;
SELECT p.proname, p.proargnames FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.pronamespace = x.extnamespace AND p.pronargs > 0 AND 'reason' = ANY (p.proargnames[1:p.pronargs])
   AND array_position(p.proargnames, 'reason') <>
       p.pronargs - CASE WHEN p.proargnames[p.pronargs] = 'approval' THEN 1 ELSE 0 END ORDER BY 1;
-- every argument has a name
SELECT p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.pronamespace = x.extnamespace AND p.pronargs > 0
   AND (p.proargnames IS NULL OR '' = ANY (p.proargnames)) ORDER BY 1;
SELECT gov_version() ~ '^governance [0-9.]+$' AS version;

-- each act twice: the second finds everything as it was asked for, and leaves no trace
SET client_min_messages = error;
BEGIN;
CREATE ROLE regress_gov_twice;
CREATE SCHEMA twice;
CREATE TABLE twice.a (id int);
CREATE VIEW twice.things AS SELECT 'thing' AS object_type, 'r1' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
CREATE VIEW twice.labels AS SELECT 'twice-l' AS label, 'f' AS facet, 'L' AS name, 'active' AS status;
CREATE VIEW twice.projection AS SELECT 'thing' AS object_type, 'r1' AS object_ref, now() AS projected_at;
CREATE FUNCTION twice.detect() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql STABLE AS $$ SELECT NULL::text, 'thing', 'r1', NULL::text, 'info', '{}'::jsonb WHERE false $$;
CREATE TEMPORARY TABLE act (n numeric, call text);
INSERT INTO act VALUES
    (1, $$gov_set_authority('TW-A', 'A', 'human', 'regress_gov_twice')$$), (2, $$gov_set_authority('TW-B', kind => 'council')$$),
    (3, $$gov_create_axis('twice', 'Twice', 'uncertain', 'semantic', 'TW-A', 'TW-B', true)$$),
    (4, $$gov_set_axis_status('twice', 'active', 'go')$$),
    (5, $$gov_propose_value('twice', 'top', provenance => '{"kind": "kg_provisional", "source": "graph"}', name => 'Top')$$),
    (6, $$gov_ratify('twice', 'top')$$),
    (6.5, $$gov_alter_axis('twice', 'Said twice', fallback => '')$$),
    (7, $$gov_propose_value('twice', 'leaf', 'top')$$), (7.5, $$gov_alter_value('twice', 'leaf', 'Leaf')$$), (8, $$gov_ratify('twice', 'leaf', label => 'twice-l', reason => 'agreed')$$),
    (9, $$gov_propose_value('twice', 'old')$$), (10, $$gov_ratify('twice', 'old')$$),
    (11, $$gov_create_rule('TW-R', 'twice', 'per_assignment', '{thing,other}', 0.5, 30)$$),
    (11.5, $$gov_alter_rule('TW-R', '{}', 0.25)$$), (12, $$gov_set_rule_status('TW-R', 'active')$$),
    (13, $$gov_register_object('box', 'tw box')$$), (14, $$gov_register_object('thing', 'tw 1', 'box', 'tw box')$$),
    (15, $$gov_register_object('thing', 'tw 2')$$), (16, $$gov_retire_object('thing', 'tw 2', 'gone')$$),
    (17, $$gov_set_label('twice-l', 'f', 'L')$$), (18, $$gov_set_label_rule('thing', 'tw 1', 'twice-l')$$),
    (19, $$gov_map_label('twice', 'top', 'twice-l', 'broader')$$), (20, $$gov_unmap_label('twice', 'top', 'twice-l')$$),
    (21, $$gov_bind('vocabulary', 'twice.labels')$$), (22, $$gov_unbind('vocabulary')$$),
    (23, $$gov_assign('thing', 'tw 1', 'twice', 'leaf', confidence => 0.7, provenance => '{"kind": "k"}')$$),
    (24, $$gov_set_zone('thing', 'tw 1', 'twice', 'leaf', 'approved', 'seen')$$),
    (25, $$gov_own('thing', 'tw 1', 'twice', 'leaf', 'TW-A')$$), (26, $$gov_own('thing', 'tw 1', 'twice', 'leaf', 'TW-A', replace => true)$$),
    (27, $$gov_own('thing', 'tw 1', 'twice', 'leaf', 'TW-B', replace => true, reason => 'moved')$$),
    (28, $$gov_own(NULL, NULL, 'twice', 'top', 'TW-B')$$),
    (29, $$gov_own('thing', 'tw 1', 'twice', 'top', 'TW-A', 'waiver', effective_to => now() + interval '1 day', reason => 'later')$$),
    (30, $$gov_disown((SELECT max(ownership_id) FROM gov_ownership), 'not later')$$),
    (31, $$gov_transfer('TW-B', 'TW-A', 'left')$$),
    (32, $$gov_deprecate('twice', 'old', 'leaf', 'finer')$$), (33, $$gov_retire('twice', 'old', 'unused')$$),
    (34, $$gov_assign('box', 'tw box', 'twice', 'top')$$), (35, $$gov_unassign('box', 'tw box', 'twice', 'top', 'wrong')$$),
    (36, $$gov_set_projection('twice', 'twice', 'twice.projection', '3 days')$$),
    (37, $$gov_set_detector('twice', 'warning', 'twice.detect', description => 'finds nothing')$$),
    (38, $$gov_set_event_type('twice', 'thing.done', 'health', 'delayed')$$),
    (39, $$gov_event_activate('twice', 'thing.done')$$), (40, $$gov_event_deactivate('twice', 'thing.done')$$),
    (41, $$gov_set_gate('twice', 'low', 'open')$$), (42, $$gov_set_quorum('low', min_approvals => 2)$$),
    (43, $$gov_request_approval('TW-AP', 'activate_axis', '{"axis": "twice", "status": "deprecated"}', 'because')$$), (44, $$gov_withdraw('TW-AP')$$),
    (45, $$gov_grant('reader', 'regress_gov_twice')$$), (46, $$gov_revoke('reader', 'regress_gov_twice')$$),
    (47, $$gov_enroll_schema('twice', '{table}')$$), (48, $$gov_enroll_relation('twice', 'twice.things')$$),
    (48.1, $$gov_exclude('twice', 'r?', 'not now')$$), (48.2, $$gov_include('twice', 'r?')$$), (48.3, $$gov_set_source('twice', false)$$),
    (48.4, $$gov_unenroll('schema:twice', true, 'no more')$$), (48.5, $$gov_unenroll('twice')$$),
    (49, $$gov_merge('twice', 'leaf', 'top', 'one will do')$$),
    (49.5, $$gov_undo((SELECT max(seq) FROM gov_change), 'one will not do')$$),
    (50, $$gov_split('twice', 'leaf', '["x", {"value": "y", "name": "Y"}]', '[{"object_type": "thing", "object_ref": "tw 1", "value": "x"}]')$$),
    (51, $$gov_assign_many('[{"object_type": "box", "object_ref": "tw box", "axis": "twice", "value": "y"}]'::jsonb)$$),
    (52, $$gov_own_many('[{"object_type": "box", "object_ref": "tw box", "axis": "twice", "value": "y", "authority": "TW-B"},
                          {"axis": "twice", "value": "y", "authority": "TW-B"}]'::jsonb)$$);
-- the content of every table of the extension
CREATE FUNCTION pg_temp.content() RETURNS text LANGUAGE plpgsql AS $$
DECLARE t text; h text; result text := '';
BEGIN
    FOR t IN SELECT d.objid::regclass::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
              JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
              WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND c.relkind = 'r' ORDER BY 1
    LOOP
        EXECUTE format('SELECT md5(string_agg(md5(concat(r::text, r.xmin, r.ctid)), '','' ORDER BY r.ctid)) FROM %s AS r', t) INTO h;
        result := result || t || ' ' || coalesce(h, '-') || E'\n';
    END LOOP;
    RETURN result;
END $$;
CREATE FUNCTION pg_temp.twice(call text) RETURNS TABLE (first text, again text, trace text) LANGUAGE plpgsql AS $$
DECLARE before text;
BEGIN
    EXECUTE 'SELECT string_agg(r::text, ''; '' ORDER BY r::text) FROM (SELECT * FROM ' || call || ') AS r (a)' INTO first;
    before := pg_temp.content();
    EXECUTE 'SELECT string_agg(r::text, ''; '' ORDER BY r::text) FROM (SELECT * FROM ' || call || ') AS r (a)' INTO again;
    trace := CASE WHEN pg_temp.content() <> before THEN 'LEFT SOMETHING BEHIND' END;
    RETURN NEXT;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT split_part(call, '(', 1), t.first, t.again, t.trace FROM act, LATERAL pg_temp.twice(act.call) AS t ORDER BY n;
ROLLBACK;
