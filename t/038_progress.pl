# How far a long call is: what another session sees of it, what its own user is
# told, and what a procedure says that did not come to its end.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.naps (seconds float);
INSERT INTO app.naps VALUES (0);
CREATE VIEW app.things AS SELECT 'thing' AS object_type, 'thing ' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM (SELECT pg_sleep(max(seconds)) FROM app.naps) AS s, generate_series(1, 30) AS n;
SELECT gov_enroll_schema('app');
SELECT gov_enroll_relation('zzz things', 'app.things');
CREATE ROLE watcher LOGIN;
SELECT gov_grant('reader', 'watcher');
SQL

# What a reader sees of all calls.
sub seen { return $node->safe_psql('postgres', q{SELECT concat_ws(': ', act, phase) FROM gov_progress WHERE pid <> pg_backend_pid()}, extra_params => ['-U', 'watcher']) }
sub nap { my ($seconds) = @_; return $node->safe_psql('postgres', "UPDATE app.naps SET seconds = $seconds") }

# Runs a call in a session of its own until another session sees it in a phase; gives the session.
sub begin
{
	my ($sql, $until) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_until(qr/started/, "\\echo started\n$sql\n\\echo ended\n");
	$node->poll_query_until('postgres', qq{SELECT count(*) = 1 FROM gov_progress WHERE phase = '$until'})
	  or die "$sql does not come to '$until'";
	return $session;
}

# Cancels whatever sleeps, and gives what the session said of it.
sub cancel
{
	my ($session) = @_;
	$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM gov_progress});
	$session->query_until(qr/ended/, "\n");
	my $said = $session->{stderr};
	$session->{stderr} = '';
	return $said;
}

is(seen(), '', 'at first there is nothing to see');
nap(600);
my $session = begin('SELECT gov_reconcile();', 'reading zzz things');
is(seen(), 'gov_reconcile: reading zzz things', 'a reader sees which call reads which source');
is($node->safe_psql('postgres', q{SELECT total IS NULL, done < 10, now() - started BETWEEN '0' AND '10 minutes' FROM gov_progress}), 't|t|t',
	'how much there is to do is not known, little is done, and when it began is known');
like(cancel($session), qr/canceling statement/, 'it is cancelled');
is(seen(), '', 'and after that nothing is seen');
like($session->query('SELECT 1 AS one'), qr/1/, 'the session goes on');

# Inside an exception block a call that failed is over, too.
$session->query_until(qr/started/, "\\echo started\nDO \$\$ BEGIN BEGIN PERFORM gov_sync(); EXCEPTION WHEN query_canceled THEN NULL; END; PERFORM pg_sleep(600); END \$\$;\n\\echo ended\n");
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM gov_progress WHERE act = 'gov_sync' AND phase = 'reading zzz things'}) or die 'no sync is seen';
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM gov_progress});
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query ~ '^DO'}) or die 'the block does not go on';
is(seen(), '', 'a call that failed inside an exception block is not seen any more');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query ~ '^DO'});
$session->query_until(qr/ended/, "\n");
$session->quit;

# After a read of something registered, which is rolled back, the phases that follow are seen.
nap(0);
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN');
$holder->query_safe(q{SELECT * FROM gov_sync('manual')});
$session = begin('SELECT gov_reconcile();', 'waiting for other syncs');
is(seen(), 'gov_reconcile: waiting for other syncs', 'that it waits is seen');
$holder->query_safe('COMMIT');
$session->query_until(qr/ended/, "\n");
is(seen(), '', 'at its end nothing is left');
$session->quit;

# A procedure that is cut off says what stands.
nap(600);
$session = begin('CALL gov_reconcile(10);', 'reading zzz things');
my $said = cancel($session);
like($said, qr/canceling statement.*gov_reconcile, of which 1 steps are committed: called again, it goes on with what is left/s,
	'a procedure that is cancelled says how much is committed, and how to go on');
nap(0);
is($node->safe_psql('postgres', 'CALL gov_reconcile(10)'), '', 'called again, it ends');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_scan_run WHERE finished_at IS NULL'), '0', 'and the run is whole');
$session->quit;

# Where a session tells nothing, the view says so while that session holds a lock of ours.
$holder->query_safe('SET track_activities = off');
$holder->query_safe('BEGIN');
$holder->query_safe(q{SELECT * FROM gov_sync('manual')});
is(seen(), 'not known: track_activities is off there', 'a session that tells nothing is named');
$holder->query_safe('ROLLBACK');
is(seen(), '', 'until its transaction ends');
$holder->quit;

# The person who waits is told of the phases that took long.
my ($out, $err);
nap(0.2);
$node->psql('postgres', q{SET governance.progress_after = '100ms'; SELECT gov_sync()}, stdout => \$out, stderr => \$err);
like($err, qr/^[^\n]*NOTICE:  gov_sync: reading zzz things, 0\.\d s$/m, 'a phase that took long is told');
$node->psql('postgres', q{SET governance.progress_after = -1; SELECT gov_sync()}, stdout => \$out, stderr => \$err);
unlike($err, qr/NOTICE/, 'and none with the setting at -1');

is($node->safe_psql('postgres', q{SELECT count(*) FROM gov_progress}), '0', 'nothing is left at the end');
$node->stop;
done_testing();
