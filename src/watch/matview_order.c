/*-------------------------------------------------------------------------
 *
 * watch/matview_order.c
 *	  Does what a query shows depend on the order in which rows come?
 *
 * Rows of a table come in another order after CLUSTER, with another plan, or
 * beside another scan of the same table, and nothing of that is counted as a
 * change.  A query whose result then differs cannot be watched.  Such are
 * LIMIT and DISTINCT ON that do not sort by all they show; aggregates that
 * are neither known to give the same in any order nor sorted by all they are
 * given; window functions that tell rows of the same rank apart; and grouping
 * by a type that has equal values which look different (1.0 and 1.00), of
 * which the first to come is shown.
 *
 * Whether equal values look the same is what the support function
 * "equalimage" of a B-tree operator class says; only the server's own are
 * called.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "access/transam.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "watch/matview_order.h"

/* Aggregates that give the same in whatever order they are given the same values. */
static const Oid free_of_order[] = {
	F_COUNT_, F_COUNT_ANY, F_REGR_COUNT,
	F_SUM_INT2, F_SUM_INT4, F_SUM_INT8, F_SUM_NUMERIC, F_SUM_MONEY,
	F_AVG_INT2, F_AVG_INT4, F_AVG_INT8, F_AVG_NUMERIC,
	F_BOOL_AND, F_BOOL_OR, F_EVERY,
	F_BIT_AND_INT2, F_BIT_AND_INT4, F_BIT_AND_INT8,
	F_BIT_OR_INT2, F_BIT_OR_INT4, F_BIT_OR_INT8,
	F_BIT_XOR_INT2, F_BIT_XOR_INT4, F_BIT_XOR_INT8,
	F_VARIANCE_INT2, F_VARIANCE_INT4, F_VARIANCE_INT8, F_VARIANCE_NUMERIC,
	F_VAR_SAMP_INT2, F_VAR_SAMP_INT4, F_VAR_SAMP_INT8, F_VAR_SAMP_NUMERIC,
	F_VAR_POP_INT2, F_VAR_POP_INT4, F_VAR_POP_INT8, F_VAR_POP_NUMERIC,
	F_STDDEV_INT2, F_STDDEV_INT4, F_STDDEV_INT8, F_STDDEV_NUMERIC,
	F_STDDEV_SAMP_INT2, F_STDDEV_SAMP_INT4, F_STDDEV_SAMP_INT8, F_STDDEV_SAMP_NUMERIC,
	F_STDDEV_POP_INT2, F_STDDEV_POP_INT4, F_STDDEV_POP_INT8, F_STDDEV_POP_NUMERIC
};

/* Is an OID in a list? */
static bool
gov_order_listed(Oid oid, const Oid *list, int count)
{
	for (int i = 0; i < count; i++)
		if (list[i] == oid)
			return true;
	return false;
}

/* Do equal values of a type look the same?  "equal": the operator that tells them equal, or 0 for the type's own. */
static bool
gov_order_same_image(Oid type, int32 typmod, Oid collation, Oid equal)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY | TYPECACHE_EQ_OPR);
	Oid			function;

	if (!OidIsValid(entry->btree_opf) || (OidIsValid(equal) && equal != entry->eq_opr))
		return false;
	/* without a length, values of character differ in blanks at their end */
	if (getBaseType(type) == BPCHAROID && typmod < 0)
		return false;
	function = get_opfamily_proc(entry->btree_opf, entry->btree_opintype, entry->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) && function < FirstNormalObjectId &&
		DatumGetBool(OidFunctionCall1Coll(function, collation, ObjectIdGetDatum(entry->btree_opintype)));
}

/* The same of an expression that a clause sorts or groups by. */
static bool
gov_order_same_image_of(const SortGroupClause *clause, Node *expression)
{
	return gov_order_same_image(exprType(expression), exprTypmod(expression), exprCollation(expression), clause->eqop);
}

/* Does each of a list of clauses sort or group by values that look the same when they are equal? */
static bool
gov_order_all_same_image(List *clauses, List *targets)
{
	ListCell   *cell;

	foreach(cell, clauses)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);

		if (!gov_order_same_image_of(clause, get_sortgroupclause_expr(clause, targets)))
			return false;
	}
	return true;
}

/* Is all that is shown, constants aside, sorted by? */
static bool
gov_order_is_total(List *clauses, List *targets)
{
	ListCell   *cell;

	foreach(cell, targets)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		SortGroupClause *clause;

		if (target->resjunk || IsA(target->expr, Const))
			continue;
		clause = target->ressortgroupref == 0 ? NULL : get_sortgroupref_clause_noerr(target->ressortgroupref, clauses);
		if (clause == NULL || !gov_order_same_image_of(clause, (Node *) target->expr))
			return false;
	}
	return true;
}

/* Do LIMIT, DISTINCT or GROUP BY of a query take what happens to come first? */
bool
gov_order_counts_for_query(const Query *query)
{
	bool		cuts = query->limitOffset != NULL ||
		(query->limitCount != NULL && query->limitOption != LIMIT_OPTION_WITH_TIES);

	if ((cuts || query->hasDistinctOn) && !gov_order_is_total(query->sortClause, query->targetList))
		return true;
	return !gov_order_all_same_image(query->distinctClause, query->targetList) ||
		!gov_order_all_same_image(query->groupClause, query->targetList);
}

/* Does UNION and the like? */
bool
gov_order_counts_for_set(const SetOperationStmt *set)
{
	ListCell   *type,
			   *typmod,
			   *collation,
			   *clause;

	if (set->op == SETOP_UNION && set->all)
		return false;
	forfour(type, set->colTypes, typmod, set->colTypmods, collation, set->colCollations, clause, set->groupClauses)
	{
		if (!gov_order_same_image(lfirst_oid(type), lfirst_int(typmod), lfirst_oid(collation),
								  lfirst_node(SortGroupClause, clause)->eqop))
			return true;
	}
	return list_length(set->groupClauses) != list_length(set->colTypes);
}

/* Does ARRAY (SELECT ...)? */
bool
gov_order_counts_for_array(const SubLink *link)
{
	Query	   *query = castNode(Query, link->subselect);

	return link->subLinkType == ARRAY_SUBLINK && !gov_order_is_total(query->sortClause, query->targetList);
}

/* Is it min or max, which give one of the values they are given? */
static bool
gov_order_is_extreme(Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Form_pg_aggregate form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	result = aggregate < FirstNormalObjectId && form->aggkind == AGGKIND_NORMAL && OidIsValid(form->aggsortop);
	ReleaseSysCache(tuple);
	return result;
}

/* Does an aggregate give the same in any order, given arguments? */
static bool
gov_order_is_free(Oid aggregate, Node *argument)
{
	if (gov_order_listed(aggregate, free_of_order, lengthof(free_of_order)))
		return true;
	return gov_order_is_extreme(aggregate) && argument != NULL &&
		gov_order_same_image(exprType(argument), exprTypmod(argument), exprCollation(argument), InvalidOid);
}

/*
 * Does an aggregate give something else in another order?  Not one that is
 * sorted by all its arguments.  With DISTINCT it is given one of the equal
 * values, which only a count does not look at.
 */
bool
gov_order_counts_for_aggregate(const Aggref *aggregate)
{
	TargetEntry *first = aggregate->args == NIL ? NULL : linitial_node(TargetEntry, aggregate->args);

	if (aggregate->aggdistinct != NIL && aggregate->aggfnoid != F_COUNT_ANY &&
		!gov_order_all_same_image(aggregate->aggdistinct, aggregate->args))
		return true;
	if (aggregate->aggkind == AGGKIND_NORMAL &&
		gov_order_is_free(aggregate->aggfnoid, first == NULL ? NULL : (Node *) first->expr))
		return false;
	return (aggregate->aggorder == NIL && aggregate->aggdistinct == NIL) ||
		!gov_order_is_total(list_concat_copy(aggregate->aggorder, aggregate->aggdistinct), aggregate->args);
}

/* Does a window function?  Not one that treats rows of the same rank alike. */
bool
gov_order_counts_for_window(const WindowFunc *function, const Query *query)
{
	static const Oid by_rank[] = {F_RANK_, F_DENSE_RANK_, F_PERCENT_RANK_, F_CUME_DIST_};
	ListCell   *cell;

	if (gov_order_listed(function->winfnoid, by_rank, lengthof(by_rank)))
		return false;
	if (!function->winagg || query == NULL ||
		!gov_order_is_free(function->winfnoid, function->args == NIL ? NULL : linitial(function->args)))
		return true;
	foreach(cell, query->windowClause)
	{
		WindowClause *window = lfirst_node(WindowClause, cell);

		if (window->winref == function->winref)
			return (window->frameOptions & FRAMEOPTION_ROWS) != 0;
	}
	return true;
}
