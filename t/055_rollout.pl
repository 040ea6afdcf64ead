# Rollouts under gates, and across the end of processes.
#
# First people gate it: what blocks is named, nothing is written until the
# quorum is there, a tier's approval covers the gated acts in its SQL and none
# of what decides who decides, and is used once; it is void when another
# content or baseline is met.  Then: two sessions that apply one rollout; a
# backend, and the server, killed at many moments of an apply and of a revert,
# after which whole tiers stand and the next call goes on.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nrestart_after_crash = on\nclient_min_messages = warning\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE prod');

my $db = 'prod';

# Answers of SQL, as a role or as the superuser; and its error.
sub as
{
	my ($role, $sql) = @_;
	my ($code, $out, $err) = $node->psql($db, $sql, connstr => $node->connstr($db) . " user=$role");
	return $code == 0 ? $out : "ERROR: $err";
}
sub there { return $node->safe_psql($db, $_[0]) }

there(q{
	CREATE SCHEMA gov;
	CREATE EXTENSION governance SCHEMA gov;
	ALTER DATABASE prod SET search_path = gov, public;
});
there(q{
	CREATE ROLE president LOGIN; CREATE ROLE council_a LOGIN; CREATE ROLE council_b LOGIN; CREATE ROLE deployer LOGIN; CREATE ROLE speak_p; CREATE ROLE speak_a; CREATE ROLE speak_b;
	GRANT speak_p TO president; GRANT speak_a TO council_a; GRANT speak_b TO council_b;
	GRANT USAGE ON SCHEMA gov TO president, council_a, council_b, deployer;
	GRANT CREATE ON DATABASE prod TO deployer;
	SELECT gov_grant('approver', r) FROM unnest('{president,council_a,council_b}'::text[]) AS r;
	SELECT gov_grant('admin', 'deployer');
	CREATE SCHEMA app AUTHORIZATION deployer;
	SELECT gov_create_axis('topic'); SELECT gov_set_axis_status('topic', 'active');
	SELECT gov_set_authority('A', kind => 'council', role_name => 'speak_a');
	SELECT gov_set_authority('B', kind => 'council', role_name => 'speak_b');
	SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'speak_p');
});

# ---- gates ----

as('deployer', q{
	SELECT gov_create_rollout('topics', 'values of the topic axis');
	SELECT gov_add_tier('topics', 1, 'structure', 'structure', 'CREATE TABLE app.topic (value text)', NULL, 'DROP TABLE app.topic');
	SELECT gov_add_tier('topics', 2, 'values', 'seed', $$SELECT gov_propose_value('topic', 'money'); SELECT gov_ratify('topic', 'money')$$,
		$$SELECT count(*) = 1 FROM gov_axis_value WHERE status = 'active'$$, $$SELECT gov_remove_tagged('topics', 2)$$,
		'[{"metric": "values_active", "axis": "topic", "delta": 1}]');
});
is(as('deployer', q{SELECT gov_add_tier('topics', 9, 'proof', 'verify', NULL, 'SELECT true')}), 'created tier 9 of rollout "topics"', 'a tier of kind verify has verify_sql');
like(as('deployer', q{SELECT gov_seal('topics')}), qr/^changed/, 'sealed');
like(as('deployer', q{SELECT gov_request_approval('ask', 'apply_tier', '{"rollout": "topics", "tier": 1}', 'x')}),
	qr/names what does not exist: rehearsal of tier 1 of rollout "topics"/, 'nobody votes on what was not rehearsed');
like(as('deployer', q{SELECT gov_request_approval('ask', 'apply_tier', '{"rollout": "topics", "tier": 5}', 'x')}),
	qr/rehearsal of tier 5 of rollout "topics", sealed tier 5/, 'nor on what is not there');
is(as('deployer', q{SELECT measure FROM gov_rehearse('topics') WHERE kind = 'verdict'}), 'ok', 'rehearsed, gates suspended');
is(as('deployer', q{SELECT measure FROM gov_rehearse('topics') WHERE kind = 'gates'}), 'suspended', 'and said so');
is(as('deployer', q{SELECT tier, verdict, blocker FROM gov_gate('topics')}),
	"1|BLOCKED|it needs an approval of action \"apply_tier\"\n2|BLOCKED|it needs an approval of action \"apply_tier\"\n9|READY|", 'the gate names the missing approvals');
my $before = there('SELECT count(*) FROM gov_ledger');
like(as('deployer', q{CALL gov_rollout_apply('topics')}), qr/tier 1 "structure" of rollout "topics" is blocked\nDETAIL:  it needs an approval/, 'apply refuses');
is(there('SELECT count(*) FROM gov_ledger') . there(q{SELECT count(*) FROM gov_rollout_step}), $before . '0', 'and writes nothing');

# Votes that make the quorum of a request.
sub vote
{
	my ($approval) = @_;
	as('council_a', qq{CALL gov_cast_vote('$approval', 'A', 'approve')});
	as('council_b', qq{CALL gov_cast_vote('$approval', 'B', 'approve')});
	return as('president', qq{CALL gov_cast_vote('$approval', 'P', 'approve')});
}

as('deployer', qq{SELECT gov_request_approval('t$_', 'apply_tier', '{"rollout": "topics", "tier": $_}', 'needed')}) for 1, 2;
is(there(q{SELECT in_words FROM gov_approval WHERE approval = 't2'}), "gov_rollout_apply(rollout => 'topics', tier => 2)", 'what is voted on, in words');
as('council_a', q{CALL gov_cast_vote('t1', 'A', 'approve')});
like(as('deployer', q{SELECT blocker FROM gov_gate('topics') WHERE tier = 1}), qr/approval "t1" does not permit it yet: It is pending/, 'a request that is open is named');
as('council_b', q{CALL gov_cast_vote('t1', 'B', 'approve')});
as('president', q{CALL gov_cast_vote('t1', 'P', 'approve')});
is(as('deployer', q{SELECT tier, verdict FROM gov_gate('topics')}), "1|READY\n2|BLOCKED\n9|READY", 'tier by tier');
like(as('deployer', q{CALL gov_rollout_apply('topics')}), qr/tier 2 "values" of rollout "topics" is blocked/, 'the first tier is applied, the second is not');
is(there(q{SELECT to_regclass('app.topic') IS NOT NULL, (SELECT status FROM gov_approval WHERE approval = 't1')}), 't|consumed', 'its approval is used');
vote('t2');
is(as('deployer', q{SELECT tier, verdict FROM gov_gate('topics')}), "2|READY\n9|READY", 'ready');
is(as('deployer', q{CALL gov_rollout_apply('topics')}), '', 'applied');
is(there(q{SELECT value, status, tag FROM gov_axis_value}), 'money|active|topics/2', 'the gated act in it ran under the approval of the tier');
is(there(q{SELECT string_agg(tier || ' ' || coalesce(approval, '-'), ', ' ORDER BY tier) FROM gov_rollout_status}), '1 t1, 2 t2, 9 -', 'which is kept');
like(as('deployer', q{SELECT gov_deprecate('topic', 'money')}), qr/action "retire_value" needs an approval/, 'outside of it nothing is covered');
is(as('deployer', q{CALL gov_rollout_revert('topics')}), '', 'reverted under the same approvals');
is(there(q{SELECT count(*) FROM gov_axis_value}), '0', 'and gone');
like(as('deployer', q{CALL gov_rollout_apply('topics')}), qr/needs an approval|does not permit/, 'to apply it again needs a new vote');

# what decides who decides is not covered
as('deployer', q{
	SELECT gov_create_rollout('grab', 'takes power');
	SELECT gov_add_tier('grab', 1, 'grab', 'seed', $$SELECT gov_set_quorum('low', 0)$$, NULL, 'SELECT 1');
	SELECT gov_add_tier('grab', 2, 'direct', 'seed', $$UPDATE gov_quorum_rule SET min_approvals = 0$$, NULL, 'SELECT 1');
	SELECT gov_seal('grab');
});
unlike(as('deployer', q{SELECT string_agg(measure, ' ') FROM gov_rehearse('grab') WHERE kind = 'verdict'}), qr/^ok/, 'a steward has no right on the table itself');
as('deployer', q{SELECT gov_drop_rollout('grab', 'without the second tier')});
as('deployer', q{
	SELECT gov_create_rollout('grab', 'takes power');
	SELECT gov_add_tier('grab', 1, 'grab', 'seed', $$SELECT gov_set_quorum('medium', 1, 0, 0)$$, NULL, 'SELECT 1');
	SELECT gov_seal('grab');
	SELECT count(*) FROM gov_rehearse('grab');
});
as('deployer', q{SELECT gov_request_approval('g1', 'apply_tier', '{"rollout": "grab", "tier": 1}', 'needed')});
vote('g1');
is(as('deployer', q{SELECT verdict FROM gov_gate('grab')}), 'READY', 'voted');
like(as('deployer', q{CALL gov_rollout_apply('grab')}), qr/the apply of tier 1 "grab" of rollout "grab" failed: action "change_trust" needs an approval/,
	'a quorum is changed under an approval of its own alone');
is(there(q{SELECT status FROM gov_approval WHERE approval = 'g1'}), 'approved', 'the approval of a tier that failed is not used');
is(there(q{SELECT outcome, problem ->> 'sqlstate' FROM gov_rollout_step WHERE rollout = 'grab'}), 'failed|QVA01', 'the failure is kept');

# whoever cast the deciding vote cannot use it
there(q{SELECT gov_grant('steward', 'president'); GRANT CREATE ON SCHEMA app TO president; GRANT deployer TO president});
as('deployer', q{
	SELECT gov_create_rollout('own', 'decided by who uses it');
	SELECT gov_add_tier('own', 1, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1'); SELECT gov_seal('own'); SELECT count(*) FROM gov_rehearse('own');
	SELECT gov_request_approval('o1', 'apply_tier', '{"rollout": "own", "tier": 1}', 'needed')});
vote('o1');
like(as('president', q{SET ROLE deployer; CALL gov_rollout_apply('own')}), qr/CALL|must be called|deciding vote/, 'refused');
is(there(q{SELECT count(*) FROM gov_rollout_step WHERE rollout = 'own'}), '0', 'nothing was done');

# ---- an expectation that is wrong by one ----

my $work = q{
	SELECT gov_create_rollout('work', 'six tiers that take their time');
	SELECT gov_add_tier('work', 1, 'structure', 'structure', 'CREATE TABLE app.work (tier int, n int); SELECT pg_sleep(0.2)', NULL, 'DROP TABLE app.work; SELECT pg_sleep(0.2)');
	SELECT gov_add_tier('work', t, 'tier ' || t, 'seed',
		format('INSERT INTO app.work SELECT %s, n FROM generate_series(1, 100) AS n; SELECT pg_sleep(0.2); INSERT INTO app.work SELECT %s, n FROM generate_series(101, 200) AS n', t, t),
		format('SELECT count(*) = 200 FROM app.work WHERE tier = %s', t),
		format('DELETE FROM app.work WHERE tier = %s AND n > 100; SELECT pg_sleep(0.2); DELETE FROM app.work WHERE tier = %s', t, t))
	  FROM generate_series(2, 6) AS t;
	SELECT gov_seal('work');
	SELECT measure FROM gov_rehearse('work') WHERE kind IN ('verdict', 'revert');
};
# in a database whose gates are not armed
$node->safe_psql('postgres', 'CREATE DATABASE free');
$db = 'free';
there(q{
	CREATE SCHEMA gov;
	CREATE EXTENSION governance SCHEMA gov;
	ALTER DATABASE free SET search_path = gov, public;
	GRANT USAGE ON SCHEMA gov TO deployer;
	CREATE SCHEMA app AUTHORIZATION deployer;
});
there(q{SELECT gov_grant('admin', 'deployer')});
like(as('deployer', $work), qr/ok\nequal to the baseline$/, 'rehearsed');

# ---- two sessions ----

sub background { my ($sql) = @_; my ($out, $err) = ('', ''); my $h = IPC::Run::start([ $node->installed_command('psql'), '-Xq', '-d', $node->connstr($db) . ' user=deployer', '-c', $sql ], '>', \$out, '2>', \$err); return { h => $h, err => \$err } }

my @both = map { background(q{CALL gov_rollout_apply('work')}) } 1, 2;
for (@both) { eval { $_->{h}->finish }; }
is(there(q{SELECT count(*), count(DISTINCT tier) FROM gov_rollout_step WHERE rollout = 'work' AND outcome = 'done' AND act = 'apply'}), '6|6', 'two sessions at once: each tier is applied once');
is(there(q{SELECT count(*) FROM app.work}), '1000', 'all rows are there, once');
my $sql = q{CALL gov_rollout_revert('work')};
is(as('deployer', $sql), '', 'reverted');

# ---- in a pipeline, and in a session that another one opens ----

my $script = PostgreSQL::Test::Utils::tempdir() . '/pipeline.sql';
append_to_file($script, "\\startpipeline\nSELECT 1;\nCALL gov_rollout_apply('work');\nSELECT 2;\n\\endpipeline\n");
my ($printed, $said) = ('', '');
IPC::Run::run([ $node->installed_command('pgbench'), '-n', '-t', '1', '-M', 'extended', '-f', $script, $node->connstr($db) . ' user=deployer' ], '>', \$printed, '2>', \$said);
like($said, qr/gov_rollout_apply must be called on its own/, 'a pipeline is no statement of its own');
there('CREATE EXTENSION dblink SCHEMA public; GRANT USAGE ON SCHEMA gov TO council_a; GRANT EXECUTE ON FUNCTION public.dblink_connect_u(text) TO council_a; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO council_a');
my $to = $node->connstr($db) =~ s/'/''/gr . ' user=council_a';
like(as('council_a', qq{SELECT public.dblink_connect_u('$to'); SELECT public.dblink_exec('CALL gov_rollout_apply(''work'')')}),
	qr/permission denied/, 'a session that another opens is what its own login may be');
$to = $node->connstr($db) =~ s/'/''/gr . ' user=deployer';
like(as('council_a', qq{BEGIN; SELECT public.dblink_connect_u('$to'); SELECT public.dblink_exec('CALL gov_rollout_apply(''work'', 1)'); ROLLBACK}), qr/CALL/, 'as one that the server lets in');
is(there(q{SELECT act || ' ' || outcome || ' ' || actor || ' ' || login FROM gov_rollout_step ORDER BY step DESC LIMIT 1}), 'apply done deployer deployer', 'which the record tells');
is(as('deployer', $sql), '', 'reverted');
there('DROP EXTENSION dblink');

# ---- killed ----

# Is what is there that of whole tiers?  How many are applied?
sub whole
{
	my ($what) = @_;
	my $applied = there(q{SELECT count(*) FROM gov_rollout_status WHERE rollout = 'work' AND applied});
	my $tiers = $applied == 0 ? there(q{SELECT CASE WHEN to_regclass('app.work') IS NULL THEN '0' ELSE 'table' END}) :
		there(q{SELECT 1 + count(*) FILTER (WHERE n = 200) || CASE WHEN count(*) FILTER (WHERE n <> 200) > 0 THEN ' and parts' ELSE '' END FROM (SELECT tier, count(*) AS n FROM app.work GROUP BY tier) AS t});
	is($tiers, $applied, "$what: the state is that of whole tiers ($applied)");
	return $applied;
}

# Kills the server, and starts it when its process, and what that had in shared memory, is gone.
sub kill_server
{
	my ($pid) = slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;
	$node->kill9;
	waitpid $pid, 0;
	for (1 .. 200)
	{
		sleep 0.1;
		next if -e "/proc/$pid/cmdline" && slurp_file("/proc/$pid/cmdline") ne '';
		unlink $node->data_dir . '/postmaster.pid' if -e "/proc/$pid";
		return if $node->start(fail_ok => 1);
		$node->{_pid} = undef;
	}
	die 'the server does not start';
}

# Waits until a call is in a tier, and a part of its time more; its process, and the tier that it is in then.
there(q{
	CREATE FUNCTION public.watched(in_tier int, part float) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		FOR i IN 1 .. 20000 LOOP
			PERFORM pg_stat_clear_snapshot();
			EXIT WHEN EXISTS (SELECT FROM gov_progress WHERE act LIKE 'gov_rollout%' AND phase ~ ('^tier ' || in_tier || ',.*(apply|revert)_sql'));
			PERFORM pg_sleep(0.002);
		END LOOP;
		PERFORM pg_sleep(part), pg_stat_clear_snapshot();
		RETURN (SELECT concat_ws(' ', pid, substring(phase FROM 'tier (\d+)')) FROM gov_progress WHERE act LIKE 'gov_rollout%');
	END $$;
});

# Begins a call and kills it where it is in a tier: its backend, or the server.  The tier that it was in at last.
sub killed
{
	my ($sql, $tier, $part, $what) = @_;
	my $call = background($sql);
	my ($pid, $in) = split / /, there("SELECT public.watched($tier, $part)");
	if ($what eq 'server') { kill_server() }
	elsif ($what eq 'immediate') { $node->stop('immediate'); $node->start }
	elsif ($pid) { kill 9, $pid }
	eval { $call->{h}->finish };
	$node->poll_query_until($db, 'SELECT true') or die;
	return $in // '';
}

my ($inside, %fell, %seen);

# One kill: in tier "tier" of a call; after it there are whole tiers, and the tier that was at work is not there.
sub round
{
	my ($act, $round, $tier, $what) = @_;
	my $in = killed(qq{CALL gov_rollout_$act('work')}, $tier, ($round * 7 % 10) * 0.02, $what);
	my $applied = whole("$act $round, $what");
	$fell{$in || 'none'}++;
	$seen{$applied}++;
	$inside++ if $in && $applied == ($act eq 'apply' ? $in - 1 : $in);
	return;
}

# What was seen: most kills fell inside of a tier, and in all of them.
sub spread
{
	my ($act, $rounds) = @_;
	note "$act: inside of a tier $inside of $rounds; in tier " . join(', ', map { "$_: $fell{$_}" } sort keys %fell) . '; tiers applied afterwards ' . join ', ', map { "$_: $seen{$_}" } sort keys %seen;
	cmp_ok($inside, '>', $rounds / 2, "$act: most kills fell inside of a tier");
	cmp_ok(scalar(grep { /\d/ } keys %fell), '>=', 5, "$act: in nearly all of them");
	($inside, %fell, %seen) = (0);
	return;
}

for my $round (1 .. 20)
{
	my $tier = 1 + ($round - 1) % 6;
	as('deployer', q{CALL gov_rollout_revert('work')}) if $tier == 1 && $round > 1;
	round('apply', $round, $tier, $round % 10 == 5 ? 'server' : $round % 10 == 0 ? 'immediate' : 'backend');
}
spread('apply', 20);
as('deployer', q{CALL gov_rollout_apply('work')}) if there(q{SELECT bool_and(applied) FROM gov_rollout_status WHERE rollout = 'work'}) ne 't';
is(whole('after all'), 6, 'the last call went on to the end');
for my $round (1 .. 10)
{
	my $tier = 6 - ($round - 1) % 6;
	as('deployer', q{CALL gov_rollout_apply('work')}) if $tier == 6 && $round > 1;
	round('revert', $round, $tier, $round == 4 ? 'server' : $round == 8 ? 'immediate' : 'backend');
}
spread('revert', 10);
as('deployer', q{CALL gov_rollout_revert('work')});
is(whole('after all'), 0, 'reverted to the end');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');

# ---- cancelled: as a failure, kept ----

my ($code, $out, $err) = $node->psql($db, q{SET statement_timeout = 150; CALL gov_rollout_apply('work')}, connstr => $node->connstr($db) . ' user=deployer');
isnt($code, 0, 'a cancel ends the run');
whole('cancelled');

$node->stop;
done_testing();
