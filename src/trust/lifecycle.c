/*-------------------------------------------------------------------------
 *
 * trust/lifecycle.c
 *	  The allowed moves of states, enforced for every writer.
 *
 * One constant table holds every allowed move.  The functions that change
 * facts ask it before they write, the trigger gov_lifecycle_guard asks it for
 * every other UPDATE that reaches a table, and the view gov_transition shows
 * it.
 *
 * Only moves are checked.  An INSERT may bring a row in any state, because a
 * restored dump brings all of them, except that once gates are armed what is
 * active at once needs the approval of that move; an UPDATE that leaves the state as it is
 * is no move.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "server/args.h"
#include "server/errors.h"
#include "server/extension.h"
#include "server/spi.h"
#include "ledger/origin.h"
#include "trust/authorities.h"
#include "trust/gates.h"
#include "trust/lifecycle.h"

PG_FUNCTION_INFO_V1(gov_lifecycle_guard);
PG_FUNCTION_INFO_V1(gov_lifecycle_alter_guard);
PG_FUNCTION_INFO_V1(gov_transitions);

/* One allowed move. */
typedef struct GovTransition
{
	const char *thing;
	const char *from_status;
	const char *to_status;
	const char *acts;			/* functions that make it, NULL: none alone */
	const char *gate;			/* action whose approval it needs once gates
								 * are armed, NULL: open */
	bool		agents;			/* may the session of an agent make it? */
} GovTransition;

static const GovTransition transitions[] = {
	{"axis", "candidate", "active", "gov_set_axis_status", "activate_axis", true},
	{"axis", "candidate", "retired", "gov_set_axis_status", NULL, true},
	{"axis", "active", "deprecated", "gov_set_axis_status", NULL, true},
	{"axis", "deprecated", "active", "gov_set_axis_status", "activate_axis", true},
	{"axis", "deprecated", "retired", "gov_set_axis_status", NULL, true},

	{"value", "candidate", "active", "gov_ratify", "ratify_value", false},
	{"value", "candidate", "retired", "gov_retire", "retire_value", true},
	{"value", "active", "deprecated", "gov_deprecate", "retire_value", true},
	{"value", "deprecated", "active", "gov_reinstate", "ratify_value", false},
	{"value", "deprecated", "retired", "gov_retire", "retire_value", true},

	{"assignment", "quarantine", "candidate", "gov_set_zone", NULL, true},
	{"assignment", "candidate", "approved", "gov_set_zone", NULL, false},
	{"assignment", "candidate", "quarantine", "gov_set_zone", NULL, true},
	{"assignment", "approved", "quarantine", "gov_set_zone", NULL, true},

	{"ownership", "active", "superseded", "gov_own, gov_transfer", NULL, true},
	{"ownership", "active", "revoked", "gov_disown", NULL, true},
	{"ownership", "active", "expired", "gov_reconcile", NULL, true},

	{"rule", "candidate", "active", "gov_set_rule_status", "activate_axis", true},
	{"rule", "active", "retired", "gov_set_rule_status", NULL, true},

	{"approval", "pending", "approved", NULL, NULL, false},
	{"approval", "pending", "rejected", NULL, NULL, true},
	{"approval", "pending", "withdrawn", NULL, NULL, true},
	{"approval", "pending", "expired", NULL, NULL, true},
	{"approval", "approved", "consumed", NULL, NULL, true},
	{"approval", "approved", "expired", NULL, NULL, true},
};

/* Where the state of a thing is kept, and how to name one of them. */
typedef struct GovGoverned
{
	const char *thing;
	const char *words;			/* what people call it */
	const char *state;			/* column of the state */
	const char *key;			/* column that names it */
	const char *axis;			/* column of the axis it belongs to, or NULL */
	const char *stamp;			/* column that notes the time of a move, or
								 * NULL */
} GovGoverned;

static const GovGoverned governed[] = {
	{"axis", "axis", "status", "axis", NULL, NULL},
	{"value", "value", "status", "value", "axis", "status_changed_at"},
	{"assignment", "assignment", "zone", "assignment_id", NULL, NULL},
	{"ownership", "ownership", "status", "ownership_id", NULL, NULL},
	{"rule", "coverage rule", "status", "rule", NULL, NULL},
	{"approval", "approval", "status", "approval", NULL, NULL},
};

/* How a kind of thing is kept; raises for a word that is none. */
static const GovGoverned *
gov_lifecycle_governed(const char *thing)
{
	for (int i = 0; i < (int) lengthof(governed); i++)
	{
		if (strcmp(governed[i].thing, thing) == 0)
			return &governed[i];
	}
	elog(ERROR, "unknown thing \"%s\"", thing);
}

/* Does a list of functions hold this one?  NULL asks for any. */
static bool
gov_lifecycle_made_by(const char *acts, const char *act)
{
	size_t		length;

	if (act == NULL)
		return true;
	length = strlen(act);
	for (const char *p = acts; p != NULL && (p = strstr(p, act)) != NULL; p += length)
	{
		if ((p == acts || p[-1] == ' ') && (p[length] == '\0' || p[length] == ','))
			return true;
	}
	return false;
}

/* The move in the table, NULL when it is not allowed (by this function). */
static const GovTransition *
gov_lifecycle_find(const char *thing, const char *from_status, const char *to_status, const char *act)
{
	for (int i = 0; i < (int) lengthof(transitions); i++)
	{
		const GovTransition *move = &transitions[i];

		if (strcmp(move->thing, thing) == 0 &&
			strcmp(move->from_status, from_status) == 0 &&
			strcmp(move->to_status, to_status) == 0 &&
			gov_lifecycle_made_by(move->acts, act))
			return move;
	}
	return NULL;
}

/* Does a move lead on from this state by the function "act"? */
bool
gov_lifecycle_leads_on(const char *thing, const char *from_status, const char *act)
{
	for (int i = 0; i < (int) lengthof(transitions); i++)
	{
		if (strcmp(transitions[i].thing, thing) == 0 && strcmp(transitions[i].from_status, from_status) == 0 &&
			gov_lifecycle_made_by(transitions[i].acts, act))
			return true;
	}
	return false;
}

/* What may follow a state, for people: "active (gov_ratify), ..." or "none, ...". */
static char *
gov_lifecycle_allowed(const char *thing, const char *from_status)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(transitions); i++)
	{
		const GovTransition *move = &transitions[i];

		if (strcmp(move->thing, thing) != 0 || strcmp(move->from_status, from_status) != 0)
			continue;
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", move->to_status);
		if (move->acts != NULL)
			appendStringInfo(&list, " (%s)", move->acts);
	}
	if (list.len == 0)
		appendStringInfo(&list, "none, it is final");
	return list.data;
}

/*
 * The move that was judged last, for whom, and in which transaction: an act
 * judges before it writes, and the guard of the table takes that once instead
 * of judging again.  A judgement depends on nothing else: the table of moves
 * is constant, and approvals are looked at apart.
 */
static struct
{
	const GovTransition *move;	/* NULL: none, or it was taken */
	Oid			login;
	TimestampTz transaction;
}			judged;

/* Notes the move that was judged. */
static void
gov_lifecycle_note(const GovTransition *move)
{
	judged.move = move;
	judged.login = GetSessionUserId();
	judged.transaction = GetCurrentTransactionStartTimestamp();
}

/* Takes the move that an act has judged, if it is this one; else NULL. */
static const GovTransition *
gov_lifecycle_take(const char *thing, const char *from_status, const char *to_status)
{
	const GovTransition *move = judged.move;

	judged.move = NULL;
	if (move == NULL || judged.login != GetSessionUserId() ||
		judged.transaction != GetCurrentTransactionStartTimestamp() ||
		strcmp(move->thing, thing) != 0 || strcmp(move->from_status, from_status) != 0 ||
		strcmp(move->to_status, to_status) != 0)
		return NULL;
	return move;
}

/* Finds a move that this session may make by "act"; raises when there is none. */
static const GovTransition *
gov_lifecycle_judge(const char *thing, const char *label, const char *from_status,
					const char *to_status, const char *act)
{
	const GovTransition *move = gov_lifecycle_find(thing, from_status, to_status, act);

	if (move == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_GOV_TRANSITION_REFUSED),
				 strcmp(from_status, to_status) == 0
				 ? errmsg("%s is already %s", label, to_status)
				 : gov_lifecycle_find(thing, from_status, to_status, NULL) != NULL
				 ? errmsg("%s cannot go from %s to %s by %s", label, from_status, to_status, act)
				 : errmsg("%s cannot go from %s to %s", label, from_status, to_status),
				 errhint("Allowed from %s: %s.", from_status,
						 gov_lifecycle_allowed(thing, from_status))));
	if (!move->agents)
		gov_ensure_not_agent(psprintf("make %s %s", label, to_status));
	return move;
}

/* Raises unless a move stands in the table; what it says is in the header. */
void
gov_ensure_transition(const char *thing, const char *label, const char *from_status,
					  const char *to_status, const char *act)
{
	gov_lifecycle_note(gov_lifecycle_judge(thing, label, from_status, to_status, act));
}

/* A column of a row, which is text or bigint, as text; NULL when it is. */
static char *
gov_lifecycle_column(Relation rel, HeapTuple row, const char *column)
{
	AttrNumber	attnum = gov_column_number(rel, column);
	bool		isnull;
	Datum		value = heap_getattr(row, attnum, RelationGetDescr(rel), &isnull);

	if (isnull)
		return NULL;
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->atttypid == INT8OID)
		return psprintf(INT64_FORMAT, DatumGetInt64(value));
	return TextDatumGetCString(value);
}

/* Names the thing in a row: value "x" of axis "a", assignment "7". */
static char *
gov_lifecycle_label(const GovGoverned *what, Relation rel, HeapTuple row)
{
	char	   *key = gov_lifecycle_column(rel, row, what->key);

	if (what->axis == NULL)
		return psprintf("%s \"%s\"", what->words, key);
	return psprintf("%s \"%s\" of axis \"%s\"", what->words, key,
					gov_lifecycle_column(rel, row, what->axis));
}

/*
 * A gated move made behind the functions' back needs an approval as well: one
 * that this transaction used up for the same thing.
 */
static void
gov_lifecycle_ensure_gate(const char *gate, const GovGoverned *what,
						  Relation rel, HeapTuple row, const char *label)
{
	GovJson		fields;

	if (gate == NULL)
		return;
	gov_json_begin(&fields);
	if (what->axis != NULL)
		gov_json_text(&fields, what->axis, gov_lifecycle_column(rel, row, what->axis));
	gov_json_text(&fields, what->key, gov_lifecycle_column(rel, row, what->key));
	gov_gate_ensure_passed(gate, gov_json_end(&fields), label);
}

/*
 * What comes by hand and is active at once has skipped the move from
 * candidate, and needs what that needs.  Rows that a dump brings back pass.
 */
static Datum
gov_lifecycle_guard_birth(const GovGoverned *what, Relation rel, HeapTuple row)
{
	const GovTransition *move = gov_lifecycle_find(what->thing, "candidate", gov_lifecycle_column(rel, row, what->state), NULL);

	if (move != NULL && gov_origin_is_owner())
		gov_lifecycle_ensure_gate(move->gate, what, rel, row, gov_lifecycle_label(what, rel, row));
	return PointerGetDatum(row);
}

/*
 * BEFORE UPDATE row trigger; its argument is the thing.  Refuses a move that
 * does not stand in the table, whoever writes, and notes the time of one
 * that does where the table has a column for it.
 */
Datum
gov_lifecycle_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_lifecycle_guard");
	const GovGoverned *what = gov_lifecycle_governed(trigger->tg_trigger->tgargs[0]);
	Relation	rel = trigger->tg_relation;
	HeapTuple	row = trigger->tg_newtuple;
	char	   *from_status;
	char	   *to_status;
	const GovTransition *move;
	char	   *label;

	if (gov_origin_admits(trigger))
		return PointerGetDatum(TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? trigger->tg_trigtuple : row);
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		return gov_lifecycle_guard_birth(what, rel, trigger->tg_trigtuple);
	from_status = gov_lifecycle_column(rel, trigger->tg_trigtuple, what->state);
	to_status = gov_lifecycle_column(rel, row, what->state);

	/* a state is never NULL: the column's own constraint will say so */
	if (from_status == NULL || to_status == NULL || strcmp(from_status, to_status) == 0)
		return PointerGetDatum(row);
	label = gov_lifecycle_label(what, rel, trigger->tg_trigtuple);
	move = gov_lifecycle_take(what->thing, from_status, to_status);
	if (move == NULL)
		move = gov_lifecycle_judge(what->thing, label, from_status, to_status, NULL);
	gov_lifecycle_ensure_gate(move->gate, what, rel, trigger->tg_trigtuple, label);
	if (what->stamp != NULL)
	{
		int			column = gov_column_number(rel, what->stamp);
		Datum		at = TimestampTzGetDatum(gov_now());
		bool		isnull = false;

		row = heap_modify_tuple_by_cols(row, RelationGetDescr(rel), 1, &column, &at, &isnull);
	}
	return PointerGetDatum(row);
}

/* Is there a value of this name, or an authority? */
GOV_QUERY(find_named_value, "SELECT FROM @.gov_axis_value WHERE axis = $1 AND value = $2", TEXTOID, TEXTOID);
GOV_QUERY(find_named_authority, "SELECT FROM @.gov_authority WHERE authority = $1", TEXTOID);

/* Columns of what is watched that name something which can be renamed: a value of the axis that a column names, or an authority. */
typedef struct GovNamedColumn
{
	const char *watched;
	const char *column;
	const char *axis;			/* NULL: an authority */
} GovNamedColumn;

static const GovNamedColumn named[] = {
	{"value", "parent", "axis"}, {"axis", "owner", NULL}, {"axis", "fallback", NULL},
	{"owner of containers", "owner_value", "owner_axis"}
};

/*
 * Does a column that changed only follow the new name of what it refers to?
 * So it is in the cascade of a foreign key, which runs inside a trigger, once
 * nothing has the old name any more.
 */
static bool
gov_lifecycle_is_renamed(const TriggerData *trigger, const GovNamedColumn *name)
{
	Relation	rel = trigger->tg_relation;
	char	   *was = gov_lifecycle_column(rel, trigger->tg_trigtuple, name->column);
	char	   *is = gov_lifecycle_column(rel, trigger->tg_newtuple, name->column);
	bool		there;
	int			level;

	if (was == NULL || is == NULL)
		return was == is;
	if (strcmp(was, is) == 0)
		return true;
	level = gov_spi_begin();
	there = name->axis != NULL
		? gov_run(&find_named_value, gov_text(gov_lifecycle_column(rel, trigger->tg_newtuple, name->axis)), gov_text(was)) > 0
		: gov_run(&find_named_authority, gov_text(was)) > 0;
	gov_spi_end(level);
	return !there;
}

/* Is the change of a row nothing but such a cascade? */
static bool
gov_lifecycle_is_cascade(const TriggerData *trigger, const char *watched)
{
	bool		any = false;

	if (DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH)) < 2)
		return false;
	for (int i = 0; i < (int) lengthof(named); i++)
	{
		if (strcmp(named[i].watched, watched) != 0)
			continue;
		if (!gov_lifecycle_is_renamed(trigger, &named[i]))
			return false;
		any = true;
	}
	return any;
}

/*
 * BEFORE UPDATE row trigger of things that are active, for the columns that an
 * approval to make them so said yes to; its arguments are the thing, the
 * action, and what is watched, if not all of the thing.  By hand they change
 * with an approval for the same thing.  A new name of what they refer to is no
 * change of theirs.
 */
Datum
gov_lifecycle_alter_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = gov_trigger_data(fcinfo, "gov_lifecycle_alter_guard");
	const GovGoverned *what = gov_lifecycle_governed(trigger->tg_trigger->tgargs[0]);
	HeapTuple	row = trigger->tg_trigtuple;
	const char *watched = trigger->tg_trigger->tgargs[trigger->tg_trigger->tgnargs > 2 ? 2 : 0];

	if (!gov_origin_admits(trigger) && !gov_lifecycle_is_cascade(trigger, watched))
		gov_lifecycle_ensure_gate(trigger->tg_trigger->tgargs[1], what, trigger->tg_relation, row,
								  psprintf("altering %s", gov_lifecycle_label(what, trigger->tg_relation, row)));
	return PointerGetDatum(trigger->tg_newtuple);
}

/* The table as rows, for the view gov_transition. */
Datum
gov_transitions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < (int) lengthof(transitions); i++)
	{
		const GovTransition *move = &transitions[i];
		Datum		values[6];
		bool		nulls[6] = {false};

		values[0] = gov_text_field(move->thing, &nulls[0]);
		values[1] = gov_text_field(move->from_status, &nulls[1]);
		values[2] = gov_text_field(move->to_status, &nulls[2]);
		values[3] = gov_text_field(move->acts, &nulls[3]);
		values[4] = gov_text_field(move->gate, &nulls[4]);
		values[5] = BoolGetDatum(move->agents);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
