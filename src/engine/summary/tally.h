/*
 * engine/summary/tally.h: what the summary counts per axis.
 */
#ifndef GOV_ENGINE_SUMMARY_TALLY_H
#define GOV_ENGINE_SUMMARY_TALLY_H

#include "engine/coverage.h"

/* What is counted per axis. */
typedef struct GovTally
{
	int64		cells[GOV_CELL_GAP + 1];	/* by GovCellStatus */
	int64		quality[GOV_QUALITY_OK + 1];	/* by GovQuality */
	int64		missing;
} GovTally;

#endif							/* GOV_ENGINE_SUMMARY_TALLY_H */
