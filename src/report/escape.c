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
#define ESCAPE_LONG_MAX	12000

/* Characters of a name without a joint, after which a line may break. */
#define ESCAPE_WORD_MAX	32

/* Does a character change the direction of others? */
static bool
gov_html_turns(pg_wchar c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
		c == 0x200E || c == 0x200F || c == 0x061C;
}

/* Does a character take no room, or the room of a space without being one?  Those that join letters aside. */
static bool
gov_html_is_invisible(pg_wchar c)
{
	return c == 0xAD || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x180E || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
		c == 0x200B || (c >= 0x2060 && c <= 0x2065) || (c >= 0x206A && c <= 0x206F) ||
		c == 0x2028 || c == 0x2029 || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

/* Has XML no character for it, or none that means the same? */
static bool
gov_html_is_foreign(pg_wchar c)
{
	return (c >= 0x7F && c < 0xA0) || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0xD800 && c <= 0xDFFF);
}

/* Is a character shown as a sign, because it cannot be seen as it is? */
bool
gov_html_hides(pg_wchar c)
{
	return c < 0x20 || gov_html_is_foreign(c) || gov_html_turns(c) || gov_html_is_invisible(c);
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
	else if (gov_html_is_foreign(c))
		appendStringInfoString(out, "&#xFFFD;");
	else if (gov_html_turns(c) || gov_html_is_invisible(c))
		appendStringInfo(out, "[U+%04X]", (unsigned int) c);
	else
		appendStringInfo(out, "&#x%X;", (unsigned int) c);
}

/* May a line break after a character of a name?  Not before the next joint. */
static bool
gov_html_is_joint(const unsigned char *p)
{
	return strchr("_./-:,@", p[0]) != NULL && p[1] != '\0' && strchr("_./-:,@ ", p[1]) == NULL;
}

/* Appends at most so many characters of a text that anybody may have written, escaped. */
static void
gov_html_escape_some(StringInfo out, const char *text, int max, bool jointed)
{
	int			length = strlen(text);
	const unsigned char *p = (const unsigned char *) gov_utf8(text, &length);
	int			shown = 0;
	int			word = 0;

	while (*p != '\0')
	{
		/* a byte that has no UTF-8, see gov_utf8 */
		bool		stray = *p == GOV_UTF8_STRAY;
		bool		joint = jointed && (gov_html_is_joint(p) || ++word == ESCAPE_WORD_MAX);

		if (shown++ == max)
		{
			appendStringInfoString(out, "&#x2026;");
			return;
		}
		if (p[0] == ':' && p[1] == '/')
			appendStringInfoString(out, "&#58;");
		else
			gov_html_escape_character(out, stray ? 0xFFFF : utf8_to_unicode(p));
		if (*p == ' ' || joint)
			word = 0;
		p += stray ? 3 : pg_utf_mblen(p);
		if (joint && *p != '\0')
			appendStringInfoString(out, "<wbr />");
	}
}

/* Appends a text that anybody may have written, escaped. */
void
gov_html_escape(StringInfo out, const char *text)
{
	gov_html_escape_some(out, text, ESCAPE_MAX, false);
}

/* The same, not for attributes: lines may break where names have joints. */
void
gov_html_escape_jointed(StringInfo out, const char *text)
{
	gov_html_escape_some(out, text, ESCAPE_MAX, true);
}

/* The same for what is to be copied: as it is, and far more of it. */
void
gov_html_escape_long(StringInfo out, const char *text)
{
	gov_html_escape_some(out, text, ESCAPE_LONG_MAX, false);
}
