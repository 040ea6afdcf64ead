/* registry/axes.h: ways to classify objects. */
#ifndef GOV_REGISTRY_AXES_H
#define GOV_REGISTRY_AXES_H

#include "server/args.h"
#include "registry/altered.h"

/* What a look-up of an axis gives. */
typedef struct GovAxis
{
	char	   *status;
	char	   *owner;			/* NULL: none */
	char	   *fallback;		/* NULL: none */
	bool		multivalued;
	bool		is_containment;
	char	   *name;			/* NULL: none */
	char	   *kind;
	char	   *family;
} GovAxis;

/* Looks an axis up, locking its row as asked; false when there is none. */
extern bool gov_axis_find(const char *axis, GovRowLock lock, GovAxis *found);

/* How to get one, for hints. */
#define GOV_AXIS_HINT "gov_create_axis adds one."

/* The same, raising when there is none; "found" may be NULL. */
extern void gov_ensure_axis_for(GovPurpose purpose, const char *axis, GovRowLock lock, GovAxis *found);
#define gov_ensure_axis(axis, lock, found) gov_ensure_axis_for(GOV_FOR_ITSELF, (axis), (lock), (found))

/* Makes a candidate axis; false when it was there, an error when another was. */
extern bool gov_axis_create(const char *axis, const char *name, const char *kind,
							const char *family, const char *owner,
							const char *fallback, bool multivalued);

/* The words for a status, ended by NULL. */
extern const char *const gov_axis_statuses[];

/* Writes another status, of which the caller has made sure. */
extern void gov_axis_write_status(const char *axis, const char *status, const char *reason, const char *approval);

/*
 * What altering an axis changes, NULL leaving a column as it is and an empty
 * text clearing it: false when nothing would differ; and doing it.
 */
extern bool gov_axis_compare(const char *axis, const char *name, const char *owner, const char *fallback, GovAltered *altered);
extern void gov_axis_alter(const char *axis, const char *name, const char *owner, const char *fallback);

/* Makes an axis one of containment, and active; how many rows it wrote, 0 when it was so. */
extern uint64 gov_axis_activate_containment(const char *axis, const char *approval);

#endif							/* GOV_REGISTRY_AXES_H */
