/*
 * watch/run.h: running the detectors.
 */
#ifndef GOV_WATCH_RUN_H
#define GOV_WATCH_RUN_H

#include "server/spi.h"

/*
 * Runs the enabled detectors and keeps their findings aside as "name", rows
 * of the columns of gov_detect; between gov_spi_begin and gov_spi_end.  "runs"
 * says what they run for: scan, and perhaps reconcile.
 */
extern GovRows *gov_detectors_collect(const char *name, const char *runs);

#endif							/* GOV_WATCH_RUN_H */
