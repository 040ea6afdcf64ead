/*
 * registered/door.h: the one door through which anything that a user registered
 * is read or run.
 */
#ifndef GOV_REGISTERED_DOOR_H
#define GOV_REGISTERED_DOOR_H

#include "server/spi.h"
#include "registered/owner.h"

/*
 * Reads a thing and keeps the rows aside, under a name that they have once
 * gov_rows_name gives it to them, until gov_rows_forget, at the latest to the
 * end of the transaction: they outlive a subtransaction around this call.
 */
extern GovRows *gov_registered_fill(GovRegistered *thing, const char *name, const char *sql);

/*
 * Reads a thing and keeps the rows aside under a name; gov_spi_discard forgets
 * them.  "as_asked": under the snapshot of the query that asks.  Texts are
 * compared by their bytes then.
 */
extern GovRows *gov_registered_read(GovRegistered *thing, const char *name, const char *sql,
									int nargs, const Oid *types, const GovArg *args, bool as_asked);

/*
 * A detail for an error or warning that quotes rows of a thing: as it is for
 * whoever may see why the thing fails, else a sentence that names who may.
 * It is not to be stored.
 */
extern const char *gov_registered_why(const GovRegistered *thing, const char *why);

/*
 * Closes the session's cursors to the code of somebody that is about to run,
 * and opens them again.
 */
extern List *gov_registered_hide_cursors(void);
extern void gov_registered_show_cursors(List *hidden);

/* Who is told why something could not be read, beside its owner and its registrar. */
extern void gov_registered_init(bool (*is_admin) (Oid role));

#endif							/* GOV_REGISTERED_DOOR_H */
