/*
 * ddl/gone.h: objects that a transaction retired are who they were before it.
 */
#ifndef GOV_DDL_GONE_H
#define GOV_DDL_GONE_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* Gives those of the written objects that are gone what rows "gov_net_base" say they were. */
extern void gov_ddl_gone_restore(void);

/* Gives sources whose schemas were renamed and dropped their codes from before; a list of these. */
extern List *gov_ddl_gone_schemas(void);

#endif							/* GOV_DDL_GONE_H */
