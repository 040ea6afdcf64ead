/* trust/contact.h: how to reach an authority. */
#ifndef GOV_TRUST_CONTACT_H
#define GOV_TRUST_CONTACT_H

#include "postgres.h"

/* Raises unless a jsonb says how to reach somebody: mail, chat and url, each if it is known. */
extern void gov_ensure_contact(Datum contact);

/* A contact in words, in SQL; empty for none. */
#define GOV_CONTACT_WORDS(contact) \
	"concat_ws(', ', " contact " ->> 'mail', " contact " ->> 'chat', " contact " ->> 'url')"

/* How to reach an authority, in words, as the calling statement sees it; NULL when nobody said. */
extern char *gov_contact_words(const char *authority);

#endif							/* GOV_TRUST_CONTACT_H */
