/*
 * ddl/command.h: what a DDL command touched.
 */
#ifndef GOV_DDL_COMMAND_H
#define GOV_DDL_COMMAND_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "commands/event_trigger.h"
#include "nodes/pg_list.h"

/* What a command touched. */
typedef struct GovDdlCommand
{
	List	   *touched;		/* of ObjectAddress: what it made or changed */
	List	   *related;		/* OIDs of what may have changed with it */
	Oid			schema;			/* one that was made or renamed; all in it is looked at when it was renamed */
	bool		made;
	bool		renamed;
	bool		everything;		/* what an extension stands for may have changed anywhere */
} GovDdlCommand;

/* Is it known by its kind alone that a command touches no object that can be governed? */
extern bool gov_ddl_command_is_quiet(const EventTriggerData *event);

/* What the command that is ending touched; called by its event trigger. */
extern GovDdlCommand *gov_ddl_command_read(const EventTriggerData *event);

/* Looks at what else may have changed with that; called connected to SPI. */
extern void gov_ddl_command_look(GovDdlCommand *command, const EventTriggerData *event);

/* The OIDs of what it dropped. */
extern List *gov_ddl_command_dropped(void);

/* The OIDs of relations that lost columns, where columns are objects. */
extern List *gov_ddl_command_dropped_columns(void);

#endif							/* GOV_DDL_COMMAND_H */
