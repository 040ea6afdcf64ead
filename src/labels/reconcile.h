/*
 * labels/reconcile.h: what a disagreement between an assignment and labels is
 * called, and which decision fits it.
 */
#ifndef GOV_LABELS_RECONCILE_H
#define GOV_LABELS_RECONCILE_H

/* Who makes a decision. */
typedef enum GovPolicy
{
	GOV_POLICY_ALWAYS,			/* gov_reconcile, wherever it fits */
	GOV_POLICY_OWNED,			/* gov_reconcile, where the cell has an owner */
	GOV_POLICY_NEVER			/* people only */
} GovPolicy;

/* Which zones a decision fits. */
typedef enum GovFitZone
{
	GOV_FIT_ANY,
	GOV_FIT_QUARANTINED,
	GOV_FIT_NOT_QUARANTINED
} GovFitZone;

/* A decision and the flag it fits. */
typedef struct GovDecisionFit
{
	const char *decision;
	const char *flag;
	GovFitZone	zone;
	GovPolicy	policy;
	const char *rationale;		/* what policy gives as its reason */
} GovDecisionFit;

/* All of them; ended by one without a decision. */
extern const GovDecisionFit gov_decision_fit_table[];

/* Does a decision fit a flag in a zone? */
extern bool gov_decision_fit(const GovDecisionFit *fit, const char *flag, const char *zone);

#endif							/* GOV_LABELS_RECONCILE_H */
