# pg_repack rewrites a governed table, and a table of the extension itself:
# owners and classes stay, and so do the guards.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
sub there { return $node->safe_psql('postgres', $_[0]) }

there(q{
	CREATE EXTENSION pg_repack;
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.t (id integer PRIMARY KEY, n integer);
	INSERT INTO app.t SELECT n, n FROM generate_series(1, 10000) n; DELETE FROM app.t WHERE id % 2 = 0;
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_enroll_schema('app'), gov_own('table', 'app.t', 'duty', 'v', 'TEAM'), gov_assign('table', 'app.t', 'duty', 'v', provenance => '{"kind": "k"}')});
my $facts = q{SELECT o.object_id, o.object_ref, o.address_oid, w.authority, a.value FROM gov_object o JOIN gov_ownership w USING (object_id) JOIN gov_assignment a USING (object_id)};
my $file = q{SELECT pg_relation_filenode('app.t')};
my $before = there($facts);
my $was = there($file);
# The objects of governance_left and the like: none before, none after.
my $findings = q{SELECT detector, object_ref FROM gov_drift_finding ORDER BY 1, 2};
there('SELECT * FROM gov_reconcile()');
my $found = there($findings);

$node->command_ok([ 'pg_repack', '-d', $node->connstr('postgres'), '-t', 'app.t' ], 'pg_repack of a governed table');
isnt(there($file), $was, 'which has another file now');
is(there(q{SELECT born, retired, replaced, unchanged > 0 FROM gov_sync('schema:app')}), '0|0|0|t', 'the table is the same');
is(there($facts), $before, 'with its owner and class');

$was = there(q{SELECT pg_relation_filenode('gov_object')});
$node->command_ok([ 'pg_repack', '-d', $node->connstr('postgres'), '-t', 'public.gov_object' ], 'pg_repack of gov_object');
isnt(there(q{SELECT pg_relation_filenode('gov_object')}), $was, 'which has another file now, too');
is(there($facts), $before, 'and every row');
is(there($findings), $found, 'its guards are as they were, and nothing is found');
there(q{SELECT gov_own('table', 'app.t', 'duty', 'v', 'TEAM', replace => true)});
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
$node->stop;
done_testing();
