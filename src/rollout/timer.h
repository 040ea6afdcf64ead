/*
 * rollout/timer.h: the time that a rehearsal may take.
 */
#ifndef GOV_ROLLOUT_TIMER_H
#define GOV_ROLLOUT_TIMER_H

#include "rollout/rehearsal.h"

/* How long ago, in milliseconds. */
extern double gov_timer_ms_since(instr_time since);

/* Starts the clock of a rehearsal. */
extern void gov_timer_start(int milliseconds);

/* Is its time over? */
extern bool gov_timer_is_over(void);

/* Stops it, when all is undone; was the time over? */
extern bool gov_timer_stop(void);

#endif							/* GOV_ROLLOUT_TIMER_H */
