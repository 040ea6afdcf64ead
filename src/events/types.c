/*-------------------------------------------------------------------------
 *
 * events/types.c
 *	  Kinds of events, and opening and closing them.
 *
 * An event gets out of the database only if its type is registered and
 * active.  Types ship, and are registered, inactive; opening one needs an
 * approval of action activate_event, and no agent can do it.  Closing one is
 * always possible: it waits for those who are putting an event of the type
 * into the outbox, and when it is done nothing more gets in.
 *
 * What an active type says of its events (stream and lane) stands as it was
 * approved; it is closed first, then changed.
 *
 * Locks: the type's row, FOR UPDATE here, FOR SHARE by the guard of the
 * outbox (guard.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"
#include "trust/authorities.h"
#include "trust/gates.h"

PG_FUNCTION_INFO_V1(gov_event_type_guard);

static const char *const event_severities[] = {"info", "warning", "critical", NULL};

GOV_QUERY(lock_event_type,
		  "SELECT active FROM @.gov_event_type WHERE domain = $1 AND type = $2 FOR UPDATE",
		  TEXTOID, TEXTOID);
GOV_QUERY(write_event_type,
		  "INSERT INTO @.gov_event_type AS t (domain, type, stream, lane, severity)"
		  " VALUES ($1, $2, $3, $4, $5)"
		  " ON CONFLICT (domain, type) DO UPDATE"
		  " SET stream = excluded.stream, lane = excluded.lane, severity = excluded.severity",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(find_event_type,
		  "SELECT stream = $3 AND lane = $4 AND severity = $5 FROM @.gov_event_type WHERE domain = $1 AND type = $2",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(open_event_type,
		  "UPDATE @.gov_event_type SET active = true, approval = $3 WHERE domain = $1 AND type = $2",
		  TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(close_event_type,
		  "UPDATE @.gov_event_type SET active = false WHERE domain = $1 AND type = $2",
		  TEXTOID, TEXTOID);

/* Locks a type and tells whether it is active; raises when there is none. */
static bool
gov_event_type_lock(const char *domain, const char *type)
{
	int			level = gov_spi_begin();
	bool		active;

	if (gov_run_latest(&lock_event_type, gov_text(domain), gov_text(type)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("event type \"%s.%s\" is not registered", domain, type),
				 errhint("List them: SELECT domain, type FROM %s.gov_event_type; gov_set_event_type registers one.",
						 gov_schema_quoted())));
	active = gov_result_bool(0, 1);
	gov_spi_end(level);
	return active;
}

/* gov_set_event_type(domain, type, stream, lane, severity): registers one, or changes a closed one. */
GOV_ACT(gov_set_event_type)
{
	char	   *domain = gov_arg_code(fcinfo, 0, "domain");
	char	   *type = gov_arg_code(fcinfo, 1, "type");
	char	   *stream = gov_arg_code(fcinfo, 2, "stream");
	char	   *lane = gov_arg_code(fcinfo, 3, "lane");
	char	   *severity = gov_arg_code(fcinfo, 4, "severity");
	bool		was;
	bool		active;
	int			level;

	gov_ensure_one_of(severity, "severity", event_severities);
	level = gov_spi_begin();
	was = gov_run_latest(&lock_event_type, gov_text(domain), gov_text(type)) > 0;
	active = was && gov_result_bool(0, 1);
	if (was)
		(void) gov_run_latest(&find_event_type, gov_text(domain), gov_text(type), gov_text(stream),
							  gov_text(lane), gov_text(severity));
	if (was && gov_result_bool(0, 1))
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "event type \"%s.%s\"", domain, type);
	}
	if (active)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("event type \"%s.%s\" is active", domain, type),
				 errdetail("What was activated stands as it was approved."),
				 errhint("Use gov_event_deactivate first.")));
	(void) gov_run(&write_event_type, gov_text(domain), gov_text(type), gov_text(stream),
				   gov_text(lane), gov_text(severity));
	gov_spi_end(level);
	gov_ledger_append("set_event_type", 0, gov_json_object("domain", domain, "type", type),
					  gov_json_object("stream", stream, "lane", lane, "severity", severity));
	return gov_answer(was ? GOV_CHANGED : GOV_CREATED, "event type \"%s.%s\"", domain, type);
}

/* gov_event_activate(domain, type, approval): lets its events out. */
GOV_ACT(gov_event_activate)
{
	char	   *domain = gov_arg_code(fcinfo, 0, "domain");
	char	   *type = gov_arg_code(fcinfo, 1, "type");
	char	   *approval = gov_arg_code_or_null(fcinfo, 2, "approval");
	int			level;

	gov_ensure_not_agent("activate an event type");
	if (gov_event_type_lock(domain, type))
		return gov_answer(GOV_UNCHANGED, "event type \"%s.%s\": active", domain, type);
	gov_gate_pass_call("activate_event", fcinfo, approval);
	level = gov_spi_begin();
	(void) gov_run(&open_event_type, gov_text(domain), gov_text(type), gov_text(approval));
	gov_spi_end(level);
	gov_ledger_append("event_activate", 0, gov_json_object("domain", domain, "type", type),
					  gov_json_object("approval", approval));
	return gov_answer(GOV_CHANGED, "event type \"%s.%s\": inactive -> active", domain, type);
}

/* gov_event_deactivate(domain, type, reason): lets no more of its events out. */
GOV_ACT(gov_event_deactivate)
{
	char	   *domain = gov_arg_code(fcinfo, 0, "domain");
	char	   *type = gov_arg_code(fcinfo, 1, "type");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	int			level;

	if (!gov_event_type_lock(domain, type))
		return gov_answer(GOV_UNCHANGED, "event type \"%s.%s\": inactive", domain, type);
	level = gov_spi_begin();
	(void) gov_run(&close_event_type, gov_text(domain), gov_text(type));
	gov_spi_end(level);
	gov_ledger_append("event_deactivate", 0, gov_json_object("domain", domain, "type", type),
					  gov_json_object("reason", reason));
	return gov_answer(GOV_CHANGED, "event type \"%s.%s\": active -> inactive", domain, type);
}

/* A column of a row, which is text. */
static char *
gov_event_type_column(TriggerData *trigger, HeapTuple row, const char *column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, gov_column_number(trigger->tg_relation, column),
									 RelationGetDescr(trigger->tg_relation), &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/*
 * BEFORE INSERT OR UPDATE row trigger of gov_event_type, for rows that are
 * active: once gates are armed, a change by hand needs an approval used up in
 * the same transaction.  A dump brings back what was active.
 */
Datum
gov_event_type_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_event_type_guard");
	bool		insert = TRIGGER_FIRED_BY_INSERT(trigger->tg_event);
	HeapTuple	row = insert ? trigger->tg_trigtuple : trigger->tg_newtuple;

	if (!gov_origin_admits(trigger))
		gov_gate_ensure_passed("activate_event",
							   gov_json_object("domain", gov_event_type_column(trigger, row, "domain"),
											   "type", gov_event_type_column(trigger, row, "type")),
							   "a direct change of an active event type");
	return PointerGetDatum(row);
}
