/*-------------------------------------------------------------------------
 *
 * containment/mirror.c
 *	  Making a containment axis equal to the container tree.
 *
 * Each step compares what should be with what is and writes the difference.
 * So the first activation, a later one and one that goes on after a failure
 * run the same code, and one with nothing to do writes nothing.  All of it is
 * set-based: the number of statements does not depend on the number of
 * objects.  Often the tables were loaded just before and have no statistics
 * yet, so the planner takes large sets for tiny ones; nested loops are
 * switched off, so that joins are made by hashing or merging, whose cost is
 * linear whatever the estimates.  Every table in a statement about a range of
 * objects is restricted to that range, so that a batch costs as much as it has
 * objects.  The comparisons are functions of the install script
 * (gov_containment_value and its sisters).
 *
 * Values.  A container in use has one value, linked by gov_axis_value.
 * object_id, so that a rename of the container finds it.  Its code is the
 * container's reference; type:reference where two containers of the axis
 * share a reference, or the code is held by a value that mirrors something
 * else; cut and completed by a digest where it is longer than a code may be.
 * A value of that code that mirrors nothing yet, or a container that is gone,
 * is adopted; its provenance becomes of kind containment and keeps what it
 * said before.  A value that is not active becomes active; a retired one is
 * history, takes no part and keeps its code.  The parent of a value is the
 * value of the nearest container above it that has an active one; containers
 * that hold none of the given objects get no value of their own, and nothing
 * above a retired container counts.
 *
 * Assignments.  Every live object of the given types has one in zone
 * approved, of kind rule, with confidence 1 and without end, to the value of
 * its container.  One that differs in any of these is superseded by one that
 * does not.  An assignment that an activation made (its provenance says so)
 * and that no longer holds is ended: the object moved or is retired.  Other
 * assignments on the axis are left alone, unless the axis takes one value per
 * object.
 *
 * Ownership.  Each of those cells has an accountable owner without end: the
 * owner of the container.  Whatever else was accountable there, now or
 * scheduled, is superseded.  Ownership of a cell whose assignment an
 * activation made and which has ended is revoked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/json.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "registry/values.h"
#include "containment/mirror.h"

/*
 * What the values should be, kept aside as gov_plan while they are written;
 * $1 axis, $2 containers in use.
 */
static const char *const plan_sql =
"SELECT * FROM governance_internal.gov_containment_value($1, $2)";

/* Columns of plan_counts_sql. */
enum {PLAN_CREATED = 1, PLAN_RENAMED, PLAN_CLASHES, PLAN_CLASHING_CODE};

static const char *const plan_counts_sql =
"SELECT count(*) FILTER (WHERE p.present IS NULL),"
"       count(*) FILTER (WHERE p.linked <> p.code),"
"       count(*) FILTER (WHERE p.clash),"
"       min(p.code COLLATE \"C\") FILTER (WHERE p.clash)"
"  FROM gov_plan AS p";

/* Values are locked in the order of their codes before any of them changes. */
GOV_QUERY(query_lock_values,
		  "SELECT FROM @.gov_axis_value"
		  " WHERE axis = $1 AND object_id IS NOT NULL ORDER BY value FOR NO KEY UPDATE",
		  TEXTOID);

/*
 * The steps that make the values so; $1 axis, $2 approval.
 *
 * A retired value lets go of a container that needs a new one.
 */
static const char *const unlinked_values_sql =
"SELECT v.axis, v.value, '{\"object_id\": null}'::jsonb AS becomes"
"  FROM gov_plan AS p"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.object_id = p.object_id AND v.status = 'retired'"
" ORDER BY v.value FOR NO KEY UPDATE OF v";

/* Values whose container has another name by now. */
static const char *const renamed_values_sql =
"SELECT v.axis, v.value, p.code,"
"       CASE WHEN v.provenance ->> 'source' = 'gov_activate_containment' THEN p.name ELSE v.name END AS name"
"  FROM gov_plan AS p"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.object_id = p.object_id AND v.status <> 'retired'"
" WHERE v.value <> p.code";

/* Values there are not yet.  One of that code which somebody proposes meanwhile is adopted after. */
static const char *const new_values_sql =
"SELECT $1 AS axis, p.code AS value, NULL::text AS parent, p.name, 'active'::text AS status,"
"       jsonb_build_object('kind', 'containment', 'source', 'gov_activate_containment') AS provenance,"
"       p.object_id, $2 AS approval"
"  FROM gov_plan AS p"
" WHERE NOT EXISTS (SELECT FROM @.gov_axis_value AS v WHERE v.axis = $1 AND v.value = p.code)"
" ORDER BY p.code";

/* Links what is adopted, activates what is not active, moves what moved. */
static const char *const settled_values_sql =
"SELECT v.axis, v.value,"
"       jsonb_build_object('object_id', p.object_id, 'parent', p.parent, 'provenance',"
"         governance_internal.gov_containment_provenance(v.provenance, p.wanted AND v.status = 'candidate', $2)) ||"
"       CASE WHEN p.wanted AND v.status <> 'active'"
"            THEN jsonb_build_object('status', 'active', 'approval', $2, 'reason', 'mirrors a container')"
"            ELSE '{}' END AS becomes"
"  FROM gov_plan AS p"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.value = p.code"
" WHERE v.object_id IS DISTINCT FROM p.object_id OR v.parent IS DISTINCT FROM p.parent"
"       OR p.wanted AND v.status <> 'active'"
" ORDER BY v.value FOR NO KEY UPDATE OF v";

/*
 * What functions about cells take: $1 axis, $2 object types, $3 containers,
 * $4 their owners, $5 after, $6 upto.
 */
#define CELL_TYPES TEXTOID, TEXTARRAYOID, INT8ARRAYOID, TEXTARRAYOID, INT8OID, INT8OID

/* $1 axis, $2 after, $3 upto: holds the values that these objects are assigned to. */
GOV_QUERY(query_hold_values,
		  "SELECT FROM @.gov_axis_value"
		  " WHERE axis = $1 AND object_id IN (SELECT container_id FROM @.gov_object"
		  "                                    WHERE object_id > $2 AND object_id <= $3)"
		  " ORDER BY value FOR SHARE",
		  TEXTOID, INT8OID, INT8OID);

/* Assignments that an activation made and that are to end; $2 object types, $3 after, $4 upto. */
static const char *const lost_assignments_sql =
"SELECT l.assignment_id, NULL::bigint AS superseded_by, l.reason"
"  FROM governance_internal.gov_containment_lost_assignment($1, $2, $3, $4) AS l";

/* Assignments to be made; $7 rule, $8 the sequence of assignments. */
static const char *const new_assignments_sql =
"SELECT nextval($8) AS assignment_id, n.*, $1 AS axis, 'approved' AS zone, 1::real AS confidence,"
"       NULL::real AS match_score, jsonb_build_object('kind', 'containment', 'rule', $7) AS provenance,"
"       NULL::jsonb AS evidence, 'rule' AS assigned_kind, session_user::text AS assigned_by, now() AS assigned_at,"
"       now() AS valid_from, NULL::timestamptz AS valid_to, NULL::text AS reason"
"  FROM governance_internal.gov_containment_new_assignment($1, $2, $3, $4, $5, $6) AS n";

/* Assignments that those supersede. */
static const char *const old_assignments_sql =
"SELECT a.assignment_id, f.assignment_id AS superseded_by, NULL::text AS reason"
"  FROM gov_new AS f"
"  JOIN @.gov_assignment AS a ON a.object_id = f.object_id"
" WHERE a.object_id > $5 AND a.object_id <= $6 AND a.axis = $1 AND " GOV_ASSIGNMENT_STANDS("a")
"   AND (a.value = f.value"
"        OR a.zone = 'approved'"
"           AND NOT (SELECT x.multivalued FROM @.gov_axis AS x WHERE x.axis = $1))";

/* Ownership of cells whose assignment an activation made and ended is revoked; $2 after, $3 upto. */
static const char *const lost_ownership_sql =
"SELECT l.ownership_id, 'revoked' AS status, now() AS ends, 'the object no longer lives in this container' AS reason"
"  FROM governance_internal.gov_containment_lost_ownership($1, $2, $3) AS l";

/*
 * The owners that cells are to get; $7 approval, $8 reason, $9 the sequence of
 * ownership.
 */
static const char *const new_ownership_sql =
"SELECT nextval($9) AS ownership_id, n.*, $1 AS axis, 'accountable' AS owner_kind, true AS inherits,"
"       now() AS effective_from, NULL::timestamptz AS effective_to, $7 AS approval, $8 AS reason"
"  FROM governance_internal.gov_containment_new_ownership($1, $2, $3, $4, $5, $6) AS n";

/* Whoever else was accountable for these cells. */
static const char *const old_ownership_sql =
"SELECT w.ownership_id, CASE WHEN " GOV_OWNERSHIP_ENDED("w") " THEN 'expired' ELSE 'superseded' END AS status,"
"       now() AS ends, NULL::text AS reason"
"  FROM gov_new AS f"
"  JOIN @.gov_ownership AS w ON w.object_id = f.object_id AND w.axis = $1 AND w.value = f.value"
" WHERE w.object_id > $5 AND w.object_id <= $6 AND w.status = 'active' AND w.owner_kind = 'accountable'";

/* Values to deprecate; $2 approval. */
static const char *const gone_values_sql =
"SELECT v.axis, v.value,"
"       jsonb_build_object('status', 'deprecated', 'reason', 'the container is gone', 'approval', $2) AS becomes"
"  FROM governance_internal.gov_containment_gone_value($1) AS g"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.value = g.value"
" WHERE v.status = 'active' ORDER BY v.value FOR NO KEY UPDATE OF v";

/*
 * $1 object types, $2 owner axis, $3 owner value: the live containers that
 * have an owner, with their owners, and those that have none.
 */
GOV_QUERY(query_owners,
		  "WITH owned AS MATERIALIZED (SELECT * FROM governance_internal.gov_containment_owner($1, $2, $3)),"
		  " named AS ("
		  "  SELECT " GOV_CONTAINMENT_LABEL " AS label, row_number() OVER (" GOV_CONTAINMENT_LABEL_ORDER ") AS position"
		  "    FROM owned AS t WHERE t.authority IS NULL)"
		  " SELECT coalesce(array_agg(container_id ORDER BY container_id) FILTER (WHERE authority IS NOT NULL), '{}'),"
		  "        coalesce(array_agg(authority ORDER BY container_id) FILTER (WHERE authority IS NOT NULL), '{}'),"
		  "        count(*) FILTER (WHERE authority IS NULL),"
		  "        (SELECT string_agg(label, ', ' ORDER BY position) FROM named"
		  "          WHERE position <= " CppAsString2(GOV_PROBLEMS_NAMED) ")"
		  "   FROM owned",
		  TEXTARRAYOID, TEXTOID, TEXTOID);

/* $1 after, $2 object types, $3 how many: the end of the next batch. */
GOV_QUERY(query_batch,
		  "SELECT max(b.object_id)"
		  "  FROM (SELECT object_id FROM @.gov_object"
		  "         WHERE object_id > $1 AND object_type = ANY ($2)"
		  "         ORDER BY object_id LIMIT $3) AS b",
		  INT8OID, TEXTARRAYOID, INT8OID);

/* $1 axis, $2 object types, $3 containers, $4 owners. */
GOV_QUERY(query_behind,
		  "SELECT FROM governance_internal.gov_containment_behind($1, $2, $3, $4) AS b"
		  " WHERE b.of_values + b.assignments + b.ownerships > 0",
		  TEXTOID, TEXTARRAYOID, INT8ARRAYOID, TEXTARRAYOID);

/* The locks that keep the container tree and the values as they are. */
void
gov_containment_lock_forests(void)
{
	gov_lock(GOV_LOCK_CONTAINERS);
	gov_lock(GOV_LOCK_VALUES);
}

/* Finds the containers and their owners. */
void
gov_containment_find_owners(GovContainment *activation)
{
	bool		isnull;

	gov_run(&query_owners, gov_datum(activation->object_types, false),
			gov_text(activation->owner_axis), gov_text(activation->owner_value));
	activation->containers = gov_result_datum(0, OWNERS_CONTAINERS, &isnull);
	activation->owners = gov_result_datum(0, OWNERS_AUTHORITIES, &isnull);
}

/* The object_id that a batch of so many objects reaches; the greatest there is at the end. */
int64
gov_containment_batch_end(const GovContainment *activation, int64 after, int32 batch_size)
{
	gov_run(&query_batch, gov_int8(after), gov_datum(activation->object_types, false), gov_int8(batch_size));
	return gov_result_isnull(0, 1) ? PG_INT64_MAX : gov_result_int8(0, 1);
}

/*
 * The ledger's entry about what was made since the last one: all of the
 * function's, or one transaction of the procedure's; none when that is
 * nothing.
 */
void
gov_containment_note(GovContainment *activation, const char *action)
{
	GovJson		payload;

	if (activation->written == activation->noted_written)
		return;
	gov_json_begin(&payload);
	gov_json_value(&payload, "object_types", TEXTARRAYOID, activation->object_types, false);
	gov_json_text(&payload, "owner_axis", activation->owner_axis);
	gov_json_text(&payload, "owner_value", activation->owner_value);
	gov_json_text(&payload, "rule", activation->rule);
	gov_json_int8(&payload, "values_created", activation->values_created - activation->noted_values);
	gov_json_int8(&payload, "assignments", activation->assignments - activation->noted_assignments);
	gov_json_int8(&payload, "ownerships", activation->ownerships - activation->noted_ownerships);
	gov_json_text(&payload, "approval", activation->approval);
	gov_ledger_append(action, 0, gov_json_object("axis", activation->axis),
					  gov_json_end(&payload));
	activation->noted_values = activation->values_created;
	activation->noted_assignments = activation->assignments;
	activation->noted_ownerships = activation->ownerships;
	activation->noted_written = activation->written;
}

/* Begins statements that join sets with sets; to be ended by gov_spi_end. */
static int
gov_containment_begin_sets(void)
{
	int			level = gov_spi_begin();

	gov_spi_setting("enable_nestloop", "off");
	return level;
}

/* Does anything differ from what there should be? */
bool
gov_containment_is_behind(const GovContainment *activation)
{
	int			level = gov_containment_begin_sets();
	bool		behind = gov_run(&query_behind, gov_text(activation->axis), gov_datum(activation->object_types, false),
								 gov_datum(activation->containers, false), gov_datum(activation->owners, false)) > 0;

	gov_spi_end(level);
	return behind;
}

/*
 * Joins rows kept aside with the tables they are about.  The planner knows
 * how many those are, and a few of them are best looked up one by one.
 */
static void
gov_containment_set_nested_loops(bool allowed)
{
	gov_spi_setting("enable_nestloop", allowed ? "on" : "off");
}

/* Raises where no code is left for a value; reads how many are to be created and renamed. */
static void
gov_containment_judge_plan(const char *axis, int64 *created, int64 *renamed)
{
	(void) gov_run_text(plan_counts_sql, 0, NULL, NULL, false);
	if (gov_result_int8(0, PLAN_CLASHES) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("a container needs a value of axis \"%s\" whose code is taken", axis),
				 errdetail("Code \"%s\" is held by a value that is retired or mirrors another container; "
						   "containers concerned: " INT64_FORMAT ".",
						   gov_result_text(0, PLAN_CLASHING_CODE), gov_result_int8(0, PLAN_CLASHES)),
				 errhint("Rename the container, or activate containment on another axis.")));
	*created = gov_result_int8(0, PLAN_CREATED);
	*renamed = gov_result_int8(0, PLAN_RENAMED);
}

/* Writes what a query finds, if anything, by the writer of its table; how many rows. */
static uint64
gov_containment_write(uint64 (*write) (const char *rows, GovRows **done),
					  const char *sql, int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_writing", sql, nargs, types, args);
	uint64		written = 0;

	if (gov_rows_count(rows) > 0)
	{
		gov_containment_set_nested_loops(true);
		written = write("gov_writing", NULL);
		gov_containment_set_nested_loops(false);
	}
	gov_spi_discard(rows);
	return written;
}

/* Writes the values that a query finds; $1 axis, $2 approval. */
static uint64
gov_containment_write_values(uint64 (*write) (const char *rows, GovRows **done), const char *sql, const GovArg *args)
{
	static const Oid types[] = {TEXTOID, TEXTOID};

	return gov_containment_write(write, sql, lengthof(types), types, args);
}

/* Values follow the containers, as the head of the file says. */
void
gov_containment_mirror_values(GovContainment *activation)
{
	static const Oid plan_types[] = {TEXTOID, INT8ARRAYOID};
	GovArg		plan_args[] = {gov_text(activation->axis), gov_datum(activation->containers, false)};
	GovArg		args[] = {gov_text(activation->axis), gov_text(activation->approval)};
	GovRows    *plan;
	int64		created;
	int64		renamed;
	uint64		made = 0;
	int			level = gov_containment_begin_sets();

	gov_progress_phase("making values of containers", GOV_PROGRESS_UNKNOWN);
	gov_run(&query_lock_values, gov_text(activation->axis));
	plan = gov_spi_collect("gov_plan", plan_sql, lengthof(plan_args), plan_types, plan_args);
	gov_containment_judge_plan(activation->axis, &created, &renamed);
	if (renamed > 0)
		activation->written += gov_containment_write_values(gov_value_rename_rows, renamed_values_sql, args);
	activation->written += gov_containment_write_values(gov_value_update_rows, unlinked_values_sql, args);
	if (created > 0)
		made = gov_containment_write_values(gov_value_put_rows, new_values_sql, args);
	activation->values_created += made;
	activation->written += made;
	activation->written += gov_containment_write_values(gov_value_update_rows, settled_values_sql, args);
	gov_spi_discard(plan);
	gov_spi_end(level);
}

/* Assignments of the objects of a range follow their containers. */
static void
gov_containment_mirror_assignments(GovContainment *activation, int64 after, int64 upto)
{
	static const Oid range_types[] = {TEXTOID, TEXTARRAYOID, INT8OID, INT8OID};
	static const Oid cell_types[] = {CELL_TYPES, TEXTOID, REGCLASSOID};
	GovArg		types = gov_datum(activation->object_types, false);
	GovArg		range[] = {gov_text(activation->axis), types, gov_int8(after), gov_int8(upto)};
	GovArg		cells[] = {
		gov_text(activation->axis), types, gov_datum(activation->containers, false),
		gov_datum(activation->owners, false), gov_int8(after), gov_int8(upto),
		gov_text(activation->rule), gov_assignment_sequence()
	};
	GovRows    *rows;
	int64		made;

	gov_progress_phase("assigning objects to their containers", GOV_PROGRESS_UNKNOWN);
	activation->written += gov_containment_write(gov_assignment_end_rows, lost_assignments_sql, 4, range_types, range);
	rows = gov_spi_collect("gov_new", new_assignments_sql, lengthof(cells), cell_types, cells);
	(void) gov_containment_write(gov_assignment_end_rows, old_assignments_sql, 6, cell_types, cells);
	made = (int64) gov_assignment_put_rows("gov_new");
	gov_spi_discard(rows);
	activation->assignments += made;
	activation->written += made;
}

/* Owners of the cells of a range follow the owners of the containers. */
static void
gov_containment_mirror_ownership(GovContainment *activation, int64 after, int64 upto)
{
	static const Oid range_types[] = {TEXTOID, INT8OID, INT8OID};
	static const Oid cell_types[] = {CELL_TYPES, TEXTOID, TEXTOID, REGCLASSOID};
	GovArg		range[] = {gov_text(activation->axis), gov_int8(after), gov_int8(upto)};
	GovArg		cells[] = {
		gov_text(activation->axis), gov_datum(activation->object_types, false),
		gov_datum(activation->containers, false), gov_datum(activation->owners, false),
		gov_int8(after), gov_int8(upto), gov_text(activation->approval),
		gov_text(psprintf("owner of the container on %s %s", activation->owner_axis, activation->owner_value)),
		gov_ownership_sequence()
	};
	GovRows    *rows;
	int64		made;

	gov_progress_phase("giving cells the owners of containers", GOV_PROGRESS_UNKNOWN);
	activation->written += gov_containment_write(gov_ownership_end_rows, lost_ownership_sql, 3, range_types, range);
	rows = gov_spi_collect("gov_new", new_ownership_sql, lengthof(cells), cell_types, cells);
	(void) gov_containment_write(gov_ownership_end_rows, old_ownership_sql, 6, cell_types, cells);
	made = (int64) gov_ownership_put_rows("gov_new");
	gov_spi_discard(rows);
	activation->ownerships += made;
	activation->written += made;
}

/*
 * Assignments first, ownership second: an owner must never be missing where
 * an assignment already requires one once the statement's transaction ends,
 * and which ownership has lost its ground is seen from the assignments.
 */
void
gov_containment_mirror_objects(GovContainment *activation, int64 after, int64 upto)
{
	int			level = gov_containment_begin_sets();

	gov_run(&query_hold_values, gov_text(activation->axis), gov_int8(after), gov_int8(upto));
	gov_containment_mirror_assignments(activation, after, upto);
	gov_containment_mirror_ownership(activation, after, upto);
	gov_spi_end(level);
}

/*
 * Deprecates values of retired containers level by level from below, because
 * a value with active values below it stays.
 */
void
gov_containment_mirror_gone(GovContainment *activation)
{
	GovArg		args[] = {gov_text(activation->axis), gov_text(activation->approval)};
	int			level = gov_containment_begin_sets();
	uint64		deprecated;

	gov_progress_phase("ending values of containers that are gone", GOV_PROGRESS_UNKNOWN);
	while ((deprecated = gov_containment_write_values(gov_value_update_rows, gone_values_sql, args)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		activation->written += deprecated;
	}
	gov_spi_end(level);
}
