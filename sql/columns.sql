-- C reads some tables by column number: src/gov_catalog.h must name the
-- columns in the order they have.
\getenv abs_srcdir PG_ABS_SRCDIR
\set header_file :abs_srcdir '/src/gov_catalog.h'
\set header `cat :'header_file'`
WITH enums AS (
    SELECT m[1] AS enum_name, m[2] AS body
    FROM regexp_matches(:'header', 'enum Gov(\w+)Column\s*\{([^}]*)\}', 'g') AS m
), members AS (
    SELECT enum_name, split_part(trim(both E' \t\n' FROM line), ' ', 1) AS member, number
    FROM enums, regexp_split_to_table(body, ',') WITH ORDINALITY AS l (line, number)
    WHERE line !~ '_NATTS'
), tables (enum_name, table_name) AS (
    VALUES ('Object', 'gov_object'), ('Axis', 'gov_axis'), ('AxisValue', 'gov_axis_value'),
           ('Assignment', 'gov_assignment'), ('Ownership', 'gov_ownership'),
           ('Rule', 'gov_coverage_rule'), ('Authority', 'gov_authority'), ('Ledger', 'gov_ledger')
)
SELECT table_name, number, member, attname
FROM members
LEFT JOIN tables USING (enum_name)
LEFT JOIN pg_attribute ON attrelid = to_regclass(table_name) AND attnum = number
ORDER BY table_name COLLATE "C", number;
