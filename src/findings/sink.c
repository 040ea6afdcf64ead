/*-------------------------------------------------------------------------
 *
 * findings/sink.c
 *	  The one sink that detectors give their findings to.
 *
 * A detector never stops at its first finding: it adds each to the sink and
 * goes on.  The sink keeps them aside, in work_mem and then in a temporary
 * file, until the detector has ended well; only then are they passed on.
 *
 * A finding's identity is a text made of what never changes (object_id,
 * ownership_id) and of codes.  It is indexed, so a long one is replaced by its
 * digest.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "server/hash.h"
#include "server/progress.h"
#include "server/spi.h"
#include "findings/sink.h"

/* What rows of findings look like; the columns of gov_detect. */
TupleDesc
gov_findings_desc(void)
{
	static const struct
	{
		const char *name;
		Oid			type;
	}			columns[] = {
		[GOV_COL_FINDING_DETECTOR] = {"detector", TEXTOID},
		[GOV_COL_FINDING_SEVERITY] = {"severity", TEXTOID},
		[GOV_COL_FINDING_AXIS] = {"axis", TEXTOID},
		[GOV_COL_FINDING_OBJECT_TYPE] = {"object_type", TEXTOID},
		[GOV_COL_FINDING_OBJECT_REF] = {"object_ref", TEXTOID},
		[GOV_COL_FINDING_VALUE] = {"value", TEXTOID},
		[GOV_COL_FINDING_DETAIL] = {"detail", JSONBOID},
		[GOV_COL_FINDING_OBJECT_ID] = {"object_id", INT8OID},
		[GOV_COL_FINDING_IDENTITY] = {"identity", TEXTOID},
	};
	TupleDesc	desc = CreateTemplateTupleDesc(GOV_FINDING_COLUMNS);

	StaticAssertStmt(lengthof(columns) == GOV_FINDING_COLUMNS, "a name for each column of a finding");
	for (int i = 0; i < GOV_FINDING_COLUMNS; i++)
		TupleDescInitEntry(desc, i + 1, columns[i].name, columns[i].type, -1, 0);
	return desc;
}

/* Opens a sink for what a detector finds; rows have the columns of "desc". */
void
gov_findings_open(GovFindingSink *sink, TupleDesc desc, const char *detector, const char *severity)
{
	sink->detector = detector;
	sink->severity = severity;
	sink->desc = desc;
	sink->rows = tuplestore_begin_heap(false, false, work_mem);
}

/* Forgets what is in the sink. */
void
gov_findings_close(GovFindingSink *sink)
{
	tuplestore_end(sink->rows);
	sink->rows = NULL;
}

/* Adds everything in the sink to a result. */
void
gov_findings_pass_on(GovFindingSink *sink, Tuplestorestate *result)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(sink->desc, &TTSOpsMinimalTuple);

	while (tuplestore_gettupleslot(sink->rows, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		tuplestore_puttupleslot(result, slot);
	}
	ExecDropSingleTupleTableSlot(slot);
}

/* An identity short enough to be indexed. */
static Datum
gov_finding_identity(Datum identity)
{
	text	   *given = DatumGetTextPP(identity);

	if (VARSIZE_ANY_EXHDR(given) <= GOV_IDENTITY_MAX_BYTES)
		return identity;
	return CStringGetTextDatum(psprintf("sha256:%s", gov_hash_hex(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given))));
}

/*
 * Adds a finding: the sink.  detector may be left out, and so may severity
 * (the detector's own), detail (none) and all that it is not about.
 */
void
gov_finding_add(GovFindingSink *sink, const Datum *values, const bool *nulls)
{
	Datum		row[GOV_FINDING_COLUMNS];
	bool		isnull[GOV_FINDING_COLUMNS];

	memcpy(row, values, sizeof(row));
	memcpy(isnull, nulls, sizeof(isnull));
	row[GOV_COL_FINDING_DETECTOR] = CStringGetTextDatum(sink->detector);
	isnull[GOV_COL_FINDING_DETECTOR] = false;
	if (isnull[GOV_COL_FINDING_SEVERITY])
		row[GOV_COL_FINDING_SEVERITY] = CStringGetTextDatum(sink->severity);
	isnull[GOV_COL_FINDING_SEVERITY] = false;
	if (isnull[GOV_COL_FINDING_DETAIL])
		row[GOV_COL_FINDING_DETAIL] = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
	isnull[GOV_COL_FINDING_DETAIL] = false;
	row[GOV_COL_FINDING_IDENTITY] = gov_finding_identity(row[GOV_COL_FINDING_IDENTITY]);
	tuplestore_putvalues(sink->rows, sink->desc, row, isnull);
	gov_progress_add(1);
}

/* Adds one that is about a thing which is no object: a detector, an entry of the ledger. */
void
gov_finding_add_thing(GovFindingSink *sink, const char *thing, const char *code,
					  Datum detail, const char *identity)
{
	Datum		values[GOV_FINDING_COLUMNS] = {0};
	bool		nulls[GOV_FINDING_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[GOV_COL_FINDING_OBJECT_TYPE] = CStringGetTextDatum(thing);
	values[GOV_COL_FINDING_OBJECT_REF] = CStringGetTextDatum(code);
	values[GOV_COL_FINDING_DETAIL] = detail;
	values[GOV_COL_FINDING_IDENTITY] = CStringGetTextDatum(identity);
	nulls[GOV_COL_FINDING_OBJECT_TYPE] = false;
	nulls[GOV_COL_FINDING_OBJECT_REF] = false;
	nulls[GOV_COL_FINDING_DETAIL] = false;
	nulls[GOV_COL_FINDING_IDENTITY] = false;
	gov_finding_add(sink, values, nulls);
}

/* Adds the next rows of a query. */
static void
gov_findings_take(uint64 rows, void *state)
{
	GovFindingSink *sink = (GovFindingSink *) state;
	MemoryContext batch = AllocSetContextCreate(CurrentMemoryContext, "governance findings",
												ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(batch);

	for (uint64 i = 0; i < rows; i++)
	{
		Datum		values[GOV_FINDING_COLUMNS] = {0};
		bool		nulls[GOV_FINDING_COLUMNS];

		for (int column = GOV_COL_FINDING_SEVERITY; column < GOV_FINDING_COLUMNS; column++)
			values[column] = gov_result_peek(i, column, &nulls[column]);
		gov_finding_add(sink, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(batch);
}

/*
 * Adds the rows of a query, whose columns are those above but the detector,
 * in their order.  "@." stands for the extension's schema.
 */
void
gov_findings_query(GovFindingSink *sink, const char *sql)
{
	int			level = gov_spi_begin();

	gov_findings_query_here(sink, sql);
	gov_spi_end(level);
}

/* Adds what a query finds, between gov_spi_begin and gov_spi_end: it may read rows kept aside there. */
void
gov_findings_query_here(GovFindingSink *sink, const char *sql)
{
	gov_run_text_each(sql, gov_findings_take, sink);
}
