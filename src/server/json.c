/*-------------------------------------------------------------------------
 *
 * server/json.c
 *	  Building a jsonb object field by field.
 *
 * Fields without a value are left out, so that an argument not given and one
 * given as NULL are the same.  Text, escaping and jsonb are the server's.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/json.h"

/* Starts an object. */
void
gov_json_begin(GovJson *json)
{
	initStringInfo(&json->text);
	appendStringInfoChar(&json->text, '{');
}

/* Starts a field. */
static void
gov_json_name(GovJson *json, const char *name)
{
	if (json->text.len > 1)
		appendStringInfoChar(&json->text, ',');
	escape_json(&json->text, name);
	appendStringInfoChar(&json->text, ':');
}

/* A text; left out when NULL. */
void
gov_json_text(GovJson *json, const char *name, const char *value)
{
	if (value == NULL)
		return;
	gov_ensure_size(strlen(value), name);
	gov_json_name(json, name);
	escape_json(&json->text, value);
}

/* A number. */
void
gov_json_int8(GovJson *json, const char *name, int64 value)
{
	gov_json_name(json, name);
	appendStringInfo(&json->text, INT64_FORMAT, value);
}

/* A boolean. */
void
gov_json_bool(GovJson *json, const char *name, bool value)
{
	gov_json_name(json, name);
	appendStringInfoString(&json->text, value ? "true" : "false");
}

/*
 * A value of any type, as to_jsonb gives it; left out when NULL.  A timestamp
 * is told in UTC, whatever the session's time zone.
 */
void
gov_json_value(GovJson *json, const char *name, Oid type, Datum value, bool isnull)
{
	if (isnull)
		return;
	if (get_typlen(type) == -1)
		gov_ensure_size(toast_raw_datum_size(value), name);
	gov_json_name(json, name);
	if (type == TIMESTAMPTZOID)
	{
		Datum		utc = DirectFunctionCall2(timestamptz_zone, CStringGetTextDatum("UTC"), value);
		char		buffer[MAXDATELEN + 1];

		appendStringInfo(&json->text, "\"%sZ\"",
						 JsonEncodeDateTime(buffer, utc, TIMESTAMPOID, NULL));
	}
	else
	{
		FmgrInfo	function;
		FunctionCallInfo call = palloc0(SizeForFunctionCallInfo(1));
		Expr	   *argument = (Expr *) makeConst(type, -1, InvalidOid, -1, (Datum) 0, true, false);
		Datum		result;

		fmgr_info(F_TO_JSONB, &function);
		fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument),
												 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL),
						   &function);
		InitFunctionCallInfoData(*call, &function, 1, InvalidOid, NULL, NULL);
		call->args[0].value = value;
		result = FunctionCallInvoke(call);
		appendStringInfoString(&json->text,
							   DatumGetCString(DirectFunctionCall1(jsonb_out, result)));
	}
}

/* Ends the object: a jsonb datum. */
Datum
gov_json_end(GovJson *json)
{
	Datum		result;

	appendStringInfoChar(&json->text, '}');
	result = DirectFunctionCall1(jsonb_in, CStringGetDatum(json->text.data));
	pfree(json->text.data);
	return result;
}

/* See the header. */
Datum
gov_json_call(FunctionCallInfo fcinfo)
{
	HeapTuple	function = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	GovJson		json;
	Oid		   *types;
	char	  **names;
	char	   *modes;

	if (!HeapTupleIsValid(function))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	(void) get_func_arg_info(function, &types, &names, &modes);
	gov_json_begin(&json);
	/* input arguments come first in every declaration of ours */
	for (int i = 0; i < PG_NARGS(); i++)
		if (strcmp(names[i], "approval") != 0)
			gov_json_value(&json, names[i], types[i], PG_GETARG_DATUM(i), PG_ARGISNULL(i));
	ReleaseSysCache(function);
	return gov_json_end(&json);
}

/* An object of texts: pairs of name and value, ended by a NULL name. */
Datum
gov_json_pairs(const char *name,...)
{
	GovJson		json;
	va_list		pairs;

	gov_json_begin(&json);
	va_start(pairs, name);
	while (name != NULL)
	{
		gov_json_text(&json, name, va_arg(pairs, const char *));
		name = va_arg(pairs, const char *);
	}
	va_end(pairs);
	return gov_json_end(&json);
}
