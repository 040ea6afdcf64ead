# A scan that is killed or cancelled in the middle leaves nothing behind, and
# the next one is right.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION governance');
$node->safe_psql('postgres', slurp_file('test/things.sql'));
$node->safe_psql('postgres', <<'SQL');
-- where a scan can be made to wait: in a detector, or while it writes
CREATE SCHEMA app;
CREATE TABLE app.wait (place text);
CREATE FUNCTION app.detector() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT NULL::text, 'thing', '1', NULL::text, NULL::text, NULL::jsonb;
    PERFORM pg_sleep(1000) FROM app.wait WHERE place = 'detector';
END $$;
SELECT gov_set_detector('waits', routine => 'app.detector');
CREATE FUNCTION app.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(1000) FROM app.wait WHERE place = 'writing' AND NEW.object_ref = '50';
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON gov_finding FOR EACH ROW EXECUTE FUNCTION app.hold();
-- that this trigger is there is no news
SELECT gov_set_detector('guard_changed', enabled => false);
SQL

my $runs = 'SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no';
my $state = 'SELECT detector, status, scan_count, count(*) FROM gov_drift_state GROUP BY 1, 2, 3 ORDER BY 1, 2, 3';
my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);

# Runs a statement that waits at a place, interrupts it there, and returns
# what its session was told.
sub interrupted
{
	my ($place, $sql, $how) = @_;
	my ($in, $out, $err) = ("SELECT pg_backend_pid();\n", '', '');
	$node->safe_psql('postgres', "INSERT INTO app.wait VALUES ('$place')");
	my $session = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err, $timer);
	$session->pump until $out =~ /^(\d+)$/m;
	my $pid = $1;
	$in .= "$sql\n";
	$session->pump_nb;
	$node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid") or die 'it does not wait';
	$how->($pid);
	eval { $session->finish };
	$node->poll_query_until('postgres', 'SELECT true') or die 'the server did not come back';
	$node->safe_psql('postgres', 'DELETE FROM app.wait');
	return $err;
}
my $kill = sub { kill 'KILL', $_[0]; };
my $cancel = sub { $node->safe_psql('postgres', "SELECT pg_cancel_backend($_[0])"); };

for my $act ('SELECT gov_scan();', 'SELECT count(*) FROM gov_reconcile();', 'CALL gov_reconcile(10);')
{
	for my $place ('detector', 'writing')
	{
		like(interrupted($place, $act, $cancel), qr/canceling statement due to user request/, "$act cancelled, $place: it is cancelled whole");
		is($node->safe_psql('postgres', $state), '', 'nothing is stored');
		interrupted($place, $act, $kill);
		is($node->safe_psql('postgres', $state), '', "$act killed, $place: nothing is stored");
	}
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_scan_run WHERE scan_no IS NOT NULL'), 0, 'no scan is recorded');
$node->safe_psql('postgres', 'DELETE FROM gov_scan_run');

# the next one is right
$node->safe_psql('postgres', 'SELECT gov_scan()');
is($node->safe_psql('postgres', $runs), '101|101|0|0', 'the next scan finds everything');
is($node->safe_psql('postgres', $state), "ownership_gap|open|1|100\nwaits|open|1|1", 'and stores it');

# the same for findings that resolve, and for what stood before
$node->safe_psql('postgres', "UPDATE gov_object SET retired_at = now() WHERE object_ref > '49'");
interrupted('writing', 'SELECT gov_scan();', $kill);
is($node->safe_psql('postgres', $state), "ownership_gap|open|1|100\nwaits|open|1|1", 'killed while findings resolve: all stand');
$node->safe_psql('postgres', 'SELECT gov_scan()');
is($node->safe_psql('postgres', $runs), "101|101|0|0\n46|0|0|55", 'the next scan resolves them, once');
is($node->safe_psql('postgres', $state), "ownership_gap|open|2|45\nownership_gap|resolved|1|55\nwaits|open|2|1", 'and stores it');

# dumped and restored, the next scan opens and closes nothing
my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, '-d', $node->connstr('postgres') ], 'dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d', $node->connstr('restored') ], 'restore');
is($node->safe_psql('restored', $state), $node->safe_psql('postgres', $state), 'the restored state is the same');
$node->safe_psql('restored', 'SELECT gov_scan()');
is($node->safe_psql('restored', 'SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1'), '46|0|0|0', 'and the next scan changes nothing');

$node->stop;
done_testing();
