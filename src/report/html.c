/*-------------------------------------------------------------------------
 *
 * report/html.c
 *	  The report as one page, for people: gov_report_html.
 *
 * The page stands alone: no script, nothing loaded, and a policy in its head
 * that forbids both.  It is well-formed XML, and ASCII.  Whatever somebody
 * may have written goes through gov_html_escape (escape.c); everything
 * else is a constant of these files.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "report/escape.h"
#include "report/lists.h"
#include "report/marks.h"
#include "report/parts.h"
#include "report/report.h"
#include "report/style.h"

PG_FUNCTION_INFO_V1(gov_report_html);

/* Rows of each table. */
#define PAGE_ROWS	50

/* A section of the page; tables belong to it by its key. */
typedef struct GovReportSection
{
	const char *key;
	const char *title;
	const char *words;			/* what is to be seen there */
	void		(*before) (StringInfo out, const GovReport *report);	/* its tables */
	void		(*after) (StringInfo out, const GovReport *report);
} GovReportSection;

static const GovReportSection sections[] = {
	{"trend", "How it stands",
		"Of each axis, the share of required cells that somebody answers for, is excused from, or that is left to the owner of last resort; "
		"now, and as scans counted it before.",
	NULL, NULL},
	{"coverage", "Coverage",
		"Every required cell needs somebody accountable. A cell is covered by an owner of its own, by an owner of what the object "
		"lives in, or by an owner of the value; it may be waived, or left to the axis&#39;s owner of last resort.",
	NULL, gov_html_heats},
	{"gaps", "Gaps and owners",
		"Where nobody is accountable, and whom to ask: the authority that answers for most other cells of the same schema.",
	gov_html_gaps, NULL},
	{"values", "Values",
		"What objects are classified by, as trees, with the state each value is in.",
	gov_html_trees, NULL},
	{"access", "Who can see it",
		"Who can read or write what bears a value, by the rights that the database has given, and may not, by what was said with gov_set_access. "
		"Views and functions that read for their owner count; superusers can do everything, and are not listed.",
	NULL, NULL},
	{"findings", "Findings",
		"What detectors found and scans stored, worst and oldest first.",
	NULL, NULL},
	{"lag", "Projection lag",
		"Read models that have not caught up with assignments.",
	NULL, NULL},
	{"labels", "Labels",
		"Where the application&#39;s own labels and the assignments say different things.",
	NULL, NULL},
	{"approvals", "Approvals",
		"Requests that wait for votes or to be used.",
	NULL, NULL},
	{"rollouts", "Rollouts",
		"Changes in tiers: what each was expected to do and did, and what stands in the way of those that are left.",
	NULL, NULL},
	{"audit", "For the auditor",
		"Who made this page and of what, how old each figure is, what is gated, waived, decided, and what was done past all functions.",
	gov_html_origin, NULL},
	{"ledger", "Ledger",
		"What was done, by whom. The head is the digest of all of it: kept elsewhere, it proves that nothing was changed since.",
	gov_html_ledger, NULL},
};

/* Appends the head of the page. */
static void
gov_html_head(StringInfo out, const GovReport *report, const char *title)
{
	appendStringInfoString(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
						   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;\" />\n"
						   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
						   "<meta name=\"referrer\" content=\"no-referrer\" />\n<title>");
	gov_html_escape(out, title);
	appendStringInfoString(out, "</title>\n<style>\n");
	appendStringInfoString(out, gov_report_style);
	appendStringInfoString(out, "\n</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n<header>\n<h1>");
	gov_html_name(out, title);
	appendStringInfoString(out, "</h1>\n<p class=\"soft\">Database ");
	gov_html_name(out, report->database);
	appendStringInfo(out, ", as of %s", report->generated_at);
	if (report->last_run_at != NULL)
		appendStringInfo(out, "; last run recorded %s", report->last_run_at);
	appendStringInfoString(out, report->gates_armed ? "; gates are armed.</p>\n" : "; gates are not armed.</p>\n");
}

/* Appends the links to the sections. */
static void
gov_html_nav(StringInfo out)
{
	appendStringInfoString(out, "<nav aria-label=\"Sections\"><ul>");
	for (int i = 0; i < (int) lengthof(sections); i++)
		appendStringInfo(out, "<li><a href=\"#%s\">%s</a></li>", sections[i].key, sections[i].title);
	appendStringInfoString(out, "</ul></nav>\n</header>\n<main id=\"main\">\n");
}

/* Appends one section with its tables. */
static void
gov_html_section(StringInfo out, const GovReport *report, const GovReportSection *section)
{
	appendStringInfo(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n<p class=\"soft\">%s</p>\n",
					 section->key, section->key, section->title, section->words);
	if (section->before != NULL)
		section->before(out, report);
	for (int i = 0; i < report->ntables; i++)
	{
		if (strcmp(report->tables[i].section, section->key) == 0)
			gov_html_table(out, report, &report->tables[i]);
	}
	if (section->after != NULL)
		section->after(out, report);
	appendStringInfoString(out, "</section>\n");
}

/* Appends the foot of the page. */
static void
gov_html_foot(StringInfo out, const GovReport *report)
{
	appendStringInfoString(out, "</main>\n<footer><p>Made by governance ");
	gov_html_escape(out, report->version);
	appendStringInfoString(out, " with <code>SELECT gov_report_html()</code>. All times are UTC. "
						   "Long lists are cut and say how much is left; the views named gov_... show everything.</p></footer>\n</body>\n</html>\n");
}

/* gov_report_html(title): the report as a page. */
Datum
gov_report_html(PG_FUNCTION_ARGS)
{
	const char *title = gov_arg_text(fcinfo, 0, "title");
	GovReport  *report = gov_report_read(PAGE_ROWS);
	StringInfoData out;

	initStringInfo(&out);
	gov_html_head(&out, report, title);
	gov_html_nav(&out);
	gov_html_tiles(&out, report);
	gov_html_todo(&out, report);
	for (int i = 0; i < (int) lengthof(sections); i++)
	{
		CHECK_FOR_INTERRUPTS();
		gov_html_section(&out, report, &sections[i]);
	}
	gov_html_foot(&out, report);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
