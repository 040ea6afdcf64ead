/*-------------------------------------------------------------------------
 *
 * trust/gates.c
 *	  Which acts need an approval, and letting one through with it.
 *
 * Every gated act belongs to an action.  An action has a risk, which decides
 * the quorum, and a gate: open, or approval.  An action without a row is
 * constitutional and needs one.  Gates bind once an active sovereign
 * authority has a role; until then acts run open, and an approval that is
 * given is merely stored with what it changed.
 *
 * An approval permits one call: its target holds, by name, every argument but
 * the approval itself, arguments that are NULL left out (not NULLs inside of
 * one).  It expires by the clock, in a transaction that began before as well.  It is used up by the
 * call, in the call's transaction, so that an act that is undone gives its
 * approval back.  Whoever cast the deciding vote cannot use it, and its votes
 * have to make the quorum still, by the rules of the moment it is used.
 *
 * Within a rehearsal (server/rehearsing.h) gates are suspended: nothing that is
 * done there stays.  An approval that is given there is neither asked nor used.
 * The SQL of a rollout's tier runs under the tier's approval (trust/cover.h).
 *
 * Gates, risks and approvals are read as they are now, not as they were when
 * a transaction under REPEATABLE READ began: gates that were armed since bind.
 *
 * Locks: the approval's row FOR NO KEY UPDATE, after the rows of the act itself, whose
 * own checks come first.  Nobody waits for those while holding an approval.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/hash.h"
#include "server/rehearsing.h"
#include "server/spi.h"
#include "trust/cover.h"
#include "trust/gates.h"
#include "trust/quorum.h"
#include "trust/requests.h"
#include "trust/seen.h"

GOV_QUERY(find_armed,
		  "SELECT EXISTS (SELECT FROM @.gov_authority AS u WHERE " GOV_AUTHORITY_ARMS("u") ")");
/* Columns of find_action. */
enum {ACTION_RISK = 1, ACTION_GATE};

GOV_QUERY(find_action,
		  "SELECT risk, gate FROM @.gov_action WHERE action = $1", TEXTOID);
/* Columns of look_at_approval. */
enum {APPROVAL_ACTION = 1, APPROVAL_TARGET, APPROVAL_CONTENT_HASH, APPROVAL_STATUS, APPROVAL_LAPSED,
	APPROVAL_DECIDED_BY_OID, APPROVAL_DECIDED_BY, APPROVAL_RISK, APPROVAL_ACT, APPROVAL_SEEN};

GOV_LOOKUP(look_at_approval,
		   "SELECT action, target, content_hash, status, expires_at <= pg_catalog.clock_timestamp(), decided_by_oid::int8,"
		   " decided_by, risk, act, seen"
		   " FROM @.gov_approval WHERE approval = $1", TEXTOID);
GOV_QUERY(find_requests,
		  "SELECT approval FROM @.gov_approval WHERE action = $1 AND act = $2 AND target = $3 AND status IN ('approved', 'pending')"
		  " ORDER BY status, created_at, approval COLLATE \"C\"", TEXTOID, TEXTOID, JSONBOID);
GOV_QUERY(find_consumed,
		  "SELECT FROM @.gov_approval WHERE action = $1 AND target @> $2"
		  " AND status = 'consumed' AND consumed_in = pg_catalog.pg_current_xact_id_if_assigned()"
		  " AND consumed_at = pg_catalog.now()",
		  TEXTOID, JSONBOID);

/* Do gates bind?  Once an active sovereign authority has a role. */
bool
gov_gates_armed(void)
{
	int			level = gov_spi_begin();
	bool		armed;

	(void) gov_run_latest(&find_armed);
	armed = gov_result_bool(0, 1);
	gov_spi_end(level);
	return armed;
}

/* The risks, the least first; NULL ends them. */
const char *const gov_gate_risks[] = {"low", "medium", "high", "constitutional", NULL};

/* The risk of an action and whether its gate asks for an approval. */
char *
gov_gate_risk(const char *action, bool *gated)
{
	int			level = gov_spi_begin();
	char	   *risk;

	if (gov_run_latest(&find_action, gov_text(action)) > 0)
	{
		risk = gov_result_text(0, ACTION_RISK);
		*gated = strcmp(gov_result_text(0, ACTION_GATE), "open") != 0;
	}
	else
	{
		risk = NULL;
		*gated = true;
	}
	gov_spi_end(level);
	return risk != NULL ? risk : pstrdup("constitutional");
}

/*
 * A target without the arguments that are NULL.  What is NULL inside of an
 * argument stays: calls that differ there are different calls.
 */
static Datum
gov_gate_target_without_nulls(Jsonb *target)
{
	JsonbIterator *iterator = JsonbIteratorInit(&target->root);
	JsonbParseState *state = NULL;
	JsonbValue *result = NULL;
	JsonbValue	name;
	JsonbValue	value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = value;
		else if (token == WJB_BEGIN_OBJECT || token == WJB_END_OBJECT)
			result = pushJsonbValue(&state, token, NULL);
		else if (value.type != jbvNull)
		{
			(void) pushJsonbValue(&state, WJB_KEY, &name);
			(void) pushJsonbValue(&state, WJB_VALUE, &value);
		}
	}
	return JsonbPGetDatum(JsonbValueToJsonb(result));
}

/* Raises unless the target is an object; gives it without arguments that are NULL. */
Datum
gov_ensure_target(Datum target)
{
	Jsonb	   *json = DatumGetJsonbP(target);

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON object", "target"),
				 errhint("It holds, by name, every argument of the call to be permitted, the approval aside.")));
	return gov_gate_target_without_nulls(json);
}

/*
 * The hash of what an approval permits: SHA-256 over the tag of this form, action and act, and
 * the target and the state that voters saw in jsonb's text form, which is the
 * same for equal objects, each preceded by its length in bytes and a colon.
 */
char *
gov_approval_hash(const GovCall *call, Datum seen)
{
	const char *parts[] = {
		"governance-approval-2", call->action, call->act,
		DatumGetCString(DirectFunctionCall1(jsonb_out, call->target)), DatumGetCString(DirectFunctionCall1(jsonb_out, seen))
	};
	StringInfoData form;

	initStringInfo(&form);
	for (int i = 0; i < (int) lengthof(parts); i++)
		appendStringInfo(&form, "%zu:%s", strlen(parts[i]), parts[i]);
	return gov_hash_hex(form.data, form.len);
}

/* Raises because a call of a risk needs an approval and was given none. */
static void
gov_gate_raise_missing(const GovCall *call, const char *risk)
{
	ereport(ERROR,
			(errcode(ERRCODE_GOV_APPROVAL_NEEDED),
			 errmsg("action \"%s\" needs an approval", call->action),
			 errdetail("Its risk is %s.", risk),
			 errhint("Ask for one: SELECT %s.gov_request_approval('...', %s, %s, '...', act => %s); then give it as \"approval\".",
					 gov_schema_quoted(), quote_literal_cstr(call->action),
					 quote_literal_cstr(DatumGetCString(DirectFunctionCall1(jsonb_out, call->target))),
					 quote_literal_cstr(call->act))));
}

/* Raises for an approval that does not permit the act, which "needs" one or does without. */
static void
gov_gate_refuse(const char *approval, const char *detail, bool needs)
{
	ereport(ERROR,
			(errcode(ERRCODE_GOV_APPROVAL_REFUSED),
			 errmsg("approval \"%s\" does not permit this", approval),
			 errdetail_internal("%s", detail),
			 needs ? errhint("See what it lacks: SELECT * FROM %s.gov_approval_status WHERE approval = %s.",
							 gov_schema_quoted(), quote_literal_cstr(approval)) :
			 errhint("No gate asks for one here: leave it out, or give one that permits this, which is then used up.")));
}

/* Did this session's user, under this name or another, cast the deciding vote? */
static bool
gov_gate_is_decider(void)
{
	Oid			decider;

	if (!gov_result_isnull(0, APPROVAL_DECIDED_BY) && strcmp(gov_result_text(0, APPROVAL_DECIDED_BY), gov_session_user_name()) == 0)
		return true;
	if (gov_result_isnull(0, APPROVAL_DECIDED_BY_OID))
		return false;
	decider = (Oid) gov_result_int8(0, APPROVAL_DECIDED_BY_OID);
	return decider == GetSessionUserId() || decider == GetAuthenticatedUserId();
}

/* The call that the locked approval permits, and the state that its voters saw. */
static GovCall
gov_gate_approved_call(Datum *seen)
{
	GovCall		call = {gov_result_text(0, APPROVAL_ACTION), gov_result_text(0, APPROVAL_ACT), (Datum) 0};
	bool		isnull;

	call.target = gov_result_datum(0, APPROVAL_TARGET, &isnull);
	*seen = gov_result_datum(0, APPROVAL_SEEN, &isnull);
	return call;
}

/* What of a call the locked approval does not permit; NULL when it permits it. */
static char *
gov_gate_other_call(const GovCall *call, const GovCall *approved)
{
	if (strcmp(approved->action, call->action) != 0)
		return psprintf("It is for action \"%s\", not \"%s\".", approved->action, call->action);
	if (strcmp(approved->act, call->act) != 0)
		return psprintf("It is for %s, not %s.", approved->act, call->act);
	if (!DatumGetBool(DirectFunctionCall2(jsonb_eq, approved->target, call->target)))
		return psprintf("It permits %s, the call is %s.",
						DatumGetCString(DirectFunctionCall1(jsonb_out, approved->target)),
						DatumGetCString(DirectFunctionCall1(jsonb_out, call->target)));
	return NULL;
}

/*
 * What is wrong with the locked approval for this call of a risk, in this
 * state; NULL when nothing is.
 */
static char *
gov_gate_objection(const GovCall *call, const char *risk, const char *approval, Datum state)
{
	Datum		seen;
	GovCall		approved = gov_gate_approved_call(&seen);
	char	   *status = gov_result_text(0, APPROVAL_STATUS);
	char	   *other = gov_gate_other_call(call, &approved);
	char	   *changes;
	char	   *missing;

	if (strcmp(approved.action, call->action) == 0 && strcmp(status, "approved") != 0)
		return psprintf("It is %s.", status);
	if (other == NULL && gov_result_bool(0, APPROVAL_LAPSED))
		return pstrdup("It has expired.");
	if (strcmp(gov_approval_hash(&approved, seen), gov_result_text(0, APPROVAL_CONTENT_HASH)) != 0)
		return pstrdup("Its content was changed after it was requested.");
	if (other != NULL)
		return other;
	if (gov_gate_is_decider())
		return psprintf("Session user \"%s\" cast its deciding vote.", gov_session_user_name());
	if (strcmp(gov_result_text(0, APPROVAL_RISK), risk) != 0)
		return psprintf("It was asked for at risk %s, which now is %s.", gov_result_text(0, APPROVAL_RISK), risk);
	changes = gov_seen_changes(seen, state);
	if (changes != NULL)
		return psprintf("Its voters saw another state: %s.", changes);
	missing = gov_quorum_missing(approval);
	return missing == NULL ? NULL : psprintf("By the quorum of today it lacks %s.", missing);
}

/* Why an approval does not permit a call of a risk in this state; NULL when it does. */
static char *
gov_gate_look(const GovCall *call, const char *risk, const char *approval, Datum state, GovRowLock lock)
{
	int			level = gov_spi_begin();
	char	   *objection = gov_run_latest(&look_at_approval[lock], gov_text(approval)) == 0 ?
		pstrdup("There is none of that name.") : gov_gate_objection(call, risk, approval, state);

	gov_spi_end(level);
	return objection;
}

/*
 * Uses up an approval that permits the call in this state, or raises; "needs":
 * without one it would be refused.
 */
static void
gov_gate_use(const GovCall *call, const char *risk, const char *approval, Datum state, bool needs)
{
	int			level = gov_spi_begin();
	char	   *objection = gov_gate_look(call, risk, approval, state, GOV_ROW_UPDATE);

	if (objection != NULL)
		gov_gate_refuse(approval, objection, needs);
	gov_request_use(approval);
	gov_spi_end(level);
}

/* The names of the requests for a call that are approved or open, approved ones first. */
static List *
gov_gate_requests(const GovCall *call)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run_latest(&find_requests, gov_text(call->action), gov_text(call->act), gov_datum(call->target, false));
	List	   *names = gov_result_texts(count);

	gov_spi_end(level);
	return names;
}

/*
 * For a call that names no approval: one that permits it, or NULL.  Then "lacks"
 * says what is missing, of the request that was made for it, if there is one;
 * it is NULL where the gate asks for none.  Changes nothing.
 */
char *
gov_gate_find(const GovCall *call, char **lacks)
{
	bool		gated;
	char	   *risk = gov_gate_risk(call->action, &gated);
	char	   *missing;
	Datum		state;
	List	   *requests;
	ListCell   *cell;

	*lacks = NULL;
	if (!gated || !gov_gates_armed())
		return NULL;
	*lacks = psprintf("it needs an approval of action \"%s\"", call->action);
	state = gov_seen_now(call->act, call->target, false, &missing);
	requests = gov_gate_requests(call);
	foreach(cell, requests)
	{
		char	   *approval = lfirst(cell);
		char	   *objection = gov_gate_look(call, risk, approval, state, GOV_ROW_PLAIN);

		if (objection == NULL)
		{
			*lacks = NULL;
			return approval;
		}
		if (cell == list_head(requests))
			*lacks = psprintf("approval \"%s\" does not permit it yet: %s", approval, objection);
	}
	return NULL;
}

/* Uses up the approval that gov_gate_find gave. */
void
gov_gate_use_found(const GovCall *call, const char *approval)
{
	bool		gated;
	char	   *risk = gov_gate_risk(call->action, &gated);
	char	   *missing;

	gov_gate_use(call, risk, approval, gov_seen_now(call->act, call->target, false, &missing), true);
}

/* Does an act that does this need an approval now? */
bool
gov_gate_is_shut(const char *action)
{
	bool		gated;
	char	   *risk;

	if (gov_rehearsing())
		return false;
	risk = gov_gate_risk(action, &gated);
	return gated && !gov_cover_allows(risk) && gov_gates_armed();
}

/*
 * Of actions, the one of the highest risk among those whose gate is shut, the
 * first of several; NULL for none.  An act that does several things has one
 * approval: that of what is decided by the most votes.
 */
const char *
gov_gate_strictest(const char *const *actions, int count)
{
	const char *strictest = NULL;
	int			highest = -1;

	if (gov_rehearsing() || !gov_gates_armed())
		return NULL;
	for (int i = 0; i < count; i++)
	{
		bool		gated;
		char	   *risk = gov_gate_risk(actions[i], &gated);
		int			rank = 0;

		while (gov_gate_risks[rank] != NULL && strcmp(gov_gate_risks[rank], risk) != 0)
			rank++;
		if (gated && !gov_cover_allows(risk) && rank > highest)
		{
			strictest = actions[i];
			highest = rank;
		}
	}
	return strictest;
}

/* The state that a call meets. */
static Datum
gov_gate_state_of(const GovCall *call)
{
	char	   *missing;

	return gov_seen_now(call->act, call->target, false, &missing);
}

/* The state that a running call meets, for gov_gate_pass_call_in. */
Datum
gov_gate_state(const char *action, FunctionCallInfo fcinfo)
{
	GovCall		call = gov_call_running(action, fcinfo);

	return gov_gate_state_of(&call);
}

/*
 * Lets a running call through the gate of an action, or raises.  An approval
 * that is given is used up whether the gate asks for it or not: what facts and
 * ledger name as their approval is one that permitted them.
 */
static void
gov_gate_pass(const char *action, FunctionCallInfo fcinfo, const char *approval, Datum state, bool may_be_shut)
{
	bool		gated;
	char	   *risk;
	bool		shut;
	GovCall		call;

	if (gov_rehearsing())
		return;
	risk = gov_gate_risk(action, &gated);
	shut = may_be_shut && gated && gov_gates_armed();

	/* the daily work is open, and does without its arguments in words */
	if (approval == NULL && (!shut || gov_cover_allows(risk)))
		return;
	call = gov_call_running(action, fcinfo);
	if (approval == NULL)
		gov_gate_raise_missing(&call, risk);
	gov_gate_use(&call, risk, approval, state != (Datum) 0 ? state : gov_gate_state_of(&call), shut);
}

/* Lets a running call through the gate of an action, or raises. */
void
gov_gate_pass_call(const char *action, FunctionCallInfo fcinfo, const char *approval)
{
	gov_gate_pass(action, fcinfo, approval, (Datum) 0, true);
}

/* The same for a call that has begun to change what its voters saw: the state before. */
void
gov_gate_pass_call_in(const char *action, FunctionCallInfo fcinfo, const char *approval, Datum state)
{
	gov_gate_pass(action, fcinfo, approval, state, true);
}

/* The same for a call that may need none, whatever the gate of the action. */
void
gov_gate_pass_call_if(bool needed, const char *action, FunctionCallInfo fcinfo, const char *approval)
{
	gov_gate_pass(action, fcinfo, approval, (Datum) 0, needed);
}

/*
 * Raises unless the action's gate is open, or this transaction used up an
 * approval of the action whose target contains these fields.
 */
void
gov_gate_ensure_used(const char *action, Datum fields, const char *what)
{
	bool		gated;
	bool		passed;
	char	   *risk;
	int			level;

	if (gov_rehearsing())
		return;
	risk = gov_gate_risk(action, &gated);
	if (!gated || gov_cover_allows(risk))
		return;
	level = gov_spi_begin();
	passed = gov_run(&find_consumed, gov_text(action), gov_datum(fields, false)) > 0;
	gov_spi_end(level);
	if (!passed)
		ereport(ERROR,
				(errcode(ERRCODE_GOV_APPROVAL_NEEDED),
				 errmsg("%s needs an approval of action \"%s\"", what, action),
				 errdetail("No approval for it was used in this transaction."),
				 errhint("Make the change with its function and an approval; gov_gated_act tells which function.")));
}

/*
 * For writers that bypass the functions: the same once gates are armed.  What
 * an act of ours writes has passed a gate of its own.
 */
void
gov_gate_ensure_passed(const char *action, Datum fields, const char *what)
{
	if (!gov_spi_running() && gov_gates_armed())
		gov_gate_ensure_used(action, fields, what);
}
