# Long calls are seen by another session at least once a second, end within a
# second when they are cancelled, leave nothing half-done, and go on when they
# are called again.
#
# GOV_LONG_OBJECTS is the number of objects, 30000 unless given.  A second is one
# of the backend's own time, where /proc
# tells it, so that a machine that does other things as well does not count.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $objects = $ENV{GOV_LONG_OBJECTS} || 30000;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\nlog_statement = none\nmax_wal_size = 4GB\nshared_buffers = 256MB\n");
$node->start;
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.things AS
SELECT 'site' AS object_type, 'site' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref
UNION ALL SELECT 'group', 'group ' || g, 'site', 'site' FROM generate_series(1, $objects / 100) AS g
UNION ALL SELECT 'thing', 'thing ' || n, 'group', 'group ' || (n % ($objects / 100) + 1) FROM generate_series(1, $objects) AS n;
SELECT gov_set_authority('TEAM', kind => 'human'), gov_set_authority('LATER', kind => 'human');
SELECT gov_create_axis('responsibility'), gov_create_axis('topic'), gov_create_axis('place', family => 'structural');
SELECT gov_set_axis_status(a, 'active') FROM unnest('{responsibility,topic,place}'::text[]) AS a;
SELECT gov_propose_value('responsibility', 'policy'), gov_propose_value('topic', 'old'), gov_propose_value('topic', 'new');
SELECT gov_ratify('responsibility', 'policy'), gov_ratify('topic', 'old'), gov_ratify('topic', 'new');
SELECT gov_create_rule('EVERY', 'responsibility', 'cross_product', '{thing}');
SELECT gov_set_rule_status('EVERY', 'active');
SQL

# The session whose calls are watched, and the one that watches.
my ($in, $out, $err, $asked, $told, $failed) = ('', '', '', '', '', '');
my @psql = ('psql', '-XAtq', '-d', $node->connstr('postgres'));
my @timers = map { IPC::Run::timeout(100 * $PostgreSQL::Test::Utils::timeout_default) } 1 .. 2;
my $session = IPC::Run::start([@psql], '<', \$in, '>', \$out, '2>', \$err, $timers[0]);
my $watcher = IPC::Run::start([@psql], '<', \$asked, '>', \$told, '2>', \$failed, $timers[1]);

# What the watcher is told.
sub look
{
	my ($sql) = @_;
	$told = '';
	$asked .= "$sql;\n\\echo told\n";
	$watcher->pump until $told =~ /told$/;
	return $told =~ s/\n?told\n//r;
}

# Sends text to the session and waits for what tells that it was run.
sub send_and_wait
{
	my ($sql) = @_;
	($out, $err) = ('', '');
	$in .= "$sql\n\\echo ended\n";
	$session->pump until $out =~ /ended/;
	return $out;
}
send_and_wait('SELECT pg_backend_pid();') =~ /(\d+)/ or die;
my $pid = $1;

# Seconds of the session's own time, or of the clock.
sub now
{
	my $stat = -r "/proc/$pid/stat" ? slurp_file("/proc/$pid/stat") : return time;
	my @fields = split / /, $stat =~ s/.*\) //r;
	return ($fields[11] + $fields[12]) / 100;
}

# What of the extension's tables there is, and which calls are seen.
sub state
{
	return $node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM gov_source), (SELECT count(*) FROM gov_object), (SELECT count(*) FROM gov_object_event),
		(SELECT count(*) FROM gov_assignment), (SELECT count(*) FROM gov_axis_value), (SELECT count(*) FROM gov_ownership WHERE status = 'active'), (SELECT count(*) FROM gov_finding),
		(SELECT count(*) FROM gov_scan_run), (SELECT count(*) FROM gov_ledger), (SELECT count(*) FROM gov_event_log), (SELECT count(*) FROM gov_progress)});
}

# Runs a call while it is watched; with $cancel_at it is cancelled when it is in a
# phase of that name, and has done something there.
sub watched
{
	my ($name, $sql, $cancel_at) = @_;
	my ($began, $clock, $last, $seen, $gap, $where, $looks) = (now(), time, now(), '', 0, 'the beginning', 0);
	my ($cancelled, %phases, @order);
	my $row = '';

	($out, $err) = ('', '');
	$in .= "$sql\n\\echo ended\n";
	my $step = sub {
		my ($what, $phase) = @_;
		my $now = now();
		($gap, $where) = ($now - $last, $phase) if $now - $last > $gap;
		($last, $seen) = ($now, $what);
	};
	my $phase = 'the beginning';
	until ($out =~ /ended/)
	{
		$session->pump_nb;
		$row = look("SELECT act, phase, done, total FROM gov_progress WHERE pid = $pid");
		$looks++;
		next if $row eq '' || defined $cancelled;
		$step->($row, $phase) if $row ne $seen;
		$phase = (split /\|/, $row)[1] || 'before the first';
		push @order, $phase unless $phases{$phase}++;
		if ($cancel_at && $phase =~ $cancel_at)
		{
			$cancelled = now();
			look("SELECT pg_cancel_backend($pid)");
		}
		usleep(2000);
	}
	$step->('', $phase) unless defined $cancelled;
	my $took = sprintf '%.1f s of its own, %.1f s by the clock', now() - $began, time - $clock;
	if (defined $cancelled && $err =~ /canceling statement/)
	{
		my $late = now() - $cancelled;
		cmp_ok($late, '<=', 1, sprintf '%s is cancelled in "%s", and ends %.2f s later', $name, $phase, $late);
	}
	else
	{
		$cancelled = undef;
		is($err =~ /ERROR/ ? $err : '', '', $name . ($cancel_at ? ' was faster than its watcher, who wanted to cancel it' : ' runs'));
		cmp_ok($gap, '<=', 1, sprintf '%s is seen to go on: %.2f s at most between two changes, in "%s"; %s, %d looks', $name, $gap, $where, $took, $looks);
	}
	note("$name: phases " . join(', ', map { qq{"$_"} } @order));
	return defined $cancelled ? $err : undef;
}

# Runs a call that is one transaction: cancelled in each of these phases it leaves all as it was, and then it runs.
sub whole
{
	my ($name, $sql, @phases) = @_;
	my $before = state();

	for my $phase (@phases)
	{
		return unless defined watched($name, $sql, $phase);
		is(state(), $before, '... and leaves all as it was');
	}
	watched($name, $sql);
	return;
}

whole('gov_enroll_relation', q{SELECT count(*) FROM gov_enroll_relation('things', 'app.things');}, qr/^reading/, qr/^matching/, qr/^writing/);
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_object'), $objects + $objects / 100 + 1, 'all objects are there');

whole('gov_scan', 'SELECT gov_scan();', qr/ownership_gap/, qr/^writing/);
is($node->safe_psql('postgres', q{SELECT count(*) FROM gov_drift_state WHERE detector = 'ownership_gap' AND status = 'open'}), $objects, 'each is a finding');

# Half of the things move, a tenth goes, others come; and ownership has lapsed.
$node->safe_psql('postgres', <<"SQL");
UPDATE app.things SET container_ref = 'group 1' WHERE object_type = 'thing' AND ctid::text ~ '[02468]\\)';
DELETE FROM app.things WHERE object_type = 'thing' AND object_ref LIKE '%7';
INSERT INTO app.things SELECT 'thing', 'new thing ' || n, 'group', 'group 2' FROM generate_series(1, $objects / 10) AS n;
SELECT gov_own('site', 'site', 'responsibility', 'policy', 'TEAM');
INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, effective_from, effective_to)
SELECT object_id, 'responsibility', 'policy', 'LATER', 'supporting', now() - interval '2 days', now() - interval '1 day' FROM gov_object WHERE object_type = 'thing';
SQL
my $before = state();
is(state(), $before, '... and leaves all as it was') if defined watched('gov_reconcile', 'SELECT count(*) FROM gov_reconcile();', qr/^(?:matching|writing)/);

# The procedure keeps what is committed, says so, and goes on.
my $call = sprintf 'CALL gov_reconcile(%d);', $objects / 5;
my $said = watched('CALL gov_reconcile', $call, qr/^(?:expiring ownership|detector)/);
if (defined $said)
{
	like($said, qr/steps are committed: called again, it goes on/, '... and says what stands');
	is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_scan_run WHERE finished_at IS NULL'), 1, 'a run is not finished');
}
watched('CALL gov_reconcile, again,', $call);
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM gov_scan_run WHERE finished_at IS NULL), (SELECT count(*) FROM gov_ownership WHERE authority = 'LATER' AND status = 'active'),
	(SELECT count(*) FROM gov_drift_state WHERE detector = 'ownership_gap' AND status = 'open'), (SELECT count(*) FROM gov_scan_run WHERE summary IS NOT NULL)}), '0|0|0|' . (defined $said ? 1 : 2), 'one run, and all is done');

whole('gov_activate_containment', q{SELECT * FROM gov_activate_containment('place', '{thing}');}, qr/^assigning/, qr/^giving/);
is($node->safe_psql('postgres', q{SELECT unchanged FROM gov_activate_containment('place', '{thing}')}), 't', 'all of it is made');

# By batches, on another axis.
$node->safe_psql('postgres', q{SELECT gov_create_axis('place 2', family => 'structural')});
$call = sprintf q{CALL gov_activate_containment('place 2', '{thing}', %d);}, $objects / 10;
$said = watched('CALL gov_activate_containment', $call, qr/^giving/);
like($said, qr/steps are committed: called again, it goes on/, '... and says what stands') if defined $said;
watched('CALL gov_activate_containment, again,', $call);
is($node->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE axis = 'place') = count(*) FILTER (WHERE axis = 'place 2') FROM gov_assignment}), 't', 'both ways give the same');

$node->safe_psql('postgres', q{INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, provenance, assigned_kind)
	SELECT object_id, 'topic', 'old', 'approved', 1, '{"kind": "by hand"}', 'human' FROM gov_object WHERE object_type = 'thing' AND retired_at IS NULL});
whole('gov_merge', q{SELECT * FROM gov_merge('topic', 'old', 'new');}, qr/^moving assignments/);
is($node->safe_psql('postgres', q{SELECT count(*) FROM gov_assignment WHERE axis = 'topic' AND value = 'old' AND superseded_by IS NULL AND valid_to IS NULL}), 0, 'all assignments are moved');

# An entry of the ledger for each object, chained or not yet.
$node->safe_psql('postgres', "SELECT count(gov_set_label('label ' || n)) FROM generate_series(1, $objects) AS n");
watched('gov_ledger_verify', 'SELECT count(*) FROM gov_ledger_verify();', qr/^walking/);
watched('gov_ledger_verify, again,', 'SELECT count(*) FROM gov_ledger_verify();');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_ledger_verify()'), 0, 'the ledger is whole');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_progress'), 0, 'no call is seen at the end');

$in .= "\\q\n";
$asked .= "\\q\n";
$_->finish for $session, $watcher;
$node->stop;
done_testing();
