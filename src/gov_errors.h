/*
 * gov_errors.h: SQLSTATEs of our own, class GV, for what a client must be
 * able to tell apart.  Every other error has a standard SQLSTATE.
 */
#ifndef GOV_ERRORS_H
#define GOV_ERRORS_H

/* A move that the lifecycle of a thing does not allow (view gov_transition). */
#define ERRCODE_GOV_TRANSITION_REFUSED	MAKE_SQLSTATE('G', 'V', 'T', '0', '1')

/* A sync that would retire too much of a source, without being forced. */
#define ERRCODE_GOV_SYNC_BRAKED	MAKE_SQLSTATE('G', 'V', 'B', '0', '1')

#endif							/* GOV_ERRORS_H */
