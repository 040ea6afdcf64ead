/*
 * registry/restored.h: what a restore left out.
 */
#ifndef GOV_REGISTRY_RESTORED_H
#define GOV_REGISTRY_RESTORED_H

#include "postgres.h"

/* What is known to be missing of a table, or by a foreign key. */
typedef struct GovLoss
{
	const char *kind;			/* table or constraint */
	const char *table;
	const char *constraint;		/* NULL for a table */
	const char *state;			/* empty, incomplete or orphans */
	int64		acts;			/* entries of the ledger that tell of its rows */
	int64		rows;			/* that are missing, or whose row is */
} GovLoss;

/* Hands what is missing to "take", one by one. */
extern void gov_restored_losses(void (*take) (const GovLoss *loss, void *state), void *state);

/* The command that brings what is missing. */
extern char *gov_restored_hint(void);

/* Raises when something is missing and nothing was done here yet. */
extern void gov_restored_ensure_whole(void);

#endif							/* GOV_REGISTRY_RESTORED_H */
