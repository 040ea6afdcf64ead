/*-------------------------------------------------------------------------
 *
 * access/access.c
 *	  Which roles may read or write what bears a value: gov_set_access,
 *	  gov_end_access.
 *
 * A declaration is a row of value, privilege and role.  One is enough to have
 * the privilege on what bears the value judged (access/exposure); where there
 * is none, nothing is said of it.  Two declarations name no role: "public",
 * that everybody may, and NULL, that nobody may whom no other row names.
 *
 * To let one more role, and to take away the last declaration of a privilege,
 * which ends the judging of it, widens what may be done, and asks for an
 * approval of action set_access once gates are armed; the rest narrows it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "registry/values.h"
#include "access/access.h"

/* What an act can be told of privileges: two words, and the server's own. */
static const char *const access_words[] = {
	"read", "write", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN",
	"USAGE", "CREATE", "EXECUTE", NULL
};

static const char *const access_reads[] = {"SELECT"};
static const char *const access_writes[] = {"DELETE", "INSERT", "TRUNCATE", "UPDATE"};

/* What a call of both acts is about. */
typedef struct GovAccess
{
	char	   *axis;
	char	   *value;
	char	   *role;			/* NULL: nobody */
	GovKeptRole kept;			/* OID 0 in cluster 0 for public and nobody */
	const char *privilege;		/* as it was given */
	Datum		privileges;		/* text[]: those of the server that it means */
	char	   *reason;
	char	   *approval;
} GovAccess;

/* The word of ours, or the privilege, that was given, in any case of its letters. */
static const char *
gov_access_word(char *given)
{
	for (int i = 0; access_words[i] != NULL; i++)
	{
		if (pg_strcasecmp(given, access_words[i]) == 0)
			return access_words[i];
	}
	gov_ensure_one_of(given, "privilege", access_words);
	return NULL;
}

/* The privileges of the server that a word means, as an array. */
static Datum
gov_access_privileges(const char *word)
{
	if (strcmp(word, "read") == 0)
		return gov_text_array(access_reads, lengthof(access_reads));
	if (strcmp(word, "write") == 0)
		return gov_text_array(access_writes, lengthof(access_writes));
	return gov_text_array(&word, 1);
}

/* Is it the word for everybody?  The server lets no role have that name. */
static bool
gov_access_is_public(const char *role)
{
	return role != NULL && strcmp(role, "public") == 0;
}

/* The role of a call as facts keep it; raises when there is none of that name, unless "may_be_gone". */
static GovKeptRole
gov_access_role(const char *role, bool may_be_gone)
{
	Oid			oid;

	if (role == NULL || gov_access_is_public(role))
		return (GovKeptRole) {.name = pstrdup(role == NULL ? "" : role)};
	oid = get_role_oid(role, true);
	if (OidIsValid(oid))
		return gov_role_keep(oid);
	if (!may_be_gone)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role \"%s\" does not exist", role),
				 errhint("List them: SELECT rolname FROM pg_catalog.pg_roles; public stands for all of them, NULL for none.")));
	return (GovKeptRole) {.name = pstrdup(role)};
}

/* Reads the arguments of an act (axis, value, role, privilege, reason, approval) and locks the value. */
static void
gov_access_read(FunctionCallInfo fcinfo, GovAccess *access, bool ends, GovValue *found)
{
	access->axis = gov_arg_code(fcinfo, 0, "axis");
	access->value = gov_arg_code(fcinfo, 1, "value");
	access->role = gov_arg_text_or_null(fcinfo, 2);
	if (access->role != NULL)
		gov_ensure_code(access->role, "role");
	access->privilege = gov_access_word(gov_arg_text(fcinfo, 3, "privilege"));
	access->privileges = gov_access_privileges(access->privilege);
	access->reason = gov_arg_text_or_null(fcinfo, 4);
	access->approval = gov_arg_code_or_null(fcinfo, 5, "approval");
	gov_ensure_not_agent("say who may read or write what bears a value");
	gov_ensure_value(access->axis, access->value, GOV_ROW_UPDATE, found);
	access->kept = gov_access_role(access->role, ends);
}

/* What a row has to be for a call to be about it: by name where the role is not meant, else by the role. */
#define OF_ROLE \
	" a.axis = $1 AND a.value = $2 AND CASE WHEN $5 <> 0 THEN (a.role_oid = $5::oid AND a.role_system = $6)" \
	"  OR (a.role_name = $4::name AND governance_internal.gov_role_oid_meant(a.role_name, a.role_oid, a.role_system) IS NULL)" \
	"  ELSE a.role_name = $4::name END"

#define OF_CALL_TYPES TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, INT8OID, INT8OID
#define OF_CALL_ARGS(access) \
	gov_text((access)->axis), gov_text((access)->value), gov_datum((access)->privileges, false), \
	gov_text((access)->kept.name), gov_int8((access)->kept.oid), gov_int8((access)->kept.system)

/* Columns of find_declared. */
enum {DECLARED_ALL = 1, DECLARED_MISSING, DECLARED_PRESENT, DECLARED_LAST};

/*
 * What is declared of the privileges of a call: all of it, as it is shown in the
 * ledger (null: nobody); how many of them the role lacks; for how many there is a
 * row of it, be it one whose role was made anew; and for how many that is the only one.
 */
GOV_QUERY(find_declared,
		  "SELECT (SELECT COALESCE(jsonb_object_agg(d.privilege, d.roles), '{}') FROM"
		  "   (SELECT a.privilege, jsonb_agg(NULLIF(a.role_name::text, '') ORDER BY a.role_name::text COLLATE \"C\") AS roles"
		  "      FROM @.gov_access AS a WHERE a.axis = $1 AND a.value = $2 AND a.privilege = ANY ($3) GROUP BY a.privilege) AS d),"
		  " count(*) FILTER (WHERE NOT p.is), count(*) FILTER (WHERE p.has), count(*) FILTER (WHERE p.has AND NOT p.others)"
		  " FROM (SELECT EXISTS (SELECT FROM @.gov_access AS a WHERE a.privilege = n.privilege AND" OF_ROLE
		  "        AND ($5 = 0 OR (a.role_oid = $5::oid AND a.role_system = $6))) AS is,"
		  "  EXISTS (SELECT FROM @.gov_access AS a WHERE a.privilege = n.privilege AND" OF_ROLE ") AS has,"
		  "  EXISTS (SELECT FROM @.gov_access AS a WHERE a.axis = $1 AND a.value = $2 AND a.privilege = n.privilege AND NOT (" OF_ROLE ")) AS others"
		  "  FROM unnest($3) AS n (privilege)) AS p",
		  OF_CALL_TYPES);

/* What is declared of the privileges of a call. */
typedef struct GovDeclared
{
	Datum		all;			/* as it is shown in the ledger */
	int64		missing;		/* privileges that the role lacks */
	int64		present;		/* those that there is a row of it for */
	int64		last;			/* and of these, those that have no other */
} GovDeclared;

/* What there is before a call, or after it. */
static GovDeclared
gov_access_declared(const GovAccess *access)
{
	int			level = gov_spi_begin();
	GovDeclared declared;
	bool		isnull;

	(void) gov_run(&find_declared, OF_CALL_ARGS(access));
	declared.all = gov_result_datum(0, DECLARED_ALL, &isnull);
	declared.missing = gov_result_int8(0, DECLARED_MISSING);
	declared.present = gov_result_int8(0, DECLARED_PRESENT);
	declared.last = gov_result_int8(0, DECLARED_LAST);
	gov_spi_end(level);
	return declared;
}

/* A row of that name whose role is gone is the one that is meant now. */
GOV_QUERY(adopt_access,
		  "UPDATE @.gov_access AS a SET role_oid = $5::oid, role_system = $6"
		  " WHERE a.privilege = ANY ($3) AND" OF_ROLE " AND (a.role_oid, a.role_system) IS DISTINCT FROM ($5::oid, $6)"
		  " AND NOT EXISTS (SELECT FROM @.gov_access AS b WHERE b.axis = a.axis AND b.value = a.value"
		  "  AND b.privilege = a.privilege AND b.role_oid = $5::oid AND b.role_system = $6)",
		  OF_CALL_TYPES);

GOV_QUERY(insert_access,
		  "INSERT INTO @.gov_access (axis, value, privilege, role_name, role_oid, role_system, reason, approval)"
		  " SELECT $1, $2, n.privilege, $4::name, $5::oid, $6, $7, $8 FROM unnest($3) AS n (privilege)"
		  " WHERE NOT EXISTS (SELECT FROM @.gov_access AS a WHERE a.privilege = n.privilege AND" OF_ROLE ")",
		  OF_CALL_TYPES, TEXTOID, TEXTOID);

GOV_QUERY(delete_access,
		  "DELETE FROM @.gov_access AS a WHERE a.privilege = ANY ($3) AND" OF_ROLE,
		  OF_CALL_TYPES);

/* What a call is about, in words. */
static char *
gov_access_in_words(const GovAccess *access)
{
	char	   *who = access->role == NULL ? pstrdup("nobody") :
		gov_access_is_public(access->role) ? pstrdup("everybody") : psprintf("role \"%s\"", access->role);

	return psprintf("%s of value \"%s\" of axis \"%s\" by %s", access->privilege, access->value, access->axis, who);
}

/* Notes an act with what was declared before it and after it. */
static void
gov_access_note(const char *act, const GovAccess *access, Datum before)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "role", access->role);
	gov_json_text(&payload, "privilege", access->privilege);
	gov_json_text(&payload, "reason", access->reason);
	gov_json_text(&payload, "approval", access->approval);
	gov_json_value(&payload, "before", JSONBOID, before, false);
	gov_json_value(&payload, "after", JSONBOID, gov_access_declared(access).all, false);
	gov_ledger_append(act, 0, gov_json_object("axis", access->axis, "value", access->value), gov_json_end(&payload));
}

/*
 * gov_set_access(axis, value, role, privilege, reason, approval): the role, and
 * whoever is a member of it, may do that with what bears the value.
 */
GOV_ACT(gov_set_access)
{
	GovAccess	access;
	GovValue	found;
	GovDeclared before;
	int			level;

	gov_access_read(fcinfo, &access, false, &found);
	before = gov_access_declared(&access);
	if (before.missing == 0)
		return gov_answer(GOV_UNCHANGED, "%s", gov_access_in_words(&access));
	if (strcmp(found.status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" is retired", access.value, access.axis),
				 errhint("Say it of a value in use.")));
	gov_gate_pass_call_if(access.role != NULL, "set_access", fcinfo, access.approval);
	level = gov_spi_begin();
	if (OidIsValid(access.kept.oid))
		(void) gov_run(&adopt_access, OF_CALL_ARGS(&access));
	(void) gov_run(&insert_access, OF_CALL_ARGS(&access), gov_text(access.reason), gov_text(access.approval));
	gov_spi_end(level);
	gov_access_note("set_access", &access, before.all);
	return gov_answer(before.present == 0 ? GOV_CREATED : GOV_CHANGED, "%s", gov_access_in_words(&access));
}

/* gov_end_access(axis, value, role, privilege, reason, approval): takes back what gov_set_access said. */
GOV_ACT(gov_end_access)
{
	GovAccess	access;
	GovValue	found;
	GovDeclared before;
	int			level;
	uint64		ended;

	gov_access_read(fcinfo, &access, true, &found);
	before = gov_access_declared(&access);
	if (before.present == 0)
		return gov_answer(GOV_UNCHANGED, "%s", gov_access_in_words(&access));
	gov_gate_pass_call_if(before.last > 0, "set_access", fcinfo, access.approval);
	level = gov_spi_begin();
	ended = gov_run(&delete_access, OF_CALL_ARGS(&access));
	gov_spi_end(level);
	if (ended > 0)
		gov_access_note("end_access", &access, before.all);
	return gov_answer(GOV_ENDED, "%s", gov_access_in_words(&access));
}

/* The key of a row as gov_kept_role has it. */
#define OF_ROW "jsonb_build_array(a.axis, a.value, a.privilege, a.role_name)::text"

/* A row that would become another one that is there already says no more than that one. */
GOV_QUERY(unite_access,
		  "DELETE FROM @.gov_access AS a USING governance_internal.gov_kept_role AS k"
		  " WHERE k.what = 'access' AND k.name = " OF_ROW " AND k.rebinds AND ($1 IS NULL OR k.role_name = $1::pg_catalog.name)"
		  " AND EXISTS (SELECT FROM @.gov_access AS b WHERE b.axis = a.axis AND b.value = a.value AND b.privilege = a.privilege"
		  "  AND b.role_oid = k.role AND b.role_system = k.this_system AND (b.role_oid, b.role_system) IS DISTINCT FROM (a.role_oid, a.role_system))",
		  TEXTOID);

GOV_QUERY(rebind_access,
		  "UPDATE @.gov_access AS a SET role_name = k.called, role_oid = k.role, role_system = k.this_system"
		  GOV_ROLE_REBINDS("access", OF_ROW),
		  TEXTOID);

/* Ties declarations to the role of today of a name, NULL for all; how many. */
uint64
gov_access_rebind(GovArg role)
{
	uint64		united = gov_run(&unite_access, role);

	return united + gov_run(&rebind_access, role);
}
