/*
 * registered/roles.h: roles as facts keep them.
 *
 * A name alone says too little: a role can be renamed, dropped and made anew
 * by somebody else, or be another one where a dump is restored.  A fact keeps
 * the name for people, and the OID with the system identifier of the cluster
 * that it holds in.  The role meant is the one with that OID in that cluster,
 * whatever it is called by now; in another cluster, or once it is dropped,
 * nobody is meant until a superuser confirms a role (gov_rebind).
 */
#ifndef GOV_REGISTERED_ROLES_H
#define GOV_REGISTERED_ROLES_H

#include "server/spi.h"

/* A role that a fact names. */
typedef struct GovKeptRole
{
	char	   *name;			/* as it was called; NULL: the fact names none */
	Oid			oid;			/* invalid when it was not noted */
	int64		system;			/* system identifier of the OID's cluster; 0 when it was not noted */
} GovKeptRole;

/* The columns that hold one, for the select list of a query. */
#define GOV_ROLE_COLUMNS(alias, name, oid, system) \
	alias "." name "::text, " alias "." oid "::int8, " alias "." system

/* Those of whoever registered something. */
#define GOV_REGISTRAR_COLUMNS(alias) \
	GOV_ROLE_COLUMNS(alias, "registered_by", "registered_oid", "registered_system")

/* Those of whoever speaks for an authority. */
#define GOV_SPEAKER_COLUMNS(alias) \
	GOV_ROLE_COLUMNS(alias, "role_name", "role_oid", "role_system")

/* Does a row name another registrar than the one in "other" does, or by another name? */
#define GOV_REGISTRAR_DIFFERS(alias, other) \
	"(" alias ".registered_by, " alias ".registered_oid, " alias ".registered_system)" \
	" IS DISTINCT FROM (" other ".registered_by, " other ".registered_oid, " other ".registered_system)"

/*
 * Of view gov_kept_role: what rows of "what", whose key is "key", are to be
 * tied to; $1 is the name of a role, NULL for all.
 */
#define GOV_ROLE_REBINDS(what, key) \
	" FROM governance_internal.gov_kept_role AS k WHERE k.what = '" what "' AND k.name = " key \
	" AND k.rebinds AND ($1 IS NULL OR k.role_name = $1::pg_catalog.name)"

/* What a registrar becomes then. */
#define GOV_REGISTRAR_REBOUND \
	"registered_by = k.called, registered_oid = k.role, registered_system = k.this_system"

/* What a query takes to write one: three arguments, all NULL where there is no role. */
#define GOV_ROLE_OID_ARGS(role) \
	(role)->name == NULL ? gov_null() : gov_int8((role)->oid), \
	(role)->name == NULL ? gov_null() : gov_int8((role)->system)
#define GOV_ROLE_ARGS(role)	gov_text((role)->name), GOV_ROLE_OID_ARGS(role)
#define GOV_ROLE_ARG_TYPES	TEXTOID, INT8OID, INT8OID

/* A role of today, as a fact is to keep it. */
extern GovKeptRole gov_role_keep(Oid role);

/* The role in three columns of a result, the first of which is "column". */
extern GovKeptRole gov_result_role(uint64 row, int column);

/* The role that is meant; InvalidOid when none is. */
extern Oid	gov_role_meant(const GovKeptRole *role);

/* What the role that is meant is called now; its old name when none is meant. */
extern char *gov_role_called(const GovKeptRole *role);

/* Is the session user a member of the role that is meant? */
extern bool gov_session_is_member(const GovKeptRole *role);

/*
 * Why no role is meant, to be shown: "of" says whose role it is (of source
 * "s"), "way_out" is the hint.  NULL when one is.
 */
extern char *gov_role_refusal(const GovKeptRole *role, const char *of, const char *way_out,
							  int *sqlstate, char **detail, char **hint);

/* The role that is meant; raises that if none is. */
extern Oid	gov_ensure_role_meant(const GovKeptRole *role, const char *of, const char *way_out);

#endif							/* GOV_REGISTERED_ROLES_H */
