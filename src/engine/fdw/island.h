/*
 * engine/fdw/island.h: gov_hidden_island, objects and assignments that
 * containment or classification misses.
 */
#ifndef GOV_ENGINE_FDW_ISLAND_H
#define GOV_ENGINE_FDW_ISLAND_H

#include "engine/fdw/rows.h"

extern void gov_island_produce(GovViewRun *scan);
extern void gov_island_finish(GovViewRun *scan);
extern void gov_island_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls);

#endif							/* GOV_ENGINE_FDW_ISLAND_H */
