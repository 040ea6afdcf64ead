/*-------------------------------------------------------------------------
 *
 * rollout/apply.c
 *	  Applying a rollout and taking it back, tier by tier: gov_rollout_apply,
 *	  gov_rollout_revert.
 *
 * Transactions.  A tier is one transaction: the rollout's row is locked; what
 * stands in the way is asked for; in a subtransaction the approval is used up,
 * the SQL runs as the caller, and what it did is judged; the step is noted; it
 * commits.  Where something does not hold the subtransaction is undone, with
 * the use of the approval, only the failed step is noted, and committed, and
 * the error is raised in the empty transaction that follows.  So whatever ends
 * a run, a crash too, the state is that of whole tiers, and the next call goes
 * on with the first one that is not applied.
 *
 * Two sessions that apply one rollout wait for each other at its row, tier by
 * tier; each tier is applied once.
 *
 * The SQL means something by the role and the search_path of whoever made the
 * rollout: another role or path is refused, not set, so that nobody acts as
 * another.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "trust/gates.h"
#include "rollout/expect.h"
#include "rollout/gate.h"
#include "rollout/steps.h"
#include "rollout/tiers.h"
#include "rollout/timer.h"

PG_FUNCTION_INFO_V1(gov_rollout_apply);
PG_FUNCTION_INFO_V1(gov_rollout_revert);

/* A call of one of the two. */
typedef struct GovApply
{
	const char *rollout;
	bool		revert;
	bool		bounded;		/* up to, or down to, a tier? */
	int32		bound;
	int			done;			/* tiers of this call */
} GovApply;

/* ---- what to do next ---- */

/* Raises unless a bound is the number of a tier. */
static void
gov_apply_ensure_bound(const GovApply *apply, const List *tiers)
{
	ListCell   *cell;

	if (!apply->bounded)
		return;
	foreach(cell, tiers)
	{
		if (((GovTier *) lfirst(cell))->tier == apply->bound)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("rollout \"%s\" has no tier %d", apply->rollout, apply->bound),
			 errhint("List them: SELECT * FROM %s.gov_rollout_status WHERE rollout = %s.", gov_schema_quoted(),
					 quote_literal_cstr(apply->rollout))));
}

/* The tier that is to be reverted next: the last that is applied, above the bound; NULL for none. */
static const GovTier *
gov_apply_last(const GovApply *apply, const List *tiers)
{
	for (int i = list_length(tiers) - 1; i >= 0; i--)
	{
		const GovTier *tier = list_nth(tiers, i);

		if (tier->applied)
			return apply->bounded && tier->tier <= apply->bound ? NULL : tier;
	}
	return NULL;
}

/* Raises with all that stands in the way. */
static void
gov_apply_raise_blocked(const GovApply *apply, const GovTier *tier, const List *blockers)
{
	StringInfoData detail;
	const GovBlocker *first = linitial(blockers);
	ListCell   *cell;

	initStringInfo(&detail);
	foreach(cell, blockers)
		appendStringInfo(&detail, "%s%s", detail.len > 0 ? "; " : "", ((GovBlocker *) lfirst(cell))->blocker);
	ereport(ERROR,
			(errcode(ERRCODE_GOV_ROLLOUT_BLOCKED),
			 tier == NULL ? errmsg("rollout \"%s\" is blocked", apply->rollout) :
			 errmsg("tier %d \"%s\" of rollout \"%s\" is blocked", tier->tier, tier->name, apply->rollout),
			 errdetail_internal("%s.", detail.data),
			 first->hint != NULL ? errhint("%s", first->hint) : 0));
}

/* The tier to apply next, with its approval; NULL when the call is done.  Raises where something stands in the way. */
static const GovTier *
gov_apply_prepare(const GovApply *apply, const GovRollout *rollout, const List *tiers, char **approval)
{
	const GovTier *next = gov_gate_next(tiers);
	List	   *blockers;

	*approval = NULL;
	if (next != NULL && apply->bounded && next->tier > apply->bound)
		return NULL;
	if (next == NULL && apply->done > 0)
		return NULL;
	blockers = gov_gate_rollout_blockers(rollout, tiers, next);
	if (next != NULL)
		blockers = list_concat(blockers, gov_gate_tier_blockers(rollout, next, approval));
	if (blockers != NIL)
		gov_apply_raise_blocked(apply, next, blockers);
	return next;
}

/*
 * The tier to revert next; NULL when there is none.  Its acts run under the
 * approval that it was applied with; where it had none, and gates bind now, one
 * that is given for it now is used.
 */
static const GovTier *
gov_apply_prepare_revert(const GovApply *apply, const GovRollout *rollout, const List *tiers, char **approval, bool *covered)
{
	const GovTier *last = gov_apply_last(apply, tiers);
	List	   *blockers = last == NULL ? NIL : gov_gate_content_blockers(rollout, tiers);

	*approval = NULL;
	*covered = false;
	if (last == NULL)
		return NULL;
	if (blockers != NIL)
		gov_apply_raise_blocked(apply, last, blockers);
	if (gov_step_approval(rollout, last) != NULL)
		*covered = true;
	else
	{
		(void) gov_gate_tier_blockers(rollout, last, approval);
		*covered = *approval != NULL;
	}
	return last;
}

/* ---- one tier ---- */

/* Uses up the approval, as the owner. */
static void
gov_apply_use_approval(const GovTierRun *run)
{
	GovCall		call = gov_gate_tier_call(run->rollout, run->tier);
	GovSecurity saved;

	gov_security_enter(&saved, gov_extension_owner(), false);
	gov_gate_use_found(&call, run->approval);
	gov_security_leave(&saved);
}

/* All that is undone together where the tier does not hold. */
static void
gov_apply_inside(void *arg)
{
	GovTierRun *run = arg;

	if (run->approval != NULL)
		gov_apply_use_approval(run);
	gov_tier_run(run);
}

/* Raises the error that a tier failed with, in the transaction after it. */
static void
gov_apply_raise_failed(const GovTierRun *run, const ErrorData *error)
{
	char	   *where = gov_tier_where(run, error);
	StringInfoData detail;

	initStringInfo(&detail);
	if (where != NULL)
		appendStringInfo(&detail, "In %s. ", where);
	if (error->detail != NULL)
		appendStringInfo(&detail, "%s ", error->detail);
	appendStringInfoString(&detail, "Nothing of the tier is left; what was committed before it stands.");
	ereport(ERROR,
			(errcode(error->sqlerrcode),
			 errmsg("%s of tier %d \"%s\" of rollout \"%s\" failed: %s", run->revert ? "the revert" : "the apply", run->tier->tier,
					run->tier->name, run->rollout->rollout, error->message),
			 errdetail_internal("%s", detail.data),
			 errhint("%s", error->hint != NULL ? error->hint :
					 psprintf("It is kept in view %s.gov_rollout_status; the next call goes on with this tier.", gov_schema_quoted()))));
}

/* Says what a tier did. */
static void
gov_apply_tell(const GovTierRun *run, int64 ms)
{
	char	   *differences = gov_expect_differences(gov_expect_state(run->before), gov_expect_state(run->after));

	ereport(NOTICE,
			(errmsg("tier %d \"%s\" %s in %lld ms", run->tier->tier, run->tier->name, run->revert ? "reverted" : "applied", (long long) ms),
			 differences != NULL ? errdetail_internal("%s.", differences) : 0));
}

/* Warns where a revert did not end where the apply of the tier began when it was rehearsed. */
static void
gov_apply_compare_reverted(const GovTierRun *run)
{
	char	   *differences = gov_gate_differences(run->rollout, run->tier, run->after);

	if (differences != NULL)
		ereport(WARNING,
				(errmsg("after the revert of tier %d \"%s\" not all is as it was before it was applied", run->tier->tier, run->tier->name),
				 errdetail_internal("%s.", differences),
				 errhint("What else was changed since the tier was applied is not taken back.")));
}

/* Does one tier in its transaction and commits; false when there is none left. */
static bool
gov_apply_step(GovApply *apply)
{
	GovTierRun	run = {.execute = gov_tier_execute, .revert = apply->revert};
	GovSecurity security;
	ErrorData  *error;
	instr_time	began;
	int64		ms;
	List	   *tiers;
	char	   *approval;
	int			level = gov_spi_begin_nonatomic();

	gov_security_enter(&security, gov_extension_owner(), false);
	run.rollout = gov_rollout_find(apply->rollout, GOV_ROW_UPDATE);
	tiers = gov_rollout_tiers(apply->rollout);
	gov_apply_ensure_bound(apply, tiers);
	run.tier = apply->revert ? gov_apply_prepare_revert(apply, run.rollout, tiers, &approval, &run.covered) :
		gov_apply_prepare(apply, run.rollout, tiers, &approval);
	run.approval = approval;
	run.covered = run.covered || approval != NULL;
	gov_security_leave(&security);
	gov_spi_end(level);
	if (run.tier == NULL)
		return false;

	gov_progress_phase(psprintf("tier %d, %s", run.tier->tier, run.tier->name), list_length(tiers));
	gov_progress_add(apply->done);
	INSTR_TIME_SET_CURRENT(began);
	error = gov_subtransaction_attempt(gov_apply_inside, &run, true);
	ms = (int64) gov_timer_ms_since(began);

	level = gov_spi_begin_nonatomic();
	gov_security_enter(&security, gov_extension_owner(), false);
	gov_step_note(&run, error, ms);
	if (error == NULL)
		gov_apply_tell(&run, ms);
	if (error == NULL && run.revert)
		gov_apply_compare_reverted(&run);
	gov_spi_commit_as_owner(&level, &security);
	gov_security_leave(&security);
	gov_spi_end(level);
	if (error != NULL)
		gov_apply_raise_failed(&run, error);
	apply->done++;
	return true;
}

/* ---- the procedures ---- */

/* Runs one of the two procedures. */
static void
gov_apply_call(FunctionCallInfo fcinfo, bool revert)
{
	const char *procedure = revert ? "gov_rollout_revert" : "gov_rollout_apply";
	GovApply	apply = {.revert = revert, .bounded = !PG_ARGISNULL(1)};
	bool		told;

	gov_ensure_writable(procedure, "Call it on the primary server.");
	apply.rollout = gov_arg_code(fcinfo, 0, "rollout");
	apply.bound = apply.bounded ? PG_GETARG_INT32(1) : 0;
	gov_rollout_ensure_session(apply.rollout);
	told = gov_progress_begin(procedure);
	while (gov_apply_step(&apply))
		CHECK_FOR_INTERRUPTS();
	gov_progress_end(told);
	if (apply.done == 0)
		ereport(NOTICE,
				(errmsg("unchanged: nothing of rollout \"%s\" is left to %s", apply.rollout, revert ? "revert" : "apply")));
}

/* CALL gov_rollout_apply(rollout, up_to): applies what is left, each tier in a transaction of its own. */
Datum
gov_rollout_apply(PG_FUNCTION_ARGS)
{
	gov_ensure_top_level(fcinfo, "gov_rollout_apply");
	gov_apply_call(fcinfo, false);
	PG_RETURN_VOID();
}

/* CALL gov_rollout_revert(rollout, down_to): takes back what is applied above a tier, the last first. */
Datum
gov_rollout_revert(PG_FUNCTION_ARGS)
{
	gov_ensure_top_level(fcinfo, "gov_rollout_revert");
	gov_apply_call(fcinfo, true);
	PG_RETURN_VOID();
}
