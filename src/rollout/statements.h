/*
 * rollout/statements.h: running the statements of a text one by one.
 */
#ifndef GOV_ROLLOUT_STATEMENTS_H
#define GOV_ROLLOUT_STATEMENTS_H

#include "rollout/rehearsal.h"

/* Reads and runs the statements, inside the subtransaction, to the checks of constraints at the end. */
extern void gov_statements_run(GovRehearsal *rehearsal);

/* Puts a row or more for each statement. */
extern void gov_statements_report(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_STATEMENTS_H */
