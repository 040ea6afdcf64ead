/*-------------------------------------------------------------------------
 *
 * server/guc.c
 *	  The settings of the extension, all under the prefix "governance.".
 *
 * Settings that limit what a session may do are PGC_SUSET, so that only a
 * superuser can loosen them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"

#include "server/args.h"
#include "server/guc.h"

char	   *gov_guc_tag = NULL;
int			gov_guc_retire_limit = 20;
int			gov_guc_finding_limit = 1000;
int			gov_guc_detector_timeout = 300000;
int			gov_guc_read_timeout = 60000;
int			gov_guc_owner_timeout = 600000;
int			gov_guc_run_max_age = 172800;
int			gov_guc_rehearse_warn_size = 102400;
int			gov_guc_progress_after = 3000;
int			gov_guc_ddl_mode = GOV_DDL_TRACK;

char	   *gov_guc_notify_channel = NULL;

/* The words of governance.ddl_mode. */
static const struct config_enum_entry ddl_modes[] = {
	{"off", GOV_DDL_OFF, false},
	{"track", GOV_DDL_TRACK, false},
	{"warn", GOV_DDL_WARN, false},
	{"enforce", GOV_DDL_ENFORCE, false},
	{NULL, 0, false}
};

/* A channel is a name, and no longer than the server takes. */
static bool
gov_guc_check_channel(char **newval, void **extra pg_attribute_unused(),
					  GucSource source pg_attribute_unused())
{
	if (strlen(*newval) < NAMEDATALEN)
		return true;
	GUC_check_errdetail("A channel has at most %d bytes.", NAMEDATALEN - 1);
	return false;
}

/* A tag is as short as a code: it stands in every row that is written. */
static bool
gov_guc_check_tag(char **newval, void **extra pg_attribute_unused(),
				  GucSource source pg_attribute_unused())
{
	if (strlen(*newval) <= GOV_CODE_MAX_BYTES)
		return true;
	GUC_check_errdetail("A tag has at most %d bytes.", GOV_CODE_MAX_BYTES);
	return false;
}

/* Defines every setting; called once from _PG_init. */
void
gov_guc_init(void)
{
	DefineCustomStringVariable("governance.tag",
							   "Tag stamped on rows of the classification and ownership tables.",
							   "Empty for none. What one change brought can be listed by its tag.",
							   &gov_guc_tag,
							   "",
							   PGC_USERSET, 0, gov_guc_check_tag, NULL, NULL);

	DefineCustomIntVariable("governance.retire_limit",
							"Percent of a source's live objects that one gov_sync may retire without being forced.",
							"A sync that would retire more than this share, and more than 10 objects, or all of them, stops with an error. "
							"Of a schema, objects count that hold data or have facts of their own.",
							&gov_guc_retire_limit,
							20, 0, 100,
							PGC_SUSET, 0, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.finding_limit",
							"Findings of one detector under one container that reports and events tell one by one.",
							"More than these are told as one, with their number and a sample. What scans store is not folded.",
							&gov_guc_finding_limit,
							1000, 1, INT_MAX,
							PGC_SUSET, 0, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.detector_timeout",
							"Time that a scan gives to each detector that is not the extension's own; 0 for no limit.",
							"A setting statement_timeout of the routine itself can make it shorter. A detector that takes longer has failed, the scan goes on.",
							&gov_guc_detector_timeout,
							300000, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.read_timeout",
							"Time that a relation which somebody registered may take to be read; 0 for as long as the statement.",
							"It is never longer than the statement's own. A relation that takes longer could not be read; nothing in it can change that.",
							&gov_guc_read_timeout,
							60000, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.owner_timeout",
							"Time that all registered relations of one owner together may take to be read in one statement; 0 for as long as the statement.",
							"What comes after could not be read. Relations of other owners have their own time.",
							&gov_guc_owner_timeout,
							600000, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.run_max_age",
							"Age of the last gov_reconcile or scan from which detector run_overdue tells of it; 0 for never.",
							"Where nothing ran yet, it is the age of the oldest object.",
							&gov_guc_run_max_age,
							172800, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.rehearse_warn_size",
							"Size from which a rehearsal warns of strong locks on a relation, and before it writes to one.",
							"With its indexes and TOAST. Locks are strong when they are stronger than SHARE UPDATE EXCLUSIVE.",
							&gov_guc_rehearse_warn_size,
							102400, 0, INT_MAX,
							PGC_USERSET, GUC_UNIT_KB, NULL, NULL, NULL);

	DefineCustomIntVariable("governance.progress_after",
							"Time after which a phase of a long call is told with a notice when it ends; -1 for never.",
							"What a call does right now is shown by view gov_progress.",
							&gov_guc_progress_after,
							3000, -1, INT_MAX,
							PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);

	DefineCustomEnumVariable("governance.ddl_mode",
							 "What is done about DDL in enrolled schemas: off, track, warn or enforce.",
							 "track keeps objects in step with every CREATE, ALTER and DROP, in the same transaction; warn also tells, at commit, of objects that nobody answers for, and enforce refuses them.",
							 &gov_guc_ddl_mode,
							 GOV_DDL_TRACK, ddl_modes,
							 PGC_SUSET, 0, NULL, NULL, NULL);

	DefineCustomStringVariable("governance.notify_channel",
							   "Channel that is notified when events get into the outbox.",
							   "Empty for none. A hint to consumers that listen: what they get, they get from gov_event_fetch.",
							   &gov_guc_notify_channel,
							   "",
							   PGC_SUSET, 0, gov_guc_check_channel, NULL, NULL);

	MarkGUCPrefixReserved("governance");
}
