/* acts/own.h: owning, disowning, handing over: the words for it. */
#ifndef GOV_ACTS_OWN_H
#define GOV_ACTS_OWN_H

/* The words for a kind of owner, ended by NULL. */
extern const char *const gov_ownership_kinds[];

#endif							/* GOV_ACTS_OWN_H */
