# A dump is restored with --disable-triggers, as an older habit has it: the
# triggers that guard the extension's tables are enabled afterwards, but not
# ALWAYS any more, so that a session can pass by them.  That is a critical
# finding, and gov_rebind gives them back what they were.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', $_) for 'CREATE DATABASE old', 'CREATE DATABASE new';
$node->safe_psql('old', <<'SQL');
CREATE EXTENSION governance;
SELECT gov_set_authority('TEAM', kind => 'human');
SELECT gov_create_axis('a'), gov_set_axis_status('a', 'active'), gov_propose_value('a', 'v'), gov_ratify('a', 'v');
SELECT gov_register_object('thing', 'one'), gov_own('thing', 'one', 'a', 'v', 'TEAM');
SELECT gov_set_label('l'), gov_set_label_rule('thing', 'one', 'l');
SQL

# The one value a statement gives, or its error.
sub says
{
	my ($sql) = @_;
	my ($code, $out, $err) = $node->psql('new', $sql);
	return $code == 0 ? $out : ($err =~ /ERROR:\s+(.*)/)[0];
}

# How often each state of a trigger is found.
sub found
{
	return says(q{SELECT string_agg(concat_ws(' ', n, was, is_now), ', ' ORDER BY was, is_now) FROM (
		SELECT count(*) AS n, detail ->> 'was' AS was, detail ->> 'is' AS is_now FROM gov_drift_finding
		 WHERE detector = 'guard_changed' AND severity = 'critical' GROUP BY 2, 3) AS f});
}

my $dump = $node->backup_dir . '/old.dump';
system_or_bail('pg_dump', '-Fc', '-f', $dump, $node->connstr('old'));
system_or_bail('pg_restore', '--schema-only', '-d', $node->connstr('new'), $dump);
is(found(), '', 'the schema brings the guards as they are meant to be');

# The rows of tables with seed rows meet these, since what turns them into changes is off as well.
my ($out, $err) = ('', '');
IPC::Run::run([ 'pg_restore', '--data-only', '--disable-triggers', '-d', $node->connstr('new'), $dump ], '>', \$out, '2>', \$err);
my %failed = map { $_ => 1 } $err =~ /COPY failed for (?:table|relation) "(\w+)"/g;
is(join(', ', sort keys %failed), 'gov_action, gov_detector, gov_event_type, gov_quorum_rule, gov_source', 'tables with seed rows are not restored');
is(says(q{SELECT object_ref, authority, resolution FROM gov_effective_owner}), 'one|TEAM|direct', 'the others are') or diag($err);

my $always = says(q{SELECT count(*) FROM gov_guard WHERE fires = 'always'});
like(found(), qr/^\d+ always enabled$/, 'guards that always fired fire no longer always');
my ($weak) = found() =~ /^(\d+)/;
cmp_ok($weak, '>', 100, 'of every table that was restored');
is(says(q{SET session_replication_role = replica; UPDATE gov_axis SET name = 'x' RETURNING axis; SELECT count(*) FROM gov_ledger WHERE action = 'dml'}),
	"a\n0", 'and a session passes by them');

is(says(q{SELECT count(*) FROM gov_rebind(dry_run => true) WHERE what = 'trigger' AND state = 'restored'}), $weak, 'gov_rebind lists them');
is(found(), "$weak always enabled", 'a dry run changes nothing');
is(says(q{SELECT count(*) FROM gov_rebind(reason => 'restored') WHERE what = 'trigger' AND state = 'restored'}), $weak, 'gov_rebind restores them');
is(found(), '', 'nothing is found any more');
is(says(q{SELECT payload ->> 'guards' FROM gov_ledger WHERE action = 'rebind'}), $weak, 'the ledger says so');
is(says(q{SELECT count(*) FROM pg_trigger AS t JOIN gov_guard AS g ON g.guard = t.tgname AND g.relation::text = t.tgrelid::regclass::text
	WHERE t.tgenabled = 'A' AND g.fires = 'always'}), $always, 'they always fire again');
is(says(q{SET session_replication_role = replica; DELETE FROM gov_ledger}), 'DELETE of "gov_ledger" is refused', 'a session does not pass by them');
is(says(q{SET session_replication_role = replica; UPDATE gov_axis SET name = 'y'; SELECT count(*) FROM gov_ledger WHERE action = 'dml'}), '1', 'nor unnoted');
is(says('SELECT * FROM gov_ledger_verify()'), '', 'the ledger is whole');

done_testing();
