/*-------------------------------------------------------------------------
 *
 * registry/rules.c
 *	  Coverage rules and their life.
 *
 * A rule says which cells of an axis need an accountable owner.  It begins
 * as a candidate, and only an active one requires anything.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/extension.h"
#include "server/near.h"
#include "server/spi.h"
#include "trust/lifecycle.h"
#include "registry/axes.h"
#include "registry/in_force.h"
#include "registry/rules.h"

static const char *const rule_modes[] = {"cross_product", "per_assignment", NULL};
/* The words for a status, ended by NULL. */
const char *const gov_rule_statuses[] = {"candidate", "active", "retired", NULL};

/* Columns of find_rule. */
enum {RULE_AXIS = 1, RULE_MODE, RULE_STATUS, RULE_CONTAINED};

GOV_LOOKUP(find_rule,
		   "SELECT axis, mode, status, contained_types IS NOT NULL FROM @.gov_coverage_rule WHERE rule = $1",
		   TEXTOID);

/* Looks a rule up, locking its row as asked; false when there is none. */
bool
gov_rule_find(const char *rule, GovRowLock lock, GovRule *found)
{
	int			level = gov_spi_begin();
	bool		exists = gov_run(&find_rule[lock], gov_text(rule)) > 0;

	if (exists)
	{
		found->axis = gov_result_text(0, RULE_AXIS);
		found->mode = gov_result_text(0, RULE_MODE);
		found->status = gov_result_text(0, RULE_STATUS);
		found->contained = gov_result_bool(0, RULE_CONTAINED);
	}
	gov_spi_end(level);
	return exists;
}

/* Looks a rule up as gov_rule_find does; raises when there is none.  "found" may be NULL. */
void
gov_ensure_rule(const char *rule, GovRowLock lock, GovRule *found)
{
	GovRule		ignored;

	if (gov_rule_find(rule, lock, found != NULL ? found : &ignored))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("coverage rule \"%s\" does not exist", rule),
			 errhint("List them: SELECT rule FROM %s.gov_coverage_rule; gov_create_rule adds one.",
					 gov_schema_quoted())));
}

/* Raises unless a text[] names types of objects: at least one, each a code. */
void
gov_rule_ensure_types(Datum types)
{
	ArrayType  *array = DatumGetArrayTypeP(types);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (ARR_NDIM(array) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be a list of object types", "applies_to"),
				 errhint("For example: {table,view}. For all types gov_create_rule takes NULL, gov_alter_rule an empty list.")));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		gov_ensure_not_null(nulls[i], "applies_to");
		gov_ensure_code(TextDatumGetCString(elements[i]), "applies_to");
	}
}

/* A scope for people, as jsonb; NULL for none. */
#define SCOPE_OF(container, pattern, parts) \
	"NULLIF(jsonb_strip_nulls(jsonb_build_object(" \
	"'container_type', (SELECT o.object_type FROM @.gov_object AS o WHERE o.object_id = " container ")," \
	" 'container_ref', (SELECT o.object_ref FROM @.gov_object AS o WHERE o.object_id = " container ")," \
	" 'pattern', " pattern ", 'parts', NULLIF(" parts ", 'parents'))), '{}')"

/* Columns of find_unmatched. */
enum {UNMATCHED_FIRST = 1, UNMATCHED_TYPES, UNMATCHED_SCOPE, UNMATCHED_PATTERN};

/* Of a rule that no live object is for, while there are some: its types that none is of, if these are all, and its scope. */
GOV_QUERY(find_unmatched,
		  "SELECT t.first, t.types, " SCOPE_OF("r.scope_container", "r.scope_pattern", "r.scope_parts") ", r.scope_pattern"
		  " FROM governance_internal.gov_idle_rule AS r CROSS JOIN LATERAL"
		  "  (SELECT CASE WHEN pg_catalog.bool_and(u.gone) THEN min(u.object_type COLLATE \"C\") END,"
		  "          CASE WHEN pg_catalog.bool_and(u.gone) THEN"
		  "           pg_catalog.string_agg('\"' || u.object_type || '\"', ' or ' ORDER BY u.object_type COLLATE \"C\") END"
		  "     FROM (SELECT n.object_type, NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.object_type = n.object_type AND " GOV_OBJECT_LIVE("o") ") AS gone"
		  "             FROM pg_catalog.unnest(r.applies_to) AS n (object_type)) AS u) AS t (first, types)"
		  " WHERE r.rule = $1 AND EXISTS (SELECT FROM @.gov_object AS o WHERE " GOV_OBJECT_LIVE("o") ")",
		  TEXTOID);

/* How many references are looked through for one that was meant. */
#define NEAR_REFS "10000"

/* References of live objects of a rule's types. */
GOV_QUERY(find_refs,
		  "SELECT o.object_ref FROM @.gov_coverage_rule AS r"
		  " JOIN @.gov_object AS o ON " GOV_OBJECT_LIVE("o") " AND (r.applies_to IS NULL OR o.object_type = ANY (r.applies_to))"
		  " WHERE r.rule = $1"
		  " ORDER BY o.object_ref COLLATE \"C\" LIMIT " NEAR_REFS,
		  TEXTOID);
GOV_QUERY(find_types,
		  "SELECT DISTINCT o.object_type FROM @.gov_object AS o WHERE " GOV_OBJECT_LIVE("o"));

/* The type of a live object that was meant by one that no object is of; NULL when none is near. */
const char *
gov_rule_nearest_type(const char *written)
{
	const char *near = NULL;
	uint64		count = gov_run(&find_types);

	for (uint64 i = 0; i < count; i++)
		near = gov_near_pick(written, near, gov_result_text(i, 1));
	return near;
}

/* The reference of a live object that was meant by a pattern that none fits; NULL when none is near. */
static const char *
gov_rule_nearest_ref(const char *rule, const char *pattern)
{
	const char *near = NULL;
	uint64		count = gov_run(&find_refs, gov_text(rule));

	for (uint64 i = 0; i < count; i++)
		near = gov_near_pick(pattern, near, gov_result_text(i, 1));
	return near;
}

/* Raises for a rule whose types there are, but none in its scope. */
static void
gov_rule_raise_scope(const char *rule, const char *scope, const char *pattern)
{
	const char *near = pattern != NULL ? gov_rule_nearest_ref(rule, pattern) : NULL;

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("coverage rule \"%s\" matches nothing", rule),
			 scope != NULL ? errdetail("No live object of its types is in its scope: %s.", scope) :
			 errdetail("All live objects of its types are parts of tables, which answer for them."),
			 near != NULL ? errhint("Perhaps you meant \"%s\" by \"%s\". A pattern is held against references: * is any letters, ? is one.", near, pattern) :
			 errhint("Give the rule another scope (gov_alter_rule); SELECT * FROM %s.gov_rule_scope shows how many objects each rule is about.",
					 gov_schema_quoted())));
}

/* Raises when no live object is of the types and in the scope that a rule is for: it would require nothing. */
void
gov_rule_ensure_matches(const char *rule)
{
	int			level = gov_spi_begin();
	char	   *first;
	char	   *types;
	const char *near;

	if (gov_run(&find_unmatched, gov_text(rule)) == 0)
	{
		gov_spi_end(level);
		return;
	}
	first = gov_result_text(0, UNMATCHED_FIRST);
	types = gov_result_text(0, UNMATCHED_TYPES);
	if (first == NULL)
		gov_rule_raise_scope(rule, gov_result_text(0, UNMATCHED_SCOPE), gov_result_text(0, UNMATCHED_PATTERN));
	near = gov_rule_nearest_type(first);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("coverage rule \"%s\" matches nothing", rule),
			 errdetail("No live object is of type %s.", types),
			 near != NULL ? errhint("Perhaps you meant \"%s\" by \"%s\". Give the rule types that there are (gov_alter_rule), or enrol or register objects first.", near, first) :
			 errhint("Give the rule types that there are (gov_alter_rule; SELECT DISTINCT object_type FROM %s.gov_object), or enrol or register objects first.",
					 gov_schema_quoted())));
}

/* Raises unless the two numbers of a rule lie where they must. */
static void
gov_rule_ensure_numbers(float4 confidence_threshold, int32 staleness_days)
{
	/* put so that NaN fails */
	if (!(confidence_threshold >= 0 && confidence_threshold <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("argument \"%s\" is out of range", "confidence_threshold"),
				 errhint("Allowed: 0 to 1.")));
	if (staleness_days < 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("argument \"%s\" is out of range", "staleness_days"),
				 errhint("Allowed: 0 (never stale) or more days of 24 hours.")));
}

GOV_QUERY(insert_rule,
		  "INSERT INTO @.gov_coverage_rule"
		  " (rule, axis, mode, applies_to, confidence_threshold, staleness_days, scope_container, scope_pattern, scope_parts)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (rule) DO NOTHING",
		  TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, FLOAT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID);

/* A container as an argument. */
#define SCOPE_CONTAINER(scope) ((scope)->container != 0 ? gov_int8((scope)->container) : gov_null())

/* Columns of compare_rule. */
enum {COMPARED_AXIS = 1, COMPARED_MODE, COMPARED_TYPES_ASKED, COMPARED_TYPES, COMPARED_THRESHOLD,
	COMPARED_THRESHOLD_ASKED, COMPARED_DAYS, COMPARED_DAYS_ASKED, COMPARED_SCOPE, COMPARED_SCOPE_ASKED};

/* What a rule has, as texts, and what was asked for, in the same form. */
GOV_QUERY(compare_rule,
		  "SELECT r.axis, r.mode,"
		  " COALESCE((SELECT pg_catalog.array_agg(t.t ORDER BY t.t)::text FROM pg_catalog.unnest($2) AS t (t)), 'all types'),"
		  " COALESCE((SELECT pg_catalog.array_agg(t.t ORDER BY t.t)::text FROM pg_catalog.unnest(r.applies_to) AS t (t)), 'all types'),"
		  " r.confidence_threshold::text, $3::text, r.staleness_days::text, $4::text,"
		  " COALESCE(" SCOPE_OF("r.scope_container", "r.scope_pattern", "r.scope_parts") "::text, 'none'),"
		  " COALESCE(" SCOPE_OF("$5", "$6", "$7") "::text, 'none')"
		  " FROM @.gov_coverage_rule AS r WHERE r.rule = $1",
		  TEXTOID, TEXTARRAYOID, FLOAT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID);

/* Raises unless the rule that exists already has the columns that were asked for. */
static void
gov_rule_ensure_same(const char *rule, const char *axis, const char *mode, Datum applies_to,
					 float4 confidence_threshold, int32 staleness_days, const GovRuleScope *scope)
{
	StringInfoData differences;
	int			level = gov_spi_begin();

	gov_difference_begin(&differences);
	if (gov_run_latest(&compare_rule, gov_text(rule), gov_datum(applies_to, applies_to == (Datum) 0),
					   gov_datum(Float4GetDatum(confidence_threshold), false), gov_int4(staleness_days),
					   SCOPE_CONTAINER(scope), gov_text(scope->pattern), gov_text(scope->parts)) > 0)
	{
		gov_difference(&differences, "axis", gov_result_text(0, COMPARED_AXIS), axis);
		gov_difference(&differences, "mode", gov_result_text(0, COMPARED_MODE), mode);
		gov_difference(&differences, "applies_to", gov_result_text(0, COMPARED_TYPES), gov_result_text(0, COMPARED_TYPES_ASKED));
		gov_difference(&differences, "confidence_threshold", gov_result_text(0, COMPARED_THRESHOLD), gov_result_text(0, COMPARED_THRESHOLD_ASKED));
		gov_difference(&differences, "staleness_days", gov_result_text(0, COMPARED_DAYS), gov_result_text(0, COMPARED_DAYS_ASKED));
		gov_difference(&differences, "scope", gov_result_text(0, COMPARED_SCOPE), gov_result_text(0, COMPARED_SCOPE_ASKED));
	}
	gov_spi_end(level);
	gov_ensure_no_difference(&differences, psprintf("coverage rule \"%s\"", rule),
							 "Choose another code, or ask for what is there; gov_alter_rule changes all but axis and mode.");
}

/*
 * Makes a candidate rule; false when it was there already, in whatever
 * status.  Raises when there is another of that code.
 */
bool
gov_rule_create(const char *rule, const char *axis, const char *mode, Datum applies_to,
				float4 confidence_threshold, int32 staleness_days, const GovRuleScope *scope)
{
	int			level;
	bool		made;

	gov_ensure_one_of(mode, "mode of a coverage rule", rule_modes);
	gov_rule_ensure_numbers(confidence_threshold, staleness_days);
	gov_ensure_axis(axis, GOV_ROW_PLAIN, NULL);

	level = gov_spi_begin();
	made = gov_run(&insert_rule, gov_text(rule), gov_text(axis), gov_text(mode),
				   gov_datum(applies_to, applies_to == (Datum) 0),
				   gov_datum(Float4GetDatum(confidence_threshold), false), gov_int4(staleness_days),
				   SCOPE_CONTAINER(scope), gov_text(scope->pattern), gov_text(scope->parts)) > 0;
	gov_spi_end(level);
	if (!made)
		gov_rule_ensure_same(rule, axis, mode, applies_to, confidence_threshold, staleness_days, scope);
	return made;
}

/* What a rule is for, in one order and each type once: NULL for all. */
#define TYPES_OF(types) \
	"(SELECT jsonb_agg(DISTINCT u.type) FROM unnest(" types ") AS u (type))"

GOV_QUERY(compare_terms,
		  GOV_ALTERED("(SELECT * FROM @.gov_coverage_rule WHERE rule = $1) AS t",
					  "(1, 'applies_to', " TYPES_OF("t.applies_to") ", CASE WHEN $2 IS NULL THEN " TYPES_OF("t.applies_to")
					  " ELSE " TYPES_OF("$2") " END, 'all types'),"
					  " (2, 'confidence_threshold', to_jsonb(t.confidence_threshold), to_jsonb(COALESCE($3, t.confidence_threshold)), ''),"
					  " (3, 'staleness_days', to_jsonb(t.staleness_days), to_jsonb(COALESCE($4, t.staleness_days)), ''),"
					  " (4, 'scope', " SCOPE_OF("t.scope_container", "t.scope_pattern", "t.scope_parts") ","
					  "  CASE WHEN $7 IS NULL THEN " SCOPE_OF("t.scope_container", "t.scope_pattern", "t.scope_parts")
					  "  ELSE " SCOPE_OF("$5", "$6", "$7") " END, 'none')"),
		  TEXTOID, TEXTARRAYOID, FLOAT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID);

GOV_QUERY(alter_terms,
		  "UPDATE @.gov_coverage_rule SET applies_to = CASE WHEN $2 IS NULL THEN applies_to ELSE NULLIF($2, '{}') END,"
		  " confidence_threshold = COALESCE($3, confidence_threshold), staleness_days = COALESCE($4, staleness_days),"
		  " scope_container = CASE WHEN $7 IS NULL THEN scope_container ELSE $5 END,"
		  " scope_pattern = CASE WHEN $7 IS NULL THEN scope_pattern ELSE $6 END, scope_parts = COALESCE($7, scope_parts)"
		  " WHERE rule = $1",
		  TEXTOID, TEXTARRAYOID, FLOAT4OID, INT4OID, INT8OID, TEXTOID, TEXTOID);

/* Runs one of these. */
static void
gov_rule_run_terms(GovQuery *query, const char *rule, const GovRuleTerms *terms)
{
	(void) gov_run(query, gov_text(rule), gov_datum(terms->applies_to, terms->applies_to == (Datum) 0),
				   terms->confidence_threshold != NULL ? gov_datum(Float4GetDatum(*terms->confidence_threshold), false) : gov_null(),
				   terms->staleness_days != NULL ? gov_int4(*terms->staleness_days) : gov_null(),
				   terms->scope != NULL ? SCOPE_CONTAINER(terms->scope) : gov_null(),
				   gov_text(terms->scope != NULL ? terms->scope->pattern : NULL),
				   gov_text(terms->scope != NULL ? terms->scope->parts : NULL));
}

/* What altering a rule would change; false when nothing.  Raises for what no rule can have. */
bool
gov_rule_compare(const char *rule, const GovRuleTerms *terms, GovAltered *altered)
{
	int			level;
	bool		differs;

	if (terms->applies_to != (Datum) 0 && ARR_NDIM(DatumGetArrayTypeP(terms->applies_to)) != 0)
		gov_rule_ensure_types(terms->applies_to);
	gov_rule_ensure_numbers(terms->confidence_threshold != NULL ? *terms->confidence_threshold : 0,
							terms->staleness_days != NULL ? *terms->staleness_days : 0);
	level = gov_spi_begin();
	/* numbers have one form, whatever the session's settings */
	gov_spi_setting("extra_float_digits", "1");
	gov_rule_run_terms(&compare_terms, rule, terms);
	differs = gov_altered_read(altered);
	gov_spi_end(level);
	return differs;
}

/* Alters a rule, of which the caller has made sure that it may be. */
void
gov_rule_alter(const char *rule, const GovRuleTerms *terms)
{
	int			level = gov_spi_begin();

	gov_rule_run_terms(&alter_terms, rule, terms);
	gov_spi_end(level);
}

GOV_QUERY(update_rule_status,
		  "UPDATE @.gov_coverage_rule SET status = $2, reason = $3, approval = $4 WHERE rule = $1",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Writes another status, of which the caller has made sure. */
void
gov_rule_write_status(const char *rule, const char *status, const char *reason, const char *approval)
{
	int			level = gov_spi_begin();

	gov_run(&update_rule_status, gov_text(rule), gov_text(status), gov_text(reason), gov_text(approval));
	gov_spi_end(level);
}

/* Why a rule of containment became active. */
#define CONTAINED_REASON "containment activated"

/* $1 rule, $2 types, $3 and $4 the owners' axis and value, $5 approval, $6 axis, $7 threshold. */
GOV_QUERY(insert_contained_rule,
		  "INSERT INTO @.gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, status, reason, approval,"
		  "                                 contained_types, owner_axis, owner_value, contained_approval)"
		  " VALUES ($1, $6, 'per_assignment', $2, $7, 'active', '" CONTAINED_REASON "', $5, $2, $3, $4, $5)",
		  TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, FLOAT4OID);

/* Is a rule active, for these types, and of this containment? */
#define IS_CONTAINED \
	"status = 'active' AND applies_to @> $2 AND coalesce(contained_types @> $2 AND contained_types <@ $2, false)" \
	" AND owner_axis = $3 AND owner_value = $4"

/* The same with $6 the threshold, NULL for the one it has. */
GOV_QUERY(update_contained_rule,
		  "UPDATE @.gov_coverage_rule"
		  "   SET status = 'active', applies_to = $2,"
		  "       confidence_threshold = coalesce($6, confidence_threshold),"
		  "       approval = CASE WHEN status <> 'active' THEN $5 ELSE approval END,"
		  "       reason = CASE WHEN status <> 'active' THEN '" CONTAINED_REASON "' ELSE reason END,"
		  "       contained_types = $2, owner_axis = $3, owner_value = $4, contained_approval = $5"
		  " WHERE rule = $1"
		  "   AND (NOT (" IS_CONTAINED ") OR confidence_threshold <> coalesce($6, confidence_threshold))",
		  TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, TEXTOID, FLOAT4OID);

GOV_QUERY(find_contained_rule,
		  "SELECT FROM @.gov_coverage_rule WHERE rule = $1 AND " IS_CONTAINED,
		  TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID);

/* Makes a rule of containment that is active at once. */
uint64
gov_rule_create_contained(const char *rule, const char *axis, float4 threshold, const GovRuleContained *contained)
{
	int			level = gov_spi_begin();
	uint64		written = gov_run(&insert_contained_rule, gov_text(rule), gov_datum(contained->types, false),
								  gov_text(contained->owner_axis), gov_text(contained->owner_value),
								  gov_text(contained->approval), gov_text(axis),
								  gov_datum(Float4GetDatum(threshold), false));

	gov_spi_end(level);
	return written;
}

/* Makes a rule one of containment, and active, with a threshold unless it keeps its own. */
uint64
gov_rule_contain(const char *rule, const float4 *threshold, const GovRuleContained *contained)
{
	int			level = gov_spi_begin();
	uint64		written = gov_run(&update_contained_rule, gov_text(rule), gov_datum(contained->types, false),
								  gov_text(contained->owner_axis), gov_text(contained->owner_value),
								  gov_text(contained->approval),
								  threshold != NULL ? gov_datum(Float4GetDatum(*threshold), false) : gov_null());

	gov_spi_end(level);
	return written;
}

/* Is it so already, the threshold aside? */
bool
gov_rule_is_contained(const char *rule, const GovRuleContained *contained)
{
	int			level = gov_spi_begin();
	bool		is = gov_run(&find_contained_rule, gov_text(rule), gov_datum(contained->types, false),
							 gov_text(contained->owner_axis), gov_text(contained->owner_value)) > 0;

	gov_spi_end(level);
	return is;
}
