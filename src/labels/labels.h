/* labels.h: the labels of the application, and what they say about values. */
#ifndef GOV_LABELS_LABELS_H
#define GOV_LABELS_LABELS_H

/*
 * Says that a label says the same as a value; "map_kind" NULL keeps what is
 * there, exact for a new one.  Warns of a label that does not count.
 */
extern void gov_label_map(const char *axis, const char *value, const char *label,
						  const char *map_kind);

#endif							/* GOV_LABELS_LABELS_H */
