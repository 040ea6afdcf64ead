/*
 * registry/objects.h: finding a governed object by what people call it.
 */
#ifndef GOV_REGISTRY_OBJECTS_H
#define GOV_REGISTRY_OBJECTS_H

/* How a found object is held until the end of the transaction. */
typedef enum GovObjectLock
{
	GOV_OBJECT_AS_ASKED,		/* not at all, and found as the calling statement sees it */
	GOV_OBJECT_READ,			/* not at all */
	GOV_OBJECT_SHARE,			/* it cannot be retired, renamed or moved */
	GOV_OBJECT_WRITE			/* and nobody else assigns or owns it */
} GovObjectLock;

/* The live object; 0 when there is none. */
extern int64 gov_object_find(const char *type, const char *ref);

/* How to get one, for hints. */
#define GOV_OBJECT_HINT "Enrol what it belongs to, or add it with gov_register_object."

/* The live object; raises when there is none. */
extern int64 gov_ensure_object(const char *type, const char *ref);
extern int64 gov_ensure_object_locked(const char *type, const char *ref, GovObjectLock lock);

/* Holds an object, live or retired, whose identity is known. */
extern void gov_object_hold(int64 object_id);

/* How messages name an object: type "ref". */
extern char *gov_object_describe(int64 object_id);

#endif							/* GOV_REGISTRY_OBJECTS_H */
