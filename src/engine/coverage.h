/*
 * engine/coverage.h: one object's cells: which are required, and who covers them.
 */
#ifndef GOV_ENGINE_COVERAGE_H
#define GOV_ENGINE_COVERAGE_H

#include "server/table.h"
#include "server/walk.h"
#include "engine/class.h"
#include "engine/model.h"
#include "engine/resolve.h"

typedef enum GovZone
{
	GOV_ZONE_APPROVED,
	GOV_ZONE_CANDIDATE,
	GOV_ZONE_QUARANTINE
} GovZone;

/* A current assignment. */
typedef struct GovAssigned
{
	int64		assignment_id;
	int64		object_id;
	TimestampTz assigned_at;
	int			axis;
	int			value;
	int			slot;			/* GOV_NONE unless axis and value are active */
	float4		confidence;		/* below 0 when unknown */
	bool		has_provenance;
	bool		taken_over;		/* of what the object is part of, which has it */
	GovZone		zone;
} GovAssigned;

/* How good a current assignment is; the first that applies. */
typedef enum GovQuality
{
	GOV_QUALITY_QUARANTINE,
	GOV_QUALITY_MISSING_PROVENANCE,
	GOV_QUALITY_LOW_CONFIDENCE,
	GOV_QUALITY_STALE,
	GOV_QUALITY_OK
} GovQuality;

typedef enum GovCellStatus
{
	GOV_CELL_WAIVED,
	GOV_CELL_DIRECT,
	GOV_CELL_INHERITED,
	GOV_CELL_VALUE,
	GOV_CELL_FALLBACK,
	GOV_CELL_GAP
} GovCellStatus;

/* A required cell and what became of it. */
typedef struct GovCell
{
	int			slot;
	GovCellStatus	status;
	bool		quarantined;	/* the reason of a gap; else nobody is accountable */
	GovCellOwner	answer;			/* for a waived cell only the authority */
} GovCell;

/* A live object with what is its own. */
typedef struct GovObject
{
	int64		object_id;
	Datum		type_text;
	Datum		ref_text;
	int			type;
	int			container;		/* number, GOV_NONE for a root */
	bool		part;			/* of its container */
	int			nowned;
	int			nassigned;
	GovOwned   *owned;			/* by slot */
	GovAssigned *assigned;		/* by slot; those without one first */
	int			owned_allocated;
	int			assigned_allocated;
} GovObject;

/* Which objects have rows of their own, so that the others need no probe. */
typedef struct GovMarks
{
	uint64	   *bits;
	uint64		mask;
} GovMarks;

/*
 * What an engine scan is restricted to, beside the object; both lists ascend,
 * each number once.  Where no cells are shown, "slots" are numbers of values.
 */
typedef struct GovFilter
{
	bool		by_axis;		/* else every axis */
	bool		by_slot;		/* else every slot of these axes */
	bool		gaps_only;
	int			naxes;
	int			nslots;
	int		   *axes;
	int		   *slots;
} GovFilter;

typedef struct GovCoverage
{
	MemoryContext context;
	GovModel *model;
	GovContainers *containers;
	GovClasses	classes;
	GovTable	objects;
	GovTable	assignments;
	GovIndex	assignment_by_object;
	GovIndex	assignment_of_whole;	/* of what an object is part of */
	GovWalk		assignment_walk;
	GovIndex	object_by_ref;
	GovMarks	owners;			/* unset until a whole scan begins */
	GovMarks	assignees;
	GovFilter	filter;
	GovObject	object;			/* the current one */
	bool		with_owners;	/* does the view look at ownership? */
	bool		with_assignments;
	bool		every_value;	/* does it show values that nothing requires? */
	bool		no_cells;		/* does it show no cells, so that what is required is not looked at? */
	bool		whole;			/* are all objects gone through? */
} GovCoverage;

typedef void (*GovCellSink) (void *state, GovCoverage *coverage, const GovCell *cell);

/* Takes a rule that asks for an assignment which is missing, by its number. */
typedef void (*GovMissingSink) (void *state, GovCoverage *coverage, int rule);

extern GovCoverage *gov_coverage_open(Snapshot snapshot, bool with_owners, bool with_assignments);
extern GovCoverage *gov_coverage_open_narrow(Snapshot snapshot, bool with_owners, bool with_assignments);
extern GovCoverage *gov_coverage_open_narrow_at(Snapshot snapshot, bool with_owners, bool with_assignments, TimestampTz now);
extern void gov_coverage_close(GovCoverage *coverage);
extern void gov_coverage_start_all(GovCoverage *coverage);
extern bool gov_coverage_next(GovCoverage *coverage);
extern bool gov_coverage_object_by_id(GovCoverage *coverage, int64 object_id);
extern void gov_coverage_start_ref(GovCoverage *coverage, Datum ref);
extern bool gov_coverage_next_ref(GovCoverage *coverage);
extern void gov_coverage_cells(GovCoverage *coverage, bool decide, GovCellSink sink, void *state);
extern void gov_coverage_missing(GovCoverage *coverage, GovMissingSink sink, void *state);

/* Is a number in an ascending list? */
static inline bool
gov_filter_has(const int *numbers, int count, int number)
{
	int			low = 0;
	int			high = count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (numbers[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && numbers[low] == number;
}

extern bool gov_assignment_read(GovModel *model, HeapTuple tuple, GovAssigned *assigned);

/*
 * How good a current assignment is, for what the per_assignment rules ask:
 * quarantine, missing provenance, confidence below the highest threshold (or
 * unknown while there is one), older than the smallest staleness, or ok.
 */
static inline GovQuality
gov_assignment_quality_of(const GovDemand *demand, const GovAssigned *assigned)
{
	if (assigned->zone == GOV_ZONE_QUARANTINE)
		return GOV_QUALITY_QUARANTINE;
	if (!assigned->has_provenance)
		return GOV_QUALITY_MISSING_PROVENANCE;
	if (demand->threshold > 0 && assigned->confidence < demand->threshold)
		return GOV_QUALITY_LOW_CONFIDENCE;
	return assigned->assigned_at < demand->stale_before ? GOV_QUALITY_STALE : GOV_QUALITY_OK;
}

#endif							/* GOV_ENGINE_COVERAGE_H */
