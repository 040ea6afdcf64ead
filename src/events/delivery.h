/* events/delivery.h: consumers of events. */
#ifndef GOV_EVENTS_DELIVERY_H
#define GOV_EVENTS_DELIVERY_H

#include "server/spi.h"

/*
 * Ties consumers to the roles of today, as gov_kept_role says: those of role
 * "role" by name, or all; how many changed.
 */
extern uint64 gov_event_consumers_rebind(GovArg role);

#endif							/* GOV_EVENTS_DELIVERY_H */
