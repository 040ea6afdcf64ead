/*
 * summary_directory.h: which bucket an object belongs to, for the summary.
 */
#ifndef GOV_SUMMARY_DIRECTORY_H
#define GOV_SUMMARY_DIRECTORY_H

#include "port/atomics.h"
#include "storage/buffile.h"

#include "coverage.h"
#include "gov_table.h"

/*
 * An object's own ownership of a slot, as the summary needs it, in one number
 * that sorts by object and slot, a waiver before an owner: the place of the
 * object's entry in its partition, 32 bits; the slot, 31; 0 for a waiver.
 */
typedef uint64 GovException;

#define GOV_EXCEPTION(place, slot, waiver) \
	((uint64) (place) << 32 | (uint64) (slot) << 1 | ((waiver) ? 0 : 1))
#define GOV_EXCEPTION_PLACE(exception)	((exception) >> 32)
#define GOV_EXCEPTION_SLOT(exception)	((int) ((uint32) (exception) >> 1))
#define GOV_EXCEPTION_WAIVER(exception)	(((exception) & 1) == 0)

/* The same while it waits for its partition. */
typedef struct GovKeptException
{
	int32		slot;
	bool		waiver;
} GovKeptException;

/* What is kept of a row for a later partition. */
typedef enum GovSpillKind
{
	GOV_SPILL_OBJECT,
	GOV_SPILL_EXCEPTION,
	GOV_SPILL_ASSIGNMENT
} GovSpillKind;

typedef struct GovSpill
{
	int32		kind;
	uint32		bucket;			/* of an object */
	int64		object_id;
	union
	{
		GovKeptException exception;
		GovAssigned assigned;
	}			row;
} GovSpill;

/*
 * The directory: bucket by object, for the object ids of one partition at a
 * time; rows of the later partitions wait in temporary files.
 */
typedef struct GovDirectory
{
	int64		first;			/* smallest object id of partition 0 */
	uint64		width;			/* object ids per partition */
	int			partitions;
	int			current;		/* the partition loaded */
	uint32	   *entries;		/* bucket + 1; 0: not a live object */
	BufFile   **files;			/* per partition, NULL until needed */
	MemoryContext context;
} GovDirectory;

/* Set in an entry when the object has exceptions. */
#define GOV_ENTRY_EXCEPTION		((uint32) 1 << 31)
#define GOV_ENTRY_BUCKET(entry) (((entry) & ~GOV_ENTRY_EXCEPTION) - 1)

extern bool gov_directory_span(GovTable *objects, int64 *first, int64 *last);
extern bool gov_directory_suits(int64 first, int64 last, Size memory, double bytes_per_object, double objects);
extern void gov_directory_create(GovDirectory *directory, int64 first, int64 last, Size memory, double bytes_per_object);
extern void gov_directory_share(GovDirectory *directory, int64 first, int64 last, uint32 *entries);
extern void gov_directory_spill(GovDirectory *directory, const GovSpill *spill);
extern bool gov_directory_next_partition(GovDirectory *directory);
extern bool gov_directory_unspill(GovDirectory *directory, GovSpill *spill);

/* The entry of an object; NULL when it is of a later partition. */
static inline uint32 *
gov_directory_entry(GovDirectory *directory, int64 object_id)
{
	uint64		place = (uint64) object_id - (uint64) directory->first -
	(uint64) directory->current * directory->width;

	return place < directory->width ? &directory->entries[place] : NULL;
}

/* Where the object's entry stands in its partition. */
static inline uint64
gov_directory_place(const GovDirectory *directory, const uint32 *entry)
{
	return entry - directory->entries;
}

#endif							/* GOV_SUMMARY_DIRECTORY_H */
