/*
 * inventory/source.h: a source of objects, and what a sync did to its objects.
 */
#ifndef GOV_INVENTORY_SOURCE_H
#define GOV_INVENTORY_SOURCE_H

#include "postgres.h"

#include "server/args.h"
#include "registered/place.h"
#include "registered/roles.h"

/* Beginning of the code of a source that is an enrolled schema. */
#define GOV_SCHEMA_PREFIX "schema:"

/* Is a code one of those? */
extern bool gov_source_is_schema(const char *code);

/* Code of the source of roles, databases and tablespaces. */
#define GOV_CLUSTER_SOURCE "cluster"

/* A row of gov_source. */
typedef struct GovSource
{
	char	   *source;
	char	   *kind;			/* manual, catalog or relation */
	GovKeptPlace relation;		/* for kind relation */
	Datum		object_types;	/* text[] */
	bool		all_types;		/* object_types is NULL */
	bool		columns;		/* are the columns of all relations taken?  True where it is no schema */
	GovKeptRole registrar;
} GovSource;

/*
 * What a sync did to the objects of one source.  Each object counts once, in
 * the first of: conflicts, born, revived, replaced, moved, renamed, changed,
 * unchanged.
 *
 * With sqlstate set the source was blocked and nothing was written: it cannot
 * be read, or says what cannot be.  Or it would have retired too much: then that
 * is held, and the rest is done.
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
	int64		seq;			/* of the ledger entry to come, which the events name; 0: there are none */
	char	   *digest;			/* of the events */
	Datum		changes;		/* the first of them in words, one a line */
	int64		held;			/* what the brake keeps from being retired; the rest is done */
	int			sqlstate;		/* 0: not blocked */
	char	   *blocked;		/* message, detail and hint otherwise */
	char	   *detail;
	char	   *hint;
	const char *why;			/* the detail for whoever runs the sync alone; not to be stored */
	const char *policed;		/* a relation of which row security may hide rows; NULL: none */
	bool		expected;		/* part of an act that says why: it finds what tracking was not there for */
	bool		waiting;		/* blocked for containers that nobody knows yet */
} GovSyncCounts;

/* Holds off other changes of the inventory until the end of the transaction. */
extern void gov_inventory_lock(void);

/* Which turn it is: another one than before when acts of this session locked the inventory. */
extern uint64 gov_inventory_turn(void);

/* Where names of a relation's rows are, which are not for everybody who reads why a source is blocked. */
#define GOV_SYNC_TELLS "gov_sync tells its owner, whoever enrolled it, and the admins which."

/* Notes why a source is blocked. */
extern void gov_inventory_block(GovSyncCounts *counts, int sqlstate, char *message,
								char *detail, char *hint);

/*
 * Raises when a statement did not touch what was planned: somebody changed
 * gov_object without holding the lock.
 */
extern void gov_inventory_ensure_touched(uint64 touched, uint64 planned);

/* How many events a sync brings: objects that are not merely changed or unchanged. */
extern int64 gov_inventory_events(const GovSyncCounts *counts);

/* Did a sync find everything as it is registered? */
extern bool gov_inventory_is_unchanged(const GovSyncCounts *counts);

/*
 * From so many objects on, found or registered, nested loops are switched off: reading
 * all of gov_object then costs no more than the sync itself, while a nested
 * loop that the planner chose because it expected few rows could take very long.
 */
#define GOV_SYNC_BULK 10000

/* Switches them off until gov_spi_end where so many objects of a source are found, or are registered. */
extern void gov_inventory_plan_for(const char *source, uint64 found);

/* Reads a source; raises when there is none or it is disabled. */
extern void gov_inventory_load_source(const char *code, GovSource *source);

/* What acts on a source must know of it. */
typedef struct GovSourceState
{
	char	   *kind;			/* manual, catalog or relation */
	bool		enabled;
	bool		unenrolled;
	Datum		row;			/* all of it that may be asked for again, as jsonb */
} GovSourceState;

/* Looks a source up, locking its row as asked; false, or an error, when there is none. */
extern bool gov_source_find(const char *code, GovRowLock lock, GovSourceState *state);
extern void gov_ensure_source(const char *code, GovRowLock lock, GovSourceState *state);

/* Lets syncs look at a source, or not; lets it go; leaves a pattern out, or not, false when it was so; deletes it. */
extern void gov_source_enable(const char *code, bool enabled);
extern void gov_source_end(const char *code);
extern bool gov_source_exclude(const char *code, const char *pattern, bool excluded);
extern void gov_source_delete(const char *code);

/*
 * Enrols a schema, or the cluster, with the types of object that are wanted (NULL: all but
 * columns), patterns of what is left out and whether all columns are wanted
 * (NULL: as it was); false when it is enrolled so.
 */
extern bool gov_source_put_schema(const char *code, GovArg types, GovArg excluded, GovArg columns, const GovKeptRole *registrar);

/* Enrols a schema as a new source, with all types (NULL) or these; false when there is a source of that code. */
extern bool gov_source_add_schema(const char *code, GovArg types, bool columns, const GovKeptRole *registrar);

/* Enrols a relation as a new source; false when there is a source of that code. */
extern bool gov_source_add_relation(const char *code, const GovKeptPlace *relation, const GovKeptRole *registrar);

/* Enrols a relation, read as what its owner's role lists; false when it is enrolled so. */
extern bool gov_source_put_relation(const char *code, const GovKeptPlace *relation, const GovKeptRole *registrar);

/* Every session looks up anew what sources there are, once this transaction commits. */
extern void gov_sources_changed(void);

/* Gives a source another code. */
extern void gov_source_rename(const char *from, const char *to);

/* Brings the names of relations up to date; how many were renamed. */
extern uint64 gov_sources_follow(void);

/* Lets a source that exists take the place of another of that code, objects included. */
extern void gov_source_merge(const char *from, const char *to);

/* Ties sources to the roles of today: those of a role by name, or all; how many changed. */
extern uint64 gov_sources_rebind(GovArg role);

#endif							/* GOV_INVENTORY_SOURCE_H */
