/*
 * ledger/origin.h: whether the ledger has begun here, and what arrived before.
 */
#ifndef GOV_LEDGER_ORIGIN_H
#define GOV_LEDGER_ORIGIN_H

#include "commands/trigger.h"

/* The steps of a ledger, in their order. */
#define GOV_ORIGIN_CREATED	"created"	/* by CREATE EXTENSION */
#define GOV_ORIGIN_ACTED	"acted"		/* an entry was appended */
#define GOV_ORIGIN_BEGUN	"begun"		/* its first entry stands in the chain */

/* Was an entry appended or chained in this database since CREATE EXTENSION? */
extern bool gov_origin_has_acted(void);

/* Was the first entry written, or restored and gone on from? */
extern bool gov_origin_has_begun(void);

/* Notes that a step was taken. */
extern void gov_origin_note(const char *step);

/* When and by whom the extension was created; false when nothing tells. */
extern bool gov_origin_created(Datum *at, Datum *login);

/* Has the current user the rights of the extension's owner? */
extern bool gov_origin_is_owner(void);

/* May rows be inserted as a restore does: with the owner's rights, before anything was done? */
extern bool gov_origin_restoring(void);

/* Does a restore or a subscription bring the row of a trigger, before anything was done? */
extern bool gov_origin_admits(const TriggerData *trigger);

/* Counts rows that arrived so, for the entry that tells of them. */
extern void gov_origin_arrived(const char *table, int64 rows, int64 broken);

/* Takes what arrived; the payload of the entry that tells of it, 0 for none. */
extern Datum gov_origin_take_arrivals(void);

#endif							/* GOV_LEDGER_ORIGIN_H */
