/*
 * events/shape.h: what scans tell the world.
 *
 *	   transitions = gov_spi_collect("gov_kept_transition",
 *									 "SELECT finding_id, 'opened'::text AS transition ...", ...);
 *	   gov_events_from_scan(scan_id, actor);
 *	   gov_spi_discard(transitions);
 */
#ifndef GOV_EVENTS_SHAPE_H
#define GOV_EVENTS_SHAPE_H

#include "postgres.h"

/*
 * Shapes an event for each transition of a finding, logs it, and puts it into
 * the outbox if its type is active, all in this transaction.  Rows kept aside
 * as gov_kept_transition name the findings, each at most once, and whether it
 * was opened, reopened or resolved; all else is read from gov_finding, which
 * is to be up to date before.  More than governance.finding_limit transitions
 * of one kind, of one detector under one container, make one event.  To be
 * called between gov_spi_begin and gov_spi_end; does nothing when there are no
 * rows.  The number of events that went into the outbox.
 */
extern int64 gov_events_from_scan(int64 scan_id, const char *actor);

#endif							/* GOV_EVENTS_SHAPE_H */
