/*
 * trust/columns.h: column numbers of the tables of authorities that C reads without SQL.
 *
 * They repeat the order of the install script; the test "columns" compares the
 * two.
 */
#ifndef GOV_TRUST_COLUMNS_H
#define GOV_TRUST_COLUMNS_H

enum GovAuthorityColumn
{
	GOV_COL_AUTHORITY_AUTHORITY = 1,
	GOV_COL_AUTHORITY_NAME,
	GOV_COL_AUTHORITY_KIND,
	GOV_COL_AUTHORITY_ROLE_NAME,
	GOV_COL_AUTHORITY_STATUS,
	GOV_COL_AUTHORITY_APPROVAL,
	GOV_COL_AUTHORITY_ROLE_OID,
	GOV_COL_AUTHORITY_ROLE_SYSTEM
};

#endif							/* GOV_TRUST_COLUMNS_H */
