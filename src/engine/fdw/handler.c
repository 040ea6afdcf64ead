/*-------------------------------------------------------------------------
 *
 * engine/fdw/handler.c
 *	  The engine's views to the planner and the executor: a foreign data
 *	  wrapper whose tables are the engine's answers.
 *
 * A view over a set-returning function computes the world before a WHERE
 * clause is looked at.  As a foreign table the engine sees the clauses: an
 * equality on object_id or object_ref, with a constant, a parameter or a
 * column of another table in a join, makes it a look-up of that object; one
 * on axis, value or status = 'gap' narrows what is computed.  The executor
 * checks every clause again, so push-down decides speed, never the answer.
 *
 * Rows are streamed; a scan holds the vocabulary, the containers met and one
 * object's rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "access/sysattr.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "executor/executor.h"
#include "foreign/fdwapi.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "server/compat.h"
#include "engine/summary/summary.h"
#include "engine/fdw/views.h"

PG_FUNCTION_INFO_V1(gov_coverage_handler);
PG_FUNCTION_INFO_V1(gov_coverage_validator);

/*
 * What a scan can be restricted by, and which column of a table that is: the
 * engine knows columns by their number, whatever somebody names them.
 */
static const struct
{
	const char *name;
	AttrNumber	column;
}			gov_restrictions[] =
{
	[GOV_BY_OBJECT_ID] = {"object_id", GOV_VIEW_OBJECT_ID + 1},
	[GOV_BY_OBJECT_REF] = {"object_ref", GOV_VIEW_OBJECT_REF + 1},
	[GOV_BY_AXIS] = {"axis", GOV_VIEW_AXIS + 1},
	[GOV_BY_VALUE] = {"value", GOV_VIEW_VALUE + 1},
	[GOV_BY_STATUS] = {"status", GOV_VIEW_OWN_COLUMNS + 1}
};

/* What planning keeps about a foreign table (RelOptInfo.fdw_private). */
typedef struct GovScanPlan
{
	const GovView *view;		/* NULL: gov_coverage_summary */
	int			restrictions;	/* it can be restricted by so many of them */
	double		objects;		/* live objects, estimated */
	double		rows_per_object;
} GovScanPlan;

/* What execution keeps. */
typedef struct GovScanState
{
	const GovView *view;
	GovViewRun *scan;
	GovSummaryScan *summary;
	List	   *restrictions;	/* integers, as many as expressions */
	List	   *expressions;	/* ExprState */
	bool		bound[GOV_RESTRICTIONS];
	Datum		values[GOV_RESTRICTIONS];
	MemoryContext bound_context;
	bool		started;
	bool		nothing;		/* a restriction that no row can meet */
	bool		finished;		/* no more objects */
	bool		closed;			/* nor rows after the last one */
	bool		all_columns;	/* or only object and axis, or none? */
} GovScanState;

/* The option "view" of a foreign table. */
static char *
gov_fdw_view_name(Oid relid)
{
	ListCell   *lc;

	foreach(lc, GetForeignTable(relid)->options)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "view") == 0)
			return defGetString(option);
	}
	ereport(ERROR,
			(errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
			 errmsg("foreign table \"%s\" lacks the option \"view\"", get_rel_name(relid))));
}

/* The view of a foreign table; NULL for the summary, which has no objects. */
static const GovView *
gov_fdw_view(Oid relid)
{
	return gov_view_find(gov_fdw_view_name(relid));
}

/* Checks options: a table of ours takes "view", nothing else takes any. */
Datum
gov_coverage_validator(PG_FUNCTION_ARGS)
{
	List	   *options = untransformRelOptions(PG_GETARG_DATUM(0));
	Oid			catalog = PG_GETARG_OID(1);
	ListCell   *lc;

	foreach(lc, options)
	{
		DefElem    *option = lfirst(lc);
		char	   *name;

		if (catalog != ForeignTableRelationId || strcmp(option->defname, "view") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", option->defname),
					 errhint("The tables of this server belong to the extension; the one option is \"view\".")));
		name = defGetString(option);
		if (gov_view_find(name) == NULL && strcmp(name, "coverage_summary") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
					 errmsg("unknown view \"%s\"", name)));
	}
	PG_RETURN_VOID();
}

/* The restricted column that a Var stands for; GOV_RESTRICTIONS for none. */
static GovRestriction
gov_fdw_restricted(RelOptInfo *rel, const GovScanPlan *plan, Node *node)
{
	Var		   *var = (Var *) node;

	if (IsA(node, Var) && var->varno == (int) rel->relid && var->varlevelsup == 0)
		for (int r = 0; r < plan->restrictions; r++)
			if (gov_restrictions[r].column == var->varattno)
				return r;
	return GOV_RESTRICTIONS;
}

/*
 * Is the clause "column = expression", with an expression that needs nothing
 * of this table?  Gives the restriction and the expression, as the column's
 * type.  Texts must be equal byte for byte, so the collation deterministic;
 * where none could be determined it is left to the executor to say so.
 */
static bool
gov_fdw_match(RelOptInfo *rel, const GovScanPlan *plan, Expr *clause,
			   GovRestriction *restriction, Expr **expression)
{
	OpExpr	   *op = (OpExpr *) clause;
	Oid			function;

	if (!IsA(clause, OpExpr) || list_length(op->args) != 2)
		return false;
	function = get_opcode(op->opno);
	if (function != F_INT8EQ && function != F_INT84EQ && function != F_INT48EQ &&
		!(function == F_TEXTEQ && OidIsValid(op->inputcollid) &&
		  get_collation_isdeterministic(op->inputcollid)))
		return false;
	for (int side = 0; side < 2; side++)
	{
		Node	   *column = strip_implicit_coercions(list_nth(op->args, side));
		Node	   *other = list_nth(op->args, 1 - side);

		*restriction = gov_fdw_restricted(rel, plan, column);
		if (*restriction == GOV_RESTRICTIONS ||
			bms_is_member(rel->relid, pull_varnos(NULL, other)) ||
			contain_volatile_functions(other))
			continue;
		*expression = (Expr *) other;
		if (exprType(other) == INT4OID)
			*expression = (Expr *) makeFuncExpr(F_INT8_INT4, INT8OID, list_make1(other),
												InvalidOid, InvalidOid, COERCE_IMPLICIT_CAST);
		return true;
	}
	return false;
}

/* Is the object bound by one of these RestrictInfos? */
static bool
gov_fdw_binds_object(RelOptInfo *rel, const GovScanPlan *plan, List *clauses)
{
	ListCell   *lc;
	GovRestriction restriction;
	Expr	   *expression;

	foreach(lc, clauses)
		if (gov_fdw_match(rel, plan, lfirst_node(RestrictInfo, lc)->clause,
						   &restriction, &expression) &&
			(restriction == GOV_BY_OBJECT_ID || restriction == GOV_BY_OBJECT_REF))
			return true;
	return false;
}

/* Planner: size.  An object has about as many rows as there are values. */
static void
gov_fdw_rel_size(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	GovScanPlan *plan = palloc0(sizeof(GovScanPlan));
	ListCell   *lc;

	plan->view = gov_fdw_view(relid);
	plan->restrictions = plan->view == NULL ? 0 : plan->view->restrictions;
	plan->objects = plan->view == NULL ? 1 : gov_table_estimate_rows("gov_object");
	plan->rows_per_object = plan->view == NULL ? gov_table_estimate_rows("gov_axis") :
		Max(gov_table_estimate_rows("gov_axis_value") / 2, 1);
	rel->fdw_private = plan;
	rel->tuples = plan->objects * plan->rows_per_object;

	if (gov_fdw_binds_object(rel, plan, rel->baserestrictinfo))
	{
		double		rows = plan->rows_per_object;
		GovRestriction restriction;
		Expr	   *expression;

		foreach(lc, rel->baserestrictinfo)
			if (gov_fdw_match(rel, plan, lfirst_node(RestrictInfo, lc)->clause,
							   &restriction, &expression) &&
				restriction > GOV_BY_OBJECT_REF)
				rows /= 4;
		rel->rows = clamp_row_est(rows);
		rel->reltarget->width = 100;
	}
	else
		set_baserel_size_estimates(root, rel);
}

/*
 * Adds a path that looks objects up, for the outer relations given.  What a
 * look-up shares with the one before it (vocabulary, containers) is paid for
 * once, so in a join, where the planner counts all of a path for each outer
 * row, only its few index probes count, in pages that are mostly cached.
 */
static void
gov_fdw_add_lookup(PlannerInfo *root, RelOptInfo *rel, ParamPathInfo *param)
{
	GovScanPlan *plan = rel->fdw_private;
	double		rows = Min(rel->rows, plan->rows_per_object);
	Cost		startup = param == NULL ? random_page_cost : cpu_operator_cost;
	Cost		run = random_page_cost / 2 + plan->rows_per_object * cpu_tuple_cost;

	if (param != NULL)
		param->ppi_rows = rows;
	add_path(rel, (Path *) gov_create_foreignscan_path(root, rel, rows, startup, startup + run,
													   param == NULL ? rel->lateral_relids :
													   param->ppi_req_outer, NIL));
}

/* For generate_implied_equalities_for_column: is the member a key column? */
static bool
gov_fdw_ec_member(PlannerInfo *root pg_attribute_unused(), RelOptInfo *rel,
				   EquivalenceClass *ec pg_attribute_unused(), EquivalenceMember *em, void *arg)
{
	Node	   *column = strip_implicit_coercions((Node *) em->em_expr);

	return IsA(column, Var) && ((Var *) column)->varno == (int) rel->relid &&
		((Var *) column)->varattno == *(const AttrNumber *) arg;
}

/*
 * Adds paths for joins: for every clause that binds object_id or object_ref
 * to other tables, one that looks up the objects of each outer row.
 */
static void
gov_fdw_add_join_paths(PlannerInfo *root, RelOptInfo *rel)
{
	GovScanPlan *plan = rel->fdw_private;
	List	   *clauses = NIL;
	List	   *seen = NIL;
	ListCell   *lc;

	foreach(lc, rel->joininfo)
	{
		RestrictInfo *rinfo = lfirst(lc);

		if (join_clause_is_movable_to(rinfo, rel))
			clauses = lappend(clauses, rinfo);
	}
	if (rel->has_eclass_joins)
		for (int r = GOV_BY_OBJECT_ID; r <= GOV_BY_OBJECT_REF; r++)
			clauses = list_concat(clauses,
								  generate_implied_equalities_for_column(root, rel,
																		 gov_fdw_ec_member,
																		 unconstify(AttrNumber *, &gov_restrictions[r].column),
																		 rel->lateral_referencers));
	foreach(lc, clauses)
	{
		RestrictInfo *rinfo = lfirst(lc);
		Relids		outer;
		ParamPathInfo *param;

		if (!gov_fdw_binds_object(rel, plan, list_make1(rinfo)) ||
			!join_clause_is_movable_to(rinfo, rel))
			continue;
		outer = bms_del_member(bms_union(rinfo->clause_relids, rel->lateral_relids), rel->relid);
		if (bms_is_empty(outer))
			continue;
		param = get_baserel_parampathinfo(root, rel, outer);
		if (list_member_ptr(seen, param))
			continue;
		seen = lappend(seen, param);
		gov_fdw_add_lookup(root, rel, param);
	}
}

/* Planner: paths.  Everything, or look-ups where the object is known. */
static void
gov_fdw_paths(PlannerInfo *root, RelOptInfo *rel, Oid relid pg_attribute_unused())
{
	GovScanPlan *plan = rel->fdw_private;
	Cost		startup = 100;
	Cost		run = plan->objects * cpu_tuple_cost * 2 + rel->tuples * cpu_tuple_cost;

	if (gov_fdw_binds_object(rel, plan, rel->baserestrictinfo))
		gov_fdw_add_lookup(root, rel, NULL);
	else
		add_path(rel, (Path *) gov_create_foreignscan_path(root, rel, rel->rows, startup,
														   startup + run, rel->lateral_relids, NIL));
	if (plan->restrictions > 0)
		gov_fdw_add_join_paths(root, rel);
}

/* Is it the constant 'gap', which the engine takes at its word? */
static bool
gov_fdw_is_gap(Expr *expression)
{
	Const	   *constant = (Const *) expression;
	text	   *word;

	if (!IsA(expression, Const) || constant->constisnull || constant->consttype != TEXTOID)
		return false;
	word = DatumGetTextPP(constant->constvalue);
	return VARSIZE_ANY_EXHDR(word) == 3 && memcmp(VARDATA_ANY(word), "gap", 3) == 0;
}

/*
 * Does a query look at a column beyond the object and the axis?  The plan's
 * own target list does not tell: where columns do not matter it has them all.
 */
static bool
gov_fdw_all_columns(RelOptInfo *rel, List *clauses)
{
	Bitmapset  *columns = NULL;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &columns);
	pull_varattnos((Node *) clauses, rel->relid, &columns);
	return bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, columns) ||
		bms_prev_member(columns, -1) > GOV_VIEW_AXIS + 1 - FirstLowInvalidHeapAttributeNumber;
}

/*
 * Planner: the plan.  Clauses the engine can use become its expressions.
 * "status = 'gap'", which gov_coverage_gap is, is not checked again per row.
 */
static ForeignScan *
gov_fdw_plan(PlannerInfo *root pg_attribute_unused(), RelOptInfo *rel,
			  Oid relid pg_attribute_unused(), ForeignPath *best_path pg_attribute_unused(),
			  List *targets, List *clauses, Plan *outer)
{
	GovScanPlan *plan = rel->fdw_private;
	List	   *expressions = NIL;
	List	   *restrictions = NIL;
	List	   *checks = NIL;
	List	   *rechecks = NIL;
	bool		taken[GOV_RESTRICTIONS] = {false};
	ListCell   *lc;

	clauses = extract_actual_clauses(clauses, false);
	foreach(lc, clauses)
	{
		GovRestriction restriction;
		Expr	   *expression;

		if (!gov_fdw_match(rel, plan, lfirst(lc), &restriction, &expression) ||
			taken[restriction])
		{
			checks = lappend(checks, lfirst(lc));
			continue;
		}
		taken[restriction] = true;
		if (restriction == GOV_BY_STATUS && gov_fdw_is_gap(expression))
			rechecks = lappend(rechecks, lfirst(lc));
		else
			checks = lappend(checks, lfirst(lc));
		expressions = lappend(expressions, expression);
		restrictions = lappend_int(restrictions, restriction);
	}
	return make_foreignscan(targets, checks, rel->relid, expressions,
							list_make2(restrictions,
									   list_make1_int(gov_fdw_all_columns(rel, checks))),
							NIL, rechecks, outer);
}

/* EXPLAIN: how the engine is asked. */
static void
gov_fdw_explain(ForeignScanState *node, ExplainState *es)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	GovScanState *state = node->fdw_state;
	bool		bound[GOV_RESTRICTIONS] = {false};
	List	   *narrowed = NIL;
	ListCell   *lc;

	foreach(lc, (List *) linitial(plan->fdw_private))
	{
		bound[lfirst_int(lc)] = true;
		if (lfirst_int(lc) > GOV_BY_OBJECT_REF)
			narrowed = lappend(narrowed, unconstify(char *, gov_restrictions[lfirst_int(lc)].name));
	}
	ExplainPropertyText("Engine",
						bound[GOV_BY_OBJECT_ID] ? "one object by object_id" :
						bound[GOV_BY_OBJECT_REF] ? "objects by object_ref" :
						gov_fdw_view(RelationGetRelid(node->ss.ss_currentRelation)) == NULL ?
						"counts" : "all objects", es);
	if (narrowed != NIL)
		ExplainPropertyList("Narrowed By", narrowed, es);
	if (state != NULL && state->summary != NULL && state->summary->workers > 0)
		ExplainPropertyInteger("Workers Launched", NULL, state->summary->workers, es);
}

/* The columns of gov_coverage_summary, as those of a view are told. */
static const char gov_summary_columns[] = "tlllllnlllll";

/* The type that a letter of GovView.columns stands for. */
static Oid
gov_fdw_column_type(char letter)
{
	switch (letter)
	{
		case 'l':
			return INT8OID;
		case 'i':
			return INT4OID;
		case 'f':
			return FLOAT4OID;
		case 'n':
			return NUMERICOID;
		case 'j':
			return JSONBOID;
		default:
			return TEXTOID;
	}
}

/*
 * Raises unless a foreign table has the columns that its view fills.  One can
 * be altered, and whoever may use the server can create others.
 */
static void
gov_fdw_ensure_columns(Relation rel, const GovView *view)
{
	const char *columns = view == NULL ? gov_summary_columns : view->columns;
	TupleDesc	desc = RelationGetDescr(rel);
	bool		same = desc->natts == (int) strlen(columns);

	for (int i = 0; i < desc->natts && same; i++)
		same = !TupleDescAttr(desc, i)->attisdropped &&
			TupleDescAttr(desc, i)->atttypid == gov_fdw_column_type(columns[i]);
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("foreign table \"%s\" does not have the columns of its view",
						RelationGetRelationName(rel)),
				 errdetail("The engine fills the columns that the extension declares, in their order."),
				 errhint("Undo what was altered, or read the extension's own views.")));
}

/* Executor: begin.  Nothing is read before the first row is asked for. */
static void
gov_fdw_begin(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	GovScanState *state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	state = palloc0(sizeof(GovScanState));
	state->view = gov_fdw_view(RelationGetRelid(node->ss.ss_currentRelation));
	gov_fdw_ensure_columns(node->ss.ss_currentRelation, state->view);
	state->restrictions = linitial(plan->fdw_private);
	state->expressions = ExecInitExprList(plan->fdw_exprs, &node->ss.ps);
	state->bound_context = AllocSetContextCreate(CurrentMemoryContext,
												 "governance scan keys",
												 ALLOCSET_SMALL_SIZES);
	state->all_columns = linitial_int(lsecond(plan->fdw_private));
	node->fdw_state = state;
}

/* Computes the restrictions' values; a NULL one means no rows. */
static void
gov_fdw_bind(ForeignScanState *node, GovScanState *state)
{
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	ListCell   *restriction;
	ListCell   *expression;
	MemoryContext old;

	MemoryContextReset(state->bound_context);
	memset(state->bound, 0, sizeof(state->bound));
	state->nothing = false;
	old = MemoryContextSwitchTo(state->bound_context);
	forboth(restriction, state->restrictions, expression, state->expressions)
	{
		int			r = lfirst_int(restriction);
		bool		isnull;
		Datum		value = ExecEvalExprSwitchContext(lfirst(expression), econtext, &isnull);

		if (isnull)
			state->nothing = true;
		else
		{
			state->bound[r] = true;
			state->values[r] = r == GOV_BY_OBJECT_ID ? value :
				PointerGetDatum(DatumGetTextPCopy(value));
		}
	}
	MemoryContextSwitchTo(old);
}

/* Turns restrictions on axis, value and status into the engine's filter. */
static void
gov_fdw_filter(GovScanState *state)
{
	GovCoverage *coverage = state->scan->coverage;
	GovFilter  *filter = &coverage->filter;

	filter->axis = filter->slot = GOV_NONE;
	filter->gaps_only = false;
	if (state->bound[GOV_BY_AXIS])
	{
		filter->axis = gov_model_axis(coverage->model, state->values[GOV_BY_AXIS]);
		if (filter->axis == GOV_NONE)
			state->nothing = true;
		else if (state->bound[GOV_BY_VALUE])
		{
			filter->slot = gov_model_slot(coverage->model, state->values[GOV_BY_AXIS],
											   state->values[GOV_BY_VALUE]);
			if (filter->slot == GOV_NONE)
				state->nothing = true;
		}
	}
	if (state->bound[GOV_BY_STATUS])
	{
		text	   *status = DatumGetTextPP(state->values[GOV_BY_STATUS]);

		filter->gaps_only = VARSIZE_ANY_EXHDR(status) == 3 &&
			memcmp(VARDATA_ANY(status), "gap", 3) == 0;
	}
}

/* Starts, or starts anew with other keys. */
static void
gov_fdw_start(ForeignScanState *node, GovScanState *state)
{
	MemoryContext old = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);

	gov_fdw_bind(node, state);
	state->started = true;
	state->finished = state->closed = false;
	if (state->view == NULL)
	{
		if (state->summary == NULL)
			state->summary = gov_summary_open(node->ss.ps.state->es_snapshot);
		gov_summary_rewind(state->summary);
	}
	else
	{
		if (state->scan == NULL)
			state->scan = gov_view_open(state->view, node->ss.ps.state->es_snapshot);
		gov_fdw_filter(state);
		state->scan->nrows = state->scan->next_row = 0;
		state->scan->island_containers = 0;
		if (state->nothing)
			state->finished = state->closed = true;
		else if (state->bound[GOV_BY_OBJECT_ID])
			 /* the one object is fetched when asked for */ ;
		else if (state->bound[GOV_BY_OBJECT_REF])
			gov_coverage_start_ref(state->scan->coverage, state->values[GOV_BY_OBJECT_REF]);
		else
			gov_coverage_start_all(state->scan->coverage);
	}
	MemoryContextSwitchTo(old);
}

/* Makes the next object the current one; false when there is none. */
static bool
gov_fdw_next_object(GovScanState *state)
{
	GovCoverage *coverage = state->scan->coverage;

	if (state->finished)
		return false;
	if (state->bound[GOV_BY_OBJECT_ID])
	{
		state->finished = true;
		return gov_coverage_object_by_id(coverage, DatumGetInt64(state->values[GOV_BY_OBJECT_ID]));
	}
	if (state->bound[GOV_BY_OBJECT_REF] ? gov_coverage_next_ref(coverage) : gov_coverage_next(coverage))
		return true;
	state->finished = true;
	return false;
}

/*
 * Refills the rows: those of the next object that has any, in the end those
 * the view adds after the last object.  False when there is nothing left.
 */
static bool
gov_fdw_refill(GovScanState *state)
{
	GovViewRun *scan = state->scan;
	MemoryContext old;

	scan->nrows = scan->next_row = 0;
	while (scan->nrows == 0)
	{
		bool		more;

		MemoryContextReset(scan->object_context);
		old = MemoryContextSwitchTo(scan->object_context);
		more = gov_fdw_next_object(state);
		if (more)
			scan->view->produce(scan);
		MemoryContextSwitchTo(old);
		if (!more)
			break;
	}
	if (scan->nrows == 0 && !state->closed)
	{
		state->closed = true;
		if (scan->view->finish != NULL)
			scan->view->finish(scan);
	}
	return scan->nrows > 0;
}

/* Executor: the next row. */
static TupleTableSlot *
gov_fdw_iterate(ForeignScanState *node)
{
	GovScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	MemoryContext old;

	ExecClearTuple(slot);
	if (!state->started)
		gov_fdw_start(node, state);

	old = MemoryContextSwitchTo(node->ss.ps.ps_ExprContext->ecxt_per_tuple_memory);
	if (state->view == NULL)
	{
		if (gov_summary_next(state->summary, slot->tts_values, slot->tts_isnull))
			ExecStoreVirtualTuple(slot);
	}
	else if (state->scan->next_row < state->scan->nrows || gov_fdw_refill(state))
	{
		Datum		values[GOV_VIEW_MAX_COLUMNS];
		bool		nulls[GOV_VIEW_MAX_COLUMNS];
		int			natts = slot->tts_tupleDescriptor->natts;

		gov_view_fill(state->scan, &state->scan->rows[state->scan->next_row++],
					  state->all_columns, values, nulls);
		memcpy(slot->tts_values, values, sizeof(Datum) * natts);
		memcpy(slot->tts_isnull, nulls, sizeof(bool) * natts);
		ExecStoreVirtualTuple(slot);
	}
	MemoryContextSwitchTo(old);
	return slot;
}

/* Executor: again, perhaps with other keys. */
static void
gov_fdw_rescan(ForeignScanState *node)
{
	GovScanState *state = node->fdw_state;

	state->started = false;
}

/* Executor: end. */
static void
gov_fdw_end(ForeignScanState *node)
{
	GovScanState *state = node->fdw_state;

	if (state != NULL && state->scan != NULL)
		gov_view_close(state->scan);
}

/* The wrapper's functions. */
Datum
gov_coverage_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	(void) fcinfo;
	routine->GetForeignRelSize = gov_fdw_rel_size;
	routine->GetForeignPaths = gov_fdw_paths;
	routine->GetForeignPlan = gov_fdw_plan;
	routine->ExplainForeignScan = gov_fdw_explain;
	routine->BeginForeignScan = gov_fdw_begin;
	routine->IterateForeignScan = gov_fdw_iterate;
	routine->ReScanForeignScan = gov_fdw_rescan;
	routine->EndForeignScan = gov_fdw_end;
	PG_RETURN_POINTER(routine);
}
