/*-------------------------------------------------------------------------
 *
 * events/delivery.c
 *	  Getting events out: fetch, acknowledge, prune.
 *
 * Identities are drawn when an event is inserted, and transactions commit in
 * another order: whoever reads by identity misses what commits late, and
 * whoever waits for the oldest transaction stalls behind one that idles.  So
 * an event gets its place in the order of delivery when it is first fetched:
 * one transaction at a time gives the next positions to what is committed and
 * has none.  A position is never given below one that was delivered, and
 * an event that commits late simply comes later.
 *
 * A fetch that meets another transaction giving positions does not wait: it
 * delivers the events that have one.  The positions that are being given are
 * greater than all committed ones, so no event is skipped.
 *
 * Delivery is at least once: a fetch begins after what the consumer has
 * acknowledged, whatever was delivered before.  A consumer commits its fetch
 * before it handles what it got; a fetch that is rolled back delivered
 * nothing, and what it gave positions to may get others.
 *
 * A consumer belongs to the role that fetched first: members of that role, and
 * level admin, fetch and acknowledge as it.
 *
 * gov_event_prune removes what every consumer has acknowledged.  The event
 * with the greatest position stays, from which the next one is counted.
 *
 * Locks: the consumer's row, then, without waiting, GOV_LOCK_EVENTS until the
 * end of the transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/grants.h"
#include "events/delivery.h"
#include "events/outbox.h"

GOV_QUERY(add_cursor,
		  "INSERT INTO @.gov_event_cursor (consumer, registered_by, registered_oid, registered_system)"
		  " VALUES ($1, $2, $3::oid, $4) ON CONFLICT (consumer) DO NOTHING",
		  TEXTOID, GOV_ROLE_ARG_TYPES);
/* Columns of lock_cursor. */
enum {CURSOR_POSITION = 1, CURSOR_DELIVERED, CURSOR_REGISTRAR};

GOV_QUERY(lock_cursor,
		  "SELECT c.position, c.delivered, " GOV_REGISTRAR_COLUMNS("c")
		  " FROM @.gov_event_cursor AS c WHERE c.consumer = $1 FOR UPDATE",
		  TEXTOID);
/* Columns of count_waiting. */
enum {WAITING_COUNT = 1, WAITING_UNPOSITIONED};

GOV_QUERY(count_waiting,
		  "SELECT (SELECT count(*) FROM (SELECT FROM @.gov_event_outbox WHERE position > $1 LIMIT $2) AS w),"
		  " EXISTS (SELECT FROM @.gov_event_outbox WHERE position IS NULL)",
		  INT8OID, INT4OID);
/* The column of find_events that is read here; all go to the caller as they are. */
enum {EVENT_POSITION = 1};

GOV_QUERY(find_events,
		  "SELECT position, event_id, domain, type, stream, lane, canonical_address, actor, source_system,"
		  " payload, created_at FROM @.gov_event_outbox WHERE position > $1 ORDER BY position LIMIT $2",
		  INT8OID, INT4OID);
GOV_QUERY(note_delivery,
		  "UPDATE @.gov_event_cursor SET delivered = greatest(delivered, $2), fetches = fetches + 1,"
		  " events = events + $3, last_fetched_at = now() WHERE consumer = $1",
		  TEXTOID, INT8OID, INT8OID);
GOV_QUERY(move_cursor,
		  "UPDATE @.gov_event_cursor SET position = $2, acks = acks + 1, last_acked_at = now()"
		  " WHERE consumer = $1",
		  TEXTOID, INT8OID);
GOV_QUERY(drop_cursor,
		  "DELETE FROM @.gov_event_cursor WHERE consumer = $1 RETURNING position",
		  TEXTOID);

/*
 * Locks a consumer's row and gives what it has acknowledged; false when there is
 * none.  Raises for a consumer of somebody else: who acknowledges takes the events
 * away from whoever waits for them.
 */
static bool
gov_event_lock_cursor(const char *consumer, int64 *position, int64 *delivered)
{
	GovKeptRole registrar;

	if (gov_run_latest(&lock_cursor, gov_text(consumer)) == 0)
		return false;
	*position = gov_result_int8(0, CURSOR_POSITION);
	*delivered = gov_result_int8(0, CURSOR_DELIVERED);
	registrar = gov_result_role(0, CURSOR_REGISTRAR);
	gov_ensure_may_act_for(psprintf("consume events as \"%s\"", consumer), &registrar);
	return true;
}

/* Makes a consumer, which belongs to the role that fetches: one that a team shares, under its SET ROLE. */
static void
gov_event_add_cursor(const char *consumer)
{
	GovKeptRole registrar = gov_role_keep(GetOuterUserId());

	(void) gov_run(&add_cursor, gov_text(consumer), GOV_ROLE_ARGS(&registrar));
}

/* Gives positions to as many events as the consumer asked for beyond those that have one. */
static void
gov_event_give_positions(int64 after, int32 max)
{
	int64		waiting;

	(void) gov_run_latest(&count_waiting, gov_int8(after), gov_int4(max));
	waiting = gov_result_int8(0, WAITING_COUNT);
	if (waiting < max && gov_result_bool(0, WAITING_UNPOSITIONED) && gov_lock_try(GOV_LOCK_EVENTS))
		gov_event_position_next(max - (int32) waiting);
}

/* Returns the events after a position; the number of them, and the last's position. */
static uint64
gov_event_deliver(ReturnSetInfo *result, int64 after, int32 max, int64 *last)
{
	uint64		rows = gov_run_latest(&find_events, gov_int8(after), gov_int4(max));

	gov_result_put_rows(rows, result);
	if (rows > 0)
		*last = gov_result_int8(rows - 1, EVENT_POSITION);
	return rows;
}

/* gov_event_fetch(consumer, max): the next events after what it has acknowledged. */
GOV_ACT(gov_event_fetch)
{
	char	   *consumer = gov_arg_code(fcinfo, 0, "consumer");
	int32		max = gov_arg_positive(fcinfo, 1, "max");
	int64		position = 0;
	int64		delivered = 0;
	int64		last = 0;
	uint64		rows;
	int			level;

	PreventCommandIfReadOnly("gov_event_fetch()");
	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	if (!gov_event_lock_cursor(consumer, &position, &delivered))
	{
		gov_event_add_cursor(consumer);
		(void) gov_event_lock_cursor(consumer, &position, &delivered);
	}
	gov_event_give_positions(position, max);
	rows = gov_event_deliver((ReturnSetInfo *) fcinfo->resultinfo, position, max, &last);
	if (rows > 0)
		(void) gov_run_latest(&note_delivery, gov_text(consumer), gov_int8(last), gov_int8((int64) rows));
	gov_spi_end(level);
	return (Datum) 0;
}

/* Raises for a consumer that never fetched. */
static void
gov_event_raise_unknown(const char *consumer)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("consumer \"%s\" does not exist", consumer),
			 errhint("A consumer comes to be when it first calls gov_event_fetch.")));
}

/* gov_event_ack(consumer, position): everything up to a position is done. */
GOV_ACT(gov_event_ack)
{
	char	   *consumer = gov_arg_code(fcinfo, 0, "consumer");
	int64		acked;
	int64		position;
	int64		delivered;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(1), "position");
	acked = PG_GETARG_INT64(1);
	level = gov_spi_begin();
	if (!gov_event_lock_cursor(consumer, &position, &delivered))
		gov_event_raise_unknown(consumer);
	if (acked > delivered)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("position " INT64_FORMAT " was not delivered to consumer \"%s\"", acked, consumer),
				 errdetail("The greatest that was is " INT64_FORMAT ".", delivered),
				 errhint("Acknowledge what gov_event_fetch returned, in a transaction that committed.")));
	if (acked > position)
	{
		(void) gov_run_latest(&move_cursor, gov_text(consumer), gov_int8(acked));
		position = acked;
	}
	gov_spi_end(level);
	PG_RETURN_INT64(position);
}

/* How long events are kept; never into the future. */
static Datum
gov_event_keep(FunctionCallInfo fcinfo, int argno)
{
	Interval	none = {0};

	gov_ensure_not_null(PG_ARGISNULL(argno), "keep");
	if (DatumGetBool(DirectFunctionCall2(interval_lt, PG_GETARG_DATUM(argno), IntervalPGetDatum(&none))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be negative", "keep")));
	return PG_GETARG_DATUM(argno);
}

/* gov_event_prune(keep): removes what every consumer has acknowledged and is older. */
GOV_ACT(gov_event_prune)
{
	Datum		keep = gov_event_keep(fcinfo, 0);
	char	   *said = DatumGetCString(DirectFunctionCall1(interval_out, keep));
	GovJson		payload;
	uint64		removed;
	int			level = gov_spi_begin();

	removed = gov_event_remove_acknowledged(keep);
	gov_spi_end(level);
	if (removed > 0)
	{
		gov_json_begin(&payload);
		gov_json_int8(&payload, "events", (int64) removed);
		gov_ledger_append("event_prune", 0, gov_json_object("keep", said), gov_json_end(&payload));
	}
	return gov_answer(removed > 0 ? GOV_ENDED : GOV_UNCHANGED, "%llu events", (unsigned long long) removed);
}

/* gov_event_forget(consumer, reason): a consumer that will not come back. */
GOV_ACT(gov_event_forget)
{
	char	   *consumer = gov_arg_code(fcinfo, 0, "consumer");
	char	   *reason = gov_arg_text_or_null(fcinfo, 1);
	GovJson		payload;
	int			level = gov_spi_begin();

	if (gov_run(&drop_cursor, gov_text(consumer)) == 0)
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "consumer \"%s\": there is none", consumer);
	}
	gov_json_begin(&payload);
	gov_json_int8(&payload, "position", gov_result_int8(0, 1));
	gov_json_text(&payload, "reason", reason);
	gov_ledger_append("event_forget", 0, gov_json_object("consumer", consumer), gov_json_end(&payload));
	gov_spi_end(level);
	return gov_answer(GOV_ENDED, "consumer \"%s\"", consumer);
}

GOV_QUERY(rebind_cursors,
		  "UPDATE @.gov_event_cursor AS c SET " GOV_REGISTRAR_REBOUND
		  GOV_ROLE_REBINDS("consumer", "c.consumer"), TEXTOID);

/* Ties consumers to the roles of today: of a role by name, or all; how many changed. */
uint64
gov_event_consumers_rebind(GovArg role)
{
	return gov_run(&rebind_cursors, role);
}
