# random_ddl.pm: a random stream of DDL, drawn from a seed.
#
# Names come from a small pool, so that statements meet what others left: many
# of them fail, which is part of it.  transactions() gives a list of
# transactions, each a text of whole statements; what is inside BEGIN and COMMIT
# goes on after a failure, for psql that has ON_ERROR_ROLLBACK set.
package random_ddl;
use strict;
use warnings;

my @schemas = qw(app app two out);
my $seed = 1;

# The next number below one, the same on every machine.
sub draw
{
	my ($below) = @_;
	$seed = ($seed * 1103515245 + 12345) % 2**31;
	return int($seed / 65536) % $below;
}

sub pick { return $_[ draw(scalar @_) ]; }
sub schema { return pick(@schemas); }
sub name { return schema() . '.' . bare(); }
sub bare { return 'n' . (1 + draw(5)); }
sub role { return pick(qw(regress_ddl_a regress_ddl_b)); }
sub number { return draw(40); }

# Kinds of statements, each with how often it comes.
my @kinds = (
	[ 10, sub { 'CREATE TABLE ' . name() . ' (i int)' } ],
	[ 4, sub { 'CREATE TABLE ' . name() . ' (i serial PRIMARY KEY, j int GENERATED ALWAYS AS IDENTITY)' } ],
	[ 3, sub { 'CREATE TABLE IF NOT EXISTS ' . name() . ' (i int UNIQUE)' } ],
	[ 4, sub { 'CREATE TABLE ' . name() . ' (i int) PARTITION BY RANGE (i)' } ],
	[ 4, sub { my $n = number(); 'CREATE TABLE ' . name() . ' PARTITION OF ' . name() . " FOR VALUES FROM ($n) TO ($n + 1)" } ],
	[ 3, sub { 'CREATE TABLE ' . name() . ' AS SELECT 1 AS i' } ],
	[ 2, sub { 'SELECT 1 AS i INTO ' . name() } ],
	[ 2, sub { 'CREATE TABLE ' . name() . ' (LIKE ' . name() . ' INCLUDING ALL)' } ],
	[ 2, sub { 'CREATE TABLE ' . name() . ' () INHERITS (' . name() . ')' } ],
	[ 1, sub { 'CREATE TEMPORARY TABLE ' . bare() . ' (i serial)' } ],
	[ 1, sub { 'CREATE UNLOGGED TABLE ' . name() . ' (i int)' } ],
	[ 4, sub { 'CREATE VIEW ' . name() . ' AS SELECT 1 AS i' } ],
	[ 3, sub { 'CREATE OR REPLACE VIEW ' . name() . ' AS SELECT * FROM ' . name() } ],
	[ 2, sub { 'CREATE MATERIALIZED VIEW ' . name() . ' AS SELECT 1 AS i' } ],
	[ 2, sub { 'CREATE FOREIGN TABLE ' . name() . ' (i int) SERVER regress_ddl' } ],
	[ 3, sub { 'CREATE SEQUENCE ' . name() } ],
	[ 5, sub { 'CREATE FUNCTION ' . name() . '(' . pick('int', 'text', '', 'app.n1', 'two.n2[]') . ") RETURNS int LANGUAGE sql AS 'SELECT 1'" } ],
	[ 3, sub { 'CREATE OR REPLACE FUNCTION ' . name() . '(int) RETURNS int LANGUAGE ' . pick('sql', 'plpgsql') . " SECURITY DEFINER AS 'SELECT 2'" } ],
	[ 2, sub { 'CREATE PROCEDURE ' . name() . "(int) LANGUAGE sql AS 'SELECT 1'" } ],
	[ 1, sub { 'CREATE AGGREGATE ' . name() . '(int) (sfunc = int4pl, stype = int)' } ],
	[ 3, sub { 'CREATE TYPE ' . name() . ' AS ENUM (' . "'a')" } ],
	[ 2, sub { 'CREATE TYPE ' . name() . ' AS (i int)' } ],
	[ 1, sub { 'CREATE TYPE ' . name() . ' AS RANGE (subtype = int)' } ],
	[ 3, sub { 'CREATE DOMAIN ' . name() . ' AS ' . pick('int', 'app.n1', 'two.n3') } ],
	[ 2, sub { 'CREATE STATISTICS ' . name() . ' ON i, j FROM ' . name() } ],
	[ 1, sub { 'CREATE COLLATION ' . name() . ' FROM "C"' } ],
	[ 1, sub { 'CREATE OPERATOR ' . schema() . '.### (leftarg = int, rightarg = int, function = int4pl, commutator = ##+)' } ],
	[ 1, sub { 'CREATE OPERATOR CLASS ' . name() . ' FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)' } ],
	[ 1, sub { 'CREATE TEXT SEARCH CONFIGURATION ' . name() . ' (copy = pg_catalog.simple)' } ],
	[ 1, sub { 'CREATE TEXT SEARCH DICTIONARY ' . name() . ' (template = pg_catalog.simple)' } ],
	[ 1, sub { 'CREATE INDEX ON ' . name() . ' (i)' } ],
	[ 1, sub { 'CREATE RULE "_RETURN" AS ON SELECT TO ' . name() . ' DO INSTEAD SELECT 1 AS i' } ],
	[ 8, sub { 'ALTER ' . pick('TABLE', 'TABLE', 'TABLE', 'VIEW', 'SEQUENCE', 'MATERIALIZED VIEW', 'FOREIGN TABLE', 'INDEX') . ' ' . name() . ' RENAME TO ' . bare() } ],
	[ 6, sub { 'ALTER ' . pick('TABLE', 'TABLE', 'TABLE', 'VIEW', 'SEQUENCE', 'TYPE', 'DOMAIN', 'ROUTINE', 'STATISTICS') . ' ' . name() . ' SET SCHEMA ' . schema() } ],
	[ 3, sub { 'ALTER ' . pick('TABLE', 'VIEW', 'SEQUENCE', 'TYPE', 'DOMAIN', 'ROUTINE') . ' ' . name() . ' OWNER TO ' . role() } ],
	[ 3, sub { 'ALTER ' . pick('TYPE', 'DOMAIN') . ' ' . name() . ' RENAME TO ' . bare() } ],
	[ 3, sub { 'ALTER ROUTINE ' . name() . pick('', '(int)', '(text)', '()') . ' RENAME TO ' . bare() } ],
	[ 3, sub { 'ALTER TABLE ' . name() . ' ADD COLUMN ' . pick('j int', 'k serial', 'l int GENERATED ALWAYS AS IDENTITY') } ],
	[ 2, sub { 'ALTER TABLE ' . name() . ' DROP COLUMN IF EXISTS ' . pick('j', 'k', 'l') . ' CASCADE' } ],
	[ 2, sub { 'ALTER TABLE ' . name() . ' RENAME COLUMN ' . pick('i', 'j', 'k', 'l') . ' TO m' . draw(3) } ],
	[ 2, sub { 'ALTER TABLE ' . name() . ' ALTER COLUMN ' . pick('i', 'j') . ' TYPE bigint' } ],
	[ 4, sub { my $n = number(); 'ALTER TABLE ' . name() . ' ATTACH PARTITION ' . name() . " FOR VALUES FROM ($n) TO ($n + 1)" } ],
	[ 3, sub { 'ALTER TABLE ' . name() . ' DETACH PARTITION ' . name() } ],
	[ 1, sub { 'ALTER TABLE ' . name() . ' SET ' . pick('LOGGED', 'UNLOGGED') } ],
	[ 1, sub { 'ALTER TABLE ' . name() . ' NO INHERIT ' . name() } ],
	[ 2, sub { 'ALTER SEQUENCE ' . name() . ' OWNED BY ' . pick('NONE', name() . '.i') } ],
	[ 1, sub { 'ALTER STATISTICS ' . name() . ' RENAME TO ' . bare() } ],
	[ 8, sub { 'DROP ' . pick('TABLE', 'TABLE', 'TABLE', 'VIEW', 'SEQUENCE', 'MATERIALIZED VIEW', 'FOREIGN TABLE') . pick(' ', ' IF EXISTS ') . name() . pick('', ' CASCADE') } ],
	[ 3, sub { 'DROP ' . pick('ROUTINE', 'FUNCTION', 'PROCEDURE') . ' ' . name() . pick('', '(int)', '(text)', '()') } ],
	[ 2, sub { 'DROP ' . pick('TYPE', 'DOMAIN', 'STATISTICS', 'COLLATION') . ' ' . name() . pick('', ' CASCADE') } ],
	[ 1, sub { 'DROP OPERATOR ' . schema() . '.### (int, int)' } ],
	[ 1, sub { 'DROP OPERATOR FAMILY ' . name() . ' USING btree CASCADE' } ],
	[ 1, sub { 'DROP OWNED BY ' . role() } ],
	[ 1, sub { 'DROP SCHEMA ' . schema() . ' CASCADE' } ],
	[ 3, sub { 'CREATE SCHEMA IF NOT EXISTS ' . schema() } ],
	[ 2, sub { 'CREATE SCHEMA ' . schema() . ' CREATE TABLE n1 (i serial) CREATE VIEW n2 AS SELECT * FROM n1 CREATE SEQUENCE n3' } ],
	[ 1, sub { 'ALTER SCHEMA ' . schema() . ' RENAME TO ' . pick(qw(app two out other)) } ],
	[ 1, sub { 'ALTER SCHEMA other RENAME TO ' . schema() } ],
	[ 1, sub { 'ALTER SCHEMA ' . schema() . ' OWNER TO ' . role() } ],
	[ 1, sub { 'GRANT SELECT ON ALL TABLES IN SCHEMA ' . schema() . ' TO ' . role() } ],
	[ 1, sub { 'COMMENT ON TABLE ' . name() . " IS 'x'" } ],
	[ 2, sub { "DO \$\$ BEGIN EXECUTE '" . statement_in_do() . "'; EXECUTE '" . statement_in_do() . "'; END \$\$" } ],
	[ 1, sub { "DO \$\$ BEGIN BEGIN EXECUTE '" . statement_in_do() . "'; RAISE division_by_zero; EXCEPTION WHEN OTHERS THEN NULL; END; END \$\$" } ],
	# a table takes the place of another of its name
	[ 4, sub { my ($s, $n) = (schema(), bare()); "ALTER TABLE $s.$n RENAME TO ${n}_old;\nCREATE TABLE $s.$n (i int);\nDROP TABLE $s.${n}_old" } ],
	[ 2, sub { my ($s, $n) = (schema(), bare()); "CREATE TABLE $s.${n}_new (i int);\nALTER TABLE $s.$n RENAME TO ${n}_old;\nALTER TABLE $s.${n}_new RENAME TO $n" } ],
	[ 2, sub { my ($s, $a, $b) = (schema(), bare(), bare()); "ALTER TABLE $s.$a RENAME TO swap;\nALTER TABLE $s.$b RENAME TO $a;\nALTER TABLE $s.swap RENAME TO $b" } ],
	[ 2, sub { my $n = name(); "DROP TABLE IF EXISTS $n;\nCREATE VIEW $n AS SELECT 2 AS i" } ],
	[ 2, sub { my $n = name(); "DROP FUNCTION IF EXISTS $n(int);\nCREATE FUNCTION $n(text) RETURNS int LANGUAGE sql AS 'SELECT 3'" } ]);
my @weighted = map { my $kind = $_; ($kind->[1]) x $kind->[0] } @kinds;

# One or more statements; and one without quotes, for a DO block.
sub statement { return pick(@weighted)->(); }

sub statement_in_do
{
	my $text;
	do { $text = statement() } while $text =~ /['\$;]/;
	return $text;
}

# Statements of a block, with savepoints here and there.
sub block
{
	my @lines = ('BEGIN');
	my $open = 0;
	for (1 .. 2 + draw(6))
	{
		if (draw(6) == 0) { push @lines, 'SAVEPOINT s'; $open++; }
		push @lines, statement();
		if ($open && draw(4) == 0) { push @lines, draw(2) ? 'ROLLBACK TO s' : 'RELEASE s'; $open--; }
	}
	return join(";\n", @lines, draw(6) == 0 ? 'ROLLBACK' : 'COMMIT') . ";\n";
}

# A list of transactions with so many statements, at least.
sub transactions
{
	my ($from, $statements) = @_;
	my @list;
	$seed = $from;
	while ($statements > 0)
	{
		my $text = draw(5) < 2 ? block() : statement() . ";\n";
		# statements of their own, if they are in no block
		push @list, $text =~ /^BEGIN/ ? $text : map { "$_;\n" } split /;\n/, $text;
		$statements -= () = $text =~ /;\n/g;
	}
	return @list;
}

1;
