/*-------------------------------------------------------------------------
 *
 * registered/calls.c
 *	  What the text that reads a registered thing turned out to be.
 *
 * The text names the thing, and whose it is was asked before, by its OID.
 * Between the two the owner of a schema may put something else in the place of
 * that name; it would be run with the rights of the owner of what was there.
 * So what the server understood is compared with what was meant.
 *
 * The same look finds the functions that are called with the owner's rights:
 * those in the rules of views, in policies, and those of casts.  Each of them is
 * the owner's, or of a role that the owner belongs to, or of a superuser, or part
 * of an extension, like the relations (owner.c); or it is SECURITY DEFINER and
 * has its own owner's rights.  Of a domain the type is looked at, whose owner
 * says what is checked.
 *
 * What is read for somebody who is not of the owner's role must show the owner
 * the same rows: it must not look who the current user is.  Whether the body of
 * a function does cannot be seen.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "registered/calls.h"

/* The name of the thing in the texts that read it, and of a subquery around it. */
#define GOV_THING_ALIAS		"r"
#define GOV_AROUND_ALIAS	"b"

/* The walk through a query. */
typedef struct GovCalls
{
	const GovRegistered *thing;
	Oid			owner;			/* of the thing */
} GovCalls;

/* ---- is it the thing? ---- */

/*
 * The relation or function of an entry in the list of what a query reads.  Of a
 * view its rule stands there by now, and its OID in the entry or, before 16, in
 * the first entry of the rule.
 */
static Oid
gov_calls_object(const RangeTblEntry *entry)
{
	const RangeTblFunction *function;

	if (entry->rtekind == RTE_FUNCTION)
	{
		function = linitial_node(RangeTblFunction, entry->functions);
		return IsA(function->funcexpr, FuncExpr) ? ((FuncExpr *) function->funcexpr)->funcid : InvalidOid;
	}
	if (entry->rtekind == RTE_SUBQUERY && !OidIsValid(entry->relid) && entry->subquery->rtable != NIL)
		return linitial_node(RangeTblEntry, entry->subquery->rtable)->relid;
	return entry->relid;
}

/* Finds what the text names r; InvalidOid for nothing. */
static Oid
gov_calls_thing(const Query *query)
{
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

		if (strcmp(entry->eref->aliasname, GOV_THING_ALIAS) == 0)
			return gov_calls_object(entry);
		if (entry->rtekind == RTE_SUBQUERY && strcmp(entry->eref->aliasname, GOV_AROUND_ALIAS) == 0)
			return gov_calls_thing(entry->subquery);
	}
	return InvalidOid;
}

/* ---- what it calls ---- */

/* Raises that something belongs to a role whom the owner does not trust. */
static void
gov_calls_raise_stranger(const GovCalls *calls, const char *verb, Oid class, Oid object, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s %s %s of role \"%s\"", calls->thing->what, verb, name,
					GetUserNameFromId(gov_registered_owner(class, object), true)),
			 errdetail("It would run with the rights of role \"%s\".", GetUserNameFromId(calls->owner, true)),
			 errhint("Let that role own both, or be a member of the other role, or make the function SECURITY DEFINER.")));
}

/* Raises that what is read depends on who asks. */
static void
gov_calls_raise_differs(const GovCalls *calls, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("%s shows each role other rows", calls->thing->what),
			 errdetail("It calls %s, and is read as its owner, role \"%s\".", name, GetUserNameFromId(calls->owner, true)),
			 errhint("Copy the rows to a table of your own, and give that.")));
}

/* Does a function of the server's own ask who the current user is, or what he may? */
static bool
gov_calls_asks_who(const char *name)
{
	static const char *const asking[] = {"current_user", "getpgusername", "pg_has_role", "row_security_active"};
	size_t		length = strlen(name);

	if (strncmp(name, "has_", 4) == 0 && length > 10 && strcmp(name + length - 10, "_privilege") == 0)
		return true;
	for (int i = 0; i < (int) lengthof(asking); i++)
	{
		if (strcmp(name, asking[i]) == 0)
			return true;
	}
	return false;
}

/* Looks at a function that is called; raises when it must not be. */
static bool
gov_calls_check_function(Oid function, void *context)
{
	const GovCalls *calls = (const GovCalls *) context;
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc row;
	char	   *name;
	bool		definer;

	if (!HeapTupleIsValid(tuple))
		return false;
	row = (Form_pg_proc) GETSTRUCT(tuple);
	name = pstrdup(NameStr(row->proname));
	definer = row->prosecdef;
	ReleaseSysCache(tuple);
	if (!definer && !gov_registered_trusts(calls->owner, ProcedureRelationId, function))
		gov_calls_raise_stranger(calls, "calls", ProcedureRelationId, function,
								 psprintf("function %s", format_procedure_qualified(function)));
	if (calls->thing->for_others && function < FirstNormalObjectId && gov_calls_asks_who(name))
		gov_calls_raise_differs(calls, psprintf("function %s", format_procedure_qualified(function)));
	return false;
}

/* Looks at what a node of a query would run. */
static bool
gov_calls_walk(Node *node, void *context)
{
	const GovCalls *calls = (const GovCalls *) context;

	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, gov_calls_check_function, context);
	if (IsA(node, CoerceToDomain))
	{
		Oid			domain = ((CoerceToDomain *) node)->resulttype;

		if (!gov_registered_trusts(calls->owner, TypeRelationId, domain))
			gov_calls_raise_stranger(calls, "has values of", TypeRelationId, domain,
									 psprintf("domain %s", format_type_be_qualified(domain)));
	}
	if (IsA(node, SQLValueFunction) && calls->thing->for_others)
	{
		SQLValueFunctionOp op = ((SQLValueFunction *) node)->op;

		if (op == SVFOP_CURRENT_ROLE || op == SVFOP_CURRENT_USER || op == SVFOP_USER)
			gov_calls_raise_differs(calls, "current_user or its like");
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, gov_calls_walk, context, 0);
	return expression_tree_walker(node, gov_calls_walk, context);
}

/*
 * Raises unless the queries read the thing itself, and call nothing that
 * somebody could change whom its owner does not trust.
 */
void
gov_ensure_registered_calls(const GovRegistered *thing, const List *queries)
{
	GovCalls	calls = {.thing = thing, .owner = gov_registered_owner(thing->class, thing->object)};

	if (list_length(queries) != 1 || gov_calls_thing(linitial_node(Query, queries)) != thing->object)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("another one took the name of %s while it was about to be read", thing->what),
				 errhint("Read it again.")));
	(void) gov_calls_walk((Node *) linitial(queries), &calls);
}
