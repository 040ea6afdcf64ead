/*
 * ddl/notes.h: what a transaction tracked so far, in memory, to its end.
 *
 * Notes are never taken back: what a savepoint undid is looked at once more,
 * and found to be as it was.
 */
#ifndef GOV_DDL_NOTES_H
#define GOV_DDL_NOTES_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* The command of the transaction before which objects were who they were; begins the notes. */
extern CommandId gov_ddl_notes_before(void);

/* The first one: before it nothing was tracked. */
extern CommandId gov_ddl_notes_first(void);

/* From the running command on, objects are who they are by now. */
extern void gov_ddl_notes_settle(void);

/* They are again who they were before anything was tracked; was that ever settled? */
extern void gov_ddl_notes_unsettle(void);
extern bool gov_ddl_notes_settled(void);

/* Is there anything noted?  All is forgotten at the end of the transaction. */
extern bool gov_ddl_notes_any(void);
extern void gov_ddl_notes_forget(void);

/* An OID has, or had, a name; names of different kinds begin differently. */
extern void gov_ddl_note_name(Oid oid, const char *name);

/* Some OIDs were judged together. */
extern void gov_ddl_note_together(List *oids);

/* Has, or had, another OID this name? */
extern bool gov_ddl_notes_shared(Oid oid, const char *name);

/* Has, or had, another OID any of the names that this one has or had? */
extern bool gov_ddl_notes_contested(Oid oid);

/* OIDs, with all that have to do with them by names and by what was judged together. */
extern List *gov_ddl_notes_linked(List *oids);

/* All OIDs that were noted. */
extern List *gov_ddl_notes_oids(void);

/* Objects that were written, and those of them that tracking made: bigint[]. */
extern void gov_ddl_note_written(int64 object_id);
extern void gov_ddl_note_made(int64 object_id);
extern int	gov_ddl_notes_count(void);

/* Were all that were written made, one by one, and did nothing go? */
extern bool gov_ddl_notes_only_births(void);
extern Datum gov_ddl_notes_made(void);
extern Datum gov_ddl_notes_written(void);

#endif							/* GOV_DDL_NOTES_H */
