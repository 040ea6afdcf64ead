# What grows with the data can be stopped, and what is looked up does not grow:
# one axis whose values form a chain of 60,000.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION governance');

# Runs a statement; the seconds that it took.
sub seconds
{
	my ($sql) = @_;
	my $start = time();
	$node->safe_psql('postgres', $sql);
	return time() - $start;
}

my $values = 60000;
my $chain = "'v' || lpad(n::text, 6, '0'), CASE WHEN n < $values THEN 'v' || lpad((n + 1)::text, 6, '0') END, 'active'";
$node->safe_psql('postgres', q{
	INSERT INTO gov_authority (authority, name, kind) VALUES ('one', 'one', 'council');
	INSERT INTO gov_axis (axis, kind, family, status) VALUES ('chain', 'uncertain', 'semantic', 'active'), ('leaves', 'uncertain', 'semantic', 'active');
	INSERT INTO gov_coverage_rule (rule, axis, mode, status) VALUES ('chain', 'chain', 'per_assignment', 'active');});
cmp_ok(seconds("INSERT INTO gov_axis_value (axis, value, parent, status) SELECT 'chain', $chain FROM generate_series(1, $values) AS n"),
	'<', 60, 'a chain that climbs from every value is written in one statement');
$node->safe_psql('postgres', q{
	INSERT INTO gov_object (object_type, object_ref) SELECT 'thing', 'thing ' || n FROM generate_series(1, 100) AS n;
	INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind)
	SELECT object_id, 'chain', 'v000001', 'approved', '{"k": 1}', 'human' FROM gov_object WHERE object_type = 'thing';
	INSERT INTO gov_ownership (axis, value, authority) VALUES ('chain', 'v000900', 'one');});
$node->safe_psql('postgres', 'VACUUM ANALYZE');

# a new leaf under a long chain has nothing below it that could close a cycle
$node->safe_psql('postgres', q{
	INSERT INTO gov_axis_value (axis, value, parent, status) SELECT 'leaves', 'v' || lpad(n::text, 6, '0'),
	CASE WHEN n > 1 THEN 'v' || lpad((n - 1)::text, 6, '0') END, 'active' FROM generate_series(1, 3000) AS n});
cmp_ok(seconds(q{INSERT INTO gov_axis_value (axis, value, parent, status)
	SELECT 'leaves', 'a' || n, 'v003000', 'active' FROM generate_series(1, 10000) AS n}),
	'<', 20, 'values under a long chain are written without a climb each');

cmp_ok(seconds(q{SELECT * FROM gov_coverage_summary}), '<', 10, 'a summary of a chain is linear');

# one object, of an axis with very many values: the best of ten
my $look_up = $node->safe_psql('postgres', q{
	DO $$
	DECLARE
		start timestamptz;
		best interval := '1 hour';
	BEGIN
		FOR i IN 1..10 LOOP
			start := clock_timestamp();
			PERFORM * FROM gov_coverage_gap WHERE object_ref IN ('thing 7', 'thing 8');
			best := least(best, clock_timestamp() - start);
		END LOOP;
		PERFORM set_config('test.best', (extract(epoch FROM best) * 1000)::text, false);
	END $$;
	SELECT current_setting('test.best')});
cmp_ok($look_up, '<', 20, 'a look-up loads what it needs, not the axis');
is($node->safe_psql('postgres', q{SELECT status, anchor_ref FROM gov_coverage WHERE object_ref = 'thing 7'}),
	'value|v000900', 'its anchor is found far up the chain');

# whatever takes long gives way to statement_timeout
foreach my $query (
	'SELECT count(*) FROM gov_coverage_summary',
	'SELECT count(*) FROM gov_coverage',
	'SELECT count(*) FROM gov_effective_owner',
	'SELECT count(*) FROM gov_classification',
	q{SELECT count(*) FROM gov_effective_owner WHERE object_ref = 'thing 7'},
	'SELECT count(*) FROM gov_value_tree',
	'SELECT count(*) FROM gov_metric',
	'SELECT count(*) FROM gov_drift_finding',
	'SELECT gov_report_html()',
	'SELECT count(*) FROM gov_hidden_island',
	q{SELECT count(*) FROM gov_explain_owner('thing', 'thing 7', 'chain', 'v000001')},
	'SELECT * FROM gov_reconcile()')
{
	my $start = time();
	my ($rc, undef, $err) = $node->psql('postgres', "SET statement_timeout = '100ms'; $query");
	my $took = time() - $start;
	cmp_ok($took, '<', 3, "within the timeout: $query");
	diag("$rc $took $err") if $took >= 1;
}

done_testing();
