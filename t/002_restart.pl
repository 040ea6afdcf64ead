# What was committed survives a crash, what was not leaves nothing behind, and
# a session that was open finds its way after the extension was made anew.
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

$node->safe_psql('postgres', <<'SQL');
SELECT gov_set_authority('COUNCIL', 'The council', 'council');
SELECT gov_create_axis('topic');
SELECT gov_set_axis_status('topic', 'active');
SELECT gov_propose_value('topic', 'kept');
SELECT gov_ratify('topic', 'kept');
SELECT gov_create_rule('EVERY', 'topic', 'cross_product');
SELECT gov_set_rule_status('EVERY', 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'thing', n::text FROM generate_series(1, 100) n;
SQL
my $summary = 'SELECT axis, required, gap FROM gov_coverage_summary';
is($node->safe_psql('postgres', $summary), 'topic|100|100', 'before the crash');

# A transaction is open when the server is killed.
my ($in, $out, $err) = ("BEGIN; SELECT gov_propose_value('topic', 'lost'); SELECT count(*) FROM gov_axis_value;\n", '', '');
my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
my $open = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err, $timer);
$open->pump until $out =~ /^2$/m;
$node->stop('immediate');
$open->kill_kill;
$node->start;
is($node->safe_psql('postgres', $summary), 'topic|100|100', 'after a crash: what was committed is there');
is($node->safe_psql('postgres', 'SELECT value FROM gov_axis_value ORDER BY 1'), 'kept', 'and nothing else');

# One backend is killed in the middle of a statement: the server recovers.
($in, $out, $err) = ("SELECT pg_backend_pid();\n", '', '');
my $victim = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err, $timer);
$victim->pump until $out =~ /^(\d+)$/m;
kill 'KILL', $1;
$in .= "SELECT count(*) FROM gov_coverage;\n";
eval { $victim->finish };
$node->poll_query_until('postgres', 'SELECT true') or die 'the server did not come back';
is($node->safe_psql('postgres', $summary), 'topic|100|100', 'after the kill of a backend: the same');

$node->restart;
is($node->safe_psql('postgres', $summary), 'topic|100|100', 'after an orderly restart: the same');

# One session, before and after DROP and CREATE EXTENSION, and in another
# schema: kept plans and names of the old one are not used.
is($node->safe_psql('postgres', <<'SQL'), "1\n1\n0\n1", 'a session outlives its extension');
SELECT count(*) FROM gov_coverage_summary;
SELECT count(gov_set_authority('A', kind => 'human')) FROM generate_series(1, 1);
DROP EXTENSION governance;
CREATE SCHEMA elsewhere;
CREATE EXTENSION governance SCHEMA elsewhere;
SET search_path = elsewhere;
SELECT count(*) FROM gov_coverage_summary;
SELECT count(gov_set_authority('A', kind => 'human')) FROM pg_catalog.generate_series(1, 1);
SQL
is($node->safe_psql('postgres', <<'SQL'), "1\n2", 'nor does a renamed schema confuse it');
SELECT count(elsewhere.gov_set_authority('A', kind => 'human')) FROM generate_series(1, 1);
ALTER SCHEMA elsewhere RENAME TO "Else ""Where""";
SET search_path = "Else ""Where""";
SELECT gov_set_authority('B', kind => 'human') \g /dev/null
SELECT count(*) FROM gov_authority;
SQL

# Gone without a trace.
$node->safe_psql('postgres', 'DROP EXTENSION governance CASCADE; DROP SCHEMA "Else ""Where"""');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM pg_class WHERE relname LIKE 'gov\_%'}), 0, 'DROP EXTENSION leaves nothing');
is($node->psql('postgres', 'LOAD \'governance\''), 0, 'and the library can be loaded without it');

$node->stop;
done_testing();
