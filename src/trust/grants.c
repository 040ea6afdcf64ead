/*-------------------------------------------------------------------------
 *
 * trust/grants.c
 *	  Who may do what: gov_grant, gov_revoke, gov_privileges.
 *
 * One table below says which level may read which relation and run which
 * routine.  There are four levels:
 *
 *	reader		reads every table of facts and every view, asks questions
 *	steward		reader, and: proposes, assigns, owns, keeps the inventory,
 *				asks for approvals
 *	approver	reader, and: asks for approvals, casts votes
 *	admin		steward, and: authorities, axes, rules, what is final
 *
 * No level has INSERT, UPDATE, DELETE or TRUNCATE on anything: facts change
 * through functions only, which run with the rights of the extension's owner
 * and check the session user themselves.  gov_grant and gov_revoke belong to
 * no level: only the extension's owner and superusers hand out rights.
 *
 * What a level gives is ordinary GRANTs, so \dp and pg_dump show it and
 * nothing is stored beside.  Names of the table that a version of the
 * extension does not have are passed over.
 *
 * Locks: GOV_LOCK_GRANTS.  The server itself lets two sessions that grant on the
 * same relation run into each other, and the second ends with an internal error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/compat.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/grants.h"

/* The levels, as bits; in the order of gov_level_names. */
#define GOV_READER		(1 << 0)
#define GOV_STEWARD		(1 << 1)
#define GOV_APPROVER	(1 << 2)
#define GOV_ADMIN		(1 << 3)

/* Who gets an object; each bit is one level. */
#define GOV_FOR_ALL		(GOV_READER | GOV_STEWARD | GOV_APPROVER | GOV_ADMIN)
#define GOV_FOR_STEWARD	(GOV_STEWARD | GOV_ADMIN)
#define GOV_FOR_PROPOSER	(GOV_STEWARD | GOV_APPROVER | GOV_ADMIN)
#define GOV_FOR_APPROVER	GOV_APPROVER
#define GOV_FOR_ADMIN	GOV_ADMIN
#define GOV_FOR_OWNER	0

static const char *const gov_level_names[] = {
	"reader", "steward", "approver", "admin", NULL
};

/* What a level may use: SELECT on relations, EXECUTE on routines. */
typedef struct GovGrantEntry
{
	const char *name;			/* all overloads; with a "*" before or after: a family */
	int			levels;
} GovGrantEntry;

static const GovGrantEntry gov_grant_entries[] = {
	/* facts */
	{"gov_access", GOV_FOR_ALL},
	{"gov_action", GOV_FOR_ALL},
	{"gov_approval", GOV_FOR_ALL},
	{"gov_assignment", GOV_FOR_ALL},
	{"gov_authority", GOV_FOR_ALL},
	{"gov_change", GOV_FOR_ALL},
	{"gov_change_row", GOV_FOR_ALL},
	{"gov_baseline", GOV_FOR_ALL},
	{"gov_baseline_item", GOV_FOR_ALL},
	{"gov_axis", GOV_FOR_ALL},
	{"gov_axis_figure", GOV_FOR_ALL},
	{"gov_axis_value", GOV_FOR_ALL},
	{"gov_binding", GOV_FOR_ALL},
	{"gov_coverage_rule", GOV_FOR_ALL},
	{"gov_rule_scope", GOV_FOR_ALL},
	{"gov_ledger", GOV_FOR_ALL},
	{"gov_ledger_archive", GOV_FOR_ALL},
	{"gov_decision", GOV_FOR_ALL},
	{"gov_detector", GOV_FOR_ALL},
	{"gov_finding", GOV_FOR_ALL},
	{"gov_event_cursor", GOV_FOR_ALL},
	{"gov_event_log", GOV_FOR_ALL},
	{"gov_event_outbox", GOV_FOR_ALL},
	{"gov_event_type", GOV_FOR_ALL},
	{"gov_label", GOV_FOR_ALL},
	{"gov_label_projection", GOV_FOR_ALL},
	{"gov_label_rule", GOV_FOR_ALL},
	{"gov_matview_refresh", GOV_FOR_ALL},
	{"gov_object", GOV_FOR_ALL},
	{"gov_object_event", GOV_FOR_ALL},
	{"gov_ownership", GOV_FOR_ALL},
	{"gov_projection", GOV_FOR_ALL},
	{"gov_quorum_rule", GOV_FOR_ALL},
	{"gov_rehearsal", GOV_FOR_ALL},
	{"gov_rollout", GOV_FOR_ALL},
	{"gov_rollout_rehearsal", GOV_FOR_ALL},
	{"gov_rollout_step", GOV_FOR_ALL},
	{"gov_rollout_tier", GOV_FOR_ALL},
	{"gov_scan_run", GOV_FOR_ALL},
	{"gov_schema_pattern", GOV_FOR_ALL},
	{"gov_source", GOV_FOR_ALL},
	{"gov_source_block", GOV_FOR_ALL},
	{"gov_source_held", GOV_FOR_ALL},
	{"gov_source_conflict", GOV_FOR_ALL},
	{"gov_value_label", GOV_FOR_ALL},
	{"gov_vote", GOV_FOR_ALL},

	/* questions */
	{"gov_approval_changed", GOV_FOR_ALL},
	{"gov_approval_states", GOV_FOR_ALL},
	{"gov_approval_status", GOV_FOR_ALL},
	{"gov_assignment_quality", GOV_FOR_ALL},
	{"gov_cell_rule", GOV_FOR_ALL},
	{"gov_coverage", GOV_FOR_ALL},
	{"gov_coverage_gap", GOV_FOR_ALL},
	{"gov_coverage_summary", GOV_FOR_ALL},
	{"gov_decision_fit", GOV_FOR_ALL},
	{"gov_decision_fits", GOV_FOR_ALL},
	{"gov_detect", GOV_FOR_ALL},
	{"gov_source_state", GOV_FOR_ALL},
	{"gov_unenrolled", GOV_FOR_ALL},
	{"gov_drift_finding", GOV_FOR_ALL},
	{"gov_drift_state", GOV_FOR_ALL},
	{"gov_drift_summary", GOV_FOR_ALL},
	{"gov_effective_owner", GOV_FOR_ALL},
	{"gov_classification", GOV_FOR_ALL},
	{"gov_event_address", GOV_FOR_ALL},
	{"gov_event_shaped", GOV_FOR_ALL},
	{"gov_event_shapes", GOV_FOR_ALL},
	{"gov_explain_access", GOV_FOR_ALL},
	{"gov_explain_owner", GOV_FOR_ALL},
	{"gov_exposure", GOV_FOR_ALL},
	{"gov_exposure_of", GOV_FOR_ALL},
	{"gov_exposure_unknown", GOV_FOR_ALL},
	{"gov_find_object", GOV_FOR_ALL},
	{"gov_fingerprint", GOV_FOR_ALL},
	{"gov_fingerprint_row", GOV_FOR_ALL},
	{"gov_fingerprint_rows", GOV_FOR_ALL},
	{"gov_held_back", GOV_FOR_ALL},
	{"gov_hidden_island", GOV_FOR_ALL},
	{"gov_gated_act", GOV_FOR_ALL},
	{"gov_gated_acts", GOV_FOR_ALL},
	{"gov_inbox", GOV_FOR_ALL},
	{"gov_history", GOV_FOR_ALL},
	{"gov_ledger_head", GOV_FOR_ALL},
	{"gov_ledger_verify", GOV_FOR_ALL},
	{"gov_label_judge", GOV_FOR_ALL},
	{"gov_label_orphan", GOV_FOR_ALL},
	{"gov_label_orphans", GOV_FOR_ALL},
	{"gov_label_projected", GOV_FOR_ALL},
	{"gov_label_projected_objects", GOV_FOR_ALL},
	{"gov_label_reconcile", GOV_FOR_ALL},
	{"gov_label_without_value", GOV_FOR_ALL},
	{"gov_labels_without_value", GOV_FOR_ALL},
	{"gov_matview_lag", GOV_FOR_ALL},
	{"gov_matview_states", GOV_FOR_ALL},
	{"gov_missing_assignment", GOV_FOR_ALL},
	{"gov_my_inbox", GOV_FOR_ALL},
	{"gov_owner_conflict", GOV_FOR_ALL},
	{"gov_owner_contact", GOV_FOR_ALL},
	{"gov_owner_drift", GOV_FOR_ALL},
	{"gov_privileges", GOV_FOR_ALL},
	{"gov_projection_gap", GOV_FOR_ALL},
	{"gov_projection_lag", GOV_FOR_ALL},
	{"gov_projection_lags", GOV_FOR_ALL},
	{"gov_propose_owners", GOV_FOR_ALL},
	{"gov_reconcile_summary", GOV_FOR_ALL},
	{"gov_required_cell", GOV_FOR_ALL},
	{"gov_transition", GOV_FOR_ALL},
	{"gov_transitions", GOV_FOR_ALL},
	{"gov_value_without_label", GOV_FOR_ALL},
	{"gov_values_without_label", GOV_FOR_ALL},

	/* to look at */
	{"gov_axis_browser", GOV_FOR_ALL},
	{"gov_check", GOV_FOR_ALL},
	{"gov_gate", GOV_FOR_ALL},
	{"gov_rollout_export", GOV_FOR_ALL},
	{"gov_rollout_status", GOV_FOR_ALL},
	{"gov_check_baseline", GOV_FOR_ALL},
	{"gov_compare_baseline", GOV_FOR_ALL},
	{"gov_readiness", GOV_FOR_ALL},
	{"gov_quorum_lacking", GOV_FOR_ALL},
	{"gov_dashboard", GOV_FOR_ALL},
	{"gov_metric", GOV_FOR_ALL},
	{"gov_metrics", GOV_FOR_ALL},
	{"gov_metrics_openmetrics", GOV_FOR_ALL},
	{"gov_object_axis", GOV_FOR_ALL},
	{"gov_progress", GOV_FOR_ALL},
	{"gov_progress_rows", GOV_FOR_ALL},
	{"gov_report_html", GOV_FOR_ALL},
	{"gov_review_queue", GOV_FOR_ALL},
	{"gov_topic_tree", GOV_FOR_ALL},
	{"gov_value_tree", GOV_FOR_ALL},
	{"gov_version", GOV_FOR_ALL},

	/* daily work */
	{"gov_acknowledge", GOV_FOR_STEWARD},
	{"gov_assign", GOV_FOR_STEWARD},
	{"gov_assign_many", GOV_FOR_STEWARD},
	{"gov_bind", GOV_FOR_STEWARD},
	{"gov_capture_baseline", GOV_FOR_STEWARD},
	{"gov_decide", GOV_FOR_STEWARD},
	{"gov_disown", GOV_FOR_STEWARD},
	{"gov_enroll_relation", GOV_FOR_STEWARD},
	{"gov_enroll_schema", GOV_FOR_STEWARD},
	{"gov_enroll_cluster", GOV_FOR_STEWARD},
	{"gov_event_ack", GOV_FOR_STEWARD},
	{"gov_event_fetch", GOV_FOR_STEWARD},
	{"gov_map_label", GOV_FOR_STEWARD},
	{"gov_own", GOV_FOR_STEWARD},
	{"gov_own_many", GOV_FOR_STEWARD},
	{"gov_propose_value", GOV_FOR_STEWARD},
	{"gov_reconcile", GOV_FOR_STEWARD},
	{"gov_register_object", GOV_FOR_STEWARD},
	{"gov_rehearse_sql", GOV_FOR_STEWARD},
	{"gov_create_rollout", GOV_FOR_STEWARD},
	{"gov_add_tier", GOV_FOR_STEWARD},
	{"gov_seal", GOV_FOR_STEWARD},
	{"gov_drop_rollout", GOV_FOR_STEWARD},
	{"gov_rollout_import", GOV_FOR_STEWARD},
	{"gov_rehearse", GOV_FOR_STEWARD},
	{"gov_rollout_apply", GOV_FOR_STEWARD},
	{"gov_rollout_revert", GOV_FOR_STEWARD},
	{"gov_remove_tagged", GOV_FOR_STEWARD},
	{"gov_retire_object", GOV_FOR_STEWARD},
	{"gov_scan", GOV_FOR_STEWARD},
	{"gov_set_label", GOV_FOR_STEWARD},
	{"gov_set_label_rule", GOV_FOR_STEWARD},
	{"gov_set_projection", GOV_FOR_STEWARD},
	{"gov_set_zone", GOV_FOR_STEWARD},
	{"gov_sync", GOV_FOR_STEWARD},
	{"gov_hand_over", GOV_FOR_STEWARD},
	{"gov_unassign", GOV_FOR_STEWARD},
	{"gov_unbind", GOV_FOR_STEWARD},
	{"gov_unmap_label", GOV_FOR_STEWARD},

	/* approvals: who asks and who decides */
	{"gov_cast_vote", GOV_FOR_APPROVER},
	{"gov_confirm", GOV_FOR_APPROVER},
	{"gov_request_approval", GOV_FOR_PROPOSER},
	{"gov_withdraw", GOV_FOR_PROPOSER},

	/* what shapes the work of others */
	{"gov_activate_containment", GOV_FOR_ADMIN},
	{"gov_alter_axis", GOV_FOR_ADMIN},
	{"gov_alter_rule", GOV_FOR_ADMIN},
	{"gov_alter_value", GOV_FOR_ADMIN},
	{"gov_break_glass", GOV_FOR_ADMIN},
	{"gov_create_axis", GOV_FOR_ADMIN},
	{"gov_create_rule", GOV_FOR_ADMIN},
	{"gov_deprecate", GOV_FOR_ADMIN},
	{"gov_end_access", GOV_FOR_ADMIN},
	{"gov_enroll_schemas", GOV_FOR_ADMIN},
	{"gov_event_activate", GOV_FOR_ADMIN},
	{"gov_exclude", GOV_FOR_ADMIN},
	{"gov_include", GOV_FOR_ADMIN},
	{"gov_event_deactivate", GOV_FOR_ADMIN},
	{"gov_event_forget", GOV_FOR_ADMIN},
	{"gov_event_prune", GOV_FOR_ADMIN},
	{"gov_ledger_seal", GOV_FOR_ADMIN},
	{"gov_merge", GOV_FOR_ADMIN},
	{"gov_ratify", GOV_FOR_ADMIN},
	{"gov_reinstate", GOV_FOR_ADMIN},
	{"gov_retire", GOV_FOR_ADMIN},
	{"gov_set_access", GOV_FOR_ADMIN},
	{"gov_set_authority", GOV_FOR_ADMIN},
	{"gov_set_axis_status", GOV_FOR_ADMIN},
	{"gov_prune", GOV_FOR_ADMIN},
	{"gov_set_detector", GOV_FOR_ADMIN},
	{"gov_set_event_type", GOV_FOR_ADMIN},
	{"gov_set_gate", GOV_FOR_ADMIN},
	{"gov_set_quorum", GOV_FOR_ADMIN},
	{"gov_set_rule_status", GOV_FOR_ADMIN},
	{"gov_set_source", GOV_FOR_ADMIN},
	{"gov_split", GOV_FOR_ADMIN},
	{"gov_stop_enrolling", GOV_FOR_ADMIN},
	{"gov_transfer", GOV_FOR_ADMIN},
	{"gov_undo", GOV_FOR_ADMIN},
	{"gov_unenroll", GOV_FOR_ADMIN},

	/* the owner's own */
	{"gov_disarm", GOV_FOR_OWNER},
	{"gov_new_tag", GOV_FOR_OWNER},
	{"gov_configured_ddl_mode", GOV_FOR_OWNER},
	{"gov_baseline_fact", GOV_FOR_OWNER},
	{"gov_compare_items", GOV_FOR_OWNER},
	{"gov_definition_part", GOV_FOR_OWNER},
	{"gov_fingerprint_add", GOV_FOR_OWNER},
	{"gov_fingerprint_end", GOV_FOR_OWNER},
	{"gov_grant", GOV_FOR_OWNER},
	{"gov_rebind", GOV_FOR_OWNER},
	{"gov_revoke", GOV_FOR_OWNER},
	{"gov_addresses_elsewhere", GOV_FOR_OWNER},
	{"gov_addresses_kept", GOV_FOR_OWNER},
	{"gov_idle_rule", GOV_FOR_OWNER},
	{"gov_rule_object", GOV_FOR_OWNER},	/* what a rule is about */
	{"gov_object_part", GOV_FOR_OWNER},
	{"gov_object_pattern", GOV_FOR_ALL},	/* of gov_rule_scope */
	{"gov_access_exposed_to", GOV_FOR_OWNER},
	{"gov_access_objects", GOV_FOR_ALL},	/* of gov_exposure_unknown */
	{"gov_access_ways", GOV_FOR_ALL},	/* of gov_exposure */
	{"gov_role_oid_meant", GOV_FOR_ALL},	/* of gov_owner_drift */
	{"gov_role_standing", GOV_FOR_OWNER},
	{"gov_standing_*", GOV_FOR_OWNER},	/* which rows count now */
	{"gov_current_*", GOV_FOR_OWNER},
	{"gov_ownership_in_force", GOV_FOR_OWNER},
	{"gov_coverage_handler", GOV_FOR_OWNER},
	{"gov_coverage_validator", GOV_FOR_OWNER},
	{"gov_label_object", GOV_FOR_OWNER},
	{"gov_ledger_arrival", GOV_FOR_OWNER},
	{"gov_ledger_dml", GOV_FOR_OWNER},
	{"gov_ledger_judge", GOV_FOR_OWNER},
	{"gov_ledger_origin", GOV_FOR_OWNER},
	{"gov_origin_guard", GOV_FOR_OWNER},
	{"gov_matview_definition", GOV_FOR_OWNER},
	{"gov_matview_definitions", GOV_FOR_OWNER},
	{"gov_ddl_*", GOV_FOR_OWNER},	/* event triggers, and what tracking looks up */
	{"gov_matview_refresh_ends", GOV_FOR_OWNER},
	{"gov_matview_refresh_starts", GOV_FOR_OWNER},
	{"gov_figure_change", GOV_FOR_OWNER},
	{"gov_report_candidate", GOV_FOR_OWNER},	/* what the report reads */
	{"gov_report_literal", GOV_FOR_OWNER},
	{"gov_report_mend*", GOV_FOR_OWNER},
	{"gov_report_share", GOV_FOR_OWNER},
	{"gov_report_finding", GOV_FOR_OWNER},
	{"gov_report_trend", GOV_FOR_OWNER},
	{"gov_report_words", GOV_FOR_OWNER},
	{"gov_rehearsal_parts", GOV_FOR_OWNER},
	{"gov_rollout_tier_state", GOV_FOR_OWNER},
	{"gov_rollout_definitions", GOV_FOR_OWNER},
	{"gov_rollout_facts", GOV_FOR_OWNER},
	{"gov_things_before", GOV_FOR_OWNER},
	{"gov_restore_seed", GOV_FOR_OWNER},
	{"gov_settle_privileges", GOV_FOR_OWNER},
	{"gov_facts_missing", GOV_FOR_OWNER},
	{"gov_last_said", GOV_FOR_OWNER},
	{"gov_guard*", GOV_FOR_OWNER},	/* triggers as they were made, and as they are */
	{"*_guard", GOV_FOR_OWNER}, /* trigger functions */
	{"gov_engine_*", GOV_FOR_OWNER},	/* foreign tables under the views */
	{"gov_finding_*", GOV_FOR_OWNER},	/* what each detector finds */
	{"gov_value_identity", GOV_FOR_OWNER},
	{"gov_source_identity", GOV_FOR_OWNER},
	{"gov_source_schema", GOV_FOR_OWNER},
	{"gov_schema_matching", GOV_FOR_OWNER},	/* which schemas come in by themselves */
	{"gov_source_excluded", GOV_FOR_OWNER},	/* what is left out of a source */
	{"gov_column_attributes", GOV_FOR_OWNER},
	{"gov_relation_attributes", GOV_FOR_OWNER},
	{"gov_source_name", GOV_FOR_OWNER},
	{"gov_source_takes", GOV_FOR_OWNER},
	{"gov_catalog_column", GOV_FOR_OWNER},
	{"gov_cluster_desired", GOV_FOR_OWNER},
	{"gov_source_leaves_out", GOV_FOR_OWNER},
	{"gov_relation_excluded", GOV_FOR_OWNER},
	{"gov_source_kept", GOV_FOR_OWNER},	/* what keeps its objects from being forgotten */
	{"gov_access_*", GOV_FOR_OWNER},	/* who can do what, from the server's catalogs */
	{"gov_merge_*", GOV_FOR_OWNER}, /* what a merge would meet */
	{"gov_split_*", GOV_FOR_OWNER}, /* what a split finds in its arguments */
	{"gov_undo_*", GOV_FOR_OWNER},	/* what stands in the way of an undo */
	{"gov_containment_*", GOV_FOR_OWNER},	/* what an activation finds and plans */
	{"gov_event_blocked", GOV_FOR_OWNER},	/* what events say, and how many there are */
	{"gov_event_shape", GOV_FOR_OWNER},
	{"gov_event_birth", GOV_FOR_OWNER},
	{"gov_event_count", GOV_FOR_OWNER},
	{"gov_scan_change", GOV_FOR_OWNER},	/* what a scan compares */
	{"gov_kept_*", GOV_FOR_OWNER},	/* rows that an act keeps aside */
	{"gov_catalog_*", GOV_FOR_OWNER},	/* what a sync finds, matches and plans */
	{"gov_relation_desired", GOV_FOR_OWNER},
	{"gov_sync_*", GOV_FOR_OWNER},
	{"gov_unsynced", GOV_FOR_OWNER},	/* what gov_check looks at */
	{"gov_check_lines", GOV_FOR_OWNER},
	{"gov_object_event_digest", GOV_FOR_OWNER},	/* what an entry and a caller are told of events */
	{"gov_object_event_words", GOV_FOR_OWNER},
	{"gov_describe_columns", GOV_FOR_OWNER},	/* for the install script alone */
	{"gov_script_notice", GOV_FOR_OWNER},
	{"gov_ledger_watch", GOV_FOR_OWNER},
};

/* Is a right of this kind granted to role $1 itself? */
#define GRANTED_IN(acl, kind) \
	"EXISTS (SELECT FROM pg_catalog.aclexplode(" acl ") AS a WHERE a.privilege_type = '" kind "'" \
	" AND a.grantee = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = $1))"

/*
 * The relations and routines of the extension: name, what is granted on it,
 * how GRANT calls it, how people call it, and whether role $1 has it already.
 */
GOV_QUERY(find_members,
		  "WITH member AS ("
		  " SELECT d.classid, d.objid"
		  " FROM pg_catalog.pg_depend d"
		  " JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid"
		  " WHERE x.extname = 'governance' AND d.deptype = 'e'"
		  " AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)"
		  " SELECT c.relname::text, 'SELECT', c.oid::pg_catalog.regclass::text, c.relname::text,"
		  " " GRANTED_IN("c.relacl", "SELECT")
		  " FROM member m JOIN pg_catalog.pg_class c ON c.oid = m.objid"
		  " WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
		  " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
		  " UNION ALL"
		  " SELECT p.proname::text, 'EXECUTE', p.oid::pg_catalog.regprocedure::text,"
		  " p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')',"
		  " " GRANTED_IN("p.proacl", "EXECUTE")
		  " FROM member m JOIN pg_catalog.pg_proc p ON p.oid = m.objid"
		  " WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
		  " ORDER BY 2 DESC, 4",
		  TEXTOID);

/* Columns of find_members. */
#define MEMBER_NAME			1
#define MEMBER_PRIVILEGE	2
#define MEMBER_REFERENCE	3
#define MEMBER_IDENTITY		4
#define MEMBER_GRANTED		5

/* Does an entry's name stand for this one? */
static bool
gov_grants_match(const char *entry, const char *name)
{
	size_t		length = strlen(entry) - 1;

	if (entry[0] == '*')
		return strlen(name) >= length && strcmp(entry + 1, name + strlen(name) - length) == 0;
	if (entry[length] == '*')
		return strncmp(entry, name, length) == 0;
	return strcmp(entry, name) == 0;
}

/* The entry of a name; NULL when the table has none. */
static const GovGrantEntry *
gov_grants_find(const char *name)
{
	for (size_t i = 0; i < lengthof(gov_grant_entries); i++)
	{
		if (gov_grants_match(gov_grant_entries[i].name, name))
			return &gov_grant_entries[i];
	}
	return NULL;
}

/* The bit of a level; raises with the list of levels when there is none. */
static int
gov_grants_level(const char *level)
{
	int			i = 0;

	gov_ensure_one_of(level, "level", gov_level_names);
	while (strcmp(level, gov_level_names[i]) != 0)
		i++;
	return 1 << i;
}

/* The role argument, which must be a role. */
static const char *
gov_grants_role(FunctionCallInfo fcinfo)
{
	char	   *role;

	gov_ensure_not_null(PG_ARGISNULL(1), "role");
	role = pstrdup(NameStr(*PG_GETARG_NAME(1)));
	(void) get_role_oid(role, false);
	return role;
}

/*
 * Raises unless the caller is the extension's owner or a superuser: the user
 * that the session chose, not the owner whose rights the act has by now.
 */
static void
gov_ensure_may_grant(const char *function)
{
	if (has_privs_of_role(GetOuterUserId(), gov_extension_owner()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to run %s", function),
			 errdetail("Only the owner of the extension and superusers hand out rights."),
			 errhint("Run it as one of them.")));
}

/*
 * Raises unless the caller has level admin: the user that the session chose,
 * by SET ROLE or at login, not the owner whose rights the act has taken.
 * Levels cover the whole database; one bounded to a container would be asked
 * for here.  "what" is what the caller asked for.
 */
void
gov_ensure_admin(const char *what)
{
	if (gov_grants_is_admin(GetOuterUserId()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied: %s", what),
			 errdetail("Role \"%s\" does not have level admin.", GetUserNameFromId(GetOuterUserId(), true)),
			 errhint("Let a role of level admin do it, or have the level given: SELECT %s.gov_grant('admin', ...).",
					 gov_schema_quoted())));
}

GOV_QUERY(find_speaker,
		  "SELECT " GOV_SPEAKER_COLUMNS("u") " FROM @.gov_authority AS u WHERE u.authority = $1", TEXTOID);

/*
 * Raises unless the caller may end what an authority owns: as a real member of
 * its role, or with level admin.  Like a vote, membership counts in the very
 * role that the authority was tied to.
 */
void
gov_ensure_may_replace(const char *authority)
{
	GovKeptRole speaker = {0};
	int			level = gov_spi_begin();

	if (gov_run(&find_speaker, gov_text(authority)) > 0)
		speaker = gov_result_role(0, 1);
	gov_spi_end(level);
	if (gov_session_is_member(&speaker) || gov_grants_is_admin(GetOuterUserId()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to take ownership from authority \"%s\"", authority),
			 speaker.name == NULL ? errdetail("No role speaks for it.") :
			 errdetail("Session user \"%s\" is no member of role \"%s\", which speaks for it.",
					   gov_session_user_name(), gov_role_called(&speaker)),
			 errhint("Let a member of its role do it, or a role of level admin: SELECT %s.gov_grant('admin', ...) gives that.",
					 gov_schema_quoted())));
}

/* The same for each authority in the first column of the last result, which has so many rows. */
void
gov_ensure_may_replace_each(uint64 count)
{
	List	   *authorities = gov_result_texts(count);
	ListCell   *cell;

	foreach(cell, authorities)
		gov_ensure_may_replace((char *) lfirst(cell));
}

/*
 * Raises unless the caller may go on with what a role registered: as a real
 * member of that role, or with level admin.  "act" says what would be done to
 * which thing.
 */
void
gov_ensure_may_act_for(const char *act, const GovKeptRole *registrar)
{
	if (gov_session_is_member(registrar) || gov_grants_is_admin(GetOuterUserId()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to %s", act),
			 errdetail("Session user \"%s\" is no member of role \"%s\", which registered it.",
					   gov_session_user_name(), gov_role_called(registrar)),
			 errhint("Let a member of that role do it, or a role of level admin: SELECT %s.gov_grant('admin', ...) gives that.",
					 gov_schema_quoted())));
}

/* Adds a name to a comma-separated list. */
static void
gov_grants_append(StringInfo list, const char *reference)
{
	if (list->len > 0)
		appendStringInfoString(list, ", ");
	appendStringInfoString(list, reference);
}

/* Runs one GRANT or REVOKE, unless its list is empty. */
static void
gov_grants_run(bool grant, const char *what, const char *list, const char *role)
{
	if (list[0] == '\0')
		return;
	(void) gov_run_text(psprintf("%s %s %s %s %s",
								 grant ? "GRANT" : "REVOKE", what, list,
								 grant ? "TO" : "FROM", quote_identifier(role)),
						0, NULL, NULL, false);
}

/*
 * Grants or revokes, in two statements, what of a level the role does not
 * have or has; false when that is nothing.
 */
static bool
gov_grants_apply(bool grant, int level, const char *role)
{
	StringInfoData relations;
	StringInfoData routines;
	int			guc_level = gov_spi_begin();
	uint64		count = gov_run(&find_members, gov_text(role));

	initStringInfo(&relations);
	initStringInfo(&routines);
	for (uint64 i = 0; i < count; i++)
	{
		const GovGrantEntry *entry = gov_grants_find(gov_result_text(i, MEMBER_NAME));
		bool		is_relation = strcmp(gov_result_text(i, MEMBER_PRIVILEGE), "SELECT") == 0;

		if (entry != NULL && (entry->levels & level) != 0 &&
			gov_result_bool(i, MEMBER_GRANTED) != grant)
			gov_grants_append(is_relation ? &relations : &routines,
							  gov_result_text(i, MEMBER_REFERENCE));
	}
	gov_grants_run(grant, "SELECT ON TABLE", relations.data, role);
	gov_grants_run(grant, "EXECUTE ON ROUTINE", routines.data, role);
	gov_spi_end(guc_level);
	return relations.len + routines.len > 0;
}

/* Lets a role find the extension's names; false when it can already. */
static bool
gov_grants_open_schema(const char *role)
{
	int			guc_level;

	if (gov_namespace_aclcheck(gov_schema_oid(), get_role_oid(role, false), ACL_USAGE) == ACLCHECK_OK)
		return false;
	guc_level = gov_spi_begin();
	gov_grants_run(true, "USAGE ON SCHEMA", gov_schema_quoted(), role);
	gov_spi_end(guc_level);
	return true;
}

/* Gives a role all that a level gives, without an entry in the ledger. */
void
gov_grants_give(const char *level, const char *role)
{
	(void) gov_grants_open_schema(role);
	(void) gov_grants_apply(true, gov_grants_level(level), role);
}

/*
 * gov_grant(level, role): gives the role all that the level may read and run,
 * and USAGE on the extension's schema if it lacks that.
 */
GOV_ACT(gov_grant)
{
	char	   *name = gov_arg_text(fcinfo, 0, "level");
	int			level = gov_grants_level(name);
	const char *role = gov_grants_role(fcinfo);
	bool		changed;

	gov_ensure_may_grant("gov_grant");
	gov_lock(GOV_LOCK_GRANTS);
	changed = gov_grants_open_schema(role);
	changed |= gov_grants_apply(true, level, role);
	if (changed)
		gov_ledger_append("grant", 0, gov_json_object("role", role), gov_json_object("level", name));
	return gov_answer(changed ? GOV_CHANGED : GOV_UNCHANGED, "role \"%s\": has level %s", role, name);
}

/*
 * gov_revoke(level, role): takes all of that back, reading included.  USAGE
 * on the schema stays: others may have given it, and it opens nothing.
 */
GOV_ACT(gov_revoke)
{
	char	   *name = gov_arg_text(fcinfo, 0, "level");
	int			level = gov_grants_level(name);
	const char *role = gov_grants_role(fcinfo);
	bool		changed;

	gov_ensure_may_grant("gov_revoke");
	gov_lock(GOV_LOCK_GRANTS);
	changed = gov_grants_apply(false, level, role);
	if (changed)
		gov_ledger_append("revoke", 0, gov_json_object("role", role), gov_json_object("level", name));
	return gov_answer(changed ? GOV_CHANGED : GOV_UNCHANGED, "role \"%s\": has no level %s", role, name);
}

/* Puts one row of gov_privileges. */
static void
gov_privileges_put(ReturnSetInfo *rsinfo, const char *level, uint64 row)
{
	Datum		values[3];
	bool		nulls[3] = {false};

	values[0] = CStringGetTextDatum(level);
	values[1] = CStringGetTextDatum(gov_result_text(row, MEMBER_PRIVILEGE));
	values[2] = CStringGetTextDatum(gov_result_text(row, MEMBER_IDENTITY));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * gov_privileges(): the table above as rows, for the objects that exist; the
 * owner's own have level "owner".
 */
PG_FUNCTION_INFO_V1(gov_privileges);
Datum
gov_privileges(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			guc_level;
	uint64		count;

	InitMaterializedSRF(fcinfo, 0);
	guc_level = gov_spi_begin();
	count = gov_run(&find_members, gov_null());
	for (uint64 i = 0; i < count; i++)
	{
		const GovGrantEntry *entry = gov_grants_find(gov_result_text(i, MEMBER_NAME));

		if (entry != NULL && entry->levels == GOV_FOR_OWNER)
			gov_privileges_put(rsinfo, "owner", i);
		for (int level = 0; entry != NULL && gov_level_names[level] != NULL; level++)
		{
			if ((entry->levels & (1 << level)) != 0)
				gov_privileges_put(rsinfo, gov_level_names[level], i);
		}
	}
	gov_spi_end(guc_level);
	return (Datum) 0;
}

/* May a role run a function of ours, in whatever form? */
bool
gov_grants_may_run(Oid role, const char *name)
{
	ListCell   *cell;

	foreach(cell, gov_extension_routines(name))
	{
		if (gov_function_aclcheck(lfirst_oid(cell), role, ACL_EXECUTE) == ACLCHECK_OK)
			return true;
	}
	return false;
}

/* Is a role an admin?  It is when it may run what admins alone may. */
bool
gov_grants_is_admin(Oid role)
{
	return gov_grants_may_run(role, "gov_set_axis_status");
}
