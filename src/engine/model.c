/*-------------------------------------------------------------------------
 *
 * engine/model.c
 *	  Axes, values, authorities, rules and value anchors, as numbered arrays.
 *
 * These are small next to objects and assignments; they are read whole, once
 * per query, so that the engine's inner loops compare numbers, never texts.
 * Axes and values are numbered in the byte order of their codes; the slots
 * (active values of active axes) of one axis are contiguous.
 *
 * One hash table of names serves all kinds: its key is a kind and one or two
 * texts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/table.h"
#include "engine/model.h"
#include "engine/resolve.h"

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
gov_bytes8(const char *at)
{
	uint64		bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/* Four of them. */
static inline uint32
gov_bytes4(const char *at)
{
	uint32		bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/*
 * Hash of some bytes.  Codes are mostly short: 4 to 16 bytes are covered by
 * two words, which may overlap, and mixed in place; a call of the server's
 * hash function for bytes takes several times as long.
 */
static inline uint32
gov_bytes_hash(const char *at, uint32 length)
{
	uint64		first;
	uint64		last;

	if (length < 4 || length > 16)
		return hash_bytes((const unsigned char *) at, length);
	first = length < 8 ? gov_bytes4(at) : gov_bytes8(at);
	last = length < 8 ? gov_bytes4(at + length - 4) : gov_bytes8(at + length - 8);
	first = hash_combine64(first * UINT64CONST(0x9e3779b97f4a7c15), last);
	return murmurhash32((uint32) (first >> 32) ^ murmurhash32((uint32) first) ^ length);
}

/*
 * Are so many bytes the same?  Short ones are compared in place: four words,
 * which overlap, cover 4 to 16 bytes without asking how many there are.
 */
static inline bool
gov_bytes_equal(const char *a, const char *b, uint32 length)
{
	uint32		second = Min(4, length - 4);
	uint32		third = Max(8, length) - 8;

	if (length < 4 || length > 16)
		return memcmp(a, b, length) == 0;
	return ((gov_bytes4(a) ^ gov_bytes4(b)) |
			(gov_bytes4(a + second) ^ gov_bytes4(b + second)) |
			(gov_bytes4(a + third) ^ gov_bytes4(b + third)) |
			(gov_bytes4(a + length - 4) ^ gov_bytes4(b + length - 4))) == 0;
}

/*
 * Hash of a name: that of its last text.  Values of different axes seldom
 * share a code, and equality looks at both texts.
 */
static inline uint32
gov_name_hash(GovName name)
{
	uint32		hash = name.second != NULL
		? gov_bytes_hash(name.second, name.second_length)
		: gov_bytes_hash(name.first, name.first_length);

	return hash_combine(hash, (uint32) name.kind);
}

/* Are two names the same, byte for byte? */
static inline bool
gov_name_equal(GovName a, GovName b)
{
	return a.kind == b.kind &&
		a.first_length == b.first_length &&
		a.second_length == b.second_length &&
		gov_bytes_equal(a.first, b.first, a.first_length) &&
		(a.second_length == 0 || gov_bytes_equal(a.second, b.second, a.second_length));
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
gov_turned(uint64 word)
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
		gov_turned(image->words[2]) * UINT64CONST(0x165667b19e3779f9) +
		gov_turned(image->words[3]) * UINT64CONST(0xd6e8feb86659fd93) +
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
	image->words[0] = gov_bytes8(at);
	image->words[1] = gov_bytes8(at + Min(8, length - 8));
	image->words[2] = gov_bytes8(at + Max(length, 16) - 16);
	image->words[3] = gov_bytes8(at + length - 8);
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
gov_names_find(GovModel *model, GovName name)
{
	GovNameEntry *entry = gov_names_lookup(model->names, name);

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
gov_images_add(GovModel *model, GovName name, int number)
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
		gov_images_insert(model->images, image, &found)->number = number;
}

/* Remembers a name whose texts live as long as the vocabulary. */
static void
gov_names_add(GovModel *model, GovName name, int number)
{
	bool		found;
	GovNameEntry *entry = gov_names_insert(model->names, name, &found);

	entry->number = number;
	gov_images_add(model, name, number);
}

/* Gives back a text that a row holds compressed, say, and that was unpacked: rows are many. */
static inline void
gov_text_done(Datum stored, text *unpacked)
{
	if ((Pointer) unpacked != DatumGetPointer(stored))
		pfree(unpacked);
}

/* Looks up what texts of a row name, however these are stored. */
static int
gov_names_read_any(GovModel *model, GovNameKind kind, Datum first, Datum last)
{
	text	   *one = DatumGetTextPP(first);
	text	   *two = DatumGetTextPP(last);
	int			number = gov_names_find(model, kind == GOV_NAME_VALUE ? gov_name_pair(kind, one, two) : gov_name(kind, one));

	gov_text_done(first, one);
	gov_text_done(last, two);
	return number;
}

/* Looks up what one text of a row names, or two that follow each other. */
static inline int
gov_names_read(GovModel *model, GovNameKind kind, Datum first, Datum last)
{
	GovImage	image;
	GovImageEntry *entry;

	if (gov_image(&image, kind, (text *) DatumGetPointer(first), (text *) DatumGetPointer(last)) &&
		(entry = gov_images_lookup(model->images, image)) != NULL)
		return entry->number;
	return gov_names_read_any(model, kind, first, last);
}

/* Copies a text column of the current row, NULL for NULL. */
static text *
gov_model_copy(GovModel *model, TupleTableSlot *slot, int column)
{
	MemoryContext old;
	text	   *copy;

	if (gov_slot_isnull(slot, column))
		return NULL;
	old = MemoryContextSwitchTo(model->context);
	copy = DatumGetTextPCopy(gov_slot_value(slot, column));
	MemoryContextSwitchTo(old);
	return copy;
}

/* Is a text column of the current row this word? */
static bool
gov_model_is(TupleTableSlot *slot, int column, const char *word)
{
	return gov_text_is(DatumGetTextPP(gov_slot_value(slot, column)), word);
}

/* Byte order of two texts. */
int
gov_text_compare(const text *a, const text *b)
{
	int			la = VARSIZE_ANY_EXHDR(a);
	int			lb = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(la, lb));

	return order != 0 ? order : la - lb;
}

/* Are two texts the same, byte for byte? */
static inline bool
gov_text_equal(const text *a, const text *b)
{
	uint32		length = VARSIZE_ANY_EXHDR(a);

	return VARSIZE_ANY_EXHDR(b) == length &&
		gov_bytes_equal(VARDATA_ANY(a), VARDATA_ANY(b), length);
}

/* Makes room for one more element of an array of the vocabulary. */
#define GOV_APPEND(model, array, count) \
	(((count) & ((count) - 1)) == 0 \
	 ? ((array) = (count) == 0 \
		? MemoryContextAllocZero((model)->context, sizeof(*(array))) \
		: repalloc_huge((array), sizeof(*(array)) * (count) * 2)) \
	 : (array), \
	 &(array)[(count)++])

/* Reads gov_authority. */
static void
gov_model_load_authorities(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_authority", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_AUTHORITY_STATUS))
	{
		GovAuthorityEntry *authority = GOV_APPEND(model, model->authorities, model->nauthorities);

		authority->code = gov_model_copy(model, table.slot, GOV_COL_AUTHORITY_AUTHORITY);
		authority->active = gov_model_is(table.slot, GOV_COL_AUTHORITY_STATUS, "active");
		gov_names_add(model, gov_name(GOV_NAME_AUTHORITY, authority->code),
					  model->nauthorities - 1);
	}
	gov_table_close(&table);
}

/* Order of axes, for qsort. */
static int
gov_axis_compare(const void *a, const void *b)
{
	return gov_text_compare(((const GovAxisEntry *) a)->code, ((const GovAxisEntry *) b)->code);
}

/* Reads gov_axis; needs the authorities. */
static void
gov_model_load_axes(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_axis", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_AXIS_IS_CONTAINMENT))
	{
		GovAxisEntry *axis = GOV_APPEND(model, model->axes, model->naxes);

		memset(axis, 0, sizeof(GovAxisEntry));
		axis->code = gov_model_copy(model, table.slot, GOV_COL_AXIS_AXIS);
		axis->active = gov_model_is(table.slot, GOV_COL_AXIS_STATUS, "active");
		axis->is_containment = DatumGetBool(gov_slot_value(table.slot, GOV_COL_AXIS_IS_CONTAINMENT));
		axis->fallback_code = gov_model_copy(model, table.slot, GOV_COL_AXIS_FALLBACK);
		axis->fallback = GOV_NONE;
		if (axis->fallback_code != NULL)
		{
			int			number = gov_model_authority(model, PointerGetDatum(axis->fallback_code));

			if (number != GOV_NONE && model->authorities[number].active)
				axis->fallback = number;
		}
	}
	gov_table_close(&table);

	if (model->naxes > 1)
		qsort(model->axes, model->naxes, sizeof(GovAxisEntry), gov_axis_compare);
	for (int i = 0; i < model->naxes; i++)
		gov_names_add(model, gov_name(GOV_NAME_AXIS, model->axes[i].code), i);
}

/* Order of values: by axis, then by code, for qsort. */
static int
gov_value_compare(const void *a, const void *b)
{
	const GovValueEntry *va = a;
	const GovValueEntry *vb = b;

	if (va->axis != vb->axis)
		return va->axis - vb->axis;
	return gov_text_compare(va->code, vb->code);
}

/*
 * Reads the rows of gov_axis_value, in no order yet.  Foreign keys do not
 * hold where session_replication_role switched them off (a subscriber that
 * has not got every table yet): a value without its axis is passed over.
 */
static void
gov_model_read_values(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_axis_value", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_VALUE_OBJECT))
	{
		TupleTableSlot *slot = table.slot;
		int			axis = gov_model_axis(model, gov_slot_value(slot, GOV_COL_VALUE_AXIS));
		GovValueEntry *value;

		if (axis == GOV_NONE)
			continue;
		value = GOV_APPEND(model, model->values, model->nvalues);
		value->code = gov_model_copy(model, slot, GOV_COL_VALUE_VALUE);
		value->parent_code = gov_model_copy(model, slot, GOV_COL_VALUE_PARENT);
		value->object_id = gov_slot_isnull(slot, GOV_COL_VALUE_OBJECT) ? 0 :
			DatumGetInt64(gov_slot_value(slot, GOV_COL_VALUE_OBJECT));
		value->axis = axis;
		value->parent = value->slot = value->anchor = GOV_NONE;
		value->status =
			gov_model_is(slot, GOV_COL_VALUE_STATUS, "active") ? GOV_VALUE_ACTIVE :
			gov_model_is(slot, GOV_COL_VALUE_STATUS, "candidate") ? GOV_VALUE_CANDIDATE :
			gov_model_is(slot, GOV_COL_VALUE_STATUS, "deprecated") ? GOV_VALUE_DEPRECATED :
			GOV_VALUE_RETIRED;
	}
	gov_table_close(&table);
}

/* Sees to it that there are so many places for images. */
static void
gov_images_make_room(GovModel *model, uint64 places)
{
	if (model->images->size < places)
		gov_images_grow(model->images, pg_nextpower2_64(places));
}

/* Reads gov_axis_value and numbers values and slots; needs the axes. */
static void
gov_model_load_values(GovModel *model, Snapshot snapshot)
{
	gov_model_read_values(model, snapshot);
	gov_images_make_room(model, (uint64) model->nvalues * 4);
	if (model->nvalues > 1)
		qsort(model->values, model->nvalues, sizeof(GovValueEntry), gov_value_compare);
	model->slots = MemoryContextAllocExtended(model->context, sizeof(GovSlot) * ((Size) model->nvalues + 1),
											MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int i = 0; i < model->nvalues; i++)
	{
		GovValueEntry   *value = &model->values[i];
		GovAxisEntry *axis = &model->axes[value->axis];

		gov_names_add(model, gov_name_pair(GOV_NAME_VALUE, axis->code, value->code), i);
		if (value->status != GOV_VALUE_ACTIVE || !axis->active)
			continue;
		if (axis->nslots++ == 0)
			axis->first_slot = model->nslots;
		value->slot = model->nslots++;
		model->slots[value->slot].value = i;
		model->slots[value->slot].axis = value->axis;
	}
	for (int i = 0; i < model->nvalues; i++)
	{
		GovValueEntry   *value = &model->values[i];

		if (value->parent_code != NULL)
			value->parent = gov_model_value(model,
												 PointerGetDatum(model->axes[value->axis].code),
												 PointerGetDatum(value->parent_code));
	}
}

/* Reads the value anchors in force: ownership rows without an object. */
static void
gov_model_load_anchors(GovModel *model, Snapshot snapshot)
{
	GovTable	table;
	GovIndex	index;

	gov_table_open(&table, "gov_ownership", snapshot);
	gov_index_open(&index, &table, "gov_ownership_cell_idx");
	gov_index_find_null(&index);
	while (gov_index_next(&index, 0))
	{
		GovOwnershipRow row;
		int			value;

		if (!gov_ownership_read(model, gov_slot_row(index.slot), &row) || row.waiver)
			continue;
		value = gov_model_value(model, PointerGetDatum(row.axis), PointerGetDatum(row.value));
		if (value != GOV_NONE)
			model->values[value].anchor = row.authority;
	}
	gov_index_close(&index);
	gov_table_close(&table);
}

/*
 * Finds each slot's nearest value anchor, going up through parents in
 * whatever state they are.  A climb longer than there are values would be a
 * cycle, which the database refuses; it ends all the same.
 */
static void
gov_model_resolve_anchors(GovModel *model)
{
	for (int i = 0; i < model->nslots; i++)
	{
		GovSlot    *slot = &model->slots[i];
		int			value = slot->value;

		slot->anchor_value = GOV_NONE;
		for (int depth = 0; value != GOV_NONE && depth <= model->nvalues; depth++)
		{
			if (model->values[value].anchor != GOV_NONE)
			{
				slot->anchor_value = value;
				slot->anchor_depth = depth;
				break;
			}
			value = model->values[value].parent;
		}
	}
}

/* Order of rules by code, for qsort. */
static int
gov_rule_compare(const void *a, const void *b)
{
	return gov_text_compare(((const GovRuleEntry *) a)->code, ((const GovRuleEntry *) b)->code);
}

/* Takes the types that a rule applies to out of their array. */
static void
gov_rule_load_types(GovModel *model, GovRuleEntry *rule, Datum applies_to)
{
	MemoryContext old = MemoryContextSwitchTo(model->context);
	bool	   *nulls;
	int			count;

	deconstruct_array(DatumGetArrayTypePCopy(applies_to), TEXTOID, -1, false, TYPALIGN_INT,
					  &rule->applies_to, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			rule->applies_to[rule->napplies_to++] = rule->applies_to[i];
	MemoryContextSwitchTo(old);
}

/* Reads the active rules of active axes. */
static void
gov_model_load_rules(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_coverage_rule", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_RULE_STATUS))
	{
		int			axis = gov_model_axis(model, gov_slot_value(table.slot, GOV_COL_RULE_AXIS));
		GovRuleEntry *rule;

		if (!gov_model_is(table.slot, GOV_COL_RULE_STATUS, "active") ||
			axis == GOV_NONE || !model->axes[axis].active)
			continue;
		model->axes[axis].rules++;
		rule = GOV_APPEND(model, model->rules, model->nrules);
		rule->code = gov_model_copy(model, table.slot, GOV_COL_RULE_RULE);
		rule->axis = axis;
		rule->cross_product = gov_model_is(table.slot, GOV_COL_RULE_MODE, "cross_product");
		rule->threshold = DatumGetFloat4(gov_slot_value(table.slot, GOV_COL_RULE_CONFIDENCE_THRESHOLD));
		rule->staleness_days = DatumGetInt32(gov_slot_value(table.slot, GOV_COL_RULE_STALENESS_DAYS));
		rule->napplies_to = 0;
		rule->every_type = gov_slot_isnull(table.slot, GOV_COL_RULE_APPLIES_TO);
		if (!rule->every_type)
			gov_rule_load_types(model, rule, gov_slot_value(table.slot, GOV_COL_RULE_APPLIES_TO));
	}
	gov_table_close(&table);
	if (model->nrules > 1)
		qsort(model->rules, model->nrules, sizeof(GovRuleEntry), gov_rule_compare);
}

/*
 * Loads everything, in a context of its own under the current one.
 */
GovModel *
gov_model_load(Snapshot snapshot)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "governance vocabulary",
												  ALLOCSET_DEFAULT_SIZES);
	GovModel *model = MemoryContextAllocZero(context, sizeof(GovModel));

	model->context = context;
	model->now = gov_now();
	model->names = gov_names_create(context, 64, NULL);
	model->images = gov_images_create(context, 64, NULL);
	model->last_type = GOV_NONE;
	gov_model_load_authorities(model, snapshot);
	gov_model_load_axes(model, snapshot);
	gov_model_load_values(model, snapshot);
	gov_model_load_anchors(model, snapshot);
	gov_model_resolve_anchors(model);
	gov_model_load_rules(model, snapshot);
	return model;
}

/* Up to so many places, a table of images stays near the processor. */
#define GOV_IMAGES_NEAR		16384

/*
 * Prepares for very many look-ups of values: makes so much room for their
 * images, while that keeps them near, that most end at the first place they
 * look.
 */
void
gov_model_spread(GovModel *model)
{
	gov_images_make_room(model, Min((uint64) model->nvalues * 16, GOV_IMAGES_NEAR));
}

/* The number of an authority. */
int
gov_model_authority(GovModel *model, Datum code)
{
	return gov_names_read(model, GOV_NAME_AUTHORITY, code, code);
}

/* The number of an axis. */
int
gov_model_axis(GovModel *model, Datum code)
{
	return gov_names_find(model, gov_name(GOV_NAME_AXIS, DatumGetTextPP(code)));
}

/* The number of a value. */
int
gov_model_value(GovModel *model, Datum axis, Datum value)
{
	return gov_names_read(model, GOV_NAME_VALUE, axis, value);
}

/* Does a rule apply to a type of objects? */
static bool
gov_rule_applies(const GovRuleEntry *rule, const text *type)
{
	bool		found = rule->every_type;

	for (int i = 0; i < rule->napplies_to && !found; i++)
		found = gov_text_equal(DatumGetTextPP(rule->applies_to[i]), type);
	return found;
}

/* Works out, once per type, what the rules ask of it. */
static void
gov_model_fill_type(GovModel *model, GovType *type)
{
	type->demands = MemoryContextAllocZero(model->context, sizeof(GovDemand) * (model->naxes + 1));
	type->applies = MemoryContextAllocZero(model->context, sizeof(bool) * (model->nrules + 1));
	for (int axis = 0; axis < model->naxes; axis++)
		type->demands[axis].stale_before = DT_NOBEGIN;
	for (int i = 0; i < model->nrules; i++)
	{
		GovRuleEntry *rule = &model->rules[i];
		GovDemand  *demand = &type->demands[rule->axis];

		type->applies[i] = gov_rule_applies(rule, type->code);
		if (!type->applies[i])
			continue;
		if (rule->cross_product)
		{
			demand->cross_product = true;
			continue;
		}
		demand->per_assignment = true;
		demand->per_assignment_rules++;
		demand->threshold = Max(demand->threshold, rule->threshold);
		if (rule->staleness_days > 0 &&
			(demand->staleness_days == 0 || rule->staleness_days < demand->staleness_days))
			demand->staleness_days = rule->staleness_days;
		/* days that reach back beyond the beginning of time make nothing stale */
		if (demand->staleness_days > 0 &&
			demand->staleness_days < (model->now - MIN_TIMESTAMP) / USECS_PER_DAY)
			demand->stale_before = model->now - (int64) demand->staleness_days * USECS_PER_DAY;
	}
}

/* The number of a type of objects; GOV_NONE for one not met before. */
int
gov_model_find_type(GovModel *model, Datum code)
{
	text	   *type = DatumGetTextPP(code);

	/* rows of one type mostly come together */
	if (model->last_type == GOV_NONE || !gov_text_equal(model->types[model->last_type].code, type))
		model->last_type = gov_names_find(model, gov_name(GOV_NAME_TYPE, type));
	gov_text_done(code, type);
	return model->last_type;
}

/* Remembers what rows hold of a type that is one of the first. */
static void
gov_model_first_type(GovModel *model, int number)
{
	const text *code = model->types[number].code;
	char		row[sizeof(GovTypeImage)] = {0};

	if (number >= GOV_FIRST_TYPES || VARSIZE_ANY_EXHDR(code) >= sizeof(row))
		return;
	(void) gov_image_put(row, VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code));
	(void) gov_type_image(&model->first_types[number], (text *) row);
}

/* The number of a type of objects; a new one is added. */
int
gov_model_type(GovModel *model, Datum code)
{
	int			number = gov_model_find_type(model, code);

	if (number == GOV_NONE)
	{
		GovType    *entry = GOV_APPEND(model, model->types, model->ntypes);
		MemoryContext old = MemoryContextSwitchTo(model->context);

		number = model->ntypes - 1;
		entry->code = DatumGetTextPCopy(code);
		gov_model_fill_type(model, entry);
		MemoryContextSwitchTo(old);
		gov_names_add(model, gov_name(GOV_NAME_TYPE, entry->code), number);
		gov_model_first_type(model, number);
	}
	return number;
}
