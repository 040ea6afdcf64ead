/*-------------------------------------------------------------------------
 *
 * engine/resolve.c
 *	  Who is accountable for a cell (object, axis, value).
 *
 * A cell is asked about by its slot, the number of an active value of an
 * active axis.  Steps 1 to 3 are engine/coverage.c's: a waiver, a quarantined
 * assignment, a direct owner of the cell.  Then come: 4. the nearest container
 * of the object whose accountable owner of the same slot inherits; 5. the
 * nearest of the value and its parents with a value anchor (an owner of the
 * value itself); 6. the axis's fallback; 7. nobody.
 *
 * An owner that does not inherit neither covers what is below it nor stops
 * the search.  A retired container, and everything above it, counts for
 * nothing.
 *
 * The summary finds inheriting containers by itself (engine/summary/hierarchy.c)
 * and gov_explain_owner tells the steps by itself (engine/fdw/explain.c): both
 * change with what is here.
 *
 * Containers are loaded when first met, with their way to the root, and kept
 * for the query.  Each knows the nearest container at or above it that has
 * anchors, so the search skips the ones without: what is kept grows with
 * containers and anchors, not with containers times values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/progress.h"
#include "registry/in_force.h"
#include "engine/resolve.h"

/* Containers by object_id. */
typedef struct GovContainerEntry
{
	int64		object_id;
	int			number;
	char		status;
} GovContainerEntry;

#define SH_PREFIX gov_containers
#define SH_ELEMENT_TYPE GovContainerEntry
#define SH_KEY_TYPE int64
#define SH_KEY object_id
#define SH_HASH_KEY(tb, key) murmurhash32((uint32) (key) ^ (uint32) ((uint64) (key) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/*
 * Order of an object's own rows: by slot, a waiver before an owner; several
 * waivers by the code of their authority, so that the first is always the
 * same one.
 */
static int
gov_owned_compare(const GovModel *model, const GovOwned *a, const GovOwned *b)
{
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	if (a->waiver != b->waiver)
		return a->waiver ? -1 : 1;
	return gov_text_compare(model->authorities[a->authority].code,
							model->authorities[b->authority].code);
}

/* The same for qsort_arg. */
static int
gov_owned_compare_any(const void *a, const void *b, void *model)
{
	return gov_owned_compare(model, a, b);
}

/* Sorts an object's own rows, which the index mostly brings in order. */
static void
gov_owned_sort(GovModel *model, GovOwned *owned, int count)
{
	for (int i = 1; i < count; i++)
		if (gov_owned_compare(model, &owned[i - 1], &owned[i]) > 0)
		{
			qsort_arg(owned, count, sizeof(GovOwned), gov_owned_compare_any, model);
			return;
		}
}

/*
 * Loads an object's own ownership of active slots, sorted, into an array that
 * is enlarged as needed; the number of rows.
 */
int
gov_ownership_of_object(GovContainers *containers, int64 object_id,
						GovOwned **owned, int *allocated)
{
	GovModel *model = containers->model;
	GovIndex   *index = &containers->ownership_by_object;
	int			count = 0;

	gov_index_find_int8(index, object_id);
	while (gov_index_next(index, 0))
	{
		GovOwnershipInForce row;
		int			slot;

		gov_progress_tick();
		if (!gov_ownership_read(model, gov_slot_row(index->slot), &row))
			continue;
		slot = gov_model_slot(model, PointerGetDatum(row.axis), PointerGetDatum(row.value));
		if (slot == GOV_NONE)
			continue;
		if (count == *allocated)
		{
			*allocated *= 2;
			*owned = repalloc_huge(*owned, sizeof(GovOwned) * *allocated);
		}
		(*owned)[count++] = (GovOwned) {slot, row.authority, row.waiver, row.inherits};
	}
	gov_owned_sort(model, *owned, count);
	return count;
}

/* Opens the set of containers, empty. */
GovContainers *
gov_containers_open(GovModel *model, Snapshot snapshot)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "governance containers",
												  ALLOCSET_DEFAULT_SIZES);
	GovContainers *containers = MemoryContextAllocZero(context, sizeof(GovContainers));

	containers->model = model;
	containers->context = context;
	containers->allocated = 64;
	containers->items = MemoryContextAlloc(context, sizeof(GovContainer) * 64);
	containers->index = gov_containers_create(context, 64, NULL);
	gov_table_open(&containers->objects, "gov_object", snapshot);
	gov_table_open(&containers->ownerships, "gov_ownership", snapshot);
	gov_index_open(&containers->object_by_id, &containers->objects, "gov_object_pkey");
	gov_index_open(&containers->ownership_by_object, &containers->ownerships,
				   "gov_ownership_cell_idx");
	return containers;
}

/* Closes it and frees what it holds. */
void
gov_containers_close(GovContainers *containers)
{
	gov_index_close(&containers->ownership_by_object);
	gov_index_close(&containers->object_by_id);
	gov_table_close(&containers->ownerships);
	gov_table_close(&containers->objects);
	MemoryContextDelete(containers->context);
}

/* Loads a container's anchors: its inheriting accountable owners. */
static void
gov_containers_load_anchors(GovContainers *containers, GovContainer *item)
{
	int			allocated = 8;
	GovOwned   *owned = MemoryContextAlloc(containers->context, sizeof(GovOwned) * allocated);
	int			count = gov_ownership_of_object(containers, item->object_id, &owned, &allocated);

	item->anchors = owned;
	item->nanchors = 0;
	for (int i = 0; i < count; i++)
		if (!owned[i].waiver && owned[i].inherits)
			owned[item->nanchors++] = owned[i];
	if (item->nanchors == 0)
		pfree(owned);
}

/*
 * Reads one container; the object_id of its own container, 0 at a root or
 * where it is not live.
 */
static int64
gov_containers_read(GovContainers *containers, GovContainer *item)
{
	GovIndex   *index = &containers->object_by_id;
	MemoryContext old;
	GovObjectRow object;

	gov_index_find_int8(index, item->object_id);
	if (!gov_index_next(index, 0))
		return 0;
	gov_object_read(gov_slot_row(index->slot), &object);
	item->live = object.live;
	old = MemoryContextSwitchTo(containers->context);
	item->type = DatumGetTextPCopy(PointerGetDatum(object.type));
	item->ref = DatumGetTextPCopy(PointerGetDatum(object.ref));
	MemoryContextSwitchTo(old);
	if (!item->live)
		return 0;
	item->holds_parts = gov_type_holds_parts(item->type);
	gov_containers_load_anchors(containers, item);
	return object.container_id;
}

/* Adds an empty entry; its number. */
static int
gov_containers_new(GovContainers *containers, int64 object_id)
{
	GovContainer *item;

	if (containers->count == containers->allocated)
	{
		containers->allocated *= 2;
		containers->items = repalloc_huge(containers->items,
										  sizeof(GovContainer) * containers->allocated);
	}
	item = &containers->items[containers->count];
	memset(item, 0, sizeof(GovContainer));
	item->object_id = object_id;
	item->up = item->anchored = GOV_NONE;
	return containers->count++;
}

/* Notes the rules whose scope a container is in, which are those of the one above it and its own. */
static void
gov_containers_place_scopes(GovContainers *containers, GovContainer *item, const GovContainer *above)
{
	const GovModel *model = containers->model;
	MemoryContext old;

	item->scopes = above == NULL ? NULL : above->scopes;
	for (int i = 0; i < model->nrules; i++)
	{
		if (model->rules[i].container != item->object_id)
			continue;
		old = MemoryContextSwitchTo(containers->context);
		if (above != NULL && item->scopes == above->scopes)
			item->scopes = bms_copy(item->scopes);
		item->scopes = bms_add_member(item->scopes, i);
		MemoryContextSwitchTo(old);
	}
}

/* Places a container below the one above it: level, nearest anchors, scopes. */
static void
gov_containers_place(GovContainers *containers, int number)
{
	GovContainer *item = &containers->items[number];
	GovContainer *above = item->up == GOV_NONE ? NULL : &containers->items[item->up];

	if (!item->live)
		return;
	gov_containers_place_scopes(containers, item, above);
	item->level = above == NULL ? 0 : above->level + 1;
	item->owned_above = above == NULL ? 0 : above->owned_above;
	for (int i = 0; i < item->nanchors; i++)
		item->owned_above |= UINT64CONST(1) << (item->anchors[i].slot % 64);
	if (item->nanchors > 0)
		item->anchored = number;
	else
		item->anchored = above == NULL ? GOV_NONE : above->anchored;
}

/*
 * The number of a container, loaded with its way to the root if it is new.
 * A way that comes back to itself (which the database refuses) ends there.
 */
int
gov_containers_get(GovContainers *containers, int64 object_id)
{
	bool		found;
	GovContainerEntry *entry = gov_containers_insert(containers->index, object_id, &found);
	int			first = containers->count;
	int			number;
	int			result;

	if (found)
		return entry->number;
	result = number = entry->number = gov_containers_new(containers, object_id);
	for (;;)
	{
		int64		above = gov_containers_read(containers, &containers->items[number]);

		gov_progress_tick();
		if (above == 0)
			break;
		entry = gov_containers_insert(containers->index, above, &found);
		if (found)
		{
			if (entry->number < first)
				containers->items[number].up = entry->number;
			break;
		}
		entry->number = gov_containers_new(containers, above);
		containers->items[number].up = entry->number;
		number = entry->number;
	}
	for (int i = containers->count - 1; i >= first; i--)
		gov_containers_place(containers, i);
	return result;
}

/* A container's anchor for a slot, by binary search; NULL for none. */
static const GovOwned *
gov_container_anchor(const GovContainer *item, int slot)
{
	int			low = 0;
	int			high = item->nanchors;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (item->anchors[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < item->nanchors && item->anchors[low].slot == slot ? &item->anchors[low] : NULL;
}

/*
 * Step 4: the nearest container, from the object's own one up, whose owner of
 * the slot inherits.  Depth 1 is the object's own container.
 */
bool
gov_ownership_inherited(const GovContainers *containers, int container, int slot, GovCellOwner *answer)
{
	const GovContainer *items = containers->items;
	int			level;
	int			c;

	/* most containers own few slots: one look says "nobody" for the others */
	if (container == GOV_NONE || (items[container].owned_above >> (slot % 64) & 1) == 0)
		return false;
	level = items[container].level;
	for (c = items[container].anchored; c != GOV_NONE;)
	{
		const GovOwned *anchor = gov_container_anchor(&items[c], slot);

		if (anchor != NULL)
		{
			answer->resolution = GOV_RESOLVED_INHERITED;
			answer->authority = anchor->authority;
			answer->depth = level - items[c].level + 1;
			answer->anchor = c;
			return true;
		}
		c = items[c].up == GOV_NONE ? GOV_NONE : items[items[c].up].anchored;
	}
	return false;
}

/* A list of slots, empty, in the current context. */
void
gov_ownership_slots_open(GovSlots *slots)
{
	slots->count = 0;
	slots->allocated = 64;
	slots->items = palloc(sizeof(int) * slots->allocated);
}

/* Adds one. */
void
gov_ownership_slot_add(GovSlots *slots, int slot)
{
	if (slots->count == slots->allocated)
	{
		slots->allocated *= 2;
		slots->items = repalloc_huge(slots->items, sizeof(int) * slots->allocated);
	}
	slots->items[slots->count++] = slot;
}

/* Adds the slots that step 4 has an answer for, in no order, and some perhaps twice. */
void
gov_ownership_slots_inherited(const GovContainers *containers, int container, GovSlots *slots)
{
	const GovContainer *items = containers->items;
	int			c = container == GOV_NONE ? GOV_NONE : items[container].anchored;

	while (c != GOV_NONE)
	{
		for (int i = 0; i < items[c].nanchors; i++)
			gov_ownership_slot_add(slots, items[c].anchors[i].slot);
		c = items[c].up == GOV_NONE ? GOV_NONE : items[items[c].up].anchored;
	}
}

/* Step 5: the nearest of the value and its parents with a value anchor. */
bool
gov_ownership_by_value(GovModel *model, int slot, GovCellOwner *answer)
{
	const GovSlot *s;

	if (model->slots[slot].anchor_value == GOV_UNKNOWN)
		gov_model_resolve_anchor(model, slot);
	s = &model->slots[slot];	/* not before: the array may have moved */
	if (s->anchor_value == GOV_NONE)
		return false;
	answer->resolution = GOV_RESOLVED_VALUE;
	answer->authority = model->values[s->anchor_value].anchor;
	answer->depth = s->anchor_depth;
	answer->anchor = s->anchor_value;
	return true;
}

/* Steps 4 to 7: who is accountable for a cell without a direct owner. */
void
gov_ownership_above(const GovContainers *containers, int container, int slot, GovCellOwner *answer)
{
	GovModel   *model = containers->model;
	int			fallback = model->axes[model->slots[slot].axis].fallback;

	if (gov_ownership_inherited(containers, container, slot, answer) ||
		gov_ownership_by_value(model, slot, answer))
		return;
	answer->resolution = fallback == GOV_NONE ? GOV_RESOLVED_NONE : GOV_RESOLVED_FALLBACK;
	answer->authority = fallback;
	answer->depth = 0;
	answer->anchor = GOV_NONE;
}
