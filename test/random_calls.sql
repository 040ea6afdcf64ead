-- The world in which test/random_calls.pl calls: an application, logins of
-- every level, a little of everything to begin with, and what is asked after
-- each round.
--
-- random_calls.broken: what must hold whatever was called, and does not.
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

\ir invariants.sql
CREATE SCHEMA random_calls;
CREATE VIEW random_calls.broken AS
SELECT what, which FROM invariants.broken
UNION ALL
SELECT 'an agent''s vote of another kind', v.approval FROM gov_vote v WHERE v.cast_by = 'random_agent' AND v.kind <> 'agent'
UNION ALL
SELECT 'a role of ours became more than it was', rolname FROM pg_roles
 WHERE rolname LIKE 'random\_%' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls);
