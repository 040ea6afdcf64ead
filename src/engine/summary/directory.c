/*-------------------------------------------------------------------------
 *
 * engine/summary/directory.c
 *	  Type and container of each object: an array over object ids.
 *
 * Object ids are given out one after the other, so an array of four bytes
 * per id is the smallest and fastest map there is.  Where it would be larger
 * than the memory allowed, the ids are cut into partitions of equal width
 * and handled one after the other, as a hash join does with its batches:
 * rows of partition 0 are used at once, those of the others wait in a
 * temporary file each.  The cost stays linear in rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "server/compat.h"
#include "server/extension.h"
#include "registry/columns.h"
#include "engine/summary/directory.h"

/* The first object id in an index order; false when there is none. */
static bool
gov_directory_end(GovTable *objects, ScanDirection direction, int64 *object_id)
{
	Relation	index = index_open(gov_relation_oid("gov_object_pkey"), AccessShareLock);
	IndexScanDesc scan = gov_index_beginscan(objects->rel, index, objects->snapshot, 0);
	bool		found;

	index_rescan(scan, NULL, 0, NULL, 0);
	found = index_getnext_slot(scan, direction, objects->slot);
	if (found)
	{
		slot_getsomeattrs(objects->slot, GOV_COL_OBJECT_ID);
		*object_id = DatumGetInt64(gov_slot_value(objects->slot, GOV_COL_OBJECT_ID));
	}
	ExecClearTuple(objects->slot);
	index_endscan(scan);
	index_close(index, NoLock);
	return found;
}

/* The smallest and the largest object id; false when there are no objects. */
bool
gov_directory_span(GovTable *objects, int64 *first, int64 *last)
{
	return gov_directory_end(objects, ForwardScanDirection, first) &&
		gov_directory_end(objects, BackwardScanDirection, last);
}

/* Beyond so many partitions, a directory is made larger than memory allows. */
#define GOV_MAX_PARTITIONS 1024

/* How many ids one partition has in so much memory. */
static uint64
gov_directory_width(Size memory, double bytes_per_object)
{
	return Max((uint64) (memory / (sizeof(uint32) + bytes_per_object)), 65536);
}

/* At least so many bits of an entry are for the type. */
#define GOV_TYPE_BITS_MIN	3

/*
 * Describes a directory for ids from first to last, without its entries:
 * wide ones when asked for, or when ids leave too few bits for types.
 */
void
gov_directory_describe(GovDirectory *directory, int64 first, int64 last, bool wide)
{
	memset(directory, 0, sizeof(GovDirectory));
	directory->first = first;
	directory->span = (uint64) last - (uint64) first + 1;
	/* the exception's bit, and enough for references up to span */
	directory->type_shift = 1 + pg_leftmost_one_pos64(directory->span) + 1;
	directory->wide = wide || directory->type_shift > 32 - GOV_TYPE_BITS_MIN;
	directory->width = directory->span;
	directory->partitions = 1;
}

/* How much memory its entries take. */
Size
gov_directory_bytes(const GovDirectory *directory)
{
	return directory->width * (directory->wide ? sizeof(uint64) : sizeof(uint32));
}

/*
 * Makes the entries of a directory that was described, within so much memory,
 * of which an id takes four bytes (or eight) and what goes with it
 * (bytes_per_object).
 *
 * The number of partitions is bounded, each has a file; so very many objects
 * in very little memory get more than that.
 */
void
gov_directory_create(GovDirectory *directory, Size memory, double bytes_per_object)
{
	uint64		span = directory->span;
	uint64		width = gov_directory_width(memory, bytes_per_object +
											(directory->wide ? sizeof(uint32) : 0));

	if (span / width >= GOV_MAX_PARTITIONS)
		width = span / GOV_MAX_PARTITIONS + 1;
	/* a place in a partition is kept in 32 bits */
	directory->width = Min(Min(width, span), PG_UINT32_MAX);
	directory->partitions = (int) ((span + directory->width - 1) / directory->width);
	directory->context = CurrentMemoryContext;
	directory->entries = MemoryContextAllocExtended(CurrentMemoryContext, gov_directory_bytes(directory),
													MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	directory->files = palloc0(sizeof(BufFile *) * directory->partitions);
}

/* The same with entries in memory shared between processes: one partition. */
void
gov_directory_share(GovDirectory *directory, void *entries)
{
	directory->entries = entries;
	directory->context = CurrentMemoryContext;
}

/* Undoes gov_directory_create. */
void
gov_directory_destroy(GovDirectory *directory)
{
	for (int i = 0; i < directory->partitions; i++)
		if (directory->files[i] != NULL)
			BufFileClose(directory->files[i]);
	pfree(directory->files);
	pfree(directory->entries);
}

/* How much of a kept row follows its head, by kind. */
static const Size gov_spill_size[] = {
	[GOV_SPILL_OBJECT] = sizeof(uint64),
	[GOV_SPILL_EXCEPTION] = sizeof(((GovSpill *) NULL)->row.exception),
	[GOV_SPILL_ASSIGNMENT] = sizeof(GovAssigned)
};

/* Keeps a row for its partition. */
void
gov_directory_spill(GovDirectory *directory, const GovSpill *spill)
{
	uint64		partition = ((uint64) spill->object_id - (uint64) directory->first) / directory->width;
	MemoryContext old;

	/* a row of an object that is not there: nothing to find out about it */
	if (partition >= (uint64) directory->partitions || partition <= (uint64) directory->current)
		return;
	if (directory->files[partition] == NULL)
	{
		old = MemoryContextSwitchTo(directory->context);
		directory->files[partition] = BufFileCreateTemp(false);
		MemoryContextSwitchTo(old);
	}
	BufFileWrite(directory->files[partition], unconstify(GovSpill *, spill),
				 offsetof(GovSpill, row) + gov_spill_size[spill->kind]);
}

/* Goes on to the next partition that has rows; false after the last. */
bool
gov_directory_next_partition(GovDirectory *directory)
{
	if (directory->files[directory->current] != NULL)
		BufFileClose(directory->files[directory->current]);
	directory->files[directory->current] = NULL;
	while (++directory->current < directory->partitions)
	{
		BufFile    *file = directory->files[directory->current];

		if (file == NULL)
			continue;
		memset(directory->entries, 0, gov_directory_bytes(directory));
		if (BufFileSeek(file, 0, 0, SEEK_SET) != 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not rewind temporary file of the coverage summary")));
		return true;
	}
	return false;
}

/* Reads the partition's next row, in the order written; false at the end. */
bool
gov_directory_unspill(GovDirectory *directory, GovSpill *spill)
{
	BufFile    *file = directory->files[directory->current];

	return gov_buffile_read(file, spill, offsetof(GovSpill, row)) &&
		gov_buffile_read(file, &spill->row, gov_spill_size[spill->kind]);
}
