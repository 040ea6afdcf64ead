# Random queries: joins, subqueries, aggregates, parameters and filters over
# the engine's foreign tables, through its views, answered the same as over
# ordinary tables that hold the same rows.
#
#	perl test/random_queries.pl [--queries N] [--seed N] [--limit SECONDS] [--keep DIR]
#
# needs a server (PGHOST, PGPORT, a superuser's PGUSER) whose database
# "random_queries" it makes anew.  Each hundred queries look at another of the
# random worlds of test/worlds.sql.  Each line that is printed is one
# difference, with the query; the last one is the sum.  The exit code is 1 when
# there was a difference, or when a query failed on one side alone.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Getopt::Long;

my %option = (queries => 5000, seed => 1, limit => 60, keep => '/tmp/governance-random');
GetOptions(\%option, qw(queries=i seed=i limit=i keep=s)) or die "wrong options\n";
my $here = dirname(abs_path(__FILE__));
my $database = 'random_queries';
my $superuser = $ENV{PGUSER} // getpwuid($<);

srand($option{seed});
make_path($option{keep});

sub chance { return rand(100) < $_[0] }
sub pick { return $_[rand @_] }

# The views, with the columns queries compare and give back.
my %views = (
	required_cell => [qw(object_type object_ref axis value)],
	cell_rule => [qw(object_type object_ref axis value rule)],
	classification => [qw(object_type object_ref axis value zone resolution depth anchor_type anchor_ref)],
	coverage => [qw(object_type object_ref axis value status reason authority resolution_depth anchor_type anchor_ref)],
	coverage_gap => [qw(object_type object_ref axis value reason)],
	effective_owner => [qw(object_type object_ref axis value authority resolution depth anchor_type anchor_ref)],
	owner_conflict => [qw(object_type object_ref axis value authority anchor_ref value_authority value_anchor)],
	missing_assignment => [qw(object_type object_ref axis rule)],
	assignment_quality => [qw(object_type object_ref axis value zone confidence flag)],
	hidden_island => [qw(kind severity object_type object_ref axis value)],
	coverage_summary => [qw(axis required covered gap waived fallback coverage_pct missing_assignments ok low_confidence stale quarantine)],
	object => [qw(object_type object_ref source)],
	ownership => [qw(axis value owner_kind authority status)],
	assignment => [qw(axis value zone assigned_kind)]);
my @engine = grep { !/^(object|ownership|assignment)$/ } sort keys %views;
my %number = map { $_ => 1 } qw(resolution_depth depth confidence required covered gap waived fallback coverage_pct missing_assignments ok low_confidence stale quarantine object_id);

# Has it object_id?
sub has_id { return $_[0] !~ /^(hidden_island|coverage_summary)$/ }

my ($alias, @params);

# A relation with an alias: "<name>" becomes the view or its copy.
sub source
{
	my ($view) = @_;
	$view //= chance(75) ? pick(@engine) : pick(sort keys %views);
	return { view => $view, as => 't' . $alias++ };
}

sub column_of
{
	my ($source, $type) = @_;
	my @columns = grep { !defined $type || ($type eq 'number') == !!$number{$_} } @{ $views{ $source->{view} } };
	push @columns, 'object_id' if has_id($source->{view}) && (!defined $type || $type eq 'number');
	return @columns ? "$source->{as}." . pick(@columns) : undef;
}

# A value that column has somewhere, as a literal, a parameter, or a subquery.
sub value_for
{
	my ($column) = @_;
	my ($name) = $column =~ /\.(\w+)$/;
	my %from = (
		object_id => '(SELECT min(object_id) + ' . int(rand 30) . ' FROM <object>)',
		object_type => "'" . pick(qw(table view thing schema nothing)) . "'", status => "'" . pick(qw(gap direct inherited value waived fallback)) . "'",
		reason => "'" . pick(qw(quarantined no_accountable_owner)) . "'", zone => "'" . pick(qw(approved candidate quarantine)) . "'",
		flag => "'" . pick(qw(ok stale low_confidence quarantine missing_provenance)) . "'", resolution => "'" . pick(qw(direct inherited value fallback own container contents)) . "'");
	return $from{$name} if $from{$name} && chance(80);
	return pick(0, 1, 2, 0.5, 10) if $number{$name};
	my $query = $name eq 'object_ref' ? 'SELECT object_ref FROM <object>' : $name =~ /axis/ ? 'SELECT axis FROM gov_axis' :
	  $name =~ /authority/ ? 'SELECT authority FROM gov_authority' : $name eq 'rule' ? 'SELECT rule FROM gov_coverage_rule' : 'SELECT value FROM gov_axis_value';
	my ($what) = $query =~ /SELECT (\w+)/;
	my $one = "($query ORDER BY $what COLLATE \"C\" OFFSET " . int(rand 12) . ' LIMIT 1)';
	if (chance(35))
	{
		push @params, $one;
		return '$' . @params;
	}
	return $one;
}

sub condition
{
	my ($depth, @sources) = @_;
	my $source = pick(@sources);
	my $column = column_of($source) or return 'true';
	my ($name) = $column =~ /\.(\w+)$/;
	my $dice = rand 100;

	return "$column = " . value_for($column) if $dice < 38;
	return "$column IN (" . join(', ', map { value_for($column) } 0 .. 1 + rand 3) . ')' if $dice < 46;
	return "$column IS " . pick('', 'NOT ') . 'NULL' if $dice < 52;
	return "$column " . pick('<', '>=', '<>', 'IS DISTINCT FROM') . ' ' . value_for($column) . ($number{$name} ? '' : ' COLLATE "C"') if $dice < 60;
	return "$column LIKE '" . pick('%a%', 't%', '_', '%', '%1') . "'" if $dice < 64 && !$number{$name};
	return "$column = ANY (ARRAY[" . join(', ', map { value_for($column) } 0 .. 1) . '])' if $dice < 68;
	return '(' . condition($depth, @sources) . ' OR ' . condition($depth, @sources) . ')' if $dice < 76;
	return 'NOT (' . condition($depth, @sources) . ')' if $dice < 82;
	return 'true' if $depth > 1;
	my $inner = source();
	my $link = link_of($source, $inner);
	return pick('', 'NOT ') . "EXISTS (SELECT FROM <$inner->{view}> AS $inner->{as} WHERE $link" . (chance(50) ? ' AND ' . condition($depth + 1, $inner) : '') . ')' if $dice < 90;
	my $other = column_of($inner, $number{$name} ? 'number' : 'text') or return $link =~ /t\d+\..* = / ? 'true' : 'true';
	return "$column " . pick('', 'NOT ') . "IN (SELECT $other FROM <$inner->{view}> AS $inner->{as}" . (chance(50) ? ' WHERE ' . condition($depth + 1, $inner) : '') . ')' if $dice < 96;
	return "(SELECT count(*) FROM <$inner->{view}> AS $inner->{as} WHERE $link) " . pick('>', '=', '<') . ' ' . pick(0, 1, 2);
}

# How two sources belong together.
sub link_of
{
	my ($one, $two) = @_;
	my @links;
	push @links, "$two->{as}.object_id = $one->{as}.object_id" if has_id($one->{view}) && has_id($two->{view});
	for my $name (qw(object_ref axis value authority))
	{
		push @links, "$two->{as}.$name = $one->{as}.$name"
		  if (grep { $_ eq $name } @{ $views{ $one->{view} } }) && (grep { $_ eq $name } @{ $views{ $two->{view} } });
	}
	return 'true' unless @links;
	return join ' AND ', map { pick(@links) } 0 .. rand 3;
}

sub query
{
	$alias = 0;
	@params = ();
	my @sources = (source(pick(@engine)));
	my $from = "<$sources[0]{view}> AS t0";
	while (@sources < 4 && chance(45))
	{
		my $next = source();
		my $link = link_of(pick(@sources), $next);
		if (chance(15))
		{
			$from .= pick(' CROSS JOIN', ' LEFT JOIN') . " LATERAL (SELECT * FROM <$next->{view}> AS $next->{as} WHERE $link ORDER BY "
			  . join(', ', map { $number{$_} ? $_ : "$_ COLLATE \"C\"" } grep { $_ ne 'confidence' } @{ $views{ $next->{view} } }) . ' LIMIT ' . int(1 + rand 3) . ") AS $next->{as}";
			# The rows that are left out must be the same ones.
			$from =~ s/(.*)SELECT \*/$1 . 'SELECT ' . join(', ', (has_id($next->{view}) ? 'object_id' : ()), @{ $views{ $next->{view} } })/se;
			$from .= ' ON true' if $from =~ /LEFT JOIN LATERAL \(SELECT (?:(?! JOIN ).)*\z/s;
			$from =~ s/ORDER BY ((?:(?!ORDER BY).)*)LIMIT/'ORDER BY ' . (has_id($next->{view}) ? 'object_id, ' : '') . $1 . 'LIMIT'/se;
		}
		else
		{
			$from .= ' ' . pick('JOIN', 'JOIN', 'LEFT JOIN', 'FULL JOIN', 'RIGHT JOIN') . " <$next->{view}> AS $next->{as} ON $link";
			$from =~ s/(FULL|RIGHT) JOIN (<\w+> AS $next->{as} ON true)/LEFT JOIN $2/;
		}
		push @sources, $next;
	}
	my $where = chance(85) ? ' WHERE ' . join(' AND ', map { condition(0, @sources) } 0 .. rand 3) : '';
	my @output = grep { defined } map { column_of($_) } @sources, pick(@sources);
	my $dice = rand 100;
	return "SELECT count(*) FROM $from$where" if $dice < 15;
	return 'SELECT ' . join(', ', @output) . ", count(*) FROM $from$where GROUP BY " . join(', ', map { $_ } 1 .. @output) . (chance(30) ? ' HAVING count(*) > 1' : '') if $dice < 35;
	return 'SELECT DISTINCT ' . join(', ', @output) . " FROM $from$where" if $dice < 45;
	return 'SELECT ' . join(', ', @output) . ", row_number() OVER (PARTITION BY $output[0] ORDER BY " . join(', ', map { /\.(\w+)$/ && $number{$1} ? $_ : "$_ COLLATE \"C\"" } @output) . ") FROM $from$where" if $dice < 52;
	return 'SELECT ' . join(', ', @output) . " FROM $from$where ORDER BY " . join(', ', map { /\.(\w+)$/ && $number{$1} ? $_ : "$_ COLLATE \"C\"" } @output) . ' LIMIT ' . int(1 + rand 9) if $dice < 62;
	return "WITH w AS " . pick('', 'MATERIALIZED ', 'NOT MATERIALIZED ') . "(SELECT $output[0] AS c FROM $from$where) SELECT a.c, count(*) FROM w AS a JOIN w AS b ON b.c = a.c GROUP BY 1" if $dice < 68 && @sources < 3;
	return "SELECT $output[0] FROM $from$where " . pick('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT') . " SELECT $output[0] FROM $from" if $dice < 74;
	return 'SELECT ' . join(', ', @output) . " FROM $from$where";
}

my @settings = ('enable_hashjoin = off', 'enable_nestloop = off', 'enable_mergejoin = off', 'enable_hashagg = off', 'enable_sort = off', 'enable_material = off', 'enable_memoize = off',
	'plan_cache_mode = force_generic_plan', 'plan_cache_mode = force_custom_plan', 'join_collapse_limit = 1', "work_mem = '64kB'", 'jit = off', 'from_collapse_limit = 1', 'cpu_tuple_cost = 10', 'random_page_cost = 0.01');

my $script = "$option{keep}/queries-$option{seed}.sql";
open my $out, '>', $script or die "$script: $!\n";
print $out "\\set QUIET on\n\\set ON_ERROR_STOP on\n\\pset tuples_only on\n\\pset format unaligned\nSET client_min_messages = error;\nSET jit = off;\n";
print $out "CREATE EXTENSION governance;\n\\i $here/oracle.sql\n\\i $here/worlds.sql\n\\i $here/random_queries.sql\n";
for (my $n = 0; $n < $option{queries}; $n++)
{
	print $out "SELECT random_queries.sum();\nROLLBACK;\n" if $n % 100 == 0 && $n > 0;
	print $out 'BEGIN; SELECT random_queries.next_world(' . ($option{seed} % 1000000 * 1000 + $n / 100) . ") \\g /dev/null\nSET LOCAL statement_timeout = '$option{limit}s';\n" if $n % 100 == 0;
	my $query = query();
	my $set = join ' ', map { "SET LOCAL $_;" } chance(50) ? (pick(@settings), pick(@settings)) : ();
	my $reset = join ' ', map { /^(\w+)/; "RESET $1;" } $set =~ /LOCAL (\w+)/g;
	print $out "$set SELECT random_queries.compare(\$q\$$query\$q\$, ARRAY[" . join(', ', map { "\$p\$$_\$p\$" } @params) . "]::text[]); $reset\n";
}
print $out "SELECT random_queries.sum();\nROLLBACK;\n";
close $out;

system('psql', '-Xq', '-d', 'postgres', '-U', $superuser, '-v', 'ON_ERROR_STOP=1', '-c', "SET client_min_messages = error", '-c', "DROP DATABASE IF EXISTS $database WITH (FORCE)", '-c', "CREATE DATABASE $database") == 0 or die "no database\n";
open my $psql, '-|', 'psql', '-X', '-d', $database, '-U', $superuser, '-f', $script or die "no psql: $!\n";
my %sum = map { $_ => 0 } qw(differences failed queries rows long);
my $failed = 0;
while (my $line = <$psql>)
{
	next if $line =~ /^\s*$/;
	if ($line =~ /^SUM (\d+) (\d+) (\d+) (\d+) (\d+)/)
	{
		my @n = ($1, $2, $3, $4, $5);
		$sum{$_} += shift @n for qw(differences failed queries rows long);
		next;
	}
	print $line;
}
close $psql or $failed = 1;
print "$sum{queries} queries of $sum{rows} rows, $sum{failed} of them failed on both sides, $sum{long} more took too long; differences: $sum{differences}\n";
exit($failed || $sum{differences} > 0 || $sum{queries} + $sum{long} != $option{queries});
