-- No error that a call ends with shows SQL of ours as its context: what a
-- client sees beside the message is its own code, or what was registered.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{ANN,BOB}'::text[]) AS a;
SELECT count(gov_create_axis('plain')) + count(gov_set_axis_status('plain', 'active')) AS axis;
SELECT count(gov_propose_value('plain', v)) + count(gov_ratify('plain', v)) AS "values" FROM unnest('{v,w}'::text[]) AS v;
SELECT count(gov_register_object('thing', o)) AS objects FROM unnest('{a,b}'::text[]) AS o;
SELECT gov_own('thing', 'a', 'plain', 'v', 'ANN');

-- each public routine with nothing, with a word and with an empty word in every argument
CREATE FUNCTION pg_temp.calls() RETURNS TABLE (call text) LANGUAGE sql AS $$
SELECT format('%s gov_%s(%s)', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, substr(p.proname, 5), a.args)
  FROM pg_extension x
  JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND d.classid = 'pg_proc'::regclass
  JOIN pg_proc p ON p.oid = d.objid
 CROSS JOIN LATERAL (SELECT w, coalesce(string_agg(format(CASE WHEN w IS NULL THEN 'NULL::%2$s' ELSE '%1$L::%2$s' END,
                                  CASE format_type(t, NULL)
                                      WHEN 'text' THEN w WHEN 'name' THEN w WHEN 'jsonb' THEN '[{"axis": "none", "object_type": "none"}]'
                                      WHEN 'boolean' THEN 'true' WHEN 'regclass' THEN 'pg_class' WHEN 'text[]' THEN '{none}'
                                      WHEN 'interval' THEN '1 day' WHEN 'timestamp with time zone' THEN '2026-01-01' ELSE '-1' END,
                                  format_type(t, NULL)), ', ' ORDER BY n) FILTER (WHERE t IS NOT NULL), '') AS args
                       FROM unnest('{NULL,none,""}'::text[]) AS w
                       LEFT JOIN unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (t, n) ON true
                      GROUP BY w) AS a
 WHERE x.extname = 'governance' AND p.proname LIKE 'gov\_%' AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
   AND p.pronamespace = (SELECT extnamespace FROM pg_extension WHERE extname = 'governance')
UNION ALL
SELECT unnest(ARRAY[
    $c$SELECT gov_own('thing', 'a', 'plain', 'v', 'BOB')$c$,
    $c$SELECT gov_own('thing', 'c', 'plain', 'v', 'BOB')$c$,
    $c$SELECT gov_own('thing', 'b', 'plain', 'none', 'BOB')$c$,
    $c$SELECT gov_own_many('[{"object_type": "thing", "object_ref": "b", "axis": "plain", "value": "v", "authority": "ANN", "inherits": "perhaps"}]'::jsonb)$c$,
    $c$SELECT gov_own_many('[{"object_type": "thing", "object_ref": "a", "axis": "plain", "value": "v", "authority": "BOB"}]'::jsonb)$c$,
    $c$SELECT gov_assign('thing', 'a', 'plain', 'v', 'approved')$c$,
    $c$SELECT gov_retire('plain', 'v')$c$,
    $c$SELECT gov_set_quorum('low', 0)$c$,
    $c$SELECT gov_set_quorum('low', 1, -1)$c$,
    $c$SELECT gov_request_approval('long', 'decide', '{}', 'because', '10000000 years')$c$,
    $c$SELECT gov_create_axis('plain', kind => 'none')$c$,
    $c$SELECT gov_create_rule('plain', 'plain', 'cross_product', confidence_threshold => 2)$c$,
    $c$SELECT gov_propose_value('plain', 'x', parent => 'none')$c$,
    $c$SELECT gov_map_label('plain', 'none', 'l')$c$,
    $c$SELECT gov_enroll_schema('none')$c$,
    $c$UPDATE gov_axis_value SET parent = 'v' WHERE axis = 'plain' AND value = 'v'$c$,
    $c$UPDATE gov_axis SET status = 'candidate' WHERE axis = 'plain'$c$,
    $c$DELETE FROM gov_ledger$c$,
    $c$DELETE FROM gov_axis WHERE axis = 'plain'$c$]);
$$;
CREATE TABLE pg_temp.ended (call text, failed boolean, message text, context text);
DO $$
DECLARE
    one record;
    message text;
    context text;
BEGIN
    FOR one IN SELECT c.call FROM pg_temp.calls() AS c WHERE c.call !~ 'gov_(scan|reconcile|detect|report_html|dashboard|fingerprint_row)\(' LOOP
        BEGIN
            EXECUTE one.call;
            RAISE EXCEPTION USING errcode = 'ZZ001';
        EXCEPTION
            WHEN SQLSTATE 'ZZ001' THEN INSERT INTO pg_temp.ended VALUES (one.call, false, NULL, NULL);
            WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, context = PG_EXCEPTION_CONTEXT;
                INSERT INTO pg_temp.ended VALUES (one.call, true, message, context);
        END;
    END LOOP;
END $$;
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE failed) > 150 AS many_failed FROM pg_temp.ended;
-- what there is of context is the call itself, and the block that made it
SELECT call, context FROM pg_temp.ended
 WHERE failed AND context <> format(E'SQL statement "%s"\nPL/pgSQL function inline_code_block line 9 at EXECUTE', call) ORDER BY call COLLATE "C";
-- a check, a key or an index of a table is not what a caller hears of, but for who writes tables
SELECT call, message FROM pg_temp.ended
 WHERE message ~ '(violates|invalid input|division|syntax error)' AND call LIKE 'SELECT %' ORDER BY call COLLATE "C";

-- the server itself refuses a function that a level does not have; which does is told
CREATE ROLE regress_plain;
SELECT gov_grant('steward', 'regress_plain');
SAVEPOINT steward;
SET LOCAL ROLE regress_plain;
SELECT gov_merge('plain', 'v', 'w');
ROLLBACK TO steward;
SET LOCAL ROLE regress_plain;
SELECT level FROM gov_privileges() WHERE object LIKE 'gov_merge(%';
ROLLBACK TO steward;

-- one that circumstances ended says which act it was
CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_catalog.pg_sleep(10); RETURN NEW; END $$;
SAVEPOINT circumstance;
CREATE TRIGGER slow BEFORE INSERT ON gov_object FOR EACH ROW EXECUTE FUNCTION pg_temp.slow();
SET LOCAL statement_timeout = '200ms';
SELECT gov_register_object('thing', 'slow');
ROLLBACK TO circumstance;
ROLLBACK;
