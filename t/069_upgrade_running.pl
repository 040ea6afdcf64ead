# ALTER EXTENSION governance UPDATE while other sessions are at work: those that
# have plans and caches from before go on acting after it, one that is in the
# middle of a transaction commits what it did, and nothing of it is lost.
use strict;
use warnings;
use File::Copy;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($folder) = run_command([ 'pg_config', '--sharedir' ]);
$folder .= '/extension';
plan skip_all => "the server's files cannot be written" unless -w $folder;
my @files = map { s{.*/}{}r } glob('test/upgrade/*.sql');
copy("test/upgrade/$_", "$folder/$_") or die "cannot copy $_: $!" for @files;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
sub there { return $node->safe_psql('postgres', $_[0]) }

there(q{
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.t (id integer);
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_create_rule('EVERY', 'duty', 'cross_product', '{table,thing}'), gov_set_rule_status('EVERY', 'active');
	SELECT gov_enroll_schema('app')});

# What each session does before and after: acts, the engine, a sync, a scan.
sub work
{
	my ($name) = @_;
	return qq{
		SELECT gov_register_object('thing', '$name');
		SELECT gov_own('thing', '$name', 'duty', 'v', 'TEAM');
		SELECT count(*) FROM gov_effective_owner WHERE object_ref = '$name' AND authority = 'TEAM';
		SELECT unchanged FROM gov_sync('schema:app');
		SELECT gov_scan() IS NOT NULL};
}

my $idle = $node->background_psql('postgres', on_error_stop => 1);
my $busy = $node->background_psql('postgres', on_error_stop => 1);
$idle->query_safe(work('idle before'));
$busy->query_safe(work('busy before'));
$busy->query_safe('BEGIN');
$busy->query_safe(q{SELECT gov_register_object('thing', 'in flight')});

# The upgrade waits for who holds a table that it changes, and not the other way round.
my $upgrade = $node->background_psql('postgres', on_error_stop => 1);
$upgrade->query_until(qr/started/, "\\echo started\nALTER EXTENSION governance UPDATE TO '1.1~test';\n\\echo upgraded\n");
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'ALTER EXTENSION%' AND wait_event_type = 'Lock'})
  or die 'the upgrade does not wait';
$busy->query_safe(q{SELECT gov_own('thing', 'in flight', 'duty', 'v', 'TEAM')});
$busy->query_safe('COMMIT');
$node->poll_query_until('postgres', q{SELECT extversion = '1.1~test' FROM pg_extension WHERE extname = 'governance'}) or die 'the upgrade does not end';
is(there(q{SELECT count(*) FROM gov_effective_owner WHERE object_ref = 'in flight' AND authority = 'TEAM'}), '1', 'what was in flight is committed, and the upgrade after it');

for my $session ([ 'idle', $idle ], [ 'busy', $busy ])
{
	my ($name, $handle) = @$session;
	like($handle->query_safe(work("$name after")), qr/created accountable owner.*\n1\n/s, "$name: a session from before acts on");
}
is(there(q{SELECT count(*) FROM gov_object WHERE object_type = 'thing' AND test_note = 'none'}), '5', 'all objects have the new column');
is(there(q{SELECT count(*) FROM gov_effective_owner WHERE object_type = 'thing' AND authority = 'TEAM'}), '5', 'and their owner');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
is(there(q{SELECT count(*) FROM gov_drift_finding WHERE severity = 'critical'}), '0', 'nothing is wrong');
$_->quit for $idle, $busy, $upgrade;
$node->stop;
unlink map { "$folder/$_" } @files;
done_testing();
