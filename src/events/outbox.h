/*
 * events/outbox.h: the rows of gov_event_log and gov_event_outbox, which
 * nothing else writes.  All is called between gov_spi_begin and gov_spi_end.
 */
#ifndef GOV_EVENTS_OUTBOX_H
#define GOV_EVENTS_OUTBOX_H

#include "server/spi.h"

/* An event that somebody inserts; NULL for what is NULL or empty. */
typedef struct GovEvent
{
	GovArg		event_id;
	GovArg		payload;
	char	   *domain;
	char	   *type;
	char	   *stream;
	char	   *lane;
	char	   *canonical_address;
	char	   *actor;
	char	   *source_system;
	bool		positioned;
} GovEvent;

/* Logs an event that is being inserted into the outbox, of a registered type. */
extern void gov_event_log_inserted(const GovEvent *event);

/*
 * Logs events in the order in which they come, and puts those that are
 * "emitted" into the outbox; how many these are.  "rows" is a query in
 * parentheses with the columns of gov_event_log but log_id, event_id and
 * created_at.
 */
extern int64 gov_event_store(const char *rows, int nargs, const Oid *types, const GovArg *args);

/* Gives the next positions to that many events that have none. */
extern void gov_event_position_next(int32 max);

/* Removes what every consumer has acknowledged and is older than an interval, but for the last; how many. */
extern uint64 gov_event_remove_acknowledged(Datum keep);

/* Removes from the log what is older, but for events that are still in the outbox; how many. */
extern uint64 gov_event_log_prune(TimestampTz before);

#endif							/* GOV_EVENTS_OUTBOX_H */
