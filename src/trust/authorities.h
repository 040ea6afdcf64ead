/* authorities.h: who can own or approve, and who is an agent. */
#ifndef GOV_TRUST_AUTHORITIES_H
#define GOV_TRUST_AUTHORITIES_H

/*
 * Raises unless the authority exists; "active": unless it is active, too.
 * Needs no open gov_spi_begin, and does not mind one.
 */
extern void gov_ensure_authority(const char *authority, bool active);

/* Raises unless this status of an authority is active. */
extern void gov_ensure_authority_active(const char *authority, const char *status);

/*
 * Is the session user a real member of the role of any active authority of
 * kind agent?  Being a superuser makes nobody one.
 */
extern bool gov_session_is_agent(void);

/* Raises when it is; "act" says what it may not do. */
extern void gov_ensure_not_agent(const char *act);

#endif							/* GOV_TRUST_AUTHORITIES_H */
