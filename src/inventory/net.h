/*
 * inventory/net.h: bringing some objects of the catalogs in step with what a
 * transaction made of them so far, whatever it made of them in between.
 */
#ifndef GOV_INVENTORY_NET_H
#define GOV_INVENTORY_NET_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/snapshot.h"

/* What is compared, and what became of it. */
typedef struct GovNet
{
	CommandId	before;			/* objects are who they were before this command of the transaction */
	const char *source;			/* all of this enrolled schema; "": only "oids" */
	Datum		oids;			/* oid[], of objects that are there or gone */
	Datum		made;			/* bigint[], objects that the transaction made since */
	Datum		changed;		/* bigint[], those that were written now */
	Datum		made_now;		/* bigint[], those that were made by it */
	Datum		born;			/* bigint[], those of them that are new where they are */
} GovNet;

extern void gov_inventory_net(GovNet *net);

/* How the database was before a command of the transaction, but for what others have committed since; registered. */
extern Snapshot gov_inventory_net_before(CommandId before);

/* Which OIDs have to do with some: those of objects that bear or bore their names; grows both arrays, false when it did not. */
extern bool gov_inventory_net_grow(CommandId before, Datum *oids, Datum *refs);

/* What OIDs were called before a command, as the result of SPI; how many. */
enum {GOV_FORMER_OID = 1, GOV_FORMER_REF, GOV_FORMER_ROUTINE};
extern uint64 gov_inventory_net_former(CommandId before, Datum oids);

#endif							/* GOV_INVENTORY_NET_H */
