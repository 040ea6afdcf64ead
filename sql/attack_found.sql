-- What was found by an attacker once, each a try by name: sources, bindings,
-- projections and consumers of others, what others own, sequences, settings,
-- objects that are hidden, functions beside those of the extension.  Each with
-- the login that tries, what became of it, and what differs afterwards, which is
-- nothing.
BEGIN;
SET LOCAL client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE af_evil;
CREATE ROLE af_good;
CREATE ROLE af_admin;
CREATE ROLE af_writer IN ROLE pg_write_all_data;
SELECT count(gov_grant('steward', r)) AS stewards FROM unnest('{af_evil,af_good}'::name[]) AS r;
SELECT gov_grant('admin', 'af_admin');
CREATE SCHEMA af;
GRANT USAGE, CREATE ON SCHEMA af TO af_evil, af_good;
GRANT CREATE ON SCHEMA public TO af_evil;
SELECT count(gov_set_authority(a, kind => 'human', role_name => r)) AS authorities FROM (VALUES ('EVIL', 'af_evil'), ('GOOD', 'af_good'), ('NOBODY', NULL)) AS t (a, r);
SELECT count(gov_create_axis('af')) + count(gov_set_axis_status('af', 'active')) + count(gov_propose_value('af', 'v')) + count(gov_ratify('af', 'v')) AS axis;
SELECT count(gov_register_object('af thing', n)) AS objects FROM unnest('{a,b,c,d}'::text[]) AS n;
SELECT count(gov_own('af thing', n, 'af', 'v', a, effective_to => e)) AS owned
  FROM (VALUES ('a', 'GOOD', NULL), ('b', 'NOBODY', NULL), ('c', 'GOOD', '2100-01-01'::timestamptz)) AS t (n, a, e);
SELECT count(gov_own(NULL, NULL, 'af', 'v', 'GOOD', effective_to => '2100-01-01')) AS anchored;
CREATE TABLE af.secret (a int, b int);
CREATE VIEW af.looks AS SELECT 1 AS one;
SELECT object_type, objects FROM gov_enroll_schema('af', '{table,view}') ORDER BY object_type COLLATE "C";
SET LOCAL SESSION AUTHORIZATION af_good;
CREATE TABLE af.goods AS SELECT 'af row'::text AS object_type, 'r' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 12) AS n;
CREATE TABLE af.labels (label text, facet text, name text, status text);
CREATE TABLE af.search (object_type text, object_ref text, version int);
SELECT objects FROM gov_enroll_relation('af goods', 'af.goods');
SELECT gov_bind('vocabulary', 'af.labels'), gov_set_projection('af search', 'af', 'af.search'), gov_set_projection('af labels', 'af');
SELECT count(*) AS fetched FROM gov_event_fetch('af good');
SET LOCAL SESSION AUTHORIZATION af_evil;
CREATE TABLE af.nothing (object_type text, object_ref text, container_type text, container_ref text);
CREATE TABLE af.rows AS SELECT 'af own'::text AS object_type, 'o' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 12) AS n;
CREATE TABLE af.evil_labels (label text, facet text, name text, status text);
CREATE TABLE af.evil_search (object_type text, object_ref text, version int);
SELECT objects FROM gov_enroll_relation('af own', 'af.rows');
-- what a default does when it is evaluated
CREATE FUNCTION af.boom() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE af_evil SUPERUSER'; RETURN 'open'; EXCEPTION WHEN OTHERS THEN RETURN 'open'; END $$;
RESET SESSION AUTHORIZATION;

CREATE TABLE pg_temp.tries (n int GENERATED ALWAYS AS IDENTITY, kind text, try text, login name, statement text);
INSERT INTO pg_temp.tries (kind, try, login, statement) VALUES
    ('sources of others', 'another relation', 'af_evil', $$SELECT gov_enroll_relation('af goods', 'af.nothing')$$),
    ('sources of others', 'its own, of nothing by now', 'af_evil', $$SELECT gov_enroll_relation('af own', 'af.nothing')$$),
    ('sources of others', 'a schema with fewer types', 'af_evil', $$SELECT gov_enroll_schema('af', '{view}')$$),
    ('sources of others', 'a schema without some names', 'af_evil', $$SELECT gov_enroll_schema('af', '{table,view}', '{secret}')$$),
    ('sources of others', 'a sync by force', 'af_evil', $$SELECT gov_sync('af own', force => true)$$),
    ('sources of others', 'a pattern that leaves out', 'af_evil', $$SELECT gov_exclude('schema:af', 'secret')$$),
    ('sources of others', 'a source that rests', 'af_evil', $$SELECT gov_set_source('af goods', false)$$),
    ('sources of others', 'a source that ends', 'af_evil', $$SELECT gov_unenroll('af goods')$$),
    ('sources of others', 'an object by hand', 'af_evil', $$SELECT gov_retire_object('table', 'af.secret')$$),

    ('things of others', 'a consumer that fetches', 'af_evil', $$SELECT * FROM gov_event_fetch('af good')$$),
    ('things of others', 'a consumer that acknowledges', 'af_evil', $$SELECT gov_event_ack('af good', 0)$$),
    ('things of others', 'a consumer that is forgotten', 'af_evil', $$SELECT gov_event_forget('af good')$$),
    ('things of others', 'a consumer, by the role set', 'af_evil', $$SELECT set_config('role', 'af_good', true), gov_event_ack('af good', 0)$$),
    ('things of others', 'a binding to its own', 'af_evil', $$SELECT gov_bind('vocabulary', 'af.evil_labels')$$),
    ('things of others', 'a binding that ends', 'af_evil', $$SELECT gov_unbind('vocabulary')$$),
    ('things of others', 'a projection of its own', 'af_evil', $$SELECT gov_set_projection('af search', relation => 'af.evil_search')$$),
    ('things of others', 'a projection without a relation', 'af_evil', $$SELECT gov_set_projection('af search', relation => '')$$),
    ('things of others', 'a projection that rests', 'af_evil', $$SELECT gov_set_projection('af search', enabled => false)$$),
    ('things of others', 'a projection that never lags', 'af_evil', $$SELECT gov_set_projection('af search', warn_after => '1000 years')$$),
    ('things of others', 'the label projection', 'af_evil', $$SELECT gov_set_projection('af labels', enabled => false)$$),
    ('things of others', 'a detector', 'af_evil', $$SELECT gov_set_detector('ownership_gap', enabled => false)$$),

    ('what others own', 'in its place', 'af_evil', $$SELECT gov_own('af thing', 'a', 'af', 'v', 'EVIL', replace => true)$$),
    ('what others own', 'in its place, of whom nobody speaks', 'af_evil', $$SELECT gov_own('af thing', 'b', 'af', 'v', 'EVIL', replace => true)$$),
    ('what others own', 'in its place, later', 'af_evil', $$SELECT gov_own('af thing', 'a', 'af', 'v', 'EVIL', effective_from => '2090-01-01', replace => true)$$),
    ('what others own', 'after it', 'af_evil', $$SELECT gov_own('af thing', 'c', 'af', 'v', 'EVIL', effective_from => '2100-01-01')$$),
    ('what others own', 'long after it', 'af_evil', $$SELECT gov_own('af thing', 'c', 'af', 'v', 'EVIL', effective_from => '294276-12-30')$$),
    ('what others own', 'after it, among many', 'af_evil', $$SELECT gov_own_many('[{"object_type": "af thing", "object_ref": "d", "axis": "af", "value": "v", "authority": "EVIL"},
        {"object_type": "af thing", "object_ref": "c", "axis": "af", "value": "v", "authority": "EVIL", "effective_from": "2100-01-01"}]'::jsonb)$$),
    ('what others own', 'after the anchor of a value', 'af_evil', $$SELECT gov_own(NULL, NULL, 'af', 'v', 'EVIL', effective_from => '2100-01-01')$$),
    ('what others own', 'ended', 'af_evil', $$SELECT gov_disown(ownership_id) FROM gov_ownership WHERE authority = 'NOBODY'$$),
    ('what others own', 'handed over to nothing', 'af_evil', $$SELECT gov_hand_over('af thing', 'a', 'af thing', 'd')$$),
    ('what others own', 'handed over once it is retired', 'af_evil', $$SELECT gov_retire_object('af thing', 'a'), gov_hand_over('af thing', 'a', 'af thing', 'd')$$),
    ('what others own', 'transferred', 'af_evil', $$SELECT gov_transfer('GOOD', 'EVIL')$$),

    ('settings', 'a tag of 201 bytes', 'af_evil', $$SELECT set_config('governance.tag', repeat('x', 201), true)$$),
    ('settings', 'how much a sync may retire', 'af_evil', $$SELECT set_config('governance.retire_limit', '100', true)$$),
    ('settings', 'how long code may be read', 'af_evil', $$SELECT set_config('governance.read_timeout', '0', true)$$),
    ('settings', 'how long code of an owner may be read', 'af_evil', $$SELECT set_config('governance.owner_timeout', '0', true)$$),

    ('beside the extension', 'a default that is computed', 'af_evil', $$SELECT gov_request_approval('af', 'change_trust', '{"action": "own"}', 'why', act => 'gov_set_gate')$$),
    ('beside the extension', 'a default that is no constant', 'af_evil', $$SELECT gov_request_approval('af', 'change_trust', '{"risk": "low"}', 'why', act => 'gov_set_quorum')$$),
    ('beside the extension', 'a grant of what is not the extension''s', 'postgres', $$SELECT gov_grant('reader', 'af_evil')$$),

    ('sequences', 'of the ledger, at its end', 'af_writer', $$SELECT setval('gov_ledger_seq_seq', 9223372036854775807)$$),
    ('sequences', 'of objects, at its end', 'af_writer', $$SELECT setval('gov_object_object_id_seq', 9223372036854775807)$$),
    ('sequences', 'of objects, behind', 'af_writer', $$SELECT setval('gov_object_object_id_seq', 1)$$),
    ('sequences', 'of owners, at its end', 'af_writer', $$SELECT setval('gov_ownership_ownership_id_seq', 9223372036854775807)$$),
    ('sequences', 'of assignments, behind', 'af_writer', $$SELECT setval('gov_assignment_assignment_id_seq', 1)$$),

    ('hiding', 'a table in an extension', 'postgres', 'ALTER EXTENSION plpgsql ADD TABLE af.goods'),
    ('hiding', 'a table under another name', 'af_good', 'ALTER TABLE af.goods RENAME TO goods_of_old');
SET LOCAL SESSION AUTHORIZATION af_evil;
CREATE FUNCTION public.gov_set_gate(action text, risk text DEFAULT af.boom()) RETURNS text LANGUAGE sql AS $$ SELECT action $$;
CREATE FUNCTION public.gov_set_quorum(risk text, gate text DEFAULT lower(current_user)) RETURNS text LANGUAGE sql AS $$ SELECT risk $$;
CREATE FUNCTION public.gov_set_axis_status(whatever integer) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
REVOKE ALL ON FUNCTION public.gov_set_axis_status(integer) FROM PUBLIC;
RESET SESSION AUTHORIZATION;

-- Everyday work, of everybody, whatever was tried: 'done', or what is in its way.
-- A sequence at its end is, until the next gov_reconcile.
CREATE FUNCTION pg_temp.works(reconciled boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF reconciled THEN
        PERFORM FROM public.gov_reconcile();
    END IF;
    SET LOCAL SESSION AUTHORIZATION af_good;
    PERFORM public.gov_register_object('af thing', 'new'), public.gov_assign('af thing', 'new', 'af', 'v', provenance => '{"kind": "human"}'),
            public.gov_own('af thing', 'new', 'af', 'v', 'GOOD');
    PERFORM public.gov_own('af thing', 'a', 'af', 'v', 'GOOD', 'supporting');
    SET LOCAL SESSION AUTHORIZATION af_admin;
    PERFORM public.gov_sync('af own', force => true);
    RESET SESSION AUTHORIZATION;
    RAISE EXCEPTION USING ERRCODE = 'AF000';
EXCEPTION
    WHEN SQLSTATE 'AF000' THEN RETURN 'done';
    WHEN sequence_generator_limit_exceeded THEN RETURN CASE WHEN reconciled THEN SQLSTATE ELSE pg_temp.works(true) END;
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- All that may differ.
CREATE FUNCTION pg_temp.state(OUT part text, OUT digest text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT 'superuser', string_agg(rolname, ',') FROM pg_roles WHERE rolname LIKE 'af\_%' AND rolsuper
    UNION ALL SELECT 'owners', string_agg(concat_ws(' ', object_id, authority, owner_kind, status, effective_from, effective_to), ',' ORDER BY ownership_id) FROM gov_ownership WHERE axis = 'af'
    UNION ALL SELECT 'live', string_agg(concat_ws(' ', object_type, object_id), ',' ORDER BY object_id) FROM gov_object WHERE retired_at IS NULL AND (object_type ~ '^af' OR source = 'schema:af')
    UNION ALL SELECT 'sources', string_agg(concat_ws(' ', source, relation, object_types, excluded, enabled, registered_by), ',' ORDER BY source COLLATE "C") FROM gov_source
    UNION ALL SELECT 'bindings', string_agg(concat_ws(' ', binding, relation, registered_by), ',') FROM gov_binding
    UNION ALL SELECT 'projections', string_agg(concat_ws(' ', projection, relation, warn_after, enabled, registered_by), ',' ORDER BY projection COLLATE "C") FROM gov_projection
    UNION ALL SELECT 'consumers', string_agg(concat_ws(' ', consumer, position, fetches, acks, registered_by), ',' ORDER BY consumer COLLATE "C") FROM gov_event_cursor
    UNION ALL SELECT 'detectors', string_agg(detector, ',' ORDER BY detector COLLATE "C") FROM gov_detector WHERE NOT enabled
    UNION ALL SELECT 'settings', concat_ws(' ', current_setting('governance.tag'), current_setting('governance.retire_limit'), current_setting('governance.read_timeout'), current_setting('governance.owner_timeout'))
    UNION ALL SELECT 'rights', string_agg(proname, ',' ORDER BY proname) FROM pg_proc WHERE proowner = 'af_evil'::regrole AND pronamespace = 'public'::regnamespace AND has_function_privilege('af_admin', oid, 'EXECUTE') AND proacl IS NOT NULL
    UNION ALL SELECT 'work', pg_temp.works()
$$;
CREATE FUNCTION pg_temp.tried() RETURNS TABLE (kind text, try text, login name, outcome text, differs text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    one pg_temp.tries;
    sequence text;
BEGIN
    CREATE TEMP TABLE af_before AS SELECT * FROM pg_temp.state();
    FOR one IN SELECT * FROM pg_temp.tries ORDER BY n LOOP
        kind := one.kind; try := one.try; login := one.login; outcome := 'done';
        sequence := substring(one.statement from 'setval\(''(\w+)''');
        BEGIN
            BEGIN
                EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', CASE one.login WHEN 'postgres' THEN session_user ELSE one.login END);
                EXECUTE one.statement;
            EXCEPTION WHEN OTHERS THEN
                outcome := SQLSTATE;
            END;
            RESET SESSION AUTHORIZATION;
            IF one.kind = 'hiding' AND outcome = 'done' THEN
                PERFORM gov_sync('schema:af');
                PERFORM gov_sync('af goods') WHERE to_regclass('af.goods') IS NOT NULL;
            END IF;
            differs := (SELECT string_agg(part || ': ' || coalesce(s.digest, '-'), ', ' ORDER BY part) FROM pg_temp.state() AS s FULL JOIN af_before AS b USING (part) WHERE s.digest IS DISTINCT FROM b.digest);
            RAISE EXCEPTION USING ERRCODE = 'AF001';
        EXCEPTION WHEN SQLSTATE 'AF001' THEN
            -- a sequence keeps what was done to it
            PERFORM setval(sequence::regclass, 1000000) WHERE sequence IS NOT NULL;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT count(*) AS synced FROM gov_sync('schema:af');
SELECT digest AS work FROM pg_temp.state() WHERE part = 'work';
SELECT * FROM pg_temp.tried();
ROLLBACK;
