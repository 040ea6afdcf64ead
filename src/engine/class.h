/*
 * engine/class.h: which rules are about an object, where that depends on more
 * than its type.
 */
#ifndef GOV_ENGINE_CLASS_H
#define GOV_ENGINE_CLASS_H

#include "engine/resolve.h"

/* What it takes to find the classes of objects. */
typedef struct GovClasses
{
	GovContainers *containers;
	GovIndex	children;		/* objects by what they live in */
	bool		open;			/* is that index? */
	text	   *key;			/* of the class found last */
} GovClasses;

extern void gov_class_open(GovClasses *classes, GovContainers *containers);
extern void gov_class_close(GovClasses *classes);

/*
 * The code of the class of an object of a type that is scoped, whose container
 * is known by number; until the next is asked for.
 */
extern Datum gov_class_of(GovClasses *classes, const GovObjectRow *object, int type, int container);

/* Is an object of a type part of the container that it lives in? */
static inline bool
gov_class_is_part(const GovContainers *containers, int type, int container)
{
	return containers->model->types[type].is_part &&
		container != GOV_NONE && containers->items[container].holds_parts;
}

#endif							/* GOV_ENGINE_CLASS_H */
