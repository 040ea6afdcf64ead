/*-------------------------------------------------------------------------
 *
 * ddl/quick.c
 *	  What can be told of one object alone.
 *
 * Most commands make one object of a name that nothing bears or bore, change
 * what is no matter of ours, or drop something that nothing takes the place
 * of.  Then the rules of a sync leave no choice, and one look at the object
 * and its name is enough; whatever is not as plain as that is left to
 * inventory/net.c.  Where both would do they must come to the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/hold.h"
#include "server/json.h"
#include "server/spi.h"
#include "server/table.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "labels/follow.h"
#include "ddl/born.h"
#include "ddl/enrolled.h"
#include "ddl/notes.h"
#include "ddl/quick.h"

/* Is object "o" one of the catalogs of this database? $2 and $3 are the system identifier and the database. */
#define HERE(o) GOV_OBJECT_OF(o, "$2", "$3")

/* Is it of a source that syncs look at? */
#define FOLLOWED(o) "EXISTS (SELECT FROM @.gov_source AS followed WHERE followed.source = " o ".source AND followed.enabled)"

/* Columns of the look at an object. */
enum {QUICK_SOURCE = 1, QUICK_TYPE, QUICK_REF, QUICK_ATTRIBUTES, QUICK_CLASS, QUICK_NAMES, QUICK_ARGS,
	QUICK_CONTAINER, QUICK_EXCLUDED, QUICK_SAME, QUICK_KNOWN, QUICK_NAMED, QUICK_ROUTINE};

/* An object of one catalog as it is, and what is registered under its OID and under its name. */
#define LOOK(which) \
	"SELECT f.source, f.object_type, f.object_ref, f.attributes, f.address_class, f.address_names, f.address_args," \
	"  c.object_id," \
	"  EXISTS (SELECT FROM governance_internal.gov_source_leaves_out AS p WHERE p.source = f.source" \
	"          AND governance_internal.gov_source_name(f.object_ref, f.address_class, f.address_names) LIKE p.pattern)," \
	"  EXISTS (SELECT FROM @.gov_object AS r WHERE r.address_oid = f.oid AND r.address_class = f.address_class AND " HERE("r") \
	"          AND " GOV_OBJECT_LIVE("r") " AND r.source = f.source AND r.object_type = f.object_type AND r.object_ref = f.object_ref" \
	"          AND r.container_id = c.object_id AND r.attributes = f.attributes" \
	"          AND r.address_names = f.address_names AND r.address_args IS NOT DISTINCT FROM f.address_args)," \
	"  EXISTS (SELECT FROM @.gov_object AS r WHERE r.address_oid = f.oid AND r.address_class = f.address_class AND " HERE("r") ")," \
	"  EXISTS (SELECT FROM @.gov_object AS n WHERE n.object_ref = f.object_ref AND " GOV_OBJECT_LIVE("n") ")" \
	"  OR EXISTS (SELECT FROM @.gov_object AS n WHERE n.object_ref = f.object_ref AND " GOV_OBJECT_RETIRED("n") ")," \
	"  CASE WHEN f.object_type IN ('function', 'procedure', 'aggregate') THEN f.address_names[1] || '.' || f.address_names[2] END" \
	" FROM governance_internal.gov_catalog_found(NULL, ARRAY[$1], true) AS f" \
	" LEFT JOIN @.gov_object AS c ON c.address_oid = coalesce(f.parent, f.schema) AND " HERE("c") " AND " GOV_OBJECT_LIVE("c") \
	"  AND (c.address_class = 'schema') = (f.parent IS NULL) AND f.object_type <> 'schema' AND c.address_subid = 0" \
	" WHERE " which " ORDER BY f.subid LIMIT 2"

GOV_QUERY(look_at_relation, LOOK("f.catalog = 'pg_class'::regclass::oid"), OIDOID, INT8OID, OIDOID);
GOV_QUERY(look_at_routine, LOOK("f.catalog = 'pg_proc'::regclass::oid"), OIDOID, INT8OID, OIDOID);
GOV_QUERY(look_at_type, LOOK("f.catalog = 'pg_type'::regclass::oid"), OIDOID, INT8OID, OIDOID);
GOV_QUERY(look_at_other, LOOK("f.catalog = $4"), OIDOID, INT8OID, OIDOID, OIDOID);

/* Is something registered under an OID of this database? */
GOV_QUERY(query_known,
		  "SELECT FROM @.gov_object AS o WHERE o.address_oid = $1 AND " HERE("o") " AND " GOV_OBJECT_LIVE("o") " AND " FOLLOWED("o"),
		  OIDOID, INT8OID, OIDOID);

/* The identity of this cluster, and of this database, as arguments. */
#define ARGS_HERE gov_int8((int64) GetSystemIdentifier()), gov_oid(MyDatabaseId)

/* Looks at an object; how many rows: one, none, or more where its columns are objects, too. */
static uint64
gov_ddl_quick_look(const ObjectAddress *address)
{
	GovArg		oid = gov_oid(address->objectId);

	switch (address->classId)
	{
		case RelationRelationId:
			return gov_run(&look_at_relation, oid, ARGS_HERE);
		case ProcedureRelationId:
			return gov_run(&look_at_routine, oid, ARGS_HERE);
		case TypeRelationId:
			return gov_run(&look_at_type, oid, ARGS_HERE);
		default:
			return gov_run(&look_at_other, oid, ARGS_HERE, gov_oid(address->classId));
	}
}

/* Is an object in no enrolled schema, or of a kind that is none of ours? */
static bool
gov_ddl_quick_is_elsewhere(const ObjectAddress *address)
{
	if (address->classId == RelationRelationId && strchr("rpvmfS", get_rel_relkind(address->objectId)) == NULL)
		return true;
	/* an extension has its schema in a column that is no namespace to the server */
	return address->classId != ExtensionRelationId && !gov_ddl_enrolled(get_object_namespace(address));
}

/* The kind of name under which routines of one name are noted, whatever their arguments. */
char *
gov_ddl_routine_name(const char *name)
{
	return psprintf("routine %s", name);
}

/* Notes what an object is called; did another one have such a name in this transaction? */
static bool
gov_ddl_quick_note(Oid oid, const char *ref, const char *routine)
{
	bool		shared = gov_ddl_notes_shared(oid, ref);

	gov_ddl_note_name(oid, ref);
	if (routine != NULL)
	{
		char	   *name = gov_ddl_routine_name(routine);

		shared |= gov_ddl_notes_shared(oid, name);
		gov_ddl_note_name(oid, name);
	}
	return shared;
}

/* Registers the new object of the last look. */
static void
gov_ddl_quick_put(Oid oid)
{
	bool		isnull;
	GovCatalogObject object = {
		.container = gov_result_int8(0, QUICK_CONTAINER),
		.object_type = gov_result_datum(0, QUICK_TYPE, &isnull),
		.source = gov_result_datum(0, QUICK_SOURCE, &isnull),
		.object_ref = gov_result_datum(0, QUICK_REF, &isnull),
		.attributes = gov_result_datum(0, QUICK_ATTRIBUTES, &isnull),
		.address_class = gov_result_datum(0, QUICK_CLASS, &isnull),
		.address_names = gov_result_datum(0, QUICK_NAMES, &isnull),
		.address_args = gov_result_datum(0, QUICK_ARGS, &isnull),
		.address_oid = oid
	};
	int64		object_id = gov_object_put_catalog(&object);

	gov_ddl_note_made(object_id);
	gov_labels_follow_object(object_id);
	gov_ddl_note_born(object_id);
}

/* ---- a new relation, the most frequent of all, told from the server's caches ---- */

/* Is the object in a slot one of the catalogs of this database? */
static bool
gov_ddl_quick_is_here(TupleTableSlot *slot)
{
	return !gov_slot_isnull(slot, GOV_COL_OBJECT_SYSTEM) && !gov_slot_isnull(slot, GOV_COL_OBJECT_DATABASE) &&
		DatumGetInt64(gov_slot_value(slot, GOV_COL_OBJECT_SYSTEM)) == (int64) GetSystemIdentifier() &&
		DatumGetObjectId(gov_slot_value(slot, GOV_COL_OBJECT_DATABASE)) == MyDatabaseId;
}

/* Is it the live object of a schema? */
static bool
gov_ddl_quick_is_schema(TupleTableSlot *slot)
{
	return gov_slot_isnull(slot, GOV_COL_OBJECT_RETIRED_AT) && !gov_slot_isnull(slot, GOV_COL_OBJECT_CLASS) &&
		strcmp(TextDatumGetCString(gov_slot_value(slot, GOV_COL_OBJECT_CLASS)), "schema") == 0;
}

/* Does a probe give the live object of a schema?  It is then held, as what a foreign key refers to. */
static bool
gov_ddl_quick_hold_schema(GovTable *objects, TupleTableSlot *slot, Oid schema)
{
	return gov_ddl_quick_is_here(slot) && gov_ddl_quick_is_schema(slot) &&
		gov_hold_row(objects, slot, LockTupleKeyShare, GOV_COL_OBJECT_ALL_NATTS) &&
		gov_ddl_quick_is_here(slot) && gov_ddl_quick_is_schema(slot) &&
		!gov_slot_isnull(slot, GOV_COL_OBJECT_OID) && DatumGetObjectId(gov_slot_value(slot, GOV_COL_OBJECT_OID)) == schema;
}

/*
 * The object of a schema, if nothing is registered under the OID and the name
 * of what is new in it; else 0.  By the table access method, as all that is
 * done for a new relation: a query would take longer than all the rest.
 */
static int64
gov_ddl_quick_container(Oid schema, Oid oid, Datum ref)
{
	Snapshot	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	int64		container = 0;
	bool		taken = false;
	GovTable	objects;
	GovIndex	by_address;

	gov_table_open(&objects, "gov_object", snapshot);
	gov_index_open(&by_address, &objects, "gov_object_address_idx");
	gov_index_find_oid(&by_address, oid);
	while (!taken && gov_index_next(&by_address, GOV_COL_OBJECT_ALL_NATTS))
		taken = gov_ddl_quick_is_here(by_address.slot);
	/* under the name a live one, or a retired one */
	taken = taken || gov_index_has_text(&objects, "gov_object_ref_key", ref) ||
		gov_index_has_text(&objects, "gov_object_retired_idx", ref);
	gov_index_find_oid(&by_address, schema);
	while (!taken && container == 0 && gov_index_next(&by_address, GOV_COL_OBJECT_ALL_NATTS))
	{
		if (gov_ddl_quick_hold_schema(&objects, by_address.slot, schema))
			container = DatumGetInt64(gov_slot_value(by_address.slot, GOV_COL_OBJECT_ID));
	}
	gov_index_close(&by_address);
	gov_table_close(&objects);
	UnregisterSnapshot(snapshot);
	return container;
}

/* Holds a source, as what a foreign key refers to. */
static bool
gov_ddl_quick_hold_source(Datum source)
{
	Snapshot	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	GovTable	sources;
	bool		held;

	gov_table_open(&sources, "gov_source", snapshot);
	held = gov_hold_text(&sources, "gov_source_pkey", source);
	gov_table_close(&sources);
	UnregisterSnapshot(snapshot);
	return held;
}

/* What gov_catalog_found has in "attributes" for a relation that lives in its schema. */
static Datum
gov_ddl_quick_attributes(Form_pg_class form)
{
	char		relkind[] = {form->relkind, '\0'};
	GovJson		json;

	gov_json_begin(&json);
	gov_json_text(&json, "owner", GetUserNameFromId(form->relowner, false));
	gov_json_text(&json, "relkind", relkind);
	if (form->relkind == RELKIND_PARTITIONED_TABLE)
		gov_json_bool(&json, "partitioned", true);
	if (form->relpersistence == RELPERSISTENCE_UNLOGGED)
		gov_json_text(&json, "persistence", "unlogged");
	return gov_json_end(&json);
}

/* A list of strings as text[]. */
static Datum
gov_ddl_quick_texts(List *strings)
{
	const char **texts = palloc(sizeof(char *) * (list_length(strings) + 1));
	ListCell   *cell;
	int			n = 0;

	foreach(cell, strings)
		texts[n++] = (const char *) lfirst(cell);
	return gov_text_array(texts, n);
}

/*
 * Registers a relation that is new, lives in its schema and has a free name;
 * false where the catalogs have to be asked.  No member of an extension, no
 * partition and no sequence, which may be a column's, is told so.  A table that
 * CREATE TABLE just made is a member only of an extension that is being created.
 */
static bool
gov_ddl_quick_relation(const ObjectAddress *address, bool table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(address->objectId));
	Form_pg_class form;
	const char *source;
	List	   *names;
	List	   *args;
	char	   *ref;
	GovCatalogObject object;
	int64		object_id;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	source = gov_ddl_enrolled_whole(form->relnamespace);
	if (source == NULL || form->relispartition || form->relkind == RELKIND_SEQUENCE ||
		((!table || creating_extension) && OidIsValid(getExtensionOfObject(RelationRelationId, address->objectId))))
	{
		ReleaseSysCache(tuple);
		return false;
	}
	ref = getObjectIdentityParts(address, &names, &args, false);
	object.source = CStringGetTextDatum(source);
	object.attributes = gov_ddl_quick_attributes(form);
	object.object_ref = CStringGetTextDatum(ref);
	object.container = gov_ddl_quick_container(form->relnamespace, address->objectId, object.object_ref);
	ReleaseSysCache(tuple);
	if (object.container == 0 || strlen(ref) > GOV_REF_MAX_BYTES || gov_ddl_notes_shared(address->objectId, ref) ||
		!gov_ddl_quick_hold_source(object.source))
		return false;
	object.held = true;
	object.object_type = object.address_class = CStringGetTextDatum(getObjectTypeDescription(address, false));
	object.address_names = gov_ddl_quick_texts(names);
	object.address_args = gov_ddl_quick_texts(args);
	object.address_oid = address->objectId;
	object_id = gov_object_put_catalog(&object);
	gov_ddl_note_name(address->objectId, ref);
	gov_ddl_note_made(object_id);
	gov_labels_follow_new(object_id, object.object_ref);
	gov_ddl_note_born(object_id);
	return true;
}

/* Registers a new object, or finds that it is none of ours; false where the catalogs have to be asked. */
bool
gov_ddl_quick_made(const ObjectAddress *address, bool table)
{
	if (address->classId == NamespaceRelationId)
		return false;
	return gov_ddl_quick_is_elsewhere(address) ||
		(address->classId == RelationRelationId && gov_ddl_quick_relation(address, table));
}

/* Registers an object that is new, or finds that nothing changed; false when others have to be looked at. */
bool
gov_ddl_quick_touched(const ObjectAddress *address)
{
	char	   *routine;
	bool		shared;
	uint64		rows;

	if (address->classId == NamespaceRelationId)
		return false;
	if (gov_ddl_quick_is_elsewhere(address))
		return gov_run(&query_known, gov_oid(address->objectId), ARGS_HERE) == 0;
	rows = gov_ddl_quick_look(address);
	if (rows == 0)
		return gov_run(&query_known, gov_oid(address->objectId), ARGS_HERE) == 0;
	/* its columns are objects, too */
	if (rows > 1)
		return false;
	if (gov_result_bool(0, QUICK_SAME) && !gov_result_bool(0, QUICK_EXCLUDED))
		return true;
	routine = gov_result_text(0, QUICK_ROUTINE);
	shared = gov_ddl_quick_note(address->objectId, gov_result_text(0, QUICK_REF), routine);
	if (shared || gov_result_bool(0, QUICK_KNOWN) || gov_result_bool(0, QUICK_NAMED) || gov_result_bool(0, QUICK_EXCLUDED) ||
		gov_result_isnull(0, QUICK_CONTAINER))
		return false;
	gov_ddl_quick_put(address->objectId);
	return true;
}

/* What is registered under OIDs that are gone. */
GOV_QUERY(query_gone,
		  "SELECT o.object_id, o.address_oid, o.object_ref,"
		  "  CASE WHEN o.object_type IN ('function', 'procedure', 'aggregate') THEN o.address_names[1] || '.' || o.address_names[2] END"
		  " FROM @.gov_object AS o WHERE o.address_oid = ANY ($1) AND " HERE("o") " AND " GOV_OBJECT_LIVE("o") " AND " FOLLOWED("o"),
		  OIDARRAYOID, INT8OID, OIDOID);

/* Columns of query_gone. */
enum {GONE_ID = 1, GONE_OID, GONE_REF, GONE_ROUTINE};

/* Retires what was dropped; gives back what has to do with others. */
List *
gov_ddl_quick_dropped(List *oids)
{
	uint64		rows = gov_run(&query_gone, gov_datum(gov_arg_oids(oids), false), ARGS_HERE);
	Datum	   *ids = palloc(sizeof(Datum) * (rows + 1));
	List	   *shared = NIL;
	int			n = 0;

	for (uint64 row = 0; row < rows; row++)
	{
		Oid			oid = (Oid) gov_result_int8(row, GONE_OID);

		if (gov_ddl_quick_note(oid, gov_result_text(row, GONE_REF), gov_result_text(row, GONE_ROUTINE)) || gov_ddl_notes_contested(oid))
			shared = lappend_oid(shared, oid);
		else
			ids[n++] = Int64GetDatum(gov_result_int8(row, GONE_ID));
	}
	for (int i = 0; i < n; i++)
	{
		gov_ddl_note_written(DatumGetInt64(ids[i]));
		gov_labels_follow_object(DatumGetInt64(ids[i]));
	}
	if (n > 0)
		(void) gov_object_retire_ids(PointerGetDatum(construct_array(ids, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)));
	return shared;
}
