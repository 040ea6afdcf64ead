/*
 * server/rehearsing.h: is a rehearsal running, all of which will be undone?
 */
#ifndef GOV_SERVER_REHEARSING_H
#define GOV_SERVER_REHEARSING_H

/* Is one running in this backend? */
extern bool gov_rehearsing(void);

/* Notes that one begins, inside the subtransaction that it runs in and is undone with. */
extern void gov_rehearsing_begin(void);

/* Called once from _PG_init. */
extern void gov_rehearsing_init(void);

#endif							/* GOV_SERVER_REHEARSING_H */
