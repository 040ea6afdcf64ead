/*
 * acts/bulk.h: the input of the set-based functions, jsonb or a relation.
 *
 * The input becomes a relation that queries call gov_raw, with the columns
 * asked for and "entry", which numbers its rows from 1.
 */
#ifndef GOV_ACTS_BULK_H
#define GOV_ACTS_BULK_H

#include "fmgr.h"

#include "server/spi.h"

/* The relations of one act: the input, and what is worked out from it. */
typedef struct GovBulk
{
	int			count;
	GovRows    *rows[8];
} GovBulk;

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

extern void gov_bulk_read(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns);
extern void gov_bulk_ensure(const GovBulkCheck *checks, int count);
extern void gov_bulk_hold(void);
extern void gov_bulk_keep(GovBulk *bulk, const char *name, const char *sql,
						  int nargs, const Oid *types, const GovArg *args);
extern int64 gov_bulk_count(const char *sql);
extern void gov_bulk_close(GovBulk *bulk);
extern Datum gov_bulk_payload(FunctionCallInfo fcinfo, int count, const int64 *counts);
extern Datum gov_bulk_counts(FunctionCallInfo fcinfo, int count, const int64 *counts);

#define gov_bulk_ensure_all(checks) gov_bulk_ensure((checks), (int) lengthof(checks))

#endif							/* GOV_ACTS_BULK_H */
