/*
 * registered/relation.h: relations and functions of the application that
 * somebody registered.
 */
#ifndef GOV_REGISTERED_RELATION_H
#define GOV_REGISTERED_RELATION_H

#include "access/tupdesc.h"

#include "registered/owner.h"
#include "registered/place.h"

/* Something with rows, as it is today. */
typedef struct GovReadable
{
	GovPlace	place;			/* its name is as texts of SQL write it, known as r */
	bool		has_rows;		/* can rows be selected from it? */
	Oid			columns_of;		/* the relation or row type with its columns */
	TupleDesc	record;			/* or the columns of a function that returns records */
} GovReadable;

/* Looks at what a place means today. */
extern GovReadable gov_registered_look(const GovKeptPlace *kept);

/* What messages call it, relation or function; and what would have rows if it has none. */
extern const char *gov_registered_kind(const GovReadable *readable);
extern const char *gov_registered_with_rows(const GovReadable *readable);

/* The type of a column; InvalidOid when there is none of that name. */
extern Oid	gov_registered_type(const GovReadable *readable, const char *column);

/* The columns of a list ended by NULL that it lacks, by commas; NULL: none. */
extern char *gov_registered_missing_columns(const GovReadable *readable, const char *const *columns);

/* May a role read these columns of a relation? */
extern bool gov_registered_relation_readable(Oid relid, Oid role, const char *const *columns);

/* Why its owner may not read these columns of it, as a detail; NULL when it may. */
extern char *gov_registered_unreadable(const GovReadable *readable, const char *const *columns);

/*
 * A column that is a point in time as timestamptz, of what is known as r: one
 * without a time zone is in UTC.  NULL when it is no point in time.
 */
extern char *gov_registered_time_expression(const GovReadable *readable, const char *column);

/* A column of it as text, compared by its bytes whatever its collation. */
extern char *gov_registered_text_expression(const GovReadable *readable, const char *column);

#endif							/* GOV_REGISTERED_RELATION_H */
