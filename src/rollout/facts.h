/*
 * rollout/facts.h: what a rehearsal would change of what is governed: metrics,
 * the inventory, gaps.
 */
#ifndef GOV_ROLLOUT_FACTS_H
#define GOV_ROLLOUT_FACTS_H

#include "rollout/rehearsal.h"

/* Looks, as the owner, inside the rehearsal; then once all is undone. */
extern void gov_facts_after(GovRehearsal *rehearsal);
extern void gov_facts_before(GovRehearsal *rehearsal);

/* Puts rows for what differs. */
extern void gov_facts_report(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_FACTS_H */
