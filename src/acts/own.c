/*-------------------------------------------------------------------------
 *
 * acts/own.c
 *	  Owning, disowning, handing over, one cell at a time.
 *
 * Two rows of a cell are "rivals" when they must not be in force at the same
 * time: two accountable ones, whatever their authorities, and two rows of
 * another kind by the same authority. (Several authorities may support, stand
 * in for or waive a cell at once.) That no two accountable rows overlap is
 * ensured for every writer by registry/periods.c; the rest by the functions
 * here.
 *
 * With "replace" the rival gives way.  If the new row begins now or before,
 * the rival is superseded and ends there; if it begins later, the rival stays
 * active and in force until then, and lapses.  A rival that has not begun
 * itself never gives way: whoever wants it gone revokes it first.  Revoking a
 * scheduled row does not prolong the one before it.
 *
 * A row that ends where it begins held at no instant: a scheduled row that
 * was revoked or handed on before it began.
 *
 * Locks: the authority's row FOR SHARE (a transfer takes FOR NO KEY UPDATE,
 * so that nobody owns anew for an authority whose rows are being moved), then
 * the cell (registry/target.c), then its rows; a transfer those of all its cells, and
 * rows in the order of ownership_id, as gov_reconcile does.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
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
#include "trust/grants.h"
#include "trust/lifecycle.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/ownership.h"
#include "registry/periods.h"
#include "registry/target.h"
#include "registry/values.h"
#include "acts/own.h"
#include "acts/undo.h"

const char *const gov_ownership_kinds[] = {"accountable", "supporting", "delegated", "waiver", NULL};

/* What is asked for: the ownership, beside the cell. */
typedef struct GovOwnership
{
	char	   *authority;
	char	   *kind;
	bool		inherits;
	GovPeriod	period;
	char	   *reason;
	char	   *approval;
	bool		replace;
} GovOwnership;

/*
 * Queries about one cell come in two, so that either finds the cell by
 * index: one for an object's ($1), one for a value's own anchor ($1 is NULL).
 */
#define GOV_CELL_QUERY(name, before, after, ...) \
	GOV_QUERY(name##_object, before "object_id = $1 AND axis = $2 AND value = $3" after, \
			  INT8OID, TEXTOID, TEXTOID, ##__VA_ARGS__); \
	GOV_QUERY(name##_anchor, before "object_id IS NULL AND $1 IS NULL AND axis = $2 AND value = $3" after, \
			  INT8OID, TEXTOID, TEXTOID, ##__VA_ARGS__)

#define gov_run_cell(name, cell, ...) \
	((cell)->object_id != 0 ? \
	 gov_run(&name##_object, gov_int8((cell)->object_id), gov_text((cell)->axis), \
			 gov_text((cell)->value), ##__VA_ARGS__) : \
	 gov_run(&name##_anchor, gov_null(), gov_text((cell)->axis), \
			 gov_text((cell)->value), ##__VA_ARGS__))

/* The period asked for: from now() unless given, open unless it ends. */
static GovPeriod
gov_ownership_period(FunctionCallInfo fcinfo, int from, int to)
{
	GovPeriod	period;

	period.from = PG_ARGISNULL(from) ? gov_now() : PG_GETARG_TIMESTAMPTZ(from);
	period.to = PG_ARGISNULL(to) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(to);
	if (TIMESTAMP_NOT_FINITE(period.from) || TIMESTAMP_IS_NOBEGIN(period.to))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("ownership begins and ends at finite times"),
				 errhint("Leave effective_from out for now(), effective_to for no end.")));
	if (period.to < period.from)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("ownership cannot end before it begins"),
				 errdetail("effective_from is %s, effective_to %s.",
						   pstrdup(timestamptz_to_str(period.from)),
						   timestamptz_to_str(period.to))));
	return period;
}

/* Raises for what a kind of ownership lacks, or a value's anchor cannot have. */
static void
gov_ownership_ensure_whole(const GovTarget *cell, const GovOwnership *what)
{
	bool		waiver = strcmp(what->kind, "waiver") == 0;

	if ((waiver || strcmp(what->kind, "delegated") == 0) && what->period.to == DT_NOEND)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("ownership of kind \"%s\" needs an end", what->kind),
				 errhint("Give effective_to.")));
	if (waiver && gov_text_is_blank(what->reason))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("a waiver needs a reason"),
				 errhint("Say in \"reason\" why the cell is excused.")));
	if (waiver && cell->object_type == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("a waiver needs an object"),
				 errhint("A value as a whole cannot be waived; name object_type and object_ref.")));
	if (cell->object_type == NULL && !what->inherits)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("ownership of a value itself always inherits"),
				 errhint("Leave \"inherits\" true, or name an object.")));
}

/* Columns of query_rivals. */
enum {RIVAL_ID = 1, RIVAL_AUTHORITY, RIVAL_FROM, RIVAL_TO, RIVAL_SCHEDULED, RIVAL_SAME};

/*
 * The rivals of a new row of kind $4 by $5 in [$6, $7), inheriting or not,
 * for a reason; whether each is yet to begin, and whether it is what the new
 * row would be.  What is asked for from now on is there when it began before.
 */
GOV_CELL_QUERY(query_rivals,
			   "SELECT ownership_id, authority, effective_from, COALESCE(effective_to, 'infinity'),"
			   " effective_from > clock_timestamp(),"
			   " authority = $5 AND inherits = $8 AND COALESCE(effective_to, 'infinity') = $7"
			   "  AND (effective_from = $6 OR ($6 = now() AND effective_from <= clock_timestamp()))"
			   "  AND ($4 <> 'waiver' OR reason IS NOT DISTINCT FROM $9)"
			   " FROM @.gov_ownership AS w WHERE ",
			   " AND status = 'active' AND owner_kind = $4"
			   " AND ($4 = 'accountable' OR authority = $5)"
			   " AND $6 < $7 AND effective_from < $7 AND COALESCE(effective_to, 'infinity') > $6"
			   " AND " GOV_OWNERSHIP_NOT_EMPTY("w")
			   " ORDER BY effective_from FOR NO KEY UPDATE",
			   TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID, TEXTOID);

/* A time in a result. */
static TimestampTz
gov_ownership_result_time(uint64 row, int column)
{
	bool		isnull;

	return DatumGetTimestampTz(gov_result_datum(row, column, &isnull));
}

/* Raises for a rival that does not give way, row "row" of query_rivals. */
static void
gov_ownership_raise_rival(const GovTarget *cell, const GovOwnership *what, uint64 row)
{
	bool		accountable = strcmp(what->kind, "accountable") == 0;
	bool		scheduled = gov_result_bool(row, RIVAL_SCHEDULED);
	GovPeriod	period;

	period.from = gov_ownership_result_time(row, RIVAL_FROM);
	period.to = gov_ownership_result_time(row, RIVAL_TO);
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 scheduled ?
			 errmsg("%s already has a scheduled owner of kind \"%s\"", gov_target_describe(cell), what->kind) :
			 accountable ?
			 errmsg("%s already has an accountable owner", gov_target_describe(cell)) :
			 errmsg("%s already has this owner of kind \"%s\"", gov_target_describe(cell), what->kind),
			 errdetail("Authority \"%s\" in %s, ownership_id " INT64_FORMAT ".",
					   gov_result_text(row, RIVAL_AUTHORITY), gov_period_describe(period), gov_result_int8(row, RIVAL_ID)),
			 scheduled ?
			 errhint("Give an effective_to no later than it begins, or revoke it first with gov_disown.") :
			 errhint("Hand over with replace => true, or end the other first with gov_disown.")));
}

/* Finds the rivals of a new row, and their number. */
static uint64
gov_ownership_rivals(const GovTarget *cell, const GovOwnership *what)
{
	return gov_run_cell(query_rivals, cell, gov_text(what->kind), gov_text(what->authority),
						gov_timestamp(what->period.from), gov_timestamp(what->period.to),
						gov_bool(what->inherits), gov_text(what->reason));
}

/* Is the cell owned already as it is to be? */
static bool
gov_ownership_is_there(const GovTarget *cell, const GovOwnership *what)
{
	int			level = gov_spi_begin();
	bool		there = gov_ownership_rivals(cell, what) == 1 && gov_result_bool(0, RIVAL_SAME);

	gov_spi_end(level);
	return there;
}

/*
 * Ends rivals: they are superseded, or, if the new row begins in the future,
 * get its begin as their end.  The first one's id, or 0, and its authority.
 */
static int64
gov_ownership_replace(const GovTarget *cell, const GovOwnership *what, char **authority)
{
	uint64		rivals = gov_ownership_rivals(cell, what);
	int64	   *ids = palloc(sizeof(int64) * (rivals + 1));

	*authority = rivals > 0 ? gov_result_text(0, RIVAL_AUTHORITY) : NULL;
	for (uint64 i = 0; i < rivals; i++)
	{
		if (!what->replace || gov_result_bool(i, RIVAL_SCHEDULED))
			gov_ownership_raise_rival(cell, what, i);
		gov_ensure_may_replace(gov_result_text(i, RIVAL_AUTHORITY));
		ids[i] = gov_result_int8(i, RIVAL_ID);
	}
	for (uint64 i = 0; i < rivals; i++)
		gov_ownership_end(ids[i], what->period.from <= gov_now() ? "superseded" : "active",
						  what->period.from, NULL);
	return rivals > 0 ? ids[0] : 0;
}

/* Whom a new accountable row that begins at $4, by $5, follows: the last that is not over yet and ends by then. */
GOV_CELL_QUERY(query_followed,
			   "SELECT authority FROM @.gov_ownership AS w WHERE ",
			   " AND status = 'active' AND owner_kind = 'accountable' AND authority <> $5"
			   " AND effective_to > clock_timestamp() AND effective_to <= $4"
			   " AND " GOV_OWNERSHIP_NOT_EMPTY("w")
			   " ORDER BY effective_to DESC LIMIT 1",
			   TIMESTAMPTZOID, TEXTOID);

/*
 * Raises unless the caller may say who follows another authority: a cell that
 * is owned for a time only is taken from its owner by what begins after it, as
 * by what replaces it at once.
 */
static void
gov_ownership_ensure_may_follow(const GovTarget *cell, const GovOwnership *what)
{
	if (strcmp(what->kind, "accountable") != 0 || what->period.from <= gov_now())
		return;
	if (gov_run_cell(query_followed, cell, gov_timestamp(what->period.from), gov_text(what->authority)) > 0)
		gov_ensure_may_replace(gov_result_text(0, 1));
}

/* The ledger's entry about a new ownership. */
static void
gov_ownership_note(const GovTarget *cell, const GovOwnership *what, const char *replaced)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "authority", what->authority);
	gov_json_text(&payload, "owner_kind", what->kind);
	gov_json_bool(&payload, "inherits", what->inherits);
	gov_json_value(&payload, "effective_from", TIMESTAMPTZOID,
				   TimestampTzGetDatum(what->period.from), what->period.from == gov_now());
	gov_json_value(&payload, "effective_to", TIMESTAMPTZOID,
				   TimestampTzGetDatum(what->period.to), what->period.to == DT_NOEND);
	gov_json_text(&payload, "replaced", replaced);
	gov_json_text(&payload, "reason", what->reason);
	gov_json_text(&payload, "approval", what->approval);
	gov_ledger_append("own", cell->object_id,
					  gov_ledger_cell(cell->object_type, cell->object_ref, cell->axis, cell->value),
					  gov_json_end(&payload));
}

/*
 * gov_own(object_type, object_ref, axis, value, authority, owner_kind,
 * inherits, effective_from, effective_to, replace, reason, approval).
 */
GOV_ACT(gov_own)
{
	GovTarget		cell;
	GovOwnership what;
	GovOwnershipRow row;
	char	   *replaced_authority;
	int			level;

	gov_target_arguments(fcinfo, true, &cell);
	what.authority = gov_arg_code(fcinfo, 4, "authority");
	what.kind = PG_ARGISNULL(5) ? "accountable" : gov_arg_text(fcinfo, 5, "owner_kind");
	gov_ensure_one_of(what.kind, "owner_kind", gov_ownership_kinds);
	what.inherits = gov_arg_bool(fcinfo, 6, true);
	what.period = gov_ownership_period(fcinfo, 7, 8);
	what.replace = gov_arg_bool(fcinfo, 9, false);
	what.reason = gov_arg_text_or_null(fcinfo, 10);
	what.approval = gov_arg_code_or_null(fcinfo, 11, "approval");
	gov_ownership_ensure_whole(&cell, &what);

	gov_ensure_authority_for(GOV_FOR_A_FACT, what.authority, GOV_ROW_SHARE, true);
	gov_target_hold(&cell, GOV_TARGET_OWN);
	if (gov_ownership_is_there(&cell, &what))
		return gov_answer(GOV_UNCHANGED, "%s owner \"%s\" of %s", what.kind, what.authority,
						  gov_target_describe(&cell));
	gov_gate_pass_call(gov_call_action_of_owning(what.kind), fcinfo, what.approval);
	level = gov_spi_begin();
	gov_ownership_expire(cell.object_id, cell.axis, cell.value);
	gov_ownership_ensure_may_follow(&cell, &what);
	row = (GovOwnershipRow)
	{
		.object_id = cell.object_id, .axis = cell.axis, .value = cell.value, .kind = what.kind,
		.authority = what.authority, .inherits = what.inherits, .period = what.period,
		.reason = what.reason, .approval = what.approval,
		.supersedes = gov_ownership_replace(&cell, &what, &replaced_authority)
	};
	gov_ownership_put(&row);
	gov_spi_end(level);
	gov_ownership_note(&cell, &what, replaced_authority);
	if (replaced_authority != NULL)
		return gov_answer(GOV_CHANGED, "%s owner of %s: \"%s\" -> \"%s\"", what.kind,
						  gov_target_describe(&cell), replaced_authority, what.authority);
	return gov_answer(GOV_CREATED, "%s owner \"%s\" of %s", what.kind, what.authority,
					  gov_target_describe(&cell));
}

/* Columns of query_whose. */
enum {WHOSE_OBJECT = 1, WHOSE_AXIS, WHOSE_VALUE};

GOV_QUERY(query_whose,
		  "SELECT COALESCE(object_id, 0), axis, value FROM @.gov_ownership WHERE ownership_id = $1",
		  INT8OID);

/* Columns of query_state. */
enum {STATE_STATUS = 1, STATE_ENDED, STATE_EFFECTIVE_TO};

GOV_QUERY(query_state,
		  "SELECT status, " GOV_OWNERSHIP_ENDED("w") ", effective_to FROM @.gov_ownership AS w"
		  " WHERE ownership_id = $1 FOR NO KEY UPDATE",
		  INT8OID);

/* Holds the cell that a row of ownership is about; raises when there is no such row. */
static void
gov_ownership_hold_cell_of(int64 ownership_id)
{
	int64		object_id;
	char	   *axis;
	char	   *value;
	GovValue	ignored;

	if (gov_run(&query_whose, gov_int8(ownership_id)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("ownership " INT64_FORMAT " does not exist", ownership_id),
				 errhint("List active ones: SELECT ownership_id FROM %s.gov_ownership WHERE status = 'active'.",
						 gov_schema_quoted())));
	object_id = gov_result_int8(0, WHOSE_OBJECT);
	axis = gov_result_text(0, WHOSE_AXIS);
	value = gov_result_text(0, WHOSE_VALUE);
	if (object_id != 0)
		gov_object_hold(object_id);
	else
		(void) gov_value_find(axis, value, GOV_ROW_UPDATE, &ignored);
}

/* Columns of query_about. */
enum {ABOUT_OBJECT_ID = 1, ABOUT_OBJECT_TYPE, ABOUT_OBJECT_REF, ABOUT_AXIS, ABOUT_VALUE,
	ABOUT_AUTHORITY, ABOUT_KIND};

/* What a row of ownership is about, in words. */
GOV_QUERY(query_about,
		  "SELECT COALESCE(w.object_id, 0), o.object_type, o.object_ref, w.axis, w.value, w.authority, w.owner_kind"
		  " FROM @.gov_ownership AS w LEFT JOIN @.gov_object AS o ON o.object_id = w.object_id"
		  " WHERE w.ownership_id = $1",
		  INT8OID);

/* The answer of gov_disown; query_about's row is the last result. */
static Datum
gov_ownership_answer_end(GovAnswer what)
{
	GovTarget	cell = {
		.object_type = gov_result_text(0, ABOUT_OBJECT_TYPE), .object_ref = gov_result_text(0, ABOUT_OBJECT_REF),
		.axis = gov_result_text(0, ABOUT_AXIS), .value = gov_result_text(0, ABOUT_VALUE)
	};

	return gov_answer(what, "%s owner \"%s\" of %s", gov_result_text(0, ABOUT_KIND), gov_result_text(0, ABOUT_AUTHORITY),
					  gov_target_describe(&cell));
}

/* The ledger's entry about an ownership that was revoked, the last result. */
static void
gov_ownership_note_end(const char *reason)
{
	gov_ledger_append("disown", gov_result_int8(0, ABOUT_OBJECT_ID),
					  gov_ledger_cell(gov_result_text(0, ABOUT_OBJECT_TYPE), gov_result_text(0, ABOUT_OBJECT_REF),
									  gov_result_text(0, ABOUT_AXIS), gov_result_text(0, ABOUT_VALUE)),
					  gov_json_object("authority", gov_result_text(0, ABOUT_AUTHORITY),
									  "owner_kind", gov_result_text(0, ABOUT_KIND), "reason", reason));
}

/* gov_disown(ownership_id, reason, approval): active to revoked, scheduled ones too. */
GOV_ACT(gov_disown)
{
	int64		ownership_id;
	char	   *reason = gov_arg_text_or_null(fcinfo, 1);
	Datum		answer;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(0), "ownership_id");
	ownership_id = PG_GETARG_INT64(0);
	if (reason != NULL && reason[0] == '\0')
		reason = NULL;

	level = gov_spi_begin();
	gov_ownership_hold_cell_of(ownership_id);
	gov_run(&query_state, gov_int8(ownership_id));
	if (strcmp(gov_result_text(0, STATE_STATUS), "revoked") == 0)
	{
		gov_run(&query_about, gov_int8(ownership_id));
		answer = gov_ownership_answer_end(GOV_UNCHANGED);
		gov_spi_end(level);
		return answer;
	}
	gov_ensure_transition("ownership", psprintf("ownership " INT64_FORMAT, ownership_id),
						  gov_result_text(0, STATE_STATUS), "revoked", "gov_disown");
	if (!gov_result_isnull(0, STATE_ENDED) && gov_result_bool(0, STATE_ENDED))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("ownership " INT64_FORMAT " has lapsed", ownership_id),
				 errdetail("It ended at %s.", gov_result_text(0, STATE_EFFECTIVE_TO)),
				 errhint("There is nothing to revoke; gov_reconcile sets it expired.")));
	gov_run(&query_about, gov_int8(ownership_id));
	gov_ensure_may_replace(gov_result_text(0, ABOUT_AUTHORITY));
	gov_gate_pass_call(gov_call_action_of_owning(gov_result_text(0, ABOUT_KIND)), fcinfo,
					   gov_arg_code_or_null(fcinfo, 2, "approval"));
	gov_ownership_end(ownership_id, "revoked", gov_now(), reason);
	gov_run(&query_about, gov_int8(ownership_id));
	gov_ownership_note_end(reason);
	answer = gov_ownership_answer_end(GOV_ENDED);
	gov_spi_end(level);
	return answer;
}

/* Rows whose time has passed, in the order in which gov_reconcile takes them. */
static const char *const transfer_lapsed_sql =
"SELECT w.ownership_id, 'expired' AS status, now() AS ends, NULL::text AS reason FROM @.gov_ownership AS w"
" WHERE w.authority IN ($1, $2) AND " GOV_LAPSED("w") " ORDER BY w.ownership_id FOR NO KEY UPDATE";

/* What a transfer moves: all that is active but what belongs to an object that is gone, which stays as it is. */
#define GOV_TRANSFERRED(w) w ".status = 'active' AND " GOV_OF_NO_GONE_OBJECT(w)

/* The axes and the values of what the authority owns, held in key order. */
GOV_QUERY(query_transfer_axes,
		  "SELECT count(*) FROM (SELECT 1 FROM @.gov_axis AS a"
		  " WHERE a.axis IN (SELECT w.axis FROM @.gov_ownership AS w WHERE w.authority = $1 AND " GOV_TRANSFERRED("w") ")"
		  " ORDER BY a.axis FOR SHARE OF a) AS held",
		  TEXTOID);

GOV_QUERY(query_transfer_values,
		  "SELECT count(*) FROM (SELECT 1 FROM @.gov_axis_value AS v"
		  " WHERE (v.axis, v.value) IN (SELECT w.axis, w.value FROM @.gov_ownership AS w"
		  "  WHERE w.authority = $1 AND " GOV_TRANSFERRED("w") ")"
		  " ORDER BY v.axis, v.value FOR NO KEY UPDATE OF v) AS held",
		  TEXTOID);

/* The objects that it owns, likewise. */
GOV_QUERY(query_transfer_objects,
		  "SELECT count(*) FROM (SELECT 1 FROM @.gov_object AS o"
		  " WHERE o.object_id IN (SELECT w.object_id FROM @.gov_ownership AS w"
		  "  WHERE w.authority = $1 AND " GOV_TRANSFERRED("w") " AND w.object_id IS NOT NULL)"
		  " ORDER BY o.object_id FOR NO KEY UPDATE OF o) AS held",
		  TEXTOID);

/*
 * Every active row of $1 is superseded where it stands, or, when it has yet
 * to begin, before it does.
 */
static const char *const transfer_ending_sql =
"SELECT w.ownership_id, 'superseded' AS status, now() AS ends, NULL::text AS reason, w.effective_to AS had"
" FROM @.gov_ownership AS w WHERE w.authority = $1 AND " GOV_TRANSFERRED("w")
" ORDER BY w.ownership_id FOR NO KEY UPDATE";

/*
 * $2 gets a row for what was left of each, unless it already has one of the
 * kind there that holds as long and covers as much (never an accountable one:
 * two of those exclude each other), or the value is retired: only a retired
 * authority has rows of one, and they end with it.
 */
static const char *const transfer_new_sql =
"SELECT nextval($5) AS ownership_id, r.* FROM (SELECT was.object_id, was.axis, was.value, was.owner_kind,"
"  $2 AS authority, $1 AS had, was.inherits, was.left_from AS effective_from, was.effective_to,"
"  COALESCE($3, was.reason) AS reason, $4 AS approval, was.ownership_id AS supersedes_id"
" FROM (SELECT w.*, greatest(w.effective_from, now()) AS left_from, COALESCE(w.effective_to, 'infinity') AS left_to"
"  FROM gov_ending AS e JOIN @.gov_ownership AS w ON w.ownership_id = e.ownership_id) AS was"
" JOIN @.gov_axis_value AS v ON v.axis = was.axis AND v.value = was.value AND v.status <> 'retired'"
" WHERE NOT EXISTS (SELECT 1 FROM @.gov_ownership AS has"
"  WHERE has.authority = $2 AND has.status = 'active' AND has.axis = was.axis"
"  AND has.value = was.value AND COALESCE(has.object_id, 0) = COALESCE(was.object_id, 0)"
"  AND has.owner_kind = was.owner_kind AND has.owner_kind <> 'accountable'"
"  AND has.inherits >= was.inherits"
"  AND has.effective_from <= was.left_from"
"  AND COALESCE(has.effective_to, 'infinity') >= was.left_to)"
" ORDER BY was.ownership_id) AS r";

/* Moves what the authority "from" owns to "to"; its cells are held.  How many rows it had. */
static uint64
gov_ownership_transfer(int64 change, const char *from, const char *to, const char *reason, const char *approval)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, REGCLASSOID};
	GovArg		args[] = {gov_text(from), gov_text(to), gov_text(reason), gov_text(approval), gov_ownership_sequence()};
	GovRows    *rows;
	GovRows    *made;
	uint64		moved;

	rows = gov_spi_collect("gov_ending", transfer_lapsed_sql, 2, types, args);
	(void) gov_ownership_end_rows("gov_ending", NULL);
	gov_spi_discard(rows);

	rows = gov_spi_collect("gov_ending", transfer_ending_sql, 1, types, args);
	made = gov_spi_collect("gov_new", transfer_new_sql, 5, types, args);
	moved = gov_ownership_end_rows("gov_ending", NULL);
	(void) gov_ownership_put_rows("gov_new");
	gov_change_note_ids(change, "ownership", "gov_ending", "ownership_id", "had",
						"jsonb_build_object('status', 'active', 'effective_to', had)",
						"jsonb_build_object('status', 'superseded')");
	gov_change_note_ids(change, "ownership", "gov_new", "ownership_id", "had, authority",
						"jsonb_build_object('authority', had)", "jsonb_build_object('authority', authority)");
	gov_spi_discard(made);
	gov_spi_discard(rows);
	return moved;
}

/* Has an authority an active row whose time has not passed? */
GOV_QUERY(query_transfer_any,
		  "SELECT FROM @.gov_ownership AS w WHERE w.authority = $1 AND " GOV_OWNERSHIP_STANDS("w") " AND " GOV_OF_NO_GONE_OBJECT("w") " LIMIT 1",
		  TEXTOID);

/* gov_transfer(from_authority, to_authority, reason, approval): all that one owns becomes the other's. */
GOV_ACT(gov_transfer)
{
	char	   *from = gov_arg_code(fcinfo, 0, "from_authority");
	char	   *to = gov_arg_code(fcinfo, 1, "to_authority");
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	char	   *approval = gov_arg_code_or_null(fcinfo, 3, "approval");
	int64		moved;
	int64		change;
	GovJson		payload;
	int			level;

	if (strcmp(from, to) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("authority \"%s\" cannot hand over to itself", from)));
	if (reason != NULL && reason[0] == '\0')
		reason = NULL;
	if (strcmp(from, to) < 0)
		gov_ensure_authority_for(GOV_FOR_A_FACT, from, GOV_ROW_UPDATE, false);
	gov_ensure_authority_for(GOV_FOR_A_FACT, to, GOV_ROW_SHARE, true);
	if (strcmp(from, to) > 0)
		gov_ensure_authority_for(GOV_FOR_A_FACT, from, GOV_ROW_UPDATE, false);

	level = gov_spi_begin();
	if (gov_run(&query_transfer_any, gov_text(from)) == 0)
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "ownership of authority \"%s\": there is none", from);
	}
	gov_gate_pass_call("transfer", fcinfo, approval);
	gov_run(&query_transfer_axes, gov_text(from));
	gov_run(&query_transfer_values, gov_text(from));
	gov_run(&query_transfer_objects, gov_text(from));
	change = gov_change_begin("transfer", NULL);
	moved = (int64) gov_ownership_transfer(change, from, to, reason, approval);

	gov_json_begin(&payload);
	gov_json_int8(&payload, "moved", moved);
	gov_json_text(&payload, "reason", reason);
	gov_json_text(&payload, "approval", approval);
	gov_change_end(change,
				   gov_ledger_append("transfer", 0,
									 gov_json_object("from_authority", from, "to_authority", to),
									 gov_json_end(&payload)));
	gov_spi_end(level);
	return gov_answer(GOV_CHANGED, "ownership of authority \"%s\": " INT64_FORMAT " rows -> \"%s\"", from, moved, to);
}
