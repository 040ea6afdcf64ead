/*-------------------------------------------------------------------------
 *
 * rollout/expect.c
 *	  What a tier is expected to do to metrics, and the counts that tell
 *	  whether a database is as it was.
 *
 * An expectation names a metric of gov_metric, an axis or none for all axes
 * together, and the difference that the tier makes, or what it ends at.  It is
 * exact: one more or less and the tier has failed.
 *
 * A state is every count of facts that changes only when somebody changes
 * facts.  Not in it: what the passing of time changes (quality, lag), what the
 * application's own rows change (labels, schemas that are not enrolled), and
 * what governing itself leaves behind (runs, findings, events, votes, ledger).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/near.h"
#include "server/spi.h"
#include "metrics/metrics.h"
#include "rollout/expect.h"

/* Families of counts that move by themselves, or by governing. */
static const char *const moving[] = {
	"ok", "low_confidence", "stale", "quarantine", "unenrolled_schemas", "unenrolled_objects", "rules_idle",
	"labels", "labels_inactive", "label_rules", "label_rules_inactive", "divergent", "projection_gaps", "values_without_label",
	"label_orphans", "labels_without_value", "never_projected", "lagging", "fresh", "lag_unknown",
	"open_findings", "critical_findings", "warning_findings", "info_findings", "acknowledged_findings", "resolved_findings",
	"runs", "scans", "outbox_events", "undelivered_events", "shaped_events", "emittable_events",
	"approvals_pending", "approvals_approved", "approvals_rejected", "approvals_withdrawn", "approvals_expired", "approvals_consumed",
	"votes", "ledger_entries", "ledger_entries_archived"
};

/* No count is larger. */
#define GOV_EXPECT_MAX	INT64CONST(1000000000000000)

/* One expectation. */
typedef struct GovExpectation
{
	const char *metric;
	const char *axis;			/* NULL: all together */
	bool		is_delta;
	int64		number;
} GovExpectation;

/* ---- reading ---- */

/* Raises for something that is no expectation. */
static void
gov_expect_raise(int position, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" is no list of expectations", "expect"),
			 errdetail("Entry %d %s.", position, what),
			 errhint("For example [{\"metric\": \"gap\", \"axis\": \"responsibility\", \"delta\": -210}], or \"equals\" in place of \"delta\".")));
}

/* Raises for a metric that there is none of. */
static void
gov_expect_raise_metric(int position, const char *metric)
{
	const char *near = NULL;

	for (int kind = 0; kind < gov_metric_count(); kind++)
		near = gov_near_pick(metric, near, gov_metric_kind(kind)->name);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("metric \"%s\" does not exist", metric),
			 errdetail("Entry %d of argument \"%s\" names it.", position, "expect"),
			 near != NULL ? errhint("Perhaps you meant \"%s\". List them: SELECT DISTINCT metric FROM %s.gov_metric.", near, gov_schema_quoted()) :
			 errhint("List them: SELECT DISTINCT metric FROM %s.gov_metric.", gov_schema_quoted())));
}

/* A whole number of an expectation. */
static int64
gov_expect_number(const JsonbValue *value, int position)
{
	Numeric		number;

	if (value->type != jbvNumeric)
		gov_expect_raise(position, "has a delta or equals that is no number");
	number = value->val.numeric;
	if (numeric_is_nan(number) || numeric_is_inf(number) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(number),
										  DirectFunctionCall2(numeric_trunc, NumericGetDatum(number), Int32GetDatum(0)))))
		gov_expect_raise(position, "has a delta or equals that is no whole number");
	if (DatumGetInt32(DirectFunctionCall2(numeric_cmp, DirectFunctionCall1(numeric_abs, NumericGetDatum(number)),
										  NumericGetDatum(int64_to_numeric(GOV_EXPECT_MAX)))) > 0)
		gov_expect_raise(position, "has a delta or equals that no count reaches");
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(number)));
}

/* Reads one entry. */
static GovExpectation *
gov_expect_entry(JsonbContainer *entry, int position)
{
	GovExpectation *expectation = palloc0(sizeof(GovExpectation));
	JsonbIterator *iterator = JsonbIteratorInit(entry);
	JsonbIteratorToken token;
	JsonbValue	value;
	char	   *name = NULL;
	int			numbers = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = pnstrdup(value.val.string.val, value.val.string.len);
		if (token != WJB_VALUE)
			continue;
		if (strcmp(name, "delta") == 0 || strcmp(name, "equals") == 0)
		{
			expectation->is_delta = strcmp(name, "delta") == 0;
			expectation->number = gov_expect_number(&value, position);
			numbers++;
		}
		else if (strcmp(name, "metric") != 0 && strcmp(name, "axis") != 0)
			gov_expect_raise(position, psprintf("has a field \"%s\" that means nothing here", name));
		else if (value.type != jbvString)
			gov_expect_raise(position, psprintf("has a %s that is no text", name));
		else if (strcmp(name, "metric") == 0)
			expectation->metric = pnstrdup(value.val.string.val, value.val.string.len);
		else
			expectation->axis = pnstrdup(value.val.string.val, value.val.string.len);
	}
	if (expectation->metric == NULL)
		gov_expect_raise(position, "names no metric");
	if (numbers != 1)
		gov_expect_raise(position, "has neither delta nor equals, or both");
	return expectation;
}

/* Raises for a metric that is not there, or that no axis has. */
static void
gov_expect_check_metric(const GovExpectation *expectation, int position)
{
	int			kind = gov_metric_find(expectation->metric);

	if (kind < 0)
		gov_expect_raise_metric(position, expectation->metric);
	if (expectation->axis != NULL && !gov_metric_kind(kind)->by_axis)
		gov_expect_raise(position, psprintf("names an axis, but metric \"%s\" has none", expectation->metric));
}

/* The entries (GovExpectation). */
static List *
gov_expect_read(Datum expect)
{
	Jsonb	   *json = DatumGetJsonbP(expect);
	JsonbIterator *iterator = JsonbIteratorInit(&json->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	List	   *entries = NIL;

	if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a JSON array", "expect"),
				 errhint("For example [{\"metric\": \"gap\", \"axis\": \"responsibility\", \"delta\": -210}].")));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		int			position = list_length(entries) + 1;
		GovExpectation *entry;

		if (token != WJB_ELEM)
			continue;
		if (value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data))
			gov_expect_raise(position, "is no object");
		entry = gov_expect_entry(value.val.binary.data, position);
		gov_expect_check_metric(entry, position);
		entries = lappend(entries, entry);
	}
	return entries;
}

/* Raises unless it is an array of expectations; how many there are. */
int
gov_expect_check(Datum expect)
{
	return list_length(gov_expect_read(expect));
}

/* ---- comparing ---- */

/* A metric and its axis, in words. */
static const char *
gov_expect_words(const char *metric, const char *axis)
{
	return axis == NULL || *axis == '\0' ? metric : psprintf("%s %s", metric, axis);
}

/* Adds one comparison to what was found, and to what was missed. */
static void
gov_expect_compare_one(const GovExpectation *expectation, const GovMetrics *before, const GovMetrics *after,
					   StringInfo found, StringInfo missed)
{
	int			kind = gov_metric_find(expectation->metric);
	int64		was = gov_metric_of(before, kind, expectation->axis);
	int64		is = gov_metric_of(after, kind, expectation->axis);
	bool		known = is != GOV_METRIC_UNKNOWN && (was != GOV_METRIC_UNKNOWN || !expectation->is_delta);
	int64		number = expectation->is_delta ? is - was : is;
	GovJson		json;

	gov_json_begin(&json);
	gov_json_text(&json, "metric", expectation->metric);
	gov_json_text(&json, "axis", expectation->axis);
	gov_json_text(&json, "kind", expectation->is_delta ? "delta" : "equals");
	gov_json_int8(&json, "expected", expectation->number);
	if (known)
		gov_json_int8(&json, "found", number);
	appendStringInfo(found, "%s%s", found->len > 1 ? ", " : "",
					 DatumGetCString(DirectFunctionCall1(jsonb_out, gov_json_end(&json))));
	if (known && number == expectation->number)
		return;
	appendStringInfo(missed, expectation->is_delta ? "%s%s: expected %+lld, found %s" : "%s%s: expected %lld, found %s",
					 missed->len > 0 ? "; " : "", gov_expect_words(expectation->metric, expectation->axis),
					 (long long) expectation->number,
					 !known ? "that it cannot be read" :
					 psprintf(expectation->is_delta ? "%+lld (%lld to %lld)" : "%lld", (long long) number, (long long) was, (long long) is));
}

/* Compares metrics before and after with what was expected. */
Datum
gov_expect_compare(Datum expect, const GovMetrics *before, const GovMetrics *after, char **missed)
{
	StringInfoData found;
	StringInfoData words;
	ListCell   *cell;

	initStringInfo(&found);
	initStringInfo(&words);
	appendStringInfoChar(&found, '[');
	foreach(cell, gov_expect_read(expect))
		gov_expect_compare_one(lfirst(cell), before, after, &found, &words);
	appendStringInfoChar(&found, ']');
	*missed = words.len > 0 ? words.data : NULL;
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(found.data));
}

/* ---- states ---- */

/* The counts of facts that do not move by themselves. */
Datum
gov_expect_state(const GovMetrics *metrics)
{
	GovJson		json;

	gov_json_begin(&json);
	for (int kind = 0; kind < gov_metric_count(); kind++)
	{
		const char *name = gov_metric_kind(kind)->name;

		for (int axis = 0; axis <= metrics->naxes && !gov_text_is_among(name, moving, lengthof(moving)); axis++)
		{
			int64		amount = gov_metric_amount(metrics, kind, axis);

			if (amount != 0)
				gov_json_int8(&json, gov_expect_words(name, axis < metrics->naxes ? metrics->axes[axis] : NULL), amount);
		}
	}
	return gov_json_end(&json);
}

GOV_QUERY(compare_states,
		  "SELECT string_agg(format('%s was %s, is %s', key, coalesce(w.value, '0'), coalesce(i.value, '0')), ', ' ORDER BY key COLLATE \"C\")"
		  " FROM jsonb_each_text($1) AS w FULL JOIN jsonb_each_text($2) AS i USING (key)"
		  " WHERE coalesce(w.value, '0') <> coalesce(i.value, '0')", JSONBOID, JSONBOID);

/* What a query gives of what was and what is: one text, or NULL. */
char *
gov_expect_ask(GovQuery *query, Datum was, Datum is)
{
	int			level = gov_spi_begin();
	char	   *differences;

	(void) gov_run(query, gov_datum(was, false), gov_datum(is, false));
	differences = gov_result_text(0, 1);
	gov_spi_end(level);
	return differences;
}

/* What differs between two states, in words; NULL when nothing does. */
char *
gov_expect_differences(Datum was, Datum is)
{
	return gov_expect_ask(&compare_states, was, is);
}
