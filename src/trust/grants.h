/* trust/grants.h: the levels of rights, and what each may read and run. */
#ifndef GOV_TRUST_GRANTS_H
#define GOV_TRUST_GRANTS_H

#include "fmgr.h"

#include "registered/roles.h"

/* Gives a role all that a level gives, without an entry in the ledger. */
extern void gov_grants_give(const char *level, const char *role);

/* May a role run a function of ours, in whatever form? */
extern bool gov_grants_may_run(Oid role, const char *name);

/* Is a role at the level admin? */
extern bool gov_grants_is_admin(Oid role);

/* Raises unless the caller of an act has level admin; "what" is what it asked for. */
extern void gov_ensure_admin(const char *what);

/*
 * Raises unless the caller may end what an authority owns: as a real member of
 * its role, or with level admin.
 */
extern void gov_ensure_may_replace(const char *authority);
extern void gov_ensure_may_replace_each(uint64 count); /* in the first column of the last result */

/* The same for what a role registered; "act" says what the caller would do to it. */
extern void gov_ensure_may_act_for(const char *act, const GovKeptRole *registrar);

extern Datum gov_privileges(PG_FUNCTION_ARGS);

#endif							/* GOV_TRUST_GRANTS_H */
