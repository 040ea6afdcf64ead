# The coverage summary takes memory by what there is, not by what there might
# be: many kinds of objects in many containers, each of few, are counted in
# about as little as one kind is, and rows that hold texts compressed leave
# nothing behind.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'needs /proc/self/status' unless -r '/proc/self/status';

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_buffers = 64MB\nmax_parallel_workers_per_gather = 0\n");
$node->start;

# 30,000 containers with one object each; ten axes, and a rule on each for the
# types whose number has the bit of the axis.  Rows are written directly.
sub world
{
	my ($database, $types) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<SQL);
CREATE EXTENSION governance;
SET session_replication_role = replica;
INSERT INTO gov_axis (axis, kind, family, status)
SELECT 'a' || a, 'deterministic', 'semantic', 'active' FROM generate_series(0, 9) AS a;
INSERT INTO gov_axis_value (axis, value, status) SELECT axis, 'v', 'active' FROM gov_axis;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status)
SELECT 'r' || a, 'a' || a, 'cross_product',
       array(SELECT 't' || t FROM generate_series(0, $types - 1) AS t WHERE t >> a & 1 = 1), 'active'
  FROM generate_series(0, 9) AS a;
INSERT INTO gov_object (object_id, object_type, object_ref)
SELECT c, 'container', 'c' || c FROM generate_series(1, 30000) AS c;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT 30000 + c, c, 't' || c % $types, 'o' || c FROM generate_series(1, 30000) AS c;
ANALYZE gov_object;
SQL
	return;
}

# What the summary requires of each axis, and by how many MB a backend grows
# for it, shared memory taken off.
sub summary
{
	my ($database) = @_;
	my $private = "SELECT (substring(s FROM 'VmHWM:\\s+(\\d+)')::int - substring(s FROM 'RssShmem:\\s+(\\d+)')::int) / 1024 FROM pg_read_file('/proc/self/status') AS s";
	my @lines = split /\n/, $node->safe_psql($database, <<SQL);
SELECT count(*) FROM gov_object;
SELECT count(*) FROM gov_coverage_summary WHERE false;
$private;
SELECT string_agg(required::text, ',' ORDER BY axis) FROM gov_coverage_summary;
$private;
SQL
	return ($lines[3], $lines[4] - $lines[2]);
}

# Objects whose type's number has the bit of an axis.
sub expected
{
	my ($types) = @_;
	my @required = (0) x 10;

	for my $object (1 .. 30000)
	{
		my $type = $object % $types;

		$required[$_] += $type >> $_ & 1 for 0 .. 9;
	}
	return join ',', @required;
}

world('few', 2);
world('many', 1024);
my ($few, $few_mb) = summary('few');
my ($many, $many_mb) = summary('many');
is($few, expected(2), 'one kind: the right numbers');
is($many, expected(1024), '1023 kinds: the right numbers');
# an array of all kinds by all containers would take 240 MB
cmp_ok($many_mb, '<', $few_mb + 30, '1023 kinds take no more memory than what occurs')
  or diag("one kind: $few_mb MB, 1023 kinds: $many_mb MB");

# A type and a value that rows hold compressed, since what else is in them is
# long and cannot be.
$node->safe_psql('postgres', 'CREATE DATABASE packed');
$node->safe_psql('packed', <<'SQL');
CREATE EXTENSION governance;
SET session_replication_role = replica;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('a', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('a', repeat('v', 199), 'active');
INSERT INTO gov_coverage_rule (rule, axis, mode, status) VALUES ('r', 'a', 'per_assignment', 'active');
CREATE FUNCTION noise(seed int, parts int) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(encode(sha512((seed || ' ' || p)::bytea), 'hex'), '') FROM generate_series(1, parts) AS p);
INSERT INTO gov_object (object_type, object_ref, attributes)
SELECT repeat('t', 199), noise(o, 11), jsonb_build_object('x', noise(-o, 4)) FROM generate_series(1, 40000) AS o;
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, reason)
SELECT object_id, 'a', repeat('v', 199), 'approved', jsonb_build_object('x', noise(object_id::int, 9)), 'tool', noise(-object_id::int, 10)
  FROM gov_object;
SQL
is($node->safe_psql('packed', 'SELECT max(pg_column_size(object_type)) < 100 FROM gov_object'), 't', 'types are stored compressed');
is($node->safe_psql('packed', 'SELECT max(pg_column_size(value)) < 100 FROM gov_assignment'), 't', 'values are stored compressed');
my ($packed, $packed_mb) = summary('packed');
is($packed, '40000', 'compressed types and values: the right number');
cmp_ok($packed_mb, '<', 6, 'unpacked texts are given back') or diag("$packed_mb MB");

$node->stop;
done_testing();
