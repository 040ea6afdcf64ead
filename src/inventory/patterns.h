/*
 * inventory/patterns.h: names of schemas that come in by themselves.
 */
#ifndef GOV_INVENTORY_PATTERNS_H
#define GOV_INVENTORY_PATTERNS_H

#include "postgres.h"

#include "server/spi.h"

/*
 * Enrols what a pattern, or any (NULL), means and no source stands for yet: one
 * schema, or all (InvalidOid); did it?  Enrolled schemas that were renamed have
 * their new code before.  Nothing is synced; the caller does.
 */
extern bool gov_pattern_enroll(Oid schema, const char *pattern);

/* Does a pattern mean the schema of a source? */
extern bool gov_pattern_takes(const char *source);

/* Writes a pattern, with what it does not mean (NULL: as before), types (NULL: all) and columns (NULL: as before); false when it is there like this. */
extern bool gov_pattern_put(const char *pattern, GovArg excluded, GovArg types, GovArg columns);

/* Deletes a pattern; false when there is none, else what it was, as jsonb. */
extern bool gov_pattern_delete(const char *pattern, Datum *was);

#endif							/* GOV_INVENTORY_PATTERNS_H */
