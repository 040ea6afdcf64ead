# New objects of enrolled schemas and those who answer for them, where a whole
# server is needed: prepared transactions, settings that a client asks for when
# it connects, what the log says, and a server that dies while DDL is enforced.
#
# GOV_KILL_ROUNDS: how often it dies (3).
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $rounds = $ENV{GOV_KILL_ROUNDS} // 3;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_prepared_transactions = 10\nautovacuum = off\ngovernance.ddl_mode = enforce\ngovernance.retire_limit = 33\n");
$node->start;

sub there { return $node->safe_psql('postgres', $_[0]) }

# The first SQLSTATE that statements of a login end with, and all that was said.
sub answer
{
	my ($login, $sql) = @_;
	my ($code, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-U', $login, '-v', 'VERBOSITY=verbose' ]);
	my ($state) = $err =~ /ERROR:  (\w{5}): /;
	return ($state // '', $out, $err);
}

there(<<'SQL');
CREATE EXTENSION governance;
CREATE ROLE enforce_maker LOGIN;
CREATE ROLE enforce_admin LOGIN;
SELECT gov_grant('steward', 'enforce_maker'), gov_grant('admin', 'enforce_admin');
SELECT gov_set_authority('A', kind => 'human', role_name => 'enforce_maker');
SELECT gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
SELECT gov_propose_value('duty', 'policy'), gov_ratify('duty', 'policy');
SELECT gov_create_rule('TABLES', 'duty', 'cross_product', '{table}'), gov_set_rule_status('TABLES', 'active');
CREATE SCHEMA app;
GRANT USAGE, CREATE ON SCHEMA app TO PUBLIC;
SELECT gov_enroll_schema('app');
SQL

# Prepared transactions are asked when they are prepared.
my $create = 'BEGIN; CREATE TABLE app.%s (id int);';
my $own = q{SELECT gov_own('table', 'app.%s', 'duty', 'policy', 'A');};
my ($state) = answer('enforce_maker', sprintf("$create PREPARE TRANSACTION 'bare';", 'p1'));
is($state, 'QVD01', 'a transaction that leaves a table without an owner is not prepared');
is(there('SELECT count(*) FROM pg_prepared_xacts'), 0, 'nothing of it is left');
($state) = answer('enforce_maker', sprintf("$create $own PREPARE TRANSACTION 'owned';", 'p2', 'p2'));
is($state, '', 'one with an owner is');
there("COMMIT PREPARED 'owned'");
is(there(q{SELECT object_ref FROM gov_effective_owner WHERE object_type = 'table'}), 'app.p2', 'and is there once it is committed');
($state) = answer('enforce_maker', sprintf("$create $own PREPARE TRANSACTION 'again';", 'p3', 'p3'));
$node->restart;
there("COMMIT PREPARED 'again'");
is(there(q{SELECT count(*) FROM gov_effective_owner WHERE object_type = 'table'}), 2, 'a restart between changes nothing');
($state) = answer('enforce_admin', sprintf("BEGIN; SELECT gov_break_glass('two phases'); CREATE TABLE app.%s (id int); PREPARE TRANSACTION 'glass';", 'p4'));
is($state, '', 'the glass serves a prepared transaction');
there("COMMIT PREPARED 'glass'");
is(there(q{SELECT payload -> 'objects' FROM gov_ledger WHERE action = 'break_glass'}), '["table \"app.p4\""]', 'and is in the ledger with it');
there('DROP TABLE app.p4');

# What a client asks for when it connects does not take the place of what is configured.
{
	local $ENV{PGOPTIONS} = '-c governance.ddl_mode=off -c governance.retire_limit=100';
	my ($state, $out, $err) = answer('enforce_maker', 'CREATE TABLE app.c1 (id int); SHOW governance.ddl_mode; SHOW governance.retire_limit');
	is($state, 'QVD01', 'options of a connection: refused all the same');
	is($out, "enforce\n33", 'the settings are those of the file');
	like($err, qr/permission denied to set parameter "governance\.ddl_mode"/, 'and the session is told');
	there(q{ALTER DATABASE postgres SET governance.retire_limit = 44});
	($state, $out) = answer('enforce_maker', 'CREATE TABLE app.c1 (id int); SHOW governance.retire_limit');
	is("$state $out", 'QVD01 44', 'what the database says wins over the file');
	there(q{ALTER ROLE enforce_maker SET governance.retire_limit = 55});
	($state, $out) = answer('enforce_maker', 'SELECT gov_propose_value(\'duty\', \'more\') \g /dev/null' . "\nSHOW governance.retire_limit");
	is($out, 55, 'and what the role says wins over that, before an act, too');
}
is(there('SHOW governance.ddl_mode'), 'enforce', 'elsewhere it is as configured');

# The log has it even when it is rolled back.
my $offset = -s $node->logfile;
answer('enforce_admin', q{BEGIN; SELECT gov_break_glass('a "dark" night'); ROLLBACK});
my $log = slurp_file($node->logfile, $offset);
like($log, qr/LOG:  .*governance: enforce_admin lifted the enforcement/, 'the log says who broke the glass');
like($log, qr/DETAIL:  .*Reason: a "dark" night/, 'and why');
is(there(q{SELECT count(*) FROM gov_ledger WHERE action = 'break_glass'}), 1, 'the ledger does not, as nothing came of it');

# An error of the check itself: under warn it fails nothing, under enforce it does.
there('ALTER TABLE gov_coverage_rule RENAME TO gov_coverage_rule_away');
($state) = answer('enforce_maker', 'CREATE TABLE app.e1 (id int)');
isnt($state, '', 'what cannot be checked is not committed under enforce');
($state, my $out, my $err) = answer((getpwuid($<))[0], "SET governance.ddl_mode = warn;\nCREATE TABLE app.e2 (id int);");
is($state, '', 'under warn it is');
like($err, qr/WARNING:  .*is not known/, 'with a warning');
there('ALTER TABLE gov_coverage_rule_away RENAME TO gov_coverage_rule');
there("SET governance.ddl_mode = off; DROP TABLE IF EXISTS app.e2; SELECT * FROM gov_sync(force => true)");

# The server dies in the middle of it.  Every other transaction leaves a table
# without an owner; none of these is ever there.
sub storm
{
	my ($round) = @_;
	my $name = $node->basedir . "/storm$round.sql";
	open my $file, '>', $name or die "cannot write $name: $!";
	for my $n (1 .. 3000)
	{
		my ($owned, $not, $before) = ("app.k${round}_$n", "app.u${round}_$n", "app.k${round}_" . ($n - 1));
		print $file $n % 2 ? "BEGIN; CREATE TABLE $owned (id int); SELECT gov_own('table', '$owned', 'duty', 'policy', 'A') \\g /dev/null\nCOMMIT;\n"
		  : $n % 3 ? "CREATE TABLE $not (id int);\n"
		  : "BEGIN; SAVEPOINT s; CREATE TABLE $not (id int); RELEASE s; DROP TABLE $before; COMMIT;\n";
	}
	close $file;
	return $name;
}

for my $round (1 .. $rounds)
{
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', storm($round) ], '>', \my $said, '2>', \my $complained);
	sleep 0.5 + rand 2;
	$node->stop('immediate');
	$run->finish;
	$node->start;
	my $made = there(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r'});
	cmp_ok($made, '>', 1, "round $round: it had come to tables with an owner");
	is(there(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relname ~ '^u'}), 0, 'none without an owner is there');
	is(there(q{SELECT count(*) FROM gov_coverage_gap}), 0, 'nor in the inventory');
	is(there(q{SELECT sum(born + retired + renamed + replaced + moved + revived) FROM gov_sync('schema:app')}), 0, 'which is as the catalog has it');
	is(there(q{SELECT count(*) FROM gov_ledger_verify()}), 0, 'and the ledger is whole');
}

$node->stop;
done_testing();
