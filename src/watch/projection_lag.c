/*-------------------------------------------------------------------------
 *
 * watch/projection_lag.c
 *	  How far projections are behind the assignments they show.
 *
 * A projection is a read model fed from assignments: labels on rows, a search
 * index.  Its rows name an object each, by object_type and object_ref; they
 * are read in one grouped pass and joined with the current assignments of
 * live objects on the projection's axis.  How an assignment is compared with
 * what the projection has of its object depends on the relation's columns:
 *
 *	timestamp	it has projected_at: the newest row of the object.  A time
 *				without a time zone is UTC.  Rows without a time prove nothing.
 *	version		it has none, but version: a whole number, the revision of the
 *				assignment (gov_assignment.revision) that was projected.  With a
 *				column value, too, a row tells of the assignment to that value.
 *				Without it a version cannot say of which value it is; so the
 *				greatest is compared while the object has had one value on the
 *				axis, and is never fresh once it has had more.
 *	existence	it has neither: that there is a row is all that can be known.
 *
 * The label projection is what gov_binding points at, or our own table; only
 * objects with an active label rule count there, because nothing else is
 * projected.  Any other relation is read as its owner, through the one door for
 * what is registered (registered/door.c).  One that is gone, has lost a column or a
 * right, or raises an error makes the lag of its own projection unknown, for
 * each assignment that it may have to show (one row for none), with the
 * reason and a warning; the other projections are answered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "registered/attempt.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/relation.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/grants.h"
#include "registry/axes.h"
#include "registry/in_force.h"
#include "labels/bindings.h"
#include "watch/projection_lag.h"

PG_FUNCTION_INFO_V1(gov_projection_lags);

/* How assignments are compared with rows. */
typedef enum GovProjectionMode
{
	GOV_MODE_TIMESTAMP,
	GOV_MODE_VERSION,
	GOV_MODE_EXISTENCE
} GovProjectionMode;

static const char *const mode_names[] = {"timestamp", "version", "existence"};

/* A row of gov_projection, and its relation looked up. */
typedef struct GovProjection
{
	char	   *projection;
	char	   *axis;
	GovKeptPlace kept;			/* without a name: the label projection */
	GovReadable relation;		/* the same as it is today */
	GovKeptRole registrar;
	Datum		warn_after;
	Oid			role;
	GovProjectionMode mode;
	bool		by_value;		/* do the rows say of which value they are? */
	ErrorData  *read_error;			/* why it cannot be read; NULL when it can */
} GovProjection;

/* What every relation needs. */
static const char *const projection_columns[] = {"object_type", "object_ref", NULL};

/* Has the relation such a column? */
static bool
gov_projection_has(const GovProjection *projection, const char *column)
{
	return OidIsValid(gov_registered_type(&projection->relation, column));
}

/* What messages call the relation of a projection. */
static char *
gov_projection_called(const GovProjection *projection)
{
	return psprintf("%s %s for projection \"%s\"", gov_registered_kind(&projection->relation),
					projection->relation.place.name, projection->projection);
}

/* Raises unless a column of the relation is of a type that serves. */
static void
gov_projection_ensure_type(const GovProjection *projection, const char *column, bool fits, const char *needed)
{
	if (fits)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column %s of %s cannot be compared", column, gov_projection_called(projection)),
			 errdetail("It is of type %s.", format_type_be(gov_registered_type(&projection->relation, column))),
			 errhint("It has to be %s.", needed)));
}

/* Chooses how to compare, by the columns there are. */
static void
gov_projection_choose_mode(GovProjection *projection)
{
	Oid			type;

	projection->by_value = false;
	projection->mode = GOV_MODE_EXISTENCE;
	if (gov_projection_has(projection, "projected_at"))
	{
		projection->mode = GOV_MODE_TIMESTAMP;
		gov_projection_ensure_type(projection, "projected_at",
								   gov_registered_time_expression(&projection->relation, "projected_at") != NULL,
								   "a timestamp with time zone, or one without, or a date, in UTC");
	}
	else if (gov_projection_has(projection, "version"))
	{
		type = getBaseType(gov_registered_type(&projection->relation, "version"));
		projection->mode = GOV_MODE_VERSION;
		projection->by_value = gov_projection_has(projection, "value");
		gov_projection_ensure_type(projection, "version",
								   type == INT2OID || type == INT4OID || type == INT8OID,
								   "a smallint, integer or bigint");
	}
}

/* The columns that the mode reads, for the check of rights. */
static const char *const *
gov_projection_read_columns(const GovProjection *projection)
{
	static const char *const timed[] = {"object_type", "object_ref", "projected_at", NULL};
	static const char *const versioned[] = {"object_type", "object_ref", "version", NULL};
	static const char *const valued[] = {"object_type", "object_ref", "version", "value", NULL};

	if (projection->mode == GOV_MODE_TIMESTAMP)
		return timed;
	if (projection->mode == GOV_MODE_VERSION)
		return projection->by_value ? valued : versioned;
	return projection_columns;
}

/* Finds the relation; raises unless it can be a projection. */
static void
gov_projection_check(GovProjection *projection)
{
	char	   *missing;

	projection->relation = gov_registered_look(&projection->kept);
	projection->role = gov_ensure_role_meant(&projection->registrar,
											 psprintf("of projection \"%s\"", projection->projection),
											 "Use gov_set_projection again, as the owner of the relation.");
	if (!OidIsValid(projection->relation.place.object))
		ereport(ERROR,
				(errcode(projection->relation.place.class == ProcedureRelationId ? ERRCODE_UNDEFINED_FUNCTION : ERRCODE_UNDEFINED_TABLE),
				 errmsg("%s does not exist", gov_projection_called(projection)),
				 errhint("Name one that does, or disable the projection with gov_set_projection.")));
	if (!projection->relation.has_rows)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s has no rows to read", gov_projection_called(projection)),
				 errhint("Give %s.", gov_registered_with_rows(&projection->relation))));
	missing = gov_registered_missing_columns(&projection->relation, projection_columns);
	if (missing != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("%s lacks columns: %s", gov_projection_called(projection), missing),
				 errhint("Make a view or a function that has object_type, object_ref and, so that lag can be told, projected_at.")));
	gov_projection_choose_mode(projection);
}

/* A relation as the door takes it, once it is known whose it is. */
static GovRegistered
gov_projection_ensure_readable(const GovProjection *projection)
{
	GovRegistered thing = {
		.what = gov_projection_called(projection),
		.way_out = "Mend the relation, or name another with gov_set_projection, or disable the projection.",
		.class = projection->relation.place.class,
		.object = projection->relation.place.object,
		.registrar = projection->role,
		.timeout = gov_guc_read_timeout
	};
	char	   *unreadable;

	gov_ensure_registered(&thing);
	unreadable = gov_registered_unreadable(&projection->relation, gov_projection_read_columns(projection));
	if (unreadable != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for %s", thing.what),
				 errdetail_internal("%s", unreadable),
				 errhint("Grant it that, or disable the projection with gov_set_projection.")));
	return thing;
}

/* Columns of lock_projection. */
enum {PROJECTION_AXIS = 1, PROJECTION_RELATION, PROJECTION_REGISTRAR = PROJECTION_RELATION + 4};

GOV_QUERY(lock_projection,
		  "SELECT p.axis, " GOV_PLACE_COLUMNS("p", "p.relation") ", " GOV_REGISTRAR_COLUMNS("p")
		  " FROM @.gov_projection AS p WHERE p.projection = $1 FOR UPDATE",
		  TEXTOID);
GOV_QUERY(add_projection,
		  "INSERT INTO @.gov_projection (projection, axis, warn_after, enabled,"
		  "                              relation, address_oid, address_database, address_system,"
		  "                              registered_by, registered_oid, registered_system)"
		  " VALUES ($1, $2, coalesce($3, '30 days'), coalesce($4, true), $5, $6::oid, $7::oid, $8, $9, $10::oid, $11)"
		  " ON CONFLICT (projection) DO NOTHING",
		  TEXTOID, TEXTOID, INTERVALOID, BOOLOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);
GOV_QUERY(write_projection,
		  "INSERT INTO @.gov_projection AS p (projection, axis, warn_after, enabled,"
		  "                                   relation, address_oid, address_database, address_system,"
		  "                                   registered_by, registered_oid, registered_system)"
		  " VALUES ($1, $2, coalesce($3, '30 days'), coalesce($4, true), $5, $6::oid, $7::oid, $8, $9, $10::oid, $11)"
		  " ON CONFLICT (projection) DO UPDATE SET axis = excluded.axis, relation = excluded.relation,"
		  " address_oid = excluded.address_oid, address_database = excluded.address_database,"
		  " address_system = excluded.address_system,"
		  " warn_after = coalesce($3, p.warn_after), enabled = coalesce($4, p.enabled),"
		  " registered_by = excluded.registered_by, registered_oid = excluded.registered_oid,"
		  " registered_system = excluded.registered_system"
		  " WHERE p.axis <> excluded.axis OR p.relation IS DISTINCT FROM excluded.relation"
		  "  OR p.warn_after <> coalesce($3, p.warn_after) OR p.enabled <> coalesce($4, p.enabled)"
		  "  OR (excluded.relation IS NOT NULL AND " GOV_REGISTRAR_DIFFERS("p", "excluded") ")",
		  TEXTOID, TEXTOID, INTERVALOID, BOOLOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);

/* The argument warn_after; raises when it is negative. */
static GovArg
gov_projection_warn_after(FunctionCallInfo fcinfo, int argno)
{
	Interval	none = {0};

	if (PG_ARGISNULL(argno))
		return gov_null();
	if (DatumGetBool(DirectFunctionCall2(interval_lt, PG_GETARG_DATUM(argno), IntervalPGetDatum(&none))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be negative", "warn_after")));
	return gov_datum(PG_GETARG_DATUM(argno), false);
}

/*
 * The relation that a projection is to have, without a name for the label
 * projection: what was given, checked, and who registers it; or what it has.
 */
static GovKeptPlace
gov_projection_relation(const char *projection, const char *given, const GovKeptPlace *has, GovKeptRole *registrar)
{
	GovProjection checked = {.projection = pstrdup(projection)};

	if (given == NULL)
		return *has;
	*registrar = gov_role_keep(GetSessionUserId());
	if (given[0] == '\0')
		return (GovKeptPlace) {0};
	checked.kept.name = gov_place_canonical(given);
	checked.registrar = *registrar;
	gov_projection_check(&checked);
	checked.role = gov_registered_registrar(checked.relation.place.class, checked.relation.place.object);
	(void) gov_projection_ensure_readable(&checked);
	*registrar = gov_role_keep(checked.role);
	return gov_place_keep(&checked.relation.place);
}

/* Does a call but register the relation that a projection has, as its owner by now may? */
static bool
gov_projection_registers_anew(FunctionCallInfo fcinfo, const GovKeptPlace *was, const GovKeptPlace *relation)
{
	GovPlace	now;

	if (!PG_ARGISNULL(1) || !PG_ARGISNULL(3) || !PG_ARGISNULL(4) || was->name == NULL || relation->name == NULL)
		return false;
	now = gov_place_find(relation);
	return gov_place_is(was, &now);
}

/* Raises for a projection that was not there when it was looked for. */
static void
gov_projection_raise_new(const char *projection)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("projection \"%s\" was registered by somebody else just now", projection),
			 errhint("Try again.")));
}

/*
 * gov_set_projection(projection, axis, relation, warn_after, enabled): watches
 * one.  It belongs to the role that registered it.
 */
GOV_ACT(gov_set_projection)
{
	char	   *projection = gov_arg_code(fcinfo, 0, "projection");
	char	   *axis = gov_arg_code_or_null(fcinfo, 1, "axis");
	char	   *given = gov_arg_text_or_null(fcinfo, 2);
	GovArg		warn_after = gov_projection_warn_after(fcinfo, 3);
	GovArg		enabled = PG_ARGISNULL(4) ? gov_null() : gov_bool(PG_GETARG_BOOL(4));
	GovKeptPlace relation = {0};
	GovKeptPlace was = {0};
	GovKeptRole registrar = gov_role_keep(GetSessionUserId());
	GovKeptRole before = registrar;
	bool		found;
	GovJson		payload;
	int			level = gov_spi_begin();

	found = gov_run(&lock_projection, gov_text(projection)) > 0;
	if (found)
	{
		before = gov_result_role(0, PROJECTION_REGISTRAR);
		registrar = before;
		axis = axis != NULL ? axis : gov_result_text(0, PROJECTION_AXIS);
		was = gov_result_place(0, PROJECTION_RELATION);
		relation = was;
	}
	gov_ensure_not_null(axis == NULL, "axis");
	gov_ensure_axis(axis, GOV_ROW_SHARE, NULL);
	relation = gov_projection_relation(projection, given, &relation, &registrar);
	if (gov_run_args(found ? &write_projection : &add_projection, 11, (GovArg[]) {
					 gov_text(projection), gov_text(axis), warn_after, enabled,
					 GOV_PLACE_ARGS(&relation), GOV_ROLE_ARGS(&registrar)}) == 0)
	{
		gov_spi_end(level);
		if (!found)
			gov_projection_raise_new(projection);
		return gov_answer(GOV_UNCHANGED, "projection \"%s\"", projection);
	}
	if (found && !gov_projection_registers_anew(fcinfo, &was, &relation))
		gov_ensure_may_act_for(psprintf("change projection \"%s\"", projection), &before);
	gov_json_begin(&payload);
	gov_json_text(&payload, "axis", axis);
	gov_json_text(&payload, "relation", relation.name);
	gov_json_value(&payload, "warn_after", INTERVALOID, warn_after.value, warn_after.isnull);
	gov_json_value(&payload, "enabled", BOOLOID, enabled.value, enabled.isnull);
	gov_ledger_append("set_projection", 0, gov_json_object("projection", projection), gov_json_end(&payload));
	gov_spi_end(level);
	return gov_answer(found ? GOV_CHANGED : GOV_CREATED, "projection \"%s\"", projection);
}

/* The one grouped pass over a relation. */
static char *
gov_projection_query(const GovProjection *projection)
{
	static const char *const newest[] = {
		", pg_catalog.max(%s) AS projected_at, NULL::bigint AS version",
		", NULL::timestamptz AS projected_at, pg_catalog.max(%s) AS version",
		", NULL::timestamptz AS projected_at, NULL::bigint AS version%s"
	};
	const char *column = projection->mode == GOV_MODE_TIMESTAMP ?
		gov_registered_time_expression(&projection->relation, "projected_at") :
		projection->mode == GOV_MODE_VERSION ? "r.version::bigint" : "";
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s AS object_type, %s AS object_ref, %s AS value, pg_catalog.count(*) AS rows",
					 gov_registered_text_expression(&projection->relation, "object_type"),
					 gov_registered_text_expression(&projection->relation, "object_ref"),
					 projection->by_value ? gov_registered_text_expression(&projection->relation, "value") : "NULL::pg_catalog.text");
	appendStringInfo(&sql, newest[projection->mode], column);
	appendStringInfo(&sql, " FROM %s AS r WHERE r.object_type IS NOT NULL AND r.object_ref IS NOT NULL"
					 " GROUP BY 1, 2%s", projection->relation.place.name,
					 projection->by_value ? ", 3" : "");
	return sql.data;
}

/* Reads a registered relation; the rows are kept aside. */
static GovRows *
gov_projection_collect(GovProjection *projection)
{
	GovRegistered thing;

	gov_projection_check(projection);
	thing = gov_projection_ensure_readable(projection);
	return gov_registered_read(&thing, "gov_projected", gov_projection_query(projection), 0, NULL, NULL, false);
}

/* The same for the label projection, in the same columns. */
static GovRows *
gov_projection_collect_labels(GovProjection *projection)
{
	projection->mode = GOV_MODE_TIMESTAMP;
	projection->by_value = false;
	return gov_binding_collect(GOV_LABEL_PROJECTION, "gov_projected",
							   "SELECT b.object_type, b.object_ref, NULL::text AS value, count(*) AS rows,"
							   " max(b.projected_at) AS projected_at, NULL::bigint AS version",
							   "WHERE b.object_type IS NOT NULL AND b.object_ref IS NOT NULL"
							   " GROUP BY b.object_type, b.object_ref", false);
}

/* An assignment beside what the projection has of it; NULLs as "not finite" or 0. */
typedef struct GovLag
{
	TimestampTz assigned_at;
	TimestampTz projected_at;
	int64		rows;
	int64		version;
	int32		revision;
	bool		timed;			/* is there a projected_at? */
	bool		versioned;		/* is there a version? */
	bool		several;		/* more than one value, and rows do not say which */
} GovLag;

/* The flag of an assignment. */
static const char *
gov_projection_flag(GovProjectionMode mode, const GovLag *lag)
{
	bool		behind = false;

	if (lag->rows == 0 ||
		(mode == GOV_MODE_TIMESTAMP && !lag->timed) || (mode == GOV_MODE_VERSION && !lag->versioned))
		return "never_projected";
	if (mode == GOV_MODE_TIMESTAMP)
		behind = lag->assigned_at > lag->projected_at;
	else if (mode == GOV_MODE_VERSION)
		behind = lag->several || lag->revision > lag->version;
	return behind ? "lagging" : "fresh";
}

/* The date of an instant in UTC, as days since the server's epoch. */
static int32
gov_projection_utc_day(TimestampTz at)
{
	return (int32) ((at - (((at % USECS_PER_DAY) + USECS_PER_DAY) % USECS_PER_DAY)) / USECS_PER_DAY);
}

/* How bad a flag is; NULL for fresh.  "interval": the lag, where there is one. */
static const char *
gov_projection_severity(const char *flag, const GovLag *lag, bool measured, Datum interval, Datum warn_after)
{
	if (strcmp(flag, "fresh") == 0)
		return NULL;
	if (strcmp(flag, "never_projected") == 0)
		return "warning";
	if (!measured)
		return lag->timed ? "warning" : "info"; /* an infinite lag, or none to tell */
	return DatumGetBool(DirectFunctionCall2(interval_gt, interval, warn_after)) ? "warning" : "info";
}

/* Where the rows of a projection go. */
typedef struct GovLagSink
{
	ReturnSetInfo *result;
	const GovProjection *projection;
	bool		any;			/* was there a row? */
} GovLagSink;

/* Columns of the joined query, and of gov_projection_lags. */
#define GOV_LAG_COLUMNS		18

/* Columns of the joined query. */
enum {JOINED_OBJECT_ID = 1, JOINED_OBJECT_TYPE, JOINED_OBJECT_REF, JOINED_VALUE, JOINED_ASSIGNED_AT,
	JOINED_REVISION, JOINED_SEVERAL, JOINED_PROJECTED_AT, JOINED_VERSION, JOINED_ROWS};

/* Takes a field of the joined query apart, 0 when it is NULL. */
static Datum
gov_projection_peek(uint64 row, int column, bool *present)
{
	bool		isnull;
	Datum		value = gov_result_peek(row, column, &isnull);

	if (present != NULL)
		*present = !isnull;
	return isnull ? (Datum) 0 : value;
}

/* Puts one row. */
static void
gov_projection_put(GovLagSink *sink, uint64 row)
{
	const GovProjection *projection = sink->projection;
	GovLag		lag;
	Datum		values[GOV_LAG_COLUMNS];
	bool		nulls[GOV_LAG_COLUMNS] = {false};
	const char *flag;
	const char *severity;
	bool		measured;
	int			column = 0;

	lag.assigned_at = DatumGetTimestampTz(gov_projection_peek(row, JOINED_ASSIGNED_AT, NULL));
	lag.revision = DatumGetInt32(gov_projection_peek(row, JOINED_REVISION, NULL));
	lag.several = DatumGetBool(gov_projection_peek(row, JOINED_SEVERAL, NULL));
	lag.projected_at = DatumGetTimestampTz(gov_projection_peek(row, JOINED_PROJECTED_AT, &lag.timed));
	lag.version = DatumGetInt64(gov_projection_peek(row, JOINED_VERSION, &lag.versioned));
	lag.rows = DatumGetInt64(gov_projection_peek(row, JOINED_ROWS, NULL));
	measured = lag.timed && !TIMESTAMP_NOT_FINITE(lag.assigned_at) && !TIMESTAMP_NOT_FINITE(lag.projected_at);
	flag = gov_projection_flag(projection->mode, &lag);

	values[column++] = CStringGetTextDatum(projection->projection);
	values[column++] = gov_projection_peek(row, JOINED_OBJECT_TYPE, NULL);
	values[column++] = gov_projection_peek(row, JOINED_OBJECT_REF, NULL);
	values[column++] = CStringGetTextDatum(projection->axis);
	values[column++] = gov_projection_peek(row, JOINED_VALUE, NULL);
	values[column++] = TimestampTzGetDatum(lag.assigned_at);
	nulls[column] = !lag.timed;
	values[column++] = TimestampTzGetDatum(lag.projected_at);
	values[column++] = Int64GetDatum(lag.rows);
	values[column++] = CStringGetTextDatum(flag);
	nulls[column] = nulls[column + 1] = !measured;
	values[column] = measured ? DirectFunctionCall2(timestamp_mi, TimestampTzGetDatum(lag.assigned_at),
													TimestampTzGetDatum(lag.projected_at)) : (Datum) 0;
	severity = gov_projection_severity(flag, &lag, measured, values[column], projection->warn_after);
	column++;
	values[column++] = measured ? Int32GetDatum(gov_projection_utc_day(lag.assigned_at) -
												gov_projection_utc_day(lag.projected_at)) : (Datum) 0;
	values[column++] = CStringGetTextDatum(mode_names[projection->mode]);
	nulls[column] = severity == NULL;
	values[column++] = severity == NULL ? (Datum) 0 : CStringGetTextDatum(severity);
	values[column++] = Int32GetDatum(lag.revision);
	nulls[column] = !lag.versioned;
	values[column++] = Int64GetDatum(lag.version);
	values[column++] = gov_projection_peek(row, JOINED_OBJECT_ID, NULL);
	nulls[column] = nulls[column + 1] = true;
	tuplestore_putvalues(sink->result->setResult, sink->result->setDesc, values, nulls);
}

/* The hint where the error has none. */
#define LAG_HINT	"Mend the relation, or name another with gov_set_projection, or disable the projection."

/* Puts one row of a projection that cannot be read; of no assignment, or that of a row of the query. */
static void
gov_projection_put_unknown(GovLagSink *sink, bool assigned, uint64 row)
{
	static const struct
	{
		int			column;
		int			from;		/* column of the query */
	}			of_assignment[] = {
		{1, JOINED_OBJECT_TYPE}, {2, JOINED_OBJECT_REF}, {4, JOINED_VALUE}, {5, JOINED_ASSIGNED_AT},
		{13, JOINED_REVISION}, {15, JOINED_OBJECT_ID}
	};
	const GovProjection *projection = sink->projection;
	Datum		values[GOV_LAG_COLUMNS] = {0};
	bool		nulls[GOV_LAG_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[0] = CStringGetTextDatum(projection->projection);
	values[3] = CStringGetTextDatum(projection->axis);
	values[8] = CStringGetTextDatum("unknown");
	values[12] = CStringGetTextDatum("warning");
	values[16] = CStringGetTextDatum(gov_attempt_message(projection->read_error));
	values[17] = CStringGetTextDatum(projection->read_error->hint != NULL ? projection->read_error->hint : LAG_HINT);
	nulls[0] = nulls[3] = nulls[8] = nulls[12] = nulls[16] = nulls[17] = false;
	for (int i = 0; assigned && i < (int) lengthof(of_assignment); i++)
	{
		values[of_assignment[i].column] = gov_projection_peek(row, of_assignment[i].from, NULL);
		nulls[of_assignment[i].column] = false;
	}
	tuplestore_putvalues(sink->result->setResult, sink->result->setDesc, values, nulls);
}

/* Puts the next rows, in memory that is then given back. */
static void
gov_projection_take(uint64 rows, void *state)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "governance projection lag",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	((GovLagSink *) state)->any = true;
	for (uint64 i = 0; i < rows; i++)
	{
		if (((GovLagSink *) state)->projection->read_error != NULL)
			gov_projection_put_unknown((GovLagSink *) state, true, i);
		else
			gov_projection_put((GovLagSink *) state, i);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/*
 * The current assignments of live objects on axis $1, beside what is
 * projected; without that for a projection that cannot be read.
 */
static char *
gov_projection_join(const GovProjection *projection)
{
	bool		unreadable = projection->read_error != NULL;
	bool		whole = !unreadable && projection->mode == GOV_MODE_VERSION && !projection->by_value;

	return psprintf("SELECT o.object_id, o.object_type, o.object_ref, s.value, s.assigned_at, s.revision, %s%s"
					"  FROM @.gov_assignment AS s"
					"  JOIN @.gov_object AS o ON o.object_id = s.object_id%s%s"
					" WHERE s.axis = $1 AND " GOV_OBJECT_LIVE("o") "%s"
					"   AND " GOV_CURRENT("s"),
					whole ? "EXISTS (SELECT FROM @.gov_assignment AS x WHERE x.object_id = s.object_id"
					" AND x.axis = s.axis AND x.value <> s.value)" : "false",
					unreadable ? "" : ", p.projected_at, p.version, coalesce(p.rows, 0)",
					unreadable ? "" : " LEFT JOIN gov_projected AS p"
					" ON p.object_ref = o.object_ref AND p.object_type = o.object_type",
					!unreadable && projection->by_value ? " AND p.value = s.value" : "",
					!unreadable && projection->kept.name == NULL ?
					" AND EXISTS (SELECT FROM gov_ruled AS r"
					" WHERE r.object_ref = o.object_ref AND r.object_type = o.object_type)" : "");
}

/* Puts the rows of one projection, what it shows being kept aside. */
static void
gov_projection_put_all(GovLagSink *sink)
{
	static const Oid types[] = {TEXTOID};
	GovArg		axis = gov_text(sink->projection->axis);

	gov_run_text_each_args(gov_projection_join(sink->projection), lengthof(types), types, &axis,
						   gov_projection_take, sink);
}

/* A projection to be answered for. */
typedef struct GovLagReading
{
	GovProjection *projection;
	GovLagSink	sink;
	bool		read;			/* is all of the application's read? */
} GovLagReading;

/* Reads one projection and puts its rows, in the form that gov_attempt_read takes. */
static void
gov_projection_answer(void *arg)
{
	GovLagReading *reading = (GovLagReading *) arg;
	GovProjection *projection = reading->projection;
	GovRows    *ruled = NULL;
	GovRows    *projected;
	int			level = gov_spi_begin();

	if (projection->kept.name == NULL)
	{
		ruled = gov_binding_collect(GOV_LABEL_RULE, "gov_ruled",
									"SELECT DISTINCT b.object_type, b.object_ref",
									"WHERE b.status = 'active' AND b.label IS NOT NULL"
									" AND b.object_type IS NOT NULL AND b.object_ref IS NOT NULL", false);
		projected = gov_projection_collect_labels(projection);
	}
	else
		projected = gov_projection_collect(projection);
	reading->read = true;
	gov_projection_put_all(&reading->sink);
	gov_spi_discard(projected);
	if (ruled != NULL)
		gov_spi_discard(ruled);
	gov_spi_end(level);
}

/* The same; when the application's relation fails, everything it may have to show is unknown. */
static void
gov_projection_attempt(GovProjection *projection, ReturnSetInfo *result)
{
	GovLagReading reading = {projection, {result, projection, false}, false};
	ErrorData  *error = gov_attempt_read(gov_projection_answer, &reading);

	if (error == NULL)
		return;
	if (reading.read || (projection->kept.name == NULL && !gov_binding_any()))
		ReThrowError(error);
	projection->read_error = error;
	gov_attempt_warn(psprintf("lag of projection \"%s\" is unknown", projection->projection), error, LAG_HINT);
	gov_projection_put_all(&reading.sink);
	if (!reading.sink.any)
		gov_projection_put_unknown(&reading.sink, false, 0);
}

/* Columns of find_projections. */
enum {FOUND_PROJECTION = 1, FOUND_AXIS, FOUND_WARN_AFTER, FOUND_RELATION, FOUND_REGISTRAR = FOUND_RELATION + 4};

GOV_QUESTION(find_projections,
			 "SELECT p.projection, p.axis, p.warn_after, " GOV_PLACE_COLUMNS("p", "p.relation") ", " GOV_REGISTRAR_COLUMNS("p")
			 " FROM @.gov_projection AS p WHERE p.enabled ORDER BY p.projection COLLATE \"C\"");

/* gov_projection_lags(): every enabled projection, each assignment that it is to show. */
Datum
gov_projection_lags(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	GovProjection *projections;
	uint64		rows;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	level = gov_spi_begin();
	rows = gov_run(&find_projections);
	projections = palloc0(sizeof(GovProjection) * (rows + 1));
	for (uint64 i = 0; i < rows; i++)
	{
		bool		isnull;

		projections[i].projection = gov_result_text(i, FOUND_PROJECTION);
		projections[i].axis = gov_result_text(i, FOUND_AXIS);
		projections[i].kept = gov_result_place(i, FOUND_RELATION);
		projections[i].registrar = gov_result_role(i, FOUND_REGISTRAR);
		projections[i].warn_after = gov_result_datum(i, FOUND_WARN_AFTER, &isnull);
	}
	for (uint64 i = 0; i < rows; i++)
		gov_projection_attempt(&projections[i], result);
	gov_spi_end(level);
	return (Datum) 0;
}

GOV_QUERY(list_projections,
		  "SELECT p.projection, " GOV_PLACE_COLUMNS("p", "p.relation") " FROM @.gov_projection AS p WHERE p.relation IS NOT NULL"
		  " ORDER BY p.projection COLLATE \"C\"");
GOV_QUERY(move_projection,
		  "UPDATE @.gov_projection SET relation = $2, address_oid = $3::oid, address_database = $4::oid, address_system = $5"
		  " WHERE projection = $1",
		  TEXTOID, GOV_PLACE_ARG_TYPES);

/* Brings the names of relations up to date; how many were renamed. */
uint64
gov_projections_follow(void)
{
	return gov_places_follow(&list_projections, &move_projection);
}

GOV_QUERY(rebind_projections,
		  "UPDATE @.gov_projection AS p SET " GOV_REGISTRAR_REBOUND
		  GOV_ROLE_REBINDS("projection", "p.projection"), TEXTOID);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
uint64
gov_projections_rebind(GovArg role)
{
	return gov_run(&rebind_projections, role);
}
