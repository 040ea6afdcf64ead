/*-------------------------------------------------------------------------
 *
 * rollout/things.c
 *	  What a rehearsal of a rollout met beside counts: how the application's
 *	  things are defined, and what the facts say.
 *
 * Who rehearsed, and who voted, saw a tier do its work among relations,
 * routines and types as they were.  A function that the tier calls and that
 * was replaced since would make another work of the same sealed text, and an
 * owner put in the place of another changes no count.  So a rehearsal keeps a
 * hash of each thing as it was before each tier, and one of the facts before
 * the first: the later ones meet facts that tell how they came about (under
 * which approval, by whom), which a rehearsal cannot know.  Where something
 * differs it is to be rehearsed again; routines, which do whatever a tier calls
 * them for, are moreover part of what is voted on (registry/seen.c).
 *
 * Rights are not compared, nor which partitions there are: both come and go by
 * themselves.  Nor is it told what is new, but for routines that
 * a tier may call in place of others.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"

#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"
#include "rollout/definition.h"
#include "rollout/expect.h"
#include "rollout/things.h"

GOV_QUERY(read_definitions, "SELECT governance_internal.gov_rollout_definitions()");

/* One hash for each thing; without rights on relations, and without partitions. */
GOV_QUERY(read_things,
		  "WITH partition AS MATERIALIZED (SELECT format('%I.%I', n.nspname, c.relname) AS name"
		  "   FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
		  "  WHERE c.relispartition AND c.relkind = ANY ('{r,p,f}'))"
		  " SELECT coalesce(jsonb_object_agg(d.key, encode(sha256(convert_to("
		  "   (SELECT coalesce(jsonb_object_agg(p.key, p.value), '{}') FROM jsonb_each(d.value) AS p WHERE p.key !~ '^rights of ')::text, 'UTF8')), 'hex')), '{}')"
		  "  FROM jsonb_each($1) AS d WHERE NOT EXISTS (SELECT FROM partition AS q WHERE q.name = d.key)", JSONBOID);
GOV_QUERY(read_facts, "SELECT governance_internal.gov_rollout_facts()");

/* How many things are named one by one. */
#define TOLD "10"

/* Words for what differs, of rows (key, words). */
#define IN_WORDS(rows) \
	"SELECT string_agg(d.words, '; ' ORDER BY d.n) FILTER (WHERE d.n <= " TOLD ") ||" \
	"  CASE WHEN max(d.n) > " TOLD " THEN format('; and %s more', max(d.n) - " TOLD ") ELSE '' END" \
	" FROM (SELECT row_number() OVER (ORDER BY r.key COLLATE \"C\") AS n, r.words FROM (" rows ") AS r) AS d"

GOV_QUERY(compare_definitions,
		  IN_WORDS("SELECT key, key || CASE WHEN w.value IS NULL THEN ' is new' WHEN i.value IS NULL THEN ' is gone'"
				   "   ELSE ' differs: ' || (SELECT string_agg(key, ', ' ORDER BY key COLLATE \"C\")"
				   "     FROM jsonb_each_text(w.value) AS a FULL JOIN jsonb_each_text(i.value) AS b USING (key)"
				   "    WHERE a.value IS DISTINCT FROM b.value) END AS words"
				   "  FROM jsonb_each($1) AS w FULL JOIN jsonb_each($2) AS i USING (key) WHERE w.value IS DISTINCT FROM i.value"),
		  JSONBOID, JSONBOID);

/* NULL for what is gone. */
GOV_QUERY(find_changed,
		  "SELECT coalesce(jsonb_object_agg(key, i.value), '{}') FROM jsonb_each($1) AS w FULL JOIN jsonb_each($2) AS i USING (key)"
		  " WHERE w.value IS DISTINCT FROM i.value", JSONBOID, JSONBOID);
GOV_QUERY(add_changed, "SELECT coalesce($1, '{}') || jsonb_build_object($2, $3)", JSONBOID, TEXTOID, JSONBOID);

/* Routines are those of the names that end in a bracket. */
GOV_QUERY(pack,
		  "WITH p AS (SELECT jsonb_build_object('first', $1, 'before', $2, 'facts', $3, 'changed', coalesce($4, '{}')) AS packed)"
		  "SELECT CASE WHEN $2 IS NULL THEN '{}' ELSE p.packed || jsonb_build_object('routines',"
		  " (SELECT jsonb_object_agg(t.tier, (SELECT encode(sha256(convert_to(jsonb_object_agg(b.key, b.value)::text, 'UTF8')), 'hex')"
		  "    FROM jsonb_each(governance_internal.gov_things_before(p.packed, t.tier)) AS b WHERE b.key ~ '\\)$'))"
		  "   FROM (SELECT $1 UNION SELECT c.key FROM jsonb_each(coalesce($4, '{}')) AS c) AS t (tier))) END FROM p",
		  TEXTOID, JSONBOID, JSONBOID, JSONBOID);

/* Columns of find_met. */
enum {MET_THINGS = 1, MET_FACTS};

GOV_QUERY(find_met,
		  "SELECT governance_internal.gov_things_before($1, $2), CASE WHEN $1 ->> 'first' = $2 THEN $1 -> 'facts' END", JSONBOID, TEXTOID);

/* The name of a routine, without schema and arguments, of what is called "schema.name(arguments)"; NULL for another thing. */
#define ROUTINE(key) "substring(" key " FROM '^(?:\"(?:[^\"]|\"\")*\"|[^\".]+)\\.(\"(?:[^\"]|\"\")*\"|[^\"(]+)\\(.*\\)$')"

/* What is new stands in no tier's way, but for a routine of a name that there was: it may be called in place of that. */
GOV_QUERY(compare_things,
		  IN_WORDS("SELECT key, key || CASE WHEN key ~ '^the content of ' THEN ' differs' WHEN w.value IS NULL THEN ' is new'"
				   " WHEN i.value IS NULL THEN ' is gone' ELSE ' differs' END AS words"
				   "  FROM jsonb_each($1) AS w FULL JOIN jsonb_each($2) AS i USING (key)"
				   " WHERE w.value IS DISTINCT FROM i.value AND (w.value IS NOT NULL OR key ~ '^the content of '"
				   "   OR " ROUTINE("key") " IN (SELECT " ROUTINE("k") " FROM jsonb_object_keys($1) AS k))"),
		  JSONBOID, JSONBOID);

/* The one value that a query gives. */
static Datum
gov_things_value(void)
{
	bool		isnull;
	Datum		value = gov_result_datum(0, 1, &isnull);

	return isnull ? (Datum) 0 : value;
}

/* How everything of the application is defined now. */
Datum
gov_things_definitions(void)
{
	GovSecurity saved;
	Datum		definitions;
	int			level;

	CommandCounterIncrement();
	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	gov_definition_pin();
	(void) gov_run(&read_definitions);
	definitions = gov_things_value();
	gov_spi_end(level);
	gov_security_leave(&saved);
	return definitions;
}

/* What differs between two of these, in words; NULL when nothing does. */
char *
gov_things_compare(Datum was, Datum is)
{
	return gov_expect_ask(&compare_definitions, was, is);
}

/* A hash of each thing, from their definitions. */
static Datum
gov_things_hashes(Datum definitions)
{
	GovSecurity saved;
	Datum		hashes;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	(void) gov_run(&read_things, gov_datum(definitions, false));
	hashes = gov_things_value();
	gov_spi_end(level);
	gov_security_leave(&saved);
	return hashes;
}

/* A hash of what each table of facts says. */
static Datum
gov_things_facts(void)
{
	GovSecurity saved;
	Datum		facts;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	gov_definition_pin();
	(void) gov_run(&read_facts);
	facts = gov_things_value();
	gov_spi_end(level);
	gov_security_leave(&saved);
	return facts;
}

/* ---- in a rehearsal ---- */

/* Notes the things before the first tier, and the facts. */
void
gov_things_begin(GovThings *things, Datum definitions, int32 first)
{
	things->first = first;
	things->before = gov_things_hashes(definitions);
	things->facts = gov_things_facts();
}

/* Notes the things before another tier: those that the tiers before it changed. */
void
gov_things_note(GovThings *things, Datum definitions, int32 tier)
{
	Datum		now = gov_things_hashes(definitions);
	GovSecurity saved;
	Datum		changed;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	(void) gov_run(&find_changed, gov_datum(things->before, false), gov_datum(now, false));
	changed = gov_things_value();
	(void) gov_run(&add_changed, gov_datum(things->changed, things->changed == (Datum) 0), gov_text(psprintf("%d", tier)), gov_datum(changed, false));
	things->changed = gov_things_value();
	gov_spi_end(level);
	gov_security_leave(&saved);
}

/* What is kept of it. */
Datum
gov_things_pack(const GovThings *things)
{
	int			level = gov_spi_begin();
	Datum		packed;

	(void) gov_run(&pack, gov_text(psprintf("%d", things->first)), gov_datum(things->before, things->before == (Datum) 0),
				   gov_datum(things->facts, things->facts == (Datum) 0), gov_datum(things->changed, things->changed == (Datum) 0));
	packed = gov_things_value();
	gov_spi_end(level);
	return packed;
}

/* ---- and after it ---- */

/* What differs between two maps of hashes, in words; NULL when nothing does. */
static char *
gov_things_compare_hashes(Datum was, Datum is)
{
	return gov_expect_ask(&compare_things, was, is);
}

/* What is otherwise now than a rehearsal met it before a tier. */
char *
gov_things_differences(Datum packed, const GovTier *tier)
{
	int			level = gov_spi_begin();
	bool		isnull;
	Datum		met;
	Datum		facts;
	char	   *things = NULL;
	char	   *says = NULL;

	(void) gov_run(&find_met, gov_datum(packed, false), gov_text(psprintf("%d", tier->tier)));
	met = gov_result_datum(0, MET_THINGS, &isnull);
	met = isnull ? (Datum) 0 : met;
	facts = gov_result_datum(0, MET_FACTS, &isnull);
	facts = isnull ? (Datum) 0 : facts;
	gov_spi_end(level);
	if (met != (Datum) 0)
		things = gov_things_compare_hashes(met, gov_things_hashes(gov_things_definitions()));
	if (facts != (Datum) 0)
		says = gov_things_compare_hashes(facts, gov_things_facts());
	return things != NULL && says != NULL ? psprintf("%s; %s", things, says) : things != NULL ? things : says;
}
