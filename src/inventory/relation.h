/*
 * inventory/relation.h: objects from a relation of the application.
 */
#ifndef GOV_INVENTORY_RELATION_H
#define GOV_INVENTORY_RELATION_H

#include "server/spi.h"
#include "inventory/source.h"

/*
 * Reads what a relation says now; NULL when the source is blocked, with the
 * reason in counts.  With gone_is_empty a relation that does not exist says
 * nothing.  Whoever calls holds the source, and no lock that others need.
 */
extern GovRows *gov_inventory_relation_read(const GovSource *source, bool gone_is_empty,
											GovSyncCounts *counts);

/*
 * Makes gov_kept_desired of that, connected to SPI; NULL when the source is
 * blocked by its rows.
 */
extern GovRows *gov_inventory_relation_desired(const GovSource *source, GovRows *read,
											   GovSyncCounts *counts);

/* A detail that quotes rows of a source's relation, for whoever syncs it and may see them (gov_registered_why). */
extern const char *gov_inventory_relation_why(const GovSource *source, const char *why);

#endif							/* GOV_INVENTORY_RELATION_H */
