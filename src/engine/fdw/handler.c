/*-------------------------------------------------------------------------
 *
 * engine/fdw/handler.c
 *	  The engine's answers as foreign tables: a foreign data wrapper.
 *
 * A view over a set-returning function computes all rows before a WHERE clause
 * is applied.  As a foreign table the engine sees the clauses: an equality on
 * object_id or object_ref, with a constant, a parameter or a column of another
 * table in a join, makes it a look-up of that object; one on axis, value or
 * status = 'gap' narrows what is computed.  So does a list:  "object_ref IN
 * (...)", "= ANY (array)", or such equalities joined by OR, look one object up
 * after the other.  The executor checks every clause again, so push-down
 * decides speed, never the answer.
 *
 * Rows are streamed; a scan holds the model (for look-ups only what they
 * needed of it), the containers met and one object's rows.
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
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/progress.h"
#include "engine/summary/summary.h"
#include "engine/fdw/classification.h"
#include "engine/fdw/match.h"
#include "engine/fdw/views.h"

PG_FUNCTION_INFO_V1(gov_coverage_handler);
PG_FUNCTION_INFO_V1(gov_coverage_validator);

/* More pairs of axes and values than these are not looked up beforehand. */
#define GOV_FILTER_PAIRS	10000

/* The values that a restriction allows, each once. */
typedef struct GovKeys
{
	bool		bound;			/* is there such a restriction? */
	int			count;
	int			allocated;
	Datum	   *items;
} GovKeys;

/* What execution keeps. */
typedef struct GovScanState
{
	const GovView *view;
	GovViewRun *scan;
	GovSummaryScan *summary;
	List	   *restrictions;	/* integers, as many as expressions */
	List	   *arrays;			/* the same: is it an array? */
	List	   *expressions;	/* ExprState */
	GovKeys		keys[GOV_RESTRICTIONS];
	GovKeys    *objects;		/* those that are looked up; NULL: all objects */
	int			next_object;	/* in them */
	bool		in_object;		/* are objects of a reference being read? */
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

/* Planner: size.  An object has about as many rows as there are values. */
static void
gov_fdw_rel_size(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	GovScanPlan *plan = palloc0(sizeof(GovScanPlan));
	double		objects;
	ListCell   *lc;

	plan->view = gov_fdw_view(relid);
	plan->restrictions = plan->view == NULL ? 0 : plan->view->restrictions;
	plan->objects = plan->view == NULL ? 1 : gov_table_estimate_rows("gov_object");
	plan->rows_per_object = plan->view == NULL ? gov_table_estimate_rows("gov_axis") :
		Max(gov_table_estimate_rows("gov_axis_value") / 2, 1);
	rel->fdw_private = plan;
	rel->tuples = plan->objects * plan->rows_per_object;

	objects = gov_fdw_bound_objects(rel, plan, rel->baserestrictinfo);
	if (objects > 0)
	{
		double		rows = objects * plan->rows_per_object;
		GovMatch	match;

		foreach(lc, rel->baserestrictinfo)
			if (gov_fdw_match(rel, plan, lfirst_node(RestrictInfo, lc)->clause, &match) &&
				match.restriction > GOV_BY_OBJECT_REF)
				rows /= 4;
		rel->rows = clamp_row_est(rows);
		rel->reltarget->width = 100;
	}
	else
		set_baserel_size_estimates(root, rel);
}

/*
 * Adds a path that looks up so many objects, for the outer relations given.  What a
 * look-up shares with the one before it (model, containers) is paid for
 * once, so in a join, where the planner counts all of a path for each outer
 * row, only its few index probes count, in pages that are mostly cached.
 */
static void
gov_fdw_add_lookup(PlannerInfo *root, RelOptInfo *rel, double objects, ParamPathInfo *param)
{
	GovScanPlan *plan = rel->fdw_private;
	double		rows = Min(rel->rows, objects * plan->rows_per_object);
	Cost		startup = param == NULL ? random_page_cost : cpu_operator_cost;
	Cost		run = objects * (random_page_cost / 2 + plan->rows_per_object * cpu_tuple_cost);

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
																		 unconstify(AttrNumber *, &gov_fdw_columns[r].column),
																		 rel->lateral_referencers));
	foreach(lc, clauses)
	{
		RestrictInfo *rinfo = lfirst(lc);
		double		objects = gov_fdw_bound_objects(rel, plan, list_make1(rinfo));
		Relids		outer;
		ParamPathInfo *param;

		if (objects == 0 ||
			!join_clause_is_movable_to(rinfo, rel))
			continue;
		outer = bms_del_member(bms_union(rinfo->clause_relids, rel->lateral_relids), rel->relid);
		if (bms_is_empty(outer))
			continue;
		param = get_baserel_parampathinfo(root, rel, outer);
		if (list_member_ptr(seen, param))
			continue;
		seen = lappend(seen, param);
		gov_fdw_add_lookup(root, rel, objects, param);
	}
}

/* Planner: paths.  Everything, or look-ups where the object is known. */
static void
gov_fdw_paths(PlannerInfo *root, RelOptInfo *rel, Oid relid pg_attribute_unused())
{
	GovScanPlan *plan = rel->fdw_private;
	Cost		startup = 100;
	Cost		run = plan->objects * cpu_tuple_cost * 2 + rel->tuples * cpu_tuple_cost;
	double		objects = gov_fdw_bound_objects(rel, plan, rel->baserestrictinfo);

	if (objects > 0)
		gov_fdw_add_lookup(root, rel, objects, NULL);
	else
		add_path(rel, (Path *) gov_create_foreignscan_path(root, rel, rel->rows, startup,
														   startup + run, rel->lateral_relids, NIL));
	if (plan->restrictions > 0)
		gov_fdw_add_join_paths(root, rel);
}

/* Is it the constant 'gap', which need not be checked again per row? */
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
		bms_prev_member(columns, -1) > GOV_COL_VIEW_AXIS + 1 - FirstLowInvalidHeapAttributeNumber;
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
	List	   *arrays = NIL;
	List	   *checks = NIL;
	List	   *rechecks = NIL;
	bool		taken[GOV_RESTRICTIONS] = {false};
	ListCell   *lc;

	clauses = extract_actual_clauses(clauses, false);
	foreach(lc, clauses)
	{
		GovMatch	match;

		if (!gov_fdw_match(rel, plan, lfirst(lc), &match) || taken[match.restriction])
		{
			checks = lappend(checks, lfirst(lc));
			continue;
		}
		taken[match.restriction] = true;
		if (match.restriction == GOV_BY_STATUS && gov_fdw_is_gap(linitial(match.expressions)))
			rechecks = lappend(rechecks, lfirst(lc));
		else
			checks = lappend(checks, lfirst(lc));
		expressions = list_concat(expressions, match.expressions);
		arrays = list_concat(arrays, match.arrays);
		for (int i = 0; i < list_length(match.expressions); i++)
			restrictions = lappend_int(restrictions, match.restriction);
	}
	return make_foreignscan(targets, checks, rel->relid, expressions,
							list_make3(restrictions, arrays,
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
	bool		list[GOV_RESTRICTIONS] = {false};
	List	   *narrowed = NIL;
	ListCell   *lc;
	ListCell   *array;

	forboth(lc, (List *) linitial(plan->fdw_private), array, (List *) lsecond(plan->fdw_private))
	{
		bool		known = bound[lfirst_int(lc)];

		bound[lfirst_int(lc)] = true;
		list[lfirst_int(lc)] |= known || lfirst_int(array);
		if (!known && lfirst_int(lc) > GOV_BY_OBJECT_REF)
			narrowed = lappend(narrowed, unconstify(char *, gov_fdw_columns[lfirst_int(lc)].name));
	}
	ExplainPropertyText("Engine",
						bound[GOV_BY_OBJECT_ID] ? (list[GOV_BY_OBJECT_ID] ? "objects by object_id" : "one object by object_id") :
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
	state->arrays = lsecond(plan->fdw_private);
	state->expressions = ExecInitExprList(plan->fdw_exprs, &node->ss.ps);
	state->bound_context = AllocSetContextCreate(CurrentMemoryContext,
												 "governance scan keys",
												 ALLOCSET_SMALL_SIZES);
	state->all_columns = linitial_int(lthird(plan->fdw_private));
	node->fdw_state = state;
}

/* Order of keys that are numbers, for qsort. */
static int
gov_fdw_compare_ids(const void *a, const void *b)
{
	int64		one = DatumGetInt64(*(const Datum *) a);
	int64		other = DatumGetInt64(*(const Datum *) b);

	return one < other ? -1 : one > other;
}

/* Order of keys that are texts, for qsort. */
static int
gov_fdw_compare_texts(const void *a, const void *b)
{
	return gov_text_compare((text *) DatumGetPointer(*(const Datum *) a),
							(text *) DatumGetPointer(*(const Datum *) b));
}

/* Adds a value to the keys of a restriction; a NULL equals nothing. */
static void
gov_fdw_add_key(GovKeys *keys, bool by_id, Datum value, bool isnull)
{
	if (isnull)
		return;
	if (keys->count == keys->allocated)
	{
		keys->allocated = Max(keys->allocated * 2, 4);
		keys->items = keys->items == NULL ? palloc(sizeof(Datum) * keys->allocated)
			: repalloc_huge(keys->items, sizeof(Datum) * keys->allocated);
	}
	keys->items[keys->count++] = by_id ? value : PointerGetDatum(DatumGetTextPCopy(value));
}

/* Adds the elements of an array to the keys of a restriction. */
static void
gov_fdw_add_keys(GovKeys *keys, bool by_id, Datum value, bool isnull)
{
	ArrayType  *array = isnull ? NULL : DatumGetArrayTypeP(value);
	bool		narrow;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (array == NULL)
		return;
	narrow = ARR_ELEMTYPE(array) == INT4OID;
	if (by_id)
		deconstruct_array(array, ARR_ELEMTYPE(array), narrow ? 4 : 8, narrow ? true : FLOAT8PASSBYVAL,
						  narrow ? TYPALIGN_INT : TYPALIGN_DOUBLE, &elements, &nulls, &count);
	else
		deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
		gov_fdw_add_key(keys, by_id,
						by_id && narrow ? Int64GetDatum(DatumGetInt32(elements[i])) : elements[i],
						nulls[i]);
}

/* Puts the keys of a restriction in order, each once. */
static void
gov_fdw_sort_keys(GovKeys *keys, bool by_id)
{
	int			(*compare) (const void *, const void *) = by_id ? gov_fdw_compare_ids : gov_fdw_compare_texts;
	int			kept = 0;

	if (keys->count > 1)
		qsort(keys->items, keys->count, sizeof(Datum), compare);
	for (int i = 0; i < keys->count; i++)
		if (kept == 0 || compare(&keys->items[i], &keys->items[kept - 1]) != 0)
			keys->items[kept++] = keys->items[i];
	keys->count = kept;
}

/* Computes what the restrictions allow; where that is nothing, there are no rows. */
static void
gov_fdw_bind(ForeignScanState *node, GovScanState *state)
{
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	ListCell   *restriction;
	ListCell   *array;
	ListCell   *expression;
	MemoryContext old;

	MemoryContextReset(state->bound_context);
	memset(state->keys, 0, sizeof(state->keys));
	state->nothing = false;
	old = MemoryContextSwitchTo(state->bound_context);
	forthree(restriction, state->restrictions, array, state->arrays, expression, state->expressions)
	{
		GovKeys    *keys = &state->keys[lfirst_int(restriction)];
		bool		by_id = lfirst_int(restriction) == GOV_BY_OBJECT_ID;
		bool		isnull;
		Datum		value = ExecEvalExprSwitchContext(lfirst(expression), econtext, &isnull);

		keys->bound = true;
		if (lfirst_int(array))
			gov_fdw_add_keys(keys, by_id, value, isnull);
		else
			gov_fdw_add_key(keys, by_id, value, isnull);
	}
	for (int r = 0; r < GOV_RESTRICTIONS; r++)
	{
		gov_fdw_sort_keys(&state->keys[r], r == GOV_BY_OBJECT_ID);
		state->nothing |= state->keys[r].bound && state->keys[r].count == 0;
	}
	state->objects = state->keys[GOV_BY_OBJECT_ID].bound ? &state->keys[GOV_BY_OBJECT_ID] :
		state->keys[GOV_BY_OBJECT_REF].bound ? &state->keys[GOV_BY_OBJECT_REF] : NULL;
	MemoryContextSwitchTo(old);
}

/* Restricts the engine to the axes that are allowed. */
static void
gov_fdw_filter_axes(GovScanState *state, const GovKeys *keys)
{
	GovCoverage *coverage = state->scan->coverage;
	GovFilter  *filter = &coverage->filter;

	filter->by_axis = true;
	filter->axes = palloc(sizeof(int) * keys->count);
	for (int i = 0; i < keys->count; i++)
	{
		int			axis = gov_model_axis(coverage->model, keys->items[i]);

		if (axis != GOV_NONE)
			filter->axes[filter->naxes++] = axis;
	}
	state->nothing |= filter->naxes == 0;
}

/* Restricts it to the values that are allowed, of these axes or of all. */
static void
gov_fdw_filter_slots(GovScanState *state, const GovKeys *keys)
{
	GovModel   *model = state->scan->coverage->model;
	GovFilter  *filter = &state->scan->coverage->filter;
	int			axes = filter->by_axis ? filter->naxes : model->naxes;

	if ((int64) axes * keys->count > GOV_FILTER_PAIRS)
		return;
	filter->by_slot = true;
	filter->slots = palloc(sizeof(int) * axes * keys->count + 1);
	for (int i = 0; i < axes; i++)
		for (int j = 0; j < keys->count; j++)
		{
			Datum		axis = PointerGetDatum(model->axes[filter->by_axis ? filter->axes[i] : i].code);
			int			slot = state->view->borne ? gov_model_value(model, axis, keys->items[j])
				: gov_model_slot(model, axis, keys->items[j]);

			gov_progress_tick();
			if (slot != GOV_NONE)
				filter->slots[filter->nslots++] = slot;
		}
	if (filter->nslots > 1)
		qsort(filter->slots, filter->nslots, sizeof(int), gov_fdw_compare_ints);
	state->nothing |= filter->nslots == 0;
}

/* Restricts a view of what objects bear to the resolutions that are allowed. */
static void
gov_fdw_filter_resolutions(GovScanState *state, const GovKeys *keys)
{
	for (int i = 0; i < keys->count; i++)
		state->scan->bears |= gov_classification_resolution((text *) DatumGetPointer(keys->items[i]));
	state->nothing |= state->scan->bears == GOV_BEARS_NOTHING;
}

/* Turns restrictions on axis, value, status and resolution into the engine's filter. */
static void
gov_fdw_filter(GovScanState *state)
{
	GovFilter  *filter = &state->scan->coverage->filter;
	MemoryContext old = MemoryContextSwitchTo(state->bound_context);

	memset(filter, 0, sizeof(GovFilter));
	if (state->keys[GOV_BY_AXIS].bound)
		gov_fdw_filter_axes(state, &state->keys[GOV_BY_AXIS]);
	if (state->keys[GOV_BY_VALUE].bound)
		gov_fdw_filter_slots(state, &state->keys[GOV_BY_VALUE]);
	state->scan->bears = GOV_BEARS_NOTHING;
	if (state->keys[GOV_BY_RESOLUTION].bound)
		gov_fdw_filter_resolutions(state, &state->keys[GOV_BY_RESOLUTION]);
	if (state->keys[GOV_BY_STATUS].bound && !state->nothing)
		filter->gaps_only = gov_text_is((text *) DatumGetPointer(state->keys[GOV_BY_STATUS].items[0]), "gap");
	MemoryContextSwitchTo(old);
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
			state->scan = gov_view_open(state->view, node->ss.ps.state->es_snapshot, state->objects != NULL);
		gov_fdw_filter(state);
		state->scan->nrows = state->scan->next_row = 0;
		state->scan->island_containers = 0;
		state->next_object = 0;
		state->in_object = false;
		if (state->nothing)
			state->finished = state->closed = true;
		else if (state->objects == NULL)
			gov_coverage_start_all(state->scan->coverage);
	}
	MemoryContextSwitchTo(old);
}

/* Makes the next object that is looked up the current one; false when there is none. */
static bool
gov_fdw_look_up(GovScanState *state)
{
	GovCoverage *coverage = state->scan->coverage;
	bool		by_id = state->keys[GOV_BY_OBJECT_ID].bound;

	for (;;)
	{
		Datum		key;

		gov_progress_tick();
		if (state->in_object && gov_coverage_next_ref(coverage))
			return true;
		state->in_object = false;
		if (state->next_object == state->objects->count)
			return false;
		key = state->objects->items[state->next_object++];
		if (by_id && gov_coverage_object_by_id(coverage, DatumGetInt64(key)))
			return true;
		if (!by_id)
		{
			gov_coverage_start_ref(coverage, key);
			state->in_object = true;
		}
	}
}

/* Makes the next object the current one; false when there is none. */
static bool
gov_fdw_next_object(GovScanState *state)
{
	if (!state->finished)
		state->finished = state->objects != NULL ? !gov_fdw_look_up(state)
			: !gov_coverage_next(state->scan->coverage);
	return !state->finished;
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
