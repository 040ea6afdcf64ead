/*-------------------------------------------------------------------------
 *
 * acts/values.c
 *	  Proposing values, altering them, and moving them from status to status.
 *
 * A value is proposed as a candidate, ratified, deprecated (and perhaps
 * reinstated) and retired.  What its states mean for its parent, for its
 * children and for what points at it is checked by the trigger in registry/forests.c,
 * for these functions as for any other writer.
 *
 * Locks, in this order: the lock of the value forests, then the value's row
 * FOR NO KEY UPDATE.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "registry/axes.h"
#include "registry/values.h"
#include "labels/labels.h"
#include "acts/undo.h"

/* Raises unless "other", when given, is another existing value of the axis. */
static void
gov_value_ensure_other(const char *axis, const char *value, const char *other, const char *role)
{
	if (other == NULL)
		return;
	if (strcmp(value, other) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("value \"%s\" of axis \"%s\" cannot be its own %s", value, axis, role),
				 errhint("Name another value of the axis, or none.")));
	gov_ensure_value(axis, other, GOV_ROW_PLAIN, NULL);
}

/* Raises when a provenance is given and is no JSON object. */
static void
gov_value_ensure_provenance(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno) || JB_ROOT_IS_OBJECT(PG_GETARG_JSONB_P(argno)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" must be a JSON object", "provenance"),
			 errhint("For example: {\"kind\": \"human\", \"source\": \"workshop\"}.")));
}

/* Columns of compare_value. */
enum {VALUE_STATUS = 1, VALUE_PARENT, VALUE_NAME, VALUE_PROVENANCE, VALUE_SAME};

/*
 * What a value has.  What ratifying did to the provenance is left out: "same"
 * says whether it was proposed with this one ($3).
 */
GOV_QUERY(compare_value,
		  "SELECT status, parent, name, provenance::text,"
		  " CASE WHEN provenance ? 'transition' THEN provenance @> ($3 - 'kind')"
		  "   AND COALESCE(NULLIF(provenance -> 'prior_kind', 'null'), 'null') = COALESCE($3 -> 'kind', 'null')"
		  "  ELSE provenance = $3 END AS same"
		  " FROM @.gov_axis_value WHERE axis = $1 AND value = $2",
		  TEXTOID, TEXTOID, JSONBOID);

/* Raises unless a value that is there already is the one proposed; its status. */
static char *
gov_value_ensure_same(const char *axis, const char *value, const char *parent, GovArg provenance, const char *name)
{
	StringInfoData differences;
	char	   *status = NULL;
	int			level = gov_spi_begin();

	gov_difference_begin(&differences);
	if (gov_run_latest(&compare_value, gov_text(axis), gov_text(value), provenance) > 0)
	{
		status = gov_result_text(0, VALUE_STATUS);
		gov_difference(&differences, "parent", gov_result_text(0, VALUE_PARENT), parent);
		gov_difference(&differences, "name", gov_result_text(0, VALUE_NAME), name);
		if (!provenance.isnull && (gov_result_isnull(0, VALUE_SAME) || !gov_result_bool(0, VALUE_SAME)))
			gov_difference(&differences, "provenance", gov_result_text(0, VALUE_PROVENANCE),
						   DatumGetCString(DirectFunctionCall1(jsonb_out, provenance.value)));
	}
	gov_spi_end(level);
	gov_ensure_no_difference(&differences, psprintf("value \"%s\" of axis \"%s\"", value, axis),
							 "Choose another code, or ask for what is there; gov_alter_value changes name and parent.");
	return status;
}

/* gov_propose_value(axis, value, parent, provenance, name): a candidate. */
GOV_ACT(gov_propose_value)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *parent = gov_arg_code_or_null(fcinfo, 2, "parent");
	GovArg		provenance = gov_datum(PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	char	   *name = gov_arg_text_or_null(fcinfo, 4);

	gov_value_ensure_provenance(fcinfo, 3);
	gov_ensure_axis(axis, GOV_ROW_PLAIN, NULL);
	gov_value_ensure_other(axis, value, parent, "parent");
	if (!gov_value_put(axis, value, parent, provenance, name))
		return gov_answer(GOV_UNCHANGED, "value \"%s\" of axis \"%s\": %s", value, axis,
						  gov_value_ensure_same(axis, value, parent, provenance, name));
	gov_ledger_append("propose_value", 0, gov_ledger_cell(NULL, NULL, axis, value), gov_json_call(fcinfo));
	return gov_answer(GOV_CREATED, "value \"%s\" of axis \"%s\": candidate", value, axis);
}

/* Raises when a value mirrors a container, whose name and place it follows. */
static void
gov_value_ensure_no_mirror(const char *axis, const char *value, const GovValue *found)
{
	if (found->mirrors)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" mirrors a container and cannot be altered", value, axis),
				 errdetail("Its name and its parent follow the container."),
				 errhint("Rename or move the container where it comes from, then run gov_sync and gov_activate_containment.")));
}

/* Raises unless a value that is to be a parent, NULL or empty for none, can be one. */
static void
gov_value_ensure_parent(const char *axis, const char *value, const char *parent)
{
	GovValue	found;

	if (parent == NULL || parent[0] == '\0')
		return;
	gov_ensure_code(parent, "parent");
	gov_value_ensure_other(axis, value, parent, "parent");
	gov_ensure_value(axis, parent, GOV_ROW_PLAIN, &found);
	if (strcmp(found.status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" is retired and cannot be a parent", parent, axis),
				 errhint("Name another value of the axis, or an empty text for none.")));
}

/*
 * gov_alter_value(axis, value, name, parent, reason, approval).  Where an
 * active value stands decides who owns its cells, and is part of what an
 * approval to ratify it said yes to.
 */
GOV_ACT(gov_alter_value)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *name = gov_arg_text_or_null(fcinfo, 2);
	char	   *parent = gov_arg_text_or_null(fcinfo, 3);
	char	   *reason = gov_arg_text_or_null(fcinfo, 4);
	char	   *approval = gov_arg_code_or_null(fcinfo, 5, "approval");
	bool		moves;
	GovAltered	altered;
	GovValue	found;

	gov_lock(GOV_LOCK_VALUES);
	gov_ensure_value(axis, value, GOV_ROW_UPDATE, &found);
	if (!gov_value_compare(axis, value, name, parent, &altered))
		return gov_answer(GOV_UNCHANGED, "value \"%s\" of axis \"%s\"", value, axis);
	gov_altered_ensure_not_retired(psprintf("value \"%s\" of axis \"%s\"", value, axis), found.status);
	gov_value_ensure_no_mirror(axis, value, &found);
	gov_value_ensure_parent(axis, value, parent);
	moves = gov_altered_differs(parent, found.parent) && strcmp(found.status, "active") == 0;
	if (moves)
		gov_ensure_not_agent(psprintf("move value \"%s\" of axis \"%s\", which is active", value, axis));
	gov_gate_pass_call_if(moves, "ratify_value", fcinfo, approval);
	gov_value_alter(axis, value, name, parent);
	gov_ledger_append("alter_value", 0, gov_ledger_cell(NULL, NULL, axis, value), gov_altered_payload(&altered, reason, approval));
	return gov_answer(GOV_CHANGED, "value \"%s\" of axis \"%s\": %s", value, axis, altered.words);
}

/*
 * Locks a value for a move to another status; false when it has that status.
 * Raises when there is none or when the move, made by the function "act", is
 * not allowed.
 */
static bool
gov_value_begin_move(const char *axis, const char *value, const char *status, const char *act, GovValue *found)
{
	gov_lock(GOV_LOCK_VALUES);
	gov_ensure_value(axis, value, GOV_ROW_UPDATE, found);
	if (strcmp(found->status, status) == 0)
		return false;
	gov_ensure_transition("value", psprintf("value \"%s\" of axis \"%s\"", value, axis),
						  found->status, status, act);
	return true;
}

/*
 * The answer of an act that found the value in the status it asked for.  Raises
 * when another column is not as it was asked for.
 */
static Datum
gov_value_unchanged(const char *axis, const char *value, const char *status,
					const char *column, const char *there, const char *asked)
{
	StringInfoData differences;

	gov_difference_begin(&differences);
	gov_difference(&differences, column, there, asked);
	if (differences.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_GOV_TRANSITION_REFUSED),
				 errmsg("value \"%s\" of axis \"%s\" is already %s", value, axis, status),
				 errdetail_internal("It differs in %s.", differences.data),
				 errhint("Ask for what is there, or change that first.")));
	return gov_answer(GOV_UNCHANGED, "value \"%s\" of axis \"%s\": %s", value, axis, status);
}

/* The answer of an act that moved a value. */
static Datum
gov_value_moved(const char *axis, const char *value, const char *from, const char *to)
{
	return gov_answer(GOV_CHANGED, "value \"%s\" of axis \"%s\": %s -> %s", value, axis, from, to);
}

/*
 * Ratifying keeps what the provenance said: a kind "x_provisional" becomes
 * "x_ratified", any other gets "_ratified" appended, and the old one stays as
 * prior_kind.  A provenance that is no object stays whole, as "prior".
 */
GOV_QUERY(find_ratified,
		  "SELECT o.was || jsonb_build_object("
		  "  'kind', CASE WHEN o.was ->> 'kind' IS NULL THEN 'ratified'"
		  "   ELSE regexp_replace(o.was ->> 'kind', '_provisional$', '') || '_ratified' END,"
		  "  'prior_kind', o.was ->> 'kind', 'ratified_by', $3, 'approval', $4,"
		  "  'transition', 'candidate -> active')"
		  " FROM (SELECT CASE jsonb_typeof(provenance) WHEN 'object' THEN provenance"
		  "   ELSE jsonb_strip_nulls(jsonb_build_object('prior', provenance)) END"
		  "  FROM @.gov_axis_value WHERE axis = $1 AND value = $2) AS o (was)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* The provenance of a value once it is ratified. */
static Datum
gov_value_ratified(const char *axis, const char *value, const char *ratified_by, const char *approval)
{
	int			level = gov_spi_begin();
	Datum		provenance;
	bool		isnull;

	(void) gov_run(&find_ratified, gov_text(axis), gov_text(value), gov_text(ratified_by), gov_text(approval));
	provenance = gov_result_datum(0, 1, &isnull);
	gov_spi_end(level);
	return provenance;
}

/* gov_ratify(axis, value, parent, ratified_by, label, reason, approval): candidate to active. */
GOV_ACT(gov_ratify)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *parent = gov_arg_code_or_null(fcinfo, 2, "parent");
	char	   *ratified_by = gov_arg_text_or_null(fcinfo, 3);
	char	   *label = gov_arg_code_or_null(fcinfo, 4, "label");
	char	   *reason = gov_arg_text_or_null(fcinfo, 5);
	char	   *approval = gov_arg_code_or_null(fcinfo, 6, "approval");
	GovValue	found;

	if (!gov_value_begin_move(axis, value, "active", "gov_ratify", &found))
	{
		if (label != NULL && !gov_label_is_mapped(axis, value, label))
			return gov_value_unchanged(axis, value, "active", "label", NULL, label);
		return gov_value_unchanged(axis, value, "active", "parent", found.parent, parent);
	}
	gov_value_ensure_other(axis, value, parent, "parent");
	gov_gate_pass_call("ratify_value", fcinfo, approval);
	gov_value_move(axis, value, &(GovValueMove) {
		.status = "active", .reason = reason, .approval = approval, .parent = parent, .replaced_by = found.replaced_by,
		.provenance = gov_value_ratified(axis, value, ratified_by != NULL ? ratified_by : gov_session_user_name(), approval)
	});
	if (label != NULL)
		(void) gov_label_map(axis, value, label, "inferred");
	gov_ledger_append("ratify", 0, gov_ledger_cell(NULL, NULL, axis, value),
					  gov_json_object("from", found.status, "to", "active", "parent", parent, "ratified_by", ratified_by,
									  "label", label, "reason", reason, "approval", approval));
	return gov_value_moved(axis, value, found.status, "active");
}

/* gov_deprecate(axis, value, replaced_by, reason, approval): active to deprecated. */
GOV_ACT(gov_deprecate)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *replaced_by = gov_arg_code_or_null(fcinfo, 2, "replaced_by");
	char	   *reason = gov_arg_text_or_null(fcinfo, 3);
	char	   *approval = gov_arg_code_or_null(fcinfo, 4, "approval");
	const char *stands_in;
	GovValue	found;
	int64		change;
	int			level;

	if (!gov_value_begin_move(axis, value, "deprecated", "gov_deprecate", &found))
		return gov_value_unchanged(axis, value, "deprecated", "replaced_by", found.replaced_by, replaced_by);
	gov_value_ensure_other(axis, value, replaced_by, "replacement");
	gov_gate_pass_call("retire_value", fcinfo, approval);
	stands_in = replaced_by != NULL ? replaced_by : found.replaced_by;
	level = gov_spi_begin();
	change = gov_change_begin("deprecate", axis);
	gov_value_move(axis, value, &(GovValueMove) {
		.status = "deprecated", .reason = reason, .approval = approval, .replaced_by = stands_in
	});
	gov_change_note_deprecated(change, value, found.replaced_by, stands_in);
	gov_change_end(change, gov_ledger_append("deprecate", 0, gov_ledger_cell(NULL, NULL, axis, value),
					  gov_json_object("from", found.status, "to", "deprecated", "replaced_by", replaced_by, "reason", reason,
									  "approval", approval)));
	gov_spi_end(level);
	return gov_value_moved(axis, value, found.status, "deprecated");
}

/*
 * Reinstates or retires: moves the value named by a call's arguments (axis,
 * value, reason, approval) to a status, through the gate of an action, and
 * notes it as "act".  A value in use again has nothing that stands in for it.
 */
static Datum
gov_value_move_called(FunctionCallInfo fcinfo, const char *status, const char *act, const char *action)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	char	   *approval = gov_arg_code_or_null(fcinfo, 3, "approval");
	GovValue	found;

	if (!gov_value_begin_move(axis, value, status, psprintf("gov_%s", act), &found))
		return gov_value_unchanged(axis, value, status, "status", status, NULL);
	gov_gate_pass_call(action, fcinfo, approval);
	gov_value_move(axis, value, &(GovValueMove) {
		.status = status, .reason = reason, .approval = approval,
		.replaced_by = strcmp(status, "active") == 0 ? NULL : found.replaced_by
	});
	gov_ledger_append(act, 0, gov_ledger_cell(NULL, NULL, axis, value),
					  gov_json_object("from", found.status, "to", status, "reason", reason, "approval", approval));
	return gov_value_moved(axis, value, found.status, status);
}

/* gov_reinstate(axis, value, reason, approval): deprecated to active. */
GOV_ACT(gov_reinstate)
{
	return gov_value_move_called(fcinfo, "active", "reinstate", "ratify_value");
}

/* gov_retire(axis, value, reason, approval): candidate or deprecated to retired. */
GOV_ACT(gov_retire)
{
	return gov_value_move_called(fcinfo, "retired", "retire", "retire_value");
}
