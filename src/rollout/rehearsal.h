/*
 * rollout/rehearsal.h: what the files of a rehearsal share: what is rehearsed,
 * and what was seen of it.
 */
#ifndef GOV_ROLLOUT_REHEARSAL_H
#define GOV_ROLLOUT_REHEARSAL_H

#include "postgres.h"

#include "access/transam.h"
#include "nodes/pg_list.h"
#include "portability/instr_time.h"
#include "storage/lockdefs.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

#include "ddl/lack.h"

/* What became of a statement. */
typedef enum GovRehearsalOutcome
{
	GOV_REHEARSAL_NOT_RUN,
	GOV_REHEARSAL_DONE,
	GOV_REHEARSAL_FAILED,
	GOV_REHEARSAL_REFUSED
} GovRehearsalOutcome;

/* One statement of the text. */
typedef struct GovRehearsalStatement
{
	int			number;			/* among all of the rehearsal, from 1 */
	const char *label;			/* its number in its text, after the text's own label */
	const char *sql;			/* the text that it is part of */
	int			location;		/* where it begins, in bytes from 0 */
	int			length;			/* in bytes */
	const char *tag;			/* of its command; NULL when it could not be read */
	GovRehearsalOutcome outcome;
	bool		counts;			/* does its tag count rows? */
	uint64		rows;
	double		ms;
} GovRehearsalStatement;

/* A relation that was locked. */
typedef struct GovRehearsalLock
{
	Oid			relid;			/* hash key */
	LOCKMODE	mode;			/* the strongest */
	int			statement;		/* that first took it; 0 for the checks at the end */
	instr_time	since;			/* when that began */
} GovRehearsalLock;

/* Rows of a table that were written and would be there. */
typedef struct GovRehearsalRows
{
	Oid			relid;
	int64		inserted;
	int64		updated;
	int64		deleted;
	bool		truncated;
} GovRehearsalRows;

/* A relation that was met as the target of a command, as it was before. */
typedef struct GovRehearsalTarget
{
	Oid			relid;			/* hash key */
	int64		bytes;			/* with its indexes and TOAST; -1 for one that has no file */
} GovRehearsalTarget;

/* A relation that had been read by the session and was not reported yet: its scans until then. */
typedef struct GovRehearsalScans
{
	Oid			relid;			/* hash key */
	int64		scans;
} GovRehearsalScans;

/* What was met that cannot be rehearsed. */
typedef struct GovRehearsalRefusal
{
	const char *what;
	const char *why;
} GovRehearsalRefusal;

/* A row of the result. */
typedef struct GovRehearsalRow
{
	const char *kind;
	const char *target;
	const char *measure;
	const char *amount;			/* a number; NULL for none */
	const char *note;
} GovRehearsalRow;

/* A rehearsal. */
typedef struct GovRehearsal
{
	MemoryContext context;		/* outlives the subtransaction */
	const char *sql;			/* the text, or that of the tier that is being run */
	const char *label;			/* of the tier, before the numbers of its statements; NULL */
	void		(*work) (struct GovRehearsal *rehearsal);	/* runs the statements */
	void	   *plan;			/* what "work" goes by */
	int			lock_timeout;	/* milliseconds */
	int			max_duration;	/* milliseconds */
	bool		with_facts;		/* are metrics and inventory looked at? */
	bool		of_tiers;		/* is it one of a rollout? */
	List	   *excluded;		/* char *: relations, by name, that change by themselves */
	bool		gates_suspended;	/* would gates have bound? */

	List	   *statements;		/* GovRehearsalStatement */
	int			running;		/* the number of the one that runs; 0 after the last */
	bool		looked;			/* was what it did looked at already? */
	bool		complete;		/* did all run, and all constraints hold? */
	instr_time	began;
	instr_time	since;			/* when the one that runs began */
	double		run_ms;			/* until the last constraint was checked */
	double		held_ms;		/* until all was undone */

	HTAB	   *held_before;	/* locks of the transaction before it */
	HTAB	   *locks;			/* GovRehearsalLock */
	HTAB	   *named;			/* tables that queries named, and how they lock them */
	bool		locks_changed;	/* may locks have been taken since they were looked at? */
	bool		locks_unseen;	/* may they be taken where no hook sees it? */
	List	   *rows;			/* GovRehearsalRows, of the statements that ended well */
	HTAB	   *targets;		/* GovRehearsalTarget */
	HTAB	   *scans;			/* GovRehearsalScans */
	HTAB	   *scanned;		/* GovRehearsalScans, of the rehearsal */
	HTAB	   *functions;		/* OIDs of those looked at, */
	HTAB	   *relations;		/* of those whose triggers were looked at, */
	bool		event_triggers; /* and were those looked at? */
	HTAB	   *sequences;		/* last values before */
	List	   *before;			/* how relations are defined (measures.c) */
	List	   *after;
	uint64		wal_began;
	uint64		wal_run;		/* bytes until the last constraint was checked */
	uint64		wal_all;		/* bytes until all was undone */
	int64		xids;			/* transaction ids drawn */
	int64		notifications;	/* asked for */

	List	   *refusals;		/* GovRehearsalRefusal */
	List	   *warnings;		/* GovRehearsalRow, those known while it runs */
	const char *facts_unknown;	/* why metrics and inventory are not known; NULL */
	TransactionId next_xid;		/* the first that it can have drawn */
	int			born_before;	/* place in the list of new objects (ddl/born.h) */
	GovLack		lack;			/* what a commit would be refused for */
	struct GovRehearsalFacts *facts_before;
	struct GovRehearsalFacts *facts_after;

	ErrorData  *error;			/* what it ended with; NULL */
	bool		timed_out;
	List	   *result;			/* GovRehearsalRow */
} GovRehearsal;

/* A row for the result. */
extern void gov_rehearse_put(GovRehearsal *rehearsal, const char *kind, const char *target,
							 const char *measure, const char *amount, const char *note);

/* Numbers as amounts. */
extern const char *gov_rehearse_count(int64 count);
extern const char *gov_rehearse_ms(double ms);

#endif							/* GOV_ROLLOUT_REHEARSAL_H */
