/*
 * server/expand.h: the extension's schema put into the texts of queries.
 */
#ifndef GOV_SERVER_EXPAND_H
#define GOV_SERVER_EXPAND_H

extern char *gov_expand(const char *text);

#endif							/* GOV_SERVER_EXPAND_H */
