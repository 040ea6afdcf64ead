/*-------------------------------------------------------------------------
 *
 * gov_guc.c
 *	  The settings of the extension, all under the prefix "governance.".
 *
 * Settings that guard something are PGC_SUSET: a session cannot loosen its
 * own brake.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"

#include "gov_guc.h"

char	   *gov_guc_tag = NULL;
int			gov_guc_retire_limit = 20;

/* Defines every setting; called once from _PG_init. */
void
gov_guc_init(void)
{
	DefineCustomStringVariable("governance.tag",
							   "Tag stamped on rows of the classification and ownership tables.",
							   "Empty for none. What one change brought can be listed by its tag.",
							   &gov_guc_tag,
							   "",
							   PGC_USERSET, 0, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.retire_limit",
							"Percent of a source's live objects that one gov_sync may retire without being forced.",
							"A sync that would retire more than this share, and more than 10 objects, or all of them, stops with an error.",
							&gov_guc_retire_limit,
							20, 0, 100,
							PGC_SUSET, 0, NULL, NULL, NULL);

	MarkGUCPrefixReserved("governance");
}
