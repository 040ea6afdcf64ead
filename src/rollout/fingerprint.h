/*
 * rollout/fingerprint.h: the content of a relation as a hash.
 */
#ifndef GOV_ROLLOUT_FINGERPRINT_H
#define GOV_ROLLOUT_FINGERPRINT_H

#include "nodes/pg_list.h"

/* What of a relation is read. */
typedef enum GovFingerprintWhat
{
	GOV_FINGERPRINT_NOTHING,	/* no rows: a view, or what others tell of */
	GOV_FINGERPRINT_POSITION,	/* of a sequence */
	GOV_FINGERPRINT_ROWS,		/* how many */
	GOV_FINGERPRINT_CONTENT		/* how many, and what is in them */
} GovFingerprintWhat;

/* What was found. */
typedef struct GovFingerprint
{
	Oid			relid;
	char	   *name;			/* schema and name, quoted where SQL needs it */
	GovFingerprintWhat what;
	const char *rows;			/* their number; NULL when it is not known */
	const char *content;		/* their hash; NULL when it is not known */
	const char *position;		/* of a sequence; NULL when it is not known */
	List	   *left_out;		/* char *: columns that the hash does not cover, and why */
	const char *note;			/* why something is not known; NULL */
} GovFingerprint;

/* Finds a relation by its name, as the caller's search_path reads it; raises when there is none that can be captured. */
extern Oid	gov_fingerprint_find(const char *written);

/* Looks what of a relation the current user can read; reads nothing yet. */
extern GovFingerprint *gov_fingerprint_look(Oid relid, GovFingerprintWhat most);

/* Reads it as the current user, under the active snapshot. */
extern void gov_fingerprint_read(GovFingerprint *fingerprint);

extern void gov_fingerprint_init(void);

/* The columns that the hash does not cover as one text; NULL for none. */
extern char *gov_fingerprint_without(const GovFingerprint *fingerprint);

#endif							/* GOV_ROLLOUT_FINGERPRINT_H */
