/*-------------------------------------------------------------------------
 *
 * registry/names.c
 *	  A name of a catalog object as people write it, taken apart.
 *
 * References are what pg_identify_object says: parts with quotes where SQL needs
 * them, types of arguments in the server's words and with their schema.  People
 * write App.Orders, "app"."orders", app.g(int, text) or g.  Both are taken apart
 * by the same rules and compared part by part, without search_path, without
 * looking up a type, and so with the same result for everybody:
 *
 *	 - a part fits as SQL reads it (folded unless in quotes), or else by its
 *	   letters as they stand, which is how catalogs show it;
 *	 - parts at the beginning may be left out, and the arguments;
 *	 - a type of an argument fits by its last part and, where it has one, its
 *	   schema; int, varchar, timestamptz and the like stand for the names that
 *	   the server prints; sizes, names and modes of arguments count nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "registry/names.h"

/* A word for a type of the server's own, and the server's words for it. */
static const struct
{
	const char *word;
	const char *type;
	bool		internal;		/* is the word the type's name in pg_type? */
}			type_words[] = {
	{"int", "integer", false}, {"integer", "integer", false}, {"int4", "integer", true},
	{"smallint", "smallint", false}, {"int2", "smallint", true},
	{"bigint", "bigint", false}, {"int8", "bigint", true},
	{"real", "real", false}, {"float4", "real", true},
	{"float", "double precision", false}, {"double precision", "double precision", false}, {"float8", "double precision", true},
	{"boolean", "boolean", false}, {"bool", "boolean", true},
	{"dec", "numeric", false}, {"decimal", "numeric", false}, {"numeric", "numeric", true},
	{"char", "character", false}, {"character", "character", false}, {"bpchar", "character", true},
	{"character varying", "character varying", false}, {"char varying", "character varying", false},
	{"varchar", "character varying", true},
	{"bit", "bit", true}, {"bit varying", "bit varying", false}, {"varbit", "bit varying", true},
	{"time without time zone", "time without time zone", false}, {"time", "time without time zone", true},
	{"time with time zone", "time with time zone", false}, {"timetz", "time with time zone", true},
	{"timestamp without time zone", "timestamp without time zone", false},
	{"timestamp", "timestamp without time zone", true},
	{"timestamp with time zone", "timestamp with time zone", false}, {"timestamptz", "timestamp with time zone", true},
	{"interval", "interval", true},
};

/* A type of an argument. */
typedef struct GovNameType
{
	const char *schema;			/* NULL: none was written */
	const char *name;
	bool		builtin;		/* is the name one of the server's words, which have no schema? */
	bool		array;
} GovNameType;

/* Skips white space. */
static const char *
gov_name_skip(const char *p)
{
	while (scanner_isspace(*p))
		p++;
	return p;
}

/* Reads a part in quotes, from behind the first; NULL when it does not end. */
static const char *
gov_name_read_quoted(const char *p, GovNamePart *part)
{
	StringInfoData name;

	initStringInfo(&name);
	for (; *p != '"' || p[1] == '"'; p++)
	{
		if (*p == '\0')
			return NULL;
		appendStringInfoChar(&name, *p);
		if (*p == '"')
			p++;
	}
	truncate_identifier(name.data, name.len, false);
	part->folded = part->written = name.data;
	return name.len > 0 ? p + 1 : NULL;
}

/* Reads a part of a name; NULL when there is none. */
static const char *
gov_name_read_part(const char *p, GovNamePart *part)
{
	const char *begin;

	p = gov_name_skip(p);
	if (*p == '"')
		return gov_name_read_quoted(p + 1, part);
	for (begin = p; *p != '\0' && strchr(".()[],\"", *p) == NULL && !scanner_isspace(*p);)
		p++;
	if (p == begin)
		return NULL;
	part->folded = downcase_truncate_identifier(begin, p - begin, false);
	part->written = pnstrdup(begin, p - begin);
	truncate_identifier(part->written, p - begin, false);
	return p;
}

/* Reads parts between dots; NULL when there are none or too many. */
static const char *
gov_name_read_parts(const char *p, GovName *name)
{
	for (name->count = 0; name->count < GOV_NAME_MAX_PARTS;)
	{
		p = gov_name_read_part(p, &name->parts[name->count]);
		if (p == NULL)
			return NULL;
		name->count++;
		p = gov_name_skip(p);
		if (*p != '.')
			return p;
		p++;
	}
	return NULL;
}

/* Where a list of arguments goes on: at the comma or parenthesis that ends one; NULL when none does. */
static const char *
gov_name_end_of_arg(const char *p)
{
	char		quote = '\0';
	int			depth = 0;

	for (; *p != '\0'; p++)
	{
		if (quote != '\0' || *p == '"' || *p == '\'')
			quote = quote == '\0' ? *p : *p == quote ? '\0' : quote;
		else if (*p == '(')
			depth++;
		else if (depth == 0 && (*p == ',' || *p == ')'))
			return p;
		else if (*p == ')')
			depth--;
	}
	return NULL;
}

/* Does a text begin with a word, in any case, that ends there? */
static bool
gov_name_begins(const char *text, const char *word)
{
	size_t		length = strlen(word);

	return pg_strncasecmp(text, word, length) == 0 && scanner_isspace(text[length]);
}

/* An argument as written, without the default that may follow it. */
static char *
gov_name_arg(const char *begin, const char *end)
{
	char	   *arg = pnstrdup(begin, end - begin);
	bool		quoted = false;

	for (char *p = arg; *p != '\0'; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '=' || (scanner_isspace(*p) && gov_name_begins(p + 1, "default"))))
		{
			*p = '\0';
			break;
		}
	}
	return arg;
}

/* Reads a list of arguments from behind its parenthesis; false when it is none. */
static bool
gov_name_read_args(const char *p, const char *type, GovName *name)
{
	bool		keeps_out = strcmp(type, "procedure") == 0;

	name->has_args = true;
	name->args = NIL;
	for (;;)
	{
		const char *end = gov_name_end_of_arg(p);
		const char *begin = gov_name_skip(p);
		bool		nothing = end != NULL && (begin == end || (*begin == '*' && gov_name_skip(begin + 1) == end));

		if (end == NULL || (nothing && (*end == ',' || name->args != NIL)))
			return false;
		if (!nothing && (keeps_out || !gov_name_begins(begin, "out")))
			name->args = lappend(name->args, gov_name_arg(begin, end));
		if (*end == ')')
			return *gov_name_skip(end + 1) == '\0';
		p = end + 1;
	}
}

/* Takes the text for an object of a type apart; false when it is no such name. */
bool
gov_name_parse(const char *text, const char *type, GovName *name)
{
	const char *p;

	memset(name, 0, sizeof(GovName));
	p = gov_name_read_parts(text, name);
	if (p == NULL)
		return false;
	return *p == '\0' || (*p == '(' && gov_name_read_args(p + 1, type, name));
}

/* Words in lower case with one blank between them, without what stands in parentheses. */
static char *
gov_name_words(const char *text)
{
	char	   *lower = downcase_identifier(text, strlen(text), false, false);
	StringInfoData words;
	int			depth = 0;

	initStringInfo(&words);
	for (const char *p = lower; *p != '\0'; p++)
	{
		if (*p == '(')
			depth++;
		if (depth == 0 && !scanner_isspace(*p))
		{
			if (p > lower && words.len > 0 && (scanner_isspace(p[-1]) || p[-1] == ')'))
				appendStringInfoChar(&words, ' ');
			appendStringInfoChar(&words, *p);
		}
		if (*p == ')')
			depth--;
	}
	return words.data;
}

/* Lets a word for a type of the server's own stand for the server's words. */
static void
gov_name_use_word(const char *word, GovNameType *type)
{
	for (size_t i = 0; i < lengthof(type_words); i++)
	{
		if (strcmp(type_words[i].word, word) != 0 || (type->schema != NULL && !type_words[i].internal))
			continue;
		type->schema = "pg_catalog";
		type->name = type_words[i].type;
		type->builtin = true;
		return;
	}
}

/* Cuts the marks of an array off a type; true when there are some. */
static bool
gov_name_cut_array(char *text)
{
	bool		array = false;

	for (size_t length = strlen(text); length > 0; length = strlen(text))
	{
		if (scanner_isspace(text[length - 1]))
			text[length - 1] = '\0';
		else if (text[length - 1] == ']' && strrchr(text, '[') != NULL)
		{
			*strrchr(text, '[') = '\0';
			array = true;
		}
		else
			return array;
	}
	return array;
}

/* Reads a type; false when it is none. */
static bool
gov_name_read_type(const char *written, GovNameType *type)
{
	char	   *text = pstrdup(gov_name_skip(written));
	GovName		name;
	const char *end;

	memset(type, 0, sizeof(GovNameType));
	type->array = gov_name_cut_array(text);
	if (strpbrk(text, "\".") == NULL)
	{
		type->name = gov_name_words(text);
		gov_name_use_word(type->name, type);
		return type->name[0] != '\0';
	}
	end = gov_name_read_parts(text, &name);
	if (end == NULL || (*end != '\0' && *end != '('))
		return false;
	type->schema = name.count > 1 ? name.parts[name.count - 2].folded : NULL;
	type->name = gov_name_last(&name)->folded;
	if (type->schema != NULL && strcmp(type->schema, "pg_catalog") == 0)
		gov_name_use_word(type->name, type);
	return true;
}

/* Does a type as written fit one of an object? */
static bool
gov_name_type_fits(const char *written, const GovNameType *object)
{
	GovNameType type;

	return gov_name_read_type(written, &type) && type.array == object->array &&
		strcmp(type.name, object->name) == 0 &&
		(type.schema == NULL || (object->schema != NULL && strcmp(type.schema, object->schema) == 0));
}

/* What follows the first word, which may be in quotes; NULL when nothing does. */
static const char *
gov_name_after_word(const char *p)
{
	bool		quoted = false;

	for (p = gov_name_skip(p); *p != '\0' && (quoted || !scanner_isspace(*p)); p++)
	{
		if (*p == '"')
			quoted = !quoted;
	}
	p = gov_name_skip(p);
	return *p != '\0' ? p : NULL;
}

/* Does an argument as written, which may begin with its mode and its name, fit one of an object? */
static bool
gov_name_arg_fits(const char *written, const char *object)
{
	GovNameType type;

	if (!gov_name_read_type(object, &type))
		return false;
	for (int words = 0; words < 3 && written != NULL; words++)
	{
		if (gov_name_type_fits(written, &type))
			return true;
		written = gov_name_after_word(written);
	}
	return false;
}

/* Do the arguments as written fit those of an object? */
static bool
gov_name_args_fit(const GovName *name, const GovName *object)
{
	ListCell   *written;
	ListCell   *arg;

	if (!name->has_args)
		return true;
	if (!object->has_args || list_length(name->args) != list_length(object->args))
		return false;
	forboth(written, name->args, arg, object->args)
	{
		if (!gov_name_arg_fits((char *) lfirst(written), (char *) lfirst(arg)))
			return false;
	}
	return true;
}

/* How well a name fits the reference of an object; it may leave out leading parts, and the arguments. */
GovNameFit
gov_name_fits(const GovName *name, const GovName *object)
{
	GovNameFit	fit = GOV_NAME_AS_SQL;

	if (name->count > object->count || !gov_name_args_fit(name, object))
		return GOV_NAME_OTHER;
	for (int i = 1; i <= name->count; i++)
	{
		const GovNamePart *part = &name->parts[name->count - i];
		const char *is = object->parts[object->count - i].folded;

		if (strcmp(part->folded, is) == 0)
			continue;
		if (strcmp(part->written, is) != 0)
			return GOV_NAME_OTHER;
		fit = GOV_NAME_AS_WRITTEN;
	}
	return fit;
}

/* Adds a type as the server would print it, one without a schema as one of the server's own. */
static void
gov_name_append_type(StringInfo list, const char *written)
{
	GovNameType type;

	if (list->data[list->len - 1] != '(')
		appendStringInfoChar(list, ',');
	if (!gov_name_read_type(written, &type))
		return;
	appendStringInfo(list, "%s%s", type.builtin ? type.name :
					 quote_qualified_identifier(type.schema != NULL ? type.schema : "pg_catalog", type.name),
					 type.array ? "[]" : "");
}

/*
 * The reference that the name would be by itself, as SQL reads it or as
 * written: an object of that reference is the one that is meant.
 */
char *
gov_name_canonical(const GovName *name, bool folded)
{
	StringInfoData ref;
	ListCell   *arg;

	initStringInfo(&ref);
	for (int i = 0; i < name->count; i++)
		appendStringInfo(&ref, "%s%s", i > 0 ? "." : "",
						 quote_identifier(folded ? name->parts[i].folded : name->parts[i].written));
	if (!name->has_args)
		return ref.data;
	appendStringInfoChar(&ref, '(');
	foreach(arg, name->args)
		gov_name_append_type(&ref, (char *) lfirst(arg));
	appendStringInfoChar(&ref, ')');
	return ref.data;
}
