# Six sessions of single acts, drawn from a seed, on few objects, values and
# authorities: whoever waits for whom, nobody waits in a ring, and what comes of
# it is covered as the rules say, once more in plain SQL.
#
# GOV_ACTS_SEED and GOV_ACTS_ROUNDS give it another course, or a longer one;
# GOV_ACTS_SECONDS lets all sessions begin anew until so much time is over.
use strict;
use warnings FATAL => 'all';

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{GOV_ACTS_SEED} || 1;
my $rounds = $ENV{GOV_ACTS_ROUNDS} || 120;
my $seconds = $ENV{GOV_ACTS_SECONDS} || 0;
my $sessions = 6;

my $node = PostgreSQL::Test::Cluster->new('six');
$node->init;
$node->append_conf('postgresql.conf', "deadlock_timeout = 20ms\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION governance;
SELECT gov_set_authority('A' || n, kind => 'human') FROM generate_series(1, 4) n;
SELECT gov_create_axis(a, kind => 'uncertain', multivalued => a = 'topic'), gov_set_axis_status(a, 'active') FROM unnest('{topic,one}'::text[]) a;
SELECT gov_propose_value(a, 'v' || n), gov_ratify(a, 'v' || n) FROM unnest('{topic,one}'::text[]) a, generate_series(1, 8) n;
SELECT gov_create_rule('R', 'topic', 'cross_product', '{thing}'), gov_set_rule_status('R', 'active');
SELECT gov_register_object('thing', n::text) FROM generate_series(1, 6) n;
CREATE TABLE listed (object_type text DEFAULT 'row', object_ref text, container_type text, container_ref text);
INSERT INTO listed SELECT 'row', 'row ' || n FROM generate_series(1, 8) n;
SELECT gov_enroll_relation('listed', 'public.listed');
SQL

sub one_of { return $_[int(rand(@_))] }
sub object { return one_of(map({ "'thing', '$_'" } 1 .. 6), map({ "'row', 'row $_'" } 1 .. 8)) }
sub axis { return one_of('topic', 'topic', 'one') }
sub value { return 'v' . (1 + int(rand(8))) }
sub authority { return 'A' . (1 + int(rand(4))) }

# An entry of gov_own_many or gov_assign_many.
sub entry
{
	my ($own) = @_;
	my ($type, $ref) = object() =~ /'(.*)', '(.*)'/;
	my $about = $own && rand() < 0.3 ? '' : qq("object_type": "$type", "object_ref": "$ref", );
	return sprintf('{%s"axis": "%s", "value": "%s", %s}', $about, axis(), value(),
		$own ? sprintf('"authority": "%s", "replace": true', authority()) : '"zone": "approved", "assigned_kind": "human", "provenance": {"k": 1}');
}

my @acts = (
	sub { sprintf "SELECT gov_own(%s, '%s', '%s', '%s', replace => true)", object(), axis(), value(), authority() },
	sub { sprintf "SELECT gov_own(%s, '%s', '%s', '%s', 'delegated', effective_to => now() + interval '30 ms')", object(), axis(), value(), authority() },
	sub { sprintf "SELECT gov_own(NULL, NULL, '%s', '%s', '%s', replace => true)", axis(), value(), authority() },
	sub { "SELECT gov_disown(ownership_id) FROM (SELECT ownership_id FROM gov_ownership WHERE status = 'active' ORDER BY random() LIMIT 1) w" },
	sub { sprintf "SELECT gov_transfer('%s', '%s')", authority(), authority() },
	sub { sprintf "SELECT gov_transfer('%s', '%s')", authority(), authority() },
	sub { sprintf "SELECT gov_assign(%s, '%s', '%s', 'approved', provenance => '{\"k\": 1}')", object(), axis(), value() },
	sub { sprintf "SELECT gov_set_zone(%s, '%s', '%s', '%s')", object(), axis(), value(), one_of('approved', 'candidate', 'quarantine') },
	sub { sprintf "SELECT gov_unassign(%s, '%s', '%s')", object(), axis(), value() },
	sub { sprintf "SELECT gov_merge('topic', '%s', '%s')", value(), value() },
	sub { sprintf "SELECT gov_deprecate('%s', '%s')", axis(), value() },
	sub { sprintf "SELECT gov_reinstate('%s', '%s')", axis(), value() },
	sub { sprintf "SELECT gov_reinstate('%s', '%s')", axis(), value() },
	sub { "SELECT gov_undo(seq) FROM (SELECT seq FROM gov_ledger WHERE action IN ('merge', 'transfer', 'deprecate') ORDER BY seq DESC LIMIT 1) l" },
	sub { sprintf "SELECT gov_own_many('[%s]')", join(', ', map { entry(1) } 1 .. 3) },
	sub { sprintf "SELECT gov_assign_many('[%s]')", join(', ', map { entry(0) } 1 .. 3) },
	sub { sprintf "UPDATE listed SET object_ref = 'row ' || 1 + (substr(object_ref, 5)::int + %d) %% 8", int(rand(8)) },
	sub { "SELECT gov_sync('listed')" },
	sub { 'SELECT count(*) FROM gov_reconcile()' },
	sub { 'SELECT gov_scan()' });

# Lets all sessions act at once; what they were told.
sub act
{
	my (@running, @out, @err);
	foreach my $session (0 .. $sessions - 1)
	{
		my $script = "SET client_min_messages = error;\n";
		$script .= one_of(@acts)->() . ";\n" for 1 .. $rounds;
		push @running, IPC::Run::start(
			[ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ],
			'<', \"$script", '>', \$out[$session], '2>', \$err[$session], IPC::Run::timeout(600));
	}
	$_->finish foreach @running;
	return join('', @err);
}

srand($seed);
my ($begin, $turns, $told) = (time, 0, '');
do { $told .= act(); $turns++ } while (time - $begin < $seconds);
note("seed $seed: $turns turns of $sessions sessions, $rounds acts each, in " . (time - $begin) . ' s');

my $log = slurp_file($node->logfile);
my @rings = $log =~ /(ERROR:  deadlock detected\n(?:.*\n){1,14})/g;
is(scalar(@rings), 0, 'no act of six sessions waits in a ring') or diag("seed $seed: $rings[0]");
unlike($told, qr/XX000|internal error|server closed/, 'and none ends the server');
cmp_ok(() = $log =~ /ERROR:/g, '<', $turns * $sessions * $rounds * 0.9, 'many were done, not refused');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');

# The views of the engine against the same rules in plain SQL, by the columns that both have.
$node->safe_psql('postgres', slurp_file('test/oracle.sql'));
foreach my $view (qw(required_cell cell_rule coverage coverage_gap effective_owner owner_conflict missing_assignment assignment_quality coverage_summary hidden_island))
{
	my $columns = $node->safe_psql('postgres', "SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_attribute b USING (attname)"
		  . " WHERE a.attrelid = 'gov_$view'::regclass AND b.attrelid = 'oracle.$view'::regclass AND a.attnum > 0 AND b.attnum > 0 AND NOT a.attisdropped");
	is($node->safe_psql('postgres', "WITH ours AS MATERIALIZED (SELECT $columns FROM gov_$view), theirs AS MATERIALIZED (SELECT $columns FROM oracle.$view),"
			  . ' d AS ((SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) UNION ALL (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours)) SELECT count(*), min(d::text) FROM d'),
		'0|', "$view is that of the oracle");
}

done_testing();
