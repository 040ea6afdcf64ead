/*-------------------------------------------------------------------------
 *
 * registry/scope.c
 *	  Which objects of its types a coverage rule is about, as acts are told.
 *
 * A scope is a JSON object of up to four texts: container_type and
 * container_ref name an object, and what lives in it is meant, however deep,
 * with itself; pattern is held against references, as patterns of a source
 * are; parts says whether what is part of a table answers by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "server/answer.h"
#include "server/args.h"
#include "registry/meant.h"
#include "registry/scope.h"

static const char *const scope_parts[] = {"parents", "leaves", "all", NULL};

#define SCOPE_HINT "For example: {\"container_type\": \"schema\", \"container_ref\": \"app\", \"pattern\": \"app.log_*\", \"parts\": \"leaves\"}, or some of these."

/* A text of the object; NULL when it has none, or null. */
static const char *
gov_scope_text(Jsonb *json, const char *key)
{
	JsonbValue	found;

	if (getKeyJsonValueFromContainer(&json->root, key, strlen(key), &found) == NULL || found.type == jbvNull)
		return NULL;
	if (found.type != jbvString)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of a scope must be a text", key),
				 errhint(SCOPE_HINT)));
	return pnstrdup(found.val.string.val, found.val.string.len);
}

/* Raises unless it is an object that says nothing else. */
static void
gov_scope_ensure_known(Jsonb *json)
{
	static const char *const known[] = {"container_type", "container_ref", "pattern", "parts"};
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON object", "scope"),
				 errhint(SCOPE_HINT)));
	iterator = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		bool		is_known = token != WJB_KEY;

		for (int i = 0; i < (int) lengthof(known) && !is_known; i++)
			is_known = value.val.string.len == (int) strlen(known[i]) &&
				memcmp(value.val.string.val, known[i], value.val.string.len) == 0;
		if (!is_known)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a scope has no \"%s\"", pnstrdup(value.val.string.val, value.val.string.len)),
					 errhint(SCOPE_HINT)));
	}
}

/* Reads a scope out of a jsonb, and holds its container; raises for what is none. */
void
gov_scope_read(Datum json, GovRuleScope *scope)
{
	Jsonb	   *given = DatumGetJsonbP(json);
	const char *type;
	char	   *ref;

	gov_scope_ensure_known(given);
	type = gov_scope_text(given, "container_type");
	ref = (char *) gov_scope_text(given, "container_ref");
	scope->pattern = gov_scope_text(given, "pattern");
	scope->parts = gov_scope_text(given, "parts");
	scope->container = 0;
	if (scope->parts == NULL)
		scope->parts = scope_parts[0];
	gov_ensure_one_of(scope->parts, "\"parts\" of a scope", scope_parts);
	if (scope->pattern != NULL)
		gov_ensure_code(scope->pattern, "pattern");
	if ((type == NULL) != (ref == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a container is named by its type and its reference"),
				 errhint(SCOPE_HINT)));
	if (type != NULL)
		scope->container = gov_ensure_object(type, &ref, GOV_OBJECT_SHARE);
}

/* Is it none: all objects, but for parts? */
bool
gov_scope_is_none(const GovRuleScope *scope)
{
	return scope->container == 0 && scope->pattern == NULL && strcmp(scope->parts, scope_parts[0]) == 0;
}
