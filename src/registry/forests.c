/*-------------------------------------------------------------------------
 *
 * registry/forests.c
 *	  No cycles of containers or values, and no value above its parent's
 *	  state.
 *
 * All of it is checked by AFTER row triggers.  Those run when the statement
 * has written all its rows, so a dump may bring rows in any order and one
 * UPDATE may swap the places of two things: what counts is the state that
 * the statement leaves.
 *
 * Insertions.  A new row can only be pointed at by rows of its own statement
 * (the foreign keys see to that), so a cycle through new rows alone lies in
 * one statement, and a cycle through an older row needs an UPDATE of that row,
 * which is checked by itself.  Following a cycle the keys cannot always get
 * smaller, so at least one of its rows points at a row whose key is not
 * smaller than its own.  It is enough to climb from such rows; rows that are
 * written after the one they point at, which is the normal case, cost nothing.
 * Nor does a row that nothing points at need a climb.
 *
 * What was found to lead to a root is remembered to the end of the statement,
 * in the trigger's FmgrInfo, which lives as long: however many rows of one
 * statement stand on one long chain, each row above them is climbed once.  It
 * stays true, because whoever changes a row on the way is checked as well.
 *
 * Updates.  Two sessions could each add half of a cycle that neither sees.
 * An UPDATE that moves something therefore takes the forest's lock until the
 * end of its transaction, and climbs under a snapshot taken after it, so
 * that what the other one committed is seen at every isolation level.  States
 * of parents and children, which are two rows as well, are checked under the
 * same lock.
 *
 * What tracked DDL moves is passed over: tables and the like, which the server
 * keeps from containing themselves, and DDL waits for nobody.
 *
 * Lock order: a function that will move something takes the lock before it
 * locks rows; a plain UPDATE takes it after, and may deadlock with another;
 * then one of them fails, and the forest is still sound.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/extension.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/spi.h"
#include "registry/assignments.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/ownership.h"

PG_FUNCTION_INFO_V1(gov_object_forest_guard);
PG_FUNCTION_INFO_V1(gov_axis_value_forest_guard);

/* A path in a message shows this many things at most. */
#define GOV_PATH_LIMIT	100

/*
 * A climb from row to row along one column that points at another row's key:
 * index probes under one snapshot.  A node is the key's last column; for
 * values the first, the axis, stays the same.
 */
typedef struct GovClimb
{
	Relation	rel;
	Relation	index;
	Snapshot	snapshot;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	ScanKeyData keys[2];
	int			nkeys;
	AttrNumber	above;			/* the column that points up */
} GovClimb;

/* A row that was climbed over, by its place in the table, and in which climb. */
typedef struct GovClimbedRow
{
	uint64		place;
	uint32		climb;
	char		status;
} GovClimbedRow;

#define SH_PREFIX gov_climbed
#define SH_ELEMENT_TYPE GovClimbedRow
#define SH_KEY_TYPE uint64
#define SH_KEY place
#define SH_HASH_KEY(tb, key) murmurhash32((uint32) (key) ^ (uint32) ((key) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* The rows that the climbs of one statement along one column went over. */
typedef struct GovClimbed
{
	struct gov_climbed_hash *rows;
	uint32		climbs;
} GovClimbed;

/* Those along both columns of gov_axis_value; an object has one. */
typedef struct GovStatementClimbs
{
	GovClimbed	up;
	GovClimbed	replaced;
} GovStatementClimbs;

/*
 * Begins a climb in the forest of objects (axis NULL) or of an axis's values.
 * The snapshot sees the transaction's own changes so far and all that others
 * committed.
 */
static void
gov_climb_begin(GovClimb *climb, Relation rel, AttrNumber above, const char *axis)
{
	const char *index = axis == NULL ? "gov_object_pkey" : "gov_axis_value_pkey";

	climb->rel = rel;
	climb->index = index_open(gov_relation_oid(index), AccessShareLock);
	climb->above = above;
	climb->nkeys = 0;
	if (axis != NULL)
		ScanKeyInit(&climb->keys[climb->nkeys++], 1, BTEqualStrategyNumber,
					F_TEXTEQ, CStringGetTextDatum(axis));
	ScanKeyInit(&climb->keys[climb->nkeys], climb->nkeys + 1, BTEqualStrategyNumber,
				axis != NULL ? F_TEXTEQ : F_INT8EQ, (Datum) 0);
	climb->nkeys++;
	for (int i = 0; i < climb->nkeys; i++)
		climb->keys[i].sk_collation = climb->index->rd_indcollation[i];

	CommandCounterIncrement();
	climb->snapshot = RegisterSnapshot(GetLatestSnapshot());
	climb->slot = table_slot_create(rel, NULL);
	climb->scan = gov_index_beginscan(rel, climb->index, climb->snapshot, climb->nkeys);
}

/* Ends a climb. */
static void
gov_climb_end(GovClimb *climb)
{
	index_endscan(climb->scan);
	ExecDropSingleTupleTableSlot(climb->slot);
	UnregisterSnapshot(climb->snapshot);
	index_close(climb->index, AccessShareLock);
}

/* Fetches the row of a node to the slot; false when there is none. */
static bool
gov_climb_find(GovClimb *climb, Datum node)
{
	climb->keys[climb->nkeys - 1].sk_argument = node;
	index_rescan(climb->scan, climb->keys, climb->nkeys, NULL, 0);
	return index_getnext_slot(climb->scan, ForwardScanDirection, climb->slot);
}

/* The node above a node; false at a root. */
static bool
gov_climb_up(GovClimb *climb, Datum node, Datum *above)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(climb->rel), climb->above - 1);
	bool		isnull;

	if (!gov_climb_find(climb, node))
		return false;
	*above = slot_getattr(climb->slot, climb->above, &isnull);
	if (isnull)
		return false;
	*above = datumCopy(*above, att->attbyval, att->attlen);
	return true;
}

/*
 * Does any row point up at a node?  By the index on the column that does; the
 * columns before it are the same as those before the node's key.
 */
static bool
gov_climb_pointed_at(GovClimb *climb, Datum node)
{
	const char *name = climb->nkeys == 1 ? "gov_object_container_idx" : "gov_axis_value_parent_idx";
	Relation	index = index_open(gov_relation_oid(name), AccessShareLock);
	IndexScanDesc scan = gov_index_beginscan(climb->rel, index, climb->snapshot, climb->nkeys);
	bool		found;

	climb->keys[climb->nkeys - 1].sk_argument = node;
	index_rescan(scan, climb->keys, climb->nkeys, NULL, 0);
	found = index_getnext_slot(scan, ForwardScanDirection, climb->slot);
	index_endscan(scan);
	index_close(index, AccessShareLock);
	return found;
}

/* Are two nodes the same? */
static bool
gov_climb_same(GovClimb *climb, Datum one, Datum other)
{
	ScanKey		key = &climb->keys[climb->nkeys - 1];

	return DatumGetBool(FunctionCall2Coll(&key->sk_func, key->sk_collation, one, other));
}

/* A text column of the row that the climb stands on. */
static char *
gov_climb_text(GovClimb *climb, AttrNumber column)
{
	bool		isnull;
	Datum		value = slot_getattr(climb->slot, column, &isnull);

	return isnull ? pstrdup("") : TextDatumGetCString(value);
}

/* Adds a node's name to a path: type and ref of an object, code of a value. */
static void
gov_climb_append(GovClimb *climb, Datum node, StringInfo path)
{
	if (!gov_climb_find(climb, node))
		return;
	if (climb->nkeys == 1)
		appendStringInfo(path, "%s \"%s\"", gov_climb_text(climb, GOV_COL_OBJECT_TYPE),
						 gov_climb_text(climb, GOV_COL_OBJECT_REF));
	else
		appendStringInfo(path, "\"%s\"", gov_climb_text(climb, GOV_COL_VALUE_VALUE));
}

/* The cycle that a node lies on, for people: a -> b -> a. */
static char *
gov_climb_path(GovClimb *climb, Datum start)
{
	StringInfoData path;
	Datum		node = start;
	int			shown = 0;

	initStringInfo(&path);
	do
	{
		gov_climb_append(climb, node, &path);
		appendStringInfoString(&path, " -> ");
		if (++shown == GOV_PATH_LIMIT)
		{
			appendStringInfoString(&path, "... -> ");
			break;
		}
	} while (gov_climb_up(climb, node, &node) && !gov_climb_same(climb, node, start));
	gov_climb_append(climb, start, &path);
	return path.data;
}

/* What the statement that a trigger is fired for has climbed so far. */
static GovStatementClimbs *
gov_climbed_so_far(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(GovStatementClimbs));
	return fcinfo->flinfo->fn_extra;
}

/*
 * Notes that the row on which a climb stands is being climbed over; true when
 * an earlier climb of the statement went over it, so that it leads to a root.
 * When the notes would take more than work_mem they begin anew.
 */
static bool
gov_climbed_before(GovClimbed *climbed, GovClimb *climb, MemoryContext context)
{
	ItemPointer tid = &climb->slot->tts_tid;
	uint64		place = (uint64) ItemPointerGetBlockNumber(tid) << 16 | ItemPointerGetOffsetNumber(tid);
	GovClimbedRow *row;
	bool		found;

	if (climbed->rows == NULL)
		climbed->rows = gov_climbed_create(context, 64, NULL);
	else if (climbed->rows->members > (uint64) work_mem * 1024 / (4 * sizeof(GovClimbedRow)))
		gov_climbed_reset(climbed->rows);
	row = gov_climbed_insert(climbed->rows, place, &found);
	if (found && row->climb != climbed->climbs)
		return true;
	row->climb = climbed->climbs;
	return false;
}

/*
 * Climbs from a node to its root, or to what leads there; gives the path of
 * the cycle it falls into instead, or NULL.  "mark" follows at growing
 * distances (Brent's algorithm), so that the climb also ends when there is a
 * cycle further up, which can only have been written while the trigger was
 * disabled.
 */
static char *
gov_climb_cycle(GovClimb *climb, Datum start, GovClimbed *climbed, MemoryContext context)
{
	Datum		node = start;
	Datum		mark = start;
	uint64		steps = 0;
	uint64		limit = 8;

	climbed->climbs++;
	while (gov_climb_up(climb, node, &node))
	{
		gov_progress_tick();
		if (gov_climbed_before(climbed, climb, context))
			return NULL;
		if (gov_climb_same(climb, node, start) || gov_climb_same(climb, node, mark))
			return gov_climb_path(climb, node);
		if (++steps == limit)
		{
			mark = node;
			steps = 0;
			limit *= 2;
		}
	}
	return NULL;
}

/* A column of a row. */
static Datum
gov_forest_column(Relation rel, HeapTuple row, AttrNumber column, bool *isnull)
{
	return heap_getattr(row, column, RelationGetDescr(rel), isnull);
}

/* A text column of a row, NULL when it is. */
static char *
gov_forest_text(Relation rel, HeapTuple row, AttrNumber column)
{
	bool		isnull;
	Datum		value = gov_forest_column(rel, row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Do two texts, either of which may be NULL, differ? */
static bool
gov_forest_differ(const char *one, const char *other)
{
	if (one == NULL || other == NULL)
		return one != other;
	return strcmp(one, other) != 0;
}

/*
 * AFTER row trigger of gov_object, fired for an INSERT whose container is no
 * older than itself and for an UPDATE that gives another container: refuses
 * a cycle.
 */
Datum
gov_object_forest_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_object_forest_guard");
	bool		update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	HeapTuple	row = update ? trigger->tg_newtuple : trigger->tg_trigtuple;
	GovClimb	climb;
	Datum		object;
	char	   *path = NULL;
	bool		isnull;

	if (gov_object_moves_are_unlocked())
		return PointerGetDatum(NULL);
	if (update)
		gov_lock(GOV_LOCK_CONTAINERS);
	object = gov_forest_column(trigger->tg_relation, row, GOV_COL_OBJECT_ID, &isnull);
	gov_climb_begin(&climb, trigger->tg_relation, GOV_COL_OBJECT_CONTAINER, NULL);
	if (update || gov_climb_pointed_at(&climb, object))
		path = gov_climb_cycle(&climb, object, &gov_climbed_so_far(fcinfo)->up, fcinfo->flinfo->fn_mcxt);
	gov_climb_end(&climb);
	if (path != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("containers would form a cycle: %s", path),
				 errdetail("Each of these would live in the one that follows it."),
				 errhint("Give one of them another container, or none.")));
	return PointerGetDatum(NULL);
}

/* What the trigger of gov_axis_value knows about the row it was fired for. */
typedef struct GovValueChange
{
	Relation	rel;
	char	   *axis;
	char	   *value;
	char	   *parent;			/* NULL: a root */
	char	   *replaced_by;	/* NULL: none */
	char	   *status;
	bool		added;			/* by an INSERT */
	bool		moved;			/* its parent, or its key, is another */
	bool		replaced;		/* its replacement, or its key, is another */
	bool		restated;		/* its status is another */
} GovValueChange;

/* Compares the two rows of the trigger; for an INSERT, see the file's head. */
static void
gov_value_change(GovValueChange *change, TriggerData *trigger)
{
	Relation	rel = trigger->tg_relation;
	bool		update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	HeapTuple	row = update ? trigger->tg_newtuple : trigger->tg_trigtuple;
	HeapTuple	old = trigger->tg_trigtuple;
	bool		renamed;

	change->rel = rel;
	change->added = !update;
	change->axis = gov_forest_text(rel, row, GOV_COL_VALUE_AXIS);
	change->value = gov_forest_text(rel, row, GOV_COL_VALUE_VALUE);
	change->parent = gov_forest_text(rel, row, GOV_COL_VALUE_PARENT);
	change->replaced_by = gov_forest_text(rel, row, GOV_COL_VALUE_REPLACED_BY);
	change->status = gov_forest_text(rel, row, GOV_COL_VALUE_STATUS);
	if (!update)
	{
		change->moved = change->parent != NULL &&
			strcmp(change->parent, change->value) >= 0;
		change->replaced = change->replaced_by != NULL &&
			strcmp(change->replaced_by, change->value) >= 0;
		change->restated = true;
		return;
	}
	renamed = gov_forest_differ(gov_forest_text(rel, old, GOV_COL_VALUE_AXIS), change->axis) ||
		gov_forest_differ(gov_forest_text(rel, old, GOV_COL_VALUE_VALUE), change->value);
	change->moved = renamed ||
		gov_forest_differ(gov_forest_text(rel, old, GOV_COL_VALUE_PARENT), change->parent);
	change->replaced = renamed ||
		gov_forest_differ(gov_forest_text(rel, old, GOV_COL_VALUE_REPLACED_BY), change->replaced_by);
	change->restated =
		gov_forest_differ(gov_forest_text(rel, old, GOV_COL_VALUE_STATUS), change->status);
}

/*
 * Refuses a cycle along one column of gov_axis_value.  A new value that no
 * other has as its parent is on none.
 */
static void
gov_value_ensure_acyclic(const GovValueChange *change, AttrNumber column, FunctionCallInfo fcinfo)
{
	GovStatementClimbs *climbs = gov_climbed_so_far(fcinfo);
	bool		by_parent = column == GOV_COL_VALUE_PARENT;
	Datum		value = CStringGetTextDatum(change->value);
	GovClimb	climb;
	char	   *path = NULL;

	gov_climb_begin(&climb, change->rel, column, change->axis);
	if (!change->added || !by_parent || gov_climb_pointed_at(&climb, value))
		path = gov_climb_cycle(&climb, value, by_parent ? &climbs->up : &climbs->replaced,
							   fcinfo->flinfo->fn_mcxt);
	gov_climb_end(&climb);
	if (path == NULL)
		return;
	if (by_parent)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("values of axis \"%s\" would form a cycle: %s", change->axis, path),
				 errdetail("Each of these would have the one that follows it as parent."),
				 errhint("Give one of them another parent, or none.")));
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("replacements of values of axis \"%s\" would form a cycle: %s", change->axis, path),
			 errdetail("Each of these would be replaced by the one that follows it."),
			 errhint("Name a replacement that is not replaced by one of them.")));
}

/* Refuses an active value under a parent that is not active. */
static void
gov_value_ensure_parent_active(const GovValueChange *change)
{
	GovClimb	climb;
	char	   *status = NULL;

	gov_climb_begin(&climb, change->rel, GOV_COL_VALUE_PARENT, change->axis);
	if (gov_climb_find(&climb, CStringGetTextDatum(change->parent)))
		status = gov_climb_text(&climb, GOV_COL_VALUE_STATUS);
	gov_climb_end(&climb);
	if (status != NULL && strcmp(status, "active") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("value \"%s\" of axis \"%s\" cannot be active under parent \"%s\", which is %s",
						change->value, change->axis, change->parent, status),
				 errhint("Make the parent active first (gov_ratify, gov_reinstate), or give the value another parent (gov_alter_value).")));
}

/* Columns of active_children. */
enum {CHILDREN_COUNT = 1, CHILDREN_FIRST};

GOV_QUERY(active_children,
		  "SELECT count(*), min(value COLLATE \"C\")"
		  " FROM @.gov_axis_value"
		  " WHERE axis = $1 AND parent = $2 AND status = 'active'",
		  TEXTOID, TEXTOID);

/* Refuses to take a value out of use while values below it are active. */
static void
gov_value_ensure_no_active_children(const GovValueChange *change)
{
	int			level = gov_spi_begin();
	int64		children;

	gov_run_latest(&active_children, gov_text(change->axis), gov_text(change->value));
	children = gov_result_int8(0, CHILDREN_COUNT);
	if (children > 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("value \"%s\" of axis \"%s\" cannot be %s above active values",
						change->value, change->axis, change->status),
				 errdetail_plural("%lld active value has it as parent, the first is \"%s\".",
								  "%lld active values have it as parent, the first is \"%s\".",
								  (unsigned long) children,
								  (long long) children, gov_result_text(0, CHILDREN_FIRST)),
				 errhint("Deprecate them first (gov_deprecate), or give them another parent (gov_alter_value).")));
	gov_spi_end(level);
}

/* Columns of pointing_at_value. */
enum {POINTING_ASSIGNMENTS = 1, POINTING_OWNERSHIPS};

GOV_QUERY(pointing_at_value,
		  "SELECT (SELECT count(*) FROM @.gov_assignment AS s"
		  "        WHERE s.axis = $1 AND s.value = $2"
		  "        AND " GOV_ASSIGNMENT_STANDS("s") " AND " GOV_ASSIGNMENT_NOT_EMPTY("s") " AND " GOV_OF_NO_GONE_OBJECT("s") "),"
		  "       (SELECT count(*) FROM @.gov_ownership AS o"
		  "        JOIN @.gov_authority AS a ON a.authority = o.authority AND a.status = 'active'"
		  "        WHERE o.axis = $1 AND o.value = $2"
		  "        AND " GOV_OWNERSHIP_STANDS("o") " AND " GOV_OWNERSHIP_NOT_EMPTY("o") " AND " GOV_OF_NO_GONE_OBJECT("o") ")",
		  TEXTOID, TEXTOID);

/*
 * Refuses to retire a value that something current or to come points at.  Rows
 * of a retired object do not count as a use.
 *
 * Whoever assigns locks the value's row FOR SHARE first, which waits for the
 * UPDATE that fired us or makes it wait; so what is counted here, under a
 * snapshot taken after that, is all there is.
 */
static void
gov_value_ensure_unused(const GovValueChange *change)
{
	int			level = gov_spi_begin();
	int64		assignments;
	int64		ownerships;

	gov_run_latest(&pointing_at_value, gov_text(change->axis), gov_text(change->value));
	assignments = gov_result_int8(0, POINTING_ASSIGNMENTS);
	ownerships = gov_result_int8(0, POINTING_OWNERSHIPS);
	if (assignments > 0 || ownerships > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("value \"%s\" of axis \"%s\" cannot be retired while it is in use",
						change->value, change->axis),
				 errdetail("Current or future assignments: %lld; ownerships in force or scheduled: %lld.",
						   (long long) assignments, (long long) ownerships),
				 errhint("End them first (gov_unassign, gov_disown).")));
	gov_spi_end(level);
}

/*
 * With a value that is retired ends what points at it and keeps nothing in
 * use: rows of objects that are gone, and ownership of authorities that are
 * retired.  An object or an authority that comes back would else bring back
 * something of a value that nobody may use.
 */
static void
gov_value_end_unused(const GovValueChange *change)
{
	gov_assignment_end_of_retired(change->axis, change->value);
	gov_ownership_end_of_retired(change->axis, change->value);
}

/*
 * AFTER row trigger of gov_axis_value, fired for an INSERT with a parent or a
 * replacement and for an UPDATE of key, parent, replacement or status:
 * refuses cycles, an active value under a parent that is not active or the
 * other way round, and a retired value that is in use; ends what points at
 * a retired value without being a use of it.
 */
Datum
gov_axis_value_forest_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_axis_value_forest_guard");
	bool		update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	GovValueChange change;
	bool		active;

	gov_value_change(&change, trigger);
	active = strcmp(change.status, "active") == 0;
	if (update || (active && change.parent != NULL))
		gov_lock(GOV_LOCK_VALUES);
	if (change.moved && change.parent != NULL)
		gov_value_ensure_acyclic(&change, GOV_COL_VALUE_PARENT, fcinfo);
	if (change.replaced && change.replaced_by != NULL)
		gov_value_ensure_acyclic(&change, GOV_COL_VALUE_REPLACED_BY, fcinfo);
	if (active && change.parent != NULL && (change.moved || change.restated))
		gov_value_ensure_parent_active(&change);
	if (update && change.restated && !active)
		gov_value_ensure_no_active_children(&change);
	if (update && change.restated && strcmp(change.status, "retired") == 0)
	{
		gov_value_ensure_unused(&change);
		gov_value_end_unused(&change);
	}
	return PointerGetDatum(NULL);
}
