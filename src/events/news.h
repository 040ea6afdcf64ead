/*
 * events/news.h: events of what happened: objects that were born, runs that
 * ended.
 */
#ifndef GOV_EVENTS_NEWS_H
#define GOV_EVENTS_NEWS_H

#include "server/spi.h"

/* Tells of the objects that an entry of the ledger brought, once they are written. */
extern void gov_event_births(int64 seq);

/* Tells that a run of gov_reconcile ended; "summary" is what it says of itself, jsonb. */
extern void gov_event_swept(int64 scan_id, GovArg summary);

#endif							/* GOV_EVENTS_NEWS_H */
