/*
 * metrics/metrics.h: every count of the extension, in all and per axis.
 */
#ifndef GOV_METRICS_METRICS_H
#define GOV_METRICS_METRICS_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

/* One count: what it is called here and by scrapers, and where it is read. */
typedef struct GovMetricKind
{
	const char *name;
	const struct GovMetricSource *source;
	int			column;			/* of the source, from 2; 1 is the axis */
	bool		by_axis;

	/* For scrapers: a family, and what tells its members apart. */
	const char *family;			/* NULL: a sum of others, not shown to them */
	const char *label;			/* NULL when the family has one member */
	const char *label_value;
	const char *help;
} GovMetricKind;

/* In place of an amount that cannot be had, and in place of every sum with one. */
#define GOV_METRIC_UNKNOWN	(-1)

/* All counts under the snapshot of the running query. */
typedef struct GovMetrics
{
	int			naxes;
	char	  **axes;			/* in byte order */
	int64	   *amounts;		/* per kind: each axis, then those without one */
	List	   *unavailable;			/* messages (char *) why counts could not be read */
} GovMetrics;

extern GovMetrics *gov_metrics_read(void);
extern GovMetrics *gov_metrics_read_latest(void);	/* whatever the calling statement saw */
extern int	gov_metrics_axis(const GovMetrics *metrics, const char *axis);	/* naxes for one that is not there */
extern int	gov_metric_count(void);
extern const GovMetricKind *gov_metric_kind(int kind);
extern int	gov_metric_find(const char *name);
extern int64 gov_metric_amount(const GovMetrics *metrics, int kind, int axis);
extern int64 gov_metric_of(const GovMetrics *metrics, int kind, const char *axis);	/* NULL: all axes together */
extern int64 gov_metric_total(const GovMetrics *metrics, const char *name);
extern int64 gov_metric_sum(int64 one, int64 other);
extern void gov_metrics_note_failure(GovMetrics *metrics, const ErrorData *error);

#endif							/* GOV_METRICS_METRICS_H */
