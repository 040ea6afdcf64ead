-- exposure.sh's world: tables of 20 columns, each of which is personal; 190
-- roles in 10 groups, of which every other table knows two, and a tenth of the
-- columns one more; a view over every twentieth table.
CREATE SCHEMA wide;
SELECT format('CREATE ROLE group_%s', n) FROM generate_series(1, 10) AS n \gexec
SELECT format('CREATE ROLE role_%s LOGIN IN ROLE group_%s', n, n % 10 + 1) FROM generate_series(1, 190) AS n \gexec
SELECT format('CREATE TABLE wide.t_%s (%s)', t, (SELECT string_agg(format('c_%s text', c), ', ') FROM generate_series(1, 20) AS c)) FROM generate_series(1, :tables) AS t \gexec
SELECT format('GRANT SELECT ON wide.t_%s TO group_%s, group_%s', t, t % 10 + 1, (t / 3) % 10 + 1) FROM generate_series(1, :tables, 2) AS t \gexec
SELECT format('GRANT SELECT (c_%s, c_%s) ON wide.t_%s TO role_%s', t % 20 + 1, (t + 7) % 20 + 1, t, t % 190 + 1) FROM generate_series(1, :tables) AS t \gexec
SELECT format('CREATE VIEW wide.v_%s AS SELECT c_1, c_2 FROM wide.t_%s', t, t) FROM generate_series(1, :tables, 20) AS t \gexec
SELECT format('GRANT SELECT ON wide.v_%s TO group_%s', t, t % 9 + 1) FROM generate_series(1, :tables, 20) AS t \gexec
SELECT count(*) FROM gov_enroll_schema('wide');
SELECT gov_create_axis('class'), gov_set_axis_status('class', 'active'), gov_propose_value('class', 'personal'), gov_ratify('class', 'personal');
INSERT INTO gov_object (object_type, object_ref, container_id, address_class, address_names, address_oid, address_subid, address_system, address_database)
SELECT 'table column', t.object_ref || '.' || a.attname, t.object_id, 'table column', t.address_names || a.attname::text, t.address_oid, a.attnum, t.address_system, t.address_database
  FROM gov_object AS t JOIN pg_attribute AS a ON a.attrelid = t.address_oid AND a.attnum > 0 WHERE t.object_type = 'table'
   AND NOT EXISTS (SELECT FROM gov_object AS c WHERE c.object_type = 'table column');
SELECT count(*) FROM gov_assign_many((SELECT jsonb_agg(jsonb_build_object('object_type', o.object_type, 'object_ref', o.object_ref, 'axis', 'class', 'value', 'personal',
       'zone', 'approved', 'provenance', '{"kind": "bench"}'::jsonb)) FROM gov_object AS o WHERE o.object_type = 'table column'));
SELECT gov_set_access('class', 'personal', 'group_1');
