/*
 * inventory/unenroll.h: objects that are let go on purpose, not because their
 * source holds them no more.
 */
#ifndef GOV_INVENTORY_UNENROLL_H
#define GOV_INVENTORY_UNENROLL_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"

#include "inventory/source.h"

/*
 * Retires the objects that a query names, of a source ($1) and with a reason
 * ($2); how many.  Raises when something of another source lives in them that
 * no sync of its own would move; "left" are the sources that have to be synced
 * then.  The caller holds the inventory.
 */
extern int64 gov_inventory_retire(const char *source, const char *sql, const char *reason, List **left);

/* Syncs these sources. */
extern void gov_inventory_sync_left(List *left);

/* Locks a source and the inventory, in the order of a sync; its code, which follows a schema that was renamed. */
extern char *gov_inventory_hold_source(char *source, GovSourceState *state);

/* Raises for the source of what people register: it cannot be "what". */
extern void gov_inventory_ensure_no_people(const GovSourceState *state, const char *what, const char *hint);

/* So many objects, in words. */
extern char *gov_inventory_objects(int64 count);

/* Raises unless these are patterns for a source. */
extern void gov_inventory_ensure_patterns(const char *source, ArrayType *patterns);

/* Retires what the patterns of a source exclude; how many. */
extern int64 gov_inventory_retire_excluded(const char *source, const char *reason);

#endif							/* GOV_INVENTORY_UNENROLL_H */
