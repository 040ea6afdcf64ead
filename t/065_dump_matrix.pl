# A database with something in every table goes through each way of dumping and
# copying it, into databases of other names: every fact, sequence and decision
# is there, the ledger is whole, and an approval that had one of two votes gets
# the second.  (Formats of archives, in order and not: t/064.)
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

require './test/dumped.pl';

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGOPTIONS} = '-c client_min_messages=error';
dumped_world($node, 'old');
my $facts = dumped_facts($node, 'old');
my $answers = dumped_answers($node, 'old');
my $folder = $node->basedir;

# Runs a command, which succeeds.
sub run_ok
{
	my ($name, @command) = @_;
	IPC::Run::run([@command], '>', \my $said, '2>', \my $complained);
	return is($?, 0, $name) || diag $complained;
}

# psql of a file, in a new database or one that is there.
sub load
{
	my ($db, $file, @options) = @_;
	return run_ok("psql of $file", 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $db, @options, '-f', "$folder/$file");
}

# Is all there, bound again, and the approval in flight alive?
sub is_whole
{
	my ($db) = @_;
	dumped_same(dumped_facts($node, $db), $facts, "$db: every fact and sequence is there");
	dumped_same(dumped_answers($node, $db), $answers, "$db: the engine says the same");
	is($node->safe_psql($db, 'SELECT count(*) FROM gov_ledger_verify()'), '0', "$db: the ledger is whole");
	is($node->safe_psql($db, q{SELECT count(*) FROM gov_drift_finding WHERE detector IN ('half_restored', 'guard_changed', 'sequence_behind')}), '0', "$db: nothing is missing");
	my $bound = $node->safe_psql($db, q{SELECT string_agg(DISTINCT what || ' ' || state, ', ') FROM gov_rebind(reason => 'moved')});
	like($bound, qr/source confirmed/, "$db: addresses are bound again: $bound");
	unlike($bound, qr/lost|ambiguous/, "$db: all of them");
	is($node->safe_psql($db, q{SELECT sum(after - before) FROM gov_reconcile() WHERE metric = 'objects'}), '0', "$db: and a reconcile finds every object");
	$node->safe_psql($db, q{CALL gov_cast_vote('flight', 'COUNCIL', 'approve')}, extra_params => [ '-U', 'life_council' ]);
	my $hash = $node->safe_psql($db, q{SELECT content_hash FROM gov_approval WHERE approval = 'flight'});
	$node->safe_psql($db, "CALL gov_confirm('flight', 'PRESIDENT', '$hash')", extra_params => [ '-U', 'life_president' ]);
	is($node->safe_psql($db, q{SELECT status FROM gov_approval WHERE approval = 'flight'}), 'approved', "$db: the approval in flight gets its second vote, and is confirmed");
	return;
}

# ---- schema and data apart ----

run_ok('pg_dump --schema-only', 'pg_dump', '--schema-only', '-f', "$folder/schema.sql", 'old');
run_ok('pg_dump --data-only', 'pg_dump', '--data-only', '-f', "$folder/data.sql", 'old');
$node->safe_psql('postgres', 'CREATE DATABASE apart');
load('apart', 'schema.sql');
load('apart', 'data.sql');
is_whole('apart');

# ---- one schema and the extension ----

run_ok('pg_dump -n app -e governance', 'pg_dump', '-n', 'app', '-n', '"Old ""Shop"""', '-e', 'governance', '-f', "$folder/one.sql", 'old');
$node->safe_psql('postgres', 'CREATE DATABASE "one schema"');
load('one schema', 'one.sql');
is_whole('one schema');

# ---- a template ----

$node->safe_psql('postgres', 'CREATE DATABASE cloned TEMPLATE old');
is_whole('cloned');

# ---- the whole cluster ----

run_ok('pg_dumpall', 'pg_dumpall', '-f', "$folder/all.sql");
my $other = PostgreSQL::Test::Cluster->new('other');
$other->init;
$other->start;
IPC::Run::run([ 'psql', '-qX', '-o', '/dev/null', '-d', $other->connstr('postgres'), '-f', "$folder/all.sql" ], '2>', \my $complained);
unlike($complained, qr/ERROR:(?!  role "postgres" already exists)/, 'pg_dumpall is restored into another cluster') or diag $complained;
{
	local $ENV{PGHOST} = $other->host;
	local $ENV{PGPORT} = $other->port;
	$node = $other;
	is_whole('old');
}

done_testing();
