/*-------------------------------------------------------------------------
 *
 * registered/place.c
 *	  Relations and functions of the application as facts keep them: which of
 *	  today is meant.
 *
 * The one that has the name is meant, so that a table swap, and something that
 * was dropped and made again, is followed.  When none has it, the one with the
 * OID is meant: it, or its schema, was renamed.  When both are there and are
 * of different owners, it is the one with the OID, too: somebody else took the
 * name of what was renamed, and must not be read in its place, nor keep it
 * from being read.
 *
 * Reading writes nothing; gov_reconcile brings names and OIDs up to date.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "server/compat.h"
#include "registered/owner.h"
#include "registered/place.h"

/* Splits a name into schema and name proper; tells whether it is that of a function. */
static bool
gov_place_split(const char *given, char **schema, char **name)
{
	char	   *copy = pstrdup(given);
	int			length = strlen(copy);
	bool		function;
	List	   *names;

	/* the end of a quoted name is a quotation mark, so that no relation ends in parentheses */
	while (length > 0 && copy[length - 1] == ' ')
		length--;
	function = length > 0 && copy[length - 1] == ')';
	if (function)
	{
		length--;
		while (length > 0 && copy[length - 1] == ' ')
			length--;
		if (length == 0 || copy[length - 1] != '(')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("\"%s\" is no function without arguments", given),
					 errhint("Write it as schema.function(); what is read takes no arguments.")));
		copy[length - 1] = '\0';
	}
	names = textToQualifiedNameList(cstring_to_text(copy));
	if (list_length(names) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("relation \"%s\" is not given by schema and name", given),
				 errhint("Write it as schema.relation, a function as schema.function(), quoted where SQL needs quotes.")));
	*schema = strVal(linitial(names));
	*name = strVal(lsecond(names));
	return function;
}

/* The name of a relation or function, as it is kept. */
static char *
gov_place_written(const char *schema, const char *name, bool function)
{
	char	   *qualified = gov_qualified_name(schema, name);

	return function ? psprintf("%s()", qualified) : qualified;
}

/* The one way to write what people give; raises unless it is a schema and a relation or function. */
char *
gov_place_canonical(const char *given)
{
	char	   *schema;
	char	   *name;
	bool		function = gov_place_split(given, &schema, &name);

	return gov_place_written(schema, name, function);
}

/* The place in four columns of a result, the first of which is "column". */
GovKeptPlace
gov_result_place(uint64 row, int column)
{
	GovKeptPlace place = {.name = gov_result_text(row, column)};

	if (gov_result_isnull(row, column + 1) || gov_result_isnull(row, column + 2) || gov_result_isnull(row, column + 3))
		return place;
	place.oid = (Oid) gov_result_int8(row, column + 1);
	place.database = (Oid) gov_result_int8(row, column + 2);
	place.system = gov_result_int8(row, column + 3);
	return place;
}

/* The relation of a name, or the function without arguments; not a temporary one, which other sessions cannot read. */
static GovPlace
gov_place_by_name(const char *kept)
{
	GovPlace	place = {.name = pstrdup(kept)};
	char	   *schema;
	char	   *name;
	bool		function = gov_place_split(kept, &schema, &name);
	Oid			namespace = get_namespace_oid(schema, true);

	place.class = function ? ProcedureRelationId : RelationRelationId;
	if (!OidIsValid(namespace) || isAnyTempNamespace(namespace))
		return place;
	place.object = !function ? get_relname_relid(name, namespace) :
		GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						PointerGetDatum(buildoidvector(NULL, 0)), ObjectIdGetDatum(namespace));
	return place;
}

/* What the OID leads to, if it was noted in this database; its name is set then. */
static GovPlace
gov_place_by_address(const GovKeptPlace *kept, Oid class)
{
	GovPlace	place = {.class = class};
	bool		function = class == ProcedureRelationId;
	Oid			namespace;

	if (!OidIsValid(kept->oid) || kept->database != MyDatabaseId || kept->system != (int64) GetSystemIdentifier())
		return place;
	namespace = function ? get_func_namespace(kept->oid) : get_rel_namespace(kept->oid);
	if (!OidIsValid(namespace) || isAnyTempNamespace(namespace) || (function && get_func_nargs(kept->oid) != 0))
		return place;
	place.object = kept->oid;
	place.name = gov_place_written(get_namespace_name(namespace),
								   function ? get_func_name(kept->oid) : get_rel_name(kept->oid), function);
	return place;
}

/* Finds what is meant by a place today. */
GovPlace
gov_place_find(const GovKeptPlace *kept)
{
	GovPlace	named = gov_place_by_name(kept->name);
	GovPlace	addressed = gov_place_by_address(kept, named.class);

	if (!OidIsValid(addressed.object) || addressed.object == named.object)
		return named;
	if (OidIsValid(named.object) && gov_registered_owner(named.class, named.object) ==
		gov_registered_owner(addressed.class, addressed.object))
		return named;
	return addressed;
}

/* Something of today, as a fact is to keep it. */
GovKeptPlace
gov_place_keep(const GovPlace *place)
{
	return (GovKeptPlace) {
		.name = place->name,
		.oid = place->object,
		.database = MyDatabaseId,
		.system = (int64) GetSystemIdentifier()
	};
}

/* Columns of what lists places. */
enum {LISTED_KEY = 1, LISTED_PLACE};

/* Is it that thing, perhaps under another name by now?  Of what is gone the name decides. */
bool
gov_place_is(const GovKeptPlace *kept, const GovPlace *now)
{
	GovPlace	was = gov_place_find(kept);

	if (OidIsValid(was.object) && OidIsValid(now->object))
		return was.class == now->class && was.object == now->object;
	return strcmp(kept->name, now->name) == 0;
}

/* Writes anew what was renamed, moved or made again; how many have another name by now. */
uint64
gov_places_follow(GovQuery *list, GovQuery *move)
{
	uint64		count = gov_run(list);
	char	  **keys = palloc(sizeof(char *) * (count + 1));
	GovKeptPlace *places = palloc(sizeof(GovKeptPlace) * (count + 1));
	uint64		renamed = 0;

	for (uint64 i = 0; i < count; i++)
	{
		keys[i] = gov_result_text(i, LISTED_KEY);
		places[i] = gov_result_place(i, LISTED_PLACE);
	}
	for (uint64 i = 0; i < count; i++)
	{
		GovPlace	found = gov_place_find(&places[i]);
		GovKeptPlace now = gov_place_keep(&found);

		if (!OidIsValid(found.object))
			continue;
		if (strcmp(now.name, places[i].name) != 0)
			renamed++;
		else if (now.oid == places[i].oid && now.database == places[i].database && now.system == places[i].system)
			continue;
		(void) gov_run(move, gov_text(keys[i]), GOV_PLACE_ARGS(&now));
	}
	return renamed;
}
