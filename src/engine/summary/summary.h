/*
 * engine/summary/summary.h: the counts per axis.
 */
#ifndef GOV_ENGINE_SUMMARY_SUMMARY_H
#define GOV_ENGINE_SUMMARY_SUMMARY_H

#include "engine/summary/tally.h"

/* A finished summary, row by row. */
typedef struct GovSummaryScan
{
	GovModel *model;
	GovTally   *tallies;		/* per axis */
	int			workers;		/* how many counted beside this process */
	int			next;
} GovSummaryScan;

extern GovSummaryScan *gov_summary_open(Snapshot snapshot);
extern void gov_summary_rewind(GovSummaryScan *scan);
extern bool gov_summary_next(GovSummaryScan *scan, Datum *values, bool *nulls);

#endif							/* GOV_ENGINE_SUMMARY_SUMMARY_H */
