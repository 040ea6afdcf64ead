/*-------------------------------------------------------------------------
 *
 * registered/attempt.c
 *	  Reading relations that may break, so that an answer goes on without them.
 *
 * A relation of the application that breaks (dropped, changed, closed, raising
 * errors) must not keep everything else from being answered.  Whoever answers
 * from several places attempts each of them, leaves out what failed, or says
 * that it is unknown, and warns.  What could not be read is never shown as 0
 * or as an empty set.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "server/subtransaction.h"
#include "registered/attempt.h"

/* Messages are cut to this many bytes. */
#define GOV_UNREAD_MAX_BYTES	1000

/*
 * Runs work that reads relations of the application in a subtransaction.  NULL
 * when it ended well, else the error, all it did being rolled back.  Errors
 * that are circumstances (a cancel, a serialization failure) are raised.
 */
ErrorData *
gov_attempt_read(void (*work) (void *arg), void *arg)
{
	ErrorData  *error = gov_subtransaction_attempt(work, arg, true);

	if (error != NULL && gov_error_is_circumstance(error))
		ReThrowError(error);
	return error;
}

/* A text of an error, cut to the length that is shown. */
char *
gov_attempt_clip(const char *text)
{
	return pnstrdup(text, pg_mbcliplen(text, strlen(text), GOV_UNREAD_MAX_BYTES));
}

/* The message of an error, clipped. */
char *
gov_attempt_message(const ErrorData *error)
{
	return gov_attempt_clip(error->message != NULL ? error->message : "");
}

/* Was this warning given in this statement of the client's already? Notes that it is given now. */
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

/* Warns, once in a statement, that "what" is so for an error; with its hint, else the one given. */
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
			 error->hint != NULL || hint != NULL ? errhint("%s", error->hint != NULL ? error->hint : hint) : 0));
}
