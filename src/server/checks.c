/*-------------------------------------------------------------------------
 *
 * server/checks.c
 *	  The checks of our own tables, made ready once for a session.
 *
 * The executor reads the expressions of a table's CHECK constraints and makes
 * them ready anew for each statement, which takes longer than writing a row.
 * Here they are kept for the next row that is written past SQL, as the server
 * keeps those of a domain: as long as the table's constraints are the same,
 * text by text, and no function has changed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "executor/executor.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "server/compat.h"
#include "server/checks.h"

/* The checks of a table; all that belongs to them is in the memory of "estate". */
typedef struct GovChecks
{
	struct GovChecks *next;
	Oid			relid;
	EState	   *estate;			/* NULL: to be made ready */
	ExprState **ready;
	int			count;
	char	  **texts;			/* what they were made from */
	bool		running;
	bool		outdated;
} GovChecks;

static GovChecks *kept_checks = NULL;

/* A function changed, which a check may call. */
static void
gov_checks_forget(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(), uint32 hashvalue pg_attribute_unused())
{
	for (GovChecks *checks = kept_checks; checks != NULL; checks = checks->next)
		checks->outdated = true;
}

/* The place for the checks of a table. */
static GovChecks *
gov_checks_find(Oid relid)
{
	static bool registered = false;
	GovChecks  *checks = kept_checks;

	while (checks != NULL && checks->relid != relid)
		checks = checks->next;
	if (checks != NULL)
		return checks;
	if (!registered)
	{
		CacheRegisterSyscacheCallback(PROCOID, gov_checks_forget, (Datum) 0);
		registered = true;
	}
	checks = MemoryContextAllocZero(TopMemoryContext, sizeof(GovChecks));
	checks->relid = relid;
	checks->next = kept_checks;
	kept_checks = checks;
	return checks;
}

/* Were they made from the constraints that the table has now? */
static bool
gov_checks_are_of(const GovChecks *checks, const TupleConstr *constraints)
{
	if (checks->outdated || checks->count != constraints->num_check)
		return false;
	for (int i = 0; i < checks->count; i++)
	{
		if (strcmp(checks->texts[i], constraints->check[i].ccbin) != 0)
			return false;
	}
	return true;
}

/* Forgets what was made ready.  Nothing is shut down: what failed half-way may point at what is gone. */
static void
gov_checks_drop(GovChecks *checks)
{
	if (checks->estate != NULL)
		MemoryContextDelete(checks->estate->es_query_cxt);
	checks->estate = NULL;
	checks->ready = NULL;
}

/* Begins anew for the constraints of a table. */
static void
gov_checks_begin(GovChecks *checks, const TupleConstr *constraints)
{
	MemoryContext caller = MemoryContextSwitchTo(CacheMemoryContext);

	checks->estate = CreateExecutorState();
	MemoryContextSwitchTo(checks->estate->es_query_cxt);
	checks->count = constraints->num_check;
	checks->texts = palloc(sizeof(char *) * checks->count);
	for (int i = 0; i < checks->count; i++)
		checks->texts[i] = pstrdup(constraints->check[i].ccbin);
	checks->outdated = false;
	MemoryContextSwitchTo(caller);
}

/* Runs them; the executor makes them ready where they are not, in memory that stays. */
static void
gov_checks_run_kept(GovChecks *checks, ResultRelInfo *result, TupleTableSlot *slot)
{
	checks->running = true;
	GOV_RESULT_CHECKS(result) = checks->ready;
	PG_TRY();
	{
		ExecConstraints(result, slot, checks->estate);
	}
	PG_CATCH();
	{
		checks->running = false;
		gov_checks_drop(checks);
		PG_RE_THROW();
	}
	PG_END_TRY();
	checks->running = false;
	checks->ready = GOV_RESULT_CHECKS(result);
	GOV_RESULT_CHECKS(result) = NULL;
	ResetPerTupleExprContext(checks->estate);
}

/* Raises when a row violates a constraint, as the executor does. */
void
gov_checks_run(ResultRelInfo *result, TupleTableSlot *slot, EState *estate)
{
	const TupleConstr *constraints = RelationGetDescr(result->ri_RelationDesc)->constr;
	GovChecks  *checks;

	if (constraints == NULL)
		return;
	if (constraints->num_check == 0 || GOV_HAS_VIRTUAL(constraints))
	{
		ExecConstraints(result, slot, estate);
		return;
	}
	checks = gov_checks_find(RelationGetRelid(result->ri_RelationDesc));
	/* a check that writes to the table it is of */
	if (checks->running)
	{
		ExecConstraints(result, slot, estate);
		return;
	}
	if (checks->estate == NULL || !gov_checks_are_of(checks, constraints))
	{
		gov_checks_drop(checks);
		gov_checks_begin(checks, constraints);
	}
	gov_checks_run_kept(checks, result, slot);
}
