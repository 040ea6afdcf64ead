/*
 * ddl/quick.h: what can be told of one object alone, without looking at others.
 */
#ifndef GOV_DDL_QUICK_H
#define GOV_DDL_QUICK_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/*
 * Registers an object that a command made (with "table", CREATE TABLE), or finds that it is none of ours, without a query;
 * false when it has to be asked for with gov_ddl_quick_touched.
 */
extern bool gov_ddl_quick_made(const ObjectAddress *address, bool table);

/* Registers an object that is new, or finds that nothing changed; false when others have to be looked at. */
extern bool gov_ddl_quick_touched(const ObjectAddress *address);

/* Retires what was dropped; gives back what has to do with others. */
extern List *gov_ddl_quick_dropped(List *oids);

/* The kind of name under which routines of one name are noted: schema.name. */
extern char *gov_ddl_routine_name(const char *name);

#endif							/* GOV_DDL_QUICK_H */
