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

#include <ctype.h>

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
#include "utils/guc.h"
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

/* A null, where that is not the same as no field. */
void
gov_json_null(GovJson *json, const char *name)
{
	gov_json_name(json, name);
	appendStringInfoString(&json->text, "null");
}

/* A boolean. */
void
gov_json_bool(GovJson *json, const char *name, bool value)
{
	gov_json_name(json, name);
	appendStringInfoString(&json->text, value ? "true" : "false");
}

/* Can the text form of a type depend on a session's settings? True also when it is not known. */
static bool
gov_json_type_follows_session(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case TEXTOID:
		case NAMEOID:
		case JSONBOID:
		case TEXTARRAYOID:
		case NAMEARRAYOID:
			return false;
		default:
			return true;
	}
}

/*
 * Pins what the text forms of values depend on, in a new level of settings:
 * numbers are the shortest that are exact, times in UTC.
 */
static int
gov_json_pin_forms(void)
{
	static const char *const settings[][2] = {
		{"extra_float_digits", "1"}, {"DateStyle", "ISO, MDY"}, {"IntervalStyle", "postgres"},
		{"TimeZone", "UTC"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}, {"lc_numeric", "C"},
		{"lc_time", "C"}, {"xmlbinary", "base64"}, {"quote_all_identifiers", "off"},
		{"search_path", "pg_catalog, pg_temp"}
	};
	int			level = NewGUCNestLevel();

	for (Size i = 0; i < lengthof(settings); i++)
	{
		if (strcmp(GetConfigOption(settings[i][0], false, false), settings[i][1]) != 0)
			(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}
	return level;
}

/* A value of any type but NULL, as to_jsonb gives it. */
static void
gov_json_append_value(GovJson *json, Oid type, Datum value)
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
	appendStringInfoString(&json->text, DatumGetCString(DirectFunctionCall1(jsonb_out, result)));
}

/* A point in time in UTC, with a "Z"; false for those that have no such form. */
static bool
gov_json_append_time(GovJson *json, Datum value)
{
	char		buffer[MAXDATELEN + 1];
	Datum		utc = DirectFunctionCall2(timestamptz_zone, CStringGetTextDatum("UTC"), value);

	JsonEncodeDateTime(buffer, utc, TIMESTAMPOID, NULL);
	if (!isdigit((unsigned char) buffer[strlen(buffer) - 1]))
		return false;			/* infinity, or before Christ */
	appendStringInfo(&json->text, "\"%sZ\"", buffer);
	return true;
}

/*
 * A value of any type; left out when NULL.  Each value has one form, whatever
 * the session's settings: arguments of acts are approved, compared and kept in
 * this form, and two that differ must not look the same.
 */
void
gov_json_value(GovJson *json, const char *name, Oid type, Datum value, bool isnull)
{
	int			level;

	if (isnull)
		return;
	if (get_typlen(type) == -1)
		gov_ensure_size(toast_raw_datum_size(value), name);
	gov_json_name(json, name);
	if (type == TIMESTAMPTZOID && gov_json_append_time(json, value))
		return;
	if (!gov_json_type_follows_session(type))
	{
		gov_json_append_value(json, type, value);
		return;
	}
	level = gov_json_pin_forms();
	gov_json_append_value(json, type, value);
	AtEOXact_GUC(false, level);
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

/*
 * The arguments of a running call, by the names they have in its declaration,
 * NULL ones left out, and "approval", which is not part of what it does.
 */
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
