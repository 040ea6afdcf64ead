/*
 * server/spi.h: SQL run from C.  The only way of the project to SPI.
 *
 * A query is a file-level object with a kept plan:
 *
 *	   GOV_QUERY(find_axis,
 *				 "SELECT status FROM @.gov_axis WHERE axis = $1", TEXTOID);
 *	   ...
 *	   int		level = gov_spi_begin();
 *
 *	   if (gov_run(&find_axis, gov_text(axis)) > 0)
 *		   status = gov_result_text(0, 1);
 *	   gov_spi_end(level);
 *
 * "@." stands for the extension's schema, outside of quotes.  search_path is pinned to the
 * server's own schema between gov_spi_begin and gov_spi_end, so operators
 * and functions in the text are the server's, whatever the session's path.
 */
#ifndef GOV_SERVER_SPI_H
#define GOV_SERVER_SPI_H

#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/execnodes.h"
#include "utils/timestamp.h"

#include "server/args.h"
#include "server/context.h"
#include "server/security.h"

#define GOV_QUERY_MAX_ARGS	24

/* A statement with its kept plan. */
typedef struct GovQuery
{
	const char *text;
	int			nargs;
	Oid			types[GOV_QUERY_MAX_ARGS];
	SPIPlanPtr	plan;			/* NULL until first run */
	Oid			schema;			/* the schema the plan was made for */
	uint32		runs;			/* how many times a plan was used */
	int			uses;			/* how many times it is being run right now */
	List	   *outdated;		/* plans to be freed once it is not */
	bool		question;		/* read-only, under the snapshot of the calling statement? (GOV_QUESTION) */
	int			options;		/* of its plan: CURSOR_OPT_... */
} GovQuery;

#define GOV_QUERY_IS(sql, ...) \
	{ \
		.text = sql, \
		.nargs = sizeof((Oid[]) {InvalidOid, ##__VA_ARGS__}) / sizeof(Oid) - 1, \
		.types = {__VA_ARGS__} \
	}

#define GOV_QUERY(name, sql, ...) \
	static GovQuery name = GOV_QUERY_IS((sql), ##__VA_ARGS__)

/*
 * A query of a function that only answers, STABLE in SQL: it runs read-only
 * under the snapshot of the statement that calls the function, as any
 * expression of that statement does.  A GOV_QUERY sees what its transaction
 * has written by now, the calling statement included, as acts must.
 */
#define GOV_QUESTION_PLANNED(sql, plan_options, ...) \
	{ \
		.text = sql, \
		.nargs = sizeof((Oid[]) {InvalidOid, ##__VA_ARGS__}) / sizeof(Oid) - 1, \
		.types = {__VA_ARGS__}, \
		.question = true, \
		.options = plan_options \
	}

#define GOV_QUESTION_IS(sql, ...)	GOV_QUESTION_PLANNED(sql, 0, ##__VA_ARGS__)

#define GOV_QUESTION(name, sql, ...) \
	static GovQuery name = GOV_QUESTION_IS((sql), ##__VA_ARGS__)

/* A large question whose plan is the same for whatever arguments: to plan it anew for each would take longer than to run it. */
#define GOV_QUESTION_PLANNED_ONCE(name, sql, ...) \
	static GovQuery name = GOV_QUESTION_PLANNED((sql), CURSOR_OPT_GENERIC_PLAN, ##__VA_ARGS__)

/* A look-up of one row, by how it locks it: gov_run(&name[GOV_ROW_SHARE], ...). */
#define GOV_LOOKUP(name, sql, ...) \
	static GovQuery name[] = { \
		[GOV_ROW_AS_ASKED] = GOV_QUESTION_IS(sql, ##__VA_ARGS__), \
		[GOV_ROW_PLAIN] = GOV_QUERY_IS(sql, ##__VA_ARGS__), \
		[GOV_ROW_SHARE] = GOV_QUERY_IS(sql " FOR SHARE", ##__VA_ARGS__), \
		[GOV_ROW_UPDATE] = GOV_QUERY_IS(sql " FOR NO KEY UPDATE", ##__VA_ARGS__) \
	}

/* One argument of a query. */
typedef struct GovArg
{
	Datum		value;
	bool		isnull;
} GovArg;

extern GovArg gov_text(const char *value);	/* NULL pointer: SQL NULL */
extern GovArg gov_int8(int64 value);
extern GovArg gov_int4(int32 value);
extern GovArg gov_bool(bool value);
extern GovArg gov_oid(Oid value);
extern GovArg gov_timestamp(TimestampTz value);
extern GovArg gov_datum(Datum value, bool isnull);
#define gov_null() gov_datum((Datum) 0, true)

/*
 * Connects; gives what gov_spi_end wants back.  What is allocated between the
 * two is the caller's, and outlives gov_spi_end; results that are peeked at
 * do not.
 */
extern int	gov_spi_begin(void);
extern int	gov_spi_begin_nonatomic(void);
extern void gov_spi_end(int level);

/* Runs a query; the number of rows returned or touched. */
extern uint64 gov_run_args(GovQuery *query, int nargs, const GovArg *args);
#define gov_run(query, ...) \
	gov_run_args((query), \
				 sizeof((GovArg[]) {{0}, ##__VA_ARGS__}) / sizeof(GovArg) - 1, \
				 &((GovArg[]) {{0}, ##__VA_ARGS__})[1])

/* Runs a text made at run time (identifiers quoted by the caller), unkept. */
extern uint64 gov_run_text(const char *sql, int nargs, const Oid *types, const GovArg *args, bool read_only);

/*
 * Results of the last query: rows from 0, columns from 1.  By-reference ones
 * are copied to the context that was current at gov_spi_begin.
 */
extern char *gov_result_text(uint64 row, int column);
extern int64 gov_result_int8(uint64 row, int column);
extern int32 gov_result_int4(uint64 row, int column);
extern bool gov_result_bool(uint64 row, int column);
extern bool gov_result_isnull(uint64 row, int column);

/* The texts in the first column of so many rows, as a list in the context that is current. */
static inline List *
gov_result_texts(uint64 count)
{
	List	   *texts = NIL;

	for (uint64 row = 0; row < count; row++)
		texts = lappend(texts, gov_result_text(row, 1));
	return texts;
}

/* The texts in the first column, for a detail: the first ten, and how many there are. */
extern char *gov_result_named(uint64 count);

extern Datum gov_result_datum(uint64 row, int column, bool *isnull);

/* For procedures: ends the transaction and goes on in a new one. */
extern void gov_spi_commit(int *level);
extern void gov_ensure_nonatomic(FunctionCallInfo fcinfo, const char *procedure);
extern void gov_ensure_top_level(FunctionCallInfo fcinfo, const char *procedure);

/*
 * Runs a query that sees what other sessions have committed by now, whatever
 * the isolation level, beside the transaction's own changes: for invariants
 * checked after a lock was waited for.
 */
extern uint64 gov_run_latest_args(GovQuery *query, int nargs, const GovArg *args);
#define gov_run_latest(query, ...) \
	gov_run_latest_args((query), \
						sizeof((GovArg[]) {{0}, ##__VA_ARGS__}) / sizeof(GovArg) - 1, \
						&((GovArg[]) {{0}, ##__VA_ARGS__})[1])

/* Is a statement of ours running? Then a trigger that fires now was fired by an act, not by direct DML. */
extern bool gov_spi_running(void);

/* Changes a setting until gov_spi_end. */
extern void gov_spi_setting(const char *name, const char *value);

/*
 * Rows kept aside under a name: until they are discarded, texts run by
 * gov_run_text and gov_spi_collect read them like a table of that name.
 * They take work_mem and then a temporary file, and nothing of the catalogs.
 */
typedef struct GovRows GovRows;

extern GovRows *gov_spi_collect(const char *name, const char *sql,
								int nargs, const Oid *types, const GovArg *args);
/* The same under the active snapshot, which the caller pushed: for several looks that must agree. */
extern GovRows *gov_spi_collect_same(const char *name, const char *sql,
									 int nargs, const Oid *types, const GovArg *args);
/*
 * The same of a query whose plan is kept, under the active snapshot if it is a question: for one that takes long to plan,
 * reads nothing kept aside, and cannot run inside itself.
 */
extern GovRows *gov_spi_collect_query(const char *name, GovQuery *query, const GovArg *args);
/* The same of rows that were made in C, which are then its own to forget. */
extern GovRows *gov_spi_adopt(const char *name, TupleDesc desc, Tuplestorestate *store);

extern uint64 gov_rows_count(const GovRows *rows);

/*
 * The same in steps: rows that are filled in a subtransaction which is then
 * taken back.  They live in the memory context in which they begin, and have a
 * name in the SPI connection in which gov_rows_name is called.  After
 * gov_rows_compare_bytes their texts have the collation of the database, as
 * those of our tables have, so that equal means the same bytes.
 * gov_rows_unname takes the name back; gov_rows_forget is for rows that have none.
 * gov_rows_look is for a text that names what is not ours: "look" is shown the
 * queries that it was analysed and rewritten to, before they are planned.
 */
extern GovRows *gov_rows_begin(const char *name, bool lasting);
extern void gov_rows_fill(GovRows *rows, const char *sql, int nargs, const Oid *types,
						  const GovArg *args, bool read_only);
extern void gov_rows_look(GovRows *rows, void (*look) (List *queries, void *arg), void *arg);
extern void gov_rows_compare_bytes(GovRows *rows);
extern void gov_rows_name(GovRows *rows);
extern void gov_rows_unname(GovRows *rows);
extern void gov_rows_forget(GovRows *rows);
extern void gov_spi_discard(GovRows *rows);

/*
 * Runs a text that writes, and reads kept rows as "c"; how many rows it wrote.
 * With "done" those of c that were written are kept in turn, as gov_done.
 */
extern uint64 gov_spi_write(const char *sql, GovRows **done);

/* gov_spi_commit for a procedure that works as the extension's owner. */
extern void gov_spi_commit_as_owner(int *level, GovSecurity *security);

/* A field where it lies, good until the next rows come. */
extern Datum gov_result_peek(uint64 row, int column, bool *isnull);

/* Puts the rows of the last query, which has the columns of the result, into it as they are. */
extern void gov_result_put_rows(uint64 rows, ReturnSetInfo *result);

/* Runs a text, unkept and read-only, and hands its rows to "take" some at a time. */
extern void gov_run_text_each(const char *sql, void (*take) (uint64 rows, void *state), void *state);
extern void gov_run_text_each_args(const char *sql, int nargs, const Oid *types, const GovArg *args,
								   void (*take) (uint64 rows, void *state), void *state);

/* The same without arguments: under the snapshot of the query that asks, for questions. */
#define gov_spi_collect_as_asked(name, sql) gov_spi_collect_same(name, sql, 0, NULL, NULL)

#endif							/* GOV_SERVER_SPI_H */
