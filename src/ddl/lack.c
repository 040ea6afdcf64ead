/*-------------------------------------------------------------------------
 *
 * ddl/lack.c
 *	  What objects born in a transaction lack of what rules ask for.
 *
 * Looked at is what is so at this moment: all that the transaction wrote, and
 * all that others have committed, whatever the isolation level; what is in
 * force is judged by the clock, since an owner may have come after the
 * transaction began.  The engine decides, cell by cell; an object lacks
 * something when a required cell of it is a gap, or a rule asks for an
 * assignment that it has not.
 *
 * Nothing is written.  Two passes: the first counts and keeps names, the second
 * makes the lines of the first objects in order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "server/extension.h"
#include "server/security.h"
#include "engine/coverage.h"
#include "ddl/born.h"
#include "ddl/lack.h"

/* A message names so many cells of an object, and so many calls. */
#define GOV_LACK_CELLS		10
#define GOV_LACK_CALLS		10

/* An object that lacks something. */
typedef struct GovLacking
{
	int64		object_id;
	char	   *name;
} GovLacking;

/* What is gathered of one object; the lists are not asked for in the first pass. */
typedef struct GovLackOfObject
{
	int			count;			/* of all that it lacks */
	bool		named;			/* are the lists wanted? */
	List	   *owners;			/* cells that nobody answers for */
	List	   *held;			/* cells of a quarantined assignment */
	List	   *assignments;	/* rules that ask for one */
	List	  **calls;			/* of all objects, each once */
} GovLackOfObject;

/* A datum of text as a string. */
#define GOV_LACK_TEXT(datum)	TextDatumGetCString(datum)

/* Adds a call that would help, unless it is there, or there are many. */
static void
gov_lack_add_call(List **calls, char *call)
{
	ListCell   *cell;

	foreach(cell, *calls)
	{
		if (strcmp((char *) lfirst(cell), call) == 0)
			return;
	}
	if (list_length(*calls) < GOV_LACK_CALLS)
		*calls = lappend(*calls, call);
}

/* The call that gives an owner: to what the object lives in, or to itself where that is not known. */
static char *
gov_lack_own_call(const GovCoverage *coverage, const char *axis, const char *value)
{
	const GovObject *object = &coverage->object;
	const GovContainer *container = object->container == GOV_NONE ? NULL : &coverage->containers->items[object->container];
	bool		of_container = container != NULL && container->live;
	const char *type = GOV_LACK_TEXT(of_container ? PointerGetDatum(container->type) : object->type_text);
	const char *ref = GOV_LACK_TEXT(of_container ? PointerGetDatum(container->ref) : object->ref_text);

	return psprintf("SELECT %s.gov_own(%s, %s, %s, %s, '...')", gov_schema_quoted(), quote_literal_cstr(type),
					quote_literal_cstr(ref), quote_literal_cstr(axis), quote_literal_cstr(value));
}

/* Takes a gap. */
static void
gov_lack_take_cell(void *state, GovCoverage *coverage, const GovCell *cell)
{
	GovLackOfObject *lack = state;
	const GovModel *model = coverage->model;
	const GovSlot *slot = &model->slots[cell->slot];
	const char *axis;
	const char *value;

	lack->count++;
	if (!lack->named)
		return;
	axis = GOV_LACK_TEXT(PointerGetDatum(model->axes[slot->axis].code));
	value = GOV_LACK_TEXT(PointerGetDatum(model->values[slot->value].code));
	if (!cell->quarantined)
	{
		lack->owners = lappend(lack->owners, psprintf("%s \"%s\"", axis, value));
		gov_lack_add_call(lack->calls, gov_lack_own_call(coverage, axis, value));
		return;
	}
	lack->held = lappend(lack->held, psprintf("%s \"%s\"", axis, value));
	gov_lack_add_call(lack->calls, psprintf("SELECT %s.gov_set_zone(%s, %s, %s, %s, 'approved')", gov_schema_quoted(),
											quote_literal_cstr(GOV_LACK_TEXT(coverage->object.type_text)),
											quote_literal_cstr(GOV_LACK_TEXT(coverage->object.ref_text)),
											quote_literal_cstr(axis), quote_literal_cstr(value)));
}

/* Takes a rule that asks for an assignment which is missing. */
static void
gov_lack_take_missing(void *state, GovCoverage *coverage, int rule)
{
	GovLackOfObject *lack = state;
	const GovRuleEntry *entry = &coverage->model->rules[rule];
	const char *axis;

	lack->count++;
	if (!lack->named)
		return;
	axis = GOV_LACK_TEXT(PointerGetDatum(coverage->model->axes[entry->axis].code));
	lack->assignments = lappend(lack->assignments,
								psprintf("%s (rule \"%s\")", axis, GOV_LACK_TEXT(PointerGetDatum(entry->code))));
	gov_lack_add_call(lack->calls, psprintf("SELECT %s.gov_assign(%s, %s, %s, '...', 'approved', provenance => '{...}')", gov_schema_quoted(),
											quote_literal_cstr(GOV_LACK_TEXT(coverage->object.type_text)),
											quote_literal_cstr(GOV_LACK_TEXT(coverage->object.ref_text)),
											quote_literal_cstr(axis)));
}

/* Looks at one object, by its identity; false when there is no such live one, or it lacks nothing. */
static bool
gov_lack_look_at(GovCoverage *coverage, int64 object_id, GovLackOfObject *lack)
{
	if (!gov_coverage_object_by_id(coverage, object_id))
		return false;
	gov_coverage_cells(coverage, true, gov_lack_take_cell, lack);
	gov_coverage_missing(coverage, gov_lack_take_missing, lack);
	return lack->count > 0;
}

/* Orders texts by their bytes. */
static int
gov_lack_compare_texts(const ListCell *one, const ListCell *other)
{
	return strcmp((const char *) lfirst(one), (const char *) lfirst(other));
}

/* Orders objects by their names. */
static int
gov_lack_compare(const void *one, const void *other)
{
	return strcmp(((const GovLacking *) one)->name, ((const GovLacking *) other)->name);
}

/* Appends one kind of what an object lacks: the first in order, and how many more. */
static void
gov_lack_append(StringInfo line, const char **between, const char *words, List *texts)
{
	ListCell   *cell;

	if (texts == NIL)
		return;
	list_sort(texts, gov_lack_compare_texts);
	appendStringInfo(line, "%s%s", *between, words);
	foreach(cell, texts)
	{
		if (foreach_current_index(cell) == GOV_LACK_CELLS)
		{
			appendStringInfo(line, " and %d more", list_length(texts) - GOV_LACK_CELLS);
			break;
		}
		appendStringInfo(line, "%s%s", foreach_current_index(cell) > 0 ? ", " : " ", (char *) lfirst(cell));
	}
	*between = "; ";
}

/* Finds the objects that lack something, in the order of their names. */
static GovLacking *
gov_lack_find(GovCoverage *coverage, int since, int *count)
{
	int			noted;
	int64	   *ids = gov_ddl_list_born(since, &noted);
	GovLacking *lacking = palloc_extended(sizeof(GovLacking) * ((Size) noted + 1), MCXT_ALLOC_HUGE);

	*count = 0;
	for (int i = 0; i < noted; i++)
	{
		GovLackOfObject lack = {.count = 0};

		CHECK_FOR_INTERRUPTS();
		if (!gov_lack_look_at(coverage, ids[i], &lack))
			continue;
		lacking[(*count)++] = (GovLacking) {
			ids[i], psprintf("%s \"%s\"", GOV_LACK_TEXT(coverage->object.type_text), GOV_LACK_TEXT(coverage->object.ref_text))
		};
	}
	qsort(lacking, *count, sizeof(GovLacking), gov_lack_compare);
	return lacking;
}

/* The hint: the calls that would help. */
static char *
gov_lack_hint(List *calls)
{
	StringInfoData hint;
	ListCell   *cell;

	initStringInfo(&hint);
	appendStringInfoString(&hint, "In the same transaction, before or after what creates them:");
	foreach(cell, calls)
		appendStringInfo(&hint, "\n%s;", (char *) lfirst(cell));
	appendStringInfoString(&hint, "\nWho owns a schema answers for all that is in it; gov_own of one object is for that alone.");
	return hint.data;
}

/* What an object lacks, in words. */
static char *
gov_lack_words(const GovLackOfObject *lack)
{
	StringInfoData words;
	const char *between = "";

	initStringInfo(&words);
	gov_lack_append(&words, &between, "nobody answers for", lack->owners);
	gov_lack_append(&words, &between, "held in quarantine is", lack->held);
	gov_lack_append(&words, &between, "no assignment on", lack->assignments);
	return words.data;
}

/* Says of the first objects what they lack, and what would help. */
static void
gov_lack_describe(GovCoverage *coverage, const GovLacking *lacking, GovLack *found)
{
	List	   *calls = NIL;

	found->names = palloc_extended(sizeof(char *) * (Size) found->count, MCXT_ALLOC_HUGE);
	found->lacks = palloc0(sizeof(char *) * GOV_LACK_OBJECTS);
	for (int i = 0; i < found->count; i++)
		found->names[i] = lacking[i].name;
	for (int i = 0; i < Min(found->count, GOV_LACK_OBJECTS); i++)
	{
		GovLackOfObject lack = {.named = true, .calls = &calls};

		(void) gov_lack_look_at(coverage, lacking[i].object_id, &lack);
		found->lacks[i] = gov_lack_words(&lack);
	}
	found->hint = gov_lack_hint(calls);
}

/* What was found, for a message: a line for each of the first objects. */
char *
gov_lack_detail(const GovLack *found)
{
	StringInfoData detail;

	initStringInfo(&detail);
	for (int i = 0; i < Min(found->count, GOV_LACK_OBJECTS); i++)
		appendStringInfo(&detail, "%s%s: %s", i > 0 ? "\n" : "", found->names[i], found->lacks[i]);
	if (found->count > GOV_LACK_OBJECTS)
		appendStringInfo(&detail, "\nand %d more", found->count - GOV_LACK_OBJECTS);
	appendStringInfoChar(&detail, '.');
	return detail.data;
}

/* Looks, read-only, with the rights of the owner. */
void
gov_lack_look(void *arg)
{
	GovLack    *found = arg;
	GovSecurity saved;
	GovCoverage *coverage;
	GovLacking *lacking;

	gov_security_enter(&saved, gov_extension_owner(), false);
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	coverage = gov_coverage_open_narrow_at(GetActiveSnapshot(), true, true, GetCurrentTimestamp());
	coverage->filter.gaps_only = true;
	lacking = gov_lack_find(coverage, found->since, &found->count);
	if (found->count > 0)
		gov_lack_describe(coverage, lacking, found);
	gov_coverage_close(coverage);
	PopActiveSnapshot();
	gov_security_leave(&saved);
}
