/*
 * registered/attempt.h: reading relations that may break, so that an answer
 * goes on without them.
 */
#ifndef GOV_REGISTERED_ATTEMPT_H
#define GOV_REGISTERED_ATTEMPT_H

#include "server/spi.h"

/*
 * Runs work that reads relations of the application in a subtransaction.  NULL
 * when it ended well, else the error, all it did being rolled back.  Errors
 * that are circumstances (a cancel, a serialization failure) are raised.
 */
extern ErrorData *gov_attempt_read(void (*work) (void *arg), void *arg);

/* The message of an error, clipped. */
extern char *gov_attempt_message(const ErrorData *error);

/* A text of an error, cut to the length that is shown. */
extern char *gov_attempt_clip(const char *text);

/* Warns, once in a statement, that "what" is so for an error; with its hint, else the one given. */
extern void gov_attempt_warn(const char *what, const ErrorData *error, const char *hint);

#endif							/* GOV_REGISTERED_ATTEMPT_H */
