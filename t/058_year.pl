# A year in the life of an application's schema: what people do to it, change
# by change, and gov_reconcile after each.
#
# test/year/setup.sql makes the world before, and before.txt tells what objects
# have of their own in it.  Each NN_month.sql is a list of changes.  A change
# begins with "--- what it is", then comes what is run, and then, in lines
# that begin with "-->", what a person expects after it, beside what was so
# before:
#
#	--> TYPE NAME: WORDS		it has these owners (capitals), classes (small
#								letters) and labels (#), and none else
#	--> TYPE NAME: nothing		it has nothing of its own, or is not there
#	--> TYPE NAME is TYPE NAME	what the first had, the second has now
#	--> all of SCHEMA is in SCHEMA
#	--> finding WORDS			this finding is open from now on
#	--> no finding WORDS		it is not any more
#
# After each change all of that is compared with what is so, and the inventory
# with the catalogs: an owner that got lost or came to another object, a finding
# too much or too few, a source that the brake holds, an object unknown.
#
# It is about gov_reconcile, so DDL is not tracked.  Under track each transaction is
# judged by itself: what is dropped in one and made anew, as another kind of thing, in the next
# has left, and the finding governance_left says so.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'ALTER DATABASE postgres SET governance.ddl_mode = off');

# Runs a script in one session, with its files by name; what it prints.
sub run
{
	my ($script) = @_;
	my $code = $node->psql('postgres', $script, stdout => \my $out, stderr => \my $err, on_error_stop => 1);
	is($code, 0, 'the script runs to its end') or diag($err);
	return $out;
}

my %has;       # what objects have of their own: words by type and name
my %wrong;     # what is wrong

# Takes a line of what is expected into %has and %wrong.
sub expect
{
	my ($line) = @_;

	if ($line =~ /^(?:no|not) ((?:finding|held) .*)$/) { delete $wrong{$1} or diag("it was not so: $1") }
	elsif ($line =~ /^(?:finding|held) /) { $wrong{$line} = 1 }
	elsif ($line =~ /^all of (\S+) is in (\S+)$/)
	{
		my ($from, $to) = ($1, $2);
		for my $key (grep { /^schema \Q$from\E$/ || / \Q$from\E\./ } keys %has)
		{
			my $words = delete $has{$key};
			$has{$key =~ s/ \Q$from\E(\.|$)/ $to$1/r} = $words;
		}
	}
	elsif ($line =~ /^(.*): nothing$/) { delete $has{$1} or diag("it had nothing: $line") }
	elsif ($line =~ /^([^:]*): (.*)$/) { $has{$1} = $2 }
	elsif ($line =~ /^(.*) is (.*)$/)
	{
		my ($from, $to) = ($1, $2);
		exists $has{$from} or diag("it had nothing: $line");
		$has{$to} = delete $has{$from} // 'nothing';
	}
	else { die "not understood: $line" }
	return;
}

# The changes, each with title, statements and what is expected.
my @changes;
for my $file (sort glob 'test/year/[01]?_*.sql')
{
	for my $line (split /\n/, slurp_file($file))
	{
		if ($line =~ /^--- (.*)/) { push @changes, { title => $1, sql => '', expected => [] } }
		elsif ($line =~ /^--> (.*)/) { push @{ $changes[-1]{expected} }, $1 }
		elsif (@changes) { $changes[-1]{sql} .= "$line\n" }
	}
}
cmp_ok(scalar @changes, '>=', 300, 'there are 300 changes');

my $look = <<'SQL';
SELECT count(*) FROM governance.gov_reconcile() \g /dev/null
SELECT object_type || ' ' || object_ref || ': ' || words FROM year.has;
SELECT what FROM year.wrong;
SQL
my @before = split /\n/, slurp_file('test/year/before.txt');
expect($_) for @before;
my $give = join '', map { /^(foreign table|materialized view|\S+) (\S.*): (.*)/ or die; "SELECT year.give('$1', '$2', '$3') \\g /dev/null\n" } @before;
my $script = "\\o /dev/null\n" . slurp_file('test/year/setup.sql') . $give . "\\o\n\\echo \@before\n$look";
$script .= "\\echo \@change\n\\o /dev/null\n$_->{sql}\\o\n$look" for @changes;
my (undef, @seen) = split /^\@(?:before|change)\n?/m, run($script);

# Compares one state with what is expected, and goes on from what is so.
sub compare
{
	my ($title, $seen) = @_;
	my %now_has;
	my %now_wrong;
	my @off;

	for my $line (split /\n/, $seen)
	{
		if ($line =~ /^(?:finding|held|not there:|not known:) /) { $now_wrong{$line} = 1 }
		elsif ($line =~ /^([^:]*): (.*)$/) { $now_has{$1} = $2 }
	}
	for my $key (sort keys %{ { %has, %now_has } })
	{
		my ($is, $should) = ($now_has{$key} // 'nothing', $has{$key} // 'nothing');
		push @off, "$key has $is, and should have $should" if $is ne $should;
	}
	push @off, map { "$_ is " . ($wrong{$_} ? 'missing' : 'too much') } grep { !$wrong{$_} != !$now_wrong{$_} } sort keys %{ { %wrong, %now_wrong } };
	ok(!@off, $title) or diag(join "\n", @off);
	%has = %now_has;
	%wrong = %now_wrong;
	return;
}
compare('before', shift @seen);
is(scalar @seen, scalar @changes, 'each change was made');
for my $change (@changes)
{
	expect($_) for @{ $change->{expected} };
	compare($change->{title}, shift(@seen) // last);
}

# After the year all is whole, and nothing is left to do.
is($node->safe_psql('postgres', 'SELECT count(*) FROM governance.gov_ledger_verify()'), '0', 'the ledger is whole');
is($node->safe_psql('postgres', 'SELECT count(*) FROM governance.gov_reconcile() WHERE before IS DISTINCT FROM after'), '0', 'a run after the last changes nothing');
is($node->safe_psql('postgres', q{SELECT count(*) FROM governance.gov_object_event AS e WHERE NOT EXISTS (SELECT FROM governance.gov_ledger AS l WHERE l.seq = e.seq)}), '0',
	'what became of each object stands in the ledger');

$node->stop;
done_testing();
