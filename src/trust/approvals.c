/*-------------------------------------------------------------------------
 *
 * trust/approvals.c
 *	  Requests for approval, votes, confirmation.
 *
 * A request fixes action, target and a hash of both.  Votes come from
 * authorities through their database role: the session user must be a real
 * member of it (being a superuser makes nobody one), and the role must be the
 * very one the authority was tied to, not a later one of the same name.  One
 * session user has one voice on a request, however many authorities it speaks
 * for, and none on its own request.  Any reject ends it.  The quorum depends
 * on the risk; an agent's vote is recorded and never counts towards it.
 * Where a risk needs confirmation, a sovereign has to repeat the hash.
 *
 * Voting and confirming are procedures that refuse to run anywhere but as a
 * statement of their own, so that nobody's session is made to vote, and in a
 * session that bears another name than it logged in with (SET SESSION
 * AUTHORIZATION).  Votes are counted only once the request's row is locked, so
 * of two last votes the second sees the first.
 *
 * A vote or confirmation that cannot count ends in an error, and leaves an
 * entry in the ledger all the same.  Not so one that was called wrongly:
 * where it may not be, or with arguments that name nothing.
 *
 * Transactions of a procedure:
 *
 *	1. All its work happens in the transaction of its CALL.  When it is done
 *	   the procedure leaves the commit to the CALL.
 *	2. On a refusal nothing but the ledger entry was written by then.  The
 *	   procedure commits it, which also frees the request's row, and raises
 *	   the error in the transaction that follows, which is empty.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"
#include "trust/quorum.h"
#include "trust/reach.h"
#include "trust/requests.h"
#include "trust/seen.h"

PG_FUNCTION_INFO_V1(gov_cast_vote);
PG_FUNCTION_INFO_V1(gov_confirm);
PG_FUNCTION_INFO_V1(gov_inbox);

static const char *const gates[] = {"open", "approval", NULL};
static const char *const votes[] = {"approve", "reject", NULL};

/* Columns of lock_request. */
enum {REQUEST_STATUS = 1, REQUEST_LAPSED, REQUEST_PROPOSER, REQUEST_PROPOSER_OID, REQUEST_RISK,
	REQUEST_ACTION, REQUEST_TARGET, REQUEST_CONTENT_HASH, REQUEST_CONFIRMED_BY,
	REQUEST_CONFIRMED_LOGIN, REQUEST_CONFIRMED_OID, REQUEST_ACT, REQUEST_SEEN};

GOV_QUERY(lock_request,
		  "SELECT status, expires_at <= pg_catalog.clock_timestamp(), proposer, proposer_oid::int8, risk, action, target,"
		  " content_hash, confirmed_by, confirmed_login, confirmed_oid::int8, act, seen"
		  " FROM @.gov_approval WHERE approval = $1 FOR UPDATE", TEXTOID);
/* Columns of find_voter. */
enum {VOTER_KIND = 1, VOTER_STATUS, VOTER_ROLE};

GOV_QUERY(find_voter,
		  "SELECT u.kind, u.status, " GOV_SPEAKER_COLUMNS("u") " FROM @.gov_authority AS u WHERE u.authority = $1", TEXTOID);
GOV_QUERY(find_vote,
		  "SELECT authority, cast_by FROM @.gov_vote WHERE approval = $1"
		  " AND (authority = $2 OR cast_by = $3 OR cast_by_oid = $4::oid)"
		  " ORDER BY authority = $2 DESC", TEXTOID, TEXTOID, TEXTOID, INT8OID);
GOV_QUERY(find_own_vote,
		  "SELECT authority FROM @.gov_vote WHERE approval = $1 AND authority <> $2"
		  " AND (cast_by = $3 OR cast_by_oid = $4::oid)", TEXTOID, TEXTOID, TEXTOID, INT8OID);
GOV_QUERY(insert_vote,
		  "INSERT INTO @.gov_vote (approval, authority, vote, cast_by, cast_by_oid, kind, comment)"
		  " VALUES ($1, $2, $3, $4, $5::oid, $6, $7)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID);

/* Is an interval longer than nothing? */
static bool
gov_approval_interval_is_positive(Interval *interval)
{
	Interval	nothing = {0};

	return DatumGetBool(DirectFunctionCall2(interval_gt, IntervalPGetDatum(interval),
											IntervalPGetDatum(&nothing)));
}

/* Columns of compare_request. */
enum {COMPARED_ACTION = 1, COMPARED_TARGET, COMPARED_JUSTIFICATION, COMPARED_PROPOSER,
	COMPARED_STATUS, COMPARED_ACT};

/* A request of this name, and whether it asks for the same, for the same reason. */
GOV_QUERY(compare_request,
		  "SELECT action, target::text, justification, proposer, status, act"
		  " FROM @.gov_approval WHERE approval = $1", TEXTOID);

/*
 * Raises unless a request that is there already asks for the same as this
 * session's; its status.
 */
static char *
gov_request_ensure_same(const char *approval, const GovCall *call, const char *justification)
{
	StringInfoData differences;
	char	   *status = NULL;
	int			level = gov_spi_begin();

	gov_difference_begin(&differences);
	if (gov_run_latest(&compare_request, gov_text(approval)) > 0)
	{
		gov_difference(&differences, "action", gov_result_text(0, COMPARED_ACTION), call->action);
		gov_difference(&differences, "act", gov_result_text(0, COMPARED_ACT), call->act);
		gov_difference(&differences, "target", gov_result_text(0, COMPARED_TARGET),
					   DatumGetCString(DirectFunctionCall1(jsonb_out, call->target)));
		gov_difference(&differences, "justification", gov_result_text(0, COMPARED_JUSTIFICATION), justification);
		gov_difference(&differences, "proposer", gov_result_text(0, COMPARED_PROPOSER), gov_session_user_name());
		status = gov_result_text(0, COMPARED_STATUS);
	}
	gov_spi_end(level);
	gov_ensure_no_difference(&differences, psprintf("approval \"%s\"", approval), "Choose another name.");
	return status;
}

/* The state that the voters on a call are to see; raises when what it names is not there. */
static Datum
gov_request_seen(const GovCall *call)
{
	char	   *missing;
	Datum		seen = gov_seen_now(call->act, call->target, false, &missing);

	if (missing != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the call names what does not exist: %s", missing),
				 errhint("An approval is for things as their voters see them; make them first.")));
	return seen;
}

/*
 * gov_request_approval(approval, action, target, justification, expires_in,
 * act): asks for the approval of one call.
 */
GOV_ACT(gov_request_approval)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	char	   *action = gov_arg_code(fcinfo, 1, "action");
	char	   *justification = gov_arg_text(fcinfo, 3, "justification");
	GovCall		call;
	char	   *in_words;
	Datum		seen;
	bool		gated;
	char	   *risk;
	bool		made;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(2), "target");
	gov_ensure_not_null(PG_ARGISNULL(4), "expires_in");
	gov_ensure_not_blank(justification, "justification", ERRCODE_INVALID_PARAMETER_VALUE, "Say why; whoever votes reads it.");
	if (!gov_approval_interval_is_positive(PG_GETARG_INTERVAL_P(4)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be more than nothing", "expires_in")));
	call = gov_call_read(action, gov_arg_code_or_null(fcinfo, 5, "act"), gov_seen_named(gov_ensure_target(PG_GETARG_DATUM(2))),
						 gov_lifecycle_leads_on, &in_words);
	seen = gov_request_seen(&call);

	risk = gov_gate_risk(action, &gated);
	level = gov_spi_begin();
	made = gov_request_put(&(GovRequest) {
		.approval = approval, .action = action, .act = call.act, .target = call.target, .seen = seen,
		.content_hash = gov_approval_hash(&call, seen), .in_words = in_words,
		.risk = risk, .justification = justification, .expires_in = PG_GETARG_DATUM(4)
	});
	gov_spi_end(level);
	if (!made)
		return gov_answer(GOV_UNCHANGED, "approval \"%s\": %s", approval,
						  gov_request_ensure_same(approval, &call, justification));
	gov_ledger_append("request_approval", 0, gov_json_object("approval", approval), gov_json_call(fcinfo));
	return gov_answer(GOV_CREATED, "approval \"%s\": pending", approval);
}

/* Why a vote or a confirmation cannot count, and what could be done. */
typedef struct GovRefusal
{
	const char *reason;
	const char *hint;
} GovRefusal;

/* Notes a refusal; always false, so that a check can return it. */
static bool
gov_vote_refuse(GovRefusal *refusal, const char *reason, const char *hint)
{
	refusal->reason = reason;
	refusal->hint = hint;
	return false;
}

/*
 * Ends a procedure with a refusal: the ledger entry is committed, then the
 * error raised.  The second of the two steps at the head of the file.
 */
static void
gov_vote_end_refused(const char *action, const char *approval, const char *authority,
					 const GovRefusal *refusal, int *level, GovSecurity *security)
{
	int64		seq = gov_ledger_append(action, 0, gov_json_object("approval", approval),
										gov_json_object("authority", authority, "reason", refusal->reason));

	gov_spi_commit_as_owner(level, security);
	ereport(ERROR,
			(errcode(ERRCODE_GOV_VOTE_REFUSED),
			 errmsg("no vote of this session counts on approval \"%s\"", approval),
			 errdetail("%s Ledger entry " INT64_FORMAT ".", refusal->reason, seq),
			 refusal->hint != NULL ? errhint("%s", refusal->hint) : 0));
}

/* Locks a request, whose row is then the last result; raises when there is none. */
static void
gov_approval_lock(const char *approval)
{
	if (gov_run_latest(&lock_request, gov_text(approval)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("approval \"%s\" does not exist", approval),
				 errhint("List the open ones: SELECT * FROM %s.gov_approval_status WHERE status = 'pending'.",
						 gov_schema_quoted())));
}

/* Is the locked request as it was asked for, and what it is about as it was then? */
static bool
gov_vote_sees_the_same(GovRefusal *refusal)
{
	GovCall		call = {gov_result_text(0, REQUEST_ACTION), gov_result_text(0, REQUEST_ACT), (Datum) 0};
	bool		isnull;
	Datum		seen = gov_result_datum(0, REQUEST_SEEN, &isnull);
	char	   *changes;
	char	   *missing;

	call.target = gov_result_datum(0, REQUEST_TARGET, &isnull);
	if (strcmp(gov_approval_hash(&call, seen), gov_result_text(0, REQUEST_CONTENT_HASH)) != 0)
		return gov_vote_refuse(refusal, "Its content was changed after it was requested.",
							   "Ask for a new one with gov_request_approval.");
	changes = gov_seen_changes(seen, gov_seen_now(call.act, call.target, false, &missing));
	if (changes != NULL)
		return gov_vote_refuse(refusal, psprintf("What it is about has changed: %s.", changes),
							   "Ask for a new one with gov_request_approval.");
	return true;
}

/*
 * Locks a request, which has to exist; is it open, as it was asked for, and
 * somebody else's?  The row stays as the last result.
 */
static bool
gov_vote_lock_request(const char *approval, GovRefusal *refusal)
{
	char	   *status;

	gov_approval_lock(approval);
	status = gov_result_text(0, REQUEST_STATUS);
	if (strcmp(status, "pending") != 0)
		return gov_vote_refuse(refusal, psprintf("It is %s.", status), NULL);
	if (gov_result_bool(0, REQUEST_LAPSED))
		return gov_vote_refuse(refusal, "It has expired.", "Ask for a new one with gov_request_approval.");
	if (strcmp(gov_result_text(0, REQUEST_PROPOSER), gov_session_user_name()) == 0 ||
		gov_result_int8(0, REQUEST_PROPOSER_OID) == (int64) GetSessionUserId())
		return gov_vote_refuse(refusal,
							   psprintf("Session user \"%s\" asked for it.", gov_session_user_name()),
							   "Nobody votes on what it asked for itself.");
	return gov_vote_sees_the_same(refusal);
}

/*
 * The kind in which the session speaks for an authority, which has to exist;
 * NULL when it does not.  A session that belongs to an agent speaks as one,
 * whoever it speaks for.
 */
static char *
gov_vote_voter_kind(const char *authority, GovRefusal *refusal)
{
	char	   *kind;
	GovKeptRole speaker;
	bool		speaks = false;

	gov_ensure_authority(authority, false);
	(void) gov_run_latest(&find_voter, gov_text(authority));
	kind = gov_result_text(0, VOTER_KIND);
	speaker = gov_result_role(0, VOTER_ROLE);
	if (GetAuthenticatedUserId() != GetSessionUserId())
		gov_vote_refuse(refusal,
						psprintf("This session logged in as \"%s\" and goes by \"%s\".",
								 GetUserNameFromId(GetAuthenticatedUserId(), true), gov_session_user_name()),
						"A vote is cast in a session of one's own.");
	else if (strcmp(gov_result_text(0, VOTER_STATUS), "active") != 0)
		gov_vote_refuse(refusal, psprintf("Authority \"%s\" is %s.", authority, gov_result_text(0, VOTER_STATUS)), NULL);
	else if (speaker.name == NULL)
		gov_vote_refuse(refusal, psprintf("No role speaks for authority \"%s\".", authority),
						"Tie it to one with gov_set_authority.");
	else if (!OidIsValid(gov_role_meant(&speaker)))
		gov_vote_refuse(refusal,
						psprintf("Role \"%s\" is not the one that authority \"%s\" was tied to.", speaker.name, authority),
						"A superuser confirms the role of today with gov_rebind.");
	else if (!gov_session_is_member(&speaker))
		gov_vote_refuse(refusal,
						psprintf("Session user \"%s\" is no member of role \"%s\", which speaks for authority \"%s\".",
								 gov_session_user_name(), gov_role_called(&speaker), authority),
						"Being a superuser makes nobody a member; SET ROLE changes nothing.");
	else
		speaks = true;
	if (!speaks)
		return NULL;
	return gov_session_is_agent() ? pstrdup("agent") : kind;
}

/* Approves a locked request if it lacks nothing any more. */
static void
gov_approval_decide_if_complete(const char *approval)
{
	if (gov_quorum_missing(approval) == NULL)
		gov_request_decide(approval, "approved");
}

/* Has neither the authority voted nor the session user, or confirmed for another? */
static bool
gov_vote_is_first(const char *approval, const char *authority, GovRefusal *refusal)
{
	if (!gov_result_isnull(0, REQUEST_CONFIRMED_BY) && strcmp(gov_result_text(0, REQUEST_CONFIRMED_BY), authority) != 0 &&
		(strcmp(gov_result_text(0, REQUEST_CONFIRMED_LOGIN), gov_session_user_name()) == 0 ||
		 gov_result_int8(0, REQUEST_CONFIRMED_OID) == (int64) GetSessionUserId()))
		return gov_vote_refuse(refusal,
							   psprintf("Session user \"%s\" has confirmed it, for authority \"%s\".",
										gov_session_user_name(), gov_result_text(0, REQUEST_CONFIRMED_BY)),
							   "A session user has one voice, however many authorities it speaks for.");
	if (gov_run_latest(&find_vote, gov_text(approval), gov_text(authority),
					   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId())) == 0)
		return true;
	if (strcmp(gov_result_text(0, 1), authority) == 0)
		return gov_vote_refuse(refusal, psprintf("Authority \"%s\" has voted.", authority), NULL);
	return gov_vote_refuse(refusal,
						   psprintf("Session user \"%s\" has voted, for authority \"%s\".",
									gov_session_user_name(), gov_result_text(0, 1)),
						   "A session user has one voice, however many authorities it speaks for.");
}

/*
 * Stores a vote and what follows from it.  An agent's can end a request, and
 * never completes a quorum, not even one that was there without it.
 */
static void
gov_vote_store(const char *approval, const char *authority, const char *vote,
			   const char *kind, const char *comment)
{
	(void) gov_run(&insert_vote, gov_text(approval), gov_text(authority), gov_text(vote),
				   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()),
				   gov_text(kind), gov_text(comment));
	if (strcmp(vote, "reject") == 0)
		gov_request_decide(approval, "rejected");
	else if (strcmp(kind, "agent") != 0)
		gov_approval_decide_if_complete(approval);
}

/* CALL gov_cast_vote(approval, authority, vote, comment). */
Datum
gov_cast_vote(PG_FUNCTION_ARGS)
{
	char	   *approval;
	char	   *authority;
	char	   *vote;
	char	   *comment;
	GovSecurity security;
	GovRefusal	refusal;
	char	   *kind = NULL;
	int			level;

	gov_ensure_top_level(fcinfo, "gov_cast_vote");
	approval = gov_arg_code(fcinfo, 0, "approval");
	authority = gov_arg_code(fcinfo, 1, "authority");
	vote = gov_arg_text(fcinfo, 2, "vote");
	comment = gov_arg_text_or_null(fcinfo, 3);
	gov_ensure_one_of(vote, "vote", votes);
	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin_nonatomic();
	if (!gov_vote_lock_request(approval, &refusal) ||
		!gov_vote_is_first(approval, authority, &refusal) ||
		(kind = gov_vote_voter_kind(authority, &refusal)) == NULL)
		gov_vote_end_refused("vote_refused", approval, authority, &refusal, &level, &security);
	gov_vote_store(approval, authority, vote, kind, comment);
	gov_spi_end(level);
	gov_security_leave(&security);
	gov_ledger_append_as(authority, "cast_vote", 0, gov_json_object("approval", approval),
						 gov_json_object("vote", vote, "kind", kind, "comment", comment));
	PG_RETURN_VOID();
}

/*
 * Can the session confirm the locked request for this authority?  As a
 * sovereign, with the right hash, and with no voice given to another.
 */
static bool
gov_confirm_is_valid(const char *approval, const char *authority, const char *given, GovRefusal *refusal)
{
	char	   *kind;

	if (!gov_result_isnull(0, REQUEST_CONFIRMED_BY))
		return gov_vote_refuse(refusal, psprintf("Authority \"%s\" has confirmed it.", gov_result_text(0, REQUEST_CONFIRMED_BY)), NULL);
	if (strcmp(gov_result_text(0, REQUEST_CONTENT_HASH), given) != 0)
		return gov_vote_refuse(refusal, "The hash given is not that of its content.",
							   "Read action and target in gov_approval, then give their content_hash.");
	if (gov_run_latest(&find_own_vote, gov_text(approval), gov_text(authority),
					   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId())) > 0)
		return gov_vote_refuse(refusal,
							   psprintf("Session user \"%s\" has voted, for authority \"%s\".",
										gov_session_user_name(), gov_result_text(0, 1)),
							   "A session user has one voice, however many authorities it speaks for.");
	kind = gov_vote_voter_kind(authority, refusal);
	if (kind != NULL && strcmp(kind, "sovereign") != 0)
		return gov_vote_refuse(refusal,
							   psprintf("This session does not speak for \"%s\" as a sovereign.", authority),
							   "Only a sovereign confirms.");
	return kind != NULL;
}

/* CALL gov_confirm(approval, authority, content_hash): a sovereign repeats the hash. */
Datum
gov_confirm(PG_FUNCTION_ARGS)
{
	char	   *approval;
	char	   *authority;
	char	   *given;
	GovSecurity security;
	GovRefusal	refusal;
	int			level;

	gov_ensure_top_level(fcinfo, "gov_confirm");
	approval = gov_arg_code(fcinfo, 0, "approval");
	authority = gov_arg_code(fcinfo, 1, "authority");
	given = gov_arg_text(fcinfo, 2, "content_hash");
	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin_nonatomic();
	if (!gov_vote_lock_request(approval, &refusal) ||
		!gov_confirm_is_valid(approval, authority, given, &refusal))
		gov_vote_end_refused("confirm_refused", approval, authority, &refusal, &level, &security);
	gov_request_confirm(approval, authority);
	gov_approval_decide_if_complete(approval);
	gov_spi_end(level);
	gov_security_leave(&security);
	gov_ledger_append_as(authority, "confirm", 0, gov_json_object("approval", approval),
						 gov_json_object("content_hash", given));
	PG_RETURN_VOID();
}

/* gov_withdraw(approval): whoever asked takes the request back. */
GOV_ACT(gov_withdraw)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	int			level = gov_spi_begin();

	gov_approval_lock(approval);
	if (gov_result_int8(0, REQUEST_PROPOSER_OID) != (int64) GetSessionUserId() &&
		strcmp(gov_result_text(0, REQUEST_PROPOSER), gov_session_user_name()) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("approval \"%s\" cannot be withdrawn by session user \"%s\"",
						approval, gov_session_user_name()),
				 errdetail("It was asked for by \"%s\".", gov_result_text(0, REQUEST_PROPOSER))));
	if (strcmp(gov_result_text(0, REQUEST_STATUS), "withdrawn") == 0)
	{
		gov_spi_end(level);
		return gov_answer(GOV_UNCHANGED, "approval \"%s\": withdrawn", approval);
	}
	gov_ensure_transition("approval", psprintf("approval \"%s\"", approval), gov_result_text(0, REQUEST_STATUS), "withdrawn", NULL);
	gov_request_withdraw(approval);
	gov_spi_end(level);
	gov_ledger_append("withdraw", 0, gov_json_object("approval", approval), (Datum) 0);
	return gov_answer(GOV_ENDED, "approval \"%s\": pending -> withdrawn", approval);
}

GOV_QUERY(upsert_action,
		  "INSERT INTO @.gov_action AS a (action, risk, gate) VALUES ($1, $2, $3)"
		  " ON CONFLICT (action) DO UPDATE SET risk = $2, gate = $3", TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(update_quorum,
		  "UPDATE @.gov_quorum_rule SET min_approvals = COALESCE($2, min_approvals),"
		  " min_sovereign = COALESCE($3, min_sovereign), min_council = COALESCE($4, min_council),"
		  " needs_confirmation = COALESCE($5, needs_confirmation) WHERE risk = $1",
		  TEXTOID, INT4OID, INT4OID, INT4OID, BOOLOID);

/* Is an action's gate as it is asked for? */
GOV_QUERY(find_gate,
		  "SELECT risk = $2 AND gate = $3 FROM @.gov_action WHERE action = $1", TEXTOID, TEXTOID, TEXTOID);

/* The same for a quorum; NULL asks for nothing. */
GOV_QUERY(find_quorum,
		  "SELECT min_approvals = COALESCE($2, min_approvals) AND min_sovereign = COALESCE($3, min_sovereign)"
		  " AND min_council = COALESCE($4, min_council)"
		  " AND needs_confirmation = COALESCE($5, needs_confirmation)"
		  " FROM @.gov_quorum_rule WHERE risk = $1",
		  TEXTOID, INT4OID, INT4OID, INT4OID, BOOLOID);

/* gov_set_gate(action, risk, gate, approval): constitutional once armed. */
GOV_ACT(gov_set_gate)
{
	char	   *action = gov_arg_code(fcinfo, 0, "action");
	char	   *risk = gov_arg_text(fcinfo, 1, "risk");
	char	   *gate = gov_arg_text(fcinfo, 2, "gate");
	GovReach	reach;
	bool		was;
	bool		same;
	int			level;

	gov_ensure_one_of(risk, "risk", gov_gate_risks);
	gov_ensure_one_of(gate, "gate", gates);
	gov_ensure_not_agent("change a gate");
	level = gov_spi_begin();
	was = gov_run_latest(&find_gate, gov_text(action), gov_text(risk), gov_text(gate)) > 0;
	same = was && gov_result_bool(0, 1);
	gov_spi_end(level);
	if (same)
		return gov_answer(GOV_UNCHANGED, "gate of action \"%s\": %s, risk %s", action, gate, risk);
	gov_gate_pass_call("change_trust", fcinfo, gov_arg_code_or_null(fcinfo, 3, "approval"));
	reach = gov_reach_before();
	level = gov_spi_begin();
	(void) gov_run(&upsert_action, gov_text(action), gov_text(risk), gov_text(gate));
	gov_spi_end(level);
	gov_reach_ensure(&reach);
	gov_ledger_append("set_gate", 0, gov_json_object("action", action), gov_json_call(fcinfo));
	return gov_answer(was ? GOV_CHANGED : GOV_CREATED, "gate of action \"%s\": %s, risk %s", action, gate, risk);
}

/* Raises when an argument of a quorum, where it is given, is less than it may be. */
static void
gov_quorum_ensure_least(FunctionCallInfo fcinfo, int argno, const char *name, int32 least)
{
	if (!PG_ARGISNULL(argno) && PG_GETARG_INT32(argno) < least)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("argument \"%s\" must be at least %d", name, least),
				 errdetail("It is %d.", PG_GETARG_INT32(argno))));
}

/*
 * gov_set_quorum(risk, min_approvals, min_sovereign, min_council,
 * needs_confirmation, approval): NULL keeps what is there.
 */
GOV_ACT(gov_set_quorum)
{
	char	   *risk = gov_arg_text(fcinfo, 0, "risk");
	GovArg		args[] = {
		gov_text(risk),
		gov_datum(PG_GETARG_DATUM(1), PG_ARGISNULL(1)), gov_datum(PG_GETARG_DATUM(2), PG_ARGISNULL(2)),
		gov_datum(PG_GETARG_DATUM(3), PG_ARGISNULL(3)), gov_datum(PG_GETARG_DATUM(4), PG_ARGISNULL(4))
	};
	GovReach	reach;
	bool		same;
	int			level;

	gov_ensure_one_of(risk, "risk", gov_gate_risks);
	gov_quorum_ensure_least(fcinfo, 1, "min_approvals", 1);
	gov_quorum_ensure_least(fcinfo, 2, "min_sovereign", 0);
	gov_quorum_ensure_least(fcinfo, 3, "min_council", 0);
	gov_ensure_not_agent("change a quorum");
	level = gov_spi_begin();
	same = gov_run_latest_args(&find_quorum, lengthof(args), args) > 0 && gov_result_bool(0, 1);
	gov_spi_end(level);
	if (same)
		return gov_answer(GOV_UNCHANGED, "quorum of risk %s", risk);
	gov_gate_pass_call("change_trust", fcinfo, gov_arg_code_or_null(fcinfo, 5, "approval"));
	reach = gov_reach_before();
	level = gov_spi_begin();
	(void) gov_run_args(&update_quorum, lengthof(args), args);
	gov_spi_end(level);
	gov_reach_ensure(&reach);
	gov_ledger_append("set_quorum", 0, gov_json_object("risk", risk), gov_json_call(fcinfo));
	return gov_answer(GOV_CHANGED, "quorum of risk %s", risk);
}

/* Columns of find_inbox. */
enum {INBOX_APPROVAL = 1, INBOX_AUTHORITY, INBOX_ROLE, INBOX_KIND = INBOX_ROLE + 3,
	INBOX_TO_CONFIRM, INBOX_TO_VOTE};

GOV_QUESTION(find_inbox,
			 "SELECT a.approval, u.authority, " GOV_SPEAKER_COLUMNS("u") ", u.kind,"
			 " q.needs_confirmation AND a.confirmed_by IS NULL AND u.kind = 'sovereign',"
			 " NOT EXISTS (SELECT FROM @.gov_vote v WHERE v.approval = a.approval"
			 "  AND (v.authority = u.authority OR v.cast_by = $1 OR v.cast_by_oid = $2::oid))"
			 " FROM @.gov_approval a JOIN @.gov_quorum_rule q ON q.risk = a.risk"
			 " CROSS JOIN @.gov_authority u"
			 " WHERE a.status = 'pending' AND a.expires_at > pg_catalog.clock_timestamp()"
			 " AND a.proposer <> $1 AND a.proposer_oid <> $2::oid"
			 " AND u.status = 'active' AND u.role_name IS NOT NULL"
			 " ORDER BY a.created_at, a.approval, u.authority", TEXTOID, INT8OID);

/*
 * gov_inbox(): what the session user could vote on or confirm; behind
 * gov_my_inbox.
 */
Datum
gov_inbox(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			level;
	uint64		count;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	count = gov_run(&find_inbox, gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()));
	for (uint64 row = 0; row < count; row++)
	{
		GovKeptRole speaker = gov_result_role(row, INBOX_ROLE);

		if (!gov_session_is_member(&speaker))
			continue;
		for (int what = 0; what < 2; what++)
		{
			Datum		values[3];
			bool		nulls[3] = {false};

			if (!gov_result_bool(row, what == 0 ? INBOX_TO_VOTE : INBOX_TO_CONFIRM))
				continue;
			values[0] = gov_text_field(gov_result_text(row, INBOX_APPROVAL), &nulls[0]);
			values[1] = gov_text_field(gov_result_text(row, INBOX_AUTHORITY), &nulls[1]);
			values[2] = gov_text_field(what == 0 ? "vote" : "confirm", &nulls[2]);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	gov_spi_end(level);
	return (Datum) 0;
}
