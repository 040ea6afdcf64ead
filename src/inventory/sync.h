/*
 * inventory/sync.h: sources of objects, and bringing gov_object up to date with
 * them.
 */
#ifndef GOV_INVENTORY_SYNC_H
#define GOV_INVENTORY_SYNC_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"

/* Beginning of the code of a source that is an enrolled schema. */
#define GOV_SCHEMA_PREFIX "schema:"

/* A row of gov_source. */
typedef struct GovSource
{
	char	   *source;
	char	   *kind;			/* manual, catalog or relation */
	char	   *relation;		/* qualified name, for kind relation */
	Datum		object_types;	/* text[] */
	bool		all_types;		/* object_types is NULL */
	char	   *registered_by;
} GovSource;

/*
 * What a sync did to the objects of one source.  Each object counts once, in
 * the first of: conflicts, born, revived, replaced, moved, renamed, changed,
 * unchanged.
 *
 * With sqlstate set the source was blocked and nothing was written: it would
 * have retired too much, or cannot be read, or says what cannot be.
 */
typedef struct GovSyncCounts
{
	char	   *source;
	int64		born;
	int64		renamed;
	int64		replaced;
	int64		moved;
	int64		retired;
	int64		revived;
	int64		changed;
	int64		unchanged;
	int64		conflicts;		/* claims to what another source has */
	int			sqlstate;		/* 0: not blocked */
	char	   *blocked;		/* message, detail and hint otherwise */
	char	   *detail;
	char	   *hint;
	bool		waiting;		/* blocked for containers that nobody knows yet */
} GovSyncCounts;

/* Holds off other changes of the inventory until the end of the transaction. */
extern void gov_inventory_lock(void);

/* The codes of the enabled sources that can be synced, in the order to sync them. */
extern List *gov_inventory_sources(void);

/* Syncs one source; false when it was blocked, with nothing written. */
extern bool gov_inventory_sync(const char *source, bool force, GovSyncCounts *counts);

/* Syncs all enabled sources; a GovSyncCounts for each. */
extern List *gov_inventory_sync_all(bool force);

/* Notes why a source is blocked. */
extern void gov_inventory_block(GovSyncCounts *counts, int sqlstate, char *message,
								char *detail, char *hint);

/* Raises what blocked a source; does nothing when it was not. */
extern void gov_inventory_ensure_synced(const GovSyncCounts *counts);

/* Notes in the ledger what a sync did, as part of an act; nothing when it did nothing. */
extern void gov_inventory_note(const char *action, const GovSyncCounts *counts);

/* Syncs a source that was just enrolled and returns what it holds, by type. */
extern void gov_inventory_enrol(FunctionCallInfo fcinfo, const char *action, const char *source,
								bool force, bool written);

#endif							/* GOV_INVENTORY_SYNC_H */
