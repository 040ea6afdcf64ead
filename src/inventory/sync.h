/*
 * inventory/sync.h: bringing gov_object up to date with its sources.
 */
#ifndef GOV_INVENTORY_SYNC_H
#define GOV_INVENTORY_SYNC_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"

#include "server/spi.h"
#include "inventory/source.h"

/* The codes of the enabled sources that can be synced, in the order to sync them. */
extern List *gov_inventory_sources(void);

/*
 * What a source says, read before the inventory is locked; the source is held
 * until the end of the transaction.  Only relations are read so: the catalogs
 * are looked at when it comes to comparing.
 */
typedef struct GovSourceRead
{
	char	   *source;
	bool		relation;
	GovSource	row;			/* of a relation */
	GovRows    *rows;			/* what it says; NULL when it is blocked, see counts */
	GovSyncCounts counts;
} GovSourceRead;

extern GovSourceRead *gov_inventory_read(const char *source, bool force);

/* Locks the inventory and syncs a source with what was read; may be done again. */
extern bool gov_inventory_sync_read(GovSourceRead *read, bool force, GovSyncCounts *counts);

/* Frees what was read. */
extern void gov_inventory_forget(GovSourceRead *read);

/* Syncs one source; false when it was blocked, with nothing written. */
extern bool gov_inventory_sync(const char *source, bool force, GovSyncCounts *counts);

/* Syncs all enabled sources; a GovSyncCounts for each. */
extern List *gov_inventory_sync_all(bool force);

/* Syncs the objects with these OIDs (oid[]) of an enrolled schema, and notes it; nothing else of it is touched. */
extern void gov_inventory_sync_only(const char *source, Datum oids);

/* What a source says about an object, as gov_kept_match has it. */
#define GOV_DESIRED(d) \
	d ".source, " d ".object_type, " d ".object_ref, " d ".container_type, " d ".container_ref, " \
	d ".attributes, " d ".address_class, " d ".address_names, " d ".address_args, " d ".address_oid, " d ".address_subid"

/* Counts what gov_kept_plan says, and sees whether it may be carried out; args as for the texts of a sync. */
extern void gov_inventory_judge(const GovSource *source, GovSyncCounts *counts, bool force, int nargs, const GovArg *args);

/* Carries out gov_kept_plan; "note", unless NULL, is called once what changes is held. */
extern void gov_inventory_carry_out(GovSyncCounts *counts, void (*note) (GovSyncCounts *counts));

/* Raises what blocked a source; does nothing when it was not. */
extern void gov_inventory_ensure_synced(const GovSyncCounts *counts);

/*
 * The entry of an act that synced a source, with the arguments of its call, or
 * 0; only_changes: none when nothing changed.
 */
extern void gov_inventory_append(const char *action, const GovSyncCounts *counts, Datum call, bool only_changes);

/* Notes in the ledger what a sync did, as part of an act; nothing when it did nothing. */
extern void gov_inventory_note(const char *action, const GovSyncCounts *counts);

/*
 * Keeps objects aside whose address was noted elsewhere, with what bears their
 * name here, as gov_elsewhere; then notes the addresses of those found again.
 */
extern GovRows *gov_inventory_collect_elsewhere(void);
extern uint64 gov_inventory_rebind(void);

#endif							/* GOV_INVENTORY_SYNC_H */
