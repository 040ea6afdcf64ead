/*-------------------------------------------------------------------------
 *
 * report/escape.c
 *	  Escaping text that anybody may have written, for the page of the report.
 *
 * What it appends is ASCII: markup characters and everything beyond ASCII
 * become character references, so a page reads the same in whatever encoding
 * it is stored or sent; so does the colon of an address, so that the page
 * holds no address that a browser would follow.  Characters that cannot be
 * seen, or that change the direction of what stands around them, become
 * visible signs; what XML knows no character for becomes U+FFFD.  The result
 * is good as text and within a quoted attribute.  Long texts are cut.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "server/utf8.h"
#include "report/escape.h"

/* Characters of a text that are shown. */
#define ESCAPE_MAX	160

/* Does a character change the direction of others? */
static bool
gov_html_turns(pg_wchar c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
		c == 0x200E || c == 0x200F || c == 0x061C;
}

/* Appends one character. */
static void
gov_html_escape_character(StringInfo out, pg_wchar c)
{
	if (c == '&')
		appendStringInfoString(out, "&amp;");
	else if (c == '<')
		appendStringInfoString(out, "&lt;");
	else if (c == '>')
		appendStringInfoString(out, "&gt;");
	else if (c == '"')
		appendStringInfoString(out, "&quot;");
	else if (c == '\'')
		appendStringInfoString(out, "&#39;");
	else if (c < 0x20)
		appendStringInfo(out, "&#x%X;", 0x2400 + (unsigned int) c);
	else if (c == 0x7F)
		appendStringInfoString(out, "&#x2421;");
	else if (c < 0x7F)
		appendStringInfoChar(out, (char) c);
	else if (c < 0xA0 || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0xD800 && c <= 0xDFFF))
		appendStringInfoString(out, "&#xFFFD;");
	else if (gov_html_turns(c))
		appendStringInfo(out, "[U+%04X]", (unsigned int) c);
	else
		appendStringInfo(out, "&#x%X;", (unsigned int) c);
}

/* Appends a text that anybody may have written, escaped. */
void
gov_html_escape(StringInfo out, const char *text)
{
	int			length = strlen(text);
	const unsigned char *p = (const unsigned char *) gov_utf8(text, &length);
	int			shown = 0;

	while (*p != '\0')
	{
		bool		stray = *p == GOV_UTF8_STRAY;

		if (shown++ == ESCAPE_MAX)
		{
			appendStringInfoString(out, "&#x2026;");
			return;
		}
		if (p[0] == ':' && p[1] == '/')
			appendStringInfoString(out, "&#58;");
		else
			gov_html_escape_character(out, stray ? 0xFFFF : utf8_to_unicode(p));
		p += stray ? 3 : pg_utf_mblen(p);
	}
}
