/*-------------------------------------------------------------------------
 *
 * watch/detectors.c
 *	  The detectors of the extension itself.
 *
 * Nearly each is a view, gov_finding_ and the detector's code, in the section
 * of this file in the install script, where it can be looked at and EXPLAINed;
 * the constant table at the end names them, and those that are a function
 * here.  Coverage is asked of the engine's views; no detector repeats its
 * rules.
 *
 * Retired objects are left out: what is said of objects is said of live ones.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "server/json.h"
#include "server/spi.h"
#include "ledger/verify.h"
#include "registry/restored.h"
#include "registry/sequences.h"
#include "labels/bindings.h"
#include "watch/detectors.h"

/* The runs that are going on in this session, as elements of an array. */
static const char *detector_runs = "";

/* Says which are; a detector tells of runs that are due. */
void
gov_detectors_running(const char *runs)
{
	detector_runs = runs;
}

/* What a view of the install script says, gov_finding_ and the detector's code, under a condition. */
static void
gov_detect_view_where(GovFindingSink *sink, const char *where)
{
	gov_findings_query(sink,
					   psprintf("SELECT severity, axis, object_type, object_ref, value, detail, object_id, identity"
								" FROM governance_internal.%s%s",
								quote_identifier(psprintf("gov_finding_%s", sink->detector)), where));
}

/* A view says what it finds. */
static void
gov_detect_view(GovFindingSink *sink)
{
	gov_detect_view_where(sink, "");
}

/*
 * The same for a view that joins sets with sets.  Of tables that were never
 * analysed the planner takes few rows of a set to be there, and would go
 * through the other one for each.  To compile a query of this size would take
 * longer than to run it.
 */
static void
gov_detect_view_of_sets(GovFindingSink *sink)
{
	int			level = gov_spi_begin();

	gov_spi_setting("enable_nestloop", "off");
	gov_spi_setting("jit", "off");
	gov_detect_view(sink);
	gov_spi_end(level);
}

/*
 * Runs that are due, but for what is running: a scan that asks is one, and
 * perhaps part of a gov_reconcile.
 */
static void
gov_detect_run_overdue(GovFindingSink *sink)
{
	gov_detect_view_where(sink, psprintf(" WHERE object_ref <> ALL ('{%s}'::text[])", detector_runs));
}

/* A broken link of the ledger. */
static void
gov_detect_broken_link(void *context, int64 seq, const char *reason)
{
	char	   *code = psprintf(INT64_FORMAT, seq);

	gov_finding_add_thing((GovFindingSink *) context, "ledger", code,
						  gov_json_object("reason", reason), psprintf("[%s, \"%s\"]", code, reason));
}

/* Broken links of the ledger; entries that are not chained yet are not looked at. */
static void
gov_detect_ledger_broken(GovFindingSink *sink)
{
	gov_ledger_walk(0, NULL, gov_detect_broken_link, sink);
}

/* A sequence that is behind. */
static void
gov_detect_behind(const GovSequenceBehind *behind, void *sink)
{
	GovJson		detail;

	gov_json_begin(&detail);
	gov_json_int8(&detail, "last", behind->last);
	gov_json_int8(&detail, "needed", behind->needed);
	gov_finding_add_thing((GovFindingSink *) sink, "sequence", behind->sequence, gov_json_end(&detail),
						  psprintf("[\"%s\"]", behind->sequence));
}

/* Sequences that would give identities that rows have already. */
static void
gov_detect_sequence_behind(GovFindingSink *sink)
{
	gov_sequences_behind(false, gov_detect_behind, sink);
}

/* What a restore left out, of one table or by one foreign key, and what mends it. */
static void
gov_detect_loss(const GovLoss *loss, void *sink)
{
	bool		whole_table = loss->constraint == NULL;
	char	   *thing = whole_table ? pstrdup(loss->table) : psprintf("%s: %s", loss->table, loss->constraint);
	GovJson		detail;

	gov_json_begin(&detail);
	gov_json_text(&detail, "state", loss->state);
	if (loss->acts > 0)
		gov_json_int8(&detail, "acts", loss->acts);
	if (loss->rows > 0)
		gov_json_int8(&detail, "rows", loss->rows);
	gov_json_text(&detail, "hint", gov_restored_hint());
	gov_finding_add_thing((GovFindingSink *) sink, loss->kind, thing, gov_json_end(&detail),
						  psprintf("[\"%s\", \"%s\"]", loss->kind, thing));
}

/* Acts in the ledger without their facts, and rows without what they refer to. */
static void
gov_detect_half_restored(GovFindingSink *sink)
{
	gov_restored_losses(gov_detect_loss, sink);
}

/* Statuses of bound relations that are none of our words, so that their rows do not count. */
static void
gov_detect_label_status(GovFindingSink *sink)
{
	static const GovBinding with_status[] = {GOV_VOCABULARY, GOV_LABEL_RULE};
	GovUnknownStatuses unknown;
	GovJson		detail;

	for (int i = 0; i < (int) lengthof(with_status); i++)
	{
		if (!gov_binding_unknown_statuses(with_status[i], &unknown))
			continue;
		gov_json_begin(&detail);
		gov_json_text(&detail, "relation", unknown.relation);
		gov_json_int8(&detail, "rows", unknown.rows);
		gov_finding_add_thing(sink, "binding", unknown.binding, gov_json_end(&detail), psprintf("[\"%s\"]", unknown.binding));
	}
}

/* Failures of other detectors are found by whoever runs them. */
static void
gov_detect_nothing(GovFindingSink *sink pg_attribute_unused())
{
}

/* The extension's own.  Each has a row in gov_detector; they run in the order of their codes. */
static const GovOwnDetector own_detectors[] = {
	{"label_orphan", gov_detect_view},
	{"value_without_label", gov_detect_view},
	{"label_status_unknown", gov_detect_label_status},
	{"projection_lag", gov_detect_view},
	{"low_confidence_assignment", gov_detect_view},
	{"stale_candidate", gov_detect_view},
	{"conflicting_parentage", gov_detect_view_of_sets},
	{"unregistered_axis", gov_detect_view},
	{"axis_assignment_missing", gov_detect_view},
	{"visible_unapproved", gov_detect_view},
	{"coverage_rule_missing", gov_detect_view},
	{"projection_lag_timing", gov_detect_view},
	{"ownership_gap", gov_detect_view},
	{"ownership_conflict", gov_detect_view},
	{"ownership_expiring", gov_detect_view},
	{"authority_retired", gov_detect_view},
	{"authority_without_role", gov_detect_view},
	{"rule_matches_nothing", gov_detect_view},
	{"schema_unenrolled", gov_detect_view},
	{"quorum_unreachable", gov_detect_view},
	{"role_unconfirmed", gov_detect_view},
	{"hidden_island", gov_detect_view},
	{"containment_drift", gov_detect_view_of_sets},
	{"stale_decision", gov_detect_view},
	{"container_missing", gov_detect_view},
	{"governance_left", gov_detect_view_of_sets},
	{"source_conflict", gov_detect_view},
	{"sync_blocked", gov_detect_view},
	{"ledger_broken", gov_detect_ledger_broken},
	{"sequence_behind", gov_detect_sequence_behind},
	{"guard_changed", gov_detect_view},
	{"exposed", gov_detect_view_of_sets},
	{"owner_drift", gov_detect_view_of_sets},
	{"half_restored", gov_detect_half_restored},
	{"glass_broken", gov_detect_view},
	{"ddl_untracked", gov_detect_view},
	{"run_overdue", gov_detect_run_overdue},
	{GOV_DETECTOR_FAILED, gov_detect_nothing},
};

/* One of our own by its code; NULL when there is none. */
const GovOwnDetector *
gov_detector_own(const char *detector)
{
	for (int i = 0; i < (int) lengthof(own_detectors); i++)
	{
		if (strcmp(own_detectors[i].detector, detector) == 0)
			return &own_detectors[i];
	}
	return NULL;
}
