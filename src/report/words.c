/*-------------------------------------------------------------------------
 *
 * report/words.c
 *	  What programs wrote, for people: jsonb in words, texts as literals of SQL.
 *
 * A literal is meant to be shown, copied and run.  What cannot be seen, or
 * changes the direction of what stands around it, would be lost on the way:
 * such characters are written as escapes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "server/utf8.h"
#include "report/escape.h"

PG_FUNCTION_INFO_V1(gov_report_words);
PG_FUNCTION_INFO_V1(gov_report_literal);

/* Bytes after which no more of a jsonb is told. */
#define WORDS_MAX	600

/* Appends what stands between two parts of a jsonb, unless one of them is not there. */
static void
gov_words_between(StringInfo out, const char *separator)
{
	if (out->len > 0 && out->data[out->len - 1] != '(' && out->data[out->len - 1] != ' ')
		appendStringInfoString(out, separator);
}

/* Appends a scalar of a jsonb. */
static void
gov_words_scalar(StringInfo out, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			appendBinaryStringInfo(out, value->val.string.val, value->val.string.len);
			break;
		case jbvNumeric:
			appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))));
			break;
		case jbvBool:
			appendStringInfoString(out, value->val.boolean ? "yes" : "no");
			break;
		default:
			appendStringInfoString(out, "none");
			break;
	}
}

/* gov_report_words(jsonb): its keys and values, without signs of JSON; NULL for nothing. */
Datum
gov_report_words(PG_FUNCTION_ARGS)
{
	JsonbIterator *position;
	JsonbIteratorToken token;
	JsonbValue	value;
	StringInfoData out;
	int			depth = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	position = JsonbIteratorInit(&PG_GETARG_JSONB_P(0)->root);
	initStringInfo(&out);
	while ((token = JsonbIteratorNext(&position, &value, false)) != WJB_DONE && out.len < WORDS_MAX)
	{
		if (token == WJB_KEY)
		{
			gov_words_between(&out, "; ");
			appendBinaryStringInfo(&out, value.val.string.val, value.val.string.len);
			appendStringInfoString(&out, ": ");
		}
		else if (token == WJB_VALUE)
			gov_words_scalar(&out, &value);
		else if (token == WJB_ELEM)
		{
			gov_words_between(&out, ", ");
			gov_words_scalar(&out, &value);
		}
		else if (token == WJB_BEGIN_OBJECT)
		{
			if (depth++ > 0)
			{
				gov_words_between(&out, ", ");
				appendStringInfoChar(&out, '(');
			}
		}
		else if (token == WJB_END_OBJECT && --depth > 0)
			appendStringInfoChar(&out, ')');
	}
	if (out.len == 0)
		PG_RETURN_NULL();
	if (out.len > WORDS_MAX)
	{
		out.len = pg_mbcliplen(out.data, out.len, WORDS_MAX);
		out.data[out.len] = '\0';
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* Appends a character of more than one byte to a literal; whether as an escape. */
static bool
gov_literal_wide(StringInfo out, const char *character, int width)
{
	int			length = width;
	const char *utf8 = gov_utf8(character, &length);
	pg_wchar	c;

	if ((unsigned char) *utf8 == GOV_UTF8_STRAY)
	{
		for (int i = 0; i < width; i++)
			appendStringInfo(out, "\\x%02X", (unsigned char) character[i]);
		return true;
	}
	c = utf8_to_unicode((const unsigned char *) utf8);
	if (!gov_html_hides(c))
	{
		appendBinaryStringInfo(out, character, width);
		return false;
	}
	appendStringInfo(out, c > 0xFFFF ? "\\U%08X" : "\\u%04X", (unsigned int) c);
	return true;
}

/* gov_report_literal(text): the text as a literal of SQL that can be copied from where it is shown. */
Datum
gov_report_literal(PG_FUNCTION_ARGS)
{
	char	   *value;
	bool		escaped = false;
	int			width;
	StringInfoData out;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = text_to_cstring(PG_GETARG_TEXT_PP(0));
	initStringInfo(&out);
	for (const char *p = value; *p != '\0'; p += width)
	{
		width = pg_mblen(p);
		if (width > 1 || IS_HIGHBIT_SET(*p))
			escaped |= gov_literal_wide(&out, p, width);
		else if (iscntrl((unsigned char) *p))
		{
			appendStringInfo(&out, "\\x%02X", (unsigned char) *p);
			escaped = true;
		}
		else
		{
			if (*p == '\'' || *p == '\\')
				appendStringInfoChar(&out, *p);
			escaped |= *p == '\\';
			appendStringInfoChar(&out, *p);
		}
	}
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s'%s'", escaped ? "E" : "", out.data)));
}
