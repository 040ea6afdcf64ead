/*
 * watch/projection_lag.h: projections, which show the assignments of an axis.
 */
#ifndef GOV_WATCH_PROJECTION_LAG_H
#define GOV_WATCH_PROJECTION_LAG_H

#include "server/spi.h"

/* Brings the names of relations up to date; how many were renamed. */
extern uint64 gov_projections_follow(void);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
extern uint64 gov_projections_rebind(GovArg role);

#endif							/* GOV_WATCH_PROJECTION_LAG_H */
