/*
 * server/json.h: building a jsonb object field by field.
 *
 *	   GovJson	json;
 *
 *	   gov_json_begin(&json);
 *	   gov_json_text(&json, "axis", axis);
 *	   gov_json_text(&json, "parent", parent);		NULL: left out
 *	   target = gov_json_end(&json);
 */
#ifndef GOV_SERVER_JSON_H
#define GOV_SERVER_JSON_H

#include "fmgr.h"
#include "lib/stringinfo.h"

typedef struct GovJson
{
	StringInfoData text;
} GovJson;

extern void gov_json_begin(GovJson *json);
extern void gov_json_text(GovJson *json, const char *name, const char *value);
extern void gov_json_int8(GovJson *json, const char *name, int64 value);
extern void gov_json_null(GovJson *json, const char *name);
extern void gov_json_bool(GovJson *json, const char *name, bool value);
extern void gov_json_value(GovJson *json, const char *name, Oid type, Datum value, bool isnull);
extern Datum gov_json_end(GovJson *json);

/*
 * The arguments of a running call, by the names they have in its declaration,
 * NULL ones left out, and "approval", which is not part of what it does.
 */
extern Datum gov_json_call(FunctionCallInfo fcinfo);

/* An object of texts in one go: name, value, name, value, ... */
extern Datum gov_json_pairs(const char *name,...);
#define gov_json_object(...) gov_json_pairs(__VA_ARGS__, (const char *) NULL)

#endif							/* GOV_SERVER_JSON_H */
