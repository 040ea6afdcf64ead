/*-------------------------------------------------------------------------
 *
 * acts/hand_over.c
 *	  One object gives another all that was its own: gov_hand_over.
 *
 * For what a sync cannot know: that one object took the place of another under
 * another name, in another schema, or as another kind of thing.  Owners,
 * assignments, decisions, label rules and projected labels of the first, which
 * may be retired, become those of the second, which is live; what the second has
 * already stays as it is, and ends at the first.  What excludes each other (two accountable
 * owners of a cell, two approved values of an axis with one) is refused by the
 * guards of these tables.
 *
 * Rows that end and rows that are made are noted, so that gov_undo can take it
 * back (acts/undo.c).
 *
 * Locks: both objects, in the order of object_id, as acts on them do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/grants.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/meant.h"
#include "registry/objects.h"
#include "registry/ownership.h"
#include "labels/decisions.h"
#include "labels/follow.h"
#include "acts/undo.h"

/* What is given, each set of rows kept aside; and the counts that are answered. */
enum {GIVEN_OWNERSHIPS = 0, GIVEN_ASSIGNMENTS, GIVEN_DECISIONS, GIVEN_LABELS, GIVEN_PROJECTED, GIVEN_COUNT};

/* One hand-over. */
typedef struct GovHandOver
{
	int64		from;
	int64		to;
	GovArg		reason;
	GovArg		approval;
	GovRows    *rows[GIVEN_COUNT];
	int64		counts[GIVEN_COUNT];
} GovHandOver;

/* Arguments of the texts: $1 from, $2 to, $3 reason, $4 approval, $5 sequence. */
static const Oid hand_over_types[] = {INT8OID, INT8OID, TEXTOID, TEXTOID, REGCLASSOID};

/* The owners, with the number of the row that each gets at the other; none where it has the same. */
static const char *const owners_sql =
"SELECT w.ownership_id, 'superseded' AS status, now() AS ends, NULL::text AS reason, w.effective_to AS had,"
" w.owner_kind, CASE WHEN h.ownership_id IS NULL THEN nextval($5) END AS new_id, $2 AS object_id,"
" COALESCE($3, w.reason) AS new_reason, $4 AS approval"
" FROM @.gov_ownership AS w LEFT JOIN LATERAL (SELECT s.ownership_id FROM @.gov_ownership AS s"
"  WHERE s.object_id = $2 AND s.axis = w.axis AND s.value = w.value AND s.owner_kind = w.owner_kind"
"   AND s.authority = w.authority AND " GOV_OWNERSHIP_STANDS("s") " LIMIT 1) AS h ON true"
" WHERE w.object_id = $1 AND " GOV_OWNERSHIP_STANDS("w")
" ORDER BY w.ownership_id FOR NO KEY UPDATE OF w";

/* The assignments, likewise. */
static const char *const assignments_sql =
"SELECT a.assignment_id, a.valid_to AS had, a.value, a.zone, $2 AS object_id,"
" CASE WHEN h.assignment_id IS NULL THEN nextval($5) END AS new_id, h.assignment_id AS there"
" FROM @.gov_assignment AS a LEFT JOIN LATERAL (SELECT s.assignment_id FROM @.gov_assignment AS s"
"  WHERE s.object_id = $2 AND s.axis = a.axis AND s.value = a.value AND " GOV_ASSIGNMENT_STANDS("s") " LIMIT 1) AS h ON true"
" WHERE a.object_id = $1 AND " GOV_ASSIGNMENT_STANDS("a")
" ORDER BY a.assignment_id FOR NO KEY UPDATE OF a";

static const char *const decisions_sql =
"SELECT d.decision_id, $2 AS object_id, d.object_id AS had FROM @.gov_decision AS d"
" WHERE d.object_id = $1 AND " GOV_DECISION_STANDS("d")
" AND NOT EXISTS (SELECT FROM @.gov_decision AS s WHERE s.object_id = $2 AND s.axis = d.axis AND s.value = d.value"
"  AND " GOV_DECISION_STANDS("s") ") ORDER BY d.decision_id FOR NO KEY UPDATE OF d";

static const char *const labels_sql =
"SELECT r.rule_id, o.object_id, o.object_type, o.object_ref, r.object_id AS had FROM @.gov_label_rule AS r"
" JOIN @.gov_object AS o ON o.object_id = $2 WHERE r.object_id = $1"
" AND NOT EXISTS (SELECT FROM @.gov_label_rule AS s WHERE s.object_id = $2 AND s.label = r.label)"
" ORDER BY r.rule_id FOR NO KEY UPDATE OF r";

/* Projected rows have no key, and are given label by label. */
static const char *const projected_sql =
"SELECT p.label, o.object_id, o.object_type, o.object_ref, $1 AS had, 'infinity'::timestamptz AS until"
" FROM (SELECT DISTINCT r.label COLLATE \"C\" AS label FROM @.gov_label_projection AS r WHERE r.object_id = $1) AS p"
" JOIN @.gov_object AS o ON o.object_id = $2"
" WHERE NOT EXISTS (SELECT FROM @.gov_label_projection AS s WHERE s.object_id = $2 AND s.label = p.label)"
" ORDER BY 1";

/* Finds what is to be given, and counts it; both objects are held. */
static void
gov_hand_over_find(GovHandOver *what)
{
	const struct
	{
		const char *name;
		const char *sql;
		GovArg		sequence;
	}			sets[GIVEN_COUNT] = {
		{"gov_given_owners", owners_sql, gov_ownership_sequence()},
		{"gov_given_assignments", assignments_sql, gov_assignment_sequence()},
		{"gov_given_decisions", decisions_sql, gov_null()},
		{"gov_given_labels", labels_sql, gov_null()},
		{"gov_given_projected", projected_sql, gov_null()},
	};

	for (int i = 0; i < GIVEN_COUNT; i++)
	{
		GovArg		args[] = {gov_int8(what->from), gov_int8(what->to), what->reason, what->approval, sets[i].sequence};

		what->rows[i] = gov_spi_collect(sets[i].name, sets[i].sql, lengthof(args), hand_over_types, args);
		what->counts[i] = (int64) gov_rows_count(what->rows[i]);
	}
}

/* Whose ownership ends at an object that is live, or was retired by hand. */
static const char *const giving_sql =
"SELECT DISTINCT w.authority COLLATE \"C\" FROM gov_given_owners AS g JOIN @.gov_ownership AS w ON w.ownership_id = g.ownership_id"
" JOIN @.gov_object AS o ON o.object_id = w.object_id AND (" GOV_OBJECT_LIVE("o") " OR o.source = 'manual') ORDER BY 1";

/*
 * Raises unless the caller may end what each authority owns at the object that
 * gives.  What its source retired is nobody's any more, and given freely; what
 * somebody retired by hand could be registered again, without its owners.
 */
static void
gov_hand_over_ensure_may_give(void)
{
	gov_ensure_may_replace_each(gov_run_text(giving_sql, 0, NULL, NULL, false));
}

/* Is there an owner of that sort among what is given: a waiver, or another one? */
static bool
gov_hand_over_owns(bool waiver)
{
	gov_run_text(waiver ? "SELECT EXISTS (SELECT FROM gov_given_owners WHERE owner_kind = 'waiver')"
				 : "SELECT EXISTS (SELECT FROM gov_given_owners WHERE owner_kind <> 'waiver')", 0, NULL, NULL, false);
	return gov_result_bool(0, 1);
}

/*
 * The action whose gate the call has to pass: of owning, waiving, assigning and
 * deciding, as far as it does that, the one of the highest risk whose gate asks
 * for an approval.
 */
static const char *
gov_hand_over_action(const GovHandOver *what)
{
	const char *actions[4];
	const char *strictest;
	int			count = 0;

	if (gov_hand_over_owns(false))
		actions[count++] = "own";
	if (gov_hand_over_owns(true))
		actions[count++] = "waive";
	if (what->counts[GIVEN_ASSIGNMENTS] > 0)
		actions[count++] = "assign";
	if (what->counts[GIVEN_DECISIONS] > 0)
		actions[count++] = "decide";
	strictest = gov_gate_strictest(actions, count);
	return strictest != NULL ? strictest : "own";
}

/* Gives owners: those of the one end, those of the other begin. */
static void
gov_hand_over_owners(int64 change)
{
	(void) gov_ownership_end_rows("gov_given_owners", NULL);
	(void) gov_ownership_put_rows("(SELECT g.new_id AS ownership_id, g.object_id, w.axis, w.value, w.owner_kind, w.authority,"
								  " w.inherits, greatest(w.effective_from, now()) AS effective_from, g.had AS effective_to,"
								  " g.new_reason AS reason, g.approval, g.ownership_id AS supersedes_id"
								  " FROM gov_given_owners AS g JOIN @.gov_ownership AS w ON w.ownership_id = g.ownership_id"
								  " WHERE g.new_id IS NOT NULL ORDER BY g.new_id)");
	gov_change_note_ids(change, "ownership", "gov_given_owners", "ownership_id", "had",
						"jsonb_build_object('status', 'active', 'effective_to', had)",
						"jsonb_build_object('status', 'superseded')");
	gov_change_note_ids(change, "ownership", "(SELECT * FROM gov_given_owners WHERE new_id IS NOT NULL) AS g", "new_id", "()",
						"NULL::jsonb", "jsonb_build_object('status', 'active')");
}

/* Gives assignments, likewise. */
static void
gov_hand_over_assignments(int64 change)
{
	(void) gov_assignment_end_rows("(SELECT assignment_id, COALESCE(there, new_id) AS superseded_by, NULL::text AS reason"
								   " FROM gov_given_assignments)", NULL);
	(void) gov_assignment_put_rows("(SELECT g.new_id AS assignment_id, g.object_id, a.axis, a.value, a.zone, a.confidence,"
								   " a.match_score, a.provenance, a.evidence, a.assigned_kind, a.assigned_by, a.assigned_at,"
								   " greatest(a.valid_from, now()) AS valid_from, g.had AS valid_to,"
								   " 1 + COALESCE((SELECT max(s.revision) FROM @.gov_assignment AS s WHERE s.object_id = g.object_id"
								   "  AND s.axis = a.axis AND s.value = a.value), 0) AS revision, a.reason"
								   " FROM gov_given_assignments AS g JOIN @.gov_assignment AS a ON a.assignment_id = g.assignment_id"
								   " WHERE g.new_id IS NOT NULL ORDER BY g.new_id)");
	gov_change_note_ids(change, "assignment", "gov_given_assignments", "assignment_id", "had",
						"jsonb_build_object('valid_to', had)", "jsonb_build_object('ended', true)");
	gov_change_note_ids(change, "assignment", "(SELECT * FROM gov_given_assignments WHERE new_id IS NOT NULL) AS g", "new_id",
						"value, zone", "NULL::jsonb", "jsonb_build_object('value', value, 'zone', zone)");
}

/* Gives all that was found; the record of it. */
static int64
gov_hand_over_give(void)
{
	int64		change = gov_change_begin("hand_over", NULL);

	gov_hand_over_owners(change);
	gov_hand_over_assignments(change);
	(void) gov_decision_give_rows("gov_given_decisions");
	(void) gov_label_rule_give_rows("gov_given_labels");
	(void) gov_label_projection_give_rows("gov_given_projected");
	gov_change_note_ids(change, "decision", "gov_given_decisions", "decision_id", "had, object_id",
						"jsonb_build_object('object_id', had)", "jsonb_build_object('object_id', object_id)");
	gov_change_note_ids(change, "label_rule", "gov_given_labels", "rule_id", "had, object_id",
						"jsonb_build_object('object_id', had)", "jsonb_build_object('object_id', object_id)");
	gov_change_note_codes(change, "label_projection", "gov_given_projected", "label",
						  "jsonb_build_object('object_id', had)", "jsonb_build_object('object_id', object_id, 'given_at', now())");
	return change;
}

GOV_QUERY(find_from,
		  "SELECT o.object_id FROM @.gov_object AS o WHERE o.object_type = $1 AND o.object_ref = $2"
		  " ORDER BY o.retired_at DESC NULLS FIRST, o.object_id DESC LIMIT 1",
		  TEXTOID, TEXTOID);

/* The object that gives, as it is called or was when it was retired; raises when there is none. */
static int64
gov_hand_over_from(const char *type, char **ref)
{
	char	   *meant;

	if (gov_run(&find_from, gov_text(type), gov_text(*ref)) > 0)
		return gov_result_int8(0, 1);
	meant = gov_meant_one(type, *ref, GOV_MEANT_EVER);
	if (meant != NULL && gov_run(&find_from, gov_text(type), gov_text(meant)) > 0)
	{
		*ref = meant;
		return gov_result_int8(0, 1);
	}
	return gov_ensure_object(type, ref, GOV_OBJECT_READ);
}

/* Finds both objects and holds them; the second is live. */
static void
gov_hand_over_hold(GovHandOver *what, const char *from_type, char **from_ref, const char *to_type, char **to_ref)
{
	what->from = gov_hand_over_from(from_type, from_ref);
	what->to = gov_ensure_object(to_type, to_ref, GOV_OBJECT_READ);
	if (what->from == what->to)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("object %s \"%s\" cannot hand over to itself", from_type, *from_ref),
				 errhint("Name the object that is to have it as the second.")));
	gov_object_hold(Min(what->from, what->to));
	gov_object_hold(Max(what->from, what->to));
	if (gov_ensure_object(to_type, to_ref, GOV_OBJECT_WRITE) != what->to)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("object %s \"%s\" has become another one meanwhile", to_type, *to_ref),
				 errhint("Try again.")));
}

/* The ledger's entry: what was given, why, and by which approval. */
static int64
gov_hand_over_append(const GovHandOver *what, Datum target, const char *reason, const char *approval)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_int8(&payload, "ownerships", what->counts[GIVEN_OWNERSHIPS]);
	gov_json_int8(&payload, "assignments", what->counts[GIVEN_ASSIGNMENTS]);
	gov_json_int8(&payload, "decisions", what->counts[GIVEN_DECISIONS]);
	gov_json_int8(&payload, "labels", what->counts[GIVEN_LABELS] + what->counts[GIVEN_PROJECTED]);
	gov_json_text(&payload, "reason", reason);
	gov_json_text(&payload, "approval", approval);
	return gov_ledger_append("hand_over", 0, target, gov_json_end(&payload));
}

/* The row that is answered: the counts, and whether there was nothing to give. */
static Datum
gov_hand_over_answer(FunctionCallInfo fcinfo, const GovHandOver *what, bool unchanged)
{
	TupleDesc	desc;
	Datum		values[5];
	bool		nulls[5] = {false};

	(void) get_call_result_type(fcinfo, NULL, &desc);
	for (int i = 0; i < GIVEN_LABELS; i++)
		values[i] = Int64GetDatum(what->counts[i]);
	values[GIVEN_LABELS] = Int64GetDatum(what->counts[GIVEN_LABELS] + what->counts[GIVEN_PROJECTED]);
	values[GIVEN_LABELS + 1] = BoolGetDatum(unchanged);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* gov_hand_over(from_type, from_ref, to_type, to_ref, reason, approval): gives the second all that was the first's own. */
GOV_ACT(gov_hand_over)
{
	char	   *from_type = gov_arg_code(fcinfo, 0, "from_type");
	char	   *from_ref = gov_arg_ref(fcinfo, 1, "from_ref");
	char	   *to_type = gov_arg_code(fcinfo, 2, "to_type");
	char	   *to_ref = gov_arg_ref(fcinfo, 3, "to_ref");
	char	   *reason = gov_arg_text_or_null(fcinfo, 4);
	char	   *approval = gov_arg_code_or_null(fcinfo, 5, "approval");
	GovHandOver what = {.reason = gov_text(reason), .approval = gov_text(approval)};
	Datum		target;
	int64		all = 0;
	int64		change;
	int			level;

	gov_ensure_not_agent("hand over what an object has");
	level = gov_spi_begin();
	gov_hand_over_hold(&what, from_type, &from_ref, to_type, &to_ref);
	gov_hand_over_find(&what);
	for (int i = 0; i < GIVEN_COUNT; i++)
		all += what.counts[i];
	if (all > 0)
	{
		gov_hand_over_ensure_may_give();
		gov_gate_pass_call(gov_hand_over_action(&what), fcinfo, approval);
		change = gov_hand_over_give();
		target = gov_json_object("from_type", from_type, "from_ref", from_ref, "to_type", to_type, "to_ref", to_ref);
		gov_change_end(change, gov_hand_over_append(&what, target, reason, approval));
	}
	for (int i = GIVEN_COUNT - 1; i >= 0; i--)
		gov_spi_discard(what.rows[i]);
	gov_spi_end(level);
	return gov_hand_over_answer(fcinfo, &what, all == 0);
}
