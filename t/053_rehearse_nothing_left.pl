# A rehearsal leaves nothing: test/rehearse_nothing_left.sql rehearses some 75
# statements of every kind, and compares the contents of every table, the
# catalogs and the session before and after each.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

my ($code, $out, $err) = $node->psql('postgres', 'SELECT 1', extra_params => [ '-f', "$FindBin::Bin/../test/rehearse_nothing_left.sql" ]);
my %verdict = map { /INFO:\s+(\d+)\s+(.*)/ ? ($1 => $2) : () } split /\n/, $err;
my ($statements) = $out =~ /^(\d+)\|t$/m;
cmp_ok($statements // 0, '>=', 60, 'statements enough');
is(scalar(keys %verdict), $statements, 'each was rehearsed') or diag($err);
for my $n (sort { $a <=> $b } keys %verdict)
{
	unlike($verdict{$n}, qr/LEFT/, "statement $n leaves nothing: $verdict{$n}");
}

# Those that are to fail do, and no others.
is(join(', ', map { "$_ $verdict{$_}" =~ s/(\d+ ).*: (\w+)$/$1$2/r } grep { $verdict{$_} !~ /^ok/ } sort { $a <=> $b } keys %verdict),
	'44 23503, 46 23505, 47 23514, 48 22012, 51 42501, 75 0A000, 76 0A000', 'those that fail');
done_testing();
