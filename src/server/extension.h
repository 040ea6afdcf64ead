/*
 * server/extension.h: where the extension lives, and the column numbers of its
 * own tables.
 */
#ifndef GOV_SERVER_EXTENSION_H
#define GOV_SERVER_EXTENSION_H

#include "utils/rel.h"

/*
 * Column numbers of the tables that C reads without SQL.  They repeat the
 * order of governance--1.0.sql; the test "columns" compares the two.
 */
enum GovObjectColumn
{
	GOV_COL_OBJECT_ID = 1,
	GOV_COL_OBJECT_CONTAINER,
	GOV_COL_OBJECT_BORN_AT,
	GOV_COL_OBJECT_RETIRED_AT,
	GOV_COL_OBJECT_TYPE,
	GOV_COL_OBJECT_SOURCE,
	GOV_COL_OBJECT_REF,
	GOV_COL_OBJECT_NATTS = GOV_COL_OBJECT_REF
};

enum GovAxisColumn
{
	GOV_COL_AXIS_AXIS = 1,
	GOV_COL_AXIS_NAME,
	GOV_COL_AXIS_KIND,
	GOV_COL_AXIS_FAMILY,
	GOV_COL_AXIS_STATUS,
	GOV_COL_AXIS_OWNER,
	GOV_COL_AXIS_FALLBACK,
	GOV_COL_AXIS_MULTIVALUED,
	GOV_COL_AXIS_IS_CONTAINMENT
};

enum GovAxisValueColumn
{
	GOV_COL_VALUE_AXIS = 1,
	GOV_COL_VALUE_VALUE,
	GOV_COL_VALUE_PARENT,
	GOV_COL_VALUE_NAME,
	GOV_COL_VALUE_STATUS,
	GOV_COL_VALUE_PROVENANCE,
	GOV_COL_VALUE_REPLACED_BY,
	GOV_COL_VALUE_CREATED_AT,
	GOV_COL_VALUE_STATUS_CHANGED_AT,
	GOV_COL_VALUE_OBJECT
};

enum GovAssignmentColumn
{
	GOV_COL_ASSIGNMENT_ID = 1,
	GOV_COL_ASSIGNMENT_OBJECT,
	GOV_COL_ASSIGNMENT_ASSIGNED_AT,
	GOV_COL_ASSIGNMENT_VALID_FROM,
	GOV_COL_ASSIGNMENT_VALID_TO,
	GOV_COL_ASSIGNMENT_SUPERSEDED_BY,
	GOV_COL_ASSIGNMENT_CONFIDENCE,
	GOV_COL_ASSIGNMENT_MATCH_SCORE,
	GOV_COL_ASSIGNMENT_REVISION,
	GOV_COL_ASSIGNMENT_AXIS,
	GOV_COL_ASSIGNMENT_VALUE,
	GOV_COL_ASSIGNMENT_ZONE,
	GOV_COL_ASSIGNMENT_PROVENANCE
};

enum GovOwnershipColumn
{
	GOV_COL_OWNERSHIP_ID = 1,
	GOV_COL_OWNERSHIP_OBJECT,
	GOV_COL_OWNERSHIP_FROM,
	GOV_COL_OWNERSHIP_TO,
	GOV_COL_OWNERSHIP_CREATED_AT,
	GOV_COL_OWNERSHIP_INHERITS,
	GOV_COL_OWNERSHIP_AXIS,
	GOV_COL_OWNERSHIP_VALUE,
	GOV_COL_OWNERSHIP_KIND,
	GOV_COL_OWNERSHIP_AUTHORITY,
	GOV_COL_OWNERSHIP_STATUS
};

enum GovRuleColumn
{
	GOV_COL_RULE_RULE = 1,
	GOV_COL_RULE_AXIS,
	GOV_COL_RULE_MODE,
	GOV_COL_RULE_APPLIES_TO,
	GOV_COL_RULE_CONFIDENCE_THRESHOLD,
	GOV_COL_RULE_STALENESS_DAYS,
	GOV_COL_RULE_STATUS
};

enum GovAuthorityColumn
{
	GOV_COL_AUTHORITY_AUTHORITY = 1,
	GOV_COL_AUTHORITY_NAME,
	GOV_COL_AUTHORITY_KIND,
	GOV_COL_AUTHORITY_ROLE_NAME,
	GOV_COL_AUTHORITY_STATUS,
	GOV_COL_AUTHORITY_APPROVAL,
	GOV_COL_AUTHORITY_ROLE_OID
};

enum GovLedgerColumn
{
	GOV_COL_LEDGER_SEQ = 1,
	GOV_COL_LEDGER_AT,
	GOV_COL_LEDGER_ACTOR,
	GOV_COL_LEDGER_LOGIN,
	GOV_COL_LEDGER_ACTION,
	GOV_COL_LEDGER_TARGET,
	GOV_COL_LEDGER_PAYLOAD,
	GOV_COL_LEDGER_PREV_HASH,
	GOV_COL_LEDGER_HASH,
	GOV_COL_LEDGER_POSITION,
	GOV_COL_LEDGER_FORMAT,
	GOV_COL_LEDGER_OBJECT,
	GOV_COL_LEDGER_NATTS = GOV_COL_LEDGER_OBJECT
};

/* What a transaction can wait for, beside rows (argument of gov_lock). */
typedef enum GovLock
{
	GOV_LOCK_CONTAINERS = 1,	/* the container forest: moves of objects */
	GOV_LOCK_VALUES,			/* the value forests: moves of values */
	GOV_LOCK_SYNC,				/* one sync at a time */
	GOV_LOCK_CONTAINMENT,		/* one containment activation at a time */
	GOV_LOCK_RECONCILE,			/* one reconcile at a time */
	GOV_LOCK_LEDGER,			/* one transaction chains the ledger */
	GOV_LOCK_SCAN,				/* one scan at a time */
	GOV_LOCK_SEAL,				/* one seal of the ledger at a time */
	GOV_LOCK_EVENTS = 32		/* one transaction gives events their positions */
} GovLock;

extern void gov_catalog_init(void);
extern bool gov_is_installed(void);
extern Oid	gov_schema_oid(void);
extern const char *gov_schema_quoted(void);
extern Oid	gov_extension_owner(void);
extern Oid	gov_relation_oid(const char *name);
extern AttrNumber gov_column_number(Relation rel, const char *name);
extern void gov_lock(GovLock what);
extern bool gov_lock_try(GovLock what);
extern void gov_unlock(GovLock what);
extern void gov_lock_session(GovLock what);
extern void gov_unlock_session(GovLock what);

#endif							/* GOV_SERVER_EXTENSION_H */
