/*
 * gov_json.h: building a jsonb object field by field.
 *
 *	   GovJson	json;
 *
 *	   gov_json_begin(&json);
 *	   gov_json_text(&json, "axis", axis);
 *	   gov_json_text(&json, "parent", parent);		NULL: left out
 *	   target = gov_json_end(&json);
 */
#ifndef GOV_JSON_H
#define GOV_JSON_H

#include "lib/stringinfo.h"

typedef struct GovJson
{
	StringInfoData text;
} GovJson;

extern void gov_json_begin(GovJson *json);
extern void gov_json_text(GovJson *json, const char *name, const char *value);
extern void gov_json_int8(GovJson *json, const char *name, int64 value);
extern void gov_json_bool(GovJson *json, const char *name, bool value);
extern void gov_json_value(GovJson *json, const char *name, Oid type, Datum value, bool isnull);
extern Datum gov_json_end(GovJson *json);

/* An argument of a call, of any type, under its name; left out when NULL. */
#define gov_json_argument(json, fcinfo, argno, name) \
	gov_json_value((json), (name), get_fn_expr_argtype((fcinfo)->flinfo, (argno)), \
				   PG_GETARG_DATUM(argno), PG_ARGISNULL(argno))

#endif							/* GOV_JSON_H */
