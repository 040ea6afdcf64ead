/*
 * server/args.h: arguments of SQL functions, checks with errors, small text
 * helpers.
 */
#ifndef GOV_SERVER_ARGS_H
#define GOV_SERVER_ARGS_H

#include "commands/trigger.h"
#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/* Codes (axis, value, authority, rule, ...): not empty, at most this long. */
#define GOV_CODE_MAX_BYTES	200

/* References of objects: not empty, at most this long (they are indexed). */
#define GOV_REF_MAX_BYTES	1500

/*
 * The largest argument (text, jsonb, array) that an act takes.  Acts keep
 * their arguments as JSON; escaped and in UTF-8 an argument of this size still
 * fits into what the server can hold in one value.
 */
#define GOV_ARGUMENT_MAX_BYTES	(16 * 1024 * 1024)

/* Arguments by position; the optional ones give NULL (or false) when NULL. */
extern char *gov_arg_code(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *gov_arg_code_or_null(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *gov_arg_ref(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *gov_arg_text(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *gov_arg_text_or_null(FunctionCallInfo fcinfo, int argno);
extern bool gov_arg_bool(FunctionCallInfo fcinfo, int argno, bool otherwise);

extern void gov_ensure_code(const char *code, const char *name);
extern void gov_ensure_size(Size bytes, const char *name);
extern void gov_ensure_not_null(bool isnull, const char *name);
extern bool gov_text_is_blank(const char *text);
extern void gov_ensure_not_blank(const char *text, const char *name, int sqlstate, const char *hint);
extern void gov_ensure_writable(const char *what, const char *hint);
extern void gov_ensure_act_writable(void);
extern bool gov_text_is_among(const char *text, const char *const *texts, int count);
extern void gov_ensure_one_of(const char *code, const char *name, const char *const *allowed);

/* Byte order of two texts. */
static inline int
gov_text_compare(const text *a, const text *b)
{
	int			la = VARSIZE_ANY_EXHDR(a);
	int			lb = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(la, lb));

	return order != 0 ? order : la - lb;
}

/* Is a text this word? */
static inline bool
gov_text_is(const text *value, const char *word)
{
	size_t		length = strlen(word);

	return VARSIZE_ANY_EXHDR(value) == length && memcmp(VARDATA_ANY(value), word, length) == 0;
}

/* A list of OIDs as oid[]. */
extern Datum gov_arg_oids(const List *oids);

/* Texts, none of which is NULL, as text[]. */
extern Datum gov_text_array(const char *const *texts, int count);

/* A text, or none, as a field of a row. */
extern Datum gov_text_field(const char *text, bool *isnull);

extern const char *gov_session_user_name(void);
extern TimestampTz gov_now(void);

/* How a look-up of a row of ours locks it, until the end of the transaction. */
typedef enum GovRowLock
{
	GOV_ROW_AS_ASKED,			/* not at all, and found as the calling statement sees it */
	GOV_ROW_PLAIN,				/* not at all */
	GOV_ROW_SHARE,				/* FOR SHARE: its status stays as it is */
	GOV_ROW_UPDATE				/* FOR NO KEY UPDATE: it is about to change; foreign keys do not wait for it */
} GovRowLock;

/*
 * What a thing is looked up for, which decides how it is missed: by itself
 * (undefined_object, 42704), or because a fact is to refer to it
 * (foreign_key_violation, 23503).
 */
typedef enum GovPurpose
{
	GOV_FOR_ITSELF,
	GOV_FOR_A_FACT
} GovPurpose;

extern int	gov_missing_code(GovPurpose purpose);

extern TriggerData *gov_trigger_data(FunctionCallInfo fcinfo, const char *name);

/* A whole number, at least one, such as how much is done at once. */
extern int32 gov_arg_positive(FunctionCallInfo fcinfo, int argno, const char *name);

#endif							/* GOV_SERVER_ARGS_H */
