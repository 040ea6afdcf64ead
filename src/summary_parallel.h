/*
 * summary_parallel.h: the summary counted by several processes.
 */
#ifndef GOV_SUMMARY_PARALLEL_H
#define GOV_SUMMARY_PARALLEL_H

#include "summary_count.h"

/* Counts with parallel workers; false when it is not worth it, or cannot be. */
extern bool gov_summary_parallel(GovCount *count);

#endif							/* GOV_SUMMARY_PARALLEL_H */
