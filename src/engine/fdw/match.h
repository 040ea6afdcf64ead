/*
 * engine/fdw/match.h: which clauses of a query the engine can use.
 */
#ifndef GOV_ENGINE_FDW_MATCH_H
#define GOV_ENGINE_FDW_MATCH_H

#include "nodes/pathnodes.h"

#include "engine/fdw/views.h"

/* A column that a scan can be restricted by. */
typedef struct GovFdwColumn
{
	const char *name;
	AttrNumber	column;
} GovFdwColumn;

extern const GovFdwColumn gov_fdw_columns[GOV_RESTRICTIONS];

/* What planning keeps about a foreign table (RelOptInfo.fdw_private). */
typedef struct GovScanPlan
{
	const GovView *view;		/* NULL: gov_coverage_summary */
	int			restrictions;	/* it can be restricted by so many of them */
	double		objects;		/* live objects, estimated */
	double		rows_per_object;
} GovScanPlan;

/* What a clause, "column = expression" or a list of these, restricts a scan to. */
typedef struct GovMatch
{
	GovRestriction restriction;
	List	   *expressions;	/* each of the column's type, or an array of it */
	List	   *arrays;			/* integers: which of them are arrays? */
	double		keys;			/* about how many values that makes */
} GovMatch;

extern bool gov_fdw_match(RelOptInfo *rel, const GovScanPlan *plan, Expr *clause, GovMatch *match);
extern double gov_fdw_bound_objects(RelOptInfo *rel, const GovScanPlan *plan, List *clauses);

#endif							/* GOV_ENGINE_FDW_MATCH_H */
