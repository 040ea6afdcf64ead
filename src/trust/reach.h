/* trust/reach.h: whether an approval to change the root of trust can be got at all. */
#ifndef GOV_TRUST_REACH_H
#define GOV_TRUST_REACH_H

/*
 * What keeps the quorum of action change_trust from being reached by those
 * who could vote now, in words: a part that says what is lacking and, if any
 * authority cannot vote, why.  NULL when it can be reached, or when its gate
 * is open and asks for none.
 */
extern char *gov_reach_lacking(void);

/* The root of trust as it is before a change. */
typedef struct GovReach
{
	bool		armed;			/* do gates bind? */
	bool		reachable;		/* can an approval to change it be got? */
} GovReach;

extern GovReach gov_reach_before(void);

/*
 * Raises when the change would lock the root of trust for good: gates bind
 * after it, no approval to change it can be got, and before it was otherwise.
 */
extern void gov_reach_ensure(const GovReach *before);

#endif							/* GOV_TRUST_REACH_H */
