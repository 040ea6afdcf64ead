/* trust/authorities.h: who can own or approve, and who is an agent. */
#ifndef GOV_TRUST_AUTHORITIES_H
#define GOV_TRUST_AUTHORITIES_H

#include "server/args.h"
#include "server/spi.h"

/* How to get an authority, for hints. */
#define GOV_AUTHORITY_HINT "gov_set_authority adds one."

/*
 * Raises unless the authority exists; "active": unless it is active, too.
 * Its row is locked as asked, GOV_ROW_UPDATE meaning FOR NO KEY UPDATE here:
 * what refers to the authority need not wait.  Needs no open gov_spi_begin,
 * and does not mind one.
 */
extern void gov_ensure_authority_for(GovPurpose purpose, const char *authority, GovRowLock lock, bool active);
#define gov_ensure_authority(authority, active) \
	gov_ensure_authority_for(GOV_FOR_ITSELF, (authority), GOV_ROW_PLAIN, (active))

/* Raises unless this status of an authority is active. */
extern void gov_ensure_authority_active(const char *authority, const char *status);

/*
 * Is the session user a real member of the role of any active authority of
 * kind agent?  Being a superuser makes nobody one.
 */
extern bool gov_session_is_agent(void);

/* Raises when the session belongs to an agent; "act" says what it may not do. */
extern void gov_ensure_not_agent(const char *act);

/*
 * Ties authorities to the roles of today, as gov_kept_role says: those with
 * role "role" by name, or all; how many changed.
 */
extern uint64 gov_authorities_rebind(GovArg role);

#endif							/* GOV_TRUST_AUTHORITIES_H */
