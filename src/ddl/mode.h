/*
 * ddl/mode.h: what is done about DDL: governance.ddl_mode, where it means anything.
 */
#ifndef GOV_DDL_MODE_H
#define GOV_DDL_MODE_H

#include "server/guc.h"

/* The mode that holds right now; off where nothing can be tracked. */
extern GovDdlMode gov_ddl_mode(void);

#endif							/* GOV_DDL_MODE_H */
