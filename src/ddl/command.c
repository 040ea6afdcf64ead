/*-------------------------------------------------------------------------
 *
 * ddl/command.c
 *	  What a DDL command touched.
 *
 * The server tells the objects that a command made or changed, and those that
 * it dropped.  It does not tell what changed with them: sequences and
 * statistics of a table that was renamed, moved or given to another owner,
 * partitions that were attached or detached, routines whose arguments are of
 * a type that was renamed.  Those are looked up here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "server/spi.h"
#include "registry/in_force.h"
#include "ddl/command.h"
#include "ddl/enrolled.h"

/* ---- commands that touch nothing ---- */

/* Can this part of an ALTER TABLE change nothing but the table's own columns, constraints and the like? */
static bool
gov_ddl_part_is_quiet(const AlterTableCmd *part)
{
	switch (part->subtype)
	{
		case AT_DropColumn:
		case AT_ColumnDefault:
		case AT_DropNotNull:
		case AT_SetNotNull:
		case AT_SetStatistics:
		case AT_SetOptions:
		case AT_ResetOptions:
		case AT_SetStorage:
		case AT_AddConstraint:
		case AT_AlterConstraint:
		case AT_ValidateConstraint:
		case AT_DropConstraint:
		case AT_ClusterOn:
		case AT_DropCluster:
		case AT_SetRelOptions:
		case AT_ResetRelOptions:
		case AT_ReplaceRelOptions:
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_DisableTrig:
		case AT_EnableTrigAll:
		case AT_DisableTrigAll:
		case AT_EnableTrigUser:
		case AT_DisableTrigUser:
		case AT_ReplicaIdentity:
		case AT_EnableRowSecurity:
		case AT_DisableRowSecurity:
		case AT_ForceRowSecurity:
		case AT_NoForceRowSecurity:
			return true;
		default:
			return false;
	}
}

/* Does a new column bring no sequence with it? */
static bool
gov_ddl_column_is_quiet(const AlterTableCmd *part)
{
	const ColumnDef *column = castNode(ColumnDef, part->def);
	const char *type = column->typeName != NULL ? strVal(llast(column->typeName->names)) : "";
	ListCell   *cell;

	if (strstr(type, "serial") != NULL)
		return false;
	foreach(cell, column->constraints)
	{
		if (lfirst_node(Constraint, cell)->contype == CONSTR_IDENTITY)
			return false;
	}
	return true;
}

/* Are all parts of an ALTER TABLE such? */
static bool
gov_ddl_alter_is_quiet(const AlterTableStmt *alter)
{
	ListCell   *cell;

	foreach(cell, alter->cmds)
	{
		const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);

		if (!gov_ddl_part_is_quiet(part) && !(part->subtype == AT_AddColumn && gov_ddl_column_is_quiet(part)))
			return false;
	}
	return true;
}

/* Is it known by its kind alone that a command touches no object that can be governed? */
bool
gov_ddl_command_is_quiet(const EventTriggerData *event)
{
	switch (event->tag)
	{
		case CMDTAG_ALTER_TABLE:
			return !gov_ddl_enrolled_columns() && IsA(event->parsetree, AlterTableStmt) && gov_ddl_alter_is_quiet((AlterTableStmt *) event->parsetree);
		case CMDTAG_ALTER_DEFAULT_PRIVILEGES:
		case CMDTAG_ALTER_POLICY:
		case CMDTAG_ALTER_PUBLICATION:
		case CMDTAG_ALTER_SUBSCRIPTION:
		case CMDTAG_ALTER_TRIGGER:
		case CMDTAG_COMMENT:
		case CMDTAG_CREATE_CAST:
		case CMDTAG_CREATE_INDEX:
		case CMDTAG_CREATE_POLICY:
		case CMDTAG_CREATE_PUBLICATION:
		case CMDTAG_CREATE_SUBSCRIPTION:
		case CMDTAG_CREATE_TRIGGER:
		case CMDTAG_GRANT:
		case CMDTAG_REFRESH_MATERIALIZED_VIEW:
		case CMDTAG_REINDEX:
		case CMDTAG_REVOKE:
		case CMDTAG_SECURITY_LABEL:
			return true;
		default:
			return false;
	}
}

/* ---- what was touched ---- */

/* The catalogs whose objects can be governed. */
static bool
gov_ddl_command_knows(Oid catalog)
{
	return catalog == RelationRelationId || catalog == ProcedureRelationId || catalog == TypeRelationId ||
		catalog == NamespaceRelationId || catalog == ExtensionRelationId || catalog == CollationRelationId ||
		catalog == ConversionRelationId || catalog == OperatorRelationId || catalog == OperatorClassRelationId ||
		catalog == OperatorFamilyRelationId || catalog == StatisticExtRelationId || catalog == TSConfigRelationId ||
		catalog == TSDictionaryRelationId || catalog == TSParserRelationId || catalog == TSTemplateRelationId;
}

/* Notes that something was touched, once. */
static void
gov_ddl_command_touch(GovDdlCommand *command, Oid catalog, Oid oid)
{
	ObjectAddress *address;
	ListCell   *cell;

	if (!gov_ddl_command_knows(catalog) || !OidIsValid(oid))
		return;
	foreach(cell, command->touched)
	{
		address = (ObjectAddress *) lfirst(cell);
		if (address->classId == catalog && address->objectId == oid)
			return;
	}
	address = palloc(sizeof(ObjectAddress));
	ObjectAddressSet(*address, catalog, oid);
	command->touched = lappend(command->touched, address);
}

/* Sequences and statistics, which may live in a table of the same command, come after all else. */
static int
gov_ddl_command_order(const ListCell *a, const ListCell *b)
{
	const ObjectAddress *x = (const ObjectAddress *) lfirst(a);
	const ObjectAddress *y = (const ObjectAddress *) lfirst(b);
	bool		in_x = x->classId == StatisticExtRelationId ||
		(x->classId == RelationRelationId && get_rel_relkind(x->objectId) == RELKIND_SEQUENCE);
	bool		in_y = y->classId == StatisticExtRelationId ||
		(y->classId == RelationRelationId && get_rel_relkind(y->objectId) == RELKIND_SEQUENCE);

	return (int) in_x - (int) in_y;
}

/* Columns of pg_event_trigger_ddl_commands. */
enum {TOUCHED_CATALOG = 1, TOUCHED_OID};

/*
 * Notes what pg_event_trigger_ddl_commands lists, which is called itself: this
 * is done for each command, and a query of it takes longer than to call it.
 */
static void
gov_ddl_command_list(GovDdlCommand *command)
{
	ReturnSetInfo result = {.type = T_ReturnSetInfo, .allowedModes = SFRM_Materialize, .econtext = CreateStandaloneExprContext()};
	FmgrInfo	function;
	LOCAL_FCINFO(fcinfo, 0);
	TupleTableSlot *slot;

	fmgr_info(F_PG_EVENT_TRIGGER_DDL_COMMANDS, &function);
	InitFunctionCallInfoData(*fcinfo, &function, 0, InvalidOid, NULL, (Node *) &result);
	(void) FunctionCallInvoke(fcinfo);
	slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(result.setResult, true, false, slot))
	{
		slot_getsomeattrs(slot, TOUCHED_OID);
		if (!slot->tts_isnull[TOUCHED_CATALOG - 1] && !slot->tts_isnull[TOUCHED_OID - 1])
			gov_ddl_command_touch(command, DatumGetObjectId(slot->tts_values[TOUCHED_CATALOG - 1]),
								  DatumGetObjectId(slot->tts_values[TOUCHED_OID - 1]));
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(result.setResult);
	FreeExprContext(result.econtext, true);
}

/* What changes with relation, type, class or operator $1: other objects of the catalogs. */
GOV_QUERY(query_related,
		  "SELECT d.objid FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'"
		  " WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
		  " UNION SELECT h.inhrelid FROM pg_inherits AS h WHERE h.inhparent = $1"
		  " UNION SELECT x.oid FROM pg_statistic_ext AS x WHERE x.stxrelid = $1"
		  " UNION SELECT d.objid FROM pg_type AS t"
		  "  JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray)"
		  "  WHERE (t.oid = $1 OR t.oid = (SELECT c.reltype FROM pg_class AS c WHERE c.oid = $1 AND c.reltype <> 0))"
		  "   AND d.classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)"
		  " UNION SELECT unnest(ARRAY[p.oprcom, p.oprnegate]) FROM pg_operator AS p WHERE p.oid = $1"
		  " UNION SELECT k.opcfamily FROM pg_opclass AS k WHERE k.oid = $1",
		  OIDOID);

/* What is registered as living in relation $1 of this database. */
GOV_QUERY(query_inside,
		  "SELECT o.address_oid FROM @.gov_object AS r"
		  " JOIN @.gov_object AS o ON o.container_id = r.object_id AND " GOV_OBJECT_LIVE("o") " AND o.address_oid IS NOT NULL"
		  "  AND " GOV_OBJECT_OF("o", "r.address_system", "r.address_database")
		  " WHERE r.address_oid = $1 AND r.address_database = $2 AND r.address_subid = 0 AND r.address_class <> 'schema' AND " GOV_OBJECT_LIVE("r"),
		  OIDOID, OIDOID);

/* What depends on a type of schema $1. */
GOV_QUERY(query_of_types,
		  "SELECT DISTINCT d.objid FROM pg_type AS t"
		  " JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid"
		  " WHERE t.typnamespace = $1"
		  "  AND d.classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)",
		  OIDOID);

/* Adds the OIDs of the last query to a list. */
static List *
gov_ddl_command_add(List *oids, uint64 rows)
{
	for (uint64 row = 0; row < rows; row++)
		oids = list_append_unique_oid(oids, (Oid) gov_result_int8(row, 1));
	return oids;
}

/* May a command have changed more than what the server tells? */
static bool
gov_ddl_command_reaches(const EventTriggerData *event)
{
	if (IsA(event->parsetree, RenameStmt) || IsA(event->parsetree, AlterObjectSchemaStmt) ||
		IsA(event->parsetree, AlterOwnerStmt) || IsA(event->parsetree, AlterSeqStmt))
		return true;
	if (IsA(event->parsetree, AlterTableStmt))
		return !gov_ddl_alter_is_quiet((AlterTableStmt *) event->parsetree);
	return event->tag == CMDTAG_CREATE_OPERATOR || event->tag == CMDTAG_CREATE_OPERATOR_CLASS ||
		event->tag == CMDTAG_ALTER_TABLE;
}

/* Looks up what may have changed with what was touched. */
static void
gov_ddl_command_relate(GovDdlCommand *command)
{
	ListCell   *cell;

	foreach(cell, command->touched)
	{
		const ObjectAddress *address = (const ObjectAddress *) lfirst(cell);

		if (address->classId == NamespaceRelationId || address->classId == ProcedureRelationId)
			continue;
		command->related = gov_ddl_command_add(command->related, gov_run(&query_related, gov_oid(address->objectId)));
		if (address->classId == RelationRelationId)
			command->related = gov_ddl_command_add(command->related,
												   gov_run(&query_inside, gov_oid(address->objectId), gov_oid(MyDatabaseId)));
	}
}

/* What the command that is ending touched. */
GovDdlCommand *
gov_ddl_command_read(const EventTriggerData *event)
{
	GovDdlCommand *command = palloc0(sizeof(GovDdlCommand));

	command->everything = event->tag == CMDTAG_ALTER_EXTENSION;
	gov_ddl_command_list(command);
	/* a rule that makes a view of a table */
	if (IsA(event->parsetree, RuleStmt))
		gov_ddl_command_touch(command, RelationRelationId,
							  RangeVarGetRelid(((const RuleStmt *) event->parsetree)->relation, NoLock, true));
	list_sort(command->touched, gov_ddl_command_order);
	return command;
}

/* What the command did to schemas. */
static void
gov_ddl_command_look_at_schemas(GovDdlCommand *command, const EventTriggerData *event)
{
	ListCell   *cell;

	foreach(cell, command->touched)
	{
		const ObjectAddress *address = (const ObjectAddress *) lfirst(cell);

		if (address->classId != NamespaceRelationId)
			continue;
		command->schema = address->objectId;
		command->made = event->tag != CMDTAG_ALTER_SCHEMA;
		command->renamed = IsA(event->parsetree, RenameStmt);
		if (command->renamed)
			command->related = gov_ddl_command_add(command->related, gov_run(&query_of_types, gov_oid(command->schema)));
	}
}

/* Looks at what else may have changed with what it touched. */
void
gov_ddl_command_look(GovDdlCommand *command, const EventTriggerData *event)
{
	gov_ddl_command_look_at_schemas(command, event);
	if (gov_ddl_command_reaches(event))
		gov_ddl_command_relate(command);
}

GOV_QUERY(query_dropped,
		  "SELECT DISTINCT d.objid FROM pg_event_trigger_dropped_objects() AS d"
		  " WHERE d.objsubid = 0 AND NOT d.is_temporary"
		  "  AND d.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass,"
		  "   'pg_extension'::regclass, 'pg_collation'::regclass, 'pg_conversion'::regclass, 'pg_operator'::regclass,"
		  "   'pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_statistic_ext'::regclass, 'pg_ts_config'::regclass,"
		  "   'pg_ts_dict'::regclass, 'pg_ts_parser'::regclass, 'pg_ts_template'::regclass)");

GOV_QUERY(query_dropped_columns,
		  "SELECT DISTINCT d.objid FROM pg_event_trigger_dropped_objects() AS d"
		  " WHERE d.objsubid <> 0 AND NOT d.is_temporary AND d.classid = 'pg_class'::regclass");

/* The OIDs of relations that lost columns, where columns are objects. */
List *
gov_ddl_command_dropped_columns(void)
{
	return gov_ddl_enrolled_columns() ? gov_ddl_command_add(NIL, gov_run(&query_dropped_columns)) : NIL;
}

/* The OIDs of what it dropped. */
List *
gov_ddl_command_dropped(void)
{
	uint64		rows = gov_run(&query_dropped);
	List	   *oids = NIL;

	for (uint64 row = 0; row < rows; row++)
		oids = lappend_oid(oids, (Oid) gov_result_int8(row, 1));
	return oids;
}
