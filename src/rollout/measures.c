/*-------------------------------------------------------------------------
 *
 * rollout/measures.c
 *	  What a rehearsal did to tables: rows, files, definitions, scans, and
 *	  what of it a rollback does not take back.
 *
 * Rows are what the server counts for the rehearsal's subtransaction: those
 * that would be there if it were committed.  Definitions are compared: of the
 * relations that were locked more strongly than for reading and writing rows,
 * as they are when the statements have run, and as they are once all is
 * undone, which is as they were.  So nothing has to be read before that the
 * rehearsal does not touch.
 *
 * Tables that were read as a whole are told by the session's own counters.
 * What these hold from before, and was not reported yet, is noted first.
 *
 * A rollback leaves rows that are dead, the room that they take, sequences
 * where they were moved to, transaction ids and WAL.  A table that is met as
 * a target for the first time has its size and its sequences noted then, and
 * a warning is sent at once when it is large.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/sequence.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/pgstat_internal.h"
#include "utils/rel.h"

#include "server/compat.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/rehearsing.h"
#include "server/security.h"
#include "server/spi.h"
#include "rollout/locks.h"
#include "rollout/measures.h"
#include "rollout/rehearsal.h"

/* A part of a relation: itself, a column, an index, a constraint, a trigger. */
typedef struct GovMeasuresPart
{
	Oid			relid;
	const char *part;
	const char *key;			/* what it is within the relation */
	const char *name;
	const char *state;			/* its definition in words */
} GovMeasuresPart;

/* A sequence before. */
typedef struct GovMeasuresSequence
{
	Oid			relid;			/* hash key */
	int64		value;
	bool		used;			/* was a value drawn from it ever? */
} GovMeasuresSequence;

/* Columns of find_parts. */
enum {PART_RELID = 1, PART_PART, PART_KEY, PART_NAME, PART_STATE};

GOV_QUERY(find_parts,
		  "SELECT relid, part, key, name, state FROM governance_internal.gov_rehearsal_parts($1)"
		  " ORDER BY relid, part COLLATE \"C\", key COLLATE \"C\"", OIDARRAYOID);

/* What is counted: the rehearsal that is running. */
static int64 xids_drawn = 0;

/* ---- counters ---- */

/* Called when a subtransaction ends: counts those of a rehearsal that had a transaction id. */
static void
gov_measures_subtransaction_ends(SubXactEvent event, SubTransactionId ended pg_attribute_unused(),
								 SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if ((event == SUBXACT_EVENT_ABORT_SUB || event == SUBXACT_EVENT_COMMIT_SUB) && gov_rehearsing() &&
		TransactionIdIsValid(GetCurrentTransactionIdIfAny()))
		xids_drawn++;
}

/* The session's counters of a relation that were not reported yet; NULL for none. */
static PgStat_TableStatus *
gov_measures_pending(Oid relid)
{
	PgStat_EntryRef *entry = pgstat_fetch_pending_entry(PGSTAT_KIND_RELATION, MyDatabaseId, relid);

	return entry == NULL ? NULL : (PgStat_TableStatus *) entry->pending;
}

/* Calls a function for each relation of a kind. */
static void
gov_measures_each_relation(char relkind, void (*work) (GovRehearsal *rehearsal, Oid relid), GovRehearsal *rehearsal)
{
	Relation	rel = table_open(RelationRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_class_relkind, BTEqualStrategyNumber, F_CHAREQ, CharGetDatum(relkind));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		work(rehearsal, ((Form_pg_class) GETSTRUCT(tuple))->oid);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* Notes the scans of a table that the session has made and not reported. */
static void
gov_measures_note_scans(GovRehearsal *rehearsal, Oid relid)
{
	PgStat_TableStatus *pending = gov_measures_pending(relid);
	GovRehearsalScans *entry;

	if (pending == NULL)
		return;
	entry = hash_search(rehearsal->scans, &relid, HASH_ENTER, NULL);
	entry->scans = GOV_PENDING_COUNT(pending, numscans);
}

/* A table of a rehearsal's, by OID. */
static HTAB *
gov_measures_table(const GovRehearsal *rehearsal, const char *name, Size entry)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = entry, .hcxt = rehearsal->context};

	return hash_create(name, 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Notes counters as they are before. */
void
gov_measures_begin(GovRehearsal *rehearsal)
{
	static bool watching = false;

	if (!watching)
		RegisterSubXactCallback(gov_measures_subtransaction_ends, NULL);
	watching = true;
	xids_drawn = 0;
	rehearsal->wal_began = pgWalUsage.wal_bytes;
	rehearsal->targets = gov_measures_table(rehearsal, "governance targets", sizeof(GovRehearsalTarget));
	rehearsal->scans = gov_measures_table(rehearsal, "governance scans", sizeof(GovRehearsalScans));
	rehearsal->scanned = gov_measures_table(rehearsal, "governance scanned", sizeof(GovRehearsalScans));
	rehearsal->sequences = gov_measures_table(rehearsal, "governance sequences", sizeof(GovMeasuresSequence));
	gov_measures_each_relation(RELKIND_RELATION, gov_measures_note_scans, rehearsal);
	gov_measures_each_relation(RELKIND_MATVIEW, gov_measures_note_scans, rehearsal);
}

/* Notes which of the locked tables were read as a whole by now. */
static void
gov_measures_sample_scans(GovRehearsal *rehearsal)
{
	ListCell   *cell;

	foreach(cell, gov_locks_relations(rehearsal, AccessShareLock))
	{
		Oid			relid = lfirst_oid(cell);
		char		relkind = get_rel_relkind(relid);
		PgStat_TableStatus *pending = gov_measures_pending(relid);
		const GovRehearsalScans *before = hash_search(rehearsal->scans, &relid, HASH_FIND, NULL);
		int64		scans;

		if (pending == NULL || (relkind != RELKIND_RELATION && relkind != RELKIND_MATVIEW))
			continue;
		scans = GOV_PENDING_COUNT(pending, numscans) - (before != NULL ? before->scans : 0);
		if (scans > 0)
			((GovRehearsalScans *) hash_search(rehearsal->scanned, &relid, HASH_ENTER, NULL))->scans = scans;
	}
}

/* ---- sequences ---- */

/* What a sequence is at; false when it is gone. */
static bool
gov_measures_read_sequence(Oid relid, int64 *value, bool *used)
{
	Relation	rel = try_relation_open(relid, AccessShareLock);
	Buffer		buffer;
	Page		page;
	Form_pg_sequence_data data;

	if (rel == NULL)
		return false;
	buffer = ReadBuffer(rel, 0);
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	data = (Form_pg_sequence_data) ((char *) PageGetItem(page, PageGetItemId(page, FirstOffsetNumber)) +
									((HeapTupleHeader) PageGetItem(page, PageGetItemId(page, FirstOffsetNumber)))->t_hoff);
	*value = data->last_value;
	*used = data->is_called;
	UnlockReleaseBuffer(buffer);
	relation_close(rel, AccessShareLock);
	return true;
}

/* Notes what a sequence is at, the first time. */
static void
gov_measures_note_sequence(GovRehearsal *rehearsal, Oid relid)
{
	GovMeasuresSequence *entry;
	int64		value;
	bool		used;
	bool		found;

	if (hash_search(rehearsal->sequences, &relid, HASH_FIND, NULL) != NULL || isTempNamespace(get_rel_namespace(relid)) ||
		isOtherTempNamespace(get_rel_namespace(relid)) || !gov_measures_read_sequence(relid, &value, &used))
		return;
	entry = hash_search(rehearsal->sequences, &relid, HASH_ENTER, &found);
	entry->value = value;
	entry->used = used;
}

/* Notes what all sequences are at, before the first that somebody names is used. */
void
gov_measures_note_all_sequences(GovRehearsal *rehearsal)
{
	gov_measures_each_relation(RELKIND_SEQUENCE, gov_measures_note_sequence, rehearsal);
}

/* ---- targets ---- */

/* The size of a table with its indexes and TOAST; -1 for what has no file. */
static int64
gov_measures_size(Oid relid)
{
	char		relkind = get_rel_relkind(relid);

	if (relkind != RELKIND_RELATION && relkind != RELKIND_MATVIEW)
		return -1;
	return DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(relid)));
}

/* Bytes in words. */
static char *
gov_measures_pretty(int64 bytes)
{
	return text_to_cstring(DatumGetTextPP(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(bytes))));
}

/* The name of a relation that is there, with its schema; NULL for one that is not. */
static char *
gov_measures_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	return name == NULL ? NULL : gov_qualified_name(get_namespace_name(get_rel_namespace(relid)), name);
}

/* Notes that it is, its size and its sequences; warns when it is large, before anything is written. */
void
gov_measures_note_target(GovRehearsal *rehearsal, Oid relid)
{
	GovRehearsalTarget *entry;
	ListCell   *cell;
	bool		found;

	entry = hash_search(rehearsal->targets, &relid, HASH_ENTER, &found);
	if (found)
		return;
	entry->bytes = -1;
	entry->bytes = gov_measures_size(relid);
	foreach(cell, getOwnedSequences(relid))
		gov_measures_note_sequence(rehearsal, lfirst_oid(cell));
	if (entry->bytes >= (int64) gov_guc_rehearse_warn_size * 1024)
		ereport(WARNING,
				(errmsg("rehearsing writes to %s, of %s", gov_measures_name(relid), gov_measures_pretty(entry->bytes)),
				 errdetail("Dead rows, the room that they take, and WAL stay when all is undone; VACUUM makes the room free again.")));
}

/* ---- rows ---- */

/*
 * Notes the rows that would be there by now, by table: what the server counts
 * for the rehearsal's own subtransaction.  Catalogs and TOAST are left out.
 */
void
gov_measures_sample_rows(GovRehearsal *rehearsal)
{
	PgStat_SubXactStatus *level = pgstat_get_xact_stack_level(GetCurrentTransactionNestLevel());
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);

	list_free_deep(rehearsal->rows);
	rehearsal->rows = NIL;
	for (PgStat_TableXactStatus *counts = level->first; counts != NULL; counts = counts->next)
	{
		GovRehearsalRows *rows;
		Oid			relid = (Oid) GOV_PENDING_OID(counts->parent);

		if (relid < FirstNormalObjectId || get_rel_relkind(relid) == RELKIND_TOASTVALUE ||
			(counts->tuples_inserted + counts->tuples_updated + counts->tuples_deleted == 0 && !counts->truncdropped))
			continue;
		rows = palloc0(sizeof(GovRehearsalRows));
		rows->relid = relid;
		rows->inserted = counts->tuples_inserted;
		rows->updated = counts->tuples_updated;
		rows->deleted = counts->tuples_deleted;
		rows->truncated = counts->truncdropped;
		rehearsal->rows = lappend(rehearsal->rows, rows);
	}
	MemoryContextSwitchTo(old);
}

/* ---- definitions ---- */

/* The parts of relations, in the order of relation, part and key. */
static List *
gov_measures_parts(const GovRehearsal *rehearsal, List *relations)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	List	   *parts = NIL;
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_parts, gov_datum(gov_arg_oids(relations), false));

	for (uint64 row = 0; row < count; row++)
	{
		GovMeasuresPart *part = palloc0(sizeof(GovMeasuresPart));

		part->relid = (Oid) gov_result_int8(row, PART_RELID);
		part->part = gov_result_text(row, PART_PART);
		part->key = gov_result_text(row, PART_KEY);
		part->name = gov_result_text(row, PART_NAME);
		part->state = gov_result_text(row, PART_STATE);
		parts = lappend(parts, part);
	}
	gov_spi_end(level);
	MemoryContextSwitchTo(old);
	return parts;
}

/* Notes how the relations that were locked are defined, inside the rehearsal. */
void
gov_measures_after(GovRehearsal *rehearsal)
{
	rehearsal->wal_run = pgWalUsage.wal_bytes - rehearsal->wal_began;
	gov_measures_sample_scans(rehearsal);
	rehearsal->after = gov_measures_parts(rehearsal, gov_locks_relations(rehearsal, ShareUpdateExclusiveLock));
}

/* The same once all is undone. */
void
gov_measures_before(GovRehearsal *rehearsal)
{
	rehearsal->wal_all = pgWalUsage.wal_bytes - rehearsal->wal_began;
	rehearsal->xids = xids_drawn;
	if (rehearsal->complete)
		rehearsal->before = gov_measures_parts(rehearsal, gov_locks_relations(rehearsal, ShareUpdateExclusiveLock));
	else
		gov_measures_sample_scans(rehearsal);
}

/* Orders parts as the query does. */
static int
gov_measures_compare(const GovMeasuresPart *a, const GovMeasuresPart *b)
{
	int			order;

	if (a->relid != b->relid)
		return a->relid < b->relid ? -1 : 1;
	order = strcmp(a->part, b->part);
	return order != 0 ? order : strcmp(a->key, b->key);
}

/* The relation of parts; NULL when it is not among them. */
static const GovMeasuresPart *
gov_measures_relation(List *parts, Oid relid)
{
	ListCell   *cell;

	foreach(cell, parts)
	{
		const GovMeasuresPart *part = lfirst(cell);

		if (part->relid == relid && strcmp(part->part, "relation") == 0)
			return part;
	}
	return NULL;
}

/* Was a table emptied by TRUNCATE? */
static bool
gov_measures_truncated(const GovRehearsal *rehearsal, Oid relid)
{
	ListCell   *cell;

	foreach(cell, rehearsal->rows)
	{
		const GovRehearsalRows *rows = lfirst(cell);

		if (rows->relid == relid && rows->truncated)
			return true;
	}
	return false;
}

/* The part of the same name that another stands in for, as when a type is changed; NULL. */
static const GovMeasuresPart *
gov_measures_namesake(List *parts, const GovMeasuresPart *part)
{
	ListCell   *cell;

	foreach(cell, parts)
	{
		const GovMeasuresPart *other = lfirst(cell);

		if (other->relid == part->relid && strcmp(other->part, part->part) == 0 && strcmp(other->name, part->name) == 0)
			return other;
	}
	return NULL;
}

/* Puts the row for a part that one side lacks. */
static void
gov_measures_put_one_sided(GovRehearsal *rehearsal, const GovMeasuresPart *part, List *other, bool made)
{
	bool		whole = strcmp(part->part, "relation") == 0;
	const GovMeasuresPart *relation = gov_measures_relation(other, part->relid);

	const GovMeasuresPart *namesake = whole ? NULL : gov_measures_namesake(other, part);

	if (namesake != NULL && (!made || (strcmp(part->part, "index") != 0 && strcmp(part->state, namesake->state) == 0)))
		return;
	if (namesake != NULL)
		gov_rehearse_put(rehearsal, "change", relation->name,
						 strcmp(part->part, "index") == 0 ? "index rebuilt" : psprintf("%s changed", part->part), NULL, part->name);
	else if (whole)
		gov_rehearse_put(rehearsal, "change", part->name, made ? "created" : "dropped", NULL, NULL);
	else if (relation != NULL)
		gov_rehearse_put(rehearsal, "change", gov_measures_relation(rehearsal->before, part->relid)->name,
						 psprintf("%s %s", part->part, made ? "got" : "lost"), NULL,
						 strcmp(part->part, "index") == 0 ? part->name : psprintf("%s %s", part->name, part->state));
}

/* Puts the rows for a part that is otherwise. */
static void
gov_measures_put_changed(GovRehearsal *rehearsal, const GovMeasuresPart *before, const GovMeasuresPart *after)
{
	bool		whole = strcmp(before->part, "relation") == 0;
	const char *relation;

	/* most parts are as they were, and finding their relation takes time */
	if (strcmp(before->name, after->name) == 0 && strcmp(before->state, after->state) == 0)
		return;
	relation = gov_measures_relation(rehearsal->before, before->relid)->name;
	if (strcmp(before->name, after->name) != 0)
		gov_rehearse_put(rehearsal, "change", relation, whole ? "renamed" : psprintf("%s renamed", before->part), NULL,
						 psprintf("%s to %s", before->name, after->name));
	if (strcmp(before->state, after->state) == 0)
		return;
	if (whole)
		gov_rehearse_put(rehearsal, "change", relation,
						 gov_measures_truncated(rehearsal, before->relid) ? "emptied" : "rewritten",
						 gov_rehearse_count(gov_measures_size(before->relid)),
						 psprintf("a new file for what has %s", gov_measures_pretty(gov_measures_size(before->relid))));
	else if (strcmp(before->part, "index") == 0)
		gov_rehearse_put(rehearsal, "change", relation, "index rebuilt", NULL, after->name);
	else
		gov_rehearse_put(rehearsal, "change", relation, psprintf("%s changed", before->part), NULL,
						 psprintf("%s: %s to %s", after->name, before->state, after->state));
}

/* Puts rows for what of the definitions changed. */
static void
gov_measures_report_parts(GovRehearsal *rehearsal)
{
	int			b = 0;
	int			a = 0;

	while (b < list_length(rehearsal->before) || a < list_length(rehearsal->after))
	{
		const GovMeasuresPart *before = b < list_length(rehearsal->before) ? list_nth(rehearsal->before, b) : NULL;
		const GovMeasuresPart *after = a < list_length(rehearsal->after) ? list_nth(rehearsal->after, a) : NULL;
		int			order = before == NULL ? 1 : after == NULL ? -1 : gov_measures_compare(before, after);

		if (order < 0)
			gov_measures_put_one_sided(rehearsal, before, rehearsal->after, false);
		else if (order > 0)
			gov_measures_put_one_sided(rehearsal, after, rehearsal->before, true);
		else
			gov_measures_put_changed(rehearsal, before, after);
		b += order <= 0;
		a += order >= 0;
	}
}

/* ---- rows of the result ---- */

/* The name of a table as it was, or, of one that the rehearsal made, as it would be. */
static const char *
gov_measures_table_name(const GovRehearsal *rehearsal, Oid relid)
{
	const char *name = gov_measures_name(relid);
	const GovMeasuresPart *made;

	if (name != NULL)
		return name;
	made = gov_measures_relation(rehearsal->after, relid);
	return made != NULL ? made->name : NULL;
}

/* Puts a row for a count that is not 0. */
static void
gov_measures_put_count(GovRehearsal *rehearsal, const char *table, const char *measure, int64 count)
{
	if (count > 0)
		gov_rehearse_put(rehearsal, "rows", table, measure, gov_rehearse_count(count), NULL);
}

/* Orders pointers to OIDs with names, as they are put. */
static int
gov_measures_compare_rows(const ListCell *a, const ListCell *b)
{
	const GovRehearsalRow *one = lfirst(a);
	const GovRehearsalRow *other = lfirst(b);
	int			order = strcmp(one->target, other->target);

	return order != 0 ? order : strcmp(one->measure, other->measure);
}

/* Sorts the rows of the result from one on by target and measure. */
static void
gov_measures_sort(GovRehearsal *rehearsal, int from)
{
	List	   *tail = list_copy_tail(rehearsal->result, from);

	list_sort(tail, gov_measures_compare_rows);
	rehearsal->result = list_concat(list_truncate(rehearsal->result, from), tail);
}

/* Puts rows for the tables that were read as a whole. */
static void
gov_measures_report_scans(GovRehearsal *rehearsal)
{
	HASH_SEQ_STATUS scan;
	GovRehearsalScans *entry;

	hash_seq_init(&scan, rehearsal->scanned);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		const char *name = gov_measures_name(entry->relid);

		if (name != NULL && !gov_relation_is_ours(entry->relid))
			gov_rehearse_put(rehearsal, "change", name, "scanned whole", gov_rehearse_count(entry->scans),
							 gov_measures_pretty(gov_measures_size(entry->relid)));
	}
}

/* Puts rows for what changed, for what was written, and for WAL. */
void
gov_measures_report(GovRehearsal *rehearsal)
{
	int			from = list_length(rehearsal->result);
	ListCell   *cell;

	gov_measures_report_parts(rehearsal);
	gov_measures_report_scans(rehearsal);
	gov_measures_sort(rehearsal, from);
	from = list_length(rehearsal->result);
	foreach(cell, rehearsal->rows)
	{
		const GovRehearsalRows *rows = lfirst(cell);
		const char *name = gov_measures_table_name(rehearsal, rows->relid);

		if (name == NULL)
			continue;
		gov_measures_put_count(rehearsal, name, "inserted", rows->inserted);
		gov_measures_put_count(rehearsal, name, "updated", rows->updated);
		gov_measures_put_count(rehearsal, name, "deleted", rows->deleted);
	}
	gov_measures_sort(rehearsal, from);
	if (!pgstat_track_counts)
		gov_rehearse_put(rehearsal, "rows", NULL, "unknown", NULL, "track_counts is off");
	if (rehearsal->complete)
		gov_rehearse_put(rehearsal, "wal", NULL, "bytes", gov_rehearse_count((int64) rehearsal->wal_run), NULL);
}

/* Puts rows for sequences that are not where they were. */
static void
gov_measures_report_sequences(GovRehearsal *rehearsal)
{
	HASH_SEQ_STATUS scan;
	GovMeasuresSequence *before;
	int64		value;
	bool		used;

	hash_seq_init(&scan, rehearsal->sequences);
	while ((before = hash_seq_search(&scan)) != NULL)
	{
		if (!gov_measures_read_sequence(before->relid, &value, &used) || (before->value == value && before->used == used))
			continue;
		gov_rehearse_put(rehearsal, "stays", gov_measures_name(before->relid), "sequence moved",
						 gov_rehearse_count(value - before->value + (used && !before->used ? 1 : 0)),
						 psprintf("from " INT64_FORMAT "%s to " INT64_FORMAT, before->value, before->used ? "" : " (unused)", value));
	}
}

/* Puts rows for dead rows and for the room that tables grew by. */
static void
gov_measures_report_targets(GovRehearsal *rehearsal)
{
	HASH_SEQ_STATUS scan;
	GovRehearsalTarget *target;
	ListCell   *cell;

	hash_seq_init(&scan, rehearsal->targets);
	while ((target = hash_seq_search(&scan)) != NULL)
	{
		int64		grown = target->bytes < 0 ? 0 : gov_measures_size(target->relid) - target->bytes;

		if (grown > 0)
			gov_rehearse_put(rehearsal, "stays", gov_measures_name(target->relid), "bytes grown", gov_rehearse_count(grown), NULL);
	}
	foreach(cell, rehearsal->rows)
	{
		const GovRehearsalRows *rows = lfirst(cell);
		const char *name = gov_measures_name(rows->relid);

		if (name != NULL && !rows->truncated && rows->inserted + rows->updated > 0)
			gov_rehearse_put(rehearsal, "stays", name, "dead rows", gov_rehearse_count(rows->inserted + rows->updated), NULL);
	}
}

/* Puts rows for what a rollback does not take back. */
void
gov_measures_report_lasting(GovRehearsal *rehearsal)
{
	int			from = list_length(rehearsal->result);

	gov_measures_report_sequences(rehearsal);
	gov_measures_report_targets(rehearsal);
	gov_measures_sort(rehearsal, from);
	gov_rehearse_put(rehearsal, "stays", NULL, "transaction ids", gov_rehearse_count(rehearsal->xids), NULL);
	gov_rehearse_put(rehearsal, "stays", NULL, "wal bytes", gov_rehearse_count((int64) rehearsal->wal_all),
					 "with what measuring wrote");
	if (rehearsal->notifications > 0)
		gov_rehearse_put(rehearsal, "stays", NULL, "notifications suppressed",
						 gov_rehearse_count(rehearsal->notifications), "commands that would notify; none was sent");
}
