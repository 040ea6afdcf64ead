/*
 * registry/meant.h: the objects that names mean, as people write them.
 */
#ifndef GOV_REGISTRY_MEANT_H
#define GOV_REGISTRY_MEANT_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "server/spi.h"
#include "registry/names.h"
#include "registry/objects.h"

/* Which objects are looked at. */
typedef enum GovMeantScope
{
	GOV_MEANT_LIVE,
	GOV_MEANT_LIVE_AS_ASKED,	/* as the calling statement sees them */
	GOV_MEANT_EVER				/* retired ones too, as the calling statement sees them */
} GovMeantScope;

/* A name, of which there is no object by the letter, and what it means. */
typedef struct GovMeant
{
	const char *type;
	const char *ref;			/* as written */
	bool		as_asked;		/* looked for as the calling statement sees objects? */
	GovName		name;
	bool		parsed;			/* is it a name at all? */
	List	   *fitting;		/* the references that fit best; one: what it means */
	char	   *in_server;		/* what the server calls it that is not in the inventory; NULL: nothing, or not looked for */
	char	   *schema;			/* of that */
	char	   *source;			/* the source that takes it; NULL: none */
	Oid			oid;			/* of that */
	int			subid;			/* of that, a column: its number */
} GovMeant;

/* What a name means; NULL where that is no object or more than one. */
#define gov_meant_ref(named) \
	(list_length((named)->fitting) == 1 ? (char *) linitial((named)->fitting) : NULL)

/*
 * Looks in the server for objects that are not in the inventory; with "bring",
 * those that an enrolled source takes are brought in.  Of a folder above this
 * one (inventory/bring.c); set once from _PG_init.
 */
typedef void (*GovMeantLook) (GovMeant *names, int count, bool bring);

extern void gov_meant_init(GovMeantLook look);

/* Names to be looked for by their last parts: arguments of a query, which of the names, its type, the part. */
typedef struct GovMeantSearch
{
	int			count;
	GovArg		args[3];
} GovMeantSearch;

/* Those that mean nothing yet, by each form of the part. */
extern GovMeantSearch gov_meant_search(const GovMeant *names, int count);

/* Finds what names mean, and brings in what is in the server alone. */
extern void gov_meant_find_or_bring(GovMeant *names, int count);

/* The reference that one name means, or the name itself where that is nothing; raises where it could be several. */
extern char *gov_meant_one(const char *type, const char *ref, GovMeantScope scope);
extern char *gov_meant_one_or_bring(const char *type, const char *ref);

/* The same of an object that was there ever, as the calling statement sees it. */
extern char *gov_meant_ever(const char *type, const char *ref);

/* What is wrong with a name that means no object or several: message, detail and hint of an error, and its SQLSTATE. */
typedef struct GovMeantFault
{
	int			sqlstate;
	char	   *message;
	char	   *detail;			/* or NULL */
	char	   *hint;
} GovMeantFault;

extern GovMeantFault gov_meant_fault(GovMeant *named);

/*
 * The live object of a type and a name, held as asked for; the name becomes its
 * reference.  Raises when there is none.
 */
extern int64 gov_ensure_object(const char *type, char **ref, GovObjectLock lock);

/* Names with what each means, as three arrays: types, what was written, what it means; how many mean something. */
extern int	gov_meant_arrays(const GovMeant *names, int count, GovArg *arrays);

/* A jsonb of calls, entries or lines of a plan, with the references that its names mean: those given, or those found. */
extern Datum gov_meant_put_meant(Datum json, const GovMeant *names, int count);
extern Datum gov_meant_in_json(Datum json);

#endif							/* GOV_REGISTRY_MEANT_H */
