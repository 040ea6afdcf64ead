/*
 * registered/attempt.h: what cannot be read, and is left out of an answer that goes on.
 */
#ifndef GOV_REGISTERED_ATTEMPT_H
#define GOV_REGISTERED_ATTEMPT_H

#include "server/spi.h"

/*
 * Attempts work that reads relations of the application; what it failed
 * with, taken back, or NULL.  What is nobody's fault is raised.
 */
extern ErrorData *gov_attempt_read(void (*work) (void *arg), void *arg);

/* The message of an error, clipped. */
extern char *gov_attempt_message(const ErrorData *error);

/* A text of an error, no longer than it may be told. */
extern char *gov_attempt_clip(const char *text);

/* Warns, once in a statement, that "what" is so for an error; with its hint, else the one given. */
extern void gov_attempt_warn(const char *what, const ErrorData *error, const char *hint);

#endif							/* GOV_REGISTERED_ATTEMPT_H */
