/*-------------------------------------------------------------------------
 *
 * server/utf8.c
 *	  Texts in UTF-8, whatever the database holds.
 *
 * Not every text has one: an encoding may hold characters that Unicode has
 * none for (0x81 of WIN1252), have no conversion (MULE_INTERNAL), or say
 * nothing of its bytes (SQL_ASCII).  Nobody who writes a hash or a page may
 * stumble over somebody's text, so what has no UTF-8 is written down byte by
 * byte, as 0xFF, which UTF-8 never contains, and two hexadecimal digits.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/guc.h"

#include "server/security.h"
#include "server/utf8.h"

/* Bytes that are converted at a time. */
#define PIECE_BYTES 1024

/* The server's own conversion from this database's encoding; invalid for none. */
static Oid
gov_utf8_conversion(int encoding)
{
	int			level;
	Oid			proc;

	if (encoding == PG_SQL_ASCII)
		return InvalidOid;
	level = gov_security_pin_settings();
	proc = FindDefaultConversionProc(encoding, PG_UTF8);
	AtEOXact_GUC(false, level);
	return proc;
}

/* How many bytes at the start of a text are ASCII. */
static int
gov_utf8_ascii(const char *text, int length)
{
	int			n = 0;

	while (n < length && !IS_HIGHBIT_SET(text[n]))
		n++;
	return n;
}

/* A piece of a text that ends between two characters; its length. */
static int
gov_utf8_piece(int encoding, const char *text, int length)
{
	int			written = encoding == PG_SQL_ASCII ? PG_UTF8 : encoding;

	/* a character that is cut short at the end counts as if it were whole */
	return Min(pg_encoding_mbcliplen(written, text, length, PIECE_BYTES), length);
}

/* Appends what of a piece has UTF-8, from its start; the number of bytes. */
static int
gov_utf8_start(StringInfo out, Oid proc, int encoding, const char *piece, int length)
{
	char		converted[PIECE_BYTES * MAX_CONVERSION_GROWTH + 1];
	int			n;

	if (OidIsValid(proc))
	{
		n = pg_do_encoding_conversion_buf(proc, encoding, PG_UTF8,
										  (unsigned char *) unconstify(char *, piece), length,
										  (unsigned char *) converted, sizeof(converted), true);
		appendStringInfoString(out, converted);
		return n;
	}
	n = encoding == PG_SQL_ASCII ? pg_encoding_verifymbstr(PG_UTF8, piece, length) : gov_utf8_ascii(piece, length);
	appendBinaryStringInfo(out, piece, n);
	return n;
}

/*
 * A text of the database, "length" bytes, in UTF-8, and its length then; the
 * same pointer when there is nothing to convert.  A byte that has no UTF-8 is
 * three: 0xFF and two hexadecimal digits.
 */
const char *
gov_utf8(const char *text, int *length)
{
	int			encoding = GetDatabaseEncoding();
	StringInfoData out;
	Oid			proc;
	int			done = 0;

	if (encoding == PG_UTF8 || gov_utf8_ascii(text, *length) == *length)
		return text;

	initStringInfo(&out);
	proc = gov_utf8_conversion(encoding);
	while (done < *length)
	{
		int			end = done + gov_utf8_piece(encoding, text + done, *length - done);

		while (done < end)
		{
			int			width;

			done += gov_utf8_start(&out, proc, encoding, text + done, end - done);
			width = done < end ? Min(pg_mblen(text + done), end - done) : 0;
			for (; width > 0; width--)
				appendStringInfo(&out, "\xFF" "%02X", (unsigned char) text[done++]);
		}
	}
	*length = out.len;
	return out.data;
}
