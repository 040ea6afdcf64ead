/*-------------------------------------------------------------------------
 *
 * labels/follow.c
 *	  Labels stay with the object they were given to.
 *
 * A row of our own label rules or projection names an object by type and
 * reference.  When it is written, a trigger finds the live object of that
 * name and keeps its identity with the row; from then on the row belongs to
 * that object.  Whoever renames, moves or retires objects (a sync, an act)
 * calls what is here, and the name in the row follows the object's.  An object
 * that takes an old name gets nothing with it.  A row written before its
 * object was known has no identity, and gets that of the first object of its
 * name: when that is born, or before it changes, for the row may have been
 * written while another transaction bore it.
 *
 * The trigger holds the object as an assignment does, so that a sync that
 * renames it waits and then finds the row.  It is one per row and not one per
 * statement: the key of a rule holds the object, which has to be known before
 * the row is written, or ON CONFLICT would not see what is there; and rows
 * written and then changed would cost more than what a row costs here.
 *
 * No other file writes the two tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "server/table.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "labels/follow.h"

PG_FUNCTION_INFO_V1(gov_label_object);

/* A text column of a row; NULL for NULL. */
static char *
gov_label_column(Relation rel, HeapTuple row, const char *column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, gov_column_number(rel, column), RelationGetDescr(rel), &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Does whoever writes a row say by himself which object it is of, as a restore and gov_labels_follow_plan do? */
static bool
gov_label_object_is_said(const TriggerData *trigger, HeapTuple row, int column)
{
	bool		isnull;

	if (!TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, trigger->tg_updatedcols);
	(void) heap_getattr(row, column, RelationGetDescr(trigger->tg_relation), &isnull);
	return !isnull;
}

/*
 * BEFORE row trigger of gov_label_rule and gov_label_projection, for an INSERT
 * and an UPDATE of object_type or object_ref: object_id is the live object of
 * that name, NULL when there is none, unless the statement gives it.
 */
Datum
gov_label_object(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_label_object");
	HeapTuple	row = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? trigger->tg_trigtuple : trigger->tg_newtuple;
	Relation	rel = trigger->tg_relation;
	char	   *type = gov_label_column(rel, row, "object_type");
	char	   *ref = gov_label_column(rel, row, "object_ref");
	int			column = gov_column_number(rel, "object_id");
	int64		object_id;
	Datum		value;
	bool		isnull;

	/* a name is never NULL: the columns' own constraints will say so */
	if (type == NULL || ref == NULL || gov_label_object_is_said(trigger, row, column))
		return PointerGetDatum(row);
	object_id = gov_object_find(type, ref, GOV_OBJECT_SHARE);
	value = Int64GetDatum(object_id);
	isnull = object_id == 0;
	row = heap_modify_tuple_by_cols(row, RelationGetDescr(rel), 1, &column, &value, &isnull);
	return PointerGetDatum(row);
}

GOV_QUERY(find_label_rule,
		  "SELECT FROM @.gov_label_rule AS r WHERE r.object_ref = $2 AND r.object_type = $1 AND r.label = $3"
		  " AND " GOV_OF_NO_GONE_OBJECT("r"),
		  TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(set_label_rule,
		  "INSERT INTO @.gov_label_rule AS r (object_type, object_ref, label, status)"
		  " VALUES ($1, $2, $3, COALESCE($4, 'active'))"
		  " ON CONFLICT (object_ref, object_type, label, object_id) DO UPDATE SET status = $4"
		  " WHERE r.status <> $4",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Gives an object of a name a label, or its rule another status (NULL: as it is, or active); what was done. */
GovAnswer
gov_label_rule_put(const char *type, const char *ref, const char *label, const char *status)
{
	int			level = gov_spi_begin();
	bool		was = gov_run(&find_label_rule, gov_text(type), gov_text(ref), gov_text(label)) > 0;
	bool		written = gov_run(&set_label_rule, gov_text(type), gov_text(ref), gov_text(label), gov_text(status)) > 0;

	gov_spi_end(level);
	return !written ? GOV_UNCHANGED : was ? GOV_CHANGED : GOV_CREATED;
}

/* Lets label rules be of other objects. */
uint64
gov_label_rule_give_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_label_rule AS r"
								  " SET object_id = c.object_id, object_type = c.object_type, object_ref = c.object_ref"
								  " FROM %s AS c WHERE r.rule_id = c.rule_id", rows), NULL);
}

/* Lets projected rows be of other objects. */
uint64
gov_label_projection_give_rows(const char *rows)
{
	return gov_spi_write(psprintf("UPDATE @.gov_label_projection AS r"
								  " SET object_id = c.object_id, object_type = c.object_type, object_ref = c.object_ref"
								  " FROM %s AS c WHERE r.object_id = c.had AND r.label = c.label AND r.projected_at <= c.until", rows), NULL);
}

/* Rows of some objects, live or gone, take the names that these have. */
#define RENAME(table, objects) \
	"UPDATE @." table " AS r SET object_type = o.object_type, object_ref = o.object_ref, object_id = o.object_id" \
	" FROM " objects " AS p JOIN @.gov_object AS o ON o.object_id = p.object_id" \
	" WHERE r.object_id = o.object_id AND (r.object_ref <> o.object_ref OR r.object_type <> o.object_type)"

/* The objects of a plan that may have another name. */
#define RENAMED "(SELECT object_id FROM gov_kept_plan WHERE action IN ('revived', 'replaced', 'moved', 'renamed'))"

/* Rows without an object get that of their name. */
#define ADOPT(table, objects) \
	"UPDATE @." table " AS r SET object_id = o.object_id" \
	" FROM " objects " JOIN @.gov_object AS o ON o.object_id = p.object_id AND " GOV_OBJECT_LIVE("o") \
	" WHERE r.object_id IS NULL AND r.object_ref = o.object_ref AND r.object_type = o.object_type"

/* A rule that the object has already gives way to one that was said of its name since. */
#define GIVE_WAY(objects) \
	"DELETE FROM @.gov_label_rule AS r" \
	" USING " objects " JOIN @.gov_object AS o ON o.object_id = p.object_id AND " GOV_OBJECT_LIVE("o") \
	" JOIN @.gov_label_rule AS new ON new.object_ref = o.object_ref AND new.object_type = o.object_type" \
	"  AND new.object_id IS NULL" \
	" WHERE r.object_id = o.object_id AND r.label = new.label"

/* Which of our tables have rows of objects, and rows without one? */
GOV_QUERY(query_any,
		  "SELECT EXISTS (SELECT FROM @.gov_label_rule WHERE object_id IS NOT NULL)"
		  "    OR EXISTS (SELECT FROM @.gov_label_projection WHERE object_id IS NOT NULL),"
		  " EXISTS (SELECT FROM @.gov_label_rule WHERE object_id IS NULL)"
		  "    OR EXISTS (SELECT FROM @.gov_label_projection WHERE object_id IS NULL)");

/* Columns of query_any. */
enum {ANY_OF_OBJECTS = 1, ANY_WITHOUT};

/* The objects of a plan that are written to. */
#define OF_PLAN "(SELECT object_id FROM gov_kept_plan WHERE action NOT IN ('unchanged', 'conflict')) AS p"

/* Gives the objects of a sync's plan, those that are there by now, the rows that were written for their names. */
static void
gov_labels_adopt_plan(void)
{
	gov_run_text(GIVE_WAY(OF_PLAN), 0, NULL, NULL, false);
	gov_run_text(ADOPT("gov_label_rule", OF_PLAN), 0, NULL, NULL, false);
	gov_run_text(ADOPT("gov_label_projection", OF_PLAN), 0, NULL, NULL, false);
}

/* Before a sync's plan is carried out: rows of names that are about to change are of who has them now. */
void
gov_labels_before_plan(void)
{
	gov_run(&query_any);
	if (gov_result_bool(0, ANY_WITHOUT))
		gov_labels_adopt_plan();
}

/* Once it is carried out: rows follow their objects, and those born or back get theirs. */
void
gov_labels_follow_plan(void)
{
	bool		without;

	gov_run(&query_any);
	without = gov_result_bool(0, ANY_WITHOUT);
	if (gov_result_bool(0, ANY_OF_OBJECTS))
	{
		gov_run_text(RENAME("gov_label_rule", RENAMED), 0, NULL, NULL, false);
		gov_run_text(RENAME("gov_label_projection", RENAMED), 0, NULL, NULL, false);
	}
	if (without)
		gov_labels_adopt_plan();
}

/* Rows of objects, as "rows" list them by object_id, take the names that these have. */
void
gov_labels_rename_rows(const char *rows)
{
	gov_run_text(psprintf(RENAME("gov_label_rule", "%s"), rows), 0, NULL, NULL, false);
	gov_run_text(psprintf(RENAME("gov_label_projection", "%s"), rows), 0, NULL, NULL, false);
}

#define OF_ONE "(SELECT $1 AS object_id) AS p"

/* Is there a row in one of our tables that was written for the name of the live object "o", and has no object? */
#define WAITS_IN(table) \
	"EXISTS (SELECT FROM @." table " AS r" \
	" WHERE r.object_id IS NULL AND r.object_ref = o.object_ref AND r.object_type = o.object_type)"

GOV_QUERY(query_waiting,
		  "SELECT FROM @.gov_object AS o WHERE o.object_id = $1 AND " GOV_OBJECT_LIVE("o")
		  " AND (" WAITS_IN("gov_label_rule") " OR " WAITS_IN("gov_label_projection") ")",
		  INT8OID);

GOV_QUERY(query_give_way, GIVE_WAY(OF_ONE), INT8OID);
GOV_QUERY(query_adopt_rules, ADOPT("gov_label_rule", OF_ONE), INT8OID);
GOV_QUERY(query_adopt_projection, ADOPT("gov_label_projection", OF_ONE), INT8OID);

/* Gives one live object, born, back or about to go, the rows that were written for its name. */
void
gov_labels_follow_object(int64 object_id)
{
	int			level = gov_spi_begin();

	if (gov_run(&query_waiting, gov_int8(object_id)) > 0)
	{
		gov_run(&query_give_way, gov_int8(object_id));
		gov_run(&query_adopt_rules, gov_int8(object_id));
		gov_run(&query_adopt_projection, gov_int8(object_id));
	}
	gov_spi_end(level);
}

/* Has a table of ours a row of a name, by its index on names? */
static bool
gov_labels_mention(const char *name, const char *index, Datum ref)
{
	Snapshot	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	GovTable	table;
	bool		found;

	gov_table_open(&table, name, snapshot);
	found = gov_index_has_text(&table, index, ref);
	gov_table_close(&table);
	UnregisterSnapshot(snapshot);
	return found;
}

/* The same for an object that DDL made, of whose name there is rarely a row: that is told without a query. */
void
gov_labels_follow_new(int64 object_id, Datum ref)
{
	if (gov_labels_mention("gov_label_rule", "gov_label_rule_key", ref) ||
		gov_labels_mention("gov_label_projection", "gov_label_projection_ref_idx", ref))
		gov_labels_follow_object(object_id);
}
