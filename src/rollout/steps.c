/*-------------------------------------------------------------------------
 *
 * rollout/steps.c
 *	  What was done of rollouts: gov_rollout_step, which nothing else writes.
 *
 * A tier is applied when the last of its steps that was done is an apply.  A
 * failed step says why, and that nothing of the tier is there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "rollout/steps.h"

GOV_QUERY(insert_step,
		  "INSERT INTO @.gov_rollout_step (rollout, tier, act, outcome, ms, actor, login, content_hash, approval, deltas, problem)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, '[]'), $11)",
		  TEXTOID, INT4OID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID);

/* Notes a run of a tier, and its failure, if it failed; with an entry in the ledger. */
void
gov_step_note(const GovTierRun *run, const ErrorData *error, int64 ms)
{
	const GovTier *tier = run->tier;
	Datum		problem = error == NULL ? (Datum) 0 : gov_tier_problem(run, error);
	GovJson		payload;
	int			level = gov_spi_begin();

	(void) gov_run(&insert_step, gov_text(run->rollout->rollout), gov_int4(tier->tier), gov_text(run->revert ? "revert" : "apply"),
				   gov_text(error == NULL ? "done" : "failed"), gov_int8(ms), gov_text(GetUserNameFromId(GetOuterUserId(), false)),
				   gov_text(gov_session_user_name()), gov_text(tier->content_hash),
				   gov_text(error == NULL ? run->approval : NULL), gov_datum(run->found, run->found == (Datum) 0),
				   gov_datum(problem, error == NULL));
	gov_spi_end(level);
	gov_json_begin(&payload);
	gov_json_text(&payload, "outcome", error == NULL ? "done" : "failed");
	gov_json_text(&payload, "content", tier->content_hash);
	gov_json_text(&payload, "approval", error == NULL ? run->approval : NULL);
	if (run->found != (Datum) 0)
		gov_json_value(&payload, "found", JSONBOID, run->found, false);
	if (error != NULL)
		gov_json_text(&payload, "sqlstate", unpack_sql_state(error->sqlerrcode));
	gov_ledger_append(run->revert ? "rollout_revert" : "rollout_apply", 0,
					  gov_json_object("rollout", run->rollout->rollout, "tier", psprintf("%d", tier->tier)), gov_json_end(&payload));
}

/* Columns of find_applied. */
enum {APPLIED_APPROVAL = 1};

GOV_QUERY(find_applied,
		  "SELECT approval FROM @.gov_rollout_step WHERE rollout = $1 AND tier = $2 AND act = 'apply' AND outcome = 'done'"
		  " ORDER BY step DESC LIMIT 1", TEXTOID, INT4OID);

/* The approval under which a tier was applied last; NULL for none. */
char *
gov_step_approval(const GovRollout *rollout, const GovTier *tier)
{
	int			level = gov_spi_begin();
	char	   *approval = gov_run(&find_applied, gov_text(rollout->rollout), gov_int4(tier->tier)) > 0 ?
		gov_result_text(0, APPLIED_APPROVAL) : NULL;

	gov_spi_end(level);
	return approval;
}
