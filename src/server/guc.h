/* server/guc.h: the settings of the extension. */
#ifndef GOV_SERVER_GUC_H
#define GOV_SERVER_GUC_H

/* governance.tag: stamped on rows of the classification and ownership tables. */
extern char *gov_guc_tag;

/* governance.retire_limit: percent of a source's live objects that count a sync may retire. */
extern int	gov_guc_retire_limit;

/* governance.finding_limit: findings of one detector under one container told one by one. */
extern int	gov_guc_finding_limit;

/* governance.detector_timeout: milliseconds for a detector that is not our own; 0: no limit. */
extern int	gov_guc_detector_timeout;

/* governance.read_timeout: milliseconds for a relation that somebody registered; 0: no limit. */
extern int	gov_guc_read_timeout;

/* governance.owner_timeout: milliseconds for all relations of one owner in one statement; 0: no limit. */
extern int	gov_guc_owner_timeout;
extern int	gov_guc_run_max_age;
extern int	gov_guc_progress_after;

/* governance.rehearse_warn_size: kilobytes from which a rehearsal warns of a relation. */
extern int	gov_guc_rehearse_warn_size;

/* governance.ddl_mode: what is done about DDL in enrolled schemas. */
typedef enum GovDdlMode
{
	GOV_DDL_OFF,				/* nothing: the next gov_sync finds it */
	GOV_DDL_TRACK,				/* objects are kept in step */
	GOV_DDL_WARN,				/* and what nobody answers for is told */
	GOV_DDL_ENFORCE				/* or refused */
} GovDdlMode;

extern int	gov_guc_ddl_mode;

/* governance.notify_channel: channel notified of new events; empty for none. */
extern char *gov_guc_notify_channel;

extern void gov_guc_init(void);

#endif							/* GOV_SERVER_GUC_H */
