/*-------------------------------------------------------------------------
 *
 * ledger/chain.c
 *	  The chain of the ledger: the canonical form, its hash, the links.
 *
 * An entry is written without a hash, so that writers never wait for each
 * other, and gets one later: it is then chained.  seq comes from a sequence,
 * and transactions commit in another order than they drew their numbers, so
 * the order of the chain is not that of seq but "position", 1, 2, 3, ...
 * without gaps, given at chaining.  Whoever chains takes all entries that are
 * visible and not chained yet, smaller seq first; an entry whose transaction
 * is still open is not visible, keeps nobody waiting, and gets a position
 * after it has committed.  So nothing stalls and nothing is skipped.
 *
 * Chaining happens just before a transaction commits, never earlier: one
 * transaction chains at a time, and since its links may be undone until its
 * end, it holds a lock from the first to there.  So nobody holds that lock for
 * longer than a commit takes; a transaction that stays open or is prepared,
 * whatever it did, keeps nobody from chaining.  The lock is only ever tried:
 * who does not get it leaves the entries to the next one.  Under the lock the
 * newest snapshot is used, whatever the isolation level, for the links that
 * the holder before has made.
 *
 * A transaction that appended chains its own entries, and looks at no more
 * than GOV_LEDGER_BATCH entries of others and twice as many as it wrote: one
 * act does not pay for a million others, nor for the dead index entries that a
 * snapshot held elsewhere keeps alive.  gov_reconcile, gov_ledger_seal and
 * gov_ledger_verify, where its caller could write, have all chained.
 *
 * A link is an UPDATE of its entry (server/write.c), past the triggers that
 * refuse any.  Entries of acts could be written once, with their hash, only by
 * whoever holds the lock from the entry to the commit, so that acts would wait
 * for each other; bench/ledger.sh shows what it costs to write them twice.  What
 * is appended just before the commit, as the entry of tracked DDL is, gets its
 * place before it is written, when nobody else is chaining and nothing else is
 * to be chained.
 *
 * The canonical form, hashed by SHA-256 in UTF-8 (gov_utf8), is the tag
 * "governance-ledger-2" followed by ten fields, each as its length in bytes,
 * a colon, and its text:
 *
 *	   previous hash   64 hexadecimal digits, empty for the first entry
 *	   position, seq   decimal
 *	   at              microseconds since 1970-01-01 00:00 UTC, decimal
 *	   actor, login, action
 *	   target, payload the text of the jsonb
 *	   object_id       decimal, empty for none
 *
 * Format 1 is the same without the last and with the tag "governance-ledger-1".
 *
 * The text of a jsonb is canonical: the type keeps no duplicate key, orders
 * keys by length and bytes, keeps numbers as numeric with the digits given,
 * and writes one space after each colon and comma.  Lengths make the form
 * unambiguous.  All of it stands in the entry, and nothing depends on the
 * session's settings, so the hash can be computed anywhere.  object_id is the
 * one surrogate in it: gov_history finds entries by it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "server/extension.h"
#include "server/utf8.h"
#include "server/write.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/pass.h"

#define CANONICAL_TAG		"governance-ledger-"

/* Microseconds from the Unix epoch to the server's. */
#define EPOCH_DISTANCE \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* Adds one field to a canonical form. */
static void
gov_ledger_field(StringInfo form, const char *text, int length)
{
	const char *utf8 = gov_utf8(text, &length);
	char		prefix[MAXINT8LEN + 1];
	int			digits = pg_ltoa(length, prefix);

	prefix[digits] = ':';
	appendBinaryStringInfo(form, prefix, digits + 1);
	appendBinaryStringInfo(form, utf8, length);
	if (utf8 != text)
		pfree(unconstify(char *, utf8));
}

/* Adds a number as a field. */
static void
gov_ledger_field_int8(StringInfo form, int64 number)
{
	char		text[MAXINT8LEN + 1];

	gov_ledger_field(form, text, pg_lltoa(number, text));
}

/* Adds a number that may be missing as a field. */
static void
gov_ledger_field_optional(StringInfo form, const GovLedgerRow *row, int column)
{
	if (row->nulls[column - 1])
		gov_ledger_field(form, "", 0);
	else
		gov_ledger_field_int8(form, DatumGetInt64(row->values[column - 1]));
}

/* Adds a column of type text as a field. */
static void
gov_ledger_field_text(StringInfo form, const GovLedgerRow *row, int column)
{
	text	   *value = DatumGetTextPP(row->values[column - 1]);

	gov_ledger_field(form, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* Adds a column of type jsonb as a field. */
static void
gov_ledger_field_jsonb(GovLedgerHasher *hasher, const GovLedgerRow *row, int column)
{
	Jsonb	   *value = DatumGetJsonbP(row->values[column - 1]);

	resetStringInfo(&hasher->json);
	(void) JsonbToCString(&hasher->json, &value->root, VARSIZE(value));
	gov_ledger_field(&hasher->form, hasher->json.data, hasher->json.len);
}

/* Makes a hasher, in the current memory context. */
void
gov_ledger_hasher_begin(GovLedgerHasher *hasher)
{
	initStringInfo(&hasher->form);
	initStringInfo(&hasher->json);
	gov_hasher_begin(&hasher->hash);
}

/* Frees what a hasher holds. */
void
gov_ledger_hasher_end(GovLedgerHasher *hasher)
{
	gov_hasher_end(&hasher->hash);
	pfree(hasher->json.data);
	pfree(hasher->form.data);
}

/* How many bytes the texts of an entry take as they are stored, uncompressed. */
Size
gov_ledger_bytes(const Datum *values)
{
	Size		bytes = 0;

	for (int column = GOV_COL_LEDGER_ACTOR; column <= GOV_COL_LEDGER_PAYLOAD; column++)
		bytes += toast_raw_datum_size(values[column - 1]);
	return bytes;
}

/* Why an entry cannot be hashed; NULL when it can. */
const char *
gov_ledger_unhashable(const GovLedgerRow *row)
{
	int16		format = row->nulls[GOV_COL_LEDGER_FORMAT - 1] ? 0
		: DatumGetInt16(row->values[GOV_COL_LEDGER_FORMAT - 1]);

	if (format < 1 || format > GOV_LEDGER_FORMAT)
		return "its form is not known to this version";
	for (int column = GOV_COL_LEDGER_SEQ; column <= GOV_COL_LEDGER_PAYLOAD; column++)
	{
		if (row->nulls[column - 1])
			return "a part of it is missing";
	}
	if (TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(row->values[GOV_COL_LEDGER_AT - 1])))
		return "it has no time";
	if (gov_ledger_bytes(row->values) > GOV_LEDGER_MAX_BYTES)
		return "it is larger than an entry may be";
	return NULL;
}

/* Writes the canonical form of an entry that can be hashed. */
static void
gov_ledger_write_form(GovLedgerHasher *hasher, const GovLedgerRow *row, int64 position, const uint8 *prev_hash)
{
	StringInfo	form = &hasher->form;
	int16		format = DatumGetInt16(row->values[GOV_COL_LEDGER_FORMAT - 1]);
	char		hex[GOV_HASH_BYTES * 2];

	resetStringInfo(form);
	appendStringInfo(form, "%s%d", CANONICAL_TAG, format);
	gov_ledger_field(form, hex, prev_hash == NULL ? 0 : hex_encode((const char *) prev_hash, GOV_HASH_BYTES, hex));
	gov_ledger_field_int8(form, position);
	gov_ledger_field_int8(form, row->seq);
	gov_ledger_field_int8(form, DatumGetTimestampTz(row->values[GOV_COL_LEDGER_AT - 1]) + EPOCH_DISTANCE);
	gov_ledger_field_text(form, row, GOV_COL_LEDGER_ACTOR);
	gov_ledger_field_text(form, row, GOV_COL_LEDGER_LOGIN);
	gov_ledger_field_text(form, row, GOV_COL_LEDGER_ACTION);
	gov_ledger_field_jsonb(hasher, row, GOV_COL_LEDGER_TARGET);
	gov_ledger_field_jsonb(hasher, row, GOV_COL_LEDGER_PAYLOAD);
	if (format >= 2)
		gov_ledger_field_optional(form, row, GOV_COL_LEDGER_OBJECT);
}

/*
 * The hash of an entry at a position after a previous hash (NULL: none).
 * Gives NULL, or why it has none: no entry, whatever is in it, may raise here,
 * for it would keep all acts from committing.
 */
static const char *
gov_ledger_hash(GovLedgerHasher *hasher, const GovLedgerRow *row, int64 position,
				const uint8 *prev_hash, uint8 *hash)
{
	const char *reason = gov_ledger_unhashable(row);

	if (reason != NULL)
		return reason;
	gov_ledger_write_form(hasher, row, position, prev_hash);
	gov_hash(&hasher->hash, hasher->form.data, hasher->form.len, hash);
	return NULL;
}

/* Copies hash or prev_hash of an entry; false when it is NULL or no hash. */
bool
gov_ledger_hash_column(const GovLedgerRow *row, int column, uint8 *hash)
{
	bytea	   *value;

	if (row->nulls[column - 1])
		return false;
	value = DatumGetByteaPP(row->values[column - 1]);
	if (VARSIZE_ANY_EXHDR(value) != GOV_HASH_BYTES)
		return false;
	memcpy(hash, VARDATA_ANY(value), GOV_HASH_BYTES);
	return true;
}

/*
 * What is wrong with the content of a chained entry whose hash that is (NULL:
 * none); NULL when nothing is.
 */
const char *
gov_ledger_wrong_entry(GovLedgerHasher *hasher, const GovLedgerRow *row, const uint8 *hash)
{
	uint8		prev_hash[GOV_HASH_BYTES];
	uint8		computed[GOV_HASH_BYTES];
	bool		has_prev = gov_ledger_hash_column(row, GOV_COL_LEDGER_PREV_HASH, prev_hash);
	const char *reason;

	if (hash == NULL)
		return "it has a position and no hash";
	reason = gov_ledger_hash(hasher, row, row->position, has_prev ? prev_hash : NULL, computed);
	if (reason != NULL)
		return reason;
	if (memcmp(computed, hash, GOV_HASH_BYTES) != 0)
		return "it was changed after it was chained";
	return NULL;
}

/* The last entry of one table that is chained, from a position on (0: from the beginning); position 0 for none. */
static void
gov_ledger_read_last(const char *table, Snapshot snapshot, int64 from, GovLedgerHead *head)
{
	GovLedgerPass scan;
	GovLedgerRow row;

	memset(head, 0, sizeof(GovLedgerHead));
	gov_ledger_pass_begin(&scan, table, snapshot, GOV_LEDGER_LAST, from);
	while (head->position == 0 && gov_ledger_pass_step(&scan, &row, BackwardScanDirection))
	{
		if (!gov_ledger_hash_column(&row, GOV_COL_LEDGER_HASH, head->hash))
			continue;
		head->position = row.position;
		head->seq = row.seq;
	}
	gov_ledger_pass_end(&scan);
}

/*
 * The last entry of the ledger that is chained.  Looked for first from where it
 * was when the session looked last: the server reads all of an index page that
 * an open scan may want, which takes longer than to find the entry.
 */
static void
gov_ledger_read_end(Snapshot snapshot, GovLedgerHead *head)
{
	static Oid	seen_in = InvalidOid;
	static int64 seen = 0;
	Oid			ledger = gov_relation_oid("gov_ledger");

	if (seen > 0 && seen_in == ledger)
		gov_ledger_read_last("gov_ledger", snapshot, seen, head);
	if (seen == 0 || seen_in != ledger || head->position == 0)
		gov_ledger_read_last("gov_ledger", snapshot, 0, head);
	seen_in = ledger;
	seen = head->position;
}

/*
 * The end of the chain.  Sealing leaves the last chained entry in the ledger;
 * when there is none and the archive holds some, entries were removed.  The
 * chain then goes on behind a hole that gov_ledger_verify sees.
 */
void
gov_ledger_read_head(Snapshot snapshot, GovLedgerHead *head)
{
	gov_ledger_read_end(snapshot, head);
	if (head->position > 0)
		return;
	gov_ledger_read_last("gov_ledger_archive", snapshot, 0, head);
	if (head->position > 0)
		head->position++;
}

/* A hash as a bytea. */
static Datum
gov_ledger_hash_datum(const uint8 *hash)
{
	bytea	   *value = palloc(VARHDRSZ + GOV_HASH_BYTES);

	SET_VARSIZE(value, VARHDRSZ + GOV_HASH_BYTES);
	memcpy(VARDATA(value), hash, GOV_HASH_BYTES);
	return PointerGetDatum(value);
}

/* Sets position, previous hash and hash in the columns of an entry. */
static void
gov_ledger_set_link(Datum *values, bool *nulls, const GovLedgerHead *before, const GovLedgerHead *now)
{
	values[GOV_COL_LEDGER_PREV_HASH - 1] = gov_ledger_hash_datum(before->hash);
	nulls[GOV_COL_LEDGER_PREV_HASH - 1] = before->position == 0;
	values[GOV_COL_LEDGER_HASH - 1] = gov_ledger_hash_datum(now->hash);
	nulls[GOV_COL_LEDGER_HASH - 1] = false;
	values[GOV_COL_LEDGER_POSITION - 1] = Int64GetDatum(now->position);
	nulls[GOV_COL_LEDGER_POSITION - 1] = false;
}

/* Gives the entry that a pass is at its place: position, previous hash, hash. */
static void
gov_ledger_link(GovLedgerPass *scan, GovWriter *writer, const GovLedgerHead *before, const GovLedgerHead *now)
{
	TupleTableSlot *slot = writer->slot;
	int			natts = slot->tts_tupleDescriptor->natts;

	ExecClearTuple(slot);
	memcpy(slot->tts_values, scan->slot->tts_values, sizeof(Datum) * natts);
	memcpy(slot->tts_isnull, scan->slot->tts_isnull, sizeof(bool) * natts);
	gov_ledger_set_link(slot->tts_values, slot->tts_isnull, before, now);
	gov_writer_update(writer, &scan->slot->tts_tid);
}

/* What the end of the chain is with an entry behind it; false for one that cannot be hashed. */
static bool
gov_ledger_next(GovLedgerHasher *hasher, const GovLedgerRow *row, const GovLedgerHead *head, GovLedgerHead *next)
{
	next->position = head->position + 1;
	next->seq = row->seq;
	return gov_ledger_hash(hasher, row, next->position, head->position > 0 ? head->hash : NULL, next->hash) == NULL;
}

/*
 * Chains one unchained entry behind the head, which becomes it; false for one
 * that is half chained already, which somebody tampered with, or that cannot
 * be hashed: both stay as they are, and gov_ledger_verify names them.
 */
static bool
gov_ledger_chain_row(GovLedgerPass *scan, GovLedgerHasher *hasher, const GovLedgerRow *row,
					 GovWriter *writer, GovLedgerHead *head)
{
	GovLedgerHead now;

	if (!row->nulls[GOV_COL_LEDGER_HASH - 1] || !gov_ledger_next(hasher, row, head, &now))
		return false;
	gov_ledger_link(scan, writer, head, &now);
	*head = now;
	return true;
}

/* Chains the unchained entries that a pass gives; how many. */
static uint64
gov_ledger_chain_rows(GovLedgerPass *scan, GovWriter *writer, GovLedgerHead *head)
{
	MemoryContext each = AllocSetContextCreate(CurrentMemoryContext, "governance ledger entry",
											   ALLOCSET_DEFAULT_SIZES);
	GovLedgerHasher hasher;
	GovLedgerRow row;
	uint64		count = 0;

	gov_ledger_hasher_begin(&hasher);
	while (gov_ledger_pass_next(scan, &row))
	{
		MemoryContext caller = MemoryContextSwitchTo(each);

		if (gov_ledger_chain_row(scan, &hasher, &row, writer, head))
			count++;
		else
			scan->visited--;	/* what stays as it is hides nothing behind it */
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	gov_ledger_hasher_end(&hasher);
	MemoryContextDelete(each);
	return count;
}

/* Chains up to a limit of entries, all for GOV_LEDGER_ALL; the caller holds the lock of the chain. */
uint64
gov_ledger_chain(int64 limit)
{
	GovLedgerPass scan;
	GovLedgerHead head;
	GovWriter	writer;
	uint64		count;

	PushActiveSnapshot(GetLatestSnapshot());
	gov_ledger_read_head(GetActiveSnapshot(), &head);
	gov_writer_open(&writer, "gov_ledger", GOV_COL_LEDGER_NATTS);
	gov_ledger_pass_begin(&scan, "gov_ledger", GetActiveSnapshot(), GOV_LEDGER_UNCHAINED, 0);
	scan.limit = limit;
	count = gov_ledger_chain_rows(&scan, &writer, &head);
	gov_ledger_pass_end(&scan);
	gov_writer_close(&writer);
	PopActiveSnapshot();
	return count;
}

/* Is nothing left to be chained, as the first index entries tell? */
static bool
gov_ledger_is_chained(Snapshot snapshot)
{
	GovLedgerPass scan;
	GovLedgerRow row;
	bool		chained;

	gov_ledger_pass_begin(&scan, "gov_ledger", snapshot, GOV_LEDGER_UNCHAINED, 0);
	scan.limit = GOV_LEDGER_BATCH;
	chained = !gov_ledger_pass_next(&scan, &row) && scan.visited <= scan.limit;
	gov_ledger_pass_end(&scan);
	return chained;
}

/* Gives an entry that is not written yet its place, when nothing else has to be chained before it; under the lock of the chain. */
bool
gov_ledger_place(GovLedgerRow *row)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	bool		placed = gov_ledger_is_chained(snapshot);
	GovLedgerHasher hasher;
	GovLedgerHead head;
	GovLedgerHead now;

	if (placed)
	{
		gov_ledger_read_head(snapshot, &head);
		gov_ledger_hasher_begin(&hasher);
		placed = gov_ledger_next(&hasher, row, &head, &now);
		gov_ledger_hasher_end(&hasher);
	}
	UnregisterSnapshot(snapshot);
	if (placed)
		gov_ledger_set_link(row->values, row->nulls, &head, &now);
	return placed;
}
