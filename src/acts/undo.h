/*
 * acts/undo.h: what an act did to each row, so that gov_undo can take it back.
 */
#ifndef GOV_ACTS_UNDO_H
#define GOV_ACTS_UNDO_H

/*
 * Starts the record of an act on an axis (NULL where it is about none); its
 * number.  The act then notes for each row it changed the thing, its
 * identity, and the columns before and after (NULL before: it made the row).
 */
extern int64 gov_change_begin(const char *act, const char *axis);

/*
 * Notes rows that were kept aside and have numbers, in the column "id".
 * "before" and "after" are expressions of type jsonb over "columns", on which
 * rows that are alike agree ("()": all are).
 */
extern void gov_change_note_ids(int64 change, const char *thing, const char *rows, const char *id,
								const char *columns, const char *before, const char *after);

/*
 * Notes rows that were kept aside and have codes, in the column "code": one
 * entry each; "before" and "after" are expressions of type jsonb.
 */
extern void gov_change_note_codes(int64 change, const char *thing, const char *rows, const char *code,
								  const char *before, const char *after);

/* Notes that an active value was deprecated, and what stood in for it before and after (NULL: none). */
extern void gov_change_note_deprecated(int64 change, const char *value, const char *before, const char *after);

/* Completes the record with the ledger entry of the act. */
extern void gov_change_end(int64 change, int64 seq);

#endif							/* GOV_ACTS_UNDO_H */
