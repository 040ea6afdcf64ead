/*-------------------------------------------------------------------------
 *
 * report/parts.c
 *	  The parts of the page of the report: figures, what needs attention, heat tables, trees.
 *
 * Colour repeats what stands beside it as a sign, a word or a number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "report/escape.h"
#include "report/marks.h"
#include "report/parts.h"
#include "report/report.h"

/* Appends one figure; "many" is said after it. */
static void
gov_html_tile(StringInfo out, const char *class, const char *title, const char *figure, const char *words)
{
	appendStringInfo(out, "<div class=\"%s\"><dt>%s</dt><dd><span class=\"n\">%s</span> <span class=\"g\">", class, title, figure);
	gov_html_class_sign(out, class);
	appendStringInfo(out, "</span><br /><span class=\"s\">%s</span></dd></div>\n", words);
}

/* A number as text of its own. */
static char *
gov_html_figure(int64 amount)
{
	StringInfoData out;

	initStringInfo(&out);
	gov_html_count(&out, amount);
	return out.data;
}

/* Appends a figure that ought to be 0, of the given class when it is not; bad when it could not be read. */
static void
gov_html_tile_count(StringInfo out, const char *class, const char *title, int64 amount, const char *words)
{
	if (amount == GOV_METRIC_UNKNOWN)
		gov_html_tile(out, "bad", title, "?", "could not be read");
	else
		gov_html_tile(out, amount > 0 ? class : "good", title, gov_html_figure(amount), words);
}

/* Appends a figure of what was not looked at: a dash, and why. */
static void
gov_html_tile_unmeasured(StringInfo out, const char *title, const char *why)
{
	gov_html_tile(out, "", title, "&#x2013;", psprintf("not measured: %s", why));
}

/* How long ago the last scan looked, in words. */
static char *
gov_html_scanned(const GovReport *report)
{
	if (report->last_scan_days == 0)
		return pstrdup("scanned within a day");
	return psprintf("scanned %s %s ago", gov_html_figure(report->last_scan_days), report->last_scan_days == 1 ? "day" : "days");
}

/* The figures of what is watched.  Nothing is good that was looked at more than a day ago. */
static void
gov_html_tiles_observed(StringInfo out, const GovReport *report)
{
	const GovMetrics *m = report->metrics;
	int64		open = gov_metric_total(m, "open_findings");
	int64		critical = gov_metric_total(m, "critical_findings");
	int64		behind = gov_metric_sum(gov_metric_total(m, "lagging"), gov_metric_total(m, "never_projected"));

	if (report->last_scan_at == NULL)
		gov_html_tile_unmeasured(out, "Open findings", "no scan has looked yet");
	else
		gov_html_tile(out, critical > 0 ? "bad" : open > 0 ? "warn" : report->last_scan_days > 0 ? "" : "good",
					  "Open findings", gov_html_figure(open),
					  psprintf("%s critical; %s", gov_html_figure(critical), gov_html_scanned(report)));
	if (gov_metric_total(m, "projections_watched") == 0)
		gov_html_tile_unmeasured(out, "Projections behind", "no projection is watched");
	else
		gov_html_tile_count(out, "warn", "Projections behind", behind,
							psprintf("%s fresh", gov_html_figure(gov_metric_total(m, "fresh"))));
	if (gov_metric_total(m, "mappings") == 0)
		gov_html_tile_unmeasured(out, "Divergent labels", "no label is mapped to a value");
	else
		gov_html_tile_count(out, "warn", "Divergent labels", gov_metric_total(m, "divergent"), "not judged yet");
}

/*
 * The figure of coverage: how many axes have no gap, and the one that is
 * covered least.  Cells of several axes are never put into one share: an axis
 * that is covered by construction would hide one that is not.
 */
static void
gov_html_tile_coverage(StringInfo out, const GovMetrics *m)
{
	int			required = gov_metric_find("required");
	int			gap = gov_metric_find("gap");
	int			asked = 0;
	int			whole = 0;
	int			least = -1;
	int			least_share = 0;
	StringInfoData words;

	for (int axis = 0; axis < m->naxes; axis++)
	{
		int64		of = gov_metric_amount(m, required, axis);
		int			share = gov_html_share(of, gov_metric_amount(m, gap, axis));

		if (of == 0)
			continue;
		asked++;
		whole += gov_metric_amount(m, gap, axis) == 0;
		if (least < 0 || share < least_share)
		{
			least = axis;
			least_share = share;
		}
	}
	if (asked == 0)
	{
		gov_html_tile_unmeasured(out, "Axes without a gap", "nothing is required");
		return;
	}
	initStringInfo(&words);
	if (whole < asked)
	{
		appendStringInfoString(&words, "least: ");
		gov_html_permille(&words, least_share);
		appendStringInfoString(&words, " of ");
		gov_html_name(&words, m->axes[least]);
	}
	else
		appendStringInfoString(&words, "axes that ask for owners");
	gov_html_tile(out, whole < asked ? "warn" : "good", "Axes without a gap", psprintf("%d of %d", whole, asked), words.data);
}

/* Appends the figures at the top. */
void
gov_html_tiles(StringInfo out, const GovReport *report)
{
	const GovMetrics *m = report->metrics;
	int64		unenrolled = gov_metric_total(m, "unenrolled_schemas");

	appendStringInfoString(out, "<dl class=\"tiles\">\n");
	gov_html_tile_coverage(out, m);
	if (gov_metric_total(m, "required") == 0)
		gov_html_tile_unmeasured(out, "Gaps", "nothing is required");
	else
	{
		gov_html_tile_count(out, "bad", "Gaps", gov_metric_total(m, "gap"),
							psprintf("cells of %s with nobody accountable", gov_html_figure(gov_metric_total(m, "required"))));
		gov_html_tile_count(out, "warn", "Owner conflicts", gov_metric_total(m, "owner_conflicts"), "container and value disagree");
	}
	if (gov_metric_total(m, "rules_active") == 0)
		gov_html_tile_unmeasured(out, "Missing values", "no active rule");
	else
		gov_html_tile_count(out, "warn", "Missing values", gov_metric_total(m, "missing_assignments"), "objects a rule asks about");
	gov_html_tiles_observed(out, report);
	gov_html_tile(out, "", "Open requests",
				  gov_html_figure(gov_metric_total(m, "approvals_pending") + gov_metric_total(m, "approvals_approved")),
				  psprintf("%s wait for votes", gov_html_figure(gov_metric_total(m, "approvals_pending"))));
	gov_html_tile(out, "", "Objects", gov_html_figure(gov_metric_total(m, "objects")),
				  psprintf("in %s containers", gov_html_figure(gov_metric_total(m, "containers"))));
	gov_html_tile_count(out, "warn", "Not enrolled", gov_metric_total(m, "unenrolled_objects"),
						psprintf("objects in %s %s", gov_html_figure(unenrolled), unenrolled == 1 ? "schema" : "schemas"));
	appendStringInfoString(out, "</dl>\n");
}

/* Things to be done: a count above 0, how bad, where it is shown, how it is said. */
static const struct
{
	const char *metric;
	const char *class;
	const char *section;
	const char *one;
	const char *many;
}			todo[] =
{
	{"critical_findings", "bad", "findings", "critical finding is open", "critical findings are open"},
	{"hidden_islands", "bad", "gaps", "object or container is not classified, or by a value out of use", "objects or containers are not classified, or by values out of use"},
	{"gap", "bad", "gaps", "required cell has nobody accountable", "required cells have nobody accountable"},
	{"unenrolled_schemas", "warn", "coverage", "schema with objects is not enrolled", "schemas with objects are not enrolled"},
	{"rules_idle", "warn", "findings", "active rule matches no object", "active rules match no object"},
	{"owner_conflicts", "warn", "gaps", "owner conflict: container and value disagree", "owner conflicts: container and value disagree"},
	{"missing_assignments", "warn", "coverage", "value that a rule asks for is missing", "values that rules ask for are missing"},
	{"divergent", "warn", "labels", "assignment disagrees with its labels", "assignments disagree with their labels"},
	{"lag_unknown", "bad", "lag", "assignment has a projection that cannot be read", "assignments have a projection that cannot be read"},
	{"never_projected", "warn", "lag", "assignment was never projected", "assignments were never projected"},
	{"lagging", "warn", "lag", "projection is behind its assignment", "projections are behind their assignments"},
	{"values_candidate", "warn", "findings", "candidate value waits to be ratified or refused", "candidate values wait to be ratified or refused"},
	{"approvals_pending", "warn", "approvals", "request waits for votes", "requests wait for votes"},
};

/* Begins a thing to be done: how bad, and where it is shown. */
static void
gov_html_todo_begin(StringInfo out, const char *class, const char *section)
{
	appendStringInfo(out, "<li class=\"%s\">", class);
	gov_html_class_sign(out, class);
	appendStringInfo(out, "<a href=\"#%s\">", section);
}

/* Appends why some of it could not be read; whether there is such a thing. */
static bool
gov_html_failures(StringInfo out, const List *messages)
{
	ListCell   *cell;

	foreach(cell, messages)
	{
		gov_html_todo_begin(out, "bad", "labels");
		appendStringInfoString(out, "could not be read: ");
		gov_html_escape(out, (char *) lfirst(cell));
		appendStringInfoString(out, "</a></li>\n");
	}
	return messages != NIL;
}

/* What was not looked at when a count is 0, and how that is said. */
static const struct
{
	const char *metric;
	const char *section;
	const char *words;
}			unmeasured[] =
{
	{"objects", "coverage", "no object is governed: gov_enroll_schema enrols a schema"},
	{"required", "coverage", "nothing is required: no active rule of an active axis matches an object"},
	{"scans", "findings", "no scan has looked for findings: gov_reconcile does"},
};

/* Appends what was not looked at, or long ago; whether there is such a thing. */
static bool
gov_html_unmeasured(StringInfo out, const GovReport *report)
{
	bool		any = report->last_scan_days > 0;

	for (int i = 0; i < (int) lengthof(unmeasured); i++)
	{
		if (gov_metric_total(report->metrics, unmeasured[i].metric) != 0)
			continue;
		gov_html_todo_begin(out, "warn", unmeasured[i].section);
		appendStringInfo(out, "not measured: %s</a></li>\n", unmeasured[i].words);
		any = true;
	}
	if (report->last_scan_days > 0)
	{
		gov_html_todo_begin(out, "warn", "findings");
		appendStringInfo(out, "findings are old: %s</a></li>\n", gov_html_scanned(report));
	}
	return any;
}

/* Appends how many values everybody can see; whether there is one.  They stand first in their table. */
static bool
gov_html_open_to_all(StringInfo out, const GovReport *report)
{
	const GovReportTable *table = gov_report_table(report, "guarded");
	int			open = 0;

	while (open < table->nrows && strcmp(table->rows[open][0], "open to everybody") == 0)
		open++;
	if (open == 0)
		return false;
	gov_html_todo_begin(out, "bad", "access");
	gov_html_counted(out, open, "guarded value is open to everybody", "guarded values are open to everybody");
	appendStringInfoString(out, "</a></li>\n");
	return true;
}

/* Appends what needs attention: what was not looked at, then worst first. */
void
gov_html_todo(StringInfo out, const GovReport *report)
{
	bool		any;

	appendStringInfoString(out, "<h2 id=\"todo\">What needs attention</h2>\n<ul class=\"todo\">\n");
	any = gov_html_failures(out, report->metrics->unavailable);
	any = gov_html_unmeasured(out, report) || any;
	any = gov_html_open_to_all(out, report) || any;
	for (int i = 0; i < (int) lengthof(todo); i++)
	{
		int64		amount = gov_metric_total(report->metrics, todo[i].metric);

		if (amount == 0 || amount == GOV_METRIC_UNKNOWN)
			continue;
		gov_html_todo_begin(out, todo[i].class, todo[i].section);
		gov_html_counted(out, amount, todo[i].one, todo[i].many);
		appendStringInfoString(out, "</a></li>\n");
		any = true;
	}
	if (!any)
		appendStringInfoString(out, "<li class=\"good\">" GOV_HTML_CHECK " Nothing.</li>\n");
	appendStringInfoString(out, "</ul>\n");
}

/* Appends a cell of a heat table: how many are open of how many. */
static void
gov_html_heat_cell(StringInfo out, const GovReportHeatCell *cell)
{
	int			open = 1000 - gov_html_share(cell->required, cell->gap);

	if (cell->required == 0)
	{
		appendStringInfoString(out, "<td class=\"hn\">&#x2013;</td>");
		return;
	}
	appendStringInfo(out, "<td class=\"h%d\">", cell->gap == 0 ? 0 : open <= 100 ? 1 : open <= 330 ? 2 : open <= 660 ? 3 : 4);
	if (cell->gap == 0)
		appendStringInfoString(out, GOV_HTML_CHECK "&#xA0;");
	else
	{
		gov_html_count(out, cell->gap);
		appendStringInfoString(out, "&#xA0;/&#xA0;");
	}
	gov_html_count(out, cell->required);
	if (cell->waived > 0)
	{
		appendStringInfoString(out, " (w&#xA0;");
		gov_html_count(out, cell->waived);
		appendStringInfoChar(out, ')');
	}
	appendStringInfoString(out, "</td>");
}

/* Appends a row of a heat table, from its header on. */
static void
gov_html_heat_row(StringInfo out, const GovReportHeat *heat, int row)
{
	const GovReportHeatRow *line = &heat->rows[row];

	appendStringInfoString(out, "<tr><th scope=\"row\">");
	if (row == heat->nrows)
		gov_html_counted(out, heat->rows_left, "more container", "more containers");
	else if (line->object_ref == NULL)
		appendStringInfoString(out, "in no container");
	else
	{
		gov_html_name(out, line->object_ref);
		appendStringInfoString(out, " <span class=\"soft\">");
		gov_html_name(out, line->object_type);
		appendStringInfoString(out, "</span>");
	}
	appendStringInfoString(out, "</th>");
	for (int value = 0; value < heat->nvalues; value++)
		gov_html_heat_cell(out, &line->cells[value]);
	if (heat->values_left > 0 && !heat->is_containment)
		gov_html_heat_cell(out, &line->cells[heat->nvalues]);
	gov_html_heat_cell(out, &line->cells[heat->nvalues + 1]);
	appendStringInfoString(out, "</tr>\n");
}

/* Appends one axis as a heat table. */
static void
gov_html_heat(StringInfo out, const GovReportHeat *heat)
{
	appendStringInfoString(out, "<h3>Axis ");
	gov_html_name(out, heat->axis);
	appendStringInfoString(out, "</h3>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Coverage by container: ");
	gov_html_escape(out, heat->axis);
	appendStringInfoString(out, "\">\n<table class=\"heat\"><caption>Gaps among required cells, by container");
	appendStringInfoString(out, heat->is_containment ? "; the values of this axis are the containers</caption>\n" : " and value</caption>\n");
	appendStringInfoString(out, "<thead><tr><th scope=\"col\">Container</th>");
	for (int value = 0; value < heat->nvalues; value++)
	{
		appendStringInfoString(out, "<th scope=\"col\">");
		gov_html_name(out, heat->values[value]);
		appendStringInfoString(out, "</th>");
	}
	if (heat->values_left > 0 && !heat->is_containment)
	{
		appendStringInfoString(out, "<th scope=\"col\">");
		gov_html_counted(out, heat->values_left, "more value", "more values");
		appendStringInfoString(out, "</th>");
	}
	appendStringInfoString(out, "<th scope=\"col\">All</th></tr></thead>\n<tbody>\n");
	for (int row = 0; row < heat->nrows + (heat->rows_left > 0 ? 1 : 0); row++)
		gov_html_heat_row(out, heat, row);
	appendStringInfoString(out, "</tbody></table></div>\n");
}

/* Appends the heat tables and what their signs mean. */
void
gov_html_heats(StringInfo out, const GovReport *report)
{
	if (report->nheats == 0)
	{
		appendStringInfoString(out, "<p class=\"none\">Nothing is required yet: no active rule on an active axis.</p>\n");
		return;
	}
	appendStringInfoString(out, "<h3>Required cells by container and value</h3>\n");
	appendStringInfoString(out, "<ul class=\"legend\" aria-label=\"How to read the tables\">"
						   "<li><b class=\"h0\">" GOV_HTML_CHECK "&#xA0;12</b>12 cells, no gap</li>"
						   "<li><b class=\"h1\">1&#xA0;/&#xA0;12</b>gaps / cells, up to 10 % open</li>"
						   "<li><b class=\"h2\">3&#xA0;/&#xA0;12</b>up to a third</li>"
						   "<li><b class=\"h3\">6&#xA0;/&#xA0;12</b>up to two thirds</li>"
						   "<li><b class=\"h4\">9&#xA0;/&#xA0;12</b>more</li>"
						   "<li><b class=\"h0\">" GOV_HTML_CHECK "&#xA0;12 (w&#xA0;2)</b>2 of these waived</li>"
						   "<li><b class=\"hn\">&#x2013;</b>nothing required</li></ul>\n");
	for (int i = 0; i < report->nheats; i++)
		gov_html_heat(out, &report->heats[i]);
	gov_html_more(out, report->heats_total - report->nheats, "more axis", "more axes");
}

/* Appends one value of a tree, without the end of its list item. */
static void
gov_html_node(StringInfo out, const GovReportNode *node)
{
	appendStringInfoString(out, "<li>");
	gov_html_name(out, node->value);
	appendStringInfoChar(out, ' ');
	gov_html_state(out, node->status);
	if (node->name != NULL)
	{
		appendStringInfoString(out, " <span class=\"soft\">");
		gov_html_name(out, node->name);
		appendStringInfoString(out, "</span>");
	}
	if (node->assignments > 0)
	{
		appendStringInfoString(out, " <span class=\"soft\">");
		gov_html_counted(out, node->assignments, "object", "objects");
		appendStringInfoString(out, "</span>");
	}
	if (node->replaced_by != NULL)
	{
		appendStringInfoString(out, " <span class=\"soft\">now ");
		gov_html_name(out, node->replaced_by);
		appendStringInfoString(out, "</span>");
	}
}

/* Appends the values of one axis, nested. */
static void
gov_html_tree(StringInfo out, const GovReportTree *tree)
{
	int			depth = -1;
	int			shown;

	appendStringInfoString(out, "<div>\n<h3>Axis ");
	gov_html_name(out, tree->axis);
	appendStringInfoChar(out, ' ');
	gov_html_state(out, tree->status);
	appendStringInfoString(out, "</h3>\n");
	for (shown = 0; shown < tree->nnodes && out->len < GOV_HTML_BUDGET; shown++)
	{
		const GovReportNode *node = &tree->nodes[shown];

		if (node->depth > depth)
			appendStringInfoString(out, depth < 0 ? "<ul class=\"tree\">\n" : "\n<ul>\n");
		else
			appendStringInfoString(out, "</li>\n");
		for (; depth > node->depth; depth--)
			appendStringInfoString(out, "</ul></li>\n");
		depth = node->depth;
		gov_html_node(out, node);
	}
	for (; depth >= 0; depth--)
		appendStringInfoString(out, "</li></ul>");
	appendStringInfoChar(out, '\n');
	gov_html_more(out, tree->total - shown, "more value", "more values");
	appendStringInfoString(out, "</div>\n");
}

/* Appends the value trees. */
void
gov_html_trees(StringInfo out, const GovReport *report)
{
	if (report->ntrees == 0)
		appendStringInfoString(out, "<p class=\"none\">No values yet.</p>\n");
	else
		appendStringInfoString(out, "<div class=\"trees\">\n");
	for (int i = 0; i < report->ntrees; i++)
		gov_html_tree(out, &report->trees[i]);
	if (report->ntrees > 0)
		appendStringInfoString(out, "</div>\n");
	gov_html_more(out, report->trees_total - report->ntrees, "more axis", "more axes");
}

/* Appends the head of the ledger. */
void
gov_html_ledger(StringInfo out, const GovReport *report)
{
	if (report->ledger_head == NULL)
		appendStringInfoString(out, "<p>Nothing is chained yet.</p>\n");
	else
		appendStringInfo(out, "<p>Head: <code>%s</code></p>\n", report->ledger_head);
	appendStringInfoString(out, "<p>");
	gov_html_counted(out, gov_metric_total(report->metrics, "ledger_entries"), "entry", "entries");
	appendStringInfoString(out, ", ");
	gov_html_counted(out, report->unchained, "of them not chained yet", "of them not chained yet");
	appendStringInfoString(out, "; ");
	gov_html_counted(out, gov_metric_total(report->metrics, "ledger_entries_archived"), "more in the archive", "more in the archive");
	appendStringInfoString(out, ".</p>\n");
}
