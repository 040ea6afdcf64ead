/*
 * report/report.h: reading what the report shows.
 */
#ifndef GOV_REPORT_REPORT_H
#define GOV_REPORT_REPORT_H

#include "report/model.h"

/* Reads it all under the snapshot of the running query; at most so many rows per table. */
extern GovReport *gov_report_read(int max_rows);
extern const GovReportTable *gov_report_table(const GovReport *report, const char *key);

#endif							/* GOV_REPORT_REPORT_H */
