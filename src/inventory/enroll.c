/*-------------------------------------------------------------------------
 *
 * inventory/enroll.c
 *	  Enrolling schemas and relations of the application as sources.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/compat.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "registered/door.h"
#include "registered/relation.h"
#include "registered/roles.h"
#include "trust/grants.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"
#include "inventory/sync.h"
#include "inventory/unenroll.h"

/* Columns of query_held. */
enum {HELD_TYPE = 1, HELD_LIVE};

GOV_QUERY(query_held,
		  "SELECT object_type, count(*) FROM @.gov_object"
		  " WHERE source = $1 AND " GOV_OBJECT_LIVE("gov_object")
		  " GROUP BY object_type ORDER BY object_type COLLATE \"C\"",
		  TEXTOID);

/*
 * Syncs a source that was just enrolled and returns what it holds: one row
 * per type of object, with the number of live ones.  "written" says whether
 * anything was written about the source itself.
 */
static void
gov_inventory_enrol(FunctionCallInfo fcinfo, const char *action, const char *source, bool force, bool written)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovSyncCounts counts;
	bool		unchanged;
	uint64		n;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	gov_inventory_sync(source, force, &counts);
	gov_inventory_ensure_synced(&counts);
	unchanged = !written && gov_inventory_is_unchanged(&counts);
	if (!unchanged)
		gov_inventory_append(action, &counts, gov_json_call(fcinfo), false);
	level = gov_spi_begin();
	n = gov_run(&query_held, gov_text(source));
	for (uint64 i = 0; i < n; i++)
	{
		bool		nulls[3] = {false};
		Datum		values[] = {
			CStringGetTextDatum(gov_result_text(i, HELD_TYPE)),
			Int64GetDatum(gov_result_int8(i, HELD_LIVE)),
			BoolGetDatum(unchanged),
		};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
}

/* ---- a schema ---- */

/* Checks that a schema is there, can be enrolled, and is the caller's to see. */
static void
gov_inventory_ensure_schema(const char *schema)
{
	Oid			namespace = get_namespace_oid(schema, true);

	if (!OidIsValid(namespace))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("schema \"%s\" does not exist", schema),
				 errhint("Give the name as the catalog has it, without quotes.")));
	if (gov_namespace_aclcheck(namespace, GetSessionUserId(), ACL_USAGE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for schema %s", schema),
				 errdetail("Role \"%s\" has no USAGE on it.", gov_session_user_name())));
	if (namespace == PG_CATALOG_NAMESPACE || namespace == PG_TOAST_NAMESPACE ||
		isAnyTempNamespace(namespace) || strcmp(schema, "information_schema") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("schema \"%s\" cannot be enrolled", schema),
				 errdetail("Its objects are the server's own, or gone with the session.")));
}

/* Columns of query_narrows. */
enum {NARROWS_TYPES = 1, NARROWS_NAMES};

/* Is there a type that the source takes, and would take no more?  Of columns, those of each kind of relation are one. */
GOV_QUERY(query_narrows,
		  "SELECT ($2 IS NOT NULL AND s.object_types IS NULL) OR EXISTS ("
		  "  SELECT FROM unnest(s.object_types || '{table column,view column,materialized view column,foreign table column}'::text[]) AS t"
		  "   WHERE governance_internal.gov_source_takes(s.object_types, s.columns, t)"
		  "    AND NOT governance_internal.gov_source_takes($2, coalesce($4, s.columns), t)),"
		  " $3 IS NOT NULL AND NOT ($3 <@ s.excluded)"
		  " FROM @.gov_source AS s WHERE s.source = $1 AND s.kind = 'catalog' AND s.unenrolled_at IS NULL",
		  TEXTOID, TEXTARRAYOID, TEXTARRAYOID, BOOLOID);

/*
 * Raises unless the caller may take types of objects, or names that patterns
 * mean, off an enrolled schema, which retires them and is not braked.
 */
static void
gov_inventory_ensure_may_narrow(const char *act, const char *source, GovArg types, GovArg excluded, GovArg columns)
{
	int			level = gov_spi_begin();
	bool		enrolled = gov_run(&query_narrows, gov_text(source), types, excluded, columns) > 0;
	bool		narrows_types = enrolled && gov_result_bool(0, NARROWS_TYPES);
	bool		narrows_names = enrolled && gov_result_bool(0, NARROWS_NAMES);

	gov_spi_end(level);
	if (narrows_types)
		gov_ensure_admin(psprintf("%s without types that were enrolled", act));
	if (narrows_names)
		gov_ensure_admin(psprintf("%s without names that were enrolled", act));
}

/*
 * gov_enroll_schema(schema, object_types, exclude, columns): governs the objects of a
 * schema from now on, and registers them at once.
 */
GOV_ACT(gov_enroll_schema)
{
	char	   *schema = gov_arg_text(fcinfo, 0, "schema");
	char	   *source;
	GovArg		types = gov_inventory_arg_types(fcinfo, 1);
	GovArg		excluded;
	GovArg		columns = PG_ARGISNULL(3) ? gov_null() : gov_bool(PG_GETARG_BOOL(3));
	GovKeptRole registrar = gov_role_keep(GetSessionUserId());
	bool		written;
	bool		told;

	gov_inventory_ensure_schema(schema);
	source = psprintf(GOV_SCHEMA_PREFIX "%s", schema);
	excluded = gov_inventory_arg_patterns(fcinfo, 2, source);

	told = gov_progress_begin("gov_enroll_schema");
	gov_inventory_lock();
	(void) gov_inventory_catalog_follow(NULL);
	gov_inventory_ensure_may_narrow("gov_enroll_schema", source, types, excluded, columns);
	written = gov_source_put_schema(source, types, excluded, columns, &registrar);
	if (written && !excluded.isnull)
		gov_inventory_retire_excluded(source);
	gov_inventory_enrol(fcinfo, "enroll_schema", source, false, written);
	gov_progress_end(told);
	return (Datum) 0;
}

/* ---- the cluster ---- */

/*
 * gov_enroll_cluster(object_types, exclude): governs roles, databases and
 * tablespaces from now on, in this database, and registers them at once.
 */
GOV_ACT(gov_enroll_cluster)
{
	GovArg		types = gov_inventory_arg_cluster_types(fcinfo, 0);
	GovArg		excluded = gov_inventory_arg_patterns(fcinfo, 1, GOV_CLUSTER_SOURCE);
	GovKeptRole registrar = gov_role_keep(GetSessionUserId());
	GovSourceState state;
	bool		written;
	bool		told;

	told = gov_progress_begin("gov_enroll_cluster");
	gov_inventory_lock();
	if (gov_source_find(GOV_CLUSTER_SOURCE, GOV_ROW_PLAIN, &state) && strcmp(state.kind, "catalog") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("source \"%s\" is a relation", GOV_CLUSTER_SOURCE),
				 errhint("Enrol that relation under another code, and un-enrol this one with forget => true.")));
	gov_inventory_ensure_may_narrow("gov_enroll_cluster", GOV_CLUSTER_SOURCE, types, excluded, gov_null());
	written = gov_source_put_schema(GOV_CLUSTER_SOURCE, types, excluded, gov_null(), &registrar);
	if (written && !excluded.isnull)
		gov_inventory_retire_excluded(GOV_CLUSTER_SOURCE);
	gov_inventory_enrol(fcinfo, "enroll_cluster", GOV_CLUSTER_SOURCE, false, written);
	gov_progress_end(told);
	return (Datum) 0;
}

/* ---- a relation of the application ---- */

/* Columns of query_known. */
enum {KNOWN_IS_RELATION = 1, KNOWN_READER_DIFFERS, KNOWN_RELATION, KNOWN_REGISTRAR = KNOWN_RELATION + 4};

GOV_QUERY(query_known,
		  "SELECT s.kind = 'relation', (s.registered_oid, s.registered_system) IS DISTINCT FROM ($2::oid, $3),"
		  " " GOV_PLACE_COLUMNS("s", "s.relation") ", " GOV_REGISTRAR_COLUMNS("s")
		  " FROM @.gov_source AS s WHERE s.source = $1 FOR NO KEY UPDATE",
		  TEXTOID, INT8OID, INT8OID);

/*
 * Holds a source that is there; raises where it cannot be given the relation, or
 * not by the caller.  "changed": had it another relation so far, or was it read
 * by another role?  False when there is none.
 */
static bool
gov_inventory_hold_relation_source(const char *source, const GovPlace *relation, const GovKeptRole *registrar, bool *changed)
{
	GovKeptPlace before;
	GovKeptRole before_registrar;
	int			level = gov_spi_begin();
	bool		found = gov_run(&query_known, gov_text(source), gov_int8(registrar->oid), gov_int8(registrar->system)) > 0;

	*changed = false;
	if (found)
	{
		if (!gov_result_bool(0, KNOWN_IS_RELATION))
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_OBJECT),
					 errmsg("source \"%s\" is not a relation", source),
					 errhint("Choose another code for this source.")));
		before = gov_result_place(0, KNOWN_RELATION);
		before_registrar = gov_result_role(0, KNOWN_REGISTRAR);
		*changed = gov_result_bool(0, KNOWN_READER_DIFFERS);
		if (!gov_place_is(&before, relation))
		{
			*changed = true;
			gov_ensure_may_act_for(psprintf("change source \"%s\"", source), &before_registrar);
		}
	}
	gov_spi_end(level);
	return found;
}

/*
 * Writes the source, unless it stands so already; true when it had another
 * relation so far, or was read by another role.  One that somebody enrols at the
 * same time is held like one that was there.
 */
static bool
gov_inventory_write_relation_source(const char *source, const GovPlace *relation, bool *written)
{
	GovKeptRole registrar = gov_role_keep(gov_registered_registrar(relation->class, relation->object));
	GovKeptPlace place = gov_place_keep(relation);
	bool		changed;

	*written = !gov_inventory_hold_relation_source(source, relation, &registrar, &changed) &&
		gov_source_add_relation(source, &place, &registrar);
	if (*written)
		return false;
	(void) gov_inventory_hold_relation_source(source, relation, &registrar, &changed);
	*written = gov_source_put_relation(source, &place, &registrar);
	return changed;
}

/*
 * gov_enroll_relation(source, relation): governs what a relation or function lists from
 * now on, and registers it at once.  A source that is given another relation
 * or reader lets go of what is not listed there: an admin asks for that, and is
 * not braked.
 */
GOV_ACT(gov_enroll_relation)
{
	char	   *source = gov_arg_code(fcinfo, 0, "source");
	GovKeptPlace given = {.name = gov_arg_text(fcinfo, 1, "relation")};
	GovPlace	relation;
	bool		changed;
	bool		written;
	bool		told;

	if (gov_source_is_schema(source) || strcmp(source, GOV_CLUSTER_SOURCE) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("source \"%s\" cannot be a relation", source),
				 errdetail("Codes that begin with \"%s\" are those of enrolled schemas, and \"%s\" is that of the cluster.", GOV_SCHEMA_PREFIX, GOV_CLUSTER_SOURCE)));
	given.name = gov_place_canonical(given.name);
	relation = gov_place_find(&given);

	gov_ensure_act_writable();
	told = gov_progress_begin("gov_enroll_relation");
	changed = gov_inventory_write_relation_source(source, &relation, &written);
	gov_inventory_enrol(fcinfo, "enroll_relation", source, changed && gov_grants_is_admin(GetOuterUserId()), written);
	gov_progress_end(told);
	return (Datum) 0;
}
