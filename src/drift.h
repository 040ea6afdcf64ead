/*
 * drift.h: one scan: what detectors find now, against what is stored.
 */
#ifndef GOV_DRIFT_H
#define GOV_DRIFT_H

#include "gov_spi.h"

/* A scan and what it did. */
typedef struct GovDriftScan
{
	int64		scan_id;		/* of its run */
	const char *actor;
	int64		scan_no;
	int64		findings;
	int64		opened;
	int64		reopened;
	int64		resolved;
	Datum		failed;			/* text[]: detectors that failed */
	bool		none_failed;
} GovDriftScan;

/* An identity for a run that is about to be recorded. */
extern int64 gov_drift_next_scan_id(void);

/* Raises where a run cannot be stored, and tells how to look without one. */
extern void gov_drift_ensure_writable(const char *function);

/* Scans for the run scan_id, which the caller records; stores what changed. */
extern void gov_drift_scan(GovDriftScan *scan);

/*
 * What a scan adds to the row of its run: columns, and arguments for them.
 */
#define GOV_DRIFT_RUN_COLUMNS	"findings, opened, reopened, resolved, scan_no, failed"
#define GOV_DRIFT_RUN_ARGS		6
#define GOV_DRIFT_RUN_TYPES		INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, TEXTARRAYOID

extern void gov_drift_run_args(const GovDriftScan *scan, GovArg *args);

#endif							/* GOV_DRIFT_H */
