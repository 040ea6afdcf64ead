/*
 * engine/summary/directory.h: what the summary knows of each object: its type, its
 * container, and whether it has ownership of its own.
 */
#ifndef GOV_ENGINE_SUMMARY_DIRECTORY_H
#define GOV_ENGINE_SUMMARY_DIRECTORY_H

#include "storage/buffile.h"

#include "server/table.h"
#include "engine/coverage.h"

/* What is kept of a row for a later partition. */
typedef enum GovSpillKind
{
	GOV_SPILL_OBJECT,
	GOV_SPILL_EXCEPTION,
	GOV_SPILL_ASSIGNMENT
} GovSpillKind;

typedef struct GovSpill
{
	GovSpillKind kind;
	int64		object_id;
	union
	{
		uint64		entry;
		struct
		{
			int32		slot;
			bool		waiver;
		}			exception;
		GovAssigned assigned;
	}			row;
} GovSpill;

/*
 * The directory: an entry per object id of one partition at a time; rows of
 * the later partitions wait in temporary files.
 *
 * An entry is 0 when the object is not live; else, from the lowest bit up:
 * whether it has exceptions, a reference to its container, its type + 1.  The
 * reference is 0 for none, or the container's place among all ids + 1; once
 * containers have numbers, the number + 1.
 *
 * Entries have 32 bits where types then have enough of them, else 64.
 */
typedef struct GovDirectory
{
	int64		first;			/* smallest object id of partition 0 */
	uint64		span;			/* ids of all partitions */
	uint64		width;			/* ids per partition */
	int			partitions;
	int			current;		/* the partition loaded */
	int			type_shift;		/* where an entry's type begins */
	bool		wide;
	void	   *entries;
	BufFile   **files;			/* per partition, NULL until needed */
	MemoryContext context;
} GovDirectory;

#define GOV_ENTRY_EXCEPTION		UINT64CONST(1)

extern bool gov_directory_span(GovTable *objects, int64 *first, int64 *last);
extern void gov_directory_describe(GovDirectory *directory, int64 first, int64 last, bool wide);
extern Size gov_directory_bytes(const GovDirectory *directory);
extern void gov_directory_create(GovDirectory *directory, Size memory, double bytes_per_object);
extern void gov_directory_share(GovDirectory *directory, void *entries);
extern void gov_directory_destroy(GovDirectory *directory);
extern void gov_directory_spill(GovDirectory *directory, const GovSpill *spill);
extern bool gov_directory_next_partition(GovDirectory *directory);
extern bool gov_directory_unspill(GovDirectory *directory, GovSpill *spill);

/* Where an object's entry stands in the partition loaded: at width or beyond, not in it. */
static inline uint64
gov_directory_place(const GovDirectory *directory, int64 object_id)
{
	return (uint64) object_id - (uint64) directory->first -
		(uint64) directory->current * directory->width;
}

/* The entry at a place of the partition. */
static inline uint64
gov_directory_get(const GovDirectory *directory, uint64 place)
{
	return directory->wide ? ((const uint64 *) directory->entries)[place] :
		((const uint32 *) directory->entries)[place];
}

/* Sets it. */
static inline void
gov_directory_set(GovDirectory *directory, uint64 place, uint64 entry)
{
	if (directory->wide)
		((uint64 *) directory->entries)[place] = entry;
	else
		((uint32 *) directory->entries)[place] = (uint32) entry;
}

/* Asks for its memory. */
static inline void
gov_directory_prefetch(const GovDirectory *directory, uint64 place)
{
	gov_prefetch((const char *) directory->entries + (place << (directory->wide ? 3 : 2)));
}

/* Makes an entry. */
static inline uint64
gov_entry(const GovDirectory *directory, uint64 reference, int type)
{
	return (uint64) (type + 1) << directory->type_shift | reference << 1;
}

/* Has a type a place in an entry? */
static inline bool
gov_entry_has_room(const GovDirectory *directory, int type)
{
	return (uint64) (type + 1) >> ((directory->wide ? 64 : 32) - directory->type_shift) == 0;
}

/* The type in an entry that is not 0. */
static inline int
gov_entry_type(const GovDirectory *directory, uint64 entry)
{
	return (int) (entry >> directory->type_shift) - 1;
}

/* The reference in an entry. */
static inline uint64
gov_entry_reference(const GovDirectory *directory, uint64 entry)
{
	return (entry & ((UINT64CONST(1) << directory->type_shift) - 1)) >> 1;
}

#endif							/* GOV_ENGINE_SUMMARY_DIRECTORY_H */
