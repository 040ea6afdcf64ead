/*-------------------------------------------------------------------------
 *
 * rollout/facts.c
 *	  What a rehearsal would change of what is governed: metrics, the
 *	  inventory, gaps.
 *
 * When the statements have run, the inventory is synced inside the rehearsal,
 * so that what they made or dropped is known to it, if it was not kept in step
 * by the statements themselves, and every metric is read.
 * Both are looked at again once all is undone, which is as it was before; what
 * a sync would have found without the rehearsal is not told as its doing.
 *
 * Where nothing can differ nothing is read: no source is enabled, no table of
 * the extension was written, nothing of the application is bound.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "server/extension.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registry/in_force.h"
#include "inventory/sync.h"
#include "metrics/metrics.h"
#include "rollout/facts.h"
#include "rollout/rehearsal.h"

/* Gaps of so many objects are looked for. */
#define GOV_FACTS_MAX_OBJECTS	1000

/* An object that was written, inside or as it was. */
typedef struct GovFactsObject
{
	int64		id;
	const char *type;
	const char *ref;
	bool		live;
} GovFactsObject;

/* What became of an object: a row to be put. */
typedef struct GovFactsChange
{
	const char *change;
	const char *object;
	const char *note;
} GovFactsChange;

/* A gap. */
typedef struct GovFactsGap
{
	int64		id;
	const char *object;
	const char *cell;
	const char *reason;
} GovFactsGap;

/* One look at the facts. */
typedef struct GovRehearsalFacts
{
	GovMetrics *metrics;
	List	   *blocked;		/* GovSyncCounts */
	List	   *objects;		/* GovFactsObject: written by the rehearsal and its sync */
	List	   *gaps;			/* GovFactsGap, of these */
	List	   *changes;		/* GovFactsChange */
} GovRehearsalFacts;

/* Columns of find_written and find_objects. */
enum {WRITTEN_ID = 1, WRITTEN_TYPE, WRITTEN_REF, WRITTEN_LIVE, WRITTEN_BY};

GOV_QUERY(find_written,
		  "SELECT object_id, object_type, object_ref, " GOV_OBJECT_LIVE("o") ", xmin FROM @.gov_object AS o"
		  " WHERE pg_catalog.age(xmin) <= pg_catalog.age($1) ORDER BY object_type COLLATE \"C\", object_ref COLLATE \"C\"", XIDOID);
GOV_QUERY(find_objects,
		  "SELECT object_id, object_type, object_ref, " GOV_OBJECT_LIVE("o") ", NULL FROM @.gov_object AS o"
		  " WHERE object_id = ANY ($1)", INT8ARRAYOID);
/* Columns of find_gaps. */
enum {GAP_ID = 1, GAP_OBJECT, GAP_CELL, GAP_REASON};

GOV_QUERY(find_gaps,
		  "SELECT g.object_id, g.object_type || ' ' || g.object_ref, g.axis || ' ' || g.value, g.reason"
		  " FROM pg_catalog.unnest($1) AS i (id)"
		  " CROSS JOIN LATERAL (SELECT * FROM @.gov_coverage_gap AS c WHERE c.object_id = i.id) AS g"
		  " ORDER BY g.object_type COLLATE \"C\", g.object_ref COLLATE \"C\", g.axis COLLATE \"C\", g.value COLLATE \"C\"", INT8ARRAYOID);
GOV_QUERY(find_bound,
		  "SELECT EXISTS (SELECT FROM @.gov_binding) OR EXISTS (SELECT FROM @.gov_projection)");

/* The identities of objects as an array; of gaps, no more than are looked at. */
static Datum
gov_facts_ids(List *objects, int limit)
{
	Datum	   *ids = palloc(sizeof(Datum) * (list_length(objects) + 1));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, objects)
	{
		if (count < limit)
			ids[count++] = Int64GetDatum(((GovFactsObject *) lfirst(cell))->id);
	}
	return PointerGetDatum(construct_array(ids, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Was a row of find_written written by this transaction?  Others may have drawn ids meanwhile. */
static bool
gov_facts_is_own(uint64 row)
{
	bool		isnull;
	Datum		written = gov_result_datum(row, WRITTEN_BY, &isnull);

	return isnull || TransactionIdIsCurrentTransactionId(DatumGetTransactionId(written));
}

/* The objects that a query finds. */
static List *
gov_facts_objects(GovQuery *query, Datum argument)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(query, gov_datum(argument, false));
	List	   *objects = NIL;

	for (uint64 row = 0; row < count; row++)
	{
		GovFactsObject *object;

		if (!gov_facts_is_own(row))
			continue;
		object = palloc0(sizeof(GovFactsObject));
		object->id = gov_result_int8(row, WRITTEN_ID);
		object->type = gov_result_text(row, WRITTEN_TYPE);
		object->ref = gov_result_text(row, WRITTEN_REF);
		object->live = gov_result_bool(row, WRITTEN_LIVE);
		objects = lappend(objects, object);
	}
	gov_spi_end(level);
	return objects;
}

/* The gaps of objects. */
static List *
gov_facts_gaps(List *objects)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_gaps, gov_datum(gov_facts_ids(objects, GOV_FACTS_MAX_OBJECTS), false));
	List	   *gaps = NIL;

	for (uint64 row = 0; row < count; row++)
	{
		GovFactsGap *gap = palloc0(sizeof(GovFactsGap));

		gap->id = gov_result_int8(row, GAP_ID);
		gap->object = gov_result_text(row, GAP_OBJECT);
		gap->cell = gov_result_text(row, GAP_CELL);
		gap->reason = gov_result_text(row, GAP_REASON);
		gaps = lappend(gaps, gap);
	}
	gov_spi_end(level);
	return gaps;
}

/* Was a table of the extension written? */
static bool
gov_facts_written_directly(const GovRehearsal *rehearsal)
{
	ListCell   *cell;

	foreach(cell, rehearsal->rows)
	{
		if (get_rel_namespace(((GovRehearsalRows *) lfirst(cell))->relid) == gov_schema_oid())
			return true;
	}
	return false;
}

/* Is something of the application read by metrics? */
static bool
gov_facts_bound(void)
{
	int			level = gov_spi_begin();
	bool		bound;

	(void) gov_run(&find_bound);
	bound = gov_result_bool(0, 1);
	gov_spi_end(level);
	return bound;
}

/* Syncs all sources; keeps those that were blocked. */
static void
gov_facts_sync(GovRehearsalFacts *facts)
{
	ListCell   *cell;

	foreach(cell, gov_inventory_sync_all(false))
	{
		if (((GovSyncCounts *) lfirst(cell))->sqlstate != 0)
			facts->blocked = lappend(facts->blocked, lfirst(cell));
	}
}

/* Looks, as the owner, inside the rehearsal. */
void
gov_facts_after(GovRehearsal *rehearsal)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	GovRehearsalFacts *facts = palloc0(sizeof(GovRehearsalFacts));
	bool		direct = gov_facts_written_directly(rehearsal);
	bool		sources = gov_inventory_sources() != NIL;

	if (sources || direct)
	{
		if (sources)
			gov_facts_sync(facts);
		facts->objects = gov_facts_objects(&find_written, TransactionIdGetDatum(rehearsal->next_xid));
		facts->gaps = gov_facts_gaps(facts->objects);
	}
	if (direct || facts->objects != NIL || gov_facts_bound())
		facts->metrics = gov_metrics_read_latest();
	rehearsal->facts_after = facts;
	MemoryContextSwitchTo(old);
}

/* Orders objects by identity. */
static int
gov_facts_compare_objects(const ListCell *one, const ListCell *other)
{
	int64		a = ((const GovFactsObject *) lfirst(one))->id;
	int64		b = ((const GovFactsObject *) lfirst(other))->id;

	return a < b ? -1 : a > b;
}

/* Orders changes by object and what became of it. */
static int
gov_facts_compare_changes(const ListCell *one, const ListCell *other)
{
	const GovFactsChange *a = lfirst(one);
	const GovFactsChange *b = lfirst(other);
	int			order = strcmp(a->object, b->object);

	return order != 0 ? order : strcmp(a->change, b->change);
}

/* An element of a list in an order that is equal to another one; NULL. */
static const void *
gov_facts_find(const List *sorted, const void *element, int (*compare) (const ListCell *, const ListCell *))
{
	ListCell	wanted = {.ptr_value = (void *) element};
	ListCell   *found = sorted == NIL ? NULL :
		bsearch(&wanted, sorted->elements, list_length(sorted), sizeof(ListCell), (int (*) (const void *, const void *)) compare);

	return found == NULL ? NULL : lfirst(found);
}

/* What became of an object. */
static GovFactsChange *
gov_facts_change(const GovFactsObject *before, const GovFactsObject *after)
{
	GovFactsChange *change = palloc0(sizeof(GovFactsChange));

	change->object = psprintf("%s %s", after->type, after->ref);
	if (before == NULL)
		change->change = after->live ? "born" : "born and retired";
	else if (before->live != after->live)
		change->change = after->live ? "revived" : "retired";
	else if (strcmp(before->ref, after->ref) != 0 || strcmp(before->type, after->type) != 0)
	{
		change->change = "renamed";
		change->note = psprintf("from %s %s", before->type, before->ref);
	}
	else
		change->change = "changed";
	return change;
}

/* What became of objects, compared with how they are now that all is undone. */
static List *
gov_facts_changes(List *after)
{
	List	   *before = gov_facts_objects(&find_objects, gov_facts_ids(after, INT_MAX));
	List	   *changes = NIL;
	ListCell   *cell;

	list_sort(before, gov_facts_compare_objects);
	foreach(cell, after)
	{
		const GovFactsObject *object = lfirst(cell);

		changes = lappend(changes, gov_facts_change(gov_facts_find(before, object, gov_facts_compare_objects), object));
	}
	return changes;
}

/* Syncs, in a subtransaction that is undone, and looks: the state before, had it been synced. */
static void
gov_facts_look_synced(void *arg)
{
	GovRehearsalFacts *facts = arg;
	TransactionId since = GetCurrentTransactionId();

	gov_facts_sync(facts);
	facts->objects = gov_facts_objects(&find_written, TransactionIdGetDatum(since));
	facts->gaps = list_concat(facts->gaps, gov_facts_gaps(facts->objects));
	facts->metrics = gov_metrics_read_latest();
}

/* Looks, as the owner, once all is undone. */
void
gov_facts_before(GovRehearsal *rehearsal)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	GovRehearsalFacts *facts = palloc0(sizeof(GovRehearsalFacts));
	GovRehearsalFacts *after = rehearsal->facts_after;

	after->changes = gov_facts_changes(after->objects);
	facts->gaps = gov_facts_gaps(after->objects);
	if (after->objects != NIL && gov_inventory_sources() != NIL)
	{
		gov_subtransaction_undone(gov_facts_look_synced, facts);
		facts->changes = gov_facts_changes(facts->objects);
		list_sort(facts->changes, gov_facts_compare_changes);
	}
	else if (after->metrics != NULL)
		facts->metrics = gov_metrics_read_latest();
	rehearsal->facts_before = facts;
	MemoryContextSwitchTo(old);
}

/* Is a gap among others, of the same object, whatever identity or name it has there? */
static bool
gov_facts_has_gap(List *gaps, const GovFactsGap *gap)
{
	ListCell   *cell;

	foreach(cell, gaps)
	{
		const GovFactsGap *other = lfirst(cell);

		if ((other->id == gap->id || strcmp(other->object, gap->object) == 0) && strcmp(other->cell, gap->cell) == 0)
			return true;
	}
	return false;
}

/* Puts a row for a metric that differs. */
static void
gov_facts_put_metric(GovRehearsal *rehearsal, int kind, const char *axis)
{
	int64		before = gov_metric_of(rehearsal->facts_before->metrics, kind, axis);
	int64		after = gov_metric_of(rehearsal->facts_after->metrics, kind, axis);

	if (before == after)
		return;
	if (before == GOV_METRIC_UNKNOWN || after == GOV_METRIC_UNKNOWN)
		gov_rehearse_put(rehearsal, "metric", axis, gov_metric_kind(kind)->name, NULL, "unknown");
	else
		gov_rehearse_put(rehearsal, "metric", axis, gov_metric_kind(kind)->name, gov_rehearse_count(after - before),
						 psprintf("from " INT64_FORMAT " to " INT64_FORMAT, before, after));
}

/* Puts rows for the metrics that differ, in all and by axis. */
static void
gov_facts_report_metrics(GovRehearsal *rehearsal)
{
	const GovMetrics *before = rehearsal->facts_before->metrics;
	const GovMetrics *after = rehearsal->facts_after->metrics;

	if (before == NULL || after == NULL)
		return;
	for (int kind = 0; kind < gov_metric_count(); kind++)
	{
		gov_facts_put_metric(rehearsal, kind, NULL);
		if (!gov_metric_kind(kind)->by_axis)
			continue;
		for (int axis = 0; axis < after->naxes; axis++)
			gov_facts_put_metric(rehearsal, kind, after->axes[axis]);
		for (int axis = 0; axis < before->naxes; axis++)
		{
			if (gov_metrics_axis(after, before->axes[axis]) == after->naxes)
				gov_facts_put_metric(rehearsal, kind, before->axes[axis]);
		}
	}
}

/* Puts rows for what differs. */
void
gov_facts_report(GovRehearsal *rehearsal)
{
	const GovRehearsalFacts *before = rehearsal->facts_before;
	const GovRehearsalFacts *after = rehearsal->facts_after;
	ListCell   *cell;

	if (rehearsal->facts_unknown != NULL)
		gov_rehearse_put(rehearsal, "inventory", NULL, "unknown", NULL, rehearsal->facts_unknown);
	if (before == NULL || after == NULL)
		return;
	foreach(cell, after->blocked)
	{
		const GovSyncCounts *counts = lfirst(cell);

		gov_rehearse_put(rehearsal, "inventory", counts->source, "sync blocked", NULL, counts->why);
	}
	foreach(cell, after->changes)
	{
		const GovFactsChange *change = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		/* of what is born and retired nothing becomes */
		if (strcmp(change->change, "born and retired") != 0 &&
			gov_facts_find(before->changes, change, gov_facts_compare_changes) == NULL)
			gov_rehearse_put(rehearsal, "inventory", change->object, change->change, NULL, change->note);
	}
	foreach(cell, after->gaps)
	{
		const GovFactsGap *gap = lfirst(cell);

		if (!gov_facts_has_gap(before->gaps, gap))
			gov_rehearse_put(rehearsal, "gap", gap->object, gap->cell, NULL, gap->reason);
	}
	if (list_length(after->objects) > GOV_FACTS_MAX_OBJECTS)
		gov_rehearse_put(rehearsal, "gap", NULL, "more", NULL,
						 psprintf("the gaps of the first %d objects are named; metric gap has all", GOV_FACTS_MAX_OBJECTS));
	gov_facts_report_metrics(rehearsal);
}
