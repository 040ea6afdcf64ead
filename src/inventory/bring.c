/*-------------------------------------------------------------------------
 *
 * inventory/bring.c
 *	  Objects that the server has and the inventory has not: found by their
 *	  names, and brought in one by one.
 *
 * What was created since the last sync is not known here.  Acts that assign and
 * own bring such an object in when it lies in an enrolled schema: what a gov_sync
 * of its source would do with this object, and with what it lives in, is done,
 * under the same locks, with an entry in the ledger, and for those alone who may
 * run gov_sync.  Nothing else of the source is touched; nothing is retired.
 *
 * Locks: those of a sync, before any row; so names are settled before acts lock
 * axes and values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/spi.h"
#include "trust/grants.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "inventory/bring.h"
#include "inventory/catalog.h"
#include "inventory/sync.h"

/*
 * Objects of the catalogs by type and last part of the name: $1 which name, $2
 * its type, $3 the last part; with the source that takes them, if there is one.
 */
GOV_QUERY(find_in_server,
		  "SELECT m.n, i.identity, s.nspname::text, src.source, c.oid, c.subid"
		  " FROM unnest($1, $2, $3) AS m (n, word, name)"
		  " JOIN (SELECT n.word, n.name, n.schema, n.catalog, n.oid, 0 AS subid, n.name AS within"
		  "        FROM governance_internal.gov_catalog_named AS n"
		  "       UNION ALL"
		  /* all columns are gone through for the name of one alone */
		  "       SELECT n.column_word, n.attname, n.relnamespace, 'pg_catalog.pg_class'::regclass, n.oid, n.attnum, n.relname || '.' || n.attname"
		  "         FROM governance_internal.gov_catalog_column AS n"
		  "        WHERE (SELECT bool_or(right(w, 7) = ' column') FROM unnest($2) AS w)) AS c"
		  "  ON c.word = m.word AND c.name = m.name"
		  " JOIN pg_namespace AS s ON s.oid = c.schema AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'"
		  " LEFT JOIN @.gov_source AS src ON src.source = 'schema:' || s.nspname AND src.kind = 'catalog' AND src.enabled"
		  "  AND governance_internal.gov_source_takes(src.object_types, src.columns, c.word)"
		  "  AND (c.word = 'schema' OR NOT EXISTS (SELECT FROM governance_internal.gov_source_leaves_out AS p"
		  "       WHERE p.source = src.source AND c.within LIKE p.pattern AND (c.subid = 0 OR strpos(p.pattern, '.') > 0)))"
		  " CROSS JOIN LATERAL pg_identify_object(c.catalog, c.oid, c.subid) AS i"
		  " WHERE i.identity IS NOT NULL"
		  " ORDER BY m.n, src.source IS NULL, i.identity COLLATE \"C\"",
		  INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID);

/* Columns of find_in_server. */
enum {SERVER_NAME = 1, SERVER_IDENTITY, SERVER_SCHEMA, SERVER_SOURCE, SERVER_OID, SERVER_SUBID};

/* Takes an object of the server that a name fits, better than the one so far or as well. */
static void
gov_inventory_consider(GovMeant *named, uint64 row, GovNameFit *best)
{
	char	   *identity = gov_result_text(row, SERVER_IDENTITY);
	char	   *source = gov_result_text(row, SERVER_SOURCE);
	GovName		object;
	GovNameFit	fit;

	/* those that a source takes come first, and alone count where there are some */
	if (!gov_name_parse(identity, named->type, &object) || (named->source != NULL && source == NULL))
		return;
	fit = gov_name_fits(&named->name, &object);
	if (fit == GOV_NAME_OTHER || fit < *best)
		return;
	if (fit > *best)
		named->fitting = NIL;
	if (fit > *best || named->in_server == NULL)
	{
		named->in_server = identity;
		named->schema = gov_result_text(row, SERVER_SCHEMA);
		named->source = source;
		named->oid = (Oid) gov_result_int8(row, SERVER_OID);
		named->subid = gov_result_int4(row, SERVER_SUBID);
	}
	*best = fit;
	named->fitting = lappend(named->fitting, identity);
}

/* Finds names that mean nothing in the inventory in the server; those fit several things or one, which "fitting" tells. */
static void
gov_inventory_find_in_server(GovMeant *names, int count)
{
	GovMeantSearch search = gov_meant_search(names, count);
	GovNameFit *best = palloc0(sizeof(GovNameFit) * (count + 1));
	uint64		found;
	int			level;

	if (search.count == 0)
		return;
	level = gov_spi_begin();
	found = gov_run_args(&find_in_server, lengthof(search.args), search.args);
	for (uint64 row = 0; row < found; row++)
		gov_inventory_consider(&names[gov_result_int4(row, SERVER_NAME)], row, &best[gov_result_int4(row, SERVER_NAME)]);
	gov_spi_end(level);
	for (int i = 0; i < count; i++)
	{
		/* one is in the server, not yet in the inventory; several that no source takes are none */
		if (names[i].in_server != NULL && (list_length(names[i].fitting) == 1 || names[i].source == NULL))
			names[i].fitting = NIL;
	}
}

/* The references of objects by their OIDs in this database. */
GOV_QUERY(find_by_oid,
		  "SELECT o.object_ref FROM @.gov_object AS o WHERE o.address_oid = $1 AND o.object_type = $2 AND o.address_subid = $5"
		  " AND " GOV_OBJECT_OF("o", "$3", "$4") " AND " GOV_OBJECT_LIVE("o"),
		  OIDOID, TEXTOID, INT8OID, OIDOID, INT4OID);

/* Notes under which reference an object was brought in. */
static void
gov_inventory_brought(GovMeant *named)
{
	int			level = gov_spi_begin();

	if (gov_run(&find_by_oid, gov_oid(named->oid), gov_text(named->type),
				gov_inventory_system(), gov_inventory_database(), gov_int4(named->subid)) > 0)
		named->fitting = list_make1(gov_result_text(0, 1));
	gov_spi_end(level);
}

/* Brings in those that a source takes, of one source. */
static void
gov_inventory_bring(GovMeant *names, int count, const char *source)
{
	List	   *oids = NIL;

	for (int i = 0; i < count; i++)
	{
		if (names[i].fitting == NIL && names[i].source != NULL && strcmp(names[i].source, source) == 0)
			oids = lappend_oid(oids, names[i].oid);
	}
	gov_inventory_sync_only(source, gov_arg_oids(oids));
	for (int i = 0; i < count; i++)
	{
		if (names[i].fitting == NIL && names[i].source != NULL && strcmp(names[i].source, source) == 0)
			gov_inventory_brought(&names[i]);
	}
}

/* Is there a name that means nothing in the inventory? */
static bool
gov_inventory_any_unknown(const GovMeant *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (names[i].parsed && names[i].fitting == NIL)
			return true;
	}
	return false;
}

/*
 * Looks in the server for names that mean nothing in the inventory.  With
 * "bring", what an enrolled source takes is brought in, where the caller may
 * run gov_sync.
 */
void
gov_inventory_look(GovMeant *names, int count, bool bring)
{
	bool		may = bring && gov_grants_may_run(GetOuterUserId(), "gov_sync");

	if (may && gov_inventory_any_unknown(names, count))
		gov_inventory_catalog_follow_renamed();
	gov_inventory_find_in_server(names, count);
	if (!may)
		return;
	for (int i = 0; i < count; i++)
	{
		if (names[i].fitting == NIL && names[i].source != NULL)
			gov_inventory_bring(names, count, names[i].source);
	}
}

/*
 * Keeps what gov_addresses_elsewhere finds aside as gov_elsewhere: objects whose
 * address was noted in another database or cluster, and what bears their name here.
 */
GovRows *
gov_inventory_collect_elsewhere(void)
{
	static const Oid types[] = {INT8OID, OIDOID};
	GovArg		args[] = {gov_inventory_system(), gov_inventory_database()};

	return gov_spi_collect("gov_elsewhere", "SELECT * FROM governance_internal.gov_addresses_elsewhere($1, $2)",
						   lengthof(args), types, args);
}

/* Notes the addresses of those of gov_elsewhere that were found again; how many. */
uint64
gov_inventory_rebind(void)
{
	gov_sources_changed();
	return gov_object_change_rows("(SELECT e.* FROM gov_elsewhere AS e JOIN @.gov_object AS o ON o.object_id = e.object_id"
								  " WHERE e.state = 'confirmed' AND (o.address_system, o.address_database)"
								  " IS DISTINCT FROM (e.address_system, e.address_database))");
}
