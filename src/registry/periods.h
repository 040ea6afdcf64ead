/*
 * registry/periods.h: periods of validity, [from, to) with an open end.
 */
#ifndef GOV_REGISTRY_PERIODS_H
#define GOV_REGISTRY_PERIODS_H

#include "utils/timestamp.h"

/* From the first instant to the one after the last; DT_NOEND when open. */
typedef struct GovPeriod
{
	TimestampTz from;
	TimestampTz to;
} GovPeriod;

extern bool gov_period_overlaps(GovPeriod one, GovPeriod other);
extern char *gov_period_describe(GovPeriod period);

#endif							/* GOV_REGISTRY_PERIODS_H */
