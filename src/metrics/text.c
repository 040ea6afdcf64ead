/*-------------------------------------------------------------------------
 *
 * metrics/text.c
 *	  The counts as text for scrapers: gov_metrics_openmetrics.
 *
 * The text follows OpenMetrics 1.0: families one after the other, each with
 * its TYPE and HELP, then its samples, and "# EOF" at the end.  Counts kept
 * per axis have a label "axis" and no sample for all axes together, so that
 * sums over a family count everything once; what belongs to no axis has an
 * empty one.  A count that could not be read has no sample at all, and
 * governance_unavailable_counts tells how many there are of these.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "server/spi.h"
#include "metrics/metrics.h"

PG_FUNCTION_INFO_V1(gov_metrics_openmetrics);

#define PREFIX	"governance_"

/* Appends text with the three characters escaped that need it. */
static void
gov_metrics_escape(StringInfo out, const char *text)
{
	for (const char *p = text; *p; p++)
	{
		if (*p == '\n')
			appendStringInfoString(out, "\\n");
		else
		{
			if (*p == '\\' || *p == '"')
				appendStringInfoChar(out, '\\');
			appendStringInfoChar(out, *p);
		}
	}
}

/* Appends TYPE and HELP of a family. */
static void
gov_metrics_family(StringInfo out, const char *family, const char *type, const char *help)
{
	appendStringInfo(out, "# TYPE " PREFIX "%s %s\n", family, type);
	appendStringInfo(out, "# HELP " PREFIX "%s ", family);
	gov_metrics_escape(out, help);
	appendStringInfoChar(out, '\n');
}

/* Appends one label, with the comma or brace before it. */
static void
gov_metrics_label(StringInfo out, bool *any, const char *name, const char *value)
{
	if (name == NULL)
		return;
	appendStringInfo(out, "%c%s=\"", *any ? ',' : '{', name);
	gov_metrics_escape(out, value);
	appendStringInfoChar(out, '"');
	*any = true;
}

/* Appends one sample of a count; axis NULL for a count that has none. */
static void
gov_metrics_sample(StringInfo out, const GovMetricKind *kind, const char *axis, int64 amount)
{
	bool		any = false;

	if (amount == GOV_METRIC_UNKNOWN)
		return;
	appendStringInfo(out, PREFIX "%s", kind->family);
	gov_metrics_label(out, &any, axis == NULL ? NULL : "axis", axis);
	gov_metrics_label(out, &any, kind->label, kind->label_value);
	appendStringInfo(out, "%s " INT64_FORMAT "\n", any ? "}" : "", amount);
}

/* Appends all samples of a count but those that could not be read. */
static void
gov_metrics_samples(StringInfo out, const GovMetrics *metrics, int number)
{
	const GovMetricKind *kind = gov_metric_kind(number);
	int64		without = gov_metric_amount(metrics, number, metrics->naxes);

	for (int axis = 0; kind->by_axis && axis < metrics->naxes; axis++)
		gov_metrics_sample(out, kind, metrics->axes[axis], gov_metric_amount(metrics, number, axis));
	if (!kind->by_axis)
		gov_metrics_sample(out, kind, NULL, without);
	else if (without != 0)
		gov_metrics_sample(out, kind, "", without);
}

/* Columns of the query about the extension. */
enum {ABOUT_VERSION = 1, ABOUT_LAST_RUN};

/* Appends the version, and when the last run ended. */
static void
gov_metrics_about(StringInfo out)
{
	int			level = gov_spi_begin();

	(void) gov_run_text("SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'governance'),"
						" round(extract(epoch FROM max(finished_at)), 3) FROM @.gov_scan_run",
						0, NULL, NULL, true);
	gov_metrics_family(out, "build", "info", "The extension.");
	appendStringInfoString(out, PREFIX "build_info{version=\"");
	gov_metrics_escape(out, gov_result_text(0, ABOUT_VERSION));
	appendStringInfoString(out, "\"} 1\n");
	gov_metrics_family(out, "last_run_timestamp_seconds", "gauge", "When the last recorded run ended.");
	if (!gov_result_isnull(0, ABOUT_LAST_RUN))
		appendStringInfo(out, PREFIX "last_run_timestamp_seconds %s\n", gov_result_text(0, ABOUT_LAST_RUN));
	gov_spi_end(level);
}

/* Appends how many counts are missing, in all or for an axis. */
static void
gov_metrics_failures(StringInfo out, const GovMetrics *metrics)
{
	int			unavailable = 0;

	for (int number = 0; number < gov_metric_count(); number++)
		unavailable += gov_metric_total(metrics, gov_metric_kind(number)->name) == GOV_METRIC_UNKNOWN;
	gov_metrics_family(out, "unavailable_counts", "gauge", "Counts that could not be read, and are left out here.");
	appendStringInfo(out, PREFIX "unavailable_counts %d\n", unavailable);
}

/* gov_metrics_openmetrics(): all counts, to be scraped. */
Datum
gov_metrics_openmetrics(PG_FUNCTION_ARGS)
{
	GovMetrics *metrics = gov_metrics_read();
	const char *family = "";
	StringInfoData out;

	(void) fcinfo;
	initStringInfo(&out);
	gov_metrics_about(&out);
	gov_metrics_failures(&out, metrics);
	for (int number = 0; number < gov_metric_count(); number++)
	{
		const GovMetricKind *kind = gov_metric_kind(number);

		if (kind->family == NULL)
			continue;
		if (strcmp(kind->family, family) != 0)
			gov_metrics_family(&out, kind->family, "gauge", kind->help);
		family = kind->family;
		gov_metrics_samples(&out, metrics, number);
	}
	appendStringInfoString(&out, "# EOF\n");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
