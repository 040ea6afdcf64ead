# The extension stays out of the application's way: in a schema of its own
# nothing of it shows, in public a notice says why that is no good place; dumps
# warn of nothing but what the README explains; roles go as the README says.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(own public_too);
my $readme = slurp_file('README.md');

# ---- where it is ----

my ($code, $out, $err) = $node->psql('own', 'CREATE SCHEMA governance; CREATE EXTENSION governance SCHEMA governance');
is($err, '', 'in a schema of its own nothing is said');
($code, $out, $err) = $node->psql('public_too', 'CREATE EXTENSION governance');
is($code, 0, 'in public it is created');
like($err, qr/NOTICE:  extension "governance" was created in schema "public"/, 'with a notice');
like($err, qr/DETAIL:  .*migration tools/, 'that says why not');
like($err, qr/HINT:  .*CREATE EXTENSION governance SCHEMA governance/, 'and what to do');
($code, $out, $err) = $node->psql('public_too', "DROP EXTENSION governance; SET client_min_messages = warning; CREATE EXTENSION governance");
is($err, '', 'unless the session hears no notices');
($code, $out, $err) = $node->psql('public_too', "DROP EXTENSION governance; BEGIN; SAVEPOINT a; CREATE EXTENSION governance; ROLLBACK TO a; COMMIT");
is($err, '', 'nor when it was taken back');
($code, $out, $err) = $node->psql('public_too', "BEGIN; CREATE EXTENSION governance; COMMIT; SELECT gov_version()");
like($err, qr/NOTICE.*public/, 'at the end of a transaction that did more');
unlike($err, qr/NOTICE.*NOTICE/s, 'once');

# ---- what the application sees ----

$node->safe_psql('own', q{
	CREATE ROLE app LOGIN; CREATE ROLE dba SUPERUSER LOGIN;
	CREATE TABLE public.customer (id integer PRIMARY KEY);
	CREATE VIEW public.names AS SELECT id FROM customer;
	ALTER TABLE public.customer OWNER TO app;
	SELECT governance.gov_enroll_schema('public')});
my $visible = q{
	SELECT 'relation', relname::text FROM pg_class WHERE pg_table_is_visible(oid) AND relname ~ '^gov'
	UNION ALL SELECT 'function', proname FROM pg_proc WHERE pg_function_is_visible(oid) AND proname ~ '^gov'
	UNION ALL SELECT 'type', typname FROM pg_type WHERE pg_type_is_visible(oid) AND typname ~ '^_?gov'
	UNION ALL SELECT 'schema of ' || c.relname, n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	           JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
	          WHERE n.nspname NOT IN ('governance', 'governance_internal')};
for my $role (qw(app dba))
{
	is($node->safe_psql('own', $visible, extra_params => [ '-U', $role ]), '', "$role: nothing is in the way by its path");
	my $listed = $node->safe_psql('own', '\\d', extra_params => [ '-U', $role ]);
	is(join(' ', $listed =~ /\|(\w+)\|(?:table|view)/g), 'customer names', "$role: \\d lists the application's");
	is($node->safe_psql('own', '\\df', extra_params => [ '-U', $role ]), '', "$role: \\df lists nothing");
}
is($node->safe_psql('own', q{SELECT count(*) FROM information_schema.tables WHERE table_schema LIKE 'governance%'}, extra_params => [ '-U', 'app' ]),
	0, 'nor has the information schema anything for a role without a level');
is($node->safe_psql('own', 'DROP VIEW public.names; ALTER TABLE public.customer ALTER id TYPE bigint; DROP TABLE public.customer; SELECT 1', extra_params => [ '-U', 'dba' ]),
	1, 'nothing of it depends on the application');

# ---- dumps ----

run_log([ 'pg_dump', '-d', $node->connstr('own'), '-f', "$node->{_logfile_base}_dump" ], '2>', \$err);
is(join(' ', sort $err =~ /^pg_dump: detail: (\w+)$/mg), join(' ', sort $readme =~ /^`pg_dump` warns of circular foreign keys on (.*?), and hints/ms ? $1 =~ /(gov_\w+)/g : ()),
	'pg_dump warns of circular keys of the tables that the README names');
is(join("\n", grep { !/circular foreign-key|^pg_dump: detail: gov_|^pg_dump: hint: / } split /\n/, $err), '', 'and of nothing else');
run_log([ 'pg_dump', '--schema=public', '-d', $node->connstr('own') ], '>', \$out, '2>', \$err);
unlike($out, qr/governance/, 'a dump of the application alone knows nothing of it');
is($err, '', 'and nothing is said');

# ---- roles that go ----

$node->safe_psql('own', q{CREATE ROLE leaver; CREATE ROLE owner_too; SELECT governance.gov_grant(l, r) FROM unnest('{reader,steward,approver,admin}'::text[]) AS l, unnest('{leaver,owner_too}'::text[]) AS r});
like(($node->psql('own', 'DROP ROLE leaver'))[2], qr/cannot be dropped because some objects depend on it/, 'a role with levels stays');
$node->safe_psql('own', q{SELECT governance.gov_revoke(l, 'leaver') FROM unnest('{reader,steward,approver,admin}'::text[]) AS l; REVOKE ALL ON SCHEMA governance FROM leaver; DROP ROLE leaver});
$node->safe_psql('own', q{DROP OWNED BY owner_too; DROP ROLE owner_too});
is($node->safe_psql('own', q{SELECT count(*) FROM pg_roles WHERE rolname IN ('leaver', 'owner_too')}), 0, 'and goes without them, or with DROP OWNED');

# ---- documents ----

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $docs = `$pg_config --docdir`);
my ($installed) = grep { -d "$_/governance" } $docs, map { "$_$docs" } grep { defined } $ENV{DESTDIR}, $ENV{HOME} && "$ENV{HOME}/server";
SKIP:
{
	skip 'the documents are not where pg_config says', 3 unless defined $installed;
	is(slurp_file("$installed/governance/README.md"), $readme, 'the README is installed under the name of the extension');
	ok(!-e "$installed/extension/README.md" || slurp_file("$installed/extension/README.md") ne $readme, 'and not among those of all');
	ok(-e "$installed/governance/$_", "$_ is installed") for sort { $a cmp $b } keys %{ { map { $_ => 1 } $readme =~ /\]\((docs\/\w+\.md)\)/g } };
}

$node->stop;
done_testing();
