/*-------------------------------------------------------------------------
 *
 * containment/mirror.c
 *	  Making a containment axis equal to the container tree.
 *
 * Everything here compares what should be with what is and writes the
 * difference, so the first activation, a later one and one that was cut off
 * in the middle are the same code, and one with nothing to do writes nothing.
 * All of it is set-based: the number of statements does not depend on the
 * number of objects.  What there is to compare has often been loaded just now
 * and not been analyzed, and then the planner takes large sets for tiny ones;
 * so joins within sets are made by hashing or merging only, which is linear
 * whatever the planner believes; and every table in a statement about a range
 * of objects is restricted to that range, so that a batch costs what is in it.
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

#include "server/spi.h"
#include "registry/assignments.h"
#include "registry/in_force.h"
#include "registry/ownership.h"
#include "registry/values.h"
#include "containment/mirror.h"

/* What the values should be, one element per mirrored container. */
typedef struct GovMirrorPlan
{
	Datum		containers;		/* bigint[] */
	Datum		codes;			/* text[]: the code of its value */
	Datum		parents;		/* text[]: the code of the value above, or
								 * NULL */
	Datum		wanted;			/* boolean[]: is it to be active? */
	Datum		names;			/* text[]: reference where the code is not */
	int64		created;		/* containers that have no value yet */
	int64		renamed;		/* values that get another code */
} GovMirrorPlan;

/* Columns of query_plan. */
enum {PLAN_CONTAINERS = 1, PLAN_CODES, PLAN_PARENTS, PLAN_WANTED, PLAN_NAMES, PLAN_CREATED,
	PLAN_RENAMED, PLAN_CLASHES, PLAN_CLASHING_CODE};

/*
 * $1 axis, $2 containers in use.
 *
 * mirror: the containers in use, and those that have a value from before.
 * outside: codes of values that mirror none of these; free to be adopted
 * unless retired, by a container that has no value yet.
 * climb: the way up from each container to the nearest with an active value.
 */
GOV_QUERY(query_plan,
		  "WITH RECURSIVE mirror AS MATERIALIZED ("
		  "  SELECT o.object_id, o.container_id, o.object_ref, v.value AS linked,"
		  "         u.object_id IS NOT NULL AS wanted,"
		  "         u.object_id IS NOT NULL OR v.status = 'active' AS active,"
		  "         " GOV_CONTAINMENT_CODE("o.object_ref") " AS plain,"
		  "         " GOV_CONTAINMENT_CODE("(o.object_type || ':' || o.object_ref)") " AS typed"
		  "    FROM (SELECT object_id FROM unnest($2) AS k (object_id)"
		  "          UNION"
		  "          SELECT object_id FROM @.gov_axis_value"
		  "           WHERE axis = $1 AND object_id IS NOT NULL AND status <> 'retired') AS m"
		  "    JOIN @.gov_object AS o ON o.object_id = m.object_id AND " GOV_OBJECT_LIVE("o")
		  "    LEFT JOIN @.gov_axis_value AS v"
		  "      ON v.axis = $1 AND v.object_id = o.object_id AND v.status <> 'retired'"
		  "    LEFT JOIN (SELECT object_id FROM unnest($2) AS k (object_id)) AS u"
		  "      ON u.object_id = o.object_id),"
		  " outside AS MATERIALIZED ("
		  "  SELECT v.value, v.status = 'retired' AS retired"
		  "    FROM @.gov_axis_value AS v"
		  "    LEFT JOIN mirror AS m ON m.linked = v.value"
		  "   WHERE v.axis = $1 AND m.linked IS NULL),"
		  " named AS MATERIALIZED ("
		  "  SELECT m.*, CASE WHEN count(*) OVER (PARTITION BY m.plain) > 1"
		  "                     OR x.value IS NOT NULL AND (m.linked IS NOT NULL OR x.retired)"
		  "                   THEN m.typed ELSE m.plain END AS code"
		  "    FROM mirror AS m"
		  "    LEFT JOIN outside AS x ON x.value = m.plain),"
		  " settled AS MATERIALIZED ("
		  "  SELECT n.*, coalesce(n.linked, x.value) AS present,"
		  "         count(*) OVER (PARTITION BY n.code) > 1"
		  "           OR x.value IS NOT NULL AND (n.linked IS NOT NULL OR x.retired) AS clash"
		  "    FROM named AS n"
		  "    LEFT JOIN outside AS x ON x.value = n.code),"
		  " climb (object_id, above) AS ("
		  "  SELECT object_id, container_id FROM mirror WHERE container_id IS NOT NULL"
		  "  UNION ALL"
		  "  SELECT c.object_id, o.container_id"
		  "    FROM climb AS c"
		  "    JOIN @.gov_object AS o ON o.object_id = c.above AND " GOV_OBJECT_LIVE("o")
		  "    LEFT JOIN mirror AS m ON m.object_id = c.above AND m.active"
		  "   WHERE m.object_id IS NULL AND o.container_id IS NOT NULL),"
		  " ends AS ("
		  "  SELECT c.object_id, c.above"
		  "    FROM climb AS c"
		  "    JOIN mirror AS m ON m.object_id = c.above AND m.active)"
		  " SELECT coalesce(array_agg(s.object_id ORDER BY s.object_id), '{}'),"
		  "        coalesce(array_agg(s.code ORDER BY s.object_id), '{}'),"
		  "        coalesce(array_agg(p.code ORDER BY s.object_id), '{}'),"
		  "        coalesce(array_agg(s.wanted ORDER BY s.object_id), '{}'),"
		  "        coalesce(array_agg(nullif(s.object_ref, s.code) ORDER BY s.object_id), '{}'),"
		  "        count(*) FILTER (WHERE s.present IS NULL),"
		  "        count(*) FILTER (WHERE s.linked <> s.code),"
		  "        count(*) FILTER (WHERE s.clash),"
		  "        min(s.code COLLATE \"C\") FILTER (WHERE s.clash)"
		  "   FROM settled AS s"
		  "   LEFT JOIN ends AS e ON e.object_id = s.object_id"
		  "   LEFT JOIN settled AS p ON p.object_id = e.above",
		  TEXTOID, INT8ARRAYOID);

/* Values are locked in the order of their codes before any of them changes. */
GOV_QUERY(query_lock_values,
		  "SELECT FROM @.gov_axis_value"
		  " WHERE axis = $1 AND object_id IS NOT NULL ORDER BY value FOR NO KEY UPDATE",
		  TEXTOID);

/* A retired value lets go of a container that needs a new one; $2 containers. */
static const char *const unlinked_values_sql =
"SELECT v.axis, v.value, '{\"object_id\": null}'::jsonb AS becomes"
"  FROM unnest($2) AS p (object_id)"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.object_id = p.object_id AND v.status = 'retired'"
" ORDER BY v.value FOR NO KEY UPDATE OF v";

/* Values whose container has another name by now; $2 containers, $3 codes, $4 names. */
static const char *const renamed_values_sql =
"SELECT v.axis, v.value, p.code,"
"       CASE WHEN v.provenance ->> 'source' = 'gov_activate_containment' THEN p.name ELSE v.name END AS name"
"  FROM unnest($2, $3, $4) AS p (object_id, code, name)"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.object_id = p.object_id AND v.status <> 'retired'"
" WHERE v.value <> p.code";

/* Values there are not yet; $5 approval.  One of that code which somebody proposes meanwhile is adopted after. */
static const char *const new_values_sql =
"SELECT $1 AS axis, p.code AS value, NULL::text AS parent, p.name, 'active'::text AS status,"
"       jsonb_build_object('kind', 'containment', 'source', 'gov_activate_containment') AS provenance,"
"       p.object_id, $5 AS approval"
"  FROM unnest($2, $3, $4) AS p (object_id, code, name)"
" WHERE NOT EXISTS (SELECT FROM @.gov_axis_value AS v WHERE v.axis = $1 AND v.value = p.code)"
" ORDER BY p.code";

/*
 * What an adopted value's provenance becomes: of kind containment, with all
 * it said before; and, for a candidate, how it became active.
 */
#define ADOPTED_PROVENANCE \
	"CASE WHEN v.provenance ->> 'kind' = 'containment' THEN v.provenance" \
	"     WHEN jsonb_typeof(v.provenance) = 'object' THEN v.provenance || jsonb_strip_nulls(" \
	"       jsonb_build_object('kind', 'containment', 'prior_kind', v.provenance -> 'kind'))" \
	"     ELSE jsonb_strip_nulls(jsonb_build_object('kind', 'containment', 'prior', v.provenance))" \
	" END ||" \
	" CASE WHEN p.wanted AND v.status = 'candidate' THEN jsonb_strip_nulls(" \
	"       jsonb_build_object('transition', 'candidate -> active', 'approval', $6))" \
	"      ELSE '{}' END"

/* Links what is adopted, activates what is not active, moves what moved; $4 parents, $5 wanted, $6 approval. */
static const char *const settled_values_sql =
"SELECT v.axis, v.value,"
"       jsonb_build_object('object_id', p.object_id, 'parent', p.parent, 'provenance', " ADOPTED_PROVENANCE ") ||"
"       CASE WHEN p.wanted AND v.status <> 'active'"
"            THEN jsonb_build_object('status', 'active', 'approval', $6, 'reason', 'mirrors a container')"
"            ELSE '{}' END AS becomes"
"  FROM unnest($2, $3, $4, $5) AS p (object_id, code, parent, wanted)"
"  JOIN @.gov_axis_value AS v ON v.axis = $1 AND v.value = p.code"
" WHERE v.object_id IS DISTINCT FROM p.object_id OR v.parent IS DISTINCT FROM p.parent"
"       OR p.wanted AND v.status <> 'active'"
" ORDER BY v.value FOR NO KEY UPDATE OF v";

/*
 * The cells there should be, for the objects of a range:
 * $1 axis, $2 object types, $3 containers, $4 their owners, $5 after, $6 upto.
 */
#define CELLS \
	"cell AS MATERIALIZED (" \
	"  SELECT o.object_id, v.value, k.authority" \
	"    FROM unnest($3, $4) AS k (container_id, authority)" \
	"    JOIN @.gov_axis_value AS v" \
	"      ON v.axis = $1 AND v.object_id = k.container_id AND v.status = 'active'" \
	"    JOIN @.gov_object AS o ON o.container_id = k.container_id" \
	"   WHERE " GOV_OBJECT_LIVE("o") " AND o.object_type = ANY ($2)" \
	"     AND o.object_id > $5 AND o.object_id <= $6)"
#define CELL_TYPES TEXTOID, TEXTARRAYOID, INT8ARRAYOID, TEXTARRAYOID, INT8OID, INT8OID

/* $1 axis, $2 after, $3 upto: holds the values that these objects are assigned to. */
GOV_QUERY(query_hold_values,
		  "SELECT FROM @.gov_axis_value"
		  " WHERE axis = $1 AND object_id IN (SELECT container_id FROM @.gov_object"
		  "                                    WHERE object_id > $2 AND object_id <= $3)"
		  " ORDER BY value FOR SHARE",
		  TEXTOID, INT8OID, INT8OID);

/* What an activation assigned and no longer holds ends; $2 object types, $3 after, $4 upto. */
static const char *const lost_assignments_sql =
"SELECT a.assignment_id, NULL::bigint AS superseded_by,"
"       CASE WHEN " GOV_OBJECT_LIVE("o") " THEN 'the object lives in another container'"
"            ELSE 'the object is retired' END AS reason"
"  FROM @.gov_assignment AS a"
"  JOIN @.gov_object AS o ON o.object_id = a.object_id"
"  LEFT JOIN @.gov_axis_value AS v"
"    ON v.axis = $1 AND v.object_id = o.container_id AND v.status = 'active'"
" WHERE a.axis = $1 AND " GOV_ASSIGNMENT_STANDS("a")
"   AND a.provenance ->> 'kind' = 'containment'"
"   AND a.object_id > $3 AND a.object_id <= $4"
"   AND o.object_id > $3 AND o.object_id <= $4"
"   AND (" GOV_OBJECT_RETIRED("o") " OR o.object_type = ANY ($2) AND v.value <> a.value)";

/* What is not assigned as it should be; $7 rule, $8 the sequence of assignments. */
static const char *const new_assignments_sql =
"WITH " CELLS
" SELECT nextval($8) AS assignment_id, n.*, $1 AS axis, 'approved' AS zone, 1::real AS confidence,"
"        NULL::real AS match_score, jsonb_build_object('kind', 'containment', 'rule', $7) AS provenance,"
"        NULL::jsonb AS evidence, 'rule' AS assigned_kind, session_user::text AS assigned_by, now() AS assigned_at,"
"        now() AS valid_from, NULL::timestamptz AS valid_to, NULL::text AS reason"
"   FROM (SELECT c.object_id, c.value, coalesce(before.revision, 0) + 1 AS revision"
"           FROM cell AS c"
"           LEFT JOIN (SELECT a.object_id, a.value, max(a.revision) AS revision"
"                        FROM @.gov_assignment AS a"
"                       WHERE a.axis = $1 AND " GOV_NOT_SUPERSEDED("a")
"                         AND a.object_id > $5 AND a.object_id <= $6"
"                       GROUP BY a.object_id, a.value) AS before"
"             ON before.object_id = c.object_id AND before.value = c.value"
"           LEFT JOIN (SELECT a.object_id, a.value"
"                        FROM @.gov_assignment AS a"
"                       WHERE a.axis = $1 AND " GOV_CURRENT("a") " AND a.valid_to IS NULL"
"                         AND a.zone = 'approved' AND a.assigned_kind = 'rule' AND a.confidence = 1"
"                         AND a.object_id > $5 AND a.object_id <= $6) AS good"
"             ON good.object_id = c.object_id AND good.value = c.value"
"          WHERE good.object_id IS NULL"
"          ORDER BY c.object_id) AS n";

/* What was there instead. */
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
"SELECT w.ownership_id, 'revoked' AS status, now() AS ends,"
"       'the object no longer lives in this container' AS reason"
"  FROM @.gov_ownership AS w"
" WHERE w.axis = $1 AND " GOV_OWNERSHIP_STANDS("w") " AND w.owner_kind = 'accountable'"
"   AND w.object_id > $2 AND w.object_id <= $3"
"   AND EXISTS (SELECT FROM @.gov_assignment AS a"
"                WHERE a.object_id = w.object_id AND a.axis = $1 AND a.value = w.value"
"                  AND a.object_id > $2 AND a.object_id <= $3"
"                  AND " GOV_NOT_SUPERSEDED("a") " AND a.provenance ->> 'kind' = 'containment')"
"   AND NOT EXISTS (SELECT FROM @.gov_assignment AS a"
"                    WHERE a.object_id = w.object_id AND a.axis = $1 AND a.value = w.value"
"                      AND a.object_id > $2 AND a.object_id <= $3"
"                      AND " GOV_ASSIGNMENT_STANDS("a") ")";

/*
 * The owners that cells are to get; $7 approval, $8 reason, $9 the sequence of
 * ownership.
 */
static const char *const new_ownership_sql =
"WITH " CELLS
" SELECT nextval($9) AS ownership_id, n.*, true AS inherits, now() AS effective_from,"
"        NULL::timestamptz AS effective_to, $7 AS approval, $8 AS reason"
"   FROM (SELECT c.object_id, $1 AS axis, c.value, 'accountable' AS owner_kind, c.authority,"
"                before.ownership_id AS supersedes_id"
"           FROM cell AS c"
"           LEFT JOIN (SELECT w.object_id, w.value, max(w.ownership_id) AS ownership_id"
"                        FROM @.gov_ownership AS w"
"                       WHERE w.axis = $1 AND " GOV_OWNERSHIP_HOLDS("w")
"                         AND w.owner_kind = 'accountable'"
"                         AND w.object_id > $5 AND w.object_id <= $6"
"                       GROUP BY w.object_id, w.value) AS before"
"             ON before.object_id = c.object_id AND before.value = c.value"
"           LEFT JOIN (SELECT w.object_id, w.value, w.authority"
"                        FROM @.gov_ownership AS w"
"                       WHERE w.axis = $1 AND " GOV_OWNERSHIP_HOLDS("w") " AND w.effective_to IS NULL"
"                         AND w.owner_kind = 'accountable'"
"                         AND w.object_id > $5 AND w.object_id <= $6) AS good"
"             ON good.object_id = c.object_id AND good.value = c.value"
"            AND good.authority = c.authority"
"          WHERE good.object_id IS NULL"
"          ORDER BY c.object_id) AS n";

/* Whoever else was accountable for these cells. */
static const char *const old_ownership_sql =
"SELECT w.ownership_id, CASE WHEN " GOV_OWNERSHIP_ENDED("w") " THEN 'expired' ELSE 'superseded' END AS status,"
"       now() AS ends, NULL::text AS reason"
"  FROM gov_new AS f"
"  JOIN @.gov_ownership AS w ON w.object_id = f.object_id AND w.axis = $1 AND w.value = f.value"
" WHERE w.object_id > $5 AND w.object_id <= $6 AND w.status = 'active' AND w.owner_kind = 'accountable'";

/*
 * Values to deprecate: their container is retired, no assignment or ownership
 * that is not over points at them, and no active value is below.
 */
static const char *const gone_values_sql =
"SELECT v.axis, v.value,"
"       jsonb_build_object('status', 'deprecated', 'reason', 'the container is gone', 'approval', $2) AS becomes"
"  FROM @.gov_axis_value AS v"
"  JOIN @.gov_object AS o ON o.object_id = v.object_id AND " GOV_OBJECT_RETIRED("o")
" WHERE v.axis = $1 AND v.status = 'active'"
"   AND NOT EXISTS (SELECT FROM @.gov_assignment AS a"
"                    WHERE a.axis = $1 AND a.value = v.value AND " GOV_ASSIGNMENT_STANDS("a")
"                      AND " GOV_OF_NO_GONE_OBJECT("a") ")"
"   AND NOT EXISTS (SELECT FROM @.gov_ownership AS w"
"                    WHERE w.axis = $1 AND w.value = v.value AND " GOV_OWNERSHIP_STANDS("w")
"                      AND " GOV_OF_NO_GONE_OBJECT("w") ")"
"   AND NOT EXISTS (SELECT FROM @.gov_axis_value AS c"
"                    WHERE c.axis = $1 AND c.parent = v.value AND c.status = 'active')"
" ORDER BY v.value FOR NO KEY UPDATE OF v";

/* Begins statements that join sets with sets; to be ended by gov_spi_end. */
static int
gov_containment_begin_sets(void)
{
	int			level = gov_spi_begin();

	gov_spi_setting("enable_nestloop", "off");
	return level;
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

/* Reads what the values should be; raises where no code is left for one. */
static void
gov_containment_plan_values(const GovContainment *activation, GovMirrorPlan *plan)
{
	bool		isnull;

	gov_run(&query_plan, gov_text(activation->axis), gov_datum(activation->containers, false));
	plan->containers = gov_result_datum(0, PLAN_CONTAINERS, &isnull);
	plan->codes = gov_result_datum(0, PLAN_CODES, &isnull);
	plan->parents = gov_result_datum(0, PLAN_PARENTS, &isnull);
	plan->wanted = gov_result_datum(0, PLAN_WANTED, &isnull);
	plan->names = gov_result_datum(0, PLAN_NAMES, &isnull);
	plan->created = gov_result_int8(0, PLAN_CREATED);
	plan->renamed = gov_result_int8(0, PLAN_RENAMED);

	if (gov_result_int8(0, PLAN_CLASHES) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("a container needs a value of axis \"%s\" whose code is taken", activation->axis),
				 errdetail("Code \"%s\" is held by a value that is retired or mirrors another container; "
						   "containers concerned: " INT64_FORMAT ".",
						   gov_result_text(0, PLAN_CLASHING_CODE), gov_result_int8(0, PLAN_CLASHES)),
				 errhint("Rename the container, or activate containment on another axis.")));
}

/* Changes the values that a query finds; how many rows. */
static uint64
gov_containment_update_values(const char *sql, int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_changing", sql, nargs, types, args);
	uint64		changed = gov_rows_count(rows) > 0 ? gov_value_update_rows("gov_changing", NULL) : 0;

	gov_spi_discard(rows);
	return changed;
}

/* Gives values the codes that their containers have now; how many. */
static uint64
gov_containment_rename_values(int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_renamed", renamed_values_sql, nargs, types, args);
	uint64		renamed = gov_value_rename_rows("gov_renamed");

	gov_spi_discard(rows);
	return renamed;
}

/* Makes the values that are not there; how many. */
static uint64
gov_containment_make_values(int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_new", new_values_sql, nargs, types, args);
	uint64		made = gov_value_put_rows("gov_new", NULL);

	gov_spi_discard(rows);
	return made;
}

/* Writes the difference between the values there are and those there should be. */
static void
gov_containment_write_values(GovContainment *activation, const GovMirrorPlan *plan)
{
	static const Oid named_types[] = {TEXTOID, INT8ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID};
	static const Oid placed_types[] = {TEXTOID, INT8ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, BOOLARRAYOID, TEXTOID};
	GovArg		named[] = {
		gov_text(activation->axis), gov_datum(plan->containers, false), gov_datum(plan->codes, false),
		gov_datum(plan->names, false), gov_text(activation->approval)
	};
	GovArg		placed[] = {
		named[0], named[1], named[2], gov_datum(plan->parents, false), gov_datum(plan->wanted, false), named[4]
	};
	uint64		made = 0;

	if (plan->renamed > 0)
		activation->written += gov_containment_rename_values(4, named_types, named);
	activation->written += gov_containment_update_values(unlinked_values_sql, 2, named_types, named);
	if (plan->created > 0)
		made = gov_containment_make_values(lengthof(named), named_types, named);
	activation->values_created += made;
	activation->written += made;
	activation->written += gov_containment_update_values(settled_values_sql, lengthof(placed), placed_types, placed);
}

/* Values follow the containers, as the head of the file says. */
void
gov_containment_mirror_values(GovContainment *activation)
{
	GovMirrorPlan plan;
	int			level = gov_containment_begin_sets();

	gov_run(&query_lock_values, gov_text(activation->axis));
	gov_containment_plan_values(activation, &plan);
	gov_containment_write_values(activation, &plan);
	gov_spi_end(level);
}

/* Ends what a query finds, by the writer of its table; how many rows. */
static uint64
gov_containment_end(uint64 (*end) (const char *rows, GovRows **done),
					const char *sql, int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *rows = gov_spi_collect("gov_ending", sql, nargs, types, args);
	uint64		ended;

	gov_containment_set_nested_loops(true);
	ended = end("gov_ending", NULL);
	gov_containment_set_nested_loops(false);
	gov_spi_discard(rows);
	return ended;
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

	activation->written += gov_containment_end(gov_assignment_end_rows, lost_assignments_sql, 4, range_types, range);
	rows = gov_spi_collect("gov_new", new_assignments_sql, lengthof(cells), cell_types, cells);
	(void) gov_containment_end(gov_assignment_end_rows, old_assignments_sql, 6, cell_types, cells);
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

	activation->written += gov_containment_end(gov_ownership_end_rows, lost_ownership_sql, 3, range_types, range);
	rows = gov_spi_collect("gov_new", new_ownership_sql, lengthof(cells), cell_types, cells);
	(void) gov_containment_end(gov_ownership_end_rows, old_ownership_sql, 6, cell_types, cells);
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

/* Level by level from below: a value goes only after the values under it. */
void
gov_containment_mirror_gone(GovContainment *activation)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	GovArg		args[] = {gov_text(activation->axis), gov_text(activation->approval)};
	uint64		deprecated;

	while ((deprecated = gov_containment_update_values(gone_values_sql, lengthof(args), types, args)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		activation->written += deprecated;
	}
}
