# A subscription copies all tables into another database, as for a switch-over
# to another server: the first copy brings the ledger whole, what is done
# meanwhile follows, and neither is held up by gates that are armed, by the
# guards of the ledger, or by what each database keeps for itself.  Then the
# copy goes on by itself.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('subscription');
$node->init(allows_streaming => 'logical');
$node->append_conf('postgresql.conf', "wal_retrieve_retry_interval = 100ms\n");
$node->start;
my $entries = 'SELECT * FROM gov_ledger ORDER BY seq';
my $archive = 'SELECT * FROM gov_ledger_archive ORDER BY seq';
my $verify  = 'SELECT * FROM gov_ledger_verify()';

# All rows of the tables that are dumped.
sub facts
{
	my ($db) = @_;
	my $tables = $node->safe_psql($db, q{
		SELECT string_agg(format('SELECT %L, x::text FROM %s x', c.relname, c.oid::regclass), ' UNION ALL ')
		  FROM pg_class c JOIN pg_extension x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig)
		 WHERE c.relkind = 'r'});
	return $node->safe_psql($db, "$tables ORDER BY 1, 2");
}

# Waits until the copy has all that was committed.
sub caught_up
{
	$node->poll_query_until('new', q{SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel}) or die 'the first copy does not end';
	my $lsn = $node->safe_psql('old', 'SELECT pg_current_wal_insert_lsn()');
	$node->poll_query_until('old', "SELECT confirmed_flush_lsn >= '$lsn' FROM pg_replication_slots WHERE slot_name = 'copy'") or die 'the copy does not catch up';
	return;
}

$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(old new);
$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") for qw(pres two three);
$node->safe_psql('old', 'CREATE EXTENSION governance');
$node->safe_psql('old', q{
	SELECT gov_set_authority('A', kind => 'human');
	SELECT gov_create_axis('duty'), gov_create_axis('later');
	SELECT gov_set_axis_status('duty', 'active');
	SELECT gov_propose_value('duty', v), gov_ratify('duty', v) FROM unnest('{policy,quality}'::text[]) v;
	SELECT gov_register_object('thing', 't' || n) FROM generate_series(1, 20) n;
	SELECT gov_own('thing', 't' || n, 'duty', 'policy', 'A') FROM generate_series(1, 20) n;
	SELECT gov_propose_value('duty', v), gov_ratify('duty', v) FROM unnest('{one,other}'::text[]) v;
	SELECT gov_merge('duty', 'one', 'other')});
$node->safe_psql('old', 'SELECT * FROM gov_ledger_seal(now())');
$node->safe_psql('old', 'SELECT * FROM gov_reconcile()');
$node->safe_psql('old', q{
	SELECT gov_set_authority('C2', kind => 'council', role_name => 'two'), gov_set_authority('C3', kind => 'council', role_name => 'three');
	SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'pres')});
$node->safe_psql('new', 'CREATE EXTENSION governance');
$node->safe_psql('old', q{CREATE PUBLICATION everything FOR ALL TABLES; SELECT pg_create_logical_replication_slot('copy', 'pgoutput')});
$node->safe_psql('new', sprintf(q{CREATE SUBSCRIPTION everything CONNECTION '%s' PUBLICATION everything WITH (create_slot = false, slot_name = 'copy')}, $node->connstr . ' dbname=old'));
caught_up();
is(facts('new'), facts('old'), 'the first copy brings every row');
is($node->safe_psql('new', $archive) . $node->safe_psql('new', $entries), $node->safe_psql('old', $archive) . $node->safe_psql('old', $entries), 'the ledger among them');
is($node->safe_psql('new', 'SELECT step FROM gov_ledger_origin'), 'created', 'and not what the other database keeps for itself');
is($node->safe_psql('new', q{SELECT count(*) > 10 AND bool_and(rows > 0 AND broken = 0) FROM gov_ledger_arrival}), 't', 'what arrived is counted');

# what is done meanwhile follows
$node->safe_psql('old', q{SELECT gov_propose_value('duty', 'new'), gov_own('thing', 't1', 'duty', 'quality', 'A'); SELECT gov_disown(max(ownership_id)) FROM gov_ownership WHERE value = 'policy'});
$node->safe_psql('old', q{UPDATE gov_value_label SET label = label; UPDATE gov_object SET attributes = '{"a": 1}' WHERE object_ref = 't3'});
$node->safe_psql('old', q{SELECT gov_request_approval('R', 'change_trust', '{"authority": "B", "kind": "human"}', 'because')}, extra_params => [ '-U', 'postgres' ]);
$node->safe_psql('old', q{SELECT gov_withdraw('R')});
# of tables without a key as well: rows are changed, and go
$node->safe_psql('old', q{INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at) SELECT 'thing', 't' || n, 'l', '2026-01-01' FROM generate_series(1, 3) AS n});
$node->safe_psql('old', q{UPDATE gov_label_projection SET label = 'm' WHERE object_ref = 't1'; DELETE FROM gov_label_projection WHERE object_ref = 't2'});
is($node->safe_psql('old', q{SELECT count(*) > 0 FROM gov_change_row}), 't', 'rows of a change');
$node->safe_psql('old', q{SELECT gov_reconcile()});
$node->safe_psql('new', $verify);
caught_up();
is(facts('new'), facts('old'), 'what is done meanwhile follows');
is($node->safe_psql('new', $verify), '', 'the copy is whole');
is($node->safe_psql('new', 'SELECT count(*) FROM gov_ledger') . '|' . $node->safe_psql('new', 'SELECT string_agg(step, $$,$$) FROM gov_ledger_origin'),
	$node->safe_psql('old', 'SELECT count(*) FROM gov_ledger') . '|created', 'verifying it while it is fed adds nothing to it');

# it goes on by itself
$node->safe_psql('new', 'ALTER SUBSCRIPTION everything DISABLE; ALTER SUBSCRIPTION everything SET (slot_name = NONE); DROP SUBSCRIPTION everything');
$node->safe_psql('old', q{SELECT pg_drop_replication_slot('copy') FROM pg_replication_slots WHERE slot_name = 'copy' AND NOT active}) while
  $node->safe_psql('postgres', q{SELECT count(*) FROM pg_replication_slots}) > 0;
my $count = $node->safe_psql('old', 'SELECT count(*) FROM gov_ledger');
$node->safe_psql('new', q{SELECT gov_reconcile()});
$node->safe_psql('new', q{SELECT gov_own('thing', 't4', 'duty', 'quality', 'A')});
is($node->safe_psql('new', $verify), '', 'it goes on by itself, whole');
is($node->safe_psql('new', q{SELECT payload -> 'rows' -> 'gov_object' FROM gov_ledger WHERE action = 'restore'}), 20, 'and tells what arrived');
like(($node->psql('new', q{INSERT INTO gov_authority (authority, kind, role_name) VALUES ('MINE', 'sovereign', 'postgres')}))[2],
	qr/needs an approval of action "change_trust"/, 'the gates are armed');
like(($node->psql('new', q{INSERT INTO gov_ledger (action) VALUES ('forged')}))[2], qr/INSERT of "gov_ledger" is refused/, 'and the ledger is closed');

$node->stop;
done_testing();
