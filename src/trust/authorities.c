/*-------------------------------------------------------------------------
 *
 * trust/authorities.c
 *	  Who can own or approve.
 *
 * An authority may be tied to a database role.  Whoever's session belongs to
 * the role of any active authority of kind agent is an agent, whatever it
 * says about itself: it may propose and assign, but never make a value
 * active or an assignment approved, nor change authorities, which would let
 * it stop being one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/columns.h"
#include "trust/contact.h"
#include "trust/gates.h"
#include "trust/reach.h"

static const char *const authority_kinds[] = {"sovereign", "council", "human", "system", "agent", NULL};
static const char *const authority_statuses[] = {"active", "retired", NULL};

static GovQuery find_authority[] = {
	[GOV_ROW_PLAIN] = GOV_QUERY_IS("SELECT status FROM @.gov_authority WHERE authority = $1", TEXTOID),
	[GOV_ROW_SHARE] = GOV_QUERY_IS("SELECT status FROM @.gov_authority WHERE authority = $1 FOR SHARE", TEXTOID),
	[GOV_ROW_UPDATE] = GOV_QUERY_IS("SELECT status FROM @.gov_authority WHERE authority = $1 FOR NO KEY UPDATE", TEXTOID)
};
/* Columns of lock_authority. */
enum {AUTHORITY_KIND = 1, AUTHORITY_STATUS, AUTHORITY_ROLE};

GOV_QUERY(lock_authority,
		  "SELECT u.kind, u.status, " GOV_SPEAKER_COLUMNS("u")
		  " FROM @.gov_authority AS u WHERE u.authority = $1 FOR UPDATE", TEXTOID);

/* The status of an authority, its row locked as asked; NULL when there is none. */
static char *
gov_authority_status(const char *authority, GovRowLock lock)
{
	int			level = gov_spi_begin();
	char	   *status = NULL;

	if (gov_run(&find_authority[lock], gov_text(authority)) > 0)
		status = gov_result_text(0, 1);
	gov_spi_end(level);
	return status;
}

/* Raises unless this status of an authority is active. */
void
gov_ensure_authority_active(const char *authority, const char *status)
{
	if (strcmp(status, "active") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("authority \"%s\" is %s", authority, status),
				 errhint("List active ones: SELECT authority FROM %s.gov_authority WHERE status = 'active'.",
						 gov_schema_quoted())));
}

/* Raises unless the authority exists and, if asked for, is active. */
void
gov_ensure_authority_for(GovPurpose purpose, const char *authority, GovRowLock lock, bool active)
{
	char	   *status = gov_authority_status(authority, lock);

	if (status == NULL)
		ereport(ERROR,
				(errcode(gov_missing_code(purpose)),
				 errmsg("authority \"%s\" does not exist", authority),
				 errhint("List them: SELECT authority FROM %s.gov_authority; " GOV_AUTHORITY_HINT,
						 gov_schema_quoted())));
	if (active)
		gov_ensure_authority_active(authority, status);
}

/* The role in a row of gov_authority. */
static void
gov_authority_row_role(TupleTableSlot *slot, GovKeptRole *role)
{
	bool		isnull;
	Datum		value;

	memset(role, 0, sizeof(GovKeptRole));
	value = slot_getattr(slot, GOV_COL_AUTHORITY_ROLE_NAME, &isnull);
	if (!isnull)
		role->name = NameStr(*DatumGetName(value));
	value = slot_getattr(slot, GOV_COL_AUTHORITY_ROLE_OID, &isnull);
	if (!isnull)
		role->oid = DatumGetObjectId(value);
	value = slot_getattr(slot, GOV_COL_AUTHORITY_ROLE_SYSTEM, &isnull);
	if (!isnull)
		role->system = DatumGetInt64(value);
}

/*
 * Does a row of gov_authority make the session user an agent?  Where it is not
 * known which role is meant, the one of that name is: being an agent only
 * takes rights away.
 */
static bool
gov_authority_row_is_agent(TupleTableSlot *slot)
{
	Datum		kind;
	Datum		status;
	GovKeptRole role;
	Oid			meant;
	bool		isnull;

	kind = slot_getattr(slot, GOV_COL_AUTHORITY_KIND, &isnull);
	if (isnull || strcmp(TextDatumGetCString(kind), "agent") != 0)
		return false;
	status = slot_getattr(slot, GOV_COL_AUTHORITY_STATUS, &isnull);
	if (isnull || strcmp(TextDatumGetCString(status), "active") != 0)
		return false;
	gov_authority_row_role(slot, &role);
	if (role.name == NULL)
		return false;
	meant = gov_role_meant(&role);
	if (!OidIsValid(meant))
		meant = get_role_oid(role.name, true);
	return OidIsValid(meant) && is_member_of_role_nosuper(GetSessionUserId(), meant);
}

/*
 * Does the session belong to an agent?  Reads the table, which is small, without SQL: the trigger
 * that asks may run with rights that do not reach it.  The snapshot is the
 * newest, so that an authority made an agent a moment ago counts.
 */
bool
gov_session_is_agent(void)
{
	Relation	rel;
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;
	bool		agent = false;

	CommandCounterIncrement();
	rel = table_open(gov_relation_oid("gov_authority"), AccessShareLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	slot = table_slot_create(rel, NULL);
	scan = table_beginscan(rel, snapshot, 0, NULL);
	while (!agent && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		agent = gov_authority_row_is_agent(slot);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	table_close(rel, AccessShareLock);
	return agent;
}

/* Raises when the session belongs to an agent; "act" says what it may not do. */
void
gov_ensure_not_agent(const char *act)
{
	if (gov_session_is_agent())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("an agent cannot %s", act),
				 errdetail("Session user \"%s\" belongs to the role of an authority of kind agent.",
						   gov_session_user_name()),
				 errhint("An agent may propose and assign; someone else has to do this.")));
}

/* Raises unless a role of that name exists; NULL and the empty name pass. */
static void
gov_authority_ensure_role(const char *role_name)
{
	if (role_name == NULL || role_name[0] == '\0' || OidIsValid(get_role_oid(role_name, true)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("role \"%s\" does not exist", role_name),
			 errhint("List them: SELECT rolname FROM pg_catalog.pg_roles; an empty name ties the authority to none.")));
}

/*
 * One statement for both, so that two sessions setting the same one wait for
 * each other instead of failing.  A NULL keeps what is there.
 */
GOV_QUERY(upsert_authority,
		  "INSERT INTO @.gov_authority AS a (authority, name, kind, role_name, status, approval, role_oid, role_system, contact)"
		  " VALUES ($1, $2,"
		  " COALESCE($3, (SELECT kind FROM @.gov_authority WHERE authority = $1)),"
		  " NULLIF($4, '')::name, COALESCE($5, 'active'), $6,"
		  " $7::oid, $8, NULLIF($9, '{}'))"
		  " ON CONFLICT (authority) DO UPDATE SET"
		  " name = COALESCE($2, a.name),"
		  " kind = COALESCE($3, a.kind),"
		  " role_name = CASE WHEN $4 IS NULL THEN a.role_name ELSE excluded.role_name END,"
		  " role_oid = CASE WHEN $4 IS NULL THEN a.role_oid ELSE excluded.role_oid END,"
		  " role_system = CASE WHEN $4 IS NULL THEN a.role_system ELSE excluded.role_system END,"
		  " status = COALESCE($5, a.status),"
		  " contact = CASE WHEN $9 IS NULL THEN a.contact ELSE excluded.contact END,"
		  " approval = $6",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, INT8OID, JSONBOID);

/* Does the argument differ from what the authority has? NULL asks for nothing. */
static bool
gov_authority_differs(const char *given, const char *has)
{
	return given != NULL && strcmp(given, has == NULL ? "" : has) != 0;
}

/*
 * Does giving this role to an authority that has that one change who speaks
 * for it?  Not when it is the role that is meant, under the name of today; nor
 * when a superuser gives the name that it has, which confirms a role made
 * anew, or restored elsewhere.  NULL gives none.
 */
static bool
gov_authority_role_is_trust(const char *role_name, const GovKeptRole *has)
{
	if (role_name == NULL || (role_name[0] == '\0' && has->name == NULL))
		return false;
	if (OidIsValid(gov_role_meant(has)) && gov_role_meant(has) == get_role_oid(role_name, true))
		return false;
	return gov_authority_differs(role_name, has->name) || !superuser_arg(GetSessionUserId());
}

/*
 * Does the change touch the root of trust?  A kind, role or status that
 * changes does; so does a new authority that could vote.
 */
static bool
gov_authority_change_is_trust(const char *authority, const char *kind, const char *role_name,
							  const char *status)
{
	int			level = gov_spi_begin();
	GovKeptRole has;
	bool		trust;

	if (gov_run(&lock_authority, gov_text(authority)) == 0)
		trust = (role_name != NULL && role_name[0] != '\0') ||
			!gov_authority_differs(kind, "sovereign") || !gov_authority_differs(kind, "council");
	else
	{
		has = gov_result_role(0, AUTHORITY_ROLE);
		trust = gov_authority_differs(kind, gov_result_text(0, AUTHORITY_KIND)) ||
			gov_authority_differs(status, gov_result_text(0, AUTHORITY_STATUS)) ||
			gov_authority_role_is_trust(role_name, &has);
	}
	gov_spi_end(level);
	return trust;
}

/* Columns of find_whole. */
enum {WHOLE_NAME = 1, WHOLE_KIND, WHOLE_ROLE_NAME, WHOLE_STATUS, WHOLE_CONTACT};

GOV_QUERY(find_whole,
		  "SELECT name, kind, role_name::text, status, contact FROM @.gov_authority WHERE authority = $1 FOR UPDATE",
		  TEXTOID);

/* What an authority is before it changes, held until it has; 0 when it is new. */
static Datum
gov_authority_was(const char *authority)
{
	int			level = gov_spi_begin();
	Datum		was = (Datum) 0;

	if (gov_run(&find_whole, gov_text(authority)) > 0)
	{
		bool		isnull;
		Datum		contact = gov_result_datum(0, WHOLE_CONTACT, &isnull);
		GovJson		json;

		gov_json_begin(&json);
		gov_json_text(&json, "name", gov_result_text(0, WHOLE_NAME));
		gov_json_text(&json, "kind", gov_result_text(0, WHOLE_KIND));
		gov_json_text(&json, "role_name", gov_result_text(0, WHOLE_ROLE_NAME));
		gov_json_text(&json, "status", gov_result_text(0, WHOLE_STATUS));
		gov_json_value(&json, "contact", JSONBOID, contact, isnull);
		was = gov_json_end(&json);
	}
	gov_spi_end(level);
	return was;
}

/*
 * Has an authority all that is asked for already, and its role, when that is
 * asked for, the identity of the role of that name today?
 */
GOV_QUERY(same_authority,
		  "SELECT ($2 IS NULL OR a.name IS NOT DISTINCT FROM $2) AND ($3 IS NULL OR a.kind = $3)"
		  " AND ($4 IS NULL OR (COALESCE(a.role_name::text, '') = $4"
		  "  AND (a.role_oid, a.role_system) IS NOT DISTINCT FROM ($6::oid, $7)))"
		  " AND ($5 IS NULL OR a.status = $5) AND ($8 IS NULL OR a.contact IS NOT DISTINCT FROM NULLIF($8, '{}'))"
		  " FROM @.gov_authority AS a WHERE a.authority = $1 FOR UPDATE OF a",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, INT8OID, JSONBOID);

/* What setting an authority so does to what there is, which is held until it has. */
static GovAnswer
gov_authority_effect(const char *authority, const char *name, const char *kind,
					 const char *role_name, const GovKeptRole *role, const char *status, GovArg contact)
{
	int			level = gov_spi_begin();
	bool		found = gov_run(&same_authority, gov_text(authority), gov_text(name), gov_text(kind),
								gov_text(role_name), gov_text(status), GOV_ROLE_OID_ARGS(role), contact) > 0;
	GovAnswer	effect = !found ? GOV_CREATED : gov_result_bool(0, 1) ? GOV_UNCHANGED : GOV_CHANGED;

	gov_spi_end(level);
	return effect;
}

/*
 * gov_set_authority(authority, name, kind, role_name, status, contact,
 * approval): makes an authority or changes one.
 */
GOV_ACT(gov_set_authority)
{
	char	   *authority = gov_arg_code(fcinfo, 0, "authority");
	char	   *name = gov_arg_text_or_null(fcinfo, 1);
	char	   *kind = gov_arg_text_or_null(fcinfo, 2);
	char	   *role_name = PG_ARGISNULL(3) ? NULL : NameStr(*PG_GETARG_NAME(3));
	char	   *status = gov_arg_text_or_null(fcinfo, 4);
	GovArg		contact = gov_datum(PG_GETARG_DATUM(5), PG_ARGISNULL(5));
	char	   *approval = gov_arg_code_or_null(fcinfo, 6, "approval");
	GovKeptRole role = {0};
	GovJson		payload;
	Datum		was;
	GovReach	reach;
	GovAnswer	effect;
	int			level;

	if (kind != NULL)
		gov_ensure_one_of(kind, "kind of authority", authority_kinds);
	else if (gov_authority_status(authority, GOV_ROW_PLAIN) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a new authority needs a kind"),
				 errdetail("Authority \"%s\" does not exist yet.", authority),
				 errhint("Allowed: sovereign, council, human, system, agent.")));
	if (status != NULL)
		gov_ensure_one_of(status, "status of an authority", authority_statuses);
	if (!contact.isnull)
		gov_ensure_contact(contact.value);
	gov_authority_ensure_role(role_name);
	if (role_name != NULL && role_name[0] != '\0')
		role = gov_role_keep(get_role_oid(role_name, false));
	gov_ensure_not_agent("change authorities");
	effect = gov_authority_effect(authority, name, kind, role_name, &role, status, contact);
	if (effect == GOV_UNCHANGED)
		return gov_answer(effect, "authority \"%s\"", authority);
	gov_gate_pass_call_if(gov_authority_change_is_trust(authority, kind, role_name, status), "change_trust", fcinfo, approval);

	reach = gov_reach_before();
	was = gov_authority_was(authority);
	level = gov_spi_begin();
	gov_run(&upsert_authority, gov_text(authority), gov_text(name), gov_text(kind),
			gov_text(role_name), gov_text(status), gov_text(approval), GOV_ROLE_OID_ARGS(&role), contact);
	gov_spi_end(level);
	gov_reach_ensure(&reach);

	gov_json_begin(&payload);
	gov_json_text(&payload, "name", name);
	gov_json_text(&payload, "kind", kind);
	gov_json_text(&payload, "role_name", role_name);
	gov_json_text(&payload, "status", status);
	gov_json_value(&payload, "contact", JSONBOID, contact.value, contact.isnull);
	gov_json_text(&payload, "approval", approval);
	gov_json_value(&payload, "was", JSONBOID, was, was == (Datum) 0);
	gov_ledger_append("set_authority", 0, gov_json_object("authority", authority), gov_json_end(&payload));
	return gov_answer(effect, "authority \"%s\"", authority);
}

GOV_QUERY(rebind_authorities,
		  "UPDATE @.gov_authority AS u"
		  " SET role_name = k.called, role_oid = k.role, role_system = k.this_system"
		  GOV_ROLE_REBINDS("authority", "u.authority"), TEXTOID);

/* Ties authorities to the roles of today: those with a role of that name, or all; how many changed. */
uint64
gov_authorities_rebind(GovArg role)
{
	return gov_run(&rebind_authorities, role);
}

GOV_QUERY(disarm_sovereigns,
		  "WITH was AS (SELECT u.authority, u.role_name FROM @.gov_authority AS u"
		  "  WHERE " GOV_AUTHORITY_ARMS("u") " FOR UPDATE),"
		  " done AS (UPDATE @.gov_authority AS u SET role_name = NULL, role_oid = NULL, role_system = NULL, approval = NULL"
		  "  FROM was WHERE u.authority = was.authority RETURNING u.authority)"
		  " SELECT jsonb_object_agg(was.authority, was.role_name ORDER BY was.authority),"
		  "  string_agg(quote_ident(was.authority), ', ' ORDER BY was.authority)"
		  " FROM was JOIN done ON done.authority = was.authority");
/* Columns of disarm_sovereigns. */
enum {DISARMED_ROLES = 1, DISARMED_NAMES};

/* Raises unless the caller may disarm the gates, and has a reason. */
static void
gov_disarm_ensure_allowed(const char *reason)
{
	if (!superuser_arg(GetOuterUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to run gov_disarm"),
				 errdetail("Only superusers open gates that nobody can open any more."),
				 errhint("Run it as one of them.")));
	gov_ensure_not_blank(reason, "reason", ERRCODE_INVALID_PARAMETER_VALUE, "Say why; the ledger keeps it.");
}

/*
 * gov_disarm(reason): the way back for superusers.  Unties sovereigns from
 * their roles, so that gates bind no more, where no approval to change the
 * root of trust can be got.
 */
GOV_ACT(gov_disarm)
{
	char	   *reason = gov_arg_text(fcinfo, 0, "reason");
	char	   *lacking;
	char	   *names;
	GovJson		payload;
	bool		isnull;
	int			level;

	gov_ensure_act_writable();
	gov_disarm_ensure_allowed(reason);
	if (!gov_gates_armed())
		return gov_answer(GOV_UNCHANGED, "gates: not armed");
	lacking = gov_reach_lacking();
	if (lacking == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("gates are not disarmed while their quorum can be reached"),
				 errdetail("Those who speak for authorities today could approve a change of the root of trust."),
				 errhint("Ask for an approval: gov_request_approval, with action \"change_trust\".")));
	level = gov_spi_begin();
	(void) gov_run(&disarm_sovereigns);
	names = gov_result_text(0, DISARMED_NAMES);
	gov_json_begin(&payload);
	gov_json_text(&payload, "reason", reason);
	gov_json_text(&payload, "lacking", lacking);
	gov_json_value(&payload, "sovereigns", JSONBOID, gov_result_datum(0, DISARMED_ROLES, &isnull), false);
	gov_spi_end(level);
	gov_ledger_append("disarm", 0, (Datum) 0, gov_json_end(&payload));
	ereport(WARNING,
			(errmsg("gates no longer bind: acts run without approvals"),
			 errdetail("No role speaks for %s any more.", names),
			 errhint("Put authorities and roles right, and tie the sovereign to its role with gov_set_authority at last.")));
	return gov_answer(GOV_ENDED, "gates: armed by %s", names);
}
