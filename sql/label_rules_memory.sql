-- Label rules take work_mem and then a file, however many there are, and say
-- the same in it: also when an error ends a subtransaction in between, and for
-- whoever keeps what was loaded.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL work_mem = '256kB';
\set ON_ERROR_ROLLBACK on
CREATE TEMP TABLE rule AS
SELECT 'lm ' || n % 3 AS object_type, 'object ' || n || repeat('x', n % 200) AS object_ref, 'lm-' || n % 7 AS label FROM generate_series(1, 20000) AS n
UNION ALL
-- many labels of one object go over several pages, and are known or not
SELECT 'lm 1', 'object many', 'lm-' || n FROM generate_series(1, 3000) AS n
UNION ALL
-- a key that is longer than a page, and the shortest
SELECT 'lm 1', v.ref, 'lm-1' FROM (VALUES (repeat('y', 1500)), ('o')) AS v (ref);
INSERT INTO gov_label_rule (object_type, object_ref, label, status)
SELECT object_type, object_ref, label, 'active' FROM rule ORDER BY md5(object_ref || label);
SELECT count(gov_set_label('lm-' || n, 'lm')) FROM generate_series(1, 3) AS n;
SELECT count(*) FILTER (WHERE j.rule_labels IS DISTINCT FROM r.labels) AS wrong, count(*) AS objects
  FROM (SELECT object_type, object_ref, array_agg(label ORDER BY label COLLATE "C") AS labels FROM rule GROUP BY 1, 2) AS r,
       governance_internal.gov_label_judge(r.object_type, r.object_ref, 'lm', 'v', 'approved', NULL) AS j;
-- between objects, before the first and behind the last there are none
SELECT count(*) FILTER (WHERE j.rule_labels <> '{}') AS wrong, count(*) AS objects
  FROM (SELECT object_type, object_ref || v.more AS object_ref FROM rule, (VALUES (' '), ('~')) AS v (more)
        UNION ALL VALUES ('', ''), ('lm', 'object 1'), ('zz', 'zz'), ('lm 1', '')) AS r,
       governance_internal.gov_label_judge(r.object_type, r.object_ref, 'lm', 'v', 'approved', NULL) AS j;

-- memory, in the middle of a query
CREATE TEMP TABLE object AS SELECT object_type, object_ref FROM rule WHERE label = 'lm-1' AND object_ref LIKE 'object %' ORDER BY md5(object_ref) LIMIT 50;
SELECT count(gov_register_object(object_type, object_ref)) AS objects FROM object;
SELECT gov_create_axis('lm'), gov_set_axis_status('lm', 'active'), gov_propose_value('lm', 'v'), gov_ratify('lm', 'v'), gov_map_label('lm', 'v', 'lm-1');
SELECT count(gov_assign(object_type, object_ref, 'lm', 'v', 'approved', provenance => '{"k": 1}')) AS assigned FROM object;
DECLARE seen NO SCROLL CURSOR FOR SELECT flag, cardinality(rule_labels) > 1 AS many FROM gov_label_reconcile WHERE axis = 'lm';
FETCH 10 FROM seen;
SELECT sum(total_bytes) < 2 * pg_size_bytes(current_setting('work_mem')) AS bounded
  FROM pg_backend_memory_contexts WHERE name LIKE 'governance label%';
-- it goes on after an error in a subtransaction, and after another query has come and gone
SAVEPOINT a;
SELECT count(*), 1 / (count(*) - 50) FROM gov_label_reconcile WHERE axis = 'lm';
ROLLBACK TO a;
RELEASE a;
SELECT flag, count(*) FROM gov_label_reconcile WHERE axis = 'lm' GROUP BY flag;
MOVE 30 FROM seen;
FETCH ALL FROM seen;
CLOSE seen;
-- a block that catches errors, and keeps what it loaded from one to the next
CREATE FUNCTION pg_temp.labels(n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer record;
    said text := '';
BEGIN
    FOR i IN 1 .. n LOOP
        BEGIN
            answer := governance_internal.gov_label_judge('lm 1', 'object 1x', 'lm', 'v', 'approved', NULL);
            said := said || answer.flag || ' ';
            IF i % 3 = 0 THEN RAISE 'no'; END IF;
        EXCEPTION WHEN raise_exception THEN
            said := said || '(no) ';
        END;
    END LOOP;
    RETURN said;
END $$;
SELECT pg_temp.labels(7);
SELECT pg_temp.labels(7);
-- labels in use that are not in the vocabulary
SELECT count(*), sum(rules) FROM gov_label_orphan WHERE label LIKE 'lm-%';
SELECT * FROM gov_label_orphan WHERE label LIKE 'lm-%' ORDER BY label COLLATE "C" LIMIT 3;
\set ON_ERROR_ROLLBACK off
ROLLBACK;
