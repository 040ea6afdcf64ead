/*-------------------------------------------------------------------------
 *
 * registry/objects.c
 *	  Finding a governed object by its type and reference, and writing
 *	  gov_object: the one file that does.
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

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_collation_d.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

#include "server/depth.h"
#include "server/during.h"
#include "server/extension.h"
#include "server/hold.h"
#include "server/spi.h"
#include "server/statistics.h"
#include "server/table.h"
#include "server/write.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "registry/objects.h"

GOV_LOOKUP(find_object,
		   "SELECT object_id FROM @.gov_object"
		   " WHERE object_ref = $1 AND object_type = $2"
		   " AND " GOV_OBJECT_LIVE("gov_object"),
		   TEXTOID, TEXTOID);

GOV_QUERY(query_hold,
		  "SELECT object_id FROM @.gov_object"
		  " WHERE object_id = $1 FOR NO KEY UPDATE",
		  INT8OID);

GOV_QUERY(query_describe,
		  "SELECT format('%s \"%s\"', object_type, object_ref) FROM @.gov_object"
		  " WHERE object_id = $1",
		  INT8OID);

/* Is the row in a slot the live object of a type and reference, both texts? */
static bool
gov_object_is_named(TupleTableSlot *slot, Datum type, Datum ref)
{
	return gov_slot_isnull(slot, GOV_COL_OBJECT_RETIRED_AT) &&
		DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, gov_slot_value(slot, GOV_COL_OBJECT_REF), ref)) &&
		DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, gov_slot_value(slot, GOV_COL_OBJECT_TYPE), type));
}

/*
 * The live object of a type and reference, held so that it cannot be retired,
 * renamed or moved; 0 when there is none.  By the table access method: a
 * trigger asks for each row of a statement, and with a query it would take most
 * of the statement's time.
 */
static int64
gov_object_find_share(const char *type, const char *ref)
{
	Datum		keys[] = {CStringGetTextDatum(ref), CStringGetTextDatum(type)};
	Snapshot	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	int64		object_id = 0;
	GovTable	objects;
	GovIndex	by_ref;

	gov_ensure_not_registered("an act");
	gov_table_open(&objects, "gov_object", snapshot);
	gov_index_open_keys(&by_ref, &objects, "gov_object_ref_key", lengthof(keys));
	gov_index_find_keys(&by_ref, keys);
	if (gov_index_next(&by_ref, GOV_COL_OBJECT_NATTS) &&
		gov_hold_row(&objects, by_ref.slot, LockTupleShare, GOV_COL_OBJECT_NATTS) && gov_object_is_named(by_ref.slot, keys[1], keys[0]))
		object_id = DatumGetInt64(gov_slot_value(by_ref.slot, GOV_COL_OBJECT_ID));
	gov_index_close(&by_ref);
	gov_table_close(&objects);
	UnregisterSnapshot(snapshot);
	return object_id;
}

/* The live object of a type and reference, held as asked for; 0 when there is none. */
int64
gov_object_find(const char *type, const char *ref, GovObjectLock lock)
{
	int64		object_id = 0;
	int			level;

	if (lock == GOV_OBJECT_SHARE)
		return gov_object_find_share(type, ref);
	level = gov_spi_begin();
	if (gov_run(&find_object[lock], gov_text(ref), gov_text(type)) > 0)
		object_id = gov_result_int8(0, 1);
	gov_spi_end(level);
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

/* Holds many likewise, in the order in which all acts do; "rows" as for gov_object_put_rows. */
void
gov_object_hold_rows(const char *rows)
{
	(void) gov_run_text(psprintf("SELECT count(*) FROM (SELECT FROM @.gov_object AS o"
								 " WHERE o.object_id IN (SELECT c.object_id FROM %s AS c)"
								 " ORDER BY o.object_id FOR NO KEY UPDATE OF o) AS held", rows),
						0, NULL, NULL, false);
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

/* ---- writing ---- */

GOV_QUERY(query_put,
		  "INSERT INTO @.gov_object (object_ref, object_type, container_id, source)"
		  " VALUES ($1, $2, $3, 'manual')"
		  " ON CONFLICT " GOV_OBJECT_KEY " DO NOTHING"
		  " RETURNING object_id",
		  TEXTOID, TEXTOID, INT8OID);

/* A container as an argument. */
static GovArg
gov_object_container(int64 container)
{
	return container != 0 ? gov_int8(container) : gov_null();
}

/* Makes an object that is registered by hand; its identity, 0 when the name is taken. */
int64
gov_object_put(const char *type, const char *ref, int64 container)
{
	int			level = gov_spi_begin();
	bool		made = gov_run(&query_put, gov_text(ref), gov_text(type), gov_object_container(container)) > 0;
	int64		object_id = made ? gov_result_int8(0, 1) : 0;

	gov_spi_end(level);
	return object_id;
}

GOV_QUERY(query_place,
		  "UPDATE @.gov_object SET retired_at = NULL, container_id = $2, attributes = attributes - 'retired_reason'"
		  " WHERE object_id = $1",
		  INT8OID, INT8OID);

/* Makes an object live, in a container. */
void
gov_object_place(int64 object_id, int64 container)
{
	int			level = gov_spi_begin();

	gov_run(&query_place, gov_int8(object_id), gov_object_container(container));
	gov_spi_end(level);
}

GOV_QUERY(query_retire,
		  "UPDATE @.gov_object SET retired_at = now(),"
		  " attributes = attributes || jsonb_strip_nulls(jsonb_build_object('retired_reason', $2))"
		  " WHERE object_id = $1",
		  INT8OID, TEXTOID);

/* Retires an object that was registered by hand. */
void
gov_object_retire(int64 object_id, const char *reason)
{
	int			level = gov_spi_begin();

	gov_run(&query_retire, gov_int8(object_id), gov_text(reason));
	gov_spi_end(level);
}

GOV_QUERY(query_change_source,
		  "UPDATE @.gov_object SET source = $2 WHERE source = $1",
		  TEXTOID, TEXTOID);

/* Gives all objects of a source another source. */
void
gov_object_change_source(const char *from, const char *to)
{
	int			level = gov_spi_begin();

	gov_run(&query_change_source, gov_text(from), gov_text(to));
	gov_spi_end(level);
}

/* Makes objects, but those whose name is taken. */
uint64
gov_object_put_rows(const char *rows)
{
	uint64		made = gov_spi_write(psprintf("INSERT INTO @.gov_object (object_id, container_id, object_type, source, object_ref, attributes,"
								  "  address_class, address_names, address_args, address_oid, address_system, address_database, address_subid)"
								  " SELECT c.object_id, c.container_id, c.object_type, c.source, c.object_ref, c.attributes,"
								  "  c.address_class, c.address_names, c.address_args, c.address_oid, c.address_system, c.address_database, c.address_subid"
								  " FROM %s AS c ON CONFLICT " GOV_OBJECT_KEY " DO NOTHING", rows), NULL);

	gov_statistics_follow("gov_object", made);
	return made;
}

/* Writes objects as the rows describe them, and makes them live. */
uint64
gov_object_change_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_object AS o"
								  " SET container_id = c.container_id, retired_at = NULL, object_type = c.object_type,"
								  "  source = c.source, object_ref = c.object_ref, attributes = c.attributes,"
								  "  address_class = c.address_class, address_names = c.address_names,"
								  "  address_args = c.address_args, address_oid = c.address_oid,"
								  "  address_system = c.address_system, address_database = c.address_database,"
								  "  address_subid = c.address_subid"
								  " FROM %s AS c WHERE o.object_id = c.object_id", rows), NULL);
}

/* Retires objects that are live, each for a reason, which it keeps, or for none. */
uint64
gov_object_retire_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_object AS o SET retired_at = now(),"
								  " attributes = CASE WHEN c.reason IS NULL THEN o.attributes"
								  "  ELSE o.attributes || jsonb_build_object('retired_reason', c.reason) END FROM %s AS c"
								  " WHERE o.object_id = c.object_id AND " GOV_OBJECT_LIVE("o"), rows), NULL);
}

/* Writes retired objects as the rows describe them; they stay retired, since the time that the rows say, if they do. */
uint64
gov_object_put_back_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_object AS o"
								  " SET container_id = c.container_id, retired_at = coalesce(c.retired_at, o.retired_at),"
								  "  object_type = c.object_type, source = c.source, object_ref = c.object_ref, attributes = c.attributes,"
								  "  address_class = c.address_class, address_names = c.address_names,"
								  "  address_args = c.address_args, address_oid = c.address_oid,"
								  "  address_system = c.address_system, address_database = c.address_database,"
								  "  address_subid = c.address_subid"
								  " FROM %s AS c WHERE o.object_id = c.object_id AND " GOV_OBJECT_RETIRED("o"), rows), NULL);
}

/* Are objects being moved that cannot form a cycle? */
static GovDuring moves_unlocked;

/* Until the current subtransaction ends, objects are moved without the lock of the forest. */
void
gov_object_moves_unlocked(void)
{
	gov_during_begin(&moves_unlocked);
}

/* Is it so, for a statement of ours? */
bool
gov_object_moves_are_unlocked(void)
{
	return gov_during(&moves_unlocked) && gov_spi_running();
}

/* What looks at the container and the source of an object that is inserted. */
static const char *const references[] = {
	"gov_object_container_id_fkey", "gov_object_source_fkey", "gov_object_forest_insert"
};

/*
 * Makes an object of the catalogs of this database, whose name is free; its
 * identity.  Past SQL: DDL makes one for each command, and a statement would
 * take longer than a third of CREATE TABLE.
 */
int64
gov_object_put_catalog(const GovCatalogObject *object)
{
	int64		object_id = nextval_internal(gov_relation_oid("gov_object_object_id_seq"), false);
	GovWriter	writer;
	Datum	   *values;
	bool	   *nulls;

	gov_writer_open(&writer, "gov_object", GOV_COL_OBJECT_ALL_NATTS);
	if (object->held && object->container < object_id)
		gov_writer_vouch(&writer, references, lengthof(references));
	gov_writer_blank(&writer);
	values = writer.slot->tts_values;
	nulls = writer.slot->tts_isnull;
	memset(nulls, false, sizeof(bool) * GOV_COL_OBJECT_ALL_NATTS);
	values[GOV_COL_OBJECT_ID - 1] = Int64GetDatum(object_id);
	values[GOV_COL_OBJECT_CONTAINER - 1] = Int64GetDatum(object->container);
	nulls[GOV_COL_OBJECT_CONTAINER - 1] = object->container == 0;
	values[GOV_COL_OBJECT_BORN_AT - 1] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	nulls[GOV_COL_OBJECT_RETIRED_AT - 1] = true;
	values[GOV_COL_OBJECT_TYPE - 1] = object->object_type;
	values[GOV_COL_OBJECT_SOURCE - 1] = object->source;
	values[GOV_COL_OBJECT_REF - 1] = object->object_ref;
	values[GOV_COL_OBJECT_ATTRIBUTES - 1] = object->attributes;
	values[GOV_COL_OBJECT_CLASS - 1] = object->address_class;
	values[GOV_COL_OBJECT_NAMES - 1] = object->address_names;
	values[GOV_COL_OBJECT_ARGS - 1] = object->address_args;
	values[GOV_COL_OBJECT_OID - 1] = ObjectIdGetDatum(object->address_oid);
	values[GOV_COL_OBJECT_SYSTEM - 1] = Int64GetDatum((int64) GetSystemIdentifier());
	values[GOV_COL_OBJECT_DATABASE - 1] = ObjectIdGetDatum(MyDatabaseId);
	values[GOV_COL_OBJECT_SUBID - 1] = Int32GetDatum(0);
	gov_writer_insert(&writer);
	gov_writer_close(&writer);
	CommandCounterIncrement();
	return object_id;
}

/* Orders identities, for qsort. */
int
gov_object_compare_ids(const void *one, const void *other)
{
	int64		a = *(const int64 *) one;
	int64		b = *(const int64 *) other;

	return a < b ? -1 : a > b;
}

GOV_QUERY(query_retire_ids,
		  "UPDATE @.gov_object AS o SET retired_at = now() WHERE o.object_id = ANY ($1) AND " GOV_OBJECT_LIVE("o"),
		  INT8ARRAYOID);

/* Retires live objects by their identities. */
uint64
gov_object_retire_ids(Datum ids)
{
	return gov_run(&query_retire_ids, gov_datum(ids, false));
}

GOV_QUERY(query_delete_ids, "DELETE FROM @.gov_object AS o WHERE o.object_id = ANY ($1)", INT8ARRAYOID);

/* Deletes objects that nothing points at, by their identities. */
uint64
gov_object_delete_ids(Datum ids)
{
	return gov_run(&query_delete_ids, gov_datum(ids, false));
}

/* Deletes objects that nothing points at. */
uint64
gov_object_delete_rows(const char *rows)
{
	return gov_spi_write(psprintf("DELETE FROM @.gov_object AS o USING %s AS c WHERE o.object_id = c.object_id", rows), NULL);
}
