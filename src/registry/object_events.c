/*-------------------------------------------------------------------------
 *
 * registry/object_events.c
 *	  What became of objects: gov_object_event, gov_find_object.
 *
 * One row for each birth, rename, move, replacement, retirement and revival,
 * written here alone.  An event names the object as it is called from then on, and, where a name
 * ended, what it was called before.  So former names are found by one index,
 * and a birth, of which there may be very many at once, adds nothing to it.
 *
 * Events are no acts: the act that brought them, a sync mostly, has one entry
 * in the ledger, with their number and a digest of them.  No foreign key leads
 * from here to gov_object: the history of an object outlives it, and checking
 * a key for each birth would cost more than writing the row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/hash.h"
#include "server/spi.h"
#include "server/statistics.h"
#include "server/table.h"
#include "server/write.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "registry/object_events.h"
#include "registry/objects.h"

PG_FUNCTION_INFO_V1(gov_find_object);

/* What was called so until now, of an object "o" that is to be called as "p" says. */
#define FORMER(column) \
	"CASE WHEN p.action = 'retired' OR (o.object_ref, o.object_type) <> (p.object_ref, p.object_type)" \
	" THEN o." column " END"

/* The columns of an event. */
#define EVENT_COLUMNS \
	"(seq, object_id, event, object_type, object_ref, container_id, former_type, former_ref, former_container)"

/* Notes what rows kept aside are about to do to objects. */
void
gov_object_event_put_rows(int64 seq, const char *rows)
{
	static const Oid types[] = {INT8OID};
	GovArg		arg = gov_int8(seq);
	uint64		born = gov_run_text(psprintf("INSERT INTO @.gov_object_event (seq, object_id, event, object_type, object_ref, container_id)"
											 " SELECT $1, p.object_id, 'born', p.object_type, p.object_ref, p.container_id"
											 " FROM %s AS p WHERE p.action = 'born'", rows),
									1, types, &arg, false);

	gov_statistics_follow("gov_object_event", born);
	(void) gov_run_text(psprintf("INSERT INTO @.gov_object_event " EVENT_COLUMNS
								 " SELECT $1, p.object_id, p.action, p.object_type, p.object_ref, p.container_id, "
								 FORMER("object_type") ", " FORMER("object_ref") ","
								 "  CASE WHEN o.container_id IS DISTINCT FROM p.container_id THEN o.container_id END"
								 " FROM %s AS p JOIN @.gov_object AS o ON o.object_id = p.object_id"
								 " WHERE p.action IN ('renamed', 'moved', 'replaced', 'retired', 'revived')", rows),
						1, types, &arg, false);
}

GOV_QUERY(put_event,
		  "INSERT INTO @.gov_object_event " EVENT_COLUMNS
		  " SELECT $1, p.object_id, p.action, o.object_type, o.object_ref, p.container_id, "
		  FORMER("object_type") ", " FORMER("object_ref") ","
		  "  CASE WHEN o.container_id IS DISTINCT FROM p.container_id THEN o.container_id END"
		  " FROM @.gov_object AS o JOIN LATERAL"
		  "  (SELECT o.object_id, $3 AS action, $4 AS container_id, o.object_type, o.object_ref) AS p ON true"
		  " WHERE o.object_id = $2",
		  INT8OID, INT8OID, TEXTOID, INT8OID);

/* Notes one event of one object. */
void
gov_object_event_put(int64 seq, int64 object_id, const char *event, int64 container)
{
	int			level = gov_spi_begin();

	gov_run(&put_event, gov_int8(seq), gov_int8(object_id), gov_text(event),
			container != 0 ? gov_int8(container) : gov_null());
	gov_spi_end(level);
}

/* What became of object "o" since it was row "b" of what was kept aside. */
#define BECAME \
	"CASE WHEN b.object_id IS NULL THEN CASE WHEN " GOV_OBJECT_LIVE("o") " THEN 'born' ELSE 'retired' END" \
	" WHEN " GOV_OBJECT_RETIRED("o") " THEN CASE WHEN " GOV_OBJECT_LIVE("b") " THEN 'retired' END" \
	" WHEN " GOV_OBJECT_RETIRED("b") " THEN 'revived'" \
	" WHEN (o.address_oid, o.address_subid) <> (b.address_oid, b.address_subid) AND o.address_system = b.address_system" \
	"  AND o.address_database = b.address_database THEN 'replaced'" \
	" WHEN o.container_id IS DISTINCT FROM b.container_id THEN 'moved'" \
	" WHEN (o.object_ref, o.object_type) <> (b.object_ref, b.object_type) THEN 'renamed' END"

/* The objects that were written, with what they were. */
#define WRITTEN(before) \
	" FROM @.gov_object AS o LEFT JOIN " before " AS b ON b.object_id = o.object_id" \
	" CROSS JOIN LATERAL (SELECT " BECAME " AS event) AS e WHERE o.object_id = ANY ($2)"

/* Notes what became of objects that were written already; how many did no more than change. */
int64
gov_object_event_put_net(int64 seq, const char *before, Datum ids)
{
	static const Oid types[] = {INT8OID, INT8ARRAYOID};
	GovArg		args[] = {gov_int8(seq), gov_datum(ids, false)};

	(void) gov_run_text(psprintf("INSERT INTO @.gov_object_event " EVENT_COLUMNS
								 " SELECT $1, o.object_id, e.event, o.object_type, o.object_ref,"
								 "  CASE WHEN e.event <> 'retired' THEN o.container_id END,"
								 "  CASE WHEN e.event = 'retired' OR (b.object_ref, b.object_type) <> (o.object_ref, o.object_type)"
								 "   THEN coalesce(b.object_type, o.object_type) END,"
								 "  CASE WHEN e.event = 'retired' OR (b.object_ref, b.object_type) <> (o.object_ref, o.object_type)"
								 "   THEN coalesce(b.object_ref, o.object_ref) END,"
								 "  CASE WHEN b.container_id IS DISTINCT FROM CASE WHEN e.event <> 'retired' THEN o.container_id END"
								 "   THEN b.container_id END"
								 WRITTEN("%s") " AND e.event IS NOT NULL", before),
						lengthof(args), types, args, false);
	(void) gov_run_text(psprintf("SELECT count(*)" WRITTEN("%s") " AND e.event IS NULL AND $1 IS NOT NULL"
								 " AND (o.attributes, o.source, o.address_names) IS DISTINCT FROM (b.attributes, b.source, b.address_names)",
								 before),
						lengthof(args), types, args, false);
	return gov_result_int8(0, 1);
}

/* Births that are being noted: objects are read, events are written, and their hashes gathered. */
typedef struct GovBirths
{
	int64		seq;
	GovTable	objects;
	GovIndex	by_id;
	GovWriter	events;
	StringInfoData hashes;
} GovBirths;

/* Writes the birth of the object in a slot. */
static void
gov_object_event_write_birth(GovBirths *births, TupleTableSlot *object)
{
	Datum	   *values;
	bool	   *nulls;

	gov_writer_blank(&births->events);
	values = births->events.slot->tts_values;
	nulls = births->events.slot->tts_isnull;
	memset(nulls, false, sizeof(bool) * GOV_COL_EVENT_NATTS);
	values[GOV_COL_EVENT_OBJECT - 1] = gov_slot_value(object, GOV_COL_OBJECT_ID);
	values[GOV_COL_EVENT_SEQ - 1] = Int64GetDatum(births->seq);
	values[GOV_COL_EVENT_AT - 1] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	values[GOV_COL_EVENT_CONTAINER - 1] = gov_slot_value(object, GOV_COL_OBJECT_CONTAINER);
	nulls[GOV_COL_EVENT_CONTAINER - 1] = gov_slot_isnull(object, GOV_COL_OBJECT_CONTAINER);
	nulls[GOV_COL_EVENT_FORMER_CONTAINER - 1] = true;
	values[GOV_COL_EVENT_EVENT - 1] = CStringGetTextDatum("born");
	values[GOV_COL_EVENT_TYPE - 1] = gov_slot_value(object, GOV_COL_OBJECT_TYPE);
	values[GOV_COL_EVENT_REF - 1] = gov_slot_value(object, GOV_COL_OBJECT_REF);
	nulls[GOV_COL_EVENT_FORMER_TYPE - 1] = true;
	nulls[GOV_COL_EVENT_FORMER_REF - 1] = true;
	gov_writer_insert(&births->events);
}

/* Adds what governance_internal.gov_object_event_digest hashes of that birth. */
static void
gov_object_event_hash_birth(GovBirths *births, TupleTableSlot *object)
{
	char	   *type = TextDatumGetCString(gov_slot_value(object, GOV_COL_OBJECT_TYPE));
	char	   *ref = TextDatumGetCString(gov_slot_value(object, GOV_COL_OBJECT_REF));
	char	   *words = psprintf("born %s %s", quote_literal_cstr(type), quote_literal_cstr(ref));

	enlargeStringInfo(&births->hashes, GOV_HASH_BYTES);
	gov_hash(gov_hasher_of_session(), words, strlen(words), (uint8 *) births->hashes.data + births->hashes.len);
	births->hashes.len += GOV_HASH_BYTES;
	pfree(words);
	pfree(ref);
	pfree(type);
}

/*
 * Notes the births of objects that were made; how many, and the digest of them.
 * Past SQL: nearly every transaction that is tracked ends with this, and the
 * statement and the digest would take a quarter of CREATE TABLE each.
 */
uint64
gov_object_event_put_births(int64 seq, Datum ids, char **digest)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	GovBirths	births = {.seq = seq};
	uint64		born = 0;
	ArrayType  *made = DatumGetArrayTypePCopy(ids);
	int64	   *made_ids = (int64 *) ARR_DATA_PTR(made);
	uint8		all[GOV_HASH_BYTES];
	int			count = ArrayGetNItems(ARR_NDIM(made), ARR_DIMS(made));

	qsort(made_ids, count, sizeof(int64), gov_object_compare_ids);
	initStringInfo(&births.hashes);
	gov_table_open(&births.objects, "gov_object", snapshot);
	gov_index_open(&births.by_id, &births.objects, "gov_object_pkey");
	gov_writer_open(&births.events, "gov_object_event", GOV_COL_EVENT_NATTS);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		gov_index_find_int8(&births.by_id, made_ids[i]);
		if (!gov_index_next(&births.by_id, GOV_COL_OBJECT_NATTS) || !gov_slot_isnull(births.by_id.slot, GOV_COL_OBJECT_RETIRED_AT))
			continue;
		gov_object_event_write_birth(&births, births.by_id.slot);
		gov_object_event_hash_birth(&births, births.by_id.slot);
		born++;
	}
	gov_writer_close(&births.events);
	gov_index_close(&births.by_id);
	gov_table_close(&births.objects);
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
	gov_hash(gov_hasher_of_session(), births.hashes.data, births.hashes.len, all);
	*digest = gov_hash_digits(all);
	pfree(births.hashes.data);
	return born;
}

GOV_QUERY(query_digest,
		  "SELECT governance_internal.gov_object_event_digest($1)", INT8OID);

/* Tells the world of births.  Known to a room above. */
static void (*object_events_tell) (int64 seq) = NULL;

/* Who tells the world of births. Called once from _PG_init. */
void
gov_object_events_init(void (*tell) (int64 seq))
{
	object_events_tell = tell;
}

/* Tells of the births of an entry, once the objects are written. */
void
gov_object_events_tell_births(int64 seq)
{
	if (object_events_tell != NULL)
		object_events_tell(seq);
}

/* The digest of the events of an entry, as the ledger keeps it. */
char *
gov_object_event_digest(int64 seq)
{
	gov_run(&query_digest, gov_int8(seq));
	return gov_result_text(0, 1);
}

GOV_QUERY(query_words,
		  "SELECT governance_internal.gov_object_event_words($1)", INT8OID);

/* The first events of an entry in words. */
Datum
gov_object_event_words(int64 seq)
{
	bool		isnull;

	gov_run(&query_words, gov_int8(seq));
	return gov_result_datum(0, 1, &isnull);
}

/*
 * The times that an object had a name, those that have it now first.  A name
 * begins with a birth, a revival, or where another one ended, and lasts until
 * it ends itself; what was there before its events were noted has had its name
 * from the beginning.
 */
GOV_QUESTION(query_named,
			 "WITH hit AS ("
			 "  SELECT o.object_id FROM @.gov_object AS o WHERE o.object_ref = $1 AND " GOV_OBJECT_LIVE("o")
			 "  UNION SELECT e.object_id FROM @.gov_object_event AS e WHERE e.former_ref = $1),"
			 " begun AS ("
			 "  SELECT e.object_id, e.object_type, e.seq, e.at FROM hit AS h"
			 "  JOIN @.gov_object_event AS e ON e.object_id = h.object_id AND e.object_ref = $1"
			 "  WHERE e.event IN ('born', 'revived') OR (e.event <> 'retired' AND e.former_ref IS NOT NULL)"
			 "  UNION ALL"
			 "  SELECT o.object_id, o.object_type, 0, o.born_at FROM hit AS h"
			 "  JOIN @.gov_object AS o ON o.object_id = h.object_id"
			 "  WHERE NOT EXISTS (SELECT FROM @.gov_object_event AS e WHERE e.object_id = o.object_id))"
			 " SELECT COALESCE(l.object_type, b.object_type), COALESCE(l.object_ref, $1), b.object_type, $1, b.at, u.at,"
			 "  CASE l.event WHEN 'retired' THEN l.at END"
			 " FROM begun AS b"
			 " LEFT JOIN LATERAL (SELECT e.* FROM @.gov_object_event AS e WHERE e.object_id = b.object_id"
			 "  ORDER BY e.seq DESC LIMIT 1) AS l ON true"
			 " LEFT JOIN LATERAL (SELECT e.at FROM @.gov_object_event AS e"
			 "  WHERE e.object_id = b.object_id AND e.seq > b.seq AND e.former_ref IS NOT NULL ORDER BY e.seq LIMIT 1) AS u ON true"
			 " ORDER BY u.at IS NOT NULL, b.at DESC, b.seq DESC, b.object_type COLLATE \"C\"",
			 TEXTOID);

/* gov_find_object(name): what bears or bore a name. */
Datum
gov_find_object(PG_FUNCTION_ARGS)
{
	char	   *name = gov_arg_ref(fcinfo, 0, "name");
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	gov_result_put_rows(gov_run(&query_named, gov_text(name)), (ReturnSetInfo *) fcinfo->resultinfo);
	gov_spi_end(level);
	return (Datum) 0;
}
