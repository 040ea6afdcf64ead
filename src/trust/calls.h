/*
 * trust/calls.h: the calls that an approval can permit, each of one act.
 */
#ifndef GOV_TRUST_CALLS_H
#define GOV_TRUST_CALLS_H

#include "fmgr.h"

/* A call of an act, as an approval fixes it. */
typedef struct GovCall
{
	const char *action;			/* the action whose approval it asks for */
	const char *act;			/* the function or procedure */
	Datum		target;			/* jsonb: every argument that is not NULL, by name, in its one form */
} GovCall;

/* Does a move lead on from a state by a function? (gov_lifecycle_leads_on) */
typedef bool (*GovCallLeadsOn) (const char *thing, const char *from_status, const char *act);

/*
 * The call that a target asks for: arguments checked against the declaration
 * of the act, defaults filled in.  "act" may be NULL where one act alone fits,
 * or one alone moves the value on.  Raises where none does, or more than one.
 * "in_words" gets the call in words, as it would be made.
 */
extern GovCall gov_call_read(const char *action, const char *act, Datum target, GovCallLeadsOn leads_on, char **in_words);

/* The running call as one of these. */
extern GovCall gov_call_running(const char *action, FunctionCallInfo fcinfo);

/* What an act of ownership asks for, by the kind of owner; what undoing an act does. */
extern const char *gov_call_action_of_owning(const char *owner_kind);
extern const char *gov_call_action_of_undoing(const char *act);

#endif							/* GOV_TRUST_CALLS_H */
