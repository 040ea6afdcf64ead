# Random materialized views, random changes: what is said to show no change
# shows what its query gives.
#
# GOV_MATVIEW_ROUNDS and GOV_MATVIEW_VIEWS make it longer, GOV_MATVIEW_SEED
# another one; GOV_MATVIEW_TELL tells of each round.
#
# That a difference would be seen is looked at as well: those that are said to
# have changed do differ, some of them.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{GOV_MATVIEW_SEED} || 1;
my $rounds = $ENV{GOV_MATVIEW_ROUNDS} || 25;
my $wanted = $ENV{GOV_MATVIEW_VIEWS} || 60;
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\nmax_prepared_transactions = 2\nmax_locks_per_transaction = 1024\n");
$node->start;

sub one_of { return $_[ int(rand(@_)) ] }
sub number { return 1 + int(rand($_[0])) }

# Runs statements, some of which may be refused; when it is back, what they wrote is reported.
sub there
{
	my ($sql) = @_;
	$node->psql('postgres', "SET lock_timeout = '1s';\n$sql\nROLLBACK;\nSELECT pg_stat_force_next_flush();", on_error_stop => 0);
	return;
}

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION governance;
CREATE ROLE other;
CREATE SCHEMA r;
GRANT ALL ON SCHEMA r TO other;
CREATE TYPE r.mood AS ENUM ('sad', 'so', 'glad');
CREATE DOMAIN r.small AS int CHECK (VALUE < 1000);
CREATE TABLE r.t1 (a int, b int, c text, n numeric, e r.mood, d r.small, f float8);
CREATE TABLE r.t2 (LIKE r.t1);
CREATE TABLE r.t3 (LIKE r.t1);
CREATE INDEX i1 ON r.t1 (c);
CREATE TABLE r.p (LIKE r.t1) PARTITION BY LIST (a);
CREATE TABLE r.p1 PARTITION OF r.p FOR VALUES IN (1, 2);
CREATE TABLE r.p2 PARTITION OF r.p FOR VALUES IN (3, 4);
CREATE TABLE r.pd PARTITION OF r.p DEFAULT;
CREATE TABLE r.q (LIKE r.t1);
CREATE TABLE r.heir () INHERITS (r.t3);
INSERT INTO r.t1 SELECT n % 5, n, chr(97 + n % 7), (n % 3)::numeric / 2, (ARRAY['sad', 'so', 'glad'])[1 + n % 3]::r.mood, n, n / 10.0 FROM generate_series(1, 12) n;
INSERT INTO r.t2 SELECT * FROM r.t1 WHERE b > 4;
INSERT INTO r.t3 SELECT * FROM r.t1 WHERE b < 9;
INSERT INTO r.p SELECT * FROM r.t1;
INSERT INTO r.q SELECT 9, b, c, n, e, d, f FROM r.t1;
INSERT INTO r.heir SELECT * FROM r.t1 WHERE b = 3;
GRANT ALL ON ALL TABLES IN SCHEMA r TO other;
CREATE FUNCTION r.plain(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION r.calls(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN r.plain($1) * 2; END';
CREATE FUNCTION r.parsed(int) RETURNS int IMMUTABLE BEGIN ATOMIC SELECT r.plain($1) * 3; END;
CREATE FUNCTION r.steady() RETURNS int STABLE LANGUAGE sql AS 'SELECT count(*)::int FROM r.t2';
CREATE FUNCTION r.add(int, int) RETURNS int IMMUTABLE STRICT LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE r.total(int) (SFUNC = r.add, STYPE = int, INITCOND = 0);
CREATE FUNCTION r.of_row(r.t1) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN to_jsonb($1)::text; END';
CREATE VIEW r.v1 AS SELECT a, b, c, n, e, d, f FROM r.t1 WHERE b > 2;
CREATE VIEW r.v2 AS SELECT x.a, x.b, y.c, y.n, x.e, x.d, x.f FROM r.v1 AS x JOIN r.t2 AS y USING (a);
CREATE MATERIALIZED VIEW r.m1 AS SELECT a, b, c, n, e, d, f FROM r.t2;
SELECT count(*) FROM gov_enroll_schema('r');

-- what each view shows beside what its query gives: those that are said to show no change, or the others
CREATE FUNCTION r.compare(others boolean, OUT compared int, OUT differ text) LANGUAGE plpgsql AS $$
DECLARE
    m record;
    same boolean;
BEGIN
    compared := 0;
    FOR m IN SELECT object_ref FROM gov_matview_lag WHERE (flag = 'no_change_seen') <> others LOOP
        compared := compared + 1;
        BEGIN
            EXECUTE format('SELECT (SELECT string_agg(x::text, ''|'' ORDER BY x::text COLLATE "C") FROM %s AS x)
                IS NOT DISTINCT FROM (SELECT string_agg(x::text, ''|'' ORDER BY x::text COLLATE "C") FROM (%s) AS x)',
                m.object_ref, rtrim(pg_get_viewdef(m.object_ref::regclass), ';')) INTO same;
        EXCEPTION WHEN OTHERS THEN
            same := NULL;
        END;
        IF NOT same THEN
            differ := concat(differ, m.object_ref, ': ', pg_get_viewdef(m.object_ref::regclass), E'\n');
        END IF;
    END LOOP;
END $$;
SQL

# ---- random queries ----

my @from = ('r.t1 x', 'r.t2 x', 'r.t3 x', 'ONLY r.t3 x', 'r.p x', 'r.v1 x', 'r.v2 x', 'r.m1 x', '(SELECT * FROM r.t1 UNION ALL SELECT * FROM r.q) x',
	'(SELECT * FROM r.p ORDER BY b LIMIT 5) x', 'r.t1 x TABLESAMPLE BERNOULLI (60) REPEATABLE (3)', '(SELECT * FROM r.t2 OFFSET 2) x');
my @value = ('x.a', 'x.b', 'x.c', 'x.n', 'x.e', 'x.d', 'x.f', 'x.a + x.b', 'x.n * 2', 'x.b::numeric', 'x.c || x.c', 'upper(x.c)', 'r.plain(x.b)', 'r.calls(x.a)', 'r.parsed(x.b)',
	'x.a::r.small', 'x.e::text', 'x.n::text', 'x.f::text', 'greatest(x.a, x.b)', 'CASE WHEN x.a > 2 THEN x.c END', 'coalesce(x.c, \'\')', 'x.a = ANY (ARRAY[1, 3])',
	'(SELECT max(y.b) FROM r.t2 y WHERE y.a = x.a)', '(SELECT y.c FROM r.t3 y LIMIT 1)', 'EXISTS (SELECT FROM r.q y WHERE y.b = x.b)', 'ARRAY(SELECT y.a FROM r.t1 y)',
	'ARRAY(SELECT y.a FROM r.t1 y ORDER BY y.a)', 'r.steady()', 'random()', 'now()', 'current_user', 'x.a::bigint', 'x.c::varchar(5)');
my @aggregate = ('count(*)', 'sum(x.b)', 'avg(x.n)', 'min(x.b)', 'max(x.c)', 'max(x.n)', 'sum(x.f)', 'sum(x.n)', 'count(DISTINCT x.n)', 'sum(DISTINCT x.n)', 'array_agg(x.b)', 'array_agg(x.b ORDER BY x.b)',
	'string_agg(x.c, \',\')', 'string_agg(x.c, \',\' ORDER BY x.c)', 'array_agg(x.b ORDER BY x.a)', 'r.total(x.b)', 'r.total(x.b ORDER BY x.b)', 'bool_or(x.a > 3)', 'max(x.e)', 'stddev(x.b)', 'count(*) FILTER (WHERE x.b > 3)');
my @window = ('rank() OVER (ORDER BY x.c)', 'row_number() OVER (ORDER BY x.c)', 'sum(x.b) OVER (PARTITION BY x.c)', 'sum(x.b) OVER (ORDER BY x.c)', 'lag(x.b) OVER (ORDER BY x.a)', 'sum(x.b) OVER (ORDER BY x.c ROWS 1 PRECEDING)',
	'first_value(x.b) OVER (PARTITION BY x.a)', 'count(*) OVER ()');

sub query
{
	my $from = one_of(@from);
	$from .= one_of('', '', '', ' JOIN r.t2 z USING (a)', ' LEFT JOIN r.p z ON z.b = x.b', ', LATERAL generate_series(1, 2) g');
	my $where = one_of('', '', '', ' WHERE x.b > 2', ' WHERE x.e = \'sad\'', ' WHERE r.plain(x.a) > 2', ' WHERE x.a IN (SELECT a FROM r.q)', ' WHERE x.n = 0.5');
	my $kind = number(8);
	return 'SELECT ' . one_of('x.a', 'x.c', 'x.n', 'x.e') . " AS k, " . one_of(@aggregate) . ' AS v, ' . one_of(@aggregate) . " AS w FROM $from$where GROUP BY 1" if $kind <= 2;
	return 'SELECT ' . one_of(@aggregate) . " AS v FROM $from$where" if $kind == 3;
	return 'SELECT ' . one_of(@value) . ' AS v, ' . one_of(@window) . " AS w FROM $from$where" if $kind == 4;
	return 'SELECT DISTINCT ' . one_of(@value) . " AS v FROM $from$where" if $kind == 5;
	return 'SELECT ' . one_of(@value) . " AS v FROM $from$where " . one_of('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT') . ' SELECT ' . one_of(@value) . ' AS v FROM r.t3 x' if $kind == 6;
	return 'SELECT ' . one_of('r.of_row(x)', 'x.b') . ' AS v FROM r.t1 x' if $kind == 7;
	return 'SELECT ' . one_of(@value) . ' AS v, ' . one_of(@value) . " AS w FROM $from$where" . one_of('', '', ' ORDER BY 1 LIMIT 4', ' ORDER BY 1, 2 LIMIT 4', ' ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES');
}

my @views;
while (@views < $wanted)
{
	my @more = map { 'w' . (@views + $_) . '_' . number(1_000_000) } 1 .. 40;
	there(join "\n", map { "CREATE MATERIALIZED VIEW r.$_ AS " . query() . ';' } @more);
	@views = split /\n/, $node->safe_psql('postgres', q{SELECT relname FROM pg_class WHERE relkind = 'm' AND relname LIKE 'w%' AND relnamespace = 'r'::regnamespace ORDER BY 1});
}
@views = @views[ 0 .. $wanted - 1 ];
$node->safe_psql('postgres', q{SELECT count(*) FROM gov_sync('schema:r')});

# ---- random changes ----

sub table { return 'r.' . one_of(qw(t1 t2 t3 p q heir p1 pd)) }
sub row { return sprintf "(%d, %d, '%s', %s, '%s', %d, %s)", number(6), number(20), chr(97 + number(9)), one_of('0.5', '0.50', '1', '1.0', '7'), one_of(qw(so glad)), number(90), one_of('0.1', '1e20', '-1e20', '0.3') }
my $added = 0;
my @change = (
	(sub { 'INSERT INTO ' . table() . ' VALUES ' . row() . ';' }) x 4,
	(sub { 'UPDATE ' . table() . ' SET ' . one_of('b = b + 1', 'c = c', "n = n + 0.00", 'f = -f', "e = 'so'") . ' WHERE b % 3 = ' . number(2) . ';' }) x 3,
	(sub { 'DELETE FROM ' . table() . ' WHERE b = ' . number(20) . ';' }) x 2,
	sub { my $t = table(); 'BEGIN; TRUNCATE ' . $t . '; INSERT INTO ' . $t . ' VALUES ' . row() . '; COMMIT;' },
	sub { 'TRUNCATE ' . one_of(qw(r.t2 r.q r.heir)) . ';' },
	sub { 'BEGIN; INSERT INTO ' . table() . ' VALUES ' . row() . '; ROLLBACK;' },
	sub { 'BEGIN; SAVEPOINT s; DELETE FROM ' . table() . '; ROLLBACK TO s; COMMIT;' },
	sub { 'BEGIN; SAVEPOINT s; INSERT INTO ' . table() . ' VALUES ' . row() . '; RELEASE s; DELETE FROM ' . table() . ' WHERE b = 3; COMMIT;' },
	sub { 'BEGIN; SAVEPOINT s; TRUNCATE r.t2; ROLLBACK TO s; INSERT INTO r.t2 VALUES ' . row() . '; COMMIT;' },
	(sub { 'VACUUM FULL ' . table() . ';' }) x 3,
	sub { 'CLUSTER r.t1 USING i1;' },
	sub { 'ANALYZE ' . table() . ';' },
	sub { 'BEGIN; INSERT INTO r.t1 VALUES ' . row() . '; ROLLBACK; VACUUM FULL ANALYZE r.t1;' },
	sub { 'TRUNCATE r.t2; VACUUM ANALYZE r.t2; REINDEX TABLE r.t2;' },
	sub { 'CREATE INDEX ON ' . table() . ' (' . one_of(qw(a b c n)) . ');' },
	sub { $added++; 'ALTER TABLE ' . table() . " ADD more$added int DEFAULT $added;" },
	sub { 'ALTER TABLE r.t1 ALTER ' . one_of(map { "more$_" } 1 .. $added || 1) . ' TYPE int USING 5;' },
	sub { 'ALTER TABLE ' . table() . ' RENAME ' . one_of(map { "more$_" } 1 .. $added || 1) . ' TO less' . number(1000) . ';' },
	sub { 'ALTER TABLE ' . one_of(qw(r.q r.t2 r.t3)) . ' SET ' . one_of('UNLOGGED', 'LOGGED') . ';' },
	sub { 'ALTER TABLE r.p ATTACH PARTITION r.q FOR VALUES IN (9);' },
	sub { 'ALTER TABLE r.p DETACH PARTITION ' . one_of('r.p1', 'r.q') . ';' },
	sub { 'ALTER TABLE r.p ATTACH PARTITION r.p1 FOR VALUES IN (1, 2);' },
	sub { 'ALTER TABLE r.heir ' . one_of('', 'NO ') . 'INHERIT r.t3;' },
	sub { 'CREATE OR REPLACE FUNCTION r.plain(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS \'BEGIN RETURN $1 + ' . number(3) . '; END\';' },
	sub { 'CREATE OR REPLACE FUNCTION r.parsed(int) RETURNS int IMMUTABLE BEGIN ATOMIC SELECT r.plain($1) * ' . number(3) . '; END;' },
	sub { 'CREATE OR REPLACE FUNCTION r.add(int, int) RETURNS int IMMUTABLE STRICT LANGUAGE sql AS \'SELECT $1 + $2 * ' . number(3) . '\';' },
	sub { 'CREATE OR REPLACE AGGREGATE r.total(int) (SFUNC = r.add, STYPE = int, INITCOND = ' . number(3) . ');' },
	sub { 'CREATE OR REPLACE VIEW r.v1 AS SELECT a, b, c, n, e, d, f FROM r.t1 WHERE b > ' . number(5) . ';' },
	sub { 'ALTER TYPE r.mood RENAME VALUE \'' . one_of('sad', 'blue') . '\' TO \'' . one_of('sad', 'blue') . '\';' },
	sub { 'ALTER DOMAIN r.small ADD CHECK (VALUE > -' . number(9) . ');' },
	sub { 'ALTER TABLE r.t2 ' . one_of('ENABLE', 'DISABLE') . ' ROW LEVEL SECURITY; CREATE POLICY p' . number(1000) . ' ON r.t2 USING (b > ' . number(9) . ');' },
	sub { 'DROP POLICY IF EXISTS p' . number(1000) . ' ON r.t2; ALTER ROLE other ' . one_of('BYPASSRLS', 'NOBYPASSRLS') . ';' },
	sub { 'ALTER VIEW r.v2 OWNER TO ' . one_of('postgres', 'other') . '; GRANT ALL ON r.v1 TO other;' },
	sub { 'ALTER VIEW r.v2 SET (security_invoker = ' . one_of('on', 'off') . ');' },
	sub { 'REFRESH MATERIALIZED VIEW r.m1;' },
	sub { 'BEGIN; INSERT INTO r.t2 VALUES ' . row() . "; REFRESH MATERIALIZED VIEW r.m1; PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p';" },
	sub { 'DO $$ BEGIN INSERT INTO r.t1 VALUES ' . row() . '; COMMIT; DELETE FROM r.t2 WHERE b = 7; COMMIT; END $$;' },
	sub { 'SELECT pg_stat_reset_single_table_counters(\'r.t1\'::regclass); INSERT INTO r.t1 VALUES ' . row() . ';' });

# Refreshes a view, in one of several ways.
sub refresh
{
	my ($view) = @_;
	my $refresh = "REFRESH MATERIALIZED VIEW r.$view;";
	return one_of(
		($refresh) x 8,
		'BEGIN; INSERT INTO r.t1 VALUES ' . row() . "; $refresh COMMIT;",
		"BEGIN; $refresh INSERT INTO r.t1 VALUES " . row() . '; COMMIT;',
		'BEGIN; TRUNCATE r.t2; INSERT INTO r.t2 VALUES ' . row() . "; $refresh TRUNCATE r.t2; INSERT INTO r.t2 VALUES " . row() . '; COMMIT;',
		"BEGIN; SAVEPOINT s; INSERT INTO r.t2 VALUES " . row() . "; $refresh ROLLBACK TO s; COMMIT;",
		"BEGIN; DELETE FROM r.q WHERE b = 2; SAVEPOINT s; INSERT INTO r.q VALUES " . row() . "; $refresh RELEASE s; DELETE FROM r.q WHERE b = 4; COMMIT;");
}

# Refreshes some in a snapshot from before a change.
sub refresh_late
{
	my (@views) = @_;
	my $old = $node->background_psql('postgres', on_error_stop => 0);
	$old->query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM r.t1');
	there(one_of(@change)->());
	$old->query("SAVEPOINT s; REFRESH MATERIALIZED VIEW r.$_; RELEASE s") for @views;
	$old->query('COMMIT');
	$old->query('SELECT pg_stat_force_next_flush()');
	$old->quit;
	return;
}

there(join "\n", map { "REFRESH MATERIALIZED VIEW r.$_;" } @views);
my ($compared, $changed, @wrong) = (0, 0);
for my $round (1 .. $rounds)
{
	there(join "\n", map { refresh($_) } grep { rand() < 0.7 } @views);
	refresh_late(map { one_of(@views) } 1 .. 5) if $round % 5 == 0;
	my $change = one_of(@change)->();
	there($change);
	my ($count, $differ) = split /\t/, $node->safe_psql('postgres', join('', map { "SET $_ = " . one_of('on', 'off') . ';' }
		qw(enable_hashagg enable_sort enable_hashjoin enable_nestloop enable_seqscan)) . q{SELECT compared || E'\t' || coalesce(differ, '') FROM r.compare(false)}), 2;
	$compared += $count;
	push @wrong, "round $round, after $change:\n$differ" if $differ ne '';
	diag("round $round: $count compared " . $differ) if $ENV{GOV_MATVIEW_TELL} || $differ ne '';
	$changed += () = $node->safe_psql('postgres', 'SELECT differ FROM r.compare(true)') =~ /^r\.w/mg if $round % 5 == 0;
}
is(join("\n", @wrong), '', 'no change seen: shows what the query gives');
cmp_ok($compared, '>', $rounds * @views / 15, 'and such were there to compare');
cmp_ok($changed, '>', 0, 'others differ from what their queries give');
note("$compared compared, $changed of the others differed, seed $seed");
$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|terminated by signal|was not noted/, 'no crash, no failed assertion, no refresh that was not noted');
done_testing();
