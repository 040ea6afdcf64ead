/*
 * registry/values.h: the values of axes: finding them, and writing
 * gov_axis_value, which nothing else does.
 *
 * Acts say what they want of it: of one value by arguments, of many by rows
 * kept aside (gov_spi_collect), whose name they pass, or a query in
 * parentheses that reads them; the columns stand with each function.  The
 * caller holds the locks on the values and makes sure that the move is
 * allowed.
 */
#ifndef GOV_REGISTRY_VALUES_H
#define GOV_REGISTRY_VALUES_H

#include "server/args.h"
#include "server/spi.h"
#include "registry/altered.h"

/* What a look-up of a value gives. */
typedef struct GovValue
{
	char	   *status;
	char	   *parent;			/* NULL: a root */
	char	   *replaced_by;	/* NULL: none */
	bool		mirrors;		/* it mirrors a container */
} GovValue;

/*
 * Looks a value up, locking its row as asked; false when there is none.
 * Whoever lets something point at a value takes GOV_ROW_SHARE, which makes a
 * status change of the value wait, and this wait for one.
 */
extern bool gov_value_find(const char *axis, const char *value, GovRowLock lock, GovValue *found);

/* How to get one, for hints. */
#define GOV_VALUE_HINT "gov_propose_value adds one."

/* The same, raising when axis or value do not exist; "found" may be NULL. */
extern void gov_ensure_value_for(GovPurpose purpose, const char *axis, const char *value,
								 GovRowLock lock, GovValue *found);
#define gov_ensure_value(axis, value, lock, found) \
	gov_ensure_value_for(GOV_FOR_ITSELF, (axis), (value), (lock), (found))

/* Makes a candidate; false when the axis has a value of that code, whatever its status. */
extern bool gov_value_put(const char *axis, const char *value, const char *parent, GovArg provenance, const char *name);

/* A move of a value to another status. */
typedef struct GovValueMove
{
	const char *status;
	const char *reason;			/* NULL: none */
	const char *approval;		/* NULL: none */
	const char *parent;			/* NULL: the one it has */
	const char *replaced_by;	/* NULL: none */
	Datum		provenance;		/* jsonb; 0: the one it has */
} GovValueMove;

/* Moves a value. */
extern void gov_value_move(const char *axis, const char *value, const GovValueMove *move);

/*
 * What altering a value changes, NULL leaving a column as it is and an empty
 * text clearing it: false when nothing would differ; and doing it.
 */
extern bool gov_value_compare(const char *axis, const char *value, const char *name, const char *parent, GovAltered *altered);
extern void gov_value_alter(const char *axis, const char *value, const char *name, const char *parent);

/*
 * Makes rows, in the order in which they come: axis, value, parent, name,
 * status, provenance, object_id, approval.  Codes that are taken are left
 * out.  How many it made; with "done" those are kept as gov_done (value).
 */
extern uint64 gov_value_put_rows(const char *rows, GovRows **done);

/*
 * Gives values other codes, also ones that values of the set give up: axis,
 * value, code, name.  How many; "done" as in gov_spi_write.
 */
extern uint64 gov_value_rename_rows(const char *rows, GovRows **done);

/*
 * Changes rows: axis, value, becomes (a jsonb object of columns and what they
 * become, of status, parent, replaced_by, reason, approval, object_id and
 * provenance; what is not in it stays).  How many; "done" as in gov_spi_write.
 */
extern uint64 gov_value_update_rows(const char *rows, GovRows **done);

#endif							/* GOV_REGISTRY_VALUES_H */
