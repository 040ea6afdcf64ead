/*-------------------------------------------------------------------------
 *
 * server/answer.c
 *	  What an act answers, and how what is there differs from what was asked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "server/answer.h"

static const char *const words[] = {
	[GOV_UNCHANGED] = "unchanged", [GOV_CREATED] = "created",
	[GOV_CHANGED] = "changed", [GOV_ENDED] = "ended"
};

/* The text that an act answers, as a datum of type text. */
Datum
gov_answer(GovAnswer what, const char *format,...)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s ", words[what]);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&text, format, args);
		va_end(args);
		if (needed == 0)
			return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
		enlargeStringInfo(&text, needed);
	}
}

/* Begins a list of differences, empty. */
void
gov_difference_begin(StringInfo differences)
{
	initStringInfo(differences);
}

/*
 * Adds a column to the list when its value there is not the one asked for.
 * What was left out (NULL) asks for nothing.
 */
void
gov_difference(StringInfo differences, const char *column, const char *there, const char *asked)
{
	if (asked == NULL || (there != NULL && strcmp(there, asked) == 0))
		return;
	appendStringInfo(differences, "%s%s: there %s%s%s, asked \"%s\"",
					 differences->len > 0 ? "; " : "", column, there != NULL ? "\"" : "",
					 there != NULL ? there : "none", there != NULL ? "\"" : "", asked);
}

/* Raises with the differences as detail, if there are any. */
void
gov_ensure_no_difference(StringInfo differences, const char *what, const char *hint)
{
	if (differences->len == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_OBJECT),
			 errmsg("%s already exists", what),
			 errdetail_internal("It differs in %s.", differences->data),
			 errhint("%s", hint)));
}
