/*-------------------------------------------------------------------------
 *
 * engine/summary/members.c
 *	  How many objects of which types are in which containers.
 *
 * Cross products ask the same of types that the same axes ask, so types are
 * put together in kinds, and objects are counted by kind and container.
 * Types of which no cross product is asked are of no kind: only how many
 * objects they have is counted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "engine/summary/members.h"

/* How many objects of a kind inherit from a container, or from none. */
typedef struct GovMember
{
	uint64		key;
	int64		objects;
	char		status;
} GovMember;

#define GOV_MEMBER_KEY(kind, container)	((uint64) (uint32) (kind) << 32 | (uint32) (container))
#define GOV_MEMBER_KIND(key)			((int) ((key) >> 32))
#define GOV_MEMBER_CONTAINER(key)		((int) (uint32) (key))

#define SH_PREFIX gov_member_table
#define SH_ELEMENT_TYPE GovMember
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, k) hash_combine(murmurhash32((uint32) (k)), murmurhash32((uint32) ((k) >> 32)))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* Is a cross product of the axis asked of a kind? */
static inline bool
gov_members_asked(const GovMembers *members, int kind, int axis)
{
	return members->model->types[members->kind_types[kind]].demands[axis].cross_product;
}

/* Is a type of a kind? */
static bool
gov_members_is_kind(const GovMembers *members, const GovDemand *demands, int kind)
{
	for (int axis = 0; axis < members->model->naxes; axis++)
		if (demands[axis].cross_product != gov_members_asked(members, kind, axis))
			return false;
	return true;
}

/* The kind of a type: that of an earlier one, or a new one. */
static int
gov_members_kind(GovMembers *members, int type)
{
	const GovDemand *demands = members->model->types[type].demands;
	int			kind = 0;
	bool		asked = false;

	for (int axis = 0; axis < members->model->naxes; axis++)
		asked |= demands[axis].cross_product;
	if (!asked)
		return GOV_NONE;
	while (kind < members->nkinds && !gov_members_is_kind(members, demands, kind))
		kind++;
	if (kind == members->nkinds)
		members->kind_types[members->nkinds++] = type;
	return kind;
}

/* How many counters one kind has: one for objects in no container, one per container. */
static inline Size
gov_members_row(const GovMembers *members)
{
	return (Size) members->hierarchy->count + 1;
}

/* The array may take this part of what the entries of the directory take. */
#define GOV_COUNTERS_SHARE	4

/*
 * Makes the counters, when all objects are read: the types are known then,
 * and the containers have their numbers.
 */
void
gov_members_create(GovMembers *members, GovModel *model, const GovHierarchy *hierarchy,
				   const GovDirectory *directory)
{
	int			nothing = hierarchy->holds_parts != NULL ? gov_model_nothing(model) : GOV_NONE;
	Size		ntypes = model->ntypes;
	Size		bytes;

	memset(members, 0, sizeof(GovMembers));
	members->model = model;
	members->hierarchy = hierarchy;
	members->types = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(GovCountedType) * (ntypes + 1),
												MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	members->kind_types = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * (ntypes + 1));
	for (int type = 0; type < model->ntypes; type++)
	{
		GovCountedType *counted = &members->types[type];

		gov_progress_tick();
		counted->part = nothing != GOV_NONE && model->types[type].has_parts && !model->types[type].scoped ? nothing : type;
		counted->kind = gov_members_kind(members, type);
		if (counted->kind == GOV_NONE)
			continue;
		counted->step = 1;
		counted->first = 1 + counted->kind * gov_members_row(members);
	}
	bytes = sizeof(int64) * (1 + members->nkinds * gov_members_row(members));
	if (bytes <= gov_directory_bytes(directory) / GOV_COUNTERS_SHARE)
		members->counters = MemoryContextAllocExtended(CurrentMemoryContext, bytes,
													   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	else
		members->table = gov_member_table_create(CurrentMemoryContext, 256, NULL);
}

/* Counts an object in the table: by kind and the nearest container with anchors. */
static void
gov_members_add(GovMembers *members, int kind, int container)
{
	int			anchored = container == GOV_NONE ? GOV_NONE : members->hierarchy->containers[container].anchored;
	bool		found;
	GovMember  *member;

	if (kind == GOV_NONE)
		return;
	member = gov_member_table_insert(members->table, GOV_MEMBER_KEY(kind, anchored), &found);
	if (!found)
		member->objects = 0;
	member->objects++;
}

/*
 * Counts the objects at places from "from" to before "to", and replaces
 * references in their entries by numbers of containers, and types of parts by
 * the class of which nothing is asked.
 *
 * The copies of what says where things are stay in registers: the compiler
 * need not expect that a counter is one of them.
 */
static void
gov_members_place_stretch(GovMembers *members, GovDirectory *entries, uint64 from, uint64 to)
{
	GovDirectory directory = *entries;
	const GovHierarchy hierarchy = *members->hierarchy;
	GovCountedType *types = members->types;
	int64	   *counters = members->counters;

	for (uint64 place = from; place < to; place++)
	{
		uint64		entry = gov_directory_get(&directory, place);
		uint64		reference = gov_entry_reference(&directory, entry);
		GovCountedType *type;
		int			number;
		int			container;

		if (entry == 0)
			continue;
		number = gov_entry_type(&directory, entry);
		container = reference == 0 ? GOV_NONE : gov_hierarchy_find(&hierarchy, reference - 1);
		if (hierarchy.holds_parts != NULL && container != GOV_NONE && hierarchy.holds_parts[container])
			number = types[number].part;
		type = &types[number];
		type->objects++;
		if (counters != NULL)
			counters[type->first + (Size) (type->step * (container + 1))]++;
		else
			gov_members_add(members, type->kind, container);
		gov_directory_set(&directory, place, gov_entry(&directory, (uint64) (container + 1), number) |
						  (entry & GOV_ENTRY_EXCEPTION));
	}
}

/* So many places are gone through between looks for a cancel. */
#define GOV_STRETCH		65536

/* The same, for so many that a cancel must not wait for them. */
void
gov_members_place(GovMembers *members, GovDirectory *directory, uint64 from, uint64 to)
{
	for (; from < to; from += Min(to - from, GOV_STRETCH))
	{
		gov_progress_tick();
		gov_members_place_stretch(members, directory, from, from + Min(to - from, GOV_STRETCH));
	}
}

/* Adds what the array counted of what an axis asks to "below", by container; how many objects. */
static int64
gov_members_of_array(const GovMembers *members, int axis, int64 *below)
{
	int			ncontainers = members->hierarchy->count;
	int64		objects = 0;

	for (int kind = 0; kind < members->nkinds; kind++)
	{
		const int64 *counters = members->counters + 1 + kind * gov_members_row(members);

		gov_progress_tick();
		if (!gov_members_asked(members, kind, axis))
			continue;
		objects += counters[0];
		for (int container = 0; container < ncontainers; container++)
		{
			objects += counters[container + 1];
			below[container] += counters[container + 1];
		}
	}
	return objects;
}

/* The same of what the table counted. */
static int64
gov_members_of_table(const GovMembers *members, int axis, int64 *below)
{
	int64		objects = 0;
	gov_member_table_iterator iterator;
	GovMember  *member;

	gov_member_table_start_iterate(members->table, &iterator);
	while ((member = gov_member_table_iterate(members->table, &iterator)) != NULL)
	{
		int			container = GOV_MEMBER_CONTAINER(member->key);

		gov_progress_tick();
		if (!gov_members_asked(members, GOV_MEMBER_KIND(member->key), axis))
			continue;
		objects += member->objects;
		if (container != GOV_NONE)
			below[container] += member->objects;
	}
	return objects;
}

/*
 * Objects of which a cross_product rule of the axis asks something: how many
 * there are, and how many of them at or below each container that has
 * anchors; "below" has a place for each container.
 */
int64
gov_members_below(const GovMembers *members, int axis, int64 *below)
{
	const GovHierarchy *hierarchy = members->hierarchy;
	int64		objects;

	memset(below, 0, sizeof(int64) * hierarchy->count);
	objects = members->counters != NULL ?
		gov_members_of_array(members, axis, below) : gov_members_of_table(members, axis, below);
	gov_progress_tick();
	for (int i = hierarchy->count - 1; i >= 0; i--)
	{
		int			container = hierarchy->order[i];
		int			up = hierarchy->containers[container].up;

		if (up != GOV_NONE)
			below[up] += below[container];
	}
	return objects;
}
