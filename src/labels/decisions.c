/*-------------------------------------------------------------------------
 *
 * labels/decisions.c
 *	  Judging disagreements between assignments and labels, by hand and by
 *	  policy.
 *
 * A cell has at most one live decision; when another one takes its place, its
 * row stays and is marked superseded.  Which decision fits which flag, and
 * which of them policy makes, is a constant table of reconcile.c.
 *
 * Policy decides what is undecided.  Where a decision of its own no longer
 * fits, it makes the one that does, or ends it when none fits.  What a person
 * decided it leaves alone, fitting or not.  A cell that is no longer compared
 * with labels keeps its decision, which counts again when the cell is compared
 * again.
 *
 * Locks: the cell (registry/target.c), then the approval's row.  Policy takes no lock
 * on the cells: a person who decides at the same time has the last word,
 * whoever comes first.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "registry/in_force.h"
#include "registry/target.h"
#include "labels/decisions.h"
#include "labels/reconcile.h"

/* An array of decisions has this many places, which is more than there are. */
#define GOV_DECISIONS_MAX	8

/* The decision that an argument names; raises with the list when it is none. */
static const GovDecisionFit *
gov_decision_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *decision = gov_arg_code(fcinfo, argno, "decision");
	const char *words[GOV_DECISIONS_MAX];
	int			count = 0;

	for (const GovDecisionFit *fit = gov_decision_fit_table; fit->decision != NULL; fit++)
		words[count++] = fit->decision;
	words[count] = NULL;
	gov_ensure_one_of(decision, "decision", words);
	count = 0;
	while (strcmp(words[count], decision) != 0)
		count++;
	return &gov_decision_fit_table[count];
}

/* A required reason; raises when it is NULL or blank. */
static char *
gov_decision_rationale(FunctionCallInfo fcinfo, int argno)
{
	char	   *rationale = gov_arg_text(fcinfo, argno, "rationale");

	gov_ensure_not_blank(rationale, "rationale", ERRCODE_CHECK_VIOLATION, "Say why this is the right judgement.");
	return rationale;
}

/* Columns of find_flag. */
enum {CELL_FLAG = 1, CELL_ZONE};

GOV_QUERY(find_flag,
		  "SELECT flag, zone FROM @.gov_label_reconcile"
		  " WHERE object_id = $1 AND axis = $2 AND value = $3",
		  INT8OID, TEXTOID, TEXTOID);

/* Raises unless a decision fits the cell as it is now. */
static void
gov_decision_ensure_fits(const GovTarget *cell, const GovDecisionFit *fit)
{
	char	   *flag = NULL;
	char	   *zone = NULL;
	char	   *fitting = NULL;
	int			level = gov_spi_begin();

	if (gov_run(&find_flag, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value)) > 0)
	{
		flag = gov_result_text(0, CELL_FLAG);
		zone = gov_result_text(0, CELL_ZONE);
	}
	gov_spi_end(level);
	if (flag == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s is not compared with labels", gov_target_describe(cell)),
				 errdetail("Compared are current assignments on an active axis that has a label mapped to one of its values."),
				 errhint("See what is: SELECT * FROM %s.gov_label_reconcile.", gov_schema_quoted())));
	if (gov_decision_fit(fit, flag, zone))
		return;
	for (const GovDecisionFit *other = gov_decision_fit_table; other->decision != NULL; other++)
	{
		if (gov_decision_fit(other, flag, zone))
			fitting = pstrdup(other->decision);
	}
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("decision \"%s\" does not fit %s", fit->decision, gov_target_describe(cell)),
			 errdetail("Its flag is %s, its zone %s.", flag, zone),
			 fitting != NULL ? errhint("What fits: %s.", fitting) :
			 errhint("Nothing is to be decided there.")));
}

GOV_QUERY(supersede_decision,
		  "UPDATE @.gov_decision SET superseded_at = now()"
		  " WHERE object_id = $1 AND axis = $2 AND value = $3 AND " GOV_DECISION_STANDS("gov_decision"),
		  INT8OID, TEXTOID, TEXTOID);

GOV_QUERY(insert_decision,
		  "INSERT INTO @.gov_decision (object_id, axis, value, decision, rationale, decided_by, decided_kind, approval)"
		  " VALUES ($1, $2, $3, $4, $5, session_user, 'person', $6)"
		  " ON CONFLICT " GOV_DECISION_KEY " DO NOTHING",
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/*
 * Supersedes the live decision, if there is one, by a new one.  A decision
 * that policy made since the caller looked is superseded like any other.
 */
static void
gov_decision_write(const GovTarget *cell, const char *decision, const char *rationale, const char *approval)
{
	int			level = gov_spi_begin();

	do
	{
		CHECK_FOR_INTERRUPTS();
		gov_run(&supersede_decision, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value));
	} while (gov_run(&insert_decision, gov_int8(cell->object_id), gov_text(cell->axis), gov_text(cell->value),
					 gov_text(decision), gov_text(rationale), gov_text(approval)) == 0);
	gov_spi_end(level);
}

/* Lets decisions be about other values of their axis. */
uint64
gov_decision_move_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_decision AS d SET value = c.becomes,"
								  " superseded_at = CASE WHEN c.ends THEN now() END"
								  " FROM %s AS c WHERE d.decision_id = c.decision_id", rows), NULL);
}

/* Lets decisions be about other objects. */
uint64
gov_decision_give_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_decision AS d SET object_id = c.object_id"
								  " FROM %s AS c WHERE d.decision_id = c.decision_id", rows), NULL);
}

GOV_QUERY(find_decision,
		  "SELECT decision = $4 AND rationale = $5 AND decided_kind = 'person' FROM @.gov_decision AS d"
		  " WHERE object_id = $1 AND axis = $2 AND value = $3 AND " GOV_DECISION_STANDS("d"),
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* What a decision does to the live one of a held cell. */
static GovAnswer
gov_decision_effect(const GovTarget *cell, const char *decision, const char *rationale)
{
	int			level = gov_spi_begin();
	bool		found = gov_run(&find_decision, gov_int8(cell->object_id), gov_text(cell->axis),
								gov_text(cell->value), gov_text(decision), gov_text(rationale)) > 0;
	GovAnswer	effect = !found ? GOV_CREATED : gov_result_bool(0, 1) ? GOV_UNCHANGED : GOV_CHANGED;

	gov_spi_end(level);
	return effect;
}

/* gov_decide(object_type, object_ref, axis, value, decision, rationale, approval). */
GOV_ACT(gov_decide)
{
	const GovDecisionFit *fit;
	GovTarget		cell;
	char	   *rationale;
	char	   *approval;
	GovAnswer	effect;

	gov_target_arguments(fcinfo, false, &cell);
	fit = gov_decision_argument(fcinfo, 4);
	rationale = gov_decision_rationale(fcinfo, 5);
	approval = gov_arg_code_or_null(fcinfo, 6, "approval");

	gov_ensure_not_agent("decide about a disagreement");
	gov_target_hold(&cell, GOV_TARGET_END);
	effect = gov_decision_effect(&cell, fit->decision, rationale);
	if (effect != GOV_UNCHANGED)
	{
		gov_gate_pass_call("decide", fcinfo, approval);
		gov_decision_ensure_fits(&cell, fit);
		gov_decision_write(&cell, fit->decision, rationale, approval);
		gov_ledger_append("decide", cell.object_id,
						  gov_ledger_cell(cell.object_type, cell.object_ref, cell.axis, cell.value),
						  gov_json_object("decision", fit->decision, "rationale", rationale,
										  "decided_kind", "person", "approval", approval));
	}
	return gov_answer(effect, "decision on %s: %s", gov_target_describe(&cell), fit->decision);
}

/*
 * Undecided cells that policy decides or takes its decision back from.  The
 * decisions that policy makes come in as arrays: decision, flag, whether in
 * quarantine (NULL: either), whether it needs an owner, and why.
 */
static const char *const text_policy =
	"SELECT r.object_id, r.axis, r.value, d.decision_id, p.decision, p.rationale"
	" FROM @.gov_label_reconcile AS r"
	" LEFT JOIN @.gov_decision AS d ON d.object_id = r.object_id AND d.axis = r.axis"
	"  AND d.value = r.value AND " GOV_DECISION_STANDS("d")
	" LEFT JOIN unnest($1, $2, $3, $4, $5) AS p (decision, flag, quarantined, owned, rationale)"
	"  ON p.flag = r.flag AND COALESCE(p.quarantined = (r.zone = 'quarantine'), true)"
	"  AND (NOT p.owned OR EXISTS (SELECT FROM @.gov_effective_owner AS e"
	"   WHERE e.object_id = r.object_id AND e.axis = r.axis AND e.value = r.value))"
	" WHERE r.state = r.flag AND r.object_id >= $6"
	"  AND CASE WHEN d.decision_id IS NULL THEN p.decision IS NOT NULL"
	"   ELSE d.decided_kind = 'policy' END"
	" ORDER BY r.object_id, r.axis, r.value LIMIT $7";

static const Oid policy_types[] = {
	TEXTARRAYOID, TEXTARRAYOID, BOOLARRAYOID, BOOLARRAYOID, TEXTARRAYOID, INT8OID, INT8OID
};

/* Its own decisions that no longer fit. */
static const char *const text_supersede =
	"UPDATE @.gov_decision AS d SET superseded_at = now() FROM gov_policy AS p"
	" WHERE d.decision_id = p.decision_id AND " GOV_DECISION_STANDS("d") " AND d.decided_kind = 'policy'";

/* New ones; a cell that a person has decided meanwhile is left out. */
static const char *const text_decide =
	"INSERT INTO @.gov_decision (object_id, axis, value, decision, rationale, decided_by, decided_kind)"
	" SELECT p.object_id, p.axis, p.value, p.decision, p.rationale, session_user, 'policy'"
	" FROM gov_policy AS p WHERE p.decision IS NOT NULL"
	" ORDER BY p.object_id, p.axis, p.value"
	" ON CONFLICT " GOV_DECISION_KEY " DO NOTHING";

/* One column of the decisions that policy makes, as an array argument. */
static GovArg
gov_decision_column(Datum (*column) (const GovDecisionFit *fit, bool *isnull), Oid type)
{
	Datum		elements[GOV_DECISIONS_MAX];
	bool		nulls[GOV_DECISIONS_MAX];
	int			count = 0;
	int			lower = 1;
	ArrayType  *array;

	for (const GovDecisionFit *fit = gov_decision_fit_table; fit->decision != NULL; fit++)
	{
		if (fit->policy == GOV_POLICY_NEVER)
			continue;
		nulls[count] = false;
		elements[count] = column(fit, &nulls[count]);
		count++;
	}
	array = construct_md_array(elements, nulls, 1, &count, &lower, type,
							   type == BOOLOID ? 1 : -1, type == BOOLOID,
							   type == BOOLOID ? TYPALIGN_CHAR : TYPALIGN_INT);
	return gov_datum(PointerGetDatum(array), false);
}

/* Column: the decision. */
static Datum
gov_decision_of(const GovDecisionFit *fit, bool *isnull pg_attribute_unused())
{
	return CStringGetTextDatum(fit->decision);
}

/* Column: the flag it fits. */
static Datum
gov_decision_flag(const GovDecisionFit *fit, bool *isnull pg_attribute_unused())
{
	return CStringGetTextDatum(fit->flag);
}

/* Column: whether it fits quarantined assignments, NULL for either. */
static Datum
gov_decision_quarantined(const GovDecisionFit *fit, bool *isnull)
{
	*isnull = fit->zone == GOV_FIT_ANY;
	return BoolGetDatum(fit->zone == GOV_FIT_QUARANTINED);
}

/* Column: whether the cell must have an owner. */
static Datum
gov_decision_owned(const GovDecisionFit *fit, bool *isnull pg_attribute_unused())
{
	return BoolGetDatum(fit->policy == GOV_POLICY_OWNED);
}

/* Column: why. */
static Datum
gov_decision_reason(const GovDecisionFit *fit, bool *isnull pg_attribute_unused())
{
	return CStringGetTextDatum(fit->rationale);
}

/* Leaves one entry in the ledger for all that policy did in one go. */
static void
gov_decision_note_policy(uint64 superseded, uint64 decided)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "decided_kind", "policy");
	gov_json_int8(&payload, "superseded", superseded);
	gov_json_int8(&payload, "decided", decided);
	gov_ledger_append("decide", 0, (Datum) 0, gov_json_end(&payload));
}

/*
 * Decides what policy allows, for at most "limit" cells (0: all) of objects
 * from *object_id on, and moves *object_id to the last one; how many cells it
 * decided or took its decision back from.  Whoever calls holds
 * GOV_LOCK_RECONCILE.
 */
int64
gov_decide_by_policy(int64 limit, int64 *object_id)
{
	GovArg		args[] = {
		gov_decision_column(gov_decision_of, TEXTOID),
		gov_decision_column(gov_decision_flag, TEXTOID),
		gov_decision_column(gov_decision_quarantined, BOOLOID),
		gov_decision_column(gov_decision_owned, BOOLOID),
		gov_decision_column(gov_decision_reason, TEXTOID),
		gov_int8(*object_id),
		limit > 0 ? gov_int8(limit) : gov_null()
	};
	int			level = gov_spi_begin();
	GovRows    *rows;
	int64		count;

	rows = gov_spi_collect("gov_policy", text_policy, lengthof(args), policy_types, args);
	count = gov_rows_count(rows);
	if (count > 0)
	{
		uint64		superseded = gov_run_text(text_supersede, 0, NULL, NULL, false);
		uint64		decided = gov_run_text(text_decide, 0, NULL, NULL, false);

		if (superseded + decided > 0)
			gov_decision_note_policy(superseded, decided);
		gov_run_text("SELECT max(object_id) FROM gov_policy", 0, NULL, NULL, false);
		*object_id = gov_result_int8(0, 1);
	}
	gov_spi_discard(rows);
	gov_spi_end(level);
	return count;
}
