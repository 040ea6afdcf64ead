/* registry/values.h: the values of axes. */
#ifndef GOV_REGISTRY_VALUES_H
#define GOV_REGISTRY_VALUES_H

#include "server/args.h"

/* What a look-up of a value gives. */
typedef struct GovValue
{
	char	   *status;
	char	   *parent;			/* NULL: a root */
	char	   *replaced_by;	/* NULL: none */
} GovValue;

/*
 * Looks a value up, locking its row as asked; false when there is none.
 * Whoever lets something point at a value takes GOV_ROW_SHARE, which makes a
 * status change of the value wait, and this wait for one.
 */
extern bool gov_value_find(const char *axis, const char *value, GovRowLock lock, GovValue *found);

/* How to get one, for hints. */
#define GOV_VALUE_HINT "gov_propose_value adds one."

/* The same, raising when axis or value do not exist; "found" may be NULL. */
extern void gov_ensure_value_for(GovPurpose purpose, const char *axis, const char *value,
								 GovRowLock lock, GovValue *found);
#define gov_ensure_value(axis, value, lock, found) \
	gov_ensure_value_for(GOV_FOR_ITSELF, (axis), (value), (lock), (found))

#endif							/* GOV_REGISTRY_VALUES_H */
