/*
 * server/script.h: what only the install script and upgrade scripts call.
 */
#ifndef GOV_SERVER_SCRIPT_H
#define GOV_SERVER_SCRIPT_H

/* Raises unless a script of the extension is being run, by CREATE or ALTER EXTENSION. */
extern void gov_ensure_script(const char *function);

/* Asks the server to be called at the end of transactions, where a script has something to say. Called once. */
extern void gov_script_init(void);

#endif							/* GOV_SERVER_SCRIPT_H */
