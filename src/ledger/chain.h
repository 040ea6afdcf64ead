/*
 * ledger/chain.h: the chain of the ledger: how entries are read, hashed and
 * linked.  For the files of the ledger, and for whoever wants all of it
 * chained (gov_reconcile).
 */
#ifndef GOV_LEDGER_CHAIN_H
#define GOV_LEDGER_CHAIN_H

#include "lib/stringinfo.h"
#include "utils/snapshot.h"

#include "server/args.h"
#include "server/hash.h"
#include "ledger/pass.h"

/* The action of the first entry, which tells of CREATE EXTENSION. */
#define GOV_LEDGER_GENESIS	"create_extension"

/* How many entries of others an act looks at, at most, when it chains. */
#define GOV_LEDGER_BATCH	250
#define GOV_LEDGER_ALL		0

/* The canonical form that entries are written in. */
#define GOV_LEDGER_FORMAT		2

/* How many bytes the texts of an entry may take as they are stored. */
#define GOV_LEDGER_MAX_BYTES	(GOV_ARGUMENT_MAX_BYTES + 1024 * 1024)

/* The end of the chain; position 0 when there is none. */
typedef struct GovLedgerHead
{
	int64		position;
	int64		seq;
	uint8		hash[GOV_HASH_BYTES];
} GovLedgerHead;

/* What hashing entries takes, used for one after the other. */
typedef struct GovLedgerHasher
{
	StringInfoData form;		/* the canonical form */
	StringInfoData json;		/* the text of one column of it */
	GovHasher	hash;
} GovLedgerHasher;

extern void gov_ledger_hasher_begin(GovLedgerHasher *hasher);
extern void gov_ledger_hasher_end(GovLedgerHasher *hasher);
extern const char *gov_ledger_wrong_entry(GovLedgerHasher *hasher, const GovLedgerRow *row, const uint8 *hash);
extern bool gov_ledger_hash_column(const GovLedgerRow *row, int column, uint8 *hash);
extern void gov_ledger_read_head(Snapshot snapshot, GovLedgerHead *head);

extern const char *gov_ledger_unhashable(const GovLedgerRow *row);
extern Size gov_ledger_bytes(const Datum *values);

/* Chains what is committed, and what this transaction wrote, under the lock of the chain; how many. */
extern uint64 gov_ledger_chain(int64 limit);

/* Gives an entry that is about to be written its place; false when others have to be chained before it.  Likewise. */
extern bool gov_ledger_place(GovLedgerRow *row);

#endif							/* GOV_LEDGER_CHAIN_H */
