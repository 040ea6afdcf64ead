/*-------------------------------------------------------------------------
 *
 * metrics/check.c
 *	  The check of a pipeline: gov_check.
 *
 * What is measured, and against which limit, is a row each of
 * governance_internal.gov_check_lines; those that are over the limit, or could not be
 * measured, are told together in one error, so that a run of a pipeline shows
 * all that is to be mended.  Without such a row they are the answer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/spi.h"

PG_FUNCTION_INFO_V1(gov_check);

/* Failures that the error tells one by one. */
#define GOV_CHECK_TOLD	50

/* Columns of gov_check_lines. */
enum
{
	LINE_WHAT = 1,
	LINE_NAME,
	LINE_FOUND,
	LINE_ALLOWED,
	LINE_FAILURE,
	LINE_MEND
};

GOV_QUESTION(query_lines,
			 "SELECT what, name, found, allowed, failure, mend"
			 "  FROM governance_internal.gov_check_lines($1, $2, $3, $4) ORDER BY n",
			 INT8OID, INT8OID, TEXTARRAYOID, INTERVALOID);

/* A limit: 0 or more. */
static GovArg
gov_check_limit(FunctionCallInfo fcinfo, int argno, const char *name)
{
	gov_ensure_not_null(PG_ARGISNULL(argno), name);
	if (PG_GETARG_INT64(argno) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be at least 0", name)));
	return gov_int8(PG_GETARG_INT64(argno));
}

/* Names of schemas, none of which is NULL; no names for NULL. */
static GovArg
gov_check_schemas(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return gov_datum(PointerGetDatum(construct_empty_array(TEXTOID)), false);
	gov_ensure_not_null(array_contains_nulls(PG_GETARG_ARRAYTYPE_P(argno)), "schemas");
	return gov_datum(PG_GETARG_DATUM(argno), false);
}

/* The error that tells what did not pass, if anything did not. */
static void
gov_check_ensure(uint64 rows)
{
	StringInfoData detail;
	StringInfoData hint;
	uint64		failed = 0;

	initStringInfo(&detail);
	initStringInfo(&hint);
	for (uint64 row = 0; row < rows; row++)
	{
		char	   *mend = gov_result_text(row, LINE_MEND);

		if (gov_result_isnull(row, LINE_FAILURE) || ++failed > GOV_CHECK_TOLD)
			continue;
		appendStringInfo(&detail, "%s%s.", failed > 1 ? "\n" : "", gov_result_text(row, LINE_FAILURE));
		if (mend != NULL && strstr(hint.data, mend) == NULL)
			appendStringInfo(&hint, "%s%s;", hint.len > 0 ? "\n" : "", mend);
	}
	if (failed == 0)
		return;
	if (failed > GOV_CHECK_TOLD)
		appendStringInfo(&detail, "\n" UINT64_FORMAT " more.", failed - GOV_CHECK_TOLD);
	ereport(ERROR,
			(errcode(ERRCODE_GOV_CHECK_FAILED),
			 errmsg_plural("governance check failed in " UINT64_FORMAT " point", "governance check failed in " UINT64_FORMAT " points", failed, failed),
			 errdetail_internal("%s", detail.data),
			 hint.len > 0 ? errhint("%s", hint.data) : 0));
}

/* gov_check(max_gap, max_missing, schemas, max_age): raises when a limit is passed or nothing was measured. */
Datum
gov_check(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovArg		max_gap = gov_check_limit(fcinfo, 0, "max_gap");
	GovArg		max_missing = gov_check_limit(fcinfo, 1, "max_missing");
	GovArg		schemas = gov_check_schemas(fcinfo, 2);
	GovArg		max_age = gov_datum(PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	int			level;
	uint64		rows;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	rows = gov_run(&query_lines, max_gap, max_missing, schemas, max_age);
	gov_check_ensure(rows);
	for (uint64 row = 0; row < rows; row++)
	{
		Datum		values[4];
		bool		nulls[4];

		for (int column = LINE_WHAT; column <= LINE_ALLOWED; column++)
			values[column - 1] = gov_result_peek(row, column, &nulls[column - 1]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
	return (Datum) 0;
}
