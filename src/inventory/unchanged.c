/*-------------------------------------------------------------------------
 *
 * inventory/unchanged.c
 *	  Enrolled schemas that are just as they are registered, told without a
 *	  comparison of texts: most syncs find nothing to do.
 *
 * A sync names every object, matches names and OIDs, and compares; with very many
 * columns that takes long, however little has changed.  Here relations and their
 * columns are read as they lie: one query for the relations, one pass over
 * pg_attribute, one over gov_object.  Everything else, of which a schema has less,
 * is found by gov_catalog_found as for a sync.  Nothing is remembered from one sync to the
 * next: both sides are read anew, so nothing can be out of date.
 *
 * The schema is unchanged when
 *	 - each object that it holds, and that the source takes, has one live row, of
 *	   this source, with its address here, all of whose columns are what a
 *	   sync would write;
 *	 - the source has no other live row;
 *	 - no live row of another source has the address of one of them.
 * Then the rules of a sync (sync.c) take each object for the one that bears its
 * name and its OID, and find no difference; none is left to be retired.
 *
 * Bytes are compared with bytes: those of a row with what the server makes
 * of the same values now.  Where they differ, or the case is a rare one (patterns
 * that leave columns out, a parent in another schema), the answer is no, and the sync
 * compares as ever.  So a wrong no costs time; there must be no wrong yes.
 *
 * The passes read all of both tables.  They are left out where the schema is
 * a small part of those.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xlog.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/progress.h"
#include "server/row.h"
#include "server/spi.h"
#include "server/table.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "inventory/catalog.h"
#include "inventory/unchanged.h"

/* Rows that are read beside those of the schema: so many pages for nothing, and for each of its columns half a one. */
#define GOV_UNCHANGED_PAGES 200
#define GOV_UNCHANGED_COLUMNS_PER_PAGE 2

/* Where what is an object of the catalog is one of this database. */
#define HERE(o) GOV_OBJECT_LIVE(o) " AND " GOV_OBJECT_OF(o, "$2", "$3")

/* A column as the catalogs have it. */
typedef struct GovUnchangedColumn
{
	const char *name;			/* NULL: there is none of that number */
	int			type;			/* index of its type */
	bool		seen;			/* was its row? */
} GovUnchangedColumn;

/* A relation as the catalogs have it, and what was seen of its rows. */
typedef struct GovUnchangedRelation
{
	Oid			oid;
	char		status;			/* of the hash table */
	Oid			parent;			/* what it lives in; InvalidOid: the schema */
	const char *word;			/* type of object */
	const char *column_word;
	const char *ref;
	int			ref_length;
	int			kind;			/* number of its kind */
	ArrayType  *names;			/* address */
	ArrayType  *column_names;	/* address of a column without a name */
	GovUnchangedColumn *columns;	/* by number less one; NULL: they are not taken */
	int			natts;
	bool		out;			/* do patterns leave it out? */
	int			left;			/* columns without a row so far */
	int64		object_id;		/* of its row; 0: not seen */
	int64		container_id;	/* of its row */
	int64		columns_in;		/* container of the rows of its columns; 0: none was seen */
} GovUnchangedRelation;

#define SH_PREFIX relations
#define SH_ELEMENT_TYPE GovUnchangedRelation
#define SH_KEY_TYPE Oid
#define SH_KEY oid
#define SH_HASH_KEY(table, key) murmurhash32(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A type of columns, with its modifier, and what a row says of it. */
typedef struct GovUnchangedType
{
	uint64		key;
	char		status;			/* of the hash table */
	int			number;
} GovUnchangedType;

#define SH_PREFIX types
#define SH_ELEMENT_TYPE GovUnchangedType
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) (murmurhash32((uint32) (key) ^ murmurhash32((uint32) ((key) >> 32))))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* What attributes of relations depend on: owner, kind, partition, persistence and column of pg_class and gov_catalog_placed. */
typedef struct GovUnchangedKind
{
	const char *name;
	char		status;			/* of the hash table */
	int			number;
	Datum		values[5];
} GovUnchangedKind;

#define SH_PREFIX kinds
#define SH_ELEMENT_TYPE GovUnchangedKind
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* All that is looked at. */
typedef struct GovUnchanged
{
	const GovSource *source;
	size_t		source_length;
	Relation	pg_attribute;
	uint64		pages;			/* of that and gov_object */
	char	   *schema;			/* its name */
	Oid			schema_oid;
	int64		system;
	relations_hash *relations;
	GovUnchangedRelation *last; /* found last */
	uint64		all_columns;	/* of the relations, dropped ones included */
	kinds_hash *kinds;
	struct varlena **kind_attributes;
	types_hash *types;
	struct varlena **type_attributes;
	int			ntypes;
	int			types_allocated;
	ArrayType  *no_args;
	int64		live;			/* live rows of the source */
	int64		others;			/* of these, such as are no relations or columns */
} GovUnchanged;

/* ---- the schema ---- */

enum {SCHEMA_NAME = 1, SCHEMA_OID, SCHEMA_LIVE};

/* The schema of a source that leaves no columns out, and how many live objects it has, counted no further than is asked. */
GOV_QUESTION(query_schema,
			 "SELECT n.nspname::text, n.oid::bigint, (SELECT count(*) FROM (SELECT FROM @.gov_object AS o"
			 "  WHERE o.source = s.source AND " GOV_OBJECT_LIVE("o") " LIMIT " CppAsString2(GOV_SYNC_BULK) ") AS l)"
			 " FROM @.gov_source AS s JOIN pg_namespace AS n ON s.source = 'schema:' || n.nspname"
			 " WHERE s.source = $1 AND s.kind = 'catalog' AND s.enabled"
			 "   AND NOT EXISTS (SELECT FROM unnest(s.excluded) AS p WHERE strpos(p, '.') > 0)",
			 TEXTOID);

/* Are so many rows of the schema worth a pass over all there are? */
static bool
gov_unchanged_is_worth(const GovUnchanged *look, uint64 rows)
{
	return look->pages <= GOV_UNCHANGED_PAGES + rows / GOV_UNCHANGED_COLUMNS_PER_PAGE;
}

/* Looks the schema up, and sees from what is registered whether the passes may be worth it. */
static bool
gov_unchanged_load_schema(GovUnchanged *look)
{
	int64		live;

	if (gov_run(&query_schema, gov_text(look->source->source)) == 0)
		return false;
	look->schema = gov_result_text(0, SCHEMA_NAME);
	look->schema_oid = (Oid) gov_result_int8(0, SCHEMA_OID);
	live = gov_result_int8(0, SCHEMA_LIVE);
	return live >= GOV_SYNC_BULK || gov_unchanged_is_worth(look, live);
}

/* ---- what the catalogs have ---- */

enum {RELATION_OID = 1, RELATION_WORD, RELATION_NAME, RELATION_PARENT, RELATION_NATTS, RELATION_COLUMNS,
	RELATION_OWNER, RELATION_KIND, RELATION_PARTITION, RELATION_PERSISTENCE, RELATION_OF_COLUMN, RELATION_OUT};

/* Relations that a source takes, and whether its patterns leave them out: $1 their schema, $2 types, $3 columns of all, $4 source. */
GOV_QUESTION(query_relations,
			 "SELECT c.oid, c.word, c.relname, c.parent, c.relnatts::int,"
			 " COALESCE(c.bears_columns AND ($3 OR c.word || ' column' = ANY ($2)), false),"
			 " c.relowner, c.relkind, c.relispartition, c.relpersistence, c.of_column,"
			 " EXISTS (SELECT FROM governance_internal.gov_source_leaves_out AS p WHERE p.source = $4 AND c.relname LIKE p.pattern)"
			 " FROM governance_internal.gov_catalog_placed AS c"
			 " WHERE c.relnamespace = $1 AND ($2 IS NULL OR c.word = ANY ($2))",
			 OIDOID, TEXTARRAYOID, BOOLOID, TEXTOID);

GOV_QUESTION(query_kind, "SELECT governance_internal.gov_relation_attributes($1, $2, $3, $4, $5)", OIDOID, CHAROID, BOOLOID, CHAROID, NAMEOID);

/* The words for relations and their columns, as constants that last. */
static const char *const words[][2] = {
	{"table", "table column"}, {"view", "view column"}, {"materialized view", "materialized view column"},
	{"foreign table", "foreign table column"}, {"sequence", "sequence column"}
};

/* A field of the last result; 0 for NULL. */
static Datum
gov_unchanged_field(uint64 row, int column)
{
	bool		isnull;
	Datum		value = gov_result_peek(row, column, &isnull);

	return isnull ? 0 : value;
}

/* An array of texts. */
static ArrayType *
gov_unchanged_array(const char *first, const char *second, const char *third)
{
	Datum		texts[3];
	int			n = 0;

	texts[n++] = CStringGetTextDatum(first);
	texts[n++] = CStringGetTextDatum(second);
	if (third != NULL)
		texts[n++] = CStringGetTextDatum(third);
	return construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT);
}

/* Notes a relation of the last result, but for its attributes; NULL for one that is there already. */
static GovUnchangedRelation *
gov_unchanged_load_relation(GovUnchanged *look, uint64 row)
{
	GovUnchangedRelation *relation;
	const char *name = NameStr(*DatumGetName(gov_unchanged_field(row, RELATION_NAME)));
	char	   *word = TextDatumGetCString(gov_unchanged_field(row, RELATION_WORD));
	bool		found;

	relation = relations_insert(look->relations, DatumGetObjectId(gov_unchanged_field(row, RELATION_OID)), &found);
	if (found)
		return NULL;
	memset(&relation->parent, 0, sizeof(GovUnchangedRelation) - offsetof(GovUnchangedRelation, parent));
	relation->parent = DatumGetObjectId(gov_unchanged_field(row, RELATION_PARENT));
	for (int i = 0; i < (int) lengthof(words); i++)
		if (strcmp(words[i][0], word) == 0)
		{
			relation->word = words[i][0];
			relation->column_word = words[i][1];
		}
	pfree(word);
	relation->ref = quote_qualified_identifier(look->schema, name);
	relation->ref_length = strlen(relation->ref);
	relation->names = gov_unchanged_array(look->schema, name, NULL);
	relation->natts = gov_result_int4(row, RELATION_NATTS);
	relation->out = gov_result_bool(row, RELATION_OUT);
	if (gov_result_bool(row, RELATION_COLUMNS))
	{
		relation->column_names = gov_unchanged_array(look->schema, name, "");
		relation->columns = palloc0(sizeof(GovUnchangedColumn) * (relation->natts + 1));
		look->all_columns += relation->natts;
	}
	return relation;
}

/* The number of the kind of a relation of the last result: it has a name that no other kind has. */
static int
gov_unchanged_kind(GovUnchanged *look, uint64 row)
{
	const Datum values[] = {gov_unchanged_field(row, RELATION_OWNER), gov_unchanged_field(row, RELATION_KIND),
		gov_unchanged_field(row, RELATION_PARTITION), gov_unchanged_field(row, RELATION_PERSISTENCE),
	gov_unchanged_field(row, RELATION_OF_COLUMN)};
	const char *column = values[4] != 0 ? NameStr(*DatumGetName(values[4])) : "";
	char	   *name = psprintf("%u %c %d %c %s", DatumGetObjectId(values[0]), DatumGetChar(values[1]),
								DatumGetBool(values[2]), DatumGetChar(values[3]), column);
	bool		found;
	GovUnchangedKind *kind = kinds_insert(look->kinds, name, &found);

	if (found)
		pfree(name);
	else
	{
		memcpy(kind->values, values, sizeof(values));
		if (values[4] != 0)
			kind->values[4] = datumCopy(values[4], false, NAMEDATALEN);
		kind->number = look->kinds->members - 1;
	}
	return kind->number;
}

/* Has the attributes of each kind of relation made. */
static void
gov_unchanged_make_attributes(GovUnchanged *look)
{
	kinds_iterator iterator;
	GovUnchangedKind *kind;
	bool		isnull;

	look->kind_attributes = palloc(sizeof(struct varlena *) * (look->kinds->members + 1));
	kinds_start_iterate(look->kinds, &iterator);
	while ((kind = kinds_iterate(look->kinds, &iterator)) != NULL)
	{
		gov_run(&query_kind, gov_datum(kind->values[0], false), gov_datum(kind->values[1], false), gov_datum(kind->values[2], false),
				gov_datum(kind->values[3], false), gov_datum(kind->values[4], kind->values[4] == 0));
		look->kind_attributes[kind->number] = (struct varlena *) DatumGetPointer(datumCopy(gov_result_peek(0, 1, &isnull), false, -1));
	}
}

/* Is a relation left out, or what it lives in? */
static bool
gov_unchanged_is_out(GovUnchanged *look, const GovUnchangedRelation *relation)
{
	while (relation != NULL && !relation->out)
		relation = OidIsValid(relation->parent) ? relations_lookup(look->relations, relation->parent) : NULL;
	return relation != NULL;
}

/* Forgets the relations that are left out, and those that live in them. */
static void
gov_unchanged_leave_out(GovUnchanged *look)
{
	relations_iterator iterator;
	GovUnchangedRelation *relation;
	List	   *out = NIL;
	ListCell   *cell;

	relations_start_iterate(look->relations, &iterator);
	while ((relation = relations_iterate(look->relations, &iterator)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (gov_unchanged_is_out(look, relation))
			out = lappend_oid(out, relation->oid);
	}
	foreach(cell, out)
		(void) relations_delete(look->relations, lfirst_oid(cell));
	list_free(out);
}

/* Notes the relations; false when one is odd, or there are too few of them for a pass over all columns. */
static bool
gov_unchanged_load_relations(GovUnchanged *look)
{
	uint64		n = gov_run(&query_relations, gov_oid(look->schema_oid), gov_datum(look->source->object_types, look->source->all_types),
							gov_bool(look->source->columns), gov_text(look->source->source));

	look->relations = relations_create(CurrentMemoryContext, n, NULL);
	for (uint64 row = 0; row < n; row++)
	{
		GovUnchangedRelation *relation = gov_unchanged_load_relation(look, row);

		gov_progress_tick();
		if (relation == NULL || relation->word == NULL)
			return false;
		relation->kind = gov_unchanged_kind(look, row);
	}
	if (!gov_unchanged_is_worth(look, n + look->all_columns))
		return false;
	gov_unchanged_leave_out(look);
	gov_unchanged_make_attributes(look);
	return true;
}

/* The relation with an OID; most are asked for in a row. */
static inline GovUnchangedRelation *
gov_unchanged_relation(GovUnchanged *look, Oid oid)
{
	if (look->last == NULL || look->last->oid != oid)
	{
		GovUnchangedRelation *found = relations_lookup(look->relations, oid);

		if (found == NULL)
			return NULL;
		look->last = found;
	}
	return look->last;
}

GOV_QUESTION(query_type, "SELECT governance_internal.gov_column_attributes($1, $2)", OIDOID, INT4OID);

/* The number of a type with a modifier, whose attributes are made the first time. */
static int
gov_unchanged_type(GovUnchanged *look, Oid oid, int32 modifier)
{
	bool		found;
	bool		isnull;
	GovUnchangedType *type = types_insert(look->types, ((uint64) oid << 32) | (uint32) modifier, &found);

	if (found)
		return type->number;
	type->number = look->ntypes++;
	if (type->number == look->types_allocated)
	{
		look->types_allocated *= 2;
		look->type_attributes = repalloc(look->type_attributes, sizeof(struct varlena *) * look->types_allocated);
	}
	gov_run(&query_type, gov_oid(oid), gov_int4(modifier));
	look->type_attributes[type->number] = (struct varlena *)
		DatumGetPointer(datumCopy(gov_result_peek(0, 1, &isnull), false, -1));
	return look->ntypes - 1;
}

/* Notes the columns of these relations, in one pass; false when one has a number that its relation has not. */
static bool
gov_unchanged_load_columns(GovUnchanged *look)
{
	TableScanDesc scan = table_beginscan(look->pg_attribute, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;
	bool		good = true;

	while (good && (tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_attribute column = (Form_pg_attribute) GETSTRUCT(tuple);
		GovUnchangedRelation *relation;
		GovUnchangedColumn *noted;

		gov_progress_tick();
		if (column->attnum <= 0 || column->attisdropped)
			continue;
		relation = gov_unchanged_relation(look, column->attrelid);
		if (relation == NULL || relation->columns == NULL)
			continue;
		noted = &relation->columns[column->attnum - 1];
		good = column->attnum <= relation->natts && noted->name == NULL;
		if (!good)
			break;
		noted->name = pstrdup(NameStr(column->attname));
		noted->type = gov_unchanged_type(look, column->atttypid, column->atttypmod);
		relation->left++;
	}
	table_endscan(scan);
	return good;
}

/* ---- what is registered ---- */

/* A live row of gov_object, as it lies in its page. */
typedef struct GovUnchangedRow
{
	int64		object_id;
	int64		container_id;	/* 0: none */
	text	   *type;
	text	   *source;
	text	   *ref;
	text	   *attributes;
	text	   *class;
	text	   *names;
	text	   *args;
	bool		here;			/* has it an address in this database? */
	Oid			oid;
	int32		subid;
} GovUnchangedRow;

/* Takes a row apart; false for a retired one. */
static bool
gov_unchanged_read(const GovUnchanged *look, HeapTuple tuple, GovUnchangedRow *read)
{
	GovRow		row = gov_row(tuple);
	int64		retired;
	int64		system = 0;
	uint32		oid = 0;
	uint32		database = 0;
	uint32		subid = 0;

	read->container_id = 0;
	read->object_id = gov_row_int8_set(&row);
	(void) gov_row_int8(&row, &read->container_id);
	(void) gov_row_int8_set(&row);
	if (gov_row_int8(&row, &retired))
		return false;
	read->type = gov_row_text(&row);
	read->source = gov_row_text(&row);
	read->ref = gov_row_text(&row);
	read->attributes = gov_row_text(&row);
	read->class = gov_row_text(&row);
	read->names = gov_row_text(&row);
	read->args = gov_row_text(&row);
	read->here = gov_row_int4_after_texts(&row, &oid);
	read->here = gov_row_int8_after_texts(&row, &system) && system == look->system && read->here;
	read->here = gov_row_int4_after_texts(&row, &database) && database == MyDatabaseId && read->here;
	(void) gov_row_int4_after_texts(&row, &subid);
	read->oid = oid;
	read->subid = (int32) subid;
	return true;
}

/* Is a stored value, of any type of varying length, made of these bytes? */
static inline bool
gov_unchanged_is(const text *stored, const void *bytes, size_t length)
{
	return stored != NULL && !VARATT_IS_EXTERNAL(stored) && !VARATT_IS_COMPRESSED(stored) &&
		VARSIZE_ANY_EXHDR(stored) == length && memcmp(VARDATA_ANY(stored), bytes, length) == 0;
}

/* Is it this text? */
static inline bool
gov_unchanged_is_text(const text *stored, const char *string)
{
	return gov_unchanged_is(stored, string, strlen(string));
}

/* Is it what this value is? */
static inline bool
gov_unchanged_is_value(const text *stored, const void *value)
{
	return gov_unchanged_is(stored, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* Is a stored array the address of a column?  It ends where that of a column without a name has an empty text. */
static inline bool
gov_unchanged_is_column(const text *stored, const ArrayType *nameless, const char *name)
{
	size_t		before = VARSIZE_ANY_EXHDR(nameless) - VARHDRSZ;
	size_t		length = strlen(name);
	const char *bytes;
	varattrib_4b header;

	if (stored == NULL || VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored) ||
		VARSIZE_ANY_EXHDR(stored) != before + INTALIGN(VARHDRSZ + length))
		return false;
	bytes = VARDATA_ANY(stored);
	SET_VARSIZE(&header, VARHDRSZ + length);
	return memcmp(bytes, VARDATA_ANY(nameless), before) == 0 &&
		memcmp(bytes + before, &header, VARHDRSZ) == 0 &&
		memcmp(bytes + before + VARHDRSZ, name, length) == 0;
}

/* Is a stored reference that of a column? */
static inline bool
gov_unchanged_is_column_ref(const text *stored, const GovUnchangedRelation *relation, const char *name)
{
	const char *quoted = quote_identifier(name);
	size_t		length = strlen(quoted);
	const char *bytes = VARDATA_ANY(stored);
	bool		same = !VARATT_IS_EXTERNAL(stored) && !VARATT_IS_COMPRESSED(stored) &&
		VARSIZE_ANY_EXHDR(stored) == relation->ref_length + 1 + length &&
		memcmp(bytes, relation->ref, relation->ref_length) == 0 &&
		bytes[relation->ref_length] == '.' &&
		memcmp(bytes + relation->ref_length + 1, quoted, length) == 0;

	if (quoted != name)
		pfree(unconstify(char *, quoted));
	return same;
}

/* Is a live row that of a relation, and the first one? */
static bool
gov_unchanged_take_relation(GovUnchanged *look, GovUnchangedRelation *relation, const GovUnchangedRow *row)
{
	if (relation->object_id != 0 ||
		!gov_unchanged_is_text(row->type, relation->word) ||
		!gov_unchanged_is(row->ref, relation->ref, relation->ref_length) ||
		!gov_unchanged_is_value(row->attributes, look->kind_attributes[relation->kind]) ||
		!gov_unchanged_is_value(row->names, relation->names) ||
		!gov_unchanged_is_value(row->args, look->no_args))
		return false;
	relation->object_id = row->object_id;
	relation->container_id = row->container_id;
	return true;
}

/* The same of a column. */
static bool
gov_unchanged_take_column(GovUnchanged *look, GovUnchangedRelation *relation, const GovUnchangedRow *row)
{
	GovUnchangedColumn *column;

	if (relation->columns == NULL || row->subid > relation->natts)
		return false;
	column = &relation->columns[row->subid - 1];
	if (column->name == NULL || column->seen ||
		!gov_unchanged_is_text(row->type, relation->column_word) ||
		!gov_unchanged_is_text(row->class, relation->column_word) ||
		!gov_unchanged_is_column_ref(row->ref, relation, column->name) ||
		!gov_unchanged_is_value(row->attributes, look->type_attributes[column->type]) ||
		!gov_unchanged_is_column(row->names, relation->column_names, column->name) ||
		!gov_unchanged_is_value(row->args, look->no_args) ||
		row->container_id == 0 || (relation->columns_in != 0 && relation->columns_in != row->container_id))
		return false;
	relation->columns_in = row->container_id;
	column->seen = true;
	relation->left--;
	return true;
}

/* Judges a live row; false when a sync would find something to do about it. */
static bool
gov_unchanged_take(GovUnchanged *look, const GovUnchangedRow *row)
{
	bool		own = gov_unchanged_is(row->source, look->source->source, look->source_length);
	GovUnchangedRelation *relation = row->here ? gov_unchanged_relation(look, row->oid) : NULL;

	if (!own)
		return relation == NULL || (row->subid == 0 && !gov_unchanged_is_text(row->class, relation->word));
	look->live++;
	if (row->subid != 0)
		return row->subid > 0 && relation != NULL && gov_unchanged_take_column(look, relation, row);
	if (relation != NULL && gov_unchanged_is_text(row->class, relation->word))
		return gov_unchanged_take_relation(look, relation, row);
	look->others++;
	return true;
}

/* Compares what is registered of relations and columns, in one pass. */
static bool
gov_unchanged_compare(GovUnchanged *look, GovTable *objects)
{
	HeapTuple	tuple;
	bool		good = true;

	gov_table_start(objects);
	while (good && (tuple = gov_table_next_row(objects)) != NULL)
	{
		GovUnchangedRow row;

		gov_progress_tick();
		good = HeapTupleHeaderGetNatts(tuple->t_data) >= GOV_COL_OBJECT_ALL_NATTS;
		if (good && gov_unchanged_read(look, tuple, &row))
			good = gov_unchanged_take(look, &row);
	}
	gov_table_stop(objects);
	return good;
}

enum {OTHERS_FOUND = 1, OTHERS_REGISTERED, OTHERS_SAME, OTHERS_SCHEMA};

/* What the schema has beside relations, and what of it is registered, as it is: $1 source, $2 system identifier, $3 OID of the database. */
GOV_QUESTION_PLANNED_ONCE(query_others,
			 "WITH f AS MATERIALIZED (SELECT * FROM governance_internal.gov_catalog_found($1, '{}', false) AS c"
			 "  WHERE c.object_type = 'schema' OR NOT EXISTS (SELECT FROM governance_internal.gov_source_leaves_out AS p WHERE p.source = $1"
			 "   AND governance_internal.gov_source_name(c.object_ref, c.address_class, c.address_names) LIKE p.pattern)),"
			 " s AS MATERIALIZED (SELECT min(o.object_id) AS object_id FROM @.gov_object AS o"
			 "  WHERE o.address_oid = (SELECT f.oid FROM f WHERE f.object_type = 'schema') AND o.address_class = 'schema' AND " HERE("o") ")"
			 " SELECT (SELECT count(*) FROM f), count(*),"
			 "  count(*) FILTER (WHERE o.source = $1 AND f.source = $1 AND o.object_type = f.object_type AND o.object_ref = f.object_ref"
			 "   AND o.attributes = f.attributes AND o.address_names = f.address_names AND o.address_args = f.address_args"
			 "   AND o.container_id = CASE WHEN f.object_type = 'schema' THEN (SELECT min(d.object_id) FROM @.gov_object AS d"
			 "      WHERE d.object_ref = 'database' AND d.object_type = 'database' AND " GOV_OBJECT_LIVE("d") ")"
			 "    WHEN f.parent IS NULL THEN (SELECT s.object_id FROM s)"
			 "    ELSE (SELECT min(p.object_id) FROM @.gov_object AS p WHERE p.address_oid = f.parent AND p.address_subid = 0 AND p.source = $1"
			 "     AND p.address_class IN ('table', 'materialized view', 'foreign table') AND " HERE("p") ") END),"
			 "  (SELECT s.object_id FROM s)"
			 /* by the index of OIDs, however many there are: of a schema with very many columns all else is little */
			 " FROM (SELECT * FROM @.gov_object AS o WHERE o.address_oid = ANY (ARRAY(SELECT f.oid FROM f)) AND o.address_subid = 0 AND " HERE("o") ") AS o"
			 " JOIN f ON f.oid = o.address_oid AND f.address_class = o.address_class",
			 TEXTOID, INT8OID, OIDOID);

/* Is everything that is no relation as it is registered?  Gives the object that is the schema. */
static bool
gov_unchanged_compare_others(GovUnchanged *look, int64 *schema)
{
	gov_run(&query_others, gov_text(look->source->source), gov_inventory_system(), gov_inventory_database());
	if (gov_result_isnull(0, OTHERS_SCHEMA))
		return false;
	*schema = gov_result_int8(0, OTHERS_SCHEMA);
	return gov_result_int8(0, OTHERS_FOUND) == look->others &&
		gov_result_int8(0, OTHERS_REGISTERED) == look->others &&
		gov_result_int8(0, OTHERS_SAME) == look->others;
}

/* Has each relation its row, all columns theirs, and live they where they live in the catalogs? */
static bool
gov_unchanged_are_placed(GovUnchanged *look, int64 schema)
{
	relations_iterator iterator;
	GovUnchangedRelation *relation;

	relations_start_iterate(look->relations, &iterator);
	while ((relation = relations_iterate(look->relations, &iterator)) != NULL)
	{
		GovUnchangedRelation *parent;
		int64		container = schema;

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(relation->parent))
		{
			parent = relations_lookup(look->relations, relation->parent);
			container = parent != NULL ? parent->object_id : 0;
		}
		if (relation->object_id == 0 || container == 0 || relation->container_id != container || relation->left != 0 ||
			(relation->columns_in != 0 && relation->columns_in != relation->object_id))
			return false;
	}
	return true;
}

/* ---- the question ---- */

/* Looks at all of it, one after the other, as long as nothing differs. */
static bool
gov_unchanged_look(GovUnchanged *look, GovTable *objects)
{
	int64		schema;

	return gov_unchanged_load_schema(look) &&
		gov_unchanged_load_relations(look) &&
		gov_unchanged_load_columns(look) &&
		gov_unchanged_compare(look, objects) &&
		gov_unchanged_compare_others(look, &schema) &&
		gov_unchanged_are_placed(look, schema);
}

/*
 * Does an enrolled schema hold what is registered of it, and nothing else?  Says
 * how many objects that is.
 */
bool
gov_unchanged_schema(const GovSource *source, int64 *objects)
{
	GovUnchanged look = {.source = source, .source_length = strlen(source->source), .system = (int64) GetSystemIdentifier(),
	.types_allocated = 64};
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "unchanged schema", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	GovTable	table;
	bool		unchanged;

	gov_progress_phase(psprintf("looking over %s", source->source), GOV_PROGRESS_UNKNOWN);
	gov_table_open(&table, "gov_object", GetActiveSnapshot());
	look.pg_attribute = table_open(AttributeRelationId, AccessShareLock);
	look.pages = RelationGetNumberOfBlocks(look.pg_attribute) + RelationGetNumberOfBlocks(table.rel);
	look.kinds = kinds_create(context, 64, NULL);
	look.types = types_create(context, 64, NULL);
	look.type_attributes = palloc(sizeof(struct varlena *) * look.types_allocated);
	look.no_args = construct_empty_array(TEXTOID);
	unchanged = gov_unchanged_look(&look, &table);
	table_close(look.pg_attribute, NoLock);
	gov_table_close(&table);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	*objects = look.live;
	return unchanged;
}
