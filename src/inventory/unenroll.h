/*
 * inventory/unenroll.h: objects that are let go on purpose, not because their
 * source holds them no more.
 */
#ifndef GOV_INVENTORY_UNENROLL_H
#define GOV_INVENTORY_UNENROLL_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"

#include "server/json.h"
#include "inventory/source.h"

/* What was let go: how many objects, under which entry of the ledger, and what is to be synced then. */
typedef struct GovRetired
{
	int64		retired;
	int64		seq;			/* drawn for the entry; 0 when there were none */
	char	   *digest;			/* of their events; NULL when there were none */
	List	   *left;			/* sources whose objects lived in them */
} GovRetired;

/*
 * Retires the objects that a query names (action, as of a sync's plan, the
 * columns of an object, reason), of a source ($1) and with a reason ($2).
 * Raises when something of another source lives in them that no sync of its own
 * would move.  The caller holds the inventory, and appends the entry.
 */
extern void gov_inventory_retire(const char *source, const char *sql, const char *reason, GovRetired *done);

/* Appends the entry of such an act. */
extern void gov_inventory_append_retired(const char *action, const char *source, const GovRetired *done, GovJson *payload);

/* Syncs these sources. */
extern void gov_inventory_sync_left(List *left);

/* Locks a source and the inventory, in the order of a sync; its code, which follows a schema that was renamed. */
extern char *gov_inventory_hold_source(char *source, GovSourceState *state);

/* Raises for the source of what people register: it cannot be "what". */
extern void gov_inventory_ensure_no_people(const GovSourceState *state, const char *what);

/* So many objects, in words. */
extern char *gov_inventory_objects(int64 count);

/* An argument of patterns for a source, or NULL; raises for what is none. */
extern GovArg gov_inventory_arg_patterns(FunctionCallInfo fcinfo, int argno, const char *source);

/* Retires what the patterns of a source exclude, with an entry of its own. */
extern void gov_inventory_retire_excluded(const char *source);

#endif							/* GOV_INVENTORY_UNENROLL_H */
