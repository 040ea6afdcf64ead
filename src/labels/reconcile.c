/*-------------------------------------------------------------------------
 *
 * labels/reconcile.c
 *	  Where assignments and labels disagree.
 *
 * For a current assignment of a value to an object two sets of labels are
 * compared: V, the active labels that say the same as the value, and R, the
 * labels that active rules give the object.  The first flag that holds, of
 * the constant table below, names how they stand to each other.  A decision
 * settles a flag that it fits, of the other table; one that does not fit, or
 * no longer, is shown and not honoured.
 *
 * What is compared with what is said by the view gov_label_reconcile, a plain
 * join with a call of gov_label_judge per row, so that a query for one object
 * finds it by index and asks for the labels of that object alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/spi.h"
#include "labels/bindings.h"
#include "labels/reconcile.h"
#include "labels/sets.h"

PG_FUNCTION_INFO_V1(gov_label_judge);
PG_FUNCTION_INFO_V1(gov_decision_fits);
PG_FUNCTION_INFO_V1(gov_label_orphans);
PG_FUNCTION_INFO_V1(gov_values_without_label);
PG_FUNCTION_INFO_V1(gov_labels_without_value);
PG_FUNCTION_INFO_V1(gov_label_projected_objects);

/* The two sets that are compared. */
typedef struct GovLabelPair
{
	const GovLabelSet *of_value;
	const GovLabelSet *of_object;
} GovLabelPair;

/* The value has no label. */
static bool
gov_label_no_value_label(const GovLabelPair *pair)
{
	return pair->of_value->count == 0;
}

/* The object has no label. */
static bool
gov_label_no_rule(const GovLabelPair *pair)
{
	return pair->of_object->count == 0;
}

/* They have a label in common. */
static bool
gov_label_consistent(const GovLabelPair *pair)
{
	for (int i = 0; i < pair->of_value->count; i++)
	{
		for (int j = 0; j < pair->of_object->count; j++)
		{
			if (pair->of_value->labels[i] == pair->of_object->labels[j])
				return true;
		}
	}
	return false;
}

/* The object has a label that is not active in the vocabulary. */
static bool
gov_label_unknown(const GovLabelPair *pair)
{
	for (int i = 0; i < pair->of_object->count; i++)
	{
		if (!pair->of_object->labels[i]->active)
			return true;
	}
	return false;
}

/* Do two labels have a facet in common? */
static bool
gov_label_share_facet(const GovLabel *a, const GovLabel *b)
{
	for (int i = 0; i < a->nfacets; i++)
	{
		for (int j = 0; j < b->nfacets; j++)
		{
			if (strcmp(a->facets[i], b->facets[j]) == 0)
				return true;
		}
	}
	return false;
}

/* No facet of the one is a facet of the other: they tell different things. */
static bool
gov_label_orthogonal(const GovLabelPair *pair)
{
	for (int i = 0; i < pair->of_value->count; i++)
	{
		for (int j = 0; j < pair->of_object->count; j++)
		{
			if (gov_label_share_facet(pair->of_value->labels[i], pair->of_object->labels[j]))
				return false;
		}
	}
	return true;
}

/* The flags in the order in which they are tried; the last holds always. */
static const struct
{
	const char *flag;
	bool		(*holds) (const GovLabelPair *pair);
}			flags[] = {
	{"no_value_label", gov_label_no_value_label},
	{"no_label_rule", gov_label_no_rule},
	{"consistent", gov_label_consistent},
	{"divergent", gov_label_unknown},
	{"orthogonal_facet", gov_label_orthogonal},
	{"divergent", NULL}
};

/* The flag of a pair. */
static const char *
gov_label_flag(const GovLabelPair *pair)
{
	int			i = 0;

	while (flags[i].holds != NULL && !flags[i].holds(pair))
		i++;
	return flags[i].flag;
}

/* Does a decision fit a flag in a zone?  A true divergence is never decided by policy. */
const GovDecisionFit gov_decision_fit_table[] = {
	{"accept_orthogonal_facet", "orthogonal_facet", GOV_FIT_ANY, GOV_POLICY_ALWAYS,
	"the labels of the value and of the object are of different facets"},
	{"accept_quarantine_hold", "no_label_rule", GOV_FIT_QUARANTINED, GOV_POLICY_ALWAYS,
	"held in quarantine: nothing to project yet"},
	{"accept_projection_pending", "no_label_rule", GOV_FIT_NOT_QUARANTINED, GOV_POLICY_OWNED,
	"the cell has an effective owner, who has yet to project it"},
	{"accept_divergence", "divergent", GOV_FIT_ANY, GOV_POLICY_NEVER, NULL},
	{.decision = NULL}
};

/* Does a decision fit a flag in a zone? */
bool
gov_decision_fit(const GovDecisionFit *fit, const char *flag, const char *zone)
{
	bool		quarantined = strcmp(zone, "quarantine") == 0;

	return strcmp(fit->flag, flag) == 0 &&
		(fit->zone == GOV_FIT_ANY || quarantined == (fit->zone == GOV_FIT_QUARANTINED));
}

/* What became of a flag: settled by a decision that fits, or still what it was. */
static Datum
gov_label_state(const char *flag, const char *zone, const char *decision)
{
	if (decision != NULL)
	{
		for (const GovDecisionFit *fit = gov_decision_fit_table; fit->decision != NULL; fit++)
		{
			if (strcmp(fit->decision, decision) == 0 && gov_decision_fit(fit, flag, zone))
				return CStringGetTextDatum(psprintf("reconciled_%s", decision));
		}
	}
	return CStringGetTextDatum(flag);
}

/* What gov_label_judge keeps from call to call of one query. */
typedef struct GovLabelJudge
{
	GovLabelSets *sets;
	TupleDesc	desc;

	/* the snapshot that the labels were loaded under */
	TransactionId xmin;
	TransactionId xmax;
	uint32		xcnt;
	CommandId	curcid;
} GovLabelJudge;

/*
 * The labels for a call.  They are good for the snapshot they were loaded
 * under: whoever calls the function directly may keep it over several.
 */
static GovLabelJudge *
gov_label_judge_open(FunctionCallInfo fcinfo)
{
	GovLabelJudge *judge = (GovLabelJudge *) fcinfo->flinfo->fn_extra;
	Snapshot	now = GetActiveSnapshot();

	if (judge == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		judge = palloc0(sizeof(GovLabelJudge));
		if (get_call_result_type(fcinfo, NULL, &judge->desc) != TYPEFUNC_COMPOSITE)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("function returning record called in context that cannot accept type record")));
		judge->desc = BlessTupleDesc(judge->desc);
		fcinfo->flinfo->fn_extra = judge;
		MemoryContextSwitchTo(caller);
	}
	if (judge->sets != NULL && gov_label_sets_are_whole(judge->sets) && judge->xmin == now->xmin && judge->xmax == now->xmax &&
		judge->xcnt == now->xcnt && judge->curcid == now->curcid)
		return judge;
	if (judge->sets != NULL)
		MemoryContextDelete(judge->sets->context);
	judge->sets = NULL;
	judge->sets = gov_label_sets_load(fcinfo->flinfo->fn_mcxt);
	judge->xmin = now->xmin;
	judge->xmax = now->xmax;
	judge->xcnt = now->xcnt;
	judge->curcid = now->curcid;
	return judge;
}

/* gov_label_judge(object_type, object_ref, axis, value, zone, decision): one row. */
Datum
gov_label_judge(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"object_type", "object_ref", "axis", "value", "zone"};
	GovLabelJudge *judge = gov_label_judge_open(fcinfo);
	GovLabelPair pair;
	const char *flag;
	Datum		values[6];
	bool		nulls[6] = {false};

	for (int i = 0; i < (int) lengthof(names); i++)
		gov_ensure_not_null(PG_ARGISNULL(i), names[i]);
	pair.of_value = gov_label_sets_value(judge->sets, PG_GETARG_TEXT_PP(2), PG_GETARG_TEXT_PP(3));
	pair.of_object = gov_label_sets_object(judge->sets, PG_GETARG_TEXT_PP(0), PG_GETARG_TEXT_PP(1));
	flag = gov_label_flag(&pair);
	values[0] = gov_label_set_codes(pair.of_value);
	values[1] = gov_label_set_codes(pair.of_object);
	values[2] = gov_label_set_facets(pair.of_value);
	values[3] = gov_label_set_facets(pair.of_object);
	values[4] = CStringGetTextDatum(flag);
	values[5] = gov_label_state(flag, text_to_cstring(PG_GETARG_TEXT_PP(4)),
								gov_arg_text_or_null(fcinfo, 5));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(judge->desc, values, nulls)));
}

/* gov_decision_fits(): the constant table as rows. */
Datum
gov_decision_fits(PG_FUNCTION_ARGS)
{
	static const char *const policies[] = {"always", "owned", "never"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (const GovDecisionFit *fit = gov_decision_fit_table; fit->decision != NULL; fit++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(fit->decision);
		values[1] = CStringGetTextDatum(fit->flag);
		values[2] = BoolGetDatum(fit->zone == GOV_FIT_QUARANTINED);
		nulls[2] = fit->zone == GOV_FIT_ANY;
		values[3] = CStringGetTextDatum(policies[fit->policy]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Takes rows as they are into a result, in the form that gov_run_text_each takes. */
static void
gov_label_take_rows(uint64 rows, void *state)
{
	gov_result_put_rows(rows, (ReturnSetInfo *) state);
}

/* Labels in use, and how many rules and projected rows have each. */
static const char *const text_orphans =
	"SELECT coalesce(r.label, p.label), coalesce(r.rows, 0), coalesce(p.rows, 0)"
	" FROM gov_ruled AS r FULL JOIN gov_projected AS p ON p.label = r.label"
	" WHERE NOT EXISTS (SELECT FROM gov_vocabulary AS v WHERE v.label = coalesce(r.label, p.label))";

/* gov_label_orphans(): labels in use that are not active in the vocabulary. */
Datum
gov_label_orphans(PG_FUNCTION_ARGS)
{
	GovRows    *vocabulary;
	GovRows    *ruled;
	GovRows    *projected;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	vocabulary = gov_binding_collect(GOV_VOCABULARY, "gov_vocabulary", "SELECT DISTINCT b.label",
									 "WHERE b.status = 'active' AND b.label IS NOT NULL", true);
	ruled = gov_binding_collect(GOV_LABEL_RULE, "gov_ruled", "SELECT b.label, count(*) AS rows",
								"WHERE b.status = 'active' AND b.label IS NOT NULL GROUP BY b.label", true);
	projected = gov_binding_collect(GOV_LABEL_PROJECTION, "gov_projected", "SELECT b.label, count(*) AS rows",
									"WHERE b.label IS NOT NULL GROUP BY b.label", true);
	gov_run_text_each(text_orphans, gov_label_take_rows, fcinfo->resultinfo);
	gov_spi_discard(projected);
	gov_spi_discard(ruled);
	gov_spi_discard(vocabulary);
	gov_spi_end(level);
	return (Datum) 0;
}

/* Columns of find_labelled_axes_values. */
enum {LABELLED_AXIS = 1, LABELLED_VALUE};

GOV_QUESTION(find_labelled_axes_values,
			 "SELECT v.axis, v.value FROM @.gov_axis_value AS v"
			 " JOIN @.gov_axis AS a ON a.axis = v.axis"
			 " WHERE v.status = 'active' AND a.status = 'active'"
			 " AND EXISTS (SELECT FROM @.gov_value_label AS m WHERE m.axis = v.axis)");

/* gov_values_without_label(): active values that have no active label. */
Datum
gov_values_without_label(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovLabelSets *sets;
	uint64		rows;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	sets = gov_label_sets_load(CurrentMemoryContext);
	level = gov_spi_begin();
	rows = gov_run(&find_labelled_axes_values);
	for (uint64 i = 0; i < rows; i++)
	{
		Datum		values[2];
		bool		nulls[2];

		values[0] = gov_result_peek(i, LABELLED_AXIS, &nulls[0]);
		values[1] = gov_result_peek(i, LABELLED_VALUE, &nulls[1]);
		if (gov_label_sets_value(sets, DatumGetTextPP(values[0]), DatumGetTextPP(values[1]))->count == 0)
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	gov_spi_end(level);
	MemoryContextDelete(sets->context);
	return (Datum) 0;
}

GOV_QUESTION(find_labels_of_active_values,
			 "SELECT DISTINCT m.label FROM @.gov_value_label AS m"
			 " JOIN @.gov_axis_value AS v ON v.axis = m.axis AND v.value = m.value"
			 " WHERE v.status = 'active'");

/* gov_labels_without_value(): active labels that no active value has. */
Datum
gov_labels_without_value(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovLabelSets *sets;
	uint64		rows;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	sets = gov_label_sets_load(CurrentMemoryContext);
	level = gov_spi_begin();
	rows = gov_run(&find_labels_of_active_values);
	for (uint64 i = 0; i < rows; i++)
	{
		bool		isnull;

		gov_label_sets_label(sets, DatumGetTextPP(gov_result_peek(i, 1, &isnull)))->marked = true;
	}
	gov_spi_end(level);
	for (int i = 0; i < sets->known.count; i++)
	{
		GovLabelSet one = {.count = 1, .labels = &sets->known.labels[i]};
		Datum		values[2];
		bool		nulls[2] = {false};

		if (!sets->known.labels[i]->active || sets->known.labels[i]->marked)
			continue;
		values[0] = CStringGetTextDatum(sets->known.labels[i]->code);
		values[1] = gov_label_set_facets(&one);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	MemoryContextDelete(sets->context);
	return (Datum) 0;
}

/* gov_label_projected_objects(): the label projection, one row per object. */
Datum
gov_label_projected_objects(PG_FUNCTION_ARGS)
{
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_binding_read_each(GOV_LABEL_PROJECTION,
						  "SELECT b.object_type, b.object_ref, max(b.projected_at), count(*)",
						  "WHERE b.object_type IS NOT NULL AND b.object_ref IS NOT NULL"
						  " GROUP BY b.object_type, b.object_ref",
						  gov_label_take_rows, fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
