/*-------------------------------------------------------------------------
 *
 * events/outbox.c
 *	  Writing gov_event_log and gov_event_outbox: the one file that does.
 *
 * Every event is logged, and what gets into the outbox is in the log, too.
 * The guard (guard.c) decides what is admitted; delivery.c decides when a row
 * gets its position and when it is removed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"

#include "server/extension.h"
#include "server/spi.h"
#include "events/outbox.h"

GOV_QUERY(log_event,
		  "INSERT INTO @.gov_event_log (event_id, emitted, domain, type, stream, lane, severity,"
		  " canonical_address, actor, source_system, payload)"
		  " SELECT $1, true, domain, type, stream, lane, severity, $4, $5, $6, $7"
		  " FROM @.gov_event_type WHERE domain = $2 AND type = $3",
		  INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID);

/* Logs an event that is being inserted into the outbox. */
void
gov_event_log_inserted(const GovEvent *event)
{
	(void) gov_run(&log_event, event->event_id, gov_text(event->domain), gov_text(event->type),
				   gov_text(event->canonical_address), gov_text(event->actor),
				   gov_text(event->source_system), event->payload);
}

/* What both tables say of an event. */
#define SAME "domain, type, stream, lane, canonical_address, actor, source_system, payload"

/* Logs events, and puts those that are emitted into the outbox; how many these are. */
int64
gov_event_store(const char *rows, int nargs, const Oid *types, const GovArg *args)
{
	GovRows    *logged = gov_spi_collect("gov_logged",
										 psprintf("INSERT INTO @.gov_event_log (event_id, " SAME ","
												  "  finding_id, scan_id, emitted, transition, detector, severity, blocked_reason)"
												  " SELECT CASE WHEN emitted THEN nextval('%u'::regclass) END, " SAME ","
												  "  finding_id, scan_id, emitted, transition, detector, severity, blocked_reason"
												  " FROM %s AS c RETURNING event_id, " SAME,
												  gov_relation_oid("gov_event_outbox_event_id_seq"), rows),
										 nargs, types, args);
	int64		emitted = (int64) gov_run_text("INSERT INTO @.gov_event_outbox (event_id, " SAME ")"
											   " SELECT event_id, " SAME " FROM gov_logged"
											   " WHERE event_id IS NOT NULL ORDER BY event_id",
											   0, NULL, NULL, false);

	gov_spi_discard(logged);
	return emitted;
}

GOV_QUERY(give_positions,
		  "UPDATE @.gov_event_outbox AS o SET position = l.position + n.place"
		  " FROM (SELECT w.event_id, row_number() OVER (ORDER BY w.event_id) AS place"
		  "         FROM (SELECT event_id FROM @.gov_event_outbox WHERE position IS NULL"
		  "                ORDER BY event_id LIMIT $1) AS w) AS n,"
		  " (SELECT coalesce(max(position), 0) AS position FROM @.gov_event_outbox) AS l"
		  " WHERE o.event_id = n.event_id",
		  INT4OID);

/* Gives the next positions to events that have none. */
void
gov_event_position_next(int32 max)
{
	(void) gov_run_latest(&give_positions, gov_int4(max));
}

GOV_QUERY(prune_events,
		  "DELETE FROM @.gov_event_outbox"
		  " WHERE position <= (SELECT min(position) FROM @.gov_event_cursor)"
		  " AND position < (SELECT max(position) FROM @.gov_event_outbox)"
		  " AND created_at <= now() - $1",
		  INTERVALOID);

GOV_QUERY(prune_log,
		  "DELETE FROM @.gov_event_log AS l WHERE l.created_at < $1"
		  " AND NOT EXISTS (SELECT FROM @.gov_event_outbox AS o WHERE o.event_id = l.event_id)",
		  TIMESTAMPTZOID);

/* Removes from the log what is older, but for events that are still in the outbox; how many. */
uint64
gov_event_log_prune(TimestampTz before)
{
	return gov_run(&prune_log, gov_timestamp(before));
}

/* Removes what every consumer has acknowledged and is older, but for the last. */
uint64
gov_event_remove_acknowledged(Datum keep)
{
	return gov_run(&prune_events, gov_datum(keep, false));
}
