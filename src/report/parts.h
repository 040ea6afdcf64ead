/*
 * report/parts.h: the parts of the page of the report.
 */
#ifndef GOV_REPORT_PARTS_H
#define GOV_REPORT_PARTS_H

#include "lib/stringinfo.h"

#include "report/model.h"

extern void gov_html_tiles(StringInfo out, const GovReport *report);
extern void gov_html_todo(StringInfo out, const GovReport *report);
extern void gov_html_heats(StringInfo out, const GovReport *report);
extern void gov_html_trees(StringInfo out, const GovReport *report);
extern void gov_html_ledger(StringInfo out, const GovReport *report);

#endif							/* GOV_REPORT_PARTS_H */
