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
	int			raw;			/* which of them is gov_raw */
	GovRows    *rows[16];
} GovBulk;

/* A column of the input. */
typedef struct GovBulkColumn
{
	const char *name;			/* NULL ends a list */
	const char *type;
	bool		required;		/* must a relation have it? */
} GovBulkColumn;

/* A check: entries that meet a condition are at fault. */
typedef struct GovBulkCheck
{
	const char *words;			/* what is wrong with the entry: an expression of type text */
	const char *from;			/* the rest of the query, from FROM on; i.entry is the number of the entry */
	int			sqlstate;
	const char *hint;
} GovBulkCheck;

/* Checks that are made together. */
typedef struct GovBulkChecks
{
	const GovBulkCheck *checks;
	int			count;
} GovBulkChecks;

/* Is the input of a call text?  Then its call in the form for what the text is. */
extern bool gov_bulk_is_text(FunctionCallInfo fcinfo);
extern FunctionCallInfo gov_bulk_typed_call(FunctionCallInfo fcinfo);

extern void gov_bulk_read(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns);
extern void gov_bulk_settle_names(GovBulk *bulk, FunctionCallInfo fcinfo, const GovBulkColumn *columns);
extern void gov_bulk_ensure(const char *done, const GovBulkChecks *lists, int count);
extern void gov_bulk_hold(void);
extern void gov_bulk_keep(GovBulk *bulk, const char *name, const char *sql,
						  int nargs, const Oid *types, const GovArg *args);
extern int64 gov_bulk_count(const char *sql);
extern void gov_bulk_close(GovBulk *bulk);
extern Datum gov_bulk_payload(FunctionCallInfo fcinfo, int count, const int64 *counts);
extern Datum gov_bulk_counts(FunctionCallInfo fcinfo, int count, const int64 *counts);

/* Checks that the bulk acts share: what the entries refer to exists. */
#define GOV_BULK_AXES_EXIST \
	{"format('axis \"%s\" does not exist', i.axis)", \
		"FROM gov_input AS i WHERE i.axis <> '' AND NOT EXISTS (SELECT 1 FROM @.gov_axis AS a WHERE a.axis = i.axis)", \
		ERRCODE_FOREIGN_KEY_VIOLATION, GOV_AXIS_HINT}
#define GOV_BULK_AXES_ARE_NOT_RETIRED \
	{"format('axis \"%s\" is retired', i.axis)", \
		"FROM gov_input AS i JOIN @.gov_axis AS a ON a.axis = i.axis AND a.status = 'retired'", \
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, NULL}
#define GOV_BULK_VALUES_EXIST \
	{"format('value \"%s\" of axis \"%s\" does not exist', i.value, i.axis)", \
		"FROM gov_input AS i WHERE i.value <> '' AND EXISTS (SELECT 1 FROM @.gov_axis AS a WHERE a.axis = i.axis)" \
		" AND NOT EXISTS (SELECT 1 FROM @.gov_axis_value AS v WHERE v.axis = i.axis AND v.value = i.value)", \
		ERRCODE_FOREIGN_KEY_VIOLATION, GOV_VALUE_HINT}
#define GOV_BULK_OBJECTS_ARE_LIVE \
	{"coalesce((SELECT u.words FROM gov_unnamed AS u WHERE u.object_type = i.object_type AND u.object_ref = i.object_ref)," \
		" format('object %s \"%s\" does not exist', i.object_type, i.object_ref))", \
		"FROM gov_input AS i WHERE i.object_type <> '' AND i.object_ref <> '' AND NOT EXISTS (SELECT 1 FROM @.gov_object AS o" \
		" WHERE o.object_ref = i.object_ref AND o.object_type = i.object_type AND " GOV_OBJECT_LIVE("o") ")", \
		ERRCODE_UNDEFINED_OBJECT, GOV_OBJECT_HINT}

/* A list of checks among those that are made together. */
#define GOV_BULK_CHECKS(checks) {(checks), (int) lengthof(checks)}

#endif							/* GOV_ACTS_BULK_H */
