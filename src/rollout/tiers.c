/*-------------------------------------------------------------------------
 *
 * rollout/tiers.c
 *	  Running the SQL of a tier, and judging what it did.
 *
 * The same for a rehearsal and for an apply; what differs is what becomes of
 * the subtransaction that it runs in.  Metrics are read before; apply_sql or
 * revert_sql runs as the caller; all constraints are made immediate; metrics
 * are read again and compared with "expect"; verify_sql runs, and what it did
 * is undone.  What does not hold raises.
 *
 * verify_sql: every statement of it that gives rows has to give one or more,
 * and each has to begin with a boolean that is true.  One that gives none says
 * nothing about what is there, so it fails.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "executor/tuptable.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

#include "server/errors.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "server/tag.h"
#include "trust/cover.h"
#include "ddl/born.h"
#include "ddl/enforce.h"
#include "rollout/expect.h"
#include "rollout/statements.h"
#include "rollout/tagged.h"
#include "rollout/tiers.h"

/* ---- verify_sql ---- */

/* Looks at the rows of a statement of verify_sql. */
typedef struct GovTierWitness
{
	DestReceiver receiver;
	int			statement;		/* its number in the text */
	int64		rows;
} GovTierWitness;

/* Raises because a statement of verify_sql does not say that all is well. */
static void
gov_tier_raise_unverified(int statement, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_GOV_TIER_FAILED),
			 errmsg("verify_sql does not hold"),
			 errdetail("Statement %d %s.", statement, what),
			 errhint("Each statement of verify_sql that gives rows has to give one or more, each beginning with true.")));
}

/* Begins: is the first column a boolean? */
static void
gov_tier_witness_start(DestReceiver *self, int operation pg_attribute_unused(), TupleDesc desc)
{
	if (desc->natts == 0 || TupleDescAttr(desc, 0)->atttypid != BOOLOID)
		gov_tier_raise_unverified(((GovTierWitness *) self)->statement, "gives rows that do not begin with a boolean");
}

/* Takes a row. */
static bool
gov_tier_witness_row(TupleTableSlot *slot, DestReceiver *self)
{
	GovTierWitness *witness = (GovTierWitness *) self;
	bool		isnull;
	Datum		value = slot_getattr(slot, 1, &isnull);

	witness->rows++;
	if (isnull || !DatumGetBool(value))
		gov_tier_raise_unverified(witness->statement, psprintf("gives %s in row %lld", isnull ? "NULL" : "false",
															   (long long) witness->rows));
	return true;
}

/* Nothing is left to do when the rows end, or the receiver. */
static void
gov_tier_witness_end(DestReceiver *self pg_attribute_unused())
{
}

/* Runs verify_sql, in a subtransaction that is undone. */
static void
gov_tier_verify(void *arg)
{
	const GovTierRun *run = arg;
	ListCell   *cell;

	foreach(cell, pg_parse_query(run->sql))
	{
		QueryCompletion done;
		GovTierWitness witness = {
			{gov_tier_witness_row, gov_tier_witness_start, gov_tier_witness_end, gov_tier_witness_end, DestNone},
			foreach_current_index(cell) + 1, 0
		};

		gov_statement_execute(run->sql, lfirst_node(RawStmt, cell), &witness.receiver, &done);
		if (witness.rows == 0 && done.commandTag == CMDTAG_SELECT)
			gov_tier_raise_unverified(witness.statement, "gives no row");
	}
}

/* ---- the run ---- */

/* Reads all metrics, as the owner. */
static GovMetrics *
gov_tier_metrics(void)
{
	GovSecurity saved;
	GovMetrics *metrics;

	gov_security_enter(&saved, gov_extension_owner(), false);
	metrics = gov_metrics_read_latest();
	gov_security_leave(&saved);
	return metrics;
}

/* Settings of a run: its rows bear the tag of the tier. */
static void
gov_tier_set(const GovTierRun *run)
{
	const char *tag = psprintf("%s/%d", run->rollout->rollout, run->tier->tier);

	(void) set_config_option("governance.tag", tag, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
	gov_tag_begin(tag);
}

/* Runs a text as it is. */
void
gov_tier_execute(GovTierRun *run pg_attribute_unused(), const char *sql)
{
	ListCell   *cell;
	QueryCompletion done;

	foreach(cell, pg_parse_query(sql))
		gov_statement_execute(sql, lfirst_node(RawStmt, cell), None_Receiver, &done);
	gov_statements_check_constraints();
}

/* Raises unless metrics did what was expected. */
static void
gov_tier_expect(GovTierRun *run)
{
	char	   *missed;

	run->found = gov_expect_compare(run->tier->expect, run->before, run->after, &missed);
	if (missed != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_GOV_TIER_FAILED),
				 errmsg("the tier did not do what was expected"),
				 errdetail("%s.", missed)));
}

/* Notes which of its texts runs from here on, for errors and for who watches: reading metrics has phases of its own. */
static void
gov_tier_begin_text(GovTierRun *run, const char *name, const char *sql)
{
	run->text = name;
	run->sql = sql;
	gov_progress_phase(psprintf("tier %d, %s: %s", run->tier->tier, run->tier->name, name), GOV_PROGRESS_UNKNOWN);
}

/* Runs one of its texts. */
static void
gov_tier_run_text(GovTierRun *run, const char *name, const char *sql)
{
	gov_tier_begin_text(run, name, sql);
	run->execute(run, sql);
	run->text = NULL;
}

/* Runs a tier inside the current subtransaction, and raises where it does not hold. */
void
gov_tier_run(GovTierRun *run)
{
	const GovTier *tier = run->tier;
	int			born = gov_ddl_count_born();
	int			level = NewGUCNestLevel();

	if (!run->revert)
		gov_tagged_ensure_none(run->rollout->rollout, tier->tier);
	run->before = gov_tier_metrics();
	gov_tier_set(run);
	if (run->covered)
		gov_cover_begin();
	if (run->revert)
		gov_tagged_begin(run->rollout->rollout, tier->tier);
	if (gov_tier_changes(tier))
		gov_tier_run_text(run, run->revert ? "revert_sql" : "apply_sql", run->revert ? tier->revert_sql : tier->apply_sql);
	run->after = gov_tier_metrics();
	if (!run->revert)
	{
		gov_tier_expect(run);
		if (tier->verify_sql != NULL)
		{
			gov_tier_begin_text(run, "verify_sql", tier->verify_sql);
			gov_subtransaction_undone(gov_tier_verify, run);
			run->text = NULL;
		}
	}
	AtEOXact_GUC(false, level);
	/* each tier is committed by itself, and would be refused then */
	gov_enforce_ensure_governed(born);
}

/* ---- failures ---- */

/* Where it failed, in words; NULL when nothing tells. */
char *
gov_tier_where(const GovTierRun *run, const ErrorData *error)
{
	if (run->text == NULL)
		return NULL;
	if (error->cursorpos <= 0)
		return pstrdup(run->text);
	return psprintf("%s, character %d, line %d", run->text, error->cursorpos, gov_statement_line(run->sql, error->cursorpos));
}

/* Why a run failed, as jsonb. */
Datum
gov_tier_problem(const GovTierRun *run, const ErrorData *error)
{
	GovJson		json;

	gov_json_begin(&json);
	gov_json_text(&json, "sqlstate", unpack_sql_state(error->sqlerrcode));
	gov_json_text(&json, "message", error->message);
	gov_json_text(&json, "where", gov_tier_where(run, error));
	gov_json_text(&json, "detail", error->detail);
	gov_json_text(&json, "hint", error->hint);
	return gov_json_end(&json);
}
