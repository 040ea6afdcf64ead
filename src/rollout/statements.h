/*
 * rollout/statements.h: running the statements of a text one by one.
 */
#ifndef GOV_ROLLOUT_STATEMENTS_H
#define GOV_ROLLOUT_STATEMENTS_H

#include "nodes/parsenodes.h"
#include "tcop/cmdtag.h"
#include "tcop/dest.h"

#include "rollout/rehearsal.h"

/* Runs one statement of a text; its rows go to "receiver". */
extern void gov_statement_execute(const char *sql, RawStmt *raw, DestReceiver *receiver, QueryCompletion *done);

/* Checks all deferred constraints and fires all deferred triggers. */
extern void gov_statements_check_constraints(void);

/* The number of the line of a position in a text. */
extern int	gov_statement_line(const char *sql, int position);

/* Reads and runs the statements of the one text, inside the subtransaction, to the checks of constraints at the end. */
extern void gov_statements_run(GovRehearsal *rehearsal);

/* The same in steps, for several texts after one another. */
extern void gov_statements_run_text(GovRehearsal *rehearsal);
extern void gov_statements_complete(GovRehearsal *rehearsal);

/* Puts a row or more for each statement. */
extern void gov_statements_report(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_STATEMENTS_H */
