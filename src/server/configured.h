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

#endif							/* GOV_SERVER_CONFIGURED_H */
