/*-------------------------------------------------------------------------
 *
 * approvals.c
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
 * statement of their own, so that nobody's session is made to vote.  Votes
 * are counted only once the request's row is locked, so of two last votes the
 * second sees the first.
 *
 * Transactions: a procedure does all its work in the transaction of its CALL
 * and leaves the commit to it.  A refused vote ends in an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "approvals.h"
#include "authorities.h"
#include "gates.h"
#include "gov_catalog.h"
#include "gov_errors.h"
#include "gov_json.h"
#include "gov_security.h"
#include "gov_spi.h"
#include "gov_util.h"
#include "ledger.h"

PG_FUNCTION_INFO_V1(gov_request_approval);
PG_FUNCTION_INFO_V1(gov_cast_vote);
PG_FUNCTION_INFO_V1(gov_confirm);
PG_FUNCTION_INFO_V1(gov_withdraw);
PG_FUNCTION_INFO_V1(gov_set_gate);
PG_FUNCTION_INFO_V1(gov_set_quorum);
PG_FUNCTION_INFO_V1(gov_approval_states);
PG_FUNCTION_INFO_V1(gov_inbox);

static const char *const risks[] = {"low", "medium", "high", "constitutional", NULL};
static const char *const gates[] = {"open", "approval", NULL};
static const char *const votes[] = {"approve", "reject", NULL};

GOV_QUERY(insert_approval,
		  "INSERT INTO @.gov_approval (approval, action, target, content_hash, risk, proposer,"
		  " proposer_oid, justification, expires_at)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7::oid, $8, pg_catalog.now() + $9)"
		  " ON CONFLICT (approval) DO NOTHING",
		  TEXTOID, TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, INTERVALOID);
GOV_QUERY(expire_lapsed,
		  "UPDATE @.gov_approval SET status = 'expired'"
		  " WHERE status IN ('pending', 'approved') AND expires_at <= pg_catalog.now()");
GOV_QUERY(lock_request,
		  "SELECT status, expires_at <= pg_catalog.now(), proposer, proposer_oid::int8, risk, action, target,"
		  " content_hash, confirmed_by"
		  " FROM @.gov_approval WHERE approval = $1 FOR UPDATE", TEXTOID);
GOV_QUERY(find_voter,
		  "SELECT kind, status, role_name, role_oid::int8 FROM @.gov_authority WHERE authority = $1", TEXTOID);
GOV_QUERY(find_vote,
		  "SELECT authority, cast_by FROM @.gov_vote WHERE approval = $1"
		  " AND (authority = $2 OR cast_by = $3 OR cast_by_oid = $4::oid)"
		  " ORDER BY authority = $2 DESC", TEXTOID, TEXTOID, TEXTOID, INT8OID);
GOV_QUERY(insert_vote,
		  "INSERT INTO @.gov_vote (approval, authority, vote, cast_by, cast_by_oid, kind, comment)"
		  " VALUES ($1, $2, $3, $4, $5::oid, $6, $7)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID);
GOV_QUERY(decide_approval,
		  "UPDATE @.gov_approval SET status = $2, decided_at = pg_catalog.now(), decided_by = $3,"
		  " decided_by_oid = $4::oid WHERE approval = $1",
		  TEXTOID, TEXTOID, TEXTOID, INT8OID);
GOV_QUERY(confirm_approval,
		  "UPDATE @.gov_approval SET confirmed_by = $2, confirmed_at = pg_catalog.now() WHERE approval = $1",
		  TEXTOID, TEXTOID);
GOV_QUERY(withdraw_approval,
		  "UPDATE @.gov_approval SET status = 'withdrawn', decided_at = pg_catalog.now(), decided_by = $2"
		  " WHERE approval = $1", TEXTOID, TEXTOID);

/*
 * The state of requests: what counts of the votes, and what the quorum asks.
 * A vote counts while its authority is active, and never one of an agent.
 */
#define COUNT_VOTES \
	"SELECT a.approval, a.status, a.risk," \
	" pg_catalog.count(*) FILTER (WHERE c.counts)," \
	" pg_catalog.count(*) FILTER (WHERE c.counts AND v.kind = 'sovereign')," \
	" pg_catalog.count(*) FILTER (WHERE c.counts AND v.kind = 'council')," \
	" q.min_approvals, q.min_sovereign, q.min_council, q.needs_confirmation," \
	" a.confirmed_by," \
	" pg_catalog.string_agg(v.authority || ' (' || v.kind || ', ' || v.cast_by || '): ' || v.vote, '; ' ORDER BY v.cast_at, v.authority)," \
	" a.expires_at <= pg_catalog.now()" \
	" FROM @.gov_approval a" \
	" JOIN @.gov_quorum_rule q ON q.risk = a.risk" \
	" LEFT JOIN (@.gov_vote v JOIN @.gov_authority u ON u.authority = v.authority" \
	"  CROSS JOIN LATERAL (SELECT v.vote = 'approve' AND v.kind <> 'agent' AND u.kind <> 'agent'" \
	"   AND u.status = 'active' AS counts) c) ON v.approval = a.approval"
GOV_QUERY(count_votes, COUNT_VOTES " WHERE a.approval = $1 GROUP BY a.approval, q.risk", TEXTOID);
GOV_QUERY(count_all_votes, COUNT_VOTES " GROUP BY a.approval, q.risk ORDER BY a.created_at, a.approval");

/* Columns of COUNT_VOTES. */
enum GovCountColumn
{
	GOV_COUNT_APPROVAL = 1,
	GOV_COUNT_STATUS,
	GOV_COUNT_RISK,
	GOV_COUNT_APPROVALS,
	GOV_COUNT_SOVEREIGN,
	GOV_COUNT_COUNCIL,
	GOV_COUNT_MIN_APPROVALS,
	GOV_COUNT_MIN_SOVEREIGN,
	GOV_COUNT_MIN_COUNCIL,
	GOV_COUNT_NEEDS_CONFIRMATION,
	GOV_COUNT_CONFIRMED_BY,
	GOV_COUNT_VOTERS,
	GOV_COUNT_LAPSED
};

/* See the header. */
uint64
gov_approvals_expire_lapsed(void)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&expire_lapsed);

	gov_spi_end(level);
	return count;
}

/* Is an interval longer than nothing? */
static bool
gov_interval_is_positive(Interval *interval)
{
	Interval	nothing = {0};

	return DatumGetBool(DirectFunctionCall2(interval_gt, IntervalPGetDatum(interval),
											IntervalPGetDatum(&nothing)));
}

/*
 * gov_request_approval(approval, action, target, justification, expires_in):
 * asks for the approval of one call.
 */
Datum
gov_request_approval(PG_FUNCTION_ARGS)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	char	   *action = gov_arg_code(fcinfo, 1, "action");
	char	   *justification = gov_arg_text(fcinfo, 3, "justification");
	Datum		target;
	bool		gated;
	char	   *risk;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(2), "target");
	gov_ensure_not_null(PG_ARGISNULL(4), "expires_in");
	target = gov_ensure_target(PG_GETARG_DATUM(2));
	if (justification[strspn(justification, " \t\r\n")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be empty", "justification"),
				 errhint("Say why; whoever votes reads it.")));
	if (!gov_interval_is_positive(PG_GETARG_INTERVAL_P(4)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be more than nothing", "expires_in")));

	risk = gov_action_risk(action, &gated);
	level = gov_spi_begin();
	if (gov_run(&insert_approval, gov_text(approval), gov_text(action), gov_datum(target, false),
				gov_text(gov_approval_hash(action, target)), gov_text(risk),
				gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()),
				gov_text(justification), gov_datum(PG_GETARG_DATUM(4), false)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("approval \"%s\" already exists", approval),
				 errhint("Choose another name.")));
	gov_spi_end(level);
	gov_ledger_append("request_approval", 0, gov_json_object("approval", approval), gov_json_call(fcinfo));
	PG_RETURN_VOID();
}

/* Raises because a vote or a confirmation cannot count. */
static void
gov_vote_refuse(const char *approval, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_GOV_VOTE_REFUSED),
			 errmsg("no vote of this session counts on approval \"%s\"", approval),
			 errdetail_internal("%s", detail),
			 hint != NULL ? errhint("%s", hint) : 0));
}

/*
 * Locks a request and raises unless it is open and somebody else's.  The row
 * stays as the last result.
 */
static void
gov_vote_lock_request(const char *approval)
{
	char	   *status;

	if (gov_run_latest(&lock_request, gov_text(approval)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("approval \"%s\" does not exist", approval),
				 errhint("List the open ones: SELECT * FROM %s.gov_approval_status WHERE status = 'pending'.",
						 gov_schema_quoted())));
	status = gov_result_text(0, 1);
	if (strcmp(status, "pending") != 0)
		gov_vote_refuse(approval, psprintf("It is %s.", status), NULL);
	if (gov_result_bool(0, 2))
		gov_vote_refuse(approval, "It has expired.", "Ask for a new one with gov_request_approval.");
	if (strcmp(gov_result_text(0, 3), gov_session_user_name()) == 0 ||
		gov_result_int8(0, 4) == (int64) GetSessionUserId())
		gov_vote_refuse(approval,
						psprintf("Session user \"%s\" asked for it.", gov_session_user_name()),
						"Nobody votes on what it asked for itself.");
}

/*
 * The kind in which the session speaks for an authority; raises when it does
 * not.  A session that belongs to an agent speaks as one, whoever it speaks for.
 */
static char *
gov_vote_voter_kind(const char *approval, const char *authority)
{
	char	   *kind;
	char	   *role_name;

	gov_ensure_authority(authority, true);
	(void) gov_run(&find_voter, gov_text(authority));
	kind = gov_result_text(0, 1);
	role_name = gov_result_text(0, 3);
	if (role_name == NULL)
		gov_vote_refuse(approval, psprintf("No role speaks for authority \"%s\".", authority),
						"Tie it to one with gov_set_authority.");
	if (gov_result_isnull(0, 4) ||
		gov_result_int8(0, 4) != (int64) get_role_oid(role_name, true))
		gov_vote_refuse(approval,
						psprintf("Role \"%s\" is not the one that authority \"%s\" was tied to.", role_name, authority),
						"A superuser confirms it by giving the role to gov_set_authority again.");
	if (!gov_session_is_member(role_name))
		gov_vote_refuse(approval,
						psprintf("Session user \"%s\" is no member of role \"%s\", which speaks for authority \"%s\".",
								 gov_session_user_name(), role_name, authority),
						"Being a superuser makes nobody a member; SET ROLE changes nothing.");
	return gov_session_is_agent() ? pstrdup("agent") : kind;
}

/* What a request still lacks, in words; NULL when the quorum is there. */
static char *
gov_approval_missing(uint64 row)
{
	StringInfoData words;
	static const struct
	{
		int			has;
		int			wants;
		const char *what;
	}			parts[] =
	{
		{GOV_COUNT_APPROVALS, GOV_COUNT_MIN_APPROVALS, "vote"},
		{GOV_COUNT_SOVEREIGN, GOV_COUNT_MIN_SOVEREIGN, "sovereign vote"},
		{GOV_COUNT_COUNCIL, GOV_COUNT_MIN_COUNCIL, "council vote"},
	};

	initStringInfo(&words);
	for (Size i = 0; i < lengthof(parts); i++)
	{
		int64		lacks = gov_result_int4(row, parts[i].wants) - gov_result_int8(row, parts[i].has);

		if (lacks > 0)
			appendStringInfo(&words, "%s" INT64_FORMAT " %s%s", words.len > 0 ? ", " : "",
							 lacks, parts[i].what, lacks > 1 ? "s" : "");
	}
	if (gov_result_bool(row, GOV_COUNT_NEEDS_CONFIRMATION) &&
		gov_result_isnull(row, GOV_COUNT_CONFIRMED_BY))
		appendStringInfo(&words, "%sa sovereign's confirmation", words.len > 0 ? ", " : "");
	return words.len > 0 ? words.data : NULL;
}

/* Moves a locked request on: the session user decided it. */
static void
gov_approval_decide(const char *approval, const char *status)
{
	(void) gov_run(&decide_approval, gov_text(approval), gov_text(status),
				   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()));
}

/* Approves a locked request if it lacks nothing any more. */
static void
gov_approval_decide_if_complete(const char *approval)
{
	(void) gov_run_latest(&count_votes, gov_text(approval));
	if (gov_approval_missing(0) == NULL)
		gov_approval_decide(approval, "approved");
}

/* Raises when the authority, or the session user, has voted already. */
static void
gov_vote_ensure_first(const char *approval, const char *authority)
{
	if (gov_run_latest(&find_vote, gov_text(approval), gov_text(authority),
					   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId())) == 0)
		return;
	if (strcmp(gov_result_text(0, 1), authority) == 0)
		gov_vote_refuse(approval, psprintf("Authority \"%s\" has voted.", authority), NULL);
	gov_vote_refuse(approval,
					psprintf("Session user \"%s\" has voted, for authority \"%s\".",
							 gov_session_user_name(), gov_result_text(0, 1)),
					"A session user has one voice, however many authorities it speaks for.");
}

/* CALL gov_cast_vote(approval, authority, vote, comment). */
Datum
gov_cast_vote(PG_FUNCTION_ARGS)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	char	   *authority = gov_arg_code(fcinfo, 1, "authority");
	char	   *vote = gov_arg_text(fcinfo, 2, "vote");
	char	   *comment = gov_arg_text_or_null(fcinfo, 3);
	GovSecurity security;
	char	   *kind;
	int			level;

	gov_ensure_top_level(fcinfo, "gov_cast_vote");
	gov_ensure_one_of(vote, "vote", votes);
	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin();
	gov_vote_lock_request(approval);
	kind = gov_vote_voter_kind(approval, authority);
	gov_vote_ensure_first(approval, authority);
	(void) gov_run(&insert_vote, gov_text(approval), gov_text(authority), gov_text(vote),
				   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()),
				   gov_text(kind), gov_text(comment));
	if (strcmp(vote, "reject") == 0)
		gov_approval_decide(approval, "rejected");
	else
		gov_approval_decide_if_complete(approval);
	gov_spi_end(level);
	gov_security_leave(&security);
	gov_ledger_append_as(authority, "cast_vote", 0, gov_json_object("approval", approval),
						 gov_json_object("vote", vote, "kind", kind, "comment", comment));
	PG_RETURN_VOID();
}

/* CALL gov_confirm(approval, authority, content_hash): a sovereign repeats the hash. */
Datum
gov_confirm(PG_FUNCTION_ARGS)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	char	   *authority = gov_arg_code(fcinfo, 1, "authority");
	char	   *given = gov_arg_text(fcinfo, 2, "content_hash");
	GovSecurity security;
	char	   *hash;
	int			level;
	bool		isnull;

	gov_ensure_top_level(fcinfo, "gov_confirm");
	gov_security_enter(&security, gov_extension_owner(), false);
	level = gov_spi_begin();
	gov_vote_lock_request(approval);
	if (!gov_result_isnull(0, 9))
		gov_vote_refuse(approval, psprintf("Authority \"%s\" has confirmed it.", gov_result_text(0, 9)), NULL);
	hash = gov_approval_hash(gov_result_text(0, 6), gov_result_datum(0, 7, &isnull));
	if (strcmp(hash, gov_result_text(0, 8)) != 0 || strcmp(hash, given) != 0)
		gov_vote_refuse(approval, "The hash given is not that of its content.",
						"Read action and target in gov_approval, then give their content_hash.");
	if (strcmp(gov_vote_voter_kind(approval, authority), "sovereign") != 0)
		gov_vote_refuse(approval, psprintf("This session does not speak for \"%s\" as a sovereign.", authority),
						"Only a sovereign confirms.");
	(void) gov_run(&confirm_approval, gov_text(approval), gov_text(authority));
	gov_approval_decide_if_complete(approval);
	gov_spi_end(level);
	gov_security_leave(&security);
	gov_ledger_append_as(authority, "confirm", 0, gov_json_object("approval", approval),
						 gov_json_object("content_hash", hash));
	PG_RETURN_VOID();
}

/* gov_withdraw(approval): whoever asked takes the request back. */
Datum
gov_withdraw(PG_FUNCTION_ARGS)
{
	char	   *approval = gov_arg_code(fcinfo, 0, "approval");
	int			level = gov_spi_begin();

	if (gov_run_latest(&lock_request, gov_text(approval)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("approval \"%s\" does not exist", approval)));
	if (gov_result_int8(0, 4) != (int64) GetSessionUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("approval \"%s\" cannot be withdrawn by session user \"%s\"",
						approval, gov_session_user_name()),
				 errdetail("It was asked for by \"%s\".", gov_result_text(0, 3))));
	(void) gov_run(&withdraw_approval, gov_text(approval), gov_text(gov_session_user_name()));
	gov_spi_end(level);
	gov_ledger_append("withdraw", 0, gov_json_object("approval", approval), (Datum) 0);
	PG_RETURN_VOID();
}

GOV_QUERY(upsert_action,
		  "INSERT INTO @.gov_action AS a (action, risk, gate) VALUES ($1, $2, $3)"
		  " ON CONFLICT (action) DO UPDATE SET risk = $2, gate = $3", TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(update_quorum,
		  "UPDATE @.gov_quorum_rule SET min_approvals = COALESCE($2, min_approvals),"
		  " min_sovereign = COALESCE($3, min_sovereign), min_council = COALESCE($4, min_council),"
		  " needs_confirmation = COALESCE($5, needs_confirmation) WHERE risk = $1",
		  TEXTOID, INT4OID, INT4OID, INT4OID, BOOLOID);

/* gov_set_gate(action, risk, gate, approval): constitutional once armed. */
Datum
gov_set_gate(PG_FUNCTION_ARGS)
{
	char	   *action = gov_arg_code(fcinfo, 0, "action");
	char	   *risk = gov_arg_text(fcinfo, 1, "risk");
	char	   *gate = gov_arg_text(fcinfo, 2, "gate");
	int			level;

	gov_ensure_one_of(risk, "risk", risks);
	gov_ensure_one_of(gate, "gate", gates);
	gov_ensure_not_agent("change a gate");
	gov_gate_pass_call("change_trust", fcinfo, gov_arg_code_or_null(fcinfo, 3, "approval"));
	level = gov_spi_begin();
	(void) gov_run(&upsert_action, gov_text(action), gov_text(risk), gov_text(gate));
	gov_spi_end(level);
	gov_ledger_append("set_gate", 0, gov_json_object("action", action), gov_json_call(fcinfo));
	PG_RETURN_VOID();
}

/*
 * gov_set_quorum(risk, min_approvals, min_sovereign, min_council,
 * needs_confirmation, approval): NULL keeps what is there.
 */
Datum
gov_set_quorum(PG_FUNCTION_ARGS)
{
	char	   *risk = gov_arg_text(fcinfo, 0, "risk");
	int			level;

	gov_ensure_one_of(risk, "risk", risks);
	gov_ensure_not_agent("change a quorum");
	gov_gate_pass_call("change_trust", fcinfo, gov_arg_code_or_null(fcinfo, 5, "approval"));
	level = gov_spi_begin();
	(void) gov_run(&update_quorum, gov_text(risk),
				   gov_datum(PG_GETARG_DATUM(1), PG_ARGISNULL(1)),
				   gov_datum(PG_GETARG_DATUM(2), PG_ARGISNULL(2)),
				   gov_datum(PG_GETARG_DATUM(3), PG_ARGISNULL(3)),
				   gov_datum(PG_GETARG_DATUM(4), PG_ARGISNULL(4)));
	gov_spi_end(level);
	gov_ledger_append("set_quorum", 0, gov_json_object("risk", risk), gov_json_call(fcinfo));
	PG_RETURN_VOID();
}

/* A text as a field of a row. */
static Datum
gov_approval_field(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/*
 * gov_approval_states(): for each request the votes that count and what is
 * missing in words; behind gov_approval_status.
 */
Datum
gov_approval_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			level;
	uint64		count;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	count = gov_run(&count_all_votes);
	for (uint64 row = 0; row < count; row++)
	{
		Datum		values[6];
		bool		nulls[6] = {false};
		bool		pending = strcmp(gov_result_text(row, GOV_COUNT_STATUS), "pending") == 0;
		bool		lapsed = gov_result_bool(row, GOV_COUNT_LAPSED);
		char	   *missing = gov_approval_missing(row);

		values[0] = gov_approval_field(gov_result_text(row, GOV_COUNT_APPROVAL), &nulls[0]);
		for (int i = 0; i < 3; i++)
			values[1 + i] = Int64GetDatum(gov_result_int8(row, GOV_COUNT_APPROVALS + i));
		values[4] = gov_approval_field(!pending ? NULL : lapsed ? "nothing: it has expired" : missing, &nulls[4]);
		values[5] = gov_approval_field(gov_result_text(row, GOV_COUNT_VOTERS), &nulls[5]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
	return (Datum) 0;
}

GOV_QUERY(find_inbox,
		  "SELECT a.approval, u.authority, u.role_name, u.role_oid::int8, u.kind,"
		  " q.needs_confirmation AND a.confirmed_by IS NULL AND u.kind = 'sovereign',"
		  " NOT EXISTS (SELECT FROM @.gov_vote v WHERE v.approval = a.approval"
		  "  AND (v.authority = u.authority OR v.cast_by = $1 OR v.cast_by_oid = $2::oid))"
		  " FROM @.gov_approval a JOIN @.gov_quorum_rule q ON q.risk = a.risk"
		  " CROSS JOIN @.gov_authority u"
		  " WHERE a.status = 'pending' AND a.expires_at > pg_catalog.now()"
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
		char	   *role_name = gov_result_text(row, 3);

		if (gov_result_isnull(row, 4) ||
			gov_result_int8(row, 4) != (int64) get_role_oid(role_name, true) ||
			!gov_session_is_member(role_name))
			continue;
		for (int what = 0; what < 2; what++)
		{
			Datum		values[3];
			bool		nulls[3] = {false};

			if (!gov_result_bool(row, what == 0 ? 7 : 6))
				continue;
			values[0] = gov_approval_field(gov_result_text(row, 1), &nulls[0]);
			values[1] = gov_approval_field(gov_result_text(row, 2), &nulls[1]);
			values[2] = gov_approval_field(what == 0 ? "vote" : "confirm", &nulls[2]);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	gov_spi_end(level);
	return (Datum) 0;
}
