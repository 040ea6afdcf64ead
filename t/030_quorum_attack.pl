# A quorum cannot be gamed: every try is made by a real login on a connection
# of its own, is refused, and changes nothing.  A refused vote or confirmation
# leaves an entry in the ledger, which the error names; what else is refused
# ends in an aborted transaction and leaves none.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "log_min_messages = log\n");
$node->start;

my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
my $tries = 0;

# Runs SQL as a login; statement by statement, as psql reads them.
sub run_as
{
	my ($login, $sql, @more) = @_;
	return $node->psql('postgres', $sql,
		extra_params => [ '-U', $login, '-v', 'VERBOSITY=verbose', '-v', 'ON_ERROR_STOP=1', @more ]);
}

# The same for what has to work.
sub done_as
{
	my ($login, $sql) = @_;
	my ($code, $out, $err) = run_as($login, $sql);
	is($code, 0, "works: $login: $sql") or diag($err);
	return $out;
}

sub boss { return $node->safe_psql('postgres', $_[0]) }

# Writes past every trigger, as only a superuser can.
sub behind
{
	return boss("SET session_replication_role = replica; $_[0]");
}

# All that a quorum rests on, as one text.
sub trust
{
	return boss(join ' UNION ALL ',
		map { "SELECT '$_' AS t, coalesce(md5(string_agg(x::text, ',' ORDER BY x::text)), '') FROM $_ x" }
		  qw(gov_approval gov_vote gov_action gov_quorum_rule gov_authority gov_axis_value));
}

sub head { return boss('SELECT max(seq) FROM gov_ledger') }

# Was it refused as it should be?  $kind: the action of the ledger entry that
# stays, or 'none'.
sub refused
{
	my ($name, $login, $before, $state, $kind, $code, $err) = @_;
	my $left = 'the aborted transaction leaves no ledger entry';
	my @faults;

	push @faults, 'it went through' if $code == 0;
	push @faults, "not with $state: $err" if $err !~ /ERROR:\s+$state:/;
	push @faults, 'it changed something' if trust() ne $before->{trust};
	if ($kind eq 'none')
	{
		push @faults, 'the ledger has another entry' if head() ne $before->{head};
	}
	elsif ($err =~ /Ledger entry (\d+)\./)
	{
		my $entry = boss("SELECT login, action FROM gov_ledger WHERE seq = $1");
		$left = "ledger entry $1";
		push @faults, "entry $1 is $entry" if $entry ne "$login|$kind";
		push @faults, 'the ledger has other entries' if head() ne $1 || $1 != $before->{head} + 1;
	}
	else
	{
		push @faults, "no ledger entry is named: $err";
	}
	$tries++;
	ok(!@faults, "refused: $name ($left)") or diag(join "\n", @faults);
	return;
}

# One try: SQL that a login sends.  $kind is vote_refused unless it is given;
# "as NAME ..." for an entry under another login.
sub try
{
	my ($name, $login, $sql, $state, $kind, @more) = @_;
	my $before = { trust => trust(), head => head() };
	my ($code, undef, $err) = run_as($login, $sql, @more);
	my ($as) = ($kind // '') =~ /^as (\w+) \w+$/;
	refused($name, $as // $login, $before, $state,
		defined $kind ? $kind =~ s/^as \w+ //r : 'vote_refused', $code, $err);
	return;
}

my $number = 0;

# A new request; its name.
sub request
{
	my ($action, $target, %with) = @_;
	my $name = 'r' . ++$number;
	my $expires = $with{expires_in} // '1 hour';
	run_as($with{by} // 'clerk', "SELECT gov_request_approval('$name', '$action', '$target', 'test', '$expires')") == 0
	  or die "no request for $action $target";
	return $name;
}

# A target of gov_decide.
sub decision { return qq({"object_type": "thing", "object_ref": "$_[0]", "axis": "topic", "value": "root", "decision": "accept_divergence", "rationale": "known"}) }

sub vote { return "CALL gov_cast_vote('$_[0]', '$_[1]', '" . ($_[2] // 'approve') . "');" }
sub confirm { return "CALL gov_confirm('$_[0]', '$_[1]', '$_[2]');" }
sub hash { return boss("SELECT content_hash FROM gov_approval WHERE approval = '$_[0]'") }
sub status { return boss("SELECT status FROM gov_approval WHERE approval = '$_[0]'") }

my $values = 0;

# A new candidate, and an approval to ratify it that PRESIDENT gave.
sub candidate
{
	my $value = 'v' . ++$values;
	boss("SELECT gov_propose_value('topic', '$value')");
	return $value;
}

sub approved
{
	my ($value, %with) = @_;
	my $name = request('ratify_value', qq({"axis": "topic", "value": "$value"}), %with);
	done_as('pres', vote($name, 'PRESIDENT'));
	return $name;
}

sub ratify { return "SELECT gov_ratify('topic', '$_[0]', approval => '$_[1]');" }

# Who there is.
boss(<<'SQL');
CREATE EXTENSION governance;
CREATE ROLE president; CREATE ROLE council_a; CREATE ROLE council_b; CREATE ROLE person; CREATE ROLE bots;
CREATE ROLE old_council; CREATE ROLE moved; CREATE ROLE gone; CREATE ROLE anew;
CREATE ROLE clerk LOGIN IN ROLE council_a, person;
CREATE ROLE pres LOGIN IN ROLE president;
CREATE ROLE pres2 LOGIN IN ROLE president;
CREATE ROLE ca LOGIN IN ROLE council_a;
CREATE ROLE ca2 LOGIN IN ROLE council_a;
CREATE ROLE cb LOGIN IN ROLE council_b;
CREATE ROLE twin LOGIN IN ROLE council_a, council_b, president;
CREATE ROLE bot LOGIN IN ROLE bots;
CREATE ROLE botc LOGIN IN ROLE bots, council_b, president;
CREATE ROLE oldie LOGIN IN ROLE old_council;
CREATE ROLE pete LOGIN IN ROLE person;
CREATE ROLE outsider LOGIN;
CREATE ROLE adm LOGIN; CREATE ROLE stew LOGIN;
CREATE ROLE root LOGIN SUPERUSER IN ROLE president;
CREATE ROLE root2 LOGIN SUPERUSER;
CREATE ROLE walker LOGIN IN ROLE moved, gone, anew;
SELECT gov_grant('approver', r) FROM unnest('{clerk,pres,pres2,ca,ca2,cb,twin,bot,botc,oldie,pete,outsider,walker,council_a,president}'::name[]) r;
SELECT gov_grant('admin', r) FROM unnest('{adm,pres,bot}'::name[]) r;
SELECT gov_grant('steward', 'stew');
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT gov_set_authority(a, kind => k, role_name => r) FROM (VALUES
    ('COUNCIL-A', 'council', 'council_a'), ('COUNCIL-B', 'council', 'council_b'), ('PERSON', 'human', 'person'),
    ('SCAN-BOT', 'agent', 'bots'), ('OLD', 'council', 'old_council'), ('MOVED', 'council', 'moved'),
    ('GONE', 'council', 'gone'), ('ANEW', 'council', 'anew')) v (a, k, r);
SELECT gov_set_authority('PRESIDENT', kind => 'sovereign'), gov_set_authority('MUTE', kind => 'council');
SELECT gov_set_authority('OLD', status => 'retired');
SELECT gov_create_axis('topic'), gov_set_axis_status('topic', 'active');
SELECT gov_propose_value('topic', 'root'), gov_ratify('topic', 'root');
SELECT gov_propose_value('topic', 'early'), gov_propose_value('topic', 'late'), gov_propose_value('topic', 'no');
SELECT gov_register_object('thing', name) FROM unnest('{x,y,z,renamed}'::text[]) name;
SQL

# Before the gates are armed: a transaction is left open whose snapshot is of
# then, and a quorum is loosened, used and put back.
my ($in, $out, $err) = ("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM gov_authority;\n", '', '');
my $open = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-U', 'adm', '-d', $node->connstr('postgres') ],
	'<', \$in, '>', \$out, '2>', \$err, $timer);
$open->pump until $out =~ /^\d+$/m;
boss(q{SELECT gov_set_quorum('constitutional', 1, 0, 0, false)});
my $early = request('change_trust', '{"authority": "ROGUE", "kind": "sovereign", "role_name": "adm"}');
done_as('ca', vote($early, 'COUNCIL-A'));
is(status($early), 'approved', 'an approval is got while the quorum is loose');
boss(q{SELECT gov_set_quorum('constitutional', 3, 1, 2, true)});
boss(q{SELECT gov_set_authority('PRESIDENT', role_name => 'president')});

my $before = { trust => trust(), head => head() };
$in .= "SELECT gov_ratify('topic', 'early');\n\\q\n";
$open->finish;
refused('a transaction from before the gates were armed goes on without an approval', 'adm', $before, 'QVA01', 'none', $err eq '' ? 0 : 1, $err);
try('an approval whose quorum was loose when it was given', 'adm',
	"SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm', approval => '$early');", 'QVA02', 'none');

# Who may vote.
my $r = request('transfer', '{"from_authority": "COUNCIL-A", "to_authority": "COUNCIL-B"}');
try('the proposer votes', 'clerk', vote($r, 'PERSON'), 'QVA03');
try('the proposer votes under SET ROLE', 'clerk', "SET ROLE council_a;\n" . vote($r, 'COUNCIL-A'), 'QVA03');
my $r_root = request('transfer', '{"from_authority": "COUNCIL-A", "to_authority": "COUNCIL-B"}', by => 'root');
try('a superuser who proposed votes', 'root', vote($r_root, 'PRESIDENT'), 'QVA03');
try('a superuser who proposed votes under SET SESSION AUTHORIZATION', 'root',
	"SET SESSION AUTHORIZATION pres;\n" . vote($r_root, 'PRESIDENT'), 'QVA03', 'as pres vote_refused');
try('a superuser votes under SET SESSION AUTHORIZATION', 'root2',
	"SET SESSION AUTHORIZATION pres;\n" . vote($r, 'PRESIDENT'), 'QVA03', 'as pres vote_refused');
$r_root = 'r_root';
done_as('root', "SET SESSION AUTHORIZATION clerk;\nSELECT gov_request_approval('r_root', 'transfer', '{\"from_authority\": \"COUNCIL-A\", \"to_authority\": \"COUNCIL-B\"}', 'test');");
try('a superuser who proposed under SET SESSION AUTHORIZATION votes as itself', 'root', vote($r_root, 'PRESIDENT'), 'QVA03');
try('the login in whose name a superuser proposed votes', 'clerk', vote($r_root, 'PERSON'), 'QVA03');
try('a superuser who is no member of the role votes', 'root2', vote($r, 'PRESIDENT'), 'QVA03');
try('a superuser who is no member votes under SET ROLE', 'root2', "SET ROLE president;\n" . vote($r, 'PRESIDENT'), 'QVA03');
try('a login that belongs to nobody votes', 'outsider', vote($r, 'COUNCIL-A'), 'QVA03');
try('a login votes for an authority of another', 'ca', vote($r, 'COUNCIL-B'), 'QVA03');
try('a vote for an authority that has no role', 'ca', vote($r, 'MUTE'), 'QVA03');
try('a vote for a retired authority', 'oldie', vote($r, 'OLD'), 'QVA03');
try('a steward, who may not vote at all', 'stew', vote($r, 'COUNCIL-A'), '42501', 'none');

# One voice.
done_as('twin', vote($r, 'COUNCIL-A'));
try('one login with two authorities votes for the second', 'twin', vote($r, 'COUNCIL-B'), 'QVA03');
try('the same vote twice', 'twin', vote($r, 'COUNCIL-A'), 'QVA03');
try('an authority that has voted votes through another login', 'ca', vote($r, 'COUNCIL-A'), 'QVA03');
boss('ALTER ROLE twin RENAME TO twin_new');
try('a login renamed after its vote votes for its other authority', 'twin_new', vote($r, 'COUNCIL-B'), 'QVA03');
boss(q{SELECT gov_revoke('approver', 'twin_new'); DROP ROLE twin_new;
	CREATE ROLE twin LOGIN IN ROLE council_a, council_b, president; SELECT gov_grant('approver', 'twin')});
try('a login dropped and created anew after its vote votes again', 'twin', vote($r, 'COUNCIL-B'), 'QVA03');
boss('ALTER ROLE clerk RENAME TO clerk_new');
try('a proposer that was renamed votes', 'clerk_new', vote($r, 'PERSON'), 'QVA03');
boss('ALTER ROLE clerk_new RENAME TO clerk');

# Roles that are not what they were.
boss('ALTER ROLE moved RENAME TO moved_on; DROP ROLE gone; DROP ROLE anew; CREATE ROLE anew; GRANT anew TO walker');
my $renamed = request('decide', decision('renamed'));
done_as('walker', vote($renamed, 'MOVED'));
is(boss("SELECT cast_by FROM gov_vote WHERE approval = '$renamed' AND authority = 'MOVED'"), 'walker', 'a role that was renamed speaks on');
try('the role of an authority was dropped', 'walker', vote($r, 'GONE'), 'QVA03');
try('the role of an authority was dropped and created anew', 'walker', vote($r, 'ANEW'), 'QVA03');
boss('CREATE ROLE moved; GRANT moved TO outsider');
try('another role has taken the name of a renamed one', 'outsider', vote($r, 'MOVED'), 'QVA03');

# Agents.  Their votes are recorded, and complete nothing.
sub completes_nothing
{
	my ($name, $approval, $login, $authority) = @_;
	my $seq = head() + 1;
	done_as($login, vote($approval, $authority));
	my $entry = boss("SELECT action, payload ->> 'kind' FROM gov_ledger WHERE seq = $seq");
	$tries++;
	is(status($approval) . "|$entry", 'pending|cast_vote|agent', "no quorum: $name (recorded as ledger entry $seq)");
	return;
}
boss(q{SELECT gov_propose_value('topic', 'for-agents')});
my $low = request('decide', decision('x'));
completes_nothing('an agent votes where one vote is enough', $low, 'bot', 'SCAN-BOT');
completes_nothing('a session of an agent and of a sovereign votes as the sovereign', $low, 'botc', 'PRESIDENT');
done_as('cb', vote($r, 'COUNCIL-B'));
completes_nothing('a session of an agent and of a sovereign would complete a quorum', $r, 'botc', 'PRESIDENT');
try('the authority that an agent spoke for has voted', 'pres', vote($r, 'PRESIDENT'), 'QVA03');
my $r2 = request('ratify_value', '{"axis": "topic", "value": "for-agents"}');
behind(q{UPDATE gov_authority SET status = 'retired' WHERE authority = 'COUNCIL-A'});
my $r3 = request('decide', decision('y'));
behind(q{UPDATE gov_authority SET status = 'active' WHERE authority = 'COUNCIL-A'});
behind(qq{INSERT INTO gov_vote (approval, authority, vote, cast_by, cast_by_oid, kind) VALUES ('$r3', 'COUNCIL-A', 'approve', 'ca', 'ca'::regrole, 'council')});
completes_nothing('an agent votes on a request whose quorum is there without it', $r3, 'bot', 'SCAN-BOT');
boss('ALTER ROLE bots RENAME TO robots');
completes_nothing('the role of an agent was renamed', request('decide', decision('z')), 'botc', 'COUNCIL-B');
boss('ALTER ROLE robots RENAME TO bots');
my $v = candidate();
my $a = approved($v);
try('an agent uses an approval', 'bot', ratify($v, $a), '42501', 'none');

# Where a vote may stand.
$r = request('transfer', '{"from_authority": "COUNCIL-A", "to_authority": "COUNCIL-B"}');
my $call = "CALL public.gov_cast_vote('$r', 'PRESIDENT', 'approve')";
boss(<<"SQL");
CREATE TABLE notes (n text);
GRANT ALL ON notes TO PUBLIC;
CREATE FUNCTION votes() RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN $call; END \$\$;
CREATE FUNCTION votes_sql() RETURNS void LANGUAGE sql AS \$\$ $call \$\$;
CREATE FUNCTION votes_trigger() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN $call; RETURN NEW; END \$\$;
CREATE TRIGGER votes AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION votes_trigger();
CREATE PROCEDURE votes_procedure() LANGUAGE plpgsql AS \$\$ BEGIN $call; END \$\$;
CREATE PROCEDURE votes_committing() LANGUAGE plpgsql AS \$\$ BEGIN COMMIT; $call; END \$\$;
CREATE PROCEDURE votes_execute() LANGUAGE plpgsql AS \$\$ BEGIN EXECUTE \$x\$ $call \$x\$; END \$\$;
CREATE PROCEDURE votes_sql_procedure() LANGUAGE sql AS \$\$ $call \$\$;
CREATE SCHEMA evil;
CREATE PROCEDURE evil.gov_cast_vote(approval text, authority text, vote text, comment text DEFAULT NULL) LANGUAGE plpgsql AS \$\$ BEGIN $call; END \$\$;
CREATE FUNCTION evil.always(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.always);
GRANT USAGE ON SCHEMA evil TO PUBLIC;
SQL
my $inside = '25000';
try('a vote in a transaction block', 'pres', "BEGIN;\n$call;", $inside, 'none');
try('a vote in a function', 'pres', 'SELECT votes();', $inside, 'none');
try('a vote in an SQL function', 'pres', 'SELECT votes_sql();', $inside, 'none');
try('a trigger on a table that the sovereign writes to votes', 'pres', q{INSERT INTO notes VALUES ('hello');}, '42501', 'none');
try('a vote in a procedure', 'pres', 'CALL votes_procedure();', $inside, 'none');
try('a vote in a procedure that has committed', 'pres', 'CALL votes_committing();', $inside, 'none');
try('a vote by EXECUTE in a procedure', 'pres', 'CALL votes_execute();', $inside, 'none');
try('a vote in an SQL procedure', 'pres', 'CALL votes_sql_procedure();', $inside, 'none');
try('a vote in a DO block', 'pres', "DO \$\$ BEGIN $call; END \$\$;", $inside, 'none');
try('a vote by EXECUTE in a DO block', 'pres', "DO \$\$ BEGIN EXECUTE \$x\$ $call \$x\$; END \$\$;", $inside, 'none');
try('a procedure of the same name earlier in search_path', 'pres', "SET search_path = evil, public;\n$call;" =~ s/public\.gov/gov/r, $inside, 'none');
try('an operator earlier in search_path that finds every role the right one', 'outsider',
	"SET search_path = evil, pg_catalog, public;\n$call;", 'QVA03');
{
	my $b = { trust => trust(), head => head() };
	my ($o, $e) = ('', '');
	my $ok = IPC::Run::run([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-U', 'pres', '-d', $node->connstr('postgres'),
			'-c', "SELECT 1; $call" ], '>', \$o, '2>', \$e, $timer);
	refused('a vote in a batch', 'pres', $b, $inside, 'none', $ok ? 0 : 1, $e);
	$b = { trust => trust(), head => head() };
	$ok = IPC::Run::run([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-U', 'pres', '-d', $node->connstr('postgres'),
			'-c', "$call; SELECT 1" ], '>', \$o, '2>', \$e, $timer);
	refused('a vote at the head of a batch', 'pres', $b, $inside, 'none', $ok ? 0 : 1, $e);
}
try('a confirmation in a function', 'pres', "DO \$\$ BEGIN CALL gov_confirm('$r', 'PRESIDENT', 'x'); END \$\$;", $inside, 'none');

# When a vote may be cast.
$r = request('ratify_value', '{"axis": "topic", "value": "late"}', expires_in => '1 microsecond');
try('a vote after expiry', 'pres', vote($r, 'PRESIDENT'), 'QVA03');
$r = request('ratify_value', '{"axis": "topic", "value": "no"}');
done_as('ca', vote($r, 'COUNCIL-A', 'reject'));
try('a vote after a reject', 'pres', vote($r, 'PRESIDENT'), 'QVA03');
$v = candidate();
my $rejected = request('ratify_value', qq({"axis": "topic", "value": "$v"}));
done_as('pres', vote($rejected, 'PRESIDENT', 'reject'));
try('a rejected approval is used', 'adm', ratify($v, $rejected), 'QVA02', 'none');
$a = approved($v);
try('a reject after the approval', 'ca', vote($a, 'COUNCIL-A', 'reject'), 'QVA03');
my $withdrawn = request('ratify_value', qq({"axis": "topic", "value": "$v"}));
try('somebody else withdraws a request', 'pete', "SELECT gov_withdraw('$withdrawn');", '42501', 'none');
done_as('clerk', "SELECT gov_withdraw('$withdrawn')");
try('a vote on a withdrawn request', 'pres', vote($withdrawn, 'PRESIDENT'), 'QVA03');
try('a withdrawn approval is used', 'adm', ratify($v, $withdrawn), 'QVA02', 'none');
try('a request of the same name', 'clerk', "SELECT gov_request_approval('$a', 'ratify_value', '{\"axis\": \"topic\", \"value\": \"$v\"}', 'again');", '42710', 'none');

# What was approved is what was asked for.
my $changed = request('ratify_value', qq({"axis": "topic", "value": "$v"}));
try('a superuser changes the content', 'root', qq{UPDATE gov_approval SET target = '{"axis": "topic", "value": "x"}' WHERE approval = '$changed';}, '42501', 'none');
behind(qq{UPDATE gov_approval SET target = '{"axis": "topic", "value": "x"}' WHERE approval = '$changed'});
try('a vote on content that was changed past the triggers', 'pres', vote($changed, 'PRESIDENT'), 'QVA03');
my $w = candidate();
$changed = approved($w);
behind(qq{UPDATE gov_approval SET target = '{"axis": "topic", "value": "$v"}' WHERE approval = '$changed'});
try('content changed after the vote', 'adm', ratify($v, $changed), 'QVA02', 'none');

# Each argument of the call, differing once.
my $x = candidate();
my $whole = request('ratify_value', qq({"axis": "topic", "value": "$x", "parent": "root", "ratified_by": "PRESIDENT"}));
done_as('pres', vote($whole, 'PRESIDENT'));
my $sub = sub { "SELECT gov_ratify('topic', '$x', $_[0], approval => '$whole');" };
try('an approval for another value', 'adm', ratify($w, $whole), 'QVA02', 'none');
try('an approval with another parent', 'adm', $sub->(qq{parent => NULL, ratified_by => 'PRESIDENT'}), 'QVA02', 'none');
try('an approval with another ratifier', 'adm', $sub->(qq{parent => 'root', ratified_by => 'COUNCIL-A'}), 'QVA02', 'none');
try('an approval with a label that it does not have', 'adm', $sub->(qq{parent => 'root', ratified_by => 'PRESIDENT', label => 'L'}), 'QVA02', 'none');
try('an approval of one action for another', 'adm', "SELECT gov_retire('topic', '$x', approval => '$whole');", 'QVA02', 'none');
try('an approval that there is not', 'adm', ratify($x, 'none such'), 'QVA02', 'none');
try('no approval at all', 'adm', "SELECT gov_ratify('topic', '$x');", 'QVA01', 'none');
boss(q{SELECT gov_propose_value('topic', 'from'), gov_propose_value('topic', 'into')});
behind(q{UPDATE gov_axis_value SET status = 'active' WHERE value IN ('from', 'into')});
my $merge = request('retire_value', '{"axis": "topic", "from_value": "from", "into_value": "into", "reason": "same"}');
done_as('pres', vote($merge, 'PRESIDENT'));
try('a merge the other way round', 'adm', "SELECT gov_merge('topic', 'into', 'from', 'same', '$merge');", 'QVA02', 'none');
try('a merge into another value', 'adm', "SELECT gov_merge('topic', 'from', 'root', 'same', '$merge');", 'QVA02', 'none');
try('a merge for another reason', 'adm', "SELECT gov_merge('topic', 'from', 'into', 'other', '$merge');", 'QVA02', 'none');
try('a merge for no reason', 'adm', "SELECT gov_merge('topic', 'from', 'into', approval => '$merge');", 'QVA02', 'none');

# Using an approval.
my $pending = request('ratify_value', qq({"axis": "topic", "value": "$w"}));
try('a pending approval is used', 'adm', ratify($w, $pending), 'QVA02', 'none');
$a = approved($w);
try('whoever cast the deciding vote uses it', 'pres', ratify($w, $a), 'QVA02', 'none');
boss('ALTER ROLE pres RENAME TO pres_new');
try('whoever cast the deciding vote uses it under another name', 'pres_new', ratify($w, $a), 'QVA02', 'none');
boss(q{ALTER ROLE pres_new RENAME TO pres});
try('a superuser goes by another name to use it, having decided', 'root',
	"SET SESSION AUTHORIZATION pres;\n" . ratify($w, $a), 'QVA02', 'none');
boss(q{ALTER ROLE pres RENAME TO pres_gone; CREATE ROLE pres LOGIN IN ROLE president;
	SELECT gov_grant('admin', 'pres'), gov_grant('approver', 'pres')});
try('a login created anew under the name of who decided uses it', 'pres', ratify($w, $a), 'QVA02', 'none');
try('a superuser approves by hand', 'root', "UPDATE gov_approval SET status = 'approved' WHERE approval = '$pending';", '42501', 'none');
my $next = candidate();
try('an approval is used twice in one transaction', 'adm',
	"BEGIN;\n" . ratify($w, $a) . "\nSELECT gov_ratify('topic', '$next', approval => '$a');", 'QVA02', 'none');
done_as('adm', ratify($w, $a));
behind(qq{UPDATE gov_axis_value SET status = 'candidate' WHERE value = '$w'});
try('an approval is used twice', 'adm', ratify($w, $a), 'QVA02', 'none');
$a = approved($x, expires_in => '2 seconds');
sleep 3;
try('an approval that has expired is used', 'adm', ratify($x, $a), 'QVA02', 'none');
$a = approved($x);
behind(q{UPDATE gov_authority SET status = 'retired' WHERE authority = 'PRESIDENT'});
behind(q{INSERT INTO gov_authority (authority, kind, role_name, role_oid) VALUES ('KING', 'sovereign', 'root2', 'root2'::regrole)});
try('an approval of an authority that has retired', 'adm', ratify($x, $a), 'QVA02', 'none');
behind(q{UPDATE gov_authority SET status = 'active' WHERE authority = 'PRESIDENT'});
behind(q{DELETE FROM gov_authority WHERE authority = 'KING'});
behind(q{UPDATE gov_action SET risk = 'high' WHERE action = 'ratify_value'});
try('an approval of a risk that was raised since', 'adm', ratify($x, $a), 'QVA02', 'none');
behind(q{UPDATE gov_action SET risk = 'medium' WHERE action = 'ratify_value'});
done_as('adm', ratify($x, $a));

# Confirming.
my $trust = request('change_trust', '{"authority": "ROGUE", "kind": "sovereign", "role_name": "adm"}');
my $hash = hash($trust);
try('a wrong hash', 'pres', confirm($trust, 'PRESIDENT', 'ff' x 32), 'QVA03', 'confirm_refused');
try('a council confirms', 'ca', confirm($trust, 'COUNCIL-A', $hash), 'QVA03', 'confirm_refused');
try('a login confirms for a sovereign that it does not speak for', 'ca', confirm($trust, 'PRESIDENT', $hash), 'QVA03', 'confirm_refused');
try('an agent confirms for a sovereign', 'botc', confirm($trust, 'PRESIDENT', $hash), 'QVA03', 'confirm_refused');
try('a superuser confirms under SET SESSION AUTHORIZATION', 'root2',
	"SET SESSION AUTHORIZATION pres;\n" . confirm($trust, 'PRESIDENT', $hash), 'QVA03', 'as pres confirm_refused');
my $own = request('change_trust', '{"authority": "ROGUE", "kind": "sovereign", "role_name": "root"}', by => 'root');
try('the proposer confirms', 'root', confirm($own, 'PRESIDENT', hash($own)), 'QVA03', 'confirm_refused');
done_as('twin', vote($trust, 'COUNCIL-B'));
try('a login that voted for a council confirms for a sovereign', 'twin', confirm($trust, 'PRESIDENT', $hash), 'QVA03', 'confirm_refused');
done_as('ca', vote($trust, 'COUNCIL-A'));
done_as('pres2', vote($trust, 'PRESIDENT'));
is(status($trust), 'pending', 'votes alone do not make it');
try('an approval that nobody confirmed is used', 'adm', "SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm', approval => '$trust');", 'QVA02', 'none');
done_as('pres', confirm($trust, 'PRESIDENT', $hash));
is(status($trust), 'approved', 'the confirmation makes it');
try('a second confirmation', 'pres2', confirm($trust, 'PRESIDENT', $hash), 'QVA03', 'confirm_refused');
try('whoever confirmed it uses it', 'pres', "SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm', approval => '$trust');", 'QVA02', 'none');
my $twice = request('change_trust', '{"risk": "low", "min_approvals": 2}');
done_as('twin', confirm($twice, 'PRESIDENT', hash($twice)));
try('a login that confirmed for a sovereign votes for a council', 'twin', vote($twice, 'COUNCIL-A'), 'QVA03');
my $altered = request('change_trust', '{"risk": "low", "min_approvals": 2}');
behind(qq{UPDATE gov_approval SET target = '{"risk": "low", "min_approvals": 1}' WHERE approval = '$altered'});
try('a confirmation of content that was changed', 'pres', confirm($altered, 'PRESIDENT', hash($altered)), 'QVA03', 'confirm_refused');

# The root of trust.
try('a new sovereign without an approval', 'adm', q{SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm');}, 'QVA01', 'none');
try('a new council without a role', 'adm', q{SELECT gov_set_authority('ROGUE', kind => 'council');}, 'QVA01', 'none');
try('an authority made sovereign', 'adm', q{SELECT gov_set_authority('PERSON', kind => 'sovereign');}, 'QVA01', 'none');
try('the role of an authority changed', 'adm', q{SELECT gov_set_authority('PRESIDENT', role_name => 'adm');}, 'QVA01', 'none');
try('a role created anew confirmed by an admin', 'adm', q{SELECT gov_set_authority('ANEW', role_name => 'anew');}, 'QVA01', 'none');
try('the sovereign retired, to disarm the gates', 'adm', q{SELECT gov_set_authority('PRESIDENT', status => 'retired');}, 'QVA01', 'none');
try('a gate opened', 'adm', q{SELECT gov_set_gate('change_trust', 'low', 'open');}, 'QVA01', 'none');
try('a quorum loosened', 'adm', q{SELECT gov_set_quorum('constitutional', 1, 0, 0, false);}, 'QVA01', 'none');
try('an approval of trust for another authority', 'adm', "SELECT gov_set_authority('ROGUE2', kind => 'sovereign', role_name => 'adm', approval => '$trust');", 'QVA02', 'none');
try('an approval of trust for another kind', 'adm', "SELECT gov_set_authority('ROGUE', kind => 'council', role_name => 'adm', approval => '$trust');", 'QVA02', 'none');
try('an approval of trust for another role', 'adm', "SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'stew', approval => '$trust');", 'QVA02', 'none');
try('an approval of trust for a gate', 'adm', "SELECT gov_set_gate('change_trust', 'low', 'open', '$trust');", 'QVA02', 'none');
try('an approval of a value for a quorum', 'adm', "SELECT gov_set_quorum('low', 5, approval => '$a');", 'QVA02', 'none');
try('a pending approval of one own', 'adm', "SELECT gov_set_quorum('low', 2, approval => '$twice');", 'QVA02', 'none');
try('an agent changes the root of trust', 'bot', q{SELECT gov_set_quorum('low', 1);}, '42501', 'none');
for my $sql (
	q{UPDATE gov_action SET gate = 'open' WHERE action = 'change_trust'},
	q{INSERT INTO gov_action VALUES ('change_trust', 'low', 'open')},
	q{INSERT INTO gov_action VALUES ('new', 'low', 'open')},
	q{DELETE FROM gov_action WHERE action = 'ratify_value'},
	q{UPDATE gov_quorum_rule SET min_approvals = 1},
	q{INSERT INTO gov_quorum_rule VALUES ('high', 1, 0, 0, false)},
	q{UPDATE gov_authority SET kind = 'sovereign' WHERE authority = 'PERSON'},
	q{UPDATE gov_authority SET role_name = NULL WHERE authority = 'PRESIDENT'},
	q{INSERT INTO gov_authority (authority, kind) VALUES ('ROGUE', 'sovereign')},
	q{DELETE FROM gov_authority WHERE authority = 'GONE'},
	qq{BEGIN;\nSELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm', approval => '$trust');\nUPDATE gov_authority SET role_name = 'root2' WHERE authority = 'ROGUE'})
{
	try("a superuser: $sql" =~ s/\s+/ /gr, 'root2', "$sql;", 'QVA01', 'none');
}
for my $sql (
	qq{INSERT INTO gov_vote (approval, authority, vote, cast_by, cast_by_oid, kind) VALUES ('$twice', 'PRESIDENT', 'approve', 'pres', 'pres'::regrole, 'sovereign')},
	q{UPDATE gov_vote SET kind = 'sovereign'}, q{DELETE FROM gov_vote},
	q{INSERT INTO gov_approval (approval, action, target, content_hash, risk, proposer_oid, justification, status, expires_at) VALUES ('forged', 'own', '{}', '', 'low', 0, 'x', 'approved', 'infinity')},
	qq{UPDATE gov_approval SET expires_at = 'infinity' WHERE approval = '$twice'}, qq{DELETE FROM gov_approval WHERE approval = '$twice'},
	q{UPDATE gov_ledger SET login = 'pres'}, q{DELETE FROM gov_ledger}, q{TRUNCATE gov_ledger})
{
	try("a superuser: $sql", 'root2', "$sql;", '42501', 'none');
}

# Nobody else writes any of these tables at all.
for my $table (qw(gov_vote gov_approval gov_action gov_quorum_rule gov_authority gov_ledger))
{
	for my $login (qw(stew adm))
	{
		try("$login: INSERT INTO $table", $login, "INSERT INTO $table SELECT * FROM $table LIMIT 1;", '42501', 'none');
		try("$login: UPDATE $table", $login, "UPDATE $table SET " . ($table eq 'gov_quorum_rule' ? 'min_approvals = 1;' :
				$table eq 'gov_ledger' ? "login = 'x';" : $table eq 'gov_authority' ? "kind = 'sovereign';" :
				$table eq 'gov_vote' ? "vote = 'approve';" : $table eq 'gov_action' ? "gate = 'open';" : "status = 'approved';"), '42501', 'none');
		try("$login: DELETE FROM $table", $login, "DELETE FROM $table;", '42501', 'none');
	}
}

# The race of the last votes.  Both sessions wait for the request's row and
# are let go at once.
sub race
{
	my ($approval, @voters) = @_;
	my ($hold_in, $hold_out) = ("BEGIN; SELECT 'held' FROM gov_approval WHERE approval = '$approval' FOR UPDATE;\n", '');
	my $hold = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$hold_in, '>', \$hold_out, $timer);
	$hold->pump until $hold_out =~ /held/;
	my @running;
	for my $voter (@voters)
	{
		my %one = (login => $voter->[0], out => '', err => '');
		$one{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-U', $voter->[0], '-d', $node->connstr('postgres'),
				'-c', vote($approval, $voter->[1]) ], '>', \$one{out}, '2>', \$one{err}, $timer);
		push @running, \%one;
		my $waiting = @running;
		$node->poll_query_until('postgres', "SELECT count(*) = $waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CALL gov_cast_vote%'")
		  or die 'the voter does not wait';
	}
	$hold_in .= "COMMIT;\n\\q\n";
	$hold->finish;
	$_->{code} = $_->{run}->finish ? 0 : 1 for @running;
	return @running;
}
$v = candidate();
$r = request('ratify_value', qq({"axis": "topic", "value": "$v"}));
my @ended = race($r, [ 'pres', 'PRESIDENT' ], [ 'pres2', 'PRESIDENT' ]);
is(join(',', sort map { $_->{code} } @ended), '0,1', 'race of two last votes: exactly one is cast');
my ($lost) = grep { $_->{code} } @ended;
like($lost->{err}, qr/QVA03: .*\nDETAIL:  It is approved\. Ledger entry \d+\./, 'the other sees that it is decided');
is(boss("SELECT a.status, count(*) FROM gov_approval a JOIN gov_vote USING (approval) WHERE approval = '$r' GROUP BY 1"), 'approved|1', 'and one vote is there');
$r = request('transfer', '{"from_authority": "COUNCIL-A", "to_authority": "COUNCIL-B"}');
done_as('pres', vote($r, 'PRESIDENT'));
@ended = race($r, [ 'ca', 'COUNCIL-A' ], [ 'cb', 'COUNCIL-B' ]);
is(join(',', map { $_->{code} } @ended), '0,0', 'race of two votes that are both needed: both are cast');
is(boss("SELECT status, decided_by = (SELECT cast_by FROM gov_vote v WHERE v.approval = a.approval ORDER BY cast_at DESC, v.authority DESC LIMIT 1) OR decided_by IN ('ca', 'cb') FROM gov_approval a WHERE approval = '$r'"),
	'approved|t', 'and one of them decides');
is(boss("SELECT count(*) FROM gov_ledger WHERE action = 'cast_vote' AND target ->> 'approval' = '$r'"), 3, 'with an entry for each vote');

# All through that the ledger is whole, and what was approved can be done.
is(boss('SELECT count(*) FROM gov_ledger_verify()'), 0, 'the ledger is whole');
done_as('adm', "SELECT gov_set_authority('ROGUE', kind => 'sovereign', role_name => 'adm', approval => '$trust')");
cmp_ok($tries, '>=', 40, "$tries tries were made");

$node->stop;
done_testing();
