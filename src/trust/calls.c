/*-------------------------------------------------------------------------
 *
 * trust/calls.c
 *	  The calls that an approval can permit.
 *
 * An approval is for one call of one act.  When it is asked for, its target is
 * held against the declaration of that act: names, types, what must be given.
 * Defaults are filled in and every value gets the one form that the running
 * call will have, so that people vote on nothing that can never be used, and
 * two targets that ask for the same are the same.
 *
 * The table says which acts ask for which action; gov_gated_act shows it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"

#include "server/extension.h"
#include "server/json.h"
#include "server/near.h"
#include "server/spi.h"
#include "trust/calls.h"

PG_FUNCTION_INFO_V1(gov_gated_acts);

/* An act, and an action whose approval a call of it can ask for. */
typedef struct GovGatedAct
{
	const char *action;
	const char *act;
} GovGatedAct;

static const GovGatedAct gated_acts[] = {
	{"ratify_value", "gov_ratify"},
	{"ratify_value", "gov_reinstate"},
	{"ratify_value", "gov_split"},
	{"ratify_value", "gov_undo"},
	{"ratify_value", "gov_alter_value"},
	{"retire_value", "gov_deprecate"},
	{"retire_value", "gov_merge"},
	{"retire_value", "gov_retire"},
	{"retire_value", "gov_undo"},
	{"activate_axis", "gov_activate_containment"},
	{"activate_axis", "gov_set_axis_status"},
	{"activate_axis", "gov_set_rule_status"},
	{"activate_axis", "gov_alter_axis"},
	{"activate_axis", "gov_alter_rule"},
	{"transfer", "gov_transfer"},
	{"transfer", "gov_undo"},
	{"apply_tier", "gov_rollout_apply"},
	{"activate_event", "gov_event_activate"},
	{"change_trust", "gov_set_authority"},
	{"change_trust", "gov_set_gate"},
	{"change_trust", "gov_set_quorum"},
	{"assign", "gov_assign"},
	{"assign", "gov_assign_many"},
	{"assign", "gov_set_zone"},
	{"assign", "gov_unassign"},
	{"assign", "gov_hand_over"},
	{"own", "gov_disown"},
	{"own", "gov_own"},
	{"own", "gov_own_many"},
	{"own", "gov_hand_over"},
	{"own", "gov_undo"},
	{"waive", "gov_disown"},
	{"waive", "gov_own"},
	{"waive", "gov_own_many"},
	{"waive", "gov_hand_over"},
	{"decide", "gov_decide"},
	{"decide", "gov_hand_over"},
	{"set_access", "gov_set_access"},
	{"set_access", "gov_end_access"},
};

/* An act as it is declared; one name may have several forms. */
typedef struct GovCallForm
{
	const char *act;
	int			count;			/* of arguments that are given, the approval among them */
	int			optional;		/* so many of them, the last, have a default */
	char	  **names;
	Oid		   *types;
	List	   *defaults;
} GovCallForm;

/* What is approved of gov_rollout_apply: not the call, which applies one tier after another, but each tier. */
static char *tier_names[] = {"rollout", "tier"};
static Oid tier_types[] = {TEXTOID, INT4OID};
static GovCallForm tier_form = {
	.act = "gov_rollout_apply", .count = lengthof(tier_names), .names = tier_names, .types = tier_types
};

/* Arguments without a default for which NULL has a meaning, so that a target need not hold them. */
static const struct
{
	const char *act;
	const char *name;
}			may_be_null[] = {
	{"gov_own", "object_type"},
	{"gov_own", "object_ref"},
	{"gov_set_access", "role"},
	{"gov_end_access", "role"},
};

/* What an act of ownership asks for, by the kind of owner. */
const char *
gov_call_action_of_owning(const char *owner_kind)
{
	return strcmp(owner_kind, "waiver") == 0 ? "waive" : "own";
}

/* What undoing an act asks for: what doing the reverse would. */
const char *
gov_call_action_of_undoing(const char *act)
{
	return strcmp(act, "transfer") == 0 ? "transfer" : strcmp(act, "hand_over") == 0 ? "own" :
		strcmp(act, "split") == 0 ? "retire_value" : "ratify_value";
}

/* Is an argument one that a target holds?  The approval is no part of what is approved. */
static bool
gov_call_counts(const char *name)
{
	return strcmp(name, "approval") != 0;
}

/* Adds a name to a list in words. */
static void
gov_call_list(StringInfo list, const char *name)
{
	appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", name);
}

/* The arguments of a form, in words. */
static char *
gov_call_arguments(const GovCallForm *form)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < form->count; i++)
	{
		if (gov_call_counts(form->names[i]))
			gov_call_list(&list, form->names[i]);
	}
	return list.data;
}

/* Raises unless some act asks for approvals of the action. */
static void
gov_call_ensure_action(const char *action)
{
	StringInfoData list;
	const char *near = NULL;

	initStringInfo(&list);
	for (Size i = 0; i < lengthof(gated_acts); i++)
	{
		if (strcmp(gated_acts[i].action, action) == 0)
			return;
		near = gov_near_pick(action, near, gated_acts[i].action);
		if (i == 0 || strcmp(gated_acts[i].action, gated_acts[i - 1].action) != 0)
			gov_call_list(&list, gated_acts[i].action);
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("no act asks for an approval of action \"%s\"", action),
			 near != NULL ? errhint("Perhaps you meant \"%s\". Actions: %s.", near, list.data) :
			 errhint("Actions: %s.", list.data)));
}

/* Raises because an act does not ask for an action. */
static void
gov_call_raise_other_act(const char *action, const char *act)
{
	StringInfoData list;
	const char *near = NULL;

	initStringInfo(&list);
	for (Size i = 0; i < lengthof(gated_acts); i++)
	{
		if (strcmp(gated_acts[i].action, action) != 0)
			continue;
		near = gov_near_pick(act, near, gated_acts[i].act);
		gov_call_list(&list, gated_acts[i].act);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s asks for no approval of action \"%s\"", act, action),
			 near != NULL ? errhint("Perhaps you meant %s. Acts that do: %s.", near, list.data) :
			 errhint("Acts that do: %s.", list.data)));
}

/* Reads a form of an act from its declaration. */
static GovCallForm *
gov_call_form(const char *act, HeapTuple function)
{
	GovCallForm *form = palloc0(sizeof(GovCallForm));
	Form_pg_proc proc = (Form_pg_proc) GETSTRUCT(function);
	char	   *modes;
	bool		isnull;
	Datum		defaults = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_proargdefaults, &isnull);

	/* input arguments come first in every declaration of ours */
	form->act = act;
	form->count = proc->pronargs;
	form->optional = proc->pronargdefaults;
	(void) get_func_arg_info(function, &form->types, &form->names, &modes);
	if (!isnull)
		form->defaults = castNode(List, stringToNode(TextDatumGetCString(defaults)));
	return form;
}

/*
 * Is it a form that only reads what it is given and becomes another one?  An
 * approval is for that.
 */
static bool
gov_call_is_shorthand(const GovCallForm *form)
{
	return form->count > 0 && strcmp(form->names[0], "input") == 0;
}

/* Adds the forms of an act to a list. */
static List *
gov_call_add_forms(List *forms, const char *act)
{
	ListCell   *cell;

	if (strcmp(act, tier_form.act) == 0)
		return lappend(forms, &tier_form);
	foreach(cell, gov_extension_routines(act))
	{
		HeapTuple	function = SearchSysCache1(PROCOID, ObjectIdGetDatum(lfirst_oid(cell)));
		GovCallForm *form;

		if (!HeapTupleIsValid(function))
			continue;
		form = gov_call_form(act, function);
		if (!gov_call_is_shorthand(form))
			forms = lappend(forms, form);
		ReleaseSysCache(function);
	}
	return forms;
}

/* The forms of the acts that ask for an action, or of the one that is named. */
static List *
gov_call_forms(const char *action, const char *act)
{
	List	   *forms = NIL;

	gov_call_ensure_action(action);
	for (Size i = 0; i < lengthof(gated_acts); i++)
	{
		if (strcmp(gated_acts[i].action, action) == 0 && (act == NULL || strcmp(gated_acts[i].act, act) == 0))
			forms = gov_call_add_forms(forms, gated_acts[i].act);
	}
	if (forms == NIL)
		gov_call_raise_other_act(action, act);
	return forms;
}

/* The value of an argument in a target; NULL when it has none. */
static JsonbValue *
gov_call_argument(Jsonb *target, const char *name)
{
	return getKeyJsonValueFromContainer(&target->root, name, strlen(name), NULL);
}

/* Is it a name of an argument of the form? */
static bool
gov_call_knows(const GovCallForm *form, const char *name)
{
	for (int i = 0; i < form->count; i++)
	{
		if (gov_call_counts(form->names[i]) && strcmp(form->names[i], name) == 0)
			return true;
	}
	return false;
}

/* What of a target does not fit a form. */
typedef struct GovCallMisfit
{
	int			count;			/* 0: it fits */
	char	   *unknown;		/* a name that the form does not have */
	StringInfoData missing;		/* arguments that must be given, in words */
} GovCallMisfit;

/* Does a call need this argument? */
static bool
gov_call_needs(const GovCallForm *form, int i)
{
	if (i >= form->count - form->optional)
		return false;
	for (Size j = 0; j < lengthof(may_be_null); j++)
	{
		if (strcmp(may_be_null[j].act, form->act) == 0 && strcmp(may_be_null[j].name, form->names[i]) == 0)
			return false;
	}
	return true;
}

/* Compares the names in a target with the arguments of a form. */
static GovCallMisfit
gov_call_compare(const GovCallForm *form, Jsonb *target)
{
	GovCallMisfit misfit = {0};
	JsonbIterator *iterator = JsonbIteratorInit(&target->root);
	JsonbValue	value;
	JsonbIteratorToken token;

	initStringInfo(&misfit.missing);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		char	   *name;

		if (token != WJB_KEY)
			continue;
		name = pnstrdup(value.val.string.val, value.val.string.len);
		if (gov_call_knows(form, name))
			continue;
		misfit.count++;
		misfit.unknown = name;
	}
	for (int i = 0; i < form->count; i++)
	{
		if (!gov_call_needs(form, i) || gov_call_argument(target, form->names[i]) != NULL)
			continue;
		misfit.count++;
		gov_call_list(&misfit.missing, form->names[i]);
	}
	return misfit;
}

/* Raises for a target that fits no form, by the one it is nearest to. */
static void
gov_call_raise_misfit(const char *action, const GovCallForm *form, const GovCallMisfit *misfit)
{
	const char *near = NULL;

	for (int i = 0; misfit->unknown != NULL && i < form->count; i++)
	{
		if (gov_call_counts(form->names[i]))
			near = gov_near_pick(misfit->unknown, near, form->names[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the target is no call of action \"%s\"", action),
			 misfit->unknown != NULL ? errdetail("%s has no argument \"%s\".", form->act, misfit->unknown) :
			 errdetail("%s needs %s.", form->act, misfit->missing.data),
			 near != NULL ? errhint("Perhaps you meant \"%s\". Arguments of %s: %s.", near, form->act, gov_call_arguments(form)) :
			 errhint("Arguments of %s: %s.", form->act, gov_call_arguments(form))));
}

GOV_QUERY(find_status, "SELECT status FROM @.gov_axis_value WHERE axis = $1 AND value = $2", TEXTOID, TEXTOID);

/* A text of a target, or NULL. */
static char *
gov_call_text(Jsonb *target, const char *name)
{
	JsonbValue *value = gov_call_argument(target, name);

	return value == NULL || value->type != jbvString ? NULL : pnstrdup(value->val.string.val, value->val.string.len);
}

/*
 * Of forms that fit alike, those that the status of the value allows: what is a
 * candidate can be ratified and not reinstated.  All of them where that
 * decides nothing.
 */
static List *
gov_call_allowed(List *forms, Jsonb *target, GovCallLeadsOn leads_on)
{
	char	   *axis = gov_call_text(target, "axis");
	char	   *value = gov_call_text(target, "value");
	char	   *status = NULL;
	List	   *allowed = NIL;
	ListCell   *cell;
	int			level;

	if (axis == NULL || value == NULL)
		return forms;
	level = gov_spi_begin();
	if (gov_run_latest(&find_status, gov_text(axis), gov_text(value)) > 0)
		status = gov_result_text(0, 1);
	gov_spi_end(level);
	if (status == NULL)
		return forms;
	foreach(cell, forms)
	{
		if (leads_on("value", status, ((GovCallForm *) lfirst(cell))->act))
			allowed = lappend(allowed, lfirst(cell));
	}
	return allowed != NIL ? allowed : forms;
}

/* The one form that a target fits; raises where none does, or more than one. */
static GovCallForm *
gov_call_choose(const char *action, List *forms, Jsonb *target, GovCallLeadsOn leads_on)
{
	GovCallForm *nearest = NULL;
	GovCallMisfit least = {0};
	List	   *fitting = NIL;
	StringInfoData list;
	ListCell   *cell;

	foreach(cell, forms)
	{
		GovCallMisfit misfit = gov_call_compare(lfirst(cell), target);

		if (misfit.count == 0)
			fitting = lappend(fitting, lfirst(cell));
		if (nearest == NULL || misfit.count < least.count)
		{
			nearest = lfirst(cell);
			least = misfit;
		}
	}
	if (fitting == NIL)
		gov_call_raise_misfit(action, nearest, &least);
	if (list_length(fitting) > 1)
		fitting = gov_call_allowed(fitting, target, leads_on);
	if (list_length(fitting) == 1)
		return linitial(fitting);
	initStringInfo(&list);
	foreach(cell, fitting)
		gov_call_list(&list, ((GovCallForm *) lfirst(cell))->act);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the target fits more than one act of action \"%s\"", action),
			 errdetail("It fits %s.", list.data),
			 errhint("Say which: act => %s.", quote_literal_cstr(((GovCallForm *) linitial(fitting))->act))));
}

/* What JSON has to hold for a type, in words, and whether a value does. */
static const char *
gov_call_expected(Oid type, const JsonbValue *value, bool *fits)
{
	switch (type)
	{
		case JSONBOID:
			*fits = true;
			return "anything";
		case TEXTARRAYOID:
			*fits = value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
			return "an array of texts";
		case BOOLOID:
			*fits = value->type == jbvBool;
			return "true or false";
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
			*fits = value->type == jbvNumeric;
			return "a number";
		default:
			*fits = value->type == jbvString;
			return "a text";
	}
}

/* Raises because an argument is of another type. */
static void
gov_call_raise_type(const GovCallForm *form, const char *name, const char *expected, const JsonbValue *value)
{
	Datum		given = JsonbPGetDatum(JsonbValueToJsonb((JsonbValue *) value));
	char	   *words = DatumGetCString(DirectFunctionCall1(jsonb_out, given));

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" of %s must be %s", name, form->act, expected),
			 errdetail("The target has %.*s%s.", pg_mbcliplen(words, strlen(words), 100), words, strlen(words) > 100 ? "..." : "")));
}

/* An array of texts from one of JSON; 0 when an element is no text. */
static Datum
gov_call_texts(const JsonbValue *value)
{
	JsonbIterator *iterator = JsonbIteratorInit(value->val.binary.data);
	JsonbValue	element;
	JsonbIteratorToken token;
	List	   *texts = NIL;
	Datum	   *elements;
	ListCell   *cell;
	int			count = 0;

	while ((token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (element.type != jbvString)
			return (Datum) 0;
		texts = lappend(texts, cstring_to_text_with_len(element.val.string.val, element.val.string.len));
	}
	elements = palloc(sizeof(Datum) * Max(list_length(texts), 1));
	foreach(cell, texts)
		elements[count++] = PointerGetDatum(lfirst(cell));
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* An argument of a call from its JSON. */
static Datum
gov_call_value(const GovCallForm *form, int i, JsonbValue *value)
{
	bool		fits;
	const char *expected = gov_call_expected(form->types[i], value, &fits);
	Datum		result = (Datum) 0;
	Oid			input;
	Oid			parameter;
	char	   *text;

	if (fits && form->types[i] == TEXTARRAYOID)
		fits = (result = gov_call_texts(value)) != (Datum) 0;
	if (!fits)
		gov_call_raise_type(form, form->names[i], expected, value);
	if (form->types[i] == JSONBOID)
		return JsonbPGetDatum(JsonbValueToJsonb(value));
	if (form->types[i] == TEXTARRAYOID)
		return result;
	text = value->type == jbvBool ? pstrdup(value->val.boolean ? "true" : "false") :
		value->type == jbvNumeric ? DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))) :
		pnstrdup(value->val.string.val, value->val.string.len);
	getTypeInputInfo(form->types[i], &input, &parameter);
	return OidInputFunctionCall(input, text, parameter, -1);
}

/* The default of an argument, which is a constant in every declaration of ours. */
static Const *
gov_call_default(const GovCallForm *form, int i)
{
	Node	   *node = list_nth(form->defaults, i - (form->count - form->optional));

	return castNode(Const, eval_const_expressions(NULL, node));
}

/* Says which argument of a target an error of a type's input is about. */
static void
gov_call_context(void *name)
{
	errcontext("argument \"%s\" of the target", *(const char **) name);
}

/* A target with its defaults, each value in its one form. */
static Datum
gov_call_canonical(const GovCallForm *form, Jsonb *target)
{
	GovJson		json;
	const char *name;
	ErrorContextCallback context = {error_context_stack, gov_call_context, &name};

	gov_json_begin(&json);
	error_context_stack = &context;
	for (int i = 0; i < form->count; i++)
	{
		JsonbValue *value;

		name = form->names[i];
		if (!gov_call_counts(name))
			continue;
		value = gov_call_argument(target, name);
		if (value != NULL)
			gov_json_value(&json, name, form->types[i], gov_call_value(form, i, value), false);
		else if (i >= form->count - form->optional)
		{
			Const	   *otherwise = gov_call_default(form, i);

			gov_json_value(&json, name, form->types[i], otherwise->constvalue, otherwise->constisnull);
		}
	}
	error_context_stack = context.previous;
	return gov_json_end(&json);
}

/* Raises for a call whose rows can change after the vote: those of a relation. */
static void
gov_call_ensure_fixed(const GovCallForm *form)
{
	for (int i = 0; i < form->count; i++)
	{
		if (form->types[i] == REGCLASSOID)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("no approval fixes the rows of a relation"),
					 errdetail("They can change between the vote and the call."),
					 errhint("Give them to %s as \"entries\".", form->act)));
	}
}

/* Columns of find_asked. */
enum {ASKED_OWNER_KIND = 1, ASKED_UNDONE_ACT};

/* What decides about the action that a call asks for, where its act can ask for several. */
GOV_QUERY(find_asked,
		  "SELECT CASE $1 WHEN 'gov_own' THEN $2 ->> 'owner_kind'"
		  "  WHEN 'gov_disown' THEN (SELECT w.owner_kind FROM @.gov_ownership AS w WHERE w.ownership_id = ($2 ->> 'ownership_id')::bigint) END,"
		  " CASE $1 WHEN 'gov_undo' THEN (SELECT c.act FROM @.gov_change AS c WHERE c.seq = ($2 ->> 'seq')::bigint) END",
		  TEXTOID, JSONBOID);

/* Raises for a call that will ask for the approval of another action. */
static void
gov_call_ensure_asks(const GovCall *call)
{
	const char *asks = call->action;
	int			level = gov_spi_begin();

	(void) gov_run_latest(&find_asked, gov_text(call->act), gov_datum(call->target, false));
	if (!gov_result_isnull(0, ASKED_OWNER_KIND))
		asks = gov_call_action_of_owning(gov_result_text(0, ASKED_OWNER_KIND));
	else if (!gov_result_isnull(0, ASKED_UNDONE_ACT))
		asks = gov_call_action_of_undoing(gov_result_text(0, ASKED_UNDONE_ACT));
	gov_spi_end(level);
	if (strcmp(asks, call->action) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this call of %s asks for no approval of action \"%s\"", call->act, call->action),
				 errhint("Its action is \"%s\".", asks)));
}

/* Adds a value in words: texts quoted, arrays of texts as such, or an empty one that has no type by itself. */
static void
gov_call_value_words(StringInfo words, Oid type, JsonbValue *value)
{
	JsonbIterator *iterator;
	JsonbValue	element;
	JsonbIteratorToken token;
	bool		first = true;

	if (value->type == jbvString)
	{
		appendStringInfoString(words, quote_literal_cstr(pnstrdup(value->val.string.val, value->val.string.len)));
		return;
	}
	if (type != TEXTARRAYOID)
	{
		char	   *text = DatumGetCString(DirectFunctionCall1(jsonb_out, JsonbPGetDatum(JsonbValueToJsonb(value))));

		appendStringInfoString(words, type == JSONBOID ? quote_literal_cstr(text) : text);
		return;
	}
	if (JsonContainerSize(value->val.binary.data) == 0)
	{
		appendStringInfoString(words, "'{}'");
		return;
	}
	appendStringInfoString(words, "ARRAY[");
	iterator = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		appendStringInfo(words, "%s%s", first ? "" : ", ",
						 quote_literal_cstr(pnstrdup(element.val.string.val, element.val.string.len)));
		first = false;
	}
	appendStringInfoChar(words, ']');
}

/* A call in words, as it would be made: arguments in the order of the declaration. */
static char *
gov_call_words(const GovCallForm *form, Jsonb *target)
{
	StringInfoData words;
	bool		first = true;

	initStringInfo(&words);
	appendStringInfo(&words, "%s(", form->act);
	for (int i = 0; i < form->count; i++)
	{
		JsonbValue *value = gov_call_counts(form->names[i]) ? gov_call_argument(target, form->names[i]) : NULL;

		if (value == NULL)
			continue;
		appendStringInfo(&words, "%s%s => ", first ? "" : ", ", form->names[i]);
		gov_call_value_words(&words, form->types[i], value);
		first = false;
	}
	appendStringInfoChar(&words, ')');
	return words.data;
}

/*
 * The call that a target asks for: its arguments checked against the
 * declaration of the act, defaults filled in.
 */
GovCall
gov_call_read(const char *action, const char *act, Datum target, GovCallLeadsOn leads_on, char **in_words)
{
	Jsonb	   *json = DatumGetJsonbP(target);
	GovCallForm *form = gov_call_choose(action, gov_call_forms(action, act), json, leads_on);
	GovCall		call = {action, form->act, (Datum) 0};

	gov_call_ensure_fixed(form);
	call.target = gov_call_canonical(form, json);
	gov_call_ensure_asks(&call);
	*in_words = gov_call_words(form, DatumGetJsonbP(call.target));
	return call;
}

/* The running call. */
GovCall
gov_call_running(const char *action, FunctionCallInfo fcinfo)
{
	GovCall		call = {action, get_func_name(fcinfo->flinfo->fn_oid), gov_json_call(fcinfo)};

	for (Size i = 0; i < lengthof(gated_acts); i++)
	{
		if (strcmp(gated_acts[i].action, action) == 0 && strcmp(gated_acts[i].act, call.act) == 0)
			return call;
	}
	elog(ERROR, "function \"%s\" does not stand among the acts of action \"%s\"", call.act, action);
}

/* The table as rows, for the view gov_gated_act. */
Datum
gov_gated_acts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (Size i = 0; i < lengthof(gated_acts); i++)
	{
		Datum		values[2] = {CStringGetTextDatum(gated_acts[i].action), CStringGetTextDatum(gated_acts[i].act)};
		bool		nulls[2] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
