/*
 * watch/figures.h: what scans counted per axis, so that a trend can be shown.
 */
#ifndef GOV_WATCH_FIGURES_H
#define GOV_WATCH_FIGURES_H

#include "server/spi.h"

/* Stores the figures of the axes that differ from those of the scan before. */
extern void gov_figures_record(void);

/* Removes figures that were older, but for those that held then; how many. */
extern uint64 gov_figures_prune(TimestampTz before);

#endif							/* GOV_WATCH_FIGURES_H */
