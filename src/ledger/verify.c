/*-------------------------------------------------------------------------
 *
 * ledger/verify.c
 *	  Is the ledger whole?  gov_ledger_verify and gov_ledger_head.
 *
 * The chain is walked by position, archive first, and every hash computed
 * anew.  It finds: an entry that was changed in any column that the hash
 * covers; one that is missing, since positions have no gaps; one put in or
 * rewritten together with its own hash, since the next one does not follow it;
 * an order that was changed, since position, seq and the previous hash are
 * hashed; a ledger that was emptied, since one that has begun has a first
 * entry, which tells of CREATE EXTENSION.  What was cut off at the end, and a
 * chain written anew as a whole, are found by a digest kept elsewhere: it must
 * be the hash of some entry, the last or an earlier one.
 *
 * After a broken link the walk goes on from what is stored, so that one change
 * is reported once.  Entries that are not chained yet are not protected by
 * anything.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/extension.h"
#include "server/progress.h"
#include "server/spi.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/commit.h"
#include "ledger/origin.h"
#include "ledger/pass.h"
#include "ledger/verify.h"

PG_FUNCTION_INFO_V1(gov_ledger_verify);
PG_FUNCTION_INFO_V1(gov_ledger_head);

/* A walk in progress. */
typedef struct GovLedgerWalk
{
	Snapshot	snapshot;
	int64		first;			/* position to check from; the one before it
								 * only gives its hash */
	int64		position;		/* of the entry before; 0 for none */
	int64		last_seq;		/* the largest seq met */
	bool		has_hash;		/* does the entry before have a hash? */
	uint8		hash[GOV_HASH_BYTES];
	const uint8 *expected;		/* digest to meet, or NULL */
	bool		met;
	bool		has_first;		/* is the first entry there? */
	GovLedgerHasher hasher;
	GovLedgerReport report;
	void	   *context;
} GovLedgerWalk;

/* What is wrong with the place of an entry in the chain; NULL when nothing is. */
static const char *
gov_ledger_wrong_place(GovLedgerWalk *walk, const GovLedgerRow *row)
{
	uint8		prev_hash[GOV_HASH_BYTES];
	bool		has_prev = gov_ledger_hash_column(row, GOV_COL_LEDGER_PREV_HASH, prev_hash);

	if (row->position <= walk->position)
		return "another entry has its position";
	if (row->position > walk->position + 1)
		return psprintf("entries before it are missing: " INT64_FORMAT,
						row->position - walk->position - 1);
	if (row->position == 1)
		return walk->has_first ? NULL : "it is not the first entry, which tells of CREATE EXTENSION";
	if (walk->has_hash && (!has_prev || memcmp(prev_hash, walk->hash, GOV_HASH_BYTES) != 0))
		return "it does not follow the entry before it, which was replaced";
	return NULL;
}

/* Is it the entry that tells of CREATE EXTENSION? */
static bool
gov_ledger_is_first(const GovLedgerRow *row)
{
	return row->position <= 1 && row->seq == 1 && !row->nulls[GOV_COL_LEDGER_ACTION - 1] &&
		strcmp(TextDatumGetCString(row->values[GOV_COL_LEDGER_ACTION - 1]), GOV_LEDGER_GENESIS) == 0;
}

/* One step of a walk. */
static void
gov_ledger_walk_entry(GovLedgerWalk *walk, const GovLedgerRow *row)
{
	uint8		hash[GOV_HASH_BYTES];
	bool		has_hash = gov_ledger_hash_column(row, GOV_COL_LEDGER_HASH, hash);
	const char *reason = NULL;

	if (row->position == 1)
		walk->has_first = gov_ledger_is_first(row);
	if (row->position >= walk->first)
	{
		reason = gov_ledger_wrong_entry(&walk->hasher, row, has_hash ? hash : NULL);
		if (reason == NULL)
			reason = gov_ledger_wrong_place(walk, row);
	}
	if (reason != NULL)
		walk->report(walk->context, row->seq, reason);
	walk->position = row->position;
	walk->last_seq = Max(walk->last_seq, row->seq);
	walk->has_hash = has_hash;
	memcpy(walk->hash, hash, GOV_HASH_BYTES);
	if (has_hash && walk->expected != NULL && memcmp(hash, walk->expected, GOV_HASH_BYTES) == 0)
		walk->met = true;
}

/* Walks the chained entries of one table. */
static void
gov_ledger_walk_chained(GovLedgerWalk *walk, const char *table)
{
	MemoryContext each = AllocSetContextCreate(CurrentMemoryContext, "governance ledger entry",
											   ALLOCSET_DEFAULT_SIZES);
	GovLedgerPass scan;
	GovLedgerRow row;

	gov_ledger_pass_begin(&scan, table, walk->snapshot, GOV_LEDGER_CHAINED, walk->first - 1);
	while (gov_ledger_pass_next(&scan, &row))
	{
		MemoryContext caller = MemoryContextSwitchTo(each);

		gov_ledger_walk_entry(walk, &row);
		gov_progress_add(1);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	gov_ledger_pass_end(&scan);
	MemoryContextDelete(each);
}

/* Looks at the entries without a position: none of them has a hash, and each can get one. */
static void
gov_ledger_walk_unchained(GovLedgerWalk *walk)
{
	GovLedgerPass scan;
	GovLedgerRow row;

	gov_ledger_pass_begin(&scan, "gov_ledger", walk->snapshot, GOV_LEDGER_UNCHAINED, 0);
	while (gov_ledger_pass_next(&scan, &row))
	{
		const char *reason = gov_ledger_unhashable(&row);

		if (gov_ledger_is_first(&row))
			walk->has_first = true;
		if (!row.nulls[GOV_COL_LEDGER_HASH - 1] || !row.nulls[GOV_COL_LEDGER_PREV_HASH - 1])
			reason = "it has a hash and no position";
		if (reason != NULL)
			walk->report(walk->context, row.seq, reason);
	}
	gov_ledger_pass_end(&scan);
}

/* Is the expected digest the hash of an entry before those that were walked? */
static bool
gov_ledger_met_before(GovLedgerWalk *walk, const char *table)
{
	GovLedgerPass scan;
	GovLedgerRow row;
	uint8		hash[GOV_HASH_BYTES];
	bool		met = false;

	gov_ledger_pass_begin(&scan, table, walk->snapshot, GOV_LEDGER_CHAINED, 1);
	while (!met && gov_ledger_pass_next(&scan, &row) && row.position < walk->first)
		met = gov_ledger_hash_column(&row, GOV_COL_LEDGER_HASH, hash) &&
			memcmp(hash, walk->expected, GOV_HASH_BYTES) == 0;
	gov_ledger_pass_end(&scan);
	return met;
}

/* Reports a digest that no entry has. */
static void
gov_ledger_walk_expected(GovLedgerWalk *walk)
{
	if (walk->expected == NULL || walk->met)
		return;
	if (walk->first > 1 && (gov_ledger_met_before(walk, "gov_ledger_archive") ||
							gov_ledger_met_before(walk, "gov_ledger")))
		return;
	walk->report(walk->context, walk->last_seq + 1,
				 "no entry has the expected head: entries from here on were removed, or earlier ones written anew");
}

GOV_QUERY(find_position,
		  "SELECT l.position FROM (SELECT seq, position FROM @.gov_ledger"
		  " UNION ALL SELECT seq, position FROM @.gov_ledger_archive) AS l"
		  " WHERE l.seq >= $1 ORDER BY l.seq LIMIT 1",
		  INT8OID);

/* The position to check from; past the end when nothing from there is chained. */
static int64
gov_ledger_first_position(int64 from_seq)
{
	int			level;
	int64		position = PG_INT64_MAX;

	if (from_seq <= 1)
		return 1;
	level = gov_spi_begin();
	if (gov_run_latest(&find_position, gov_int8(from_seq)) > 0 && !gov_result_isnull(0, 1))
		position = gov_result_int8(0, 1);
	gov_spi_end(level);
	return position;
}

/*
 * Walks the chain from the entry from_seq on (0: all of it); reads only.
 * expected_head: a digest that must be in it, or NULL.
 */
void
gov_ledger_walk(int64 from_seq, const uint8 *expected_head, GovLedgerReport report, void *context)
{
	GovLedgerWalk walk = {0};
	int64		sealed;

	walk.snapshot = RegisterSnapshot(GetLatestSnapshot());
	walk.first = gov_ledger_first_position(from_seq);
	walk.position = Max(walk.first - 2, 0);
	walk.expected = expected_head;
	walk.report = report;
	walk.context = context;
	gov_ledger_hasher_begin(&walk.hasher);
	gov_ledger_walk_chained(&walk, "gov_ledger_archive");
	sealed = walk.position;
	gov_ledger_walk_chained(&walk, "gov_ledger");
	if (walk.first == 1 && sealed > 0 && walk.position == sealed)
		report(context, walk.last_seq + 1, "entries after the archive are missing: the last that is chained stays in the ledger");
	gov_ledger_walk_unchained(&walk);
	if (walk.first == 1 && walk.position == 0 && !walk.has_first && gov_origin_has_begun())
		report(context, 1, "the ledger is empty: its first entry, which tells of CREATE EXTENSION, is missing");
	gov_ledger_walk_expected(&walk);
	gov_ledger_hasher_end(&walk.hasher);
	UnregisterSnapshot(walk.snapshot);
}

/* Puts a broken link into the result of gov_ledger_verify. */
static void
gov_ledger_verify_put(void *context, int64 seq, const char *reason)
{
	ReturnSetInfo *result = (ReturnSetInfo *) context;
	Datum		values[2] = {Int64GetDatum(seq), CStringGetTextDatum(reason)};
	bool		nulls[2] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* A digest from its 64 hexadecimal digits. */
static void
gov_ledger_parse_digest(const char *text, uint8 *digest)
{
	if (strlen(text) != GOV_HASH_BYTES * 2 ||
		strspn(text, "0123456789abcdefABCDEF") != GOV_HASH_BYTES * 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" is no digest", "expected_head"),
				 errdetail("A digest has %d hexadecimal digits.", GOV_HASH_BYTES * 2),
				 errhint("gov_ledger_head() gives one.")));
	(void) hex_decode(text, GOV_HASH_BYTES * 2, (char *) digest);
}

/*
 * gov_ledger_verify(from_seq, expected_head): the broken links.
 *
 * It reads, whoever calls.  When the transaction of a role with the owner's
 * rights commits, what was left unchained is chained.
 */
Datum
gov_ledger_verify(PG_FUNCTION_ARGS)
{
	char	   *expected_head = gov_arg_text_or_null(fcinfo, 1);
	uint8		digest[GOV_HASH_BYTES];
	bool		told = gov_progress_begin("gov_ledger_verify");

	gov_progress_phase("walking entries", GOV_PROGRESS_UNKNOWN);
	if (expected_head != NULL)
		gov_ledger_parse_digest(expected_head, digest);
	InitMaterializedSRF(fcinfo, 0);
	gov_ledger_walk(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0),
					expected_head != NULL ? digest : NULL,
					gov_ledger_verify_put, fcinfo->resultinfo);
	if (has_privs_of_role(GetOuterUserId(), gov_extension_owner()))
		gov_ledger_chain_all_later();
	gov_progress_end(told);
	return (Datum) 0;
}

/* gov_ledger_head(): the digest of all that is chained, to keep elsewhere; it only reads. */
Datum
gov_ledger_head(PG_FUNCTION_ARGS)
{
	GovLedgerHead head;
	Snapshot	snapshot;
	char		hex[GOV_HASH_BYTES * 2];

	(void) fcinfo;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	gov_ledger_read_head(snapshot, &head);
	UnregisterSnapshot(snapshot);
	if (head.position == 0)
		PG_RETURN_NULL();
	(void) hex_encode((const char *) head.hash, GOV_HASH_BYTES, hex);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(hex, sizeof(hex)));
}
