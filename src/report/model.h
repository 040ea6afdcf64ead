/*
 * report/model.h: the report as a model: what is to be shown, in what order, and
 * nothing of how.
 */
#ifndef GOV_REPORT_MODEL_H
#define GOV_REPORT_MODEL_H

#include "metrics/metrics.h"

/* What a column holds, which decides how it is shown. */
typedef enum GovReportForm
{
	GOV_FORM_TEXT,				/* a word of ours */
	GOV_FORM_TIME,				/* in UTC, as text */
	GOV_FORM_NAME,				/* a name that people gave */
	GOV_FORM_STATE,				/* a state or severity */
	GOV_FORM_COUNT,
	GOV_FORM_PERCENT,			/* a fraction of 1 */
	GOV_FORM_SHARE,				/* the same, without a bar */
	GOV_FORM_POINTS,			/* a difference of two such fractions */
	GOV_FORM_TREND,				/* such fractions, apart by spaces; "-" for one that is not known */
	GOV_FORM_MORE,				/* names, apart by commas, that are folded away */
	GOV_FORM_SQL,				/* a statement, to be copied */
	GOV_FORM_HASH
} GovReportForm;

/*
 * A column "object_type" stands before "object_ref", and is shown with it; so
 * is one whose title begins with "+" with the column before it.
 */
typedef struct GovReportColumn
{
	const char *key;			/* for programs */
	const char *title;			/* for people */
	GovReportForm form;
	const char *none;			/* what people read for NULL; a dash unless given */
} GovReportColumn;

#define GOV_REPORT_MAX_COLUMNS	13

/* A table: its first rows, and how many there are. */
typedef struct GovReportTable
{
	const char *key;
	const char *section;		/* key of the section it stands in */
	const char *title;
	const char *empty;			/* what to say when there is no row */
	const char *all;			/* what SELECT * FROM it gives all rows, in the extension's schema; NULL: nothing */
	bool		folded;			/* shown when it is asked for */
	bool		unmeasured;		/* nothing was looked at, and "empty" says so */
	const GovReportColumn *columns;
	int			ncolumns;
	int			nrows;
	int64		total;			/* GOV_METRIC_UNKNOWN when it could not be read */
	char	 ***rows;			/* texts; NULL for SQL NULL */
	char	   *unavailable;			/* why it could not be; NULL when it was */
} GovReportTable;

/* Required cells of a container, or of all that have no line of their own. */
typedef struct GovReportHeatCell
{
	int64		required;
	int64		gap;
	int64		waived;
} GovReportHeatCell;

typedef struct GovReportHeatRow
{
	char	   *object_type;	/* NULL: what lives in no container */
	char	   *object_ref;
	GovReportHeatCell *cells;	/* one per value shown, the other values, all */
} GovReportHeatRow;

/* An axis as a table of containers by values. */
typedef struct GovReportHeat
{
	char	   *axis;
	bool		is_containment; /* its values are the containers: not shown */
	int			nvalues;
	char	  **values;
	int64		values_left;	/* values that have no column of their own */
	int			nrows;
	int64		rows_left;		/* containers that have no row of their own */
	GovReportHeatRow *rows;		/* nrows, and one for the others */
} GovReportHeat;

/* A value in the tree of its axis, from the root down. */
typedef struct GovReportNode
{
	char	   *value;
	char	   *name;
	char	   *status;
	char	   *replaced_by;
	int			depth;
	int64		assignments;
} GovReportNode;

typedef struct GovReportTree
{
	char	   *axis;
	char	   *name;
	char	   *status;
	int64		total;
	int			nnodes;
	GovReportNode *nodes;
} GovReportTree;

typedef struct GovReport
{
	char	   *schema;			/* of the extension, quoted */
	char	   *database;
	char	   *produced_by;	/* the session user */
	char	   *system;			/* identifier of the database cluster */
	char	   *server_version;
	bool		is_standby;
	char	   *quorum_lacking;	/* what keeps trust from being changed; NULL for nothing */
	bool		own_is_gated;	/* do acts of ownership need an approval now? */
	char	   *version;
	char	   *generated_at;	/* UTC */
	char	   *last_run_at;	/* UTC; NULL when there was none */
	char	   *last_scan_at;	/* likewise, of those that looked for findings */
	int64		last_scan_days; /* its age; 0 when there was none */
	char	   *ledger_head;	/* NULL while nothing is chained */
	int64		unchained;
	bool		gates_armed;
	GovMetrics *metrics;
	int			ntables;
	GovReportTable *tables;
	int			nheats;
	int64		heats_total;
	GovReportHeat *heats;
	int			ntrees;
	int64		trees_total;
	GovReportTree *trees;
} GovReport;

#endif							/* GOV_REPORT_MODEL_H */
