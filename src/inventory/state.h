/*
 * inventory/state.h: what is remembered of the last sync of each source.
 */
#ifndef GOV_INVENTORY_STATE_H
#define GOV_INVENTORY_STATE_H

#include "inventory/source.h"

/*
 * A source was synced: it is not blocked; the names it claimed although
 * another source has them are in gov_kept_plan.
 */
extern void gov_inventory_note_synced(const char *source);

/* The same of one whose retirements are held: those of gov_kept_plan. */
extern void gov_inventory_note_held(const char *source);

/* A source is blocked, and was left as it is but for what could be done (held). */
extern void gov_inventory_note_blocked(const GovSyncCounts *counts);

/* A source claims nothing and nothing blocks it: it is let go, or its sync found it as it is registered. */
extern void gov_inventory_note_clear(const char *source);

#endif							/* GOV_INVENTORY_STATE_H */
