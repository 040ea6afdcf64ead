# A database moves, and what is in it is renamed before the first gov_rebind or
# gov_sync there.  In a copy of its files (CREATE DATABASE with a template,
# pg_upgrade: t/066) OIDs hold, and the renamed is known with its owner.  In a
# dump that was restored names alone tell, and what left with its owner is named.
#
# Seen to fail: before OIDs of copies were taken for what they are, the table
# renamed in the clone was born anew, without its owner.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE old');
$node->safe_psql('old', <<'SQL');
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE SCHEMA shop;
CREATE TABLE app.orders (id integer);
CREATE TABLE app.kept (id integer);
CREATE TABLE shop.stays (id integer);
CREATE VIEW app.seen AS SELECT id FROM app.kept;
CREATE FUNCTION app.twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * n';
CREATE FUNCTION app.thrice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 3 * n';
SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
SELECT gov_enroll_schema('app'), gov_enroll_schema('shop');
SELECT gov_own('table', 'app.orders', 'duty', 'v', 'TEAM'), gov_own('view', 'app.seen', 'duty', 'v', 'TEAM'), gov_own('function', 'app.twice(integer)', 'duty', 'v', 'TEAM');
SELECT gov_own('table', 'shop.stays', 'duty', 'v', 'TEAM');
SQL

# The clients renamed and moved it all before anybody synced.
my $renames = <<'SQL';
ALTER TABLE app.orders RENAME TO purchases;
ALTER VIEW app.seen RENAME TO looked_at;
ALTER FUNCTION app.twice(integer) RENAME TO double;
SQL
my $owners = q{SELECT object_type, object_ref, authority FROM gov_effective_owner ORDER BY object_type, object_ref};
my $synced = q{SELECT sum(born), sum(retired) FROM gov_sync()};
my $dump = $node->basedir . '/old.dump';

# ---- a clone ----

for my $first ('gov_sync', 'gov_rebind')
{
	$node->safe_psql('postgres', "DROP DATABASE IF EXISTS clone");
	$node->safe_psql('postgres', 'CREATE DATABASE clone TEMPLATE old');
	$node->safe_psql('clone', $renames);
	is($node->safe_psql('clone', q{SELECT string_agg(name || ' ' || state, ', ' ORDER BY name) FROM gov_rebind(dry_run => true) WHERE what = 'object'}),
		'function app.twice(integer) bound, table app.orders bound, view app.seen bound', 'a clone: what was renamed is bound by its OID');
	$node->safe_psql('clone', 'SELECT gov_rebind()') if $first eq 'gov_rebind';
	is($node->safe_psql('clone', $synced), '0|0', "$first first: nothing is born, nothing retires");
	is($node->safe_psql('clone', $owners), "function|app.double(integer)|TEAM\ntable|app.purchases|TEAM\ntable|shop.stays|TEAM\nview|app.looked_at|TEAM", 'and owners are kept');
	is($node->safe_psql('clone', q{SELECT count(*) FROM gov_ledger WHERE action = 'rebind'}), '1', 'the ledger says so');
	is($node->safe_psql('clone', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'and is whole');
}

# A schema, too.
$node->safe_psql('postgres', 'CREATE DATABASE clone2 TEMPLATE old');
$node->safe_psql('clone2', 'ALTER SCHEMA app RENAME TO application');
is($node->safe_psql('clone2', $synced), '0|0', 'a schema that was renamed in the clone');
like($node->safe_psql('clone2', $owners), qr/^table\|application\.orders\|TEAM$/m, 'is known with what is in it');

# Where OIDs and names contradict each other, names decide.
$node->safe_psql('postgres', 'CREATE DATABASE clone3 TEMPLATE old');
$node->safe_psql('clone3', 'DROP TABLE shop.stays; CREATE TABLE shop.stays (id integer); ALTER TABLE app.orders RENAME TO purchases');
is($node->safe_psql('clone3', q{SELECT state FROM gov_rebind(dry_run => true) WHERE name = 'table app.orders'}), 'lost', 'evidence that contradicts itself is none');

# ---- a dump ----

system_or_bail('pg_dump', '-Fc', '-f', $dump, $node->connstr('old'));
$node->safe_psql('postgres', 'CREATE DATABASE restored');
system_or_bail('pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), $dump);
$node->safe_psql('restored', 'ALTER TABLE app.orders RENAME TO purchases');
is($node->safe_psql('restored', q{SELECT string_agg(name || ' ' || state, ', ' ORDER BY name) FROM gov_rebind(dry_run => true) WHERE what = 'object'}),
	'table app.orders lost', 'a dump: what was renamed is lost');
is($node->safe_psql('restored', $synced), '1|1', 'it is born, and the old one retires');
is($node->safe_psql('restored', q{SELECT object_ref FROM gov_drift_finding WHERE detector = 'governance_left'}), 'app.orders', 'with a finding that it left with owners');
$node->safe_psql('restored', q{SELECT gov_hand_over('table', 'app.orders', 'table', 'app.purchases', 'renamed before the first sync')});
like($node->safe_psql('restored', $owners), qr/^table\|app\.purchases\|TEAM$/m, 'whose hand-over brings them');
is($node->safe_psql('restored', q{SELECT count(*) FROM gov_drift_finding WHERE detector = 'governance_left'}), '0', 'and nothing is left');

$node->stop;
done_testing();
