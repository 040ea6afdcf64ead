/*
 * server/table.h: reading our own tables without SQL, by the table access
 * method: whole, or by the leading columns of an index.
 *
 * For the engine and the guard of the outbox, where a query per row would
 * cost too much.  Rights are those of the view or function they work for.
 */
#ifndef GOV_SERVER_TABLE_H
#define GOV_SERVER_TABLE_H

#include "access/genam.h"
#include "access/heapam.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "server/compat.h"

/* A table being read, by a sequential scan and by any number of indexes. */
typedef struct GovTable
{
	Relation	rel;
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;
} GovTable;

/* An index of such a table, for probes. */
typedef struct GovIndex
{
	Relation	rel;
	IndexScanDesc scan;
	TupleTableSlot *slot;
} GovIndex;

extern void gov_table_open(GovTable *table, const char *name, Snapshot snapshot);
extern void gov_table_close(GovTable *table);
extern void gov_table_start(GovTable *table);
extern void gov_table_start_parallel(GovTable *table, ParallelTableScanDesc shared);
extern void gov_table_stop(GovTable *table);
extern double gov_table_estimate_rows(const char *name);

extern void gov_index_close(GovIndex *index);
extern void gov_index_find(GovIndex *index, RegProcedure equals, Datum key);
extern void gov_index_open_keys(GovIndex *index, GovTable *table, const char *name, int nkeys);
extern void gov_index_find_keys(GovIndex *index, const Datum *keys);
extern bool gov_index_next(GovIndex *index, int natts);

/* Has a table a row whose leading column of an index is this text? */
extern bool gov_index_has_text(GovTable *table, const char *index, Datum text);

/* Opens an index for probes by its leading column. */
static inline void
gov_index_open(GovIndex *index, GovTable *table, const char *name)
{
	gov_index_open_keys(index, table, name, 1);
}

/* Starts a probe for the rows whose leading index column equals an int8. */
static inline void
gov_index_find_int8(GovIndex *index, int64 key)
{
	gov_index_find(index, F_INT8EQ, Int64GetDatum(key));
}

/* The same for an OID. */
static inline void
gov_index_find_oid(GovIndex *index, Oid key)
{
	gov_index_find(index, F_OIDEQ, ObjectIdGetDatum(key));
}

/* The same for a text. */
static inline void
gov_index_find_text(GovIndex *index, Datum key)
{
	gov_index_find(index, F_TEXTEQ, key);
}

/* Starts a probe for the rows whose leading index column is NULL. */
static inline void
gov_index_find_null(GovIndex *index)
{
	Datum		none = 0;

	gov_index_find_keys(index, &none);
}

/* So far ahead rows are fetched, in bytes; a page is filled from its end. */
#define GOV_PREFETCH_AHEAD	1024

/*
 * Asks for the memory of rows to come in the page of the current one.  With
 * the first row of a page, the next page's line pointers and first rows are
 * asked for as well, in the buffer after this one: where a table was read or
 * written in order, pages lie so, and elsewhere little is lost.
 */
static inline void
gov_table_prefetch(HeapTuple tuple)
{
	const char *row = (const char *) tuple->t_data;

	for (uint32 at = 0; at < tuple->t_len; at += 64)
		gov_prefetch(row - GOV_PREFETCH_AHEAD + at);
	if (ItemPointerGetOffsetNumber(&tuple->t_self) == FirstOffsetNumber)
	{
		const char *end = row + MAXALIGN(tuple->t_len);

		for (int at = 0; at < GOV_PREFETCH_AHEAD; at += 64)
		{
			gov_prefetch(row - at);
			gov_prefetch(end + at);
			gov_prefetch(end + BLCKSZ - 64 - at);
		}
	}
}

/* The next row of the sequential scan, its first natts columns deformed. */
static inline bool
gov_table_next(GovTable *table, int natts)
{
	if (!table_scan_getnextslot(table->scan, ForwardScanDirection, table->slot))
		return false;
	gov_table_prefetch(((HeapTupleTableSlot *) table->slot)->tuple);
	slot_getsomeattrs(table->slot, natts);
	return true;
}

/*
 * The same as it lies in its page, for a pass over a large table: server/row.h
 * takes it apart; NULL after the last.  It is there until the next is asked for.
 */
static inline HeapTuple
gov_table_next_row(GovTable *table)
{
	HeapTuple	tuple = heap_getnext(table->scan, ForwardScanDirection);

	if (tuple != NULL)
		gov_table_prefetch(tuple);
	return tuple;
}

/* A column of the current row; it must be among the deformed ones. */
static inline Datum
gov_slot_value(TupleTableSlot *slot, int column)
{
	return slot->tts_values[column - 1];
}

/* Is such a column NULL? */
static inline bool
gov_slot_isnull(TupleTableSlot *slot, int column)
{
	return slot->tts_isnull[column - 1];
}

#endif							/* GOV_SERVER_TABLE_H */
