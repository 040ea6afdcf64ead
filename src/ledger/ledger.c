/*-------------------------------------------------------------------------
 *
 * ledger/ledger.c
 *	  The ledger: every act leaves an entry, and so does direct DML.
 *
 * Acts append one entry each at their end, bulk acts one with counts.  The
 * entry is written past SQL, so that a loop of acts pays little for it, and
 * without a hash: it gets its place in the chain when the transaction ends, or
 * later (ledger/chain.c).
 *
 * DML on the governed tables that no act stands for is noted by triggers, one
 * entry per statement that touched rows, with their number.  A statement that
 * runs inside one of ours (gov_spi) belongs to the act that runs it.
 *
 * Restoring a dump is DML too, and is not noted: the entries that it restores
 * say how the rows came to be, and an entry appended while they arrive would
 * take a seq that one of them bears.  A session that restores is known by what
 * pg_dump writes at the head of every script and pg_restore sets: an empty
 * search_path, row_security and check_function_bodies off, all three at once;
 * and only INSERT and COPY pass, since a dump knows no other statement.
 *
 * CREATE EXTENSION writes the first entry, so that a ledger that was emptied
 * does not look like a new one.  In a restore the dumped first entry takes
 * its place.
 *
 * UPDATE, DELETE and TRUNCATE of the ledger and its archive are refused by a
 * trigger that fires for every role and with session_replication_role set to
 * replica.  Who may disable triggers can still do it; gov_ledger_verify finds
 * what was done then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_trigger.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/depth.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/script.h"
#include "server/spi.h"
#include "server/write.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(gov_ledger_dml);
PG_FUNCTION_INFO_V1(gov_ledger_watch);
PG_FUNCTION_INFO_V1(gov_ledger_guard);
PG_FUNCTION_INFO_V1(gov_ledger_admit);

/* How many entries the running transaction appended; undone ones count, too. */
static int64 appended = 0;

/* Is all to be chained when it commits, whatever it appended? */
static bool chain_all = false;

/*
 * Before a transaction that appended commits, it chains, its own entries and
 * what others left: so late that it holds the lock for no longer than the
 * commit takes, however long the transaction was open.  Whoever prepares a
 * transaction leaves its entries to others.
 */
static void
gov_ledger_at_end(XactEvent event, void *arg pg_attribute_unused())
{
	int64		own = appended;
	bool		all = chain_all;

	if (event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT ||
		event == XACT_EVENT_PARALLEL_ABORT || event == XACT_EVENT_PRE_PREPARE)
		return;
	appended = 0;
	chain_all = false;
	if (event == XACT_EVENT_PRE_COMMIT && (own > 0 || all) && gov_is_installed())
		gov_ledger_chain(all ? GOV_LEDGER_ALL : GOV_LEDGER_BATCH + 2 * own);
}

/* Asks that all be chained when the transaction commits; not now, since it may stay open. */
void
gov_ledger_chain_all_later(void)
{
	chain_all = true;
}

/* Called once from _PG_init. */
void
gov_ledger_init(void)
{
	RegisterXactCallback(gov_ledger_at_end, NULL);
}

/* An object without fields. */
static Datum
gov_ledger_nothing(void)
{
	GovJson		json;

	gov_json_begin(&json);
	return gov_json_end(&json);
}

/* Raises when an entry is larger than the chain takes: it could never be chained. */
static void
gov_ledger_ensure_fits(const char *action, const Datum *values)
{
	Size		bytes = gov_ledger_bytes(values);

	if (bytes > GOV_LEDGER_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the arguments of %s are too large", action),
				 errdetail("Its entry in the ledger would take %zu bytes; at most %d are possible.",
						   bytes, GOV_LEDGER_MAX_BYTES),
				 errhint("Give shorter texts, or fewer of them in one call.")));
}

/* Appends an entry under a name of the caller's choice, such as an authority's; its seq. */
int64
gov_ledger_append_as(const char *actor, const char *action, int64 object,
					 Datum target, Datum payload)
{
	GovWriter	writer;
	Datum		values[GOV_COL_LEDGER_NATTS] = {0};
	bool		nulls[GOV_COL_LEDGER_NATTS] = {false};
	int64		seq;

	gov_ensure_not_registered("an act");
	PreventCommandIfReadOnly(action);
	values[GOV_COL_LEDGER_AT - 1] = TimestampTzGetDatum(gov_now());
	values[GOV_COL_LEDGER_ACTOR - 1] = CStringGetTextDatum(actor);
	values[GOV_COL_LEDGER_LOGIN - 1] = CStringGetTextDatum(gov_session_user_name());
	values[GOV_COL_LEDGER_ACTION - 1] = CStringGetTextDatum(action);
	values[GOV_COL_LEDGER_TARGET - 1] = target != (Datum) 0 ? target : gov_ledger_nothing();
	values[GOV_COL_LEDGER_PAYLOAD - 1] = payload != (Datum) 0 ? payload : gov_ledger_nothing();
	values[GOV_COL_LEDGER_FORMAT - 1] = Int16GetDatum(GOV_LEDGER_FORMAT);
	values[GOV_COL_LEDGER_OBJECT - 1] = Int64GetDatum(object);
	nulls[GOV_COL_LEDGER_PREV_HASH - 1] = true;
	nulls[GOV_COL_LEDGER_HASH - 1] = true;
	nulls[GOV_COL_LEDGER_POSITION - 1] = true;
	nulls[GOV_COL_LEDGER_OBJECT - 1] = object == 0;
	gov_ledger_ensure_fits(action, values);
	seq = nextval_internal(gov_relation_oid("gov_ledger_seq_seq"), false);
	values[GOV_COL_LEDGER_SEQ - 1] = Int64GetDatum(seq);

	gov_writer_open(&writer, "gov_ledger", GOV_COL_LEDGER_NATTS);
	gov_writer_blank(&writer);
	memcpy(writer.slot->tts_values, values, sizeof(values));
	memcpy(writer.slot->tts_isnull, nulls, sizeof(nulls));
	gov_writer_insert(&writer);
	gov_writer_close(&writer);
	appended++;
	return seq;
}

/* Appends an entry; its seq.  The actor is the role in use (SET ROLE). */
int64
gov_ledger_append(const char *action, int64 object, Datum target, Datum payload)
{
	return gov_ledger_append_as(GetUserNameFromId(GetOuterUserId(), false),
								action, object, target, payload);
}

/* The target of an act about one object. */
Datum
gov_ledger_object(const char *object_type, const char *object_ref)
{
	return gov_json_object("object_type", object_type, "object_ref", object_ref);
}

/* The target of an act about one cell; no object for a value itself. */
Datum
gov_ledger_cell(const char *object_type, const char *object_ref, const char *axis, const char *value)
{
	return gov_json_object("object_type", object_type, "object_ref", object_ref,
						   "axis", axis, "value", value);
}

/* Is this a session that restores a dump?  The head of the file says how that is known. */
bool
gov_ledger_restores(void)
{
	return namespace_search_path != NULL && namespace_search_path[0] == '\0' &&
		!row_security && !check_function_bodies;
}

/* Notes DML on one of our tables that no act stands for (also a trigger's own). */
void
gov_ledger_note_dml(Relation rel, const char *operation, int64 rows)
{
	GovJson		payload;

	if (gov_spi_running() || (strcmp(operation, "insert") == 0 && gov_ledger_restores()))
		return;
	gov_json_begin(&payload);
	gov_json_text(&payload, "operation", operation);
	if (rows >= 0)
		gov_json_int8(&payload, "rows", rows);
	gov_ledger_append("dml", 0, gov_json_object("table", RelationGetRelationName(rel)),
					  gov_json_end(&payload));
}

/*
 * AFTER statement trigger of the governed tables, for each kind of statement.
 * The transition table tells how many rows there were; TRUNCATE has none.
 */
Datum
gov_ledger_dml(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_dml");
	Tuplestorestate *rows = trigger->tg_newtable != NULL ? trigger->tg_newtable : trigger->tg_oldtable;
	const char *operation = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? "insert"
		: TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "update"
		: TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "delete" : "truncate";
	int64		count = rows == NULL ? -1 : tuplestore_tuple_count(rows);

	if (count != 0)
		gov_ledger_note_dml(trigger->tg_relation, operation, count);
	return PointerGetDatum(NULL);
}

/*
 * Puts a trigger of gov_ledger_dml on a table, for one kind of statement, whose
 * rows it gets as transition table "changed": its new ones, its old ones, or
 * none.  It fires with session_replication_role set to replica, too.
 */
static void
gov_ledger_watch_one(Oid relid, const char *name, int16 event, bool rows, bool new_rows)
{
	CreateTrigStmt *trigger = makeNode(CreateTrigStmt);
	List	   *function = list_make2(makeString("governance_internal"), makeString("gov_ledger_dml"));

	trigger->trigname = pstrdup(name);
	trigger->funcname = function;
	trigger->timing = TRIGGER_TYPE_AFTER;
	trigger->events = event;
	if (rows)
	{
		TriggerTransition *changed = makeNode(TriggerTransition);

		changed->name = pstrdup("changed");
		changed->isNew = new_rows;
		changed->isTable = true;
		trigger->transitionRels = list_make1(changed);
	}
	CreateTriggerFiringOn(trigger, NULL, relid, InvalidOid, InvalidOid, InvalidOid,
						  LookupFuncName(function, 0, NULL, false), InvalidOid, NULL,
						  false, false, TRIGGER_FIRES_ALWAYS);
}

/* gov_ledger_watch(relation): direct changes of a table are noted from now on. */
Datum
gov_ledger_watch(PG_FUNCTION_ARGS)
{
	Oid			relid;

	gov_ensure_script("gov_ledger_watch");
	gov_ensure_not_null(PG_ARGISNULL(0), "relation");
	relid = PG_GETARG_OID(0);
	gov_ledger_watch_one(relid, "gov_ledger_insert", TRIGGER_TYPE_INSERT, true, true);
	gov_ledger_watch_one(relid, "gov_ledger_update", TRIGGER_TYPE_UPDATE, true, true);
	gov_ledger_watch_one(relid, "gov_ledger_delete", TRIGGER_TYPE_DELETE, true, false);
	gov_ledger_watch_one(relid, "gov_ledger_truncate", TRIGGER_TYPE_TRUNCATE, false, false);
	PG_RETURN_VOID();
}

/* BEFORE statement trigger of the ledger and its archive: refuses. */
Datum
gov_ledger_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_guard");
	const char *operation = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "UPDATE"
		: TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "DELETE" : "TRUNCATE";

	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s of \"%s\" is refused", operation, RelationGetRelationName(trigger->tg_relation)),
			 errdetail("The ledger is append-only, for every role."),
			 errhint("gov_ledger_seal moves old entries into the archive.")));
}

/* The first entry, while it is the one that CREATE EXTENSION wrote here. */
static bool
gov_ledger_find_genesis(Snapshot snapshot, ItemPointer tid)
{
	GovLedgerPass scan;
	GovLedgerRow row;
	bool		found = false;

	gov_ledger_pass_begin(&scan, "gov_ledger", snapshot, GOV_LEDGER_UNCHAINED, 0);
	if (gov_ledger_pass_next(&scan, &row) && row.seq == 1 && !row.nulls[GOV_COL_LEDGER_ACTION - 1])
	{
		found = strcmp(TextDatumGetCString(row.values[GOV_COL_LEDGER_ACTION - 1]), GOV_LEDGER_GENESIS) == 0;
		*tid = scan.slot->tts_tid;
	}
	gov_ledger_pass_end(&scan);
	return found;
}

/*
 * BEFORE INSERT row trigger, for seq 1, of the ledger and its archive: a dump
 * brings its first entry, and ours, not chained yet, makes room for it.
 */
Datum
gov_ledger_admit(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_admit");
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	ItemPointerData tid;
	Relation	rel;

	if (gov_ledger_find_genesis(snapshot, &tid))
	{
		rel = table_open(gov_relation_oid("gov_ledger"), RowExclusiveLock);
		simple_table_tuple_delete(rel, &tid, snapshot);
		table_close(rel, NoLock);
		CommandCounterIncrement();
	}
	UnregisterSnapshot(snapshot);
	return PointerGetDatum(trigger->tg_trigtuple);
}
