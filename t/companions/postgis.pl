# PostGIS comes into an enrolled schema and leaves it: hundreds of functions,
# for which one object stands, and no brake.
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
	CREATE EXTENSION governance;
	CREATE SCHEMA app; CREATE TABLE app.place (id integer);
	SELECT gov_set_authority('TEAM', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v');
	SELECT gov_create_rule('EVERY', 'duty', 'cross_product', '{table,view,function}'), gov_set_rule_status('EVERY', 'active');
	SELECT gov_enroll_schema('app'), gov_own('table', 'app.place', 'duty', 'v', 'TEAM')});
there('SELECT * FROM gov_reconcile()');
my $cells = q{SELECT required, covered, gap FROM gov_coverage_summary WHERE axis = 'duty'};
my $live = q{SELECT object_type, object_ref FROM gov_object WHERE retired_at IS NULL ORDER BY 1, 2};
my $findings = q{SELECT detector, object_ref FROM gov_drift_finding ORDER BY 1, 2};
my ($had, $found) = (there($live), there($findings));
is(there($cells), '1|1|0', 'an owned table');

there('CREATE EXTENSION postgis SCHEMA app');
cmp_ok(there(q{SELECT count(*) FROM pg_proc WHERE pronamespace = 'app'::regnamespace}), '>', 500, 'PostGIS brings functions');
is(there(q{SELECT born, retired FROM gov_sync('schema:app')}), '0|0', 'nothing of it is left to a sync');
is(there(q{SELECT object_type, object_ref FROM gov_object WHERE object_ref ~ 'postgis' AND retired_at IS NULL}), 'extension|postgis', 'the extension, for all its members');
is(there($cells), '1|1|0', 'none of which asks for an owner');
there(q{ALTER TABLE app.place ADD COLUMN at app.geometry(Point, 4326); CREATE INDEX ON app.place USING gist (at)});
there('SELECT * FROM gov_reconcile()');
is(there($findings), $found, 'and nothing is found');

there('DROP EXTENSION postgis CASCADE');
there('SELECT * FROM gov_reconcile()');
is(there('SELECT count(*) FROM gov_source_block'), '0', 'it leaves without the brake');
is(there($live), $had, 'and what was there before is there');
is(there($findings), $found, 'with nothing to be found');
there('CREATE EXTENSION postgis SCHEMA app');
is(there(q{SELECT string_agg(e.event, ' ' ORDER BY e.seq) FROM gov_object_event e JOIN gov_object o USING (object_id) WHERE o.object_type = 'extension'}),
	'born retired revived', 'when it comes again, it is the same');
$node->stop;
done_testing();
