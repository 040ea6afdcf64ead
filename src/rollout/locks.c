/*-------------------------------------------------------------------------
 *
 * rollout/locks.c
 *	  Which relations a rehearsal locked, how strongly, and how long the locks
 *	  would be held.
 *
 * The server's table of locks tells, in which a lock stays until the end of the
 * (sub)transaction.  It is looked at after each statement that may have taken
 * some, so a lock counts from the beginning of the statement that took it,
 * which is when it was granted or earlier.  It would be held until the
 * transaction ends.
 *
 * Relations that the rehearsal made are left out, as nobody else can see or
 * wait for them; so are catalogs, which the server locks for moments, and TOAST
 * tables, which are locked with theirs.  An index is named when it is locked
 * more strongly than reading and writing rows does.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "utils/fmgrprotos.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "server/extension.h"
#include "server/guc.h"
#include "server/security.h"
#include "rollout/locks.h"
#include "rollout/rehearsal.h"

/* A lock that the transaction held before: a relation, and modes as bits. */
typedef struct GovLockHeld
{
	Oid			relid;			/* hash key */
	LOCKMASK	modes;
} GovLockHeld;

/* Modes as SQL calls them. */
static const char *const lock_names[] = {
	"", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
	"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"
};

/* Is this a lock that this session has on a relation of this database which is no catalog? */
static bool
gov_lock_counts(const LockInstanceData *lock)
{
	const LOCKTAG *tag = &lock->locktag;

	return lock->pid == MyProcPid && lock->holdMask != 0 && tag->locktag_type == LOCKTAG_RELATION &&
		tag->locktag_field1 == MyDatabaseId && tag->locktag_field2 >= FirstNormalObjectId;
}

/* Notes the locks that the transaction holds before the rehearsal. */
void
gov_locks_begin(GovRehearsal *rehearsal)
{
	HASHCTL		held = {.keysize = sizeof(Oid), .entrysize = sizeof(GovLockHeld), .hcxt = rehearsal->context};
	HASHCTL		locks = {.keysize = sizeof(Oid), .entrysize = sizeof(GovRehearsalLock), .hcxt = rehearsal->context};
	HASHCTL		named = {.keysize = sizeof(uint64), .entrysize = sizeof(uint64), .hcxt = rehearsal->context};
	LockData   *all = GetLockStatusData();

	rehearsal->named = hash_create("governance tables named", 64, &named, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	rehearsal->held_before = hash_create("governance locks before", 32, &held, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	rehearsal->locks = hash_create("governance locks", 64, &locks, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (int i = 0; i < all->nelements; i++)
	{
		GovLockHeld *entry;
		bool		found;

		if (!gov_lock_counts(&all->locks[i]))
			continue;
		entry = hash_search(rehearsal->held_before, &all->locks[i].locktag.locktag_field2, HASH_ENTER, &found);
		entry->modes = (found ? entry->modes : 0) | all->locks[i].holdMask;
	}
}

/* The strongest of the modes that a relation is locked in by now and was not before; NoLock for none. */
static LOCKMODE
gov_lock_strongest(const GovRehearsal *rehearsal, const LockInstanceData *lock)
{
	const GovLockHeld *before = hash_search(rehearsal->held_before, &lock->locktag.locktag_field2, HASH_FIND, NULL);
	LOCKMASK	modes = lock->holdMask & ~(before != NULL ? before->modes : 0);

	for (LOCKMODE mode = MaxLockMode; mode > NoLock; mode--)
	{
		if (modes & LOCKBIT_ON(mode))
			return mode;
	}
	return NoLock;
}

/*
 * Notes the locks that were taken by now.  Reads no catalog, and so can be
 * called when a statement has failed, before all is undone.
 */
void
gov_locks_sample(GovRehearsal *rehearsal)
{
	LockData   *all = GetLockStatusData();

	rehearsal->locks_changed = false;
	for (int i = 0; i < all->nelements; i++)
	{
		LOCKMODE	mode = gov_lock_counts(&all->locks[i]) ? gov_lock_strongest(rehearsal, &all->locks[i]) : NoLock;
		GovRehearsalLock *entry;
		bool		found;

		if (mode == NoLock)
			continue;
		entry = hash_search(rehearsal->locks, &all->locks[i].locktag.locktag_field2, HASH_ENTER, &found);
		if (found && entry->mode >= mode)
			continue;
		entry->mode = mode;
		entry->statement = rehearsal->running;
		entry->since = rehearsal->since;
	}
	pfree(all->locks);
	pfree(all);
}

/*
 * Notes that a query is about to be run, by the tables that it names and how
 * it locks them.  One that names nothing new takes no new locks: looking at
 * the server's table of locks after each of many short statements would cost
 * more than these do.  Rows of a partitioned table go where only running tells.
 */
void
gov_locks_note_query(GovRehearsal *rehearsal, List *range_table)
{
	ListCell   *cell;

	foreach(cell, range_table)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		uint64		key = ((uint64) entry->relid << 8) | (uint64) entry->rellockmode;
		bool		found;

		if (entry->rtekind != RTE_RELATION)
			continue;
		(void) hash_search(rehearsal->named, &key, HASH_ENTER, &found);
		if (!found || (entry->relkind == RELKIND_PARTITIONED_TABLE && entry->rellockmode >= RowExclusiveLock))
			rehearsal->locks_changed = true;
	}
}

/* Notes the locks that were taken by now, if there may be new ones. */
void
gov_locks_sample_changed(GovRehearsal *rehearsal)
{
	if (rehearsal->locks_changed || rehearsal->locks_unseen)
		gov_locks_sample(rehearsal);
}

/* Relations locked at least so strongly, as OIDs. */
List *
gov_locks_relations(const GovRehearsal *rehearsal, LOCKMODE mode)
{
	HASH_SEQ_STATUS scan;
	GovRehearsalLock *entry;
	List	   *relations = NIL;

	hash_seq_init(&scan, rehearsal->locks);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->mode >= mode)
			relations = lappend_oid(relations, entry->relid);
	}
	return relations;
}

/*
 * Is a lock told of?  Not on what the rehearsal made, nor on TOAST tables, nor weak ones on
 * indexes, nor of reading the extension's own relations, which happens beside what
 * is rehearsed: to judge tiers, to keep objects in step with DDL.
 */
static bool
gov_lock_is_told(const GovRehearsalLock *entry)
{
	char		relkind = get_rel_relkind(entry->relid);

	if (entry->mode == AccessShareLock && gov_relation_is_ours(entry->relid))
		return false;

	if (relkind == '\0' || IsToastNamespace(get_rel_namespace(entry->relid)))
		return false;
	if (relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX)
		return entry->mode > RowExclusiveLock;
	return true;
}

/* Warns of a lock that keeps others from writing on a relation above the size of the setting. */
static void
gov_lock_warn(GovRehearsal *rehearsal, const GovRehearsalLock *entry, const char *name)
{
	char		relkind = get_rel_relkind(entry->relid);
	int64		bytes;

	if (entry->mode <= ShareUpdateExclusiveLock || !RELKIND_HAS_STORAGE(relkind))
		return;
	bytes = DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(entry->relid)));
	if (bytes < (int64) gov_guc_rehearse_warn_size * 1024)
		return;
	gov_rehearse_put(rehearsal, "warning", name, "lock", gov_rehearse_count(bytes),
					 psprintf("%s on a relation of %s: %s wait until the transaction ends",
							  lock_names[entry->mode],
							  text_to_cstring(DatumGetTextPP(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(bytes)))),
							  entry->mode == AccessExclusiveLock ? "reads and writes" : "writes"));
}

/* Orders locks by the names of their relations. */
static int
gov_lock_compare(const void *a, const void *b)
{
	return strcmp((*(GovRehearsalRow *const *) a)->target, (*(GovRehearsalRow *const *) b)->target);
}

/* The name of a relation that is there, with its schema. */
static char *
gov_lock_relation_name(Oid relid)
{
	return gov_qualified_name(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* Puts a row for each relation that others can see, once all is undone. */
void
gov_locks_report(GovRehearsal *rehearsal)
{
	long		count = hash_get_num_entries(rehearsal->locks);
	GovRehearsalRow **rows = palloc(sizeof(GovRehearsalRow *) * (count + 1));
	HASH_SEQ_STATUS scan;
	GovRehearsalLock *entry;
	int			told = 0;

	hash_seq_init(&scan, rehearsal->locks);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		GovRehearsalRow *row;
		instr_time	before = entry->since;

		if (!gov_lock_is_told(entry))
			continue;
		INSTR_TIME_SUBTRACT(before, rehearsal->began);
		row = palloc0(sizeof(GovRehearsalRow));
		row->target = gov_lock_relation_name(entry->relid);
		row->measure = lock_names[entry->mode];
		row->amount = gov_rehearse_ms(Max(rehearsal->run_ms - INSTR_TIME_GET_MILLISEC(before), 0));
		row->note = entry->statement > 0 ? psprintf("held from statement %s to the end",
														  ((GovRehearsalStatement *) list_nth(rehearsal->statements, entry->statement - 1))->label) :
			"taken by the checks at the end";
		rows[told++] = row;
		gov_lock_warn(rehearsal, entry, row->target);
	}
	qsort(rows, told, sizeof(GovRehearsalRow *), gov_lock_compare);
	for (int i = 0; i < told; i++)
		gov_rehearse_put(rehearsal, "lock", rows[i]->target, rows[i]->measure, rows[i]->amount, rows[i]->note);
}
