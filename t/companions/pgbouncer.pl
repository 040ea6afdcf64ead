# Through a pooler that pools transactions and discards all between them, people
# act and vote: who they are is the login, and nothing of a session is missed.
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
	CREATE ROLE boss LOGIN; CREATE ROLE council LOGIN; CREATE ROLE clerk LOGIN;
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.t (id integer); GRANT USAGE ON SCHEMA app TO clerk;
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_grant('approver', 'boss'), gov_grant('approver', 'council'), gov_grant('steward', 'clerk'), gov_grant('approver', 'clerk');
	SELECT gov_set_quorum('constitutional', 2, 1, 1);
	SELECT gov_set_authority('COUNCIL', kind => 'council', role_name => 'council');
	SELECT gov_set_authority('BOSS', kind => 'sovereign', role_name => 'boss')});

my $folder = $node->basedir;
my $port = PostgreSQL::Test::Cluster::get_free_port();
append_to_file("$folder/users", join '', map { qq("$_" "x"\n) } qw(postgres boss council clerk));
append_to_file("$folder/pgbouncer.ini", sprintf(<<'INI', $node->host, $node->port, $node->host, $port, $folder, $folder, $folder));
[databases]
postgres = host=%s port=%s dbname=postgres
[pgbouncer]
unix_socket_dir = %s
listen_addr =
listen_port = %s
auth_type = trust
auth_file = %s/users
pool_mode = transaction
default_pool_size = 1
server_reset_query = DISCARD ALL
server_reset_query_always = 1
logfile = %s/pgbouncer.log
pidfile = %s/pgbouncer.pid
INI
my $pooler = IPC::Run::start([ 'pgbouncer', "$folder/pgbouncer.ini" ], '>', \my $said, '2>', \my $complained);

# What a client of the pooler gets, as a login.
sub through
{
	my ($login, $sql, @options) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $port, '-U', $login, '-d', 'postgres', @options ], '<', \$sql, '>', \$out, '2>', \$err);
	chomp $out;
	return $? == 0 ? $out : $err;
}

my $tries = 0;
select undef, undef, undef, 0.2 while through('clerk', 'SELECT 1') ne '1' && $tries++ < 100;
is(through('clerk', 'SELECT session_user'), 'clerk', 'a pooler is there') or diag $complained;

# Several clients by turns on one server connection each, by autocommit and in transactions.
for my $round (1 .. 3)
{
	like(through('clerk', "SELECT gov_register_object('thing', '$round'); SELECT gov_own('thing', '$round', 'duty', 'v', 'TEAM');"), qr/created accountable owner/, "round $round: acts, in transactions of their own");
	like(through('clerk', "BEGIN; SET LOCAL work_mem = '1MB'; SELECT gov_register_object('thing', 'r$round'); SELECT gov_own('thing', 'r$round', 'duty', 'v', 'TEAM'); COMMIT;"), qr/created accountable owner/, 'and in one');
	is(through('clerk', 'DISCARD ALL; SELECT count(*) FROM gov_effective_owner;'), 2 * $round, 'after DISCARD ALL, too');
}
like(through('clerk', q{SELECT gov_request_approval('r', 'change_trust', '{"authority": "NEW", "kind": "council", "role_name": "clerk"}', 'more of them');}), qr/r/, 'a request');
is(through('boss', q{CALL gov_cast_vote('r', 'BOSS', 'approve');}), '', 'the first vote');
like(through('clerk', q{CALL gov_cast_vote('r', 'COUNCIL', 'approve');}), qr/ERROR/, 'whoever is not the council has no vote of its');
is(through('council', q{CALL gov_cast_vote('r', 'COUNCIL', 'approve');}), '', 'the second vote');
my $hash = there(q{SELECT content_hash FROM gov_approval WHERE approval = 'r'});
is(through('boss', "CALL gov_confirm('r', 'BOSS', '$hash');"), '', 'and the confirmation');
is(there(q{SELECT status FROM gov_approval WHERE approval = 'r'}), 'approved', 'it is approved');
is(there(q{SELECT string_agg(cast_by, ' ' ORDER BY cast_by) FROM gov_vote}), 'boss council', 'by those who voted');
is(there(q{SELECT string_agg(DISTINCT login, ' ') FROM gov_ledger WHERE action = 'own'}), 'clerk', 'the ledger has the login');
is(through('postgres', 'CALL gov_reconcile(5);'), '', 'the procedure that commits runs through it');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
$pooler->signal('INT');
$pooler->finish;
$node->stop;
done_testing();
