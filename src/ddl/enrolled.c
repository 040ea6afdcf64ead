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
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "ddl/enrolled.h"

PG_FUNCTION_INFO_V1(gov_ddl_source_changed);

/* The OIDs of enrolled schemas, in order; good while "known". */
static Oid *schemas = NULL;
static int	count = 0;
static bool known = false;

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

GOV_QUERY(query_enrolled,
		  "SELECT n.oid FROM @.gov_source AS s JOIN pg_namespace AS n ON s.source = 'schema:' || n.nspname"
		  " WHERE s.kind = 'catalog' AND s.enabled");

/* Looks the list up.  What changes meanwhile leaves it unknown. */
static void
gov_ddl_enrolled_load(void)
{
	int			level = gov_spi_begin();
	uint64		before = changes;
	uint64		rows;

	source_relid = gov_relation_oid("gov_source");
	rows = gov_run_latest(&query_enrolled);
	if (schemas != NULL)
		pfree(schemas);
	schemas = MemoryContextAlloc(TopMemoryContext, sizeof(Oid) * (rows + 1));
	count = (int) rows;
	for (int i = 0; i < count; i++)
		schemas[i] = (Oid) gov_result_int8(i, 1);
	gov_spi_end(level);
	qsort(schemas, count, sizeof(Oid), gov_ddl_enrolled_compare);
	known = changes == before;
}

/* Is it known that no schema is enrolled? */
bool
gov_ddl_enrolled_none(void)
{
	return known && count == 0;
}

/* Is a schema enrolled? */
bool
gov_ddl_enrolled(Oid schema)
{
	if (!known)
		gov_ddl_enrolled_load();
	return bsearch(&schema, schemas, count, sizeof(Oid), gov_ddl_enrolled_compare) != NULL;
}

/* AFTER statement trigger of gov_source: every session looks up anew which schemas are enrolled. */
Datum
gov_ddl_source_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ddl_source_changed");

	CacheInvalidateRelcacheByRelid(RelationGetRelid(trigger->tg_relation));
	return PointerGetDatum(NULL);
}
