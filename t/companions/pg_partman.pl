# pg_partman makes and drops partitions of a governed table: they come and go
# with the next reconcile, without the brake, without findings, and without
# cells of their own.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
sub there { return $node->safe_psql('postgres', $_[0]) }

there(q{
	CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.event (at timestamptz NOT NULL, n integer) PARTITION BY RANGE (at);
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_create_rule('EVERY', 'duty', 'cross_product', '{table}'), gov_set_rule_status('EVERY', 'active');
	SELECT gov_enroll_schema('app'), gov_own('table', 'app.event', 'duty', 'v', 'TEAM')});
my $partitions = q{SELECT count(*) FROM gov_object WHERE attributes ? 'partition' AND retired_at IS NULL};
my $cells = q{SELECT required, covered, gap FROM gov_coverage_summary WHERE axis = 'duty'};
# that the schema of pg_partman, where it keeps a template, is not governed is true, and no matter here
my $findings = q{SELECT detector, object_ref FROM gov_drift_finding WHERE detector <> 'schema_unenrolled' ORDER BY 1, 2};
is(there($cells), '1|1|0', 'a partitioned table, owned');
there('SELECT * FROM gov_reconcile()');
my $before = there($findings);

there(q{SELECT partman.create_parent('app.event', 'at', 'native', 'daily', p_premake => 20)});
there(q{SELECT * FROM gov_reconcile()});
my $made = there(q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'app.event'::regclass});
cmp_ok($made, '>', 20, "pg_partman makes partitions: $made");
is(there($partitions), $made, 'all are known');
is(there($cells), '1|1|0', 'and ask for nothing of their own');
is(there($findings), $before, 'nothing is found');

# Retention drops most of them, more than the brake lets go.
there(q{UPDATE partman.part_config SET retention = '-1000 days', retention_keep_table = false, infinite_time_partitions = false WHERE parent_table = 'app.event'});
there(q{SELECT partman.drop_partition_time('app.event', '-15 days', p_keep_table => false)});
my $left = there(q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'app.event'::regclass});
cmp_ok($made - $left, '>', 10, "pg_partman drops partitions, and leaves $left");
there('SELECT * FROM gov_reconcile()');
is(there('SELECT count(*) FROM gov_source_block'), '0', 'the brake is not for them');
is(there($partitions), $left, 'they are retired');
is(there($cells), '1|1|0', 'the owner is where he was');
is(there($findings), $before, 'and nothing is found');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
$node->stop;
done_testing();
