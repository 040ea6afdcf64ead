/*-------------------------------------------------------------------------
 *
 * registry/periods.c
 *	  Never two rows in force where one is allowed.
 *
 * What is kept, for every writer, by triggers that work as the server's own
 * exclusion constraints do:
 *
 *	 - assignments: no two rows of one (object, axis, value) that are not
 *	   superseded overlap in [valid_from, valid_to);
 *	 - on an axis with multivalued = false no two approved ones of one
 *	   object, whatever their values, overlap from now() on (what was before
 *	   the axis became single-valued stays as it was);
 *	 - ownership: no two active accountable rows of one (object or none,
 *	   axis, value) overlap in [effective_from, effective_to).
 *
 * A period that ends where it begins holds at no instant and overlaps
 * nothing.
 *
 * How.  The row is in the table and its index before its trigger fires.  The
 * trigger scans the index of the cell with a dirty snapshot, which also shows
 * what other sessions have not yet committed, and waits for such a session
 * to end before it judges.  Of two sessions that write overlapping rows at
 * least one finds the other's, at any isolation level.  Under REPEATABLE READ
 * and SERIALIZABLE one that the transaction cannot see is a serialization
 * failure: the transaction has to begin anew to know what it met.  An exclusion
 * constraint proper would need an operator class for text and bigint in GiST
 * (an extension of its own), and could not know about single-valued axes.
 *
 * The WHEN clauses of the triggers (governance--1.0.sql) keep rows that
 * cannot conflict from being queued at all, closing a row among them.
 *
 * Single-valued axes: the trigger holds the axis's row FOR SHARE, once per
 * statement, so that multivalued cannot be turned off between the look-up
 * and the commit; turning it off checks all of the axis's rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/extension.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/periods.h"

/* What the guard must know of a row, of either table. */
typedef struct GovPeriodRow
{
	int64		id;
	bool		has_object;
	int64		object_id;
	text	   *axis;
	text	   *value;
	bool		counts;			/* can it conflict within its cell? */
	bool		approved;		/* an assignment in zone approved? */
	GovPeriod	period;
	text	   *holder;			/* authority, or who assigned it */
} GovPeriodRow;

/* Reads a row of one of the tables. */
typedef void (*GovPeriodReader) (TupleTableSlot *slot, GovPeriodRow *row);

/* What is looked up once per statement, kept with the trigger's call info. */
typedef struct GovPeriodGuard
{
	Oid			index;
	List	   *single;			/* axes (text) known to be single-valued */
	List	   *multi;			/* axes known not to be */
} GovPeriodGuard;

/* One check: the new row against all others that the index shows. */
typedef struct GovPeriodCheck
{
	Relation	rel;
	Relation	index;
	GovPeriodReader read;
	GovPeriodRow row;
	ItemPointerData tid;
	bool		across_values;	/* approved on a single-valued axis */
	GovPeriodRow other;			/* the one that conflicts */
} GovPeriodCheck;

PG_FUNCTION_INFO_V1(gov_assignment_period_guard);
PG_FUNCTION_INFO_V1(gov_ownership_period_guard);
PG_FUNCTION_INFO_V1(gov_axis_single_valued_guard);

GOV_QUERY(query_multivalued,
		  "SELECT multivalued FROM @.gov_axis WHERE axis = $1 FOR SHARE",
		  TEXTOID);

/* Do two periods share an instant? */
bool
gov_period_overlaps(GovPeriod one, GovPeriod other)
{
	return one.from < one.to && other.from < other.to &&
		one.from < other.to && other.from < one.to;
}

/* A period for people: "[from, to)", open ends as such. */
char *
gov_period_describe(GovPeriod period)
{
	char	   *from = pstrdup(timestamptz_to_str(period.from));

	if (period.to == DT_NOEND)
		return psprintf("[%s, open)", from);
	return psprintf("[%s, %s)", from, timestamptz_to_str(period.to));
}

/* A column of a row; by-reference ones point into the slot. */
static Datum
gov_period_column(TupleTableSlot *slot, AttrNumber column, bool *isnull)
{
	return slot_getattr(slot, column, isnull);
}

/* A text column that is never null. */
static text *
gov_period_text(TupleTableSlot *slot, AttrNumber column)
{
	bool		isnull;

	return DatumGetTextPP(gov_period_column(slot, column, &isnull));
}

/* Is a text column equal to this word? */
static bool
gov_period_text_is(TupleTableSlot *slot, AttrNumber column, const char *word)
{
	text	   *value = gov_period_text(slot, column);
	size_t		length = strlen(word);

	return VARSIZE_ANY_EXHDR(value) == length && memcmp(VARDATA_ANY(value), word, length) == 0;
}

/* Are two texts the same bytes? */
static bool
gov_period_same_text(text *one, text *other)
{
	return VARSIZE_ANY_EXHDR(one) == VARSIZE_ANY_EXHDR(other) &&
		memcmp(VARDATA_ANY(one), VARDATA_ANY(other), VARSIZE_ANY_EXHDR(one)) == 0;
}

/* The two ends of a period. */
static GovPeriod
gov_period_read(TupleTableSlot *slot, AttrNumber from, AttrNumber to)
{
	GovPeriod	period;
	bool		isnull;
	Datum		end;

	period.from = DatumGetTimestampTz(gov_period_column(slot, from, &isnull));
	end = gov_period_column(slot, to, &isnull);
	period.to = isnull ? DT_NOEND : DatumGetTimestampTz(end);
	return period;
}

/* A row of gov_assignment. */
static void
gov_period_read_assignment(TupleTableSlot *slot, GovPeriodRow *row)
{
	bool		isnull;

	row->id = DatumGetInt64(gov_period_column(slot, GOV_COL_ASSIGNMENT_ID, &isnull));
	row->object_id = DatumGetInt64(gov_period_column(slot, GOV_COL_ASSIGNMENT_OBJECT, &isnull));
	row->has_object = true;
	row->axis = gov_period_text(slot, GOV_COL_ASSIGNMENT_AXIS);
	row->value = gov_period_text(slot, GOV_COL_ASSIGNMENT_VALUE);
	(void) gov_period_column(slot, GOV_COL_ASSIGNMENT_SUPERSEDED_BY, &isnull);
	row->counts = isnull;
	row->approved = gov_period_text_is(slot, GOV_COL_ASSIGNMENT_ZONE, "approved");
	row->period = gov_period_read(slot, GOV_COL_ASSIGNMENT_VALID_FROM, GOV_COL_ASSIGNMENT_VALID_TO);
	row->holder = NULL;
}

/* A row of gov_ownership. */
static void
gov_period_read_ownership(TupleTableSlot *slot, GovPeriodRow *row)
{
	bool		isnull;
	Datum		object = gov_period_column(slot, GOV_COL_OWNERSHIP_OBJECT, &isnull);

	row->has_object = !isnull;
	row->object_id = isnull ? 0 : DatumGetInt64(object);
	row->id = DatumGetInt64(gov_period_column(slot, GOV_COL_OWNERSHIP_ID, &isnull));
	row->axis = gov_period_text(slot, GOV_COL_OWNERSHIP_AXIS);
	row->value = gov_period_text(slot, GOV_COL_OWNERSHIP_VALUE);
	row->counts = gov_period_text_is(slot, GOV_COL_OWNERSHIP_STATUS, "active") &&
		gov_period_text_is(slot, GOV_COL_OWNERSHIP_KIND, "accountable");
	row->approved = false;
	row->period = gov_period_read(slot, GOV_COL_OWNERSHIP_FROM, GOV_COL_OWNERSHIP_TO);
	row->holder = gov_period_text(slot, GOV_COL_OWNERSHIP_AUTHORITY);
}

/* Do the new row and another exclude each other? */
static bool
gov_period_conflicts(const GovPeriodCheck *check, const GovPeriodRow *other)
{
	if (other->id == check->row.id || !other->counts ||
		!gov_period_overlaps(check->row.period, other->period))
		return false;
	if (gov_period_same_text(check->row.value, other->value))
		return true;
	return check->across_values && other->approved &&
		Min(check->row.period.to, other->period.to) > gov_now();
}

/* Equality keys on the cell's index; the value is left out across values. */
static int
gov_period_scan_keys(const GovPeriodCheck *check, ScanKey keys)
{
	const GovPeriodRow *row = &check->row;

	if (row->has_object)
		ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_INT8EQ,
					Int64GetDatum(row->object_id));
	else
		ScanKeyEntryInitialize(&keys[0], SK_ISNULL | SK_SEARCHNULL, 1, InvalidStrategy,
							   InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
	ScanKeyEntryInitialize(&keys[1], 0, 2, BTEqualStrategyNumber, InvalidOid,
						   check->index->rd_indcollation[1], F_TEXTEQ,
						   PointerGetDatum(row->axis));
	if (check->across_values)
		return 2;
	ScanKeyEntryInitialize(&keys[2], 0, 3, BTEqualStrategyNumber, InvalidOid,
						   check->index->rd_indcollation[2], F_TEXTEQ,
						   PointerGetDatum(row->value));
	return 3;
}

/*
 * Is the version of the row that the trigger was queued for still the row?
 * When the same statement changed it again, that change has queued a trigger
 * of its own if it can conflict.
 */
static bool
gov_period_still_there(const GovPeriodCheck *check)
{
	TupleTableSlot *slot = table_slot_create(check->rel, NULL);
	ItemPointerData tid = check->tid;
	bool		found = table_tuple_fetch_row_version(check->rel, &tid, SnapshotSelf, slot);

	ExecDropSingleTupleTableSlot(slot);
	return found;
}

/*
 * One scan of the index.  True when it found a row that conflicts; then
 * *wait_for is the transaction that has yet to decide about that row, if
 * one is, and *where the row.
 */
static bool
gov_period_scan(GovPeriodCheck *check, TupleTableSlot *slot,
				TransactionId *wait_for, ItemPointer where)
{
	SnapshotData dirty;
	ScanKeyData keys[3];
	int			nkeys = gov_period_scan_keys(check, keys);
	IndexScanDesc scan;
	bool		found = false;

	InitDirtySnapshot(dirty);
	scan = gov_index_beginscan(check->rel, check->index, &dirty, nkeys);
	index_rescan(scan, keys, nkeys, NULL, 0);
	while (!found && index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		gov_progress_tick();
		check->read(slot, &check->other);
		found = gov_period_conflicts(check, &check->other);
	}
	if (found)
	{
		*wait_for = TransactionIdIsValid(dirty.xmin) ? dirty.xmin : dirty.xmax;
		*where = slot->tts_tid;
	}
	index_endscan(scan);
	return found;
}

/*
 * Looks for a row that conflicts with the new one, waiting for transactions
 * that have one in progress.  The slot holds the row found.
 */
static bool
gov_period_find_conflict(GovPeriodCheck *check, TupleTableSlot *slot)
{
	TransactionId wait_for;
	ItemPointerData where;

	while (gov_period_scan(check, slot, &wait_for, &where))
	{
		if (!gov_period_still_there(check))
			return false;
		if (!TransactionIdIsValid(wait_for))
			return true;
		ExecClearTuple(slot);
		XactLockTableWait(wait_for, check->rel, &where, XLTW_RecheckExclusionConstr);
	}
	return false;
}

/* Is the axis in the list? */
static bool
gov_period_list_has(List *axes, text *axis)
{
	ListCell   *cell;

	foreach(cell, axes)
	{
		if (gov_period_same_text((text *) lfirst(cell), axis))
			return true;
	}
	return false;
}

/*
 * Is the axis single-valued?  Asked once per statement and axis, as the
 * table's owner; the answer is held until the end of the transaction.
 */
static bool
gov_period_is_single_valued(GovPeriodGuard *guard, MemoryContext context, Relation rel, text *axis)
{
	GovSecurity saved;
	MemoryContext before;
	bool		single;
	int			level;

	if (gov_period_list_has(guard->multi, axis))
		return false;
	if (gov_period_list_has(guard->single, axis))
		return true;

	gov_security_enter(&saved, rel->rd_rel->relowner, false);
	level = gov_spi_begin();
	single = gov_run(&query_multivalued, gov_datum(PointerGetDatum(axis), false)) > 0 &&
		!gov_result_bool(0, 1);
	gov_spi_end(level);
	gov_security_leave(&saved);

	before = MemoryContextSwitchTo(context);
	axis = DatumGetTextPCopy(PointerGetDatum(axis));
	if (single)
		guard->single = lappend(guard->single, axis);
	else
		guard->multi = lappend(guard->multi, axis);
	MemoryContextSwitchTo(before);
	return single;
}

/* The statement's own state, made on its first row. */
static GovPeriodGuard *
gov_period_guard_of(FunctionCallInfo fcinfo, const char *index)
{
	GovPeriodGuard *guard = fcinfo->flinfo->fn_extra;

	if (guard == NULL)
	{
		guard = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(GovPeriodGuard));
		guard->index = gov_relation_oid(index);
		fcinfo->flinfo->fn_extra = guard;
	}
	return guard;
}

/* The row that the trigger was fired for, as it is now. */
static TupleTableSlot *
gov_period_trigger_slot(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be fired AFTER INSERT OR UPDATE for each row")));
	return TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
		trigger->tg_newslot : trigger->tg_trigslot;
}

/* Raises for two assignments that exclude each other. */
static void
gov_period_raise_assignment(const GovPeriodCheck *check, TupleTableSlot *slot)
{
	const GovPeriodRow *row = &check->row;
	const GovPeriodRow *other = &check->other;
	AttrNumber	assigned_by = gov_column_number(check->rel, "assigned_by");
	char	   *object = gov_object_describe(row->object_id);
	bool		same = gov_period_same_text(row->value, other->value);

	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 same ?
			 errmsg("%s already has an assignment to value \"%s\" of axis \"%s\" at that time",
					object, text_to_cstring(row->value), text_to_cstring(row->axis)) :
			 errmsg("%s already has an approved value of axis \"%s\" at that time",
					object, text_to_cstring(row->axis)),
			 errdetail("%s of value \"%s\" overlaps %s of value \"%s\", assigned by \"%s\".",
					   gov_period_describe(row->period), text_to_cstring(row->value),
					   gov_period_describe(other->period), text_to_cstring(other->value),
					   text_to_cstring(gov_period_text(slot, assigned_by))),
			 same ?
			 errhint("An object has a value once at any instant; end the other assignment first.") :
			 errhint("The axis is single-valued; end the other assignment first, or propose with zone \"candidate\"."),
			 errtable(check->rel)));
}

/* Raises for two accountable owners. */
static void
gov_period_raise_ownership(const GovPeriodCheck *check,
						   TupleTableSlot *slot pg_attribute_unused())
{
	const GovPeriodRow *row = &check->row;
	const GovPeriodRow *other = &check->other;

	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 row->has_object ?
			 errmsg("%s already has an accountable owner for value \"%s\" of axis \"%s\" at that time",
					gov_object_describe(row->object_id),
					text_to_cstring(row->value), text_to_cstring(row->axis)) :
			 errmsg("value \"%s\" of axis \"%s\" already has an accountable owner at that time",
					text_to_cstring(row->value), text_to_cstring(row->axis)),
			 errdetail("%s of authority \"%s\" overlaps %s of authority \"%s\".",
					   gov_period_describe(row->period), text_to_cstring(row->holder),
					   gov_period_describe(other->period), text_to_cstring(other->holder)),
			 errhint("Only one can be accountable at any instant; hand over with gov_own and replace => true."),
			 errtable(check->rel)));
}

/*
 * Is a row hidden from the transaction, because another one wrote it after
 * the transaction took its snapshot?
 */
static bool
gov_period_is_hidden(Relation rel, TupleTableSlot *slot)
{
	bool		isnull;
	Datum		writer;

	if (!IsolationUsesXactSnapshot())
		return false;
	writer = slot_getsysattr(slot, MinTransactionIdAttributeNumber, &isnull);
	return !TransactionIdIsCurrentTransactionId(DatumGetTransactionId(writer)) &&
		!table_tuple_satisfies_snapshot(rel, slot, GetTransactionSnapshot());
}

/* Raises a serialization failure: another transaction wrote a row that this one cannot see. */
static void
gov_period_raise_hidden(Relation rel, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent update"),
			 errdetail("Since this transaction began, another one wrote %s that excludes what this one writes.", what),
			 errhint("Try again in a new transaction."),
			 errtable(rel)));
}

/* Checks one row; raises by the given function when another excludes it. */
static void
gov_period_check(GovPeriodCheck *check, Oid index,
				 void (*raise) (const GovPeriodCheck *, TupleTableSlot *))
{
	TupleTableSlot *slot = table_slot_create(check->rel, NULL);

	check->index = index_open(index, AccessShareLock);
	if (gov_period_find_conflict(check, slot))
	{
		if (gov_period_is_hidden(check->rel, slot))
			gov_period_raise_hidden(check->rel, check->row.holder == NULL ? "an assignment" : "an ownership");
		raise(check, slot);
	}
	index_close(check->index, AccessShareLock);
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * Trigger of gov_assignment: one live row per cell, and one approved row per
 * object on a single-valued axis, at any instant.
 */
Datum
gov_assignment_period_guard(PG_FUNCTION_ARGS)
{
	TupleTableSlot *slot = gov_period_trigger_slot(fcinfo);
	GovPeriodGuard *guard = gov_period_guard_of(fcinfo, "gov_assignment_cell_idx");
	GovPeriodCheck check = {0};

	check.rel = ((TriggerData *) fcinfo->context)->tg_relation;
	check.read = gov_period_read_assignment;
	check.tid = slot->tts_tid;
	check.read(slot, &check.row);
	if (!check.row.counts)
		PG_RETURN_POINTER(NULL);
	check.across_values = check.row.approved &&
		gov_period_is_single_valued(guard, fcinfo->flinfo->fn_mcxt, check.rel, check.row.axis);
	gov_period_check(&check, guard->index, gov_period_raise_assignment);
	PG_RETURN_POINTER(NULL);
}

/* Trigger of gov_ownership: one active accountable row per cell at any instant. */
Datum
gov_ownership_period_guard(PG_FUNCTION_ARGS)
{
	TupleTableSlot *slot = gov_period_trigger_slot(fcinfo);
	GovPeriodGuard *guard = gov_period_guard_of(fcinfo, "gov_ownership_cell_idx");
	GovPeriodCheck check = {0};

	check.rel = ((TriggerData *) fcinfo->context)->tg_relation;
	check.read = gov_period_read_ownership;
	check.tid = slot->tts_tid;
	check.read(slot, &check.row);
	if (check.row.counts)
		gov_period_check(&check, guard->index, gov_period_raise_ownership);
	PG_RETURN_POINTER(NULL);
}

/* Columns of query_multivalued_objects. */
enum {OBJECTS_COUNT = 1, OBJECTS_EXAMPLE};

/*
 * Objects with two approved values of an axis at one instant from now on,
 * with an example: sorted by object and time, a period that begins before all earlier
 * ones have ended.
 */
GOV_QUERY(query_multivalued_objects,
		  "SELECT count(DISTINCT object_id), min(object_id) FROM"
		  " (SELECT object_id, valid_from,"
		  "   max(COALESCE(valid_to, 'infinity')) OVER"
		  "    (PARTITION BY object_id ORDER BY valid_from"
		  "     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until"
		  "  FROM @.gov_assignment"
		  "  WHERE axis = $1 AND zone = 'approved'"
		  "   AND " GOV_ASSIGNMENT_STANDS("gov_assignment")
		  "   AND " GOV_ASSIGNMENT_NOT_EMPTY("gov_assignment") ") periods"
		  " WHERE valid_from < taken_until",
		  TEXTOID);

/*
 * Trigger of gov_axis, for an axis that becomes single-valued: no object may
 * have two approved values at one instant.
 *
 * The update itself waited for every session that had looked at the axis; the
 * rows are read with the newest snapshot, so that what those committed is
 * seen at any isolation level; what the transaction cannot see is a
 * serialization failure here, too.
 */
Datum
gov_axis_single_valued_guard(PG_FUNCTION_ARGS)
{
	TupleTableSlot *slot = gov_period_trigger_slot(fcinfo);
	text	   *axis = gov_period_text(slot, GOV_COL_AXIS_AXIS);
	int64		objects;
	int64		example;
	bool		hidden;
	int			level = gov_spi_begin();

	gov_run_latest(&query_multivalued_objects, gov_datum(PointerGetDatum(axis), false));
	objects = gov_result_int8(0, OBJECTS_COUNT);
	example = objects > 0 ? gov_result_int8(0, OBJECTS_EXAMPLE) : 0;
	hidden = objects > 0 && IsolationUsesXactSnapshot() &&
		gov_run(&query_multivalued_objects, gov_datum(PointerGetDatum(axis), false)) > 0 &&
		gov_result_int8(0, OBJECTS_COUNT) == 0;
	gov_spi_end(level);

	if (hidden)
		gov_period_raise_hidden(((TriggerData *) fcinfo->context)->tg_relation, "an assignment");
	if (objects > 0)
		ereport(ERROR,
				(errcode(ERRCODE_EXCLUSION_VIOLATION),
				 errmsg("axis \"%s\" cannot become single-valued", text_to_cstring(axis)),
				 errdetail_plural("%lld object has two approved values of it at one time: %s.",
								  "%lld objects have two approved values of it at one time, for example %s.",
								  (unsigned long) objects,
								  (long long) objects, gov_object_describe(example)),
				 errhint("End all but one approved assignment of each object first (gov_unassign, gov_set_zone).")));
	PG_RETURN_POINTER(NULL);
}
