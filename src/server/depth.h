/*
 * server/depth.h: how deep in code that somebody registered this backend is.
 */
#ifndef GOV_SERVER_DEPTH_H
#define GOV_SERVER_DEPTH_H

/* How many reads of registered things are running, one inside the other. */
extern int	gov_depth_of_registered(void);

/* Notes that one begins, inside the subtransaction that it runs in and ends with. */
extern void gov_depth_push(void);

/* Raises while one runs: "what" is for people and programs that act themselves. */
extern void gov_ensure_not_registered(const char *what);

extern void gov_depth_init(void);

#endif							/* GOV_SERVER_DEPTH_H */
