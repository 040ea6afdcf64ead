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
	bool		of_reconcile;	/* is that a gov_reconcile? */
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

/* Records a run that has ended with its scan; "summary": what else it says of itself, jsonb. */
extern void gov_scan_run_record(const GovScan *scan, GovArg summary);

/* Records a run that begins and takes several transactions; its identity. */
extern int64 gov_scan_run_begin(const char *actor, GovArg summary);

/* Records that such a run has ended. */
extern void gov_scan_run_finish(const GovScan *scan, GovArg summary);

/* Removes runs that ended before, but for those that something is counted from; how many. */
extern uint64 gov_scan_run_prune(TimestampTz before);

#endif							/* GOV_WATCH_SCAN_H */
