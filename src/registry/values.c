/*-------------------------------------------------------------------------
 *
 * registry/values.c
 *	  Finding the values of axes.
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
enum {VALUE_STATUS = 1, VALUE_PARENT, VALUE_REPLACED_BY};

GOV_LOOKUP(find_value,
		   "SELECT status, parent, replaced_by"
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
