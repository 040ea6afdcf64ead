/*-------------------------------------------------------------------------
 *
 * labels/sets.c
 *	  The labels that values and objects have, loaded once per query.
 *
 * The vocabulary and the labels of values are small and are read whole.  The
 * rules that give labels to objects may be many, and may be a view of the
 * application: a query that asks for one object should not read them all.
 * So the first objects are asked for one by one, which an index answers; a
 * query that goes on asking gets all of them read once, in order, into a book
 * (book.c), which takes work_mem and then a file.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"
#include "labels/bindings.h"
#include "labels/book.h"
#include "labels/sets.h"

/* How many objects are asked for one by one. */
#define GOV_LABEL_PROBES	2

/* A key: one text, or two with a zero byte between. */
typedef struct GovString
{
	const char *bytes;
	uint32		length;
} GovString;

/* What a key leads to: a label, or the labels of a value. */
typedef struct GovStringEntry
{
	GovString	key;
	uint32		hash;
	char		status;
	GovLabel   *label;
	GovLabelSet *set;
} GovStringEntry;

/* Are two keys the same, byte for byte? */
static inline bool
gov_label_string_equal(GovString a, GovString b)
{
	return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

#define SH_PREFIX gov_strings
#define SH_ELEMENT_TYPE GovStringEntry
#define SH_KEY_TYPE GovString
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_bytes((const unsigned char *) (key).bytes, (key).length)
#define SH_EQUAL(tb, a, b) gov_label_string_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, entry) ((entry)->hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A key of one text. */
static inline GovString
gov_label_string(const text *one)
{
	return (GovString) {VARDATA_ANY(one), VARSIZE_ANY_EXHDR(one)};
}

/* A key of two; to be freed. */
static GovString
gov_label_string_pair(const text *one, const text *two)
{
	uint32		first = VARSIZE_ANY_EXHDR(one);
	uint32		second = VARSIZE_ANY_EXHDR(two);
	char	   *bytes = palloc(first + 1 + second);

	memcpy(bytes, VARDATA_ANY(one), first);
	bytes[first] = '\0';
	memcpy(bytes + first + 1, VARDATA_ANY(two), second);
	return (GovString) {bytes, first + 1 + second};
}

/* The entry of a key, made when there is none; the key is copied then. */
static GovStringEntry *
gov_label_sets_entry(GovLabelSets *sets, struct gov_strings_hash *hash, GovString key, bool *found)
{
	GovStringEntry *entry = gov_strings_insert(hash, key, found);

	if (!*found)
	{
		char	   *copy = MemoryContextAlloc(sets->context, key.length + 1);

		memcpy(copy, key.bytes, key.length);
		copy[key.length] = '\0';
		entry->key.bytes = copy;
		entry->label = NULL;
		entry->set = NULL;
	}
	return entry;
}

/* Adds a label to a set, in memory of the set's. */
static void
gov_label_set_add(MemoryContext context, GovLabelSet *set, GovLabel *label)
{
	if (set->count == set->allocated)
	{
		set->allocated = Max(2, set->allocated * 2);
		if (set->labels == NULL)
			set->labels = MemoryContextAlloc(context, sizeof(GovLabel *) * set->allocated);
		else
			set->labels = repalloc_huge(set->labels, sizeof(GovLabel *) * set->allocated);
	}
	set->labels[set->count++] = label;
	set->sorted = false;
}

/* Compares labels by the bytes of their codes, for qsort. */
static int
gov_label_compare(const void *a, const void *b)
{
	return strcmp((*(GovLabel *const *) a)->code, (*(GovLabel *const *) b)->code);
}

/* Puts a set in order, each label once. */
static GovLabelSet *
gov_label_set_sort(GovLabelSet *set)
{
	int			kept = 0;

	if (set->sorted)
		return set;
	qsort(set->labels, set->count, sizeof(GovLabel *), gov_label_compare);
	for (int i = 0; i < set->count; i++)
	{
		if (kept == 0 || set->labels[i] != set->labels[kept - 1])
			set->labels[kept++] = set->labels[i];
	}
	set->count = kept;
	set->sorted = true;
	return set;
}

/* The set of a key, made empty when there is none. */
static GovLabelSet *
gov_label_sets_set(GovLabelSets *sets, struct gov_strings_hash *hash, GovString key)
{
	bool		found;
	GovStringEntry *entry = gov_label_sets_entry(sets, hash, key, &found);

	if (!found)
		entry->set = MemoryContextAllocZero(sets->context, sizeof(GovLabelSet));
	return entry->set;
}

/* A label by its code; made when it was not met before. */
GovLabel *
gov_label_sets_label(GovLabelSets *sets, const text *code)
{
	bool		found;
	GovStringEntry *entry = gov_label_sets_entry(sets, sets->labels, gov_label_string(code), &found);

	if (!found)
	{
		entry->label = MemoryContextAllocZero(sets->context, sizeof(GovLabel));
		entry->label->code = entry->key.bytes;
		gov_label_set_add(sets->context, &sets->known, entry->label);
	}
	return entry->label;
}

/* A text of the last result where it lies; NULL for NULL. */
static const text *
gov_label_peek(uint64 row, int column)
{
	bool		isnull;
	Datum		value = gov_result_peek(row, column, &isnull);

	return isnull ? NULL : DatumGetTextPP(value);
}

/* Notes that a label has a facet. */
static void
gov_label_add_facet(GovLabelSets *sets, GovLabel *label, const text *facet)
{
	MemoryContext caller = MemoryContextSwitchTo(sets->context);
	char	   *code = text_to_cstring(facet);

	for (int i = 0; i < label->nfacets; i++)
	{
		if (strcmp(label->facets[i], code) == 0)
		{
			pfree(code);
			MemoryContextSwitchTo(caller);
			return;
		}
	}
	if (label->facets == NULL)
		label->facets = palloc(sizeof(char *));
	else
		label->facets = repalloc(label->facets, sizeof(char *) * (label->nfacets + 1));
	label->facets[label->nfacets++] = code;
	MemoryContextSwitchTo(caller);
}

/* Columns of the rows of a vocabulary. */
enum {VOCABULARY_LABEL = 1, VOCABULARY_FACET};

/* Takes rows (label, facet) of active labels. */
static void
gov_label_take_vocabulary(uint64 rows, void *state)
{
	GovLabelSets *sets = (GovLabelSets *) state;

	for (uint64 i = 0; i < rows; i++)
	{
		const text *facet = gov_label_peek(i, VOCABULARY_FACET);
		GovLabel   *label = gov_label_sets_label(sets, gov_label_peek(i, VOCABULARY_LABEL));

		label->active = true;
		if (facet != NULL)
			gov_label_add_facet(sets, label, facet);
	}
}

/* Columns of rows about values. */
enum {OF_VALUE_AXIS = 1, OF_VALUE_VALUE, OF_VALUE_LABEL};

/* Takes rows (axis, value, label); labels that are not active count for nothing. */
static void
gov_label_take_values(uint64 rows, void *state)
{
	GovLabelSets *sets = (GovLabelSets *) state;

	for (uint64 i = 0; i < rows; i++)
	{
		GovString	key = gov_label_string_pair(gov_label_peek(i, OF_VALUE_AXIS), gov_label_peek(i, OF_VALUE_VALUE));
		GovLabelSet *set = gov_label_sets_set(sets, sets->values, key);
		GovLabel   *label = gov_label_sets_label(sets, gov_label_peek(i, OF_VALUE_LABEL));

		if (label->active)
			gov_label_set_add(sets->context, set, label);
		pfree((char *) key.bytes);
	}
}

/* Loads the vocabulary and the labels of values into a context of its own. */
GovLabelSets *
gov_label_sets_load(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "governance labels", ALLOCSET_DEFAULT_SIZES);
	GovLabelSets *sets = MemoryContextAllocZero(context, sizeof(GovLabelSets));
	GovSecurity saved;
	int			level;

	sets->context = context;
	sets->labels = gov_strings_create(context, 256, NULL);
	sets->values = gov_strings_create(context, 256, NULL);
	sets->answer = AllocSetContextCreate(context, "governance labels of an object", ALLOCSET_SMALL_SIZES);
	level = gov_spi_begin();
	gov_binding_read_each(GOV_VOCABULARY, "SELECT b.label, b.facet",
						  "WHERE b.status = 'active' AND b.label IS NOT NULL",
						  gov_label_take_vocabulary, sets);
	gov_security_enter(&saved, gov_extension_owner(), false);
	gov_run_text_each("SELECT axis, value, label FROM @.gov_value_label",
					  gov_label_take_values, sets);
	gov_security_leave(&saved);
	gov_spi_end(level);
	return sets;
}

/* The active labels of a value. */
GovLabelSet *
gov_label_sets_value(GovLabelSets *sets, const text *axis, const text *value)
{
	GovString	key = gov_label_string_pair(axis, value);
	GovLabelSet *set = gov_label_sets_set(sets, sets->values, key);

	pfree((char *) key.bytes);
	return gov_label_set_sort(set);
}

/* Adds a label to the answer for an object: one that is known, or one that is active nowhere. */
static void
gov_label_take_label(const char *label, uint32 length, void *state)
{
	GovLabelSets *sets = (GovLabelSets *) state;
	GovStringEntry *entry = gov_strings_lookup(sets->labels, (GovString) {label, length});
	GovLabel   *found = entry != NULL ? entry->label : NULL;

	if (found == NULL)
	{
		found = MemoryContextAllocZero(sets->answer, sizeof(GovLabel));
		found->code = memcpy(MemoryContextAllocZero(sets->answer, length + 1), label, length);
	}
	gov_label_set_add(sets->answer, &sets->found, found);
}

/* Asks for the labels of one object. */
static void
gov_label_sets_probe(GovLabelSets *sets, const text *type, const text *ref)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	GovArg		args[] = {gov_datum(PointerGetDatum(type), false), gov_datum(PointerGetDatum(ref), false)};
	int			level = gov_spi_begin();
	uint64		rows = gov_binding_read(GOV_LABEL_RULE, "SELECT DISTINCT b.label",
										"WHERE b.object_type = $1 AND b.object_ref = $2"
										" AND b.status = 'active' AND b.label IS NOT NULL",
										lengthof(args), types, args, true);

	for (uint64 i = 0; i < rows; i++)
	{
		const text *label = gov_label_peek(i, 1);

		gov_label_take_label(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label), sets);
	}
	gov_spi_end(level);
}

/* Columns of rows about objects. */
enum {OF_OBJECT_TYPE = 1, OF_OBJECT_REF, OF_OBJECT_LABEL};

/* Takes rows (object_type, object_ref, label) of active rules. */
static void
gov_label_take_rules(uint64 rows, void *state)
{
	for (uint64 i = 0; i < rows; i++)
		gov_label_book_add((GovLabelBook *) state, gov_label_peek(i, OF_OBJECT_TYPE),
						   gov_label_peek(i, OF_OBJECT_REF), gov_label_peek(i, OF_OBJECT_LABEL));
}

/* Asks for the labels of all objects. */
static void
gov_label_sets_load_rules(GovLabelSets *sets)
{
	GovLabelBook *book = gov_label_book_begin(sets->context);
	int			level = gov_spi_begin();

	gov_binding_read_each(GOV_LABEL_RULE, "SELECT b.object_type, b.object_ref, b.label",
						  "WHERE b.status = 'active' AND b.object_type IS NOT NULL"
						  " AND b.object_ref IS NOT NULL AND b.label IS NOT NULL"
						  " ORDER BY b.object_ref COLLATE \"C\", b.object_type COLLATE \"C\", b.label COLLATE \"C\"",
						  gov_label_take_rules, book);
	gov_spi_end(level);
	gov_label_book_end(book);
	sets->book = book;
}

/* The labels that active rules give an object, good until the next is asked for. */
GovLabelSet *
gov_label_sets_object(GovLabelSets *sets, const text *type, const text *ref)
{
	MemoryContextReset(sets->answer);
	memset(&sets->found, 0, sizeof(GovLabelSet));
	if (sets->book == NULL && sets->probes < GOV_LABEL_PROBES)
	{
		sets->probes++;
		gov_label_sets_probe(sets, type, ref);
		return gov_label_set_sort(&sets->found);
	}
	if (sets->book == NULL)
		gov_label_sets_load_rules(sets);
	gov_label_book_find(sets->book, type, ref, gov_label_take_label, sets);
	return gov_label_set_sort(&sets->found);
}

/* Can they be asked still? */
bool
gov_label_sets_are_whole(const GovLabelSets *sets)
{
	return sets->book == NULL || gov_label_book_is_whole(sets->book);
}

/* The codes, or the facets, of a set as text[]. */
Datum
gov_label_set_codes(const GovLabelSet *set)
{
	const char **codes = palloc(sizeof(char *) * (set->count + 1));

	for (int i = 0; i < set->count; i++)
		codes[i] = set->labels[i]->code;
	return gov_text_array(codes, set->count);
}

/* Compares words by their bytes, for qsort. */
static int
gov_label_compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The facets of the active labels of a set as text[], each once, in byte order. */
Datum
gov_label_set_facets(const GovLabelSet *set)
{
	const char **facets;
	int			count = 0;
	int			kept = 0;

	for (int i = 0; i < set->count; i++)
		count += set->labels[i]->nfacets;
	facets = palloc(sizeof(char *) * (count + 1));
	count = 0;
	for (int i = 0; i < set->count; i++)
	{
		for (int j = 0; j < set->labels[i]->nfacets; j++)
			facets[count++] = set->labels[i]->facets[j];
	}
	qsort(facets, count, sizeof(char *), gov_label_compare_words);
	for (int i = 0; i < count; i++)
	{
		if (kept == 0 || strcmp(facets[i], facets[kept - 1]) != 0)
			facets[kept++] = facets[i];
	}
	return gov_text_array(facets, kept);
}
