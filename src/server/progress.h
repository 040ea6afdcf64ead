/*
 * server/progress.h: how far a long call of ours is, for other sessions to see.
 *
 *	   bool		told = gov_progress_begin("gov_scan");
 *	   ...
 *	   gov_progress_phase("runs detectors", ndetectors);
 *	   ...		gov_progress_add(1);
 *	   gov_progress_end(told);
 *
 * A call inside another one tells its phases as the other's.
 */
#ifndef GOV_SERVER_PROGRESS_H
#define GOV_SERVER_PROGRESS_H

#include "miscadmin.h"
#include "tcop/dest.h"
#include "utils/tuplestore.h"

/* For a phase of which nobody knows how much there is to do. */
#define GOV_PROGRESS_UNKNOWN	(-1)

extern bool gov_progress_begin(const char *act);
extern void gov_progress_phase(const char *phase, int64 total);
extern void gov_progress_add(int64 done);
extern void gov_progress_end(bool told);

/* Turns of loops that are not told yet; tells them. */
extern int	gov_progress_turns;
extern void gov_progress_add_turns(void);

/*
 * One more turn of a loop over rows that no plan of the server's hands over:
 * counted by and by, since it must cost nothing, and where a cancel is seen.
 */
static inline void
gov_progress_tick(void)
{
	CHECK_FOR_INTERRUPTS();
	if (unlikely(++gov_progress_turns >= 1024))
		gov_progress_add_turns();
}

/* A receiver that stores the rows of a query, values whole, and counts them as done. */
extern DestReceiver *gov_progress_receiver(Tuplestorestate *store, MemoryContext context);

/* What a procedure that commits as it goes has done, for the errors that end it. */
typedef struct GovBatches
{
	const char *procedure;
	int64		committed;
	ErrorContextCallback callback;
} GovBatches;

extern void gov_progress_batches_begin(GovBatches *batches, const char *procedure);
extern void gov_progress_batches_end(GovBatches *batches);

extern void gov_progress_init(void);

#endif							/* GOV_SERVER_PROGRESS_H */
