/*-------------------------------------------------------------------------
 *
 * ledger/history.c
 *	  What happened to one object: its entries in the ledger and the archive.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/extension.h"
#include "server/spi.h"

PG_FUNCTION_INFO_V1(gov_history);

/* The live object of a name; when there is none, the objects that had the name, as their entries say. */
GOV_QUESTION(find_live,
			 "SELECT object_id FROM @.gov_object"
			 " WHERE object_type = $1 AND object_ref = $2 AND retired_at IS NULL",
			 TEXTOID, TEXTOID);
GOV_QUESTION(find_former,
			 "SELECT DISTINCT l.object_id FROM (SELECT object_id, target FROM @.gov_ledger"
			 " UNION ALL SELECT object_id, target FROM @.gov_ledger_archive) AS l"
			 " WHERE l.object_id IS NOT NULL"
			 " AND l.target ->> 'object_type' = $1 AND l.target ->> 'object_ref' = $2"
			 " UNION"
			 " SELECT o.object_id FROM @.gov_object AS o"
			 " WHERE o.object_type = $1 AND o.object_ref = $2",
			 TEXTOID, TEXTOID);
GOV_QUESTION(find_entries,
			 "SELECT l.seq, l.at, l.actor, l.login, l.action, l.target, l.payload FROM"
			 " (SELECT seq, at, actor, login, action, target, payload FROM @.gov_ledger WHERE object_id = ANY ($1)"
			 "  UNION ALL SELECT seq, at, actor, login, action, target, payload FROM @.gov_ledger_archive"
			 "            WHERE object_id = ANY ($1)) AS l"
			 " ORDER BY l.seq",
			 INT8ARRAYOID);

/* The objects that a name means, as bigint[]; raises when there is none. */
static Datum
gov_history_objects(const char *object_type, const char *object_ref)
{
	uint64		count = gov_run(&find_live, gov_text(object_type), gov_text(object_ref));
	Datum	   *ids;

	if (count == 0)
		count = gov_run(&find_former, gov_text(object_type), gov_text(object_ref));
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("%s \"%s\" is not governed and never was", object_type, object_ref),
				 errhint("List objects: SELECT object_type, object_ref FROM %s.gov_object.", gov_schema_quoted())));
	ids = palloc(sizeof(Datum) * count);
	for (uint64 i = 0; i < count; i++)
		ids[i] = Int64GetDatum(gov_result_int8(i, 1));
	return PointerGetDatum(construct_array(ids, count, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* gov_history(object_type, object_ref): the entries about an object. */
Datum
gov_history(PG_FUNCTION_ARGS)
{
	char	   *object_type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *object_ref = gov_arg_ref(fcinfo, 1, "object_ref");
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_result_put_rows(gov_run(&find_entries, gov_datum(gov_history_objects(object_type, object_ref), false)),
						(ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
