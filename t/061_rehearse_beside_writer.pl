# Rehearsals on a table that another session writes to without a pause: no write
# waits longer than from the grant of the rehearsal's lock to its rollback, which
# the rehearsal reports, and which max_duration bounds; where the lock is not
# to be had, not longer than lock_timeout.  No write is lost, and nothing of the
# rehearsals is there.
#
#	GOV_WRITER_ROWS	rows of the table (50000; 1000000 is what is promised)
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $rows = $ENV{GOV_WRITER_ROWS} || 50000;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nmax_wal_size = 4GB\nclient_min_messages = warning\n");
$node->start;

sub there { return $node->safe_psql('postgres', $_[0]) }

there(qq{
	CREATE EXTENSION governance;
	CREATE SCHEMA app;
	CREATE TABLE app.large (id int PRIMARY KEY, writes int NOT NULL DEFAULT 0, amount int, note text);
	INSERT INTO app.large (id, amount, note) SELECT n, n % 1000, 'row ' || n FROM generate_series(1, $rows) AS n;
	CREATE TABLE app.write (began timestamptz, ms float);
	CREATE TABLE app.stop (now boolean);
	CREATE TABLE app.wrote (writes int);
	VACUUM ANALYZE app.large;
});
# One row a transaction; writes that take long are noted, from before the write to after its commit.
there(qq{
	CREATE PROCEDURE app.writes() LANGUAGE plpgsql AS \$\$
	DECLARE
		n int := 0;
		began timestamptz;
		ms float;
	BEGIN
		LOOP
			began := clock_timestamp();
			UPDATE app.large SET writes = writes + 1 WHERE id = 1 + (n::bigint * 7919) % $rows;
			COMMIT;
			ms := extract(epoch FROM clock_timestamp() - began) * 1000;
			n := n + 1;
			IF ms > 20 THEN
				INSERT INTO app.write VALUES (began, ms);
				COMMIT;
			END IF;
			EXIT WHEN EXISTS (SELECT FROM app.stop);
		END LOOP;
		INSERT INTO app.wrote VALUES (n);
	END \$\$;
});

my ($out, $err) = ('', '');
my $writer = IPC::Run::start([ $node->installed_command('psql'), '-Xq', '-d', $node->connstr('postgres') . ' application_name=writer', '-c', 'CALL app.writes()' ], '>', \$out, '2>', \$err);
$node->poll_query_until('postgres', q{SELECT sum(writes) > 100 FROM app.large WHERE writes > 0}) or die 'it does not write';

# How long a write takes when nobody is in the way: what else the machine does.
sleep 2;
my $noise = there('SELECT coalesce(max(ms), 20) FROM app.write');
my $slack = 1000 + 2 * $noise;
note "$rows rows; without a rehearsal a write took at most $noise ms";

# Rehearses beside the writer; compares what it reports with what the writer met.
sub beside
{
	my ($what, $sql, %how) = @_;
	my $options = $how{options} || '{"max_duration": "10min", "facts": false}';
	there('TRUNCATE app.write');
	my %told = map { /^(\w+)\|(.*)\|(.*)$/ ? ($1 => $2, "$1 ms" => $3) : () } split /\n/, there(qq{SELECT CASE WHEN measure = 'held until undone' THEN 'undone' ELSE kind END, measure, amount
		FROM gov_rehearse_sql(\$sql\$$sql\$sql\$, '$options') WHERE kind = 'verdict' OR kind = 'lock' AND (target = 'app.large' OR target IS NULL)});
	# from the beginning of the statement that took the lock to the last check, and on to the rollback
	my $held = ($told{'lock ms'} || 0) + $told{'undone ms'} - $told{'verdict ms'};
	is($told{verdict}, $how{verdict} || 'ok', "$what: the verdict");
	# what waited is through when another write has begun since
	my $n = there('SELECT sum(writes) FROM app.large');
	$node->poll_query_until('postgres', "SELECT sum(writes) > $n + 10 FROM app.large") or die 'it does not write any more';
	my $waited = there('SELECT coalesce(max(ms), 0) FROM app.write');
	note sprintf '%s: held %.0f ms, the longest write %.0f ms', $what, $held, $waited;
	if ($how{waits}) { cmp_ok($waited, '>', $held / 2, "$what: writes waited for it") }
	cmp_ok($waited, '<=', $held + ($how{queued} || 0) + $slack, "$what: none longer than from the grant of its lock to its rollback");
	cmp_ok($held, '<=', $how{bound} + $slack, "$what: which max_duration bounds") if $how{bound};
	return;
}

beside('one UPDATE of all rows', 'UPDATE app.large SET amount = amount + 1');
beside('a column and its value', 'ALTER TABLE app.large ADD COLUMN more int; UPDATE app.large SET more = amount', waits => 1);
beside('a rewrite', 'ALTER TABLE app.large ALTER COLUMN amount TYPE bigint', waits => 1);
beside('an index', 'CREATE INDEX ON app.large (note)', waits => 1);
beside('what takes too long', 'LOCK TABLE app.large; SELECT count(*) FROM generate_series(1, 1000000000)', waits => 1, verdict => 'not ok',
	options => '{"max_duration": "2s", "facts": false}', bound => 2000);
beside('too long with all rows', 'ALTER TABLE app.large ADD COLUMN more int; UPDATE app.large SET more = amount; SELECT pg_sleep(600)', waits => 1, verdict => 'not ok',
	options => '{"max_duration": "1500ms", "facts": false}', bound => 1500);

# Somebody reads for long: who writes waits behind the rehearsal's request, which lock_timeout ends.
{
	my $reader = $node->background_psql('postgres', on_error_stop => 0);
	$reader->query_safe('BEGIN; SELECT count(*) FROM app.large');
	beside('behind a reader', 'ALTER TABLE app.large ADD COLUMN more int', verdict => 'not ok', options => '{"lock_timeout": "500ms", "facts": false}', queued => 500);
	$reader->quit;
}

there(q{INSERT INTO app.stop VALUES (true)});
$writer->finish;
is($err, '', 'the writer met no error');
is(there('SELECT sum(writes) - (SELECT writes FROM app.wrote) FROM app.large'), '0', 'no write is lost, and none done twice');
is(there("SELECT count(*), count(*) FILTER (WHERE amount = id % 1000) FROM app.large"), "$rows|$rows", 'nothing of the rehearsals is left');
is(there(q{SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'app.large'::regclass AND attnum > 0 AND NOT attisdropped}), 'id writes amount note', 'not in the columns either');

$node->stop;
done_testing();
