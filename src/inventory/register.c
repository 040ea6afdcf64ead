/*-------------------------------------------------------------------------
 *
 * inventory/register.c
 *	  Registering and retiring objects one by one, by hand.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/sequences.h"
#include "inventory/catalog.h"
#include "inventory/source.h"

/* Columns of query_mine. */
enum {MINE_ID = 1, MINE_SOURCE, MINE_CONTAINER};

GOV_QUERY(query_mine,
		  "SELECT object_id, source, container_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2 AND " GOV_OBJECT_LIVE("gov_object") " FOR UPDATE",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_revive,
		  "UPDATE @.gov_object"
		  " SET retired_at = NULL, container_id = $3, attributes = attributes - 'retired_reason'"
		  " WHERE object_id = (SELECT o.object_id FROM @.gov_object o"
		  "  WHERE o.source = 'manual' AND o.object_ref = $1 AND o.object_type = $2"
		  "  ORDER BY o.retired_at DESC, o.object_id DESC LIMIT 1)"
		  " RETURNING object_id",
		  TEXTOID, TEXTOID, INT8OID);

GOV_QUERY(query_bear,
		  "INSERT INTO @.gov_object (object_ref, object_type, container_id, source)"
		  " VALUES ($1, $2, $3, 'manual')"
		  " ON CONFLICT " GOV_OBJECT_KEY " DO NOTHING"
		  " RETURNING object_id",
		  TEXTOID, TEXTOID, INT8OID);

GOV_QUERY(query_move,
		  "UPDATE @.gov_object SET container_id = $2 WHERE object_id = $1",
		  INT8OID, INT8OID);

/*
 * The container given to gov_register_object for an object, held live; 0 when
 * none is given.
 */
static int64
gov_inventory_arg_container(FunctionCallInfo fcinfo, const char *object_type, const char *object_ref)
{
	char	   *type;
	char	   *ref;

	if (PG_ARGISNULL(2) && PG_ARGISNULL(3))
		return 0;
	type = gov_arg_code(fcinfo, 2, "container_type");
	ref = gov_arg_ref(fcinfo, 3, "container_ref");
	if (strcmp(type, object_type) == 0 && strcmp(ref, object_ref) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("object %s \"%s\" cannot be its own container", type, ref)));
	return gov_ensure_object_locked(type, ref, GOV_OBJECT_SHARE);
}

/* Raises when an object that people ask to change follows a source. */
static void
gov_inventory_ensure_manual(const char *type, const char *ref, const char *source)
{
	if (strcmp(source, "manual") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("object %s \"%s\" is not registered by hand", type, ref),
				 errdetail("It follows source \"%s\".", source),
				 errhint("Change or drop it there, then run gov_sync.")));
}

/*
 * gov_register_object(object_type, object_ref, container_type, container_ref):
 * a live object with this name, in this container when one is given.  One that was retired by hand is live again under its old identity.
 */
GOV_ACT(gov_register_object)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	int64		container;
	int64		object_id;
	GovArg		container_arg;
	const char *done;
	int			level;

	gov_inventory_lock();
	container = gov_inventory_arg_container(fcinfo, type, ref);
	container_arg = container != 0 ? gov_int8(container) : gov_null();
	level = gov_spi_begin();
	if (gov_run(&query_mine, gov_text(ref), gov_text(type)) > 0)
	{
		object_id = gov_result_int8(0, 1);
		gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
		done = container != 0 && (gov_result_isnull(0, MINE_CONTAINER) || gov_result_int8(0, MINE_CONTAINER) != container)
			? "moved" : NULL;
		if (done != NULL)
			gov_run(&query_move, gov_int8(object_id), container_arg);
	}
	else
	{
		done = "revived";
		gov_inventory_ensure_not_enrolled(type, ref);
		gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
		if (gov_run(&query_revive, gov_text(ref), gov_text(type), container_arg) == 0)
		{
			gov_inventory_ensure_touched(gov_run(&query_bear, gov_text(ref), gov_text(type), container_arg), 1);
			done = "born";
		}
		object_id = gov_result_int8(0, 1);
	}
	gov_spi_end(level);
	if (done != NULL)
		gov_ledger_append("register_object", object_id, gov_ledger_object(type, ref),
						  gov_json_object("done", done,
										  "container_type", gov_arg_text_or_null(fcinfo, 2),
										  "container_ref", gov_arg_text_or_null(fcinfo, 3)));
	return gov_answer(done == NULL ? GOV_UNCHANGED : strcmp(done, "born") == 0 ? GOV_CREATED : GOV_CHANGED,
					  "object %s \"%s\"%s%s", type, ref, done != NULL ? ": " : "", done != NULL ? done : "");
}

GOV_QUERY(query_inhabitants,
		  "SELECT count(*) FROM @.gov_object WHERE container_id = $1 AND " GOV_OBJECT_LIVE("gov_object"),
		  INT8OID);

GOV_QUERY(query_retire,
		  "UPDATE @.gov_object SET retired_at = now(),"
		  " attributes = attributes || jsonb_strip_nulls(jsonb_build_object('retired_reason', $2))"
		  " WHERE object_id = $1",
		  INT8OID, TEXTOID);

/* Raises when something lives in an object that is to be retired. */
static void
gov_inventory_ensure_empty(const char *type, const char *ref, int64 object_id)
{
	int64		inhabitants;

	gov_run(&query_inhabitants, gov_int8(object_id));
	inhabitants = gov_result_int8(0, 1);
	if (inhabitants > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("object %s \"%s\" cannot be retired while something lives in it", type, ref),
				 errdetail_plural("%lld live object is in it.", "%lld live objects are in it.",
								  (unsigned long) inhabitants, (long long) inhabitants),
				 errhint("Retire them, or move them to another container, first.")));
}

GOV_QUERY(query_was_retired,
		  "SELECT FROM @.gov_object WHERE object_ref = $1 AND object_type = $2 AND source = 'manual' LIMIT 1",
		  TEXTOID, TEXTOID);

/* Was an object of this name, of which there is no live one, registered by hand? */
static bool
gov_inventory_was_retired(const char *type, const char *ref)
{
	int			level = gov_spi_begin();
	bool		found = gov_run(&query_was_retired, gov_text(ref), gov_text(type)) > 0;

	gov_spi_end(level);
	return found;
}

/* gov_retire_object(object_type, object_ref, reason): an object is no more. */
GOV_ACT(gov_retire_object)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	int64		object_id;
	int			level;

	gov_inventory_lock();
	if (gov_object_find(type, ref) == 0 && gov_inventory_was_retired(type, ref))
		return gov_answer(GOV_UNCHANGED, "object %s \"%s\": retired", type, ref);
	object_id = gov_ensure_object(type, ref);
	level = gov_spi_begin();
	gov_inventory_ensure_touched(gov_run(&query_mine, gov_text(ref), gov_text(type)), 1);
	gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
	gov_inventory_ensure_empty(type, ref, object_id);
	gov_run(&query_retire, gov_int8(object_id), gov_text(reason));
	gov_spi_end(level);
	gov_ledger_append("retire_object", object_id, gov_ledger_object(type, ref),
					  gov_json_object("reason", reason));
	return gov_answer(GOV_ENDED, "object %s \"%s\": live -> retired", type, ref);
}
