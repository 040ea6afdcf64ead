/*
 * ddl/quick.h: what can be told of one object alone, without looking at others.
 */
#ifndef GOV_DDL_QUICK_H
#define GOV_DDL_QUICK_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/* Registers an object that is new, or finds that nothing changed; false when others have to be looked at. */
extern bool gov_ddl_quick_touched(const ObjectAddress *address, bool create);

/* Retires what was dropped; gives back what has to do with others. */
extern List *gov_ddl_quick_dropped(List *oids);

/* The kind of name under which routines of one name are noted: schema.name. */
extern char *gov_ddl_routine_name(const char *name);

#endif							/* GOV_DDL_QUICK_H */
