/* grants.h: the levels of rights, and what each may read and run. */
#ifndef GOV_TRUST_GRANTS_H
#define GOV_TRUST_GRANTS_H

#include "fmgr.h"

/* Gives a role all that a level gives, without an entry in the ledger. */
extern void gov_grants_give(const char *level, const char *role);

/* Is a role at the level admin? */
extern bool gov_grants_is_admin(Oid role);

extern Datum gov_privileges(PG_FUNCTION_ARGS);

#endif							/* GOV_TRUST_GRANTS_H */
