/*
 * engine/summary/parallel.h: the summary counted by several processes.
 */
#ifndef GOV_ENGINE_SUMMARY_PARALLEL_H
#define GOV_ENGINE_SUMMARY_PARALLEL_H

#include "engine/summary/count.h"

/* Counts with parallel workers; false when it is not worth it, or cannot be. */
extern bool gov_summary_parallel(GovCount *count);

#endif							/* GOV_ENGINE_SUMMARY_PARALLEL_H */
