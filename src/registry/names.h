/*
 * registry/names.h: a name of a catalog object as people write it, taken apart.
 */
#ifndef GOV_REGISTRY_NAMES_H
#define GOV_REGISTRY_NAMES_H

#include "postgres.h"

#include "nodes/pg_list.h"

#define GOV_NAME_MAX_PARTS	4

/* A part of a name between dots: as SQL reads it, and with the case that it was written in. */
typedef struct GovNamePart
{
	char	   *folded;
	char	   *written;
} GovNamePart;

typedef struct GovName
{
	int			count;
	GovNamePart parts[GOV_NAME_MAX_PARTS];
	bool		has_args;		/* is there a list of argument types? */
	List	   *args;			/* of texts, as written */
} GovName;

/* How well a name fits that of an object. */
typedef enum GovNameFit
{
	GOV_NAME_OTHER,				/* not at all */
	GOV_NAME_AS_WRITTEN,		/* by the letters and their case, as catalogs show it */
	GOV_NAME_AS_SQL				/* as SQL reads it */
} GovNameFit;

/* Takes a text apart; false when it is no such name. */
extern bool gov_name_parse(const char *text, const char *type, GovName *name);

/* The last part of a name. */
#define gov_name_last(name) (&(name)->parts[(name)->count - 1])

/* How well a name fits the reference of an object; it may leave out leading parts, and the arguments. */
extern GovNameFit gov_name_fits(const GovName *name, const GovName *object);

/* The reference that the name would be by itself, as SQL reads it or as written; NULL: arguments decide. */
extern char *gov_name_canonical(const GovName *name, bool folded);

#endif							/* GOV_REGISTRY_NAMES_H */
