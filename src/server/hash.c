/*-------------------------------------------------------------------------
 *
 * server/hash.c
 *	  SHA-256 by the server's own library.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "server/hash.h"

/* Makes what hashing needs, in the current memory context. */
void
gov_hasher_begin(GovHasher *hasher)
{
	hasher->context = pg_cryptohash_create(PG_SHA256);
	if (hasher->context == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
}

/* Frees it. */
void
gov_hasher_end(GovHasher *hasher)
{
	pg_cryptohash_free(hasher->context);
}

/*
 * The hasher of this session.  The server frees what a hash needs when the
 * query ends that made it; this one belongs to no query, so that a function
 * called for each row need not make it anew.
 */
GovHasher *
gov_hasher_of_session(void)
{
	static GovHasher hasher;
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext caller;

	if (hasher.context != NULL)
		return &hasher;
	/* without OpenSSL it lies in the current memory context */
	caller = MemoryContextSwitchTo(TopMemoryContext);
	CurrentResourceOwner = ResourceOwnerCreate(NULL, "governance hasher");
	PG_TRY();
	{
		gov_hasher_begin(&hasher);
	}
	PG_FINALLY();
	{
		CurrentResourceOwner = owner;
		MemoryContextSwitchTo(caller);
	}
	PG_END_TRY();
	return &hasher;
}

/* Raises that something failed that cannot. */
static void
gov_hasher_fail(const GovHasher *hasher)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYSTEM_ERROR),
			 errmsg("could not compute a hash: %s", pg_cryptohash_error(hasher->context))));
}

/* Begins a hash of bytes that come piece by piece. */
void
gov_hasher_start(GovHasher *hasher)
{
	if (pg_cryptohash_init(hasher->context) != 0)
		gov_hasher_fail(hasher);
}

/* Takes a piece. */
void
gov_hasher_add(GovHasher *hasher, const void *bytes, size_t length)
{
	if (pg_cryptohash_update(hasher->context, bytes, length) != 0)
		gov_hasher_fail(hasher);
}

/* The hash of all that it took. */
void
gov_hasher_finish(GovHasher *hasher, uint8 *hash)
{
	if (pg_cryptohash_final(hasher->context, hash, GOV_HASH_BYTES) != 0)
		gov_hasher_fail(hasher);
}

/* The hash of some bytes. */
void
gov_hash(GovHasher *hasher, const void *bytes, size_t length, uint8 *hash)
{
	gov_hasher_start(hasher);
	gov_hasher_add(hasher, bytes, length);
	gov_hasher_finish(hasher, hash);
}

/* A hash in lower-case hexadecimal digits. */
char *
gov_hash_digits(const uint8 *hash)
{
	char	   *hex = palloc(GOV_HASH_BYTES * 2 + 1);

	hex[hex_encode((const char *) hash, GOV_HASH_BYTES, hex)] = '\0';
	return hex;
}

/* The hash of some bytes, in such digits. */
char *
gov_hash_hex(const void *bytes, size_t length)
{
	GovHasher	hasher;
	uint8		hash[GOV_HASH_BYTES];

	gov_hasher_begin(&hasher);
	gov_hash(&hasher, bytes, length, hash);
	gov_hasher_end(&hasher);
	return gov_hash_digits(hash);
}
