/*
 * watch/scan.h: one scan: what detectors find now, against what is stored.
 */
#ifndef GOV_WATCH_SCAN_H
#define GOV_WATCH_SCAN_H

#include "server/spi.h"

/* A scan and what it did. */
typedef struct GovScan
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
} GovScan;

/* An identity for a run that is about to be recorded. */
extern int64 gov_scan_next_scan_id(void);

/* Raises where a run cannot be stored, and tells how to look without one. */
extern void gov_scan_ensure_writable(const char *function);

/* Scans for the run scan_id, which the caller records; stores what changed. */
extern void gov_scan_perform(GovScan *scan);

/*
 * What a scan adds to the row of its run: columns, and arguments for them.
 */
#define GOV_SCAN_RUN_COLUMNS	"findings, opened, reopened, resolved, scan_no, failed"
#define GOV_SCAN_RUN_ARGS		6
#define GOV_SCAN_RUN_TYPES		INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, TEXTARRAYOID

extern void gov_scan_run_args(const GovScan *scan, GovArg *args);

#endif							/* GOV_WATCH_SCAN_H */
