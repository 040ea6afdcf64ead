/*-------------------------------------------------------------------------
 *
 * containment/keep.c
 *	  Keeping containment up: what is born, renamed, moved and handed over
 *	  since it was activated.
 *
 * An approval to activate containment says yes to a rule of the game: that an
 * axis mirrors the containers of some types of objects, and that cells have
 * the owners of containers.  What follows from it, as containers and owners
 * change, needs no other: gov_reconcile writes the differences, in the name
 * of the approval that the rule keeps.  Nothing of the game itself changes
 * here: neither axis nor rule are written, and a rule that was retired, or
 * narrowed since, ends it, or narrows it.
 *
 * Unlike an activation it does what can be done: objects whose container has
 * no owner, or is not live, are left as they are, and found (hidden_island,
 * container_missing, containment_drift).  An activation that cannot be kept up
 * at all, since a code is taken or containers stand in a circle, is told in a
 * warning, and the others go on.
 *
 * Each portion is a subtransaction of its own.  Locks are those of an
 * activation, in its order, the rows of axis and rule FOR SHARE.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"

#include "server/extension.h"
#include "server/locks.h"
#include "server/progress.h"
#include "server/spi.h"
#include "registered/attempt.h"
#include "trust/authorities.h"
#include "registry/in_force.h"
#include "containment/keep.h"

/* Columns of query_kept. */
enum {KEPT_RULE = 1, KEPT_AXIS, KEPT_TYPES, KEPT_OWNER_AXIS, KEPT_OWNER_VALUE, KEPT_APPROVAL};

GOV_QUERY(query_kept,
		  "SELECT rule, axis, object_types, owner_axis, owner_value, approval"
		  "  FROM governance_internal.gov_containment_kept ORDER BY rule COLLATE \"C\"");

GOV_QUERY(query_hold_axis, "SELECT FROM @.gov_axis WHERE axis = $1 FOR SHARE", TEXTOID);
GOV_QUERY(query_hold_rule, "SELECT FROM @.gov_coverage_rule WHERE rule = $1 FOR SHARE", TEXTOID);

/* Is it kept up still, and as it was when the list was read? */
GOV_QUERY(query_still_kept,
		  "SELECT FROM governance_internal.gov_containment_kept"
		  " WHERE rule = $1 AND axis = $2 AND object_types = $3 AND owner_axis = $4 AND owner_value = $5",
		  TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID);

GOV_QUERY(query_circles,
		  "SELECT count(*) FROM governance_internal.gov_containment_problem($1, $2) AS p WHERE p.problem = 'cycle'",
		  TEXTARRAYOID, TEXTOID);

/* Holds back activations until the end of the transaction, if any is to be kept up. */
void
gov_keep_lock(void)
{
	int			level = gov_spi_begin();
	bool		any = gov_run(&query_kept) > 0;

	gov_spi_end(level);
	if (any)
		gov_lock(GOV_LOCK_CONTAINMENT);
}

/*
 * Reads what is to be kept up.  Nothing by an agent: what it would approve
 * here is for others to approve.
 */
static void
gov_keep_list(GovKeeping *keeping)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&query_kept);

	for (uint64 i = 0; i < count; i++)
	{
		GovContainment *kept = palloc0(sizeof(GovContainment));
		bool		isnull;

		kept->rule = gov_result_text(i, KEPT_RULE);
		kept->axis = gov_result_text(i, KEPT_AXIS);
		kept->object_types = gov_result_datum(i, KEPT_TYPES, &isnull);
		kept->owner_axis = gov_result_text(i, KEPT_OWNER_AXIS);
		kept->owner_value = gov_result_text(i, KEPT_OWNER_VALUE);
		kept->approval = gov_result_text(i, KEPT_APPROVAL);
		keeping->activations = lappend(keeping->activations, kept);
	}
	gov_spi_end(level);
	keeping->listed = true;
	keeping->reached = PG_INT64_MIN;
	if (keeping->activations == NIL || !gov_session_is_agent())
		return;
	ereport(WARNING,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("containment is not kept up"),
			 errdetail("The session is an agent's, and what is assigned there counts as approved."),
			 errhint("Let somebody else run %s.gov_reconcile().", gov_schema_quoted())));
	keeping->activations = NIL;
}

/* Raises where containers stand in a circle: what they mirror has no end. */
static void
gov_keep_ensure_no_circle(const GovContainment *kept)
{
	(void) gov_run(&query_circles, gov_datum(kept->object_types, false), gov_text(kept->axis));
	if (gov_result_int8(0, 1) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("containers stand in a circle"),
				 errdetail("There are " INT64_FORMAT " in it or below it.", gov_result_int8(0, 1)),
				 errhint("gov_activate_containment names them.")));
}

/* Holds axis and rule, in this order; false when it is not to be kept up any more. */
static bool
gov_keep_hold(const GovContainment *kept)
{
	(void) gov_run(&query_hold_axis, gov_text(kept->axis));
	(void) gov_run(&query_hold_rule, gov_text(kept->rule));
	return gov_run_latest(&query_still_kept, gov_text(kept->rule), gov_text(kept->axis),
						  gov_datum(kept->object_types, false), gov_text(kept->owner_axis), gov_text(kept->owner_value)) > 0;
}

/* Keeps up some objects of the first activation; with the first of them its values, with the last what is gone. */
static void
gov_keep_work(void *arg)
{
	GovKeeping *keeping = (GovKeeping *) arg;
	GovContainment *kept = (GovContainment *) linitial(keeping->activations);
	int64		upto = PG_INT64_MAX;
	int			level;

	gov_lock(GOV_LOCK_CONTAINMENT);
	gov_containment_lock_forests();
	level = gov_spi_begin();
	if (gov_keep_hold(kept))
	{
		if (keeping->reached == PG_INT64_MIN)
		{
			gov_keep_ensure_no_circle(kept);
			gov_containment_find_owners(kept);
			gov_containment_mirror_values(kept);
		}
		if (keeping->batch_size > 0)
			upto = gov_containment_batch_end(kept, keeping->reached, keeping->batch_size);
		gov_containment_mirror_objects(kept, keeping->reached, upto);
		if (upto == PG_INT64_MAX)
			gov_containment_mirror_gone(kept);
	}
	gov_spi_end(level);
	gov_containment_note(kept, "keep_containment");
	keeping->reached = upto;
}

/* Does one portion; true when there may be more. */
bool
gov_keep_portion(GovKeeping *keeping)
{
	GovContainment *kept;
	ErrorData  *error;

	if (!keeping->listed)
		gov_keep_list(keeping);
	if (keeping->activations == NIL)
		return false;
	kept = (GovContainment *) linitial(keeping->activations);
	error = gov_attempt_read(gov_keep_work, keeping);
	if (error != NULL)
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("containment of axis \"%s\" is not kept up: %s", kept->axis, gov_attempt_message(error)),
				 error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
				 error->hint != NULL ? errhint("%s", error->hint) : 0));
	if (error == NULL && keeping->reached < PG_INT64_MAX)
		return true;
	keeping->activations = list_delete_first(keeping->activations);
	keeping->reached = PG_INT64_MIN;
	return keeping->activations != NIL;
}
