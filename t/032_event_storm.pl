# Exactly one event per transition of a finding, with four sessions that scan
# and change facts at once, and two consumers beside them: nothing is doubled,
# nothing is missing, and the log tells of each finding how it came to be what
# it is now.
#
# Each session does a fixed number of rounds, drawn from a seed: facts of many
# kinds change, findings are acknowledged, event types and detectors are
# switched on and off, a detector fails, sources are synced; scans and
# reconciliations run alone, twice in a transaction, under a savepoint, in
# transactions that are rolled back, and under REPEATABLE READ until they get
# through.  What then stands in the tables is held against itself.
#
# GOV_STORM_SEED and GOV_STORM_ROUNDS give it another course, or a longer one.
#
# Seen to fail:
# - without gov_lock(GOV_LOCK_SCAN) in gov_drift_scan: sessions end with
#   duplicate keys, of findings and of numbers of scans;
# - without the serialization failure of gov_drift_next_scan_no: runs find what
#   does not stand, and findings are counted as seen when they were not there;
# - when gov_drift_scan resolves what a failed detector had found: events tell
#   of it;
# - when gov_drift_tell tells twice, or leaves out what was reopened;
# - without gov_lock_try(GOV_LOCK_EVENTS) in gov_event_give_positions: consumers
#   wait for each other and fail;
# - with identities for positions: consumers miss what others committed late.
use strict;
use warnings;
use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/../test';
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes ();
use psql_session;

my $seed = $ENV{GOV_STORM_SEED} || 1;
my $sessions = 4;
my $rounds = $ENV{GOV_STORM_ROUNDS} || 60;

# What a session may run into without anything being wrong: it tries again, or
# it was too late for what it wanted.
my $again = qr/^(40001|40P01): /;
my $refused = qr/^(QVT01: |55000: (authority|value|finding|object) .* is (retired|deprecated|resolved)$|42704: there is no current assignment of |23503: object .* is retired$|3B001: )/;

my $node = PostgreSQL::Test::Cluster->new('storm');
$node->init;
$node->append_conf('postgresql.conf', "deadlock_timeout = 20ms\ngovernance.finding_limit = 1000000\n");
$node->start;
my $connection = $node->connstr('postgres');
my $dir = PostgreSQL::Test::Utils::tempdir();

sub ask { return $node->safe_psql('postgres', $_[0]) }

ask(<<'SQL');
CREATE EXTENSION governance;
SELECT gov_set_authority('A' || n, kind => 'human') FROM generate_series(1, 3) n;
SELECT gov_create_axis('topic', kind => 'uncertain'), gov_set_axis_status('topic', 'active'), gov_create_axis('spare');
SELECT gov_propose_value('topic', v), gov_ratify('topic', v) FROM unnest('{top,other}'::text[]) v;
SELECT gov_propose_value('topic', v, 'top'), gov_ratify('topic', v) FROM unnest('{left,right}'::text[]) v;
SELECT gov_create_rule('USED', 'topic', 'per_assignment', '{thing}', 0.5, 30), gov_set_rule_status('USED', 'active');
SELECT gov_create_rule('EVERY', 'topic', 'cross_product', '{item}'), gov_set_rule_status('EVERY', 'active');
SELECT gov_register_object('box', n::text) FROM generate_series(1, 3) n;
SELECT gov_set_label(l, 'f') FROM unnest('{red,blue}'::text[]) l;
SELECT gov_map_label('topic', 'top', 'red');
CREATE SCHEMA app;
CREATE TABLE app.item (object_type text, object_ref text PRIMARY KEY, container_type text, container_ref text);
INSERT INTO app.item SELECT 'item', n::text FROM generate_series(0, 8) n;
SELECT gov_enroll_relation('app', 'app.item');
CREATE TABLE app.flag (n int PRIMARY KEY, level text, raised boolean);
INSERT INTO app.flag SELECT n, 'info', false FROM generate_series(1, 10) n;
CREATE TABLE app.trouble (n int PRIMARY KEY);
CREATE FUNCTION app.flagged() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM app.trouble) THEN RAISE 'trouble'; END IF;
    RETURN QUERY SELECT NULL, 'flag', f.n::text, NULL, f.level, '{}'::jsonb FROM app.flag f WHERE f.raised;
END $$;
CREATE FUNCTION app.untold() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql AS $$ SELECT NULL, 'flag', f.n::text, NULL, f.level, '{}'::jsonb FROM app.flag f WHERE NOT f.raised $$;
SELECT gov_set_event_type('app', 'flagged', 'flags', 'fast');
SELECT gov_set_detector('flagged', 'info', 'app.flagged', 'app', 'flagged'), gov_set_detector('untold', 'info', 'app.untold');
SELECT gov_set_event_type('app', 'placed', 'shop', 'fast'), gov_event_activate('app', 'placed');
SELECT gov_event_activate('app', 'flagged'), gov_event_activate('governance', 'coverage.scan_completed');
SQL

# ---- one session ----

sub pick { return $_[ int rand @_ ] }

# Something that changes facts.
sub act
{
	my $n = 1 + int rand 8;
	my $value = pick(qw(top other left right));
	my $thing = "'thing', '$n'";
	my $owned = 'SELECT min(ownership_id) FROM gov_ownership WHERE status = \'active\'';
	my $live = "WHERE EXISTS (SELECT FROM gov_object WHERE object_type = 'thing' AND object_ref = '$n' AND retired_at IS NULL)";
	return pick(
		"SELECT gov_register_object($thing, 'box', '" . pick(1 .. 3) . "')",
		"SELECT gov_retire_object($thing) $live",
		"SELECT gov_assign($thing, 'topic', '$value', '" . pick(qw(candidate approved)) . "', " . pick(0.1, 0.9)
		  . ", provenance => '{\"kind\": \"storm\"}', assigned_at => now() - interval '" . pick(1, 40) . " days') $live",
		"SELECT gov_unassign($thing, 'topic', '$value') $live",
		"SELECT gov_own($thing, 'topic', '$value', '" . pick(qw(A1 A2 A3)) . "', effective_to => "
		  . pick('NULL', "now() + interval '3 days'") . ", replace => true) $live",
		"SELECT gov_own('item', '$n', 'topic', '$value', 'A1', replace => true) " . ($live =~ s/'thing'/'item'/r),
		"SELECT gov_disown(o) FROM ($owned) AS w (o) WHERE o IS NOT NULL",
		"SELECT gov_set_authority('A3', status => '" . pick(qw(active retired)) . "')",
		pick("SELECT gov_deprecate('topic', 'right')", "SELECT gov_reinstate('topic', 'right')"),
		pick("SELECT gov_set_axis_status('spare', 'active')", "SELECT gov_set_axis_status('spare', 'deprecated')"),
		"SELECT gov_set_label_rule($thing, '" . pick(qw(red blue)) . "', '" . pick(qw(active inactive)) . "')",
		"SELECT gov_set_label('red', status => '" . pick(qw(active inactive)) . "')",
		pick("INSERT INTO app.item VALUES ('item', '$n') ON CONFLICT DO NOTHING", "DELETE FROM app.item WHERE object_ref = '$n'"),
		"UPDATE app.flag SET raised = NOT raised WHERE n % 5 = " . int(rand 5),
		"UPDATE app.flag SET raised = NOT raised, level = '" . pick(qw(info warning critical)) . "' WHERE n IN ($n, 10)",
		pick('DELETE FROM app.trouble', 'DELETE FROM app.trouble', 'INSERT INTO app.trouble VALUES (1) ON CONFLICT DO NOTHING'),
		"SELECT gov_set_detector('untold', enabled => " . pick(qw(true false)) . ')',
		pick("SELECT gov_event_activate('app', 'flagged')", "SELECT gov_event_deactivate('app', 'flagged')"),
		"INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)"
		  . " VALUES ('app', 'placed', 'shop', 'fast', 'gov:order/$n', 'me', 'app') RETURNING 'event ' || event_id",
		"SELECT gov_acknowledge(f, reason => 'known') FROM (SELECT max(finding_id) FROM gov_drift_state WHERE status = 'open' AND finding_id % 7 <> $n) AS w (f) WHERE f IS NOT NULL");
}

sub acts { return map { act() . ';' } 1 .. 1 + int rand 3 }

# A round of a session: what it is called, and statements.
sub round
{
	my ($me) = @_;
	my $scan = "SELECT 'scan ' || gov_scan('session $me');";
	my @commit = ("SELECT 'whole';", 'COMMIT;', '\\echo committed, error: :ERROR');
	my $kind = pick(qw(alone alone twice undone undone savepoint failing repeatable repeatable reconcile dry batches acts));
	return ($kind, acts(), $scan) if $kind eq 'alone';
	return ($kind, 'BEGIN;', acts(), $scan, acts(), $scan, @commit) if $kind eq 'twice';
	return ($kind, 'BEGIN;', acts(), $scan, 'ROLLBACK;') if $kind eq 'undone';
	return ($kind, 'BEGIN;', acts(), 'SAVEPOINT s;', (map { s/(?='(scan|event) ')/'taken back ' || /r } acts(), $scan), 'ROLLBACK TO s;', $scan, @commit)
	  if $kind eq 'savepoint';
	return ($kind, 'BEGIN;', 'INSERT INTO app.trouble VALUES (1) ON CONFLICT (n) DO UPDATE SET n = 1;', $scan, @commit) if $kind eq 'failing';
	return ($kind, 'BEGIN ISOLATION LEVEL REPEATABLE READ;', act() . ';', $scan, @commit) if $kind eq 'repeatable';
	return ($kind, acts(), 'SELECT FROM gov_reconcile();') if $kind eq 'reconcile';
	return ($kind, acts(), 'SELECT FROM gov_reconcile(dry_run => true);') if $kind eq 'dry';
	return ($kind, acts(), 'CALL gov_reconcile(3);') if $kind eq 'batches';
	return ($kind, 'BEGIN;', acts(), acts(), @commit);
}

# A session's whole storm; writes what it kept of its scans, what it lost, and what should not have been.
sub storm
{
	my ($me, $say) = @_;
	my $s = session($connection, 4 * $PostgreSQL::Test::Utils::timeout_default);
	srand($seed * 1000 + $me);
	for my $number (1 .. $rounds)
	{
		my ($kind, @sql) = round($me);
		for my $attempt (1 .. 1000)
		{
			my ($out, @errors) = told($s, join("\n", @sql));
			my $kept = $sql[0] !~ /^BEGIN/ || $out =~ /^whole\ncommitted, error: false$/m;
			$say->($kept && !$1 ? "kept $2" : "undone $2") while $out =~ /^(taken back )?((?:scan|event) \d+)$/mg;
			$say->((/$again|$refused/ ? 'stopped' : "fault $kind:") . " $_") for @errors;
			last unless grep { /$again/ } @errors;
			$say->("fault $kind: it never got through") if $attempt == 1000;
			Time::HiRes::sleep(0.005 * ($attempt % 7));
		}
		$say->("did $kind");
	}
	$s->{in} .= "\\q\n";
	$s->{psql}->finish;
	return;
}

# ---- one consumer ----

# Fetches and acknowledges while the storm goes, in transactions of several
# kinds, some of which are rolled back, and some are slow, so that the other one
# comes in between.  Writes what it got.
sub consume
{
	my ($me, $say) = @_;
	my $s = session($connection, 4 * $PostgreSQL::Test::Utils::timeout_default);
	srand($seed * 1000 + 500 + $me);
	while (!-e "$dir/over")
	{
		my $begin = pick('', 'BEGIN;', 'BEGIN ISOLATION LEVEL REPEATABLE READ;', 'BEGIN;');
		my $undo = $begin ne '' && rand() < 0.2;
		my $max = 1 + int rand 9;
		my ($out, @errors) = told($s, join("\n", $begin,
			"SELECT 'got ' || \"position\" || ' ' || event_id FROM gov_event_fetch('consumer $me', $max) ORDER BY \"position\";",
			'SELECT pg_sleep(' . pick(0, 0.01, 0.02) . ');',
			"SELECT gov_event_ack('consumer $me', delivered) > 0 FROM gov_event_cursor WHERE consumer = 'consumer $me';",
			$begin eq '' ? '' : $undo ? 'ROLLBACK;' : 'COMMIT;'));
		$say->("fault $_") for @errors;
		next if $undo;
		$say->($_) for $out =~ /^(got .*)$/mg;
	}
	$s->{in} .= "\\q\n";
	$s->{psql}->finish;
	return;
}

# What is left for a consumer once nothing happens any more, in small batches.
sub rest
{
	my ($consumer) = @_;
	my @got;
	while (my $batch = ask(qq{SELECT "position" || ' ' || event_id FROM gov_event_fetch('$consumer', 7) ORDER BY "position"}))
	{
		push @got, split /\n/, $batch;
		ask("SELECT gov_event_ack('$consumer', " . (split / /, $got[-1])[0] . ')');
	}
	return @got;
}

# ---- all of them at once ----

# Starts work in a process of its own, which writes lines to a file.
sub begin_work
{
	my ($name, $work) = @_;
	my $pid = fork();
	die "fork: $!" unless defined $pid;
	return $pid if $pid;
	open(my $file, '>', "$dir/$name") or POSIX::_exit(2);
	my $done = eval { $work->(sub { print $file "$_[0]\n" }); 1 };
	print $file $done ? "end\n" : "fault $@\n";
	close($file);
	POSIX::_exit(0);
}

# The lines of one process that begin with a word, without it.
sub lines
{
	my ($name, $word) = @_;
	return map { /^$word ?(.*)$/s ? $1 : () } split /\n/, slurp_file("$dir/$name");
}

my @writers = map { my $me = $_; begin_work("session $me", sub { storm($me, $_[0]) }) } 1 .. $sessions;
my @readers = map { my $me = $_; begin_work("consumer $me", sub { consume($me, $_[0]) }) } 1 .. 2;
waitpid($_, 0) for @writers;
ask('DELETE FROM app.trouble');
ask(q{SELECT gov_scan('quiet')});
append_to_file("$dir/over", '');
waitpid($_, 0) for @readers;

for my $name ((map { "session $_" } 1 .. $sessions), 'consumer 1', 'consumer 2')
{
	is(join("\n", lines($name, 'fault')), '', "$name: nothing that should not be");
	is(scalar(lines($name, 'end')), 1, "$name: came to its end");
}
my %did;
my %stopped;
for my $me (1 .. $sessions)
{
	$did{$_}++ for lines("session $me", 'did');
	$stopped{$_}++ for map { substr($_, 0, 5) } lines("session $me", 'stopped');
}
note('rounds: ' . join(', ', map { "$_ $did{$_}" } sort keys %did));
note('stopped by: ' . join(', ', map { "$_ $stopped{$_}" } sort keys %stopped));

# ---- what stands, held against itself ----

# Rows that say otherwise: there are none.
sub none
{
	my ($name, $sql) = @_;
	is(ask("SELECT * FROM ($sql) AS wrong LIMIT 10"), '', $name);
	return;
}

# That enough has happened to tell.
for my $transition (qw(opened reopened resolved))
{
	cmp_ok(ask("SELECT count(DISTINCT detector) FROM gov_event_log WHERE transition = '$transition'"),
		'>=', 6, "$transition: told by several detectors");
}
for my $reason ('event type not active', 'no event type')
{
	isnt(ask("SELECT count(*) FROM gov_event_log WHERE blocked_reason = '$reason'"), 0, "some were blocked: $reason");
}
isnt(ask('SELECT count(*) FROM gov_scan_run WHERE failed IS NOT NULL'), 0, 'in some scans a detector failed');

# The runs: those that committed, in one order.
my %kept;
my %undone;
for my $what (qw(scan event))
{
	$kept{$what} = join(',', sort { $a <=> $b } map { lines("session $_", "kept $what") } 1 .. $sessions);
	$undone{$what} = join(',', map { lines("session $_", "undone $what") } 1 .. $sessions);
	isnt($undone{$what}, '', "$what: some were rolled back");
}
is(ask(q{SELECT string_agg(scan_id::text, ',' ORDER BY scan_id) FROM gov_scan_run WHERE actor LIKE 'session %'}),
	$kept{scan}, 'the runs are the scans that were committed');
is(ask("SELECT count(*) FROM gov_event_log WHERE scan_id IN ($undone{scan}) OR event_id IN ($undone{event})"), 0,
	'no event of what was rolled back');
is(ask(q{SELECT string_agg(event_id::text, ',' ORDER BY event_id) FROM gov_event_log WHERE source_system = 'app'}),
	$kept{event}, 'events of others, in between, are logged once');
is(ask('SELECT count(*) = max(scan_no) AND min(scan_no) = 1 FROM gov_scan_run WHERE scan_no IS NOT NULL'), 't', 'scans are numbered without a gap');
ask(q{CREATE VIEW app.told AS
	SELECT e.*, r.scan_no, row_number() OVER one AS nth, lag(e.transition) OVER one AS before,
	       lag(r.scan_no) OVER one AS scan_before, lead(e.log_id) OVER one IS NULL AS latest
	  FROM gov_event_log AS e LEFT JOIN gov_scan_run AS r ON r.scan_id = e.scan_id
	 WHERE e.source_system = 'governance'
	WINDOW one AS (PARTITION BY e.finding_id ORDER BY e.log_id)});
none('each event is of a finding, and of a scan that is recorded', q{
	SELECT t.log_id FROM app.told AS t LEFT JOIN gov_finding AS f ON f.finding_id = t.finding_id
	 WHERE f.finding_id IS NULL OR t.scan_no IS NULL OR t.transition IS NULL OR t.detector <> f.detector});
none('events are logged in the order of scans', q{
	SELECT log_id FROM (SELECT log_id, scan_no, max(scan_no) OVER (ORDER BY log_id) AS most FROM app.told) AS t WHERE scan_no < most});

# Transitions and events.
none('no transition is told twice', q{
	SELECT finding_id, scan_id, count(*) FROM app.told GROUP BY finding_id, scan_id HAVING count(*) > 1});
none('each finding is opened, then resolved and reopened by turns', q{
	SELECT finding_id, log_id, before, transition FROM app.told
	 WHERE transition <> CASE WHEN nth = 1 THEN 'opened' WHEN before = 'resolved' THEN 'reopened' ELSE 'resolved' END});
none('each in a later scan', 'SELECT finding_id, log_id FROM app.told WHERE scan_no <= scan_before');
my $counted = q{SELECT r.scan_id, r.opened, r.reopened, r.resolved, count(e.log_id) FILTER (WHERE transition = 'opened') AS told_opened,
	       count(e.log_id) FILTER (WHERE transition = 'reopened') AS told_reopened, count(e.log_id) FILTER (WHERE transition = 'resolved') AS told_resolved
	  FROM gov_scan_run AS r LEFT JOIN gov_event_log AS e ON e.scan_id = r.scan_id WHERE r.scan_no IS NOT NULL GROUP BY r.scan_id};
none('each run counts as many of each kind as are told',
	"SELECT * FROM ($counted) AS c WHERE (opened, reopened, resolved) <> (told_opened, told_reopened, told_resolved)");
is(ask('SELECT sum(opened) || $$ $$ || sum(reopened) || $$ $$ || sum(resolved) FROM gov_scan_run'),
	ask(q{SELECT count(*) FILTER (WHERE transition = 'opened') || ' ' || count(*) FILTER (WHERE transition = 'reopened')
	             || ' ' || count(*) FILTER (WHERE transition = 'resolved') FROM gov_event_log}),
	'and so do all of them together');
none('each run found what stood by what was told until then, of the detectors that did not fail', q{
	SELECT r.scan_no, r.findings FROM gov_scan_run AS r
	 WHERE r.findings <> (SELECT coalesce(sum(CASE transition WHEN 'resolved' THEN -1 ELSE 1 END), 0) FROM app.told AS t
	                       WHERE t.scan_no <= r.scan_no AND (r.failed IS NULL OR t.detector <> ALL (r.failed)))});

none('of what a detector found that failed, nothing is told', q{
	SELECT t.log_id FROM app.told AS t JOIN gov_scan_run AS r ON r.scan_id = t.scan_id WHERE t.detector = ANY (r.failed)});

# What the events lead to.
none('a finding stands if the last word was not that it is gone', q{
	SELECT f.finding_id, f.status, t.transition FROM gov_drift_state AS f
	  LEFT JOIN app.told AS t ON t.finding_id = f.finding_id AND t.latest
	 WHERE (f.status = 'resolved') IS DISTINCT FROM (t.transition = 'resolved')});
none('it came back as often as was told', q{
	SELECT f.finding_id FROM gov_finding AS f
	 WHERE f.reopen_count <> (SELECT count(*) FROM gov_event_log AS e WHERE e.finding_id = f.finding_id AND e.transition = 'reopened')});
none('it was seen by as many scans as ran while it stood', q{
	SELECT s.finding_id, s.scan_count, count(r.scan_no) FROM gov_drift_state AS s
	  LEFT JOIN gov_scan_run AS r ON (r.failed IS NULL OR s.detector <> ALL (r.failed))
	   AND 'resolved' <> (SELECT t.transition FROM app.told AS t WHERE t.finding_id = s.finding_id AND t.scan_no <= r.scan_no
	                       ORDER BY t.scan_no DESC LIMIT 1)
	 GROUP BY s.finding_id, s.scan_count HAVING s.scan_count <> count(r.scan_no)});
my $now = 'SELECT detector, severity, axis, object_type, object_ref, value, detail FROM gov_drift_finding';
my $stored = q{SELECT detector, severity, axis, object_type, object_ref, value, detail FROM gov_drift_state WHERE status <> 'resolved'};
isnt(ask("SELECT count(*) FROM ($now) AS n"), 0, 'something is wrong in the end');
none('what is wrong now, all of it and once, is what stands', "($now EXCEPT ALL $stored) UNION ALL ($stored EXCEPT ALL $now)");

# ---- the outbox, and getting events out of it ----

none('what was emitted is in the outbox, once and word for word, and nothing else', q{
	SELECT coalesce(l.event_id, o.event_id) FROM (SELECT * FROM gov_event_log WHERE emitted) AS l
	  FULL JOIN gov_event_outbox AS o ON o.event_id = l.event_id
	 WHERE (l.domain, l.type, l.stream, l.lane, l.canonical_address, l.actor, l.source_system, l.payload)
	       IS DISTINCT FROM (o.domain, o.type, o.stream, o.lane, o.canonical_address, o.actor, o.source_system, o.payload)});
none('an event says what the log says', q{
	SELECT log_id FROM app.told WHERE (payload ->> 'finding_id', payload ->> 'scan_id', payload ->> 'transition', payload ->> 'detector')
	    IS DISTINCT FROM (finding_id::text, scan_id::text, transition, detector)});
my @late = rest('late');
is(join(',', map { (split / /)[0] } @late), join(',', 1 .. @late), 'delivered in the order of positions, without a gap');
is(join(',', sort { $a <=> $b } map { (split / /)[1] } @late),
	ask('SELECT string_agg(event_id::text, $$,$$ ORDER BY event_id) FROM gov_event_log WHERE emitted'), 'each event that was emitted, once');
for my $me (1 .. 2)
{
	my @got = lines("consumer $me", 'got');
	cmp_ok(scalar(@got), '>', 0, "consumer $me got some during the storm");
	is(join(',', @got, rest("consumer $me")), join(',', @late), "consumer $me got the same, in the same order");
}
none('of one finding in the order in which things happened', q{
	SELECT * FROM (SELECT t.finding_id, o."position", lag(o."position") OVER (PARTITION BY t.finding_id ORDER BY t.scan_no) AS before
	                 FROM app.told AS t JOIN gov_event_outbox AS o ON o.event_id = t.event_id) AS p WHERE "position" < before});

$node->stop;
done_testing();
