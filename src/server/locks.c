/*-------------------------------------------------------------------------
 *
 * server/locks.c
 *	  Locks of the extension's own, beside those on rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/inval.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/locks.h"

/* Raises in a read-only transaction and on a standby: our locks are for those who write. */
static void
gov_ensure_lockable(void)
{
	gov_ensure_act_writable();
}

/*
 * Takes a lock of ours until the end of the transaction.
 *
 * It is a lock on a database object: gov_object's pg_class entry with the
 * kind of lock as sub-object number, so it shows in pg_locks under its name,
 * conflicts with nothing else, and is part of deadlock detection.
 */
void
gov_lock(GovLock what)
{
	gov_ensure_lockable();
	LockDatabaseObject(RelationRelationId, gov_relation_oid("gov_object"),
					   (uint16) what, ExclusiveLock);
}

/* The tag under which a lock of ours is known to the server. */
static void
gov_lock_tag(GovLock what, LOCKTAG *tag)
{
	SET_LOCKTAG_OBJECT(*tag, MyDatabaseId, RelationRelationId,
					   gov_relation_oid("gov_object"), (uint16) what);
}

/*
 * The same lock for a procedure that commits as it goes: held across its
 * transactions, until gov_unlock_session or an error that ends one of them.
 * To be taken by a procedure that has committed once already, so that it is
 * known not to run inside a subtransaction, which would not give it back.
 */
void
gov_lock_session(GovLock what)
{
	LOCKTAG		tag;

	gov_ensure_lockable();
	gov_lock_tag(what, &tag);
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
	AcceptInvalidationMessages();
}

/* Gives back what gov_lock_session took. */
void
gov_unlock_session(GovLock what)
{
	LOCKTAG		tag;

	gov_lock_tag(what, &tag);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

/* Takes a lock of ours like gov_lock, unless somebody has it: never waits. */
bool
gov_lock_try(GovLock what)
{
	LOCKTAG		tag;

	gov_lock_tag(what, &tag);
	return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Gives it back before the end of the transaction: nothing was done under it. */
void
gov_unlock(GovLock what)
{
	LOCKTAG		tag;

	gov_lock_tag(what, &tag);
	(void) LockRelease(&tag, ExclusiveLock, false);
}
