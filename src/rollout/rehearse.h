/*
 * rollout/rehearse.h: a rehearsal in steps, for what is rehearsed otherwise
 * than as one text.
 */
#ifndef GOV_ROLLOUT_REHEARSE_H
#define GOV_ROLLOUT_REHEARSE_H

#include "nodes/execnodes.h"
#include "utils/jsonb.h"

#include "rollout/rehearsal.h"

/* A rehearsal as a function of this name begins it; its "work" is to be set, and what that goes by. */
extern GovRehearsal *gov_rehearse_prepare(const char *function, Jsonb *options, bool of_tiers);

/* Runs it, undoes it, and looks at how things were before. */
extern void gov_rehearse_perform(GovRehearsal *rehearsal);

/* Looks at what was done so far, where not all is to be looked at when all ran. */
extern void gov_rehearse_look_now(GovRehearsal *rehearsal);

/* Did all run, and was nothing met that cannot be rehearsed?  The same in words. */
extern bool gov_rehearse_is_ok(const GovRehearsal *rehearsal);
extern const char *gov_rehearse_verdict(const GovRehearsal *rehearsal);

/* Puts the rows after the verdict; gives all rows to whoever asked. */
extern void gov_rehearse_report_measures(GovRehearsal *rehearsal);
extern void gov_rehearse_emit(const GovRehearsal *rehearsal, ReturnSetInfo *result);

#endif							/* GOV_ROLLOUT_REHEARSE_H */
