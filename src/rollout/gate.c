/*-------------------------------------------------------------------------
 *
 * rollout/gate.c
 *	  What stands in the way of a rollout: gov_gate.
 *
 * One list of blockers serves people, pipelines and the apply itself, which
 * asks again before each tier, in the tier's transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "trust/gates.h"
#include "rollout/expect.h"
#include "rollout/gate.h"
#include "rollout/things.h"

PG_FUNCTION_INFO_V1(gov_gate);

/* Columns of find_rehearsal. */
enum {REHEARSAL_OK = 1, REHEARSAL_VERDICT, REHEARSAL_HASH, REHEARSAL_STATES, REHEARSAL_THINGS};

GOV_QUERY(find_rehearsal,
		  "SELECT ok, verdict, content_hash, states, things FROM @.gov_rollout_rehearsal WHERE rollout = $1 ORDER BY rehearsal DESC LIMIT 1",
		  TEXTOID);
GOV_QUERY(find_state, "SELECT $1 -> $2", JSONBOID, TEXTOID);
GOV_QUERY(count_critical, "SELECT count(*) FROM @.gov_drift_state WHERE status = 'open' AND severity = 'critical'");

/* A rehearsal of a rollout. */
typedef struct GovRehearsed
{
	bool		ok;
	char	   *verdict;
	char	   *content_hash;
	Datum		states;			/* by tier, the counts that it met */
	Datum		things;			/* and the rest (things.c) */
} GovRehearsed;

/* Adds a blocker to a list. */
static List *
gov_gate_block(List *blockers, char *blocker, char *hint)
{
	GovBlocker *block = palloc(sizeof(GovBlocker));

	block->blocker = blocker;
	block->hint = hint;
	return lappend(blockers, block);
}

/* The first tier that is not applied; NULL when all are. */
const GovTier *
gov_gate_next(const List *tiers)
{
	ListCell   *cell;

	foreach(cell, tiers)
	{
		if (!((GovTier *) lfirst(cell))->applied)
			return lfirst(cell);
	}
	return NULL;
}

/* Is it sealed, what was sealed, and where it was sealed for?  What of this is not so. */
List *
gov_gate_content_blockers(const GovRollout *rollout, const List *tiers)
{
	const char *here = gov_rollout_this_database();
	List	   *blockers = NIL;

	if (rollout->content_hash == NULL)
		return gov_gate_block(blockers, "it is not sealed",
							  psprintf("SELECT %s.gov_seal(%s);", gov_schema_quoted(), quote_literal_cstr(rollout->rollout)));
	if (strcmp(gov_rollout_hash(rollout, tiers), rollout->content_hash) != 0)
		blockers = gov_gate_block(blockers, "it was changed after it was sealed", "Export it where it is whole, and import it here under another name.");
	if (strcmp(rollout->database_name, here) != 0 || rollout->system != (int64) GetSystemIdentifier())
		blockers = gov_gate_block(blockers, psprintf("it is for database \"%s\" of cluster %lld, this is \"%s\" of %lld", rollout->database_name,
													 (long long) rollout->system, here, (long long) GetSystemIdentifier()),
								  "Export it there with gov_rollout_export and import it here, or make it anew.");
	return blockers;
}

/* The way to a rehearsal. */
static char *
gov_gate_rehearse_hint(const GovRollout *rollout)
{
	return psprintf("SELECT * FROM %s.gov_rehearse(%s);", gov_schema_quoted(), quote_literal_cstr(rollout->rollout));
}

/* The last rehearsal of a rollout; NULL when there is none. */
static GovRehearsed *
gov_gate_rehearsed(const GovRollout *rollout)
{
	GovRehearsed *rehearsed = palloc(sizeof(GovRehearsed));
	int			level = gov_spi_begin();
	bool		any = gov_run(&find_rehearsal, gov_text(rollout->rollout)) > 0;
	bool		isnull;

	if (any)
	{
		rehearsed->ok = gov_result_bool(0, REHEARSAL_OK);
		rehearsed->verdict = gov_result_text(0, REHEARSAL_VERDICT);
		rehearsed->content_hash = gov_result_text(0, REHEARSAL_HASH);
		rehearsed->states = gov_result_datum(0, REHEARSAL_STATES, &isnull);
		rehearsed->things = gov_result_datum(0, REHEARSAL_THINGS, &isnull);
	}
	gov_spi_end(level);
	return any ? rehearsed : NULL;
}

/* The counts that a rehearsal met before a tier, as jsonb; 0 when it did not rehearse it. */
static Datum
gov_gate_counts_before(const GovRehearsed *rehearsed, const GovTier *tier)
{
	int			level = gov_spi_begin();
	bool		isnull;
	Datum		counts;

	(void) gov_run(&find_state, gov_datum(rehearsed->states, false), gov_text(psprintf("%d", tier->tier)));
	counts = gov_result_datum(0, 1, &isnull);
	gov_spi_end(level);
	return isnull ? (Datum) 0 : counts;
}

/* What is otherwise, with metrics as they are now, than a rehearsal met it before a tier, in words; NULL for nothing. */
static char *
gov_gate_compare(const GovRehearsed *rehearsed, const GovTier *tier, const GovMetrics *now)
{
	char	   *counts = gov_expect_differences(gov_gate_counts_before(rehearsed, tier), gov_expect_state(now));
	char	   *things = gov_things_differences(rehearsed->things, tier);

	return counts != NULL && things != NULL ? psprintf("%s; %s", counts, things) : counts != NULL ? counts : things;
}

/* The same, where the last rehearsal rehearsed the tier. */
char *
gov_gate_differences(const GovRollout *rollout, const GovTier *tier, const GovMetrics *now)
{
	GovRehearsed *rehearsed = gov_gate_rehearsed(rollout);

	if (rehearsed == NULL || gov_gate_counts_before(rehearsed, tier) == (Datum) 0)
		return NULL;
	return gov_gate_compare(rehearsed, tier, now);
}

/* Was it rehearsed, well, as it is, and on what is here now? */
static List *
gov_gate_block_rehearsal(List *blockers, const GovRollout *rollout, const GovTier *next)
{
	char	   *hint = gov_gate_rehearse_hint(rollout);
	GovRehearsed *rehearsed = gov_gate_rehearsed(rollout);
	char	   *differences;

	if (rehearsed == NULL)
		return gov_gate_block(blockers, "it was not rehearsed", hint);
	if (strcmp(rehearsed->content_hash, rollout->content_hash) != 0)
		return gov_gate_block(blockers, "it was rehearsed with another content", hint);
	if (!rehearsed->ok)
		return gov_gate_block(blockers, psprintf("its last rehearsal failed: %s", rehearsed->verdict), hint);
	if (gov_gate_counts_before(rehearsed, next) == (Datum) 0)
		return gov_gate_block(blockers, psprintf("tier %d was not rehearsed", next->tier), hint);
	differences = gov_gate_compare(rehearsed, next, gov_metrics_read_latest());
	if (differences == NULL)
		return blockers;
	return gov_gate_block(blockers, psprintf("the baseline has changed since the rehearsal: %s", differences), hint);
}

/* Are critical findings open? */
static List *
gov_gate_block_findings(List *blockers)
{
	int			level = gov_spi_begin();
	int64		critical;

	(void) gov_run(&count_critical);
	critical = gov_result_int8(0, 1);
	gov_spi_end(level);
	if (critical == 0)
		return blockers;
	return gov_gate_block(blockers, psprintf("%lld critical %s open", (long long) critical, critical == 1 ? "finding is" : "findings are"),
						  psprintf("SELECT * FROM %s.gov_drift_state WHERE status = 'open' AND severity = 'critical';", gov_schema_quoted()));
}

/* What stands in the way of the rollout whole. */
List *
gov_gate_rollout_blockers(const GovRollout *rollout, const List *tiers, const GovTier *next)
{
	List	   *blockers = gov_gate_content_blockers(rollout, tiers);

	if (next == NULL && tiers != NIL)
		return gov_gate_block(blockers, "it is applied whole",
							  psprintf("To take it back: CALL %s.gov_rollout_revert(%s);", gov_schema_quoted(), quote_literal_cstr(rollout->rollout)));
	if (blockers == NIL)
		blockers = gov_gate_block_rehearsal(blockers, rollout, next);
	return gov_gate_block_findings(blockers);
}

/* The call that the approval of a tier is for. */
GovCall
gov_gate_tier_call(const GovRollout *rollout, const GovTier *tier)
{
	GovCall		call = {"apply_tier", "gov_rollout_apply", (Datum) 0};
	GovJson		json;

	gov_json_begin(&json);
	gov_json_text(&json, "rollout", rollout->rollout);
	gov_json_int8(&json, "tier", tier->tier);
	call.target = gov_json_end(&json);
	return call;
}

/* What stands in the way of one tier. */
List *
gov_gate_tier_blockers(const GovRollout *rollout, const GovTier *tier, char **approval)
{
	GovCall		call = gov_gate_tier_call(rollout, tier);
	char	   *lacks;

	*approval = NULL;
	if (!gov_tier_changes(tier))
		return NIL;
	*approval = gov_gate_find(&call, &lacks);
	if (lacks == NULL)
		return NIL;
	return gov_gate_block(NIL, lacks,
						  psprintf("SELECT %s.gov_request_approval('...', 'apply_tier', %s, '...');", gov_schema_quoted(),
								   quote_literal_cstr(DatumGetCString(DirectFunctionCall1(jsonb_out, call.target)))));
}

/* Puts a row: a verdict, and what stands in the way. */
static void
gov_gate_put(ReturnSetInfo *result, const GovTier *tier, const GovBlocker *block)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	nulls[0] = tier == NULL;
	if (tier != NULL)
		values[0] = Int32GetDatum(tier->tier);
	values[1] = CStringGetTextDatum(block == NULL ? "READY" : "BLOCKED");
	values[2] = gov_text_field(block == NULL ? NULL : block->blocker, &nulls[2]);
	values[3] = gov_text_field(block == NULL ? NULL : block->hint, &nulls[3]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Puts the rows of a tier; "ready" where the rollout whole stands in nobody's way. */
static void
gov_gate_put_tier(ReturnSetInfo *result, const GovRollout *rollout, const GovTier *tier, bool ready)
{
	char	   *approval;
	List	   *blockers = gov_gate_tier_blockers(rollout, tier, &approval);
	ListCell   *cell;

	if (blockers == NIL && ready)
		gov_gate_put(result, tier, NULL);
	foreach(cell, blockers)
		gov_gate_put(result, tier, lfirst(cell));
}

/* gov_gate(rollout): READY or BLOCKED, by tier and with every blocker; reads only. */
Datum
gov_gate(PG_FUNCTION_ARGS)
{
	char	   *name = gov_arg_code(fcinfo, 0, "rollout");
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovRollout *rollout = gov_rollout_find(name, GOV_ROW_PLAIN);
	List	   *tiers = gov_rollout_tiers(name);
	List	   *blockers = gov_gate_rollout_blockers(rollout, tiers, gov_gate_next(tiers));
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, blockers)
		gov_gate_put(result, NULL, lfirst(cell));
	foreach(cell, tiers)
	{
		if (!((GovTier *) lfirst(cell))->applied && rollout->content_hash != NULL)
			gov_gate_put_tier(result, rollout, lfirst(cell), blockers == NIL);
	}
	return (Datum) 0;
}
