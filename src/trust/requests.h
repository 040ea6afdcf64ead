/*
 * trust/requests.h: requests for approval as they are written: gov_approval,
 * which nothing else writes.
 *
 * Whoever decides, confirms, withdraws or uses one holds its row and has asked
 * whether that may be, between gov_spi_begin and gov_spi_end.
 */
#ifndef GOV_TRUST_REQUESTS_H
#define GOV_TRUST_REQUESTS_H

#include "postgres.h"

/* A request as it is made. */
typedef struct GovRequest
{
	const char *approval;
	const char *action;
	const char *act;
	const char *content_hash;
	const char *in_words;
	const char *risk;
	const char *justification;
	Datum		target;			/* jsonb */
	Datum		seen;			/* jsonb */
	Datum		expires_in;		/* interval */
} GovRequest;

/* Makes a request of this session; false when there is one of that name. */
extern bool gov_request_put(const GovRequest *request);

/* Moves one to a status that the session user's vote decided. */
extern void gov_request_decide(const char *approval, const char *status);

/* Notes that the session user confirmed what it permits, for an authority. */
extern void gov_request_confirm(const char *approval, const char *authority);

/* Ends one that is not wanted any more. */
extern void gov_request_withdraw(const char *approval);

/* Uses one up, in this transaction. */
extern void gov_request_use(const char *approval);

/* Sets all whose time has passed to expired; how many. */
extern uint64 gov_requests_expire_lapsed(void);

#endif							/* GOV_TRUST_REQUESTS_H */
