/*
 * rollout/tagged.h: taking back the rows that a tier made.
 */
#ifndef GOV_ROLLOUT_TAGGED_H
#define GOV_ROLLOUT_TAGGED_H

#include "postgres.h"

/* From now until the current subtransaction ends, the rows of a tier may be removed. */
extern void gov_tagged_begin(const char *rollout, int32 tier);

/* Raises where rows bear the tag of a tier that was never applied: somebody else's, which its revert would remove. */
extern void gov_tagged_ensure_none(const char *rollout, int32 tier);

/* Is a tag that of a tier? */
extern bool gov_tagged_is_of_tier(const char *tag);

#endif							/* GOV_ROLLOUT_TAGGED_H */
