/*-------------------------------------------------------------------------
 *
 * ddl/gone.c
 *	  Objects that a transaction retired are who they were before it.
 *
 * Within the transaction an object follows each command: a view that is renamed
 * and then dropped is retired under its new name.  One sync over the whole would
 * never have seen that name: it retires the view under the one it had, by which
 * it comes back when a view of that name is made later.  So before the commit
 * whatever the transaction retired is given its name, container, type, address
 * and attributes from before; what had been retired already, the time of that,
 * too.
 *
 * Its source is the one it was of, under the code that this has by now: the
 * code of a schema goes with the name of the schema.  Of a schema that was
 * renamed and then dropped it goes back: that schema is gone under the name it
 * had, and what has that name by now, another schema perhaps that was made or
 * renamed, takes its place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "labels/follow.h"
#include "inventory/net.h"
#include "inventory/source.h"
#include "ddl/gone.h"
#include "ddl/notes.h"

/* The objects that are gone and are not as they were, as they were. */
static const char *const text_gone =
	"SELECT b.object_id, b.container_id, b.retired_at, b.object_type, coalesce(s.source, b.source) AS source, b.object_ref, b.attributes,"
	"  b.address_class, b.address_names, b.address_args, b.address_oid, b.address_system, b.address_database, b.address_subid"
	" FROM gov_net_base AS b"
	" JOIN @.gov_object AS o ON o.object_id = b.object_id AND " GOV_OBJECT_RETIRED("o")
	" LEFT JOIN (SELECT w.source AS was, n.source FROM gov_net_base AS w JOIN @.gov_object AS n ON n.object_id = w.object_id"
	"            WHERE w.object_type = 'schema' AND w.address_class = 'schema' AND " GOV_OBJECT_LIVE("w") " AND w.source <> n.source) AS s"
	"  ON s.was = b.source"
	" WHERE (b.container_id, b.object_type, coalesce(s.source, b.source), b.object_ref, b.attributes,"
	"   b.address_class, b.address_names, b.address_args, b.address_oid, b.address_subid, coalesce(b.retired_at, o.retired_at))"
	"  IS DISTINCT FROM (o.container_id, o.object_type, o.source, o.object_ref, o.attributes,"
	"   o.address_class, o.address_names, o.address_args, o.address_oid, o.address_subid, o.retired_at)";

/* Sources that came of renaming a schema that is gone, and of which nothing is. */
GOV_QUERY(query_empty,
		  "SELECT s.source FROM @.gov_source AS s WHERE s.kind = 'catalog' AND s.enabled AND s.source LIKE '" GOV_SCHEMA_PREFIX "%'"
		  " AND NOT EXISTS (SELECT FROM pg_namespace AS n WHERE s.source = '" GOV_SCHEMA_PREFIX "' || n.nspname)"
		  " AND NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.source = s.source)");

/* Takes such sources away: before the transaction there were none. */
static void
gov_ddl_gone_clear_sources(void)
{
	List	   *codes = gov_result_texts(gov_run(&query_empty));
	ListCell   *cell;

	foreach(cell, codes)
		gov_source_delete((char *) lfirst(cell));
}

/* Gives those of the written objects that are gone what they were. */
void
gov_ddl_gone_restore(void)
{
	GovRows    *gone = gov_spi_collect("gov_net_gone", text_gone, 0, NULL, NULL);

	if (gov_rows_count(gone) > 0)
	{
		/* a container that is gone, too, was theirs when none of them contained the other */
		gov_object_moves_unlocked();
		(void) gov_object_put_back_rows("gov_net_gone");
		gov_labels_rename_rows("gov_net_gone");
	}
	gov_spi_discard(gone);
	if (gov_ddl_notes_settled())
		gov_ddl_gone_clear_sources();
}

/* The enrolled schemas of this database, as they were. */
static const char *const text_schemas =
	"SELECT o.object_id, o.source, o.address_oid FROM @.gov_object AS o"
	" WHERE o.object_type = 'schema' AND o.address_class = 'schema' AND " GOV_OBJECT_LIVE("o");

/* Those that are gone and whose source has another code by now: this one, the one it had, and whether that is taken. */
static const char *const text_renamed =
	"SELECT o.source, b.source, EXISTS (SELECT FROM @.gov_source AS t WHERE t.source = b.source)"
	" FROM gov_net_schemas AS b JOIN @.gov_object AS o ON o.object_id = b.object_id"
	" WHERE o.source <> b.source AND NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.oid = b.address_oid)"
	" ORDER BY b.source COLLATE \"C\"";

/* Columns of text_renamed. */
enum {RENAMED_IS = 1, RENAMED_WAS, RENAMED_TAKEN};

/* A source whose schema was renamed and dropped. */
typedef struct GovGoneSource
{
	char	   *is;
	char	   *was;
	bool		taken;
} GovGoneSource;

/* Finds them, by the schemas that there were; how many. */
static uint64
gov_ddl_gone_sources(GovGoneSource **sources)
{
	Snapshot	snapshot = gov_inventory_net_before(gov_ddl_notes_first());
	GovRows    *schemas;
	uint64		rows;

	PushActiveSnapshot(snapshot);
	schemas = gov_spi_collect_as_asked("gov_net_schemas", text_schemas);
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	rows = gov_run_text(text_renamed, 0, NULL, NULL, false);
	*sources = palloc(sizeof(GovGoneSource) * (rows + 1));
	for (uint64 row = 0; row < rows; row++)
	{
		(*sources)[row].is = gov_result_text(row, RENAMED_IS);
		(*sources)[row].was = gov_result_text(row, RENAMED_WAS);
		(*sources)[row].taken = gov_result_bool(row, RENAMED_TAKEN);
	}
	gov_spi_discard(schemas);
	return rows;
}

/*
 * Gives sources whose schemas were renamed and dropped the codes they had; a
 * list of these.  A source that has such a code by now takes the other in.
 */
List *
gov_ddl_gone_schemas(void)
{
	GovGoneSource *sources;
	uint64		n = gov_ddl_gone_sources(&sources);
	List	   *codes = NIL;

	for (uint64 i = 0; i < n; i++)
	{
		if (!sources[i].taken)
			gov_source_rename(sources[i].is, sources[i].was);
		else
		{
			gov_object_change_source(sources[i].is, sources[i].was);
			gov_source_delete(sources[i].is);
		}
		codes = lappend(codes, sources[i].was);
	}
	return codes;
}
