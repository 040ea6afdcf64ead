/*-------------------------------------------------------------------------
 *
 * server/security.c
 *	  Whose rights SQL runs with, and which search_path it sees.
 *
 * Functions that read are SECURITY DEFINER with a pinned search_path in their
 * declaration.  What is here serves the rest: acts, which look first who calls
 * them (server/caller.c), procedures that commit, SQL of ours (gov_spi pins the
 * path for every statement it runs), and relations or routines that users registered
 * (registered/door.c).
 *
 * A level of settings always ends as if rolled back: what was SET in between,
 * by a trigger or a function that somebody wrote, ends with it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "server/security.h"

/* The search_path under which our statements run: names are looked up in pg_catalog alone. */
#define GOV_SEARCH_PATH "pg_catalog, pg_temp"

/*
 * Pins search_path in a new nest level of settings, which the caller gives
 * back to AtEOXact_GUC(false, level).  With it goes what would change the
 * names of objects as the server writes them: these are kept and compared.
 * JIT is off: our statements are short and many, and compiling each would
 * take longer than running it.
 */
int
gov_security_pin_settings(void)
{
	int			level = NewGUCNestLevel();

	/* where it is so already, as in calls of ours that nest, what is SET from here on ends with the level all the same */
	if (strcmp(namespace_search_path, GOV_SEARCH_PATH) != 0)
		(void) set_config_option("search_path", GOV_SEARCH_PATH,
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	if (quote_all_identifiers)
		(void) set_config_option("quote_all_identifiers", "off",
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	if (jit_enabled)
		(void) set_config_option("jit", "off",
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

	AtEOXact_GUC(false, level);
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
 * Becomes the owner of something registered, in the subtransaction that its
 * read is rolled back with, which restores everything: restricted, read-only,
 * and with settings that do not depend on the session.  References, labels and
 * details of findings are kept as texts and compared; so a date must be
 * written in the same way whatever DateStyle the session has.  Notices that
 * such code raises are not sent to the client.  With "all_rows" a query from
 * which row security would hide rows fails.
 */
void
gov_security_become_registered(Oid owner, bool all_rows)
{
	const char *const settings[][2] = {
		{"DateStyle", "ISO, MDY"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"},
		{"timezone_abbreviations", "Default"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"},
		{"lc_messages", "C"}, {"lc_monetary", "C"}, {"lc_numeric", "C"}, {"lc_time", "C"},
		{"xmlbinary", "base64"}, {"xmloption", "content"}, {"default_text_search_config", "pg_catalog.simple"},
		{"array_nulls", "on"}, {"transform_null_equals", "off"}, {"standard_conforming_strings", "on"},
		{"escape_string_warning", "off"}, {"backslash_quote", "safe_encoding"}, {"gin_fuzzy_search_limit", "0"},
		{"row_security", all_rows ? "off" : "on"}, {"jit", "off"}, {"client_min_messages", "error"},
		{"lo_compat_privileges", "off"}
	};
	int			context;
	Oid			user;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	(void) gov_security_pin_settings();
	for (int i = 0; i < (int) lengthof(settings); i++)
	{
		const char *now = GetConfigOption(settings[i][0], true, false);

		if (now != NULL && strcmp(now, settings[i][1]) != 0)
			(void) set_config_option(settings[i][0], settings[i][1],
									 PGC_SUSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}

	/* no setting that can be saved on 16 and later; the subtransaction's end restores it */
	XactReadOnly = true;
}

/* Undoes gov_security_enter. */
void
gov_security_leave(const GovSecurity *saved)
{
	AtEOXact_GUC(false, saved->guc_level);
	SetUserIdAndSecContext(saved->user, saved->context);
}
