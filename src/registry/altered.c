/*-------------------------------------------------------------------------
 *
 * registry/altered.c
 *	  What of a row an act that alters it changes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/json.h"
#include "server/spi.h"
#include "registry/altered.h"

/* Does an argument change a column that has this now?  NULL asks for nothing, an empty text for none. */
bool
gov_altered_differs(const char *given, const char *has)
{
	return given != NULL && strcmp(given, has == NULL ? "" : has) != 0;
}

/* Reads the result of a query GOV_ALTERED; false when nothing would differ. */
bool
gov_altered_read(GovAltered *altered)
{
	bool		isnull;

	altered->before = gov_result_datum(0, ALTERED_BEFORE, &isnull);
	altered->after = gov_result_datum(0, ALTERED_AFTER, &isnull);
	altered->words = gov_result_text(0, ALTERED_WORDS);
	return altered->words != NULL;
}

/* The payload of the act's entry: the columns before and after, and why. */
Datum
gov_altered_payload(const GovAltered *altered, const char *reason, const char *approval)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "before", JSONBOID, altered->before, false);
	gov_json_value(&payload, "after", JSONBOID, altered->after, false);
	gov_json_text(&payload, "reason", reason);
	gov_json_text(&payload, "approval", approval);
	return gov_json_end(&payload);
}

/* Raises when what is to be altered is retired: that is final. */
void
gov_altered_ensure_not_retired(const char *what, const char *status)
{
	if (strcmp(status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s is retired and cannot be altered", what),
				 errhint("What is retired stays as it was; make another one.")));
}
