/*-------------------------------------------------------------------------
 *
 * ddl/track.c
 *	  Keeping the objects of enrolled schemas in step with DDL.
 *
 * At the end of each command, gov_object is brought in step with what the command
 * touched and dropped: what is plain by itself at once (ddl/quick.c), the rest by
 * the net effect of the transaction so far (inventory/net.c).  So acts and
 * look-ups of the transaction see it, and a savepoint takes it back with the
 * command.
 *
 * Before the transaction commits or is prepared, what became of the objects is
 * noted as events, by comparing what is registered with what was before, and
 * one entry is appended to the ledger: as a sync over the whole would have done.
 *
 * DDL waits for nobody because of it: no lock of the inventory is taken, and a
 * row or a table that somebody holds is not waited for; but for catalogs of the
 * server, for which every command waits (VACUUM FULL, REINDEX).  What could not be
 * written then, or for any other error, is tried again before the commit, and
 * else left to the next gov_sync, with a warning; under enforce the command
 * fails.
 *
 * All of it is done in a subtransaction with the rights of the extension's
 * owner, whoever runs the DDL: it gives nobody a right, and asks for none.
 *
 * While nothing was done in this database, as during a restore and after it,
 * nothing is tracked: what a restore left out would be registered anew, in the
 * way of what can still be brought.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_database.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ledger/commit.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"
#include "registry/in_force.h"
#include "registry/object_events.h"
#include "registry/objects.h"
#include "inventory/catalog.h"
#include "inventory/net.h"
#include "inventory/patterns.h"
#include "ddl/born.h"
#include "ddl/command.h"
#include "ddl/enrolled.h"
#include "ddl/glass.h"
#include "ddl/gone.h"
#include "ddl/mode.h"
#include "ddl/notes.h"
#include "ddl/quick.h"
#include "ddl/track.h"

PG_FUNCTION_INFO_V1(gov_ddl_command_ends);
PG_FUNCTION_INFO_V1(gov_ddl_objects_dropped);

/* OIDs that could not be brought in step, to be tried again before the commit. */
static List *left_aside = NIL;

/* Was it told in this transaction that something is left to the next sync? */
static bool told = false;

/* ---- judging several objects at once ---- */

/* What some OIDs are called now, of enrolled schemas. */
enum {CALLED_OID = 1, CALLED_NAME};

GOV_QUERY(query_names,
		  "SELECT f.oid, f.object_ref FROM governance_internal.gov_catalog_found(NULL, $1, true) AS f",
		  OIDARRAYOID);

/* The routines that have the name of one of some OIDs. */
GOV_QUERY(query_routines,
		  "SELECT o.oid, s.nspname || '.' || o.proname FROM pg_proc AS p JOIN pg_proc AS o ON o.proname = p.proname AND o.pronamespace = p.pronamespace"
		  " JOIN pg_namespace AS s ON s.oid = o.pronamespace WHERE p.oid = ANY ($1)",
		  OIDARRAYOID);

/* Adds the routines that share a name with one of some OIDs, and notes their names. */
static List *
gov_ddl_track_routines(List *oids)
{
	uint64		rows = gov_run(&query_routines, gov_datum(gov_arg_oids(oids), false));

	for (uint64 row = 0; row < rows; row++)
	{
		Oid			oid = (Oid) gov_result_int8(row, CALLED_OID);

		gov_ddl_note_name(oid, gov_ddl_routine_name(gov_result_text(row, CALLED_NAME)));
		oids = list_append_unique_oid(oids, oid);
	}
	return oids;
}

/* The OIDs of an array. */
static List *
gov_ddl_track_oids(Datum array)
{
	List	   *oids = NIL;
	Datum	   *values;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(array), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &values, NULL, &n);
	for (int i = 0; i < n; i++)
		oids = lappend_oid(oids, DatumGetObjectId(values[i]));
	return oids;
}

/* The names that some OIDs have now, as a text[]; noted. */
static Datum
gov_ddl_track_names(List *oids)
{
	uint64		rows = gov_run(&query_names, gov_datum(gov_arg_oids(oids), false));
	const char **names = palloc(sizeof(char *) * (rows + 1));

	for (uint64 row = 0; row < rows; row++)
	{
		names[row] = gov_result_text(row, CALLED_NAME);
		gov_ddl_note_name((Oid) gov_result_int8(row, CALLED_OID), names[row]);
	}
	return gov_text_array(names, (int) rows);
}

/* Hands each identity of a bigint[], or none, to "note". */
static void
gov_ddl_track_each(Datum ids, void (*note) (int64 object_id))
{
	Datum	   *values;
	int			n;

	if (ids == (Datum) 0)
		return;
	deconstruct_array(DatumGetArrayTypeP(ids), INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, NULL, &n);
	for (int i = 0; i < n; i++)
		note(DatumGetInt64(values[i]));
}

/* Notes what OIDs were called before the transaction changed them, so that whoever takes such a name is judged with them. */
static void
gov_ddl_track_note_former(CommandId before, List *oids)
{
	uint64		rows = gov_inventory_net_former(before, gov_arg_oids(oids));

	for (uint64 row = 0; row < rows; row++)
	{
		Oid			oid = (Oid) gov_result_int8(row, GOV_FORMER_OID);
		char	   *routine = gov_result_text(row, GOV_FORMER_ROUTINE);

		gov_ddl_note_name(oid, gov_result_text(row, GOV_FORMER_REF));
		if (routine != NULL)
			gov_ddl_note_name(oid, gov_ddl_routine_name(routine));
	}
}

/*
 * Brings OIDs in step, with all that has to do with them by what the transaction
 * did before and by names; of a source, if it is not "", all that it holds.
 */
static void
gov_ddl_track_together(const char *source, List *oids)
{
	GovNet		net = {.before = gov_ddl_notes_before(), .source = source};
	Datum		names;
	Datum		all;

	oids = gov_ddl_track_routines(gov_ddl_notes_linked(oids));
	for (;;)
	{
		names = gov_ddl_track_names(oids);
		all = gov_arg_oids(oids);
		while (gov_inventory_net_grow(net.before, &all, &names))
			CHECK_FOR_INTERRUPTS();
		if (list_length(gov_ddl_track_oids(all)) == list_length(oids))
			break;
		oids = gov_ddl_track_routines(gov_ddl_notes_linked(gov_ddl_track_oids(all)));
	}
	net.oids = gov_arg_oids(oids);
	net.made = gov_ddl_notes_made();
	gov_ddl_note_together(oids);
	gov_ddl_track_note_former(net.before, oids);
	gov_spi_setting("enable_hashjoin", "on");
	gov_inventory_net(&net);
	gov_spi_setting("enable_hashjoin", "off");
	gov_ddl_track_each(net.changed, gov_ddl_note_written);
	gov_ddl_track_each(net.made_now, gov_ddl_note_made);
	gov_ddl_track_each(net.born, gov_ddl_note_born);
}

/* ---- at the end of a command ---- */

GOV_QUERY(query_sources,
		  "SELECT s.source FROM @.gov_source AS s JOIN pg_namespace AS n ON s.source = 'schema:' || n.nspname"
		  " WHERE s.kind = 'catalog' AND s.enabled AND ($1 = 0 OR n.oid = $1) ORDER BY s.source COLLATE \"C\"",
		  OIDOID);

/* Brings all that enrolled schemas hold in step, or what one of them does. */
static void
gov_ddl_track_sources(Oid schema, List *oids)
{
	List	   *sources = gov_result_texts(gov_run(&query_sources, gov_oid(schema)));
	ListCell   *cell;

	foreach(cell, sources)
		gov_ddl_track_together((char *) lfirst(cell), oids);
}

/* A schema was made, which a pattern may mean, or it has another name: the code of its source follows. */
static void
gov_ddl_track_schema(GovDdlCommand *command)
{
	if (command->renamed)
		(void) gov_inventory_catalog_follow(NULL);
	if (command->made || command->renamed)
		(void) gov_pattern_enroll(command->schema, NULL);
	if (!command->renamed)
		return;
	CommandCounterIncrement();
	/* names of all in it are others: who they are is settled by what was so far */
	gov_ddl_notes_settle();
	gov_ddl_track_sources(command->schema, command->related);
	command->related = NIL;
}

/* Does the command do nothing but make objects, in a schema of which it is known whether it is enrolled? */
static bool
gov_ddl_track_makes(const EventTriggerData *event)
{
	return IsA(event->parsetree, CreateStmt) || IsA(event->parsetree, CreateTableAsStmt) ||
		IsA(event->parsetree, CreateSeqStmt) || IsA(event->parsetree, ViewStmt) || IsA(event->parsetree, CreateFunctionStmt);
}

/* Work to be done in a subtransaction. */
typedef struct GovDdlWork
{
	const EventTriggerData *event;	/* NULL: what was left aside */
	bool		dropped;
	List	   *oids;			/* what it is about, as far as it came */
} GovDdlWork;

/* Makes plans once, for looks at single objects. */
static int
gov_ddl_track_connect(void)
{
	int			level = gov_spi_begin();

	gov_spi_setting("plan_cache_mode", "force_generic_plan");
	gov_spi_setting("enable_hashjoin", "off");
	gov_spi_setting("enable_mergejoin", "off");
	return level;
}

/* What a command touched that could not be told without a query. */
static void
gov_ddl_track_touched(GovDdlWork *work, GovDdlCommand *command)
{
	List	   *together = NIL;
	ListCell   *cell;

	gov_ddl_command_look(command, work->event);
	work->oids = list_concat(work->oids, command->related);
	if (OidIsValid(command->schema))
		gov_ddl_track_schema(command);
	if (command->everything)
	{
		gov_ddl_track_sources(InvalidOid, work->oids);
		return;
	}
	foreach(cell, command->touched)
	{
		const ObjectAddress *address = (const ObjectAddress *) lfirst(cell);

		if (!gov_ddl_quick_touched(address))
			together = lappend_oid(together, address->objectId);
	}
	together = list_concat_unique_oid(together, command->related);
	if (together != NIL)
		gov_ddl_track_together("", together);
}

/* Registers what a command made, as far as that is told without a query; gives back the rest. */
static List *
gov_ddl_track_made(const EventTriggerData *event, List *touched)
{
	bool		tables = IsA(event->parsetree, CreateStmt);
	List	   *rest = NIL;
	ListCell   *cell;

	foreach(cell, touched)
	{
		if (!gov_ddl_quick_made((const ObjectAddress *) lfirst(cell), tables))
			rest = lappend(rest, lfirst(cell));
	}
	return rest;
}

/* What a command touched.  Nearly every one makes one thing, for which SPI need not be set up. */
static void
gov_ddl_track_command(GovDdlWork *work)
{
	GovDdlCommand *command = gov_ddl_command_read(work->event);
	ListCell   *cell;
	int			level;

	foreach(cell, command->touched)
		work->oids = lappend_oid(work->oids, ((ObjectAddress *) lfirst(cell))->objectId);
	if (gov_ddl_track_makes(work->event))
		command->touched = gov_ddl_track_made(work->event, command->touched);
	if (command->touched == NIL && !command->everything)
		return;
	level = gov_ddl_track_connect();
	gov_ddl_track_touched(work, command);
	gov_spi_end(level);
}

/* What a command dropped. */
static void
gov_ddl_track_dropped(GovDdlWork *work)
{
	List	   *together;

	List	   *lessened = gov_ddl_command_dropped_columns();

	work->oids = gov_ddl_command_dropped();
	together = work->oids != NIL ? gov_ddl_quick_dropped(work->oids) : NIL;
	together = list_concat_unique_oid(together, lessened);
	work->oids = list_concat_unique_oid(work->oids, lessened);
	if (together != NIL)
		gov_ddl_track_together("", together);
}

/* Becomes the owner of the extension; waits for nobody. */
static void
gov_ddl_track_enter(GovSecurity *saved)
{
	gov_security_enter(saved, gov_extension_owner(), false);
	gov_spi_setting("lock_timeout", "1");
}

/* Does the work. */
static void
gov_ddl_track_work(void *arg)
{
	GovDdlWork *work = arg;
	GovSecurity saved;
	int			level;

	gov_ddl_track_enter(&saved);
	gov_ddl_notes_before();
	if (work->event != NULL && !work->dropped)
		gov_ddl_track_command(work);
	else
	{
		level = gov_ddl_track_connect();
		if (work->dropped)
			gov_ddl_track_dropped(work);
		else
			gov_ddl_track_together("", left_aside);
		gov_spi_end(level);
	}
	gov_security_leave(&saved);
}

/* Catalogs that tracking reads, or the server for it, when it makes plans and fills its caches. */
static const Oid read_catalogs[] = {
	AccessMethodRelationId, IndexRelationId, AccessMethodOperatorRelationId, AccessMethodProcedureRelationId, AttrDefaultRelationId,
	ConstraintRelationId, TriggerRelationId, RewriteRelationId, CastRelationId, AggregateRelationId, RangeRelationId, LanguageRelationId,
	StatisticRelationId, DatabaseRelationId, AuthMemRelationId,
	RelationRelationId, AttributeRelationId, NamespaceRelationId, ProcedureRelationId, TypeRelationId, DependRelationId, InheritsRelationId,
	ExtensionRelationId, CollationRelationId, ConversionRelationId, OperatorRelationId, OperatorClassRelationId, OperatorFamilyRelationId,
	StatisticExtRelationId, TSConfigRelationId, TSDictionaryRelationId, TSParserRelationId, TSTemplateRelationId, AuthIdRelationId
};

/*
 * Waits until nobody has catalogs locked, as VACUUM FULL and REINDEX of one do:
 * for those every command waits, as long as the session's own lock_timeout says.
 */
static void
gov_ddl_track_await_catalogs(void *arg pg_attribute_unused())
{
	for (int i = 0; i < (int) lengthof(read_catalogs); i++)
	{
		LockRelationOid(read_catalogs[i], RowExclusiveLock);
		UnlockRelationOid(read_catalogs[i], RowExclusiveLock);
	}
}

/* Does a part of work in a subtransaction; what was left aside is done at the end of the transaction. */
static ErrorData *
gov_ddl_track_once(void (*part) (void *arg), GovDdlWork *work)
{
	return work->event == NULL ? gov_subtransaction_attempt_ending(part, work) : gov_subtransaction_attempt(part, work, true);
}

/*
 * Does work in a subtransaction; again when what stopped it was a lock, which may
 * have been one of a catalog: a few times, since one catalog may be locked after
 * another.
 */
static ErrorData *
gov_ddl_track_try(GovDdlWork *work)
{
	ErrorData  *error = gov_ddl_track_once(gov_ddl_track_work, work);

	for (int again = 0; again < 3 && error != NULL && error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE; again++)
	{
		ErrorData  *awaited = gov_ddl_track_once(gov_ddl_track_await_catalogs, work);

		if (awaited != NULL)
			return awaited;
		work->oids = NIL;
		error = gov_ddl_track_once(gov_ddl_track_work, work);
	}
	return error;
}

/* Tells, once in a transaction, that something is left to the next sync. */
static void
gov_ddl_track_tell(const ErrorData *error)
{
	if (told)
		return;
	told = true;
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("objects could not be kept in step with DDL: %s", error->message),
			 error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
			 errhint("The command itself is not affected; the next gov_sync brings them in step.")));
}

/*
 * Must an error of tracking end the command: asked for by a person, or because
 * nothing may go untracked?  What fails for a lock is tried once more, "last".
 */
static bool
gov_ddl_track_must_fail(const ErrorData *error, bool last)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED || error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN ||
		(gov_ddl_mode() == GOV_DDL_ENFORCE && !gov_glass_is_broken() &&
		 (last || error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE));
}

/* Does work in a subtransaction; what fails is left aside, or told. */
static void
gov_ddl_track_attempt(GovDdlWork *work, bool last)
{
	ErrorData  *error = gov_ddl_track_try(work);
	MemoryContext caller;

	if (error == NULL)
		return;
	last |= work->oids == NIL;
	if (gov_ddl_track_must_fail(error, last))
		ReThrowError(error);
	if (last)
	{
		gov_ddl_track_tell(error);
		return;
	}
	(void) gov_ddl_notes_before();
	caller = MemoryContextSwitchTo(TopTransactionContext);
	left_aside = list_concat_unique_oid(left_aside, work->oids);
	MemoryContextSwitchTo(caller);
}

static void gov_ddl_track_finish(bool last);

/*
 * An act that locked the inventory since tracking began (a sync, an enrolment)
 * has settled who objects are: what was tracked before it ends there, and what
 * comes begins anew.
 */
static void
gov_ddl_track_settle(void)
{
	static uint64 turn = 0;

	if (turn != gov_inventory_turn() && gov_ddl_notes_any())
	{
		gov_ddl_track_finish(false);
		gov_ddl_notes_forget();
	}
	turn = gov_inventory_turn();
}

/* The command that an event trigger was called for. */
static const EventTriggerData *
gov_ddl_event(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by an event trigger", function)));
	return (const EventTriggerData *) fcinfo->context;
}

/* Event trigger at ddl_command_end. */
Datum
gov_ddl_command_ends(PG_FUNCTION_ARGS)
{
	const EventTriggerData *event = gov_ddl_event(fcinfo, "gov_ddl_command_ends");
	GovDdlWork	work = {.event = event};

	if (gov_ddl_command_is_quiet(event) || gov_ddl_mode() == GOV_DDL_OFF ||
		(gov_ddl_enrolled_none() && event->tag != CMDTAG_CREATE_SCHEMA && event->tag != CMDTAG_ALTER_SCHEMA) ||
		!gov_origin_has_acted())
		PG_RETURN_VOID();
	gov_ddl_track_settle();
	gov_ddl_track_attempt(&work, false);
	PG_RETURN_VOID();
}

/* Event trigger at sql_drop. */
Datum
gov_ddl_objects_dropped(PG_FUNCTION_ARGS)
{
	GovDdlWork	work = {.event = gov_ddl_event(fcinfo, "gov_ddl_objects_dropped"), .dropped = true};

	if (gov_ddl_mode() == GOV_DDL_OFF || gov_ddl_enrolled_none() || !gov_origin_has_acted())
		PG_RETURN_VOID();
	gov_ddl_track_settle();
	gov_ddl_track_attempt(&work, false);
	PG_RETURN_VOID();
}

/* ---- at the end of the transaction ---- */

/* Of the objects that were made, those that are gone again. */
GOV_QUERY(query_gone,
		  "SELECT array_agg(o.object_id) FROM @.gov_object AS o WHERE o.object_id = ANY ($1) AND " GOV_OBJECT_RETIRED("o")
		  " HAVING count(*) > 0",
		  INT8ARRAYOID);

/* What became of objects, by the events of an entry, and of those that merely changed: $2 all that were written. */
enum {COUNTED_EVENT = 1, COUNTED};

GOV_QUERY(query_counts,
		  "SELECT e.event, count(*) FROM @.gov_object_event AS e WHERE e.seq = $1 GROUP BY e.event ORDER BY e.event COLLATE \"C\"",
		  INT8OID);

/* Deletes what the transaction made and dropped again; fails where something points at it. */
static void
gov_ddl_track_clear(void *arg pg_attribute_unused())
{
	GovSecurity saved;
	int			level;
	bool		isnull;

	gov_ddl_track_enter(&saved);
	level = gov_ddl_track_connect();
	if (gov_run(&query_gone, gov_datum(gov_ddl_notes_made(), false)) > 0)
		(void) gov_object_delete_ids(gov_result_datum(0, 1, &isnull));
	gov_spi_end(level);
	gov_security_leave(&saved);
}

/* Schemas that were renamed and are gone: what has their names by now is judged by what was before all of it. */
static void
gov_ddl_track_gone_schemas(void *arg pg_attribute_unused())
{
	GovSecurity saved;
	List	   *codes;
	ListCell   *cell;
	int			level;

	gov_ddl_track_enter(&saved);
	level = gov_ddl_track_connect();
	codes = gov_ddl_gone_schemas();
	gov_ddl_notes_unsettle();
	CommandCounterIncrement();
	foreach(cell, codes)
		gov_ddl_track_together((char *) lfirst(cell), gov_ddl_notes_oids());
	gov_spi_end(level);
	gov_security_leave(&saved);
}

/* What the objects that were written were before: those that were there. */
static GovRows *
gov_ddl_track_base(void)
{
	Snapshot	snapshot = gov_inventory_net_before(gov_ddl_notes_first());
	GovArg		written = gov_datum(gov_ddl_notes_written(), false);
	static const Oid types[] = {INT8ARRAYOID};
	GovRows    *rows = gov_rows_begin("gov_net_base", false);

	PushActiveSnapshot(snapshot);
	gov_rows_fill(rows, "SELECT o.* FROM @.gov_object AS o WHERE o.object_id = ANY ($1)", 1, types, &written, true);
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	gov_rows_name(rows);
	return rows;
}

/* Adds the number of events of an entry, and their digest, to its payload; false where there are none. */
static bool
gov_ddl_track_count(int64 seq, int64 changed, GovJson *payload)
{
	uint64		rows = gov_run(&query_counts, gov_int8(seq));

	for (uint64 row = 0; row < rows; row++)
		gov_json_int8(payload, gov_result_text(row, COUNTED_EVENT), gov_result_int8(row, COUNTED));
	if (changed > 0)
		gov_json_int8(payload, "changed", changed);
	if (rows > 0)
		gov_json_text(payload, "events", gov_object_event_digest(seq));
	return rows > 0;
}

/* What became of objects of all kinds; false where nothing did. */
static bool
gov_ddl_track_events(int64 seq, GovJson *payload, bool *events)
{
	int			level = gov_ddl_track_connect();
	GovRows    *base = gov_ddl_track_base();
	int64		changed;

	/* rows kept aside have no index: many are joined as a set */
	gov_spi_setting("enable_hashjoin", "on");
	gov_ddl_gone_restore();
	changed = gov_object_event_put_net(seq, "gov_net_base", gov_ddl_notes_written());
	gov_spi_setting("enable_hashjoin", "off");
	gov_spi_discard(base);
	/* what merely changed is an entry without events */
	*events = gov_ddl_track_count(seq, changed, payload);
	gov_spi_end(level);
	return *events || changed > 0;
}

/* What became of objects that were all made. */
static bool
gov_ddl_track_births(int64 seq, GovJson *payload)
{
	char	   *digest;
	uint64		rows = gov_object_event_put_births(seq, gov_ddl_notes_made(), &digest);

	gov_json_int8(payload, "born", (int64) rows);
	gov_json_text(payload, "events", digest);
	return rows > 0;
}

/* The entry of a transaction. */
typedef struct GovDdlEntry
{
	bool		last;			/* is the transaction about to commit? */
	bool		chained;		/* is nothing left to be chained then? */
} GovDdlEntry;

/* Notes what became of objects, and appends the entry of the transaction. */
static void
gov_ddl_track_append(void *arg)
{
	GovDdlEntry *entry = arg;
	GovSecurity saved;
	int64		seq;
	GovJson		payload;
	bool		events = true;

	gov_ddl_track_enter(&saved);
	seq = gov_ledger_draw();
	gov_json_begin(&payload);
	if (gov_ddl_notes_only_births() ? gov_ddl_track_births(seq, &payload) : gov_ddl_track_events(seq, &payload, &events))
	{
		if (entry->last)
			entry->chained = gov_ledger_append_last(seq, "ddl", gov_json_end(&payload));
		else
			gov_ledger_append_drawn(seq, "ddl", 0, (Datum) 0, gov_json_end(&payload));
		if (events)
			gov_object_events_tell_births(seq);
	}
	gov_security_leave(&saved);
}

/*
 * Ends what the transaction tracked so far: what was left aside is tried again,
 * and what became of objects is noted, at last when it is about to commit.
 */
static void
gov_ddl_track_finish(bool last)
{
	GovDdlWork	work = {.event = NULL};
	GovDdlEntry entry = {.last = last};
	ErrorData  *error;

	PushActiveSnapshot(GetLatestSnapshot());
	if (left_aside != NIL)
		gov_ddl_track_attempt(&work, true);
	left_aside = NIL;
	if (gov_ddl_notes_count() > 0)
	{
		error = gov_ddl_notes_settled() ? gov_subtransaction_attempt_ending(gov_ddl_track_gone_schemas, NULL) : NULL;
		if (error != NULL && gov_ddl_track_must_fail(error, true))
			ReThrowError(error);
		if (error != NULL)
			gov_ddl_track_tell(error);
		error = gov_ddl_notes_only_births() ? NULL : gov_subtransaction_attempt_ending(gov_ddl_track_clear, NULL);
		if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			ReThrowError(error);
		error = gov_subtransaction_attempt_ending(gov_ddl_track_append, &entry);
		if (error == NULL && entry.chained)
			(void) gov_ledger_take_appended();
		if (error != NULL && gov_ddl_track_must_fail(error, true))
			ReThrowError(error);
		if (error != NULL)
			gov_ddl_track_tell(error);
	}
	PopActiveSnapshot();
	CommandCounterIncrement();
}

/* Called at the end of every transaction. */
static void
gov_ddl_at_end(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT || event == XACT_EVENT_PARALLEL_ABORT)
		return;
	if ((event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) && gov_ddl_notes_any() && gov_is_installed())
		gov_ddl_track_finish(event == XACT_EVENT_PRE_COMMIT);
	gov_ddl_notes_forget();
	left_aside = NIL;
	told = false;
}

/* Asks the server to be called at the end of transactions. */
void
gov_ddl_init(void)
{
	gov_ddl_enrolled_init();
	RegisterXactCallback(gov_ddl_at_end, NULL);
}
