/*
 * rollout/expect.h: what a tier is expected to do to metrics, and the counts
 * that tell whether a database is as it was.
 */
#ifndef GOV_ROLLOUT_EXPECT_H
#define GOV_ROLLOUT_EXPECT_H

#include "postgres.h"

#include "server/spi.h"
#include "metrics/metrics.h"

/* Raises unless it is an array of expectations: {"metric", "axis" (optional), "delta" or "equals"}; how many there are. */
extern int	gov_expect_check(Datum expect);

/*
 * Compares metrics before and after with what was expected.  Gives what was
 * found, as jsonb; "missed" gets what was not as expected, in words, or NULL.
 */
extern Datum gov_expect_compare(Datum expect, const GovMetrics *before, const GovMetrics *after, char **missed);

/* The counts of facts that do not move by themselves, as jsonb: "metric axis" by number; what is 0 is left out. */
extern Datum gov_expect_state(const GovMetrics *metrics);

/* What differs between two of these, in words; NULL when nothing does. */
extern char *gov_expect_differences(Datum was, Datum is);

/* What a query of two arguments of jsonb says of what was and what is: one text, or NULL. */
extern char *gov_expect_ask(GovQuery *query, Datum was, Datum is);

#endif							/* GOV_ROLLOUT_EXPECT_H */
