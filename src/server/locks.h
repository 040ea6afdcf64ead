/*
 * server/locks.h: locks of the extension's own, beside those on rows.
 */
#ifndef GOV_SERVER_LOCKS_H
#define GOV_SERVER_LOCKS_H

/* What a transaction can wait for, beside rows (argument of gov_lock). */
typedef enum GovLock
{
	GOV_LOCK_CONTAINERS = 1,	/* the container forest: moves of objects */
	GOV_LOCK_VALUES,			/* the value forests: moves of values */
	GOV_LOCK_SYNC,				/* one sync at a time */
	GOV_LOCK_CONTAINMENT,		/* one containment activation at a time */
	GOV_LOCK_RECONCILE,			/* one reconcile at a time */
	GOV_LOCK_LEDGER,			/* one transaction chains the ledger */
	GOV_LOCK_SCAN,				/* one scan at a time */
	GOV_LOCK_SEAL,				/* one seal of the ledger at a time */
	GOV_LOCK_GRANTS,			/* levels are given and taken by one at a time */
	GOV_LOCK_EVENTS = 32		/* one transaction gives events their positions */
} GovLock;

extern void gov_lock(GovLock what);
extern bool gov_lock_try(GovLock what);
extern void gov_unlock(GovLock what);
extern void gov_lock_session(GovLock what);
extern void gov_unlock_session(GovLock what);

#endif							/* GOV_SERVER_LOCKS_H */
