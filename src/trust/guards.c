/*-------------------------------------------------------------------------
 *
 * trust/guards.c
 *	  Changes of the root of trust behind the functions' back, and records that only functions write.
 *
 * Once gates bind, a change of authorities, actions or quorums by hand needs
 * an approval of that very change which its transaction used up.  A statement
 * on authorities is judged as a whole, when it is done: one that brings a
 * sovereign and its councils arms the gates by all of them, not by the first.
 *
 * The daily work (assignments, ownership, decisions) is open unless its gate is
 * set; then nobody writes it past the acts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/origin.h"
#include "trust/columns.h"
#include "trust/gates.h"
#include "trust/reach.h"

PG_FUNCTION_INFO_V1(gov_trust_guard);
PG_FUNCTION_INFO_V1(gov_authority_guard);
PG_FUNCTION_INFO_V1(gov_record_guard);
PG_FUNCTION_INFO_V1(gov_work_guard);

/* One row that a statement changes; NULL before for a new one, NULL after for one that goes. */
typedef struct GovTrustChange
{
	HeapTuple	before;
	HeapTuple	after;
} GovTrustChange;

/* Is a column the same before and after? */
static bool
gov_trust_same(TupleDesc desc, int column, const GovTrustChange *change)
{
	Form_pg_attribute att = TupleDescAttr(desc, column - 1);
	bool		was_null;
	bool		is_null;
	Datum		was = heap_getattr(change->before, column, desc, &was_null);
	Datum		is = heap_getattr(change->after, column, desc, &is_null);

	return was_null == is_null && (was_null || datumIsEqual(was, is, att->attbyval, att->attlen));
}

/*
 * The columns of a row that a change sets, by name, beside the key.  Those
 * that no argument of a function stands for are left out.
 */
static Datum
gov_trust_fields(TupleDesc desc, const GovTrustChange *change, const char *key)
{
	static const char *const derived[] = {"name", "contact", "approval", "role_oid", "role_system"};
	HeapTuple	row = change->after != NULL ? change->after : change->before;
	bool		update = change->before != NULL && change->after != NULL;
	GovJson		fields;

	gov_json_begin(&fields);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		const char *name = NameStr(att->attname);
		bool		is_key = strcmp(name, key) == 0;
		bool		left_out = !update && !is_key;
		bool		isnull;
		Datum		value = heap_getattr(row, i + 1, desc, &isnull);

		for (Size j = 0; j < lengthof(derived); j++)
			left_out |= strcmp(name, derived[j]) == 0;
		if (left_out || (update && !is_key && gov_trust_same(desc, i + 1, change)))
			continue;
		if (isnull)				/* a function is told so by an empty text */
			gov_json_text(&fields, name, "");
		else
			gov_json_value(&fields, name, att->atttypid, value, false);
	}
	if (change->after == NULL)
		gov_json_bool(&fields, "delete", true); /* which no function does */
	return gov_json_end(&fields);
}

/* What is done to a table, for messages. */
static char *
gov_trust_deed(Relation rel)
{
	return psprintf("a direct change of %s", RelationGetRelationName(rel));
}

/*
 * gov_trust_guard: BEFORE row trigger of actions and quorums, and BEFORE
 * TRUNCATE trigger of these, authorities, requests and votes; its argument is
 * the key column.  Rows that a dump or a subscription brings pass.
 */
Datum
gov_trust_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_trust_guard");
	Relation	rel = trigger->tg_relation;
	bool		row = TRIGGER_FIRED_FOR_ROW(trigger->tg_event);
	GovTrustChange change = {trigger->tg_trigtuple, trigger->tg_newtuple};

	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		change = (GovTrustChange) {NULL, trigger->tg_trigtuple};
	if (!gov_origin_admits(trigger))
		gov_gate_ensure_passed("change_trust",
							   row ? gov_trust_fields(RelationGetDescr(rel), &change, trigger->tg_trigger->tgargs[0]) :
							   gov_json_object("truncate", RelationGetRelationName(rel)),
							   gov_trust_deed(rel));
	if (!row)
		return PointerGetDatum(NULL);
	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
						   trigger->tg_newtuple : trigger->tg_trigtuple);
}

/* The rows of a transition table, in its order. */
static List *
gov_trust_rows(Tuplestorestate *store, TupleDesc desc)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	List	   *rows = NIL;

	/* other triggers of the statement read it, too */
	tuplestore_select_read_pointer(store, tuplestore_alloc_read_pointer(store, EXEC_FLAG_REWIND));
	tuplestore_rescan(store);
	while (tuplestore_gettupleslot(store, true, false, slot))
		rows = lappend(rows, ExecCopySlotHeapTuple(slot));
	tuplestore_select_read_pointer(store, 0);
	ExecDropSingleTupleTableSlot(slot);
	return rows;
}

/* A column of an authority, which is text or a name; NULL when it is. */
static char *
gov_trust_text(TupleDesc desc, HeapTuple row, int column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, column, desc, &isnull);

	if (isnull)
		return NULL;
	return TupleDescAttr(desc, column - 1)->atttypid == NAMEOID ?
		pstrdup(NameStr(*DatumGetName(value))) : TextDatumGetCString(value);
}

/*
 * Does the change of an authority touch the root of trust?  One that goes
 * does, a new one that could vote, and one whose kind, role or status changes.
 */
static bool
gov_trust_is_touched(TupleDesc desc, const GovTrustChange *change)
{
	static const int bearing[] = {
		GOV_COL_AUTHORITY_AUTHORITY, GOV_COL_AUTHORITY_KIND, GOV_COL_AUTHORITY_ROLE_NAME,
		GOV_COL_AUTHORITY_ROLE_OID, GOV_COL_AUTHORITY_ROLE_SYSTEM, GOV_COL_AUTHORITY_STATUS
	};
	char	   *kind;

	if (change->after == NULL)
		return true;
	if (change->before == NULL)
	{
		kind = gov_trust_text(desc, change->after, GOV_COL_AUTHORITY_KIND);
		return gov_trust_text(desc, change->after, GOV_COL_AUTHORITY_ROLE_NAME) != NULL ||
			strcmp(kind, "sovereign") == 0 || strcmp(kind, "council") == 0;
	}
	for (Size i = 0; i < lengthof(bearing); i++)
	{
		if (!gov_trust_same(desc, bearing[i], change))
			return true;
	}
	return false;
}

/* Does a row of an authority arm the gates?  The rule of GOV_AUTHORITY_ARMS. */
static bool
gov_trust_arms(TupleDesc desc, HeapTuple row)
{
	return strcmp(gov_trust_text(desc, row, GOV_COL_AUTHORITY_KIND), "sovereign") == 0 &&
		strcmp(gov_trust_text(desc, row, GOV_COL_AUTHORITY_STATUS), "active") == 0 &&
		gov_trust_text(desc, row, GOV_COL_AUTHORITY_ROLE_NAME) != NULL;
}

GOV_QUERY(find_armed_by_others,
		  "SELECT FROM @.gov_authority AS u WHERE " GOV_AUTHORITY_ARMS("u") " AND u.authority <> ALL ($1) LIMIT 1",
		  TEXTARRAYOID);

/* Did gates bind before the statement: by a row as it was, or by one that it did not touch? */
static bool
gov_trust_was_armed(TupleDesc desc, const List *before, const List *after)
{
	Datum	   *keys = palloc(sizeof(Datum) * (list_length(after) + 1));
	int			count = 0;
	ListCell   *cell;
	bool		armed;
	int			level;

	foreach(cell, before)
	{
		if (gov_trust_arms(desc, lfirst(cell)))
			return true;
	}
	foreach(cell, after)
		keys[count++] = CStringGetTextDatum(gov_trust_text(desc, lfirst(cell), GOV_COL_AUTHORITY_AUTHORITY));
	level = gov_spi_begin();
	armed = gov_run_latest(&find_armed_by_others,
						   gov_datum(PointerGetDatum(construct_array(keys, count, TEXTOID, -1, false, TYPALIGN_INT)), false)) > 0;
	gov_spi_end(level);
	return armed;
}

/*
 * gov_authority_guard: AFTER statement trigger of authorities, with their
 * rows before and after.  What a dump or a subscription brings passes.
 */
Datum
gov_authority_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_authority_guard");
	Relation	rel = trigger->tg_relation;
	TupleDesc	desc = RelationGetDescr(rel);
	List	   *before = NIL;
	List	   *after = NIL;
	GovReach	reach = {false, true};
	bool		touched = false;

	if (gov_spi_running() || gov_origin_admits(trigger))
		return PointerGetDatum(NULL);
	if (trigger->tg_oldtable != NULL)
		before = gov_trust_rows(trigger->tg_oldtable, desc);
	if (trigger->tg_newtable != NULL)
		after = gov_trust_rows(trigger->tg_newtable, desc);
	reach.armed = gov_trust_was_armed(desc, before, after);
	for (int i = 0; i < Max(list_length(before), list_length(after)); i++)
	{
		GovTrustChange change = {
			before != NIL ? list_nth(before, i) : NULL, after != NIL ? list_nth(after, i) : NULL
		};

		if (!gov_trust_is_touched(desc, &change))
			continue;
		touched = true;
		if (reach.armed)
			gov_gate_ensure_used("change_trust", gov_trust_fields(desc, &change, trigger->tg_trigger->tgargs[0]), gov_trust_deed(rel));
	}
	if (touched)
		gov_reach_ensure(&reach);
	return PointerGetDatum(NULL);
}

/*
 * gov_record_guard: BEFORE row trigger of tables that record what happened.
 * Only the functions write them, a dump that is restored, and a subscription.
 */
Datum
gov_record_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_record_guard");

	if (!gov_spi_running() && !gov_origin_admits(trigger))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("rows of \"%s\" are not written by hand", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("They record what the functions did."),
				 errhint("Approvals are written by gov_request_approval, gov_cast_vote, gov_confirm and gov_withdraw; changes by the acts that gov_undo takes back; events of objects by those that bring them, gov_sync mostly.")));
	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
						   trigger->tg_newtuple : trigger->tg_trigtuple);
}

/*
 * gov_work_guard: BEFORE trigger of assignments, ownership, decisions and
 * access, of statements mostly, of rows where a foreign key may update none;
 * its arguments are the actions that write them.  While the gate
 * of one of these asks for approvals the acts alone write: an approval is for
 * a call, and no rows of a statement can be told to be what it permitted.
 */
Datum
gov_work_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_work_guard");
	HeapTuple	row = TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ? trigger->tg_newtuple : NULL;

	/* anybody but the owner is refused anyway, by the guard that says so */
	if (gov_spi_running() || !gov_origin_is_owner() || gov_origin_admits(trigger))
		return PointerGetDatum(row);
	for (int i = 0; i < trigger->tg_trigger->tgnargs; i++)
	{
		const char *action = trigger->tg_trigger->tgargs[i];

		if (gov_gate_is_shut(action))
			ereport(ERROR,
					(errcode(ERRCODE_GOV_APPROVAL_NEEDED),
					 errmsg("%s needs an approval of action \"%s\"", gov_trust_deed(trigger->tg_relation), action),
					 errdetail("While its gate is set, the acts alone write \"%s\".", RelationGetRelationName(trigger->tg_relation)),
					 errhint("Make the change with one of these and an approval: SELECT act FROM %s.gov_gated_act WHERE action = %s.",
							 gov_schema_quoted(), quote_literal_cstr(action))));
	}
	return PointerGetDatum(row);
}
