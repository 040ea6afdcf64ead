/*
 * watch/registered.h: detectors that are routines somebody registered.
 */
#ifndef GOV_WATCH_REGISTERED_H
#define GOV_WATCH_REGISTERED_H

#include "watch/detectors.h"

/* Runs a routine that somebody registered. */
extern void gov_detector_run_routine(const GovDetector *detector, GovFindingSink *sink);

#endif							/* GOV_WATCH_REGISTERED_H */
