/*
 * watch/follow.h: names of what was registered, after it was renamed.
 */
#ifndef GOV_WATCH_FOLLOW_H
#define GOV_WATCH_FOLLOW_H

#include "server/json.h"

/* Brings names of what was registered up to date, and adds to a payload how many of each kind there were; how many in all. */
extern uint64 gov_follow_registered(GovJson *payload);

#endif							/* GOV_WATCH_FOLLOW_H */
