/*
 * gov_catalog.h: where the extension lives, and the column numbers of its
 * own tables.
 */
#ifndef GOV_CATALOG_H
#define GOV_CATALOG_H

#include "utils/rel.h"

/*
 * Column numbers of the tables that C reads without SQL.  They repeat the
 * order of governance--1.0.sql; the test "columns" compares the two.
 */
enum GovObjectColumn
{
	GOV_OBJECT_ID = 1,
	GOV_OBJECT_CONTAINER,
	GOV_OBJECT_BORN_AT,
	GOV_OBJECT_RETIRED_AT,
	GOV_OBJECT_TYPE,
	GOV_OBJECT_SOURCE,
	GOV_OBJECT_REF,
	GOV_OBJECT_NATTS = GOV_OBJECT_REF
};

enum GovAxisColumn
{
	GOV_AXIS_AXIS = 1,
	GOV_AXIS_NAME,
	GOV_AXIS_KIND,
	GOV_AXIS_FAMILY,
	GOV_AXIS_STATUS,
	GOV_AXIS_OWNER,
	GOV_AXIS_FALLBACK,
	GOV_AXIS_MULTIVALUED,
	GOV_AXIS_IS_CONTAINMENT
};

enum GovAxisValueColumn
{
	GOV_VALUE_AXIS = 1,
	GOV_VALUE_VALUE,
	GOV_VALUE_PARENT,
	GOV_VALUE_NAME,
	GOV_VALUE_STATUS,
	GOV_VALUE_PROVENANCE,
	GOV_VALUE_REPLACED_BY,
	GOV_VALUE_CREATED_AT,
	GOV_VALUE_STATUS_CHANGED_AT,
	GOV_VALUE_OBJECT
};

enum GovAssignmentColumn
{
	GOV_ASSIGNMENT_ID = 1,
	GOV_ASSIGNMENT_OBJECT,
	GOV_ASSIGNMENT_ASSIGNED_AT,
	GOV_ASSIGNMENT_VALID_FROM,
	GOV_ASSIGNMENT_VALID_TO,
	GOV_ASSIGNMENT_SUPERSEDED_BY,
	GOV_ASSIGNMENT_CONFIDENCE,
	GOV_ASSIGNMENT_MATCH_SCORE,
	GOV_ASSIGNMENT_REVISION,
	GOV_ASSIGNMENT_AXIS,
	GOV_ASSIGNMENT_VALUE,
	GOV_ASSIGNMENT_ZONE,
	GOV_ASSIGNMENT_PROVENANCE
};

enum GovOwnershipColumn
{
	GOV_OWNERSHIP_ID = 1,
	GOV_OWNERSHIP_OBJECT,
	GOV_OWNERSHIP_FROM,
	GOV_OWNERSHIP_TO,
	GOV_OWNERSHIP_CREATED_AT,
	GOV_OWNERSHIP_INHERITS,
	GOV_OWNERSHIP_AXIS,
	GOV_OWNERSHIP_VALUE,
	GOV_OWNERSHIP_KIND,
	GOV_OWNERSHIP_AUTHORITY,
	GOV_OWNERSHIP_STATUS
};

enum GovRuleColumn
{
	GOV_RULE_RULE = 1,
	GOV_RULE_AXIS,
	GOV_RULE_MODE,
	GOV_RULE_APPLIES_TO,
	GOV_RULE_CONFIDENCE_THRESHOLD,
	GOV_RULE_STALENESS_DAYS,
	GOV_RULE_STATUS
};

enum GovAuthorityColumn
{
	GOV_AUTHORITY_AUTHORITY = 1,
	GOV_AUTHORITY_NAME,
	GOV_AUTHORITY_KIND,
	GOV_AUTHORITY_ROLE_NAME,
	GOV_AUTHORITY_STATUS,
	GOV_AUTHORITY_APPROVAL,
	GOV_AUTHORITY_ROLE_OID
};

enum GovLedgerColumn
{
	GOV_LEDGER_SEQ = 1,
	GOV_LEDGER_AT,
	GOV_LEDGER_ACTOR,
	GOV_LEDGER_LOGIN,
	GOV_LEDGER_ACTION,
	GOV_LEDGER_TARGET,
	GOV_LEDGER_PAYLOAD,
	GOV_LEDGER_PREV_HASH,
	GOV_LEDGER_HASH,
	GOV_LEDGER_POSITION,
	GOV_LEDGER_FORMAT,
	GOV_LEDGER_OBJECT,
	GOV_LEDGER_NATTS = GOV_LEDGER_OBJECT
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

#endif							/* GOV_CATALOG_H */
