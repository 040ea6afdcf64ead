/*-------------------------------------------------------------------------
 *
 * registered/relation.c
 *	  Relations and functions of the application that somebody registered: a
 *	  source of objects (inventory/relation.c), the labels in use
 *	  (labels/bindings.c), a projection (watch/projection_lag.c).
 *
 * Such a thing is kept by name and OID (place.c), and it is read as its owner
 * (door.c).  What is asked of it is asked anew each time it is read.
 *
 * A function takes no arguments and returns rows with columns.  What it reads
 * cannot depend on it as a view's tables do on the view: it stands in the way of no
 * ALTER TABLE, and fails when it is read instead.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "server/compat.h"
#include "registered/relation.h"

/* Can rows be selected from a relation? */
static bool
gov_registered_relation_has_rows(Oid relid)
{
	char		relkind = get_rel_relkind(relid);

	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE ||
		relkind == RELKIND_VIEW || relkind == RELKIND_MATVIEW ||
		relkind == RELKIND_FOREIGN_TABLE;
}

/* The columns that a function returns, whose declaration names them, as a record; NULL when it does not. */
static TupleDesc
gov_registered_function_columns(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	TupleDesc	columns = NULL;

	if (HeapTupleIsValid(tuple))
	{
		columns = build_function_result_tupdesc_t(tuple);
		ReleaseSysCache(tuple);
	}
	return columns;
}

/* Looks at what a place means today. */
GovReadable
gov_registered_look(const GovKeptPlace *kept)
{
	GovReadable found = {.place = gov_place_find(kept)};
	Oid			object = found.place.object;
	Oid			result;

	if (!OidIsValid(object))
		return found;
	if (found.place.class == RelationRelationId)
	{
		found.columns_of = object;
		found.has_rows = gov_registered_relation_has_rows(object);
		return found;
	}
	if (get_func_prokind(object) != PROKIND_FUNCTION || !get_func_retset(object))
		return found;
	result = get_func_rettype(object);
	if (result == RECORDOID)
		found.record = gov_registered_function_columns(object);
	else
		found.columns_of = get_typ_typrelid(result);
	found.has_rows = found.record != NULL || OidIsValid(found.columns_of);
	return found;
}

/* What messages call it. */
const char *
gov_registered_kind(const GovReadable *readable)
{
	return readable->place.class == ProcedureRelationId ? "function" : "relation";
}

/* What to give instead of something that has no rows to read, and how it would be written. */
const char *
gov_registered_with_rows(const GovReadable *readable)
{
	return readable->place.class == ProcedureRelationId ?
		"a function without arguments that RETURNS TABLE (...) or SETOF a type with columns" :
		"a table, view, materialized view or foreign table";
}

/* Finds a column; false when there is none of that name. */
static bool
gov_registered_column(const GovReadable *readable, const char *column, Oid *type, Oid *collation)
{
	AttrNumber	number;
	int32		typmod;

	for (int i = 0; readable->record != NULL && i < readable->record->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(readable->record, i);

		if (strcmp(NameStr(attribute->attname), column) != 0)
			continue;
		*type = attribute->atttypid;
		*collation = attribute->attcollation;
		return true;
	}
	number = OidIsValid(readable->columns_of) ? get_attnum(readable->columns_of, column) : InvalidAttrNumber;
	if (number <= InvalidAttrNumber)
		return false;
	get_atttypetypmodcoll(readable->columns_of, number, type, &typmod, collation);
	return true;
}

/* The type of a column; InvalidOid when there is none of that name. */
Oid
gov_registered_type(const GovReadable *readable, const char *column)
{
	Oid			type;
	Oid			collation;

	return gov_registered_column(readable, column, &type, &collation) ? type : InvalidOid;
}

/* The columns of a list ended by NULL that it lacks, by commas; NULL: none. */
char *
gov_registered_missing_columns(const GovReadable *readable, const char *const *columns)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; columns[i] != NULL; i++)
	{
		if (!OidIsValid(gov_registered_type(readable, columns[i])))
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", columns[i]);
	}
	return list.len > 0 ? list.data : NULL;
}

/* May a role read these columns of a relation? */
bool
gov_registered_relation_readable(Oid relid, Oid role, const char *const *columns)
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

/* May its owner read these columns of it? Why not, as a detail; NULL when it may. */
char *
gov_registered_unreadable(const GovReadable *readable, const char *const *columns)
{
	Oid			object = readable->place.object;
	Oid			owner = gov_registered_owner(readable->place.class, object);

	if (readable->place.class == RelationRelationId)
		return gov_registered_relation_readable(object, owner, columns) ? NULL :
			psprintf("It is read as its owner, role \"%s\", which has no SELECT on it, or no USAGE on its schema.",
					 GetUserNameFromId(owner, false));
	if (gov_namespace_aclcheck(get_func_namespace(object), owner, ACL_USAGE) == ACLCHECK_OK &&
		gov_function_aclcheck(object, owner, ACL_EXECUTE) == ACLCHECK_OK)
		return NULL;
	return psprintf("It runs as its owner, role \"%s\", which has no EXECUTE on it, or no USAGE on its schema.",
					GetUserNameFromId(owner, false));
}

/*
 * A column that is a point in time as timestamptz, of what is known as r: one
 * without a time zone is in UTC.  NULL when it is no point in time.
 */
char *
gov_registered_time_expression(const GovReadable *readable, const char *column)
{
	Oid			type = getBaseType(gov_registered_type(readable, column));

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
gov_registered_text_expression(const GovReadable *readable, const char *column)
{
	Oid			type;
	Oid			collation = InvalidOid;

	(void) gov_registered_column(readable, column, &type, &collation);
	return psprintf("r.%s::pg_catalog.text%s", quote_identifier(column),
					!OidIsValid(collation) || get_collation_isdeterministic(collation) ? "" : " COLLATE pg_catalog.\"C\"");
}
