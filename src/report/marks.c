/*-------------------------------------------------------------------------
 *
 * report/marks.c
 *	  The small marks of the page of the report: names, numbers, states, statements.
 *
 * Colour repeats what stands beside it as a sign, a word or a number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "report/escape.h"
#include "report/marks.h"

#define SIGN_NOTE	"&#x25CB;"
#define SIGN_WARN	"&#x25B2;"
#define SIGN_BAD	"&#x2716;"

/* How states are coloured, and the sign that says the same; the others have neither. */
static const struct
{
	const char *state;
	const char *class;
	const char *sign;
}			states[] =
{
	{"active", "good", GOV_HTML_CHECK}, {"approved", "good", GOV_HTML_CHECK},
	{"candidate", "note", SIGN_NOTE}, {"pending", "note", SIGN_NOTE}, {"info", "note", SIGN_NOTE}, {"open", "note", SIGN_NOTE},
	{"warning", "warn", SIGN_WARN}, {"deprecated", "warn", SIGN_WARN}, {"lagging", "warn", SIGN_WARN},
	{"orthogonal_facet", "warn", SIGN_WARN}, {"no_label_rule", "warn", SIGN_WARN}, {"disabled", "warn", SIGN_WARN},
	{"critical", "bad", SIGN_BAD}, {"unknown", "bad", SIGN_BAD}, {"retired", "bad", SIGN_BAD}, {"never_projected", "bad", SIGN_BAD},
	{"divergent", "bad", SIGN_BAD}, {"blocked", "bad", SIGN_BAD},
	{"open to everybody", "bad", SIGN_BAD}, {"open to others", "warn", SIGN_WARN}, {"kept", "good", GOV_HTML_CHECK},
};

/* Appends a name that people gave, isolated from the direction of what stands around it. */
void
gov_html_name(StringInfo out, const char *name)
{
	appendStringInfoString(out, "<bdi>");
	gov_html_escape_jointed(out, name);
	appendStringInfoString(out, "</bdi>");
}

/* Appends a number with its thousands apart. */
void
gov_html_count(StringInfo out, int64 amount)
{
	char		digits[32];
	int			length = pg_lltoa(amount, digits);

	for (int i = 0; i < length; i++)
	{
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			appendStringInfoChar(out, ',');
		appendStringInfoChar(out, digits[i]);
	}
}

/* Appends a number and its noun. */
void
gov_html_counted(StringInfo out, int64 amount, const char *one, const char *many)
{
	gov_html_count(out, amount);
	appendStringInfo(out, " %s", amount == 1 ? one : many);
}

/* Appends a word of ours: underscores are for programs. */
void
gov_html_word(StringInfo out, const char *word)
{
	int			start = out->len;

	gov_html_escape(out, word);
	for (int i = start; i < out->len; i++)
	{
		if (out->data[i] == '_')
			out->data[i] = ' ';
	}
}

/* Appends a sign that says again what stands beside it. */
static void
gov_html_sign(StringInfo out, const char *sign)
{
	appendStringInfo(out, "<span aria-hidden=\"true\">%s&#xA0;</span>", sign);
}

/* Appends the sign of a class, as of tiles and of what needs attention: how bad something is, without colour. */
void
gov_html_class_sign(StringInfo out, const char *class)
{
	if (strcmp(class, "bad") == 0)
		gov_html_sign(out, SIGN_BAD);
	else if (strcmp(class, "warn") == 0)
		gov_html_sign(out, SIGN_WARN);
	else if (strcmp(class, "good") == 0)
		gov_html_sign(out, GOV_HTML_CHECK);
}

/* Appends a state with its colour and its sign. */
void
gov_html_state(StringInfo out, const char *state)
{
	const char *class = "";
	const char *sign = NULL;

	for (int i = 0; i < (int) lengthof(states); i++)
	{
		if (strcmp(states[i].state, state) == 0)
		{
			class = states[i].class;
			sign = states[i].sign;
		}
	}
	appendStringInfo(out, "<span class=\"b %s\">", class);
	if (sign != NULL)
		gov_html_sign(out, sign);
	gov_html_word(out, state);
	appendStringInfoString(out, "</span>");
}

/* Appends a share of 1000, cut and not rounded: 100 % means all. */
void
gov_html_permille(StringInfo out, int permille)
{
	appendStringInfo(out, "%d.%d&#xA0;%%", permille / 10, permille % 10);
}

/* The share of what is not open, in thousandths, cut; all of nothing. */
int
gov_html_share(int64 required, int64 gap)
{
	return required == 0 ? 1000 : (int) ((double) (required - gap) * 1000 / required);
}

/* Appends a statement, to be copied as it is. */
void
gov_html_sql(StringInfo out, const char *statement)
{
	appendStringInfoString(out, "<code class=\"sql\">");
	gov_html_escape_long(out, statement);
	appendStringInfoString(out, "</code>");
}

/* Appends what is left of a list that was cut. */
void
gov_html_more(StringInfo out, int64 left, const char *one, const char *many)
{
	if (left <= 0)
		return;
	appendStringInfoString(out, "<p class=\"more\">and ");
	gov_html_counted(out, left, one, many);
	appendStringInfoString(out, "</p>\n");
}
