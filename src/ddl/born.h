/*
 * ddl/born.h: objects born in the transaction that is running.
 */
#ifndef GOV_DDL_BORN_H
#define GOV_DDL_BORN_H

#include "postgres.h"

/* Notes an object that is born, comes back or moves into another schema; may be done more than once. */
extern void gov_ddl_note_born(int64 object_id);

#endif							/* GOV_DDL_BORN_H */
