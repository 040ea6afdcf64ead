/*-------------------------------------------------------------------------
 *
 * engine/model.c
 *	  Axes, values, authorities, rules and value anchors, as numbered arrays.
 *
 * These are small next to objects and assignments; they are read whole, once
 * per query, so that the engine's inner loops compare numbers, never texts.
 * Axes and values are numbered in the byte order of their codes; the slots
 * (active values of active axes) of one axis are contiguous.
 *
 * A look-up of few objects must not pay for an axis of very many values.  Its
 * model is narrow: a value is fetched with its anchor, by index, when it is
 * first asked for, and numbered then; so are its parents, as far up as the
 * nearest anchor.  An axis all of whose values are required is loaded whole.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/args.h"
#include "server/progress.h"
#include "server/row.h"
#include "server/table.h"
#include "trust/columns.h"
#include "registry/columns.h"
#include "registry/in_force.h"
#include "engine/model.h"
#include "engine/names.h"

/* Copies a text column of the current row, NULL for NULL. */
static text *
gov_model_copy(GovModel *model, TupleTableSlot *slot, int column)
{
	MemoryContext old;
	text	   *copy;

	if (gov_slot_isnull(slot, column))
		return NULL;
	old = MemoryContextSwitchTo(model->context);
	copy = DatumGetTextPCopy(gov_slot_value(slot, column));
	MemoryContextSwitchTo(old);
	return copy;
}

/* Is a text column of the current row this word? */
static bool
gov_model_is(TupleTableSlot *slot, int column, const char *word)
{
	return gov_text_is(DatumGetTextPP(gov_slot_value(slot, column)), word);
}

/* Are two texts the same, byte for byte? */
static inline bool
gov_text_equal(const text *a, const text *b)
{
	uint32		length = VARSIZE_ANY_EXHDR(a);

	return VARSIZE_ANY_EXHDR(b) == length &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), length) == 0;
}

/* Makes room for one more element of an array of the model. */
#define GOV_APPEND(model, array, count) \
	(((count) & ((count) - 1)) == 0 \
	 ? ((array) = (count) == 0 \
		? MemoryContextAllocZero((model)->context, sizeof(*(array))) \
		: repalloc_huge((array), sizeof(*(array)) * (count) * 2)) \
	 : (array), \
	 &(array)[(count)++])

/* How the values of a narrow model are fetched. */
typedef struct GovFetch
{
	GovTable	values;
	GovTable	ownerships;
	GovIndex	by_axis;		/* values */
	GovIndex	by_code;
	GovIndex	anchors_of_axis;	/* value anchors */
	GovIndex	anchors_of_value;
} GovFetch;

/* Reads gov_authority. */
static void
gov_model_load_authorities(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_authority", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_AUTHORITY_STATUS))
	{
		GovAuthorityEntry *authority = GOV_APPEND(model, model->authorities, model->nauthorities);

		authority->code = gov_model_copy(model, table.slot, GOV_COL_AUTHORITY_AUTHORITY);
		authority->active = gov_model_is(table.slot, GOV_COL_AUTHORITY_STATUS, "active");
		gov_names_add(model->names, model->images, gov_name(GOV_NAME_AUTHORITY, authority->code),
					  model->nauthorities - 1);
	}
	gov_table_close(&table);
}

/* Order of axes, for qsort. */
static int
gov_axis_compare(const void *a, const void *b)
{
	return gov_text_compare(((const GovAxisEntry *) a)->code, ((const GovAxisEntry *) b)->code);
}

/* Reads gov_axis; needs the authorities. */
static void
gov_model_load_axes(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_axis", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_AXIS_IS_CONTAINMENT))
	{
		GovAxisEntry *axis = GOV_APPEND(model, model->axes, model->naxes);

		memset(axis, 0, sizeof(GovAxisEntry));
		axis->code = gov_model_copy(model, table.slot, GOV_COL_AXIS_AXIS);
		axis->active = gov_model_is(table.slot, GOV_COL_AXIS_STATUS, "active");
		axis->is_containment = DatumGetBool(gov_slot_value(table.slot, GOV_COL_AXIS_IS_CONTAINMENT));
		axis->fallback_code = gov_model_copy(model, table.slot, GOV_COL_AXIS_FALLBACK);
		axis->fallback = GOV_NONE;
		if (axis->fallback_code != NULL)
		{
			int			number = gov_model_authority(model, PointerGetDatum(axis->fallback_code));

			if (number != GOV_NONE && model->authorities[number].active)
				axis->fallback = number;
		}
	}
	gov_table_close(&table);

	if (model->naxes > 1)
		qsort(model->axes, model->naxes, sizeof(GovAxisEntry), gov_axis_compare);
	for (int i = 0; i < model->naxes; i++)
		gov_names_add(model->names, model->images, gov_name(GOV_NAME_AXIS, model->axes[i].code), i);
}

/* Order of values: by axis, then by code, for qsort. */
static int
gov_value_compare(const void *a, const void *b)
{
	const GovValueEntry *va = a;
	const GovValueEntry *vb = b;

	if (va->axis != vb->axis)
		return va->axis - vb->axis;
	return gov_text_compare(va->code, vb->code);
}

/* Adds the row of gov_axis_value in a slot to the values of an axis. */
static void
gov_model_add_value(GovModel *model, TupleTableSlot *slot, int axis)
{
	GovValueEntry *value = GOV_APPEND(model, model->values, model->nvalues);

	value->code = gov_model_copy(model, slot, GOV_COL_VALUE_VALUE);
	value->parent_code = gov_model_copy(model, slot, GOV_COL_VALUE_PARENT);
	value->object_id = gov_slot_isnull(slot, GOV_COL_VALUE_OBJECT) ? 0 :
		DatumGetInt64(gov_slot_value(slot, GOV_COL_VALUE_OBJECT));
	value->axis = axis;
	value->parent = value->slot = value->anchor = GOV_NONE;
	value->nearest = GOV_UNKNOWN;
	value->status =
		gov_model_is(slot, GOV_COL_VALUE_STATUS, "active") ? GOV_VALUE_ACTIVE :
		gov_model_is(slot, GOV_COL_VALUE_STATUS, "candidate") ? GOV_VALUE_CANDIDATE :
		gov_model_is(slot, GOV_COL_VALUE_STATUS, "deprecated") ? GOV_VALUE_DEPRECATED :
		GOV_VALUE_RETIRED;
}

/*
 * Reads the rows of gov_axis_value, in no order yet.  Foreign keys do not
 * hold where session_replication_role switched them off (a subscriber that
 * has not got every table yet): a value without its axis is passed over.
 */
static void
gov_model_read_values(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_axis_value", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_VALUE_OBJECT))
	{
		int			axis = gov_model_axis(model, gov_slot_value(table.slot, GOV_COL_VALUE_AXIS));

		gov_progress_tick();
		if (axis != GOV_NONE)
			gov_model_add_value(model, table.slot, axis);
	}
	gov_table_close(&table);
}

/* Sees to it that there are so many places for images. */
static void
gov_images_make_room(GovModel *model, uint64 places)
{
	if (model->images->size < places)
		gov_images_grow(model->images, pg_nextpower2_64(places));
}

/* Names a value that was read, and gives it a slot if it and its axis are active. */
static void
gov_model_place_value(GovModel *model, int number)
{
	GovValueEntry *value = &model->values[number];
	GovAxisEntry *axis = &model->axes[value->axis];
	GovSlot    *slot;

	gov_names_add(model->names, model->images, gov_name_pair(GOV_NAME_VALUE, axis->code, value->code), number);
	if (value->status != GOV_VALUE_ACTIVE || !axis->active)
		return;
	slot = GOV_APPEND(model, model->slots, model->nslots);
	value->slot = model->nslots - 1;
	slot->value = number;
	slot->axis = value->axis;
	slot->anchor_value = GOV_UNKNOWN;
	if (axis->nslots++ == 0)
		axis->first_slot = value->slot;
}

/*
 * Numbers the values from "first" on, which belong to axes that are loaded
 * whole, and their slots; makes out their parents.
 */
static void
gov_model_place_values(GovModel *model, int first)
{
	int			count = model->nvalues - first;

	gov_images_make_room(model, (uint64) model->nvalues * 4);
	if (count > 1)
		qsort(model->values + first, count, sizeof(GovValueEntry), gov_value_compare);
	for (int i = first; i < model->nvalues; i++)
	{
		gov_progress_tick();
		gov_model_place_value(model, i);
	}
	for (int i = first; i < model->nvalues; i++)
	{
		GovValueEntry *value = &model->values[i];

		gov_progress_tick();
		if (value->parent_code != NULL)
			value->parent = gov_model_value(model,
											PointerGetDatum(model->axes[value->axis].code),
											PointerGetDatum(value->parent_code));
	}
}

/*
 * Reads a row of gov_ownership; false unless it is in force (active, of an
 * active authority, now in [effective_from, effective_to)) and of a kind
 * that decides a cell: accountable or waiver.
 */
bool
gov_ownership_read(GovModel *model, HeapTuple tuple, GovOwnershipInForce *ownership)
{
	GovRow		row = gov_row(tuple);
	TimestampTz from;
	TimestampTz to;
	text	   *kind;
	text	   *authority;
	bool		active;

	(void) gov_row_int8_set(&row);	/* ownership_id */
	if (!gov_row_int8(&row, &ownership->object_id))
		ownership->object_id = 0;
	from = gov_row_int8_set(&row);
	if (!gov_row_int8(&row, &to))
		to = DT_NOEND;
	/* the period is the first column, and excludes most rows */
	if (!gov_period_holds(from, to, model->now))
		return false;
	(void) gov_row_int8_set(&row);	/* created_at */
	(void) gov_row_bool(&row, &ownership->inherits);
	ownership->axis = gov_row_text(&row);
	ownership->value = gov_row_text(&row);
	kind = gov_row_text(&row);
	authority = gov_row_text(&row);
	active = gov_text_is(gov_row_text(&row), "active");
	if (!active)
		return false;
	ownership->waiver = gov_text_is(kind, "waiver");
	if (!ownership->waiver && !gov_text_is(kind, "accountable"))
		return false;
	ownership->authority = gov_model_authority(model, PointerGetDatum(authority));
	return gov_ownership_is_in_force(from, to, active, ownership->authority != GOV_NONE &&
									 model->authorities[ownership->authority].active, model->now);
}

/* Gives values the anchors in force that a probe of gov_ownership finds. */
static void
gov_model_take_anchors(GovModel *model, GovIndex *index)
{
	while (gov_index_next(index, 0))
	{
		GovOwnershipInForce row;
		int			value;

		gov_progress_tick();
		if (!gov_ownership_read(model, gov_slot_row(index->slot), &row) || row.waiver)
			continue;
		value = gov_names_read(model->names, model->images, GOV_NAME_VALUE, PointerGetDatum(row.axis), PointerGetDatum(row.value));
		if (value != GOV_NONE)
			model->values[value].anchor = row.authority;
	}
}

/* Reads the value anchors in force: ownership rows without an object. */
static void
gov_model_load_anchors(GovModel *model, Snapshot snapshot)
{
	GovTable	table;
	GovIndex	index;

	gov_table_open(&table, "gov_ownership", snapshot);
	gov_index_open(&index, &table, "gov_ownership_cell_idx");
	gov_index_find_null(&index);
	gov_model_take_anchors(model, &index);
	gov_index_close(&index);
	gov_table_close(&table);
}

/* The number of a value's parent, in whatever state that is; GOV_NONE at a root. */
int
gov_model_parent(GovModel *model, int value)
{
	const GovValueEntry *entry = &model->values[value];
	int			parent = entry->parent;

	if (parent == GOV_NONE && entry->parent_code != NULL)
	{
		parent = gov_model_value(model, PointerGetDatum(model->axes[entry->axis].code),
								 PointerGetDatum(entry->parent_code));
		model->values[value].parent = parent;	/* the array may have moved */
	}
	return parent;
}

/*
 * Finds the nearest of a value and its parents that has an anchor.  What is
 * found is noted at every value on the way: so the values of a chain cost one
 * step each, not as many as are above them.  A climb longer than there are
 * values would be a cycle, which the database refuses; it ends all the same.
 */
static void
gov_model_find_nearest(GovModel *model, int start)
{
	int			value = start;
	int			steps = 0;
	int			nearest = GOV_NONE;
	int			up = 0;

	while (value != GOV_NONE && steps <= model->nvalues &&
		   model->values[value].nearest == GOV_UNKNOWN && model->values[value].anchor == GOV_NONE)
	{
		gov_progress_tick();
		value = gov_model_parent(model, value);
		steps++;
	}
	if (value != GOV_NONE && model->values[value].anchor != GOV_NONE)
	{
		model->values[value].nearest = nearest = value;
		model->values[value].nearest_up = 0;
	}
	else if (value != GOV_NONE && model->values[value].nearest != GOV_UNKNOWN)
	{
		nearest = model->values[value].nearest;
		up = model->values[value].nearest_up;
	}
	value = start;
	for (int i = 0; i < steps; i++)
	{
		model->values[value].nearest = nearest;
		model->values[value].nearest_up = up + steps - i;
		value = model->values[value].parent;
	}
}

/* Notes at a slot which anchor its value has nearest. */
void
gov_model_resolve_anchor(GovModel *model, int slot)
{
	int			value = model->slots[slot].value;

	if (model->values[value].nearest == GOV_UNKNOWN)
		gov_model_find_nearest(model, value);
	model->slots[slot].anchor_value = model->values[value].nearest;
	model->slots[slot].anchor_depth = model->values[value].nearest_up;
}

/* Prepares a model to fetch values. */
static void
gov_model_open_fetch(GovModel *model, Snapshot snapshot)
{
	MemoryContext old = MemoryContextSwitchTo(model->context);
	GovFetch   *fetch = palloc0(sizeof(GovFetch));

	gov_table_open(&fetch->values, "gov_axis_value", snapshot);
	gov_table_open(&fetch->ownerships, "gov_ownership", snapshot);
	gov_index_open_keys(&fetch->by_axis, &fetch->values, "gov_axis_value_pkey", 1);
	gov_index_open_keys(&fetch->by_code, &fetch->values, "gov_axis_value_pkey", 2);
	gov_index_open_keys(&fetch->anchors_of_axis, &fetch->ownerships, "gov_ownership_cell_idx", 2);
	gov_index_open_keys(&fetch->anchors_of_value, &fetch->ownerships, "gov_ownership_cell_idx", 3);
	model->fetch = fetch;
	MemoryContextSwitchTo(old);
}

/* Frees a model and what it holds open. */
void
gov_model_free(GovModel *model)
{
	GovFetch   *fetch = model->fetch;

	if (fetch != NULL)
	{
		gov_index_close(&fetch->anchors_of_value);
		gov_index_close(&fetch->anchors_of_axis);
		gov_index_close(&fetch->by_code);
		gov_index_close(&fetch->by_axis);
		gov_table_close(&fetch->ownerships);
		gov_table_close(&fetch->values);
	}
	MemoryContextDelete(model->context);
}

/*
 * Loads all values of an axis into a narrow model.  False when some of them
 * were fetched before: their slots lie elsewhere, and only a new model helps.
 */
bool
gov_model_widen(GovModel *model, int axis)
{
	GovFetch   *fetch = model->fetch;
	Datum		code = PointerGetDatum(model->axes[axis].code);
	int			first = model->nvalues;

	if (model->axes[axis].whole)
		return true;
	if (model->axes[axis].fetched)
		return false;
	gov_index_find_keys(&fetch->by_axis, &code);
	while (gov_index_next(&fetch->by_axis, GOV_COL_VALUE_OBJECT))
	{
		gov_progress_tick();
		gov_model_add_value(model, fetch->by_axis.slot, axis);
	}
	model->axes[axis].whole = true;
	gov_model_place_values(model, first);
	gov_index_find_keys(&fetch->anchors_of_axis, (Datum[]) {0, code});
	gov_model_take_anchors(model, &fetch->anchors_of_axis);
	return true;
}

/* Fetches a value that nobody asked for before, with its anchor; its number. */
static pg_noinline int
gov_model_fetch(GovModel *model, Datum axis_code, Datum value)
{
	GovFetch   *fetch = model->fetch;
	int			axis = gov_model_axis(model, axis_code);
	int			number = model->nvalues;

	if (axis == GOV_NONE || model->axes[axis].whole)
		return GOV_NONE;
	gov_index_find_keys(&fetch->by_code, (Datum[]) {axis_code, value});
	if (!gov_index_next(&fetch->by_code, GOV_COL_VALUE_OBJECT))
		return GOV_NONE;
	gov_model_add_value(model, fetch->by_code.slot, axis);
	model->axes[axis].fetched = true;
	gov_model_place_value(model, number);
	gov_index_find_keys(&fetch->anchors_of_value, (Datum[]) {0, axis_code, value});
	gov_model_take_anchors(model, &fetch->anchors_of_value);
	return number;
}

/* Order of rules by code, for qsort. */
static int
gov_rule_compare(const void *a, const void *b)
{
	return gov_text_compare(((const GovRuleEntry *) a)->code, ((const GovRuleEntry *) b)->code);
}

/* Takes the types that a rule applies to out of their array. */
static void
gov_rule_load_types(GovModel *model, GovRuleEntry *rule, Datum applies_to)
{
	MemoryContext old = MemoryContextSwitchTo(model->context);
	bool	   *nulls;
	int			count;

	deconstruct_array(DatumGetArrayTypePCopy(applies_to), TEXTOID, -1, false, TYPALIGN_INT,
					  &rule->applies_to, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			rule->applies_to[rule->napplies_to++] = rule->applies_to[i];
	MemoryContextSwitchTo(old);
}

/* Makes a pattern for LIKE of one of a scope: * is any letters, ? is one. */
static text *
gov_rule_like(GovModel *model, const text *pattern)
{
	Size		length = VARSIZE_ANY_EXHDR(pattern);
	const char *from = VARDATA_ANY(pattern);
	text	   *like = MemoryContextAlloc(model->context, VARHDRSZ + 2 * length);
	char	   *to = VARDATA(like);

	for (Size i = 0; i < length; i++)
	{
		if (from[i] == '*' || from[i] == '?')
			*to++ = from[i] == '*' ? '%' : '_';
		else
		{
			if (from[i] == '\\' || from[i] == '%' || from[i] == '_')
				*to++ = '\\';
			*to++ = from[i];
		}
	}
	SET_VARSIZE(like, to - (char *) like);
	return like;
}

/* Reads the scope of a rule. */
static void
gov_rule_load_scope(GovModel *model, GovRuleEntry *rule, TupleTableSlot *slot)
{
	rule->container = gov_slot_isnull(slot, GOV_COL_RULE_SCOPE_CONTAINER) ? 0 :
		DatumGetInt64(gov_slot_value(slot, GOV_COL_RULE_SCOPE_CONTAINER));
	rule->pattern = gov_slot_isnull(slot, GOV_COL_RULE_SCOPE_PATTERN) ? NULL :
		gov_rule_like(model, DatumGetTextPP(gov_slot_value(slot, GOV_COL_RULE_SCOPE_PATTERN)));
	rule->parts = gov_model_is(slot, GOV_COL_RULE_SCOPE_PARTS, "parents") ? GOV_PARTS_PARENTS :
		gov_model_is(slot, GOV_COL_RULE_SCOPE_PARTS, "leaves") ? GOV_PARTS_LEAVES : GOV_PARTS_ALL;
	rule->scoped = rule->container != 0 || rule->pattern != NULL || rule->parts != GOV_PARTS_PARENTS;
	model->asks_parts |= rule->parts != GOV_PARTS_PARENTS && !rule->cross_product;
}

/* Reads the active rules of active axes. */
static void
gov_model_load_rules(GovModel *model, Snapshot snapshot)
{
	GovTable	table;

	gov_table_open(&table, "gov_coverage_rule", snapshot);
	gov_table_start(&table);
	while (gov_table_next(&table, GOV_COL_RULE_SCOPE_PARTS))
	{
		int			axis = gov_model_axis(model, gov_slot_value(table.slot, GOV_COL_RULE_AXIS));
		GovRuleEntry *rule;

		gov_progress_tick();
		if (!gov_model_is(table.slot, GOV_COL_RULE_STATUS, "active") ||
			axis == GOV_NONE || !model->axes[axis].active)
			continue;
		model->axes[axis].rules++;
		rule = GOV_APPEND(model, model->rules, model->nrules);
		rule->code = gov_model_copy(model, table.slot, GOV_COL_RULE_RULE);
		rule->axis = axis;
		rule->cross_product = gov_model_is(table.slot, GOV_COL_RULE_MODE, "cross_product");
		rule->threshold = DatumGetFloat4(gov_slot_value(table.slot, GOV_COL_RULE_CONFIDENCE_THRESHOLD));
		rule->staleness_days = DatumGetInt32(gov_slot_value(table.slot, GOV_COL_RULE_STALENESS_DAYS));
		rule->napplies_to = 0;
		rule->every_type = gov_slot_isnull(table.slot, GOV_COL_RULE_APPLIES_TO);
		if (!rule->every_type)
			gov_rule_load_types(model, rule, gov_slot_value(table.slot, GOV_COL_RULE_APPLIES_TO));
		gov_rule_load_scope(model, rule, table.slot);
	}
	gov_table_close(&table);
	if (model->nrules > 1)
		qsort(model->rules, model->nrules, sizeof(GovRuleEntry), gov_rule_compare);
}

/* Begins a model in a context of its own under the current one: all but values and rules. */
static GovModel *
gov_model_begin(Snapshot snapshot, TimestampTz now)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "governance model",
												  ALLOCSET_DEFAULT_SIZES);
	GovModel *model = MemoryContextAllocZero(context, sizeof(GovModel));

	model->context = context;
	model->now = now;
	model->names = gov_names_create(context, 64, NULL);
	model->images = gov_images_create(context, 64, NULL);
	model->last_type = model->nothing = GOV_NONE;
	gov_model_load_authorities(model, snapshot);
	gov_model_load_axes(model, snapshot);
	return model;
}

/* Loads everything. */
GovModel *
gov_model_load(Snapshot snapshot)
{
	GovModel *model = gov_model_begin(snapshot, gov_now());

	for (int axis = 0; axis < model->naxes; axis++)
		model->axes[axis].whole = true;
	gov_model_read_values(model, snapshot);
	gov_model_place_values(model, 0);
	gov_model_load_anchors(model, snapshot);
	for (int slot = 0; slot < model->nslots; slot++)
		gov_model_resolve_anchor(model, slot);
	gov_model_load_rules(model, snapshot);
	return model;
}

/* Loads what a look-up needs at once, and all values of the axes given. */
GovModel *
gov_model_load_narrow(Snapshot snapshot, const Bitmapset *whole, TimestampTz now)
{
	GovModel *model = gov_model_begin(snapshot, now);

	gov_model_open_fetch(model, snapshot);
	for (int axis = 0; axis < model->naxes; axis++)
		if (bms_is_member(axis, whole))
			(void) gov_model_widen(model, axis);
	gov_model_load_rules(model, snapshot);
	return model;
}

/* Up to so many places, a table of images stays near the processor. */
#define GOV_IMAGES_NEAR		16384

/*
 * Prepares for very many look-ups of values: makes so much room for their
 * images, while that keeps them near, that most end at the first place they
 * look.
 */
void
gov_model_spread(GovModel *model)
{
	gov_images_make_room(model, Min((uint64) model->nvalues * 16, GOV_IMAGES_NEAR));
}

/* The number of an authority. */
int
gov_model_authority(GovModel *model, Datum code)
{
	return gov_names_read(model->names, model->images, GOV_NAME_AUTHORITY, code, code);
}

/* The number of an axis. */
int
gov_model_axis(GovModel *model, Datum code)
{
	return gov_names_find(model->names, gov_name(GOV_NAME_AXIS, DatumGetTextPP(code)));
}

/* The number of a value. */
int
gov_model_value(GovModel *model, Datum axis, Datum value)
{
	int			number = gov_names_read(model->names, model->images, GOV_NAME_VALUE, axis, value);

	if (number == GOV_NONE && model->fetch != NULL)
		number = gov_model_fetch(model, axis, value);
	return number;
}

/* Does a rule apply to a type of objects? */
static bool
gov_rule_applies(const GovRuleEntry *rule, const text *type)
{
	bool		found = rule->every_type;

	for (int i = 0; i < rule->napplies_to && !found; i++)
		found = gov_text_equal(DatumGetTextPP(rule->applies_to[i]), type);
	return found;
}

/* Is a type's code, of so many bytes, this word? */
static bool
gov_type_is(const char *code, Size length, const char *word)
{
	return length == strlen(word) && memcmp(code, word, length) == 0;
}

/* Are tables and sequences that live in an object of this type parts of it? */
bool
gov_type_holds_parts(const text *code)
{
	return gov_type_is(VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code), "table") ||
		gov_type_is(VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code), "foreign table");
}

/*
 * Works out what of a type may be a part, and of what; the bits of a class,
 * NULL for a type.  governance_internal.gov_object_part says the same in SQL.
 */
static const char *
gov_type_describe(GovType *type)
{
	const char *code = VARDATA_ANY(type->code);
	Size		length = VARSIZE_ANY_EXHDR(type->code);
	const char *zero = memchr(code, 0, length);
	Size		plain = zero == NULL ? length : (Size) (zero - code);

	type->holds_parts = gov_type_is(code, plain, "table") || gov_type_is(code, plain, "foreign table");
	type->is_part = type->holds_parts || gov_type_is(code, plain, "sequence");
	return zero == NULL ? NULL : zero + 1;
}

/* Is a rule among the bits of a class?  One of which nothing is asked has none. */
static bool
gov_type_has_rule(const GovType *type, const char *bits, int rule)
{
	const char *end = (const char *) VARDATA_ANY(type->code) + VARSIZE_ANY_EXHDR(type->code);

	return bits + rule / 8 < end && (bits[rule / 8] >> (rule % 8) & 1) != 0;
}

/* Works out, once per type or class, what the rules ask of it. */
static void
gov_model_fill_type(GovModel *model, GovType *type)
{
	const char *bits = gov_type_describe(type);

	type->demands = MemoryContextAllocZero(model->context, sizeof(GovDemand) * (model->naxes + 1));
	type->applies = MemoryContextAllocZero(model->context, sizeof(bool) * (model->nrules + 1));
	for (int axis = 0; axis < model->naxes; axis++)
		type->demands[axis].stale_before = DT_NOBEGIN;
	for (int i = 0; i < model->nrules; i++)
	{
		GovRuleEntry *rule = &model->rules[i];
		GovDemand  *demand = &type->demands[rule->axis];

		type->applies[i] = bits != NULL ? gov_type_has_rule(type, bits, i) : gov_rule_applies(rule, type->code);
		if (!type->applies[i])
			continue;
		type->scoped |= bits == NULL && rule->scoped;
		type->has_parts |= bits == NULL && type->is_part;
		if (rule->cross_product)
		{
			demand->cross_product = true;
			continue;
		}
		demand->per_assignment = true;
		demand->per_assignment_rules++;
		demand->threshold = Max(demand->threshold, rule->threshold);
		if (rule->staleness_days > 0 &&
			(demand->staleness_days == 0 || rule->staleness_days < demand->staleness_days))
			demand->staleness_days = rule->staleness_days;
		/* days that reach back beyond the beginning of time make nothing stale */
		if (demand->staleness_days > 0 &&
			demand->staleness_days < (model->now - MIN_TIMESTAMP) / USECS_PER_DAY)
			demand->stale_before = model->now - (int64) demand->staleness_days * USECS_PER_DAY;
	}
}

/* The number of a type of objects; GOV_NONE for one not met before. */
int
gov_model_find_type(GovModel *model, Datum code)
{
	text	   *type = DatumGetTextPP(code);

	/* rows of one type mostly come together */
	if (model->last_type == GOV_NONE || !gov_text_equal(model->types[model->last_type].code, type))
		model->last_type = gov_names_find(model->names, gov_name(GOV_NAME_TYPE, type));
	gov_text_done(code, type);
	return model->last_type;
}

/* Remembers what rows hold of a type that is one of the first. */
static void
gov_model_first_type(GovModel *model, int number)
{
	const text *code = model->types[number].code;
	char		row[sizeof(GovTypeImage)] = {0};

	if (number >= GOV_FIRST_TYPES || VARSIZE_ANY_EXHDR(code) >= sizeof(row) ||
		memchr(VARDATA_ANY(code), 0, VARSIZE_ANY_EXHDR(code)) != NULL)
		return;
	(void) gov_image_put(row, VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code));
	(void) gov_type_image(&model->first_types[number], (text *) row);
}

/* The number of a type of objects; a new one is added. */
int
gov_model_type(GovModel *model, Datum code)
{
	int			number = gov_model_find_type(model, code);

	if (number == GOV_NONE)
	{
		GovType    *entry = GOV_APPEND(model, model->types, model->ntypes);
		MemoryContext old = MemoryContextSwitchTo(model->context);

		number = model->ntypes - 1;
		memset(entry, 0, sizeof(GovType));
		entry->code = DatumGetTextPCopy(code);
		gov_model_fill_type(model, entry);
		MemoryContextSwitchTo(old);
		gov_names_add(model->names, model->images, gov_name(GOV_NAME_TYPE, entry->code), number);
		gov_model_first_type(model, number);
	}
	return number;
}

/* The class of objects of which nothing is asked. */
int
gov_model_nothing(GovModel *model)
{
	if (model->nothing == GOV_NONE)
		model->nothing = gov_model_type(model, PointerGetDatum(cstring_to_text_with_len("", 1)));
	return model->nothing;
}
