/*-------------------------------------------------------------------------
 *
 * ddl/glass.c
 *	  Lifting enforcement for one transaction, loudly: gov_break_glass.
 *
 * For the night in which a table has to be there and nobody is who could own
 * it.  It holds to the end of the transaction, or until what called it is
 * rolled back.  The server's log has it at once, whatever becomes of the
 * transaction.  The ledger's number is drawn at the call; its entry is written
 * before the commit, when it is known what was let through.  Detector
 * glass_broken finds the entry, until somebody acknowledges it.
 *
 * What is let through is looked at in an attempt: if that fails, the glass
 * still serves, and the entry says that it is not known.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/during.h"
#include "server/json.h"
#include "server/rehearsing.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "ddl/glass.h"
#include "ddl/lack.h"
#include "ddl/mode.h"

/* The entry names so many objects; it has the number of all. */
#define GOV_GLASS_OBJECTS	1000

/* A reason is as long as this at most: it stands in a line of the log. */
#define GOV_GLASS_REASON	2000

/* Does it hold? And the number of its entry, and why. */
static GovDuring broken;
static int64 entry;
static char given_reason[GOV_GLASS_REASON + 1];

/* Is nothing enforced until the transaction ends? */
bool
gov_glass_is_broken(void)
{
	return gov_during(&broken);
}

/* Says so, to whoever calls and to the log. */
static void
gov_glass_tell(void)
{
	if (!gov_rehearsing())
		ereport(LOG,
				(errmsg("governance: %s lifted the enforcement of coverage rules for a transaction", gov_session_user_name()),
				 errdetail_log("Reason: %s", given_reason)));
	ereport(WARNING,
			(errmsg("coverage rules are not enforced until the transaction ends"),
			 errdetail("The log and the ledger have who asked for it and why; a critical finding stays until somebody acknowledges it."),
			 errhint("Give owners to what is created now, soon: the next gov_reconcile lists what lacks them.")));
}

/* gov_break_glass(reason): lifts enforcement until the transaction ends. */
GOV_ACT(gov_break_glass)
{
	char	   *reason = gov_arg_text(fcinfo, 0, "reason");

	gov_ensure_not_blank(reason, "reason", ERRCODE_CHECK_VIOLATION, "Say why it cannot wait.");
	if (strlen(reason) > GOV_GLASS_REASON)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("argument \"%s\" is longer than %d bytes", "reason", GOV_GLASS_REASON)));
	gov_ensure_act_writable();
	gov_ensure_not_agent("lift enforcement");
	if (gov_ddl_mode() != GOV_DDL_ENFORCE)
		return gov_answer(GOV_UNCHANGED, "enforcement: there is none in this session");
	if (gov_glass_is_broken())
		return gov_answer(GOV_UNCHANGED, "enforcement: lifted until the transaction ends");
	strlcpy(given_reason, reason, sizeof(given_reason));
	entry = gov_ledger_draw();
	gov_during_begin_lasting(&broken);
	gov_glass_tell();
	return gov_answer(GOV_CHANGED, "enforcement: lifted until the transaction ends");
}

/* Writes the entry of the ledger, before the transaction commits. */
void
gov_glass_record(void)
{
	GovLack		found = {.since = 0};
	ErrorData  *error = gov_subtransaction_attempt_ending(gov_lack_look, &found);
	int			named = Min(found.count, GOV_GLASS_OBJECTS);
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_text(&payload, "reason", given_reason);
	if (error != NULL)
		gov_json_text(&payload, "not_known", error->message);
	else
	{
		gov_json_int8(&payload, "let_through", found.count);
		gov_json_value(&payload, "objects", TEXTARRAYOID, gov_text_array((const char *const *) found.names, named), named == 0);
	}
	gov_ledger_append_drawn(entry, "break_glass", 0, (Datum) 0, gov_json_end(&payload));
}
