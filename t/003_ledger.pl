# The ledger on a whole server: dumps bring it back entry by entry, hash by
# hash, however they are made; a restore chains nothing, and what it brought is
# told by one entry afterwards; settings of a session open nothing; a standby
# verifies what it has; entries of prepared transactions and of sessions that
# were killed keep nobody from chaining.
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
$node->command_ok([ 'pg_dump', '--enable-row-security', '-f', "$dir/rls.sql", 'old' ], 'pg_dump, row security enabled');
$node->command_ok([ 'pg_dump', '--data-only', '-t', 'gov_*', '-f', "$dir/tables.sql", 'old' ],  'pg_dump, tables alone');
$node->command_ok([ 'pg_dump', '--inserts', '-f', "$dir/inserts.sql", 'old' ],  'pg_dump, inserts');
$node->command_ok([ 'pg_dump', '--column-inserts', '--rows-per-insert=7', '-f', "$dir/rows.sql", 'old' ], 'pg_dump, rows per insert');
is(ledger('old'), $before, 'dumping changes nothing');

# one COPY for each table, in the order of the dump, as other tools do it
sub copies
{
	my ($into) = @_;
	my ($list) = run_command([ 'pg_restore', '-l', "$dir/custom" ]);
	for my $table ($list =~ /TABLE DATA public (gov_\w+)/g)
	{
		my $columns = $node->safe_psql('old', "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '$table'::regclass AND attnum > 0 AND attgenerated = ''");
		$node->safe_psql('old', "COPY $table ($columns) TO '$dir/$table.copy'");
		$node->safe_psql($into, "SET DateStyle = 'SQL'; COPY $table ($columns) FROM '$dir/$table.copy'");
	}
	return;
}

my %restore = (
	custom      => [ 'pg_restore', '--exit-on-error', '-d', 'new_custom', "$dir/custom" ],
	transaction => [ 'pg_restore', '--exit-on-error', '-1', '-d', 'new_transaction', "$dir/custom" ],
	directory   => [ 'pg_restore', '--exit-on-error', '-d', 'new_directory', "$dir/directory" ],
	jobs        => [ 'sh', '-c', 'for s in "pre-data" "data" "post-data -j 2"; do pg_restore --exit-on-error --section=$s -d new_jobs "$0" || exit 1; done', "$dir/directory" ],
	map { $_ => [ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', "new_$_", '-f', "$dir/$_.sql" ] } qw(plain rls inserts rows tables));
for my $way (sort keys %restore)
{
	$node->safe_psql('postgres', "CREATE DATABASE new_$way");
	$node->safe_psql("new_$way", 'CREATE EXTENSION governance') if $way eq 'tables';
	$node->command_ok($restore{$way}, "$way: restored");
	is(ledger("new_$way"), $before, "$way: the same entries, hashes and sequence");
	is($node->safe_psql("new_$way", $verify), '', "$way: whole");
	is($node->safe_psql("new_$way", 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, "$way: chained on");
	is($node->safe_psql("new_$way", q{SELECT action, payload -> 'rows' -> 'gov_authority', payload -> 'rows' -> 'gov_ledger_archive' FROM gov_ledger ORDER BY position DESC LIMIT 1}),
		'restore|22|' . $node->safe_psql('old', 'SELECT count(*) FROM gov_ledger_archive'), "$way: what arrived is told");
	$node->safe_psql("new_$way", "SELECT gov_set_authority('NEW', kind => 'human')");
	is($node->safe_psql("new_$way", $verify), '', "$way: and goes on");
	$node->safe_psql("new_$way", "INSERT INTO gov_authority (authority, kind) VALUES ('DIRECT', 'human')");
	is($node->safe_psql("new_$way", "SELECT payload FROM gov_ledger ORDER BY seq DESC LIMIT 1"),
		'{"rows": 1, "after": {"kind": "human", "status": "active", "authority": "DIRECT"}, "operation": "insert"}', "$way: direct changes are noted again");
}

# tables copied one by one, without their sequences
$node->safe_psql('postgres', 'CREATE DATABASE copies');
$node->safe_psql('copies', 'CREATE EXTENSION governance');
copies('copies');
is(join("\n", map { $node->safe_psql('copies', $_) } $entries, $archive), $before =~ s/\n[^\n]*$//r, 'copies: the same entries');
is($node->safe_psql('copies', $verify), '', 'copies: whole');
$node->safe_psql('copies', "SELECT gov_set_authority('NEW', kind => 'human')");
is($node->safe_psql('copies', $verify), '', 'copies: and goes on');

# an entry of the largest size is chained, whatever must be escaped in it; a larger one is refused
$node->safe_psql('gone', q{SELECT gov_set_authority('LARGE', kind => 'human', name => repeat(E'\\x01', 15 * 1024 * 1024))});
is($node->safe_psql('gone', q{SELECT hash IS NOT NULL FROM gov_ledger WHERE target ->> 'authority' = 'LARGE'}), 't', 'an entry of 90 MB as text is chained');
is($node->safe_psql('gone', $verify), '', 'and verified');
like(($node->psql('gone', q{SELECT gov_set_authority('LARGER', kind => 'human', name => repeat(E'\\x01', 178 * 1024 * 1024))}))[2],
	qr/"name" is too large/, 'one that could never be chained is refused');
$node->safe_psql('gone', "SELECT gov_set_authority('NEXT', kind => 'human')");
is($node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, 'and nobody is kept from committing');

# settings do not silence the ledger, nor open it: in a database where something was done nobody restores
my $all = "SET search_path = ''; SET row_security = off; SET check_function_bodies = off;";
$node->safe_psql('gone', "$all INSERT INTO public.gov_authority (authority, kind) VALUES ('SETTINGS', 'human')");
is($node->safe_psql('gone', "SELECT action FROM gov_ledger ORDER BY seq DESC LIMIT 1"), 'dml', 'noted with the settings of a restore');
for my $table ('gov_ledger', 'gov_ledger_archive')
{
	like(($node->psql('gone', "$all INSERT INTO public.$table (seq, at, actor, login, action, target, payload, format) VALUES (9000, now(), 'a', 'a', 'forged', '{}', '{}', 2)"))[2],
		qr/INSERT of "$table" is refused/, "no entry is inserted into $table by hand");
}
my $count = $node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger');
$node->safe_psql('gone', "$all UPDATE public.gov_authority SET name = 'x'; DELETE FROM public.gov_authority WHERE authority LIKE '%off'");
is($node->safe_psql('gone', 'SELECT count(*) FROM gov_ledger'), $count + 1, 'and UPDATE, where it touched rows');

# a role that may write all data may not write ours
$node->safe_psql('gone', 'CREATE ROLE writer LOGIN; GRANT pg_write_all_data, pg_read_all_data TO writer; GRANT USAGE ON SCHEMA public TO writer');
for my $table (split /\n/, $node->safe_psql('gone', q{SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'gov\_%' ORDER BY 1}))
{
	for my $statement ("DELETE FROM $table", "INSERT INTO $table DEFAULT VALUES")
	{
		next if $statement =~ /^DELETE/ && $table eq 'gov_event_outbox';    # no row, no trigger
		my $said = ($node->psql('gone', "$all $statement" =~ s/gov_/public.gov_/r, extra_params => [ '-U', 'writer' ]))[2];
		like($said, qr/refused|null value|permission denied|not written by hand|invalid|violates/, "writer: $statement");
	}
	is($node->safe_psql('gone', "SELECT count(*) FROM $table WHERE false"), 0, "$table is there");
}
is($node->safe_psql('gone', q{SELECT count(*) FROM gov_ledger WHERE login = 'writer'}), 0, 'and nothing was done by it');

# rows that come before the first act are counted, and the first act, verify or reconcile tells of them
$node->safe_psql('postgres', 'CREATE DATABASE byhand');
$node->safe_psql('byhand', 'CREATE EXTENSION governance');
is($node->safe_psql('byhand', 'SELECT count(*) FROM gov_ledger'), 0, 'a new ledger is empty');
is($node->safe_psql('byhand', $verify), '', 'and whole');
$node->safe_psql('byhand', "INSERT INTO gov_authority (authority, kind) VALUES ('A', 'human'), ('B', 'human')");
$node->safe_psql('byhand', "INSERT INTO gov_authority (authority, kind) VALUES ('C', 'human')");
$node->safe_psql('byhand', $verify);
is($node->safe_psql('byhand', "SELECT string_agg(action || coalesce(payload ->> 'rows', ''), ',' ORDER BY position) FROM gov_ledger"),
	'create_extension,restore{"gov_authority": 3}', 'they are told of by table');
is($node->safe_psql('byhand', 'SELECT count(*) FROM gov_ledger_arrival'), 0, 'once');
$node->safe_psql('byhand', 'ALTER TABLE gov_ledger DISABLE TRIGGER USER; TRUNCATE gov_ledger');
like($node->safe_psql('byhand', $verify), qr/^1\|the ledger is empty/, 'a ledger that was emptied is found');
$node->safe_psql('postgres', 'CREATE DATABASE forged');
$node->safe_psql('forged', 'CREATE EXTENSION governance');
$node->safe_psql('forged', q{INSERT INTO gov_ledger (seq, action, position, hash) VALUES (1, 'create_extension', 1, sha256('x'))});
like($node->safe_psql('forged', $verify), qr/^1\|it was changed/, 'a forged entry in a new ledger is found');
is($node->safe_psql('forged', "SELECT payload -> 'rows' || jsonb_build_object('broken', payload -> 'broken') FROM gov_ledger WHERE action = 'restore'"),
	'{"broken": 1, "gov_ledger": 1}', 'and told');

# an entry of another ledger, whole by itself, in the place of one that was left out
$node->safe_psql('postgres', 'CREATE DATABASE mixed');
$node->safe_psql('mixed', 'CREATE EXTENSION governance');
my $same = $node->safe_psql('gone', 'SELECT seq FROM gov_ledger WHERE position = 3');
$node->safe_psql('old', "COPY (SELECT * FROM gov_ledger_archive WHERE position <> 3 AND seq <> $same ORDER BY hash) TO '$dir/most.copy'");
$node->safe_psql('gone', "COPY (SELECT * FROM gov_ledger WHERE position = 3) TO '$dir/other.copy'");
$node->safe_psql('mixed', "COPY gov_ledger_archive FROM '$dir/most.copy'");
is($node->safe_psql('mixed', 'SELECT rows > 10, broken FROM gov_ledger_arrival'), 't|0', 'mixed: what is left out may still come, in any order');
like(($node->psql('mixed', "COPY gov_ledger_archive FROM '$dir/other.copy'"))[2],
	qr/the chain is broken where entries were inserted into "gov_ledger_archive".*Inserted entries: 1, broken links: [12]\./s, 'mixed: one of another ledger does not follow');
like($node->safe_psql('mixed', $verify), qr/it does not follow the entry before it/, 'mixed: and is found');

# an owner who arms gates cannot insert past them afterwards, in the same transaction, nor
# while the act is prepared: what was done ends the time of restoring
$node->safe_psql('postgres', 'CREATE DATABASE armed');
$node->safe_psql('armed', 'CREATE EXTENSION governance');
$node->safe_psql('postgres', 'CREATE ROLE pres LOGIN; CREATE ROLE two LOGIN; CREATE ROLE three LOGIN');
my $arm = q{SELECT gov_set_authority('C2', kind => 'council', role_name => 'two'); SELECT gov_set_authority('C3', kind => 'council', role_name => 'three');
	SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'pres');};
my $past = q{INSERT INTO gov_authority (authority, kind, role_name) VALUES ('MINE', 'sovereign', 'postgres')};
like(($node->psql('armed', "BEGIN; $arm $past; COMMIT", on_error_stop => 1))[2], qr/needs an approval of action "change_trust"/, 'armed: refused in the same transaction');
is($node->safe_psql('armed', 'SELECT count(*) FROM gov_ledger_origin'), 1, 'armed: what was undone was not done');
$node->safe_psql('armed', "BEGIN; $arm PREPARE TRANSACTION 'armed'");
$node->safe_psql('armed', q{COMMIT PREPARED 'armed'});
like(($node->psql('armed', $past))[2], qr/needs an approval of action "change_trust"/, 'armed: refused before anything was chained');
like(($node->psql('armed', q{INSERT INTO gov_ledger (action) VALUES ('forged')}))[2], qr/INSERT of "gov_ledger" is refused/, 'armed: and no entry is inserted');
is($node->safe_psql('armed', $verify), '', 'armed: whole');
is($node->safe_psql('armed', 'SELECT string_agg(action, $$,$$ ORDER BY position) FROM gov_ledger'),
	'create_extension,set_authority,set_authority,set_authority', 'armed: begun by the next who chains');

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
