/*-------------------------------------------------------------------------
 *
 * rollout/refusals.c
 *	  What cannot be rehearsed, because a rollback does not take it back.
 *
 * While a rehearsal runs, every command, every query and every function is
 * looked at where the server begins to run it, at whatever depth: commands by
 * ProcessUtility_hook, writes through foreign tables by ExecutorStart_hook,
 * functions by object_access_hook, and trigger functions with the table they
 * belong to, or with the first command where they are those of event triggers.
 * Whatever changes meanwhile, in the rehearsal itself too, is looked at again.
 * What reaches out of the transaction is refused with an error
 * before it runs, and noted: code that catches the error does not make the
 * rehearsal pass.  Errors by which the server itself refuses what ends a
 * transaction, or must run outside of one, are noted likewise.
 *
 * Functions in languages that are not trusted, C among them, may do anything
 * without the server knowing.  They are named, and run.  Of C, what stands in
 * pg_catalog and what belongs to this extension is left out.
 *
 * Queries run without parallel workers meanwhile: a worker would run functions
 * where nobody looks.
 *
 * The hooks are set when a session rehearses for the first time, and pass on
 * what they are called with at once while no rehearsal runs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "commands/proclang.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "parser/parse_type.h"
#include "parser/parsetree.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "server/rehearsing.h"
#include "server/security.h"
#include "rollout/locks.h"
#include "rollout/measures.h"
#include "rollout/refusals.h"
#include "rollout/rehearsal.h"

/* The hooks that were set before ours. */
static ProcessUtility_hook_type next_utility = NULL;
static ExecutorStart_hook_type next_start = NULL;
static object_access_hook_type next_access = NULL;
static bool watching = false;

/* What is watched; NULL outside of a rehearsal. */
static GovRehearsal *watched = NULL;

/*
 * May something that was looked at be another one by now: a function, a table
 * with triggers, an event trigger?  The server tells so of what the rehearsal
 * itself changes, and of what of that it rolls back.
 */
static bool outdated = false;

/* Functions of the server, by their names in C, whose effect outlives a rollback; a "*" ends a family. */
static const char *const lasting_functions[] = {
	"pg_advisory_lock_int4", "pg_advisory_lock_int8", "pg_advisory_lock_shared_*",
	"pg_try_advisory_lock_int4", "pg_try_advisory_lock_int8", "pg_try_advisory_lock_shared_*", "pg_advisory_unlock_*",
	"be_lo_export",
	"pg_cancel_backend", "pg_terminate_backend", "pg_log_backend_memory_contexts",
	"pg_reload_conf", "pg_rotate_logfile*", "pg_promote", "pg_switch_wal", "pg_create_restore_point",
	"pg_backup_start", "pg_backup_stop", "pg_wal_replay_pause", "pg_wal_replay_resume",
	"pg_create_physical_replication_slot", "pg_create_logical_replication_slot", "pg_drop_replication_slot",
	"pg_copy_physical_replication_slot_*", "pg_copy_logical_replication_slot_*", "pg_replication_slot_advance",
	"pg_logical_slot_get_changes", "pg_logical_slot_get_binary_changes", "pg_sync_replication_slots",
	"pg_replication_origin_advance", "pg_replication_origin_drop", "pg_replication_origin_session_reset",
	"pg_replication_origin_session_setup", "pg_replication_origin_xact_*",
	"pg_logical_emit_message_*", "pg_stat_reset*", "setseed"
};

/* Libraries, all of whose functions do, and those of others. */
static const char *const lasting_libraries[] = {
	"dblink", "adminpack", "pg_background", "plproxy", "pg_surgery"
};
static const char *const lasting_library_functions[] = {
	"pg_stat_statements_reset*", "pg_truncate_visibility_map", "pg_buffercache_evict*"
};

/* Is a name one of these, or of one of their families? */
static bool
gov_refusal_is_named(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		size_t		length = strlen(names[i]);

		if (names[i][length - 1] == '*' ? strncmp(name, names[i], length - 1) == 0 : strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Notes something that cannot be rehearsed. */
static void
gov_refusal_note(GovRehearsal *rehearsal, const char *what, const char *why)
{
	MemoryContext old = MemoryContextSwitchTo(rehearsal->context);
	GovRehearsalRefusal *refusal = palloc(sizeof(GovRehearsalRefusal));

	refusal->what = pstrdup(what);
	refusal->why = pstrdup(why);
	rehearsal->refusals = lappend(rehearsal->refusals, refusal);
	MemoryContextSwitchTo(old);
}

/* Refuses it. */
static void
gov_refusal_raise(const char *what, const char *why)
{
	gov_refusal_note(watched, what, why);
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot be rehearsed", what),
			 errdetail_internal("%s", why),
			 errhint("Leave it out of what is rehearsed, and run it apart.")));
}

/* Adds a warning, once. */
static void
gov_refusal_warn(const char *target, const char *measure, const char *note)
{
	MemoryContext old = MemoryContextSwitchTo(watched->context);
	GovRehearsalRow *row;
	ListCell   *cell;

	foreach(cell, watched->warnings)
	{
		row = lfirst(cell);
		if (strcmp(row->target, target) == 0 && strcmp(row->measure, measure) == 0)
			break;
	}
	if (cell == NULL)
	{
		row = palloc0(sizeof(GovRehearsalRow));
		row->target = pstrdup(target);
		row->measure = measure;
		row->note = pstrdup(note);
		watched->warnings = lappend(watched->warnings, row);
	}
	MemoryContextSwitchTo(old);
}

/* ---- functions ---- */

/* The library of a C function, without folder and ending. */
static char *
gov_refusal_library(const char *probin)
{
	const char *slash = strrchr(probin, '/');
	char	   *library = pstrdup(slash != NULL ? slash + 1 : probin);
	char	   *dot = strrchr(library, '.');

	if (dot != NULL)
		*dot = '\0';
	return library;
}

/* Refuses a function of C, or warns of it. */
static void
gov_refusal_look_at_c(Oid function, Form_pg_proc form, const char *name, const char *source, const char *probin)
{
	char	   *library = gov_refusal_library(probin);
	Oid			extension;

	watched->locks_unseen = true;
	if (gov_refusal_is_named(library, lasting_libraries, lengthof(lasting_libraries)) ||
		gov_refusal_is_named(source, lasting_library_functions, lengthof(lasting_library_functions)))
		gov_refusal_raise(psprintf("function %s", name), "It reaches out of the transaction, and no rollback takes it back.");
	if (form->pronamespace == PG_CATALOG_NAMESPACE || strcmp(library, "governance") == 0)
		return;
	extension = getExtensionOfObject(ProcedureRelationId, function);
	gov_refusal_warn(name, "function in C",
					 OidIsValid(extension) ? psprintf("of extension %s: what it does outside the transaction is not known", get_extension_name(extension)) :
					 "what it does outside the transaction is not known");
}

/* Warns of a language that is not trusted. */
static void
gov_refusal_look_at_language(Oid language, const char *target, const char *what)
{
	HeapTuple	tuple = SearchSysCache1(LANGOID, ObjectIdGetDatum(language));
	Form_pg_language form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_language) GETSTRUCT(tuple);
	if (!form->lanpltrusted && language != INTERNALlanguageId && language != ClanguageId)
		gov_refusal_warn(target, what,
						 psprintf("in %s, which is not trusted: what it does outside the transaction is not known", NameStr(form->lanname)));
	ReleaseSysCache(tuple);
}

/* Looks at a function that is about to be run, once in a rehearsal; one that was refused is refused again. */
static void
gov_refusal_look_at_function(Oid function)
{
	HeapTuple	tuple;
	Form_pg_proc form;
	bool		isnull;
	char	   *source;
	char	   *name;
	Datum		probin;

	if (hash_search(watched->functions, &function, HASH_FIND, NULL) != NULL)
		return;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	source = TextDatumGetCString(SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull));
	name = gov_qualified_name(get_namespace_name(form->pronamespace), NameStr(form->proname));
	if (form->prolang == INTERNALlanguageId)
	{
		if (gov_refusal_is_named(source, lasting_functions, lengthof(lasting_functions)))
			gov_refusal_raise(psprintf("function %s", name), "Its effect outlives the transaction, and no rollback takes it back.");
		if (strcmp(source, "pg_notify") == 0)
		{
			/* counted each time it is prepared to run */
			watched->notifications++;
			ReleaseSysCache(tuple);
			return;
		}
		if (strncmp(source, "nextval", 7) == 0 || strncmp(source, "setval", 6) == 0)
		{
			watched->locks_unseen = true;
			gov_measures_note_all_sequences(watched);
		}
	}
	else if (form->prolang == ClanguageId)
	{
		probin = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_probin, &isnull);
		gov_refusal_look_at_c(function, form, name, source, isnull ? "" : TextDatumGetCString(probin));
	}
	else
		gov_refusal_look_at_language(form->prolang, name, "function");
	ReleaseSysCache(tuple);
	(void) hash_search(watched->functions, &function, HASH_ENTER, NULL);
}

/*
 * Looks again, once something has changed.  A function that was looked at may
 * be waiting in a trigger, where it is not seen when it is run: so it is looked
 * at here, whatever it became.  Outside of a rehearsal there is nothing to look at.
 */
void
gov_refusals_look_again(void)
{
	HASH_SEQ_STATUS scan;
	List	   *functions = NIL;
	ListCell   *cell;
	Oid		   *entry;

	if (!outdated || !gov_rehearsing())
		return;
	outdated = false;
	watched->event_triggers = false;
	hash_seq_init(&scan, watched->relations);
	while ((entry = hash_seq_search(&scan)) != NULL)
		(void) hash_search(watched->relations, entry, HASH_REMOVE, NULL);
	hash_seq_init(&scan, watched->functions);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		functions = lappend_oid(functions, *entry);
		(void) hash_search(watched->functions, entry, HASH_REMOVE, NULL);
	}
	foreach(cell, functions)
		gov_refusal_look_at_function(lfirst_oid(cell));
	list_free(functions);
}

/* Called when a relation changes: it may have other triggers, or partitions. */
static void
gov_refusals_relation_changed(Datum arg pg_attribute_unused(), Oid relid pg_attribute_unused())
{
	outdated = true;
}

/* Called when a function or an event trigger changes. */
static void
gov_refusals_catalog_changed(Datum arg pg_attribute_unused(), int cache pg_attribute_unused(), uint32 hash pg_attribute_unused())
{
	outdated = true;
}

/* Called when the server is about to run a function, among other things. */
static void
gov_refusals_access(ObjectAccessType access, Oid class, Oid object, int subid, void *arg)
{
	if (next_access != NULL)
		next_access(access, class, object, subid, arg);
	if (gov_rehearsing() && access == OAT_FUNCTION_EXECUTE && class == ProcedureRelationId)
	{
		gov_refusals_look_again();
		gov_refusal_look_at_function(object);
	}
}

/* Looks at the functions of the event triggers that may fire when a command is run. */
static void
gov_refusals_look_at_event_triggers(void)
{
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (watched->event_triggers)
		return;
	watched->event_triggers = true;
	rel = table_open(EventTriggerRelationId, AccessShareLock);
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_event_trigger form = (Form_pg_event_trigger) GETSTRUCT(tuple);

		if (form->evtenabled != TRIGGER_DISABLED)
			gov_refusal_look_at_function(form->evtfoid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* ---- tables that are written ---- */

/* Looks at a table or partition that is about to be written: where its rows go, and what its triggers run. */
static void
gov_refusal_look_at_member(Oid relid)
{
	Relation	rel;

	if (get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE)
		gov_refusal_raise(psprintf("writing to foreign table %s", get_rel_name(relid)),
						  "Another server would keep, perhaps, what it was sent.");
	rel = try_relation_open(relid, AccessShareLock);
	if (rel == NULL)
		return;
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		if (rel->trigdesc->triggers[i].tgenabled != TRIGGER_DISABLED)
			gov_refusal_look_at_function(rel->trigdesc->triggers[i].tgfoid);
	}
	relation_close(rel, AccessShareLock);
}

/* Looks at a table that is about to be written, with its partitions and children, once while nothing changes. */
static void
gov_refusal_look_at_target(Oid relid)
{
	List	   *members;
	ListCell   *cell;

	if (!OidIsValid(relid) || hash_search(watched->relations, &relid, HASH_FIND, NULL) != NULL)
		return;
	members = find_all_inheritors(relid, NoLock, NULL);

	/* nothing is noted before all of them are let through */
	foreach(cell, members)
		gov_refusal_look_at_member(lfirst_oid(cell));
	foreach(cell, members)
	{
		gov_measures_note_target(watched, lfirst_oid(cell));
		(void) hash_search(watched->relations, &lfirst_oid(cell), HASH_ENTER, NULL);
	}
}

/* The same for one that a command names; one that is not there is the command's own error. */
static void
gov_refusal_look_at_named(const RangeVar *name)
{
	if (name != NULL)
		gov_refusal_look_at_target(RangeVarGetRelid(name, NoLock, true));
}

/* Called when the server is about to run a query. */
static void
gov_refusals_start(QueryDesc *query, int eflags)
{
	if (gov_rehearsing() && (eflags & EXEC_FLAG_EXPLAIN_ONLY) == 0)
	{
		ListCell   *cell;

		gov_refusals_look_again();
		gov_locks_note_query(watched, query->plannedstmt->rtable);
		foreach(cell, query->plannedstmt->resultRelations)
			gov_refusal_look_at_target(rt_fetch(lfirst_int(cell), query->plannedstmt->rtable)->relid);
		if (query->plannedstmt->parallelModeNeeded)
		{
			PlannedStmt *alone = makeNode(PlannedStmt);

			/* the plan may be kept for others: only this run does without workers */
			memcpy(alone, query->plannedstmt, sizeof(PlannedStmt));
			alone->parallelModeNeeded = false;
			query->plannedstmt = alone;
		}
	}
	if (next_start != NULL)
		next_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

/* ---- commands ---- */

#define GOV_ENDS_TRANSACTIONS "It begins, ends or divides transactions."
#define GOV_OUTSIDE_TRANSACTIONS "It does not run inside a transaction, or leaves something when the transaction is rolled back."
#define GOV_OUTSIDE_DATABASE "It changes something outside of the database, and no rollback takes it back."
#define GOV_OF_SESSION "It changes what the session keeps beside its transactions."

/* Is an option of a command on? */
static bool
gov_refusal_has_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0 && defGetBoolean(option))
			return true;
	}
	return false;
}

/* Does an ALTER TABLE detach a partition without a transaction of its own? */
static bool
gov_refusal_detaches_concurrently(const AlterTableStmt *alter)
{
	ListCell   *cell;

	foreach(cell, alter->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_DetachPartition && ((PartitionCmd *) command->def)->concurrent)
			return true;
		if (command->subtype == AT_DetachPartitionFinalize)
			return true;
	}
	return false;
}

/* Why a COPY cannot be rehearsed; NULL. */
static const char *
gov_refusal_of_copy(const CopyStmt *copy)
{
	if (copy->is_program)
		return "It runs a program.";
	if (copy->filename == NULL)
		return "It talks to the client.";
	if (!copy->is_from)
		return "It writes a file.";
	gov_refusal_look_at_named(copy->relation);
	return NULL;
}

/* Why a command cannot be rehearsed; NULL. */
static const char *
gov_refusal_of_command(Node *command)
{
	switch (nodeTag(command))
	{
		case T_TransactionStmt:
			return GOV_ENDS_TRANSACTIONS;
		case T_VacuumStmt:
			return ((VacuumStmt *) command)->is_vacuumcmd ? GOV_OUTSIDE_TRANSACTIONS : NULL;
		case T_IndexStmt:
			return ((IndexStmt *) command)->concurrent ? GOV_OUTSIDE_TRANSACTIONS : NULL;
		case T_ReindexStmt:
			return gov_refusal_has_option(((ReindexStmt *) command)->params, "concurrently") ? GOV_OUTSIDE_TRANSACTIONS : NULL;
		case T_DropStmt:
			return ((DropStmt *) command)->concurrent ? GOV_OUTSIDE_TRANSACTIONS : NULL;
		case T_AlterTableStmt:
			return gov_refusal_detaches_concurrently((AlterTableStmt *) command) ? GOV_OUTSIDE_TRANSACTIONS : NULL;
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterSystemStmt:
		case T_CheckPointStmt:
			return GOV_OUTSIDE_DATABASE;
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
		case T_DropSubscriptionStmt:
			return "It may talk to another server.";
		case T_LoadStmt:
		case T_DiscardStmt:
		case T_PrepareStmt:
		case T_DeallocateStmt:
			return GOV_OF_SESSION;
		case T_CopyStmt:
			return gov_refusal_of_copy((CopyStmt *) command);
		default:
			return NULL;
	}
}

/* The language of a DO block. */
static void
gov_refusal_look_at_block(const DoStmt *block)
{
	const char *language = "plpgsql";
	ListCell   *cell;

	foreach(cell, block->args)
	{
		DefElem    *argument = lfirst_node(DefElem, cell);

		if (strcmp(argument->defname, "language") == 0)
			language = strVal(argument->arg);
	}
	gov_refusal_look_at_language(get_language_oid(language, true), "DO", "block");
}

/* An option of a command; NULL when it does not have it. */
static Node *
gov_refusal_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return option->arg;
	}
	return NULL;
}

/* Is a function made that is in this language, of those of the server's own? */
static bool
gov_refusal_makes(const CreateFunctionStmt *create, const char *language)
{
	Node	   *named = gov_refusal_option(create->options, "language");

	return named != NULL && pg_strcasecmp(strVal(named), language) == 0;
}

/*
 * Warns of a function in C that is made.  Refuses one for event triggers whose
 * effect outlives the transaction: where it takes the place of another, it is
 * run at the end of the very command that makes it, before anything else is seen.
 */
static void
gov_refusal_look_at_new_function(const CreateFunctionStmt *create)
{
	List	   *body = (List *) gov_refusal_option(create->options, "as");
	const char *first = body != NIL ? strVal(linitial(body)) : "";

	if (gov_refusal_makes(create, "c"))
		gov_refusal_warn(NameListToString(create->funcname), "library",
						 "the library of the function stays loaded in this session");
	if (create->returnType == NULL || LookupTypeNameOid(NULL, create->returnType, true) != EVENT_TRIGGEROID)
		return;
	if ((gov_refusal_makes(create, "internal") && gov_refusal_is_named(first, lasting_functions, lengthof(lasting_functions))) ||
		(gov_refusal_makes(create, "c") &&
		 gov_refusal_is_named(gov_refusal_library(first), lasting_libraries, lengthof(lasting_libraries))))
		gov_refusal_raise(psprintf("function %s", NameListToString(create->funcname)),
						  "Its effect outlives the transaction, and no rollback takes it back.");
}

/* Looks at a command that is about to be run: refuses, counts or warns. */
static void
gov_refusal_look_at_command(Node *command)
{
	const char *why = gov_refusal_of_command(command);
	ListCell   *cell;

	if (why != NULL)
		gov_refusal_raise(CreateCommandName(command), why);
	watched->locks_changed = true;
	gov_refusals_look_again();
	gov_refusals_look_at_event_triggers();
	if (IsA(command, NotifyStmt))
		watched->notifications++;
	else if (IsA(command, DoStmt))
		gov_refusal_look_at_block((DoStmt *) command);
	else if (IsA(command, CreateFunctionStmt))
		gov_refusal_look_at_new_function((CreateFunctionStmt *) command);
	else if (IsA(command, CreateExtensionStmt))
		gov_refusal_warn(((CreateExtensionStmt *) command)->extname, "library",
						 "libraries of the extension stay loaded in this session");
	else if (IsA(command, TruncateStmt))
	{
		foreach(cell, ((TruncateStmt *) command)->relations)
			gov_refusal_look_at_named(lfirst_node(RangeVar, cell));
	}
}

/*
 * Looks at what a command has made that could run before the next command or
 * query is seen: a function in a trigger of the running statement, or an event
 * trigger at the end of a command around this one.
 */
static void
gov_refusals_look_behind(Node *command)
{
	if (!IsA(command, CreateFunctionStmt) && !IsA(command, CreateEventTrigStmt) && !IsA(command, AlterEventTrigStmt))
		return;
	CommandCounterIncrement();
	gov_refusals_look_again();
	gov_refusals_look_at_event_triggers();
}

/* Called when the server is about to run a command. */
static void
gov_refusals_utility(PlannedStmt *plan, const char *query, bool read_only_tree, ProcessUtilityContext context,
					 ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *done)
{
	if (gov_rehearsing())
		gov_refusal_look_at_command(plan->utilityStmt);
	if (next_utility != NULL)
		next_utility(plan, query, read_only_tree, context, params, environment, dest, done);
	else
		standard_ProcessUtility(plan, query, read_only_tree, context, params, environment, dest, done);
	if (gov_rehearsing())
		gov_refusals_look_behind(plan->utilityStmt);
}

/* ---- what is seen from outside ---- */

/*
 * Notes that an error that is being raised shows something that cannot be
 * rehearsed: the server's own refusals of what ends a transaction, or runs
 * outside of one.
 */
void
gov_refusals_note_error(GovRehearsal *rehearsal)
{
	if (geterrcode() == ERRCODE_INVALID_TRANSACTION_TERMINATION)
		gov_refusal_note(rehearsal, "the end of a transaction", GOV_ENDS_TRANSACTIONS);
	else if (geterrcode() == ERRCODE_ACTIVE_SQL_TRANSACTION)
		gov_refusal_note(rehearsal, "a command outside of transactions", GOV_OUTSIDE_TRANSACTIONS);
}

/* Watches commands, queries and functions of a rehearsal, inside its subtransaction. */
void
gov_refusals_watch(GovRehearsal *rehearsal)
{
	HASHCTL		oids = {.keysize = sizeof(Oid), .entrysize = sizeof(Oid), .hcxt = rehearsal->context};

	rehearsal->functions = hash_create("governance functions", 64, &oids, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	rehearsal->relations = hash_create("governance relations", 64, &oids, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	watched = rehearsal;
	outdated = false;
	if (watching)
		return;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = gov_refusals_utility;
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = gov_refusals_start;
	next_access = object_access_hook;
	object_access_hook = gov_refusals_access;
	CacheRegisterRelcacheCallback(gov_refusals_relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, gov_refusals_catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(EVENTTRIGGEROID, gov_refusals_catalog_changed, (Datum) 0);
	watching = true;
}

/* Puts rows for what was refused, and for what is warned of. */
void
gov_refusals_report(GovRehearsal *rehearsal)
{
	ListCell   *cell;

	foreach(cell, rehearsal->refusals)
	{
		const GovRehearsalRefusal *refusal = lfirst(cell);

		gov_rehearse_put(rehearsal, "refused", refusal->what, "not rehearsed", NULL, refusal->why);
	}
	foreach(cell, rehearsal->warnings)
	{
		const GovRehearsalRow *row = lfirst(cell);

		gov_rehearse_put(rehearsal, "warning", row->target, row->measure, NULL, row->note);
	}
}
