/*-------------------------------------------------------------------------
 *
 * server/expand.c
 *	  The extension's schema put into the texts of queries.
 *
 * Nobody but its owner can make a table inherit from one of ours; its rows
 * would still be read by whoever reads ours without ONLY.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "server/expand.h"
#include "server/extension.h"

/*
 * Is what was written of a text so far followed by a relation that is read or
 * changed?  INSERT, which has no children to go to, is not meant.
 */
static bool
gov_expand_takes_only(const StringInfo sql)
{
	static const char *const words[] = {"FROM ", "JOIN ", "UPDATE "};

	for (int i = 0; i < (int) lengthof(words); i++)
	{
		int			length = strlen(words[i]);

		if (sql->len >= length && strcmp(sql->data + sql->len - length, words[i]) == 0)
			return true;
	}
	return false;
}

/* Does a text, after "@.", call a function? */
static bool
gov_expand_is_call(const char *name)
{
	name += strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return *name == '(';
}

/*
 * Replaces every "@." of a text by the extension's schema, outside of quotes
 * only: what stands in quotes are names and literals of users', which quoting
 * put there, and a role may be called "ann@.corp".  Neither can look like a
 * placeholder without quotes, since a name with "@" in it is always quoted; and
 * quote_literal doubles quotes in both of its forms, so none is escaped by a
 * backslash.
 *
 * What is read or changed is the table alone: rows of tables that inherit from
 * it meet none of its constraints and triggers, and are no facts.
 */
char *
gov_expand(const char *text)
{
	StringInfoData sql;
	char		quote = '\0';

	initStringInfo(&sql);
	for (const char *p = text; *p; p++)
	{
		if (quote != '\0')
			quote = *p == quote ? '\0' : quote;
		else if (*p == '"' || *p == '\'')
			quote = *p;
		if (quote == '\0' && p[0] == '@' && p[1] == '.')
		{
			if (gov_expand_takes_only(&sql) && !gov_expand_is_call(p + 2))
				appendStringInfoString(&sql, "ONLY ");
			appendStringInfoString(&sql, gov_schema_quoted());
		}
		else
			appendStringInfoChar(&sql, *p);
	}
	return sql.data;
}
