/*
 * report/marks.h: the small marks of the page of the report.
 */
#ifndef GOV_REPORT_MARKS_H
#define GOV_REPORT_MARKS_H

#include "lib/stringinfo.h"

#define GOV_HTML_CHECK	"&#x2713;"

/* Bytes after which lists are cut short, however long their names are. */
#define GOV_HTML_BUDGET	(1500 * 1024)

extern void gov_html_name(StringInfo out, const char *name);
extern void gov_html_count(StringInfo out, int64 amount);
extern void gov_html_counted(StringInfo out, int64 amount, const char *one, const char *many);
extern void gov_html_word(StringInfo out, const char *word);
extern void gov_html_state(StringInfo out, const char *state);
extern void gov_html_class_sign(StringInfo out, const char *class);
extern void gov_html_permille(StringInfo out, int permille);
extern void gov_html_sql(StringInfo out, const char *statement);
extern void gov_html_more(StringInfo out, int64 left, const char *one, const char *many);

/* The share of what is not open, in thousandths, cut; all of nothing. */
extern int	gov_html_share(int64 required, int64 gap);

#endif							/* GOV_REPORT_MARKS_H */
