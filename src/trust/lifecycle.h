/*
 * trust/lifecycle.h: the allowed moves of states.
 *
 * Things are 'axis', 'value', 'assignment' (its zone), 'ownership', 'rule'
 * and 'approval', as view gov_transition lists them.
 */
#ifndef GOV_TRUST_LIFECYCLE_H
#define GOV_TRUST_LIFECYCLE_H

/*
 * Raises QVT01 when "thing" may not go from one state to the other, or not by
 * the function "act" (NULL: by any means).  "label" names the one that is
 * moved, as in: value "x" of axis "a".
 */
extern void gov_ensure_transition(const char *thing, const char *label, const char *from_status,
								  const char *to_status, const char *act);

/* Does a move lead on from this state by the function "act"? */
extern bool gov_lifecycle_leads_on(const char *thing, const char *from_status, const char *act);

#endif							/* GOV_TRUST_LIFECYCLE_H */
