# pg_cron runs gov_reconcile, as a function and as the procedure that commits in between.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\ncron.use_background_workers = on\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION pg_cron;
	CREATE SCHEMA governance; CREATE EXTENSION governance SCHEMA governance;
	CREATE SCHEMA app; CREATE TABLE app.t (id integer)});
$node->safe_psql('postgres', q{SELECT governance.gov_enroll_schema('app')});
$node->safe_psql('postgres', 'CREATE TABLE app.born (id integer)');
$node->safe_psql('postgres', q{
	SELECT cron.schedule('reconcile', '* * * * *', 'SELECT * FROM governance.gov_reconcile()');
	SELECT cron.schedule('in batches', '* * * * *', 'CALL governance.gov_reconcile(100)')});
ok($node->poll_query_until('postgres', q{
	SELECT count(DISTINCT j.jobname) = 2 FROM cron.job_run_details d JOIN cron.job j USING (jobid) WHERE d.status = 'succeeded'}),
	'both jobs ran and succeeded')
  or diag $node->safe_psql('postgres', 'SELECT * FROM cron.job_run_details');
is($node->safe_psql('postgres', q{SELECT count(*) FROM governance.gov_object WHERE object_ref = 'app.born'}), '1', 'what was made meanwhile is in the inventory');
is($node->safe_psql('postgres', 'SELECT bool_and(finished_at IS NOT NULL), count(*) >= 2 FROM governance.gov_scan_run WHERE summary IS NOT NULL'), 't|t', 'runs are recorded, and finished');
is($node->safe_psql('postgres', 'SELECT count(*) FROM governance.gov_ledger_verify()'), '0', 'the ledger is whole');
is($node->safe_psql('postgres', q{SELECT count(*) FROM governance.gov_drift_finding WHERE severity = 'critical'}), '0', 'nothing is wrong');
$node->stop;
done_testing();
