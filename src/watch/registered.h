/*
 * watch/registered.h: detectors that are routines somebody registered.
 */
#ifndef GOV_WATCH_REGISTERED_H
#define GOV_WATCH_REGISTERED_H

#include "watch/detectors.h"

/* Runs a routine that somebody registered. */
extern void gov_detector_run_routine(const GovDetector *detector, GovFindingSink *sink);

/* Brings the names of routines up to date; how many were renamed. */
extern uint64 gov_detectors_follow(void);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
extern uint64 gov_detectors_rebind(GovArg role);

#endif							/* GOV_WATCH_REGISTERED_H */
