/*
 * server/named.h: what the texts of queries name is the extension's own.
 */
#ifndef GOV_SERVER_NAMED_H
#define GOV_SERVER_NAMED_H

/*
 * A text of ours is about to be analysed, or run by a plan that may be made
 * anew: gives what gov_named_end wants back, on error too.
 */
extern const char *gov_named_begin(const char *sql);
extern void gov_named_end(const char *outer);

/* Looks at what is analysed from now on. */
extern void gov_named_init(void);

#endif							/* GOV_SERVER_NAMED_H */
