/*-------------------------------------------------------------------------
 *
 * watch/figures.c
 *	  What scans counted per axis, so that a trend can be shown.
 *
 * A scan stores the figures of an axis only when they differ from those that
 * were stored last: they hold until the next row.  So a scan of an unchanged
 * database stores none, and the figures of any time are the last row before
 * it.  An axis that is not measured any more, because it is not active, gets
 * one row of NULLs.  Of two scans of one transaction the last one counts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "watch/figures.h"

#define FIGURES	"required, covered, gap, waived, fallback, missing_assignments"

GOV_QUERY(record_figures,
		  "INSERT INTO @.gov_axis_figure (axis, " FIGURES ")"
		  " SELECT axis, " FIGURES " FROM governance_internal.gov_figure_change ORDER BY axis COLLATE \"C\""
		  " ON CONFLICT (axis, measured_at) DO UPDATE SET (" FIGURES ") = "
		  "(excluded.required, excluded.covered, excluded.gap, excluded.waived, excluded.fallback, excluded.missing_assignments)");

GOV_QUERY(prune_figures,
		  "DELETE FROM @.gov_axis_figure AS f WHERE f.measured_at < $1"
		  " AND EXISTS (SELECT FROM @.gov_axis_figure AS n"
		  "              WHERE n.axis = f.axis AND n.measured_at > f.measured_at AND n.measured_at <= $1)",
		  TIMESTAMPTZOID);

/* Stores the figures of the axes that differ from those of the scan before. */
void
gov_figures_record(void)
{
	(void) gov_run(&record_figures);
}

/* Removes figures that were older, but for those that held then; how many. */
uint64
gov_figures_prune(TimestampTz before)
{
	return gov_run(&prune_figures, gov_timestamp(before));
}
