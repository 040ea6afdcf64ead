/*-------------------------------------------------------------------------
 *
 * inventory/source.c
 *	  A source of objects: reading its row and writing it (gov_source is
 *	  written by no other file), blocking it, and the lock under which objects
 *	  change.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/inval.h"

#include "server/errors.h"
#include "server/extension.h"
#include "server/locks.h"
#include "server/near.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/restored.h"
#include "inventory/source.h"

/* How often the inventory was locked by this session. */
static uint64 turns = 0;

/* Which turn it is: another one than before when acts of this session locked the inventory. */
uint64
gov_inventory_turn(void)
{
	return turns;
}

/*
 * Holds off other changes of the inventory until the end of the transaction.
 * One that a restore left in part is not changed: what it lacks would be
 * registered anew.
 */
void
gov_inventory_lock(void)
{
	gov_restored_ensure_whole();
	turns++;
	gov_lock(GOV_LOCK_CONTAINERS);
	gov_lock(GOV_LOCK_SYNC);
}

/* Columns of query_source. */
enum {SOURCE_KIND = 1, SOURCE_OBJECT_TYPES, SOURCE_ENABLED, SOURCE_UNENROLLED, SOURCE_COLUMNS, SOURCE_RELATION, SOURCE_REGISTRAR = SOURCE_RELATION + 4};

GOV_QUERY(query_source,
		  "SELECT s.kind, s.object_types, s.enabled, s.unenrolled_at IS NOT NULL, s.columns OR s.kind <> 'catalog', "
		  GOV_PLACE_COLUMNS("s", "s.relation") ", " GOV_REGISTRAR_COLUMNS("s")
		  " FROM @.gov_source AS s WHERE s.source = $1",
		  TEXTOID);

GOV_QUERY(query_codes, "SELECT source FROM @.gov_source ORDER BY source COLLATE \"C\"");

/* Raises for a code that no source has, with one that was meant, perhaps. */
static void
gov_source_raise_unknown(const char *code)
{
	const char *schema = psprintf(GOV_SCHEMA_PREFIX "%s", code);
	const char *near = NULL;
	uint64		count = gov_run(&query_codes);

	for (uint64 i = 0; i < count; i++)
	{
		const char *known = gov_result_text(i, 1);

		near = strcmp(known, schema) == 0 ? known : near != NULL && strcmp(near, schema) == 0 ? near : gov_near_pick(code, near, known);
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("unknown source \"%s\"", code),
			 near != NULL ? errhint("Perhaps you meant \"%s\". Table gov_source lists the sources; gov_enroll_schema and gov_enroll_relation add one.", near) :
			 errhint("Table gov_source lists the sources; gov_enroll_schema and gov_enroll_relation add one.")));
}

/* Columns of find_state. */
enum {STATE_KIND = 1, STATE_ENABLED, STATE_UNENROLLED, STATE_ROW};

GOV_LOOKUP(find_state,
		   "SELECT kind, enabled, unenrolled_at IS NOT NULL,"
		   " jsonb_strip_nulls(jsonb_build_object('kind', kind, 'relation', relation, 'object_types', object_types,"
		   "  'columns', NULLIF(columns, false), 'excluded', NULLIF(excluded, '{}'), 'enabled', enabled, 'registered_by', registered_by))"
		   " FROM @.gov_source WHERE source = $1",
		   TEXTOID);

/* Looks a source up, locking its row as asked; false when there is none. */
bool
gov_source_find(const char *code, GovRowLock lock, GovSourceState *state)
{
	int			level = gov_spi_begin();
	bool		exists = gov_run(&find_state[lock], gov_text(code)) > 0;
	bool		isnull;

	if (exists)
	{
		state->kind = gov_result_text(0, STATE_KIND);
		state->enabled = gov_result_bool(0, STATE_ENABLED);
		state->unenrolled = gov_result_bool(0, STATE_UNENROLLED);
		state->row = gov_result_datum(0, STATE_ROW, &isnull);
	}
	gov_spi_end(level);
	return exists;
}

/* The same, raising when there is none. */
void
gov_ensure_source(const char *code, GovRowLock lock, GovSourceState *state)
{
	int			level;

	if (gov_source_find(code, lock, state))
		return;
	level = gov_spi_begin();
	gov_source_raise_unknown(code);
	gov_spi_end(level);
}

/* Is a code that of an enrolled schema? */
bool
gov_source_is_schema(const char *code)
{
	return strncmp(code, GOV_SCHEMA_PREFIX, strlen(GOV_SCHEMA_PREFIX)) == 0;
}

/* Has a source so many live objects?  They are counted no further. */
GOV_QUESTION(query_bulk,
			 "SELECT FROM @.gov_object AS o WHERE o.source = $1 AND " GOV_OBJECT_LIVE("o")
			 " OFFSET " CppAsString2(GOV_SYNC_BULK) " - 1 LIMIT 1",
			 TEXTOID);

/*
 * Switches nested loops off until gov_spi_end where many objects of a source are
 * found, or are registered, which may be the larger side by far.  Of no source ("")
 * single objects are looked up, and only what is found counts.
 */
void
gov_inventory_plan_for(const char *source, uint64 found)
{
	if (found >= GOV_SYNC_BULK || (source[0] != '\0' && gov_run(&query_bulk, gov_text(source)) > 0))
		gov_spi_setting("enable_nestloop", "off");
}

/* Reads a source; raises when there is none or it is disabled. */
void
gov_inventory_load_source(const char *code, GovSource *source)
{
	bool		enabled;
	int			level;

	source->source = pstrdup(code);
	level = gov_spi_begin();
	if (gov_run(&query_source, gov_text(code)) == 0)
		gov_source_raise_unknown(code);
	source->kind = gov_result_text(0, SOURCE_KIND);
	source->relation = gov_result_place(0, SOURCE_RELATION);
	source->object_types = gov_result_datum(0, SOURCE_OBJECT_TYPES, &source->all_types);
	source->columns = gov_result_bool(0, SOURCE_COLUMNS);
	source->registrar = gov_result_role(0, SOURCE_REGISTRAR);
	enabled = gov_result_bool(0, SOURCE_ENABLED);
	if (!enabled)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("source \"%s\" is disabled", code),
				 gov_result_bool(0, SOURCE_UNENROLLED) ? errdetail("It was un-enrolled.") : 0,
				 gov_result_bool(0, SOURCE_UNENROLLED) ? errhint("Enrol it again: gov_enroll_schema, gov_enroll_relation.") :
				 errhint("gov_set_source enables it.")));
	gov_spi_end(level);
}

/* Notes why a source is blocked. */
void
gov_inventory_block(GovSyncCounts *counts, int sqlstate, char *message,
					char *detail, char *hint)
{
	counts->sqlstate = sqlstate;
	counts->blocked = message;
	counts->detail = detail;
	counts->why = NULL;
	counts->hint = hint;
}

/* How many events a sync brings. */
int64
gov_inventory_events(const GovSyncCounts *counts)
{
	return counts->born + counts->renamed + counts->replaced + counts->moved +
		counts->retired + counts->revived;
}

/* Did a sync find everything as it is registered? */
bool
gov_inventory_is_unchanged(const GovSyncCounts *counts)
{
	return gov_inventory_events(counts) + counts->changed == 0;
}

/*
 * Raises when a statement did not touch what the plan said: somebody changed
 * gov_object behind our lock.
 */
void
gov_inventory_ensure_touched(uint64 touched, uint64 planned)
{
	if (touched != planned)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("objects were changed by somebody else while they were synced"),
				 errhint("Try again.")));
}

GOV_QUERY(query_enrol_schema,
		  "INSERT INTO @.gov_source AS s (source, kind, object_types, excluded, columns, registered_by, registered_oid, registered_system)"
		  " VALUES ($1, 'catalog', $2, COALESCE($3, '{}'), COALESCE($4, false), $5, $6::oid, $7)"
		  " ON CONFLICT (source) DO UPDATE SET object_types = excluded.object_types, enabled = true, unenrolled_at = NULL,"
		  "  excluded = COALESCE($3, s.excluded), columns = COALESCE($4, s.columns)"
		  " WHERE s.kind = 'catalog'"
		  "  AND (s.object_types IS DISTINCT FROM excluded.object_types OR NOT s.enabled OR s.excluded <> COALESCE($3, s.excluded)"
		  "   OR s.columns <> COALESCE($4, s.columns))",
		  TEXTOID, TEXTARRAYOID, TEXTARRAYOID, BOOLOID, GOV_ROLE_ARG_TYPES);

/* Enrols a schema; false when it is enrolled so. */
bool
gov_source_put_schema(const char *code, GovArg types, GovArg excluded, GovArg columns, const GovKeptRole *registrar)
{
	int			level = gov_spi_begin();
	bool		written = gov_run(&query_enrol_schema, gov_text(code), types, excluded, columns, GOV_ROLE_ARGS(registrar)) > 0;

	gov_spi_end(level);
	return written;
}

GOV_QUERY(query_add_schema,
		  "INSERT INTO @.gov_source (source, kind, object_types, columns, registered_by, registered_oid, registered_system)"
		  " VALUES ($1, 'catalog', $2, $3, $4, $5::oid, $6) ON CONFLICT (source) DO NOTHING",
		  TEXTOID, TEXTARRAYOID, BOOLOID, GOV_ROLE_ARG_TYPES);

/* Enrols a schema as a new source; false when there is a source of that code. */
bool
gov_source_add_schema(const char *code, GovArg types, bool columns, const GovKeptRole *registrar)
{
	int			level = gov_spi_begin();
	bool		added = gov_run(&query_add_schema, gov_text(code), types, gov_bool(columns), GOV_ROLE_ARGS(registrar)) > 0;

	gov_spi_end(level);
	return added;
}

GOV_QUERY(query_add_relation,
		  "INSERT INTO @.gov_source (source, kind, relation, address_oid, address_database, address_system,"
		  "  registered_by, registered_oid, registered_system)"
		  " VALUES ($1, 'relation', $2, $3::oid, $4::oid, $5, $6, $7::oid, $8) ON CONFLICT (source) DO NOTHING",
		  TEXTOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);

/* Enrols a relation as a new source; false when there is a source of that code. */
bool
gov_source_add_relation(const char *code, const GovKeptPlace *relation, const GovKeptRole *registrar)
{
	int			level = gov_spi_begin();
	bool		added = gov_run(&query_add_relation, gov_text(code), GOV_PLACE_ARGS(relation), GOV_ROLE_ARGS(registrar)) > 0;

	gov_spi_end(level);
	return added;
}

GOV_QUERY(query_enrol_relation,
		  "INSERT INTO @.gov_source AS s (source, kind, relation, address_oid, address_database, address_system,"
		  "  registered_by, registered_oid, registered_system)"
		  " VALUES ($1, 'relation', $2, $3::oid, $4::oid, $5, $6, $7::oid, $8)"
		  " ON CONFLICT (source) DO UPDATE"
		  " SET relation = excluded.relation, address_oid = excluded.address_oid,"
		  "  address_database = excluded.address_database, address_system = excluded.address_system,"
		  "  registered_by = excluded.registered_by,"
		  "  registered_oid = excluded.registered_oid, registered_system = excluded.registered_system, enabled = true,"
		  "  unenrolled_at = NULL"
		  " WHERE s.relation <> excluded.relation OR " GOV_REGISTRAR_DIFFERS("s", "excluded") " OR NOT s.enabled",
		  TEXTOID, GOV_PLACE_ARG_TYPES, GOV_ROLE_ARG_TYPES);

/* Enrols a relation; false when it is enrolled so. */
bool
gov_source_put_relation(const char *code, const GovKeptPlace *relation, const GovKeptRole *registrar)
{
	int			level = gov_spi_begin();
	bool		written = gov_run(&query_enrol_relation, gov_text(code), GOV_PLACE_ARGS(relation), GOV_ROLE_ARGS(registrar)) > 0;

	gov_spi_end(level);
	return written;
}

/* Every session looks up anew what sources there are. */
void
gov_sources_changed(void)
{
	CacheInvalidateRelcacheByRelid(gov_relation_oid("gov_source"));
}

GOV_QUERY(query_rename_source,
		  "UPDATE @.gov_source SET source = $2 WHERE source = $1",
		  TEXTOID, TEXTOID);

/* Gives a source another code, and its objects with it. */
void
gov_source_rename(const char *from, const char *to)
{
	int			level = gov_spi_begin();

	gov_run(&query_rename_source, gov_text(from), gov_text(to));
	gov_spi_end(level);
}

GOV_QUERY(query_merge_source,
		  "UPDATE @.gov_source t"
		  " SET object_types = s.object_types, columns = s.columns, enabled = s.enabled, excluded = s.excluded, unenrolled_at = s.unenrolled_at,"
		  "  registered_by = s.registered_by,"
		  "  registered_oid = s.registered_oid, registered_system = s.registered_system"
		  " FROM @.gov_source s WHERE s.source = $1 AND t.source = $2",
		  TEXTOID, TEXTOID);

GOV_QUERY(query_delete_source,
		  "DELETE FROM @.gov_source WHERE source = $1",
		  TEXTOID);

/* Deletes a source that no object is of. */
void
gov_source_delete(const char *code)
{
	int			level = gov_spi_begin();

	gov_run(&query_delete_source, gov_text(code));
	gov_spi_end(level);
}

GOV_QUERY(query_enable_source,
		  "UPDATE @.gov_source SET enabled = $2 WHERE source = $1",
		  TEXTOID, BOOLOID);

/* Lets syncs look at a source, or pass it over. */
void
gov_source_enable(const char *code, bool enabled)
{
	int			level = gov_spi_begin();

	gov_run(&query_enable_source, gov_text(code), gov_bool(enabled));
	gov_spi_end(level);
}

GOV_QUERY(query_end_source,
		  "UPDATE @.gov_source SET enabled = false, unenrolled_at = now() WHERE source = $1",
		  TEXTOID);

/* Lets a source go. */
void
gov_source_end(const char *code)
{
	int			level = gov_spi_begin();

	gov_run(&query_end_source, gov_text(code));
	gov_spi_end(level);
}

GOV_QUERY(query_exclude,
		  "UPDATE @.gov_source SET excluded = CASE WHEN $3 THEN array_append(excluded, $2) ELSE array_remove(excluded, $2) END"
		  " WHERE source = $1 AND ($2 = ANY (excluded)) <> $3",
		  TEXTOID, TEXTOID, BOOLOID);

/* Leaves a pattern out, or takes it back; false when it was so. */
bool
gov_source_exclude(const char *code, const char *pattern, bool excluded)
{
	int			level = gov_spi_begin();
	bool		changed = gov_run(&query_exclude, gov_text(code), gov_text(pattern), gov_bool(excluded)) > 0;

	gov_spi_end(level);
	return changed;
}

/* Merges two sources into one with the code of the second and the other columns of the first. */
void
gov_source_merge(const char *from, const char *to)
{
	int			level = gov_spi_begin();

	gov_object_change_source(from, to);
	gov_run(&query_merge_source, gov_text(from), gov_text(to));
	gov_run(&query_delete_source, gov_text(from));
	gov_spi_end(level);
}

GOV_QUERY(rebind_sources,
		  "UPDATE @.gov_source AS s SET " GOV_REGISTRAR_REBOUND
		  GOV_ROLE_REBINDS("source", "s.source"), TEXTOID);

GOV_QUERY(list_relations,
		  "SELECT s.source, " GOV_PLACE_COLUMNS("s", "s.relation") " FROM @.gov_source AS s WHERE s.kind = 'relation'"
		  " ORDER BY s.source COLLATE \"C\"");
GOV_QUERY(move_relation,
		  "UPDATE @.gov_source SET relation = $2, address_oid = $3::oid, address_database = $4::oid, address_system = $5"
		  " WHERE source = $1",
		  TEXTOID, GOV_PLACE_ARG_TYPES);

/* Brings the names of relations up to date; how many were renamed. */
uint64
gov_sources_follow(void)
{
	return gov_places_follow(&list_relations, &move_relation);
}

/* Ties sources to the roles of today: those of a role by name, or all; how many changed. */
uint64
gov_sources_rebind(GovArg role)
{
	return gov_run(&rebind_sources, role);
}
