/*
 * rollout/gate.h: what stands in the way of a tier.
 */
#ifndef GOV_ROLLOUT_GATE_H
#define GOV_ROLLOUT_GATE_H

#include "trust/calls.h"
#include "metrics/metrics.h"
#include "rollout/rollouts.h"

/* One thing that stands in the way, and the way out. */
typedef struct GovBlocker
{
	const char *blocker;
	const char *hint;			/* NULL for none */
} GovBlocker;

/* Is it sealed, what was sealed, and where it was sealed for?  What of this is not so (GovBlocker). */
extern List *gov_gate_content_blockers(const GovRollout *rollout, const List *tiers);

/*
 * What is otherwise, with metrics as they are now, than the last rehearsal met it
 * before a tier, in words; NULL for nothing, or when it did not rehearse that.
 */
extern char *gov_gate_differences(const GovRollout *rollout, const GovTier *tier, const GovMetrics *now);

/* What stands in the way of the rollout whole (GovBlocker), "next" being the first tier that is not applied, or NULL. */
extern List *gov_gate_rollout_blockers(const GovRollout *rollout, const List *tiers, const GovTier *next);

/* What stands in the way of one tier; "approval" gets the one that lets it through, or NULL where none is needed. */
extern List *gov_gate_tier_blockers(const GovRollout *rollout, const GovTier *tier, char **approval);

/* The call that the approval of a tier is for. */
extern GovCall gov_gate_tier_call(const GovRollout *rollout, const GovTier *tier);

/* The first tier that is not applied; NULL when all are. */
extern const GovTier *gov_gate_next(const List *tiers);

#endif							/* GOV_ROLLOUT_GATE_H */
