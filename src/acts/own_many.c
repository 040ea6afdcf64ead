/*-------------------------------------------------------------------------
 *
 * acts/own_many.c
 *	  Owning many cells in one act, set-based.
 *
 * The same rules as for one (own.c), in the same order of locks;
 * what is refused is refused for the whole input, before anything is written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/grants.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "acts/bulk.h"

static const GovBulkColumn columns[] = {
	{"object_type", "text", true},
	{"object_ref", "text", true},
	{"axis", "text", true},
	{"value", "text", true},
	{"authority", "text", true},
	{"owner_kind", "text", false},
	{"inherits", "boolean", false},
	{"effective_from", "timestamptz", false},
	{"effective_to", "timestamptz", false},
	{"reason", "text", false},
	{"replace", "boolean", false},
	{NULL, NULL, false},
};

/* How messages name the cell that an entry is about. */
#define CELL "concat(i.object_type || format(' \"%s\", ', i.object_ref), format('value \"%s\" of axis \"%s\"', i.value, i.axis))"

/* What can be seen without looking anything up. */
static const GovBulkCheck input_checks[] = {
	{"concat_ws(', ', CASE WHEN coalesce(i.axis, '') = '' THEN 'axis' END, CASE WHEN coalesce(i.value, '') = '' THEN 'value' END,"
		" CASE WHEN coalesce(i.authority, '') = '' THEN 'authority' END) || ' is missing'",
		"FROM gov_input AS i WHERE coalesce(i.axis, '') = '' OR coalesce(i.value, '') = '' OR coalesce(i.authority, '') = ''",
		ERRCODE_NULL_VALUE_NOT_ALLOWED, "Every entry needs axis, value and authority."},
	{"'it has only half of an object'",
		"FROM gov_input AS i WHERE i.object_type IS NULL <> (i.object_ref IS NULL)"
		" OR i.object_type = '' OR i.object_ref = ''",
		ERRCODE_NULL_VALUE_NOT_ALLOWED, "Give both object_type and object_ref, or neither to own the value itself."},
	{"format('unknown owner_kind \"%s\"', i.owner_kind)",
		"FROM gov_input AS i WHERE i.owner_kind NOT IN ('accountable', 'supporting', 'delegated', 'waiver')",
		ERRCODE_CHECK_VIOLATION, "Allowed: accountable, supporting, delegated, waiver."},
	{"'ownership begins and ends at finite times'",
		"FROM gov_input AS i WHERE NOT isfinite(i.effective_from) OR i.effective_to = '-infinity'",
		ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "Leave effective_from out for now(), effective_to for no end."},
	{"'ownership cannot end before it begins'",
		"FROM gov_input AS i WHERE i.effective_to < i.effective_from AND i.effective_to <> '-infinity'",
		ERRCODE_CHECK_VIOLATION, NULL},
	{"format('ownership of kind \"%s\" needs an end', i.owner_kind)",
		"FROM gov_input AS i WHERE i.owner_kind IN ('delegated', 'waiver') AND i.effective_to = 'infinity'",
		ERRCODE_CHECK_VIOLATION, "Give effective_to."},
	{"'a waiver needs a reason'",
		"FROM gov_input AS i WHERE i.owner_kind = 'waiver' AND btrim(coalesce(i.reason, ''), E' \\t\\n\\r') = ''",
		ERRCODE_CHECK_VIOLATION, "Say in \"reason\" why the cell is excused."},
	{"'a waiver needs an object'",
		"FROM gov_input AS i WHERE i.owner_kind = 'waiver' AND i.object_ref IS NULL AND i.object_type IS NULL",
		ERRCODE_CHECK_VIOLATION, "A value as a whole cannot be waived; name object_type and object_ref."},
	{"'ownership of a value itself always inherits'",
		"FROM gov_input AS i WHERE i.object_ref IS NULL AND i.object_type IS NULL AND NOT i.inherits",
		ERRCODE_CHECK_VIOLATION, "Leave \"inherits\" true, or name an object."},
	{"format('it owns the cell of entry %s at the same time: ', i.taken_by) || " CELL " || format(', %s', i.owner_kind)",
		"FROM (SELECT *, max(effective_to) OVER before AS taken_until, max(entry) OVER before AS taken_by"
		"  FROM gov_input WHERE effective_to > effective_from"
		"  WINDOW before AS (PARTITION BY object_type, object_ref, axis, value, owner_kind,"
		"   CASE WHEN owner_kind <> 'accountable' THEN authority END"
		"   ORDER BY effective_from, entry ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS i WHERE i.effective_from < i.taken_until",
		ERRCODE_EXCLUSION_VIOLATION, NULL},
};

/* What only the held rows can tell. */
static const GovBulkCheck cell_checks[] = {
	{"format('authority \"%s\" does not exist', i.authority)",
		"FROM gov_input AS i WHERE i.authority <> '' AND NOT EXISTS (SELECT 1 FROM @.gov_authority AS a WHERE a.authority = i.authority)",
		ERRCODE_FOREIGN_KEY_VIOLATION, GOV_AUTHORITY_HINT},
	{"format('authority \"%s\" is retired', i.authority)",
		"FROM gov_input AS i JOIN @.gov_authority AS a ON a.authority = i.authority AND a.status <> 'active'",
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, NULL},
	GOV_BULK_AXES_EXIST,
	GOV_BULK_AXES_ARE_NOT_RETIRED,
	GOV_BULK_VALUES_EXIST,
	{"format('value \"%s\" of axis \"%s\" is retired', i.value, i.axis)",
		"FROM gov_input AS i JOIN @.gov_axis_value AS v ON v.axis = i.axis AND v.value = i.value AND v.status = 'retired'",
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, NULL},
	GOV_BULK_OBJECTS_ARE_LIVE,
};

/* Rivals that do not give way. */
static const GovBulkCheck rival_checks[] = {
	{CELL " || format(' has an owner already: \"%s\"', i.rival_authority)",
		"FROM gov_rival AS i WHERE NOT i.replace AND NOT i.rival_scheduled",
		ERRCODE_EXCLUSION_VIOLATION,
		"Hand over with replace true, or end the others first with gov_disown."},
	{CELL " || format(' has a scheduled owner already: \"%s\"', i.rival_authority)",
		"FROM gov_rival AS i WHERE i.rival_scheduled",
		ERRCODE_EXCLUSION_VIOLATION,
		"Give an effective_to no later than it begins, or revoke it first with gov_disown."},
};

/* The input with its defaults; no end is 'infinity'. */
static const char *const input_sql =
"SELECT entry, object_type, object_ref, axis, value, authority, reason,"
" COALESCE(owner_kind, 'accountable') AS owner_kind, COALESCE(inherits, true) AS inherits,"
" COALESCE(effective_from, now()) AS effective_from, COALESCE(effective_to, 'infinity') AS effective_to,"
" COALESCE(replace, false) AS replace FROM gov_raw";

static const char *const hold_authorities_sql =
"SELECT a.authority FROM @.gov_authority AS a"
" WHERE a.authority IN (SELECT authority FROM gov_input) ORDER BY a.authority FOR SHARE OF a";

/* Is a row what an entry asks for (see own.c)? */
#define IS_THERE \
	"(w.authority = p.authority AND w.inherits = p.inherits" \
	" AND COALESCE(w.effective_to, 'infinity') = p.effective_to" \
	" AND (w.effective_from = p.effective_from" \
	"  OR p.effective_from = now() AND w.effective_from <= clock_timestamp())" \
	" AND (p.owner_kind <> 'waiver' OR w.reason IS NOT DISTINCT FROM p.reason))"

/* Each entry with its object; cells of values themselves have none. */
static const char *const cells_sql =
"SELECT i.*, o.object_id FROM gov_input AS i LEFT JOIN @.gov_object AS o"
" ON o.object_ref = i.object_ref AND o.object_type = i.object_type AND " GOV_OBJECT_LIVE("o");

/*
 * Active rows of the cells of a relation, whether the cell is an object's or a
 * value's own; each in a form that its index serves.
 */
#define ROWS_OF_CELLS(cells, condition) \
	"SELECT p.*, w.ownership_id AS rival, w.authority AS rival_authority," \
	"  w.effective_from > clock_timestamp() AS rival_scheduled, " IS_THERE " AS is_there" \
	" FROM " cells " AS p JOIN @.gov_ownership AS w" \
	"  ON w.object_id = p.object_id AND w.axis = p.axis AND w.value = p.value AND w.status = 'active'" \
	" WHERE " condition \
	" UNION ALL " \
	"SELECT p.*, w.ownership_id, w.authority, w.effective_from > clock_timestamp(), " IS_THERE \
	" FROM " cells " AS p JOIN @.gov_ownership AS w" \
	"  ON w.object_id IS NULL AND w.axis = p.axis AND w.value = p.value AND w.status = 'active'" \
	" WHERE p.object_id IS NULL AND " condition

/* Rows whose time has passed stand in nobody's way. */
static const char *const lapsed_sql =
"SELECT DISTINCT rival AS ownership_id, 'expired' AS status, now() AS ends, NULL::text AS reason"
" FROM (" ROWS_OF_CELLS("gov_plan", GOV_OWNERSHIP_ENDED("w")) ") AS lapsed";

#define RIVAL \
	"w.owner_kind = p.owner_kind AND (p.owner_kind = 'accountable' OR w.authority = p.authority)" \
	" AND p.effective_from < p.effective_to AND w.effective_from < p.effective_to" \
	" AND COALESCE(w.effective_to, 'infinity') > p.effective_from" \
	" AND " GOV_OWNERSHIP_NOT_EMPTY("w")

/* Entries that find their cell owned as it is to be, and the others. */
static const char *const there_sql =
"SELECT entry FROM (" ROWS_OF_CELLS("gov_cell", RIVAL) ") AS r GROUP BY entry HAVING count(*) = 1 AND bool_and(is_there)";

static const char *const plan_sql =
"SELECT c.* FROM gov_cell AS c WHERE NOT EXISTS (SELECT FROM gov_there AS t WHERE t.entry = c.entry)";

static const char *const rivals_sql = ROWS_OF_CELLS("gov_plan", RIVAL);

/*
 * A rival gives way to the first of its successors: superseded when that one
 * does not begin in the future, else it only ends then.
 */
static const char *const give_way_sql =
"SELECT rival AS ownership_id, CASE WHEN min(effective_from) <= now() THEN 'superseded' ELSE 'active' END AS status,"
" min(effective_from) AS ends, NULL::text AS reason FROM gov_rival GROUP BY rival";

/* Columns of gave_way_sql. */
enum {GAVE_WAY_SUPERSEDED = 1, GAVE_WAY_ACTIVE};

static const char *const gave_way_sql =
"SELECT count(*) FILTER (WHERE status = 'superseded'), count(*) FILTER (WHERE status = 'active') FROM gov_done";

/* The rows to be made; $1: the sequence of ownership, $2 and $3: the approval of owning and of waiving. */
static const char *const new_sql =
"SELECT nextval($1) AS ownership_id, n.* FROM (SELECT p.object_id, p.axis, p.value, p.owner_kind, p.authority,"
" p.inherits, p.effective_from, nullif(p.effective_to, 'infinity') AS effective_to, p.reason,"
" CASE p.owner_kind WHEN 'waiver' THEN $3 ELSE $2 END AS approval, r.rival AS supersedes_id"
" FROM gov_plan AS p LEFT JOIN (SELECT entry, min(rival) AS rival FROM gov_rival GROUP BY entry) AS r"
" ON r.entry = p.entry ORDER BY p.entry) AS n";

/* The approval that the plan used up, for the action that it permits. */
typedef struct GovOwnManyApproval
{
	const char *owning;
	const char *waiving;
} GovOwnManyApproval;

/* Writes the plan: ends what is in its way, then makes what it says; counts as gov_own_many does. */
static void
gov_own_many_write(GovBulk *bulk, const GovOwnManyApproval *approval, int64 *counts)
{
	static const Oid types[] = {REGCLASSOID, TEXTOID, TEXTOID};
	GovArg		args[] = {gov_ownership_sequence(), gov_text(approval->owning), gov_text(approval->waiving)};

	gov_bulk_keep(bulk, "gov_ending", give_way_sql, 0, NULL, NULL);
	gov_bulk_keep(bulk, "gov_new", new_sql, lengthof(args), types, args);
	(void) gov_ownership_end_rows("gov_ending", &bulk->rows[bulk->count++]);
	counts[1] = gov_bulk_count(gave_way_sql);
	counts[2] = gov_result_int8(0, GAVE_WAY_ACTIVE);
	counts[0] = (int64) gov_ownership_put_rows("gov_new");
}

/* Whom an entry follows that begins in the future (see own.c): the last of these. */
#define FOLLOWED \
	"p.owner_kind = 'accountable' AND w.owner_kind = 'accountable' AND p.effective_from > now()" \
	" AND w.authority <> p.authority AND w.effective_to > clock_timestamp() AND w.effective_to <= p.effective_from" \
	" AND " GOV_OWNERSHIP_NOT_EMPTY("w")

static const char *const followed_sql =
"SELECT DISTINCT ON (f.entry) f.rival_authority FROM (" ROWS_OF_CELLS("gov_plan", FOLLOWED) ") AS f"
" JOIN @.gov_ownership AS o ON o.ownership_id = f.rival ORDER BY f.entry, o.effective_to DESC";

/* Raises unless the caller may end what each of the authorities owns that give way or are followed. */
static void
gov_own_many_ensure_may_replace(void)
{
	gov_ensure_may_replace_each(gov_run_text("SELECT rival_authority COLLATE \"C\" FROM gov_rival"
											 " UNION SELECT rival_authority COLLATE \"C\" FROM gov_followed ORDER BY 1",
											 0, NULL, NULL, false));
}

/* Columns of plan_counts_sql. */
enum {PLAN_OWNS = 1, PLAN_WAIVES};

static const char *const plan_counts_sql =
"SELECT count(*) FILTER (WHERE owner_kind <> 'waiver'), count(*) FILTER (WHERE owner_kind = 'waiver') FROM gov_plan";

/*
 * Lets the plan through the gates of owning and waiving.  An approval permits
 * one action: a plan that does both has one for the gate that is shut.
 */
static GovOwnManyApproval
gov_own_many_pass_gates(FunctionCallInfo fcinfo, const char *approval)
{
	bool		owns = gov_bulk_count(plan_counts_sql) > 0;
	bool		waives = gov_result_int8(0, PLAN_WAIVES) > 0;
	bool		for_waiving = waives && (!owns || gov_gate_is_shut("waive"));
	GovOwnManyApproval used = {for_waiving ? NULL : approval, for_waiving ? approval : NULL};

	if (owns && for_waiving && gov_gate_is_shut("own"))
		ereport(ERROR,
				(errcode(ERRCODE_GOV_APPROVAL_NEEDED),
				 errmsg("waivers and other ownership need an approval each"),
				 errhint("Give the waivers to a call of their own.")));
	if (owns)
		gov_gate_pass_call("own", fcinfo, used.owning);
	if (waives)
		gov_gate_pass_call("waive", fcinfo, used.waiving);
	return used;
}

/*
 * gov_own_many(jsonb, approval), gov_own_many(regclass, approval), and with
 * text, which is one of these: rows
 * made, rows superseded, rows that now end when their successor begins, and
 * entries that were there already.
 */
GOV_ACT(gov_own_many)
{
	static const GovBulkChecks checks[] = {GOV_BULK_CHECKS(input_checks), GOV_BULK_CHECKS(cell_checks)};
	static const GovBulkChecks rivals = GOV_BULK_CHECKS(rival_checks);
	GovBulk		bulk = {0};
	GovOwnManyApproval approval;
	int64		counts[4];
	int			level;

	if (gov_bulk_is_text(fcinfo))
		return gov_own_many_act(gov_bulk_typed_call(fcinfo));
	level = gov_spi_begin();
	gov_bulk_read(&bulk, fcinfo, columns);
	gov_bulk_settle_names(&bulk, fcinfo, columns);
	gov_bulk_keep(&bulk, "gov_input", input_sql, 0, NULL, NULL);

	gov_run_text(hold_authorities_sql, 0, NULL, NULL, false);
	gov_bulk_hold();
	gov_bulk_ensure("owned", checks, lengthof(checks));
	gov_bulk_keep(&bulk, "gov_cell", cells_sql, 0, NULL, NULL);
	gov_bulk_keep(&bulk, "gov_there", there_sql, 0, NULL, NULL);
	gov_bulk_keep(&bulk, "gov_plan", plan_sql, 0, NULL, NULL);
	approval = gov_own_many_pass_gates(fcinfo, gov_arg_code_or_null(fcinfo, 1, "approval"));
	gov_bulk_keep(&bulk, "gov_lapsed", lapsed_sql, 0, NULL, NULL);
	(void) gov_ownership_end_rows("gov_lapsed", NULL);
	gov_bulk_keep(&bulk, "gov_rival", rivals_sql, 0, NULL, NULL);
	gov_bulk_ensure("owned", &rivals, 1);
	gov_bulk_keep(&bulk, "gov_followed", followed_sql, 0, NULL, NULL);
	gov_own_many_ensure_may_replace();

	gov_own_many_write(&bulk, &approval, counts);
	counts[3] = gov_bulk_count("SELECT count(*) FROM gov_there");
	gov_bulk_close(&bulk);
	gov_spi_end(level);
	if (counts[0] > 0)
		gov_ledger_append("own_many", 0, (Datum) 0, gov_bulk_payload(fcinfo, 4, counts));
	PG_RETURN_DATUM(gov_bulk_counts(fcinfo, 4, counts));
}
