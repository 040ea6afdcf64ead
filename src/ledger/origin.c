/*-------------------------------------------------------------------------
 *
 * ledger/origin.c
 *	  How far the ledger of this database is, and what arrived before it began.
 *
 * CREATE EXTENSION leaves the ledger empty, and a row "created" in
 * gov_ledger_origin, which is not dumped.  Until something is done here,
 * whoever has the rights of the extension's owner can restore: rows of all
 * tables are inserted past the gates, those of the ledger among them, and
 * nothing is appended, since an entry would take a number that one of the
 * dump bears.  What arrives is counted in gov_ledger_arrival, which is not
 * dumped either; settings of the session decide nothing.
 *
 * The first entry that is appended ends that, for its own transaction at once
 * and for all when it commits: it adds a row "acted".  Rows are only added, so
 * that first acts of several sessions do not wait for each other.  The first
 * chaining writes the first entry and adds "begun" (ledger/commit.c).
 *
 * An origin without any row was tampered with, and counts as begun.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/write.h"
#include "ledger/columns.h"
#include "ledger/origin.h"

PG_FUNCTION_INFO_V1(gov_origin_guard);

/* What the rows of gov_ledger_origin say. */
typedef struct GovOrigin
{
	bool		acted;
	bool		begun;
} GovOrigin;

/* What arrived in one table. */
typedef struct GovArrival
{
	char	   *table;
	int64		rows;
} GovArrival;

/* What arrived in all. */
typedef struct GovArrivals
{
	List	   *tables;			/* of GovArrival */
	List	   *logins;			/* of text, each once */
	int64		broken;
} GovArrivals;

/* The tables gov_ledger_origin of which it is known that they say so. */
static Oid	acted_in = InvalidOid;
static Oid	begun_in = InvalidOid;

/*
 * Is a row of ours being inserted?  An error leaves it so; it is asked in
 * workers of subscriptions alone, which an error ends.
 */
static bool writing = false;

/* Does a column of type text say "word"? */
static bool
gov_origin_says(Datum value, const char *word)
{
	text	   *said = DatumGetTextPP(value);
	Size		length = VARSIZE_ANY_EXHDR(said);

	return length == strlen(word) && memcmp(VARDATA_ANY(said), word, length) == 0;
}

/* Did this very transaction write a row, which it may still undo? */
static bool
gov_origin_is_own(TupleTableSlot *slot)
{
	bool		isnull;
	Datum		xmin = slot_getsysattr(slot, MinTransactionIdAttributeNumber, &isnull);

	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
}

/*
 * Reads gov_ledger_origin as it is now, this transaction's own rows included;
 * keeps in mind what the others say, for steps are never taken back.
 */
static GovOrigin
gov_origin_read(Oid relid)
{
	Relation	rel = table_open(relid, AccessShareLock);
	GovOrigin	origin = {false, false};
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan = table_beginscan(rel, snapshot, 0, NULL);
	bool		any = false;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		any = true;
		slot_getallattrs(slot);
		if (gov_origin_says(slot->tts_values[GOV_COL_ORIGIN_STEP - 1], GOV_ORIGIN_CREATED))
			continue;
		origin.acted = true;
		origin.begun |= gov_origin_says(slot->tts_values[GOV_COL_ORIGIN_STEP - 1], GOV_ORIGIN_BEGUN);
		if (gov_origin_is_own(slot))
			continue;
		acted_in = relid;
		if (gov_origin_says(slot->tts_values[GOV_COL_ORIGIN_STEP - 1], GOV_ORIGIN_BEGUN))
			begun_in = relid;
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	table_close(rel, AccessShareLock);
	if (!any)
		origin.acted = origin.begun = true;
	return origin;
}

/* Was an entry appended here? */
bool
gov_origin_has_acted(void)
{
	Oid			relid = gov_relation_oid("gov_ledger_origin");

	return relid == acted_in || gov_origin_read(relid).acted;
}

/* Does the chain have its first entry? */
bool
gov_origin_has_begun(void)
{
	Oid			relid = gov_relation_oid("gov_ledger_origin");

	return relid == begun_in || gov_origin_read(relid).begun;
}

/* Inserts the row of a writer of ours. */
static void
gov_origin_insert(GovWriter *writer)
{
	writing = true;
	gov_writer_insert(writer);
	writing = false;
}

/* Adds a row to the origin, which the rest of the transaction sees. */
void
gov_origin_note(const char *step)
{
	GovWriter	writer;

	gov_writer_open(&writer, "gov_ledger_origin", GOV_COL_ORIGIN_NATTS);
	gov_writer_blank(&writer);
	writer.slot->tts_values[GOV_COL_ORIGIN_STEP - 1] = CStringGetTextDatum(step);
	writer.slot->tts_values[GOV_COL_ORIGIN_AT - 1] = TimestampTzGetDatum(gov_now());
	writer.slot->tts_values[GOV_COL_ORIGIN_LOGIN - 1] = CStringGetTextDatum(gov_session_user_name());
	memset(writer.slot->tts_isnull, false, GOV_COL_ORIGIN_NATTS * sizeof(bool));
	gov_origin_insert(&writer);
	gov_writer_close(&writer);
	CommandCounterIncrement();
}

/* Reads the row that CREATE EXTENSION wrote. */
bool
gov_origin_created(Datum *at, Datum *login)
{
	Relation	rel = table_open(gov_relation_oid("gov_ledger_origin"), AccessShareLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan = table_beginscan(rel, GetActiveSnapshot(), 0, NULL);
	bool		found = false;

	while (!found && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		slot_getallattrs(slot);
		found = gov_origin_says(slot->tts_values[GOV_COL_ORIGIN_STEP - 1], GOV_ORIGIN_CREATED);
		if (!found)
			continue;
		*at = slot->tts_values[GOV_COL_ORIGIN_AT - 1];
		*login = PointerGetDatum(DatumGetTextPCopy(slot->tts_values[GOV_COL_ORIGIN_LOGIN - 1]));
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, AccessShareLock);
	return found;
}

/* Has the current user the rights of the extension's owner?  pg_write_all_data does not give them. */
bool
gov_origin_is_owner(void)
{
	return has_privs_of_role(GetUserId(), gov_extension_owner());
}

/* May rows be inserted as a restore does? */
bool
gov_origin_restoring(void)
{
	return gov_origin_is_owner() && !gov_origin_has_acted();
}

/*
 * Does a restore or a subscription bring the row of a trigger, before anything
 * was done?  A restore knows INSERT alone; a subscription brings what was
 * judged where it was done.
 */
bool
gov_origin_admits(const TriggerData *trigger)
{
	return (TRIGGER_FIRED_BY_INSERT(trigger->tg_event) || IsLogicalWorker()) && gov_origin_restoring();
}

/*
 * BEFORE INSERT row trigger of gov_ledger_origin and gov_ledger_arrival: rows
 * that a subscription copies, as one FOR ALL TABLES does, tell of another
 * database and are passed over.
 */
Datum
gov_origin_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_origin_guard");

	return PointerGetDatum(IsLogicalWorker() && !writing ? NULL : trigger->tg_trigtuple);
}

/* Counts rows that one statement inserted before anything was done. */
void
gov_origin_arrived(const char *table, int64 rows, int64 broken)
{
	GovWriter	writer;
	Datum	   *values;

	gov_writer_open(&writer, "gov_ledger_arrival", GOV_COL_ARRIVAL_NATTS);
	gov_writer_blank(&writer);
	values = writer.slot->tts_values;
	values[GOV_COL_ARRIVAL_TABLE - 1] = CStringGetTextDatum(table);
	values[GOV_COL_ARRIVAL_ROWS - 1] = Int64GetDatum(rows);
	values[GOV_COL_ARRIVAL_BROKEN - 1] = Int64GetDatum(broken);
	values[GOV_COL_ARRIVAL_LOGIN - 1] = CStringGetTextDatum(gov_session_user_name());
	values[GOV_COL_ARRIVAL_AT - 1] = TimestampTzGetDatum(gov_now());
	memset(writer.slot->tts_isnull, false, GOV_COL_ARRIVAL_NATTS * sizeof(bool));
	gov_origin_insert(&writer);
	gov_writer_close(&writer);
}

/* Adds the rows of one table. */
static void
gov_origin_add_rows(GovArrivals *arrivals, Datum table, int64 rows)
{
	GovArrival *arrival;
	ListCell   *cell;

	foreach(cell, arrivals->tables)
	{
		arrival = lfirst(cell);
		if (gov_origin_says(table, arrival->table))
		{
			arrival->rows += rows;
			return;
		}
	}
	arrival = palloc(sizeof(GovArrival));
	arrival->table = TextDatumGetCString(table);
	arrival->rows = rows;
	arrivals->tables = lappend(arrivals->tables, arrival);
}

/* Adds who inserted them. */
static void
gov_origin_add_login(GovArrivals *arrivals, Datum login)
{
	ListCell   *cell;

	foreach(cell, arrivals->logins)
	{
		if (gov_origin_says(login, lfirst(cell)))
			return;
	}
	arrivals->logins = lappend(arrivals->logins, TextDatumGetCString(login));
}

/* What arrived, as a payload: who inserted, how many rows of each table, how many entries are broken. */
static Datum
gov_origin_arrivals_payload(const GovArrivals *arrivals)
{
	Datum	   *logins = palloc(sizeof(Datum) * list_length(arrivals->logins));
	ListCell   *cell;
	int			count = 0;
	GovJson		tables;
	GovJson		payload;

	gov_json_begin(&tables);
	foreach(cell, arrivals->tables)
	{
		GovArrival *arrival = lfirst(cell);

		gov_json_int8(&tables, arrival->table, arrival->rows);
	}
	foreach(cell, arrivals->logins)
		logins[count++] = CStringGetTextDatum(lfirst(cell));
	gov_json_begin(&payload);
	gov_json_value(&payload, "logins", TEXTARRAYOID,
				   PointerGetDatum(construct_array(logins, count, TEXTOID, -1, false, TYPALIGN_INT)), false);
	gov_json_value(&payload, "rows", JSONBOID, gov_json_end(&tables), false);
	if (arrivals->broken > 0)
		gov_json_int8(&payload, "broken", arrivals->broken);
	return gov_json_end(&payload);
}

/* Empties gov_ledger_arrival, as the active snapshot shows it; the payload of what was in it, 0 for nothing. */
Datum
gov_origin_take_arrivals(void)
{
	GovWriter	writer;
	GovArrivals arrivals = {NIL, NIL, 0};
	TableScanDesc scan;
	TupleTableSlot *slot;

	gov_writer_open(&writer, "gov_ledger_arrival", GOV_COL_ARRIVAL_NATTS);
	slot = table_slot_create(writer.rel, NULL);
	scan = table_beginscan(writer.rel, GetActiveSnapshot(), 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		gov_origin_add_rows(&arrivals, slot->tts_values[GOV_COL_ARRIVAL_TABLE - 1],
							 DatumGetInt64(slot->tts_values[GOV_COL_ARRIVAL_ROWS - 1]));
		gov_origin_add_login(&arrivals, slot->tts_values[GOV_COL_ARRIVAL_LOGIN - 1]);
		arrivals.broken += DatumGetInt64(slot->tts_values[GOV_COL_ARRIVAL_BROKEN - 1]);
		gov_writer_delete(&writer, &slot->tts_tid);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	gov_writer_close(&writer);
	return arrivals.tables == NIL ? (Datum) 0 : gov_origin_arrivals_payload(&arrivals);
}
