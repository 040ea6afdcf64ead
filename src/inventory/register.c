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
#include "registry/meant.h"
#include "registry/object_events.h"
#include "registry/objects.h"
#include "registry/sequences.h"
#include "labels/follow.h"
#include "inventory/catalog.h"
#include "inventory/source.h"

/* Columns of query_mine. */
enum {MINE_ID = 1, MINE_SOURCE, MINE_CONTAINER};

GOV_QUERY(query_mine,
		  "SELECT object_id, source, container_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2 AND " GOV_OBJECT_LIVE("gov_object") " FOR UPDATE",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_was_mine,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE source = 'manual' AND object_ref = $1 AND object_type = $2"
		  " ORDER BY retired_at DESC, object_id DESC LIMIT 1",
		  TEXTOID, TEXTOID);

/* The object of this name, of which there is no live one, that was retired by hand last; 0 when there is none. */
static int64
gov_inventory_retired_object(const char *type, const char *ref)
{
	int			level = gov_spi_begin();
	int64		object_id = gov_run(&query_was_mine, gov_text(ref), gov_text(type)) > 0 ? gov_result_int8(0, 1) : 0;

	gov_spi_end(level);
	return object_id;
}

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
	return gov_ensure_object(type, &ref, GOV_OBJECT_SHARE);
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

/* Makes an object live in a container, as an event of that kind; the number of the ledger entry that it names. */
static int64
gov_inventory_place(int64 object_id, const char *event, int64 container)
{
	int64		seq = gov_ledger_draw();

	gov_object_event_put(seq, object_id, event, container);
	gov_object_place(object_id, container);
	return seq;
}

/*
 * gov_register_object(object_type, object_ref, container_type, container_ref):
 * a live object with this name, in this container when one is given.  One
 * that was retired by hand is live again under its old identity.
 */
GOV_ACT(gov_register_object)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	int64		container;
	int64		object_id;
	int64		seq = 0;
	const char *done;
	int			level;

	gov_inventory_lock();
	container = gov_inventory_arg_container(fcinfo, type, ref);
	level = gov_spi_begin();
	if (gov_run(&query_mine, gov_text(ref), gov_text(type)) > 0)
	{
		object_id = gov_result_int8(0, 1);
		gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
		done = container != 0 && (gov_result_isnull(0, MINE_CONTAINER) || gov_result_int8(0, MINE_CONTAINER) != container)
			? "moved" : NULL;
		if (done != NULL)
			seq = gov_inventory_place(object_id, done, container);
	}
	else
	{
		gov_inventory_ensure_not_enrolled(type, ref);
		gov_sequence_catch_up("gov_object", "object_id", "gov_object_object_id_seq");
		object_id = gov_inventory_retired_object(type, ref);
		done = object_id != 0 ? "revived" : "born";
		if (object_id != 0)
			seq = gov_inventory_place(object_id, done, container);
		else
		{
			object_id = gov_object_put(type, ref, container);
			gov_inventory_ensure_touched(object_id != 0 ? 1 : 0, 1);
			seq = gov_ledger_draw();
			gov_object_event_put(seq, object_id, done, container);
			gov_object_events_tell_births(seq);
		}
		gov_labels_follow_object(object_id);
	}
	gov_spi_end(level);
	if (done != NULL)
		gov_ledger_append_drawn(seq, "register_object", object_id, gov_ledger_object(type, ref),
								gov_json_object("done", done,
												"container_type", gov_arg_text_or_null(fcinfo, 2),
												"container_ref", gov_arg_text_or_null(fcinfo, 3)));
	return gov_answer(done == NULL ? GOV_UNCHANGED : strcmp(done, "born") == 0 ? GOV_CREATED : GOV_CHANGED,
					  "object %s \"%s\"%s%s", type, ref, done != NULL ? ": " : "", done != NULL ? done : "");
}

GOV_QUERY(query_inhabitants,
		  "SELECT count(*) FROM @.gov_object WHERE container_id = $1 AND " GOV_OBJECT_LIVE("gov_object"),
		  INT8OID);

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

/* gov_retire_object(object_type, object_ref, reason): an object is no more. */
GOV_ACT(gov_retire_object)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	int64		object_id;
	int64		seq;
	int			level;

	gov_inventory_lock();
	if (gov_object_find(type, ref, GOV_OBJECT_READ) == 0 && gov_inventory_retired_object(type, ref) != 0)
		return gov_answer(GOV_UNCHANGED, "object %s \"%s\": retired", type, ref);
	object_id = gov_ensure_object(type, &ref, GOV_OBJECT_READ);
	level = gov_spi_begin();
	gov_inventory_ensure_touched(gov_run(&query_mine, gov_text(ref), gov_text(type)), 1);
	gov_inventory_ensure_manual(type, ref, gov_result_text(0, MINE_SOURCE));
	gov_inventory_ensure_empty(type, ref, object_id);
	gov_labels_follow_object(object_id);
	seq = gov_ledger_draw();
	gov_object_event_put(seq, object_id, "retired", 0);
	gov_object_retire(object_id, reason);
	gov_spi_end(level);
	gov_ledger_append_drawn(seq, "retire_object", object_id, gov_ledger_object(type, ref),
							gov_json_object("reason", reason));
	return gov_answer(GOV_ENDED, "object %s \"%s\": live -> retired", type, ref);
}
