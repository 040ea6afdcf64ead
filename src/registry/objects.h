/*
 * registry/objects.h: governed objects: finding one by what people call it,
 * and writing gov_object, which nothing else does.
 *
 * The caller holds the inventory (gov_inventory_lock), and has found out which
 * object is meant and whether it may change so.
 */
#ifndef GOV_REGISTRY_OBJECTS_H
#define GOV_REGISTRY_OBJECTS_H

#include "postgres.h"

#include "server/args.h"

/* How a found object is held until the end of the transaction. */
typedef enum GovObjectLock
{
	GOV_OBJECT_AS_ASKED = GOV_ROW_AS_ASKED, /* not at all, and found as the calling statement sees it */
	GOV_OBJECT_READ = GOV_ROW_PLAIN,	/* not at all */
	GOV_OBJECT_SHARE = GOV_ROW_SHARE,	/* it cannot be retired, renamed or moved */
	GOV_OBJECT_WRITE = GOV_ROW_UPDATE	/* and nobody else assigns or owns it */
} GovObjectLock;

/* The live object, held as asked for; 0 when there is none. */
extern int64 gov_object_find(const char *type, const char *ref, GovObjectLock lock);

/* How to get one, for hints. */
#define GOV_OBJECT_HINT "Enrol what it belongs to, or add it with gov_register_object."

/* Holds an object, live or retired, whose identity is known. */
extern void gov_object_hold(int64 object_id);
extern void gov_object_hold_rows(const char *rows);

/* How messages name an object: type "ref". */
extern char *gov_object_describe(int64 object_id);

/* Makes an object that is registered by hand, in a container (0: none); its identity, 0 when the name is taken. */
extern int64 gov_object_put(const char *type, const char *ref, int64 container);

/* Makes an object live, in a container (0: none). */
extern void gov_object_place(int64 object_id, int64 container);

/* Retires an object that was registered by hand. */
extern void gov_object_retire(int64 object_id, const char *reason);

/* Gives all objects of a source another source. */
extern void gov_object_change_source(const char *from, const char *to);

/*
 * A sync passes rows kept aside (gov_spi_collect) by their name, or a query in
 * parentheses that reads them.  They have the columns of gov_object but for
 * born_at and retired_at.  How many were written.
 */
extern uint64 gov_object_put_rows(const char *rows);	/* names that are taken are left out */
extern uint64 gov_object_change_rows(const char *rows);	/* as the rows say, and live */
extern uint64 gov_object_retire_rows(const char *rows);	/* object_id and reason, perhaps NULL, will do; live ones alone */
extern uint64 gov_object_put_back_rows(const char *rows);	/* retired ones, as the rows say, which have retired_at */
extern uint64 gov_object_delete_rows(const char *rows);	/* object_id will do; nothing points at them */

/*
 * Until the current subtransaction ends, objects are moved without the lock of
 * the forest of containers, and no cycle is looked for: those of the catalogs,
 * which the server keeps from containing themselves.
 */
extern void gov_object_moves_unlocked(void);
extern bool gov_object_moves_are_unlocked(void);

/* A live object of the catalogs as it is to be registered; its identity.  In the order of the columns. */
typedef struct GovCatalogObject
{
	int64		container;
	Datum		object_type;
	Datum		source;
	Datum		object_ref;
	Datum		attributes;
	Datum		address_class;
	Datum		address_names;
	Datum		address_args;
	Oid			address_oid;
	bool		held;			/* does the caller hold the rows of container and source, as a foreign key does? */
} GovCatalogObject;

extern int64 gov_object_put_catalog(const GovCatalogObject *object);

/* Orders identities, int64, for qsort. */
extern int	gov_object_compare_ids(const void *one, const void *other);

/* Retires live objects by their identities, a bigint[]. */
extern uint64 gov_object_retire_ids(Datum ids);

/* Deletes objects that nothing points at, likewise. */
extern uint64 gov_object_delete_ids(Datum ids);

#endif							/* GOV_REGISTRY_OBJECTS_H */
