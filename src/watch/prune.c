/*-------------------------------------------------------------------------
 *
 * watch/prune.c
 *	  Removing old records of work: gov_prune.
 *
 * Runs, baselines and the log of events grow with time and not with what is
 * governed.  What is removed is no fact: facts, findings and the ledger stay, and the
 * ledger tells how much was removed, by whom and up to when.
 * Runs, figures of past scans and the log of events grow with time and not with
 * what is governed.  What is removed is no fact: facts, findings and the ledger
 * stay, and the ledger tells how much was removed, by whom and up to when.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "events/outbox.h"
#include "watch/figures.h"
#include "watch/scan.h"

/* One kind of record, and how many of its rows went and stayed. */
typedef struct GovPruned
{
	const char *what;
	uint64		(*prune) (TimestampTz before);
	GovQuery   *count;
	int64		pruned;
	int64		kept;
} GovPruned;

GOV_QUERY(count_log, "SELECT count(*) FROM @.gov_event_log");
GOV_QUERY(count_runs, "SELECT count(*) FROM @.gov_scan_run");
GOV_QUERY(count_baselines, "SELECT count(*) FROM @.gov_baseline");
GOV_QUERY(prune_baselines, "DELETE FROM @.gov_baseline WHERE captured_at < $1", TIMESTAMPTZOID);

/* Removes baselines that were captured before, with their items; how many. */
static uint64
gov_prune_baselines(TimestampTz before)
{
	return gov_run(&prune_baselines, gov_timestamp(before));
}
GOV_QUERY(count_figures, "SELECT count(*) FROM @.gov_axis_figure");

/* The time up to which records go: not in the future. */
static TimestampTz
gov_prune_before(FunctionCallInfo fcinfo)
{
	TimestampTz before;

	gov_ensure_not_null(PG_ARGISNULL(0), "before");
	before = PG_GETARG_TIMESTAMPTZ(0);
	if (before > gov_now())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" lies in the future", "before"),
				 errhint("For example now() - interval '1 year'.")));
	return before;
}

/* The entry of the ledger: how much of each went. */
static void
gov_prune_note(TimestampTz before, const GovPruned *kinds, int count)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "before", TIMESTAMPTZOID, TimestampTzGetDatum(before), false);
	for (int i = 0; i < count; i++)
		gov_json_int8(&payload, kinds[i].what, kinds[i].pruned);
	gov_ledger_append("prune", 0, (Datum) 0, gov_json_end(&payload));
}

/* Prunes one kind, and counts what stays. */
static void
gov_prune_kind(GovPruned *kind, TimestampTz before)
{
	kind->pruned = (int64) kind->prune(before);
	(void) gov_run(kind->count);
	kind->kept = gov_result_int8(0, 1);
}

/* gov_prune(before): removes runs, baselines and logged events that are older. */
/* gov_prune(before): removes runs, figures and logged events that are older. */
GOV_ACT(gov_prune)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovPruned	kinds[] = {
		{.what = "event_log", .prune = gov_event_log_prune, .count = &count_log},
		{.what = "scan_runs", .prune = gov_scan_run_prune, .count = &count_runs},
		{.what = "baselines", .prune = gov_prune_baselines, .count = &count_baselines},
		{.what = "axis_figures", .prune = gov_figures_prune, .count = &count_figures},
	};
	TimestampTz before = gov_prune_before(fcinfo);
	int64		all = 0;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	gov_lock(GOV_LOCK_SCAN);
	level = gov_spi_begin();
	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		gov_prune_kind(&kinds[i], before);
		all += kinds[i].pruned;
	}
	gov_spi_end(level);
	if (all > 0)
		gov_prune_note(before, kinds, lengthof(kinds));
	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		Datum		values[] = {CStringGetTextDatum(kinds[i].what), Int64GetDatum(kinds[i].pruned),
		Int64GetDatum(kinds[i].kept), BoolGetDatum(kinds[i].pruned == 0)};
		bool		nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
