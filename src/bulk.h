/*
 * bulk.h: the input of the set-based functions, jsonb or a relation.
 *
 * The input becomes a relation that queries call gov_raw, with the columns
 * asked for and "entry", which numbers its rows from 1.
 */
#ifndef GOV_BULK_H
#define GOV_BULK_H

#include "fmgr.h"

/* A column of the input. */
typedef struct GovBulkColumn
{
	const char *name;			/* NULL ends a list */
	const char *type;
	bool		required;		/* must a relation have it? */
} GovBulkColumn;

/* Something no entry may be; "what" names the entry in messages. */
typedef struct GovBulkCheck
{
	const char *what;			/* an expression of type text */
	const char *from;			/* the rest of the query, from FROM on */
	int			sqlstate;
	const char *message;
	const char *hint;
} GovBulkCheck;

extern void gov_bulk_read(FunctionCallInfo fcinfo, const GovBulkColumn *columns);
extern void gov_bulk_ensure(const GovBulkCheck *checks, int count);
extern void gov_bulk_hold(void);
extern void gov_bulk_keep(const char *name, const char *sql);

#define gov_bulk_ensure_all(checks) gov_bulk_ensure((checks), (int) lengthof(checks))

#endif							/* GOV_BULK_H */
