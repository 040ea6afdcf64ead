/*-------------------------------------------------------------------------
 *
 * rollout/timer.c
 *	  The time that a rehearsal may take.
 *
 * A statement_timeout that is set inside a running statement does not fire,
 * so a rehearsal has a timer of its own.  It cancels what runs, as a statement
 * is cancelled, and does so again and again: code that catches the error is
 * cancelled at once at its next step, outside of the block that caught it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/timeout.h"

#include "server/rehearsing.h"
#include "rollout/timer.h"

/* How often a rehearsal whose time is over is cancelled anew. */
#define GOV_TIMER_AGAIN_MS	200

/* The timer, registered once a session needs it. */
static TimeoutId timer = MAX_TIMEOUTS;
static volatile sig_atomic_t time_is_over = false;

/* The timer fires: cancel what runs. */
static void
gov_timer_fires(void)
{
	time_is_over = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

/* Called when a subtransaction ends: one that ends because the time is over may have had its error caught. */
static void
gov_timer_subtransaction_ends(SubXactEvent event, SubTransactionId ended pg_attribute_unused(),
							  SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_ABORT_SUB || !time_is_over || !gov_rehearsing())
		return;
	InterruptPending = true;
	QueryCancelPending = true;
}

/* How long ago, in milliseconds. */
double
gov_timer_ms_since(instr_time since)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, since);
	return INSTR_TIME_GET_MILLISEC(now);
}

/* Starts the clock. */
void
gov_timer_start(int milliseconds)
{
	if (timer == MAX_TIMEOUTS)
	{
		timer = RegisterTimeout(USER_TIMEOUT, gov_timer_fires);
		RegisterSubXactCallback(gov_timer_subtransaction_ends, NULL);
	}
	time_is_over = false;
	enable_timeout_every(timer, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds), GOV_TIMER_AGAIN_MS);
}

/* Is the time over? */
bool
gov_timer_is_over(void)
{
	return time_is_over;
}

/* Stops the clock, when all is undone; was the time over?  A cancel that it left behind is taken back. */
bool
gov_timer_stop(void)
{
	bool		over;

	disable_timeout(timer, false);
	over = time_is_over;
	time_is_over = false;
	if (over && !ProcDiePending)
		QueryCancelPending = false;
	return over;
}
