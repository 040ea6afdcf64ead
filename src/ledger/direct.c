/*-------------------------------------------------------------------------
 *
 * ledger/direct.c
 *	  What a direct change did, for its entry.
 *
 * Of an UPDATE the entry names the columns that changed.  Of one row alone, the
 * usual case of a change by hand, it holds what there was before and after:
 * the whole row that was inserted or deleted, but for NULLs; of an UPDATE the
 * columns that differ, and the primary key as it was, or whole rows where the
 * key is a number of ours.  Such numbers are in no entry; the one of the object
 * that a row is about stands beside it, so that gov_history finds the entry.
 * Rows come from the transition tables of the trigger.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/sysattr.h"
#include "catalog/pg_type_d.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "ledger/direct.h"

/* Of a larger value the entry says how large it is: an entry has a limit, a direct change none. */
#define GOV_DIRECT_MAX_BYTES 8192

/* A transition table being read; other triggers of the statement read it, too. */
typedef struct GovDirectRows
{
	Tuplestorestate *store;		/* NULL: there is none */
	TupleTableSlot *slot;
} GovDirectRows;

/* Begins to read a transition table, or none. */
static void
gov_direct_begin(GovDirectRows *rows, Relation rel, Tuplestorestate *store)
{
	rows->store = store;
	rows->slot = NULL;
	if (store == NULL)
		return;
	rows->slot = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsMinimalTuple);
	tuplestore_select_read_pointer(store, tuplestore_alloc_read_pointer(store, EXEC_FLAG_REWIND));
	tuplestore_rescan(store);
}

/* Reads the next row; false when there is none. */
static bool
gov_direct_next(GovDirectRows *rows)
{
	if (rows->store == NULL || !tuplestore_gettupleslot(rows->store, true, false, rows->slot))
		return false;
	slot_getallattrs(rows->slot);
	return true;
}

/* Ends reading it. */
static void
gov_direct_end(GovDirectRows *rows)
{
	if (rows->store == NULL)
		return;
	tuplestore_select_read_pointer(rows->store, 0);
	ExecDropSingleTupleTableSlot(rows->slot);
}

/* Is a column a number of ours, which means nothing to whoever reads the entry elsewhere? */
static bool
gov_direct_is_number(Form_pg_attribute att)
{
	const char *name = NameStr(att->attname);
	size_t		length = strlen(name);

	return att->atttypid == INT8OID &&
		((length > 3 && strcmp(name + length - 3, "_id") == 0) || strcmp(name, "superseded_by") == 0);
}

/* Is a column one that entries show? */
static bool
gov_direct_is_shown(TupleDesc desc, int column)
{
	return !TupleDescAttr(desc, column)->attisdropped && !gov_direct_is_number(TupleDescAttr(desc, column));
}

/* Adds a column of a row; NULL as such. */
static void
gov_direct_add(GovJson *json, TupleTableSlot *row, int column)
{
	Form_pg_attribute att = TupleDescAttr(row->tts_tupleDescriptor, column);
	Datum		value = row->tts_values[column];

	if (row->tts_isnull[column])
		gov_json_null(json, NameStr(att->attname));
	else if (att->attlen == -1 && toast_raw_datum_size(value) > GOV_DIRECT_MAX_BYTES)
		gov_json_text(json, NameStr(att->attname), psprintf("(%zu bytes)", toast_raw_datum_size(value) - VARHDRSZ));
	else
		gov_json_value(json, NameStr(att->attname), att->atttypid, value, false);
}

/* Is a column the same in two rows? */
static bool
gov_direct_same(TupleTableSlot *before, TupleTableSlot *after, int column)
{
	Form_pg_attribute att = TupleDescAttr(before->tts_tupleDescriptor, column);

	if (before->tts_isnull[column] || after->tts_isnull[column])
		return before->tts_isnull[column] == after->tts_isnull[column];
	return datum_image_eq(before->tts_values[column], after->tts_values[column], att->attbyval, att->attlen);
}

/* Adds a whole row under a name, but for NULLs. */
static void
gov_direct_add_row(GovJson *payload, const char *name, TupleTableSlot *row)
{
	GovJson		json;

	gov_json_begin(&json);
	for (int i = 0; i < row->tts_tupleDescriptor->natts; i++)
	{
		if (gov_direct_is_shown(row->tts_tupleDescriptor, i) && !row->tts_isnull[i])
			gov_direct_add(&json, row, i);
	}
	gov_json_value(payload, name, JSONBOID, gov_json_end(&json), false);
}

/* Adds the primary key of a row; false when it is none that entries show. */
static bool
gov_direct_add_key(GovJson *payload, Relation rel, TupleTableSlot *row)
{
	Bitmapset  *key = RelationGetIndexAttrBitmap(rel, INDEX_ATTR_BITMAP_PRIMARY_KEY);
	bool		any = false;
	GovJson		json;

	gov_json_begin(&json);
	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		if (!gov_direct_is_shown(RelationGetDescr(rel), i) || !bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, key))
			continue;
		gov_direct_add(&json, row, i);
		any = true;
	}
	gov_json_value(payload, "key", JSONBOID, gov_json_end(&json), !any);
	return any;
}

/* Adds what an UPDATE changed in a row: the columns that differ, or all where no key tells which row it is. */
static void
gov_direct_add_difference(GovJson *payload, Relation rel, TupleTableSlot *before, TupleTableSlot *after)
{
	bool		keyed = gov_direct_add_key(payload, rel, before);
	GovJson		was;
	GovJson		is;

	if (!keyed)
	{
		gov_direct_add_row(payload, "before", before);
		gov_direct_add_row(payload, "after", after);
		return;
	}
	gov_json_begin(&was);
	gov_json_begin(&is);
	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		if (!gov_direct_is_shown(RelationGetDescr(rel), i) || gov_direct_same(before, after, i))
			continue;
		gov_direct_add(&was, before, i);
		gov_direct_add(&is, after, i);
	}
	gov_json_value(payload, "before", JSONBOID, gov_json_end(&was), false);
	gov_json_value(payload, "after", JSONBOID, gov_json_end(&is), false);
}

/* The object that a row is about; 0 for none. */
static int64
gov_direct_object(TupleTableSlot *row)
{
	for (int i = 0; i < row->tts_tupleDescriptor->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(row->tts_tupleDescriptor, i);

		if (!att->attisdropped && att->atttypid == INT8OID && strcmp(NameStr(att->attname), "object_id") == 0)
			return row->tts_isnull[i] ? 0 : DatumGetInt64(row->tts_values[i]);
	}
	return 0;
}

/*
 * Adds the names of the columns that an UPDATE changed in any row.  Both
 * tables have its rows in the same order.  Which columns it set would tell
 * less: where it changed a key, what it did ends with the UPDATE that follows
 * by a foreign key.
 */
static void
gov_direct_add_columns(GovJson *payload, GovDirectRows *before, GovDirectRows *after)
{
	TupleDesc	desc = before->slot->tts_tupleDescriptor;
	bool	   *differs = palloc0(sizeof(bool) * desc->natts);
	const char **names = palloc(sizeof(char *) * desc->natts);
	int			count = 0;

	do
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < desc->natts; i++)
			differs[i] = differs[i] || !gov_direct_same(before->slot, after->slot, i);
	} while (gov_direct_next(before) && gov_direct_next(after));
	for (int i = 0; i < desc->natts; i++)
	{
		if (differs[i])
			names[count++] = NameStr(TupleDescAttr(desc, i)->attname);
	}
	gov_json_value(payload, "columns", TEXTARRAYOID, gov_text_array(names, count), false);
}

/*
 * Adds to an entry which columns an UPDATE changed and, where it is one row
 * that a statement changed, which one and what it was before and is after; the
 * object that this row is about, 0 for none.
 */
int64
gov_direct_describe(GovJson *payload, const TriggerData *trigger, int64 rows)
{
	Relation	rel = trigger->tg_relation;
	int64		object = 0;
	GovDirectRows before;
	GovDirectRows after;
	bool		was;
	bool		is;

	gov_direct_begin(&before, rel, trigger->tg_oldtable);
	gov_direct_begin(&after, rel, trigger->tg_newtable);
	was = gov_direct_next(&before);
	is = gov_direct_next(&after);
	if (rows == 1 && (was || is))
	{
		TupleTableSlot *row = was ? before.slot : after.slot;

		if (was && is)
			gov_direct_add_difference(payload, rel, before.slot, after.slot);
		else
			gov_direct_add_row(payload, was ? "before" : "after", row);
		object = gov_direct_object(row);
	}
	if (was && is)
		gov_direct_add_columns(payload, &before, &after);
	gov_direct_end(&before);
	gov_direct_end(&after);
	return object;
}
