/*
 * registry/in_force.h: which rows of the facts count at the time of asking.
 *
 * Each rule stands here once: as a condition for SQL texts, which takes the
 * name that the row has in the query, and, where C reads rows itself, as a
 * function.  The install script has the same as views of governance_internal:
 * gov_standing_assignment, gov_current_assignment, gov_standing_ownership,
 * gov_current_ownership (which "holds") and gov_ownership_in_force.
 *
 * An assignment "stands" when it is not superseded and has not ended; one
 * that also has begun is "current".  Ownership "stands" when it is active and
 * has not ended; it "holds" when it also has begun, and is "in force" when
 * its authority is active, too.  Ownership that is active and has ended has
 * "lapsed": it counts as ended though nobody has marked it expired yet.
 */
#ifndef GOV_REGISTRY_IN_FORCE_H
#define GOV_REGISTRY_IN_FORCE_H

#include "utils/timestamp.h"

/* Live and retired objects. */
#define GOV_OBJECT_LIVE(o) o ".retired_at IS NULL"
#define GOV_OBJECT_RETIRED(o) o ".retired_at IS NOT NULL"

/* Is object "o" one of the catalogs of a database of a cluster, so that its OID means something there? */
#define GOV_OBJECT_OF(o, system, database) o ".address_system = " system " AND " o ".address_database = " database

/*
 * Does a row of ownership or assignments belong to a live object, or (a value
 * anchor) to none?  Rows of a retired object count nowhere and do not keep
 * their value in use; they count again when the object is revived.
 */
#define GOV_OF_NO_GONE_OBJECT(r) \
	"NOT EXISTS (SELECT FROM @.gov_object AS gone" \
	" WHERE gone.object_id = " r ".object_id AND " GOV_OBJECT_RETIRED("gone") ")"

/* What no two live objects share, for ON CONFLICT, which takes no name. */
#define GOV_OBJECT_KEY "(object_ref, object_type) WHERE retired_at IS NULL"

/* Assignments. */
#define GOV_NOT_SUPERSEDED(a) a ".superseded_by IS NULL"
#define GOV_ASSIGNMENT_ENDED(a) a ".valid_to <= now()"
#define GOV_ASSIGNMENT_NOT_ENDED(a) "(" a ".valid_to IS NULL OR " a ".valid_to > now())"
#define GOV_ASSIGNMENT_STANDS(a) GOV_NOT_SUPERSEDED(a) " AND " GOV_ASSIGNMENT_NOT_ENDED(a)
#define GOV_CURRENT(a) \
	GOV_NOT_SUPERSEDED(a) " AND " a ".valid_from <= now() AND " GOV_ASSIGNMENT_NOT_ENDED(a)

/* The same by the clock on the wall, for acts that waited since now(). */
#define GOV_CURRENT_BY_CLOCK(a) \
	GOV_NOT_SUPERSEDED(a) " AND " a ".valid_from <= clock_timestamp() AND " GOV_ASSIGNMENT_NOT_ENDED(a)

/* Is the period longer than nothing? */
#define GOV_ASSIGNMENT_NOT_EMPTY(a) "(" a ".valid_to IS NULL OR " a ".valid_to > " a ".valid_from)"

/* Ownership; "u" is its authority. */
#define GOV_OWNERSHIP_ENDED(w) w ".effective_to <= now()"
#define GOV_OWNERSHIP_NOT_ENDED(w) "(" w ".effective_to IS NULL OR " w ".effective_to > now())"
#define GOV_OWNERSHIP_STANDS(w) w ".status = 'active' AND " GOV_OWNERSHIP_NOT_ENDED(w)
#define GOV_OWNERSHIP_HOLDS(w) \
	w ".status = 'active' AND " w ".effective_from <= now() AND " GOV_OWNERSHIP_NOT_ENDED(w)
#define GOV_IN_FORCE(w, u) GOV_OWNERSHIP_HOLDS(w) " AND " u ".status = 'active'"
#define GOV_LAPSED(w) w ".status = 'active' AND " GOV_OWNERSHIP_ENDED(w)
#define GOV_OWNERSHIP_NOT_EMPTY(w) "(" w ".effective_to IS NULL OR " w ".effective_to > " w ".effective_from)"

/* Decisions. */
#define GOV_DECISION_STANDS(d) d ".superseded_at IS NULL"
#define GOV_DECISION_KEY "(object_id, axis, value) WHERE superseded_at IS NULL"

/* Does now lie in [from, to)? */
static inline bool
gov_period_holds(TimestampTz from, TimestampTz to, TimestampTz now)
{
	return from <= now && to > now;
}

/* GOV_CURRENT of a row that C has read; an open end is DT_NOEND. */
static inline bool
gov_assignment_is_current(TimestampTz valid_from, TimestampTz valid_to, bool superseded, TimestampTz now)
{
	return !superseded && gov_period_holds(valid_from, valid_to, now);
}

/* GOV_IN_FORCE, likewise. */
static inline bool
gov_ownership_is_in_force(TimestampTz effective_from, TimestampTz effective_to, bool active,
						  bool authority_active, TimestampTz now)
{
	return active && authority_active && gov_period_holds(effective_from, effective_to, now);
}

#endif							/* GOV_REGISTRY_IN_FORCE_H */
