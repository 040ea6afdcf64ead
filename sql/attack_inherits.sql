-- Rows of tables that inherit from the extension's tables never count: each
-- table gets a child that holds all its rows once more, and others that could
-- not be there, and every view answers as before, every act does as before.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
SELECT gov_create_axis('kid', kind => 'uncertain') AS made, gov_set_axis_status('kid', 'active') AS active;
SELECT gov_propose_value('kid', v) AS proposed, gov_ratify('kid', v) AS ratified FROM unnest('{v,w}'::text[]) AS v;
SELECT gov_set_authority('kid-a', kind => 'human') AS a, gov_set_authority('kid-b', kind => 'council') AS b;
SELECT gov_register_object('kid', o) AS registered FROM unnest('{o,p}'::text[]) AS o;
SELECT gov_assign('kid', 'o', 'kid', 'v', provenance => '{"kind": "x"}') IS NOT NULL AS assigned;
SELECT gov_own('kid', 'o', 'kid', 'v', 'kid-a') AS owned;
SELECT gov_set_label('kid', 'f') AS label, gov_map_label('kid', 'v', 'kid') AS mapped, gov_set_label_rule('kid', 'o', 'kid') AS ruled;
SELECT count(*) > 0 AS scanned FROM gov_scan();

CREATE TABLE kid_mine AS SELECT c.oid::regclass AS relation, c.relname, c.relkind FROM pg_class c
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance';
CREATE FUNCTION kid_answers() RETURNS TABLE (relation regclass, answer text) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN SELECT m.relation FROM kid_mine m WHERE m.relkind IN ('v', 'f') LOOP
        BEGIN
            EXECUTE format('SELECT count(*) || '' '' || coalesce(md5(string_agg(r::text, chr(10) ORDER BY r::text COLLATE "C")), '''') FROM %s AS r', relation) INTO answer;
        EXCEPTION WHEN OTHERS THEN answer := SQLSTATE || ' ' || SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM kid_mine WHERE relkind = 'r' LOOP
        EXECUTE format('CREATE TABLE kid_%s () INHERITS (%s)', t.relname, t.relation);
    END LOOP;
END $$;
CREATE TABLE kid_before AS SELECT * FROM kid_answers();
SELECT count(*) > 50 AS many, count(*) FILTER (WHERE answer !~ '^0 ') > 20 AS with_rows FROM kid_before;

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM kid_mine WHERE relkind = 'r' LOOP
        EXECUTE format('INSERT INTO kid_%s SELECT * FROM ONLY %s', t.relname, t.relation);
    END LOOP;
END $$;
INSERT INTO kid_gov_object (object_id, object_type, object_ref) VALUES (4711, 'kid', 'not there');
INSERT INTO kid_gov_axis (axis, kind, family, status) VALUES ('kid not there', 'uncertain', 'semantic', 'active');
INSERT INTO kid_gov_axis_value (axis, value, status) VALUES ('kid', 'not there', 'active');
INSERT INTO kid_gov_authority (authority, kind) VALUES ('kid not there', 'sovereign');
SELECT count(*) > 4 AS the_server_shows_them FROM gov_object WHERE object_type = 'kid';
SELECT b.relation, b.answer, a.answer AS with_children FROM kid_before b JOIN kid_answers() a USING (relation) WHERE a.answer <> b.answer ORDER BY 1;

-- acts find what is there and nothing else, and change nothing in the children

SELECT gov_assign('kid', 'not there', 'kid', 'v', provenance => '{"kind": "x"}');
SELECT gov_assign('kid', 'p', 'kid not there', 'v', provenance => '{"kind": "x"}');
SELECT gov_assign('kid', 'p', 'kid', 'not there', provenance => '{"kind": "x"}');
SELECT gov_own('kid', 'o', 'kid', 'v', 'kid not there', replace => true);
SELECT gov_transfer('kid-a', 'kid-b') AS transferred;
SELECT gov_set_zone('kid', 'o', 'kid', 'v', 'approved') AS zone;
SELECT authority, status FROM kid_gov_ownership;
SELECT zone FROM kid_gov_assignment;

-- nothing reads a child at all: not what plans, not what counts, not what runs
-- everything; and a table that was made to inherit later is no other
CREATE TABLE kid_late (LIKE gov_authority INCLUDING ALL);
ALTER TABLE kid_late INHERIT gov_authority;
INSERT INTO kid_late SELECT * FROM ONLY gov_authority;
CREATE SCHEMA kid_schema CREATE TABLE one (a int) CREATE VIEW two AS SELECT a FROM one;
CREATE FUNCTION kid_scans() RETURNS TABLE (child name, scans bigint) LANGUAGE sql AS $$
    SELECT relname, seq_scan + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname LIKE 'kid\_gov\_%' OR relname = 'kid_late' $$;
CREATE TABLE kid_scanned AS SELECT * FROM kid_scans();
DO $$
DECLARE
    v record;
    line text;
BEGIN
    FOR v IN SELECT relation FROM kid_mine WHERE relkind = 'v' LOOP
        FOR line IN EXECUTE format('EXPLAIN SELECT * FROM %s', v.relation) LOOP
            IF line ~ '\mkid_(gov_|late)' THEN RAISE 'view %: %', v.relation, line; END IF;
        END LOOP;
    END LOOP;
END $$;
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('kid_schema');
SELECT count(*) > 0 AS synced FROM gov_sync();
ALTER TABLE kid_schema.one RENAME TO three;
SELECT gov_merge('kid', 'w', 'v') IS NOT NULL AS merged;
SELECT gov_undo(max(seq), 'it was wrong') IS NOT NULL AS undone FROM ONLY gov_ledger WHERE action = 'merge';
SELECT gov_deprecate('kid', 'w') IS NOT NULL AS deprecated;
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT length(gov_report_html()) > 0 AS report, length(gov_dashboard()::text) > 0 AS dashboard;
SELECT count(*) >= 0 AS labels FROM gov_label_reconcile;
SELECT gov_retire_object('kid', 'p') IS NOT NULL AS retired;
SELECT * FROM gov_ledger_verify();
SELECT child, k.scans FROM kid_scanned AS b JOIN kid_scans() AS k USING (child) WHERE k.scans <> b.scans ORDER BY child COLLATE "C";
SELECT count(*) > 30 AS children_of_all FROM kid_scans();
SELECT count(*) > 0 AS control FROM gov_authority;
SELECT child, k.scans - b.scans AS scans FROM kid_scanned AS b JOIN kid_scans() AS k USING (child) WHERE k.scans <> b.scans ORDER BY child COLLATE "C";
ROLLBACK;
