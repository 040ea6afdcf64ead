/*-------------------------------------------------------------------------
 *
 * watch/registered.c
 *	  Detectors that somebody registered: gov_set_detector, and running them.
 *
 * The routine is any function without arguments that returns rows with the
 * columns below.  It is kept by name and OID, looked at anew each time, and
 * runs as its owner, through the one door for what is registered
 * (registered/door.c): it names what it reads with schemas, or sets a
 * search_path of its own.
 *
 * It gets a limited time: governance.detector_timeout, or less when it has a
 * setting statement_timeout of its own that says so, and never more than is
 * left to the statement that runs the detectors.
 *
 * A finding's identity is what the routine says, or else the object (by
 * object_id where it is registered), axis and value that it is about.  Two
 * findings that are one by this are an error: they could not be told apart
 * from scan to scan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/compat.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/spi.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "registry/in_force.h"
#include "watch/registered.h"

/* The columns of a routine; the last may be left out. */
static const char *const routine_columns[] = {
	"axis", "object_type", "object_ref", "value", "severity", "detail", "identity"
};

#define GOV_ROUTINE_NEEDED	(lengthof(routine_columns) - 1)
#define GOV_ROUTINE_DETAIL	(lengthof(routine_columns) - 2)

static const char *const severities[] = {"info", "warning", "critical", NULL};

/* ---- finding the routine ---- */

/* The routine as a place; raises unless a name of schema and function. */
static char *
gov_routine_canonical(const char *routine)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(routine));

	if (list_length(names) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("routine \"%s\" is not given by schema and name", routine),
				 errhint("Write it as schema.function, quoted where SQL needs quotes.")));
	return psprintf("%s()", gov_qualified_name(strVal(linitial(names)), strVal(lsecond(names))));
}

/* The name of the function alone, as facts and messages give it. */
static char *
gov_routine_name(const GovPlace *place)
{
	return pnstrdup(place->name, strlen(place->name) - strlen("()"));
}

/* Has a row type a column of this name? */
static bool
gov_routine_has_column(TupleDesc desc, const char *name)
{
	for (int i = 0; desc != NULL && i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped && strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0)
			return true;
	}
	return false;
}

/* Raises unless a function is one that returns rows with the columns needed. */
static void
gov_routine_ensure_columns(Oid function, const char *routine, bool *has_identity)
{
	TupleDesc	desc = NULL;
	Oid			type;
	StringInfoData missing;

	(void) get_func_result_type(function, &type, &desc);
	if (get_func_prokind(function) != PROKIND_FUNCTION || !get_func_retset(function) || desc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("routine %s does not return rows", routine),
				 errhint("Declare it RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb).")));
	initStringInfo(&missing);
	for (int i = 0; i < (int) GOV_ROUTINE_NEEDED; i++)
	{
		if (!gov_routine_has_column(desc, routine_columns[i]))
			appendStringInfo(&missing, "%s%s", missing.len > 0 ? ", " : "", routine_columns[i]);
	}
	if (missing.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("routine %s lacks columns: %s", routine, missing.data),
				 errhint("Declare it RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb).")));
	*has_identity = gov_routine_has_column(desc, routine_columns[GOV_ROUTINE_NEEDED]);
}

/* Finds a routine; raises unless it returns what it has to. */
static GovPlace
gov_routine_find(const GovKeptPlace *kept, bool *has_identity)
{
	GovPlace	found = gov_place_find(kept);

	if (!OidIsValid(found.object))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("there is no function %s without arguments", gov_routine_name(&found))));
	gov_routine_ensure_columns(found.object, gov_routine_name(&found), has_identity);
	return found;
}

/* ---- time ---- */

/* A setting of the function itself, in milliseconds; -1 for none. */
static int
gov_routine_own_timeout(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Datum		config;
	bool		isnull;
	int			timeout = -1;

	if (!HeapTupleIsValid(tuple))
		return -1;
	config = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &isnull);
	if (!isnull)
	{
		static const char begin[] = "statement_timeout=";
		Datum	   *elements;
		int			count;

		deconstruct_array(DatumGetArrayTypeP(config), TEXTOID, -1, false, TYPALIGN_INT,
						  &elements, NULL, &count);
		for (int i = 0; i < count; i++)
		{
			char	   *setting = TextDatumGetCString(elements[i]);

			if (strncmp(setting, begin, strlen(begin)) == 0)
				(void) parse_int(setting + strlen(begin), &timeout, GUC_UNIT_MS, NULL);
		}
	}
	ReleaseSysCache(tuple);
	return timeout;
}

/* How many milliseconds a routine may run; 0 for no limit of ours. */
static int
gov_routine_timeout(Oid function)
{
	int			own = gov_routine_own_timeout(function);

	if (own <= 0 || (gov_guc_detector_timeout > 0 && gov_guc_detector_timeout < own))
		return gov_guc_detector_timeout;
	return own;
}

/*
 * A routine as the door takes it; raises unless it is one, and of the role
 * that registers it (invalid: of whoever may, in the session), and its owner
 * may run it.
 */
static GovRegistered
gov_routine_ensure(const char *detector, const GovKeptPlace *kept, Oid role, GovPlace *found, bool *has_identity)
{
	Oid			function = (*found = gov_routine_find(kept, has_identity)).object;
	Oid			owner = gov_registered_owner(ProcedureRelationId, function);
	GovRegistered thing = {
		.what = psprintf("routine %s of detector \"%s\"", gov_routine_name(found), detector),
		.way_out = "Mend the routine, or disable the detector with gov_set_detector.",
		.class = ProcedureRelationId,
		.object = function,
		.registrar = OidIsValid(role) ? role : gov_registered_registrar(ProcedureRelationId, function),
		.timeout = gov_routine_timeout(function),
		.detects = true
	};

	gov_ensure_registered(&thing);
	if (gov_namespace_aclcheck(get_func_namespace(function), owner, ACL_USAGE) != ACLCHECK_OK ||
		gov_function_aclcheck(function, owner, ACL_EXECUTE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for %s", thing.what),
				 errdetail("It runs as its owner, role \"%s\", which has no EXECUTE on it, or no USAGE on its schema.",
						   GetUserNameFromId(owner, false))));
	return thing;
}

/* ---- running ---- */

/* The text that reads a routine. */
static char *
gov_routine_query(const GovPlace *routine, bool has_identity)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; i < (int) lengthof(routine_columns); i++)
	{
		const char *column = routine_columns[i];

		if (i > 0)
			appendStringInfoString(&sql, ", ");
		if (i == GOV_ROUTINE_NEEDED && !has_identity)
			appendStringInfo(&sql, "NULL::pg_catalog.text AS %s", column);
		else
			appendStringInfo(&sql, "r.%s::pg_catalog.%s AS %s", column,
							 i == GOV_ROUTINE_DETAIL ? "jsonb" : "text", column);
	}
	appendStringInfo(&sql, " FROM %s AS r", routine->name);
	return sql.data;
}

/* What a routine says, with the objects it speaks of and their identities. */
#define RAW_FINDINGS \
	" FROM (SELECT w.*, o.object_id," \
	"              coalesce(w.identity, jsonb_build_array(coalesce(to_jsonb(o.object_id)," \
	"                         jsonb_build_array(w.object_type, w.object_ref)), w.axis, w.value)::text) AS told" \
	"         FROM gov_raw AS w" \
	"         LEFT JOIN @.gov_object AS o ON o.object_ref = w.object_ref AND o.object_type = w.object_type" \
	"                                    AND " GOV_OBJECT_LIVE("o") ") AS r"

/* Raises for rows that are no findings; what is in them is not for everybody who runs detectors. */
static void
gov_routine_check(const char *routine, const GovRegistered *thing)
{
	if (gov_run_text("SELECT r.severity FROM gov_raw AS r"
					 " WHERE r.severity NOT IN ('info', 'warning', 'critical') LIMIT 1",
					 0, NULL, NULL, true) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("routine %s returned an unknown severity", routine),
				 errdetail_internal("%s", gov_registered_why(thing, psprintf("It is \"%s\".", gov_result_text(0, 1)))),
				 errhint("Allowed are info, warning and critical, and NULL for that of the detector.")));
	if (gov_run_text("SELECT FROM gov_raw AS r WHERE (r.object_type IS NULL) <> (r.object_ref IS NULL) LIMIT 1",
					 0, NULL, NULL, true) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("routine %s returned only one of object_type and object_ref", routine)));
	if (gov_run_text("SELECT r.told " RAW_FINDINGS " GROUP BY r.told HAVING count(*) > 1 LIMIT 1",
					 0, NULL, NULL, true) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("routine %s returned two findings that cannot be told apart", routine),
				 errdetail_internal("%s", gov_registered_why(thing, psprintf("Both are %s.", gov_result_text(0, 1)))),
				 errhint("Let it return a column identity with a stable text that is different for each.")));
}

/* Runs the routine and gives the sink what it found. */
static void
gov_routine_run(const char *routine, const char *sql, GovRegistered *thing, GovFindingSink *sink)
{
	int			level = gov_spi_begin();
	GovRows    *raw = gov_registered_read(thing, "gov_raw", sql, 0, NULL, NULL, false);

	gov_routine_check(routine, thing);
	gov_findings_query_here(sink,
							"SELECT r.severity, r.axis, r.object_type, r.object_ref, r.value, r.detail,"
							"       r.object_id, r.told" RAW_FINDINGS);
	gov_spi_discard(raw);
	gov_spi_end(level);
}

/* Runs a routine that somebody registered. */
void
gov_detector_run_routine(const GovDetector *detector, GovFindingSink *sink)
{
	bool		has_identity;
	GovPlace	routine;
	Oid			role = gov_ensure_role_meant(&detector->registrar, psprintf("of detector \"%s\"", detector->detector),
											 "Register the routine anew, as its owner.");
	GovRegistered thing = gov_routine_ensure(detector->detector, &detector->routine, role, &routine, &has_identity);

	gov_routine_run(gov_routine_name(&routine), gov_routine_query(&routine, has_identity), &thing, sink);
}

/* ---- registering ---- */

/* Columns of known_detector. */
enum {KNOWN_WHOLE = 1};

GOV_QUERY(known_detector,
		  "SELECT jsonb_strip_nulls(to_jsonb(d) - '{detector,registered_oid,registered_system,address_oid,address_database,address_system}'::text[])"
		  " FROM @.gov_detector AS d WHERE d.detector = $1 FOR UPDATE",
		  TEXTOID);

#define DETECTOR_TYPES TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, GOV_ROLE_ARG_TYPES, INT8OID, INT8OID, INT8OID

/* Is a detector as it was asked for already? */
GOV_QUERY(same_detector,
		  "SELECT severity = coalesce($2, severity) AND enabled = coalesce($6, enabled)"
		  " AND ($3 IS NULL OR (routine, registered_by::text, registered_oid, registered_system)"
		  "                    IS NOT DISTINCT FROM ($3, $8, $9::oid, $10))"
		  " AND ($4 IS NULL OR event_domain IS NOT DISTINCT FROM nullif($4, ''))"
		  " AND ($5 IS NULL OR event_type IS NOT DISTINCT FROM nullif($5, ''))"
		  " AND ($7 IS NULL OR description IS NOT DISTINCT FROM $7)"
		  " FROM @.gov_detector WHERE detector = $1",
		  DETECTOR_TYPES);

GOV_QUERY(insert_detector,
		  "INSERT INTO @.gov_detector (detector, severity, routine, event_domain, event_type, enabled,"
		  "                            registered_by, registered_oid, registered_system,"
		  "                            address_oid, address_database, address_system, description)"
		  " VALUES ($1, coalesce($2, 'warning'), $3, nullif($4, ''), nullif($5, ''), coalesce($6, true), $8, $9::oid, $10,"
		  "  $11::oid, $12::oid, $13, $7)",
		  DETECTOR_TYPES);

GOV_QUERY(update_detector,
		  "UPDATE @.gov_detector SET"
		  "  severity = coalesce($2, severity), routine = coalesce($3, routine),"
		  "  event_domain = CASE WHEN $4 IS NULL THEN event_domain ELSE nullif($4, '') END,"
		  "  event_type = CASE WHEN $5 IS NULL THEN event_type ELSE nullif($5, '') END,"
		  "  enabled = coalesce($6, enabled),"
		  "  registered_by = CASE WHEN $3 IS NULL THEN registered_by ELSE $8 END,"
		  "  registered_oid = CASE WHEN $3 IS NULL THEN registered_oid ELSE $9::oid END,"
		  "  registered_system = CASE WHEN $3 IS NULL THEN registered_system ELSE $10 END,"
		  "  address_oid = CASE WHEN $3 IS NULL THEN address_oid ELSE $11::oid END,"
		  "  address_database = CASE WHEN $3 IS NULL THEN address_database ELSE $12::oid END,"
		  "  address_system = CASE WHEN $3 IS NULL THEN address_system ELSE $13 END,"
		  "  description = coalesce($7, description)"
		  " WHERE detector = $1",
		  DETECTOR_TYPES);

/* Raises for what cannot be changed of the extension's own detectors. */
static void
gov_detector_ensure_changeable(FunctionCallInfo fcinfo, const char *detector, const char *routine)
{
	if (gov_detector_own(detector) == NULL)
		return;
	if (routine != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("detector \"%s\" is the extension's own and takes no routine", detector),
				 errhint("Choose another code for this detector.")));
	if (strcmp(detector, GOV_DETECTOR_FAILED) == 0 && !gov_arg_bool(fcinfo, 5, true))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("detector \"%s\" cannot be disabled", detector),
				 errdetail("It tells of other detectors that failed."),
				 errhint("Disable the detector that fails.")));
}

/* The routine of a detector, checked, and who registers it; without a name for the one it has. */
static GovKeptPlace
gov_detector_argument_routine(FunctionCallInfo fcinfo, const char *detector, GovKeptRole *registrar)
{
	char	   *routine = gov_arg_text_or_null(fcinfo, 2);
	GovKeptPlace given = {0};
	GovPlace	found;
	bool		has_identity;

	gov_detector_ensure_changeable(fcinfo, detector, routine);
	if (routine == NULL)
		return given;
	given.name = gov_routine_canonical(routine);
	*registrar = gov_role_keep(gov_routine_ensure(detector, &given, InvalidOid, &found, &has_identity).registrar);
	given = gov_place_keep(&found);
	given.name = gov_routine_name(&found);
	return given;
}

/* gov_set_detector(detector, severity, routine, event_domain, event_type, enabled, description). */
GOV_ACT(gov_set_detector)
{
	char	   *detector = gov_arg_code(fcinfo, 0, "detector");
	char	   *severity = gov_arg_text_or_null(fcinfo, 1);
	GovKeptRole registrar = {0};
	GovKeptPlace routine = gov_detector_argument_routine(fcinfo, detector, &registrar);
	int			level = gov_spi_begin();
	GovArg		args[] = {
		gov_text(detector), gov_text(severity), gov_text(routine.name),
		gov_text(gov_arg_text_or_null(fcinfo, 3)), gov_text(gov_arg_text_or_null(fcinfo, 4)),
		PG_ARGISNULL(5) ? gov_null() : gov_bool(PG_GETARG_BOOL(5)),
		gov_text(gov_arg_text_or_null(fcinfo, 6)), GOV_ROLE_ARGS(&registrar), GOV_PLACE_ADDRESS_ARGS(&routine)
	};
	GovJson		payload;
	Datum		was = (Datum) 0;
	bool		known;
	bool		isnull;

	if (severity != NULL)
		gov_ensure_one_of(severity, "severity", severities);
	known = gov_run(&known_detector, gov_text(detector)) > 0;
	if (known)
		was = gov_result_datum(0, KNOWN_WHOLE, &isnull);
	if (!known && routine.name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("unknown detector \"%s\"", detector),
				 errhint("A new detector needs a routine; table gov_detector lists those that are there.")));
	if (known && gov_run_args(&same_detector, lengthof(args), args) > 0 && gov_result_bool(0, 1))
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "detector \"%s\"", detector);
	}
	gov_run_args(known ? &update_detector : &insert_detector, lengthof(args), args);
	gov_json_begin(&payload);
	gov_json_value(&payload, "call", JSONBOID, gov_json_call(fcinfo), false);
	gov_json_value(&payload, "was", JSONBOID, was, was == (Datum) 0);
	gov_ledger_append("set_detector", 0, gov_json_object("detector", detector), gov_json_end(&payload));
	gov_spi_end(level);
	return gov_answer(known ? GOV_CHANGED : GOV_CREATED, "detector \"%s\"", detector);
}

GOV_QUERY(list_routines,
		  "SELECT d.detector, " GOV_PLACE_COLUMNS("d", "d.routine || '()'") " FROM @.gov_detector AS d WHERE d.routine IS NOT NULL"
		  " ORDER BY d.detector COLLATE \"C\"");
GOV_QUERY(move_routine,
		  "UPDATE @.gov_detector SET routine = left($2, -2), address_oid = $3::oid, address_database = $4::oid, address_system = $5"
		  " WHERE detector = $1",
		  TEXTOID, GOV_PLACE_ARG_TYPES);

/* Brings the names of routines up to date; how many were renamed. */
uint64
gov_detectors_follow(void)
{
	return gov_places_follow(&list_routines, &move_routine);
}

GOV_QUERY(rebind_detectors,
		  "UPDATE @.gov_detector AS d SET " GOV_REGISTRAR_REBOUND
		  GOV_ROLE_REBINDS("detector", "d.detector"), TEXTOID);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
uint64
gov_detectors_rebind(GovArg role)
{
	return gov_run(&rebind_detectors, role);
}
