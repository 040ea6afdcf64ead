/*-------------------------------------------------------------------------
 *
 * registry/objects.c
 *	  Finding a governed object by its type and reference.
 *
 * People name objects by (object_type, object_ref), which is unique among
 * live objects; everything stored names them by object_id.
 *
 * Locks.  Acts on an object lock its row: WRITE (FOR NO KEY UPDATE) where
 * two sessions could each add what only one may add, SHARE where the object
 * only has to stay live.  Both wait for a retirement in progress and then
 * look again; foreign keys (FOR KEY SHARE) wait for neither.  Objects are
 * locked after axes and values, and before assignments and ownership;
 * several of them in the order of object_id.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/objects.h"

GOV_QUERY(query_find,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2"
		  " AND " GOV_OBJECT_LIVE("gov_object"),
		  TEXTOID, TEXTOID);

GOV_QUESTION(query_find_as_asked,
			 "SELECT object_id FROM @.gov_object"
			 " WHERE object_ref = $1 AND object_type = $2"
			 " AND " GOV_OBJECT_LIVE("gov_object"),
			 TEXTOID, TEXTOID);

GOV_QUERY(query_find_share,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2"
		  " AND " GOV_OBJECT_LIVE("gov_object") " FOR SHARE",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_find_write,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2"
		  " AND " GOV_OBJECT_LIVE("gov_object") " FOR NO KEY UPDATE",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_hold,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE object_id = $1 FOR NO KEY UPDATE",
		  INT8OID);

GOV_QUERY(query_describe,
		  "SELECT format('%s \"%s\"', object_type, object_ref) FROM @.gov_object"
		  " WHERE object_id = $1",
		  INT8OID);

GOV_QUERY(query_known_type,
		  "SELECT EXISTS (SELECT 1 FROM @.gov_object"
		  " WHERE object_type = $1 AND " GOV_OBJECT_LIVE("gov_object") ")",
		  TEXTOID);

GOV_QUERY(query_retired_at,
		  "SELECT max(retired_at) FROM @.gov_object"
		  " WHERE object_ref = $1 AND object_type = $2",
		  TEXTOID, TEXTOID);

/* Runs the look-up that goes with a lock; 0 when there is no such live object. */
static int64
gov_object_lookup(const char *type, const char *ref, GovObjectLock lock)
{
	GovQuery   *query = &query_find;
	int64		object_id = 0;
	int			level = gov_spi_begin();

	if (lock == GOV_OBJECT_AS_ASKED)
		query = &query_find_as_asked;
	else if (lock == GOV_OBJECT_SHARE)
		query = &query_find_share;
	else if (lock == GOV_OBJECT_WRITE)
		query = &query_find_write;
	if (gov_run(query, gov_text(ref), gov_text(type)) > 0)
		object_id = gov_result_int8(0, 1);
	gov_spi_end(level);
	return object_id;
}

/*
 * Raises for an object that is not there, saying whether it once was, or
 * whether even its type is unknown.
 */
static void
gov_object_raise_unknown(const char *type, const char *ref)
{
	char	   *retired_at;
	bool		known_type;
	int			level = gov_spi_begin();

	gov_run(&query_known_type, gov_text(type));
	known_type = gov_result_bool(0, 1);
	gov_run(&query_retired_at, gov_text(ref), gov_text(type));
	retired_at = gov_result_text(0, 1);
	gov_spi_end(level);

	if (retired_at != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("object %s \"%s\" is retired", type, ref),
				 errhint("Only a live object can be governed; register it again if it is back.")));
	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("object %s \"%s\" does not exist", type, ref),
			 known_type ? 0 : errdetail("There is no live object of type \"%s\" at all.", type),
			 errhint(GOV_OBJECT_HINT)));
}

/* The live object of a type and reference; 0 when there is none. */
int64
gov_object_find(const char *type, const char *ref)
{
	return gov_object_lookup(type, ref, GOV_OBJECT_READ);
}

/* The live object of a type and reference; raises when there is none. */
int64
gov_ensure_object(const char *type, const char *ref)
{
	return gov_ensure_object_locked(type, ref, GOV_OBJECT_READ);
}

/*
 * The same, held until the end of the transaction.  A look-up that waited
 * for a retirement finds nothing and raises; at REPEATABLE READ the server
 * itself raises a serialization failure.
 */
int64
gov_ensure_object_locked(const char *type, const char *ref, GovObjectLock lock)
{
	int64		object_id = gov_object_lookup(type, ref, lock);

	if (object_id == 0)
		gov_object_raise_unknown(type, ref);
	return object_id;
}

/* Holds an object whose identity is known, live or retired, against other acts. */
void
gov_object_hold(int64 object_id)
{
	int			level = gov_spi_begin();

	gov_run(&query_hold, gov_int8(object_id));
	gov_spi_end(level);
}

/* How messages name an object: its type, and its reference in quotes. */
char *
gov_object_describe(int64 object_id)
{
	char	   *result;
	int			level = gov_spi_begin();

	if (gov_run(&query_describe, gov_int8(object_id)) > 0)
		result = gov_result_text(0, 1);
	else
		result = NULL;
	gov_spi_end(level);
	return result != NULL ? result : psprintf("object " INT64_FORMAT, object_id);
}
