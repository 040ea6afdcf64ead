/*-------------------------------------------------------------------------
 *
 * events/guard.c
 *	  Checking what is inserted into the outbox, whoever inserts it.
 *
 * Whoever was granted INSERT may; pg_write_all_data alone does not count.  A
 * row is admitted if its type is registered and active, its stream and
 * lane are the type's, and it carries canonical_address, actor and
 * source_system; tried in this order, each refusal with a message of its own.
 * The trigger is ENABLE ALWAYS, so neither the owner nor a superuser nor
 * session_replication_role gets around it.
 *
 * Every row of the outbox is in gov_event_log, too, by a foreign key: an event
 * that somebody inserts by hand is logged here.  That serves restores: the log
 * comes first, and a row which it holds, word for word, as emitted is admitted
 * even if its type was closed since.  So that nobody else can use that way,
 * rows of the log that say "emitted" are accepted only from functions of the
 * extension, from a restore, and from replication.
 *
 * The log is append-only; in the outbox only functions of ours give positions
 * and remove what every consumer has acknowledged.
 *
 * Locks: the type's row FOR SHARE, so that closing a type waits for what is
 * being put in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_authid_d.h"
#include "catalog/pg_class.h"
#include "commands/async.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/table.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"
#include "events/outbox.h"

PG_FUNCTION_INFO_V1(gov_event_guard);
PG_FUNCTION_INFO_V1(gov_event_log_guard);
PG_FUNCTION_INFO_V1(gov_event_record_guard);

/* Why an event is refused. */
typedef struct GovEventRefusal
{
	int			sqlstate;
	char	   *message;
	char	   *detail;
	const char *hint;
} GovEventRefusal;

/* Columns of share_event_type. */
enum {TYPE_ACTIVE = 1, TYPE_STREAM, TYPE_LANE};

GOV_QUERY(share_event_type,
		  "SELECT active, stream, lane FROM @.gov_event_type WHERE domain = $1 AND type = $2 FOR SHARE",
		  TEXTOID, TEXTOID);

/* A column of the row. */
static GovArg
gov_event_column(TriggerData *trigger, const char *name)
{
	bool		isnull;
	Datum		value = heap_getattr(trigger->tg_trigtuple,
									 gov_column_number(trigger->tg_relation, name),
									 RelationGetDescr(trigger->tg_relation), &isnull);

	return gov_datum(value, isnull);
}

/* The same for a text; NULL when it says nothing. */
static char *
gov_event_text(TriggerData *trigger, const char *name)
{
	GovArg		column = gov_event_column(trigger, name);
	char	   *value = column.isnull ? NULL : TextDatumGetCString(column.value);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* Reads the columns of the row. */
static GovEvent
gov_event_read(TriggerData *trigger)
{
	GovEvent	event;

	event.event_id = gov_event_column(trigger, "event_id");
	event.payload = gov_event_column(trigger, "payload");
	event.domain = gov_event_text(trigger, "domain");
	event.type = gov_event_text(trigger, "type");
	event.stream = gov_event_text(trigger, "stream");
	event.lane = gov_event_text(trigger, "lane");
	event.canonical_address = gov_event_text(trigger, "canonical_address");
	event.actor = gov_event_text(trigger, "actor");
	event.source_system = gov_event_text(trigger, "source_system");
	event.positioned = !gov_event_column(trigger, "position").isnull;
	return event;
}

/* For a message. */
static const char *
gov_event_word(const char *value)
{
	return value == NULL ? "" : value;
}

/* Notes that a column says nothing; true when it does not. */
static bool
gov_event_lacks(const char *name, const char *value, GovEventRefusal *refusal)
{
	if (value != NULL)
		return false;
	refusal->sqlstate = ERRCODE_NOT_NULL_VIOLATION;
	refusal->message = psprintf("event lacks %s", name);
	refusal->detail = pstrdup("It is NULL or empty.");
	refusal->hint = "An event says what it is about, who caused it and which system it comes from: canonical_address, actor, source_system.";
	return true;
}

/* Notes that a stream or lane is not the type's; true when it is not. */
static bool
gov_event_differs(const char *name, const char *value, const char *registered, const GovEvent *event,
				  GovEventRefusal *refusal)
{
	if (value != NULL && strcmp(value, registered) == 0)
		return false;
	refusal->sqlstate = ERRCODE_CHECK_VIOLATION;
	refusal->message = psprintf("%s \"%s\" is not that of event type \"%s.%s\"",
								name, gov_event_word(value), event->domain, event->type);
	refusal->detail = psprintf("It is registered with %s \"%s\".", name, registered);
	refusal->hint = "Give the event the stream and lane of its type.";
	return true;
}

/* A registered type, and the point in a transaction at which it was locked. */
typedef struct GovEventType
{
	LocalTransactionId transaction;
	SubTransactionId subtransaction;
	CommandId	command;
	char		domain[GOV_CODE_MAX_BYTES + 1];
	char		type[GOV_CODE_MAX_BYTES + 1];
	char		stream[GOV_CODE_MAX_BYTES + 1];
	char		lane[GOV_CODE_MAX_BYTES + 1];
	bool		active;
} GovEventType;

/*
 * Is a type known that was locked by this statement of ours?  While the lock
 * is held nobody else changes the type, and a change of our own is a command
 * of its own.  Whoever inserts by hand has the type looked up for each row.
 */
static bool
gov_event_type_is_known(const GovEventType *type, const GovEvent *event)
{
	return gov_spi_running() && type->transaction == gov_local_transaction() &&
		type->subtransaction == GetCurrentSubTransactionId() &&
		type->command == GetCurrentCommandId(false) &&
		strcmp(type->domain, gov_event_word(event->domain)) == 0 &&
		strcmp(type->type, gov_event_word(event->type)) == 0;
}

/* The type of an event, locked; NULL when it is not registered. */
static const GovEventType *
gov_event_type(const GovEvent *event)
{
	static GovEventType type;

	if (gov_event_type_is_known(&type, event))
		return &type;
	type.transaction = InvalidLocalTransactionId;
	if (gov_run_latest(&share_event_type, gov_text(event->domain), gov_text(event->type)) == 0)
		return NULL;
	type.active = gov_result_bool(0, TYPE_ACTIVE);
	strlcpy(type.domain, event->domain, sizeof(type.domain));
	strlcpy(type.type, event->type, sizeof(type.type));
	strlcpy(type.stream, gov_result_text(0, TYPE_STREAM), sizeof(type.stream));
	strlcpy(type.lane, gov_result_text(0, TYPE_LANE), sizeof(type.lane));
	type.transaction = gov_local_transaction();
	type.subtransaction = GetCurrentSubTransactionId();
	type.command = GetCurrentCommandId(false);
	return &type;
}

/* Is the event refused, and why?  Locks its type. */
static bool
gov_event_refused(const GovEvent *event, GovEventRefusal *refusal)
{
	const GovEventType *type = gov_event_type(event);

	if (type == NULL)
	{
		refusal->sqlstate = ERRCODE_FOREIGN_KEY_VIOLATION;
		refusal->message = psprintf("event type \"%s.%s\" is not registered",
									gov_event_word(event->domain), gov_event_word(event->type));
		refusal->detail = pstrdup("Only events of registered types get into the outbox.");
		refusal->hint = "gov_set_event_type registers one.";
		return true;
	}
	if (!type->active)
	{
		refusal->sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
		refusal->message = psprintf("event type \"%s.%s\" is not active", event->domain, event->type);
		refusal->detail = pstrdup("Only events of active types get into the outbox.");
		refusal->hint = "gov_event_activate opens a type, under an approval.";
		return true;
	}
	return gov_event_differs("stream", event->stream, type->stream, event, refusal) ||
		gov_event_differs("lane", event->lane, type->lane, event, refusal) ||
		gov_event_lacks("canonical_address", event->canonical_address, refusal) ||
		gov_event_lacks("actor", event->actor, refusal) ||
		gov_event_lacks("source_system", event->source_system, refusal);
}

/* Is a column of the log's row this text? */
static bool
gov_event_logged_text(GovTable *log, TupleTableSlot *row, const char *name, const char *value)
{
	AttrNumber	column = gov_column_number(log->rel, name);

	if (value == NULL || gov_slot_isnull(row, column))
		return value == NULL && gov_slot_isnull(row, column);
	return gov_text_is(DatumGetTextPP(gov_slot_value(row, column)), value);
}

/* Does a row of the log say the same, as emitted? */
static bool
gov_event_logged_row(GovTable *log, TupleTableSlot *row, const GovEvent *event)
{
	AttrNumber	payload = gov_column_number(log->rel, "payload");

	return DatumGetBool(gov_slot_value(row, gov_column_number(log->rel, "emitted"))) &&
		gov_event_logged_text(log, row, "domain", event->domain) &&
		gov_event_logged_text(log, row, "type", event->type) &&
		gov_event_logged_text(log, row, "stream", event->stream) &&
		gov_event_logged_text(log, row, "lane", event->lane) &&
		gov_event_logged_text(log, row, "canonical_address", event->canonical_address) &&
		gov_event_logged_text(log, row, "actor", event->actor) &&
		gov_event_logged_text(log, row, "source_system", event->source_system) &&
		!event->payload.isnull &&
		DatumGetBool(DirectFunctionCall2(jsonb_eq, gov_slot_value(row, payload), event->payload.value));
}

/* Does the log hold it, word for word, as emitted? */
static bool
gov_event_is_logged(const GovEvent *event)
{
	Snapshot	snapshot;
	GovTable	log;
	GovIndex	by_event;
	bool		logged;

	if (event->event_id.isnull)
		return false;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	gov_table_open(&log, "gov_event_log", snapshot);
	gov_index_open(&by_event, &log, "gov_event_log_event_id_key");
	gov_index_find_int8(&by_event, DatumGetInt64(event->event_id.value));
	logged = gov_index_next(&by_event, RelationGetDescr(log.rel)->natts) &&
		gov_event_logged_row(&log, by_event.slot, event);
	gov_index_close(&by_event);
	gov_table_close(&log);
	UnregisterSnapshot(snapshot);
	return logged;
}

/* Raises unless a new event leaves its position to delivery. */
static void
gov_event_ensure_unpositioned(const GovEvent *event)
{
	if (event->positioned)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("a new event has no position"),
				 errdetail("Positions are given when events are delivered."),
				 errhint("Leave it NULL.")));
}

/* May a role insert into a table because somebody let it, beside what predefined roles may? */
static bool
gov_event_is_granted(Oid relid, Oid role)
{
	HeapTuple	row = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Datum		acl;
	bool		isnull;
	bool		granted;

	if (!HeapTupleIsValid(row))
		return false;
	acl = SysCacheGetAttr(RELOID, row, Anum_pg_class_relacl, &isnull);
	granted = !isnull &&
		aclmask(DatumGetAclP(acl), role, ((Form_pg_class) GETSTRUCT(row))->relowner, ACL_INSERT, ACLMASK_ANY) != 0;
	ReleaseSysCache(row);
	return granted || pg_attribute_aclcheck_all(relid, role, ACL_INSERT, ACLMASK_ANY) == ACLCHECK_OK;
}

/* Raises for a role that gets at the outbox by pg_write_all_data alone. */
static void
gov_event_ensure_granted(Relation outbox)
{
	Oid			role = GetUserId();

	if (gov_origin_is_owner() || !has_privs_of_role(role, ROLE_PG_WRITE_ALL_DATA) ||
		gov_event_is_granted(RelationGetRelid(outbox), role))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("INSERT of \"%s\" is refused", RelationGetRelationName(outbox)),
			 errdetail("Role \"%s\" may write all data, which does not count for events.", GetUserNameFromId(role, false)),
			 errhint("GRANT INSERT ON %s.gov_event_outbox to the roles whose events it takes.", gov_schema_quoted())));
}

/* BEFORE INSERT row trigger of gov_event_outbox: admits, or raises. */
Datum
gov_event_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_event_guard");
	GovEvent	event = gov_event_read(trigger);
	GovEventRefusal refusal = {0};
	GovSecurity security;
	int			level;
	bool		refused;
	bool		logged;

	gov_event_ensure_granted(trigger->tg_relation);
	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin();
	refused = gov_event_refused(&event, &refusal);
	logged = gov_event_is_logged(&event);
	if (refused && !logged)
		ereport(ERROR,
				(errcode(refusal.sqlstate),
				 errmsg_internal("%s", refusal.message),
				 errdetail_internal("%s", refusal.detail),
				 errhint("%s", refusal.hint)));
	if (!logged)
	{
		gov_event_ensure_unpositioned(&event);
		gov_event_log_inserted(&event);
	}
	gov_spi_end(level);
	gov_security_leave(&security);
	if (!refused && gov_guc_notify_channel[0] != '\0')
		Async_Notify(gov_guc_notify_channel, "");
	return PointerGetDatum(trigger->tg_trigtuple);
}

/* BEFORE INSERT row trigger of gov_event_log, for rows that say "emitted". */
Datum
gov_event_log_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_event_log_guard");

	if (!gov_spi_running() && !gov_origin_restoring() && !IsLogicalWorker())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("an event is not logged as emitted by hand"),
				 errdetail("What the log holds as emitted is admitted to the outbox."),
				 errhint("Insert the event into %s.gov_event_outbox, which logs it.", gov_schema_quoted())));
	return PointerGetDatum(trigger->tg_trigtuple);
}

/* Does an UPDATE change nothing but the position? */
static bool
gov_event_moves_position_alone(TriggerData *trigger)
{
	TupleDesc	desc = RelationGetDescr(trigger->tg_relation);
	AttrNumber	position = gov_column_number(trigger->tg_relation, "position");

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool		was_null;
		bool		is_null;
		Datum		was = heap_getattr(trigger->tg_trigtuple, i + 1, desc, &was_null);
		Datum		is = heap_getattr(trigger->tg_newtuple, i + 1, desc, &is_null);

		if (i + 1 == position || att->attisdropped)
			continue;
		if (was_null != is_null || (!was_null && !datumIsEqual(was, is, att->attbyval, att->attlen)))
			return false;
	}
	return true;
}

/*
 * BEFORE UPDATE OR DELETE row trigger and BEFORE TRUNCATE statement trigger
 * of the outbox and the log; argument: "append-only" for the log, whose rows
 * only gov_prune deletes.
 */
Datum
gov_event_record_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_event_record_guard");
	bool		update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	const char *operation = update ? "UPDATE" :
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "DELETE" : "TRUNCATE";

	bool		log = trigger->tg_trigger->tgnargs > 0;
	bool		ours = gov_spi_running() && (!update || (!log && gov_event_moves_position_alone(trigger)));

	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event) && (ours || (!log && gov_origin_admits(trigger))))
		return PointerGetDatum(update ? trigger->tg_newtuple : trigger->tg_trigtuple);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s of \"%s\" is refused", operation, RelationGetRelationName(trigger->tg_relation)),
			 errdetail("Events that happened are neither changed nor taken back, by any role."),
			 errhint("gov_event_prune removes from the outbox what every consumer has acknowledged, gov_prune what is old from the log.")));
}
