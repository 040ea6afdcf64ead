-- Hostile objects under what a steward registers: the operators, casts,
-- domains, functions and tables that its view is made of run whenever somebody
-- reads it, and try what they can: to become superuser, to act, to write, to
-- leave something in the session.  Each is enrolled by its owner, read by a
-- superuser's sync, and once more by a bulk act where it fits.  Each try with its
-- kind and name, what became of enrolling and of reading, and what differs
-- afterwards, which is nothing.
BEGIN;
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE ao_evil;
SELECT gov_grant('steward', 'ao_evil'), gov_grant('admin', 'ao_evil');
CREATE SCHEMA ao AUTHORIZATION ao_evil;
GRANT USAGE ON SCHEMA ao TO PUBLIC;
SELECT gov_create_axis('ao'), gov_set_axis_status('ao', 'active'), gov_propose_value('ao', 'v'), gov_ratify('ao', 'v');
SELECT gov_register_object('ao', 'o'), gov_set_authority('AO', kind => 'human');
SET LOCAL SESSION AUTHORIZATION ao_evil;
CREATE TABLE ao.told (what text);
CREATE SEQUENCE ao.numbers;
RESET SESSION AUTHORIZATION;
-- what it tries is for whoever reads: while it makes its objects it does nothing
CREATE TABLE ao.armed AS SELECT false AS armed;
GRANT SELECT ON ao.armed TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION ao_evil;
-- Does all it can, and gives its argument back.
CREATE FUNCTION ao.boom(what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM ao.tries();
    RETURN what;
END $$;
-- A path that changes while an expression of PL/pgSQL is planned is no error of a
-- server, but one with assertions stops at it, without any extension as well.
CREATE FUNCTION ao.tries() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    IF NOT (SELECT armed FROM ao.armed) THEN
        RETURN true;
    END IF;
    FOREACH statement IN ARRAY ARRAY['ALTER ROLE ao_evil SUPERUSER', 'RESET ROLE', 'RESET SESSION AUTHORIZATION', 'SET ROLE NONE', 'RESET transaction_read_only', 'SET LOCAL transaction_read_only = off',
        $q$SELECT set_config('transaction_read_only', NULL, true)$q$, $q$SELECT set_config('search_path', 'ao, pg_catalog', false) WHERE current_setting('debug_assertions') = 'off'$q$,
        $q$SELECT public.gov_propose_value('ao', 'mine')$q$, $q$SELECT public.gov_set_axis_status('ao', 'retired')$q$, $q$INSERT INTO ao.told VALUES ('x')$q$,
        $q$CALL public.gov_cast_vote('a', 'AO', 'approve')$q$, $q$SELECT nextval('ao.numbers')$q$, $q$SELECT pg_advisory_lock(4711)$q$,
        'SET ao.setting = ''kept''', 'LISTEN ao', 'CREATE TEMP TABLE ao_rest (i int)', 'GRANT SELECT ON ao.told TO PUBLIC', 'ALTER ROLE ao_evil SUPERUSER'] LOOP
        BEGIN
            EXECUTE statement;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    RETURN true;
END $$;
RESET SESSION AUTHORIZATION;

-- "view" is the query of ao.things, whose columns are those of a source; "more" comes before it.
CREATE TABLE ao.try (n int GENERATED ALWAYS AS IDENTITY, kind text, try text, more text, view text);
INSERT INTO ao.try (kind, try, more, view) VALUES
    ('functions', 'one that is IMMUTABLE by its word', '', $$SELECT 'ao thing' AS object_type, ao.boom('a') AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('functions', 'in WHERE', '', $$SELECT 'ao thing' AS object_type, 'a' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref WHERE ao.tries()$$),
    ('functions', 'folded when it is planned', '', $$SELECT 'ao thing' AS object_type, 'a' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref WHERE ao.boom('x') = 'x'$$),
    ('functions', 'in LIMIT', '', $$SELECT 'ao thing' AS object_type, 'a' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref LIMIT length(ao.boom('x'))$$),
    ('functions', 'in ORDER BY', '', $$SELECT 'ao thing' AS object_type, x AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,b}'::text[]) AS x ORDER BY ao.boom(x)$$),
    ('functions', 'as a default of another', $$CREATE FUNCTION ao.f(a text DEFAULT ao.boom('d')) RETURNS text LANGUAGE sql AS 'SELECT a'$$, $$SELECT 'ao thing' AS object_type, ao.f() AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('functions', 'SECURITY DEFINER', 'ALTER FUNCTION ao.tries() SECURITY DEFINER', $$SELECT 'ao thing' AS object_type, ao.boom('a') AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('functions', 'with settings of its own', $$ALTER FUNCTION ao.tries() SECURITY INVOKER; ALTER FUNCTION ao.tries() SET search_path = ao, pg_catalog$$, $$SELECT 'ao thing' AS object_type, ao.boom('a') AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('functions', 'inlined SQL', $$ALTER FUNCTION ao.tries() RESET ALL; CREATE FUNCTION ao.inlined(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ao.boom($1)'$$, $$SELECT 'ao thing' AS object_type, ao.inlined(x) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a}'::text[]) AS x$$),
    ('functions', 'marked parallel safe', $$ALTER FUNCTION ao.boom(text) PARALLEL SAFE; CREATE TABLE ao.many AS SELECT n::text AS t FROM generate_series(1, 2) AS n$$, $$SELECT 'ao thing' AS object_type, ao.boom(t) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM ao.many$$),

    ('operators', 'in an expression', $$CREATE FUNCTION ao.op(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ao.boom($1)'; CREATE OPERATOR ao.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = ao.op)$$,
        $$SELECT 'ao thing' AS object_type, x OPERATOR(ao.||) 'b' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a}'::text[]) AS x$$),
    ('operators', 'the equality of its own type, in DISTINCT', $$CREATE TYPE ao.ct AS (t text); CREATE FUNCTION ao.ct_cmp(ao.ct, ao.ct) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.bttextcmp(ao.boom(($1).t), ($2).t)';
        CREATE FUNCTION ao.ct_lt(ao.ct, ao.ct) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ao.ct_cmp($1, $2) < 0'; CREATE FUNCTION ao.ct_eq(ao.ct, ao.ct) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ao.ct_cmp($1, $2) = 0';
        CREATE OPERATOR ao.< (LEFTARG = ao.ct, RIGHTARG = ao.ct, FUNCTION = ao.ct_lt); CREATE OPERATOR ao.= (LEFTARG = ao.ct, RIGHTARG = ao.ct, FUNCTION = ao.ct_eq, COMMUTATOR = OPERATOR(ao.=))$$,
        $$SELECT 'ao thing' AS object_type, (x).t AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM (SELECT ROW(v)::ao.ct AS x FROM unnest('{a,b}'::text[]) AS v) AS s WHERE x OPERATOR(ao.=) x$$),
    ('operators', 'a class of its own as default', $$CREATE OPERATOR CLASS ao.ct_ops DEFAULT FOR TYPE ao.ct USING btree AS OPERATOR 1 ao.<, OPERATOR 3 ao.=, FUNCTION 1 ao.ct_cmp(ao.ct, ao.ct)$$, NULL),
    ('operators', 'restriction and join estimators', $$CREATE OPERATOR ao.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq, RESTRICT = eqsel, JOIN = eqjoinsel)$$,
        $$SELECT 'ao thing' AS object_type, ao.boom(x) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a}'::text[]) AS x WHERE x OPERATOR(ao.===) 'a'$$),

    ('casts', 'of its own type to text', $$CREATE FUNCTION ao.ct_text(ao.ct) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ao.boom(($1).t)'; CREATE CAST (ao.ct AS text) WITH FUNCTION ao.ct_text(ao.ct) AS IMPLICIT$$,
        $$SELECT 'ao thing' AS object_type, ROW('a')::ao.ct AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('casts', 'explicit', '', $$SELECT 'ao thing' AS object_type, ROW('a')::ao.ct::text AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('casts', 'of an enum', $$CREATE TYPE ao.en AS ENUM ('a', 'b'); CREATE FUNCTION ao.en_text(ao.en) RETURNS text LANGUAGE sql IMMUTABLE AS $x$SELECT ao.boom('en')$x$; CREATE CAST (ao.en AS text) WITH FUNCTION ao.en_text(ao.en) AS ASSIGNMENT$$,
        $$SELECT 'ao thing' AS object_type, 'a'::ao.en AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('casts', 'of the server''s types', $$CREATE CAST (int AS text) WITH FUNCTION ao.boom(text)$$, NULL),
    ('casts', 'a range whose difference is its own', $$CREATE FUNCTION ao.diff(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $x$SELECT length(ao.boom('x'))::float8$x$; CREATE TYPE ao.rg AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = ao.diff)$$,
        $$SELECT 'ao thing' AS object_type, 'a' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM (SELECT ao.rg(1, 3) AS r) AS s WHERE r @> 2$$),

    ('domains', 'as the type of a column', $$CREATE DOMAIN ao.dm AS text CHECK (ao.boom(VALUE) IS NOT NULL)$$, $$SELECT 'ao thing'::ao.dm AS object_type, 'a'::ao.dm AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('domains', 'over a composite type', $$CREATE DOMAIN ao.dc AS ao.ct CHECK (ao.boom((VALUE).t) IS NOT NULL)$$, $$SELECT 'ao thing' AS object_type, ROW('a')::ao.ct::ao.dc AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('domains', 'over a domain, not null', $$CREATE DOMAIN ao.dd AS ao.dm NOT NULL DEFAULT ao.boom('d')$$, $$SELECT 'ao thing' AS object_type, 'a'::ao.dd AS object_ref, NULL::ao.dm AS container_type, NULL::text AS container_ref$$),
    ('domains', 'of the column of a table, with a check added later', $$CREATE TABLE ao.dt (object_type ao.dm, object_ref ao.dm, container_type text, container_ref text); INSERT INTO ao.dt VALUES ('ao thing', 'a', NULL, NULL);
        ALTER DOMAIN ao.dm ADD CONSTRAINT later CHECK (ao.tries()) NOT VALID$$, 'SELECT * FROM ao.dt'),

    ('collations', 'of two letters that are one', $$DO $d$ BEGIN CREATE COLLATION ao.co (provider = icu, locale = 'und-u-ks-level1', deterministic = false); EXCEPTION WHEN feature_not_supported THEN CREATE COLLATION ao.co FROM "C"; END $d$ $$,
        $$SELECT 'ao thing' COLLATE ao.co AS object_type, v COLLATE ao.co AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,A,b}'::text[]) AS v$$),
    ('collations', 'one called C, in its own schema', $$DO $d$ BEGIN CREATE COLLATION ao."C" (provider = icu, locale = 'und-u-ks-level1', deterministic = false); EXCEPTION WHEN feature_not_supported THEN CREATE COLLATION ao."C" FROM pg_catalog."C"; END $d$ $$,
        $$SELECT 'ao thing' COLLATE ao."C" AS object_type, v COLLATE ao."C" AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,A}'::text[]) AS v$$),
    -- where the server has no ICU, both are ordinary ones
    ('collations', 'one that conflicts', '', $$SELECT 'ao thing' AS object_type, v AS object_ref, NULL::text AS container_type, (v COLLATE ao.co) || (v COLLATE ao."C") AS container_ref FROM unnest('{a}'::text[]) AS v$$),

    ('aggregates', 'transition', $$CREATE FUNCTION ao.step(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ao.boom($2)'; CREATE AGGREGATE ao.ag (text) (SFUNC = ao.step, STYPE = text)$$,
        $$SELECT 'ao thing' AS object_type, ao.ag(v) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,b}'::text[]) AS v$$),
    ('aggregates', 'final', $$CREATE AGGREGATE ao.fi (text) (SFUNC = textcat, STYPE = text, INITCOND = '', FINALFUNC = ao.boom)$$,
        $$SELECT 'ao thing' AS object_type, ao.fi(v) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,b}'::text[]) AS v$$),
    ('aggregates', 'as a window', '', $$SELECT 'ao thing' AS object_type, v || ao.ag(v) OVER (ORDER BY v) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM unnest('{a,b}'::text[]) AS v$$),
    ('aggregates', 'moving', $$CREATE AGGREGATE ao.mo (text) (SFUNC = ao.step, STYPE = text, MSFUNC = ao.step, MINVFUNC = ao.step, MSTYPE = text)$$,
        $$SELECT 'ao thing' AS object_type, v AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM (SELECT v, ao.mo(v) OVER (ORDER BY v ROWS 1 PRECEDING) AS m FROM unnest('{a,b}'::text[]) AS v) AS s WHERE m IS NOT NULL$$),

    ('rows from functions', 'rows without end', $$CREATE FUNCTION ao.endless() RETURNS SETOF text LANGUAGE plpgsql AS 'BEGIN LOOP RETURN NEXT repeat(''x'', 100); END LOOP; END'$$,
        $$SELECT 'ao thing' AS object_type, v AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM ao.endless() AS v$$),
    ('rows from functions', 'a recursion without end', '', $$WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT 1 FROM r) SELECT 'ao thing' AS object_type, n::text AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM r$$),
    ('rows from functions', 'other columns than declared', $$CREATE FUNCTION ao.lies() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2'$$,
        $$SELECT * FROM ao.lies() AS l (object_type text, object_ref text, container_type text, container_ref text)$$),
    ('rows from functions', 'a row that is NULL', '', $$SELECT object_type, object_ref, container_type, container_ref FROM (SELECT (NULL::ao.dt).*) AS s$$),
    ('rows from functions', 'out of a cursor of its own', $$CREATE FUNCTION ao.curs() RETURNS SETOF text LANGUAGE plpgsql AS 'DECLARE c CURSOR FOR SELECT ao.boom(''a''); r text; BEGIN OPEN c; FETCH c INTO r; RETURN NEXT r; END'$$,
        $$SELECT 'ao thing' AS object_type, v AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM ao.curs() AS v$$),

    ('policies', 'on its own table', $$CREATE TABLE ao.po (object_type text, object_ref text, container_type text, container_ref text); INSERT INTO ao.po VALUES ('ao thing', 'a', NULL, NULL);
        ALTER TABLE ao.po ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON ao.po USING (ao.tries())$$, 'SELECT * FROM ao.po'),
    ('policies', 'by who asks', $$ALTER POLICY p ON ao.po USING (current_user = 'ao_evil' AND ao.tries())$$, 'SELECT * FROM ao.po'),
    ('policies', 'without an end', $$ALTER POLICY p ON ao.po USING (EXISTS (SELECT FROM ao.po AS q))$$, 'SELECT * FROM ao.po'),

    ('tables', 'columns generated', $$CREATE TABLE ao.ge (object_type text, object_ref text GENERATED ALWAYS AS (ao.boom(object_type)) STORED, container_type text, container_ref text)$$, 'SELECT * FROM ao.ge'),
    ('tables', 'defaults of a column added since', $$CREATE TABLE ao.de (object_type text); INSERT INTO ao.de VALUES ('ao thing'); ALTER TABLE ao.de ADD object_ref text DEFAULT ao.boom('d'), ADD container_type text, ADD container_ref text$$, 'SELECT * FROM ao.de'),
    ('tables', 'an index that answers', $$CREATE TABLE ao.ix (object_type text, object_ref text, container_type text, container_ref text); CREATE INDEX ON ao.ix (ao.boom(object_ref)); INSERT INTO ao.ix VALUES ('ao thing', 'a', NULL, NULL)$$,
        $$SELECT * FROM ao.ix WHERE ao.boom(object_ref) = 'a'$$),
    ('tables', 'partitions by a function', $$CREATE TABLE ao.pa (object_type text, object_ref text, container_type text, container_ref text) PARTITION BY LIST (ao.boom(object_ref)); CREATE TABLE ao.pa1 PARTITION OF ao.pa FOR VALUES IN ('a'); INSERT INTO ao.pa VALUES ('ao thing', 'a', NULL, NULL)$$,
        $$SELECT * FROM ao.pa WHERE ao.boom(object_ref) = 'a'$$),
    ('tables', 'rules', $$CREATE TABLE ao.ru (a int); CREATE RULE r AS ON INSERT TO ao.ru DO INSTEAD SELECT ao.tries()$$, $$SELECT 'ao thing' AS object_type, ao.boom('a') AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('tables', 'inheritance', $$CREATE TABLE ao.hp (object_type text, object_ref text, container_type text, container_ref text); CREATE TABLE ao.hc (CHECK (ao.boom(object_ref) = 'a')) INHERITS (ao.hp); INSERT INTO ao.hc VALUES ('ao thing', 'a', NULL, NULL)$$, 'SELECT * FROM ao.hp WHERE object_ref = ''a'''),

    ('names', 'functions in place of columns', $$CREATE TABLE ao.fu (object_type text); INSERT INTO ao.fu VALUES ('ao thing'); CREATE FUNCTION ao.object_ref(ao.fu) RETURNS text LANGUAGE sql AS $x$SELECT ao.boom('f')$x$;
        CREATE FUNCTION ao.container_type(ao.fu) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; CREATE FUNCTION ao.container_ref(ao.fu) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'$$, 'SELECT * FROM ao.fu'),
    ('names', 'columns of other types', '', $$SELECT 1 AS object_type, '{"a": 1}'::jsonb AS object_ref, NULL::int AS container_type, NULL::point AS container_ref$$),
    ('names', 'columns of the server''s names', '', $$SELECT 'ao thing' AS object_type, 'a' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref, 1 AS "ctid ", 2 AS tableoid_, 3 AS "oid"$$),
    ('names', 'texts that look like our templates', '', $$SELECT '@.gov_axis' AS object_type, '$1 @extschema@ %s' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('names', 'control characters', '', $$SELECT E'ao \x01' AS object_type, E'\x02\x7f' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('names', 'a name of 2 MB', '', $$SELECT 'ao thing' AS object_type, repeat('x', 2000000) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('names', 'the objects of others', '', $$SELECT object_type, object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM public.gov_object WHERE object_type = 'ao'$$),

    ('settings', 'a text that depends on them', '', $$SELECT 'ao thing' AS object_type, now()::date::text || 0.1::float8 || '\x41'::bytea || interval '1 day' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('settings', 'how long it may take', '', $$SELECT 'ao thing' AS object_type, set_config('statement_timeout', '0', false) || pg_sleep(5) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('settings', 'who it is', '', $$SELECT 'ao thing' AS object_type, concat_ws(' ', current_user, current_setting('is_superuser'), current_setting('search_path')) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('settings', 'subtransactions to exhaustion', $$CREATE FUNCTION ao.deep(n int) RETURNS text LANGUAGE plpgsql AS 'BEGIN IF n > 0 THEN BEGIN RETURN ao.deep(n - 1); EXCEPTION WHEN division_by_zero THEN NULL; END; END IF; RETURN ao.boom(''deep''); END'$$,
        $$SELECT 'ao thing' AS object_type, ao.deep(300) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('settings', 'the stack to its end', $$CREATE FUNCTION ao.forever(n int) RETURNS text LANGUAGE sql AS 'SELECT ao.forever(n + 1)'$$, $$SELECT 'ao thing' AS object_type, ao.forever(1) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$),
    ('settings', 'memory', '', $$SELECT 'ao thing' AS object_type, repeat(repeat('x', 1000000), 2000) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref$$);

-- All that may differ.
CREATE FUNCTION pg_temp.state(OUT part text, OUT digest text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT 'superuser', rolsuper::text FROM pg_roles WHERE rolname = 'ao_evil'
    UNION ALL SELECT 'values', string_agg(value || status, ',' ORDER BY value COLLATE "C") FROM gov_axis_value WHERE axis = 'ao'
    UNION ALL SELECT 'axis', status FROM gov_axis WHERE axis = 'ao'
    UNION ALL SELECT 'told', count(*)::text FROM ao.told
    UNION ALL SELECT 'numbers', concat(last_value, is_called) FROM ao.numbers
    UNION ALL SELECT 'locks', count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
    UNION ALL SELECT 'settings', concat_ws(' ', nullif(current_setting('ao.setting', true), ''), current_setting('search_path'), current_setting('statement_timeout'), current_setting('transaction_read_only'))
    UNION ALL SELECT 'who', concat_ws(' ', current_user, session_user)
    UNION ALL SELECT 'temporary', count(*)::text FROM pg_class WHERE relname = 'ao_rest'
    UNION ALL SELECT 'channels', count(*)::text FROM pg_listening_channels()
    UNION ALL SELECT 'rights', relacl::text FROM pg_class WHERE oid = 'ao.told'::regclass
    UNION ALL SELECT 'acts', count(*)::text FROM gov_ledger WHERE action IN ('propose_value', 'set_axis_status', 'cast_vote', 'vote_refused')
    UNION ALL SELECT 'objects of others', count(*)::text FROM gov_object WHERE object_type = 'ao' AND source = 'manual'
$$;
CREATE FUNCTION pg_temp.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS OR query_canceled THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.tried() RETURNS TABLE (kind text, try text, made text, enrolled text, read text, differs text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    one ao.try;
BEGIN
    CREATE TEMP TABLE ao_before AS SELECT * FROM pg_temp.state();
    FOR one IN SELECT * FROM ao.try ORDER BY n LOOP
        kind := one.kind; try := one.try; made := NULL; enrolled := NULL; read := NULL;
        SET LOCAL SESSION AUTHORIZATION ao_evil;
        IF one.more <> '' THEN made := pg_temp.outcome(one.more); END IF;
        IF one.view IS NOT NULL THEN
            DROP VIEW IF EXISTS ao.things;
            made := concat_ws(' ', made, nullif(pg_temp.outcome('CREATE VIEW ao.things AS ' || one.view), 'done'));
            RESET SESSION AUTHORIZATION;
            UPDATE ao.armed SET armed = true;
            -- what would never end is given little time
            PERFORM set_config('governance.read_timeout', CASE WHEN one.view ~ 'endless|RECURSIVE|pg_sleep' THEN '200ms' ELSE '60s' END, true);
            SET LOCAL SESSION AUTHORIZATION ao_evil;
            enrolled := pg_temp.outcome('SELECT * FROM public.gov_enroll_relation(''ao'', ''ao.things'')');
            RESET SESSION AUTHORIZATION;
            read := pg_temp.outcome('SELECT * FROM public.gov_sync(''ao'', force => true)');
            UPDATE ao.armed SET armed = false;
        END IF;
        RESET SESSION AUTHORIZATION;
        differs := (SELECT string_agg(part || ': ' || coalesce(s.digest, '-'), ', ' ORDER BY part) FROM pg_temp.state() AS s FULL JOIN ao_before AS b USING (part) WHERE s.digest IS DISTINCT FROM b.digest);
        RETURN NEXT;
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.outcome(text) TO PUBLIC;
SET LOCAL statement_timeout = '120s';
SELECT * FROM pg_temp.tried();
-- who it ran as, whoever asked
SELECT DISTINCT object_ref FROM gov_object WHERE object_ref LIKE 'ao\_evil %' OR object_ref LIKE '% on %';
SELECT count(*) FROM gov_ledger_verify();
ROLLBACK;
