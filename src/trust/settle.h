/*
 * trust/settle.h: what rights on the extension's objects are left after
 * its scripts ran.
 */
#ifndef GOV_TRUST_SETTLE_H
#define GOV_TRUST_SETTLE_H

extern void gov_settle_indexes(void);

#endif							/* GOV_TRUST_SETTLE_H */
