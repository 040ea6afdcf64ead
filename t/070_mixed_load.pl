# Eight sessions at once, on one database: DDL under track, DDL under enforce, acts
# of two people, scans and reconciliations, look-ups, syncs, and acts on much at
# once.  No deadlock but one that goes through when it is tried again, no error of
# the server's own, no session that grows, the ledger whole, the inventory as the
# catalog has it, and the engine's answers those of the oracle.
#
# GOV_LOAD_SECONDS makes it longer (1200), GOV_LOAD_SEED another one.  What each
# session did, was refused, had to try again and how large it was is in the notes.
use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/../test';
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes ();
use psql_session;
use random_ddl;

my $seconds = $ENV{GOV_LOAD_SECONDS} || 20;
my $seed = $ENV{GOV_LOAD_SEED} || 1;

# A session that was at work for a third of the time has the caches it needs; it
# may have so much more at the end, in kB of its own memory.
my $growth_allowed = 12 * 1024;

my $node = PostgreSQL::Test::Cluster->new('load');
$node->init;
$node->append_conf('postgresql.conf',
	"deadlock_timeout = 100ms\nfsync = off\nmax_locks_per_transaction = 256\nautovacuum_naptime = 5s\ngovernance.retire_limit = 100\n");
$node->start;
my $connection = $node->connstr('postgres');
my $dir = PostgreSQL::Test::Utils::tempdir();

sub ask { return $node->safe_psql('postgres', $_[0]) }

ask(<<'SQL');
CREATE ROLE regress_ddl_a; CREATE ROLE regress_ddl_b;
CREATE SCHEMA governance;
CREATE EXTENSION governance SCHEMA governance;
ALTER DATABASE postgres SET search_path = public, governance;
SET search_path = public, governance;
CREATE FOREIGN DATA WRAPPER regress_ddl;
CREATE SERVER regress_ddl FOREIGN DATA WRAPPER regress_ddl;
SELECT gov_set_authority('A' || n, kind => 'human') FROM generate_series(1, 4) n;
SELECT gov_create_axis(a, kind => 'uncertain', multivalued => a = 'topic'), gov_set_axis_status(a, 'active') FROM unnest('{topic,one,duty}'::text[]) a;
SELECT gov_propose_value(a, 'v' || n), gov_ratify(a, 'v' || n) FROM unnest('{topic,one}'::text[]) a, generate_series(1, 8) n;
SELECT gov_propose_value('duty', 'policy'), gov_ratify('duty', 'policy');
SELECT gov_create_axis('place');
SELECT gov_register_object('crate', 'c' || n) FROM generate_series(1, 3) n;
SELECT gov_register_object('thing', n::text, 'crate', 'c' || 1 + n % 3) FROM generate_series(1, 6) n;
SELECT gov_own('crate', 'c' || n, 'duty', 'policy', 'A' || n) FROM generate_series(1, 3) n;
SELECT FROM gov_activate_containment('place', '{thing}', owner_axis => 'duty');
CREATE TABLE listed (object_type text DEFAULT 'row', object_ref text, container_type text, container_ref text);
INSERT INTO listed SELECT 'row', 'row ' || n FROM generate_series(1, 8) n;
SELECT FROM gov_enroll_relation('listed', 'public.listed');
CREATE SCHEMA app; CREATE SCHEMA two; CREATE SCHEMA out; CREATE SCHEMA shop;
CREATE TABLE shop.kept (id int, name text);
CREATE TABLE app.n1 (i int);
SELECT FROM gov_enroll_schema('app');
SELECT FROM gov_enroll_schema('two');
SELECT FROM gov_enroll_schema('shop', columns => true);
SELECT FROM gov_enroll_schemas('oth*');
SELECT gov_create_rule('R', 'topic', 'cross_product', '{thing,table}'), gov_set_rule_status('R', 'active');
SELECT gov_create_rule('D', 'duty', 'cross_product', '{table}'), gov_set_rule_status('D', 'active');
SELECT gov_create_rule('A', 'one', 'per_assignment', '{table,thing,row,table column}'), gov_set_rule_status('A', 'active');
SELECT gov_set_access('one', 'v1', 'regress_ddl_a');
SQL

# ---- what is done ----

sub one_of { return $_[ int rand @_ ] }
sub axis { return one_of('topic', 'topic', 'one') }
sub value { return 'v' . (1 + int rand 8) }
sub authority { return 'A' . (1 + int rand 4) }

sub object
{
	return one_of(map({ "'thing', '$_'" } 1 .. 6), map({ "'row', 'row $_'" } 1 .. 8), map({ ("'table', 'app.n$_'", "'table', 'shop.s$_'") } 1 .. 5),
		"'table', 'shop.kept'", "'table column', 'shop.kept.id'");
}

# An entry of gov_own_many or gov_assign_many.
sub entry
{
	my ($own) = @_;
	my ($type, $ref) = object() =~ /'(.*)', '(.*)'/;
	return sprintf('{"object_type": "%s", "object_ref": "%s", "axis": "%s", "value": "%s", %s}', $type, $ref, axis(), value(),
		$own ? sprintf('"authority": "%s", "replace": true', authority()) : '"zone": "approved", "assigned_kind": "human", "provenance": {"k": 1}');
}

# An act of one person on one thing.
sub act
{
	return one_of(
		sub { sprintf "SELECT gov_own(%s, '%s', '%s', '%s', replace => true)", object(), axis(), value(), authority() },
		sub { sprintf "SELECT gov_own(%s, '%s', '%s', '%s', 'delegated', effective_to => now() + interval '30 ms')", object(), axis(), value(), authority() },
		sub { sprintf "SELECT gov_own(NULL, NULL, '%s', '%s', '%s', replace => true)", axis(), value(), authority() },
		sub { "SELECT gov_disown(ownership_id) FROM (SELECT ownership_id FROM gov_ownership WHERE status = 'active' AND axis IN ('topic', 'one') ORDER BY random() LIMIT 1) w" },
		sub { sprintf "SELECT gov_assign(%s, '%s', '%s', 'approved', provenance => '{\"k\": 1}')", object(), axis(), value() },
		sub { sprintf "SELECT gov_assign(%s, 'one', '%s', 'approved', provenance => '{\"k\": 1}')", object(), value() },
		sub { sprintf "SELECT gov_set_zone(%s, '%s', '%s', '%s')", object(), axis(), value(), one_of('approved', 'candidate', 'quarantine') },
		sub { sprintf "SELECT gov_unassign(%s, '%s', '%s')", object(), axis(), value() },
		sub { sprintf "SELECT gov_own_many('[%s]')", join(', ', map { entry(1) } 1 .. 3) },
		sub { sprintf "SELECT gov_assign_many('[%s]')", join(', ', map { entry(0) } 1 .. 3) },
		sub { sprintf "SELECT gov_register_object('thing', '%s', 'crate', 'c%s')", 1 + int rand 9, 1 + int rand 3 },
		sub { sprintf "UPDATE listed SET object_ref = 'row ' || 1 + (substr(object_ref, 5)::int + %d) %% 8", int rand 8 })->();
}

# An act on much.
sub act_on_much
{
	return one_of(
		sub { sprintf "SELECT gov_transfer('%s', '%s')", authority(), authority() },
		sub { sprintf "SELECT gov_merge('topic', '%s', '%s')", value(), value() },
		sub { sprintf "SELECT gov_deprecate('%s', '%s')", axis(), value() },
		sub { sprintf "SELECT gov_reinstate('%s', '%s')", axis(), value() },
		sub { sprintf "SELECT gov_reinstate('%s', '%s')", axis(), value() },
		sub { "SELECT gov_undo(seq) FROM (SELECT seq FROM gov_ledger WHERE action IN ('merge', 'transfer', 'deprecate') ORDER BY seq DESC LIMIT 1) l" },
		sub { q{SELECT FROM gov_activate_containment('place', '{thing}', owner_axis => 'duty')} },
		sub { q{CALL gov_activate_containment('place', '{thing}', 2)} },
		sub { 'CALL gov_reconcile(3)' },
		sub { q{SELECT gov_rehearse_sql('CREATE TABLE shop.tried (i int)')} })->();
}

# A table of the shop, owned in the transaction that makes it, or one that is refused.
sub shop
{
	my ($n, $m) = (1 + int rand 5, 1 + int rand 5);
	my $own = "SELECT gov_own('table', 'shop.s$n', 'duty', 'policy', 'A1', replace => true)";
	$own .= "; SELECT gov_own('table', 'shop.s$n', 'topic', value, 'A1', replace => true) FROM gov_axis_value WHERE axis = 'topic' AND status = 'active'";
	return one_of(
		"BEGIN; CREATE TABLE shop.s$n (id serial, a int); $own; COMMIT",
		"BEGIN; DROP TABLE IF EXISTS shop.s$n CASCADE; CREATE TABLE shop.s$n (id int, b text); $own; COMMIT",
		"BEGIN; SAVEPOINT s; CREATE TABLE shop.s$n (id int); ROLLBACK TO s; CREATE TABLE shop.s$n (id int, c int); $own; COMMIT",
		"CREATE TABLE shop.s$n (id int)",
		"ALTER TABLE shop.s$n ADD COLUMN d" . int(rand 4) . ' int',
		"ALTER TABLE shop.s$n DROP COLUMN d" . int(rand 4),
		"ALTER TABLE shop.s$n RENAME COLUMN d" . int(rand 4) . ' TO d' . int(rand 4),
		"ALTER TABLE shop.s$n RENAME TO s$m",
		"BEGIN; ALTER TABLE shop.s$n RENAME TO old; CREATE TABLE shop.s$n (id int); DROP TABLE shop.old; COMMIT",
		"CREATE OR REPLACE VIEW shop.v$n AS SELECT id FROM shop.s$m",
		"DROP TABLE IF EXISTS shop.s$n CASCADE");
}

my %look = map { $_ => "SELECT count(*), min(x::text) FROM gov_$_ AS x" }
  qw(coverage_summary coverage_gap coverage effective_owner owner_conflict classification exposure drift_finding metric source_state object_event);

sub look
{
	return one_of(values %look,
		sprintf('SELECT * FROM gov_explain_owner(%s, \'%s\', \'%s\')', object(), axis(), value()),
		sprintf('SELECT * FROM gov_history(%s)', object()),
		sprintf(q{SELECT * FROM gov_effective_owner WHERE (object_type, object_ref) = (%s)}, object()),
		'SELECT length(gov_report_html()), gov_dashboard() IS NULL, length(gov_metrics_openmetrics())',
		'SELECT count(*) FROM gov_ledger_verify()');
}

# Each session: what it does, over and over; the DDL of a stream comes from its list.
my @stream;
my %sessions = (
	'ddl' => sub { @stream = random_ddl::transactions(1 + int rand 100000, 400) unless @stream; return shift @stream },
	'ddl enforced' => \&shop,
	'acts 1' => \&act,
	'acts 2' => \&act,
	'much' => \&act_on_much,
	'scans' => sub { one_of('SELECT gov_scan()', 'SELECT count(*) FROM gov_reconcile()', 'SELECT count(*) FROM gov_reconcile(dry_run => true)', 'SELECT gov_scan()') },
	'looks' => \&look,
	'syncs' => sub { one_of('SELECT count(*) FROM gov_sync(force => true)', map { "SELECT count(*) FROM gov_sync('$_', force => true)" } qw(listed schema:app schema:shop schema:two)) });
my %before = (
	'ddl' => '\\set ON_ERROR_ROLLBACK on',
	'ddl enforced' => 'SET governance.ddl_mode = enforce;');

# ---- one session ----

# One of a kind, with what it says first.
sub session_of
{
	my ($name) = @_;
	my $s = session($connection, $seconds + 600);
	told($s, ($before{$name} // '') . "\nSET client_min_messages = warning; SET application_name = '$name';");
	return $s;
}

# Of itself: process, private memory, memory contexts, in kB.
sub size
{
	my ($s) = @_;
	my ($out) = told($s, 'SELECT pg_backend_pid(), sum(total_bytes) / 1024 FROM pg_backend_memory_contexts;');
	my ($pid, $contexts) = $out =~ /^(\d+)\|(\d+)/ or return (0, 0, 0);
	my ($anon) = slurp_file("/proc/$pid/status") =~ /^RssAnon:\s*(\d+) kB/m;
	return ($pid, $anon // 0, $contexts);
}

# Errors that are of the server and its concurrent DDL, with the extension or without it.
my $of_the_server = qr/tuple concurrently (?:updated|deleted)|cache lookup failed for|could not open relation with OID|relation with OID \d+ does not exist|could not find tuple|is not a known|unrecognized/;

# Acts until the time is over; writes what happened.
sub work
{
	my ($name, $end, $say) = @_;
	my $s = session_of($name);
	my ($done, $sampled) = (0, 0);
	srand($seed * 100 + unpack('%32C*', $name));
	while (time < $end)
	{
		my $sql = $sessions{$name}->();
		$sql .= ';' unless $sql =~ /;\s*$/;
		for my $attempt (1 .. 200)
		{
			my ($out, @said) = told($s, $sql, 'WARNING');
			my @again = grep { /^(40P01|40001|55P03)/ } @said;
			$say->("state $_") for map { substr $_, 0, 5 } @said;
			$say->("deadlock $_: $sql") for grep { /^40P01/ } @again;
			$say->("left $_") for grep { /could not be kept in step/ } @said;
			$say->("fault $_: $sql") for grep { /^(XX|58|57P|53|F0|P0004)/ && !/$of_the_server/ } @said;
			last unless @again;
			if ($attempt == 200) { $say->("fault never got through: $sql @again"); last }
			told($s, 'ROLLBACK;') if $sql =~ /^BEGIN/;
			Time::HiRes::sleep(0.005 * (1 + $attempt % 11));
		}
		$done++;
		if (time > $sampled)
		{
			$sampled = time + $seconds / 60;
			$say->(join(' ', 'size', time, size($s)));
		}
	}
	$say->("done $done");
	$s->{in} .= "\\q\n";
	$s->{psql}->finish;
	return;
}

# Starts a session in a process of its own, which writes lines to a file.
sub begin_work
{
	my ($name, $end) = @_;
	my $pid = fork() // die "fork: $!";
	return $pid if $pid;
	open(my $file, '>', "$dir/$name") or POSIX::_exit(2);
	my $done = eval { work($name, $end, sub { print $file $_[0] =~ s/\s+/ /gr, "\n" }); 1 };
	print $file $done ? "end\n" : 'fault ' . ($@ =~ s/\s+/ /gr) . "\n";
	close($file);
	POSIX::_exit(0);
}

# The lines of one session that begin with a word, without it.
sub lines
{
	my ($name, $word) = @_;
	return map { /^$word ?(.*)$/ ? $1 : () } split /\n/, slurp_file("$dir/$name");
}

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[ @sorted / 2 ] // 0 }

# ---- all of them at once ----

my $begin = time;
my @workers = map { begin_work($_, $begin + $seconds) } sort keys %sessions;
waitpid($_, 0) for @workers;

for my $name (sort keys %sessions)
{
	is(join("\n", lines($name, 'fault')), '', "$name: nothing that should not be");
	is(scalar(lines($name, 'end')), 1, "$name: came to its end");
	my %states;
	$states{$_}++ for lines($name, 'state');
	note("$name: done " . join('', lines($name, 'done')) . '; ' . join(', ', map { "$_ $states{$_}" } sort keys %states));
	note("$name: deadlock $_") for lines($name, 'deadlock');
	note("$name: left to a sync: $_") for lines($name, 'left');

	my @sizes = map { [ split / / ] } lines($name, 'size');
	my @warm = grep { $_->[0] >= $begin + $seconds / 3 && $_->[0] < $begin + $seconds / 2 } @sizes;
	my @last = grep { $_->[0] >= $begin + $seconds * 5 / 6 } @sizes;
	my ($from, $to) = map { my @some = @$_; [ map { my $i = $_; median(map { $_->[$i] } @some) } 2, 3 ] } \@warm, \@last;
	note("$name: private memory $from->[0] -> $to->[0] kB, memory contexts $from->[1] -> $to->[1] kB");
	cmp_ok($to->[0] - $from->[0], '<', $growth_allowed, "$name: has no more memory at the end") if @warm && @last;
}

# ---- what stands ----

my $log = slurp_file($node->logfile);
unlike($log, qr/PANIC|terminated by signal|TRAP:|leak: |resource was not closed/, 'no crash, and nothing is left open');
my @rings = $log =~ /(ERROR:  deadlock detected\n(?:.*\n){1,14})/g;
note(scalar(@rings) . ' deadlocks; the first: ' . ($rings[0] // ''));
is(ask('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
my $found = 'SELECT coalesce(sum(born + renamed + replaced + moved + retired + revived + changed), 0) FROM gov_sync(force => true)';
note('left to the next sync: ' . ask($found));
is(ask($found), '0', 'and after it nothing is to be done');
is(ask(q{SELECT string_agg(detector || ' ' || object_ref, ', ') FROM gov_drift_finding WHERE detector IN ('half_restored', 'guard_changed', 'sequence_behind')}), '', 'no fact is half there');
is(ask(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', 'no lock of ours is left');

# The views of the engine against the same rules in plain SQL, by the columns that both have.
ask(slurp_file('test/oracle.sql'));
foreach my $view (qw(required_cell cell_rule coverage coverage_gap effective_owner owner_conflict missing_assignment assignment_quality coverage_summary hidden_island))
{
	my $columns = ask("SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_attribute b USING (attname)"
		  . " WHERE a.attrelid = 'gov_$view'::regclass AND b.attrelid = 'oracle.$view'::regclass AND a.attnum > 0 AND b.attnum > 0 AND NOT a.attisdropped");
	is(ask("WITH ours AS MATERIALIZED (SELECT $columns FROM gov_$view), theirs AS MATERIALIZED (SELECT $columns FROM oracle.$view),"
			  . ' d AS ((SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) UNION ALL (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours)) SELECT count(*), min(d::text) FROM d'),
		'0|', "$view is that of the oracle");
}
$node->stop;
done_testing();
