# The coverage summary's workers find the library where the functions do,
# whatever path the server has for libraries.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
plan skip_all => 'from 18 on every library is looked for in dynamic_library_path'
	if $node->pg_version >= 18;
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
dynamic_library_path = '/nowhere'
max_parallel_workers_per_gather = 2
min_parallel_table_scan_size = 0
log_min_messages = debug1
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION governance');
$node->safe_psql('postgres', slurp_file('test/things.sql'));
my $log = -s $node->logfile;
is($node->safe_psql('postgres', "SELECT axis, required, gap FROM gov_coverage_summary"), 'topic|100|100', 'the summary is counted');
like(slurp_file($node->logfile, $log), qr/parallel worker/, 'by several processes');

$node->stop;
done_testing();
