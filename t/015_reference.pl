# docs/reference.md says what the database says of itself, and the README names
# every setting with its default.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('reference');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE SCHEMA governance; CREATE EXTENSION governance SCHEMA governance');

my $printed = do
{
	local %ENV = ($node->_get_env(), PGDATABASE => 'postgres');
	`perl scripts/reference`;
};
is($?, 0, 'scripts/reference runs');
my $kept = slurp_file('docs/reference.md');
ok($printed eq $kept, 'docs/reference.md is current (make docs writes it anew)');
if ($printed ne $kept)
{
	my @printed = split /\n/, $printed;
	my @kept = split /\n/, $kept;
	my ($first) = grep { ($printed[$_] // '') ne ($kept[$_] // '') } 0 .. ($#printed > $#kept ? $#printed : $#kept);
	diag('line ', $first + 1, ":\n  in the file:     ", $kept[$first] // '', "\n  in the database: ", $printed[$first] // '');
}

# every routine that people call is there, and every relation
my $sections = join ' ', $kept =~ /^### (\w+)$/mg;
for my $what ('SELECT proname FROM pg_proc WHERE pronamespace', 'SELECT relname FROM pg_class WHERE relkind IN ($$r$$, $$p$$, $$v$$, $$f$$) AND relnamespace')
{
	my @lacking = grep { $sections !~ /\b$_\b/ } split /\n/, $node->safe_psql('postgres', "$what = 'governance'::regnamespace");
	is(join(' ', @lacking), '', 'none is missing');
}

# ---- settings ----

my $readme = slurp_file('README.md');
my %told = $readme =~ /^\| `(governance\.\w+)` \| ([^|]+?) \|/mg;
my %are = map { split /\|/, $_, -1 } split /\n/, $node->safe_psql('postgres', q{
	SELECT s.name, s.setting || '/' || coalesce(s.unit, '') || '/' || s.context
	  FROM governance.gov_version() AS loaded, pg_settings AS s WHERE s.name LIKE 'governance.%'});
is(join(' ', sort keys %told), join(' ', sort keys %are), 'the README lists the settings that there are');
for my $setting (sort keys %told)
{
	my ($value, $unit, $context) = split m{/}, $are{$setting}, -1;
	my $written = $told{$setting} eq 'empty' ? '' : $told{$setting} =~ s/ days?$/d/r =~ s/ h$/h/r;
	my $shown = $unit eq '' ? $value : $node->safe_psql('postgres', "SELECT current_setting('$setting') FROM governance.gov_version()");
	is($shown, $written =~ s/ //gr, "$setting: the default");
	my ($row) = $readme =~ /^\| `\Q$setting\E` \|(.*)$/m;
	is($row =~ /superusers only/ ? 'superuser' : 'user', $context, "$setting: who may set it");
}

# They are known in every session of a database that says so, and else once the
# extension was called: a placeholder until then.
like(($node->psql('postgres', 'SHOW governance.read_timeout'))[2], qr/unrecognized configuration parameter/, 'not known before the library is loaded');
my ($preload) = $readme =~ /^    (ALTER DATABASE mydb SET session_preload_libraries = .*)$/m;
$node->safe_psql('postgres', $preload =~ s/mydb/postgres/r);
is($node->safe_psql('postgres', 'SHOW governance.read_timeout'), '1min', 'known in every session with session_preload_libraries, as the README has it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_settings WHERE name LIKE 'governance.%'}), scalar(keys %are), 'all of them');
like(($node->psql('postgres', 'SET governance.raed_timeout = 1'))[2], qr/invalid configuration parameter name/, 'and one that is misspelt is refused');

$node->stop;
done_testing();
