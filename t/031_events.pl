# Events across the end of processes: a consumer that is killed gets again
# what it did not acknowledge, what was lost in a crash is not taken for
# known, and a dump brings back events whose type was closed since.
#
# Seen to fail: when examples/consumer.sh acknowledges before it runs its
# command, or goes on after SIGTERM; when gov_event_fetch begins after what was
# delivered.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('events');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE shop');

# The first column of each row that SQL gives.
sub ask
{
	my ($sql, $db) = @_;
	return $node->safe_psql($db // 'shop', $sql);
}

# Puts events into the outbox.
sub put
{
	my ($from, $to) = @_;
	ask(qq{
		INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system, payload)
		SELECT 'governance', 'handoff.object_born', 'health', 'delayed', 'gov:t/' || n, 'me', 'test',
		       jsonb_build_object('n', n, 'hostile', E'tab\\t line\\n quote'' "double" \\\\ back')
		  FROM generate_series($from, $to) n});
	return;
}

ask('CREATE EXTENSION governance');
ask(q{SELECT gov_event_activate('governance', 'handoff.object_born')});
put(1, 5);

# ---- a consumer killed between fetch and ack ----

my ($in, $out, $err) = ('', '', '');
my $session = IPC::Run::start([ $node->installed_command('psql'), '-XAtq', '-d', $node->connstr('shop') ],
	'<', \$in, '>', \$out, '2>', \$err);
$in .= qq{SELECT string_agg("position"::text, ',' ORDER BY "position") FROM gov_event_fetch('c', 3);\n\\echo fetched\n};
IPC::Run::pump($session) until $out =~ /fetched/;
like($out, qr/^1,2,3$/m, 'the next three');
$session->kill_kill;
is(ask(q{SELECT string_agg("position"::text, ',' ORDER BY "position") FROM gov_event_fetch('c', 3)}),
	'1,2,3', 'killed before it acknowledged: it gets them again');
is(ask(q{SELECT gov_event_ack('c', 2)}), 2, 'acknowledged, as far as handled');
is(ask(q{SELECT string_agg("position"::text, ',' ORDER BY "position") FROM gov_event_fetch('c', 3)}),
	'3,4,5', 'then the rest comes');

# ---- the server killed between fetch and ack ----

$node->stop('immediate');
$node->start;
is(ask(q{SELECT string_agg("position"::text, ',' ORDER BY "position") FROM gov_event_fetch('c')}),
	'3,4,5', 'a crash of the server: the same, in the same places');

# ---- the reference consumer ----

my $consumer = 'examples/consumer.sh';
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATABASE} = 'shop';
$ENV{ONCE} = 1;
$ENV{BATCH} = 2;
my $seen = PostgreSQL::Test::Utils::tempdir() . '/seen';
my $fails = qq{line=\$(cat); printf '%s\\n' "\$line" >>$seen; case \$line in *'"n": 4,'*) exit 3;; esac};
isnt(system('sh', $consumer, 'shell', 'sh', '-c', $fails), 0, 'a command that fails stops the consumer');
is(ask(q{SELECT position FROM gov_event_cursor WHERE consumer = 'shell'}), 3, 'what it had done is acknowledged, the rest is not');
is(system(qq{sh $consumer shell cat >>$seen}), 0, 'it goes on where it stopped');
my @lines = split /\n/, slurp_file($seen);
is(join(',', map { /"n": (\d+)/ ? $1 : () } @lines), '1,2,3,4,4,5', 'each event at least once, in order, the failed one twice');
like($lines[0], qr/tab\\t line\\n quote' \\"double\\" \\\\ back/, 'whatever it holds');
is(ask(q{SELECT position FROM gov_event_cursor WHERE consumer = 'shell'}), 5, 'all acknowledged');

# Killed by its own command, at the fourth event: fetched, handled and not
# acknowledged.  SIGKILL leaves it no time for anything, its files included.
for my $signal ('KILL', 'TERM')
{
	my $name = "killed $signal";
	my $handled = "$seen.$signal";
	my $work = PostgreSQL::Test::Utils::tempdir();
	my $command = qq{line=\$(cat); printf '%s\\n' "\$line" >>$handled; case \$line in *'"n": 4,'*) kill -$signal \$PPID;; esac};
	local $ENV{TMPDIR} = $work;
	local $ENV{BATCH} = 3;
	isnt(system('sh', $consumer, $name, 'sh', '-c', $command), 0, "$name: the consumer is killed");
	is($? & 127, $signal eq 'KILL' ? 9 : 0, "$name: " . ($signal eq 'KILL' ? 'at once' : 'it ends by itself'));
	is(ask("SELECT position || ' of ' || delivered FROM gov_event_cursor WHERE consumer = '$name'"), '3 of 5',
		"$name: what it handled before is acknowledged, what it had in hand is not");
	is(join(',', glob("$work/*")), '', "$name: it leaves no files") if $signal eq 'TERM';
	is(system(qq{sh $consumer '$name' cat >>$handled}), 0, "$name: started again");
	is(join(',', map { /"n": (\d+)/ ? $1 : () } split /\n/, slurp_file($handled)), '1,2,3,4,4,5',
		"$name: it gets what it did not acknowledge, and the rest");
	is(ask("SELECT position FROM gov_event_cursor WHERE consumer = '$name'"), 5, "$name: all acknowledged");
}

# Killed after its fetch, before it handled anything: as though psql, which
# has committed by then, were the last thing it did.
my $bin = PostgreSQL::Test::Utils::tempdir();
append_to_file("$bin/psql", qq{#!/bin/sh\nPATH=\${PATH#*:} psql "\$@"\nkill -KILL \$PPID\n});
chmod 0755, "$bin/psql";
{
	local $ENV{PATH} = "$bin:$ENV{PATH}";
	local $ENV{TMPDIR} = PostgreSQL::Test::Utils::tempdir();
	isnt(system(qq{sh $consumer fetched cat >$seen.fetched}), 0, 'killed after its fetch');
}
is(-s "$seen.fetched", 0, 'nothing was handled');
is(ask(q{SELECT position || ' of ' || delivered FROM gov_event_cursor WHERE consumer = 'fetched'}), '0 of 2', 'delivered, not acknowledged');
is(system(qq{sh $consumer fetched cat >$seen.fetched}), 0, 'started again');
is(join(',', map { /"n": (\d+)/ ? $1 : () } split /\n/, slurp_file("$seen.fetched")), '1,2,3,4,5', 'it gets all of them, once');

# A role with EXECUTE on the two functions and nothing else is enough.
ask(q{CREATE ROLE mailer LOGIN; GRANT EXECUTE ON FUNCTION gov_event_fetch, gov_event_ack TO mailer});
{
	local $ENV{PGUSER} = 'mailer';
	is(system(qq{sh $consumer mailer cat >$seen.mailer}), 0, 'a consumer with EXECUTE on the two functions');
}
is(join(',', map { /"n": (\d+)/ ? $1 : () } split /\n/, slurp_file("$seen.mailer")), '1,2,3,4,5', 'gets all');

# ---- a dump whose event type was closed since ----

ask(q{SELECT gov_set_event_type('shop', 'order', 's', 'l')});
ask(q{SELECT gov_event_activate('shop', 'order')});
ask(q{INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)
      VALUES ('shop', 'order', 's', 'l', 'gov:order/1', 'me', 'shop')});
put(6, 7);
ask(q{SELECT count(*) FROM gov_event_fetch('c', 1)});
ask(q{SELECT gov_event_deactivate('governance', 'handoff.object_born')});
ask(q{DELETE FROM gov_event_type WHERE domain = 'shop'});
my %what = map { $_ => ask("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM $_ t") }
  qw(gov_event_type gov_event_log gov_event_outbox gov_event_cursor);
like($what{gov_event_outbox}, qr/^8 /, 'eight events to be restored');
my $dump = $node->backup_dir . '/events';
mkdir $node->backup_dir;
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dump.custom", 'shop' ], 'pg_dump, custom format');
$node->command_ok([ 'pg_dump', '-Fd', '-f', "$dump.folder", 'shop' ], 'pg_dump, a folder');
$node->command_ok([ 'pg_dump', '-f', "$dump.sql", 'shop' ], 'pg_dump, plain');
for my $way ([ 'custom', 'pg_restore', '--exit-on-error' ], [ 'folder', 'pg_restore', '--exit-on-error' ],
	[ 'sql', 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f' ])
{
	my ($form, @command) = @$way;
	$node->safe_psql('postgres', "CREATE DATABASE from_$form");
	$node->command_ok([ @command, ($form eq 'sql' ? ("$dump.$form", '-d', "from_$form") : ('-d', "from_$form", "$dump.$form")) ],
		"$form: restored");
	for my $table (sort keys %what)
	{
		is(ask("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM $table t", "from_$form"),
			$what{$table}, "$form: $table is as it was");
	}
	is(ask(q{SELECT string_agg("position"::text, ',' ORDER BY "position") FROM gov_event_fetch('c')}, "from_$form"),
		'3,4,5,6,7,8', "$form: delivery goes on");
	my ($code, $stdout, $stderr) = $node->psql("from_$form",
		q{INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)
		  VALUES ('governance', 'handoff.object_born', 'health', 'delayed', 'a', 'b', 'c')});
	like($stderr, qr/is not active/, "$form: the guard stands");
}

# ---- materialized views: what a crash lost is not known ----

ask(q{CREATE SCHEMA mv; CREATE TABLE mv.t (x int); CREATE MATERIALIZED VIEW mv.v AS SELECT x FROM mv.t;
      SELECT count(*) FROM gov_enroll_schema('mv')});
ask('REFRESH MATERIALIZED VIEW mv.v');
is(ask('SELECT flag FROM gov_matview_lag'), 'no_change_seen', 'refreshed: no change seen');
$node->restart;
is(ask('SELECT flag FROM gov_matview_lag'), 'no_change_seen', 'still so after an ordinary restart');
ask('INSERT INTO mv.t VALUES (1)');
$node->poll_query_until('shop', q{SELECT flag = 'changed' FROM gov_matview_lag}) or die 'a change is never counted';
pass('a change in another session shows');
ask('REFRESH MATERIALIZED VIEW mv.v');
ask('INSERT INTO mv.t VALUES (2)');
$node->stop('immediate');
$node->start;
is(ask(q{SELECT flag || ': ' || coalesce(reason, '') FROM gov_matview_lag}), 'unknown: statistics were reset or lost since',
	'after a crash: unknown');
ask('REFRESH MATERIALIZED VIEW mv.v');
is(ask('SELECT flag FROM gov_matview_lag'), 'no_change_seen', 'until the next refresh');
$node->safe_psql('postgres', 'CREATE DATABASE mv_restored');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dump.mv", 'shop' ], 'pg_dump');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', 'mv_restored', "$dump.mv" ], 'pg_restore');
is(ask('SELECT flag FROM gov_matview_lag', 'mv_restored'), 'no_change_seen', 'a restore refreshes, and that is seen');

$node->stop;
done_testing();
