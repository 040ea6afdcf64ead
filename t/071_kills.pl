# A backend is killed in the middle of a sync, an activation of containment, a
# scan, a merge, a run of gov_reconcile, and a transaction of DDL under enforce:
# afterwards the facts are those from before the act or those of the whole act,
# never a part of it; the ledger is whole, what must hold holds, and the act
# called again ends well.
#
# Each round has a copy of one database of its own, so that the whole act does
# the same in each.  A kill that comes too late, as the machine is a different
# one by then, is judged like any other, and followed by an earlier one.
#
# GOV_KILL_ROUNDS: how often each kind of act is killed in its middle (1);
# GOV_KILL_SEED another seed of the moments; GOV_KILL_OBJECTS: how much there
# is to do (300).
#
# Seen to fail: when the DDL is not one transaction.
use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/../test';
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use psql_session;

my $rounds = $ENV{GOV_KILL_ROUNDS} || 1;
my $seed = $ENV{GOV_KILL_SEED} || 1;
my $objects = $ENV{GOV_KILL_OBJECTS} || 300;
my $tables = int($objects / 30);
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('kills');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\nautovacuum = off\nfsync = off\ngovernance.retire_limit = 100\n");
$node->start;

sub ask { my ($db, $sql) = @_; return $node->safe_psql($db, $sql) }

# ---- the world, in which every act has much to do ----

$node->safe_psql('postgres', 'CREATE DATABASE world');
ask('world', <<"SQL");
CREATE EXTENSION governance;
SELECT gov_set_authority('T' || n, kind => 'human') FROM generate_series(1, 4) AS n;
SELECT gov_create_axis(a, multivalued => a = 'topic'), gov_set_axis_status(a, 'active') FROM unnest('{responsibility,topic,duty}'::text[]) AS a;
SELECT gov_propose_value(a, v), gov_ratify(a, v) FROM (VALUES ('responsibility', 'policy'), ('duty', 'policy'), ('topic', 'old'), ('topic', 'new')) AS t (a, v);
SELECT gov_create_axis('place', family => 'structural');
CREATE TABLE things AS
SELECT 'group' AS object_type, 'group ' || g AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(0, 9) AS g
UNION ALL SELECT 'thing', 'thing ' || n, 'group', 'group ' || n % 10 FROM generate_series(1, $objects) AS n;
CREATE TABLE more AS SELECT * FROM things LIMIT 1;
UPDATE more SET object_type = 'box', object_ref = 'box 0';
SELECT count(*) FROM gov_enroll_relation('things', 'public.things');
SELECT count(*) FROM gov_enroll_relation('more', 'public.more');
SELECT gov_own('group', 'group ' || g, 'responsibility', 'policy', 'T' || 1 + g % 4) FROM generate_series(0, 9) AS g;
SELECT gov_own('group', 'group ' || g, 'topic', 'old', 'T1') FROM generate_series(0, 4) AS g;
SELECT gov_assign('thing', 'thing ' || n, 'topic', 'old', 'approved', provenance => '{"by": "hand"}') FROM generate_series(1, $objects) AS n;
SELECT gov_assign('thing', 'thing ' || n, 'topic', 'new', 'approved', provenance => '{"by": "hand"}') FROM generate_series(1, $objects, 3) AS n;
SELECT gov_create_rule('EVERY', 'topic', 'cross_product', '{thing,box}'), gov_set_rule_status('EVERY', 'active');
CREATE SCHEMA shop;
CREATE TABLE shop.kept (id int);
SELECT count(*) FROM gov_enroll_schema('shop');
SELECT gov_create_rule('TABLES', 'duty', 'cross_product', '{table}'), gov_set_rule_status('TABLES', 'active');
INSERT INTO more SELECT 'box', 'box ' || n, 'group', 'group ' || n % 10 FROM generate_series(1, $objects * 2) AS n;
SQL
ask('world', slurp_file('test/oracle.sql') . slurp_file('test/invariants.sql') =~ s/^\\ir .*$//mr);

my %acts = (
	sync => q{SELECT count(*) FROM gov_sync('more');},
	activation => q{SELECT FROM gov_activate_containment('place', '{thing}');},
	scan => q{SELECT gov_scan();},
	merge => q{SELECT FROM gov_merge('topic', 'old', 'new');},
	reconcile => q{SELECT count(*) FROM gov_reconcile();},
	ddl => join "\n", 'BEGIN;',
	(map { "CREATE TABLE IF NOT EXISTS shop.t$_ (id int, a text); SELECT gov_own('table', 'shop.t$_', 'duty', 'policy', 'T1');" } 1 .. $tables), 'COMMIT;');

# ---- what is compared ----

# Every table of the extension that is dumped, and the tables of the enrolled
# schema, by the columns that do not tell when; those of $apart are left out, too,
# and with them numbers inside texts: of findings and scans in events, of objects in
# what a finding is of.
sub facts
{
	my ($db, @apart) = @_;
	my $numbers = @apart ? '(_id""?: |\\[)\\d+' : '$^';
	my $apart = join ', ', map { "'$_'::regtype" } qw(timestamptz oid bytea), @apart;
	my $sql = ask($db, qq{
		SELECT string_agg(format('SELECT %L, count(*), md5(string_agg(r, chr(10) ORDER BY r)) FROM (SELECT regexp_replace(regexp_replace(ROW(%s)::text, %L, %L, %L), %L, %L, %L) AS r FROM ONLY %s) AS t',
			c.relname, a.columns, '\\d{4}-\\d\\d-\\d\\d[ T][0-9:.]+([+-][0-9:]+|Z)?', 'then', 'g', '$numbers', '\\1n', 'g', c.oid::regclass), ' UNION ALL ')
		  FROM pg_class AS c JOIN pg_extension AS x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig),
		       LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
		                 WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND atttypid NOT IN ($apart)) AS a
		 WHERE c.relkind = 'r'});
	return ask($db, "$sql UNION ALL SELECT 'shop', count(*), string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'shop'::regnamespace ORDER BY 1");
}

# Those by which two runs of an act are the same where one of them drew other numbers.
sub facts_without_numbers { return facts($_[0], 'bigint') }

# What must hold of any state.
sub holds
{
	my ($db, $what) = @_;
	is(ask($db, 'SELECT * FROM gov_ledger_verify()'), '', "$what: the ledger is whole");
	is(ask($db, 'SELECT * FROM invariants.broken'), '', "$what: what must hold holds");
	is(ask($db, 'SELECT * FROM invariants.differences()'), '', "$what: the engine says what the oracle says");
	is(ask($db, 'SELECT count(*) FROM gov_progress'), '0', "$what: no call is thought to run");
	return;
}

# Of two lists of facts, what differs.
sub differing
{
	my ($is, $was) = map { { map { /^(\w+)\|(.*)/ } split /\n/ } } @_;
	return join ', ', map { "$_ $was->{$_} -> $is->{$_}" } grep { $is->{$_} ne $was->{$_} } sort keys %$is;
}

# ---- an act ----

# A copy of the world.
sub copy
{
	my ($db) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db TEMPLATE world STRATEGY file_copy");
	return;
}

# Begins an act in a session of its own; the session.
sub begin
{
	my ($db, $kind) = @_;
	my $s = session($node->connstr($db), $PostgreSQL::Test::Utils::timeout_default);
	my ($said) = told($s, q{SET client_min_messages = warning; SET governance.ddl_mode = enforce; SELECT pg_backend_pid();});
	($s->{pid}) = $said =~ /^(\d+)$/m or die "no session: $said";
	$s->{began} = time;
	$s->{out} = '';
	$s->{in} .= "$acts{$kind}\n\\echo ended\n";
	$s->{psql}->pump_nb;
	return $s;
}

sub ended { return $_[0]{out} =~ /^ended$/m }

# The act from its begin to its end; how long it took.
sub whole_act
{
	my ($db, $kind, $what) = @_;
	my $s = begin($db, $kind);
	$s->{psql}->pump until ended($s);
	my $took = time - $s->{began};
	is($s->{err} =~ s/^--.*\n//mgr, '', "$what ends well");
	$s->{in} .= "\\q\n";
	$s->{psql}->finish;
	return $took;
}

# Waits until the server has noticed that a backend was killed, and is there again.
sub wait_for_restart
{
	my ($offset) = @_;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return if slurp_file($node->logfile, $offset) =~ /terminated by signal 9.*database system is ready to accept connections/s;
		sleep 0.1;
	}
	die 'the server does not come back';
}

# Begins an act and kills its backend after so many seconds.  How far it had
# come: before (it had not begun), during, end (done, and nobody was told), after.
sub killed
{
	my ($db, $kind, $seconds) = @_;
	my $watcher = session($node->connstr('postgres'), $PostgreSQL::Test::Utils::timeout_default);
	told($watcher, 'SELECT 1;');
	my $offset = -s $node->logfile;
	my $s = begin($db, $kind);
	while ((my $left = $s->{began} + $seconds - time) > 0) { sleep($left < 0.01 ? $left : 0.01); $s->{psql}->pump_nb }
	my ($said) = told($watcher, "SELECT 'is ' || state FROM pg_stat_activity WHERE pid = $s->{pid};");
	my ($state) = $said =~ /^is (.+)$/m;
	kill 9, $s->{pid};
	my $ended = ended($s);
	$s->{in} .= "\\q\n";
	eval { $_->{psql}->finish } for $s, $watcher;
	wait_for_restart($offset);
	return ended($s) || $ended ? 'after' : $state eq 'idle' ? 'idle' : 'during';
}

# ---- kinds of acts, one after the other ----

note("seed $seed, $objects objects, $tables tables");
my $before = facts('world');
holds('world', 'to begin with');
my %fell;
for my $kind (qw(sync activation scan merge reconcile ddl))
{
	my (@took, @after, $numberless);
	for my $run (1, 2)
	{
		copy("whole_$kind");
		push @took, whole_act("whole_$kind", $kind, "$kind");
		push @after, facts("whole_$kind");
		holds("whole_$kind", $kind) if $run == 1;
		$numberless = facts_without_numbers("whole_$kind");
		$node->safe_psql('postgres', "DROP DATABASE whole_$kind");
	}
	is($after[0], $after[1], "$kind: does the same in another copy") or diag(differing(@after));
	isnt($after[0], $before, "$kind: which is something");
	my $took = $took[0] < $took[1] ? $took[0] : $took[1];

	for my $round (1 .. $rounds)
	{
		my $part = ($round - 1 + rand) / $rounds;
		my $inside = 0;
		for my $attempt (1 .. 6)
		{
			my $what = sprintf '%s, round %d, killed after %.0f of %.0f ms', $kind, $round, $took * $part * 1000, $took * 1000;
			my $db = "killed_$kind";
			copy($db);
			my $fell = killed($db, $kind, $took * $part);
			my $is = facts($db);
			my $state = $is eq $before ? 'before' : $is eq $after[0] ? 'after' : 'between';
			isnt($state, 'between', "$what: done wholly, or not at all")
			  or diag('against before: ' . differing($is, $before) . '; against after: ' . differing($is, $after[0]));
			is($state, 'after', "$what: who is told that it was done finds it done") if $fell eq 'after';
			$fell = $state eq 'before' ? 'before' : 'end' if $fell eq 'idle';
			$fell = 'end' if $fell eq 'during' && $state eq 'after';
			$inside = $fell eq 'during';
			$fell{$kind}{$fell}++;
			$fell{$kind}{ 'part ' . int($part * 5) }++ if $inside;
			holds($db, $what) if $inside;
			whole_act($db, $kind, "$what: the act again");
			my $again = facts_without_numbers($db);
			is($again, $numberless, "$what: and makes what it makes") or diag(differing($again, $numberless)) if $state eq 'before';
			is(ask($db, 'SELECT * FROM gov_ledger_verify()'), '', "$what: the ledger is whole after that");
			$node->safe_psql('postgres', "DROP DATABASE $db");
			last if $inside;
			$part /= 2;
		}
		ok($inside, "$kind, round $round: was killed in its middle");
	}
	diag(sprintf '%-10s took %4.0f ms; killed before: %d, during: %d, at its end: %d, after: %d; during by fifths of its time: %s', $kind, $took * 1000,
		(map { $fell{$kind}{$_} // 0 } qw(before during end after)), join ' ', map { $fell{$kind}{"part $_"} // 0 } 0 .. 4);
}
diag("seed $seed; all killed " . join ', ', map { my $when = $_; my $n = 0; $n += $fell{$_}{$when} // 0 for keys %fell; "$when: $n" } qw(before during end after));
unlike(slurp_file($node->logfile), qr/PANIC|TRAP:/, 'and no other end of a backend');
$node->stop;
done_testing();
