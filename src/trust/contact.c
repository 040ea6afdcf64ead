/*-------------------------------------------------------------------------
 *
 * trust/contact.c
 *	  How to reach an authority: mail, chat, a page.
 *
 * Contacts are shown where owners are, and a page that is shown becomes a
 * link: so each part has the form that it must have.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "server/args.h"
#include "server/spi.h"
#include "trust/contact.h"

/* The longest part, in bytes. */
#define GOV_CONTACT_MAX_BYTES 500

/* Raises for a contact that is none. */
static void
gov_contact_raise(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" must say how to reach somebody", "contact"),
			 errdetail_internal("%s", detail),
			 errhint("For example: {\"mail\": \"team@...\", \"chat\": \"#team\", \"url\": \"https://<page>\"}; each may be left out, {} for none.")));
}

/* Has a text a control character, or, where those are not allowed, a space? */
static bool
gov_contact_has_space(const char *text, bool spaces_too)
{
	for (const unsigned char *p = (const unsigned char *) text; *p != '\0'; p++)
	{
		if (*p < 0x20 || *p == 0x7f || (spaces_too && *p == ' '))
			return true;
	}
	return false;
}

/* Is it an address of mail: something, one @, something, no space? */
static bool
gov_contact_is_mail(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL && !gov_contact_has_space(text, true);
}

/* Is it an address of the web? */
static bool
gov_contact_is_url(const char *text)
{
	const char *rest = strncmp(text, "https://", 8) == 0 ? text + 8 : strncmp(text, "http://", 7) == 0 ? text + 7 : "";

	return rest[0] != '\0' && !gov_contact_has_space(text, true);
}

/* Raises unless one part is one of a contact. */
static void
gov_contact_ensure_part(const char *name, const JsonbValue *value)
{
	char	   *text;

	if (strcmp(name, "mail") != 0 && strcmp(name, "chat") != 0 && strcmp(name, "url") != 0)
		gov_contact_raise(psprintf("It has a field \"%s\".", name));
	if (value->type != jbvString || value->val.string.len == 0 || value->val.string.len > GOV_CONTACT_MAX_BYTES)
		gov_contact_raise(psprintf("\"%s\" is no text of 1 to %d bytes.", name, GOV_CONTACT_MAX_BYTES));
	text = pnstrdup(value->val.string.val, value->val.string.len);
	if (gov_contact_has_space(text, false))
		gov_contact_raise(psprintf("\"%s\" has a control character.", name));
	if (strcmp(name, "mail") == 0 && !gov_contact_is_mail(text))
		gov_contact_raise("\"mail\" is no address of mail.");
	if (strcmp(name, "url") == 0 && !gov_contact_is_url(text))
		gov_contact_raise("\"url\" does not begin with https:// or http://, or has spaces.");
}

/* Raises unless a jsonb says how to reach somebody. */
void
gov_ensure_contact(Datum contact)
{
	Jsonb	   *json = DatumGetJsonbP(contact);
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	char	   *name = NULL;

	if (!JB_ROOT_IS_OBJECT(json))
		gov_contact_raise("It is no JSON object.");
	iterator = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = pnstrdup(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
			gov_contact_ensure_part(name, &value);
	}
}

GOV_QUESTION(find_words,
			 "SELECT NULLIF(" GOV_CONTACT_WORDS("contact") ", '') FROM @.gov_authority WHERE authority = $1",
			 TEXTOID);

/* How to reach an authority, in words; NULL when nobody said. */
char *
gov_contact_words(const char *authority)
{
	int			level = gov_spi_begin();
	char	   *words = gov_run(&find_words, gov_text(authority)) > 0 ? gov_result_text(0, 1) : NULL;

	gov_spi_end(level);
	return words;
}
