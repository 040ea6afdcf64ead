/*-------------------------------------------------------------------------
 *
 * rollout/canonical.c
 *	  The one form of a value that is the same on any server.
 *
 * Equal content must give equal bytes whatever the machine, the major version,
 * the encoding of the database, the time zone, the locale and the settings of
 * who asks, and however the value is stored (compressed, out of line, with a
 * short header).  So values are written from what is stored, and not by output
 * functions, which ask settings, nor by send functions, which ask the encoding
 * of the client; by output functions only where they ask nothing.
 *
 * Different content must give different bytes: each value begins with a tag,
 * and what has no fixed length with its length.  What a table shows differently
 * is different, although operators may call it equal: 1.0 and 1.00, 0 and -0,
 * 'a' and 'A' under a collation without case.  NaNs are one.  What reads alike
 * under types that people exchange for each other has one form: integers of
 * any width; texts, labels of enums, domains by what they are made of.
 *
 * Nothing that belongs to a type of somebody is called: no cast, no operator,
 * no output function.  A base type that is not the server's own is supported
 * when a cast of a superuser's says that its bytes are those of a type of the
 * server's (citext); any other is named as unsupported.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/geo_decls.h"
#include "utils/inet.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
#include "utils/varbit.h"

#include "server/utf8.h"
#include "rollout/canonical.h"

/* Bytes that are kept in memory before the hash takes them; there is room for twice as many. */
#define GOV_CANONICAL_BUFFER	8192

/* The tags that values begin with.  They are part of every fingerprint: never change one. */
typedef enum GovCanonicalTag
{
	GOV_CANONICAL_NULL = 0,
	GOV_CANONICAL_BOOL = 1,
	GOV_CANONICAL_INTEGER = 2,
	GOV_CANONICAL_FLOAT4 = 3,
	GOV_CANONICAL_FLOAT8 = 4,
	GOV_CANONICAL_NUMERIC = 5,
	GOV_CANONICAL_TEXT = 6,
	GOV_CANONICAL_BYTES = 7,
	GOV_CANONICAL_CHAR = 8,
	GOV_CANONICAL_MONEY = 9,
	GOV_CANONICAL_DATE = 10,
	GOV_CANONICAL_TIME = 11,
	GOV_CANONICAL_TIMETZ = 12,
	GOV_CANONICAL_TIMESTAMP = 13,
	GOV_CANONICAL_TIMESTAMPTZ = 14,
	GOV_CANONICAL_INTERVAL = 15,
	GOV_CANONICAL_UUID = 16,
	GOV_CANONICAL_MACADDR = 17,
	GOV_CANONICAL_BITS = 18,
	GOV_CANONICAL_FLOATS = 19,	/* a geometric type of so many numbers */
	GOV_CANONICAL_PATH = 20,
	GOV_CANONICAL_POLYGON = 21,
	GOV_CANONICAL_JSONB = 22,
	GOV_CANONICAL_WRITTEN = 23, /* a type of the server's whose text is the same everywhere */
	GOV_CANONICAL_LSN = 24,
	GOV_CANONICAL_ARRAY = 25,
	GOV_CANONICAL_ROW = 26,
	GOV_CANONICAL_RANGE = 27,
	GOV_CANONICAL_MULTIRANGE = 28
} GovCanonicalTag;

/* How values of a type are written: "how" of two types may be alike. */
struct GovCanonicalForm
{
	Oid			type;			/* domains: what they are made of */
	void		(*put) (GovCanonical *sink, GovCanonicalForm *form, Datum value);
	uint8		tag;
	int16		length;
	bool		byval;
	char		alignment;
	GovCanonicalForm *element;	/* of arrays, ranges, multiranges */
	TypeCacheEntry *cache;		/* of ranges and multiranges */
	Oid			written;		/* the type of the server's, where it is written with the value */
	FmgrInfo	output;

	/* Rows: as the last one was. */
	MemoryContext context;
	Oid			row_type;
	int32		row_typmod;
	TupleDesc	desc;
	GovCanonicalForm **columns;
	Datum	   *values;
	bool	   *nulls;
};

/* ---- writing bytes ---- */

/* Gives the hash what was written. */
static void
gov_canonical_flush(GovCanonical *sink)
{
	if (!sink->hashing)
		gov_hasher_start(sink->hasher);
	sink->hashing = true;
	gov_hasher_add(sink->hasher, sink->bytes, sink->length);
	sink->length = 0;
}

/* Writes bytes; many of them go to the hash at once. */
static inline void
gov_canonical_bytes(GovCanonical *sink, const void *bytes, size_t length)
{
	if (likely(length <= GOV_CANONICAL_BUFFER))
	{
		memcpy(sink->bytes + sink->length, bytes, length);
		sink->length += length;
		if (unlikely(sink->length > GOV_CANONICAL_BUFFER))
			gov_canonical_flush(sink);
		return;
	}
	gov_canonical_flush(sink);
	gov_hasher_add(sink->hasher, bytes, length);
}

/* Writes one byte. */
static inline void
gov_canonical_byte(GovCanonical *sink, uint8 byte)
{
	gov_canonical_bytes(sink, &byte, 1);
}

/* Writes an integer of 4 bytes, the highest first. */
static inline void
gov_canonical_int32(GovCanonical *sink, uint32 number)
{
	number = pg_hton32(number);
	gov_canonical_bytes(sink, &number, sizeof(number));
}

/* The same of 8. */
static inline void
gov_canonical_int64(GovCanonical *sink, uint64 number)
{
	number = pg_hton64(number);
	gov_canonical_bytes(sink, &number, sizeof(number));
}

/* Writes bytes with their number before them. */
static inline void
gov_canonical_counted(GovCanonical *sink, const void *bytes, size_t length)
{
	gov_canonical_int32(sink, (uint32) length);
	gov_canonical_bytes(sink, bytes, length);
}

/* Writes a text in UTF-8. */
static inline void
gov_canonical_text(GovCanonical *sink, const char *text, int length)
{
	const char *utf8 = gov_utf8(text, &length);

	gov_canonical_counted(sink, utf8, length);
	if (utf8 != text)
		pfree(unconstify(char *, utf8));
}

/* Writes a floating-point number; all that are none are one. */
static void
gov_canonical_float8(GovCanonical *sink, float8 number)
{
	uint64		bits;

	memcpy(&bits, &number, sizeof(bits));
	gov_canonical_int64(sink, isnan(number) ? UINT64CONST(0x7FF8000000000000) : bits);
}

/* Writes some of them. */
static void
gov_canonical_float8s(GovCanonical *sink, const float8 *numbers, int count)
{
	for (int i = 0; i < count; i++)
		gov_canonical_float8(sink, numbers[i]);
}

/* Writes a numeric: its digits, sign and scale, as the server sends them. */
static void
gov_canonical_numeric(GovCanonical *sink, Datum value)
{
	bytea	   *sent = DatumGetByteaPP(DirectFunctionCall1(numeric_send, value));

	gov_canonical_counted(sink, VARDATA_ANY(sent), VARSIZE_ANY_EXHDR(sent));
	pfree(sent);
}

/* ---- one function per kind of type ---- */

/* boolean */
static void
gov_canonical_put_bool(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_byte(sink, DatumGetBool(value) ? 1 : 0);
}

/* smallint */
static void
gov_canonical_put_int2(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_int64(sink, (uint64) (int64) DatumGetInt16(value));
}

/* integer */
static void
gov_canonical_put_int4(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_int64(sink, (uint64) (int64) DatumGetInt32(value));
}

/* bigint, and all that is kept as one */
static void
gov_canonical_put_int8(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_int64(sink, (uint64) DatumGetInt64(value));
}

/* real */
static void
gov_canonical_put_float4(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	float4		number = DatumGetFloat4(value);
	uint32		bits;

	memcpy(&bits, &number, sizeof(bits));
	gov_canonical_int32(sink, isnan(number) ? 0x7FC00000 : bits);
}

/* double precision */
static void
gov_canonical_put_float8(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_float8(sink, DatumGetFloat8(value));
}

/* numeric */
static void
gov_canonical_put_numeric(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_numeric(sink, value);
}

/* text and its like */
static void
gov_canonical_put_text(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	text	   *t = DatumGetTextPP(value);

	gov_canonical_text(sink, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
	if ((Pointer) t != DatumGetPointer(value))
		pfree(t);
}

/* name */
static void
gov_canonical_put_name(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	const char *name = NameStr(*DatumGetName(value));

	gov_canonical_text(sink, name, strlen(name));
}

/* a constant of a query that has got no type */
static void
gov_canonical_put_cstring(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	const char *t = DatumGetCString(value);

	gov_canonical_text(sink, t, strlen(t));
}

/* "char": a byte */
static void
gov_canonical_put_char(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_byte(sink, (uint8) DatumGetChar(value));
}

/* bytea */
static void
gov_canonical_put_bytea(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	bytea	   *b = DatumGetByteaPP(value);

	gov_canonical_counted(sink, VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b));
	if ((Pointer) b != DatumGetPointer(value))
		pfree(b);
}

/* uuid, macaddr, macaddr8: bytes of one length, which is written for it tells these apart */
static void
gov_canonical_put_fixed(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	gov_canonical_counted(sink, DatumGetPointer(value), form->length);
}

/* an enum: its label */
static void
gov_canonical_put_enum(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, value);
	const char *label;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("a value of type %s has no label", format_type_be(form->type))));
	label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	gov_canonical_text(sink, label, strlen(label));
	ReleaseSysCache(tuple);
}

/* date */
static void
gov_canonical_put_date(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	gov_canonical_int32(sink, (uint32) DatumGetDateADT(value));
}

/* time with time zone */
static void
gov_canonical_put_timetz(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	const TimeTzADT *time = DatumGetTimeTzADTP(value);

	gov_canonical_int64(sink, (uint64) time->time);
	gov_canonical_int32(sink, (uint32) time->zone);
}

/* interval: 24 hours are not a day */
static void
gov_canonical_put_interval(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	const Interval *interval = DatumGetIntervalP(value);

	gov_canonical_int64(sink, (uint64) interval->time);
	gov_canonical_int32(sink, (uint32) interval->day);
	gov_canonical_int32(sink, (uint32) interval->month);
}

/* bit and bit varying */
static void
gov_canonical_put_bits(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	VarBit	   *bits = DatumGetVarBitP(value);

	gov_canonical_int32(sink, (uint32) VARBITLEN(bits));
	gov_canonical_bytes(sink, VARBITS(bits), VARBITBYTES(bits));
}

/* point, line, lseg, box, circle: the type, by its number, which is the same everywhere, and so many numbers */
static void
gov_canonical_put_floats(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	gov_canonical_int32(sink, form->written);
	gov_canonical_float8s(sink, (const float8 *) DatumGetPointer(value), form->length / (int) sizeof(float8));
}

/* path */
static void
gov_canonical_put_path(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	PATH	   *path = DatumGetPathP(value);

	gov_canonical_byte(sink, path->closed ? 1 : 0);
	gov_canonical_int32(sink, (uint32) path->npts);
	gov_canonical_float8s(sink, (const float8 *) path->p, path->npts * 2);
}

/* polygon; its box follows from its points */
static void
gov_canonical_put_polygon(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	POLYGON    *polygon = DatumGetPolygonP(value);

	gov_canonical_int32(sink, (uint32) polygon->npts);
	gov_canonical_float8s(sink, (const float8 *) polygon->p, polygon->npts * 2);
}

/* One token of a jsonb, with its scalar if it has one. */
static void
gov_canonical_json_token(GovCanonical *sink, JsonbIteratorToken token, const JsonbValue *value)
{
	gov_canonical_byte(sink, (uint8) token);
	if (token == WJB_BEGIN_ARRAY)
		gov_canonical_byte(sink, value->val.array.rawScalar ? 1 : 0);
	if (token != WJB_KEY && token != WJB_VALUE && token != WJB_ELEM)
		return;
	gov_canonical_byte(sink, (uint8) value->type);
	switch (value->type)
	{
		case jbvString:
			gov_canonical_text(sink, value->val.string.val, value->val.string.len);
			break;
		case jbvNumeric:
			gov_canonical_numeric(sink, NumericGetDatum(value->val.numeric));
			break;
		case jbvBool:
			gov_canonical_byte(sink, value->val.boolean ? 1 : 0);
			break;
		default:
			break;
	}
}

/* jsonb: its tokens, keys in the server's order */
static void
gov_canonical_put_jsonb(GovCanonical *sink, GovCanonicalForm *form pg_attribute_unused(), Datum value)
{
	Jsonb	   *json = DatumGetJsonbP(value);
	JsonbIterator *iterator = JsonbIteratorInit(&json->root);
	JsonbIteratorToken token;
	JsonbValue	item;

	while ((token = JsonbIteratorNext(&iterator, &item, false)) != WJB_DONE)
		gov_canonical_json_token(sink, token, &item);
	gov_canonical_byte(sink, WJB_DONE);
}

/* A type of the server's whose output function asks no setting: the type and its text. */
static void
gov_canonical_put_written(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	char	   *written = OutputFunctionCall(&form->output, value);

	gov_canonical_int32(sink, form->written);
	gov_canonical_text(sink, written, strlen(written));
	pfree(written);
}

/* xml, as text: without the encoding that it declares, which is the database's */
static void
gov_canonical_put_xml(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	char	   *written = OutputFunctionCall(&form->output, value);

	gov_canonical_text(sink, written, strlen(written));
	pfree(written);
}

/* An array: its dimensions, where they begin, its elements. */
static void
gov_canonical_put_array(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	check_stack_depth();
	gov_canonical_int32(sink, (uint32) ARR_NDIM(array));
	for (int i = 0; i < ARR_NDIM(array); i++)
	{
		gov_canonical_int32(sink, (uint32) ARR_DIMS(array)[i]);
		gov_canonical_int32(sink, (uint32) ARR_LBOUND(array)[i]);
	}
	deconstruct_array(array, ARR_ELEMTYPE(array), form->element->length, form->element->byval,
					  form->element->alignment, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
		gov_canonical_put(sink, form->element, elements[i], nulls[i]);
}

/* Reads how rows of a type are, unless the last one was of it. */
static void
gov_canonical_meet_row(GovCanonicalForm *form, HeapTupleHeader row)
{
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);
	MemoryContext old;
	TupleDesc	desc;

	if (form->desc != NULL && form->row_type == type && form->row_typmod == typmod)
		return;
	desc = lookup_rowtype_tupdesc(type, typmod);
	old = MemoryContextSwitchTo(form->context);
	form->desc = NULL;
	form->columns = palloc0(sizeof(GovCanonicalForm *) * (desc->natts + 1));
	form->values = palloc(sizeof(Datum) * (desc->natts + 1));
	form->nulls = palloc(sizeof(bool) * (desc->natts + 1));
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			form->columns[i] = gov_canonical_form(TupleDescAttr(desc, i)->atttypid);
	}
	form->desc = CreateTupleDescCopy(desc);
	form->row_type = type;
	form->row_typmod = typmod;
	MemoryContextSwitchTo(old);
	ReleaseTupleDesc(desc);
}

/* A row: its columns in their order, those aside that were dropped. */
static void
gov_canonical_put_row(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	HeapTupleHeader row = DatumGetHeapTupleHeader(value);
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};
	int			columns = 0;

	check_stack_depth();
	gov_canonical_meet_row(form, row);
	heap_deform_tuple(&tuple, form->desc, form->values, form->nulls);
	for (int i = 0; i < form->desc->natts; i++)
		columns += form->columns[i] != NULL;
	gov_canonical_int32(sink, (uint32) columns);
	for (int i = 0; i < form->desc->natts; i++)
	{
		if (form->columns[i] != NULL)
			gov_canonical_put(sink, form->columns[i], form->values[i], form->nulls[i]);
	}
}

/* What of a range is the same for one alone and one of a multirange. */
static void
gov_canonical_range(GovCanonical *sink, GovCanonicalForm *element, TypeCacheEntry *cache, const RangeType *range)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(cache, range, &lower, &upper, &empty);
	gov_canonical_byte(sink, (uint8) ((empty ? 1 : 0) | (lower.infinite ? 2 : 0) | (lower.inclusive ? 4 : 0) |
									  (upper.infinite ? 8 : 0) | (upper.inclusive ? 16 : 0)));
	if (!empty && !lower.infinite)
		gov_canonical_put(sink, element, lower.val, false);
	if (!empty && !upper.infinite)
		gov_canonical_put(sink, element, upper.val, false);
}

/* A range. */
static void
gov_canonical_put_range(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	check_stack_depth();
	gov_canonical_range(sink, form->element, form->cache, DatumGetRangeTypeP(value));
}

/* A multirange. */
static void
gov_canonical_put_multirange(GovCanonical *sink, GovCanonicalForm *form, Datum value)
{
	RangeType **ranges;
	int32		count;

	check_stack_depth();
	multirange_deserialize(form->cache->rngtype, DatumGetMultirangeTypeP(value), &count, &ranges);
	gov_canonical_int32(sink, (uint32) count);
	for (int i = 0; i < count; i++)
		gov_canonical_range(sink, form->element, form->cache->rngtype, ranges[i]);
}

/* ---- which type is written how ---- */

/* The base types that are supported. */
static const struct
{
	Oid			type;
	uint8		tag;
	void		(*put) (GovCanonical *sink, GovCanonicalForm *form, Datum value);
}			gov_canonical_types[] = {
	{BOOLOID, GOV_CANONICAL_BOOL, gov_canonical_put_bool},
	{INT2OID, GOV_CANONICAL_INTEGER, gov_canonical_put_int2},
	{INT4OID, GOV_CANONICAL_INTEGER, gov_canonical_put_int4},
	{INT8OID, GOV_CANONICAL_INTEGER, gov_canonical_put_int8},
	{FLOAT4OID, GOV_CANONICAL_FLOAT4, gov_canonical_put_float4},
	{FLOAT8OID, GOV_CANONICAL_FLOAT8, gov_canonical_put_float8},
	{NUMERICOID, GOV_CANONICAL_NUMERIC, gov_canonical_put_numeric},
	{CASHOID, GOV_CANONICAL_MONEY, gov_canonical_put_int8},
	{TEXTOID, GOV_CANONICAL_TEXT, gov_canonical_put_text},
	{VARCHAROID, GOV_CANONICAL_TEXT, gov_canonical_put_text},
	{BPCHAROID, GOV_CANONICAL_TEXT, gov_canonical_put_text},
	{JSONOID, GOV_CANONICAL_TEXT, gov_canonical_put_text},
	{UNKNOWNOID, GOV_CANONICAL_TEXT, gov_canonical_put_cstring},
	{REFCURSOROID, GOV_CANONICAL_TEXT, gov_canonical_put_text},
	{XMLOID, GOV_CANONICAL_TEXT, gov_canonical_put_xml},
	{NAMEOID, GOV_CANONICAL_TEXT, gov_canonical_put_name},
	{CHAROID, GOV_CANONICAL_CHAR, gov_canonical_put_char},
	{BYTEAOID, GOV_CANONICAL_BYTES, gov_canonical_put_bytea},
	{DATEOID, GOV_CANONICAL_DATE, gov_canonical_put_date},
	{TIMEOID, GOV_CANONICAL_TIME, gov_canonical_put_int8},
	{TIMETZOID, GOV_CANONICAL_TIMETZ, gov_canonical_put_timetz},
	{TIMESTAMPOID, GOV_CANONICAL_TIMESTAMP, gov_canonical_put_int8},
	{TIMESTAMPTZOID, GOV_CANONICAL_TIMESTAMPTZ, gov_canonical_put_int8},
	{INTERVALOID, GOV_CANONICAL_INTERVAL, gov_canonical_put_interval},
	{UUIDOID, GOV_CANONICAL_UUID, gov_canonical_put_fixed},
	{MACADDROID, GOV_CANONICAL_MACADDR, gov_canonical_put_fixed},
	{MACADDR8OID, GOV_CANONICAL_MACADDR, gov_canonical_put_fixed},
	{BITOID, GOV_CANONICAL_BITS, gov_canonical_put_bits},
	{VARBITOID, GOV_CANONICAL_BITS, gov_canonical_put_bits},
	{POINTOID, GOV_CANONICAL_FLOATS, gov_canonical_put_floats},
	{LINEOID, GOV_CANONICAL_FLOATS, gov_canonical_put_floats},
	{LSEGOID, GOV_CANONICAL_FLOATS, gov_canonical_put_floats},
	{BOXOID, GOV_CANONICAL_FLOATS, gov_canonical_put_floats},
	{CIRCLEOID, GOV_CANONICAL_FLOATS, gov_canonical_put_floats},
	{PATHOID, GOV_CANONICAL_PATH, gov_canonical_put_path},
	{POLYGONOID, GOV_CANONICAL_POLYGON, gov_canonical_put_polygon},
	{JSONBOID, GOV_CANONICAL_JSONB, gov_canonical_put_jsonb},
	{INETOID, GOV_CANONICAL_WRITTEN, gov_canonical_put_written},
	{CIDROID, GOV_CANONICAL_WRITTEN, gov_canonical_put_written},
	{TSVECTOROID, GOV_CANONICAL_WRITTEN, gov_canonical_put_written},
	{TSQUERYOID, GOV_CANONICAL_WRITTEN, gov_canonical_put_written},
	{JSONPATHOID, GOV_CANONICAL_WRITTEN, gov_canonical_put_written},
	{LSNOID, GOV_CANONICAL_LSN, gov_canonical_put_int8},
};

/* The place of a base type in the table above; -1 for one that is not supported. */
static int
gov_canonical_place(Oid type)
{
	/* these keep their parts in an order that depends on the encoding */
	if ((type == JSONBOID || type == TSVECTOROID) && GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII)
		return -1;
	for (int i = 0; i < (int) lengthof(gov_canonical_types); i++)
	{
		if (gov_canonical_types[i].type == type)
			return i;
	}
	return -1;
}

/*
 * The type of the server's whose bytes a base type of somebody else has, by a
 * cast without a function, which superusers alone can make; InvalidOid.
 */
static Oid
gov_canonical_alike(Oid type)
{
	static const Oid texts[] = {TEXTOID, VARCHAROID, BYTEAOID, INT4OID, INT8OID, FLOAT8OID, NUMERICOID, UUIDOID, JSONBOID};

	if (type < FirstNormalObjectId)
		return InvalidOid;
	for (int i = 0; i < (int) lengthof(texts); i++)
	{
		HeapTuple	tuple = SearchSysCache2(CASTSOURCETARGET, ObjectIdGetDatum(type), ObjectIdGetDatum(texts[i]));
		bool		binary;

		if (!HeapTupleIsValid(tuple))
			continue;
		binary = ((Form_pg_cast) GETSTRUCT(tuple))->castmethod == COERCION_METHOD_BINARY;
		ReleaseSysCache(tuple);
		if (binary && get_typlen(type) == get_typlen(texts[i]))
			return texts[i];
	}
	return InvalidOid;
}

/* The type within the columns of a composite type that has no form; NULL. */
static const char *
gov_canonical_unsupported_column(Oid type)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);
	const char *found = NULL;

	for (int i = 0; i < desc->natts && found == NULL; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			found = gov_canonical_unsupported(TupleDescAttr(desc, i)->atttypid);
	}
	ReleaseTupleDesc(desc);
	return found;
}

/* The type within a type, perhaps itself, that has no form which is the same elsewhere. */
const char *
gov_canonical_unsupported(Oid type)
{
	Oid			base = getBaseType(type);
	Oid			element = get_element_type(base);

	check_stack_depth();
	if (OidIsValid(element))
		return gov_canonical_unsupported(element);
	switch (get_typtype(base))
	{
		case TYPTYPE_ENUM:
			return NULL;
		case TYPTYPE_COMPOSITE:
			return gov_canonical_unsupported_column(base);
		case TYPTYPE_RANGE:
			return gov_canonical_unsupported(get_range_subtype(base));
		case TYPTYPE_MULTIRANGE:
			return gov_canonical_unsupported(get_range_subtype(get_multirange_range(base)));
		default:
			break;
	}
	if (gov_canonical_place(base) >= 0 || OidIsValid(gov_canonical_alike(base)) || base == RECORDOID)
		return NULL;
	return format_type_be_qualified(base);
}

/* Raises for a type that has no form. */
static void
gov_canonical_refuse(Oid type)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("type %s has no form that is the same on every server", format_type_be_qualified(type)),
			 errhint("Leave the column out, or cast it to a type that has one.")));
}

/* A form for a type that is made of others; false for a base type. */
static bool
gov_canonical_form_of_others(GovCanonicalForm *form)
{
	Oid			element = get_element_type(form->type);
	char		kind = get_typtype(form->type);

	if (OidIsValid(element))
	{
		form->tag = GOV_CANONICAL_ARRAY;
		form->put = gov_canonical_put_array;
		form->element = gov_canonical_form(element);
	}
	else if (kind == TYPTYPE_COMPOSITE || form->type == RECORDOID)
	{
		form->tag = GOV_CANONICAL_ROW;
		form->put = gov_canonical_put_row;
	}
	else if (kind == TYPTYPE_ENUM)
	{
		form->tag = GOV_CANONICAL_TEXT;
		form->put = gov_canonical_put_enum;
	}
	else if (kind == TYPTYPE_RANGE)
	{
		form->tag = GOV_CANONICAL_RANGE;
		form->put = gov_canonical_put_range;
		form->cache = lookup_type_cache(form->type, TYPECACHE_RANGE_INFO);
		form->element = gov_canonical_form(form->cache->rngelemtype->type_id);
	}
	else if (kind == TYPTYPE_MULTIRANGE)
	{
		form->tag = GOV_CANONICAL_MULTIRANGE;
		form->put = gov_canonical_put_multirange;
		form->cache = lookup_type_cache(form->type, TYPECACHE_MULTIRANGE_INFO);
		form->element = gov_canonical_form(form->cache->rngtype->rngelemtype->type_id);
	}
	return form->put != NULL;
}

/* What is needed to write values of a type, in the current memory context. */
GovCanonicalForm *
gov_canonical_form(Oid type)
{
	GovCanonicalForm *form = palloc0(sizeof(GovCanonicalForm));
	Oid			output;
	bool		varlena;
	int			place;

	check_stack_depth();
	form->context = CurrentMemoryContext;
	form->type = getBaseType(type);
	get_typlenbyvalalign(form->type, &form->length, &form->byval, &form->alignment);
	if (gov_canonical_form_of_others(form))
		return form;
	place = gov_canonical_place(form->type);
	if (place < 0)
		place = gov_canonical_place(gov_canonical_alike(form->type));
	if (place < 0)
		gov_canonical_refuse(form->type);
	form->tag = gov_canonical_types[place].tag;
	form->put = gov_canonical_types[place].put;
	form->written = gov_canonical_types[place].type;
	if (form->put == gov_canonical_put_written || form->put == gov_canonical_put_xml)
	{
		getTypeOutputInfo(form->type, &output, &varlena);
		fmgr_info(output, &form->output);
	}
	return form;
}

/* ---- a value, and all of them ---- */

/* Begins to write. */
void
gov_canonical_begin(GovCanonical *sink, GovHasher *hasher)
{
	sink->bytes = palloc(2 * GOV_CANONICAL_BUFFER);
	sink->length = 0;
	sink->hasher = hasher;
	sink->hashing = false;
}

/* Writes a value. */
void
gov_canonical_put(GovCanonical *sink, GovCanonicalForm *form, Datum value, bool isnull)
{
	if (isnull)
	{
		gov_canonical_byte(sink, GOV_CANONICAL_NULL);
		return;
	}
	gov_canonical_byte(sink, form->tag);
	form->put(sink, form, value);
}

/* The hash of all that was put. */
void
gov_canonical_end(GovCanonical *sink, uint8 *hash)
{
	if (!sink->hashing)
		gov_hash(sink->hasher, sink->bytes, sink->length, hash);
	else
	{
		gov_canonical_flush(sink);
		gov_hasher_finish(sink->hasher, hash);
	}
	sink->length = 0;
	sink->hashing = false;
}
