/*
 * acts/undo.h: what an act did to each row, so that gov_undo can take it back.
 */
#ifndef GOV_ACTS_UNDO_H
#define GOV_ACTS_UNDO_H

/*
 * Starts the record of an act on an axis (NULL where it is about none); its
 * number.  The act then writes gov_change_row: for each row it changed the
 * thing, its identity, and the columns before and after.
 */
extern int64 gov_change_begin(const char *act, const char *axis);

/* Ends it with the ledger entry it belongs to. */
extern void gov_change_end(int64 change, int64 seq);

#endif							/* GOV_ACTS_UNDO_H */
