/*
 * ddl/glass.h: lifting enforcement for one transaction, loudly.
 */
#ifndef GOV_DDL_GLASS_H
#define GOV_DDL_GLASS_H

#include "postgres.h"

/* Is nothing enforced until the transaction ends? */
extern bool gov_glass_is_broken(void);

/* Writes the entry of the ledger, before the transaction commits. */
extern void gov_glass_record(void);

#endif							/* GOV_DDL_GLASS_H */
