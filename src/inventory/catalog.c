/*-------------------------------------------------------------------------
 *
 * inventory/catalog.c
 *	  The objects of enrolled schemas, as PostgreSQL's own catalogs tell.
 *
 * Type and reference are the words of pg_identify_object, the address that
 * of pg_identify_object_as_address; a domain, which the server calls a type,
 * is a "domain" here.  A reference too long to be indexed keeps its head and
 * ends in "..." and the MD5 of the whole.
 *
 * Taken: schemas, tables (partitioned ones too), views, materialized views,
 * foreign tables, sequences, functions, procedures, aggregates, types,
 * domains, and the rarer kinds of the list below.
 *
 * Left out, because they come and go with something that is taken:
 *	 - members of extensions: the extension itself stands for them, whose
 *	   upgrade or removal is the only way to change them;
 *	 - row types, array types, multirange types, and functions that the
 *	   server made for a type;
 *	 - indexes, constraints, triggers, rules, policies, TOAST tables.
 *
 * Containers: a partition lives in its parent, a sequence that a column owns
 * and extended statistics live in their table, everything else in its
 * schema, and a schema in the database, whose reference is "database"
 * whatever its name.  A parent that is not enrolled counts for nothing: then
 * it is the schema.
 *
 * A source is tied to its schema by the OID of the schema object it holds,
 * so its code "schema:NAME" follows a rename.  Where that OID means nothing
 * (a dump restored elsewhere) or is gone, the name in the code counts.
 *
 * What is collected for one source can include objects of other enrolled
 * schemas: those that moved there, their containers, and those whose names
 * are in the way because they were renamed as well.  They are looked up by
 * OID, again until nothing is added, which is nearly always the first time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"

/* Types of objects that have catalogs with more than one of them. */
static const char *const mixed_types[] = {
	"schema", "table", "view", "materialized view", "foreign table", "sequence",
	"function", "procedure", "aggregate", "type", "domain", NULL
};

/* Types of objects that fill a catalog of their own. */
typedef struct GovCatalogKind
{
	const char *type;
	const char *catalog;
	const char *schema;
	const char *owner;			/* "NULL" for none */
	const char *parent;			/* a table it lives in; "NULL" for none */
} GovCatalogKind;

static const GovCatalogKind plain_kinds[] = {
	{"collation", "pg_collation", "collnamespace", "collowner", "NULL"},
	{"conversion", "pg_conversion", "connamespace", "conowner", "NULL"},
	{"extension", "pg_extension", "extnamespace", "extowner", "NULL"},
	{"operator", "pg_operator", "oprnamespace", "oprowner", "NULL"},
	{"operator class", "pg_opclass", "opcnamespace", "opcowner", "NULL"},
	{"operator family", "pg_opfamily", "opfnamespace", "opfowner", "NULL"},
	{"statistics object", "pg_statistic_ext", "stxnamespace", "stxowner", "stxrelid"},
	{"text search configuration", "pg_ts_config", "cfgnamespace", "cfgowner", "NULL"},
	{"text search dictionary", "pg_ts_dict", "dictnamespace", "dictowner", "NULL"},
	{"text search parser", "pg_ts_parser", "prsnamespace", "NULL", "NULL"},
	{"text search template", "pg_ts_template", "tmplnamespace", "NULL", "NULL"},
};

/* Is it a type of objects that a catalog holds? */
static bool
gov_inventory_catalog_knows(const char *type)
{
	for (int i = 0; mixed_types[i] != NULL; i++)
		if (strcmp(mixed_types[i], type) == 0)
			return true;
	for (int i = 0; i < (int) lengthof(plain_kinds); i++)
		if (strcmp(plain_kinds[i].type, type) == 0)
			return true;
	return false;
}

GOV_QUERY(query_catalog_source,
		  "SELECT source FROM @.gov_source"
		  " WHERE kind = 'catalog' AND enabled AND ($2 = ANY (object_types)) IS NOT FALSE"
		  "  AND starts_with($1, quote_ident(substr(source, 8)) || '.')"
		  " LIMIT 1",
		  TEXTOID, TEXTOID);

/*
 * Raises when a name is one that the sync of an enrolled schema would give an
 * object: of such a type, in such a schema.  Registered by hand it would keep
 * the name from the object of the catalog.
 */
void
gov_inventory_ensure_not_enrolled(const char *type, const char *ref)
{
	int			level;

	if (!gov_inventory_catalog_knows(type))
		return;
	level = gov_spi_begin();
	if (gov_run(&query_catalog_source, gov_text(ref), gov_text(type)) > 0)
	{
		char	   *source = gov_result_text(0, 1);

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("object %s \"%s\" cannot be registered by hand in an enrolled schema", type, ref),
				 errdetail("What is in the catalog of this schema is registered from there, by source \"%s\".", source),
				 errhint("Create it, then call gov_sync(%s).", quote_literal_cstr(source))));
	}
	gov_spi_end(level);
}

/* The identity of this cluster, as an argument. */
GovArg
gov_inventory_system(void)
{
	return gov_int8((int64) GetSystemIdentifier());
}

/* The OID of this database, as an argument. */
GovArg
gov_inventory_database(void)
{
	return gov_datum(ObjectIdGetDatum(MyDatabaseId), false);
}

/* Columns of query_renamed. */
enum {RENAMED_FROM = 1, RENAMED_TO, RENAMED_TAKEN};

/* ---- enrolled schemas that were renamed ---- */

GOV_QUERY(query_renamed,
		  "SELECT s.source, 'schema:' || n.nspname,"
		  "       EXISTS (SELECT 1 FROM @.gov_source t WHERE t.source = 'schema:' || n.nspname)"
		  " FROM @.gov_source s"
		  " JOIN @.gov_object o ON o.source = s.source AND o.object_type = 'schema'"
		  "  AND o.address_class = 'schema' AND " GOV_OBJECT_LIVE("o")
		  "  AND o.address_system = $1 AND o.address_database = $2"
		  " JOIN pg_namespace n ON n.oid = o.address_oid"
		  " WHERE s.kind = 'catalog' AND s.source <> 'schema:' || n.nspname"
		  " ORDER BY s.source",
		  INT8OID, OIDOID);

GOV_QUERY(query_rename_source,
		  "UPDATE @.gov_source SET source = $2 WHERE source = $1",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_merge_objects,
		  "UPDATE @.gov_object SET source = $2 WHERE source = $1",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_merge_source,
		  "UPDATE @.gov_source t"
		  " SET object_types = s.object_types, enabled = s.enabled, registered_by = s.registered_by"
		  " FROM @.gov_source s WHERE s.source = $1 AND t.source = $2",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_delete_source,
		  "DELETE FROM @.gov_source WHERE source = $1",
		  TEXTOID);

/* A source whose schema bears another name now. */
typedef struct GovRenamedSource
{
	char	   *from;
	char	   *to;
	char	   *aside;			/* code it stepped aside to; NULL when it did not */
	bool		taken;			/* another source bears the new code */
} GovRenamedSource;

/* Is a code the old one of a renamed source? */
static bool
gov_inventory_catalog_is_renamed(const GovRenamedSource *renamed, uint64 n, const char *code)
{
	for (uint64 i = 0; i < n; i++)
	{
		if (strcmp(renamed[i].from, code) == 0)
			return true;
	}
	return false;
}

/*
 * Gives one renamed source its new code.  The code may belong to a source
 * whose schema is gone: the two become one, as an object that takes the name
 * of one that is gone does.
 */
static void
gov_inventory_catalog_rename(const char *from, const char *to, bool merge)
{
	if (!merge)
	{
		gov_run(&query_rename_source, gov_text(from), gov_text(to));
		return;
	}
	gov_run(&query_merge_objects, gov_text(from), gov_text(to));
	gov_run(&query_merge_source, gov_text(from), gov_text(to));
	gov_run(&query_delete_source, gov_text(from));
}

/*
 * Gives enrolled schemas that were renamed their new code.  The code that
 * "source" has from now on; NULL gives NULL.
 *
 * Names may have been swapped, so codes that are in the way step aside first.
 */
char *
gov_inventory_catalog_follow(const char *source)
{
	int			level = gov_spi_begin();
	uint64		n = gov_run(&query_renamed, gov_inventory_system(), gov_inventory_database());
	GovRenamedSource *renamed = palloc(sizeof(GovRenamedSource) * (n + 1));
	const char *result = source;

	for (uint64 i = 0; i < n; i++)
	{
		renamed[i].from = gov_result_text(i, RENAMED_FROM);
		renamed[i].to = gov_result_text(i, RENAMED_TO);
		renamed[i].taken = gov_result_bool(i, RENAMED_TAKEN);
		renamed[i].aside = NULL;
		if (source != NULL && strcmp(source, renamed[i].from) == 0)
			result = renamed[i].to;
	}
	for (uint64 i = 0; i < n; i++)
	{
		if (!renamed[i].taken || !gov_inventory_catalog_is_renamed(renamed, n, renamed[i].to))
			continue;
		renamed[i].aside = psprintf("\001%s", renamed[i].from);
		gov_run(&query_rename_source, gov_text(renamed[i].from), gov_text(renamed[i].aside));
	}
	for (uint64 i = 0; i < n; i++)
	{
		if (renamed[i].aside == NULL)
			gov_inventory_catalog_rename(renamed[i].from, renamed[i].to, renamed[i].taken);
	}
	for (uint64 i = 0; i < n; i++)
	{
		if (renamed[i].aside != NULL)
			gov_inventory_catalog_rename(renamed[i].aside, renamed[i].to, false);
	}
	gov_spi_end(level);
	return source != NULL ? pstrdup(result) : NULL;
}

/* ---- what a schema holds ---- */

/*
 * Arguments of the texts below: $1 source, $2 OIDs to look up in other
 * enrolled schemas too, $3 system identifier, $4 OID of the database.
 */
static const Oid collect_types[] = {TEXTOID, OIDARRAYOID, INT8OID, OIDOID};

/* A live object whose OID means something here. */
#define OID_HOLDS \
	GOV_OBJECT_LIVE("o") " AND o.address_oid IS NOT NULL" \
	" AND coalesce(o.address_system = $3 AND o.address_database = $4, false)"

#define WANTED(word, oid) \
	" (p.source = $1 OR " oid " IN (SELECT unnest($2)))" \
	" AND (p.object_types IS NULL OR " word " = ANY (p.object_types))"

/* deptype 'e': member of an extension; 'i': made for something else. */
#define NOT_DEPENDENT(catalog, oid, deptypes) \
	" AND NOT EXISTS (SELECT 1 FROM pg_depend m" \
	" WHERE m.classid = 'pg_catalog." catalog "'::regclass AND m.objid = " oid \
	" AND m.objsubid = 0 AND m.deptype IN (" deptypes "))"

#define RELATION_WORD \
	"CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'" \
	" WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END"

#define ROUTINE_WORD \
	"CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END"

#define TYPE_WORD "CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END"

/* The enrolled schemas; gov_inventory_catalog_follow has made codes and names agree. */
static const char *const text_places =
	"WITH place AS MATERIALIZED ("
	" SELECT s.source, n.oid AS schema, s.object_types"
	" FROM @.gov_source s JOIN pg_namespace n ON s.source = 'schema:' || n.nspname"
	" WHERE s.kind = 'catalog' AND (s.enabled OR s.source = $1)),"
	" raw AS ("
	" SELECT p.source, 'pg_catalog.pg_namespace'::regclass::oid AS catalog, n.oid,"
	"        p.schema, NULL::oid AS parent, 'schema' AS word,"
	"        jsonb_build_object('owner', pg_get_userbyid(n.nspowner)) AS attributes"
	" FROM place p JOIN pg_namespace n ON n.oid = p.schema"
	" WHERE p.source = $1 OR n.oid IN (SELECT unnest($2))";

static const char *const text_relations =
	" UNION ALL"
	" SELECT p.source, 'pg_catalog.pg_class'::regclass::oid, c.oid,"
	"        p.schema, coalesce(h.inhparent, q.refobjid), " RELATION_WORD ","
	"        jsonb_strip_nulls(jsonb_build_object("
	"         'owner', pg_get_userbyid(c.relowner),"
	"         'relkind', c.relkind,"
	"         'partitioned', CASE WHEN c.relkind = 'p' THEN true END,"
	"         'partition', CASE WHEN c.relispartition THEN true END,"
	"         'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,"
	"         'column', (SELECT a.attname FROM pg_attribute a"
	"                    WHERE a.attrelid = q.refobjid AND a.attnum = q.refobjsubid)))"
	" FROM place p JOIN pg_class c ON c.relnamespace = p.schema"
	" LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid AND NOT h.inhdetachpending"
	" LEFT JOIN pg_depend q ON c.relkind = 'S' AND q.classid = 'pg_catalog.pg_class'::regclass"
	"  AND q.objid = c.oid AND q.objsubid = 0 AND q.refclassid = 'pg_catalog.pg_class'::regclass"
	"  AND q.refobjsubid > 0 AND q.deptype IN ('a', 'i')"
	" WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND"
	WANTED(RELATION_WORD, "c.oid")
	NOT_DEPENDENT("pg_class", "c.oid", "'e'");

static const char *const text_routines =
	" UNION ALL"
	" SELECT p.source, 'pg_catalog.pg_proc'::regclass::oid, f.oid, p.schema, NULL, " ROUTINE_WORD ","
	"        jsonb_strip_nulls(jsonb_build_object("
	"         'owner', pg_get_userbyid(f.proowner),"
	"         'language', (SELECT l.lanname FROM pg_language l WHERE l.oid = f.prolang),"
	"         'window', CASE WHEN f.prokind = 'w' THEN true END,"
	"         'security_definer', CASE WHEN f.prosecdef THEN true END))"
	" FROM place p JOIN pg_proc f ON f.pronamespace = p.schema"
	" WHERE" WANTED(ROUTINE_WORD, "f.oid")
	NOT_DEPENDENT("pg_proc", "f.oid", "'e', 'i'");

/* An array type has an element type and no array type of its own. */
static const char *const text_types =
	" UNION ALL"
	" SELECT p.source, 'pg_catalog.pg_type'::regclass::oid, t.oid, p.schema, NULL, " TYPE_WORD ","
	"        jsonb_strip_nulls(jsonb_build_object("
	"         'owner', pg_get_userbyid(t.typowner),"
	"         'kind', CASE t.typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite'"
	"                 WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' END,"
	"         'base_type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END))"
	" FROM place p JOIN pg_type t ON t.typnamespace = p.schema"
	" LEFT JOIN pg_class c ON c.oid = t.typrelid"
	" WHERE t.typisdefined"
	"  AND (t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')"
	"       OR (t.typtype = 'b' AND (t.typelem = 0 OR t.typarray <> 0)))"
	"  AND" WANTED(TYPE_WORD, "t.oid")
	NOT_DEPENDENT("pg_type", "t.oid", "'e'");

/* The server is asked once per object who it is. */
static const char *const text_identify =
	")"
	" SELECT r.source, r.catalog, r.oid, r.schema, r.parent, r.word AS object_type,"
	"        CASE WHEN octet_length(i.identity) <= %d THEN i.identity"
	"             ELSE left(i.identity, %d) || '...' || md5(i.identity) END AS object_ref,"
	"        CASE WHEN octet_length(i.identity) <= %d THEN r.attributes"
	"             ELSE r.attributes || jsonb_build_object('identity', i.identity) END AS attributes,"
	"        a.type AS address_class, a.object_names AS address_names, a.object_args AS address_args"
	" FROM raw r"
	" CROSS JOIN LATERAL pg_identify_object(r.catalog, r.oid, 0) i"
	" CROSS JOIN LATERAL pg_identify_object_as_address(r.catalog, r.oid, 0) a"
	" WHERE i.identity IS NOT NULL AND a.object_names IS NOT NULL";

/* Characters of a long reference that are kept, whatever the encoding. */
#define GOV_REF_HEAD_CHARS	((GOV_REF_MAX_BYTES - 3 - 32) / 4)

/* Adds one branch per type of object with a catalog of its own. */
static void
gov_inventory_catalog_append_plain(StringInfo sql)
{
	for (int i = 0; i < (int) lengthof(plain_kinds); i++)
	{
		const GovCatalogKind *kind = &plain_kinds[i];

		appendStringInfo(sql,
						 " UNION ALL"
						 " SELECT p.source, 'pg_catalog.%s'::regclass::oid, x.oid, p.schema, %s, '%s',"
						 " jsonb_strip_nulls(jsonb_build_object('owner', pg_get_userbyid(%s)))"
						 " FROM place p JOIN pg_catalog.%s x ON x.%s = p.schema"
						 " WHERE (p.source = $1 OR x.oid IN (SELECT unnest($2)))"
						 " AND (p.object_types IS NULL OR '%s' = ANY (p.object_types))"
						 " AND NOT EXISTS (SELECT 1 FROM pg_depend m"
						 " WHERE m.classid = 'pg_catalog.%s'::regclass AND m.objid = x.oid"
						 " AND m.objsubid = 0 AND m.deptype = 'e')",
						 kind->catalog, kind->parent, kind->type, kind->owner,
						 kind->catalog, kind->schema, kind->type, kind->catalog);
	}
}

/* The text that finds a schema's objects, with their identities. */
static char *
gov_inventory_catalog_found_text(void)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, text_places);
	appendStringInfoString(&sql, text_relations);
	appendStringInfoString(&sql, text_routines);
	appendStringInfoString(&sql, text_types);
	gov_inventory_catalog_append_plain(&sql);
	appendStringInfo(&sql, text_identify,
					 GOV_REF_MAX_BYTES, GOV_REF_HEAD_CHARS, GOV_REF_MAX_BYTES);
	return sql.data;
}

/*
 * OIDs that are missing from what was found and not yet looked up elsewhere:
 * what this source held so far, containers, and objects of other enrolled
 * schemas by whose last known name something else goes now.
 */
static const char *const text_missing =
	"SELECT array_agg(DISTINCT x.oid) || $2 FROM ("
	"  SELECT o.address_oid FROM @.gov_object o WHERE o.source = $1 AND " OID_HOLDS
	"  UNION ALL SELECT f.parent FROM gov_found f WHERE f.parent IS NOT NULL"
	"  UNION ALL SELECT f.schema FROM gov_found f"
	"  UNION ALL SELECT o.address_oid FROM gov_found f"
	"   JOIN @.gov_object o ON o.object_ref = f.object_ref AND o.object_type = f.object_type"
	"    AND o.address_oid <> f.oid AND o.source <> $1 AND " OID_HOLDS
	" ) x (oid)"
	" WHERE NOT EXISTS (SELECT 1 FROM unnest($2) u WHERE u = x.oid)"
	"  AND NOT EXISTS (SELECT 1 FROM gov_found f WHERE f.oid = x.oid)"
	" HAVING count(*) > 0";

/*
 * The objects that should be live, with their containers.  Numbered so that
 * containers tend to come before what lives in them.  The database is added
 * when nobody has it yet.
 */
static const char *const text_desired =
	"SELECT row_number() OVER (ORDER BY f.object_type = 'database' DESC, f.object_type = 'schema' DESC,"
	"                          f.parent IS NOT NULL, f.oid) AS n,"
	"       f.source, f.object_type, f.object_ref,"
	"       coalesce(p.object_type, s.object_type,"
	"                CASE WHEN f.object_type = 'schema' THEN 'database' END) AS container_type,"
	"       coalesce(p.object_ref, s.object_ref,"
	"                CASE WHEN f.object_type = 'schema' THEN 'database' END) AS container_ref,"
	"       f.attributes, f.address_class, f.address_names, f.address_args, f.oid AS address_oid"
	" FROM (SELECT * FROM gov_found"
	"       UNION ALL"
	"       SELECT 'manual', NULL, NULL, NULL, NULL, 'database', 'database', '{}', NULL, NULL, NULL"
	"       WHERE EXISTS (SELECT 1 FROM gov_found)"
	"        AND NOT EXISTS (SELECT 1 FROM @.gov_object o WHERE o.object_ref = 'database'"
	"                        AND o.object_type = 'database' AND " GOV_OBJECT_LIVE("o") ")) f"
	" LEFT JOIN gov_found p ON p.catalog = 'pg_catalog.pg_class'::regclass AND p.oid = f.parent"
	" LEFT JOIN gov_found s ON s.catalog = 'pg_catalog.pg_namespace'::regclass AND s.oid = f.schema"
	"  AND f.object_type <> 'schema'";

/*
 * Collects what an enrolled schema holds now; the caller is connected to SPI
 * and has seen to renamed schemas.
 */
GovRows *
gov_inventory_catalog_collect(const GovSource *source)
{
	char	   *found_text = gov_inventory_catalog_found_text();
	GovArg		args[] = {gov_text(source->source),
		gov_datum(PointerGetDatum(construct_empty_array(OIDOID)), false),
	gov_inventory_system(), gov_inventory_database()};
	GovRows    *found;
	GovRows    *desired;
	bool		isnull;

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		found = gov_spi_collect("gov_found", found_text, lengthof(args), collect_types, args);
		if (gov_run_text(text_missing, lengthof(args), collect_types, args, false) == 0)
			break;
		args[1] = gov_datum(gov_result_datum(0, 1, &isnull), false);
		gov_spi_discard(found);
	}
	desired = gov_spi_collect("gov_desired", text_desired, 0, NULL, NULL);
	gov_spi_discard(found);
	return desired;
}

/* ---- gov_enroll_schema ---- */

/* Raises when a type of object is none that a schema can hold. */
static void
gov_inventory_catalog_ensure_type(const char *type)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; mixed_types[i] != NULL; i++)
	{
		if (strcmp(type, mixed_types[i]) == 0)
			return;
		appendStringInfo(&list, "%s, ", mixed_types[i]);
	}
	for (int i = 0; i < (int) lengthof(plain_kinds); i++)
	{
		if (strcmp(type, plain_kinds[i].type) == 0)
			return;
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", plain_kinds[i].type);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown type of catalog object \"%s\"", type),
			 errhint("Allowed: %s.", list.data)));
}

/* Checks the list of types given to gov_enroll_schema. */
void
gov_inventory_catalog_ensure_types(ArrayType *types)
{
	Datum	   *values;
	bool	   *nulls;
	int			n;

	deconstruct_array(types, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be empty", "object_types"),
				 errhint("Leave it out for all types.")));
	for (int i = 0; i < n; i++)
	{
		gov_ensure_not_null(nulls[i], "object_types");
		gov_inventory_catalog_ensure_type(TextDatumGetCString(values[i]));
	}
}
