/*
 * engine/summary/hierarchy.h: the containers of the summary, numbered.
 */
#ifndef GOV_ENGINE_SUMMARY_HIERARCHY_H
#define GOV_ENGINE_SUMMARY_HIERARCHY_H

#include "port/atomics.h"

#include "engine/summary/directory.h"

/* What matters of a container. */
typedef struct GovCountedContainer
{
	uint64		owned_above;	/* slots, modulo 64, of the anchors at or above it */
	int			up;				/* its own container; GOV_NONE at a root, or when it is retired */
	int			anchored;		/* nearest at or above it with anchors */
} GovCountedContainer;

/* A slot that a container's owner covers for what is below it. */
typedef struct GovCountedAnchor
{
	int			container;
	int			slot;
} GovCountedAnchor;

/* An array of anchors that grows. */
typedef struct GovCountedAnchors
{
	GovCountedAnchor *items;
	int64		count;
	int64		allocated;
} GovCountedAnchors;

/*
 * The containers of live objects.  A bit per object id says which objects are
 * containers; a container's number is how many there are before it.
 */
typedef struct GovHierarchy
{
	int64		first;			/* smallest object id */
	uint64		span;			/* ids from there on */
	pg_atomic_uint64 *contains;
	int		   *ranks;			/* per word of these bits, containers before it */
	int			count;
	GovCountedContainer *containers;
	int		   *order;			/* their numbers, each after the one it is in */
	bool	   *holds_parts;	/* per container; NULL where none does */
	int64	   *anchor_starts;	/* per container, where its anchors begin */
	int		   *anchors;		/* slots, in order within a container */
} GovHierarchy;

extern Size gov_hierarchy_bytes(uint64 span);
extern void gov_hierarchy_create(GovHierarchy *hierarchy, int64 first, uint64 span, pg_atomic_uint64 *shared);
extern void gov_hierarchy_number(GovHierarchy *hierarchy);
extern int	gov_hierarchy_find(const GovHierarchy *hierarchy, uint64 place);
extern void gov_hierarchy_add_anchor(GovCountedAnchors *anchors, int container, int slot);
extern void gov_hierarchy_anchor(GovHierarchy *hierarchy, const GovCountedAnchors *lists, int nlists);
extern void gov_hierarchy_climb(GovHierarchy *hierarchy, const GovModel *model, const GovDirectory *directory, Snapshot snapshot);
extern int	gov_hierarchy_anchored_above(const GovHierarchy *hierarchy, int container);
extern bool gov_hierarchy_covers(const GovHierarchy *hierarchy, int container, int slot);

/*
 * Notes that the object with this id contains another: the reference to it
 * for the directory; 0 when it is none of the objects.
 */
static inline uint64
gov_hierarchy_note(GovHierarchy *hierarchy, int64 container_id)
{
	uint64		place = (uint64) container_id - (uint64) hierarchy->first;
	uint64		bit = UINT64CONST(1) << (place % 64);

	if (place >= hierarchy->span)
		return 0;
	if ((pg_atomic_read_u64(&hierarchy->contains[place / 64]) & bit) == 0)
		pg_atomic_fetch_or_u64(&hierarchy->contains[place / 64], bit);
	return place + 1;
}

/*
 * Can a slot have an owner at or above a container?  Most containers own few
 * slots: one look says "nobody" for the others.
 */
static inline bool
gov_hierarchy_may_cover(const GovHierarchy *hierarchy, int container, int slot)
{
	return container != GOV_NONE &&
		(hierarchy->containers[container].owned_above >> (slot % 64) & 1) != 0;
}

#endif							/* GOV_ENGINE_SUMMARY_HIERARCHY_H */
