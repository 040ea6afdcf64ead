/*-------------------------------------------------------------------------
 *
 * server/version.c
 *	  Which library and which SQL objects work together.
 *
 * The two are installed apart, so they can differ: while the servers of a
 * cluster are upgraded one by one, or before ALTER EXTENSION ... UPDATE is
 * run.  Within one major version columns and functions are only added, and
 * each side works with the other; across major versions nothing is run but
 * gov_version, which says what there is.
 *
 * The check is made once per backend, when the extension's schema is looked
 * up for the first time (extension.c), and again after that was forgotten.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/extension.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "server/extension.h"
#include "server/version.h"

PG_FUNCTION_INFO_V1(gov_version);

/* The version noted last, cut where it is longer than ours can be. */
static char objects_version[64];
static bool known = false;

/* Notes the version that the SQL objects in this database have. */
void
gov_version_note(const char *version)
{
	strlcpy(objects_version, version, sizeof(objects_version));
	known = strtol(objects_version, NULL, 10) == strtol(GOV_VERSION, NULL, 10);
}

/*
 * Raises unless the SQL objects are of the library's own major version.  While
 * the extension's own script runs, they are not yet what they are called.
 */
void
gov_ensure_version(void)
{
	if (known || creating_extension)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the library and the SQL objects of extension \"%s\" do not go together", "governance"),
			 errdetail("The library is of version %s, the objects in this database are of version %s.",
					   GOV_VERSION, objects_version),
			 strtol(objects_version, NULL, 10) < strtol(GOV_VERSION, NULL, 10) ?
			 errhint("Run ALTER EXTENSION governance UPDATE.") :
			 errhint("Install the library of version %s and connect anew.", objects_version)));
}

/* gov_version(): "governance VERSION", and the objects' version where it is another. */
Datum
gov_version(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	if (!gov_is_installed() || strcmp(GOV_VERSION, objects_version) == 0)
		PG_RETURN_TEXT_P(cstring_to_text("governance " GOV_VERSION));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("governance %s, SQL objects %s", GOV_VERSION, objects_version)));
}
