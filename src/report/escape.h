/*
 * report/escape.h: escaping text that anybody may have written, for the page
 * of the report.
 */
#ifndef GOV_REPORT_ESCAPE_H
#define GOV_REPORT_ESCAPE_H

#include "lib/stringinfo.h"

/* Appends a text that anybody may have written: the only way into the page. */
extern void gov_html_escape(StringInfo out, const char *text);

#endif							/* GOV_REPORT_ESCAPE_H */
