/*-------------------------------------------------------------------------
 *
 * access/exposure.c
 *	  Who can do what with what bears a value, by the server's own catalogs:
 *	  gov_exposure, gov_explain_access.
 *
 * What bears a value is the engine's answer (gov_access_objects).  Who can do
 * what with it follows from the server's own catalogs, by views of the install
 * script: whose rights a role has (gov_access_holder), what is granted on the
 * objects in question, and which views and functions lead to them with the
 * rights of their owners (gov_access_gate).  All of it is joined as sets
 * (gov_access_ways): no privilege is asked for pair by pair, but for the owners
 * of views and functions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "registry/meant.h"

PG_FUNCTION_INFO_V1(gov_exposure_of);
PG_FUNCTION_INFO_V1(gov_explain_access);

/* What a role can do, or everybody: $1 is 0 for that. */
GOV_QUESTION(find_ways,
			 "SELECT w.object_type, w.object_ref, w.axis, w.value, w.privilege, w.via, w.granted_by, w.through, w.column_name,"
			 " w.set_role, w.reachable, w.row_security,"
			 /* what is granted to everybody is no exposure of a role that may */
			 " w.allowed OR EXISTS (SELECT FROM governance_internal.gov_access_allowed AS a"
			 "  WHERE a.role = $1 AND a.axis = w.axis AND a.ruler = w.ruler AND a.privilege = w.privilege)"
			 " FROM governance_internal.gov_access_ways(NULL, ARRAY[$1, 0]) AS w"
			 " ORDER BY w.object_type COLLATE \"C\", w.object_ref COLLATE \"C\", w.axis COLLATE \"C\", w.value COLLATE \"C\","
			 " w.privilege COLLATE \"C\", w.via COLLATE \"C\", w.through COLLATE \"C\", w.granted_by COLLATE \"C\", w.column_name COLLATE \"C\"",
			 OIDOID);

/* The role of a name, 0 for public; raises for one of which nothing can be told. */
static Oid
gov_exposure_role(const char *name)
{
	Oid			role;

	if (strcmp(name, "public") == 0)
		return InvalidOid;
	role = get_role_oid(name, true);
	if (!OidIsValid(role))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role \"%s\" does not exist", name),
				 errhint("List them: SELECT rolname FROM pg_catalog.pg_roles; public stands for all of them.")));
	if (superuser_arg(role))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("role \"%s\" is a superuser", name),
				 errdetail("Superusers can read and write everything, whatever is granted."),
				 errhint("Ask for a role that is none.")));
	if (role < FirstNormalObjectId)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("role \"%s\" is one of the server's own", name),
				 errhint("Ask for a role that is a member of it.")));
	return role;
}

/* gov_exposure_of(role): what it can read or write, and whether it may. */
Datum
gov_exposure_of(PG_FUNCTION_ARGS)
{
	char	   *name = gov_arg_text(fcinfo, 0, "role");
	Oid			role = gov_exposure_role(name);
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_result_put_rows(gov_run(&find_ways, gov_oid(role)), (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}

/* What object $1 bears, and who can and may not. */
GOV_QUESTION(find_borne,
			 "SELECT b.axis, b.value, b.zone, b.resolution, b.depth, b.anchor_type, b.anchor_ref,"
			 "  CASE WHEN b.zone <> 'approved' OR (b.resolution = 'contents' AND (b.depth > 1 OR b.anchor_type NOT LIKE '% column'))"
			 "         OR NOT EXISTS (SELECT FROM governance_internal.gov_access_ruled AS r WHERE r.axis = b.axis AND r.value = b.value) THEN NULL"
			 "       ELSE coalesce(e.exposed_to, 'nobody') END"
			 "  FROM @.gov_classification AS b"
			 "  LEFT JOIN governance_internal.gov_access_exposed_to($1) AS e ON e.axis = b.axis AND e.value = b.value"
			 " WHERE b.object_id = $1"
			 " ORDER BY b.axis COLLATE \"C\", b.value COLLATE \"C\", b.depth, b.resolution COLLATE \"C\", b.zone COLLATE \"C\"",
			 INT8OID);

/* gov_explain_access(object_type, object_ref): what the object bears, by what, and who can see it and may not. */
Datum
gov_explain_access(PG_FUNCTION_ARGS)
{
	char	   *type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *ref = gov_arg_ref(fcinfo, 1, "object_ref");
	int64		object_id = gov_ensure_object(type, &ref, GOV_OBJECT_AS_ASKED);
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_result_put_rows(gov_run(&find_borne, gov_int8(object_id)), (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
