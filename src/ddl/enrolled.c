/*-------------------------------------------------------------------------
 *
 * ddl/enrolled.c
 *	  Which schemas are enrolled: a list that is kept for the session.
 *
 * Whoever writes gov_source has its relation cache entry invalidated, by a
 * statement trigger, in every session that hears of the commit: as early as
 * it hears of any DDL.  A schema that is made, renamed or dropped changes the
 * list, too, since a source goes by the name of its schema.
 *
 * A schema whose objects bear addresses of another database, as after a restore,
 * is none of the list: who they are is for a sync to find, or gov_rebind, which
 * then has the list looked up anew.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "ddl/enrolled.h"

PG_FUNCTION_INFO_V1(gov_ddl_source_changed);

/* An enrolled schema, and its source, if that takes all there is in it. */
typedef struct GovDdlSchema
{
	Oid			schema;			/* first: what it is found by */
	char		whole[NAMEDATALEN + 8]; /* empty: it does not */
} GovDdlSchema;

/* The enrolled schemas, by OID; good while "known". */
static GovDdlSchema *schemas = NULL;
static int	count = 0;
static bool known = false;

/* Are columns objects in one of them? */
static bool columns = false;

/* How often the list became unknown. */
static uint64 changes = 0;

/* The relation whose changes change the list. */
static Oid	source_relid = InvalidOid;

/* A schema changed. */
static void
gov_ddl_enrolled_forget(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(),
						uint32 hashvalue pg_attribute_unused())
{
	known = false;
	changes++;
}

/* A relation changed. */
static void
gov_ddl_enrolled_forget_relation(Datum arg pg_attribute_unused(), Oid relid)
{
	if (OidIsValid(relid) && relid != source_relid)
		return;
	known = false;
	changes++;
}

/* Watches what could change the list. */
void
gov_ddl_enrolled_init(void)
{
	CacheRegisterSyscacheCallback(NAMESPACEOID, gov_ddl_enrolled_forget, (Datum) 0);
	CacheRegisterRelcacheCallback(gov_ddl_enrolled_forget_relation, (Datum) 0);
}

/* Orders OIDs. */
static int
gov_ddl_enrolled_compare(const void *a, const void *b)
{
	Oid			x = *(const Oid *) a;
	Oid			y = *(const Oid *) b;

	return x < y ? -1 : x > y ? 1 : 0;
}

enum {ENROLLED_SCHEMA = 1, ENROLLED_WHOLE, ENROLLED_COLUMNS};

GOV_QUERY(query_enrolled,
		  "SELECT n.oid, CASE WHEN s.object_types IS NULL AND NOT s.columns AND s.excluded = '{}' THEN s.source ELSE '' END,"
		  " s.columns OR EXISTS (SELECT FROM unnest(s.object_types) AS t WHERE t LIKE '%column') FROM @.gov_source AS s JOIN pg_namespace AS n ON s.source = 'schema:' || n.nspname"
		  " WHERE s.kind = 'catalog' AND s.enabled"
		  "  AND NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.source = s.source AND o.object_type = 'schema' AND " GOV_OBJECT_LIVE("o")
		  "   AND o.address_oid IS NOT NULL AND (o.address_system, o.address_database) IS DISTINCT FROM ($1, $2))",
		  INT8OID, OIDOID);

/* Looks the list up.  What changes meanwhile leaves it unknown. */
static void
gov_ddl_enrolled_load(void)
{
	int			level = gov_spi_begin();
	uint64		before = changes;
	uint64		rows;

	source_relid = gov_relation_oid("gov_source");
	rows = gov_run_latest(&query_enrolled, gov_int8((int64) GetSystemIdentifier()), gov_oid(MyDatabaseId));
	if (schemas != NULL)
		pfree(schemas);
	schemas = MemoryContextAllocHuge(TopMemoryContext, sizeof(GovDdlSchema) * (rows + 1));
	count = (int) rows;
	columns = false;
	for (int i = 0; i < count; i++)
	{
		schemas[i].schema = (Oid) gov_result_int8(i, ENROLLED_SCHEMA);
		columns |= gov_result_bool(i, ENROLLED_COLUMNS);
		strlcpy(schemas[i].whole, gov_result_text(i, ENROLLED_WHOLE), sizeof(schemas[i].whole));
	}
	gov_spi_end(level);
	qsort(schemas, count, sizeof(GovDdlSchema), gov_ddl_enrolled_compare);
	known = changes == before;
}

/* Is it known that no schema is enrolled? */
bool
gov_ddl_enrolled_none(void)
{
	return known && count == 0;
}

/* May columns be objects in an enrolled schema? */
bool
gov_ddl_enrolled_columns(void)
{
	return !known || columns;
}

/* Finds a schema in the list. */
static const GovDdlSchema *
gov_ddl_enrolled_find(Oid schema)
{
	if (!known)
		gov_ddl_enrolled_load();
	return bsearch(&schema, schemas, count, sizeof(GovDdlSchema), gov_ddl_enrolled_compare);
}

/* Is a schema enrolled? */
bool
gov_ddl_enrolled(Oid schema)
{
	return gov_ddl_enrolled_find(schema) != NULL;
}

/* The code of the source of an enrolled schema that takes all there is in it. */
const char *
gov_ddl_enrolled_whole(Oid schema)
{
	const GovDdlSchema *found = gov_ddl_enrolled_find(schema);

	return found != NULL && found->whole[0] != '\0' ? found->whole : NULL;
}

/* AFTER statement trigger of gov_source: every session looks up anew which schemas are enrolled. */
Datum
gov_ddl_source_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ddl_source_changed");

	CacheInvalidateRelcacheByRelid(RelationGetRelid(trigger->tg_relation));
	return PointerGetDatum(NULL);
}
