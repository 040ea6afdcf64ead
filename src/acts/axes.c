/*-------------------------------------------------------------------------
 *
 * acts/axes.c
 *	  Making axes, altering them, and moving them from status to status.
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
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "registry/axes.h"

/* gov_create_axis(axis, name, kind, family, owner, fallback, multivalued) */
GOV_ACT(gov_create_axis)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *name = gov_arg_text_or_null(fcinfo, 1);
	char	   *kind = gov_arg_text(fcinfo, 2, "kind");
	char	   *family = gov_arg_text(fcinfo, 3, "family");
	char	   *owner = gov_arg_code_or_null(fcinfo, 4, "owner");
	char	   *fallback = gov_arg_code_or_null(fcinfo, 5, "fallback");

	if (!gov_axis_create(axis, name, kind, family, owner, fallback, gov_arg_bool(fcinfo, 6, true)))
		return gov_answer(GOV_UNCHANGED, "axis \"%s\"", axis);
	gov_ledger_append("create_axis", 0, gov_json_object("axis", axis), gov_json_call(fcinfo));
	return gov_answer(GOV_CREATED, "axis \"%s\"", axis);
}

/* Raises unless an authority that an axis is to have, NULL or empty for none, is there and active. */
static void
gov_axis_ensure_authority(const char *authority, const char *argument)
{
	if (authority == NULL || authority[0] == '\0')
		return;
	gov_ensure_code(authority, argument);
	gov_ensure_authority(authority, true);
}

/*
 * gov_alter_axis(axis, name, owner, fallback, reason, approval).  Who answers
 * for an active axis, or as last resort for its cells, is what an approval to
 * make it active said yes to.
 */
GOV_ACT(gov_alter_axis)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *name = gov_arg_text_or_null(fcinfo, 1);
	char	   *owner = gov_arg_text_or_null(fcinfo, 2);
	char	   *fallback = gov_arg_text_or_null(fcinfo, 3);
	char	   *reason = gov_arg_text_or_null(fcinfo, 4);
	char	   *approval = gov_arg_code_or_null(fcinfo, 5, "approval");
	bool		owners;
	GovAltered	altered;
	GovAxis		found;

	gov_ensure_axis(axis, GOV_ROW_UPDATE, &found);
	if (!gov_axis_compare(axis, name, owner, fallback, &altered))
		return gov_answer(GOV_UNCHANGED, "axis \"%s\"", axis);
	gov_altered_ensure_not_retired(psprintf("axis \"%s\"", axis), found.status);
	gov_axis_ensure_authority(owner, "owner");
	gov_axis_ensure_authority(fallback, "fallback");
	owners = gov_altered_differs(owner, found.owner) || gov_altered_differs(fallback, found.fallback);
	gov_gate_pass_call_if(owners && strcmp(found.status, "active") == 0, "activate_axis", fcinfo, approval);
	gov_axis_alter(axis, name, owner, fallback);
	gov_ledger_append("alter_axis", 0, gov_json_object("axis", axis), gov_altered_payload(&altered, reason, approval));
	return gov_answer(GOV_CHANGED, "axis \"%s\": %s", axis, altered.words);
}

/* gov_set_axis_status(axis, status, reason, approval) */
GOV_ACT(gov_set_axis_status)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *status = gov_arg_text(fcinfo, 1, "status");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	char	   *approval = gov_arg_code_or_null(fcinfo, 3, "approval");
	GovAxis		found;

	gov_ensure_one_of(status, "status of an axis", gov_axis_statuses);
	gov_ensure_axis(axis, GOV_ROW_UPDATE, &found);
	if (strcmp(found.status, status) == 0)
		return gov_answer(GOV_UNCHANGED, "axis \"%s\": %s", axis, status);
	gov_ensure_transition("axis", psprintf("axis \"%s\"", axis),
						  found.status, status, "gov_set_axis_status");
	gov_gate_pass_call_if(strcmp(status, "active") == 0, "activate_axis", fcinfo, approval);
	gov_axis_write_status(axis, status, reason, approval);
	gov_ledger_append("set_axis_status", 0, gov_json_object("axis", axis),
					  gov_json_object("from", found.status, "to", status, "reason", reason, "approval", approval));
	return gov_answer(GOV_CHANGED, "axis \"%s\": %s -> %s", axis, found.status, status);
}
