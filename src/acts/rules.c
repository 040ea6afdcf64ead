/*-------------------------------------------------------------------------
 *
 * acts/rules.c
 *	  Making coverage rules, altering them, and moving them from status to
 *	  status.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "ledger/ledger.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "registry/rules.h"
#include "registry/scope.h"

/* The scope argument; NULL when it is. */
static const GovRuleScope *
gov_rules_scope(FunctionCallInfo fcinfo, int argno)
{
	GovRuleScope *scope;

	if (PG_ARGISNULL(argno))
		return NULL;
	scope = palloc(sizeof(GovRuleScope));
	gov_scope_read(PG_GETARG_DATUM(argno), scope);
	return scope;
}

/* gov_create_rule(rule, axis, mode, applies_to, confidence_threshold, staleness_days, scope) */
GOV_ACT(gov_create_rule)
{
	char	   *rule = gov_arg_code(fcinfo, 0, "rule");
	char	   *axis = gov_arg_code(fcinfo, 1, "axis");
	char	   *mode = gov_arg_text(fcinfo, 2, "mode");
	Datum		applies_to = PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3);
	static const GovRuleScope none = {0, NULL, "parents"};
	const GovRuleScope *scope;

	gov_ensure_not_null(PG_ARGISNULL(4), "confidence_threshold");
	gov_ensure_not_null(PG_ARGISNULL(5), "staleness_days");
	if (applies_to != (Datum) 0)
		gov_rule_ensure_types(applies_to);
	scope = gov_rules_scope(fcinfo, 6);
	if (!gov_rule_create(rule, axis, mode, applies_to, PG_GETARG_FLOAT4(4), PG_GETARG_INT32(5),
						 scope != NULL ? scope : &none))
		return gov_answer(GOV_UNCHANGED, "coverage rule \"%s\"", rule);
	gov_ledger_append("create_rule", 0, gov_json_object("rule", rule), gov_json_call(fcinfo));
	return gov_answer(GOV_CREATED, "coverage rule \"%s\"", rule);
}

/*
 * gov_alter_rule(rule, applies_to, confidence_threshold, staleness_days,
 * scope, reason, approval).  What an active rule asks for is what an approval
 * to make it active said yes to.  A rule of containment has no scope: the
 * activation gave every object of its types a value.
 */
GOV_ACT(gov_alter_rule)
{
	char	   *rule = gov_arg_code(fcinfo, 0, "rule");
	float4		threshold = PG_ARGISNULL(2) ? 0 : PG_GETARG_FLOAT4(2);
	int32		days = PG_ARGISNULL(3) ? 0 : PG_GETARG_INT32(3);
	GovRuleTerms terms = {
		PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1),
		PG_ARGISNULL(2) ? NULL : &threshold, PG_ARGISNULL(3) ? NULL : &days, NULL
	};
	char	   *reason = gov_arg_text_or_null(fcinfo, 5);
	char	   *approval = gov_arg_code_or_null(fcinfo, 6, "approval");
	bool		active;
	GovAltered	altered;
	GovRule		found;

	gov_ensure_rule(rule, GOV_ROW_UPDATE, &found);
	terms.scope = gov_rules_scope(fcinfo, 4);
	if (!gov_rule_compare(rule, &terms, &altered))
		return gov_answer(GOV_UNCHANGED, "coverage rule \"%s\"", rule);
	gov_altered_ensure_not_retired(psprintf("coverage rule \"%s\"", rule), found.status);
	if (found.contained && terms.scope != NULL && !gov_scope_is_none(terms.scope))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("coverage rule \"%s\" is one of containment and has no scope", rule),
				 errdetail("gov_activate_containment gave all objects of its types a value and an owner."),
				 errhint("Make another rule of the axis with that scope, or narrow its types.")));
	active = strcmp(found.status, "active") == 0;
	gov_gate_pass_call_if(active, "activate_axis", fcinfo, approval);
	gov_rule_alter(rule, &terms);
	if (active && (terms.applies_to != (Datum) 0 || terms.scope != NULL))
		gov_rule_ensure_matches(rule);
	gov_ledger_append("alter_rule", 0, gov_json_object("rule", rule), gov_altered_payload(&altered, reason, approval));
	return gov_answer(GOV_CHANGED, "coverage rule \"%s\": %s", rule, altered.words);
}

/* gov_set_rule_status(rule, status, reason, approval) */
GOV_ACT(gov_set_rule_status)
{
	char	   *rule = gov_arg_code(fcinfo, 0, "rule");
	char	   *status = gov_arg_text(fcinfo, 1, "status");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	char	   *approval = gov_arg_code_or_null(fcinfo, 3, "approval");
	bool		active;
	GovRule		found;

	gov_ensure_one_of(status, "status of a coverage rule", gov_rule_statuses);
	gov_ensure_rule(rule, GOV_ROW_UPDATE, &found);
	if (strcmp(found.status, status) == 0)
		return gov_answer(GOV_UNCHANGED, "coverage rule \"%s\": %s", rule, status);
	gov_ensure_transition("rule", psprintf("coverage rule \"%s\"", rule),
						  found.status, status, "gov_set_rule_status");
	active = strcmp(status, "active") == 0;
	if (active)
		gov_rule_ensure_matches(rule);
	gov_gate_pass_call_if(active, "activate_axis", fcinfo, approval);
	gov_rule_write_status(rule, status, reason, approval);
	gov_ledger_append("set_rule_status", 0, gov_json_object("rule", rule),
					  gov_json_object("from", found.status, "to", status, "reason", reason, "approval", approval));
	return gov_answer(GOV_CHANGED, "coverage rule \"%s\": %s -> %s", rule, found.status, status);
}
