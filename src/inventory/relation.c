/*-------------------------------------------------------------------------
 *
 * inventory/relation.c
 *	  Objects from a relation of the application.
 *
 * Any relation, or function without arguments that returns rows, with columns
 * object_type, object_ref, container_type and container_ref, of types that have
 * a text form: one row per object, the container NULL for a root.  Rows may come
 * in any order and more than once; a container is one of them or a live object
 * of another source.
 *
 * The relation is read as its owner, through the one door for what is
 * registered (registered/door.c).  Rows that row security may hide from that
 * role are not known to be gone: where a policy stands in the way, nothing is
 * retired unless forced.  A function is read with row_security off, so that it
 * fails instead of giving some of the rows; one that is meant to give these sets it
 * on for itself.
 *
 * What is wrong with the relation or its rows blocks the source: gov_sync
 * raises it, gov_reconcile goes on with the other sources.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "server/args.h"
#include "server/guc.h"
#include "server/security.h"
#include "server/spi.h"
#include "registered/door.h"
#include "registered/owner.h"
#include "registered/relation.h"
#include "registered/roles.h"
#include "inventory/relation.h"

/* The columns that a relation must have. */
static const char *const app_columns[] = {
	"object_type", "object_ref", "container_type", "container_ref", NULL
};

/* The relation of a source as the door takes it. */
static GovRegistered
gov_inventory_relation_thing(const GovSource *source, const GovReadable *relation, Oid role)
{
	return (GovRegistered) {
		.what = psprintf("%s %s of source \"%s\"", gov_registered_kind(relation), relation->place.name, source->source),
		.way_out = "Mend the relation, or enrol another one under this source; gov_sync of the source tells its owner and admins why.",
		.class = relation->place.class,
		.object = relation->place.object,
		.registrar = role,
		.timeout = gov_guc_read_timeout,
		.all_rows = relation->place.class == ProcedureRelationId
	};
}

/* Blocks a source whose relation is not its registrar's, or that its owner cannot read. */
static void
gov_inventory_relation_check_owner(const GovRegistered *thing, const GovReadable *relation, GovSyncCounts *counts)
{
	char	   *hint;
	char	   *refusal = gov_registered_refusal(thing, &hint);
	char	   *unreadable;

	if (refusal != NULL)
		gov_inventory_block(counts, ERRCODE_INSUFFICIENT_PRIVILEGE, refusal, NULL, hint);
	else if ((unreadable = gov_registered_unreadable(relation, app_columns)) != NULL)
		gov_inventory_block(counts, ERRCODE_INSUFFICIENT_PRIVILEGE,
							psprintf("permission denied for %s", thing->what), unreadable, "Grant it that.");
}

/* Blocks a source whose relation cannot be read; true when it can. */
static bool
gov_inventory_relation_check_relation(const GovSource *source, const GovReadable *relation,
									  const GovRegistered *thing, GovSyncCounts *counts)
{
	int			sqlstate;
	char	   *detail;
	char	   *hint;
	char	   *refusal;
	char	   *missing;

	refusal = gov_role_refusal(&source->registrar, psprintf("of source \"%s\"", source->source),
							   "Enrol the relation anew, as its owner.", &sqlstate, &detail, &hint);
	if (refusal != NULL)
		gov_inventory_block(counts, sqlstate, refusal, detail, hint);
	else if (!OidIsValid(thing->object))
		gov_inventory_block(counts, thing->class == ProcedureRelationId ? ERRCODE_UNDEFINED_FUNCTION : ERRCODE_UNDEFINED_TABLE,
							psprintf("%s does not exist", thing->what),
							NULL,
							"Enrol one that does under this source; if it is gone for good, gov_sync(source, force => true) retires its objects.");
	else if (!relation->has_rows)
		gov_inventory_block(counts, ERRCODE_WRONG_OBJECT_TYPE,
							psprintf("%s has no rows to read", thing->what),
							NULL, psprintf("Give %s.", gov_registered_with_rows(relation)));
	else if ((missing = gov_registered_missing_columns(relation, app_columns)) != NULL)
		gov_inventory_block(counts, ERRCODE_UNDEFINED_COLUMN,
							psprintf("%s lacks columns: %s", thing->what, missing),
							NULL,
							psprintf("Make a %s that has object_type, object_ref, container_type and container_ref.",
									 thing->class == ProcedureRelationId ? "function" : "view"));
	else
		gov_inventory_relation_check_owner(thing, relation, counts);
	return counts->sqlstate == 0;
}

/* Reads the relation into rows that are gov_kept_read once they have their name. */
static GovRows *
gov_inventory_relation_fill(const GovReadable *relation, GovRegistered *thing)
{
	char	   *sql = psprintf("SELECT %s AS object_type, %s AS object_ref, %s AS container_type, %s AS container_ref FROM %s AS r",
							   gov_registered_text_expression(relation, app_columns[0]),
							   gov_registered_text_expression(relation, app_columns[1]),
							   gov_registered_text_expression(relation, app_columns[2]),
							   gov_registered_text_expression(relation, app_columns[3]),
							   relation->place.name);

	return gov_registered_fill(thing, "gov_kept_read", sql);
}

/* A detail that quotes rows of a source's relation, for whoever syncs it and may see them. */
const char *
gov_inventory_relation_why(const GovSource *source, const char *why)
{
	GovReadable relation = gov_registered_look(&source->relation);
	GovRegistered thing = gov_inventory_relation_thing(source, &relation, gov_role_meant(&source->registrar));

	return gov_registered_why(&thing, why);
}

/* Rows that cannot be objects, by what is wrong with them. */
static const char *const text_wrong =
	"SELECT count(*) FILTER (WHERE object_type IS NULL OR object_ref IS NULL),"
	"  count(*) FILTER (WHERE octet_length(object_type) NOT BETWEEN 1 AND $1"
	"                   OR octet_length(object_ref) NOT BETWEEN 1 AND $2),"
	"  count(*) FILTER (WHERE (container_type IS NULL) <> (container_ref IS NULL)),"
	"  count(*) FILTER (WHERE container_type = object_type AND container_ref = object_ref)"
	" FROM gov_kept_read";

static const Oid wrong_types[] = {INT4OID, INT4OID};

/* Objects that are said to live in more than one place. */
static const char *const text_torn =
	"SELECT object_type, object_ref FROM gov_kept_desired"
	" GROUP BY object_type, object_ref HAVING count(*) > 1"
	" ORDER BY object_type COLLATE \"C\", object_ref COLLATE \"C\"";

/* The rows as objects, in the columns of what a catalog says. */
static const char *const text_objects =
	"SELECT d.n, $1 AS source, d.object_type, d.object_ref, d.container_type, d.container_ref,"
	"  '{}'::jsonb AS attributes, NULL::text AS address_class,"
	"  NULL::text[] AS address_names, NULL::text[] AS address_args, NULL::oid AS address_oid, 0 AS address_subid"
	" FROM governance_internal.gov_relation_desired d"
	" WHERE NOT EXISTS (SELECT FROM governance_internal.gov_relation_excluded($1) AS e"
	"                    WHERE e.object_ref = d.object_ref AND e.object_type = d.object_type)";

static const Oid objects_types[] = {TEXTOID};

/* Blocks a source that gives rows which cannot be objects. */
static void
gov_inventory_relation_check_rows(const GovSource *source, GovSyncCounts *counts)
{
	static const struct
	{
		int			sqlstate;
		const char *what;
		const char *hint;
	}			wrong[] = {
		{ERRCODE_NOT_NULL_VIOLATION, "object_type or object_ref is null",
		"Make the relation leave out rows that are no objects."},
		{ERRCODE_CHECK_VIOLATION, "object_type or object_ref is empty or too long",
		"object_type has 1 to 200 bytes, object_ref 1 to 1500."},
		{ERRCODE_NULL_VALUE_NOT_ALLOWED, "only one of container_type and container_ref is null",
		"Give both, or none for an object that lives in nothing."},
		{ERRCODE_CHECK_VIOLATION, "the object is its own container",
		"Leave the container null for an object that lives in nothing."},
	};
	GovArg		args[] = {gov_int4(GOV_CODE_MAX_BYTES), gov_int4(GOV_REF_MAX_BYTES)};

	gov_run_text(text_wrong, lengthof(args), wrong_types, args, false);
	for (int i = 0; i < (int) lengthof(wrong); i++)
	{
		int64		rows = gov_result_int8(0, i + 1);

		if (rows == 0)
			continue;
		gov_inventory_block(counts, wrong[i].sqlstate,
							psprintf("relation %s of source \"%s\" has rows that are no objects",
									 source->relation.name, source->source),
							psprintf("In %lld of its rows %s.", (long long) rows, wrong[i].what),
							pstrdup(wrong[i].hint));
		return;
	}
}

/* Columns of text_torn. */
enum {TORN_OBJECT_TYPE = 1, TORN_OBJECT_REF};

/* Blocks a source that puts an object into more than one container. */
static void
gov_inventory_relation_check_torn(const GovSource *source, GovSyncCounts *counts)
{
	uint64		torn = gov_run_text(text_torn, 0, NULL, NULL, false);

	if (torn > 0)
		gov_inventory_block(counts, ERRCODE_CARDINALITY_VIOLATION,
							psprintf("relation %s of source \"%s\" puts objects into more than one container",
									 source->relation.name, source->source),
							psprintf("So many objects: %llu.", (unsigned long long) torn),
							"An object lives in one container at most.  " GOV_SYNC_TELLS);
	if (torn > 0)
		counts->why = gov_inventory_relation_why(source, psprintf("They are %llu, the first is %s \"%s\".",
																  (unsigned long long) torn,
																  gov_result_text(0, TORN_OBJECT_TYPE),
																  gov_result_text(0, TORN_OBJECT_REF)));
}

/* An empty result with the columns of such a relation, for one that is gone. */
static const char *const text_nothing =
	"SELECT NULL::text AS object_type, NULL::text AS object_ref,"
	" NULL::text AS container_type, NULL::text AS container_ref WHERE false";

/* Rows as of a relation that lists nothing. */
static GovRows *
gov_inventory_relation_nothing(void)
{
	GovRows    *rows = gov_rows_begin("gov_kept_read", true);
	int			level = gov_spi_begin();

	gov_rows_fill(rows, text_nothing, 0, NULL, NULL, false);
	gov_spi_end(level);
	return rows;
}

/*
 * Reads what a relation says now; NULL when the source is blocked.  With
 * "gone_is_empty" a relation that does not exist says nothing.
 */
GovRows *
gov_inventory_relation_read(const GovSource *source, bool gone_is_empty, GovSyncCounts *counts)
{
	GovReadable relation = gov_registered_look(&source->relation);
	GovRegistered thing = gov_inventory_relation_thing(source, &relation, gov_role_meant(&source->registrar));
	Oid			policed;

	if (gov_inventory_relation_check_relation(source, &relation, &thing, counts))
	{
		policed = gov_registered_row_security(thing.class, thing.object);
		if (OidIsValid(policed))
			counts->policed = gov_registered_name(RelationRelationId, policed);
		return gov_inventory_relation_fill(&relation, &thing);
	}
	if (!gone_is_empty || OidIsValid(relation.place.object) || !OidIsValid(thing.registrar))
		return NULL;
	counts->sqlstate = 0;
	return gov_inventory_relation_nothing();
}

/* Makes gov_kept_desired of what was read; the caller is connected to SPI. */
GovRows *
gov_inventory_relation_desired(const GovSource *source, GovRows *read, GovSyncCounts *counts)
{
	GovArg		arg = gov_text(source->source);
	GovRows    *desired = NULL;

	gov_rows_name(read);
	gov_inventory_relation_check_rows(source, counts);
	if (counts->sqlstate == 0)
	{
		desired = gov_spi_collect("gov_kept_desired", text_objects, 1, objects_types, &arg);
		gov_inventory_relation_check_torn(source, counts);
	}
	gov_rows_unname(read);
	if (desired != NULL && counts->sqlstate != 0)
	{
		gov_spi_discard(desired);
		desired = NULL;
	}
	return desired;
}
