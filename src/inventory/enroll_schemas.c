/*-------------------------------------------------------------------------
 *
 * inventory/enroll_schemas.c
 *	  Enrolling schemas by pattern: gov_enroll_schemas and gov_stop_enrolling.
 *
 * What a pattern means, and what it leaves alone, is told in
 * inventory/patterns.c.
 *
 * Locks: the inventory, before any row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"
#include "inventory/patterns.h"
#include "inventory/source.h"
#include "inventory/sync.h"
#include "inventory/unenroll.h"

/* Columns of list_meant. */
enum {MEANT_SOURCE = 1, MEANT_STATE, MEANT_OBJECTS, MEANT_SYNCED};

/* What a pattern means, and what became of it; synced: it was looked at before this call. */
GOV_QUERY(list_meant,
		  "SELECT m.source,"
		  " CASE WHEN s.unenrolled_at IS NOT NULL THEN 'unenrolled' WHEN s.enabled THEN 'enrolled' ELSE 'disabled' END,"
		  " (SELECT count(*) FROM @.gov_object AS o WHERE o.source = m.source AND " GOV_OBJECT_LIVE("o") "),"
		  " NOT s.enabled OR EXISTS (SELECT FROM @.gov_object AS o WHERE o.source = m.source)"
		  " FROM governance_internal.gov_schema_matching AS m JOIN @.gov_source AS s ON s.source = m.source"
		  " WHERE m.pattern = $1 ORDER BY m.source COLLATE \"C\"",
		  TEXTOID);

/* Syncs the schemas that the call brought in; their codes. */
static List *
gov_inventory_bring_in(const char *pattern)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&list_meant, gov_text(pattern));
	List	   *born = NIL;
	ListCell   *cell;

	for (uint64 i = 0; i < count; i++)
	{
		if (!gov_result_bool(i, MEANT_SYNCED))
			born = lappend(born, gov_result_text(i, MEANT_SOURCE));
	}
	gov_spi_end(level);
	foreach(cell, born)
	{
		GovSyncCounts counts;

		CHECK_FOR_INTERRUPTS();
		gov_inventory_sync((char *) lfirst(cell), false, &counts);
		gov_inventory_ensure_synced(&counts);
		gov_inventory_note("sync", &counts);
	}
	return born;
}

/* Is a text in a list of them? */
static bool
gov_inventory_lists(const List *texts, const char *text)
{
	ListCell   *cell;

	foreach(cell, texts)
	{
		if (strcmp((char *) lfirst(cell), text) == 0)
			return true;
	}
	return false;
}

/* One row per schema that the pattern means. */
static void
gov_inventory_tell_meant(FunctionCallInfo fcinfo, const char *pattern, bool written, const List *born)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			level = gov_spi_begin();
	uint64		count = gov_run(&list_meant, gov_text(pattern));

	for (uint64 i = 0; i < count; i++)
	{
		char	   *source = gov_result_text(i, MEANT_SOURCE);
		bool		nulls[4] = {false};
		Datum		values[] = {
			CStringGetTextDatum(source),
			CStringGetTextDatum(gov_result_text(i, MEANT_STATE)),
			Int64GetDatum(gov_result_int8(i, MEANT_OBJECTS)),
			BoolGetDatum(!written && !gov_inventory_lists(born, source)),
		};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
}

/* The payload of the entry: what was asked for. */
static Datum
gov_inventory_call(FunctionCallInfo fcinfo)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "call", JSONBOID, gov_json_call(fcinfo), false);
	return gov_json_end(&payload);
}

/*
 * gov_enroll_schemas(pattern, exclude, object_types, columns): enrols the schemas that a
 * pattern means, and keeps it for those that come later.
 */
GOV_ACT(gov_enroll_schemas)
{
	char	   *pattern = gov_arg_code(fcinfo, 0, "pattern");
	GovArg		excluded = gov_inventory_arg_patterns(fcinfo, 1, "");
	GovArg		types = gov_inventory_arg_types(fcinfo, 2);
	GovArg		columns = PG_ARGISNULL(3) ? gov_null() : gov_bool(PG_GETARG_BOOL(3));
	List	   *born;
	bool		written;
	bool		told;

	gov_ensure_act_writable();
	InitMaterializedSRF(fcinfo, 0);
	told = gov_progress_begin("gov_enroll_schemas");
	gov_inventory_lock();
	(void) gov_inventory_catalog_follow(NULL);
	written = gov_pattern_put(pattern, excluded, types, columns);
	if (written)
		gov_ledger_append("enroll_schemas", 0, gov_json_object("pattern", pattern), gov_inventory_call(fcinfo));
	(void) gov_pattern_enroll(InvalidOid, pattern);
	born = gov_inventory_bring_in(pattern);
	gov_inventory_tell_meant(fcinfo, pattern, written, born);
	gov_progress_end(told);
	return (Datum) 0;
}

/* gov_stop_enrolling(pattern, reason): ends a pattern; what it brought stays. */
GOV_ACT(gov_stop_enrolling)
{
	char	   *pattern = gov_arg_code(fcinfo, 0, "pattern");
	char	   *reason = gov_arg_text_or_null(fcinfo, 1);
	GovJson		payload;
	Datum		was;

	gov_ensure_act_writable();
	gov_inventory_lock();
	if (!gov_pattern_delete(pattern, &was))
		return gov_answer(GOV_UNCHANGED, "pattern \"%s\": not there", pattern);
	gov_json_begin(&payload);
	gov_json_value(&payload, "was", JSONBOID, was, false);
	gov_json_text(&payload, "reason", reason);
	gov_ledger_append("stop_enrolling", 0, gov_json_object("pattern", pattern), gov_json_end(&payload));
	return gov_answer(GOV_ENDED, "pattern \"%s\"", pattern);
}
