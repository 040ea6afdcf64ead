# DROP EXTENSION leaves nothing: no object, no event trigger, no role, no
# setting; and sessions that have the library loaded go on.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
sub there { return $node->safe_psql('postgres', $_[0]) }

# Everything in the database that the server did not bring, and what is beside it.
my $all = join ' UNION ALL ', (map { "SELECT concat_ws(' ', i.type, i.identity) FROM $_ AS c, pg_identify_object('$_'::regclass, c.oid, 0) AS i WHERE c.oid >= 16384" }
	  qw(pg_class pg_proc pg_type pg_namespace pg_event_trigger pg_foreign_server pg_foreign_data_wrapper pg_trigger pg_constraint pg_rewrite
	  pg_operator pg_opclass pg_cast pg_extension pg_attrdef pg_default_acl pg_policy pg_publication)),
  q{SELECT 'role ' || rolname FROM pg_roles}, q{SELECT 'settings ' || s::text FROM pg_db_role_setting s},
  q{SELECT 'right ' || c.relname || ' ' || a.grantee::regrole FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid >= 16384};
my $application = q{
	CREATE ROLE reader LOGIN;
	CREATE SCHEMA app;
	CREATE TABLE app.t (id integer PRIMARY KEY);
	CREATE VIEW app.things AS SELECT 'row' AS object_type, id::text AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM app.t;
	INSERT INTO app.t VALUES (1);
	CREATE MATERIALIZED VIEW app.m AS SELECT id FROM app.t};
there($application);
my $before = there("$all ORDER BY 1");

for my $schema ('public', 'governance')
{
	my $create = $schema eq 'public' ? '' : 'CREATE SCHEMA governance;';
	my $drop = $schema eq 'public' ? '' : 'DROP SCHEMA governance;';
	there("$create CREATE EXTENSION governance SCHEMA $schema");
	my ($code, $out, $err) = $node->psql('postgres', qq{
		SET search_path = $schema, pg_catalog;
		SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
		SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
		SELECT gov_enroll_schema('app');
		SELECT gov_own('table', 'app.t', 'duty', 'v', 'TEAM'), gov_grant('reader', 'reader'), gov_set_projection('labels', 'duty');
		SELECT gov_enroll_relation('things', 'app.things');
		REFRESH MATERIALIZED VIEW app.m;
		SELECT FROM gov_reconcile();
		DROP EXTENSION governance;
		REFRESH MATERIALIZED VIEW app.m;
		CREATE TABLE app.more (id integer);
		DROP TABLE app.more;
		$drop}, on_error_stop => 1);
	is($code, 0, "$schema: a session governs, drops the extension, and goes on") or diag $err;
	is(there("$all ORDER BY 1"), $before, 'nothing is left');
	is(there(q{SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid NOT IN (SELECT oid FROM pg_extension)}), '0', 'nor what depended on it');
}
there('DROP ROLE reader');
$node->stop;
done_testing();
