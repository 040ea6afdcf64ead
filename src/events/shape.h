/*
 * events/shape.h: what scans tell the world.
 *
 *	   transitions = gov_spi_collect("gov_transitions",
 *									 "SELECT finding_id, 'opened'::text AS transition ...", ...);
 *	   gov_events_from_scan(scan_id, actor, "gov_transitions");
 *	   gov_spi_discard(transitions);
 */
#ifndef GOV_EVENTS_SHAPE_H
#define GOV_EVENTS_SHAPE_H

#include "postgres.h"

/*
 * Shapes an event for each transition of a finding, logs it, and puts it into
 * the outbox if its type is active, all in this transaction.  "transitions"
 * names rows kept aside by gov_spi_collect, of columns finding_id bigint and
 * transition text (opened, reopened or resolved), a finding at most once; what
 * it finds in gov_finding says the rest, so that is to be up to date before.
 * More than governance.finding_limit transitions of one kind, of one detector
 * under one container, make one event.  To be called between gov_spi_begin
 * and gov_spi_end; does nothing when there are no rows.  The number of events
 * that went into the outbox.
 */
extern int64 gov_events_from_scan(int64 scan_id, const char *actor, const char *transitions);

/* Why no event of a detector d, whose type's row is t, is emitted; NULL when it is. */
#define GOV_EVENT_BLOCKED(d, t) \
	"CASE WHEN " d ".event_type IS NULL THEN 'no event type'" \
	"     WHEN " t ".type IS NULL THEN 'event type not registered'" \
	"     WHEN NOT " t ".active THEN 'event type not active' END"

/*
 * How many events gov_event_shaped has (events), and how many of these are
 * emitted (emittable), without shaping them.
 */
#define GOV_EVENT_COUNTS \
	"(SELECT coalesce(sum(c.events), 0)::bigint AS events," \
	"        coalesce(sum(c.events) FILTER (WHERE " GOV_EVENT_BLOCKED("d", "t") " IS NULL), 0)::bigint AS emittable" \
	"   FROM (SELECT s.detector, CASE WHEN count(*) > current_setting('governance.finding_limit')::integer" \
	"                                 THEN 1 ELSE count(*) END AS events" \
	"           FROM @.gov_drift_state AS s LEFT JOIN @.gov_object AS o ON o.object_id = s.object_id" \
	"          WHERE s.status = 'open' GROUP BY s.detector, o.container_id) AS c" \
	"   LEFT JOIN @.gov_detector AS d ON d.detector = c.detector" \
	"   LEFT JOIN @.gov_event_type AS t ON t.domain = d.event_domain AND t.type = d.event_type)"

#endif							/* GOV_EVENTS_SHAPE_H */
