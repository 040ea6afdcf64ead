# A standby answers: every relation that a reader may select, every function
# that asks.  Whatever would write refuses with SQLSTATE 25006, there and in
# transactions of the primary that are read-only.
#
# Seen to fail: without gov_ensure_lockable 16 acts raise 55000, that the server
# cannot lock; without the timeline in STATISTICS_SINCE a promoted standby calls
# a materialized view unchanged whose table was written since.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "max_parallel_workers_per_gather = 2\nmin_parallel_table_scan_size = 0\n");
$primary->start;

sub there { return $primary->safe_psql('postgres', $_[0]) }

# Something in every table: names as in the calls below.
there(slurp_file('test/every_act_world.sql'));

$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->append_conf('postgresql.conf', "log_min_messages = debug1\n");
$standby->start;
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'a standby');

# One answer of a node, as a login: rows, SQLSTATE and the whole of its errors.
sub answer
{
	my ($node, $login, $sql) = @_;
	my ($code, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', $login, '-v', 'VERBOSITY=verbose' ]);
	my ($state) = $err =~ /ERROR:  (\w{5}): /;
	return ($out, $state // ($code == 0 ? '' : 'failed'), $err);
}

# ---- what is read ----

my @relations = split /\n/, there(<<'SQL');
SELECT c.oid::regclass FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE c.relkind IN ('r', 'v', 'm', 'f') AND has_table_privilege('looker', c.oid, 'SELECT') ORDER BY c.relname COLLATE "C"
SQL
cmp_ok(scalar(@relations), '>', 60, 'relations that a reader may select');
for my $relation (@relations)
{
	my $sql = "SELECT count(*), count(DISTINCT t::text) FROM $relation AS t";
	my ($out, $state, $err) = answer($standby, 'looker', $sql);
	is("$state $out", ' ' . (answer($primary, 'looker', $sql))[0], "$relation: the same rows on the standby") or diag($err);
}

# Functions that ask: each is called on both, and says the same.
my %questions = (
	gov_dashboard => q{SELECT d - '{generated_at,standby}'::text[] #- '{tables,ages}' #- '{tables,trend}' FROM gov_dashboard() d},
	gov_check => q{SELECT what, name, found, allowed FROM gov_check(1000000, 1000000)},
	gov_gate => q{SELECT g::text FROM gov_gate('later') g},
	gov_rollout_export => q{SELECT gov_rollout_export('later')},
	gov_quorum_lacking => q{SELECT governance_internal.gov_quorum_lacking('high')},
	gov_report_html => q{SELECT length(gov_report_html()) > 1000},
	gov_metrics => q{SELECT metric, axis, amount FROM governance_internal.gov_metrics() ORDER BY 1, 2},
	gov_metrics_openmetrics => q{SELECT gov_metrics_openmetrics()},
	gov_progress_rows => q{SELECT p::text FROM governance_internal.gov_progress_rows() p},
	gov_explain_owner => q{SELECT gov_explain_owner('thing', '1', 'topic', 'v')},
	gov_exposure_of => q{SELECT e::text FROM gov_exposure_of('looker') e},
	gov_explain_access => q{SELECT e::text FROM gov_explain_access('thing', '1') e},
	gov_access_objects => q{SELECT o::text FROM governance_internal.gov_access_objects(NULL) o},
	gov_access_ways => q{SELECT w::text FROM governance_internal.gov_access_ways(NULL, NULL) w},
	gov_role_oid_meant => q{SELECT governance_internal.gov_role_oid_meant('looker', r.oid, c.system_identifier) = r.oid FROM pg_roles r, pg_control_system() c WHERE r.rolname = 'looker'},
	gov_find_object => q{SELECT f::text FROM gov_find_object('1') f},
	gov_history => q{SELECT h::text FROM gov_history('thing', '1') h},
	gov_propose_owners => q{SELECT p::text FROM gov_propose_owners('app') p},
	gov_label_judge => q{SELECT j::text FROM governance_internal.gov_label_judge('thing', '1', 'topic', 'v', 'approved', NULL) j},
	gov_event_address => q{SELECT governance_internal.gov_event_address('thing', '1', 'topic', 'v')},
	gov_ledger_head => q{SELECT count(gov_ledger_head())},
	gov_ledger_verify => q{SELECT count(*) FROM gov_ledger_verify()},
	gov_detect => q{SELECT detector, identity FROM governance_internal.gov_detect() ORDER BY 1, 2},
	gov_privileges => 'SELECT t::text FROM gov_privileges() t ORDER BY 1',
	gov_version => 'SELECT gov_version()',
	gov_fingerprint => q{SELECT f::text FROM gov_fingerprint('gov_object') f},
	gov_fingerprint_row => q{SELECT gov_fingerprint_row(ROW(1))},
	gov_fingerprint_rows => q{SELECT gov_fingerprint_rows(gov_fingerprint_row(ROW(1)))},
	gov_compare_baseline => q{SELECT c::text FROM gov_compare_baseline('kept', 'kept') c},
	gov_check_baseline => q{SELECT c::text FROM gov_check_baseline('kept', 'kept') c},
	gov_object_pattern => q{SELECT governance_internal.gov_object_pattern('a*_?')},
	gov_approval_changed => q{SELECT a.approval, governance_internal.gov_approval_changed(a.approval) FROM gov_approval AS a ORDER BY 1},
	map { $_ => "SELECT t::text FROM governance_internal.$_() t ORDER BY 1" }
	  qw(gov_approval_states gov_gated_acts gov_decision_fits gov_transitions gov_event_shapes gov_inbox gov_label_orphans gov_label_projected_objects
	  gov_labels_without_value gov_values_without_label gov_projection_lags));
# what the standby's counters of rows written say of materialized views is nothing
$questions{gov_matview_states} = q{SELECT object_ref, CASE WHEN pg_is_in_recovery() THEN flag || ': ' || reason ELSE 'unknown: a standby does not count what is written' END
	FROM governance_internal.gov_matview_states()};
my @asked = split /\n/, there(<<'SQL');
SELECT p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE has_function_privilege('looker', p.oid, 'EXECUTE') ORDER BY p.proname COLLATE "C"
SQL
is(join(' ', @asked), join(' ', sort keys %questions), 'the functions that a reader may call are asked here');
for my $function (@asked)
{
	# what is behind the views is in a schema that a reader cannot enter
	my $login = $questions{$function} =~ /governance_internal/ ? 'postgres' : 'looker';
	my ($out, $state, $err) = answer($standby, $login, $questions{$function});
	is("$state\n$out", "\n" . (answer($primary, $login, $questions{$function}))[0], "$function answers on the standby") or diag($err);
}

# Several processes count there, too.
my $summary = 'SELECT * FROM gov_coverage_summary ORDER BY axis';
my $seen = -s $standby->logfile;
my $counted = (answer($standby, 'looker', "SET max_parallel_workers_per_gather = 0; $summary"))[0];
unlike(slurp_file($standby->logfile, $seen), qr/starting background worker process "parallel worker/, 'a summary counted by one process');
is((answer($standby, 'looker', $summary))[0], $counted, 'counted by several it is the same');
like(slurp_file($standby->logfile, $seen), qr/starting background worker process "parallel worker/, 'which it was');

# What broke while the standby was read says so there as well.
there('CREATE TABLE app.kept AS TABLE app.tag; DROP TABLE app.tag');
$primary->wait_for_catchup($standby);
{
	my ($out, $state, $err) = answer($standby, 'looker', q{SELECT count(*) - count(amount) FROM gov_metric WHERE metric IN ('label_orphans', 'lagging') AND axis IS NULL});
	is("$state$out", '2', 'a broken relation: its counts are unavailable');
	like($err, qr/WARNING: .*relation app.tag for binding "label_projection" does not exist/, 'with a warning');
}
there('ALTER TABLE app.kept RENAME TO tag');
$primary->wait_for_catchup($standby);

# ---- what writes ----

my @acts = grep { !/^--/ } split /\n/, slurp_file('test/every_act.sql');
is(join(' ', sort map { /(gov_\w+)/ } @acts), there(<<"SQL"), 'every routine that is no question is tried');
SELECT string_agg(p.proname, ' ' ORDER BY p.proname COLLATE "C") FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
   AND p.pronamespace <> 'governance_internal'::regnamespace AND NOT p.proname = ANY ('{@{[join ',', keys %questions]}}')
SQL
for my $act (@acts)
{
	my ($out, $state, $err) = answer($standby, 'postgres', $act);
	is($state, '25006', "refused: $act") or diag("$out $err");
}
for my $act ('SELECT gov_scan()', 'SELECT gov_reconcile(dry_run => true)', 'CALL gov_reconcile(10)')
{
	my ($out, $state, $err) = answer($standby, 'postgres', $act);
	like($err, qr/cannot execute gov_\w+\(\) in a read-only transaction\nDETAIL:  This server is a standby\.\nHINT:  .*gov_drift_finding/, "$act tells the way out");
}

# ---- a transaction of the primary that is read-only ----

my $read_only = 'SET default_transaction_read_only = on;';
for my $act ('SELECT gov_scan()', 'SELECT gov_reconcile()', 'SELECT gov_reconcile(dry_run => true)', 'CALL gov_reconcile(10)', q{SELECT gov_own('box', '4', 'topic', 'v', 'YOU')})
{
	my ($out, $state, $err) = answer($primary, 'postgres', "$read_only $act");
	is($state, '25006', "refused in a read-only transaction: $act");
	unlike($err, qr/standby/, 'which is no standby');
}
is((answer($primary, 'looker', "$read_only SELECT count(*) FROM gov_drift_finding"))[0],
	there('SELECT count(*) FROM gov_drift_finding'), 'but what is wrong can be asked');

# ---- a standby that is promoted ----

# From a copy made while the primary was down, so that it has the primary's
# counters: those of the time of the copy.
is((answer($primary, 'looker', 'SELECT flag FROM gov_matview_lag'))[0], 'no_change_seen', 'a materialized view that was refreshed');
$primary->stop;
$primary->backup_fs_cold('cold');
$primary->start;
$standby->stop;
my $heir = PostgreSQL::Test::Cluster->new('heir');
$heir->init_from_backup($primary, 'cold', has_streaming => 1);
$heir->start;
there('INSERT INTO app.t VALUES (1)');
$primary->wait_for_catchup($heir);
is((answer($heir, 'looker', 'SELECT flag FROM gov_matview_lag'))[0], 'unknown', 'what was written since is not counted on the standby');
$primary->stop;
$heir->promote;
is((answer($heir, 'looker', 'SELECT flag FROM gov_matview_lag'))[0], 'unknown', 'nor is it after the promotion');
is((answer($heir, 'postgres', 'SELECT gov_scan() > 0'))[0], 't', 'which lets it write');
is((answer($heir, 'postgres', 'REFRESH MATERIALIZED VIEW app.m; SELECT flag FROM gov_matview_lag'))[0], 'no_change_seen', 'and a refresh counts again');
$heir->stop;
done_testing();
