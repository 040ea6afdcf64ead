# Random calls: every function that people call, with arguments that are right,
# wrong, missing, long, quoted, in other scripts or of control characters, as
# every level and as a superuser, in random transactions of several sessions at
# once.
#
#	perl test/random_calls.pl [--seconds N] [--seed N] [--sessions N] [--keep DIR]
#
# needs a server (PGHOST, PGPORT, a superuser's PGUSER) whose database
# "random_calls" and roles random_* it makes anew.  After each round of scripts
# nothing may have happened that a caller should never see (an error of class
# XX, a lost connection), the ledger is whole, the invariants hold, and now and
# then the coverage is that of the oracle.  Each line that is printed is one
# fault; a fault leaves the scripts of its round in DIR.  The exit code is 1
# when there was one.
#
# Scripts depend on the seed and on the state of the database alone; what
# several sessions do to each other does not.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Getopt::Long;
use Time::HiRes qw(time);

my %option = (seconds => 60, seed => 1, sessions => 2, keep => '/tmp/governance-random', calls => 60, compare => 10, fresh => 40);
GetOptions(\%option, qw(seconds=i seed=i sessions=i keep=s calls=i compare=i fresh=i)) or die "wrong options\n";
my $here = dirname(abs_path(__FILE__));
my $database = 'random_calls';
my @roles = qw(random_reader random_steward random_approver random_second random_admin random_agent random_nobody);
my $superuser = $ENV{PGUSER} // getpwuid($<);
my $faults = 0;
my %seen;

srand($option{seed});
make_path($option{keep});
$ENV{PGCLIENTENCODING} = 'UTF8';

# ---------------------------------------------------------------------------
# Dice
# ---------------------------------------------------------------------------

sub chance { return rand(100) < $_[0] }
sub pick { return $_[rand @_] }

# A literal, whatever is in the text.
sub literal
{
	my ($text) = @_;
	return 'NULL' unless defined $text;
	$text =~ s/'/''/g;
	return "'$text'" unless $text =~ s/\\/\\\\/g || $text =~ /[\x00-\x1f\x7f]/;
	$text =~ s/([\x01-\x1f\x7f])/sprintf '\\x%02x', ord $1/ge;
	return "E'$text'";
}

# Texts that somebody may have thought would not come.
my @odd = (
	'', ' ', "\t", 'NULL', 'null', '0', '-1', '@.', '@.gov_axis', '%s%n%d%', '$1', ':x', '\\', '"', "'", "''", '"q"', 'a"b', "a'b", 'a;b', 'a--b',
	"a\nb", "\x01", "\x01\x02\x7f", "\x1f", '{}', '[]', '{"a": 1}', '<script>alert(1)</script>', '&amp;', 'schema.table', 'app.thing', 'app."Odd ""name"""',
	'pg_catalog.pg_class', 'public.gov_axis', 'schema:app', 'a/b#c', '../..', 'infinity', 'now',
	"\xc3\xa9", "e\xcc\x81", "\xce\xa9mega", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xe2\x80\xaeabc", "\xf0\x9f\x92\xa9", "\xe2\x80\x8b", "\xef\xbb\xbf",
	'x' x 199, 'x' x 200, 'x' x 201, "\xc3\xa9" x 100, "\xc3\xa9" x 101, 'y' x 1500, 'y' x 1501, "\xf0\x9f\x92\xa9" x 375, 'long ' x 400);

sub odd { return chance(1) ? pick("\x02", 'z', "\xe6\xbc\xa2") x 200_000 : pick(@odd) }

# ---------------------------------------------------------------------------
# The server
# ---------------------------------------------------------------------------

# Rows of a query as a superuser, each a list of fields.
sub ask
{
	my ($sql, $db) = @_;
	my $separator = "\x1e";
	my $pid = open(my $out, '-|') // die "cannot fork: $!\n";
	if (!$pid)
	{
		exec q{psql}, q{-XqAt}, q{-F}, $separator, '-R', "\x1d", '-v', 'ON_ERROR_STOP=1', '-d', $db // $database, '-U', $superuser, '-c', $sql;
		die "no psql: $!\n";
	}
	local $/ = undef;
	my $all = <$out> // '';
	close $out or die "this failed: $sql\n";
	$all =~ s/\n\z//;
	return map { [ split /$separator/, $_, -1 ] } split /\x1d/, $all;
}

sub column { return map { $_->[0] } ask(@_) }

sub fault
{
	my ($words, @scripts) = @_;
	$faults++;
	print "FAULT $words\n";
	rename $_, "$_.fault" for grep { -e } @scripts;
	return;
}

# Counts which functions ran to their end, while the database is there to tell.
my %ran;

sub count_runs
{
	$ran{ $_->[0] } += $_->[1]
	  for ask(q{SELECT schemaname || '.' || funcname, sum(calls) FROM pg_stat_user_functions GROUP BY 1});
	return;
}

# Made anew: roles, database, an application, a world to begin with.
sub set_up
{
	my $drop = join '', map { "DROP ROLE IF EXISTS $_;\n" } @roles;
	my $create = join '', map { "CREATE ROLE $_ LOGIN;\n" } @roles;
	for my $sql ("DROP DATABASE IF EXISTS $database WITH (FORCE)", split(/\n/, $drop), split(/\n/, $create), "CREATE DATABASE $database")
	{
		ask("SET client_min_messages = error; $sql", 'postgres') unless $sql =~ /DATABASE/;
		system('psql', '-Xq', '-d', 'postgres', '-U', $superuser, '-v', 'ON_ERROR_STOP=1', '-c', $sql) == 0 or die "this failed: $sql\n" if $sql =~ /DATABASE/;
	}
	system('psql', '-Xq', '-d', $database, '-U', $superuser, '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', "$here/random_calls.sql") == 0
	  or die "random_calls.sql failed\n";
	return;
}

# ---------------------------------------------------------------------------
# What there is to name
# ---------------------------------------------------------------------------

my (%pool, @functions, @views);

sub learn
{
	my %query = (
		axis => 'SELECT axis FROM gov_axis', object_type => 'SELECT DISTINCT object_type FROM gov_object',
		authority => 'SELECT authority FROM gov_authority', approval => 'SELECT approval FROM gov_approval',
		rule => 'SELECT rule FROM gov_coverage_rule', label => 'SELECT label FROM gov_label', source => 'SELECT source FROM gov_source',
		consumer => 'SELECT consumer FROM gov_event_cursor', detector => 'SELECT detector FROM gov_detector',
		projection => 'SELECT projection FROM gov_projection', action => 'SELECT action FROM gov_action',
		seq => 'SELECT seq FROM gov_ledger ORDER BY seq DESC LIMIT 50', ownership => 'SELECT ownership_id FROM gov_ownership ORDER BY 1 DESC LIMIT 50',
		finding => 'SELECT finding_id FROM gov_finding ORDER BY 1 DESC LIMIT 50', hash => 'SELECT content_hash FROM gov_approval',
		change => q{SELECT seq FROM gov_change WHERE seq IS NOT NULL ORDER BY change DESC LIMIT 20});
	for my $name (keys %query)
	{
		$pool{$name} = [ column("SELECT * FROM ($query{$name}) AS q LIMIT 60") ];
	}
	$pool{pair} = [ ask('SELECT axis, value FROM gov_axis_value ORDER BY random() LIMIT 60') ];
	$pool{object} = [ ask('SELECT object_type, object_ref FROM gov_object ORDER BY retired_at IS NOT NULL, random() LIMIT 80') ];
	$pool{type} = [ ask('SELECT domain, type FROM gov_event_type ORDER BY random() LIMIT 20') ];
	return;
}

# Every function and procedure of the extension, as the catalog has them: name,
# kind, whether it is an act, arguments (name, type, whether it may be left out).
sub learn_functions
{
	my %of;
	for my $row (ask(q{
		SELECT p.oid, n.nspname || '.' || p.proname, p.prokind, n.nspname <> 'governance_internal' AND p.provolatile = 'v', p.proretset OR p.prorettype = 'record'::regtype, coalesce(a.name, ''), format_type(a.type, NULL),
		       a.n > p.pronargs - p.pronargdefaults
		  FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid JOIN pg_namespace n ON n.oid = p.pronamespace
		  LEFT JOIN LATERAL unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) WITH ORDINALITY AS a (type, name, n) ON true
		 WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e' AND p.prokind IN ('f', 'p')
		   AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
		   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'governance')
		 ORDER BY 2, 1, a.n}))
	{
		my ($oid, $name, $kind, $acts, $rows, $arg, $type, $optional) = @$row;
		$of{$oid} //= { name => $name, kind => $kind, acts => $acts eq 't', rows => $rows eq 't', args => [] };
		push @{ $of{$oid}{args} }, { name => $arg, type => $type, optional => $optional eq 't' } if $arg ne '' || ($type ne '' && $type ne '???');
	}
	@functions = sort { $a->{name} cmp $b->{name} || @{ $a->{args} } <=> @{ $b->{args} } } values %of;
	@views = column(q{
		SELECT format('%I.%I', n.nspname, c.relname) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
		 WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND c.relkind IN ('v', 'r', 'f')
		   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'governance') ORDER BY 1});
	return;
}

# ---------------------------------------------------------------------------
# Calls
# ---------------------------------------------------------------------------

my %word = (
	status => [qw(active candidate deprecated retired inactive)], zone => [qw(approved candidate quarantine)], risk => [qw(low medium high constitutional)],
	gate => [qw(open approval)], vote => [qw(approve reject)], kind => [qw(sovereign council human system agent deterministic uncertain)],
	family => [qw(structural label semantic pivot system)], mode => [qw(cross_product per_assignment)], level => [qw(reader steward approver admin)],
	owner_kind => [qw(accountable supporting delegated waiver)], assigned_kind => [qw(rule human agent tool)], map_kind => [qw(exact broader inferred)],
	binding => [qw(vocabulary label_rule label_projection)], severity => [qw(info warning critical)], facet => [qw(colour size)],
	decision => [qw(accept_orthogonal_facet accept_quarantine_hold accept_projection_pending accept_divergence)]);

my @json = ('{}', '[]', 'null', '1', '"x"', '{"kind": "human"}', '{"kind": "agent", "source": "a\nb"}', '{"axis": "topic", "value": "a"}', '{"a": {"b": [1, null, "\u00e9"]}}',
	'{"": ""}', '{"from_authority": "A", "to_authority": "B"}');

sub new_code { return chance(80) ? 'n' . int(rand 40) : odd() }

# A cell to act on: an axis and a value of it, an object.
sub subject
{
	my %subject;
	my $pair = pick(@{ $pool{pair} });
	my $object = pick(@{ $pool{object} });
	@subject{qw(axis value)} = @$pair if $pair;
	@subject{qw(object_type object_ref)} = @$object if $object;
	return \%subject;
}

# Entries for the acts on many cells.
sub entries
{
	my @entries;
	for (1 .. 1 + rand 4)
	{
		my $s = subject();
		my %entry = (%$s, chance(50) ? (authority => pick(@{ $pool{authority} })) : (), chance(30) ? (provenance => { kind => 'human' }) : (),
			chance(20) ? (zone => pick(@{ $word{zone} })) : (), chance(10) ? (odd() => odd()) : (), chance(10) ? (replace => 'true') : (),
			chance(20) ? (owner_kind => pick(@{ $word{owner_kind} })) : (), chance(10) ? (effective_to => '2030-01-01') : ());
		push @entries, 'jsonb_strip_nulls(jsonb_build_object('
		  . join(', ', map { literal(substr $_, 0, 1000) . '::text, ' . (ref $entry{$_} ? q{'{"kind": "human"}'::jsonb} : literal($entry{$_}) . '::text') } sort keys %entry) . '))';
	}
	return 'jsonb_build_array(' . join(', ', @entries) . ')';
}

# A plausible argument by its name and type; an expression.
sub plausible
{
	my ($name, $type, $subject, $function) = @_;
	my $text = sub { return literal($_[0]) . "::$type" };
	my $known = sub { return chance(75) && @{ $pool{ $_[0] } } ? pick(@{ $pool{ $_[0] } }) : new_code() };

	return pick('true', 'false') if $type eq 'boolean';
	return pick(0, 1, 0.5, 0.3, -1, 2, q{'nan'}, q{'infinity'}) . '::real' if $type eq 'real';
	return pick(1, 1, 2, 3, 5, 100, 0, -1, 2147483647) if $type eq 'integer';
	if ($type eq 'bigint')
	{
		my $from = $name eq 'ownership_id' ? 'ownership' : $name eq 'finding_id' ? 'finding' : $function =~ /undo/ ? 'change' : 'seq';
		return (chance(85) && @{ $pool{$from} } ? pick(@{ $pool{$from} }) : pick(0, -1, 1, 3, 9223372036854775807)) . '::bigint';
	}
	return pick('now()', q{now() + '1 day'}, q{now() - '1 day'}, q{now() + '1 microsecond'}, q{'infinity'}, q{'-infinity'}, q{'4713-01-01 BC'}, q{'294276-12-31'}, q{'2000-01-01'}) . '::timestamptz'
	  if $type =~ /^timestamp/;
	return pick(q{'1 day'}, q{'1 day'}, q{'0'}, q{'-1 day'}, q{'1 microsecond'}, q{'178000000 years'}, q{'30 days'}) . '::interval' if $type eq 'interval';
	return pick(q{'app.thing'}, q{'app.many'}, q{'app."Odd ""name"""'}, '0', q{'pg_class'}) . '::regclass' if $type eq 'regclass';
	return pick(@roles, $superuser, '', 'no such role') =~ s/(.*)/literal($1) . '::name'/er if $type eq 'name';
	if ($type eq 'text[]')
	{
		return 'NULL::text[]' if chance(10);
		return "ARRAY['app', " . literal(pick('app2', 'pg_catalog', odd())) . ']::text[]' if $name eq 'schemas';
		return 'ARRAY[' . join(', ', map { literal(chance(80) && @{ $pool{object_type} } ? pick(@{ $pool{object_type} }) : pick('table', 'view', undef, odd())) } 0 .. rand 3) . ']::text[]';
	}
	if ($type eq 'jsonb')
	{
		return entries() if $name =~ /^entries|input/ || $function =~ /_many$/;
		return q{'["k} . int(rand 30) . q{", {"value": "k} . int(rand 30) . q{", "name": "K"}]'::jsonb} if $name eq 'children';
		return q{'[]'::jsonb} if $name eq 'plan' && chance(60);
		return 'jsonb_build_object(' . join(', ', map { "'$_', " . literal($subject->{$_} // 'x') . '::text' } qw(axis value)) . ')' if $name eq 'target' && chance(70);
		return literal(pick('{}', '{}', '{"facts": false}', '{"max_duration": "2s"}', '{"max_duration": 1}', '{"lock_timeout": "10ms"}', '{"none": 1}', '[]')) . '::jsonb' if $name eq 'options' && chance(90);
		return literal(pick(@json)) . '::jsonb';
	}
	return $text->(change()) if $name eq 'sql' && chance(95);
	return $text->($subject->{$name}) if exists $subject->{$name} && chance(85);
	return $text->($subject->{value}) if $name =~ /value$/ && chance(50);
	return $text->(pick(map { $_->[1] } @{ $pool{pair} })) if $name =~ /^(parent|replaced_by|into_value|from_value|owner_value)$/ && @{ $pool{pair} };
	return $text->($known->('axis')) if $name =~ /axis$/;
	return $text->(pick(@{ $pool{object} })->[ $name =~ /type$/ ? 0 : 1 ]) if $name =~ /^(container|object|from|to)_(type|ref)$/ && @{ $pool{object} } && chance(80);
	return $text->($known->('authority')) if $name =~ /authority$|^owner$|^fallback$/;
	return $text->(chance(50) ? pick(@{ $pool{object} })->[1] : pick('thing', 'app.thing', 'app', 'odd')) if $name eq 'name' && $function =~ /find_object$/ && @{ $pool{object} };
	return $text->(pick('t*', 'thing*', '*', '?', 'many', 'Odd*', 't1', '1*')) if $name eq 'pattern' && chance(85);
	return $text->($known->('action')) if $name eq 'action' && chance(90);
	return $text->($known->('hash')) if $name eq 'content_hash';
	if ($name =~ /^(domain|type)$/ && @{ $pool{type} })
	{
		$subject->{pair} //= pick(@{ $pool{type} });
		return $text->($subject->{pair}[ $name eq 'domain' ? 0 : 1 ]);
	}
	return $text->($known->($name)) if exists $pool{$name};
	return $text->(pick(@{ $word{$name} })) if exists $word{$name} && chance(92);
	return $text->(pick('app', 'app2', 'pg_catalog', 'no such schema')) if $name eq 'schema';
	return $text->(pick('app.thing', 'app.many', 'app."Odd ""name"""', 'app.labels', 'app.rules', 'app.projected', 'app.broken', 'app.loop', '')) if $name eq 'relation';
	return $text->(pick('app.detect', 'app.detect_broken', 'app.nothing')) if $name eq 'routine';
	return $text->(chance(70) ? 'because' : odd());
}

sub argument
{
	my ($arg, $subject, $function) = @_;
	return "NULL::$arg->{type}" if chance(4);
	return literal(odd()) . "::$arg->{type}" if chance(7) && $arg->{type} eq 'text';
	return plausible($arg->{name}, $arg->{type}, $subject, $function);
}

# One call, and what reads it: SELECT, FROM or CALL.
sub call
{
	my ($function) = @_;
	my $subject = subject();
	my @args;
	my $named = 0;
	$function //= pick(@functions);
	for my $arg (@{ $function->{args} })
	{
		my $optional = $arg->{optional};
		if ($optional && chance($arg->{name} eq 'approval' ? 93 : 55)) { $named = 1; next }
		push @args, ($named && $arg->{name} ne '' ? "$arg->{name} => " : '') . argument($arg, $subject, $function->{name});
	}
	my $called = "$function->{name}(" . join(', ', @args) . ')';
	return $function->{kind} eq 'p' ? "CALL $called" : $function->{rows} || chance(30) ? "SELECT * FROM $called AS f LIMIT 5" : "SELECT $called";
}

# Acts, which are what may write, come more often than the rest, or the world
# would stand still.
sub act
{
	return call(pick(grep { $_->{acts} } @functions)) if chance(70);
	return call();
}

# Statements to rehearse, one of them or several.
sub change
{
	my $n = int(rand 6);
	my @statements = map { my $dice = $_; $dice < 30 ? act() : pick(
		"CREATE TABLE app.t$n (a int)", "DROP TABLE IF EXISTS app.t$n", "ALTER TABLE app.thing ADD COLUMN c$n text DEFAULT 'x'", 'ALTER TABLE app.thing ALTER COLUMN name TYPE varchar(40)',
		'UPDATE app.thing SET name = name', 'DELETE FROM app.thing WHERE id % 3 = 0', 'TRUNCATE app.thing', 'CREATE INDEX ON app.thing (name)', 'REFRESH MATERIALIZED VIEW app.seen',
		'DROP SCHEMA app CASCADE', 'DROP EXTENSION governance', 'DROP EXTENSION governance CASCADE', 'ALTER SCHEMA app RENAME TO app3', 'COMMIT', 'VACUUM', 'LISTEN x', 'SAVEPOINT s', 'SET ROLE random_steward',
		'SET search_path = evil, pg_catalog', 'SELECT 1 / 0', 'SELECT pg_sleep(0.01)', 'syntax error here', 'DO $b$ BEGIN PERFORM 1; END $b$', 'COPY app.thing TO STDOUT', 'DISCARD ALL',
		'CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $b$ BEGIN RETURN NEW; END $b$; CREATE TRIGGER t BEFORE UPDATE ON app.thing FOR EACH ROW EXECUTE FUNCTION app.f()',
		q{SELECT * FROM gov_rehearse_sql('SELECT 1')}, 'ALTER TABLE app.thing RENAME TO thing_two') } map { rand 100 } 0 .. rand 3;
	return join('; ', @statements);
}

my @settings = (
	'search_path = app, public', 'search_path = public', q{search_path = ''}, 'search_path = evil, pg_catalog, public', "DateStyle = 'German, DMY'", "TimeZone = 'Pacific/Apia'", "IntervalStyle = 'sql_standard'",
	'extra_float_digits = -15', 'quote_all_identifiers = on', "work_mem = '64kB'", 'enable_hashjoin = off', 'enable_nestloop = off', 'jit = off', 'plan_cache_mode = force_generic_plan',
	"governance.tag = 'a tag'", "bytea_output = 'escape'", 'row_security = off', "default_transaction_isolation = 'repeatable read'", 'standard_conforming_strings = on', "xmlbinary = 'hex'", 'transform_null_equals = on',
	'array_nulls = off', 'max_parallel_workers_per_gather = 0', 'min_parallel_table_scan_size = 0', 'debug_discard_caches = 0');

# Statements of one item of a script.
sub item
{
	my ($role) = @_;
	my $dice = rand 100;

	return (act()) if $dice < 45;
	return ('SELECT * FROM ' . pick(@views) . ' AS v' . (chance(30) ? ' WHERE v::text IS NOT NULL' : '') . ' LIMIT ' . int(rand 20)) if $dice < 55;
	return ('SET ' . pick(@settings)) if $dice < 62;
	return ('RESET ALL') if $dice < 66;
	if ($dice < 80)
	{
		my @in = ('BEGIN' . (chance(20) ? ' ISOLATION LEVEL ' . pick('REPEATABLE READ', 'SERIALIZABLE') : chance(8) ? ' READ ONLY' : ''));
		for my $n (1 .. 1 + rand 6)
		{
			push @in, chance(40) ? ("SAVEPOINT s$n", act(), chance(60) ? "ROLLBACK TO s$n" : "RELEASE s$n") : act();
			push @in, "ROLLBACK TO s" . int(1 + rand $n) if chance(4);
		}
		return (@in, chance(65) ? 'COMMIT' : 'ROLLBACK');
	}
	if ($dice < 87)
	{
		my @body = map { my $c = act(); $c =~ /^CALL/ ? "EXECUTE \$c\$$c\$c\$;" : "BEGIN PERFORM * FROM ($c) AS c; EXCEPTION WHEN OTHERS THEN IF SQLSTATE LIKE 'XX%' THEN RAISE; END IF; END;" } 1 .. 1 + rand 4;
		return ("DO \$d\$ BEGIN " . (chance(30) ? 'FOR i IN 1..5 LOOP ' . join(' ', @body) . ' END LOOP;' : join(' ', @body)) . " END \$d\$");
	}
	if ($dice < 92)
	{
		my $c = act();
		return ($c) if $c =~ /^CALL/;
		return ("PREPARE p AS $c", ('EXECUTE p') x (1 + rand 7), 'DEALLOCATE p');
	}
	return ('BEGIN', 'DECLARE c CURSOR FOR SELECT * FROM ' . pick(@views), 'FETCH 3 FROM c', 'SAVEPOINT s', act(), 'ROLLBACK TO s', 'FETCH 5 FROM c', act(), 'FETCH ALL FROM c', pick('COMMIT', 'ROLLBACK'))
	  if $dice < 95;
	return (pick(
		'CREATE TABLE app.t' . int(rand 6) . ' (a int)', 'DROP TABLE IF EXISTS app.t' . int(rand 6), 'ALTER TABLE app.t' . int(rand 6) . ' RENAME TO t' . int(rand 6),
		'REFRESH MATERIALIZED VIEW app.seen', 'INSERT INTO app.thing VALUES (' . int(rand 100) . ", 'thing " . int(rand 9) . "')", 'DELETE FROM app.thing WHERE id % 7 = ' . int(rand 7),
		"UPDATE app.thing SET name = 'x' || id WHERE id = " . int(rand 100), 'ALTER FUNCTION app.detect() COST ' . int(1 + rand 9), 'VACUUM app.thing', 'ANALYZE gov_assignment'))
	  if $role eq $superuser;
	# What no level may do.
	return (pick('DELETE FROM gov_ledger', q{UPDATE gov_axis SET status = 'active'}, q{INSERT INTO gov_vote (approval, authority, vote) VALUES ('a', 'A', 'approve')}, 'TRUNCATE gov_approval',
		'SET ROLE ' . pick(@roles, $superuser), 'RESET ROLE', 'LISTEN x', 'DISCARD ALL'));
}

sub script
{
	my ($path, $role) = @_;
	open my $out, '>', $path or die "$path: $!\n";
	print $out "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT never\n\\set ECHO errors\n\\o /dev/null\nSET statement_timeout = '30s';\nSET client_min_messages = error;\n";
	print $out "\\set ON_ERROR_ROLLBACK on\n" if chance(60);
	for (1 .. $option{calls})
	{
		print $out "$_;\n" for item($role);
	}
	close $out;
	return;
}

# ---------------------------------------------------------------------------
# Rounds
# ---------------------------------------------------------------------------

# Runs a round: a script per session, at once.
sub round
{
	my ($number) = @_;
	my @scripts;
	my %pid;
	for my $session (1 .. $option{sessions})
	{
		my $path = "$option{keep}/round-$option{seed}-$number-$session.sql";
		my $role = pick(@roles, ($superuser) x 3, ('random_admin', 'random_steward') x 3);
		script($path, $role);
		push @scripts, $path;
		my $pid = fork() // die "cannot fork: $!\n";
		if (!$pid)
		{
			open STDERR, '>', "$path.err";
			open STDOUT, '>', '/dev/null';
			exec 'psql', '-Xq', '-d', $database, '-U', $role, '-f', $path;
			exit 127;
		}
		$pid{$pid} = $path;
	}
	while ((my $pid = wait) > 0)
	{
		fault("a session ended with code " . ($? >> 8) . ": $pid{$pid}", $pid{$pid}) if $? >> 8 == 2 || $? & 127;
	}
	check_errors($_) for @scripts;
	unlink $_, "$_.err" for @scripts;
	return;
}

# No error that a caller should never see; counts the others.
sub check_errors
{
	my ($path) = @_;
	open my $in, '<', "$path.err" or return;
	my @lines = <$in>;
	for my $i (0 .. $#lines)
	{
		next unless $lines[$i] =~ /(?:ERROR|FATAL|PANIC): +(\w{5}): +(.*)/;
		$seen{$1}++;
		fault("$path: $1: $2\n" . join('', @lines[ $i .. ($i + 12 > $#lines ? $#lines : $i + 12) ]), $path) if $1 =~ /^(XX|57P|58)/ && $2 !~ /tuple concurrently/;
	}
	fault("$path: connection lost\n" . join('', @lines[ -5 .. -1 ]), $path) if grep { /server closed the connection|connection to server was lost/ } @lines;
	return;
}

# What holds whatever was done.
sub check_invariants
{
	my ($number) = @_;
	my @broken = column(q{SELECT seq || ': ' || reason FROM gov_ledger_verify() LIMIT 3});
	fault("round $number: ledger: @broken") if @broken;
	for my $row (ask('SELECT * FROM random_calls.broken'))
	{
		fault("round $number: invariant: @$row");
	}
	return;
}

sub check_oracle
{
	my ($number) = @_;
	for my $row (ask('SELECT * FROM invariants.differences()'))
	{
		fault("round $number: oracle: @$row");
	}
	return;
}

set_up();
learn_functions();
my $end = time + $option{seconds};
my $number = 0;
while (time < $end && $faults < 20)
{
	$number++;
	# A world in which gates are armed stands still after a while.
	if ($number % $option{fresh} == 0)
	{
		count_runs();
		set_up();
	}
	learn();
	round($number);
	check_invariants($number);
	check_oracle($number) if $number % $option{compare} == 0;
}
check_oracle($number) if $number % $option{compare} != 0;
count_runs();
my %public = map { $_->{name} => 1 } grep { $_->{name} !~ /^governance_internal/ } @functions;
my @never = grep { !$ran{$_} } sort keys %public;
my ($state) = ask(q{SELECT (SELECT count(*) FROM gov_ledger), (SELECT count(*) FROM gov_object), (SELECT count(*) FROM gov_assignment), (SELECT count(*) FROM gov_ownership), (SELECT count(*) FROM gov_approval)});
print "seed $option{seed}: $number rounds of $option{sessions} sessions; ledger, objects, assignments, ownerships, approvals: @$state; errors: "
  . join(', ', map { "$_ $seen{$_}" } sort keys %seen) . "; ran well: " . (keys(%public) - @never) . ' of ' . keys(%public) . ' public functions' . (@never ? ", not @never" : '') . "; faults: $faults\n";
exit($faults > 0);
