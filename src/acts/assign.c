/*-------------------------------------------------------------------------
 *
 * acts/assign.c
 *	  Assigning objects to values, one at a time.
 *
 * Rows are written by registry/assignments.c.  Assigning a cell again adds a revision, which supersedes
 * the row before and begins where that one ends.
 *
 * now() is when a transaction began.  A session that had to wait for another
 * may find a row that begins after its own now(); it ends such a row where it
 * begins, so that it holds at no instant, and takes its place.
 *
 * Locks: those of the cell (registry/target.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/target.h"
#include "acts/assign.h"

const char *const gov_assignment_zones[] = {"approved", "candidate", "quarantine", NULL};
const char *const gov_assignment_kinds[] = {"rule", "human", "agent", "tool", NULL};

/* An argument as it is. */
static GovArg
gov_assignment_argument(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return gov_null();
	return gov_datum(PG_GETARG_DATUM(argno), false);
}

/* An optional argument from 0 to 1. */
static GovArg
gov_assignment_share(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (!PG_ARGISNULL(argno) && !(PG_GETARG_FLOAT4(argno) >= 0 && PG_GETARG_FLOAT4(argno) <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("argument \"%s\" must lie between 0 and 1", name),
				 errdetail("It is %g.", PG_GETARG_FLOAT4(argno))));
	return gov_assignment_argument(fcinfo, argno);
}

/* The provenance; an empty one is none. */
static GovArg
gov_assignment_provenance(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return gov_null();
	if (!JB_ROOT_IS_OBJECT(PG_GETARG_JSONB_P(argno)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON object", "provenance"),
				 errhint("For example: {\"kind\": \"human\", \"source\": \"workshop\"}.")));
	if (JB_ROOT_COUNT(PG_GETARG_JSONB_P(argno)) == 0)
		return gov_null();
	return gov_assignment_argument(fcinfo, argno);
}

/* When it was assigned: not later than the clock on the wall. */
static GovArg
gov_assignment_time(FunctionCallInfo fcinfo, int argno)
{
	if (!PG_ARGISNULL(argno) && (TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(argno)) ||
								 PG_GETARG_TIMESTAMPTZ(argno) > GetCurrentTimestamp()))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("argument \"%s\" must be a point in time that is not in the future", "assigned_at"),
				 errhint("Leave it out for now().")));
	return gov_assignment_argument(fcinfo, argno);
}

/* Raises for a zone that an assignment without provenance cannot be in. */
static void
gov_assignment_ensure_provenance(const char *zone, bool has_provenance)
{
	if (!has_provenance && strcmp(zone, "quarantine") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("an assignment in zone \"%s\" needs a provenance", zone),
				 errhint("Say in \"provenance\" where it came from, for example {\"kind\": \"human\"}, or leave it in zone \"quarantine\".")));
}

/*
 * The zone: quarantine for what comes without provenance, candidate
 * otherwise, unless another is asked for.  Agents never approve.
 */
static char *
gov_assignment_zone(FunctionCallInfo fcinfo, int argno, bool has_provenance)
{
	char	   *zone = gov_arg_text_or_null(fcinfo, argno);

	if (zone == NULL)
		return has_provenance ? "candidate" : "quarantine";
	gov_ensure_one_of(zone, "zone", gov_assignment_zones);
	gov_assignment_ensure_provenance(zone, has_provenance);
	if (strcmp(zone, "approved") == 0)
		gov_ensure_not_agent("approve an assignment");
	return zone;
}

/* Who assigns: a human unless said otherwise; an agent is always an agent. */
static char *
gov_assignment_kind(FunctionCallInfo fcinfo, int argno)
{
	char	   *kind = gov_arg_text_or_null(fcinfo, argno);

	if (kind == NULL)
		return gov_session_is_agent() ? "agent" : "human";
	gov_ensure_one_of(kind, "assigned_kind", gov_assignment_kinds);
	if (strcmp(kind, "agent") != 0)
		gov_ensure_not_agent(psprintf("assign as kind \"%s\"", kind));
	return kind;
}

/* Columns of query_same. */
enum {SAME_ID = 1, SAME_SAME};

/*
 * The rows of the cell that still hold or will; the second column tells
 * whether one is, word for word, what is to be assigned.
 */
GOV_QUERY(query_same,
		  "SELECT assignment_id,"
		  " valid_to IS NULL AND valid_from <= clock_timestamp()"
		  " AND zone = $4 AND confidence IS NOT DISTINCT FROM $5"
		  " AND match_score IS NOT DISTINCT FROM $6 AND provenance IS NOT DISTINCT FROM $7"
		  " AND evidence IS NOT DISTINCT FROM $8 AND assigned_kind = $9"
		  " AND ($10 IS NULL OR assigned_at = $10)"
		  " FROM @.gov_assignment AS a"
		  " WHERE object_id = $1 AND axis = $2 AND value = $3 AND " GOV_ASSIGNMENT_STANDS("a"),
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, FLOAT4OID, FLOAT4OID, JSONBOID, JSONBOID,
		  TEXTOID, TIMESTAMPTZOID);

/* What assigning so does to a cell that is held. */
static GovAnswer
gov_assignment_effect(const GovTarget *cell, const GovAssignment *what)
{
	int			level = gov_spi_begin();
	uint64		rows = gov_run(&query_same, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value),
							   gov_text(what->zone), what->confidence, what->match_score, what->provenance,
							   what->evidence, gov_text(what->kind), what->assigned_at);
	GovAnswer	effect = rows == 0 ? GOV_CREATED :
		rows == 1 && gov_result_bool(0, SAME_SAME) ? GOV_UNCHANGED : GOV_CHANGED;

	gov_spi_end(level);
	return effect;
}

/* The ledger's entry about an act on a cell. */
static void
gov_assignment_note(const char *action, const GovTarget *cell, Datum payload)
{
	gov_ledger_append(action, cell->object_id,
					  gov_ledger_cell(cell->object_type, cell->object_ref, cell->axis, cell->value),
					  payload);
}

/* What an assignment says, for the ledger. */
static Datum
gov_assignment_payload(const GovAssignment *what)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "zone", what->zone);
	gov_json_text(&payload, "assigned_kind", what->kind);
	gov_json_value(&payload, "confidence", FLOAT4OID, what->confidence.value, what->confidence.isnull);
	gov_json_value(&payload, "match_score", FLOAT4OID, what->match_score.value, what->match_score.isnull);
	gov_json_value(&payload, "provenance", JSONBOID, what->provenance.value, what->provenance.isnull);
	gov_json_value(&payload, "evidence", JSONBOID, what->evidence.value, what->evidence.isnull);
	gov_json_value(&payload, "assigned_at", TIMESTAMPTZOID, what->assigned_at.value, what->assigned_at.isnull);
	return gov_json_end(&payload);
}

/*
 * gov_assign(object_type, object_ref, axis, value, zone, confidence,
 * match_score, provenance, evidence, assigned_kind, assigned_at, approval).
 */
GOV_ACT(gov_assign)
{
	GovTarget		cell;
	GovAssignment what;
	GovAnswer	effect;

	gov_target_arguments(fcinfo, false, &cell);
	what.confidence = gov_assignment_share(fcinfo, 5, "confidence");
	what.match_score = gov_assignment_share(fcinfo, 6, "match_score");
	what.provenance = gov_assignment_provenance(fcinfo, 7);
	what.evidence = gov_assignment_argument(fcinfo, 8);
	what.zone = gov_assignment_zone(fcinfo, 4, !what.provenance.isnull);
	what.kind = gov_assignment_kind(fcinfo, 9);
	what.assigned_at = gov_assignment_time(fcinfo, 10);

	gov_target_hold(&cell, GOV_TARGET_ASSIGN);
	effect = gov_assignment_effect(&cell, &what);
	if (effect != GOV_UNCHANGED)
	{
		gov_gate_pass_call("assign", fcinfo, gov_arg_code_or_null(fcinfo, 11, "approval"));
		gov_assignment_put(&cell, &what);
		gov_assignment_note("assign", &cell, gov_assignment_payload(&what));
	}
	return gov_answer(effect, "assignment of %s: %s", gov_target_describe(&cell), what.zone);
}

/* Columns of query_current. */
enum {CURRENT_ID = 1, CURRENT_ZONE, CURRENT_HAS_PROVENANCE};

/* The current row of a cell, by the clock on the wall (see the file's head). */
GOV_QUERY(query_current,
		  "SELECT assignment_id, zone, provenance IS NOT NULL AND provenance <> '{}'"
		  " FROM @.gov_assignment AS a"
		  " WHERE object_id = $1 AND axis = $2 AND value = $3 AND " GOV_CURRENT_BY_CLOCK("a")
		  " FOR NO KEY UPDATE",
		  INT8OID, TEXTOID, TEXTOID);

/* Runs query_current for a cell that is held; false when there is no such row. */
static bool
gov_assignment_find_current(const GovTarget *cell)
{
	return gov_run(&query_current, gov_int8(cell->object_id), gov_text(cell->axis),
				   gov_text(cell->value)) > 0;
}

/* The id of the current row of a cell that is held; raises when there is none. */
static int64
gov_assignment_current(const GovTarget *cell)
{
	if (!gov_assignment_find_current(cell))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no current assignment of %s", gov_target_describe(cell)),
				 errhint("gov_assign makes one.")));
	return gov_result_int8(0, CURRENT_ID);
}

/* gov_set_zone(object_type, object_ref, axis, value, zone, reason, approval). */
GOV_ACT(gov_set_zone)
{
	GovTarget		cell;
	char	   *zone;
	char	   *before;
	char	   *reason = gov_arg_text_or_null(fcinfo, 5);
	bool		changed;
	int64		assignment_id;
	int			level;

	gov_target_arguments(fcinfo, false, &cell);
	zone = gov_arg_text(fcinfo, 4, "zone");
	gov_ensure_one_of(zone, "zone", gov_assignment_zones);
	if (strcmp(zone, "approved") == 0)
		gov_ensure_not_agent("approve an assignment");
	gov_target_hold(&cell, strcmp(zone, "quarantine") == 0 ? GOV_TARGET_END : GOV_TARGET_ASSIGN);

	level = gov_spi_begin();
	assignment_id = gov_assignment_current(&cell);
	before = gov_result_text(0, CURRENT_ZONE);
	changed = strcmp(before, zone) != 0;
	if (changed)
	{
		bool		has_provenance = gov_result_bool(0, CURRENT_HAS_PROVENANCE);

		gov_ensure_transition("assignment",
							  psprintf("assignment of %s", gov_target_describe(&cell)),
							  before, zone, "gov_set_zone");
		gov_assignment_ensure_provenance(zone, has_provenance);
		gov_gate_pass_call("assign", fcinfo, gov_arg_code_or_null(fcinfo, 6, "approval"));
		gov_assignment_set_zone(&cell, assignment_id, zone, reason);
		gov_assignment_note("set_zone", &cell, gov_json_object("from", before, "to", zone, "reason", reason));
	}
	gov_spi_end(level);
	if (!changed)
		return gov_answer(GOV_UNCHANGED, "assignment of %s: %s", gov_target_describe(&cell), zone);
	return gov_answer(GOV_CHANGED, "assignment of %s: %s -> %s", gov_target_describe(&cell), before, zone);
}

/*
 * gov_unassign(object_type, object_ref, axis, value, reason, approval): ends
 * an assignment, that of an object that is gone as well.
 */
GOV_ACT(gov_unassign)
{
	GovTarget		cell;
	char	   *reason = gov_arg_text_or_null(fcinfo, 4);
	char	   *zone;
	int64		assignment_id;
	int			level;

	gov_target_arguments(fcinfo, false, &cell);
	gov_target_hold(&cell, GOV_TARGET_END_GONE);
	level = gov_spi_begin();
	if (!gov_assignment_find_current(&cell))
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "assignment of %s: there is none", gov_target_describe(&cell));
	}
	assignment_id = gov_result_int8(0, CURRENT_ID);
	zone = gov_result_text(0, CURRENT_ZONE);
	gov_gate_pass_call("assign", fcinfo, gov_arg_code_or_null(fcinfo, 5, "approval"));
	gov_assignment_end(assignment_id, reason);
	gov_spi_end(level);
	gov_assignment_note("unassign", &cell, gov_json_object("zone", zone, "reason", reason));
	return gov_answer(GOV_ENDED, "assignment of %s: %s", gov_target_describe(&cell), zone);
}
