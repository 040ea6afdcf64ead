/*
 * ddl/enrolled.h: which schemas are enrolled, kept for the session until
 * somebody changes it.
 */
#ifndef GOV_DDL_ENROLLED_H
#define GOV_DDL_ENROLLED_H

#include "postgres.h"

/* Is it known that no schema is enrolled?  Then DDL costs nothing more. */
extern bool gov_ddl_enrolled_none(void);

/* May columns be objects in an enrolled schema? */
extern bool gov_ddl_enrolled_columns(void);

/* Is a schema enrolled?  Looks them up, when they are not known. */
extern bool gov_ddl_enrolled(Oid schema);

/* The code of the source of an enrolled schema that takes all there is in it; NULL where types or patterns are to be looked at. */
extern const char *gov_ddl_enrolled_whole(Oid schema);

/* Watches what could change it; called once from gov_ddl_init. */
extern void gov_ddl_enrolled_init(void);

#endif							/* GOV_DDL_ENROLLED_H */
