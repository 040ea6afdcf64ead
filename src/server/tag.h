/* server/tag.h: the tag that new rows bear. */
#ifndef GOV_SERVER_TAG_H
#define GOV_SERVER_TAG_H

#include "postgres.h"

/* From now until the current subtransaction ends, rows may bear this tag, which is a rollout's. */
extern void gov_tag_begin(const char *tag);

/* The tag of the tier that runs; NULL for none. */
extern const char *gov_tag_running(void);

/* "is_taken" knows the tags of rollouts; called once from _PG_init. */
extern void gov_tag_init(bool (*is_taken) (const char *tag));

#endif							/* GOV_SERVER_TAG_H */
