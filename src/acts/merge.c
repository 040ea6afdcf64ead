/*-------------------------------------------------------------------------
 *
 * acts/merge.c
 *	  Merging two values into one, splitting one into several.
 *
 * Merge: what points at "from" comes to point at "into": current and future
 * assignments, ownership in force or scheduled, labels, decisions.  What
 * "into" has already for the same object and the same time is not doubled:
 * the row of "from" is superseded, unless it is of a better zone and the
 * other adds nothing to it; for the rest of its time it gets a successor.
 * Two accountable owners that disagree about a cell stop the merge.  Children
 * go under "into", and "from" is deprecated, replaced by it.
 *
 * Split: new active children under a value; a plan says which assignments go
 * to which child, the rest stays with the value.
 *
 * Rows keep their identity: they are updated in place, set-based, and what
 * each was before is written down (acts/undo.c), so that gov_undo can put it
 * back.
 *
 * Locks: the lock of the value forests, the axis's row FOR SHARE (the guard
 * of single-valued axes asks for it), then the values' rows FOR NO KEY UPDATE
 * in the order of their codes, with those of the children that are to be
 * moved.  Whoever assigns to a value holds it FOR SHARE: an
 * assignment made meanwhile is either there when the merge looks, or waits
 * and is then refused with the name of the replacement.  Under REPEATABLE
 * READ one that is there and cannot be seen stops the act (40001).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "registry/axes.h"
#include "registry/meant.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "registry/values.h"
#include "labels/decisions.h"
#include "labels/labels.h"
#include "acts/undo.h"

/*
 * What a merge or a split moves, as gov_merge_moving_assignment and
 * gov_merge_moving_ownership have it, for queries that need the row itself.
 */
#define GOV_MOVES_ASSIGNMENT(a) GOV_ASSIGNMENT_STANDS(a) " AND " GOV_OF_NO_GONE_OBJECT(a)
#define GOV_MOVES_OWNERSHIP(o) GOV_OWNERSHIP_STANDS(o) " AND " GOV_OF_NO_GONE_OBJECT(o)

/* Cells that "from" and "into" owe to different authorities. */
GOV_QUERY(find_disagreement,
		  "SELECT disagreement FROM governance_internal.gov_merge_disagreement"
		  " WHERE axis = $1 AND from_value = $2 AND into_value = $3 ORDER BY 1",
		  TEXTOID, TEXTOID, TEXTOID);

/*
 * Where both values have a row of an object at the same time, that of the
 * better zone stays: one of "into" that has nothing beyond a better one of
 * "from" is superseded by it.
 */
static const char *const yielding_assignments_sql =
"SELECT h.assignment_id, h.by AS superseded_by, NULL::text AS reason, h.valid_to AS had"
" FROM governance_internal.gov_merge_yielding_assignment AS h"
" WHERE h.axis = $1 AND h.from_value = $2 AND h.into_value = $3";

/* Assignments of objects that have one to "into" at the same time. */
static const char *const doubled_assignments_sql =
"SELECT h.assignment_id, h.by AS superseded_by, NULL::text AS reason, h.valid_to AS had, h.rest"
" FROM governance_internal.gov_merge_doubled_assignment AS h"
" WHERE h.axis = $1 AND h.from_value = $2 AND h.into_value = $3";

/* For the rest of the time, in which only "from" has the object, "into" gets a new row. */
static const char *const rest_assignments_sql =
"SELECT nextval($4) AS assignment_id, n.* FROM (SELECT f.object_id, f.axis, $3 AS value, f.zone, f.confidence,"
"  f.match_score, f.provenance, f.evidence, f.assigned_kind, f.assigned_by, f.assigned_at, lower(period) AS valid_from,"
"  upper(period) AS valid_to, f.revision + 1 AS revision, f.reason, f.instead_of"
"  FROM (SELECT a.*, h.rest, min(a.assignment_id) OVER (PARTITION BY a.object_id) AS instead_of"
"   FROM gov_ending AS h JOIN @.gov_assignment AS a ON a.assignment_id = h.assignment_id) AS f,"
"  unnest(f.rest) AS period ORDER BY f.assignment_id, period) AS n";

/* Ownership of both that has lapsed: it is marked expired first. */
static const char *const lapsed_ownership_sql =
"SELECT w.ownership_id, 'expired' AS status, now() AS ends, NULL::text AS reason FROM @.gov_ownership AS w"
" WHERE w.axis = $1 AND w.value IN ($2, $3) AND " GOV_LAPSED("w");

/* Ownership that "into" has at the same time: same object, kind and authority. */
static const char *const doubled_ownership_sql =
"SELECT h.ownership_id, 'superseded' AS status, now() AS ends, NULL::text AS reason, h.effective_to AS had, h.rest"
" FROM governance_internal.gov_merge_doubled_ownership AS h"
" WHERE h.axis = $1 AND h.from_value = $2 AND h.into_value = $3";

/* For the rest of the time, in which only "from" has it, "into" gets a new row. */
static const char *const rest_ownership_sql =
"SELECT nextval($4) AS ownership_id, n.* FROM (SELECT f.object_id, f.axis, $3 AS value, f.owner_kind, f.authority,"
"  f.inherits, lower(period) AS effective_from, upper(period) AS effective_to, f.reason, f.approval,"
"  f.ownership_id AS supersedes_id"
"  FROM gov_ending AS h JOIN @.gov_ownership AS f USING (ownership_id), unnest(h.rest) AS period"
"  ORDER BY f.ownership_id, period) AS n";

/* The rest of it. */
static const char *const moving_ownership_sql =
"SELECT o.ownership_id, $3 AS value, $2 AS had FROM governance_internal.gov_merge_moving_ownership AS o"
" WHERE o.axis = $1 AND o.value = $2";

/* Labels that "into" bears already are dropped, the others move. */
static const char *const labels_sql =
"SELECT f.axis, f.value, f.label, f.map_kind,"
" CASE WHEN NOT EXISTS (SELECT FROM @.gov_value_label AS i"
"  WHERE i.axis = $1 AND i.value = $3 AND i.label = f.label) THEN $3 END AS becomes"
" FROM @.gov_value_label AS f WHERE f.axis = $1 AND f.value = $2";

/* Decisions where "into" has one for the same object end, the others move. */
static const char *const decisions_sql =
"SELECT h.decision_id, h.value AS had, CASE WHEN h.ends THEN h.value ELSE $3 END AS becomes, h.ends"
" FROM (SELECT f.decision_id, f.value, EXISTS (SELECT FROM @.gov_decision AS i WHERE i.object_id = f.object_id"
"   AND i.axis = $1 AND i.value = $3 AND " GOV_DECISION_STANDS("i") ") AS ends"
"  FROM @.gov_decision AS f WHERE f.axis = $1 AND f.value = $2 AND " GOV_DECISION_STANDS("f") ") AS h";

/*
 * If "into" lives below "from" it is lifted out first, so that no cycle comes
 * of children moving under it.
 */
static const char *const lifted_sql =
"WITH RECURSIVE above AS (SELECT parent FROM @.gov_axis_value WHERE axis = $1 AND value = $3"
"  UNION SELECT v.parent FROM @.gov_axis_value v JOIN above ON v.axis = $1 AND v.value = above.parent)"
" SELECT v.axis, v.value, v.parent AS had, jsonb_build_object('parent', f.parent) AS becomes"
" FROM @.gov_axis_value AS v JOIN @.gov_axis_value AS f ON f.axis = v.axis AND f.value = $2"
" WHERE v.axis = $1 AND v.value = $3 AND $2 IN (SELECT parent FROM above)";

/* Then the children follow. */
static const char *const children_sql =
"SELECT v.axis, v.value, v.parent AS had, jsonb_build_object('parent', $3) AS becomes"
" FROM @.gov_axis_value AS v WHERE v.axis = $1 AND v.parent = $2 AND v.value <> $3";

/* Raises naming the cells on whose owner the two values disagree. */
static void
gov_merge_ensure_agreement(const char *axis, const char *from, const char *into)
{
	uint64		count = gov_run(&find_disagreement, gov_text(axis), gov_text(from), gov_text(into));

	if (count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 errmsg("values \"%s\" and \"%s\" have different accountable owners", from, into),
			 errdetail_internal("%s", gov_result_named(count)),
			 errhint("Settle who is accountable first: gov_own with replace => true, or gov_disown.")));
}

/* Who may, as it was said of a value or of the nearest above it: by privilege. */
#define WHO_MAY(value) \
	"(SELECT r.privilege, pg_catalog.string_agg(COALESCE(NULLIF(a.role_name::text, ''), 'nobody'), ' ' ORDER BY a.role_name::text COLLATE \"C\") AS roles" \
	"   FROM governance_internal.gov_access_ruled AS r" \
	"   JOIN @.gov_access AS a ON a.axis = r.axis AND a.value = r.ruler AND a.privilege = r.privilege" \
	"  WHERE r.axis = $1 AND r.value = " value " GROUP BY r.privilege)"

/* Privileges for which it was said of "from" who may, and of "into" otherwise, or nothing. */
GOV_QUERY(find_access,
		  "SELECT pg_catalog.format('%s: %s of the one, %s of the other', f.privilege, f.roles, COALESCE(i.roles, 'nothing'))"
		  " FROM " WHO_MAY("$2") " AS f LEFT JOIN " WHO_MAY("$3") " AS i ON i.privilege = f.privilege"
		  " WHERE i.roles IS DISTINCT FROM f.roles ORDER BY f.privilege COLLATE \"C\"",
		  TEXTOID, TEXTOID, TEXTOID);

/*
 * Raises where fewer would be kept from what bears "from" once it bears "into":
 * what is said of who may do what does not move.
 */
static void
gov_merge_ensure_access(const char *axis, const char *from, const char *into)
{
	uint64		count = gov_run(&find_access, gov_text(axis), gov_text(from), gov_text(into));

	if (count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("different roles may read or write what bears values \"%s\" and \"%s\"", from, into),
			 errdetail_internal("%s", gov_result_named(count)),
			 errhint("Say of both the same first: gov_set_access, gov_end_access.")));
}

/* What a merge moves: from where to where, as part of which change. */
typedef struct GovMerge
{
	const char *axis;
	const char *from;
	const char *into;
	const char *replaced_by;	/* what stood in for "from" before, or NULL */
	int64		change;
} GovMerge;

GOV_QUERY(lock_merged,
		  "SELECT count(*) FROM (SELECT 1 FROM @.gov_axis_value AS v"
		  " WHERE v.axis = $1 AND (v.value IN ($2, $3) OR v.parent = $2)"
		  " ORDER BY v.value FOR NO KEY UPDATE OF v) AS held",
		  TEXTOID, TEXTOID, TEXTOID);

/*
 * Locks both values, and the children of the first, in the order of their
 * codes, and notes what stands in for the first; false when the one was merged
 * into the other already.  Raises unless both are active otherwise.
 */
static bool
gov_merge_lock(GovMerge *merge)
{
	const char *axis = merge->axis;
	const char *from = merge->from;
	const char *into = merge->into;
	const char *order[2];
	GovValue	found[2];
	GovValue   *source;
	GovAxis		ignored;
	int			level;

	if (strcmp(from, into) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value \"%s\" cannot be merged into itself", from)));
	order[0] = strcmp(from, into) < 0 ? from : into;
	order[1] = order[0] == from ? into : from;
	gov_lock(GOV_LOCK_VALUES);
	(void) gov_axis_find(axis, GOV_ROW_SHARE, &ignored);
	level = gov_spi_begin();
	(void) gov_run(&lock_merged, gov_text(axis), gov_text(from), gov_text(into));
	gov_spi_end(level);
	for (int i = 0; i < 2; i++)
		gov_ensure_value(axis, order[i], GOV_ROW_UPDATE, &found[i]);
	source = &found[order[0] == from ? 0 : 1];
	merge->replaced_by = source->replaced_by;
	if (strcmp(source->status, "deprecated") == 0 && source->replaced_by != NULL &&
		strcmp(source->replaced_by, into) == 0)
		return false;
	for (int i = 0; i < 2; i++)
		if (strcmp(found[i].status, "active") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_GOV_TRANSITION_REFUSED),
					 errmsg("value \"%s\" of axis \"%s\" is %s", order[i], axis, found[i].status),
					 errhint("Both values of a merge have to be active.")));
	return true;
}

/*
 * A digest of the rows that point at two values: it changes when one of them
 * is added, removed or updated.
 */
#define FIGURE(table, alias, id, live) \
	"(SELECT count(*) || ' ' || COALESCE(sum(hashtextextended(concat_ws(' ', " id ", " alias ".xmin, " alias ".ctid), 0)), 0)" \
	" FROM @." table " " alias " WHERE " alias ".axis = $1 AND " alias ".value IN ($2, $3) AND " live ")"
GOV_QUERY(figure_of_values,
		  "SELECT concat_ws(', ',"
		  FIGURE("gov_assignment", "a", "a.assignment_id", GOV_MOVES_ASSIGNMENT("a")) ","
		  FIGURE("gov_ownership", "o", "o.ownership_id", GOV_MOVES_OWNERSHIP("o")) ","
		  FIGURE("gov_decision", "d", "d.decision_id", GOV_DECISION_STANDS("d")) ","
		  FIGURE("gov_value_label", "l", "l.label", "true") ","
		  FIGURE("gov_access", "c", "c.privilege", "true") ")",
		  TEXTOID, TEXTOID, TEXTOID);

/*
 * To be called once the values are locked.  Under REPEATABLE READ raises a
 * serialization failure when rows that point at the values were written since
 * the snapshot of the transaction: the merge would not see them and would
 * leave them behind.
 */
static void
gov_merge_ensure_sees_all(const char *axis, const char *value, const char *other)
{
	char	   *seen;

	if (!IsolationUsesXactSnapshot())
		return;
	(void) gov_run(&figure_of_values, gov_text(axis), gov_text(value), gov_text(other));
	seen = gov_result_text(0, 1);
	(void) gov_run_latest(&figure_of_values, gov_text(axis), gov_text(value), gov_text(other));
	if (strcmp(seen, gov_result_text(0, 1)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access to value \"%s\" of axis \"%s\"", value, axis),
				 errdetail("What points at it was changed since this transaction began."),
				 errhint("Try again in a new transaction.")));
}

/* What a merge counts, in the order of its result, and the words for it. */
enum {MERGED_ASSIGNMENTS, MERGED_ASSIGNMENTS_SUPERSEDED, MERGED_OWNERSHIPS, MERGED_OWNERSHIPS_SUPERSEDED,
	MERGED_LABELS, MERGED_DECISIONS, MERGED_CHILDREN};
static const char *const gov_merge_counts[] = {
	"assignments", "assignments_superseded", "ownerships", "ownerships_superseded",
	"labels", "decisions", "children"
};

#define GOV_MERGE_COUNTS ((int) lengthof(gov_merge_counts))

/* Writes the ledger entry of a merge. */
static void
gov_merge_record(const GovMerge *merge, const int64 *counts, const char *reason, const char *approval)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "into", merge->into);
	gov_json_text(&payload, "reason", reason);
	gov_json_text(&payload, "approval", approval);
	for (int i = 0; i < GOV_MERGE_COUNTS; i++)
		gov_json_int8(&payload, gov_merge_counts[i], counts[i]);
	gov_change_end(merge->change, gov_ledger_append("merge", 0, gov_json_object("axis", merge->axis, "value", merge->from),
													gov_json_end(&payload)));
}

/* Keeps the rows of a query about the two values aside; $4 is a sequence. */
static GovRows *
gov_merge_collect(const GovMerge *merge, const char *name, const char *sql, GovArg sequence)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, REGCLASSOID};
	GovArg		args[] = {gov_text(merge->axis), gov_text(merge->from), gov_text(merge->into), sequence};

	return gov_spi_collect(name, sql, lengthof(args), types, args);
}

/* Ends the assignments kept as gov_ending and notes them; how many. */
static int64
gov_merge_end_assignments(const GovMerge *merge)
{
	GovRows    *done;
	uint64		ended = gov_assignment_end_rows("gov_ending", &done);

	gov_change_note_ids(merge->change, "assignment", "gov_done", "assignment_id", "had",
						"jsonb_build_object('valid_to', had)", "'{}'::jsonb");
	gov_spi_discard(done);
	return (int64) ended;
}

/* Notes the assignments that were moved, kept as gov_done (with zone, and the value they had), and discards them. */
static void
gov_merge_note_moved(int64 change, GovRows *done)
{
	gov_change_note_ids(change, "assignment", "gov_done", "assignment_id", "had, value, zone",
						"jsonb_build_object('value', had)", "jsonb_build_object('value', value, 'zone', zone)");
	gov_spi_discard(done);
}

/* Moves the assignments of "from" to "into"; how many rows moved, and how many were superseded. */
static void
gov_merge_assignments(const GovMerge *merge, int64 *moved, int64 *superseded)
{
	GovArg		sequence = gov_assignment_sequence();
	GovRows    *rows = gov_merge_collect(merge, "gov_ending", yielding_assignments_sql, sequence);
	GovRows    *made;
	GovRows    *done;

	*superseded = gov_merge_end_assignments(merge);
	gov_spi_discard(rows);

	rows = gov_merge_collect(merge, "gov_ending", doubled_assignments_sql, sequence);
	made = gov_merge_collect(merge, "gov_new", rest_assignments_sql, sequence);
	*superseded += gov_merge_end_assignments(merge);
	(void) gov_assignment_put_rows("gov_new");
	gov_change_note_ids(merge->change, "assignment", "gov_new", "assignment_id", "value, zone, instead_of",
						"NULL::jsonb", "jsonb_build_object('value', value, 'zone', zone, 'instead_of', instead_of)");
	gov_spi_discard(made);
	gov_spi_discard(rows);

	*moved = (int64) gov_assignment_move_value(merge->axis, merge->from, merge->into, &done);
	gov_merge_note_moved(merge->change, done);
}

/* Moves the ownership of "from" to "into"; how many rows moved, and how many "into" had already. */
static void
gov_merge_ownership(const GovMerge *merge, int64 *moved, int64 *superseded)
{
	GovArg		sequence = gov_ownership_sequence();
	GovRows    *rows = gov_merge_collect(merge, "gov_ending", lapsed_ownership_sql, sequence);
	GovRows    *made;
	GovRows    *done;

	(void) gov_ownership_end_rows("gov_ending", NULL);
	gov_spi_discard(rows);

	rows = gov_merge_collect(merge, "gov_ending", doubled_ownership_sql, sequence);
	made = gov_merge_collect(merge, "gov_new", rest_ownership_sql, sequence);
	*superseded = (int64) gov_ownership_end_rows("gov_ending", &done);
	(void) gov_ownership_put_rows("gov_new");
	gov_change_note_ids(merge->change, "ownership", "gov_new", "ownership_id", "value",
						"NULL::jsonb", "jsonb_build_object('value', value)");
	gov_change_note_ids(merge->change, "ownership", "gov_done", "ownership_id", "had",
						"jsonb_build_object('status', 'active', 'effective_to', had)",
						"jsonb_build_object('status', 'superseded')");
	gov_spi_discard(done);
	gov_spi_discard(made);
	gov_spi_discard(rows);

	rows = gov_merge_collect(merge, "gov_moving", moving_ownership_sql, sequence);
	*moved = (int64) gov_ownership_move_rows("gov_moving", &done);
	gov_change_note_ids(merge->change, "ownership", "gov_done", "ownership_id", "had, value",
						"jsonb_build_object('value', had)", "jsonb_build_object('value', value)");
	gov_spi_discard(done);
	gov_spi_discard(rows);
}

/* Moves the labels of "from" to "into" and notes it; how many there were. */
static int64
gov_merge_labels(const GovMerge *merge)
{
	GovRows    *rows = gov_merge_collect(merge, "gov_moving", labels_sql, gov_null());
	int64		had = (int64) gov_rows_count(rows);

	(void) gov_label_move_rows("gov_moving");
	gov_change_note_codes(merge->change, "label", "gov_moving", "label",
						  "jsonb_build_object('value', value, 'map_kind', map_kind)",
						  "CASE WHEN becomes IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('value', becomes) END");
	gov_spi_discard(rows);
	return had;
}

/* Moves the decisions about "from" to "into" and notes it; how many there were. */
static int64
gov_merge_decisions(const GovMerge *merge)
{
	GovRows    *rows = gov_merge_collect(merge, "gov_moving", decisions_sql, gov_null());
	int64		were = (int64) gov_rows_count(rows);

	(void) gov_decision_move_rows("gov_moving");
	gov_change_note_ids(merge->change, "decision", "gov_moving", "decision_id", "had, becomes, ends",
						"jsonb_build_object('value', had)",
						"CASE WHEN ends THEN '{}'::jsonb ELSE jsonb_build_object('value', becomes) END");
	gov_spi_discard(rows);
	return were;
}

/* Gives values the parent that a query finds for them and notes it; how many. */
static int64
gov_merge_move_values(const GovMerge *merge, const char *sql)
{
	GovRows    *rows = gov_merge_collect(merge, "gov_moving", sql, gov_null());
	GovRows    *done;
	uint64		moved = gov_value_update_rows("gov_moving", &done);

	gov_change_note_codes(merge->change, "value", "gov_done", "value", "jsonb_build_object('parent', had)", "becomes");
	gov_spi_discard(done);
	gov_spi_discard(rows);
	return (int64) moved;
}

/* Deprecates "from", replaced by "into", and notes it. */
static void
gov_merge_deprecate(const GovMerge *merge, const char *reason, const char *approval)
{
	gov_value_move(merge->axis, merge->from, &(GovValueMove) {
		.status = "deprecated", .reason = reason, .approval = approval, .replaced_by = merge->into
	});
	gov_change_note_deprecated(merge->change, merge->from, merge->replaced_by, merge->into);
}

/* Moves what points at "from" to "into", and deprecates "from"; both are locked. */
static void
gov_merge_run(GovMerge *merge, const char *reason, const char *approval, int64 *counts)
{
	int			level = gov_spi_begin();

	/* all of one value is joined with all of the other, however few the planner takes them to be */
	gov_spi_setting("enable_nestloop", "off");
	gov_merge_ensure_sees_all(merge->axis, merge->from, merge->into);
	gov_merge_ensure_agreement(merge->axis, merge->from, merge->into);
	gov_merge_ensure_access(merge->axis, merge->from, merge->into);
	merge->change = gov_change_begin("merge", merge->axis);
	gov_progress_phase("moving assignments", GOV_PROGRESS_UNKNOWN);
	gov_merge_assignments(merge, &counts[MERGED_ASSIGNMENTS], &counts[MERGED_ASSIGNMENTS_SUPERSEDED]);
	gov_progress_phase("moving ownership", GOV_PROGRESS_UNKNOWN);
	gov_merge_ownership(merge, &counts[MERGED_OWNERSHIPS], &counts[MERGED_OWNERSHIPS_SUPERSEDED]);
	gov_progress_phase("moving labels, decisions and values", GOV_PROGRESS_UNKNOWN);
	counts[MERGED_LABELS] = gov_merge_labels(merge);
	counts[MERGED_DECISIONS] = gov_merge_decisions(merge);
	(void) gov_merge_move_values(merge, lifted_sql);
	counts[MERGED_CHILDREN] = gov_merge_move_values(merge, children_sql);
	gov_merge_deprecate(merge, reason, approval);
	gov_merge_record(merge, counts, reason, approval);
	gov_spi_end(level);
}

/*
 * gov_merge(axis, from_value, into_value, reason, approval): what moved, what
 * was superseded because "into" had it, and whether it was merged already.
 */
GOV_ACT(gov_merge)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovMerge	merge = {0};
	char	   *reason;
	char	   *approval;
	int64		counts[GOV_MERGE_COUNTS] = {0};
	Datum		values[GOV_MERGE_COUNTS + 1];
	bool		nulls[GOV_MERGE_COUNTS + 1] = {false};
	bool		unchanged;
	bool		told;

	merge.axis = gov_arg_code(fcinfo, 0, "axis");
	merge.from = gov_arg_code(fcinfo, 1, "from_value");
	merge.into = gov_arg_code(fcinfo, 2, "into_value");
	reason = gov_arg_text_or_null(fcinfo, 3);
	approval = gov_arg_code_or_null(fcinfo, 4, "approval");
	InitMaterializedSRF(fcinfo, 0);
	gov_ensure_not_agent("merge values");
	told = gov_progress_begin("gov_merge");
	unchanged = !gov_merge_lock(&merge);
	if (!unchanged)
	{
		gov_gate_pass_call("retire_value", fcinfo, approval);
		gov_merge_run(&merge, reason, approval, counts);
	}
	values[GOV_MERGE_COUNTS] = BoolGetDatum(unchanged);
	for (int i = 0; i < GOV_MERGE_COUNTS; i++)
		values[i] = Int64GetDatum(counts[i]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	gov_progress_end(told);
	return (Datum) 0;
}

/* The children of a split as values to be made; $4 approval. */
static const char *const split_children_sql =
"SELECT $1 AS axis, c.code AS value, $2 AS parent, c.name, 'active'::text AS status,"
" jsonb_build_object('kind', 'split', 'source', $2) AS provenance, NULL::bigint AS object_id, $4 AS approval"
" FROM governance_internal.gov_split_child($3) AS c";

/* What is wrong with entries of the plan, in words. */
GOV_QUERY(find_plan_faults,
		  "SELECT f.fault FROM governance_internal.gov_split_fault($1, $2, $3, $4) AS f ORDER BY 1",
		  TEXTOID, TEXTOID, JSONBOID, INT8OID);

/* The assignments that the plan moves. */
static const char *const planned_sql =
"SELECT p.assignment_id, p.value, p.zone, $2 AS had FROM governance_internal.gov_split_planned($1, $2, $3) AS p";

/* How many stay with the value. */
GOV_QUERY(count_unallocated,
		  "SELECT count(*) FROM governance_internal.gov_merge_moving_assignment AS a WHERE a.axis = $1 AND a.value = $2",
		  TEXTOID, TEXTOID);

/* Is this JSON an array, of at least so many elements? */
static bool
gov_split_is_array(Datum json, uint32 least)
{
	Jsonb	   *array = DatumGetJsonbP(json);

	return JB_ROOT_IS_ARRAY(array) && !JB_ROOT_IS_SCALAR(array) && JB_ROOT_COUNT(array) >= least;
}

/* Children that name no value, or not once. */
GOV_QUERY(find_child_faults,
		  "SELECT c.child::text || CASE WHEN c.code IS NULL THEN ': no code'"
		  "  WHEN octet_length(c.code) NOT BETWEEN 1 AND 200 THEN ': a code has 1 to 200 bytes'"
		  "  ELSE ': named twice' END"
		  " FROM (SELECT *, count(*) OVER (PARTITION BY code) AS times FROM governance_internal.gov_split_child($1)) AS c"
		  " WHERE c.code IS NULL OR octet_length(c.code) NOT BETWEEN 1 AND 200 OR c.times > 1 ORDER BY 1",
		  JSONBOID);

/* Children whose code is taken. */
GOV_QUERY(find_taken,
		  "SELECT v.value FROM governance_internal.gov_split_child($2) AS c"
		  " JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.value = c.code ORDER BY 1",
		  TEXTOID, JSONBOID);

/* Is a split done already? */
GOV_QUERY(find_split,
		  "SELECT governance_internal.gov_split_is_done($1, $2, $3, $4)",
		  TEXTOID, TEXTOID, JSONBOID, JSONBOID);

/* Raises unless the children are an array of codes. */
static void
gov_split_ensure_children(Datum children)
{
	if (!gov_split_is_array(children, 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON array with at least one child", "children"),
				 errhint("For example [\"a\", {\"value\": \"b\", \"name\": \"Second\"}].")));
	if (gov_run(&find_child_faults, gov_datum(children, false)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must name each child once", "children"),
				 errdetail_internal("%s.", gov_result_text(0, 1)),
				 errhint("For example [\"a\", {\"value\": \"b\", \"name\": \"Second\"}].")));
}

/* Raises for a child, in the last result, whose code is taken. */
static void
gov_split_refuse_taken(const char *axis)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_OBJECT),
			 errmsg("value \"%s\" of axis \"%s\" already exists", gov_result_text(0, 1), axis),
			 errhint("A split makes new values; name others.")));
}

/* Makes the children and notes them; how many.  Raises when a code is taken, also one that was not there a moment ago. */
static int64
gov_split_make_children(int64 change, const char *axis, const char *value, GovArg children, const char *approval)
{
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID, TEXTOID};
	GovArg		args[] = {gov_text(axis), gov_text(value), children, gov_text(approval)};
	GovRows    *rows;
	GovRows    *done;
	uint64		made;

	if (gov_run(&find_taken, gov_text(axis), children) > 0)
		gov_split_refuse_taken(axis);
	rows = gov_spi_collect("gov_new", split_children_sql, lengthof(args), types, args);
	made = gov_value_put_rows("gov_new", &done);
	if (made < gov_rows_count(rows))
	{
		(void) gov_run_text("SELECT value FROM gov_new WHERE value NOT IN (SELECT value FROM gov_done) ORDER BY 1",
							0, NULL, NULL, false);
		gov_split_refuse_taken(axis);
	}
	gov_change_note_codes(change, "child", "gov_done", "value", "NULL::jsonb", "'{\"status\": \"active\"}'::jsonb");
	gov_spi_discard(done);
	gov_spi_discard(rows);
	return (int64) made;
}

/* Entries of a plan that are no objects. */
GOV_QUERY(find_plan_others,
		  "SELECT p::text FROM jsonb_array_elements($1) p WHERE jsonb_typeof(p) <> 'object' ORDER BY 1", JSONBOID);

/* Raises unless the plan is an array of objects. */
static void
gov_split_ensure_plan_form(Datum plan)
{
	if (!gov_split_is_array(plan, 0) || gov_run(&find_plan_others, gov_datum(plan, false)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON array of objects", "plan"),
				 errhint("They have object_type, object_ref and value, one of the children.")));
}

/* Raises naming the entries of the plan that cannot be carried out. */
static void
gov_split_ensure_plan(const char *axis, const char *value, Datum plan, int64 change)
{
	uint64		count;

	count = gov_run(&find_plan_faults, gov_text(axis), gov_text(value), gov_datum(plan, false), gov_int8(change));
	if (count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the plan of the split cannot be carried out"),
			 errdetail_internal("%s", gov_result_named(count))));
}

/* Writes the ledger entry of a split. */
static void
gov_split_record(int64 change, const char *axis, const char *value, Datum children,
				 const char *approval, const int64 *counts)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "children", JSONBOID, children, false);
	gov_json_text(&payload, "approval", approval);
	gov_json_int8(&payload, "assignments", counts[1]);
	gov_json_int8(&payload, "unallocated", counts[2]);
	gov_change_end(change, gov_ledger_append("split", 0, gov_json_object("axis", axis, "value", value),
											 gov_json_end(&payload)));
}

/* Makes the children of a locked value and moves what the plan says; connected to SPI. */
static void
gov_split_run(const char *axis, const char *value, GovArg children, GovArg plan,
			  const char *approval, int64 *counts)
{
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID};
	GovArg		args[] = {gov_text(axis), gov_text(value), plan};
	GovRows    *rows;
	GovRows    *done;
	int64		change;

	gov_merge_ensure_sees_all(axis, value, NULL);
	change = gov_change_begin("split", axis);
	counts[0] = gov_split_make_children(change, axis, value, children, approval);
	gov_split_ensure_plan(axis, value, plan.value, change);
	rows = gov_spi_collect("gov_moving", planned_sql, lengthof(args), types, args);
	counts[1] = (int64) gov_assignment_move_rows("gov_moving", &done);
	gov_merge_note_moved(change, done);
	gov_spi_discard(rows);
	(void) gov_run(&count_unallocated, gov_text(axis), gov_text(value));
	counts[2] = gov_result_int8(0, 1);
	gov_split_record(change, axis, value, children.value, approval, counts);
}

/*
 * gov_split(axis, value, children, plan, approval): children made,
 * assignments moved, how many stay with the value, and whether it was split
 * so already.
 */
GOV_ACT(gov_split)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	GovArg		children = gov_datum(PG_GETARG_DATUM(2), PG_ARGISNULL(2));
	GovArg		plan = gov_datum(PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	char	   *approval = gov_arg_code_or_null(fcinfo, 4, "approval");
	GovValue	found;
	GovAxis		ignored;
	int64		counts[3] = {0};
	Datum		values[4];
	bool		nulls[4] = {false};
	bool		unchanged;
	int			level;

	gov_ensure_not_null(children.isnull, "children");
	gov_ensure_not_null(plan.isnull, "plan");
	InitMaterializedSRF(fcinfo, 0);
	gov_ensure_not_agent("split a value");
	gov_lock(GOV_LOCK_VALUES);
	(void) gov_axis_find(axis, GOV_ROW_SHARE, &ignored);
	gov_ensure_value(axis, value, GOV_ROW_UPDATE, &found);
	level = gov_spi_begin();
	gov_split_ensure_children(children.value);
	gov_split_ensure_plan_form(plan.value);
	plan.value = fcinfo->args[3].value = gov_meant_in_json(plan.value);
	(void) gov_run(&find_split, gov_text(axis), gov_text(value), children, plan);
	unchanged = gov_result_bool(0, 1);
	if (unchanged)
	{
		(void) gov_run(&count_unallocated, gov_text(axis), gov_text(value));
		counts[2] = gov_result_int8(0, 1);
	}
	else
	{
		if (strcmp(found.status, "active") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_GOV_TRANSITION_REFUSED),
					 errmsg("value \"%s\" of axis \"%s\" is %s", value, axis, found.status),
					 errhint("Only an active value is split.")));
		gov_gate_pass_call("ratify_value", fcinfo, approval);
		gov_split_run(axis, value, children, plan, approval, counts);
	}
	gov_spi_end(level);
	for (int i = 0; i < (int) lengthof(counts); i++)
		values[i] = Int64GetDatum(counts[i]);
	values[lengthof(counts)] = BoolGetDatum(unchanged);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}
