/*
 * rollout/tiers.h: running the SQL of a tier, and judging what it did.
 */
#ifndef GOV_ROLLOUT_TIERS_H
#define GOV_ROLLOUT_TIERS_H

#include "metrics/metrics.h"
#include "rollout/rollouts.h"

/* One run of a tier. */
typedef struct GovTierRun
{
	const GovRollout *rollout;
	const GovTier *tier;
	bool		revert;			/* its revert_sql, else its apply_sql */
	const char *approval;		/* that was used for it; NULL */
	bool		covered;		/* do its acts run under an approval of the tier? */
	void		(*execute) (struct GovTierRun *run, const char *sql);	/* runs a text */
	void	   *arg;			/* what "execute" goes by */

	GovMetrics *before;
	GovMetrics *after;
	Datum		found;			/* what was expected and found, as jsonb; 0 for nothing yet */
	const char *text;			/* the name of the text that is being run; NULL for none */
	const char *sql;			/* and the text */
} GovTierRun;

/*
 * Runs a tier inside the current subtransaction, as the caller, and raises
 * where it does not hold: constraints, expectations, verify_sql.  Settings that
 * its SQL changes are as before when it ends.
 */
extern void gov_tier_run(GovTierRun *run);

/* Runs a text as it is, for "execute". */
extern void gov_tier_execute(GovTierRun *run, const char *sql);

/* Why a run failed, as jsonb: sqlstate, message, where, detail, hint. */
extern Datum gov_tier_problem(const GovTierRun *run, const ErrorData *error);

/* Where it failed, in words: the text, character and line; NULL when nothing tells. */
extern char *gov_tier_where(const GovTierRun *run, const ErrorData *error);

#endif							/* GOV_ROLLOUT_TIERS_H */
