# Random worlds of the kind of the reference scenario (test/rollout_world.pl), on
# the whole way: made and rehearsed on a clone, exported, imported into
# production, rehearsed there, voted on, applied, verified, reverted.  What each
# tier does, and the figures at the end, are predicted by arithmetic over the
# world's own numbers.
#
#	GOV_WORLDS	how many (2)
#	GOV_WORLD_SEED	the number of the first (1)
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
require './test/rollout_world.pl';

my $worlds = $ENV{GOV_WORLDS} || 2;
my $first = $ENV{GOV_WORLD_SEED} || 1;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\nautovacuum = off\n");
$node->start;
my %role = (steward => "Stew\xc3\xa4rd O'x", president => 'pres "i" dent', council_a => 'council.a', council_b => 'council b');
$node->safe_psql('postgres', 'CREATE ROLE ' . RolloutWorld::identifier($_) . ' LOGIN') for values %role;

# Answers of SQL in a database, as a role; or its error.
sub as
{
	my ($who, $db, $sql) = @_;
	my $role = $role{$who} =~ s/(['\\])/\\$1/gr;
	my ($code, $out, $err) = $node->psql($db, $sql, connstr => $node->connstr($db) . " user='$role'", on_error_stop => 1);
	return $code == 0 ? $out : "ERROR: $err";
}
sub steward { return as('steward', @_) }
sub literal { return RolloutWorld::literal(@_) }

# A database with the application of a world, and who decides.
sub database
{
	my ($db, $world) = @_;
	my %ident = map { $_ => RolloutWorld::identifier($role{$_}) } keys %role;
	my $all = join ', ', sort values %ident;
	my $name = RolloutWorld::identifier($db);
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($db, qq{
		CREATE SCHEMA gov;
		CREATE EXTENSION governance SCHEMA gov;
		ALTER DATABASE $name SET search_path = gov, public;
		GRANT USAGE ON SCHEMA gov TO $all;
		GRANT CREATE ON DATABASE $name TO $ident{steward};
	});
	$node->safe_psql($db, join "\n", $world->trust, "SELECT gov_set_authority('COUNCIL-A', kind => 'council', role_name => " . literal($role{council_a}) . ');',
		"SELECT gov_set_authority('COUNCIL-B', kind => 'council', role_name => " . literal($role{council_b}) . ');',
		"SELECT gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => " . literal($role{president}) . ');',
		'SELECT gov_grant(\'admin\', ' . literal($role{steward}) . ');', map { 'SELECT gov_grant(\'approver\', ' . literal($role{$_}) . ');' } qw(president council_a council_b));
	is(steward($db, $world->application), '', "$db: the application");
	return;
}

# What governing itself leaves behind, and the application's own rows move, aside.
my $moving = q{'^(ledger|votes|approvals|runs|scans|.*findings|shaped|unenrolled|fresh|lagging|never)'};

# A rehearsal holds, and leaves nothing.
sub rehearsed
{
	my ($db, $world) = @_;
	my $census = "SELECT metric, axis, amount FROM gov_metric WHERE amount <> 0 AND metric !~ $moving ORDER BY 1, 2";
	my $before = steward($db, $census);
	my $rehearsal = steward($db, sprintf q{SELECT kind, target, measure, note FROM gov_rehearse(%s, '{"max_duration": "10min"}') WHERE kind IN ('verdict', 'revert') OR kind = 'tier' AND measure <> 'holds'}, literal($world->{rollout}));
	is($rehearsal, 'verdict||ok|' . @{ $world->{tiers} } . " tiers were applied, reverted and undone\nrevert||equal to the baseline|", "$db: rehearsed: every tier does what was predicted, and reverting ends where it began");
	is(steward($db, $census), $before, "$db: nothing is left of it");
	return;
}

# All votes that the tiers need.
sub vote
{
	my ($db, $world) = @_;
	for my $tier (grep { $_->{kind} ne 'verify' } @{ $world->{tiers} })
	{
		my $approval = "it's \"$tier->{number}\"";
		like(steward($db, sprintf 'SELECT gov_request_approval(%s, \'apply_tier\', jsonb_build_object(\'rollout\', %s, \'tier\', %d), \'as rehearsed\')',
				literal($approval), literal($world->{rollout}), $tier->{number}), qr/^created/, "$db: tier $tier->{number} is asked for");
		as($_->[0], $db, sprintf 'CALL gov_cast_vote(%s, \'%s\', \'approve\')', literal($approval), $_->[1]) for [ 'council_a', 'COUNCIL-A' ], [ 'council_b', 'COUNCIL-B' ], [ 'president', 'PRESIDENT' ];
	}
	return;
}

# The figures that the database ends at are those predicted.
sub figures
{
	my ($db, $world) = @_;
	for my $axis (sort keys %{ $world->{figures} })
	{
		my $figures = $world->{figures}{$axis};
		my @columns = qw(required covered gap waived fallback);
		is(steward($db, 'SELECT ' . join(', ', @columns) . ' FROM gov_coverage_summary WHERE axis = ' . literal($world->{axis}{$axis})), join('|', @$figures{@columns}), "$db: cells of $axis");
		is(steward($db, "SELECT string_agg(metric || ' ' || amount, ', ' ORDER BY metric COLLATE \"C\") FROM gov_metric WHERE axis = " . literal($world->{axis}{$axis}) . ' AND metric IN (' . join(', ', map { "'$_'" } sort keys %$figures) . ')'),
			join(', ', map { "$_ $figures->{$_}" } sort keys %$figures), "$db: counts of $axis");
	}
	is(steward($db, q{SELECT string_agg(detector || ' ' || open, ', ' ORDER BY detector COLLATE "C") FROM gov_drift_summary WHERE open > 0}),
		join(', ', map { "$_ $world->{findings}{$_}" } sort keys %{ $world->{findings} }), "$db: findings");
	return;
}

# ---- the way ----

my %met;
for my $seed ($first .. $first + $worlds - 1)
{
	my $world = RolloutWorld->new($seed);
	my ($clone, $prod) = ("cl\xc3\xb6ne \"$seed\"", "prod.$seed 'x'");
	my $name = literal($world->{rollout});
	my $depth = 0;
	for (@{ $world->{groups} }) { my $n = 1; for (my $up = $_->{parent}; $up; $up = $up->{parent}) { $n++ } $depth = $n if $n > $depth }
	note "seed $seed: " . @{ $world->{groups} } . ' groups, ' . "$depth deep, " . @{ $world->{collections} } . ' collections, ' . @{ $world->{tiers} } . " tiers, $world->{open} findings";

	database($clone, $world);
	is((split /\n/, steward($clone, $world->rollout))[-1] =~ s/: sealed as .*//r, "changed rollout \"$world->{rollout}\"", "$clone: sealed");
	rehearsed($clone, $world);
	my $package = steward($clone, "SELECT gov_rollout_export($name)");
	my $hash = steward($clone, 'SELECT content_hash FROM gov_rollout');

	database($prod, $world);
	is(steward($prod, "SELECT gov_capture_baseline('entry') ~ '^created'"), 't', "$prod: its state on entry");
	is(steward($prod, 'SELECT gov_rollout_import(' . literal($package) . ', ' . literal($prod) . ')'), "created rollout \"$world->{rollout}\": sealed as $hash", "$prod: imported, of the same hash");
	is(steward($prod, "SELECT verdict, blocker FROM gov_gate($name) WHERE tier IS NULL"), 'BLOCKED|it was not rehearsed', "$prod: rehearsal starts anew");
	rehearsed($prod, $world);
	is(steward($prod, "SELECT string_agg(tier || ' ' || verdict, ', ' ORDER BY tier) FROM gov_gate($name)"),
		join(', ', map { "$_->{number} " . ($_->{kind} eq 'verify' ? 'READY' : 'BLOCKED') } @{ $world->{tiers} }), "$prod: what changes something needs votes");
	vote($prod, $world);
	is(steward($prod, "SELECT string_agg(DISTINCT verdict, ' ') FROM gov_gate($name)"), 'READY', "$prod: ready");
	is(steward($prod, "CALL gov_rollout_apply($name)"), '', "$prod: applied");
	figures($prod, $world);
	is(steward($prod, q{SELECT count(*) FILTER (WHERE status = 'applied') FROM gov_rollout_status}), scalar @{ $world->{tiers} }, "$prod: every tier is applied");
	like(steward($prod, "CALL gov_rollout_apply($name)"), qr/it is applied whole/, "$prod: a second apply is refused");
	is(steward($prod, "CALL gov_rollout_revert($name)"), '', "$prod: reverted");
	steward($prod, "SELECT gov_capture_baseline('exit')");
	is(steward($prod, "SELECT kind, relation, what, from_state, to_state FROM gov_compare_baseline('entry', 'exit') WHERE verdict NOT IN ('same', 'excluded', 'noted') AND kind <> 'verdict' AND NOT (kind = 'metric' AND what ~ $moving)"),
		'', "$prod: rows, definitions, rights, facts and counts are what they were");
	is(steward($prod, 'SELECT count(*) FROM gov_ledger_verify()'), '0', "$prod: the ledger is whole");
	$met{$_} += $world->{findings}{$_} for keys %{ $world->{findings} };
	for my $axis (qw(responsibility topic)) { $met{"$axis $_"} += $world->{figures}{$axis}{$_} for keys %{ $world->{figures}{$axis} } }
	$node->safe_psql('postgres', 'DROP DATABASE ' . RolloutWorld::identifier($_)) for $clone, $prod;
}
note 'met: ' . join ', ', map { "$_ $met{$_}" } sort keys %met;

$node->stop;
done_testing();
