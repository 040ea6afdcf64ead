# The style check finds what it is there for: in a copy of the sources, one
# offence is planted against each rule, and that rule must be the one broken.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $check = './scripts/check_style';

# The rules that the check of a folder reports as broken, each with the files
# that break it.
sub broken
{
	my ($folder) = @_;
	my $tap = `perl $check '$folder'`;
	$tap =~ /^1\.\.\d+$/m or BAIL_OUT('the check itself fails');
	my ($rule, %found);
	for (split /\n/, $tap)
	{
		$rule = $1 if /^(?:not )?ok \d+ - (.*)/;
		$found{$rule}{$1} = 1 if /^#   ([^:]+):/;
	}
	return %found;
}

sub slurp
{
	my ($file) = @_;
	local $/;
	open my $in, '<', $file or die "cannot read $file: $!";
	return scalar <$in>;
}

sub spew
{
	my ($file, $text) = @_;
	my ($folder) = $file =~ m{(.*)/};
	mkdir $folder unless -d $folder;
	open my $out, '>', $file or die "cannot write $file: $!";
	print $out $text;
	close $out or die "cannot write $file: $!";
	return;
}

my $copy = tempdir(CLEANUP => 1);
system("cp -r governance.c governance.control governance--*.sql Makefile README.md docs src scripts sql '$copy'/") == 0
  or die 'cannot copy the sources';
# the sources may be of a build elsewhere, and not to be written
system("chmod -R u+w '$copy'") == 0 or die 'cannot make the copy writable';
my ($script) = glob "$copy/governance--*.sql";

is_deeply({ broken($copy) }, {}, 'the sources as they are break no rule');

# Offences to be planted.  As many as are of different rules are planted at
# once: a run of the check takes longer than all else.
my @rounds;

# An offence against a rule, planted in a file of the copy; "reported" is the
# file that is told, when it is another.
sub planted
{
	my ($rule, $file, $change, $reported) = @_;
	my ($round) = grep { !exists $_->{$rule} } @rounds;
	push @rounds, $round = {} unless defined $round;
	$round->{$rule} = { file => $file, change => $change, reported => $reported // $file };
	return;
}

# Plants the offences of a round, looks which rules are broken where, and puts
# everything back.
sub plant
{
	my ($round) = @_;
	my %before;
	for my $rule (sort keys %$round)
	{
		my $file = "$copy/$round->{$rule}{file}";
		$before{$file} = -e $file ? slurp($file) : undef unless exists $before{$file};
		my $text = -e $file ? slurp($file) : '';
		local $_ = $text;
		$round->{$rule}{change}->();
		$_ ne $text or BAIL_OUT("the change for \"$rule\" changes nothing");
		spew($file, $_);
	}
	my %found = broken($copy);
	ok(exists $found{$_}{ $round->{$_}{reported} }, "reported: $_") for sort keys %$round;
	is_deeply([ grep { !exists $round->{$_} } sort keys %found ], [], 'and no other rule');
	defined $before{$_} ? spew($_, $before{$_}) : unlink $_ for keys %before;
	return;
}

my $sql  = $script =~ s{.*/}{}r;
my $long = "\n/* Too long. */\nvoid\ngov_long(void)\n{\n" . "\t(void) 0;\n" x 130 . "}\n";

planted('every folder of src/ has its place in the order', 'src/nowhere/file.c', sub { $_ = "/* Nothing. */\n" });
planted('a file includes its own folder and those below', 'src/server/args.c', sub { $_ .= "\n#include \"trust/grants.h\"\n" });
planted('includes of ours say the folder', 'src/trust/gates.c', sub { $_ .= "\n#include \"quorum.h\"\n" });
planted('includes form no circle', 'src/engine/model.h', sub { $_ .= "\n#include \"engine/resolve.h\"\n" }, 'src/engine/resolve.h');
planted('includes form no circle', 'src/inventory/source.c', sub { $_ .= "\n#include \"inventory/sync.h\"\n" }, 'src/inventory/catalog.h');
my $upward = 'an SQL text in C names functions and views of its own folder and those below';
planted($upward, 'src/events/types.c', sub { $_ .= "\nconst char *gov_text = \"SELECT * FROM \"\n\t\"governance_internal.\" /* so */\n\t\"gov_detect()\";\n" });
planted($upward, 'src/registry/rules.c', sub { $_ .= "\n#define TEXT \\\n\t\"SELECT count(*) FROM @.gov_cov\" \\\n\t\"erage\"\n" });
my $bare = 'a relation of ours bears its schema in SQL texts of C';
planted($bare, 'src/trust/settle.c', sub { $_ .= "\nstatic const char *const bare = \"SELECT axis FROM gov_axis ORDER BY axis\";\n" });
planted($bare, 'src/labels/follow.c', sub { s/(JOIN )\@\.(gov_\w+ AS)/$1$2/ });
planted($bare, 'src/containment/activate.c', sub { s/FROM %s\.gov_object lists/FROM gov_object lists/ });
my $path = 'a pinned search_path is pg_catalog, with pg_temp last';
planted($path, 'src/server/security.c', sub { s/"pg_catalog, pg_temp"/"pg_temp, pg_catalog"/ });
planted($path, 'src/server/security.c', sub { s/"pg_catalog, pg_temp"/"pg_catalog, public, pg_temp"/ });
planted('an SQL text in C has at most 1300 characters', 'src/acts/own.c',
	sub { $_ .= "\nstatic const char *const long_sql =\n\"SELECT 1\"\n" . "\" UNION ALL SELECT 1\"\n" x 80 . ";\n" });
planted('every section of the install script has its place in the order', $sql, sub { $_ .= "-- elsewhere/none: nothing\nCREATE VIEW \@extschema\@.gov_none AS SELECT 1;\nREVOKE ALL ON \@extschema\@.gov_none FROM PUBLIC;\nCOMMENT ON VIEW \@extschema\@.gov_none IS 'nothing';\n" });
planted('a file of C begins with its own name and what it is about', 'src/server/guc.h', sub { s{server/guc\.h}{guc.h} });
planted('a file of C begins with its own name and what it is about', 'src/trust/quorum.c', sub { s{\A/\*.*?\*/\n}{}s });
planted('a section of the install script is headed as its C file', $sql, sub { s{^-- acts/own: }{$&something like }m });
planted('a section of the install script is headed as its C file', 'src/registry/in_force.h', sub { s{which rows of}{which of} }, $sql);
planted('a file of C that a comment names exists', 'src/acts/own.c', sub { s{registry/periods\.c}{registry/period.c} });
planted('a file of C that a comment names exists', 'src/acts/merge.c', sub { s{acts/undo\.c}{values.h} });
planted('a file of C that a comment names exists', $sql, sub { s{\(src/registry/forests\.c\)}{(src/forests.c)} });
planted('a file of C that a comment names exists', 'README.md', sub { $_ .= "See `src/server/none.c`.\n" });
planted('the map of rooms names every file', 'docs/design.md', sub { s{`hierarchy`, }{} }, 'src/engine/summary/hierarchy.c');
planted('a function is where design.md says', 'docs/design.md', sub { s{`gov_quorum_missing`}{`gov_quorum_lacks`} });
planted('a table of a page has one row for a thing', 'README.md', sub { s/^(\| reader \|.*\n)/$1$1/m });
planted('no file of C is longer than 900 lines', 'src/server/args.h', sub { $_ .= "\n" x 900 });
planted('no function is longer than 120 lines', 'src/server/args.c', sub { $_ .= $long });
planted('a comment stands above every function', 'src/server/args.c', sub { $_ .= "\nstatic void\ngov_silent(void)\n{\n}\n" });
my $misnamed = 'C functions begin with gov_ and a word of their folder or file';
planted($misnamed, 'src/server/args.c', sub { $_ .= "\n/* Misnamed. */\nvoid\nsomething(void)\n{\n}\n" });
planted($misnamed, 'src/trust/quorum.c', sub { $_ .= "\n/* Misnamed. */\nvoid\ngov_detector_count(void)\n{\n}\n" });
planted($misnamed, 'src/server/args.h', sub { $_ .= "\n/* Misnamed. */\nstatic inline void\ngov_ledgers(void)\n{\n}\n" });
planted('the name of a function begins its line', 'src/server/args.c', sub { $_ .= "\n/* Misplaced. */\nvoid gov_misplaced(void)\n{\n}\n" });
planted('type names begin with Gov', 'src/server/args.h', sub { $_ .= "typedef struct other\n{\n\tint\t\t\ta;\n} other;\n" });
planted('type names begin with Gov', 'src/server/args.h', sub { $_ .= "typedef struct\n{\n\tint\t\t\ta;\n} Other;\n" });
planted('type names begin with Gov', 'src/server/args.h', sub { $_ .= "typedef uint64 gov_number;\n" });
planted('type names begin with Gov', 'src/server/args.h', sub { $_ .= "enum argument\n{\n\tGOV_A\n};\n" });
planted('a header exports at most 12 functions', 'src/server/guc.h', sub { $_ .= join '', map { "extern int gov_f$_(void);\n" } 1 .. 13 });
planted('a comment says what, and not where else it is said', 'src/server/locks.h', sub { $_ .= "\n/* See " . "the header. */\n" });
planted('C is indented with tabs, without trailing space', 'src/server/args.c', sub { s/^\treturn /    return /m });
planted('C is indented with tabs, without trailing space', 'src/server/json.c', sub { s/;$/; /m });
planted('PG_VERSION_NUM stands in compat.h alone', 'src/server/args.c', sub { $_ .= "\nint\t\t\tgov_version = PG_VERSION_NUM;\n" });
planted('#if stands in compat.h alone, but for include guards', 'src/server/args.c', sub { $_ .= "\n#ifdef SOMETHING\n#endif\n" });
planted('SPI is called in server/spi.c alone', 'src/server/args.c', sub { $_ .= "\n/* Direct. */\nvoid\ngov_direct(void)\n{\n\tSPI_connect();\n}\n" });
planted('what is current and in force is said in one place', 'src/acts/assign.c', sub { s/" GOV_CURRENT_BY_CLOCK\("a"\)/ superseded_by IS NULL AND valid_from <= now()"/ });
planted('what is current and in force is said in one place', $sql, sub { s/( FROM governance_internal.gov_current_assignment AS a\s+JOIN ONLY \@extschema\@.gov_object AS o ON )/$1 a.valid_from <= now() AND / });
planted('what is current and in force is said in one place', $sql, sub { s/( FROM governance_internal\.gov_standing_assignment AS a\n)/$1 JOIN \@extschema\@.gov_ownership AS w ON w.effective_to > now()\n/ });
planted('a table is written by one file', 'src/acts/values.c', sub { $_ .= "\nGOV_QUERY(second_writer, \"DELETE FROM \@.gov_axis_value\");\n" });
planted('a table is written by one file', 'src/acts/assign.c', sub { $_ .= "\nGOV_QUERY(second_writer, \"UPDATE \@.gov_assignment SET zone = 'approved'\");\n" });
planted('a table is written by one file', 'src/acts/own.c', sub { $_ .= "\n#define RENAME(table, label) \\\n\t\"UPDATE \@.\" table \" AS r\" \\\n\t\" SET label = \" label\nGOV_QUERY(second_writer, RENAME(\"gov_label\", \"NULL\"));\n" });
planted('a table is written by one file', 'src/ledger/verify.c', sub { $_ .= "\n#define OPEN(writer) gov_writer_open(writer, \"gov_ledger_archive\", 1)\n" });
planted('a table is written by one file', 'src/watch/projection_lag.c', sub { s/INSERT INTO \@\.gov_projection/INSERT INTO \@.gov_binding/ });
planted('a table is written by one file', $sql, sub { $_ .= "CREATE TABLE \@extschema\@.gov_none (a integer);\nREVOKE ALL ON \@extschema\@.gov_none FROM PUBLIC;\nCOMMENT ON TABLE \@extschema\@.gov_none IS 'none';\nCOMMENT ON COLUMN \@extschema\@.gov_none.a IS 'none';\n" });
planted('columns of results have names', 'src/trust/gates.c', sub { s/gov_result_text\(0, APPROVAL_STATUS\)/gov_result_text(0, 4)/ });
planted('hashes are made in server/hash.c alone', 'src/trust/gates.c', sub { s/return gov_hash_hex\(/return (char *) DirectFunctionCall1(sha256_bytea, / });
planted('SQLSTATEs of our own are of class QV', 'src/server/errors.h', sub { s/MAKE_SQLSTATE\('Q', 'V', 'L'/MAKE_SQLSTATE('G', 'V', 'L'/ });
planted('a level of settings is never committed', 'src/server/utf8.c', sub { s/AtEOXact_GUC\(false/AtEOXact_GUC(true/ });
planted('elog(ERROR) is for what no user can reach', 'src/server/args.c', sub { $_ .= "\n/* Rude. */\nvoid\ngov_rude(void)\n{\n\telog(ERROR, \"no\");\n}\n" });

planted('every routine is followed by its REVOKE', $sql, sub { s/^REVOKE ALL ON FUNCTION \@extschema\@.gov_grant[^;]*;\n//m });
planted('every routine is followed by its REVOKE', $sql, sub { s/^(REVOKE ALL ON FUNCTION \@extschema\@.gov_grant[^;]*) FROM PUBLIC;/$1 FROM somebody;/m });
planted('every routine has a comment', $sql, sub { s/^COMMENT ON FUNCTION \@extschema\@.gov_grant.*?;\n//ms });
planted('the body of a function in SQL is analysed when it is made', $sql,
	sub { s/RETURN (translate\(replace\(.*?\));/AS \$\$SELECT $1\$\$;/ });
planted('every SECURITY DEFINER pins search_path', $sql,
	sub { s/^(CREATE FUNCTION \@extschema\@.gov_explain_owner.*?)SET search_path = pg_catalog, pg_temp/$1/ms });
planted('what changes facts asks who calls, and takes rights only then', $sql,
	sub { s/^(CREATE FUNCTION \@extschema\@.gov_own\(.*?PARALLEL UNSAFE)/$1 SECURITY DEFINER SET search_path = pg_catalog, pg_temp/ms });
planted('what changes facts asks who calls, and takes rights only then', 'src/acts/own.c',
	sub { s/^GOV_ACT\(gov_own\)/PG_FUNCTION_INFO_V1(gov_own);\n\n\/* Own. *\/\nDatum\ngov_own(PG_FUNCTION_ARGS)/m }, $sql);
planted('what changes facts asks who calls, and takes rights only then', 'src/trust/approvals.c',
	sub { s/^\tgov_ensure_top_level\(fcinfo, "gov_confirm"\);\n//m }, $sql);
planted('every function says how volatile and parallel safe it is', $sql, sub { s/^(CREATE FUNCTION \@extschema\@.gov_grant.*?)PARALLEL UNSAFE/$1/ms });
planted('routines stand in the section of their C file', 'src/trust/grants.c', sub { s/PG_FUNCTION_INFO_V1\(gov_privileges\)/PG_FUNCTION_INFO_V1(gov_other)/ }, $sql);
planted('routines stand in the section of their C file', $sql, sub { s/^-- trust\/grants: /-- elsewhere: /m });
planted('every relation has its REVOKE', $sql, sub { s/^REVOKE ALL ON \@extschema\@.gov_axis FROM PUBLIC;\n//m });
planted('every relation has a comment', $sql, sub { s/^COMMENT ON TABLE \@extschema\@.gov_axis IS[^;]*;\n//m });
planted('every column has a comment', $sql, sub { s/^COMMENT ON COLUMN \@extschema\@.gov_axis.fallback IS[^;]*;\n//m });
planted('the install script holds no PL/pgSQL', $sql, sub { $_ .= "DO \$\$ BEGIN NULL; END \$\$;\n" });
planted('the install script says plain CREATE', $sql, sub { $_ .= "CREATE INDEX IF NOT EXISTS gov_i ON \@extschema\@.gov_axis (name);\n" });

planted('sections of the install script follow the order of the folders', $sql,
	sub { s/^-{78}\n-- trust\/quorum: .*?(?=^-{78}\n-- trust\/approvals: )//ms and $_ .= $& });
planted('the install script pins search_path first, once and for all', $sql, sub { s/^(SET LOCAL search_path = pg_catalog), pg_temp;/$1, public;/m });
planted('the install script pins search_path first, once and for all', $sql, sub { $_ .= "SET LOCAL search_path = public;\n" });
my $alone = 'the install script reads a table alone, without what inherits from it';
planted($alone, $sql, sub { s/FROM ONLY (\@extschema\@\.gov_source )/FROM $1/ });
planted($alone, $sql, sub { s/JOIN ONLY (\@extschema\@\.gov_object)/JOIN $1/ });
planted($alone, $sql, sub { s/(FROM ONLY \@extschema\@\.gov_source AS s)\b/$1, \@extschema\@.gov_vote AS v/ });
planted('names of ours bear their schema in the install script', $sql, sub { s/FROM ONLY \@extschema\@\.gov_approval a\n/FROM gov_approval a\n/ });
planted('names of ours bear their schema in the install script', $sql, sub { s/(gov_ledger_watch\(')\@extschema\@\.(gov_object')/$1$2/ });
planted('every column has a comment', $sql, sub { s/^SELECT governance_internal\.gov_describe_columns\('\@extschema\@\.gov_ledger_archive'[^;]*;\n//m });

planted('no path of one machine', 'README.md', sub { $_ .= "See /home/somebody/notes.\n" });
planted('no host but the allowed', 'README.md', sub { $_ .= "See https://packages.example.net/x.\n" });
planted('no host but the allowed', 'README.md', sub { $_ .= "See 10.20.30.40.\n" });
planted('nothing is left unfinished', 'src/server/args.c', sub { $_ .= "/* TO" . "DO later */\n" });
planted('the version stands in the control file alone', 'scripts/lib.sh', sub { $_ .= "# governance 1.0\n" });

plant($_) for @rounds;
is_deeply({ broken($copy) }, {}, 'and put back, they break none');

# A median cannot be planted in one file; the check with another limit is run.
my $strict = slurp($check) =~ s/^(my \$max_median\s*=) \d+;/$1 1;/mr;
$check = "$copy/scripts/check_style";
spew($check, $strict);
my %median = broken($copy);
is_deeply([ keys %median ], ['the median of functions is at most 1 lines'], 'reported: the median of functions');

done_testing();
