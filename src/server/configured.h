/*
 * server/configured.h: settings for superusers, as they were configured.
 */
#ifndef GOV_SERVER_CONFIGURED_H
#define GOV_SERVER_CONFIGURED_H

/* Called before and after the settings are defined. */
extern void gov_configured_before(void);
extern void gov_configured_after(void);

/* Gives settings that a session tried to set, and might not, what was configured; called before they matter. */
extern void gov_configured_restore(void);

/* What governance.ddl_mode is configured to be in this database, whatever single roles and this session have. */
extern char *gov_configured_ddl_mode_of_database(void);

#endif							/* GOV_SERVER_CONFIGURED_H */
