/*
 * report/tables.h: the tables of the report.
 */
#ifndef GOV_REPORT_TABLES_H
#define GOV_REPORT_TABLES_H

#include "report/model.h"

/* Times and ages in SQL. */
#define GOV_REPORT_UTC(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'"
#define GOV_REPORT_DAYS(time) \
	"CASE WHEN isfinite(" time ") THEN floor(extract(epoch FROM now() - " time ") / 86400)::bigint END"

/* Reads them all, from the rows kept aside as cells, roots, leads and exposed too; at most so many rows of each. */
extern void gov_report_tables_read(GovReport *report, int max_rows, MemoryContext context);

#endif							/* GOV_REPORT_TABLES_H */
