/*-------------------------------------------------------------------------
 *
 * inventory/exclude.c
 *	  What of a source is left out: gov_exclude and gov_include.
 *
 * A pattern is held against the name of an object within its schema, for a
 * relation against its reference: "*" stands for any letters, "?" for one.
 * What lives in an object that is left out is left out with it: partitions,
 * sequences of columns, statistics.  What was registered is retired, and comes
 * back with its facts when the pattern is taken back.
 *
 * Which object a pattern means is said by gov_source_name and
 * gov_object_pattern of the install script, for what a source holds and for what is registered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "inventory/catalog.h"
#include "inventory/source.h"
#include "inventory/sync.h"
#include "inventory/unenroll.h"

static const char *const text_excluded =
	"SELECT 'retired'::text AS action, o.object_id, o.object_type, o.object_ref, NULL::bigint AS container_id, $2::text AS reason"
	" FROM governance_internal.gov_source_excluded($1) AS e JOIN @.gov_object AS o ON o.object_id = e.object_id";

/* Retires what the patterns of a source exclude, with an entry of its own. */
void
gov_inventory_retire_excluded(const char *source)
{
	GovRetired	done;
	GovJson		payload;

	gov_inventory_retire(source, text_excluded, "excluded", &done);
	if (done.retired == 0)
		return;
	gov_json_begin(&payload);
	gov_inventory_append_retired("exclude", source, &done, &payload);
	gov_inventory_sync_left(done.left);
}

/* Raises for a pattern that would match nothing, being written with the schema. */
static void
gov_exclude_ensure_name(const char *source, const char *pattern)
{
	const char *schema = source + strlen(GOV_SCHEMA_PREFIX);
	size_t		length;

	if (!gov_source_is_schema(source))
		return;
	schema = quote_identifier(schema);
	length = strlen(schema);
	if (strncmp(pattern, schema, length) == 0 && pattern[length] == '.')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("pattern \"%s\" names the schema", pattern),
				 errdetail("A pattern is held against names as the catalog has them, without schema, quotes and arguments."),
				 errhint("Write it as \"%s\".", pattern + length + 1)));
}

/* The patterns that are given when a source is enrolled, or NULL. */
GovArg
gov_inventory_arg_patterns(FunctionCallInfo fcinfo, int argno, const char *source)
{
	Datum	   *values;
	bool	   *nulls;
	int			n;

	if (PG_ARGISNULL(argno))
		return gov_null();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		gov_ensure_not_null(nulls[i], "exclude");
		gov_ensure_code(TextDatumGetCString(values[i]), "exclude");
		gov_exclude_ensure_name(source, TextDatumGetCString(values[i]));
	}
	return gov_datum(PG_GETARG_DATUM(argno), false);
}

/* A call of one of the two. */
typedef struct GovExcluding
{
	char	   *source;
	char	   *pattern;
	char	   *reason;
	GovSourceState state;
} GovExcluding;

/* Reads the arguments, holds source and inventory, and writes the pattern; false when it was so. */
static bool
gov_exclude_begin(FunctionCallInfo fcinfo, GovExcluding *call, bool excluded)
{
	call->source = gov_arg_code(fcinfo, 0, "source");
	call->pattern = gov_arg_code(fcinfo, 1, "pattern");
	call->reason = gov_arg_text_or_null(fcinfo, 2);
	call->source = gov_inventory_hold_source(call->source, &call->state);
	gov_inventory_ensure_no_people(&call->state, "narrowed");
	gov_exclude_ensure_name(call->source, call->pattern);
	return gov_source_exclude(call->source, call->pattern, excluded);
}

/* gov_exclude(source, pattern, reason): leaves out what a pattern means. */
GOV_ACT(gov_exclude)
{
	GovExcluding call;
	GovRetired	done;
	GovJson		payload;

	if (!gov_exclude_begin(fcinfo, &call, true))
		return gov_answer(GOV_UNCHANGED, "source \"%s\": \"%s\" excluded", call.source, call.pattern);
	gov_inventory_retire(call.source, text_excluded, call.reason != NULL ? call.reason : psprintf("excluded by \"%s\"", call.pattern), &done);
	gov_json_begin(&payload);
	gov_json_text(&payload, "pattern", call.pattern);
	gov_json_text(&payload, "reason", call.reason);
	gov_inventory_append_retired("exclude", call.source, &done, &payload);
	gov_inventory_sync_left(done.left);
	return gov_answer(GOV_CHANGED, "source \"%s\": \"%s\" excluded, %s retired",
					  call.source, call.pattern, gov_inventory_objects(done.retired));
}

/*
 * gov_include(source, pattern, reason): takes such a pattern back, and syncs
 * the source, unless nobody looks at it.
 */
GOV_ACT(gov_include)
{
	GovExcluding call;
	GovSyncCounts counts = {.source = NULL};
	GovJson		payload;

	if (!gov_exclude_begin(fcinfo, &call, false))
		return gov_answer(GOV_UNCHANGED, "source \"%s\": \"%s\" not excluded", call.source, call.pattern);
	counts.source = call.source;
	if (call.state.enabled)
	{
		gov_inventory_sync(call.source, false, &counts);
		gov_inventory_ensure_synced(&counts);
	}
	gov_json_begin(&payload);
	gov_json_text(&payload, "pattern", call.pattern);
	gov_json_text(&payload, "reason", call.reason);
	gov_inventory_append("include", &counts, gov_json_end(&payload), false);
	if (!call.state.enabled)
		return gov_answer(GOV_CHANGED, "source \"%s\": \"%s\" included, for when it is %s again", call.source, call.pattern,
						  call.state.unenrolled ? "enrolled" : "enabled");
	return gov_answer(GOV_CHANGED, "source \"%s\": \"%s\" included, %s born, " INT64_FORMAT " revived",
					  call.source, call.pattern, gov_inventory_objects(counts.born), counts.revived);
}
