/*-------------------------------------------------------------------------
 *
 * registry/values.c
 *	  Finding the values of axes, and writing gov_axis_value: the one file
 *	  that does.
 *
 * What the states of a value mean for its parent, for its children and for
 * what points at it is checked by the trigger in forests.c.  A single value is
 * written by statements with kept plans; a set is written from rows kept
 * aside, whose number the planner knows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "server/extension.h"
#include "server/spi.h"
#include "registry/axes.h"
#include "registry/values.h"

/* Columns of find_value. */
enum {VALUE_STATUS = 1, VALUE_PARENT, VALUE_REPLACED_BY, VALUE_MIRRORS};

GOV_LOOKUP(find_value,
		   "SELECT status, parent, replaced_by, object_id IS NOT NULL"
		   " FROM @.gov_axis_value WHERE axis = $1 AND value = $2",
		   TEXTOID, TEXTOID);

/*
 * Looks a value up, locking its row as asked; false when there is none.
 * Whoever lets something point at a value takes GOV_ROW_SHARE, which makes a
 * status change of the value wait, and this wait for one.
 */
bool
gov_value_find(const char *axis, const char *value, GovRowLock lock, GovValue *found)
{
	int			level = gov_spi_begin();
	bool		exists = gov_run(&find_value[lock], gov_text(axis), gov_text(value)) > 0;

	if (exists)
	{
		found->status = gov_result_text(0, VALUE_STATUS);
		found->parent = gov_result_text(0, VALUE_PARENT);
		found->replaced_by = gov_result_text(0, VALUE_REPLACED_BY);
		found->mirrors = gov_result_bool(0, VALUE_MIRRORS);
	}
	gov_spi_end(level);
	return exists;
}

/* Looks a value up, locking its row as asked; raises when axis or value do not exist. */
void
gov_ensure_value_for(GovPurpose purpose, const char *axis, const char *value, GovRowLock lock, GovValue *found)
{
	GovValue	ignored;

	if (gov_value_find(axis, value, lock, found != NULL ? found : &ignored))
		return;
	gov_ensure_axis_for(purpose, axis, lock == GOV_ROW_AS_ASKED ? lock : GOV_ROW_PLAIN, NULL);
	ereport(ERROR,
			(errcode(gov_missing_code(purpose)),
			 errmsg("value \"%s\" of axis \"%s\" does not exist", value, axis),
			 errhint("List them: SELECT value FROM %s.gov_axis_value WHERE axis = %s; " GOV_VALUE_HINT,
					 gov_schema_quoted(), quote_literal_cstr(axis))));
}

GOV_QUERY(insert_value,
		  "INSERT INTO @.gov_axis_value (axis, value, parent, provenance, name)"
		  " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (axis, value) DO NOTHING",
		  TEXTOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID);

/* Makes a candidate; false when the code is taken. */
bool
gov_value_put(const char *axis, const char *value, const char *parent, GovArg provenance, const char *name)
{
	int			level = gov_spi_begin();
	bool		made = gov_run(&insert_value, gov_text(axis), gov_text(value), gov_text(parent),
							   provenance, gov_text(name)) > 0;

	gov_spi_end(level);
	return made;
}

GOV_QUERY(move_value,
		  "UPDATE @.gov_axis_value SET status = $3, reason = $4, approval = $5, parent = COALESCE($6, parent),"
		  " replaced_by = $7, provenance = COALESCE($8, provenance) WHERE axis = $1 AND value = $2",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID);

/* Moves a value to another status. */
void
gov_value_move(const char *axis, const char *value, const GovValueMove *move)
{
	int			level = gov_spi_begin();

	gov_run(&move_value, gov_text(axis), gov_text(value), gov_text(move->status), gov_text(move->reason),
			gov_text(move->approval), gov_text(move->parent), gov_text(move->replaced_by),
			move->provenance != (Datum) 0 ? gov_datum(move->provenance, false) : gov_null());
	gov_spi_end(level);
}

GOV_QUERY(compare_value,
		  GOV_ALTERED("(SELECT * FROM @.gov_axis_value WHERE axis = $1 AND value = $2) AS t",
					  GOV_ALTERED_TEXT("1", "name", "$3") ", " GOV_ALTERED_TEXT("2", "parent", "$4")),
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* What altering a value would change; false when nothing. */
bool
gov_value_compare(const char *axis, const char *value, const char *name, const char *parent, GovAltered *altered)
{
	int			level = gov_spi_begin();
	bool		differs;

	(void) gov_run(&compare_value, gov_text(axis), gov_text(value), gov_text(name), gov_text(parent));
	differs = gov_altered_read(altered);
	gov_spi_end(level);
	return differs;
}

GOV_QUERY(alter_value,
		  "UPDATE @.gov_axis_value SET name = " GOV_BECOMES_TEXT("name", "$3") ", parent = " GOV_BECOMES_TEXT("parent", "$4")
		  " WHERE axis = $1 AND value = $2",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Alters a value; cycles, and an active one under another that is not, are refused by the guard. */
void
gov_value_alter(const char *axis, const char *value, const char *name, const char *parent)
{
	int			level = gov_spi_begin();

	gov_run(&alter_value, gov_text(axis), gov_text(value), gov_text(name), gov_text(parent));
	gov_spi_end(level);
}

/* Makes rows, in the order in which they come, but for codes that are taken. */
uint64
gov_value_put_rows(const char *rows, GovRows **done)
{
	char	   *sql = psprintf("INSERT INTO @.gov_axis_value (axis, value, parent, name, status, provenance, object_id, approval)"
							   " SELECT c.axis, c.value, c.parent, c.name, c.status, c.provenance, c.object_id, c.approval"
							   " FROM %s AS c ON CONFLICT (axis, value) DO NOTHING", rows);

	if (done == NULL)
		return gov_spi_write(sql, NULL);
	/* an INSERT cannot return what it read, only what it wrote */
	*done = gov_spi_collect("gov_done", psprintf("%s RETURNING value", sql), 0, NULL, NULL);
	return gov_rows_count(*done);
}

/*
 * Where a value waits whose code another one gets: codes move in two steps,
 * because the key is checked row by row and two may swap.
 */
#define ASIDE "'moving~' || md5(c.value)"

/*
 * Gives values other codes. Values whose present code another one of the set
 * is to get are renamed to a temporary code first.
 */
uint64
gov_value_rename_rows(const char *rows, GovRows **done)
{
	(void) gov_spi_write(psprintf("UPDATE @.gov_axis_value AS v SET value = " ASIDE
								  " FROM %s AS c JOIN %s AS t ON t.axis = c.axis AND t.code = c.value"
								  " WHERE v.axis = c.axis AND v.value = c.value", rows, rows), NULL);
	return gov_spi_write(psprintf("UPDATE @.gov_axis_value AS v SET value = c.code, name = c.name"
								  " FROM %s AS c LEFT JOIN %s AS t ON t.axis = c.axis AND t.code = c.value"
								  " WHERE v.axis = c.axis AND v.value = CASE WHEN t.code IS NULL THEN c.value ELSE " ASIDE " END",
								  rows, rows), done);
}

/* What a column becomes: what "becomes" has for it, if it has any. */
#define BECOMES(column, taken) \
	column " = CASE WHEN c.becomes ? '" column "' THEN " taken " ELSE v." column " END"
#define BECOMES_TEXT(column) BECOMES(column, "c.becomes ->> '" column "'")

/* Changes the columns that "becomes" has. */
uint64
gov_value_update_rows(const char *rows, GovRows **done)
{
	return gov_spi_write(psprintf("UPDATE @.gov_axis_value AS v SET " BECOMES_TEXT("status") ", " BECOMES_TEXT("parent") ", "
								  BECOMES_TEXT("replaced_by") ", " BECOMES_TEXT("reason") ", " BECOMES_TEXT("approval") ", "
								  BECOMES("object_id", "(c.becomes ->> 'object_id')::bigint") ", "
								  BECOMES("provenance", "c.becomes -> 'provenance'")
								  " FROM %s AS c WHERE v.axis = c.axis AND v.value = c.value", rows), done);
}
