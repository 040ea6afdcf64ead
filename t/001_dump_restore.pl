# A populated database is dumped and restored, into another database and into
# another cluster: nothing is lost, nothing is refused, nothing moves.
#
# The facts are such as make a restore hard: rows that refer to rows written
# later, trees whose parents come after their children, states that no act
# could write today, seed rows that were changed, quoted names, rights.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('old');
$node->init;
$node->start;
my $other = PostgreSQL::Test::Cluster->new('new');
$other->init;
$other->start;

# An application, with names that need quotes.
my $application = <<'SQL';
CREATE SCHEMA shop;
CREATE SCHEMA "Old ""Shop""";
CREATE TABLE shop.customer (id integer PRIMARY KEY, gone text, "E-Mail" text);
ALTER TABLE shop.customer DROP COLUMN gone;
CREATE TABLE shop."Order ""x""" (id integer PRIMARY KEY);
CREATE TABLE shop.event (at date) PARTITION BY RANGE (at);
CREATE TABLE shop.event_1 PARTITION OF shop.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW shop.customers AS SELECT * FROM shop.customer;
CREATE FUNCTION shop.twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * n';
CREATE TYPE "Old ""Shop""".mood AS ENUM ('good', 'bad');
CREATE TABLE "Old ""Shop"""."übrig" (m "Old ""Shop""".mood);
SQL

# What goes through the public functions.
my $acts = <<'SQL';
SELECT gov_set_authority('COUNCIL', 'The council', 'council', 'dump_council');
SELECT gov_set_authority('Team "A"', 'Team A', 'human');
SELECT gov_set_authority('GONE', 'Gone', 'human');
SELECT gov_create_axis('responsibility', owner => 'COUNCIL', fallback => NULL);
SELECT gov_set_axis_status('responsibility', 'active');
SELECT gov_create_axis('topic', kind => 'uncertain', fallback => 'COUNCIL', multivalued => false);
SELECT gov_set_axis_status('topic', 'active');
SELECT gov_create_axis('never');
SELECT gov_propose_value('responsibility', v) FROM unnest('{policy,quality}'::text[]) v;
SELECT gov_ratify('responsibility', v) FROM unnest('{policy,quality}'::text[]) v;
SELECT gov_propose_value('topic', 'root', provenance => '{"kind": "x_provisional"}');
SELECT gov_propose_value('topic', 'branch "b"', parent => 'root');
SELECT gov_propose_value('topic', 'leaf', parent => 'branch "b"');
SELECT gov_propose_value('topic', 'old');
SELECT gov_ratify('topic', v) FROM unnest('{root,"branch \"b\"",leaf,old}'::text[]) v;
SELECT gov_set_access('topic', 'leaf', 'dump_council', reason => 'their work'), gov_set_access('topic', 'root', NULL, 'write'), gov_set_access('responsibility', 'policy', 'public');
SELECT gov_create_rule('R1', 'responsibility', 'cross_product', '{table,view}');
SELECT gov_set_rule_status('R1', 'active');
SELECT gov_create_rule('R2', 'topic', 'per_assignment', NULL, 0.5, 30);
SELECT gov_set_rule_status('R2', 'active');
SELECT gov_create_rule('R3', 'topic', 'cross_product');
SQL

# What only time, or an owner's hand, brings about.  Rows are rewritten so
# that what refers comes before what it refers to.
my $history = <<'SQL';
INSERT INTO gov_object (object_id, object_type, object_ref, attributes) OVERRIDING SYSTEM VALUE
SELECT 1000 + n, 'thing', 'thing "' || n || '"', jsonb_build_object('n', n) FROM generate_series(1, 40) n;
UPDATE gov_object SET container_id = object_id + 1 WHERE object_id BETWEEN 1001 AND 1039;
UPDATE gov_object SET retired_at = now() - interval '1 day' WHERE object_id IN (1001, 1020);
INSERT INTO gov_object (object_id, object_type, object_ref) OVERRIDING SYSTEM VALUE VALUES (2000, 'thing', 'thing "20"');

UPDATE gov_coverage_rule SET scope_container = 1002, scope_pattern = 'thing*', scope_parts = 'leaves' WHERE rule = 'R3';
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, contained_types, owner_axis, owner_value, contained_approval)
VALUES ('R4', 'topic', 'per_assignment', '{thing}', '{thing}', 'responsibility', 'policy', 'an approval');

INSERT INTO gov_source (source, kind, relation, enabled, excluded, unenrolled_at) VALUES ('left', 'relation', 'app.left', false, '{tmp_*,"a \"b\""}', now() - interval '1 day');

INSERT INTO gov_schema_pattern (pattern, excluded, object_types, columns, created_by, created_at)
	VALUES ('team_*', '{team_tmp_*,"a \"b\""}', '{table,view}', true, 'somebody', now() - interval '3 days'), ('none_?', '{}', NULL, false, 'x', now());

INSERT INTO gov_assignment (assignment_id, object_id, axis, value, zone, confidence, provenance, assigned_kind, valid_from, superseded_by, revision)
OVERRIDING SYSTEM VALUE VALUES
 (1, 1002, 'topic', 'old', 'approved', 0.9, '{"kind": "seed"}', 'human', now() - interval '9 days', 3, 1),
 (2, 1002, 'topic', 'old', 'candidate', 0.2, '{"kind": "seed"}', 'agent', now() - interval '8 days', 3, 2),
 (3, 1002, 'topic', 'leaf', 'approved', 0.9, '{"kind": "seed"}', 'human', now() - interval '7 days', NULL, 3),
 (6, (SELECT object_id FROM gov_object WHERE object_ref = 'shop.customer."E-Mail"'), 'topic', 'leaf', 'approved', 0.9, '{"kind": "seed"}', 'human', now() - interval '7 days', NULL, 1),
 (4, 1003, 'topic', 'root', 'quarantine', NULL, NULL, 'tool', now() - interval '7 days', NULL, 1),
 (5, 1004, 'topic', 'root', 'candidate', 0.3, '{"kind": "guess"}', 'rule', now() - interval '90 days', NULL, 1);
UPDATE gov_assignment SET reason = 'rewritten' WHERE assignment_id = 3;
UPDATE gov_assignment SET assigned_at = now() - interval '90 days' WHERE assignment_id = 5;

INSERT INTO gov_ownership (ownership_id, object_id, axis, value, authority, owner_kind, inherits, effective_from, effective_to, status, reason, supersedes_id)
OVERRIDING SYSTEM VALUE VALUES
 (1, 1040, 'responsibility', 'policy', 'GONE', 'accountable', true, now() - interval '9 days', now() - interval '5 days', 'superseded', NULL, NULL),
 (2, 1040, 'responsibility', 'policy', 'Team "A"', 'accountable', true, now() - interval '5 days', now() + interval '5 years', 'active', NULL, 1),
 (3, 1040, 'responsibility', 'policy', 'COUNCIL', 'accountable', true, now() + interval '5 years', NULL, 'active', 'hand-over', NULL),
 (4, NULL, 'topic', 'root', 'COUNCIL', 'accountable', true, now() - interval '5 days', NULL, 'active', NULL, NULL),
 (5, 1002, 'topic', 'leaf', 'COUNCIL', 'waiver', true, now() - interval '5 days', now() + interval '5 years', 'active', 'not now', NULL),
 (6, 1003, 'responsibility', 'quality', 'GONE', 'accountable', false, now() - interval '5 days', NULL, 'active', NULL, NULL),
 (7, 1003, 'responsibility', 'policy', 'Team "A"', 'accountable', true, now() - interval '9 days', now() - interval '1 day', 'expired', NULL, NULL),
 (8, 1003, 'responsibility', 'policy', 'GONE', 'delegated', true, now() - interval '9 days', now() + interval '1 year', 'revoked', NULL, NULL);
UPDATE gov_ownership SET reason = 'rewritten' WHERE ownership_id = 1;
SELECT setval(s, 5000) FROM unnest('{gov_object_object_id_seq,gov_assignment_assignment_id_seq,gov_ownership_ownership_id_seq}'::text[]) s;
SQL

# Gates are armed, and somebody voted: logins of their own, once per cluster.
my @votes = (
	[ 'dump_clerk', q{SELECT gov_request_approval('APR-1', 'retire_value', '{"axis": "topic", "value": "leaf"}', 'because')} ],
	[ 'dump_clerk', q{SELECT gov_request_approval('APR-2', 'change_trust', '{"risk": "low", "min_approvals": 2}', 'because')} ],
	[ 'dump_president', q{CALL gov_cast_vote('APR-1', 'PRESIDENT', 'approve', 'a "comment"')} ],
	[ 'dump_president', q{CALL gov_cast_vote('APR-2', 'PRESIDENT', 'approve')} ]);

# What is decided last: the old value goes, an authority retires, the shipped
# source is switched off, parents move behind their children.
my $endings = <<'SQL';
SELECT gov_deprecate('topic', 'old', 'leaf', 'nobody used it');
SELECT gov_retire('topic', 'old');
SELECT gov_set_authority('GONE', status => 'retired');
UPDATE gov_source SET enabled = false WHERE source = 'manual';
UPDATE gov_axis_value SET name = 'rewritten' WHERE axis = 'topic' AND value IN ('root', 'branch "b"');
UPDATE gov_authority SET name = name || ' (rewritten)', contact = '{"mail": "a@b", "url": "https://www.postgresql.org"}' WHERE authority = 'COUNCIL';
INSERT INTO gov_scan_run (actor, finished_at, summary) VALUES ('somebody "else"', now(), '{"objects": [1, 2]}');
INSERT INTO gov_axis_figure (axis, measured_at, required, covered, gap, waived, fallback, missing_assignments)
SELECT axis, now() - interval '9 days', 9, 4, 3, 1, 1, 2 FROM gov_axis;
INSERT INTO gov_rehearsal (sha256, actor, login, ok, statements, summary) VALUES (repeat('0a', 32), 'somebody "else"', 'x', false, 3, '{"verdict": "é"}');
INSERT INTO gov_rollout (rollout, description, role_name, search_path, database_name, system_identifier, created_by, origin, content_hash, sealed_at, sealed_by)
	VALUES ('ro "1"', 'é', 'x', '"$user", public', 'db', 7000000000000000001, 'me', 'db of 1', repeat('0a', 32), now(), 'you');
INSERT INTO gov_rollout_tier VALUES ('ro "1"', 3, 'n', 'seed', E'SELECT \t1', NULL, 'SELECT 2', '[{"metric": "gap", "delta": -1}]', repeat('0b', 32));
INSERT INTO gov_rollout_rehearsal (rollout, actor, login, content_hash, ok, verdict, states, things) VALUES ('ro "1"', 'x', 'y', 'h', true, 'v', '{"3": {"gap a": 1}}', '{"first": "3", "before": {"app.t": "h"}}');
INSERT INTO gov_rollout_step (rollout, tier, act, outcome, ms, actor, login, content_hash, approval, deltas, problem) VALUES ('ro "1"', 3, 'apply', 'failed', 12, 'x', 'y', 'h', 'APR-1', '[]', '{"message": "m"}');
INSERT INTO gov_baseline (baseline, actor, login, database, system_identifier, server_version, relations, sha256)
	VALUES ('before "x"', 'somebody "else"', 'x', 'dé', '1', '15.0', 1, repeat('0a', 32));
INSERT INTO gov_baseline_item VALUES ('before "x"', 'relation', 'public."x"', 'rows', NULL, 'é', true);
SELECT gov_grant('reader', 'dump_reader'), gov_grant('steward', 'dump steward');
SELECT gov_merge('topic', 'branch "b"', 'root', 'as good');
SELECT gov_set_gate('own', 'low', 'open'), gov_set_quorum('low', 1);
SELECT gov_set_quorum('constitutional', 2, 1, 1), gov_set_authority('PRESIDENT', 'The president', 'sovereign', 'dump_president');
SELECT gov_grant('approver', 'dump_president'), gov_grant('approver', 'dump_clerk');
SQL

my $views = join ' UNION ALL ', map { "SELECT '$_', x::text FROM $_ x" }
  qw(gov_required_cell gov_cell_rule gov_coverage gov_effective_owner gov_owner_conflict
  gov_missing_assignment gov_assignment_quality gov_coverage_summary gov_hidden_island gov_transition gov_classification);

# Every row of every table of the extension that is dumped, as text.
sub facts
{
	my ($where, $db) = @_;
	my $tables = $where->safe_psql($db, q{
		SELECT string_agg(format('SELECT %L, x::text FROM %s x', c.relname, c.oid::regclass), ' UNION ALL ')
		  FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
		 WHERE c.relkind = 'r' AND c.oid = ANY (x.extconfig)});
	return $where->safe_psql($db, "$tables ORDER BY 1, 2");
}

# What the engine says about them.
sub answers
{
	my ($where, $db) = @_;
	return $where->safe_psql($db, "$views ORDER BY 1, 2");
}

# Rights of every role on the extension's objects.
sub rights
{
	my ($where, $db) = @_;
	return $where->safe_psql($db, q{
		SELECT c.relname, a.grantee::regrole, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
		 WHERE c.relname LIKE 'gov\_%' AND a.grantee::regrole::text LIKE '%dump%'
		UNION ALL
		SELECT p.oid::regprocedure::text, a.grantee::regrole, a.privilege_type FROM pg_proc p, aclexplode(p.proacl) a
		 WHERE p.proname LIKE 'gov\_%' AND a.grantee::regrole::text LIKE '%dump%'
		ORDER BY 1, 2, 3});
}

# Where the extension's sequences stand.
sub sequences
{
	my ($where, $db) = @_;
	return $where->safe_psql($db, q{
		SELECT sequencename, last_value FROM pg_sequences WHERE sequencename LIKE 'gov\_%' ORDER BY 1});
}

# Is a function of that name there?
sub has_function
{
	my ($where, $db, $name) = @_;
	return $where->safe_psql($db, "SELECT count(*) > 0 FROM pg_proc WHERE proname = '$name'") eq 't';
}

# After a restore, OIDs are others: objects are found again by identity, and
# the second reconcile has nothing to write but its run.
sub check_reconcile
{
	my ($where, $db, $label) = @_;
	my $ids = q{SELECT object_id, object_type, object_ref, container_id, retired_at FROM gov_object ORDER BY 1};
	my $before = $where->safe_psql($db, $ids);
	$where->safe_psql($db, 'SELECT * FROM gov_reconcile()');
	is($where->safe_psql($db, $ids), $before, "$label: every object is found again, none retired, none born");
	is($where->safe_psql($db, q{
		SELECT count(*) FROM gov_object o, pg_database d, pg_control_system() s
		 WHERE o.retired_at IS NULL AND o.address_class IS NOT NULL AND d.datname = current_database()
		   AND (o.address_database, o.address_system) IS DISTINCT FROM (d.oid, s.system_identifier)}),
		0, "$label: their OIDs are those of this database");
	is($where->safe_psql($db, q{
		SELECT string_agg(DISTINCT a.value, ','), bool_and(c.attname = o.address_names[3])
		  FROM gov_object o JOIN pg_attribute c ON c.attrelid = o.address_oid AND c.attnum = o.address_subid
		  LEFT JOIN gov_assignment a USING (object_id) WHERE o.address_subid > 0}),
		'leaf|t', "$label: columns bear what they bore, and their numbers are those of this database");
	my $facts = facts($where, $db) =~ s/^gov_scan_run\|.*\n?//mgr;
	my $runs = $where->safe_psql($db, 'SELECT count(*) FROM gov_scan_run');
	$where->safe_psql($db, 'SELECT * FROM gov_reconcile()');
	is(facts($where, $db) =~ s/^gov_scan_run\|.*\n?//mgr, $facts, "$label: the next reconcile changes nothing");
	is($where->safe_psql($db, 'SELECT count(*) FROM gov_scan_run'), $runs + 1, "$label: but for its own run");
	return;
}

# Compares a restored database with the one it came from.
sub check_restored
{
	my ($where, $db, $from, $label) = @_;
	is(facts($where, $db), $from->{facts}, "$label: every fact is there");
	is(answers($where, $db), $from->{answers}, "$label: the engine gives the same answers");
	is(rights($where, $db), $from->{rights}, "$label: the same roles have the same rights");
	is(sequences($where, $db), $from->{sequences}, "$label: sequences go on where they stood");
	check_reconcile($where, $db, $label) if has_function($where, $db, 'gov_reconcile');
	return;
}

for my $cluster ($node, $other)
{
	$cluster->safe_psql('postgres', 'CREATE ROLE dump_council LOGIN; CREATE ROLE dump_reader; CREATE ROLE dump_president LOGIN; CREATE ROLE dump_clerk LOGIN; CREATE ROLE "dump steward"');
}

for my $schema ('public', '"The Gov House"')
{
	my $name = $schema eq 'public' ? 'plain' : 'quoted';
	my $path = "SET search_path = $schema, pg_catalog;";
	my $dump = $node->backup_dir . "/$name.dump";
	my $sql  = $node->backup_dir . "/$name.sql";

	mkdir $node->backup_dir;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$other->safe_psql('postgres', "CREATE DATABASE $_") for map { "${name}_$_" } qw(custom plain);
	$node->safe_psql('postgres', "CREATE DATABASE ${name}_restored");
	for my $db ($name, "${name}_restored")
	{
		$node->safe_psql('postgres', "ALTER DATABASE $db SET search_path = $schema, pg_catalog");
	}
	for my $db ("${name}_custom", "${name}_plain")
	{
		$other->safe_psql('postgres', "ALTER DATABASE $db SET search_path = $schema, pg_catalog");
	}
	$node->safe_psql($name, "CREATE SCHEMA $schema") if $schema ne 'public';
	$node->safe_psql($name, "CREATE EXTENSION governance SCHEMA $schema");
	$node->safe_psql($name, $application);
	$node->safe_psql($name, $acts);
	if (has_function($node, $name, 'gov_enroll_schema'))
	{
		$node->safe_psql($name, q{SELECT gov_enroll_schema('shop', columns => true); SELECT gov_enroll_schema('Old "Shop"')});
	}
	$node->safe_psql($name, $history);
	$node->safe_psql($name, $endings);
	$node->safe_psql($name, "GRANT USAGE ON SCHEMA $schema TO PUBLIC");
	$node->safe_psql($name, $_->[1], extra_params => [ '-U', $_->[0] ]) for @votes;
	if (has_function($node, $name, 'gov_reconcile'))
	{
		$node->safe_psql($name, 'SELECT * FROM gov_reconcile()');
	}

	my %from = (
		facts   => facts($node, $name),
		answers => answers($node, $name),
		rights  => rights($node, $name),
		sequences => sequences($node, $name));
	like($from{sequences}, qr/gov_object_object_id_seq\|5000/, "$name: sequences have gone on");
	is($node->safe_psql($name, 'SELECT string_agg(status, $$,$$ ORDER BY approval), (SELECT count(*) FROM gov_vote) FROM gov_approval'),
		'approved,pending|2', "$name: gates are armed, approvals are on their way");
	cmp_ok($from{answers} =~ tr/\n//, '>', 100, "$name: there are answers to compare");
	cmp_ok($from{rights} =~ tr/\n//, '>', 20, "$name: there are rights to compare");

	$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $name ], "$name: pg_dump, custom format");
	$node->command_ok([ 'pg_dump', '-f', $sql, $name ], "$name: pg_dump, plain format");

	$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', "${name}_restored", $dump ],
		"$name: pg_restore into another database");
	check_restored($node, "${name}_restored", \%from, "$name, another database");

	$other->command_ok([ 'pg_restore', '--exit-on-error', '-d', "${name}_custom", $dump ],
		"$name: pg_restore into another cluster");
	check_restored($other, "${name}_custom", \%from, "$name, another cluster");

	$other->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', "${name}_plain", '-f', $sql ],
		"$name: the plain dump into another cluster");
	check_restored($other, "${name}_plain", \%from, "$name, from plain SQL");

	# Rows one by one come before what they refer to; with the constraints put
	# off to the end of the one transaction that is no matter.
	my $inserts = $node->backup_dir . "/$name.inserts.sql";
	$node->command_ok([ 'pg_dump', '--inserts', '--rows-per-insert=3', '-f', $inserts, $name ], "$name: pg_dump, as INSERTs");
	$other->safe_psql('postgres', "CREATE DATABASE ${name}_inserts");
	$other->safe_psql('postgres', "ALTER DATABASE ${name}_inserts SET search_path = $schema, pg_catalog");
	$other->command_ok([ 'psql', '-qX1', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', "${name}_inserts",
		'-c', 'SET CONSTRAINTS ALL DEFERRED', '-f', $inserts ], "$name: the INSERTs into another cluster");
	check_restored($other, "${name}_inserts", \%from, "$name, from INSERTs");

	# What was restored is dumped again: the same.
	$other->command_ok([ 'pg_dump', '-Fc', '-f', "$dump.2", "${name}_custom" ], "$name: what was restored can be dumped");
}

$node->stop;
$other->stop;
done_testing();
