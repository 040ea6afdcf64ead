/*-------------------------------------------------------------------------
 *
 * inventory/moved.c
 *	  Objects that moved with their database: which OIDs still hold after a copy of its files.
 *
 * An OID holds in the database of the cluster that it was noted in.  A dump
 * that is restored gives other OIDs, and then names alone tell what is what.
 * CREATE DATABASE with a template copies files, and so does pg_upgrade for
 * tables and views: the OIDs are as they were, under another identity of
 * database or cluster.  Then what was renamed since is still known.
 *
 * Which of these it was is told by OID and name together: of one kind (relations,
 * routines, schemas) and one origin some object has here the OID and the name
 * that were noted, and none has its name under another OID.  Where that is not
 * so, names decide, as after a dump.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "inventory/catalog.h"
#include "inventory/moved.h"

/* Was it seen in this session that all addresses are of this database?  It stays so, but for a restore meanwhile. */
static bool all_here = false;

GOV_QUERY(find_elsewhere,
		  "SELECT FROM @.gov_object AS o WHERE " GOV_OBJECT_LIVE("o") " AND o.address_oid IS NOT NULL"
		  " AND (o.address_system, o.address_database) IS DISTINCT FROM ($1, $2) LIMIT 1",
		  INT8OID, OIDOID);

/* Takes OIDs for those of this database where it is a copy of the one they were noted in; how many. */
uint64
gov_moved_adopt(void)
{
	static const Oid types[] = {INT8OID, OIDOID};
	GovArg		args[] = {gov_inventory_system(), gov_inventory_database()};
	uint64		adopted = 0;
	int			level;

	if (all_here)
		return 0;
	level = gov_spi_begin();
	if (gov_run_args(&find_elsewhere, lengthof(args), args) == 0)
		all_here = true;
	else
	{
		GovRows    *kept = gov_spi_collect("gov_moved", "SELECT * FROM governance_internal.gov_addresses_kept($1, $2)",
										   lengthof(args), types, args);

		if (gov_rows_count(kept) > 0)
			adopted = gov_object_change_rows("gov_moved");
		gov_spi_discard(kept);
	}
	gov_spi_end(level);
	return adopted;
}

/* The same for a sync, with an entry in the ledger; the caller holds the inventory. */
void
gov_moved_adopt_noted(void)
{
	uint64		adopted = gov_moved_adopt();
	GovJson		payload;

	if (adopted == 0)
		return;
	gov_json_begin(&payload);
	gov_json_int8(&payload, "objects", (int64) adopted);
	gov_ledger_append("rebind", 0, (Datum) 0, gov_json_end(&payload));
}
