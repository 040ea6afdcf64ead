/*-------------------------------------------------------------------------
 *
 * registry/target.c
 *	  The cell (object, axis, value) that an act is about: found, checked
 *	  and held until the end of the transaction.
 *
 * Locks, in this order: the axis's row and the value's row FOR SHARE, so that
 * neither is retired meanwhile (an act that waited for that sees it and is
 * refused), then the object's row FOR NO KEY UPDATE.  The last makes acts on
 * one object wait for each other: two that each found a cell free could
 * otherwise both take it.  A value's own anchor has no object; there the
 * value's row is taken FOR NO KEY UPDATE instead.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "registry/axes.h"
#include "registry/in_force.h"
#include "registry/meant.h"
#include "registry/objects.h"
#include "registry/target.h"
#include "registry/values.h"

/*
 * Reads the arguments object_type, object_ref, axis and value, the first four
 * of every function about a cell.  Where the object is optional both of its
 * arguments may be NULL.
 */
void
gov_target_arguments(FunctionCallInfo fcinfo, bool object_optional, GovTarget *cell)
{
	memset(cell, 0, sizeof(GovTarget));
	cell->call = fcinfo;
	if (object_optional && PG_ARGISNULL(0) != PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", PG_ARGISNULL(0) ? "object_type" : "object_ref"),
				 errhint("Give both object_type and object_ref, or neither to own the value itself.")));
	if (!object_optional || !PG_ARGISNULL(0))
	{
		cell->object_type = gov_arg_code(fcinfo, 0, "object_type");
		cell->object_ref = gov_arg_ref(fcinfo, 1, "object_ref");
	}
	cell->axis = gov_arg_code(fcinfo, 2, "axis");
	cell->value = gov_arg_code(fcinfo, 3, "value");
}

/* Finds and holds the axis. */
static void
gov_target_hold_axis(GovTarget *cell, GovTargetUse use)
{
	GovAxis		axis;

	gov_ensure_axis_for(GOV_FOR_A_FACT, cell->axis, GOV_ROW_SHARE, &axis);
	if (use < GOV_TARGET_END && strcmp(axis.status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("axis \"%s\" is retired", cell->axis),
				 errhint("List others: SELECT axis FROM %s.gov_axis WHERE status <> 'retired'.",
						 gov_schema_quoted())));
	cell->multivalued = axis.multivalued;
}

/* Finds and holds the value. */
static void
gov_target_hold_value(const GovTarget *cell, GovTargetUse use)
{
	GovRowLock	lock = cell->object_type != NULL ? GOV_ROW_SHARE : GOV_ROW_UPDATE;
	GovValue	value;
	bool		unfit;

	gov_ensure_value_for(GOV_FOR_A_FACT, cell->axis, cell->value, lock, &value);
	unfit = (use < GOV_TARGET_END && strcmp(value.status, "retired") == 0) ||
		(use == GOV_TARGET_ASSIGN && strcmp(value.status, "deprecated") == 0);
	if (unfit)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" is %s", cell->value, cell->axis, value.status),
				 value.replaced_by != NULL ?
				 errhint("Use \"%s\", which replaces it.", value.replaced_by) :
				 errhint("List others: SELECT value FROM %s.gov_axis_value WHERE axis = %s AND status IN ('candidate', 'active').",
						 gov_schema_quoted(), quote_literal_cstr(cell->axis))));
}

/*
 * A retired object of that name: the one with an assignment of the cell; of
 * several the one retired last.
 */
GOV_QUERY(query_gone,
		  "SELECT o.object_id FROM @.gov_object AS o"
		  " WHERE o.object_type = $1 AND o.object_ref = $2 AND " GOV_OBJECT_RETIRED("o")
		  " ORDER BY EXISTS (SELECT FROM @.gov_assignment AS a WHERE a.object_id = o.object_id"
		  "   AND a.axis = $3 AND a.value = $4 AND " GOV_CURRENT_BY_CLOCK("a") ") DESC,"
		  "  o.retired_at DESC, o.object_id DESC LIMIT 1",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Finds and holds the retired object of that name; false when there is none. */
static bool
gov_target_hold_gone(GovTarget *cell)
{
	int			level;
	bool		found;

	if (gov_object_find(cell->object_type, cell->object_ref, GOV_OBJECT_READ) != 0)
		return false;
	level = gov_spi_begin();
	found = gov_run(&query_gone, gov_text(cell->object_type), gov_text(cell->object_ref),
					gov_text(cell->axis), gov_text(cell->value)) > 0;
	if (found)
		cell->object_id = gov_result_int8(0, 1);
	gov_spi_end(level);
	if (found)
		gov_object_hold(cell->object_id);
	return found;
}

/*
 * Settles which object is meant where none has the reference by the letter.
 * From here on the call has the reference, as its approval has.  What is to be
 * assigned or owned is brought into the inventory, under locks of a sync, which
 * come before those of rows.
 */
static void
gov_target_settle_name(GovTarget *cell, GovTargetUse use)
{
	char	   *ref;

	if (gov_object_find(cell->object_type, cell->object_ref, GOV_OBJECT_READ) != 0)
		return;
	if (use == GOV_TARGET_ASSIGN || use == GOV_TARGET_OWN)
		ref = gov_meant_one_or_bring(cell->object_type, cell->object_ref);
	else
		ref = gov_meant_one(cell->object_type, cell->object_ref, GOV_MEANT_LIVE);
	if (strcmp(ref, cell->object_ref) == 0 && use == GOV_TARGET_END_GONE)
		ref = gov_meant_one(cell->object_type, cell->object_ref, GOV_MEANT_EVER);
	if (strcmp(ref, cell->object_ref) == 0)
		return;
	cell->object_ref = ref;
	cell->call->args[1].value = CStringGetTextDatum(ref);
}

/* Finds, checks and holds all parts of the cell, in the order of locks. */
void
gov_target_hold(GovTarget *cell, GovTargetUse use)
{
	if (cell->object_type != NULL)
		gov_target_settle_name(cell, use);
	gov_target_hold_axis(cell, use);
	gov_target_hold_value(cell, use);
	if (cell->object_type == NULL || (use == GOV_TARGET_END_GONE && gov_target_hold_gone(cell)))
		return;
	cell->object_id = gov_ensure_object(cell->object_type, &cell->object_ref, GOV_OBJECT_WRITE);
}

/* The cell for people. */
char *
gov_target_describe(const GovTarget *cell)
{
	if (cell->object_type == NULL)
		return psprintf("value \"%s\" of axis \"%s\"", cell->value, cell->axis);
	return psprintf("%s \"%s\", value \"%s\" of axis \"%s\"",
					cell->object_type, cell->object_ref, cell->value, cell->axis);
}
