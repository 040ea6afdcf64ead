# Who calls, where a regression test cannot look: in an autovacuum worker, and
# in a pipeline.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum_naptime = 1\nlog_autovacuum_min_duration = 0\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION governance;
CREATE ROLE steward LOGIN;
CREATE ROLE voter LOGIN;
SELECT gov_grant('steward', 'steward'), gov_grant('admin', 'voter'), gov_grant('approver', 'voter');
GRANT CREATE ON SCHEMA public TO steward;
SELECT gov_create_axis('topic'), gov_set_axis_status('topic', 'active'), gov_propose_value('topic', 'v');
SELECT gov_set_authority('VOTER', kind => 'human', role_name => 'voter');
SELECT gov_request_approval('change', 'ratify_value', '{"axis": "topic", "value": "v"}', 'because');
SQL

# The steward's index expression, which is harmless while the steward makes it,
# is evaluated by whoever analyzes the table.
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'steward' ]);
CREATE TABLE list (object_type text, object_ref text, container_type text, container_ref text)
	WITH (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);
CREATE FUNCTION enrols(ref text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ref; END';
CREATE INDEX ON list (enrols(object_ref));
INSERT INTO list SELECT 'thing', 'thing ' || n FROM generate_series(1, 100) AS n;
CREATE OR REPLACE FUNCTION enrols(ref text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	PERFORM public.gov_enroll_relation('list', 'public.list');
	RETURN ref;
END $$;
SQL
my $log = '';
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	$log = slurp_file($node->logfile);
	last if $log =~ /gov_enroll_relation is refused|automatic analyze of table "postgres\.public\.list"/;
	select undef, undef, undef, 0.1;
}
like($log, qr/ERROR:  gov_enroll_relation is refused in a worker of the server/, 'an autovacuum worker acts for nobody');
is($node->safe_psql('postgres', "SELECT count(*) FROM gov_source WHERE source = 'list'"), '0', 'nothing is enrolled');

# Runs statements as one pipeline, or one by one, in the extended protocol.
sub pipelined
{
	my ($pipeline, @statements) = @_;
	my $script = $node->basedir . '/script.sql';
	my ($out, $err);
	open my $file, '>', $script or die "cannot write $script: $!";
	print $file "\\startpipeline\n" if $pipeline;
	print $file "$_;\n" for @statements;
	print $file "\\endpipeline\n" if $pipeline;
	close $file;
	IPC::Run::run([ 'pgbench', '-n', '-t', '1', '-M', 'extended', '-f', $script, '-h', $node->host, '-p', $node->port, '-U', 'voter', 'postgres' ],
		'>', \$out, '2>', \$err);
	return $err;
}

my $vote = "CALL gov_cast_vote('change', 'VOTER', 'approve')";
my $votes = "SELECT count(*) FROM gov_vote WHERE approval = 'change'";
like(pipelined(1, "SELECT gov_create_axis('piped')", $vote), qr/gov_cast_vote must be called on its own/, 'no vote in a pipeline');
is($node->safe_psql('postgres', $votes), '0', 'it does not count');
is($node->safe_psql('postgres', "SELECT count(*) FROM gov_axis WHERE axis = 'piped'"), '0', 'and commits nothing of what came before');
like(pipelined(1, "SELECT gov_create_axis('piped')", 'CALL gov_reconcile(10)'), qr/gov_reconcile cannot run inside a transaction block, a pipeline/, 'nor does a procedure that commits');
is($node->safe_psql('postgres', "SELECT count(*) FROM gov_axis WHERE axis = 'piped'"), '0', 'commit what came before');
unlike(pipelined(0, "SELECT gov_create_axis('alone')", $vote), qr/ERROR/, 'one by one they pass');
is($node->safe_psql('postgres', $votes), '1', 'and the vote counts');

$node->stop;
done_testing();
