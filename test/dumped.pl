# What a database is compared by, before and after it went through a dump: for
# whole-server tests, which read this file with "require './test/dumped.pl'".
use strict;
use warnings;
use Test::More ();

# Every row of every table of the extension that is dumped, and where its
# sequences stand; but what was noted of refreshes, which a restore makes anew.
sub dumped_facts
{
	my ($node, $db) = @_;
	my $rows = $node->safe_psql($db, q{
		SELECT string_agg(format('SELECT %L, x::text FROM ONLY %s x', c.relname, c.oid::regclass), ' UNION ALL ')
		  FROM pg_class c JOIN pg_extension x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig)
		 WHERE c.relkind = 'r' AND c.relname <> 'gov_matview_refresh'});
	my $sequences = $node->safe_psql($db, q{
		SELECT string_agg(format('SELECT %L, last_value::text FROM %s', c.relname, c.oid::regclass), ' UNION ALL ')
		  FROM pg_class c JOIN pg_extension x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig) WHERE c.relkind = 'S'});
	return $node->safe_psql($db, "$rows UNION ALL $sequences ORDER BY 1, 2");
}

# Tables of the extension that are dumped and have no row.
sub dumped_empty
{
	my ($node, $db) = @_;
	my $sql = $node->safe_psql($db, q{
		SELECT string_agg(format('SELECT %L WHERE NOT EXISTS (SELECT FROM ONLY %s)', c.relname, c.oid::regclass), ' UNION ALL ')
		  FROM pg_class c JOIN pg_extension x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig) WHERE c.relkind = 'r'});
	return $node->safe_psql($db, $sql);
}

# A database that has something in every table.
sub dumped_world
{
	my ($node, $db) = @_;
	$node->safe_psql('postgres', qq{CREATE DATABASE "$db"});
	my ($code, $out, $err) = $node->psql($db, '\\i test/full_world.sql', on_error_stop => 1);
	Test::More::is($code, 0, 'a populated database') or Test::More::diag($err);
	Test::More::is(dumped_empty($node, $db), '', 'has something in every table');
	return;
}

# What the engine and the counts say.
sub dumped_answers
{
	my ($node, $db) = @_;
	my $sql = join ' UNION ALL ', map { "SELECT '$_', x::text FROM $_ x" }
	  qw(gov_coverage gov_effective_owner gov_missing_assignment gov_assignment_quality gov_coverage_summary gov_approval_status gov_rollout_status);
	return $node->safe_psql($db, "$sql ORDER BY 1, 2");
}

# Is a text of many lines the same?  Of what differs a few lines are told.
sub dumped_same
{
	my ($got, $wanted, $name) = @_;
	my %left;
	$left{$_}++ for split /\n/, $wanted;
	my @more = grep { --$left{$_} < 0 } split /\n/, $got;
	my @less = grep { $left{$_} > 0 } sort keys %left;
	return Test::More::ok(!@more && !@less, $name)
	  || Test::More::diag(join "\n", (map { '+ ' . substr $_, 0, 300 } @more[ 0 .. ($#more > 9 ? 9 : $#more) ]),
		(map { '- ' . substr $_, 0, 300 } @less[ 0 .. ($#less > 9 ? 9 : $#less) ]));
}

1;
