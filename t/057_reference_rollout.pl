# The reference scenario as a rollout, from a clone to production: made and
# rehearsed on the clone, exported, imported into production, where rehearsal
# and votes start anew; the gate before and after the quorum; applied to its exit
# figures; refused a second time; reverted, twice.  Then an expectation that is
# wrong by one.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "client_min_messages = warning\n");
$node->start;
$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") for qw(demo_president demo_council_a demo_council_b demo_steward);

# Answers of SQL in a database, as a role; or its error.
sub as
{
	my ($role, $db, $sql) = @_;
	my ($code, $out, $err) = $node->psql($db, $sql, connstr => $node->connstr($db) . " user=$role");
	return $code == 0 ? $out : "ERROR: $err";
}
sub steward { return as('demo_steward', @_) }

# A database with the application's tables, the extension, and who decides.
sub database
{
	my ($db) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, qq{
		CREATE SCHEMA gov;
		CREATE EXTENSION governance SCHEMA gov;
		ALTER DATABASE $db SET search_path = gov, public;
		GRANT USAGE ON SCHEMA gov TO demo_president, demo_council_a, demo_council_b, demo_steward;
		GRANT CREATE ON DATABASE $db TO demo_steward;
	});
	$node->safe_psql($db, '\\i examples/reference/trust.sql');
	my ($code, $out, $err) = $node->psql($db, '\\i examples/reference/application.sql', connstr => $node->connstr($db) . ' user=demo_steward', on_error_stop => 1);
	is($code, 0, "$db: the application is there") or diag $err;
	return;
}

# The counts of a database, by metric and axis, without those that governing moves.
my $census = q{SELECT metric, axis, amount FROM gov_metric WHERE amount <> 0 AND metric !~ '^(ledger|votes|approvals|runs|scans|.*findings|shaped|unenrolled|fresh|lagging|never)' ORDER BY 1, 2};

database('clone');
database('prod');

# What a copy that is only read is like; its label projection grows by itself.
sub capture { my ($label) = @_; return steward('prod', qq{SELECT gov_capture_baseline('$label', '{app.*}', '{app.label_projection}')}) }
like(capture('entry'), qr/^created baseline "entry": \d+ relations$/, 'production on entry');

# ---- on the clone ----

my ($code, $out, $err) = $node->psql('clone', '\\i examples/reference/rollout.sql', connstr => $node->connstr('clone') . ' user=demo_steward', on_error_stop => 1);
is($code, 0, 'the rollout is made') or diag $err;
my $empty = steward('clone', $census);
my $rehearsal = steward('clone', q{SELECT kind, target, measure, note FROM gov_rehearse('knowledge', '{"max_duration": "10min"}') WHERE kind IN ('verdict', 'tier', 'revert', 'gates') OR measure = 'failed'});
like($rehearsal, qr/^verdict\|\|ok\|8 tiers were applied, reverted and undone$/m, 'rehearsed: every tier does what it is expected to') or diag $rehearsal;
like($rehearsal, qr/^revert\|\|equal to the baseline\|/m, 'and reverting ends where it began');
like($rehearsal, qr/^gates\|\|suspended\|/m, 'gates were suspended');
is(steward('clone', $census), $empty, 'nothing is left of it');
my $package = steward('clone', q{SELECT gov_rollout_export('knowledge')});
my $hash = steward('clone', q{SELECT content_hash FROM gov_rollout});

# ---- in production, which was only read meanwhile ----

steward('prod', q{INSERT INTO app.label_projection VALUES ('collection', 'law_registry', 1, 'LBL-104', now())});
capture('exit');
is(steward('prod', q{SELECT verdict FROM gov_compare_baseline('entry', 'exit') WHERE kind = 'verdict'}), 'same', 'production is as it was on entry');
is(steward('prod', q{SELECT relation, what, from_state, to_state, verdict FROM gov_compare_baseline('entry', 'exit') WHERE kind = 'relation' AND verdict <> 'same'}),
	'app.label_projection|rows|27|28|excluded', 'and what was declared to grow by itself is named');

sub quoted { my $text = shift; $text =~ s/'/''/g; $text =~ s/\\/\\\\/g; return "E'$text'" }
is(steward('prod', 'SELECT gov_rollout_import(' . quoted($package) . q{, 'prod')}), "created rollout \"knowledge\": sealed as $hash", 'the same hash in production');
like(steward('prod', 'SELECT gov_rollout_import(' . quoted($package =~ s/GOV-DOT/GOV-DOS/r) . ')'), qr/is not what its hash says/, 'one byte of it is another one');
my $greenfield = steward('prod', $census);
is(steward('prod', q{SELECT verdict, blocker FROM gov_gate('knowledge') WHERE tier IS NULL}), 'BLOCKED|it was not rehearsed', 'rehearsal starts anew');
is(steward('prod', q{SELECT measure FROM gov_rehearse('knowledge', '{"max_duration": "10min"}') WHERE kind = 'verdict'}), 'ok', 'rehearsed there');
is(steward('prod', $census), $greenfield, 'production is as it was');

my @tiers = (1 .. 6);
is(steward('prod', q{SELECT string_agg(tier || ' ' || verdict, ', ' ORDER BY tier) FROM gov_gate('knowledge')}),
	'0 READY, ' . join(', ', map { "$_ BLOCKED" } @tiers) . ', 90 READY', 'the gate: what changes something needs votes');
my ($gate_code) = run_gate('prod');
is($gate_code, 10, 'gate.sh: BLOCKED');
my $ledger = steward('prod', 'SELECT count(*) FROM gov_ledger');
steward('prod', 'CREATE OR REPLACE VIEW app.governed_things AS SELECT object_type, object_ref, container_type, container_ref FROM (' . $node->safe_psql('prod', q{SELECT rtrim(pg_get_viewdef('app.governed_things'), ';')}) . q{) AS v WHERE object_ref <> 'agents'});
is(steward('prod', q{SELECT blocker FROM gov_gate('knowledge') WHERE tier IS NULL}), 'the baseline has changed since the rehearsal: app.governed_things differs', 'a view that was replaced since the rehearsal is named');
steward('prod', 'CREATE OR REPLACE VIEW app.governed_things AS ' . $node->safe_psql('clone', q{SELECT pg_get_viewdef('app.governed_things')}));
is(steward('prod', q{CALL gov_rollout_apply('knowledge', 0)}), '', 'the preflight needs none');
like(steward('prod', q{CALL gov_rollout_apply('knowledge')}), qr/tier 1 "structure" of rollout "knowledge" is blocked\nDETAIL:  it needs an approval/, 'apply refuses');
is(steward('prod', 'SELECT count(*) FROM gov_ledger'), $ledger + 1, 'and writes nothing');
for my $tier (@tiers)
{
	steward('prod', qq{SELECT gov_request_approval('K-$tier', 'apply_tier', '{"rollout": "knowledge", "tier": $tier}', 'as rehearsed')});
	as("demo_$_->[0]", 'prod', qq{CALL gov_cast_vote('K-$tier', '$_->[1]', 'approve')}) for [ 'council_a', 'COUNCIL-A' ], [ 'council_b', 'COUNCIL-B' ], [ 'president', 'PRESIDENT' ];
}
is(steward('prod', q{SELECT string_agg(DISTINCT verdict, ' ') FROM gov_gate('knowledge')}), 'READY', 'after the quorum: READY');
($gate_code, $out) = run_gate('prod');
is($gate_code, 0, 'gate.sh: READY') or diag $out;
is(steward('prod', q{CALL gov_rollout_apply('knowledge')}), '', 'applied');
is(steward('prod', q{SELECT axis, required, gap FROM gov_coverage_summary ORDER BY axis}), "containment|35|0\nresponsibility|210|0\ntopic|6|1", 'exit figures: cells');
is(steward('prod', q{SELECT string_agg(detector || ' ' || open, ', ' ORDER BY detector COLLATE "C") FROM gov_drift_summary WHERE open > 0}),
	'axis_assignment_missing 29, low_confidence_assignment 1, projection_lag_timing 4, stale_candidate 1, value_without_label 2, visible_unapproved 1', 'exit figures: findings');
is(steward('prod', q{SELECT string_agg(metric || ' ' || amount, ', ' ORDER BY metric) FROM gov_metric WHERE axis IS NULL AND metric IN ('critical_findings', 'emittable_events', 'shaped_events')}),
	'critical_findings 0, emittable_events 0, shaped_events 38', 'exit figures: events');
is(steward('prod', q{SELECT count(*), count(DISTINCT approval) FROM gov_rollout_status WHERE status = 'applied'}), '8|6', 'each tier under its approval');
my $page = steward('prod', 'SELECT gov_report_html()');
like($page, qr/ownerships: changed by 30/, 'the page tells what each tier was expected to do');
like(steward('prod', q{CALL gov_rollout_apply('knowledge')}), qr/is blocked\nDETAIL:  it is applied whole/, 'a finished rollout refuses a second apply');
is(steward('prod', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');

is(steward('prod', q{CALL gov_rollout_revert('knowledge')}), '', 'reverted');
is(steward('prod', $census), $greenfield, 'to greenfield');
is(steward('prod', q{SELECT count(*) FROM gov_object}), '0', 'without a trace among the objects');
is(steward('prod', q{CALL gov_rollout_revert('knowledge')}), '', 'once more');
is(steward('prod', q{SELECT count(*) FROM gov_rollout_step WHERE act = 'revert'}), '8', 'the second time is none');
is(steward('prod', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
capture('reverted');
is(steward('prod', q{SELECT kind, relation, what FROM gov_compare_baseline('entry', 'reverted') WHERE verdict NOT IN ('same', 'excluded', 'noted') AND kind NOT IN ('verdict', 'metric')}),
	'', 'rows, definitions, rights and facts are what they were on entry');

# ---- wrong by one ----

database('wrong');
my $text = slurp_file('examples/reference/rollout.sql');
$text =~ s/"metric": "ownerships", "delta": 30/"metric": "ownerships", "delta": 31/ or die;
($code, $out, $err) = $node->psql('wrong', $text, connstr => $node->connstr('wrong') . ' user=demo_steward', on_error_stop => 1);
is($code, 0, 'a rollout that expects one owner more') or diag $err;
$out = steward('wrong', q{SELECT note FROM gov_rehearse('knowledge', '{"max_duration": "10min"}') WHERE measure = 'failed' AND kind = 'tier'});
is($out, 'QVR02: the tier did not do what was expected; ownerships: expected +31, found +30 (0 to 30).', 'the rehearsal says which metric, expected and found');
is(steward('wrong', q{SELECT blocker FROM gov_gate('knowledge') WHERE tier IS NULL}), 'its last rehearsal failed: the apply of tier 3 "owners" failed: QVR02', 'and the gate stays shut');

# Runs gate.sh; its exit code and what it printed.
sub run_gate
{
	my ($db) = @_;
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	my ($printed, $said) = ('', '');
	IPC::Run::run([ 'bash', 'scripts/gate.sh', 'knowledge', "dbname=$db user=demo_steward" ], '>', \$printed, '2>', \$said);
	return ($? >> 8, $printed . $said);
}

$node->stop;
done_testing();
