/*
 * registered/place.h: relations and functions of the application as facts keep
 * them.
 *
 * A name is what a dump brings and people read; the OID, with the database and
 * cluster that it holds in, is what stays when a schema or the thing itself is
 * renamed.  A function is written as schema.function(), a relation without the
 * parentheses.
 */
#ifndef GOV_REGISTERED_PLACE_H
#define GOV_REGISTERED_PLACE_H

#include "server/spi.h"

/* A relation or function that a fact names. */
typedef struct GovKeptPlace
{
	char	   *name;			/* schema.relation or schema.function(), as gov_place_canonical gives it */
	Oid			oid;			/* invalid when it was not noted */
	Oid			database;
	int64		system;
} GovKeptPlace;

/* What it is today. */
typedef struct GovPlace
{
	Oid			class;			/* RelationRelationId or ProcedureRelationId */
	Oid			object;			/* invalid when there is none */
	char	   *name;			/* what it is called; what it was called when there is none */
} GovPlace;

/* The columns that hold one, for the select list of a query; "name" is the one with the name, or an expression. */
#define GOV_PLACE_COLUMNS(alias, name) \
	name ", " alias ".address_oid::int8, " alias ".address_database::int8, " alias ".address_system"

/* What a query takes to write one: four arguments. */
#define GOV_PLACE_ARGS(place)	gov_text((place)->name), GOV_PLACE_ADDRESS_ARGS(place)
#define GOV_PLACE_ADDRESS_ARGS(place) \
	OidIsValid((place)->oid) ? gov_int8((place)->oid) : gov_null(), \
	OidIsValid((place)->oid) ? gov_int8((place)->database) : gov_null(), \
	OidIsValid((place)->oid) ? gov_int8((place)->system) : gov_null()
#define GOV_PLACE_ARG_TYPES	TEXTOID, INT8OID, INT8OID, INT8OID

/* The one way to write what people give; raises unless it is a schema and a relation or function. */
extern char *gov_place_canonical(const char *given);

/* The place in four columns of a result, the first of which is "column". */
extern GovKeptPlace gov_result_place(uint64 row, int column);

/* Finds what is meant by it today. */
extern GovPlace gov_place_find(const GovKeptPlace *kept);

/* Is it that thing, perhaps under another name by now?  Of what is gone the name decides. */
extern bool gov_place_is(const GovKeptPlace *kept, const GovPlace *now);

/* Something of today, as a fact is to keep it. */
extern GovKeptPlace gov_place_keep(const GovPlace *place);

/*
 * Writes anew what was renamed, moved or made again: "list" gives a key and a
 * place, "move" takes the same.  How many have another name by now.
 */
extern uint64 gov_places_follow(GovQuery *list, GovQuery *move);

#endif							/* GOV_REGISTERED_PLACE_H */
