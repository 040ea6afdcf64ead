/*-------------------------------------------------------------------------
 *
 * engine/fdw/match.c
 *	  Which clauses of a query the engine can use: "column = expression", a
 *	  list of such values, or such equalities joined by OR.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "engine/fdw/match.h"

/*
 * What a scan can be restricted by, and which column of a table that is: the
 * engine knows columns by their number, whatever somebody names them.
 */
const GovFdwColumn gov_fdw_columns[GOV_RESTRICTIONS] =
{
	[GOV_BY_OBJECT_ID] = {"object_id", GOV_COL_VIEW_OBJECT_ID + 1},
	[GOV_BY_OBJECT_REF] = {"object_ref", GOV_COL_VIEW_OBJECT_REF + 1},
	[GOV_BY_AXIS] = {"axis", GOV_COL_VIEW_AXIS + 1},
	[GOV_BY_VALUE] = {"value", GOV_COL_VIEW_VALUE + 1},
	[GOV_BY_STATUS] = {"status", GOV_VIEW_OWN_COLUMNS + 1},
	[GOV_BY_RESOLUTION] = {"resolution", GOV_VIEW_OWN_COLUMNS + 2}
};

/* Arrays whose length the planner cannot see have about so many elements. */
#define GOV_ARRAY_GUESS		10

/* The restricted column that a Var stands for; GOV_RESTRICTIONS for none. */
static GovRestriction
gov_fdw_restricted(RelOptInfo *rel, const GovScanPlan *plan, Node *node)
{
	Var		   *var = (Var *) node;

	if (!IsA(node, Var) || var->varno != (int) rel->relid || var->varlevelsup != 0)
		return GOV_RESTRICTIONS;
	for (int r = 0; r < plan->restrictions; r++)
		if (gov_fdw_columns[r].column == var->varattno)
			return r;
	return plan->view != NULL && plan->view->borne && gov_fdw_columns[GOV_BY_RESOLUTION].column == var->varattno ?
		GOV_BY_RESOLUTION : GOV_RESTRICTIONS;
}

/* Does an expression need nothing of this table, and give the same for a whole scan? */
static bool
gov_fdw_is_key(RelOptInfo *rel, Node *expression)
{
	return !bms_is_member(rel->relid, pull_varnos(NULL, expression)) &&
		!contain_volatile_functions(expression);
}

/*
 * Is an operator the equality of a column's type?  Texts must be equal byte
 * for byte, so the collation deterministic; where none could be determined it
 * is left to the executor to say so.
 */
static bool
gov_fdw_is_equality(Oid operator, Oid collation)
{
	Oid			function = get_opcode(operator);

	return function == F_INT8EQ || function == F_INT84EQ || function == F_INT48EQ ||
		(function == F_TEXTEQ && OidIsValid(collation) && get_collation_isdeterministic(collation));
}

/* Is the clause "column = expression"? */
static bool
gov_fdw_match_equality(RelOptInfo *rel, const GovScanPlan *plan, OpExpr *op, GovMatch *match)
{
	if (list_length(op->args) != 2 || !gov_fdw_is_equality(op->opno, op->inputcollid))
		return false;
	for (int side = 0; side < 2; side++)
	{
		Node	   *column = strip_implicit_coercions(list_nth(op->args, side));
		Node	   *other = list_nth(op->args, 1 - side);

		match->restriction = gov_fdw_restricted(rel, plan, column);
		if (match->restriction == GOV_RESTRICTIONS || !gov_fdw_is_key(rel, other))
			continue;
		if (exprType(other) == INT4OID)
			other = (Node *) makeFuncExpr(F_INT8_INT4, INT8OID, list_make1(other),
										  InvalidOid, InvalidOid, COERCE_IMPLICIT_CAST);
		match->expressions = list_make1(other);
		match->arrays = list_make1_int(false);
		match->keys = 1;
		return true;
	}
	return false;
}

/* About how many elements an array has. */
static double
gov_fdw_array_length(Node *array)
{
	if (IsA(array, Const) && !((Const *) array)->constisnull)
	{
		ArrayType  *value = DatumGetArrayTypeP(((Const *) array)->constvalue);

		return ArrayGetNItems(ARR_NDIM(value), ARR_DIMS(value));
	}
	if (IsA(array, ArrayExpr) && !((ArrayExpr *) array)->multidims)
		return list_length(((ArrayExpr *) array)->elements);
	return GOV_ARRAY_GUESS;
}

/* Is the clause "column = ANY (array)", which IN is as well? */
static bool
gov_fdw_match_array(RelOptInfo *rel, const GovScanPlan *plan, ScalarArrayOpExpr *op, GovMatch *match)
{
	Node	   *column = strip_implicit_coercions(linitial(op->args));
	Node	   *array = lsecond(op->args);
	Oid			type = exprType(array);

	match->restriction = gov_fdw_restricted(rel, plan, column);
	if (!op->useOr || match->restriction == GOV_RESTRICTIONS || match->restriction == GOV_BY_STATUS ||
		!gov_fdw_is_equality(op->opno, op->inputcollid) ||
		(type != TEXTARRAYOID && type != INT8ARRAYOID && type != INT4ARRAYOID) ||
		!gov_fdw_is_key(rel, array))
		return false;
	match->expressions = list_make1(array);
	match->arrays = list_make1_int(true);
	match->keys = gov_fdw_array_length(array);
	return true;
}

/* Does a clause restrict one column to values known before the scan?  To which? */
bool
gov_fdw_match(RelOptInfo *rel, const GovScanPlan *plan, Expr *clause, GovMatch *match)
{
	GovMatch	all = {.restriction = GOV_RESTRICTIONS};
	ListCell   *lc;

	check_stack_depth();
	if (IsA(clause, OpExpr))
		return gov_fdw_match_equality(rel, plan, (OpExpr *) clause, match);
	if (IsA(clause, ScalarArrayOpExpr))
		return gov_fdw_match_array(rel, plan, (ScalarArrayOpExpr *) clause, match);
	if (!is_orclause(clause))
		return false;
	/* joined by OR, all of them must be about the same column */
	foreach(lc, ((BoolExpr *) clause)->args)
	{
		if (!gov_fdw_match(rel, plan, lfirst(lc), match) || match->restriction == GOV_BY_STATUS ||
			(all.restriction != GOV_RESTRICTIONS && match->restriction != all.restriction))
			return false;
		all.restriction = match->restriction;
		all.expressions = list_concat(all.expressions, match->expressions);
		all.arrays = list_concat(all.arrays, match->arrays);
		all.keys += match->keys;
	}
	*match = all;
	return true;
}

/* Do these RestrictInfos bind the object?  To how many, about? 0 for no. */
double
gov_fdw_bound_objects(RelOptInfo *rel, const GovScanPlan *plan, List *clauses)
{
	double		fewest = 0;
	GovMatch	match;
	ListCell   *lc;

	foreach(lc, clauses)
		if (gov_fdw_match(rel, plan, lfirst_node(RestrictInfo, lc)->clause, &match) &&
			match.restriction <= GOV_BY_OBJECT_REF)
			fewest = fewest == 0 ? Max(match.keys, 1) : Min(fewest, Max(match.keys, 1));
	return fewest;
}
