/*-------------------------------------------------------------------------
 *
 * trust/quorum.c
 *	  What a request for approval still lacks.
 *
 * The risk of a request decides how many votes it needs, how many of them by
 * sovereigns and by councils, and whether a sovereign has to confirm.  A vote
 * counts in the kind in which it was cast, while its authority is active, and
 * never when it, or its authority by now, is an agent's; likewise a
 * confirmation, while its authority is an active sovereign.
 *
 * Quorums are judged anew each time: on every vote, and once more when an
 * approval is used, so that votes gathered under a looser quorum, or from
 * authorities that have since retired, do not serve.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/spi.h"
#include "trust/quorum.h"

PG_FUNCTION_INFO_V1(gov_approval_states);

#define COUNT_VOTES \
	"SELECT a.approval, a.status, a.risk," \
	" pg_catalog.count(*) FILTER (WHERE c.counts)," \
	" pg_catalog.count(*) FILTER (WHERE c.counts AND v.kind = 'sovereign')," \
	" pg_catalog.count(*) FILTER (WHERE c.counts AND v.kind = 'council')," \
	" q.min_approvals, q.min_sovereign, q.min_council," \
	" q.needs_confirmation AND NOT EXISTS (SELECT FROM @.gov_authority s" \
	"  WHERE s.authority = a.confirmed_by AND s.kind = 'sovereign' AND s.status = 'active')," \
	" pg_catalog.string_agg(v.authority || ' (' || v.kind || ', ' || v.cast_by || '): ' || v.vote, '; ' ORDER BY v.cast_at, v.authority)," \
	" a.expires_at <= pg_catalog.clock_timestamp()" \
	" FROM @.gov_approval a" \
	" JOIN @.gov_quorum_rule q ON q.risk = a.risk" \
	" LEFT JOIN (@.gov_vote v JOIN @.gov_authority u ON u.authority = v.authority" \
	"  CROSS JOIN LATERAL (SELECT v.vote = 'approve' AND v.kind <> 'agent' AND u.kind <> 'agent'" \
	"   AND u.status = 'active' AS counts) c) ON v.approval = a.approval"
GOV_QUERY(count_votes, COUNT_VOTES " WHERE a.approval = $1 GROUP BY a.approval, q.risk", TEXTOID);
GOV_QUESTION(count_all_votes, COUNT_VOTES " GROUP BY a.approval, q.risk ORDER BY a.created_at, a.approval");

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
	GOV_COUNT_UNCONFIRMED,
	GOV_COUNT_VOTERS,
	GOV_COUNT_LAPSED
};

/* What the request in a row of the last result still lacks, in words; NULL when its quorum is complete. */
static char *
gov_quorum_missing_in_row(uint64 row)
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
	if (gov_result_bool(row, GOV_COUNT_UNCONFIRMED))
		appendStringInfo(&words, "%sa sovereign's confirmation", words.len > 0 ? ", " : "");
	return words.len > 0 ? words.data : NULL;
}

/*
 * What the votes that an existing request has lack of the quorum of its risk,
 * in words; NULL when nothing.  Needs an open gov_spi_begin, and sees what
 * other sessions have committed by now.
 */
char *
gov_quorum_missing(const char *approval)
{
	/* no row when somebody deleted the quorum rule although it is guarded */
	if (gov_run_latest(&count_votes, gov_text(approval)) == 0)
		return pstrdup("a quorum rule for its risk");
	return gov_quorum_missing_in_row(0);
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
		char	   *missing = gov_quorum_missing_in_row(row);

		CHECK_FOR_INTERRUPTS();
		values[0] = gov_text_field(gov_result_text(row, GOV_COUNT_APPROVAL), &nulls[0]);
		for (int i = 0; i < 3; i++)
			values[1 + i] = Int64GetDatum(gov_result_int8(row, GOV_COUNT_APPROVALS + i));
		values[4] = gov_text_field(!pending ? NULL : lapsed ? "nothing: it has expired" : missing, &nulls[4]);
		values[5] = gov_text_field(gov_result_text(row, GOV_COUNT_VOTERS), &nulls[5]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
	return (Datum) 0;
}
