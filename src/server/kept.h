/*
 * server/kept.h: rows kept aside by gov_spi_collect, as foreign tables of
 * server gov_kept, so that views and functions of the install script can name
 * them.
 */
#ifndef GOV_SERVER_KEPT_H
#define GOV_SERVER_KEPT_H

#include "access/tupdesc.h"
#include "utils/tuplestore.h"

/* The foreign table of this name holds these rows until they are taken back. */
extern void gov_kept_show(const char *name, TupleDesc desc, Tuplestorestate *store);
extern void gov_kept_hide(Tuplestorestate *store);

/* Are the columns of rows as many as are wanted, and of the same types? */
extern bool gov_kept_fit(TupleDesc rows, TupleDesc wanted);

#endif							/* GOV_SERVER_KEPT_H */
