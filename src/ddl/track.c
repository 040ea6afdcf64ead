/*-------------------------------------------------------------------------
 *
 * ddl/track.c
 *	  Keeping the objects of enrolled schemas in step with DDL.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/event_trigger.h"
#include "fmgr.h"

#include "ddl/track.h"

PG_FUNCTION_INFO_V1(gov_ddl_command_ends);
PG_FUNCTION_INFO_V1(gov_ddl_objects_dropped);

/* The command that an event trigger was called for. */
static EventTriggerData *
gov_ddl_event(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by an event trigger", function)));
	return (EventTriggerData *) fcinfo->context;
}

/* Event trigger at ddl_command_end. */
Datum
gov_ddl_command_ends(PG_FUNCTION_ARGS)
{
	(void) gov_ddl_event(fcinfo, "gov_ddl_command_ends");
	PG_RETURN_VOID();
}

/* Event trigger at sql_drop. */
Datum
gov_ddl_objects_dropped(PG_FUNCTION_ARGS)
{
	(void) gov_ddl_event(fcinfo, "gov_ddl_objects_dropped");
	PG_RETURN_VOID();
}

/* Called at the end of every transaction. */
static void
gov_ddl_at_end(XactEvent event pg_attribute_unused(), void *arg pg_attribute_unused())
{
}

/* Asks the server to be called at the end of transactions. */
void
gov_ddl_init(void)
{
	RegisterXactCallback(gov_ddl_at_end, NULL);
}
