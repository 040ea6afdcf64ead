/*
 * engine/fdw/views.h: what each engine view shows, row by row.
 */
#ifndef GOV_ENGINE_FDW_VIEWS_H
#define GOV_ENGINE_FDW_VIEWS_H

#include "engine/fdw/rows.h"

extern const GovView *gov_view_find(const char *name);
extern GovViewRun *gov_view_open(const GovView *view, Snapshot snapshot, bool narrow);
extern void gov_view_close(GovViewRun *scan);
extern void gov_view_fill(GovViewRun *scan, const GovViewRow *row, bool all_columns, Datum *values, bool *nulls);

#endif							/* GOV_ENGINE_FDW_VIEWS_H */
