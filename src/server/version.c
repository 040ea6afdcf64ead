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
 * up for the first time (server/extension.c), and again after that was forgotten.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "server/extension.h"

PG_FUNCTION_INFO_V1(gov_version);

/* gov_version(): "governance VERSION", and the objects' version where it is another. */
Datum
gov_version(PG_FUNCTION_ARGS)
{
	const char *objects_version = gov_is_installed() ? gov_extension_version() : GOV_VERSION;

	(void) fcinfo;
	if (strcmp(GOV_VERSION, objects_version) == 0)
		PG_RETURN_TEXT_P(cstring_to_text("governance " GOV_VERSION));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("governance %s, SQL objects %s", GOV_VERSION, objects_version)));
}
