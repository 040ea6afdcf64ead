# pgaudit logs acts beside the ledger, which does not mind.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pgaudit'\npgaudit.log = 'all'\npgaudit.log_parameter = on\n");
$node->start;
sub there { return $node->safe_psql('postgres', $_[0]) }

there(q{
	CREATE EXTENSION pgaudit;
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.t (id integer);
	CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA app TO clerk;
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_grant('steward', 'clerk')});
my $seen = -s $node->logfile;
$node->safe_psql('postgres', q{SELECT gov_enroll_schema('app'); SELECT gov_own('table', 'app.t', 'duty', 'v', 'TEAM')}, extra_params => [ '-U', 'clerk' ]);
my $log = slurp_file($node->logfile, $seen);
like($log, qr/AUDIT: SESSION,\d+,\d+,READ,SELECT,.*gov_own\('table', 'app\.t'/, 'the call is in the log');
is(there(q{SELECT login, action, target ->> 'object_ref' FROM gov_ledger WHERE action = 'own'}), 'clerk|own|app.t', 'and in the ledger');
there('SELECT * FROM gov_reconcile()');
there('UPDATE gov_axis SET name = axis');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'which is whole');
is(there(q{SELECT count(*) FROM gov_drift_finding WHERE severity = 'critical'}), '0', 'nothing is wrong');
is(($node->psql('postgres', q{UPDATE gov_axis SET name = 'x'}, extra_params => [ '-U', 'clerk' ]))[0], 3, 'what is refused is refused');
is(there(q{DROP EXTENSION governance; SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'gov%'}), '0', 'and it goes as it came');
$node->stop;
done_testing();
