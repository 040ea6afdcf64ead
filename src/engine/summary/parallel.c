/*-------------------------------------------------------------------------
 *
 * engine/summary/parallel.c
 *	  The summary counted by several processes.
 *
 * The passes are those of count.c.  The tables are scanned in shares;
 * the directory, the bits that say who is a container and the bitmaps of
 * objects seen lie in shared memory.  Types are numbered alike by all: a type
 * that a process meets first is added to a list that all have.
 *
 * Four times the processes wait for each other: when all objects are read,
 * so that containers have the same numbers everywhere; when ownership is
 * read and each has published its anchors and exceptions; when each has
 * placed the containers, for which entries must still refer to these by
 * place; and when each has numbered the containers in its range of the
 * entries and put that range's exceptions in order, which all look at while
 * they count assignments.  In the end the tallies are added up.
 *
 * An entry of the directory is written by whoever scans the object, before
 * the first of these points, and by whose range it is in, before the last;
 * between, processes only set the same bit in it.
 *
 * It is tried when the server's settings allow workers, the tables are large
 * enough for it to pay, and what is shared fits in the memory that all
 * processes together may use; else the summary is counted serially.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "executor/instrument.h"
#include "executor/nodeHash.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/paths.h"
#include "storage/barrier.h"
#include "storage/bufmgr.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "utils/builtins.h"
#include "utils/dsa.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "engine/summary/parallel.h"

#define GOV_KEY_SHARED		UINT64CONST(0x474f560000000001)
#define GOV_KEY_DIRECTORY	UINT64CONST(0x474f560000000002)
#define GOV_KEY_CONTAINS	UINT64CONST(0x474f560000000003)
#define GOV_KEY_SEEN		UINT64CONST(0x474f560000000004)
#define GOV_KEY_STARTS		UINT64CONST(0x474f560000000005)
#define GOV_KEY_OBJECTS		UINT64CONST(0x474f560000000006)
#define GOV_KEY_OWNERSHIP	UINT64CONST(0x474f560000000007)
#define GOV_KEY_ASSIGNMENTS	UINT64CONST(0x474f560000000008)
#define GOV_KEY_TALLIES		UINT64CONST(0x474f560000000009)
#define GOV_KEY_AREA		UINT64CONST(0x474f56000000000a)
#define GOV_KEY_USAGE		UINT64CONST(0x474f56000000000b)

#define GOV_AREA_SIZE		(256 * 1024)

/* At most so many processes count, the leader among them. */
#define GOV_MAX_PROCESSES	15

/* Counters of a tally, as so many 64-bit numbers. */
#define GOV_TALLY_NUMBERS	(sizeof(GovTally) / sizeof(int64))

/* What a process read of ownership, where all can read it. */
typedef struct GovPublished
{
	dsa_pointer anchors;		/* GovCountedAnchor */
	dsa_pointer exceptions;		/* GovException */
	int64		nanchors;
	int64		nexceptions;
} GovPublished;

/* A type of objects in the list of all; its code follows. */
typedef struct GovSharedType
{
	dsa_pointer next;
	Size		length;
} GovSharedType;

typedef struct GovShared
{
	int64		first;
	int64		last;
	bool		wide;
	ConditionVariable started;
	pg_atomic_uint32 processes; /* 0 until the leader knows how many */
	pg_atomic_uint32 overflow;	/* more types than an entry can tell apart? */
	Barrier		barrier;
	LWLock		types_lock;
	dsa_pointer first_type;
	dsa_pointer exceptions;		/* GovGrouped: of all, in order */
	GovPublished published[GOV_MAX_PROCESSES];
} GovShared;

/* What a worker read and wrote, for EXPLAIN and statistics of statements. */
typedef struct GovUsage
{
	BufferUsage buffers;
	WalUsage	wal;
} GovUsage;

/* What a process has at hand. */
typedef struct GovProcess
{
	int			number;			/* the leader is 0 */
	int			processes;
	GovShared  *shared;
	dsa_area   *area;
	GovCount   *count;
	dsa_pointer last_type;		/* the last of the shared list it knows */
	ParallelTableScanDesc objects;
	ParallelTableScanDesc ownership;
	ParallelTableScanDesc assignments;
	int64	   *starts;
	pg_atomic_uint64 *tallies;
} GovProcess;

extern PGDLLEXPORT void gov_summary_worker(dsm_segment *segment, shm_toc *toc);

/* Moves an array of this process to where all can read it. */
static dsa_pointer
gov_process_move(GovProcess *process, void *array, Size size)
{
	dsa_pointer moved = dsa_allocate_extended(process->area, size + 1, DSA_ALLOC_HUGE);

	if (size > 0)
	{
		memcpy(dsa_get_address(process->area, moved), array, size);
		pfree(array);
	}
	return moved;
}

/* Where the pointer to the next shared type is. */
static dsa_pointer *
gov_process_next_type(GovProcess *process)
{
	return DsaPointerIsValid(process->last_type) ?
		&((GovSharedType *) dsa_get_address(process->area, process->last_type))->next :
		&process->shared->first_type;
}

/* Takes up types that others added, in the order of the list; it is locked. */
static void
gov_process_learn_types(GovProcess *process)
{
	dsa_pointer next;

	while (DsaPointerIsValid(next = *gov_process_next_type(process)))
	{
		GovSharedType *type = dsa_get_address(process->area, next);

		(void) gov_model_type(process->count->model,
								   PointerGetDatum(cstring_to_text_with_len((char *) (type + 1), type->length)));
		process->last_type = next;
	}
}

/* Adds a type that this process knows at the end of the list; it is locked. */
static void
gov_process_add_type(GovProcess *process, const text *code)
{
	Size		length = VARSIZE_ANY_EXHDR(code);
	dsa_pointer added = dsa_allocate(process->area, sizeof(GovSharedType) + length);
	GovSharedType *type = dsa_get_address(process->area, added);

	type->next = InvalidDsaPointer;
	type->length = length;
	memcpy(type + 1, VARDATA_ANY(code), length);
	*gov_process_next_type(process) = added;
	process->last_type = added;
}

/* Numbers a type met first by this process as all others do. */
static int
gov_process_new_type(GovCount *count, Datum code)
{
	GovProcess *process = count->new_type_state;
	int			known;
	int			number;

	LWLockAcquire(&process->shared->types_lock, LW_EXCLUSIVE);
	gov_process_learn_types(process);
	known = count->model->ntypes;
	number = gov_model_type(count->model, code);
	if (number == known)
		gov_process_add_type(process, DatumGetTextPP(code));
	LWLockRelease(&process->shared->types_lock);
	return number;
}

/* Publishes what this process read of ownership. */
static void
gov_process_publish(GovProcess *process)
{
	GovCount   *count = process->count;
	GovPublished *published = &process->shared->published[process->number];

	published->nanchors = count->anchors.count;
	published->nexceptions = count->excepted.count;
	published->anchors = gov_process_move(process, count->anchors.items,
										  sizeof(GovCountedAnchor) * count->anchors.count);
	published->exceptions = gov_process_move(process, count->excepted.items,
											 sizeof(GovException) * count->excepted.count);
	memset(&count->anchors, 0, sizeof(count->anchors));
	memset(&count->excepted, 0, sizeof(count->excepted));
}

/* Waits for the others. */
static void
gov_process_wait(GovProcess *process)
{
	BarrierArriveAndWait(&process->shared->barrier, PG_WAIT_EXTENSION);
}

/* Places the containers, with everybody's anchors. */
static void
gov_process_climb(GovProcess *process)
{
	GovCount   *count = process->count;
	GovCountedAnchors *lists = palloc0(sizeof(GovCountedAnchors) * process->processes);

	for (int p = 0; p < process->processes; p++)
	{
		lists[p].items = dsa_get_address(process->area, process->shared->published[p].anchors);
		lists[p].count = process->shared->published[p].nanchors;
	}
	gov_hierarchy_anchor(&count->hierarchy, lists, process->processes);
	gov_hierarchy_climb(&count->hierarchy, count->model, &count->directory, count->snapshot);
	pfree(lists);
}

/*
 * Counts the objects in this process's range, and what these own or are
 * excused from, out of what everybody read.
 */
static void
gov_process_range(GovProcess *process)
{
	GovCount   *count = process->count;
	GovExceptionList *lists = palloc0(sizeof(GovExceptionList) * process->processes);
	uint64		groups = gov_exceptions_groups(count->directory.width);
	uint64		from = groups * process->number / process->processes;
	uint64		to = groups * (process->number + 1) / process->processes;

	for (int p = 0; p < process->processes; p++)
	{
		lists[p].items = dsa_get_address(process->area, process->shared->published[p].exceptions);
		lists[p].count = process->shared->published[p].nexceptions;
	}
	count->exceptions.items = dsa_get_address(process->area, process->shared->exceptions);
	count->exceptions.starts = process->starts;
	gov_members_create(&count->members, count->model, &count->hierarchy, &count->directory);
	gov_members_place(&count->members, &count->directory, from * GOV_EXCEPTION_GROUP,
					  Min(to * GOV_EXCEPTION_GROUP, count->directory.width));
	gov_exceptions_order(&count->exceptions, lists, process->processes, from, to);
	gov_count_exceptions(count, from, to);
	gov_count_cross_products(count);
	gov_count_missing(count);
	pfree(lists);
}

/* Opens a table to be scanned in shares with the other processes. */
static void
gov_process_open(GovProcess *process, GovTable *table, const char *name, ParallelTableScanDesc shared)
{
	gov_table_open(table, name, process->count->snapshot);
	gov_table_start_parallel(table, shared);
}

/* Reads this process's share of the objects; all read all, or none counts. */
static bool
gov_process_objects(GovProcess *process)
{
	GovTable	table;

	gov_process_open(process, &table, "gov_object", process->objects);
	if (!gov_count_objects(process->count, &table))
		pg_atomic_write_u32(&process->shared->overflow, 1);
	gov_table_close(&table);
	gov_process_wait(process);
	if (pg_atomic_read_u32(&process->shared->overflow) != 0)
		return false;
	LWLockAcquire(&process->shared->types_lock, LW_SHARED);
	gov_process_learn_types(process);
	LWLockRelease(&process->shared->types_lock);
	return true;
}

/* The passes, as one process takes part in them; false when none counts. */
static bool
gov_process_run(GovProcess *process)
{
	GovCount   *count = process->count;
	GovShared  *shared = process->shared;
	GovTable	table;
	int64		nexceptions = 0;

	if (!gov_process_objects(process))
		return false;
	gov_hierarchy_number(&count->hierarchy);
	gov_process_open(process, &table, "gov_ownership", process->ownership);
	gov_count_ownership(count, &table);
	gov_table_close(&table);
	gov_process_publish(process);
	gov_process_wait(process);
	if (process->number == 0)
	{
		for (int p = 0; p < process->processes; p++)
			nexceptions += shared->published[p].nexceptions;
		shared->exceptions = dsa_allocate_extended(process->area,
												   sizeof(GovGrouped) * (nexceptions + 1),
												   DSA_ALLOC_HUGE);
	}
	gov_process_climb(process);
	gov_process_wait(process);
	gov_process_range(process);
	gov_process_wait(process);
	gov_process_open(process, &table, "gov_assignment", process->assignments);
	gov_count_assignments(count, &table);
	gov_table_close(&table);
	for (Size i = 0; i < GOV_TALLY_NUMBERS * count->model->naxes; i++)
		pg_atomic_fetch_add_u64(&process->tallies[i], ((int64 *) count->tallies)[i]);
	return true;
}

/* Sets a process up from the shared memory. */
static void
gov_process_attach(GovProcess *process, shm_toc *toc, GovCount *count)
{
	GovShared  *shared = shm_toc_lookup(toc, GOV_KEY_SHARED, false);

	process->shared = shared;
	process->objects = shm_toc_lookup(toc, GOV_KEY_OBJECTS, false);
	process->ownership = shm_toc_lookup(toc, GOV_KEY_OWNERSHIP, false);
	process->assignments = shm_toc_lookup(toc, GOV_KEY_ASSIGNMENTS, false);
	process->starts = shm_toc_lookup(toc, GOV_KEY_STARTS, false);
	process->tallies = shm_toc_lookup(toc, GOV_KEY_TALLIES, false);
	process->last_type = InvalidDsaPointer;
	process->count = count;
	count->new_type = gov_process_new_type;
	count->new_type_state = process;
	gov_directory_describe(&count->directory, shared->first, shared->last, shared->wide);
	gov_directory_share(&count->directory, shm_toc_lookup(toc, GOV_KEY_DIRECTORY, false));
	gov_hierarchy_create(&count->hierarchy, shared->first, count->directory.span,
						 shm_toc_lookup(toc, GOV_KEY_CONTAINS, false));
	gov_count_allocate_seen(count, shm_toc_lookup(toc, GOV_KEY_SEEN, false));
}

/* A worker: waits until the leader knows how many there are, and takes part. */
void
gov_summary_worker(dsm_segment *segment, shm_toc *toc)
{
	GovProcess	process = {0};
	Snapshot	snapshot = GetActiveSnapshot();
	GovUsage   *usage;

	gov_process_attach(&process, toc, gov_count_create(gov_model_load(snapshot), snapshot));
	process.area = dsa_attach_in_place(shm_toc_lookup(toc, GOV_KEY_AREA, false), segment);
	process.number = ParallelWorkerNumber + 1;
	for (;;)
	{
		process.processes = pg_atomic_read_u32(&process.shared->processes);
		if (process.processes > 0)
			break;
		ConditionVariableSleep(&process.shared->started, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	pg_read_barrier();			/* the barrier was made before the number */
	InstrStartParallelQuery();
	(void) gov_process_run(&process);
	usage = shm_toc_lookup(toc, GOV_KEY_USAGE, false);
	InstrEndParallelQuery(&usage[ParallelWorkerNumber].buffers, &usage[ParallelWorkerNumber].wal);
	dsa_detach(process.area);
}

/*
 * Starting workers and handing round what was read of ownership costs what one
 * process counts in this many times the size from which the server thinks a
 * parallel scan worth while.
 */
#define GOV_WORTH_SCANS		20

/* The tables that are scanned in shares. */
typedef struct GovTables
{
	GovTable	objects;
	GovTable	ownership;
	GovTable	assignments;
} GovTables;

/*
 * How many workers to ask for: one from that size on, and one more for each
 * threefold of it, as the server does for a scan.
 */
static int
gov_summary_workers(const GovTables *tables)
{
	int64		pages = (int64) RelationGetNumberOfBlocks(tables->objects.rel) +
	RelationGetNumberOfBlocks(tables->assignments.rel);
	int64		threshold = Max((int64) min_parallel_table_scan_size * GOV_WORTH_SCANS, 1);
	int			workers = 0;

	while (pages >= threshold && workers < GOV_MAX_PROCESSES - 1)
	{
		workers++;
		threshold *= 3;
	}
	return Min(workers, max_parallel_workers_per_gather);
}

/* What a count by several processes needs to begin. */
typedef struct GovPlan
{
	GovTables	tables;
	int			workers;
	int64		first;
	int64		last;
	bool		wide;
	uint64		span;
	Size		directory;		/* sizes of what lies in shared memory */
	Size		contains;
	Size		seen;
	Size		starts;
	Size		objects;
	Size		ownership;
	Size		assignments;
	Size		tallies;
} GovPlan;

/* Works out the sizes; false when what is shared would take too much memory. */
static bool
gov_parallel_plan_sizes(GovPlan *plan, const GovCount *count)
{
	GovDirectory directory;
	Snapshot	snapshot = count->snapshot;

	gov_directory_describe(&directory, plan->first, plan->last, plan->wide);
	plan->span = directory.span;
	plan->directory = gov_directory_bytes(&directory);
	plan->contains = (plan->span + 63) / 64 * sizeof(pg_atomic_uint64);
	plan->seen = gov_count_seen_axes(count->model) * ((plan->span + 63) / 64) * sizeof(pg_atomic_uint64) + 8;
	plan->starts = (gov_exceptions_groups(plan->span) + 1) * sizeof(int64);
	plan->objects = table_parallelscan_estimate(plan->tables.objects.rel, snapshot);
	plan->ownership = table_parallelscan_estimate(plan->tables.ownership.rel, snapshot);
	plan->assignments = table_parallelscan_estimate(plan->tables.assignments.rel, snapshot);
	plan->tallies = sizeof(GovTally) * (count->model->naxes + 1);
	return plan->directory + plan->contains + plan->seen + plan->starts +
		gov_table_estimate_rows("gov_ownership") * GOV_EXCEPTION_BYTES <=
		(double) get_hash_memory_limit() * (plan->workers + 1);
}

/* Estimates one chunk of the table of contents. */
static void
gov_shared_estimate(ParallelContext *pcxt, Size size)
{
	shm_toc_estimate_chunk(&pcxt->estimator, size);
	shm_toc_estimate_keys(&pcxt->estimator, 1);
}

/* Allocates one chunk, zeroed, under a key. */
static void *
gov_shared_chunk(ParallelContext *pcxt, uint64 key, Size size)
{
	void	   *chunk = shm_toc_allocate(pcxt->toc, size);

	memset(chunk, 0, size);
	shm_toc_insert(pcxt->toc, key, chunk);
	return chunk;
}

/* Makes a scan that processes share. */
static void
gov_shared_scan(ParallelContext *pcxt, uint64 key, Size size, const GovTable *table)
{
	table_parallelscan_initialize(table->rel, gov_shared_chunk(pcxt, key, size), table->snapshot);
}

/*
 * Makes the shared memory; the area for what processes publish is returned,
 * NULL when the server has no segment left to share.
 */
static dsa_area *
gov_shared_create(ParallelContext *pcxt, const GovPlan *plan)
{
	GovShared  *shared;
	void	   *place;

	gov_shared_estimate(pcxt, sizeof(GovShared));
	gov_shared_estimate(pcxt, plan->directory);
	gov_shared_estimate(pcxt, plan->contains);
	gov_shared_estimate(pcxt, plan->seen);
	gov_shared_estimate(pcxt, plan->starts);
	gov_shared_estimate(pcxt, plan->objects);
	gov_shared_estimate(pcxt, plan->ownership);
	gov_shared_estimate(pcxt, plan->assignments);
	gov_shared_estimate(pcxt, plan->tallies);
	gov_shared_estimate(pcxt, sizeof(GovUsage) * plan->workers);
	gov_shared_estimate(pcxt, GOV_AREA_SIZE);
	InitializeParallelDSM(pcxt);
	if (pcxt->seg == NULL)
		return NULL;

	shared = gov_shared_chunk(pcxt, GOV_KEY_SHARED, sizeof(GovShared));
	shared->first = plan->first;
	shared->last = plan->last;
	shared->wide = plan->wide;
	ConditionVariableInit(&shared->started);
	pg_atomic_init_u32(&shared->processes, 0);
	pg_atomic_init_u32(&shared->overflow, 0);
	LWLockInitialize(&shared->types_lock, LWTRANCHE_PARALLEL_QUERY_DSA);
	shared->first_type = InvalidDsaPointer;
	gov_shared_chunk(pcxt, GOV_KEY_DIRECTORY, plan->directory);
	gov_shared_chunk(pcxt, GOV_KEY_CONTAINS, plan->contains);
	gov_shared_chunk(pcxt, GOV_KEY_SEEN, plan->seen);
	gov_shared_chunk(pcxt, GOV_KEY_STARTS, plan->starts);
	gov_shared_chunk(pcxt, GOV_KEY_TALLIES, plan->tallies);
	gov_shared_scan(pcxt, GOV_KEY_OBJECTS, plan->objects, &plan->tables.objects);
	gov_shared_scan(pcxt, GOV_KEY_OWNERSHIP, plan->ownership, &plan->tables.ownership);
	gov_shared_scan(pcxt, GOV_KEY_ASSIGNMENTS, plan->assignments, &plan->tables.assignments);
	gov_shared_chunk(pcxt, GOV_KEY_USAGE, sizeof(GovUsage) * plan->workers);
	place = shm_toc_allocate(pcxt->toc, GOV_AREA_SIZE);
	shm_toc_insert(pcxt->toc, GOV_KEY_AREA, place);
	return dsa_create_in_place(place, GOV_AREA_SIZE, LWTRANCHE_PARALLEL_QUERY_DSA, pcxt->seg);
}

/* Counts as planned; false when there are more types than entries can tell apart. */
static bool
gov_parallel_plan(const GovPlan *plan, GovCount *count)
{
	ParallelContext *pcxt;
	GovProcess	process = {0};
	int			(*alone) (GovCount *count, Datum code) = count->new_type;
	GovUsage   *usage;
	bool		done;

	EnterParallelMode();
	pcxt = CreateParallelContext("$libdir/governance", "gov_summary_worker", plan->workers);
	process.area = gov_shared_create(pcxt, plan);
	if (process.area == NULL)
	{
		DestroyParallelContext(pcxt);
		ExitParallelMode();
		return false;
	}
	gov_process_attach(&process, pcxt->toc, count);
	for (int i = 0; i < count->model->ntypes; i++)
		gov_process_add_type(&process, count->model->types[i].code);

	LaunchParallelWorkers(pcxt);
	WaitForParallelWorkersToAttach(pcxt);
	process.processes = pcxt->nworkers_launched + 1;
	BarrierInit(&process.shared->barrier, process.processes);
	pg_write_barrier();
	pg_atomic_write_u32(&process.shared->processes, process.processes);
	ConditionVariableBroadcast(&process.shared->started);

	count->workers = pcxt->nworkers_launched;
	done = gov_process_run(&process);
	WaitForParallelWorkersToFinish(pcxt);
	usage = shm_toc_lookup(pcxt->toc, GOV_KEY_USAGE, false);
	for (int i = 0; i < pcxt->nworkers_launched; i++)
		InstrAccumParallelQuery(&usage[i].buffers, &usage[i].wal);
	if (!done)
		count->workers = 0;
	else
		for (Size i = 0; i < GOV_TALLY_NUMBERS * count->model->naxes; i++)
			((int64 *) count->tallies)[i] = (int64) pg_atomic_read_u64(&process.tallies[i]);
	count->new_type = alone;
	dsa_detach(process.area);
	DestroyParallelContext(pcxt);
	ExitParallelMode();
	return done;
}

/*
 * Counts with parallel workers, where that is allowed and worth it.
 */
bool
gov_summary_parallel(GovCount *count)
{
	GovPlan		plan = {0};
	bool		done = false;

	if (max_parallel_workers_per_gather == 0 || !IsUnderPostmaster || IsInParallelMode() || count->model->asks_parts)
		return false;
	gov_table_open(&plan.tables.objects, "gov_object", count->snapshot);
	gov_table_open(&plan.tables.ownership, "gov_ownership", count->snapshot);
	gov_table_open(&plan.tables.assignments, "gov_assignment", count->snapshot);
	plan.workers = gov_summary_workers(&plan.tables);
	if (plan.workers > 0 &&
		gov_directory_span(&plan.tables.objects, &plan.first, &plan.last) &&
		(uint64) plan.last - (uint64) plan.first < PG_UINT32_MAX)	/* a place is kept in 32 bits */
	{
		PushActiveSnapshot(count->snapshot);
		done = gov_parallel_plan_sizes(&plan, count) && gov_parallel_plan(&plan, count);
		if (!done && !plan.wide)
		{
			plan.wide = true;
			done = gov_parallel_plan_sizes(&plan, count) && gov_parallel_plan(&plan, count);
		}
		PopActiveSnapshot();
	}
	gov_table_close(&plan.tables.assignments);
	gov_table_close(&plan.tables.ownership);
	gov_table_close(&plan.tables.objects);
	return done;
}
