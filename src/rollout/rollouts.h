/*
 * rollout/rollouts.h: rollouts and their tiers: gov_rollout, gov_rollout_tier.
 */
#ifndef GOV_ROLLOUT_ROLLOUTS_H
#define GOV_ROLLOUT_ROLLOUTS_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "server/args.h"

/* A rollout. */
typedef struct GovRollout
{
	const char *rollout;
	const char *description;
	const char *role_name;
	const char *search_path;
	const char *database_name;
	int64		system;
	const char *content_hash;	/* NULL until it is sealed */
	const char *origin;			/* NULL when it was made here */
} GovRollout;

/* A tier of one. */
typedef struct GovTier
{
	int32		tier;
	const char *name;
	const char *kind;
	const char *apply_sql;		/* NULL for verify, as revert_sql */
	const char *verify_sql;		/* NULL for none */
	const char *revert_sql;
	Datum		expect;			/* jsonb */
	const char *content_hash;
	bool		applied;
} GovTier;

/* Does the tier change anything? */
extern bool gov_tier_changes(const GovTier *tier);

/* A rollout; raises when there is none of that name. */
extern GovRollout *gov_rollout_find(const char *rollout, GovRowLock lock);

/* Raises unless a rollout is sealed. */
extern void gov_rollout_ensure_sealed(const GovRollout *rollout);

/* Raises unless the session goes by the role and the search_path of the rollout. */
extern void gov_rollout_ensure_session(const char *name);

/* Its tiers (GovTier), in the order of their numbers. */
extern List *gov_rollout_tiers(const char *rollout);

/* The hash of all that is sealed. */
extern char *gov_rollout_hash(const GovRollout *rollout, const List *tiers);

/* Writes the rows of a rollout that was made elsewhere, sealed; raises when there is one of that name. */
extern void gov_rollout_put_sealed(const GovRollout *rollout, const List *tiers);

/* Checks a tier as gov_add_tier does. */
extern void gov_tier_check(const GovTier *tier);

/* The hash of a tier. */
extern char *gov_tier_hash(const GovTier *tier);

/* The name of this database. */
extern char *gov_rollout_this_database(void);

#endif							/* GOV_ROLLOUT_ROLLOUTS_H */
