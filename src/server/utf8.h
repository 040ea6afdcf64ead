/*
 * server/utf8.h: texts in UTF-8, whatever the database holds.
 */
#ifndef GOV_SERVER_UTF8_H
#define GOV_SERVER_UTF8_H

/*
 * A text of the database, "length" bytes, in UTF-8, and its length then; the
 * same pointer when there is nothing to convert.  A byte that has no UTF-8 is
 * three: 0xFF and two hexadecimal digits.
 */
extern const char *gov_utf8(const char *text, int *length);

#endif							/* GOV_SERVER_UTF8_H */
