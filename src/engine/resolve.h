/*
 * engine/resolve.h: who is accountable for a cell: resolution through
 * containers, value anchors and fallback.
 */
#ifndef GOV_ENGINE_RESOLVE_H
#define GOV_ENGINE_RESOLVE_H

#include "server/row.h"
#include "server/table.h"
#include "engine/model.h"

/* What matters of a row of gov_object; the texts are in the row itself. */
typedef struct GovObjectRow
{
	int64		object_id;
	int64		container_id;	/* 0 for none */
	bool		live;
	text	   *type;
	text	   *ref;
} GovObjectRow;

/* An object's own ownership of one slot. */
typedef struct GovOwned
{
	int			slot;
	int			authority;
	bool		waiver;
	bool		inherits;
} GovOwned;

/* An object that contains others. */
typedef struct GovContainer
{
	int64		object_id;
	text	   *type;
	text	   *ref;
	GovOwned   *anchors;		/* inheriting accountable ones, by slot */
	int			nanchors;
	int			up;				/* its own container; GOV_NONE at a root */
	int			anchored;		/* nearest at or above it with anchors */
	int			level;			/* distance from the root */
	bool		live;
	bool		holds_parts;	/* are tables and sequences in it parts of it? */
	Bitmapset  *scopes;			/* rules whose container it is, or one above it is */
	uint64		owned_above;	/* slots, modulo 64, of the anchors at or above it */
} GovContainer;

/* Slots, in an array that is enlarged as needed. */
typedef struct GovSlots
{
	int		   *items;
	int			count;
	int			allocated;
} GovSlots;

/* How a cell is answered for. */
typedef enum GovResolution
{
	GOV_RESOLVED_DIRECT,
	GOV_RESOLVED_INHERITED,
	GOV_RESOLVED_VALUE,
	GOV_RESOLVED_FALLBACK,
	GOV_RESOLVED_NONE
} GovResolution;

typedef struct GovCellOwner
{
	GovResolution resolution;
	int			authority;
	int			depth;
	int			anchor;			/* inherited: a container; value: a value */
} GovCellOwner;

/* The containers met so far, and the means to load more of them. */
typedef struct GovContainers
{
	GovModel *model;
	MemoryContext context;
	GovContainer *items;
	int			count;
	int			allocated;
	struct gov_containers_hash *index;
	GovTable	objects;
	GovTable	ownerships;
	GovIndex	object_by_id;
	GovIndex	ownership_by_object;
} GovContainers;

/* Reads a row of gov_object. */
static inline void
gov_object_read(HeapTuple tuple, GovObjectRow *object)
{
	GovRow		row = gov_row(tuple);
	int64		retired_at;

	object->object_id = gov_row_int8_set(&row);
	if (!gov_row_int8(&row, &object->container_id))
		object->container_id = 0;
	(void) gov_row_int8_set(&row);	/* born_at */
	object->live = !gov_row_int8(&row, &retired_at);
	object->type = gov_row_text(&row);
	(void) gov_row_text(&row);	/* source */
	object->ref = gov_row_text(&row);
}

extern int	gov_ownership_of_object(GovContainers *containers, int64 object_id, GovOwned **owned, int *allocated);

extern GovContainers *gov_containers_open(GovModel *model, Snapshot snapshot);
extern void gov_containers_close(GovContainers *containers);
extern int	gov_containers_get(GovContainers *containers, int64 object_id);

extern void gov_ownership_slots_open(GovSlots *slots);
extern void gov_ownership_slot_add(GovSlots *slots, int slot);
extern void gov_ownership_slots_inherited(const GovContainers *containers, int container, GovSlots *slots);
extern bool gov_ownership_inherited(const GovContainers *containers, int container, int slot, GovCellOwner *answer);
extern bool gov_ownership_by_value(GovModel *model, int slot, GovCellOwner *answer);
extern void gov_ownership_above(const GovContainers *containers, int container, int slot, GovCellOwner *answer);

#endif							/* GOV_ENGINE_RESOLVE_H */
