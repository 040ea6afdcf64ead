/*
 * engine/fdw/classification.h: gov_classification: what objects bear themselves,
 * through their containers, and through their contents.
 */
#ifndef GOV_ENGINE_FDW_CLASSIFICATION_H
#define GOV_ENGINE_FDW_CLASSIFICATION_H

#include "engine/fdw/rows.h"

/* Rows of the current object, and the columns of one. */
extern void gov_classification_produce(GovViewRun *scan);
extern void gov_classification_fill(GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls);

/* Frees what a scan holds of it. */
extern void gov_classification_close(GovViewRun *scan);

/* The resolution of a word; GOV_BEARS_NOTHING for another word. */
extern GovBears gov_classification_resolution(const text *word);

#endif							/* GOV_ENGINE_FDW_CLASSIFICATION_H */
