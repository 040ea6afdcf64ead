/*
 * rollout/refusals.h: what cannot be rehearsed.
 */
#ifndef GOV_ROLLOUT_REFUSALS_H
#define GOV_ROLLOUT_REFUSALS_H

#include "rollout/rehearsal.h"

/* Watches commands, queries and functions of a rehearsal, inside its subtransaction. */
extern void gov_refusals_watch(GovRehearsal *rehearsal);

/* Looks again at what was looked at and has changed since; before the checks at the end. */
extern void gov_refusals_look_again(void);

/* Notes that an error that is being raised shows something that cannot be rehearsed. */
extern void gov_refusals_note_error(GovRehearsal *rehearsal);

/* Puts rows for what was refused, and for what is warned of. */
extern void gov_refusals_report(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_REFUSALS_H */
