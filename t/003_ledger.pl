# The ledger on a whole server: dumps bring it back entry by entry, hash by
# hash, however they are made; a restore chains nothing and notes nothing;
# a standby verifies what it has; entries of prepared transactions and of
# sessions that were killed keep nobody from chaining.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('ledger');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "max_prepared_transactions = 2\n");
$node->start;

my $entries = 'SELECT * FROM gov_ledger ORDER BY seq';
my $archive = 'SELECT * FROM gov_ledger_archive ORDER BY seq';
my $verify  = 'SELECT * FROM gov_ledger_verify()';

# Everything that must be the same after a restore.
sub ledger
{
	my ($db) = @_;
	return join "\n", map { $node->safe_psql($db, $_) } $entries, $archive,
	  'SELECT last_value, is_called FROM gov_ledger_seq_seq';
}

$node->safe_psql('postgres', 'CREATE DATABASE old');
$node->safe_psql('old', 'CREATE EXTENSION governance');
$node->safe_psql('old', "SELECT gov_set_authority('A' || n, kind => 'human') FROM generate_series(1, 20) n");
$node->safe_psql('old', "SELECT gov_create_axis('duty'); SELECT gov_set_axis_status('duty', 'active')");
$node->safe_psql('old', "SELECT gov_propose_value('duty', v), gov_ratify('duty', v) FROM unnest('{policy,quality}'::text[]) v");
$node->safe_psql('old', "SELECT gov_register_object('thing', 't' || n) FROM generate_series(1, 50) n");
$node->safe_psql('old', "SELECT gov_own('thing', 't' || n, 'duty', 'policy', 'A1', reason => 'übermäßig') FROM generate_series(1, 50) n");
$node->safe_psql('old', 'SELECT * FROM gov_ledger_seal(now())');
$node->safe_psql('old', "UPDATE gov_source SET enabled = false WHERE source = 'manual'");

# a prepared transaction's entries stay unchained, and nothing waits for it
$node->safe_psql('old', q{BEGIN; SELECT gov_set_authority('PREPARED', kind => 'human'); PREPARE TRANSACTION 'ledger'});
$node->safe_psql('old', "SELECT gov_set_authority('AFTER', kind => 'human')");
is($node->safe_psql('old', $verify), '', 'whole beside a prepared transaction');
is($node->safe_psql('old', 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, 'all that is committed is chained');
$node->safe_psql('old', q{COMMIT PREPARED 'ledger'});
is($node->safe_psql('old', 'SELECT target FROM gov_ledger WHERE hash IS NULL'),
	'{"authority": "PREPARED"}', 'its entry waits for the next who chains');

# so do those of a session that went away without a word
$node->safe_psql('postgres', 'CREATE DATABASE gone');
$node->safe_psql('gone', 'CREATE EXTENSION governance');
$node->psql('gone', q{BEGIN; SELECT gov_set_authority('GONE', kind => 'human'), gov_ledger_head(); SELECT pg_terminate_backend(pg_backend_pid())});
$node->safe_psql('gone', "SELECT gov_set_authority('HERE', kind => 'human')");
is($node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger WHERE hash IS NOT NULL') . $node->safe_psql('gone', $verify),
	'2', 'a session that was ended leaves no lock and no hole');

my $before = ledger('old');
like($before, qr/\|\|\|\|2\|/, 'an unchained entry is dumped, too');
my $dir = $node->backup_dir;
mkdir $dir;
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/custom", 'old' ],             'pg_dump, custom');
$node->command_ok([ 'pg_dump', '-Fd', '-j', '2', '-f', "$dir/directory", 'old' ], 'pg_dump, directory');
$node->command_ok([ 'pg_dump', '-f', "$dir/plain.sql", 'old' ],                 'pg_dump, plain');
$node->command_ok([ 'pg_dump', '--inserts', '-f', "$dir/inserts.sql", 'old' ],  'pg_dump, inserts');
$node->command_ok([ 'pg_dump', '--column-inserts', '--rows-per-insert=7', '-f', "$dir/rows.sql", 'old' ], 'pg_dump, rows per insert');
is(ledger('old'), $before, 'dumping changes nothing');

my %restore = (
	custom      => [ 'pg_restore', '--exit-on-error', '-d', 'new_custom', "$dir/custom" ],
	transaction => [ 'pg_restore', '--exit-on-error', '-1', '-d', 'new_transaction', "$dir/custom" ],
	directory   => [ 'pg_restore', '--exit-on-error', '-d', 'new_directory', "$dir/directory" ],
	map { $_ => [ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', "new_$_", '-f', "$dir/$_.sql" ] } qw(plain inserts rows));
for my $way (sort keys %restore)
{
	$node->safe_psql('postgres', "CREATE DATABASE new_$way");
	$node->command_ok($restore{$way}, "$way: restored");
	is(ledger("new_$way"), $before, "$way: the same entries, hashes and sequence");
	is($node->safe_psql("new_$way", $verify), '', "$way: whole");
	is($node->safe_psql("new_$way", 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, "$way: chained on");
	$node->safe_psql("new_$way", "SELECT gov_set_authority('NEW', kind => 'human')");
	is($node->safe_psql("new_$way", $verify), '', "$way: and goes on");
	$node->safe_psql("new_$way", "INSERT INTO gov_authority (authority, kind) VALUES ('DIRECT', 'human')");
	is($node->safe_psql("new_$way", "SELECT payload FROM gov_ledger ORDER BY seq DESC LIMIT 1"),
		'{"rows": 1, "operation": "insert"}', "$way: direct changes are noted again");
}

# an entry of the largest size is chained, whatever must be escaped in it; a larger one is refused
$node->safe_psql('gone', q{SELECT gov_set_authority('LARGE', kind => 'human', name => repeat(E'\\x01', 15 * 1024 * 1024))});
is($node->safe_psql('gone', q{SELECT hash IS NOT NULL FROM gov_ledger WHERE target ->> 'authority' = 'LARGE'}), 't', 'an entry of 90 MB as text is chained');
is($node->safe_psql('gone', $verify), '', 'and verified');
like(($node->psql('gone', q{SELECT gov_set_authority('LARGER', kind => 'human', name => repeat(E'\\x01', 178 * 1024 * 1024))}))[2],
	qr/"name" is too large/, 'one that could never be chained is refused');
$node->safe_psql('gone', "SELECT gov_set_authority('NEXT', kind => 'human')");
is($node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, 'and nobody is kept from committing');

# what a restore does to one of its settings alone does not silence the ledger
for my $setting ("search_path = ''", 'row_security = off', 'check_function_bodies = off')
{
	my $authority = $setting =~ s/\W+//gr;
	$node->safe_psql('gone', "SET $setting; INSERT INTO public.gov_authority (authority, kind) VALUES ('$authority', 'human')");
	is($node->safe_psql('gone', "SELECT action FROM gov_ledger ORDER BY seq DESC LIMIT 1"), 'dml', "noted with $setting");
}
my $all = "SET search_path = ''; SET row_security = off; SET check_function_bodies = off;";
my $count = $node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger');
$node->safe_psql('gone', "$all UPDATE public.gov_authority SET name = 'x'; DELETE FROM public.gov_authority WHERE authority LIKE '%off'");
is($node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger'), $count + 2, 'and UPDATE and DELETE with all three');

# a standby verifies, and neither chains nor fails
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $head = $node->safe_psql('old', 'SELECT gov_ledger_head()');
$node->safe_psql('old', q{BEGIN; SELECT gov_set_authority('LATE', kind => 'human'); PREPARE TRANSACTION 'ledger'});
$node->safe_psql('old', q{COMMIT PREPARED 'ledger'});
$node->wait_for_catchup($standby);
is($standby->safe_psql('old', "SELECT * FROM gov_ledger_verify(NULL, '$head')"), '', 'whole on a standby');
is($standby->safe_psql('old', 'SELECT gov_ledger_head()'), $head, 'with the head of what is chained');
$standby->promote;
is($standby->safe_psql('old', "SELECT * FROM gov_ledger_verify(NULL, '$head')"), '', 'and after its promotion');
isnt($standby->safe_psql('old', 'SELECT gov_ledger_head()'), $head, 'when it chains itself');

$standby->stop;
$node->stop;
done_testing();
