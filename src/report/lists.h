/*
 * report/lists.h: the tables of rows on the page of the report.
 */
#ifndef GOV_REPORT_LISTS_H
#define GOV_REPORT_LISTS_H

#include "lib/stringinfo.h"

#include "report/model.h"

/* One table of rows. */
extern void gov_html_table(StringInfo out, const GovReport *report, const GovReportTable *table);

/* Gaps by schema, each folded, with the statements that mend them. */
extern void gov_html_gaps(StringInfo out, const GovReport *report);

/* Who made the page, of what, and whether gates are armed. */
extern void gov_html_origin(StringInfo out, const GovReport *report);

#endif							/* GOV_REPORT_LISTS_H */
