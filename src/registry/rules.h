/* registry/rules.h: coverage rules, which say what cells need an accountable owner. */
#ifndef GOV_REGISTRY_RULES_H
#define GOV_REGISTRY_RULES_H

#include "server/args.h"
#include "registry/altered.h"
#include "registry/scope.h"

/* What a look-up of a rule gives. */
typedef struct GovRule
{
	char	   *axis;
	char	   *mode;
	char	   *status;
	bool		contained;		/* is it one of containment? */
} GovRule;

/* Looks a rule up, locking its row as asked; false when there is none. */
extern bool gov_rule_find(const char *rule, GovRowLock lock, GovRule *found);

/* The same, raising when there is none; "found" may be NULL. */
extern void gov_ensure_rule(const char *rule, GovRowLock lock, GovRule *found);

/*
 * Makes a candidate rule; false when it was there, an error when another was.
 * "applies_to" is
 * a text[] that gov_rule_ensure_types has passed, or (Datum) 0 for all types.
 */
extern bool gov_rule_create(const char *rule, const char *axis, const char *mode,
							Datum applies_to, float4 confidence_threshold,
							int32 staleness_days, const GovRuleScope *scope);

/* What of a rule an act alters. */
typedef struct GovRuleTerms
{
	Datum		applies_to;		/* text[]; 0: as it is; empty: all types */
	const float4 *confidence_threshold; /* NULL: as it is */
	const int32 *staleness_days;	/* NULL: as it is */
	const GovRuleScope *scope;	/* NULL: as it is */
} GovRuleTerms;

/* What altering a rule would change: false when nothing; and doing it.  The first raises for what no rule can have. */
extern bool gov_rule_compare(const char *rule, const GovRuleTerms *terms, GovAltered *altered);
extern void gov_rule_alter(const char *rule, const GovRuleTerms *terms);

/* Raises unless a text[] names types of objects: at least one, each a code. */
extern void gov_rule_ensure_types(Datum types);

/* The type of a live object that was meant by one that no object is of; NULL when none is near. */
extern const char *gov_rule_nearest_type(const char *written);

/* Raises when no live object is of the types and in the scope that a rule is for: it would require nothing. */
extern void gov_rule_ensure_matches(const char *rule);

/* The words for a status, ended by NULL. */
extern const char *const gov_rule_statuses[];

/* Writes another status, of which the caller has made sure. */
extern void gov_rule_write_status(const char *rule, const char *status, const char *reason, const char *approval);

/* What a rule of containment keeps of its activation. */
typedef struct GovRuleContained
{
	Datum		types;			/* text[]: of the objects that are assigned; the rule is for these at least */
	const char *owner_axis;		/* where their containers have owners */
	const char *owner_value;
	const char *approval;		/* NULL: none was needed */
} GovRuleContained;

/*
 * Makes a per_assignment rule of containment that is active at once, or makes
 * one so, with a threshold (NULL: the one it has); how many rows they wrote, 0
 * when it was so.
 */
extern uint64 gov_rule_create_contained(const char *rule, const char *axis, float4 threshold, const GovRuleContained *contained);
extern uint64 gov_rule_contain(const char *rule, const float4 *threshold, const GovRuleContained *contained);

/* Would the latter write nothing, the threshold being kept? */
extern bool gov_rule_is_contained(const char *rule, const GovRuleContained *contained);

#endif							/* GOV_REGISTRY_RULES_H */
