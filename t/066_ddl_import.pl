# IMPORT FOREIGN SCHEMA of a server that is really there, under tracking: what it
# makes is registered in its transaction, all or nothing, and under enforce asked
# for who answers.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('here');
$node->init;
$node->start;
plan skip_all => 'postgres_fdw is not installed'
  unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'});

$node->safe_psql('postgres', 'CREATE DATABASE remote');
$node->safe_psql('remote', <<'SQL');
CREATE SCHEMA sales;
CREATE TABLE sales.customer (id int, name text, mail text);
CREATE TABLE sales.invoice (id int, total numeric);
CREATE VIEW sales.due AS SELECT * FROM sales.invoice;
CREATE TABLE sales.secret (i int);
SQL
my ($host, $port) = ($node->host, $node->port);
sub there { return $node->safe_psql('postgres', $_[0]) }
there(<<"SQL");
CREATE EXTENSION governance;
CREATE EXTENSION postgres_fdw;
CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'remote');
CREATE USER MAPPING FOR CURRENT_USER SERVER remote;
CREATE SCHEMA app;
CREATE SCHEMA out;
SELECT count(*) FROM gov_enroll_schema('app', columns => true);
SQL

my $live = q{SELECT object_type || ' ' || object_ref FROM gov_object WHERE source = 'schema:app' AND object_type <> 'schema' AND retired_at IS NULL ORDER BY object_ref COLLATE "C"};
my $left = q{SELECT source, changed, changes FROM gov_sync() WHERE changed > 0 OR changes IS NOT NULL};

# All of it, with its columns; one transaction, one entry.
my $entries = there('SELECT max(seq) FROM gov_ledger');
there('IMPORT FOREIGN SCHEMA sales EXCEPT (secret) FROM SERVER remote INTO app');
is(there($live), join("\n", 'foreign table app.customer', (map { "foreign table column app.customer.$_" } qw(id mail name)),
		'foreign table app.due', (map { "foreign table column app.due.$_" } qw(id total)),
		'foreign table app.invoice', (map { "foreign table column app.invoice.$_" } qw(id total))), 'tables and columns are registered');
is(there("SELECT action, payload ->> 'born' FROM gov_ledger WHERE seq > $entries"), 'ddl|10', 'by one entry');
is(there($left), '', 'a sync finds nothing to do');

# A second one fails half way, since there is a table of that name: nothing of it stays.
there('DROP FOREIGN TABLE app.due');
my ($code, $out, $err) = $node->psql('postgres', 'IMPORT FOREIGN SCHEMA sales FROM SERVER remote INTO app');
like($err, qr/already exists/, 'what is there already fails it');
unlike(there($live), qr/due|secret/, 'nothing of it is registered');
is(there($left), '', 'nor left to a sync');

# Into a schema that is not enrolled, and from there; what comes back by its name is who it was.
there(q{SELECT gov_set_authority('A', kind => 'human'); SELECT gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
SELECT gov_propose_value('duty', 'policy'), gov_ratify('duty', 'policy');
SELECT gov_own('foreign table', 'app.customer', 'duty', 'policy', 'A')});
there('IMPORT FOREIGN SCHEMA sales LIMIT TO (secret) FROM SERVER remote INTO out');
unlike(there($live), qr/secret/, 'elsewhere: none of ours');
there('ALTER FOREIGN TABLE out.secret SET SCHEMA app');
like(there($live), qr/^foreign table app\.secret\nforeign table column app\.secret\.i$/m, 'until it comes in');
there('BEGIN; DROP FOREIGN TABLE app.customer; IMPORT FOREIGN SCHEMA sales LIMIT TO (customer) FROM SERVER remote INTO app; COMMIT');
is(there(q{SELECT authority FROM gov_effective_owner WHERE object_ref = 'app.customer'}), 'A', 'imported anew in one transaction it keeps its owner');
there('DROP FOREIGN TABLE app.customer');
there('IMPORT FOREIGN SCHEMA sales LIMIT TO (customer) FROM SERVER remote INTO app');
is(there(q{SELECT authority FROM gov_effective_owner WHERE object_ref = 'app.customer'}), 'A', 'and in two');
there(q{SELECT gov_create_rule('FOREIGN', 'duty', 'cross_product', '{foreign table}'), gov_set_rule_status('FOREIGN', 'active')});
there('DROP SERVER remote CASCADE');
is(there($live), '', 'dropped with their server');
is(there($left), '', 'a sync finds nothing to do after any of it');

# Under enforce somebody has to answer for each of them.
there(<<"SQL");
ALTER DATABASE postgres SET governance.ddl_mode = enforce;
CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'remote');
CREATE USER MAPPING FOR CURRENT_USER SERVER remote;
SQL
($code, $out, $err) = $node->psql('postgres', 'IMPORT FOREIGN SCHEMA sales LIMIT TO (secret, due) FROM SERVER remote INTO app');
like($err, qr/2 new objects lack.*foreign table "app\.due".*foreign table "app\.secret"/s, 'refused, and each is named');
is(there($live), '', 'nothing of it stays');
is(there(q{SELECT count(*) FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE s.srvname = 'remote'}), 0, 'in the catalogs neither');
there(q{BEGIN; IMPORT FOREIGN SCHEMA sales LIMIT TO (secret, due) FROM SERVER remote INTO app; SELECT gov_own('schema', 'app', 'duty', 'policy', 'A'); COMMIT});
is(there(q{SELECT count(*) FROM gov_effective_owner WHERE object_type = 'foreign table' AND authority = 'A'}), 2, 'with an owner of the schema they are let through');
is(there($left), '', 'and in step');
is(there('SELECT count(*) FROM gov_ledger_verify()'), 0, 'the ledger is whole');
done_testing();
