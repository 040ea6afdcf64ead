/*
 * inventory/relation.h: objects from a relation of the application.
 */
#ifndef GOV_INVENTORY_RELATION_H
#define GOV_INVENTORY_RELATION_H

#include "server/spi.h"
#include "inventory/source.h"

/*
 * Collects what a relation says now as gov_kept_desired; NULL when the source
 * is blocked, with the reason in counts.  With gone_is_empty a relation that
 * does not exist says nothing.
 */
extern GovRows *gov_inventory_relation_collect(const GovSource *source, bool gone_is_empty,
										  GovSyncCounts *counts);

#endif							/* GOV_INVENTORY_RELATION_H */
