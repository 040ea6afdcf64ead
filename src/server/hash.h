/*
 * server/hash.h: SHA-256, the only hash that anything of ours is named or
 * sealed by.
 */
#ifndef GOV_SERVER_HASH_H
#define GOV_SERVER_HASH_H

#include "common/cryptohash.h"
#include "common/sha2.h"

#define GOV_HASH_BYTES		PG_SHA256_DIGEST_LENGTH

/* What hashing needs, made once for many hashes, in the current memory context. */
typedef struct GovHasher
{
	pg_cryptohash_ctx *context;
} GovHasher;

extern void gov_hasher_begin(GovHasher *hasher);
extern void gov_hasher_end(GovHasher *hasher);

/* The hasher of this session, for hashes that nothing else is hashed between. */
extern GovHasher *gov_hasher_of_session(void);

/* A hash of bytes that come piece by piece. */
extern void gov_hasher_start(GovHasher *hasher);
extern void gov_hasher_add(GovHasher *hasher, const void *bytes, size_t length);
extern void gov_hasher_finish(GovHasher *hasher, uint8 *hash);

/* The hash of some bytes; "hash" has room for GOV_HASH_BYTES. */
extern void gov_hash(GovHasher *hasher, const void *bytes, size_t length, uint8 *hash);

/* A hash in lower-case hexadecimal digits. */
extern char *gov_hash_digits(const uint8 *hash);

/* The hash of some bytes, in such digits. */
extern char *gov_hash_hex(const void *bytes, size_t length);

#endif							/* GOV_SERVER_HASH_H */
