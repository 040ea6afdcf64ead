/*
 * watch/guards.h: do the triggers that guard the extension's tables stand as they were made?
 */
#ifndef GOV_WATCH_GUARDS_H
#define GOV_WATCH_GUARDS_H

#include "nodes/execnodes.h"

/* Puts a row for each thing that changed into a result: restored, or added by somebody. */
extern void gov_guards_list(ReturnSetInfo *result);

/* Makes the triggers of the extension again what they were; how many were not. */
extern uint64 gov_guards_restore(void);

#endif							/* GOV_WATCH_GUARDS_H */
