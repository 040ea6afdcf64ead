/*-------------------------------------------------------------------------
 *
 * inventory/propose.c
 *	  What PostgreSQL's own owners suggest for the objects of a schema.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"

#include "server/args.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "inventory/source.h"

PG_FUNCTION_INFO_V1(gov_propose_owners);

GOV_QUESTION(query_enrolled,
			 "SELECT 1 FROM @.gov_source WHERE source = $1 AND kind = 'catalog'",
			 TEXTOID);

/*
 * The live objects of a schema, the role that owned each when it was last
 * synced, the active authority tied to that role (the first of several by
 * code), and whether anybody is accountable for a cell of it directly.
 */
GOV_QUESTION(query_propose,
			 "SELECT o.object_type, o.object_ref, (o.attributes ->> 'owner')::name,"
			 " (SELECT min(a.authority COLLATE \"C\") FROM @.gov_authority AS a"
			 "  JOIN pg_catalog.pg_roles AS r"
			 "    ON r.oid = governance_internal.gov_role_oid_meant(a.role_name, a.role_oid, a.role_system)"
			 "  WHERE r.rolname = (o.attributes ->> 'owner')::name AND a.status = 'active'),"
			 " EXISTS (SELECT 1 FROM @.gov_ownership AS w JOIN @.gov_authority AS b USING (authority)"
			 "  WHERE w.object_id = o.object_id AND w.owner_kind = 'accountable' AND " GOV_IN_FORCE("w", "b") ")"
			 " FROM @.gov_object AS o WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
			 " ORDER BY o.object_type COLLATE \"C\", o.object_ref COLLATE \"C\"",
			 TEXTOID);

/* gov_propose_owners(schema): what PostgreSQL's own owners suggest. */
Datum
gov_propose_owners(PG_FUNCTION_ARGS)
{
	char	   *schema = gov_arg_text(fcinfo, 0, "schema");
	GovArg		source = gov_text(psprintf(GOV_SCHEMA_PREFIX "%s", schema));
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	if (gov_run(&query_enrolled, source) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("schema \"%s\" is not enrolled", schema),
				 errhint("gov_enroll_schema enrols it; names are given as the catalog has them, without quotes.")));
	gov_result_put_rows(gov_run(&query_propose, source), (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
