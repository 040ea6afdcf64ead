# An application's own tests, in pgTAP, ask what governance says.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE SCHEMA tap; CREATE EXTENSION pgtap SCHEMA tap;
	CREATE SCHEMA governance; CREATE EXTENSION governance SCHEMA governance;
	ALTER DATABASE postgres SET search_path = public, governance, tap;
	CREATE ROLE tester LOGIN; GRANT USAGE ON SCHEMA tap, governance TO tester});
$node->safe_psql('postgres', q{
	SELECT gov_grant('reader', 'tester');
	CREATE SCHEMA app; CREATE TABLE app.owned (id integer); CREATE TABLE app.open (id integer);
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_create_rule('EVERY', 'duty', 'cross_product', '{table}'), gov_set_rule_status('EVERY', 'active');
	SELECT gov_enroll_schema('app'), gov_own('table', 'app.owned', 'duty', 'v', 'TEAM');
	SELECT FROM gov_reconcile()});
my $file = $node->basedir . '/governed.sql';
append_to_file($file, <<'SQL');
BEGIN;
SELECT plan(6);
SELECT has_table('app', 'owned', 'an application''s table');
SELECT is((SELECT authority FROM gov_effective_owner WHERE object_ref = 'app.owned' AND axis = 'duty' AND value = 'v'), 'TEAM', 'has an owner');
SELECT results_eq($$ SELECT object_ref FROM gov_coverage WHERE status = 'gap' ORDER BY 1 $$, $$ VALUES ('app.open') $$, 'and this one has none');
SELECT lives_ok($$ SELECT * FROM gov_check(max_gap => 1, max_missing => 0) $$, 'the limit of today holds');
SELECT throws_ok($$ SELECT * FROM gov_check(max_gap => 0, max_missing => 0) $$, 'QVC01', NULL, 'a stricter one does not');
SELECT is_empty($$ SELECT * FROM gov_drift_finding WHERE severity = 'critical' $$, 'nothing critical');
SELECT * FROM finish();
ROLLBACK;
SQL
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
my ($out, $err) = run_command([ 'pg_prove', '-v', '-d', 'postgres', '-U', 'tester', $file ]);
like($out, qr/^Result: PASS$/m, 'pg_prove passes as a reader') or diag $out . $err;
unlike($out, qr/^not ok/m, 'every test');
$node->stop;
done_testing();
