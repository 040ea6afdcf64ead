-- Whatever a session sets, an act does the same and leaves the same entry: every
-- setting that anybody may change is set to each of its values, or to an end,
-- and the same acts are done and the same questions asked.  The settings are
-- taken from the server; what is reported is each one that made a difference.
BEGIN;
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE as_admin;
SELECT gov_grant('admin', 'as_admin') AS granted;
CREATE SCHEMA ase;
GRANT USAGE, CREATE ON SCHEMA ase TO PUBLIC;
SELECT gov_create_axis('as', kind => 'uncertain'), gov_set_axis_status('as', 'active'), gov_propose_value('as', 'v'), gov_ratify('as', 'v'), gov_set_authority('AS', kind => 'human');
SELECT gov_create_rule('AS', 'as', 'cross_product', '{as}'), gov_set_rule_status('AS', 'active');
SELECT count(gov_register_object('as', 'o' || n)) FROM generate_series(1, 5) AS n;
CREATE TABLE ase.told (n int);

-- what there is to set, and to what
CREATE TABLE ase.setting AS
SELECT s.name, v.value,
       CASE WHEN s.category LIKE 'Query Tuning%' THEN 'how queries are planned'
            WHEN s.category LIKE 'Client Connection Defaults / Locale%' THEN 'how values are written'
            WHEN s.category LIKE 'Client Connection Defaults%' THEN 'how statements behave'
            WHEN s.category LIKE 'Version and Platform%' THEN 'what older versions did'
            WHEN s.category LIKE 'Resource%' THEN 'what they may use'
            ELSE 'all the rest' END AS try
  FROM pg_settings AS s,
       LATERAL (SELECT unnest(s.enumvals) WHERE s.vartype = 'enum'
                UNION ALL SELECT unnest('{on,off}'::text[]) WHERE s.vartype = 'bool'
                UNION ALL SELECT unnest(CASE WHEN s.category LIKE 'Client%' THEN ARRAY[s.min_val, s.max_val] ELSE ARRAY[s.min_val] END) WHERE s.vartype IN ('integer', 'real') AND s.category NOT LIKE 'Query Tuning / Planner Cost%') AS v (value)
 WHERE s.context = 'user' AND v.value <> s.setting
   -- what ends a statement, a session or a transaction, or says what a transaction is
   AND s.name !~ '(^exit_on_error$|_timeout|^transaction_|^default_transaction_|^temp_buffers$|^max_stack_depth$|^tcp_|^client_connection_check|^client_min_messages$|^vacuum_|^geqo_|^log_|^gin_|flush_after$)'
UNION ALL
SELECT name, value, 'how values are written' FROM (VALUES ('DateStyle', 'German, DMY'), ('DateStyle', 'SQL, MDY'), ('DateStyle', 'Postgres, YMD'), ('TimeZone', 'Asia/Kathmandu'), ('TimeZone', '-15:59'),
    ('timezone_abbreviations', 'India'), ('client_encoding', 'SQL_ASCII'), ('lc_numeric', 'C'), ('lc_time', 'C'), ('lc_monetary', 'C'), ('default_text_search_config', 'simple')) AS v (name, value)
UNION ALL
SELECT name, value, 'where names are looked up' FROM (VALUES ('search_path', ''), ('search_path', 'ase'), ('search_path', 'pg_temp'), ('search_path', 'governance_internal'), ('search_path', 'no_such_schema'),
    ('search_path', 'pg_temp, ase, pg_catalog'), ('default_tablespace', 'pg_default'), ('temp_tablespaces', ''), ('default_table_access_method', 'heap'), ('role', 'none'),
    ('session_authorization', 'as_admin'), ('application_name', E'\x01'';--')) AS v (name, value);

-- The acts and the questions, and what is left of them: read under the settings that were there before.
CREATE FUNCTION ase.does() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.gov_assign('as', 'o1', 'as', 'v', 'candidate', 0.1::real, 0.7::real, provenance => '{"k": 0.10, "t": "x"}', assigned_at => '2020-01-02 03:04:05.678901+00');
    PERFORM public.gov_own('as', 'o2', 'as', 'v', 'AS', 'delegated', effective_to => '2999-12-31 23:59:59+00', reason => 'because');
    PERFORM public.gov_own('as', 'o3', 'as', 'v', 'AS');
    PERFORM public.gov_propose_value('as', 'w', parent => 'v');
    PERFORM public.gov_set_zone('as', 'o1', 'as', 'v', 'approved');
    PERFORM public.gov_own_many('[{"object_type": "as", "object_ref": "o4", "axis": "as", "value": "v", "authority": "AS", "effective_from": "2020-02-03T04:05:06Z"}]'::pg_catalog.jsonb);
    PERFORM public.gov_request_approval('as', 'ratify_value', '{"axis": "as", "value": "w"}', 'because', '3 days 04:05:06.7');
    PERFORM count(*) FROM public.gov_coverage_gap;
    PERFORM public.gov_explain_owner('as', 'o1', 'as', 'v');
END $$;
CREATE FUNCTION ase.left(since bigint) RETURNS text LANGUAGE sql AS $$
SELECT md5(concat_ws('|',
    (SELECT string_agg(concat_ws(' ', actor, login, action, target, payload #- '{expires_at}' #- '{at}'), ',' ORDER BY seq) FROM public.gov_ledger WHERE seq > since),
    (SELECT string_agg(concat_ws(' ', o.object_ref, a.axis, a.value, a.zone, a.confidence, a.provenance, a.valid_from <= now()), ',' ORDER BY 1) FROM public.gov_assignment AS a JOIN public.gov_object AS o USING (object_id) WHERE a.axis = 'as'),
    (SELECT string_agg(concat_ws(' ', object_id IS NULL, axis, value, authority, owner_kind, status, effective_to, reason), ',' ORDER BY object_id, value) FROM public.gov_ownership WHERE axis = 'as'),
    (SELECT string_agg(value || parent, ',' ORDER BY value COLLATE "C") FROM public.gov_axis_value WHERE axis = 'as'),
    (SELECT concat_ws(' ', target, content_hash, round(extract(epoch FROM expires_at - now()))) FROM public.gov_approval WHERE approval = 'as'),
    (SELECT string_agg(g::text, ',' ORDER BY g::text COLLATE "C") FROM public.gov_coverage AS g WHERE axis = 'as')))
$$;
CREATE FUNCTION ase.tried(setting text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    since bigint := (SELECT max(seq) FROM public.gov_ledger);
    before text := current_setting(setting);
BEGIN
    BEGIN
        BEGIN
            PERFORM set_config(setting, value, true);
        EXCEPTION WHEN OTHERS THEN
            RETURN 'not set';
        END;
        PERFORM ase.does();
        IF setting NOT IN ('role', 'session_authorization') THEN PERFORM set_config(setting, before, true); END IF;
        RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = ase.left(since);
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        RETURN SQLERRM;
    WHEN OTHERS THEN
        RETURN SQLSTATE || ' ' || SQLERRM;
    END;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA ase TO as_admin;
SET LOCAL SESSION AUTHORIZATION as_admin;
CREATE TABLE ase.seen AS SELECT name, value, try, ase.tried(name, value) AS became FROM ase.setting;
SELECT ase.tried('application_name', '') AS same \gset
RESET SESSION AUTHORIZATION;
SELECT name, value, became FROM ase.seen WHERE became NOT IN (:'same', 'not set') ORDER BY name, value;
-- settings of each kind, most of which could be set
SELECT 'settings' AS kind, try, CASE WHEN count(*) FILTER (WHERE became <> 'not set') * 2 > count(*) THEN 'tried' END AS became,
       nullif(count(*) FILTER (WHERE became NOT IN (:'same', 'not set')), 0) AS differs
  FROM ase.seen GROUP BY try ORDER BY try COLLATE "C";
SELECT count(*) > 80 AS many, :'same' ~ '^[0-9a-f]{32}$' AS something FROM ase.seen;
-- it would be seen
SELECT ase.left(max(seq) - 1) <> :'same' AS seen FROM gov_ledger;
ROLLBACK;
