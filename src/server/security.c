/*-------------------------------------------------------------------------
 *
 * server/security.c
 *	  Whose rights SQL runs with, and which search_path it sees.
 *
 * Functions that change facts are SECURITY DEFINER with a pinned search_path
 * in their declaration.  What is here serves the rest: procedures that
 * commit (which may carry neither), SQL of ours (gov_spi pins the path for
 * every statement it runs), and relations or routines that users registered,
 * which run as the role that registered them, in a security-restricted
 * operation.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "server/security.h"

/* Operators, functions and types come from the server alone. */
#define GOV_SEARCH_PATH "pg_catalog, pg_temp"

/*
 * Pins search_path in a new nest level of settings, which the caller gives
 * back to AtEOXact_GUC(true, level).  With it goes what would change the
 * names of objects as the server writes them: these are kept and compared.
 */
int
gov_security_pin_settings(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", GOV_SEARCH_PATH,
							 PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	if (quote_all_identifiers)
		(void) set_config_option("quote_all_identifiers", "off",
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* schema.name, quoted where SQL needs it and nowhere else, to be kept. */
char *
gov_qualified_name(const char *schema, const char *name)
{
	int			level = gov_security_pin_settings();
	char	   *quoted = quote_qualified_identifier(schema, name);

	AtEOXact_GUC(true, level);
	return quoted;
}

/*
 * Switches to "user" with a pinned search_path; "restricted" forbids what
 * could escape the switch (SET ROLE, temporary objects, deferred work).
 *
 * On error the transaction's abort restores all of it.
 */
void
gov_security_enter(GovSecurity *saved, Oid user, bool restricted)
{
	int			context;

	GetUserIdAndSecContext(&saved->user, &saved->context);
	context = saved->context | SECURITY_LOCAL_USERID_CHANGE;
	if (restricted)
		context |= SECURITY_RESTRICTED_OPERATION;
	SetUserIdAndSecContext(user, context);
	saved->guc_level = gov_security_pin_settings();
}

/*
 * The same, for what a role registered: restricted, and with settings that
 * do not depend on the session.  References, labels and details of findings
 * are kept as texts and compared; a date must not be another one for somebody
 * who reads dates otherwise.
 */
void
gov_security_enter_registered(GovSecurity *saved, Oid role)
{
	static const char *const settings[][2] = {
		{"DateStyle", "ISO, MDY"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"},
		{"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"row_security", "on"}
	};

	gov_security_enter(saved, role, true);
	for (int i = 0; i < (int) lengthof(settings); i++)
	{
		if (strcmp(GetConfigOption(settings[i][0], false, false), settings[i][1]) != 0)
			(void) set_config_option(settings[i][0], settings[i][1],
									 PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}
}

/* Undoes gov_security_enter. */
void
gov_security_leave(const GovSecurity *saved)
{
	AtEOXact_GUC(true, saved->guc_level);
	SetUserIdAndSecContext(saved->user, saved->context);
}

/*
 * Is the session user a member of the role?  Being a superuser does not make
 * one; false when there is no such role.
 */
bool
gov_session_is_member(const char *role_name)
{
	Oid			role = get_role_oid(role_name, true);

	return OidIsValid(role) && is_member_of_role_nosuper(GetSessionUserId(), role);
}
