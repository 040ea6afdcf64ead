-- The world in which test/random_calls.pl calls: an application, logins of
-- every level, a little of everything to begin with, and what is asked after
-- each round.
--
-- random_calls.broken: what must hold whatever was called, and does not.
-- random_calls.differences(): the engine's views against the oracle.
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT gov_grant('reader', r) FROM unnest('{random_reader,random_steward,random_approver,random_second,random_admin,random_agent}'::name[]) AS r;
SELECT gov_grant('steward', r) FROM unnest('{random_steward,random_agent}'::name[]) AS r;
SELECT gov_grant('approver', r) FROM unnest('{random_approver,random_second,random_agent}'::name[]) AS r;
SELECT gov_grant('admin', 'random_admin');

CREATE SCHEMA app;
CREATE SCHEMA app2;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA app, app2, evil TO PUBLIC;
CREATE TABLE app.thing (id int PRIMARY KEY, name text);
INSERT INTO app.thing SELECT i, 'thing ' || i FROM generate_series(1, 40) AS i;
CREATE TABLE app2."Odd ""name""" (a int, b text);
CREATE MATERIALIZED VIEW app.seen AS SELECT count(*) FROM app.thing;
CREATE VIEW app."Odd ""name""" AS
SELECT 'thing' AS object_type, id::text AS object_ref, 'shelf' AS container_type, (id % 5)::text AS container_ref FROM app.thing
 UNION ALL SELECT 'shelf', i::text, NULL, NULL FROM generate_series(0, 4) AS i;
CREATE VIEW app.many AS
SELECT 'thing' AS object_type, id::text AS object_ref, 'topic' AS axis, CASE WHEN id % 3 = 0 THEN 'a' ELSE 'b' END AS value,
       'A' AS authority, jsonb_build_object('kind', 'human') AS provenance
  FROM app.thing WHERE id % 4 = 0;
CREATE VIEW app.labels AS
SELECT unnest('{red,blue,large}'::text[]) AS label, unnest('{colour,colour,size}'::text[]) AS facet, NULL::text AS name, 'active' AS status;
CREATE VIEW app.rules AS
SELECT 'thing' AS object_type, id::text AS object_ref, CASE WHEN id % 2 = 0 THEN 'red' ELSE 'large' END AS label, 'active' AS status FROM app.thing;
CREATE VIEW app.projected AS
SELECT 'thing' AS object_type, id::text AS object_ref, 'red' AS label, timestamptz '2020-01-01' + id * interval '1 day' AS projected_at FROM app.thing;
CREATE VIEW app.broken AS
SELECT 'thing' AS object_type, (1 / (id - id))::text AS object_ref, NULL::text AS container_type, NULL::text AS container_ref,
       'red' AS label, 'active' AS status, now() AS projected_at, 'f' AS facet, NULL::text AS name FROM app.thing;
CREATE VIEW app.loop AS
SELECT object_type, object_ref, NULL::text AS container_type, NULL::text AS container_ref, 'red' AS label, 'active' AS status,
       'f' AS facet, NULL::text AS name, now() AS projected_at FROM public.gov_label_reconcile;
CREATE FUNCTION app.detect() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql STABLE AS $$ SELECT NULL, 'thing', id::text, NULL, 'info', '{"a": 1}'::jsonb FROM app.thing WHERE id % 9 = 0 $$;
CREATE FUNCTION app.detect_broken() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as it is' USING ERRCODE = '40001'; END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA app, app2 TO PUBLIC;
-- What a path that begins with this schema finds first.
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '1999-01-01' $$;
CREATE FUNCTION evil.octet_length(text) RETURNS int LANGUAGE sql AS $$ SELECT -1 $$;
CREATE FUNCTION evil.texteq(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
CREATE OPERATOR evil.= (FUNCTION = evil.texteq, LEFTARG = text, RIGHTARG = text);

SELECT gov_set_authority(a, kind => k) FROM unnest('{A,B,C,OLD}'::text[], '{human,human,council,human}'::text[]) AS t (a, k);
SELECT gov_set_authority('APPROVER', kind => 'council', role_name => 'random_approver'), gov_set_authority('SECOND', kind => 'human', role_name => 'random_second'),
       gov_set_authority('AGENT', kind => 'agent', role_name => 'random_agent'), gov_set_authority('OLD', status => 'retired');
SELECT gov_create_axis('topic', multivalued => true), gov_create_axis('single', multivalued => false, fallback => 'C'),
       gov_create_axis('Odd "axis"', owner => 'A'), gov_create_axis('home', family => 'structural');
SELECT gov_set_axis_status(x, 'active') FROM unnest('{topic,single,"Odd \"axis\""}'::text[]) AS x;
SELECT gov_propose_value(x, v) FROM unnest('{topic,single,"Odd \"axis\""}'::text[]) AS x, unnest('{a,b,c,"d''e"}'::text[]) AS v;
SELECT gov_ratify(x, v) FROM unnest('{topic,single}'::text[]) AS x, unnest('{a,b}'::text[]) AS v;
SELECT gov_propose_value('topic', 'a.' || i, 'a') FROM generate_series(1, 5) AS i;
SELECT gov_create_rule('R-TOPIC', 'topic', 'cross_product'), gov_create_rule('R-SINGLE', 'single', 'per_assignment', '{thing,table}'),
       gov_set_rule_status('R-TOPIC', 'active'), gov_set_rule_status('R-SINGLE', 'active');
SELECT count(*) FROM gov_enroll_schema('app');
SELECT count(*) FROM gov_enroll_relation('things', 'app."Odd ""name"""');
SELECT gov_register_object('thing', 'by hand'), gov_register_object('shelf', 'top'), gov_register_object('thing', E'odd\nref', 'shelf', 'top');
SELECT gov_assign('thing', i::text, 'topic', 'a', provenance => '{"kind": "human"}') FROM generate_series(1, 10) AS i;
SELECT gov_own('shelf', i::text, 'topic', 'a', 'A') FROM generate_series(0, 4) AS i;
SELECT gov_set_label(l, f) FROM unnest('{red,blue,large}'::text[], '{colour,colour,size}'::text[]) AS t (l, f);
SELECT gov_map_label('topic', 'a', 'red'), gov_set_label_rule('thing', '1', 'blue');
SELECT gov_request_approval('req' || i, 'transfer', '{"from_authority": "A", "to_authority": "B"}', 'please') FROM generate_series(1, 5) AS i;
SELECT count(*) FROM gov_reconcile();
SELECT count(*) FROM gov_event_fetch('consumer', 3);

CREATE SCHEMA random_calls;
\ir oracle.sql

-- Of two periods of one thing, whether they meet; empty ones meet nothing.
CREATE FUNCTION random_calls.meet(a timestamptz, b timestamptz, c timestamptz, d timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT a < coalesce(b, 'infinity') AND c < coalesce(d, 'infinity') AND a < coalesce(d, 'infinity') AND c < coalesce(b, 'infinity') $$;

CREATE VIEW random_calls.broken AS
SELECT 'two accountable owners at one time' AS what, concat_ws(', ', a.ownership_id, b.ownership_id) AS which
  FROM gov_ownership a JOIN gov_ownership b ON b.ownership_id > a.ownership_id AND b.axis = a.axis AND b.value = a.value
   AND b.object_id IS NOT DISTINCT FROM a.object_id
 WHERE a.owner_kind = 'accountable' AND b.owner_kind = 'accountable' AND a.status = 'active' AND b.status = 'active'
   AND random_calls.meet(a.effective_from, a.effective_to, b.effective_from, b.effective_to)
UNION ALL
SELECT 'assigned twice at one time', concat_ws(', ', a.assignment_id, b.assignment_id)
  FROM gov_assignment a JOIN gov_assignment b ON b.assignment_id > a.assignment_id AND b.object_id = a.object_id AND b.axis = a.axis AND b.value = a.value
 WHERE a.superseded_by IS NULL AND b.superseded_by IS NULL AND random_calls.meet(a.valid_from, a.valid_to, b.valid_from, b.valid_to)
UNION ALL
SELECT 'two values of a single-valued axis', concat_ws(', ', a.assignment_id, b.assignment_id)
  FROM gov_assignment a JOIN gov_axis x ON x.axis = a.axis AND NOT x.multivalued
  JOIN gov_assignment b ON b.assignment_id > a.assignment_id AND b.object_id = a.object_id AND b.axis = a.axis AND b.value <> a.value
 WHERE a.superseded_by IS NULL AND b.superseded_by IS NULL AND a.zone = 'approved' AND b.zone = 'approved'
   AND least(coalesce(a.valid_to, 'infinity'), coalesce(b.valid_to, 'infinity')) > now()
   AND random_calls.meet(a.valid_from, a.valid_to, b.valid_from, b.valid_to)
UNION ALL
SELECT 'superseded by nothing', a.assignment_id::text
  FROM gov_assignment a WHERE a.superseded_by IS NOT NULL AND NOT EXISTS (SELECT FROM gov_assignment b WHERE b.assignment_id = a.superseded_by)
UNION ALL
SELECT 'active under a parent that is not', v.axis || ', ' || v.value
  FROM gov_axis_value v JOIN gov_axis_value p ON p.axis = v.axis AND p.value = v.parent WHERE v.status = 'active' AND p.status <> 'active'
UNION ALL
SELECT 'left on its way', v.axis || ', ' || v.value FROM gov_axis_value v WHERE v.value LIKE 'moving~%'
UNION ALL
(WITH RECURSIVE climb AS (
    SELECT object_id AS start, container_id AS above FROM gov_object WHERE container_id IS NOT NULL
     UNION SELECT c.start, o.container_id FROM climb c JOIN gov_object o ON o.object_id = c.above WHERE o.container_id IS NOT NULL)
 SELECT 'a cycle of containers', start::text FROM climb WHERE above = start)
UNION ALL
(WITH RECURSIVE climb AS (
    SELECT axis, value AS start, parent AS above FROM gov_axis_value WHERE parent IS NOT NULL
     UNION SELECT c.axis, c.start, v.parent FROM climb c JOIN gov_axis_value v ON v.axis = c.axis AND v.value = c.above WHERE v.parent IS NOT NULL)
 SELECT 'a cycle of values', axis || ', ' || start FROM climb WHERE above = start)
UNION ALL
SELECT 'two live objects of one name', object_type || ' ' || object_ref FROM gov_object WHERE retired_at IS NULL GROUP BY object_type, object_ref HAVING count(*) > 1
UNION ALL
SELECT 'one login votes twice', approval || ', ' || cast_by FROM gov_vote GROUP BY approval, cast_by HAVING count(*) > 1
UNION ALL
SELECT 'a vote of who asked', v.approval FROM gov_vote v JOIN gov_approval a ON a.approval = v.approval AND a.proposer_oid = v.cast_by_oid
UNION ALL
SELECT 'an agent''s vote of another kind', v.approval FROM gov_vote v WHERE v.cast_by = 'random_agent' AND v.kind <> 'agent'
UNION ALL
SELECT 'a vote of no known kind', v.approval FROM gov_vote v WHERE v.kind NOT IN ('sovereign', 'council', 'human', 'system', 'agent')
UNION ALL
SELECT 'used and not consumed', approval FROM gov_approval WHERE (status = 'consumed') <> (consumed_at IS NOT NULL)
UNION ALL
SELECT 'a change without its entry', c.change::text FROM gov_change c
 WHERE c.seq IS NULL OR NOT EXISTS (SELECT FROM gov_ledger l WHERE l.seq = c.seq UNION ALL SELECT FROM gov_ledger_archive l WHERE l.seq = c.seq)
UNION ALL
SELECT 'an event that is not logged', o.event_id::text FROM gov_event_outbox o WHERE NOT EXISTS (SELECT FROM gov_event_log l WHERE l.event_id = o.event_id AND l.emitted)
UNION ALL
SELECT 'two open findings of one thing', detector || ', ' || identity FROM gov_finding WHERE resolved_at IS NULL GROUP BY detector, identity HAVING count(*) > 1
UNION ALL
SELECT 'was is not what was', seq::text
  FROM (SELECT seq, payload #>> '{was,name}' AS was, action = 'set_authority' AND payload ? 'was' AS changed,
               lag(payload ->> 'name') OVER (PARTITION BY target ->> 'authority' ORDER BY seq) AS before
          FROM (SELECT * FROM gov_ledger UNION ALL SELECT * FROM gov_ledger_archive) AS l
         WHERE action = 'set_authority' AND payload ? 'name') AS entry
 WHERE changed AND was IS DISTINCT FROM before
UNION ALL
SELECT 'an unreadable entry', seq::text FROM gov_ledger
 WHERE action !~ '^[a-z_]+$' OR jsonb_typeof(target) <> 'object' OR jsonb_typeof(payload) <> 'object'
UNION ALL
SELECT 'a role of ours became more than it was', rolname FROM pg_roles
 WHERE rolname LIKE 'random\_%' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls);

-- Rows that one has and the other has not, view by view.
CREATE FUNCTION random_calls.differences() RETURNS TABLE (view text, rows bigint, sample text)
LANGUAGE plpgsql AS
$$
DECLARE
    columns text;
BEGIN
    FOREACH view IN ARRAY '{required_cell,cell_rule,coverage,coverage_gap,effective_owner,owner_conflict,missing_assignment,assignment_quality,coverage_summary,hidden_island}'::text[]
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
          FROM pg_attribute WHERE attrelid = ('public.gov_' || view)::regclass AND attnum > 0 AND NOT attisdropped
           AND attname IN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ('oracle.' || view)::regclass AND a.attnum > 0);
        EXECUTE format('WITH ours AS MATERIALIZED (SELECT %1$s FROM public.gov_%2$s), theirs AS MATERIALIZED (SELECT %1$s FROM oracle.%2$s),
                d AS ((SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) UNION ALL (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours))
                SELECT count(*), min(d::text) FROM d', columns, view) INTO rows, sample;
        IF rows > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
