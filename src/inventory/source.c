/*-------------------------------------------------------------------------
 *
 * inventory/source.c
 *	  A source of objects: reading its row, blocking it, and the lock under
 *	  which objects change.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/errors.h"
#include "server/locks.h"
#include "server/spi.h"
#include "inventory/source.h"

/* Holds off other changes of the inventory until the end of the transaction. */
void
gov_inventory_lock(void)
{
	gov_lock(GOV_LOCK_CONTAINERS);
	gov_lock(GOV_LOCK_SYNC);
}

/* Columns of query_source. */
enum {SOURCE_KIND = 1, SOURCE_RELATION, SOURCE_OBJECT_TYPES, SOURCE_REGISTERED_BY, SOURCE_ENABLED};

GOV_QUERY(query_source,
		  "SELECT kind, relation, object_types, registered_by, enabled FROM @.gov_source WHERE source = $1",
		  TEXTOID);

/* Reads a source; raises when there is none or it is disabled. */
void
gov_inventory_load_source(const char *code, GovSource *source)
{
	bool		enabled;
	int			level;

	source->source = pstrdup(code);
	level = gov_spi_begin();
	if (gov_run(&query_source, gov_text(code)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unknown source \"%s\"", code),
				 errhint("Table gov_source lists the sources; gov_enroll_schema and gov_enroll_relation add one.")));
	source->kind = gov_result_text(0, SOURCE_KIND);
	source->relation = gov_result_text(0, SOURCE_RELATION);
	source->object_types = gov_result_datum(0, SOURCE_OBJECT_TYPES, &source->all_types);
	source->registered_by = gov_result_text(0, SOURCE_REGISTERED_BY);
	enabled = gov_result_bool(0, SOURCE_ENABLED);
	if (!enabled)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("source \"%s\" is disabled", code),
				 errhint("Enrol it again to enable it.")));
	gov_spi_end(level);
}

/* Notes why a source is blocked. */
void
gov_inventory_block(GovSyncCounts *counts, int sqlstate, char *message,
					char *detail, char *hint)
{
	counts->sqlstate = sqlstate;
	counts->blocked = message;
	counts->detail = detail;
	counts->hint = hint;
}

/* Did a sync find everything as it is registered? */
bool
gov_inventory_is_unchanged(const GovSyncCounts *counts)
{
	return counts->born + counts->renamed + counts->replaced + counts->moved +
		counts->retired + counts->revived + counts->changed == 0;
}

/*
 * Raises when a statement did not touch what the plan said: somebody changed
 * gov_object behind our lock.
 */
void
gov_inventory_ensure_touched(uint64 touched, uint64 planned)
{
	if (touched != planned)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("objects were changed by somebody else while they were synced"),
				 errhint("Try again.")));
}
