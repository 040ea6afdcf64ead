/*
 * server/utf8.h: texts in UTF-8, whatever the database holds.
 */
#ifndef GOV_SERVER_UTF8_H
#define GOV_SERVER_UTF8_H

/* The byte that stands for one without UTF-8, before its two digits. */
#define GOV_UTF8_STRAY	0xFF

/*
 * A text of the database, "length" bytes, in UTF-8, and its length then; the
 * same pointer when there is nothing to convert.  A byte that has no UTF-8 is
 * three: GOV_UTF8_STRAY and two hexadecimal digits.
 */
extern const char *gov_utf8(const char *text, int *length);

#endif							/* GOV_SERVER_UTF8_H */
