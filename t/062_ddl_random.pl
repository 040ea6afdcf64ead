# A random stream of DDL under tracking: at every checkpoint a sync finds nothing
# to do, and what became of each object is what became of it in another database
# where nothing is tracked and a sync follows each transaction.
#
# GOV_DDL_STATEMENTS and GOV_DDL_CHECKPOINTS make it longer (2000 and 100),
# GOV_DDL_SEED another one.
#
# Seen to fail: when identity is judged at each statement, when a rolled back
# savepoint leaves what was tracked, when what lives in a table is not looked
# at after it is renamed.
use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/../test';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use random_ddl;

my $statements = $ENV{GOV_DDL_STATEMENTS} || 400;
my $checkpoints = $ENV{GOV_DDL_CHECKPOINTS} || 20;
my $seed = $ENV{GOV_DDL_SEED} || 1;

my $node = PostgreSQL::Test::Cluster->new('ddl_random');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_locks_per_transaction = 256\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE regress_ddl_a; CREATE ROLE regress_ddl_b');
for my $database (qw(tracked synced))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<'SQL');
CREATE SCHEMA governance;
CREATE EXTENSION governance SCHEMA governance;
CREATE FOREIGN DATA WRAPPER regress_ddl;
CREATE SERVER regress_ddl FOREIGN DATA WRAPPER regress_ddl;
CREATE SCHEMA app; CREATE SCHEMA two; CREATE SCHEMA out;
SELECT governance.gov_enroll_schema('app'), governance.gov_enroll_schema('two');
SQL
}
$node->safe_psql('postgres', 'ALTER DATABASE synced SET governance.ddl_mode = off');

# Runs statements of which some fail; the warnings that they gave.
sub run
{
	my ($database, $text) = @_;
	my $err;
	$node->psql($database, "\\set ON_ERROR_ROLLBACK on\n$text", on_error_stop => 0, stderr => \$err);
	return join "\n", grep { /WARNING.*in step|server closed|cannot be/ } split /\n/, $err // '';
}

# What became of each object, live or gone: all its names, in order, as they began and ended.
my $histories = q{
SELECT o.source || ' ' || o.object_type || ' ' || o.object_ref || CASE WHEN o.retired_at IS NOT NULL THEN ' (gone)' ELSE '' END || ' in ' || coalesce(c.object_ref, '-') || ': ' ||
       string_agg(concat_ws(' ', e.event, e.former_type, e.former_ref, '->', e.object_type, e.object_ref), ', ' ORDER BY e.seq)
  FROM governance.gov_object AS o LEFT JOIN governance.gov_object AS c ON c.object_id = o.container_id
  JOIN governance.gov_object_event AS e ON e.object_id = o.object_id
 GROUP BY o.object_id, c.object_ref ORDER BY 1};

my @transactions = random_ddl::transactions($seed, $statements);
my $each = int(@transactions / $checkpoints) || 1;
my $checkpoint = 0;
my $told = '';
while (my @some = splice @transactions, 0, $each)
{
	$checkpoint++;
	# what a command itself says is the same in both; the rest are warnings of ours
	$told .= join '', map { "$_\n" } grep { /could not be kept in step/ } split /\n/, run('tracked', join '', @some);
	run('synced', join '', map { "$_ SELECT count(*) FROM governance.gov_sync(force => true);\n" } @some);
	my $found = $node->safe_psql('tracked', q{
SELECT source, born, renamed, replaced, moved, retired, revived, changed, changes FROM governance.gov_sync(force => true)
 WHERE born + renamed + replaced + moved + retired + revived + changed > 0});
	is($found, '', "checkpoint $checkpoint: a sync finds nothing to do") or diag(join '', @some);
	my %is = map { $_ => $node->safe_psql($_, $histories) } qw(tracked synced);
	is($is{tracked}, $is{synced}, "checkpoint $checkpoint: and objects are who they would be") or do { diag(join '', @some); last };
	last if $found ne '';
}
is($told, '', 'nothing was left to a sync');
is($node->safe_psql('tracked', 'SELECT * FROM governance.gov_ledger_verify()'),
	$node->safe_psql('synced', 'SELECT * FROM governance.gov_ledger_verify()'), 'the ledger is whole');
done_testing();
