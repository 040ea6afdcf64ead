/*
 * ddl/enforce.h: what is asked of new objects before a transaction commits.
 */
#ifndef GOV_DDL_ENFORCE_H
#define GOV_DDL_ENFORCE_H

#include "postgres.h"

#include "ddl/lack.h"

/*
 * What a commit would be refused for, were it now: of the objects noted since
 * a place in the list (ddl/born.h); false where nothing is enforced, or lacks.
 */
extern bool gov_enforce_would_refuse(int since, GovLack *found);

/* Raises where a commit would be refused. */
extern void gov_enforce_ensure_governed(int since);

/* Called once from _PG_init. */
extern void gov_enforce_init(void);

#endif							/* GOV_DDL_ENFORCE_H */
