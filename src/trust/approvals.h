/* trust/approvals.h: who approved what. */
#ifndef GOV_TRUST_APPROVALS_H
#define GOV_TRUST_APPROVALS_H

/* Sets every approval whose time has passed to expired; how many. */
extern uint64 gov_approvals_expire_lapsed(void);

#endif							/* GOV_TRUST_APPROVALS_H */
