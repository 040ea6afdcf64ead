# differences.pl WITHOUT WITH ACCEPTED: what the server's own tests say otherwise
# with the extension than without it, from the folders of two runs of pg_regress.
#
# Only tests that failed WITH are looked at: the others came out as expected.
# Widths of columns do not count.  Then, what a sync after all of them had to do.
# ACCEPTED has lines "TEST: PATTERN", for lines of a test that may differ; test
# "after" is that sync.  Exit code 1 when there is anything else, or a test did
# not come to its end.
use strict;
use warnings;
use File::Temp;

my ($without, $with, $accepted) = @ARGV;

sub slurp { my ($name) = @_; open my $in, '<', $name or die "cannot read $name: $!\n"; local $/; return scalar <$in> }

my %accepted;
for (grep { !/^\s*(#|$)/ } split /\n/, slurp($accepted))
{
	my ($test, $pattern) = /^(\S+): (.+)$/ or die "$accepted: no test and pattern: $_\n";
	push @{ $accepted{$test} }, qr/$pattern/;
}

# Which tests failed, and how many came to their end.
my $log = slurp("$with/regression.out");
my @failed = $log =~ /^(?:test )?\s*(\S+)\s+\.\.\. (?:FAILED|failed)/mg;
my $ended = () = $log =~ /\.\.\. (?:ok|FAILED|failed)/g;
my $before = () = slurp("$without/regression.out") =~ /\.\.\. (?:ok|FAILED|failed)/g;
my $bad = $ended == $before && $ended > 100 ? 0 : 1;
print "$ended tests came to their end, $before without the extension\n" if $bad;

# What a test said, without the widths of columns.
sub plain
{
	my ($name) = @_;
	my $file = File::Temp->new;
	print $file map { s/-{2,}/--/gr =~ s/[ \t]+/ /gr =~ s/^ | $//gmr } slurp($name);
	$file->flush;
	return $file;
}

my $lines = 0;
for my $test (@failed)
{
	my ($one, $two) = map { plain("$_/results/$test.out") } $without, $with;
	my @patterns = @{ $accepted{$test} // [] };
	my @other;
	for my $line (grep { /^[<>]/ } split /\n/, `diff '$one' '$two'`)
	{
		$lines++;
		my $said = substr $line, 2;
		push @other, $line unless grep { $said =~ $_ } @patterns;
	}
	print "$test:\n", map { "  $_\n" } @other if @other;
	$bad ||= @other ? 1 : 0;
}
# What the next sync had to do, and what the ledger says.
for my $line (-e "$with/after" ? split /\n/, slurp("$with/after") : ())
{
	next if $line eq '' || grep { $line =~ $_ } @{ $accepted{after} };
	print "after all tests: $line\n";
	$bad = 1;
}
printf "%d tests, %d failed with the extension; %d lines differ from those without it%s\n", $ended, scalar(@failed), $lines, $bad ? '' : ', all accepted';
exit $bad;
