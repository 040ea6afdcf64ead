/*-------------------------------------------------------------------------
 *
 * report/report.c
 *	  Reading what the report shows, once.
 *
 * Required cells are read once, counted per outermost container (in a
 * catalog, the schema), value, owner and outcome, and kept aside; gaps by
 * schema and by owner and the tables of schemas by values are made from these
 * counts.  So is who can see what bears a value, by role.  Everything else is a table with its first rows and how many there
 * are (report/tables.c).
 *
 * All is read under the snapshot of the query that asks, in an order that
 * does not depend on the locale, and bounded, whatever the size of what is
 * governed.  Times are texts in UTC.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/extension.h"
#include "server/progress.h"
#include "server/spi.h"
#include "trust/gates.h"
#include "trust/reach.h"
#include "report/report.h"
#include "report/tables.h"

/* Limits of what is shown of lists without a limit of their own. */
#define HEATS_MAX	8
#define HEAT_ROWS	30
#define HEAT_VALUES 12
#define TREES_MAX	12
#define TREE_NODES	80

#define UTC(time) GOV_REPORT_UTC(time)
#define DAYS(time) GOV_REPORT_DAYS(time)

/* Containers below containers are looked for so far down; further down they count as outermost. */
#define ROOT_DEPTH	"64"

/*
 * Per container the outermost one that it lives in, or it is itself: what
 * people know it by, in a catalog the schema.  The database, where it is
 * governed, holds all schemas and is nobody's outermost but its own.
 */
static const char *const roots_sql =
	"WITH RECURSIVE c AS MATERIALIZED ("
	"  SELECT o.object_id, o.container_id, o.object_type = 'database' AS is_database FROM @.gov_object AS o"
	"    JOIN (SELECT DISTINCT container_id FROM @.gov_object) AS k ON k.container_id = o.object_id),"
	" r AS (SELECT c.object_id, c.object_id AS root_id, 0 AS depth, c.is_database FROM c LEFT JOIN c AS p ON p.object_id = c.container_id"
	"        WHERE c.container_id IS NULL OR p.is_database"
	"       UNION ALL"
	"       SELECT c.object_id, r.root_id, r.depth + 1, c.is_database FROM r JOIN c ON c.container_id = r.object_id"
	"        WHERE NOT r.is_database AND r.depth < " ROOT_DEPTH ")"
	" SELECT c.object_id AS container_id, coalesce(r.root_id, c.object_id) AS root_id"
	"   FROM c LEFT JOIN r ON r.object_id = c.object_id";

/* The required cells, counted; 0 stands for no container.  What an outermost container itself requires is its own. */
static const char *const cells_sql =
	"SELECT g.axis, g.value, coalesce(r.root_id, 0) AS root_id, g.status, g.reason, g.authority, count(*) AS n"
	"  FROM @.gov_coverage AS g JOIN @.gov_object AS o ON o.object_id = g.object_id"
	"  LEFT JOIN roots AS r ON r.container_id = coalesce(o.container_id, o.object_id)"
	" GROUP BY g.axis, g.value, coalesce(r.root_id, 0), g.status, g.reason, g.authority";

/* Per outermost container the authority that answers for most of its cells: whom to ask about the others. */
static const char *const leads_sql =
	"SELECT DISTINCT ON (root_id) root_id, authority"
	"  FROM (SELECT root_id, authority, sum(n) AS n FROM cells"
	"         WHERE authority IS NOT NULL AND status <> 'waived' GROUP BY root_id, authority) AS s"
	" ORDER BY root_id, n DESC, authority COLLATE \"C\"";

/* Who can read or write what bears a value and may not, counted per value and role; role 0 is everybody. */
static const char *const exposed_sql =
	"WITH w AS MATERIALIZED (SELECT axis, value, role_oid, object_id, privilege, via, reachable"
	"                          FROM governance_internal.gov_access_way WHERE NOT allowed),"
	" p AS (SELECT axis, value, role_oid, string_agg(DISTINCT privilege COLLATE \"C\", ', ' ORDER BY privilege COLLATE \"C\") AS privileges,"
	"              string_agg(DISTINCT via COLLATE \"C\", ', ' ORDER BY via COLLATE \"C\") AS via"
	"         FROM (SELECT DISTINCT axis, value, role_oid, privilege, via FROM w) AS d GROUP BY axis, value, role_oid),"
	" o AS (SELECT axis, value, role_oid, count(*) AS objects, count(*) FILTER (WHERE reachable) AS reachable, min(object_id) AS first_id"
	"         FROM (SELECT axis, value, role_oid, object_id, bool_or(reachable) AS reachable FROM w"
	"                GROUP BY axis, value, role_oid, object_id) AS d GROUP BY axis, value, role_oid),"
	" v AS (SELECT axis, value, count(*) AS objects FROM (SELECT DISTINCT axis, value, object_id FROM w) AS d GROUP BY axis, value)"
	" SELECT o.axis, o.value, o.role_oid, j.name AS role, j.can_login, o.objects, o.reachable, o.first_id, p.privileges, p.via, v.objects AS value_objects"
	"   FROM o JOIN p ON p.axis = o.axis AND p.value = o.value AND p.role_oid = o.role_oid"
	"   JOIN v ON v.axis = o.axis AND v.value = o.value"
	"   JOIN governance_internal.gov_access_judged AS j ON j.role = o.role_oid";

/* Columns of heats_sql. */
enum {HEATS_AXIS = 1, HEATS_IS_CONTAINMENT, HEATS_TOTAL};

/* Axes with required cells: most gaps first. */
static const char *const heats_sql =
	"SELECT c.axis, x.is_containment, count(*) OVER ()"
	"  FROM (SELECT axis, sum(n) FILTER (WHERE status = 'gap') AS gap FROM cells GROUP BY axis) AS c"
	"  JOIN @.gov_axis AS x ON x.axis = c.axis"
	" ORDER BY x.is_containment, coalesce(c.gap, 0) DESC, c.axis COLLATE \"C\" LIMIT $1";

/* Columns of heat_sql. */
enum {HEATED_ROW = 1, HEATED_VALUE_NUMBER, HEATED_OBJECT_TYPE, HEATED_OBJECT_REF, HEATED_VALUE,
	HEATED_REQUIRED, HEATED_GAP, HEATED_WAIVED, HEATED_CONTAINERS, HEATED_VALUES};

/*
 * The cells of axis $1 by container and value: at most $2 containers, those
 * with most gaps, the others as number $2 + 1; at most $3 values, chosen
 * likewise, the others as number $3 + 1.
 */
static const char *const heat_sql =
	"WITH c AS (SELECT value, root_id, sum(n) AS required, coalesce(sum(n) FILTER (WHERE status = 'gap'), 0) AS gap,"
	"                  coalesce(sum(n) FILTER (WHERE status = 'waived'), 0) AS waived"
	"             FROM cells WHERE axis = $1 GROUP BY value, root_id),"
	" held AS (SELECT s.root_id, o.object_type, o.object_ref,"
	"                 row_number() OVER (ORDER BY s.gap DESC, o.object_ref COLLATE \"C\", o.object_type COLLATE \"C\") AS place"
	"            FROM (SELECT root_id, sum(gap) AS gap FROM c GROUP BY root_id) AS s"
	"            LEFT JOIN @.gov_object AS o ON o.object_id = s.root_id),"
	" met AS (SELECT value, row_number() OVER (ORDER BY sum(gap) DESC, sum(required) DESC, value COLLATE \"C\") AS place"
	"           FROM c GROUP BY value),"
	" shown AS (SELECT value, row_number() OVER (ORDER BY value COLLATE \"C\") AS place FROM met WHERE place <= $3)"
	" SELECT least(h.place, $2 + 1), coalesce(s.place, $3 + 1),"
	"        min(h.object_type) FILTER (WHERE h.place <= $2), min(h.object_ref) FILTER (WHERE h.place <= $2), s.value,"
	"        sum(c.required)::bigint, sum(c.gap)::bigint, sum(c.waived)::bigint,"
	"        (SELECT count(*) FROM held), (SELECT count(*) FROM met)"
	"   FROM c JOIN held AS h ON h.root_id = c.root_id"
	"   LEFT JOIN shown AS s ON s.value = c.value"
	"  GROUP BY least(h.place, $2 + 1), s.place, s.value"
	"  ORDER BY 1, 2";

/* Adds counts to a cell. */
static void
gov_report_add(GovReportHeatCell *cell, uint64 row)
{
	cell->required += gov_result_int8(row, HEATED_REQUIRED);
	cell->gap += gov_result_int8(row, HEATED_GAP);
	cell->waived += gov_result_int8(row, HEATED_WAIVED);
}

/* Reads one axis as containers by values; its name and kind are set. */
static void
gov_report_read_heat(GovReportHeat *heat, MemoryContext context)
{
	Oid			types[] = {TEXTOID, INT8OID, INT8OID};
	GovArg		args[] = {gov_text(heat->axis), gov_int8(HEAT_ROWS), gov_int8(heat->is_containment ? 0 : HEAT_VALUES)};
	uint64		count = gov_run_text(heat_sql, lengthof(types), types, args, true);
	int64		values_max = DatumGetInt64(args[2].value);

	heat->nrows = (int) Min(gov_result_int8(0, HEATED_CONTAINERS), HEAT_ROWS);
	heat->rows_left = gov_result_int8(0, HEATED_CONTAINERS) - heat->nrows;
	heat->nvalues = (int) Min(gov_result_int8(0, HEATED_VALUES), values_max);
	heat->values_left = gov_result_int8(0, HEATED_VALUES) - heat->nvalues;
	heat->values = MemoryContextAllocZero(context, sizeof(char *) * (heat->nvalues + 1));
	heat->rows = MemoryContextAllocZero(context, sizeof(GovReportHeatRow) * (heat->nrows + 1));
	for (int row = 0; row <= heat->nrows; row++)
		heat->rows[row].cells = MemoryContextAllocZero(context, sizeof(GovReportHeatCell) * (heat->nvalues + 2));
	for (uint64 i = 0; i < count; i++)
	{
		int			row = (int) Min(gov_result_int8(i, HEATED_ROW) - 1, heat->nrows);
		int			value = (int) Min(gov_result_int8(i, HEATED_VALUE_NUMBER) - 1, heat->nvalues);

		if (heat->rows[row].object_ref == NULL)
		{
			heat->rows[row].object_type = gov_result_text(i, HEATED_OBJECT_TYPE);
			heat->rows[row].object_ref = gov_result_text(i, HEATED_OBJECT_REF);
		}
		if (value < heat->nvalues && heat->values[value] == NULL)
			heat->values[value] = gov_result_text(i, HEATED_VALUE);
		gov_report_add(&heat->rows[row].cells[value], i);
		gov_report_add(&heat->rows[row].cells[heat->nvalues + 1], i);
	}
}

/* Reads the axes as containers by values. */
static void
gov_report_read_heats(GovReport *report, MemoryContext context)
{
	Oid			type = INT8OID;
	GovArg		limit = gov_int8(HEATS_MAX);

	report->nheats = (int) gov_run_text(heats_sql, 1, &type, &limit, true);
	report->heats = MemoryContextAllocZero(context, sizeof(GovReportHeat) * (report->nheats + 1));
	if (report->nheats > 0)
		report->heats_total = gov_result_int8(0, HEATS_TOTAL);
	for (int i = 0; i < report->nheats; i++)
	{
		report->heats[i].axis = gov_result_text(i, HEATS_AXIS);
		report->heats[i].is_containment = gov_result_bool(i, HEATS_IS_CONTAINMENT);
	}
	for (int i = 0; i < report->nheats; i++)
		gov_report_read_heat(&report->heats[i], context);
}

/* Columns of trees_sql. */
enum {TREES_AXIS = 1, TREES_NAME, TREES_STATUS, TREES_NODES, TREES_TOTAL};

/* Axes with values: those that people classify by before those that mirror containers. */
static const char *const trees_sql =
	"SELECT x.axis, x.name, x.status, v.total, count(*) OVER ()"
	"  FROM (SELECT axis, count(*) AS total FROM @.gov_axis_value GROUP BY axis) AS v"
	"  JOIN @.gov_axis AS x ON x.axis = v.axis"
	" ORDER BY x.is_containment, x.axis COLLATE \"C\" LIMIT $1";

/* Columns of tree_sql. */
enum {NODE_VALUE = 1, NODE_NAME, NODE_STATUS, NODE_REPLACED_BY, NODE_DEPTH, NODE_ASSIGNMENTS};

static const char *const tree_sql =
	"SELECT value, name, status, replaced_by, depth, assignments FROM @.gov_value_tree"
	" WHERE axis = $1 ORDER BY path LIMIT $2";

/* Reads the first values of one tree. */
static void
gov_report_read_tree(GovReportTree *tree, MemoryContext context)
{
	Oid			types[] = {TEXTOID, INT8OID};
	GovArg		args[] = {gov_text(tree->axis), gov_int8(TREE_NODES)};

	tree->nnodes = (int) gov_run_text(tree_sql, lengthof(types), types, args, true);
	tree->nodes = MemoryContextAllocZero(context, sizeof(GovReportNode) * (tree->nnodes + 1));
	for (int i = 0; i < tree->nnodes; i++)
	{
		tree->nodes[i].value = gov_result_text(i, NODE_VALUE);
		tree->nodes[i].name = gov_result_text(i, NODE_NAME);
		tree->nodes[i].status = gov_result_text(i, NODE_STATUS);
		tree->nodes[i].replaced_by = gov_result_text(i, NODE_REPLACED_BY);
		tree->nodes[i].depth = gov_result_int4(i, NODE_DEPTH);
		tree->nodes[i].assignments = gov_result_int8(i, NODE_ASSIGNMENTS);
	}
}

/* Reads the value trees. */
static void
gov_report_read_trees(GovReport *report, MemoryContext context)
{
	Oid			type = INT8OID;
	GovArg		limit = gov_int8(TREES_MAX);

	report->ntrees = (int) gov_run_text(trees_sql, 1, &type, &limit, true);
	report->trees = MemoryContextAllocZero(context, sizeof(GovReportTree) * (report->ntrees + 1));
	if (report->ntrees > 0)
		report->trees_total = gov_result_int8(0, TREES_TOTAL);
	for (int i = 0; i < report->ntrees; i++)
	{
		report->trees[i].axis = gov_result_text(i, TREES_AXIS);
		report->trees[i].name = gov_result_text(i, TREES_NAME);
		report->trees[i].status = gov_result_text(i, TREES_STATUS);
		report->trees[i].total = gov_result_int8(i, TREES_NODES);
	}
	for (int i = 0; i < report->ntrees; i++)
		gov_report_read_tree(&report->trees[i], context);
}

/* Columns of the query of what is said once. */
enum {HEAD_DATABASE = 1, HEAD_VERSION, HEAD_GENERATED_AT, HEAD_LAST_RUN_AT, HEAD_LAST_SCAN_AT, HEAD_LAST_SCAN_DAYS,
	HEAD_UNCHAINED, HEAD_LEDGER, HEAD_USER, HEAD_SERVER, HEAD_STANDBY};

/* Reads what is said once: where, when, by whom, and the end of the ledger. */
static void
gov_report_read_head(GovReport *report)
{
	(void) gov_run_text("SELECT current_database()::text,"
						" (SELECT extversion FROM pg_extension WHERE extname = 'governance'), " UTC("now()") ","
						" (SELECT " UTC("max(finished_at)") " FROM @.gov_scan_run),"
						" (SELECT " UTC("max(scanned_at)") " FROM @.gov_scan_run),"
						" (SELECT coalesce(" DAYS("max(scanned_at)") ", 0) FROM @.gov_scan_run),"
						" (SELECT count(*) FROM @.gov_ledger WHERE position IS NULL),"
						" (SELECT encode(hash, 'hex') FROM @.gov_ledger WHERE position IS NOT NULL"
						"   ORDER BY position DESC LIMIT 1),"
						" session_user::text, current_setting('server_version'), pg_is_in_recovery()", 0, NULL, NULL, true);
	report->database = gov_result_text(0, HEAD_DATABASE);
	report->version = gov_result_text(0, HEAD_VERSION);
	report->generated_at = gov_result_text(0, HEAD_GENERATED_AT);
	report->last_run_at = gov_result_text(0, HEAD_LAST_RUN_AT);
	report->last_scan_at = gov_result_text(0, HEAD_LAST_SCAN_AT);
	report->last_scan_days = gov_result_int8(0, HEAD_LAST_SCAN_DAYS);
	report->unchained = gov_result_int8(0, HEAD_UNCHAINED);
	report->ledger_head = gov_result_text(0, HEAD_LEDGER);
	report->produced_by = gov_result_text(0, HEAD_USER);
	report->server_version = gov_result_text(0, HEAD_SERVER);
	report->is_standby = gov_result_bool(0, HEAD_STANDBY);
}

/* Reads it all under the snapshot of the running query; at most so many rows per table. */
GovReport *
gov_report_read(int max_rows)
{
	MemoryContext context = CurrentMemoryContext;
	GovReport  *report = palloc0(sizeof(GovReport));
	GovRows    *roots;
	GovRows    *cells;
	GovRows    *leads;
	GovRows    *exposed;
	int			level;
	bool		told = gov_progress_begin("gov_report_html");

	report->metrics = gov_metrics_read();
	report->gates_armed = gov_gates_armed();
	report->own_is_gated = gov_gate_is_shut("own");
	report->system = psprintf(UINT64_FORMAT, GetSystemIdentifier());
	report->schema = pstrdup(gov_schema_quoted());
	level = gov_spi_begin();
	report->quorum_lacking = gov_reach_lacking();
	gov_report_read_head(report);
	gov_progress_phase("collecting cells", GOV_PROGRESS_UNKNOWN);
	roots = gov_spi_collect_as_asked("roots", roots_sql);
	cells = gov_spi_collect_as_asked("cells", cells_sql);
	leads = gov_spi_collect_as_asked("leads", leads_sql);
	gov_progress_phase("who can see it", GOV_PROGRESS_UNKNOWN);
	exposed = gov_spi_collect_as_asked("exposed", exposed_sql);
	gov_report_tables_read(report, max_rows, context);
	gov_progress_phase("containers and values", GOV_PROGRESS_UNKNOWN);
	gov_report_read_heats(report, context);
	gov_report_read_trees(report, context);
	gov_spi_discard(exposed);
	gov_spi_discard(leads);
	gov_spi_discard(cells);
	gov_spi_discard(roots);
	gov_spi_end(level);
	gov_progress_end(told);
	return report;
}

/* A table by its key; NULL when there is none. */
const GovReportTable *
gov_report_table(const GovReport *report, const char *key)
{
	for (int i = 0; i < report->ntables; i++)
	{
		if (strcmp(report->tables[i].key, key) == 0)
			return &report->tables[i];
	}
	return NULL;
}
