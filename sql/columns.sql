-- C reads some tables by column number: the headers columns.h must name the
-- columns in the order they have.
\getenv abs_srcdir PG_ABS_SRCDIR
\set folder :abs_srcdir '/src'
\set header `cat :'folder'/*/columns.h`
WITH enums AS (
    SELECT m[1] AS enum_name, m[2] AS body
    FROM regexp_matches(:'header', 'enum Gov(\w+)Column\s*\{([^}]*)\}', 'g') AS m
), members AS (
    SELECT enum_name, split_part(trim(both E' \t\n' FROM line), ' ', 1) AS member, number
    FROM enums, regexp_split_to_table(body, ',') WITH ORDINALITY AS l (line, number)
    WHERE line !~ '_NATTS'
), tables (enum_name, table_name) AS (
    VALUES ('Object', 'gov_object'), ('ObjectEvent', 'gov_object_event'), ('Axis', 'gov_axis'), ('AxisValue', 'gov_axis_value'),
           ('Assignment', 'gov_assignment'), ('Ownership', 'gov_ownership'),
           ('Rule', 'gov_coverage_rule'), ('Authority', 'gov_authority'), ('Ledger', 'gov_ledger'),
           ('Origin', 'gov_ledger_origin'), ('Arrival', 'gov_ledger_arrival')
)
SELECT table_name, number, member, attname
FROM members
LEFT JOIN tables USING (enum_name)
LEFT JOIN pg_attribute ON attrelid = to_regclass(table_name) AND attnum = number
ORDER BY table_name COLLATE "C", number;
-- The engine takes rows of three tables apart as they are stored: what comes
-- before the first text needs no aligning, since the widest comes first; some
-- it reads without asking whether they are NULL.
SELECT attrelid::regclass, string_agg(format('%s %s%s', attname, attlen, CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY attnum)
  FROM pg_attribute AS a
 WHERE attrelid IN ('gov_object'::regclass, 'gov_assignment'::regclass, 'gov_ownership'::regclass) AND attnum > 0
   AND attnum < (SELECT min(attnum) FROM pg_attribute AS t WHERE t.attrelid = a.attrelid AND t.attlen < 0)
 GROUP BY 1 ORDER BY 1::text;
