/* registry/scope.h: which objects of its types a coverage rule is about, as acts are told. */
#ifndef GOV_REGISTRY_SCOPE_H
#define GOV_REGISTRY_SCOPE_H

#include "postgres.h"

/* A scope; all of it as in a new rule where nothing is said. */
typedef struct GovRuleScope
{
	int64		container;		/* object_id; 0: wherever */
	const char *pattern;		/* of references; NULL: any */
	const char *parts;			/* "parents", "leaves" or "all" */
} GovRuleScope;

/* Reads a scope out of a jsonb, and holds its container; raises for what is none. */
extern void gov_scope_read(Datum json, GovRuleScope *scope);

/* Is it none: all objects, but for parts? */
extern bool gov_scope_is_none(const GovRuleScope *scope);

#endif							/* GOV_REGISTRY_SCOPE_H */
