/*-------------------------------------------------------------------------
 *
 * metrics/text.c
 *	  The counts as text for scrapers: gov_metrics_openmetrics.
 *
 * The text is read by parsers of OpenMetrics 1.0 and by those of the older
 * text format of Prometheus (promtool, the textfile collector of
 * node_exporter): families one after the other, each with its TYPE and HELP,
 * then its samples, and "# EOF" at the end, a comment in the older format.  So
 * every type is one that both know, and no HELP holds what one of them alone
 * would escape.  Counts kept per axis have a label "axis" and no sample for all
 * axes together, so that sums over a family count everything once; what belongs
 * to no axis has an empty one.  A count that could not be read has no sample at
 * all, and governance_unavailable_counts tells how many there are of these.
 *
 * Every sample has a label "datname", as those of postgres_exporter have, so
 * that the texts of several databases can stand side by side.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/dbcommands.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/spi.h"
#include "server/utf8.h"
#include "metrics/metrics.h"

PG_FUNCTION_INFO_V1(gov_metrics_openmetrics);

#define PREFIX	"governance_"

/*
 * A text that whoever scrapes can have in UTF-8, which the text for scrapers has
 * to be.  In place of a byte that has no UTF-8 stand a question mark and two
 * hexadecimal digits:  one name that cannot be converted must not keep back
 * all counts.
 */
static const char *
gov_metrics_scrapable(const char *text)
{
	int			length = strlen(text);
	char	   *utf8 = pstrdup(gov_utf8(text, &length));
	StringInfoData out;
	int			width;

	if (strchr(utf8, GOV_UTF8_STRAY) == NULL)
		return text;
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		for (char *p = utf8; (p = strchr(p, GOV_UTF8_STRAY)) != NULL;)
			*p = '?';
		return utf8;
	}
	initStringInfo(&out);
	for (const char *p = text; *p != '\0'; p += width)
	{
		length = width = pg_mblen(p);
		if (*gov_utf8(p, &length) != (char) GOV_UTF8_STRAY)
			appendBinaryStringInfo(&out, p, width);
		else
		{
			for (int i = 0; i < width; i++)
				appendStringInfo(&out, "?%02X", (unsigned char) p[i]);
		}
	}
	return out.data;
}

/* Appends a value of a label, with the three characters escaped that need it. */
static void
gov_metrics_escape(StringInfo out, const char *text)
{
	for (const char *p = gov_metrics_scrapable(text); *p; p++)
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

/* Appends TYPE and HELP of a family.  Nothing here only grows: old records go, so all are gauges. */
static void
gov_metrics_family(StringInfo out, const char *family, const char *help)
{
	appendStringInfo(out, "# TYPE " PREFIX "%s gauge\n", family);
	appendStringInfo(out, "# HELP " PREFIX "%s %s\n", family, help);
}

/* Starts a sample: its family, and the database. */
static void
gov_metrics_sample_begin(StringInfo out, const char *family)
{
	appendStringInfo(out, PREFIX "%s{datname=\"", family);
	gov_metrics_escape(out, get_database_name(MyDatabaseId));
	appendStringInfoChar(out, '"');
}

/* Appends one more label; none for a name that is NULL. */
static void
gov_metrics_label(StringInfo out, const char *name, const char *value)
{
	if (name == NULL)
		return;
	appendStringInfo(out, ",%s=\"", name);
	gov_metrics_escape(out, value);
	appendStringInfoChar(out, '"');
}

/* Appends one sample of a count; axis NULL for a count that has none. */
static void
gov_metrics_sample(StringInfo out, const GovMetricKind *kind, const char *axis, int64 amount)
{
	if (amount == GOV_METRIC_UNKNOWN)
		return;
	gov_metrics_sample_begin(out, kind->family);
	gov_metrics_label(out, axis == NULL ? NULL : "axis", axis);
	gov_metrics_label(out, kind->label, kind->label_value);
	appendStringInfo(out, "} " INT64_FORMAT "\n", amount);
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
enum {ABOUT_VERSION = 1, ABOUT_LAST_RUN, ABOUT_LAST_SCAN};

/* Appends when something last happened; the family alone for what never did. */
static void
gov_metrics_moment(StringInfo out, const char *family, const char *help, int column)
{
	gov_metrics_family(out, family, help);
	if (gov_result_isnull(0, column))
		return;
	gov_metrics_sample_begin(out, family);
	appendStringInfo(out, "} %s\n", gov_result_text(0, column));
}

/* Appends the version, and when the last run ended and the last scan looked. */
static void
gov_metrics_about(StringInfo out)
{
	int			level = gov_spi_begin();

	(void) gov_run_text("SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'governance'),"
						" round(extract(epoch FROM max(finished_at)), 3), round(extract(epoch FROM max(scanned_at)), 3)"
						" FROM @.gov_scan_run",
						0, NULL, NULL, true);
	gov_metrics_family(out, "build_info", "The extension; always 1.");
	gov_metrics_sample_begin(out, "build_info");
	gov_metrics_label(out, "version", gov_result_text(0, ABOUT_VERSION));
	appendStringInfoString(out, "} 1\n");
	gov_metrics_moment(out, "last_run_timestamp_seconds", "When the last recorded run ended.", ABOUT_LAST_RUN);
	gov_metrics_moment(out, "last_scan_timestamp_seconds", "When the last scan looked for findings.", ABOUT_LAST_SCAN);
	gov_spi_end(level);
}

/* Appends how many counts are missing, in all or for an axis. */
static void
gov_metrics_failures(StringInfo out, const GovMetrics *metrics)
{
	int			unavailable = 0;

	for (int number = 0; number < gov_metric_count(); number++)
		unavailable += gov_metric_total(metrics, gov_metric_kind(number)->name) == GOV_METRIC_UNKNOWN;
	gov_metrics_family(out, "unavailable_counts", "Counts that could not be read, and are left out here.");
	gov_metrics_sample_begin(out, "unavailable_counts");
	appendStringInfo(out, "} %d\n", unavailable);
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
			gov_metrics_family(&out, kind->family, kind->help);
		family = kind->family;
		gov_metrics_samples(&out, metrics, number);
	}
	appendStringInfoString(&out, "# EOF\n");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
