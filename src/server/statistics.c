/*-------------------------------------------------------------------------
 *
 * server/statistics.c
 *	  What the planner knows of our tables, after many rows were written.
 *
 * The server gathers statistics some time after a table has changed, at the
 * earliest when that is committed.  Until then a table that was filled just now
 * is taken to be nearly empty, also by the rest of the act that filled it, and
 * sets are joined as if they had a row each.  So an act that writes many rows
 * has them gathered at once.
 *
 * Nobody waits for it: where somebody else gathers them, or vacuums the table,
 * it is left to them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/syscache.h"

#include "server/extension.h"
#include "server/spi.h"
#include "server/statistics.h"

/* Fewer rows than this are not many. */
#define GOV_STATISTICS_ROWS		1000

/* Nor are those that are less than this part of the table, as the server's own autovacuum_analyze_scale_factor has it. */
#define GOV_STATISTICS_PART		0.1

/* How many rows the planner takes a table to have. */
static float4
gov_statistics_known(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	float4		known;

	if (!HeapTupleIsValid(tuple))
		return 0;
	known = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	return known;
}

/* Gathers statistics of a table if so many rows more are many. */
void
gov_statistics_follow(const char *table, uint64 rows)
{
	Oid			relid;

	if (rows < GOV_STATISTICS_ROWS)
		return;
	relid = gov_relation_oid(table);
	if (rows >= gov_statistics_known(relid) * GOV_STATISTICS_PART && ConditionalLockRelationOid(relid, ShareUpdateExclusiveLock))
		gov_run_text(psprintf("ANALYZE @.%s", table), 0, NULL, NULL, false);
}
