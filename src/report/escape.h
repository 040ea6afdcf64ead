/*
 * report/escape.h: escaping text that anybody may have written, for the page
 * of the report.
 */
#ifndef GOV_REPORT_ESCAPE_H
#define GOV_REPORT_ESCAPE_H

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

/*
 * Appends a text that anybody may have written: these are the only ways into
 * the page.  The first is good within an attribute, too; the second lets lines
 * break where names have joints; the third shows more, but not all of a text
 * without limit, and changes nothing that is copied.
 */
extern void gov_html_escape(StringInfo out, const char *text);
extern void gov_html_escape_jointed(StringInfo out, const char *text);
extern void gov_html_escape_long(StringInfo out, const char *text);

/* Is a character shown as a sign, because it cannot be seen as it is? */
extern bool gov_html_hides(pg_wchar c);

#endif							/* GOV_REPORT_ESCAPE_H */
