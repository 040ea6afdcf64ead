/*-------------------------------------------------------------------------
 *
 * registry/restore.c
 *	  Restoring a dump into tables that have seed rows.
 *
 * CREATE EXTENSION has already written the seed rows when a dump's own
 * version of them arrives.  A plain INSERT would end in a duplicate key, and
 * leaving the row out would lose what was changed in it.  The trigger here
 * turns the INSERT of a seed key into an UPDATE of the row that is there.
 * Any other key is inserted, and refused when it is a duplicate, as ever.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(gov_restore_seed);

/* The key columns of a table, as the trigger's first argument names them. */
static List *
gov_restore_key_columns(Trigger *trigger)
{
	List	   *columns = NIL;

	if (trigger->tgnargs < 1 ||
		!SplitIdentifierString(pstrdup(trigger->tgargs[0]), ',', &columns) ||
		columns == NIL || (trigger->tgnargs - 1) % list_length(columns) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" has wrong arguments", trigger->tgname),
				 errhint("Give it a list of key columns, then a value per column for each seed key.")));
	return columns;
}

/* A key column of the row, which is text. */
static char *
gov_restore_key_value(Relation rel, HeapTuple row, const char *column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, gov_column_number(rel, column),
									 RelationGetDescr(rel), &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Is the row's key among the seed keys? */
static bool
gov_restore_is_seed(Trigger *trigger, List *columns, Relation rel, HeapTuple row)
{
	int			width = list_length(columns);

	for (int start = 1; start < trigger->tgnargs; start += width)
	{
		bool		same = true;

		for (int i = 0; i < width && same; i++)
		{
			char	   *value = gov_restore_key_value(rel, row, (char *) list_nth(columns, i));

			same = value != NULL && strcmp(value, trigger->tgargs[start + i]) == 0;
		}
		if (same)
			return true;
	}
	return false;
}

/* Adds "column = ($1).column" to a list of such. */
static void
gov_restore_append(StringInfo list, const char *separator, const char *column)
{
	if (list->len > 0)
		appendStringInfoString(list, separator);
	appendStringInfo(list, "%s = ($1).%s",
					 quote_identifier(column), quote_identifier(column));
}

/* The UPDATE that gives the row of a key all other columns of row $1. */
static char *
gov_restore_update(Relation rel, List *columns)
{
	TupleDesc	desc = RelationGetDescr(rel);
	StringInfoData sql;
	StringInfoData set;
	StringInfoData condition;
	ListCell   *cell;

	initStringInfo(&set);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		const char *name = NameStr(att->attname);

		if (att->attisdropped || att->attgenerated != '\0' || att->attidentity == 'a')
			continue;
		appendStringInfo(&set, "%s%s = ($1).%s", set.len > 0 ? ", " : "",
						 quote_identifier(name), quote_identifier(name));
	}
	initStringInfo(&condition);
	foreach(cell, columns)
		gov_restore_append(&condition, " AND ", (char *) lfirst(cell));
	initStringInfo(&sql);
	appendStringInfo(&sql, "UPDATE ONLY %s.%s SET %s WHERE %s",
					 quote_identifier(get_namespace_name(RelationGetNamespace(rel))),
					 quote_identifier(RelationGetRelationName(rel)), set.data, condition.data);
	return sql.data;
}

/*
 * BEFORE INSERT row trigger of a table that has seed rows.  Arguments: the key
 * columns (all of type text), separated by commas, then the seed keys, one
 * argument per key column.
 */
Datum
gov_restore_seed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_restore_seed");
	Relation	rel = trigger->tg_relation;
	HeapTuple	row = trigger->tg_trigtuple;
	List	   *columns = gov_restore_key_columns(trigger->tg_trigger);
	Oid			type = rel->rd_rel->reltype;
	GovArg		arg;
	uint64		updated;
	int			level;

	if (!gov_restore_is_seed(trigger->tg_trigger, columns, rel, row))
		return PointerGetDatum(row);
	arg = gov_datum(heap_copy_tuple_as_datum(row, RelationGetDescr(rel)), false);
	level = gov_spi_begin();
	updated = gov_run_text(gov_restore_update(rel, columns), 1, &type, &arg, false);
	gov_spi_end(level);
	if (updated > 0)
		gov_ledger_note_dml(rel, "INSERT", updated, NULL);

	/* the seed row may have been deleted: then this one takes its place */
	return PointerGetDatum(updated > 0 ? NULL : row);
}
