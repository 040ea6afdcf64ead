# Databases in other encodings than UTF-8: what has no UTF-8 (a byte that the
# encoding gives no character, or any byte where there is no conversion) stops
# neither an act, nor the chain of the ledger, nor the report, nor a scraper; and the hashes
# are those of the form that docs/ledger.md describes.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('encodings');
$node->init;
$node->start;

# The hashes computed anew: a stray byte, say 0x81, is 0xFF and "81".
my $again = <<'SQL';
CREATE FUNCTION utf8(value text) RETURNS bytea LANGUAGE sql AS $$
	SELECT string_agg(TO_UTF8, 'STANDS'::bytea ORDER BY n)
	  FROM regexp_split_to_table(value, E'STRAY') WITH ORDINALITY t (part, n)
$$;
CREATE FUNCTION field(value text) RETURNS bytea LANGUAGE sql AS $$
	SELECT convert_to(octet_length(utf8(value)) || ':', 'SQL_ASCII') || utf8(value)
$$;
CREATE VIEW same AS
SELECT seq, hash = sha256('governance-ledger-2'::bytea || field(coalesce(encode(lag(hash) OVER w, 'hex'), ''))
		|| field(position::text) || field(seq::text) || field((extract(epoch FROM at) * 1000000)::bigint::text)
		|| field(actor) || field(login) || field(action) || field(target::text) || field(payload::text)
		|| field(coalesce(object_id::text, ''))) AS same
  FROM gov_ledger WINDOW w AS (ORDER BY position);
SQL

# encoding, a letter of it, how the page shows it, what has no UTF-8 in it, how a text without that is converted
my @cases = (
	[ 'WIN1252',       '\xe9',     '&#xE9;',           '\x81',     "convert_to(part, 'UTF8')" ],
	[ 'SQL_ASCII',     '\xc3\xa9', '&#xE9;',           '\x81',     "convert_to(part, 'SQL_ASCII')" ],
	[ 'EUC_JP',        '\xa4\xa2', '&#x3042;',         '\xa9\xa1', "convert_to(part, 'UTF8')" ],
	[ 'LATIN1',        '\xe9',     '&#xE9;',           '',         undef ]);
for my $case (@cases)
{
	my ($encoding, $letter, $shown, $stray, $to_utf8) = @$case;
	my $db     = lc $encoding;
	my $stands = '\x';
	$stands .= 'ff' . unpack('H*', uc $1) while $stray =~ /\\x(..)/g;

	$node->safe_psql('postgres', "CREATE DATABASE $db ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql($db, 'CREATE EXTENSION governance');
	# around the end of each piece that is converted, too
	for my $n (0, 1020 .. 1026, 3000)
	{
		$node->safe_psql($db, "SELECT gov_set_label('l$n', 'f', repeat('x', $n) || E'$stray$letter' || repeat(E'$letter', 2000) || E'$stray')");
		$node->safe_psql($db, "SELECT gov_set_authority(E'$letter$stray$n', repeat('x', $n) || E'$letter$stray$letter', 'human')");
	}
	# one who commits without chaining leaves no entry that nobody can chain
	$node->safe_psql($db, "BEGIN; SELECT gov_set_authority(E'$stray$letter', kind => 'human'); SET TRANSACTION READ ONLY; COMMIT");
	is($node->safe_psql($db, 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 1, "$encoding: an entry is left to the next");
	$node->safe_psql($db, "SELECT gov_create_axis('duty')");
	is($node->safe_psql($db, 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL'), 0, "$encoding: which chains it");
	is($node->safe_psql($db, 'SELECT * FROM gov_ledger_verify()'), '', "$encoding: whole");
	isnt($node->safe_psql($db, 'SELECT count(*) FROM gov_reconcile()'), 0, "$encoding: reconciled");

	my $page = $node->safe_psql($db, "SELECT gov_report_html(E'A$letter${stray}Z')");
	my $signs = '&#xFFFD;' x (length($stray) / 4);
	like($page, qr/<title>A$shown${signs}Z</, "$encoding: the page shows what there is, and a sign for what there is not");
	unlike($page, qr/[^\x00-\x7f]/, "$encoding: in ASCII");

	# an axis of such a name: the text for scrapers has a question mark and the byte, and can be had in UTF-8
	$node->safe_psql($db, "SELECT gov_create_axis(E'axis $letter$stray')");
	my $told = $stray =~ s/\\x(..)/'?' . uc $1/ger;
	my $client = $encoding eq 'SQL_ASCII' ? '' : "SET client_encoding = 'UTF8';";
	like($node->safe_psql($db, "$client SELECT gov_metrics_openmetrics()"), qr/^governance_required_cells\{datname="\w+",axis="axis \S+?\Q$told\E"\} 0$/m,
		"$encoding: the text for scrapers");

	next if !defined $to_utf8;
	$node->safe_psql($db, $again =~ s/TO_UTF8/$to_utf8/r =~ s/STRAY/$stray/r =~ s/STANDS/$stands/r);
	is($node->safe_psql($db, 'SELECT count(*) FROM same WHERE same IS NOT true'), 0, "$encoding: the hashes are as described");
}

$node->stop;
done_testing();
