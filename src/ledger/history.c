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
#include "ledger/history.h"

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
			 " WHERE o.object_type = $1 AND o.object_ref = $2"
			 " UNION"
			 " SELECT e.object_id FROM @.gov_object_event AS e"
			 " WHERE e.former_type = $1 AND e.former_ref = $2",
			 TEXTOID, TEXTOID);

/* All entries, those in the archive too. */
#define ENTRIES \
	"(SELECT seq, at, actor, login, action, target, payload, object_id FROM @.gov_ledger" \
	" UNION ALL SELECT seq, at, actor, login, action, target, payload, object_id FROM @.gov_ledger_archive) AS l"

/* Entries of acts of some kinds whose transaction began at one of some times; an index of both tables finds them. */
#define ENTRIES_OF_TIMES(actions, times) \
	"(SELECT l.seq FROM " ENTRIES " WHERE l.action IN (" actions ") AND l.at = ANY (ARRAY(" times ")))"

/*
 * Entries about the objects; events that another act brought, a sync mostly,
 * by that act's entry; and acts on many at once that wrote rows of them: those
 * that gov_undo takes back note which, the others write rows that begin when
 * the transaction did.
 */
GOV_QUESTION(find_entries,
			 "SELECT l.seq, l.at, l.actor, l.login, l.action, l.target, l.payload FROM " ENTRIES
			 " WHERE l.object_id = ANY ($1)"
			 " UNION ALL"
			 " SELECT e.seq, e.at, l.actor, l.login, e.event,"
			 "  jsonb_build_object('object_type', e.object_type, 'object_ref', e.object_ref),"
			 "  jsonb_strip_nulls(jsonb_build_object('act', l.action, 'source', l.target -> 'source',"
			 "   'former_type', CASE WHEN e.event <> 'retired' THEN e.former_type END,"
			 "   'former_ref', CASE WHEN e.event <> 'retired' THEN e.former_ref END,"
			 "   'container_type', c.object_type, 'container_ref', c.object_ref,"
			 "   'former_container_type', f.object_type, 'former_container_ref', f.object_ref))"
			 "  FROM @.gov_object_event AS e LEFT JOIN " ENTRIES " ON l.seq = e.seq"
			 "  LEFT JOIN @.gov_object AS c ON c.object_id = e.container_id"
			 "  LEFT JOIN @.gov_object AS f ON f.object_id = e.former_container"
			 " WHERE e.object_id = ANY ($1) AND l.object_id IS DISTINCT FROM e.object_id"
			 " UNION ALL"
			 " SELECT l.seq, l.at, l.actor, l.login, l.action, l.target, l.payload FROM " ENTRIES
			 " WHERE l.object_id IS NULL AND l.seq = ANY (ARRAY("
			 "   SELECT g.seq FROM @.gov_change AS g JOIN @.gov_change_row AS r ON r.change = g.change"
			 "   WHERE (r.thing = 'assignment' AND r.row_ids && ARRAY(SELECT a.assignment_id FROM @.gov_assignment AS a WHERE a.object_id = ANY ($1)))"
			 "      OR (r.thing = 'ownership' AND r.row_ids && ARRAY(SELECT w.ownership_id FROM @.gov_ownership AS w WHERE w.object_id = ANY ($1)))"
			 "      OR (r.thing = 'decision' AND r.row_ids && ARRAY(SELECT d.decision_id FROM @.gov_decision AS d WHERE d.object_id = ANY ($1)))"
			 "   UNION "
			 ENTRIES_OF_TIMES("'assign_many', 'activate_containment'",
							  "SELECT a.valid_from FROM @.gov_assignment AS a WHERE a.object_id = ANY ($1)")
			 "   UNION "
			 ENTRIES_OF_TIMES("'own_many', 'activate_containment'",
							  "SELECT w.created_at FROM @.gov_ownership AS w WHERE w.object_id = ANY ($1)")
			 "))"
			 " ORDER BY 1, 5",
			 INT8ARRAYOID);

static GovHistoryNamer history_namer = NULL;

/* Sets the function that knows what a name means; it belongs to a folder above this one. */
void
gov_history_init(GovHistoryNamer namer)
{
	history_namer = namer;
}

/* Finds the objects that have a reference, or had it; how many. */
static uint64
gov_history_find(const char *object_type, const char *object_ref)
{
	uint64		count = gov_run(&find_live, gov_text(object_type), gov_text(object_ref));

	return count > 0 ? count : gov_run(&find_former, gov_text(object_type), gov_text(object_ref));
}

/* The objects that a name means, as bigint[]; raises when there is none. */
static Datum
gov_history_objects(const char *object_type, const char *object_ref)
{
	uint64		count = gov_history_find(object_type, object_ref);
	Datum	   *ids;

	if (count == 0)
		count = gov_history_find(object_type, history_namer(object_type, object_ref));
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
