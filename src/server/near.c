/*-------------------------------------------------------------------------
 *
 * server/near.c
 *	  The name that was meant, perhaps, by one that is unknown.
 *
 * Near is what takes few letters to change into the other: half as many as
 * were written, and five at most.  The server's own Levenshtein distance
 * counts them; it takes no more than so many bytes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/varlena.h"

#include "server/near.h"

/* Bytes of a name that are looked at. */
#define GOV_NEAR_MAX_BYTES	200

/* How many letters lie between two names; more than "most" when too many do. */
static int
gov_near_letters(const char *written, const char *name, int most)
{
	return varstr_levenshtein_less_equal(written, pg_mbcliplen(written, strlen(written), GOV_NEAR_MAX_BYTES),
										 name, pg_mbcliplen(name, strlen(name), GOV_NEAR_MAX_BYTES),
										 1, 1, 1, most, true);
}

/* How many letters may lie between what was written and a name that is near. */
static int
gov_near_most(const char *written)
{
	return Min(Max((int) strlen(written) / 2, 1), 5);
}

/* How many letters lie between what was written and a name that is near; -1 when it is not. */
int
gov_near_distance(const char *written, const char *name)
{
	int			most = gov_near_most(written);
	int			distance = gov_near_letters(written, name, most);

	return distance <= most ? distance : -1;
}

/*
 * The nearer to what was written of the best name so far, which is NULL at
 * first, and another one; NULL while none is near.
 */
const char *
gov_near_pick(const char *written, const char *best, const char *name)
{
	int			most = gov_near_most(written);
	int			distance = gov_near_letters(written, name, most);

	if (distance > most || (best != NULL && distance >= gov_near_letters(written, best, most)))
		return best;
	return name;
}
