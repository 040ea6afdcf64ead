/* ownership_acts.h: owning, disowning, handing over. */
#ifndef GOV_ACTS_OWN_H
#define GOV_ACTS_OWN_H

/* The words for a kind of owner, ended by NULL. */
extern const char *const gov_ownership_kinds[];

/*
 * Sets active rows whose time has passed to expired, at most "limit" of them
 * (0: all); how many it set.
 */
extern int64 gov_ownership_expire_lapsed(int64 limit);

#endif							/* GOV_ACTS_OWN_H */
