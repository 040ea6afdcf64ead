-- What a role registered is read in one way, whatever the session's settings.
BEGIN;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_registrar;
SELECT gov_grant('admin', 'regress_gov_registrar');
CREATE SCHEMA registered AUTHORIZATION regress_gov_registrar;
GRANT USAGE ON SCHEMA public TO regress_gov_registrar;
CREATE TABLE registered.days AS
SELECT 'day'::text AS object_type, '2026-01-31'::date + n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 2) n
UNION ALL SELECT 'hidden', '2026-01-31', NULL, NULL;
CREATE VIEW registered.kinds AS
SELECT * FROM (VALUES ('time', '2026-01-31 12:00+00'::timestamptz::text), ('span', '1 day 02:03'::interval::text), ('float', (0.1::float8 + 0.2)::text), ('bytes', '\x01ff'::bytea::text),
        ('xml', xmlelement(name x, '\x01ff'::bytea)::text), ('null', '{NULL}'::text[]::text), ('equals', coalesce((NULL::int = NULL)::text, 'null')), ('money', 12345.67::money::text), ('number', to_char(1234.5, '9G999D9')), ('month', to_char('2026-03-01'::date, 'TMMonth')),
        ('words', to_tsvector('the running dogs')::text), ('abbreviation', '2026-01-31 12:00 IST'::timestamptz::text)) t (object_type, object_ref),
       (VALUES (NULL::text, NULL::text)) c (container_type, container_ref);
CREATE TABLE registered.rules AS SELECT 'day'::text AS object_type, '2026-02-01'::date AS object_ref, 'red'::text AS label, 'active'::text AS status;
CREATE TABLE registered.shown AS SELECT 'day'::text AS object_type, '2026-02-01'::date AS object_ref, now() + interval '1 hour' AS projected_at;
CREATE FUNCTION registered.look() RETURNS TABLE (axis text, object_type text, object_ref date, value text, severity text, detail jsonb) LANGUAGE sql
    AS $$ SELECT NULL, 'day', '2026-02-01'::date, NULL, 'info', jsonb_build_object('at', '2026-01-31 12:00+00'::timestamptz, 'text', '2026-01-31 12:00+00'::timestamptz::text) $$;
ALTER TABLE registered.days OWNER TO regress_gov_registrar;
ALTER VIEW registered.kinds OWNER TO regress_gov_registrar;
ALTER TABLE registered.rules OWNER TO regress_gov_registrar;
ALTER TABLE registered.shown OWNER TO regress_gov_registrar;
ALTER FUNCTION registered.look() OWNER TO regress_gov_registrar;
ALTER TABLE registered.days ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY days ON registered.days USING (object_type = 'day');
SET SESSION AUTHORIZATION regress_gov_registrar;
SELECT * FROM gov_enroll_relation('registered-days', 'registered.days');
SELECT * FROM gov_enroll_relation('registered-kinds', 'registered.kinds');
SELECT gov_bind('label_rule', 'registered.rules');
SELECT gov_create_axis('registered', kind => 'uncertain'), gov_set_axis_status('registered', 'active'), gov_propose_value('registered', 'v'), gov_ratify('registered', 'v');
SELECT gov_set_label('red', 'colour'), gov_map_label('registered', 'v', 'red');
SELECT gov_assign('day', '2026-02-01', 'registered', 'v', provenance => '{"kind": "test"}', zone => 'approved') AS assigned;
SELECT gov_set_projection('registered', 'registered', 'registered.shown');
SELECT gov_set_detector('registered', routine => 'registered.look');
CREATE TEMP VIEW seen AS
SELECT (SELECT string_agg(concat_ws(' ', born, retired, unchanged), ', ' ORDER BY source) FROM gov_sync(force => true) WHERE source LIKE 'registered-%') AS synced,
       (SELECT string_agg(flag, ',') FROM gov_label_reconcile WHERE axis = 'registered') AS labels,
       (SELECT string_agg(flag, ',') FROM gov_projection_lag WHERE projection = 'registered') AS lag,
       (SELECT string_agg(object_ref || detail::text, ',') FROM gov_drift_finding WHERE detector = 'registered') AS found;
SELECT * FROM seen;
SET LOCAL DateStyle = 'German';
SET LOCAL TimeZone = 'Asia/Kathmandu';
SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL extra_float_digits = -5;
SET LOCAL bytea_output = 'escape';
SET LOCAL row_security = off;
SET LOCAL xmlbinary = 'hex';
SET LOCAL array_nulls = off;
SET LOCAL transform_null_equals = on;
SET LOCAL default_text_search_config = 'pg_catalog.english';
SET LOCAL timezone_abbreviations = 'India';
SET LOCAL quote_all_identifiers = on;
SELECT * FROM seen;
SELECT object_type, object_ref FROM gov_object WHERE source LIKE 'registered-%' AND retired_at IS NULL ORDER BY object_type, object_ref COLLATE "C";
-- the session keeps its settings
SELECT name, setting FROM pg_settings WHERE name IN ('DateStyle', 'TimeZone', 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'row_security') ORDER BY name COLLATE "C";
RESET SESSION AUTHORIZATION;
-- no statement of ours is compiled, however cheap that is made to look
SET SESSION AUTHORIZATION regress_gov_registrar;
CREATE VIEW registered.compiled AS SELECT 'day'::text AS object_type, 'any'::text AS object_ref, 'jit ' || current_setting('jit') AS label, now() AS projected_at;
SELECT gov_bind('label_projection', 'registered.compiled');
SET LOCAL jit = on;
SELECT label, projections FROM gov_label_orphan;
ROLLBACK;
