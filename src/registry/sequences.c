/*-------------------------------------------------------------------------
 *
 * registry/sequences.c
 *	  Sequences that are behind the identities of the rows, or at their end.
 *
 * Rows can come without their sequence: by logical replication, by a restore
 * of tables alone, by hand.  The next identity drawn then belongs to a row
 * already.  The primary key refuses it, so no row is mistaken for another; but
 * until the sequence is set forward, no row can be added.  Syncs and
 * registrations set forward the sequence of objects, gov_reconcile all
 * sequences, and a detector finds those that are behind.
 *
 * A row may have an identity far from all others, given by hand.  It does not
 * count until the sequence comes near: going on from it would use up the
 * numbers, and spread the objects of later times over them.
 *
 * Whoever may write all data (pg_write_all_data) may set any sequence, to its
 * last number for example, after which none of ours would ever be drawn again.
 * Such a sequence goes on from the rows that are far from that end.
 *
 * Locks: a sequence is set under the lock of its table that keeps others from
 * adding rows, so that it is never set back below a number that is drawn
 * meanwhile.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "server/extension.h"
#include "server/spi.h"
#include "registry/sequences.h"

/* Identities more than this ahead of a sequence do not count. */
#define GOV_SEQUENCE_NEAR "1000000000000"

/* A sequence beyond this is at its end, and identities beyond the second do not count for where it goes on. */
#define GOV_SEQUENCE_END "(9223372036854775807 - 1000000000000)"
#define GOV_SEQUENCE_FAR "(9223372036854775807 - 2000000000000)"

/* The identity columns of the extension's own tables, with their sequences. */
GOV_QUERY(query_sequences,
		  "SELECT format('%I.%I', tn.nspname, t.relname), quote_ident(a.attname),"
		  "       format('%I.%I', sn.nspname, s.relname), s.relname::text"
		  "  FROM pg_extension AS x"
		  "  JOIN pg_depend AS e ON e.refclassid = 'pg_extension'::regclass AND e.refobjid = x.oid AND e.deptype = 'e'"
		  "   AND e.classid = 'pg_class'::regclass"
		  "  JOIN pg_class AS t ON t.oid = e.objid AND t.relkind = 'r'"
		  "  JOIN pg_namespace AS tn ON tn.oid = t.relnamespace"
		  "  JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND a.attidentity <> ''"
		  "  JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum"
		  "   AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'"
		  "  JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'"
		  "  JOIN pg_namespace AS sn ON sn.oid = s.relnamespace"
		  " WHERE x.extname = 'governance'"
		  " ORDER BY s.relname COLLATE \"C\"");

/* Columns of the two queries. */
enum
{
	SEQ_LAST = 1,
	SEQ_TOP,
	SEQ_AT_END
};

enum
{
	SEQ_TABLE = 1,
	SEQ_COLUMN,
	SEQ_SEQUENCE,
	SEQ_NAME
};

/* Names of a table, its identity column and its sequence, quoted; and the sequence's for people. */
typedef struct GovSequence
{
	const char *table;
	const char *column;
	const char *sequence;
	const char *name;
} GovSequence;

/*
 * Is a sequence behind, or at its end?  One at its end has to go on from the
 * greatest identity that is far from there, and then from those near that one.
 * The caller is connected to SPI.
 */
static bool
gov_sequence_is_behind(const GovSequence *one, GovSequenceBehind *behind)
{
	gov_run_text(psprintf("SELECT q.last, greatest(m.top, b.base), b.base < q.last FROM"
						  " (SELECT CASE WHEN s.is_called THEN s.last_value ELSE s.last_value - 1 END AS last FROM %s AS s) AS q,"
						  " LATERAL (SELECT CASE WHEN q.last <= " GOV_SEQUENCE_END " THEN q.last"
						  "  ELSE coalesce((SELECT max(t.%s) FROM ONLY %s AS t WHERE t.%s <= " GOV_SEQUENCE_FAR "), 0) END AS base) AS b,"
						  " LATERAL (SELECT max(t.%s) AS top FROM ONLY %s AS t WHERE t.%s <= b.base + " GOV_SEQUENCE_NEAR ") AS m",
						  one->sequence, one->column, one->table, one->column, one->column, one->table, one->column),
				 0, NULL, NULL, true);
	behind->sequence = one->name;
	behind->last = gov_result_int8(0, SEQ_LAST);
	behind->needed = gov_result_int8(0, SEQ_TOP);
	return behind->needed > behind->last || gov_result_bool(0, SEQ_AT_END);
}

/* Puts a sequence right, unless somebody else did while the lock was waited for. */
static void
gov_sequence_set(const GovSequence *one, GovSequenceBehind *behind)
{
	static const Oid types[] = {TEXTOID, INT8OID};
	GovArg		args[] = {gov_text(one->sequence), gov_null()};

	gov_run_text(psprintf("LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE", one->table), 0, NULL, NULL, false);
	if (!gov_sequence_is_behind(one, behind))
		return;
	args[1] = gov_int8(behind->needed);
	gov_run_text("SELECT pg_catalog.setval($1::regclass, greatest($2, 1), $2 > 0)", lengthof(args), types, args, false);
}

/* Puts the sequence of one table of ours right; for acts that are about to draw from it. */
void
gov_sequence_catch_up(const char *table, const char *column, const char *sequence)
{
	const char *schema = gov_schema_quoted();
	GovSequence one = {psprintf("%s.%s", schema, table), column, psprintf("%s.%s", schema, sequence), sequence};
	GovSequenceBehind behind;
	int			level = gov_spi_begin();

	if (gov_sequence_is_behind(&one, &behind))
		gov_sequence_set(&one, &behind);
	gov_spi_end(level);
}

/* Hands every sequence that is behind or at its end to "take"; puts it right first if "repair" says so. */
void
gov_sequences_behind(bool repair, void (*take) (const GovSequenceBehind *behind, void *state), void *state)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&query_sequences);
	GovSequence *all = palloc(sizeof(GovSequence) * (count + 1));

	for (uint64 i = 0; i < count; i++)
		all[i] = (GovSequence) {gov_result_text(i, SEQ_TABLE), gov_result_text(i, SEQ_COLUMN), gov_result_text(i, SEQ_SEQUENCE), gov_result_text(i, SEQ_NAME)};
	for (uint64 i = 0; i < count; i++)
	{
		GovSequenceBehind behind;

		if (!gov_sequence_is_behind(&all[i], &behind))
			continue;
		if (repair)
			gov_sequence_set(&all[i], &behind);
		take(&behind, state);
	}
	gov_spi_end(level);
}
