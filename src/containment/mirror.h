/*
 * containment/mirror.h: making a containment axis equal to the container
 * tree: its values, the assignments of what lives in the containers, and who
 * owns those cells.
 */
#ifndef GOV_CONTAINMENT_MIRROR_H
#define GOV_CONTAINMENT_MIRROR_H

#include "postgres.h"

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

/* Values follow the containers; counts what it creates. */
extern void gov_containment_mirror_values(GovContainment *activation);

/* Assignments and owners of the objects with after < object_id <= upto follow. */
extern void gov_containment_mirror_objects(GovContainment *activation, int64 after, int64 upto);

/* Values of containers that are gone are deprecated once nothing needs them. */
extern void gov_containment_mirror_gone(GovContainment *activation);

#endif							/* GOV_CONTAINMENT_MIRROR_H */
