/*
 * watch/follow.h: names of what was registered, after it was renamed.
 */
#ifndef GOV_WATCH_FOLLOW_H
#define GOV_WATCH_FOLLOW_H

#include "postgres.h"

/* Brings names of what was registered up to date; how many in all, and as jsonb how many of each kind there were. */
extern uint64 gov_follow_registered(Datum *counts);

#endif							/* GOV_WATCH_FOLLOW_H */
