/*-------------------------------------------------------------------------
 *
 * server/kept.c
 *	  Rows that a running act keeps aside, as foreign tables.
 *
 * A set-based act runs in steps, each of which reads the rows that the one
 * before kept (gov_spi_collect).  A foreign table of server gov_kept holds the
 * rows kept under its name, so that what reads them can be a view or a
 * function of the install script, which can be looked at and EXPLAINed.
 * Outside of an act it is empty, and the planner assumes GOV_KEPT_USUAL_ROWS.
 *
 * The rows are read where they lie, by a read pointer of their own for each
 * scan, as the server reads a transition table; the planner knows how many
 * they are.
 *
 * The list of kept rows is in the memory of this backend.  Rows of a
 * subtransaction that is rolled back are taken off the list: their temporary
 * file may be closed already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/executor.h"
#include "foreign/fdwapi.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "server/compat.h"
#include "server/kept.h"

PG_FUNCTION_INFO_V1(gov_kept_handler);

/* What the planner is told where nothing is kept, as of a transition table. */
#define GOV_KEPT_USUAL_ROWS 1000

/* Rows that are kept; those kept last come first. */
typedef struct GovKept
{
	struct GovKept *next;
	char	   *name;
	TupleDesc	desc;
	Tuplestorestate *store;
	int			level;			/* of the transaction that keeps them */
} GovKept;

static GovKept *kept_rows = NULL;

/* One scan of kept rows; "rows" is NULL where there are none. */
typedef struct GovKeptScan
{
	const GovKept *rows;
	int			pointer;
	TupleTableSlot *slot;
} GovKeptScan;

/* The rows kept last under a name; NULL when there are none. */
static const GovKept *
gov_kept_find(const char *name)
{
	const GovKept *rows = kept_rows;

	while (rows != NULL && strcmp(rows->name, name) != 0)
		rows = rows->next;
	return rows;
}

/* The end of a transaction: its memory goes, and the list with it. */
static void
gov_kept_end_transaction(XactEvent event, void *arg)
{
	(void) arg;
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT ||
		event == XACT_EVENT_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT || event == XACT_EVENT_PREPARE)
		kept_rows = NULL;
}

/*
 * The end of a subtransaction: what it kept is gone when it is rolled back,
 * and its parent's when it is not.
 */
static void
gov_kept_end_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();

	(void) mine;
	(void) parent;
	(void) arg;
	if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		while (kept_rows != NULL && kept_rows->level >= level)
			kept_rows = kept_rows->next;
	}
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
	{
		for (GovKept *rows = kept_rows; rows != NULL && rows->level >= level; rows = rows->next)
			rows->level = level - 1;
	}
}

/* Shows rows under a name, until they are hidden or their transaction ends. */
void
gov_kept_show(const char *name, TupleDesc desc, Tuplestorestate *store)
{
	static bool registered = false;
	MemoryContext old;
	GovKept    *rows;

	if (!registered)
	{
		RegisterXactCallback(gov_kept_end_transaction, NULL);
		RegisterSubXactCallback(gov_kept_end_subtransaction, NULL);
		registered = true;
	}
	old = MemoryContextSwitchTo(TopTransactionContext);
	rows = palloc(sizeof(GovKept));
	rows->name = pstrdup(name);
	rows->desc = CreateTupleDescCopy(desc);
	rows->store = store;
	rows->level = GetCurrentTransactionNestLevel();
	rows->next = kept_rows;
	kept_rows = rows;
	MemoryContextSwitchTo(old);
}

/* Hides rows that are about to be discarded. */
void
gov_kept_hide(Tuplestorestate *store)
{
	for (GovKept **at = &kept_rows; *at != NULL; at = &(*at)->next)
	{
		GovKept    *rows = *at;

		if (rows->store == store)
		{
			*at = rows->next;
			FreeTupleDesc(rows->desc);
			pfree(rows->name);
			pfree(rows);
			return;
		}
	}
}

/* Planner: how many rows there are. */
static void
gov_kept_rel_size(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	const GovKept *rows = gov_kept_find(get_rel_name(relid));

	rel->tuples = rows != NULL ? tuplestore_tuple_count(rows->store) : GOV_KEPT_USUAL_ROWS;
	set_baserel_size_estimates(root, rel);
}

/* Planner: the one way to read them, at the cost of reading them from memory. */
static void
gov_kept_paths(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	Cost		startup = rel->baserestrictcost.startup;
	Cost		run = (cpu_tuple_cost + rel->baserestrictcost.per_tuple) * rel->tuples;

	(void) relid;
	add_path(rel, (Path *) gov_create_foreignscan_path(root, rel, rel->rows, startup, startup + run,
													   NULL, NIL));
}

/* Planner: a scan with all conditions checked by the executor. */
static ForeignScan *
gov_kept_plan(PlannerInfo *root, RelOptInfo *rel, Oid relid, ForeignPath *path,
			  List *targets, List *clauses, Plan *outer)
{
	(void) root;
	(void) relid;
	(void) path;
	return make_foreignscan(targets, extract_actual_clauses(clauses, false), rel->relid,
							NIL, NIL, NIL, NIL, outer);
}

/* Are the columns of rows as many as are wanted, and of the same types? */
bool
gov_kept_fit(TupleDesc rows, TupleDesc wanted)
{
	bool		fit = rows->natts == wanted->natts;

	for (int i = 0; fit && i < wanted->natts; i++)
		fit = TupleDescAttr(rows, i)->atttypid == TupleDescAttr(wanted, i)->atttypid;
	return fit;
}

/* Executor: begin; raises where rows of other columns are kept under the name. */
static void
gov_kept_begin(ForeignScanState *node, int flags)
{
	Relation	table = node->ss.ss_currentRelation;
	TupleDesc	desc = RelationGetDescr(table);
	GovKeptScan *scan = palloc0(sizeof(GovKeptScan));

	node->fdw_state = scan;
	if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
		return;
	scan->rows = gov_kept_find(RelationGetRelationName(table));
	if (scan->rows == NULL)
		return;
	if (!gov_kept_fit(scan->rows->desc, desc))
		elog(ERROR, "rows kept as \"%s\" have other columns than the foreign table",
			 RelationGetRelationName(table));
	scan->slot = MakeSingleTupleTableSlot(scan->rows->desc, &TTSOpsMinimalTuple);
	scan->pointer = tuplestore_alloc_read_pointer(scan->rows->store, EXEC_FLAG_REWIND);
	tuplestore_select_read_pointer(scan->rows->store, scan->pointer);
	tuplestore_rescan(scan->rows->store);
}

/*
 * Executor: the next row.  Of rows that were spilled the slot gets a copy, which
 * it frees when it gets the next one; the executor's context for one row, which
 * is the current one here, would be reset before.
 */
static TupleTableSlot *
gov_kept_iterate(ForeignScanState *node)
{
	MemoryContext row_context;
	bool		found;
	GovKeptScan *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	int			natts = slot->tts_tupleDescriptor->natts;

	ExecClearTuple(slot);
	if (scan->rows == NULL)
		return slot;
	tuplestore_select_read_pointer(scan->rows->store, scan->pointer);
	row_context = MemoryContextSwitchTo(scan->slot->tts_mcxt);
	found = tuplestore_gettupleslot(scan->rows->store, true, false, scan->slot);
	MemoryContextSwitchTo(row_context);
	if (!found)
		return slot;
	slot_getallattrs(scan->slot);
	memcpy(slot->tts_values, scan->slot->tts_values, sizeof(Datum) * natts);
	memcpy(slot->tts_isnull, scan->slot->tts_isnull, sizeof(bool) * natts);
	return ExecStoreVirtualTuple(slot);
}

/* Executor: from the first row again. */
static void
gov_kept_rescan(ForeignScanState *node)
{
	GovKeptScan *scan = node->fdw_state;

	if (scan->rows == NULL)
		return;
	tuplestore_select_read_pointer(scan->rows->store, scan->pointer);
	tuplestore_rescan(scan->rows->store);
}

/* Executor: end. */
static void
gov_kept_end(ForeignScanState *node)
{
	GovKeptScan *scan = node->fdw_state;

	if (scan != NULL && scan->slot != NULL)
		ExecDropSingleTupleTableSlot(scan->slot);
}

/* The wrapper's functions. */
Datum
gov_kept_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	(void) fcinfo;
	routine->GetForeignRelSize = gov_kept_rel_size;
	routine->GetForeignPaths = gov_kept_paths;
	routine->GetForeignPlan = gov_kept_plan;
	routine->BeginForeignScan = gov_kept_begin;
	routine->IterateForeignScan = gov_kept_iterate;
	routine->ReScanForeignScan = gov_kept_rescan;
	routine->EndForeignScan = gov_kept_end;
	PG_RETURN_POINTER(routine);
}
