/*-------------------------------------------------------------------------
 *
 * engine/class.c
 *	  Which rules are about an object, where that depends on more than its
 *	  type.
 *
 * A rule may have a scope: a container, of which it is about the object itself
 * and all that lives in it; a pattern of references; and whether it is about
 * parts.  A part is a table, foreign table or sequence that lives in a table
 * or foreign table: a partition, or the sequence of a column.  Without a scope
 * a rule is not about parts: what they are part of answers for them.  "leaves"
 * are what no partitions live in, partitions themselves among them.  A retired
 * container counts for nothing, here as in engine/resolve.c.
 *
 * Objects of one type that the same rules are about are of one class.  Its
 * code is that of the type, a zero byte, which no type has, and a bit per rule
 * of the model; so every process that counts gives it the same name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation_d.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "server/progress.h"
#include "engine/class.h"

/* Begins, with the containers that there are. */
void
gov_class_open(GovClasses *classes, GovContainers *containers)
{
	memset(classes, 0, sizeof(GovClasses));
	classes->containers = containers;
}

/* Ends. */
void
gov_class_close(GovClasses *classes)
{
	if (classes->open)
		gov_index_close(&classes->children);
	classes->open = false;
}

/* Opens the index of what lives in objects, for as long as containers are known. */
static void
gov_class_open_children(GovClasses *classes)
{
	MemoryContext old = MemoryContextSwitchTo(classes->containers->context);

	gov_index_open(&classes->children, &classes->containers->objects, "gov_object_container_idx");
	classes->open = true;
	MemoryContextSwitchTo(old);
}

/* Has an object partitions?  Looked up where a rule asks for leaves alone. */
static bool
gov_class_has_partitions(GovClasses *classes, int64 object_id)
{
	bool		found = false;

	if (!classes->open)
		gov_class_open_children(classes);
	gov_index_find_int8(&classes->children, object_id);
	while (!found && gov_index_next(&classes->children, 0))
	{
		GovObjectRow child;

		gov_progress_tick();
		gov_object_read(gov_slot_row(classes->children.slot), &child);
		found = child.live && gov_type_holds_parts(child.type);
	}
	return found;
}

/* Is a rule that is for an object's type about the object? */
static bool
gov_class_has_rule(GovClasses *classes, const GovObjectRow *object, int type, int container, int number)
{
	GovContainers *containers = classes->containers;
	const GovRuleEntry *rule = &containers->model->rules[number];

	if (rule->parts == GOV_PARTS_PARENTS && gov_class_is_part(containers, type, container))
		return false;
	if (rule->container != 0 && rule->container != object->object_id &&
		(container == GOV_NONE || !bms_is_member(number, containers->items[container].scopes)))
		return false;
	if (rule->pattern != NULL &&
		!DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID, PointerGetDatum(object->ref),
											  PointerGetDatum(rule->pattern))))
		return false;
	return rule->parts != GOV_PARTS_LEAVES || !containers->model->types[type].holds_parts ||
		!gov_class_has_partitions(classes, object->object_id);
}

/* The code of the class of an object of a type that is scoped. */
Datum
gov_class_of(GovClasses *classes, const GovObjectRow *object, int type, int container)
{
	GovModel   *model = classes->containers->model;
	const text *code = model->types[type].code;
	Size		length = VARSIZE_ANY_EXHDR(code);
	Size		bytes = VARHDRSZ + length + 1 + (model->nrules + 7) / 8;
	char	   *bits;

	if (classes->key == NULL || VARSIZE(classes->key) < bytes)
	{
		if (classes->key != NULL)
			pfree(classes->key);
		classes->key = MemoryContextAlloc(model->context, bytes);
	}
	SET_VARSIZE(classes->key, bytes);
	memset(VARDATA(classes->key), 0, bytes - VARHDRSZ);
	memcpy(VARDATA(classes->key), VARDATA_ANY(code), length);
	bits = VARDATA(classes->key) + length + 1;
	for (int i = 0; i < model->nrules; i++)
		if (model->types[type].applies[i] && gov_class_has_rule(classes, object, type, container, i))
			bits[i / 8] |= 1 << (i % 8);
	return PointerGetDatum(classes->key);
}
