/*-------------------------------------------------------------------------
 *
 * summary_parallel.c
 *	  The summary counted by several processes.
 *
 * The passes are those of summary_count.c.  The tables are scanned in shares;
 * the directory and the bitmaps of objects seen lie in shared memory.  After
 * objects and ownership, each process publishes its buckets and what it read
 * of ownership and, once all have, takes up the others', numbering their
 * buckets after its own.  So each has all containers and exceptions and
 * resolves owners without asking another.  In the end the tallies are added
 * up in shared memory.
 *
 * An entry of the directory is written by whoever scans the object, before
 * the barrier; after it, processes only set the same bit in it.
 *
 * It is tried when the server's settings allow workers, the tables are large
 * enough for it to pay, and the directory fits in the memory
 * that all processes together may use; else the summary is counted serially.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "executor/nodeHash.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/paths.h"
#include "storage/barrier.h"
#include "storage/bufmgr.h"
#include "storage/condition_variable.h"
#include "utils/builtins.h"
#include "utils/dsa.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "gov_catalog.h"
#include "summary_parallel.h"

#define GOV_KEY_SHARED		UINT64CONST(0x474f560000000001)
#define GOV_KEY_DIRECTORY	UINT64CONST(0x474f560000000002)
#define GOV_KEY_SEEN		UINT64CONST(0x474f560000000003)
#define GOV_KEY_OBJECTS		UINT64CONST(0x474f560000000004)
#define GOV_KEY_ASSIGNMENTS	UINT64CONST(0x474f560000000005)
#define GOV_KEY_TALLIES		UINT64CONST(0x474f560000000006)
#define GOV_KEY_AREA		UINT64CONST(0x474f560000000007)
#define GOV_KEY_OWNERSHIP	UINT64CONST(0x474f560000000008)

#define GOV_AREA_SIZE		(256 * 1024)

/* Counters of a tally, as so many 64-bit numbers. */
#define GOV_TALLY_NUMBERS	(sizeof(GovTally) / sizeof(int64))

/* What a process publishes of itself. */
typedef struct GovPublished
{
	dsa_pointer buckets;		/* GovBucket, type numbers its own */
	dsa_pointer types;			/* type codes, each ended by a zero byte */
	dsa_pointer owned;			/* GovOwnedCell */
	int			nbuckets;
	int			ntypes;
	int64		nowned;
} GovPublished;

typedef struct GovShared
{
	int64		first;
	int64		last;
	ConditionVariable started;
	pg_atomic_uint32 processes; /* 0 until the leader knows how many */
	Barrier		barrier;
	GovPublished published[GOV_MAX_PROCESSES];
} GovShared;

/* What a process has at hand. */
typedef struct GovProcess
{
	int			number;			/* the leader is 0 */
	int			processes;
	GovShared  *shared;
	dsa_area   *area;
	GovCount   *count;
	Snapshot	snapshot;
	ParallelTableScanDesc objects;
	ParallelTableScanDesc ownership;
	ParallelTableScanDesc assignments;
	pg_atomic_uint64 *tallies;
} GovProcess;

extern PGDLLEXPORT void gov_summary_worker(dsm_segment *segment, shm_toc *toc);

/* Copies an array of this process to where all can read it. */
static dsa_pointer
gov_process_copy(GovProcess *process, const void *array, Size size)
{
	dsa_pointer copy = dsa_allocate_extended(process->area, size + 1, DSA_ALLOC_HUGE);

	memcpy(dsa_get_address(process->area, copy), array, size);
	return copy;
}

/* Publishes this process's buckets and types and what it read of ownership. */
static void
gov_process_publish(GovProcess *process)
{
	GovCount   *count = process->count;
	GovPublished *published = &process->shared->published[process->number];
	Size		size = 1;
	char	   *at;

	for (int i = 0; i < count->voc->ntypes; i++)
		size += VARSIZE_ANY_EXHDR(count->voc->types[i].code) + 1;
	published->nbuckets = count->nbuckets;
	published->ntypes = count->voc->ntypes;
	published->nowned = count->nowned;
	published->buckets = gov_process_copy(process, count->buckets, sizeof(GovBucket) * count->nbuckets);
	published->owned = gov_process_copy(process, count->owned, sizeof(GovOwnedCell) * count->nowned);
	published->types = dsa_allocate(process->area, size);
	at = dsa_get_address(process->area, published->types);
	for (int i = 0; i < count->voc->ntypes; i++)
	{
		text	   *code = count->voc->types[i].code;

		memcpy(at, VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code));
		at += VARSIZE_ANY_EXHDR(code);
		*at++ = '\0';
	}
}

/* Numbers everybody's buckets for this process: its own stay as they are. */
static void
gov_process_merge(GovProcess *process)
{
	GovCount   *count = process->count;

	count->remap = palloc0(sizeof(int *) * process->processes);
	for (int p = 0; p < process->processes; p++)
	{
		GovPublished *published = &process->shared->published[p];
		GovBucket  *buckets = dsa_get_address(process->area, published->buckets);
		char	   *code = dsa_get_address(process->area, published->types);
		int		   *types = palloc(sizeof(int) * (published->ntypes + 1));
		int		   *remap = palloc_extended(sizeof(int) * (published->nbuckets + 1), MCXT_ALLOC_HUGE);

		for (int i = 0; i < published->ntypes; i++)
		{
			types[i] = gov_vocabulary_type(count->voc, PointerGetDatum(cstring_to_text(code)));
			code += strlen(code) + 1;
		}
		for (int i = 0; i < published->nbuckets; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (p == process->number)
			{
				remap[i] = i;
				continue;
			}
			remap[i] = gov_count_bucket(count, buckets[i].container_id, types[buckets[i].type]);
			count->buckets[remap[i]].objects += buckets[i].objects;
		}
		count->remap[p] = remap;
		pfree(types);
	}
}

/* Takes up what everybody read of ownership. */
static void
gov_process_own(GovProcess *process)
{
	for (int p = 0; p < process->processes; p++)
	{
		GovPublished *published = &process->shared->published[p];
		GovOwnedCell *owned = dsa_get_address(process->area, published->owned);

		for (int64 i = 0; i < published->nowned; i++)
		{
			CHECK_FOR_INTERRUPTS();
			gov_count_own(process->count, &owned[i]);
		}
	}
}

/* Scans a table in shares with the other processes. */
static void
gov_process_scan(GovProcess *process, const char *name, ParallelTableScanDesc shared,
				 void (*pass) (GovCount *count, GovTable *table))
{
	GovTable	table;

	gov_table_open(&table, name, process->snapshot);
	gov_table_start_parallel(&table, shared);
	pass(process->count, &table);
	gov_table_close(&table);
}

/* The passes, as one process takes part in them. */
static void
gov_process_run(GovProcess *process)
{
	GovCount   *count = process->count;

	count->entry_base = (uint32) process->number << GOV_ENTRY_PROCESS_SHIFT;
	gov_process_scan(process, "gov_object", process->objects, gov_count_objects);
	count->owned_allocated = 1024;
	count->owned = palloc(sizeof(GovOwnedCell) * count->owned_allocated);
	gov_process_scan(process, "gov_ownership", process->ownership, gov_count_ownership);
	gov_process_publish(process);
	pfree(count->owned);
	BarrierArriveAndWait(&process->shared->barrier, PG_WAIT_EXTENSION);
	gov_process_merge(process);
	gov_count_containers(count);
	gov_process_own(process);
	gov_count_seal(count);
	if (process->number == 0)
	{
		gov_count_cross_products(count);
		gov_count_exceptions(count);
		gov_count_missing(count);
	}
	gov_process_scan(process, "gov_assignment", process->assignments, gov_count_assignments);
	for (Size i = 0; i < GOV_TALLY_NUMBERS * count->voc->naxes; i++)
		pg_atomic_fetch_add_u64(&process->tallies[i], ((int64 *) count->tallies)[i]);
}

/* Sets a process up from the shared memory. */
static void
gov_process_attach(GovProcess *process, shm_toc *toc, GovCount *count)
{
	process->shared = shm_toc_lookup(toc, GOV_KEY_SHARED, false);
	process->objects = shm_toc_lookup(toc, GOV_KEY_OBJECTS, false);
	process->ownership = shm_toc_lookup(toc, GOV_KEY_OWNERSHIP, false);
	process->assignments = shm_toc_lookup(toc, GOV_KEY_ASSIGNMENTS, false);
	process->tallies = shm_toc_lookup(toc, GOV_KEY_TALLIES, false);
	process->count = count;
	gov_directory_share(&count->directory, process->shared->first, process->shared->last,
						shm_toc_lookup(toc, GOV_KEY_DIRECTORY, false));
	gov_count_allocate_seen(count, shm_toc_lookup(toc, GOV_KEY_SEEN, false));
}

/* A worker: waits until the leader knows how many there are, and takes part. */
void
gov_summary_worker(dsm_segment *segment, shm_toc *toc)
{
	GovProcess	process = {0};
	GovVocabulary *voc;

	process.snapshot = GetActiveSnapshot();
	voc = gov_vocabulary_load(process.snapshot);
	gov_process_attach(&process, toc, gov_count_create(voc, process.snapshot));
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
	gov_process_run(&process);
	dsa_detach(process.area);
	gov_count_destroy(process.count);
}

/*
 * Starting workers and handing round buckets and ownership costs what one
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

/* Sizes of what lies in shared memory. */
typedef struct GovSharedSizes
{
	Size		directory;
	Size		seen;
	Size		objects;
	Size		ownership;
	Size		assignments;
	Size		tallies;
} GovSharedSizes;

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

/* Makes the shared memory; the area for what processes publish is returned. */
static dsa_area *
gov_shared_create(ParallelContext *pcxt, const GovSharedSizes *sizes, const GovTables *tables,
				  int64 first, int64 last)
{
	GovShared  *shared;
	void	   *place;

	gov_shared_estimate(pcxt, sizeof(GovShared));
	gov_shared_estimate(pcxt, sizes->directory);
	gov_shared_estimate(pcxt, sizes->seen);
	gov_shared_estimate(pcxt, sizes->objects);
	gov_shared_estimate(pcxt, sizes->ownership);
	gov_shared_estimate(pcxt, sizes->assignments);
	gov_shared_estimate(pcxt, sizes->tallies);
	gov_shared_estimate(pcxt, GOV_AREA_SIZE);
	InitializeParallelDSM(pcxt);

	shared = gov_shared_chunk(pcxt, GOV_KEY_SHARED, sizeof(GovShared));
	shared->first = first;
	shared->last = last;
	ConditionVariableInit(&shared->started);
	pg_atomic_init_u32(&shared->processes, 0);
	gov_shared_chunk(pcxt, GOV_KEY_DIRECTORY, sizes->directory);
	gov_shared_chunk(pcxt, GOV_KEY_SEEN, sizes->seen);
	gov_shared_chunk(pcxt, GOV_KEY_TALLIES, sizes->tallies);
	gov_shared_scan(pcxt, GOV_KEY_OBJECTS, sizes->objects, &tables->objects);
	gov_shared_scan(pcxt, GOV_KEY_OWNERSHIP, sizes->ownership, &tables->ownership);
	gov_shared_scan(pcxt, GOV_KEY_ASSIGNMENTS, sizes->assignments, &tables->assignments);
	place = shm_toc_allocate(pcxt->toc, GOV_AREA_SIZE);
	shm_toc_insert(pcxt->toc, GOV_KEY_AREA, place);
	return dsa_create_in_place(place, GOV_AREA_SIZE, LWTRANCHE_PARALLEL_QUERY_DSA, pcxt->seg);
}

/* Runs the count with so many workers. */
static void
gov_summary_run(GovCount *count, int workers, const GovSharedSizes *sizes,
				const GovTables *tables, int64 first, int64 last)
{
	ParallelContext *pcxt;
	GovProcess	process = {0};

	EnterParallelMode();
	pcxt = CreateParallelContext("governance", "gov_summary_worker", workers);
	process.area = gov_shared_create(pcxt, sizes, tables, first, last);
	process.snapshot = tables->objects.snapshot;
	gov_process_attach(&process, pcxt->toc, count);

	LaunchParallelWorkers(pcxt);
	WaitForParallelWorkersToAttach(pcxt);
	process.processes = pcxt->nworkers_launched + 1;
	BarrierInit(&process.shared->barrier, process.processes);
	pg_atomic_write_u32(&process.shared->processes, process.processes);
	ConditionVariableBroadcast(&process.shared->started);

	gov_process_run(&process);
	WaitForParallelWorkersToFinish(pcxt);
	for (Size i = 0; i < GOV_TALLY_NUMBERS * count->voc->naxes; i++)
		((int64 *) count->tallies)[i] = (int64) pg_atomic_read_u64(&process.tallies[i]);
	/* what points into the segment goes with it */
	memset(count->seen, 0, sizeof(count->seen[0]) * count->voc->naxes);
	count->directory.entries = NULL;
	dsa_detach(process.area);
	DestroyParallelContext(pcxt);
	ExitParallelMode();
}

/*
 * Counts with parallel workers, where that is allowed and worth it.
 */
bool
gov_summary_parallel(GovCount *count, Snapshot snapshot)
{
	GovTables	tables;
	GovSharedSizes sizes;
	int64		first;
	int64		last;
	uint64		span = 0;
	int			workers;

	if (max_parallel_workers_per_gather == 0 || IsInParallelMode())
		return false;
	gov_table_open(&tables.objects, "gov_object", snapshot);
	gov_table_open(&tables.ownership, "gov_ownership", snapshot);
	gov_table_open(&tables.assignments, "gov_assignment", snapshot);
	workers = gov_summary_workers(&tables);
	if (workers > 0 && gov_directory_span(&tables.objects, &first, &last))
		span = (uint64) last - (uint64) first + 1;
	sizes.directory = span * sizeof(uint32);
	sizes.seen = gov_count_seen_axes(count->voc) * ((span + 63) / 64) * sizeof(pg_atomic_uint64) + 8;
	if (span > 0 && span < (1 << GOV_ENTRY_PROCESS_SHIFT) &&
		sizes.directory + sizes.seen <= get_hash_memory_limit() * (workers + 1))
	{
		sizes.objects = table_parallelscan_estimate(tables.objects.rel, snapshot);
		sizes.ownership = table_parallelscan_estimate(tables.ownership.rel, snapshot);
		sizes.assignments = table_parallelscan_estimate(tables.assignments.rel, snapshot);
		sizes.tallies = sizeof(GovTally) * (count->voc->naxes + 1);
		PushActiveSnapshot(snapshot);
		gov_summary_run(count, workers, &sizes, &tables, first, last);
		PopActiveSnapshot();
	}
	else
		span = 0;
	gov_table_close(&tables.assignments);
	gov_table_close(&tables.ownership);
	gov_table_close(&tables.objects);
	return span > 0;
}
