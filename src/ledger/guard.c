/*-------------------------------------------------------------------------
 *
 * ledger/guard.c
 *	  Direct changes of the extension's tables: refused, noted, or counted.
 *
 * No role without the rights of the extension's owner changes a table of ours
 * by hand, whatever the server lets it write (pg_write_all_data).  What such a
 * role changes is noted.
 *
 * UPDATE, DELETE and TRUNCATE of the tables of the ledger are refused for
 * every role, and so is INSERT, but for entries that a restore brings before
 * anything was done here; these are judged by their chain when the statement
 * ends.  The triggers fire with session_replication_role set to replica, too.
 * Who may disable triggers can still do it; gov_ledger_verify finds what was
 * done then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "replication/logicalworker.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/script.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"
#include "ledger/pass.h"

PG_FUNCTION_INFO_V1(gov_ledger_dml);
PG_FUNCTION_INFO_V1(gov_ledger_watch);
PG_FUNCTION_INFO_V1(gov_ledger_guard);
PG_FUNCTION_INFO_V1(gov_ledger_judge);

/* What a statement brought into a table of the ledger. */
typedef struct GovArrived
{
	int64		rows;
	int64		broken;
	int64		last_seq;
	int64		first_position; /* of those with a place; 0 for none */
	int64		last_position;
} GovArrived;

/* The kind of statement that fired a trigger. */
static const char *
gov_guard_operation(const TriggerData *trigger)
{
	return TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? "INSERT"
		: TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "UPDATE"
		: TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "DELETE" : "TRUNCATE";
}

/* Raises unless the current user has the rights of the extension's owner. */
static void
gov_guard_ensure_owner(const TriggerData *trigger)
{
	if (gov_origin_is_owner())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s of \"%s\" is refused", gov_guard_operation(trigger), RelationGetRelationName(trigger->tg_relation)),
			 errdetail("Role \"%s\" has not the rights of the extension's owner.", GetUserNameFromId(GetUserId(), false)),
			 errhint("Use the functions of the extension: SELECT * FROM %s.gov_privileges lists who may call them.",
					 gov_schema_quoted())));
}

/*
 * AFTER statement trigger of the tables of the extension, for each kind of
 * statement.  The transition tables tell which rows there were; TRUNCATE has
 * none.
 */
Datum
gov_ledger_dml(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_dml");
	Tuplestorestate *rows = trigger->tg_newtable != NULL ? trigger->tg_newtable : trigger->tg_oldtable;
	int64		count = rows == NULL ? -1 : tuplestore_tuple_count(rows);

	gov_guard_ensure_owner(trigger);
	if (count != 0)
		gov_ledger_note_dml(trigger->tg_relation, gov_guard_operation(trigger), count, trigger);
	return PointerGetDatum(NULL);
}

/* Adds a transition table to the statement that makes a trigger. */
static void
gov_ledger_watch_rows(CreateTrigStmt *trigger, const char *name, bool new_rows)
{
	TriggerTransition *rows = makeNode(TriggerTransition);

	rows->name = pstrdup(name);
	rows->isNew = new_rows;
	rows->isTable = true;
	trigger->transitionRels = lappend(trigger->transitionRels, rows);
}

/*
 * Puts a trigger of gov_ledger_dml on a table, for one kind of statement, whose
 * rows it gets as transition tables: those before, those after, or both.  It
 * fires with session_replication_role set to replica, too.
 */
static void
gov_ledger_watch_one(Oid relid, const char *name, int16 event, bool before, bool after)
{
	CreateTrigStmt *trigger = makeNode(CreateTrigStmt);
	List	   *function = list_make2(makeString("governance_internal"), makeString("gov_ledger_dml"));

	trigger->trigname = pstrdup(name);
	trigger->funcname = function;
	trigger->timing = TRIGGER_TYPE_AFTER;
	trigger->events = event;
	if (before)
		gov_ledger_watch_rows(trigger, "rows_before", false);
	if (after)
		gov_ledger_watch_rows(trigger, "rows_after", true);
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
	gov_ledger_watch_one(relid, "gov_ledger_insert", TRIGGER_TYPE_INSERT, false, true);
	gov_ledger_watch_one(relid, "gov_ledger_update", TRIGGER_TYPE_UPDATE, true, true);
	gov_ledger_watch_one(relid, "gov_ledger_delete", TRIGGER_TYPE_DELETE, true, false);
	gov_ledger_watch_one(relid, "gov_ledger_truncate", TRIGGER_TYPE_TRUNCATE, false, false);
	PG_RETURN_VOID();
}

/*
 * BEFORE statement trigger of the tables of the ledger.  An argument says that
 * a restore may INSERT; where it is missing, gov_origin_guard sees to what a
 * subscription brings.
 */
Datum
gov_ledger_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_guard");
	bool		insert = TRIGGER_FIRED_BY_INSERT(trigger->tg_event);

	gov_guard_ensure_owner(trigger);
	if (insert && (trigger->tg_trigger->tgnargs > 0 ? gov_origin_restoring() : IsLogicalWorker()))
		return PointerGetDatum(NULL);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s of \"%s\" is refused", gov_guard_operation(trigger), RelationGetRelationName(trigger->tg_relation)),
			 errdetail("The ledger is append-only, for every role."),
			 insert ? errhint("Acts write entries. A dump is restored into a database in which nothing was done yet.")
			 : errhint("gov_ledger_seal moves old entries into the archive.")));
}

/* Looks at one entry that arrived, by itself: one without a place has no hash, and can get one. */
static void
gov_guard_look(GovArrived *arrived, const GovLedgerRow *row)
{
	arrived->rows++;
	arrived->last_seq = Max(arrived->last_seq, row->seq);
	if (row->position == 0)
	{
		if (!row->nulls[GOV_COL_LEDGER_HASH - 1] || !row->nulls[GOV_COL_LEDGER_PREV_HASH - 1] ||
			gov_ledger_unhashable(row) != NULL)
			arrived->broken++;
		return;
	}
	if (arrived->first_position == 0 || row->position < arrived->first_position)
		arrived->first_position = row->position;
	arrived->last_position = Max(arrived->last_position, row->position);
}

/* Looks at all that a statement brought. */
static void
gov_guard_look_at_all(GovArrived *arrived, TriggerData *trigger, MemoryContext each)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
	GovLedgerRow row;

	while (tuplestore_gettupleslot(trigger->tg_newtable, true, false, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(each);

		CHECK_FOR_INTERRUPTS();
		gov_ledger_read_row(slot, &row);
		gov_guard_look(arrived, &row);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	ExecDropSingleTupleTableSlot(slot);
}

/* Does an entry bear its own hash, and follow the one before it, if that is there? */
static bool
gov_guard_is_sound(GovLedgerHasher *hasher, const GovLedgerRow *row, const GovLedgerHead *before)
{
	uint8		stored[GOV_HASH_BYTES];
	uint8		prev[GOV_HASH_BYTES];
	bool		has_hash = gov_ledger_hash_column(row, GOV_COL_LEDGER_HASH, stored);
	bool		has_prev = gov_ledger_hash_column(row, GOV_COL_LEDGER_PREV_HASH, prev);

	if (row->position < 1 || row->position == before->position || has_prev != (row->position > 1) ||
		gov_ledger_wrong_entry(hasher, row, has_hash ? stored : NULL) != NULL)
		return false;
	return before->position == 0 || before->position != row->position - 1 ||
		memcmp(prev, before->hash, GOV_HASH_BYTES) == 0;
}

/*
 * Walks the chain where entries arrived, from the one before to the one after.
 * What is not there may still come, with the next statement or the next table:
 * gov_ledger_verify misses it.
 */
static void
gov_guard_walk(GovArrived *arrived, const char *table, MemoryContext each)
{
	GovLedgerHead before = {0};
	GovLedgerHasher hasher;
	GovLedgerPass scan;
	GovLedgerRow row;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	gov_ledger_hasher_begin(&hasher);
	gov_ledger_pass_begin(&scan, table, GetActiveSnapshot(), GOV_LEDGER_CHAINED, arrived->first_position - 1);
	while (gov_ledger_pass_next(&scan, &row) && row.position <= arrived->last_position + 1)
	{
		MemoryContext caller = MemoryContextSwitchTo(each);

		if (row.position >= arrived->first_position && !gov_guard_is_sound(&hasher, &row, &before))
			arrived->broken++;
		before.position = gov_ledger_hash_column(&row, GOV_COL_LEDGER_HASH, before.hash) ? row.position : 0;
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	gov_ledger_pass_end(&scan);
	gov_ledger_hasher_end(&hasher);
	PopActiveSnapshot();
}

/*
 * Lets the numbers of entries go on behind those that arrived, for a restore
 * of tables alone.  The lock keeps two that restore side by side from setting
 * the sequence back.
 */
static void
gov_guard_advance(int64 seq)
{
	Oid			sequence = gov_relation_oid("gov_ledger_seq_seq");
	LOCAL_FCINFO(call, 1);
	Datum		last;

	if (seq <= 1)
		return;
	LockRelationOid(sequence, ShareRowExclusiveLock);
	InitFunctionCallInfoData(*call, NULL, 1, InvalidOid, NULL, NULL);
	call->args[0].value = ObjectIdGetDatum(sequence);
	call->args[0].isnull = false;
	last = pg_sequence_last_value(call);
	if (call->isnull || DatumGetInt64(last) < seq)
		(void) DirectFunctionCall2(setval_oid, ObjectIdGetDatum(sequence), Int64GetDatum(seq));
	UnlockRelationOid(sequence, ShareRowExclusiveLock);
}

/*
 * AFTER INSERT statement trigger of the ledger and its archive: judges what a
 * restore brought, and counts it.  What is broken is told and counted, not
 * refused: it is evidence, and gov_ledger_verify names it.
 */
Datum
gov_ledger_judge(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_ledger_judge");
	const char *table = RelationGetRelationName(trigger->tg_relation);
	MemoryContext each = AllocSetContextCreate(CurrentMemoryContext, "governance ledger entry",
											   ALLOCSET_DEFAULT_SIZES);
	GovArrived	arrived = {0};

	gov_guard_look_at_all(&arrived, trigger, each);
	if (arrived.first_position != 0)
		gov_guard_walk(&arrived, table, each);
	MemoryContextDelete(each);
	if (arrived.rows == 0)
		return PointerGetDatum(NULL);
	gov_guard_advance(arrived.last_seq);
	gov_origin_arrived(table, arrived.rows, arrived.broken);
	if (arrived.broken > 0)
		ereport(WARNING,
				(errcode(ERRCODE_GOV_LEDGER_BROKEN),
				 errmsg("the chain is broken where entries were inserted into \"%s\"", table),
				 errdetail("Inserted entries: " INT64_FORMAT ", broken links: " INT64_FORMAT ".", arrived.rows, arrived.broken),
				 errhint("SELECT * FROM %s.gov_ledger_verify() names them.", gov_schema_quoted())));
	return PointerGetDatum(NULL);
}
