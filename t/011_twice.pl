# What is said twice is said once: the README's five minutes and the examples
# run a second time, and no row of any table is written but what records that
# something was run: scans, and rehearsals with their entries of the ledger.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;
$node->psql('postgres', 'CREATE ROLE postgres SUPERUSER LOGIN');
$node->safe_psql('postgres', 'CREATE ROLE demo_president LOGIN; CREATE ROLE demo_council_a LOGIN; CREATE ROLE demo_council_b LOGIN; CREATE ROLE demo_steward LOGIN');

# Every table of the extension but that of scan runs, each with its rows; a row
# that is written anew has another place, whatever it says.
sub content
{
	my $database = shift;
	$node->safe_psql($database, 'SELECT governance.gov_ledger_head()');
	my @tables = split /\n/, $node->safe_psql($database, q{
		SELECT d.objid::regclass FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
		  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
		 WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND c.relkind = 'r'
		   AND c.relname NOT IN ('gov_scan_run', 'gov_rehearsal', 'gov_rollout_rehearsal') ORDER BY 1});
	cmp_ok(scalar @tables, '>', 25, 'tables to compare');
	return join "\n", map { "$_: " . $node->safe_psql($database, "SELECT ctid, r.* FROM $_ AS r ORDER BY ctid") } @tables;
}

# Runs something, and again; the second time leaves nothing.
sub twice
{
	my ($what, $database, $first, $again) = @_;
	my ($code, $out, $err) = $node->psql($database, $first, on_error_stop => 1);
	is($code, 0, "$what runs") or diag($err);
	# what the last acts brought is found by a scan of its own
	$node->safe_psql($database, 'SELECT * FROM governance.gov_reconcile()');
	my $before = content($database);
	my $runs = $node->safe_psql($database, 'SELECT count(*) FROM governance.gov_scan_run');
	($code, $out, $err) = $node->psql($database, $again // $first, on_error_stop => 1);
	is($code, 0, "$what runs again") or diag($err);
	my @before = split /\n/, $before;
	my %had = map { $_ => 1 } @before;
	my @new = grep { !$had{$_} && !/\|rehearse_sql\|/ } split /\n/, content($database);
	is("@new", '', "$what: the second run wrote no row");
	cmp_ok($node->safe_psql($database, 'SELECT count(*) FROM governance.gov_scan_run'), '>', $runs, "$what: but the run of its scan")
	  if $first =~ /gov_reconcile|gov_scan|tour/;
}

# The README: what changes the application is left out the second time, and a
# table that was renamed goes by its new name.
my $readme = slurp_file('README.md');
my $five = join "\n", $readme =~ /^```sql\n(.*?)^```/msg;
my $again = $five =~ s/^(CREATE (EXTENSION|SCHEMA|TABLE|VIEW|ROLE)|ALTER TABLE)\b[^;]*;//mgr =~ s/app\.customer/app.client/gr;
$node->safe_psql('postgres', 'CREATE DATABASE five');
twice('the README', 'five', $five, $again);

$node->safe_psql('postgres', 'CREATE DATABASE shop');
my ($code, $out, $err) = $node->psql('shop', "\\i examples/shop/schema.sql\n\\i examples/shop/data.sql", on_error_stop => 1);
is($code, 0, 'the shop is there') or diag($err);
twice('examples/shop', 'shop', "\\i examples/shop/govern.sql");

$node->safe_psql('postgres', 'CREATE DATABASE reference');
($code, $out, $err) = $node->psql('reference', "CREATE SCHEMA governance;\nCREATE EXTENSION governance SCHEMA governance;\n\\i examples/reference/application.sql", on_error_stop => 1);
is($code, 0, 'the application of the reference scenario is there') or diag($err);
{
	# for each of the sessions that the tour begins
	local $ENV{PGOPTIONS} = '-c search_path=public,governance';
	twice('examples/reference', 'reference', "\\i examples/reference/entry.sql\n\\i examples/reference/tour.sql");
}

$node->stop;
done_testing();
