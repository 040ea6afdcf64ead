/*
 * ddl/born.h: objects that the transaction made, to be judged when it commits.
 */
#ifndef GOV_DDL_BORN_H
#define GOV_DDL_BORN_H

#include "postgres.h"

/* Notes an object that tracking made or that came into an enrolled schema. May be called more than once. */
extern void gov_ddl_note_born(int64 object_id);

#endif							/* GOV_DDL_BORN_H */
