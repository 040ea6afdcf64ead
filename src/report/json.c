/*-------------------------------------------------------------------------
 *
 * report/json.c
 *	  The report as jsonb, for programs: gov_dashboard.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "report/report.h"

PG_FUNCTION_INFO_V1(gov_dashboard);

/* Rows of each table. */
#define DASHBOARD_ROWS	10

/* Appends the comma before what is not the first of an object or array. */
static void
gov_dashboard_next(StringInfo out)
{
	char		last = out->data[out->len - 1];

	if (last != '{' && last != '[')
		appendStringInfoChar(out, ',');
}

/* Starts a field. */
static void
gov_dashboard_name(StringInfo out, const char *name)
{
	gov_dashboard_next(out);
	escape_json(out, name);
	appendStringInfoChar(out, ':');
}

/* Appends a text, or null. */
static void
gov_dashboard_text(StringInfo out, const char *text)
{
	if (text == NULL)
		appendStringInfoString(out, "null");
	else
		escape_json(out, text);
}

/* Appends a field that holds a text, or null. */
static void
gov_dashboard_field(StringInfo out, const char *name, const char *text)
{
	gov_dashboard_name(out, name);
	gov_dashboard_text(out, text);
}

/* Appends a field that holds a number, or null for one that could not be read. */
static void
gov_dashboard_count(StringInfo out, const char *name, int64 amount)
{
	gov_dashboard_name(out, name);
	if (amount == GOV_METRIC_UNKNOWN)
		appendStringInfoString(out, "null");
	else
		appendStringInfo(out, INT64_FORMAT, amount);
}

/* Appends every count: for all axes together, and per axis. */
static void
gov_dashboard_metrics(StringInfo out, const GovMetrics *metrics)
{
	gov_dashboard_name(out, "metrics");
	appendStringInfoChar(out, '{');
	for (int kind = 0; kind < gov_metric_count(); kind++)
		gov_dashboard_count(out, gov_metric_kind(kind)->name,
							gov_metric_total(metrics, gov_metric_kind(kind)->name));
	appendStringInfoChar(out, '}');
	gov_dashboard_name(out, "by_axis");
	appendStringInfoChar(out, '{');
	for (int axis = 0; axis < metrics->naxes; axis++)
	{
		gov_dashboard_name(out, metrics->axes[axis]);
		appendStringInfoChar(out, '{');
		for (int kind = 0; kind < gov_metric_count(); kind++)
		{
			if (gov_metric_kind(kind)->by_axis)
				gov_dashboard_count(out, gov_metric_kind(kind)->name, gov_metric_amount(metrics, kind, axis));
		}
		appendStringInfoChar(out, '}');
	}
	appendStringInfoChar(out, '}');
}

/* Appends a trend as an array; null for what is not known. */
static void
gov_dashboard_trend(StringInfo out, const char *shares)
{
	appendStringInfoChar(out, '[');
	for (const char *p = shares; *p != '\0';)
	{
		int			length = strcspn(p, " ");

		gov_dashboard_next(out);
		if (*p == '-')
			appendStringInfoString(out, "null");
		else
			appendBinaryStringInfo(out, p, length);
		p += length;
		p += strspn(p, " ");
	}
	appendStringInfoChar(out, ']');
}

/* Appends one field of a table's row; numbers as numbers. */
static void
gov_dashboard_cell(StringInfo out, const GovReportColumn *column, const char *text)
{
	if (text != NULL && column->form == GOV_FORM_TREND)
	{
		gov_dashboard_name(out, column->key);
		gov_dashboard_trend(out, text);
	}
	else if (text != NULL && (column->form == GOV_FORM_COUNT || column->form == GOV_FORM_PERCENT || column->form == GOV_FORM_SHARE ||
								 column->form == GOV_FORM_POINTS))
	{
		gov_dashboard_name(out, column->key);
		appendStringInfoString(out, text);
	}
	else
		gov_dashboard_field(out, column->key, text);
}

/* Appends why some of it could not be read. */
static void
gov_dashboard_failures(StringInfo out, const List *messages)
{
	ListCell   *cell;

	gov_dashboard_name(out, "unavailable");
	appendStringInfoChar(out, '[');
	foreach(cell, messages)
	{
		gov_dashboard_next(out);
		gov_dashboard_text(out, (char *) lfirst(cell));
	}
	appendStringInfoChar(out, ']');
}

/*
 * Appends one table: how many rows there are, and the first; null for both,
 * and why, when it could not be read.
 */
static void
gov_dashboard_table(StringInfo out, const GovReportTable *table)
{
	gov_dashboard_name(out, table->key);
	appendStringInfoChar(out, '{');
	gov_dashboard_count(out, "total", table->total);
	if (table->unavailable != NULL)
	{
		gov_dashboard_field(out, "rows", NULL);
		gov_dashboard_field(out, "unavailable", table->unavailable);
		appendStringInfoChar(out, '}');
		return;
	}
	if (table->unmeasured)
		gov_dashboard_field(out, "unmeasured", table->empty);
	gov_dashboard_name(out, "rows");
	appendStringInfoChar(out, '[');
	for (int row = 0; row < table->nrows; row++)
	{
		gov_dashboard_next(out);
		appendStringInfoChar(out, '{');
		for (int column = 0; column < table->ncolumns; column++)
			gov_dashboard_cell(out, &table->columns[column], table->rows[row][column]);
		appendStringInfoChar(out, '}');
	}
	appendStringInfoString(out, "]}");
}

/* Appends the required cells of an axis by container. */
static void
gov_dashboard_heat(StringInfo out, const GovReportHeat *heat)
{
	gov_dashboard_name(out, heat->axis);
	appendStringInfoChar(out, '{');
	gov_dashboard_count(out, "containers", heat->nrows + heat->rows_left);
	gov_dashboard_name(out, "rows");
	appendStringInfoChar(out, '[');
	for (int row = 0; row < heat->nrows; row++)
	{
		const GovReportHeatCell *all = &heat->rows[row].cells[heat->nvalues + 1];

		gov_dashboard_next(out);
		appendStringInfoChar(out, '{');
		gov_dashboard_field(out, "object_type", heat->rows[row].object_type);
		gov_dashboard_field(out, "object_ref", heat->rows[row].object_ref);
		gov_dashboard_count(out, "required", all->required);
		gov_dashboard_count(out, "gap", all->gap);
		gov_dashboard_count(out, "waived", all->waived);
		gov_dashboard_name(out, "gap_by_value");
		appendStringInfoChar(out, '{');
		for (int value = 0; value < heat->nvalues; value++)
		{
			if (heat->rows[row].cells[value].gap > 0)
				gov_dashboard_count(out, heat->values[value], heat->rows[row].cells[value].gap);
		}
		appendStringInfoString(out, "}}");
	}
	appendStringInfoString(out, "]}");
}

/* gov_dashboard(): the report for programs. */
Datum
gov_dashboard(PG_FUNCTION_ARGS)
{
	GovReport  *report = gov_report_read(DASHBOARD_ROWS);
	StringInfoData out;

	(void) fcinfo;
	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	gov_dashboard_field(&out, "database", report->database);
	gov_dashboard_field(&out, "version", report->version);
	gov_dashboard_field(&out, "generated_at", report->generated_at);
	gov_dashboard_field(&out, "last_run_at", report->last_run_at);
	gov_dashboard_field(&out, "last_scan_at", report->last_scan_at);
	gov_dashboard_field(&out, "produced_by", report->produced_by);
	gov_dashboard_field(&out, "system_identifier", report->system);
	gov_dashboard_field(&out, "server_version", report->server_version);
	gov_dashboard_name(&out, "standby");
	appendStringInfoString(&out, report->is_standby ? "true" : "false");
	gov_dashboard_field(&out, "quorum_lacking", report->quorum_lacking);
	gov_dashboard_name(&out, "gates_armed");
	appendStringInfoString(&out, report->gates_armed ? "true" : "false");
	gov_dashboard_field(&out, "ledger_head", report->ledger_head);
	gov_dashboard_count(&out, "ledger_unchained", report->unchained);
	gov_dashboard_failures(&out, report->metrics->unavailable);
	gov_dashboard_metrics(&out, report->metrics);
	gov_dashboard_name(&out, "coverage");
	appendStringInfoChar(&out, '{');
	for (int i = 0; i < report->nheats; i++)
		gov_dashboard_heat(&out, &report->heats[i]);
	appendStringInfoChar(&out, '}');
	gov_dashboard_name(&out, "tables");
	appendStringInfoChar(&out, '{');
	for (int i = 0; i < report->ntables; i++)
		gov_dashboard_table(&out, &report->tables[i]);
	appendStringInfoString(&out, "}}");
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data)));
}
