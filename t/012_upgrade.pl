# The extension is upgraded to a later version, whose tables have more columns
# (test/upgrade): the library goes on working with it, in the session that
# upgrades and in new ones, and what it leaves is dumped and restored.  A
# version that the library cannot know is refused, with both versions named.
use strict;
use warnings;
use File::Copy;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($now) = slurp_file('governance.control') =~ /^default_version *= *'(.*)'/m;
my ($folder) = run_command([ 'pg_config', '--sharedir' ]);
$folder .= '/extension';
plan skip_all => "the server's files cannot be written" unless -w $folder;
my @files = map { s{.*/}{}r } glob('test/upgrade/*.sql');
copy("test/upgrade/$_", "$folder/$_") or die "cannot copy $_: $!" for @files;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;

# What there is, in figures that no version changes.
my $figures = q{
	SELECT metric, axis, amount FROM gov_metric WHERE metric NOT LIKE '%ledger%' ORDER BY 1, 2;
	SELECT object_type, object_ref, axis, value, status, authority FROM gov_coverage ORDER BY 1, 2, 3, 4;
	SELECT object_type, object_ref, axis, value, authority, resolution FROM gov_effective_owner ORDER BY 1, 2, 3, 4;
	SELECT * FROM gov_coverage_summary ORDER BY axis;
	SELECT detector, object_ref, axis, value, status FROM gov_drift_state ORDER BY 1, 2, 3, 4};

# What the acts below do not touch.
my $covered = q{
	SELECT object_type, object_ref, axis, value, status, authority FROM gov_coverage WHERE axis NOT LIKE 'up %' ORDER BY 1, 2, 3, 4;
	SELECT * FROM gov_coverage_summary WHERE axis NOT LIKE 'up %' ORDER BY axis};

$node->safe_psql('postgres', 'CREATE DATABASE reference');
my ($code, $out, $err) = $node->psql('reference', "\\i test/reference.sql", on_error_stop => 1);
is($code, 0, 'a populated database') or diag($err);
$node->safe_psql('reference', 'SELECT gov_scan()');
is($node->safe_psql('reference', 'SELECT gov_version()'), "governance $now", 'library and SQL objects are of one version');
my $before = $node->safe_psql('reference', $covered);
my $guards = q{SELECT object_ref, detail ->> 'state' FROM gov_drift_finding WHERE detector = 'guard_changed' ORDER BY 1};
$node->safe_psql('reference', 'ALTER TABLE gov_label ENABLE TRIGGER gov_ledger_insert');

# One session acts, upgrades, and acts again: its plans and caches are from before.
my $acts = sub {
	my $n = shift;
	return qq{
		SELECT gov_set_authority('UP-$n', 'Up $n', 'human');
		SELECT gov_create_axis('up $n', fallback => 'UP-$n');
		SELECT gov_set_axis_status('up $n', 'active');
		SELECT gov_propose_value('up $n', v) FROM unnest('{a,b}'::text[]) v;
		SELECT gov_ratify('up $n', v) FROM unnest('{a,b}'::text[]) v;
		SELECT gov_register_object('up', 'up $n');
		SELECT gov_create_rule('UP-$n', 'up $n', 'cross_product', '{up}');
		SELECT gov_set_rule_status('UP-$n', 'active');
		SELECT gov_own('up', 'up $n', 'up $n', 'a', 'UP-$n');
		SELECT gov_own('up', 'up $n', 'up $n', 'a', 'GOV-DOT', replace => true);
		SELECT owned FROM gov_own_many('[{"axis": "up $n", "value": "b", "authority": "UP-$n"}]'::jsonb);
		SELECT gov_assign('up', 'up $n', 'up $n', 'b', provenance => '{"kind": "k"}');
		SELECT assignments FROM gov_merge('up $n', 'b', 'a');
		SELECT gov_undo((SELECT max(seq) FROM gov_change));
		SELECT gov_transfer('UP-$n', 'GOV-MOIT');
	};
};
($code, $out, $err) = $node->psql('reference',
	$acts->(1) . "ALTER EXTENSION governance UPDATE TO '1.1~test';" . $acts->(2), on_error_stop => 1);
is($code, 0, 'a session acts, upgrades the extension, and acts on') or diag($err);
unlike($out, qr/^unchanged/m, 'every act did something');

is($node->safe_psql('reference', 'SELECT gov_version()'), "governance $now, SQL objects 1.1~test", 'a new session sees both versions');
($code, $out, $err) = $node->psql('reference', $acts->(3), on_error_stop => 1);
is($code, 0, 'a new session acts') or diag($err);
is($node->safe_psql('reference', q{SELECT count(*) FROM gov_object WHERE object_type = 'up' AND test_note = 'none'}), '3', 'rows have the new columns');
is($node->safe_psql('reference', $guards), 'gov_label: gov_ledger_insert|altered', 'guards of the new table are known, and one that was weakened before is found');
is($node->safe_psql('reference', q{SELECT * FROM gov_rebind() WHERE what = 'trigger'}), 'trigger|gov_label: gov_ledger_insert|restored', 'and restored');
is($node->safe_psql('reference', 'SELECT DISTINCT test_number, gov_test_next(41) FROM gov_transition'), '1|42', 'new view and new function');
$node->safe_psql('reference', 'SELECT gov_scan(); SELECT * FROM gov_reconcile()');
like($node->safe_psql('reference', 'SELECT gov_report_html()'), qr/<\/html>/, 'the report is made');
is($node->safe_psql('reference', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'the ledger is whole');
is($node->safe_psql('reference', q{SELECT count(*) FROM gov_effective_owner WHERE axis LIKE 'up %' AND value = 'a'
	AND object_type = 'up' AND resolution = 'direct' AND authority = 'GOV-DOT'}), '3', 'owners are found');

is($node->safe_psql('reference', $covered), $before, 'what was covered before is covered so still');

# Dump and restore, at that version.
my $dump = $node->basedir . '/up.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('reference') ], 'the upgraded database is dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->safe_psql('restored', q{CREATE EXTENSION governance VERSION '1.1~test'});
($code, $out, $err) = $node->psql('restored', "\\i $dump", on_error_stop => 0);
unlike($err, qr/ERROR/, 'it is restored without an error') or diag($err);
is($node->safe_psql('restored', $figures), $node->safe_psql('reference', $figures), 'and says the same');
is($node->safe_psql('restored', 'SELECT count(*) FROM gov_ledger_verify()'), '0', 'its ledger is whole');
is($node->safe_psql('restored', $guards), '', 'and its guards stand');
($code, $out, $err) = $node->psql('restored', $acts->(4), on_error_stop => 1);
is($code, 0, 'and it is worked with') or diag($err);

# Versions that the library does not know.
for my $case ([ '2.0', 'Install the library of version 2.0' ], [ '0.9', 'ALTER EXTENSION governance UPDATE' ])
{
	my ($version, $hint) = @$case;
	$node->safe_psql('restored', "UPDATE pg_extension SET extversion = '$version' WHERE extname = 'governance'");
	for my $call ('SELECT gov_scan()', 'SELECT count(*) FROM gov_coverage', q{SELECT gov_create_axis('x')})
	{
		($code, $out, $err) = $node->psql('restored', "\\set VERBOSITY verbose\n$call");
		like($err, qr/ERROR:  55000: the library and the SQL objects of extension "governance" do not go together.*DETAIL:  The library is of version \Q$now\E, the objects in this database are of version \Q$version\E\..*HINT:  .*\Q$hint\E/s,
			"version $version: $call is refused");
	}
	is($node->safe_psql('restored', 'SELECT gov_version()'), "governance $now, SQL objects $version", 'and gov_version tells why');
}

$node->stop;
unlink map { "$folder/$_" } @files;
done_testing();
