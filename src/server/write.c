/*-------------------------------------------------------------------------
 *
 * server/write.c
 *	  Writing rows of our own tables without SQL.
 *
 * For rows that are written so often, or so late in a transaction, that a
 * statement would cost too much.  The caller knows the first columns of the
 * table; whatever somebody added to it since is honoured as by INSERT and
 * UPDATE: columns with their defaults, generated columns, constraints,
 * indexes of any kind, row triggers of INSERT.  Triggers of UPDATE and DELETE
 * and statement triggers do not fire: the guards of the ledger are such.
 *
 * All of that may be code of the table's owner, so it runs as the owner with
 * a pinned search_path, whoever writes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "server/checks.h"
#include "server/compat.h"
#include "server/depth.h"
#include "server/extension.h"
#include "server/write.h"

/* Raises when a column that the caller fills is not there. */
static void
gov_writer_check(GovWriter *writer)
{
	TupleDesc	desc = RelationGetDescr(writer->rel);

	for (int i = 0; i < writer->ours; i++)
	{
		if (i >= desc->natts || TupleDescAttr(desc, i)->attisdropped)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column %d of relation \"%s\" was dropped", i + 1, RelationGetRelationName(writer->rel)),
					 errhint("Columns can be added to tables of the extension, not taken away.")));
	}
}

/* Prepares the defaults of the columns that the caller does not know. */
static void
gov_writer_prepare_defaults(GovWriter *writer)
{
	TupleDesc	desc = RelationGetDescr(writer->rel);
	MemoryContext caller;

	writer->defaults = NULL;
	if (desc->natts == writer->ours)
		return;
	caller = MemoryContextSwitchTo(writer->estate->es_query_cxt);
	writer->defaults = palloc0(sizeof(ExprState *) * desc->natts);
	for (int i = writer->ours; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		Node	   *expression = att->attisdropped || att->attgenerated != '\0' ? NULL
			: build_column_default(writer->rel, i + 1);

		if (expression != NULL)
			writer->defaults[i] = ExecInitExpr(expression_planner((Expr *) expression), NULL);
	}
	MemoryContextSwitchTo(caller);
}

/*
 * Opens one of our tables for writing; the caller fills its first "ours"
 * columns.  Until it is closed the current user is the table's owner.
 */
void
gov_writer_open(GovWriter *writer, const char *table, int ours)
{
	gov_ensure_not_registered("an act");
	writer->rel = table_open(gov_relation_oid(table), RowExclusiveLock);
	writer->ours = ours;
	gov_writer_check(writer);
	gov_security_enter(&writer->security, writer->rel->rd_rel->relowner, false);
	writer->pushed = !ActiveSnapshotSet();
	if (writer->pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	writer->estate = CreateExecutorState();
	writer->estate->es_output_cid = GetCurrentCommandId(true);
	writer->result = makeNode(ResultRelInfo);
	InitResultRelInfo(writer->result, writer->rel, 0, NULL, 0);
	ExecOpenIndices(writer->result, false);
	writer->slot = table_slot_create(writer->rel, NULL);
	gov_writer_prepare_defaults(writer);
}

/* Is it a trigger that fires after a row is inserted? */
static bool
gov_writer_is_after_insert(const Trigger *trigger)
{
	return TRIGGER_TYPE_MATCHES(trigger->tgtype, TRIGGER_TYPE_ROW, TRIGGER_TYPE_AFTER, TRIGGER_TYPE_INSERT);
}

/* Is the trigger, or the constraint that it is of, one of some names? */
static bool
gov_writer_is_named(const Trigger *trigger, const char *const *names, int count)
{
	const char *name = OidIsValid(trigger->tgconstraint) ? get_constraint_name(trigger->tgconstraint) : trigger->tgname;

	for (int i = 0; i < count && name != NULL; i++)
	{
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/*
 * What triggers and foreign keys of some names look at after each row that is
 * inserted, the caller has seen to itself: it holds, by the locks that they
 * would take, what the rows refer to.  They do not fire for this writer.
 */
void
gov_writer_vouch(GovWriter *writer, const char *const *names, int count)
{
	/* the executor's own copy */
	TriggerDesc *triggers = writer->result->ri_TrigDesc;
	bool		others = false;

	if (triggers == NULL)
		return;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (!gov_writer_is_after_insert(trigger))
			continue;
		if (gov_writer_is_named(trigger, names, count))
			trigger->tgenabled = TRIGGER_DISABLED;
		else
			others = true;
	}
	triggers->trig_insert_after_row = others;
}

/* Makes an empty row: NULL in every column of the caller's, the others by default. */
void
gov_writer_blank(GovWriter *writer)
{
	TupleTableSlot *slot = writer->slot;
	int			natts = slot->tts_tupleDescriptor->natts;
	ExprContext *context;

	ExecClearTuple(slot);
	memset(slot->tts_values, 0, sizeof(Datum) * natts);
	memset(slot->tts_isnull, true, sizeof(bool) * natts);
	if (writer->defaults == NULL)
		return;
	context = GetPerTupleExprContext(writer->estate);
	for (int i = writer->ours; i < natts; i++)
	{
		if (writer->defaults[i] != NULL)
			slot->tts_values[i] = ExecEvalExprSwitchContext(writer->defaults[i], context, &slot->tts_isnull[i]);
	}
}

/* Computes generated columns of a row and checks its constraints. */
static void
gov_writer_complete(GovWriter *writer)
{
	TupleTableSlot *slot = writer->slot;
	TupleConstr *constraints = RelationGetDescr(writer->rel)->constr;

	slot->tts_tableOid = RelationGetRelid(writer->rel);
	if (constraints == NULL)
		return;

	/* as for INSERT, which computes all of them, whatever changed */
	if (constraints->has_generated_stored)
		ExecComputeStoredGenerated(writer->result, writer->estate, slot, CMD_INSERT);
	gov_checks_run(writer->result, slot, writer->estate);
}

/* Inserts the row. */
void
gov_writer_insert(GovWriter *writer)
{
	ResultRelInfo *result = writer->result;
	TriggerDesc *triggers = result->ri_TrigDesc;
	bool		after = triggers != NULL && triggers->trig_insert_after_row;
	List	   *recheck = NIL;

	ExecStoreVirtualTuple(writer->slot);
	if (after)
		AfterTriggerBeginQuery();
	if (triggers != NULL && triggers->trig_insert_before_row &&
		!ExecBRInsertTriggers(writer->estate, result, writer->slot))
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("a trigger kept a row from being inserted into \"%s\"", RelationGetRelationName(writer->rel)),
				 errdetail("Such a row records what was done, and must not get lost."),
				 errhint("Take the trigger away, or let it return the row.")));
	gov_writer_complete(writer);
	table_tuple_insert(writer->rel, writer->slot, writer->estate->es_output_cid, 0, NULL);
	if (result->ri_NumIndices > 0)
		recheck = gov_insert_index_tuples(result, writer->slot, writer->estate);
	if (after)
	{
		ExecARInsertTriggers(writer->estate, result, writer->slot, recheck, NULL);
		AfterTriggerEndQuery(writer->estate);
	}
	list_free(recheck);
	ResetPerTupleExprContext(writer->estate);
}

/* Replaces the row at tid by the one given. */
void
gov_writer_update(GovWriter *writer, ItemPointer tid)
{
	ExecStoreVirtualTuple(writer->slot);
	gov_writer_complete(writer);
	gov_table_tuple_update(writer->result, writer->estate, tid, writer->slot);
	ResetPerTupleExprContext(writer->estate);
}

/* Removes the row at tid. */
void
gov_writer_delete(GovWriter *writer, ItemPointer tid)
{
	simple_table_tuple_delete(writer->rel, tid, GetActiveSnapshot());
}

/* Ends the writing; the lock stays to the end of the transaction. */
void
gov_writer_close(GovWriter *writer)
{
	ExecDropSingleTupleTableSlot(writer->slot);
	ExecCloseIndices(writer->result);
	ExecResetTupleTable(writer->estate->es_tupleTable, false);	/* those of triggers */
	ExecCloseResultRelations(writer->estate);	/* what AFTER triggers opened */
	FreeExecutorState(writer->estate);
	if (writer->pushed)
		PopActiveSnapshot();
	gov_security_leave(&writer->security);
	table_close(writer->rel, NoLock);
}
