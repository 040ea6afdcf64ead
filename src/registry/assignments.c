/*-------------------------------------------------------------------------
 *
 * registry/assignments.c
 *	  Writing gov_assignment: the one file that does.
 *
 * A row of gov_assignment is only ever changed to end it, to supersede it, to
 * move its zone, or to give it another value (a merge, a split, and their
 * undo).  A single cell is written by statements with kept plans; a set is
 * written from rows kept aside, whose number the planner knows.
 *
 * A set that ends some rows and makes others in their place ends them first,
 * so that the guard of periods (periods.c) never sees both; superseded_by is
 * checked at the end of the transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/extension.h"
#include "server/spi.h"
#include "server/statistics.h"
#include "registry/assignments.h"
#include "registry/in_force.h"

/* The end of a row a: now, but not before it begins, and not later than it would. */
#define ENDS_NOW "least(a.valid_to, greatest(a.valid_from, now()))"

/*
 * The new revision, and in the same statement the end of what it supersedes:
 * the cell's rows, and with $11 the object's approved ones of other values.
 */
GOV_QUERY(put_row,
		  "WITH made AS (INSERT INTO @.gov_assignment"
		  "  (object_id, axis, value, zone, confidence, match_score, provenance, evidence,"
		  "   assigned_kind, assigned_by, assigned_at, revision)"
		  "  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, session_user, COALESCE($10, now()),"
		  "   1 + COALESCE((SELECT max(revision) FROM @.gov_assignment AS a"
		  "    WHERE object_id = $1 AND axis = $2 AND value = $3 AND " GOV_NOT_SUPERSEDED("a") "), 0))"
		  "  RETURNING assignment_id)"
		  " UPDATE @.gov_assignment AS a"
		  "  SET superseded_by = made.assignment_id, valid_to = " ENDS_NOW
		  "  FROM made WHERE a.object_id = $1 AND a.axis = $2 AND " GOV_ASSIGNMENT_STANDS("a")
		  "  AND (a.value = $3 OR ($11 AND a.zone = 'approved'))",
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, FLOAT4OID, FLOAT4OID, JSONBOID, JSONBOID,
		  TEXTOID, TIMESTAMPTZOID, BOOLOID);

/* Does a row of that zone take the place of the object's other values? */
static bool
gov_assignment_stands_alone(const GovTarget *cell, const char *zone)
{
	return !cell->multivalued && strcmp(zone, "approved") == 0;
}

/* Makes the next revision of a cell. */
void
gov_assignment_put(const GovTarget *cell, const GovAssignment *what)
{
	int			level = gov_spi_begin();

	gov_run(&put_row, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value),
			gov_text(what->zone), what->confidence, what->match_score, what->provenance,
			what->evidence, gov_text(what->kind), what->assigned_at,
			gov_bool(gov_assignment_stands_alone(cell, what->zone)));
	gov_spi_end(level);
}

/* The move, and for an approved one on a single-valued axis the end of others. */
GOV_QUERY(set_zone,
		  "WITH closed AS (UPDATE @.gov_assignment AS a"
		  "  SET superseded_by = $4, valid_to = " ENDS_NOW
		  "  WHERE $6 AND object_id = $1 AND axis = $2 AND value <> $3 AND zone = 'approved'"
		  "  AND " GOV_ASSIGNMENT_STANDS("a") ")"
		  " UPDATE @.gov_assignment SET zone = $5, reason = $7 WHERE assignment_id = $4",
		  INT8OID, TEXTOID, TEXTOID, INT8OID, TEXTOID, BOOLOID, TEXTOID);

/* Moves a row to another zone. */
void
gov_assignment_set_zone(const GovTarget *cell, int64 assignment_id, const char *zone, const char *reason)
{
	int			level = gov_spi_begin();

	gov_run(&set_zone, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value),
			gov_int8(assignment_id), gov_text(zone), gov_bool(gov_assignment_stands_alone(cell, zone)),
			gov_text(reason));
	gov_spi_end(level);
}

GOV_QUERY(end_row,
		  "UPDATE @.gov_assignment AS a SET valid_to = " ENDS_NOW ", reason = COALESCE($2, reason)"
		  " WHERE assignment_id = $1",
		  INT8OID, TEXTOID);

/* Ends a row. */
void
gov_assignment_end(int64 assignment_id, const char *reason)
{
	int			level = gov_spi_begin();

	gov_run(&end_row, gov_int8(assignment_id), gov_text(reason));
	gov_spi_end(level);
}

GOV_QUERY(end_of_retired,
		  "UPDATE @.gov_assignment AS s SET valid_to = greatest(s.valid_from, now()),"
		  "  reason = COALESCE(v.reason, s.reason)"
		  " FROM @.gov_axis_value AS v"
		  " WHERE v.axis = $1 AND v.value = $2 AND s.axis = v.axis AND s.value = v.value"
		  "   AND " GOV_ASSIGNMENT_STANDS("s") " AND NOT " GOV_OF_NO_GONE_OBJECT("s"),
		  TEXTOID, TEXTOID);

/*
 * Ends the assignments of retired objects to a value that is being retired,
 * also those that the snapshot does not show: they do not count as a use of
 * the value.
 */
void
gov_assignment_end_of_retired(const char *axis, const char *value)
{
	int			level = gov_spi_begin();

	gov_run_latest(&end_of_retired, gov_text(axis), gov_text(value));
	gov_spi_end(level);
}

/* Ends the rows that are named and stand. */
uint64
gov_assignment_end_rows(const char *rows, GovRows **done)
{
	return gov_spi_write(psprintf("UPDATE @.gov_assignment AS a SET superseded_by = c.superseded_by,"
								  " valid_to = " ENDS_NOW ", reason = COALESCE(c.reason, a.reason)"
								  " FROM %s AS c WHERE a.assignment_id = c.assignment_id AND " GOV_ASSIGNMENT_STANDS("a"),
								  rows), done);
}

/* Makes rows, in the order in which they come. */
uint64
gov_assignment_put_rows(const char *rows)
{
	uint64		made = gov_spi_write(psprintf("INSERT INTO @.gov_assignment (assignment_id, object_id, axis, value, zone, confidence,"
								  " match_score, provenance, evidence, assigned_kind, assigned_by, assigned_at, valid_from,"
								  " valid_to, revision, reason)"
								  " SELECT c.assignment_id, c.object_id, c.axis, c.value, c.zone, c.confidence,"
								  " c.match_score, c.provenance, c.evidence, c.assigned_kind, c.assigned_by, c.assigned_at,"
								  " c.valid_from, c.valid_to, c.revision, c.reason FROM %s AS c", rows), NULL);

	gov_statistics_follow("gov_assignment", made);
	return made;
}

/* Lets the rows that are named and stand be about another value. */
uint64
gov_assignment_move_rows(const char *rows, GovRows **done)
{
	return gov_spi_write(psprintf("UPDATE @.gov_assignment AS a SET value = c.value, revision = a.revision + 1"
								  " FROM %s AS c WHERE a.assignment_id = c.assignment_id AND " GOV_ASSIGNMENT_STANDS("a"),
								  rows), done);
}

/*
 * Moves all assignments of a value to another.  A value may have very many, so
 * they are found and written in one statement: keeping them aside and joining
 * them by key once more would cost as much as finding them.
 */
uint64
gov_assignment_move_value(const char *axis, const char *from, const char *into, GovRows **done)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	GovArg		args[] = {gov_text(axis), gov_text(from), gov_text(into)};

	*done = gov_spi_collect("gov_done",
							"UPDATE @.gov_assignment AS a SET value = $3, revision = a.revision + 1"
							" WHERE a.axis = $1 AND a.value = $2 AND " GOV_ASSIGNMENT_STANDS("a")
							" AND " GOV_OF_NO_GONE_OBJECT("a")
							" RETURNING a.assignment_id, a.zone, a.value, $2 AS had",
							lengthof(args), types, args);
	return gov_rows_count(*done);
}

/* Gives rows back what they had, as another revision. */
uint64
gov_assignment_restore_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_assignment AS a SET value = c.value, superseded_by = c.superseded_by,"
								  " valid_to = c.valid_to, revision = a.revision + 1"
								  " FROM %s AS c WHERE a.assignment_id = c.assignment_id", rows), NULL);
}

/* The sequence of assignment_id. */
GovArg
gov_assignment_sequence(void)
{
	return gov_oid(gov_relation_oid("gov_assignment_assignment_id_seq"));
}
