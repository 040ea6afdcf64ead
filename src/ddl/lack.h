/*
 * ddl/lack.h: what objects born in a transaction lack of what rules ask for.
 */
#ifndef GOV_DDL_LACK_H
#define GOV_DDL_LACK_H

#include "postgres.h"

/* Messages say of so many objects what they lack. */
#define GOV_LACK_OBJECTS	20

/* What was found. */
typedef struct GovLack
{
	int			since;			/* looked at was what was noted since that place (ddl/born.h) */
	int			count;			/* objects that lack something; the rest is NULL where there are none */
	char	  **names;			/* of all of them, in order: table "app.t" */
	char	  **lacks;			/* what the first of them lack, in words */
	char	   *hint;			/* the calls that would bring it */
} GovLack;

/* Looks, read-only, with the rights of the owner; "arg" is a GovLack, whose "since" is set. */
extern void gov_lack_look(void *arg);

/* What was found, for a message: a line for each of the first objects. */
extern char *gov_lack_detail(const GovLack *found);

#endif							/* GOV_DDL_LACK_H */
