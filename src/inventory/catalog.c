/*-------------------------------------------------------------------------
 *
 * inventory/catalog.c
 *	  The objects of enrolled schemas, as PostgreSQL's own catalogs tell.
 *
 * The queries are in the install script: gov_catalog_found, _missing and
 * _desired.
 *
 * Type and reference are the words of pg_identify_object, the address that
 * of pg_identify_object_as_address; a domain, which the server calls a type,
 * is a "domain" here.  A reference too long to be indexed keeps its head and
 * ends in "..." and the MD5 of the whole.
 *
 * Objects of these types are taken: schemas, tables (partitioned ones too),
 * views, materialized views, foreign tables, sequences, functions, procedures,
 * aggregates, types, domains, and the rarer kinds of that query.
 *
 * Left out, because they come and go with something that is taken:
 *	 - members of extensions: the extension itself stands for them, whose
 *	   upgrade or removal is the only way to change them;
 *	 - row types, array types, multirange types, and functions that the
 *	   server made for a type;
 *	 - indexes, constraints, triggers, rules, policies, TOAST tables.
 *
 * Columns are taken on demand, of tables, views, materialized views and
 * foreign tables that are taken themselves.  The columns of a partition are its
 * parent's, and system columns are nobody's to govern.  A column is known by the
 * OID of its relation and its number there, which outlive every rename.
 *
 * Containers: a partition lives in its parent, a sequence that a column owns
 * and extended statistics live in their table, everything else in its schema,
 * and a schema in the database, whose reference is "database" whatever its
 * name.  Where the parent is not enrolled, the container is the schema.
 *
 * A source is tied to its schema by the OID of the schema object it holds,
 * so its code "schema:NAME" follows a rename.  Where that OID means nothing
 * (a dump restored elsewhere) or is gone, the name in the code counts.
 *
 * Roles, databases and tablespaces are no schema's and the same for all
 * databases: source "cluster" has those that are asked for, in each database by
 * itself.  They live in the object "cluster", so that it can own them all, and are
 * known by OIDs and followed like everything else.
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
#include "server/progress.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"

/* The types of objects that gov_catalog_found finds. */
static const char *const catalog_types[] = {
	"schema", "table", "view", "materialized view", "foreign table", "sequence",
	"function", "procedure", "aggregate", "type", "domain", "collation", "conversion", "extension",
	"operator", "operator class", "operator family", "statistics object",
	"text search configuration", "text search dictionary", "text search parser", "text search template",
	"table column", "view column", "materialized view column", "foreign table column"
};

#define GOV_COLUMN_SUFFIX " column"

/* The types of objects that gov_cluster_desired finds. */
static const char *const cluster_types[] = {"role", "database", "tablespace"};

/* Is it a type of columns? */
static bool
gov_inventory_catalog_is_column(const char *type)
{
	size_t		length = strlen(type);
	size_t		suffix = strlen(GOV_COLUMN_SUFFIX);

	return length > suffix && strcmp(type + length - suffix, GOV_COLUMN_SUFFIX) == 0;
}

/* Is it a type of objects that a catalog holds? */
static bool
gov_inventory_catalog_knows(const char *type)
{
	return gov_text_is_among(type, catalog_types, lengthof(catalog_types));
}

/* Is it a type of objects that the cluster has? */
static bool
gov_inventory_cluster_knows(const char *type)
{
	return gov_text_is_among(type, cluster_types, lengthof(cluster_types));
}

GOV_QUERY(query_catalog_source,
		  "SELECT source FROM @.gov_source"
		  " WHERE kind = 'catalog' AND enabled AND governance_internal.gov_source_takes(object_types, columns, $2)"
		  "  AND CASE WHEN $2 IN ('role', 'database', 'tablespace') THEN source = '" GOV_CLUSTER_SOURCE "'"
		  "   AND ($2, $1) <> ('database', 'database')"
		  "   ELSE starts_with($1, quote_ident(substr(source, 8)) || '.') END"
		  " LIMIT 1",
		  TEXTOID, TEXTOID);

/*
 * Raises when a name is one that the sync of an enrolled schema would give an
 * object: of such a type, in such a schema.  If an object of that name were
 * registered by hand, the object of the catalog could not get its name.
 */
void
gov_inventory_ensure_not_enrolled(const char *type, const char *ref)
{
	int			level;

	if (!gov_inventory_catalog_knows(type) && !gov_inventory_cluster_knows(type))
		return;
	level = gov_spi_begin();
	if (gov_run(&query_catalog_source, gov_text(ref), gov_text(type)) > 0)
	{
		char	   *source = gov_result_text(0, 1);

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 gov_inventory_cluster_knows(type) ?
				 errmsg("object %s \"%s\" cannot be registered by hand while the cluster is enrolled", type, ref) :
				 errmsg("object %s \"%s\" cannot be registered by hand in an enrolled schema", type, ref),
				 gov_inventory_cluster_knows(type) ?
				 errdetail("What the cluster has is registered from there, by source \"%s\".", source) :
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
	return gov_oid(MyDatabaseId);
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
		  "  AND " GOV_OBJECT_OF("o", "$1", "$2")
		  " JOIN pg_namespace n ON n.oid = o.address_oid"
		  " WHERE s.kind = 'catalog' AND s.source <> 'schema:' || n.nspname"
		  " ORDER BY s.source",
		  INT8OID, OIDOID);

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

/* Was an enrolled schema renamed, whose source has the old code still? */
static bool
gov_inventory_catalog_has_renamed(void)
{
	int			level = gov_spi_begin();
	bool		any = gov_run(&query_renamed, gov_inventory_system(), gov_inventory_database()) > 0;

	gov_spi_end(level);
	return any;
}

/*
 * Gives enrolled schemas that were renamed their new code.  The code that
 * "source" has from now on; NULL gives NULL.
 *
 * Names may have been swapped, so codes that are in the way step aside first.
 * A code may belong to a source whose schema is gone: the two become one, as
 * an object that takes the name of one that is gone does.
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
		gov_source_rename(renamed[i].from, renamed[i].aside);
	}
	for (uint64 i = 0; i < n; i++)
	{
		if (renamed[i].aside != NULL)
			continue;
		if (renamed[i].taken)
			gov_source_merge(renamed[i].from, renamed[i].to);
		else
			gov_source_rename(renamed[i].from, renamed[i].to);
	}
	for (uint64 i = 0; i < n; i++)
	{
		if (renamed[i].aside != NULL)
			gov_source_rename(renamed[i].aside, renamed[i].to);
	}
	gov_spi_end(level);
	return source != NULL ? pstrdup(result) : NULL;
}

/* Gives enrolled schemas that were renamed their new code; locks the inventory only where there are any. */
void
gov_inventory_catalog_follow_renamed(void)
{
	if (!gov_inventory_catalog_has_renamed())
		return;
	gov_inventory_lock();
	(void) gov_inventory_catalog_follow(NULL);
}

/* ---- what a schema holds ---- */

/*
 * Arguments of the texts below: $1 source, $2 OIDs to look up in other
 * enrolled schemas too, $3 system identifier, $4 OID of the database.
 */
static const Oid collect_types[] = {TEXTOID, OIDARRAYOID, INT8OID, OIDOID};

/* Planning takes longer than looking, where a schema holds little. */
GOV_QUESTION(query_found, "SELECT * FROM governance_internal.gov_catalog_found($1, $2, true)", TEXTOID, OIDARRAYOID);

/* The same of no source: without it the catalogs are looked up by OID, and not by schema. */
GOV_QUESTION(query_found_only, "SELECT * FROM governance_internal.gov_catalog_found(NULL, $2, true)", TEXTOID, OIDARRAYOID);

/* What to look up elsewhere, with what was looked up already; no row when there is nothing more. */
static const char *const text_missing =
	"SELECT array_agg(m.oid) || $2"
	" FROM governance_internal.gov_catalog_missing($1, $2, $3, $4) m (oid)"
	" HAVING count(*) > 0";

static const char *const text_desired =
	"SELECT * FROM governance_internal.gov_catalog_desired";

/*
 * Collects what an enrolled schema holds now, with objects of others by their
 * OIDs; the caller is connected to SPI, has seen to renamed schemas, and pushed
 * the snapshot under which all of this is looked at.
 */
GovRows *
gov_inventory_catalog_collect_from(const char *source, Datum elsewhere)
{
	GovArg		args[] = {gov_text(source), gov_datum(elsewhere, false),
	gov_inventory_system(), gov_inventory_database()};
	GovRows    *found;
	GovRows    *desired;
	bool		isnull;

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		found = gov_spi_collect_query("gov_kept_found", source[0] == '\0' ? &query_found_only : &query_found, args);
		gov_inventory_plan_for(source, gov_rows_count(found));
		if (gov_run_text(text_missing, lengthof(args), collect_types, args, true) == 0)
			break;
		args[1] = gov_datum(gov_result_datum(0, 1, &isnull), false);
		gov_spi_discard(found);
	}
	desired = gov_spi_collect_same("gov_kept_desired", text_desired, 0, NULL, NULL);
	gov_spi_discard(found);
	return desired;
}

/* What an enrolled schema holds, or the cluster has. */
GovRows *
gov_inventory_catalog_collect(const GovSource *source)
{
	gov_progress_phase(psprintf("looking at %s", source->source), GOV_PROGRESS_UNKNOWN);
	if (strcmp(source->source, GOV_CLUSTER_SOURCE) == 0)
		return gov_spi_collect("gov_kept_desired", "SELECT * FROM governance_internal.gov_cluster_desired", 0, NULL, NULL);
	return gov_inventory_catalog_collect_from(source->source, PointerGetDatum(construct_empty_array(OIDOID)));
}

/* What the objects with these OIDs are, in enrolled schemas: as if something of a source that holds nothing had moved there. */
GovRows *
gov_inventory_catalog_collect_only(Datum oids)
{
	return gov_inventory_catalog_collect_from("", oids);
}

/* ---- gov_enroll_schema ---- */

/* Raises for a type of object that is none of those which are known. */
static void
gov_inventory_catalog_raise_type(const char *type, const char *const *known, int count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", known[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown type of catalog object \"%s\"", type),
			 errhint("Allowed: %s.", list.data)));
}

/* Is this type among some? */
static bool
gov_inventory_catalog_has_type(const Datum *types, int count, const char *type)
{
	for (int i = 0; i < count; i++)
		if (strcmp(TextDatumGetCString(types[i]), type) == 0)
			return true;
	return false;
}

/* Raises for a type of columns whose relations are not among the types: a column lives in its relation. */
static void
gov_inventory_catalog_ensure_relation(const Datum *types, int count, const char *type)
{
	char	   *relation;

	if (!gov_inventory_catalog_is_column(type))
		return;
	relation = pnstrdup(type, strlen(type) - strlen(GOV_COLUMN_SUFFIX));
	if (!gov_inventory_catalog_has_type(types, count, relation))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("type \"%s\" is not among the types, and \"%s\" is", relation, type),
				 errdetail("A column lives in its relation and retires with it."),
				 errhint("List \"%s\" too.", relation)));
}

/* Takes a list of types apart; how many, none when it is NULL.  Raises for an empty one, and for a NULL in it. */
static int
gov_inventory_catalog_types(FunctionCallInfo fcinfo, int argno, Datum **values)
{
	bool	   *nulls;
	int			n;

	if (PG_ARGISNULL(argno))
		return 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, values, &nulls, &n);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be empty", "object_types"),
				 errhint("Leave it out for all types.")));
	for (int i = 0; i < n; i++)
		gov_ensure_not_null(nulls[i], "object_types");
	return n;
}

/* An array of an argument, as an argument of a query. */
static GovArg
gov_inventory_catalog_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? gov_null() : gov_datum(PG_GETARG_DATUM(argno), false);
}

/* The types that are given to gov_enroll_cluster, or NULL. */
GovArg
gov_inventory_arg_cluster_types(FunctionCallInfo fcinfo, int argno)
{
	Datum	   *values;
	int			n = gov_inventory_catalog_types(fcinfo, argno, &values);

	for (int i = 0; i < n; i++)
		if (!gov_inventory_cluster_knows(TextDatumGetCString(values[i])))
			gov_inventory_catalog_raise_type(TextDatumGetCString(values[i]), cluster_types, lengthof(cluster_types));
	return gov_inventory_catalog_arg(fcinfo, argno);
}

/* The types that are given to gov_enroll_schema, or NULL. */
GovArg
gov_inventory_arg_types(FunctionCallInfo fcinfo, int argno)
{
	Datum	   *values;
	int			n = gov_inventory_catalog_types(fcinfo, argno, &values);

	for (int i = 0; i < n; i++)
		if (!gov_inventory_catalog_knows(TextDatumGetCString(values[i])))
			gov_inventory_catalog_raise_type(TextDatumGetCString(values[i]), catalog_types, lengthof(catalog_types));
	for (int i = 0; i < n; i++)
		gov_inventory_catalog_ensure_relation(values, n, TextDatumGetCString(values[i]));
	return gov_inventory_catalog_arg(fcinfo, argno);
}
