/*-------------------------------------------------------------------------
 *
 * trust/requests.c
 *	  Requests for approval as they are written: gov_approval, which nothing
 *	  else writes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/args.h"
#include "server/spi.h"
#include "trust/requests.h"

GOV_QUERY(insert_approval,
		  "INSERT INTO @.gov_approval (approval, action, target, content_hash, risk, proposer,"
		  " proposer_oid, justification, expires_at, act, seen, in_words)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7::oid, $8, pg_catalog.now() + $9, $10, $11, $12)"
		  " ON CONFLICT (approval) DO NOTHING",
		  TEXTOID, TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, INTERVALOID, TEXTOID, JSONBOID, TEXTOID);

/* Makes a request.  Its proposer is the name of the session and the identity of whoever logged in: neither votes. */
bool
gov_request_put(const GovRequest *request)
{
	return gov_run(&insert_approval, gov_text(request->approval), gov_text(request->action),
				   gov_datum(request->target, false), gov_text(request->content_hash), gov_text(request->risk),
				   gov_text(gov_session_user_name()), gov_int8(GetAuthenticatedUserId()),
				   gov_text(request->justification), gov_datum(request->expires_in, false), gov_text(request->act),
				   gov_datum(request->seen, false), gov_text(request->in_words)) > 0;
}

GOV_QUERY(decide_approval,
		  "UPDATE @.gov_approval SET status = $2, decided_at = pg_catalog.now(), decided_by = $3,"
		  " decided_by_oid = $4::oid WHERE approval = $1",
		  TEXTOID, TEXTOID, TEXTOID, INT8OID);

/* Moves a request to a status that the session user's vote decided. */
void
gov_request_decide(const char *approval, const char *status)
{
	(void) gov_run(&decide_approval, gov_text(approval), gov_text(status),
				   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()));
}

GOV_QUERY(confirm_approval,
		  "UPDATE @.gov_approval SET confirmed_by = $2, confirmed_at = pg_catalog.now(),"
		  " confirmed_login = $3, confirmed_oid = $4::oid WHERE approval = $1",
		  TEXTOID, TEXTOID, TEXTOID, INT8OID);

/* Notes that the session user confirmed what a request permits, for an authority. */
void
gov_request_confirm(const char *approval, const char *authority)
{
	(void) gov_run(&confirm_approval, gov_text(approval), gov_text(authority),
				   gov_text(gov_session_user_name()), gov_int8(GetSessionUserId()));
}

GOV_QUERY(withdraw_approval,
		  "UPDATE @.gov_approval SET status = 'withdrawn', decided_at = pg_catalog.now(), decided_by = $2"
		  " WHERE approval = $1", TEXTOID, TEXTOID);

/* Ends a request that is not wanted any more. */
void
gov_request_withdraw(const char *approval)
{
	(void) gov_run(&withdraw_approval, gov_text(approval), gov_text(gov_session_user_name()));
}

GOV_QUERY(consume_approval,
		  "UPDATE @.gov_approval SET status = 'consumed', consumed_at = pg_catalog.now(),"
		  " consumed_by = $2, consumed_in = pg_catalog.pg_current_xact_id()"
		  " WHERE approval = $1", TEXTOID, TEXTOID);

/* Uses an approval up, in this transaction. */
void
gov_request_use(const char *approval)
{
	(void) gov_run(&consume_approval, gov_text(approval), gov_text(gov_session_user_name()));
}

GOV_QUERY(expire_lapsed,
		  "UPDATE @.gov_approval SET status = 'expired'"
		  " WHERE status IN ('pending', 'approved') AND expires_at <= pg_catalog.clock_timestamp()");

/* Sets all whose time has passed to expired; how many. */
uint64
gov_requests_expire_lapsed(void)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&expire_lapsed);

	gov_spi_end(level);
	return count;
}
