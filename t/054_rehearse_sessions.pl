# What a rehearsal tells of locks, files and rows is what others see: 40
# statements are run in an open transaction, of which another session reads
# pg_locks, and are rehearsed.  Then: another session waits no longer than the
# rehearsal says and max_duration allows; lock_timeout; a cancel.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;

sub there { return $node->safe_psql('postgres', $_[0]) }

there(<<'SQL');
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.account (id int PRIMARY KEY, name text, balance int CHECK (balance >= 0));
INSERT INTO app.account SELECT n, 'a' || n, n FROM generate_series(1, 500) AS n;
CREATE TABLE app.payment (id int PRIMARY KEY, account int REFERENCES app.account ON DELETE CASCADE);
INSERT INTO app.payment SELECT n, n FROM generate_series(1, 50) AS n;
CREATE TABLE app.part (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE app.part_2 PARTITION OF app.part FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO app.part SELECT n, '2026-01-01'::date + n FROM generate_series(1, 20) AS n;
CREATE TABLE app.plain (x int, y text);
INSERT INTO app.plain SELECT n, 'y' FROM generate_series(1, 100) AS n;
CREATE TABLE app.noted (what text);
CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.noted VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT ON app.plain FOR EACH ROW EXECUTE FUNCTION app.note();
CREATE VIEW app.v AS SELECT * FROM app.plain;
CREATE MATERIALIZED VIEW app.sums AS SELECT count(*) AS accounts FROM app.account;
CREATE UNIQUE INDEX ON app.sums (accounts);
CREATE SEQUENCE app.s;
ANALYZE;
SQL

my @statements = (
	'SELECT * FROM app.account',
	'SELECT * FROM app.v FOR UPDATE',
	'SELECT nextval(\'app.s\')',
	'INSERT INTO app.plain SELECT n, \'n\' FROM generate_series(1, 7) AS n',
	'INSERT INTO app.v VALUES (1, \'z\')',
	'INSERT INTO app.payment VALUES (100, 1), (101, 2)',
	'UPDATE app.account SET balance = balance + 1 WHERE id <= 33',
	'UPDATE app.part SET at = at + 31 WHERE id <= 5',
	'DELETE FROM app.account WHERE id <= 10',
	'DELETE FROM app.payment',
	'TRUNCATE app.payment',
	'TRUNCATE app.account CASCADE',
	'COPY app.plain (x) FROM \'' . $node->data_dir . '/rows\'',
	'MERGE INTO app.plain AS p USING app.account AS a ON a.id = p.x WHEN MATCHED AND a.id < 5 THEN DELETE WHEN MATCHED THEN UPDATE SET y = a.name',
	'LOCK TABLE app.plain IN SHARE ROW EXCLUSIVE MODE',
	'LOCK TABLE app.plain IN ROW SHARE MODE',
	'LOCK TABLE app.part IN EXCLUSIVE MODE',
	'ALTER TABLE app.plain ADD COLUMN z int',
	'ALTER TABLE app.plain ADD COLUMN z text DEFAULT clock_timestamp()::text',
	'ALTER TABLE app.payment ALTER COLUMN account TYPE bigint',
	'ALTER TABLE app.plain DROP COLUMN y CASCADE',
	'ALTER TABLE app.plain ALTER COLUMN x SET NOT NULL',
	'ALTER TABLE app.plain ALTER COLUMN x SET STATISTICS 50',
	'ALTER TABLE app.plain ADD CHECK (x > 0) NOT VALID',
	'ALTER TABLE app.plain ADD FOREIGN KEY (x) REFERENCES app.account',
	'ALTER TABLE app.payment DROP CONSTRAINT payment_account_fkey',
	'ALTER TABLE app.plain ADD PRIMARY KEY (x)',
	'ALTER TABLE app.plain SET (fillfactor = 50)',
	'ALTER TABLE app.plain SET UNLOGGED',
	'ALTER TABLE app.plain RENAME TO plainer',
	'ALTER TABLE app.part DETACH PARTITION app.part_1',
	'CREATE TABLE app.part_3 PARTITION OF app.part FOR VALUES FROM (\'2026-03-01\') TO (\'2026-04-01\')',
	'CREATE INDEX ON app.plain (x)',
	'CREATE INDEX ON app.part (id)',
	'DROP INDEX app.sums_accounts_idx',
	'REINDEX TABLE app.account',
	'CLUSTER app.account USING account_pkey',
	'ANALYZE app.plain',
	'REFRESH MATERIALIZED VIEW app.sums',
	'REFRESH MATERIALIZED VIEW CONCURRENTLY app.sums',
	'CREATE TRIGGER t BEFORE INSERT ON app.account FOR EACH ROW EXECUTE FUNCTION app.note()',
	'COMMENT ON TABLE app.plain IS \'plain\'',
	'DROP TABLE app.payment',
	'DROP VIEW app.v',
	'CREATE OR REPLACE VIEW app.v AS SELECT x, y, 1 AS one FROM app.plain',
	'CREATE TABLE app.copy AS SELECT * FROM app.account',
	'DO \'BEGIN UPDATE app.plain SET y = NULL; BEGIN DELETE FROM app.payment; PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END; END\'');
append_to_file($node->data_dir . '/rows', "1\n2\n3\n");
cmp_ok(scalar(@statements), '>=', 40, 'statements enough');

# What there is of each relation of schema app: its file and its rows.
my $state = q{SELECT c.oid || ' ' || coalesce(pg_relation_filenode(c.oid), 0) FROM pg_class AS c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'm') ORDER BY c.oid};
my %name = map { split / /, $_, 2 } split /\n/, there(q{SELECT oid || ' ' || oid::regclass FROM pg_class WHERE relnamespace = 'app'::regnamespace});
my %before = map { split / / } split /\n/, there($state);

# As the locks that another session sees: the strongest by relation that is there before, indexes from SHARE UPDATE EXCLUSIVE on.
my $locks = <<'SQL';
SELECT string_agg(name || ' ' || mode, ', ' ORDER BY name COLLATE "C") FROM (
    SELECT c.oid::regclass::text AS name, (array_agg(m.name ORDER BY m.place DESC))[1] AS mode
      FROM pg_locks AS l
      JOIN pg_class AS c ON c.oid = l.relation AND l.locktype = 'relation' AND l.granted
      JOIN pg_stat_activity AS a ON a.pid = l.pid AND a.application_name = 'runs'
      JOIN unnest('{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'::text[],
                  '{ACCESS SHARE,ROW SHARE,ROW EXCLUSIVE,SHARE UPDATE EXCLUSIVE,SHARE,SHARE ROW EXCLUSIVE,EXCLUSIVE,ACCESS EXCLUSIVE}'::text[])
           WITH ORDINALITY AS m (lock, name, place) ON m.lock = l.mode
     WHERE c.relnamespace = 'app'::regnamespace AND (c.relkind NOT IN ('i', 'I') OR m.place > 3)
     GROUP BY c.oid) AS s
SQL

# A session that runs the statements.
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_safe(q{SET application_name = 'runs'; SET client_min_messages = error});
for my $sql (@statements)
{
	$session->query_safe('BEGIN');
	$session->query_safe($sql);
	$session->query_safe('SET CONSTRAINTS ALL IMMEDIATE');
	my $seen = there($locks);
	my %after = map { split / / } split /\n/, $session->query_safe($state);
	$session->query_safe('ROLLBACK');
	my $rewritten = join ', ', sort map { $name{$_} } grep { exists $after{$_} && $after{$_} ne $before{$_} } keys %before;
	my $told = there("SELECT kind, target, measure FROM gov_rehearse_sql(\$s\$$sql\$s\$) WHERE kind IN ('verdict', 'lock', 'change') ORDER BY target COLLATE \"C\"");
	my @told = map { [ split /\|/ ] } split /\n/, $told;
	my ($verdict) = map { $_->[2] } grep { $_->[0] eq 'verdict' } @told;
	is($verdict, 'ok', "$sql: it can be rehearsed");
	is(join(', ', map { "$_->[1] $_->[2]" } grep { $_->[0] eq 'lock' && $_->[1] =~ /^app\./ } @told), $seen, "$sql: its locks");
	is(join(', ', sort map { $_->[1] } grep { $_->[2] =~ /^(rewritten|emptied)$/ } @told), $rewritten, "$sql: new files");
}
$session->quit;

# Rows by counting: of each statement what is inserted and deleted makes the difference.
for my $sql (grep { /^(INSERT|UPDATE|DELETE|COPY|MERGE|DO|CREATE TABLE app.copy)/ } @statements)
{
	my $count = join ' UNION ALL ', map { "SELECT '$_' AS name, count(*) AS n FROM $_" } qw(app.account app.payment app.part_1 app.part_2 app.plain app.noted);
	my %before = map { split /\|/ } split /\n/, there($count);
	my %after = map { split /\|/ } grep { /\|/ } split /\n/, there("BEGIN; $sql; $count; ROLLBACK");
	my %told = map { $_ => 0 } keys %before;
	for (split /\n/, there("SELECT target, measure, amount FROM gov_rehearse_sql(\$s\$$sql\$s\$) WHERE kind = 'rows'"))
	{
		my ($table, $what, $n) = split /\|/;
		$told{$table} += $what eq 'inserted' ? $n : $what eq 'deleted' ? -$n : 0 if exists $told{$table};
	}
	is(join(', ', map { "$_ " . ($before{$_} + $told{$_}) } sort keys %before), join(', ', map { "$_ $after{$_}" } sort keys %after), "$sql: rows");
}

# ---- another session waits ----

# It writes all the time; the longest that it waits is what is told, and less than max_duration and some.
there('CREATE TABLE app.busy (x int); INSERT INTO app.busy VALUES (0)');
{
	my $writer = $node->background_psql('postgres', on_error_stop => 0);
	$writer->query_safe(q{SET application_name = 'writes'});
	my $rehearsal = $node->background_psql('postgres', on_error_stop => 0);
	$rehearsal->query_until(qr/begun/, "\\echo begun\nSELECT measure, amount FROM gov_rehearse_sql('LOCK TABLE app.busy; SELECT pg_sleep(60)', '{\"max_duration\": \"2s\"}') WHERE kind IN ('verdict') OR measure = 'held until undone';\n\\echo done\n");
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) or die 'it does not sleep';
	my $began = time;
	$writer->query_safe('UPDATE app.busy SET x = x + 1');
	my $waited = time - $began;
	my $told = $rehearsal->query_until(qr/done/, "\n");
	my ($held) = $told =~ /held until undone\|([\d.]+)/;
	like($told, qr/not ok/, 'max_duration ends it');
	cmp_ok($held, '>=', 1900, 'it was held as long as max_duration');
	cmp_ok($held, '<', 10000, 'and not much longer');
	cmp_ok($waited * 1000, '<', $held + 1000, 'the other session waited no longer');
	$writer->quit;
	$rehearsal->quit;
}
is(there('SELECT x FROM app.busy'), '1', 'and then went on');

# A lock that another session holds: lock_timeout.
{
	my $holder = $node->background_psql('postgres', on_error_stop => 0);
	$holder->query_safe('BEGIN; LOCK TABLE app.busy');
	is(there(q{SELECT measure, note FROM gov_rehearse_sql('SELECT 1; SELECT * FROM app.busy', '{"lock_timeout": 100}') WHERE target = '2' AND measure = 'failed'}),
		'failed|55P03: canceling statement due to lock timeout; at character 25, line 1', 'lock_timeout');
	is(there(q{SHOW lock_timeout}), '0', 'which is the rehearsal\'s own');
	$holder->quit;
}

# A cancel ends the call, and leaves nothing.
{
	my $verdicts = there('SELECT count(*) FROM gov_rehearsal');
	my $cancelled = $node->background_psql('postgres', on_error_stop => 0);
	$cancelled->query_until(qr/begun/, "\\echo begun\nSELECT count(*) FROM gov_rehearse_sql('UPDATE app.busy SET x = 7; SELECT pg_sleep(60)');\n\\echo ended\n");
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) or die 'it does not sleep';
	there(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'});
	$cancelled->query_until(qr/ended/, "\n");
	like($cancelled->{stderr}, qr/canceling statement due to user request/, 'a cancel is an error of the call');
	$cancelled->{stderr} = '';
	is($cancelled->query_safe('SELECT x FROM app.busy'), '1', 'the session goes on');
	is($cancelled->query_safe(q{SELECT measure FROM gov_rehearse_sql('SELECT 1') WHERE kind = 'verdict'}), 'ok', 'and rehearses again');
	is(there('SELECT count(*) FROM gov_rehearsal'), $verdicts + 1, 'there is no verdict of what was cancelled');
	$cancelled->quit;
	my ($code, $out, $err) = $node->psql('postgres', q{SET statement_timeout = 100; SELECT count(*) FROM gov_rehearse_sql('SELECT pg_sleep(60)')});
	like($err, qr/canceling statement due to/, 'statement_timeout of the session ends it as well');
}
done_testing();
