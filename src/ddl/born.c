/*-------------------------------------------------------------------------
 *
 * ddl/born.c
 *	  Objects that the transaction made, to be judged when it commits.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ddl/born.h"

/* Notes an object. */
void
gov_ddl_note_born(int64 object_id pg_attribute_unused())
{
}
