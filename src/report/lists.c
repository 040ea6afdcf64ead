/*-------------------------------------------------------------------------
 *
 * report/lists.c
 *	  The tables of rows on the page of the report, gaps folded by schema, and where it comes from.
 *
 * A list that is cut says how much is left, and the query that gives all.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "server/spi.h"
#include "report/escape.h"
#include "report/lists.h"
#include "report/marks.h"
#include "report/report.h"

/* Size of the picture of a trend. */
#define TREND_WIDTH		120
#define TREND_HEIGHT	28
#define TREND_POINTS	64

/* A share as thousandths. */
static int
gov_html_thousandths(const char *share)
{
	return (int) lround(strtod(share, NULL) * 1000);
}

/* Appends a share, and a bar of its length. */
static void
gov_html_bar(StringInfo out, const char *share)
{
	int			permille = gov_html_thousandths(share);

	gov_html_permille(out, permille);
	appendStringInfo(out, "<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:%d%%\"></i></span>", permille / 10);
}

/* Appends how much a share changed: the sign and the word say which way. */
static void
gov_html_points(StringInfo out, const char *change)
{
	int			permille = gov_html_thousandths(change);

	if (permille == 0)
		appendStringInfoString(out, "<span aria-hidden=\"true\">=&#xA0;</span>unchanged");
	else
		appendStringInfo(out, "<span aria-hidden=\"true\">%s&#xA0;</span>%d.%d&#xA0;points %s", permille > 0 ? "&#x25B2;" : "&#x25BC;",
						 abs(permille) / 10, abs(permille) % 10, permille > 0 ? "better" : "worse");
}

/* Reads the shares of a trend, as thousandths, -1 for one that is not known; how many. */
static int
gov_html_trend_read(const char *shares, int *points)
{
	int			count = 0;

	for (const char *p = shares; *p != '\0' && count < TREND_POINTS;)
	{
		points[count++] = *p == '-' ? -1 : gov_html_thousandths(p);
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return count;
}

/*
 * Appends a trend as a picture: from the least of the shares, or ten points
 * below the greatest, up to the greatest.  The numbers stand beside it.
 */
static void
gov_html_trend(StringInfo out, const char *shares)
{
	int			points[TREND_POINTS];
	int			count = gov_html_trend_read(shares, points);
	int			least = 1000;
	int			most = 0;
	bool		drawing = false;

	for (int i = 0; i < count; i++)
	{
		if (points[i] < 0)
			continue;
		least = Min(least, points[i]);
		most = Max(most, points[i]);
	}
	appendStringInfoString(out, "<svg class=\"trend\" viewBox=\"0 0 120 28\" role=\"img\" aria-label=\"between ");
	gov_html_permille(out, least);
	appendStringInfoString(out, " and ");
	gov_html_permille(out, most);
	appendStringInfoString(out, "\">");
	least = Max(Min(least, most - 100), 0);
	most = Max(most, least + 100);
	for (int i = 0; i < count; i++)
	{
		if (points[i] >= 0)
			appendStringInfo(out, "%s%d,%d", drawing ? " " : "<polyline points=\"",
							 2 + i * (TREND_WIDTH - 4) / Max(count - 1, 1),
							 TREND_HEIGHT - 3 - (points[i] - least) * (TREND_HEIGHT - 6) / (most - least));
		else if (drawing)
			appendStringInfoString(out, "\" />");
		drawing = points[i] >= 0;
	}
	appendStringInfoString(out, drawing ? "\" /></svg>" : "</svg>");
}

/* Appends what a field of a table holds. */
static void
gov_html_value(StringInfo out, const GovReportColumn *column, const char *text)
{
	if (text == NULL)
	{
		appendStringInfo(out, column->none != NULL ? "<span class=\"soft\">%s</span>" : "%s", column->none != NULL ? column->none : "&#x2013;");
		return;
	}
	switch (column->form)
	{
		case GOV_FORM_TEXT:
			gov_html_word(out, text);
			break;
		case GOV_FORM_TIME:
			gov_html_escape(out, pnstrdup(text, strlen("YYYY-MM-DD HH:MM")));
			break;
		case GOV_FORM_NAME:
			gov_html_name(out, text);
			break;
		case GOV_FORM_STATE:
			gov_html_state(out, text);
			break;
		case GOV_FORM_COUNT:
			gov_html_count(out, strtoll(text, NULL, 10));
			break;
		case GOV_FORM_PERCENT:
			gov_html_bar(out, text);
			break;
		case GOV_FORM_SHARE:
			gov_html_permille(out, gov_html_thousandths(text));
			break;
		case GOV_FORM_POINTS:
			gov_html_points(out, text);
			break;
		case GOV_FORM_TREND:
			gov_html_trend(out, text);
			break;
		case GOV_FORM_SQL:
			gov_html_sql(out, text);
			break;
		case GOV_FORM_MORE:
			gov_html_escape_long(out, text);
			break;
		case GOV_FORM_HASH:
			appendStringInfo(out, "<code>%.12s</code>&#x2026;", text);
			break;
	}
}

/* Is a column one of these?  The list ends with NULL. */
static bool
gov_html_column_in(const GovReportColumn *column, const char *const *keys)
{
	while (*keys != NULL && strcmp(column->key, *keys) != 0)
		keys++;
	return *keys != NULL;
}

/* Is a column shown as a number? */
static bool
gov_html_is_number(const GovReportColumn *column)
{
	return column->form == GOV_FORM_COUNT || column->form == GOV_FORM_PERCENT || column->form == GOV_FORM_SHARE;
}

/* The column that says what a row is about: its header. */
static int
gov_html_header_column(const GovReportTable *table, char **row)
{
	static const char *const subjects[] = {"object_ref", "role", "approval", "at", "what", "action", NULL};
	static const char *const substitutes[] = {"value", "axis", NULL};
	int			substitute = 0;

	for (int column = 0; column < table->ncolumns; column++)
	{
		if (row[column] == NULL && table->columns[column].none == NULL)
			continue;
		if (gov_html_column_in(&table->columns[column], subjects))
			return column;
		if (gov_html_column_in(&table->columns[column], substitutes))
			substitute = column;
	}
	return substitute;
}

/* Is a column shown with the one after it? */
static bool
gov_html_is_prefix(const GovReportColumn *column)
{
	return strcmp(column->key, "object_type") == 0;
}

/* Is a column shown with the one before it? */
static bool
gov_html_is_suffix(const GovReportColumn *column)
{
	return column->title[0] == '+';
}

/* How a field is set: number, time, long text or text; empty ones apart. */
static const char *
gov_html_class(const GovReportColumn *column, const char *text)
{
	static const char *const longish[] = {"detail", "target", "justification", "reason", "rationale", "note", "change", NULL};
	const char *class = "t";

	if (gov_html_is_number(column))
		class = "c";
	else if (column->form == GOV_FORM_TIME)
		class = "u";
	else if (column->form == GOV_FORM_SQL)
		class = "s";
	else if (gov_html_column_in(column, longish))
		class = "l";
	else if (column->form == GOV_FORM_TEXT)
		class = "w";
	return text == NULL && column->none == NULL ? psprintf("%s x", class) : class;
}

/* Appends what is shown with a field: the type of an object, the name of an authority, more of the same. */
static void
gov_html_beside(StringInfo out, const GovReportTable *table, char **row, int column)
{
	const GovReportColumn *columns = table->columns;

	if (row[column] == NULL)
		return;
	if (column > 0 && gov_html_is_prefix(&columns[column - 1]) && row[column - 1] != NULL)
	{
		appendStringInfoString(out, " <span class=\"soft\">");
		gov_html_name(out, row[column - 1]);
		appendStringInfoString(out, "</span>");
	}
	column++;
	if (column >= table->ncolumns || !gov_html_is_suffix(&columns[column]) || row[column] == NULL)
		return;
	if (columns[column].form == GOV_FORM_MORE)
	{
		/* how many are alike stands after their names */
		int64		others = strtoll(row[column + 1], NULL, 10) - 1;

		appendStringInfoString(out, "<details><summary>and ");
		gov_html_counted(out, others, "other alike", "others alike");
		appendStringInfoString(out, "</summary>");
		gov_html_escape_long(out, row[column]);
		appendStringInfoString(out, others > 10 ? ", &#x2026;</details>" : "</details>");
		return;
	}
	if (columns[column].form == GOV_FORM_TIME)
		appendStringInfo(out, " <span class=\"soft day\">since %.10s</span>", row[column]);
	else
	{
		appendStringInfoString(out, " <span class=\"soft\">");
		gov_html_name(out, row[column]);
		appendStringInfoString(out, "</span>");
	}
}

/* Appends one row of a table. */
static void
gov_html_row(StringInfo out, const GovReportTable *table, char **row)
{
	int			header = gov_html_header_column(table, row);

	appendStringInfoString(out, "<tr>");
	for (int column = 0; column < table->ncolumns; column++)
	{
		const GovReportColumn *col = &table->columns[column];
		const char *tag = column == header ? "th" : "td";

		if (gov_html_is_prefix(col) || gov_html_is_suffix(col))
			continue;
		appendStringInfo(out, "<%s%s data-label=\"%s\" class=\"%s\"><span>", tag,
						 column == header ? " scope=\"row\"" : "", col->title, gov_html_class(col, row[column]));
		gov_html_value(out, col, row[column]);
		gov_html_beside(out, table, row, column);
		appendStringInfo(out, "</span></%s>", tag);
	}
	appendStringInfoString(out, "</tr>\n");
}

/* Appends the titles of the columns, but for the first so many. */
static void
gov_html_titles(StringInfo out, const GovReportTable *table, int first)
{
	appendStringInfoString(out, "\n<thead><tr>");
	for (int column = first; column < table->ncolumns; column++)
	{
		const GovReportColumn *col = &table->columns[column];

		if (!gov_html_is_prefix(col) && !gov_html_is_suffix(col))
			appendStringInfo(out, "<th scope=\"col\"%s>%s%s</th>", gov_html_is_number(col) ? " class=\"c\"" : "",
							 col->title, col->form == GOV_FORM_TIME ? " (UTC)" : "");
	}
	appendStringInfoString(out, "</tr></thead>\n<tbody>\n");
}

/* Appends what is left of a list that was cut, and the query that gives all of it. */
static void
gov_html_left(StringInfo out, const GovReport *report, int64 left, const char *noun, const char *all)
{
	if (left <= 0)
		return;
	appendStringInfoString(out, "<p class=\"more\">and ");
	gov_html_count(out, left);
	appendStringInfo(out, " %s", noun);
	if (all != NULL)
	{
		appendStringInfoString(out, ": ");
		gov_html_sql(out, psprintf("SELECT * FROM %s.%s;", report->schema, all));
	}
	appendStringInfoString(out, "</p>\n");
}

/* How many things a row stands for: those alike are folded into one. */
static int64
gov_html_weight(const GovReportTable *table, char **row)
{
	for (int column = 0; column < table->ncolumns; column++)
	{
		if (strcmp(table->columns[column].key, "alike") == 0)
			return strtoll(row[column], NULL, 10);
	}
	return 1;
}

/* Appends what there is to say of a table without rows; whether there is. */
static bool
gov_html_nothing(StringInfo out, const GovReportTable *table)
{
	if (table->unavailable != NULL)
	{
		appendStringInfoString(out, "<p><span class=\"b bad\">could not be read</span>: ");
		gov_html_escape(out, table->unavailable);
		appendStringInfoString(out, "</p>\n");
	}
	else if (table->nrows == 0)
		appendStringInfo(out, "<p class=\"none\">%s%s</p>\n", table->unmeasured ? "Not measured. " : "", table->empty);
	return table->unavailable != NULL || table->nrows == 0;
}

/* How many things the rows of a table stand for. */
static int64
gov_html_shown(const GovReportTable *table)
{
	int64		shown = 0;

	for (int row = 0; row < table->nrows; row++)
		shown += gov_html_weight(table, table->rows[row]);
	return shown;
}

/* Begins one table, folded or not: its title, how much there is, its columns. */
static void
gov_html_table_begin(StringInfo out, const GovReportTable *table)
{
	bool		cut = table->total > gov_html_shown(table);

	if (table->folded)
	{
		appendStringInfoString(out, "<details class=\"fold\"><summary>");
		if (cut)
		{
			appendStringInfoString(out, "The first ");
			gov_html_count(out, table->nrows);
			appendStringInfoString(out, " of ");
		}
		gov_html_count(out, table->total);
		appendStringInfoString(out, cut ? "</summary>\n" : " in all</summary>\n");
	}
	appendStringInfo(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n<table class=\"list\"><caption><span class=\"v\">%s: </span>",
					 table->title, table->title);
	if (cut)
		appendStringInfoString(out, "The first of ");
	gov_html_count(out, table->total);
	appendStringInfoString(out, cut ? "</caption>" : " in all</caption>");
	gov_html_titles(out, table, 0);
}

/* Appends one table of rows. */
void
gov_html_table(StringInfo out, const GovReport *report, const GovReportTable *table)
{
	int64		shown = 0;

	appendStringInfo(out, "<h3>%s</h3>\n", table->title);
	if (gov_html_nothing(out, table))
		return;
	gov_html_table_begin(out, table);
	for (int row = 0; row < table->nrows && out->len < GOV_HTML_BUDGET; row++)
	{
		gov_html_row(out, table, table->rows[row]);
		shown += gov_html_weight(table, table->rows[row]);
	}
	appendStringInfoString(out, "</tbody></table></div>\n");
	gov_html_left(out, report, table->total - shown, "more", table->all);
	if (table->folded)
		appendStringInfoString(out, "</details>\n");
}

/* ---- gaps by schema ---- */

/* Columns of table "containers", and of "mends", which begins with the same two. */
enum {OPEN_TYPE, OPEN_REF, OPEN_GAP, OPEN_HELD, OPEN_REQUIRED, OPEN_SHARE, OPEN_OWNER, OPEN_NAME, OPEN_CONTACT, OPEN_MENDS};
enum {MEND_TYPE, MEND_REF, MEND_AXIS, MEND_VALUE, MEND_GAP, MEND_WHO, MEND_NAME, MEND_STATEMENT};

/* Are two texts the same, or both NULL? */
static bool
gov_html_same(const char *one, const char *other)
{
	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* Appends what is seen of a schema while it is folded. */
static void
gov_html_fold(StringInfo out, const GovReportTable *table, char **row)
{
	appendStringInfoString(out, "<summary><span class=\"what\">");
	gov_html_value(out, &table->columns[OPEN_REF], row[OPEN_REF]);
	gov_html_beside(out, table, row, OPEN_REF);
	appendStringInfoString(out, "</span> <span class=\"n\"><b>");
	gov_html_count(out, strtoll(row[OPEN_GAP], NULL, 10));
	appendStringInfoString(out, "</b> of ");
	gov_html_count(out, strtoll(row[OPEN_REQUIRED], NULL, 10));
	appendStringInfoString(out, " open</span> <span class=\"n\">");
	gov_html_bar(out, row[OPEN_SHARE]);
	appendStringInfoString(out, row[OPEN_OWNER] == NULL ? "</span> <span class=\"who\">nobody answers for anything here" :
						   "</span> <span class=\"who\">ask ");
	if (row[OPEN_OWNER] != NULL)
		gov_html_name(out, row[OPEN_OWNER]);
	gov_html_beside(out, table, row, OPEN_OWNER);
	if (row[OPEN_CONTACT] != NULL)
	{
		appendStringInfoString(out, ", ");
		gov_html_name(out, row[OPEN_CONTACT]);
	}
	appendStringInfoString(out, "</span></summary>\n");
}

/* Appends the statements that mend the gaps of a schema, those of most gaps first; how many. */
static int
gov_html_mends(StringInfo out, const GovReportTable *mends, char **schema)
{
	int			shown = 0;

	for (int i = 0; i < mends->nrows && out->len < GOV_HTML_BUDGET; i++)
	{
		char	  **row = mends->rows[i];

		if (!gov_html_same(row[MEND_TYPE], schema[OPEN_TYPE]) || !gov_html_same(row[MEND_REF], schema[OPEN_REF]))
			continue;
		if (shown++ == 0)
		{
			appendStringInfoString(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Statements that mend gaps\">\n"
								   "<table class=\"list\"><caption class=\"v\">Statements that mend gaps</caption>");
			gov_html_titles(out, mends, MEND_AXIS);
		}
		appendStringInfoString(out, "<tr>");
		for (int column = MEND_AXIS; column <= MEND_STATEMENT; column++)
		{
			const GovReportColumn *col = &mends->columns[column];
			const char *tag = column == MEND_AXIS ? "th" : "td";

			if (gov_html_is_suffix(col))
				continue;
			appendStringInfo(out, "<%s%s data-label=\"%s\" class=\"%s\"><span>", tag,
							 column == MEND_AXIS ? " scope=\"row\"" : "", col->title, gov_html_class(col, row[column]));
			if (column == MEND_STATEMENT && row[column] == NULL)
				appendStringInfoString(out, row[MEND_WHO] == NULL ? "<span class=\"soft\">none: there is nobody to name</span>" :
									   "<span class=\"soft\">none: another owner is in the way, see the gaps one by one</span>");
			else
				gov_html_value(out, col, row[column]);
			gov_html_beside(out, mends, row, column);
			appendStringInfo(out, "</span></%s>", tag);
		}
		appendStringInfoString(out, "</tr>\n");
	}
	if (shown > 0)
		appendStringInfoString(out, "</tbody></table></div>\n");
	return shown;
}

/* Gaps by schema, each folded, with the statements that mend them. */
void
gov_html_gaps(StringInfo out, const GovReport *report)
{
	const GovReportTable *table = gov_report_table(report, "containers");
	const GovReportTable *mends = gov_report_table(report, "mends");
	int			schema;

	appendStringInfoString(out, "<h3>Gaps by schema, worst first</h3>\n");
	if (gov_html_nothing(out, table))
		return;
	appendStringInfoString(out, "<p class=\"soft\">Each statement can be pasted as it is: it makes whoever is named answer for the value in the whole schema, "
						   "and in what will be in it. Look first whether that is whom you want.");
	if (report->own_is_gated)
		appendStringInfoString(out, " Ownership needs an approval here: gov_request_approval asks for one, and its name goes into the statement as "
							   "<code>approval =&gt;</code>.");
	appendStringInfoString(out, "</p>\n");
	for (schema = 0; schema < table->nrows && out->len < GOV_HTML_BUDGET; schema++)
	{
		char	  **row = table->rows[schema];
		int64		held = strtoll(row[OPEN_HELD], NULL, 10);

		appendStringInfo(out, "<details class=\"fold\"%s>", schema == 0 ? " open=\"open\"" : "");
		gov_html_fold(out, table, row);
		gov_html_left(out, report, strtoll(row[OPEN_MENDS], NULL, 10) - gov_html_mends(out, mends, row), "more values with gaps", "gov_coverage_gap");
		if (held > 0)
		{
			appendStringInfoString(out, "<p>");
			gov_html_counted(out, held, "gap is held in quarantine on purpose: gov_set_zone lets its assignment out.",
							 "gaps are held in quarantine on purpose: gov_set_zone lets their assignments out.");
			appendStringInfoString(out, "</p>\n");
		}
		appendStringInfoString(out, "</details>\n");
	}
	gov_html_left(out, report, table->total - schema, "more with gaps", "gov_coverage_gap");
}

/* ---- where the page comes from ---- */

/* Appends one fact, its value escaped. */
static void
gov_html_fact(StringInfo out, const char *title, const char *value)
{
	appendStringInfo(out, "<div><dt>%s</dt><dd>", title);
	gov_html_name(out, value);
	appendStringInfoString(out, "</dd></div>\n");
}

/* Who made the page, of what, and whether gates are armed. */
void
gov_html_origin(StringInfo out, const GovReport *report)
{
	appendStringInfoString(out, "<dl class=\"facts\">\n");
	gov_html_fact(out, "Made by", report->produced_by);
	gov_html_fact(out, "Made at", report->generated_at);
	gov_html_fact(out, "Database", report->database);
	gov_html_fact(out, "System identifier", report->system);
	gov_html_fact(out, "Server", psprintf("PostgreSQL %s, %s", report->server_version, report->is_standby ? "standby" : "primary"));
	gov_html_fact(out, "Extension", psprintf("governance %s, schema %s", report->version, report->schema));
	gov_html_fact(out, "Gates", report->gates_armed ? "armed: what needs an approval is refused without one" :
				  "not armed: no act needs an approval, whatever the list says");
	gov_html_fact(out, "Quorum to change trust", report->quorum_lacking == NULL ? "can be reached" :
				  psprintf("cannot be reached, it lacks %s", report->quorum_lacking));
	appendStringInfoString(out, "</dl>\n");
}
