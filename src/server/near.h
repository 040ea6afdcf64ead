/*
 * server/near.h: the name that was meant, perhaps, by one that is unknown.
 */
#ifndef GOV_SERVER_NEAR_H
#define GOV_SERVER_NEAR_H

/* How many letters lie between what was written and a name that is near; -1 when it is not. */
extern int	gov_near_distance(const char *written, const char *name);

/*
 * The nearer to what was written of the best name so far, which is NULL at
 * first, and another one; NULL while none is near.
 */
extern const char *gov_near_pick(const char *written, const char *best, const char *name);

#endif							/* GOV_SERVER_NEAR_H */
