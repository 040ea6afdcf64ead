/*-------------------------------------------------------------------------
 *
 * trust/settle.c
 *	  What rights on the extension's objects are left after its scripts ran.
 *
 * ALTER DEFAULT PRIVILEGES can give anybody rights on whatever a role creates,
 * and the server itself gives PUBLIC the use of every type.  The last call of
 * the install script takes all of it back, so that nobody but the owner has
 * any right, whatever was set before.  The last call of an upgrade script
 * does the same and then gives each role the levels of gov_grant that it had.
 *
 * An index belongs to its table, not to the extension.  So whoever owns the
 * schema, in "public" the owner of the database, may drop it, although not the
 * table: uniqueness that facts rest on would be gone.  Both scripts make
 * the indexes objects of the extension, which nobody drops without it; after
 * pg_upgrade, which keeps no such tie, gov_rebind does it again.
 *
 * Rights given while an extension's script runs count as part of the
 * extension, and pg_dump leaves them out.  What an upgrade gives back is to
 * be dumped, so it is given as if no script were running.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/spi.h"
#include "trust/grants.h"
#include "trust/settle.h"

PG_FUNCTION_INFO_V1(gov_settle_privileges);

/*
 * Every right that somebody but the owner has on an object of the extension:
 * what REVOKE is to say, and from whom.  Row types belong to their relation.
 */
GOV_QUERY(find_rights,
		  "WITH member AS ("
		  " SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d"
		  " JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid"
		  " WHERE x.extname = 'governance' AND d.deptype = 'e'"
		  " AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass),"
		  " relation AS ("
		  " SELECT c.* FROM member AS m JOIN pg_catalog.pg_class AS c ON c.oid = m.objid"
		  " WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.relkind NOT IN ('i', 'c')),"
		  " holding AS ("
		  " SELECT 'ALL ON ' || CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END"
		  "        || c.oid::pg_catalog.regclass AS what, c.relowner AS owner, c.relacl AS acl"
		  "   FROM relation AS c"
		  " UNION ALL"
		  " SELECT pg_catalog.format('ALL (%I) ON TABLE %s', a.attname, c.oid::pg_catalog.regclass), c.relowner, a.attacl"
		  "   FROM relation AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped"
		  " UNION ALL"
		  " SELECT 'ALL ON TYPE ' || pg_catalog.format_type(t.oid, NULL), t.typowner,"
		  "        coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))"
		  "   FROM relation AS c JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype"
		  " UNION ALL"
		  " SELECT 'ALL ON ROUTINE ' || p.oid::pg_catalog.regprocedure, p.proowner,"
		  "        coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))"
		  "   FROM member AS m JOIN pg_catalog.pg_proc AS p ON p.oid = m.objid"
		  "  WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
		  " UNION ALL"
		  " SELECT 'ALL ON SCHEMA ' || n.oid::pg_catalog.regnamespace, n.nspowner, n.nspacl"
		  "   FROM member AS m JOIN pg_catalog.pg_namespace AS n ON n.oid = m.objid"
		  "  WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"
		  " UNION ALL"
		  " SELECT pg_catalog.format('ALL ON FOREIGN DATA WRAPPER %I', w.fdwname), w.fdwowner, w.fdwacl"
		  "   FROM member AS m JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = m.objid"
		  "  WHERE m.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass"
		  " UNION ALL"
		  " SELECT pg_catalog.format('ALL ON FOREIGN SERVER %I', s.srvname), s.srvowner, s.srvacl"
		  "   FROM member AS m JOIN pg_catalog.pg_foreign_server AS s ON s.oid = m.objid"
		  "  WHERE m.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass)"
		  " SELECT DISTINCT h.what, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END"
		  "   FROM holding AS h CROSS JOIN LATERAL pg_catalog.aclexplode(h.acl) AS a"
		  "   LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = a.grantee"
		  "  WHERE a.grantee <> h.owner AND (a.grantee = 0 OR r.oid IS NOT NULL)");

enum
{
	RIGHT_WHAT = 1, RIGHT_GRANTEE
};

/*
 * The roles that have a level, by something that the level gives.  An admin
 * also has what a steward has, so both levels are found for it; granting both
 * gives it nothing more.
 */
GOV_QUERY(find_levels,
		  "SELECT DISTINCT r.rolname::text, m.level"
		  "  FROM (VALUES ('gov_object', 'reader'), ('gov_enroll_schema', 'steward'),"
		  "               ('gov_cast_vote', 'approver'), ('gov_ratify', 'admin')) AS m (name, level)"
		  "  JOIN (SELECT d.objid, c.relname AS name, c.relowner AS owner, c.relacl AS acl"
		  "          FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_depend AS d"
		  "            ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'"
		  "        UNION ALL"
		  "        SELECT d.objid, p.proname, p.proowner, p.proacl"
		  "          FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_depend AS d"
		  "            ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'"
		  "         WHERE d.refobjid = (SELECT x.oid FROM pg_catalog.pg_extension AS x WHERE x.extname = 'governance'))"
		  "       AS o ON o.name = m.name"
		  " CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) AS a"
		  "  JOIN pg_catalog.pg_roles AS r ON r.oid = a.grantee"
		  " WHERE a.grantee <> o.owner ORDER BY 1, 2");

enum
{
	LEVEL_ROLE = 1, LEVEL_NAME
};

/*
 * Indexes of the extension's tables that are no objects of it.  Those of
 * constraints cannot be dropped but with these; those of other names are not ours.
 */
GOV_QUERY(find_loose_indexes,
		  "SELECT i.indexrelid::pg_catalog.int8 FROM pg_catalog.pg_index AS i"
		  "  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid"
		  "  JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
		  "   AND d.objid = i.indrelid AND d.deptype = 'e'"
		  "  JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid AND x.extname = 'governance'"
		  " WHERE pg_catalog.starts_with(c.relname::pg_catalog.text, 'gov_')"
		  "   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS n WHERE n.conindid = i.indexrelid)"
		  "   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e"
		  " WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = i.indexrelid AND e.deptype = 'e')"
		  " ORDER BY 1");

/* A role and a level that it had. */
typedef struct GovSettledLevel
{
	char	   *role;
	char	   *level;
} GovSettledLevel;

/* The levels that roles have now. */
static int
gov_settle_read_levels(GovSettledLevel **levels)
{
	int			count = (int) gov_run(&find_levels);

	*levels = palloc(sizeof(GovSettledLevel) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		(*levels)[i].role = gov_result_text(i, LEVEL_ROLE);
		(*levels)[i].level = gov_result_text(i, LEVEL_NAME);
	}
	return count;
}

/*
 * Takes back every right that somebody but the owner has.  The server notes what
 * is left as the extension's own, where a script "installs" it; not of row types,
 * which pg_dump would warn of, one by one, and has nothing to dump of.
 */
static void
gov_settle_revoke(bool installs)
{
	uint64		count = gov_run(&find_rights);
	char	  **statements = palloc(sizeof(char *) * Max(count, 1));

	for (uint64 i = 0; i < count; i++)
		statements[i] = psprintf("REVOKE %s FROM %s CASCADE",
								 gov_result_text(i, RIGHT_WHAT), gov_result_text(i, RIGHT_GRANTEE));
	for (uint64 i = 0; i < count; i++)
	{
		/* an error ends the script, and the server itself puts this back */
		creating_extension = installs && strstr(statements[i], "REVOKE ALL ON TYPE ") != statements[i];
		(void) gov_run_text(statements[i], 0, NULL, NULL, false);
	}
	creating_extension = installs;
}

/* Makes the indexes of the extension's tables objects of the extension; see above. */
void
gov_settle_indexes(void)
{
	ObjectAddress extension;
	uint64		count = gov_run(&find_loose_indexes);

	ObjectAddressSet(extension, ExtensionRelationId, get_extension_oid("governance", false));
	for (uint64 i = 0; i < count; i++)
	{
		ObjectAddress index;

		ObjectAddressSet(index, RelationRelationId, (Oid) gov_result_int8(i, 1));
		recordDependencyOn(&index, &extension, DEPENDENCY_EXTENSION);
	}
}

/*
 * gov_settle_privileges(upgrade): leaves nobody but the owner a right on what
 * the extension consists of; for an upgrade each role then has its levels.
 * What the script made is then all the extension's own.
 */
Datum
gov_settle_privileges(PG_FUNCTION_ARGS)
{
	bool		upgrade = gov_arg_bool(fcinfo, 0, false);
	GovSettledLevel *levels;
	int			count;
	int			level;

	if (!creating_extension)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s is for the scripts of the extension", "gov_settle_privileges"),
				 errhint("Rights are given by gov_grant and taken back by gov_revoke.")));
	level = gov_spi_begin();
	count = gov_settle_read_levels(&levels);

	gov_settle_revoke(!upgrade);
	for (int i = 0; upgrade && i < count; i++)
		gov_grants_give(levels[i].level, levels[i].role);
	creating_extension = true;
	gov_settle_indexes();
	gov_spi_end(level);
	PG_RETURN_VOID();
}
