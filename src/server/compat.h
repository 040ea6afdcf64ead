/*-------------------------------------------------------------------------
 *
 * server/compat.h
 *	  Every test of PG_VERSION_NUM in the project stands in this file.
 *
 * Supported: PostgreSQL 15, 17 and 18 (16 compiles by the same branches).
 * Bodies elsewhere use the names defined here and hold no #if.
 *
 *-------------------------------------------------------------------------
 */
#ifndef GOV_SERVER_COMPAT_H
#define GOV_SERVER_COMPAT_H

#include "access/genam.h"
#include "access/tableam.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "executor/executor.h"
#include "optimizer/pathnode.h"
#include "storage/buffile.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/snapmgr.h"

#if PG_VERSION_NUM < 150000
#error "governance needs PostgreSQL 15 or later"
#endif

/* PostgreSQL 18 asks an index scan for a place to put its instrumentation. */
#if PG_VERSION_NUM >= 180000
#define gov_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define gov_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

/* The argument list of create_foreignscan_path grew in 17 and again in 18. */
#if PG_VERSION_NUM >= 180000
#define gov_create_foreignscan_path(root, rel, rows, startup, total, outer, private) \
	create_foreignscan_path(root, rel, NULL, rows, 0, startup, total, NIL, outer, NULL, NIL, private)
#elif PG_VERSION_NUM >= 170000
#define gov_create_foreignscan_path(root, rel, rows, startup, total, outer, private) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, NULL, NIL, private)
#else
#define gov_create_foreignscan_path(root, rel, rows, startup, total, outer, private) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, NULL, private)
#endif

/* The per-class privilege checks became object_aclcheck in 16. */
#if PG_VERSION_NUM >= 160000
#define gov_namespace_aclcheck(oid, role, mode) \
	object_aclcheck(NamespaceRelationId, oid, role, mode)
#define gov_function_aclcheck(oid, role, mode) \
	object_aclcheck(ProcedureRelationId, oid, role, mode)
#else
#define gov_namespace_aclcheck(oid, role, mode) \
	pg_namespace_aclcheck(oid, role, mode)
#define gov_function_aclcheck(oid, role, mode) \
	pg_proc_aclcheck(oid, role, mode)
#endif

/* Index entries of a new row: which indexes need one is told since 16. */
#if PG_VERSION_NUM >= 160000
#define gov_insert_index_tuples(result, slot, estate) \
	ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL, false)
#else
#define gov_insert_index_tuples(result, slot, estate) \
	ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL)
#endif

/* The checks of a table that the executor made ready got another name in 18, where columns may be virtual. */
#if PG_VERSION_NUM >= 180000
#define GOV_RESULT_CHECKS(result) ((result)->ri_CheckConstraintExprs)
#define GOV_HAS_VIRTUAL(constraints) ((constraints)->has_generated_virtual)
#else
#define GOV_RESULT_CHECKS(result) ((result)->ri_ConstraintExprs)
#define GOV_HAS_VIRTUAL(constraints) false
#endif

/* Replaces a row, with its index entries. */
static inline void
gov_table_tuple_update(ResultRelInfo *result, EState *estate, ItemPointer tid, TupleTableSlot *slot)
{
	Relation	rel = result->ri_RelationDesc;
#if PG_VERSION_NUM >= 160000
	TU_UpdateIndexes which;

	simple_table_tuple_update(rel, tid, slot, GetActiveSnapshot(), &which);
	if (which != TU_None && result->ri_NumIndices > 0)
		list_free(ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL, which == TU_Summarizing));
#else
	bool		needed;

	simple_table_tuple_update(rel, tid, slot, GetActiveSnapshot(), &needed);
	if (needed && result->ri_NumIndices > 0)
		list_free(ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL));
#endif
}

/* Reading a temporary file to its end got a function of its own in 16. */
#if PG_VERSION_NUM >= 160000
#define gov_buffile_read(file, into, size) \
	(BufFileReadMaybeEOF(file, into, size, true) == (size))
#else
#define gov_buffile_read(file, into, size) \
	(BufFileRead(file, into, size) == (size))
#endif

/* The number of a backend's transaction moved in PGPROC in 17; whoever uses it includes the server's header of PGPROC. */
#if PG_VERSION_NUM >= 170000
#define gov_local_transaction() (MyProc->vxid.lxid)
#else
#define gov_local_transaction() (MyProc->lxid)
#endif

/* Running a portal lost an argument in 18. */
#if PG_VERSION_NUM >= 180000
#define gov_portal_run(portal, receiver, done) \
	PortalRun(portal, FETCH_ALL, false, receiver, receiver, done)
#else
#define gov_portal_run(portal, receiver, done) \
	PortalRun(portal, FETCH_ALL, false, true, receiver, receiver, done)
#endif

/* The fields of a table's counters got other names in 16. */
#if PG_VERSION_NUM >= 160000
#define GOV_PENDING_OID(pending) ((pending)->id)
#define GOV_PENDING_COUNT(pending, what) ((pending)->counts.what)
#define GOV_CHANGES_SINCE_ANALYZE mod_since_analyze
#define GOV_AUTOANALYZE_COUNT autoanalyze_count
#else
#define GOV_PENDING_OID(pending) ((pending)->t_id)
#define GOV_PENDING_COUNT(pending, what) ((pending)->t_counts.t_##what)
#define GOV_CHANGES_SINCE_ANALYZE changes_since_analyze
#define GOV_AUTOANALYZE_COUNT autovac_analyze_count
#endif

/* What backends say of themselves, from 1 on; the function got another name in 16. */
#if PG_VERSION_NUM >= 160000
#define gov_backend_status(index) pgstat_get_local_beentry_by_index(index)
#else
#define gov_backend_status(index) pgstat_fetch_stat_local_beentry(index)
#endif

/* Asks the processor for memory that will be needed soon, where it can. */
#if defined(__GNUC__)
#define gov_prefetch(address) __builtin_prefetch(address)
#else
#define gov_prefetch(address) ((void) (address))
#endif

/* ExplainProperty* moved to a header of their own in 18. */
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#else
#include "commands/explain.h"
#endif

#endif							/* GOV_SERVER_COMPAT_H */
