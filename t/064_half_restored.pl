# pg_restore -j loads the tables of an extension in no order: those that come
# before what they refer to stay empty, and the ledger is whole all the same.
# A database that was restored so says what is missing and which command brings
# it; the command does.  scripts/restore.sh restores in order to begin with.
#
# Seen to fail: without the detector nothing is found in a database without
# objects, and the first sync registers everything anew.
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
delete $ENV{PGDATABASE};
$ENV{PGOPTIONS} = '-c client_min_messages=error';
dumped_world($node, 'the old one');
my $facts = dumped_facts($node, 'the old one');
my $answers = dumped_answers($node, 'the old one');
my $losses = q{SELECT object_type, object_ref, detail ->> 'state' FROM gov_drift_finding WHERE detector = 'half_restored' AND severity = 'critical' ORDER BY 1, object_ref COLLATE "C"};
my $hint = q{SELECT DISTINCT detail ->> 'hint' FROM gov_drift_finding WHERE detector = 'half_restored'};
is($node->safe_psql('the old one', $losses), '', 'in which nothing is missing');

my $folder = $node->basedir;
my %archives = (custom => "$folder/an archive.dump", directory => "$folder/archive.dir", tar => "$folder/archive.tar");
$node->command_ok([ 'pg_dump', "--format=$_", ($_ eq 'directory' ? ('-j', 4) : ()), '-f', $archives{$_}, 'the old one' ], "pg_dump, format $_") for sort keys %archives;
my $archive = $archives{custom};

# Runs restore.sh; its exit code, and what it said.
sub restore
{
	my @arguments = @_;
	my ($said, $complained) = ('', '');
	IPC::Run::run([ 'bash', 'scripts/restore.sh', @arguments ], '>', \$said, '2>', \$complained);
	return ($? >> 8, $said . $complained);
}

# A new database; its name.
sub fresh
{
	my ($name) = @_;
	$node->safe_psql('postgres', qq{CREATE DATABASE "$name"});
	return $name;
}

# ---- restore.sh ----

for my $format (sort keys %archives)
{
	my $db = fresh("in order, $format");
	my ($failed, $said) = restore($archives{$format}, $db, ($format eq 'tar' ? () : ('-j', 4)));
	is($failed, 0, "restore.sh, format $format") or diag $said;
	like($said, qr/^restored: \d+ tables of governance have the rows of the archive$/m, 'and counts');
	dumped_same(dumped_facts($node, $db), $facts, 'every fact and sequence is there');
	is($node->safe_psql($db, $losses), '', 'nothing is missing');
}
like((restore($archive, 'in order, custom'))[1], qr/the database is not empty/, 'restore.sh refuses a database that is not empty');
like((restore("$folder/none", 'in order, custom'))[1], qr/there is no archive/, 'an archive that is not there');
append_to_file("$folder/plain.sql", "SELECT 1;\n");
like((restore("$folder/plain.sql", fresh('for plain')))[1], qr/is no archive that pg_restore reads/, 'and plain SQL');
system_or_bail('pg_dump', '-Fc', '-f', "$folder/without", 'postgres');
like((restore("$folder/without", 'for plain'))[1], qr/governance is not in the archive/, 'and an archive without the extension');

# ---- a restore in no order ----

# pg_restore of a list; errors are passed over, as it does without --exit-on-error.
sub pg_restore
{
	my ($db, @options) = @_;
	IPC::Run::run([ 'pg_restore', '-d', $db, @options, $archive ], '>', \my $said, '2>', \my $complained);
	return;
}

# The worst order there is: what refers first, as several processes may happen to load it.
my $sections = sub {
	my ($db) = @_;
	pg_restore($db, '--section=pre-data');
	my ($list) = run_command([ 'pg_restore', '-l', $archive ]);
	append_to_file("$folder/list", join('', map { "$_\n" } reverse grep { / TABLE DATA | SEQUENCE SET / } split /\n/, $list)) if !-e "$folder/list";
	pg_restore($db, '--section=data', '-L', "$folder/list");
	pg_restore($db, '--section=post-data');
};
my $db = fresh("no one's order");
$sections->($db);
is($node->safe_psql($db, 'SELECT count(*) FROM gov_object'), '0', 'in the worst order objects are not restored');
is($node->safe_psql($db, 'SELECT count(*) > 0 FROM gov_ledger'), 't', 'the ledger is');
my @missing = split /\n/, $node->safe_psql($db, $losses);
is(join("\n", @missing), <<'ROWS' =~ s/\n\z//r, 'what is missing is a critical finding each');
table|gov_assignment|empty
table|gov_axis|empty
table|gov_axis_value|empty
table|gov_coverage_rule|empty
table|gov_decision|empty
table|gov_object|empty
table|gov_ownership|empty
table|gov_projection|empty
table|gov_rollout_step|empty
table|gov_rollout_tier|empty
table|gov_vote|empty
ROWS
for my $act ('SELECT * FROM gov_sync()', 'SELECT * FROM gov_reconcile()', 'CALL gov_reconcile(10)', 'SELECT * FROM gov_rebind()', q{SELECT gov_register_object('thing', 'new')})
{
	like(($node->psql($db, $act))[2], qr/ERROR:  this database was restored in part\nDETAIL:.*gov_object.*\nHINT:  scripts\/restore.sh --mend ARCHIVE 'no one'\\''s order'/, "refused: $act");
}
$node->safe_psql($db, 'SELECT gov_scan()');
my $command = $node->safe_psql($db, $hint);
is($command, q{scripts/restore.sh --mend ARCHIVE 'no one'\\''s order'}, 'one command mends it');
$command =~ s/ARCHIVE/'$archive'/;
{
	my ($said, $complained) = ('', '');
	IPC::Run::run([ 'bash', '-c', "exec bash $command" ], '>', \$said, '2>', \$complained);
	isnt($? >> 8, 0, 'which does nothing where a scan has stored what it found');
	like($complained, qr/gov_\w+ has \d+ of the archive's \d+ rows: restore the archive into a new database/, 'and says so');
	my $second = fresh('no order');
	$sections->($second);
	$command = $node->safe_psql($second, $hint) =~ s/ARCHIVE/'$archive'/r;
	IPC::Run::run([ 'bash', '-c', "exec bash $command" ], '>', \$said, '2>', \$complained);
	is($? >> 8, 0, 'it mends it') or diag $said . $complained;
	dumped_same(dumped_facts($node, $second), $facts, 'and every fact and sequence is there');
	dumped_same(dumped_answers($node, $second), $answers, 'the engine says the same');
	is($node->safe_psql($second, $losses), '', 'nothing is missing any more');
	is((restore('--mend', $archive, $second))[0], 0, 'a second time changes nothing');
	dumped_same(dumped_facts($node, $second), $facts, 'really');
	is($node->safe_psql($second, 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
	isnt($node->safe_psql($second, q{SELECT count(*) FROM gov_rebind(reason => 'restored') WHERE state = 'confirmed'}), '0', 'addresses are bound again');
	is($node->safe_psql($second, q{SELECT sum(born), sum(renamed), sum(retired) FROM (SELECT (gov_sync(source)).* FROM gov_source WHERE source LIKE 'schema:%') s}), '0|0|0', 'and a sync finds all as it was');
}

# Whatever -j does: nothing is lost without being said.
for my $round (1 .. 3)
{
	my $parallel = fresh("parallel $round");
	pg_restore($parallel, '-j', 4);
	my $whole = dumped_facts($node, $parallel) eq $facts;
	is($node->safe_psql($parallel, $losses) eq '', $whole, "pg_restore -j 4, round $round: " . ($whole ? 'whole' : 'in part, and it says so'));
}

# Whoever has no archive goes on with what there is; what is missing is said, and where to get it.
$db = fresh('goes on');
$sections->($db);
$node->safe_psql($db, q{SELECT gov_set_label('begun')});
is($node->safe_psql($db, $hint), 'createdb NEW && scripts/restore.sh ARCHIVE NEW', 'once something was done a new database is to be made');
like((restore('--mend', $archive, $db))[1], qr/something was done in the database since/, 'and --mend refuses');
is(($node->psql($db, 'SELECT * FROM gov_reconcile()'))[0], 0, 'but it goes on');

# ---- rows that refer to nothing ----

$db = fresh('triggers off');
pg_restore($db, '--section=pre-data');
pg_restore($db, '--data-only', '--disable-triggers', '-t', $_) for qw(gov_source);
pg_restore($db, '--data-only', '--disable-triggers');
like($node->safe_psql($db, $losses), qr/^constraint\|gov_object: gov_object_source_fkey\|orphans$/m, 'with --disable-triggers rows refer to sources that are not there');
like($node->safe_psql($db, $losses), qr/^table\|gov_action\|incomplete$/m, 'gates that were set are not');
$command = $node->safe_psql($db, $hint) =~ s/ARCHIVE/'$archive'/r;
{
	my ($said, $complained) = ('', '');
	IPC::Run::run([ 'bash', '-c', "exec bash $command" ], '>', \$said, '2>', \$complained);
	is($? >> 8, 0, 'the same command mends it') or diag $said . $complained;
}
dumped_same(dumped_facts($node, $db), $facts, 'every fact is there');
is($node->safe_psql($db, $losses), '', 'nothing is missing');

# ---- what is no loss ----

$node->safe_psql('the old one', q{DELETE FROM gov_label_rule; DELETE FROM gov_label_projection});
is($node->safe_psql('the old one', $losses), '', 'rows that were deleted by hand are not missed');
$node->stop;
done_testing();
