# With governance.notify_channel set, who commits events into the outbox
# notifies that channel, once, with nothing but its name; who takes them back,
# or puts none in, does not.
#
# Seen to fail: without Async_Notify in gov_event_guard; with a payload; when
# the name is folded, or an empty one notified; when scans notify that emit
# nothing; without gov_guc_check_channel, with which no event gets in any more.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('hint');
$node->init;
$node->start;
my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);

sub ask { return $node->safe_psql('postgres', $_[0]) }

# A session, and what it says to SQL, notifications and errors included.
sub session
{
	my %s = (in => '', out => '', asked => 0);
	$s{psql} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres') ],
		'<', \$s{in}, '>', \$s{out}, '2>', \$s{out}, $timer);
	return \%s;
}

sub told
{
	my ($s, $sql) = @_;
	my $mark = '-- ' . ++$s->{asked};
	$s->{out} = '';
	$s->{in} .= "$sql\n\\echo $mark\n";
	$s->{psql}->pump until $s->{out} =~ /^$mark$/m;
	return $s->{out} =~ s/^$mark\n//mr;
}

my $listener = session();
my $writer = session();
my $sentinel = 0;

# What the listener heard since it was last asked, as "channel", or "channel:
# payload".  Notifications come in the order of commits, so whatever was
# committed until now has come before one of our own does.
sub heard
{
	my $all = '';
	$sentinel++;
	ask("NOTIFY hint, 'sentinel $sentinel'");
	$all .= told($listener, 'SELECT pg_sleep(0.01);') until $all =~ /"sentinel $sentinel"/;
	my @heard;
	while ($all =~ /^Asynchronous notification "(.*?)"(?: with payload "(.*)")? received from server process with PID (\d+)\.$/mg)
	{
		my ($channel, $payload, $pid) = ($1, $2, $3);
		next if defined $payload && $payload =~ /^sentinel/;
		push @heard, $channel . (defined $payload ? ": $payload" : '') . ($pid == $writer->{pid} ? '' : ' from somebody else');
	}
	return join(', ', @heard);
}

ask(<<'SQL');
CREATE EXTENSION governance;
SELECT gov_event_activate('governance', 'coverage.scan_completed');
CREATE TABLE flag (n int, untold boolean);
CREATE FUNCTION flagged() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql AS $$ SELECT NULL, 'flag', n::text, NULL, NULL, '{}'::jsonb FROM public.flag WHERE NOT untold $$;
CREATE FUNCTION untold() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql AS $$ SELECT NULL, 'flag', n::text, NULL, NULL, '{}'::jsonb FROM public.flag WHERE untold $$;
SELECT gov_set_detector('flagged', 'info', 'public.flagged', 'governance', 'coverage.scan_completed');
SELECT gov_set_detector('untold', 'info', 'public.untold');
SQL

# Puts things out of order, so that the next scan has events.
sub flag
{
	my ($untold) = @_;
	ask("INSERT INTO flag SELECT g + coalesce((SELECT max(n) FROM flag), 0), $untold FROM generate_series(1, 3) g");
	return;
}

my $put = q{INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)
	VALUES ('governance', 'coverage.scan_completed', 'health', 'delayed', 'gov:t/1', 'me', 'test');};
my $waiting = 'SELECT count(*) FROM gov_event_outbox WHERE "position" IS NULL';
told($listener, 'LISTEN hint; LISTEN "Hint, of ""größe""";');
($writer->{pid}) = told($writer, 'SELECT pg_backend_pid();') =~ /^(\d+)$/m;
is(told($writer, 'SELECT count(governance_internal.gov_event_address(NULL, NULL, NULL, NULL)); SHOW governance.notify_channel;'), "1\n\n", 'no channel unless one is set');

# ---- none ----

flag('false');
told($writer, 'SELECT gov_scan();');
is(ask($waiting), 3, 'a scan put events into the outbox');
is(heard(), '', 'without a channel nobody is notified');

# ---- one ----

told($writer, q{SET governance.notify_channel = 'hint';});
flag('false');
told($writer, 'BEGIN; SELECT gov_scan();');
is(heard(), '', 'not before the scan is committed');
told($writer, 'COMMIT;');
is(ask($waiting), 6, 'three events more');
is(heard(), 'hint', 'one notification for all of them, without payload');
is(heard(), '', 'and no more of them');
flag('false');
told($writer, 'SELECT FROM gov_reconcile();');
is(heard(), 'hint', 'the scan of a reconciliation');
flag('false');
told($writer, 'CALL gov_reconcile(2);');
is(heard(), 'hint', 'and in batches');
flag('false');
told($writer, "SELECT gov_scan(); $put");
is(heard(), 'hint, hint', 'two commits: two');
told($writer, "BEGIN; $put $put COMMIT;");
is(heard(), 'hint', 'events of others notify, too');

# ---- none of what is taken back, or is not emitted ----

flag('false');
told($writer, 'BEGIN; SELECT gov_scan(); ROLLBACK;');
is(heard(), '', 'a scan that is rolled back: none');
told($writer, "BEGIN; SAVEPOINT s; $put ROLLBACK TO s; COMMIT;");
is(heard(), '', 'rolled back to a savepoint: none');
told($writer, 'SELECT FROM gov_reconcile(dry_run => true);');
is(heard(), '', 'a dry run: none');
told($writer, 'SELECT gov_scan();');
is(heard(), 'hint', 'the next scan notifies');
told($writer, 'SELECT gov_scan();');
is(heard(), '', 'a scan that changes nothing: none');
flag('true');
told($writer, 'SELECT gov_scan();');
is(ask(q{SELECT count(*) FROM gov_event_log WHERE blocked_reason = 'no event type'}), 3, 'events that are blocked');
is(heard(), '', 'none of them');
like(told($writer, $put =~ s/health/wealth/r), qr/ERROR:  23514/, 'an event that is refused');
is(heard(), '', 'none of it');
my $left = ask($waiting);
is(told($writer, q{SELECT count(*) FROM gov_event_fetch('c', 1000); SELECT gov_event_ack('c', delivered) > 0 FROM gov_event_cursor;}), "$left\nt\n",
	'the hint is nothing more: what there is, fetch gives');
is(heard(), '', 'fetching and acknowledging notifies nobody');

# ---- channels ----

told($writer, qq{SET governance.notify_channel = 'Hint, of "größe"'; $put});
is(heard(), 'Hint, of "größe"', 'a channel of any name, as it is written');
told($writer, qq{SET governance.notify_channel = 'HINT'; $put});
is(heard(), '', 'not folded to lower case');
told($writer, q{SET governance.notify_channel = 'hint';});
my $longest = 'c' x 63;
like(told($writer, "SET governance.notify_channel = '${longest}c';"), qr/ERROR:  22023: .*\nDETAIL:  A channel has at most 63 bytes\./, 'a name that is too long is refused');
told($writer, $put);
is(heard(), 'hint', 'and the channel stays what it was');
told($listener, "LISTEN $longest;");
told($writer, "SET governance.notify_channel = '$longest'; $put");
is(heard(), $longest, 'the longest name there is');
told($writer, qq{SET governance.notify_channel = ''; $put});
is(heard(), '', 'empty again: none');
like(told($writer, q{CREATE ROLE anybody; SET ROLE anybody; SET governance.notify_channel = 'hint'; RESET ROLE;}), qr/ERROR:  42501/, 'not for everybody to set');

# Of the whole server; a mistake there is told, and does no harm.
sub configure
{
	my ($channel) = @_;
	$node->append_conf('postgresql.conf', "governance.notify_channel = '$channel'\n");
	my $before = ask('SELECT pg_conf_load_time()');
	$node->reload;
	$node->poll_query_until('postgres', "SELECT pg_conf_load_time() > '$before'") or die 'the configuration is not read';
	return;
}
configure('hint');
told($writer, 'RESET governance.notify_channel;');
told($writer, $put);
is(heard(), 'hint', 'a channel of the whole server');
configure("${longest}c");
told($writer, $put);
is(heard(), 'hint', 'a name too long: sessions keep the channel they have');
my ($code, $out, $err) = $node->psql('postgres', $put);
is($code, 0, 'new sessions go on');
like($err, qr/WARNING:  invalid value for parameter "governance.notify_channel": "c+"\nDETAIL:  A channel has at most 63 bytes\./, 'but say so');
is(heard(), '', 'without a channel');

for my $s ($listener, $writer)
{
	$s->{in} .= "\\q\n";
	$s->{psql}->finish;
}
$node->stop;
done_testing();
