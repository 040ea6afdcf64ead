/* registry/seen.h: what the voters on a call see of the facts. */
#ifndef GOV_REGISTRY_SEEN_H
#define GOV_REGISTRY_SEEN_H

#include "fmgr.h"

/* A GovSeenReader (trust/seen.h). */
extern Datum gov_registry_seen(const char *act, Datum target, bool as_asked, char **missing);

#endif							/* GOV_REGISTRY_SEEN_H */
