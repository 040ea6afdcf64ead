# The cookbook of the README runs, from top to bottom, as it stands there.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $readme = slurp_file('README.md');
my @blocks = $readme =~ /^```sql\n(.*?)^```/msg;
cmp_ok(scalar @blocks, '>', 5, 'the README has a cookbook');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $number = 0;
for my $block (@blocks)
{
	my ($code, $out, $err) = $node->psql('postgres', $block, on_error_stop => 1);
	is($code, 0, 'block ' . ++$number . ' runs') or diag($err);
	# A comment after a query that promises something, is held to it.
	my ($gaps) = $out =~ /^responsibility\|4\|\d+\|(\d+)/m;
	is($gaps, 4, 'four gaps before') if $block =~ /4 required, 4 gaps/;
	is($gaps, 0, 'none after') if $block =~ /no gap left/;
}
is($node->safe_psql('postgres', q{SELECT authority FROM gov_effective_owner
	WHERE object_ref = 'app.client' AND axis = 'responsibility' AND value = 'policy'}),
	'TEAM-APP', 'a renamed table keeps its owner');

# So do the commands of its pipeline: they pass now, and fail when a table is not synced.
my ($reconcile, $check) = map { s/ mydb$/ -d postgres/r } $readme =~ /^    (psql -X .*-c ".*(?:gov_reconcile|gov_check).*)$/mg;
sub exit_code
{
	my ($command) = @_;

	local %ENV = $node->_get_env();
	system("$command >$node->{_logfile_base}_check 2>&1");
	return $? >> 8;
}
is(exit_code($reconcile), 0, 'the pipeline reconciles') or diag(slurp_file("$node->{_logfile_base}_check"));
is(exit_code($check), 0, 'gov_check passes') or diag(slurp_file("$node->{_logfile_base}_check"));
$node->safe_psql('postgres', 'CREATE TABLE app.late (id bigint)');
is(exit_code($check), 1, 'gov_check fails for a table that nobody synced');
like(slurp_file("$node->{_logfile_base}_check"), qr/source schema:app is not synced: it has 1 objects that are not registered/, 'and says why');

$node->stop;
done_testing();
