/*
 * rollout/steps.h: what was done of rollouts: gov_rollout_step, which nothing
 * else writes.
 */
#ifndef GOV_ROLLOUT_STEPS_H
#define GOV_ROLLOUT_STEPS_H

#include "rollout/tiers.h"

/* Notes a run of a tier, and its failure, if it failed; with an entry in the ledger. */
extern void gov_step_note(const GovTierRun *run, const ErrorData *error, int64 ms);

/* The approval under which a tier was applied last; NULL for none. */
extern char *gov_step_approval(const GovRollout *rollout, const GovTier *tier);

#endif							/* GOV_ROLLOUT_STEPS_H */
