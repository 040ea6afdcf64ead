# Acts in prepared transactions: every one of them, in a world where each
# changes something; then what a second session can do while they are open, and
# what the session that prepared them can do afterwards.
#
# The rule: what is a function is prepared, and counts when it is committed, in
# the name of whoever prepared it; procedures, which commit or have to be called
# on their own, are refused in a transaction block.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_prepared_transactions = 10\nlock_timeout = '200ms'\nautovacuum = off\n");
$node->start;

sub there { return $node->safe_psql('postgres', $_[0]) }

# What psql answers to statements of a login: rows, or the first SQLSTATE.
sub answer
{
	my ($login, $sql) = @_;
	my ($code, $out, $err) = $node->psql('postgres', $sql,
		extra_params => [ '-U', $login, '-v', 'VERBOSITY=verbose', '-v', 'ON_ERROR_STOP=1' ]);
	my ($state) = $err =~ /ERROR:  (\w{5}): /;
	return ($out, $state // ($code == 0 ? '' : 'failed'), $err);
}

# As answer(), for what has to succeed; its rows.
sub done
{
	my ($login, $sql, $name) = @_;
	my ($out, $state, $err) = answer($login, $sql);
	is($state, '', $name // "done: $sql") or diag($err);
	return $out;
}

sub refused
{
	my ($login, $expected, $sql, $name) = @_;
	my ($out, $state, $err) = answer($login, $sql);
	is($state, $expected, $name) or diag("$out $err");
	return $err;
}

there(slurp_file('test/every_act_world.sql'));

# The contents of every table of the extension but the ledger's, which others write meanwhile.
my @tables = split /\n/, there(<<'SQL');
SELECT c.oid::regclass FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE c.relkind = 'r' AND c.relname NOT LIKE 'gov\_ledger%' ORDER BY 1
SQL
my $contents = join ' UNION ALL ', map { "SELECT '$_', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\"), '')) FROM $_ AS t WHERE t::text NOT LIKE '%beside%'" } @tables;
cmp_ok(scalar(@tables), '>', 30, 'tables to look at');

# ---- every act ----

my @acts = grep { !/^--/ } split /\n/, slurp_file('test/every_act.sql');
is(join(' ', sort map { /(gov_\w+)/ } @acts), there(<<'SQL'), 'every routine that is no question is tried');
SELECT string_agg(p.proname, ' ' ORDER BY p.proname COLLATE "C") FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
   AND p.pronamespace <> 'governance_internal'::regnamespace AND p.provolatile = 'v' AND NOT p.prosecdef
SQL
# An act beside what is prepared: nobody waits, and the chain goes on.
my $beside = 0;
sub act_beside
{
	$beside++;
	return "SELECT gov_set_authority('beside$beside', kind => 'human');"
	  . 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL; SELECT count(*) FROM gov_ledger_verify();';
}
my $chained = qr/created authority "beside\d+"\n0\n0$/;

there(q{DELETE FROM gov_object WHERE object_type = 'many'});
my $before = there($contents);
my $prepared = 0;
for my $act (@acts)
{
	my $prepare = "BEGIN; $act; PREPARE TRANSACTION 'p'";
	my ($out, $state, $err) = answer('postgres', $act =~ /^CALL/ ? $prepare : "BEGIN; $act; ROLLBACK");
	if ($act =~ /^CALL/)
	{
		like($state, qr/^(25000|25001|2D000)$/, "refused in a transaction block: $act") or diag($err);
		next;
	}
	is($state, '', "done by itself: $act") or diag($err);
	($out, $state, $err) = answer('postgres', $prepare);
	is($state, '', "prepared: $act") or diag($err);
	next if $state ne '';
	$prepared++;
	($out, $state, $err) = answer('postgres', act_beside());
	like($out, $chained, 'an act beside it is done and chained') or diag($err);
	is(there("ROLLBACK PREPARED 'p'; $contents"), $before, 'rolled back, it was nothing');
}
cmp_ok($prepared, '>', 50, "$prepared acts were prepared");
# once more, for good; what an act before it has done already is refused as anywhere
my $committed = 0;
for my $act (grep { !/^CALL/ } @acts)
{
	my ($out, $state, $err) = answer('postgres', "BEGIN; $act; PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p';" . act_beside());
	next if $state ne '';
	$committed++;
	like($out, $chained, "committed, and chained by the next: $act") or diag($err);
}
cmp_ok($committed, '>', 40, "$committed acts were committed");

# ---- several at once ----

$node->safe_psql('postgres', 'CREATE DATABASE two');
my $two = sub { return $node->safe_psql('two', $_[0]) };
$two->('CREATE EXTENSION governance');
$two->("SELECT gov_set_authority('A', kind => 'human'), gov_create_axis('topic')");
$two->("BEGIN; SELECT gov_propose_value('topic', '$_'); PREPARE TRANSACTION 't$_'") for 1 .. 3;
$two->("SELECT gov_propose_value('topic', 'between')");
is($two->('SELECT count(*) FROM gov_ledger_verify()'), '0', 'three open: whole');
$two->("COMMIT PREPARED 't3'");
$two->("SELECT gov_propose_value('topic', 'then')");
$node->stop('immediate');
$node->start;
is($two->('SELECT count(*) FROM pg_prepared_xacts'), '2', 'two are open after a crash');
$two->("COMMIT PREPARED 't1'");
$two->("ROLLBACK PREPARED 't2'");
is($two->('SELECT count(*) FROM gov_ledger_verify()'), '0', 'whole after it');
$two->("SELECT gov_propose_value('topic', 'last')");
is($two->(q{SELECT string_agg(target ->> 'value', ',' ORDER BY position) FROM gov_ledger WHERE action = 'propose_value'}), 'between,3,then,1,last',
	'chained in the order in which they were committed');
is($two->('SELECT count(*) FROM gov_ledger WHERE hash IS NULL') . $two->('SELECT count(*) FROM gov_ledger_verify()'), '00', 'and whole');
is($two->('SELECT string_agg(value, $$,$$ ORDER BY value COLLATE "C") FROM gov_axis_value'), '1,3,between,last,then', 'what was committed is there');

# ---- approvals and guards ----

there(<<'SQL');
CREATE ROLE president; CREATE ROLE council;
CREATE ROLE pres LOGIN IN ROLE president;
CREATE ROLE coun LOGIN IN ROLE council;
CREATE ROLE adm LOGIN;
CREATE ROLE adm2 LOGIN;
SELECT gov_grant('approver', r) FROM unnest('{pres,coun,adm}'::name[]) r;
SELECT gov_grant('admin', r) FROM unnest('{adm,adm2}'::name[]) r;
SELECT gov_create_axis('gated'), gov_set_axis_status('gated', 'active');
SELECT gov_propose_value('gated', v) FROM unnest('{a,b,c,d,e}'::text[]) v;
SELECT gov_set_authority('COUNCIL', kind => 'council', role_name => 'council'), gov_set_authority('ADM', kind => 'council', role_name => 'adm');
SELECT gov_set_authority('PRES', kind => 'sovereign', role_name => 'president');
SQL

my $number = 0;
sub approved
{
	my ($value) = @_;
	my $name = 'gate' . ++$number;
	done('adm', "SELECT gov_request_approval('$name', 'ratify_value', '{\"axis\": \"gated\", \"value\": \"$value\"}', 'because')", "asked for $value");
	done('pres', "CALL gov_cast_vote('$name', 'PRES', 'approve')", 'and approved');
	return $name;
}
sub ratify { return "SELECT gov_ratify('gated', '$_[0]'" . ($_[1] ? ", approval => '$_[1]'" : '') . ')' }
sub status { return there("SELECT status FROM gov_axis_value WHERE axis = 'gated' AND value = '$_[0]'") }

refused('adm', 'QVA01', 'BEGIN; ' . ratify('a') . "; PREPARE TRANSACTION 'g'", 'a gated act without an approval is refused there');
my $a = approved('a');
# used, and open: nobody else can use it, vote on it, or take it back
done('adm', 'BEGIN; ' . ratify('a', $a) . "; PREPARE TRANSACTION 'g'", 'an approval is used, and the transaction prepared');
is(status('a'), 'candidate', 'which is not done yet');
refused('adm2', '55P03', ratify('a', $a), 'a second use waits');
refused('coun', '55P03', "CALL gov_cast_vote('$a', 'COUNCIL', 'reject')", 'a vote on it waits');
refused('adm', '55P03', "SELECT gov_withdraw('$a')", 'taking it back waits');
refused('postgres', '55P03', "UPDATE gov_approval SET status = 'approved' WHERE approval = '$a'", 'so does a superuser who writes it');
there("ROLLBACK PREPARED 'g'");
done('adm2', 'BEGIN; ' . ratify('a', $a) . "; PREPARE TRANSACTION 'g'", 'rolled back, it can be used, by another');
refused('adm2', '42501', "SET SESSION AUTHORIZATION postgres", 'who is no superuser');
refused('adm', '42501', "COMMIT PREPARED 'g'", 'a third cannot commit what another prepared');
there("COMMIT PREPARED 'g'");
is(status('a'), 'active', 'committed by a superuser, it is done');
refused('adm', 'QVA02', ratify('e', $a), 'and the approval is used up');
there("SELECT gov_set_authority('beside', kind => 'human', name => 'chains')");
is(there(q{SELECT string_agg(actor || ' ' || login, ',') FROM gov_ledger WHERE action = 'ratify' AND target ->> 'value' = 'a'}), 'adm2 adm2',
	'in the name of who prepared it, whoever committed it');

# the session that prepared goes on: what its transaction was allowed, the next one is not
for my $end ("PREPARE TRANSACTION 'g'", 'ROLLBACK', 'COMMIT')
{
	$a = approved('b');
	my $write = q{UPDATE gov_axis_value SET status = 'active' WHERE axis = 'gated' AND value = 'c'};
	refused('postgres', 'QVA01', 'BEGIN; ' . ratify('b', $a) . "; $end; $write", "what an approval permits is over: $end");
	there("ROLLBACK PREPARED 'g'") if $end =~ /'g'/;
}
refused('postgres', 'QVA01', "BEGIN; UPDATE gov_axis_value SET status = 'active' WHERE axis = 'gated' AND value = 'c'; PREPARE TRANSACTION 'g'",
	'direct writing of what is gated is refused in what is to be prepared');

# votes are of their own
my $ask = 'ask' . ++$number;
done('adm', "SELECT gov_request_approval('$ask', 'ratify_value', '{\"axis\": \"gated\", \"value\": \"c\"}', 'because')", 'one is asked for');
refused('pres', '25000', "BEGIN; CALL gov_cast_vote('$ask', 'PRES', 'approve'); PREPARE TRANSACTION 'v'", 'no vote in a transaction that is to be prepared');
# a request that is prepared cannot be voted on, and its proposer is who prepared it
done('adm', "BEGIN; SELECT gov_request_approval('late', 'ratify_value', '{\"axis\": \"gated\", \"value\": \"d\"}', 'because'); PREPARE TRANSACTION 'r'", 'a request is prepared');
refused('pres', '42704', "CALL gov_cast_vote('late', 'PRES', 'approve')", 'which nobody sees yet');
there("COMMIT PREPARED 'r'");
refused('adm', 'QVA03', "CALL gov_cast_vote('late', 'ADM', 'approve')", 'its proposer does not vote on it');
done('pres', "CALL gov_cast_vote('late', 'PRES', 'approve')", 'another does');

# ---- what the server does not prepare, and what it would carry along ----

refused('postgres', '0A000', "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT gov_propose_value('gated', 'held'); PREPARE TRANSACTION 'h'",
	'a held cursor that would act is not prepared');
is(there(q{SELECT count(*) FROM gov_axis_value WHERE value = 'held'}), '0', 'and has not acted');
done('adm', "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT gov_propose_value('gated', 'held'); COMMIT", 'one that acts when its transaction commits');
is(there(q{SELECT count(*) FROM gov_axis_value WHERE value = 'held'}) . there('SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), '10', 'acts, and is chained');
# a deferred trigger fires when it is prepared: no act there
there(<<'SQL');
CREATE TABLE notes (n text);
GRANT ALL ON notes TO PUBLIC;
CREATE FUNCTION acts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.gov_propose_value('gated', NEW.n); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER acts AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION acts();
SQL
like(refused('adm', '42501', "BEGIN; INSERT INTO notes VALUES ('deferred'); PREPARE TRANSACTION 'd'", 'a trigger that is deferred to PREPARE'),
	qr/gov_propose_value is refused inside a trigger/, 'is refused by name');
is(there('SELECT count(*) FROM pg_prepared_xacts'), '0', 'nothing is left open');
is(there('SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');

$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|terminated by signal/, 'no crash, no failed assertion');
done_testing();
