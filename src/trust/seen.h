/*
 * trust/seen.h: the state that the voters on a call see, and what of it has
 * changed since.
 */
#ifndef GOV_TRUST_SEEN_H
#define GOV_TRUST_SEEN_H

#include "trust/calls.h"

/*
 * Gives the state that a call is about, as jsonb: by the name of each thing its
 * columns, NULL for one that is not there.  "missing" gets the names of things that
 * have to be there and are not, in words, or NULL.  "as_asked": read as the
 * calling statement sees it, else what has been committed by now.
 */
typedef Datum (*GovSeenReader) (const char *act, Datum target, bool as_asked, char **missing);

/* A call with the references that the names of objects in it mean. */
typedef Datum (*GovSeenNamer) (Datum target);

/* Sets the functions that do so; they belong to a folder above this one (registry/seen.c, registry/meant.c). */
extern void gov_seen_init(GovSeenReader reader, GovSeenNamer namer);

/* A call with the references that the names of objects in it mean. */
extern Datum gov_seen_named(Datum target);

/* The state that a call is about now. */
extern Datum gov_seen_now(const char *act, Datum target, bool as_asked, char **missing);

/* What differs between two of them, in words; NULL when nothing does. */
extern char *gov_seen_changes(Datum was, Datum is);

#endif							/* GOV_TRUST_SEEN_H */
