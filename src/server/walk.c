/*-------------------------------------------------------------------------
 *
 * server/walk.c
 *	  Walking an index beside a pass over another table.
 *
 * A pass over all objects asks for the rows of one object after the other.
 * Where ids ascend, as they do in a table that was filled in order, those
 * rows lie one after the other in an index by id, and no search is needed.
 * Where they do not, that shows soon, and each id is searched for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/skey.h"
#include "utils/fmgroids.h"

#include "server/walk.h"

/* After so many searches in a row keys do not ascend; then only rows of the key are read. */
#define GOV_WALK_MISSES		64

/* Starts a walk. */
void
gov_walk_start(GovWalk *walk, GovIndex *index, int column)
{
	memset(walk, 0, sizeof(GovWalk));
	walk->index = index;
	walk->column = column;
}

/* Goes to the next row; false unless it is one of the key. */
bool
gov_walk_next(GovWalk *walk)
{
	walk->at_row = gov_index_next(walk->index, walk->column);
	if (walk->at_row)
		walk->row_key = DatumGetInt64(gov_slot_value(walk->index->slot, walk->column));
	return walk->at_row && walk->row_key == walk->key;
}

/*
 * Goes to the first row of a key; false when there is none.  The scan is open
 * towards greater keys and stands at the first row behind those of the last
 * key, so a greater one needs no search unless that row is before it.
 */
bool
gov_walk_find(GovWalk *walk, int64 key)
{
	ScanKeyData skey;
	bool		ahead = walk->begun && key > walk->key && (!walk->at_row || walk->row_key >= key);

	walk->key = key;
	if (walk->misses >= GOV_WALK_MISSES)
		gov_index_find_int8(walk->index, key);
	else if (ahead)
	{
		walk->misses = 0;
		return walk->at_row && walk->row_key == key;
	}
	else
	{
		ScanKeyInit(&skey, 1, BTGreaterEqualStrategyNumber, F_INT8GE, Int64GetDatum(key));
		index_rescan(walk->index->scan, &skey, 1, NULL, 0);
		walk->begun = true;
		walk->misses++;
	}
	return gov_walk_next(walk);
}
