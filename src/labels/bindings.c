/*-------------------------------------------------------------------------
 *
 * labels/bindings.c
 *	  Where labels are read from.
 *
 * An application that has labels of its own need not copy them: the
 * vocabulary, the label rules and the label projection can each be bound to
 * a relation, or a function without arguments, with the same column names, of
 * any types that have a text form.  projected_at must be a point in time; one
 * without a time zone is UTC.
 *
 * A bound relation is read as its owner, through the one door for what is
 * registered (registered/door.c).  It is looked at anew each time it is read:
 * one that is gone, has lost a column or a right is an error that names the
 * binding, never an empty set.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/json.h"
#include "server/security.h"
#include "registered/attempt.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/relation.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "trust/grants.h"
#include "registry/in_force.h"
#include "labels/bindings.h"

/* The bindings, in the order of GovBinding, ended by NULL. */
static const char *const binding_names[] = {
	"vocabulary", "label_rule", "label_projection", NULL
};

/* What each is read from when nothing is bound. */
static const char *const binding_tables[] = {
	"gov_label", "gov_label_rule", "gov_label_projection"
};

/* What counts of it: nothing of objects that are gone. */
static const char *const binding_counting[] = {
	"",
	" WHERE " GOV_OF_NO_GONE_OBJECT("r"),
	" WHERE " GOV_OF_NO_GONE_OBJECT("r")
};

/* The columns of each. */
static const char *const binding_columns[][5] = {
	{"label", "facet", "name", "status", NULL},
	{"object_type", "object_ref", "label", "status", NULL},
	{"object_type", "object_ref", "label", "projected_at", NULL}
};

/* The one column that is no text. */
#define TIME_COLUMN "projected_at"

/* What always helps. */
#define UNBIND "or use gov_unbind to read labels from the extension's own table."

/* A relation to be read, and who registered it. */
typedef struct GovBound
{
	GovBinding	which;
	GovKeptPlace kept;			/* without a name: our own table */
	GovReadable relation;		/* the same as it is today */
	GovKeptRole registrar;
	Oid			role;
} GovBound;

/* Columns of find_binding. */
enum {BINDING_RELATION = 1, BINDING_REGISTRAR = BINDING_RELATION + 4};

GOV_QUERY(find_binding,
		  "SELECT " GOV_PLACE_COLUMNS("b", "b.relation") ", " GOV_REGISTRAR_COLUMNS("b") " FROM @.gov_binding AS b WHERE b.binding = $1",
		  TEXTOID);

/* Finds what is bound; false when nothing is. */
static bool
gov_binding_find(GovBinding which, GovBound *bound)
{
	GovSecurity saved;
	int			level;
	bool		found;

	memset(bound, 0, sizeof(GovBound));
	bound->which = which;
	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	found = gov_run(&find_binding, gov_text(binding_names[which])) > 0;
	if (found)
	{
		bound->kept = gov_result_place(0, BINDING_RELATION);
		bound->registrar = gov_result_role(0, BINDING_REGISTRAR);
	}
	gov_spi_end(level);
	gov_security_leave(&saved);
	return found;
}

GOV_QUERY(find_any_binding,
		  "SELECT FROM @.gov_binding LIMIT 1");

/* Is anything bound? */
bool
gov_binding_any(void)
{
	int			level = gov_spi_begin();
	bool		any = gov_run(&find_any_binding) > 0;

	gov_spi_end(level);
	return any;
}

/* What messages call a bound relation. */
static char *
gov_binding_called(const GovBound *bound)
{
	return psprintf("%s %s for binding \"%s\"", gov_registered_kind(&bound->relation), bound->relation.place.name,
					binding_names[bound->which]);
}

/* Raises unless a time column can be read as a point in time. */
static void
gov_binding_ensure_time(const GovBound *bound)
{
	Oid			type = gov_registered_type(&bound->relation, TIME_COLUMN);

	if (OidIsValid(type) && gov_registered_time_expression(&bound->relation, TIME_COLUMN) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column %s of %s is no point in time", TIME_COLUMN, gov_binding_called(bound)),
				 errdetail("It is of type %s.", format_type_be(type)),
				 errhint("It has to be a timestamp with time zone, or one without, or a date, in UTC.")));
}

/* Finds the relation that is bound or about to be; raises unless it can be what it is bound as. */
static void
gov_binding_check(GovBound *bound)
{
	const char *const *columns = binding_columns[bound->which];
	char	   *missing;

	bound->relation = gov_registered_look(&bound->kept);
	bound->role = gov_ensure_role_meant(&bound->registrar, psprintf("of binding \"%s\"", binding_names[bound->which]),
										"Bind the relation anew, as its owner, " UNBIND);
	if (!OidIsValid(bound->relation.place.object))
		ereport(ERROR,
				(errcode(bound->relation.place.class == ProcedureRelationId ? ERRCODE_UNDEFINED_FUNCTION : ERRCODE_UNDEFINED_TABLE),
				 errmsg("%s does not exist", gov_binding_called(bound)),
				 errhint("Bind one that does, " UNBIND)));
	if (!bound->relation.has_rows)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s has no rows to read", gov_binding_called(bound)),
				 errhint("Bind %s, " UNBIND, gov_registered_with_rows(&bound->relation))));
	missing = gov_registered_missing_columns(&bound->relation, columns);
	if (missing != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("%s lacks columns: %s", gov_binding_called(bound), missing),
				 errhint("Bind a view or a function that has %s, %s, %s and %s, " UNBIND, columns[0], columns[1], columns[2], columns[3])));
	gov_binding_ensure_time(bound);
}

/*
 * A bound relation as the door takes it, once it is known whose it is.  Its owner
 * has to have the rights that it has unless it gave them up.
 */
static GovRegistered
gov_binding_ensure_readable(const GovBound *bound)
{
	GovRegistered thing = {
		.what = gov_binding_called(bound),
		.way_out = "Mend the relation, bind another one, " UNBIND,
		.class = bound->relation.place.class,
		.object = bound->relation.place.object,
		.registrar = bound->role,
		.timeout = gov_guc_read_timeout
	};
	char	   *unreadable;

	gov_ensure_registered(&thing);
	unreadable = gov_registered_unreadable(&bound->relation, binding_columns[bound->which]);
	if (unreadable != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for %s", thing.what),
				 errdetail_internal("%s", unreadable),
				 errhint("Grant it that, " UNBIND)));
	return thing;
}

/* A column of the relation in the type we read it in. */
static const char *
gov_binding_expression(const GovBound *bound, const char *column)
{
	if (bound->kept.name == NULL)
		return strcmp(column, TIME_COLUMN) == 0 ? "r." TIME_COLUMN : psprintf("r.%s::pg_catalog.text", column);
	if (strcmp(column, TIME_COLUMN) != 0)
		return gov_registered_text_expression(&bound->relation, column);
	return gov_registered_time_expression(&bound->relation, TIME_COLUMN);
}

/* The text of a query on the relation. */
static char *
gov_binding_query(const GovBound *bound, const char *select, const char *rest)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "%s FROM (SELECT ", select);
	for (int i = 0; binding_columns[bound->which][i] != NULL; i++)
		appendStringInfo(&sql, "%s%s AS %s", i > 0 ? ", " : "",
						 gov_binding_expression(bound, binding_columns[bound->which][i]),
						 binding_columns[bound->which][i]);
	if (bound->kept.name == NULL)
		appendStringInfo(&sql, " FROM @.%s AS r%s) AS b %s",
						 binding_tables[bound->which], binding_counting[bound->which], rest);
	else
		appendStringInfo(&sql, " FROM %s AS r) AS b %s", bound->relation.place.name, rest);
	return sql.data;
}

/* Collects our own table, as the extension's owner. */
static GovRows *
gov_binding_collect_own(const char *name, const char *sql,
						int nargs, const Oid *types, const GovArg *args, bool as_asked)
{
	GovSecurity saved;
	GovRows    *rows;

	gov_security_enter(&saved, gov_extension_owner(), true);
	rows = gov_rows_begin(name, false);
	gov_rows_fill(rows, sql, nargs, types, args, as_asked);
	gov_rows_name(rows);
	gov_security_leave(&saved);
	return rows;
}

/* Keeps what a query says of the relation aside, whichever it is. */
static GovRows *
gov_binding_keep(GovBinding which, const char *name, const char *select, const char *rest,
				 int nargs, const Oid *types, const GovArg *args, bool as_asked)
{
	GovBound	bound;
	GovRegistered thing;
	char	   *sql;

	if (!gov_binding_find(which, &bound))
		return gov_binding_collect_own(name, gov_binding_query(&bound, select, rest),
									   nargs, types, args, as_asked);
	gov_binding_check(&bound);
	thing = gov_binding_ensure_readable(&bound);
	sql = gov_binding_query(&bound, select, rest);
	return gov_registered_read(&thing, name, sql, nargs, types, args, as_asked);
}

/*
 * Runs a query of the relation behind a binding and gives the number of its
 * rows.  They are few, so they are copied once more to be a query's result.
 */
uint64
gov_binding_read(GovBinding which, const char *select, const char *rest,
				 int nargs, const Oid *types, const GovArg *args, bool read_only)
{
	GovRows    *kept = gov_binding_keep(which, "gov_bound", select, rest, nargs, types, args, read_only);
	uint64		rows = gov_run_text("SELECT * FROM gov_bound", 0, NULL, NULL, true);

	gov_spi_discard(kept);
	return rows;
}

/* Hands the rows of the relation behind a binding on some at a time; those of a table of our own are read in place. */
void
gov_binding_read_each(GovBinding which, const char *select, const char *rest,
					  void (*take) (uint64 rows, void *state), void *state)
{
	GovBound	bound;
	GovSecurity saved;
	GovRows    *kept;

	if (!gov_binding_find(which, &bound))
	{
		gov_security_enter(&saved, gov_extension_owner(), true);
		gov_run_text_each(gov_binding_query(&bound, select, rest), take, state);
		gov_security_leave(&saved);
		return;
	}
	kept = gov_binding_keep(which, "gov_bound", select, rest, 0, NULL, NULL, true);
	gov_run_text_each("SELECT * FROM gov_bound", take, state);
	gov_spi_discard(kept);
}

/* Keeps the rows aside under a name, for queries of ours to join (gov_spi_collect). */
GovRows *
gov_binding_collect(GovBinding which, const char *name, const char *select, const char *rest, bool as_asked)
{
	return gov_binding_keep(which, name, select, rest, 0, NULL, NULL, as_asked);
}

/* Raises when what the function "act" would change is bound to a relation. */
void
gov_ensure_not_bound(GovBinding which, const char *act)
{
	GovBound	bound;

	if (!gov_binding_find(which, &bound))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s would change nothing that is read", act),
			 errdetail("Binding \"%s\" points at relation %s.", binding_names[which], bound.kept.name),
			 errhint("Change that relation, or use gov_unbind first.")));
}

/* The binding that an argument names. */
static GovBinding
gov_binding_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *binding = gov_arg_code(fcinfo, argno, "binding");
	int			which = 0;

	gov_ensure_one_of(binding, "binding", binding_names);
	while (strcmp(binding, binding_names[which]) != 0)
		which++;
	return (GovBinding) which;
}

GOV_QUERY(hold_binding,
		  "SELECT " GOV_PLACE_COLUMNS("b", "b.relation") ", " GOV_REGISTRAR_COLUMNS("b")
		  " FROM @.gov_binding AS b WHERE b.binding = $1 FOR UPDATE",
		  TEXTOID);

GOV_QUERY(add_binding,
		  "INSERT INTO @.gov_binding (binding, relation, address_oid, address_database, address_system,"
		  "  registered_by, registered_oid, registered_system)"
		  " VALUES ($1, $2, $3::oid, $4::oid, $5, $6, $7::oid, $8) ON CONFLICT (binding) DO NOTHING",
		  TEXTOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);

GOV_QUERY(write_binding,
		  "INSERT INTO @.gov_binding AS b (binding, relation, address_oid, address_database, address_system,"
		  "  registered_by, registered_oid, registered_system)"
		  " VALUES ($1, $2, $3::oid, $4::oid, $5, $6, $7::oid, $8)"
		  " ON CONFLICT (binding) DO UPDATE"
		  " SET relation = excluded.relation, address_oid = excluded.address_oid,"
		  "  address_database = excluded.address_database, address_system = excluded.address_system,"
		  "  registered_by = excluded.registered_by,"
		  "  registered_oid = excluded.registered_oid, registered_system = excluded.registered_system"
		  " WHERE b.relation <> excluded.relation OR " GOV_REGISTRAR_DIFFERS("b", "excluded"),
		  TEXTOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);

/* Statuses that none of our words is, with how many rows have them: of them nothing is active. */
static const char *const statuses_select = "SELECT coalesce('\"' || b.status || '\"', 'NULL'), count(*)";
static const char *const statuses_rest =
	"WHERE (b.status IN ('active', 'inactive')) IS NOT TRUE GROUP BY b.status ORDER BY count(*) DESC, b.status COLLATE \"C\"";

/* Columns of that. */
enum {STATUS_WORD = 1, STATUS_ROWS};

/* This many statuses are named. */
#define GOV_STATUSES_NAMED	5

/* How many rows of the last result have which status, in words; their number. */
static char *
gov_binding_status_words(uint64 words, int64 *rows)
{
	StringInfoData list;

	initStringInfo(&list);
	*rows = 0;
	for (uint64 i = 0; i < words; i++)
	{
		*rows += gov_result_int8(i, STATUS_ROWS);
		if (i < GOV_STATUSES_NAMED)
			appendStringInfo(&list, "%s%s (%lld)", i > 0 ? ", " : "",
							 gov_attempt_clip(gov_result_text(i, STATUS_WORD)), (long long) gov_result_int8(i, STATUS_ROWS));
	}
	if (words > GOV_STATUSES_NAMED)
		appendStringInfo(&list, " and " UINT64_FORMAT " more", words - GOV_STATUSES_NAMED);
	return list.data;
}

/* Looks for statuses that are none of ours, in the form that gov_attempt_read takes. */
static void
gov_binding_count_statuses(void *arg)
{
	GovUnknownStatuses *unknown = (GovUnknownStatuses *) arg;
	int			level = gov_spi_begin();
	uint64		words = gov_binding_read(unknown->which, statuses_select, statuses_rest, 0, NULL, NULL, false);

	unknown->words = gov_binding_status_words(words, &unknown->rows);
	gov_spi_end(level);
}

/* Has what a binding points at a column status? */
static bool
gov_binding_has_status(GovBinding which)
{
	for (int i = 0; binding_columns[which][i] != NULL; i++)
	{
		if (strcmp(binding_columns[which][i], "status") == 0)
			return true;
	}
	return false;
}

/*
 * The statuses of a bound relation that are neither active nor inactive: a
 * label of another one counts as inactive, which nobody sees who has another
 * word for it.  False when nothing is bound, or there are none.
 */
bool
gov_binding_unknown_statuses(GovBinding which, GovUnknownStatuses *unknown)
{
	GovBound	bound;

	memset(unknown, 0, sizeof(GovUnknownStatuses));
	unknown->which = which;
	if (!gov_binding_has_status(which) || !gov_binding_find(which, &bound))
		return false;
	unknown->binding = binding_names[which];
	unknown->relation = bound.kept.name;
	gov_binding_count_statuses(unknown);
	return unknown->rows > 0;
}

/* Warns of what a relation that was just bound has that will not count, or that it cannot be read. */
static void
gov_binding_warn(const GovBound *bound)
{
	GovUnknownStatuses unknown = {.which = bound->which};
	ErrorData  *error;

	if (!gov_binding_has_status(bound->which))
		return;
	error = gov_attempt_read(gov_binding_count_statuses, &unknown);
	if (error != NULL)
		gov_attempt_warn(psprintf("binding \"%s\"", binding_names[bound->which]), error, NULL);
	else if (unknown.rows > 0)
		ereport(WARNING,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("%s has statuses that are neither active nor inactive", gov_binding_called(bound)),
				 errdetail("So many rows: %lld.  They have %s.", (long long) unknown.rows, unknown.words),
				 errhint("These rows do not count.  Let a view or a function say 'active' where that is meant, and bind that.")));
}

/* Holds what is bound, and says what it is and which role bound it; false when nothing is. */
static bool
gov_binding_hold(GovBinding which, GovBound *bound)
{
	bool		found = gov_run(&hold_binding, gov_text(binding_names[which])) > 0;

	if (found)
	{
		bound->kept = gov_result_place(0, BINDING_RELATION);
		bound->registrar = gov_result_role(0, BINDING_REGISTRAR);
	}
	return found;
}

/*
 * Writes what is bound; what was done.  A binding that is there is held before
 * it is asked whose it is, and so is one that somebody just made.  Who owns the
 * bound relation by now registers it anew, and nothing else.
 */
static GovAnswer
gov_binding_write(const GovBound *bound, const GovKeptPlace *place)
{
	const char *binding = binding_names[bound->which];
	GovBound	before;

	if (!gov_binding_hold(bound->which, &before) &&
		gov_run(&add_binding, gov_text(binding), GOV_PLACE_ARGS(place), GOV_ROLE_ARGS(&bound->registrar)) > 0)
		return GOV_CREATED;
	if (gov_binding_hold(bound->which, &before) && !gov_place_is(&before.kept, &bound->relation.place))
		gov_ensure_may_act_for(psprintf("change binding \"%s\"", binding), &before.registrar);
	return gov_run(&write_binding, gov_text(binding), GOV_PLACE_ARGS(place), GOV_ROLE_ARGS(&bound->registrar)) > 0 ?
		GOV_CHANGED : GOV_UNCHANGED;
}

/* gov_bind(binding, relation): reads labels from a relation of the application. */
GOV_ACT(gov_bind)
{
	GovBound	bound = {.which = gov_binding_argument(fcinfo, 0)};
	GovKeptPlace place;
	GovAnswer	answer;
	int			level;

	bound.kept.name = gov_place_canonical(gov_arg_text(fcinfo, 1, "relation"));
	bound.registrar = gov_role_keep(GetSessionUserId());
	gov_binding_check(&bound);
	bound.role = gov_registered_registrar(bound.relation.place.class, bound.relation.place.object);
	bound.registrar = gov_role_keep(bound.role);
	(void) gov_binding_ensure_readable(&bound);
	place = gov_place_keep(&bound.relation.place);

	level = gov_spi_begin();
	answer = gov_binding_write(&bound, &place);
	if (answer != GOV_UNCHANGED)
		gov_ledger_append("bind", 0, gov_json_object("binding", binding_names[bound.which]),
						  gov_json_object("relation", place.name));
	gov_spi_end(level);
	gov_binding_warn(&bound);
	return gov_answer(answer, "binding \"%s\": %s", binding_names[bound.which], place.name);
}

GOV_QUERY(delete_binding,
		  "DELETE FROM @.gov_binding WHERE binding = $1",
		  TEXTOID);

/* gov_unbind(binding): reads labels from our own table again. */
GOV_ACT(gov_unbind)
{
	GovBinding	which = gov_binding_argument(fcinfo, 0);
	const char *binding = binding_names[which];
	GovBound	before;
	int			level = gov_spi_begin();
	bool		ended = gov_binding_hold(which, &before);

	if (ended)
	{
		gov_ensure_may_act_for(psprintf("end binding \"%s\"", binding), &before.registrar);
		(void) gov_run(&delete_binding, gov_text(binding));
	}

	gov_spi_end(level);
	if (ended)
		gov_ledger_append("unbind", 0, gov_json_object("binding", binding), (Datum) 0);
	return gov_answer(ended ? GOV_ENDED : GOV_UNCHANGED, "binding \"%s\"", binding);
}

GOV_QUERY(list_bindings,
		  "SELECT b.binding, " GOV_PLACE_COLUMNS("b", "b.relation") " FROM @.gov_binding AS b ORDER BY b.binding COLLATE \"C\"");
GOV_QUERY(move_binding,
		  "UPDATE @.gov_binding SET relation = $2, address_oid = $3::oid, address_database = $4::oid, address_system = $5"
		  " WHERE binding = $1",
		  TEXTOID, GOV_PLACE_ARG_TYPES);

/* Brings the names of what is bound up to date; how many were renamed. */
uint64
gov_bindings_follow(void)
{
	return gov_places_follow(&list_bindings, &move_binding);
}

GOV_QUERY(rebind_bindings,
		  "UPDATE @.gov_binding AS b SET " GOV_REGISTRAR_REBOUND
		  GOV_ROLE_REBINDS("binding", "b.binding"), TEXTOID);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
uint64
gov_bindings_rebind(GovArg role)
{
	return gov_run(&rebind_bindings, role);
}
