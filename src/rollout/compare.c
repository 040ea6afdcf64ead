/*-------------------------------------------------------------------------
 *
 * rollout/compare.c
 *	  What differs between two baselines: gov_compare_baseline.
 *
 * How two items are judged is governance_internal.gov_compare_items.  Nothing
 * that could not be read, or was read in part, is called the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/spi.h"

PG_FUNCTION_INFO_V1(gov_compare_baseline);
PG_FUNCTION_INFO_V1(gov_check_baseline);

/* Differences that the error tells one by one. */
#define GOV_COMPARE_TOLD	50

/* Verdicts from what matters most on; they are judged and shown in this order. */
#define IN_ORDER(verdict) \
	"pg_catalog.array_position('{changed,only in from,only in to,unknown,same in part,excluded,noted,same}', " verdict ")"

/* What of an item is the verdict of all: equal but for what is excluded; the worst there is. */
#define VERDICT_OF_ALL \
	"CASE WHEN pg_catalog.bool_or(i.verdict IN ('changed', 'only in from', 'only in to')) THEN 'changed'" \
	" WHEN pg_catalog.bool_or(i.verdict = 'unknown') THEN 'unknown'" \
	" WHEN pg_catalog.bool_or(i.verdict = 'same in part') THEN 'same in part' ELSE 'same' END"

GOV_QUESTION(find_items,
			 "WITH i AS MATERIALIZED (SELECT * FROM governance_internal.gov_compare_items($1, $2, $3)),"
			 " n AS (SELECT i.verdict, pg_catalog.count(*) AS items FROM i GROUP BY i.verdict)"
			 " SELECT r.kind, r.relation, r.what, r.from_state, r.to_state, r.verdict, r.note FROM ("
			 "   SELECT 0 AS n, 'verdict' AS kind, '' AS relation, 'all' AS what, $1 AS from_state, $2 AS to_state, " VERDICT_OF_ALL " AS verdict,"
			 "          (SELECT pg_catalog.string_agg(pg_catalog.concat(n.items, ' ', n.verdict), ', ' ORDER BY " IN_ORDER("n.verdict") ") FROM n) AS note"
			 "     FROM i"
			 "   UNION ALL"
			 "   SELECT " IN_ORDER("i.verdict") ", i.kind, i.relation, i.what, i.from_state, i.to_state, i.verdict, i.note FROM i) AS r"
			 " ORDER BY r.n, pg_catalog.array_position('{verdict,relation,definition,right,fact,metric,session}', r.kind),"
			 " r.relation COLLATE \"C\", pg_catalog.array_position('{kind,rows,content,position,schema,rights}', r.what), r.what COLLATE \"C\"",
			 TEXTOID, TEXTOID, JSONBOID);

/* Columns of find_failures. */
enum {FAILURE_TEXT = 1};

GOV_QUESTION(find_failures,
			 "SELECT pg_catalog.concat_ws(' ', i.verdict || ':', NULLIF(i.relation, ''),"
			 "   CASE WHEN i.what = 'kind' THEN pg_catalog.concat('(', coalesce(i.from_state, i.to_state), ')') ELSE i.what END,"
			 "   CASE WHEN i.verdict = 'changed' AND pg_catalog.length(i.from_state) < 60 AND pg_catalog.length(i.to_state) < 60"
			 "        THEN pg_catalog.concat('from ', i.from_state, ' to ', i.to_state) END, '(' || i.note || ')')"
			 "  FROM governance_internal.gov_compare_items($1, $2, $3) AS i"
			 " WHERE i.verdict IN ('changed', 'only in from', 'only in to', 'unknown')"
			 " ORDER BY " IN_ORDER("i.verdict") ", i.kind COLLATE \"C\", i.relation COLLATE \"C\", i.what COLLATE \"C\"",
			 TEXTOID, TEXTOID, JSONBOID);

GOV_QUESTION(count_verdicts,
			 "SELECT i.verdict, pg_catalog.count(*) FROM governance_internal.gov_compare_items($1, $2, $3) AS i"
			 " GROUP BY i.verdict ORDER BY " IN_ORDER("i.verdict"), TEXTOID, TEXTOID, JSONBOID);

GOV_QUESTION(find_baseline, "SELECT FROM @.gov_baseline WHERE baseline = $1", TEXTOID);

GOV_QUESTION(find_odd_schema,
			 "SELECT s.key FROM pg_catalog.jsonb_each($1) AS s WHERE pg_catalog.jsonb_typeof(s.value) <> 'string' ORDER BY 1", JSONBOID);

/* A label that is given; raises when there is no such baseline. */
static GovArg
gov_compare_label(FunctionCallInfo fcinfo, int argno, const char *name)
{
	const char *label = gov_arg_code(fcinfo, argno, name);

	if (gov_run(&find_baseline, gov_text(label)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("baseline \"%s\" does not exist", label),
				 errhint("Capture it with gov_capture_baseline; gov_baseline has those there are.")));
	return gov_text(label);
}

/* What schemas of the first are called in the second: an object of texts. */
static GovArg
gov_compare_schemas(FunctionCallInfo fcinfo, int argno)
{
	Jsonb	   *schemas;

	gov_ensure_not_null(PG_ARGISNULL(argno), "schemas");
	schemas = PG_GETARG_JSONB_P(argno);
	if (!JB_ROOT_IS_OBJECT(schemas) || gov_run(&find_odd_schema, gov_datum(JsonbPGetDatum(schemas), false)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON object of texts", "schemas"),
				 errhint("For example {\"remote\": \"public\"}, without quotes of SQL in the names.")));
	return gov_datum(JsonbPGetDatum(schemas), false);
}

/* gov_compare_baseline(from_baseline, to_baseline, schemas): what differs. */
Datum
gov_compare_baseline(PG_FUNCTION_ARGS)
{
	int			level;
	uint64		rows;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	rows = gov_run(&find_items, gov_compare_label(fcinfo, 0, "from_baseline"), gov_compare_label(fcinfo, 1, "to_baseline"),
				   gov_compare_schemas(fcinfo, 2));
	gov_result_put_rows(rows, (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}

/* Raises with all that differs, and all that is not known, if there is anything. */
static void
gov_check_ensure_same(uint64 failures)
{
	StringInfoData detail;

	if (failures == 0)
		return;
	initStringInfo(&detail);
	for (uint64 row = 0; row < Min(failures, GOV_COMPARE_TOLD); row++)
		appendStringInfo(&detail, "%s%s.", row > 0 ? "\n" : "", gov_result_text(row, FAILURE_TEXT));
	if (failures > GOV_COMPARE_TOLD)
		appendStringInfo(&detail, "\n" UINT64_FORMAT " more.", failures - GOV_COMPARE_TOLD);
	ereport(ERROR,
			(errcode(ERRCODE_GOV_CHECK_FAILED),
			 errmsg_plural("the baselines differ in " UINT64_FORMAT " point", "the baselines differ in " UINT64_FORMAT " points", failures, failures),
			 errdetail_internal("%s", detail.data),
			 errhint("gov_compare_baseline shows all of them.")));
}

/* gov_check_baseline(from_baseline, to_baseline, schemas): raises when something differs. */
Datum
gov_check_baseline(PG_FUNCTION_ARGS)
{
	GovArg		from;
	GovArg		to;
	GovArg		schemas;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	from = gov_compare_label(fcinfo, 0, "from_baseline");
	to = gov_compare_label(fcinfo, 1, "to_baseline");
	schemas = gov_compare_schemas(fcinfo, 2);
	gov_check_ensure_same(gov_run(&find_failures, from, to, schemas));
	gov_result_put_rows(gov_run(&count_verdicts, from, to, schemas), (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
