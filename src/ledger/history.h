/*
 * ledger/history.h: what happened to one object.
 */
#ifndef GOV_LEDGER_HISTORY_H
#define GOV_LEDGER_HISTORY_H

/* The reference that a name of an object, live or retired, means, or the name itself. */
typedef char *(*GovHistoryNamer) (const char *type, const char *ref);

/* Sets the function that knows; it belongs to a folder above this one (registry/meant.c). */
extern void gov_history_init(GovHistoryNamer namer);

#endif							/* GOV_LEDGER_HISTORY_H */
