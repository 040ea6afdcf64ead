/* access/access.h: which roles may read or write what bears a value. */
#ifndef GOV_ACCESS_ACCESS_H
#define GOV_ACCESS_ACCESS_H

#include "server/spi.h"

/* Ties declarations to the role of today of a name, NULL for all (gov_rebind); how many.  Connected to SPI. */
extern uint64 gov_access_rebind(GovArg role);

#endif							/* GOV_ACCESS_ACCESS_H */
