/*
 * rollout/tagged.h: taking back the rows that a tier made.
 */
#ifndef GOV_ROLLOUT_TAGGED_H
#define GOV_ROLLOUT_TAGGED_H

#include "postgres.h"

/* From now until the current subtransaction ends, the rows of a tier may be removed. */
extern void gov_tagged_begin(const char *rollout, int32 tier);

#endif							/* GOV_ROLLOUT_TAGGED_H */
