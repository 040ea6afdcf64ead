/*
 * server/security.h: whose rights SQL runs with, and which search_path it sees.
 */
#ifndef GOV_SERVER_SECURITY_H
#define GOV_SERVER_SECURITY_H

/* What gov_security_enter changed, for gov_security_leave. */
typedef struct GovSecurity
{
	Oid			user;
	int			context;
	int			guc_level;
} GovSecurity;

extern void gov_security_enter(GovSecurity *saved, Oid user, bool restricted);
extern void gov_security_become_registered(Oid owner, bool all_rows);
extern void gov_security_leave(const GovSecurity *saved);
extern int	gov_security_pin_settings(void);
extern char *gov_qualified_name(const char *schema, const char *name);

#endif							/* GOV_SERVER_SECURITY_H */
