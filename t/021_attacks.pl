# The attack suite, counted: every try has a name and a kind, is in the files
# once, was made when the expected results were, and changed nothing.
#
# Seen to fail: with a row taken out of an expected file, with a try whose
# "differs" is not empty, with two of one name.
use strict;
use warnings;
use Test::More;

sub slurp
{
	my ($file) = @_;
	local $/;
	open my $in, '<', $file or die "cannot read $file: $!";
	return scalar <$in>;
}

my (%kinds, @tries);

# Notes a try, by the kind and the name it has.
sub noted
{
	my ($file, $kind, $name) = @_;
	$kinds{$kind}{$name}++;
	push @tries, "$kind: $name ($file)";
	return;
}

# The rows of the tables in an expected file that have these columns, each as a hash.
sub rows
{
	my ($file, @columns) = @_;
	my (@rows, @header);
	for my $line (split /\n/, slurp($file))
	{
		my @cells = map { s/^ +| +$//gr } split /\|/, $line, -1;
		if ($line =~ /\|/ && !@header)
		{
			my %has = map { $_ => 1 } @cells;
			@header = @cells if @columns == grep { $has{$_} } @columns;
		}
		elsif (@header && $line =~ /^\(\d+ rows?\)$/)
		{
			@header = ();
		}
		elsif (@header && $line =~ /\|/)
		{
			my %row;
			@row{@header} = @cells;
			push @rows, \%row;
		}
	}
	return @rows;
}

# Tables of tries: kind and name are theirs, or the kind is that of the file and the name a mode.
my %kind_of = ('expected/attack_session.out' => 'the reader\'s session', 'expected/attack_registered.out' => 'registered code');
for my $file (sort glob 'expected/attack_*.out')
{
	my $name = $kind_of{$file} ? 'mode' : 'try';
	my @rows = rows($file, $name, 'differs');
	next unless @rows;
	my @changed = grep { $_->{differs} ne '' } @rows;
	is(join(', ', map { $_->{$name} } @changed), '', "$file: nothing was changed");
	noted($file, $kind_of{$file} // $_->{kind}, $_->{$name}) for @rows;

	# as many as the file of statements makes
	my $sql = slurp($file =~ s{^expected/(.*)\.out$}{sql/$1.sql}r);
	my $made = () = $sql =~ /^    \('[a-z_ ]+', '(?:[^']|'')+', /mg;
	is(scalar(@rows), $made, "$file: every try of it was made") if $made > 0 && !$kind_of{$file};
}

# What others' code does in a relation that is given to set-based acts: it says who it is when it runs.
my $calls = slurp('expected/attack_calls.out');
noted('expected/attack_calls.out', 'code of others', $_->{thing}) for grep { exists $_->{assign_many} } rows('expected/attack_calls.out', 'thing', 'own_many', 'assign_many');
unlike($calls, qr/evil runs as (?!%)/, 'expected/attack_calls.out: none of it ran');

# Between the look at a name and its being read, in two sessions: one for each order of their steps.
my $names = slurp('specs/attack_names.spec');
noted('specs/attack_names.spec', 'names', $1) while $names =~ /^permutation (.+)$/mg;
unlike(slurp('expected/attack_names.out'), qr/evil as (true|false)|evil ran as the owner/, 'expected/attack_names.out: what took a name was never run');

# Tries of logins of their own, by the calls that make them.
my $quorum = slurp('t/030_quorum_attack.pl');
noted('t/030_quorum_attack.pl', 'quorum', $1) while $quorum =~ /^\s*(?:try|refused|completes_nothing)\('((?:[^'\\]|\\.)+)'/mg;

for my $kind (sort keys %kinds)
{
	my @twice = grep { $kinds{$kind}{$_} > 1 } sort keys %{ $kinds{$kind} };
	is(join(', ', @twice), '', "$kind: each has a name of its own, " . keys(%{ $kinds{$kind} }) . ' of them');
}
my $sum = 0;
$sum += keys %{ $kinds{$_} } for keys %kinds;
cmp_ok($sum, '>=', 300, "$sum named tries of " . keys(%kinds) . ' kinds');
done_testing();
