/*-------------------------------------------------------------------------
 *
 * watch/follow.c
 *	  Names of what was registered, after it or its schema was renamed.
 *
 * Under its new name it is read before that as well (registered/place.c); what
 * is written here is for people, and for dumps, which have names alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/json.h"
#include "server/spi.h"
#include "labels/bindings.h"
#include "inventory/source.h"
#include "watch/follow.h"
#include "watch/projection_lag.h"
#include "watch/registered.h"

/* What is registered by name, and the function that follows a new one. */
static const struct
{
	const char *what;
	uint64		(*follow) (void);
}			registered[] = {
	{"sources", gov_sources_follow},
	{"bindings", gov_bindings_follow},
	{"projections", gov_projections_follow},
	{"detectors", gov_detectors_follow},
};

/* Brings the names up to date; how many in all, and as jsonb how many of each kind there were. */
uint64
gov_follow_registered(Datum *counts)
{
	GovJson		json;
	uint64		all = 0;
	int			level = gov_spi_begin();

	gov_json_begin(&json);
	for (int i = 0; i < (int) lengthof(registered); i++)
	{
		uint64		renamed = registered[i].follow();

		if (renamed > 0)
			gov_json_int8(&json, registered[i].what, (int64) renamed);
		all += renamed;
	}
	gov_spi_end(level);
	*counts = gov_json_end(&json);
	return all;
}
