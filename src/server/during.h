/*
 * server/during.h: what holds until a subtransaction ends, however it ends.
 *
 * No flag is raised and lowered, which an error would leave raised: the mark is
 * the subtransaction, and is gone with it.
 *
 *	   static GovDuring rehearsal;
 *
 *	   gov_during_begin(&rehearsal);		inside the subtransaction
 *	   ...
 *	   if (gov_during(&rehearsal))
 *
 * Or it holds until the transaction ends, unless what began it is rolled back.
 */
#ifndef GOV_SERVER_DURING_H
#define GOV_SERVER_DURING_H

#include "postgres.h"

/* A mark: the subtransaction that it holds in, or none. */
typedef struct GovDuring
{
	SubTransactionId subtransaction;
	bool		lasts;			/* does it go over to the parent when that is released? */
	struct GovDuring *next;		/* those that were ever begun */
} GovDuring;

/* From now on it holds, until the current subtransaction ends. */
extern void gov_during_begin(GovDuring *during);

/* From now on it holds, until the transaction ends or the current subtransaction is rolled back. */
extern void gov_during_begin_lasting(GovDuring *during);

/* Does it hold? */
static inline bool
gov_during(const GovDuring *during)
{
	return during->subtransaction != InvalidSubTransactionId;
}

extern void gov_during_init(void);

#endif							/* GOV_SERVER_DURING_H */
