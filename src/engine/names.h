/*
 * engine/names.h: the names of a model, and which number each has.
 *
 * One hash table of names serves all kinds: its key is a kind and one or two
 * texts.  Another one beside it has names as rows hold them.  It is used by
 * model.c alone, and inline, because it runs for every row.
 */
#ifndef GOV_ENGINE_NAMES_H
#define GOV_ENGINE_NAMES_H

#include "common/hashfn.h"

#include "engine/number.h"

/* What a name names. */
typedef enum GovNameKind
{
	GOV_NAME_AUTHORITY,
	GOV_NAME_AXIS,
	GOV_NAME_VALUE,
	GOV_NAME_TYPE
} GovNameKind;

/* The key of the hash table: texts by address and length. */
typedef struct GovName
{
	const char *first;
	const char *second;			/* only for values: axis, value */
	uint32		first_length;
	uint32		second_length;
	GovNameKind kind;
} GovName;

typedef struct GovNameEntry
{
	GovName		name;
	uint32		hash;
	int			number;
	char		status;
} GovNameEntry;

/* Eight bytes at an address of any alignment. */
static inline uint64
gov_bytes_read8(const char *at)
{
	uint64		bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/*
 * Hash of a name: that of its last text.  Values of different axes seldom
 * share a code, and equality looks at both texts.
 */
static inline uint32
gov_name_hash(GovName name)
{
	uint32		hash = name.second != NULL
		? hash_bytes((const unsigned char *) name.second, name.second_length)
		: hash_bytes((const unsigned char *) name.first, name.first_length);

	return hash_combine(hash, (uint32) name.kind);
}

/* Are two names the same, byte for byte? */
static inline bool
gov_name_equal(GovName a, GovName b)
{
	return a.kind == b.kind &&
		a.first_length == b.first_length &&
		a.second_length == b.second_length &&
		memcmp(a.first, b.first, a.first_length) == 0 &&
		(a.second_length == 0 || memcmp(a.second, b.second, a.second_length) == 0);
}

#define SH_PREFIX gov_names
#define SH_ELEMENT_TYPE GovNameEntry
#define SH_KEY_TYPE GovName
#define SH_KEY name
#define SH_HASH_KEY(tb, key) gov_name_hash(key)
#define SH_EQUAL(tb, a, b) gov_name_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, entry) ((entry)->hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/*
 * A name as a row holds it: its texts one after the other, each with a header
 * of one byte.  Four words cover such an image of 8 to 32 bytes: its first
 * eight bytes, the next ones, the ones before the last eight, and these; they
 * overlap in a short one.  So one entry, read from one place, tells what a
 * row names, where the texts of a name are apart from its entry.
 */
typedef struct GovImage
{
	uint64		words[4];
	uint16		length;
	uint16		kind;
} GovImage;

typedef struct GovImageEntry
{
	GovImage	image;
	int			number;
	char		status;
} GovImageEntry;

#define GOV_IMAGE_MIN	8
#define GOV_IMAGE_MAX	32

/* The halves of a word, exchanged. */
static inline uint64
gov_image_turned(uint64 word)
{
	return word << 32 | word >> 32;
}

/*
 * Hash of an image: a sum of products, each with a number of its own whose
 * bits look random, so that the words are weighed at the same time; and once
 * more, since a difference in the last letters of a word reaches only the
 * upper bits of its product.  Words that overlap in a short image must not be
 * weighed by the sum of their numbers: two of them are turned.
 */
static inline uint32
gov_image_hash(const GovImage *image)
{
	uint64		hash = image->words[0] * UINT64CONST(0x9e3779b97f4a7c15) +
		image->words[1] * UINT64CONST(0xc2b2ae3d27d4eb4f) +
		gov_image_turned(image->words[2]) * UINT64CONST(0x165667b19e3779f9) +
		gov_image_turned(image->words[3]) * UINT64CONST(0xd6e8feb86659fd93) +
		((uint32) image->kind << 16 | image->length);

	hash = (hash ^ hash >> 32) * UINT64CONST(0xff51afd7ed558ccd);
	return (uint32) (hash >> 32);
}

/* Are two images the same? */
static inline bool
gov_image_equal(const GovImage *a, const GovImage *b)
{
	return ((a->words[0] ^ b->words[0]) | (a->words[1] ^ b->words[1]) |
			(a->words[2] ^ b->words[2]) | (a->words[3] ^ b->words[3]) |
			(uint64) (a->length ^ b->length) | (uint64) (a->kind ^ b->kind)) == 0;
}

#define SH_PREFIX gov_images
#define SH_ELEMENT_TYPE GovImageEntry
#define SH_KEY_TYPE GovImage
#define SH_KEY image
#define SH_HASH_KEY(tb, key) gov_image_hash(&(key))
#define SH_EQUAL(tb, a, b) gov_image_equal(&(a), &(b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/*
 * Makes an image of the texts from first to last, which are one or two; false
 * where they do not lie as it takes.
 */
static inline bool
gov_image(GovImage *image, GovNameKind kind, const text *first, const text *last)
{
	const char *at = (const char *) first;
	uint32		length;

	if (!VARATT_IS_1B(first) || VARATT_IS_1B_E(first) || !VARATT_IS_1B(last) || VARATT_IS_1B_E(last) ||
		(last != first && at + VARSIZE_1B(first) != (const char *) last))
		return false;
	length = (const char *) last + VARSIZE_1B(last) - at;
	if (length < GOV_IMAGE_MIN || length > GOV_IMAGE_MAX)
		return false;
	image->words[0] = gov_bytes_read8(at);
	image->words[1] = gov_bytes_read8(at + Min(8, length - 8));
	image->words[2] = gov_bytes_read8(at + Max(length, 16) - 16);
	image->words[3] = gov_bytes_read8(at + length - 8);
	image->length = (uint16) length;
	image->kind = (uint16) kind;
	return true;
}

/* Makes a key of one text. */
static inline GovName
gov_name(GovNameKind kind, const text *first)
{
	GovName		name = {VARDATA_ANY(first), NULL, VARSIZE_ANY_EXHDR(first), 0, kind};

	return name;
}

/* Makes a key of two. */
static inline GovName
gov_name_pair(GovNameKind kind, const text *first, const text *second)
{
	GovName		name = {VARDATA_ANY(first), VARDATA_ANY(second),
	VARSIZE_ANY_EXHDR(first), VARSIZE_ANY_EXHDR(second), kind};

	return name;
}

/* Looks a name up; GOV_NONE when there is none. */
static inline int
gov_names_find(gov_names_hash *names, GovName name)
{
	GovNameEntry *entry = gov_names_lookup(names, name);

	return entry == NULL ? GOV_NONE : entry->number;
}

/* Writes a text as a row holds it, if it is short; returns where it ends. */
static char *
gov_image_put(char *at, const char *bytes, Size length)
{
	SET_VARSIZE_SHORT(at, length + 1);
	memcpy(at + 1, bytes, length);
	return at + 1 + length;
}

/* Remembers the image that rows have of a name, if they have one. */
static void
gov_images_add(gov_images_hash *images, GovName name, int number)
{
	char		row[GOV_IMAGE_MAX];
	char	   *last = row;
	GovImage	image;
	bool		found;

	if (name.first_length + name.second_length + 2 > GOV_IMAGE_MAX)
		return;
	if (name.second != NULL)
	{
		last = gov_image_put(row, name.first, name.first_length);
		(void) gov_image_put(last, name.second, name.second_length);
	}
	else
		(void) gov_image_put(row, name.first, name.first_length);
	if (gov_image(&image, name.kind, (text *) row, (text *) last))
		gov_images_insert(images, image, &found)->number = number;
}

/* Remembers a name whose texts live as long as the model. */
static void
gov_names_add(gov_names_hash *names, gov_images_hash *images, GovName name, int number)
{
	bool		found;
	GovNameEntry *entry = gov_names_insert(names, name, &found);

	entry->number = number;
	gov_images_add(images, name, number);
}

/*
 * Frees the copy of a text that was stored compressed or out of line, since
 * there may be one for every row.
 */
static inline void
gov_text_done(Datum stored, text *unpacked)
{
	if ((Pointer) unpacked != DatumGetPointer(stored))
		pfree(unpacked);
}

/* Looks up what texts of a row name, however these are stored. */
static int
gov_names_read_any(gov_names_hash *names, GovNameKind kind, Datum first, Datum last)
{
	text	   *one = DatumGetTextPP(first);
	text	   *two = DatumGetTextPP(last);
	int			number = gov_names_find(names, kind == GOV_NAME_VALUE ? gov_name_pair(kind, one, two) : gov_name(kind, one));

	gov_text_done(first, one);
	gov_text_done(last, two);
	return number;
}

/* Looks up what one text of a row names, or two that follow each other. */
static inline int
gov_names_read(gov_names_hash *names, gov_images_hash *images, GovNameKind kind, Datum first, Datum last)
{
	GovImage	image;
	GovImageEntry *entry;

	if (gov_image(&image, kind, (text *) DatumGetPointer(first), (text *) DatumGetPointer(last)) &&
		(entry = gov_images_lookup(images, image)) != NULL)
		return entry->number;
	return gov_names_read_any(names, kind, first, last);
}

#endif							/* GOV_ENGINE_NAMES_H */
