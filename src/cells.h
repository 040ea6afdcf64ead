/*
 * cells.h: the cell (object, axis, value) that an act is about.
 */
#ifndef GOV_CELLS_H
#define GOV_CELLS_H

#include "fmgr.h"

/* What an act needs of the cell's parts. */
typedef enum GovCellUse
{
	GOV_CELL_ASSIGN,			/* axis not retired, value candidate or active */
	GOV_CELL_OWN,				/* neither axis nor value retired */
	GOV_CELL_END				/* they exist */
} GovCellUse;

typedef struct GovCell
{
	char	   *object_type;	/* NULL with object_ref: the value itself */
	char	   *object_ref;
	char	   *axis;
	char	   *value;
	int64		object_id;		/* 0: the value itself */
	bool		multivalued;	/* of the axis */
} GovCell;

extern void gov_cell_arguments(FunctionCallInfo fcinfo, bool object_optional, GovCell *cell);
extern void gov_cell_hold(GovCell *cell, GovCellUse use);
extern char *gov_cell_describe(const GovCell *cell);

#endif							/* GOV_CELLS_H */
