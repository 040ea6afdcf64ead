/*
 * inventory/bring.h: objects that the server has and the inventory has not.
 */
#ifndef GOV_INVENTORY_BRING_H
#define GOV_INVENTORY_BRING_H

#include "registry/meant.h"

/* Looks for names in the server; with "bring", what an enrolled source takes is brought in. */
extern void gov_inventory_look(GovMeant *names, int count, bool bring);

#endif							/* GOV_INVENTORY_BRING_H */
