/*
 * server/context.h: what an error says about where it was raised.
 */
#ifndef GOV_SERVER_CONTEXT_H
#define GOV_SERVER_CONTEXT_H

#include "postgres.h"

#include "utils/elog.h"

/* Does the error that was just caught keep all of its context? */
extern bool gov_context_stays(void);

/* Raises the error that was just caught without the context of a statement of ours. */
extern void gov_context_rethrow(const char *sql);

/* What of the context of an error that was caught belongs to what was run below here. */
extern char *gov_context_inner(const char *context);

/* Lets the error that is raised next keep this context, of code that somebody registered. */
extern void gov_context_keep(const char *context);

/* The SQLSTATE of the error that an error context callback is asked about. */
extern int	gov_context_errcode(void);

/*
 * Was an error, or one with such an SQLSTATE, caused by circumstances and not by the work
 * itself (cancelled, serialization failure, out of memory or disk)?
 */
extern bool gov_error_is_circumstance(const ErrorData *error);
extern bool gov_errcode_is_circumstance(int sqlstate);

#endif							/* GOV_SERVER_CONTEXT_H */
