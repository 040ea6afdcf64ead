/*
 * registered/relation.h: relations of the application that somebody registered.
 */
#ifndef GOV_REGISTERED_RELATION_H
#define GOV_REGISTERED_RELATION_H

/* Splits a qualified name; raises unless it has a schema and a relation. */
extern void gov_registered_split(const char *relation, char **schema, char **name);

/*
 * Finds the relation of a qualified name; InvalidOid when there is none, and
 * for a temporary one, which other sessions cannot read.
 */
extern Oid	gov_registered_find(const char *relation);

/* Can rows be selected from it? */
extern bool gov_registered_has_rows(Oid relid);

/* The columns of a list ended by NULL that it lacks, by commas; NULL: none. */
extern char *gov_registered_missing_columns(Oid relid, const char *const *columns);

/* May a role read these columns? */
extern bool gov_registered_readable(Oid relid, Oid role, const char *const *columns);

/*
 * A column that is a point in time as timestamptz, of the relation known as
 * r: one without a time zone is in UTC.  NULL when it is no point in time.
 */
extern char *gov_registered_time_expression(Oid relid, const char *column);

/* A column of that relation as text, compared by its bytes whatever its collation. */
extern char *gov_registered_text_expression(Oid relid, const char *column);

#endif							/* GOV_REGISTERED_RELATION_H */
