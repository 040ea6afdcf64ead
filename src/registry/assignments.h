/*
 * registry/assignments.h: writing gov_assignment, which nothing else does.
 *
 * Acts say what they want of it: of one cell by arguments, of many rows by
 * rows kept aside (gov_spi_collect), whose name they pass, or a query in
 * parentheses that reads them; the columns stand with each function.  The
 * caller holds the locks on the cells and decides which rows are written and
 * whether they may be.
 */
#ifndef GOV_REGISTRY_ASSIGNMENTS_H
#define GOV_REGISTRY_ASSIGNMENTS_H

#include "server/spi.h"
#include "registry/target.h"

/* What is assigned, beside the cell. */
typedef struct GovAssignment
{
	char	   *zone;
	char	   *kind;
	GovArg		confidence;
	GovArg		match_score;
	GovArg		provenance;		/* {} counts as none */
	GovArg		evidence;
	GovArg		assigned_at;	/* NULL: now */
} GovAssignment;

/*
 * Makes the next revision of a cell and supersedes the one before; on a
 * single-valued axis an approved one supersedes the object's other values, too.
 */
extern void gov_assignment_put(const GovTarget *cell, const GovAssignment *what);

/* Moves a row of a cell to another zone; to approved with the same effect on other values. */
extern void gov_assignment_set_zone(const GovTarget *cell, int64 assignment_id, const char *zone, const char *reason);

/* Ends a row; "reason" NULL leaves the row's. */
extern void gov_assignment_end(int64 assignment_id, const char *reason);

/* Ends the assignments of retired objects to a value that is being retired. */
extern void gov_assignment_end_of_retired(const char *axis, const char *value);

/*
 * Ends rows now: assignment_id, superseded_by (NULL: by none; it may be made
 * after), reason (NULL leaves the row's).  A row that has ended or was
 * superseded meanwhile is left alone.  How many; "done" as in gov_spi_write.
 */
extern uint64 gov_assignment_end_rows(const char *rows, GovRows **done);

/*
 * Makes rows: assignment_id (drawn from gov_assignment_sequence), object_id,
 * axis, value, zone, confidence, match_score, provenance, evidence,
 * assigned_kind, assigned_by, assigned_at, valid_from, valid_to, revision,
 * reason.  How many it made.
 */
extern uint64 gov_assignment_put_rows(const char *rows);

/* Lets rows that stand be about another value: assignment_id, value.  How many; "done" likewise. */
extern uint64 gov_assignment_move_rows(const char *rows, GovRows **done);

/*
 * Lets all rows of a value that stand be about another, but those of objects
 * that are gone, without keeping them aside first.  How many; those are kept
 * as gov_done (assignment_id, zone, value, had: the value before).
 */
extern uint64 gov_assignment_move_value(const char *axis, const char *from, const char *into, GovRows **done);

/* Gives rows back what they had: assignment_id, value, superseded_by, valid_to.  How many. */
extern uint64 gov_assignment_restore_rows(const char *rows);

/* The sequence of assignment_id, as an argument for nextval. */
extern GovArg gov_assignment_sequence(void);

#endif							/* GOV_REGISTRY_ASSIGNMENTS_H */
