/*-------------------------------------------------------------------------
 *
 * watch/matview_reads.c
 *	  What a materialized view is computed from, found in its query.
 *
 * The query is taken from the rule that the catalog has, and so are those of
 * the views it reads, down to tables; bodies of functions are looked into
 * where the catalog keeps them parsed (BEGIN ATOMIC).  Nothing is run, and no
 * relation is locked or opened.
 *
 * Found are the tables whose rows count, and everything whose definition
 * counts: views, partitions, functions, aggregates with their support
 * functions, types with labels, constraints and columns, collations, and the
 * roles that may pass row security.  What the server brings with it changes
 * only with the server, and is not listed.
 *
 * What is not known to give the same as long as all this stays the same makes
 * the materialized view unwatched, with a reason: functions that are not
 * immutable, wherever they are called from (operators, casts, aggregates,
 * domains, grouping), those of the server that follow settings though they
 * are immutable by name, catalogs, foreign tables, sequences, row security
 * that applies, samples, system columns, what depends on the order of rows
 * (matview_order.c), and any expression that is not known here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation_d.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "watch/matview_order.h"
#include "watch/matview_reads.h"

/* More than this is not watched: three entries per table. */
#define GOV_MATVIEW_MAX_READS	30000

const char *const gov_matview_kinds[] = {
	[GOV_MATVIEW_RELATION] = "relation",
	[GOV_MATVIEW_CHILDREN] = "children",
	[GOV_MATVIEW_FUNCTION] = "function",
	[GOV_MATVIEW_AGGREGATE] = "aggregate",
	[GOV_MATVIEW_TYPE] = "type",
	[GOV_MATVIEW_COLLATION] = "collation",
	[GOV_MATVIEW_ROLE] = "role"
};

/* What was looked at, and with whose rights. */
typedef struct GovMatviewSeen
{
	int			kind;
	Oid			oid;
	Oid			role;
} GovMatviewSeen;

static void gov_matview_unwatched(GovMatviewReads *reads, const char *format,...) pg_attribute_printf(2, 3);
static bool gov_matview_walk(Node *node, void *context);
static void gov_matview_reads_type(GovMatviewReads *reads, Oid type);
static void gov_matview_reads_relation(GovMatviewReads *reads, Oid relid, bool named, bool children);

/* Says why not all can be watched; the first reason stays. */
static void
gov_matview_unwatched(GovMatviewReads *reads, const char *format,...)
{
	StringInfoData text;

	if (reads->unwatched != NULL)
		return;
	initStringInfo(&text);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&text, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&text, needed);
	}
	reads->unwatched = text.data;
}

/* Is there more than is watched?  Then it is not looked at any further. */
static bool
gov_matview_too_much(GovMatviewReads *reads)
{
	if (hash_get_num_entries(reads->seen) <= GOV_MATVIEW_MAX_READS)
		return false;
	gov_matview_unwatched(reads, "it reads more than is watched");
	return true;
}

/* Is something met for the first time, where the rights of "role" count? */
static bool
gov_matview_is_new(GovMatviewReads *reads, int kind, Oid oid, Oid role)
{
	GovMatviewSeen key = {kind, oid, role};
	bool		found;

	CHECK_FOR_INTERRUPTS();
	(void) hash_search(reads->seen, &key, HASH_ENTER, &found);
	return !found;
}

/* Lists a definition, once; was it new? */
static bool
gov_matview_list(GovMatviewReads *reads, GovMatviewKind kind, Oid oid)
{
	if (!gov_matview_is_new(reads, kind, oid, InvalidOid))
		return false;
	reads->kinds = lappend_int(reads->kinds, kind);
	reads->oids = lappend_oid(reads->oids, oid);
	return true;
}

/* Looks into a parse tree kept as text, with the rights of a role. */
static void
gov_matview_walk_text(GovMatviewReads *reads, Datum tree, Oid role)
{
	Oid			before = reads->role;
	Query	   *around = reads->query;

	reads->role = role;
	(void) gov_matview_walk(stringToNode(TextDatumGetCString(tree)), reads);
	reads->role = before;
	reads->query = around;
}

/*
 * Does a function of the server's give something else under other settings,
 * or with other catalogs, though it is immutable by name?  Numbers with a
 * fraction, bytes and intervals are written as settings say; what takes a
 * configuration of text search, or another OID that stands for a name, reads
 * the catalogs.
 */
static bool
gov_matview_lies(const FormData_pg_proc *form)
{
	switch (form->oid)
	{
		case F_FLOAT4OUT:
		case F_FLOAT8OUT:
		case F_BYTEAOUT:
		case F_INTERVAL_OUT:
		case F_POINT_OUT:
		case F_LSEG_OUT:
		case F_PATH_OUT:
		case F_BOX_OUT:
		case F_POLY_OUT:
		case F_CIRCLE_OUT:
		case F_LINE_OUT:
			return true;
		default:
			break;
	}
	for (int i = 0; i < form->pronargs; i++)
	{
		Oid			type = form->proargtypes.values[i];

		if (type == REGCONFIGOID || type == REGDICTIONARYOID)
			return true;
	}
	return false;
}

/* Looks into the body of a function, where the catalog keeps it parsed. */
static void
gov_matview_reads_body(GovMatviewReads *reads, HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
	bool		isnull;
	Datum		body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &isnull);

	if (!isnull)
	{
		reads->bodies++;
		gov_matview_walk_text(reads, body, form->prosecdef ? form->proowner : reads->role);
		reads->bodies--;
	}
	else if (form->prolang != INTERNALlanguageId && form->prolang != ClanguageId)
		reads->opaque = true;
}

/* A function that is called. */
static void
gov_matview_reads_function(GovMatviewReads *reads, Oid function)
{
	HeapTuple	tuple;
	Form_pg_proc form;

	if (!OidIsValid(function) || !gov_matview_is_new(reads, -1, function, reads->role))
		return;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
	{
		gov_matview_unwatched(reads, "it calls a function that is gone");
		return;
	}
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->provolatile != PROVOLATILE_IMMUTABLE)
		gov_matview_unwatched(reads, "it calls %s, which is not immutable", NameStr(form->proname));
	if (function >= FirstNormalObjectId)
	{
		(void) gov_matview_list(reads, GOV_MATVIEW_FUNCTION, function);
		gov_matview_reads_body(reads, tuple);
	}
	else if (gov_matview_lies(form))
		gov_matview_unwatched(reads, "it calls %s, which follows settings", NameStr(form->proname));
	ReleaseSysCache(tuple);
}

/* A function, as check_functions_in_node wants to tell of it. */
static bool
gov_matview_takes_function(Oid function, void *context)
{
	gov_matview_reads_function(context, function);
	return false;
}

/* The functions that an aggregate is made of. */
static void
gov_matview_reads_aggregate(GovMatviewReads *reads, Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Form_pg_aggregate form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	if (aggregate >= FirstNormalObjectId)
		(void) gov_matview_list(reads, GOV_MATVIEW_AGGREGATE, aggregate);
	gov_matview_reads_function(reads, form->aggtransfn);
	gov_matview_reads_function(reads, form->aggfinalfn);
	gov_matview_reads_function(reads, form->aggcombinefn);
	gov_matview_reads_function(reads, form->aggserialfn);
	gov_matview_reads_function(reads, form->aggdeserialfn);
	gov_matview_reads_function(reads, form->aggmtransfn);
	gov_matview_reads_function(reads, form->aggminvtransfn);
	gov_matview_reads_function(reads, form->aggmfinalfn);
	ReleaseSysCache(tuple);
}

/* The constraints of a domain, which every value of it passes. */
static void
gov_matview_reads_constraints(GovMatviewReads *reads, Oid domain)
{
	Relation	rel = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_constraint_contypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(domain));
	scan = systable_beginscan(rel, ConstraintTypidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Datum		text = heap_getattr(tuple, Anum_pg_constraint_conbin, RelationGetDescr(rel), &isnull);

		if (!isnull)
			gov_matview_walk_text(reads, text, reads->role);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* The types of the columns of a row. */
static void
gov_matview_reads_columns(GovMatviewReads *reads, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	int			natts;

	if (!HeapTupleIsValid(tuple))
		return;
	natts = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	for (AttrNumber i = 1; i <= natts; i++)
	{
		Oid			type;

		tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(i));
		if (!HeapTupleIsValid(tuple))
			continue;
		type = ((Form_pg_attribute) GETSTRUCT(tuple))->atttypid;
		ReleaseSysCache(tuple);
		gov_matview_reads_type(reads, type);
	}
}

/* What a range is made of. */
static void
gov_matview_reads_range(GovMatviewReads *reads, Oid range)
{
	HeapTuple	tuple = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(range));
	Form_pg_range form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_range) GETSTRUCT(tuple);
	gov_matview_reads_function(reads, form->rngcanonical);
	gov_matview_reads_function(reads, form->rngsubdiff);
	gov_matview_reads_type(reads, form->rngsubtype);
	ReleaseSysCache(tuple);
}

/* A type of something in the query, unless it is the server's own. */
static void
gov_matview_reads_type(GovMatviewReads *reads, Oid type)
{
	TypeCacheEntry *entry;
	Oid			element;

	if (type < FirstNormalObjectId || !gov_matview_list(reads, GOV_MATVIEW_TYPE, type))
		return;
	element = get_element_type(type);
	if (OidIsValid(element))
	{
		gov_matview_reads_type(reads, element);
		return;
	}
	entry = lookup_type_cache(type, TYPECACHE_EQ_OPR | TYPECACHE_CMP_PROC | TYPECACHE_HASH_PROC);
	switch (entry->typtype)
	{
		case TYPTYPE_DOMAIN:
			gov_matview_reads_constraints(reads, type);
			gov_matview_reads_type(reads, getBaseType(type));
			break;
		case TYPTYPE_COMPOSITE:
			gov_matview_reads_columns(reads, entry->typrelid);
			break;
		case TYPTYPE_RANGE:
			gov_matview_reads_range(reads, type);
			break;
		case TYPTYPE_MULTIRANGE:
			gov_matview_reads_type(reads, get_multirange_range(type));
			break;
		default:
			break;
	}
	if (OidIsValid(entry->eq_opr))
		gov_matview_reads_function(reads, get_opcode(entry->eq_opr));
	gov_matview_reads_function(reads, entry->cmp_proc);
	gov_matview_reads_function(reads, entry->hash_proc);
}

/* A collation that something is compared or sorted with, unless it is that of the database or of bytes. */
static void
gov_matview_reads_collation(GovMatviewReads *reads, Oid collation)
{
	if (OidIsValid(collation) && collation != DEFAULT_COLLATION_OID && collation != C_COLLATION_OID)
		(void) gov_matview_list(reads, GOV_MATVIEW_COLLATION, collation);
}

/* May the role whose rights count see all rows of a table, whatever its policies? */
static bool
gov_matview_sees_all(GovMatviewReads *reads, const FormData_pg_class *form)
{
	if (!form->relrowsecurity)
		return true;
	(void) gov_matview_list(reads, GOV_MATVIEW_ROLE, reads->role);
	return (form->relowner == reads->role && !form->relforcerowsecurity) || has_bypassrls_privilege(reads->role);
}

/* Does a table have a column that is computed when it is read (of PostgreSQL 18)? */
static bool
gov_matview_computes(Oid relid, int natts)
{
	for (AttrNumber i = 1; i <= natts; i++)
	{
		HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(i));
		bool		computed;

		if (!HeapTupleIsValid(tuple))
			continue;
		computed = ((Form_pg_attribute) GETSTRUCT(tuple))->attgenerated == 'v';
		ReleaseSysCache(tuple);
		if (computed)
			return true;
	}
	return false;
}

/* A table or materialized view with rows of its own. */
static void
gov_matview_reads_table(GovMatviewReads *reads, const FormData_pg_class *form)
{
	const char *name = NameStr(form->relname);

	if (form->relam != HEAP_TABLE_AM_OID || form->relpersistence == RELPERSISTENCE_TEMP)
		gov_matview_unwatched(reads, "it reads %s, whose rows are not counted", name);
	if (gov_matview_computes(form->oid, form->relnatts))
		gov_matview_unwatched(reads, "it reads %s, which has a column that is computed when it is read", name);
	if (gov_matview_is_new(reads, -2, form->oid, InvalidOid))
		reads->tables = lappend_oid(reads->tables, form->oid);
}

/* The query of a view, or of the materialized view itself, with the rights of a role. */
static void
gov_matview_reads_rule(GovMatviewReads *reads, Oid relid, Oid role)
{
	Relation	rel = table_open(RewriteRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_rewrite_ev_class, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, RewriteRelRulenameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Datum		text = heap_getattr(tuple, Anum_pg_rewrite_ev_action, RelationGetDescr(rel), &isnull);

		if (!isnull && ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_type == '1')
			gov_matview_walk_text(reads, text, role);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* Are the rights of whoever reads a view those that count for what it reads? */
static bool
gov_matview_view_is_invoker(HeapTuple tuple)
{
	bool		isnull;
	Datum		datum = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	ViewOptions *options = isnull ? NULL : (ViewOptions *) view_reloptions(datum, false);

	return options != NULL && options->security_invoker;
}

/* What inherits from a table, partitions among it. */
static void
gov_matview_reads_children(GovMatviewReads *reads, Oid relid)
{
	ListCell   *cell;

	(void) gov_matview_list(reads, GOV_MATVIEW_CHILDREN, relid);
	foreach(cell, find_inheritance_children(relid, NoLock))
	{
		if (gov_matview_too_much(reads))
			break;
		gov_matview_reads_relation(reads, lfirst_oid(cell), false, true);
	}
}

/* Looks at a relation by what it is. */
static void
gov_matview_reads_kind(GovMatviewReads *reads, HeapTuple tuple, bool named, bool children)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	const char *name = NameStr(form->relname);

	if (named && !gov_matview_sees_all(reads, form))
		gov_matview_unwatched(reads, "row security decides which rows of %s it shows", name);
	switch (form->relkind)
	{
		case RELKIND_VIEW:
			gov_matview_reads_rule(reads, form->oid,
								   gov_matview_view_is_invoker(tuple) ? reads->role : form->relowner);
			break;
		case RELKIND_RELATION:
		case RELKIND_MATVIEW:
			gov_matview_reads_table(reads, form);
			break;
		case RELKIND_PARTITIONED_TABLE:
			break;
		default:
			gov_matview_unwatched(reads, "it reads %s, whose rows are not counted", name);
			break;
	}
	/* a partition has no heirs unless it is partitioned itself */
	if (children && (form->relkind == RELKIND_PARTITIONED_TABLE ||
					 (form->relkind == RELKIND_RELATION && !form->relispartition)))
		gov_matview_reads_children(reads, form->oid);
}

/* A relation: is it named in a query, and read with what inherits from it? */
static void
gov_matview_reads_relation(GovMatviewReads *reads, Oid relid, bool named, bool children)
{
	HeapTuple	tuple;

	if (relid == reads->matview || !gov_matview_is_new(reads, children ? -3 : -4, relid, named ? reads->role : InvalidOid))
		return;
	if (relid < FirstNormalObjectId)
	{
		gov_matview_unwatched(reads, "it reads the server's own catalogs");
		return;
	}
	if (reads->bodies > 0)
		gov_matview_unwatched(reads, "a function that it calls reads a relation");
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return;
	(void) gov_matview_list(reads, GOV_MATVIEW_RELATION, relid);
	gov_matview_reads_kind(reads, tuple, named, children);
	ReleaseSysCache(tuple);
}

/* The operators that something is sorted or grouped with. */
static void
gov_matview_reads_clause(GovMatviewReads *reads, const SortGroupClause *clause)
{
	if (OidIsValid(clause->eqop))
		gov_matview_reads_function(reads, get_opcode(clause->eqop));
	if (OidIsValid(clause->sortop))
		gov_matview_reads_function(reads, get_opcode(clause->sortop));
}

/* A query within the query, or the whole. */
static bool
gov_matview_walk_query(GovMatviewReads *reads, Query *query)
{
	Query	   *around = reads->query;
	bool		stop;

	if (query->commandType != CMD_SELECT)
		gov_matview_unwatched(reads, "it holds a statement that is not a query");
	else if (gov_order_counts_for_query(query))
		gov_matview_unwatched(reads, "the order in which rows come decides what it shows");
	reads->query = query;
	stop = query_tree_walker(query, gov_matview_walk, reads,
							 QTW_EXAMINE_RTES_BEFORE | QTW_EXAMINE_SORTGROUP);
	reads->query = around;
	return stop;
}

/* An expression that has a type: what it calls, and what it is compared with. */
static void
gov_matview_reads_expression(GovMatviewReads *reads, Node *node)
{
	(void) check_functions_in_node(node, gov_matview_takes_function, reads);
	gov_matview_reads_type(reads, exprType(node));
	gov_matview_reads_collation(reads, exprCollation(node));
	gov_matview_reads_collation(reads, exprInputCollation(node));
}

/* Looks at what kinds of expressions have beside their functions and types; is the kind known? */
static bool
gov_matview_knows(GovMatviewReads *reads, Node *node)
{
	bool		counts = false;

	switch (nodeTag(node))
	{
		case T_Var:
			if (((Var *) node)->varattno < 0 && ((Var *) node)->varattno != TableOidAttributeNumber)
				gov_matview_unwatched(reads, "it shows where or by whom a row was written");
			break;
		case T_Aggref:
			counts = gov_order_counts_for_aggregate((Aggref *) node);
			gov_matview_reads_aggregate(reads, ((Aggref *) node)->aggfnoid);
			break;
		case T_WindowFunc:
			counts = gov_order_counts_for_window((WindowFunc *) node, reads->query);
			if (((WindowFunc *) node)->winagg)
				gov_matview_reads_aggregate(reads, ((WindowFunc *) node)->winfnoid);
			break;
		case T_SubLink:
			counts = gov_order_counts_for_array((SubLink *) node);
			break;
		case T_MinMaxExpr:
			{
				TypeCacheEntry *entry = lookup_type_cache(((MinMaxExpr *) node)->minmaxtype, TYPECACHE_CMP_PROC);

				gov_matview_reads_function(reads, entry->cmp_proc);
			}
			break;
		case T_ScalarArrayOpExpr:
		case T_CoerceToDomain:
		case T_CoerceToDomainValue:
		case T_Const:
		case T_Param:
		case T_FuncExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_RowCompareExpr:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ConvertRowtypeExpr:
		case T_RelabelType:
		case T_CollateExpr:
		case T_GroupingFunc:
		case T_SubscriptingRef:
		case T_NamedArgExpr:
		case T_BoolExpr:
		case T_FieldSelect:
		case T_FieldStore:
		case T_CaseExpr:
		case T_CaseTestExpr:
		case T_ArrayExpr:
		case T_RowExpr:
		case T_CoalesceExpr:
		case T_NullTest:
		case T_BooleanTest:
			break;
		default:
			return false;
	}
	if (counts)
		gov_matview_unwatched(reads, "the order in which rows come decides what it shows");
	return true;
}

/* Is a node only there to hold others together? */
static bool
gov_matview_is_frame(Node *node)
{
	switch (nodeTag(node))
	{
		case T_List:
		case T_OidList:
		case T_IntList:
		case T_TargetEntry:
		case T_RangeTblRef:
		case T_RangeTblFunction:
		case T_JoinExpr:
		case T_FromExpr:
		case T_CommonTableExpr:
		case T_CTESearchClause:
		case T_CTECycleClause:
		case T_GroupingSet:
		case T_CaseWhen:
		case T_SetOperationStmt:
		case T_WindowClause:
		case T_SortGroupClause:
		case T_RangeTblEntry:
			return true;
		default:
			return false;
	}
}

/* What holds others together and says something by itself. */
static void
gov_matview_reads_frame(GovMatviewReads *reads, Node *node)
{
	if (IsA(node, SortGroupClause))
		gov_matview_reads_clause(reads, (SortGroupClause *) node);
	else if (IsA(node, SetOperationStmt))
	{
		ListCell   *cell;

		foreach(cell, ((SetOperationStmt *) node)->groupClauses)
			gov_matview_reads_clause(reads, lfirst_node(SortGroupClause, cell));
		if (gov_order_counts_for_set((SetOperationStmt *) node))
			gov_matview_unwatched(reads, "the order in which rows come decides what it shows");
	}
	else if (IsA(node, WindowClause))
	{
		gov_matview_reads_function(reads, ((WindowClause *) node)->startInRangeFunc);
		gov_matview_reads_function(reads, ((WindowClause *) node)->endInRangeFunc);
	}
	else if (IsA(node, RangeTblEntry) && ((RangeTblEntry *) node)->rtekind == RTE_RELATION)
		gov_matview_reads_relation(reads, ((RangeTblEntry *) node)->relid, true, ((RangeTblEntry *) node)->inh);
	else if (IsA(node, CTECycleClause))
		gov_matview_reads_function(reads, get_opcode(((CTECycleClause *) node)->cycle_mark_neop));
}

/* Looks at each node of a parse tree; true when there is too much of it. */
static bool
gov_matview_walk(Node *node, void *context)
{
	GovMatviewReads *reads = context;

	if (node == NULL)
		return false;
	CHECK_FOR_INTERRUPTS();
	if (gov_matview_too_much(reads))
		return true;
	if (IsA(node, Query))
		return gov_matview_walk_query(reads, (Query *) node);
	if (gov_matview_is_frame(node))
	{
		gov_matview_reads_frame(reads, node);
		/* what is in an entry of the range table comes next by itself */
		if (IsA(node, RangeTblEntry))
			return false;
	}
	else if (gov_matview_knows(reads, node))
		gov_matview_reads_expression(reads, node);
	else
		gov_matview_unwatched(reads, IsA(node, TableSampleClause) ? "it reads a sample" :
							  IsA(node, SQLValueFunction) ? "it shows who, when or where it is" :
							  "it holds an expression that is not known to give the same again");
	return expression_tree_walker(node, gov_matview_walk, reads);
}

/* Finds what a materialized view is computed from. */
void
gov_matview_find_reads(GovMatviewReads *reads, Oid matview)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(matview));
	HASHCTL		control = {.keysize = sizeof(GovMatviewSeen), .entrysize = sizeof(GovMatviewSeen),
	.hcxt = CurrentMemoryContext};
	Oid			owner;

	memset(reads, 0, sizeof(GovMatviewReads));
	if (!HeapTupleIsValid(tuple))
		return;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	reads->matview = matview;
	reads->seen = hash_create("what a materialized view reads", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	(void) gov_matview_list(reads, GOV_MATVIEW_RELATION, matview);
	gov_matview_reads_rule(reads, matview, owner);
}
