/*-------------------------------------------------------------------------
 *
 * registered/roles.c
 *	  Roles as facts keep them: which role of today is meant.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "server/extension.h"
#include "registered/roles.h"

PG_FUNCTION_INFO_V1(gov_role_oid_meant);
PG_FUNCTION_INFO_V1(gov_role_standing);

/* How the role that a fact names stands to the roles of today, and what each standing is called. */
typedef enum GovRoleStanding
{
	GOV_ROLE_BOUND,				/* meant, and called so */
	GOV_ROLE_RENAMED,			/* meant, and called otherwise */
	GOV_ROLE_LOST,				/* not meant, and none has the name */
	GOV_ROLE_MADE_ANEW,			/* it was dropped, and another one has its name */
	GOV_ROLE_ELSEWHERE			/* noted in another cluster, or without an OID */
} GovRoleStanding;

static const char *const standings[] = {
	[GOV_ROLE_BOUND] = "bound", [GOV_ROLE_RENAMED] = "renamed", [GOV_ROLE_LOST] = "lost",
	[GOV_ROLE_MADE_ANEW] = "made anew", [GOV_ROLE_ELSEWHERE] = "elsewhere"
};

/* A role of today, as a fact is to keep it. */
GovKeptRole
gov_role_keep(Oid role)
{
	return (GovKeptRole) {
		.name = GetUserNameFromId(role, false),
		.oid = role,
		.system = (int64) GetSystemIdentifier()
	};
}

/* The role in three columns of a result, the first of which is "column". */
GovKeptRole
gov_result_role(uint64 row, int column)
{
	return (GovKeptRole) {
		.name = gov_result_text(row, column),
		.oid = gov_result_isnull(row, column + 1) ? InvalidOid : (Oid) gov_result_int8(row, column + 1),
		.system = gov_result_isnull(row, column + 2) ? 0 : gov_result_int8(row, column + 2)
	};
}

/* Was the OID noted in this cluster?  Elsewhere it may be anybody's. */
static bool
gov_role_is_of_here(const GovKeptRole *role)
{
	return OidIsValid(role->oid) && role->system == (int64) GetSystemIdentifier();
}

/* The role that is meant; InvalidOid when none is. */
Oid
gov_role_meant(const GovKeptRole *role)
{
	if (role->name == NULL || !gov_role_is_of_here(role) ||
		!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role->oid)))
		return InvalidOid;
	return role->oid;
}

/* How the role that a fact names stands today. */
static GovRoleStanding
gov_role_stands(const GovKeptRole *role)
{
	Oid			meant = gov_role_meant(role);

	if (OidIsValid(meant))
		return strcmp(GetUserNameFromId(meant, false), role->name) == 0 ? GOV_ROLE_BOUND : GOV_ROLE_RENAMED;
	if (!OidIsValid(get_role_oid(role->name, true)))
		return GOV_ROLE_LOST;
	return gov_role_is_of_here(role) ? GOV_ROLE_MADE_ANEW : GOV_ROLE_ELSEWHERE;
}

/* The role of a fact in the arguments name, OID and system of an SQL function. */
static GovKeptRole
gov_role_of_arguments(FunctionCallInfo fcinfo)
{
	return (GovKeptRole) {
		.name = PG_ARGISNULL(0) ? NULL : NameStr(*PG_GETARG_NAME(0)),
		.oid = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1),
		.system = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2)
	};
}

/* gov_role_oid_meant(role_name, role_oid, role_system): the role that is meant; NULL when none is. */
Datum
gov_role_oid_meant(PG_FUNCTION_ARGS)
{
	GovKeptRole role = gov_role_of_arguments(fcinfo);
	Oid			meant = gov_role_meant(&role);

	if (!OidIsValid(meant))
		PG_RETURN_NULL();
	PG_RETURN_OID(meant);
}

/* gov_role_standing(role_name, role_oid, role_system): how it stands; NULL when the fact names none. */
Datum
gov_role_standing(PG_FUNCTION_ARGS)
{
	GovKeptRole role = gov_role_of_arguments(fcinfo);

	if (role.name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(standings[gov_role_stands(&role)]));
}

/* What the role that is meant is called now; its old name when none is meant. */
char *
gov_role_called(const GovKeptRole *role)
{
	Oid			meant = gov_role_meant(role);

	return OidIsValid(meant) ? GetUserNameFromId(meant, false) : role->name;
}

/* Is the session user a member of the role that is meant?  Being a superuser does not make one. */
bool
gov_session_is_member(const GovKeptRole *role)
{
	Oid			meant = gov_role_meant(role);

	return OidIsValid(meant) && is_member_of_role_nosuper(GetSessionUserId(), meant);
}

/*
 * Why no role is meant, to be shown: "of" says whose role it is (of source
 * "s"), "way_out" is the hint.  NULL when one is.
 */
char *
gov_role_refusal(const GovKeptRole *role, const char *of, const char *way_out,
				 int *sqlstate, char **detail, char **hint)
{
	GovRoleStanding standing;

	/* the door comes by here with each read; what a role is called does not matter to it */
	if (OidIsValid(gov_role_meant(role)))
		return NULL;
	standing = gov_role_stands(role);
	if (standing == GOV_ROLE_LOST)
	{
		*sqlstate = ERRCODE_UNDEFINED_OBJECT;
		*detail = pstrdup("It was dropped, or does not exist in this cluster.");
		*hint = pstrdup(way_out);
		return psprintf("role \"%s\" %s does not exist", role->name, of);
	}
	*sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
	*detail = pstrdup(standing == GOV_ROLE_MADE_ANEW ? "That role was dropped, and another one has its name now." :
					  !OidIsValid(role->oid) ? "Its OID was not noted." :
					  "It was noted in another cluster, where the name may have been another's.");
	*hint = psprintf("%s If the role of today is known to be that one, a superuser confirms it: SELECT * FROM %s.gov_rebind().",
					 way_out, gov_schema_quoted());
	return psprintf("role \"%s\" %s is not known to be the one that was meant", role->name, of);
}

/* The role that is meant; raises that if none is. */
Oid
gov_ensure_role_meant(const GovKeptRole *role, const char *of, const char *way_out)
{
	int			sqlstate;
	char	   *detail;
	char	   *hint;
	char	   *refusal = gov_role_refusal(role, of, way_out, &sqlstate, &detail, &hint);

	if (refusal != NULL)
		ereport(ERROR,
				(errcode(sqlstate),
				 errmsg_internal("%s", refusal),
				 errdetail_internal("%s", detail),
				 errhint("%s", hint)));
	return gov_role_meant(role);
}
