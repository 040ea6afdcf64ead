/*
 * engine/fdw/rows.h: an engine view, a running scan of one, and the rows of its
 * current object.
 */
#ifndef GOV_ENGINE_FDW_ROWS_H
#define GOV_ENGINE_FDW_ROWS_H

#include "engine/coverage.h"

/* Columns that every per-object view begins with. */
enum GovViewColumn
{
	GOV_COL_VIEW_OBJECT_ID,
	GOV_COL_VIEW_OBJECT_TYPE,
	GOV_COL_VIEW_OBJECT_REF,
	GOV_COL_VIEW_AXIS,
	GOV_COL_VIEW_VALUE,
	GOV_VIEW_OWN_COLUMNS
};

#define GOV_VIEW_MAX_COLUMNS	16

/* The columns that a scan can be restricted by, by all of a view or by the first of them. */
typedef enum GovRestriction
{
	GOV_BY_OBJECT_ID,
	GOV_BY_OBJECT_REF,
	GOV_BY_AXIS,
	GOV_BY_VALUE,
	GOV_BY_STATUS,
	GOV_BY_RESOLUTION,			/* of a view of what objects bear alone */
	GOV_RESTRICTIONS
} GovRestriction;

/* How an object bears something; several as a set. */
typedef enum GovBears
{
	GOV_BEARS_NOTHING = 0,
	GOV_BEARS_OWN = 1,
	GOV_BEARS_CONTAINER = 2,
	GOV_BEARS_CONTENTS = 4
} GovBears;

/* One row to be shown; which fields count depends on the view. */
typedef struct GovViewRow
{
	GovCell		cell;
	GovCellOwner	other;			/* owner_conflict: the value anchor */
	int			axis;
	int			value;			/* GOV_NONE for none */
	int			rule;
	int			assigned;		/* number in the object's assignments */
	int			kind;			/* hidden_island: which kind; classification: GovBears */
	int			container;		/* hidden_island: the container shown instead */
	GovZone		zone;			/* classification, with the rest */
	int			depth;
	int64		anchor;			/* object_id */
	int			above;			/* number of the anchor, a container */
} GovViewRow;

struct GovViewRun;

/* An engine view. */
typedef struct GovView
{
	const char *name;			/* option "view" of its foreign table */
	const char *columns;		/* its columns' types, as gov_fdw_ensure_columns reads them */
	bool		with_owners;
	bool		with_assignments;
	bool		every_value;	/* also of values that nothing requires? */
	bool		borne;			/* is it about what objects bear: values that are not active too, no cells? */
	int			restrictions;	/* it can be restricted by so many of GovRestriction; 0: only read whole */
	void		(*produce) (struct GovViewRun *scan);	/* rows of the current object */
	void		(*finish) (struct GovViewRun *scan);	/* rows after the last, if any */
	void		(*fill) (struct GovViewRun *scan, const GovViewRow *row, Datum *values, bool *nulls);
} GovView;

/* One running scan of a view. */
typedef struct GovViewRun
{
	const GovView *view;
	GovCoverage *coverage;
	MemoryContext object_context;	/* reset per object */
	GovViewRow *rows;			/* of the current object */
	int			nrows;
	int			rows_allocated;
	int			next_row;
	int64	   *island_children;	/* hidden_island: per container and axis */
	int			island_containers;	/* how many containers that has room for */
	int64	  **island_mirrored;	/* per axis: the containers it mirrors, sorted */
	GovSlots	anywhere;		/* effective_owner: slots that a value or an axis answers for, ascending */
	int			anywhere_of;	/* of so many slots of the model */
	GovSlots	here;			/* effective_owner: slots that the object or its containers answer for */
	struct GovClassification *classification;	/* what it keeps; NULL until it is needed */
	int			bears;			/* a set of GovBears that is asked for; GOV_BEARS_NOTHING: all */
} GovViewRun;

/* Adds a row of the current object, to be filled in by the caller. */
extern GovViewRow *gov_view_add(GovViewRun *scan);

/* A word as a text datum that lives as long as the row it is filled into. */
extern Datum gov_view_word(const char *word);

/* Order of numbers (axes, slots), for qsort. */
extern int	gov_fdw_compare_ints(const void *a, const void *b);

#endif							/* GOV_ENGINE_FDW_ROWS_H */
