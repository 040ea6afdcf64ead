/*
 * trust/cover.h: acts that run under an approval of something larger: the SQL
 * of a rollout's tier, which its voters have read whole.
 */
#ifndef GOV_TRUST_COVER_H
#define GOV_TRUST_COVER_H

/* From now until the current subtransaction ends, acts run under an approval that was used. */
extern void gov_cover_begin(void);

/* Does it let an act of this risk through? */
extern bool gov_cover_allows(const char *risk);

#endif							/* GOV_TRUST_COVER_H */
