/*
 * findings/state.h: since when findings are there.
 *
 * A scan passes the name of rows kept aside (gov_spi_collect), one for each
 * finding.  Column "what" says what became of it (opened, reopened, changed,
 * resolved), finding_id which it is (NULL for one that is opened); the others
 * are those of a detector's findings.
 */
#ifndef GOV_FINDINGS_STATE_H
#define GOV_FINDINGS_STATE_H

#include "server/spi.h"

/* Stores those that are "opened", which are then kept as gov_opened (finding_id). */
extern GovRows *gov_finding_open_rows(const char *rows, int64 scan_no);

/* Updates those that are "reopened" or "changed". */
extern void gov_finding_change_rows(const char *rows, int64 scan_no);

/* Marks those that are "resolved". */
extern void gov_finding_resolve_rows(const char *rows);

#endif							/* GOV_FINDINGS_STATE_H */
