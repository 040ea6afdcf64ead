/*-------------------------------------------------------------------------
 *
 * trust/reach.c
 *	  Whether an approval to change the root of trust can be got at all.
 *
 * Once gates bind, authorities, gates and quorums change under an approval of
 * action change_trust alone.  Where nobody could ever gather its votes that
 * would be for good: so gates are not armed then, and no act takes the last
 * voters away.  What happens behind the functions' back (roles dropped, no
 * longer allowed to log in, expired) is found by detector quorum_unreachable,
 * and gov_disarm leads out of it.
 *
 * A vote takes an authority and a login that speaks for it and for nobody's
 * agent; no two votes share either.  Whether so many of each kind can be
 * found is a question of flow: from the kinds of votes that are asked for,
 * through authorities, to logins.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "trust/gates.h"
#include "trust/reach.h"

PG_FUNCTION_INFO_V1(gov_quorum_lacking);

/* Kinds of votes that a quorum asks for. */
enum {VOTES_SOVEREIGN, VOTES_COUNCIL, VOTES_ANY, VOTES_KINDS};

static const char *const votes_words[] = {"sovereign vote", "council vote", "vote of any other authority"};

#define NOBODY (-1)

/* An authority that may vote. */
typedef struct GovReachVoter
{
	char	   *authority;
	int			kind;			/* VOTES_*: VOTES_ANY for those that are neither sovereign nor council */
	GovKeptRole role;
	Oid			speaker;		/* the role that is meant; InvalidOid for none */
	int			nlogins;		/* of those that speak for it, as many as there are votes, at most */
	int		   *logins;
	int			votes;			/* the kind of vote it gives, NOBODY for none */
	bool		seen_in;		/* has this search been at it as a voter, */
	bool		seen_out;		/* and as somebody whose login is wanted? */
} GovReachVoter;

/* Who there is, and who votes in the assignment found so far. */
typedef struct GovReachSearch
{
	int			count;
	GovReachVoter *voters;
	int			nlogins;
	int		   *speaks;			/* the voter that a login votes for, NOBODY for none */
	bool	   *seen;
	bool		seen_kind[VOTES_KINDS];
} GovReachSearch;

GOV_QUERY(find_voters,
		  "SELECT u.authority, u.kind, " GOV_SPEAKER_COLUMNS("u") " FROM @.gov_authority AS u"
		  " WHERE u.status = 'active' ORDER BY u.authority");
/* Columns of find_voters. */
enum {VOTER_AUTHORITY = 1, VOTER_KIND, VOTER_ROLE};

GOV_QUERY(find_logins,
		  "SELECT r.oid::int8 FROM pg_catalog.pg_roles AS r WHERE r.rolcanlogin"
		  " AND (r.rolvaliduntil IS NULL OR r.rolvaliduntil > pg_catalog.clock_timestamp()) ORDER BY r.oid");

GOV_QUERY(find_needs,
		  "SELECT min_sovereign, min_council, min_approvals, needs_confirmation FROM @.gov_quorum_rule WHERE risk = $1",
		  TEXTOID);
/* Columns of find_needs. */
enum {NEEDS_SOVEREIGN = 1, NEEDS_COUNCIL, NEEDS_APPROVALS, NEEDS_CONFIRMATION};

/* How many votes of each kind a risk asks for; false when it has no rule.  Whoever confirms is a sovereign. */
static bool
gov_reach_needs(const char *risk, int64 *needs)
{
	if (gov_run_latest(&find_needs, gov_text(risk)) == 0)
		return false;
	needs[VOTES_SOVEREIGN] = gov_result_int4(0, NEEDS_SOVEREIGN);
	if (gov_result_bool(0, NEEDS_CONFIRMATION))
		needs[VOTES_SOVEREIGN] = Max(needs[VOTES_SOVEREIGN], 1);
	needs[VOTES_COUNCIL] = gov_result_int4(0, NEEDS_COUNCIL);
	needs[VOTES_ANY] = Max((int64) gov_result_int4(0, NEEDS_APPROVALS) - needs[VOTES_SOVEREIGN] - needs[VOTES_COUNCIL], 0);
	return true;
}

/* Reads the authorities that are active; those of agents come after the others. */
static void
gov_reach_read_voters(GovReachSearch *search, List **agents)
{
	uint64		count = gov_run_latest(&find_voters);

	search->voters = palloc0(sizeof(GovReachVoter) * Max(count, 1));
	for (uint64 row = 0; row < count; row++)
	{
		char	   *kind = gov_result_text(row, VOTER_KIND);
		GovReachVoter *voter = &search->voters[search->count];
		GovKeptRole role = gov_result_role(row, VOTER_ROLE);
		Oid			speaker = gov_role_meant(&role);

		if (strcmp(kind, "agent") == 0)
		{
			if (OidIsValid(speaker))
				*agents = lappend_oid(*agents, speaker);
			continue;
		}
		voter->authority = gov_result_text(row, VOTER_AUTHORITY);
		voter->kind = strcmp(kind, "sovereign") == 0 ? VOTES_SOVEREIGN : strcmp(kind, "council") == 0 ? VOTES_COUNCIL : VOTES_ANY;
		voter->role = role;
		voter->speaker = speaker;
		voter->votes = NOBODY;
		search->count++;
	}
}

/* Is a login a member of the role of an agent? */
static bool
gov_reach_is_agent(Oid login, List *agents)
{
	ListCell   *cell;

	foreach(cell, agents)
	{
		if (is_member_of_role_nosuper(login, lfirst_oid(cell)))
			return true;
	}
	return false;
}

/* Reads who can log in, and for which voters it speaks; more than "most" for one make no difference. */
static void
gov_reach_read_logins(GovReachSearch *search, List *agents, int64 most)
{
	uint64		count = gov_run_latest(&find_logins);

	for (int i = 0; i < search->count; i++)
		search->voters[i].logins = palloc(sizeof(int) * Min((uint64) most, count));
	for (uint64 row = 0; row < count; row++)
	{
		Oid			login = (Oid) gov_result_int8(row, 1);
		int			place = search->nlogins;

		CHECK_FOR_INTERRUPTS();
		if (gov_reach_is_agent(login, agents))
			continue;
		for (int i = 0; i < search->count; i++)
		{
			GovReachVoter *voter = &search->voters[i];

			if (voter->nlogins >= most || !OidIsValid(voter->speaker) || !is_member_of_role_nosuper(login, voter->speaker))
				continue;
			voter->logins[voter->nlogins++] = place;
			search->nlogins = place + 1;
		}
	}
	search->speaks = palloc(sizeof(int) * Max(search->nlogins, 1));
	for (int i = 0; i < search->nlogins; i++)
		search->speaks[i] = NOBODY;
	search->seen = palloc(sizeof(bool) * Max(search->nlogins, 1));
}

static bool gov_reach_find_voter(GovReachSearch *search, int kind);

/*
 * Finds a login for a voter: one that is free, or one whose voter can do with
 * another, or without its vote because another voter gives it.
 */
static bool
gov_reach_find_login(GovReachSearch *search, GovReachVoter *voter)
{
	check_stack_depth();
	voter->seen_out = true;
	for (int i = 0; i < voter->nlogins; i++)
	{
		int			login = voter->logins[i];
		GovReachVoter *holder;

		if (search->seen[login])
			continue;
		search->seen[login] = true;
		if (search->speaks[login] != NOBODY)
		{
			holder = &search->voters[search->speaks[login]];
			if (holder->seen_out || !gov_reach_find_login(search, holder))
			{
				if (holder->seen_in || !gov_reach_find_voter(search, holder->votes))
					continue;
				holder->votes = NOBODY;
			}
		}
		search->speaks[login] = voter - search->voters;
		return true;
	}
	return false;
}

/*
 * Finds a voter for one more vote of a kind: one that gives none yet and finds
 * a login, or one that gives another kind of vote which somebody else can give.
 */
static bool
gov_reach_find_voter(GovReachSearch *search, int kind)
{
	check_stack_depth();
	if (search->seen_kind[kind])
		return false;
	search->seen_kind[kind] = true;
	for (int i = 0; i < search->count; i++)
	{
		GovReachVoter *voter = &search->voters[i];

		if (voter->seen_in || (kind != VOTES_ANY && voter->kind != kind))
			continue;
		voter->seen_in = true;
		if (voter->votes == NOBODY ? gov_reach_find_login(search, voter) : gov_reach_find_voter(search, voter->votes))
		{
			voter->votes = kind;
			return true;
		}
	}
	return false;
}

/* How many votes of each kind are lacking when all that can be are given. */
static void
gov_reach_search(GovReachSearch *search, const int64 *needs, int64 *lacks)
{
	for (int kind = 0; kind < VOTES_KINDS; kind++)
	{
		lacks[kind] = needs[kind];
		while (lacks[kind] > 0)
		{
			CHECK_FOR_INTERRUPTS();
			memset(search->seen, 0, sizeof(bool) * search->nlogins);
			memset(search->seen_kind, 0, sizeof(search->seen_kind));
			for (int i = 0; i < search->count; i++)
				search->voters[i].seen_in = search->voters[i].seen_out = false;
			if (!gov_reach_find_voter(search, kind))
				break;
			lacks[kind]--;
		}
	}
}

/* Why a voter has nobody who can vote for it; NULL when somebody can. */
static char *
gov_reach_why_not(const GovReachVoter *voter)
{
	if (voter->nlogins > 0)
		return NULL;
	if (voter->role.name == NULL)
		return pstrdup("it has no role");
	if (!OidIsValid(voter->speaker))
		return psprintf("role \"%s\" is gone or not confirmed", voter->role.name);
	return psprintf("nobody of role \"%s\" can log in as other than an agent", gov_role_called(&voter->role));
}

/* What is lacking, in words, with the sovereigns and councils that cannot vote; NULL when nothing is. */
static char *
gov_reach_words(const GovReachSearch *search, const int64 *lacks)
{
	StringInfoData words;
	int			named = 0;

	initStringInfo(&words);
	for (int kind = 0; kind < VOTES_KINDS; kind++)
	{
		if (lacks[kind] > 0)
			appendStringInfo(&words, "%s" INT64_FORMAT " %s", words.len > 0 ? ", " : "", lacks[kind],
							 lacks[kind] == 1 ? votes_words[kind] :
							 kind == VOTES_ANY ? "votes of any other authorities" : psprintf("%ss", votes_words[kind]));
	}
	if (words.len == 0)
		return NULL;
	for (int i = 0; i < search->count && named < 10; i++)
	{
		const GovReachVoter *voter = &search->voters[i];
		char	   *why = voter->kind == VOTES_ANY ? NULL : gov_reach_why_not(voter);

		if (why != NULL)
			appendStringInfo(&words, "%s%s \"%s\": %s", named++ == 0 ? "; cannot vote: " : ", ",
							 voter->kind == VOTES_SOVEREIGN ? "sovereign" : "council", voter->authority, why);
	}
	return words.data;
}

/* What keeps the quorum of a risk from being reached, in words; NULL when it can be. */
static char *
gov_reach_lacking_for(const char *risk)
{
	GovReachSearch search = {0};
	List	   *agents = NIL;
	int64		needs[VOTES_KINDS];
	int64		lacks[VOTES_KINDS];
	char	   *lacking;
	int			level = gov_spi_begin();

	if (gov_reach_needs(risk, needs))
	{
		gov_reach_read_voters(&search, &agents);
		gov_reach_read_logins(&search, agents, Min(needs[0] + needs[1] + needs[2], (int64) PG_INT16_MAX));
		gov_reach_search(&search, needs, lacks);
		lacking = gov_reach_words(&search, lacks);
	}
	else
		lacking = psprintf("a quorum rule for risk %s", risk);
	gov_spi_end(level);
	return lacking;
}

/* What keeps the quorum of action change_trust from being reached; what it says is in the header. */
char *
gov_reach_lacking(void)
{
	bool		gated;
	char	   *risk = gov_gate_risk("change_trust", &gated);

	return gated ? gov_reach_lacking_for(risk) : NULL;
}

/* The root of trust as it is before a change. */
GovReach
gov_reach_before(void)
{
	GovReach	before = {gov_gates_armed(), true};

	if (before.armed)
		before.reachable = gov_reach_lacking() == NULL;
	return before;
}

/* Raises when the change would lock the root of trust for good. */
void
gov_reach_ensure(const GovReach *before)
{
	char	   *lacking;

	if (!gov_gates_armed() || (before->armed && !before->reachable))
		return;
	lacking = gov_reach_lacking();
	if (lacking == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 before->armed ? errmsg("nobody could change the root of trust any more") :
			 errmsg("gates cannot be armed: nobody could change the root of trust"),
			 errdetail("An approval of action \"change_trust\" would lack %s.", lacking),
			 errhint("Every vote is of another authority and another login. Tie authorities to roles first, the sovereign last; or lower the quorum with gov_set_quorum.")));
}

/*
 * gov_quorum_lacking(risk): what keeps the quorum of a risk from being reached
 * by those who could vote now; NULL when it can be, and while gates are not
 * armed.  Behind detector quorum_unreachable.
 */
Datum
gov_quorum_lacking(PG_FUNCTION_ARGS)
{
	char	   *risk = gov_arg_text(fcinfo, 0, "risk");
	char	   *lacking = gov_gates_armed() ? gov_reach_lacking_for(risk) : NULL;

	if (lacking == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(lacking));
}
