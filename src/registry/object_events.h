/*
 * registry/object_events.h: what became of objects, event by event: writing
 * gov_object_event, which nothing else does.
 *
 * An event belongs to the ledger entry of the act that brought it; "seq" is
 * the number of that entry, drawn before (gov_ledger_draw) or just appended.
 */
#ifndef GOV_REGISTRY_OBJECT_EVENTS_H
#define GOV_REGISTRY_OBJECT_EVENTS_H

#include "postgres.h"

/*
 * Notes what rows kept aside are about to do to objects, before gov_object is
 * written: columns action (born, renamed, moved, replaced, retired or revived;
 * rows with another one are passed over), and those of gov_object_put_rows.
 */
extern void gov_object_event_put_rows(int64 seq, const char *rows);

/*
 * Notes that one object was born, or is about to be moved to a container (0:
 * none), to be revived in one, or to be retired.
 */
extern void gov_object_event_put(int64 seq, int64 object_id, const char *event, int64 container);

/*
 * Notes what became of objects that were written already, by what they were
 * before: "ids", a bigint[], and rows kept aside with the columns of gov_object,
 * of those that were there.  How many did no more than change.
 */
extern int64 gov_object_event_put_net(int64 seq, const char *before, Datum ids);

/*
 * The same of objects that were all made, of which those that are live by now were
 * born; how many, and gov_object_event_digest of them.
 */
extern uint64 gov_object_event_put_births(int64 seq, Datum ids, char **digest);

/* Tells the world of the births of an entry, once the objects are written; and who does, set once. */
extern void gov_object_events_tell_births(int64 seq);
extern void gov_object_events_init(void (*tell) (int64 seq));

/* The digest of the events of an entry, as the ledger keeps it. */
extern char *gov_object_event_digest(int64 seq);

/* The first events of an entry in words, with how many more there are: a text[]. */
extern Datum gov_object_event_words(int64 seq);

#endif							/* GOV_REGISTRY_OBJECT_EVENTS_H */
