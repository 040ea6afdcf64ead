/*
 * server/row.h: a row of one of our tables, taken apart column by column, in the
 * order they are stored in.
 *
 * The tables begin with the columns that the engine needs, fixed widths
 * first, the widest first of all, so that nothing before the texts needs to
 * be aligned (the test "columns" looks at that).  A reader that names them
 * one after the other compiles to a few instructions per row, where the
 * server's general way costs more than all that is then done with the row.
 *
 * Each column must be asked for once, in the table's order, with its own type.
 */
#ifndef GOV_SERVER_ROW_H
#define GOV_SERVER_ROW_H

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "executor/tuptable.h"

typedef struct GovRow
{
	const char *at;				/* where the next column is */
	const bits8 *present;		/* a bit per column: set when it is not NULL */
	int			column;			/* columns asked for so far */
} GovRow;

/* The row in a slot of a heap (gov_table_open ensures that it is). */
static inline HeapTuple
gov_slot_row(TupleTableSlot *slot)
{
	return ((HeapTupleTableSlot *) slot)->tuple;
}

/* Begins with a row. */
static inline GovRow
gov_row(HeapTuple tuple)
{
	static const bits8 all[] = {0xff, 0xff, 0xff, 0xff};
	HeapTupleHeader header = tuple->t_data;
	GovRow		row = {(const char *) header + header->t_hoff,
	header->t_infomask & HEAP_HASNULL ? header->t_bits : all, 0};

	return row;
}

/* Goes on to the next column: is it NULL? */
static inline bool
gov_row_null(GovRow *row)
{
	int			column = row->column++;

	return att_isnull(column, row->present);
}

/* The next column, eight bytes wide; false for NULL, and the value kept. */
static inline bool
gov_row_int8(GovRow *row, int64 *value)
{
	if (gov_row_null(row))
		return false;
	*value = *(const int64 *) row->at;
	row->at += sizeof(int64);
	return true;
}

/* The same for a column that is declared NOT NULL: its value. */
static inline int64
gov_row_int8_set(GovRow *row)
{
	int64		value = *(const int64 *) row->at;

	row->column++;
	row->at += sizeof(int64);
	return value;
}

/* The same for a real number. */
static inline bool
gov_row_float4(GovRow *row, float4 *value)
{
	if (gov_row_null(row))
		return false;
	*value = *(const float4 *) row->at;
	row->at += sizeof(float4);
	return true;
}

/* The same for a boolean. */
static inline bool
gov_row_bool(GovRow *row, bool *value)
{
	if (gov_row_null(row))
		return false;
	*value = *row->at != 0;
	row->at++;
	return true;
}

/* The next column, a text or the like, in the row itself; NULL for NULL. */
static inline text *
gov_row_text(GovRow *row)
{
	const char *at;

	if (gov_row_null(row))
		return NULL;
	at = row->at;
	if (!VARATT_NOT_PAD_BYTE(at))
		at = (const char *) INTALIGN(at);
	row->at = at + VARSIZE_ANY(at);
	return (text *) unconstify(char *, at);
}

/* The next column, four bytes wide, where texts stand before it. */
static inline bool
gov_row_int4_after_texts(GovRow *row, uint32 *value)
{
	if (gov_row_null(row))
		return false;
	row->at = (const char *) INTALIGN(row->at);
	*value = *(const uint32 *) row->at;
	row->at += sizeof(uint32);
	return true;
}

/* The same of eight bytes. */
static inline bool
gov_row_int8_after_texts(GovRow *row, int64 *value)
{
	if (gov_row_null(row))
		return false;
	row->at = (const char *) DOUBLEALIGN(row->at);
	*value = *(const int64 *) row->at;
	row->at += sizeof(int64);
	return true;
}

/* Passes over a column of four or eight bytes. */
static inline void
gov_row_skip(GovRow *row, int width)
{
	if (gov_row_null(row))
		return;
	row->at += width;
}

#endif							/* GOV_SERVER_ROW_H */
