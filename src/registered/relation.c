/*-------------------------------------------------------------------------
 *
 * registered/relation.c
 *	  Relations of the application that somebody registered: a source of
 *	  objects (inventory/relation.c), the labels in use (labels/bindings.c).
 *
 * Such a relation is kept by qualified name, so that a dump can bring it
 * after us and a table swap is followed; and it is read as its owner
 * (door.c).  What is asked of it is asked anew each time it is read.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "server/compat.h"
#include "registered/relation.h"

/* Splits a qualified name; raises unless it has a schema and a relation. */
void
gov_registered_split(const char *relation, char **schema, char **name)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(relation));

	if (list_length(names) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("relation \"%s\" is not given by schema and name", relation),
				 errhint("Write it as schema.relation, quoted where SQL needs quotes.")));
	*schema = strVal(linitial(names));
	*name = strVal(lsecond(names));
}

/*
 * Finds the relation of a qualified name; InvalidOid when there is none, and
 * for a temporary one, which other sessions cannot read.
 */
Oid
gov_registered_find(const char *relation)
{
	char	   *schema;
	char	   *name;
	Oid			namespace;

	gov_registered_split(relation, &schema, &name);
	namespace = get_namespace_oid(schema, true);
	if (!OidIsValid(namespace) || isAnyTempNamespace(namespace))
		return InvalidOid;
	return get_relname_relid(name, namespace);
}

/* Can rows be selected from it? */
bool
gov_registered_has_rows(Oid relid)
{
	char		relkind = get_rel_relkind(relid);

	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE ||
		relkind == RELKIND_VIEW || relkind == RELKIND_MATVIEW ||
		relkind == RELKIND_FOREIGN_TABLE;
}

/* The columns of a list ended by NULL that it lacks, by commas; NULL: none. */
char *
gov_registered_missing_columns(Oid relid, const char *const *columns)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; columns[i] != NULL; i++)
	{
		if (get_attnum(relid, columns[i]) <= InvalidAttrNumber)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", columns[i]);
	}
	return list.len > 0 ? list.data : NULL;
}

/* May a role read these columns? */
bool
gov_registered_readable(Oid relid, Oid role, const char *const *columns)
{
	if (gov_namespace_aclcheck(get_rel_namespace(relid), role, ACL_USAGE) != ACLCHECK_OK)
		return false;
	if (pg_class_aclcheck(relid, role, ACL_SELECT) == ACLCHECK_OK)
		return true;
	for (int i = 0; columns[i] != NULL; i++)
	{
		if (pg_attribute_aclcheck(relid, get_attnum(relid, columns[i]), role, ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

/*
 * A column that is a point in time as timestamptz, of the relation known as
 * r: one without a time zone is in UTC.  NULL when it is no point in time.
 */
char *
gov_registered_time_expression(Oid relid, const char *column)
{
	Oid			type = getBaseType(get_atttype(relid, get_attnum(relid, column)));

	if (type == TIMESTAMPTZOID)
		return psprintf("r.%s::pg_catalog.timestamptz", quote_identifier(column));
	if (type == TIMESTAMPOID || type == DATEOID)
		return psprintf("pg_catalog.timezone('UTC', r.%s::pg_catalog.timestamp)", quote_identifier(column));
	return NULL;
}

/*
 * A column as text, where equal is the same bytes.  Only a collation that
 * takes different bytes for equal is replaced, for an index of another one serves look-ups.
 */
char *
gov_registered_text_expression(Oid relid, const char *column)
{
	Oid			type;
	int32		typmod;
	Oid			collation;

	get_atttypetypmodcoll(relid, get_attnum(relid, column), &type, &typmod, &collation);
	return psprintf("r.%s::pg_catalog.text%s", quote_identifier(column),
					!OidIsValid(collation) || get_collation_isdeterministic(collation) ? "" : " COLLATE pg_catalog.\"C\"");
}
