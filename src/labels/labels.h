/* labels/labels.h: the labels of the application, and what they say about values. */
#ifndef GOV_LABELS_LABELS_H
#define GOV_LABELS_LABELS_H

#include "server/answer.h"

/*
 * Maps a label to a value; "map_kind" NULL keeps the one it has, exact for a
 * new one.  Warns when the label is not active in the vocabulary.  What was
 * done.
 */
extern GovAnswer gov_label_map(const char *axis, const char *value, const char *label,
							   const char *map_kind);

/* Is a label mapped to a value? */
extern bool gov_label_is_mapped(const char *axis, const char *value, const char *label);

/*
 * Acts that move what points at a value pass rows kept aside: axis, value,
 * label, becomes (the value that has it from now on; NULL: none has).  How many.
 */
extern uint64 gov_label_move_rows(const char *rows);

/* Maps labels to values: axis, value, label, map_kind; what is mapped stays as it is.  How many are new. */
extern uint64 gov_label_put_rows(const char *rows);

#endif							/* GOV_LABELS_LABELS_H */
