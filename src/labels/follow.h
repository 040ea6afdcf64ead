/* labels/follow.h: labels stay with the object they were given to. */
#ifndef GOV_LABELS_FOLLOW_H
#define GOV_LABELS_FOLLOW_H

#include "server/answer.h"

/* Gives an object of a name a label, or its rule another status (NULL: as it is, or active); what was done. */
extern GovAnswer gov_label_rule_put(const char *type, const char *ref, const char *label, const char *status);

/* Lets label rules be of other objects: rows of columns rule_id, object_id, object_type and object_ref.  How many. */
extern uint64 gov_label_rule_give_rows(const char *rows);

/*
 * Lets projected rows be of other objects: rows of columns had (the object that
 * has them), label, until (those that were written up to then), object_id,
 * object_type and object_ref.  How many.
 */
extern uint64 gov_label_projection_give_rows(const char *rows);

/*
 * Our own label rules and projected rows follow the objects of the caller's
 * rows gov_kept_plan (object_id, action): to be called before the plan is
 * carried out and after it.
 */
extern void gov_labels_before_plan(void);
extern void gov_labels_follow_plan(void);

/* The same of objects, live or gone, that are written already: rows of column object_id. */
extern void gov_labels_rename_rows(const char *rows);

/* Gives one live object, born, back or about to go, the rows that were written for its name. */
extern void gov_labels_follow_object(int64 object_id);

/* The same, for one that was just made under a name, a text. */
extern void gov_labels_follow_new(int64 object_id, Datum ref);

#endif							/* GOV_LABELS_FOLLOW_H */
