/*
 * findings/sink.h: the one sink that detectors give their findings to.
 */
#ifndef GOV_FINDINGS_SINK_H
#define GOV_FINDINGS_SINK_H

#include "fmgr.h"
#include "access/tupdesc.h"
#include "utils/tuplestore.h"

/* An identity that is longer is replaced by its digest; gov_finding_projection_lag_timing does the same. */
#define GOV_IDENTITY_MAX_BYTES	1000

/* What a finding consists of; also the columns of gov_detect. */
typedef enum GovFindingColumn
{
	GOV_COL_FINDING_DETECTOR,
	GOV_COL_FINDING_SEVERITY,
	GOV_COL_FINDING_AXIS,
	GOV_COL_FINDING_OBJECT_TYPE,
	GOV_COL_FINDING_OBJECT_REF,
	GOV_COL_FINDING_VALUE,
	GOV_COL_FINDING_DETAIL,
	GOV_COL_FINDING_OBJECT_ID,
	GOV_COL_FINDING_IDENTITY,
	GOV_FINDING_COLUMNS
} GovFindingColumn;

/* The findings of one detector, until it is known whether it ends well. */
typedef struct GovFindingSink
{
	const char *detector;
	const char *severity;		/* of findings that have none of their own */
	TupleDesc	desc;
	Tuplestorestate *rows;
} GovFindingSink;

/* What rows of findings look like. */
extern TupleDesc gov_findings_desc(void);

extern void gov_findings_open(GovFindingSink *sink, TupleDesc desc,
							  const char *detector, const char *severity);
extern void gov_findings_close(GovFindingSink *sink);

/* Adds everything in the sink to a result. */
extern void gov_findings_pass_on(GovFindingSink *sink, Tuplestorestate *result);

/*
 * Adds a finding: the sink.  detector may be left out, and so may severity
 * (the detector's own), detail (none) and all that it is not about.
 */
extern void gov_finding_add(GovFindingSink *sink, const Datum *values, const bool *nulls);

/* Adds one that is about a thing which is no object: a detector, an entry of the ledger. */
extern void gov_finding_add_thing(GovFindingSink *sink, const char *thing, const char *code,
								  Datum detail, const char *identity);

/*
 * Adds the rows of a query, whose columns are those above but the detector,
 * in their order.  "@." stands for the extension's schema.
 */
extern void gov_findings_query(GovFindingSink *sink, const char *sql);

/* The same between gov_spi_begin and gov_spi_end, for rows kept aside there. */
extern void gov_findings_query_here(GovFindingSink *sink, const char *sql);

#endif							/* GOV_FINDINGS_SINK_H */
