/*-------------------------------------------------------------------------
 *
 * inventory/patterns.c
 *	  Names of schemas that come in by themselves: which those are, and the
 *	  sources that patterns bring.
 *
 * A pattern is held against names of schemas: "*" stands for any letters, "?"
 * for one.  Schemas that it means are enrolled at once (inventory/enroll_schemas.c);
 * those that are made or renamed so later by what keeps objects in step with
 * DDL, or else by the next gov_reconcile, or gov_sync of all sources.  Which
 * schema a pattern means is said by gov_schema_matching of the install script:
 * never one of the server, of this extension or of another one.
 *
 * A pattern only adds.  A schema that a source stands for is left as it is,
 * whether that is enabled, disabled or let go: an admin decided so.  A source
 * that was let go stays, even when all its objects are forgotten, as long as
 * a pattern would bring its schema back.  What a pattern brought stays when
 * the pattern ends, or the schema gets another name.
 *
 * No USAGE on a schema is asked for: a pattern is the act of an admin, and
 * whoever makes a schema could keep it to himself.
 *
 * Locks: nothing but the row of the source that comes in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"

#include "server/args.h"
#include "server/json.h"
#include "server/spi.h"
#include "registered/roles.h"
#include "ledger/ledger.h"
#include "inventory/patterns.h"
#include "inventory/source.h"

/* Columns of find_matching. */
enum {MATCHING_SOURCE = 1, MATCHING_PATTERN, MATCHING_TYPES, MATCHING_COLUMNS};

/* Where several patterns mean a schema, the first of them by name brings it in. */
GOV_QUERY(find_matching,
		  "SELECT DISTINCT ON (m.source COLLATE \"C\") m.source, m.pattern, m.object_types, m.columns"
		  " FROM governance_internal.gov_schema_matching AS m"
		  " WHERE ($1 = 0 OR m.schema = $1::oid) AND ($2 IS NULL OR m.pattern = $2)"
		  "  AND NOT EXISTS (SELECT FROM @.gov_source AS s WHERE s.source = m.source)"
		  " ORDER BY m.source COLLATE \"C\", m.pattern COLLATE \"C\"",
		  INT8OID, TEXTOID);

/* A schema that a pattern brings in. */
typedef struct GovMatching
{
	char	   *source;
	char	   *pattern;
	GovArg		types;
	bool		columns;
} GovMatching;

/* Enrols what a pattern, or any (NULL), means and no source stands for yet, one schema or all (InvalidOid); did it? */
bool
gov_pattern_enroll(Oid schema, const char *pattern)
{
	GovKeptRole registrar = gov_role_keep(GetSessionUserId());
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_matching, gov_int8(schema), gov_text(pattern));
	GovMatching *matching = palloc(sizeof(GovMatching) * (count + 1));
	bool		any = false;

	for (uint64 i = 0; i < count; i++)
	{
		matching[i].source = gov_result_text(i, MATCHING_SOURCE);
		matching[i].pattern = gov_result_text(i, MATCHING_PATTERN);
		matching[i].types.value = gov_result_datum(i, MATCHING_TYPES, &matching[i].types.isnull);
		matching[i].columns = gov_result_bool(i, MATCHING_COLUMNS);
	}
	for (uint64 i = 0; i < count; i++)
	{
		/* somebody else may have enrolled it meanwhile */
		if (!gov_source_add_schema(matching[i].source, matching[i].types, matching[i].columns, &registrar))
			continue;
		gov_ledger_append("enroll_schema", 0, gov_json_object("source", matching[i].source),
						  gov_json_object("pattern", matching[i].pattern));
		any = true;
	}
	gov_spi_end(level);
	return any;
}

GOV_QUERY(find_takes,
		  "SELECT FROM governance_internal.gov_schema_matching AS m WHERE m.source = $1 LIMIT 1",
		  TEXTOID);

/* Does a pattern mean the schema of a source? */
bool
gov_pattern_takes(const char *source)
{
	int			level = gov_spi_begin();
	bool		takes = gov_run(&find_takes, gov_text(source)) > 0;

	gov_spi_end(level);
	return takes;
}

GOV_QUERY(put_pattern,
		  "INSERT INTO @.gov_schema_pattern AS p (pattern, excluded, object_types, columns)"
		  " VALUES ($1, COALESCE($2, '{}'), $3, COALESCE($4, false))"
		  " ON CONFLICT (pattern) DO UPDATE SET excluded = COALESCE($2, p.excluded), object_types = excluded.object_types,"
		  "  columns = COALESCE($4, p.columns)"
		  " WHERE p.excluded <> COALESCE($2, p.excluded) OR p.object_types IS DISTINCT FROM excluded.object_types"
		  "  OR p.columns <> COALESCE($4, p.columns)",
		  TEXTOID, TEXTARRAYOID, TEXTARRAYOID, BOOLOID);

/* Writes a pattern; false when it is there like this. */
bool
gov_pattern_put(const char *pattern, GovArg excluded, GovArg types, GovArg columns)
{
	int			level = gov_spi_begin();
	bool		written = gov_run(&put_pattern, gov_text(pattern), excluded, types, columns) > 0;

	gov_spi_end(level);
	return written;
}

GOV_QUERY(delete_pattern,
		  "DELETE FROM @.gov_schema_pattern AS p WHERE p.pattern = $1"
		  " RETURNING jsonb_strip_nulls(jsonb_build_object('excluded', nullif(p.excluded, '{}'), 'object_types', p.object_types,"
		  " 'columns', nullif(p.columns, false), 'created_by', p.created_by))",
		  TEXTOID);

/* Deletes a pattern; false when there is none, else what it was. */
bool
gov_pattern_delete(const char *pattern, Datum *was)
{
	int			level = gov_spi_begin();
	bool		found = gov_run(&delete_pattern, gov_text(pattern)) > 0;
	bool		isnull;

	if (found)
		*was = gov_result_datum(0, 1, &isnull);
	gov_spi_end(level);
	return found;
}
