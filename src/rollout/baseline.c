/*-------------------------------------------------------------------------
 *
 * rollout/baseline.c
 *	  What a database is like at one moment: gov_capture_baseline.
 *
 * First all relations that are to be read are locked, as pg_dump does, so that
 * none is rewritten meanwhile; then everything is read under one snapshot,
 * read-only: relations as the caller and with the caller's rights
 * (fingerprint.c), metrics and facts as the owner, who alone reads them whole.
 * Definitions are the catalogs' at that time, which the locks keep.  Only then
 * the baseline is written.
 *
 * What could not be read is an item without a state and with a note, never
 * left out: a comparison calls it unknown.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type_d.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ledger/ledger.h"
#include "metrics/metrics.h"
#include "rollout/definition.h"
#include "rollout/fingerprint.h"

PG_FUNCTION_INFO_V1(gov_capture_baseline);

/* A relation that is captured. */
typedef struct GovBaselineRelation
{
	Oid			relid;
	bool		excluded;		/* does it change by itself? */
	bool		partition;		/* are its rows read with its parent? */
	GovFingerprint *fingerprint;
} GovBaselineRelation;

/* An item. */
typedef struct GovBaselineItem
{
	const char *kind;
	const char *relation;
	const char *what;
	const char *state;
	const char *note;
	bool		excluded;
} GovBaselineItem;

/* What is being captured. */
typedef struct GovBaseline
{
	const char *label;
	List	   *relations;		/* GovBaselineRelation */
	List	   *items;			/* GovBaselineItem */
	int			unread;			/* relations whose rows could not be read */
} GovBaseline;

/* Columns of find_relations. */
enum {FOUND_RELID = 1, FOUND_PARTITION};

GOV_QUESTION(find_relations,
			 "SELECT c.oid::bigint, c.relispartition FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
			 " WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') AND c.relpersistence <> 't'"
			 "   AND CASE WHEN $1 IS NULL THEN n.nspname NOT IN ('pg_catalog', 'information_schema', 'governance_internal')"
			 "            AND n.nspname !~ '^pg_(toast|temp)' AND n.oid <> $2 ELSE n.nspname = $1 END"
			 " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"", NAMEOID, OIDOID);

/* Columns of find_parts. */
enum {PART_RELID = 1, PART_ASPECT, PART_PART, PART_DEFINITION};

GOV_QUESTION(find_parts,
			 "SELECT relid::bigint, aspect, part, definition FROM governance_internal.gov_definition_part($1)"
			 " ORDER BY aspect COLLATE \"C\", part COLLATE \"C\"", OIDARRAYOID);

/* Columns of find_digests. */
enum {DIGEST_RELID = 1, DIGEST_ASPECT, DIGEST_HASH};

GOV_QUESTION(find_digests,
			 "SELECT h.relid::bigint, h.aspect, @.gov_fingerprint_rows(h.hash ORDER BY h.hash)"
			 "  FROM (SELECT p.relid, p.aspect, @.gov_fingerprint_row(ROW(p.part, p.definition)) AS hash"
			 "          FROM governance_internal.gov_definition_part($1) AS p) AS h"
			 " GROUP BY h.relid, h.aspect ORDER BY 2", OIDARRAYOID);

/* Columns of find_facts. */
enum {FACT_FACT = 1, FACT_ROWS, FACT_HASH};

GOV_QUESTION(find_facts,
			 "SELECT n.fact, pg_catalog.count(f.hash)::pg_catalog.text,"
			 " @.gov_fingerprint_rows(f.hash ORDER BY f.hash) FILTER (WHERE f.hash IS NOT NULL)"
			 " FROM pg_catalog.unnest('{gov_access,gov_action,gov_assignment,gov_authority,gov_axis,gov_axis_value,gov_binding,gov_coverage_rule,"
			 "gov_decision,gov_detector,gov_event_type,gov_label,gov_label_projection,gov_label_rule,gov_object,gov_ownership,"
			 "gov_projection,gov_quorum_rule,gov_schema_pattern,gov_source,gov_value_label}'::pg_catalog.text[]) AS n (fact)"
			 " LEFT JOIN governance_internal.gov_baseline_fact AS f ON f.fact = n.fact GROUP BY n.fact");

/* Columns of find_sessions. */
enum {SESSIONS_IDLE = 1, SESSIONS_HIDDEN, SESSIONS_PREPARED, SESSIONS_WHO};

GOV_QUESTION(find_sessions,
			 "SELECT pg_catalog.count(*) FILTER (WHERE a.state LIKE 'idle in transaction%')::pg_catalog.text,"
			 " pg_catalog.count(*) FILTER (WHERE a.state IS NULL),"
			 " (SELECT pg_catalog.count(*)::pg_catalog.text FROM pg_catalog.pg_prepared_xacts AS x WHERE x.database = pg_catalog.current_database()),"
			 " pg_catalog.string_agg(DISTINCT pg_catalog.concat_ws(' ', a.usename, NULLIF(a.application_name, '')), ', ') FILTER (WHERE a.state LIKE 'idle in transaction%')"
			 " FROM pg_catalog.pg_stat_activity AS a"
			 " WHERE a.datname = pg_catalog.current_database() AND (a.backend_type = 'client backend' OR a.backend_type IS NULL) AND a.pid <> pg_catalog.pg_backend_pid()");

GOV_QUERY(find_label, "SELECT FROM @.gov_baseline WHERE baseline = $1", TEXTOID);

GOV_QUERY(store_baseline,
		  "INSERT INTO @.gov_baseline (baseline, actor, login, database, system_identifier, server_version, relations, sha256)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID);
GOV_QUERY(store_items,
		  "INSERT INTO @.gov_baseline_item (baseline, kind, relation, what, state, note, excluded)"
		  " SELECT $1, i.kind, i.relation, i.what, i.state, i.note, i.excluded"
		  " FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6),"
		  " pg_catalog.unnest($7)) AS i (kind, relation, what, state, note, excluded)",
		  TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, BOOLARRAYOID);
GOV_QUERY(hash_items,
		  "SELECT @.gov_fingerprint_rows(h.hash ORDER BY h.hash)"
		  " FROM (SELECT @.gov_fingerprint_row(ROW(i.kind, i.relation, i.what, i.state, i.note, i.excluded)) AS hash"
		  " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5),"
		  " pg_catalog.unnest($6)) AS i (kind, relation, what, state, note, excluded)) AS h",
		  TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, BOOLARRAYOID);

/* ---- which relations ---- */

/* Adds a relation. */
static void
gov_baseline_add(GovBaseline *baseline, Oid relid, bool partition, bool excluded)
{
	GovBaselineRelation *relation = palloc0(sizeof(GovBaselineRelation));

	relation->relid = relid;
	relation->excluded = excluded;
	relation->partition = partition;
	baseline->relations = lappend(baseline->relations, relation);
}

/* Orders relations by OID. */
static int
gov_baseline_compare(const ListCell *a, const ListCell *b)
{
	Oid			one = ((const GovBaselineRelation *) lfirst(a))->relid;
	Oid			other = ((const GovBaselineRelation *) lfirst(b))->relid;

	return one < other ? -1 : one > other;
}

/* Sorts the relations, and makes one of those that were named twice: one that is named has its rows read, a partition too. */
static void
gov_baseline_settle(GovBaseline *baseline)
{
	List	   *settled = NIL;
	ListCell   *cell;

	list_sort(baseline->relations, gov_baseline_compare);
	foreach(cell, baseline->relations)
	{
		const GovBaselineRelation *relation = lfirst(cell);
		GovBaselineRelation *last = settled == NIL ? NULL : llast(settled);

		if (last == NULL || last->relid != relation->relid)
		{
			settled = lappend(settled, lfirst(cell));
			continue;
		}
		last->excluded |= relation->excluded;
		last->partition &= relation->partition;
	}
	baseline->relations = settled;
}

/* Adds all relations of a schema; without a schema those of all schemas but the server's and ours. */
static void
gov_baseline_add_schema(GovBaseline *baseline, const char *schema, bool excluded)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_relations,
								schema == NULL ? gov_null() : gov_datum(DirectFunctionCall1(namein, CStringGetDatum(schema)), false),
								gov_oid(gov_schema_oid()));

	for (uint64 row = 0; row < count; row++)
		gov_baseline_add(baseline, (Oid) gov_result_int8(row, FOUND_RELID), gov_result_bool(row, FOUND_PARTITION), excluded);
	gov_spi_end(level);
}

/* Adds what is written as schema.* or as the name of a relation. */
static void
gov_baseline_add_written(GovBaseline *baseline, const char *written, bool excluded)
{
	size_t		length = strlen(written);
	List	   *names;

	if (length < 3 || strcmp(written + length - 2, ".*") != 0)
	{
		gov_baseline_add(baseline, gov_fingerprint_find(written), false, excluded);
		return;
	}
	names = textToQualifiedNameList(cstring_to_text_with_len(written, (int) length - 2));
	if (list_length(names) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is neither a relation nor all of a schema", written),
				 errhint("Write schema.relation, or schema.*, quoted where SQL needs quotes.")));
	(void) get_namespace_oid(strVal(linitial(names)), false);
	gov_baseline_add_schema(baseline, strVal(linitial(names)), excluded);
}

/* Adds what an argument names. */
static void
gov_baseline_add_all(GovBaseline *baseline, FunctionCallInfo fcinfo, int argno, const char *name, bool excluded)
{
	Datum	   *written;
	bool	   *nulls;
	int			count;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &written, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		gov_ensure_not_null(nulls[i], name);
		gov_baseline_add_written(baseline, TextDatumGetCString(written[i]), excluded);
	}
}

/* Locks what will be read, and looks again: what was dropped meanwhile is gone. */
static void
gov_baseline_lock(GovBaseline *baseline)
{
	ListCell   *cell;

	foreach(cell, baseline->relations)
	{
		GovBaselineRelation *relation = lfirst(cell);
		GovFingerprint *before = SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation->relid)) ?
			gov_fingerprint_look(relation->relid, GOV_FINGERPRINT_CONTENT) : NULL;

		if (before != NULL && before->what != GOV_FINGERPRINT_NOTHING)
			LockRelationOid(relation->relid, AccessShareLock);
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation->relid)))
		{
			baseline->relations = foreach_delete_current(baseline->relations, cell);
			continue;
		}
		relation->fingerprint = gov_fingerprint_look(relation->relid, relation->partition ? GOV_FINGERPRINT_NOTHING :
													 relation->excluded ? GOV_FINGERPRINT_ROWS : GOV_FINGERPRINT_CONTENT);
	}
}

/* ---- what is found ---- */

/* Notes an item. */
static void
gov_baseline_put(GovBaseline *baseline, const char *kind, const char *relation, const char *what,
				 const char *state, const char *note, bool excluded)
{
	GovBaselineItem *item = palloc0(sizeof(GovBaselineItem));

	*item = (GovBaselineItem) {kind, relation, what, state, note, excluded};
	baseline->items = lappend(baseline->items, item);
}

/* Notes what was read of a relation, or why it was not. */
static void
gov_baseline_put_relation(GovBaseline *baseline, const GovBaselineRelation *relation)
{
	const GovFingerprint *fingerprint = relation->fingerprint;
	char		kind = get_rel_relkind(relation->relid);
	const char *without;

	if (kind == RELKIND_VIEW)
		return;
	if (kind == RELKIND_SEQUENCE)
	{
		gov_baseline_put(baseline, "relation", fingerprint->name, "position", fingerprint->position, fingerprint->note, relation->excluded);
		return;
	}
	if (relation->partition)
		return;
	without = gov_fingerprint_without(fingerprint);
	baseline->unread += fingerprint->rows == NULL;
	gov_baseline_put(baseline, "relation", fingerprint->name, "rows", fingerprint->rows,
					 fingerprint->rows == NULL ? fingerprint->note : NULL, relation->excluded);
	gov_baseline_put(baseline, "relation", fingerprint->name, "content", fingerprint->content,
					 fingerprint->note != NULL || without == NULL ? fingerprint->note : psprintf("without %s", without), relation->excluded);
}

/* Reads a relation. */
static void
gov_baseline_read_rows(void *arg)
{
	gov_fingerprint_read(arg);
}

/* Was an error a cancel of the capture itself, or its time over, and not raised by somebody's code? */
static bool
gov_baseline_is_cancel(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED && error->funcname != NULL && strcmp(error->funcname, "ProcessInterrupts") == 0;
}

/*
 * Reads a relation; that it could not be read is noted, so that nobody can make
 * a capture fail by a relation of his own, or by a server that is gone.  The
 * message, which may quote rows, is for the caller alone.
 */
static void
gov_baseline_read_relation(GovFingerprint *fingerprint)
{
	ErrorData  *error = gov_subtransaction_attempt(gov_baseline_read_rows, fingerprint, true);

	if (error == NULL)
		return;
	if (gov_baseline_is_cancel(error))
		ReThrowError(error);
	fingerprint->rows = fingerprint->content = fingerprint->position = NULL;
	fingerprint->note = psprintf("reading it failed with SQLSTATE %s", unpack_sql_state(error->sqlerrcode));
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("%s could not be read: %s", fingerprint->name, error->message)));
}

/* Reads the relations, as the caller. */
static void
gov_baseline_read_relations(GovBaseline *baseline)
{
	ListCell   *cell;

	gov_progress_phase("reads relations", list_length(baseline->relations));
	foreach(cell, baseline->relations)
	{
		GovBaselineRelation *relation = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		gov_baseline_read_relation(relation->fingerprint);
		gov_baseline_put_relation(baseline, relation);
		gov_progress_add(1);
	}
}

/* Notes sessions and prepared transactions that may still commit something, as the caller sees them. */
static void
gov_baseline_read_sessions(GovBaseline *baseline)
{
	int			level = gov_spi_begin();
	int64		hidden;

	(void) gov_run(&find_sessions);
	hidden = gov_result_int8(0, SESSIONS_HIDDEN);
	gov_baseline_put(baseline, "session", "", "idle in transaction", gov_result_text(0, SESSIONS_IDLE),
					 hidden > 0 ? psprintf(INT64_FORMAT " more do not show their state to role %s", hidden, GetUserNameFromId(GetUserId(), false)) :
					 gov_result_text(0, SESSIONS_WHO), false);
	gov_baseline_put(baseline, "session", "", "prepared transactions", gov_result_text(0, SESSIONS_PREPARED), NULL, false);
	gov_spi_end(level);
}

/* The relation with this OID. */
static const GovBaselineRelation *
gov_baseline_relation(const GovBaseline *baseline, Oid relid)
{
	ListCell	wanted = {.ptr_value = &(GovBaselineRelation) {.relid = relid}};
	const ListCell *found = bsearch(&wanted, baseline->relations->elements, list_length(baseline->relations), sizeof(ListCell),
									(int (*) (const void *, const void *)) gov_baseline_compare);

	return lfirst(found);
}

/* The relations as OIDs. */
static Datum
gov_baseline_relids(const GovBaseline *baseline)
{
	List	   *relids = NIL;
	ListCell   *cell;

	foreach(cell, baseline->relations)
		relids = lappend_oid(relids, ((const GovBaselineRelation *) lfirst(cell))->relid);
	return gov_arg_oids(relids);
}

/* Notes how relations are defined, and who may use them: hashes, and the parts. */
static void
gov_baseline_read_definitions(GovBaseline *baseline)
{
	GovArg		relids = gov_datum(gov_baseline_relids(baseline), false);
	int			level = gov_spi_begin();
	uint64		count;

	gov_definition_pin();
	count = gov_run(&find_digests, relids);
	for (uint64 row = 0; row < count; row++)
	{
		const GovBaselineRelation *relation = gov_baseline_relation(baseline, (Oid) gov_result_int8(row, DIGEST_RELID));

		gov_baseline_put(baseline, "relation", relation->fingerprint->name,
						 strcmp(gov_result_text(row, DIGEST_ASPECT), "right") == 0 ? "rights" : "schema",
						 gov_result_text(row, DIGEST_HASH), NULL, false);
	}
	count = gov_run(&find_parts, relids);
	for (uint64 row = 0; row < count; row++)
	{
		const GovBaselineRelation *relation = gov_baseline_relation(baseline, (Oid) gov_result_int8(row, PART_RELID));
		const char *part = gov_result_text(row, PART_PART);
		bool		kind = strcmp(part, "kind") == 0;

		gov_baseline_put(baseline, kind ? "relation" : gov_result_text(row, PART_ASPECT), relation->fingerprint->name,
						 part, gov_result_text(row, PART_DEFINITION), NULL, false);
	}
	gov_spi_end(level);
}

/* Notes a metric, in all or on an axis. */
static void
gov_baseline_put_metric(GovBaseline *baseline, const char *name, const char *axis, int64 amount)
{
	bool		known = amount != GOV_METRIC_UNKNOWN;

	gov_baseline_put(baseline, "metric", axis, name, known ? psprintf(INT64_FORMAT, amount) : NULL,
					 known ? NULL : "it could not be read", strncmp(name, "ledger", 6) == 0);
}

/* Notes every metric.  The ledger grows with every act, capturing included. */
static void
gov_baseline_read_metrics(GovBaseline *baseline)
{
	const GovMetrics *metrics = gov_metrics_read();

	for (int kind = 0; kind < gov_metric_count(); kind++)
	{
		const char *name = gov_metric_kind(kind)->name;

		gov_baseline_put_metric(baseline, name, "", gov_metric_total(metrics, name));
		if (!gov_metric_kind(kind)->by_axis)
			continue;
		for (int axis = 0; axis < metrics->naxes; axis++)
			gov_baseline_put_metric(baseline, name, metrics->axes[axis], gov_metric_amount(metrics, kind, axis));
	}
}

/* Notes the facts that stand. */
static void
gov_baseline_read_facts(GovBaseline *baseline)
{
	int			level = gov_spi_begin();
	uint64		count;

	gov_definition_pin();
	count = gov_run(&find_facts);
	for (uint64 row = 0; row < count; row++)
	{
		gov_baseline_put(baseline, "fact", gov_result_text(row, FACT_FACT), "rows", gov_result_text(row, FACT_ROWS), NULL, false);
		gov_baseline_put(baseline, "fact", gov_result_text(row, FACT_FACT), "content", gov_result_text(row, FACT_HASH), NULL, false);
	}
	gov_spi_end(level);
}

/* Reads everything under one snapshot, taken when all locks are held. */
static void
gov_baseline_read(GovBaseline *baseline)
{
	GovSecurity saved;

	gov_baseline_lock(baseline);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	gov_baseline_read_relations(baseline);
	gov_baseline_read_sessions(baseline);
	gov_security_enter(&saved, gov_extension_owner(), false);
	gov_progress_phase("reads definitions and metrics", GOV_PROGRESS_UNKNOWN);
	gov_baseline_read_definitions(baseline);
	gov_baseline_read_metrics(baseline);
	gov_baseline_read_facts(baseline);
	gov_security_leave(&saved);
	PopActiveSnapshot();
}

/* ---- what is kept ---- */

/* Raises when there is a baseline of this label. */
static void
gov_baseline_ensure_free(const char *label)
{
	GovSecurity saved;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	if (gov_run(&find_label, gov_text(label)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("baseline \"%s\" exists already", label),
				 errdetail("A baseline is what was so at one moment, and is not captured anew."),
				 errhint("Choose another label; gov_prune removes old baselines.")));
	gov_spi_end(level);
	gov_security_leave(&saved);
}

/* One column of the items as text[]. */
static GovArg
gov_baseline_column(const GovBaseline *baseline, size_t offset)
{
	int			count = list_length(baseline->items);
	Datum	   *texts = palloc(sizeof(Datum) * (count + 1));
	bool	   *nulls = palloc(sizeof(bool) * (count + 1));
	int			lower = 1;
	ListCell   *cell;

	foreach(cell, baseline->items)
	{
		int			i = foreach_current_index(cell);

		texts[i] = gov_text_field(*(const char **) ((char *) lfirst(cell) + offset), &nulls[i]);
	}
	return gov_datum(PointerGetDatum(construct_md_array(texts, nulls, 1, &count, &lower, TEXTOID, -1, false, TYPALIGN_INT)), false);
}

/* Which items are excluded, as boolean[]. */
static GovArg
gov_baseline_excluded(const GovBaseline *baseline)
{
	Datum	   *excluded = palloc(sizeof(Datum) * (list_length(baseline->items) + 1));
	ListCell   *cell;

	foreach(cell, baseline->items)
		excluded[foreach_current_index(cell)] = BoolGetDatum(((const GovBaselineItem *) lfirst(cell))->excluded);
	return gov_datum(PointerGetDatum(construct_array(excluded, list_length(baseline->items), BOOLOID, 1, true, TYPALIGN_CHAR)), false);
}

/* Writes the baseline and its items; its hash. */
static char *
gov_baseline_write(const GovBaseline *baseline, const char *actor)
{
	GovArg		columns[] = {
		gov_baseline_column(baseline, offsetof(GovBaselineItem, kind)), gov_baseline_column(baseline, offsetof(GovBaselineItem, relation)),
		gov_baseline_column(baseline, offsetof(GovBaselineItem, what)), gov_baseline_column(baseline, offsetof(GovBaselineItem, state)),
		gov_baseline_column(baseline, offsetof(GovBaselineItem, note)), gov_baseline_excluded(baseline)
	};
	int			level = gov_spi_begin();
	char	   *hash;

	(void) gov_run_args(&hash_items, lengthof(columns), columns);
	hash = gov_result_text(0, 1);
	(void) gov_run(&store_baseline, gov_text(baseline->label), gov_text(actor), gov_text(gov_session_user_name()),
				   gov_text(get_database_name(MyDatabaseId)), gov_text(psprintf(UINT64_FORMAT, GetSystemIdentifier())),
				   gov_text(GetConfigOption("server_version", false, false)), gov_int8(list_length(baseline->relations)), gov_text(hash));
	(void) gov_run(&store_items, gov_text(baseline->label), columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]);
	gov_spi_end(level);
	return hash;
}

/* Keeps the baseline, and notes it in the ledger. */
static void
gov_baseline_keep(const GovBaseline *baseline)
{
	const char *actor = GetUserNameFromId(GetOuterUserId(), false);
	GovSecurity saved;
	GovJson		payload;
	char	   *hash;

	gov_security_enter(&saved, gov_extension_owner(), false);
	hash = gov_baseline_write(baseline, actor);
	gov_json_begin(&payload);
	gov_json_int8(&payload, "relations", list_length(baseline->relations));
	gov_json_text(&payload, "sha256", hash);
	gov_ledger_append("capture_baseline", 0, gov_json_object("baseline", baseline->label), gov_json_end(&payload));
	gov_security_leave(&saved);
}

/* ---- the function ---- */

/* What was captured, in words. */
static Datum
gov_baseline_answer(const GovBaseline *baseline)
{
	int			relations = list_length(baseline->relations);
	const char *counted = relations == 1 ? "1 relation" : psprintf("%d relations", relations);

	if (baseline->unread == 0)
		return gov_answer(GOV_CREATED, "baseline \"%s\": %s", baseline->label, counted);
	return gov_answer(GOV_CREATED, "baseline \"%s\": %s, the rows of %d not known", baseline->label, counted, baseline->unread);
}

/* gov_capture_baseline(label, relations, excluded): captures what a database is like. */
Datum
gov_capture_baseline(PG_FUNCTION_ARGS)
{
	GovBaseline baseline = {0};
	bool		told;

	gov_ensure_caller("gov_capture_baseline");
	gov_ensure_act_writable();
	baseline.label = gov_arg_code(fcinfo, 0, "label");
	gov_ensure_not_null(PG_ARGISNULL(2), "excluded");
	gov_baseline_ensure_free(baseline.label);
	told = gov_progress_begin("gov_capture_baseline");
	if (PG_ARGISNULL(1))
		gov_baseline_add_schema(&baseline, NULL, false);
	else
		gov_baseline_add_all(&baseline, fcinfo, 1, "relations", false);
	gov_baseline_add_all(&baseline, fcinfo, 2, "excluded", true);
	gov_baseline_settle(&baseline);
	gov_baseline_read(&baseline);
	gov_baseline_keep(&baseline);
	gov_progress_end(told);
	return gov_baseline_answer(&baseline);
}
