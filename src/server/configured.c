/*-------------------------------------------------------------------------
 *
 * server/configured.c
 *	  Settings for superusers, as they were configured.
 *
 * Until the library is loaded the server knows nothing of its settings, and
 * takes any value for them.  What a client asks for when it connects (options
 * in the connection string, PGOPTIONS) takes the place of what the database, the
 * role or a file says.  When the settings are defined, the server finds that
 * the client may not set them, warns, and is left with the default: whoever
 * asks for something forbidden would be rid of what was configured.
 *
 * Therefore what was there before is compared with what is there then, and
 * where they differ the configuration is read again, in the server's own order
 * of what wins.  What a superuser set stays, since it wins over that.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/configured.h"
#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"

PG_FUNCTION_INFO_V1(gov_configured_ddl_mode);

/* The settings that superusers set. */
static const char *const names[] = {
	"governance.ddl_mode", "governance.retire_limit", "governance.finding_limit", "governance.detector_timeout",
	"governance.read_timeout", "governance.owner_timeout", "governance.run_max_age", "governance.notify_channel"
};

/* What each was before it was defined; NULL for nothing. */
static char *before[lengthof(names)];

/* Is one not what was asked for? */
static bool refused = false;

/* Notes what the session has for settings that are not defined yet. */
void
gov_configured_before(void)
{
	for (int i = 0; i < (int) lengthof(names); i++)
	{
		const char *value = GetConfigOption(names[i], true, false);

		before[i] = value == NULL ? NULL : MemoryContextStrdup(TopMemoryContext, value);
	}
}

/* Sees whether one of them is another now. */
void
gov_configured_after(void)
{
	for (int i = 0; i < (int) lengthof(names); i++)
	{
		if (before[i] != NULL && strcmp(before[i], GetConfigOption(names[i], false, false)) != 0)
			refused = true;
	}
}

/* Columns of both queries. */
enum {CONFIGURED_NAME = 1, CONFIGURED_VALUE, CONFIGURED_RANK};

/* What ALTER DATABASE and ALTER ROLE say: $1 the database, $2 the role that logged in; the last wins. */
GOV_QUERY(find_stored,
		  "SELECT lower(split_part(c.entry, '=', 1)), substr(c.entry, strpos(c.entry, '=') + 1),"
		  "       (s.setdatabase <> 0)::integer + 2 * (s.setrole <> 0)::integer"
		  " FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS c (entry)"
		  " WHERE s.setdatabase IN (0, $1) AND s.setrole IN (0, $2) AND starts_with(lower(c.entry), 'governance.')"
		  " ORDER BY 3",
		  OIDOID, OIDOID);

/* What files say; the last wins. */
GOV_QUERY(find_in_files,
		  "SELECT lower(f.name), f.setting, 0 FROM pg_file_settings AS f"
		  " WHERE starts_with(lower(f.name), 'governance.') AND f.error IS NULL ORDER BY f.seqno");

/* Sets what a query found, as from the sources that its ranks stand for. */
static void
gov_configured_apply(uint64 count, const GucSource *sources)
{
	for (uint64 row = 0; row < count; row++)
	{
		const char *name = gov_result_text(row, CONFIGURED_NAME);

		if (gov_text_is_among(name, names, lengthof(names)))
			(void) set_config_option(name, gov_result_text(row, CONFIGURED_VALUE), PGC_SUSET,
									 sources[gov_result_int4(row, CONFIGURED_RANK)], GUC_ACTION_SET, true, WARNING, false);
	}
}

/* Gives settings that a session tried to set, and might not, what was configured. */
void
gov_configured_restore(void)
{
	static const GucSource of_files[] = {PGC_S_FILE};
	static const GucSource of_stored[] = {PGC_S_GLOBAL, PGC_S_DATABASE, PGC_S_USER, PGC_S_DATABASE_USER};
	GovSecurity saved;
	int			level;

	if (!refused)
		return;
	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	/* an owner that is no superuser may not read files */
	if (superuser())
		gov_configured_apply(gov_run(&find_in_files), of_files);
	gov_configured_apply(gov_run(&find_stored, gov_oid(MyDatabaseId), gov_oid(GetAuthenticatedUserId())), of_stored);
	gov_spi_end(level);
	gov_security_leave(&saved);
	refused = false;
}

/* What holds in this database for whoever has nothing of its own. */
GOV_QUERY(find_general,
		  "SELECT lower(substr(c.entry, strpos(c.entry, '=') + 1))"
		  " FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS c (entry)"
		  " WHERE s.setdatabase IN (0, $1) AND s.setrole = 0 AND lower(split_part(c.entry, '=', 1)) = $2"
		  " ORDER BY s.setdatabase DESC LIMIT 1",
		  OIDOID, TEXTOID);

/* The last that files say of a setting; "otherwise" where they say nothing, or may not be read. */
static char *
gov_configured_in_files(const char *name, const char *otherwise)
{
	char	   *value = pstrdup(otherwise);
	uint64		count = superuser() ? gov_run(&find_in_files) : 0;

	for (uint64 row = 0; row < count; row++)
	{
		if (strcmp(gov_result_text(row, CONFIGURED_NAME), name) == 0)
			value = gov_result_text(row, CONFIGURED_VALUE);
	}
	return value;
}

/* What governance.ddl_mode is configured to be in this database, whatever single roles and this session have. */
char *
gov_configured_ddl_mode_of_database(void)
{
	GovSecurity saved;
	char	   *mode;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	mode = gov_run(&find_general, gov_oid(MyDatabaseId), gov_text("governance.ddl_mode")) > 0 ?
		gov_result_text(0, 1) : gov_configured_in_files("governance.ddl_mode", "track");
	gov_spi_end(level);
	gov_security_leave(&saved);
	return mode;
}

/* The same for views. */
Datum
gov_configured_ddl_mode(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_TEXT_P(cstring_to_text(gov_configured_ddl_mode_of_database()));
}
