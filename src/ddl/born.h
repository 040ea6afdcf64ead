/*
 * ddl/born.h: objects born in the transaction that is running.
 */
#ifndef GOV_DDL_BORN_H
#define GOV_DDL_BORN_H

#include "postgres.h"

/*
 * Notes an object that is born, comes back or moves into another schema, in the
 * subtransaction in which its row is written; may be done more than once.
 */
extern void gov_ddl_note_born(int64 object_id);

/* How many were noted so far: a place in the list, to look from later in the same subtransaction. */
extern int	gov_ddl_count_born(void);

/* Those noted since that place, each once, in the order of their identity. */
extern int64 *gov_ddl_list_born(int since, int *count);

/* Called once from _PG_init. */
extern void gov_born_init(void);

#endif							/* GOV_DDL_BORN_H */
