/*-------------------------------------------------------------------------
 *
 * containment/activate.c
 *	  The container tree as a governed axis: gov_activate_containment.
 *
 * Activating containment for an axis and some types of objects makes the
 * containers of these objects the values of the axis, assigns every object to
 * its container's value, requires an accountable owner for each of these
 * cells, and names one: whoever owns the container itself on another axis.
 * What exactly should be, and how the difference is written, is in
 * mirror.c; here is what must hold before, and in what order
 * things happen.
 *
 * Before anything is written, everything that stands in the way is found and
 * named at once: objects without a container, containers that are not live,
 * containers in a cycle, containers without an owner.
 *
 * The axis must exist; a candidate becomes active, as the values and the rule
 * do.  The rule is the one named; without a name, the one active
 * per_assignment rule of the axis whose types are among the given, so that an
 * activation repeated without the name finds its own, and else one called
 * CONTAINMENT- and the axis.  An active rule is widened to more types, never
 * narrowed: that would take coverage away silently.  It keeps what it was
 * activated for, by which keep.c keeps it up.
 *
 * Locks.  GOV_LOCK_CONTAINMENT (one activation at a time), GOV_LOCK_CONTAINERS
 * (no object moves meanwhile), GOV_LOCK_VALUES, then the row of the axis, the
 * values in the order of their codes, assignments, ownership.  An object that
 * is retired meanwhile may still be assigned; the next activation ends that.
 *
 * Transactions of the procedure.  The first ends at once, which shows that
 * the caller's can be ended.  The second takes GOV_LOCK_CONTAINMENT for the
 * session and commits, so that what follows sees what a previous holder did.
 * The third checks everything, brings axis and values up to date, uses up the
 * approval where one is needed and anything is to be done, and commits.  Then one per batch of objects, in the order of object_id: their
 * assignments together with their ownership, so that no commit leaves a cell
 * required and without an owner.  The last makes the rule active and
 * deprecates values whose container is gone.  Each writes only differences,
 * so calling it again after a failure goes on where it stopped.  Objects that
 * come into being after the checks are taken along when their container was
 * among the checked ones, and wait for the next call otherwise.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "registry/axes.h"
#include "registry/in_force.h"
#include "registry/rules.h"
#include "registry/values.h"
#include "containment/mirror.h"

PG_FUNCTION_INFO_V1(gov_activate_containment_in_batches);

/* The action of the entries in the ledger. */
#define GOV_CONTAINMENT_ACTIVATED "activate_containment"

/* What stands in the way: how gov_containment_problem calls it, and in the words of the message. */
typedef struct GovContainmentProblem
{
	const char *code;
	const char *one;
	const char *many;
} GovContainmentProblem;

/* In the order in which they are named; the last is found by query_owners. */
static const GovContainmentProblem problems[] = {
	{"no_container", "object without a container", "objects without a container"},
	{"container_retired", "container that is not live", "containers that are not live"},
	{"cycle", "container in or below a cycle", "containers in or below a cycle"},
	{"no_owner", "container without an owner", "containers without an owner"},
};

GOV_QUERY(query_axis,
		  "SELECT status FROM @.gov_axis WHERE axis = $1 FOR NO KEY UPDATE", TEXTOID);

/* Columns of query_unknown_types. */
enum {UNKNOWN_TYPES = 1, UNKNOWN_ALL};

/* Given types that no object ever had, and whether these are all. */
GOV_QUERY(query_unknown_types,
		  "SELECT array_agg(t.object_type ORDER BY t.object_type COLLATE \"C\") FILTER (WHERE t.unknown), bool_and(t.unknown)"
		  "  FROM (SELECT t.object_type, NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.object_type = t.object_type) AS unknown"
		  "          FROM unnest($1) AS t (object_type)) AS t",
		  TEXTARRAYOID);

/* Columns of query_problems. */
enum {PROBLEM_CODE = 1, PROBLEM_COUNT, PROBLEM_NAMES};

/* $1 object types, $2 axis: what is wrong with containers, the first of each named. */
GOV_QUERY(query_problems,
		  "SELECT n.problem, count(*),"
		  "       string_agg(n.label, ', ' ORDER BY n.position) FILTER (WHERE n.position <= " CppAsString2(GOV_PROBLEMS_NAMED) ")"
		  "  FROM (SELECT t.problem, " GOV_CONTAINMENT_LABEL " AS label, row_number() OVER (PARTITION BY t.problem " GOV_CONTAINMENT_LABEL_ORDER ") AS position"
		  "          FROM governance_internal.gov_containment_problem($1, $2) AS t) AS n"
		  " GROUP BY n.problem",
		  TEXTARRAYOID, TEXTOID);

/* $1 axis, $2 object types: the rules that an activation without a name means. */
GOV_QUERY(query_own_rule,
		  "SELECT rule FROM @.gov_coverage_rule"
		  " WHERE axis = $1 AND mode = 'per_assignment' AND status = 'active' AND applies_to <@ $2",
		  TEXTOID, TEXTARRAYOID);

GOV_QUERY(query_default_rule,
		  "SELECT governance_internal.gov_containment_code('CONTAINMENT-' || $1)", TEXTOID);

/* Columns of query_rule. */
enum {RULE_AXIS = 1, RULE_MODE, RULE_STATUS, RULE_COVERS_TYPES, RULE_TYPES, RULE_SCOPED};

/* $1 rule, $2 axis, $3 object types. */
GOV_QUERY(query_rule,
		  "SELECT axis, mode, status, coalesce(applies_to <@ $2, false),"
		  "       coalesce(array_to_string(applies_to, ', '), 'every type'),"
		  "       scope_container IS NOT NULL OR scope_pattern IS NOT NULL OR scope_parts <> 'parents'"
		  "  FROM @.gov_coverage_rule WHERE rule = $1 FOR NO KEY UPDATE",
		  TEXTOID, TEXTARRAYOID);

/* Columns of query_summary. */
enum {SUMMARY_REQUIRED = 1, SUMMARY_GAP};

GOV_QUERY(query_summary,
		  "SELECT coalesce(sum(required), 0)::bigint, coalesce(sum(gap), 0)::bigint"
		  "  FROM @.gov_coverage_summary WHERE axis = $1",
		  TEXTOID);

/* The types argument: a list of at least one type, each not empty, once. */
static Datum
gov_containment_types(FunctionCallInfo fcinfo, int argno)
{
	ArrayType  *types;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	gov_ensure_not_null(PG_ARGISNULL(argno), "object_types");
	types = PG_GETARG_ARRAYTYPE_P(argno);
	deconstruct_array(types, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be empty", "object_types"),
				 errhint("Name the types of the objects that are to be assigned to their containers.")));
	for (int i = 0; i < count; i++)
	{
		gov_ensure_not_null(nulls[i], "object_types");
		gov_ensure_code(TextDatumGetCString(elements[i]), "object_types");
	}
	return PointerGetDatum(construct_md_array(elements, NULL, 1, &count, (int[]) {1},
											  TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Raises when no object ever had any of the types: there is nothing to
 * activate.  A type of which there is no object yet waits for the first;
 * since it may be misspelt, that is said.
 */
static void
gov_containment_ensure_types(const GovContainment *activation)
{
	Datum		types;
	Datum	   *elements;
	bool		isnull;
	bool		all;
	int			count;

	gov_run(&query_unknown_types, gov_datum(activation->object_types, false));
	types = gov_result_datum(0, UNKNOWN_TYPES, &isnull);
	if (isnull)
		return;
	all = gov_result_bool(0, UNKNOWN_ALL);
	deconstruct_array(DatumGetArrayTypeP(types), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		const char *type = TextDatumGetCString(elements[i]);
		const char *near = gov_rule_nearest_type(type);

		ereport(all ? ERROR : NOTICE,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no object is of type \"%s\" yet", type),
				 errdetail("No object of that type has ever been registered."),
				 near != NULL ? errhint("Perhaps you meant \"%s\".", near) :
				 errhint("SELECT DISTINCT object_type FROM %s.gov_object lists the types there are.", gov_schema_quoted())));
	}
}

/* Locks the axis; raises when it does not exist or is neither candidate nor active. */
static void
gov_containment_ensure_axis(const GovContainment *activation)
{
	const char *status;

	if (gov_run(&query_axis, gov_text(activation->axis)) == 0)
		gov_ensure_axis_for(GOV_FOR_A_FACT, activation->axis, GOV_ROW_PLAIN, NULL);
	status = gov_result_text(0, 1);
	if (strcmp(status, "active") != 0 && strcmp(status, "candidate") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("axis \"%s\" is %s", activation->axis, status),
				 errhint("Containment is activated on an axis that is candidate or active.")));
}

/* Raises unless owners can be looked for on the owner axis and value. */
static void
gov_containment_ensure_owner_value(const GovContainment *activation)
{
	GovAxis		axis;
	GovValue	value;

	gov_ensure_axis_for(GOV_FOR_A_FACT, activation->owner_axis, GOV_ROW_PLAIN, &axis);
	gov_ensure_value_for(GOV_FOR_A_FACT, activation->owner_axis, activation->owner_value, GOV_ROW_PLAIN, &value);
	if (strcmp(axis.status, "active") != 0 || strcmp(value.status, "active") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" has no owners to follow",
						activation->owner_value, activation->owner_axis),
				 errdetail("The axis is %s, the value is %s.", axis.status, value.status),
				 errhint("Both must be active.")));
}

/* Adds one line about a problem to the detail. */
static void
gov_containment_report(StringInfo detail, const GovContainmentProblem *problem, int64 count, const char *names)
{
	appendStringInfo(detail, "%s" INT64_FORMAT " %s: %s", detail->len > 0 ? "\n" : "",
					 count, count == 1 ? problem->one : problem->many, names);
	if (count > GOV_PROBLEMS_NAMED)
		appendStringInfo(detail, " and " INT64_FORMAT " more", count - GOV_PROBLEMS_NAMED);
	appendStringInfoChar(detail, '.');
}

/* Adds a line for each problem that was found, in the order of the table. */
static void
gov_containment_report_found(StringInfo detail, uint64 found)
{
	for (int i = 0; i < (int) lengthof(problems); i++)
		for (uint64 row = 0; row < found; row++)
			if (strcmp(gov_result_text(row, PROBLEM_CODE), problems[i].code) == 0)
				gov_containment_report(detail, &problems[i], gov_result_int8(row, PROBLEM_COUNT),
									   gov_result_text(row, PROBLEM_NAMES));
}

/* Finds the containers and their owners; raises, naming all that is wrong. */
static void
gov_containment_ensure_containers(GovContainment *activation)
{
	StringInfoData detail;

	initStringInfo(&detail);
	gov_containment_report_found(&detail, gov_run(&query_problems, gov_datum(activation->object_types, false),
												  gov_text(activation->axis)));
	gov_containment_find_owners(activation);
	if (gov_result_int8(0, OWNERS_MISSING) > 0)
		gov_containment_report(&detail, &problems[lengthof(problems) - 1], gov_result_int8(0, OWNERS_MISSING),
							   gov_result_text(0, OWNERS_MISSING_NAMES));
	if (detail.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("containment cannot be activated on axis \"%s\"", activation->axis),
				 errdetail("%s", detail.data),
				 errhint("Every object needs a live container, and every container an accountable owner for "
						 "value \"%s\" of axis \"%s\" (gov_own).",
						 activation->owner_value, activation->owner_axis)));
}

/* Names the rule when the caller did not. */
static void
gov_containment_choose_rule(GovContainment *activation)
{
	if (activation->rule != NULL)
		return;
	if (gov_run(&query_own_rule, gov_text(activation->axis),
				gov_datum(activation->object_types, false)) != 1)
		gov_run(&query_default_rule, gov_text(activation->axis));
	activation->rule = gov_result_text(0, 1);
}

/* Raises when the rule exists and cannot serve; true when it exists. */
static bool
gov_containment_ensure_rule(const GovContainment *activation)
{
	const char *axis;
	const char *mode;
	const char *status;

	if (gov_run(&query_rule, gov_text(activation->rule),
				gov_datum(activation->object_types, false)) == 0)
		return false;
	axis = gov_result_text(0, RULE_AXIS);
	mode = gov_result_text(0, RULE_MODE);
	status = gov_result_text(0, RULE_STATUS);
	if (strcmp(axis, activation->axis) != 0 || strcmp(mode, "per_assignment") != 0 ||
		strcmp(status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rule \"%s\" cannot require the cells of containment", activation->rule),
				 errdetail("It is %s, of axis \"%s\" and mode %s.", status, axis, mode),
				 errhint("It must be candidate or active, of axis \"%s\" and mode per_assignment; "
						 "or name a rule that does not exist yet.", activation->axis)));
	if (gov_result_bool(0, RULE_SCOPED))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rule \"%s\" cannot require the cells of containment", activation->rule),
				 errdetail("It has a scope, and containment is of all objects of its types."),
				 errhint("Name another rule, or one that does not exist yet.")));
	if (strcmp(status, "active") == 0 && !gov_result_bool(0, RULE_COVERS_TYPES))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rule \"%s\" is active for other object types, too", activation->rule),
				 errdetail("It applies to: %s.", gov_result_text(0, RULE_TYPES)),
				 errhint("Give these types as well, or name another rule; to narrow it, retire it first "
						 "(gov_set_rule_status).")));
	return true;
}

/* What the rule keeps of an activation. */
static GovRuleContained
gov_containment_contained(const GovContainment *activation)
{
	return (GovRuleContained) {activation->object_types, activation->owner_axis, activation->owner_value, activation->approval};
}

/* Makes the rule active for the given types, and one of this containment. */
static void
gov_containment_activate_rule(GovContainment *activation)
{
	GovRuleContained contained = gov_containment_contained(activation);

	if (gov_containment_ensure_rule(activation))
		activation->written += gov_rule_contain(activation->rule, activation->keep_threshold ? NULL : &activation->threshold,
												&contained);
	else
		activation->written += gov_rule_create_contained(activation->rule, activation->axis, activation->threshold, &contained);
}

/* All that can refuse an activation; on return the containers are known. */
static void
gov_containment_prepare(GovContainment *activation)
{
	gov_containment_ensure_axis(activation);
	gov_containment_ensure_types(activation);
	gov_containment_ensure_owner_value(activation);
	gov_containment_choose_rule(activation);
	(void) gov_containment_ensure_rule(activation);
	gov_progress_phase("checking containers and their owners", GOV_PROGRESS_UNKNOWN);
	gov_containment_ensure_containers(activation);
}

/* Makes the axis one of containment, and active. */
static void
gov_containment_activate_axis(GovContainment *activation)
{
	activation->written += gov_axis_activate_containment(activation->axis, activation->approval);
}

/* A threshold; raises when it is none. */
static float4
gov_containment_threshold(FunctionCallInfo fcinfo, int argno)
{
	float4		threshold;

	gov_ensure_not_null(PG_ARGISNULL(argno), "confidence_threshold");
	threshold = PG_GETARG_FLOAT4(argno);
	if (!(threshold >= 0 && threshold <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("argument \"%s\" must lie between 0 and 1", "confidence_threshold"),
				 errdetail("It is %g.", threshold)));
	return threshold;
}

/*
 * gov_activate_containment(axis, object_types, owner_axis, owner_value, rule,
 * confidence_threshold, approval): all of it, or an error and nothing.  The
 * gate comes last, when it is known whether there was anything to do.
 */
GOV_ACT(gov_activate_containment)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovContainment activation = {0};
	Datum		values[6];
	bool		nulls[6] = {false};
	Datum		state = (Datum) 0;
	int			level;
	bool		told;

	activation.axis = gov_arg_code(fcinfo, 0, "axis");
	activation.object_types = gov_containment_types(fcinfo, 1);
	activation.owner_axis = gov_arg_code(fcinfo, 2, "owner_axis");
	activation.owner_value = gov_arg_code(fcinfo, 3, "owner_value");
	activation.rule = gov_arg_code_or_null(fcinfo, 4, "rule");
	activation.threshold = gov_containment_threshold(fcinfo, 5);
	activation.approval = gov_arg_code_or_null(fcinfo, 6, "approval");
	gov_ensure_not_agent("activate containment");

	InitMaterializedSRF(fcinfo, 0);
	told = gov_progress_begin("gov_activate_containment");
	gov_lock(GOV_LOCK_CONTAINMENT);
	gov_containment_lock_forests();
	level = gov_spi_begin();
	gov_containment_prepare(&activation);
	if (activation.approval != NULL)
		state = gov_gate_state("activate_axis", fcinfo);
	gov_containment_activate_axis(&activation);
	gov_containment_mirror_values(&activation);
	gov_containment_mirror_objects(&activation, PG_INT64_MIN, PG_INT64_MAX);
	gov_containment_activate_rule(&activation);
	gov_containment_mirror_gone(&activation);
	if (activation.written > 0)
		gov_gate_pass_call_in("activate_axis", fcinfo, activation.approval, state);
	gov_run(&query_summary, gov_text(activation.axis));
	values[0] = Int64GetDatum(activation.values_created);
	values[1] = Int64GetDatum(activation.assignments);
	values[2] = Int64GetDatum(activation.ownerships);
	values[3] = Int64GetDatum(gov_result_int8(0, SUMMARY_REQUIRED));
	values[4] = Int64GetDatum(gov_result_int8(0, SUMMARY_GAP));
	values[5] = BoolGetDatum(activation.written == 0);
	gov_spi_end(level);
	gov_containment_note(&activation, GOV_CONTAINMENT_ACTIVATED);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	gov_progress_end(told);
	return (Datum) 0;
}

/* One batch of the procedure; the object_id it reached. */
static int64
gov_containment_run_batch(GovContainment *activation, int64 after, int32 batch_size)
{
	int64		upto = gov_containment_batch_end(activation, after, batch_size);

	gov_containment_lock_forests();
	gov_containment_mirror_objects(activation, after, upto);
	return upto;
}

/*
 * The first transaction of the procedure: axis and values.  It asks for the
 * approval when it has written something, or what follows will.
 */
static void
gov_containment_begin_procedure(FunctionCallInfo fcinfo, GovContainment *activation)
{
	GovRuleContained contained = gov_containment_contained(activation);
	Datum		state = (Datum) 0;

	gov_containment_lock_forests();
	gov_containment_prepare(activation);
	if (activation->approval != NULL)
		state = gov_gate_state("activate_axis", fcinfo);
	gov_containment_activate_axis(activation);
	gov_containment_mirror_values(activation);
	if (activation->written > 0 || !gov_rule_is_contained(activation->rule, &contained) ||
		gov_containment_is_behind(activation))
		gov_gate_pass_call_in("activate_axis", fcinfo, activation->approval, state);
	gov_containment_note(activation, GOV_CONTAINMENT_ACTIVATED);
}

/* Checks, gate, axis, values, objects by batches, rule: see the file's head. */
static void
gov_containment_run_procedure(FunctionCallInfo fcinfo, GovContainment *activation, int32 batch_size,
							  int *level, GovSecurity *security, GovBatches *batches)
{
	int64		reached = PG_INT64_MIN;

	gov_containment_begin_procedure(fcinfo, activation);
	gov_spi_commit_as_owner(level, security);
	batches->committed++;
	while (reached < PG_INT64_MAX)
	{
		CHECK_FOR_INTERRUPTS();
		reached = gov_containment_run_batch(activation, reached, batch_size);
		gov_containment_note(activation, GOV_CONTAINMENT_ACTIVATED);
		gov_spi_commit_as_owner(level, security);
		batches->committed++;
	}
	gov_containment_lock_forests();
	gov_containment_activate_rule(activation);
	gov_containment_mirror_gone(activation);
	gov_containment_note(activation, GOV_CONTAINMENT_ACTIVATED);
}

/*
 * CALL gov_activate_containment(axis, object_types, batch_size, approval): the
 * same for large trees, with the defaults of the function; an existing rule
 * keeps its threshold.
 */
Datum
gov_activate_containment_in_batches(PG_FUNCTION_ARGS)
{
	GovContainment activation = {0};
	GovSecurity security;
	GovBatches	batches;
	int32		batch_size;
	int			level;
	bool		told;

	gov_ensure_nonatomic(fcinfo, "gov_activate_containment");
	activation.axis = gov_arg_code(fcinfo, 0, "axis");
	activation.object_types = gov_containment_types(fcinfo, 1);
	batch_size = gov_arg_positive(fcinfo, 2, "batch_size");
	activation.approval = gov_arg_code_or_null(fcinfo, 3, "approval");
	activation.owner_axis = "responsibility";
	activation.owner_value = "policy";
	activation.keep_threshold = true;
	gov_ensure_not_agent("activate containment");

	level = gov_spi_begin_nonatomic();
	gov_security_enter(&security, gov_extension_owner(), false);
	gov_spi_commit_as_owner(&level, &security);
	told = gov_progress_begin("gov_activate_containment");
	gov_progress_batches_begin(&batches, "gov_activate_containment");
	gov_lock_session(GOV_LOCK_CONTAINMENT);
	gov_spi_commit_as_owner(&level, &security);
	gov_containment_run_procedure(fcinfo, &activation, batch_size, &level, &security, &batches);
	gov_spi_commit_as_owner(&level, &security);
	gov_unlock_session(GOV_LOCK_CONTAINMENT);
	gov_progress_batches_end(&batches);
	gov_progress_end(told);
	gov_security_leave(&security);
	gov_spi_end(level);
	ereport(NOTICE,
			(errmsg("containment of axis \"%s\": %lld values, %lld assignments and %lld ownerships made",
					activation.axis, (long long) activation.values_created,
					(long long) activation.assignments, (long long) activation.ownerships)));
	PG_RETURN_VOID();
}
