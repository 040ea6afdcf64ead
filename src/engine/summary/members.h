/*
 * engine/summary/members.h: how many objects of which types are in which containers.
 */
#ifndef GOV_ENGINE_SUMMARY_MEMBERS_H
#define GOV_ENGINE_SUMMARY_MEMBERS_H

#include "engine/summary/hierarchy.h"

/* What is counted of a type of objects. */
typedef struct GovCountedType
{
	int64		objects;		/* how many there are */
	int			kind;			/* types of one kind are asked for the same cross products; GOV_NONE: for none */
	int			step;			/* 0 where no cross product is asked, else 1 */
	Size		first;			/* where the counters of the kind begin */
	int			part;			/* the class of its objects that are parts; else itself */
} GovCountedType;

/*
 * Counters of objects by container and kind of type.  They are an array where
 * that is small; where containers or kinds are very many, most of it would be
 * zeroes, and only what occurs is kept, in a hash table.
 */
typedef struct GovMembers
{
	const GovModel *model;
	const GovHierarchy *hierarchy;
	GovCountedType *types;		/* per type of the model */
	int		   *kind_types;		/* per kind, one of its types */
	int			nkinds;
	int64	   *counters;		/* one for what is of no kind; then, per kind, for no container and for each */
	struct gov_member_table_hash *table;	/* instead of the array */
} GovMembers;

extern void gov_members_create(GovMembers *members, GovModel *model, const GovHierarchy *hierarchy, const GovDirectory *directory);
extern void gov_members_place(GovMembers *members, GovDirectory *directory, uint64 from, uint64 to);
extern int64 gov_members_below(const GovMembers *members, int axis, int64 *below);

#endif							/* GOV_ENGINE_SUMMARY_MEMBERS_H */
