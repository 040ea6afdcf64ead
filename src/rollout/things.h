/*
 * rollout/things.h: what a rehearsal of a rollout met beside counts: how the
 * application's things are defined, and what the facts say.
 */
#ifndef GOV_ROLLOUT_THINGS_H
#define GOV_ROLLOUT_THINGS_H

#include "rollout/rollouts.h"

/* How everything of the application is defined now, part by part, as jsonb; as the owner. */
extern Datum gov_things_definitions(void);

/* What differs between two of these, in words; NULL when nothing does. */
extern char *gov_things_compare(Datum was, Datum is);

/* What a rehearsal meets. */
typedef struct GovThings
{
	Datum		before;			/* a hash of each thing, and of the facts, before its first tier */
	Datum		facts;
	Datum		changed;		/* by tier, the things that were otherwise when it began */
	int32		first;			/* the first tier */
} GovThings;

/* Notes the things before the first tier, from their definitions; the facts too. */
extern void gov_things_begin(GovThings *things, Datum definitions, int32 first);

/* Notes the things before another tier. */
extern void gov_things_note(GovThings *things, Datum definitions, int32 tier);

/* What is kept of it, as jsonb. */
extern Datum gov_things_pack(const GovThings *things);

/*
 * What is otherwise now than a rehearsal met it before a tier, in words; NULL
 * for nothing, or where it did not meet that tier.  As anybody.
 */
extern char *gov_things_differences(Datum packed, const GovTier *tier);

#endif							/* GOV_ROLLOUT_THINGS_H */
