/*
 * ddl/track.h: keeping objects in step with DDL.
 */
#ifndef GOV_DDL_TRACK_H
#define GOV_DDL_TRACK_H

/*
 * Asks the server to be called at the end of transactions; called once from
 * _PG_init.  Callbacks are called in the opposite order: what judges the
 * objects that tracking made asks before, what chains the ledger as well.
 */
extern void gov_ddl_init(void);

#endif							/* GOV_DDL_TRACK_H */
