/*
 * rollout/canonical.h: the one form of a value that is the same on any server.
 */
#ifndef GOV_ROLLOUT_CANONICAL_H
#define GOV_ROLLOUT_CANONICAL_H

#include "server/hash.h"

/* What is known of a type whose values are written. */
typedef struct GovCanonicalForm GovCanonicalForm;

/* Where values are written: memory, and a hash that takes what is there once it is much. */
typedef struct GovCanonical
{
	char	   *bytes;
	size_t		length;
	GovHasher  *hasher;
	bool		hashing;		/* did the hash take something already? */
} GovCanonical;

/*
 * The type within a type, perhaps itself, that has no form which is the same
 * elsewhere, as people write it; NULL when there is none.
 */
extern const char *gov_canonical_unsupported(Oid type);

/* What is needed to write values of a type, in the current memory context. */
extern GovCanonicalForm *gov_canonical_form(Oid type);

extern void gov_canonical_begin(GovCanonical *sink, GovHasher *hasher);
extern void gov_canonical_put(GovCanonical *sink, GovCanonicalForm *form, Datum value, bool isnull);

/* The hash of all that was put; what was put is forgotten. */
extern void gov_canonical_end(GovCanonical *sink, uint8 *hash);

#endif							/* GOV_ROLLOUT_CANONICAL_H */
