/*-------------------------------------------------------------------------
 *
 * ddl/notes.c
 *	  What a transaction tracked so far, in memory, to its end.
 *
 * Who an object is, is judged by the net effect of the transaction.  A statement
 * that touches a name which an earlier one touched may change what was found
 * then; so each name, as a hash, leads to the OIDs that have or had it, and
 * each OID to its names.  Two names with one hash only make more be looked at.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "ddl/notes.h"

/* A name, and the OIDs that have or had it. */
typedef struct GovDdlName
{
	uint64		hash;
	List	   *oids;
} GovDdlName;

/* An OID, and its names. */
typedef struct GovDdlOid
{
	Oid			oid;
	List	   *names;			/* of GovDdlName */
} GovDdlOid;

/* An object that was written. */
typedef struct GovDdlObject
{
	int64		object_id;
	bool		made;
} GovDdlObject;

static bool noted = false;
static bool settled;
static CommandId first;
static CommandId before;
static HTAB *names;
static HTAB *oids;
static HTAB *objects;
static uint64 groups;
static int	others;

/* Makes a table that lives as long as the transaction. */
static HTAB *
gov_ddl_notes_table(const char *name, Size key, Size entry)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hcxt = TopTransactionContext};

	return hash_create(name, 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Begins the notes of a transaction, unless they have begun. */
static void
gov_ddl_notes_begin(void)
{
	if (noted)
		return;
	names = gov_ddl_notes_table("names of tracked DDL", sizeof(uint64), sizeof(GovDdlName));
	oids = gov_ddl_notes_table("OIDs of tracked DDL", sizeof(Oid), sizeof(GovDdlOid));
	objects = gov_ddl_notes_table("objects of tracked DDL", sizeof(int64), sizeof(GovDdlObject));
	first = before = GetCurrentCommandId(false);
	groups = 0;
	others = 0;
	settled = false;
	noted = true;
}

/* The command before which objects were who they were. */
CommandId
gov_ddl_notes_before(void)
{
	gov_ddl_notes_begin();
	return before;
}

/* The command before which nothing was tracked. */
CommandId
gov_ddl_notes_first(void)
{
	gov_ddl_notes_begin();
	return first;
}

/* From the running command on, objects are who they are by now. */
void
gov_ddl_notes_settle(void)
{
	gov_ddl_notes_begin();
	before = GetCurrentCommandId(false);
	settled = true;
}

/* From here on objects are who they were before anything was tracked. */
void
gov_ddl_notes_unsettle(void)
{
	gov_ddl_notes_begin();
	before = first;
}

/* Was it ever settled who objects are: was an enrolled schema renamed? */
bool
gov_ddl_notes_settled(void)
{
	return noted && settled;
}

/* Is there anything noted? */
bool
gov_ddl_notes_any(void)
{
	return noted;
}

/* Forgets all, at the end of a transaction, whose memory goes by itself. */
void
gov_ddl_notes_forget(void)
{
	noted = false;
}

/* The place of a name. */
static GovDdlName *
gov_ddl_notes_name(uint64 hash)
{
	bool		found;
	GovDdlName *name = hash_search(names, &hash, HASH_ENTER, &found);

	if (!found)
		name->oids = NIL;
	return name;
}

/* An OID and a name belong together. */
static void
gov_ddl_notes_link(Oid oid, uint64 hash)
{
	MemoryContext caller = MemoryContextSwitchTo(TopTransactionContext);
	GovDdlName *name = gov_ddl_notes_name(hash);
	bool		found;
	GovDdlOid  *entry = hash_search(oids, &oid, HASH_ENTER, &found);

	if (!found)
		entry->names = NIL;
	if (!list_member_ptr(entry->names, name))
	{
		entry->names = lappend(entry->names, name);
		name->oids = lappend_oid(name->oids, oid);
	}
	MemoryContextSwitchTo(caller);
}

/* The hash of a name; the highest bit is for those that were judged together. */
static uint64
gov_ddl_notes_hash(const char *name)
{
	return hash_bytes_extended((const unsigned char *) name, strlen(name), 0) & ~(UINT64CONST(1) << 63);
}

/* An OID has, or had, a name. */
void
gov_ddl_note_name(Oid oid, const char *name)
{
	gov_ddl_notes_begin();
	gov_ddl_notes_link(oid, gov_ddl_notes_hash(name));
}

/* Some OIDs were judged together. */
void
gov_ddl_note_together(List *together)
{
	uint64		group;
	ListCell   *cell;

	gov_ddl_notes_begin();
	group = (UINT64CONST(1) << 63) | groups++;
	foreach(cell, together)
		gov_ddl_notes_link(lfirst_oid(cell), group);
}

/* Has, or had, another OID this name? */
bool
gov_ddl_notes_shared(Oid oid, const char *name)
{
	GovDdlName *entry;
	ListCell   *cell;

	gov_ddl_notes_begin();
	entry = gov_ddl_notes_name(gov_ddl_notes_hash(name));
	foreach(cell, entry->oids)
	{
		if (lfirst_oid(cell) != oid)
			return true;
	}
	return false;
}

/* Has, or had, another OID any of the names that this one has or had? */
bool
gov_ddl_notes_contested(Oid oid)
{
	GovDdlOid  *entry;
	ListCell   *cell;

	gov_ddl_notes_begin();
	entry = hash_search(oids, &oid, HASH_FIND, NULL);
	foreach(cell, entry != NULL ? entry->names : NIL)
	{
		GovDdlName *name = (GovDdlName *) lfirst(cell);

		/* what was judged together need not have had a name in common */
		if (name->hash >> 63 == 0 && list_length(name->oids) > 1)
			return true;
	}
	return false;
}

/* OIDs, with all that have to do with them. */
List *
gov_ddl_notes_linked(List *some)
{
	List	   *linked = list_copy(some);
	List	   *followed = NIL;

	gov_ddl_notes_begin();
	/* the list grows while it is walked */
	for (int i = 0; i < list_length(linked); i++)
	{
		Oid			oid = list_nth_oid(linked, i);
		GovDdlOid  *entry = hash_search(oids, &oid, HASH_FIND, NULL);
		ListCell   *cell;

		foreach(cell, entry != NULL ? entry->names : NIL)
		{
			GovDdlName *name = (GovDdlName *) lfirst(cell);

			if (list_member_ptr(followed, name))
				continue;
			followed = lappend(followed, name);
			linked = list_concat_unique_oid(linked, name->oids);
		}
	}
	return linked;
}

/* All OIDs that were noted. */
List *
gov_ddl_notes_oids(void)
{
	HASH_SEQ_STATUS scan;
	GovDdlOid  *entry;
	List	   *all = NIL;

	gov_ddl_notes_begin();
	hash_seq_init(&scan, oids);
	while ((entry = hash_seq_search(&scan)) != NULL)
		all = lappend_oid(all, entry->oid);
	return all;
}

/* Notes an object. */
static void
gov_ddl_notes_object(int64 object_id, bool made)
{
	GovDdlObject *entry;
	bool		found;

	gov_ddl_notes_begin();
	entry = hash_search(objects, &object_id, HASH_ENTER, &found);
	entry->made = made || (found && entry->made);
}

/* An object was written. */
void
gov_ddl_note_written(int64 object_id)
{
	others++;
	gov_ddl_notes_object(object_id, false);
}

/* An object was made. */
void
gov_ddl_note_made(int64 object_id)
{
	gov_ddl_notes_object(object_id, true);
}

/* How many were written. */
int
gov_ddl_notes_count(void)
{
	return noted ? (int) hash_get_num_entries(objects) : 0;
}

/* Were all that were written made, one by one, and did nothing go? */
bool
gov_ddl_notes_only_births(void)
{
	return noted && others == 0;
}

/* The objects that were written, all or those that were made. */
static Datum
gov_ddl_notes_objects(bool only_made)
{
	HASH_SEQ_STATUS scan;
	GovDdlObject *object;
	Datum	   *ids;
	int			n = 0;

	gov_ddl_notes_begin();
	ids = palloc(sizeof(Datum) * (hash_get_num_entries(objects) + 1));
	hash_seq_init(&scan, objects);
	while ((object = hash_seq_search(&scan)) != NULL)
	{
		if (object->made || !only_made)
			ids[n++] = Int64GetDatum(object->object_id);
	}
	return PointerGetDatum(construct_array(ids, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The objects that tracking made. */
Datum
gov_ddl_notes_made(void)
{
	return gov_ddl_notes_objects(true);
}

/* All that were written. */
Datum
gov_ddl_notes_written(void)
{
	return gov_ddl_notes_objects(false);
}
