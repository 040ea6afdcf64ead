# The README followed to the letter: its blocks run from top to bottom, as they
# stand there, in a database called mydb as it says, and those of the first
# minutes in one that does not have the extension yet; what cannot be run here is
# named, with the reason.  Then those who have been granted a level say the same.
use strict;
use warnings;
use Cwd qw(getcwd);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $readme = slurp_file('README.md');

# What is done with a block, by what it begins with; the first that fits.
# sql: run by psql.  shell: run by a shell.  A sentence: why it is not run.
my @ways = (
	[ qr/^scripts\/demo\.sh/, 'they set up a machine, and run this test' ],
	[ qr/^apt-get install/, 'it was built and installed before this test' ],
	[ qr/^psql /, 'shell' ],
	[ qr/^ALTER ROLE dba/, 'there is no role dba; the path is set below' ],
	[ qr/^SELECT cron\.schedule/, 'pg_cron is not here; what it calls is run below' ],
	[ qr/^# governance\.service/, 'systemd is not here; what it starts is run below' ],
	[ qr/^# governance\.timer/, 'systemd is not here' ],
	[ qr/^17 \* \* \* \* /, 'cron is not here; what it starts is run below' ],
	[ qr/^(?:CREATE|SELECT|ALTER)/, 'sql' ],
);

# All blocks in their order: fenced ones, and those that are indented by four spaces.
my @blocks;
while ($readme =~ /^```\w*\n(.*?)^```|((?:^    [^\n]*\n)(?:^    [^\n]*\n|^\n(?=    ))*)/msg)
{
	my $start = $-[0];
	my $text = $1 // ($2 =~ s/^    //mgr);
	my ($way) = grep { $text =~ $_->[0] } @ways;
	push @blocks, { text => $text, way => $way ? $way->[1] : '', name => 'line ' . (2 + (substr($readme, 0, $start) =~ tr/\n//)) };
}
cmp_ok(scalar(grep { $_->{way} eq 'sql' } @blocks), '>', 10, 'the README has a cookbook');
is(join("\n", map { "$_->{name}: $_->{text}" } grep { $_->{way} eq '' } @blocks), '', 'what is to be done with each block is known');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $place = PostgreSQL::Test::Utils::tempdir();
my $home = getcwd();

# Runs SQL in the directory of the newcomer; code, output and errors.
sub sql
{
	my ($database, $text, $login) = @_;

	chdir $place or die;
	my @result = $node->psql($database, $text, on_error_stop => 1, extra_params => [ $login ? ('-U', $login) : () ]);
	chdir $home or die;
	return @result;
}

# Runs a command of a shell there, with mydb as the database of whoever names none, and that place
# for the directory of a collector; its exit code, and what it said.
sub shell
{
	my $command = $_[0] =~ s{/var/lib/prometheus/node-exporter}{$place}gr;

	local %ENV = ($node->_get_env(), PGDATABASE => 'mydb');
	my $code = system("cd '$place' && { $command\n} >said 2>&1");
	return ($code >> 8, slurp_file("$place/said"));
}

# The newcomer's own: a database, a table, a migration, and a list of owners.
$node->safe_psql('postgres', 'CREATE DATABASE mydb');
$node->safe_psql('mydb', 'CREATE TABLE orders (id bigint)');
append_to_file("$place/migration.sql", "CREATE TABLE app.paid (id bigint PRIMARY KEY);\n");
append_to_file("$place/owners.csv", "object_type,object_ref,axis,value,authority\ntable,app.invoice,responsibility,quality,TEAM-APP\n");

# The path that the first block sets, which each session has, as it says.
my ($path) = $readme =~ /^SET search_path = ([^;]*);/m;
$node->safe_psql('postgres', "ALTER DATABASE $_ SET search_path = $path") for qw(mydb postgres);

# Runs a block of SQL.  A comment that promises something is held to it.
sub run_sql
{
	my ($database, $block, $text) = @_;
	my ($code, $out, $err) = sql($database, $text);

	is($code, 0, "$block->{name} runs in $database") or diag($err);
	my ($gaps) = $out =~ /^responsibility\|4\|\d+\|(\d+)/m;
	is($gaps, 4, 'four gaps before') if $text =~ /4 required, 4 gaps/;
	is($gaps, 0, 'none after') if $text =~ /no gap left/;
	return;
}

my $front = shift @blocks;      # it asks before there is anything to ask
for my $block (@blocks)
{
	# who has installed it as told above leaves out the first two lines
	if ($block->{way} eq 'sql') { run_sql('mydb', $block, $block->{text} =~ s/^CREATE SCHEMA governance;\nCREATE EXTENSION governance SCHEMA governance;\n(?=SET)//r) }
	elsif ($block->{way} ne 'shell') { pass("$block->{name} is not run: $block->{way}") }
	else
	{
		my ($code, $said) = shell($block->{text});
		is($code, 0, "$block->{name} runs") or diag($said);
	}
}
run_sql('mydb', $front, $front->{text});
like(slurp_file("$place/report.html"), qr/^<!DOCTYPE html>.*Our database/s, 'the report is a page');
my ($scheduled) = $readme =~ /cron\.schedule\(.*'(CALL [^']*)'\)/;
run_sql('mydb', { name => 'what pg_cron calls' }, $scheduled);
for my $command ($readme =~ /^    ExecStart=\S*(psql .*)$/m, $readme =~ /^    17 \* \* \* \* postgres (psql .*)$/m)
{
	my ($code, $said) = shell($command);
	is($code, 0, "a schedule starts: $command") or diag($said);
}

# The first minutes in a database that does not have the extension yet, as their first lines have it.
my @minutes = grep { $_->{way} eq 'sql' && $_->{text} !~ /\ACREATE SCHEMA governance;\n[^\n]*\n\z/ && $readme =~ /^## Five minutes\n.*?\Q$_->{text}\E.*^## Rehearse/ms } @blocks;
cmp_ok(scalar @minutes, '>', 6, 'the first minutes have blocks');
run_sql('postgres', $_, $_->{text} =~ s/CREATE ROLE analyst;//r) for @minutes;
is($node->safe_psql('postgres', q{SELECT authority FROM governance.gov_effective_owner
	WHERE object_ref = 'app.client' AND axis = 'responsibility' AND value = 'policy'}),
	'TEAM-APP', 'a renamed table keeps its owner');

# Each statement of them by logins of each level: acts say that it is so already, and
# what a level may not is refused by the name of the function.
$node->safe_psql('postgres', join '', map { "CREATE ROLE a_$_ LOGIN; GRANT USAGE ON SCHEMA app TO a_$_; SELECT gov_grant('$_', 'a_$_');" } qw(reader approver steward admin));
for my $level (qw(reader approver steward admin))
{
	my @off;
	my ($done, $refused) = (0, 0);
	for my $statement (map { split /(?<=;)\s*(?:--[^\n]*)?\n+/, $_->{text} } @minutes)
	{
		# which is about a name that is another by now
		my $text = $statement =~ s/app\.customer/app.client/gr;
		next if $text !~ /^SELECT/;
		my @names = $text =~ /\b(gov_\w+)\(/g;
		my $may = $node->safe_psql('postgres', sprintf q{SELECT coalesce(bool_and(has_function_privilege('a_%s', p.oid, 'EXECUTE')), true) FROM pg_proc AS p
			WHERE p.pronamespace = 'governance'::regnamespace AND p.prokind = 'f' AND p.proname IN (%s)}, $level, join ', ', map { "'$_'" } 'none', @names);
		my ($code, $out, $err) = sql('postgres', $text, "a_$level");
		if ($may eq 't')
		{
			$done++;
			push @off, "$text: $err" if $code != 0;
			push @off, "$text: $out" if $out =~ /^(?:created|changed|ended) /m;
		}
		else
		{
			$refused++;
			push @off, "$text: $err" if $err !~ /permission denied for function $names[0]/;
		}
	}
	is(join("\n", @off), '', "level $level: $done statements are so already or answer, $refused are refused by name");
}

# The commands of the pipeline pass now, and fail when a table is not synced.
my ($reconcile, $check) = $readme =~ /^    (psql -X .*-c ".*(?:gov_reconcile|gov_check).*)$/mg;
is((shell($reconcile))[0], 0, 'the pipeline reconciles');
is((shell($check))[0], 0, 'gov_check passes') or diag((shell($check))[1]);
$node->safe_psql('mydb', 'SET governance.ddl_mode = off; CREATE TABLE app.late (id bigint)');
my ($code, $said) = shell($check);
is($code, 1, 'gov_check fails for a table that nobody synced');
like($said, qr/source schema:app is not synced: objects not registered yet: 1,/, 'and says why');

$node->stop;
done_testing();
