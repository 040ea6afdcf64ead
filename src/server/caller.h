/*
 * server/caller.h: who calls what changes facts, and from where.
 */
#ifndef GOV_SERVER_CALLER_H
#define GOV_SERVER_CALLER_H

#include "fmgr.h"

/*
 * GOV_ACT(gov_own) { ... } defines the function that SQL calls by that name.
 * It makes sure that its caller may act (gov_ensure_caller), and only then runs
 * what follows, with the rights of the extension's owner and a pinned
 * search_path.  C that needs what an act does calls a function below it.
 */
#define GOV_ACT(name) \
	static Datum name##_act(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) { return gov_caller_act(fcinfo, name##_act, #name); } \
	static Datum name##_act(PG_FUNCTION_ARGS)

extern Datum gov_caller_act(FunctionCallInfo fcinfo, PGFunction act, const char *name);
extern void gov_ensure_caller(const char *name);

/* The search_path under which the running act was called; an act runs under a pinned one. */
extern const char *gov_caller_search_path(void);

/* Has something done before each act; called once from _PG_init. */
extern void gov_caller_init(void (*prepare) (void));

#endif							/* GOV_SERVER_CALLER_H */
