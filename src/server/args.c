/*-------------------------------------------------------------------------
 *
 * server/args.c
 *	  Arguments of SQL functions and the checks that go with them.
 *
 * Our functions are not strict: a NULL where a value is needed is an error
 * that names the argument, not a silent NULL result.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/depth.h"

/* Raises when a required argument is NULL. */
void
gov_ensure_not_null(bool isnull, const char *name)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
}

/* Does a text say nothing: NULL, empty or white space alone? */
bool
gov_text_is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\n\r")] == '\0';
}

/* Raises when an argument that is to say why says nothing; the hint tells who reads it. */
void
gov_ensure_not_blank(const char *text, const char *name, int sqlstate, const char *hint)
{
	if (gov_text_is_blank(text))
		ereport(ERROR,
				(errcode(sqlstate),
				 errmsg("argument \"%s\" must not be empty", name),
				 errhint("%s", hint)));
}

/*
 * Raises in a read-only transaction and on a standby, with the message that
 * the server itself has, and while registered code runs; the hint tells what
 * to do instead.
 */
void
gov_ensure_writable(const char *what, const char *hint)
{
	gov_ensure_not_registered(what);
	if (!XactReadOnly)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
			 errmsg("cannot execute %s in a read-only transaction", what),
			 RecoveryInProgress() ? errdetail("This server is a standby.") : 0,
			 errhint("%s", hint)));
}

/* The same for an act, whichever it is. */
void
gov_ensure_act_writable(void)
{
	gov_ensure_writable("an act of governance", "Do it on the primary server, in a transaction that may write.");
}

/* Raises when a text is empty or longer than its column takes. */
static void
gov_ensure_length(const char *text, const char *name, size_t limit)
{
	if (text[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be empty", name)));
	if (strlen(text) > limit)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("argument \"%s\" is too long", name),
				 errdetail("It has %zu bytes; the limit is %zu.", strlen(text), limit)));
}

/* Raises when what is given is larger than what is kept of a call can be. */
void
gov_ensure_size(Size bytes, const char *name)
{
	if (bytes > GOV_ARGUMENT_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("\"%s\" is too large", name),
				 errdetail("It has %zu bytes; the limit is %d.", bytes, GOV_ARGUMENT_MAX_BYTES),
				 errhint("Give a shorter text, or less in one call.")));
}

/* Raises when a code is empty or too long. */
void
gov_ensure_code(const char *code, const char *name)
{
	gov_ensure_length(code, name, GOV_CODE_MAX_BYTES);
}

/* An optional text argument: NULL when it is NULL. */
char *
gov_arg_text_or_null(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* A required text argument of any length. */
char *
gov_arg_text(FunctionCallInfo fcinfo, int argno, const char *name)
{
	gov_ensure_not_null(PG_ARGISNULL(argno), name);
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* An optional code: NULL when it is NULL, checked otherwise. */
char *
gov_arg_code_or_null(FunctionCallInfo fcinfo, int argno, const char *name)
{
	char	   *code = gov_arg_text_or_null(fcinfo, argno);

	if (code != NULL)
		gov_ensure_code(code, name);
	return code;
}

/* A required code (axis, value, authority, rule, object type, ...). */
char *
gov_arg_code(FunctionCallInfo fcinfo, int argno, const char *name)
{
	gov_ensure_not_null(PG_ARGISNULL(argno), name);
	return gov_arg_code_or_null(fcinfo, argno, name);
}

/* A required reference of an object. */
char *
gov_arg_ref(FunctionCallInfo fcinfo, int argno, const char *name)
{
	char	   *ref = gov_arg_text(fcinfo, argno, name);

	gov_ensure_length(ref, name, GOV_REF_MAX_BYTES);
	return ref;
}

/* A boolean argument with a value for NULL. */
bool
gov_arg_bool(FunctionCallInfo fcinfo, int argno, bool otherwise)
{
	return PG_ARGISNULL(argno) ? otherwise : PG_GETARG_BOOL(argno);
}

/* Is a text one of some? */
bool
gov_text_is_among(const char *text, const char *const *texts, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(text, texts[i]) == 0)
			return true;
	}
	return false;
}

/* Raises when a word is none of a NULL-terminated list; the hint lists them. */
void
gov_ensure_one_of(const char *code, const char *name, const char *const *allowed)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; allowed[i] != NULL; i++)
	{
		if (strcmp(code, allowed[i]) == 0)
			return;
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", allowed[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("unknown %s \"%s\"", name, code),
			 errhint("Allowed: %s.", list.data)));
}

/* A list of OIDs as oid[]. */
Datum
gov_arg_oids(const List *oids)
{
	Datum	   *elements = palloc(sizeof(Datum) * (list_length(oids) + 1));

	for (int i = 0; i < list_length(oids); i++)
		elements[i] = ObjectIdGetDatum(list_nth_oid(oids, i));
	return PointerGetDatum(construct_array(elements, list_length(oids), OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* Texts, none of which is NULL, as text[]. */
Datum
gov_text_array(const char *const *texts, int count)
{
	Datum	   *elements = palloc(sizeof(Datum) * (count + 1));

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* A text, or none, as a field of a row. */
Datum
gov_text_field(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* The name of the session user: who acts, whatever role is set. */
const char *
gov_session_user_name(void)
{
	return GetUserNameFromId(GetSessionUserId(), false);
}

/* now(), the instant at which "in force" and "current" are judged. */
TimestampTz
gov_now(void)
{
	return GetCurrentTransactionStartTimestamp();
}

/*
 * The data of the trigger that a function was called by.  Raises when it was
 * not called as a trigger, and while registered code runs, which must change
 * nothing.
 */
TriggerData *
gov_trigger_data(FunctionCallInfo fcinfo, const char *name)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by a trigger", name)));
	gov_ensure_not_registered(psprintf("a change that fires \"%s\"", name));
	return (TriggerData *) fcinfo->context;
}

/* The SQLSTATE for a thing that does not exist. */
int
gov_missing_code(GovPurpose purpose)
{
	return purpose == GOV_FOR_A_FACT ? ERRCODE_FOREIGN_KEY_VIOLATION : ERRCODE_UNDEFINED_OBJECT;
}

/* A whole number, at least one, such as how much is done at once. */
int32
gov_arg_positive(FunctionCallInfo fcinfo, int argno, const char *name)
{
	int32		number;

	gov_ensure_not_null(PG_ARGISNULL(argno), name);
	number = PG_GETARG_INT32(argno);
	if (number < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be at least 1", name),
				 errdetail("It is %d.", number)));
	return number;
}
