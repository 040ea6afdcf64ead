/*-------------------------------------------------------------------------
 *
 * server/caller.c
 *	  Who calls what changes facts, and from where.
 *
 * An act is done in the name of the session user, and with the rights of the
 * extension's owner.  So it has to be the session user who calls it, by itself
 * or under its own SET ROLE.  Code of somebody else that the session happens
 * to run would act in its name: acts refuse the places such code runs in, as
 * far as the server tells them apart.  What it does not tell apart is code
 * with the rights of its caller in a view, a policy, a default or a function
 * that the session itself runs; therefore voting and confirming ask for more
 * (gov_ensure_top_level).
 *
 * Acts are not SECURITY DEFINER, or none of this could be seen: within such a
 * function every caller looks alike.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "tcop/cmdtag.h"
#include "tcop/pquery.h"
#include "utils/fmgroids.h"

#include "server/caller.h"
#include "server/context.h"
#include "server/depth.h"
#include "server/extension.h"
#include "server/security.h"

/* Where acts are refused: the name of the place, and what to do instead. */
typedef struct GovCallerRefusal
{
	const char *where;
	const char *why;
	const char *hint;
} GovCallerRefusal;

static const GovCallerRefusal in_worker = {
	"in a worker of the server", "Autovacuum and logical replication are nobody who could act.",
	"People and programs act in sessions of their own."
};
static const GovCallerRefusal in_trigger = {
	"inside a trigger", "It would act in the name of whoever changes the row, who may know nothing of it.",
	"Call it in a statement of its own; let the trigger note what is to be done."
};
static const GovCallerRefusal in_restricted = {
	"inside a security-restricted operation",
	"The server runs code of an index, a materialized view or something registered for whoever keeps it up.",
	"Call it in a statement of its own."
};
static const GovCallerRefusal in_definer = {
	"inside a SECURITY DEFINER function", "The session runs it with the rights of another, and would act without asking to.",
	"Make the function SECURITY INVOKER, or call it in a statement of its own."
};
static const GovCallerRefusal in_other_name = {
	"in code that goes by another role", "The current user is not the one that the session chose.",
	"Call it in a statement of its own; SET ROLE before it is no hindrance."
};
static const GovCallerRefusal in_definition = {
	"inside a statement that defines something", "An event trigger, or an expression in the statement, would act in the name of whoever runs it.",
	"Call it in a statement of its own."
};
static const GovCallerRefusal in_nothing = {
	"outside any statement", "An event trigger at login would act in the name of whoever logs in.",
	"Call it in a statement of its own."
};

/*
 * Is the statement that the session runs a DDL command?  Event triggers run
 * inside one, and acts are refused there.  CREATE TABLE AS and SELECT INTO are
 * let through: their query is the session's own and may call an act, though an
 * event trigger of theirs cannot be told from it.
 */
static bool
gov_caller_in_definition(void)
{
	CommandTag	tag = ActivePortal != NULL ? ActivePortal->commandTag : CMDTAG_UNKNOWN;

	return tag != CMDTAG_CREATE_TABLE_AS && tag != CMDTAG_SELECT_INTO && command_tag_event_trigger_ok(tag);
}

/*
 * Names the kind of code we are called from when an act is refused there; NULL
 * when the session user itself calls.  Where two names fit, the more precise
 * one is given.
 */
static const GovCallerRefusal *
gov_caller_refusal(void)
{
	if (MyBackendType == B_AUTOVAC_WORKER || MyBackendType == B_AUTOVAC_LAUNCHER || IsLogicalWorker())
		return &in_worker;
	if (DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH)) > 0)
		return &in_trigger;
	if (InSecurityRestrictedOperation())
		return &in_restricted;
	if (InLocalUserIdChange())
		return &in_definer;
	if (GetUserId() != GetOuterUserId())
		return &in_other_name;
	if (gov_caller_in_definition())
		return &in_definition;
	if (ActivePortal == NULL && MyBackendType == B_BACKEND)
		return &in_nothing;
	return NULL;
}

/*
 * Raises unless it is the session user who calls the act of this name, by
 * itself or under its own SET ROLE.
 */
void
gov_ensure_caller(const char *name)
{
	const GovCallerRefusal *refusal;

	gov_ensure_not_registered(name);
	refusal = gov_caller_refusal();
	if (refusal != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s is refused %s", name, refusal->where),
				 errdetail_internal("%s", refusal->why),
				 errhint("%s", refusal->hint)));
}

/*
 * Says which act was at work when circumstances ended it: a cancel, a lock, a
 * serialization failure or a full disk tell nothing of that by themselves.
 */
static void
gov_caller_error_context(void *arg)
{
	if (gov_errcode_is_circumstance(gov_context_errcode()))
		errcontext("%s of extension governance", (const char *) arg);
}

/* Called before each act, once its caller may act. */
static void (*gov_caller_prepare) (void);

/* Has something done before each act; called once from _PG_init. */
void
gov_caller_init(void (*prepare) (void))
{
	gov_caller_prepare = prepare;
}

/* The search_path of the session, before the running act pinned its own. */
static char *caller_path = NULL;

/* The search_path under which the running act was called. */
const char *
gov_caller_search_path(void)
{
	return caller_path;
}

/*
 * What GOV_ACT puts under the name of an act.  On error the abort of the
 * (sub)transaction gives the rights and the settings back.
 */
Datum
gov_caller_act(FunctionCallInfo fcinfo, PGFunction act, const char *name)
{
	ErrorContextCallback context = {error_context_stack, gov_caller_error_context, (void *) name};
	GovSecurity saved;
	Datum		answer;

	gov_ensure_caller(name);
	gov_caller_prepare();
	caller_path = pstrdup(namespace_search_path);
	gov_security_enter(&saved, gov_extension_owner(), false);
	error_context_stack = &context;
	answer = act(fcinfo);
	error_context_stack = context.previous;
	gov_security_leave(&saved);
	return answer;
}
