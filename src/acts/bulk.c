/*-------------------------------------------------------------------------
 *
 * acts/bulk.c
 *	  The input of the set-based functions: read, checked, its cells held.
 *
 * Whose rights.  A relation that the caller names, and may read, is read as
 * its owner through the one door for what is registered (registered/door.c):
 * a view, a policy or a cast in it can do nothing with the caller's rights.
 * Everything after that runs on the copy.
 *
 * All or nothing: every check looks at the whole input before anything is
 * written, and all that is wrong comes in one error: entries by their numbers,
 * twenty of them, and how many there are.
 *
 * Names of objects are settled first, as for one (registry/target.c), and all of
 * them at once; what the queries see are references.
 *
 * Queries here are planned anew each time, because the best plan for one row
 * is not the best for a million.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/relation.h"
#include "registry/in_force.h"
#include "registry/meant.h"
#include "acts/bulk.h"

/* Keeps the rows of a query as a relation that later ones can name. */
void
gov_bulk_keep(GovBulk *bulk, const char *name, const char *sql,
			  int nargs, const Oid *types, const GovArg *args)
{
	if (bulk->count >= (int) lengthof(bulk->rows))
		elog(ERROR, "too many relations in one act");
	bulk->rows[bulk->count++] = gov_spi_collect(name, sql, nargs, types, args);
}

/* Forgets all that was kept; comes before gov_spi_end. */
void
gov_bulk_close(GovBulk *bulk)
{
	while (bulk->count > 0)
		gov_spi_discard(bulk->rows[--bulk->count]);
}

/* Runs a statement that gives a count. */
int64
gov_bulk_count(const char *sql)
{
	gov_run_text(sql, 0, NULL, NULL, false);
	return gov_result_int8(0, 1);
}

/* The row type of a function that returns so many counts. */
static TupleDesc
gov_bulk_row_type(FunctionCallInfo fcinfo, int count)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts != count)
		elog(ERROR, "return type must be a row of %d columns", count);
	return desc;
}

/* The counts of an act by the names that its result has for them, for the ledger. */
Datum
gov_bulk_payload(FunctionCallInfo fcinfo, int count, const int64 *counts)
{
	TupleDesc	desc = gov_bulk_row_type(fcinfo, count);
	GovJson		payload;

	gov_json_begin(&payload);
	for (int i = 0; i < count; i++)
		gov_json_int8(&payload, NameStr(TupleDescAttr(desc, i)->attname), counts[i]);
	return gov_json_end(&payload);
}

/* The result of a function that returns counts. */
Datum
gov_bulk_counts(FunctionCallInfo fcinfo, int count, const int64 *counts)
{
	TupleDesc	desc = gov_bulk_row_type(fcinfo, count);
	Datum	   *values = palloc(sizeof(Datum) * count);
	bool	   *nulls = palloc0(sizeof(bool) * count);

	for (int i = 0; i < count; i++)
		values[i] = Int64GetDatum(counts[i]);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* The names of the columns, as an array literal ('...') of SQL. */
static char *
gov_bulk_names(const GovBulkColumn *columns, const char *separator)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; columns[i].name != NULL; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? separator : "", columns[i].name);
	return list.data;
}

/* Columns of a query that describes an entry. */
enum {ENTRY_NUMBER = 1, ENTRY_WHAT};

/* Raises unless the input is an array of objects with no fields but ours. */
static void
gov_bulk_ensure_array(GovArg input, const GovBulkColumn *columns)
{
	static const Oid types[] = {JSONBOID, TEXTOID};
	GovArg		args[2];

	if (!JB_ROOT_IS_ARRAY(DatumGetJsonbP(input.value)) || JB_ROOT_IS_SCALAR(DatumGetJsonbP(input.value)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the input must be a JSON array of objects")));
	args[0] = input;
	args[1] = gov_text(gov_bulk_names(columns, ","));
	if (gov_run_text("SELECT n, jsonb_typeof(e) FROM jsonb_array_elements($1) WITH ORDINALITY AS t (e, n)"
					 " WHERE jsonb_typeof(e) <> 'object' ORDER BY n LIMIT 1", 1, types, args, true) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the input must be a JSON array of objects"),
				 errdetail("Entry %s is of type %s.", gov_result_text(0, ENTRY_NUMBER), gov_result_text(0, ENTRY_WHAT))));
	if (gov_run_text("SELECT n, k FROM jsonb_array_elements($1) WITH ORDINALITY AS t (e, n),"
					 " LATERAL jsonb_object_keys(e) AS k"
					 " WHERE k <> ALL (string_to_array($2, ',')) ORDER BY n, k COLLATE \"C\" LIMIT 1",
					 2, types, args, true) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown field \"%s\" in the input", gov_result_text(0, ENTRY_WHAT)),
				 errdetail("It is in entry %s.", gov_result_text(0, ENTRY_NUMBER)),
				 errhint("Allowed: %s.", gov_bulk_names(columns, ", "))));
}

/* A value that cannot be read as what its column is. */
typedef struct GovBulkMisread
{
	const GovBulkColumn *column;
	char	   *value;
} GovBulkMisread;

/* At most so many values of a column are tried, once one could not be read. */
#define GOV_BULK_TRIED	10000

/* The OID of a column's type. */
static Oid
gov_bulk_type(const GovBulkColumn *column)
{
	return DatumGetObjectId(DirectFunctionCall1(regtypein, CStringGetDatum(column->type)));
}

/* Reads a value, in the form that gov_subtransaction_attempt takes. */
static void
gov_bulk_try(void *arg)
{
	const GovBulkMisread *value = (const GovBulkMisread *) arg;
	Oid			function;
	Oid			parameter;

	getTypeInputInfo(gov_bulk_type(value->column), &function, &parameter);
	(void) OidInputFunctionCall(function, value->value, parameter, -1);
}

/* The values of a column of gov_given that cannot be read as what it is. */
static List *
gov_bulk_misread_values(const GovBulkColumn *column)
{
	uint64		count = gov_run_text(psprintf("SELECT DISTINCT CAST(%s AS text) COLLATE \"C\" FROM gov_given WHERE %s IS NOT NULL ORDER BY 1 LIMIT %d",
											  column->name, column->name, GOV_BULK_TRIED), 0, NULL, NULL, false);
	List	   *values = gov_result_texts(count);
	List	   *misread = NIL;
	ListCell   *cell;

	foreach(cell, values)
	{
		GovBulkMisread value = {column, (char *) lfirst(cell)};
		ErrorData  *error = gov_subtransaction_attempt(gov_bulk_try, &value, false);

		CHECK_FOR_INTERRUPTS();
		if (error != NULL && gov_error_is_circumstance(error))
			ReThrowError(error);
		if (error != NULL)
			misread = lappend(misread, value.value);
	}
	return misread;
}

/* Is a column given as text, to be read as something else? */
static bool
gov_bulk_is_read(const GovBulkColumn *column)
{
	return strcmp(column->type, "text") != 0;
}

/* The list of texts as a literal of an array. */
static char *
gov_bulk_array(List *values)
{
	StringInfoData array;
	ListCell   *cell;

	initStringInfo(&array);
	foreach(cell, values)
		appendStringInfo(&array, "%s%s", array.len > 0 ? ", " : "", quote_literal_cstr((char *) lfirst(cell)));
	return psprintf("ARRAY[%s]::text[]", array.data);
}

/*
 * Makes gov_raw of gov_given, whose columns of other types are texts, without
 * the values that cannot be read; those are told by gov_misread.
 */
static void
gov_bulk_read_what_can_be(GovBulk *bulk, const GovBulkColumn *columns)
{
	StringInfoData raw;
	StringInfoData misread;

	initStringInfo(&raw);
	initStringInfo(&misread);
	for (int i = 0; columns[i].name != NULL; i++)
	{
		const char *name = columns[i].name;
		List	   *values = gov_bulk_is_read(&columns[i]) ? gov_bulk_misread_values(&columns[i]) : NIL;

		if (values == NIL)
			appendStringInfo(&raw, "CAST(g.%s AS %s) AS %s, ", name, columns[i].type, name);
		else
			appendStringInfo(&raw, "CAST(CASE WHEN CAST(g.%s AS text) <> ALL (%s) THEN g.%s END AS %s) AS %s, ",
							 name, gov_bulk_array(values), name, columns[i].type, name);
		if (values != NIL)
			appendStringInfo(&misread, "%sSELECT g.entry, format('%s \"%%s\" is no %s', g.%s) AS words FROM gov_given AS g WHERE CAST(g.%s AS text) = ANY (%s)",
							 misread.len > 0 ? " UNION ALL " : "", name, columns[i].type, name, name, gov_bulk_array(values));
	}
	appendStringInfoString(&raw, "g.entry");
	bulk->raw = bulk->count;
	gov_bulk_keep(bulk, "gov_raw", psprintf("SELECT %s FROM gov_given AS g", raw.data), 0, NULL, NULL);
	gov_bulk_keep(bulk, "gov_misread", misread.len > 0 ? misread.data : "SELECT 0::bigint AS entry, ''::text AS words WHERE false",
				  0, NULL, NULL);
}

/* Nothing is misread. */
static void
gov_bulk_keep_no_misread(GovBulk *bulk)
{
	gov_bulk_keep(bulk, "gov_misread", "SELECT 0::bigint AS entry, ''::text AS words WHERE false", 0, NULL, NULL);
}

/* Rows that are to be filled. */
typedef struct GovBulkFill
{
	GovRows    *rows;
	const char *sql;
	int			nargs;
	const GovArg *args;
} GovBulkFill;

/* Fills rows, in the form that gov_subtransaction_attempt takes. */
static void
gov_bulk_fill(void *arg)
{
	static const Oid types[] = {JSONBOID};
	const GovBulkFill *fill = (const GovBulkFill *) arg;

	gov_rows_fill(fill->rows, fill->sql, fill->nargs, types, fill->args, false);
}

/* Makes gov_raw by a query that reads all values as what they are; false when one of them cannot be. */
static bool
gov_bulk_fill_raw(GovBulk *bulk, const char *sql, int nargs, const GovArg *args)
{
	GovBulkFill fill = {gov_rows_begin("gov_raw", false), sql, nargs, args};
	ErrorData  *error = gov_subtransaction_attempt(gov_bulk_fill, &fill, true);

	if (error == NULL)
	{
		gov_rows_name(fill.rows);
		bulk->raw = bulk->count;
		bulk->rows[bulk->count++] = fill.rows;
		gov_bulk_keep_no_misread(bulk);
		return true;
	}
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
		ReThrowError(error);
	gov_rows_forget(fill.rows);
	return false;
}

/* The query that reads a JSON array of objects, values as what they are or as texts. */
static char *
gov_bulk_array_query(const GovBulkColumn *columns, bool as_text)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s, entry FROM ROWS FROM (jsonb_to_recordset($1) AS (",
					 gov_bulk_names(columns, ", "));
	for (int i = 0; columns[i].name != NULL; i++)
		appendStringInfo(&sql, "%s%s %s", i > 0 ? ", " : "", columns[i].name,
						 as_text && strcmp(columns[i].type, "jsonb") != 0 ? "text" : columns[i].type);
	appendStringInfo(&sql, ")) WITH ORDINALITY AS t (%s, entry)", gov_bulk_names(columns, ", "));
	return sql.data;
}

/* Reads a JSON array of objects. */
static void
gov_bulk_read_array(GovBulk *bulk, GovArg input, const GovBulkColumn *columns)
{
	static const Oid types[] = {JSONBOID};

	gov_bulk_ensure_array(input, columns);
	if (gov_bulk_fill_raw(bulk, gov_bulk_array_query(columns, false), 1, &input))
		return;
	gov_bulk_keep(bulk, "gov_given", gov_bulk_array_query(columns, true), 1, types, &input);
	gov_bulk_read_what_can_be(bulk, columns);
}

/*
 * The query that reads a relation; raises when it lacks a column we need.
 * Values of another type than the column's are read as texts: "given" says
 * whether there are some, which are yet to be read.
 */
static char *
gov_bulk_relation_query(Oid relation, const GovBulkColumn *columns, bool *given)
{
	char	   *name = get_rel_name(relation);
	char	   *schema = name != NULL ? get_namespace_name(get_rel_namespace(relation)) : NULL;
	StringInfoData sql;

	if (schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	*given = false;
	for (int i = 0; columns[i].name != NULL; i++)
	{
		AttrNumber	column = get_attnum(relation, columns[i].name);
		bool		has = column > 0;
		bool		other = has && get_atttype(relation, column) != gov_bulk_type(&columns[i]);

		if (!has && columns[i].required)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\"", name, columns[i].name),
					 errhint("Columns that are read: %s.", gov_bulk_names(columns, ", "))));
		*given |= other && gov_bulk_is_read(&columns[i]);
		appendStringInfo(&sql, "CAST(%s%s AS %s) AS %s, ", has ? "r." : "",
						 has ? columns[i].name : "NULL", other ? "text" : columns[i].type, columns[i].name);
	}
	appendStringInfo(&sql, "pg_catalog.row_number() OVER () AS entry FROM %s AS r",
					 quote_qualified_identifier(schema, name));
	return sql.data;
}

/* The columns of a list that a relation has, ended by NULL. */
static const char *const *
gov_bulk_present(Oid relation, const GovBulkColumn *columns)
{
	int			count = 0;
	const char **present;

	while (columns[count].name != NULL)
		count++;
	present = palloc(sizeof(char *) * (count + 1));
	count = 0;
	for (int i = 0; columns[i].name != NULL; i++)
	{
		if (get_attnum(relation, columns[i].name) > 0)
			present[count++] = columns[i].name;
	}
	present[count] = NULL;
	return present;
}

/* Does what a role sees of a relation differ from what its owner sees? */
static bool
gov_bulk_differs(Oid relation, Oid role)
{
	Relation	rel = relation_open(relation, AccessShareLock);
	bool		invoker = rel->rd_rel->relkind == RELKIND_VIEW && RelationHasSecurityInvoker(rel);

	relation_close(rel, NoLock);
	return invoker || check_enable_rls(relation, role, true) == RLS_ENABLED;
}

/*
 * In whose name a relation is read: the caller's, if it is of the owner's
 * role, else the owner's, whose rows the caller may read.
 */
static Oid
gov_bulk_reader(Oid relation, const GovBulkColumn *columns)
{
	Oid			caller = GetOuterUserId();
	Oid			owner = gov_registered_owner(RelationRelationId, relation);

	if (gov_registered_belongs(caller, owner))
		return caller;
	if (superuser_arg(caller))
		return owner;
	if (!gov_registered_relation_readable(relation, caller, gov_bulk_present(relation, columns)))
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(get_rel_relkind(relation)), get_rel_name(relation));
	if (gov_bulk_differs(relation, caller))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("relation \"%s\" shows role \"%s\" other rows than its owner", get_rel_name(relation),
						GetUserNameFromId(caller, false)),
				 errdetail("It has row-level security, or is a view with security_invoker, and is read as its owner."),
				 errhint("Copy the rows to a table of your own, and give that.")));
	return owner;
}

/* The query that reads what a relation gave as what it is. */
static char *
gov_bulk_given_query(const GovBulkColumn *columns)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; columns[i].name != NULL; i++)
		appendStringInfo(&sql, "CAST(g.%s AS %s) AS %s, ", columns[i].name, columns[i].type, columns[i].name);
	appendStringInfoString(&sql, "g.entry FROM gov_given AS g");
	return sql.data;
}

/* Reads a relation. */
static void
gov_bulk_read_relation(GovBulk *bulk, Oid relation, const GovBulkColumn *columns)
{
	bool		given;
	char	   *sql = gov_bulk_relation_query(relation, columns, &given);
	GovRegistered thing = {
		.what = psprintf("relation \"%s\"", get_rel_name(relation)),
		.way_out = "Mend the relation, or give another one.",
		.class = RelationRelationId,
		.object = relation,
		.registrar = gov_bulk_reader(relation, columns),
		.timeout = gov_guc_read_timeout
	};

	thing.for_others = thing.registrar != GetOuterUserId() && !superuser_arg(GetOuterUserId());
	bulk->raw = bulk->count;
	bulk->rows[bulk->count++] = gov_registered_read(&thing, given ? "gov_given" : "gov_raw", sql, 0, NULL, NULL, false);
	if (!given)
	{
		gov_bulk_keep_no_misread(bulk);
		return;
	}
	if (!gov_bulk_fill_raw(bulk, gov_bulk_given_query(columns), 0, NULL))
		gov_bulk_read_what_can_be(bulk, columns);
}

/* The type of the first argument of the function that was called. */
static Oid
gov_bulk_input_type(FunctionCallInfo fcinfo)
{
	Oid		   *types;
	int			count;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
	return types[0];
}

/* Reads the first argument, jsonb or regclass, between gov_spi_begin and _end. */
void
gov_bulk_read(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns)
{
	if (gov_bulk_input_type(fcinfo) == JSONBOID)
	{
		gov_ensure_not_null(PG_ARGISNULL(0), "entries");
		gov_bulk_read_array(bulk, gov_datum(PG_GETARG_DATUM(0), false), columns);
	}
	else
	{
		gov_ensure_not_null(PG_ARGISNULL(0), "relation");
		gov_bulk_read_relation(bulk, PG_GETARG_OID(0), columns);
	}
}

/* ---- input that is written as text ---- */

/* Relations of a name, in a schema if one is given, that the caller finds: not by search_path. */
GOV_QUERY(find_relation,
		  "SELECT c.oid, format('\"%s.%s\"', CASE WHEN n.oid = pg_my_temp_schema() THEN 'pg_temp' ELSE n.nspname END, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
		  " WHERE c.relname = $1::name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
		  "  AND ($2 IS NULL OR n.nspname = $2::name OR ($2 = 'pg_temp' AND n.oid = pg_my_temp_schema()))"
		  "  AND (n.nspname !~ '^pg_' OR n.oid = pg_my_temp_schema()) AND n.nspname <> 'information_schema'"
		  "  AND has_schema_privilege($3, n.oid, 'USAGE')"
		  " ORDER BY n.nspname COLLATE \"C\"",
		  TEXTOID, TEXTOID, OIDOID);

/* Columns of find_relation. */
enum {RELATION_OID = 1, RELATION_NAME};

/* The relation of a name that is written as text; without a schema it has to be the only one of that name. */
static Oid
gov_bulk_relation(const char *written)
{
	GovName		name;
	Oid			relation = InvalidOid;
	uint64		count;
	int			level;

	if (!gov_name_parse(written, "table", &name) || name.count > 2 || name.has_args)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the input is neither a JSON array nor the name of a relation"),
				 errhint("Give '[{...}, ...]' or 'schema.relation'.")));
	level = gov_spi_begin();
	count = gov_run(&find_relation, gov_text(gov_name_last(&name)->folded),
					gov_text(name.count > 1 ? name.parts[0].folded : NULL), gov_oid(GetOuterUserId()));
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", written),
				 errhint("A relation is named as SQL does; one in a schema on which you have no USAGE is not found.")));
	if (count > 1)
	{
		StringInfoData list;

		initStringInfo(&list);
		for (uint64 row = 0; row < Min(count, 10); row++)
			appendStringInfo(&list, "%s%s", row > 0 ? ", " : "", gov_result_text(row, RELATION_NAME));
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("relation \"%s\" could be several", written),
				 errdetail("%llu fit: %s.", (unsigned long long) count, list.data),
				 errhint("Write it with its schema; that of temporary tables is pg_temp.")));
	}
	relation = (Oid) gov_result_int8(0, RELATION_OID);
	gov_spi_end(level);
	return relation;
}

/* Is the input of a call written as text? */
bool
gov_bulk_is_text(FunctionCallInfo fcinfo)
{
	return gov_bulk_input_type(fcinfo) == TEXTOID;
}

/* The form of an act whose first argument is of a type. */
static Oid
gov_bulk_form(const char *act, Oid type)
{
	ListCell   *cell;

	foreach(cell, gov_extension_routines(act))
	{
		Oid		   *types;
		int			count;

		(void) get_func_signature(lfirst_oid(cell), &types, &count);
		if (count > 0 && types[0] == type)
			return lfirst_oid(cell);
	}
	elog(ERROR, "function \"%s\" has no form for type %u", act, type);
}

/* A call whose input is text, as that of the form for what the text is: a JSON array or the name of a relation. */
FunctionCallInfo
gov_bulk_typed_call(FunctionCallInfo fcinfo)
{
	FunctionCallInfo call = palloc0(SizeForFunctionCallInfo(2));
	FmgrInfo   *function = palloc0(sizeof(FmgrInfo));
	char	   *text = gov_arg_text(fcinfo, 0, "input");
	bool		json = strchr("[{", text[strspn(text, " \t\r\n")]) != NULL && text[strspn(text, " \t\r\n")] != '\0';

	fmgr_info(gov_bulk_form(get_func_name(fcinfo->flinfo->fn_oid), json ? JSONBOID : REGCLASSOID), function);
	InitFunctionCallInfoData(*call, function, 2, fcinfo->fncollation, NULL, NULL);
	call->args[0].value = json ? DirectFunctionCall1(jsonb_in, CStringGetDatum(text)) : ObjectIdGetDatum(gov_bulk_relation(text));
	call->args[1] = fcinfo->args[1];
	return call;
}

/* ---- names ---- */

/* Objects that the entries name and none has by the letter. */
static const char *const unknown_sql =
	"SELECT DISTINCT i.object_type COLLATE \"C\", i.object_ref COLLATE \"C\" FROM gov_raw AS i WHERE i.object_type <> '' AND i.object_ref <> ''"
	" AND NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.object_ref = i.object_ref AND o.object_type = i.object_type"
	"  AND " GOV_OBJECT_LIVE("o") ") ORDER BY 1, 2";

/* Columns of unknown_sql. */
enum {UNKNOWN_TYPE = 1, UNKNOWN_REF};

/* So many names that mean nothing are told more of than that. */
#define GOV_BULK_TOLD	5

/* Keeps what is wrong with names that mean no object or several as gov_unnamed. */
static void
gov_bulk_keep_unnamed(GovBulk *bulk, GovMeant *names, int count)
{
	static const Oid types[] = {TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum	   *texts[3];
	GovArg		args[3];
	int			told = 0;

	for (int i = 0; i < 3; i++)
		texts[i] = palloc(sizeof(Datum) * GOV_BULK_TOLD);
	for (int i = 0, looked = 0; i < count && looked < GOV_BULK_TOLD; i++)
	{
		GovMeantFault fault;

		if (gov_meant_ref(&names[i]) != NULL)
			continue;
		looked++;
		fault = gov_meant_fault(&names[i]);
		texts[0][told] = CStringGetTextDatum(names[i].type);
		texts[1][told] = CStringGetTextDatum(names[i].ref);
		if (strcmp(fault.hint, GOV_OBJECT_HINT) == 0)
			continue;
		texts[2][told++] = CStringGetTextDatum(psprintf("%s (%s)", fault.message, fault.detail != NULL ? fault.detail : fault.hint));
	}
	for (int i = 0; i < 3; i++)
		args[i] = gov_datum(PointerGetDatum(construct_array(texts[i], told, TEXTOID, -1, false, TYPALIGN_INT)), false);
	gov_bulk_keep(bulk, "gov_unnamed", "SELECT * FROM unnest($1, $2, $3) AS t (object_type, object_ref, words)", 3, types, args);
}

/* Lets gov_raw, the first relation that was kept under this name, have the references that names mean. */
static void
gov_bulk_put_meant(GovBulk *bulk, const GovBulkColumn *columns, const GovArg *arrays)
{
	static const Oid types[] = {TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID};
	GovRows    *meant = gov_rows_begin("gov_raw", false);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; columns[i].name != NULL; i++)
		appendStringInfo(&sql, strcmp(columns[i].name, "object_ref") == 0 ? "coalesce(n.meant, r.object_ref) AS %s, " : "r.%s, ",
						 columns[i].name);
	appendStringInfoString(&sql, "r.entry FROM gov_raw AS r LEFT JOIN unnest($1, $2, $3) AS n (object_type, object_ref, meant)"
						   " ON n.object_type = r.object_type AND n.object_ref = r.object_ref");
	gov_rows_fill(meant, sql.data, 3, types, arrays, false);
	gov_spi_discard(bulk->rows[bulk->raw]);
	gov_rows_name(meant);
	bulk->rows[bulk->raw] = meant;
}

/*
 * Settles which objects the entries of gov_raw mean, where none has the
 * reference by the letter, and brings in those that the inventory lacks: before
 * any row is locked.  The call has the references from here on.
 */
void
gov_bulk_settle_names(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns)
{
	uint64		count = gov_run_text(unknown_sql, 0, NULL, NULL, false);
	GovMeant   *names = palloc0(sizeof(GovMeant) * (count + 1));
	GovArg		arrays[3];

	for (uint64 row = 0; row < count; row++)
	{
		names[row].type = gov_result_text(row, UNKNOWN_TYPE);
		names[row].ref = gov_result_text(row, UNKNOWN_REF);
	}
	if (count > 0)
		gov_meant_find_or_bring(names, (int) count);
	if (count > 0 && gov_meant_arrays(names, (int) count, arrays) > 0)
	{
		gov_bulk_put_meant(bulk, columns, arrays);
		if (gov_bulk_input_type(fcinfo) == JSONBOID)
			fcinfo->args[0].value = gov_meant_put_meant(fcinfo->args[0].value, names, (int) count);
	}
	gov_bulk_keep_unnamed(bulk, names, (int) count);
}

/* ---- checks ---- */

/* An error names so many faults. */
#define GOV_BULK_SHOWN	20

/* Columns of what the checks find. */
enum {FAULT_ENTRY = 1, FAULT_CHECK, FAULT_WORDS, FAULT_COUNT, FAULT_FIRST_CHECK, FAULT_LAST_CHECK};

/* What could not be read. */
static const GovBulkCheck misread_check =
{"i.words", "FROM gov_misread AS i", ERRCODE_INVALID_TEXT_REPRESENTATION, NULL};

/* The check of a number, counted through the lists. */
static const GovBulkCheck *
gov_bulk_check(const GovBulkChecks *lists, int number)
{
	if (number == 0)
		return &misread_check;
	for (number--; number >= lists->count; lists++)
		number -= lists->count;
	return &lists->checks[number];
}

/* The query that makes all checks of the lists. */
static char *
gov_bulk_checks_query(const GovBulkChecks *lists, int count)
{
	StringInfoData sql;
	int			checks = 1;

	for (int i = 0; i < count; i++)
		checks += lists[i].count;
	initStringInfo(&sql);
	for (int i = 0; i < checks; i++)
	{
		const GovBulkCheck *check = gov_bulk_check(lists, i);

		appendStringInfo(&sql, "%sSELECT i.entry, %d AS n, %s AS words %s", i > 0 ? " UNION ALL " : "", i, check->words, check->from);
	}
	return sql.data;
}

/* Raises for what the checks found, the last result. */
static void
gov_bulk_raise(const char *done, const GovBulkChecks *lists, const char *query, uint64 rows)
{
	const GovBulkCheck *first = gov_bulk_check(lists, gov_result_int4(0, FAULT_FIRST_CHECK));
	bool		of_a_kind = gov_result_int4(0, FAULT_FIRST_CHECK) == gov_result_int4(0, FAULT_LAST_CHECK);
	int64		faults = gov_result_int8(0, FAULT_COUNT);
	int64		entry = gov_result_int8(0, FAULT_ENTRY);
	char	   *words = gov_result_text(0, FAULT_WORDS);
	StringInfoData list;
	int64		entries;

	if (faults == 1)
		ereport(ERROR,
				(errcode(first->sqlstate),
				 errmsg("entry %lld cannot be %s: %s", (long long) entry, done, words),
				 first->hint != NULL ? errhint("%s", first->hint) : 0));
	initStringInfo(&list);
	for (uint64 row = 0; row < rows; row++)
		appendStringInfo(&list, "%sntry %lld: %s", row > 0 ? "; e" : "E", (long long) gov_result_int8(row, FAULT_ENTRY),
						 gov_result_text(row, FAULT_WORDS));
	entries = gov_bulk_count(psprintf("SELECT count(DISTINCT f.entry) FROM (%s) AS f", query));
	ereport(ERROR,
			(errcode(first->sqlstate),
			 errmsg("%lld of %lld entries cannot be %s", (long long) entries,
					(long long) gov_bulk_count("SELECT count(*) FROM gov_input"), done),
			 faults > (int64) rows ? errdetail("%s; and %lld more.", list.data, (long long) (faults - (int64) rows)) :
			 errdetail("%s.", list.data),
			 of_a_kind && first->hint != NULL ? errhint("%s", first->hint) :
			 errhint("Nothing was written: mend these entries, and give all of them again.")));
}

/* Raises for all that is wrong with entries of gov_input, or with rows that have their number; "done" is what is to be done with them. */
void
gov_bulk_ensure(const char *done, const GovBulkChecks *lists, int count)
{
	char	   *query = gov_bulk_checks_query(lists, count);
	uint64		rows = gov_run_text(psprintf("SELECT f.entry, f.n, f.words, count(*) OVER (), min(f.n) OVER (), max(f.n) OVER ()"
											 " FROM (%s) AS f ORDER BY f.entry, f.n LIMIT %d", query, GOV_BULK_SHOWN),
									0, NULL, NULL, false);

	if (rows > 0)
		gov_bulk_raise(done, lists, query, rows);
}

/*
 * Holds what the entries (relation gov_input) are about, as registry/target.c
 * does for one: axes, values, objects, each in key order.  All values are
 * locked in the same mode, the stronger one if any of them is owned itself:
 * locking in two modes would take two passes, whose order could cross that of
 * another session.
 */
void
gov_bulk_hold(void)
{
	static const char *const queries[] = {
		"SELECT a.axis FROM @.gov_axis AS a"
		" WHERE a.axis IN (SELECT axis FROM gov_input) ORDER BY a.axis FOR SHARE OF a",

		"SELECT count(*) FROM (SELECT 1 FROM @.gov_axis_value AS v"
		" WHERE (v.axis, v.value) IN (SELECT axis, value FROM gov_input)"
		" AND EXISTS (SELECT FROM gov_input WHERE object_ref IS NULL)"
		" ORDER BY v.axis, v.value FOR NO KEY UPDATE OF v) AS held",

		"SELECT count(*) FROM (SELECT 1 FROM @.gov_axis_value AS v"
		" WHERE (v.axis, v.value) IN (SELECT axis, value FROM gov_input)"
		" AND NOT EXISTS (SELECT FROM gov_input WHERE object_ref IS NULL)"
		" ORDER BY v.axis, v.value FOR SHARE OF v) AS held",

		"SELECT count(*) FROM (SELECT 1 FROM @.gov_object AS o"
		" WHERE (o.object_ref, o.object_type) IN (SELECT object_ref, object_type FROM gov_input)"
		" AND " GOV_OBJECT_LIVE("o")
		" ORDER BY o.object_id FOR NO KEY UPDATE OF o) AS held",
	};

	for (int i = 0; i < (int) lengthof(queries); i++)
		gov_run_text(queries[i], 0, NULL, NULL, false);
}
