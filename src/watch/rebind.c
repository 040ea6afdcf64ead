/*-------------------------------------------------------------------------
 *
 * watch/rebind.c
 *	  Confirming roles and addresses after a move: gov_rebind.
 *
 * A fact that names a role means the role with the OID that was noted, in the
 * cluster that it was noted in (registered/roles.h).  After a restore or an
 * upgrade into another cluster nobody is meant, so nothing that was registered
 * is read and nobody votes; and when a role was dropped and another one made
 * under its name, that one has nothing of the first.  A superuser who knows
 * that the roles of today are those confirms them here, in one call.
 *
 * Objects of catalogs whose OIDs were noted elsewhere are found by name, as a
 * sync would find them, or by OID in a copy of their database
 * (inventory/moved.c); what is not found is left to the next sync.  What the
 * move lost of the extension's hold on its indexes is put back (trust/settle.c).
 *
 * A restore can leave the triggers of the extension's tables disabled, or
 * enabled as ordinary ones: they are made again what they were (watch/guards.c),
 * before anything is written, since the server does not change a table's
 * triggers while some of them wait for the end of the transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/settle.h"
#include "labels/bindings.h"
#include "inventory/moved.h"
#include "inventory/source.h"
#include "inventory/sync.h"
#include "access/access.h"
#include "events/delivery.h"
#include "watch/follow.h"
#include "watch/guards.h"
#include "watch/projection_lag.h"
#include "watch/registered.h"

/* What has a role, and the function that ties it to the role of today. */
static const struct
{
	const char *what;
	uint64		(*rebind) (GovArg role);
}			kinds[] = {
	{"authorities", gov_authorities_rebind},
	{"sources", gov_sources_rebind},
	{"detectors", gov_detectors_rebind},
	{"bindings", gov_bindings_rebind},
	{"projections", gov_projections_rebind},
	{"access", gov_access_rebind},
	{"consumers", gov_event_consumers_rebind},
};

/* What is to be said of each thing that has a role, before anything is changed. */
GOV_QUERY(find_roles,
		  "SELECT k.what, k.name,"
		  " CASE WHEN k.standing = 'lost' THEN 'lost' WHEN k.standing IN ('bound', 'renamed') THEN 'bound' ELSE 'confirmed' END"
		  " FROM governance_internal.gov_kept_role AS k WHERE $1 IS NULL OR k.role_name = $1::pg_catalog.name"
		  " ORDER BY k.what COLLATE \"C\", k.name COLLATE \"C\"",
		  TEXTOID);

/* And of objects: one row for each source of which some are found again, and one for each that is not. */
static const char *const addresses_sql =
"SELECT 'source' AS what, a.source AS name, 'confirmed' AS state"
" FROM gov_elsewhere AS a WHERE a.state = 'confirmed' GROUP BY a.source"
" UNION ALL"
" SELECT 'object', a.object_type || ' ' || a.object_ref, a.state"
" FROM gov_elsewhere AS a WHERE a.state <> 'confirmed'"
" ORDER BY 1 DESC, 2";

/* Raises unless the caller is a superuser: the user that the session chose. */
static void
gov_rebind_ensure_superuser(void)
{
	if (superuser_arg(GetOuterUserId()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to run gov_rebind"),
			 errdetail("Only superusers confirm which roles are meant."),
			 errhint("Run it as one of them.")));
}

/* Notes how much of a kind changed, if anything did. */
static void
gov_rebind_note(GovJson *payload, const char *what, uint64 count, uint64 *changed)
{
	if (count > 0)
		gov_json_int8(payload, what, (int64) count);
	*changed += count;
}

/* Brings names up to date, with a part of the payload of their own; how many. */
static uint64
gov_rebind_follow(GovJson *payload)
{
	Datum		counts;
	uint64		renamed = gov_follow_registered(&counts);

	if (renamed > 0)
		gov_json_value(payload, "renamed", JSONBOID, counts, false);
	return renamed;
}

/* Ties all of it, and notes what changed, by kind; nothing is noted when nothing did. */
static void
gov_rebind_write(GovArg role, const char *role_name, const char *reason)
{
	GovJson		payload;
	uint64		changed = 0;

	gov_json_begin(&payload);
	gov_json_text(&payload, "reason", reason);
	if (role_name == NULL)
		gov_rebind_note(&payload, "guards", gov_guards_restore(), &changed);
	for (int i = 0; i < (int) lengthof(kinds); i++)
		gov_rebind_note(&payload, kinds[i].what, kinds[i].rebind(role), &changed);
	if (role_name == NULL)
	{
		/* by OID first: what names confirm is the evidence for the others */
		uint64		objects = gov_moved_adopt();

		gov_rebind_note(&payload, "objects", objects + gov_inventory_rebind(), &changed);
		changed += gov_rebind_follow(&payload);
	}
	if (changed > 0)
		gov_ledger_append("rebind", 0, gov_json_object("role", role_name), gov_json_end(&payload));
}

/* gov_rebind(role, dry_run, reason): confirms roles and addresses. */
GOV_ACT(gov_rebind)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *role_name = PG_ARGISNULL(0) ? NULL : NameStr(*PG_GETARG_NAME(0));
	bool		dry_run = gov_arg_bool(fcinfo, 1, false);
	char	   *reason = gov_arg_text_or_null(fcinfo, 2);
	GovArg		role = gov_text(role_name);
	GovRows    *elsewhere = NULL;
	int			level;

	gov_rebind_ensure_superuser();
	if (role_name != NULL)
		(void) get_role_oid(role_name, false);
	InitMaterializedSRF(fcinfo, 0);
	gov_inventory_lock();
	level = gov_spi_begin();
	gov_result_put_rows(gov_run(&find_roles, role), result);
	if (role_name == NULL)
	{
		elsewhere = gov_inventory_collect_elsewhere();
		gov_result_put_rows(gov_run_text(addresses_sql, 0, NULL, NULL, false), result);
		gov_guards_list(result);
	}
	if (!dry_run)
	{
		gov_settle_indexes();
		gov_rebind_write(role, role_name, reason);
	}
	if (elsewhere != NULL)
		gov_spi_discard(elsewhere);
	gov_spi_end(level);
	return (Datum) 0;
}
