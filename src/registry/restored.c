/*-------------------------------------------------------------------------
 *
 * registry/restored.c
 *	  What a restore left out: acts in the ledger without their facts, rows without what they refer to.
 *
 * pg_restore loads the tables of an extension as it loads all data, each with
 * one COPY.  In parallel (-j) a table can come before one that it refers to:
 * its COPY fails and it stays empty, while others, the ledger among them, are
 * complete.  With --disable-triggers it is the other way round: rows arrive
 * that refer to nothing.  Neither is seen by the chain of the ledger, and the
 * first sync would register everything anew, under other identities.
 *
 * What is known to be missing: tables without rows although acts that put some
 * there stand in the ledger, and none that removes them (gov_facts_missing);
 * objects that were born and are neither there nor gone (the same view); rows
 * that break a foreign key.  Until something is done here the rest can still be
 * brought from the archive: scripts/restore.sh does, and what would write the
 * inventory refuses and says so.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "commands/dbcommands.h"
#include "storage/bufmgr.h"
#include "access/table.h"

#include "server/extension.h"
#include "server/spi.h"
#include "ledger/origin.h"
#include "registry/restored.h"

GOV_QUERY(find_missing,
		  "SELECT m.relation, m.state, m.acts, m.rows FROM governance_internal.gov_facts_missing AS m"
		  " ORDER BY m.relation COLLATE \"C\"");

/* Columns of find_missing. */
enum
{
	MISSING_TABLE = 1,
	MISSING_STATE,
	MISSING_ACTS,
	MISSING_ROWS
};

/* The foreign keys among the extension's tables, and the query that counts the rows that break one. */
GOV_QUERY(find_keys,
		  "SELECT k.conrelid, t.relname, k.conname,"
		  " format('SELECT count(*) FROM ONLY %s AS c WHERE %s AND NOT EXISTS (SELECT FROM ONLY %s AS p WHERE %s)',"
		  "  k.conrelid::regclass, string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY u.n),"
		  "  k.confrelid::regclass, string_agg(format('p.%I OPERATOR(pg_catalog.=) c.%I', pa.attname, ca.attname), ' AND ' ORDER BY u.n))"
		  " FROM pg_extension AS x"
		  " JOIN pg_depend AS d ON d.refobjid = x.oid AND d.refclassid = 'pg_extension'::regclass"
		  "  AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'"
		  " JOIN pg_class AS t ON t.oid = d.objid"
		  " JOIN pg_constraint AS k ON k.conrelid = t.oid AND k.contype = 'f'"
		  " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (child, parent, n)"
		  " JOIN pg_attribute AS ca ON ca.attrelid = k.conrelid AND ca.attnum = u.child"
		  " JOIN pg_attribute AS pa ON pa.attrelid = k.confrelid AND pa.attnum = u.parent"
		  " WHERE x.extname = 'governance' AND k.conrelid <> 0"
		  " GROUP BY k.oid, k.conrelid, k.confrelid, t.relname, k.conname"
		  " ORDER BY t.relname COLLATE \"C\", k.conname COLLATE \"C\"");

/* Columns of find_keys. */
enum
{
	KEY_TABLE_OID = 1,
	KEY_TABLE,
	KEY_CONSTRAINT,
	KEY_QUERY
};

/* A foreign key of ours. */
typedef struct GovForeignKey
{
	GovLoss		loss;
	const char *query;
} GovForeignKey;

/* Was nothing ever written to a table?  That is told without a plan. */
static bool
gov_restored_is_blank(Oid relation)
{
	Relation	rel = table_open(relation, AccessShareLock);
	bool		blank = RelationGetNumberOfBlocks(rel) == 0;

	table_close(rel, AccessShareLock);
	return blank;
}

/* Hands tables to "take" that lack rows by what the ledger says. */
static void
gov_restored_tables(void (*take) (const GovLoss *loss, void *state), void *state)
{
	uint64		count = gov_run(&find_missing);

	for (uint64 i = 0; i < count; i++)
	{
		GovLoss		loss = {"table", gov_result_text(i, MISSING_TABLE), NULL, gov_result_text(i, MISSING_STATE),
		gov_result_int8(i, MISSING_ACTS), gov_result_int8(i, MISSING_ROWS)};

		take(&loss, state);
	}
}

/* Hands foreign keys to "take" that rows break. */
static void
gov_restored_keys(void (*take) (const GovLoss *loss, void *state), void *state)
{
	uint64		count = gov_run(&find_keys);
	GovForeignKey *keys = palloc(sizeof(GovForeignKey) * (count + 1));
	int			kept = 0;

	for (uint64 i = 0; i < count; i++)
	{
		GovLoss		loss = {"constraint", gov_result_text(i, KEY_TABLE), gov_result_text(i, KEY_CONSTRAINT), "orphans", 0, 0};

		if (!gov_restored_is_blank((Oid) gov_result_int8(i, KEY_TABLE_OID)))
			keys[kept++] = (GovForeignKey) {loss, gov_result_text(i, KEY_QUERY)};
	}
	for (int i = 0; i < kept; i++)
	{
		gov_run_text(keys[i].query, 0, NULL, NULL, true);
		keys[i].loss.rows = gov_result_int8(0, 1);
		if (keys[i].loss.rows > 0)
			take(&keys[i].loss, state);
	}
}

/* Hands what is missing to "take", one by one. */
void
gov_restored_losses(void (*take) (const GovLoss *loss, void *state), void *state)
{
	int			level = gov_spi_begin();

	gov_restored_tables(take, state);
	gov_restored_keys(take, state);
	gov_spi_end(level);
}

/* A name as an argument of a shell. */
static char *
gov_restored_argument(const char *name)
{
	StringInfoData quoted;

	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '\'');
	for (const char *c = name; *c != '\0'; c++)
	{
		if (*c == '\'')
			appendStringInfoString(&quoted, "'\\''");
		else
			appendStringInfoChar(&quoted, *c);
	}
	appendStringInfoChar(&quoted, '\'');
	return quoted.data;
}

/*
 * The command that brings what is missing: into this database as long as
 * nothing was done in it, else into another one.
 */
char *
gov_restored_hint(void)
{
	if (gov_origin_has_acted())
		return "createdb NEW && scripts/restore.sh ARCHIVE NEW";
	return psprintf("scripts/restore.sh --mend ARCHIVE %s", gov_restored_argument(get_database_name(MyDatabaseId)));
}

/* Adds a table to a list, each once; they come table by table. */
static void
gov_restored_list(const GovLoss *loss, void *state)
{
	StringInfo	list = (StringInfo) state;
	int			length = (int) strlen(loss->table);

	if (list->len >= length && strcmp(list->data + list->len - length, loss->table) == 0)
		return;
	appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", loss->table);
}

/*
 * Raises when something is missing and nothing was done here yet: what is about
 * to be written would stand in the way of the rows that are still in the
 * archive.  Whoever has done something here goes on as it is, and has the
 * finding.
 */
void
gov_restored_ensure_whole(void)
{
	StringInfoData list;

	if (gov_origin_has_acted())
		return;
	initStringInfo(&list);
	gov_restored_losses(gov_restored_list, &list);
	if (list.len == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("this database was restored in part"),
			 errdetail("By the ledger and by foreign keys, rows are missing; concerned: %s.", list.data),
			 errhint("%s, with the archive that it was restored from.  Without one, any other act goes on with what there is, such as gov_set_authority; view gov_drift_finding says what is missing (half_restored).",
					 gov_restored_hint())));
}
