/*
 * registry/altered.h: what of a row an act that alters it changes.
 *
 * Such an act takes a column as text: NULL leaves it as it is, an empty text
 * clears it.  Before anything is written, one query tells what would differ,
 * for the gate, for the ledger and for whoever calls.
 */
#ifndef GOV_REGISTRY_ALTERED_H
#define GOV_REGISTRY_ALTERED_H

#include "postgres.h"

/* What differs: jsonb objects of the columns, and words. */
typedef struct GovAltered
{
	Datum		before;
	Datum		after;
	char	   *words;
} GovAltered;

/* Columns of such a query. */
enum {ALTERED_BEFORE = 1, ALTERED_AFTER, ALTERED_WORDS};

/* The query: of the one row of "from", by columns as below, those that would differ. */
#define GOV_ALTERED(from, columns) \
	"SELECT jsonb_object_agg(c.name, c.was), jsonb_object_agg(c.name, c.becomes)," \
	" string_agg(format('%s %s -> %s', c.name, COALESCE(c.was::text, c.nothing), COALESCE(c.becomes::text, c.nothing)), ', ' ORDER BY c.n)" \
	" FROM " from " CROSS JOIN LATERAL (VALUES " columns ") AS c (n, name, was, becomes, nothing)" \
	" WHERE c.was IS DISTINCT FROM c.becomes"

/* What a column of text becomes by an argument, in SQL. */
#define GOV_BECOMES_TEXT(column, argument) \
	"CASE WHEN " argument " IS NULL THEN " column " ELSE NULLIF(" argument ", '') END"

/* A column of text of table alias t, as the query takes it. */
#define GOV_ALTERED_TEXT(n, column, argument) \
	"(" n ", '" column "', to_jsonb(t." column "), to_jsonb(" GOV_BECOMES_TEXT("t." column, argument) "), 'none')"

/* Does an argument change a column that has this now? */
extern bool gov_altered_differs(const char *given, const char *has);

/* Reads the result of the query; false when nothing would differ. */
extern bool gov_altered_read(GovAltered *altered);

/* The payload of the act's entry. */
extern Datum gov_altered_payload(const GovAltered *altered, const char *reason, const char *approval);

/* Raises when what is to be altered, named in words, is retired. */
extern void gov_altered_ensure_not_retired(const char *what, const char *status);

#endif							/* GOV_REGISTRY_ALTERED_H */
