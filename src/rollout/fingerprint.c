/*-------------------------------------------------------------------------
 *
 * rollout/fingerprint.c
 *	  The content of a relation as a hash: gov_fingerprint.
 *
 * Each row is hashed with SHA-256 over its canonical form (canonical.c); the
 * hashes are sorted and hashed again.  So the order of rows does not count,
 * duplicates do, and whoever finds two contents of one fingerprint has broken
 * SHA-256.  A sum of hashes would spare the sort; but it is linear, and
 * whoever can choose rows finds two sets of equal sum: with some hundred rows,
 * repeated a few times, by reducing a lattice, modulo 2^256 in seconds on any
 * machine, and modulo 2^2048 still.
 *
 * It is one query, which people can write and EXPLAIN themselves:
 *
 *	   SELECT count(*), gov_fingerprint_rows(h)
 *	     FROM (SELECT gov_fingerprint_row(ROW(r.a, r.b)) AS h FROM t AS r ORDER BY 1) AS s
 *
 * Workers read, hash and sort; the leader merges what they sorted.  What does
 * not fit into work_mem is sorted in files, as in any query.
 *
 * It runs as the current user.  Of tables only the stored rows are read, which
 * runs nobody's code: relations under row-level security are not read at all,
 * and views neither.  The planner, though, looks at indexes, statistics and
 * partition keys, and computes what in their expressions looks constant; so the
 * query is planned as the owner of the relation, in a security-restricted
 * operation, and run as the current user.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/planner.h"
#include "port/pg_bswap.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "server/args.h"
#include "server/compat.h"
#include "server/expand.h"
#include "server/hash.h"
#include "server/security.h"
#include "server/spi.h"
#include "rollout/canonical.h"
#include "rollout/definition.h"
#include "rollout/fingerprint.h"

/* What every fingerprint begins with; another number for another way to make them. */
#define GOV_FINGERPRINT_VERSION	"governance fingerprint 1"

/* So many hashes of rows are hashed at once. */
#define GOV_FINGERPRINT_BLOCK	256

PG_FUNCTION_INFO_V1(gov_fingerprint_row);
PG_FUNCTION_INFO_V1(gov_fingerprint_add);
PG_FUNCTION_INFO_V1(gov_fingerprint_end);
PG_FUNCTION_INFO_V1(gov_fingerprint);

/* ---- the hash of a row ---- */

/* What a call site of gov_fingerprint_row keeps. */
typedef struct GovFingerprintRow
{
	GovCanonicalForm *form;
	GovCanonical sink;
} GovFingerprintRow;

/* gov_fingerprint_row(row): the hash of a row. */
Datum
gov_fingerprint_row(PG_FUNCTION_ARGS)
{
	GovFingerprintRow *kept = fcinfo->flinfo->fn_extra;
	bytea	   *hash;

	gov_ensure_not_null(PG_ARGISNULL(0), "row_value");
	if (kept == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		kept = palloc0(sizeof(GovFingerprintRow));
		kept->form = gov_canonical_form(RECORDOID);
		gov_canonical_begin(&kept->sink, gov_hasher_of_session());
		fcinfo->flinfo->fn_extra = kept;
		MemoryContextSwitchTo(old);
	}
	hash = palloc(VARHDRSZ + GOV_HASH_BYTES);
	SET_VARSIZE(hash, VARHDRSZ + GOV_HASH_BYTES);
	gov_canonical_put(&kept->sink, kept->form, PG_GETARG_DATUM(0), false);
	gov_canonical_end(&kept->sink, (uint8 *) VARDATA(hash));
	PG_RETURN_BYTEA_P(hash);
}

/* ---- the hash of all rows ---- */

/* What the aggregate has taken so far. */
typedef struct GovFingerprintRows
{
	uint64		rows;
	uint8		chain[GOV_HASH_BYTES];	/* of all blocks before this one */
	uint8		block[GOV_FINGERPRINT_BLOCK * GOV_HASH_BYTES];
} GovFingerprintRows;

/* Begins with no row. */
static GovFingerprintRows *
gov_fingerprint_begin(MemoryContext context)
{
	GovFingerprintRows *state = MemoryContextAllocZero(context, sizeof(GovFingerprintRows));

	gov_hash(gov_hasher_of_session(), GOV_FINGERPRINT_VERSION, strlen(GOV_FINGERPRINT_VERSION), state->chain);
	return state;
}

/* Hashes what is in the block, and what was before, into the chain. */
static void
gov_fingerprint_chain(uint8 *chain, const uint8 *block, size_t length)
{
	GovHasher  *hasher = gov_hasher_of_session();

	gov_hasher_start(hasher);
	gov_hasher_add(hasher, chain, GOV_HASH_BYTES);
	gov_hasher_add(hasher, block, length);
	gov_hasher_finish(hasher, chain);
}

/* Raises unless a hash is one, and not before the last one in their order. */
static void
gov_fingerprint_ensure_next(const GovFingerprintRows *state, const bytea *hash)
{
	if (VARSIZE_ANY_EXHDR(hash) != GOV_HASH_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" is no hash of a row", "row_hash"),
				 errdetail("It has %d bytes, not %d.", (int) VARSIZE_ANY_EXHDR(hash), GOV_HASH_BYTES),
				 errhint("Give what gov_fingerprint_row answers.")));
	if (state->rows > 0 &&
		memcmp(&state->block[(state->rows - 1) % GOV_FINGERPRINT_BLOCK * GOV_HASH_BYTES], VARDATA_ANY(hash), GOV_HASH_BYTES) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hashes of rows are not in their order"),
				 errhint("Sort them: gov_fingerprint_rows(h ORDER BY h), or FROM (SELECT gov_fingerprint_row(t) AS h FROM t ORDER BY 1) AS s.")));
}

/* Takes the next hash: step of the aggregate gov_fingerprint_rows. */
Datum
gov_fingerprint_add(PG_FUNCTION_ARGS)
{
	GovFingerprintRows *state = PG_ARGISNULL(0) ? NULL : (GovFingerprintRows *) PG_GETARG_POINTER(0);
	MemoryContext context;
	bytea	   *hash;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("gov_fingerprint_add is a step of an aggregate"),
				 errhint("Call gov_fingerprint_rows.")));
	gov_ensure_not_null(PG_ARGISNULL(1), "row_hash");
	if (state == NULL)
		state = gov_fingerprint_begin(context);
	hash = PG_GETARG_BYTEA_PP(1);
	gov_fingerprint_ensure_next(state, hash);
	memcpy(&state->block[state->rows % GOV_FINGERPRINT_BLOCK * GOV_HASH_BYTES], VARDATA_ANY(hash), GOV_HASH_BYTES);
	state->rows++;
	if (state->rows % GOV_FINGERPRINT_BLOCK == 0)
		gov_fingerprint_chain(state->chain, state->block, sizeof(state->block));
	PG_RETURN_POINTER(state);
}

/* The fingerprint: the end of that aggregate.  Leaves the state as it is, as a window asks for. */
Datum
gov_fingerprint_end(PG_FUNCTION_ARGS)
{
	GovFingerprintRows *state = PG_ARGISNULL(0) ? NULL : (GovFingerprintRows *) PG_GETARG_POINTER(0);
	uint8		hash[GOV_HASH_BYTES];
	uint8		rest[(GOV_FINGERPRINT_BLOCK) * GOV_HASH_BYTES + sizeof(uint64)];
	size_t		length;
	uint64		rows;

	if (state == NULL)
		state = gov_fingerprint_begin(CurrentMemoryContext);
	length = state->rows % GOV_FINGERPRINT_BLOCK * GOV_HASH_BYTES;
	rows = pg_hton64(state->rows);
	memcpy(rest, state->block, length);
	memcpy(rest + length, &rows, sizeof(rows));
	memcpy(hash, state->chain, GOV_HASH_BYTES);
	gov_fingerprint_chain(hash, rest, length + sizeof(rows));
	PG_RETURN_TEXT_P(cstring_to_text(gov_hash_digits(hash)));
}

/* ---- planning ---- */

/* The query that is about to be planned, and as whom; NULL for none. */
static const char *plan_text = NULL;
static Oid	plan_as = InvalidOid;

/* The hook that was set before ours, called in turn. */
static planner_hook_type next_planner = NULL;

/* Plans a query, by whoever does. */
static PlannedStmt *
gov_fingerprint_plan_next(Query *query, const char *text, int options, ParamListInfo params)
{
	return next_planner != NULL ? next_planner(query, text, options, params) : standard_planner(query, text, options, params);
}

/* The server plans a query: if it is ours, as the owner of what it reads. */
static PlannedStmt *
gov_fingerprint_plan(Query *query, const char *text, int options, ParamListInfo params)
{
	const char *ours = plan_text;
	PlannedStmt *planned;
	GovSecurity saved;

	if (ours == NULL || strcmp(text, ours) != 0)
		return gov_fingerprint_plan_next(query, text, options, params);
	plan_text = NULL;			/* for what is planned inside */
	gov_security_enter(&saved, plan_as, true);
	planned = gov_fingerprint_plan_next(query, text, options, params);
	gov_security_leave(&saved);
	plan_text = ours;
	return planned;
}

/* Has our query planned as it should; called once from _PG_init. */
void
gov_fingerprint_init(void)
{
	next_planner = planner_hook;
	planner_hook = gov_fingerprint_plan;
}

/* The owner of a relation. */
static Oid
gov_fingerprint_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* A partition or child, however deep, that belongs to another role, whose code planning would run as the owner of the relation; NULL. */
static const char *
gov_fingerprint_stranger(Oid relid)
{
	Oid			owner = gov_fingerprint_owner(relid);
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
	{
		Oid			other = gov_fingerprint_owner(lfirst_oid(cell));

		if (OidIsValid(other) && other != owner && other != GetUserId() && !superuser_arg(other))
			return psprintf("%s, which is read with it, belongs to role %s",
							gov_qualified_name(get_namespace_name(get_rel_namespace(lfirst_oid(cell))), get_rel_name(lfirst_oid(cell))),
							quote_identifier(GetUserNameFromId(other, false)));
	}
	return NULL;
}

/* ---- which relation, and what of it can be read ---- */

/* Is a relation of a kind that is captured? */
static bool
gov_fingerprint_is_captured(Oid relid)
{
	char		kind = get_rel_relkind(relid);

	return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_MATVIEW ||
		kind == RELKIND_FOREIGN_TABLE || kind == RELKIND_VIEW || kind == RELKIND_SEQUENCE;
}

/* Finds a relation by its name, as the caller's search_path reads it. */
Oid
gov_fingerprint_find(const char *written)
{
	Oid			relid;

	gov_ensure_not_blank(written, "relation", ERRCODE_INVALID_PARAMETER_VALUE, "Write it as schema.relation, quoted where SQL needs quotes.");
	relid = RangeVarGetRelid(makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(written))), NoLock, true);
	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", written),
				 errhint("Write it as schema.relation, quoted where SQL needs quotes.")));
	if (!gov_fingerprint_is_captured(relid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" has neither rows nor a definition of its own", written),
				 errhint("Name a table, a materialized view, a foreign table, a view or a sequence.")));
	return relid;
}

/* Why the current user cannot read a relation; NULL when it can, at least in part. */
static const char *
gov_fingerprint_obstacle(Oid relid)
{
	if (gov_namespace_aclcheck(get_rel_namespace(relid), GetUserId(), ACL_USAGE) != ACLCHECK_OK)
		return psprintf("role %s may not use its schema", quote_identifier(GetUserNameFromId(GetUserId(), false)));
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return psprintf("row-level security may hide rows from role %s", quote_identifier(GetUserNameFromId(GetUserId(), false)));
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) != ACLCHECK_OK)
		return psprintf("role %s may not read it", quote_identifier(GetUserNameFromId(GetUserId(), false)));
	return gov_fingerprint_stranger(relid);
}

/* Looks what of a relation the current user can read. */
GovFingerprint *
gov_fingerprint_look(Oid relid, GovFingerprintWhat most)
{
	GovFingerprint *fingerprint = palloc0(sizeof(GovFingerprint));
	char		kind = get_rel_relkind(relid);

	fingerprint->relid = relid;
	fingerprint->name = gov_qualified_name(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
	fingerprint->what = kind == RELKIND_SEQUENCE ? GOV_FINGERPRINT_POSITION :
		kind == RELKIND_VIEW ? GOV_FINGERPRINT_NOTHING : most;
	if (kind == RELKIND_VIEW)
		fingerprint->note = "a view has no rows of its own";
	else
		fingerprint->note = gov_fingerprint_obstacle(relid);
	if (fingerprint->note != NULL)
		fingerprint->what = GOV_FINGERPRINT_NOTHING;
	return fingerprint;
}

/* ---- reading ---- */

/* Columns of what gov_fingerprint_query gives. */
enum {FINGERPRINT_COUNT = 1, FINGERPRINT_CONTENT};

/* Notes a column that the hash does not cover. */
static void
gov_fingerprint_leave_out(GovFingerprint *fingerprint, const char *column, const char *why)
{
	fingerprint->left_out = lappend(fingerprint->left_out, psprintf("%s (%s)", quote_identifier(column), why));
}

/* Appends the columns that can be read, and have a form that is the same everywhere; notes the others.  Are there any, or none at all? */
static bool
gov_fingerprint_columns(GovFingerprint *fingerprint, StringInfo sql)
{
	bool		all = pg_class_aclcheck(fingerprint->relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
	Relation	rel = relation_open(fingerprint->relid, AccessShareLock);
	int			taken = 0;

	for (AttrNumber number = 1; number <= RelationGetNumberOfAttributes(rel); number++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(rel), number - 1);
		const char *unsupported;

		if (column->attisdropped)
			continue;
		unsupported = gov_canonical_unsupported(column->atttypid);
		if (!all && pg_attribute_aclcheck(fingerprint->relid, number, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			gov_fingerprint_leave_out(fingerprint, NameStr(column->attname), "no right to read it");
		else if (unsupported != NULL)
			gov_fingerprint_leave_out(fingerprint, NameStr(column->attname), psprintf("type %s", unsupported));
		else
			appendStringInfo(sql, "%sr.%s", taken++ > 0 ? ", " : "", quote_identifier(NameStr(column->attname)));
	}
	relation_close(rel, NoLock);
	return taken > 0 || fingerprint->left_out == NIL;
}

/* The query that reads a relation. */
static char *
gov_fingerprint_query(GovFingerprint *fingerprint)
{
	StringInfoData sql;

	initStringInfo(&sql);
	if (fingerprint->what == GOV_FINGERPRINT_POSITION)
	{
		appendStringInfo(&sql, "SELECT pg_catalog.concat(r.last_value, CASE WHEN NOT r.is_called THEN ', not used yet' END), NULL::pg_catalog.text FROM %s AS r",
						 fingerprint->name);
		return sql.data;
	}
	if (fingerprint->what == GOV_FINGERPRINT_CONTENT)
	{
		appendStringInfoString(&sql, "SELECT pg_catalog.count(*)::pg_catalog.text, @.gov_fingerprint_rows(s.h)"
							   " FROM (SELECT @.gov_fingerprint_row(ROW(");
		if (gov_fingerprint_columns(fingerprint, &sql))
		{
			appendStringInfo(&sql, ")) AS h FROM %s AS r ORDER BY 1) AS s", fingerprint->name);
			return sql.data;
		}
		fingerprint->note = "it has no column that the hash could cover";
		resetStringInfo(&sql);
	}
	appendStringInfo(&sql, "SELECT pg_catalog.count(*)::pg_catalog.text, NULL::pg_catalog.text FROM %s AS r", fingerprint->name);
	return sql.data;
}

/* Raises for a query that reads another relation than is meant: names may be exchanged until it is read. */
static bool
gov_fingerprint_walk(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		const RangeTblEntry *entry = (const RangeTblEntry *) node;

		if (entry->rtekind == RTE_RELATION && entry->relid != *(const Oid *) context)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("relation \"%s\" took the name of another one", get_rel_name(entry->relid)),
					 errdetail("It happened while fingerprints were taken."),
					 errhint("Run the statement again.")));
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, gov_fingerprint_walk, context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, gov_fingerprint_walk, context);
}

/* Looks at what the query turned out to be. */
static void
gov_fingerprint_check(List *queries, void *arg)
{
	ListCell   *cell;

	foreach(cell, queries)
		(void) gov_fingerprint_walk(lfirst(cell), arg);
}

/* Settings of the query: no row is hidden, and nothing but the tables themselves is read. */
static void
gov_fingerprint_pin(void)
{
	static const char *const off[] = {"row_security", "constraint_exclusion", "enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"};

	for (int i = 0; i < (int) lengthof(off); i++)
		gov_spi_setting(off[i], "off");
}

/* Runs the query; its row is kept, under a name. */
static GovRows *
gov_fingerprint_run(GovFingerprint *fingerprint)
{
	GovRows    *rows = gov_rows_begin("gov_fingerprinted", false);
	char	   *sql = gov_fingerprint_query(fingerprint);

	gov_rows_look(rows, gov_fingerprint_check, &fingerprint->relid);
	plan_as = gov_fingerprint_owner(fingerprint->relid);
	plan_text = gov_expand(sql);
	PG_TRY();
	{
		gov_rows_fill(rows, sql, 0, NULL, NULL, true);
	}
	PG_FINALLY();
	{
		plan_text = NULL;
	}
	PG_END_TRY();
	gov_rows_name(rows);
	return rows;
}

/* Reads a relation as the current user, under the active snapshot. */
void
gov_fingerprint_read(GovFingerprint *fingerprint)
{
	GovRows    *rows;
	const char *first;
	int			level;

	if (fingerprint->what == GOV_FINGERPRINT_NOTHING)
		return;
	level = gov_spi_begin();
	gov_fingerprint_pin();
	rows = gov_fingerprint_run(fingerprint);
	(void) gov_run_text("SELECT * FROM gov_fingerprinted", 0, NULL, NULL, true);
	first = gov_result_text(0, FINGERPRINT_COUNT);
	fingerprint->content = gov_result_text(0, FINGERPRINT_CONTENT);
	gov_spi_discard(rows);
	gov_spi_end(level);
	if (fingerprint->what == GOV_FINGERPRINT_POSITION)
		fingerprint->position = first;
	else
		fingerprint->rows = first;
}

/* The columns that the hash does not cover as one text. */
char *
gov_fingerprint_without(const GovFingerprint *fingerprint)
{
	StringInfoData text;
	ListCell   *cell;

	if (fingerprint->left_out == NIL)
		return NULL;
	initStringInfo(&text);
	foreach(cell, fingerprint->left_out)
		appendStringInfo(&text, "%s%s", foreach_current_index(cell) > 0 ? ", " : "", (const char *) lfirst(cell));
	return text.data;
}

/* ---- the function ---- */

/* gov_fingerprint(relation): the content of a relation as a hash, and that of its definition. */
Datum
gov_fingerprint(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovFingerprint *fingerprint;
	const char *texts[6];
	Datum		values[lengthof(texts)];
	bool		nulls[lengthof(texts)];

	InitMaterializedSRF(fcinfo, 0);
	fingerprint = gov_fingerprint_look(gov_fingerprint_find(gov_arg_text(fcinfo, 0, "relation")), GOV_FINGERPRINT_CONTENT);
	gov_fingerprint_read(fingerprint);
	texts[0] = fingerprint->name;
	texts[1] = fingerprint->rows;
	texts[2] = fingerprint->content;
	texts[3] = gov_definition_hash(fingerprint->relid);
	texts[4] = gov_fingerprint_without(fingerprint);
	texts[5] = fingerprint->position != NULL ? psprintf("at %s", fingerprint->position) : fingerprint->note;
	for (int i = 0; i < (int) lengthof(texts); i++)
		values[i] = gov_text_field(texts[i], &nulls[i]);
	if (!nulls[1])
		values[1] = DirectFunctionCall1(int8in, CStringGetDatum(fingerprint->rows));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}
