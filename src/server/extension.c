/*-------------------------------------------------------------------------
 *
 * server/extension.c
 *	  Where the extension lives: its schema, its owner, its relations.
 *
 * The schema is looked up in pg_extension once and kept until something
 * happens that could change it: a schema was renamed, or a relation of ours
 * was dropped (DROP EXTENSION, perhaps to create it anew elsewhere).
 *
 * With it the version of the extension's SQL objects is read (version.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "server/extension.h"

/* The schema of what is no part of the interface. */
#define GOV_INTERNAL_SCHEMA "governance_internal"

/* The cached place; valid while schema_oid is. */
static Oid	schema_oid = InvalidOid;
static Oid	owner_oid = InvalidOid;
static Oid	object_relid = InvalidOid;
static char schema_quoted[NAMEDATALEN * 2 + 3];

/* The version noted last, cut where it is longer than ours can be. */
static char objects_version[64];
static bool known = false;

/* Notes the version that the SQL objects in this database have. */
static void
gov_extension_note_version(const char *version)
{
	strlcpy(objects_version, version, sizeof(objects_version));
	known = strtol(objects_version, NULL, 10) == strtol(GOV_VERSION, NULL, 10);
}

/*
 * Raises unless the SQL objects are of the library's own major version.  While
 * the extension's own script runs, they are not yet what they are called.
 */
static void
gov_ensure_version(void)
{
	if (known || creating_extension)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the library and the SQL objects of extension \"%s\" do not go together", "governance"),
			 errdetail("The library is of version %s, the objects in this database are of version %s.",
					   GOV_VERSION, objects_version),
			 strtol(objects_version, NULL, 10) < strtol(GOV_VERSION, NULL, 10) ?
			 errhint("Run ALTER EXTENSION governance UPDATE.") :
			 errhint("Install the library of version %s and connect anew.", objects_version)));
}

/* The version that the SQL objects in this database have, once looked up. */
const char *
gov_extension_version(void)
{
	return objects_version;
}

/* A schema changed: forget where we are. */
static void
gov_catalog_forget_schema(Datum arg pg_attribute_unused(),
						  int cacheid pg_attribute_unused(),
						  uint32 hashvalue pg_attribute_unused())
{
	schema_oid = InvalidOid;
}

/* A relation changed: forget where we are if it is one of ours, or any. */
static void
gov_catalog_forget_relation(Datum arg pg_attribute_unused(), Oid relid)
{
	if (!OidIsValid(relid) || relid == object_relid)
		schema_oid = InvalidOid;
}

/* Registers the invalidation callbacks; called once from _PG_init. */
void
gov_catalog_init(void)
{
	CacheRegisterSyscacheCallback(NAMESPACEOID, gov_catalog_forget_schema, (Datum) 0);
	CacheRegisterRelcacheCallback(gov_catalog_forget_relation, (Datum) 0);
}

/* Reads pg_extension and fills the cache, unless we are not installed. */
static void
gov_catalog_load(void)
{
	Relation	rel;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	char	   *name;
	const char *quoted;
	Datum		version;
	bool		isnull;
	Oid			found = InvalidOid;

	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("governance"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		found = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
		owner_oid = ((Form_pg_extension) GETSTRUCT(tuple))->extowner;
		version = heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(rel), &isnull);
		gov_extension_note_version(isnull ? "" : TextDatumGetCString(version));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);

	name = OidIsValid(found) ? get_namespace_name(found) : NULL;
	if (name == NULL)
		return;
	quoted = quote_identifier(name);
	strlcpy(schema_quoted, quoted, sizeof(schema_quoted));
	object_relid = get_relname_relid("gov_object", found);
	schema_oid = found;
}

/* Is the extension there?  It may have been dropped in this very transaction. */
bool
gov_is_installed(void)
{
	if (!OidIsValid(schema_oid))
		gov_catalog_load();
	return OidIsValid(schema_oid);
}

/* The OID of the extension's schema; raises when its objects are none that the library knows. */
Oid
gov_schema_oid(void)
{
	if (!gov_is_installed())
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"%s\" is not installed in this database", "governance"),
				 errhint("Run CREATE EXTENSION governance.")));
	gov_ensure_version();
	return schema_oid;
}

/* The name of the extension's schema, ready to stand in SQL text. */
const char *
gov_schema_quoted(void)
{
	(void) gov_schema_oid();
	return schema_quoted;
}

/* The role that owns the extension, and with it every table of ours. */
Oid
gov_extension_owner(void)
{
	(void) gov_schema_oid();
	return owner_oid;
}

/*
 * The routines of ours that have a name, by OID.  Whoever may create objects in
 * our schema can add others of that name, which are none of the extension's.
 */
List *
gov_extension_routines(const char *name)
{
	CatCList   *found = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	Oid			extension = get_extension_oid("governance", true);
	List	   *routines = NIL;

	for (int i = 0; i < found->n_members; i++)
	{
		Form_pg_proc routine = (Form_pg_proc) GETSTRUCT(&found->members[i]->tuple);

		if (routine->pronamespace == gov_schema_oid() &&
			getExtensionOfObject(ProcedureRelationId, routine->oid) == extension)
			routines = lappend_oid(routines, routine->oid);
	}
	ReleaseSysCacheList(found);
	return routines;
}

/* Is a relation in one of our two schemas? */
bool
gov_relation_is_ours(Oid relation)
{
	Oid			schema = get_rel_namespace(relation);

	return schema == gov_schema_oid() || schema == get_namespace_oid(GOV_INTERNAL_SCHEMA, true);
}

/* The OID of one of our own relations (table, view, index or foreign table). */
Oid
gov_relation_oid(const char *name)
{
	Oid			relid = get_relname_relid(name, gov_schema_oid());

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" of extension \"governance\" is missing", name),
				 errhint("The installed library and the extension's version differ, or the extension was damaged.")));
	return relid;
}

/* The number of a column, by name; raises when there is none. */
AttrNumber
gov_column_number(Relation rel, const char *name)
{
	AttrNumber	attnum = get_attnum(RelationGetRelid(rel), name);

	if (attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of relation \"%s\" does not exist",
						name, RelationGetRelationName(rel))));
	return attnum;
}
