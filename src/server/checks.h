/*
 * server/checks.h: the checks of our own tables, made ready once for a session.
 */
#ifndef GOV_SERVER_CHECKS_H
#define GOV_SERVER_CHECKS_H

#include "executor/tuptable.h"
#include "nodes/execnodes.h"

/* Raises when a row violates a constraint of the table of "result", as the executor does; "estate" is the caller's. */
extern void gov_checks_run(ResultRelInfo *result, TupleTableSlot *slot, EState *estate);

#endif							/* GOV_SERVER_CHECKS_H */
