/*
 * server/extension.h: where the extension lives.
 */
#ifndef GOV_SERVER_EXTENSION_H
#define GOV_SERVER_EXTENSION_H

#include "utils/rel.h"

extern void gov_catalog_init(void);
extern bool gov_is_installed(void);
extern Oid	gov_schema_oid(void);
extern const char *gov_schema_quoted(void);
extern Oid	gov_extension_owner(void);

/* The routines of ours that have a name; others may stand in the same schema. */
extern List *gov_extension_routines(const char *name);
extern const char *gov_extension_version(void);
extern Oid	gov_relation_oid(const char *name);
extern bool gov_relation_is_ours(Oid relation); /* in one of our two schemas */
extern AttrNumber gov_column_number(Relation rel, const char *name);

#endif							/* GOV_SERVER_EXTENSION_H */
