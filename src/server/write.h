/*
 * server/write.h: writing rows of our own tables without SQL, as the executor
 * writes any table's.
 */
#ifndef GOV_SERVER_WRITE_H
#define GOV_SERVER_WRITE_H

#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"

#include "server/security.h"

/* A table being written. */
typedef struct GovWriter
{
	Relation	rel;
	int			ours;			/* its first columns, which the caller fills */
	TupleTableSlot *slot;		/* the row to be written */
	EState	   *estate;
	ResultRelInfo *result;
	ExprState **defaults;		/* of the other columns; NULL for those without */
	GovSecurity security;
	bool		pushed;			/* did it need a snapshot of its own? */
} GovWriter;

extern void gov_writer_open(GovWriter *writer, const char *table, int ours);
extern void gov_writer_vouch(GovWriter *writer, const char *const *names, int count);
extern void gov_writer_blank(GovWriter *writer);
extern void gov_writer_insert(GovWriter *writer);
extern void gov_writer_update(GovWriter *writer, ItemPointer tid);
extern void gov_writer_delete(GovWriter *writer, ItemPointer tid);
extern void gov_writer_close(GovWriter *writer);

#endif							/* GOV_SERVER_WRITE_H */
