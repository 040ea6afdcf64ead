/*-------------------------------------------------------------------------
 *
 * registry/ownership.c
 *	  Writing gov_ownership: the one file that does.
 *
 * A row begins, ends, or comes to be about another value; it is never
 * deleted, and what it says is never changed.  One row at a time goes by kept
 * plans, sets by rows kept aside: the planner then knows how many there are.
 *
 * A set that ends some rows and makes others in their place ends them first,
 * so that the guard of periods (periods.c) never sees both.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/extension.h"
#include "server/spi.h"
#include "server/statistics.h"
#include "registry/in_force.h"
#include "registry/ownership.h"

GOV_QUERY(insert_row,
		  "INSERT INTO @.gov_ownership (object_id, axis, value, owner_kind, authority, inherits,"
		  " effective_from, effective_to, reason, approval, supersedes_id)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, 'infinity'), $9, $10, $11)",
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
		  TEXTOID, TEXTOID, INT8OID);

/* An identity as an argument; 0 is none. */
static GovArg
gov_ownership_id_or_null(int64 id)
{
	return id != 0 ? gov_int8(id) : gov_null();
}

/* Makes a row. */
void
gov_ownership_put(const GovOwnershipRow *row)
{
	int			level = gov_spi_begin();

	gov_run(&insert_row, gov_ownership_id_or_null(row->object_id), gov_text(row->axis), gov_text(row->value),
			gov_text(row->kind), gov_text(row->authority), gov_bool(row->inherits),
			gov_timestamp(row->period.from), gov_timestamp(row->period.to), gov_text(row->reason),
			gov_text(row->approval), gov_ownership_id_or_null(row->supersedes));
	gov_spi_end(level);
}

/*
 * What ending does to a row w: it ends at "ends", but not before it begins,
 * and not later than it would have.
 */
#define ENDED(status_is, ends, reason_is) \
	" SET status = " status_is ", reason = COALESCE(" reason_is ", w.reason)," \
	" effective_to = least(w.effective_to, greatest(w.effective_from, " ends "))"

GOV_QUERY(end_row,
		  "UPDATE @.gov_ownership AS w" ENDED("$2", "$3", "$4") " WHERE w.ownership_id = $1",
		  INT8OID, TEXTOID, TIMESTAMPTZOID, TEXTOID);

/* Gives a row a status and an end. */
void
gov_ownership_end(int64 ownership_id, const char *status, TimestampTz ends, const char *reason)
{
	int			level = gov_spi_begin();

	gov_run(&end_row, gov_int8(ownership_id), gov_text(status), gov_timestamp(ends), gov_text(reason));
	gov_spi_end(level);
}

/* Two queries, so that an object's cell and a value's own are both found by index. */
GOV_QUERY(expire_object,
		  "UPDATE @.gov_ownership AS w SET status = 'expired'"
		  " WHERE w.object_id = $1 AND w.axis = $2 AND w.value = $3 AND " GOV_LAPSED("w"),
		  INT8OID, TEXTOID, TEXTOID);
GOV_QUERY(expire_anchor,
		  "UPDATE @.gov_ownership AS w SET status = 'expired'"
		  " WHERE w.object_id IS NULL AND w.axis = $1 AND w.value = $2 AND " GOV_LAPSED("w"),
		  TEXTOID, TEXTOID);

/* Sets the rows of a cell whose time has passed to expired: they stand in nobody's way. */
void
gov_ownership_expire(int64 object_id, const char *axis, const char *value)
{
	int			level = gov_spi_begin();

	if (object_id != 0)
		gov_run(&expire_object, gov_int8(object_id), gov_text(axis), gov_text(value));
	else
		gov_run(&expire_anchor, gov_text(axis), gov_text(value));
	gov_spi_end(level);
}

/*
 * Rows whose time has passed, oldest first, so that two sessions do not cross.
 * They are looked for once: a join could do it again and then find others.
 */
GOV_QUERY(expire_lapsed,
		  "WITH lapsed AS MATERIALIZED (SELECT ownership_id FROM @.gov_ownership AS w"
		  "  WHERE " GOV_LAPSED("w")
		  "  ORDER BY ownership_id LIMIT $1 FOR NO KEY UPDATE)"
		  " UPDATE @.gov_ownership AS w SET status = 'expired'"
		  " FROM lapsed WHERE w.ownership_id = lapsed.ownership_id",
		  INT8OID);

/* Sets rows whose time has passed to expired, wherever they are. */
int64
gov_ownership_expire_lapsed(int64 limit)
{
	int			level = gov_spi_begin();
	uint64		expired = gov_run(&expire_lapsed, limit > 0 ? gov_int8(limit) : gov_null());

	gov_spi_end(level);
	return (int64) expired;
}

GOV_QUERY(end_of_retired,
		  "UPDATE @.gov_ownership AS w SET status = 'revoked', effective_to = greatest(w.effective_from, now()),"
		  "  reason = COALESCE(v.reason, w.reason)"
		  " FROM @.gov_axis_value AS v"
		  " WHERE v.axis = $1 AND v.value = $2 AND w.axis = v.axis AND w.value = v.value"
		  "   AND " GOV_OWNERSHIP_STANDS("w")
		  "   AND (NOT " GOV_OF_NO_GONE_OBJECT("w")
		  "    OR EXISTS (SELECT FROM @.gov_authority AS a WHERE a.authority = w.authority AND a.status <> 'active'))",
		  TEXTOID, TEXTOID);

/* Ends what points at a retired value and is no use of it, whatever the snapshot: that of objects that are gone or by authorities that are retired. */
void
gov_ownership_end_of_retired(const char *axis, const char *value)
{
	int			level = gov_spi_begin();

	gov_run_latest(&end_of_retired, gov_text(axis), gov_text(value));
	gov_spi_end(level);
}

/* Ends the active ones of the rows that are named. */
uint64
gov_ownership_end_rows(const char *rows, GovRows **done)
{
	return gov_spi_write(psprintf("UPDATE @.gov_ownership AS w" ENDED("c.status", "c.ends", "c.reason")
								  " FROM %s AS c WHERE w.ownership_id = c.ownership_id AND w.status = 'active'",
								  rows), done);
}

/* Makes rows, in the order of their identities. */
uint64
gov_ownership_put_rows(const char *rows)
{
	uint64		made = gov_spi_write(psprintf("INSERT INTO @.gov_ownership (ownership_id, object_id, axis, value, owner_kind, authority,"
								  " inherits, effective_from, effective_to, reason, approval, supersedes_id)"
								  " SELECT c.ownership_id, c.object_id, c.axis, c.value, c.owner_kind, c.authority,"
								  " c.inherits, c.effective_from, c.effective_to, c.reason, c.approval, c.supersedes_id"
								  " FROM %s AS c", rows), NULL);

	gov_statistics_follow("gov_ownership", made);
	return made;
}

/* Lets the active ones of the rows that are named be about another value. */
uint64
gov_ownership_move_rows(const char *rows, GovRows **done)
{
	return gov_spi_write(psprintf("UPDATE @.gov_ownership AS w SET value = c.value"
								  " FROM %s AS c WHERE w.ownership_id = c.ownership_id AND w.status = 'active'",
								  rows), done);
}

/* The sequence of ownership_id. */
GovArg
gov_ownership_sequence(void)
{
	return gov_oid(gov_relation_oid("gov_ownership_ownership_id_seq"));
}
