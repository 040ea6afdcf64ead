/*-------------------------------------------------------------------------
 *
 * acts/undo.c
 *	  What an act did to each row, and taking it back.
 *
 * Merge, split, transfer, deprecate and hand-over write down, for every row they change,
 * its columns before and after.  gov_undo puts them back if every row still
 * is as the act left it; a row that was changed since stands in the way, and
 * is named.  Lifecycles hold for an undo as for any act: ownership that was
 * superseded does not come back, a new row takes its place; children made by
 * a split are deprecated and retired.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/locks.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "registry/values.h"
#include "labels/decisions.h"
#include "labels/follow.h"
#include "labels/labels.h"
#include "acts/undo.h"

GOV_QUERY(insert_change,
		  "INSERT INTO @.gov_change (act, axis) VALUES ($1, $2) RETURNING change", TEXTOID, TEXTOID);
GOV_QUERY(end_change,
		  "UPDATE @.gov_change SET seq = $2 WHERE change = $1", INT8OID, INT8OID);
/* Columns of lock_change. */
enum {CHANGE_ID = 1, CHANGE_ACT, CHANGE_AXIS, CHANGE_UNDONE_BY};

GOV_QUERY(lock_change,
		  "SELECT change, act, axis, undone_by FROM @.gov_change WHERE seq = $1 FOR UPDATE", INT8OID);
GOV_QUERY(mark_undone,
		  "UPDATE @.gov_change SET undone_by = $2 WHERE change = $1", INT8OID, INT8OID);

/*
 * Starts the record of an act on an axis (NULL where it is about none); its
 * number.  The act then notes for each row it changed the thing, its
 * identity, and the columns before and after (NULL before: it made the row).
 */
int64
gov_change_begin(const char *act, const char *axis)
{
	(void) gov_run(&insert_change, gov_text(act), gov_text(axis));
	return gov_result_int8(0, 1);
}

/*
 * Notes rows by their numbers, up to so many in a row of gov_change_row that
 * share before and after: a row for each would cost more than the change.
 */
void
gov_change_note_ids(int64 change, const char *thing, const char *rows, const char *id,
					const char *columns, const char *before, const char *after)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	GovArg		args[] = {gov_int8(change), gov_text(thing)};

	(void) gov_run_text(psprintf("INSERT INTO @.gov_change_row (change, thing, row_ids, before, after)"
								 " SELECT $1, $2, array_agg(%s), %s, %s"
								 " FROM (SELECT *, row_number() OVER () / 10000 AS batch FROM %s) AS n"
								 " GROUP BY batch, %s", id, before, after, rows, columns),
						2, types, args, false);
}

/* Notes rows by their codes, one by one. */
void
gov_change_note_codes(int64 change, const char *thing, const char *rows, const char *code,
					  const char *before, const char *after)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	GovArg		args[] = {gov_int8(change), gov_text(thing)};

	(void) gov_run_text(psprintf("INSERT INTO @.gov_change_row (change, thing, key, before, after)"
								 " SELECT $1, $2, %s, %s, %s FROM %s", code, before, after, rows),
						2, types, args, false);
}

GOV_QUERY(note_deprecated,
		  "INSERT INTO @.gov_change_row (change, thing, key, before, after)"
		  " VALUES ($1, 'value', $2, jsonb_build_object('status', 'active', 'replaced_by', $3),"
		  "  jsonb_build_object('status', 'deprecated', 'replaced_by', $4))",
		  INT8OID, TEXTOID, TEXTOID, TEXTOID);

/* Notes that an active value was deprecated. */
void
gov_change_note_deprecated(int64 change, const char *value, const char *before, const char *after)
{
	(void) gov_run(&note_deprecated, gov_int8(change), gov_text(value), gov_text(before), gov_text(after));
}

/* Completes the record with the ledger entry of the act. */
void
gov_change_end(int64 change, int64 seq)
{
	(void) gov_run(&end_change, gov_int8(change), gov_int8(seq));
}

/*
 * What is undone, as the queries below take it: $1 change, $2 axis, $3 reason
 * and $4 approval of the undo; $5 is the sequence of ownership.
 */
typedef struct GovUndo
{
	int64		change;
	char	   *act;
	char	   *axis;
	char	   *reason;
	char	   *approval;
} GovUndo;

/* What the act did, one row per identity. */
#define CHANGED "(SELECT * FROM governance_internal.gov_undo_row WHERE change = $1) AS r"

GOV_QUERY(find_obstacles,
		  "SELECT b.obstacle FROM governance_internal.gov_undo_obstacle($1, $2) AS b ORDER BY 1",
		  INT8OID, TEXTOID);

/* Values first: what goes back to one has to find it active. */
static const char *const restore_values_sql =
"SELECT $2 AS axis, r.key AS value, r.before AS becomes FROM " CHANGED " WHERE r.thing = 'value'";
static const char *const restore_assignments_sql =
"SELECT a.assignment_id, COALESCE(r.before ->> 'value', a.value) AS value,"
" (r.after ->> 'instead_of')::bigint AS superseded_by,"
" CASE WHEN r.before ? 'valid_to' THEN (r.before ->> 'valid_to')::timestamptz"
"  WHEN r.before IS NULL THEN least(a.valid_to, greatest(a.valid_from, now())) ELSE a.valid_to END AS valid_to"
" FROM " CHANGED " JOIN @.gov_assignment a ON a.assignment_id = r.row_id"
" WHERE r.thing = 'assignment' FOR NO KEY UPDATE OF a";
static const char *const restore_ownership_sql =
"SELECT r.row_id AS ownership_id, r.before ->> 'value' AS value FROM " CHANGED
" WHERE r.thing = 'ownership' AND r.before ? 'value'";

/* Labels that moved go back, and those that were dropped come back. */
static const char *const restore_labels_sql =
"SELECT $2 AS axis, r.after ->> 'value' AS value, r.key AS label, r.before ->> 'value' AS becomes FROM " CHANGED
" WHERE r.thing = 'label' AND r.after ? 'value'";
static const char *const dropped_labels_sql =
"SELECT $2 AS axis, r.before ->> 'value' AS value, r.key AS label, r.before ->> 'map_kind' AS map_kind FROM " CHANGED
" WHERE r.thing = 'label' AND NOT r.after ? 'value'";

/* Decisions go back too, except where a new one was made since. */
static const char *const restore_decisions_sql =
"SELECT d.decision_id, r.before ->> 'value' AS becomes, false AS ends"
" FROM " CHANGED " JOIN @.gov_decision AS d ON d.decision_id = r.row_id"
" WHERE r.thing = 'decision' AND r.before ? 'value' AND NOT EXISTS (SELECT FROM @.gov_decision AS i WHERE i.object_id = d.object_id"
"  AND i.axis = d.axis AND i.value = r.before ->> 'value' AND " GOV_DECISION_STANDS("i") ")";

/* So do decisions and label rules that another object got; the object has the name of today. */
static const char *const return_decisions_sql =
"SELECT d.decision_id, (r.before ->> 'object_id')::bigint AS object_id"
" FROM " CHANGED " JOIN @.gov_decision AS d ON d.decision_id = r.row_id"
" WHERE r.thing = 'decision' AND r.before ? 'object_id' AND NOT EXISTS (SELECT FROM @.gov_decision AS i"
"  WHERE i.object_id = (r.before ->> 'object_id')::bigint AND i.axis = d.axis AND i.value = d.value AND " GOV_DECISION_STANDS("i") ")";
static const char *const return_label_rules_sql =
"SELECT r.row_id AS rule_id, o.object_id, o.object_type, o.object_ref"
" FROM " CHANGED " JOIN @.gov_object AS o ON o.object_id = (r.before ->> 'object_id')::bigint"
" WHERE r.thing = 'label_rule'";

/* And projected labels, those that were given; what was projected since stays. */
static const char *const return_projected_sql =
"SELECT r.key AS label, (r.after ->> 'object_id')::bigint AS had, (r.after ->> 'given_at')::timestamptz AS until,"
" o.object_id, o.object_type, o.object_ref"
" FROM " CHANGED " JOIN @.gov_object AS o ON o.object_id = (r.before ->> 'object_id')::bigint"
" WHERE r.thing = 'label_projection'";

/* Ownership that the act made is superseded; what it ended is inserted again with the period it had. */
static const char *const take_ownership_sql =
"SELECT r.row_id AS ownership_id, 'superseded' AS status, now() AS ends, NULL::text AS reason FROM " CHANGED
" WHERE r.thing = 'ownership' AND (r.before IS NULL OR r.before ? 'authority')";
static const char *const renew_ownership_sql =
"SELECT nextval($5) AS ownership_id, o.object_id, greatest(o.effective_from, now()) AS effective_from,"
" (r.before ->> 'effective_to')::timestamptz AS effective_to, o.inherits, o.axis, o.value, o.owner_kind,"
" o.authority, $4 AS approval, COALESCE($3, o.reason) AS reason, o.ownership_id AS supersedes_id"
" FROM " CHANGED " JOIN @.gov_ownership o ON o.ownership_id = r.row_id"
" WHERE r.thing = 'ownership' AND r.before ? 'status'";
static const char *const deprecate_children_sql =
"SELECT $2 AS axis, r.key AS value, jsonb_build_object('status', 'deprecated', 'reason', $3) AS becomes FROM " CHANGED
" WHERE r.thing = 'child'";

/* Keeps the rows of a query aside that says which rows change, and how. */
static GovRows *
gov_undo_collect(const GovUndo *undo, const char *sql)
{
	static const Oid types[] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, REGCLASSOID};
	GovArg		args[] = {gov_int8(undo->change), gov_text(undo->axis), gov_text(undo->reason),
		gov_text(undo->approval), gov_ownership_sequence()};

	return gov_spi_collect("gov_restored", sql, lengthof(args), types, args);
}

/* Writes them by the writer of their table; how many rows. */
static uint64
gov_undo_write(const GovUndo *undo, const char *sql, uint64 (*write) (const char *rows))
{
	GovRows    *rows = gov_undo_collect(undo, sql);
	uint64		written = write("gov_restored");

	gov_spi_discard(rows);
	return written;
}

/* The same by a writer that could keep what it wrote. */
static uint64
gov_undo_write_all(const GovUndo *undo, const char *sql, uint64 (*write) (const char *rows, GovRows **done))
{
	GovRows    *rows = gov_undo_collect(undo, sql);
	uint64		written = write("gov_restored", NULL);

	gov_spi_discard(rows);
	return written;
}

/* Deprecates and then retires the children that a split made; how many. */
static uint64
gov_undo_retire_children(const GovUndo *undo)
{
	GovRows    *rows = gov_undo_collect(undo, deprecate_children_sql);
	uint64		retired = gov_value_update_rows("gov_restored", NULL);

	(void) gov_value_update_rows("(SELECT axis, value, '{\"status\": \"retired\"}'::jsonb AS becomes FROM gov_restored)", NULL);
	gov_spi_discard(rows);
	return retired;
}

/* Raises naming what was changed since and stands in the way. */
static void
gov_undo_ensure_unobstructed(const GovUndo *undo, int64 seq)
{
	uint64		count = gov_run(&find_obstacles, gov_int8(undo->change), gov_text(undo->axis));

	if (count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("ledger entry " INT64_FORMAT " cannot be undone: later changes stand in the way", seq),
			 errdetail_internal("%s", gov_result_named(count)),
			 errhint("Take these back first, or set things right by hand.")));
}

/* Locks the record of an act; false when it was undone already.  Raises when there is none. */
static bool
gov_undo_lock(int64 seq, GovUndo *undo)
{
	if (gov_run_latest(&lock_change, gov_int8(seq)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("ledger entry " INT64_FORMAT " is nothing that can be undone", seq),
				 errhint("What can: gov_merge, gov_split, gov_transfer, gov_deprecate and gov_hand_over. SELECT seq, action, target FROM %s.gov_ledger.",
						 gov_schema_quoted())));
	undo->change = gov_result_int8(0, CHANGE_ID);
	undo->act = gov_result_text(0, CHANGE_ACT);
	undo->axis = gov_result_text(0, CHANGE_AXIS);
	return gov_result_isnull(0, CHANGE_UNDONE_BY);
}

/* Takes back what the act did; how many rows. */
static uint64
gov_undo_run(const GovUndo *undo)
{
	uint64		rows = gov_undo_write_all(undo, restore_values_sql, gov_value_update_rows);

	rows += gov_undo_write(undo, restore_assignments_sql, gov_assignment_restore_rows);
	rows += gov_undo_write_all(undo, restore_ownership_sql, gov_ownership_move_rows);
	rows += gov_undo_write(undo, restore_decisions_sql, gov_decision_move_rows);
	rows += gov_undo_write(undo, return_decisions_sql, gov_decision_give_rows);
	rows += gov_undo_write(undo, return_label_rules_sql, gov_label_rule_give_rows);
	rows += gov_undo_write(undo, return_projected_sql, gov_label_projection_give_rows);
	(void) gov_undo_write(undo, restore_labels_sql, gov_label_move_rows);
	(void) gov_undo_write(undo, dropped_labels_sql, gov_label_put_rows);
	(void) gov_undo_write_all(undo, take_ownership_sql, gov_ownership_end_rows);
	rows += gov_undo_write(undo, renew_ownership_sql, gov_ownership_put_rows);
	return rows + gov_undo_retire_children(undo);
}

/* gov_undo(seq, reason, approval): takes an act back. */
GOV_ACT(gov_undo)
{
	GovUndo		undo = {
		.reason = gov_arg_text_or_null(fcinfo, 1),
		.approval = gov_arg_code_or_null(fcinfo, 2, "approval")
	};
	GovJson		payload;
	int64		seq;
	int64		rows;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(0), "seq");
	seq = PG_GETARG_INT64(0);
	gov_ensure_not_agent("undo an act");
	gov_lock(GOV_LOCK_VALUES);
	level = gov_spi_begin();
	if (!gov_undo_lock(seq, &undo))
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "act %s: undone", undo.act);
	}
	gov_gate_pass_call(gov_call_action_of_undoing(undo.act), fcinfo, undo.approval);
	gov_undo_ensure_unobstructed(&undo, seq);
	rows = (int64) gov_undo_run(&undo);

	gov_json_begin(&payload);
	gov_json_text(&payload, "reason", undo.reason);
	gov_json_text(&payload, "approval", undo.approval);
	gov_json_int8(&payload, "rows", rows);
	(void) gov_run(&mark_undone, gov_int8(undo.change),
				   gov_int8(gov_ledger_append("undo", 0,
											  gov_json_object("act", undo.act, "seq", psprintf(INT64_FORMAT, seq)),
											  gov_json_end(&payload))));
	gov_spi_end(level);
	return gov_answer(GOV_CHANGED, "act %s: undone, " INT64_FORMAT " rows", undo.act, rows);
}
