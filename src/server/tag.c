/*-------------------------------------------------------------------------
 *
 * server/tag.c
 *	  The tag that new rows bear: governance.tag.
 *
 * Anybody may set it, so that what one change brought can be listed.  But what
 * bears the tag of a rollout's tier is removed when that tier is reverted, under
 * the approval that the tier had: rows that somebody else slipped in, and that
 * were voted on by themselves, would go with it.  So that tag is stamped while
 * the tier runs, and at no other time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/during.h"
#include "server/guc.h"
#include "server/tag.h"

PG_FUNCTION_INFO_V1(gov_new_tag);

/* Is a tag that of a tier? */
static bool (*gov_tag_is_taken) (const char *tag);

/* The tag of the tier that runs, while it does. */
static char *running = NULL;
static GovDuring runs;

/* The tag that was looked up last, in which transaction: rows come by the million. */
static char looked_up[GOV_CODE_MAX_BYTES + 1];
static TimestampTz looked_up_in = 0;

/* From now until the current subtransaction ends, rows may bear this tag. */
void
gov_tag_begin(const char *tag)
{
	running = MemoryContextStrdup(TopTransactionContext, tag);
	gov_during_begin(&runs);
}

/* The tag of the tier that runs; NULL for none. */
const char *
gov_tag_running(void)
{
	return gov_during(&runs) ? running : NULL;
}

/* Raises where a tag is that of a tier which does not run. */
static void
gov_tag_ensure_free(const char *tag)
{
	if (strchr(tag, '/') == NULL || (gov_tag_running() != NULL && strcmp(running, tag) == 0) ||
		(looked_up_in == GetCurrentTransactionStartTimestamp() && strcmp(looked_up, tag) == 0))
		return;
	if (gov_tag_is_taken(tag))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("tag \"%s\" is that of a rollout's tier", tag),
				 errdetail("What bears it is removed when the tier is reverted, so it is for what the tier itself brings."),
				 errhint("RESET governance.tag, or choose another.")));
	strlcpy(looked_up, tag, sizeof(looked_up));
	looked_up_in = GetCurrentTransactionStartTimestamp();
}

/* gov_new_tag(): the tag of a row that is being made; NULL for none. */
Datum
gov_new_tag(PG_FUNCTION_ARGS)
{
	if (gov_guc_tag[0] == '\0')
		PG_RETURN_NULL();
	gov_tag_ensure_free(gov_guc_tag);
	PG_RETURN_TEXT_P(cstring_to_text(gov_guc_tag));
}

/* Who knows the tags of rollouts. */
void
gov_tag_init(bool (*is_taken) (const char *tag))
{
	gov_tag_is_taken = is_taken;
}
