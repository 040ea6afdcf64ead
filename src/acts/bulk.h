/*
 * acts/bulk.h: the input of the set-based functions, jsonb or a relation.
 *
 * The input becomes a relation that queries call gov_raw, with the columns
 * asked for and "entry", which numbers its rows from 1.
 */
#ifndef GOV_ACTS_BULK_H
#define GOV_ACTS_BULK_H

#include "fmgr.h"

#include "server/spi.h"
#include "registry/axes.h"
#include "registry/in_force.h"
#include "registry/objects.h"
#include "registry/values.h"

/* The relations of one act: the input, and what is worked out from it. */
typedef struct GovBulk
{
	int			count;
	GovRows    *rows[12];
} GovBulk;

/* A column of the input. */
typedef struct GovBulkColumn
{
	const char *name;			/* NULL ends a list */
	const char *type;
	bool		required;		/* must a relation have it? */
} GovBulkColumn;

/* A check: a condition that no entry may meet; "what" names the entry in messages. */
typedef struct GovBulkCheck
{
	const char *what;			/* an expression of type text */
	const char *from;			/* the rest of the query, from FROM on */
	int			sqlstate;
	const char *message;
	const char *hint;
} GovBulkCheck;

extern void gov_bulk_read(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns);
extern void gov_bulk_ensure(const GovBulkCheck *checks, int count);
extern void gov_bulk_hold(void);
extern void gov_bulk_keep(GovBulk *bulk, const char *name, const char *sql,
						  int nargs, const Oid *types, const GovArg *args);
extern int64 gov_bulk_count(const char *sql);
extern void gov_bulk_close(GovBulk *bulk);
extern Datum gov_bulk_payload(FunctionCallInfo fcinfo, int count, const int64 *counts);
extern Datum gov_bulk_counts(FunctionCallInfo fcinfo, int count, const int64 *counts);

/* Checks that the bulk acts share: what the entries refer to exists. */
#define GOV_BULK_AXES_EXIST \
	{"i.axis", \
		"FROM gov_input AS i WHERE NOT EXISTS (SELECT 1 FROM @.gov_axis AS a WHERE a.axis = i.axis)", \
		ERRCODE_FOREIGN_KEY_VIOLATION, "the input names axes that do not exist", GOV_AXIS_HINT}
#define GOV_BULK_AXES_ARE_NOT_RETIRED \
	{"a.axis", "FROM @.gov_axis AS a WHERE a.status = 'retired' AND a.axis IN (SELECT axis FROM gov_input)", \
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "the input names axes that are retired", NULL}
#define GOV_BULK_VALUES_EXIST \
	{"format('\"%s\" of axis \"%s\"', i.value, i.axis)", \
		"FROM gov_input AS i WHERE NOT EXISTS (SELECT 1 FROM @.gov_axis_value AS v" \
		" WHERE v.axis = i.axis AND v.value = i.value)", \
		ERRCODE_FOREIGN_KEY_VIOLATION, "the input names values that do not exist", GOV_VALUE_HINT}
#define GOV_BULK_OBJECTS_ARE_LIVE \
	{"format('%s \"%s\"', i.object_type, i.object_ref)", \
		"FROM gov_input AS i WHERE i.object_ref IS NOT NULL AND NOT EXISTS (SELECT 1 FROM @.gov_object AS o" \
		" WHERE o.object_ref = i.object_ref AND o.object_type = i.object_type AND " GOV_OBJECT_LIVE("o") ")", \
		ERRCODE_FOREIGN_KEY_VIOLATION, "the input names objects that do not exist or are retired", GOV_OBJECT_HINT}

#define gov_bulk_ensure_all(checks) gov_bulk_ensure((checks), (int) lengthof(checks))

#endif							/* GOV_ACTS_BULK_H */
