/*
 * server/answer.h: what an act answers.
 *
 *	   return gov_answer(GOV_CREATED, "axis \"%s\"", axis);
 *
 * An act that has no row type of its own answers a text that begins with one
 * of four words, so that scripts can tell whether anything was done.
 */
#ifndef GOV_SERVER_ANSWER_H
#define GOV_SERVER_ANSWER_H

#include "lib/stringinfo.h"

typedef enum GovAnswer
{
	GOV_UNCHANGED,				/* it was so already: nothing was written */
	GOV_CREATED,
	GOV_CHANGED,
	GOV_ENDED
} GovAnswer;

/* The text: the word, a blank, and what it was done to. */
extern Datum gov_answer(GovAnswer what, const char *format,...) pg_attribute_printf(2, 3);

/* Columns in which what is there differs from what was asked for, in words. */
extern void gov_difference_begin(StringInfo differences);

/* Compares one column; NULL is no value on the one side, and nothing asked on the other. */
extern void gov_difference(StringInfo differences, const char *column, const char *there, const char *asked);

/* Raises that something exists already, unless it is as it was asked for. */
extern void gov_ensure_no_difference(StringInfo differences, const char *what, const char *hint);

#endif							/* GOV_SERVER_ANSWER_H */
