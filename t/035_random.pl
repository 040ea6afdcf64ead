# Random calls and random queries: nothing that a caller should never see, the
# ledger whole, the invariants kept, the coverage that of the oracle, and the
# engine's foreign tables answering as ordinary tables do.
#
# GOV_RANDOM_SECONDS and GOV_RANDOM_QUERIES make it longer, GOV_RANDOM_SEED
# another one.
#
# Seen to fail, on a server with assertions: when what an authority was is
# built in memory that SPI frees.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('random');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 30\nmax_locks_per_transaction = 256\ntrack_functions = all\n");
$node->start;

my $seed = $ENV{GOV_RANDOM_SEED} // 1;
my $keep = $PostgreSQL::Test::Utils::tmp_check . '/random';
local @ENV{qw(PGHOST PGPORT)} = ($node->host, $node->port);
delete local $ENV{PGDATABASE};

# Runs a script of ours; what it prints but its last line are faults.
sub run_random
{
	my ($name, @command) = @_;
	my ($out, $err);
	my $ok = IPC::Run::run([ $^X, @command, '--seed', $seed, '--keep', $keep ], '>', \$out, '2>', \$err);
	note($out =~ /([^\n]*)\n\z/);
	ok($ok, $name) or diag(substr("$out$err", 0, 8000));
	return;
}

run_random('random calls', 'test/random_calls.pl', '--seconds', $ENV{GOV_RANDOM_SECONDS} // 60);
run_random('random queries', 'test/random_queries.pl', '--queries', $ENV{GOV_RANDOM_QUERIES} // 300);
$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|terminated by signal/, 'no crash, no failed assertion');
done_testing();
