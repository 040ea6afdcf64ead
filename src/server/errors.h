/*
 * server/errors.h: SQLSTATEs of our own, class QV, for what a client must be
 * able to tell apart.  Every other error has a standard SQLSTATE.
 */
#ifndef GOV_SERVER_ERRORS_H
#define GOV_SERVER_ERRORS_H

/* A move that the lifecycle of a thing does not allow (view gov_transition). */
#define ERRCODE_GOV_TRANSITION_REFUSED	MAKE_SQLSTATE('Q', 'V', 'T', '0', '1')

/* A sync that would retire too much of a source, without being forced. */
#define ERRCODE_GOV_SYNC_BRAKED	MAKE_SQLSTATE('Q', 'V', 'B', '0', '1')

/* An act whose gate asks for an approval, and none was given. */
#define ERRCODE_GOV_APPROVAL_NEEDED	MAKE_SQLSTATE('Q', 'V', 'A', '0', '1')

/* An approval that does not permit the act: other call, not approved, used. */
#define ERRCODE_GOV_APPROVAL_REFUSED	MAKE_SQLSTATE('Q', 'V', 'A', '0', '2')

/* A vote or confirmation that cannot count. */
#define ERRCODE_GOV_VOTE_REFUSED	MAKE_SQLSTATE('Q', 'V', 'A', '0', '3')

/* The ledger is not whole (gov_ledger_verify says where). */
#define ERRCODE_GOV_LEDGER_BROKEN	MAKE_SQLSTATE('Q', 'V', 'L', '0', '1')

/* gov_check: a limit was passed, or nothing was measured. */
#define ERRCODE_GOV_CHECK_FAILED	MAKE_SQLSTATE('Q', 'V', 'C', '0', '1')

/* A transaction that would leave new objects without what coverage rules ask for (governance.ddl_mode = enforce). */
#define ERRCODE_GOV_UNGOVERNED	MAKE_SQLSTATE('Q', 'V', 'D', '0', '1')

/* A rollout that its gate does not let through (gov_gate says why). */
#define ERRCODE_GOV_ROLLOUT_BLOCKED	MAKE_SQLSTATE('Q', 'V', 'R', '0', '1')

/* A tier that did not do what was expected, or whose verify_sql does not hold. */
#define ERRCODE_GOV_TIER_FAILED	MAKE_SQLSTATE('Q', 'V', 'R', '0', '2')

#endif							/* GOV_SERVER_ERRORS_H */
