/*
 * ledger/ledger.h: what every act does at its end: leave an entry in the ledger.
 *
 *	   gov_ledger_append("set_axis_status", 0,
 *						 gov_json_object("axis", axis),
 *						 gov_json_object("from", old, "to", status, "reason", reason));
 *
 * action: the name of the function without gov_.  object: object_id of the
 * one object the act is about, 0 for none; gov_history finds entries by it.  target: what the act is about, by codes, never by
 * surrogate ids; payload: what it did, likewise; 0 for an empty one.
 */
#ifndef GOV_LEDGER_LEDGER_H
#define GOV_LEDGER_LEDGER_H

#include "commands/trigger.h"
#include "utils/rel.h"

#include "ledger/pass.h"

/* Appends an entry; its seq.  The actor is the role in use (SET ROLE). */
extern int64 gov_ledger_append(const char *action, int64 object, Datum target, Datum payload);

/*
 * For an act whose rows name its entry: draws the number of an entry to come,
 * and appends it once they are written (0: under the next number).
 */
extern int64 gov_ledger_draw(void);
extern void gov_ledger_append_drawn(int64 seq, const char *action, int64 object, Datum target, Datum payload);

/* The same under a name of the caller's choice, such as an authority's. */
extern int64 gov_ledger_append_as(const char *actor, const char *action, int64 object,
								  Datum target, Datum payload);

/* The first entry of all, written when the ledger begins (ledger/commit.c). */
extern void gov_ledger_append_first(Datum at, Datum login);

/* For the files of the ledger: the row of an entry, and writing one. */
extern void gov_ledger_make_row(GovLedgerRow *row, int64 seq, const char *actor, const char *action, int64 object,
								Datum target, Datum payload);
extern void gov_ledger_write(const GovLedgerRow *row);

/* How many entries the transaction appended since this was asked. */
extern int64 gov_ledger_take_appended(void);

/* The target of an act about one object. */
extern Datum gov_ledger_object(const char *object_type, const char *object_ref);

/* The target of an act about one cell; no object for a value itself. */
extern Datum gov_ledger_cell(const char *object_type, const char *object_ref,
							 const char *axis, const char *value);

/*
 * Notes DML on one of our tables that no act stands for (also a trigger's own);
 * with the trigger that its statement fired, unless that is NULL, what it did.
 */
extern void gov_ledger_note_dml(Relation rel, const char *operation, int64 rows, const TriggerData *trigger);

#endif							/* GOV_LEDGER_LEDGER_H */
