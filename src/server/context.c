/*-------------------------------------------------------------------------
 *
 * server/context.c
 *	  What an error says about where it was raised.
 *
 * A statement that runs through SPI adds its text to the context of every
 * error in it, and so do the server's own triggers and functions below it.  The
 * statement is ours and tells nothing to whoever called us, so server/spi.c
 * raises the error again with the context that was there before it.  Three
 * things stay: context of the caller's own code, context of code that somebody
 * registered, and all of it where the error is internal, for whoever mends the
 * extension.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "server/context.h"
#include "server/depth.h"

/* The SQLSTATE of the error whose context is asked for anew; 0 otherwise. */
static int	rethrown = 0;

/* What a registered thing said of where it failed; see gov_context_keep. */
static char *kept = NULL;

/*
 * Does the error that was just caught keep all of its context?  An internal one
 * does, and one after which there may be no memory or stack to change it.
 */
bool
gov_context_stays(void)
{
	return ERRCODE_TO_CATEGORY(geterrcode()) == ERRCODE_INTERNAL_ERROR ||
		geterrcode() == ERRCODE_OUT_OF_MEMORY || geterrcode() == ERRCODE_STATEMENT_TOO_COMPLEX;
}

/* The SQLSTATE of the error that an error context callback is asked about. */
int
gov_context_errcode(void)
{
	return rethrown != 0 ? rethrown : geterrcode();
}

/*
 * What of the context of an error that was caught belongs to what was run
 * below here: without what the error that is raised now gets anyhow.
 */
char *
gov_context_inner(const char *context)
{
	char	   *outer = GetErrorContextStack();
	Size		length = strlen(context);

	if (outer == NULL || length <= strlen(outer) || strcmp(context + length - strlen(outer), outer) != 0)
		return pstrdup(context);
	return pnstrdup(context, length - strlen(outer) - 1);
}

/*
 * Lets the error that is about to be raised keep this context of its own, which
 * is of code that somebody registered, whatever statements of ours it passes.
 */
void
gov_context_keep(const char *context)
{
	char	   *was = kept;

	kept = MemoryContextStrdup(TopMemoryContext, context);
	if (was != NULL)
		pfree(was);
}

/* Context and what is around it, each of which may be empty; NULL when both are. */
static char *
gov_context_join(const char *inner, const char *outer)
{
	if (inner[0] == '\0' && outer[0] == '\0')
		return NULL;
	return psprintf("%s%s%s", inner, inner[0] != '\0' && outer[0] != '\0' ? "\n" : "", outer);
}

/*
 * What remains of the context of an error in a statement, "outer" being that of
 * whoever runs the statement.  While registered code is read, what stands
 * before the line about the statement is that code's.
 */
static char *
gov_context_of_caller(const char *context, const char *outer, const char *sql)
{
	char	   *ours = gov_context_join(psprintf("SQL statement \"%s\"", sql), outer);
	Size		length = strlen(context);

	if (gov_depth_of_registered() > 0 && length > strlen(ours) + 1 &&
		strcmp(context + length - strlen(ours), ours) == 0)
		return gov_context_join(pnstrdup(context, length - strlen(ours) - 1), outer);
	if (kept != NULL && strncmp(context, kept, strlen(kept)) == 0)
		return gov_context_join(kept, outer);
	return gov_context_join("", outer);
}

/*
 * Raises the error that was just caught, and was raised in a statement of ours,
 * with the context of whoever runs the statement.
 */
void
gov_context_rethrow(const char *sql)
{
	ErrorData  *error = CopyErrorData();
	char	   *outer;

	FlushErrorState();
	rethrown = error->sqlerrcode;
	outer = GetErrorContextStack();
	rethrown = 0;
	error->context = gov_context_of_caller(error->context != NULL ? error->context : "",
										   outer != NULL ? outer : "", sql);
	error->internalquery = NULL;
	error->internalpos = 0;
	ReThrowError(error);
}

/*
 * Is it the SQLSTATE of an error that is caused by circumstances and not by the
 * work itself (cancelled, serialization failure, out of memory or disk)?
 */
bool
gov_errcode_is_circumstance(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
			return true;
		default:
			return false;
	}
}

/* Was an error caused by such circumstances? */
bool
gov_error_is_circumstance(const ErrorData *error)
{
	return gov_errcode_is_circumstance(error->sqlerrcode);
}
