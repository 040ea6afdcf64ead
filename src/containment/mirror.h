/*
 * containment/mirror.h: making a containment axis equal to the container
 * tree: its values, the assignments of what lives in the containers, and who
 * owns those cells.
 */
#ifndef GOV_CONTAINMENT_MIRROR_H
#define GOV_CONTAINMENT_MIRROR_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* One activation: what was asked for, what was found, what was made. */
typedef struct GovContainment
{
	const char *axis;
	Datum		object_types;	/* text[]: types of the objects that are
								 * assigned */
	const char *owner_axis;		/* a container's owner is the one that it has */
	const char *owner_value;	/* for this value of this axis */
	const char *rule;			/* never NULL once it is decided */
	bool		keep_threshold; /* an existing rule keeps its threshold */
	float4		threshold;
	const char *approval;		/* NULL: none was given */

	/* The containers, bigint[], and the owner of each, text[]. */
	Datum		containers;
	Datum		owners;

	/* Rows made. */
	int64		values_created;
	int64		assignments;
	int64		ownerships;

	/* Rows written, these and any other. */
	int64		written;

	/* Those of them that an entry of the ledger tells of already. */
	int64		noted_values;
	int64		noted_assignments;
	int64		noted_ownerships;
	int64		noted_written;
} GovContainment;

/* How a list of things "t" names one, and in which order. */
#define GOV_CONTAINMENT_LABEL "format('%s \"%s\"', t.object_type, t.object_ref)"
#define GOV_CONTAINMENT_LABEL_ORDER "ORDER BY t.object_type COLLATE \"C\", t.object_ref COLLATE \"C\""

/* This many of each are named. */
#define GOV_PROBLEMS_NAMED 10

/* What is in the way of finding owners, in the columns of the result of the last query. */
enum {OWNERS_CONTAINERS = 1, OWNERS_AUTHORITIES, OWNERS_MISSING, OWNERS_MISSING_NAMES};

/*
 * Finds the containers of the objects that have an owner, with their owners;
 * the result, of one row, tells of those that have none: how many, and the
 * names of the first.
 */
extern void gov_containment_find_owners(GovContainment *activation);

/* The locks that keep the container tree and the values as they are. */
extern void gov_containment_lock_forests(void);

/* The object_id that a batch of so many objects after one reaches; the greatest there is at the end. */
extern int64 gov_containment_batch_end(const GovContainment *activation, int64 after, int32 batch_size);

/*
 * Does anything differ from what there should be, of values, assignments or
 * ownership?  The containers and their owners are known.
 */
extern bool gov_containment_is_behind(const GovContainment *activation);

/* The ledger's entry about what was made since the last one; none when that is nothing. */
extern void gov_containment_note(GovContainment *activation, const char *action);

/* Values follow the containers; counts what it creates. */
extern void gov_containment_mirror_values(GovContainment *activation);

/* Assignments and owners of the objects with after < object_id <= upto follow. */
extern void gov_containment_mirror_objects(GovContainment *activation, int64 after, int64 upto);

/* Values of containers that are gone are deprecated once nothing needs them. */
extern void gov_containment_mirror_gone(GovContainment *activation);

#endif							/* GOV_CONTAINMENT_MIRROR_H */
