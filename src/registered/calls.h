/*
 * registered/calls.h: what the text that reads a registered thing turned out
 * to be.
 */
#ifndef GOV_REGISTERED_CALLS_H
#define GOV_REGISTERED_CALLS_H

#include "nodes/pg_list.h"

#include "registered/owner.h"

/*
 * Raises unless the queries read the thing itself, known in the text as r, and
 * call nothing that somebody could change whom its owner does not trust.
 */
extern void gov_ensure_registered_calls(const GovRegistered *thing, const List *queries);

#endif							/* GOV_REGISTERED_CALLS_H */
