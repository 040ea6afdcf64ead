/*
 * labels/bindings.h: where labels are read from: our own tables, or relations of
 * the application that were bound in their place.
 */
#ifndef GOV_LABELS_BINDINGS_H
#define GOV_LABELS_BINDINGS_H

#include "server/spi.h"

typedef enum GovBinding
{
	GOV_VOCABULARY,				/* label, facet, name, status */
	GOV_LABEL_RULE,				/* object_type, object_ref, label, status */
	GOV_LABEL_PROJECTION		/* object_type, object_ref, label, projected_at */
} GovBinding;

/*
 * Runs "select" FROM the relation, known as b, "rest", with the rights that
 * go with it: the columns above as text, projected_at as timestamptz.
 * Between gov_spi_begin and _end.  An act reads what is there now, its own
 * changes included; a question ("read_only") reads under the snapshot of the
 * query that asks it.  The number of rows, to be read as of gov_run.
 */
extern uint64 gov_binding_read(GovBinding which, const char *select, const char *rest,
							   int nargs, const Oid *types, const GovArg *args, bool read_only);

/* A question for many rows: the next of them go to "take", until none is left. */
extern void gov_binding_read_each(GovBinding which, const char *select, const char *rest,
								  void (*take) (uint64 rows, void *state), void *state);

/*
 * Keeps the rows aside under a name, for queries of ours to join
 * (gov_spi_collect); "as_asked": under the snapshot of the query that asks.
 */
extern GovRows *gov_binding_collect(GovBinding which, const char *name, const char *select, const char *rest, bool as_asked);

/* Is anything bound? */
extern bool gov_binding_any(void);

/* Raises when what the function "act" would change is bound to a relation. */
extern void gov_ensure_not_bound(GovBinding which, const char *act);

/* Statuses of a bound relation that are neither active nor inactive. */
typedef struct GovUnknownStatuses
{
	GovBinding	which;
	const char *binding;
	const char *relation;
	int64		rows;			/* that have one */
	char	   *words;			/* which, with numbers of rows: not for everybody, and not to be stored */
} GovUnknownStatuses;

/* Looks for some; false when nothing is bound, or there are none.  Raises when it cannot be read. */
extern bool gov_binding_unknown_statuses(GovBinding which, GovUnknownStatuses *unknown);

/* Brings the names of what is bound up to date; how many were renamed. */
extern uint64 gov_bindings_follow(void);

/* Ties what is registered to the roles of today: of a role by name, or all; how many changed. */
extern uint64 gov_bindings_rebind(GovArg role);

#endif							/* GOV_LABELS_BINDINGS_H */
