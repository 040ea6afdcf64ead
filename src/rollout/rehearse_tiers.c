/*-------------------------------------------------------------------------
 *
 * rollout/rehearse_tiers.c
 *	  Rehearsing a rollout: gov_rehearse.
 *
 * In one rehearsal (rollout/rehearse.c), all of which is undone, the tiers that
 * are not applied yet are applied one after the other and judged as they would
 * be, and then reverted, the last first.  The counts of facts that each tier
 * met, and the definitions, are kept: that is the baseline to which it may be
 * applied (gate.c, things.c).
 * Reverting has to end where it began: in these counts, and in the definitions of
 * what is the application's.
 *
 * All of it is one transaction; in the apply each tier commits by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "rollout/expect.h"
#include "rollout/fingerprint.h"
#include "rollout/gate.h"
#include "rollout/measures.h"
#include "rollout/rehearsal.h"
#include "rollout/rehearse.h"
#include "rollout/statements.h"
#include "rollout/things.h"
#include "rollout/tiers.h"
#include "rollout/timer.h"

PG_FUNCTION_INFO_V1(gov_rehearse);

GOV_QUERY(store_rehearsal,
		  "INSERT INTO @.gov_rollout_rehearsal (rollout, actor, login, content_hash, ok, verdict, states, things)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, JSONBOID, JSONBOID);

/* What is rehearsed, and what became of it. */
typedef struct GovTiersPlan
{
	const GovRollout *rollout;
	List	   *tiers;			/* GovTier: those that are not applied */
	List	   *runs;			/* GovTierRun: those that were applied, in their order */
	List	   *ms;				/* int: how long each took */
	GovTierRun *running;		/* the one at work; NULL */
	List	   *excluded;		/* OIDs of relations that change by themselves */
	Datum		definitions;	/* of the application's objects, before */
	GovThings	things;			/* what the tiers met of them, and of facts */
	char	   *differences;	/* from the baseline, after the reverts; NULL for none */
	bool		reverted;		/* did all reverts run? */
	List	   *grown;			/* char *: those excluded that have other rows after them */
} GovTiersPlan;

/* Runs a text of a tier, as part of the rehearsal. */
static void
gov_rehearse_execute(GovTierRun *run, const char *sql)
{
	GovRehearsal *rehearsal = run->arg;

	rehearsal->sql = sql;
	gov_statements_run_text(rehearsal);
}

/* A run of a tier, in the memory of the rehearsal, which outlives it. */
static GovTierRun *
gov_rehearse_begin_tier(GovRehearsal *rehearsal, const GovTier *tier, bool revert)
{
	GovTiersPlan *plan = rehearsal->plan;
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	GovTierRun *run = palloc0(sizeof(GovTierRun));

	run->rollout = plan->rollout;
	run->tier = tier;
	run->revert = revert;
	run->execute = gov_rehearse_execute;
	run->arg = rehearsal;
	rehearsal->label = revert ? psprintf("%d revert", tier->tier) : psprintf("%d", tier->tier);
	plan->running = run;
	MemoryContextSwitchTo(old);
	return run;
}

/* Applies or reverts one tier. */
static void
gov_rehearse_tier(GovRehearsal *rehearsal, const GovTier *tier, bool revert)
{
	GovTiersPlan *plan = rehearsal->plan;
	GovTierRun *run = gov_rehearse_begin_tier(rehearsal, tier, revert);
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	instr_time	began;

	INSTR_TIME_SET_CURRENT(began);
	gov_tier_run(run);
	if (!revert)
	{
		plan->runs = lappend(plan->runs, run);
		plan->ms = lappend_int(plan->ms, (int) gov_timer_ms_since(began));
	}
	MemoryContextSwitchTo(old);
}

/* Notes how the application's objects are defined before a tier, and before the first what the facts say. */
static void
gov_rehearse_note_things(GovRehearsal *rehearsal, const GovTier *tier)
{
	GovTiersPlan *plan = rehearsal->plan;
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	Datum		definitions = gov_things_definitions();

	if (plan->definitions == (Datum) 0)
	{
		plan->definitions = definitions;
		gov_things_begin(&plan->things, definitions, tier->tier);
	}
	else
		gov_things_note(&plan->things, definitions, tier->tier);
	MemoryContextSwitchTo(old);
}

/* Words with something between. */
static char *
gov_rehearse_joined(const List *words, const char *between)
{
	StringInfoData joined;
	ListCell   *cell;

	initStringInfo(&joined);
	foreach(cell, words)
		appendStringInfo(&joined, "%s%s", joined.len > 0 ? between : "", (const char *) lfirst(cell));
	return joined.data;
}

/* Orders words. */
static int
gov_rehearse_compare_words(const ListCell *one, const ListCell *other)
{
	return strcmp(lfirst(one), lfirst(other));
}

/* Is a relation, or one that it is part of, declared to change by itself? */
static bool
gov_rehearse_is_excluded(const GovTiersPlan *plan, Oid relid)
{
	ListCell   *cell;

	if (list_member_oid(plan->excluded, relid))
		return true;
	foreach(cell, get_rel_relispartition(relid) ? get_partition_ancestors(relid) : NIL)
	{
		if (list_member_oid(plan->excluded, lfirst_oid(cell)))
			return true;
	}
	return false;
}

/*
 * The application's tables that have more rows, or fewer, after the last revert
 * than before the first apply, in words; NULL for none.  Of those declared to
 * change by themselves that is told, and no difference.  What was updated and
 * not put back is not seen, nor what was emptied and filled again.
 */
static char *
gov_rehearse_rows_left(GovRehearsal *rehearsal)
{
	GovTiersPlan *plan = rehearsal->plan;
	List	   *left = NIL;
	ListCell   *cell;

	gov_measures_sample_rows(rehearsal);
	foreach(cell, rehearsal->rows)
	{
		const GovRehearsalRows *rows = lfirst(cell);
		long long	more = rows->inserted - rows->deleted;
		char	   *name = get_rel_name(rows->relid);

		if (more == 0 || rows->truncated || name == NULL || gov_relation_is_ours(rows->relid) ||
			isTempNamespace(get_rel_namespace(rows->relid)))
			continue;
		name = gov_qualified_name(get_namespace_name(get_rel_namespace(rows->relid)), name);
		if (gov_rehearse_is_excluded(plan, rows->relid))
			plan->grown = lappend(plan->grown, psprintf("%s by %+lld", name, more));
		else
			left = lappend(left, psprintf("%s has %lld row%s %s", name, more < 0 ? -more : more, more == 1 || more == -1 ? "" : "s", more > 0 ? "more" : "fewer"));
	}
	list_sort(plan->grown, gov_rehearse_compare_words);
	list_sort(left, gov_rehearse_compare_words);
	return left == NIL ? NULL : gov_rehearse_joined(left, "; ");
}

/* Adds words about a difference to others; either may be NULL. */
static char *
gov_rehearse_add_difference(char *words, char *more)
{
	return words != NULL && more != NULL ? psprintf("%s; %s", words, more) : words != NULL ? words : more;
}

/* Compares counts and definitions after the last revert with those before the first apply, as the owner. */
static void
gov_rehearse_compare(GovRehearsal *rehearsal)
{
	GovTiersPlan *plan = rehearsal->plan;
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	GovSecurity saved;
	char	   *counts;
	char	   *things;
	char	   *rows = gov_rehearse_rows_left(rehearsal);

	gov_security_enter(&saved, gov_extension_owner(), false);
	counts = gov_expect_differences(gov_expect_state(((GovTierRun *) linitial(plan->runs))->before),
									gov_expect_state(plan->running->after));
	things = gov_things_compare(plan->definitions, gov_things_definitions());
	gov_security_leave(&saved);
	plan->differences = gov_rehearse_add_difference(gov_rehearse_add_difference(counts, things), rows);
	plan->reverted = true;
	MemoryContextSwitchTo(old);
}

/* Applies all tiers, looks at what they did, and reverts them. */
static void
gov_rehearse_work(GovRehearsal *rehearsal)
{
	GovTiersPlan *plan = rehearsal->plan;
	ListCell   *cell;

	foreach(cell, plan->tiers)
	{
		gov_rehearse_note_things(rehearsal, lfirst(cell));
		gov_rehearse_tier(rehearsal, lfirst(cell), false);
	}
	gov_rehearse_look_now(rehearsal);
	for (int i = list_length(plan->tiers) - 1; i >= 0; i--)
		gov_rehearse_tier(rehearsal, list_nth(plan->tiers, i), true);
	gov_rehearse_compare(rehearsal);
	gov_statements_complete(rehearsal);
}

/* ---- the verdict ---- */

/* Did all tiers hold, and did reverting them end where it began? */
static bool
gov_rehearse_holds(const GovRehearsal *rehearsal)
{
	const GovTiersPlan *plan = rehearsal->plan;

	return gov_rehearse_is_ok(rehearsal) && plan->reverted && plan->differences == NULL;
}

/* The tier that failed, and what became of it, in words.  Without details: these may quote rows. */
static const char *
gov_rehearse_tiers_verdict(const GovRehearsal *rehearsal)
{
	const GovTiersPlan *plan = rehearsal->plan;

	if (rehearsal->error != NULL)
		return psprintf("the %s of tier %d \"%s\" failed: %s", plan->running->revert ? "revert" : "apply",
						plan->running->tier->tier, plan->running->tier->name, unpack_sql_state(rehearsal->error->sqlerrcode));
	if (!gov_rehearse_is_ok(rehearsal))
		return gov_rehearse_verdict(rehearsal);
	if (plan->differences != NULL)
		return "reverting all tiers does not end where it began";
	return psprintf("%s applied, reverted and undone%s%s",
					list_length(plan->tiers) == 1 ? "1 tier was" : psprintf("%d tiers were", list_length(plan->tiers)),
					plan->grown != NIL ? "; excluded: " : "", plan->grown != NIL ? gov_rehearse_joined(plan->grown, ", ") : "");
}

/* The counts that each tier met, by its number. */
static Datum
gov_rehearse_states(const GovTiersPlan *plan)
{
	GovJson		json;
	ListCell   *cell;

	gov_json_begin(&json);
	foreach(cell, plan->runs)
	{
		const GovTierRun *run = lfirst(cell);

		gov_json_value(&json, psprintf("%d", run->tier->tier), JSONBOID, gov_expect_state(run->before), false);
	}
	return gov_json_end(&json);
}

/* Keeps the verdict, and notes it in the ledger, as the owner. */
static void
gov_rehearse_keep_verdict(const GovRehearsal *rehearsal)
{
	const GovTiersPlan *plan = rehearsal->plan;
	const char *actor = GetUserNameFromId(GetOuterUserId(), false);
	bool		ok = gov_rehearse_holds(rehearsal);
	GovSecurity saved;
	GovJson		payload;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	(void) gov_run(&store_rehearsal, gov_text(plan->rollout->rollout), gov_text(actor), gov_text(gov_session_user_name()),
				   gov_text(plan->rollout->content_hash), gov_bool(ok), gov_text(gov_rehearse_tiers_verdict(rehearsal)),
				   gov_datum(gov_rehearse_states(plan), false), gov_datum(gov_things_pack(&plan->things), false));
	gov_spi_end(level);
	gov_json_begin(&payload);
	gov_json_bool(&payload, "ok", ok);
	gov_json_text(&payload, "verdict", gov_rehearse_tiers_verdict(rehearsal));
	gov_json_text(&payload, "content", plan->rollout->content_hash);
	gov_ledger_append("rehearse", 0, gov_json_object("rollout", plan->rollout->rollout), gov_json_end(&payload));
	gov_security_leave(&saved);
}

/* ---- the result ---- */

/* A tier as a target. */
static const char *
gov_rehearse_tier_target(const GovTier *tier)
{
	return psprintf("%d %s", tier->tier, tier->name);
}

/* The amount of a metric on an axis of another reading. */
static int64
gov_rehearse_amount(const GovMetrics *metrics, int kind, const char *axis)
{
	int			number = axis == NULL ? metrics->naxes : gov_metrics_axis(metrics, axis);

	return axis != NULL && number == metrics->naxes ? 0 : gov_metric_amount(metrics, kind, number);
}

/* Puts a row for each metric that a tier changed; the ledger's, which every act moves, aside. */
static void
gov_rehearse_report_metrics(GovRehearsal *rehearsal, const GovTierRun *run)
{
	for (int kind = 0; kind < gov_metric_count(); kind++)
	{
		const char *name = gov_metric_kind(kind)->name;

		for (int axis = 0; axis <= run->after->naxes && strcmp(name, "ledger_entries") != 0; axis++)
		{
			const char *of = axis < run->after->naxes ? run->after->axes[axis] : NULL;
			int64		was = gov_rehearse_amount(run->before, kind, of);
			int64		is = gov_metric_amount(run->after, kind, axis);

			if (was != is && was != GOV_METRIC_UNKNOWN && is != GOV_METRIC_UNKNOWN)
				gov_rehearse_put(rehearsal, "metric", of, name, gov_rehearse_count(is - was),
								 psprintf("tier %d: %lld to %lld", run->tier->tier, (long long) was, (long long) is));
		}
	}
}

/* Puts the rows of the tiers: those that held, with what they did, and the one that failed. */
static void
gov_rehearse_report_tiers(GovRehearsal *rehearsal)
{
	const GovTiersPlan *plan = rehearsal->plan;
	ListCell   *cell;
	ListCell   *ms;

	forboth(cell, plan->runs, ms, plan->ms)
	{
		const GovTierRun *run = lfirst(cell);

		gov_rehearse_put(rehearsal, "tier", gov_rehearse_tier_target(run->tier), "holds", gov_rehearse_count(lfirst_int(ms)),
						 run->tier->kind);
		gov_rehearse_report_metrics(rehearsal, run);
	}
	if (rehearsal->error != NULL)
	{
		const ErrorData *error = rehearsal->error;
		char	   *where = gov_tier_where(plan->running, error);

		gov_rehearse_put(rehearsal, "tier", gov_rehearse_tier_target(plan->running->tier),
						 plan->running->revert ? "revert failed" : "failed", NULL,
						 psprintf("%s: %s%s%s%s%s", unpack_sql_state(error->sqlerrcode), error->message,
								  where != NULL ? "; in " : "", where != NULL ? where : "",
								  error->detail != NULL ? "; " : "", error->detail != NULL ? error->detail : ""));
	}
	if (plan->reverted)
		gov_rehearse_put(rehearsal, "revert", NULL, plan->differences == NULL ? "equal to the baseline" : "differs from the baseline",
						 NULL, plan->differences);
	foreach(cell, plan->grown)
		gov_rehearse_put(rehearsal, "revert", NULL, "excluded", NULL, lfirst(cell));
}

/* Reads what is left to apply, as the owner. */
static GovTiersPlan *
gov_rehearse_read_plan(const char *name)
{
	GovTiersPlan *plan = palloc0(sizeof(GovTiersPlan));
	GovSecurity saved;
	List	   *tiers;
	ListCell   *cell;

	gov_security_enter(&saved, gov_extension_owner(), false);
	plan->rollout = gov_rollout_find(name, GOV_ROW_PLAIN);
	tiers = gov_rollout_tiers(name);
	gov_security_leave(&saved);
	gov_rollout_ensure_sealed(plan->rollout);
	if (gov_gate_next(tiers) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" is applied whole", name),
				 errhint("To take it back: CALL %s.gov_rollout_revert(%s).", gov_schema_quoted(), quote_literal_cstr(name))));
	foreach(cell, tiers)
	{
		if (!((GovTier *) lfirst(cell))->applied)
			plan->tiers = lappend(plan->tiers, lfirst(cell));
	}
	return plan;
}

/* The relations that are declared to change by themselves, as the caller reads their names. */
static List *
gov_rehearse_excluded(const GovRehearsal *rehearsal)
{
	List	   *relids = NIL;
	ListCell   *cell;

	foreach(cell, rehearsal->excluded)
		relids = lappend_oid(relids, gov_fingerprint_find(lfirst(cell)));
	return relids;
}

/* gov_rehearse(rollout, options): applies what is left of it, reverts it, measures both, and undoes all. */
Datum
gov_rehearse(PG_FUNCTION_ARGS)
{
	char	   *name = gov_arg_code(fcinfo, 0, "rollout");
	GovRehearsal *rehearsal;

	gov_ensure_not_null(PG_ARGISNULL(1), "options");
	rehearsal = gov_rehearse_prepare("gov_rehearse", PG_GETARG_JSONB_P(1), true);
	gov_rollout_ensure_session(name);
	rehearsal->plan = gov_rehearse_read_plan(name);
	((GovTiersPlan *) rehearsal->plan)->excluded = gov_rehearse_excluded(rehearsal);
	rehearsal->work = gov_rehearse_work;
	InitMaterializedSRF(fcinfo, 0);
	gov_rehearse_perform(rehearsal);
	gov_rehearse_put(rehearsal, "verdict", NULL, gov_rehearse_holds(rehearsal) ? "ok" : "not ok",
					 gov_rehearse_ms(rehearsal->run_ms), gov_rehearse_tiers_verdict(rehearsal));
	gov_rehearse_report_tiers(rehearsal);
	gov_rehearse_report_measures(rehearsal);
	gov_rehearse_keep_verdict(rehearsal);
	gov_rehearse_emit(rehearsal, (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}
