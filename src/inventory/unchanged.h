/*
 * inventory/unchanged.h: enrolled schemas that are just as they are registered.
 */
#ifndef GOV_INVENTORY_UNCHANGED_H
#define GOV_INVENTORY_UNCHANGED_H

#include "inventory/source.h"

/*
 * Does an enrolled schema hold what is registered of it, and nothing else?  Says
 * how many objects that is.  False is no answer: a sync must compare.  It is asked
 * with SPI connected, under the snapshot under which the sync would look.
 */
extern bool gov_unchanged_schema(const GovSource *source, int64 *objects);

#endif							/* GOV_INVENTORY_UNCHANGED_H */
