/*-------------------------------------------------------------------------
 *
 * trust/seen.c
 *	  The state that the voters on a call see, and what of it has changed.
 *
 * An approval says yes to a call on things as they were when it was asked
 * for.  Their state is kept with the request and bound by its hash; when the
 * approval is used it is read again, and any difference refuses the use.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/spi.h"
#include "trust/seen.h"

PG_FUNCTION_INFO_V1(gov_approval_changed);

/* Values are cut to this length in what people read. */
#define GOV_SEEN_MAX_SHOWN	120

static GovSeenReader seen_reader = NULL;
static GovSeenNamer seen_namer = NULL;

/* Sets the functions that read the state and names; they belong to a folder above this one. */
void
gov_seen_init(GovSeenReader reader, GovSeenNamer namer)
{
	seen_reader = reader;
	seen_namer = namer;
}

/* A call with the references that the names of objects in it mean. */
Datum
gov_seen_named(Datum target)
{
	return seen_namer(target);
}

/* The state that a call is about now. */
Datum
gov_seen_now(const char *act, Datum target, bool as_asked, char **missing)
{
	return seen_reader(act, target, as_asked, missing);
}

/* Columns of find_changes. */
enum {CHANGED_THING = 1, CHANGED_COLUMN, CHANGED_WAS, CHANGED_IS, CHANGED_FROM_NOTHING, CHANGED_TO_NOTHING};

/* A column that is not there is NULL: later versions add some. */
GOV_QUESTION(find_changes,
			 "SELECT thing, c.key, c.was::text, c.is::text, jsonb_typeof($1 -> thing) IS DISTINCT FROM 'object',"
			 "  jsonb_typeof($2 -> thing) IS DISTINCT FROM 'object'"
			 " FROM (SELECT jsonb_object_keys($1) UNION SELECT jsonb_object_keys($2)) AS t (thing)"
			 " LEFT JOIN LATERAL (SELECT key, NULLIF($1 -> thing -> key, 'null') AS was, NULLIF($2 -> thing -> key, 'null') AS is"
			 "  FROM (SELECT jsonb_object_keys(CASE jsonb_typeof($1 -> thing) WHEN 'object' THEN $1 -> thing ELSE '{}' END)"
			 "   UNION SELECT jsonb_object_keys(CASE jsonb_typeof($2 -> thing) WHEN 'object' THEN $2 -> thing ELSE '{}' END)) AS k (key)"
			 " ) AS c ON c.was IS DISTINCT FROM c.is"
			 " WHERE c.key IS NOT NULL"
			 " ORDER BY thing COLLATE \"C\", c.key COLLATE \"C\"",
			 JSONBOID, JSONBOID);

/* A value as people read it, cut if it is long. */
static char *
gov_seen_shown(const char *value)
{
	int			length;

	if (value == NULL)
		return pstrdup("nothing");
	length = strlen(value);
	if (length <= GOV_SEEN_MAX_SHOWN)
		return pstrdup(value);
	return psprintf("%.*s...", pg_mbcliplen(value, length, GOV_SEEN_MAX_SHOWN), value);
}

/* What differs between two states, in words; NULL when nothing does. */
char *
gov_seen_changes(Datum was, Datum is)
{
	StringInfoData words;
	char	   *last = NULL;
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_changes, gov_datum(was, false), gov_datum(is, false));

	initStringInfo(&words);
	for (uint64 row = 0; row < count; row++)
	{
		char	   *thing = gov_result_text(row, CHANGED_THING);
		bool		same_thing = last != NULL && strcmp(thing, last) == 0;

		if (gov_result_bool(row, CHANGED_FROM_NOTHING) || gov_result_bool(row, CHANGED_TO_NOTHING))
		{
			if (!same_thing)
				appendStringInfo(&words, "%s%s %s", words.len > 0 ? "; " : "", thing,
								 gov_result_bool(row, CHANGED_FROM_NOTHING) ? "was not there" : "is gone");
		}
		else
			appendStringInfo(&words, "%s%s was %s, is %s",
							 same_thing ? "; " : psprintf("%s%s: ", words.len > 0 ? "; " : "", thing),
							 gov_result_text(row, CHANGED_COLUMN), gov_seen_shown(gov_result_text(row, CHANGED_WAS)),
							 gov_seen_shown(gov_result_text(row, CHANGED_IS)));
		last = thing;
	}
	gov_spi_end(level);
	return words.len > 0 ? words.data : NULL;
}

/* Columns of find_open. */
enum {OPEN_ACT = 1, OPEN_TARGET, OPEN_SEEN};

GOV_QUESTION(find_open,
			 "SELECT act, target, seen FROM @.gov_approval WHERE approval = $1"
			 " AND status IN ('pending', 'approved') AND expires_at > pg_catalog.clock_timestamp()",
			 TEXTOID);

/*
 * gov_approval_changed(approval): what of an open request is not as it was
 * when it was asked for; behind gov_approval_status.
 */
Datum
gov_approval_changed(PG_FUNCTION_ARGS)
{
	int			level = gov_spi_begin();
	char	   *changes = NULL;

	if (!PG_ARGISNULL(0) && gov_run(&find_open, gov_datum(PG_GETARG_DATUM(0), false)) > 0)
	{
		bool		isnull;
		Datum		target = gov_result_datum(0, OPEN_TARGET, &isnull);
		Datum		seen = gov_result_datum(0, OPEN_SEEN, &isnull);
		char	   *missing;

		changes = gov_seen_changes(seen, gov_seen_now(gov_result_text(0, OPEN_ACT), target, true, &missing));
	}
	gov_spi_end(level);
	if (changes == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(changes));
}
