/* labels/labels.h: the labels of the application, and what they say about values. */
#ifndef GOV_LABELS_LABELS_H
#define GOV_LABELS_LABELS_H

#include "server/answer.h"

/*
 * Says that a label says the same as a value; "map_kind" NULL keeps what is
 * there, exact for a new one.  Warns of a label that does not count.  What
 * was done.
 */
extern GovAnswer gov_label_map(const char *axis, const char *value, const char *label,
							   const char *map_kind);

/* Is a label said to say the same as a value? */
extern bool gov_label_is_mapped(const char *axis, const char *value, const char *label);

#endif							/* GOV_LABELS_LABELS_H */
