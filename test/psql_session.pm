# psql_session.pm: sessions of psql that several of a test keep open at once.
package psql_session;
use strict;
use warnings;
use Exporter 'import';
use IPC::Run ();

our @EXPORT = qw(session told);

# A session at a connection string; it ends with an error when it took longer than so many seconds.
sub session
{
	my ($connection, $seconds) = @_;
	my %s = (in => '', out => '', err => '', asked => 0);
	$s{psql} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $connection ],
		'<', \$s{in}, '>', \$s{out}, '2>', \$s{err}, IPC::Run::timeout($seconds));
	return \%s;
}

# What it says to SQL: its rows as one text, then its errors, and what else psql
# says of the levels named, each with its SQLSTATE.
sub told
{
	my ($s, $sql, @levels) = @_;
	my $mark = '-- ' . ++$s->{asked};
	my $level = join '|', qw(ERROR FATAL PANIC), @levels;
	$s->{out} = $s->{err} = '';
	$s->{in} .= "$sql\n\\echo $mark\n\\warn $mark\n";
	$s->{psql}->pump until $s->{out} =~ /^$mark$/m && $s->{err} =~ /^$mark$/m;
	return ($s->{out}, grep { !/^25P02/ } $s->{err} =~ /(?:$level):  (.*)/g);
}

1;
