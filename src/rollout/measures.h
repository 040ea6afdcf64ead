/*
 * rollout/measures.h: what a rehearsal did to tables: rows, files, definitions,
 * scans, and what of it a rollback does not take back.
 */
#ifndef GOV_ROLLOUT_MEASURES_H
#define GOV_ROLLOUT_MEASURES_H

#include "rollout/rehearsal.h"

/* Notes counters as they are before. */
extern void gov_measures_begin(GovRehearsal *rehearsal);

/* Notes that a table is the target of a command, and its size before. */
extern void gov_measures_note_target(GovRehearsal *rehearsal, Oid relid);

/* Notes what all sequences are at, before the first that somebody names is used. */
extern void gov_measures_note_all_sequences(GovRehearsal *rehearsal);

/* Notes the rows that would be there by now, by table. */
extern void gov_measures_sample_rows(GovRehearsal *rehearsal);

/* Notes how the relations that were locked are defined, inside; then, once all is undone, as they were. */
extern void gov_measures_after(GovRehearsal *rehearsal);
extern void gov_measures_before(GovRehearsal *rehearsal);

/* Puts rows for what changed, for what was written, and for what stays. */
extern void gov_measures_report(GovRehearsal *rehearsal);
extern void gov_measures_report_lasting(GovRehearsal *rehearsal);

#endif							/* GOV_ROLLOUT_MEASURES_H */
