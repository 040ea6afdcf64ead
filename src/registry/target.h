/*
 * registry/target.h: the cell (object, axis, value) that an act is about.
 */
#ifndef GOV_REGISTRY_TARGET_H
#define GOV_REGISTRY_TARGET_H

#include "fmgr.h"

/* What an act needs of the cell's parts. */
typedef enum GovTargetUse
{
	GOV_TARGET_ASSIGN,			/* axis not retired, value candidate or active */
	GOV_TARGET_OWN,				/* neither axis nor value retired */
	GOV_TARGET_END,				/* they exist */
	GOV_TARGET_END_GONE			/* they exist, or the object did */
} GovTargetUse;

typedef struct GovTarget
{
	char	   *object_type;	/* NULL with object_ref: the value itself */
	char	   *object_ref;
	char	   *axis;
	char	   *value;
	int64		object_id;		/* 0: the value itself */
	bool		multivalued;	/* of the axis */
	FunctionCallInfo call;		/* whose arguments it was read from */
} GovTarget;

extern void gov_target_arguments(FunctionCallInfo fcinfo, bool object_optional, GovTarget *cell);
extern void gov_target_hold(GovTarget *cell, GovTargetUse use);
extern char *gov_target_describe(const GovTarget *cell);

#endif							/* GOV_REGISTRY_TARGET_H */
