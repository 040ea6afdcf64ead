/*-------------------------------------------------------------------------
 *
 * server/hash.c
 *	  SHA-256 by the server's own library.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

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

/* The hash of some bytes. */
void
gov_hash(GovHasher *hasher, const void *bytes, size_t length, uint8 *hash)
{
	if (pg_cryptohash_init(hasher->context) != 0 ||
		pg_cryptohash_update(hasher->context, bytes, length) != 0 ||
		pg_cryptohash_final(hasher->context, hash, GOV_HASH_BYTES) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("could not compute a hash: %s", pg_cryptohash_error(hasher->context))));
}

/* The hash of some bytes, in lower-case hexadecimal digits. */
char *
gov_hash_hex(const void *bytes, size_t length)
{
	GovHasher	hasher;
	uint8		hash[GOV_HASH_BYTES];
	char	   *hex = palloc(GOV_HASH_BYTES * 2 + 1);

	gov_hasher_begin(&hasher);
	gov_hash(&hasher, bytes, length, hash);
	gov_hasher_end(&hasher);
	hex[hex_encode((const char *) hash, GOV_HASH_BYTES, hex)] = '\0';
	return hex;
}
