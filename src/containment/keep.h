/*
 * containment/keep.h: keeping up the activations of containment that were
 * approved once.
 */
#ifndef GOV_CONTAINMENT_KEEP_H
#define GOV_CONTAINMENT_KEEP_H

#include "containment/mirror.h"

/* One run over all activations. */
typedef struct GovKeeping
{
	int32		batch_size;		/* objects in a portion; 0: all of them */
	bool		listed;			/* are the activations known? */
	List	   *activations;	/* GovContainment of those that wait for their turn */
	int64		reached;		/* object_id up to which the first of them is kept up */
} GovKeeping;

/* Holds back activations until the end of the transaction, if any is to be kept up. */
extern void gov_keep_lock(void);

/* Does one portion; true when there may be more. */
extern bool gov_keep_portion(GovKeeping *keeping);

#endif							/* GOV_CONTAINMENT_KEEP_H */
