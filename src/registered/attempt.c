/*-------------------------------------------------------------------------
 *
 * registered/attempt.c
 *	  What cannot be read, and is left out of an answer that goes on.
 *
 * A relation of the application that breaks (dropped, changed, closed,
 * raising errors) must not take away the sight of everything else, least of
 * all then.  Whoever answers from several places attempts each of them,
 * leaves out what failed, or says that it is unknown, and warns.  Nothing
 * that could not be read is ever shown as none.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "registered/attempt.h"
#include "registered/relation.h"

/* Of a message this much is told. */
#define GOV_UNREAD_MAX_BYTES	1000

/* See the header. */
ErrorData *
gov_attempt_read(void (*work) (void *arg), void *arg)
{
	ErrorData  *error = gov_spi_attempt(work, arg, true);

	if (error != NULL && gov_error_is_circumstance(error))
		ReThrowError(error);
	return error;
}

/* The line of an error's context that tells what was being read; NULL when none does. */
static char *
gov_attempt_place(const ErrorData *error)
{
	const char *line = error->context;

	while (line != NULL && strncmp(line, GOV_READING, strlen(GOV_READING)) != 0)
	{
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return line == NULL ? NULL : pnstrdup(line, strcspn(line, "\n"));
}

/* See the header. */
char *
gov_attempt_message(const ErrorData *error)
{
	const char *message = error->message != NULL ? error->message : "";
	char	   *place = gov_attempt_place(error);
	char	   *clipped = pnstrdup(message, pg_mbcliplen(message, strlen(message), GOV_UNREAD_MAX_BYTES));

	return place == NULL ? clipped : psprintf("%s (%s)", clipped, place);
}

/* Was this warning given in this statement of the client's?  From now on it was. */
static bool
gov_attempt_warned(const char *warning)
{
	static TimestampTz statement = 0;
	static List *warnings = NIL;
	MemoryContext caller;
	ListCell   *cell;

	if (statement != GetCurrentStatementStartTimestamp())
	{
		list_free_deep(warnings);
		warnings = NIL;
		statement = GetCurrentStatementStartTimestamp();
	}
	foreach(cell, warnings)
	{
		if (strcmp((char *) lfirst(cell), warning) == 0)
			return true;
	}
	caller = MemoryContextSwitchTo(TopMemoryContext);
	warnings = lappend(warnings, pstrdup(warning));
	MemoryContextSwitchTo(caller);
	return false;
}

/* See the header. */
void
gov_attempt_warn(const char *what, const ErrorData *error, const char *hint)
{
	char	   *warning = psprintf("%s: %s", what, gov_attempt_message(error));

	if (gov_attempt_warned(warning))
		return;
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("%s", warning),
			 error->detail != NULL ? errdetail("%s", error->detail) : 0,
			 errhint("%s", error->hint != NULL ? error->hint : hint)));
}
