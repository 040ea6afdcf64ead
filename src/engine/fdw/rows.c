/*-------------------------------------------------------------------------
 *
 * engine/fdw/rows.c
 *	  The rows that an engine view shows of its current object.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "engine/fdw/rows.h"

/* Adds a row of the current object, to be filled in by the caller. */
GovViewRow *
gov_view_add(GovViewRun *scan)
{
	GovViewRow *row;

	if (scan->nrows == scan->rows_allocated)
	{
		scan->rows_allocated *= 2;
		scan->rows = repalloc_huge(scan->rows, sizeof(GovViewRow) * scan->rows_allocated);
	}
	row = &scan->rows[scan->nrows++];
	row->axis = row->value = row->rule = row->assigned = row->container = GOV_NONE;
	return row;
}

/* A word as a text datum; short and per row, in the current context. */
Datum
gov_view_word(const char *word)
{
	return CStringGetTextDatum(word);
}

/* Order of numbers, for qsort. */
int
gov_fdw_compare_ints(const void *a, const void *b)
{
	int			one = *(const int *) a;
	int			other = *(const int *) b;

	return one < other ? -1 : one > other;
}
