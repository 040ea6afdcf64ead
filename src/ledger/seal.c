/*-------------------------------------------------------------------------
 *
 * ledger/seal.c
 *	  Old entries in the archive.
 *
 * Sealing moves the oldest part of the chain to gov_ledger_archive as it is,
 * and leaves an entry with the digest of what was moved.  The chain goes
 * through both tables: nothing is hashed anew, gov_ledger_verify walks the
 * archive first.  The last chained entry always stays in the ledger, so that
 * its end is found there.
 *
 * Lock: its own, waited for, one seal at a time.  Others go on chaining
 * meanwhile: what is sealed was chained before, and the end stays.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "server/args.h"
#include "server/caller.h"
#include "server/compat.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/locks.h"
#include "server/spi.h"
#include "server/write.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/commit.h"
#include "ledger/ledger.h"
#include "ledger/pass.h"
#include "ledger/verify.h"

/* What was moved: how many entries, and the last of them. */
typedef struct GovLedgerSealed
{
	int64		entries;
	int64		first_seq;
	GovLedgerHead last;
} GovLedgerSealed;

/* Raises at the first broken link. */
static void
gov_ledger_seal_refuse(void *context pg_attribute_unused(), int64 seq, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_GOV_LEDGER_BROKEN),
			 errmsg("a broken ledger cannot be sealed"),
			 errdetail("Entry " INT64_FORMAT ": %s.", seq, reason),
			 errhint("SELECT * FROM %s.gov_ledger_verify() lists all that is broken.", gov_schema_quoted())));
}

/*
 * For each column that somebody added to the archive, the number of the
 * ledger's column of the same name and type; 0 for none.
 */
static AttrNumber *
gov_ledger_seal_map(TupleDesc ledger, TupleDesc archive)
{
	AttrNumber *map = palloc0(sizeof(AttrNumber) * archive->natts);

	for (int i = GOV_COL_LEDGER_NATTS; i < archive->natts; i++)
	{
		Form_pg_attribute to = TupleDescAttr(archive, i);

		for (int j = GOV_COL_LEDGER_NATTS; j < ledger->natts; j++)
		{
			Form_pg_attribute from = TupleDescAttr(ledger, j);

			if (!to->attisdropped && !from->attisdropped && to->attgenerated == '\0' &&
				strcmp(NameStr(to->attname), NameStr(from->attname)) == 0 &&
				to->atttypid == from->atttypid && to->atttypmod == from->atttypmod)
				map[i] = j + 1;
		}
	}
	return map;
}

/* Moves one entry, as it is, to the archive. */
static void
gov_ledger_seal_entry(GovLedgerPass *scan, GovWriter *ledger, GovWriter *archive, const AttrNumber *map)
{
	TupleTableSlot *to = archive->slot;
	TupleTableSlot *from = scan->slot;

	gov_writer_blank(archive);
	for (int i = 0; i < to->tts_tupleDescriptor->natts; i++)
	{
		int			column = i < GOV_COL_LEDGER_NATTS ? i + 1 : map[i];

		if (column == 0)
			continue;
		to->tts_values[i] = from->tts_values[column - 1];
		to->tts_isnull[i] = from->tts_isnull[column - 1];
	}
	gov_writer_insert(archive);
	gov_writer_delete(ledger, &from->tts_tid);
}

/* Moves the oldest entries, up to the first that is not older than an instant. */
static void
gov_ledger_seal_move(TimestampTz before, Snapshot snapshot, int64 last_position, GovLedgerSealed *sealed)
{
	MemoryContext each = AllocSetContextCreate(CurrentMemoryContext, "governance ledger entry",
											   ALLOCSET_DEFAULT_SIZES);
	GovWriter	ledger;
	GovWriter	archive;
	AttrNumber *map;
	GovLedgerPass scan;
	GovLedgerRow row;

	gov_writer_open(&ledger, "gov_ledger", GOV_COL_LEDGER_NATTS);
	gov_writer_open(&archive, "gov_ledger_archive", GOV_COL_LEDGER_NATTS);
	map = gov_ledger_seal_map(RelationGetDescr(ledger.rel), RelationGetDescr(archive.rel));
	gov_ledger_pass_begin(&scan, "gov_ledger", snapshot, GOV_LEDGER_CHAINED, 1);
	while (gov_ledger_pass_next(&scan, &row) && row.position < last_position &&
		   DatumGetTimestampTz(row.values[GOV_COL_LEDGER_AT - 1]) < before)
	{
		MemoryContext caller = MemoryContextSwitchTo(each);

		if (sealed->entries++ == 0)
			sealed->first_seq = row.seq;
		sealed->last.seq = row.seq;
		(void) gov_ledger_hash_column(&row, GOV_COL_LEDGER_HASH, sealed->last.hash);
		gov_ledger_seal_entry(&scan, &ledger, &archive, map);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	gov_ledger_pass_end(&scan);
	gov_writer_close(&archive);
	gov_writer_close(&ledger);
	MemoryContextDelete(each);
}

/* The entry that a seal leaves. */
static void
gov_ledger_seal_note(const GovLedgerSealed *sealed, TimestampTz before, const char *digest)
{
	GovJson		payload;

	gov_json_begin(&payload);
	gov_json_value(&payload, "before", TIMESTAMPTZOID, TimestampTzGetDatum(before), false);
	gov_json_int8(&payload, "entries", sealed->entries);
	gov_json_int8(&payload, "first_seq", sealed->first_seq);
	gov_json_int8(&payload, "last_seq", sealed->last.seq);
	gov_json_text(&payload, "digest", digest);
	gov_ledger_append("ledger_seal", 0, (Datum) 0, gov_json_end(&payload));
}

/* gov_ledger_seal(before): entries, last_seq and digest of what was moved. */
GOV_ACT(gov_ledger_seal)
{
	GovLedgerSealed sealed = {0};
	GovLedgerHead head;
	Snapshot	snapshot;
	TupleDesc	desc;
	TimestampTz before;
	char		hex[GOV_HASH_BYTES * 2 + 1] = "";
	Datum		values[3];
	bool		nulls[3] = {false};

	gov_ensure_not_null(PG_ARGISNULL(0), "before");
	before = PG_GETARG_TIMESTAMPTZ(0);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function \"%s\" returns a row", "gov_ledger_seal")));
	PreventCommandIfReadOnly("gov_ledger_seal");
	gov_lock(GOV_LOCK_SEAL);
	gov_ledger_walk(0, NULL, gov_ledger_seal_refuse, NULL);
	gov_ledger_chain_all_later();

	snapshot = RegisterSnapshot(GetLatestSnapshot());
	gov_ledger_read_head(snapshot, &head);
	gov_ledger_seal_move(before, snapshot, head.position, &sealed);
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
	if (sealed.entries > 0)
	{
		(void) hex_encode((const char *) sealed.last.hash, GOV_HASH_BYTES, hex);
		gov_ledger_seal_note(&sealed, before, hex);
	}
	values[0] = Int64GetDatum(sealed.entries);
	values[1] = Int64GetDatum(sealed.last.seq);
	values[2] = CStringGetTextDatum(hex);
	nulls[1] = nulls[2] = sealed.entries == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
