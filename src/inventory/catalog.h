/*
 * inventory/catalog.h: the objects of PostgreSQL's own catalogs.
 */
#ifndef GOV_INVENTORY_CATALOG_H
#define GOV_INVENTORY_CATALOG_H

#include "utils/array.h"

#include "server/spi.h"
#include "inventory/source.h"

/* Gives enrolled schemas that were renamed their new code; locks the inventory only where there are any. */
extern void gov_inventory_catalog_follow_renamed(void);

/* Gives enrolled schemas that were renamed their new source code. */
extern char *gov_inventory_catalog_follow(const char *source);

/* Collects what an enrolled schema holds now as gov_kept_desired. */
extern GovRows *gov_inventory_catalog_collect(const GovSource *source);

/* The same, and what objects of other enrolled schemas are, by their OIDs; "" for the source: those alone. */
extern GovRows *gov_inventory_catalog_collect_from(const char *source, Datum elsewhere);

/* The same of the objects with these OIDs alone, in enrolled schemas, and what they live in. */
extern GovRows *gov_inventory_catalog_collect_only(Datum oids);

/* Raises for a name that the sync of an enrolled schema would give an object. */
extern void gov_inventory_ensure_not_enrolled(const char *type, const char *ref);

/* An argument of types of catalog objects, or of the cluster's, or NULL; raises for others, and for none. */
extern GovArg gov_inventory_arg_types(FunctionCallInfo fcinfo, int argno);
extern GovArg gov_inventory_arg_cluster_types(FunctionCallInfo fcinfo, int argno);

/* "This server and database": where OIDs of gov_object hold. */
extern GovArg gov_inventory_system(void);
extern GovArg gov_inventory_database(void);

#endif							/* GOV_INVENTORY_CATALOG_H */
