/*-------------------------------------------------------------------------
 *
 * engine/fdw/classification.c
 *	  gov_classification: what an object bears, itself (own), through what it
 *	  lives in (container), and through what lives in it (contents).
 *
 * What counts is a current assignment of a live object, in whatever zone, to
 * an active or deprecated value of an active axis: a value that is no longer to
 * be given is borne all the same, one that is not yet ratified or is retired is
 * not.  A retired container, and everything above it, counts for nothing, as in
 * engine/resolve.c, in both directions.
 *
 * An object has one row for each value, zone and resolution: of several that
 * bear it above or below, the nearest is the anchor, of those as near the one
 * that was registered first.
 *
 * Upwards, containers are loaded once with what they and those above them bear.
 * Downwards, a scan of all objects goes once over the assignments beforehand and
 * notes each at everything the object lives in: what is kept grows with
 * containers and the values in them.  A look-up of one object goes through what
 * lives in it, by index, nearest first, and so costs as much as there is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "engine/fdw/classification.h"

/* A value in a zone as a number. */
#define GOV_BEARING(value, zone)	((value) * 3 + (int) (zone))
#define GOV_BEARING_VALUE(bearing)	((bearing) / 3)
#define GOV_BEARING_ZONE(bearing)	((GovZone) ((bearing) % 3))

/* Something that is borne, and where it comes from. */
typedef struct GovBorne
{
	int			bearing;
	int			depth;
	int64		anchor;			/* object_id */
	int			container;		/* the anchor's number, of one above; else GOV_NONE */
} GovBorne;

/* What comes down from a container to what lives in it, by bearing. */
typedef struct GovBorneAbove
{
	bool		known;
	int			count;
	GovBorne   *items;
} GovBorneAbove;

/* What comes up to an object, of one bearing. */
typedef struct GovBorneBelowKey
{
	int64		object_id;
	int64		bearing;
} GovBorneBelowKey;

typedef struct GovBorneBelow
{
	GovBorneBelowKey key;
	int64		anchor;
	int			depth;
	char		status;
} GovBorneBelow;

#define SH_PREFIX gov_below
#define SH_ELEMENT_TYPE GovBorneBelow
#define SH_KEY_TYPE GovBorneBelowKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) \
	hash_combine(murmurhash32((uint32) (key).object_id ^ (uint32) ((uint64) (key).object_id >> 32)), \
				 murmurhash32((uint32) (key).bearing))
#define SH_EQUAL(tb, a, b) ((a).object_id == (b).object_id && (a).bearing == (b).bearing)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* An object on the way down, to be looked into. */
typedef struct GovDescent
{
	int64		object_id;
	int			depth;
} GovDescent;

/* What a scan keeps. */
typedef struct GovClassification
{
	MemoryContext context;
	GovIndex	children;		/* what lives in an object */
	GovBorneAbove *above;		/* by number of the container */
	int			above_allocated;
	bool		noted;			/* are all assignments noted upwards? */
	GovBorneBelow *below;		/* then: by object, then bearing */
	uint64		nbelow;
	GovDescent *queue;			/* of a look-up */
	int			queue_allocated;
} GovClassification;

/* What the current query keeps, made when it is first needed. */
static GovClassification *
gov_classification_state(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	MemoryContext old;

	if (scan->classification == NULL)
	{
		MemoryContext context = AllocSetContextCreate(coverage->context, "governance classification",
													  ALLOCSET_DEFAULT_SIZES);

		old = MemoryContextSwitchTo(context);
		scan->classification = palloc0(sizeof(GovClassification));
		scan->classification->context = context;
		gov_index_open(&scan->classification->children, &coverage->objects, "gov_object_container_idx");
		MemoryContextSwitchTo(old);
	}
	return scan->classification;
}

/* Frees what a scan holds. */
void
gov_classification_close(GovViewRun *scan)
{
	if (scan->classification == NULL)
		return;
	gov_index_close(&scan->classification->children);
	MemoryContextDelete(scan->classification->context);
	scan->classification = NULL;
}

/* The words of resolutions. */
static const struct
{
	GovBears	bears;
	const char *word;
}			gov_classification_words[] =
{
	{GOV_BEARS_OWN, "own"},
	{GOV_BEARS_CONTAINER, "container"},
	{GOV_BEARS_CONTENTS, "contents"},
};

/* The resolution of a word; GOV_BEARS_NOTHING for another word. */
GovBears
gov_classification_resolution(const text *word)
{
	for (Size i = 0; i < lengthof(gov_classification_words); i++)
		if (gov_text_is(word, gov_classification_words[i].word))
			return gov_classification_words[i].bears;
	return GOV_BEARS_NOTHING;
}

/* Does a current assignment count?  Whatever the query asks for. */
static bool
gov_classification_counts(const GovModel *model, const GovAssigned *assigned)
{
	GovValueStatus status = model->values[assigned->value].status;

	return !assigned->taken_over && model->axes[assigned->axis].active &&
		(status == GOV_VALUE_ACTIVE || status == GOV_VALUE_DEPRECATED);
}

/* Does the query ask for a value? */
static bool
gov_classification_is_asked(const GovCoverage *coverage, int value)
{
	const GovFilter *filter = &coverage->filter;

	if (filter->by_slot)
		return gov_filter_has(filter->slots, filter->nslots, value);
	return !filter->by_axis || gov_filter_has(filter->axes, filter->naxes, coverage->model->values[value].axis);
}

/* Adds a row. */
static void
gov_classification_add(GovViewRun *scan, GovBears bears, const GovBorne *borne)
{
	int			value = GOV_BEARING_VALUE(borne->bearing);
	GovViewRow *row;

	if (!gov_classification_is_asked(scan->coverage, value))
		return;
	row = gov_view_add(scan);
	row->axis = scan->coverage->model->values[value].axis;
	row->value = value;
	row->kind = bears;
	row->zone = GOV_BEARING_ZONE(borne->bearing);
	row->depth = borne->depth;
	row->anchor = borne->anchor;
	row->above = borne->container;
}

/* ---- down from containers ---- */

/* Order by bearing, nearest first, for qsort. */
static int
gov_classification_compare_borne(const void *a, const void *b)
{
	const GovBorne *one = a;
	const GovBorne *other = b;

	if (one->bearing != other->bearing)
		return one->bearing < other->bearing ? -1 : 1;
	return one->depth < other->depth ? -1 : one->depth > other->depth;
}

/* Adds one to a list. */
static void
gov_classification_append(GovClassification *state, GovBorneAbove *list, int *allocated, const GovBorne *borne)
{
	if (list->count == *allocated)
	{
		*allocated = Max(*allocated * 2, 4);
		list->items = list->items == NULL ? MemoryContextAlloc(state->context, sizeof(GovBorne) * *allocated) :
			repalloc_huge(list->items, sizeof(GovBorne) * *allocated);
	}
	list->items[list->count++] = *borne;
}

/* Makes the list of a container whose own container's is made: what it bears itself, and what comes from above. */
static void
gov_classification_load_container(GovViewRun *scan, int number)
{
	GovCoverage *coverage = scan->coverage;
	GovClassification *state = scan->classification;
	int64		object_id = coverage->containers->items[number].object_id;
	int			up = coverage->containers->items[number].up;
	GovBorneAbove *list = &state->above[number];
	int			allocated = 0;
	int			kept = 0;

	list->known = true;
	if (!coverage->containers->items[number].live)
		return;
	gov_index_find_int8(&coverage->assignment_of_whole, object_id);
	while (gov_index_next(&coverage->assignment_of_whole, 0))
	{
		GovAssigned assigned;

		CHECK_FOR_INTERRUPTS();
		if (gov_assignment_read(coverage->model, gov_slot_row(coverage->assignment_of_whole.slot), &assigned) &&
			gov_classification_counts(coverage->model, &assigned))
			gov_classification_append(state, list, &allocated,
									  &(GovBorne) {GOV_BEARING(assigned.value, assigned.zone), 1, object_id, number});
	}
	for (int i = 0; up != GOV_NONE && i < state->above[up].count; i++)
	{
		GovBorne	borne = state->above[up].items[i];

		borne.depth++;
		gov_classification_append(state, list, &allocated, &borne);
	}
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(GovBorne), gov_classification_compare_borne);
	for (int i = 0; i < list->count; i++)
		if (kept == 0 || list->items[i].bearing != list->items[kept - 1].bearing)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

/* Sees to it that there is room for all containers that are known. */
static void
gov_classification_make_room(GovViewRun *scan)
{
	GovClassification *state = scan->classification;
	int			count = scan->coverage->containers->count;
	int			room = Max(64, Max(state->above_allocated * 2, count));
	Size		size = sizeof(GovBorneAbove) * room;

	if (count <= state->above_allocated)
		return;
	state->above = state->above == NULL ? MemoryContextAllocExtended(state->context, size, MCXT_ALLOC_HUGE) :
		repalloc_huge(state->above, size);
	memset(state->above + state->above_allocated, 0, sizeof(GovBorneAbove) * (room - state->above_allocated));
	state->above_allocated = room;
}

/* What comes down from a container: those above it that are not known yet are loaded first, from the top. */
static const GovBorneAbove *
gov_classification_from_above(GovViewRun *scan, int container)
{
	GovClassification *state = scan->classification;
	const GovContainer *items = scan->coverage->containers->items;

	gov_classification_make_room(scan);
	while (!state->above[container].known)
	{
		int			top = container;

		CHECK_FOR_INTERRUPTS();
		while (items[top].up != GOV_NONE && !state->above[items[top].up].known)
			top = items[top].up;
		gov_classification_load_container(scan, top);
	}
	return &state->above[container];
}

/* ---- up from contents ---- */

/* Notes something that is borne below an object, if nothing nearer is noted. */
static void
gov_classification_note(gov_below_hash *below, int64 object_id, const GovBorne *borne)
{
	GovBorneBelowKey key = {object_id, borne->bearing};
	bool		found;
	GovBorneBelow *entry = gov_below_insert(below, key, &found);

	if (found && (entry->depth < borne->depth || (entry->depth == borne->depth && entry->anchor <= borne->anchor)))
		return;
	entry->depth = borne->depth;
	entry->anchor = borne->anchor;
}

/* Notes an assignment at all that its object lives in. */
static void
gov_classification_note_up(GovCoverage *coverage, gov_below_hash *below, int container, const GovAssigned *assigned)
{
	GovBorne	borne = {GOV_BEARING(assigned->value, assigned->zone), 0, assigned->object_id, GOV_NONE};

	for (int c = container; c != GOV_NONE && coverage->containers->items[c].live; c = coverage->containers->items[c].up)
	{
		borne.depth++;
		gov_classification_note(below, coverage->containers->items[c].object_id, &borne);
	}
}

/* The container of a live object; GOV_NONE for none, or where the object is not live. */
static int
gov_classification_container_of(GovCoverage *coverage, int64 object_id)
{
	GovIndex   *index = &coverage->containers->object_by_id;
	GovObjectRow object;

	gov_index_find_int8(index, object_id);
	if (!gov_index_next(index, 0))
		return GOV_NONE;
	gov_object_read(gov_slot_row(index->slot), &object);
	return object.live && object.container_id != 0 ?
		gov_containers_get(coverage->containers, object.container_id) : GOV_NONE;
}

/* Order by object, then bearing, for qsort. */
static int
gov_classification_compare_below(const void *a, const void *b)
{
	const GovBorneBelow *one = a;
	const GovBorneBelow *other = b;

	if (one->key.object_id != other->key.object_id)
		return one->key.object_id < other->key.object_id ? -1 : 1;
	return one->key.bearing < other->key.bearing ? -1 : one->key.bearing > other->key.bearing;
}

/* Takes what was noted out of the hash, in order. */
static void
gov_classification_keep_noted(GovClassification *state, gov_below_hash *below)
{
	gov_below_iterator iterator;
	GovBorneBelow *entry;

	state->below = MemoryContextAllocExtended(state->context, sizeof(GovBorneBelow) * (below->members + 1), MCXT_ALLOC_HUGE);
	state->nbelow = 0;
	gov_below_start_iterate(below, &iterator);
	while ((entry = gov_below_iterate(below, &iterator)) != NULL)
		state->below[state->nbelow++] = *entry;
	if (state->nbelow > 1)
		qsort(state->below, state->nbelow, sizeof(GovBorneBelow), gov_classification_compare_below);
}

/* Goes over all assignments, once, and notes each at all that its object lives in. */
static void
gov_classification_note_all(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	GovClassification *state = scan->classification;
	gov_below_hash *below = gov_below_create(state->context, 256, NULL);
	int64		last = 0;
	int			container = GOV_NONE;
	GovTable	assignments;

	gov_table_open(&assignments, "gov_assignment", coverage->objects.snapshot);
	gov_table_start(&assignments);
	while (gov_table_next(&assignments, 0))
	{
		GovAssigned assigned;

		CHECK_FOR_INTERRUPTS();
		if (!gov_assignment_read(coverage->model, gov_slot_row(assignments.slot), &assigned) ||
			!gov_classification_counts(coverage->model, &assigned))
			continue;
		/* those of one object mostly come together */
		if (assigned.object_id != last)
			container = gov_classification_container_of(coverage, assigned.object_id);
		last = assigned.object_id;
		gov_classification_note_up(coverage, below, container, &assigned);
	}
	gov_table_close(&assignments);
	gov_classification_keep_noted(state, below);
	gov_below_destroy(below);
	state->noted = true;
}

/* Adds rows of what was noted at the current object. */
static void
gov_classification_add_noted(GovViewRun *scan)
{
	const GovClassification *state = scan->classification;
	int64		object_id = scan->coverage->object.object_id;
	uint64		low = 0;
	uint64		high = state->nbelow;

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (state->below[middle].key.object_id < object_id)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < state->nbelow && state->below[low].key.object_id == object_id; low++)
		gov_classification_add(scan, GOV_BEARS_CONTENTS,
							   &(GovBorne) {(int) state->below[low].key.bearing, state->below[low].depth,
							   state->below[low].anchor, GOV_NONE});
}

/* Adds an object to those that are to be looked into. */
static void
gov_classification_queue(GovClassification *state, int *count, int64 object_id, int depth)
{
	if (*count == state->queue_allocated)
	{
		state->queue_allocated = Max(state->queue_allocated * 2, 64);
		state->queue = state->queue == NULL ?
			MemoryContextAlloc(state->context, sizeof(GovDescent) * state->queue_allocated) :
			repalloc_huge(state->queue, sizeof(GovDescent) * state->queue_allocated);
	}
	state->queue[(*count)++] = (GovDescent) {object_id, depth};
}

/* Notes what an object that lives in the current one bears. */
static void
gov_classification_note_one(GovCoverage *coverage, gov_below_hash *below, const GovDescent *at)
{
	GovIndex   *index = &coverage->assignment_of_whole;

	gov_index_find_int8(index, at->object_id);
	while (gov_index_next(index, 0))
	{
		GovAssigned assigned;

		CHECK_FOR_INTERRUPTS();
		if (gov_assignment_read(coverage->model, gov_slot_row(index->slot), &assigned) &&
			gov_classification_counts(coverage->model, &assigned))
			gov_classification_note(below, coverage->object.object_id,
									&(GovBorne) {GOV_BEARING(assigned.value, assigned.zone), at->depth,
									at->object_id, GOV_NONE});
	}
}

/* Goes through what lives in the current object, nearest first, and adds rows of what that bears. */
static void
gov_classification_descend(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	GovClassification *state = scan->classification;
	gov_below_hash *below = gov_below_create(state->context, 16, NULL);
	gov_below_iterator iterator;
	GovBorneBelow *entry;
	int			count = 0;

	gov_classification_queue(state, &count, coverage->object.object_id, 0);
	for (int i = 0; i < count; i++)
	{
		GovDescent	at = state->queue[i];

		if (at.depth > 0)
			gov_classification_note_one(coverage, below, &at);
		gov_index_find_int8(&state->children, at.object_id);
		while (gov_index_next(&state->children, 0))
		{
			GovObjectRow child;

			CHECK_FOR_INTERRUPTS();
			gov_object_read(gov_slot_row(state->children.slot), &child);
			/* a way that comes back to itself ends here: all of it leads through the current object */
			if (child.live && child.object_id != coverage->object.object_id)
				gov_classification_queue(state, &count, child.object_id, at.depth + 1);
		}
	}
	gov_below_start_iterate(below, &iterator);
	while ((entry = gov_below_iterate(below, &iterator)) != NULL)
		gov_classification_add(scan, GOV_BEARS_CONTENTS,
							   &(GovBorne) {(int) entry->key.bearing, entry->depth, entry->anchor, GOV_NONE});
	gov_below_destroy(below);
}

/* ---- rows ---- */

/* Rows of what the current object bears itself; its assignments are in the order of slots. */
static void
gov_classification_add_own(GovViewRun *scan)
{
	const GovObject *object = &scan->coverage->object;

	for (int i = 0; i < object->nassigned; i++)
		if (gov_classification_counts(scan->coverage->model, &object->assigned[i]))
			gov_classification_add(scan, GOV_BEARS_OWN,
								   &(GovBorne) {GOV_BEARING(object->assigned[i].value, object->assigned[i].zone), 0,
								   object->object_id, GOV_NONE});
}

/* Rows of the current object. */
void
gov_classification_produce(GovViewRun *scan)
{
	GovCoverage *coverage = scan->coverage;
	GovClassification *state = gov_classification_state(scan);
	int			asked = scan->bears == GOV_BEARS_NOTHING ? ~0 : scan->bears;

	if (asked & GOV_BEARS_OWN)
		gov_classification_add_own(scan);
	if ((asked & GOV_BEARS_CONTAINER) && coverage->object.container != GOV_NONE)
	{
		const GovBorneAbove *above = gov_classification_from_above(scan, coverage->object.container);

		for (int i = 0; i < above->count; i++)
			gov_classification_add(scan, GOV_BEARS_CONTAINER, &above->items[i]);
	}
	if (!(asked & GOV_BEARS_CONTENTS))
		return;
	if (coverage->whole && !state->noted)
		gov_classification_note_all(scan);
	if (coverage->whole)
		gov_classification_add_noted(scan);
	else
		gov_classification_descend(scan);
}

/* Type and reference of the object from which something comes up, into two columns. */
static void
gov_classification_fill_below(GovViewRun *scan, int64 object_id, Datum *values, bool *nulls)
{
	GovIndex   *index = &scan->coverage->containers->object_by_id;
	GovObjectRow object;

	gov_index_find_int8(index, object_id);
	nulls[0] = nulls[1] = !gov_index_next(index, 0);
	if (nulls[0])
		return;
	gov_object_read(gov_slot_row(index->slot), &object);
	values[0] = PointerGetDatum(DatumGetTextPCopy(PointerGetDatum(object.type)));
	values[1] = PointerGetDatum(DatumGetTextPCopy(PointerGetDatum(object.ref)));
}

/* Columns of gov_classification: zone, resolution, depth, anchor. */
void
gov_classification_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls)
{
	static const char *const zones[] = {
		[GOV_ZONE_APPROVED] = "approved",
		[GOV_ZONE_CANDIDATE] = "candidate",
		[GOV_ZONE_QUARANTINE] = "quarantine"
	};
	const GovCoverage *coverage = scan->coverage;
	Datum	   *own = values + GOV_VIEW_OWN_COLUMNS;

	own[0] = gov_view_word(zones[row->zone]);
	for (Size i = 0; i < lengthof(gov_classification_words); i++)
		if (row->kind == (int) gov_classification_words[i].bears)
			own[1] = gov_view_word(gov_classification_words[i].word);
	own[2] = Int32GetDatum(row->depth);
	if (row->kind == GOV_BEARS_OWN)
	{
		own[3] = coverage->object.type_text;
		own[4] = coverage->object.ref_text;
	}
	else if (row->kind == GOV_BEARS_CONTAINER)
	{
		own[3] = PointerGetDatum(coverage->containers->items[row->above].type);
		own[4] = PointerGetDatum(coverage->containers->items[row->above].ref);
	}
	else
		gov_classification_fill_below(scan, row->anchor, own + 3, nulls + GOV_VIEW_OWN_COLUMNS + 3);
}
