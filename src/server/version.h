/* server/version.h: the versions of the library and of the extension's SQL objects. */
#ifndef GOV_SERVER_VERSION_H
#define GOV_SERVER_VERSION_H

/* Notes the version that the SQL objects in this database have. */
extern void gov_version_note(const char *version);

/* Raises unless the library knows SQL objects of the version that was noted. */
extern void gov_ensure_version(void);

#endif							/* GOV_SERVER_VERSION_H */
