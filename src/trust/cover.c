/*-------------------------------------------------------------------------
 *
 * trust/cover.c
 *	  Acts that run under an approval of something larger.
 *
 * The SQL of a rollout's tier calls acts, several of which may be gated.  Its
 * voters have read that SQL, so the approval of the tier, which was used before
 * the SQL runs, covers these acts: none asks for one of its own.  Changes of
 * who may approve what are not covered: what decides who decides is voted on
 * by itself.
 *
 * The cover is the subtransaction in which the SQL runs (server/during.h).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/during.h"
#include "trust/cover.h"

/* What is covered. */
static GovDuring covered;

/* From now until the current subtransaction ends, acts run under an approval that was used. */
void
gov_cover_begin(void)
{
	gov_during_begin(&covered);
}

/* Does it let an act of this risk through? */
bool
gov_cover_allows(const char *risk)
{
	return gov_during(&covered) && strcmp(risk, "constitutional") != 0;
}
