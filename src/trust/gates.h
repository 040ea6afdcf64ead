/*
 * trust/gates.h: which acts need an approval, and letting one through with it.
 */
#ifndef GOV_TRUST_GATES_H
#define GOV_TRUST_GATES_H

#include "postgres.h"

#include "server/json.h"
#include "trust/calls.h"

/* Does a row of gov_authority arm the gates?  In SQL, by the alias of the row. */
#define GOV_AUTHORITY_ARMS(alias) \
	alias ".kind = 'sovereign' AND " alias ".status = 'active' AND " alias ".role_name IS NOT NULL"

/* Do gates bind?  Once a row of gov_authority arms them. */
extern bool gov_gates_armed(void);

/* The risks, the least first; NULL ends them. */
extern const char *const gov_gate_risks[];

/* Does an act that does this need an approval now? */
extern bool gov_gate_is_shut(const char *action);

/* Of actions, the one of the highest risk among those whose gate is shut, the first of several; NULL for none. */
extern const char *gov_gate_strictest(const char *const *actions, int count);

/*
 * Lets a running call through the gate of an action, or raises; its own
 * arguments, the approval aside, are the target.  An approval that is needed
 * or given is used up.
 */
extern void gov_gate_pass_call(const char *action, FunctionCallInfo fcinfo, const char *approval);

/*
 * The same for a call that has begun to change what its voters saw: "state" is
 * what gov_gate_state gave before, or 0 where no approval was given.
 */
extern void gov_gate_pass_call_in(const char *action, FunctionCallInfo fcinfo, const char *approval, Datum state);
extern Datum gov_gate_state(const char *action, FunctionCallInfo fcinfo);

/* The same for a call that, unless it is needed, asks for no approval, whatever the gate of the action. */
extern void gov_gate_pass_call_if(bool needed, const char *action, FunctionCallInfo fcinfo, const char *approval);

/*
 * For writers that bypass the functions: raises unless gates are not armed,
 * the action's gate is open, or this transaction used up an approval of the
 * action whose target contains these fields.  The second is for a change that
 * may have disarmed them: it does not ask whether they are.
 */
extern void gov_gate_ensure_passed(const char *action, Datum fields, const char *what);
extern void gov_gate_ensure_used(const char *action, Datum fields, const char *what);

/*
 * For a call that names no approval: one that permits it, or NULL.  Then "lacks"
 * says what is missing; NULL where the gate asks for none.  The second uses it up.
 */
extern char *gov_gate_find(const GovCall *call, char **lacks);
extern void gov_gate_use_found(const GovCall *call, const char *approval);

/* The risk of an action and whether its gate asks for an approval. */
extern char *gov_gate_risk(const char *action, bool *gated);

/* Hash of what an approval permits, as lower-case hexadecimal. */
extern char *gov_approval_hash(const GovCall *call, Datum seen);

/* Raises unless the target is an object; gives it without the fields of its own that are null. */
extern Datum gov_ensure_target(Datum target);

#endif							/* GOV_TRUST_GATES_H */
