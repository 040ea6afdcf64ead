/*-------------------------------------------------------------------------
 *
 * rollout/statements.c
 *	  Running the statements of a text one by one, as the server runs those
 *	  that a client sends together.
 *
 * Each is run by a portal of its own, with the caller's rights, roles and
 * settings, its rows thrown away; the whole text is what errors count their
 * positions in.  It is never the top level of a transaction, so the server
 * refuses by itself what must not run inside one, and procedures that commit.
 *
 * At the end all constraints are made immediate, so that deferred ones are
 * checked and deferred triggers fire as they would at commit.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "server/compat.h"
#include "rollout/locks.h"
#include "rollout/measures.h"
#include "rollout/refusals.h"
#include "rollout/rehearsal.h"
#include "rollout/statements.h"
#include "rollout/timer.h"

/* So much of a statement is shown. */
#define GOV_STATEMENT_SHOWN	60

/* Moves the beginning of a statement past white space and comments. */
static void
gov_statement_skip_space(const char *sql, GovRehearsalStatement *statement)
{
	const char *at = sql + statement->location;
	const char *end = at + statement->length;

	while (at < end)
	{
		if (strchr(" \t\r\n\f\v", *at) != NULL)
			at++;
		else if (strncmp(at, "--", 2) == 0)
			at += strcspn(at, "\r\n");
		else
			break;
	}
	at = Min(at, end);
	statement->length -= (int) (at - (sql + statement->location));
	statement->location = (int) (at - sql);
}

/* Notes the statements of a text that was read. */
static void
gov_statements_note(GovRehearsal *rehearsal, List *parsed)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	ListCell   *cell;

	foreach(cell, parsed)
	{
		const RawStmt *raw = lfirst_node(RawStmt, cell);
		GovRehearsalStatement *statement = palloc0(sizeof(GovRehearsalStatement));

		statement->number = list_length(rehearsal->statements) + 1;
		statement->label = rehearsal->label == NULL ? psprintf("%d", foreach_current_index(cell) + 1) :
			psprintf("%s.%d", rehearsal->label, foreach_current_index(cell) + 1);
		statement->sql = rehearsal->sql;
		statement->location = Max(raw->stmt_location, 0);
		statement->length = raw->stmt_len > 0 ? raw->stmt_len : (int) strlen(rehearsal->sql) - statement->location;
		statement->tag = CreateCommandName(raw->stmt);
		gov_statement_skip_space(rehearsal->sql, statement);
		rehearsal->statements = lappend(rehearsal->statements, statement);
	}
	MemoryContextSwitchTo(old);
}

/* Plans of a statement, as the server makes them for one that a client sends. */
static List *
gov_statement_plan(const char *sql, RawStmt *raw)
{
	bool		snapshot = analyze_requires_snapshot(raw);
	List	   *plans;

	if (snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_plan_queries(pg_analyze_and_rewrite_fixedparams(raw, sql, NULL, 0, NULL), sql, 0, NULL);
	if (snapshot)
		PopActiveSnapshot();
	return plans;
}

/* Runs one statement of a text; its rows go to "receiver". */
void
gov_statement_execute(const char *sql, RawStmt *raw, DestReceiver *receiver, QueryCompletion *done)
{
	Portal		portal;
	List	   *plans = gov_statement_plan(sql, raw);

	CHECK_FOR_INTERRUPTS();
	portal = CreateNewPortal();
	portal->visible = false;
	PortalDefineQuery(portal, NULL, sql, CreateCommandTag(raw->stmt), plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	InitializeQueryCompletion(done);
	(void) gov_portal_run(portal, receiver, done);
	PortalDrop(portal, false);
	CommandCounterIncrement();
}

/* Runs a statement of a rehearsal. */
static void
gov_statement_rehearse(GovRehearsal *rehearsal, RawStmt *raw, GovRehearsalStatement *statement)
{
	QueryCompletion done;

	rehearsal->running = statement->number;
	INSTR_TIME_SET_CURRENT(rehearsal->since);
	gov_statement_execute(rehearsal->sql, raw, None_Receiver, &done);
	statement->counts = command_tag_display_rowcount(done.commandTag);
	statement->rows = done.nprocessed;
	statement->ms = gov_timer_ms_since(rehearsal->since);
	statement->outcome = GOV_REHEARSAL_DONE;
	gov_locks_sample_changed(rehearsal);
	gov_measures_sample_rows(rehearsal);
}

/* Checks all deferred constraints and fires all deferred triggers. */
void
gov_statements_check_constraints(void)
{
	ConstraintsSetStmt *all = makeNode(ConstraintsSetStmt);

	all->constraints = NIL;
	all->deferred = false;
	gov_refusals_look_again();
	AfterTriggerSetState(all);
	CommandCounterIncrement();
}

/* Reads and runs the statements of the text in hand, and checks constraints at its end. */
void
gov_statements_run_text(GovRehearsal *rehearsal)
{
	List	   *parsed = pg_parse_query(rehearsal->sql);
	MemoryContext context = CurrentMemoryContext;
	int			before = list_length(rehearsal->statements);
	ListCell   *raw;

	gov_statements_note(rehearsal, parsed);
	foreach(raw, parsed)
		gov_statement_rehearse(rehearsal, lfirst_node(RawStmt, raw),
							   list_nth(rehearsal->statements, before + foreach_current_index(raw)));
	rehearsal->running = 0;
	INSTR_TIME_SET_CURRENT(rehearsal->since);
	gov_statements_check_constraints();
	MemoryContextSwitchTo(context);
}

/* Notes that all statements ran; raises where the time is over and code has caught the cancel. */
void
gov_statements_complete(GovRehearsal *rehearsal)
{
	if (gov_timer_is_over())
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("canceling statement due to statement timeout")));
	gov_locks_sample(rehearsal);
	gov_measures_sample_rows(rehearsal);
	rehearsal->run_ms = gov_timer_ms_since(rehearsal->began);
	rehearsal->complete = true;
}

/* Reads and runs the statements of the one text, inside the subtransaction, to the checks of constraints at the end. */
void
gov_statements_run(GovRehearsal *rehearsal)
{
	gov_statements_run_text(rehearsal);
	if (rehearsal->statements != NIL)
		gov_statements_complete(rehearsal);
}

/* The beginning of a statement, in a line. */
static char *
gov_statement_shown(const char *sql, const GovRehearsalStatement *statement)
{
	int			length = pg_mbcliplen(sql + statement->location, statement->length, GOV_STATEMENT_SHOWN);
	char	   *shown = pnstrdup(sql + statement->location, length);

	for (char *p = shown; *p; p++)
	{
		if (strchr("\t\r\n\f\v", *p) != NULL)
			*p = ' ';
	}
	return length < statement->length ? psprintf("%s ...", shown) : shown;
}

/* Where an error is, or else the statement: in characters of the text, from 1. */
static int
gov_statement_position(const GovRehearsal *rehearsal, const GovRehearsalStatement *statement)
{
	if (rehearsal->error->cursorpos > 0)
		return rehearsal->error->cursorpos;
	return statement == NULL ? 0 : pg_mbstrlen_with_len(statement->sql, statement->location) + 1;
}

/* The number of the line of a position in a text. */
int
gov_statement_line(const char *sql, int position)
{
	int			line = 1;

	for (const char *p = sql; *p && position > 1; p += pg_mblen(p), position--)
	{
		if (*p == '\n')
			line++;
	}
	return line;
}

/* Puts the row of the statement that failed; NULL for the text, or the checks at the end. */
static void
gov_statement_report_error(GovRehearsal *rehearsal, const GovRehearsalStatement *statement)
{
	const ErrorData *error = rehearsal->error;
	int			position = gov_statement_position(rehearsal, statement);
	StringInfoData note;

	initStringInfo(&note);
	appendStringInfo(&note, "%s: %s", unpack_sql_state(error->sqlerrcode), error->message);
	if (position > 0)
		appendStringInfo(&note, "; at character %d, line %d", position, gov_statement_line(rehearsal->sql, position));
	if (error->detail != NULL)
		appendStringInfo(&note, "; %s", error->detail);
	if (error->hint != NULL)
		appendStringInfo(&note, "; hint: %s", error->hint);
	gov_rehearse_put(rehearsal, "statement",
					 statement != NULL ? statement->label :
					 rehearsal->statements == NIL ? NULL :
					 rehearsal->label == NULL ? "end" : psprintf("%s.end", rehearsal->label),
					 statement != NULL && statement->outcome == GOV_REHEARSAL_REFUSED ? "refused" : "failed",
					 position > 0 ? gov_rehearse_count(position) : NULL, note.data);
}

/* Puts the rows of a statement that ran, or of one that did not. */
static void
gov_statement_report(GovRehearsal *rehearsal, const GovRehearsalStatement *statement)
{
	const char *number = statement->label;
	char	   *note = psprintf("%s: %s", statement->tag, gov_statement_shown(statement->sql, statement));

	if (statement->outcome == GOV_REHEARSAL_NOT_RUN)
		gov_rehearse_put(rehearsal, "statement", number, "not run", NULL, note);
	else
		gov_rehearse_put(rehearsal, "statement", number, "time_ms", gov_rehearse_ms(statement->ms), note);
	if (statement->counts)
		gov_rehearse_put(rehearsal, "statement", number, "rows", gov_rehearse_count((int64) statement->rows), statement->tag);
}

/* Puts a row or more for each statement. */
void
gov_statements_report(GovRehearsal *rehearsal)
{
	ListCell   *cell;

	if (rehearsal->error != NULL && rehearsal->statements == NIL)
		gov_statement_report_error(rehearsal, NULL);
	foreach(cell, rehearsal->statements)
	{
		const GovRehearsalStatement *statement = lfirst(cell);

		gov_statement_report(rehearsal, statement);
		if (statement->outcome == GOV_REHEARSAL_FAILED || statement->outcome == GOV_REHEARSAL_REFUSED)
			gov_statement_report_error(rehearsal, statement);
	}
	if (rehearsal->error != NULL && rehearsal->statements != NIL && rehearsal->running == 0)
		gov_statement_report_error(rehearsal, NULL);
}
