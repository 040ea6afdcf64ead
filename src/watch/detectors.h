/*
 * watch/detectors.h: what looks for findings: those of the extension itself, and
 * routines that somebody registered.
 */
#ifndef GOV_WATCH_DETECTORS_H
#define GOV_WATCH_DETECTORS_H

#include "registered/place.h"
#include "registered/roles.h"
#include "findings/sink.h"

/* A row of gov_detector. */
typedef struct GovDetector
{
	char	   *detector;
	char	   *severity;
	GovKeptPlace routine;		/* without a name: one of our own */
	GovKeptRole registrar;
} GovDetector;

/* One of the extension's own. */
typedef struct GovOwnDetector
{
	const char *detector;
	void		(*find) (GovFindingSink *sink);
} GovOwnDetector;

/* The detector that tells of others that failed. */
#define GOV_DETECTOR_FAILED "detector_failed"

/* Says which runs are going on in this session, as elements of an array: scan, and reconcile. */
extern void gov_detectors_running(const char *runs);

/* One of our own by its code; NULL when there is none. */
extern const GovOwnDetector *gov_detector_own(const char *detector);

#endif							/* GOV_WATCH_DETECTORS_H */
