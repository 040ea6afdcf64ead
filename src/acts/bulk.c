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
 * written, and names what it finds, up to ten, and how many there are.
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
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "server/args.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/spi.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/relation.h"
#include "registry/in_force.h"
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

/* Reads a JSON array of objects. */
static void
gov_bulk_read_array(GovBulk *bulk, GovArg input, const GovBulkColumn *columns)
{
	static const Oid types[] = {JSONBOID};
	StringInfoData sql;

	gov_bulk_ensure_array(input, columns);
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s, entry FROM ROWS FROM (jsonb_to_recordset($1) AS (",
					 gov_bulk_names(columns, ", "));
	for (int i = 0; columns[i].name != NULL; i++)
		appendStringInfo(&sql, "%s%s %s", i > 0 ? ", " : "", columns[i].name, columns[i].type);
	appendStringInfo(&sql, ")) WITH ORDINALITY AS t (%s, entry)", gov_bulk_names(columns, ", "));
	gov_bulk_keep(bulk, "gov_raw", sql.data, 1, types, &input);
}

/* The query that reads a relation; raises when it lacks a column we need. */
static char *
gov_bulk_relation_query(Oid relation, const GovBulkColumn *columns)
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
	for (int i = 0; columns[i].name != NULL; i++)
	{
		bool		has = get_attnum(relation, columns[i].name) > 0;

		if (!has && columns[i].required)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\"", name, columns[i].name),
					 errhint("Columns that are read: %s.", gov_bulk_names(columns, ", "))));
		appendStringInfo(&sql, "CAST(%s%s AS %s) AS %s, ", has ? "r." : "",
						 has ? columns[i].name : "NULL", columns[i].type, columns[i].name);
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
	if (!gov_registered_readable(relation, caller, gov_bulk_present(relation, columns)))
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

/* Reads a relation. */
static void
gov_bulk_read_relation(GovBulk *bulk, Oid relation, const GovBulkColumn *columns)
{
	char	   *sql = gov_bulk_relation_query(relation, columns);
	GovRegistered thing = {
		.what = psprintf("relation \"%s\"", get_rel_name(relation)),
		.way_out = "Mend the relation, or give another one.",
		.class = RelationRelationId,
		.object = relation,
		.registrar = gov_bulk_reader(relation, columns),
		.timeout = gov_guc_read_timeout
	};

	thing.for_others = thing.registrar != GetOuterUserId() && !superuser_arg(GetOuterUserId());
	bulk->rows[bulk->count++] = gov_registered_read(&thing, "gov_raw", sql, 0, NULL, NULL, false);
}

/* Reads the first argument, jsonb or regclass, between gov_spi_begin and _end. */
void
gov_bulk_read(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns)
{
	Oid		   *types;
	int			count;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
	if (types[0] == JSONBOID)
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

/* Columns of what a check finds. */
enum {FOUND_COUNT = 1, FOUND_NAMES};

/* Raises for the first check of a list that some entry fails. */
void
gov_bulk_ensure(const GovBulkCheck *checks, int count)
{
	for (int i = 0; i < count; i++)
	{
		const GovBulkCheck *check = &checks[i];
		char	   *sql = psprintf("SELECT count(*), string_agg(what, '; ' ORDER BY n) FILTER (WHERE n <= 10)"
								   " FROM (SELECT what, row_number() OVER (ORDER BY what COLLATE \"C\") AS n"
								   "  FROM (SELECT DISTINCT %s AS what %s) AS found) AS numbered",
								   check->what, check->from);
		int64		found;

		gov_run_text(sql, 0, NULL, NULL, false);
		found = gov_result_int8(0, FOUND_COUNT);
		if (found > 0)
			ereport(ERROR,
					(errcode(check->sqlstate),
					 errmsg_internal("%s", check->message),
					 errdetail_internal("%lld found%s: %s.", (long long) found,
										found > 10 ? ", the first ten" : "", gov_result_text(0, FOUND_NAMES)),
					 check->hint != NULL ? errhint("%s", check->hint) : 0));
	}
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
