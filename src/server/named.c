/*-------------------------------------------------------------------------
 *
 * server/named.c
 *	  What the texts of queries name is the extension's own.
 *
 * A text says schema and name, and the server looks for that when it analyses
 * the text: once, and again whenever a kept plan is outdated.  The owner of
 * the schema may rename it and give its name to another one in between, while
 * the session waits for a row, say; there a view of the same name would be run
 * with the rights of the extension's owner.  So whatever a text of ours turns
 * out to name is looked at before anything of it is run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_namespace_d.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "utils/lsyscache.h"

#include "server/extension.h"
#include "server/named.h"


/* The text of ours that is being analysed or run, as the server has it; NULL for none. */
static const char *our_text = NULL;

/* The hook that was set before ours, called in turn. */
static post_parse_analyze_hook_type next_analyze_hook = NULL;

/* A text of ours is about to be analysed or run; the one around it. */
const char *
gov_named_begin(const char *sql)
{
	const char *outer = our_text;

	our_text = sql;
	return outer;
}

/* It no longer is. */
void
gov_named_end(const char *outer)
{
	our_text = outer;
}

/* Is a relation where a text of ours looks for one: in our schemas, or the server's own? */
static bool
gov_named_is_ours(Oid relation)
{
	return get_rel_namespace(relation) == PG_CATALOG_NAMESPACE || gov_relation_is_ours(relation);
}

/* Raises for a relation in a query, or in any below it, that is of another schema. */
static bool
gov_named_walk(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		const RangeTblEntry *entry = (const RangeTblEntry *) node;

		if (entry->rtekind == RTE_RELATION && !gov_named_is_ours(entry->relid))
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("relation \"%s\" is not the one of extension \"%s\"", get_rel_name(entry->relid), "governance"),
					 errdetail("The extension's schema was renamed, and another got its name, while the statement ran."),
					 errhint("Run the statement again.")));
		return false;			/* what is below an entry is walked by whoever walks the query */
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, gov_named_walk, context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, gov_named_walk, context);
}

/* The server analysed a text: if it is ours, nothing else may be meant by it. */
static void
gov_named_analysed(ParseState *state, Query *query, JumbleState *jumble)
{
	if (next_analyze_hook != NULL)
		next_analyze_hook(state, query, jumble);
	if (our_text != NULL && state->p_sourcetext == our_text)
		(void) gov_named_walk((Node *) query, NULL);
}

/* Looks at what is analysed from now on; called once from _PG_init. */
void
gov_named_init(void)
{
	next_analyze_hook = post_parse_analyze_hook;
	post_parse_analyze_hook = gov_named_analysed;
}
