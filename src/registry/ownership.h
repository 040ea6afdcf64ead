/*
 * registry/ownership.h: writing gov_ownership, which nothing else does.
 *
 * Acts say what they want of it: of one row by arguments, of many by rows kept
 * aside (gov_spi_collect), whose name they pass and whose columns stand with
 * each function.  Whoever writes holds the cells; which rows are meant, and
 * whether they may be written, is the act's to know.
 */
#ifndef GOV_REGISTRY_OWNERSHIP_H
#define GOV_REGISTRY_OWNERSHIP_H

#include "server/spi.h"
#include "registry/periods.h"

/* A row to be. */
typedef struct GovOwnershipRow
{
	int64		object_id;		/* 0: the value's own */
	const char *axis;
	const char *value;
	const char *kind;
	const char *authority;
	bool		inherits;
	GovPeriod	period;
	const char *reason;			/* NULL: none */
	const char *approval;		/* NULL: none */
	int64		supersedes;		/* ownership_id; 0: none */
} GovOwnershipRow;

/* Makes a row. */
extern void gov_ownership_put(const GovOwnershipRow *row);

/* Gives a row a status and an end, never before it begins; "reason" NULL leaves the row's. */
extern void gov_ownership_end(int64 ownership_id, const char *status, TimestampTz ends, const char *reason);

/* Sets the rows of a cell whose time has passed to expired; object_id 0: the value's own. */
extern void gov_ownership_expire(int64 object_id, const char *axis, const char *value);

/*
 * Sets active rows whose time has passed to expired, at most "limit" of them
 * (0: all); how many it set.
 */
extern int64 gov_ownership_expire_lapsed(int64 limit);

/* Ends what still points at a value that is retired and found unused: that of objects that are gone or by authorities that are retired. */
extern void gov_ownership_end_of_retired(const char *axis, const char *value);

/*
 * Ends rows: ownership_id, status, ends, reason, as gov_ownership_end does; a
 * row that has ended before keeps its end, one that is no longer active is
 * left alone.  How many it ended; "done" as in gov_spi_write.
 */
extern uint64 gov_ownership_end_rows(const char *rows, GovRows **done);

/*
 * Makes rows: ownership_id (drawn from gov_ownership_sequence), object_id,
 * axis, value, owner_kind, authority, inherits, effective_from, effective_to,
 * reason, approval, supersedes_id.  How many it made.
 */
extern uint64 gov_ownership_put_rows(const char *rows);

/* Lets active rows be about another value: ownership_id, value.  How many; "done" likewise. */
extern uint64 gov_ownership_move_rows(const char *rows, GovRows **done);

/* The sequence of ownership_id, as an argument for nextval. */
extern GovArg gov_ownership_sequence(void);

#endif							/* GOV_REGISTRY_OWNERSHIP_H */
